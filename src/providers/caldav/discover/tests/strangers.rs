//! What a server is shown before and after it asks.

use super::*;
use crate::providers::caldav::Scheme;

const DIGEST: &str = "Digest realm=\"r\", nonce=\"abc\", qop=\"auth\"";

/// What each request showed: `-`, `Basic` or `Digest`, and where.
fn shown(server: &Scripted) -> Vec<String> {
    let scheme = |seen: &Seen| {
        let header = seen.header("authorization").unwrap_or("-");
        format!("{} {}", header.split(' ').next().unwrap_or_default(), seen.path)
    };
    server.seen().iter().map(scheme).collect()
}

/// An account at the well-known path, for those who show what is asked for.
fn asks(challenge: &'static str) -> Scripted {
    let wanted = challenge.split(' ').next().unwrap_or_default();
    Scripted::start(move |seen| match seen.header("authorization") {
        Some(header) if header.starts_with(wanted) => match seen.path.as_str() {
            "/.well-known/caldav" => principal("/p/"),
            _ => account_at(seen),
        },
        _ => Reply::status(401).with("WWW-Authenticate", challenge),
    })
}

fn found(server: &Scripted) -> Account {
    account(&outbound(&[server]), &login(&server.url(""))).unwrap()
}

#[test]
fn a_server_that_asks_for_a_proof_never_sees_the_password() {
    let server = asks(DIGEST);
    assert_eq!(found(&server).scheme, Some(Scheme::Digest));
    assert_eq!(shown(&server), ["- /.well-known/caldav", "Digest /.well-known/caldav", "Digest /p/", "Digest /h/"]);
    // Nor when it asks only further on, or says no.
    let server = Scripted::start(|seen| match seen.path.as_str() {
        "/.well-known/caldav" => Reply::status(200).body("<html>Hello</html>"),
        _ => Reply::status(401).with("WWW-Authenticate", DIGEST),
    });
    let error = account(&outbound(&[&server]), &login(&server.url(""))).unwrap_err();
    assert!(matches!(error, DiscoverError::LoginFailed(_)), "{error}");
    assert_eq!(shown(&server), ["- /.well-known/caldav", "- /", "Digest /"]);
}

#[test]
fn a_server_that_asks_for_the_password_sees_it_once_it_has_asked() {
    let server = asks("Basic realm=\"x\"");
    assert_eq!(found(&server).scheme, Some(Scheme::Basic));
    assert_eq!(shown(&server), ["- /.well-known/caldav", "Basic /.well-known/caldav", "Basic /p/", "Basic /h/"]);
}

#[test]
fn who_hides_from_strangers_or_lets_them_in_is_asked_in_somebody_s_name() {
    for hides in [404, 403, 405, 500] {
        let server = Scripted::start(move |seen| match (seen.path.as_str(), seen.header("authorization")) {
            (_, None) => Reply::status(hides),
            ("/dav/", Some(_)) => principal("/p/"),
            _ => account_at(seen),
        });
        let found = account(&outbound(&[&server]), &login(&server.url("/dav/"))).unwrap();
        assert_eq!((calendars(&found), found.scheme), (vec!["/h/c/"], Some(Scheme::Basic)), "{hides}");
    }
    let server = Scripted::start(|seen| match (seen.path.as_str(), seen.header("authorization")) {
        ("/dav/", None) => principal("/nobody/"),
        ("/dav/", Some(_)) => principal("/p/"),
        _ => account_at(seen),
    });
    let found = account(&outbound(&[&server]), &login(&server.url("/dav/"))).unwrap();
    assert_eq!(found.principal.path(), "/p/", "the account of nobody is nobody's");
    assert_eq!(shown(&server), ["- /dav/", "Basic /dav/", "Basic /p/", "Basic /h/"]);
}

#[test]
fn a_calendar_is_made_in_the_way_that_the_server_asked_for() {
    let server = asks(DIGEST);
    let found = found(&server);
    let before = server.seen().len();
    caldav::create_calendar(&outbound(&[&server]), &login(&server.url("")), &found, "Citas").unwrap_err();
    let shown = shown(&server).split_off(before);
    assert!(shown[0].starts_with("- /h/citas-") && shown[1].starts_with("Digest /h/citas-"), "{shown:?}");
    assert!(shown.iter().skip(1).all(|line| line.starts_with("Digest ")), "{shown:?}");
    assert_eq!(server.seen()[before].method, "PROPFIND", "no write is sent in vain");
}
