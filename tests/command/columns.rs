//! `dump --format arrow` and `--format parquet`: files of columns, and builds without them.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests report by panicking")]

use std::fs;

use crate::common::command::{Dir, run};
use crate::common::vectors::{ATTRIBUTES, message, update};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sample.mrt");

/// Wrong usage leaves no file.
#[test]
fn options_that_do_not_fit_a_table() {
    let dir = Dir::new("columns-usage");
    let file = dir.write("there.arrow", b"old");
    let absent = file.replace("there", "absent");
    for (args, reason) in [
        (&["--format", "bgpdump", "--fields", "time"][..], "error: --fields needs --format json, csv, tsv, arrow or parquet"),
        #[cfg(not(feature = "parquet"))]
        (&["--format", "arrow"], "error: this build writes no tables: --format arrow and parquet need the feature parquet"),
        #[cfg(not(feature = "parquet"))]
        (&["--format", "parquet"], "error: this build writes no tables: --format arrow and parquet need the feature parquet"),
        #[cfg(feature = "parquet")]
        (&["--format", "arrow", "--fields", "prefix,prefix"], "error: --fields names a column twice"),
        #[cfg(feature = "parquet")]
        (&["--format", "arrow", "--time", "iso"], "error: --time has no effect on a table: its times are instants"),
        #[cfg(feature = "parquet")]
        (&["--format", "parquet", "--fields", "micros"], "error: no column is named \"micros\"; there are kind, record_type, "),
    ] {
        let args = [&["dump"], args, &["-o", &absent, SAMPLE]].concat();
        let (code, out, err) = run(&args);
        assert_eq!((code, out), (2, vec![]), "{args:?}");
        assert!(err[0].starts_with(reason), "{args:?}: {err:?}");
        assert!(!fs::exists(&absent).unwrap(), "{args:?}");
    }
    let parent = std::path::Path::new(&file).parent().unwrap();
    assert_eq!(fs::read_dir(parent).unwrap().count(), 1);
}

/// The fields of the place in the input lead from a line to its record, of several inputs, merged, bare messages, and in threads.
#[test]
fn lines_lead_back_to_their_records() {
    let dir = Dir::new("columns-places");
    let copy = dir.write("a,b.mrt", &fs::read(SAMPLE).unwrap());
    let bare = dir.write("bare", &message(2, &update(&[], ATTRIBUTES, &[8, 10])).repeat(2));
    let fields = |fields: &str, args: &[&str]| {
        let (code, out, _) = run(&[&["dump", "--fields", fields], args].concat());
        assert_eq!(code, 0, "{args:?}");
        out
    };
    let rows = fields("offset,prefix", &["--format", "csv", SAMPLE]);
    assert_eq!(rows.len(), 10);
    for row in &rows[1..] {
        let (offset, prefix) = row.split_once(',').unwrap();
        let (_, tree, _) = run(&["dissect", SAMPLE, "--offset", offset]);
        assert!(tree[0].trim_start_matches(['>', ' ']).starts_with(&format!("{offset}..")), "{tree:#?}");
        assert!(
            tree.join(
                "
"
            )
            .contains(prefix),
            "{row}: {tree:#?}"
        );
    }
    // In JSON, with the line's other fields beside list and route, and where damage is.
    let objects = fields("offset,file,prefix,next_hop,med", &["--format", "json", SAMPLE]);
    for (object, row) in objects.iter().zip(&rows[1..]) {
        let (offset, prefix) = row.split_once(',').unwrap();
        let prefix = if prefix.is_empty() { String::new() } else { format!(",\"prefix\":\"{prefix}\"") };
        assert!(object.starts_with(&format!("{{\"offset\":{offset},\"file\":\"{SAMPLE}\"{prefix}")), "{object}");
    }
    // Names of files are values like others, and no line has these fields unless they are named.
    assert_eq!(fields("file", &["--format", "csv", &copy])[1], format!("\"{copy}\""));
    assert_eq!(fields("file", &["--format", "tsv", &copy])[1], copy);
    assert!(run(&["dump", "--format", "csv", SAMPLE]).1[0].split(',').all(|name| name != "file" && name != "offset"));
    assert!(
        run(&["dump", "--format", "json", SAMPLE])
            .1
            .iter()
            .all(|line| !line.contains("\"file\"") && !line.contains("\"offset\""))
    );
    // Several, one after another and merged: each line has its own.
    let both = fields("file,offset", &["--format", "csv", SAMPLE, &copy]);
    for threads in ["1", "2", "3"] {
        assert_eq!(fields("file,offset", &["--format", "csv", "--threads", threads, SAMPLE, &copy]), both);
    }
    assert_eq!(both.iter().filter(|row| row.starts_with(SAMPLE)).count(), 9);
    let mut merged = fields("file,offset", &["--format", "csv", "--merge", SAMPLE, &copy]);
    assert_ne!(merged, both);
    let mut sorted = both.clone();
    sorted.sort();
    merged.sort();
    assert_eq!(merged, sorted);
    let bare_rows = fields("offset,prefix", &["--format", "tsv", &bare]);
    assert_eq!(bare_rows[1..], ["0\t10.0.0.0/8".to_owned(), format!("{}\t10.0.0.0/8", fs::read(&bare).unwrap().len() / 2)]);
}

