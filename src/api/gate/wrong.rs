//! What whoever sends wrong keys is told.

use poem::http::header;

use crate::clients::puentes::TOO_MANY_WRONG;
use crate::http::{Code, Problem};

/// That they are to wait.
pub(super) fn too_many_attempts(seconds: u64) -> Problem {
    Problem::new(Code::TooManyAttempts, format!("{TOO_MANY_WRONG} Wait {seconds} s."))
        .with("retry_after", seconds)
        .header(header::RETRY_AFTER, &seconds.to_string())
}
