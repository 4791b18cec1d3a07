//! No circle of files: what two files need of each other stands in a third, below both.
//!
//! A front page (`mod.rs`) names what its folder shows, and the files below it use what it defines: that is no circle.
//! Whoever stands outside the folder and uses what its front page defines depends on all that the page names. Between
//! rooms the order of rooms keeps circles away, so each room is looked at by itself.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::assert_none;
use super::modules::Modules;
use super::shipped::{Text, crates, planted, shipped_files};

/// Imports that close a circle for now: a file below the repository's folder, and what it imports. An entry that is no
/// longer needed fails the test.
const EXCEPTIONS: &[(&str, &str)] = &[];

/// Which file imports which, with the line where it does.
type Arrows = BTreeMap<String, BTreeMap<String, usize>>;

fn room_of(file: &str) -> &str {
    file.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// Whether `front` is the front page of a folder that `file` lies in.
fn is_own_front(file: &str, front: &str) -> bool {
    front.strip_suffix("mod.rs").is_some_and(|folder| file.starts_with(folder))
}

/// The arrows between files of one room; `folder` is the crate's `src`.
fn arrows(folder: &str, files: &[Text]) -> Arrows {
    let modules = Modules::read(files);
    let mut arrows = Arrows::new();
    for (path, module) in modules.iter() {
        let imports = module.named.imports.iter().map(|import| (&import.path, import.line));
        let in_line = module.named.in_line.iter().map(|(path, line)| (path, *line));
        for (spelled, line) in imports.chain(in_line) {
            let Some(target) = modules.file_of(path, spelled) else { continue };
            if target != module.file && !is_own_front(&module.file, target) && room_of(target) == room_of(&module.file)
            {
                let own = arrows.entry(format!("{folder}/{}", module.file)).or_default();
                own.entry(format!("{folder}/{target}")).or_insert(line);
            }
        }
    }
    arrows
}

/// The shortest way from `from` back to itself that begins with the arrow to `next`.
fn circle_through(arrows: &Arrows, from: &str, next: &str) -> Option<Vec<String>> {
    let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut queue = VecDeque::from([next]);
    while let Some(at) = queue.pop_front() {
        if at == from {
            let mut way = vec![from.to_owned()];
            let mut step = from;
            while step != next {
                step = came_from[step];
                way.push(step.to_owned());
            }
            way.push(from.to_owned());
            way.reverse();
            return Some(way);
        }
        for target in arrows.get(at).into_iter().flatten().map(|(target, _)| target.as_str()) {
            if target != next && !came_from.contains_key(target) {
                came_from.insert(target, at);
                queue.push_back(target);
            }
        }
    }
    None
}

/// Every circle that no exception opens, told once with its lines, and every exception that opens none.
fn complaints(mut arrows: Arrows, exceptions: &[(&str, &str)]) -> Vec<String> {
    let excused: Vec<_> = exceptions
        .iter()
        .map(|(from, to)| (*from, *to, arrows.get_mut(*from).and_then(|targets| targets.remove(*to))))
        .collect();
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    for (from, targets) in &arrows {
        for next in targets.keys() {
            let Some(way) = circle_through(&arrows, from, next) else { continue };
            if told.insert(way.iter().cloned().collect::<BTreeSet<_>>()) {
                found.push(spelled(&arrows, &way));
            }
        }
    }
    for (from, to, line) in excused {
        if line.is_none() || circle_through(&arrows, from, to).is_none() {
            found.push(format!("{from} → {to}: no longer in a circle; delete the exception"));
        }
    }
    found
}

fn spelled(arrows: &Arrows, way: &[String]) -> String {
    let steps = way.windows(2).map(|step| format!("{}:{} → ", step[0], arrows[&step[0]][&step[1]]));
    steps.collect::<String>() + &way[0]
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let mut all = Arrows::new();
    let folders = crates().into_iter().map(|name| format!("crates/{name}/src")).chain(["src".to_owned()]);
    for folder in folders {
        let files = shipped_files(&folder);
        all.extend(arrows(&folder, &files));
    }
    assert!(all.len() > 50, "only {} files import others", all.len());
    assert_none("These files can't be read one after the other:", &complaints(all, EXCEPTIONS));
}

/// What is broken, the files of a room (by path and text), and the way that is told.
type Broken<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

/// Each must be told, as a way that leads back.
#[test]
fn circles_are_found() {
    let front = ("a/mod.rs", "mod b; mod c; mod d; pub use c::Made;");
    let broken: &[Broken<'_>] = &[
        (
            "two files",
            &[("a/b.rs", "use super::c::x;"), ("a/c.rs", "use crate::a::b::y;")],
            "src/a/b.rs:1 → src/a/c.rs:1 → src/a/b.rs",
        ),
        (
            "a path in line",
            &[("a/b.rs", "fn f() {\nsuper::c::x() }"), ("a/c.rs", "use super::b;")],
            "src/a/b.rs:2 → src/a/c.rs:1",
        ),
        (
            "a re-export",
            &[("a/b.rs", "use super::Made;"), ("a/c.rs", "use super::b::y;")],
            "src/a/b.rs:1 → src/a/c.rs:1",
        ),
        (
            "a module brought in",
            &[("a/b.rs", "use crate::a;\nfn f() { a::c::x() }"), ("a/c.rs", "use super::b::y;")],
            "src/a/b.rs:2 → src/a/c.rs:1",
        ),
        (
            "a group",
            &[("a/b.rs", "use super::{d, c::{x, z}};"), ("a/c.rs", "use super::b::y;")],
            "src/a/b.rs:1 → src/a/c.rs:1",
        ),
        (
            "three files",
            &[("a/b.rs", "use super::c;"), ("a/c.rs", "use super::d;"), ("a/d.rs", "use super::b;")],
            "src/a/b.rs:1 → src/a/c.rs:1 → src/a/d.rs:1 → src/a/b.rs",
        ),
        (
            "another folder's front page",
            &[
                ("a/b.rs", "use super::e::Own;"),
                ("a/e/mod.rs", "mod f; pub struct Own;\nuse f::x;"),
                ("a/e/f.rs", "use crate::a::b::y;"),
            ],
            "src/a/b.rs:1 → src/a/e/mod.rs:2 → src/a/e/f.rs:1 → src/a/b.rs",
        ),
        (
            "a file and its folder",
            &[("a/b.rs", "mod e; use e::x;"), ("a/b/e.rs", "use super::Y;")],
            "src/a/b.rs:1 → src/a/b/e.rs:1",
        ),
    ];
    for (name, files, way) in broken {
        let files: Vec<_> = files.iter().copied().chain([front, ("lib.rs", "pub mod a;")]).collect();
        let found = complaints(arrows("src", &planted(&files)), &[]);
        assert!(found.iter().any(|complaint| complaint.starts_with(way)), "{name}: {found:?}");
        assert_eq!(found.len(), 1, "{name}: told once: {found:?}");
    }
}

#[test]
fn an_exception_opens_its_circle_and_goes_when_it_is_not_needed() {
    let circle = planted(&[("a/b.rs", "use super::c::x;"), ("a/c.rs", "use super::b::y;")]);
    let excused = [("src/a/b.rs", "src/a/c.rs")];
    assert_eq!(complaints(arrows("src", &circle), &excused), Vec::<String>::new());
    let row = planted(&[("a/b.rs", "use super::c::x;"), ("a/c.rs", "")]);
    for exceptions in [excused, [("src/a/c.rs", "src/a/b.rs")], [("src/a/gone.rs", "src/a/b.rs")]] {
        let found = complaints(arrows("src", &row), &exceptions);
        assert!(found[0].contains("delete the exception"), "{exceptions:?}: {found:?}");
    }
}

#[test]
fn files_in_a_row_pass() {
    let row = planted(&[
        ("lib.rs", "pub mod a; pub mod z;"),
        ("a/mod.rs", "mod b; mod c; pub use c::Made; pub struct Own; use b::f;"),
        ("a/b.rs", "use super::{Own, c::x};\nuse crate::z::Z;\nfn f() { self::g(); std::c::b() }"),
        ("a/c.rs", "use super::Own; // super::b\n#[cfg(test)]\nmod tests { use super::super::b; }"),
        ("z.rs", "use crate::a::Made;"),
    ]);
    assert_eq!(complaints(arrows("src", &row), &[]), Vec::<String>::new());
}
