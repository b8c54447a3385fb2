//! Tables against elements, field by field; their names, types, limits and errors.
#![cfg(feature = "arrow")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests report by panicking")]

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, UInt8Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use routeglass::arrow::{Batches, Columns, Errors, TableBuilder, TableError, TableOptions, Types};
use routeglass::element::fields::{ColumnType, Field, FieldValue};
use routeglass::element::{Element, Strictness};
use routeglass::mrt::{ReadContext, Reader, records};
use routeglass::nlri::NextHop;

use crate::common::vectors;

/// A cell as text; `None` for null.
fn cell(array: &dyn Array, row: usize) -> Option<String> {
    if array.is_null(row) {
        return None;
    }
    let list = |items: &dyn Array| {
        let items: Vec<_> = (0..items.len()).map(|item| cell(items, item).unwrap()).collect();
        format!("[{}]", items.join(" "))
    };
    Some(match array.data_type() {
        DataType::Dictionary(key, _) if **key == DataType::Int8 => {
            let array = array.as_dictionary::<Int8Type>();
            cell(array.values(), array.key(row).unwrap()).unwrap()
        }
        DataType::Dictionary(..) => {
            let array = array.as_dictionary::<Int32Type>();
            cell(array.values(), array.key(row).unwrap()).unwrap()
        }
        DataType::Utf8 => array.as_string::<i32>().value(row).to_owned(),
        DataType::Binary => format!("{:?}", array.as_binary::<i32>().value(row)),
        DataType::FixedSizeBinary(16) => format!("{:?}", array.as_fixed_size_binary().value(row)),
        DataType::Boolean => array.as_boolean().value(row).to_string(),
        DataType::UInt8 => array.as_primitive::<UInt8Type>().value(row).to_string(),
        DataType::UInt32 => array.as_primitive::<UInt32Type>().value(row).to_string(),
        DataType::UInt64 => array.as_primitive::<UInt64Type>().value(row).to_string(),
        DataType::Int16 => array.as_primitive::<Int16Type>().value(row).to_string(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::Timestamp(TimeUnit::Microsecond, Some(zone)) if &**zone == "UTC" => {
            array.as_primitive::<TimestampMicrosecondType>().value(row).to_string()
        }
        DataType::List(_) => list(&*array.as_list::<i32>().value(row)),
        DataType::Struct(_) => {
            let array = array.as_struct();
            let parts: Vec<_> = array.columns().iter().map(|part| cell(part, row).unwrap()).collect();
            parts.join(":")
        }
        other => panic!("{other}"),
    })
}

/// Names of columns, and the cells of a row.
type Row = Vec<(String, Option<String>)>;

/// All cells of batches, row by row, after the names of their columns.
fn cells(batches: &[RecordBatch]) -> Vec<Row> {
    let mut rows = Vec::new();
    for batch in batches {
        for row in 0..batch.num_rows() {
            let schema = batch.schema();
            let names = schema.fields().iter().map(|field| field.name().clone());
            rows.push(names.zip(batch.columns().iter().map(|column| cell(column, row))).collect());
        }
    }
    rows
}

fn joined<T: std::fmt::Display>(values: impl Iterator<Item = T>) -> String {
    let values: Vec<_> = values.map(|value| value.to_string()).collect();
    format!("[{}]", values.join(" "))
}

/// What a cell of an element is, from its accessors.
fn expected(element: &Element<'_>, field: &Field) -> Option<String> {
    use FieldValue as V;
    let text = match (field.value(element)?, field.column.unwrap()) {
        (V::Path(path), ColumnType::U32s) => joined(path.segments().flat_map(|segment| segment.asns().collect::<Vec<_>>())),
        (V::Path(path), ColumnType::Segments) => {
            let segments: Vec<_> =
                path.segments().map(|segment| format!("{}:{}", segment.kind().code(), segment.len())).collect();
            let is_sequence = segments.len() == 1 && segments[0].starts_with("2:") && path == path_of_as_path(element)?;
            if is_sequence {
                return None;
            }
            joined(segments.iter())
        }
        (V::Path(path), _) => {
            let mut line = Vec::new();
            let mut writer = routeglass::text::bgpdump::LineWriter::new();
            writer
                .write(&mut line, element)
                .ok()
                .map(|()| {
                    let line = String::from_utf8(line).unwrap();
                    line.split('|').nth(6 + usize::from(element.path_id().is_some())).unwrap().to_owned()
                })
                .unwrap_or_else(|| path.to_string())
        }
        (V::Asns(asns), _) => joined(asns),
        (V::Communities(list), _) => joined(list.iter().map(|c| format!("{}:{}", c.asn(), c.value()))),
        (V::LargeCommunities(list), _) => joined(list.iter()),
        (V::ExtendedCommunities(list), _) => joined(list.iter()),
        (V::ClusterList(list), _) => joined(list.iter()),
        (V::Octets(octets), _) => format!("{octets:?}"),
        (V::Address(address), ColumnType::Address) => match address {
            std::net::IpAddr::V4(address) => format!("{:?}", address.to_ipv6_mapped().octets()),
            std::net::IpAddr::V6(address) => format!("{:?}", address.octets()),
        },
        (V::Time(time), _) => {
            (u64::from(time.seconds) * 1_000_000 + u64::from(time.micros.unwrap_or(0).min(999_999))).to_string()
        }
        (V::Word(value), _) => value.to_owned(),
        (V::Boolean(value), _) => value.to_string(),
        (V::Number(value), _) => value.to_string(),
        (V::Asn(value), _) => value.to_string(),
        (V::Address(value), _) => value.to_string(),
        (V::State(value), _) => value.to_string(),
        (V::Family(value), _) => value.to_string(),
        (V::Prefix(value), _) => value.to_string(),
        (V::Route(value), _) => value.to_string(),
        (V::VniRoute(value), _) => value.to_string(),
        (V::Origin(value), _) => value.to_string(),
        (V::NextHop(NextHop::V6LinkLocal(global, _)), _) => global.to_string(),
        (V::NextHop(value), _) => value.to_string(),
        (V::NextHopRd(value), _) => value.to_string(),
        (V::Error(value), _) => value.to_string(),
        (V::Action(value), _) => value.to_string(),
        (other, form) => panic!("{}: {other:?} in {form}", field.name),
    };
    Some(text)
}

/// The path without a merge: one that is merged is not one sequence.
fn path_of_as_path<'a>(element: &Element<'a>) -> Option<routeglass::attr::MergedPath<'a>> {
    let attributes = element.attributes().ok()?;
    (attributes.as4_path().ok()?.is_none()).then(|| attributes.merged_path().ok())?
}

