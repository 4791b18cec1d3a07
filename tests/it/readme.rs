//! Every command of the README and of the guides for client systems runs, and so does every line that the demo prints.
//!
//! Commands are the lines that start with `$ ` in blocks marked `console`, run by bash in the order of the page, with
//! the demo's gateway in place of `127.0.0.1:8080` and a scratch folder in place of `/etc/pasarela`. (The blocks marked
//! `sh` build or test the project itself, which is what is running here.)

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

const BINARY: &str = env!("CARGO_BIN_EXE_pasarela");
const PATIENCE: Duration = Duration::from_secs(30);

/// The demo as a person starts it, on free ports.
struct Demo {
    process: Child,
    lines: mpsc::Receiver<String>,
    printed: Vec<String>,
}

impl Demo {
    fn start() -> Self {
        let mut process = Command::new(BINARY)
            .args(["demo", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { process, lines, printed: Vec::new() }
    }

    /// Reads on until a line holds `text`.
    fn until(&mut self, text: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("the demo never said “{text}”"));
            self.printed.push(line.clone());
            if line.contains(text) {
                return line;
            }
        }
    }

    /// The printed line behind the comment that holds `comment`.
    fn command(&self, comment: &str) -> String {
        let at = self.printed.iter().position(|line| line.contains(comment)).unwrap();
        self.printed[at + 1].clone()
    }

