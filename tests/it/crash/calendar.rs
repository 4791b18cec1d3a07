//! A calendar on a real server, read and prepared past the gateway with nothing of its code.

use std::collections::BTreeMap;

use quick_xml::events::Event;
use quick_xml::reader::Reader;
use testing::gateway::appointment;
use testing::servers::CaldavServer;
use testing::wire::{Answer, Client};

/// One calendar object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) href: String,
    pub(super) summary: String,
}

/// A fresh calendar of alice's.
pub(super) struct Calendar {
    client: Client,
    path: String,
    url: String,
    /// Events that are not the gateway's, as they were put: path, ETag.
    foreign: BTreeMap<String, String>,
    /// What was read already, by path and ETag.
    read: BTreeMap<(String, String), String>,
}

impl Calendar {
    /// Makes the calendar `name` in alice's home.
    pub(super) fn create(server: &CaldavServer, name: &str) -> Self {
        let path = format!("{}{name}/", server.home_path());
        let url = format!("http://{}{path}", server.host());
        let client = server.client();
        let mut calendar = Self { client, path, url, foreign: BTreeMap::new(), read: BTreeMap::new() };
        let path = calendar.path.clone();
        calendar.ask("MKCALENDAR", &path, &[], "", 201);
        calendar
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Puts events of the person's own into the calendar, one named like ours might be.
    pub(super) fn add_foreign_events(&mut self) {
        for name in ["dentist", "crash-1", "pasarela"] {
            let path = format!("{}{name}.ics", self.path);
            let text = appointment(&format!("{name}@person.example"), "The person's own", 3);
            self.ask("PUT", &path, &[("Content-Type", "text/calendar")], &text, 201);
        }
        self.foreign = self.listing();
        assert_eq!(self.foreign.len(), 3);
    }

    /// How the person's own events differ from what they were.
    pub(super) fn foreign_changes(&mut self) -> Vec<String> {
        let now = self.listing();
        let changed = |(path, etag): (&String, &String)| (now.get(path) != Some(etag)).then(|| path.clone());
        self.foreign.iter().filter_map(changed).collect()
    }

    /// All objects but the person's own. Only what has a new ETag is fetched.
    pub(super) fn objects(&mut self) -> Vec<Object> {
        let mut objects = Vec::new();
        for (path, etag) in self.listing() {
            if self.foreign.contains_key(&path) {
                continue;
            }
            let key = (path, etag);
            let summary = match self.read.get(&key) {
                Some(summary) => summary.clone(),
                None => match self.summary(&key.0) {
                    Some(summary) => summary,
                    // Deleted between the listing and the reading.
                    None => continue,
                },
            };
            self.read.insert(key.clone(), summary.clone());
            objects.push(Object { href: key.0, summary });
        }
        objects
    }

    fn summary(&mut self, path: &str) -> Option<String> {
        let answer = self.client.send("GET", path, &[], b"").unwrap();
        if answer.status == 404 {
            return None;
        }
        assert_eq!(answer.status, 200, "GET {path}: {}", answer.text());
        let unfolded = answer.text().replace("\r\n ", "").replace("\n ", "");
        let line = unfolded.lines().find_map(|line| line.strip_prefix("SUMMARY:"));
        Some(line.unwrap_or("(no summary)").to_owned())
    }

    /// Path and ETag of every object.
    fn listing(&mut self) -> BTreeMap<String, String> {
        let path = self.path.clone();
        let body = r#"<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>"#;
        let headers = [("Depth", "1"), ("Content-Type", "application/xml")];
        let answer = self.ask("PROPFIND", &path, &headers, body, 207);
        let mut listing = read_listing(&answer.text());
        listing.retain(|href, _| *href != path);
        listing
    }

    fn ask(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str, expected: u16) -> Answer {
        let answer = self.client.send(method, path, headers, body.as_bytes()).unwrap();
        assert_eq!(answer.status, expected, "{method} {path}: {}", answer.text());
        answer
    }
}

/// Each `href` of a multistatus with the `getetag` that follows it.
fn read_listing(xml: &str) -> BTreeMap<String, String> {
    let mut reader = Reader::from_str(xml);
    let (mut listing, mut inside, mut href) = (BTreeMap::new(), String::new(), String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => inside = tag.local_name().into_inner().to_owned(),
            Event::End(tag) => {
                if tag.local_name().into_inner() == "href" {
                    listing.entry(href.clone()).or_default();
                }
                inside.clear();
            }
            Event::Text(text) => match inside.as_str() {
                "href" => href = text.to_string(),
                // The quotes come as entities, apart from the text; without them an ETag tells as much.
                "getetag" => *listing.entry(href.clone()).or_default() += &*text,
                _ => {}
            },
            Event::Eof => return listing,
            _ => {}
        }
    }
}

#[test]
fn a_listing_is_read_whatever_its_prefixes() {
    let xml = r#"<?xml version="1.0"?><D:multistatus xmlns:D="DAV:"><D:response><D:href>/c/</D:href><D:propstat><D:prop/>
        </D:propstat></D:response><D:response><D:href>/c/a.ics</D:href><D:propstat><D:prop><D:getetag>&quot;1&quot;</D:getetag>
        </D:prop></D:propstat></D:response></D:multistatus>"#;
    let listing = read_listing(xml);
    assert_eq!(listing.keys().collect::<Vec<_>>(), ["/c/", "/c/a.ics"]);
    assert!(listing["/c/a.ics"].contains('1'));
}
