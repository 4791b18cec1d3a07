//! Every setting read, and a table of bad configurations with the words they get.

use std::fs;
use std::net::SocketAddr;

use tempfile::TempDir;

use super::*;
use crate::{profile::Rate, secret::ExposeSecret};

/// The least that a configuration must say.
const SECRET: &str = "[puentes]\nsecret = \"s3creto\"\n";

fn problems(text: &str) -> Vec<String> {
    let errors = Config::from_toml(text).expect_err("this must not be accepted");
    errors.0.iter().map(ToString::to_string).collect()
}

fn env(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn folder_with(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pasarela.toml");
    fs::write(&path, text).unwrap();
    (folder, path)
}

#[test]
fn the_example_file_alone_is_a_whole_configuration() {
    let (folder, path) = folder_with(DEFAULTS);
    fs::write(folder.path().join("puentes.secret"), "s3creto\n").unwrap();
    let example = Config::load(Some(&path), []).unwrap();
    let empty = folder.path().join("empty.toml");
    fs::write(&empty, "").unwrap();
    let defaults = Config::load(Some(&empty), []).unwrap();
    assert_eq!(format!("{example:?}"), format!("{defaults:?}"));
    assert_eq!(example.puentes.secret.expose_secret(), "s3creto");
    assert_eq!(example.sync, Sync::default());
    assert_eq!(example.log, Log::default());
}

#[test]
fn the_optional_settings_of_the_example_are_right_when_they_are_taken_in() {
    for wanted in ["tls", "trusted_proxies"] {
        let uncommented: String = DEFAULTS
            .lines()
            .filter_map(|line| match line.strip_prefix("# ").filter(|rest| rest.contains(" = ")) {
                Some(rest) if rest.starts_with("tls ") || rest.starts_with("trusted_proxies ") => {
                    rest.starts_with(wanted).then_some(rest)
                }
                Some(rest) if rest.starts_with("client_secret_file ") => Some("client_secret = \"g\""),
                Some(rest) => Some(rest).filter(|rest| rest.split(' ').nth(1) == Some("=")),
                None if line.starts_with("public_url") => Some("public_url = \"https://calendar.example.org\""),
                None if line.starts_with("secret_file") => Some("secret = \"s\""),
                None => Some(line),
            })
            .map(|line| format!("{line}\n"))
            .collect();
        let config = Config::from_toml(&uncommented).unwrap();
        assert_eq!(config.server.metrics_listen, "127.0.0.1:9100".parse().ok());
        assert!(config.puentes.events_url.is_some());
        assert_eq!(matches!(config.server.transport, Transport::Tls { .. }), wanted == "tls");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn every_setting_can_be_said_and_arrives() {
    let config = Config::from_toml(
        r#"
        [server]
        listen = "[::]:8443"
        public_url = "https://agenda.example.org:8443"
        tls = { certificate = "/c.pem", private_key = "k.pem" }
        metrics_listen = "[::1]:9100"
        connections = 100
        connections_per_address = 7
        [database]
        path = "/var/lib/p.db"
        [vault]
        identity_file = "/run/id"
        [puentes]
        secret = "0123"
        events_url = "https://10.1.2.3:9000/eventos?tenant=7"
        default_region = "ES"
        [calendar]
        name = "Citas 📅"
        [caldav]
        allowed_hosts = ["Nextcloud.Internal:443", "[::1]:5232", "127.0.0.1:5232"]
        [sync]
        answer_within = "1500ms"
        tick = "2m"
        lanes = 4
        lanes_per_account = 2
        brake_events = 0
        brake_share = 1
        unlink_gives_up_after = "1h 30m"
        [limits]
        key_per_second = 5
        key_burst = 6
        holder_per_second = 7
        holder_burst = 8
        [retention]
        activity_days = 1
        runs_days = 2
        changes_days = 3
        audit_days = 4
        [log]
        level = "warn,pasarela::sync=trace"
        format = "json"
        "#,
    )
    .unwrap();
    assert_eq!(config.server.listen, "[::]:8443".parse::<SocketAddr>().unwrap());
    assert_eq!(config.server.public_url.as_str(), "https://agenda.example.org:8443/");
    let tls = Transport::Tls { certificate: "/c.pem".into(), private_key: "k.pem".into() };
    assert_eq!(config.server.transport, tls);
    assert_eq!(config.server.metrics_listen, "[::1]:9100".parse().ok());
    assert_eq!((config.server.connections, config.server.connections_per_address), (100, 7));
    assert_eq!(config.database, Path::new("/var/lib/p.db"));
    assert_eq!(config.identity_file, Path::new("/run/id"));
    assert_eq!(config.puentes.secret.expose_secret(), "0123");
    assert_eq!(config.puentes.events_url.unwrap().as_str(), "https://10.1.2.3:9000/eventos?tenant=7");
    assert_eq!(config.puentes.default_region, "ES");
    assert_eq!(config.calendar.name, "Citas 📅");
    assert_eq!(config.allowed_hosts, ["nextcloud.internal:443", "[::1]:5232", "127.0.0.1:5232"]);
    assert_eq!(config.extra_roots, [], "files are read in tests of their own");
    let sync = Sync {
        answer_within: Duration::from_millis(1500),
        tick: Duration::from_secs(120),
        lanes: 4,
        lanes_per_account: 2,
        brake_events: 0,
        brake_share: 1.0,
        unlink_gives_up_after: Duration::from_secs(5400),
    };
    assert_eq!(config.sync, sync);
    let kept = Retention { activity_days: 1, runs_days: 2, changes_days: 3, audit_days: 4 };
    assert_eq!(config.retention, kept);
    let rate = |per_second, burst| Rate { per_second, burst };
    assert_eq!(config.limits, UsualRates { per_key: rate(5, 6), per_holder: rate(7, 8) });
    assert_eq!(config.log, Log { level: "warn,pasarela::sync=trace".to_owned(), format: LogFormat::Json });
}

#[test]
fn the_environment_lies_over_the_file_and_keeps_texts_as_they_are() {
    let (_folder, path) =
        folder_with("[puentes]\nsecret = \"from the file\"\n[sync]\nlanes = 3\nlanes_per_account = 3\n");
    let variables = env(&[
        ("PASARELA_PUENTES__SECRET", "007"),
        ("PASARELA_PUENTES__DEFAULT_REGION", "NO"),
        ("PASARELA_SYNC__LANES", "64"),
        ("PASARELA_SYNC__BRAKE_SHARE", "0.25"),
        ("PASARELA_SYNC__TICK", ""),
        ("PASARELA_SERVER__PUBLIC_URL", "https://a.example"),
        ("PASARELA_SERVER__LISTEN", "0.0.0.0:443"),
        ("PASARELA_SERVER__TLS__CERTIFICATE", "/c"),
        ("PASARELA_SERVER__TLS__PRIVATE_KEY", "/k"),
        ("PASARELA_CALDAV__ALLOWED_HOSTS", "127.0.0.1:5232, b.example:8443"),
        ("PASARELA_CONFIG", "/elsewhere"),
        ("PASARELA_PORT_8080_TCP_ADDR", "10.0.0.1"),
        ("PASARELA_SERVICE_HOST", "10.0.0.1"),
        ("HOME", "/root"),
    ]);
    let config = Config::load(Some(&path), variables).unwrap();
    assert_eq!(config.puentes.secret.expose_secret(), "007");
    assert_eq!(config.puentes.default_region, "NO");
    assert_eq!((config.sync.lanes, config.sync.lanes_per_account, config.sync.brake_share), (64, 3, 0.25));
    assert_eq!(config.sync.tick, Sync::default().tick, "an empty variable is none");
    assert!(matches!(config.server.transport, Transport::Tls { .. }));
    assert_eq!(config.allowed_hosts, ["127.0.0.1:5232", "b.example:8443"]);
}

#[test]
fn the_allow_list_entry_of_the_events_endpoint_is_its_host_and_port() {
    let of = |url: &str| {
        let text = format!("[puentes]\nsecret = \"s\"\nevents_url = \"{url}\"\n");
        Config::from_toml(&text).unwrap().puentes.host_and_port()
    };
    assert_eq!(of("https://Puentes.example.org/events").as_deref(), Some("puentes.example.org:443"));
    assert_eq!(of("http://127.0.0.1:9000/e").as_deref(), Some("127.0.0.1:9000"));
    assert_eq!(of("http://[::1]/e").as_deref(), Some("[::1]:80"));
    assert_eq!(of("https://10.0.0.7:8443").as_deref(), Some("10.0.0.7:8443"));
    assert_eq!(Config::from_toml(SECRET).unwrap().puentes.host_and_port(), None);
}

#[test]
fn a_variable_is_named_in_its_error() {
    let variables = env(&[
        ("PASARELA_PUENTES__SECRET", "s"),
        ("PASARELA_SYNC__LANES", "many"),
        ("PASARELA_SERVER__LISTEM", "127.0.0.1:1"),
        ("PASARELA_SERVER_PUBLIC_URL", "https://a.example"),
    ]);
    let errors = Config::load(None, variables).unwrap_err().0;
    let texts: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "sync.lanes: must be a whole number from 1 to 256; many is not [PASARELA_SYNC__LANES]",
            "PASARELA_SERVER_PUBLIC_URL: is no setting; section and key are joined by two underscores: PASARELA_SERVER__PUBLIC_URL",
            "server.listem: is unknown; did you mean server.listen? [PASARELA_SERVER__LISTEM]",
        ]
    );
}

#[test]
fn relative_paths_count_from_the_folder_of_the_file() {
    let (folder, path) = folder_with("[puentes]\nsecret_file = \"s\"\n[vault]\nidentity_file = \"/abs/id\"\n");
    fs::write(folder.path().join("s"), "abc").unwrap();
    let config = Config::load(Some(&path), []).unwrap();
    assert_eq!(config.database, folder.path().join("data/pasarela.db"));
    assert_eq!(config.identity_file, Path::new("/abs/id"));
    assert_eq!(config.puentes.secret.expose_secret(), "abc");
}

#[test]
fn a_secret_comes_from_one_place_and_the_highest_layer_wins() {
    let (folder, path) = folder_with("[puentes]\nsecret_file = \"s\"\n");
    let file = folder.path().join("s");
    for (content, secret) in [("abc\n", "abc"), ("abc\r\n", "abc"), ("abc", "abc"), (" a b \n", " a b "), ("ñ\n", "ñ")]
    {
        fs::write(&file, content).unwrap();
        assert_eq!(Config::load(Some(&path), []).unwrap().puentes.secret.expose_secret(), secret);
    }
    let over = Config::load(Some(&path), env(&[("PASARELA_PUENTES__SECRET", "over")])).unwrap();
    assert_eq!(over.puentes.secret.expose_secret(), "over");

    let bad: [(&[u8], &str); 5] = [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"abc\n\n", "must be one line"),
        (b"\xff\xfe", "is not UTF-8"),
        (&[b'x'; 20_000], "too large"),
    ];
    for (content, says) in bad {
        fs::write(&file, content).unwrap();
        let text = Config::load(Some(&path), []).unwrap_err().to_string();
        assert!(text.contains("puentes.secret_file: ") && text.contains(says), "{text}");
    }
    fs::remove_file(&file).unwrap();
    let text = Config::load(Some(&path), []).unwrap_err().to_string();
    assert!(text.contains(&format!("{} can't be read: No such file", file.display())), "{text}");
}

