//! Tables against elements, field by field; their names, types, limits and errors.
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
use routeglass::filter::Filter;
use routeglass::mrt::{ReadContext, Reader, records};
use routeglass::nlri::NextHop;

use crate::common::{archives, corpus, vectors};
use proptest::prelude::*;

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
            let is_sequence = matches!(&segments[..], [only] if only.starts_with("2:"));
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
    // The memory of batches that are gone is used again.
    let mut batches = table(archive, &options.clone().with_errors(Errors::Skip));
    let mut dropped = Vec::new();
    while let Some(batch) = batches.next_batch().unwrap() {
        dropped.extend(cells(&[batch]));
    }
    for found in [cells(&read(archive, options)), dropped] {
        assert_eq!(found.len(), expected.len(), "{name} {options:?}");
        for (row, (found, expected)) in found.iter().zip(&expected).enumerate() {
            assert_eq!(found, expected, "{name}: row {row} of {options:?}");
        }
    }
    two_tables(name, archive, options, &expected);
}

/// The rows of two tables: those of the one.
fn two_tables(name: &str, archive: &[u8], options: &TableOptions, expected: &[Row]) {
    const ID: &str = "attributes_id";
    let mut batches = table(archive, &options.clone().with_errors(Errors::Skip)).normalised(0);
    let schema = batches.attribute_lists_schema();
    assert_eq!((batches.next_number(), schema.field(0).name().as_str()), (0, ID));
    let (mut lists, mut row) = (Vec::new(), 0);
    while let Some((routes, new)) = batches.next_batch().unwrap() {
        assert_eq!((new.schema(), routes.schema()), (schema.clone(), batches.schema()));
        lists.extend(cells(&[new]));
        assert_eq!(batches.next_number() as usize, lists.len());
        for found in cells(&[routes]) {
            let (id, found) = found.split_last().unwrap();
            let list: &[_] = match id.1.as_deref() {
                Some(number) => &lists[number.parse::<usize>().unwrap()],
                None => &[],
            };
            assert_eq!(list.first().map_or(id, |own| own), id, "{name}: row {row}");
            let of = |column: &str| found.iter().chain(list).find(|(name, _)| name == column);
            for (column, cell) in &expected[row] {
                let found = of(column).and_then(|(_, cell)| cell.clone());
                assert_eq!(&found, cell, "{name}: {column} of row {row} of {options:?}");
            }
            row += 1;
        }
    }
    assert_eq!(row, expected.len(), "{name} {options:?}");
}

