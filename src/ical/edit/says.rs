//! What a VEVENT says besides when.

use std::collections::{BTreeMap, BTreeSet};

use super::component::Component;
use crate::calendar::Details;
use crate::ical::write::spoken;

/// Properties that say once more what another one says, and would go on saying it as it was.
const ECHOES: [(&str, &[&str]); 4] = [
    ("DESCRIPTION", &["X-ALT-DESC", "STYLED-DESCRIPTION"]),
    ("LOCATION", &["X-APPLE-STRUCTURED-LOCATION"]),
    ("TRANSP", &["X-MICROSOFT-CDO-BUSYSTATUS", "X-MICROSOFT-CDO-INTENDEDSTATUS"]),
    ("STATUS", &["X-MICROSOFT-CDO-BUSYSTATUS", "X-MICROSOFT-CDO-INTENDEDSTATUS"]),
];

/// The kind of a reminder's component.
const ALARM: &str = "VALARM";

impl Component {
    /// Says what differs between two pictures of the event, the one before and the one that is wanted.
    pub fn say(&mut self, was: &Details, is: &Details) {
        let reminds = was.alarms != is.alarms;
        let (was, is) = (spoken(was), spoken(is));
        let mut changed: BTreeSet<&str> = BTreeSet::new();
        let names: BTreeSet<&String> = was.lines.keys().chain(is.lines.keys()).collect();
        let none = Vec::new();
        for name in names {
            let (before, now) = (was.lines.get(name).unwrap_or(&none), is.lines.get(name).unwrap_or(&none));
            if before != now {
                changed.insert(name);
                self.set(name, self.kept(name, before, now));
            }
        }
        let echoes = ECHOES.iter().filter(|(name, _)| changed.contains(*name)).flat_map(|(_, echoes)| *echoes);
        let echoes: Vec<&str> = echoes.copied().filter(|name| !is.lines.contains_key(*name)).collect();
        self.remove(&echoes);
        if reminds {
            self.set_inner(ALARM, is.alarms);
        }
    }

    /// The lines of a list of people or links: who is unchanged stays as they came, with all that only the text says.
    fn kept(&self, name: &str, before: &[String], now: &[String]) -> Vec<String> {
        let value = |line: &str| line.rsplit_once(':').map_or_else(String::new, |(_, value)| value.to_lowercase());
        let own: BTreeMap<String, &str> = self.lines(name).map(|line| (value(line), line)).collect();
        let line = |line: &String| match own.get(&value(line)) {
            Some(own) if before.contains(line) => (*own).to_owned(),
            _ => line.clone(),
        };
        now.iter().map(line).collect()
    }
}
