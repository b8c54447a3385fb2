//! Laws of archives: records, readers, tables, compressed input.

use std::io::Read;
use std::num::NonZeroUsize;

use routeglass::element::ElementBuf;
use routeglass::elements;
use routeglass::error::{Action, Error};
use routeglass::index::Index;
use routeglass::io::{Compression, Decompress, DecompressError, DecompressErrorKind, ReadError, ReaderOptions};
use routeglass::mrt::{Body, ReadContext, Reader, Record, RecordBuf, records};

use crate::input::{self, Chunks};
use crate::memory;

/// Good record, input, good record: the first good one is always delivered; the last too if the input is framed as a record.
pub fn mrt_stream(data: &[u8]) {
    let good = input::good();
    let alone: Vec<_> = elements(&good).map(|e| e.expect("a good record").to_string()).collect();
    assert_eq!(alone.len(), 2);

    let bytes = [&good[..], data, &good].concat();
    let mut list = records(&bytes);
    let first = list.next().expect("there is a record").expect("a good one");
    assert_eq!(first.as_bytes(), good);
    // Records are adjacent; an error is the last item.
    let mut at = good.len() as u64;
    while let Some(record) = list.next() {
        match record {
            Ok(record) => {
                assert_eq!(record.offset(), at);
                at += record.as_bytes().len() as u64;
            }
            Err(e) => {
                assert_eq!(e.offset(), at);
                assert!(list.next().is_none());
            }
        }
    }
    let all: Vec<_> = elements(&bytes).take(2).map(|e| e.expect("from a good record").to_string()).collect();
    assert_eq!(all, alone);

    // The first octets choose a type and subtype, with common ones preferred.
    let ([kind, subtype], body) = input::choices(data);
    let kind = [5, 9, 10, 11, 12, 13, 16, 17, 13, 16, 17, 12, 32, 33, 48, 49][usize::from(kind & 15)];
    let middle = input::record(kind, u16::from(subtype & 15), body);
    let bytes = [&good[..], &middle, &good].concat();
    let framed: Vec<_> = records(&bytes).map(|r| r.expect("framed as a record")).collect();
    assert_eq!(framed.len(), 3, "type {kind} subtype {subtype}");
    assert_eq!((framed[0].as_bytes(), framed[1].as_bytes(), framed[2].as_bytes()), (&good[..], &middle[..], &good[..]));
    let list: Vec<_> = elements(&bytes).collect();
    let last: Vec<_> = list[list.len() - 2..].iter().map(|e| e.expect("from a good record")).collect();
    assert!(last.iter().all(|e| e.is_clean()));
    // Both have the same time, so that their lines are equal.
    assert_eq!(last.iter().map(ToString::to_string).collect::<Vec<_>>(), alone);
}

/// A parsed record is its bytes; findings are within it; its elements have findings exactly if the record has.
pub fn record(data: &[u8]) {
    const OFFSET: u64 = 1 << 33;
    // Octets of an element.
    if let Ok(element) = ElementBuf::from_octets(data) {
        let _ = format!("{element} {:?}", element.as_element().attributes());
        reads_back(&element);
    }
    let whole;
    let (bytes, table) = match data.split_first() {
        // Half of the inputs are bodies, so that not every mutation of a length ends in the header.
        Some((choice, rest)) if choice & 1 == 0 => {
            let ([kind, subtype], body) = input::choices(rest);
            whole = input::record(u16::from(kind), u16::from(subtype), body);
            (&whole[..], choice & 2 != 0)
        }
        Some((choice, rest)) => (rest, choice & 2 != 0),
        None => (data, false),
    };
    let record = match Record::parse_at(bytes, OFFSET) {
        Ok(record) => record,
        Err(e) => {
            assert!((OFFSET..=OFFSET + bytes.len() as u64).contains(&e.offset()), "{e}");
            return;
        }
    };
    assert_eq!(record.as_bytes(), bytes);
    assert_eq!(record.raw_body(), &bytes[12..]);
    assert_eq!(record.offset(), OFFSET);
    assert_eq!(record.kind().0.to_be_bytes(), bytes[4..6]);
    assert_eq!(record.subtype().to_be_bytes(), bytes[6..8]);
    assert_eq!(record.timestamp().seconds.to_be_bytes(), bytes[..4]);
    assert_eq!(RecordBuf::from(record).as_record(), record);
    let _ = format!("{record:?} {:?}", record.body());

    let mut peers = ReadContext::new();
    if table {
        peers.observe(&Record::parse_at(&two_peers(), 0).expect("a good table"));
    }
    check_record(&record, &mut peers);
}