#[test]
fn a_configuration_without_a_secret_says_where_it_looked() {
    let (folder, path) = folder_with("");
    let text = Config::load(Some(&path), []).unwrap_err().to_string();
    assert!(text.contains("puentes.secret_file: "), "{text}");
    assert!(text.contains(&folder.path().join("puentes.secret").display().to_string()), "{text}");
}

#[test]
fn a_file_that_is_no_toml_is_refused_without_being_quoted() {
    let secret = "hunter2";
    for text in [
        format!("[puentes]\nsecret = \"{secret}"),
        format!("[puentes]\nsecret = {secret}\n"),
        format!("secret = \"{secret}\"\nsecret = \"{secret}\"\n"),
        format!("{secret}\n"),
    ] {
        let error = Config::from_toml(&text).unwrap_err().to_string();
        assert!(error.contains("this text: is not TOML: line "), "{error}");
        assert!(!error.contains(secret), "{error}");
    }
    let missing = Config::load(Some(Path::new("/nowhere/p.toml")), []).unwrap_err().to_string();
    assert!(missing.contains("/nowhere/p.toml: can't be read: No such file"), "{missing}");
    let (_folder, path) = folder_with("");
    fs::write(&path, b"# \xff\n").unwrap();
    assert!(Config::load(Some(&path), []).unwrap_err().to_string().contains("is not UTF-8 text"));
}

