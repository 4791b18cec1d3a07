//! The two forms in which a person types how we get in: Apple's, with a coach, and the one for all other servers.
//!
//! What was typed comes back on the page, but for the password: that one never stands in HTML.

use minijinja::context;

use super::{Visitor, page, told};
use crate::link::Obstacle;
use crate::web::Page;
use crate::web::places::place;

/// What stands in Apple's form.
pub(in crate::web) struct Apple {
    /// The Apple account's e-mail, as far as it is known.
    pub(in crate::web) username: String,
    /// What was wrong with the last try.
    pub(in crate::web) fault: Option<Obstacle>,
    /// How long the next one has to wait, where it has to.
    pub(in crate::web) minutes: Option<i64>,
    /// The link exists and keeps its account: only the password is asked.
    pub(in crate::web) renew: bool,
}

/// Apple: how to get an app-specific password, and where to put it.
pub(in crate::web) fn apple(visitor: &Visitor, apple: &Apple) -> Page {
    let values = context! {
        username => &apple.username,
        fault => told(apple.fault),
        minutes => apple.minutes,
        code => told(apple.fault),
        renew => apple.renew,
        kind => "apple",
    };
    page("connect/apple.html", visitor, values)
}

/// A server that is well known.
pub(in crate::web) struct PresetLook {
    /// Its word.
    pub(in crate::web) id: &'static str,
    /// Its name, as people know it.
    pub(in crate::web) name: &'static str,
}

/// What stands in the form of all other servers.
pub(in crate::web) struct Caldav {
    /// Those to choose from.
    pub(in crate::web) presets: Vec<PresetLook>,
    /// The chosen one's id.
    pub(in crate::web) chosen: Option<&'static str>,
    /// An e-mail or the server's address.
    pub(in crate::web) address: String,
    /// The user name; may stay empty where the address is an e-mail.
    pub(in crate::web) username: String,
    /// The provider takes app passwords only.
    pub(in crate::web) app_password: bool,
    /// What was wrong with the last try.
    pub(in crate::web) fault: Option<Obstacle>,
    /// How long the next one has to wait, where it has to.
    pub(in crate::web) minutes: Option<i64>,
    /// The link exists and keeps its account: only the password is asked.
    pub(in crate::web) renew: bool,
}

/// Any CalDAV server.
pub(in crate::web) fn caldav(visitor: &Visitor, caldav: &Caldav) -> Page {
    let presets: Vec<_> = caldav
        .presets
        .iter()
        .map(|preset| context! { id => place(preset.id), name => preset.name, chosen => caldav.chosen == Some(preset.id) })
        .collect();
    let chosen = caldav.presets.iter().find(|preset| caldav.chosen == Some(preset.id)).map(|preset| preset.name);
    let values = context! {
        presets,
        chosen,
        address => &caldav.address,
        username => &caldav.username,
        app_password => caldav.app_password,
        fault => told(caldav.fault),
        minutes => caldav.minutes,
        code => told(caldav.fault),
        renew => caldav.renew,
        kind => "caldav",
    };
    page("connect/caldav.html", visitor, values)
}
