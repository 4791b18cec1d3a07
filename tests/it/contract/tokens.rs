//! Tokens that a client system signs for its own users, and pages of its that call with them.

use std::time::Duration;

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use pasarela::clock::Clock;
use pasarela::ids::Tenant;
use pasarela::scope::{Scope, Scopes};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256};
use serde_json::{Value, json};
use testing::in_process::{Answer, TestGateway};

use super::{expect, of_client_systems, served};

const NOW: i64 = 1_796_000_000;
const SECRET: &str = "an invented secret of the tests, of 32 bytes and more";
const AUDIENCE: &str = "http://127.0.0.1:8080";
/// What is about a holder, and needs `links:read`.
const HOLDER_S: &str = "/api/v1/calendar/link";
const OWN: &str = "/api/v1/client-system";

/// A gateway with a client system, and a key that may do everything for it.
struct Play {
    gateway: TestGateway,
    clock: Clock,
    erp: Tenant,
    key: String,
}

impl Play {
    fn begin() -> Self {
        let clock = Clock::standing(Timestamp::from_second(NOW).unwrap());
        let gateway = TestGateway::at("", clock.clone());
        let erp = gateway.client("erp");
        let key = gateway.api_key(erp, Scopes::all());
        Self { gateway, clock, erp, key }
    }

    fn change(&self, body: Value) -> Answer {
        self.gateway.ask_keyed(&self.key, "", "PATCH", OWN, Some(body))
    }

    /// Registers a key, and answers what is told of it.
    fn register(&self, name: &str, key: Value) -> Value {
        let answer = self.change(json!({"token_keys": {name: key}}));
        expect(&self.gateway, "change_client_system", &answer, 200, "");
        answer.json["token_keys"][name].clone()
    }

    /// Asks with a token for what is about a holder.
    fn ask(&self, token: &str, headers: &[(&str, &str)]) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers: Vec<_> = [("Authorization", bearer.as_str())].into_iter().chain(headers.iter().copied()).collect();
        self.gateway.send("GET", HOLDER_S, &headers, None)
    }

    fn is_let_in(&self, token: &str) -> bool {
        let answer = self.ask(token, &[]);
        assert!(![500, 403].contains(&answer.status), "{answer:?}");
        answer.status != 401
    }
}

fn claims() -> Value {
    json!({"iss": "erp", "sub": "user-7", "aud": AUDIENCE, "exp": NOW + 600})
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    match value {
        Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
        value => claims[name] = value,
    }
    claims
}

fn signed(header: &Header, claims: &Value, key: &EncodingKey) -> String {
    encode(header, claims, key).unwrap()
}

fn hs256(claims: &Value) -> String {
    signed(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(SECRET.as_bytes()).unwrap())
}

fn web() -> Value {
    json!({"alg": "HS256", "secret": SECRET, "scopes": ["links:read"]})
}

#[test]
fn a_token_of_each_kind_lets_its_own_holder_in_and_its_secret_is_never_shown() {
    let play = Play::begin();
    let shown = play.register("web", web());
    assert_eq!((&shown["alg"], &shown["secret_set"]), (&json!("HS256"), &json!(true)));
    let (rsa, curve) =
        (KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap(), KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap());
    play.register("rsa", json!({"alg": "RS256", "public_key": rsa.public_key_pem(), "scopes": ["links:read"]}));
    play.register(
        "curve",
        json!({"alg": "ES256", "kid": "k1", "public_key": curve.public_key_pem(), "scopes": ["links:read"]}),
    );
    assert!(play.is_let_in(&hs256(&claims())));
    let rsa = EncodingKey::from_rsa_pem(rsa.serialize_pem().as_bytes()).unwrap();
    assert!(play.is_let_in(&signed(&Header::new(Algorithm::RS256), &claims(), &rsa)));
    let curve = EncodingKey::from_ec_pem(curve.serialize_pem().as_bytes()).unwrap();
    let mut header = Header::new(Algorithm::ES256);
    assert!(!play.is_let_in(&signed(&header, &claims(), &curve)), "without the kid that is registered");
    header.kid = Some("k1".to_owned());
    assert!(play.is_let_in(&signed(&header, &claims(), &curve)));
    let own = play.gateway.ask_keyed(&play.key, "", "GET", OWN, None);
    assert!(!own.text.contains("invented") && own.json["token_keys"].as_object().unwrap().len() == 3, "{own:?}");
    let by_id = with("iss", own.json["id"].clone());
    assert!(play.is_let_in(&hs256(&by_id)), "iss is the id as well as the slug");
}

