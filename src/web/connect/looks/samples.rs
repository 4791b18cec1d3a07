//! A sample of each look, with none, one and many of everything that is counted.

mod facts;
mod forms;

use jiff::Timestamp;
use jiff::civil::DateTime;

use super::*;
use crate::agenda::{AgendaEvent, AgendaList, Story, SyncState};
use crate::calendar::Zone;
use crate::clients;
use crate::happened::{Happening, ResyncFailure, Shrink, Skipped, Unread};
use crate::ids::{EventId, Holder, LinkId, ResyncId};
use crate::link::{CalendarChoice, LinkRole, LinkState, Offer, ResyncCounts, ResyncMode, UnlinkReceipt};
use crate::linking::{Choosing, LinkView, Stopped};
use crate::sync::resync::{PassedOver, ResyncView, RunState};

use facts::{failures, happenings};
use forms::forms;

const PROVIDERS: [ProviderKind; 3] = [ProviderKind::Google, ProviderKind::Apple, ProviderKind::Caldav];

/// Each look by name; `theirs` stands wherever a person or a provider names something.
pub(in crate::web) fn all(phone: &str, theirs: &str) -> Vec<(String, Page)> {
    let samples = [
        begins(phone, theirs),
        forms(phone, theirs),
        links(phone, theirs),
        runs(phone, theirs),
        several(phone, theirs),
        ends(phone, theirs),
        past(phone, theirs),
    ];
    samples.into_iter().flatten().map(|(name, page)| (format!("connect-{name}"), page)).collect()
}

type Samples = Vec<(String, Page)>;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn zone() -> Zone {
    Zone::named("America/Guayaquil").unwrap()
}

fn visitor(phone: &str, path: &'static str) -> Visitor {
    Visitor {
        holder: Holder::of(clients::puentes::ID, phone),
        csrf: "the-ticket-of-this-session".to_owned().into(),
        now: at("2026-11-24T23:30:00Z"),
        zone: zone(),
        here: Here { path, event: (path == "/connect/event").then(|| "cita 1/ñ".to_owned()) },
    }
}

fn begins(phone: &str, theirs: &str) -> Samples {
    let visitor = visitor(phone, "/connect");
    let receipt = |deleted, left| UnlinkReceipt {
        requested_at: at("2026-11-24T23:20:00Z"),
        finished_at: at("2026-11-24T23:26:00Z"),
        deleted,
        left,
        reason: (left > 0).then(|| theirs.to_owned()),
    };
    let offers = |google: bool, lets_choose| {
        let offer = |kind| Offer { kind, consents: kind == ProviderKind::Google, lets_choose };
        ProviderKind::ALL.map(offer).into_iter().filter(|offer| google || !offer.consents).collect::<Vec<_>>()
    };
    let plain = |held| Start { offers: offers(true, false), webview: false, held, last_unlink: None };
    let mut samples: Samples = [
        ("start", plain(3)),
        ("start-none", plain(0)),
        ("start-one", plain(1)),
        ("start-existing", Start { offers: offers(true, true), ..plain(3) }),
        ("start-webview", Start { webview: true, ..plain(3) }),
        ("start-no-google", Start { offers: offers(false, false), ..plain(0) }),
        ("start-unlinked", Start { last_unlink: Some(receipt(12, 0)), ..plain(12) }),
        ("start-unlinked-left", Start { last_unlink: Some(receipt(1, 2)), ..plain(0) }),
        ("start-unlinked-one-left", Start { last_unlink: Some(receipt(0, 1)), ..plain(0) }),
    ]
    .into_iter()
    .map(|(name, look)| (name.to_owned(), start(&visitor, &look)))
    .collect();
    samples.push(("opening".to_owned(), opening(&visitor, ProviderKind::Google)));
    for provider in PROVIDERS {
        samples.push((format!("checking-{provider}"), checking(&visitor, provider)));
        for obstacle in Obstacle::ALL.iter().copied() {
            let until = (obstacle == Obstacle::TooManyLogins).then(|| at("2026-11-24T23:31:30Z"));
            let look = Stopped { provider, obstacle, address: String::new(), username: String::new(), until };
            samples.push((format!("stopped-{provider}-{}", obstacle.code()), stopped(&visitor, &look)));
        }
    }
    for or_new in [true, false] {
        let choice = |id: &str, name: &str| CalendarChoice { id: id.to_owned(), name: name.to_owned() };
        let calendars = vec![choice(theirs, theirs), choice("2", "Familia")];
        let look = Choosing { provider: ProviderKind::Google, calendars, or_new };
        samples.push((format!("choose-{or_new}"), choose(&visitor, &look)));
    }
    samples
}

