//! Links: Google has a field for one page only, so they are lines at the end of the description.

use serde_json::{Value, json};
use url::Url;

use crate::calendar::{Attachment, AttachmentData, Conference, Details, Extra, ExtraValue, Geo};

use super::said;

/// Other makers' properties that hold a link by which one can join.
const JOINING: [&str; 3] =
    ["X-GOOGLE-CONFERENCE", "X-MICROSOFT-ONLINEMEETINGEXTERNALLINK", "X-MICROSOFT-SKYPETEAMSMEETINGURL"];

/// The longest page address that is put into `source`; a longer one is only a line.
const MOST_SOURCE: usize = 1024;

/// A link by which one can join from afar.
pub(super) struct Joining {
    pub(super) uri: String,
    label: String,
}

/// All links by which one can join, each once.
pub(super) fn joining(details: &Details) -> Vec<Joining> {
    let conferences = details.conferences.iter().map(|Conference { uri, label, features }| {
        let has = |feature: &str| features.iter().any(|one| one == feature);
        let word = if has("VIDEO") {
            "Videollamada"
        } else if has("PHONE") {
            "Teléfono"
        } else {
            "Conexión"
        };
        Joining { uri: uri.clone(), label: label.clone().unwrap_or_else(|| word.to_owned()) }
    });
    let extras = details.extras.iter().filter(|extra| JOINING.contains(&extra.name.as_str()));
    let extras = extras.filter_map(value).filter(|uri| Url::parse(uri).is_ok());
    let extras = extras.map(|uri| Joining { uri: uri.to_owned(), label: "Videollamada".to_owned() });
    let mut all: Vec<Joining> = Vec::new();
    for one in conferences.chain(extras) {
        if !all.iter().any(|other| other.uri == one.uri) {
            all.push(one);
        }
    }
    all
}

/// The lines, those by which one can join first; the words are Spanish, like the pages that the person sees.
pub(super) fn lines(told: &mut Vec<String>, details: &Details) -> Vec<String> {
    let mut lines: Vec<String> =
        joining(details).iter().map(|Joining { uri, label }| format!("{label}: {uri}")).collect();
    lines.extend(details.url.iter().map(|url| format!("Enlace: {url}")));
    lines.extend(details.geo.map(map));
    for Attachment { data, media_type: _, name } in &details.attachments {
        match (data, name) {
            (AttachmentData::Uri(uri), Some(name)) => lines.push(format!("Adjunto: {name} {uri}")),
            (AttachmentData::Uri(uri), None) => lines.push(format!("Adjunto: {uri}")),
            (AttachmentData::Inline(bytes), name) => told.push(said::file(name.as_deref(), bytes.len())),
        }
    }
    told.extend(details.extras.iter().filter(|extra| !is_held(extra)).map(|extra| said::property(&extra.name)));
    lines
}

/// A point on a map, by the address that opens one everywhere
/// (<https://developers.google.com/maps/documentation/urls/get-started>).
fn map(Geo { latitude, longitude }: Geo) -> String {
    format!("Mapa: https://www.google.com/maps/search/?api=1&query={latitude},{longitude}")
}

/// `source`, which Google shows to the calendar's owner: only for pages of the web.
pub(super) fn source(details: &Details) -> Option<Value> {
    let url = details.url.as_deref().filter(|url| url.len() <= MOST_SOURCE)?;
    let parsed = Url::parse(url).ok().filter(|parsed| matches!(parsed.scheme(), "http" | "https"))?;
    Some(json!({ "title": parsed.host_str()?, "url": url }))
}

/// Whether what a property of another maker says is written in another way: a link to join, and how busy and how
/// important it is, where that is nothing out of the ordinary.
fn is_held(extra: &Extra) -> bool {
    let value = value(extra).unwrap_or_default();
    match extra.name.as_str() {
        name if JOINING.contains(&name) => Url::parse(value).is_ok(),
        "X-MICROSOFT-CDO-BUSYSTATUS" | "X-MICROSOFT-CDO-INTENDEDSTATUS" => {
            ["FREE", "BUSY"].iter().any(|word| value.eq_ignore_ascii_case(word))
        }
        "X-MICROSOFT-CDO-IMPORTANCE" => true,
        _ => false,
    }
}

/// What it says, as one text.
fn value(extra: &Extra) -> Option<&str> {
    match &extra.value {
        ExtraValue::Texts(texts) => texts.first().map(String::as_str),
        ExtraValue::Uri(uri) => Some(uri),
        ExtraValue::Duration(_) => None,
    }
}
