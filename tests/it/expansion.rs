//! When events happen, as we say it and as others do: python-dateutil, Python's zones and icalendar, which know nothing of
//! our code (`tests/texts/expand.py`), on made-up series and on real ones.

mod series;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use pasarela::calendar::{Event, When, Zone};
use pasarela::ical::{self, Limits};
use pasarela::instances::{self, Instance, Range};
use serde_json::{Value, json};
use testing::cases::seeds;

use crate::texts::{judges, real};

/// More instances than any of these has in a range.
const PLENTY: usize = 100_000;

/// One event, where its person is, and what is asked of it.
struct Case {
    name: String,
    text: String,
    event: Event,
    home: Zone,
    ranges: Vec<Range>,
}

impl Case {
    /// When it happens in a range, as we say it: the start in its series, its first instant, and the first behind it.
    fn ours(&self, range: Range) -> Vec<Value> {
        let found = instances::in_range(&self.event, &self.home, range, PLENTY).unwrap();
        let line = |one: Instance| json!([one.original.as_ref().map(order), one.from.as_second(), one.to.as_second()]);
        found.into_iter().map(line).collect()
    }

    /// What Python says otherwise, if it does.
    fn difference(&self, said: &Value) -> Option<String> {
        let Self { name, home, text, .. } = self;
        let place = |range: &Range, what: String| format!("{name}, at home in {home:?}, in {range:?}: {what}\n{text}");
        self.ranges.iter().enumerate().find_map(|(nth, range)| {
            let Some(theirs) = said["found"][nth].as_array() else { return Some(place(range, said.to_string())) };
            let ours = self.ours(*range);
            let both = 0..theirs.len().max(ours.len());
            let at = both.into_iter().find(|at| theirs.get(*at) != ours.get(*at))?;
            Some(place(range, format!("the {at}th is {:?} to Python, {:?} to us", theirs.get(at), ours.get(at))))
        })
    }

    /// That its reach holds all of it, and each instance is found by its name.
    fn is_consistent(&self) {
        let reach = instances::reach(&self.event);
        let day = SignedDuration::from_hours(24);
        for range in &self.ranges {
            let found = instances::in_range(&self.event, &self.home, *range, PLENTY).unwrap();
            let step = found.len() / 4 + 1;
            for (nth, one) in found.iter().enumerate() {
                let within = reach.first <= one.from + day && reach.last.is_none_or(|last| one.to <= last + day);
                assert!(within, "{reach:?} does not hold {one:?} of\n{}", self.text);
                if let Some(name) = one.name().filter(|_| nth % step == 0) {
                    let again = instances::find(&self.event, &self.home, &name);
                    assert_eq!(again.as_ref(), Some(one), "{name} of\n{}", self.text);
                }
            }
        }
    }
}

fn order(at: &When) -> i64 {
    TimeZone::UTC.to_timestamp(at.order()).unwrap().as_second()
}

/// What Python says otherwise.
fn differences(cases: &[Case]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let asked = cases.iter().map(|case| {
        fs::write(folder.path().join(format!("{}.ics", case.name)), &case.text).unwrap();
        let ranges: Vec<_> =
            case.ranges.iter().map(|range| [range.from().as_second(), range.to().as_second()]).collect();
        json!({"name": case.name, "zone": case.home.name(), "ranges": ranges})
    });
    fs::write(folder.path().join("cases.json"), asked.collect::<Value>().to_string()).unwrap();
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/texts/expand.py");
    let said = Command::new(judges::tools().join("venv/bin/python")).arg(script).arg(folder.path()).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let said = String::from_utf8(said.stdout).unwrap();
    let said: BTreeMap<String, Value> = said
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|answer| (answer["name"].as_str().unwrap().to_owned(), answer))
        .collect();
    cases.iter().filter_map(|case| case.difference(&said[&case.name])).collect()
}

#[test]
fn made_up_series_happen_when_python_says_so() {
    let all = seeds(0..10_000);
    let played = all.end - all.start;
    let cases: Vec<Case> = all.filter_map(series::case).collect();
    assert!(cases.len() as u64 * 2 > played, "only {} of {played} series were accepted", cases.len());
    cases.iter().for_each(Case::is_consistent);
    let found: usize = cases.iter().flat_map(|case| &case.ranges).count();
    assert!(found >= cases.len());
    let differences = differences(&cases);
    assert!(
        differences.is_empty(),
        "{} of {}:\n{}",
        differences.len(),
        cases.len(),
        differences[..differences.len().min(3)].join("\n")
    );
}

#[test]
fn real_events_happen_when_python_says_so() {
    let cases: Vec<Case> =
        real::samples(300).into_iter().enumerate().map(|(nth, sample)| of_object(nth, sample.text)).collect();
    assert!(cases.len() > 250, "only {} real events are accepted", cases.len());
    cases.iter().for_each(Case::is_consistent);
    assert!(cases.iter().filter(|case| case.event.master.recurrence.is_some()).count() > 30);
    let differences = differences(&cases);
    assert!(
        differences.is_empty(),
        "{} of {}:\n{}",
        differences.len(),
        cases.len(),
        differences[..differences.len().min(3)].join("\n")
    );
}

/// A real event as it goes out: what others make of a zone that only its maker knows is not the question here.
fn of_object(nth: usize, text: String) -> Case {
    let event = ical::parse(&text, &Limits::default()).unwrap().event;
    let (begin, day) = (order(&event.master.span.start), 86_400);
    let at = |second: i64| Timestamp::from_second(second).unwrap();
    let ranges = [(begin - 10 * day, begin + 60 * day), (begin + 50 * day, begin + 400 * day), (begin, begin + 1)];
    let ranges = ranges.map(|(from, to)| Range::new(at(from), at(to)).unwrap()).to_vec();
    Case { name: format!("r{nth}"), text, event, home: Zone::named("America/Guayaquil").unwrap(), ranges }
}
