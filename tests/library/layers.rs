//! Modules import only from lower layers, and sibling modules do not import each other: reads every path in the sources that
//! starts at the crate's root or at a parent module.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    reason = "tests report by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Modules by layer, the lowest first. A layer may import from itself and from lower ones.
const ROWS: &[&[&str]] = &[
    &["scan"],
    &["codes"],
    &["error"],
    &["wire"],
    &["places"],
    &["io"],
    &["asn", "prefix", "family", "mac", "peer", "session", "time"],
    &["lists"],
    &["nlri"],
    &["attr"],
    &["bgp"],
    &["mrt"],
    &["element"],
    &["rib"],
    &["rov"],
    &["filter"],
    &["index"],
    &["peering"],
    &["text"],
    &["arrow"],
    &["arbitrary"],
    &["python"],
];

/// Re-exports at the crate's root.
const ROOT: &[(&str, &str)] = &[
    ("Error", "error"),
    ("Result", "error"),
    ("Asn", "asn"),
    ("Prefix", "prefix"),
    ("EncodeError", "error"),
    ("MacAddress", "mac"),
    ("ParseMacError", "mac"),
    ("Counted", "wire"),
    ("List", "wire"),
    ("ListIter", "wire"),
    ("Bounded", "wire"),
    ("OneOrMore", "wire"),
    ("Sink", "wire"),
    ("Text", "wire"),
    ("U24", "wire"),
    ("Family", "family"),
    ("FamilySet", "family"),
    ("Session", "session"),
    ("Peer", "peer"),
    ("Timestamp", "time"),
    ("ParseTimestampError", "time"),
];

/// Sibling modules that import each other nevertheless, by parent module, with the reason.
const CIRCLES: &[(&str, &[&str])] = &[
    // ATTR_SET is an attribute that contains attributes: its value is one of the values that it reads, lists and shows.
    ("attr", &["attr_set", "json", "list", "places", "table"]),
    // Reading a field takes an observer and showing it a JSON sink, and both take fields.
    ("wire", &["field", "json", "observe"]),
];

fn row(module: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&module))
}

/// The source with comments, strings and characters blanked, so that only code has words and braces.
fn without_texts(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len());
    let mut i = 0;
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    while i < chars.len() {
        let start = i;
        match (at(i), at(i + 1)) {
            ('/', '/') => {
                while i < chars.len() && at(i) != '\n' {
                    i += 1;
                }
            }
            ('/', '*') => {
                let mut depth = 0;
                loop {
                    match (at(i), at(i + 1)) {
                        ('/', '*') => (depth, i) = (depth + 1, i + 2),
                        ('*', '/') => (depth, i) = (depth - 1, i + 2),
                        _ => i += 1,
                    }
                    if depth == 0 || i >= chars.len() {
                        break;
                    }
                }
            }
            ('r', '"' | '#') if !out.ends_with(|c: char| c.is_alphanumeric() && c != 'b' || c == '_') => {
                let hashes = chars[i + 1..].iter().take_while(|c| **c == '#').count();
                if at(i + 1 + hashes) == '"' {
                    i += 2 + hashes;
                    while i < chars.len() && !(at(i) == '"' && (1..=hashes).all(|n| at(i + n) == '#')) {
                        i += 1;
                    }
                    i += 1 + hashes;
                }
            }
            ('"', _) => {
                i += 1;
                while i < chars.len() && at(i) != '"' {
                    i += if at(i) == '\\' { 2 } else { 1 };
                }
                i += 1;
            }
            ('\'', '\\') => {
                i += 3;
                while i < chars.len() && at(i) != '\'' {
                    i += 1;
                }
                i += 1;
            }
            ('\'', _) if at(i + 2) == '\'' => i += 3,
            _ => {}
        }
        if i == start {
            out.push(chars[i]);
            i += 1;
        } else {
            // A string leaves a space, so that its neighbours stay separate.
            out.push(' ');
        }
    }
    out
}

/// The end of the block, or of the statement, that starts at `from`.
fn end_of_item(code: &str, from: usize) -> usize {
    let mut depth = 0;
    for (at, c) in code[from..].char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => {
                depth -= 1;
                if depth == 0 && c == '}' {
                    return from + at + 1;
                }
            }
            ';' if depth == 0 => return from + at + 1,
            _ => {}
        }
    }
    code.len()
}

