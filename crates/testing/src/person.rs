//! The person who consents, as a browser does.

use serde_json::json;
use url::{Url, form_urlencoded};

use simulators::google::USER;

use crate::gateway::{Gateway, Phone};
use crate::wire::Client;

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// What a consent leaves in a browser: nobody else may ever see it.
#[derive(Debug)]
pub struct Left {
    /// `state` of the address that Google sent them back to.
    pub state: String,
    /// `code` of that address.
    pub code: String,
    /// What the forms of our page carried.
    pub ticket: String,
}

/// Links `phone` with the Google at `google`.
pub fn consents(gateway: &Gateway, phone: &Phone, google: &str) -> Left {
    let headers = [("Content-Type", "application/json")];
    let asked =
        gateway.client().send("POST", "/link", &headers, &phone.body(json!({"provider": "google"}))).unwrap().json();
    let address: Url = asked["authorization_url"].as_str().unwrap().parse().unwrap();
    let scope = address.query_pairs().find(|(name, _)| name == "scope").unwrap().1.into_owned();
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(address.query_pairs()).append_pair("decision", "allow").append_pair("user", USER);
    for scope in scope.split(' ').filter(|scope| scope.starts_with("https:")) {
        form.append_pair("grant", scope);
    }
    let mut client = Client::new(google.trim_start_matches("http://"));
    let sent = client.send("POST", "/o/oauth2/v2/auth", &[FORM], form.finish().as_bytes()).unwrap();
    let back: Url = sent.message.header("location").unwrap().parse().unwrap();
    let path = format!("{}?{}", back.path(), back.query().unwrap());
    let page = gateway.client().send("GET", &path, &[], b"").unwrap().text();
    let ticket = page.split("name=\"ticket\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let body = form_urlencoded::Serializer::new(String::new()).append_pair("ticket", &ticket).finish();
    let linked = gateway.client().send("POST", "/oauth/google/confirm", &[FORM], body.as_bytes()).unwrap();
    assert_eq!(linked.status, 200, "{}", linked.text());
    let value = |name: &str| back.query_pairs().find(|(n, _)| n == name).unwrap().1.into_owned();
    Left { state: value("state"), code: value("code"), ticket }
}
