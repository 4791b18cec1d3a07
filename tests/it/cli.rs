//! The command line, used as a person uses it: the real binary, its streams and its exit codes.

mod clients;
mod exposed;
mod keys;

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use simulators::puentes;
use tempfile::TempDir;

/// The binary in an empty folder, with no variables of ours.
fn pasarela(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pasarela"));
    command.current_dir(folder).args(args).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PASARELA_") {
            command.env_remove(name);
        }
    }
    command
}

fn folder() -> TempDir {
    testing::folder()
}

/// What a run left: exit code, standard output, standard error.
fn ran(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// A folder in which `pasarela init` ran.
fn set_up() -> TempDir {
    let folder = folder();
    let (code, _, complaint) = ran(&mut pasarela(folder.path(), &["init"]));
    assert_eq!((code, complaint.as_str()), (0, ""));
    folder
}

#[test]
fn version_and_help_are_results() {
    let folder = folder();
    let (code, result, complaint) = ran(&mut pasarela(folder.path(), &["--version"]));
    assert_eq!((code, result.trim(), complaint.as_str()), (0, concat!("pasarela ", env!("CARGO_PKG_VERSION")), ""));
    let (code, result, complaint) = ran(&mut pasarela(folder.path(), &["--help"]));
    assert_eq!((code, complaint.as_str()), (0, ""));
    for command in ["serve", "demo", "init", "check", "link-url", "client", "audit", "simulate", "openapi"] {
        assert!(result.contains(&format!("  {command} ")), "{command} in {result}");
        let (code, help, _) = ran(&mut pasarela(folder.path(), &[command, "--help"]));
        assert_eq!(code, 0);
        assert!(help.contains("pasarela ") && help.contains("Usage:"), "{help}");
    }
}

#[test]
fn wrong_use_is_exit_code_2_and_says_what_was_meant() {
    let folder = folder();
    let cases: [(&[&str], &str); 9] = [
        (&[], "Usage:"),
        (&["sreve"], "serve"),
        (&["serve", "--confg", "x"], "--config"),
        (&["link-url"], "PHONE"),
        (&["simulate"], "puentes"),
        (&["simulate", "outlook"], "outlook"),
        (&["simulate", "google", "--user", "nobody"], "address"),
        (&["openapi", "--yaml", "--json"], "cannot be used with"),
        (&["demo", "--listen", "0.0.0.0:8080"], "loopback"),
    ];
    for (args, says) in cases {
        let (code, result, complaint) = ran(&mut pasarela(folder.path(), args));
        assert_eq!((code, result.as_str()), (2, ""), "{args:?}");
        assert!(complaint.contains(says), "{args:?}: {complaint}");
    }
}

#[test]
fn init_writes_private_files_once() {
    let folder = set_up();
    let at = |name: &str| folder.path().join(name);
    for name in ["pasarela.toml", "identity.txt", "puentes.secret"] {
        assert_eq!(mode(&at(name)), 0o600, "{name}");
    }
    assert_eq!(mode(&at("data")), 0o700);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
    let before = fs::read(at("identity.txt")).unwrap();

    let (code, result, complaint) = ran(&mut pasarela(folder.path(), &["init"]));
    assert_eq!((code, result.as_str()), (1, ""));
    assert!(complaint.contains("nothing was written") && complaint.contains("identity.txt"), "{complaint}");
    assert_eq!(fs::read(at("identity.txt")).unwrap(), before);
}

#[test]
fn init_says_what_to_do_next_and_shows_no_secret() {
    let folder = folder();
    let there = folder.path().join("new/etc");
    let (code, result, complaint) = ran(pasarela(folder.path(), &["init", "--dir"]).arg(&there));
    assert_eq!((code, complaint.as_str()), (0, ""));
    let config = there.join("config.toml");
    assert!(result.contains(&format!("pasarela serve --config {}", config.display())), "{result}");
    let secret = fs::read_to_string(there.join("puentes.secret")).unwrap();
    assert_eq!(secret.trim_end().len(), 64);
    assert!(!result.contains(secret.trim_end()) && !result.contains("AGE-SECRET-KEY"), "{result}");
    let identity = fs::read_to_string(there.join("identity.txt")).unwrap();
    let recipient = identity.lines().find_map(|line| line.strip_prefix("# public key: ")).unwrap();
    assert!(result.contains(recipient), "{result}");
    assert_eq!(mode(&there), 0o700);
}

#[test]
fn init_refuses_when_any_of_its_files_is_there_and_writes_none() {
    let folder = folder();
    fs::write(folder.path().join("puentes.secret"), "theirs").unwrap();
    let (code, _, complaint) = ran(&mut pasarela(folder.path(), &["init"]));
    assert_eq!(code, 1);
    assert!(complaint.contains("puentes.secret") && complaint.contains("--dir"), "{complaint}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn what_init_wrote_passes_check_with_a_hint() {
    let folder = set_up();
    let (code, result, complaint) = ran(&mut pasarela(folder.path(), &["check"]));
    assert_eq!((code, complaint.as_str()), (0, ""), "{result}");
    assert!(result.contains("✓ configuration  pasarela.toml\n"), "{result}");
    assert!(result.contains("✓ vault "), "{result}");
    assert!(result.contains("✓ database "), "{result}");
    assert!(result.contains("! puentes        puentes.events_url is not set"), "{result}");
    assert!(!result.contains('✗'), "{result}");
}

#[test]
fn check_names_each_fault_and_how_to_mend_it() {
    let folder = set_up();
    let identity = folder.path().join("identity.txt");
    fs::set_permissions(&identity, fs::Permissions::from_mode(0o644)).unwrap();
    fs::remove_dir(folder.path().join("data")).unwrap();
    // Nobody listens on port 1.
    let (code, result, complaint) = ran(pasarela(folder.path(), &["check"])
        .env("PASARELA_PUENTES__EVENTS_URL", "http://127.0.0.1:1/events")
        .env("PASARELA_CALDAV__ALLOWED_HOSTS", "127.0.0.1:1"));
    assert_eq!(code, 1, "{result}");
    assert!(complaint.contains("4 to mend"), "{complaint}");
    assert!(result.contains("✗ vault ") && result.contains("chmod 600 identity.txt"), "{result}");
    assert!(result.contains("✗ database ") && result.contains("mkdir -p -m 700 data"), "{result}");
    assert!(result.contains("✗ puentes ") && result.contains("✗ 127.0.0.1:1 "), "{result}");
}

#[test]
fn check_tells_every_fault_of_the_configuration_at_once() {
    let folder = set_up();
    fs::write(folder.path().join("bad.toml"), "[server]\nlisten = \"0.0.0.0:80\"\nlissen = 1\n[sync]\ntick = \"x\"\n")
        .unwrap();
    for args in [["check", "--config", "bad.toml"], ["serve", "--config", "bad.toml"]] {
        let (code, result, complaint) = ran(&mut pasarela(folder.path(), &args));
        let told = result + &complaint;
        assert_eq!(code, 1, "{told}");
        for says in [
            "for 3 reasons",
            "server.listen: would offer plain HTTP",
            "did you mean server.listen?",
            "sync.tick: must be",
        ] {
            assert!(told.contains(says), "{args:?}: {told}");
        }
    }
}

#[test]
fn the_configuration_is_looked_for_in_the_promised_order() {
    let folder = set_up();
    let write = |name: &str, host: &str| {
        let text = format!("[server]\npublic_url = \"http://{host}.localhost:8080\"\n");
        fs::write(folder.path().join(name), text).unwrap();
    };
    write("pasarela.toml", "here");
    write("env.toml", "env");
    write("named.toml", "named");
    let link = |command: &mut Command| ran(command.arg("+593991234567")).1;
    assert!(link(&mut pasarela(folder.path(), &["link-url"])).starts_with("http://here."));
    let with_env = |args: &[&str]| {
        let mut command = pasarela(folder.path(), args);
        command.env("PASARELA_CONFIG", "env.toml");
        command
    };
    assert!(link(&mut with_env(&["link-url"])).starts_with("http://env."));
    assert!(link(&mut with_env(&["link-url", "--config", "named.toml"])).starts_with("http://named."));
    let mut over = with_env(&["link-url"]);
    assert!(link(over.env("PASARELA_SERVER__PUBLIC_URL", "http://127.0.0.1:9")).starts_with("http://127.0.0.1:9/"));
}

#[test]
fn without_a_configuration_the_way_to_one_is_told() {
    let folder = folder();
    for args in [&["serve"][..], &["check"], &["link-url", "+593991234567"]] {
        let (code, result, complaint) = ran(&mut pasarela(folder.path(), args));
        assert_eq!((code, result.as_str()), (1, ""), "{args:?}");
        assert!(complaint.contains("pasarela init") && complaint.contains("pasarela demo"), "{complaint}");
    }
    let (code, _, complaint) = ran(&mut pasarela(folder.path(), &["serve", "--config", "none.toml"]));
    assert_eq!(code, 1);
    assert!(complaint.contains("none.toml: can't be read: No such file"), "{complaint}");
}

#[test]
fn a_link_holds_the_phone_in_its_one_form_and_the_key_over_it() {
    let folder = set_up();
    fs::write(folder.path().join("puentes.secret"), "s3creto-de-prueba\n").unwrap();
    // printf '%s' '+593991234567s3creto-de-prueba' | md5sum
    let link =
        "http://127.0.0.1:8080/connect?phone_number=%2B593991234567&secure_key=3a7e90cdaefcd8ad1ab193d2f780c8b4\n";
    for phone in [
        "+593991234567",
        "0991234567",
        "00593 99 123 4567",
        "\u{202a}+593 99\u{2011}123\u{202f}4567\u{202c}",
        "whatsapp:+593991234567",
    ] {
        let (code, result, complaint) = ran(&mut pasarela(folder.path(), &["link-url", phone]));
        assert_eq!((code, result.as_str(), complaint.as_str()), (0, link, ""), "{phone}");
    }
    for wrong in ["12345", "ana", "-5"] {
        let (code, result, complaint) = ran(&mut pasarela(folder.path(), &["link-url", wrong]));
        assert_eq!((code, result.as_str()), (2, ""), "{wrong}");
        assert!(complaint.contains("not a phone number"), "{complaint}");
    }
}

#[test]
fn serve_runs_until_sigterm_and_logs_as_it_is_told() {
    let folder = set_up();
    for format in ["text", "json"] {
        let mut serve = pasarela(folder.path(), &["serve"]);
        serve.env("PASARELA_SERVER__LISTEN", "127.0.0.1:0").env("PASARELA_LOG__FORMAT", format);
        let mut gateway = serve.stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(gateway.stderr.take().unwrap()).lines().map(Result::unwrap);
        let mut logs: Vec<String> = lines.by_ref().take(1).collect();
        assert!(logs.concat().contains("listening"), "{logs:?}");
        let pid = gateway.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        logs.extend(lines);
        assert_eq!(gateway.wait().unwrap().code(), Some(0), "{logs:?}");
        let is_json = |line: &String| serde_json::from_str::<serde_json::Value>(line).is_ok();
        assert!(logs.iter().all(|line| is_json(line) == (format == "json")), "{logs:?}");
        assert!(!logs.concat().contains('\u{1b}'), "no colours for a file: {logs:?}");
    }
}

#[test]
fn a_gateway_that_can_not_listen_says_where() {
    let folder = set_up();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, result, complaint) = ran(pasarela(folder.path(), &["serve"]).env("PASARELA_SERVER__LISTEN", &address));
    assert_eq!((code, result.as_str()), (1, ""), "{complaint}");
    assert!(complaint.contains(&format!("pasarela: can't listen on {address}")), "{complaint}");
}

#[test]
fn the_document_comes_in_both_forms() {
    let folder = folder();
    let (code, yaml, complaint) = ran(&mut pasarela(folder.path(), &["openapi"]));
    assert_eq!((code, complaint.as_str()), (0, ""));
    assert!(yaml.starts_with("openapi: 3"), "{yaml:.80}");
    assert_eq!(ran(&mut pasarela(folder.path(), &["openapi", "--yaml"])).1, yaml);
    let (code, json, _) = ran(&mut pasarela(folder.path(), &["openapi", "--json"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((code, &json["info"]["title"]), (0, &serde_json::Value::from("Pasarela")));
}

#[test]
fn check_asks_puentes_and_the_allowed_hosts() {
    let folder = set_up();
    fs::write(folder.path().join("puentes.secret"), "a secret of enough length\n").unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let options = puentes::Options { secret: "a secret of enough length".to_owned(), ..Default::default() };
    let puentes = runtime.block_on(puentes::start("127.0.0.1:0".parse().unwrap(), options)).unwrap();
    let check = |secret: &str| {
        let variables = [
            ("PASARELA_PUENTES__EVENTS_URL", puentes.events_url()),
            ("PASARELA_PUENTES__SECRET", secret.to_owned()),
            ("PASARELA_CALDAV__ALLOWED_HOSTS", puentes.address.to_string()),
        ];
        ran(pasarela(folder.path(), &["check"]).envs(variables))
    };
    let (code, result, _) = check("a secret of enough length");
    assert_eq!(code, 0, "{result}");
    assert!(result.contains(&format!("✓ puentes        {} answers", puentes.address)), "{result}");
    assert!(result.contains(&format!("✓ {} answers over plain HTTP", puentes.address)), "{result}");
    assert!(result.ends_with("All is fine.\n"), "{result}");
    let (code, result, _) = check("another secret of enough length");
    assert_eq!(code, 1, "{result}");
    assert!(result.contains("✗ puentes        Puentes refuses our secure_key"), "{result}");
    runtime.block_on(puentes.stop());
}

#[test]
fn a_reader_that_goes_away_is_no_failure_but_a_full_disk_is() {
    let folder = set_up();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let Output { status, stderr, .. } =
        pasarela(folder.path(), &["link-url", "+593991234567"]).stdout(writer).output().unwrap();
    assert_eq!((status.code(), stderr.as_slice()), (Some(0), &b""[..]));

    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let Output { status, stderr, .. } =
        pasarela(folder.path(), &["link-url", "+593991234567"]).stdout(full).output().unwrap();
    assert_eq!(status.code(), Some(1));
    assert!(String::from_utf8_lossy(&stderr).contains("can't be written"));
}

#[test]
fn no_command_shows_the_secret_or_the_identity() {
    let folder = set_up();
    let secret = "S3CRETO-RECONOCIBLE-0123456789";
    fs::write(folder.path().join("puentes.secret"), format!("{secret}\n")).unwrap();
    let events = [("PASARELA_PUENTES__EVENTS_URL", "http://127.0.0.1:1/events"), ("PASARELA_LOG__LEVEL", "trace")];
    for args in [&["check"][..], &["link-url", "+593991234567"], &["serve", "--config", "none.toml"], &["init"]] {
        let (_, result, complaint) = ran(pasarela(folder.path(), args).envs(events));
        let told = result + &complaint;
        assert!(!told.contains(secret) && !told.contains("AGE-SECRET-KEY"), "{args:?}: {told}");
        if args[0] == "check" {
            assert!(!told.contains("secure_key="), "{told}");
        }
    }
}

#[test]
fn a_demo_whose_address_is_taken_names_the_option_for_another() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, _, complaint) = ran(&mut pasarela(folder().path(), &["demo", "--listen", &address]));
    assert_eq!(code, 1, "{complaint}");
    assert!(complaint.contains(&address) && complaint.contains("pasarela demo --listen"), "{complaint}");
}

#[test]
fn a_demo_that_was_given_no_address_takes_the_next_free_one() {
    // Somebody has the usual port: we, or another test's neighbour.
    let _taken = TcpListener::bind("127.0.0.1:8080");
    let mut demo = pasarela(folder().path(), &["demo"]).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(demo.stdout.take().unwrap()).lines();
    let gateway = lines.map_while(Result::ok).find(|line| line.trim_start().starts_with("gateway "));
    demo.kill().unwrap();
    demo.wait().unwrap();
    let gateway = gateway.expect("the demo says where it is");
    let port = gateway.split("127.0.0.1:").nth(1).and_then(|rest| rest.split(['/', ' ']).next()).unwrap();
    assert!((8081..8100).contains(&port.parse::<u16>().unwrap()), "{gateway}");
}
