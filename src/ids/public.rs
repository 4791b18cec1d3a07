//! The names by which outsiders know our rows: a prefix that says what it is, and a UUID of version 7 (RFC 9562, §5.7) in its
//! simple form.
//!
//! Such a name is made before its row is written. It begins with the time, so that an index over names grows at its edge;
//! the rest is random and tells nothing about how many others there are. It is a name, not a secret: whoever brings one is
//! told only of what is theirs.

use std::fmt;

use jiff::Timestamp;
use uuid::{Builder, Uuid};

/// Digits of a name behind its prefix.
const DIGITS: usize = 32;

/// Makes the types of public names: `Type "prefix_"`.
macro_rules! public_ids {
    ($($(#[$doc:meta])* $name:ident $prefix:literal;)+) => {
        $($(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// What every name of this kind begins with.
            pub const PREFIX: &'static str = $prefix;

            /// A new name, made at `now`.
            pub fn new(now: Timestamp) -> Self {
                Self(made(Self::PREFIX, now))
            }

            /// A name that came from outside or from the store; none where no name of this kind looks like that. Many may be
            /// asked for, few exist.
            pub fn from_text(text: &str) -> Option<Self> {
                has_form(Self::PREFIX, text).then(|| Self(text.to_owned()))
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        })+
    };
}

public_ids! {
    /// How an event is called in answers (`ev_…`). What its client system calls it is an [`EventId`](super::EventId).
    PublicEventId "ev_";
    /// How a client system is called in answers and by the operator (`cs_…`). People type its [`Slug`](super::Slug).
    PublicClientId "cs_";
    /// How one of the secrets that a client system shares with us is called (`sec_…`): the name of a secret is none.
    PublicSecretId "sec_";
    /// How a feed is called in answers (`fd_…`). It opens nothing: the secret stands in the feed's address.
    FeedId "fd_";
    /// How an API key is called in answers and by the operator (`key_…`). It opens nothing.
    ApiKeyId "key_";
}

fn made(prefix: &str, now: Timestamp) -> String {
    // Clocks before 1970 make names that begin with zeros; nothing but the order in an index depends on it.
    let millis = u64::try_from(now.as_millisecond()).unwrap_or_default();
    // Bytes 6 and 8 hold version and variant; all others are random.
    let [a, b, c, d, e, f, _, g, _, h, i, j, ..] = Uuid::new_v4().into_bytes();
    let chance = [a, b, c, d, e, f, g, h, i, j];
    format!("{prefix}{}", Builder::from_unix_timestamp_millis(millis, &chance).into_uuid().simple())
}

fn has_form(prefix: &str, text: &str) -> bool {
    let digits = text.strip_prefix(prefix).unwrap_or_default().as_bytes();
    digits.len() == DIGITS && digits.iter().all(|digit| digit.is_ascii_digit() || (b'a'..=b'f').contains(digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_uuid_of_version_7_behind_its_prefix() {
        let now = Timestamp::from_millisecond(1_796_000_000_123).unwrap();
        let name = PublicEventId::new(now);
        let uuid: Uuid = name.as_str().strip_prefix("ev_").unwrap().parse().unwrap();
        assert_eq!((uuid.get_version_num(), uuid.get_variant()), (7, uuid::Variant::RFC4122));
        assert_eq!(uuid.get_timestamp().unwrap().to_unix(), (1_796_000_000, 123_000_000));
        assert_ne!(name, PublicEventId::new(now));
        assert_eq!(PublicEventId::from_text(name.as_str()), Some(name));
    }

    #[test]
    fn later_names_sort_behind_earlier_ones() {
        let at = |second| PublicEventId::new(Timestamp::from_second(second).unwrap());
        assert!(at(1_000) < at(1_001) && at(-5) < at(1));
    }

    #[test]
    fn what_no_name_looks_like_is_none() {
        let good = PublicEventId::new(Timestamp::UNIX_EPOCH).as_str().to_owned();
        let upper = format!("ev_{}", "A".repeat(32));
        for text in ["", "ev_", "ev_0", &good[3..], &good[..34], &format!("{good}0"), &upper, "ev_ñññññññññññññññ"]
        {
            assert_eq!(PublicEventId::from_text(text).is_some(), text == good, "{text}");
        }
    }
}
