mod asking;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::ids::{ClientSystemId, EventId, Holder, LinkId};
use crate::outbound::scripted::{Reply, Scripted, Seen};
use crate::outbound::{Outbound, Rules};
use crate::permit::Permit;
use crate::providers::Refusal;
use crate::providers::caldav::{Login, Scheme};
use crate::secret::SecretString;

mod removals;

fn mark() -> Mark {
    Mark::of("instance", &Holder::of(ClientSystemId(1), "+593991234567"))
}

fn key(event: &str) -> RemoteKey {
    RemoteKey::derive(&mark(), LinkId(1), &EventId::new(event).unwrap(), 0)
}

fn version(text: &str) -> Version {
    Version(text.to_owned())
}

/// Opens a calendar of a scripted server.
fn open_at(server: &Scripted, path: &str) -> Calendar<'static> {
    let outbound =
        Outbound::new(Rules { allowed_hosts: vec![server.host()], ..Rules::default() }).under(&Permit::of_operator());
    let url = Url::parse(&server.url(path)).unwrap();
    let login = Login {
        address: server.url(""),
        username: "ana".to_owned(),
        password: SecretString::from("open sesame"),
        scheme: Some(Scheme::Basic),
    };
    Calendar::new(Session::opened(outbound, login, &url, Box::new(|_| ())), &url, mark())
}

fn open(server: &Scripted) -> Calendar<'static> {
    open_at(server, "/c/")
}

fn insert(calendar: &Calendar<'_>, key: &RemoteKey) -> Result<Version, RemoteError> {
    calendar.create(key, "BEGIN:VCALENDAR".to_owned())
}

fn update(calendar: &Calendar, key: &RemoteKey, version: &Version) -> Result<Version, RemoteError> {
    calendar.replace(key, "BEGIN:VCALENDAR".to_owned(), version)
}

fn response(href: &str, properties: &str) -> String {
    format!(
        "<response><href>{href}</href><propstat><prop>{properties}</prop><status>HTTP/1.1 200 OK</status></propstat>\
         </response>"
    )
}

fn multistatus(responses: &[String]) -> Reply {
    Reply::status(207).body(format!(
        "<multistatus xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'>{}</multistatus>",
        responses.concat()
    ))
}

fn etag_of(href: &str, etag: &str) -> String {
    response(href, &format!("<getetag>{etag}</getetag>"))
}

const ITSELF: &str = "<resourcetype><collection/><C:calendar/></resourcetype>";

/// The calendar is there; whatever else is looked at is not.
fn calendar_is_there(seen: &Seen) -> Reply {
    match seen.path.as_str() {
        "/c/" => multistatus(&[response("/c/", ITSELF)]),
        _ => Reply::status(404),
    }
}

fn refused(status: u16, condition: &str) -> Reply {
    let name = format!("<C:{condition}/>");
    Reply::status(status)
        .body(format!("<D:error xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'>{name}</D:error>"))
}

#[test]
fn an_etag_that_came_with_the_answer_costs_one_call() {
    let server = Scripted::start(|_| Reply::status(201).with("ETag", "\"1\""));
    let calendar = open(&server);
    assert_eq!(insert(&calendar, &key("a")), Ok(version("\"1\"")));
    assert_eq!(update(&calendar, &key("a"), &version("\"0\"")), Ok(version("\"1\"")));
    let seen = server.seen();
    assert_eq!(server.lines(), [format!("PUT /c/{}.ics", key("a")), format!("PUT /c/{}.ics", key("a"))]);
    assert_eq!((seen[0].header("if-none-match"), seen[0].header("if-match")), (Some("*"), None));
    assert_eq!((seen[1].header("if-none-match"), seen[1].header("if-match")), (None, Some("\"0\"")));
    assert_eq!(seen[0].header("content-type"), Some("text/calendar; charset=utf-8"));
}

