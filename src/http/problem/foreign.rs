//! The web framework's errors, which would else leave as `text/plain`.
//!
//! A `bad_request_handler` is not called for `Result<_, E>` answers (poem-openapi 5.1), so they are turned at the outer door.

use poem::error::{MethodNotAllowedError, NotFoundError};
use poem_openapi::error::{ParseParamError, ParsePathError};

use super::{Code, Problem};

impl Problem {
    /// The problem in a framework's error: our own as it was made, others by what they are.
    pub fn from_error(error: poem::Error) -> Self {
        let error = match error.downcast::<Self>() {
            Ok(problem) => return problem,
            Err(error) => error,
        };
        if error.is::<NotFoundError>() {
            Self::unknown_route()
        } else if error.is::<MethodNotAllowedError>() {
            Self::new(Code::MethodNotAllowed, "This address doesn't take this method.")
        } else if let Some(error) = error.downcast_ref::<ParseParamError>() {
            Self::parameter(error.name)
        } else if error.is::<ParsePathError>() {
            Self::parameter("path")
        } else {
            Self::by_status(&error)
        }
    }

    /// There is nothing at the address that was asked for.
    pub fn unknown_route() -> Self {
        Self::new(Code::UnknownRoute, "There is nothing at this address. The list is at /docs.")
    }

    fn parameter(name: &str) -> Self {
        Self::new(Code::InvalidParameter, format!("The parameter {name} is missing or not valid.")).with("field", name)
    }

    fn by_status(error: &poem::Error) -> Self {
        match error.status().as_u16() {
            404 => Self::unknown_route(),
            405 => Self::new(Code::MethodNotAllowed, "This address doesn't take this method."),
            413 => Self::new(Code::BodyTooLarge, "The body is too large."),
            415 => Self::new(Code::UnsupportedMediaType, "The body must be JSON or a form."),
            400..=499 => Self::new(Code::InvalidParameter, "The request can't be understood."),
            _ => Self::internal(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use poem::http::StatusCode;

    use super::*;

    #[test]
    fn our_own_problem_passes_unchanged() {
        let problem = Problem::from_error(Problem::new(Code::EventExists, "x").with("field", "y").into());
        assert_eq!((problem.code(), &problem.example()["field"]), (Code::EventExists, &"y".into()));
    }

    #[test]
    fn the_framework_s_errors_become_problems() {
        let table: [(poem::Error, Code); 7] = [
            (NotFoundError.into(), Code::UnknownRoute),
            (MethodNotAllowedError.into(), Code::MethodNotAllowed),
            (ParseParamError { name: "limit", reason: String::new() }.into(), Code::InvalidParameter),
            (ParsePathError { name: "param0", reason: String::new() }.into(), Code::InvalidParameter),
            (StatusCode::PAYLOAD_TOO_LARGE.into(), Code::BodyTooLarge),
            (StatusCode::UNSUPPORTED_MEDIA_TYPE.into(), Code::UnsupportedMediaType),
            (StatusCode::BAD_GATEWAY.into(), Code::Internal),
        ];
        for (error, code) in table {
            assert_eq!(Problem::from_error(error).code(), code);
        }
    }
}
