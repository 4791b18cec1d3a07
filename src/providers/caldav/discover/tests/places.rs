//! Where accounts are found, and which of their homes and calendars are used.

use super::*;

fn found_at(server: &Scripted, path: &str) -> Result<Account, DiscoverError> {
    account(&outbound(&[server]), &login(&server.url(path)))
}

#[test]
fn a_path_that_lost_its_slash_is_tried_with_it() {
    let server = Scripted::start(|seen| match seen.path.as_str() {
        "/dav/" => principal("/p/"),
        "/" => Reply::status(405).body("<html>hello</html>"),
        "/.well-known/caldav" => Reply::status(301).with("Location", "/sso/login"),
        _ => account_at(seen),
    });
    assert_eq!(calendars(&found_at(&server, "/dav").unwrap()), ["/h/c/"]);
    let server = Scripted::start(|seen| if seen.path == "/dav" { principal("/p/") } else { account_at(seen) });
    assert_eq!(calendars(&found_at(&server, "/dav").unwrap()), ["/h/c/"], "and without it, as it was typed");
}

#[test]
fn a_server_is_found_where_it_usually_is_though_its_root_leads_nowhere() {
    for place in ["/SOGo/dav/", "/remote.php/dav/", "/dav.php/", "/caldav.php/", "/dav/"] {
        let server = Scripted::start(move |seen| match seen.path.as_str() {
            path if path == place => match seen.header("authorization") {
                None => Reply::status(401).with("WWW-Authenticate", "basic realm=\"SOGo\""),
                Some(_) => principal("/p/"),
            },
            "/p/" | "/h/" => account_at(seen),
            "/SOGo" => Reply::status(302).with("Location", "/SOGo/"),
            // Whatever is asked for, here is a page.
            _ => Reply::status(200).body("<!DOCTYPE html><html><head><title>SOGo</title></head></html>"),
        });
        for typed in ["", "/", "/SOGo", "/SOGo/", "/SOGo/so/ana/view#!/Calendar"] {
            assert_eq!(calendars(&found_at(&server, typed).unwrap()), ["/h/c/"], "{place} from {typed:?}");
        }
    }
    let page = Scripted::start(|_| Reply::status(200).body("<html><title>Bakery</title></html>"));
    let error = found_at(&page, "/").unwrap_err();
    assert!(matches!(&error, DiscoverError::Unreachable { why: Unreachable::NotFound, .. }), "{error}");
    assert!(error.to_string().contains("/.well-known/caldav is no CalDAV server"), "{error}");
    assert!(error.to_string().contains("“Bakery”"), "{error}");
}

/// Homes `/mine/` and others; `/mine/` has one calendar, and calendars are made wherever `makes` says.
fn with_homes(
    named: &'static [&'static str],
    makes: &'static str,
    others: impl Fn(&str) -> Reply + Send + Sync + 'static,
) -> Scripted {
    Scripted::start(move |seen| match (seen.method.as_str(), seen.path.as_str()) {
        ("PROPFIND", "/") => principal("/p/"),
        ("PROPFIND", "/p/") => homes(named),
        ("PROPFIND", "/mine/") => home("/mine/", "/p/", "/mine/c/"),
        ("PROPFIND", path) if path.matches('/').count() == 2 => others(path),
        ("MKCALENDAR" | "MKCOL", path) => Reply::status(if path.starts_with(makes) { 201 } else { 403 }),
        _ => Reply::status(404),
    })
}

/// A home with its owner and one calendar.
fn home(href: &str, owner: &str, calendar: &str) -> Reply {
    Reply::status(207).body(format!(
        "<multistatus xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'>\
         <response><href>{href}</href><propstat><prop><resourcetype><collection/></resourcetype><owner>{owner}</owner></prop>\
         <status>HTTP/1.1 200 OK</status></propstat></response>\
         <response><href>{calendar}</href><propstat><prop><resourcetype><collection/><C:calendar/></resourcetype></prop>\
         <status>HTTP/1.1 200 OK</status></propstat></response></multistatus>",
        owner = if owner.is_empty() { String::new() } else { format!("<href>{owner}</href>") }
    ))
}

/// Where the calendar was made first, without its last part.
fn made_in(server: &Scripted, account: &Account) -> String {
    let _ = caldav::create_calendar(&outbound(&[server]), &login(&server.url("")), account, "Citas");
    let tried = server.lines().into_iter().rfind(|line| line.starts_with("MKCALENDAR "));
    tried.unwrap().trim_start_matches("MKCALENDAR ").split("citas-").next().unwrap().to_owned()
}

