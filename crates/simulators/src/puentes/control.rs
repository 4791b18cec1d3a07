//! The control interface for tests, below `/__sim/`.

use hyper::Response;

use super::agenda::EventView;
use super::dial::Dial;
use super::site::{Puentes, State};
use crate::wire::{Body, Request, json, problem, text};

pub(super) fn control(site: &Puentes, request: &Request, segments: &[&str]) -> Option<Response<Body>> {
    let mut state = site.lock();
    Some(match (request.method.as_str(), segments) {
        ("GET", []) => {
            json(200, &serde_json::json!({ "simulator": "puentes", "url": site.url, "phones": state.agenda.phones() }))
        }
        ("GET", ["events"]) => json(200, &state.agenda.phones()),
        (_, ["events", phone]) => all_events(&mut state, request, phone)?,
        (_, ["events", phone, event_id]) => one_event(&mut state, request, phone, event_id)?,
        ("GET", ["dial"]) => json(200, &state.dial),
        ("PUT", ["dial"]) => match serde_json::from_slice::<Dial>(&request.body) {
            Ok(dial) if dial.page_size == 0 => problem(400, "page_size must be at least 1"),
            Ok(dial) => {
                state.dial = dial;
                json(200, &state.dial)
            }
            Err(why) => problem(400, why),
        },
        _ => return None,
    })
}

fn all_events(state: &mut State, request: &Request, phone: &str) -> Option<Response<Body>> {
    Some(match request.method.as_str() {
        "GET" => match state.agenda.events(phone) {
            Some(events) => {
                let view =
                    |(id, data): (&String, &String)| EventView { event_id: id.clone(), event_data: data.clone() };
                json(200, &events.iter().map(view).collect::<Vec<_>>())
            }
            None => problem(404, "no such phone number"),
        },
        "PUT" => match serde_json::from_slice::<Vec<EventView>>(&request.body) {
            Ok(events) => {
                state.agenda.replace(phone, events);
                text(204, "")
            }
            Err(why) => problem(400, why),
        },
        "DELETE" => match state.agenda.forget(phone) {
            true => text(204, ""),
            false => problem(404, "no such phone number"),
        },
        _ => return None,
    })
}

fn one_event(state: &mut State, request: &Request, phone: &str, event_id: &str) -> Option<Response<Body>> {
    Some(match request.method.as_str() {
        "GET" => match state.agenda.events(phone).and_then(|events| events.get(event_id)) {
            Some(data) => json(200, &EventView { event_id: event_id.to_owned(), event_data: data.clone() }),
            None => problem(404, "no such event"),
        },
        "PUT" => match event_data(request) {
            Ok(event_data) => {
                state.agenda.put(phone, EventView { event_id: event_id.to_owned(), event_data });
                text(204, "")
            }
            Err(why) => problem(400, why),
        },
        "DELETE" => match state.agenda.delete(phone, event_id) {
            true => text(204, ""),
            false => problem(404, "no such event"),
        },
        _ => return None,
    })
}

/// `{"event_data": "…"}`, or the bare text when it says that it is `text/calendar`.
fn event_data(request: &Request) -> Result<String, String> {
    if request.header("content-type").is_some_and(|kind| kind.starts_with("text/calendar")) {
        return String::from_utf8(request.body.to_vec()).map_err(|why| why.to_string());
    }
    #[derive(serde::Deserialize)]
    struct Sent {
        event_data: String,
    }
    serde_json::from_slice::<Sent>(&request.body).map(|sent| sent.event_data).map_err(|why| why.to_string())
}
