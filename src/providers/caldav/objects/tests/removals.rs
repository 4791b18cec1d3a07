//! Removing the calendar itself.

use super::*;

#[test]
fn a_calendar_with_anything_in_it_is_not_removed() {
    let server = Scripted::start(|seen| match seen.method.as_str() {
        "PROPFIND" => multistatus(&[response("/c/", ITSELF), etag_of("/c/holiday.ics", "\"1\"")]),
        _ => Reply::status(204),
    });
    assert_eq!(open(&server).remove_if_empty(), Ok(false));
    assert_eq!(server.lines(), ["PROPFIND /c/"]);
}

#[test]
fn an_empty_calendar_is_removed_where_the_server_allows_it() {
    let with = |status: u16, stays: bool| {
        let deleted = AtomicUsize::new(0);
        let server = Scripted::start(move |seen| match seen.method.as_str() {
            "DELETE" => {
                deleted.fetch_add(1, Ordering::SeqCst);
                Reply::status(status)
            }
            _ if deleted.load(Ordering::SeqCst) > 0 && !stays => Reply::status(404),
            _ => multistatus(&[response("/c/", ITSELF)]),
        });
        open(&server).remove_if_empty()
    };
    assert_eq!(with(204, false), Ok(true));
    assert_eq!(with(404, false), Ok(true), "Cyrus");
    assert_eq!(with(403, true), Ok(false), "Synology");
    assert_eq!(with(405, true), Ok(false));
}

/// A calendar whose state is told so, which answers deletions with these statuses, one after the other.
fn removed(
    told: &'static str,
    statuses: &'static [u16],
    then_written: bool,
) -> (Result<bool, RemoteError>, Vec<String>) {
    let deletions = std::sync::Arc::new(AtomicUsize::new(0));
    let seen_by_server = std::sync::Arc::clone(&deletions);
    let server = Scripted::start(move |seen| match seen.method.as_str() {
        "DELETE" => Reply::status(statuses[seen_by_server.fetch_add(1, Ordering::SeqCst)]),
        _ if seen_by_server.load(Ordering::SeqCst) > 0 && then_written => {
            multistatus(&[response("/c/", &format!("{ITSELF}{told}")), etag_of("/c/theirs.ics", "\"1\"")])
        }
        _ => multistatus(&[response("/c/", &format!("{ITSELF}{told}"))]),
    });
    let outcome = open(&server).remove_if_empty();
    let deletions = server.seen().into_iter().filter(|seen| seen.method == "DELETE");
    let conditions = deletions
        .map(|seen| [seen.header("if-match"), seen.header("if")].into_iter().flatten().collect::<Vec<_>>().join(" "));
    (outcome, conditions.collect())
}

#[test]
fn a_calendar_is_removed_only_in_the_state_that_was_seen() {
    const BOTH: &str = "<getetag>\"7\"</getetag><sync-token>urn:s:7</sync-token>";
    const CYRUS: &str = "<getetag>\"7-0-0\"</getetag><sync-token>data:,17-2</sync-token>";
    let said = |conditions: &[&str]| conditions.iter().map(|&said| said.to_owned()).collect::<Vec<_>>();
    assert_eq!(removed(BOTH, &[204], false), (Ok(true), said(&["\"7\" (<urn:s:7>)"])));
    assert_eq!(removed(BOTH, &[412], true), (Ok(false), said(&["\"7\" (<urn:s:7>)"])), "somebody wrote meanwhile");
    // Refused although nothing has changed: it can't compare that, and is asked for less.
    let less = ["\"7\" (<urn:s:7>)", "\"7\"", ""];
    assert_eq!(removed(BOTH, &[412, 412, 204], false), (Ok(true), said(&less)));
    assert_eq!(removed(BOTH, &[400, 403, 403], false), (Ok(false), said(&less)));
    assert_eq!(removed(CYRUS, &[204], false), (Ok(true), said(&["(<data:,17-2>)"])), "an ETag would make it hang up");
    assert_eq!(removed("<getetag>W/\"7\"</getetag>", &[204], false), (Ok(true), said(&[""])), "it compares nothing");
}
