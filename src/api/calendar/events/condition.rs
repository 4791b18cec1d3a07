//! `If-Match` and `If-None-Match` (RFC 9110, §13.1), and the tags that they name.
//!
//! A tag is a revision and a digest of all that an answer says: `"7-3f2a90c1"`. What is to be changed depends on the revision alone;
//! whether an answer is still the same, on all of it, as how far an event is on its way changes without a revision.

use poem::http::{HeaderMap, HeaderName, header};
use poem::{FromRequest, Request, RequestBody};
use sha2::{Digest, Sha256};

use crate::http::{Code, Problem};
use crate::intake::{Condition, States};
use crate::placement::Revision;

/// What a request says about the state of what it is about.
#[derive(Clone, Debug, Default)]
pub(super) struct Preconditions {
    /// What a change depends on.
    pub(super) change: Condition,
    /// The tags that the asker has already, as they were sent.
    known: Vec<String>,
}

impl<'a> FromRequest<'a> for Preconditions {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self::read(request.headers())?)
    }
}

impl Preconditions {
    fn read(headers: &HeaderMap) -> Result<Self, Problem> {
        let only = tags(headers, &header::IF_MATCH)?.map(|tags| states(&tags, false));
        let known = tags(headers, &header::IF_NONE_MATCH)?;
        let not = known.as_ref().map(|tags| states(tags, true));
        Ok(Self { change: Condition { only, not }, known: known.unwrap_or_default() })
    }

    /// Whether the asker has the answer of this tag already.
    pub(super) fn has(&self, tag: &str) -> bool {
        self.known.iter().any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
    }
}

/// The tag of an answer.
pub(super) fn tag(revision: Revision, answer: &str) -> String {
    let digest = Sha256::digest(answer.as_bytes());
    let short: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{}-{short}\"", revision.0)
}

/// All tags of a header; none where it was not sent.
fn tags(headers: &HeaderMap, name: &HeaderName) -> Result<Option<Vec<String>>, Problem> {
    let mut found = None;
    for value in headers.get_all(name) {
        let text = value.to_str().map_err(|_| refused(name))?;
        let found: &mut Vec<String> = found.get_or_insert_default();
        for tag in text.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
            let bare = tag.strip_prefix("W/").unwrap_or(tag);
            if tag != "*" && (bare.len() < 2 || !bare.starts_with('"') || !bare.ends_with('"')) {
                return Err(refused(name));
            }
            found.push(tag.to_owned());
        }
    }
    Ok(found)
}

fn states(tags: &[String], weakly: bool) -> States {
    if tags.iter().any(|tag| tag == "*") {
        return States::Any;
    }
    let revision = |tag: &String| {
        let bare = if weakly { tag.strip_prefix("W/").unwrap_or(tag) } else { tag };
        let number = bare.strip_prefix('"')?.strip_suffix('"')?.split('-').next()?;
        number.parse().ok().map(Revision)
    };
    States::Of(tags.iter().filter_map(revision).collect())
}

fn refused(name: &HeaderName) -> Problem {
    let name = if name == header::IF_MATCH { "If-Match" } else { "If-None-Match" };
    let detail = format!("{name} takes *, or tags in quotes as the header ETag has them: {name}: \"7-3f2a90c1\"");
    Problem::new(Code::InvalidParameter, detail).with("field", name)
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;

    use super::*;

    fn read(only: &str, not: &str) -> Result<Preconditions, Problem> {
        let mut headers = HeaderMap::new();
        for (name, text) in [(header::IF_MATCH, only), (header::IF_NONE_MATCH, not)] {
            if !text.is_empty() {
                headers.insert(name, HeaderValue::from_str(text).unwrap());
            }
        }
        Preconditions::read(&headers)
    }

    #[test]
    fn a_change_depends_on_revisions() {
        let of = |numbers: &[u64]| Some(States::Of(numbers.iter().copied().map(Revision).collect()));
        let only = |text: &str| read(text, "").unwrap().change.only;
        assert_eq!(only(""), None);
        assert_eq!(only("*"), Some(States::Any));
        assert_eq!(only("\"7\""), of(&[7]));
        assert_eq!(only("\"7-3f2a90c1\", \"8-00000000\""), of(&[7, 8]));
        assert_eq!(only("W/\"7\", \"x\""), of(&[]), "a weak tag is no proof, and what is none of ours matches nothing");
        assert_eq!(read("", "*").unwrap().change.not, Some(States::Any));
        for wrong in ["7", "\"7", "\"", "ñ"] {
            assert!(read(wrong, "").is_err() && read("", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_answer_is_the_same_as_long_as_all_of_it_is() {
        let tag = tag(Revision(7), "synced");
        assert!(tag.starts_with("\"7-") && tag.len() == "\"7-3f2a90c1\"".len(), "{tag}");
        assert_ne!(tag, super::tag(Revision(7), "pending"));
        assert!(read("", &tag).unwrap().has(&tag) && read("", &format!("\"x\", W/{tag}")).unwrap().has(&tag));
        assert!(read("", "*").unwrap().has(&tag));
        assert!(!read("", "\"7\"").unwrap().has(&tag) && !read("", "").unwrap().has(&tag));
    }
}
