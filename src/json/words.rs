//! The word for a meaning. The tables stand beside the types; the first word of a meaning is the one that is written.

/// The word for a meaning.
pub(super) fn word<T: PartialEq>(words: &[(&'static str, T)], meaning: T) -> &'static str {
    words.iter().find(|(_, is)| *is == meaning).map_or("", |(word, _)| word)
}
