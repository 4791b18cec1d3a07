//! Secrets that a client system shares with us beside the file's, so that one takes the place of another with an overlap.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::json;

use super::{NotDone, Tenants};
use crate::ids::{PublicSecretId, Tenant};
use crate::secret::{ExposeSecret, SecretString};
use crate::store::client_secrets::{self, KeptSecret, NewSecret};
use crate::store::{StoreError, audit};
use crate::trail::{Action, Actor, Entry};

/// Secrets of one client system that are live at a time: each is tried for each wrong key.
const MOST: usize = 8;
/// Characters of a secret: with fewer, whoever sees one key finds it by trying, on a machine of their own.
const SHORTEST: usize = 20;
/// Different ones among them, for the same reason.
const FEWEST_SIGNS: usize = 8;
/// The longest secret, in bytes.
const LONGEST: usize = 1_024;
/// The longest label, in characters.
const LONGEST_LABEL: usize = 100;

/// A secret that the operator wants to be taken.
#[derive(Clone, Debug)]
pub struct SharedWith {
    /// The operator's words for it.
    pub label: String,
    /// The secret; none: a new one is made.
    pub secret: Option<SecretString>,
    /// Until when it is taken; none: until it is revoked.
    pub expires_at: Option<Timestamp>,
}

impl Tenants {
    /// The secrets that a client system shares with us beside the file's, the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn secrets(&self, tenant: Tenant) -> Result<Vec<KeptSecret>, StoreError> {
        let now = self.gateway.clock.now();
        let all = self.gateway.store.read(|tx| client_secrets::of(tx, tenant))?;
        Ok(all.into_iter().filter(|secret| secret.expires_at.is_none_or(|end| end > now)).collect())
    }

    /// Takes a secret besides. Answers its name, and the secret itself: nobody is told it again.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub fn add_secret(
        &self,
        tenant: Tenant,
        wanted: SharedWith,
        by: &Actor,
    ) -> Result<(PublicSecretId, SecretString), NotDone> {
        let SharedWith { label, secret, expires_at } = wanted;
        let now = self.gateway.clock.now();
        if expires_at.is_some_and(|end| end <= now) {
            return Err(NotDone::NotAsSaid("the end of a secret lies ahead"));
        }
        if label.chars().count() > LONGEST_LABEL || label.contains(char::is_control) {
            return Err(NotDone::NotAsSaid("a label has up to 100 characters in one line"));
        }
        let secret = secret.unwrap_or_else(made);
        strong(&secret)?;
        if self.secrets(tenant)?.len() >= MOST {
            return Err(NotDone::TooManySecrets { most: MOST });
        }
        let id = PublicSecretId::new(now);
        let new = NewSecret { public_id: id.clone(), label, sealed: self.gateway.vault.seal(&secret), expires_at };
        let by = by.clone();
        self.gateway.store.write(move |tx| {
            client_secrets::add(tx, tenant, &new, now)?;
            let detail = json!({ "expires_at": new.expires_at.map(|end| end.to_string()) });
            audit::note(tx, now, &Entry::done(Action::SecretAdded, &by).of(tenant).to(&new.public_id).with(detail))
        })?;
        self.know(tenant)?;
        Ok((id, secret))
    }

    /// Takes a secret no more, from now on.
    ///
    /// # Errors
    /// [`NotDone::NoSuchSecret`], or the store's.
    pub fn revoke_secret(&self, tenant: Tenant, secret: &str, by: &Actor) -> Result<(), NotDone> {
        let secret = PublicSecretId::from_text(secret).ok_or(NotDone::NoSuchSecret)?;
        let (now, by) = (self.gateway.clock.now(), by.clone());
        self.gateway.store.write(move |tx| {
            if !client_secrets::revoke(tx, tenant, &secret)? {
                return Err(NotDone::NoSuchSecret);
            }
            Ok(audit::note(tx, now, &Entry::done(Action::SecretRevoked, &by).of(tenant).to(&secret))?)
        })?;
        self.know(tenant)?;
        Ok(())
    }
}

/// 244 random bits.
fn made() -> SecretString {
    let half = || uuid::Uuid::new_v4().simple();
    format!("{}{}", half(), half()).into()
}

