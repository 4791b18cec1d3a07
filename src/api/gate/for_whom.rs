//! Whom a request speaks for, once the gate let it in.

use std::net::IpAddr;

use poem::http::{HeaderMap, HeaderName};
use poem::{FromRequest, Request, RequestBody};

use crate::access::NotAHolder;
use crate::app::App;
use crate::http::{Code, Problem};
use crate::ids::{Holder, HolderKey, Tenant};
use crate::scope::Scopes;
use crate::trail::Actor;

/// The headers that name a holder. They mean the same.
const HEADERS: [HeaderName; 2] = [HeaderName::from_static("x-customer-id"), HeaderName::from_static("x-user-id")];

/// A client system that asks about its own affairs.
#[derive(Clone, Debug)]
pub(in crate::api) struct ForTenant {
    /// Which one.
    pub(in crate::api) tenant: Tenant,
    /// Who asks in its name.
    pub(in crate::api) actor: Actor,
    /// What they may do. The one that the operation needs is among them.
    pub(in crate::api) scopes: Scopes,
    /// Where they ask from; the addresses of one household are one.
    pub(in crate::api) from: IpAddr,
}

/// A client system that asks about one of its holders.
#[derive(Clone, Debug)]
#[expect(dead_code, reason = "the operations about holders come with the next changes")]
pub(in crate::api) struct ForHolder {
    /// Which one.
    pub(in crate::api) tenant: Tenant,
    /// Who asks in its name.
    pub(in crate::api) actor: Actor,
    /// What they may do. The one that the operation needs is among them.
    pub(in crate::api) scopes: Scopes,
    /// Whose calendar it is about. Perhaps nothing was ever stored about them.
    pub(in crate::api) holder: Holder,
    /// The same as they were named; none where the key says it.
    pub(in crate::api) named: Option<String>,
    /// Where they ask from; the addresses of one household are one.
    pub(in crate::api) from: IpAddr,
}

impl ForTenant {
    /// The holder whom a request is about, by its headers or by the one that the key is bound to.
    ///
    /// # Errors
    /// `holder_missing`, `invalid_holder`, `holder_mismatch`.
    pub(super) fn about_holder(
        self,
        app: &App,
        headers: &HeaderMap,
        pinned: Option<HolderKey>,
    ) -> Result<ForHolder, Problem> {
        let Self { tenant, actor, scopes, from } = self;
        let named = named(headers)?;
        let said = named.as_deref().map(|name| app.access.holder(tenant, name)).transpose()?;
        let holder = match (said, pinned) {
            (Some(said), Some(pinned)) if said.key != pinned => return Err(mismatch()),
            (Some(said), _) => said,
            (None, Some(pinned)) => tenant.holder(pinned),
            (None, None) => return Err(missing()),
        };
        Ok(ForHolder { tenant, actor, scopes, holder, named, from })
    }
}

/// Who is named, byte for byte. HTTP has taken away the spaces around.
fn named(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut found: Option<String> = None;
    for value in HEADERS.iter().flat_map(|name| headers.get_all(name)) {
        let Ok(text) = str::from_utf8(value.as_bytes()) else { return Err(NotAHolder::NotText.into()) };
        match &found {
            _ if text.is_empty() => {}
            Some(before) if before != text => return Err(two()),
            _ => found = Some(text.to_owned()),
        }
    }
    Ok(found)
}

fn missing() -> Problem {
    Problem::new(
        Code::HolderMissing,
        "Say whose calendar it is about: send their id in the header X-Customer-Id (or X-User-Id), or use a key that is pinned to \
         one holder.",
    )
}

fn two() -> Problem {
    Problem::new(Code::InvalidHolder, "X-Customer-Id and X-User-Id name two holders. Send one of them.")
}

fn mismatch() -> Problem {
    Problem::new(
        Code::HolderMismatch,
        "This key speaks for one holder alone, and the request names another. Leave X-Customer-Id out, or use another key.",
    )
}

impl From<NotAHolder> for Problem {
    fn from(not: NotAHolder) -> Self {
        Self::new(Code::InvalidHolder, format!("X-Customer-Id: {not}."))
    }
}

impl<'a> FromRequest<'a> for ForTenant {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> poem::Result<Self> {
        request.data::<Self>().cloned().ok_or_else(|| past_the_gate().into())
    }
}

impl<'a> FromRequest<'a> for ForHolder {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> poem::Result<Self> {
        request.data::<Self>().cloned().ok_or_else(|| past_the_gate().into())
    }
}

/// Nobody was let in for this: answered as a failure, so that it is seen, and never with data.
fn past_the_gate() -> Problem {
    Problem::internal("an operation was reached without anybody whom it is for")
}
