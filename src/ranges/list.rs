//! The list of a holder's events: of a range, of all, and of what changed.

use std::collections::HashSet;

use jiff::Timestamp;

use super::asked::{Asked, Expand, NotTold, not_too_long};
use super::changed;
use super::question::Question;
use super::token::{Kind, Tokens};
use super::told::{Entry, Item, List, Teller};
use super::within::{Order, Search, event};
use super::{Ranges, zone};
use crate::calendar::{Class, Zone};
use crate::happened::ChangeNumber;
use crate::ids::{EventRowId, Holder, HolderId};
use crate::instances::Range;
use crate::store::events::{self, Candidate};
use crate::store::{ReadTx, StoreError, changes, holders};

/// Rows that are looked at together where all events are told.
const LOOKED_AT: usize = 256;

impl Ranges {
    /// Tells events of a holder. Whoever is not known has none.
    ///
    /// # Errors
    /// See [`NotTold`].
    pub fn list(&self, holder: &Holder, asked: &Asked) -> Result<List, NotTold> {
        let most = asked.most()?;
        let expand = asked.expand.unwrap_or(if asked.range.is_some() { Expand::Instances } else { Expand::Series });
        if expand == Expand::Instances && asked.range.is_none() && asked.sync_token.is_none() {
            return Err(NotTold::NoRange);
        }
        asked.range.map_or(Ok(()), not_too_long)?;
        let tokens = Tokens::of(self.gateway.store.instance(), holder, "list", asked);
        let all = Asked { with_confidential: asked.with_confidential, ..Asked::default() };
        let sync_tokens = Tokens::of(self.gateway.store.instance(), holder, "changes", &all);
        let now = self.gateway.clock.now();
        self.gateway.store.read(|tx| {
            let row = holders::find(tx, holder)?;
            let question = Question { tx, holder, row, asked, tokens, sync_tokens, most, now };
            match asked.range {
                _ if question.is_of_changes() => changed::list(&question),
                Some(range) => question.of_range(range, expand, &zone::of(tx, &self.gateway, holder, row)?),
                None => question.of_all(),
            }
        })
    }
}

impl Question<'_> {
    fn of_range(&self, range: Range, expand: Expand, zone: &Zone) -> Result<List, NotTold> {
        let after = self.page::<4>(Kind::Range)?.map(|[from, row, original, change]| {
            let from = Timestamp::from_millisecond(from).map_err(|_| NotTold::PageToken)?;
            Ok::<_, NotTold>((Order { from, row: EventRowId(row), original }, change))
        });
        let (after, change) = after.transpose()?.unzip();
        let change = change.map_or_else(|| self.newest(), Ok)?;
        let Self { tx, holder, row, asked, .. } = *self;
        let search = Search { tx, holder, row, zone, range, expand, asked, only: self.only()?, after };
        let found = search.all()?;
        let token = |order: Order| [order.from.as_millisecond(), order.row.0, order.original, change];
        let found = found.into_iter().map(|(order, entry)| (token(order), entry));
        let mut list = self.page_of(Kind::Range, found)?;
        self.end(&mut list, change);
        Ok(list)
    }

    fn of_all(&self) -> Result<List, NotTold> {
        let [after, change] = match self.page::<2>(Kind::All)? {
            Some(page) => page,
            None => [0, self.newest()?],
        };
        let mut list = match (self.row, self.only()?) {
            (None, _) => List::default(),
            (Some(row), Some(only)) => {
                let mut only: Vec<_> = only.into_iter().filter(|id| id.0 > after).collect();
                only.sort_unstable();
                let found = events::some(self.tx, row, &only)?;
                self.shown(found.into_iter().map(Ok), change)?
            }
            (Some(row), None) => {
                let rows = Rows { tx: self.tx, holder: row, after: EventRowId(after), some: Vec::new().into_iter() };
                self.shown(rows, change)?
            }
        };
        self.end(&mut list, change);
        Ok(list)
    }

    /// The next page of those that may be told among all.
    fn shown(&self, rows: impl Iterator<Item = Result<Candidate, StoreError>>, change: i64) -> Result<List, NotTold> {
        let mut failed = None;
        let rows = rows.map_while(|row| row.map_err(|error| failed = Some(error)).ok());
        let since = self.asked.updated_since;
        let rows = rows.filter(|one| since.is_none_or(|since| one.updated_at >= since));
        let rows = rows.filter(|one| self.asked.with_confidential || !self.is_confidential(one));
        let entry = |one: Candidate| Entry { row: one.id, holder: one.holder, original: None };
        let list = self.page_of(Kind::All, rows.map(|one| ([one.id.0, change], entry(one))))?;
        failed.map_or(Ok(list), |error| Err(error.into()))
    }

    /// Of one that nobody has sized yet, its text says it.
    fn is_confidential(&self, one: &Candidate) -> bool {
        one.confidential
            || one.reach.is_none()
                && event(self.tx, one.id)
                    .ok()
                    .flatten()
                    .is_none_or(|event| event.master.class == Some(Class::Confidential))
    }

    /// One page of what is to be told, each beside the token of a page that begins behind it.
    fn page_of<const N: usize>(
        &self,
        kind: Kind,
        found: impl Iterator<Item = ([i64; N], Entry)>,
    ) -> Result<List, NotTold> {
        let mut teller = Teller::of(self.tx, self.row, self.now)?;
        let (mut list, mut last) = (List::default(), None);
        for (place, entry) in found {
            if list.items.len() == self.most || !teller.has_room() {
                list.next_page_token = last.map(|place| self.tokens.seal(kind, place));
                break;
            }
            list.items.extend(teller.tell(entry)?.map(|told| Item::Event(Box::new(told))));
            last = Some(place);
        }
        Ok(list)
    }

    /// On the last page of all that is told stands what asks for the changes since the first one.
    fn end(&self, list: &mut List, change: i64) {
        if list.next_page_token.is_none() && self.asked.record.is_none() && self.asked.external.is_none() {
            list.sync_token = Some(changed::token(self, ChangeNumber(change)));
        }
    }

    /// The number of the newest change of the holder's client system.
    fn newest(&self) -> Result<i64, StoreError> {
        changes::newest(self.tx, self.holder.client).map(|number| number.0)
    }

    /// Which events alone may be told; none: all.
    fn only(&self) -> Result<Option<HashSet<EventRowId>>, StoreError> {
        let Some(holder) = self.row else { return Ok(None) };
        let of_record =
            self.asked.record.as_ref().map(|record| events::of_record(self.tx, holder, record)).transpose()?;
        let external = self.asked.external.as_ref();
        let at_provider = external.map(|(kind, id)| events::at_provider(self.tx, holder, *kind, id)).transpose()?;
        Ok(match (of_record, at_provider) {
            (Some(one), Some(other)) => Some(one.into_iter().filter(|row| other.contains(row)).collect()),
            (one, other) => one.or(other).map(|rows| rows.into_iter().collect()),
        })
    }
}

/// All events of a holder, in the order of their acceptance.
struct Rows<'r> {
    tx: &'r ReadTx<'r>,
    holder: HolderId,
    after: EventRowId,
    some: std::vec::IntoIter<Candidate>,
}

impl Iterator for Rows<'_> {
    type Item = Result<Candidate, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.some.len() == 0 {
            match events::all(self.tx, self.holder, self.after, LOOKED_AT) {
                Ok(some) => self.some = some.into_iter(),
                Err(error) => return Some(Err(error)),
            }
        }
        let next = self.some.next()?;
        self.after = next.id;
        Some(Ok(next))
    }
}
