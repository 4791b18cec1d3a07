//! Made-up bytes for whatever reads what others sent, on the stable toolchain: examples are changed by chance, and what is read
//! in a new way becomes an example itself.
//!
//! Three things are faults: a panic, more than a second of the processor, more than 100 MB. A fault's input stays in
//! `target/fuzz/TARGET-CASE`. Chance is a seed, so the nth case of a target is the same everywhere as long as reading is.
//!
//! Beside other tests a few hundred cases are played, and memory is not looked at: it is everybody's. In a process of its own
//! (`tests/run fuzz [SECONDS]`) they are played for as long as is asked.

use std::collections::HashSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::patience::{deadline, is_past};
use crate::resident;

/// The time for each target; says that the process is the tests' own.
const SECONDS: &str = "PASARELA_FUZZ_SECONDS";
/// Cases beside other tests.
const FEW: u64 = 300;
/// Of the processor, whatever else it does meanwhile.
const SLOWEST: Duration = Duration::from_secs(1);
/// Bytes of memory.
const LARGEST: u64 = 100_000_000;
/// Bytes of an input, but for one of [`ONE_IN`], which may have [`LONG`].
const USUAL: usize = 16 << 10;
/// Bytes of a long input.
const LONG: usize = 256 << 10;
/// How often a piece is repeated up to that.
const ONE_IN: usize = 32;
/// Inputs that were read in a new way and are kept as examples.
const KEPT: usize = 2_000;

/// What reads bytes.
pub struct Target<'t> {
    /// For messages and files.
    pub name: &'t str,
    /// Folders of examples, below the folder of the sources; what is in folders of theirs counts, too.
    pub examples: &'t [&'t str],
    /// What the reader looks for.
    pub words: &'t [&'t str],
}

impl Target<'_> {
    /// Plays the cases. `read` answers what came of an input, in so few words that many inputs have the same.
    pub fn play(&self, read: impl Fn(&[u8]) -> String) {
        let mut examples = self.examples();
        let time = std::env::var(SECONDS).ok().map(|seconds| Duration::from_secs(seconds.parse().unwrap()));
        let end = time.map(deadline);
        let (mut case, mut known, mut faults) = (0, HashSet::new(), Vec::new());
        while end.map_or(case < FEW, |end| !is_past(end)) {
            let mut chance = fastrand::Rng::with_seed(case);
            let input = match examples.get(usize::try_from(case).unwrap()) {
                Some(example) if case < FEW => example.clone(),
                _ => self.changed(&examples, &mut chance),
            };
            match measured(time.is_some(), || read(&input)) {
                Ok(came) => {
                    let is_new = known.insert(came) && examples.len() < KEPT;
                    examples.extend(is_new.then_some(input));
                }
                Err(fault) => faults.push(format!("case {case}: {fault}; {}", self.kept(case, &input).display())),
            }
            case += 1;
        }
        println!("{}: {case} cases, {} ways of reading, {} faults", self.name, known.len(), faults.len());
        assert!(faults.is_empty(), "{}:\n{}", self.name, faults.join("\n"));
    }

    fn examples(&self) -> Vec<Vec<u8>> {
        let mut files = Vec::new();
        self.examples.iter().for_each(|folder| all_files(&root().join(folder), &mut files));
        // Whatever the order in which a file system tells them.
        files.sort();
        let examples: Vec<_> = files.into_iter().map(|file| fs::read(file).unwrap()).collect();
        assert!(!examples.is_empty(), "{} has no examples", self.name);
        examples
    }

    fn kept(&self, case: u64, input: &[u8]) -> PathBuf {
        let folder = root().join("target/fuzz");
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join(format!("{}-{case}", self.name));
        fs::write(&file, input).unwrap();
        file
    }

    fn changed(&self, examples: &[Vec<u8>], chance: &mut fastrand::Rng) -> Vec<u8> {
        let some = |chance: &mut fastrand::Rng| examples[chance.usize(..examples.len())].clone();
        let mut input = some(chance);
        for _ in 0..=chance.usize(..6) {
            let piece = piece(&input, chance);
            let here = chance.usize(..=input.len());
            match chance.u8(..10) {
                0 => input.insert(here, chance.u8(..)),
                1 if here < input.len() => input[here] ^= 1 << chance.u8(..8),
                2 => drop(input.drain(piece)),
                3 => insert(&mut input, here, &some(chance)[..]),
                4 => {
                    let other = some(chance);
                    let from = chance.usize(..=other.len());
                    input.truncate(here);
                    input.extend_from_slice(&other[from..]);
                }
                5 => {
                    let (piece, times) = (input[piece].to_vec(), chance.usize(2..40));
                    insert(&mut input, here, &piece.repeat(times));
                }
                6 => insert(&mut input, here, number(chance).as_bytes()),
                _ => insert(&mut input, here, self.words[chance.usize(..self.words.len())].as_bytes()),
            }
            input.truncate(USUAL);
        }
        if chance.usize(..ONE_IN) == 0 && !input.is_empty() {
            let piece = input[piece(&input, chance)].to_vec();
            let times = chance.usize(..LONG) / piece.len().max(1);
            insert(&mut input, chance.usize(..=USUAL), &piece.repeat(times));
            input.truncate(LONG);
        }
        input
    }
}

