//! Times and rules of edits, over made-up series of all kinds.

use fastrand::Rng;

use super::dice::{far, named, series};
use super::list::{List, list, same};
use crate::instances::Name;
use crate::reading::{self, Form};
use crate::revise::shape::Shape;

#[test]
fn the_halves_of_a_series_have_its_occurrences_wherever_it_is_cut() {
    for seed in testing::cases::seeds(0..2_000) {
        let dice = &mut Rng::with_seed(seed);
        let text = series(dice);
        let event = reading::read(Form::Ical, &text).unwrap().event;
        let before = list(&event, far());
        let Some(first) = crate::ical::first_occurrence(&event) else { continue };
        let names = named(&event);
        for _ in 0..6 {
            let Some(at) = dice.choice(&names).filter(|at| at.order() > first.order()) else { continue };
            let about = format!("seed {seed} {at:?}\n{text}");
            let shape = Shape::of(&event);
            // As ids name it: in the hour that clocks skip the reading is another one.
            let at = &shape.find(Name::of(at)).unwrap_or_else(|error| panic!("{error}: {about}"));
            let (one, other) = (shape.clone().ended_before(at), shape.begun_at(at).unwrap());
            let (one, other) = (list(&one.event, far()), list(&other.event, far()));
            let order = at.order();
            assert!(one.keys().all(|key| *key < order) && other.keys().all(|key| *key >= order), "{about}");
            let both: List = one.into_iter().chain(other).collect();
            same(&both, &before, &about);
        }
    }
}

#[test]
fn an_occurrence_that_is_taken_out_takes_no_other_with_it() {
    for seed in testing::cases::seeds(0..2_000) {
        let dice = &mut Rng::with_seed(seed);
        let event = reading::read(Form::Ical, &series(dice)).unwrap().event;
        let mut shape = Shape::of(&event);
        let mut model = list(&event, far());
        let names = named(&event);
        for _ in 0..4 {
            let Some(at) = dice.choice(&names) else { break };
            if shape.find(Name::of(at)).is_err() {
                continue;
            }
            shape = shape.without(at);
            model.remove(&at.order());
            same(&list(&shape.event, far()), &model, &format!("seed {seed} {at:?}"));
        }
    }
}
