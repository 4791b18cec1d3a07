//! What the pages of a consent show.

use minijinja::{Value, context};

use crate::link::{CalendarChoice, Obstacle};
use crate::linking::consent::{Ending, Standing};
use crate::secret::ExposeSecret;
use crate::web::answer::Page;
use crate::web::places::{of_consent, place};

/// Whether a calendar that exists comes into question.
pub(in crate::web) enum Existing {
    /// No: we make one.
    No,
    /// Yes: the person may choose one.
    Offered,
    /// It is linked already, and waits for this consent.
    Linked(String),
}

/// The person is asked whether it is their phone, and told what will happen.
pub(in crate::web) fn confirm(standing: &Standing, existing: &Existing) -> Page {
    let (promise, linked_calendar) = match existing {
        Existing::No => ("promise_new", None),
        Existing::Offered => ("promise_choice", None),
        Existing::Linked(name) => ("promise_same", Some(name)),
    };
    page("consent/confirm.html", standing, "status", context! { promise, linked_calendar })
}

/// The person chooses a calendar.
pub(in crate::web) fn choose(standing: &Standing, choices: &[CalendarChoice]) -> Page {
    let choices: Vec<_> = choices.iter().map(|choice| context! { id => &choice.id, name => &choice.name }).collect();
    // In another language the calendars are to be listed again.
    page("consent/choose.html", standing, "confirm", context! { choices })
}

/// It worked. `link`: the calendar's name and the account, unless it is unlinked again by now.
pub(in crate::web) fn linked(standing: &Standing, link: Option<(String, String)>) -> Page {
    let link = link.map(|(calendar, account)| context! { calendar, account });
    page("consent/linked.html", standing, "status", context! { link, code => Ending::Linked.code() })
}

/// It did not, or not yet.
pub(in crate::web) fn ending(standing: &Standing, obstacle: Obstacle) -> Page {
    let (look, action) = match obstacle {
        Obstacle::Busy => ("wait", Some(("look", "status"))),
        Obstacle::Cancelled => ("calm", Some(("again", "again"))),
        Obstacle::AlreadyLinked => ("calm", None),
        _ => ("attention", Some(("again", "again"))),
    };
    let action = action.map(|(id, step)| context! { id, path => place(of_consent(standing.provider, step)) });
    page("consent/ending.html", standing, "status", context! { look, action, code => obstacle.code() })
}

/// `switch`: the step that the form which changes the language leads to.
fn page(template: &'static str, standing: &Standing, switch: &str, values: Value) -> Page {
    let phone = standing.holder.masked();
    let flow = context! {
        phone,
        provider => standing.provider.as_str(),
        ticket => standing.ticket.expose_secret(),
        switch => place(of_consent(standing.provider, switch)),
    };
    let values = minijinja::value::merge_maps([values, flow]);
    Page { holder: Some(standing.holder.clone()), ..Page::new(template, values) }
}
