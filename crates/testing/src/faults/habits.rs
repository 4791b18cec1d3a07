//! What calendar servers of the field do differently, each played before a server that does not.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

use crate::wire::Message;

/// One habit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// Packs its answers, whatever was asked for.
    PacksWithGzip,
    /// The same in zlib's format.
    PacksWithDeflate,
    /// The same in what is inside of zlib's format.
    PacksWithRawDeflate,
    /// Says nothing of it, and closes after each write.
    ClosesAfterWrites,
    /// Names a home more, before the person's own, that is answered with this status.
    OneHomeAnswers(u16),
    /// Has nothing at paths of collections without their slash; its root and its well-known path belong to others.
    NeedsSlashes,
    /// Answers a page wherever its calendars are not.
    PageEverywhere,
    /// Its tags are weak; it never finds one equal.
    WeakTags,
    /// Its tags get `-gzip` on their way out, and don't fit when they come back.
    SuffixedTags,
    /// Its tags come without quotes, and are understood without them.
    BareTags,
    /// It has no tags.
    NoTags,
    /// Its XML comes as `text/html`.
    XmlAsHtml,
    /// Its hrefs encode what need not be encoded.
    EncodesMore,
    /// Its hrefs are whole URLs with blanks around them.
    BlanksAroundHrefs,
    /// Begins its answers with a byte order mark.
    ByteOrderMark,
}

impl Habit {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::PacksWithGzip,
        Self::PacksWithDeflate,
        Self::PacksWithRawDeflate,
        Self::ClosesAfterWrites,
        Self::OneHomeAnswers(401),
        Self::OneHomeAnswers(403),
        Self::OneHomeAnswers(404),
        Self::NeedsSlashes,
        Self::PageEverywhere,
        Self::WeakTags,
        Self::SuffixedTags,
        Self::BareTags,
        Self::NoTags,
        Self::XmlAsHtml,
        Self::EncodesMore,
        Self::BlanksAroundHrefs,
        Self::ByteOrderMark,
    ];

    /// What it answers by itself.
    pub(super) fn own_answer(self, request: &Message) -> Option<String> {
        let (method, path) = (request.word(0), request.word(1));
        let told = |status: u16, more: &str, body: &str| {
            Some(format!("HTTP/1.1 {status} Odd\r\n{more}Content-Length: {}\r\n\r\n{body}", body.len()))
        };
        let tag = request.header("if-match");
        match self {
            Self::OneHomeAnswers(status) if path.starts_with("/closed/") => told(status, "", ""),
            Self::NeedsSlashes if path == "/" => told(405, "", "<html>Hello</html>"),
            Self::NeedsSlashes if path.starts_with("/.well-known/") => told(301, "Location: /sso/login/\r\n", ""),
            Self::NeedsSlashes if method == "PROPFIND" && !path.ends_with('/') && !path.ends_with(".ics") => {
                told(404, "", "")
            }
            Self::PageEverywhere if !path.starts_with("/dav/") => {
                told(200, "", "<!DOCTYPE html><title>Welcome</title>")
            }
            Self::WeakTags | Self::SuffixedTags | Self::NoTags if tag.is_some() => told(412, "", ""),
            _ => None,
        }
    }

    /// A request as the server behind it understands it.
    pub(super) fn understood(self, request: &Message) -> Message {
        match self {
            Self::BareTags => request.rewritten(request.body.clone(), |name, value| {
                Some(if name == "if-match" { format!("\"{}\"", value.trim_matches('"')) } else { value.to_owned() })
            }),
            _ => request.clone(),
        }
    }

    /// Whether it closes the connection after a write, about which nothing is said.
    pub(super) fn closes_after_writes(self) -> bool {
        self == Self::ClosesAfterWrites
    }

    /// An answer as it has the habit to give it.
    pub(super) fn changed(self, answer: Message) -> Message {
        let same = |_: &str, value: &str| Some(value.to_owned());
        let text = || String::from_utf8_lossy(&answer.body).into_owned();
        let (body, coding) = match self {
            Self::PacksWithGzip => (packed(GzEncoder::new(Vec::new(), Compression::default()), &answer.body), "gzip"),
            Self::PacksWithDeflate => {
                (packed(ZlibEncoder::new(Vec::new(), Compression::default()), &answer.body), "deflate")
            }
            Self::PacksWithRawDeflate => {
                (packed(DeflateEncoder::new(Vec::new(), Compression::default()), &answer.body), "deflate")
            }
            Self::OneHomeAnswers(_) => return answer.rewritten(more_homes(&text()).into_bytes(), same),
            Self::WeakTags | Self::SuffixedTags | Self::BareTags | Self::NoTags => return self.with_tags(&answer),
            Self::XmlAsHtml => {
                return answer.rewritten(answer.body.clone(), |name, value| {
                    Some(if name == "content-type" { "text/html; charset=ISO-8859-1" } else { value }.to_owned())
                });
            }
            Self::EncodesMore => return answer.rewritten(inside(&text(), "href", encoded).into_bytes(), same),
            Self::BlanksAroundHrefs => {
                let blank = |href: &str| format!("\n      {href}\n    ");
                return answer.rewritten(inside(&text(), "href", blank).into_bytes(), same);
            }
            Self::ByteOrderMark if answer.word(1) == "207" => {
                return answer.rewritten([b"\xef\xbb\xbf", answer.body.as_slice()].concat(), same);
            }
            Self::ClosesAfterWrites | Self::NeedsSlashes | Self::PageEverywhere | Self::ByteOrderMark => return answer,
        };
        if answer.body.is_empty() {
            return answer;
        }
        let mut packed = answer.rewritten(body, same);
        let head = format!("{}\r\nContent-Encoding: {coding}", answer.start);
        packed.raw = [head.as_bytes(), packed.raw.get(answer.start.len()..).unwrap_or_default()].concat();
        packed
    }

    fn with_tags(self, answer: &Message) -> Message {
        let odd = |tag: &str| {
            let tag = tag.replace("&quot;", "\"");
            match self {
                Self::WeakTags => format!("W/{tag}"),
                Self::SuffixedTags => format!("{}-gzip\"", tag.trim_end_matches('"')),
                Self::BareTags => tag.trim_matches('"').to_owned(),
                _ => String::new(),
            }
        };
        let body = inside(&String::from_utf8_lossy(&answer.body), "getetag", odd);
        answer.rewritten(body.into_bytes(), |name, value| match name {
            "etag" => Some(odd(value)).filter(|tag| !tag.is_empty()),
            _ => Some(value.to_owned()),
        })
    }
}

