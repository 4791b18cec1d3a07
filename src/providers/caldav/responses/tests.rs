use super::*;

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
    let direct: Vec<_> = members
        .iter()
        .filter(|member| is_member_of(&url(base), &member.url))
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

/// A multistatus of so many responses, each with these parts.
fn answer(count: usize, parts: &str) -> String {
    format!("<multistatus xmlns='DAV:'>{}</multistatus>", format!("<response>{parts}</response>").repeat(count))
}

fn found(properties: &str) -> String {
    format!("<propstat><prop>{properties}</prop><status>HTTP/1.1 200 OK</status></propstat>")
}

#[test]
fn all_hrefs_of_a_response_share_its_properties() {
    let members = read(
        "https://dav.example.org/c/",
        answer(1, &format!("<href>a</href><href>b</href>{}", found("<owner/>"))).as_bytes(),
    );
    assert_eq!(members.iter().map(|member| last_segment(&member.url)).collect::<Vec<_>>(), ["a", "b"]);
    assert!(members.iter().all(|member| member.property(DAV, "owner").is_some()));
    assert!(Rc::ptr_eq(&members[0].properties, &members[1].properties));
}

#[test]
fn an_answer_has_a_most_of_members_and_fewer_that_are_held() {
    let base = url("https://dav.example.org/c/");
    let mut count = 0;
    let mut counted = |many: usize| {
        count = 0;
        each_member(&base, answer(many, "<href>a</href>").as_bytes(), |_| {
            count += 1;
            Ok(())
        })
        .map(|()| count)
    };
    assert_eq!(counted(MAX_MEMBERS), Ok(MAX_MEMBERS));
    assert_eq!(counted(MAX_MEMBERS + 1), Err(XmlError::TooMuch { what: "members", most: MAX_MEMBERS }));
    let held = |many, parts: &str| multistatus(&base, answer(many, parts).as_bytes()).map(|members| members.len());
    let refused = Err(XmlError::TooMuch { what: "elements at once", most: MAX_HELD });
    assert_eq!(held(2_000, "<href>a</href>"), Ok(2_000));
    assert_eq!(held(5_000, "<href>a</href>"), refused);
    let large = format!("<href>a</href>{}", found(&"<x/>".repeat(1_000)));
    assert_eq!((held(60, &large), held(70, &large)), (Ok(60), refused));
}

#[test]
fn a_place_and_what_is_sent_back_are_short() {
    let base = url("https://dav.example.org/c/");
    let long = "x".repeat(MAX_URL);
    assert!(resolve(&base, &long[..1_000]).is_some());
    assert!(resolve(&base, &long).is_none());
    assert!(resolve(&url(&format!("https://dav.example.org/{long}")), "a").is_none());
    let member = |properties: String| {
        let body = answer(1, &format!("<href>a</href>{}", found(&properties)));
        read("https://dav.example.org/c/", body.as_bytes()).remove(0)
    };
    let tagged = |tag: &str| member(format!("<getetag>{tag}</getetag><sync-token>{tag}</sync-token>"));
    let (short, longer, other) = ("t".repeat(MAX_TAG), "t".repeat(MAX_TAG + 1), "u".repeat(MAX_TAG + 1));
    assert_eq!((tagged(&short).version(), sync_token(&tagged(&short))), (Some(Version(short.clone())), Some(short)));
    let version = tagged(&longer).version().unwrap();
    assert!(version.0.len() < 100 && !is_strong(&version), "{version:?}");
    assert_ne!(Some(version), tagged(&other).version());
    assert_eq!(sync_token(&tagged(&longer)), None);
    let condition = |name: &str| precondition(format!("<error xmlns='DAV:'><{name}/></error>").as_bytes());
    assert_eq!(condition(&"c".repeat(MAX_CONDITION)).map(|name| name.len()), Some(MAX_CONDITION));
    assert_eq!(condition(&"c".repeat(MAX_CONDITION + 1)), None);
}