#[test]
fn a_document_of_public_keys_takes_each_by_its_kid_and_no_private_one() {
    let play = Play::begin();
    let pairs = [0, 1].map(|_| KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap());
    let jwk = |at: usize| {
        let key = EncodingKey::from_ec_pem(pairs[at].serialize_pem().as_bytes()).unwrap();
        let jwk = jsonwebtoken::jwk::Jwk::from_encoding_key(&key, Algorithm::ES256).unwrap();
        let mut jwk = serde_json::to_value(jwk).unwrap();
        jwk["kid"] = format!("k{at}").into();
        jwk
    };
    let mut private = jwk(0);
    private["d"] = "AAAA".into();
    let scopes = ["links:read"];
    let refused =
        play.change(json!({"token_keys": {"web": {"alg": "ES256", "jwks": {"keys": [private]}, "scopes": scopes}}}));
    expect(&play.gateway, "change_client_system", &refused, 422, "invalid_field");
    play.register("web", json!({"alg": "ES256", "jwks": {"keys": [jwk(0), jwk(1)]}, "scopes": scopes}));
    for (at, pair) in pairs.iter().enumerate() {
        let key = EncodingKey::from_ec_pem(pair.serialize_pem().as_bytes()).unwrap();
        let token =
            |kid: &str| signed(&Header { kid: Some(kid.to_owned()), ..Header::new(Algorithm::ES256) }, &claims(), &key);
        assert!(play.is_let_in(&token(&format!("k{at}"))));
        assert!(!play.is_let_in(&token(&format!("k{}", 1 - at))), "signed with another than it names");
    }
}

#[test]
fn what_is_not_as_it_should_be_lets_nobody_in() {
    let play = Play::begin();
    play.register("web", web());
    for (name, value) in [
        ("iss", Value::Null),
        ("sub", Value::Null),
        ("aud", Value::Null),
        ("exp", Value::Null),
        ("iss", json!("puentes")),
        ("iss", json!("nobody")),
        ("aud", json!("https://elsewhere.example")),
        ("sub", json!("")),
        ("sub", json!("a\u{7}b")),
        ("sub", json!("x".repeat(256))),
        ("exp", json!(NOW - 61)),
        ("exp", json!(NOW + 3_700)),
        ("exp", json!("soon")),
        ("nbf", json!(NOW + 120)),
        ("iat", json!(NOW + 120)),
        ("iat", json!(NOW - 7_200)),
    ] {
        assert!(!play.is_let_in(&hs256(&with(name, value.clone()))), "{name} {value}");
    }
    for (name, value) in [
        ("exp", json!(NOW - 59)),
        ("exp", json!(NOW + 3_600)),
        ("nbf", json!(NOW + 59)),
        ("aud", json!([AUDIENCE, "https://elsewhere.example"])),
        ("aud", json!(format!("{AUDIENCE}/"))),
    ] {
        assert!(play.is_let_in(&hs256(&with(name, value.clone()))), "{name} {value}");
    }
    let over = play.ask(&hs256(&with("exp", json!(NOW - 61))), &[]);
    assert!(over.json["detail"].as_str().unwrap().contains("expired at"), "who signed it is told: {over:?}");
    play.clock.advance(Duration::from_secs(700));
    assert!(!play.is_let_in(&hs256(&claims())), "it was good ten minutes ago");
}