/// Only code: no comments, no strings, and nothing compiled for tests only, at any position.
fn code(source: &str) -> String {
    let mut code = without_texts(source);
    let mut from = 0;
    while let Some(start) = code[from..].find("#[cfg(").map(|at| from + at) {
        let end = start + code[start..].find(']').unwrap() + 1;
        let condition = code[start..end].replace("not(test)", "");
        if condition.split(|c: char| !c.is_alphanumeric()).any(|word| word == "test") {
            let mut item = end;
            // Further attributes of the same item.
            while let Some(rest) = code[item..].trim_start().strip_prefix("#[") {
                item = code.len() - rest.len() + rest.find(']').unwrap() + 1;
            }
            code.replace_range(start..end_of_item(&code, item), "");
        } else {
            from = end;
        }
    }
    code
}

/// A path from the crate's root: names of modules, then of items.
type Segments = Vec<String>;

/// The paths in a module's code that start at the crate's root or a parent module, and its other imports.
fn paths(module: &[&str], code: &str) -> Vec<Segments> {
    // Inline modules: start, end, and name.
    let inner: Vec<_> = code
        .match_indices("mod ")
        .filter_map(|(at, _)| {
            let name: String = code[at + 4..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let open = at + 4 + name.len();
            code[open..].trim_start().starts_with('{').then(|| (open..end_of_item(code, open), name))
        })
        .collect();
    let mut found = Vec::new();
    let mut whole = |at: usize, path: &[&str]| {
        let own =
            module.iter().copied().chain(inner.iter().filter(|(range, _)| range.contains(&at)).map(|(_, name)| name.as_str()));
        let mut all: Vec<&str> = match path[0] {
            "crate" => Vec::new(),
            _ => own.collect(),
        };
        for segment in path {
            match *segment {
                "crate" | "self" => {}
                "super" => {
                    all.pop();
                }
                other => all.push(other),
            }
        }
        found.push(all.into_iter().map(String::from).collect());
    };
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let mut uses = Vec::new();
    for (at, _) in code.match_indices("use ") {
        if at == 0 || !code[..at].ends_with(word) {
            let end = end_of_statement(code, at);
            for path in use_tree(&code[at + 4..end], &[]) {
                whole(at, &path);
            }
            uses.push(at..end);
        }
    }
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start) {
            let inside = code[..at].ends_with("::") || code[..at].ends_with(word) || uses.iter().any(|range| range.contains(&at));
            if !inside {
                let end = at + code[at..].find(|c| !word(c) && c != ':').unwrap_or(code.len() - at);
                whole(at, &code[at..end].split("::").filter(|segment| !segment.is_empty()).collect::<Vec<_>>());
            }
        }
    }
    found
}

fn end_of_statement(code: &str, from: usize) -> usize {
    code[from..].find(';').map_or(code.len(), |at| from + at)
}

