//! Files that a bad day left behind. Whatever is wrong with the database, it is said with its name, nobody is told that an
//! event was taken in or is gone that isn't, and `pasarela check` finds it before the start does.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use testing::binary;
use testing::eventually;
use testing::gateway::{Gateway, Phone, appointment};

/// Events of each of the people, long enough that a page holds one or two.
const EVENTS: usize = 20;
const PEOPLE: u32 = 10;
const PAGE: u64 = 4096;

/// What happens to the file, whose size is given.
type Damage = fn(&Path, u64);

const DAMAGES: &[(&str, Damage)] = &[
    ("its first bytes are others", |path, _| scribble(path, 0, 100)),
    ("its first tables are noise", |path, _| scribble(path, PAGE, 6 * PAGE)),
    ("its middle is noise", |path, size| scribble(path, size / 3, size / 3)),
    ("its end is noise", |path, size| scribble(path, size - size / 8, size / 8)),
    ("one page is noise", |path, size| scribble(path, size / PAGE / 2 * PAGE, PAGE)),
    ("its second half is missing", |path, size| truncate(path, size / 2)),
    ("all but its first page is missing", |path, _| truncate(path, PAGE)),
    ("it ends in the middle of its first page", |path, _| truncate(path, 1000)),
    ("it is something else", |path, _| fs::write(path, "not a database ".repeat(1000)).unwrap()),
];

/// Bytes that are always the same and mean nothing.
fn scribble(path: &Path, from: u64, length: u64) {
    let mut random = fastrand::Rng::with_seed(7);
    let noise: Vec<u8> = (0..length).map(|_| random.u8(..)).collect();
    OpenOptions::new().write(true).open(path).unwrap().write_all_at(&noise, from).unwrap();
}

fn truncate(path: &Path, size: u64) {
    OpenOptions::new().write(true).open(path).unwrap().set_len(size).unwrap();
}

/// A gateway that has stopped in order, with events of several people in one file.
fn full() -> Gateway {
    let mut gateway = Gateway::start(&[], "");
    let mut client = gateway.client();
    for n in 0..PEOPLE {
        let phone = Phone::nth(n);
        for event in 0..EVENTS {
            let data = appointment(&format!("e{event}"), &"x".repeat(2_500), 1);
            let body = phone.body(serde_json::json!({ "event_data": data }));
            assert_eq!(client.send("POST", "/events", &phone.headers(), &body).unwrap().status, 202);
        }
    }
    stop(&mut gateway);
    gateway
}

fn stop(gateway: &mut Gateway) {
    gateway.terminate();
    assert_eq!(gateway.ended(), Some(0), "{}", gateway.log());
}

/// What `pasarela check` says of the database, and whether all is well.
fn checked(gateway: &Gateway) -> (bool, String) {
    let said = Command::new(binary()).args(["check", "--config"]).arg(gateway.config()).output().unwrap();
    let text = String::from_utf8(said.stdout).unwrap() + &String::from_utf8(said.stderr).unwrap();
    let line = text
        .lines()
        .find(|line| line.split_whitespace().nth(1) == Some("database"))
        .unwrap_or_else(|| panic!("{text}"))
        .to_owned();
    (line.starts_with('✓'), line)
}

/// Whether it serves; `false` once it has ended by itself.
fn serves(gateway: &mut Gateway) -> bool {
    gateway.spawn();
    eventually("the start or the end", Duration::from_secs(30), || {
        if gateway.child.as_mut().unwrap().try_wait().unwrap().is_some() {
            return Some(false);
        }
        gateway.client().send("GET", "/healthz", &[], b"").ok().map(|_| true)
    })
}

#[test]
fn a_damaged_database_is_named_and_loses_nothing_in_silence() {
    let mut gateway = full();
    let path = gateway.database();
    let whole = fs::read(&path).unwrap();
    let (fine, line) = checked(&gateway);
    assert!(fine, "{line}");
    for (what, damage) in DAMAGES {
        fs::write(&path, &whole).unwrap();
        damage(&path, whole.len() as u64);
        let (fine, line) = checked(&gateway);
        assert!(!fine && line.contains(path.to_str().unwrap()), "{what}: {line}");
        if serves(&mut gateway) {
            let mut client = gateway.client();
            for n in 0..PEOPLE {
                let answer = client.send("GET", "/events", &Phone::nth(n).headers(), b"").unwrap();
                let events = || answer.json()["events"].as_array().unwrap().len();
                assert!(answer.status >= 500 || events() == EVENTS, "{what}: {} {}", answer.status, answer.text());
            }
            gateway.kill();
        } else {
            assert_ne!(gateway.ended(), Some(0), "{what}");
            assert!(gateway.log().contains(path.to_str().unwrap()), "{what}: {}", gateway.log());
        }
        assert!(!gateway.whole_log().contains("panicked"), "{what}: {}", gateway.log());
        for beside in ["-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{beside}", path.display()));
        }
    }
    fs::write(&path, &whole).unwrap();
    gateway.run();
    let answer = gateway.client().send("GET", "/events", &Phone::nth(0).headers(), b"").unwrap();
    assert_eq!(answer.json()["events"].as_array().unwrap().len(), EVENTS, "a backup is all that it takes");
}

/// What a machine leaves that lost its power while a page of the log was written (https://www.sqlite.org/wal.html).
#[test]
fn noise_at_the_end_of_the_log_costs_nothing_that_was_acknowledged() {
    let mut gateway = full();
    gateway.run();
    let phone = Phone::nth(0);
    let body = phone.body(serde_json::json!({"event_data": appointment("last", "x", 1)}));
    assert_eq!(gateway.client().send("POST", "/events", &phone.headers(), &body).unwrap().status, 202);
    gateway.kill();
    let log = format!("{}-wal", gateway.database().display());
    let size = fs::metadata(&log).unwrap().len();
    assert!(size > 0);
    scribble(Path::new(&log), size, 3 * PAGE + 17);
    gateway.run();
    let answer = gateway.client().send("GET", "/events", &phone.headers(), b"").unwrap();
    assert_eq!(answer.json()["events"].as_array().unwrap().len(), EVENTS + 1);
}