fn strong(secret: &SecretString) -> Result<(), NotDone> {
    let text = secret.expose_secret();
    let signs: BTreeSet<char> = text.chars().collect();
    if text.len() > LONGEST {
        return Err(NotDone::NotAsSaid("a secret has up to 1024 bytes"));
    }
    if text.chars().count() < SHORTEST || signs.len() < FEWEST_SIGNS {
        return Err(NotDone::NotAsSaid(
            "a secret has 20 characters at least, 8 of them different: a shorter one is found by trying",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::puentes::SharedSecret;
    use crate::profile::Changes;
    use crate::tenants::fixture::{Fixture, operator};

    const PHONE: &str = "+593991234567";

    fn wanted(secret: Option<&str>, expires_at: Option<Timestamp>) -> SharedWith {
        SharedWith { label: "new".to_owned(), secret: secret.map(SecretString::from), expires_at }
    }

    fn key(secret: &SecretString) -> String {
        SharedSecret(secret.clone()).key_of(PHONE)
    }

    #[test]
    fn a_secret_is_taken_besides_also_after_a_restart_until_it_ends_or_is_revoked() {
        let fixture = Fixture::new();
        let tenants = fixture.open();
        let puentes = tenants.named("puentes").unwrap().for_operator();
        let now = tenants.gateway.clock.now();
        let end = now + jiff::SignedDuration::from_hours(1);
        let (first, made) = tenants.add_secret(puentes, wanted(None, None), &operator()).unwrap();
        let (_, given) =
            tenants.add_secret(puentes, wanted(Some("0123456789abcdefghij"), Some(end)), &operator()).unwrap();
        let opens = |tenants: &Tenants, secret: &SecretString, at| {
            tenants.gateway.clients.puentes().prove(PHONE, &key(secret), at).is_ok()
        };
        let of_the_file = "an invented secret".into();
        for secret in [&made, &given, &of_the_file] {
            assert!(opens(&tenants, secret, now));
        }
        assert!(!opens(&tenants, &given, end));
        drop(tenants);
        let tenants = fixture.open();
        assert!(opens(&tenants, &made, now) && opens(&tenants, &given, now), "they are kept");
        tenants.revoke_secret(puentes, first.as_str(), &operator()).unwrap();
        assert!(!opens(&tenants, &made, now) && opens(&tenants, &given, now) && opens(&tenants, &of_the_file, now));
        assert_eq!(tenants.revoke_secret(puentes, first.as_str(), &operator()), Err(NotDone::NoSuchSecret));
        assert_eq!(tenants.secrets(puentes).unwrap().len(), 1);
        let trail = tenants.trail(None, 10).unwrap();
        let actions: Vec<&str> = trail.iter().map(|noted| noted.action.as_str()).collect();
        assert_eq!(actions, ["secret.added", "secret.added", "secret.revoked"]);
        assert!(!format!("{trail:?}").contains("0123456789abcdefghij"));
    }

    #[test]
    fn a_secret_is_one_client_system_s_alone() {
        let fixture = Fixture::new();
        let tenants = fixture.open();
        let puentes = tenants.named("puentes").unwrap().for_operator();
        let new = crate::tenants::NewTenant {
            slug: crate::ids::Slug::new("erp").unwrap(),
            name: None,
            naming: crate::profile::Naming::Id,
            changes: Changes::new(),
        };
        let erp = tenants.add(&new, &operator()).unwrap().for_operator();
        let (id, secret) = tenants.add_secret(erp, wanted(None, None), &operator()).unwrap();
        let now = tenants.gateway.clock.now();
        assert!(tenants.gateway.clients.puentes().prove(PHONE, &key(&secret), now).is_err());
        assert!(tenants.gateway.clients.get(erp.client()).unwrap().prove(PHONE, &key(&secret), now).is_ok());
        assert_eq!(tenants.revoke_secret(puentes, id.as_str(), &operator()), Err(NotDone::NoSuchSecret));
        assert_eq!(tenants.secrets(puentes).unwrap(), []);
    }

    #[test]
    fn what_is_too_weak_over_already_or_too_much_is_refused() {
        let fixture = Fixture::new();
        let tenants = fixture.open();
        let puentes = tenants.named("puentes").unwrap().for_operator();
        let now = tenants.gateway.clock.now();
        for (secret, end) in [("short", None), ("aaaaaaaaaaaaaaaaaaaaaaaaa", None), ("0123456789abcdefghij", Some(now))]
        {
            let refused = tenants.add_secret(puentes, wanted(Some(secret), end), &operator());
            assert!(matches!(refused, Err(NotDone::NotAsSaid(_))), "{secret}");
        }
        for _ in 0..MOST {
            tenants.add_secret(puentes, wanted(None, None), &operator()).unwrap();
        }
        let refused = tenants.add_secret(puentes, wanted(None, None), &operator());
        assert!(matches!(refused, Err(NotDone::TooManySecrets { most: MOST })));
    }
}
