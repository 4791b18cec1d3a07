//! People around a happening.

/// Somebody, as far as the source says who.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Person {
    /// The name to show.
    pub name: Option<String>,
    /// The e-mail address, without `mailto:`; some sources give another kind of address.
    pub address: String,
}

/// How the people of an event are written where it goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum People {
    /// As text in the description.
    #[default]
    AsText,
    /// As guests whom nobody mails, where they have an e-mail address; the others as text.
    AsGuests,
    /// As the source said it: for a file that somebody takes along.
    AsSaid,
}

/// Somebody who is asked to come.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attendance {
    /// Who.
    pub person: Person,
    /// What they answered.
    pub answer: Participation,
    /// How much they are needed.
    pub attends: Attends,
    /// Whether it is a room or a thing rather than a person.
    pub resource: bool,
}

/// How much somebody is needed (RFC 5545 §3.2.16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attends {
    /// They have to be there.
    Required,
    /// It also works without them.
    Optional,
    /// They lead it.
    Chair,
    /// They are only told.
    Informed,
}

/// What somebody answered to an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Participation {
    /// Nothing yet, or passed it on to somebody else.
    None,
    /// Yes.
    Accepted,
    /// No.
    Declined,
    /// Perhaps.
    Tentative,
}
