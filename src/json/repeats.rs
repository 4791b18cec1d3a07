//! How an event repeats: rules, which are the truth, the simple fields that say one, dates, and occurrences that differ.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use serde_json::{Map, Value};

use super::defaults::Defaults;
use super::document::{Document, Repeats};
use super::fields::{Field, Fields, inside};
use super::instants::{self, WallClock, Written};
use super::invalid::{Invalid, Mistake};
use super::{names, simple};
use crate::calendar::{Details, Particulars, Recurrence, Rule, When};
use crate::ical::{self, Given, Limits, MAX_DATES, MAX_RULES};
use crate::quoted::Quoted;

/// Reads how a document repeats whose own fields were read, over what was said before.
///
/// # Errors
/// When a rule can't be understood or never happens, a date is none, or a changed occurrence is none of the series.
pub(super) fn read(
    fields: &Fields<'_>,
    document: &Document,
    before: Option<&Document>,
    defaults: &Defaults,
) -> Result<Option<Repeats>, Invalid> {
    let recurring = fields.given("recurring").map(Field::flag).transpose()?;
    if recurring == Some(false) {
        return Ok(None);
    }
    let kept = before.map(|before| kept(before, document, defaults)).transpose()?.flatten();
    let repeats = match fields.get("recurrence") {
        Some(field) if field.value.is_null() => None,
        Some(field) => {
            let repeats = Fields::of(field, names::RECURRENCE)?;
            Some(Reader { fields: repeats, field, document, before: kept, defaults }.read()?)
        }
        None => kept.map(|kept| again(document, kept, fields)).transpose()?,
    };
    if repeats.is_none() && recurring == Some(true) {
        return Err(fields.missing("recurrence", "recurring is true, but nothing says how"));
    }
    Ok(repeats)
}

/// How it repeated before. What its occurrences change they change of what it says now.
fn kept(before: &Document, document: &Document, defaults: &Defaults) -> Result<Option<Repeats>, Invalid> {
    let Some(repeats) = &before.repeats else { return Ok(None) };
    let mut kept = repeats.clone();
    if before.said == document.said && before.time == document.time {
        return Ok(Some(kept));
    }
    let changes = repeats.changes(before);
    for (at, one) in &mut kept.overrides {
        let key = instants::key(at);
        let Some(value) = changes.get(&key) else { continue };
        let field = Field { pointer: inside("/recurrence/overrides", &key), value };
        *one = changed(&field, &document.occurrence_at(at), defaults)?;
    }
    Ok(Some(kept))
}

/// What was said before, of an event that has changed otherwise: the rules are read for the start of now.
fn again(document: &Document, before: Repeats, fields: &Fields<'_>) -> Result<Repeats, Invalid> {
    let start = &document.time.span.start;
    let wrong = |reason: String| {
        let field = super::time::FIELDS.iter().find_map(|name| fields.get(name));
        let pointer = field.map_or_else(|| "/recurrence".to_owned(), |field| field.pointer.clone());
        Invalid::at(pointer, Mistake::InvalidRecurrence, reason)
    };
    let rules = |rules: &[Rule]| {
        let read = rules.iter().map(|rule| one_rule(&ical::rule_text(rule), start));
        read.collect::<Result<Vec<Rule>, String>>().map_err(wrong)
    };
    let was = &before.recurrence;
    let dates = |dates: &[When]| in_order(dates.iter().map(|date| ical::aligned(date.clone(), start)).collect());
    let recurrence = Recurrence {
        rules: rules(&was.rules)?,
        except_rules: rules(&was.except_rules)?,
        dates: dates(&was.dates),
        except_dates: dates(&was.except_dates),
    };
    let overrides = before.overrides.into_iter().map(|(at, one)| (ical::aligned(at, start), one)).collect();
    let repeats = Repeats { recurrence, overrides };
    let series = repeats.series(document);
    let given = Given::by(&series);
    match repeats.overrides.iter().find(|(at, _)| !given.has(at)) {
        Some((at, _)) => Err(not_one(&inside("/recurrence/overrides", &instants::key(at)), &instants::key(at))),
        None => Ok(repeats),
    }
}

struct Reader<'r, 'v> {
    fields: Fields<'v>,
    field: &'r Field<'v>,
    document: &'r Document,
    before: Option<Repeats>,
    defaults: &'r Defaults,
}

