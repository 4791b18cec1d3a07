//! How many of the random cases are played.

use std::ops::Range;

/// Of many cases, each run plays the first of so many.
const SHARE: u64 = 8;

/// The seeds to play of `all`: an eighth of them, with `PASARELA_LONG` (`tests/run long`) all of them, and with
/// `PASARELA_SEEDS=1234..1235` just those.
///
/// # Panics
/// When `PASARELA_SEEDS` is no range.
pub fn seeds(all: Range<u64>) -> Range<u64> {
    if let Ok(range) = std::env::var("PASARELA_SEEDS") {
        let (from, to) = range.split_once("..").expect("PASARELA_SEEDS is FROM..TO");
        return from.parse().unwrap()..to.parse().unwrap();
    }
    if std::env::var_os("PASARELA_LONG").is_some() {
        return all;
    }
    let share = (all.end - all.start).div_ceil(SHARE);
    all.start..all.start + share
}