fn link(theirs: &str, provider: ProviderKind, state: LinkState) -> LinkView {
    LinkView {
        id: LinkId(7),
        state,
        role: LinkRole::Carries,
        waits: false,
        enabled: true,
        suspended: false,
        failures: 0,
        provider,
        account: "ana.maria.rodriguez.villavicencio@example.com".to_owned(),
        calendar: theirs.to_owned(),
        calendar_url: "calendars/1".to_owned(),
        linked_at: at("2026-10-01T12:00:00Z"),
        last_sync_at: Some(at("2026-11-24T23:25:00Z")),
        settled: 9,
        pending: 0,
        failed: 0,
        reason: None,
        held: None,
        removed: 0,
        last_resync: None,
    }
}

fn one(theirs: &str, number: usize, state: SyncState) -> AgendaEvent {
    let starts: [DateTime; 5] = [
        "2026-11-24T20:00:00".parse().unwrap(),
        "2026-11-25T00:00:00".parse().unwrap(),
        "2026-11-29T10:00:00".parse().unwrap(),
        "2026-12-24T09:30:00".parse().unwrap(),
        "2027-01-02T16:15:00".parse().unwrap(),
    ];
    AgendaEvent {
        event_id: EventId::new(format!("cita {number}/ñ&\"")).unwrap(),
        title: match number {
            0 => Some(theirs.to_owned()),
            1 => Some("Feriado".to_owned()),
            2 => Some(
                "Control anual con la doctora Villavicencio en el consultorio del piso 4, traer los exámenes"
                    .to_owned(),
            ),
            3 => None,
            _ => Some("Entrega".to_owned()),
        },
        start: starts[number % 5],
        all_day: number == 1,
        repeats: number == 2,
        cancelled: number == 4,
        state,
    }
}

fn agenda(theirs: &str, states: &[SyncState]) -> AgendaList {
    let events: Vec<_> = states.iter().enumerate().map(|(number, state)| one(theirs, number, *state)).collect();
    AgendaList { zone: zone(), total: events.len(), events }
}

const MIXED: [SyncState; 5] =
    [SyncState::Synced, SyncState::Synced, SyncState::Pending, SyncState::Failed, SyncState::Synced];

/// Of people who may have several links, and of links that are switched off.
fn several(phone: &str, theirs: &str) -> Samples {
    let visitor = visitor(phone, "/connect");
    let view = |provider, state| link(theirs, provider, state);
    let off = |link: LinkView| LinkView { enabled: false, ..link };
    let (google, apple, caldav) = (ProviderKind::Google, ProviderKind::Apple, ProviderKind::Caldav);
    let others = vec![
        view(google, LinkState::NeedsReauthorization),
        view(apple, LinkState::NeedsReauthorization),
        view(caldav, LinkState::Active),
        view(caldav, LinkState::CalendarLost),
        LinkView { role: LinkRole::Leaves, ..view(apple, LinkState::Unlinking) },
        off(view(google, LinkState::Active)),
        LinkView { failures: 99, ..view(google, LinkState::Active) },
    ];
    let offer = |kind| Offer { kind, consents: kind == google, lets_choose: false };
    let more = vec![offer(google), offer(caldav)];
    let look = |link| whole(link, agenda(theirs, &[]));
    let with_others = Linked { others, ..look(view(caldav, LinkState::Active)) };
    let with_more = Linked { more, ..look(view(apple, LinkState::NeedsReauthorization)) };
    let waiting = LinkView { waits: true, ..view(google, LinkState::Active) };
    vec![
        ("several".to_owned(), linked(&visitor, &with_others)),
        ("more".to_owned(), attention(&visitor, &with_more)),
        ("paused".to_owned(), linked(&visitor, &look(off(view(google, LinkState::Active))))),
        ("waits".to_owned(), linked(&visitor, &look(waiting))),
        ("way-in".to_owned(), way_in(&visitor.holder, "/c/a-token")),
    ]
}

