//! From an address to a calendar, and making calendars.

use super::*;

fn propfind(site: &CalDav, path: &str, depth: &str, properties: &str) -> Heard {
    let body = format!(
        "<p:propfind xmlns:p=\"DAV:\" xmlns:k=\"{CALDAV}\" xmlns:s=\"http://calendarserver.org/ns/\"><p:prop>{properties}</p:prop></p:propfind>"
    );
    ask(site, &format!("PROPFIND {path}"), &[("depth", depth)], &body)
}

#[test]
fn the_well_known_address_leads_to_the_calendars() {
    let site = site(Quirks::default());
    let first = wire::ask(&site, "PROPFIND /.well-known/caldav", &[], "");
    assert_eq!((first.status, first.header("location")), (301, "/dav/"));
    let href = |heard: &Heard, space: &str, name: &str| {
        let (_, prop) = found(heard).remove(0);
        let prop = prop.expect("found");
        prop.child(space, name).and_then(|element| element.child(DAV, "href")).expect("an href").text()
    };
    for root in ["/dav/", "/"] {
        let principal = propfind(&site, root, "0", "<p:current-user-principal/>");
        assert_eq!(principal.status, 207);
        assert_eq!(href(&principal, DAV, "current-user-principal"), "/dav/principals/alice/");
    }
    let home = propfind(&site, "/dav/principals/alice/", "0", "<k:calendar-home-set/><p:displayname/>");
    assert_eq!(href(&home, CALDAV, "calendar-home-set"), "/dav/calendars/alice/");
    let list = found(&propfind(&site, "/dav/calendars/alice/", "1", "<p:resourcetype/><p:displayname/>"));
    let hrefs: Vec<_> = list.iter().map(|(href, _)| href.as_str()).collect();
    assert_eq!(hrefs, ["/dav/calendars/alice/", "/dav/calendars/alice/personal/"]);
    let calendar = list[1].1.as_ref().expect("found");
    assert!(calendar.child(DAV, "resourcetype").expect("a type").child(CALDAV, "calendar").is_some());
    assert_eq!(calendar.child(DAV, "displayname").expect("a name").text(), "Personal");
}

#[test]
fn an_unknown_property_is_missing_and_not_the_resource() {
    let heard =
        propfind(&site(Quirks::default()), "/dav/calendars/alice/personal/", "0", "<p:displayname/><p:nonsense/>");
    let root = read(&heard.body).expect("XML");
    let parts: Vec<_> = root.elements().next().expect("a response").elements().skip(1).collect();
    let statuses: Vec<_> = parts.iter().map(|part| part.child(DAV, "status").expect("a status").text()).collect();
    assert_eq!((heard.status, statuses), (207, vec!["HTTP/1.1 200 OK".into(), "HTTP/1.1 404 Not Found".into()]));
    let missing = parts[1].child(DAV, "prop").expect("a prop");
    assert!(missing.child(DAV, "nonsense").is_some());
}

#[test]
fn depth_must_be_said_and_be_finite() {
    let site = site(Quirks::default());
    for headers in [&[][..], &[("depth", "infinity")]] {
        let heard = ask(&site, "PROPFIND /dav/calendars/alice/", headers, "");
        assert_eq!((heard.status, precondition(&heard).0.as_str()), (403, "propfind-finite-depth"));
    }
    assert_eq!(ask(&site, "PROPFIND /dav/calendars/alice/", &[("depth", "2")], "").status, 400);
    assert_eq!(ask(&site, "PROPFIND /dav/calendars/alice/none/", &[("depth", "0")], "").status, 404);
    assert_eq!(ask(&site, "PROPFIND /dav/calendars/alice/", &[("depth", "0")], "<x").status, 400);
}

#[test]
fn strangers_and_neighbours_are_kept_out() {
    let site = site(Quirks::default());
    for wrong in
        [None, Some(("authorization", "Basic YWxpY2U6d3Jvbmc=")), Some(("authorization", "Basic bm9ib2R5Og=="))]
    {
        let headers: Vec<_> = wrong.into_iter().collect();
        let heard = wire::ask(&site, "PROPFIND /dav/", &headers, "");
        assert_eq!(heard.status, 401);
        assert!(heard.header("www-authenticate").starts_with("Basic realm="));
    }
    let bobs = ask(&site, "PROPFIND /dav/calendars/bob/", &[("depth", "0")], "");
    assert_eq!((bobs.status, precondition(&bobs).0.as_str()), (403, "need-privileges"));
}