/// The rows that a table of an archive must have, with a text for what cannot be read, and the columns of the input.
fn reference(archive: &[u8], columns: Columns, strictness: Strictness) -> Vec<Result<Row, String>> {
    let mut context = ReadContext::new();
    let mut rows = Vec::new();
    for record in records(archive) {
        let record = match record {
            Ok(record) => record,
            Err(e) => {
                rows.push(Err(e.to_string()));
                break;
            }
        };
        for element in record.elements(&mut context).with_strictness(strictness) {
            rows.push(element.map_err(|e| e.to_string()).map(|element| {
                let value = |field: &Field| match field.name {
                    "offset" => Some(record.offset().to_string()),
                    "file" => Some("some".to_owned()),
                    _ => expected(&element, field),
                };
                columns.fields().map(|field| (field.name.to_owned(), value(field))).collect()
            }));
        }
    }
    rows
}

fn table<'a>(archive: &'a [u8], options: &TableOptions) -> Batches<&'a [u8]> {
    Batches::new(Reader::plain(archive, Default::default()), options.clone()).with_name("some")
}

/// Reads a table, skipping damage; checks that every batch has the schema and keeps the limits.
fn read(archive: &[u8], options: &TableOptions) -> Vec<RecordBatch> {
    let mut batches = table(archive, &options.clone().with_errors(Errors::Skip));
    let (schema, mut read) = (batches.schema(), Vec::new());
    while let Some(batch) = batches.next_batch().unwrap() {
        assert_eq!(batch.schema(), schema);
        assert!((1..=options.rows.max(1)).contains(&batch.num_rows()));
        read.push(batch);
    }
    assert_eq!(batches.rows(), read.iter().map(|batch| batch.num_rows() as u64).sum::<u64>());
    read
}

fn law(name: &str, archive: &[u8], options: &TableOptions) {
    let expected: Vec<_> = reference(archive, options.columns, options.strictness).into_iter().flatten().collect();
    let found = cells(&read(archive, options));
    assert_eq!(found.len(), expected.len(), "{name} {options:?}");
    for (row, (found, expected)) in found.iter().zip(&expected).enumerate() {
        assert_eq!(found, expected, "{name}: row {row} of {options:?}");
    }
}

/// The sample, and every vector.
fn small() -> Vec<(String, Vec<u8>)> {
    let sample = ("sample".to_owned(), include_bytes!("../data/sample.mrt").to_vec());
    let vectors = vectors::all().into_iter().map(|(name, archive)| (name.to_string(), archive));
    [sample].into_iter().chain(vectors).collect()
}

fn all_columns() -> TableOptions {
    TableOptions::default().with_columns(Columns::ALL)
}

#[test]
fn rows_are_the_elements_in_every_type_and_size() {
    for (name, archive) in small() {
        for types in [Types::Arrow, Types::Plain, Types::Spark] {
            for (rows, bytes) in [(1, usize::MAX), (7, usize::MAX), (65_536, usize::MAX), (65_536, 0), (65_536, 700)] {
                law(&name, &archive, &all_columns().with_types(types).with_rows(rows).with_bytes(bytes));
            }
        }
        for strictness in [Strictness::Rfc7606, Strictness::Strict] {
            law(&name, &archive, &all_columns().with_strictness(strictness));
        }
    }
}

#[test]
fn tables_cross_threads() {
    const fn is_send<T: Send>() {}
    const fn is_send_and_sync<T: Send + Sync>() {}
    is_send::<Batches<std::fs::File>>();
    is_send::<Batches<Box<dyn std::io::Read + Send>>>();
    is_send::<TableBuilder>();
    is_send_and_sync::<TableOptions>();
    is_send_and_sync::<TableError>();
}
