//! `pasarela init`

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::args::Init;
use super::out::Out;
use super::{Stop, locate};
use crate::clock::Clock;
use crate::config::DEFAULTS;
use crate::vault::{create_identity, create_private};

/// The name of the configuration in a folder of its own.
const IN_A_FOLDER: &str = "config.toml";

/// The names that the defaults point to; a test reads them out of `config.example.toml`.
const IDENTITY: &str = "identity.txt";
const SECRET: &str = "puentes.secret";
const DATA: &str = "data";

/// Writes everything that a gateway needs, or nothing when any of it is there already.
pub(super) fn run(wanted: &Init, out: &mut Out) -> Result<(), Stop> {
    let (folder, config) = match &wanted.dir {
        Some(folder) => (folder.clone(), IN_A_FOLDER),
        None => (PathBuf::new(), locate::HERE),
    };
    refuse_to_overwrite(&folder, &[config, IDENTITY, SECRET])?;
    if wanted.dir.is_some() {
        make_folder(&folder)?;
    }
    make_folder(&folder.join(DATA))?;
    let recipient =
        create_identity(&folder.join(IDENTITY), Clock::system().now()).map_err(failed(&folder, IDENTITY))?;
    create_private(&folder.join(SECRET), new_secret().as_bytes()).map_err(failed(&folder, SECRET))?;
    // Last: where it stands, the rest does.
    create_private(&folder.join(config), DEFAULTS.as_bytes()).map_err(failed(&folder, config))?;
    out.text(&report(&folder, config, &recipient))
}

fn refuse_to_overwrite(folder: &Path, names: &[&str]) -> Result<(), Stop> {
    let taken: Vec<String> = names
        .iter()
        .map(|name| folder.join(name))
        .filter(|path| fs::symlink_metadata(path).is_ok())
        .map(|path| path.display().to_string())
        .collect();
    if taken.is_empty() {
        Ok(())
    } else {
        Err(Stop::Failed(format!(
            "nothing was written, because this is there already: {}\nChoose another folder with --dir, or move it away first.",
            taken.join(", ")
        )))
    }
}

/// A folder that only its owner enters; one that exists stays as it is.
fn make_folder(folder: &Path) -> Result<(), Stop> {
    match DirBuilder::new().recursive(true).mode(0o700).create(folder) {
        Ok(()) => Ok(()),
        Err(error) => Err(Stop::Failed(format!("{} can't be made: {error}", folder.display()))),
    }
}

fn failed(folder: &Path, name: &str) -> impl FnOnce(io::Error) -> Stop {
    let path = folder.join(name);
    move |error| Stop::Failed(format!("{} can't be written: {error}", path.display()))
}

/// 244 random bits in hex, a line.
fn new_secret() -> String {
    let half = || uuid::Uuid::new_v4().simple();
    format!("{}{}\n", half(), half())
}

fn report(folder: &Path, config: &str, recipient: &str) -> String {
    let place = if folder.as_os_str().is_empty() { "this folder".to_owned() } else { folder.display().to_string() };
    let found_anyway = folder.as_os_str().is_empty() || folder == Path::new("/etc/pasarela");
    let option = if found_anyway { String::new() } else { format!(" --config {}", folder.join(config).display()) };
    format!(
        "\
Written in {place}, readable by you alone:
  {config:<16} the settings, each explained; what is in it are the defaults
  {IDENTITY:<16} the age identity that opens stored credentials ({recipient})
  {SECRET:<16} the secret that Puentes and Pasarela share, made at random
  {:<16} the database will be here

Next:
  1. Put a copy of {IDENTITY} in a safe place, apart from the database's backups.
  2. Give Puentes the secret in {SECRET}, or put Puentes's own there.
  3. In {config}, set server.public_url with server.tls or server.trusted_proxies, and puentes.events_url.
  4. pasarela check{option}
  5. pasarela serve{option}
  6. pasarela link-url +593991234567{option}
     prints the link with which that person opens their page
",
        format!("{DATA}/")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_those_that_the_defaults_point_to() {
        for line in [
            format!("path = \"{DATA}/pasarela.db\""),
            format!("identity_file = \"{IDENTITY}\""),
            format!("secret_file = \"{SECRET}\""),
        ] {
            assert!(DEFAULTS.lines().any(|other| other == line), "{line}");
        }
    }

    #[test]
    fn every_secret_is_new() {
        assert_eq!(new_secret().len(), 65);
        assert_ne!(new_secret(), new_secret());
    }
}
