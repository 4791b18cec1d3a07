//! A database that version 0.1.0 left behind opens, tells what it told, and what stood in the calendars stands there
//! untouched; what it had begun goes on.

mod installation;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use pasarela::store::Store;
use serde_json::{Value, json};
use testing::eventually;

use self::installation::{Installation, Opened, look};

const PATIENCE: Duration = Duration::from_secs(60);
/// Who has all of it in place: at CalDAV servers, with Apple, with Google.
const CALM: [u32; 7] = [1, 2, 7, 11, 15, 18, 22];
const JULIA: u32 = 11;
const JULIAS_SESSION: &str = "made-up-session-of-593991230011";

/// How many rows each table has, and which names the objects have.
fn held(database: &Path) -> (Vec<(&'static str, i64)>, Vec<String>) {
    let tables = ["holders", "links", "events", "placements", "resync_runs", "unlink_receipts", "activity"];
    let more = ["authorizations", "browser_sessions"];
    let database = look(database);
    let count = |table| {
        let question = format!("SELECT count(*) FROM {table}");
        (table, database.query_row(&question, [], |row| row.get(0)).unwrap())
    };
    let mut keys = database.prepare("SELECT key FROM placements ORDER BY id").unwrap();
    let keys = keys.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    (tables.into_iter().chain(more).map(count).collect(), keys)
}

/// The ETag of every object at the calendar servers but in the calendars of those who unlinked.
fn standing(opened: &Opened) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for user in ["alice", "bruno", "carla", "fabio", "gina", "hugo", "ivan", "julia", "lola"] {
        for calendar in opened.caldav.calendars(user) {
            let objects = opened.caldav.objects(user, &calendar.name).into_iter();
            found.extend(objects.map(|object| (format!("{user}/{}", object.name), object.etag)));
        }
    }
    for (user, id) in opened.at_google.iter().filter(|(user, _)| user != "carmen@example.com") {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let events = opened.google.events(id).into_iter();
        found.extend(events.map(|event| (format!("{user}/{}", text(&event["id"])), text(&event["etag"]))));
    }
    found
}

fn titles(opened: &Opened, user: &str) -> Vec<String> {
    let calendars = opened.caldav.calendars(user).into_iter();
    let texts = calendars.flat_map(|calendar| opened.caldav.objects(user, &calendar.name)).map(|object| object.ics);
    let title = |ics: String| ics.lines().find_map(|line| line.strip_prefix("SUMMARY:").map(str::to_owned)).unwrap();
    let mut titles: Vec<String> = texts.map(title).collect();
    titles.sort();
    titles
}

#[test]
fn nothing_is_lost_when_it_is_brought_to_this_version() {
    let installation = Installation::new();
    let before = held(&installation.database());
    drop(Store::open(&installation.database()).unwrap());
    assert_eq!(held(&installation.database()), before);
    assert!(before.0.iter().all(|(_, rows)| *rows > 0), "{before:?}");
}

#[test]
fn what_stands_in_the_calendars_stays_as_it_is() {
    let opened = Installation::new().open();
    let before = standing(&opened);
    // A run that the client system was still to be asked for.
    let run = eventually("the run of 9 to end", PATIENCE, || {
        Some(opened.link(9)["last_resync"].clone()).filter(|run| run["state"] != "in_progress")
    });
    assert_eq!((&run["state"], &run["total"]), (&json!("succeeded"), &json!(2)), "{run}");
    for n in CALM {
        let shown = opened.link(n);
        assert_eq!(
            (&shown["state"], &shown["pending"], &shown["reason"]),
            (&json!("active"), &json!(0), &Value::Null),
            "{n}"
        );
        let run = opened.ask(n, "POST", "/resync", Some(json!({"mode": "repair"}))).json;
        let nothing = json!({"created": 0, "changed": 0, "deleted": 0, "left": 0});
        assert_eq!((&run["state"], &run["counts"]), (&json!("succeeded"), &nothing), "{n}: {run}");
    }
    assert_eq!(opened.writes(), Vec::<String>::new());
    assert_eq!(standing(&opened), before);
    // The mark is the same: an event that is new lies beside the old ones under the same beginning of its name.
    let new = "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:nueva\nDTSTART:20261222T100000Z\nSUMMARY:Nueva\nEND:VEVENT\nEND:VCALENDAR\n";
    assert_eq!(opened.ask(JULIA, "POST", "/events", Some(json!({"event_data": new}))).status, 201);
    let marks: Vec<String> = standing(&opened).into_keys().filter(|key| key.starts_with("julia/")).collect();
    assert_eq!(marks.len(), 7);
    assert!(marks.iter().all(|key| key[..21] == marks[0][..21]), "{marks:?}");
}

