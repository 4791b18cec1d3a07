mod making;
mod places;
mod strangers;

use std::sync::{Arc, Mutex};

use super::*;
use crate::clock::Clock;
use crate::outbound::scripted::{Reply, Scripted, Seen};
use crate::outbound::{Patience, Rules};
use crate::permit::Permit;
use crate::providers::caldav;
use crate::secret::SecretString;

const PASSWORD: &str = "open sesame";

fn login(address: &str) -> Login {
    Login {
        address: address.to_owned(),
        username: "ana".to_owned(),
        password: SecretString::from(PASSWORD),
        scheme: None,
    }
}

#[test]
fn a_server_is_one_under_all_its_names() {
    let table = [
        ("https://dav.example.org/ana/", Some("example.org")),
        ("DAV.Example.ORG.", Some("example.org")),
        ("ana@example.org", Some("example.org")),
        ("https://caldav.icloud.com/", Some("icloud.com")),
        ("p42-caldav.icloud.com", Some("icloud.com")),
        ("ana@me.com", Some("icloud.com")),
        ("https://ana.github.io/", Some("ana.github.io")),
        ("http://127.0.0.1:5232/", Some("127.0.0.1")),
        ("ftp://example.org", None),
        ("", None),
    ];
    for (typed, server) in table {
        assert_eq!(server_named(typed).as_deref(), server, "{typed}");
    }
}

fn outbound(servers: &[&Scripted]) -> Outbound {
    Outbound::new(Rules { allowed_hosts: servers.iter().map(|server| server.host()).collect(), ..Rules::default() })
        .under(&Permit::of_operator())
}

fn multistatus(href: &str, properties: &str) -> Reply {
    Reply::status(207).body(format!(
        "<multistatus xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><response><href>{href}</href><propstat>\
         <prop>{properties}</prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>"
    ))
}

fn principal(href: &str) -> Reply {
    multistatus("/", &format!("<current-user-principal><href>{href}</href></current-user-principal>"))
}

fn homes(hrefs: &[&str]) -> Reply {
    let hrefs: String = hrefs.iter().map(|href| format!("<href>{href}</href>")).collect();
    multistatus("/p/", &format!("<C:calendar-home-set>{hrefs}</C:calendar-home-set>"))
}

fn calendar(href: &str, name: &str) -> Reply {
    let kind = "<resourcetype><collection/><C:calendar/></resourcetype>";
    multistatus(href, &format!("{kind}<displayname>{name}</displayname>"))
}

/// An account at `/p/` with one calendar, below the paths that a test doesn't use itself.
fn account_at(seen: &Seen) -> Reply {
    match seen.path.as_str() {
        "/p/" => homes(&["/h"]),
        "/h/" => calendar("/h/c/", "Casa"),
        _ => Reply::status(404),
    }
}

fn calendars(account: &Account) -> Vec<&str> {
    account.calendars.iter().map(|calendar| calendar.url.path()).collect()
}

#[test]
fn redirects_of_every_kind_keep_method_body_and_credentials() {
    for status in [301, 302, 303, 307, 308] {
        let server = Scripted::start(move |seen| match seen.path.as_str() {
            "/.well-known/caldav" => Reply::status(status).with("Location", "/dav/"),
            _ if seen.header("authorization").is_none() => Reply::status(401).with("WWW-Authenticate", "Basic realm=x"),
            "/dav/" => Reply::status(status).with("Location", "/dav/ana/?x=y#z"),
            "/dav/ana/?x=y" => principal("/p/"),
            _ => account_at(seen),
        });
        let account = account(&outbound(&[&server]), &login(&server.url(""))).unwrap();
        assert_eq!((account.principal.path(), calendars(&account)), ("/p/", vec!["/h/c/"]), "{status}");
        for (number, seen) in server.seen().iter().enumerate() {
            assert_eq!((seen.method.as_str(), seen.body.is_empty()), ("PROPFIND", false), "{status} {}", seen.path);
            let shown = seen.header("authorization").is_some_and(|header| header.starts_with("Basic "));
            assert_eq!(shown, number >= 2, "{status} {}: nothing is shown before it is asked for", seen.path);
        }
        assert_eq!(server.seen().len(), 6, "{status}");
    }
}

#[test]
fn the_password_never_reaches_another_site() {
    let thief = Scripted::start(|_| principal("/p/"));
    let elsewhere = thief.url("/dav/");
    let server = Scripted::start(move |_| Reply::status(301).with("Location", elsewhere.clone()));
    let error = account(&outbound(&[&server, &thief]), &login(&server.url("/dav/"))).unwrap_err();
    assert!(matches!(&error, DiscoverError::Unreachable { detail, .. } if detail.contains("another site")), "{error}");
    assert_eq!(thief.connections(), 0);
}

