//! Laws of tables: tables of arbitrary archives are unchanged by writing and reading; histories give the same tables as a
//! reference replay.

use std::io::{Cursor, ErrorKind};
use std::path::Path;

use routeglass::Timestamp;
use routeglass::codes::AttrCode;
use routeglass::error::{Action, Context};
use routeglass::rib::{AddPathReading, Archives, Damage, Loaded, Rib};

use crate::input;

/// Whether a value is wrong that its RFC tells to keep as it is (RFC 9552 section 8.2.2, RFC 9012 section 13): a table has it as it was
/// read, so that it is found again.
fn is_kept(damage: &Damage) -> bool {
    let Damage::Record(e) = damage else { return false };
    let is_value = match e.context() {
        Context::Attribute(code) => code != AttrCode::MP_REACH_NLRI,
        Context::Family(..) => true,
        _ => false,
    };
    is_value && e.action() == Action::None
}

/// Tables of archives, which are named by number; returns whether anything was damaged but such values.
fn load(archives: &Archives, files: &[&[u8]], at: Option<Timestamp>) -> (Option<Loaded>, bool) {
    let mut damaged = false;
    let open = |path: &Path| {
        let number: usize = path.to_str().and_then(|name| name.parse().ok()).expect("a number");
        Ok(Cursor::new(files[number].to_vec()))
    };
    let loaded = archives.load_with(&[None, at], open, |report| damaged |= !is_kept(&report.damage));
    (loaded.ok(), damaged)
}

/// The contents of a table read back equal and without new findings.
fn reads_back(rib: &Rib) {
    let mut octets = Vec::new();
    match rib.write_table_dump(rib.time(), &mut octets) {
        // Two collectors or peers that are indistinguishable in an archive.
        Err(e) => return assert_eq!(e.kind(), ErrorKind::InvalidInput, "{e}"),
        Ok(()) => assert!(!octets.is_empty()),
    }
    let mut archives = Archives::new();
    archives.add("0");
    let (loaded, damaged) = load(&archives, &[&octets], None);
    let loaded = loaded.expect("tables alone are not ambiguous");
    assert!(!damaged && loaded.notes.is_empty(), "{:?}", loaded.notes);
    let again = &loaded.tables[0];
    assert_eq!((again.len(), again.prefix_count(), again.peers().count()), (rib.len(), rib.prefix_count(), rib.peers().count()));
    assert_eq!(again.other_families(), rib.other_families());
    assert_eq!(again.attribute_store().len(), rib.attribute_store().len());
    let mut twice = Vec::new();
    again.write_table_dump(again.time(), &mut twice).expect("what was read can be written");
    assert!(octets == twice, "written otherwise");
}

/// Archives of arbitrary octets.
pub fn tables(data: &[u8]) {
    let ([how, a, b, at], rest) = input::choices(data);
    if routeglass::io::Compression::detect(rest).is_some() {
        return;
    }
    let (first, rest) = input::split(rest, u16::from(a) * 4);
    let (second, third) = input::split(rest, u16::from(b) * 4);
    let files = [first, second, third];
    let reading = [AddPathReading::Declared, AddPathReading::Evidence, AddPathReading::Always, AddPathReading::Declared];
    let mut archives = Archives::new().with_add_path(reading[usize::from(how & 3)]).recovering(how & 4 != 0);
    for number in 0..3 {
        if how & 8 << number != 0 {
            archives.add_collector("named", number.to_string());
        } else {
            archives.add(number.to_string());
        }
    }
    // The records of seeds are at the ninth second, or close to it.
    let (Some(loaded), _) = load(&archives, &files, Some(Timestamp::from_seconds(at.into()))) else { return };
    for rib in &loaded.tables {
        assert_eq!(rib.len(), rib.peers().map(|(_, _, routes)| routes).sum::<usize>());
        reads_back(rib);
        rib.changes(rib, |change| panic!("a change of nothing: {change:?}"));
        rib.other_changes(rib, |change| panic!("a change of nothing: {change:?}"));
    }
    // Routes gained in one direction are lost in the other.
    if let [all, then] = loaded.tables.as_slice() {
        let count = |a: &Rib, b: &Rib| {
            let (mut gained, mut lost, mut changed) = (0usize, 0usize, 0usize);
            let mut note = |before: bool, after: bool| match (before, after) {
                (false, _) => gained += 1,
                (_, false) => lost += 1,
                _ => changed += 1,
            };
            a.changes(b, |change| note(change.before.is_some(), change.after.is_some()));
            a.other_changes(b, |change| note(change.before.is_some(), change.after.is_some()));
            assert_eq!(a.len() + gained, b.len() + lost);
            (gained, lost, changed)
        };
        let (gained, lost, changed) = count(then, all);
        assert_eq!(count(all, then), (lost, gained, changed));
    }
}

/// Random histories of several collectors, views and files.
pub fn histories(data: &[u8]) {
    crate::history::check(data);
}
