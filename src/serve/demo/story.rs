//! What the demo says. Pure text.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::Value;

use crate::placement::Mark;

/// Where everything is.
pub(super) struct Places {
    pub(super) gateway: String,
    pub(super) puentes: String,
    pub(super) caldav: String,
    pub(super) google: String,
    pub(super) google_user: String,
    /// The link to the second person's page.
    pub(super) page: String,
    pub(super) phone: String,
    pub(super) other_phone: String,
    pub(super) key: String,
    pub(super) other_key: String,
    pub(super) user: String,
    pub(super) other_user: String,
    pub(super) password: String,
    /// The file with the gateway's settings.
    pub(super) settings: String,
    /// With what the second client system comes in.
    pub(super) erp_key: String,
    /// How it calls its holder.
    pub(super) erp_customer: String,
    pub(super) tomorrow: Date,
}

/// What to try: every line that starts with `curl` works as it stands.
pub(super) fn text(places: &Places) -> String {
    let Places { gateway, puentes, caldav, phone, key, user, password, tomorrow, .. } = places;
    let Places { google, google_user, page, other_phone, other_key, other_user, .. } = places;
    let other = format!("-H 'X-Phone-Number: {other_phone}' -H 'X-Secure-Key: {other_key}'");
    let who = format!("-H 'X-Phone-Number: {phone}' -H 'X-Secure-Key: {key}'");
    let json = "-H 'Content-Type: application/json'";
    let day = tomorrow.strftime("%Y%m%d").to_string();
    let event = |summary: &str, from: &str, to: &str| {
        format!(
            r#"{{"event_data": "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:demo-1\nSUMMARY:{summary}\nDTSTART;TZID=America/Guayaquil:{day}T{from}\nDTEND;TZID=America/Guayaquil:{day}T{to}\nEND:VEVENT\nEND:VCALENDAR\n"}}"#
        )
    };
    let created = event("Café con Ana", "100000", "110000");
    let moved = event("Café con Ana (más tarde)", "160000", "170000");
    let login = format!(
        r#"{{"provider": "caldav", "caldav": {{"url": "{caldav}", "username": "{user}", "password": "{password}"}}}}"#
    );
    let erp = erp_lines(places);
    format!(
        "Pasarela demo: a real gateway between a simulated client system and simulated calendars.\n\
         Nothing leaves this machine, and nothing is left on it.\n\
         \n\
         {other_phone} has appointments and no calendar yet. Open this in a browser, as that person would on their phone:\n\
         \x20 {page}\n\
         Google asks for no password here. For Apple or CalDAV, type {other_user} / {password}\n\
         (the address for CalDAV: {caldav}).\n\
         \n\
         \x20 calendar    {caldav}/  what a person sees, live (CalDAV: {user} / {password})\n\
         \x20 Google      {google}/calendar/r  the same for Google ({google_user})\n\
         \x20 Puentes     {puentes}/  the client system: edit its events, then resync\n\
         \x20 gateway     {gateway}/docs  the contract, with every call explained\n\
         \n\
         {phone} is linked, and Puentes's agenda is arriving. In another terminal, try:\n\
         \n\
         # A new event: 201 once it is in the calendar.\n\
         curl -sS {gateway}/events {who} {json} -d '{created}'\n\
         # It moves to the afternoon.\n\
         curl -sS -X PUT {gateway}/events/demo-1 {who} {json} -d '{moved}'\n\
         # What is held, and how far each event is.\n\
         curl -sS {gateway}/events {who}\n\
         # It is cancelled.\n\
         curl -sS -i -X DELETE {gateway}/events/demo-1 {who}\n\
         # Puentes tells everything again; only what differs is written.\n\
         curl -sS -X POST {gateway}/resync {who} {json} -d '{{}}'\n\
         # Unlink: everything of ours goes, the person's own events stay. The answer is the receipt.\n\
         curl -sS -X DELETE {gateway}/link {who}\n\
         # Link again: the calendar is made anew, and the agenda comes back.\n\
         curl -sS {gateway}/link {who} {json} -d '{login}'\n\
         \n\
         # The link to a person's page, for whoever sends it on.\n\
         curl -sS {gateway}/link {other} {json} -d '{{}}'\n\
         # The address of Google's consent without our page, good for an hour.\n\
         curl -sS {gateway}/link {other} {json} -d '{{\"provider\": \"google\"}}'\n\
         # How that link is doing.\n\
         curl -sS {gateway}/link {other}\n\
         \n\
         {erp}\
         \n\
         What happens in the calendars (ctrl-C ends the demo):\n"
    )
}

