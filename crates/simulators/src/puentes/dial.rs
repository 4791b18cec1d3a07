//! How the endpoint fails, at the turn of a dial.

use serde::{Deserialize, Serialize};

/// What goes wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// 500.
    Error,
    /// The connection is cut in the middle of the body.
    Cut,
    /// Half of the body, as if it were the whole.
    HalfPage,
    /// A body that is no JSON (or no iCalendar).
    BrokenJson,
    /// One event among the good ones is no iCalendar.
    BrokenIcal,
    /// 200 with a page in HTML, as after a login that expired.
    Html,
    /// No answer at all.
    Hang,
    /// 404.
    NotFound,
    /// An empty list, and nothing more to come.
    Empty,
    /// A cursor that leads to the same page again, for ever.
    Endless,
}

impl Fault {
    /// All of them, with what a person calls them.
    pub(super) const NAMES: [(Fault, &str, &str); 11] = [
        (Fault::None, "none", "todo en orden"),
        (Fault::Error, "error", "responde 500"),
        (Fault::Cut, "cut", "corta la conexión a media respuesta"),
        (Fault::HalfPage, "half_page", "entrega media página"),
        (Fault::BrokenJson, "broken_json", "JSON roto"),
        (Fault::BrokenIcal, "broken_ical", "un iCal roto entre los buenos"),
        (Fault::Html, "html", "una página HTML en vez de datos"),
        (Fault::Hang, "hang", "no responde nunca"),
        (Fault::NotFound, "not_found", "responde 404"),
        (Fault::Empty, "empty", "lista vacía"),
        (Fault::Endless, "endless", "páginas sin fin"),
    ];
}

/// The settings of the endpoint that tests turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dial {
    /// What goes wrong.
    pub fault: Fault,
    /// On which page (from 1) it goes wrong; `None`: on each.
    pub on_page: Option<usize>,
    /// Events on a page.
    pub page_size: usize,
    /// Answer `text/calendar` to everybody, whatever they accept.
    pub text_calendar: bool,
}

impl Default for Dial {
    fn default() -> Self {
        Self { fault: Fault::None, on_page: None, page_size: 100, text_calendar: false }
    }
}

impl Dial {
    /// The fault of this page.
    pub(super) fn fault_on(&self, page: usize) -> Fault {
        if self.on_page.is_none_or(|on| on == page) { self.fault } else { Fault::None }
    }
}
