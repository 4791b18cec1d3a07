//! All that proves that a request speaks for a holder of one client system: its secrets, and the forms of keys that it takes.
//!
//! Several secrets are live at once, so that one can take the place of another with an overlap. The configuration file's comes
//! first, and what we say ourselves is said with it.

use std::time::Duration;

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};
use url::Url;

use super::key::{self, SharedSecret};
use super::written::spaced_plus;

/// What a key that ends begins with.
const VERSION: &str = "v1.";
/// How long a link to a person's page is good where keys of MD5, which never end, are not taken.
const PAGE_LINK_LASTS: Duration = Duration::from_hours(7 * 24);
/// How long a key is good with which we ask a client system for events.
const QUESTION_LASTS: Duration = Duration::from_mins(10);

/// A secret beside the file's.
#[derive(Clone, Debug)]
pub struct Live {
    /// The secret.
    pub secret: SecretString,
    /// Until when; none: until it is revoked.
    pub until: Option<Timestamp>,
}

/// The secrets of a client system, and the forms of keys that it takes.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The file's.
    primary: Option<SharedSecret>,
    others: Vec<Live>,
    takes_md5: bool,
}

impl Proof {
    /// The file's secret, where there is one, and others.
    pub fn new(primary: Option<SecretString>, others: Vec<Live>, takes_md5: bool) -> Self {
        Self { primary: primary.map(SharedSecret), others, takes_md5 }
    }

    /// Whether `key` is a key of `name` as it was sent: the lower-case hex of `md5(name + secret)` where those are taken, or
    /// `v1.<expiry>.<hex of HMAC-SHA256(secret, "name|expiry")>` before its expiry (Unix seconds). A `+` that arrived as a space is
    /// one, as for [`SharedSecret::is_key_of`]. All secrets are tried, in constant time.
    pub fn is_key_of(&self, name: &str, key: &str, now: Timestamp) -> bool {
        let ending = ending(key).filter(|(expiry, _)| *expiry > now.as_second());
        let mut is_key = Choice::from(0);
        for secret in self.live(now) {
            if self.takes_md5 {
                is_key |= Choice::from(u8::from(secret.is_key_of(name, key)));
            }
            if let Some((expiry, digest)) = ending {
                is_key |= signs(&secret, name, expiry, digest);
            }
        }
        is_key.into()
    }

    /// The key with which we ask a client system for the events of `name`; none where no secret is shared.
    pub fn question_key(&self, name: &str, now: Timestamp) -> Option<String> {
        self.key_of(name, now, QUESTION_LASTS)
    }

    /// The link that takes a person to their page; none where no secret is shared. It opens the page for
    /// whoever holds it, so it is sent to that person only and never logged.
    pub fn page_link(&self, public_url: &Url, name: &str, now: Timestamp) -> Option<String> {
        let key = self.key_of(name, now, PAGE_LINK_LASTS)?;
        Some(key::page_link(public_url, name, &key))
    }

    /// Whether any secret is shared.
    pub fn is_possible(&self) -> bool {
        self.primary.is_some() || !self.others.is_empty()
    }

    /// In the form that this client system takes; of the newest secret where none is the file's.
    fn key_of(&self, name: &str, now: Timestamp, lasts: Duration) -> Option<String> {
        let newest =
            || self.others.iter().rev().find(|live| live.is_live(now)).map(|live| SharedSecret(live.secret.clone()));
        let secret = self.primary.clone().or_else(newest)?;
        if self.takes_md5 {
            return Some(secret.key_of(name));
        }
        let expiry = now.as_second().saturating_add(i64::try_from(lasts.as_secs()).unwrap_or(i64::MAX));
        Some(format!("{VERSION}{expiry}.{}", HEXLOWER.encode(&digest(&secret, name, expiry))))
    }

    fn live(&self, now: Timestamp) -> impl Iterator<Item = SharedSecret> {
        let others = self.others.iter().filter(move |live| live.is_live(now));
        self.primary.clone().into_iter().chain(others.map(|live| SharedSecret(live.secret.clone())))
    }
}

