//! Pages where a person edits the agenda, and turns the dial of faults. They work without scripts.

use std::fmt::Write;

use hyper::Response;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::agenda::EventView;
use super::dial::Fault;
use super::form::Form;
use super::key::secure_key;
use super::site::{Puentes, State};
use crate::ics::{Component, Line, occurrences};
use crate::page::{escape, page, spanish_date};
use crate::wire::{Body, Request, redirect, reply};

fn html(status: u16, title: &str, body: &str) -> Response<Body> {
    reply(status, "text/html; charset=utf-8", page(title, None, body))
}

fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The phone number asked for, else the first known.
fn phone(state: &State, request: &Request) -> Option<String> {
    request.parameter("phone").or_else(|| state.agenda.phones().into_iter().next())
}

/// `GET /`: the events of one phone number.
pub(super) fn list(site: &Puentes, state: &State, request: &Request) -> Response<Body> {
    let mut body = "<h1>Puentes (simulado)</h1>".to_owned();
    let Some(phone) = phone(state, request) else {
        body.push_str("<p class=empty>No se conoce a nadie todavía.</p>");
        return html(200, "Puentes", &body);
    };
    for other in state.agenda.phones() {
        let _ = write!(body, "<a class=pill href=\"/?phone={}\">{}</a>", encode(&other), escape(&other));
    }
    if let Some(gateway) = &site.gateway {
        let key = secure_key(&phone, &site.secret);
        let link = format!("{gateway}/connect?phone_number={}&secure_key={key}", encode(&phone));
        let _ = write!(body, "<p><a class=button href=\"{}\">Vincular mi calendario</a></p>", escape(&link));
    }
    let _ = write!(body, "<h2>Eventos de {}</h2><ul>", escape(&phone));
    let mut events: Vec<_> = state.agenda.events(&phone).into_iter().flatten().collect();
    let now = (site.now)();
    events.sort_by_key(|(_, data)| next_time(data, now).map_or(Timestamp::MAX, |(at, _)| at));
    body.extend(events.iter().map(|(id, data)| item(&phone, id, data, now)));
    body.push_str("</ul>");
    if events.is_empty() {
        body.push_str("<p class=empty>Sin eventos.</p>");
    }
    let _ = write!(body, "<p><a class=button href=\"/event?phone={}\">Añadir un evento</a></p>", encode(&phone));
    body.push_str(&dial_form(state, &phone));
    html(200, "Puentes", &body)
}

fn zone() -> TimeZone {
    TimeZone::get("America/Guayaquil").unwrap_or(TimeZone::UTC)
}

/// When it takes place next, as an instant and in words; `None` when it is over or cannot be read.
fn next_time(data: &str, now: Timestamp) -> Option<(Timestamp, String)> {
    let calendar = Component::read(data).ok()?;
    let until = now.saturating_add(SignedDuration::from_hours(24 * 366)).unwrap_or(Timestamp::MAX);
    let found = occurrences(&calendar, now, until, &zone());
    let start = &found.first()?.start;
    let at = start.instant(&zone());
    let local = zone().to_datetime(at);
    let hour = if start.is_date() { "todo el día".to_owned() } else { local.strftime("%H:%M").to_string() };
    Some((at, format!("{} · {hour}", spanish_date(local.date()))))
}

fn item(phone: &str, id: &str, data: &str, now: Timestamp) -> String {
    let calendar = Component::read(data).ok();
    let event = calendar.as_ref().and_then(|calendar| calendar.all("VEVENT").next());
    let text = |name: &str| event.and_then(|event| event.line(name)).map(Line::text).unwrap_or_default();
    let title = if event.is_some() { text("SUMMARY") } else { "(iCal que no se puede leer)".to_owned() };
    let when = next_time(data, now).map_or_else(|| "sin fecha por venir".to_owned(), |(_, words)| words);
    let place = Some(text("LOCATION")).filter(|place| !place.is_empty()).map(|place| format!(" · {}", escape(&place)));
    let series = if event.is_some_and(|event| event.line("RRULE").is_some()) { " ↻" } else { "" };
    format!(
        "<li class=event><span class=what><b>{}{series}</b><small>{when}{}</small></span>\
         <a href=\"/event?phone={}&amp;event={}\">Cambiar</a></li>",
        escape(&title),
        place.unwrap_or_default(),
        encode(phone),
        encode(id)
    )
}

fn dial_form(state: &State, phone: &str) -> String {
    let option = |(fault, name, words): &(Fault, &str, &str)| {
        let chosen = if *fault == state.dial.fault { " selected" } else { "" };
        format!("<option value={name}{chosen}>{words}</option>")
    };
    let options: String = Fault::NAMES.iter().map(option).collect();
    format!(
        "<form class=card method=post action=\"/dial\"><input type=hidden name=phone value=\"{}\">\
         <label for=fault>Cuando Pasarela pregunta por los eventos</label><select id=fault name=fault>{options}</select>\
         <button class=quiet>Aplicar</button></form>",
        escape(phone)
    )
}

/// `GET /event`: the form of a new event, or of the one asked for.
pub(super) fn edit(site: &Puentes, state: &State, request: &Request) -> Response<Body> {
    let Some(phone) = phone(state, request) else { return redirect(303, "/") };
    let id = request.parameter("event").unwrap_or_default();
    let data = state.agenda.events(&phone).and_then(|events| events.get(&id));
    if !id.is_empty() && data.is_none() {
        return html(404, "Puentes", "<p class=bad>Ese evento ya no existe.</p><p><a href=\"/\">Volver</a></p>");
    }
    let form = match data {
        Some(data) => Form::of(data).unwrap_or_default(),
        None => {
            let tomorrow = (site.now)().saturating_add(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MAX);
            let day = zone().to_datetime(tomorrow).strftime("%Y-%m-%d").to_string();
            Form { start: format!("{day}T10:00"), end: format!("{day}T11:00"), ..Form::default() }
        }
    };
    form_page(200, &phone, &id, data.map(String::as_str), &form, "")
}

