//! How a server is asked: in the way that it wants, and on connections that it keeps.

use super::*;
use crate::permit::Permit;

#[test]
fn credentials_are_given_up_after_the_second_401() {
    let server = Scripted::start(|_| Reply::status(401).with("WWW-Authenticate", "Basic realm=x"));
    let outcome = insert(&open(&server), &key("a"));
    assert!(matches!(outcome, Err(RemoteError::AuthRevoked { .. })), "{outcome:?}");
    assert_eq!(server.seen().len(), 2);
    let moody = AtomicUsize::new(0);
    let server = Scripted::start(move |_| match moody.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::status(401),
        _ => Reply::status(201).with("ETag", "\"1\""),
    });
    assert_eq!(insert(&open(&server), &key("a")), Ok(version("\"1\"")));
}

#[test]
fn a_nonce_that_went_stale_is_renewed_in_the_middle() {
    let uses = AtomicUsize::new(0);
    let server = Scripted::start(move |seen| {
        let nonce = |n: usize| format!("nonce=\"n{}\"", n / 3);
        let n = uses.load(Ordering::SeqCst);
        let header = seen.header("authorization").unwrap_or_default();
        if header.contains(&nonce(n)) {
            uses.fetch_add(1, Ordering::SeqCst);
            return Reply::status(201).with("ETag", "\"1\"");
        }
        let stale = header.starts_with("Digest");
        Reply::status(401)
            .with("WWW-Authenticate", format!("Digest realm=\"r\", {}, qop=\"auth\", stale={stale}", nonce(n)))
    });
    let calendar = open(&server);
    for n in 0..9 {
        assert_eq!(insert(&calendar, &key("a")), Ok(version("\"1\"")), "{n}");
    }
    assert_eq!(server.seen().len(), 9 + 3, "one challenge for each nonce");
}

#[test]
fn a_digest_that_is_refused_is_not_tried_for_ever() {
    let server = Scripted::start(|_| {
        Reply::status(401).with("WWW-Authenticate", "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", stale=true")
    });
    assert!(matches!(insert(&open(&server), &key("a")), Err(RemoteError::AuthRevoked { .. })));
    assert_eq!(server.seen().len(), 4);
}

#[test]
fn how_a_server_wants_to_be_asked_is_learned_before_the_first_call_and_remembered() {
    for (challenge, scheme) in [
        (Some("Digest realm=\"r\", nonce=\"n\", qop=\"auth\""), Scheme::Digest),
        (Some("Basic realm=\"r\""), Scheme::Basic),
        (None, Scheme::Basic),
    ] {
        let server = Scripted::start(move |seen| match (challenge, seen.header("authorization")) {
            (Some(challenge), None) => Reply::status(401).with("WWW-Authenticate", challenge),
            // What it says to strangers is not true.
            (None, None) => Reply::status(404),
            (_, Some(_)) => Reply::status(201).with("ETag", "\"1\""),
        });
        let told = Arc::new(std::sync::Mutex::new(Vec::new()));
        let told_here = Arc::clone(&told);
        let outbound = Outbound::new(Rules { allowed_hosts: vec![server.host()], ..Rules::default() })
            .under(&Permit::of_operator());
        let url = Url::parse(&server.url("/c/")).unwrap();
        let login = Login {
            address: server.url(""),
            username: "ana".to_owned(),
            password: SecretString::from("open sesame"),
            scheme: None,
        };
        let remember = Box::new(move |scheme| told_here.lock().unwrap().push(scheme));
        let calendar = Calendar::new(Session::opened(outbound, login, &url, remember), &url, mark());
        for event in ["a", "b"] {
            assert_eq!(insert(&calendar, &key(event)).unwrap(), version("\"1\""), "{challenge:?}");
        }
        assert_eq!(*told.lock().unwrap(), [scheme], "written down once");
        let shown: Vec<_> = server
            .seen()
            .iter()
            .map(|seen| (seen.method.clone(), seen.header("authorization").map(|header| header.starts_with("Basic "))))
            .collect();
        let basic = Some(scheme == Scheme::Basic);
        let put = || ("PUT".to_owned(), basic);
        assert_eq!(shown, [("PROPFIND".to_owned(), None), put(), put()], "{challenge:?}");
    }
}

#[test]
fn sogo_is_asked_on_new_connections() {
    let server = Scripted::start(|_| Reply::status(204).with("ETag", "\"1\""));
    let calendar = open_at(&server, "/SOGo/dav/ana/Calendar/c/");
    for _ in 0..3 {
        calendar.ask(&requests::overwrite_object(&calendar.object(&key("a")), "x".to_owned())).unwrap();
    }
    assert_eq!(server.connections(), 3);
    assert!(server.seen().iter().all(|seen| seen.header("connection") == Some("close")), "{:?}", server.seen());
}

#[test]
fn a_tag_that_the_server_does_not_know_again_is_compared_by_us() {
    for stands in ["\"1-gzip\"", "\"2-gzip\""] {
        let server = Scripted::start(move |seen| match (seen.method.as_str(), seen.header("if-match")) {
            ("PUT", Some(_)) => Reply::status(412),
            ("PUT", None) => Reply::status(204).with("ETag", "\"3-gzip\""),
            _ if seen.path == "/c/" => calendar_is_there(seen),
            _ => multistatus(&[etag_of(&seen.path, stands)]),
        });
        let outcome = update(&open(&server), &key("a"), &version("\"1-gzip\""));
        let puts = server.lines().iter().filter(|line| line.starts_with("PUT")).count();
        match stands {
            "\"1-gzip\"" => assert_eq!((outcome, puts), (Ok(version("\"3-gzip\"")), 2)),
            _ => assert_eq!((outcome, puts), (Err(RemoteError::Conflict), 1), "somebody changed it"),
        }
    }
}
