//! One event: as it is, and its instances in a range.

use super::asked::{Asked, MOST_INSTANCES, NotTold, not_too_long};
use super::token::{Kind, Tokens};
use super::told::{Entry, Item, List, ListedEvent, Teller};
use super::within::event;
use super::{Ranges, zone};
use crate::calendar::{Class, Event};
use crate::ids::{Holder, HolderId, PublicEventId};
use crate::instances::{self, Name};
use crate::store::events;
use crate::store::{ReadTx, holders};

impl Ranges {
    /// One event that is told of to a holder: theirs, or one that names them; or the instance of that name.
    ///
    /// # Errors
    /// See [`NotTold`]; [`NotTold::NoEvent`] also where the event has no such instance.
    pub fn one(&self, holder: &Holder, id: &PublicEventId, instance: Option<&Name>) -> Result<ListedEvent, NotTold> {
        let now = self.gateway.clock.now();
        let none = || NotTold::NoEvent(id.clone());
        self.gateway.store.read(|tx| {
            let row = holders::find(tx, holder)?;
            let mut entry = found(tx, holder, row, id)?;
            if let Some(name) = instance {
                let event = event(tx, entry.row)?.ok_or_else(none)?;
                let zone = zone::of(tx, &self.gateway, holder, row)?;
                entry.original = instances::find(&event, &zone, name).ok_or_else(none)?.original;
            }
            Teller::of(tx, row, now)?.tell(entry)?.ok_or_else(none)
        })
    }

    /// The instances of one event, those that begin first at first; of one that does not repeat, itself. Of `asked` the
    /// range, the page and what may be told count.
    ///
    /// # Errors
    /// See [`NotTold`].
    pub fn instances(&self, holder: &Holder, id: &PublicEventId, asked: &Asked) -> Result<List, NotTold> {
        let (most, range) = (asked.most()?, asked.range.ok_or(NotTold::NoRange)?);
        not_too_long(range)?;
        let tokens = Tokens::of(self.gateway.store.instance(), holder, id.as_str(), asked);
        let skip = match asked.page_token.as_deref() {
            Some(token) => {
                let [from, original] = tokens.open(Kind::Range, token).ok_or(NotTold::PageToken)?;
                (from, original)
            }
            None => (i64::MIN, i64::MIN),
        };
        let now = self.gateway.clock.now();
        self.gateway.store.read(|tx| {
            let row = holders::find(tx, holder)?;
            let entry = found(tx, holder, row, id)?;
            let Some(event) = event(tx, entry.row)? else { return Ok(List::default()) };
            let zone = zone::of(tx, &self.gateway, holder, row)?;
            let all = instances::in_range(&event, &zone, range, MOST_INSTANCES)?;
            let all = all.iter().filter(|one| asked.with_confidential || !is_confidential(&event, one));
            let mut teller = Teller::of(tx, row, now)?;
            let (mut list, mut last) = (List::default(), None);
            for one in all {
                let place = (one.from.as_second(), one.original.as_ref().map_or(0, seconds));
                if place <= skip {
                    continue;
                }
                if list.items.len() == most || !teller.has_room() {
                    list.next_page_token = last.map(|(from, original)| tokens.seal(Kind::Range, [from, original]));
                    break;
                }
                let told = teller.tell(Entry { original: one.original.clone(), ..entry.clone() })?;
                list.items.extend(told.map(|told| Item::Event(Box::new(told))));
                last = Some(place);
            }
            Ok(list)
        })
    }
}

fn seconds(at: &crate::calendar::When) -> i64 {
    jiff::tz::TimeZone::UTC.to_timestamp(at.order()).map_or(i64::MAX, jiff::Timestamp::as_second)
}

fn is_confidential(event: &Event, one: &instances::Instance) -> bool {
    one.particulars(event).class == Some(Class::Confidential)
}

/// The event of that name which a holder may see.
fn found(tx: &ReadTx<'_>, holder: &Holder, row: Option<HolderId>, id: &PublicEventId) -> Result<Entry, NotTold> {
    let own = match row {
        Some(row) => events::find_public(tx, row, id)?.filter(|event| !event.deleted),
        None => None,
    };
    let own = own.map(|event| (event.holder, event.id));
    let found = match own {
        Some(own) => Some(own),
        None => events::find_attended(tx, holder, id)?,
    };
    let (of, row) = found.ok_or_else(|| NotTold::NoEvent(id.clone()))?;
    Ok(Entry { row, holder: of, original: None })
}
