//! What there is to say about one happening.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use jiff::Timestamp;

use super::{Alarm, Attendance, Person, Recurrence, Span};

/// Everything about one happening, or about a series, except its name.
///
/// Its particulars are read and changed as if they were fields of its own. Clones share them until one is changed: a text
/// may say once what holds for many occurrences (fifty periods with one description of a megabyte), and it is in memory
/// once.
#[derive(Clone, Debug, PartialEq)]
pub struct Details {
    /// From when until when; of a series, the first occurrence.
    pub span: Span,
    /// How it repeats; none for a single happening and for an override.
    pub recurrence: Option<Recurrence>,
    /// The rest.
    pub particulars: Arc<Particulars>,
}

impl Deref for Details {
    type Target = Particulars;

    fn deref(&self) -> &Particulars {
        &self.particulars
    }
}

impl DerefMut for Details {
    fn deref_mut(&mut self) -> &mut Particulars {
        Arc::make_mut(&mut self.particulars)
    }
}

/// What there is to say about a happening besides when it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Particulars {
    /// The title; may be empty.
    pub summary: String,
    /// The long text, plain.
    pub description: Option<String>,
    /// The long text as HTML, where the source gave that as well.
    pub html: Option<String>,
    /// Where, in words.
    pub location: Option<String>,
    /// Where, on the globe.
    pub geo: Option<Geo>,
    /// A page about it.
    pub url: Option<String>,
    /// How sure it is; none where the source is silent.
    pub status: Option<Status>,
    /// Whether the person counts as free meanwhile.
    pub free: bool,
    /// Who may see it; none where the source is silent.
    pub class: Option<Class>,
    /// Labels, sorted, each once.
    pub categories: Vec<String>,
    /// A CSS colour name (RFC 7986 §5.9).
    pub color: Option<String>,
    /// 1 (highest) to 9 (lowest); none when undefined.
    pub priority: Option<u8>,
    /// Who called it.
    pub organizer: Option<Person>,
    /// Who is asked to come.
    pub attendees: Vec<Attendance>,
    /// Reminders.
    pub alarms: Vec<Alarm>,
    /// Files and links.
    pub attachments: Vec<Attachment>,
    /// Ways to join from afar (RFC 7986 §5.11).
    pub conferences: Vec<Conference>,
    /// The source's own count of its changes.
    pub sequence: u32,
    /// When the source made it.
    pub created: Option<Timestamp>,
    /// When the source last changed it.
    pub last_modified: Option<Timestamp>,
    /// When the source wrote the text down.
    pub stamp: Option<Timestamp>,
    /// Properties of other makers that are passed on, sorted by name.
    pub extras: Vec<Extra>,
}

/// How sure a happening is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It may happen.
    Tentative,
    /// It will happen.
    Confirmed,
    /// It was called off, and is shown as such.
    Cancelled,
}

/// Who may see a happening in a shared calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Everybody who sees the calendar.
    Public,
    /// Only the person; others see that they are busy.
    Private,
    /// Between the two; most calendars treat it as private.
    Confidential,
}

/// A point on the globe, in degrees (WGS 84).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Geo {
    /// -90 to 90, north positive.
    pub latitude: f64,
    /// -180 to 180, east positive.
    pub longitude: f64,
}

/// A file or a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Where it is, or itself.
    pub data: AttachmentData,
    /// Its media type.
    pub media_type: Option<String>,
    /// Its file name.
    pub name: Option<String>,
}

/// Where an attachment is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttachmentData {
    /// At this URI.
    Uri(String),
    /// In the event itself.
    Inline(Vec<u8>),
}

/// A way to join from afar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conference {
    /// Where to go or to call.
    pub uri: String,
    /// What a person reads on it.
    pub label: Option<String>,
    /// What it offers (`AUDIO`, `VIDEO`, …; RFC 7986 §6.3), sorted.
    pub features: Vec<String>,
}

/// A property of another maker, passed on with what it says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Extra {
    /// Its name in upper case.
    pub name: String,
    /// Its parameters in the order of the source, without those that only say how the value is spelled.
    pub parameters: Vec<(String, String)>,
    /// What it says.
    pub value: ExtraValue,
}

/// What a property of another maker says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExtraValue {
    /// One text, or several where the property is a list.
    Texts(Vec<String>),
    /// A link.
    Uri(String),
    /// A length in seconds.
    Duration(i64),
}
