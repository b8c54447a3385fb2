//! Writers of text against the forms of single elements: what a writer remembers does not show.
#![cfg(feature = "serde")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests report by panicking")]

use proptest::collection::vec;
use proptest::prelude::*;
use routeglass::codes::MrtType;
use routeglass::element::fields::{FIELDS, Field};
use routeglass::element::{Element, Strictness};
use routeglass::mrt::{self, Body, ReadContext, Record};
use routeglass::text::bgpdump::{self, Line, LineWriter, NoLine};
use routeglass::text::columns::RowWriter;
use routeglass::text::json::ObjectWriter;

use crate::common::vectors::{self, bgp4mp, entry, message, peer_index_table, record, rib, update};

/// Writers that have written elements before, and others that have not.
struct Writers {
    lines: LineWriter,
    objects: ObjectWriter,
    rows: RowWriter,
}

impl Writers {
    fn new() -> Self {
        Self { lines: LineWriter::new(), objects: ObjectWriter::new(), rows: RowWriter::csv(FIELDS) }
    }

    /// All texts of an element.
    fn texts(&mut self, element: &Element<'_>) -> (Result<(), NoLine>, [String; 3]) {
        let (mut line, mut object, mut row) = (b"before".to_vec(), b"before".to_vec(), Vec::new());
        let outcome = self.lines.write(&mut line, element);
        assert_eq!(self.objects.write(&mut object, element), element.finding());
        self.rows.write(&mut row, element);
        (outcome, [line, object, row].map(|text| String::from_utf8(text).unwrap()))
    }

    /// The texts are those of a writer without memory, and of the element alone.
    fn check(&mut self, element: &Element<'_>) {
        let (outcome, texts) = self.texts(element);
        assert_eq!((outcome, texts.clone()), Self::new().texts(element));
        let line = match outcome {
            Ok(()) => Line(*element).to_string(),
            Err(_) => String::new(),
        };
        assert_eq!(texts[0], format!("before{line}"));
        assert_eq!(texts[1], format!("before{}", serde_json::to_string(element).unwrap()));
        let expected = match outcome {
            Ok(()) => bgpdump::can_say(element) && bgpdump::is_readable(element),
            Err(NoLine::OtherFamily) => !bgpdump::can_say(element),
            Err(_) => bgpdump::can_say(element) && !bgpdump::is_readable(element),
        };
        assert!(expected, "{outcome:?} {element}");
    }

    /// The lines and objects of a whole record are those of its elements.
    fn check_table(&mut self, record: &Record<'_>, context: &ReadContext) {
        self.check_objects(record, context);
        let mut text = b"before".to_vec();
        let outcome = self.lines.write_table(&mut text, record, context);
        let mut other = b"before".to_vec();
        assert_eq!(LineWriter::new().write_table(&mut other, record, context), outcome);
        assert_eq!(text, other);
        let items: Vec<_> = record.elements_by(context).collect();
        let are_clean = items.iter().all(|item| item.is_ok_and(|element| element.is_clean()));
        let Some(is_clean) = outcome else {
            assert_eq!(text, b"before");
            let is_table = matches!(record.body(), Ok(Body::Rib(rib)) if rib.prefix().is_some());
            assert!(!is_table || items.is_empty() || !are_clean, "{record:?}");
            return;
        };
        let lines: Vec<_> = items.iter().map(|item| format!("{}\n", Line(item.unwrap()))).collect();
        assert_eq!(String::from_utf8(text).unwrap(), format!("before{}", lines.concat()));
        assert_eq!(is_clean, are_clean);
    }
}

