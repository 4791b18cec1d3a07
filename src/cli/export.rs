//! `pasarela client export`

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::args::ExportClient;
use super::out::Out;
use super::reach::unexpected;
use super::{Stop, locate, reach};
use crate::config::Config;
use crate::operator::{ClientCommand, Command, Reply};
use crate::tenants::ExportPlace;

/// Writes a line of JSON for the client system and for each thing that is kept of it.
pub(super) fn run(ExportClient { which, file }: ExportClient, out: &mut Out) -> Result<(), Stop> {
    let config = locate::load(which.shown.place.config)?;
    let Some(path) = file else { return written(&config, &which.client, out) };
    let failed = |error: std::io::Error| Stop::Failed(format!("{} can't be written: {error}", path.display()));
    let mut draft = Draft::new(&path).map_err(failed)?;
    written(&config, &which.client, &mut draft.file)?;
    draft.file.flush().and_then(|()| draft.file.get_ref().sync_all()).map_err(failed)?;
    draft.keep(&path).map_err(failed)
}

fn written(config: &Config, client: &str, out: &mut impl Write) -> Result<(), Stop> {
    let asked = |command| reach::carry_out(config, &Command::Client(command));
    let Reply::Client(card) = asked(ClientCommand::Show { client: client.to_owned() })? else {
        return Err(unexpected());
    };
    line(out, &json!({ "client": card }))?;
    let mut place = Some(ExportPlace::BEGINNING);
    while let Some(from) = place {
        // By its id: it may be given another short name meanwhile.
        let Reply::Exported { rows, next } = asked(ClientCommand::Export { client: card.id.clone(), place: from })?
        else {
            return Err(unexpected());
        };
        rows.iter().try_for_each(|row| line(out, row))?;
        place = next;
    }
    Ok(())
}

fn line(out: &mut impl Write, value: &serde_json::Value) -> Result<(), Stop> {
    writeln!(out, "{value}").map_err(|error| match error.kind() {
        std::io::ErrorKind::BrokenPipe => Stop::ReaderGone,
        _ => Stop::Failed(format!("the export can't be written: {error}")),
    })
}

/// A file for this user alone that stands in its place only once it is whole.
struct Draft {
    file: BufWriter<File>,
    path: PathBuf,
}

impl Draft {
    fn new(path: &Path) -> std::io::Result<Self> {
        if path.symlink_metadata().is_ok() {
            return Err(std::io::ErrorKind::AlreadyExists.into());
        }
        let mut name = path.as_os_str().to_owned();
        name.push(".part");
        let part = PathBuf::from(name);
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
        Ok(Self { file: BufWriter::new(file), path: part })
    }

    fn keep(&self, path: &Path) -> std::io::Result<()> {
        std::fs::rename(&self.path, path)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Where it was moved into its place there is none any more.
        drop(std::fs::remove_file(&self.path));
    }
}