fn whole(link: LinkView, agenda: AgendaList) -> Linked {
    let (others, more) = (Vec::new(), Vec::new());
    Linked { link, agenda, resyncs: true, onward: None, notice: None, others, more }
}

fn links(phone: &str, theirs: &str) -> Samples {
    let visitor = visitor(phone, "/connect");
    let link = |provider, state| link(theirs, provider, state);
    let mut samples = vec![];
    for provider in PROVIDERS {
        let look = whole(link(provider, LinkState::Active), agenda(theirs, &[SyncState::Synced; 5]));
        samples.push((format!("linked-{provider}"), linked(&visitor, &look)));
        for state in [LinkState::NeedsReauthorization, LinkState::CalendarLost] {
            let view = LinkView { pending: 2, ..link(provider, state) };
            let look = Linked { resyncs: provider != ProviderKind::Apple, ..whole(view, agenda(theirs, &MIXED)) };
            samples.push((format!("attention-{provider}-{}", state.as_str()), attention(&visitor, &look)));
        }
    }
    let active = || link(ProviderKind::Google, LinkState::Active);
    let one_waits = LinkView { pending: 1, ..link(ProviderKind::Google, LinkState::NeedsReauthorization) };
    let wrong = Linked { notice: Some(Obstacle::OtherAccount), ..whole(one_waits, agenda(theirs, &[])) };
    samples.push(("attention-notice".to_owned(), attention(&visitor, &wrong)));
    let fresh = LinkView { last_sync_at: None, settled: 0, pending: 1, ..active() };
    let troubled = LinkView { pending: 3, failed: 2, ..active() };
    let held = LinkView { pending: 30, held: Some(Shrink { standing: 31, going: 30 }), ..active() };
    let looks = [
        ("linked-fresh", whole(fresh, agenda(theirs, &[SyncState::Pending]))),
        ("linked-troubled", whole(troubled, agenda(theirs, &MIXED))),
        ("linked-held", whole(held, agenda(theirs, &MIXED))),
        ("linked-one-failed", whole(LinkView { failed: 1, ..active() }, agenda(theirs, &[SyncState::Failed]))),
        ("linked-empty", Linked { resyncs: false, ..whole(active(), agenda(theirs, &[])) }),
        (
            "linked-onward",
            Linked {
                onward: Some("https://puentes.example.org/listo".to_owned()),
                notice: Some(Obstacle::AlreadyLinked),
                ..whole(active(), agenda(theirs, &MIXED))
            },
        ),
    ];
    samples.extend(looks.into_iter().map(|(name, look)| (name.to_owned(), linked(&visitor, &look))));
    samples
}

