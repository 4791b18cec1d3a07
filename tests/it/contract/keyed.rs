//! The family of client systems: who is let in with which key, to what, and what everybody else is told.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use pasarela::clients::puentes;
use pasarela::clock::Clock;
use pasarela::ids::Tenant;
use pasarela::scope::{Scope, Scopes};
use pasarela::trail::Actor;
use serde_json::{Value, json};
use testing::in_process::{Answer, TestGateway};

use super::{expect, of_client_systems, served};

/// Where an operation of this family may stand: the closed table of the design, by the first words of a path.
const PATHS: &[&str] = &[
    "/api/v1/calendar/events",
    "/api/v1/calendar/free-busy",
    "/api/v1/calendar/feeds",
    "/api/v1/calendar/sync/{provider}/",
    "/api/v1/calendar/link",
    "/api/v1/calendar/page-link",
    "/api/v1/changes",
    "/api/v1/keys",
    "/api/v1/client-system",
    "/api/v1/provider-clients",
    "/api/v1/audit",
    "/api/v1/webhooks",
    "/api/v1/notices",
    "/api/v1/calendar/schedules",
    "/api/v1/calendar/holiday-sets",
    "/api/v1/calendar/resources",
    "/api/v1/calendar/busy-sources",
    "/api/v1/calendar/appointments/types",
    "/api/v1/calendar/appointments/holds",
    "/api/v1/calendar/appointments/book",
    "/api/v1/calendar/appointments/bookings",
    "/api/v1/integrations",
    "/api/v1/companies/{id}/integrations",
    "/v1/customer-calendars",
    "/mcp",
];

/// The closed list of scopes, in the order of the design.
const SCOPES: &str = "events:read events:write private:read links:read links:write feeds:write changes:read webhooks:write \
                      notices:read types:write bookings:read bookings:write customers:read customers:write \
                      integrations:write keys:write settings:write audit:read calendar:read calendar:book calendar:cancel";

pub(super) fn puentes() -> Tenant {
    Tenant::proven(puentes::ID)
}

pub(super) fn list(gateway: &TestGateway, key: &str) -> Answer {
    gateway.ask_keyed(key, "", "GET", "/api/v1/keys", None)
}

/// A path with something in the place of each id.
pub(super) fn filled(path: &str) -> String {
    let mut parts = path.split(['{', '}']);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    while let (Some(_), Some(rest)) = (parts.next(), parts.next()) {
        whole.push('x');
        whole.push_str(rest);
    }
    whole
}

#[test]
fn paths_and_scopes_are_those_of_the_closed_tables() {
    let document: Value = serde_yaml::from_str(&pasarela::api::openapi_yaml()).unwrap();
    let words: Vec<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
    assert_eq!(words, SCOPES.split_whitespace().collect::<Vec<_>>());
    let all = of_client_systems(&document);
    assert!(!all.is_empty());
    for (method, path, operation) in all {
        let stands = |start: &str| {
            let rest = path.strip_prefix(start);
            rest.is_some_and(|rest| start.ends_with('/') || rest.is_empty() || rest.starts_with('/'))
        };
        assert!(PATHS.iter().any(|start| stands(start)), "{method} {path}");
        let scope = operation["x-scope"].as_str().unwrap();
        assert!(Scope::from_word(scope).is_some(), "{method} {path} {scope}");
        assert!(operation["description"].as_str().unwrap().contains(&format!("`{scope}`")), "{method} {path}");
    }
    for (method, path, _) in super::of_puentes(&document) {
        let puentes = ["/link", "/events", "/resync", "/healthz", "/readyz"];
        assert!(puentes.iter().any(|start| path.starts_with(start)), "{method} {path} is in no family");
    }
}

