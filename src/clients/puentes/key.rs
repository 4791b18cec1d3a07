//! The proof that a request speaks for a phone: `secure_key`, lower-case hex of `md5(phone_number + secret)`.

use data_encoding::HEXLOWER;
use md5::{Digest, Md5};
use secrecy::ExposeSecret;
use subtle::{Choice, ConstantTimeEq};
use url::Url;

use super::written::spaced_plus;
use crate::secret::SecretString;

/// The secret that Puentes and we share.
#[derive(Clone, Debug)]
pub struct SharedSecret(pub SecretString);

impl SharedSecret {
    /// Whether `key` is the lower-case hex `md5(phone_as_sent + secret)`; compared in constant time.
    ///
    /// "As sent" is what the sender wrote: a `+` that nobody percent-encoded reaches us as a space (the form encoding of
    /// queries), so for a phone whose country code follows a space the key over the plus is right as well.
    pub fn is_key_of(&self, phone_as_sent: &str, key: &str) -> bool {
        let literal = self.matches(phone_as_sent, key);
        let plus_restored = match spaced_plus(phone_as_sent) {
            Some(at) => {
                let mut restored = phone_as_sent.to_owned();
                restored.replace_range(at..=at, "+");
                self.matches(&restored, key)
            }
            None => Choice::from(0),
        };
        (literal | plus_restored).into()
    }

    /// The `secure_key` of a phone, for links and for asking Puentes.
    pub fn key_of(&self, phone: &str) -> String {
        let mut digest = Md5::new();
        digest.update(phone.as_bytes());
        digest.update(self.0.expose_secret().as_bytes());
        HEXLOWER.encode(&digest.finalize())
    }

    fn matches(&self, phone: &str, key: &str) -> Choice {
        self.key_of(phone).as_bytes().ct_eq(key.as_bytes())
    }
}

/// The link that takes a person to their page: `{public_url}/connect?phone_number=…&secure_key=…`.
pub(super) fn page_link(public_url: &Url, phone: &str, key: &str) -> String {
    let mut url = public_url.clone();
    url.set_path("/connect");
    url.set_fragment(None);
    url.query_pairs_mut().clear().append_pair("phone_number", phone).append_pair("secure_key", key);
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> SharedSecret {
        SharedSecret(SecretString::from("s3creto-de-prueba"))
    }

    #[test]
    fn the_key_is_what_md5sum_prints() {
        // printf '%s' '+593991234567s3creto-de-prueba' | md5sum
        assert_eq!(secret().key_of("+593991234567"), "3a7e90cdaefcd8ad1ab193d2f780c8b4");
    }

    #[test]
    fn a_key_opens_for_its_phone_as_sent_and_for_no_other() {
        let key = secret().key_of("099 123 4567");
        assert!(secret().is_key_of("099 123 4567", &key));
        assert!(!secret().is_key_of("0991234567", &key), "the same person, written otherwise");
        assert!(!secret().is_key_of("+593991234567", &key));
        assert!(!SharedSecret(SecretString::from("another")).is_key_of("099 123 4567", &key));
    }

    #[test]
    fn a_plus_that_arrived_as_a_space_is_still_the_phone_that_was_sent() {
        let key = secret().key_of("+593991234567");
        assert!(secret().is_key_of(" 593991234567", &key));
        assert!(!secret().is_key_of("593991234567", &key), "no space, no plus");
        assert!(!secret().is_key_of("  593991234567", &key));
        let with_space = secret().key_of(" 593991234567");
        assert!(secret().is_key_of(" 593991234567", &with_space));
        assert!(!secret().is_key_of("+593991234567", &with_space));
        let twilio = secret().key_of("whatsapp:+593991234567");
        assert!(secret().is_key_of("whatsapp: 593991234567", &twilio));
        assert!(!secret().is_key_of(" 593991234567", &twilio), "the prefix was sent, so the key is over it");
    }

    #[test]
    fn keys_of_other_shapes_are_refused() {
        let key = secret().key_of("+593991234567");
        let long = format!("{key}{}", "0".repeat(100_000));
        for wrong in ["", "0", &key[..31], &key.to_uppercase(), &format!("{key} "), &format!(" {key}"), &long, "ñandú"]
        {
            assert!(!secret().is_key_of("+593991234567", wrong), "{wrong:.40}");
        }
    }

    #[test]
    fn a_link_is_percent_encoded_and_replaces_any_query() {
        let public = Url::parse("https://agenda.example.org").unwrap();
        let link = page_link(&public, "+593 99&x=1", &secret().key_of("+593 99&x=1"));
        assert!(
            link.starts_with("https://agenda.example.org/connect?phone_number=%2B593+99%26x%3D1&secure_key="),
            "{link}"
        );
        let parsed = Url::parse(&link).unwrap();
        let pairs: Vec<_> = parsed.query_pairs().into_owned().collect();
        assert_eq!(pairs[0], ("phone_number".to_owned(), "+593 99&x=1".to_owned()));
        assert!(secret().is_key_of(&pairs[0].1, &pairs[1].1));
    }
}
