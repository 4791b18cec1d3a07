//! What whoever is kept out is told.

use poem::http::header;

use crate::clients::puentes::TOO_MANY_WRONG;
use crate::http::{Code, Problem};

/// That they are to wait.
pub(super) fn too_many_attempts(seconds: u64) -> Problem {
    Problem::new(Code::TooManyAttempts, format!("{TOO_MANY_WRONG} Wait {seconds} s."))
        .with("retry_after", seconds)
        .header(header::RETRY_AFTER, &seconds.to_string())
}

/// That their client system may not work for now. Only who has the right key hears it.
pub(super) fn suspended() -> Problem {
    Problem::new(
        Code::ClientSuspended,
        "This client system is suspended: nothing of it is lost, and nothing is done for it. Ask whoever runs the gateway.",
    )
}
