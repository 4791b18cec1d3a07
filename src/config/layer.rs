//! The layers of a configuration: the embedded defaults, a file, the environment.

use std::fs;
use std::path::Path;

use figment::value::{Dict, Map, Value};
use figment::{Metadata, Profile, Provider};

use super::problem::ConfigErrors;

/// `config.example.toml`: the manual, and the defaults.
pub const DEFAULTS: &str = include_str!("../../config.example.toml");

/// What variables of ours begin with.
const PREFIX: &str = "PASARELA_";

/// One layer, and what to call it in an error.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub(super) name: String,
    pub(super) values: Dict,
}

/// The name of the environment's layer; errors name the variable instead.
pub(super) const ENVIRONMENT: &str = "environment";

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}

impl Layer {
    pub(super) fn defaults() -> Result<Self, ConfigErrors> {
        Self::from_toml("the defaults", DEFAULTS)
    }

    pub(super) fn from_file(path: &Path) -> Result<Self, ConfigErrors> {
        let name = path.display().to_string();
        let bytes = fs::read(path).map_err(|error| ConfigErrors::one(&name, format!("can't be read: {error}")))?;
        let text = String::from_utf8(bytes).map_err(|_| ConfigErrors::one(&name, "is not UTF-8 text"))?;
        Self::from_toml(&name, &text)
    }

    /// Parses TOML. Of an error only the place and the rule are told: toml's own text quotes the line, which may hold
    /// a secret.
    pub(super) fn from_toml(name: &str, text: &str) -> Result<Self, ConfigErrors> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let place = error.span().map(|span| line_of(text, span.start));
            let place = place.map(|line| format!("line {line}: ")).unwrap_or_default();
            ConfigErrors::one(name, format!("is not TOML: {place}{}", error.message().replace('\n', ", ")))
        })?;
        match Value::serialize(table) {
            Ok(Value::Dict(_, values)) => Ok(Self { name: name.to_owned(), values }),
            _ => Err(ConfigErrors::one(name, "is not TOML")),
        }
    }

    /// `PASARELA_SECTION__KEY=value`. Values stay texts (a secret of digits keeps its zeros); an empty one counts as
    /// not set, as compose files make them. Variables without `__` are not settings: orchestrators inject
    /// `PASARELA_PORT_…` for a service of that name.
    pub(super) fn from_env(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut values = Dict::new();
        for (name, value) in variables {
            let Some(path) = name.strip_prefix(PREFIX).filter(|path| path.contains("__")) else { continue };
            if !value.is_empty() {
                let path = path.to_lowercase();
                put(&mut values, &path.split("__").collect::<Vec<_>>(), value);
            }
        }
        Self { name: ENVIRONMENT.to_owned(), values }
    }
}

/// The variable of a setting.
pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "__").to_uppercase())
}

/// Variables that were probably meant for one of the `sections`: one underscore where two belong.
pub(super) fn nearly_ours<'a>(names: impl IntoIterator<Item = &'a str>, known: &[&str]) -> Vec<(String, String)> {
    let meant = |name: &str| {
        let single = |key: &&&str| variable(key).replace("__", "_") == name;
        known.iter().find(single).map(|key| (name.to_owned(), variable(key)))
    };
    names.into_iter().filter(|name| !name.contains("__")).filter_map(meant).collect()
}

fn put(values: &mut Dict, path: &[&str], value: String) {
    match path {
        [] => {}
        [key] => {
            values.insert((*key).to_owned(), Value::from(value));
        }
        [section, rest @ ..] => {
            let inner = values.entry((*section).to_owned()).or_insert_with(|| Value::from(Dict::new()));
            if let Value::Dict(_, inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}
