//! One call of the API: a request of its own, or a part of a batch.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::google::model::read_instant;
use crate::google::refusal::Refusal;
use crate::wire::{Request, decoded_segments};

/// A call, whatever it came in.
#[derive(Clone, Debug, Default)]
pub(in crate::google) struct Call {
    pub(in crate::google) method: String,
    /// The path's segments after `/calendar/v3`, decoded.
    pub(in crate::google) segments: Vec<String>,
    pub(in crate::google) parameters: Vec<(String, String)>,
    pub(in crate::google) authorization: Option<String>,
    pub(in crate::google) if_match: Option<String>,
    pub(in crate::google) if_none_match: Option<String>,
    pub(in crate::google) body: Vec<u8>,
    /// `METHOD path?query`, what rules for trouble are matched against.
    pub(in crate::google) line: String,
}

/// What the API answers when it does not refuse.
#[derive(Clone, Debug)]
pub(in crate::google) struct Reply {
    pub(in crate::google) status: u16,
    pub(in crate::google) body: Option<Value>,
}

/// What a call comes to.
pub(in crate::google) type Outcome = Result<Reply, Refusal>;

impl Reply {
    pub(super) fn ok(body: Value) -> Self {
        Self { status: 200, body: Some(body) }
    }

    pub(super) fn empty() -> Self {
        Self { status: 204, body: None }
    }

    /// The ETag that stands in the body.
    pub(in crate::google) fn etag(&self) -> Option<&str> {
        self.body.as_ref()?.get("etag")?.as_str()
    }
}

impl Call {
    /// Reads an HTTP request; `None` when its path is not below `/calendar/v3`.
    pub(in crate::google) fn read(request: &Request) -> Option<Self> {
        let segments = decoded_segments(request.path.strip_prefix("/calendar/v3")?);
        let header = |name| request.header(name).map(str::to_owned);
        Some(Self {
            method: request.method.clone(),
            segments,
            parameters: url::form_urlencoded::parse(request.query.as_bytes()).into_owned().collect(),
            authorization: header("authorization"),
            if_match: header("if-match"),
            if_none_match: header("if-none-match"),
            body: request.body.to_vec(),
            line: request.line(),
        })
    }

    /// A parameter's value, if it is there and not empty.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// All values of a parameter that may be repeated.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let fits = move |pair: &&(String, String)| pair.0 == name && !pair.1.is_empty();
        self.parameters.iter().filter(fits).map(|(_, value)| value.as_str())
    }

    /// A parameter that is `true` or `false`; `false` when it is not there.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.parameter(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(wrong_parameter(name)),
        }
    }

    /// A parameter that is an instant with its offset.
    pub(super) fn instant(&self, name: &str) -> Result<Option<Timestamp>, Refusal> {
        let read = |text| {
            read_instant(text).ok_or_else(|| Refusal::new(400, "badRequest", "Bad Request").at("parameter", name))
        };
        self.parameter(name).map(read).transpose()
    }

    /// The size of a page.
    pub(super) fn page_size(&self, usual: usize, most: usize) -> Result<usize, Refusal> {
        match self.parameter("maxResults") {
            None => Ok(usual),
            Some(text) => {
                let size = text.parse::<usize>().ok().filter(|size| *size > 0);
                size.map(|size| size.min(most)).ok_or_else(|| wrong_parameter("maxResults"))
            }
        }
    }

    /// The body as a JSON object.
    pub(super) fn object(&self) -> Result<Map<String, Value>, Refusal> {
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(map)) => Ok(map),
            Ok(_) => Err(Refusal::new(400, "parseError", "Parse Error")),
            Err(_) if self.body.is_empty() => Err(Refusal::required("Required")),
            Err(_) => Err(Refusal::new(400, "parseError", "Parse Error")),
        }
    }
}

/// 400 for a parameter's value.
pub(super) fn wrong_parameter(name: &str) -> Refusal {
    Refusal::new(400, "invalidParameter", format!("Invalid value for: {name}")).at("parameter", name)
}
