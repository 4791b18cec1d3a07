//! The modules of a crate, and in which file a path ends: through `use`, `super`, re-exports and modules that were
//! brought in by name.

use std::collections::BTreeMap;

use super::paths::{Named, named};
use super::shipped::{Text, planted};

/// Re-exports that lead on further than this lead in a circle.
const DEEPEST: usize = 32;

/// A module: the file that it stands in, and what this file names.
pub(super) struct Module {
    pub(super) file: String,
    pub(super) named: Named,
}

/// The modules of one crate by their path: `a::b` for `a/b.rs` and `a/b/mod.rs`, empty for the crate itself.
pub(super) struct Modules(BTreeMap<String, Module>);

/// Where a path ends: at a module, or at something that stands in one.
enum End {
    Module(String),
    ItemOf(String),
}

impl Modules {
    pub(super) fn read(files: &[Text]) -> Self {
        let has_library = files.iter().any(|file| file.path == "lib.rs");
        let shipped = files.iter().filter(|file| !(has_library && file.path == "main.rs"));
        Self(
            shipped
                .map(|file| (module_of(&file.path), Module { file: file.path.clone(), named: named(&file.text) }))
                .collect(),
        )
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Module)> {
        self.0.iter().map(|(path, module)| (path.as_str(), module))
    }

    /// The file in which something stands that `path` means, as spelled in the module `from`. None for other crates, and
    /// for a front page as such: what is then taken from it counts.
    pub(super) fn file_of(&self, from: &str, path: &[String]) -> Option<&str> {
        match self.end_of(from, path, DEEPEST)? {
            End::ItemOf(module) => Some(self.0.get(&module)?.file.as_str()),
            End::Module(module) => Some(self.0.get(&module)?.file.as_str()).filter(|file| !is_front(file)),
        }
    }

    fn end_of(&self, from: &str, path: &[String], depth: usize) -> Option<End> {
        let (first, rest) = path.split_first()?;
        let start = match first.as_str() {
            "crate" => End::Module(String::new()),
            "self" => End::Module(from.to_owned()),
            "super" => End::Module(parent_of(from)?),
            name => self.step(from, name, depth)?,
        };
        self.walk(start, rest, depth)
    }

    fn walk(&self, start: End, rest: &[String], depth: usize) -> Option<End> {
        let mut place = start;
        for name in rest {
            let End::Module(module) = &place else { break };
            place = if name == "super" {
                End::Module(parent_of(module)?)
            } else {
                self.step(module, name, depth).unwrap_or_else(|| End::ItemOf(module.clone()))
            };
        }
        Some(place)
    }

    /// What `name` means inside `module`: a module below it, an item of its file, or what a `use` there brings in.
    fn step(&self, module: &str, name: &str, depth: usize) -> Option<End> {
        let depth = depth.checked_sub(1)?;
        let below = if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") };
        if self.0.contains_key(&below) {
            return Some(End::Module(below));
        }
        let Named { imports, items, .. } = &self.0.get(module)?.named;
        if items.contains(name) {
            return Some(End::ItemOf(module.to_owned()));
        }
        let by_name =
            imports.iter().filter(|import| import.name == name && import.path.first().is_some_and(|f| f != name));
        let all = imports.iter().filter(|import| import.name == "*");
        by_name.filter_map(|import| self.end_of(module, &import.path, depth)).next().or_else(|| {
            all.filter_map(|import| match self.end_of(module, &import.path, depth)? {
                End::Module(held) if held != module => self.step(&held, name, depth),
                _ => None,
            })
            .next()
        })
    }
}

/// Whether a file is the front page of its folder.
pub(super) fn is_front(file: &str) -> bool {
    ["mod.rs", "lib.rs", "main.rs"].iter().any(|name| file.rsplit('/').next() == Some(name))
}

/// `a::b` for `a/b.rs` and `a/b/mod.rs`.
fn module_of(file: &str) -> String {
    let path = file.trim_end_matches(".rs").replace('/', "::");
    match path.as_str() {
        "lib" | "main" => String::new(),
        _ => path.strip_suffix("::mod").unwrap_or(&path).to_owned(),
    }
}

fn parent_of(module: &str) -> Option<String> {
    if module.is_empty() {
        return None;
    }
    Some(module.rsplit_once("::").map_or_else(String::new, |(parent, _)| parent.to_owned()))
}

#[test]
fn paths_end_in_the_file_that_holds_the_item() {
    let modules = Modules::read(&planted(&[
        ("lib.rs", "pub mod a; pub mod z;"),
        ("a/mod.rs", "mod b; mod c; pub(crate) use b::B; use c::*; pub struct Own;"),
        ("a/b.rs", "pub struct B;"),
        ("a/c.rs", "pub fn go() {} pub use crate::z::Z as Y;"),
        ("z.rs", "use crate::a; pub struct Z;"),
    ]));
    let cases = [
        ("z", "crate::a::b::B", Some("a/b.rs")),
        ("z", "crate::a::B", Some("a/b.rs")),
        ("z", "a::B::new", Some("a/b.rs")),
        ("z", "a::go", Some("a/c.rs")),
        ("z", "a::Y", Some("z.rs")),
        ("z", "a::Own", Some("a/mod.rs")),
        ("a::b", "super::go", Some("a/c.rs")),
        ("a::b", "super::c", Some("a/c.rs")),
        ("a::b", "super::super::z::Z", Some("z.rs")),
        ("a::b", "B::new", Some("a/b.rs")),
        ("a", "self::c::go", Some("a/c.rs")),
        ("z", "crate::a", None),
        ("a::b", "std::fmt", None),
    ];
    for (from, path, file) in cases {
        let path: Vec<String> = path.split("::").map(str::to_owned).collect();
        assert_eq!(modules.file_of(from, &path), file, "{from}: {path:?}");
    }
}
