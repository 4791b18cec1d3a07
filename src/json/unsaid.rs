//! What one of the two forms of an event can't say of what the other says: a closed list.

use std::fmt;

/// Something that one form of an event says and the other has no word for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unsaid {
    // What JSON has no word for.
    /// The HTML form of the description.
    Html,
    /// A file inside of the event.
    InlineFile,
    /// A property of another maker.
    Extra,
    /// A reminder that is not so many minutes before the start.
    ReminderTime,
    /// The text that a reminder shows.
    ReminderText,
    /// That a reminder comes again.
    ReminderRepeat,
    /// That a reminder makes a sound.
    ReminderSound,
    /// An address of somebody that is neither e-mail nor phone.
    Address,
    /// That a changed occurrence changes all later ones.
    AndLater,
    // What iCalendar has no word for.
    /// What the event hangs on at the client (`res_model`, `res_id`).
    Record,
    /// Fields that are kept as they are (`active`, `created_by`, `updated_by`, `company_id`).
    Opaque,
    /// A reminder by a short message.
    ReminderSms,
    /// A reminder to others than the organizer.
    ReminderTo,
    /// The ids of people at the client (`user_id`, `partner_id`).
    PersonId,
    /// A phone beside an e-mail address.
    PersonPhone,
    /// An attendee of whom there is only an id.
    PersonNameless,
    /// A place that has no link.
    Place,
}

impl Unsaid {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Html => "description_html",
            Self::InlineFile => "inline_file",
            Self::Extra => "other_properties",
            Self::ReminderTime => "reminder_time",
            Self::ReminderText => "reminder_text",
            Self::ReminderRepeat => "reminder_repeat",
            Self::ReminderSound => "reminder_sound",
            Self::Address => "address",
            Self::AndLater => "this_and_future",
            Self::Record => "res_model",
            Self::Opaque => "opaque_fields",
            Self::ReminderSms => "reminder_sms",
            Self::ReminderTo => "reminder_to",
            Self::PersonId => "person_id",
            Self::PersonPhone => "person_phone",
            Self::PersonNameless => "person_nameless",
            Self::Place => "place",
        }
    }
}

impl fmt::Display for Unsaid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Each once, in order.
pub(super) fn each_once(mut unsaid: Vec<Unsaid>) -> Vec<Unsaid> {
    unsaid.sort();
    unsaid.dedup();
    unsaid
}
