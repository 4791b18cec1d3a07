//! Memory that was needed once goes back to the system.

use std::time::Duration;

use testing::eventually;
use testing::gateway::Gateway;
use testing::resident;

use super::calendar_answers::{leads_nowhere, multistatus, server};

/// Many times of what the allocator waits before it gives anything back.
const PATIENCE: Duration = Duration::from_secs(90);
/// How many ask at a time.
const AT_ONCE: u32 = 4;
/// Bytes of each answer.
const LARGE: usize = 12 << 20;

#[test]
fn what_a_large_answer_took_is_given_back() {
    const PART: &str = "<response><href>/a/b</href><status>HTTP/1.1 404 Gone</status></response>";
    let body = multistatus(&PART.repeat(LARGE / PART.len()));
    let server = server("", body.as_bytes());
    let gateway = Gateway::start(&[&server.host()], "");
    let process = gateway.child.as_ref().unwrap();
    let before = resident::now(process);
    let grown = resident::growth(process, || {
        std::thread::scope(|scope| {
            for n in 1..=AT_ONCE {
                let (gateway, server) = (&gateway, &server);
                scope.spawn(move || leads_nowhere(gateway, n, server, ""));
            }
        });
    });
    let kept = |now: u64| now.saturating_sub(before);
    eventually("most of it to be given back", PATIENCE, || (kept(resident::now(process)) < grown / 3).then_some(()));
}
