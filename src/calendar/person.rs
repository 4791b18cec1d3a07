//! People around a happening.

/// Somebody, as far as the source says who.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Person {
    /// The name to show.
    pub name: Option<String>,
    /// The e-mail address, without `mailto:`; some sources give another kind of address.
    pub address: String,
}

/// Somebody who is asked to come.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attendance {
    /// Who.
    pub person: Person,
    /// What they answered.
    pub answer: Participation,
    /// Whether it also works without them.
    pub optional: bool,
    /// Whether it is a room or a thing rather than a person.
    pub resource: bool,
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
