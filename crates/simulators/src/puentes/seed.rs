//! A believable agenda, made with the `icalendar` crate, around the day it is asked for.
//!
//! It holds what real systems send: zones without VTIMEZONE, UTC, whole days, a series with a moved, a skipped and a cancelled instance,
//! guests, an alarm, a flight that ends in another zone, DURATION instead of DTEND, text that needs escapes.

use icalendar::{Alarm, Calendar, Component as _, Event, EventLike as _, EventStatus, Property};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

use super::agenda::EventView;
use super::form::stamp;

/// The phone number whose agenda is seeded.
pub const SEEDED_PHONE: &str = "+593991234567";

const QUITO: &str = "America/Guayaquil";
const MADRID: &str = "Europe/Madrid";

/// Twelve events over the weeks after `now`. Event ids are the UIDs; the same day gives the same times.
pub fn seed(now: Timestamp) -> Vec<EventView> {
    let today = TimeZone::get(QUITO).unwrap_or(TimeZone::UTC).to_datetime(now).date();
    let to_monday = 7 - i64::from(today.weekday().to_monday_zero_offset());
    let seed = Seed { stamp: stamp(now), monday: later(today, to_monday.days()) };
    vec![
        seed.maths(),
        seed.english(),
        seed.team_meeting(),
        seed.dentist(),
        seed.trip(),
        seed.publisher_call(),
        seed.flight(),
        seed.birthday(),
        seed.rent(),
        seed.marks(),
        seed.parents(),
        seed.new_york_call(),
    ]
}

/// What all events are made from.
struct Seed {
    stamp: String,
    /// The first Monday after today.
    monday: Date,
}

fn later(date: Date, by: Span) -> Date {
    date.saturating_add(by)
}

fn at(name: &str, zone: &str, date: Date, hour: i8, minute: i8) -> Property {
    let value = format!("{}T{hour:02}{minute:02}00", date.strftime("%Y%m%d"));
    Property::new(name, value).add_parameter("TZID", zone).done()
}

fn whole_day(name: &str, date: Date) -> Property {
    Property::new(name, date.strftime("%Y%m%d").to_string()).add_parameter("VALUE", "DATE").done()
}

fn utc(name: &str, date: Date, time: &str) -> Property {
    Property::new(name, format!("{}T{time}Z", date.strftime("%Y%m%d")))
}

fn view(uid: &str, events: impl IntoIterator<Item = Event>) -> EventView {
    let mut calendar = Calendar::new();
    for event in events {
        calendar.push(event);
    }
    EventView { event_id: uid.to_owned(), event_data: calendar.done().to_string() }
}

impl Seed {
    fn day(&self, days: i64) -> Date {
        later(self.monday, days.days())
    }

    fn event(&self, uid: &str, title: &str) -> Event {
        Event::with_uid(uid).summary(title).add_property("DTSTAMP", &self.stamp).done()
    }

    /// A time slot in one zone.
    fn slot(mut event: Event, zone: &str, date: Date, (from, to): ((i8, i8), (i8, i8))) -> Event {
        event.append_property(at("DTSTART", zone, date, from.0, from.1));
        event.append_property(at("DTEND", zone, date, to.0, to.1)).done()
    }

    /// Three times a week; one lesson falls out, one is moved.
    fn maths(&self) -> EventView {
        let uid = "puentes-matematicas-8b";
        let lesson = ((7, 30), (9, 0));
        let mut series = Self::slot(self.event(uid, "Matemáticas · 8.º B"), QUITO, self.monday, lesson);
        let last = self.day(7 * 10).strftime("%Y%m%d").to_string();
        series.location("Colegio San Francisco, aula 12");
        series.add_property("RRULE", format!("FREQ=WEEKLY;BYDAY=MO,WE,FR;UNTIL={last}T045959Z"));
        series.append_multi_property(at("EXDATE", QUITO, self.day(11), 7, 30));
        let moved = self.event(uid, "Matemáticas · 8.º B (examen)");
        let mut moved = Self::slot(moved, QUITO, self.day(9), ((10, 0), (11, 30)));
        moved.location("Colegio San Francisco, aula 4");
        moved.append_property(at("RECURRENCE-ID", QUITO, self.day(9), 7, 30));
        view(uid, [series, moved])
    }

    fn english(&self) -> EventView {
        let uid = "puentes-ingles-conversacion";
        let mut series = self.event(uid, "Inglés: conversación");
        series = Self::slot(series, QUITO, self.day(1), ((10, 15), (11, 15)));
        series.location("Colegio San Francisco, biblioteca").add_property("RRULE", "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=12");
        view(uid, [series])
    }

    /// Weekly, with one instance cancelled.
    fn team_meeting(&self) -> EventView {
        let uid = "puentes-reunion-equipo";
        let hours = ((16, 0), (17, 0));
        let mut series = Self::slot(self.event(uid, "Reunión del equipo docente"), QUITO, self.day(3), hours);
        series.location("Sala de profesores").add_property("RRULE", "FREQ=WEEKLY;COUNT=8");
        let mut cancelled = Self::slot(self.event(uid, "Reunión del equipo docente"), QUITO, self.day(10), hours);
        cancelled.append_property(at("RECURRENCE-ID", QUITO, self.day(10), 16, 0)).status(EventStatus::Cancelled);
        view(uid, [series, cancelled])
    }