#[test]
fn a_missing_or_weak_etag_is_read_back() {
    for first in [Reply::status(204), Reply::status(201).with("ETag", "W/\"weak\"")] {
        let server = Scripted::start(move |seen| match seen.method.as_str() {
            "PUT" => first.clone(),
            _ => multistatus(&[etag_of(&seen.path, "&quot;strong&quot;")]),
        });
        assert_eq!(insert(&open(&server), &key("a")), Ok(version("\"strong\"")));
        assert_eq!(server.seen()[1].header("depth"), Some("0"));
    }
}

#[test]
fn a_server_that_tells_no_etag_by_propfind_is_asked_by_get() {
    let ways = [
        Reply::status(501),
        Reply::status(405),
        Reply::status(207).body("<multistatus xmlns='DAV:'/>"),
        multistatus(&[response("/c/x", "<getetag/>")]),
    ];
    for (n, way) in ways.into_iter().enumerate() {
        let server = Scripted::start(move |seen| match seen.method.as_str() {
            "PROPFIND" => way.clone(),
            _ => Reply::status(200).with("ETag", "\"got\"").body("text"),
        });
        let found = open(&server).fetch(&key("a"), None);
        if n == 0 {
            assert!(matches!(found, Err(RemoteError::Unsure { .. })), "501 is said by SOGo when it is overloaded");
        } else {
            assert_eq!(found, Ok(Some(version("\"got\"").into())), "{n}");
        }
    }
}

#[test]
fn versions_that_cannot_be_compared_by_the_server_are_compared_by_us() {
    let text = Arc::new(AtomicUsize::new(0));
    let held = Arc::clone(&text);
    let server = Scripted::start(move |seen| match seen.method.as_str() {
        "PROPFIND" => multistatus(&[response(&seen.path, "")]),
        "GET" => Reply::status(200).body(held.load(Ordering::SeqCst).to_string()),
        _ => Reply::status(204),
    });
    let calendar = open(&server);
    let first = calendar.fetch(&key("a"), None).unwrap().unwrap();
    assert!(update(&calendar, &key("a"), &first.version).is_ok());
    let put = server.seen().into_iter().find(|seen| seen.method == "PUT").unwrap();
    assert_eq!((put.header("if-match"), put.header("if-none-match")), (None, None));
    text.store(1, Ordering::SeqCst);
    let puts = || server.lines().iter().filter(|line| line.starts_with("PUT")).count();
    let before = puts();
    assert_eq!(update(&calendar, &key("a"), &first.version), Err(RemoteError::Conflict));
    assert_eq!(puts(), before);
}

#[test]
fn nothing_is_overwritten_where_creation_is_not_guarded() {
    let server = Scripted::start(|seen| match seen.method.as_str() {
        "PROPFIND" => multistatus(&[etag_of(&seen.path, "&quot;1&quot;")]),
        _ => Reply::status(204),
    });
    let calendar = open_at(&server, "/SOGo/dav/ana/Calendar/c/");
    assert_eq!(insert(&calendar, &key("a")), Err(RemoteError::Conflict));
    assert_eq!(server.lines().len(), 1);
}

#[test]
fn a_calendar_that_is_gone_is_lost_in_its_four_disguises() {
    for status in [403, 404, 405, 409] {
        let gone = "<response><href>/c/</href><status>HTTP/1.1 404 Not Found</status></response>".to_owned();
        for look in [Reply::status(404), Reply::status(403), Reply::status(410), multistatus(&[gone])] {
            let looked = look.clone();
            let server = Scripted::start(move |seen| match seen.method.as_str() {
                "PUT" => Reply::status(status),
                _ => looked.clone(),
            });
            let calendar = open(&server);
            let outcomes = [
                insert(&calendar, &key("a")).map(|_| ()),
                update(&calendar, &key("a"), &version("\"1\"")).map(|_| ()),
                calendar.list_ours().map(|_| ()),
            ];
            for outcome in outcomes {
                assert!(matches!(outcome, Err(RemoteError::CalendarLost { .. })), "{status} {look:?}: {outcome:?}");
            }
        }
    }
}