/// A PEER_INDEX_TABLE of two peers.
fn two_peers() -> Vec<u8> {
    let mut b = vec![192, 0, 2, 254, 0, 0, 0, 2, 2, 192, 0, 2, 1, 192, 0, 2, 1, 0, 0, 0xfb, 0xf0];
    b.extend([1, 192, 0, 2, 2, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xfb, 0xf1]);
    input::record(13, 1, &b)
}

/// An element is read back from its octets as an equal one.
fn reads_back(element: &ElementBuf) {
    let octets = element.to_octets();
    let back = ElementBuf::from_octets(&octets).expect("octets of an element");
    assert_eq!((back.as_element(), back.as_element().finding()), (element.as_element(), element.as_element().finding()));
    assert_eq!(back.to_octets(), octets);
}

/// Findings and elements of a record agree. Its bytes are a separate input, and every offset is within it.
pub(crate) fn check_record(record: &Record<'_>, peers: &mut ReadContext) {
    let end = record.offset() + record.as_bytes().len() as u64;
    let list: Vec<_> = record.elements(peers).collect();
    let mut found: Vec<Error> = Vec::new();
    let worst = record.findings(peers, |e| found.push(e));
    assert_eq!(worst, found.iter().map(Error::action).max().unwrap_or(Action::None));
    for e in &found {
        assert!((record.offset()..=end).contains(&e.offset()), "{e}");
    }
    for element in &list {
        match element {
            Ok(element) => {
                let _ = format!("{element} {element:?}");
                reads_back(&ElementBuf::from(*element));
                assert_eq!(element.is_clean(), element.finding().is_none());
                match element.finding() {
                    Some(e) => {
                        assert!(found.contains(&e), "{e} is not among {found:?}");
                        assert!((record.offset()..=end).contains(&e.offset()), "{e}");
                    }
                    None => {
                        // A clean element is readable: every accessor returns its value.
                        let a = element.attributes().expect("a clean element");
                        a.merged_path().expect("a clean path");
                        a.merged_aggregator().expect("a clean aggregator");
                        element.next_hop().expect("a clean next hop");
                        a.communities().expect("clean communities");
                        a.large_communities().expect("clean communities");
                        a.extended_communities().expect("clean communities");
                    }
                }
            }
            Err(e) => assert!(found.contains(e), "{e} is not among {found:?}"),
        }
    }
    if found.is_empty() {
        assert!(list.iter().all(|e| e.is_ok_and(|e| e.is_clean())));
    }
}

/// Decoding, writing and decoding again changes nothing. A clean record keeps every octet except reserved bits.
pub fn rewrite(data: &[u8]) {
    let ([choice, subtype], body) = input::choices(data);
    let kind = [13, 16, 17, 13, 16, 17, 5, 12][usize::from(choice & 7)];
    let bytes = input::record(kind, u16::from(subtype & 15), body);
    let record = Record::parse_at(&bytes, 0).expect("framed");
    let mut once = Vec::new();
    record.rewrite(&mut once).expect("there is room");
    let again = Record::parse_at(&once, 0).expect("what was written is a record");
    let mut twice = Vec::new();
    again.rewrite(&mut twice).expect("there is room");
    assert_eq!(once, twice);

    let mut peers = ReadContext::new();
    peers.observe(&Record::parse_at(&two_peers(), 0).expect("a good table"));
    let mut clean = true;
    record.findings(&peers, |_| clean = false);
    if clean {
        let lines =
            |record: &Record<'_>| -> Vec<_> { record.elements(&mut peers.clone()).map(|e| e.map(|e| e.to_string())).collect() };
        assert_eq!(lines(&record), lines(&again));
        assert_eq!(once.len(), bytes.len());
        assert!(once.iter().zip(&bytes).all(|(new, old)| new & old == *new), "a bit was set that was not");
    }
}