fn runs(phone: &str, theirs: &str) -> Samples {
    let visitor = visitor(phone, "/connect");
    let run = |state, total, error: Option<ResyncFailure>| ResyncView {
        id: ResyncId::from_text("r"),
        link: LinkId(7),
        mode: ResyncMode::Repair,
        state,
        total,
        done: 142,
        counts: ResyncCounts::default(),
        skipped: PassedOver::default(),
        error,
        requested_at: at("2026-11-24T23:28:00Z"),
        finished_at: (state != RunState::InProgress).then(|| at("2026-11-24T23:29:00Z")),
    };
    let mut runs = vec![
        ("resync-asking".to_owned(), run(RunState::InProgress, None, None)),
        ("resync-going".to_owned(), run(RunState::InProgress, Some(310), None)),
        ("resync-of-nothing".to_owned(), run(RunState::InProgress, Some(0), None)),
        ("resync-succeeded".to_owned(), run(RunState::Succeeded, Some(310), None)),
    ];
    runs.extend(
        failures()
            .into_iter()
            .map(|failure| (format!("resync-failed-{}", failure.code()), run(RunState::Failed, None, Some(failure)))),
    );
    let held = ResyncFailure::Held(Shrink { standing: 31, going: 30 });
    runs.push(("resync-held".to_owned(), run(RunState::Failed, None, Some(held))));
    for (name, count) in [("resync-skipped-one", 1), ("resync-skipped-nameless", 2), ("resync-skipped-many", 1_200)] {
        let event =
            |number| (name != "resync-skipped-nameless").then(|| EventId::new(format!("cita {number}/ñ&\"")).unwrap());
        let listed = (0..count.min(9)).map(|number| Skipped { event: event(number), why: Unread::NoText }).collect();
        let passed_over = PassedOver { count, listed };
        let run = ResyncView { skipped: passed_over, ..run(RunState::Succeeded, Some(310), None) };
        runs.push((name.to_owned(), run));
    }
    let look = |run| {
        let link = LinkView { last_resync: Some(run), ..link(theirs, ProviderKind::Google, LinkState::Active) };
        linked(&visitor, &whole(link, agenda(theirs, &MIXED)))
    };
    runs.into_iter().map(|(name, run)| (name, look(run))).collect()
}

fn ends(phone: &str, theirs: &str) -> Samples {
    let asks = visitor(phone, "/connect/unlink");
    let waits = visitor(phone, "/connect");
    let link = |settled, pending, removed| LinkView {
        settled,
        pending,
        removed,
        ..link(theirs, ProviderKind::Google, LinkState::Unlinking)
    };
    let app = |app, open: Option<&str>| Handover {
        app,
        link: "https://pasarela.example.org/connect?hop=hop-ticket".to_owned(),
        open: open.map(str::to_owned),
        hop: "hop-ticket".to_owned().into(),
        here: Here { path: "/connect", event: None },
    };
    let android = "intent://pasarela.example.org/connect?hop=hop-ticket#Intent;scheme=https;end";
    vec![
        ("unlink".to_owned(), unlink(&asks, &link(9, 3, 0))),
        ("unlink-one".to_owned(), unlink(&asks, &link(1, 0, 0))),
        ("unlink-none".to_owned(), unlink(&asks, &link(0, 0, 0))),
        ("cleaning-up".to_owned(), cleaning_up(&waits, &link(0, 5, 7))),
        ("cleaning-up-last".to_owned(), cleaning_up(&waits, &link(0, 1, 1))),
        ("cleaning-up-done".to_owned(), cleaning_up(&waits, &link(0, 0, 0))),
        ("handover".to_owned(), handover(&app("WhatsApp", Some(android)))),
        ("handover-unknown".to_owned(), handover(&app("", None))),
        ("change".to_owned(), change(&waits, &Holder::of(clients::puentes::ID, "+593980004568"), &"hop-ticket".into())),
        ("signed-out".to_owned(), signed_out()),
    ]
}