fn form_page(status: u16, phone: &str, id: &str, data: Option<&str>, form: &Form, wrong: &str) -> Response<Body> {
    let mut body = format!("<h1>{}</h1>", if data.is_some() { "Cambiar el evento" } else { "Evento nuevo" });
    if !wrong.is_empty() {
        let _ = write!(body, "<p class=bad role=alert>{}</p>", escape(wrong));
    }
    let hidden = format!(
        "<input type=hidden name=phone value=\"{}\"><input type=hidden name=event value=\"{}\">",
        escape(phone),
        escape(id)
    );
    let _ = write!(body, "<form class=card method=post action=\"/event\">{hidden}{}", fields(form, data.is_some()));
    body.push_str("<button>Guardar</button></form>");
    if let Some(data) = data {
        let _ = write!(
            body,
            "<form class=card method=post action=\"/delete\">{hidden}<button class=quiet>Borrar este evento</button></form>\
             <details><summary>Como texto iCal</summary><form class=card method=post action=\"/event\">{hidden}\
             <textarea class=ical name=raw aria-label=iCal>{}</textarea><button class=quiet>Guardar el texto</button></form></details>",
            escape(data)
        );
    }
    let _ = write!(body, "<p><a href=\"/?phone={}\">Volver</a></p>", encode(phone));
    html(status, "Evento", &body)
}

fn fields(form: &Form, exists: bool) -> String {
    let text = |name: &str, label: &str, kind: &str, value: &str| {
        format!(
            "<div><label for={name}>{label}</label><input id={name} name={name} type={kind} value=\"{}\"></div>",
            escape(value)
        )
    };
    let checked = if form.all_day { " checked" } else { "" };
    let repeat = if exists {
        let rule = if form.repeat.is_empty() { "no se repite".to_owned() } else { escape(&form.repeat) };
        format!("<p>Repetición: {rule}. Las horas de una serie se cambian en el texto iCal.</p>")
    } else {
        let choices = [("", "no"), ("DAILY", "cada día"), ("WEEKLY", "cada semana"), ("MONTHLY", "cada mes")];
        let options: String =
            choices.iter().map(|(value, words)| format!("<option value=\"{value}\">{words}</option>")).collect();
        format!("<label for=repeat>Se repite</label><select id=repeat name=repeat>{options}</select>")
    };
    format!(
        "{}{}<div class=two>{}{}</div><label><input type=checkbox name=all_day value=1{checked}> Todo el día</label>{repeat}{}",
        text("title", "Título", "text", &form.title),
        text("place", "Lugar", "text", &form.place),
        text("start", "Empieza", "datetime-local", &form.start),
        text("end", "Termina", "datetime-local", &form.end),
        format_args!("<label for=notes>Notas</label><textarea id=notes name=notes>{}</textarea>", escape(&form.notes)),
    )
}

/// `POST /event`: saves a new or changed event, from the fields or from its text.
pub(super) fn save(site: &Puentes, state: &mut State, request: &Request) -> Response<Body> {
    let fields = request.form();
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let (phone, id) = (field("phone").unwrap_or_default(), field("event").unwrap_or_default());
    if phone.is_empty() {
        return redirect(303, "/");
    }
    let old = state.agenda.events(&phone).and_then(|events| events.get(&id)).cloned();
    let form = Form::read(&fields);
    let now = (site.now)();
    let (event_id, made) = match (&old, field("raw")) {
        (Some(_), Some(raw)) => (id.clone(), checked_text(&raw)),
        (Some(old), None) => (id.clone(), form.change(old, now).map_err(str::to_owned)),
        (None, _) => {
            let fresh = format!("puentes-{}", uuid::Uuid::new_v4().simple());
            let made = form.create(&fresh, now).map_err(str::to_owned);
            (fresh, made)
        }
    };
    match made {
        Ok(event_data) => {
            state.agenda.put(&phone, EventView { event_id, event_data });
            redirect(303, &format!("/?phone={}", encode(&phone)))
        }
        Err(wrong) => form_page(422, &phone, &id, old.as_deref(), &form, &wrong),
    }
}

/// A text that can be read, with the line ends browsers take away.
fn checked_text(raw: &str) -> Result<String, String> {
    Component::read(raw).map(|calendar| calendar.write()).map_err(|why| format!("El iCal no se puede leer: {why}"))
}

/// `POST /delete`.
pub(super) fn delete(state: &mut State, request: &Request) -> Response<Body> {
    let fields = request.form();
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let phone = field("phone").unwrap_or_default();
    state.agenda.delete(&phone, &field("event").unwrap_or_default());
    redirect(303, &format!("/?phone={}", encode(&phone)))
}

/// `POST /dial`.
pub(super) fn turn(state: &mut State, request: &Request) -> Response<Body> {
    let fields = request.form();
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let wanted = field("fault").unwrap_or_default();
    if let Some((fault, ..)) = Fault::NAMES.iter().find(|(_, name, _)| *name == wanted) {
        state.dial.fault = *fault;
    }
    redirect(303, &format!("/?phone={}", encode(&field("phone").unwrap_or_default())))
}
