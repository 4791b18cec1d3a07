//! Tokens that a client system signs for its own users (JWT, RFC 7519): whose page calls is signed in there, and speaks for
//! themselves alone.
//!
//! Rule: what a token says is believed only once its signature fits a key that its client system registered, with the one
//! algorithm that is registered for it; `iss`, `sub`, `aud` and `exp` are required, and no token lives longer than an hour.

mod check;
mod registered;
mod wanted;

pub use check::{Token, TokenFault};
pub use registered::{TokenKeyCard, TokenKeyWish};
pub use wanted::{BadTokenKey, WantedTokenKey};

pub(super) use registered::Registered;