impl Writers {
    fn check_objects(&mut self, record: &Record<'_>, context: &ReadContext) {
        let items: Vec<_> = record.elements_by(context).collect();
        let are_clean = !items.is_empty() && items.iter().all(|item| item.is_ok_and(|element| element.is_clean()));
        let is_table = matches!(record.body(), Ok(Body::Rib(rib)) if rib.prefix().is_some());
        // Fields of attributes in two places, and one that is no attribute.
        let named = |names: [&str; 4]| names.map(|name| Field::named(name).unwrap());
        let some = ObjectWriter::with_fields(named(["as_path", "originated", "path_id", "peer_asn"]));
        let apart = ObjectWriter::with_fields(named(["as_path", "originated", "med", "error"]));
        let none = ObjectWriter::with_fields(named(["prefix", "originated", "time", "local"]));
        for (objects, takes_tables) in [
            (&mut self.objects, true),
            (&mut ObjectWriter::new(), true),
            (&mut some.with_utc(), true),
            (&mut apart.clone(), false),
            (&mut none.clone(), false),
        ] {
            let mut text = b"before".to_vec();
            let is_written = objects.write_table(&mut text, record, context);
            assert_eq!(is_written, takes_tables && is_table && are_clean, "{record:?}");
            let mut expected = b"before".to_vec();
            if is_written {
                for item in &items {
                    objects.clone().write(&mut expected, &item.unwrap());
                    expected.push(b'\n');
                }
            }
            assert_eq!(String::from_utf8(text), String::from_utf8(expected));
        }
    }
}

/// Elements of an archive under every strictness.
fn check(writers: &mut Writers, archive: &[u8]) -> usize {
    let mut n = 0;
    let mut context = ReadContext::new();
    for record in mrt::records(archive).flatten() {
        context.observe(&record);
        writers.check_table(&record, &context);
    }
    for strictness in [Strictness::Forensic, Strictness::Rfc7606, Strictness::Strict] {
        for element in routeglass::elements(archive).with_strictness(strictness).flatten() {
            writers.check(&element);
            n += 1;
        }
    }
    n
}

#[test]
fn every_kind_of_record() {
    let mut writers = Writers::new();
    let sample = include_bytes!("../data/sample.mrt");
    let archives = vectors::all().into_iter().map(|(_, archive)| archive).chain([sample.to_vec()]);
    let n: usize = archives.map(|archive| check(&mut writers, &archive) + check(&mut writers, &archive)).sum();
    assert!(n > 200, "{n}");
}

