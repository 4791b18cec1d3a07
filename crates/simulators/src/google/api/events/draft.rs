//! An event as a client sends it, checked.

use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::super::call::Call;
use super::field;
use crate::google::model::{Moment, Status, zone_named};
use crate::google::recurrence;
use crate::google::refusal::Refusal;
use crate::recurrence::Series;

/// What the body says, normalised.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) id: Option<String>,
    pub(super) ical_uid: Option<String>,
    pub(super) status: Status,
    pub(super) sequence: Option<i64>,
    pub(super) start: Moment,
    pub(super) end: Moment,
    pub(super) recurrence: Vec<String>,
    pub(super) series: Option<Series>,
    pub(super) fields: Map<String, Value>,
    pub(super) organizer: Option<Value>,
}

/// Read apart from the other fields.
const OWN: [&str; 8] = ["id", "iCalUID", "status", "sequence", "start", "end", "recurrence", "organizer"];

impl Draft {
    /// Reads a whole body. Unknown names are refused, more strictly than Google does: they are always somebody's mistake.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(body: &Map<String, Value>, call: &Call) -> Result<Self, Refusal> {
        let start = moment(body, "start")?;
        let end = moment(body, "end")?;
        check_order(&start, &end)?;
        let recurrence = recurrence(body)?;
        let series = series(&recurrence, &start, &end)?;
        let mut fields = Map::new();
        for (name, value) in body.iter().filter(|(name, value)| !value.is_null() && !OWN.contains(&name.as_str())) {
            if let Some(value) = field::read(name, value, call)? {
                fields.insert(name.clone(), value);
            }
        }
        fields.entry("reminders").or_insert_with(|| json!({ "useDefault": true }));
        Ok(Self {
            id: text(body, "id")?,
            ical_uid: text(body, "iCalUID")?,
            status: status(body)?,
            sequence: sequence(body)?,
            start,
            end,
            recurrence,
            series,
            fields,
            organizer: body.get("organizer").filter(|organizer| organizer.is_object()).cloned(),
        })
    }
}

/// The ids that a client may choose.
pub(super) fn check_id(id: &str) -> Result<(), Refusal> {
    let fine = (5..=1024).contains(&id.len()) && id.bytes().all(|b| matches!(b, b'a'..=b'v' | b'0'..=b'9'));
    fine.then_some(()).ok_or_else(|| Refusal::invalid("Invalid resource id value."))
}

/// Does the body ask for the event's end?
pub(super) fn cancels(body: &Map<String, Value>) -> bool {
    body.get("status").and_then(Value::as_str) == Some("cancelled")
}

fn moment(body: &Map<String, Value>, name: &str) -> Result<Moment, Refusal> {
    let value = body.get(name).filter(|value| !value.is_null());
    Moment::read(value.ok_or_else(|| Refusal::required(format!("Missing {name} time.")))?, name)
}

fn check_order(start: &Moment, end: &Moment) -> Result<(), Refusal> {
    let empty = match (start, end) {
        (Moment::Day(start), Moment::Day(end)) => end <= start,
        (Moment::At(start, _), Moment::At(end, _)) => end <= start,
        _ => return Err(Refusal::invalid("Start and end times must either both be date or both be dateTime.")),
    };
    if empty {
        return Err(Refusal::new(400, "timeRangeEmpty", "The specified time range is empty."));
    }
    Ok(())
}

fn recurrence(body: &Map<String, Value>) -> Result<Vec<String>, Refusal> {
    let wrong = || Refusal::invalid("Invalid value for: recurrence");
    match body.get("recurrence") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(lines)) => {
            lines.iter().map(|line| line.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
        }
        Some(_) => Err(wrong()),
    }
}

/// A series of times needs a zone at both ends: there it is expanded.
fn series(lines: &[String], start: &Moment, end: &Moment) -> Result<Option<Series>, Refusal> {
    if lines.is_empty() {
        return Ok(None);
    }
    let mut zone = TimeZone::UTC;
    for (moment, name) in [(end, "end"), (start, "start")] {
        if let Moment::At(_, named) = moment {
            let named = named.as_ref();
            let named =
                named.ok_or_else(|| Refusal::required(format!("Missing time zone definition for {name} time.")))?;
            zone = zone_named(named)?;
        }
    }
    let read = recurrence::series(lines, start.mark(), zone);
    read.map(Some).map_err(|why| Refusal::invalid(format!("Invalid recurrence rule. ({why})")))
}

fn text(body: &Map<String, Value>, name: &str) -> Result<Option<String>, Refusal> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Refusal::invalid(format!("Invalid value for: {name}"))),
    }
}

fn status(body: &Map<String, Value>) -> Result<Status, Refusal> {
    match text(body, "status")?.as_deref() {
        None | Some("confirmed") => Ok(Status::Confirmed),
        Some("tentative") => Ok(Status::Tentative),
        Some("cancelled") => Ok(Status::Cancelled),
        Some(other) => Err(Refusal::invalid(format!("Invalid value for: status ({other})"))),
    }
}

fn sequence(body: &Map<String, Value>) -> Result<Option<i64>, Refusal> {
    match body.get("sequence") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let number = value.as_i64().filter(|number| (0..=i64::from(i32::MAX)).contains(number));
            number.map(Some).ok_or_else(|| Refusal::invalid("Invalid sequence value."))
        }
    }
}
