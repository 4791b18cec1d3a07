//! Occurrences of a series that are objects of their own at Google: those that differ from it, and those that did. Pure.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::call::ApiCall;
use super::mapping::Mapped;
use super::requests::Place;
use super::seen::Item;

/// One occurrence to be written.
#[derive(Clone, Debug)]
pub(super) struct Put {
    /// Its name at Google.
    pub(super) id: String,
    /// By what it is found should that name be wrong; none once it was looked for.
    original_start: Option<String>,
    /// How people know it.
    told_as: String,
    body: Map<String, Value>,
}

/// The occurrences that shall differ from the series `id`. `listed` are those that differ now.
pub(super) fn wanted(content: &Mapped, id: &str, listed: &[&Item]) -> Vec<Put> {
    let one = |exception: &super::mapping::Exception| {
        let name = format!("{id}{}", exception.suffix);
        let least = listed.iter().find(|item| item.id == name).map_or(0, |item| item.sequence);
        Put {
            id: name,
            original_start: Some(exception.original_start.clone()),
            told_as: exception.original_start.clone(),
            body: with_sequence(exception.body.clone(), exception.sequence.max(content.sequence).max(least)),
        }
    };
    content.exceptions.iter().map(one).collect()
}

/// Puts an occurrence back to what the series says of it: Google keeps it as an object of its own for ever, so it is
/// given the series' content at the start that it would have had. None where that start can't be read.
pub(super) fn put_back(content: &Mapped, item: &Item) -> Option<Put> {
    let mut body = content.body.clone();
    body.remove("recurrence");
    let end = end_from(&content.body, &item.original_start)?;
    body.insert("start".to_owned(), item.original_start.clone());
    body.insert("end".to_owned(), end);
    let told_as = item.original_start.get("dateTime").or(item.original_start.get("date"))?.as_str()?.to_owned();
    let body = with_sequence(body, content.sequence.max(item.sequence));
    Some(Put { id: item.id.clone(), original_start: None, told_as, body })
}

/// The end of an occurrence that starts at `start` and lasts as long as the master.
fn end_from(master: &Map<String, Value>, start: &Value) -> Option<Value> {
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let (first, last) = (master.get("start")?, master.get("end")?);
    if let Some(date) = text(start, "date") {
        let date: jiff::civil::Date = date.parse().ok()?;
        let (first, last): (jiff::civil::Date, jiff::civil::Date) =
            (text(first, "date")?.parse().ok()?, text(last, "date")?.parse().ok()?);
        return Some(json!({"date": date.checked_add(last - first).ok()?.to_string()}));
    }
    let starts = instant(start)?;
    let lasts = instant(last)?.duration_since(instant(first)?);
    let ends = starts.checked_add(lasts).ok()?;
    let zone = text(last, "timeZone").or_else(|| text(start, "timeZone"))?;
    Some(json!({"dateTime": ends.to_string(), "timeZone": zone}))
}

/// The instant of a start or an end, with an offset of its own or in its zone.
fn instant(at: &Value) -> Option<Timestamp> {
    let text = at.get("dateTime")?.as_str()?;
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant);
    }
    let zone = jiff::tz::TimeZone::get(at.get("timeZone")?.as_str()?).ok()?;
    let local: jiff::civil::DateTime = text.parse().ok()?;
    zone.to_ambiguous_timestamp(local).compatible().ok()
}

fn with_sequence(mut body: Map<String, Value>, sequence: u32) -> Map<String, Value> {
    body.insert("sequence".to_owned(), sequence.into());
    body
}

impl Put {
    /// The call that writes it.
    pub(super) fn write(&self, place: &Place) -> ApiCall {
        place.replace(&self.id, None, self.body.clone())
    }

    /// The call that finds it in the series `id`.
    pub(super) fn find(&self, place: &Place, id: &str) -> ApiCall {
        place.occurrence(id, self.original_start.as_deref().unwrap_or_default())
    }

    /// Whether it was not yet looked for.
    pub(super) fn can_be_found(&self) -> bool {
        self.original_start.is_some()
    }

    /// Under the name that the answer to [`Put::find`] gives; itself when there is none.
    pub(super) fn renamed(mut self, found: &Value) -> Result<Self, Self> {
        let found = found.pointer("/items/0");
        let Some(id) = found.and_then(|item| item.get("id")).and_then(Value::as_str) else { return Err(self) };
        self.original_start = None;
        if id == self.id {
            return Err(self);
        }
        self.id = id.to_owned();
        Ok(self)
    }

    /// What is said when it can't be written.
    pub(super) fn told(&self, why: &str) -> String {
        format!("the occurrence of {} is shown as the series has it: {why}", self.told_as)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn master(start: Value, end: Value) -> Map<String, Value> {
        let Value::Object(map) = json!({"start": start, "end": end}) else { panic!() };
        map
    }

    #[test]
    fn an_occurrence_that_is_put_back_lasts_as_long_as_the_series() {
        let days = master(json!({"date": "2026-11-05"}), json!({"date": "2026-11-07"}));
        assert_eq!(end_from(&days, &json!({"date": "2026-12-31"})), Some(json!({"date": "2027-01-02"})));
        let hour = master(
            json!({"dateTime": "2026-11-05T10:00:00", "timeZone": "Europe/Madrid"}),
            json!({"dateTime": "2026-11-05T11:30:00", "timeZone": "Europe/Madrid"}),
        );
        let start = json!({"dateTime": "2026-07-05T10:00:00+02:00", "timeZone": "Europe/Madrid"});
        let end = json!({"dateTime": "2026-07-05T09:30:00Z", "timeZone": "Europe/Madrid"});
        assert_eq!(end_from(&hour, &start), Some(end));
        assert_eq!(end_from(&hour, &json!({})), None);
    }

    #[test]
    fn an_occurrence_is_found_once_and_never_guessed() {
        let put = Put { id: "s_1".into(), original_start: Some("x".into()), told_as: "x".into(), body: Map::new() };
        assert!(put.clone().renamed(&json!({"items": []})).is_err());
        assert!(put.clone().renamed(&json!({"items": [{"id": "s_1"}]})).is_err());
        let found = put.renamed(&json!({"items": [{"id": "s_2"}]})).unwrap();
        assert!(found.id == "s_2" && !found.can_be_found());
    }
}