#[test]
fn no_operation_lets_anybody_in_without_a_key_that_has_its_scope() {
    let gateway = TestGateway::start();
    let unknown = format!("pas_live_{}", "0".repeat(57));
    let mut told = BTreeSet::new();
    for (method, path, operation) in of_client_systems(&served(&gateway)) {
        let (name, path) = (operation["operationId"].as_str().unwrap(), filled(&path));
        let body = matches!(method.as_str(), "POST" | "PUT" | "PATCH").then(|| json!({}));
        for headers in [
            vec![],
            vec![("Authorization", "Bearer nonsense")],
            vec![("X-Api-Key", unknown.as_str())],
            vec![("Authorization", "Basic eDp5")],
            vec![("X-Phone-Number", "+593991234567"), ("X-Secure-Key", "wrong")],
        ] {
            let answer = gateway.send(&method, &path, &headers, body.clone());
            expect(&gateway, name, &answer, 401, "invalid_key");
            assert!(answer.header("www-authenticate").starts_with("Bearer"), "{answer:?}");
            assert_eq!(answer.header("cache-control"), "no-store");
        }
        let scope = Scope::from_word(operation["x-scope"].as_str().unwrap()).unwrap();
        let others = gateway.api_key(puentes(), Scopes::all().without([scope].into_iter().collect()));
        let answer = gateway.ask_keyed(&others, "+593991234567", &method, &path, body.clone());
        expect(&gateway, name, &answer, 403, "scope_missing");
        assert_eq!(answer.json["scope"], scope.as_str());
        told.insert(scope);
        if operation["parameters"].to_string().contains("CustomerId") {
            let alone = gateway.api_key(puentes(), [scope].into_iter().collect());
            let answer = gateway.ask_keyed(&alone, "", &method, &path, body.clone());
            expect(&gateway, name, &answer, 400, "holder_missing");
            for bad in ["x\u{85}y", &"x".repeat(256), "not a phone"] {
                let answer = gateway.ask_keyed(&alone, bad, &method, &path, body.clone());
                expect(&gateway, name, &answer, 422, "invalid_holder");
            }
        }
    }
    assert!(!told.is_empty());
}

#[test]
fn a_key_opens_until_it_is_revoked_or_its_time_is_over_and_is_told_which() {
    let clock = Clock::standing(Timestamp::from_second(1_796_000_000).unwrap());
    let gateway = TestGateway::at("", clock.clone());
    let ends = clock.now() + Duration::from_secs(3_600);
    let key = gateway.api_key_of(puentes(), |key| key.expires_at = Some(ends));
    let kept = gateway.api_key(puentes(), Scopes::all());
    // The second time it is remembered.
    assert_eq!([list(&gateway, &key).status, list(&gateway, &key).status], [200, 200]);
    clock.advance(Duration::from_secs(3_600));
    let over = list(&gateway, &key);
    expect(&gateway, "list_keys", &over, 401, "invalid_key");
    assert!(over.json["detail"].as_str().unwrap().contains("expired at 2026-11-30T"), "{over:?}");
    let listed = list(&gateway, &kept).json;
    let states: BTreeSet<&str> =
        listed["keys"].as_array().unwrap().iter().map(|key| key["state"].as_str().unwrap()).collect();
    assert_eq!(states, BTreeSet::from(["active", "expired"]));
    assert!(!listed.to_string().contains(&kept[17..]), "the secret is shown by nothing");
}

#[test]
fn a_key_is_used_from_its_networks_alone() {
    let gateway = TestGateway::start();
    for (network, status) in [("127.0.0.0/8", 200), ("10.0.0.0/8", 403)] {
        let key = gateway.api_key_of(puentes(), |key| key.networks = vec![network.parse().unwrap()]);
        for _ in 0..2 {
            let answer = list(&gateway, &key);
            expect(&gateway, "list_keys", &answer, status, if status == 403 { "network_not_allowed" } else { "" });
        }
    }
}

#[test]
fn a_key_of_one_holder_says_nothing_for_the_client_system() {
    let gateway = TestGateway::start();
    let holder = puentes().holder(pasarela::ids::HolderKey::from_canonical("+593991234567"));
    let key = gateway.api_key_of(puentes(), |key| key.pinned = Some(holder.key));
    expect(&gateway, "list_keys", &list(&gateway, &key), 403, "holder_mismatch");
}

#[test]
fn what_proves_twice_or_otherwise_is_taken_only_where_it_is_the_same() {
    let gateway = TestGateway::start();
    let key = gateway.api_key(puentes(), Scopes::all());
    let bearer = format!("bearer  {key}");
    let get = |headers: &[(&str, &str)]| gateway.send("GET", "/api/v1/keys", headers, None).status;
    assert_eq!(get(&[("X-Api-Key", &key)]), 200);
    assert_eq!(get(&[("Authorization", &bearer)]), 200, "the scheme in any case");
    assert_eq!(get(&[("Authorization", &bearer), ("X-Api-Key", &key)]), 200);
    let other = gateway.api_key(puentes(), Scopes::all());
    assert_eq!(get(&[("Authorization", &bearer), ("X-Api-Key", &other)]), 401);
    assert_eq!(get(&[("Authorization", &key)]), 401);
    assert_eq!(
        gateway.send("GET", &format!("/api/v1/keys?api_key={key}"), &[], None).status,
        401,
        "never in an address"
    );
}

