//! A calendar as its holder sees it, over plain CalDAV.

use std::collections::BTreeSet;

use pasarela::placement::RemoteKey;
use testing::wire::{Answer, Client};

use super::room::{Raw, sure, text};

/// One calendar, over plain CalDAV.
pub(super) struct Dav {
    pub(super) client: Client,
    pub(super) path: String,
    pub(super) server: &'static str,
}

impl Dav {
    fn object(&self, name: &str) -> String {
        format!("{}{name}.ics", self.path)
    }

    fn get(&self, name: &str) -> Answer {
        sure(|| self.client.another().send("GET", &self.object(name), &[], b""))
    }

    pub(super) fn try_put(&mut self, name: &str, uid: &str, summary: &str) -> Answer {
        let (path, body) = (self.object(name), text(uid, summary));
        sure(|| self.client.send("PUT", &path, &[("Content-Type", "text/calendar; charset=utf-8")], body.as_bytes()))
    }
}

impl Raw for Dav {
    fn put_foreign(&mut self, name: &str, title: &str) {
        let answer = self.try_put(name, &format!("{name}@example.org"), title);
        assert!((200..300).contains(&answer.status), "{}: {}", self.server, answer.text());
    }

    fn foreign(&mut self, name: &str) -> Option<String> {
        let answer = self.get(name);
        (answer.status == 200).then(|| meaning(&answer.text()).into_iter().collect::<Vec<_>>().join("\n"))
    }

    fn remove_foreign(&mut self, name: &str) {
        let path = self.object(name);
        sure(|| self.client.send("DELETE", &path, &[], b""));
    }

    /// Unfolded.
    fn text(&mut self, key: &RemoteKey) -> String {
        self.get(key.as_str()).text().replace("\r\n ", "")
    }

    fn remove(&mut self) {
        sure(|| self.client.send("DELETE", &self.path, &[], b""));
        assert!(!self.is_there(), "{}: the calendar is still there", self.server);
    }

    fn is_there(&mut self) -> bool {
        let left = sure(|| self.client.send("PROPFIND", &self.path, &[("Depth", "0")], b""));
        // Xandikos says it inside of a 207.
        left.status == 207 && !left.text().contains("404 Not Found")
    }
}

/// What an object says, whatever the order of its lines and however they are folded.
fn meaning(text: &str) -> BTreeSet<String> {
    text.replace("\r\n", "\n").replace("\n ", "").lines().map(str::to_owned).collect()
}