#[test]
fn google_is_on_with_a_client_and_off_without_one() {
    let defaults = Config::from_toml(SECRET).unwrap();
    assert!(defaults.google.is_none());
    let client = "[google]\nclient_id = \"id\"\nclient_secret = \"s\"\n";
    let google = Config::from_toml(&format!("{SECRET}{client}")).unwrap().google.unwrap();
    assert_eq!(google.api_url.as_str(), "https://www.googleapis.com/");
    assert_eq!(
        google.hosts_and_ports(),
        ["oauth2.googleapis.com:443", "oauth2.googleapis.com:443", "www.googleapis.com:443"]
    );
    assert!(!google.existing_calendars);
    for (given, root) in [
        ("http://127.0.0.1:9", "http://127.0.0.1:9/"),
        ("http://127.0.0.1:9/calendar/v3/", "http://127.0.0.1:9/"),
        ("http://127.0.0.1:9/google/calendar/v3", "http://127.0.0.1:9/google/"),
    ] {
        let text = format!("{SECRET}{client}api_url = \"{given}\"\n");
        assert_eq!(Config::from_toml(&text).unwrap().google.unwrap().api_url.as_str(), root);
    }
}

#[test]
fn a_secret_never_shows_in_debug_or_errors() {
    let config = Config::from_toml(SECRET).unwrap();
    assert!(!format!("{config:?}").contains("s3creto"));
    for text in [
        "[puentes]\nsecret = \"s3creto\"\nsecret_file = \"s3creto\"\n[server]\nlisten = \"x\"\n",
        "[puentes]\nsecret = [\"s3creto\"]\n",
        "[puentes]\nsecret = \"s3creto\\nb\"\n",
        "[puentes]\nsecrets = \"s3creto\"\n",
        "[puentes]\nsecret = \"x\"\nevents_url = \"https://ana:s3creto@example.org/\"\n",
        "[puentes]\nsecret = \"x\"\n[server]\npublic_url = \"https://ana:s3creto@example.org/\"\n",
    ] {
        let error = Config::from_toml(text).unwrap_err();
        assert!(!error.to_string().contains("s3creto"), "{error}");
    }
}

