//! The layers as one, read setting by setting.
//!
//! Nothing stops at the first fault: each reading answers what it found, notes what is wrong, and remembers that the
//! setting exists, so that at the end every key nobody asked for is known to be unknown.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use figment::Figment;
use figment::value::{Dict, Num, Value};

use super::layer::{ENVIRONMENT, Layer, variable};
use super::problem::{ConfigErrors, SettingProblem};
use super::{nearest, secret_file};
use crate::secret::SecretString;

/// What a mode lets those do who are neither the owner nor in the group.
const FOR_EVERYBODY: u32 = 0o006;

/// A configuration being read.
pub(super) struct Settings {
    layers: Vec<Layer>,
    merged: Figment,
    folder: PathBuf,
    known: Vec<&'static str>,
    problems: Vec<SettingProblem>,
    exposed: Vec<PathBuf>,
}

impl Settings {
    /// `layers` from the lowest to the highest; relative paths count from `folder`.
    pub(super) fn new(layers: Vec<Layer>, folder: &Path) -> Self {
        let merged = layers.iter().cloned().fold(Figment::new(), Figment::merge);
        Self { layers, merged, folder: folder.to_owned(), known: Vec::new(), problems: Vec::new(), exposed: Vec::new() }
    }

    /// Whether any layer says something below `key`, right or wrong.
    pub(super) fn says(&self, key: &str) -> bool {
        self.merged.contains(key)
    }

    /// Notes what is wrong with `key`.
    pub(super) fn wrong(&mut self, key: &str, what: impl Into<String>) {
        let problem = SettingProblem { at: key.to_owned(), origin: self.origin(key), what: what.into() };
        self.problems.push(problem);
    }

