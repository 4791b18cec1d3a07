//! Finds and loads the configuration.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::Stop;
use crate::config::Config;

/// In the working folder, as `pasarela init` writes it there.
pub(super) const HERE: &str = "pasarela.toml";

/// For the whole machine, as `pasarela init --dir /etc/pasarela` writes it.
const MACHINE: &str = "/etc/pasarela/config.toml";

/// Finds the file and reads it with the environment over it.
pub(super) fn load(named: Option<PathBuf>) -> Result<Config, Stop> {
    let path = find(named)?;
    read(&path)
}

/// Reads the file with the environment over it.
pub(super) fn read(path: &Path) -> Result<Config, Stop> {
    Config::load(Some(path), variables(env::vars_os())?).map_err(|errors| Stop::Failed(errors.to_string()))
}

/// `--config`, else `PASARELA_CONFIG`, else the first that exists of the two usual places.
pub(super) fn find(named: Option<PathBuf>) -> Result<PathBuf, Stop> {
    let from_env = env::var_os("PASARELA_CONFIG").filter(|value| !value.is_empty()).map(PathBuf::from);
    let usual = || [HERE, MACHINE].into_iter().map(PathBuf::from).find(|path| path.exists());
    named.or(from_env).or_else(usual).ok_or_else(|| {
        Stop::Failed(format!(
            "there is no configuration: neither ./{HERE} nor {MACHINE} exists. Make one with: pasarela init\n\
             (or name yours with --config FILE or PASARELA_CONFIG; to try things without one: pasarela demo)"
        ))
    })
}

/// The variables of ours. One whose bytes are no text can't be used as it was meant, so it is not ignored.
fn variables(all: impl Iterator<Item = (OsString, OsString)>) -> Result<Vec<(String, String)>, Stop> {
    all.filter_map(|(name, value)| Some((name.into_string().ok().filter(|name| name.starts_with("PASARELA_"))?, value)))
        .map(|(name, value)| match value.into_string() {
            Ok(value) => Ok((name, value)),
            Err(_) => Err(Stop::Failed(format!("the variable {name} is not UTF-8 text"))),
        })
        .collect()
}
