//! How long a list of 31 days takes for somebody with a whole life of events, and whether what lies outside costs anything.
//!
//! The product without doors, on a database on disk. Each answer is one page as it is asked for by default; the whole range is
//! all of its pages.

#![expect(clippy::unwrap_used, reason = "a bench fails loudly")]

use jiff::{SignedDuration, Timestamp};
use pasarela::clients;
use pasarela::clock::Clock;
use pasarela::ids::{EventId, Holder, PublicEventId};
use pasarela::instances::Range;
use pasarela::ranges::Asked;
use pasarela::reading::{self, Text};
use pasarela::store::events::{self, Content, Traits};
use pasarela::store::{StoreError, WriteTx, holders};
use pasarela::vault;
use testing::engine::Engine;
use testing::lab::{Stopwatch, head, median, row};
use testing::settings::Settings;

/// Events of one holder: those that happen once, and series.
const SINGLE: i64 = 9_900;
const SERIES: i64 = 100;
/// The days over which those that happen once are spread.
const DAYS: i64 = 1_100;
/// Times as many events lie outside in the other database.
const OUTSIDE: i64 = 4;
/// Answers that are measured, in turn of both databases.
const ROUNDS: usize = 400;
const RANGE_DAYS: i64 = 31;

fn main() {
    let (few, many) = (Desk::filled(0), Desk::filled(OUTSIDE * (SINGLE + SERIES)));
    let page = |desk: &Desk| {
        let watch = Stopwatch::start();
        let list = desk.engine.app.ranges.list(&holder(), &january()).unwrap();
        assert_eq!(list.items.len(), pasarela::ranges::AT_ONCE);
        watch.seconds() * 1000.0
    };
    page(&few);
    page(&many);
    let (mut of_few, mut of_many) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        of_few.push(page(&few));
        of_many.push(page(&many));
    }
    let ratios = of_few.iter().zip(&of_many).map(|(few, many)| many / few).collect();
    let (whole, items) = few.whole();
    head(&format!("Ranges: {RANGE_DAYS} days of a holder with {} events, {SERIES} of them series", SINGLE + SERIES));
    row("one page, p99", &format!("{:.1} ms", p99(&of_few)), "<= 20 ms");
    row("one page, median", &format!("{:.1} ms", median(of_few)), "-");
    row(
        &format!("the same beside {OUTSIDE} times as many outside, as a ratio"),
        &format!("{:.2}", median(ratios)),
        "<= 1.1",
    );
    row(&format!("all pages ({items} events)"), &format!("{whole:.1} ms"), "-");
}

fn p99(times: &[f64]) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times.get(times.len() * 99 / 100).copied().unwrap_or(f64::NAN)
}

fn holder() -> Holder {
    Holder::of(clients::puentes::ID, "+593991234567")
}

fn begin() -> Timestamp {
    "2027-01-01T00:00:00Z".parse().unwrap()
}

fn january() -> Asked {
    let range = Range::new(begin(), begin() + SignedDuration::from_hours(24 * RANGE_DAYS)).unwrap();
    Asked { range: Some(range), ..Asked::default() }
}

/// A gateway, and what it needs.
struct Desk {
    _folder: tempfile::TempDir,
    engine: Engine,
}

impl Desk {
    /// With the events of one holder, and so many more that happen years before or after.
    fn filled(outside: i64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::standing(begin());
        vault::create_identity(&folder.path().join("identity.txt"), clock.now()).unwrap();
        let engine = Settings::in_folder(folder.path()).engine(clock);
        let half = DAYS / 2;
        let single = (0..SINGLE).map(|n| (n % DAYS - half, String::new()));
        let series = (0..SERIES).map(|n| (-n - 1, "RRULE:FREQ=WEEKLY\r\n".to_owned()));
        let years = |n: i64| if n % 2 == 0 { -1_000 - n % 2_000 } else { 1_000 + n % 2_000 };
        let outside =
            (0..outside).map(|n| (years(n), if n % 100 == 0 { "RRULE:FREQ=DAILY;COUNT=9\r\n" } else { "" }.to_owned()));
        let all: Vec<Content> = single.chain(series).chain(outside).zip(0..).map(|(one, n)| content(n, &one)).collect();
        for some in all.chunks(1_000) {
            let some = some.to_vec();
            engine.store.write(move |tx| hold(tx, &some)).unwrap();
        }
        Self { _folder: folder, engine }
    }

    /// How many milliseconds all pages take together, and how many events they tell.
    fn whole(&self) -> (f64, usize) {
        let watch = Stopwatch::start();
        let (mut items, mut asked) = (0, january());
        loop {
            let list = self.engine.app.ranges.list(&holder(), &asked).unwrap();
            items += list.items.len();
            asked.page_token = list.next_page_token;
            if asked.page_token.is_none() {
                return (watch.seconds() * 1000.0, items);
            }
        }
    }
}

fn content(n: i64, (day, rule): &(i64, String)) -> Content {
    let start = begin() + SignedDuration::from_hours(24 * day + n % 10 + 13);
    let end = start + SignedDuration::from_mins(30);
    let [start, end] = [start, end].map(|at| at.strftime("%Y%m%dT%H%M%SZ").to_string());
    let text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:bench\r\nBEGIN:VEVENT\r\nUID:bench-{n}@example.org\r\nDTSTART:{start}\r\nDTEND:{end}\r\n{rule}\
         SUMMARY:Cita de control\r\nLOCATION:Av. de los Shyris 123\r\nDESCRIPTION:Traer los resultados\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    let draft = reading::ical(&text).unwrap();
    Content {
        event_id: EventId::new(format!("bench-{n}")).unwrap(),
        public_id: PublicEventId::new(begin()),
        text: Text::ical(text),
        fingerprint: draft.fingerprint,
        traits: Some(Traits::of(&draft.event)),
    }
}

fn hold(tx: &WriteTx<'_>, some: &[Content]) -> Result<(), StoreError> {
    let holder = holders::ensure(tx, &holder())?;
    some.iter().try_for_each(|content| events::insert(tx, holder, content, begin()).map(drop))
}
