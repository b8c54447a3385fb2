//! Records which table rows are decoded while vectors run: for tests that walk the tables.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// Table and row.
pub(crate) type Row = (&'static str, u64);

pub(crate) type Rows = BTreeSet<Row>;

/// The octets read by rows, without type and length.
pub(crate) type Bodies = BTreeMap<Row, BTreeSet<Vec<u8>>>;

thread_local! {
    static DECODED: RefCell<Option<Bodies>> = const { RefCell::new(None) };
}

/// Records that a row of a table has read its octets without an error.
pub(crate) fn decoded(table: &'static str, row: impl Into<u64>) {
    DECODED.with_borrow_mut(|decoded| {
        if let Some(decoded) = decoded {
            decoded.entry((table, row.into())).or_default();
        }
    });
}

/// As [`decoded`], with the octets.
pub(crate) fn decoded_octets(table: &'static str, row: impl Into<u64>, body: &[u8]) {
    DECODED.with_borrow_mut(|decoded| {
        if let Some(decoded) = decoded {
            decoded.entry((table, row.into())).or_default().insert(body.to_vec());
        }
    });
}

/// The rows decoded by `run` on this thread.
pub(crate) fn decoded_by(run: impl FnOnce()) -> Rows {
    bodies_of(run).into_keys().collect()
}

/// The octets read by rows during `run` on this thread.
pub(crate) fn bodies_of(run: impl FnOnce()) -> Bodies {
    DECODED.set(Some(Bodies::new()));
    run();
    DECODED.take().unwrap_or_default()
}

/// The rows of a table that were not decoded.
pub(crate) fn missing<T: Copy + Into<u64>>(decoded: &Rows, table: &'static str, rows: &[(T, &'static str)]) -> Vec<String> {
    let missing = rows.iter().filter(|(row, _)| !decoded.contains(&(table, (*row).into())));
    missing.map(|(row, name)| format!("{table} {} {name}", (*row).into())).collect()
}

/// Octets to try on a row: its vectors, unchanged and with one octet changed, and arbitrary ones.
pub(crate) fn tries<'b>(vectors: &'b Bodies, row: Row, any: &'b [u8]) -> impl Iterator<Item = Vec<u8>> + 'b {
    let known = vectors.get(&row).into_iter().flatten();
    known
        .flat_map(move |body| {
            let mut changed = body.clone();
            if let [at, octet, ..] = *any
                && !changed.is_empty()
            {
                let at = usize::from(at) % changed.len();
                changed[at] = octet;
            }
            [body.clone(), changed]
        })
        .chain([any.to_vec()])
}

/// For every row of the tables, tries octets: the row's vectors, the same with one octet changed, arbitrary ones. If they read as a
/// value, that is written as octets that read as the same value and are written the same again. Truncated anywhere, those are an
/// error in their range, or a value that is written differently. A row none of whose octets is a value fails. A type that has a row is not
/// written as unknown, unless it is read as unknown again.
#[cfg_attr(not(feature = "alloc"), allow(unused_macros, reason = "writing tables are walked with an allocator"))]
macro_rules! rows_survive {
    ($vectors:expr, $($table:ident)*) => {{
        use proptest::test_runner::{Config, TestRunner};

        let vectors: crate::wire::rows::Bodies = $vectors;
        let any = proptest::collection::vec(proptest::arbitrary::any::<u8>(), 0..64);
        let written = |value: &dyn Fn(&mut Vec<u8>) -> Result<(), crate::error::EncodeError>| {
            let mut octets = Vec::new();
            value(&mut octets).map(|()| octets)
        };
        $(
            assert!(!$table::TYPES.is_empty());
            for (kind, name) in $table::TYPES {
                let row = (stringify!($table), u64::from(*kind));
                let unknown = $table::Unknown { kind: *kind, raw: &[1, 2, 3] };
                if let Ok(octets) = written(&|out| unknown.encode(out)) {
                    let again: $table<'_> = crate::wire::whole(&octets, 0).unwrap();
                    assert_eq!(again, unknown, "{} {name} as unknown", row.0);
                }
                let survived = std::cell::Cell::new(0usize);
                let outcome = TestRunner::new(Config { cases: 64, ..Config::default() }).run(&any, |any| {
                    for body in crate::wire::rows::tries(&vectors, row, &any) {
                        let Ok(value) = $table::parse_body(*kind, &body, 0) else { continue };
                        let octets = written(&|out| value.encode(out)).unwrap();
                        let again: $table<'_> = crate::wire::whole(&octets, 0).unwrap();
                        assert_eq!(again.to_string(), value.to_string(), "{name}");
                        assert_eq!(written(&|out| again.encode(out)).as_ref(), Ok(&octets), "{name}");
                        assert_eq!(again.encoded_len(), octets.len(), "{name}");
                        for n in 0..=octets.len() {
                            let mut places = crate::places::Places::new();
                            let mut c = crate::wire::Cursor::at(&octets[..n], 0);
                            let placed = <$table<'_> as crate::wire::Field<'_>>::place(&mut c, "row", &mut places);
                            places.assert_inside(0..n as u64);
                            if placed.is_ok() && c.is_empty() {
                                places.assert_cover(0..n as u64);
                            } else {
                                assert!(n < octets.len(), "{name} is read and not placed: {places}");
                            }
                        }
                        for n in 0..octets.len() {
                            match crate::wire::whole::<$table<'_>>(&octets[..n], 0) {
                                Err(e) => assert!(e.offset() <= n as u64, "{name} cut at {n}: {e}"),
                                Ok(cut) => assert_ne!(written(&|out| cut.encode(out)).as_ref(), Ok(&octets), "{name} cut at {n}"),
                            }
                        }
                        survived.set(survived.get() + 1);
                    }
                    Ok(())
                });
                assert_eq!(outcome.map_err(|e| e.to_string()), Ok(()), "{} {name}", row.0);
                // At least as often as its vector was tried.
                assert!(survived.get() >= 64, "no octets are a {} {name}", row.0);
            }
        )*
    }};
}
pub(crate) use rows_survive;

/// Every table of types is walked by the tests: its name is used before `::TYPES`, and in `rows_survive`.
#[test]
fn every_table_is_walked() {
    let (mut tables, mut walks) = (Vec::new(), String::new());
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            let (code, tests) = source.split_at(source.find("mod tests {").unwrap_or(source.len()));
            walks.push_str(if path.ends_with("tests.rs") { &source } else { tests });
            // A table states the integer of its types: `pub enum Name<'a>(u8, 1)`.
            for table in code.split("pub enum ").skip(1) {
                if let Some((name, rest)) = table.split_once("<'a>(u")
                    && rest.starts_with(|c: char| c.is_ascii_digit())
                    && name.chars().all(char::is_alphanumeric)
                    && name != "Name"
                {
                    tables.push(String::from(name));
                }
            }
        }
    }
    assert!(tables.len() > 15, "{tables:?}");
    let unwalked: Vec<_> = tables.iter().filter(|table| !walks.contains(&format!("{table}::TYPES"))).collect();
    assert!(unwalked.is_empty(), "no test walks {unwalked:?}");
    let calls = walks.split("rows_survive!(").skip(1).filter_map(|rest| rest.split(");").next());
    let survivors: BTreeSet<_> = calls.flat_map(str::split_whitespace).collect();
    let left_out: Vec<_> = tables.iter().filter(|table| !survivors.contains(table.as_str())).collect();
    assert!(left_out.is_empty(), "no rows_survive has {left_out:?}");
}
