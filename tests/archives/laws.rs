//! Properties that hold for damaged archives whatever the damage: those that `fuzz/` tries to violate.
#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests report by panicking")]

use std::io::{self, Read};

use proptest::prelude::*;
use proptest::sample::Index;
use routeglass::attr::{Attribute, Attributes};
use routeglass::bgp::Message;
use routeglass::element::{ElementBuf, ElementKind, Strictness};
use routeglass::elements;
use routeglass::error::{Action, Error};
use routeglass::io::ReaderOptions;
use routeglass::mrt::{Body, ReadContext, Reader, Record, RecordBuf, Recovered, records, recover};
use routeglass::{FamilySet, Session};

use crate::common::{self, vectors};

/// One change: an octet is set, has a bit flipped, is inserted or removed; or the rest is truncated.
#[derive(Clone, Debug)]
enum Change {
    Set(Index, u8),
    Flip(Index, u32),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    Cut(Index),
}

fn change() -> impl Strategy<Value = Change> {
    // Common values of lengths, counts and types.
    let octet = prop_oneof![any::<u8>(), prop::sample::select(vec![0, 1, 2, 3, 4, 14, 15, 24, 32, 33, 128, 129, 255])];
    prop_oneof![
        4 => (any::<Index>(), octet).prop_map(|(at, to)| Change::Set(at, to)),
        4 => (any::<Index>(), 0..8u32).prop_map(|(at, bit)| Change::Flip(at, bit)),
        1 => (any::<Index>(), prop::collection::vec(any::<u8>(), 1..9)).prop_map(|(at, octets)| Change::Insert(at, octets)),
        1 => (any::<Index>(), 1..9usize).prop_map(|(at, count)| Change::Remove(at, count)),
        1 => any::<Index>().prop_map(Change::Cut),
    ]
}

fn apply(changes: &[Change], bytes: &mut Vec<u8>) {
    for change in changes {
        let at = |index: &Index| index.index(bytes.len() + 1);
        match change {
            Change::Set(index, to) => {
                let at = at(index);
                bytes.get_mut(at..).and_then(<[u8]>::first_mut).map(|octet| *octet = *to).unwrap_or_default();
            }
            Change::Flip(index, bit) => {
                let at = at(index);
                bytes.get_mut(at..).and_then(<[u8]>::first_mut).map(|octet| *octet ^= 1 << bit).unwrap_or_default();
            }
            Change::Insert(index, octets) => {
                let at = at(index);
                bytes.splice(at..at, octets.iter().copied());
            }
            Change::Remove(index, count) => {
                let at = at(index);
                bytes.drain(at..(at + count).min(bytes.len()));
            }
            Change::Cut(index) => bytes.truncate(at(index)),
        }
    }
}

/// A record of any kind with a damaged body and a corrected length; tables before it are unchanged.
fn damaged() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    (any::<Index>(), prop::collection::vec(change(), 0..6)).prop_map(|(which, changes)| {
        let all = vectors::all();
        let (_, archive) = which.get(&all);
        let last = records(archive).last().unwrap().unwrap();
        let (front, record) = archive.split_at(usize::try_from(last.offset()).unwrap());
        let (head, body) = record.split_at(12);
        let mut body = body.to_vec();
        apply(&changes, &mut body);
        let mut record = head.to_vec();
        record[8..].copy_from_slice(&u32::try_from(body.len()).unwrap().to_be_bytes());
        record.extend(body);
        (front.to_vec(), record)
    })
}

/// Archives of a few such records, with more damage.
fn archive() -> impl Strategy<Value = Vec<u8>> {
    (prop::collection::vec(damaged(), 1..5), prop::collection::vec(change(), 0..3)).prop_map(|(list, changes)| {
        let mut bytes: Vec<u8> = list.into_iter().flat_map(|(front, record)| [front, record].concat()).collect();
        apply(&changes, &mut bytes);
        bytes
    })
}

