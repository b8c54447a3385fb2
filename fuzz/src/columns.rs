//! The law of tables of columns.

use routeglass::arrow::{Batches, Columns, Errors, TableBuilder, TableError, TableOptions, Types};
use routeglass::elements;
use routeglass::io::ReaderOptions;
use routeglass::mrt::Reader;

use crate::input::choices;
use crate::memory::{peak, signed};

fn read(archive: &[u8], options: TableOptions) -> (Batches<&[u8]>, Vec<routeglass::arrow::RecordBatch>, Option<TableError>) {
    // As of a slice: the error of a long record says what is missing.
    let unlimited = ReaderOptions::default().with_max_record_len(usize::MAX);
    let mut batches = Batches::new(Reader::plain(archive, unlimited), options);
    let mut all = Vec::new();
    loop {
        match batches.next_batch() {
            Ok(Some(batch)) => all.push(batch),
            Ok(None) => return (batches, all, None),
            Err(error) => return (batches, all, Some(error)),
        }
    }
}

/// The rows of a table are the elements, whatever the limits of a batch: as rows of one element each, which share nothing. What is not an
/// element is counted, or ends the table. Memory has a limit.
pub fn columns(data: &[u8]) {
    let ([rows, bytes, columns], archive) = choices::<3>(data);
    let all = Columns::ALL - Columns::OFFSET - Columns::FILE;
    // Some columns, or all: what is not decoded cannot fail.
    let some = match columns {
        0 => all,
        n => {
            Columns::from_names(all.names().skip(usize::from(n) % 40).step_by(usize::from(n / 40) + 1)).expect("their own names")
        }
    };
    // Arrays without dictionaries are equal if their values are.
    let options = TableOptions::default().with_columns(some).with_types(Types::Plain);
    let limited = options.clone().with_rows(usize::from(rows)).with_bytes(usize::from(bytes) * 64);
    let items: Vec<_> = elements(archive).collect();
    let (batches, tables, error) = read(archive, limited.clone().with_errors(Errors::Skip));
    assert!(error.is_none(), "{error:?}");
    assert_eq!(batches.damage(), items.iter().filter(|item| item.is_err()).count() as u64);
    let mut one = TableBuilder::new(options);
    let mut expected = items.iter().flatten().map(|element| {
        one.push(element);
        one.finish().expect("one row")
    });
    for table in &tables {
        for row in 0..table.num_rows() {
            assert_eq!(Some(table.slice(row, 1)), expected.next(), "row {row} of {some:?}");
        }
    }
    assert!(expected.next().is_none());
    let (_, tables, error) = read(archive, limited);
    let first = items.iter().find_map(|item| item.as_ref().err());
    assert_eq!(error.map(|error| error.to_string()), first.map(|error| error.to_string()));
    let rows: usize = tables.iter().map(|table| table.num_rows()).sum();
    assert_eq!(rows, items.iter().take_while(|item| item.is_ok()).count());
    let held = peak(|| {
        let options = TableOptions::default().with_columns(Columns::ALL).with_errors(Errors::Skip);
        let mut batches = Batches::new(Reader::plain(archive, ReaderOptions::default()), options);
        while let Ok(Some(batch)) = batches.next_batch() {
            std::hint::black_box(batch.num_rows());
        }
    });
    assert!(held <= (64 << 20) + 16 * signed(data.len()), "{held} octets for an input of {}", data.len());
}
