//! The pages for people, as a browser meets them: a consent at the simulated Google from the link to the calendar.

mod accounts;
mod attacks;
mod consent;
mod crowd;
mod door;
mod entry;
mod lost;
mod own_consent;
mod passed_over;
mod troubles;
mod visitor;
mod way_in;

use std::ops::{Deref, DerefMut};

use pasarela::clock::Clock;
use serde_json::json;
use simulators::google::{self, USER};
use testing::in_process::PHONE;
use testing::stage::{Setup, Stage};
use url::Url;

/// A gateway and a Google, and between them a browser that follows no redirect unasked.
struct Scene {
    stage: Stage,
    browser: ureq::Agent,
}

/// What the browser got.
#[derive(Debug)]
struct Seen {
    status: u16,
    html: String,
    headers: ureq::http::HeaderMap,
}

impl Seen {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The ticket that the page's forms carry.
    fn ticket(&self) -> &str {
        let (_, behind) = self.html.split_once("name=\"ticket\" value=\"").unwrap_or_else(|| panic!("{self:?}"));
        behind.split('"').next().unwrap()
    }

    /// The code that the page shows for support.
    fn code(&self) -> &str {
        let shown = self.html.split_once("<code>").and_then(|(_, behind)| behind.split_once("</code>"));
        shown.map_or("", |(code, _)| code)
    }

    /// Whether it stands there, as a person reads it.
    fn says(&self, words: &str) -> bool {
        self.html.replace("&#x2f;", "/").contains(words)
    }

    fn has_form(&self, id: &str) -> bool {
        self.html.contains(&format!("<form id=\"{id}\""))
    }
}

fn browser() -> ureq::Agent {
    let config =
        ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).max_redirects_will_error(false);
    config.build().into()
}

fn see(mut answer: ureq::http::Response<ureq::Body>) -> Seen {
    let html = answer.body_mut().read_to_string().unwrap();
    Seen { status: answer.status().as_u16(), html, headers: answer.headers().clone() }
}

impl Deref for Scene {
    type Target = Stage;

    fn deref(&self) -> &Stage {
        &self.stage
    }
}

impl DerefMut for Scene {
    fn deref_mut(&mut self) -> &mut Stage {
        &mut self.stage
    }
}

impl Scene {
    fn start(settings: &str) -> Self {
        Self::at(settings, Clock::system())
    }

    fn at(settings: &str, clock: Clock) -> Self {
        let stage = Setup::default().google(google::Options::default()).settings(settings).clock(clock).start();
        Self { stage, browser: browser() }
    }

    /// `POST /link`: where the person is to go.
    fn begin(&self) -> Url {
        let answer = self.gateway.ask("POST", "/link", Some(json!({"provider": "google"})));
        assert_eq!(answer.status, 202, "{answer:?}");
        answer.json["authorization_url"].as_str().unwrap().parse().unwrap()
    }

    /// The person decides on Google's page and ticks the boxes that `ticks` likes: the path that they are sent back to.
    fn decide(&self, at: &Url, decision: &str, ticks: impl Fn(&str) -> bool) -> String {
        let mut form: Vec<(String, String)> = at.query_pairs().into_owned().collect();
        let scopes = form.iter().find(|(name, _)| name == "scope").map(|(_, value)| value.clone()).unwrap();
        let ticked = scopes.split(' ').filter(|scope| ticks(scope)).map(|scope| ("grant".to_owned(), scope.to_owned()));
        form.extend(ticked);
        form.extend([("decision", decision), ("user", USER)].map(|(name, value)| (name.to_owned(), value.to_owned())));
        let mut at = at.clone();
        at.set_query(None);
        let answer = see(self.browser.post(at.as_str()).send_form(form).unwrap());
        let back: Url = answer.header("location").parse().unwrap();
        assert_eq!(back.path(), "/oauth/google/callback", "{answer:?}");
        format!("{}?{}", back.path(), back.query().unwrap())
    }

    /// The person consents to everything: the path that they are sent back to.
    fn consent(&self) -> String {
        self.decide(&self.begin(), "allow", |_| true)
    }

    fn get(&self, path: &str) -> Seen {
        self.ask("GET", path, &[])
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Seen {
        let request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.gateway.url()));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        see(self.browser.run(request.body(()).unwrap()).unwrap())
    }

    /// A `GET`, or a `POST` of an empty form.
    fn ask_form(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Seen {
        if method == "POST" { self.post_with(path, &[], headers) } else { self.ask(method, path, headers) }
    }

    fn post(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        self.post_with(path, fields, &[])
    }

    fn post_with(&self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Seen {
        let request = self.browser.post(format!("{}{path}", self.gateway.url()));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        see(request.send_form(fields.iter().copied()).unwrap())
    }

    fn confirm(&self, page: &Seen) -> Seen {
        self.post("/oauth/google/confirm", &[("ticket", page.ticket())])
    }

    fn link(&self) -> serde_json::Value {
        self.gateway.ask_as(PHONE, "GET", "/link", None).json
    }
}
