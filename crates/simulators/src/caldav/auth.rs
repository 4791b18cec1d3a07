//! Who asks: HTTP Basic (RFC 7617) and Digest with MD5 and `qop=auth` (RFC 7616).

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use data_encoding::HEXLOWER;
use md5::{Digest, Md5};
use subtle::ConstantTimeEq;

use super::model::World;
use crate::wire::{Request, basic_credentials};

const REALM: &str = "CalDAV simulator";

/// Which schemes are offered and taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Auth {
    /// Basic only.
    #[default]
    Basic,
    /// Digest only (sabre/dav).
    Digest,
    /// Both, Digest named first (DAViCal).
    Either,
}

/// Why nobody was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stranger {
    /// No or wrong credentials.
    Unknown,
    /// Right credentials with a nonce that is used up: the client may try again with the new one.
    Stale,
}

/// The gate: recognises users, and remembers the nonces it gave out.
#[derive(Debug)]
pub(super) struct Gate {
    auth: Auth,
    /// After so many uses a nonce is stale.
    nonce_uses: usize,
    nonces: Mutex<HashMap<String, BTreeSet<String>>>,
}

impl Gate {
    pub(super) fn new(auth: Auth, nonce_uses: usize) -> Self {
        Self { auth, nonce_uses, nonces: Mutex::default() }
    }

    /// The user that a request's credentials prove.
    pub(super) fn user(&self, request: &Request, world: &World) -> Result<String, Stranger> {
        let header = request.header("authorization").ok_or(Stranger::Unknown)?;
        match (self.auth, basic_credentials(header)) {
            (Auth::Basic | Auth::Either, Some((user, password))) => {
                let known = world.users.get(&user).ok_or(Stranger::Unknown)?;
                same(known.password.as_bytes(), password.as_bytes()).then_some(user).ok_or(Stranger::Unknown)
            }
            (Auth::Digest | Auth::Either, None) => self.digest(header, request, world),
            _ => Err(Stranger::Unknown),
        }
    }

    /// The challenges to answer a stranger with, one header each.
    pub(super) fn challenges(&self, stranger: Stranger) -> Vec<String> {
        let basic = format!("Basic realm=\"{REALM}\", charset=\"UTF-8\"");
        match self.auth {
            Auth::Basic => vec![basic],
            Auth::Digest => vec![self.challenge(stranger)],
            Auth::Either => vec![self.challenge(stranger), basic],
        }
    }

    fn challenge(&self, stranger: Stranger) -> String {
        let nonce = uuid::Uuid::new_v4().simple().to_string();
        self.lock().insert(nonce.clone(), BTreeSet::new());
        let stale = if stranger == Stranger::Stale { ", stale=true" } else { "" };
        format!("Digest realm=\"{REALM}\", nonce=\"{nonce}\", algorithm=MD5, qop=\"auth\"{stale}")
    }

    fn digest(&self, header: &str, request: &Request, world: &World) -> Result<String, Stranger> {
        let given = fields(header).ok_or(Stranger::Unknown)?;
        let field = |name: &str| given.get(name).map(String::as_str).ok_or(Stranger::Unknown);
        let (user, nonce, nc) = (field("username")?, field("nonce")?, field("nc")?);
        let known = world.users.get(user).ok_or(Stranger::Unknown)?;
        let target = request.line();
        let uri = field("uri")?;
        let right =
            field("realm")? == REALM && field("qop")? == "auth" && target == format!("{} {uri}", request.method);
        let secret = md5_hex(&format!("{user}:{REALM}:{}", known.password));
        let asked = md5_hex(&format!("{}:{uri}", request.method));
        let expected = md5_hex(&format!("{secret}:{nonce}:{nc}:{}:auth:{asked}", field("cnonce")?));
        if !right || !same(expected.as_bytes(), field("response")?.as_bytes()) {
            return Err(Stranger::Unknown);
        }
        let mut nonces = self.lock();
        let used = nonces.get_mut(nonce).ok_or(Stranger::Stale)?;
        if used.len() >= self.nonce_uses || !used.insert(nc.to_owned()) {
            return Err(Stranger::Stale);
        }
        Ok(user.to_owned())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, BTreeSet<String>>> {
        self.nonces.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

fn md5_hex(text: &str) -> String {
    HEXLOWER.encode(&Md5::digest(text.as_bytes()))
}

/// The fields of a `Digest a="…", b=…` value; `None` for another scheme.
fn fields(header: &str) -> Option<HashMap<String, String>> {
    let (scheme, mut rest) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("digest") {
        return None;
    }
    let mut fields = HashMap::new();
    while let Some((name, value)) = rest.split_once('=') {
        let name = name.trim_matches([' ', ',']).to_ascii_lowercase();
        let (value, left) = match value.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => value.split_once(',').unwrap_or((value, "")),
        };
        fields.insert(name, value.trim().to_owned());
        rest = left;
    }
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::fields;

    #[test]
    fn digest_fields_may_hold_commas_and_equal_signs() {
        let read = fields("Digest username=\"a, b=c\", nc=00000001,uri=\"/?x=1\"").expect("digest");
        assert_eq!(read["username"], "a, b=c");
        assert_eq!(read["nc"], "00000001");
        assert_eq!(read["uri"], "/?x=1");
        assert!(fields("Basic abc").is_none());
    }
}