/// A file of any format.
#[test]
fn what_is_printed_goes_to_a_file() {
    let dir = Dir::new("columns-output");
    let file = dir.write("there", b"old");
    let printed = run(&["dump", SAMPLE]);
    let (code, out, err) = run(&["dump", "-o", &file, SAMPLE]);
    assert_eq!((code, out), (2, vec![]));
    assert_eq!(err, [format!("{file}: exists already; --force replaces it")]);
    assert_eq!(fs::read(&file).unwrap(), b"old");
    let (code, out, err) = run(&["dump", "--force", "-o", &file, SAMPLE]);
    assert_eq!((code, out, err), (0, vec![], vec![]));
    assert_eq!(fs::read_to_string(&file).unwrap().lines().collect::<Vec<_>>(), printed.1);
}

#[cfg(feature = "parquet")]
mod tables {
    use std::fs::File;

    use arrow_array::cast::AsArray as _;
    use arrow_array::types::{Int32Type, UInt32Type, UInt64Type};
    use arrow_array::{Array as _, RecordBatch};
    use arrow_ipc::reader::StreamReader;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    use super::*;
    use crate::common::command::routeglass;

    fn names(batch: &RecordBatch) -> Vec<String> {
        batch.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    /// The columns `origin_asn`, `prefix`, `offset` and `file`.
    fn rows(batches: &[RecordBatch]) -> Vec<(Option<u32>, Option<String>, u64, String)> {
        let mut rows = Vec::new();
        for batch in batches {
            assert_eq!(names(batch), ["origin_asn", "prefix", "offset", "file"]);
            let (asns, prefixes) = (batch.column(0).as_primitive::<UInt32Type>(), batch.column(1).as_string::<i32>());
            let (offsets, files) = (batch.column(2).as_primitive::<UInt64Type>(), batch.column(3).as_dictionary::<Int32Type>());
            let texts = files.values().as_string::<i32>();
            let prefixes = prefixes.iter().map(|prefix| prefix.map(str::to_owned));
            for (((asn, prefix), offset), file) in asns.iter().zip(prefixes).zip(offsets.iter()).zip(files.keys().iter()) {
                let file = texts.value(usize::try_from(file.unwrap()).unwrap()).to_owned();
                rows.push((asn, prefix, offset.unwrap(), file));
            }
        }
        rows
    }

    fn stream(octets: &[u8]) -> Vec<RecordBatch> {
        StreamReader::try_new(octets, None).unwrap().map(|batch| batch.unwrap()).collect()
    }

    fn parquet(path: &str) -> Vec<RecordBatch> {
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
        reader.build().unwrap().map(|batch| batch.unwrap()).collect()
    }

    #[test]
    fn both_formats_have_the_routes_of_the_sample() {
        let dir = Dir::new("columns-tables");
        let there = dir.write("there", b"");
        let fields = "origin_asn,prefix,offset,file";
        let args = ["dump", "--format", "arrow", "--fields", fields, SAMPLE];
        let output = routeglass(&args).output().unwrap();
        let said =
            format!("{SAMPLE}: 1 message without routes has none of these fields; --format json without --fields prints it");
        assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(0), format!("{said}\n")));
        let found = rows(&stream(&output.stdout));
        let routes: Vec<_> = found.iter().map(|(asn, prefix, ..)| (*asn, prefix.as_deref())).collect();
        assert_eq!(
            routes,
            [
                (Some(64500), Some("198.51.100.0/24")),
                (Some(64500), Some("198.51.100.0/24")),
                (None, Some("203.0.113.0/24")),
                (Some(64500), Some("2001:db8:100::/40")),
                (None, Some("203.0.113.0/24")),
                (Some(64503), Some("203.0.113.0/25")),
                (Some(64503), Some("203.0.113.128/25")),
                (Some(64496), Some("2001:db8:200::/40")),
                (None, None),
            ]
        );
        assert!(found.iter().all(|(_, _, _, file)| file == SAMPLE));
        assert!(found.iter().map(|(_, _, offset, _)| *offset).is_sorted() && found[0].2 > 0);
        // Merged, each row has the file of its record.
        let other = there.replace("there", "other.mrt");
        fs::copy(SAMPLE, &other).unwrap();
        let merged = routeglass(&["dump", "--merge", "--format", "arrow", "--fields", fields, SAMPLE, &other]).output().unwrap();
        let files: Vec<_> = rows(&stream(&merged.stdout)).into_iter().map(|(_, _, offset, file)| (offset, file)).collect();
        assert!(files.len() == 18 && files.iter().filter(|(_, file)| *file == other).count() == 9, "{files:?}");
        assert!(found.iter().all(|(_, _, offset, _)| files.contains(&(*offset, other.clone()))), "{files:?}");
        for (format, name) in [("arrow", "new.arrow"), ("parquet", "new.parquet")] {
            let file = there.replace("there", name);
            let (code, out, err) = run(&["dump", "--format", format, "--fields", fields, "-o", &file, SAMPLE]);
            assert_eq!((code, out, err), (0, vec![], vec![said.clone()]));
            let read = if format == "arrow" { stream(&fs::read(&file).unwrap()) } else { parquet(&file) };
            assert_eq!(rows(&read), found, "{format}");
        }
    }

    /// A name is that of the format: a reader would not find what it says.
    #[test]
    fn names_of_tables_are_those_of_their_formats() {
        let dir = Dir::new("columns-names");
        for (format, name, of) in
            [("arrow", "a.parquet", "parquet"), ("parquet", "a.arrow", "arrow"), ("arrow", "a.Parquet", "parquet")]
        {
            let path = format!("{}/{name}", dir.0.display());
            let (code, out, err) = run(&["dump", "--format", format, "-o", &path, SAMPLE]);
            let said = format!("error: {path} has the name of a table: --format {of} writes one");
            assert_eq!((code, out.len(), &err[0]), (2, 0, &said));
        }
        assert_eq!(fs::read_dir(&dir.0).unwrap().count(), 0);
        for (format, name) in [("arrow", "a.ARROW"), ("parquet", "a.Parquet"), ("parquet", "a.table")] {
            let path = format!("{}/{name}", dir.0.display());
            assert_eq!(run(&["dump", "--format", format, "-o", &path, SAMPLE]).0, 0, "{name}");
        }
    }

    /// Several files, a filter and a limit; the usual columns if none are named.
    #[test]
    fn a_table_of_several_files() {
        let dir = Dir::new("columns-several");
        let file = dir.write("there", b"");
        let args = ["dump", "--force", "--format", "parquet", "--kind", "announce", "--limit", "5", "-o", &file, SAMPLE, SAMPLE];
        let (code, out, err) = run(&args);
        let said = format!("{SAMPLE}: 1 record or message without routes left out by the filter");
        assert_eq!((code, out, err), (0, vec![], vec![said]));
        let batches = parquet(&file);
        assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 5);
        let columns: Vec<_> = routeglass::arrow::Columns::DEFAULT.names().collect();
        assert_eq!(names(&batches[0]), columns);
    }

    /// What a bare message does not state is null, in every column of it.
    #[test]
    fn bare_messages_have_nulls() {
        let dir = Dir::new("columns-bare");
        let path = dir.write("bare", &message(2, &update(&[], ATTRIBUTES, &[8, 10])));
        let fields = "time,record_type,local,peer_asn,peer_address,peer_bgp_id,prefix";
        let output = routeglass(&["dump", "--format", "arrow", "--fields", fields, &path]).output().unwrap();
        let batches = stream(&output.stdout);
        let nulls: Vec<_> = batches[0].columns().iter().map(|column| (column.len(), column.null_count())).collect();
        assert_eq!(nulls, [(1, 1), (1, 1), (1, 1), (1, 1), (1, 1), (1, 1), (1, 0)]);
    }

    /// Damage is reported as by other formats, and a table without rows is a table.
    #[test]
    fn damage_and_nothing() {
        let dir = Dir::new("columns-damage");
        let sample = fs::read(SAMPLE).unwrap();
        let cut = dir.write("cut.mrt", &sample[..sample.len() - 1]);
        let output = routeglass(&["dump", "--format", "arrow", &cut]).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains("declares 36 bytes, and the input ends after 35 of them"), "{text}");
        assert!(stream(&output.stdout).iter().map(RecordBatch::num_rows).sum::<usize>() >= 8);
        let empty = dir.write("empty.mrt", b"");
        let output = routeglass(&["dump", "--format", "arrow", &empty]).output().unwrap();
        let reader = StreamReader::try_new(&output.stdout[..], None).unwrap();
        assert_eq!(reader.schema().fields().len(), 22);
        assert_eq!(reader.count(), 0);
    }
}
