//! Reading of HTTP Basic credentials (RFC 7617).

use data_encoding::BASE64;

/// User and password of an `Authorization: Basic …` value; `None` when it is anything else.
pub(crate) fn basic_credentials(header: &str) -> Option<(String, String)> {
    let (scheme, token) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64.decode(token.trim().as_bytes()).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::basic_credentials;

    #[test]
    fn a_password_may_hold_colons_and_other_schemes_are_none() {
        assert_eq!(basic_credentials("basic YTpiOmM="), Some(("a".into(), "b:c".into())));
        assert_eq!(basic_credentials("Bearer YTpiOmM="), None);
        assert_eq!(basic_credentials("Basic !!"), None);
    }
}
