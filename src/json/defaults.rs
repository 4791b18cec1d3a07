//! What holds where a body is silent.

use super::instants::WallClock;

/// What holds where a body is silent.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    pub(super) clock: Option<WallClock>,
}

impl Defaults {
    /// The zone of times that name none: the holder's, else the client system's. A name that is none is nothing said.
    pub fn in_zone(name: Option<&str>) -> Self {
        Self { clock: name.and_then(WallClock::named) }
    }
}