/// A table and a record that refers to it: entries are windows of the record, peers those of the table.
pub fn table_dump_v2(data: &[u8]) {
    let ([subtype, a, b], rest) = input::choices(data);
    let (table, body) = input::split(rest, u16::from_be_bytes([a, b]));
    let table = input::record(13, 1, table);
    let rib = input::record(13, u16::from(subtype & 15), body);
    let mut peers = ReadContext::new();
    let table = Record::parse_at(&table, 0).expect("framed");
    peers.observe(&table);
    match table.body() {
        Ok(Body::PeerIndexTable(table)) => {
            let list: Vec<_> = table.peers().collect();
            assert_eq!((list.len(), table.is_empty()), (table.len(), list.is_empty()));
            assert_eq!(peers.as_slice(), list);
            // The octets of the peers, reassembled, are the end of the record.
            let mut wire = Vec::new();
            for peer in &list {
                wire.push(peer.kind);
                wire.extend(peer.bgp_id.octets());
                match peer.address {
                    std::net::IpAddr::V4(a) => wire.extend(a.octets()),
                    std::net::IpAddr::V6(a) => wire.extend(a.octets()),
                }
                let asn = peer.asn.0.to_be_bytes();
                wire.extend(if peer.kind & 2 == 0 { &asn[2..] } else { &asn });
            }
            let head = 8 + table.view_name().len();
            assert_eq!(rest[head..head + wire.len()], wire);
        }
        Ok(_) => panic!("a PEER_INDEX_TABLE is one"),
        // Its readable part is kept, and marked as damaged.
        Err(_) => assert!(peers.is_known() && peers.is_damaged()),
    }

    let record = Record::parse_at(&rib, 0).expect("framed");
    match record.body() {
        Ok(Body::Rib(rib)) => {
            let mut wire = Vec::new();
            let (mut entries, mut errors) = (0, 0);
            for entry in rib.entries() {
                let Ok(entry) = entry else {
                    errors += 1;
                    continue;
                };
                assert_eq!(errors, 0, "an entry after an error");
                entries += 1;
                wire.extend(entry.peer_index().to_be_bytes());
                wire.extend(entry.originated().to_be_bytes());
                wire.extend(entry.path_id().map(u32::to_be_bytes).into_iter().flatten());
                wire.extend(u16::try_from(entry.attribute_bytes().len()).expect("a length of two octets").to_be_bytes());
                let at = usize::try_from(entry.attributes_offset()).expect("a short record");
                assert_eq!(record.as_bytes()[at..at + entry.attribute_bytes().len()], *entry.attribute_bytes());
                wire.extend(entry.attribute_bytes());
            }
            assert!(errors <= 1 && entries <= rib.len());
            if errors == 0 {
                assert_eq!(entries, rib.len());
                assert!(body.ends_with(&wire));
                let count = &body[body.len() - wire.len() - 2..body.len() - wire.len()];
                assert_eq!(count, u16::try_from(entries).expect("a count of two octets").to_be_bytes());
            }
            for (element, entry) in record.elements(&mut peers.clone()).zip(rib.entries()) {
                let (Ok(element), Ok(entry)) = (element, entry) else { continue };
                match peers.peer(entry.peer_index()) {
                    Some(peer) => assert_eq!((element.peer().asn, element.peer().address), (peer.asn, Some(peer.address))),
                    None => assert!(!element.is_clean()),
                }
                assert!(!(peers.is_damaged() && element.is_clean()));
                // Of a list with a framing error, the part before it.
                match entry.attributes() {
                    Ok(_) => assert_eq!(element.attribute_bytes(), entry.attribute_bytes()),
                    Err(_) => assert!(entry.attribute_bytes().starts_with(element.attribute_bytes()) && !element.is_clean()),
                }
            }
        }
        Ok(Body::GeoPeerTable(table)) => {
            let _ = format!("{table:?}");
        }
        Ok(_) | Err(_) => {}
    }
    check_record(&record, &mut peers);
}

/// The result of reading, in a form shared by all readers.
#[derive(Debug, PartialEq)]
enum End {
    Clean,
    /// A record over the limit starts here. A reader may not know its full length (TABLE_DUMP of the year 2000).
    TooLong(u64),
    Damaged(String),
}

impl From<ReadError> for End {
    fn from(e: ReadError) -> Self {
        match e {
            ReadError::TooLong { offset, .. } => Self::TooLong(offset),
            e => Self::Damaged(e.to_string()),
        }
    }
}

