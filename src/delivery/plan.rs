//! From (wanted, known) to the one step that is right. Pure and exhaustive: every case is on this screen.

use crate::placement::{Known, Revision, Seen, Sight, Wanted};

/// What to do about one placement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is as wanted.
    Rest,
    /// It is not there: create it.
    Insert,
    /// It is there with other content: replace it.
    Update(Sight),
    /// It may be there: look, then create or replace.
    Look,
    /// It is or may be there, and is not wanted there: remove it. (Removing what is not there is success.)
    Delete,
    /// It is surely not there, and is wanted under a new name: from now on it goes by that.
    Rename,
    /// It is not wanted and surely not there: nothing is left to remember.
    Forget,
}

/// The step for one placement.
pub fn step(wanted: Wanted, known: &Known) -> Step {
    let nothing_there = known.is_nothing();
    match (wanted, known) {
        (Wanted::Present(wanted), Known::At(seen)) if seen.revision == wanted => Step::Rest,
        (Wanted::Present(_), _) if nothing_there => Step::Insert,
        (Wanted::Anew(_), _) if nothing_there => Step::Rename,
        (Wanted::Absent, _) if nothing_there => Step::Forget,
        (Wanted::Present(_), Known::At(seen)) => Step::Update(seen.sight.clone()),
        (Wanted::Present(_), _) => Step::Look,
        (Wanted::Anew(_) | Wanted::Absent, _) => Step::Delete,
    }
}

/// The content number of what stands under our key without being what we last wrote: somebody edited it, or a write
/// of ours was never confirmed. It differs from every content there is.
pub const FOREIGN: Revision = Revision(0);

/// What is known of a placement after a complete listing of the calendar, in which it was `listed` or not.
pub fn sighted(known: &Known, listed: Option<&Sight>) -> Known {
    let Some(sight) = listed else {
        return match known {
            Known::Nothing => Known::Nothing,
            Known::At(last) | Known::Unsure { last: Some(last) } if last.sight.is_nothing() => Known::At(last.clone()),
            Known::At(_) | Known::Unsure { .. } | Known::Gone => Known::Gone,
        };
    };
    match known {
        Known::At(last) | Known::Unsure { last: Some(last) } if last.sight.version == sight.version => {
            Known::At(Seen { sight: sight.clone(), revision: last.revision })
        }
        Known::At(_) | Known::Unsure { .. } | Known::Nothing | Known::Gone => {
            Known::At(Seen { sight: sight.clone(), revision: FOREIGN })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::placement::{Handle, Version};

    fn sight(version: &str) -> Sight {
        Version(version.to_owned()).into()
    }

    fn seen(version: &str, revision: u64) -> Seen {
        Seen { sight: sight(version), revision: Revision(revision) }
    }

    fn at(version: &str, revision: u64) -> Known {
        Known::At(seen(version, revision))
    }

    #[test]
    fn the_plan_is_this_table() {
        let (present, anew) = (Wanted::Present(Revision(2)), Wanted::Anew(Revision(2)));
        let unsure = Known::Unsure { last: Some(seen("a", 2)) };
        let table = [
            (present, Known::Nothing, Step::Insert),
            (present, Known::Gone, Step::Insert),
            (present, at("a", 2), Step::Rest),
            (present, at("a", 1), Step::Update(sight("a"))),
            (present, at("a", 3), Step::Update(sight("a"))),
            (present, at("a", FOREIGN.0), Step::Update(sight("a"))),
            (present, at("(nothing)", 2), Step::Rest),
            (present, at("(nothing)", 1), Step::Insert),
            (anew, at("(nothing)", 2), Step::Rename),
            (Wanted::Absent, at("(nothing)", 2), Step::Forget),
            (present, Known::Unsure { last: None }, Step::Look),
            (present, unsure.clone(), Step::Look),
            (anew, at("a", 2), Step::Delete),
            (anew, Known::Unsure { last: None }, Step::Delete),
            (anew, unsure.clone(), Step::Delete),
            (anew, Known::Nothing, Step::Rename),
            (anew, Known::Gone, Step::Rename),
            (Wanted::Absent, Known::Nothing, Step::Forget),
            (Wanted::Absent, Known::Gone, Step::Forget),
            (Wanted::Absent, at("a", 2), Step::Delete),
            (Wanted::Absent, Known::Unsure { last: None }, Step::Delete),
            (Wanted::Absent, unsure, Step::Delete),
        ];
        for (wanted, known, expected) in table {
            assert_eq!(step(wanted, &known), expected, "{wanted:?} {known:?}");
        }
    }

    #[test]
    fn a_listing_settles_every_doubt() {
        let here = sight("a");
        let table = [
            (Known::Nothing, None, Known::Nothing),
            (Known::Gone, None, Known::Gone),
            (at("a", 2), None, Known::Gone),
            (at("(nothing)", 2), None, at("(nothing)", 2)),
            (Known::Unsure { last: Some(seen("(nothing)", 2)) }, None, at("(nothing)", 2)),
            (at("(nothing)", 2), Some(&here), at("a", FOREIGN.0)),
            (Known::Unsure { last: Some(seen("a", 2)) }, None, Known::Gone),
            (Known::Unsure { last: None }, None, Known::Gone),
            (at("a", 2), Some(&here), at("a", 2)),
            (Known::Unsure { last: Some(seen("a", 2)) }, Some(&here), at("a", 2)),
            (Known::Unsure { last: Some(seen("b", 2)) }, Some(&here), at("a", FOREIGN.0)),
            (Known::Unsure { last: None }, Some(&here), at("a", FOREIGN.0)),
            (at("b", 2), Some(&here), at("a", FOREIGN.0)),
            (Known::Gone, Some(&here), at("a", FOREIGN.0)),
            (Known::Nothing, Some(&here), at("a", FOREIGN.0)),
        ];
        for (known, listed, expected) in table {
            assert_eq!(sighted(&known, listed), expected, "{known:?} {listed:?}");
        }
    }

    #[test]
    fn a_listing_tells_what_the_provider_calls_an_object() {
        let listed = Sight { handle: Some(Handle("h".to_owned())), ..sight("a") };
        for known in [at("a", 2), at("b", 2), Known::Unsure { last: None }] {
            assert_eq!(sighted(&known, Some(&listed)).last_sight(), Some(&listed), "{known:?}");
        }
    }

    #[test]
    fn an_empty_listing_never_leads_to_a_delete() {
        for known in [Known::Nothing, Known::Gone, at("a", 1), Known::Unsure { last: None }] {
            let after = sighted(&known, None);
            assert_eq!(step(Wanted::Present(Revision(1)), &after), Step::Insert);
            assert_eq!(step(Wanted::Anew(Revision(1)), &after), Step::Rename);
            assert_eq!(step(Wanted::Absent, &after), Step::Forget);
        }
    }
}