#[test]
fn a_uid_conflict_is_a_name_that_is_taken() {
    let answers = [
        refused(409, "no-uid-conflict"),
        refused(412, "no-uid-conflict"),
        refused(403, "unique-scheduling-object-resource"),
        Reply::status(409).body("Conflict"),
    ];
    for answer in answers {
        let put = answer.clone();
        let server = Scripted::start(move |seen| match seen.method.as_str() {
            "PUT" => put.clone(),
            _ => calendar_is_there(seen),
        });
        let outcome = insert(&open(&server), &key("a"));
        assert!(
            matches!(&outcome, Err(RemoteError::Refused(Refusal { name_taken: true, .. }))),
            "{answer:?}: {outcome:?}"
        );
    }
}

#[test]
fn a_second_look_that_fails_leaves_all_unsure() {
    let server = Scripted::start(|seen| match seen.method.as_str() {
        "PUT" => Reply::status(412),
        _ => Reply::status(502),
    });
    let outcome = insert(&open(&server), &key("a"));
    assert!(matches!(outcome, Err(RemoteError::Unsure { .. })), "{outcome:?}");
}

#[test]
fn no_write_is_repeated_and_a_lost_answer_is_unsure() {
    let server = Scripted::start(|_| Reply::Bytes(Vec::new()));
    let calendar = open(&server);
    let outcomes = [
        insert(&calendar, &key("a")).map(|_| ()),
        update(&calendar, &key("a"), &version("\"1\"")).map(|_| ()),
        calendar.delete(&key("a"), None),
    ];
    for outcome in outcomes {
        assert!(matches!(outcome, Err(RemoteError::Unsure { .. })), "{outcome:?}");
    }
    assert_eq!(server.seen().len(), 3);
    assert!(calendar.fetch(&key("a"), None).is_err());
    assert_eq!(server.seen().len(), 5, "a read is repeated once");
}

#[test]
fn slowing_down_is_asked_for_with_a_time() {
    for status in [429, 503] {
        let server = Scripted::start(move |_| Reply::status(status).with("Retry-After", "9"));
        let outcome = insert(&open(&server), &key("a"));
        let nine = Some(std::time::Duration::from_secs(9));
        assert!(matches!(outcome, Err(RemoteError::Throttled { retry_after, .. }) if retry_after == nine));
    }
}

#[test]
fn what_is_gone_is_deleted_and_what_stays_is_not() {
    for status in [200, 204, 404, 410] {
        let server = Scripted::start(move |_| Reply::status(status));
        assert_eq!(open(&server).delete(&key("a"), None), Ok(()), "{status}");
        assert_eq!(server.seen().len(), 1);
        assert_eq!(server.seen()[0].header("depth"), None);
    }
    let server = Scripted::start(|seen| match seen.method.as_str() {
        "DELETE" => Reply::status(403),
        _ => calendar_is_there(seen),
    });
    assert_eq!(open(&server).delete(&key("a"), None), Ok(()), "refused, and yet it is gone");
    let server = Scripted::start(|seen| match (seen.method.as_str(), seen.path.as_str()) {
        ("DELETE", _) => Reply::status(409),
        (_, "/c/") => multistatus(&[response("/c/", ITSELF)]),
        (_, path) => multistatus(&[etag_of(path, "\"1\"")]),
    });
    let outcome = open(&server).delete(&key("a"), None);
    assert!(matches!(outcome, Err(RemoteError::Refused(_))), "{outcome:?}");
}

