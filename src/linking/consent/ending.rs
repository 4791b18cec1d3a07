//! How a consent can end.

use crate::link::Obstacle;

/// How a flow ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The calendar is linked.
    Linked,
    /// It is not, and why.
    Not(Obstacle),
}

impl Ending {
    const LINKED: &str = "linked";

    /// A stable word, for the page, for support and for the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Linked => Self::LINKED,
            Self::Not(obstacle) => obstacle.code(),
        }
    }

    /// What stands between the person and their calendar; none once it is linked.
    pub fn obstacle(self) -> Option<Obstacle> {
        match self {
            Self::Linked => None,
            Self::Not(obstacle) => Some(obstacle),
        }
    }

    /// Reads the word back.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            Self::LINKED => Some(Self::Linked),
            code => Obstacle::from_code(code).map(Self::Not),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_back() {
        let obstacles = Obstacle::ALL.iter().copied().map(Ending::Not);
        for ending in obstacles.chain([Ending::Linked]) {
            assert_eq!(Ending::from_code(ending.code()), Some(ending));
        }
        assert_eq!(Ending::from_code("sent"), None);
    }
}
