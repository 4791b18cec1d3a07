//! REPORT.

use super::*;

const PERSONAL: &str = "REPORT /dav/calendars/alice/personal/";

fn filled() -> CalDav {
    let site = site(Quirks::default());
    put(&site, "personal/a.ics", &[], &event("a", "Uno <&>"));
    put(
        &site,
        "personal/b.ics",
        &[],
        &event("b", "Dos").replace("20261105", "20261205").replace("X-MARK:m", "X-OTHER:o"),
    );
    let weekly = event("c", "Serie").replace("X-MARK:m", "RRULE:FREQ=WEEKLY");
    put(&site, "personal/c.ics", &[], &weekly);
    site
}

fn last_parts(heard: &Heard) -> Vec<String> {
    found(heard).into_iter().map(|(href, _)| href.rsplit('/').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn multiget_answers_each_href_in_every_writing() {
    let site = filled();
    let hrefs = [
        "/dav/calendars/alice/personal/a.ics",
        "http://sim.example/dav/calendars/alice/personal/%62.ics",
        "/dav/calendars/alice/personal/none.ics",
        "/dav/calendars/bob/personal/a.ics",
    ];
    let hrefs: String = hrefs.iter().map(|href| format!("<D:href>{href}</D:href>")).collect();
    let body = format!(
        "<C:calendar-multiget xmlns:D=\"DAV:\" xmlns:C=\"{CALDAV}\"><D:prop><D:getetag/><C:calendar-data/></D:prop>{hrefs}</C:calendar-multiget>"
    );
    let heard = ask(&site, PERSONAL, &[], &body);
    let list = found(&heard);
    let there: Vec<_> = list.iter().map(|(_, prop)| prop.is_some()).collect();
    assert_eq!((heard.status, there), (207, vec![true, true, false, false]));
    let data = list[0].1.as_ref().and_then(|prop| prop.child(CALDAV, "calendar-data")).expect("data").text();
    assert_eq!(data, event("a", "Uno <&>").trim_end());
}

fn query(site: &CalDav, filter: &str) -> Heard {
    let body = format!(
        "<calendar-query xmlns=\"{CALDAV}\" xmlns:D=\"DAV:\"><D:prop><D:getetag/></D:prop><filter><comp-filter name=\"VCALENDAR\">{filter}</comp-filter></filter></calendar-query>"
    );
    ask(site, PERSONAL, &[("depth", "1")], &body)
}

#[test]
fn a_query_filters_by_time_and_by_property() {
    let site = filled();
    let events =
        |inside: &str| last_parts(&query(&site, &format!("<comp-filter name=\"VEVENT\">{inside}</comp-filter>")));
    assert_eq!(events("<time-range start=\"20261105T000000Z\" end=\"20261106T000000Z\"/>"), ["a.ics", "c.ics"]);
    assert_eq!(events("<time-range start=\"20261105T110000Z\" end=\"20261205T100001Z\"/>"), ["b.ics", "c.ics"]);
    assert_eq!(events("<time-range end=\"20261105T100000Z\"/>"), [""; 0]);
    assert_eq!(events("<prop-filter name=\"UID\"><text-match>b</text-match></prop-filter>"), ["b.ics"]);
    assert_eq!(events("<prop-filter name=\"X-OTHER\"/>"), ["b.ics"]);
    assert_eq!(events("<prop-filter name=\"RRULE\"><is-not-defined/></prop-filter>"), ["a.ics", "b.ics"]);
    assert_eq!(
        events("<prop-filter name=\"SUMMARY\"><text-match negate-condition=\"yes\">UNO</text-match></prop-filter>"),
        ["b.ics", "c.ics"]
    );
    assert_eq!(last_parts(&query(&site, "")).len(), 3);
    assert_eq!(last_parts(&query(&site, "<comp-filter name=\"VTODO\"/>")).len(), 0);
    let bad = query(&site, "<comp-filter name=\"VEVENT\"><time-range start=\"tomorrow\"/></comp-filter>");
    assert_eq!((bad.status, precondition(&bad).0.as_str()), (403, "valid-filter"));
}

fn sync(site: &CalDav, token: &str) -> (u16, Vec<(String, bool)>, String) {
    let body = format!(
        "<sync-collection xmlns=\"DAV:\"><sync-token>{token}</sync-token><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>"
    );
    let heard = ask(site, PERSONAL, &[("depth", "0")], &body);
    if heard.status != 207 {
        return (heard.status, Vec::new(), precondition(&heard).0);
    }
    let token = read(&heard.body).expect("XML").child(DAV, "sync-token").expect("a token").text();
    let name = |href: String| href.rsplit('/').next().unwrap_or_default().to_owned();
    (207, found(&heard).into_iter().map(|(href, prop)| (name(href), prop.is_some())).collect(), token)
}

#[test]
fn sync_tells_what_changed_and_what_went() {
    let site = filled();
    let (_, all, first) = sync(&site, "");
    assert_eq!(all.len(), 3);
    assert_eq!(sync(&site, &first).1, []);
    put(&site, "personal/b.ics", &[], &event("b", "Otra"));
    put(&site, "personal/d.ics", &[], &event("d", "D"));
    ask(&site, "DELETE /dav/calendars/alice/personal/a.ics", &[], "");
    ask(&site, "DELETE /dav/calendars/alice/personal/d.ics", &[], "");
    let (_, changes, second) = sync(&site, &first);
    let wanted = [("b.ics", true), ("a.ics", false), ("d.ics", false)].map(|(name, there)| (name.to_owned(), there));
    assert_eq!(changes, wanted);
    assert_eq!(sync(&site, &second).1, []);
    assert_eq!(sync(&site, "").1.len(), 2, "a first sync tells of no deletion");
}

#[test]
fn a_token_of_another_calendar_or_of_the_future_is_refused() {
    let site = filled();
    let (_, _, token) = sync(&site, "");
    ask(&site, "DELETE /dav/calendars/alice/personal/", &[], "");
    ask(&site, "MKCALENDAR /dav/calendars/alice/personal/", &[], "");
    for uid in ["d", "e", "f", "g"] {
        put(&site, &format!("personal/{uid}.ics"), &[], &event(uid, "as many changes as before"));
    }
    for bad in [token.as_str(), "nonsense", "urn:x-simulator:sync:1:999999"] {
        assert_eq!(sync(&site, bad), (403, Vec::new(), "valid-sync-token".to_owned()), "{bad}");
    }
}

#[test]
fn a_truncated_sync_goes_on_where_it_stopped() {
    let site = filled();
    site.lock().quirks.sync_page = Some(2);
    let (_, first, token) = sync(&site, "");
    assert_eq!(first.len(), 3, "two members and the collection with 507");
    assert_eq!(first[2], (String::new(), false));
    let (_, rest, _) = sync(&site, &token);
    assert_eq!(rest.len(), 1);
}

#[test]
fn an_unknown_report_is_refused() {
    let site = filled();
    let body = format!("<free-busy-query xmlns=\"{CALDAV}\"/>");
    let heard = ask(&site, PERSONAL, &[], &body);
    assert_eq!((heard.status, precondition(&heard).0.as_str()), (403, "supported-report"));
    assert_eq!(ask(&site, PERSONAL, &[], "").status, 400);
}
