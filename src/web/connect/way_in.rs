//! The link that a client system asked for. Opening it shows whose page it leads to; the tap on that page begins a session.

use super::enter::let_in;
use super::looks;
use crate::secret::SecretString;
use crate::web::{Answer, Asked, Site, Trouble};

/// `GET /c/{token}`: whose page it is, and a button. Nothing is used up.
pub(in crate::web) fn way_in(site: &Site, asked: &Asked) -> Result<Answer, Trouble> {
    let token = token(asked)?;
    let holder = site.app.linking.page_of(&token)?.ok_or(Trouble::Expired)?;
    Ok(Answer::Page(looks::way_in(&holder, &asked.path)))
}

/// `POST /c/{token}`: in.
pub(in crate::web) fn come_in(site: &Site, asked: &Asked) -> Result<Answer, Trouble> {
    let holder = site.app.linking.page_of(&token(asked)?)?.ok_or(Trouble::Expired)?;
    let_in(site, asked, &holder)
}

fn token(asked: &Asked) -> Result<SecretString, Trouble> {
    let token = asked.path.rsplit('/').next().filter(|token| !token.is_empty());
    token.map(SecretString::from).ok_or(Trouble::Expired)
}
