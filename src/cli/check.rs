//! `pasarela check`

use std::path::PathBuf;

use super::out::Out;
use super::{Stop, locate, logs};
use crate::checkup::{self, Finding, State};
use crate::clock::Clock;
use crate::config::{Config, Log};

/// Prints a line for each thing looked at, and ends with a verdict.
pub(super) fn run(named: Option<PathBuf>, out: &mut Out) -> Result<(), Stop> {
    logs::start(&Log { level: "error".to_owned(), ..Log::default() });
    let path = locate::find(named)?;
    let config = match locate::read(&path) {
        Ok(config) => config,
        Err(Stop::Failed(why)) => {
            out.line(&line("✗", "configuration", &why))?;
            return Err(Stop::Failed("nothing else was looked at; mend the configuration first".to_owned()));
        }
        Err(stop) => return Err(stop),
    };
    out.line(&line("✓", "configuration", &path.display().to_string()))?;
    let (wrong, doubtful) = look(&config, out)?;
    match (wrong, doubtful) {
        (0, 0) => out.line("All is fine."),
        (0, some) => out.line(&format!("It works; {some} to look at.")),
        (wrong, _) => Err(Stop::Failed(format!("{wrong} to mend"))),
    }
}

/// Tells every finding as it comes; answers how many are wrong and how many doubtful.
fn look(config: &Config, out: &mut Out) -> Result<(usize, usize), Stop> {
    let (mut wrong, mut doubtful) = (0, 0);
    let mut printed = Ok(());
    checkup::run(config, Clock::system().now(), |Finding { about, state }| {
        let text = match &state {
            State::Fine(seen) => line("✓", &about, seen),
            State::Doubtful(seen) => line("!", &about, seen),
            State::Wrong(why) => line("✗", &about, why),
        };
        wrong += usize::from(matches!(state, State::Wrong(_)));
        doubtful += usize::from(matches!(state, State::Doubtful(_)));
        if printed.is_ok() {
            printed = out.line(&text).and_then(|()| out.finish());
        }
    });
    printed.map(|()| (wrong, doubtful))
}

fn line(sign: &str, about: &str, text: &str) -> String {
    format!("{sign} {about:<14} {}", text.replace('\n', "\n  "))
}