impl Live {
    fn is_live(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

/// The expiry of a key that ends, in Unix seconds, and its digest in hex; none where the key has another form. There is one
/// way to write an expiry: digits, without a sign or a leading zero.
fn ending(key: &str) -> Option<(i64, &str)> {
    let (expiry, digest) = key.strip_prefix(VERSION)?.split_once('.')?;
    let number: i64 = expiry.parse().ok()?;
    (number.to_string() == expiry).then_some((number, digest))
}

fn signs(secret: &SharedSecret, name: &str, expiry: i64, hex: &str) -> Choice {
    let of = |name: &str| HEXLOWER.encode(&digest(secret, name, expiry)).as_bytes().ct_eq(hex.as_bytes());
    let restored = match spaced_plus(name) {
        Some(at) => {
            let mut restored = name.to_owned();
            restored.replace_range(at..=at, "+");
            of(&restored)
        }
        None => Choice::from(0),
    };
    of(name) | restored
}

fn digest(secret: &SharedSecret, name: &str, expiry: i64) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length (RFC 2104 §2)")]
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.0.expose_secret().as_bytes()).expect("a key of any length");
    mac.update(name.as_bytes());
    mac.update(b"|");
    mac.update(expiry.to_string().as_bytes());
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHONE: &str = "+593991234567";
    // printf '%s' '+593991234567|1800000000' | openssl dgst -sha256 -hmac s3creto-de-prueba
    const KEY: &str = "v1.1800000000.f732292e68c368a968620ac4903af883a323deec12667603614b317abfe70bdd";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn proof(others: &[(&str, Option<i64>)], takes_md5: bool) -> Proof {
        let live = |(secret, until): &(&str, Option<i64>)| Live { secret: (*secret).into(), until: until.map(at) };
        Proof::new(Some("s3creto-de-prueba".into()), others.iter().map(live).collect(), takes_md5)
    }

    #[test]
    fn a_key_that_ends_is_what_openssl_prints_and_is_over_at_its_second() {
        let proof = proof(&[], false);
        let made = proof.key_of(PHONE, at(1_800_000_000 - 60), Duration::from_secs(60)).unwrap();
        assert!(proof.is_key_of(PHONE, &made, at(1_799_999_999)));
        assert!(!proof.is_key_of(PHONE, &made, at(1_800_000_000)));
        assert!(proof.is_key_of(" 593991234567", &made, at(0)), "a plus that arrived as a space");
        assert!(!proof.is_key_of("+593991234568", &made, at(0)));
        assert_eq!(made, KEY);
    }

    #[test]
    fn a_key_that_ends_can_t_be_made_to_end_later_or_be_written_otherwise() {
        let proof = proof(&[], true);
        let digest = KEY.rsplit_once('.').unwrap().1;
        for wrong in [
            format!("v1.1800000001.{digest}"),
            format!("v1.+1800000000.{digest}"),
            format!("v1.01800000000.{digest}"),
            format!("v2.1800000000.{digest}"),
            format!("V1.1800000000.{digest}"),
            format!("v1.1800000000.{}", digest.to_uppercase()),
            format!("v1.1800000000.{digest} "),
            format!("v1.1800000000.{}", &digest[..63]),
            format!("v1..{digest}"),
            "v1.".to_owned(),
            "v1.1800000000".to_owned(),
            digest.to_owned(),
        ] {
            assert!(!proof.is_key_of(PHONE, &wrong, at(0)), "{wrong}");
        }
        assert!(proof.is_key_of(PHONE, KEY, at(0)));
    }

    #[test]
    fn several_secrets_are_live_at_once_each_until_its_end() {
        let proof = proof(&[("the former secret", Some(100)), ("another secret", None)], true);
        let key = |secret: &str| SharedSecret(secret.into()).key_of(PHONE);
        for (secret, now, taken) in [
            ("s3creto-de-prueba", 1_000_000, true),
            ("the former secret", 99, true),
            ("the former secret", 100, false),
            ("another secret", 1_000_000, true),
            ("no secret", 0, false),
        ] {
            assert_eq!(proof.is_key_of(PHONE, &key(secret), at(now)), taken, "{secret} at {now}");
        }
        assert_eq!(proof.question_key(PHONE, at(0)), Some(key("s3creto-de-prueba")), "outward the file's");
    }

    #[test]
    fn without_md5_only_keys_that_end_are_taken_and_given() {
        let (with, without) = (proof(&[("another", None)], true), proof(&[("another", None)], false));
        let md5 = with.question_key(PHONE, at(0)).unwrap();
        assert!(with.is_key_of(PHONE, &md5, at(0)) && !without.is_key_of(PHONE, &md5, at(0)));
        let hmac = without.question_key(PHONE, at(0)).unwrap();
        assert!(hmac.starts_with("v1.600.") && with.is_key_of(PHONE, &hmac, at(0)), "{hmac}");
        let link = without.page_link(&Url::parse("https://a.example").unwrap(), PHONE, at(0)).unwrap();
        let key = link.rsplit_once("secure_key=").unwrap().1;
        assert!(without.is_key_of(PHONE, key, at(604_799)) && !without.is_key_of(PHONE, key, at(604_800)), "{link}");
    }

    #[test]
    fn where_no_secret_is_shared_there_is_no_key() {
        let none = Proof::new(None, Vec::new(), true);
        assert!(!none.is_possible() && none.question_key(PHONE, at(0)).is_none());
        assert!(!none.is_key_of(PHONE, &SharedSecret("".into()).key_of(PHONE), at(0)));
    }
}