/// The same for the second client system, which says its events as JSON.
fn erp_lines(places: &Places) -> String {
    let Places { gateway, settings, erp_key, erp_customer, tomorrow, .. } = places;
    let who = format!("-H 'Authorization: Bearer {erp_key}' -H 'X-Customer-Id: {erp_customer}'");
    let json = "-H 'Content-Type: application/json'";
    let api = format!("{gateway}/api/v1/calendar");
    let event = format!(
        r#"{{"name": "Reunión con Carla", "start_datetime": "{tomorrow}T09:00:00", "end_datetime": "{tomorrow}T09:30:00", "recurrence": {{"rrule_type": "weekly", "end_type": "count", "count": 4}}}}"#
    );
    let until = tomorrow.saturating_add(31.days());
    format!(
        "An ERP uses the same gateway, and neither learns of the other. Its customer {erp_customer} is linked; in that terminal:\n\
         \n\
         # An event as JSON, four times every week.\n\
         curl -sS -X PUT {api}/events/by-reference/lead-7 {who} {json} -d '{event}'\n\
         # What happens in a month, one by one.\n\
         curl -sS '{api}/events?from={tomorrow}&to={until}&expand=instances' {who}\n\
         # A feed that any calendar program subscribes to.\n\
         curl -sS {api}/feeds {who} {json} -d '{{\"name\": \"Carla\"}}'\n\
         # What changed since the beginning, for a program that keeps up.\n\
         curl -sS '{gateway}/api/v1/changes' {who}\n\
         # Commands of the operator work beside the demo.\n\
         PASARELA_CONFIG={settings} pasarela client list\n"
    )
}

/// What stands in calendars: by name, a version and a line that tells it.
pub(super) type Agenda = BTreeMap<String, (String, String)>;

/// One line for each object that came, changed or went.
pub(super) fn news(before: &Agenda, now: &Agenda) -> Vec<String> {
    let came = now.iter().filter_map(|(name, (version, line))| match before.get(name) {
        None => Some(format!("  + {line}")),
        Some((old, _)) if old != version => Some(format!("  ~ {line}")),
        Some(_) => None,
    });
    let went = before.iter().filter(|(name, _)| !now.contains_key(*name));
    went.map(|(_, (_, line))| format!("  - {line}")).chain(came).collect()
}

/// An event of ours at Google, as an entry; none for what is not ours, was deleted, or is one occurrence of a series.
pub(super) fn google_entry(event: &Value) -> Option<(String, (String, String))> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let (id, version) = (text(event.get("id")), text(event.get("etag")));
    let is_told = id.starts_with(Mark::PREFIX)
        && text(event.get("status")) != "cancelled"
        && event.get("recurringEventId").is_none();
    let start = event.get("start")?;
    let day = text(start.get("date"));
    let begins = if day.is_empty() { text(start.get("dateTime")).replace('T', " ") } else { format!("{day}      ") };
    let begins: String = begins.chars().take(16).collect();
    is_told.then(|| (id, (version, format!("{begins}  {}  (Google)", text(event.get("summary"))))))
}

/// The summary and start of an object's event.
pub(super) fn headline(ics: &str) -> String {
    let unfolded = ics.replace("\r\n ", "");
    let event = unfolded.split("BEGIN:VEVENT").nth(1).unwrap_or(&unfolded);
    let value = |name: &str| {
        let mut lines = event.lines().filter(|line| line.starts_with(name));
        lines.next().and_then(|line| line.split_once(':')).map_or("", |(_, value)| value)
    };
    format!("{}  {}", when(value("DTSTART")), value("SUMMARY").replace("\\,", ","))
}

/// `20260105T100000` as `2026-01-05 10:00`.
fn when(start: &str) -> String {
    let (day, time) = start.split_once('T').unwrap_or((start, ""));
    let part = |text: &str, from: usize, to: usize| text.get(from..to).unwrap_or("").to_owned();
    let date = format!("{}-{}-{}", part(day, 0, 4), part(day, 4, 6), part(day, 6, 8));
    if time.is_empty() { format!("{date}      ") } else { format!("{date} {}:{}", part(time, 0, 2), part(time, 2, 4)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(etag: &str, summary: &str) -> (String, String) {
        let ics = format!("BEGIN:VEVENT\r\nDTSTART;TZID=America/Guayaquil:20260105T100000\r\nSUMMARY:{summary}\r\n");
        (etag.to_owned(), headline(&ics))
    }

    #[test]
    fn news_are_what_came_changed_and_went() {
        let before = BTreeMap::from([("a".into(), object("1", "A")), ("b".into(), object("1", "B"))]);
        let now = BTreeMap::from([("b".into(), object("2", "B\\, new")), ("c".into(), object("1", "C"))]);
        let lines = news(&before, &now);
        assert_eq!(lines, ["  - 2026-01-05 10:00  A", "  ~ 2026-01-05 10:00  B, new", "  + 2026-01-05 10:00  C"]);
    }

    #[test]
    fn an_event_at_google_is_told_by_its_start_and_title() {
        let mut event = serde_json::json!({
            "id": "psr1", "etag": "\"1\"", "status": "confirmed", "summary": "Café",
            "start": {"dateTime": "2026-01-05T10:00:00-05:00"},
        });
        let (_, (_, line)) = google_entry(&event).unwrap();
        assert_eq!(line, "2026-01-05 10:00  Café  (Google)");
        event["start"] = serde_json::json!({"date": "2026-01-05"});
        assert_eq!(google_entry(&event).unwrap().1.1, "2026-01-05        Café  (Google)");
        event["status"] = "cancelled".into();
        assert!(google_entry(&event).is_none());
        event["status"] = "confirmed".into();
        event["id"] = "own".into();
        assert!(google_entry(&event).is_none());
    }
}
