//! Telling times to people, by the clock of a zone and in their language. Pure: `now` is given.
//!
//! Names of days and months stand in the texts, as words with spaces between. A time of day never stands alone on a page:
//! where it is short, the page names the zone beside it.

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, Unit};

use super::{Language, texts};
use crate::calendar::Zone;

/// How one page tells times.
pub(super) struct Moments {
    /// The time that "5 minutes ago" is counted from.
    pub(super) now: Timestamp,
    /// Where the clock hangs.
    pub(super) zone: Zone,
    /// In which language.
    pub(super) language: Language,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

/// Nearer than this (seconds) is now.
const NOW: i64 = 45;

impl Moments {
    /// "5 minutes ago", "yesterday", "in 2 hours". None when the texts lack a word.
    pub(super) fn ago(&self, at: Timestamp) -> Option<String> {
        let seconds = self.now.as_second() - at.as_second();
        let way = if seconds < 0 { "time.in" } else { "time.ago" };
        let away = seconds.abs();
        if away < NOW {
            return self.word("time.now").map(str::to_owned);
        }
        let days = i64::from(self.days_until(self.reading(at).date())).abs();
        let (unit, count) = match away {
            ..HOUR => ("minutes", ((away + MINUTE / 2) / MINUTE).max(1)),
            // "3 hours ago" at one in the night is clearer than "yesterday".
            _ if days == 0 || away < 6 * HOUR => ("hours", away / HOUR),
            _ if days == 1 => {
                return self.word(if seconds < 0 { "time.tomorrow" } else { "time.yesterday" }).map(str::to_owned);
            }
            // Nothing of ours lies months ahead.
            _ if days < 30 || seconds < 0 => ("days", days),
            _ if days < 365 => ("months", days / 30),
            _ => ("years", days / 365),
        };
        let text = self.word(&texts::counted(&format!("{way}.{unit}"), count))?;
        texts::fill(text, |name| (name == "n").then(|| count.to_string()))
    }

    /// "Tuesday, 24 November 2026, 18:30 (America/Guayaquil)".
    pub(super) fn absolute(&self, at: Timestamp) -> Option<String> {
        let reading = self.reading(at);
        let text = self.word("time.absolute")?;
        texts::fill(text, |name| match name {
            "zone" => Some(self.zone.name().to_owned()),
            name => self.part(reading, name),
        })
    }

    /// "Tue 24 Nov, 10:00", "today, all day". `start` is a clock reading in the zone already.
    pub(super) fn appointment(&self, start: DateTime, all_day: bool) -> Option<String> {
        let today = self.reading(self.now).date();
        let day = match self.days_until(start.date()) {
            0 => self.word("time.today")?.to_owned(),
            1 => self.word("time.tomorrow")?.to_owned(),
            _ => {
                let same_year = start.year() == today.year();
                let text = self.word(if same_year { "time.short" } else { "time.short_with_year" })?;
                texts::fill(text, |name| self.part(start, name))?
            }
        };
        let time = if all_day { self.word("time.all_day")?.to_owned() } else { self.part(start, "time")? };
        Some(format!("{day}, {time}"))
    }

    fn reading(&self, at: Timestamp) -> DateTime {
        self.zone.rules().to_datetime(at)
    }

    fn days_until(&self, date: Date) -> i32 {
        let today = self.reading(self.now).date();
        today.until((Unit::Day, date)).map_or(0, |span| span.get_days())
    }

    fn part(&self, reading: DateTime, name: &str) -> Option<String> {
        let weekday = usize::try_from(reading.weekday().to_sunday_zero_offset()).ok()?;
        let month = usize::try_from(reading.month() - 1).ok()?;
        let nth = |key: &str, index: usize| self.word(key)?.split(' ').nth(index).map(str::to_owned);
        match name {
            "weekday" => nth("time.weekdays", weekday),
            "wkd" => nth("time.weekdays_short", weekday),
            "day" => Some(reading.day().to_string()),
            "month" => nth("time.months", month),
            "mon" => nth("time.months_short", month),
            "year" => Some(reading.year().to_string()),
            "time" => Some(format!("{:02}:{:02}", reading.hour(), reading.minute())),
            _ => None,
        }
    }