impl Reader<'_, '_> {
    fn start(&self) -> &When {
        &self.document.time.span.start
    }

    fn clock(&self) -> Option<&WallClock> {
        self.document.time.clock.as_ref()
    }

    fn read(mut self) -> Result<Repeats, Invalid> {
        let before = self.before.take();
        let (was, kept) = before.map(|before| (before.recurrence, before.overrides)).unwrap_or_default();
        let recurrence = Recurrence {
            rules: self.rules(&was.rules)?,
            except_rules: self.listed_rules("except_rules")?.unwrap_or(was.except_rules),
            dates: self.dates("dates")?.unwrap_or(was.dates),
            except_dates: self.dates("except_dates")?.unwrap_or(was.except_dates),
        };
        // Only who says that there are no rules means a series of which nothing but exceptions is left.
        let emptied = self.fields.get("rules").is_some() && !recurrence.except_dates.is_empty();
        if recurrence.rules.is_empty() && recurrence.dates.is_empty() && !emptied {
            let what = "how does it repeat? Send rrule_type (daily, weekly, monthly, yearly), rules or dates";
            return Err(self.fields.missing("rrule_type", what));
        }
        self.zoned()?;
        let mut repeats = Repeats { recurrence, overrides: Vec::new() };
        self.overrides(&mut repeats, kept)?;
        Ok(repeats)
    }

    /// A series goes by the clock of a place: an offset says where its clock stood once. `Z` alone means UTC's.
    fn zoned(&self) -> Result<(), Invalid> {
        let floats = matches!(self.start(), When::Floating(_));
        let second_of_two = matches!((self.start(), self.clock()), (When::Utc(_), Some(WallClock::Place(_))));
        if floats {
            return Err(self
                .field
                .error(Mistake::TimeZoneMissing, "a series needs the zone whose clock it goes by: timezone"));
        }
        if second_of_two {
            let reason = "clocks show this time twice that night, and a series can't start in the second of both";
            return Err(self.field.error(Mistake::InvalidRecurrence, reason));
        }
        Ok(())
    }

