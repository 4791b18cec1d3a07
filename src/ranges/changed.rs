//! What changed of a holder's events since a list of them.
//!
//! Every change has a number ([`changes`]). A token holds the newest one of the moment that it was made in; whatever changed
//! behind it is told as it is now, each event once a page, and what is held no more, or is kept from whoever asks, as gone.

use std::collections::HashSet;

use super::asked::{Asked, NotTold};
use super::question::Question;
use super::token::Kind;
use super::told::{Entry, Item, List, ListedEvent, Teller};
use crate::calendar::Class;
use crate::happened::ChangeNumber;
use crate::ids::{EventId, PublicEventId};
use crate::store::changes::{self, Subject};
use crate::store::events;

/// What asks for the changes behind this number.
pub(super) fn token(question: &Question<'_>, number: ChangeNumber) -> String {
    question.sync_tokens.seal(Kind::Sync, [number.0])
}

/// What changed since a token.
pub(super) fn list(question: &Question<'_>) -> Result<List, NotTold> {
    let Asked { expand, sync_token, page_token, .. } = question.asked;
    if expand.is_some() || !question.asked.tells_all() {
        return Err(NotTold::Together);
    }
    let since = sync_token.as_deref().and_then(|token| question.sync_tokens.open::<1>(Kind::Sync, token));
    let page =
        page_token.as_deref().map(|token| question.tokens.open::<1>(Kind::Changed, token).ok_or(NotTold::PageToken));
    let [since] = page.transpose()?.or(since).ok_or(NotTold::SyncToken)?;
    let since = ChangeNumber(since);
    let newest = changes::newest(question.tx, question.holder.client)?;
    let oldest = changes::oldest(question.tx, question.holder.client)?;
    // A number that was never taken was so in another life of this database.
    if since > newest || oldest.is_some_and(|oldest| since.0 + 1 < oldest.0) {
        return Err(NotTold::SyncToken);
    }
    let Some(holder) = question.row else {
        return Ok(List { sync_token: Some(token(question, newest)), ..List::default() });
    };
    let told = changes::of_holder(question.tx, holder, since, question.most + 1)?;
    let more = told.len() > question.most;
    let mut teller = Teller::of(question.tx, question.row, question.now)?;
    let (mut list, mut seen, mut last) = (List::default(), HashSet::new(), since);
    for change in told.into_iter().take(question.most) {
        if !teller.has_room() {
            list.next_page_token = Some(question.tokens.seal(Kind::Changed, [last.0]));
            return Ok(list);
        }
        last = change.number;
        if let Subject::Event { id, reference } = change.subject
            && seen.insert(id.clone())
        {
            list.items.push(as_it_is(question, &mut teller, (id, reference))?);
        }
    }
    if more {
        list.next_page_token = Some(question.tokens.seal(Kind::Changed, [last.0]));
    } else {
        list.sync_token = Some(token(question, newest));
    }
    Ok(list)
}

/// An event that changed, as it is now.
fn as_it_is(
    question: &Question<'_>,
    teller: &mut Teller<'_>,
    (id, client_reference): (PublicEventId, Option<EventId>),
) -> Result<Item, NotTold> {
    let Some(holder) = question.row else { return Ok(Item::Gone { id, client_reference }) };
    let found = events::find_public(question.tx, holder, &id)?.filter(|event| !event.deleted);
    let told = match found {
        Some(event) => teller.tell(Entry { row: event.id, holder, original: None })?,
        None => None,
    };
    let shown = told.filter(|told| question.asked.with_confidential || !is_confidential(told));
    Ok(shown.map_or(Item::Gone { id, client_reference }, |told| Item::Event(Box::new(told))))
}

fn is_confidential(told: &ListedEvent) -> bool {
    let read = crate::reading::read(told.event.form, &told.event.event_data);
    read.is_ok_and(|draft| draft.event.master.class == Some(Class::Confidential))
}