#[test]
fn homes_that_are_closed_or_missing_are_left_out() {
    for status in [401, 403, 404, 410, 501] {
        for named in [&["/group/", "/mine/"][..], &["/mine/", "/group/"], &["/group/", "/mine/", "/gone/"]] {
            let server = with_homes(named.to_vec().leak(), "/mine/", move |_| Reply::status(status));
            let account = found_at(&server, "/").unwrap();
            assert_eq!(calendars(&account), ["/mine/c/"], "{status} {named:?}");
            assert_eq!(made_in(&server, &account), "/mine/", "{status} {named:?}");
        }
    }
}

#[test]
fn where_no_home_can_be_used_the_first_one_says_why() {
    let server = Scripted::start(|seen| match seen.path.as_str() {
        "/" => principal("/p/"),
        "/p/" => homes(&["/a/", "/b/"]),
        "/a/" => Reply::status(403).body("Ask your administrator"),
        _ => Reply::status(404),
    });
    let error = found_at(&server, "/").unwrap_err();
    assert!(matches!(&error, DiscoverError::Unreachable { why: Unreachable::NotFound, .. }), "{error}");
    assert!(
        error.to_string().contains("/a/ says: the server does not allow it (HTTP 403): “Ask your administrator”"),
        "{error}"
    );
}

#[test]
fn a_new_calendar_is_made_at_home_and_not_in_a_group_s() {
    let group = |_: &str| home("/group/", "/groups/choir/", "/group/c/");
    let server = with_homes(&["/group/", "/mine/"], "/", group);
    let account = found_at(&server, "/").unwrap();
    assert_eq!(calendars(&account), ["/group/c/", "/mine/c/"]);
    assert_eq!(made_in(&server, &account), "/mine/");
    // One that refuses is followed by the next; a group's is not asked, whoever refuses.
    let other = |path: &str| home(path, if path == "/group/" { "/groups/choir/" } else { "" }, "/other/c/");
    let server = with_homes(&["/group/", "/mine/", "/other/"], "/other/", other);
    let account = found_at(&server, "/").unwrap();
    assert_eq!(made_in(&server, &account), "/other/");
    assert!(server.lines().iter().all(|line| !line.starts_with("MKCALENDAR /group/")), "{:?}", server.lines());
    // A server that tells of no owner is taken at its word, in its order.
    let server = Scripted::start(|seen| match (seen.method.as_str(), seen.path.as_str()) {
        ("PROPFIND", "/") => principal("/p/"),
        ("PROPFIND", "/p/") => homes(&["/first/", "/second/"]),
        ("PROPFIND", path) => home(path, "", "/first/c/"),
        _ => Reply::status(201),
    });
    let account = found_at(&server, "/").unwrap();
    assert_eq!(made_in(&server, &account), "/first/");
}

#[test]
fn a_home_that_is_not_well_is_not_passed_over_for_another() {
    let server = with_homes(&["/down/", "/mine/"], "/", |_| Reply::status(502));
    let account = found_at(&server, "/").unwrap();
    assert_eq!(account.homes.iter().map(Url::path).collect::<Vec<_>>(), ["/mine/", "/down/"], "this one is ours");
    let unsaid = Scripted::start(|seen| match seen.path.as_str() {
        "/" => principal("/p/"),
        "/p/" => homes(&["/down/", "/other/"]),
        "/other/" => home("/other/", "", "/other/c/"),
        _ => Reply::status(502),
    });
    let account = found_at(&unsaid, "/").unwrap();
    assert_eq!(account.homes[0].path(), "/down/", "where nobody says whose they are, the order stays");
}

#[test]
fn the_address_of_a_calendar_means_that_calendar() {
    let server = Scripted::start(|seen| match (seen.path.as_str(), seen.header("depth")) {
        ("/h/c/" | "/h/c", Some("0")) => calendar("/h/c/", "Casa"),
        ("/shared/choir/", Some("0")) => multistatus(
            "/shared/choir/",
            "<current-user-principal><href>/p/</href></current-user-principal><resourcetype><collection/><C:calendar/>\
             </resourcetype><displayname>Coro</displayname>",
        ),
        ("/.well-known/caldav", _) => principal("/p/"),
        ("/h/", Some("0")) => Reply::status(404),
        _ => account_at(seen),
    });
    let meant = |typed: &str| {
        let account = found_at(&server, typed).unwrap();
        let known = |url: &Url| account.calendars.iter().any(|calendar| calendar.url == *url);
        assert!(account.meant.as_ref().is_none_or(known), "{account:?}");
        account.meant.map(|url| url.path().to_owned())
    };
    assert_eq!(meant("/h/c/").as_deref(), Some("/h/c/"));
    assert_eq!(meant("/h/c").as_deref(), Some("/h/c/"));
    assert_eq!(meant("/shared/choir/").as_deref(), Some("/shared/choir/"), "though it is in none of the homes");
    for elsewhere in ["", "/h/", "/p/", "/h/unknown/"] {
        assert_eq!(meant(elsewhere), None, "{elsewhere}");
    }
}