/// What came of it; or what was wrong with how it came.
fn measured(alone: bool, read: impl FnOnce() -> String) -> Result<String, String> {
    let before = alone.then(resident::mark_own);
    let began = processor();
    let came = catch_unwind(AssertUnwindSafe(read));
    let took = processor().saturating_sub(began);
    let grown = before.map_or(0, |before| resident::own_peak().saturating_sub(before));
    match came {
        Err(_) => Err("it panics".to_owned()),
        Ok(_) if took > SLOWEST => Err(format!("it takes {took:?}")),
        Ok(_) if grown > LARGEST => Err(format!("it takes {grown} bytes")),
        Ok(came) => Ok(came),
    }
}

/// What this thread has used of the processor (`schedstat`, in nanoseconds).
fn processor() -> Duration {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(told.split(' ').next().unwrap().parse().unwrap())
}

/// A piece of at most 256 bytes, mostly a short one.
fn piece(of: &[u8], chance: &mut fastrand::Rng) -> std::ops::Range<usize> {
    let from = chance.usize(..=of.len());
    let most = [4, 16, 64, 256][chance.usize(..4)];
    from..(from + chance.usize(..=most)).min(of.len())
}

fn insert(into: &mut Vec<u8>, at: usize, what: &[u8]) {
    let at = at.min(into.len());
    into.splice(at..at, what.iter().copied());
}

/// A number at which something may turn over.
fn number(chance: &mut fastrand::Rng) -> String {
    let near = chance.i128(-2..=2);
    let edge = [0, 1 << 7, 1 << 8, 1 << 15, 1 << 16, 1 << 31, 1 << 32, 1 << 63, 1 << 64, 10_i128.pow(30)];
    (edge[chance.usize(..edge.len())] + near).to_string()
}

fn all_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => all_files(&path, files),
            false if path.extension().is_some_and(|extension| extension == "md") => {}
            false => files.push(path),
        }
    }
}

/// The folder of the sources.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGET: Target<'_> = Target { name: "it", examples: &["tests/fixtures/ics"], words: &["x"] };

    #[test]
    fn a_panic_and_what_takes_too_long_or_too_much_are_faults() {
        assert_eq!(measured(false, || "fine".to_owned()), Ok("fine".to_owned()));
        assert_eq!(measured(false, || panic!("on purpose")), Err("it panics".to_owned()));
        let busy = || {
            let began = processor();
            while processor() - began < SLOWEST + Duration::from_millis(50) {}
            String::new()
        };
        assert!(measured(false, busy).is_err_and(|fault| fault.contains("takes 1.")));
    }

    #[test]
    fn the_nth_case_is_the_same_each_time_and_another_than_the_next() {
        let examples = TARGET.examples();
        let case = |n: u64| TARGET.changed(&examples, &mut fastrand::Rng::with_seed(n));
        assert!((0..100).all(|n| case(n) == case(n)));
        assert!((0..100).filter(|n| case(*n) == case(n + 1)).count() < 3);
        assert!((0..500).any(|n| case(n).len() > USUAL) && (0..500).all(|n| case(n).len() <= LONG));
    }
}
