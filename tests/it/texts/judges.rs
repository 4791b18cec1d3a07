//! The two parsers, each a process that is handed a folder.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{env, fs};

use serde_json::Value;

use super::Sample;

/// Where `tests/run` keeps its tools.
pub(crate) fn tools() -> PathBuf {
    let folder = env::var_os("PASARELA_TEST_TOOLS");
    folder.expect("PASARELA_TEST_TOOLS is not set: use `tests/run`, or export what `tests/run servers` prints").into()
}

/// What each of them says against each object.
pub(super) fn refused(samples: &[Sample]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for Sample { name, text, .. } in samples {
        fs::write(folder.path().join(format!("{name}.ics")), text).unwrap();
    }
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/texts");
    let mut python = Command::new(tools().join("venv/bin/python"));
    python.arg(here.join("judge.py")).arg(folder.path());
    let mut node = Command::new("node");
    node.arg(here.join("judge.mjs")).arg(tools().join("texts/node_modules")).arg(folder.path());
    let both = [("icalendar", python), ("ical.js", node)].map(|(judge, mut command)| {
        (judge, command.stdout(Stdio::piped()).spawn().unwrap_or_else(|error| panic!("{judge}: {error}")))
    });
    let said = both.map(|(judge, process)| (judge, process.wait_with_output().unwrap()));
    let against = said.into_iter().flat_map(|(judge, output)| {
        assert!(output.status.success(), "{judge} gave up: {}", output.status);
        against(judge, samples, &String::from_utf8(output.stdout).unwrap())
    });
    against.collect()
}

fn against(judge: &str, samples: &[Sample], answers: &str) -> Vec<String> {
    let answers: BTreeMap<String, Value> = answers
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|answer| (answer["name"].as_str().unwrap().to_owned(), answer))
        .collect();
    let one = |Sample { name, text, words, .. }: &Sample| {
        let answer = &answers[name];
        let said: Option<Vec<BTreeMap<String, String>>> = serde_json::from_value(answer["said"].clone()).ok();
        if said.as_ref() == Some(words) {
            return None;
        }
        Some(format!("{judge} says {answer} of {words:?} in\n{text}"))
    };
    samples.iter().filter_map(one).collect()
}
