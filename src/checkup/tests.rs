use std::fs;
use std::path::PathBuf;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use tempfile::TempDir;

use super::*;
use crate::store::Store;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// A certificate for `agenda.example.org`, valid from 2026 on until the day, and its key.
fn certificate(folder: &TempDir, until: (i32, u8, u8)) -> (PathBuf, PathBuf) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["agenda.example.org".to_owned()]).unwrap();
    params.not_before = date_time_ymd(2026, 1, 1);
    params.not_after = date_time_ymd(until.0, until.1, until.2);
    let (chain, pem) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
    fs::write(&chain, params.self_signed(&key).unwrap().pem()).unwrap();
    fs::write(&pem, key.serialize_pem()).unwrap();
    (chain, pem)
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn wrong(state: &State) -> &str {
    match state {
        State::Wrong(why) => why,
        other => panic!("this must be wrong: {other:?}"),
    }
}

#[test]
fn a_good_certificate_says_how_long_it_lasts() {
    let folder = folder();
    let (chain, key) = certificate(&folder, (2026, 12, 31));
    let look = |now| certificate::look(&chain, &key, "agenda.example.org", at(now));
    assert!(matches!(look("2026-12-01T12:00:00Z"), State::Fine(text) if text.contains("for 29 days more")));
    assert!(matches!(look("2026-12-20T00:00:00Z"), State::Doubtful(text) if text.contains("ends in 11 days")));
    assert!(wrong(&look("2026-12-31T00:00:01Z")).contains("ended at 2026-12-31"));
    assert!(wrong(&look("2025-12-31T00:00:00Z")).contains("valid only from 2026-01-01"));
}

#[test]
fn a_certificate_of_another_name_or_key_is_named() {
    let (folder, other) = (folder(), folder());
    let (chain, key) = certificate(&folder, (2030, 1, 1));
    let (_, strange_key) = certificate(&other, (2030, 1, 1));
    let now = at("2026-12-01T00:00:00Z");
    let elsewhere = certificate::look(&chain, &key, "calendar.example.org", now);
    assert!(wrong(&elsewhere).contains("is not for calendar.example.org"), "{elsewhere:?}");
    assert!(wrong(&certificate::look(&chain, &strange_key, "agenda.example.org", now)).contains("does not fit"));
    assert!(wrong(&certificate::look(&chain, &chain, "agenda.example.org", now)).contains("holds no private key"));
    assert!(wrong(&certificate::look(&key, &key, "agenda.example.org", now)).contains("holds no certificate"));
    let missing = certificate::look(&folder.path().join("none"), &key, "agenda.example.org", now);
    assert!(wrong(&missing).contains("can't be read"), "{missing:?}");
}

#[test]
fn a_database_that_is_not_there_yet_needs_a_folder_to_be_in() {
    let folder = folder();
    assert!(matches!(database::look(&folder.path().join("p.db")), State::Fine(text) if text.contains("will be made")));
    let nowhere = database::look(&folder.path().join("data/p.db"));
    assert!(wrong(&nowhere).contains("mkdir -p -m 700"), "{nowhere:?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "looking leaves nothing behind");
}

#[test]
fn a_file_that_is_no_database_or_not_all_of_one_is_not_taken_for_one() {
    let folder = folder();
    let path = folder.path().join("p.db");
    drop(Store::open(&path).unwrap());
    let whole = fs::read(&path).unwrap();
    let beginning = &whole[..whole.len() / 2];
    for (content, fine) in [(&b""[..], true), (&whole, true), (beginning, false), (b"dear diary", false)] {
        fs::write(&path, content).unwrap();
        let state = database::look(&path);
        assert_eq!(matches!(state, State::Fine(_)), fine, "{state:?}");
        assert_eq!(fs::read(&path).unwrap(), content, "looking changes nothing");
    }
    assert!(wrong(&database::look(folder.path())).contains("can't be written"));
}

#[test]
fn the_authorities_of_a_host_say_how_long_they_last() {
    let root = |until: (i32, u8, u8)| {
        let mut params = CertificateParams::new(vec!["our authority".to_owned()]).unwrap();
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(until.0, until.1, until.2);
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().clone()
    };
    let look = |untils: &[(i32, u8, u8)], now| {
        let certificates = untils.iter().map(|until| root(*until)).collect();
        roots::look(&crate::config::ExtraRoots { host: "dav.lan".to_owned(), certificates }, at(now))
    };
    let good = look(&[(2027, 12, 31)], "2026-12-01T12:00:00Z");
    assert!(matches!(&good, State::Fine(text) if text.contains("for 394 days more")), "{good:?}");
    let late = look(&[(2026, 12, 31)], "2026-12-20T00:00:00Z");
    assert!(matches!(&late, State::Doubtful(text) if text.contains("ends in 11 days")), "{late:?}");
    assert!(wrong(&look(&[(2026, 12, 31)], "2027-01-01T00:00:00Z")).contains("ended at 2026-12-31"));
    // The next one stands beside it.
    let both = look(&[(2026, 12, 31), (2028, 12, 31)], "2027-01-01T00:00:00Z");
    assert!(matches!(both, State::Fine(_)), "{both:?}");
}
