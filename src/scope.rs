//! What a key may do: the closed list of scopes, and sets of them.
//!
//! Rule: an operation of the client systems' family names the one scope that it needs; there is none without.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! scopes {
    ($($(#[doc = $help:literal])+ $variant:ident => $word:literal;)+) => {
        /// One thing that a key may do. A word never changes its meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Scope {
            $($(#[doc = $help])+ $variant,)+
        }

        impl Scope {
            /// All of them, in the order in which they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// What it lets its bearer do, for people.
            pub fn help(self) -> &'static str {
                match self { $(Self::$variant => concat!($($help),+).trim_ascii(),)+ }
            }
        }
    };
}

scopes! {
    /// Read events, lists of them, and free-busy.
    EventsRead => "events:read";
    /// Create, change and delete events.
    EventsWrite => "events:write";
    /// See confidential events as well.
    PrivateRead => "private:read";
    /// See whether and how a holder's calendar is linked.
    LinksRead => "links:read";
    /// Link, pause, synchronise and disconnect calendars.
    LinksWrite => "links:write";
    /// Make, rotate and end feeds.
    FeedsWrite => "feeds:write";
    /// Read the changes of the whole client system.
    ChangesRead => "changes:read";
    /// Make, change and end webhooks.
    WebhooksWrite => "webhooks:write";
    /// Read notices.
    NoticesRead => "notices:read";
    /// Make and change appointment types, schedules and resources.
    TypesWrite => "types:write";
    /// Read bookings.
    BookingsRead => "bookings:read";
    /// Make, move and cancel bookings.
    BookingsWrite => "bookings:write";
    /// Read customers.
    CustomersRead => "customers:read";
    /// Make and change customers, and their connect links.
    CustomersWrite => "customers:write";
    /// Switch integrations on and off.
    IntegrationsWrite => "integrations:write";
    /// List, make, rotate and revoke API keys.
    KeysWrite => "keys:write";
    /// Read and change the client system's own settings.
    SettingsWrite => "settings:write";
    /// Read the audit log.
    AuditRead => "audit:read";
    /// For assistants: look at the calendar and at free times.
    CalendarRead => "calendar:read";
    /// For assistants: book.
    CalendarBook => "calendar:book";
    /// For assistants: move and cancel what was booked.
    CalendarCancel => "calendar:cancel";
}

impl Scope {
    /// The scope of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scope| scope.as_str() == word)
    }

    fn bit(self) -> u32 {
        1 << (self as u32)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of scopes. As a text: their words with a space between them (as in RFC 6749 §3.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Scopes(u32);

/// A word that is no scope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no scope {0:?}")]
pub struct UnknownScope(pub String);

impl Scopes {
    /// All that a client system may have.
    pub fn all() -> Self {
        Scope::ALL.iter().copied().collect()
    }

    /// The scopes of these words, with spaces or commas between them.
    ///
    /// # Errors
    /// When a word is no scope.
    pub fn from_words(text: &str) -> Result<Self, UnknownScope> {
        let words = text.split([' ', ',']).filter(|word| !word.is_empty());
        words.map(|word| Scope::from_word(word).ok_or_else(|| UnknownScope(word.to_owned()))).collect()
    }

    /// Whether it is among them.
    pub fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether all of `others` are among them.
    pub fn covers(self, others: Self) -> bool {
        others.0 & !self.0 == 0
    }

    /// Those of both.
    #[must_use]
    pub fn and(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// Those that are not among `others`.
    #[must_use]
    pub fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// One by one.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.iter().copied().filter(move |scope| self.has(*scope))
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, scope) in self.iter().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            f.write_str(scope.as_str())?;
        }
        Ok(())
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Scope::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_its_words_and_back() {
        let all = Scopes::all();
        assert_eq!(Scopes::from_words(&all.to_string()), Ok(all));
        assert_eq!(all.iter().count(), Scope::ALL.len());
        let two = Scopes::from_words("events:write,  events:read").unwrap();
        assert_eq!(two.to_string(), "events:read events:write");
        assert!(all.covers(two) && !two.covers(all) && Scopes::default().is_empty());
        assert!(two.has(Scope::EventsRead) && !two.has(Scope::KeysWrite));
        assert_eq!(two.without([Scope::EventsRead].into_iter().collect()), Scopes::from_words("events:write").unwrap());
    }

    #[test]
    fn a_word_that_is_no_scope_is_named() {
        assert_eq!(Scopes::from_words("events:read admin"), Err(UnknownScope("admin".to_owned())));
    }
}
