//! Which rows of the tables are met while vectors run: for the tests that walk the tables.

use std::cell::RefCell;
use std::collections::BTreeSet;

/// Table and row.
pub(crate) type Rows = BTreeSet<(&'static str, u64)>;

thread_local! {
    static MET: RefCell<Option<Rows>> = const { RefCell::new(None) };
}

/// Notes that a row of a table has read its octets without an error.
pub(crate) fn met(table: &'static str, row: impl Into<u64>) {
    MET.with_borrow_mut(|met| {
        if let Some(met) = met {
            met.insert((table, row.into()));
        }
    });
}

/// The rows that are met by what `run` does on this thread.
pub(crate) fn met_by(run: impl FnOnce()) -> Rows {
    MET.set(Some(Rows::new()));
    run();
    MET.take().unwrap_or_default()
}

/// The rows of a table that are not among those met.
pub(crate) fn missing<T: Copy + Into<u64>>(met: &Rows, table: &'static str, rows: &[(T, &'static str)]) -> Vec<String> {
    let missing = rows.iter().filter(|(row, _)| !met.contains(&(table, (*row).into())));
    missing.map(|(row, name)| format!("{table} {} {name}", (*row).into())).collect()
}

/// For every row of the tables: whatever its octets read as is written, and reads as the same again; cut anywhere it is an
/// error in its range, or another value. Returns the rows that could not be read.
macro_rules! rows_survive {
    ($body:expr, $($table:ident)*) => { $(
        for (kind, name) in $table::TYPES {
            let Ok(value) = $table::parse_body(*kind, $body, 0) else { continue };
            let mut octets = Vec::new();
            if value.encode(&mut octets).is_err() {
                continue;
            }
            let again: $table<'_> = crate::wire::whole(&octets, 0).unwrap();
            assert_eq!(again.to_string(), value.to_string(), "{name}");
            let mut twice = Vec::new();
            again.encode(&mut twice).unwrap();
            assert_eq!((&twice, again.encoded_len()), (&octets, octets.len()), "{name}");
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
                if let Err(e) = crate::wire::whole::<$table<'_>>(&octets[..n], 0) {
                    assert!(e.offset() <= n as u64, "{name} cut at {n}: {e}");
                }
            }
        }
    )* };
}
pub(crate) use rows_survive;

/// Every table of types has a test that walks it: its name stands in front of `::TYPES` or among those of `rows_survive`.
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
            for table in code.split("wire_tlv! {").skip(1) {
                let name = table.split("pub enum ").nth(1).and_then(|rest| rest.split('<').next()).unwrap();
                if !name.starts_with('$') && name != "Name" {
                    tables.push(String::from(name));
                }
            }
        }
    }
    assert!(tables.len() > 15, "{tables:?}");
    let unwalked: Vec<_> = tables.iter().filter(|table| !walks.contains(&format!("{table}::TYPES"))).collect();
    assert!(unwalked.is_empty(), "no test walks {unwalked:?}");
}