    fn word(&self, key: &str) -> Option<&'static str> {
        texts::say(self.language, key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(language: Language) -> Moments {
        let zone = Zone::named("America/Guayaquil").unwrap();
        // A Tuesday, 18:30 there.
        Moments { now: "2026-11-24T23:30:00Z".parse().unwrap(), zone, language }
    }

    #[test]
    fn how_long_ago_is_said_with_the_right_number() {
        let table = [
            ("2026-11-24T23:29:30Z", "ahora mismo", "just now", "agora mesmo"),
            ("2026-11-24T23:30:20Z", "ahora mismo", "just now", "agora mesmo"),
            ("2026-11-24T23:29:00Z", "hace 1 minuto", "1 minute ago", "há 1 minuto"),
            ("2026-11-24T23:25:00Z", "hace 5 minutos", "5 minutes ago", "há 5 minutos"),
            ("2026-11-24T22:20:00Z", "hace 1 hora", "1 hour ago", "há 1 hora"),
            ("2026-11-24T12:00:00Z", "hace 11 horas", "11 hours ago", "há 11 horas"),
            ("2026-11-24T04:00:00Z", "ayer", "yesterday", "ontem"),
            ("2026-11-22T12:00:00Z", "hace 2 días", "2 days ago", "há 2 dias"),
            ("2026-10-20T12:00:00Z", "hace 1 mes", "1 month ago", "há 1 mês"),
            ("2026-08-20T12:00:00Z", "hace 3 meses", "3 months ago", "há 3 meses"),
            ("2025-08-20T12:00:00Z", "hace 1 año", "1 year ago", "há 1 ano"),
            ("2023-08-20T12:00:00Z", "hace 3 años", "3 years ago", "há 3 anos"),
            ("2026-11-24T23:31:00Z", "en 1 minuto", "in 1 minute", "em 1 minuto"),
            ("2026-11-25T01:40:00Z", "en 2 horas", "in 2 hours", "em 2 horas"),
            ("2026-11-25T18:00:00Z", "mañana", "tomorrow", "amanhã"),
            ("2026-11-28T18:00:00Z", "en 4 días", "in 4 days", "em 4 dias"),
        ];
        for (at, es, en, pt) in table {
            for (language, expected) in [(Language::Es, es), (Language::En, en), (Language::Pt, pt)] {
                assert_eq!(moments(language).ago(at.parse().unwrap()).as_deref(), Some(expected), "{at}");
            }
        }
    }

    #[test]
    fn every_unit_has_its_words() {
        for language in Language::ALL {
            for days in [0, 1, 2, 29, 30, 59, 60, 364, 365, 729, 730, 4000] {
                for way in [1, -1] {
                    let away = jiff::SignedDuration::from_hours(24 * days * way + 1);
                    let moments = moments(language);
                    assert!(moments.ago(moments.now - away).is_some(), "{language:?} {days} {way}");
                }
            }
        }
    }

    #[test]
    fn a_full_time_names_its_zone() {
        for (language, expected) in [
            (Language::Es, "martes 24 de noviembre de 2026, 18:30 (America/Guayaquil)"),
            (Language::En, "Tuesday, 24 November 2026, 18:30 (America/Guayaquil)"),
            (Language::Pt, "terça-feira, 24 de novembro de 2026, 18:30 (America/Guayaquil)"),
        ] {
            let moments = moments(language);
            assert_eq!(moments.absolute(moments.now).as_deref(), Some(expected));
        }
    }

    #[test]
    fn an_appointment_is_told_as_people_say_it() {
        let table = [
            ("2026-11-24T20:00:00", false, "hoy, 20:00", "today, 20:00", "hoje, 20:00"),
            ("2026-11-25T00:00:00", true, "mañana, todo el día", "tomorrow, all day", "amanhã, dia inteiro"),
            ("2026-11-29T09:05:00", false, "dom 29 nov, 09:05", "Sun 29 Nov, 09:05", "dom 29 nov, 09:05"),
            ("2026-11-23T09:05:00", false, "lun 23 nov, 09:05", "Mon 23 Nov, 09:05", "seg 23 nov, 09:05"),
            ("2027-01-02T10:00:00", false, "sáb 2 ene 2027, 10:00", "Sat 2 Jan 2027, 10:00", "sáb 2 jan 2027, 10:00"),
        ];
        for (start, all_day, es, en, pt) in table {
            for (language, expected) in [(Language::Es, es), (Language::En, en), (Language::Pt, pt)] {
                let told = moments(language).appointment(start.parse().unwrap(), all_day);
                assert_eq!(told.as_deref(), Some(expected), "{start}");
            }
        }
    }

    #[test]
    fn each_language_names_seven_days_and_twelve_months() {
        for language in Language::ALL {
            for (key, count) in [("weekdays", 7), ("weekdays_short", 7), ("months", 12), ("months_short", 12)] {
                let words = texts::say(language, &format!("time.{key}")).unwrap();
                assert_eq!(words.split(' ').count(), count, "{language:?} {key}");
            }
        }
    }
}
