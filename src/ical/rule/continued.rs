//! A rule that goes on from another start.
//!
//! What a rule leaves open (the time of day, the day of the week, the rhythm of its intervals) is as in the start of its
//! series. A series that is cut in two has another start from there on, which must not change what the rule gives.

use jiff::civil::DateTime;

use super::reach::in_rhythm;
use super::steps::says_days;
use crate::calendar::{ByDay, Frequency, Rule, Weekday};

/// The rule as a series that starts at `at` has to say it to go on with what it gives to one that starts at `start`,
/// clock readings both, and `at` not the earlier one. Its end stays as it is. None when no rule can say it: an interval
/// counts from another step.
pub fn continued(rule: &Rule, start: DateTime, at: DateTime) -> Option<Rule> {
    // Some count the days of the first week from the start on, and choose among the rest of them.
    let partial = rule.frequency == Frequency::Weekly && !rule.by_set_position.is_empty();
    if start == at {
        return Some(rule.clone());
    }
    if partial || !in_rhythm(rule, start, at) {
        return None;
    }
    let mut rule = rule.clone();
    say_time(&mut rule, start, at);
    if !says_days(&rule) {
        say_day(&mut rule, start, at);
    }
    Some(rule)
}

fn say_time(rule: &mut Rule, start: DateTime, at: DateTime) {
    let parts = [
        (Frequency::Daily, &mut rule.by_hour, start.hour(), at.hour()),
        (Frequency::Hourly, &mut rule.by_minute, start.minute(), at.minute()),
        (Frequency::Minutely, &mut rule.by_second, start.second(), at.second()),
    ];
    for (least, part, own, other) in parts {
        if rule.frequency >= least && part.is_empty() && own != other {
            part.push(own.into());
        }
    }
}

fn say_day(rule: &mut Rule, start: DateTime, at: DateTime) {
    match rule.frequency {
        Frequency::Yearly => {
            let of_another_month = rule.by_month.is_empty() && start.month() != at.month();
            if of_another_month || start.day() != at.day() {
                // A day without a month would be one of each month.
                if rule.by_month.is_empty() {
                    rule.by_month.push(start.month().into());
                }
                rule.by_month_day.push(start.day().into());
            }
        }
        Frequency::Monthly if start.day() != at.day() => rule.by_month_day.push(start.day().into()),
        Frequency::Weekly if start.weekday() != at.weekday() => {
            rule.by_day.push(ByDay { nth: None, weekday: Weekday::from(start.weekday()) });
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::When;
    use crate::ical::{expand, rule};

    #[test]
    fn a_rule_goes_on_from_any_point_of_its_rhythm_with_what_it_gives() {
        let start: DateTime = "2024-01-31T09:30:00".parse().unwrap();
        let rules = [
            "FREQ=DAILY",
            "FREQ=DAILY;INTERVAL=3",
            "FREQ=WEEKLY",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,SU;WKST=SU",
            "FREQ=MONTHLY",
            "FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=8,20",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "FREQ=YEARLY",
            "FREQ=YEARLY;BYMONTH=3,7",
            "FREQ=YEARLY;BYDAY=20MO",
            "FREQ=HOURLY;INTERVAL=5;BYMONTH=2",
            "FREQ=MINUTELY;INTERVAL=90",
        ];
        for text in rules {
            let rule = rule::read(text, &When::Floating(start)).unwrap().rule;
            let mut tried = 0;
            for hours in 0..3_000 {
                let at = start + jiff::Span::new().minutes(hours * 61);
                let Some(continued) = continued(&rule, start, at) else { continue };
                tried += 1;
                let next = |rule: &Rule, start| expand::occurrences_from(rule, &When::Floating(start), at, 6);
                assert_eq!(next(&continued, at), next(&rule, start), "{text} from {at}: {}", rule::write(&continued));
            }
            assert!(tried > 20, "{text} was tried {tried} times");
        }
    }

    #[test]
    fn another_rhythm_is_not_followed() {
        let start: DateTime = "2026-11-02T09:00:00".parse().unwrap();
        let rule = rule::read("FREQ=DAILY;INTERVAL=3", &When::Floating(start)).unwrap().rule;
        let from = |day: i64| continued(&rule, start, start + jiff::Span::new().days(day)).is_some();
        assert_eq!([1, 2, 3, 4, 6].map(from), [false, false, true, false, true]);
    }
}
