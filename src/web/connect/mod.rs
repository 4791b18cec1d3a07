//! The page of a person: who opens their link comes here, and everything they do leads back to it.
//!
//! Rule: [`HOME`] opens on where the person stands, never on a form; a form does one thing and leads home (303), so that
//! loading again, going back and two tabs do no harm. What speaks to a provider goes on behind the answer, and home
//! tells how far it is. What was typed is never shown again but the address and the user name.

mod accounts;
mod consent;
mod enter;
mod events;
mod home;
mod in_app;
pub(super) mod looks;
mod unlink;
mod way_in;

use super::Answer;
use super::places::HOME;
use crate::link::ProviderKind;

pub(super) use accounts::{apple, apple_form, caldav, caldav_form};
pub(super) use consent::{consent, elsewhere as consent_elsewhere};
pub(super) use enter::{change, enter, handover, logout, stay};
pub(super) use events::{event, history};
pub(super) use home::{again, choose, dismiss, resync};
pub(super) use unlink::{page as unlink_page, unlink};
pub(super) use way_in::{come_in, way_in};

/// Where the form for Apple is.
const APPLE: &str = "/connect/apple";
/// Where the form for CalDAV is.
const CALDAV: &str = "/connect/caldav";

/// Where the access to a provider is typed in; none where people go to the provider for that.
fn form_of(provider: ProviderKind) -> Option<&'static str> {
    let forms = [(ProviderKind::Apple, APPLE), (ProviderKind::Caldav, CALDAV)];
    forms.into_iter().find(|(kind, _)| *kind == provider).map(|(_, form)| form)
}

fn home() -> Answer {
    Answer::SeeOther(HOME.to_owned())
}