/// One bad configuration each (with a secret, so that nothing else is wrong), and what is said.
#[test]
fn bad_configurations_and_their_messages() {
    insta::with_settings!({ omit_expression => true }, {
        let table: String = BAD
            .iter()
            .map(|text| format!("{}\n    {}\n\n", text, problems(&format!("{SECRET}{text}")).join("\n    ")))
            .collect();
        insta::assert_snapshot!(table);
    });
}

const BAD: &[&str] = &[
    // names
    "[sync]\nlane = 3",
    "[sync]\nanswer_whitin = \"5s\"",
    "[servr]\nlisten = \"127.0.0.1:1\"",
    "[server]\nevents_url = \"https://a.example\"",
    "[microsoft]\nclient_id = \"x\"",
    "[sync]\nfrobnicate = 1",
    "[log]\nlevel = { all = \"info\" }",
    "[server.tls]\ncertificat = \"/c\"\nprivate_key = \"/k\"",
    // [google]
    "[google]\nclient_id = \"x\"",
    "[google]\nclient_secret = \"s3creto\"",
    "[google]\nclient_id = \"a b\"\nclient_secret = \"s3creto\"",
    "[google]\napi_url = \"http://www.googleapis.com/\"",
    "[google]\ntoken_url = \"https://oauth2.googleapis.com/token?x=y\"",
    "[google]\nexisting_calendars = \"perhaps\"",
    "[google]\nuser_requests_per_minute = 0",
    // [calendar]
    "[calendar]\ntime_zone = \"Mars/Olympus\"",
    "[calendar]\ndescription = \"two\\nlines\"",
    // [server]
    "[server]\nlinked_url = \"javascript:alert(1)\"",
    "[server]\nlisten = \"localhost:8080\"",
    "[server]\nlisten = 8080",
    "[server]\nlisten = \"0.0.0.0:8080\"",
    "[server]\nlisten = \"0.0.0.0:8080\"\npublic_url = \"https://a.example\"",
    "[server]\npublic_url = \"https://a.example\"",
    "[server]\npublic_url = \"http://a.example\"",
    "[server]\npublic_url = \"a.example\"",
    "[server]\npublic_url = \"https://a.example/pasarela\"\ntrusted_proxies = [\"127.0.0.1\"]",
    "[server]\ntrusted_proxies = [\"127.0.0.1\"]",
    "[server]\npublic_url = \"https://a.example\"\ntrusted_proxies = [\"0.0.0.0/0\", \"proxy\"]",
    "[server]\npublic_url = \"https://a.example\"\ntrusted_proxies = true",
    "[server]\npublic_url = \"https://a.example\"\ntls = { certificate = \"/c\" }",
    "[server]\npublic_url = \"https://a.example\"\ntls = { private_key = \"/k\" }",
    "[server]\npublic_url = \"https://a.example\"\ntls = { certificate = \"/c\", private_key = \"/k\" }\ntrusted_proxies = [\"::1\"]",
    "[server]\ntls = { certificate = \"/c\", private_key = \"/k\" }",
    "[server]\npublic_url = \"https://a.example\"\ntls = \"/c.pem\"",
    "[server]\nmetrics_listen = \"0.0.0.0:9100\"",
    "[server]\nconnections = 4",
    "[server]\nconnections_per_address = \"none\"",
    // paths
    "[database]\npath = \"\"",
    "[vault]\nidentity_file = 7",
    "database = \"p.db\"",
    // [puentes]; the section is open
    "events_url = \"http://puentes.example.org/events\"",
    "events_url = \"http://10.0.0.7/events\"",
    "events_url = \"puentes.example.org/events\"",
    "events_url = \"ftp://puentes.example.org/events\"",
    "events_url = \"https://puentes.example.org/events?secure_key=x\"",
    "secret_file = \"/run/secrets/puentes\"",
    "default_region = \"Ecuador\"",
    "default_region = \"ec\"",
    // the rest
    "[calendar]\nname = \" \"",
    "[calendar]\nname = \"a\\nb\"",
    "[caldav]\nallowed_hosts = [\"https://nextcloud.internal\", \"nextcloud.internal\", \"a:0\", 5]",
    "[sync]\nanswer_within = \"2h\"",
    "[sync]\nanswer_within = 5",
    "[sync]\ntick = \"-1s\"",
    "[sync]\ntick = \"soon\"",
    "[sync]\nlanes = 0",
    "[sync]\nlanes = 4.5",
    "[sync]\nlanes = -1",
    "[limits]\nkey_burst = 0",
    "[sync]\nbrake_share = 80",
    "[sync]\nbrake_events = \"none\"",
    "[log]\nlevel = \"loud=very\"",
    "[log]\nformat = \"xml\"",
    // several at once
    "[server]\nlisten = \"x\"\npublic_url = \"y\"\n[sync]\nlanes = 0\ntock = \"1s\"\n[other]\nx = 1",
];
