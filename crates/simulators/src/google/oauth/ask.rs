//! What an application asks when it sends a browser to the consent page.

use super::refusal::PageError;
use super::scope;
use crate::google::model::World;

/// The checked question.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) client: String,
    pub(super) client_name: String,
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
    /// Long names, as asked.
    pub(super) scopes: Vec<String>,
    pub(super) challenge: Option<(String, bool)>,
    pub(super) nonce: Option<String>,
    pub(super) login_hint: Option<String>,
    pub(super) offline: bool,
    pub(super) consent: bool,
    pub(super) include_granted: bool,
}

/// The parameters of the question, in the order in which the page hands them on.
pub(super) const PARAMETERS: [&str; 12] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "access_type",
    "prompt",
    "include_granted_scopes",
    "login_hint",
    "code_challenge",
    "code_challenge_method",
    "nonce",
];

/// The first value of a parameter that is not empty.
pub(super) fn value<'a>(parameters: &'a [(String, String)], name: &str) -> Option<&'a str> {
    parameters.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
}

impl Ask {
    /// Checks the parameters. Before client and redirect address are known to be good nobody is sent anywhere.
    ///
    /// # Errors
    /// What the browser is shown instead.
    pub(super) fn read(world: &World, parameters: &[(String, String)]) -> Result<Self, PageError> {
        let get = |name| value(parameters, name);
        let invalid = |why: &str| PageError::new(400, "invalid_request", why);
        let id = get("client_id").ok_or_else(|| invalid("Missing required parameter: client_id"))?;
        let client = world.clients.get(id);
        let client = client.ok_or_else(|| PageError::new(401, "invalid_client", "The OAuth client was not found."))?;
        let redirect_uri = get("redirect_uri").ok_or_else(|| invalid("Missing required parameter: redirect_uri"))?;
        let registered = client.redirect_uris.as_ref().is_none_or(|uris| uris.iter().any(|uri| uri == redirect_uri));
        if !registered || !is_allowed(redirect_uri) {
            return Err(PageError::new(400, "redirect_uri_mismatch", &format!("redirect_uri={redirect_uri}")));
        }
        if get("response_type") != Some("code") {
            return Err(PageError::new(400, "unsupported_response_type", "response_type must be code"));
        }
        let scopes: Vec<&str> = get("scope").map(|text| text.split_whitespace().collect()).unwrap_or_default();
        if scopes.is_empty() {
            return Err(invalid("Missing required parameter: scope"));
        }
        let long = |text: &&str| {
            scope::long(text).ok_or_else(|| {
                PageError::new(400, "invalid_scope", &format!("Some requested scopes were invalid. {text}"))
            })
        };
        let prompts = get("prompt").unwrap_or_default();
        Ok(Self {
            client: id.to_owned(),
            client_name: client.name.clone(),
            redirect_uri: redirect_uri.to_owned(),
            state: get("state").map(str::to_owned),
            scopes: scopes.iter().map(long).collect::<Result<_, _>>()?,
            challenge: challenge(get("code_challenge"), get("code_challenge_method"))?,
            nonce: get("nonce").map(str::to_owned),
            login_hint: get("login_hint").map(str::to_owned),
            offline: get("access_type") == Some("offline"),
            consent: prompts.split_whitespace().any(|prompt| prompt == "consent"),
            include_granted: get("include_granted_scopes") == Some("true"),
        })
    }

    /// Where the browser is sent back, with these answers.
    pub(super) fn back(&self, answers: &[(&str, &str)]) -> String {
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        if let Some(state) = &self.state {
            pairs.append_pair("state", state);
        }
        pairs.extend_pairs(answers);
        let mark = if self.redirect_uri.contains('?') { '&' } else { '?' };
        format!("{}{mark}{}", self.redirect_uri, pairs.finish())
    }
}

/// HTTPS, or plain HTTP on this machine; no fragment.
fn is_allowed(uri: &str) -> bool {
    let Ok(url) = url::Url::parse(uri) else { return false };
    let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    url.fragment().is_none() && (url.scheme() == "https" || (url.scheme() == "http" && local))
}

type Challenge = Option<(String, bool)>;

fn challenge(challenge: Option<&str>, method: Option<&str>) -> Result<Challenge, PageError> {
    let invalid = |why: &str| PageError::new(400, "invalid_request", why);
    let Some(challenge) = challenge else {
        return if method.is_some() { Err(invalid("code_challenge_method without code_challenge")) } else { Ok(None) };
    };
    let word = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    if !(43..=128).contains(&challenge.len()) || !challenge.chars().all(word) {
        return Err(invalid("Invalid parameter value for code_challenge"));
    }
    match method {
        Some("S256") => Ok(Some((challenge.to_owned(), true))),
        None | Some("plain") => Ok(Some((challenge.to_owned(), false))),
        Some(_) => Err(invalid("Invalid parameter value for code_challenge_method")),
    }
}
