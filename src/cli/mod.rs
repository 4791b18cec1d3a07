//! The command line.
//!
//! Rule: a command parses, calls, and prints through [`out::Out`], the only place that writes to a terminal. Exit codes:
//! 0 fine, 1 failed, 2 wrong use. A reader that goes away early (`pasarela openapi | head`) is no failure.

mod args;
mod audit;
mod check;
mod client;
mod doors;
mod export;
mod init;
mod key;
mod link_url;
mod locate;
mod logs;
mod openapi;
mod out;
mod reach;
mod secret;

use std::process::ExitCode;

use clap::Parser;

use crate::config::Log;
use crate::vault::Others;
use args::{Args, Command, Simulator};
use out::Out;

/// Why a command ended before its end.
#[derive(Debug)]
enum Stop {
    /// It could not be done; the text says why and how to mend it. Exit code 1. An empty text was said already.
    Failed(String),
    /// It was asked in a wrong way. Exit code 2.
    Misused(String),
    /// Nobody reads on.
    ReaderGone,
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(usage) => {
            // Help, the version or a wrong word; clap knows stream and exit code. A failure to print has no one to hear it.
            let _ = usage.print();
            return ExitCode::from(u8::try_from(usage.exit_code()).unwrap_or(2));
        }
    };
    let mut out = Out::standard();
    match run(args.command, &mut out).and_then(|()| out.finish()) {
        Ok(()) | Err(Stop::ReaderGone) => ExitCode::SUCCESS,
        Err(Stop::Failed(why)) => out.complain(&why, 1),
        Err(Stop::Misused(why)) => out.complain(&why, 2),
    }
}

fn run(command: Command, out: &mut Out) -> Result<(), Stop> {
    match command {
        Command::Serve(wanted) => {
            let config = locate::load(wanted.place.config)?;
            logs::start(&config.log);
            doors::serve(config, if wanted.identity_lost { Others::Lost } else { Others::Awaited })
        }
        Command::Demo(at) => {
            // The demo tells its story itself; a log between its lines would be noise.
            logs::start(&Log { level: "warn".to_owned(), ..Log::default() });
            doors::demo(at.listen, out)
        }
        Command::Init(wanted) => init::run(&wanted, out),
        Command::Check(place) => check::run(place.config, out),
        Command::LinkUrl(wanted) => link_url::run(wanted, out),
        Command::Client(wanted) => client::run(wanted.what, out),
        Command::Key(wanted) => key::run(wanted.what, out),
        Command::Audit(wanted) => audit::run(wanted.what, out),
        Command::Simulate(simulator) => {
            logs::start(&Log::default());
            match simulator.which {
                Simulator::Puentes(at) => doors::simulate_puentes(at.listen, out),
                Simulator::Caldav(at) => doors::simulate_caldav(at.listen, out),
                Simulator::Google(at) => doors::simulate_google(at, out),
            }
        }
        Command::Openapi(form) => openapi::run(&form, out),
    }
}
