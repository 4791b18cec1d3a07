//! The one place that prints.

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use super::Stop;

/// Results go to one stream, complaints to the other.
pub(super) struct Out {
    results: Box<dyn Write + Send>,
    complaints: Box<dyn Write + Send>,
}

impl Out {
    pub(super) fn standard() -> Self {
        Self { results: Box::new(io::stdout()), complaints: Box::new(io::stderr()) }
    }

    /// Prints a line of the result.
    pub(super) fn line(&mut self, text: &str) -> Result<(), Stop> {
        writeln!(self.results, "{text}").map_err(stopped)
    }

    /// Prints a text that ends as it should already.
    pub(super) fn text(&mut self, text: &str) -> Result<(), Stop> {
        self.results.write_all(text.as_bytes()).map_err(stopped)
    }

    /// Says something beside the result: to people, who see both, and to no program that reads the result.
    pub(super) fn note(&mut self, text: &str) -> Result<(), Stop> {
        writeln!(self.complaints, "{text}").map_err(stopped)
    }

    /// Lets everything printed so far arrive.
    pub(super) fn finish(&mut self) -> Result<(), Stop> {
        self.results.flush().map_err(stopped)
    }

    /// Says why a command failed. A complaint that can't be printed still leaves its exit code.
    pub(super) fn complain(&mut self, why: &str, code: u8) -> ExitCode {
        let _ = self.results.flush();
        if !why.is_empty() {
            let _ = writeln!(self.complaints, "pasarela: {why}");
        }
        ExitCode::from(code)
    }
}

/// For what runs on and prints as it goes; its result stream.
impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.results.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.results.flush()
    }
}

fn stopped(error: io::Error) -> Stop {
    match error.kind() {
        ErrorKind::BrokenPipe => Stop::ReaderGone,
        _ => Stop::Failed(format!("the result can't be written: {error}")),
    }
}
