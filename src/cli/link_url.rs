//! `pasarela link-url PHONE`

use super::args::LinkUrl;
use super::out::Out;
use super::{Stop, locate};
use crate::clients::{ClientSystem, puentes};
use crate::clock::Clock;
use crate::store::peek;

/// Prints the link, with the phone in E.164 form whatever way it was typed.
pub(super) fn run(wanted: LinkUrl, out: &mut Out) -> Result<(), Stop> {
    let config = locate::load(wanted.place.config)?;
    // The link is in the form of key that Puentes takes, which the database knows.
    let takes_md5 = peek::takes_md5(&config.database, puentes::ID).unwrap_or(true);
    let puentes = ClientSystem::puentes(&config.puentes).taking_md5(&config.puentes, takes_md5);
    let holder = puentes
        .holder(&wanted.phone)
        .map_err(|error| Stop::Misused(format!("{:.60}: {error}", wanted.phone.escape_debug().to_string())))?;
    let link = puentes.proof.page_link(&config.server.public_url, holder.key.as_str(), Clock::system().now());
    out.line(&link.unwrap_or_default())
}
