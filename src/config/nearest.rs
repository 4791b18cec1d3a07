//! What somebody probably meant who wrote a name that does not exist.

/// Completes "`path`: …" for a path that no setting has.
pub(super) fn describe(path: &str, known: &[&'static str]) -> String {
    let inside = format!("{path}.");
    if known.iter().any(|name| name.starts_with(&inside)) {
        return format!("is a section, not a setting; write [{path}] and its settings below it");
    }
    match nearest(path, known).or_else(|| nearest_section(path, known)) {
        Some(name) => format!("is unknown; did you mean {name}?"),
        None => "is unknown; config.example.toml names every setting".to_owned(),
    }
}

fn nearest(path: &str, known: &[&'static str]) -> Option<&'static str> {
    let distance = |name: &str| {
        let (last, name_last) = (last_word(path), last_word(name));
        // The right word in the wrong section is a near miss however far the section is.
        let elsewhere = strsim::damerau_levenshtein(last, name_last) + 1;
        strsim::damerau_levenshtein(path, name).min(elsewhere)
    };
    let best = known.iter().copied().min_by_key(|name| distance(name))?;
    (distance(best) <= 1 + last_word(path).len() / 4).then_some(best)
}

/// A section that is misspelt is reported once, not once for each of its settings.
fn nearest_section(path: &str, known: &[&'static str]) -> Option<&'static str> {
    let sections = known.iter().filter_map(|name| name.rsplit_once('.')).map(|(section, _)| section);
    let best = sections.min_by_key(|section| strsim::damerau_levenshtein(path, section))?;
    (strsim::damerau_levenshtein(path, best) <= 1 + path.len() / 4).then_some(best)
}

fn last_word(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