#[test]
fn a_wrong_key_and_an_unknown_one_get_the_same_answer_and_many_are_told_to_wait_while_the_right_one_passes() {
    let gateway = TestGateway::start();
    let (key, other) = (gateway.api_key(puentes(), Scopes::all()), gateway.api_key(puentes(), Scopes::all()));
    let told = |key: &str| {
        let answer = gateway.send("GET", "/api/v1/keys", &[("X-Api-Key", key), ("X-Request-Id", "r")], None);
        (answer.status, answer.text)
    };
    // The id of one key, the secret of another: with a checksum that fits, as whoever guesses would make it.
    let mixed = checked(&format!("{}{}", &key[..17], &other[17..60]));
    let unknown = checked(&format!("pas_live_00000000{}", &other[17..60]));
    assert_eq!(told(&mixed), told(&unknown));
    assert_eq!(told(&mixed), told("pas_live_"), "nor is the form told from the secret");
    assert_eq!(told(&mixed).0, 401);
    for _ in 0..100 {
        told(&mixed);
    }
    let waits = gateway.send("GET", "/api/v1/keys", &[("X-Api-Key", &unknown)], None);
    expect(&gateway, "list_keys", &waits, 429, "too_many_attempts");
    assert_eq!(told(&key).0, 200, "the right one passes whatever came before it");
}

/// A body of a key with its checksum: CRC-32 in base 62.
fn checked(body: &str) -> String {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut rest = crc32fast::hash(body.as_bytes()) as usize;
    let mut digits = [0_u8; 6];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[rest % 62];
        rest /= 62;
    }
    format!("{body}{}", std::str::from_utf8(&digits).unwrap())
}

#[test]
fn a_key_of_a_suspended_client_system_is_told_so_and_opens_again_once_that_is_over() {
    let gateway = TestGateway::start();
    let erp = gateway.client("erp");
    let key = gateway.api_key(erp, Scopes::all());
    assert_eq!(list(&gateway, &key).status, 200);
    let tenants = &gateway.engine().app.tenants;
    tenants.suspend(erp, &Actor::operator(None)).unwrap();
    let fresh = gateway.api_key(erp, Scopes::all());
    for key in [&key, &fresh] {
        expect(&gateway, "list_keys", &list(&gateway, key), 403, "client_suspended");
    }
    tenants.resume(erp, &Actor::operator(None)).unwrap();
    assert_eq!([list(&gateway, &key).status, list(&gateway, &fresh).status], [200, 200]);
}

#[test]
fn who_asks_too_much_is_told_when_to_ask_again_and_others_go_on() {
    let clock = Clock::standing(Timestamp::from_second(1_796_000_000).unwrap());
    let gateway = TestGateway::at("[limits]\nkey_per_second = 1\nkey_burst = 3", clock.clone());
    let (key, other) = (gateway.api_key(puentes(), Scopes::all()), gateway.api_key(puentes(), Scopes::all()));
    assert_eq!([0; 3].map(|_| list(&gateway, &key).status), [200; 3]);
    let refused = list(&gateway, &key);
    expect(&gateway, "list_keys", &refused, 429, "rate_limited");
    assert_eq!((refused.header("retry-after"), &refused.json["retry_after"]), ("1", &json!(1)));
    assert_eq!(list(&gateway, &other).status, 200);
    clock.advance(Duration::from_secs(1));
    assert_eq!([0; 2].map(|_| list(&gateway, &key).status), [200, 429]);
    let chosen = json!({"limits": {"per_key": {"per_second": 2, "burst": 90}}});
    let chosen = chosen.as_object().unwrap();
    gateway.engine().app.tenants.choose(puentes(), chosen, &Actor::operator(None)).unwrap();
    assert_eq!([0; 5].map(|_| list(&gateway, &key).status), [200; 5], "what it has chosen comes first");
}
