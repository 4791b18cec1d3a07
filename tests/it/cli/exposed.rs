//! Secrets that can be guessed, and files that more people may read than have to.

use super::*;

#[test]
fn check_refuses_a_secret_that_can_be_found_by_trying() {
    let folder = set_up();
    let check = |secret: &str| ran(pasarela(folder.path(), &["check"]).env("PASARELA_PUENTES__SECRET", secret));
    for (secret, says) in [
        ("nineteen characters", "shorter than 20 characters"),
        ("ñandúñandúñandúñandú", "fewer than 8 different characters"),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "fewer than 8 different characters"),
    ] {
        let (code, result, complaint) = check(secret);
        assert_eq!((code, complaint.contains("1 to mend")), (1, true), "{secret}: {result}{complaint}");
        assert!(result.contains("✗ puentes.secret ") && result.contains(says), "{result}");
        assert!(!result.contains(secret), "{result}");
    }
    let (code, result, _) = check("these are 20 signs ñ");
    assert!(code == 0 && !result.contains("puentes.secret"), "{result}");
}

#[test]
fn files_with_secrets_that_everybody_may_read_are_named() {
    let folder = set_up();
    let open = |name: &str, mode: u32| {
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    let tls = [
        ("PASARELA_SERVER__TLS__CERTIFICATE", "chain.pem"),
        ("PASARELA_SERVER__TLS__PRIVATE_KEY", "key.pem"),
        ("PASARELA_SERVER__PUBLIC_URL", "https://localhost"),
        ("PASARELA_SERVER__LISTEN", "127.0.0.1:0"),
    ];
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(folder.path().join("chain.pem"), made.cert.pem()).unwrap();
    fs::write(folder.path().join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    fs::write(folder.path().join("data/pasarela.db"), "").unwrap();
    let check = || ran(pasarela(folder.path(), &["check"]).envs(tls)).1;
    for (key, secret, database) in [(0o644, 0o604, 0o640), (0o640, 0o600, 0o600)] {
        for (name, mode) in [("key.pem", key), ("puentes.secret", secret), ("data/pasarela.db", database)] {
            open(name, mode);
        }
        let result = check();
        let lines: Vec<&str> = result.lines().filter(|line| line.starts_with("! files")).collect();
        assert_eq!(lines.len(), if key == 0o644 { 3 } else { 0 }, "{result}");
        let named = ["chmod 600 key.pem", "chmod 600 puentes.secret", "data/pasarela.db"];
        assert!(lines.is_empty() || named.iter().all(|name| lines.concat().contains(name)), "{result}");
    }
    ["key.pem", "data/pasarela.db"].iter().for_each(|name| open(name, 0o644));
    let mut serve = pasarela(folder.path(), &["serve"]);
    let mut gateway = serve.envs(tls).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(gateway.stderr.take().unwrap()).lines().map(Result::unwrap);
    let mut logs = Vec::new();
    for line in lines {
        logs.push(line);
        if logs.last().unwrap().contains("listening") {
            break;
        }
    }
    gateway.kill().unwrap();
    gateway.wait().unwrap();
    let logs = logs.concat();
    assert!(logs.contains("chmod 600 key.pem") && logs.contains("pasarela.db was open to others"), "{logs}");
    assert_eq!(mode(&folder.path().join("data/pasarela.db")), 0o600);
}
