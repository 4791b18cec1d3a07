//! Texts as Google takes them: cut to what it holds, and escaped where it reads HTML.
//!
//! Google doesn't publish its limits; these are what others found. They are counted in UTF-16, which is how Google's
//! side counts, and never less than the number of characters.

use std::borrow::Cow;

use crate::calendar::{Details, People, Status};
use crate::ical;

use super::{guests, links, said};

const MOST_TITLE: usize = 1024;
const MOST_LOCATION: usize = 1024;
const MOST_DESCRIPTION: usize = 8192;

/// Links go before text where both don't fit, up to this much: without them nobody can join.
const MOST_LINKS: usize = 4096;

/// What goes before the title of an event that was called off. The words are Spanish, like the pages that the person
/// sees.
const CANCELLED: &str = "Cancelado:";

/// `summary`.
pub(super) fn title(told: &mut Vec<String>, details: &Details) -> String {
    let title = details.summary.trim();
    let is_said = title.get(..CANCELLED.len()).is_some_and(|start| start.eq_ignore_ascii_case(CANCELLED));
    let title = match details.status {
        Some(Status::Cancelled) if !is_said => Cow::Owned(format!("{CANCELLED} {title}").trim().to_owned()),
        _ => Cow::Borrowed(title),
    };
    fit(told, &title, MOST_TITLE, said::TITLE_CUT, plain)
}

/// `location`; where there is none, the first link by which one can join.
pub(super) fn location(told: &mut Vec<String>, details: &Details) -> Option<String> {
    match &details.location {
        Some(location) => Some(fit(told, location, MOST_LOCATION, said::LOCATION_CUT, plain)),
        None => {
            links::joining(details).into_iter().next().map(|link| link.uri).filter(|uri| length(uri) <= MOST_LOCATION)
        }
    }
}

/// `description`: the plain text, the people, the links. Google reads HTML there, so what looks like it is escaped.
pub(super) fn description(told: &mut Vec<String>, details: &Details, people: People) -> Option<String> {
    let text = ical::description(details, &guests::parted(details, people).text);
    if text != details.description {
        told.push(ical::said::PEOPLE_AS_TEXT.to_owned());
    }
    if details.html.is_some() {
        let has_plain = details.description.is_some();
        told.push(if has_plain { ical::said::NO_HTML } else { said::HTML_ONLY }.to_owned());
    }
    let links = link_lines(told, details);
    let room = if links.is_empty() { MOST_DESCRIPTION } else { MOST_DESCRIPTION - length(&links) - 2 };
    let text = text.map(|text| fit(told, &text, room, said::DESCRIPTION_CUT, escaped)).unwrap_or_default();
    match (text.is_empty(), links.is_empty()) {
        (true, true) => None,
        (true, false) => Some(links),
        (false, true) => Some(text),
        (false, false) => Some(format!("{text}\n\n{links}")),
    }
}

/// The links that fit, a line each, escaped.
fn link_lines(told: &mut Vec<String>, details: &Details) -> String {
    let mut text = String::new();
    for line in links::lines(told, details) {
        let line: String = line.chars().map(escaped).collect();
        if length(&text) + length(&line) + 1 > MOST_LINKS {
            told.push(said::LINKS_CUT.to_owned());
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&line);
    }
    text
}

fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// A character as it is written.
type Written = Cow<'static, str>;

fn plain(c: char) -> Written {
    Cow::Owned(c.to_string())
}

fn escaped(c: char) -> Written {
    match c {
        '&' => Cow::Borrowed("&amp;"),
        '<' => Cow::Borrowed("&lt;"),
        '>' => Cow::Borrowed("&gt;"),
        c => plain(c),
    }
}

/// The text as it is written, in at most `most`; what is cut ends in an ellipsis, never inside a character or an entity.
fn fit(told: &mut Vec<String>, text: &str, most: usize, too_long: &str, write: fn(char) -> Written) -> String {
    let mut written = String::with_capacity(text.len());
    let (mut used, mut cut_at) = (0, 0);
    for piece in text.chars().map(write) {
        used += length(&piece);
        if used > most {
            told.push(too_long.to_owned());
            written.truncate(cut_at);
            written.push('…');
            return written;
        }
        written.push_str(&piece);
        // Here the ellipsis still fits.
        if used < most {
            cut_at = written.len();
        }
    }
    written
}
