//! A browser that keeps its cookie, and sends the forms of the page that it shows.

use std::time::Duration;

use testing::eventually;
use testing::in_process::{PHONE, key};

use super::{Scene, Seen};

/// One browser of one person.
pub(super) struct Visitor<'a> {
    scene: &'a Scene,
    /// What it keeps, as it sends it.
    pub(super) cookie: String,
    agent: &'static str,
}

/// The link that the client system made for a phone.
pub(super) fn link_of(phone: &str) -> String {
    format!("/connect?phone_number={}&secure_key={}", phone.replace('+', "%2B"), key(phone))
}

impl<'a> Visitor<'a> {
    /// A browser that was never here.
    pub(super) fn new(scene: &'a Scene, agent: &'static str) -> Self {
        Self { scene, cookie: String::new(), agent }
    }

    /// Somebody who opened their link.
    pub(super) fn came_in(scene: &'a Scene) -> Self {
        Self::came_in_as(scene, PHONE)
    }

    /// The same for another phone.
    pub(super) fn came_in_as(scene: &'a Scene, phone: &str) -> Self {
        let mut visitor = Self::new(scene, "Mozilla/5.0 (Linux; Android 14) Chrome/129.0.0.0 Mobile Safari/537.36");
        let seen = visitor.open(&link_of(phone));
        assert_eq!((seen.status, seen.header("location")), (303, "/connect"), "{seen:?}");
        assert!(!visitor.cookie.is_empty());
        visitor
    }

    /// Opens the link that a client system asked for, and taps.
    pub(super) fn come_in(&mut self, path: &str) {
        assert_eq!(self.get(path).status, 200);
        let seen = self.send_raw(path, &[]);
        self.keep(&seen);
        assert_eq!((seen.status, seen.header("location")), (303, "/connect"), "{seen:?}");
    }

    /// In an app's own browser: opens a link, and stays there.
    pub(super) fn stay(&mut self, link: &str) -> Seen {
        let hop = self.open(link).header("location").to_owned();
        let token = hop.strip_prefix("/connect?hop=").unwrap_or_else(|| panic!("no hop: {hop}"));
        let seen = self.send_raw("/connect/stay", &[("hop", token)]);
        self.keep(&seen);
        seen
    }

    /// Who is in opens the link of another phone, and goes on as that one.
    pub(super) fn change_to(&mut self, phone: &str) {
        let hop = self.open(&link_of(phone)).header("location").to_owned();
        let token = hop.strip_prefix("/connect?hop=").unwrap_or_else(|| panic!("not asked: {hop}"));
        let seen = self.send("/connect/change", &[("hop", token)]);
        assert_eq!((seen.status, seen.header("location")), (303, "/connect"), "{seen:?}");
    }

    /// Reads an address; keeps the cookie that comes along.
    pub(super) fn open(&mut self, path: &str) -> Seen {
        let seen = self.get(path);
        self.keep(&seen);
        seen
    }

    /// Reads an address.
    pub(super) fn get(&self, path: &str) -> Seen {
        self.ask("GET", path)
    }

    /// Asks for an address in any way.
    pub(super) fn ask(&self, method: &str, path: &str) -> Seen {
        self.scene.ask(method, path, &[("cookie", &self.cookie), ("user-agent", self.agent)])
    }

    /// Home.
    pub(super) fn home(&self) -> Seen {
        self.get("/connect")
    }

    /// Sends a form of home, as it stands there: with the token that its session has.
    pub(super) fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let csrf = self.csrf();
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend(fields);
        let seen = self.send_raw(path, &all);
        self.keep(&seen);
        seen
    }

    /// Sends these fields and no others.
    pub(super) fn send_raw(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        self.scene.post_with(path, fields, &[("cookie", &self.cookie), ("user-agent", self.agent)])
    }

    /// The token that the forms of this session send.
    pub(super) fn csrf(&self) -> String {
        let page = self.get("/connect/history");
        let (_, behind) =
            page.html.split_once("name=\"csrf\" value=\"").unwrap_or_else(|| panic!("no form here: {page:?}"));
        behind.split('"').next().unwrap().to_owned()
    }

    /// Home, once it shows what is waited for.
    pub(super) fn home_with(&self, what: &str, shows: impl Fn(&Seen) -> bool) -> Seen {
        let mut last = String::new();
        eventually(what, Duration::from_secs(30), || {
            let seen = self.follow(self.home());
            last.clone_from(&seen.html);
            shows(&seen).then_some(seen)
        })
    }

    fn follow(&self, seen: Seen) -> Seen {
        if seen.status == 303 { self.get(seen.header("location")) } else { seen }
    }

    fn keep(&mut self, seen: &Seen) {
        let set = seen.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
        for cookie in set.filter(|cookie| cookie.starts_with("pasarela_session=")) {
            self.cookie = cookie.split(';').next().unwrap().to_owned();
        }
    }
}
