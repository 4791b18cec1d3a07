//! Making a calendar.

use super::*;

/// A server on which `refuses` says no to ways of making calendars, and which then lists `listed`.
fn maker(refuses: &'static [(&'static str, u16)], listed: &'static str, name: &'static str) -> Scripted {
    Scripted::start(move |seen| match seen.method.as_str() {
        "PROPFIND" if seen.path == "/h/" => calendar(listed, name),
        "PROPFIND" => Reply::status(404),
        method => Reply::status(refuses.iter().find(|(m, _)| *m == method).map_or(201, |(_, status)| *status)),
    })
}

fn create(server: &Scripted) -> Result<caldav::CalendarInfo, DiscoverError> {
    create_by(&outbound(&[server]), server)
}

fn create_by(outbound: &Outbound, server: &Scripted) -> Result<caldav::CalendarInfo, DiscoverError> {
    let url = |path: &str| Url::parse(&server.url(path)).unwrap();
    let (principal, homes, scheme) = (url("/p/"), vec![url("/h/")], Some(caldav::Scheme::Basic));
    let account = Account { principal, homes, calendars: Vec::new(), meant: None, scheme };
    caldav::create_calendar(outbound, &login(&server.url("")), &account, "Citas ñ")
}

#[test]
fn a_new_calendar_is_adopted_where_the_server_lists_it() {
    let server = maker(&[], "/h/4711/", "Citas ñ");
    let made = create(&server).unwrap();
    assert_eq!((made.url.path(), made.name.as_str(), made.writable), ("/h/4711/", "Citas ñ", true));
    assert!(server.lines()[0].starts_with("MKCALENDAR /h/citas-"), "{:?}", server.lines());
    assert_ne!(
        server.lines()[0],
        {
            create(&server).unwrap();
            server.lines()[2].clone()
        },
        "two tries, two paths"
    );
}

#[test]
fn extended_mkcol_follows_a_refused_mkcalendar() {
    for status in [400, 403, 404, 405, 409, 415, 501] {
        let refuses: &'static [(&str, u16)] = vec![("MKCALENDAR", status)].leak();
        let server = maker(refuses, "/h/4711/", "Citas ñ");
        assert!(create(&server).is_ok(), "{status}");
        assert!(server.lines()[1].starts_with("MKCOL /h/citas-"), "{status}: {:?}", server.lines());
        let refuses: &'static [(&str, u16)] = vec![("MKCALENDAR", status), ("MKCOL", 403)].leak();
        let outcome = create(&maker(refuses, "/h/4711/", "Citas ñ"));
        assert!(matches!(outcome, Err(DiscoverError::CannotCreate(_))), "{status}: {outcome:?}");
    }
    let refused = |status| {
        let refuses: &'static [(&str, u16)] = vec![("MKCALENDAR", status)].leak();
        let server = maker(refuses, "/h/4711/", "Citas ñ");
        let outcome = create(&server);
        assert_eq!(server.seen().len(), 1, "{status}");
        outcome.unwrap_err().to_string()
    };
    assert_eq!(refused(429), "the server does not let us make a calendar: it asks to slow down (HTTP 429)");
    assert_eq!(refused(507), "the account is full: make room in it, then synchronise again (HTTP 507)");
}

#[test]
fn a_calendar_that_was_made_although_that_was_put_off_is_found_under_its_path() {
    let made = Arc::new(Mutex::new(String::new()));
    let server = Scripted::start(move |seen| {
        let mut made = made.lock().unwrap();
        match seen.method.as_str() {
            "MKCALENDAR" if made.is_empty() => {
                made.clone_from(&seen.path);
                Reply::status(503).with("Retry-After", "0")
            }
            "MKCALENDAR" => Reply::status(405),
            "MKCOL" => Reply::status(405),
            _ => calendar(&made, "Citas ñ"),
        }
    });
    let patience = Patience::of(&Clock::standing(jiff::Timestamp::UNIX_EPOCH), std::time::Duration::from_secs(1));
    let found = create_by(&outbound(&[&server]).patient(&patience), &server).unwrap();
    let lines = server.lines();
    assert_eq!(format!("MKCALENDAR {}", found.url.path()), lines[0]);
    assert_eq!(lines[0], lines[1], "the same request again");
}

#[test]
fn a_name_that_the_server_forgot_is_set_again() {
    let name = Arc::new(Mutex::new(("/h/none/".to_owned(), "Unnamed")));
    let server = Scripted::start(move |seen| {
        let mut kept = name.lock().unwrap();
        match seen.method.as_str() {
            "PROPFIND" => return calendar(&kept.0, kept.1),
            "MKCALENDAR" => kept.0 = seen.path.clone(),
            _ => kept.1 = "Citas ñ",
        }
        Reply::status(201)
    });
    assert_eq!(create(&server).unwrap().name, "Citas ñ");
    let methods: Vec<_> = server.seen().into_iter().map(|seen| seen.method).collect();
    assert_eq!(methods, ["MKCALENDAR", "PROPFIND", "PROPPATCH", "PROPFIND"]);
}

#[test]
fn a_name_that_the_server_refuses_is_no_failure_and_neither_is_a_listing_that_lags() {
    for status in [207, 403, 409, 500] {
        let server = Scripted::start(move |seen| match (seen.method.as_str(), seen.path.as_str()) {
            ("PROPFIND", "/h/") => Reply::status(207).body("<multistatus xmlns='DAV:'/>"),
            ("PROPFIND", path) => calendar(path, "4711"),
            ("PROPPATCH", _) => Reply::status(status),
            _ => Reply::status(201),
        });
        let made = create(&server).unwrap();
        assert_eq!(made.name, "4711", "{status}");
        assert_eq!(server.lines().iter().filter(|line| line.starts_with("PROPPATCH")).count(), 1, "{status}");
    }
}

#[test]
fn a_calendar_that_nobody_shows_is_not_taken_for_made() {
    let outcome = create(&maker(&[], "/h/4711/", "Another"));
    assert!(matches!(outcome, Err(DiscoverError::Unreachable { .. })), "{outcome:?}");
}

#[test]
fn a_lost_answer_to_mkcalendar_is_found_out_by_listing() {
    let server = Scripted::start(|seen| match (seen.method.as_str(), seen.path.as_str()) {
        ("MKCALENDAR", _) => Reply::Bytes(Vec::new()),
        ("PROPFIND", "/h/") => calendar("/h/4711/", "Citas ñ"),
        _ => Reply::status(404),
    });
    assert_eq!(create(&server).unwrap().url.path(), "/h/4711/");
    let server = Scripted::start(|seen| match (seen.method.as_str(), seen.path.as_str()) {
        ("MKCALENDAR", _) => Reply::Bytes(Vec::new()),
        ("PROPFIND", "/h/") => Reply::status(207).body("<multistatus xmlns='DAV:'/>"),
        _ => Reply::status(404),
    });
    assert!(matches!(create(&server), Err(DiscoverError::Unreachable { .. })));
    assert_eq!(server.lines().iter().filter(|line| line.starts_with("MK")).count(), 1);
}
