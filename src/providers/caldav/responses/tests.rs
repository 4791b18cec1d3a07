use super::*;
use crate::providers::caldav::calendars;

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../../../tests/fixtures/caldav/", $name)).as_slice()
    };
}

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn read(base: &str, body: &[u8]) -> Vec<Member> {
    multistatus(&url(base), body).unwrap()
}

/// Path, and ETag where there is one, of the direct members.
fn objects(base: &str, body: &[u8]) -> Vec<(String, Option<String>)> {
    let members = read(base, body);
    let direct: Vec<_> = calendars::members_of(&url(base), &members)
        .map(|member| (last_segment(&member.url), member.version().map(|version| version.0)))
        .collect();
    direct
}

#[test]
fn objects_are_read_from_what_real_servers_answer() {
    let cases = [
        ("http://127.0.0.1/alice/fixture/", fixture!("radicale-objects.xml")),
        ("http://127.0.0.1/alice/calendars/fixture/", fixture!("xandikos-objects.xml")),
        ("http://127.0.0.1/dav/calendars/user/alice/fixture/", fixture!("cyrus-objects.xml")),
    ];
    for (base, body) in cases {
        let found = objects(base, body);
        assert_eq!(found.len(), 1, "{base}: {found:?}");
        let (name, version) = found[0].clone();
        assert_eq!(name, "holiday ñ.ics", "{base}");
        assert!(is_strong(&Version(version.unwrap())), "{base}");
    }
}

#[test]
fn calendars_are_read_from_what_real_servers_answer() {
    let cases = [
        ("http://127.0.0.1/alice/", fixture!("radicale-calendars.xml"), "Citas & más"),
        ("http://127.0.0.1/dav/calendars/user/alice/", fixture!("cyrus-calendars.xml"), "fixture"),
        ("http://127.0.0.1/alice/calendars/", fixture!("xandikos-calendars.xml"), "fixture"),
    ];
    for (base, body, name) in cases {
        let members = read(base, body);
        let ours = members.iter().find(|member| last_segment(&member.url) == "fixture").unwrap();
        assert!(ours.is_event_calendar(), "{base}");
        assert_eq!(ours.writable(), Some(true), "{base}");
        assert_eq!(ours.property(DAV, "displayname").unwrap().text(), name, "{base}");
        let home = members.iter().find(|member| same_path(&member.url, &url(base))).unwrap();
        assert!(!home.is_event_calendar(), "{base}");
    }
}

#[test]
fn default_namespaces_cdata_and_other_hosts_are_read() {
    let members = read("https://p42-caldav.icloud.com/17/calendars/", fixture!("icloud-calendars.xml"));
    let calendars: Vec<_> = members.iter().filter(|member| member.is_event_calendar()).collect();
    let urls: Vec<_> = calendars.iter().map(|member| member.url.as_str()).collect();
    assert_eq!(
        urls,
        ["https://caldav.icloud.com/17/calendars/home/", "https://p42-caldav.icloud.com/17/calendars/0F1E-22/"]
    );
    assert_eq!(calendars[0].property(DAV, "displayname").unwrap().text(), "Casa & jardín");
    assert!(calendars[0].property(DAV, "sync-token").is_none(), "a property that came with 404 is not there");
    assert_eq!((calendars[0].writable(), calendars[1].writable()), (Some(true), Some(false)));
}

#[test]
fn hrefs_of_any_form_name_the_same_objects() {
    let found = objects("https://dav.example.org/dav/ana@example.org/c/", fixture!("odd-objects.xml"));
    let names: Vec<_> = found.iter().map(|(name, version)| (name.as_str(), version.as_deref())).collect();
    assert_eq!(
        names,
        [
            ("relative.ics", Some("\"1\"")),
            ("absolute.ics", Some("W/\"2\"")),
            ("blank and bare.ics", Some("\"3\"")),
            ("no-etag.ics", None),
            ("gone.ics", None),
            ("gone-too.ics", None),
            ("teapot.ics", None),
        ]
    );
    let members = read("https://dav.example.org/dav/ana@example.org/c/", fixture!("odd-objects.xml"));
    let gone: Vec<_> = members.iter().filter(|m| m.is_gone()).map(|m| last_segment(&m.url)).collect();
    assert_eq!(gone, ["gone.ics", "gone-too.ics"]);
}

#[test]
fn only_a_whole_multistatus_is_one() {
    let base = url("https://dav.example.org/c/");
    let whole = fixture!("cut-objects.xml");
    assert_eq!(multistatus(&base, whole).unwrap().iter().filter(|m| m.status == Some(507)).count(), 1);
    let cut = whole.get(..whole.len() - 20).unwrap();
    assert!(multistatus(&base, cut).is_err());
    for other in [&b""[..], b"<html><body>Sign in</body></html>", b"<multistatus/>", b"{}"] {
        assert!(multistatus(&base, other).is_err());
    }
}

#[test]
fn preconditions_are_read_whatever_stands_beside_them() {
    let cases = [
        (fixture!("radicale-uid-taken.xml"), Some("no-uid-conflict")),
        (fixture!("xandikos-uid-taken.xml"), Some("no-uid-conflict")),
        (fixture!("cyrus-uid-taken.xml"), Some("unique-scheduling-object-resource")),
        (fixture!("sabre-uid-taken.xml"), None),
        (fixture!("cyrus-calendar-gone.xml"), None),
        (
            b"<error xmlns='DAV:'><responsedescription>x</responsedescription><need-privileges/></error>",
            Some("need-privileges"),
        ),
        (
            b"<e:error xmlns:e='DAV:'><c:no-uid-conflict xmlns:c='urn:ietf:params:xml:ns:carddav'/></e:error>",
            Some("no-uid-conflict"),
        ),
        (b"plain text", None),
        (b"", None),
    ];
    for (body, expected) in cases {
        assert_eq!(precondition(body).as_deref(), expected, "{}", String::from_utf8_lossy(body));
    }
}

#[test]
fn the_text_of_an_answer_is_searched_without_its_markup() {
    assert_eq!(text_of(b"<a href='trash'>That <b>UID</b> EXISTS</a>"), " that  uid  exists ");
    assert!(text_of(&[b'x'; 100_000]).len() <= 4 << 10);
}

#[test]
fn versions_are_strong_or_not() {
    for (text, strong) in
        [("\"a\"", true), ("W/\"a\"", false), ("a", false), ("\"\"", false), ("\"", false), ("sha256:00", false)]
    {
        assert_eq!(is_strong(&Version(text.to_owned())), strong, "{text}");
    }
}