#[test]
fn links_and_events_are_told_as_they_were() {
    let opened = Installation::new().open();
    let reasons = [
        (4, "needs_reauthorization", "HTTP 401: who are you?"),
        (5, "calendar_lost", "HTTP 404"),
        (16, "needs_reauthorization", "invalid_grant"),
        (8, "active", "HTTP 503"),
    ];
    for (n, state, words) in reasons {
        let shown = opened.link(n);
        assert_eq!(shown["state"], state, "{n}: {shown}");
        assert!(shown["reason"].as_str().unwrap().contains(words), "{n}: {shown}");
    }
    let sync = |id: &str| opened.ask(3, "GET", &format!("/events/{id}"), None).json["sync"].clone();
    let states = ["cita-0", "cita-1", "cita-6", "cita-7"].map(sync);
    let told = states.each_ref().map(|sync| (sync["state"].as_str().unwrap(), sync["provider_reason"].as_str()));
    let down = Some("no sure answer: HTTP 500");
    assert_eq!(told[..2], [("synced", None), ("pending", down)]);
    assert_eq!(told[2..], [("failed", Some("http-400: HTTP 400")), ("failed", down)]);
    assert_eq!(
        opened.ask(3, "GET", "/events/cita-2", None).status,
        404,
        "deleted, whether it still stands there or not"
    );
    let noted = opened.ask(1, "GET", "/events/reunion", None).json["sync"]["degradations"].clone();
    assert_eq!(noted.as_array().map(Vec::len), Some(1));
    for (n, deleted, left, words) in [(12, 2, 0, ""), (13, 0, 2, "HTTP 401")] {
        let shown = opened.link(n);
        let receipt = &shown["last_unlink"];
        assert_eq!((&receipt["deleted"], &receipt["left"]), (&json!(deleted), &json!(left)), "{n}: {shown}");
        assert!(receipt["reason"].as_str().unwrap_or_default().contains(words), "{n}: {shown}");
    }
    let unlinked = opened.ask(14, "GET", "/events", None).json;
    assert_eq!(unlinked["events"][0]["sync"]["state"], "not_linked", "{unlinked}");
}

#[test]
fn runs_keep_their_codes_and_the_page_quotes_what_was_written_down() {
    let installation = Installation::new();
    let database = look(&installation.database());
    let mut failed = database
        .prepare(
            "SELECT key, public_id, error_code, error FROM resync_runs JOIN holders h ON h.id = holder_id
                  WHERE phase = 'failed'",
        )
        .unwrap();
    let failed = failed.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).unwrap();
    let failed: Vec<(String, String, String, String)> = failed.map(Result::unwrap).collect();
    assert_eq!(failed.len(), 9);
    let opened = installation.open();
    for (phone, id, code, words) in failed {
        let run = opened.gateway.ask_as(&phone, "GET", &format!("/resync/{id}"), None).json;
        assert_eq!((&run["state"], &run["error"]["code"]), (&json!("failed"), &json!(code)), "{run}");
        assert!(run["error"]["detail"].as_str().unwrap().contains(&words), "{words}: {run}");
    }
    // A session that was begun before goes on.
    let page = opened.page(JULIAS_SESSION, "/connect/history").text.replace("&#x2f;", "/");
    let told = [
        ("You linked a calendar", "julia, Puentes"),
        ("A resynchronisation ended with an error", "Puentes answered with status 500"),
        ("A resynchronisation ended with an error", "5 of 5 events would be removed at once"),
        ("A resynchronisation ended with an error", "no sure answer: HTTP 503"),
        ("A resynchronisation ended with an error", "1 refused by the provider"),
        ("We stopped before removing many appointments", "25 of 30 events would be removed at once"),
        ("Your calendar did not accept an appointment", "http-400: HTTP 400"),
        ("Something else", "what only a later version knows"),
    ];
    for (sentence, words) in told {
        let entries: Vec<&str> = page.split("<li>").filter(|entry| entry.contains(sentence)).collect();
        assert!(entries.iter().any(|entry| entry.contains(words)), "{sentence}: {words}: {entries:#?}");
    }
}

#[test]
fn what_was_begun_goes_on() {
    let opened = Installation::new().open();
    for n in [6, 17] {
        let gone =
            eventually("the unlink to end", PATIENCE, || Some(opened.link(n)).filter(|link| link["linked"] == false));
        assert_eq!(
            (&gone["last_unlink"]["deleted"], &gone["last_unlink"]["left"]),
            (&json!(2), &json!(0)),
            "{n}: {gone}"
        );
    }
    opened.wait_a_day();
    for (n, pending) in [(3, 0), (8, 0), (10, 0), (4, 3), (5, 2), (16, 2)] {
        eventually(&format!("{n} to be done"), PATIENCE, || {
            let link = opened.link(n);
            (link["pending"] == pending && link["last_resync"]["state"] != "in_progress").then_some(())
        });
    }
    let bruno = ["Bruno 0", "Bruno 3", "Bruno 4", "Bruno 5", "Bruno cambiada", "Bruno no llega"];
    assert_eq!(titles(&opened, "bruno"), bruno);
    assert_eq!(titles(&opened, "ivan"), (0..6).map(|n| format!("Ivan {n}")).collect::<Vec<_>>());
    let writes = opened.writes();
    assert!(writes.iter().all(|line| line.contains("/bruno/") || line.contains("/ivan/")), "{writes:?}");
    for n in [8, 10] {
        let run = &opened.link(n)["last_resync"];
        assert_eq!((&run["state"], &run["counts"]["left"]), (&json!("succeeded"), &json!(0)), "{n}: {run}");
    }
}
