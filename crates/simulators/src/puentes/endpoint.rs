//! `GET /events`.

use std::collections::BTreeMap;

use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;

use super::agenda::{Agenda, EventView, one_calendar};
use super::dial::{Dial, Fault};
use super::key;
use crate::wire::{Answer, Body, Request, json, reply};

#[derive(Serialize)]
struct Page {
    events: Vec<EventView>,
    next: Option<String>,
}

pub(super) fn events(agenda: &Agenda, dial: &Dial, secret: &str, request: &Request) -> Answer {
    let (Some(phone), Some(sent)) = (request.parameter("phone_number"), request.parameter("secure_key")) else {
        return error(400, "missing_parameter");
    };
    if !key::right(&phone, secret, &sent) {
        return error(401, "invalid_key");
    }
    let Some(events) = agenda.events(&phone) else { return error(404, "unknown_phone_number") };
    let accept = request.header("accept").unwrap_or_default();
    if dial.text_calendar || (accept.contains("text/calendar") && !accept.contains("application/json")) {
        return text_calendar(events, dial.fault_on(1));
    }
    let cursor = request.parameter("cursor");
    let Some(after) = cursor.as_deref().map_or(Some(String::new()), read_cursor) else {
        return error(400, "invalid_cursor");
    };
    let size = dial.page_size.max(1);
    let before = events.range(..=after.clone()).count();
    let fault = dial.fault_on(before / size + 1);
    let mut page: Vec<EventView> = events.iter().skip(before).take(size).map(view).collect();
    let more = events.len() > before + page.len();
    let mut next = page.last().filter(|_| more).map(|last| cursor_after(&last.event_id));
    match fault {
        Fault::Empty => (page, next) = (Vec::new(), None),
        Fault::Endless => next = Some(cursor_after(&after)),
        Fault::BrokenIcal => break_one(&mut page),
        _ => {}
    }
    let body = serde_json::to_string(&Page { events: page, next }).unwrap_or_default();
    spoiled(fault, "application/json", body)
}

fn text_calendar(events: &BTreeMap<String, String>, fault: Fault) -> Answer {
    let mut events: Vec<EventView> = events.iter().map(view).collect();
    match fault {
        Fault::Empty => events.clear(),
        Fault::BrokenIcal => break_one(&mut events),
        _ => {}
    }
    let body = one_calendar(events.iter().map(|event| &event.event_data));
    spoiled(fault, "text/calendar; charset=utf-8", body)
}

fn view((event_id, event_data): (&String, &String)) -> EventView {
    EventView { event_id: event_id.clone(), event_data: event_data.clone() }
}

/// Cuts the middle one of the events in two.
fn break_one(events: &mut [EventView]) {
    let middle = events.len() / 2;
    if let Some(event) = events.get_mut(middle) {
        let half = event.event_data.len() / 2;
        event.event_data = event.event_data.chars().take(half).collect();
    }
}

/// The answer as the fault leaves it.
fn spoiled(fault: Fault, content_type: &str, body: String) -> Answer {
    let half = || body.chars().take(body.chars().count() / 2).collect::<String>();
    Answer::Reply(match fault {
        Fault::None | Fault::Empty | Fault::Endless | Fault::BrokenIcal => reply(200, content_type, body),
        Fault::Error => return error(500, "internal_error"),
        Fault::NotFound => return error(404, "not_found"),
        Fault::Hang => return Answer::Silence,
        Fault::Cut => reply(200, content_type, body).map(Body::tear),
        Fault::HalfPage => reply(200, content_type, half()),
        Fault::BrokenJson => reply(200, content_type, format!("<?php notice ?>{body}")),
        Fault::Html => reply(200, "text/html; charset=utf-8", "<!doctype html><title>Iniciar sesión</title>"),
    })
}

fn error(status: u16, code: &str) -> Answer {
    Answer::Reply(json(status, &serde_json::json!({ "error": code })))
}

fn cursor_after(event_id: &str) -> String {
    BASE64URL_NOPAD.encode(event_id.as_bytes())
}

fn read_cursor(cursor: &str) -> Option<String> {
    String::from_utf8(BASE64URL_NOPAD.decode(cursor.as_bytes()).ok()?).ok()
}