/// The paths that a `use` names.
fn use_tree<'c>(tree: &'c str, front: &[&'c str]) -> Vec<Vec<&'c str>> {
    let mut paths = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in tree.char_indices().chain([(tree.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let part = tree[start..at].trim();
                start = at + 1;
                let (head, group) = part.split_once('{').unwrap_or((part, ""));
                let head = head.split(" as ").next().unwrap_or(head);
                let own: Vec<_> =
                    front.iter().copied().chain(head.split("::").map(str::trim).filter(|s| !s.is_empty())).collect();
                if group.is_empty() {
                    if !own.is_empty() && !part.is_empty() {
                        paths.push(own);
                    }
                } else {
                    paths.extend(use_tree(group.trim_end_matches('}'), &own));
                }
            }
            _ => {}
        }
    }
    paths
}

/// Upward paths in the code of a module.
fn upward(module: &[&str], code: &str) -> Vec<String> {
    let (first, own) = (module[0], row(module[0]).unwrap_or_else(|| panic!("module {} has no row", module[0])));
    let mut found = Vec::new();
    for path in paths(module, code) {
        let Some(name) = path.first() else { continue };
        // An import that starts elsewhere is from another crate, a child module or the file itself.
        let target = ROOT.iter().find(|(item, _)| item == name).map_or(name.as_str(), |(_, module)| module);
        match row(target) {
            Some(row) if row <= own => {}
            Some(_) => found.push(format!("{first} imports crate::{name} from above")),
            None => found.push(format!("{first} imports crate::{name}, which has no row")),
        }
    }
    found
}

/// Every module of the library with its code, by its path; the root is the empty path.
fn modules() -> BTreeMap<Segments, String> {
    fn file(path: &Path, name: &[String], all: &mut BTreeMap<Segments, String>) {
        let code = code(&fs::read_to_string(path).unwrap());
        // Test modules have been removed.
        let declared = code.match_indices("mod ").filter_map(|(at, _)| code[at + 4..].split_once(';')).map(|(name, _)| name);
        let declared: Vec<_> =
            declared.filter(|name| name.chars().all(|c| c.is_alphanumeric() || c == '_')).map(String::from).collect();
        let folder = if matches!(path.file_name().and_then(|name| name.to_str()), Some("mod.rs" | "lib.rs")) {
            path.parent().unwrap().to_owned()
        } else {
            path.with_extension("")
        };
        all.insert(name.to_vec(), code);
        for module in declared {
            let name = [name, std::slice::from_ref(&module)].concat();
            let own = folder.join(format!("{module}.rs"));
            file(&if own.exists() { own } else { folder.join(module).join("mod.rs") }, &name, all);
        }
    }
    let mut all = BTreeMap::new();
    file(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs"), &[], &mut all);
    all
}

fn names(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).collect()
}

#[test]
fn modules_import_only_from_below() {
    let all = modules();
    let found: Vec<_> =
        all.iter().filter(|(path, _)| !path.is_empty()).flat_map(|(path, code)| upward(&names(path), code)).collect();
    assert!(all.len() > 80, "only {} modules were read", all.len());
    assert!(found.is_empty(), "{found:#?}");
}

fn design() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/_docs/design.md")).unwrap()
}

#[test]
fn the_design_chapter_has_these_layers() {
    let design = design();
    let diagram = design.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    let rows: Vec<Vec<_>> = diagram.lines().map(|line| line.split("  ").next().unwrap().split(' ').collect()).collect();
    let expected: Vec<_> = [vec!["bin"]].into_iter().chain(ROWS.iter().rev().map(|row| row.to_vec())).collect();
    assert_eq!(rows, expected);
}

#[test]
fn the_design_chapter_names_every_test() {
    let (design, root) = (design(), Path::new(env!("CARGO_MANIFEST_DIR")));
    let mut seen = 0;
    for program in ["archives", "codec", "command", "library", "memory", "rib"] {
        for file in fs::read_dir(root.join("tests").join(program)).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            let path = format!("tests/{program}/{name}");
            assert!(name == "main.rs" || !name.ends_with(".rs") || design.contains(&format!("`{path}`")), "{path}");
            seen += 1;
        }
    }
    assert!(seen > 40, "only {seen} files were found");
}

/// Groups of sibling modules that import each other, directly or indirectly.
fn circles(all: &BTreeMap<Segments, String>) -> BTreeMap<String, BTreeSet<String>> {
    // Items re-exported by a module from a child module.
    let mut given = BTreeMap::new();
    for (module, code) in all {
        for (at, _) in code.match_indices("use ") {
            for path in use_tree(&code[at + 4..end_of_statement(code, at)], &[]) {
                let path = if path[0] == "self" { &path[1..] } else { &path[..] };
                if let [first, .., last] = path {
                    let child = [&module[..], &[(*first).to_owned()]].concat();
                    if all.contains_key(&child) {
                        given.insert([&module[..], &[(*last).to_owned()]].concat(), child);
                    }
                }
            }
        }
    }
    let mut imports: BTreeMap<Segments, BTreeSet<Segments>> = BTreeMap::new();
    for (module, code) in all {
        for path in paths(&names(module), code) {
            let mut target = Vec::new();
            for segment in path {
                let next = [&target[..], &[segment]].concat();
                match given.get(&next) {
                    _ if all.contains_key(&next) => target = next,
                    Some(child) => target.clone_from(child),
                    None => break,
                }
            }
            let same = module.iter().zip(&target).take_while(|(a, b)| a == b).count();
            if same < module.len() && same < target.len() {
                imports.entry(module[..=same].to_vec()).or_default().insert(target[..=same].to_vec());
            }
        }
    }
    let reached = |from: &Segments| {
        let mut reached = BTreeSet::new();
        let mut next = vec![from];
        while let Some(module) = next.pop() {
            next.extend(imports.get(module).into_iter().flatten().filter(|target| reached.insert((*target).clone())));
        }
        reached
    };
    let all_reached: BTreeMap<_, _> = imports.keys().map(|module| (module, reached(module))).collect();
    let mut circles: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (module, reached) in &all_reached {
        for other in reached.iter().filter(|other| other != module && all_reached.get(other).is_some_and(|r| r.contains(*module)))
        {
            let around = module[..module.len() - 1].join("::");
            circles.entry(around).or_default().extend([module[module.len() - 1].clone(), other[other.len() - 1].clone()]);
        }
    }
    circles
}

