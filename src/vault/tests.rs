use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use jiff::Timestamp;
use tempfile::TempDir;

use super::*;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn made(folder: &TempDir, name: &str) -> PathBuf {
    let path = folder.path().join(name);
    create_identity(&path, Timestamp::UNIX_EPOCH).unwrap();
    path
}

fn written(folder: &TempDir, content: &[u8], mode: u32) -> PathBuf {
    let path = folder.path().join("identity.txt");
    fs::write(&path, content).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    path
}

#[test]
fn what_is_sealed_opens_again_and_shows_nothing_meanwhile() {
    let folder = folder();
    let vault = Vault::open(&made(&folder, "identity.txt")).unwrap();
    for plain in ["abcd-efgh-ijkl-mnop", "", "contraseña 🔑\n", &"x".repeat(200_000)] {
        let sealed = vault.seal(&SecretString::from(plain));
        assert_eq!(vault.unseal(&sealed.bytes).unwrap().expose_secret(), plain);
        assert!(plain.is_empty() || !sealed.bytes.windows(plain.len()).any(|part| part == plain.as_bytes()));
        assert_ne!(sealed, vault.seal(&SecretString::from(plain)));
    }
}

#[test]
fn another_identity_opens_nothing_and_the_error_says_so() {
    let folder = folder();
    let sealed = Vault::open(&made(&folder, "a")).unwrap().seal(&SecretString::from("s"));
    let error = Vault::open(&made(&folder, "b")).unwrap().unseal(&sealed.bytes).unwrap_err();
    assert!(matches!(&error, VaultError::WrongIdentity(text) if text.contains("another age identity")), "{error}");
}

#[test]
fn an_identity_that_the_operator_says_is_lost_is_not_waited_for() {
    let folder = folder();
    let sealed = Vault::open(&made(&folder, "a")).unwrap().seal(&SecretString::from("s"));
    let vault = Vault::open(&made(&folder, "b")).unwrap().with(Others::Lost);
    assert!(matches!(vault.unseal(&sealed.bytes), Err(VaultError::Lost(_))));
    let own = vault.seal(&SecretString::from("s"));
    assert!(vault.unseal(&own.bytes).is_ok());
}

#[test]
fn whose_identity_opens_a_seal_is_found_among_all_of_the_file() {
    let folder = folder();
    let (old, new) = (made(&folder, "old"), made(&folder, "new"));
    let [before, after] = [&old, &new].map(|path| Vault::open(path).unwrap().seal(&SecretString::from("s")));
    let both = [fs::read(&new).unwrap(), fs::read(&old).unwrap()].concat();
    let vault = Vault::open(&written(&folder, &both, 0o600)).unwrap();
    for sealed in [&before, &after] {
        assert_eq!(vault.recipient_of(&sealed.bytes), Some(sealed.recipient.as_str()));
        assert!(vault.opens(&sealed.recipient));
    }
    let alone = Vault::open(&new).unwrap();
    assert_eq!((alone.recipient_of(&before.bytes), alone.opens(&before.recipient)), (None, false));
    assert_eq!(alone.recipient_of(b"no age file"), None);
}

#[test]
fn every_damaged_byte_is_noticed() {
    let folder = folder();
    let vault = Vault::open(&made(&folder, "identity.txt")).unwrap();
    let sealed = vault.seal(&SecretString::from("abcd-efgh-ijkl-mnop")).bytes;
    for place in 0..sealed.len() {
        let mut damaged = sealed.clone();
        damaged[place] ^= 0x01;
        let error = vault.unseal(&damaged).unwrap_err();
        assert!(matches!(error, VaultError::WrongIdentity(_) | VaultError::Damaged(_)), "byte {place}: {error}");
        assert!(vault.unseal(&sealed[..place]).is_err(), "cut at {place}");
    }
}

