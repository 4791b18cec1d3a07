//! The real texts that `tests/texts/collect.py` gathered.

use std::fs;
use std::path::PathBuf;

use pasarela::ical::{self, Limits};

use super::{Sample, judges};

/// Events of one text; some texts are whole calendars of one maker.
const OF_ONE_TEXT: usize = 3;

/// So many events of real texts, those of `PASARELA_LONG` all. Files are named by their content, so that the first of them
/// are of all makers.
pub(crate) fn samples(most: usize) -> Vec<Sample> {
    let is_long = std::env::var_os("PASARELA_LONG").is_some();
    let mut paths: Vec<PathBuf> =
        fs::read_dir(judges::tools().join("texts/real")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let each = if is_long { usize::MAX } else { OF_ONE_TEXT };
    let samples = paths.iter().flat_map(|path| of(path, each));
    let samples: Vec<Sample> = samples.take(if is_long { usize::MAX } else { most }).collect();
    assert!(samples.len() >= most, "only {} real events are accepted", samples.len());
    samples
}

fn of(path: &std::path::Path, most: usize) -> Vec<Sample> {
    let name = path.file_stem().unwrap().to_str().unwrap();
    let Ok(text) = String::from_utf8(fs::read(path).unwrap()) else { return Vec::new() };
    let Ok(events) = ical::split(&text, &Limits::default()) else { return Vec::new() };
    let events = events.iter().enumerate();
    events.filter_map(|(nth, piece)| Sample::of(format!("r{name}-{nth}"), &piece.text)).take(most).collect()
}
