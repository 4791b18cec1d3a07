//! The central word: one event in one linked calendar, as it is **wanted** and as it is **known** to be.
//!
//! What arrives edits the wanted half; what providers answer edits the known half; `delivery::plan` compares the two.

use std::fmt;

use data_encoding::BASE32HEX_NOPAD;
use sha2::{Digest, Sha256};

use crate::form::Text;
use crate::ids::{ClientSystemId, EventId, Holder, LinkId, PlacementId};

/// Counts the contents an event has had, from 1. Only the newest is ever written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(pub u64);

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a provider calls the state of one object: an ETag, byte for byte as it came, quotes and `W/` included.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Version(pub String);

/// What a provider calls one object, where it gives names of its own and takes none of ours.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Handle(pub String);

/// One object as a provider showed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Its state.
    pub version: Version,
    /// The provider's own name for it; none where the name is our key.
    pub handle: Option<Handle>,
}

/// An object that goes by our key.
impl From<Version> for Sight {
    fn from(version: Version) -> Self {
        Self { version, handle: None }
    }
}

impl Sight {
    /// What stands for an event that has nothing to show (a series of which every occurrence is excepted): no object is
    /// in the calendar, and that is as it should be. No provider calls a state like that.
    pub fn nothing() -> Self {
        Version("(nothing)".to_owned()).into()
    }

    /// Whether it is [`Sight::nothing`].
    pub fn is_nothing(&self) -> bool {
        *self == Self::nothing()
    }
}

/// What the client system wants in the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The event, with this content.
    Present(Revision),
    /// The event, with this content, under a name that the calendar has never seen: what stands under the present name
    /// goes first.
    Anew(Revision),
    /// Nothing: it was deleted, the link is ending, or no event goes by this name any more.
    Absent,
}

/// The state in which an object was last seen with our own content in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// How the provider showed it.
    pub sight: Sight,
    /// The content that we had written.
    pub revision: Revision,
}

/// What is known of the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// Nothing was ever sent under this key.
    Nothing,
    /// It is there as we wrote it.
    At(Seen),
    /// Perhaps written, perhaps changed: look before acting. `last` is what was true before the doubt.
    Unsure {
        /// The last sure sight, when there was one.
        last: Option<Seen>,
    },
    /// It was there and is not any more.
    Gone,
}

impl Known {
    /// Whether surely nothing is there: nothing was sent, it went, or the event had nothing to show.
    pub fn is_nothing(&self) -> bool {
        match self {
            Self::Nothing | Self::Gone => true,
            Self::At(seen) => seen.sight.is_nothing(),
            Self::Unsure { .. } => false,
        }
    }

    /// Whether something may be there that we wrote, or perhaps wrote, as far as the last sure sight tells.
    pub fn may_stand(&self) -> bool {
        let was_nothing = matches!(self, Self::Unsure { last: Some(seen) } if seen.sight.is_nothing());
        !self.is_nothing() && !was_nothing
    }

    /// The last sure sight of the object, where it may still be there.
    pub fn last_sight(&self) -> Option<&Sight> {
        match self {
            Self::At(seen) | Self::Unsure { last: Some(seen) } => Some(&seen.sight).filter(|sight| !sight.is_nothing()),
            Self::Unsure { last: None } | Self::Nothing | Self::Gone => None,
        }
    }
}

/// One placement that is to be acted on.
#[derive(Clone, Debug)]
pub struct Due {
    /// Which.
    pub id: PlacementId,
    /// The client's name for the event; none for a stray, an object of ours that no event goes by.
    pub event_id: Option<EventId>,
    /// The name at the provider.
    pub key: RemoteKey,
    /// What it should be.
    pub wanted: Wanted,
    /// What it was last known to be.
    pub known: Known,
    /// What was said of the event, where it may be written.
    pub text: Option<Text>,
    /// Tries that failed in a row.
    pub attempts: u32,
    /// How often it had to be renamed.
    pub generation: u32,
}

/// Tells our objects from the holder's own: every key of one holder in one installation starts with it.
///
/// It depends on the installation and the holder, not on the link: what an earlier link of the same holder left
/// behind is found and removed by a later one, and two installations or two holders can share a calendar.
///
/// A holder is one of a client system, and the system is part of what the mark is made from; so where two systems both
/// know a "17", neither ever takes the other's events for its own. The first system's marks are older than that rule and
/// are made from the key alone, which keeps all that was ever written ours. They can't meet another system's: each part
/// goes into the digest behind its length, so two parts and three never read the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mark(String);

impl Mark {
    /// How every mark starts, whatever the installation.
    pub const PREFIX: &'static str = "psr";
    const DIGEST_CHARS: usize = 12;
    /// The system whose marks are made from the key alone.
    const FIRST: ClientSystemId = ClientSystemId(1);