/// Slice, lending reader and owned records: same records, same errors, in any pieces of input.
pub fn reader_equal(data: &[u8]) {
    let ([chunks, buffer, limit], rest) = input::choices(data);
    let (sizes, bytes) = rest.split_at(usize::from(chunks & 7).min(rest.len()));
    if Compression::detect(bytes).is_some() {
        return;
    }
    // Short buffers, so that records cross their ends; sometimes a limit.
    let mut options = ReaderOptions::default().with_buffer_len(12 + usize::from(buffer));
    if limit & 1 != 0 {
        options = options.with_max_record_len(12 + usize::from(limit));
    }

    let mut from_slice = Vec::new();
    let mut slice_end = End::Clean;
    for record in records(bytes) {
        match record {
            Ok(record) => from_slice.push(RecordBuf::from(record)),
            Err(e) => slice_end = End::Damaged(e.to_string()),
        }
    }
    // The slice has no limit: its result is truncated at the first record over the reader's limit.
    let declared = |at: usize| -> Option<u64> {
        let octets = bytes.get(at + 8..at + 12)?;
        Some(u64::from(u32::from_be_bytes(octets.try_into().expect("four octets"))) + 12)
    };
    let limit = options.max_record_len;
    // Whether a TABLE_DUMP record of the year 2000 fits the limit may depend on its last four octets, which a reader has not seen
    // when it decides.
    let starts = from_slice.iter().map(|r| r.as_record().offset() + r.as_bytes().len() as u64);
    let hangs =
        |at: u64| declared(usize::try_from(at).expect("short")).is_some_and(|len| len <= limit as u64 && len + 4 > limit as u64);
    if [0].into_iter().chain(starts).any(hangs) {
        return;
    }
    let over = |at: u64, len: u64| len.max(declared(usize::try_from(at).expect("short")).unwrap_or(0)) > limit as u64;
    if let Some(n) = from_slice.iter().position(|r| over(r.as_record().offset(), r.as_bytes().len() as u64)) {
        slice_end = End::TooLong(from_slice[n].as_record().offset());
        from_slice.truncate(n);
    } else if slice_end != End::Clean {
        let at = from_slice.last().map_or(0, |r| r.as_record().offset() + r.as_bytes().len() as u64);
        if over(at, 0) {
            slice_end = End::TooLong(at);
        }
    }

    let open = || Reader::with_options(Chunks { rest: bytes, sizes, at: 0 }, options).expect("plain input");
    let mut reader = open();
    let (mut lent, mut end) = (Vec::new(), End::Clean);
    loop {
        match reader.next_record() {
            Ok(Some(record)) => lent.push(RecordBuf::from(record)),
            Ok(None) => break,
            Err(e) => end = e.into(),
        }
    }
    assert_eq!((&lent, &end), (&from_slice, &slice_end));
    assert!(matches!(reader.next_record(), Ok(None)));

    let (mut owned, mut end) = (Vec::new(), End::Clean);
    for record in open() {
        match record {
            Ok(record) => owned.push(record),
            Err(e) => end = e.into(),
        }
    }
    assert_eq!((&owned, &end), (&from_slice, &slice_end));
    for record in &owned {
        // A framed record is also a record by itself.
        let again = RecordBuf::new(record.as_bytes().clone(), record.as_record().offset());
        assert_eq!(again.as_ref(), Ok(record));
    }
}

/// The end of decoding: an error of this kind in the piece at this offset, or another error.
type Damage = Option<(Option<(DecompressErrorKind, u64)>, std::io::ErrorKind)>;

fn damage(e: &std::io::Error) -> Damage {
    let inner = e.get_ref().and_then(|inner| inner.downcast_ref::<DecompressError>());
    Some((inner.map(|e| (e.kind(), e.stream_offset())), e.kind()))
}

/// Decodes in pieces of `step`, up to `limit` octets; returns also the end.
fn decode(input: impl Read, step: usize, limit: usize) -> (Vec<u8>, Damage) {
    let mut reader = match Decompress::new(input) {
        Ok(reader) => reader,
        Err(e) => return (Vec::new(), damage(&e)),
    };
    let (mut out, mut piece) = (Vec::new(), vec![0; step]);
    while out.len() < limit {
        match reader.read(&mut piece) {
            Ok(0) => {
                assert_eq!(reader.read(&mut piece).expect("the end stays the end"), 0);
                return (out, None);
            }
            Ok(count) => out.extend_from_slice(&piece[..count]),
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => {
                let again = reader.read(&mut piece).expect_err("an error is never followed by the end");
                assert_eq!(again.to_string(), e.to_string());
                if let Some(inner) = e.get_ref().and_then(|inner| inner.downcast_ref::<DecompressError>()) {
                    assert_eq!(inner.decoded(), out.len() as u64);
                }
                return (out, damage(&e));
            }
        }
    }
    out.truncate(limit);
    (out, None)
}

