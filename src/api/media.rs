//! What kind of body was sent: JSON, or a form as PHP and HTML write it by default.

use poem::http::{HeaderMap, header};

use crate::http::{Code, Problem};

/// The media type of forms.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";
/// The media type of everything else that is taken.
pub(super) const JSON: &str = "application/json";

/// A body, by what its header says and its first sign shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    /// JSON; also where nothing is said.
    Json,
    /// A form in UTF-8.
    Form,
    /// A form in another charset.
    OtherCharset,
    /// JSON that goes by the name of a form, which is what curl says of whatever `-d` sends.
    Mislabelled,
    /// A form in parts, as PHP's curl sends an array.
    Parts,
    /// Anything else.
    Other,
}

impl Media {
    /// Of the body of a request.
    pub(super) fn of(headers: &HeaderMap, body: &[u8]) -> Self {
        let Some(said) = headers.get(header::CONTENT_TYPE) else { return Self::Json };
        let said = said.to_str().unwrap_or_default();
        let mut parts = said.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
        match essence.as_str() {
            JSON => Self::Json,
            json if json.len() > "+json".len() && json.ends_with("+json") => Self::Json,
            FORM if body.trim_ascii_start().first().is_some_and(|first| b"{[".contains(first)) => Self::Mislabelled,
            FORM if parts.filter_map(charset).all(is_utf_8) => Self::Form,
            FORM => Self::OtherCharset,
            "multipart/form-data" => Self::Parts,
            _ => Self::Other,
        }
    }

    /// Whether names and values stand in it as in a query.
    pub(super) fn is_form(self) -> bool {
        matches!(self, Self::Form | Self::OtherCharset)
    }

    /// Why it is not taken; none where it is.
    pub(super) fn refusal(self) -> Option<&'static str> {
        Some(match self {
            Self::Json | Self::Form => return None,
            Self::OtherCharset => "Forms are read in UTF-8 only; this one says that it is in another charset.",
            Self::Mislabelled => {
                "The body looks like JSON, but its Content-Type says that it is a form. Send it with Content-Type: application/json."
            }
            Self::Parts => {
                "multipart/form-data is not read. Send the form as application/x-www-form-urlencoded (in PHP: \
                 CURLOPT_POSTFIELDS with http_build_query($fields) instead of the array), or JSON."
            }
            Self::Other => {
                "Send the body as JSON with Content-Type: application/json, or as a form with Content-Type: \
                 application/x-www-form-urlencoded."
            }
        })
    }

    /// The same as an answer.
    pub(super) fn refused(self) -> Result<(), Problem> {
        self.refusal().map_or(Ok(()), |why| Err(Problem::new(Code::UnsupportedMediaType, why)))
    }
}

fn charset(parameter: &str) -> Option<&str> {
    let (name, value) = parameter.split_once('=')?;
    name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
}

/// What is ASCII is UTF-8, too.
fn is_utf_8(charset: &str) -> bool {
    ["utf-8", "utf8", "us-ascii"].iter().any(|name| charset.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;

    use super::*;

    fn media(said: &str, body: &str) -> Media {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_str(said).unwrap())]);
        Media::of(&headers, body.as_bytes())
    }

    #[test]
    fn a_body_is_what_its_header_says() {
        assert_eq!(Media::of(&HeaderMap::new(), b"a=b"), Media::Json, "nothing said");
        for said in ["application/json", "Application/JSON; charset=utf-8", "application/problem+json"] {
            assert_eq!(media(said, "{}"), Media::Json, "{said}");
        }
        for said in [FORM, "Application/X-WWW-Form-URLencoded ; Charset=\"UTF-8\"", &format!("{FORM};boundary=x")] {
            assert_eq!(media(said, "a=b"), Media::Form, "{said}");
        }
        assert_eq!(media(&format!("{FORM}; charset=iso-8859-1"), "a=b"), Media::OtherCharset);
        assert_eq!(media("multipart/form-data; boundary=x", "--x"), Media::Parts);
        for said in ["text/plain", "json", "+json", "", "application/xml"] {
            assert_eq!(media(said, "a=b"), Media::Other, "{said}");
        }
    }

    #[test]
    fn json_that_is_called_a_form_is_told_from_one() {
        for body in ["{\"a\": 1}", " \r\n[1]"] {
            assert_eq!(media(FORM, body), Media::Mislabelled, "{body}");
        }
        assert_eq!(media(FORM, "a={}"), Media::Form);
    }
}
