//! Each bad habit shows, and only when it is switched on.

use super::*;

fn with(change: impl FnOnce(&mut Quirks)) -> CalDav {
    let mut quirks = Quirks::default();
    change(&mut quirks);
    site(quirks)
}

#[test]
fn calendars_cannot_be_made_or_get_numbers_or_lose_their_names() {
    let make = |site: &CalDav| {
        let body = format!(
            "<c:mkcalendar xmlns:c=\"{CALDAV}\" xmlns=\"DAV:\"><set><prop><displayname>N</displayname></prop></set></c:mkcalendar>"
        );
        ask(site, "MKCALENDAR /dav/calendars/alice/mine/", &[], &body).status
    };
    let none = with(|quirks| quirks.no_mkcalendar = true);
    assert_eq!((make(&none), names(&none).len()), (403, 1));
    let numbered = with(|quirks| quirks.numeric_calendar_names = true);
    assert_eq!(make(&numbered), 201);
    let listed = names(&numbered);
    assert!(listed.len() == 2 && listed.iter().any(|name| name.parse::<u64>().is_ok()), "{listed:?}");
    assert_eq!(put(&numbered, "mine/a.ics", &[], &event("a", "A")).status, 409);
    let nameless = with(|quirks| quirks.no_display_name_at_creation = true);
    assert_eq!(make(&nameless), 201);
    assert!(ask(&nameless, "GET /__sim/calendars/alice", &[], "").body.contains(r#""display_name":null"#));
}

#[test]
fn a_new_calendar_may_come_late_and_never_go() {
    let late = with(|quirks| quirks.late_calendar = 2);
    ask(&late, "MKCALENDAR /dav/calendars/alice/mine/", &[], "");
    let tries: Vec<_> = (0..3).map(|_| put(&late, "mine/a.ics", &[], &event("a", "A")).status).collect();
    assert_eq!(tries, [404, 404, 201]);
    let kept = with(|quirks| quirks.no_calendar_delete = true);
    assert_eq!(ask(&kept, "DELETE /dav/calendars/alice/personal/", &[], "").status, 403);
}

#[test]
fn a_read_only_calendar_says_so_and_stays_as_it_is() {
    let site = with(|quirks| quirks.read_only = vec!["personal".into()]);
    let body = "<propfind xmlns=\"DAV:\"><prop><current-user-privilege-set/></prop></propfind>";
    let heard = ask(&site, "PROPFIND /dav/calendars/alice/personal/", &[("depth", "0")], body);
    assert!(!heard.body.contains("write"));
    let refused = put(&site, "personal/a.ics", &[], &event("a", "A"));
    assert_eq!((refused.status, precondition(&refused).0.as_str()), (403, "need-privileges"));
}

#[test]
fn the_status_for_a_gone_calendar_and_a_known_uid_can_be_chosen() {
    for status in [403, 404, 405, 409] {
        let site = with(|quirks| quirks.calendar_gone = status);
        assert_eq!(put(&site, "gone/a.ics", &[], &event("a", "A")).status, status);
    }
    for status in [403, 409, 412] {
        let site = with(|quirks| quirks.uid_conflict = status);
        put(&site, "personal/a.ics", &[], &event("a", "A"));
        assert_eq!(put(&site, "personal/b.ics", &[], &event("a", "A")).status, status);
    }
    let loose = with(|quirks| quirks.uid_per_calendar = true);
    ask(&loose, "MKCALENDAR /dav/calendars/alice/other/", &[], "");
    put(&loose, "personal/a.ics", &[], &event("a", "A"));
    assert_eq!(put(&loose, "other/a.ics", &[], &event("a", "A")).status, 201);
    assert_eq!(put(&loose, "other/b.ics", &[], &event("a", "A")).status, 403);
    ask(&loose, "DELETE /dav/calendars/alice/other/a.ics", &[], "");
    assert_eq!(put(&loose, "other/b.ics", &[], &event("a", "A")).status, 201);
}

#[test]
fn etags_may_be_missing_weak_or_fresh() {
    let tag = |site: &CalDav| put(site, "personal/a.ics", &[], &event("a", "A")).header("etag").to_owned();
    assert_eq!(tag(&with(|quirks| quirks.no_etag_on_put = true)), "");
    let weak = with(|quirks| quirks.weak_etag_on_put = true);
    let given = tag(&weak);
    let strong = ask(&weak, "GET /dav/calendars/alice/personal/a.ics", &[], "").header("etag").to_owned();
    assert_eq!(given, format!("W/{strong}"));
    let fresh = with(|quirks| quirks.new_etag_on_same_bytes = true);
    assert_ne!(tag(&fresh), tag(&fresh));
}

#[test]
fn a_rewritten_body_means_the_same_and_has_its_own_etag() {
    let site = with(|quirks| quirks.rewrites_body = true);
    let sent = event("a", "A");
    let tag = put(&site, "personal/a.ics", &[], &sent).header("etag").to_owned();
    let got = ask(&site, "GET /dav/calendars/alice/personal/a.ics", &[], "");
    assert_ne!(got.body, sent);
    assert!(got.body.contains("CLASS:PUBLIC") && got.body.contains("X-MARK:m") && got.header("etag") == tag);
    let dropping = with(|quirks| quirks.drops_x_properties = true);
    put(&dropping, "personal/a.ics", &[], &sent);
    assert!(!ask(&dropping, "GET /dav/calendars/alice/personal/a.ics", &[], "").body.contains("X-MARK"));
}

#[test]
fn preconditions_may_be_ignored_or_turned_round() {
    let sogo = with(|quirks| (quirks.ignores_if_none_match, quirks.ignores_if_match_on_delete) = (true, true));
    put(&sogo, "personal/a.ics", &[], &event("a", "A"));
    assert_eq!(put(&sogo, "personal/a.ics", &[("if-none-match", "*")], &event("a", "B")).status, 204);
    assert_eq!(put(&sogo, "personal/a.ics", &[("if-match", "\"x\"")], &event("a", "C")).status, 412);
    assert_eq!(ask(&sogo, "DELETE /dav/calendars/alice/personal/a.ics", &[("if-match", "\"x\"")], "").status, 204);
    let star = |site: &CalDav| put(site, "personal/a.ics", &[("if-match", "*")], &event("a", "A")).status;
    let icloud = with(|quirks| quirks.inverts_if_match_star = true);
    assert_eq!((star(&icloud), star(&icloud)), (201, 412));
    let usual = site(Quirks::default());
    assert_eq!(star(&usual), 412);
    put(&usual, "personal/a.ics", &[], &event("a", "A"));
    assert_eq!(star(&usual), 204);
}

#[test]
fn hrefs_may_be_absolute_encoded_or_on_another_host() {
    let home = |site: &CalDav| {
        let body =
            format!("<propfind xmlns=\"DAV:\"><prop><c:calendar-home-set xmlns:c=\"{CALDAV}\"/></prop></propfind>");
        let heard = ask(site, "PROPFIND /dav/principals/alice/", &[("depth", "0")], &body);
        let prop = found(&heard).remove(0).1.expect("found");
        prop.elements().next().and_then(|home| home.child(DAV, "href")).expect("an href").text()
    };
    assert_eq!(home(&with(|quirks| quirks.absolute_hrefs = true)), "http://sim.example/dav/calendars/alice/");
    let moved = with(|quirks| quirks.other_host_home = Some("http://p07.example:1".into()));
    assert_eq!(home(&moved), "http://p07.example:1/dav/calendars/alice/");
    let encoded = with(|quirks| quirks.encoded_hrefs = true);
    put(&encoded, "personal/a-b.ics", &[], &event("a", "A"));
    let heard = ask(&encoded, "PROPFIND /dav/calendars/alice/personal/", &[("depth", "1")], "");
    assert_eq!(found(&heard)[1].0, "/dav/calendars/alice/personal/a%2Db.ics");
}

#[test]
fn a_challenge_or_a_sync_may_be_missing() {
    let silent = with(|quirks| quirks.no_www_authenticate = true);
    let heard = wire::ask(&silent, "PROPFIND /dav/", &[], "");
    assert_eq!((heard.status, heard.header("www-authenticate")), (401, ""));
    let body = |token: &str| {
        format!("<sync-collection xmlns=\"DAV:\"><sync-token>{token}</sync-token><prop/></sync-collection>")
    };
    let report = |site: &CalDav, token: &str| ask(site, "REPORT /dav/calendars/alice/personal/", &[], &body(token));
    let without = report(&with(|quirks| quirks.no_sync = true), "");
    assert_eq!((without.status, precondition(&without).0.as_str()), (403, "supported-report"));
    let forgetful = with(|quirks| quirks.forgets_sync_tokens = true);
    let first = report(&forgetful, "");
    let token = read(&first.body).expect("XML").child(DAV, "sync-token").expect("a token").text();
    assert_eq!(precondition(&report(&forgetful, &token)).0, "valid-sync-token");
}

#[test]
fn quirks_are_switched_while_it_runs_and_bad_ones_change_nothing() {
    let site = site(Quirks::default());
    assert_eq!(ask(&site, "PUT /__sim/quirks", &[], r#"{"no_mkcalendar": true}"#).status, 200);
    for bad in
        [r#"{"no_such": true}"#, r#"{"calendar_gone": 500}"#, r#"{"uid_conflict": 200}"#, r#"{"sync_page": 0}"#, "{"]
    {
        assert_eq!(ask(&site, "PUT /__sim/quirks", &[], bad).status, 400, "{bad}");
    }
    assert!(ask(&site, "GET /__sim/quirks", &[], "").body.contains(r#""no_mkcalendar":true"#));
}