    fn dentist(&self) -> EventView {
        let uid = "puentes-dentista";
        let visit = self.event(uid, "Dentista: Dra. Paredes");
        let mut visit = Self::slot(visit, QUITO, self.day(1), ((15, 30), (16, 15)));
        visit
            .location("Av. Amazonas N34-451, Quito; piso 3")
            .description("Llevar la radiografía, y llegar\n10 minutos antes.");
        let mut alarm = Alarm::display("Dentista en una hora", -chrono::Duration::hours(1));
        // Without these two the crate takes them from the clock and from chance.
        alarm.add_property("DTSTAMP", &self.stamp).uid("puentes-dentista-aviso");
        visit.alarm(alarm.done());
        view(uid, [visit])
    }

    fn trip(&self) -> EventView {
        let uid = "puentes-viaje-cuenca";
        let mut trip = self.event(uid, "Viaje a Cuenca");
        trip.append_property(whole_day("DTSTART", self.day(18)));
        trip.append_property(whole_day("DTEND", self.day(21))).location("Cuenca, Ecuador");
        view(uid, [trip])
    }

    fn publisher_call(&self) -> EventView {
        let uid = "puentes-editorial-madrid";
        let mut call = self.event(uid, "Videollamada con la editorial");
        call = Self::slot(call, MADRID, self.day(2), ((16, 0), (16, 45)));
        call.url("https://meet.example.org/editorial").description("Revisar el capítulo 3; pruebas, portada y plazos.");
        view(uid, [call])
    }

    /// Starts in one zone and ends in another.
    fn flight(&self) -> EventView {
        let uid = "puentes-vuelo-uio-mad";
        let mut flight = self.event(uid, "Vuelo UIO → MAD ✈");
        flight.append_property(at("DTSTART", QUITO, self.day(25), 18, 5));
        flight.append_property(at("DTEND", MADRID, self.day(26), 11, 40)).location("Aeropuerto Mariscal Sucre");
        view(uid, [flight])
    }

    fn birthday(&self) -> EventView {
        let uid = "puentes-cumple-ana";
        let mut birthday = self.event(uid, "Cumpleaños de Ana");
        birthday.append_property(whole_day("DTSTART", self.day(5)));
        birthday.append_property(whole_day("DTEND", self.day(6)));
        birthday.add_property("RRULE", "FREQ=YEARLY").add_property("TRANSP", "TRANSPARENT");
        birthday.class(icalendar::Class::Private);
        view(uid, [birthday])
    }

    fn rent(&self) -> EventView {
        let uid = "puentes-arriendo";
        let mut rent = self.event(uid, "Pagar el arriendo");
        let first = later(self.day(7).first_of_month(), 1.month());
        rent.append_property(whole_day("DTSTART", first));
        rent.append_property(whole_day("DTEND", later(first, 1.day())));
        rent.add_property("RRULE", "FREQ=MONTHLY;COUNT=12").add_property("TRANSP", "TRANSPARENT");
        view(uid, [rent])
    }

    /// In UTC, as many systems send.
    fn marks(&self) -> EventView {
        let uid = "puentes-entrega-notas";
        let mut marks = self.event(uid, "Entrega de notas");
        marks.append_property(utc("DTSTART", self.day(4), "190000"));
        marks.append_property(utc("DTEND", self.day(4), "203000"));
        marks.description("Subir notas de: 8.º A, 8.º B, 9.º C\n\\\\servidor\\notas; avisar al inspector");
        view(uid, [marks])
    }

    /// With guests, whom nobody should mail.
    fn parents(&self) -> EventView {
        let uid = "puentes-padres-familia";
        let mut meeting = Self::slot(self.event(uid, "Reunión con padres"), QUITO, self.day(8), ((17, 30), (18, 30)));
        meeting.status(EventStatus::Tentative).location("Auditorio");
        let organizer = Property::new("ORGANIZER", "mailto:direccion@colegio.example");
        meeting.append_property(organizer.clone().add_parameter("CN", "Dirección").done());
        for (name, mail) in [("Rosa Quispe", "rosa@familia.example"), ("Luis Andrade", "luis@familia.example")] {
            let mut guest = Property::new("ATTENDEE", format!("mailto:{mail}"));
            guest.add_parameter("CN", name).add_parameter("PARTSTAT", "NEEDS-ACTION");
            meeting.append_multi_property(guest.done());
        }
        view(uid, [meeting])
    }

    fn new_york_call(&self) -> EventView {
        let uid = "puentes-llamada-ny";
        let mut call = self.event(uid, "Llamada con Nueva York");
        call.append_property(at("DTSTART", "America/New_York", self.day(9), 9, 0));
        call.add_property("DURATION", "PT30M");
        view(uid, [call])
    }
}
