//! `Host`: one, and fit to be a host (RFC 9112, section 3.2).
//!
//! Where a request names none, or two, those on its way may take it for another one than we do.

use poem::http::uri::Authority;
use poem::http::{HeaderMap, Version, header};

use super::problem::{Code, Problem};

/// Refuses a request of HTTP/1.1 that does not name exactly one host.
///
/// # Errors
/// `invalid_parameter`, with the field `Host`.
pub(super) fn require_one(version: Version, headers: &HeaderMap) -> Result<(), Problem> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let what = match (hosts.next(), hosts.next()) {
        // HTTP/1.0 had none yet, and HTTP/2 has :authority.
        (None, _) if version != Version::HTTP_11 => return Ok(()),
        (None, _) => "The header Host is missing.",
        (Some(_), Some(_)) => "The header Host stands twice.",
        (Some(host), None) if is_host(host.as_bytes()) => return Ok(()),
        (Some(_), None) => "The header Host does not name a host.",
    };
    Err(Problem::new(Code::InvalidParameter, what).with("field", "Host"))
}

/// A host, perhaps with a port. Where an address has no host, the header is there and empty.
fn is_host(text: &[u8]) -> bool {
    text.is_empty() || (!text.contains(&b'@') && Authority::try_from(text).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(version: Version, hosts: &[&'static str]) -> bool {
        let hosts = hosts.iter().map(|host| (header::HOST, host.parse().unwrap()));
        require_one(version, &hosts.collect()).is_err()
    }

    #[test]
    fn a_request_names_one_host() {
        for host in ["a", "calendar.example.org:8443", "127.0.0.1:80", "[::1]", "[2001:db8::1]:443", ""] {
            assert!(!refused(Version::HTTP_11, &[host]), "{host}");
        }
        for host in ["a b", "a, b", "ana@a", "a/b", "http://a", "a:b:c", "[::1"] {
            assert!(refused(Version::HTTP_11, &[host]), "{host}");
        }
        assert!(refused(Version::HTTP_11, &[]) && refused(Version::HTTP_11, &["a", "a"]));
        assert!(!refused(Version::HTTP_10, &[]) && refused(Version::HTTP_10, &["a", "b"]));
        assert!(!refused(Version::HTTP_2, &[]) && refused(Version::HTTP_2, &["a", "b"]));
    }
}
