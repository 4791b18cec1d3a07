//! Links, files and what other makers said. What can't be written is left out and said: it only decorates.

use super::said;
use crate::calendar::{Attachment, AttachmentData, Conference, Details, Extra, ExtraValue};
use crate::ical::content_line::{ContentLine, Head, Lines};
use crate::ical::limits::MAX_INLINE_ATTACHMENT;
use crate::quoted::Quoted;

pub(super) fn write(lines: &mut Lines, degradations: &mut Vec<String>, details: &Details) {
    let mut push = |name: &str, line: Option<ContentLine>| match line {
        Some(line) => lines.push(&line),
        None => degradations.push(said::left_out(name)),
    };
    if let Some(url) = &details.url {
        push("URL", Head::of("URL").uri(url));
    }
    for Conference { uri, label, features } in &details.conferences {
        let head = Head::of("CONFERENCE").words("FEATURE", features);
        push("CONFERENCE", head.parameter("LABEL", label.as_deref().unwrap_or_default()).typed_uri(uri));
    }
    for one in &details.attachments {
        match &one.data {
            AttachmentData::Uri(uri) => push("ATTACH", file(one).uri(uri)),
            AttachmentData::Inline(bytes) if bytes.len() <= MAX_INLINE_ATTACHMENT => {
                push("ATTACH", Some(file(one).binary(bytes)));
            }
            AttachmentData::Inline(_) => {}
        }
    }
    for one in &details.extras {
        push(&one.name, extra(one));
    }
    for Attachment { data, media_type: _, name } in &details.attachments {
        if let AttachmentData::Inline(bytes) = data
            && bytes.len() > MAX_INLINE_ATTACHMENT
        {
            let name = Quoted(name.as_deref().unwrap_or("a file"));
            degradations.push(format!("attachment left out: {name:#} has {} bytes", bytes.len()));
        }
    }
}

fn file(one: &Attachment) -> Head {
    let head = Head::of("ATTACH").parameter("FMTTYPE", one.media_type.as_deref().unwrap_or_default());
    head.parameter("FILENAME", one.name.as_deref().unwrap_or_default())
}

/// A property of another maker; none where it can't be written.
pub(in crate::ical) fn extra(extra: &Extra) -> Option<ContentLine> {
    let head = Head::named(&extra.name)?;
    let head = extra.parameters.iter().fold(head, |head, (name, value)| head.parameter(name, value));
    match &extra.value {
        ExtraValue::Texts(texts) => Some(head.texts(texts)),
        ExtraValue::Uri(uri) => head.typed_uri(uri),
        ExtraValue::Duration(seconds) => Some(head.typed_duration(*seconds)),
    }
}
