//! Pages beside the way: into another browser, into another person's name, and out.

use minijinja::context;
use minijinja::value::merge_maps;

use super::{Here, Visitor, page};
use crate::ids::Holder;
use crate::secret::{ExposeSecret, SecretString};
use crate::web::Page;
use crate::web::places::place;

/// A way out of a browser that stands inside another app. No `Debug`: it holds two tickets.
pub(in crate::web) struct Handover {
    /// The app's name; empty when it is not known.
    pub(in crate::web) app: &'static str,
    /// The address to open elsewhere: absolute, good for once.
    pub(in crate::web) link: String,
    /// The same in a form that makes a phone open its browser, where there is such a form.
    pub(in crate::web) open: Option<String>,
    /// The ticket for going on here after all.
    pub(in crate::web) hop: SecretString,
    /// Which page it is.
    pub(in crate::web) here: Here,
}

/// The provider refuses to ask for a consent here; the person is helped into their browser.
pub(in crate::web) fn handover(handover: &Handover) -> Page {
    let values = context! {
        scripted => true,
        app => Some(handover.app).filter(|app| !app.is_empty()),
        link => &handover.link,
        open => handover.open.as_deref(),
        hop => handover.hop.expose_secret(),
        code => "webview_blocked",
    };
    Page::new("connect/handover.html", merge_maps([values, handover.here.values()]))
}

/// The person is in, and opened the link of `other`: whose page is it to be? `hop` leads on as that one.
pub(in crate::web) fn change(visitor: &Visitor, other: &Holder, hop: &SecretString) -> Page {
    page("connect/change.html", visitor, context! { other => other.masked(), hop => hop.expose_secret() })
}

/// A link that a client system asked for: whose page it leads to, and the way in.
pub(in crate::web) fn way_in(holder: &Holder, path: &str) -> Page {
    let values = context! { phone => holder.masked(), path => place(path) };
    Page { holder: Some(holder.clone()), ..Page::new("connect/way_in.html", values) }
}

/// The person left.
pub(in crate::web) fn signed_out() -> Page {
    Page::new("connect/signed_out.html", context! { scripted => true })
}