    /// The rules: as they are listed, else as the simple fields say them, else as before.
    fn rules(&self, was: &[Rule]) -> Result<Vec<Rule>, Invalid> {
        if let Some(rules) = self.listed_rules("rules")? {
            simple::agree(&self.fields, &rules, self.start(), self.clock())?;
            if !rules.is_empty() || !self.fields.any(&simple::FIELDS) {
                return Ok(rules);
            }
        }
        if !self.fields.any(&simple::FIELDS) {
            let text = was.iter().map(|rule| one_rule(&ical::rule_text(rule), self.start()));
            return text
                .collect::<Result<_, _>>()
                .map_err(|reason| self.field.error(Mistake::InvalidRecurrence, reason));
        }
        let Some(sent) = simple::FIELDS.iter().find_map(|name| self.fields.get(name)) else { return Ok(Vec::new()) };
        let read = |fields: &Fields<'_>| {
            let text = simple::rule(fields, self.start(), self.clock())?;
            one_rule(&text, self.start()).map_err(|reason| sent.error(Mistake::InvalidRecurrence, reason))
        };
        let rule = match was {
            [] => read(&self.fields)?,
            [one] => {
                let merged = self.merged(one, sent)?;
                let field = Field { pointer: self.field.pointer.clone(), value: &merged };
                read(&Fields::of(&field, names::RECURRENCE)?)?
            }
            _ => return Err(self.not_simple(sent)),
        };
        Ok(vec![rule])
    }

    /// What the simple fields say over those of the rule of before.
    fn merged(&self, rule: &Rule, sent: &Field<'_>) -> Result<Value, Invalid> {
        let anew = self.fields.given("rrule_type").is_some();
        let shown = simple::shown(rule, self.clock());
        let mut merged = match shown {
            Some(shown) => shown,
            None if anew => Map::new(),
            None => return Err(self.not_simple(sent)),
        };
        let kind = self.fields.given("rrule_type").map(|field| field.value);
        if kind.is_some_and(|kind| Some(kind) != merged.get("rrule_type")) {
            // Another kind of step has days of its own.
            ["weekdays", "month_by", "day_of_month", "week_of_month"]
                .iter()
                .for_each(|name| drop(merged.remove(*name)));
        }
        // Another end takes the one of before away, also where end_type goes without saying.
        if !self.fields.any(&["end_type"]) && self.fields.any(&["count", "until"]) {
            ["end_type", "count", "until"].iter().for_each(|name| drop(merged.remove(*name)));
        }
        for name in simple::FIELDS {
            if let Some(field) = self.fields.get(name) {
                merged.insert(name.to_owned(), field.value.clone());
            }
        }
        Ok(Value::Object(merged))
    }

    fn not_simple(&self, sent: &Field<'_>) -> Invalid {
        let reason = "the rules of this series say more than the simple fields can: send rules";
        sent.error(Mistake::InvalidRecurrence, reason)
    }

    fn listed_rules(&self, name: &'static str) -> Result<Option<Vec<Rule>>, Invalid> {
        let Some(field) = self.fields.get(name) else { return Ok(None) };
        let texts = match field.value {
            Value::Null => Vec::new(),
            Value::String(_) => vec![field.clone()],
            _ => field.items(MAX_RULES)?,
        };
        let rule = |field: &Field<'_>| {
            let text = field.text()?.trim();
            let (property, value) = text.split_once(':').unwrap_or(("", text));
            if !property.is_empty()
                && !property.eq_ignore_ascii_case("RRULE")
                && !property.eq_ignore_ascii_case("EXRULE")
            {
                return Err(field.error(Mistake::InvalidRecurrence, format!("{} is no rule", Quoted(text))));
            }
            one_rule(value, self.start()).map_err(|reason| field.error(Mistake::InvalidRecurrence, reason))
        };
        texts.iter().map(rule).collect::<Result<_, _>>().map(Some)
    }

    fn dates(&self, name: &'static str) -> Result<Option<Vec<When>>, Invalid> {
        let Some(field) = self.fields.get(name) else { return Ok(None) };
        if field.value.is_null() {
            return Ok(Some(Vec::new()));
        }
        let dates = field.items(MAX_DATES)?;
        let dates = dates.iter().map(|field| self.point(Written::read(field)?, field));
        dates.collect::<Result<Vec<When>, Invalid>>().map(in_order).map(Some)
    }

    /// A point of the series: of the kind and on the clock of its start. A date is the occurrence of that day.
    fn point(&self, written: Written, field: &Field<'_>) -> Result<When, Invalid> {
        let start = self.start();
        let out = || field.wrong("this time is out of bounds");
        Ok(match (start, written) {
            (When::Date(_), written) => When::Date(written.date()),
            (_, Written::Date(date)) => start.at_reading(date.to_datetime(start.reading().time())),
            (_, Written::Reading(reading)) => start.at_reading(reading),
            (_, written) => match self.clock() {
                Some(clock) => ical::aligned(written.on(clock).ok_or_else(out)?, start),
                None => ical::aligned(written.on(&WallClock::Utc).ok_or_else(out)?, start),
            },
        })
    }

    /// The occurrences that differ: each is what its series is, at its own time, but for what is said. Null excludes it.
    fn overrides(&self, repeats: &mut Repeats, kept: Vec<(When, Document)>) -> Result<(), Invalid> {
        let start = self.start();
        let kept = kept.into_iter().map(|(at, one)| (ical::aligned(at, start), one));
        let mut all: BTreeMap<DateTime, (When, Document)> = kept.map(|(at, one)| (at.order(), (at, one))).collect();
        let series = repeats.series(self.document);
        let given = Given::by(&series);
        if let Some(field) = self.fields.get("overrides") {
            if field.value.is_null() {
                all.clear();
            } else {
                for (key, value) in field.object()? {
                    let one = Field { pointer: inside(&field.pointer, key), value };
                    let at = self.point(Written::of(key).map_err(|reason| one.wrong(reason))?, &one)?;
                    if value.is_null() {
                        all.remove(&at.order());
                        repeats.recurrence.except_dates.push(at);
                        continue;
                    }
                    if all.len() >= Limits::default().max_overrides {
                        let reason =
                            format!("at most {} changed occurrences are taken", Limits::default().max_overrides);
                        return Err(one.error(Mistake::TooMany, reason));
                    }
                    let before = all.remove(&at.order()).map(|(_, before)| before);
                    let before = before.unwrap_or_else(|| self.document.occurrence_at(&at));
                    all.insert(at.order(), (at, changed(&one, &before, self.defaults)?));
                }
            }
        }
        if let Some((at, _)) = all.values().find(|(at, _)| !given.has(at)) {
            let key = instants::key(at);
            return Err(not_one(&inside(&format!("{}/overrides", self.field.pointer), &key), &key));
        }
        repeats.overrides = all.into_values().collect();
        repeats.settle();
        let dates = repeats.recurrence.dates.len().max(repeats.recurrence.except_dates.len());
        if dates > MAX_DATES {
            return Err(self.field.error(Mistake::TooMany, format!("at most {MAX_DATES} dates are taken")));
        }
        Ok(())
    }
}

