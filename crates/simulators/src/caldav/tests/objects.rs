//! GET, PUT and DELETE of objects.

use super::*;

#[test]
fn an_object_lives_from_put_to_delete_under_strong_etags() {
    let site = site(Quirks::default());
    let created = put(&site, "personal/a.ics", &[("if-none-match", "*")], &event("a", "Uno"));
    let etag = created.header("etag").to_owned();
    assert_eq!((created.status, etag.starts_with('"')), (201, true));
    let got = ask(&site, "GET /dav/calendars/alice/personal/a.ics", &[], "");
    assert_eq!((got.status, got.header("etag"), got.body.as_str()), (200, etag.as_str(), event("a", "Uno").as_str()));
    assert!(got.header("content-type").starts_with("text/calendar"));

    let same = put(&site, "personal/a.ics", &[("if-match", &etag)], &event("a", "Uno"));
    assert_eq!((same.status, same.header("etag")), (204, etag.as_str()), "the same bytes have the same tag");
    let changed = put(&site, "personal/a.ics", &[("if-match", &etag)], &event("a", "Dos"));
    assert_eq!(changed.status, 204);
    assert_ne!(changed.header("etag"), etag);

    for (name, value) in [("if-none-match", "*"), ("if-match", etag.as_str()), ("if-match", "W/\"x\"")] {
        assert_eq!(put(&site, "personal/a.ics", &[(name, value)], &event("a", "Tres")).status, 412, "{name}: {value}");
    }
    let delete = |tag: &str| ask(&site, "DELETE /dav/calendars/alice/personal/a.ics", &[("if-match", tag)], "").status;
    assert_eq!((delete(&etag), delete(changed.header("etag"))), (412, 204));
    assert_eq!(ask(&site, "DELETE /dav/calendars/alice/personal/a.ics", &[], "").status, 404);
    assert_eq!(ask(&site, "GET /dav/calendars/alice/personal/a.ics", &[], "").status, 404);
    assert_eq!(put(&site, "personal/a.ics", &[("if-match", &etag)], &event("a", "Uno")).status, 412, "not there");
}

#[test]
fn a_uid_is_in_one_object_of_one_calendar() {
    let site = site(Quirks::default());
    ask(&site, "MKCALENDAR /dav/calendars/alice/other/", &[], "");
    put(&site, "personal/a%40x.ics", &[], &event("a", "A"));
    for place in ["other/b.ics", "personal/b.ics"] {
        let heard = put(&site, place, &[], &event("a", "A"));
        assert_eq!(heard.status, 403);
        let wanted = ("no-uid-conflict".to_owned(), "/dav/calendars/alice/personal/a@x.ics".to_owned());
        assert_eq!(precondition(&heard), wanted);
    }
    let another = put(&site, "personal/a%40x.ics", &[], &event("b", "B"));
    assert_eq!((another.status, precondition(&another).0.as_str()), (403, "no-uid-conflict"));
    ask(&site, "DELETE /dav/calendars/alice/personal/a%40x.ics", &[], "");
    assert_eq!(put(&site, "other/b.ics", &[], &event("a", "A")).status, 201, "free again");
}

#[test]
fn a_put_into_nowhere_or_of_something_else_is_refused() {
    let site = site(Quirks::default());
    assert_eq!(put(&site, "gone/a.ics", &[], &event("a", "A")).status, 409);
    assert_eq!(put(&site, "personal/", &[], &event("a", "A")).status, 405);
    let json = put(&site, "personal/a.ics", &[("content-type", "application/json")], "{}");
    assert_eq!((json.status, precondition(&json).0.as_str()), (403, "supported-calendar-data"));
    let bad = put(&site, "personal/a.ics", &[], "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
    assert_eq!((bad.status, precondition(&bad).0.as_str()), (403, "valid-calendar-data"));
    assert_eq!(ask(&site, "MOVE /dav/calendars/alice/personal/a.ics", &[], "").status, 405);
    assert_eq!(ask(&site, "GET /dav/calendars/alice/personal/", &[], "").status, 405);
}

#[test]
fn guests_count_as_mail_sent() {
    let site = site(Quirks::default());
    let guests = event("a", "A\r\nORGANIZER:mailto:o@x\r\nATTENDEE;SCHEDULE-AGENT=NONE:mailto:g@x");
    assert_eq!(put(&site, "personal/a.ics", &[], &guests).status, 201);
    let mails = || ask(&site, "GET /__sim/mails", &[], "").body;
    assert_eq!(mails(), r#"[{"uid":"a","to":"mailto:o@x"}]"#);
    assert_eq!(ask(&site, "DELETE /__sim/mails", &[], "").status, 204);
    assert_eq!(mails(), "[]");
}

#[test]
fn a_calendar_goes_only_in_the_state_whose_token_is_named() {
    let site = site(Quirks::default());
    let token = || {
        let body = "<propfind xmlns=\"DAV:\"><prop><sync-token/></prop></propfind>";
        let heard = ask(&site, "PROPFIND /dav/calendars/alice/personal/", &[("depth", "0")], body);
        let (_, behind) = heard.body.split_once("urn:x-simulator:sync:").expect("a token");
        format!("(<urn:x-simulator:sync:{}>)", behind.split('<').next().expect("its end"))
    };
    let delete = |token: &str| ask(&site, "DELETE /dav/calendars/alice/personal/", &[("if", token)], "").status;
    let old = token();
    put(&site, "personal/a.ics", &[], &event("a", "A"));
    assert_eq!((delete(&old), delete("(<urn:another>)")), (412, 412));
    assert_eq!(ask(&site, "GET /dav/calendars/alice/personal/a.ics", &[], "").status, 200);
    assert_eq!(delete(&token()), 204);
}
