//! Google's OAuth: consent, codes, tokens, revocation, and who somebody is.

mod ask;
mod authorize;
mod consent;
mod id_token;
mod refusal;
mod revoke;
mod scope;
mod token;
mod userinfo;

pub(super) use authorize::authorize;
pub(super) use revoke::revoke;
pub(super) use scope::ALL;
pub(super) use token::token;
pub(super) use userinfo::userinfo;
