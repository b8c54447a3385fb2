//! Modules import only from below: reads every path of the sources that starts at the crate's root.

#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "a test says what is wrong by failing")]

use std::fs;
use std::path::{Path, PathBuf};

/// Modules by row, the lowest first. A row may import from itself and from rows below.
const ROWS: &[&[&str]] = &[
    &["scan"],
    &["codes", "error", "places", "wire"],
    &["io"],
    &["asn", "prefix", "family", "mac", "peer", "session", "time"],
    &["nlri"],
    &["attr"],
    &["bgp"],
    &["mrt"],
    &["element"],
    &["rib"],
    &["text"],
    &["arbitrary"],
];

/// What the crate's root gives under its own name.
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
];

fn row(module: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&module))
}

/// The text up to the unit tests, which may look anywhere, without comments.
fn code(source: &str) -> String {
    let tests = source.find("mod tests {").unwrap_or(source.len());
    let end = source[..tests].rfind("#[cfg(test)]").filter(|_| tests < source.len()).unwrap_or(tests);
    source[..end].lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

/// Upward paths in the source of a module.
fn upward(module: &str, source: &str) -> Vec<String> {
    let own = row(module).unwrap_or_else(|| panic!("module {module} has no row"));
    let mut found = Vec::new();
    for (at, _) in source.match_indices("crate::") {
        let name: String = source[at + 7..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let target = ROOT.iter().find(|(item, _)| *item == name).map_or(name.as_str(), |(_, module)| module);
        match row(target) {
            Some(row) if row <= own => {}
            Some(_) => found.push(format!("{module} imports crate::{name} from above")),
            None => found.push(format!("{module} imports crate::{name}, which has no row")),
        }
    }
    found
}

fn sources(dir: &Path, list: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, list);
        } else if path.extension().is_some_and(|e| e == "rs") {
            list.push(path);
        }
    }
}

#[test]
fn modules_import_only_from_below() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut list = Vec::new();
    sources(&src, &mut list);
    let mut found = Vec::new();
    let mut read = 0;
    for path in &list {
        let relative = path.strip_prefix(&src).unwrap();
        let first = relative.components().next().unwrap().as_os_str().to_str().unwrap();
        // The root and the command stand above all rows; files of tests may look anywhere.
        if first == "lib.rs" || first == "bin" || relative.file_name().is_some_and(|name| name == "tests.rs") {
            continue;
        }
        read += 1;
        found.extend(upward(first.trim_end_matches(".rs"), &code(&fs::read_to_string(path).unwrap())));
    }
    assert!(read > 25, "only {read} files were read");
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn an_upward_path_is_found() {
    assert_eq!(upward("nlri", "use crate::attr::Origin;"), ["nlri imports crate::attr from above"]);
    assert_eq!(upward("attr", "fn f() { crate::colour::red() }"), ["attr imports crate::colour, which has no row"]);
    assert!(upward("element", "use crate::mrt::Record; use crate::Result;").is_empty());
    assert!(code("a\n// crate::bgp\n#[cfg(test)]\nmod tests { crate::text }").trim() == "a");
}