/// The oldest tricks: no algorithm, another than the registered one, and a public key in the place of a secret.
#[test]
fn the_algorithm_is_the_registered_one() {
    let play = Play::begin();
    let rsa = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
    play.register("rsa", json!({"alg": "RS256", "public_key": rsa.public_key_pem(), "scopes": ["links:read"]}));
    let as_secret = EncodingKey::from_secret(rsa.public_key_pem().as_bytes()).unwrap();
    assert!(!play.is_let_in(&signed(&Header::new(Algorithm::HS256), &claims(), &as_secret)));
    let good = signed(
        &Header::new(Algorithm::RS256),
        &claims(),
        &EncodingKey::from_rsa_pem(rsa.serialize_pem().as_bytes()).unwrap(),
    );
    assert!(play.is_let_in(&good));
    let parts: Vec<&str> = good.split('.').collect();
    let none = data_encoding::BASE64URL_NOPAD.encode(br#"{"alg":"none","typ":"JWT"}"#);
    for forged in [
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
    ] {
        assert!(!play.is_let_in(&forged), "{forged}");
    }
    play.register("web", web());
    let other = EncodingKey::from_secret(SECRET.as_bytes()).unwrap();
    assert!(!play.is_let_in(&signed(&Header::new(Algorithm::HS512), &claims(), &other)));
}

#[test]
fn a_token_speaks_for_its_own_holder_with_the_scopes_of_its_key_and_not_for_the_client_system() {
    let play = Play::begin();
    play.register("web", web());
    let token = hs256(&claims());
    let other = play.ask(&token, &[("X-Customer-Id", "user-8")]);
    assert_eq!((other.status, other.code()), (403, "holder_mismatch"));
    assert_ne!(play.ask(&token, &[("X-Customer-Id", "user-7")]).status, 403);
    let bearer = format!("Bearer {token}");
    for (method, path, operation) in of_client_systems(&served(&play.gateway)) {
        if operation["x-scope"] == "links:read" {
            continue;
        }
        let path = super::keyed::filled(&path);
        let body = (method != "GET" && method != "DELETE").then(|| json!({}));
        let answer = play.gateway.send(&method, &path, &[("Authorization", &bearer)], body);
        assert_eq!((answer.status, answer.code()), (403, "scope_missing"), "{method} {path}");
    }
    let mighty =
        play.register("mighty", json!({"alg": "HS256", "kid": "m", "secret": SECRET, "scopes": ["keys:write"]}));
    assert_eq!(mighty["scopes"], json!(["keys:write"]));
    let header = Header { kid: Some("m".to_owned()), ..Header::new(Algorithm::HS256) };
    let token = signed(&header, &claims(), &EncodingKey::from_secret(SECRET.as_bytes()).unwrap());
    play.change(json!({"token_keys": {"web": null}}));
    let bearer = format!("Bearer {token}");
    let answer = play.gateway.send("GET", "/api/v1/keys", &[("Authorization", &bearer)], None);
    assert_eq!((answer.status, answer.code()), (403, "holder_mismatch"), "a person is no client system");
}

#[test]
fn a_key_for_tokens_ends_at_once_and_what_it_gives_is_no_more_than_who_registers_it_has() {
    let play = Play::begin();
    play.register("web", web());
    assert!(play.is_let_in(&hs256(&claims())));
    assert_eq!(play.change(json!({"token_keys": {"web": null}})).json["token_keys"], json!({}));
    assert!(!play.is_let_in(&hs256(&claims())));
    let small = play.gateway.api_key(play.erp, [Scope::SettingsWrite].into_iter().collect());
    let refused = play.gateway.ask_keyed(&small, "", "PATCH", OWN, Some(json!({"token_keys": {"web": web()}})));
    expect(&play.gateway, "change_client_system", &refused, 403, "scope_missing");
    assert_eq!(refused.json["scope"], "links:read");
}

#[test]
fn a_change_that_can_not_be_is_refused_by_its_field_and_changes_nothing() {
    let play = Play::begin();
    let before = play.gateway.ask_keyed(&play.key, "", "GET", OWN, None).json;
    let eleven: serde_json::Map<String, Value> = (0..11).map(|n| (format!("k{n}"), web())).collect();
    for (field, code, body) in [
        ("locale", "invalid_field", json!({"display_name": "Norte", "locale": "fr"})),
        ("time_zon", "unknown_field", json!({"time_zon": "UTC"})),
        ("limits", "invalid_field", json!({"limits": {"per_key": {"per_second": 10_000, "burst": 10_000}}})),
        ("token_keys", "invalid_field", json!({"token_keys": []})),
        (
            "token_keys",
            "invalid_field",
            json!({"locale": "pt", "token_keys": {"a": {"alg": "HS256", "secret": "short", "scopes": ["links:read"]}}}),
        ),
        (
            "token_keys",
            "invalid_field",
            json!({"token_keys": {"a": {"alg": "RS256", "secret": SECRET, "scopes": ["links:read"]}}}),
        ),
        (
            "token_keys",
            "invalid_field",
            json!({"token_keys": {"a": {"alg": "RS256", "public_key": "x", "scopes": ["links:read"]}}}),
        ),
        ("token_keys", "invalid_field", json!({"token_keys": {"a": {"alg": "HS256", "secret": SECRET, "scopes": []}}})),
        ("token_keys", "invalid_field", json!({"token_keys": {"": web()}})),
        ("token_keys", "invalid_field", json!({"token_keys": eleven})),
        (
            "alg",
            "invalid_field",
            json!({"token_keys": {"a": {"alg": "none", "secret": SECRET, "scopes": ["links:read"]}}}),
        ),
        (
            "secrets",
            "unknown_field",
            json!({"token_keys": {"a": {"alg": "HS256", "secrets": SECRET, "scopes": ["links:read"]}}}),
        ),
    ] {
        let refused = play.change(body.clone());
        expect(&play.gateway, "change_client_system", &refused, 422, code);
        assert_eq!(refused.json["field"], field, "{body}");
        assert!(!refused.text.contains("invented"), "{refused:?}");
    }
    assert_eq!(play.gateway.ask_keyed(&play.key, "", "GET", OWN, None).json, before);
    let changed = play.change(json!({"locale": "pt", "branding": {"accent": "#0B5CAD"}})).json;
    assert_eq!((&changed["locale"], &changed["branding"]["accent"]), (&json!("pt"), &json!("#0b5cad")));
    assert_eq!(play.change(json!({"locale": null, "branding": null})).json, before);
}

#[test]
fn a_page_is_answered_where_its_client_system_named_its_site_and_only_with_a_token() {
    let play = Play::begin();
    let site = "https://erp.example.org";
    play.register("web", web());
    assert_eq!(play.change(json!({"allowed_origins": [site]})).status, 200);
    let allowed = |answer: &Answer| answer.header("access-control-allow-origin").to_owned();
    let preflight = |origin: &str| {
        let headers = [("Origin", origin), ("Access-Control-Request-Method", "GET")];
        play.gateway.send("OPTIONS", HOLDER_S, &headers, None)
    };
    let may = preflight(site);
    assert_eq!((may.status, allowed(&may).as_str()), (204, site));
    assert!(may.header("access-control-allow-headers").contains("Authorization"), "{may:?}");
    assert_eq!(may.header("access-control-allow-credentials"), "");
    for other in
        ["https://elsewhere.example", "null", "https://erp.example.org.elsewhere.example", "https://erp.example.or"]
    {
        assert_eq!((preflight(other).status, allowed(&preflight(other)).as_str()), (204, ""), "{other}");
        let refused = play.ask(&hs256(&claims()), &[("Origin", other)]);
        assert_eq!(
            (refused.status, refused.code(), allowed(&refused).as_str()),
            (403, "origin_not_allowed", ""),
            "{other}"
        );
    }
    let answer = play.ask(&hs256(&claims()), &[("Origin", site)]);
    assert_eq!((allowed(&answer).as_str(), answer.header("vary")), (site, "Origin"), "{answer:?}");
    let over = play.ask(&hs256(&with("exp", json!(NOW - 61))), &[("Origin", site)]);
    assert_eq!(
        (over.status, allowed(&over).as_str()),
        (401, site),
        "or its page could not know that it is to sign anew"
    );
    let keyed = play.gateway.send("GET", "/api/v1/keys", &[("X-Api-Key", &play.key), ("Origin", site)], None);
    assert_eq!((keyed.status, allowed(&keyed).as_str()), (200, ""), "a key is no page's");
    let own = play.ask(&hs256(&claims()), &[("Origin", AUDIENCE)]);
    assert_ne!(own.status, 403, "our own pages need no name");
}
