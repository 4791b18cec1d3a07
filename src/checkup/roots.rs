//! The authorities that the operator trusts for one host each. That they can be read is known since the start.

use jiff::Timestamp;

use super::State;
use super::certificate::days_left;
use crate::config::ExtraRoots;

/// Below this, whoever renews an authority is late: all certificates that it signed end with it.
const LATE_DAYS: i64 = 30;

pub(super) fn look(roots: &ExtraRoots, now: Timestamp) -> State {
    let left: Vec<Result<i64, String>> = roots.certificates.iter().map(|root| days_left(root, now)).collect();
    let ended =
        |why: &String| State::Wrong(format!("no authority of caldav.extra_roots is valid for it: a certificate {why}"));
    match (left.iter().flatten().max(), left.iter().find_map(|days| days.as_ref().err())) {
        (None, Some(why)) => ended(why),
        (Some(days), _) if *days < LATE_DAYS => State::Doubtful(format!(
            "its authority in caldav.extra_roots ends in {days} days; put the next one beside it"
        )),
        (Some(days), _) => State::Fine(format!("is trusted by caldav.extra_roots, for {days} days more")),
        // Without a certificate there is no entry.
        (None, None) => State::Wrong("has no authority in caldav.extra_roots".to_owned()),
    }
}
