//! What a person can choose.

/// One calendar to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarChoice {
    /// Its address; at some providers its id.
    pub id: String,
    /// Its name.
    pub name: String,
}
