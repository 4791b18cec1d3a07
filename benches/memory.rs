//! How much memory the gateway holds: idle, and with 10,000 links and 200,000 events at rest.

// `cfg(test)` holds for benches too (cargo sets it); it tells clippy that nothing here is shipped.
#[cfg(test)]
#[expect(dead_code, reason = "a bench uses a part of it")]
mod lab;
#[cfg(test)]
#[expect(dead_code, unused_imports, reason = "a bench uses a part of what the tests use")]
#[path = "../tests/it/support/mod.rs"]
mod support;

fn main() {
    #[cfg(test)]
    bench::main();
}

#[cfg(test)]
mod bench {
    use std::path::Path;
    use std::thread;
    use std::time::Duration;

    use super::lab::{Stopwatch, head, resident_megabytes, row};
    use super::support::gateway::{Gateway, Phone};

    const LINKS: u32 = 10_000;
    const EVENTS: u32 = 200_000;
    /// Long enough for the driver to have looked at everything several times.
    const REST: Duration = Duration::from_secs(10);

    pub(super) fn main() {
        head("Memory: resident, MB (10^6 bytes)");
        let gateway = Gateway::start(&[], "");
        row("idle", &megabytes(&gateway), "< 20");
        drop(gateway);

        let mut gateway = Gateway::configured(&[], "");
        let figure = format!("{LINKS} links, {EVENTS} events");
        if let Err(why) = seed(&gateway.database(), LINKS, EVENTS) {
            row(&figure, &format!("not measured: {why}"), "< 60");
            return;
        }
        gateway.run();
        row(&figure, &megabytes(&gateway), "< 60");
        let asked = Stopwatch::start();
        Phone::nth(1).states(&mut gateway.client()).unwrap();
        row("  then GET /events of one person", &format!("{:.1} ms", asked.seconds() * 1000.0), "-");
        row("  and memory after it", &megabytes(&gateway), "< 60");
    }

    fn megabytes(gateway: &Gateway) -> String {
        thread::park_timeout(REST);
        format!("{:.1}", resident_megabytes(gateway.child.as_ref().unwrap()))
    }

    // HOOK: fill the database with `links` links (holders `Phone::nth(0)`, `nth(1)`, …) that are at rest, and `events`
    // events spread over them that are synced, through the store's own types; no link may have anything to do.
    fn seed(_database: &Path, _links: u32, _events: u32) -> Result<(), String> {
        Err("the store has no way to be filled yet".to_owned())
    }
}