    /// The mark of `holder` in the installation named `instance` (random, made with the database).
    pub fn of(instance: &str, holder: &Holder) -> Self {
        let (instance, key) = (instance.as_bytes(), holder.key.as_str().as_bytes());
        let digest = if holder.client == Self::FIRST {
            digest_text(&[instance, key], Self::DIGEST_CHARS)
        } else {
            digest_text(&[instance, &holder.client.0.to_be_bytes(), key], Self::DIGEST_CHARS)
        };
        Self(format!("{}{digest}", Self::PREFIX))
    }

    /// A mark that came from the store.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The mark as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of an object at the provider, derived before the first call and kept as intent.
///
/// Only `a`–`v` and `0`–`9` (base32hex in lower case, no padding): what Google allows in event ids, and what CalDAV
/// servers keep unchanged in a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RemoteKey(String);

impl RemoteKey {
    const DIGEST_CHARS: usize = 40;

    /// The key of `event` under `link`. The generation grows when the same event has to be written under a name that
    /// the provider has never seen (a rebuild; a trash bin that keeps names).
    pub fn derive(mark: &Mark, link: LinkId, event: &EventId, generation: u32) -> Self {
        let digest = digest_text(
            &[&link.0.to_be_bytes(), &generation.to_be_bytes(), event.as_str().as_bytes()],
            Self::DIGEST_CHARS,
        );
        Self(format!("{}{digest}", mark.as_str()))
    }

    /// A key that came from the store or from a provider's listing.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the object was written by this installation for this holder.
    pub fn carries(&self, mark: &Mark) -> bool {
        self.0.len() == mark.0.len() + Self::DIGEST_CHARS && self.0.starts_with(&mark.0)
    }
}

impl fmt::Display for RemoteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The first `chars` characters of the base32hex SHA-256 of `parts`, each preceded by its length so that two lists of
/// parts can't meet.
fn digest_text(parts: &[&[u8]], chars: usize) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut text = BASE32HEX_NOPAD.encode(&hash.finalize());
    text.make_ascii_lowercase();
    text.truncate(chars);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn puentes(phone: &str) -> Holder {
        Holder::of(Mark::FIRST, phone)
    }

    fn key(link: i64, event: &str, generation: u32) -> RemoteKey {
        let mark = Mark::of("instance", &puentes("+593991234567"));
        RemoteKey::derive(&mark, LinkId(link), &EventId::new(event).unwrap(), generation)
    }

    #[test]
    fn a_key_depends_on_link_event_and_generation() {
        assert_eq!(key(1, "a", 0), key(1, "a", 0));
        assert_ne!(key(1, "a", 0), key(2, "a", 0));
        assert_ne!(key(1, "a", 0), key(1, "b", 0));
        assert_ne!(key(1, "a", 0), key(1, "a", 1));
    }

    #[test]
    fn a_key_uses_only_what_every_provider_takes() {
        let key = key(1, "ñandú@puentes/ü?", 0);
        assert!(key.as_str().chars().all(|c| matches!(c, 'a'..='v' | '0'..='9')), "{key}");
        assert_eq!(key.as_str().len(), 55);
    }

    /// Written down by the version that knew no client systems: what is in people's calendars carries these.
    #[test]
    fn the_holders_of_the_first_system_keep_their_marks() {
        let table = [
            ("instance", "+593991234567", "psr68n9ooq61gqh"),
            ("bad70e6cac81f0a7cdd45651ec2219bb", "+593991230002", "psrgai08fgqp07t"),
            ("bad70e6cac81f0a7cdd45651ec2219bb", "+593991230001", "psrl3fmhnqn060h"),
        ];
        for (instance, phone, mark) in table {
            assert_eq!(Mark::of(instance, &puentes(phone)).as_str(), mark);
        }
    }

    #[test]
    fn two_systems_that_both_know_a_17_have_two_marks() {
        let marks = [1, 2, 3].map(|client| Mark::of("instance", &Holder::of(ClientSystemId(client), "17")));
        assert!(marks[0] != marks[1] && marks[1] != marks[2] && marks[0] != marks[2], "{marks:?}");
        let event = |mark: &Mark| RemoteKey::derive(mark, LinkId(1), &EventId::new("a").unwrap(), 0);
        assert!(marks.iter().all(|own| marks.iter().all(|other| event(own).carries(other) == (own == other))));
    }

    #[test]
    fn only_our_own_keys_carry_the_mark() {
        let mark = Mark::of("instance", &puentes("+593991234567"));
        let other = Mark::of("instance", &puentes("+593991234568"));
        assert!(key(1, "a", 0).carries(&mark));
        assert!(!key(1, "a", 0).carries(&other));
        assert!(!RemoteKey::from_text("holiday").carries(&mark));
        assert!(!RemoteKey::from_text(format!("{}x", mark.as_str())).carries(&mark));
    }
}
