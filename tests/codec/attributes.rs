//! Every attribute of the corpus's collected messages: read, rewritten from its value and dissected.

#![cfg(feature = "compression")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests report by panicking"
)]

use std::collections::BTreeMap;
use std::fs;

use routeglass::Session;
use routeglass::attr::{Attribute, AttributesIter, Value};
use routeglass::places::Places;

use crate::common;

/// Octets of a hexadecimal text; `None` for another text.
fn octets(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    let pairs = digits.chunks(2).map(|pair| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()));
    if digits.len().is_multiple_of(2) { pairs.collect() } else { None }
}

/// The attribute lists of the consecutive UPDATE messages in `bytes`.
fn updates(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut lists = Vec::new();
    while bytes.len() >= 19 && bytes[..16] == [0xff; 16] {
        let len = usize::from(u16::from_be_bytes([bytes[16], bytes[17]]));
        let Some(message) = bytes.get(19..len) else { break };
        if bytes[18] == 2 {
            let list = (|| {
                let withdrawn = usize::from(u16::from_be_bytes(*message.first_chunk()?));
                let rest = message.get(2 + withdrawn..)?;
                rest.get(2..2 + usize::from(u16::from_be_bytes(*rest.first_chunk()?)))
            })();
            lists.extend(list);
        }
        bytes = &bytes[len..];
    }
    lists
}

/// Reads, writes, dissects.
fn one(attribute: &Attribute<'_>, counts: &mut BTreeMap<u8, usize>, faults: &mut Vec<String>) {
    let mut places = Places::new();
    attribute.places(&Session::AS4, &mut places);
    match attribute.decode(&Session::AS4) {
        Ok(Value::Unknown(_)) => {}
        Ok(value) => {
            let mut out = Vec::new();
            value.encode_with_flags(attribute.flags(), &Session::AS4, &mut out).unwrap();
            assert!(out.ends_with(attribute.raw()), "{value}");
            assert_eq!(value.body_len(&Session::AS4), attribute.raw().len(), "{value}");
            *counts.entry(attribute.code().0).or_default() += 1;
        }
        Err(e) => faults.push(e.to_string()),
    }
}

#[test]
fn collected_messages() {
    let Some(corpus) = common::corpus() else { return };
    let collectors = corpus.join("collectors");
    let mut messages: Vec<Vec<u8>> = Vec::new();
    let table = fs::read_to_string(collectors.join("vectors/bgp_messages.tsv")).unwrap();
    messages.extend(table.lines().filter_map(|line| octets(line.rsplit('\t').next()?)));
    let crafted = fs::read_to_string(corpus.join("crafted/messages.txt")).unwrap();
    messages.extend(crafted.lines().filter_map(|line| octets(line.split_once(' ')?.1)));
    for entry in fs::read_dir(&collectors).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "hex") {
            messages.extend(octets(&fs::read_to_string(path).unwrap()));
        }
    }
    let (mut counts, mut faults) = (BTreeMap::new(), Vec::new());
    for list in messages.iter().flat_map(|message| updates(message)) {
        for attribute in AttributesIter::at(list, 0).flatten() {
            one(&attribute, &mut counts, &mut faults);
        }
    }
    faults.sort();
    // Broken on purpose, or read with the wrong width of AS numbers. The length of the container does not include its header, and
    // it has no community; the last SID structure declares five octets and has six.
    assert_eq!(
        faults,
        [
            "AGGREGATOR attribute: length 6 is not valid here (at byte 48)",
            "AS_PATH attribute: needs 2 bytes more than are there (at byte 7)",
            "AS_PATH attribute: needs 20 bytes more than are there (at byte 8)",
            "AS_PATH attribute: needs 4 bytes more than are there (at byte 7)",
            "AS_PATH attribute: value 12 is not valid here (at byte 25)",
            "COMMUNITY_CONTAINER attribute: length 0 is not valid here (at byte 27)",
            "PREFIX_SID attribute: needs 1 byte more than is there (at byte 91)",
        ]
    );
    let exact: Vec<_> = counts.iter().map(|(code, exact)| (*code, *exact)).filter(|(code, _)| *code > 17).collect();
    assert_eq!(exact, [(20, 3), (22, 20), (25, 2), (26, 1), (27, 4), (32, 4), (33, 1), (40, 10), (42, 1)]);
    println!("written as they were: {counts:?}");
}