fn past(phone: &str, theirs: &str) -> Samples {
    let lists = visitor(phone, "/connect/history");
    // As long ago as can be said in different words.
    let minutes = [0, 5, 60, 600, 2_000, 9_000, 50_000, 200_000, 600_000, 2_000_000];
    let happened = |(number, what)| Happening {
        at: at("2026-11-24T23:30:00Z") - jiff::SignedDuration::from_mins(minutes[number % minutes.len()]),
        what,
    };
    let look = |states: &[SyncState], page, pages, linked| History {
        agenda: agenda(theirs, states),
        page,
        pages,
        happened: happenings(theirs).into_iter().enumerate().map(happened).collect(),
        linked,
    };
    let nothing = History { happened: vec![], ..look(&[], 1, 1, false) };
    let mut samples = vec![
        ("history".to_owned(), history(&lists, &look(&MIXED, 2, 3, true))),
        ("history-unlinked".to_owned(), history(&lists, &look(&[SyncState::NotLinked; 5], 1, 2, false))),
        ("history-one".to_owned(), history(&lists, &look(&[SyncState::NotLinked], 1, 1, false))),
        ("history-empty".to_owned(), history(&lists, &nothing)),
    ];
    let tells = visitor(phone, "/connect/event");
    for (number, state) in [
        (0, SyncState::Synced),
        (2, SyncState::Pending),
        (3, SyncState::Failed),
        (1, SyncState::NotLinked),
        (4, SyncState::Synced),
    ] {
        let event = one(theirs, number, state);
        let name = format!("event-{state:?}{}", if event.cancelled { "-cancelled" } else { "" });
        samples.push((name, super::event(&tells, &story(theirs, event, state), Some("Puentes"))));
    }
    let invalid = Unread::Invalid { line: Some(7), property: Some("DTSTART".to_owned()), reason: theirs.to_owned() };
    let no_id = Unread::NoId { place: "events[3]".to_owned(), reason: theirs.to_owned() };
    for why in [invalid, Unread::NoText, Unread::Twice, no_id, Unread::Other] {
        let name = format!("event-unread-{}", why.code());
        let told = story(theirs, one(theirs, 2, SyncState::Unread), SyncState::Synced);
        samples.push((name, super::event(&tells, &Story { unread: Some(why), ..told }, Some("Puentes"))));
    }
    let refused = story(theirs, one(theirs, 3, SyncState::Failed), SyncState::Failed);
    let full = Story { account_full: true, ..refused };
    samples.push(("event-account-full".to_owned(), super::event(&tells, &full, Some("Puentes"))));
    for minutes in [1, 70, 200, 6_000] {
        let pending = story(theirs, one(theirs, 2, SyncState::Pending), SyncState::Pending);
        let next = tells.now + jiff::SignedDuration::from_mins(minutes);
        let story = Story { next_attempt_at: Some(next), ..pending };
        samples.push((format!("event-next-{minutes}"), super::event(&tells, &story, None)));
    }
    let waits = story(theirs, one(theirs, 1, SyncState::Pending), SyncState::Pending);
    let asked = Story { reason: None, asks: true, next_attempt_at: None, written_at: None, ..waits };
    samples.push(("event-asked".to_owned(), super::event(&tells, &asked, None)));
    samples
}

fn story(theirs: &str, event: AgendaEvent, state: SyncState) -> Story {
    let tried = state != SyncState::NotLinked;
    let stuck = matches!(state, SyncState::Failed | SyncState::Pending);
    Story {
        zone: zone(),
        event,
        received_at: at("2026-11-20T15:00:00Z"),
        changed_at: tried.then(|| at("2026-11-24T22:00:00Z")),
        written_at: tried.then(|| at("2026-11-24T22:00:05Z")),
        confirmed_at: (state == SyncState::Synced).then(|| at("2026-11-24T22:00:06Z")),
        last_attempt_at: tried.then(|| at("2026-11-24T23:20:00Z")),
        account_full: false,
        reason: stuck.then(|| theirs.to_owned()),
        unread: None,
        asks: false,
        degradations: if tried { vec!["the priority is left out".to_owned()] } else { vec![] },
        next_attempt_at: (state == SyncState::Pending).then(|| at("2026-11-24T23:40:00Z")),
    }
}