fn packed<W: Write + Finish>(mut encoder: W, body: &[u8]) -> Vec<u8> {
    encoder.write_all(body).unwrap();
    encoder.finished()
}

/// What all encoders can.
trait Finish {
    fn finished(self) -> Vec<u8>;
}

impl Finish for GzEncoder<Vec<u8>> {
    fn finished(self) -> Vec<u8> {
        self.finish().unwrap()
    }
}

impl Finish for ZlibEncoder<Vec<u8>> {
    fn finished(self) -> Vec<u8> {
        self.finish().unwrap()
    }
}

impl Finish for DeflateEncoder<Vec<u8>> {
    fn finished(self) -> Vec<u8> {
        self.finish().unwrap()
    }
}

/// The text with what stands in each element `name`, whatever its prefix, changed.
fn inside(xml: &str, name: &str, change: impl Fn(&str) -> String) -> String {
    let (mut changed, mut rest) = (String::new(), xml);
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        let end = tag.find('>').map_or(tag.len(), |end| end + 1);
        let (tag, after) = tag.split_at(end);
        changed.push_str(before);
        changed.push_str(tag);
        rest = after;
        let called = tag.trim_start_matches('<').split([' ', '>', '/']).next().unwrap_or_default();
        if !tag.ends_with("/>") && called.rsplit(':').next() == Some(name) {
            let (text, after) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
            changed.push_str(&change(text));
            rest = after;
        }
    }
    changed.push_str(rest);
    changed
}

/// One home more, before the others.
fn more_homes(xml: &str) -> String {
    let Some(at) = xml.find("calendar-home-set") else { return xml.to_owned() };
    let Some(end) = xml.get(at..).and_then(|rest| rest.find('>')).map(|end| at + end + 1) else {
        return xml.to_owned();
    };
    let (before, after) = xml.split_at(end);
    if before.ends_with("/>") {
        return xml.to_owned();
    }
    format!("{before}<href xmlns=\"DAV:\">/closed/choir/</href>{after}")
}

/// Every character that may be encoded, encoded.
fn encoded(href: &str) -> String {
    let more = |sign: char| match sign {
        '-' | '_' | '.' | '~' | '@' | '+' => format!("%{:02x}", u32::from(sign)),
        other => other.to_string(),
    };
    href.chars().map(more).collect()
}

#[test]
fn what_stands_in_elements_of_any_prefix_is_changed() {
    let shout = |text: &str| text.to_uppercase();
    assert_eq!(
        inside("<D:href>a</D:href><href x='y'>b</href><hrefs>c</hrefs>", "href", shout),
        "<D:href>A</D:href><href x='y'>B</href><hrefs>c</hrefs>"
    );
    assert_eq!(
        inside("<getetag/><getetag>\"a\"</getetag>", "getetag", |_| String::new()),
        "<getetag/><getetag></getetag>"
    );
    assert_eq!(encoded("/a-b/c.ics"), "/a%2db/c%2eics");
}