    /// What stands behind `name` in the list of places.
    fn place(&self, name: &str) -> String {
        let line = self.printed.iter().find(|line| line.trim_start().starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().trim_end_matches('/').trim_end_matches("/docs").to_owned()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs one line as a person pastes it; curl fails on an error status.
fn paste(line: &str) -> String {
    let line = line.replacen("curl ", "curl --fail-with-body ", 1);
    let done = Command::new("bash").args(["-c", &line]).output().unwrap();
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{line}\n{text}\n{}", String::from_utf8_lossy(&done.stderr));
    text
}

#[test]
fn the_lines_that_the_demo_prints_work_as_they_stand() {
    let mut demo = Demo::start();
    demo.until("What happens in the calendar");
    for _ in 0..12 {
        demo.until("  + ");
    }
    assert!(paste(&demo.command("# A new event")).contains("\"state\":\"synced\""));
    demo.until("Café con Ana");
    assert!(paste(&demo.command("# It moves")).contains("\"state\":\"synced\""));
    assert!(demo.until("  ~ ").contains("16:00  Café con Ana (más tarde)"));
    assert!(paste(&demo.command("# What is held")).contains("demo-1"));
    assert!(paste(&demo.command("# It is cancelled")).contains("204"));
    demo.until("  - ");
    assert!(paste(&demo.command("# Puentes tells everything again")).contains("\"state\":\"succeeded\""));
    assert!(paste(&demo.command("# Unlink")).contains("\"deleted\":12"));
    for _ in 0..12 {
        demo.until("  - ");
    }
    assert!(paste(&demo.command("# Link again")).contains("\"state\":\"active\""));
    for _ in 0..12 {
        demo.until("  + ");
    }
    let sent: serde_json::Value = serde_json::from_str(&paste(&demo.command("# The link to a person's page"))).unwrap();
    assert_eq!((&sent["status"], &sent["connect_url"]), (&"choose".into(), &demo.command("Open this").trim().into()));
    let consent = paste(&demo.command("# The address of Google's consent"));
    assert!(consent.contains("\"status\":\"authorization_required\""), "{consent}");
    assert!(paste(&demo.command("# How that link is doing")).contains("\"linked\":false"));
    // The second client system's.
    let said = paste(&demo.command("# An event as JSON"));
    assert!(said.contains("\"client_reference\":\"lead-7\"") && said.contains("\"state\":\"synced\""), "{said}");
    demo.until("Reunión con Carla");
    let month: serde_json::Value = serde_json::from_str(&paste(&demo.command("# What happens in a month"))).unwrap();
    assert_eq!(month["events"].as_array().unwrap().len(), 4, "{month}");
    let feed: serde_json::Value = serde_json::from_str(&paste(&demo.command("# A feed"))).unwrap();
    assert!(paste(&format!("curl -sS {}", feed["url"].as_str().unwrap())).contains("SUMMARY:Reunión con Carla"));
    let changes = paste(&demo.command("# What changed since"));
    assert!(changes.contains("event.created") && !changes.contains("demo-1"), "{changes}");
    let operator = demo.command("# Commands of the operator").replace(" pasarela ", &format!(" {BINARY} "));
    let listed = paste(&operator);
    assert!(listed.contains("puentes") && listed.contains("erp"), "{listed}");
    // What is said of Apple is true.
    assert!(
        demo.printed.iter().any(|line| line.contains("bruno@example.com / casa-luna-pato-rana")),
        "{:?}",
        demo.printed
    );
    let typed =
        r#"-d '{"provider": "apple", "caldav": {"username": "bruno@example.com", "password": "casa luna pato rana"}}'"#;
    let linked = paste(&demo.command("# The link to a person's page").replace("-d '{}'", typed));
    assert!(linked.contains("\"provider\":\"apple\"") && linked.contains("\"state\":\"active\""), "{linked}");
    for _ in 0..12 {
        demo.until("  + ");
    }
}

/// The commands of a page, in its order.
fn commands(page: &str) -> Vec<String> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap();
    let blocks = text.split("```console\n").skip(1).map(|block| block.split("```").next().unwrap().to_owned());
    blocks
        .flat_map(|block| {
            block.lines().filter_map(|line| Some(line.strip_prefix("$ ")?.to_owned())).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_command_of_the_readme_runs() {
    let scratch = tempfile::tempdir().unwrap();
    let mut demo = Demo::start();
    demo.until("What happens in the calendar");
    let (gateway, caldav) = (demo.place("gateway"), demo.place("calendar"));
    let who = demo.command("# What is held");
    let value = |name: &str| who.split(name).nth(1).unwrap().split('\'').next().unwrap().to_owned();
    let environment = [
        ("PHONE", value("X-Phone-Number: ")),
        ("KEY", value("X-Secure-Key: ")),
        ("CALDAV_URL", caldav),
        ("PASARELA_SERVER__LISTEN", "127.0.0.1:0".to_owned()),
    ];
    paste(&demo.command("# Unlink"));
    let mut seen = 0;
    for command in commands("README.md") {
        seen += 1;
        if command == "cargo run --release -- demo" {
            continue; // it runs: see `demo`
        }
        let line = command
            .replace("http://127.0.0.1:8080", &gateway)
            .replace("/etc/pasarela", &scratch.path().join("pasarela").display().to_string());
        let line = if line.contains(" serve ") { format!("timeout --preserve-status 5 {line}") } else { line };
        let line = line.replace("pasarela serve", &format!("{BINARY} serve"));
        let line = if line.starts_with("pasarela ") { line.replacen("pasarela", BINARY, 1) } else { line };
        let line = line.replacen("curl ", "curl --fail-with-body ", 1);
        let done = Command::new("bash").args(["-c", &line]).envs(environment.clone()).output().unwrap();
        let errors = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{line}\n{}\n{errors}", String::from_utf8_lossy(&done.stdout));
        if line.contains(" serve ") {
            assert!(errors.contains("listening") && errors.contains("stopped"), "{errors}");
        }
    }
    assert!(seen >= 10, "only {seen} commands were found in the README");
}

/// Runs the commands of a guide as a stranger does beside a demo: in an empty folder, one after the other.
fn follow(guide: &str) -> Vec<(String, String)> {
    let scratch = tempfile::tempdir().unwrap();
    let mut demo = Demo::start();
    demo.until("What happens in the calendar");
    let gateway = demo.place("gateway");
    let beside = demo.command("# Commands of the operator");
    let settings = beside.split_once('=').unwrap().1.split(' ').next().unwrap().to_owned();
    let mut done = Vec::new();
    for command in commands(guide) {
        let line = command.replace("http://127.0.0.1:8080", &gateway).replace("curl ", "curl --fail-with-body ");
        let line = if line.starts_with("pasarela ") { line.replacen("pasarela", BINARY, 1) } else { line };
        let ran = Command::new("bash")
            .args(["-c", &format!("set -o pipefail; {line}")])
            .current_dir(scratch.path())
            .env("PASARELA_CONFIG", &settings)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&ran.stdout).into_owned();
        assert!(ran.status.success(), "{guide}: {line}\n{text}\n{}", String::from_utf8_lossy(&ran.stderr));
        done.push((command, text));
    }
    done
}

#[test]
fn every_command_of_the_guides_for_client_systems_runs_and_does_what_is_said() {
    for guide in ["docs/api.md", "docs/api.es.md"] {
        let done = follow(guide);
        let said = |part: &str| &done.iter().find(|(command, _)| command.contains(part)).unwrap().1;
        let json = |part: &str| serde_json::from_str::<serde_json::Value>(said(part)).unwrap();
        assert_eq!(json("?from=2027-01-01&to=2027-02-01' ")["events"][0]["client_reference"], "cita-1", "{guide}");
        assert_eq!(json("/instances?")["events"].as_array().unwrap().len(), 4, "{guide}");
        let rest = json("scope=following");
        assert_eq!((&rest["location"], &rest["recurrence"]["count"]), (&"Aula 4".into(), &8.into()), "{guide}: {rest}");
        assert!(said(".ics").contains("RRULE:FREQ=WEEKLY"), "{guide}");
        assert!(said("/changes").contains("event.created"), "{guide}");
        assert!(said("audit tail").contains("key.created"), "{guide}");
        assert!(json("/feeds")["webcal_url"].as_str().unwrap().starts_with("webcal"), "{guide}");
    }
}

#[test]
fn both_guides_give_the_same_commands_and_name_every_code() {
    assert_eq!(commands("docs/api.md"), commands("docs/api.es.md"));
    for guide in ["docs/api.md", "docs/api.es.md"] {
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(guide)).unwrap();
        let row = |code: &pasarela::http::Code| format!("\n| {} | `{}` |", code.number(), code.word());
        let missing: Vec<_> = pasarela::http::Code::ALL.iter().filter(|code| !text.contains(&row(code))).collect();
        assert!(missing.is_empty(), "{guide} lacks rows for {missing:?}");
    }
}