/// One occurrence, changed.
///
/// # Errors
/// When it can't be read, or says what only a series can.
pub(super) fn changed(field: &Field<'_>, before: &Document, defaults: &Defaults) -> Result<Document, Invalid> {
    let fields = Fields::of(field, names::EVENT)?;
    for name in ["recurrence", "recurring", "client_reference"] {
        if let Some(field) = fields.get(name) {
            return Err(field.wrong("this is said of a whole series, not of one occurrence"));
        }
    }
    Document::happening(&fields, Some(before), defaults)
}

fn not_one(pointer: &str, key: &str) -> Invalid {
    let reason = format!("the series has no occurrence at {key}, so nothing says which one is changed");
    Invalid::at(pointer, Mistake::NoSuchOccurrence, reason)
}

/// A rule that happens.
fn one_rule(text: &str, start: &When) -> Result<Rule, String> {
    let read = ical::rule(text, start)?;
    let why = || read.notes.first().cloned().unwrap_or_else(|| "the rule never happens".to_owned());
    read.rule.ok_or_else(why)
}

fn in_order(mut dates: Vec<When>) -> Vec<When> {
    dates.sort_by_key(When::order);
    dates.dedup_by_key(|date| date.order());
    dates
}

impl Repeats {
    /// One word each: an occurrence that is changed is not excluded.
    pub(super) fn settle(&mut self) {
        self.overrides.sort_by_key(|(at, _)| at.order());
        let changed: std::collections::BTreeSet<DateTime> = self.overrides.iter().map(|(at, _)| at.order()).collect();
        let mut except = std::mem::take(&mut self.recurrence.except_dates);
        except.retain(|at| !changed.contains(&at.order()));
        self.recurrence.except_dates = in_order(except);
    }

    /// The series as a calendar has it, without its particulars: enough to ask for its occurrences.
    pub(super) fn series(&self, document: &Document) -> Details {
        let particulars = std::sync::Arc::new(Particulars::default());
        Details { span: document.time.span.clone(), recurrence: Some(self.recurrence.clone()), particulars }
    }

    /// The fields that say it, of the series that `document` is.
    pub(super) fn write(&self, document: &Document) -> Map<String, Value> {
        let Recurrence { rules, except_rules, dates, except_dates } = &self.recurrence;
        let clock = document.time.clock.as_ref();
        let texts = |rules: &[Rule]| rules.iter().map(|rule| Value::from(ical::rule_text(rule))).collect();
        let points = |dates: &[When]| dates.iter().map(|date| Value::from(instants::written(date, clock))).collect();
        let lists: [(&str, Vec<Value>); 4] = [
            ("rules", texts(rules)),
            ("except_rules", texts(except_rules)),
            ("dates", points(dates)),
            ("except_dates", points(except_dates)),
        ];
        let lists = lists.into_iter().filter(|(_, list)| !list.is_empty());
        let mut fields: Map<String, Value> = lists.map(|(name, list)| (name.to_owned(), Value::Array(list))).collect();
        if self.recurrence.rules.is_empty() && self.recurrence.dates.is_empty() {
            fields.insert("rules".to_owned(), Value::Array(Vec::new()));
        }
        if !self.overrides.is_empty() {
            fields.insert("overrides".to_owned(), Value::Object(self.changes(document)));
        }
        fields
    }

    /// What differs, by the start that each occurrence would have had.
    pub(super) fn changes(&self, document: &Document) -> Map<String, Value> {
        let base = document.plain_fields();
        let changes = self.overrides.iter().map(|(at, one)| {
            let change = one.differs(&document.occurrence_at(at), &base);
            (instants::key(at), Value::Object(change))
        });
        changes.collect()
    }
}
