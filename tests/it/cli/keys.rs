//! `pasarela key`, with no gateway running and beside one.

use std::fs;

use serde_json::Value;

use super::{mode, pasarela, ran, set_up};
use testing::gateway::Gateway;

#[test]
fn a_key_is_printed_once_alone_on_its_line_and_listed_without_it() {
    let folder = set_up();
    let run = |args: &[&str]| ran(&mut pasarela(folder.path(), args));
    assert_eq!(run(&["client", "add", "erp-norte"]).0, 0);
    let (code, result, aside) = run(&["key", "create", "--client", "erp-norte", "--scopes", "events:read,keys:write"]);
    assert_eq!(code, 0, "{aside}");
    let key = result.strip_suffix('\n').unwrap();
    assert!(key.starts_with("pas_live_") && key.len() == 66 && !key.contains('\n'), "{result}");
    assert!(aside.contains("key_") && aside.contains("shown this once"), "{aside}");
    let (code, listed, _) = run(&["key", "list", "--client", "erp-norte", "--json"]);
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!((code, listed.as_array().unwrap().len()), (0, 1));
    assert_eq!(
        (&listed[0]["state"], &listed[0]["scopes"]),
        (&"active".into(), &serde_json::json!(["events:read", "keys:write"]))
    );
    assert!(!listed.to_string().contains(&key[17..]), "nothing that is kept shows it again");
    let id = listed[0]["id"].as_str().unwrap();
    let file = folder.path().join("erp.key");
    let (code, result, aside) = run(&["key", "rotate", id, "--overlap", "0s", "--out", "erp.key"]);
    assert_eq!((code, result.as_str()), (0, ""), "{aside}");
    assert!(fs::read_to_string(&file).unwrap().starts_with("pas_live_"));
    assert_eq!(mode(&file), 0o600);
    let (code, _, complaint) = run(&["key", "create", "--client", "erp-norte", "--out", "erp.key"]);
    assert!(code == 1 && complaint.contains("is there already; no key was made"), "{complaint}");
    let (code, _, complaint) = run(&["key", "rotate", id]);
    assert!(code == 1 && complaint.contains("over"), "{complaint}");
    assert_eq!(run(&["key", "revoke", id]).0, 0);
    let (_, listed, _) = run(&["key", "list"]);
    assert!(listed.contains("revoked") && listed.contains("active"), "{listed}");
}

#[test]
fn what_is_said_wrongly_about_keys_is_told_with_what_is_right() {
    let folder = set_up();
    let run = |args: &[&str]| ran(&mut pasarela(folder.path(), args));
    let cases: [(&[&str], i32, &str); 8] = [
        (&["key"], 2, "Usage:"),
        (&["key", "create"], 2, "--client"),
        (&["key", "create", "--client", "nobody"], 1, "pasarela client list"),
        (&["key", "create", "--client", "puentes", "--scopes", "admin"], 2, "events:read"),
        (&["key", "create", "--client", "puentes", "--network", "10.0.0.0/33"], 2, "203.0.113.0/24"),
        (&["key", "create", "--client", "puentes", "--expires", "yesterday"], 2, "90d"),
        (&["key", "create", "--client", "puentes", "--holder", "not a phone"], 2, "phone"),
        (&["key", "revoke", "key_1"], 1, "pasarela key list"),
    ];
    for (args, exit, says) in cases {
        let (code, result, complaint) = run(args);
        assert_eq!((code, result.as_str()), (exit, ""), "{args:?}: {complaint}");
        assert!(complaint.contains(says), "{args:?}: {complaint}");
    }
    let (code, result, aside) = run(&["key", "list"]);
    assert_eq!((code, result.as_str()), (0, ""));
    assert!(aside.contains("pasarela key create --client"), "{aside}");
}

#[test]
fn a_key_that_is_made_beside_a_running_gateway_opens_at_once_and_one_that_is_revoked_does_no_more() {
    let gateway = Gateway::start(&[], "");
    let config = gateway.config();
    let run = |args: &[&str]| {
        let args: Vec<&str> = args.iter().copied().chain(["--config", config.to_str().unwrap()]).collect();
        ran(&mut pasarela(config.parent().unwrap(), &args))
    };
    let (code, key, aside) = run(&["key", "create", "--client", "puentes"]);
    assert_eq!(code, 0, "{aside}");
    let bearer = format!("Bearer {}", key.trim());
    let ask = || gateway.client().send("GET", "/api/v1/keys", &[("Authorization", bearer.as_str())], b"").unwrap();
    let listed = ask();
    assert_eq!(listed.status, 200);
    let id = listed.json()["keys"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(run(&["key", "revoke", &id]).0, 0);
    assert_eq!(ask().status, 401, "also where it is remembered");
}