fn session() -> impl Strategy<Value = Session> {
    any::<[bool; 4]>().prop_map(|[asn4, extended, add_path, labels]| {
        let mut session = if asn4 { Session::AS4 } else { Session::AS2 };
        session.extended_message = extended;
        session.add_path_receive = if add_path { FamilySet::ALL } else { FamilySet::EMPTY };
        session.multiple_labels = if labels { FamilySet::ALL } else { FamilySet::EMPTY };
        session
    })
}

/// A clean record: AS64496 announces 198.51.100.0/24 and withdraws 10.0.0.0/8.
fn good() -> Vec<u8> {
    let update = vectors::update(&[8, 10], vectors::ATTRIBUTES, &[24, 198, 51, 100]);
    vectors::record(16, 4, &vectors::bgp4mp(true, &vectors::message(2, &update)))
}

/// Delivers a few octets at a time, in rotating sizes.
struct Pieces<'a>(&'a [u8], &'a [usize], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.2 += 1;
        let n = self.1[self.2 % self.1.len()].min(out.len()).min(self.0.len());
        let (now, later) = self.0.split_at(n);
        out[..n].copy_from_slice(now);
        self.0 = later;
        Ok(n)
    }
}

fn list(attributes: routeglass::Result<Attributes<'_>>) -> routeglass::Result<Vec<routeglass::Result<Attribute<'_>>>> {
    Ok(attributes?.iter().collect())
}

/// Checks that the elements of an archive are read back from their octets, by each strictness; returns their number.
fn assert_reads_back(archive: &[u8], notes: bool) -> usize {
    let mut count = 0;
    for strictness in [Strictness::Forensic, Strictness::Rfc7606, Strictness::Strict] {
        let all = elements(archive).with_strictness(strictness);
        let all = if notes { all.with_notes() } else { all };
        for element in all.flatten() {
            let octets = ElementBuf::from(element).to_octets();
            let back = ElementBuf::from_octets(&octets).unwrap();
            let is = back.as_element();
            assert_eq!((is, is.finding(), is.attribute_bytes()), (element, element.finding(), element.attribute_bytes()));
            assert_eq!((is.route(), is.has_whole_list()), (element.route(), element.has_whole_list()));
            assert_eq!(list(is.attributes()), list(element.attributes()));
            assert_eq!(back.to_octets(), octets);
            count += 1;
        }
    }
    count
}

#[test]
fn elements_of_every_record_type_read_back_from_their_octets() {
    let counts = vectors::all().iter().map(|(_, archive)| assert_reads_back(archive, true)).sum::<usize>();
    assert!(counts > 100, "{counts}");
    for sample in [&include_bytes!("../data/sample.mrt")[..], include_bytes!("../data/peering.mrt")] {
        assert!(assert_reads_back(sample, false) > 0);
    }
}

/// Of each archive of the corpus, the first records.
#[test]
fn elements_of_the_corpus_read_back_from_their_octets() {
    let Some(corpus) = common::corpus() else { return };
    let counts = common::in_threads(common::archives(&corpus).enumerate(), |(number, (_, archive))| {
        let end = records(&archive).flatten().map(|record| record.offset()).find(|&offset| offset > 1 << 18);
        let end = end.map_or(archive.len(), |end| usize::try_from(end).unwrap());
        (number, assert_reads_back(&archive[..end], true))
    });
    let all: usize = counts.iter().map(|(_, count)| count).sum();
    println!("{all} elements of {} archives", counts.len());
    assert!(all > 10_000);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.saturating_mul(8), ..ProptestConfig::default() })]

    /// A damaged record affects only itself: its neighbours are whole and clean.
    #[test]
    fn damage_stays_in_its_record((front, record) in damaged()) {
        let good = good();
        let alone: Vec<_> = elements(&good).map(|e| e.unwrap().to_string()).collect();
        prop_assert_eq!(alone.len(), 2);
        let bytes = [&good[..], &front, &record, &good].concat();
        let framed: Vec<_> = records(&bytes).map(Result::unwrap).collect();
        prop_assert_eq!(framed[framed.len() - 2].as_bytes(), &record[..]);
        let list: Vec<_> = elements(&bytes).collect();
        for two in [&list[..2], &list[list.len() - 2..]] {
            let lines: Vec<_> = two.iter().map(|e| e.map(|e| (e.to_string(), e.is_clean())).unwrap()).collect();
            prop_assert_eq!(lines, alone.iter().map(|line| (line.clone(), true)).collect::<Vec<_>>());
        }
    }

    /// Everything that an element holds is in its octets, whatever is damaged.
    #[test]
    fn elements_read_back_from_their_octets(archive in archive(), notes in any::<bool>()) {
        assert_reads_back(&archive, notes);
    }

    /// Octets that are no element are an error; those that are one are written as one that is equal.
    #[test]
    fn damaged_octets_of_elements_give_elements_or_errors((front, record) in damaged(), changes in prop::collection::vec(change(), 0..6)) {
        for element in elements(&[front, record].concat()).flatten() {
            let mut octets = ElementBuf::from(element).to_octets();
            apply(&changes, &mut octets);
            match ElementBuf::from_octets(&octets) {
                Ok(read) => {
                    let text = (read.to_string(), format!("{:?}", read.as_element().attributes()));
                    let again = ElementBuf::from_octets(&read.to_octets()).unwrap();
                    prop_assert_eq!((again.to_string(), format!("{:?}", again.as_element().attributes())), text);
                    prop_assert_eq!(again, read);
                }
                Err(e) => prop_assert!(e.offset() <= octets.len() as u64, "{}", e),
            }
        }
    }

    /// Findings of a record equal those of its elements; every offset is within the record.
    #[test]
    fn findings_and_elements_agree((front, record) in damaged(), offset in 0..1u64 << 40) {
        let mut peers = ReadContext::new();
        records(&front).flatten().for_each(|table| assert!(peers.observe(&table)));
        let parsed = Record::parse_at(&record, offset).unwrap();
        let mut found: Vec<Error> = Vec::new();
        let worst = parsed.findings(&peers, |e| found.push(e));
        prop_assert_eq!(worst, found.iter().map(Error::action).max().unwrap_or(Action::None));
        for e in &found {
            prop_assert!((offset..=offset + record.len() as u64).contains(&e.offset()), "{}", e);
        }
        let list: Vec<_> = parsed.elements(&mut peers.clone()).collect();
        for element in &list {
            let e = element.map_or_else(Some, |e| e.finding());
            prop_assert!(e.is_none_or(|e| found.contains(&e)), "{:?} is not among {:?}", e, found);
        }
        if found.is_empty() {
            prop_assert!(list.iter().all(|e| e.is_ok_and(|e| e.is_clean())));
        }
    }

    /// With RFC 7606 handling a damaged route is never announced; with strict handling, nothing with a finding is a route.
    #[test]
    fn a_damaged_route_is_never_announced(bytes in archive()) {
        for e in elements(&bytes).with_strictness(Strictness::Rfc7606).flatten() {
            let worst = e.finding().map_or(Action::None, |e| e.action());
            let announced = matches!(e.kind(), ElementKind::Announce | ElementKind::Rib);
            prop_assert!(!announced || worst < Action::TreatAsWithdraw, "{}", e);
        }
        prop_assert!(elements(&bytes).with_strictness(Strictness::Strict).flatten().all(|e| e.is_clean()));
        // The number of items is independent of the strictness.
        let count = |strictness| elements(&bytes).with_strictness(strictness).count();
        prop_assert_eq!(count(Strictness::Forensic), count(Strictness::Rfc7606));
        prop_assert_eq!(count(Strictness::Forensic), count(Strictness::Strict));
    }

    /// A slice, a stream in any pieces and lent records give the same records and the same end.
    #[test]
    fn slices_and_streams_agree(bytes in archive(), sizes in prop::collection::vec(1..64usize, 1..6), buffer in 12..300usize) {
        let mut from_slice = Vec::new();
        let mut slice_end = None;
        for record in records(&bytes) {
            match record {
                Ok(record) => from_slice.push(RecordBuf::from(record)),
                Err(e) => slice_end = Some(e.to_string()),
            }
        }
        // A length over the reader's limit ends it where the slice ends too, with another error.
        let options = ReaderOptions::default().with_buffer_len(buffer).with_max_record_len(usize::MAX);
        let mut reader = Reader::plain(Pieces(&bytes, &sizes, 0), options);
        let (mut lent, mut end) = (Vec::new(), None);
        loop {
            match reader.next_record() {
                Ok(Some(record)) => lent.push(RecordBuf::from(record)),
                Ok(None) => break,
                Err(e) => end = Some(e.to_string()),
            }
        }
        prop_assert_eq!((&lent, end.is_some()), (&from_slice, slice_end.is_some()));
        let (owned, ends): (Vec<_>, Vec<_>) = Reader::plain(Pieces(&bytes, &sizes, 0), options).partition(Result::is_ok);
        prop_assert_eq!(owned.into_iter().map(Result::unwrap).collect::<Vec<_>>(), from_slice);
        prop_assert_eq!(ends.into_iter().map(|e| e.unwrap_err().to_string()).collect::<Vec<_>>(), Vec::from_iter(end));
    }

    /// In recovery every octet is in a record or in a gap.
    #[test]
    fn recovery_accounts_for_every_octet(bytes in archive()) {
        let mut at = 0;
        for item in recover(&bytes) {
            match item {
                Recovered::Record(record) => {
                    prop_assert_eq!(record.offset(), at);
                    at += record.as_bytes().len() as u64;
                }
                Recovered::Gap(gap) => {
                    prop_assert_eq!(gap.start, at);
                    prop_assert!(gap.len() > 0);
                    at = gap.end;
                }
            }
        }
        prop_assert_eq!(at, bytes.len() as u64);
    }

    /// Rewriting is idempotent; a clean record keeps its length and its elements.
    #[test]
    fn written_twice_is_written_once((front, record) in damaged()) {
        let mut peers = ReadContext::new();
        records(&front).flatten().for_each(|table| assert!(peers.observe(&table)));
        let parsed = Record::parse_at(&record, 0).unwrap();
        let (mut once, mut twice) = (Vec::new(), Vec::new());
        parsed.rewrite(&mut once).unwrap();
        let again = Record::parse_at(&once, 0).unwrap();
        again.rewrite(&mut twice).unwrap();
        prop_assert_eq!(&once, &twice);
        let mut clean = true;
        parsed.findings(&peers, |_| clean = false);
        if clean {
            let lines = |record: &Record<'_>| -> Vec<_> {
                record.elements(&mut peers.clone()).map(|e| e.map(|e| e.to_string())).collect()
            };
            prop_assert_eq!(lines(&parsed), lines(&again));
            prop_assert_eq!(once.len(), record.len());
        }
    }

    /// The verdict on a message is its worst finding, in any session; a finding that resets the session has a NOTIFICATION.
    #[test]
    fn verdicts_are_the_worst_finding((_, record) in damaged(), session in session()) {
        let parsed = Record::parse_at(&record, 0).unwrap();
        let Ok(Body::Message(message)) = parsed.body() else { return Ok(()) };
        let at = usize::try_from(message.message_offset()).unwrap();
        match Message::parse_at(&record[at..], &session, 7) {
            Ok(m) => {
                let mut found = Vec::new();
                let worst = m.findings(7, |e| found.push(e));
                prop_assert_eq!(worst, found.iter().map(Error::action).max().unwrap_or(Action::None));
                for e in found {
                    prop_assert!((7..=7 + (record.len() - at) as u64).contains(&e.offset()), "{}", e);
                    prop_assert!(e.action() < Action::ResetSession || e.notification().is_some(), "{}", e);
                }
            }
            Err(e) => prop_assert!((7..=7 + (record.len() - at) as u64).contains(&e.offset()), "{}", e),
        }
    }
}