/// An attribute from a few of each kind, valid and malformed: flags, code, body.
fn attribute() -> impl Strategy<Value = Vec<u8>> {
    let bodies = |code: u8| -> Vec<Vec<u8>> {
        match code {
            1 => vec![vec![0], vec![1], vec![2], vec![3], vec![]],
            2 => vec![
                vec![],
                vec![2, 1, 0, 0, 0xfb, 0xf0],
                vec![2, 2, 0, 0, 0xfb, 0xf0, 0xff, 0xff, 0xff, 0xff],
                vec![2, 1, 0, 0, 0, 0],
                vec![2, 1, 0, 0, 0, 1, 2, 1, 5, 0xf5, 0xe1, 0],
                vec![3, 1, 0, 0, 0xfd, 0xe9, 2, 1, 0, 0, 0, 1, 1, 2, 0, 0, 0, 1, 0, 1, 0, 0],
                vec![4, 1, 0, 0, 0, 9],
                vec![2, 2, 0, 0, 0, 1],
                vec![9, 1, 0, 0, 0, 1],
            ],
            3 => vec![vec![192, 0, 2, 1], vec![255, 255, 255, 255], vec![10, 0, 0, 1], vec![1]],
            4 | 5 | 35 => vec![vec![0, 0, 0, 100], vec![0xff; 4], vec![0; 4], vec![0, 0]],
            6 => vec![vec![], vec![1]],
            7 => vec![vec![0, 0, 0xfb, 0xf0, 192, 0, 2, 1], vec![0xfb, 0xf0, 192, 0, 2, 1], vec![0; 8]],
            8 => vec![
                vec![0xfb, 0xf0, 0, 100],
                [[0xff, 0xff, 0xff, 1], [0xff, 0xff, 0xff, 2], [0xff, 0xff, 0xff, 3], [0xff, 0xff, 2, 0x9a]].concat(),
                [[0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff]].concat(),
                vec![1],
            ],
            9 => vec![vec![192, 0, 2, 1], vec![1]],
            10 => vec![vec![192, 0, 2, 1, 192, 0, 2, 2], vec![1]],
            14 => vec![
                [&[0, 2, 1, 16][..], &[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], &[0, 32, 0x20, 1, 0xd, 0xb8]]
                    .concat(),
                [
                    &[0, 2, 1, 32][..],
                    &[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
                    &[0xfe, 0x80],
                    &[0; 14],
                    &[0, 8, 0x20],
                ]
                .concat(),
                vec![0, 1, 1, 4, 192, 0, 2, 9, 0, 16, 10, 1],
                vec![
                    0, 1, 128, 12, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1, 0, 112, 0, 0x10, 1, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 10, 0,
                    0,
                ],
                vec![0, 1],
            ],
            15 => vec![vec![0, 2, 1, 16, 0x20, 1], vec![0, 1]],
            16 => vec![vec![0, 2, 0xfb, 0xf0, 0, 0, 0, 1, 3, 12, 0, 0, 0, 0, 0, 8], vec![9; 8], vec![1]],
            17 => vec![vec![2, 1, 0, 1, 0, 0], vec![1]],
            18 => vec![vec![0, 1, 0, 0, 192, 0, 2, 1]],
            32 => vec![vec![0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff], vec![1]],
            40 => vec![vec![1, 0, 7, 0, 0, 0, 0, 0, 0, 9]],
            _ => vec![vec![], vec![b'"', b'\\', 0, 0xff]],
        }
    };
    let codes =
        proptest::sample::select(vec![1u8, 1, 2, 2, 2, 3, 3, 4, 5, 6, 7, 8, 8, 9, 10, 14, 15, 16, 17, 18, 32, 35, 40, 99, 200]);
    codes.prop_flat_map(move |code| {
        let flags = match code {
            1..=3 | 5 | 6 => vec![0x40, 0x40, 0x40, 0x40, 0x50, 0xc0],
            4 | 9 | 10 | 14 | 15 => vec![0x80, 0x80, 0x80, 0x90],
            _ => vec![0xc0, 0xc0, 0xe0, 0xd0],
        };
        (proptest::sample::select(flags), proptest::sample::select(bodies(code))).prop_map(move |(flags, body)| {
            let len = u8::try_from(body.len()).unwrap();
            let mut octets = vec![flags, code];
            octets.extend(if flags & 0x10 == 0 { vec![len] } else { vec![0, len] });
            octets.extend(body);
            octets
        })
    })
}

/// A list of attributes in the usual order, sometimes in another, sometimes truncated.
fn list() -> impl Strategy<Value = Vec<u8>> {
    (vec(attribute(), 0..9), any::<u8>()).prop_map(|(mut list, luck)| {
        if luck < 230 {
            list.sort_by_key(|attribute| attribute[1]);
            list.dedup_by_key(|attribute| attribute[1]);
        }
        let mut octets = list.concat();
        if luck & 15 == 0 {
            octets.truncate(octets.len().saturating_sub(2));
        }
        octets
    })
}

/// A record with routes of a few peers, by attributes from a pool.
fn routes(kind: u8, peer: u8, list: &[u8], other: &[u8]) -> Vec<u8> {
    let prefixes: &[u8] = &[24, 198, 51, 100, 8, 10];
    let from = |peer: u8, body: &[u8]| {
        let mut octets = bgp4mp(true, body);
        octets[15] = peer;
        octets
    };
    match kind {
        0 => record(16, 4, &from(peer, &message(2, &update(&[16, 10, peer], list, prefixes)))),
        1 => record(16, 7, &from(peer, &message(2, &update(&[], list, prefixes)))),
        2 => record(17, 4, &[&[0, 0, 0, 7][..], &from(peer, &message(2, &update(&[], list, prefixes)))].concat()),
        3 => record(16, 1, &bgp4mp(false, &message(2, &update(&[], list, prefixes)))),
        4 => record(16, 9, &from(peer, &message(2, &update(&[], list, &[0, 0, 0, 3, 24, 198, 51, 100])))),
        5 => record(13, 2, &rib(&[24, 198, 51, 100], &[entry(0, None, list), entry(1, None, other), entry(0, None, other)])),
        6 => record(13, 4, &rib(&[32, 0x20, 1, 0x0d, 0xb8], &[entry(1, None, list), entry(9, None, list)])),
        7 => record(
            13,
            6,
            &rib(&[0, 1, 128, 112, 0, 0x10, 1, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 198, 51, 100], &[entry(0, None, list)]),
        ),
        8 => record(5, 1, &[&[0xfb, 0xf0, 192, 0, 2, peer, 0xfb, 0xff, 192, 0, 2, 9][..], &update(&[], list, prefixes)].concat()),
        _ => record(16, 0, &bgp4mp(false, &[0, 6, 0, 1])),
    }
}

/// A record of a table whose elements can all be read and are clean has no findings, which spares the command a second walk. A
/// message with clean elements may have findings about other families; one that is known to be clean has none. Returns the number
/// of the latter.
fn clean_elements_are_a_clean_record(archive: &[u8]) -> usize {
    let mut peers = ReadContext::new();
    let mut known = 0;
    for record in mrt::records(archive).flatten() {
        peers.observe(&record);
        let elements: Vec<_> = record.elements_by(&peers).collect();
        let mut lent = record.elements_by(&peers);
        let is_known = lent.is_known_clean();
        known += usize::from(is_known);
        let are_clean = !elements.is_empty() && elements.iter().all(|element| element.is_ok_and(|element| element.is_clean()));
        if is_known || record.kind() == MrtType::TABLE_DUMP_V2 && are_clean {
            record.findings(&peers, |e| panic!("{record:?}: {e}"));
        }
        // Elements that are lent are those of the iterator, also if they are known to be clean.
        for element in elements {
            assert_eq!(lent.next_element().unwrap().copied(), element);
        }
        assert!(lent.next_element().is_none());
        for strictness in [Strictness::Rfc7606, Strictness::Strict] {
            let mut lent = record.elements_by(&peers).with_strictness(strictness);
            assert_eq!(lent.is_known_clean(), is_known);
            for element in record.elements_by(&peers).with_strictness(strictness) {
                assert_eq!(lent.next_element().unwrap().copied(), element);
            }
            assert!(lent.next_element().is_none());
        }
    }
    known
}

#[test]
fn records_known_to_be_clean() {
    let sample = include_bytes!("../data/sample.mrt");
    let archives = vectors::all().into_iter().map(|(_, archive)| archive).chain([sample.to_vec()]);
    let known: usize = archives.map(|archive| clean_elements_are_a_clean_record(&archive)).sum();
    assert!(known > 10, "{known}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Texts from memory are the texts.
    #[test]
    fn a_memo_does_not_show(pool in vec(list(), 1..6), records in vec((0..10u8, 0..3u8, any::<u8>(), any::<u8>()), 1..24)) {
        let mut archive = peer_index_table();
        for (kind, peer, a, b) in records {
            let of = |n: u8| &pool[usize::from(n) % pool.len()];
            archive.extend(routes(kind, peer, of(a), of(b)));
        }
        check(&mut Writers::new(), &archive);
        clean_elements_are_a_clean_record(&archive);
    }
}

#[test]
fn selected_fields_in_their_order() {
    let sample = include_bytes!("../data/sample.mrt");
    let fields =
        ["prefix", "peer_asn", "origin_asn", "as_path_text", "as_path_segments", "prefix_length", "local", "peer_address"];
    let fields = fields.map(|name| Field::named(name).unwrap());
    let (mut objects, mut rows) = (ObjectWriter::with_fields(fields), RowWriter::tsv(fields));
    let (mut json, mut tsv) = (Vec::new(), Vec::new());
    for element in routeglass::elements(&sample[..]).flatten().skip(2).take(3) {
        objects.write(&mut json, &element);
        json.push(b'\n');
        rows.write(&mut tsv, &element);
    }
    assert_eq!(
        String::from_utf8(json).unwrap().lines().collect::<Vec<_>>(),
        [
            r#"{"prefix":"203.0.113.0/24","peer_asn":64496,"as_path_text":"64496 {64501,64502}","as_path_segments":["2:1","1:2"],"prefix_length":24,"peer_address":"192.0.2.1"}"#,
            r#"{"prefix":"2001:db8:100::/40","peer_asn":65536,"origin_asn":64500,"as_path_text":"65536 64500","prefix_length":40,"peer_address":"2001:db8::2"}"#,
            r#"{"prefix":"203.0.113.0/24","peer_asn":64496,"prefix_length":24,"peer_address":"192.0.2.1"}"#,
        ]
    );
    assert_eq!(
        String::from_utf8(tsv).unwrap().lines().collect::<Vec<_>>(),
        [
            "203.0.113.0/24\t64496\t\t64496 {64501,64502}\t2:1 1:2\t24\tfalse\t192.0.2.1",
            "2001:db8:100::/40\t65536\t64500\t65536 64500\t\t40\tfalse\t2001:db8::2",
            "203.0.113.0/24\t64496\t\t\t\t24\tfalse\t192.0.2.1",
        ]
    );
    assert!(Field::named("no such field").is_none());
}