/// The blocks of a bzip2 file decoded in threads are those decoded in order, and the end is the same, its offsets in the file included.
pub fn bz2_blocks(data: &[u8]) {
    const LIMIT: u64 = 1 << 20;
    let ([choice], bytes) = input::choices(data);
    // The first octets, by which the format is recognised, are the same in every input.
    let mut file = *b"BZh11AY&SY";
    file[3] = b'1' + choice % 9;
    let file = [&file[..], bytes].concat();
    let outcome = |reader: &mut dyn Read| {
        let mut octets = Vec::new();
        let end = reader.take(LIMIT).read_to_end(&mut octets).err();
        (octets, end.map(|e| (e.kind(), e.to_string())))
    };
    let open = || Decompress::new(std::io::Cursor::new(file.clone())).expect("a bzip2 file");
    let expected = outcome(&mut open());
    for threads in [2, 3].into_iter().filter_map(NonZeroUsize::new) {
        let found = outcome(&mut open().in_threads(threads).expect("threads"));
        assert_eq!(found.1, expected.1, "{threads} threads");
        assert!(found.0 == expected.0, "{threads} threads: {} octets, {}", found.0.len(), expected.0.len());
    }
}

/// An index file is read as what it says or refused; with a hash that is not that of its octets, refused.
pub fn index(data: &[u8]) {
    let mut file = [&b"routeglass index\0\0\0\0\x02"[..], data].concat();
    let hash = |octets: &[u8]| {
        octets.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, octet| (hash ^ u64::from(*octet)).wrapping_mul(0x0100_0000_01b3))
    };
    let sum = hash(&file).to_be_bytes();
    file.extend(sum);
    if let Ok(index) = Index::decode(&file) {
        assert_eq!(index.encode(), file);
        assert_eq!(Index::decode(&index.encode()).expect("what was read"), index);
    }
    for octet in [file.len() - 9, 20] {
        let mut damaged = file.clone();
        damaged[octet] ^= 1;
        Index::decode(&damaged).expect_err("the hash is another");
    }
    file.pop();
    Index::decode(&file).expect_err("it is cut short");
}

/// Decompression ends, cleanly or with a persistent error, with the same result in any pieces.
pub fn compressed(data: &[u8]) {
    const LIMIT: usize = 1 << 18;
    let ([step, chunk], bytes) = input::choices(data);
    // More bytes never change an answer other than `None`.
    let mut seen = None;
    for n in 0..bytes.len().min(32) {
        let now = Compression::detect(&bytes[..n]);
        assert!(seen.is_none() || seen == now, "{seen:?}, then {now:?}");
        seen = now;
    }
    let mut outcome = (Vec::new(), None);
    let held = memory::peak(|| outcome = decode(bytes, 1 << 16, LIMIT));
    // The window that the stream requests, up to the limit; the decoded output; and a decoder's tables and blocks.
    let most = Compression::WINDOW_LIMIT + 2 * LIMIT as u64 + (16 << 20);
    assert!(u64::try_from(held).is_ok_and(|held| held <= most), "{held} octets");
    let (large, error) = outcome;
    if Compression::detect(bytes).is_none() {
        assert_eq!((&large[..], error), (&bytes[..bytes.len().min(LIMIT)], None));
    }
    let sizes = [chunk];
    let (small, again) = decode(Chunks { rest: bytes, sizes: &sizes, at: 0 }, usize::from(step) + 1, LIMIT);
    // How much of a damaged piece is decoded depends on the pieces; its content does not.
    if error.is_none() {
        assert!(small == large, "{} octets at once, {} in pieces", large.len(), small.len());
    } else {
        assert!(small.starts_with(&large) || large.starts_with(&small));
    }
    assert_eq!(again, error);

    // Its content gives the same end through the reader.
    if large.len() < LIMIT && Compression::detect(&large).is_none() {
        let plain: Vec<_> = records(&large).filter_map(Result::ok).map(RecordBuf::from).collect();
        let (mut through, mut damaged) = (Vec::new(), false);
        if let Ok(reader) = Reader::new(bytes) {
            for record in reader {
                match record {
                    Ok(record) => through.push(record),
                    Err(e) => damaged |= matches!(e, ReadError::Io { .. }),
                }
            }
        }
        if error.is_none() {
            assert!(plain == through, "{} records plainly, {} through the reader", plain.len(), through.len());
            assert!(!damaged);
        } else {
            // A record may have been framed by later octets (TABLE_DUMP), so the last one is not compared.
            let sure = plain.len().min(through.len()).saturating_sub(1);
            assert_eq!(plain[..sure], through[..sure]);
        }
    }
}
