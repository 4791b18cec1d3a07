//! `pasarela link-url PHONE`

use super::args::LinkUrl;
use super::out::Out;
use super::{Stop, locate};
use crate::puentes::{connect_url, holder_key};

/// Prints the link, with the phone in E.164 form whatever way it was typed.
pub(super) fn run(wanted: LinkUrl, out: &mut Out) -> Result<(), Stop> {
    let config = locate::load(wanted.place.config)?;
    let holder = holder_key(&wanted.phone, &config.puentes.default_region)
        .map_err(|error| Stop::Misused(format!("{:.60}: {error}", wanted.phone.escape_debug().to_string())))?;
    out.line(&connect_url(&config.server.public_url, holder.as_str(), &config.puentes.secret))
}
