//! The age identity, and every credential that is stored: one that does not open is found here, and not by its person.

use std::collections::BTreeSet;
use std::path::Path;

use super::State;
use crate::config::Config;
use crate::link::LinkState;
use crate::secret::SecretString;
use crate::store::peek::{self, Stored};
use crate::vault::{Vault, VaultError};

/// Opens the identity, seals and opens a word with it, and opens what is stored.
pub(super) fn look(config: &Config, mut tell: impl FnMut(State)) {
    let shown = config.identity_file.display();
    let vault = match Vault::open(&config.identity_file) {
        Ok(vault) => vault,
        Err(error) => return tell(State::Wrong(error.to_string())),
    };
    if let Err(error) = vault.unseal(&vault.seal(&SecretString::from("checkup")).bytes) {
        return tell(State::Wrong(error.to_string()));
    }
    match seen(&vault, &config.database) {
        Ok(seen) => seen.told(&shown.to_string(), tell),
        Err(why) => {
            tell(State::Doubtful(format!("{shown} opens what it seals; what is stored can't be looked at: {why}")))
        }
    }
}

/// What became of the stored credentials.
#[derive(Default)]
struct Seen {
    opened: u64,
    /// Sealed for another identity, of links that are at work ...
    shut: u64,
    /// ... and of those that wait for their person for some reason.
    waiting: u64,
    damaged: u64,
    /// What is sealed for, and is not here.
    missing: BTreeSet<String>,
}

fn seen(vault: &Vault, database: &Path) -> Result<Seen, String> {
    let mut seen = Seen::default();
    // One that is not there yet, or empty, holds nothing; whether it can be used is looked at elsewhere.
    if std::fs::metadata(database).map_or(true, |about| about.len() == 0) {
        return Ok(seen);
    }
    peek::sealed(database, |stored| seen.note(vault, stored)).map_err(|error| error.to_string())?;
    Ok(seen)
}

impl Seen {
    fn note(&mut self, vault: &Vault, stored: Stored) {
        let Stored { state, credentials, sealed_for } = stored;
        match vault.unseal(&credentials) {
            Ok(_) => self.opened += 1,
            Err(VaultError::WrongIdentity(_)) if !sealed_for.as_deref().is_some_and(|known| vault.opens(known)) => {
                let count = if state == LinkState::NeedsReauthorization { &mut self.waiting } else { &mut self.shut };
                *count += 1;
                self.missing.extend(sealed_for);
            }
            Err(_) => self.damaged += 1,
        }
    }

    fn told(&self, shown: &str, mut tell: impl FnMut(State)) {
        let missing: Vec<&str> = self.missing.iter().map(String::as_str).collect();
        let missing = if missing.is_empty() { String::new() } else { format!(" ({})", missing.join(", ")) };
        if self.shut > 0 {
            return tell(State::Wrong(format!(
                "the credentials of {} are sealed for another age identity{missing} than those in {shown}: put that \
                 one back (it may stand below another in the same file); the gateway does not start without it, or, if it is \
                 lost for good, by `pasarela serve --identity-lost`",
                links(self.shut)
            )));
        }
        tell(State::Fine(format!("{shown} opens what it seals, and the credentials of {}", links(self.opened))));
        if self.waiting > 0 {
            tell(State::Doubtful(format!(
                "{} for new credentials; the old ones are sealed for another age identity{missing}: put back into {shown}, \
                 it lets them go on by themselves",
                if self.waiting == 1 { "1 link waits".to_owned() } else { format!("{} links wait", self.waiting) }
            )));
        }
        if self.damaged > 0 {
            tell(State::Doubtful(format!(
                "the stored credentials of {} are damaged; their people are asked for them again",
                links(self.damaged)
            )));
        }
    }
}

fn links(count: u64) -> String {
    format!("{count} {}", if count == 1 { "link" } else { "links" })
}