/// A list counts once where two tables are made: batches end at the same rows whatever its number is.
#[test]
fn numbers_of_lists_do_not_end_batches() {
    let entries: Vec<_> = (0..40).map(|n| vectors::entry(n % 2, None, vectors::ATTRIBUTES)).collect();
    let mut archive = vectors::peer_index_table();
    for n in 0..10 {
        archive.extend(vectors::record(13, 2, &vectors::rib(&[24, 192, 0, n], &entries)));
    }
    let lens = |first: u32| {
        let options = all_columns().with_bytes(3_000);
        let batches = table(&archive, &options).normalised(first);
        batches.map(|pair| pair.unwrap()).map(|(routes, lists)| (routes.num_rows(), lists.num_rows())).collect::<Vec<_>>()
    };
    let expected = lens(0);
    assert!(expected.len() > 1, "{expected:?}");
    assert_eq!(expected.iter().map(|(routes, _)| routes).sum::<usize>(), 400);
    assert_eq!(expected.iter().map(|(_, lists)| lists).sum::<usize>(), 1);
    for first in [1, 7, 100_000] {
        assert_eq!(lens(first), expected, "{first}");
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

/// Every column alone, and none.
#[test]
fn a_column_is_the_same_alone() {
    for (name, archive) in small() {
        for column in Columns::ALL.names() {
            let options = TableOptions::default().with_columns(Columns::from_names([column]).unwrap());
            law(&name, &archive, &options);
            law(&name, &archive, &options.with_types(Types::Spark).with_rows(3));
        }
        law(&name, &archive, &TableOptions::default().with_columns(Columns::NONE).with_rows(2));
        // Few columns of fixed length: lists are not looked up.
        law(&name, &archive, &TableOptions::default().with_columns(Columns::PREFIX | Columns::ORIGIN_ASN | Columns::ERROR));
    }
}

/// PEER_INDEX_TABLE, the usual one or with its last octets missing.
fn peers(cut: usize) -> Vec<u8> {
    let whole = vectors::peer_index_table();
    vectors::record(13, 1, &whole[12..whole.len() - cut])
}

/// Attribute lists: usual ones, one with a wrong ORIGIN, one with an unknown attribute, one that is cut, one with two paths, with sets
/// and confederations.
fn list(n: u8) -> Vec<u8> {
    let mut list = vec![0x40, 1, 1, n % 3, 0x40, 2, 10, 2, 2, 0, 0, 0xfb, 0xf0, 0, 0, 0xfb, n, 0x40, 3, 4, 192, 0, 2, n % 2];
    match n % 8 {
        0 => list[3] = 9,
        1 => list.extend([0xc0, 8, 8, 0xff, 0xff, 0xff, 1, 0xfb, 0xf0, 0, n]),
        2 => list.extend([0xc0, 200, 1, n]),
        3 => list.truncate(20),
        4 => list.extend([0xc0, 32, 12, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 0, 0, 0, n]),
        5 => {
            list.truncate(4);
            list.extend([0x40, 2, 22, 3, 1, 0, 0, 0xfd, 0xe9, 2, 1, 0, 0, 0xfb, 0xf0, 1, 2, 0, 0, 0xfb, 0xf1, 0, 0, 0xfb, n]);
        }
        6 => list.extend([0x80, 4, 4, 0, 0, 0, n, 0xc0, 7, 8, 0, 0, 0xfb, 0xf0, 192, 0, 2, 1]),
        _ => {}
    }
    list
}

/// An archive of pieces, each of a kind and a number.
fn archive(pieces: &[(u8, u8)]) -> Vec<u8> {
    let entries =
        |n: u8| -> Vec<_> { (0..n % 9).map(|i| vectors::entry(u16::from(i % 3), None, &list(n.wrapping_add(i / 2)))).collect() };
    let message = |n: u8, list: &[u8]| {
        let update = vectors::update(&[8, n], list, &[24, 198, 51, n, 16, 172, n]);
        vectors::record(16, 4, &vectors::bgp4mp(true, &vectors::message(2, &update)))
    };
    let piece = |&(kind, n): &(u8, u8)| match kind % 10 {
        0 => peers(0),
        1 => peers(usize::from(n % 30)),
        2 => vectors::record(16, 5, &[0; 3][..usize::from(n % 4).min(3)]),
        3 => vectors::record(99, 0, &[n; 9]),
        // Microseconds of a second or more.
        4 => {
            let update = vectors::update(&[], &list(n), &[24, 192, 0, n]);
            let body =
                [&u32::from(n).wrapping_mul(20_000).to_be_bytes()[..], &vectors::bgp4mp(true, &vectors::message(2, &update))];
            vectors::record(17, 4, &body.concat())
        }
        5 | 6 => message(n, &list(n)),
        _ => {
            let mut body = vectors::rib(&[24, 192, 0, n / 4], &entries(n));
            // An entry that is missing.
            let cut = if n % 16 == 15 { 5.min(body.len().saturating_sub(11)) } else { 0 };
            body.truncate(body.len() - cut);
            vectors::record(13, 2, &body)
        }
    };
    pieces.iter().flat_map(piece).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Generated archives, damaged ones among them, in batches of any limits.
    #[test]
    fn rows_of_generated_archives(
        pieces in proptest::collection::vec(any::<(u8, u8)>(), 1..40),
        rows in 1usize..40,
        bytes in 0usize..8000,
        kind in 0usize..3,
        strictness in 0usize..3,
        columns: u64,
    ) {
        let archive = [peers(0), archive(&pieces)].concat();
        let types = [Types::Arrow, Types::Plain, Types::Spark][kind];
        let strictness = [Strictness::Forensic, Strictness::Rfc7606, Strictness::Strict][strictness];
        let some = Columns::ALL.names().enumerate().filter(|(i, _)| columns >> i & 1 == 1).map(|(_, name)| name);
        for columns in [Columns::ALL, Columns::from_names(some).unwrap()] {
            let options = TableOptions::default().with_columns(columns).with_types(types).with_strictness(strictness);
            law("generated", &archive, &options.with_rows(rows).with_bytes(bytes));
        }
        filtered(&archive, "origin 64496 or prefix 198.51.0.0/16 or kind state");
        errors(&archive);
    }
}

/// A table with a filter has the rows that match.
fn filtered(archive: &[u8], filter: &str) {
    let filter: Filter = filter.parse().unwrap();
    let options = all_columns().with_rows(5);
    let mut matching = routeglass::elements(archive).filtered(&filter);
    let expected: Vec<_> =
        matching.by_ref().map(|item| item.map(|element| element.to_string()).map_err(|e| e.to_string())).collect();
    let rows: Vec<_> = cells(&read(archive, &options.clone().with_filter(filter.clone())));
    assert_eq!(rows.len(), expected.iter().flatten().count());
    let mut builder = TableBuilder::new(options);
    let kept: Vec<_> = routeglass::elements(archive).filtered(&filter).flatten().collect();
    kept.iter().for_each(|element| builder.push(element));
    let built = cells(&[builder.finish().unwrap()]);
    let without_input = |rows: Vec<Row>| -> Vec<Row> {
        let is_kept = |(name, _): &(String, Option<String>)| !matches!(name.as_str(), "offset" | "file");
        rows.into_iter().map(|row| row.into_iter().filter(is_kept).collect()).collect()
    };
    assert_eq!(without_input(rows), without_input(built));
}

/// Damage ends a table, is a row of it, or is counted.
fn errors(archive: &[u8]) {
    let columns = Columns::KIND | Columns::PREFIX | Columns::ERROR | Columns::ERROR_ACTION | Columns::ERROR_OFFSET;
    let options = TableOptions::default().with_columns(columns).with_rows(4);
    let expected = reference(archive, columns, Strictness::Forensic);
    let damage = expected.iter().filter(|row| row.is_err()).count();
    let mut kept = table(archive, &options.clone().with_errors(Errors::Keep));
    let mut rows = Vec::new();
    while let Some(batch) = kept.next_batch().unwrap() {
        rows.push(batch);
    }
    let rows = cells(&rows);
    assert_eq!((rows.len(), kept.damage()), (expected.len(), damage as u64));
    for (row, expected) in rows.iter().zip(&expected) {
        match expected {
            Ok(expected) => assert_eq!(row, expected),
            Err(text) => {
                assert_eq!(row[0].1.as_deref(), Some("damage"));
                assert_eq!((&row[1].1, row[2].1.as_ref()), (&None, Some(text)));
                assert!(row[3].1.is_some() && row[4].1.is_some(), "{row:?}");
            }
        }
    }
    let mut raised = table(archive, &options);
    let mut count = 0;
    let error = loop {
        match raised.next_batch() {
            Ok(Some(batch)) => count += batch.num_rows(),
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    let first = expected.iter().position(Result::is_err);
    assert_eq!(count, first.unwrap_or(expected.len()));
    match (error, first) {
        (None, None) => {}
        (Some(error), Some(first)) => {
            assert_eq!(Err(error.to_string()), expected[first]);
            assert_eq!((error.rows(), error.path(), raised.damage()), (first as u64, None, 1));
            assert!(raised.next_batch().unwrap().is_none(), "nothing follows an error");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn damage_is_an_error_a_row_or_a_number() {
    for (_, archive) in small() {
        errors(&archive);
        for cut in [1, 5, archive.len() - 1] {
            errors(&archive[..archive.len() - cut.min(archive.len())]);
        }
    }
}

/// Empty, one octet, cut at every octet, and with each octet changed.
#[test]
fn the_sample_cut_and_changed_everywhere() {
    let (_, sample) = &small()[0];
    let options = TableOptions::default().with_rows(4);
    for cut in 0..sample.len() {
        law("cut", &sample[..cut], &options);
        if cut % 7 == 0 {
            errors(&sample[..cut]);
        }
    }
    let mut changed = sample.clone();
    for (at, octet) in sample.iter().enumerate() {
        changed[at] = octet ^ 1 << (at % 8);
        law("changed", &changed, &options);
        changed[at] = *octet;
    }
    let mut one = Batches::new(Reader::new(&sample[..1]).unwrap(), options.clone());
    let error = one.next_batch().unwrap_err();
    assert_eq!(
        (error.to_string().as_str(), error.offset()),
        ("MRT header: needs 11 bytes more than are there (at byte 0)", Some(0))
    );
    assert!(Batches::new(Reader::new(&sample[..0]).unwrap(), options).next_batch().unwrap().is_none());
}

/// Each row by hand: a table without the peer of an entry, sets, a confederation, microseconds over a second, a withdrawn route.
#[test]
fn rows_typed_by_hand() {
    let mut list = vectors::ATTRIBUTES[..4].to_vec();
    list.extend([0x40, 2, 22, 3, 1, 0, 0, 0xfd, 0xe9, 2, 1, 0, 0, 0xfb, 0xf0, 1, 2, 0, 0, 0xfb, 0xf1, 0, 0, 0xfb, 0xf2]);
    list.extend([0x40, 3, 4, 192, 0, 2, 1, 0xc0, 8, 8, 0xff, 0xff, 0xff, 1, 0xfb, 0xf0, 0, 7]);
    let entries = [vectors::entry(0, None, &list), vectors::entry(7, None, vectors::ATTRIBUTES)];
    let update = vectors::message(2, &vectors::update(&[8, 10], vectors::ATTRIBUTES, &[]));
    let archive = [
        vectors::peer_index_table(),
        vectors::record(13, 2, &vectors::rib(vectors::PREFIX, &entries)),
        vectors::record(17, 4, &[&1_000_001u32.to_be_bytes()[..], &vectors::bgp4mp(true, &update)].concat()),
    ]
    .concat();
    let columns = [
        "time",
        "kind",
        "peer_asn",
        "prefix",
        "as_path",
        "as_path_segments",
        "origin_asn",
        "origin_asns",
        "communities",
        "error",
    ];
    let options = TableOptions::default().with_columns(Columns::from_names(columns).unwrap());
    let rows: Vec<Vec<_>> =
        cells(&read(&archive, &options)).into_iter().map(|row| row.into_iter().map(|cell| cell.1).collect()).collect();
    let some = |text: &str| Some(text.to_owned());
    let expected = [
        vec![
            some("rib"),
            some("9000000"),
            some("64496"),
            some("198.51.100.0/24"),
            some("[65001 64496 64497 64498]"),
            some("[3:1 2:1 1:2]"),
            some("[64497 64498]"),
            None,
            some("[65535:65281 64496:7]"),
            None,
        ],
        vec![
            some("rib"),
            some("9000000"),
            None,
            some("198.51.100.0/24"),
            some("[64496]"),
            None,
            some("[64496]"),
            some("64496"),
            None,
            some("RIB entry: peer index 7 is past the peer table (at byte 137)"),
        ],
        vec![
            some("withdraw"),
            some("9999999"),
            some("64496"),
            some("10.0.0.0/8"),
            None,
            None,
            None,
            None,
            None,
            some("MRT header: value 1000001 is not valid here (at byte 177)"),
        ],
    ];
    assert_eq!(rows, expected);
}

#[test]
fn a_table_without_columns_has_rows() {
    let (_, sample) = &small()[0];
    let batches = read(sample, &TableOptions::default().with_columns(Columns::NONE).with_rows(4));
    assert_eq!(batches.iter().map(RecordBatch::num_rows).collect::<Vec<_>>(), [4, 4, 1]);
    assert!(batches.iter().all(|batch| batch.num_columns() == 0));
}

/// The schema before anything is read, in each flavour.
#[test]
fn schemas() {
    let options = TableOptions::default().with_columns(Columns::ALL);
    let types = |types: Types| -> Vec<String> {
        let schema = TableBuilder::new(options.clone().with_types(types)).schema();
        let fields = schema.fields().iter();
        fields
            .map(|field| format!("{}{} {}", field.name(), if field.is_nullable() { "" } else { "!" }, field.data_type()))
            .collect()
    };
    let (arrow, plain, spark) = (types(Types::Arrow), types(Types::Plain), types(Types::Spark));
    let only = |list: &[String], names: [&str; 5]| {
        let found = names.map(|name| list.iter().find(|text| text.split([' ', '!']).next() == Some(name)).unwrap().clone());
        found.join("; ")
    };
    let names = ["kind", "peer_address", "peer_asn", "communities", "as_path_segments"];
    let segments = |octet: &str| format!("List(Struct(\"type\": {octet}, \"count\": {octet}))");
    let texts = "communities List(Utf8)";
    assert_eq!(
        only(&arrow, names),
        format!(
            "kind! Dictionary(Int8, Utf8); peer_address Dictionary(Int32, Utf8); peer_asn UInt32; {texts}; as_path_segments {}",
            segments("UInt8")
        )
    );
    assert_eq!(
        only(&plain, names),
        format!("kind! Utf8; peer_address Utf8; peer_asn UInt32; {texts}; as_path_segments {}", segments("UInt8"))
    );
    let item = "field: 'element'";
    assert_eq!(
        only(&spark, names),
        format!(
            "kind Utf8; peer_address Utf8; peer_asn Int64; communities List(Utf8, {item}); as_path_segments List(Struct(\"type\": \
             Int16, \"count\": Int16), {item})"
        )
    );
    let names = ["time", "prefix_address", "prefix_length", "offset", "as_path"];
    let time = "time Timestamp(µs, \"UTC\")";
    assert_eq!(
        only(&arrow, names),
        format!("{time}; prefix_address FixedSizeBinary(16); prefix_length UInt8; offset UInt64; as_path List(UInt32)")
    );
    assert_eq!(
        only(&spark, names),
        format!("{time}; prefix_address Binary; prefix_length Int16; offset Int64; as_path List(Int64, {item})")
    );
}

/// Files one after another: their names, a missing one, and path identifiers that are weighed.
#[test]
fn several_files() {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sample.mrt");
    let compressed = if cfg!(feature = "gz") { concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sample.mrt.gz") } else { sample };
    let options = TableOptions::default().with_columns(Columns::FILE | Columns::OFFSET).with_rows(7);
    let mut batches = Batches::open([sample, compressed, "no/such/file", sample], options.clone());
    let mut rows = Vec::new();
    let error = loop {
        match batches.next_batch() {
            Ok(batch) => rows.push(batch.unwrap()),
            Err(error) => break error,
        }
    };
    let files: Vec<_> = cells(&rows).into_iter().map(|row| row[1].1.clone().unwrap()).collect();
    assert_eq!(files, [vec![sample; 9], vec![compressed; 9]].concat());
    assert!(error.to_string().starts_with("no/such/file: "), "{error}");
    assert_eq!((error.path().and_then(|path| path.to_str()), error.rows()), (Some("no/such/file"), 18));
    assert!(batches.next().is_none());
    // A stream cannot be read twice.
    let auto = options.with_add_path(routeglass::arrow::AddPath::Auto);
    let mut stream = Batches::new(Reader::new(&b""[..]).unwrap(), auto.clone());
    let error = stream.next().unwrap().unwrap_err().to_string();
    assert!(error.contains("add_path auto reads an input twice"), "{error}");
    assert!(Batches::open([sample], auto).all(|batch| batch.is_ok()));
}

/// The first records of every archive of the corpus.
#[test]
fn rows_of_real_archives() {
    let Some(corpus) = corpus() else { return };
    for (number, (name, archive)) in archives(&corpus).enumerate() {
        let mut len = 0;
        for record in records(&archive).take(150).map_while(Result::ok) {
            len += record.as_bytes().len();
        }
        let types = [Types::Arrow, Types::Plain, Types::Spark][number % 3];
        let (rows, bytes) = [(65_536, usize::MAX), (7, usize::MAX), (1000, 20_000)][number / 3 % 3];
        let part = &archive[..len.min(150_000)];
        law(&name, part, &all_columns().with_types(types).with_rows(rows).with_bytes(bytes));
        errors(part);
        filtered(part, "prefix 192.0.0.0/4 or as-path 3356");
    }
}
