//! How much memory the gateway holds: idle, and with 10,000 links and 200,000 events at rest.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a bench fails loudly")]

use std::path::Path;
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use pasarela::clients;
use pasarela::form::Text;
use pasarela::ids::{EventId, Holder, HolderId, PublicEventId};
use pasarela::link::{AccountName, ProviderKind, Site, Slot};
use pasarela::placement::{Mark, Revision, Seen, Version};
use pasarela::secret::Sealed;
use pasarela::store::events::{self, Content};
use pasarela::store::links::{self, NewLink};
use pasarela::store::placements::{self, Target};
use pasarela::store::{Store, StoreError, WriteTx, holders};

use testing::gateway::{Gateway, Phone, appointment};
use testing::lab::{Stopwatch, head, resident_megabytes, row};

const LINKS: u32 = 10_000;
const EVENTS: u32 = 200_000;
/// Long enough for the driver to have looked at everything several times.
const REST: Duration = Duration::from_secs(10);

fn main() {
    head("Memory: resident, MB (10^6 bytes)");
    let gateway = Gateway::on_disk(&[], "").started();
    row("idle", &megabytes(&gateway), "< 20");
    drop(gateway);

    let mut gateway = Gateway::on_disk(&[], "");
    let figure = format!("{LINKS} links, {EVENTS} events");
    if let Err(why) = seed(&gateway.database(), LINKS, EVENTS) {
        row(&figure, &format!("not measured: {why}"), "< 60");
        return;
    }
    gateway.run();
    row(&figure, &megabytes(&gateway), "< 60");
    let asked = Stopwatch::start();
    Phone::nth(1).states(&mut gateway.client()).unwrap();
    row("  then GET /events of one person", &format!("{:.1} ms", asked.seconds() * 1000.0), "-");
    row("  and memory after it", &megabytes(&gateway), "< 60");
}

fn megabytes(gateway: &Gateway) -> String {
    thread::park_timeout(REST);
    format!("{:.1}", resident_megabytes(gateway.child.as_ref().unwrap()))
}

/// Fills the database with links that are at rest and events that are in their calendars.
fn seed(database: &Path, links: u32, events: u32) -> Result<(), String> {
    let store = Store::open(database).map_err(|error| error.to_string())?;
    for link in 0..links {
        let key = Holder::of(clients::puentes::ID, Phone::nth(link).number);
        let mark = Mark::of(store.instance(), &key);
        let filled = store.write(move |tx| one_link(tx, &key, &mark, link, events / links));
        filled.map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn one_link(tx: &WriteTx<'_>, key: &Holder, mark: &Mark, number: u32, events: u32) -> Result<(), StoreError> {
    let now = Timestamp::UNIX_EPOCH;
    let holder = holders::ensure(tx, key)?;
    let link = links::insert(tx, &new_link(holder, number), now)?.expect("a holder without a link");
    let target = Target { link, mark };
    for n in 0..events {
        let event_id = EventId::new(format!("event-{n}@puentes")).unwrap();
        let ical = appointment(event_id.as_str(), "Cita de control", n);
        let (public_id, text) = (PublicEventId::new(now), Text::ical(ical));
        let content = Content { event_id: event_id.clone(), public_id, text, fingerprint: [0; 32], traits: None };
        let revision = events::insert(tx, holder, &content, now)?;
        let row = events::row_of(tx, holder, &content.event_id)?;
        placements::want(tx, target, (row, &event_id), revision, now)?;
    }
    for due in placements::due(tx, link, now, events as usize)? {
        let version = Version(format!("\"{}\"", due.key));
        placements::known::written(tx, due.id, &Seen { sight: version.into(), revision: Revision(1) }, &[], now)?;
    }
    links::surveyed(tx, link, None, now)?;
    links::rest(tx, link, now)
}

fn new_link(holder: HolderId, number: u32) -> NewLink {
    NewLink {
        holder,
        slot: Slot::Only,
        provider: ProviderKind::Caldav,
        site: Site::from_text("dav.example.org:443"),
        account: AccountName::from_text(format!("caldav:dav.example.org:443/person{number}")),
        username: format!("person{number}"),
        credentials: Sealed { bytes: vec![0; 377], recipient: "age1ours".to_owned() },
        calendar_url: format!("https://dav.example.org/calendars/person{number}/puentes/"),
        calendar_name: "Puentes".to_owned(),
        calendar_is_ours: true,
        calendar_zone: None,
    }
}
