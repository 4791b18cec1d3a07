//! sync-collection (RFC 6578).

use super::super::refusal::{Outcome, Refusal, xml};
use super::super::xml::{DAV, Element, Style, dav};
use super::multistatus::bare;
use super::reader::Reader;

pub(super) fn sync(reader: &Reader<'_>, body: &Element) -> Outcome {
    let calendar = reader.calendar;
    let token = body.child(DAV, "sync-token").map(Element::text).unwrap_or_default();
    let invalid = || Refusal::because(403, dav("valid-sync-token"));
    let since = match token.as_str() {
        "" => 0,
        _ if reader.world.quirks.forgets_sync_tokens => return Err(invalid()),
        token => calendar.revision_of(token).ok_or_else(invalid)?,
    };
    let mut changes = calendar.changes_since(since);
    let page = reader.world.quirks.sync_page.unwrap_or(usize::MAX);
    let truncated = changes.len() > page;
    changes.truncate(page);
    let reached = match (truncated, changes.last()) {
        (true, Some(last)) => last.revision,
        _ => calendar.revision,
    };
    let mut responses: Vec<Element> = changes
        .iter()
        .map(|change| match calendar.objects.get(&change.name) {
            Some(object) => reader.found(&change.name, object),
            None => bare(reader.visit.hrefs.of(&reader.member(&change.name)), "404 Not Found"),
        })
        .collect();
    if truncated {
        responses.push(bare(reader.visit.hrefs.of(&reader.visit.place), "507 Insufficient Storage"));
    }
    let token = dav("sync-token").with_text(calendar.sync_token(reached));
    Ok(xml(207, &dav("multistatus").with_all(responses).with(token), Style::Default))
}