#[test]
fn only_what_carries_our_mark_is_listed() {
    let other = Mark::of("instance", &Holder::of(ClientSystemId(1), "+593990000000"));
    let theirs = RemoteKey::derive(&other, LinkId(1), &EventId::new("a").unwrap(), 0);
    let (a, b, c) = (key("a"), key("b"), key("c"));
    let listing = [
        response("/c/", ITSELF),
        etag_of(&format!("/c/{a}.ics"), "\"1\""),
        etag_of(&format!("http://elsewhere.example/c/{b}.ics"), "\"2\""),
        etag_of("/c/holiday.ics", "\"3\""),
        etag_of(&format!("/c/{theirs}.ics"), "\"4\""),
        etag_of(&format!("/c/{c}.ics/deeper.ics"), "\"5\""),
        etag_of(&format!("/other/{c}.ics"), "\"6\""),
        etag_of(&format!("/c/{c}.txt"), "\"7\""),
        response(&format!("/c/{c}.ics/"), "<getetag>\"8\"</getetag><resourcetype><collection/></resourcetype>"),
    ];
    let server = Scripted::start(move |_| multistatus(&listing));
    let mut listed = open(&server).list_ours().unwrap();
    listed.sort_by(|x, y| x.sight.version.0.cmp(&y.sight.version.0));
    let expected = [(a, "\"1\""), (b, "\"2\"")].map(|(key, etag)| Listed { key, sight: version(etag).into() });
    assert_eq!(listed, expected);
    assert_eq!(server.lines(), ["PROPFIND /c/"]);
    assert!(!String::from_utf8_lossy(&server.seen()[0].body).contains("calendar-data"));
}

#[test]
fn a_listing_that_is_not_whole_is_no_listing() {
    let whole = multistatus(&[response("/c/", ITSELF), etag_of(&format!("/c/{}.ics", key("a")), "\"1\"")]);
    let Reply::Answer { body, .. } = whole else { panic!("an answer") };
    let cut = Reply::status(207).body(body.get(..body.len() - 30).unwrap().to_vec());
    let limit = "<response><href>/c/</href><status>HTTP/1.1 507 Insufficient Storage</status></response>".to_owned();
    let limited = multistatus(&[etag_of(&format!("/c/{}.ics", key("a")), "\"1\""), limit]);
    let failed = "<response><href>/c/</href><status>HTTP/1.1 500 Oh</status></response>".to_owned();
    let page = Reply::status(200).body("<html>Sign in</html>");
    for reply in [cut, limited, page, multistatus(&[failed]), Reply::status(500), Reply::status(400)] {
        let answer = reply.clone();
        let server = Scripted::start(move |_| answer.clone());
        let outcome = open(&server).list_ours();
        assert!(matches!(outcome, Err(RemoteError::Unsure { .. })), "{reply:?}: {outcome:?}");
    }
}

#[test]
fn an_empty_answer_is_believed_only_after_a_look_at_the_calendar() {
    let empty = |seen: &Seen, looked: Reply| match seen.header("depth") {
        Some("1") => Reply::status(207).body("<multistatus xmlns='DAV:'/>"),
        _ => looked,
    };
    let server = Scripted::start(move |seen| empty(seen, calendar_is_there(seen)));
    assert_eq!(open(&server).list_ours(), Ok(Vec::new()));
    let server = Scripted::start(move |seen| empty(seen, Reply::status(404)));
    assert!(matches!(open(&server).list_ours(), Err(RemoteError::CalendarLost { .. })));
    let server = Scripted::start(move |seen| empty(seen, Reply::status(500)));
    assert!(matches!(open(&server).list_ours(), Err(RemoteError::Unsure { .. })));
}

#[test]
fn the_trash_bin_is_passed_by_only_where_there_is_one() {
    for (path, expected) in [("/remote.php/dav/calendars/ana/c/", Some("1")), ("/c/", None)] {
        let server = Scripted::start(|_| Reply::status(204));
        open_at(&server, path).delete(&key("a"), None).unwrap();
        assert_eq!(server.seen()[0].header("x-nc-caldav-no-trashbin"), expected, "{path}");
    }
}