#[test]
fn a_principal_or_a_home_on_another_site_is_not_visited() {
    let thief = Scripted::start(|_| homes(&["/h/"]));
    let away = thief.url("/p/");
    let server = Scripted::start(move |_| principal(&away));
    account(&outbound(&[&server, &thief]), &login(&server.url(""))).unwrap_err();
    let away = thief.url("/h/");
    let server = Scripted::start(move |seen| match seen.path.as_str() {
        "/p/" => homes(&[&away]),
        _ => principal("/p/"),
    });
    let error = account(&outbound(&[&server, &thief]), &login(&server.url(""))).unwrap_err();
    assert!(matches!(&error, DiscoverError::Unreachable { detail, .. } if detail.contains("another site")), "{error}");
    let away = thief.url("/h/");
    let server = Scripted::start(move |seen| match seen.path.as_str() {
        "/p/" => homes(&[&away, "/h/"]),
        "/.well-known/caldav" => principal("/p/"),
        _ => account_at(seen),
    });
    let found = account(&outbound(&[&server, &thief]), &login(&server.url(""))).unwrap();
    assert_eq!(calendars(&found), ["/h/c/"]);
    assert_eq!(found.homes.iter().map(Url::as_str).collect::<Vec<_>>(), [server.url("/h/")]);
    let away = thief.url("/h/c/");
    let server = Scripted::start(move |seen| match seen.path.as_str() {
        "/h/" => calendar(&away, "Away"),
        "/.well-known/caldav" => principal("/p/"),
        _ => account_at(seen),
    });
    let found = account(&outbound(&[&server, &thief]), &login(&server.url(""))).unwrap();
    assert!(found.calendars.is_empty(), "{found:?}");
    assert_eq!(thief.connections(), 0);
}

#[test]
fn circles_of_redirects_end() {
    let server = Scripted::start(|_| Reply::status(302).with("Location", "/again/"));
    let error = account(&outbound(&[&server]), &login(&server.url("/again/"))).unwrap_err();
    assert!(
        matches!(&error, DiscoverError::Unreachable { detail, .. } if detail.contains("redirects more than")),
        "{error}"
    );
    assert!(server.seen().len() <= 18, "{}", server.seen().len());
}

#[test]
fn a_typed_path_is_asked_first_with_and_without_a_slash_then_well_known_then_the_root() {
    let server = Scripted::start(|seen| match seen.path.as_str() {
        "/" => principal("/p/"),
        "/typed/deep" => Reply::status(200).body("<html>Hello</html>"),
        "/.well-known/caldav" => Reply::Bytes(Vec::new()),
        _ => account_at(seen),
    });
    account(&outbound(&[&server]), &login(&server.url("/typed/deep"))).unwrap();
    let lines = server.lines();
    // A read whose connection broke is repeated once; who lets strangers in is asked again with the credentials.
    let expected =
        ["/typed/deep", "/typed/deep/", "/.well-known/caldav", "/.well-known/caldav", "/", "/", "/p/", "/h/"];
    assert_eq!(lines, expected.map(|path| format!("PROPFIND {path}")));
}

#[test]
fn a_207_without_a_principal_is_passed_over() {
    let server = Scripted::start(|seen| match seen.path.as_str() {
        "/.well-known/caldav" => {
            multistatus("/", "<current-user-principal><unauthenticated/></current-user-principal>")
        }
        "/" => multistatus("/", "<current-user-principal/><C:calendar-home-set><href>/h/</href></C:calendar-home-set>"),
        _ => account_at(seen),
    });
    let account = account(&outbound(&[&server]), &login(&server.url(""))).unwrap();
    assert_eq!(calendars(&account), ["/h/c/"]);
}

#[test]
fn a_server_that_knows_no_principals_is_used_by_the_calendar_that_was_typed() {
    let server = Scripted::start(|seen| match (seen.path.as_str(), seen.header("depth")) {
        ("/ana/work/", _) => calendar("/ana/work/", "Work"),
        ("/ana/", Some("1")) => calendar("/ana/work/", "Work"),
        _ => Reply::status(404),
    });
    let account = account(&outbound(&[&server]), &login(&server.url("/ana/work/"))).unwrap();
    assert_eq!((calendars(&account), account.homes[0].path()), (vec!["/ana/work/"], "/ana/"));
}

#[test]
fn the_first_refusal_of_the_password_ends_the_search() {
    for challenge in ["Basic realm=\"x\"", "Negotiate", ""] {
        let server = Scripted::start(move |_| Reply::status(401).with("WWW-Authenticate", challenge));
        let error = account(&outbound(&[&server]), &login(&server.url("/a/b/"))).unwrap_err();
        assert!(matches!(error, DiscoverError::LoginFailed(_)), "{error}");
        let shown = server.seen().iter().filter(|seen| seen.header("authorization").is_some()).count();
        assert_eq!((server.seen().len(), shown), (2, 1), "{challenge:?}");
        assert!(!format!("{error:?}").contains(PASSWORD));
    }
}

