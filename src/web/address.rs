//! Where people are answered, and by which handler.

use super::places::consents_in;
use super::{Answer, Asked, Site, Trouble};
use crate::link::{Offer, ProviderKind};
use crate::linking::browser::BrowserSession;

/// Answers one request. It blocks: the frame runs it where that is allowed.
pub(super) type Handler = fn(&Site, &Asked) -> Result<Answer, Trouble>;

/// The same for who came in by their link. The frame has looked at the session, and for a form at its CSRF token.
pub(super) type PersonHandler = fn(&Site, &Asked, &BrowserSession) -> Result<Answer, Trouble>;

/// Where people are answered.
pub(super) struct Address {
    /// As the router writes it.
    pub(super) path: &'static str,
    /// What log and metrics call it.
    pub(super) name: &'static str,
    /// What reading it shows.
    pub(super) get: Get,
    /// What a form sent to it does.
    pub(super) post: Option<Post>,
}

/// What reading an address shows.
pub(super) enum Get {
    /// A page.
    Show(Handler),
    /// A page, and something happens; so neither asking for its head alone (HEAD) is taken, nor what a page of another site
    /// has a browser load.
    Enter(Handler),
    /// Only forms are sent here; who comes by hand, or back by a bookmark, is sent to a page that helps.
    Elsewhere(&'static str),
    /// A page for who came in by their link.
    SignedIn(PersonHandler),
}

/// What a form does.
pub(super) enum Post {
    /// It proves by itself that it may: it carries a ticket.
    Open(Handler),
    /// The same, and its answer waits for the provider that the address names.
    Reaching(Handler),
    /// It is sent from a page of who came in by their link.
    SignedIn(PersonHandler),
}

/// How to answer, once it is known whether it was asked by a form.
#[derive(Clone, Copy)]
pub(super) enum Way {
    /// Whoever asks.
    Open(Handler),
    /// Whoever asks; the answer waits for a provider.
    Reaching(Handler),
    /// Who came in by their link.
    SignedIn(PersonHandler),
    /// Who came in by their link, and sends a form.
    Form(PersonHandler),
}

impl Way {
    /// The provider that an answer at `path` waits for, if it waits for one that is offered.
    pub(super) fn reaches(self, path: &str, offers: &[Offer]) -> Option<ProviderKind> {
        matches!(self, Self::Reaching(_)).then(|| consents_in(path, offers)).flatten()
    }

    /// Asks whoever is to answer, after looking at who asks.
    pub(super) fn answer(self, site: &Site, asked: &Asked) -> Result<Answer, Trouble> {
        let guarded = match self {
            Self::Open(handler) | Self::Reaching(handler) => return handler(site, asked),
            Self::SignedIn(guarded) | Self::Form(guarded) => guarded,
        };
        let session = asked.session(site)?;
        let is_form = matches!(self, Self::Form(_));
        if is_form && !asked.secret("csrf").is_some_and(|sent| session.sent(&sent)) {
            return Err(Trouble::Stale);
        }
        guarded(site, asked, &session)
    }
}