#[test]
fn a_former_identity_below_the_new_one_still_opens() {
    let folder = folder();
    let (old, new) = (made(&folder, "old"), made(&folder, "new"));
    let sealed = Vault::open(&old).unwrap().seal(&SecretString::from("s"));
    let both = [fs::read(&new).unwrap(), fs::read(&old).unwrap()].concat();
    let vault = Vault::open(&written(&folder, &both, 0o600)).unwrap();
    assert_eq!(vault.unseal(&sealed.bytes).unwrap().expose_secret(), "s");
    let fresh = vault.seal(&SecretString::from("t"));
    assert!(Vault::open(&new).unwrap().unseal(&fresh.bytes).is_ok());
    assert!(Vault::open(&old).unwrap().unseal(&fresh.bytes).is_err());
}

#[test]
fn a_missing_identity_says_how_to_make_one() {
    let path = folder().path().join("none.txt");
    let error = Vault::open(&path).unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, VaultError::Missing(_)));
    assert!(text.contains(&format!("age-keygen -o {0} && chmod 600 {0}", path.display())), "{text}");
}

#[test]
fn an_identity_that_others_may_read_is_refused_with_the_command_that_mends_it() {
    let folder = folder();
    let path = made(&folder, "identity.txt");
    for (mode, fine) in [(0o600, true), (0o400, true), (0o700, true), (0o640, false), (0o604, false), (0o620, false)] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        match Vault::open(&path) {
            Ok(_) => assert!(fine, "{mode:o}"),
            Err(error) => {
                assert!(!fine && matches!(error, VaultError::Exposed(_)), "{mode:o}: {error}");
                assert!(error.to_string().contains(&format!("chmod 600 {}", path.display())), "{error}");
            }
        }
    }
    let link = folder.path().join("link");
    symlink(&path, &link).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(Vault::open(&link), Err(VaultError::Exposed(_))), "the mode is the file's, not the link's");
}

#[test]
fn what_is_no_identity_is_named_without_being_shown() {
    let folder = folder();
    let key = fs::read_to_string(made(&folder, "whole")).unwrap();
    let cut = &key[..key.len() - 6];
    let secret_start = key.lines().nth(2).unwrap()[..24].to_owned();
    let cases: [(&[u8], &str); 8] = [
        (b"", "holds no AGE-SECRET-KEY-1"),
        (b"# only a comment\n\n", "holds no AGE-SECRET-KEY-1"),
        (b"hunter2\n", "line 1 is no AGE-SECRET-KEY-1"),
        (b"# x\nage1hunter2\n", "line 2 is a public key"),
        (b"age-encryption.org/v1\n-> scrypt hunter2\n", "passphrase"),
        (b"-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n", "another kind"),
        (cut.as_bytes(), "cut or mistyped"),
        (b"\xff\xfehunter2", "not text"),
    ];
    for (content, says) in cases {
        let error = Vault::open(&written(&folder, content, 0o600)).unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, VaultError::Unreadable(_)) && text.contains(says), "{text}");
        assert!(!text.contains("hunter2") && !text.contains(&secret_start), "{text}");
    }
    assert!(matches!(Vault::open(folder.path()), Err(VaultError::Unreadable(text)) if text.contains("not a file")));
}

#[test]
fn a_new_identity_is_private_and_never_replaces_one() {
    let folder = folder();
    let path = folder.path().join("identity.txt");
    let recipient = create_identity(&path, "2026-11-22T10:00:00Z".parse().unwrap()).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with(&format!("# created: 2026-11-22T10:00:00Z\n# public key: {recipient}\nAGE-SECRET-KEY-1")));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let again = create_identity(&path, Timestamp::UNIX_EPOCH).unwrap_err();
    assert_eq!(again.kind(), std::io::ErrorKind::AlreadyExists);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
}

#[test]
fn debug_shows_the_public_half_alone() {
    let folder = folder();
    let path = made(&folder, "identity.txt");
    let shown = format!("{:?}", Vault::open(&path).unwrap());
    assert!(shown.contains("age1") && !shown.contains("SECRET"), "{shown}");
}