#[test]
fn a_page_that_wants_another_login_does_not_end_the_search() {
    let server = Scripted::start(|seen| match seen.path.as_str() {
        "/apps/calendar" => Reply::status(401),
        "/.well-known/caldav" => principal("/p/"),
        _ => account_at(seen),
    });
    assert!(account(&outbound(&[&server]), &login(&server.url("/apps/calendar"))).is_ok());
    let server = Scripted::start(|seen| if seen.path == "/" { Reply::status(404) } else { Reply::status(401) });
    let error = account(&outbound(&[&server]), &login(&server.url("/apps/calendar"))).unwrap_err();
    assert!(matches!(error, DiscoverError::LoginFailed(_)), "{error}");
}

#[test]
fn digest_is_spoken_where_it_is_asked_for() {
    let server = Scripted::start(|seen| match seen.header("authorization") {
        Some(header) if header.starts_with("Digest ") && header.contains("username=\"ana\"") => {
            match seen.path.as_str() {
                "/.well-known/caldav" => principal("/p/"),
                _ => account_at(seen),
            }
        }
        _ => Reply::status(401)
            .with("WWW-Authenticate", "Negotiate")
            .with("WWW-Authenticate", "digest realm=\"r, s\", nonce=\"abc\", qop=\"auth\", algorithm=MD5"),
    });
    let account = account(&outbound(&[&server]), &login(&server.url(""))).unwrap();
    assert_eq!(calendars(&account), ["/h/c/"]);
    let digests: Vec<_> = server.seen().iter().filter_map(|s| s.header("authorization").map(str::to_owned)).collect();
    assert_eq!(digests.len(), 3, "one challenge serves the whole search, and the password itself is never shown");
    assert!(digests[2].contains("nc=00000003") && digests[2].contains("uri=\"/h/\""), "{}", digests[2]);
    assert_eq!(account.scheme, Some(caldav::Scheme::Digest));
}

#[test]
fn addresses_are_read_as_people_type_them() {
    let begin = |typed: &str| starts(&login(typed)).map(|urls| urls.iter().map(Url::to_string).collect::<Vec<_>>());
    assert_eq!(
        begin(" example.org/dav ").unwrap(),
        [
            "https://example.org/dav",
            "https://example.org/dav/",
            "https://example.org/.well-known/caldav",
            "https://example.org/"
        ]
    );
    assert_eq!(begin("example.org/dav/").unwrap().len(), 3);
    assert_eq!(begin("ana@example.org").unwrap()[0], "https://example.org/.well-known/caldav");
    assert_eq!(begin("ana@icloud.com").unwrap(), ["https://caldav.icloud.com/"]);
    assert_eq!(begin("https://p42-caldav.icloud.com/17/").unwrap(), ["https://caldav.icloud.com/"]);
    assert_eq!(begin("https://caldav.fastmail.com/").unwrap(), ["https://caldav.fastmail.com/"]);
    assert_eq!(begin("https://ana:secret@example.org/?a=b#c").unwrap()[1], "https://example.org/");
    for typed in ["", "  ", "ftp://example.org/", "https://", "exa mple.org", "@", "ana@"] {
        assert!(matches!(begin(typed), Err(DiscoverError::BadAddress(_))), "{typed:?}: {:?}", begin(typed));
    }
}

#[test]
fn apple_is_known_by_every_address_that_somebody_may_type() {
    for typed in
        ["ana@icloud.com", " Ana@ME.com", "caldav.icloud.com", "https://p42-caldav.icloud.com/17/", "icloud.com"]
    {
        assert!(is_apple(typed), "{typed}");
    }
    for typed in
        ["", "@", "ana@example.org", "https://icloud.com.example.org/", "apple.example.org", "http://127.0.0.1:1/"]
    {
        assert!(!is_apple(typed), "{typed}");
    }
}

#[test]
fn barred_addresses_are_told_apart_from_absent_servers() {
    let server = Scripted::start(|_| principal("/p/"));
    let error = account(&outbound(&[]), &login(&server.url(""))).unwrap_err();
    assert!(matches!(error, DiscoverError::AddressNotAllowed(_)), "{error}");
    assert_eq!(server.connections(), 0);
    let server = Scripted::start(|_| Reply::status(503));
    let error = account(&outbound(&[&server]), &login(&server.url(""))).unwrap_err();
    assert!(matches!(&error, DiscoverError::Unreachable { detail, .. } if detail.contains("503")), "{error}");
}