#[test]
fn a_calendar_is_made_with_its_properties_and_only_once() {
    let site = site(Quirks::default());
    let body = format!(
        "<x:mkcalendar xmlns:x=\"{CALDAV}\" xmlns=\"DAV:\" xmlns:a=\"http://apple.com/ns/ical/\"><set><prop><displayname>Mis &amp; citas</displayname>\
         <a:calendar-color>#0088AAFF</a:calendar-color><x:supported-calendar-component-set><x:comp name=\"VEVENT\"/>\
         </x:supported-calendar-component-set></prop></set></x:mkcalendar>"
    );
    assert_eq!(ask(&site, "MKCALENDAR /dav/calendars/alice/new/", &[], &body).status, 201);
    let heard = propfind(
        &site,
        "/dav/calendars/alice/new/",
        "0",
        "<p:displayname/><k:supported-calendar-component-set/><s:getctag/><p:sync-token/><p:current-user-privilege-set/>",
    );
    let prop = found(&heard).remove(0).1.expect("found");
    assert_eq!(prop.child(DAV, "displayname").expect("a name").text(), "Mis & citas");
    assert_eq!(prop.elements().count(), 5, "{}", heard.body);
    let again = ask(&site, "MKCALENDAR /dav/calendars/alice/new/", &[], &body);
    assert_eq!((again.status, precondition(&again).0.as_str()), (405, "resource-must-be-null"));
    let nowhere = ask(&site, "MKCALENDAR /dav/calendars/alice/", &[], "");
    assert_eq!((nowhere.status, precondition(&nowhere).0.as_str()), (403, "calendar-collection-location-ok"));
    assert_eq!(ask(&site, "MKCALENDAR /dav/calendars/alice/bare/", &[], "").status, 201);
}

#[test]
fn an_extended_mkcol_makes_calendars_and_nothing_else() {
    let site = site(Quirks::default());
    let mkcol = |kind: &str| {
        format!(
            "<mkcol xmlns=\"DAV:\" xmlns:c=\"{CALDAV}\"><set><prop><resourcetype><collection/>{kind}</resourcetype></prop></set></mkcol>"
        )
    };
    assert_eq!(ask(&site, "MKCOL /dav/calendars/alice/one/", &[], &mkcol("<c:calendar/>")).status, 201);
    assert_eq!(names(&site), ["one", "personal"]);
    for body in [mkcol(""), String::new()] {
        let heard = ask(&site, "MKCOL /dav/calendars/alice/two/", &[], &body);
        assert_eq!((heard.status, precondition(&heard).0.as_str()), (403, "valid-resourcetype"));
    }
    let protected = format!(
        "<c:mkcalendar xmlns:c=\"{CALDAV}\" xmlns=\"DAV:\"><set><prop><getetag>x</getetag></prop></set></c:mkcalendar>"
    );
    assert_eq!(ask(&site, "MKCALENDAR /dav/calendars/alice/two/", &[], &protected).status, 403);
    assert_eq!(names(&site), ["one", "personal"]);
}

#[test]
fn a_proppatch_does_all_or_nothing() {
    let site = site(Quirks::default());
    let patch = |set: &str| {
        let body = format!("<propertyupdate xmlns=\"DAV:\"><set><prop>{set}</prop></set></propertyupdate>");
        ask(&site, "PROPPATCH /dav/calendars/alice/personal/", &[], &body)
    };
    let name = || {
        let heard = propfind(&site, "/dav/calendars/alice/personal/", "0", "<p:displayname/>");
        found(&heard).remove(0).1.and_then(|prop| prop.child(DAV, "displayname").map(Element::text)).expect("a name")
    };
    let refused = patch("<displayname>Otra</displayname><getetag>x</getetag>");
    assert!(refused.status == 207 && refused.body.contains("403 Forbidden") && refused.body.contains("424 Failed"));
    assert_eq!(name(), "Personal");
    assert!(patch("<displayname>Otra</displayname><note xmlns=\"urn:x\">n</note>").body.contains("200 OK"));
    assert_eq!(name(), "Otra");
}

#[test]
fn a_deleted_calendar_is_gone_with_all_in_it() {
    let site = site(Quirks::default());
    assert_eq!(put(&site, "personal/a.ics", &[], &event("a", "A")).status, 201);
    assert_eq!(ask(&site, "DELETE /dav/calendars/alice/personal/", &[("depth", "0")], "").status, 400);
    assert_eq!(ask(&site, "DELETE /dav/calendars/alice/personal/", &[], "").status, 204);
    assert_eq!(ask(&site, "DELETE /dav/calendars/alice/personal/", &[], "").status, 404);
    assert_eq!(ask(&site, "DELETE /dav/calendars/alice/", &[], "").status, 403);
    ask(&site, "MKCALENDAR /dav/calendars/alice/fresh/", &[], "");
    assert_eq!(put(&site, "fresh/b.ics", &[], &event("a", "A")).status, 201, "its UIDs are free again");
}