    /// A text of a certain shape: `expected` completes "must be …". None when it is absent or wrong.
    pub(super) fn parsed<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(key, expected)?;
        let value = parse(text.trim());
        if value.is_none() {
            self.wrong(key, format!("must be {expected}; \"{:.80}\" is not", text.escape_debug().to_string()));
        }
        value
    }

    /// A text that must not be shown when it is wrong, such as a URL that may hold a password.
    pub(super) fn parsed_unseen<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = parse(self.text(key, expected)?.trim());
        if value.is_none() {
            self.wrong(key, format!("must be {expected}"));
        }
        value
    }

    /// A number within bounds; from the environment it comes as a text.
    pub(super) fn number<T>(&mut self, key: &'static str, expected: &str, within: impl FnOnce(&T) -> bool) -> Option<T>
    where
        T: FromStr,
    {
        let shown = match self.find(key)? {
            Value::Num(_, number) => number_as_text(number),
            Value::String(_, text) => text.trim().to_owned(),
            _ => String::new(),
        };
        let value = shown.parse().ok().filter(within);
        if value.is_none() {
            self.wrong(
                key,
                format!("must be {expected}; {:.40} is not", if shown.is_empty() { "this" } else { &shown }),
            );
        }
        value
    }

    /// Yes or no; from the environment it comes as a text.
    pub(super) fn flag(&mut self, key: &'static str) -> Option<bool> {
        let value = match self.find(key)? {
            Value::Bool(_, flag) => Some(flag),
            Value::String(_, text) => text.trim().parse().ok(),
            _ => None,
        };
        if value.is_none() {
            self.wrong(key, "must be true or false, without quotes");
        }
        value
    }

    /// A list of texts, or one text with commas; each item must be of the shape.
    pub(super) fn list<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let items: Vec<String> = match self.find(key)? {
            Value::String(_, text) => {
                text.split(',').map(str::to_owned).filter(|item| !item.trim().is_empty()).collect()
            }
            Value::Array(_, items) => items.iter().map(|item| item.as_str().unwrap_or_default().to_owned()).collect(),
            _ => {
                self.wrong(key, format!("must be a list in brackets, each item {expected}"));
                return None;
            }
        };
        let (mut values, mut fine) = (Vec::with_capacity(items.len()), true);
        for item in items {
            match parse(item.trim()) {
                Some(value) => values.push(value),
                None => {
                    fine = false;
                    self.wrong(
                        key,
                        format!("each item must be {expected}; \"{:.80}\" is not", item.escape_debug().to_string()),
                    );
                }
            }
        }
        fine.then_some(values)
    }

    /// A table of names, each with the path of a file or a list of them; from the environment it comes as `name=path`, with
    /// commas. Paths count from the folder of the configuration; what is a name is the caller's.
    pub(super) fn files_by_name(&mut self, key: &'static str, expected: &str) -> Option<Vec<(String, Vec<PathBuf>)>> {
        let texts = |value: &Value| match value {
            Value::String(_, path) => Some(vec![path.clone()]),
            Value::Array(_, paths) => paths.iter().map(|path| path.as_str().map(str::to_owned)).collect(),
            _ => None,
        };
        let named: Option<Vec<(String, Vec<String>)>> = match self.find(key)? {
            Value::Dict(_, table) => table.iter().map(|(name, value)| Some((name.clone(), texts(value)?))).collect(),
            Value::String(_, text) => {
                let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
                let pair = |pair: &str| {
                    pair.rsplit_once('=').map(|(name, path)| (name.trim().to_owned(), vec![path.trim().to_owned()]))
                };
                pairs.map(pair).collect()
            }
            _ => None,
        };
        if named.is_none() {
            self.wrong(key, format!("must be {expected}"));
        }
        let from_folder =
            |(name, paths): (String, Vec<String>)| (name, paths.iter().map(|path| self.folder.join(path)).collect());
        Some(named?.into_iter().map(from_folder).collect())
    }

    /// A path, counted from the folder of the configuration.
    pub(super) fn path(&mut self, key: &'static str) -> Option<PathBuf> {
        let parse = |text: &str| (!text.is_empty() && !text.contains('\0')).then(|| PathBuf::from(text));
        let path = self.parsed(key, "the path of a file", parse)?;
        Some(self.folder.join(path))
    }

    /// A secret, said in place or by file; the highest layer that says either wins.
    pub(super) fn secret(&mut self, key: &'static str, file_key: &'static str) -> Option<SecretString> {
        self.known.extend([key, file_key]);
        let says = |layer: &&Layer| [key, file_key].iter().any(|key| find_in(&layer.values, key).is_some());
        let layer = self.layers.iter().rev().find(says).cloned()?;
        let origin = layer_origin(&layer.name, key);
        match (find_in(&layer.values, key), find_in(&layer.values, file_key)) {
            (Some(_), Some(_)) => {
                let what = format!("is given, and {file_key} as well; leave one of them out");
                self.problems.push(SettingProblem { at: key.to_owned(), origin, what });
                None
            }
            (Some(Value::String(_, text)), None) => match secret_file::check(&text) {
                Ok(()) => Some(SecretString::from(text)),
                Err(why) => {
                    self.problems.push(SettingProblem { at: key.to_owned(), origin, what: why.to_owned() });
                    None
                }
            },
            (Some(_), None) => {
                self.problems.push(SettingProblem {
                    at: key.to_owned(),
                    origin,
                    what: "must be a text in quotes".to_owned(),
                });
                None
            }
            (None, _) => {
                let path = self.path(file_key)?;
                self.keeps_secret(&path);
                secret_file::read(&path).map_err(|why| self.wrong(file_key, why)).ok()
            }
        }
    }

    /// Notes a file that holds a secret, if everybody on the machine may read it. Platforms hand secrets over like that,
    /// so it is no fault; somebody should look.
    pub(super) fn keeps_secret(&mut self, path: &Path) {
        let mode = std::fs::metadata(path).map_or(0, |about| about.permissions().mode());
        if mode & FOR_EVERYBODY != 0 {
            self.exposed.push(path.to_owned());
        }
    }

    /// The files that were noted.
    pub(super) fn exposed(&self) -> Vec<PathBuf> {
        self.exposed.clone()
    }

    /// Ends the reading: the keys that nobody asked for are unknown, and any problem at all is an error.
    pub(super) fn finish(mut self) -> Result<(), ConfigErrors> {
        for (layer, path) in self.layers.iter().flat_map(|layer| unknown(layer, &self.known)) {
            let what = nearest::describe(&path, &self.known);
            self.problems.push(SettingProblem { origin: layer_origin(&layer.name, &path), at: path, what });
        }
        if self.problems.is_empty() { Ok(()) } else { Err(ConfigErrors(self.problems)) }
    }

    /// All settings asked for so far.
    pub(super) fn known(&self) -> &[&'static str] {
        &self.known
    }

    fn text(&mut self, key: &'static str, expected: &str) -> Option<String> {
        match self.find(key)? {
            Value::String(_, text) => Some(text),
            _ => {
                self.wrong(key, format!("must be a text in quotes: {expected}"));
                None
            }
        }
    }

    fn find(&mut self, key: &'static str) -> Option<Value> {
        self.known.push(key);
        self.merged.find_value(key).ok()
    }

    fn origin(&self, key: &str) -> Option<String> {
        self.merged.find_metadata(key).and_then(|about| layer_origin(&about.name, key))
    }
}

fn number_as_text(number: Num) -> String {
    match (number.to_i128(), number.to_u128(), number.to_f64()) {
        (Some(whole), _, _) => whole.to_string(),
        (_, Some(whole), _) => whole.to_string(),
        (_, _, float) => float.unwrap_or(f64::NAN).to_string(),
    }
}

fn layer_origin(layer: &str, key: &str) -> Option<String> {
    Some(if layer == ENVIRONMENT { variable(key) } else { layer.to_owned() })
}

fn find_in(values: &Dict, key: &str) -> Option<Value> {
    Value::from(values.clone()).find(key)
}

/// The paths of a layer that lead to no known setting.
fn unknown<'a>(layer: &'a Layer, known: &[&'static str]) -> Vec<(&'a Layer, String)> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), &layer.values)];
    while let Some((prefix, values)) = open.pop() {
        for (key, value) in values {
            let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
            let leads_on = known.iter().any(|name| name.strip_prefix(&path).is_some_and(|rest| rest.starts_with('.')));
            match value {
                _ if known.contains(&path.as_str()) => {}
                Value::Dict(_, inner) if leads_on => open.push((path, inner)),
                _ => found.push((layer, path)),
            }
        }
    }
    found
}