#[test]
fn no_circles_but_those_with_a_reason() {
    let allowed =
        CIRCLES.iter().map(|(around, modules)| ((*around).to_owned(), modules.iter().copied().map(String::from).collect()));
    assert_eq!(circles(&modules()), allowed.collect());
}

#[test]
fn a_circle_is_found() {
    let module =
        |path: &str, code: &str| (path.split("::").filter(|s| !s.is_empty()).map(String::from).collect(), code.to_owned());
    let all = |open: &str| {
        BTreeMap::from([
            module("", "mod bgp;"),
            module("bgp", "mod capability; mod open; mod size; pub use open::{Open, Parameters}; use size::SIZE;"),
            module("bgp::capability", "use super::Parameters;"),
            module("bgp::open", open),
            module("bgp::size", ""),
        ])
    };
    let circle = BTreeMap::from([("bgp".to_owned(), BTreeSet::from(["capability".to_owned(), "open".to_owned()]))]);
    assert_eq!(circles(&all("fn f() { super::capability::f() }")), circle);
    assert_eq!(circles(&all("use crate::bgp::{capability::{self}, SIZE};")), circle);
    assert_eq!(circles(&all("mod inner { use super::super::capability; }")), circle);
    assert_eq!(circles(&all("use super::SIZE;")), BTreeMap::new());
}

#[test]
fn an_upward_path_is_found() {
    assert_eq!(upward(&["nlri"], "use crate::attr::Origin;"), ["nlri imports crate::attr from above"]);
    assert_eq!(upward(&["attr"], "fn f() { crate::colour::red() }"), ["attr imports crate::colour, which has no row"]);
    assert_eq!(upward(&["nlri", "evpn"], "fn f() { super::super::bgp::f() }"), ["nlri imports crate::bgp from above"]);
    assert_eq!(upward(&["nlri", "evpn"], "use super::{Esi, super::attr};"), ["nlri imports crate::attr from above"]);
    assert_eq!(upward(&["nlri"], "mod a { use super::super::attr; }"), ["nlri imports crate::attr from above"]);
    assert!(upward(&["element"], "use crate::mrt::Record; use crate::Result; use super::mrt::Record;").is_empty());
    assert!(upward(&["attr", "mp"], "use super::Decode; use core::fmt;").is_empty());
}

#[test]
fn code_after_tests_counts_too() {
    assert_eq!(code("a\n// crate::bgp\n#[cfg(test)]\nmod tests { crate::text }").trim(), "a");
    let behind = code("#[cfg(test)]\n#[cfg(feature = \"alloc\")]\nmod tests { fn f() { '{'; \"}\" } }\nuse crate::text;");
    assert_eq!(behind.trim(), "use crate::text;");
    assert_eq!(
        code("#[cfg(test)]\nmod tests;\nf(r#\"\"}{\"#, 'a', b'\\'', x::<'a>)").split_whitespace().collect::<String>(),
        "f(,,b,x::<'a>)"
    );
    assert_eq!(code("#[cfg(not(test))] fn f() {}"), "#[cfg(not(test))] fn f() {}");
}
