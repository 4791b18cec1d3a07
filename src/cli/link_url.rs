//! `pasarela link-url PHONE`

use super::args::LinkUrl;
use super::out::Out;
use super::{Stop, locate};
use crate::clients::ClientSystem;
use crate::clock::Clock;

/// Prints the link, with the phone in E.164 form whatever way it was typed.
pub(super) fn run(wanted: LinkUrl, out: &mut Out) -> Result<(), Stop> {
    let config = locate::load(wanted.place.config)?;
    let puentes = ClientSystem::puentes(&config.puentes);
    let holder = puentes
        .holder(&wanted.phone)
        .map_err(|error| Stop::Misused(format!("{:.60}: {error}", wanted.phone.escape_debug().to_string())))?;
    let link = puentes.proof.page_link(&config.server.public_url, holder.key.as_str(), Clock::system().now());
    out.line(&link.unwrap_or_default())
}
