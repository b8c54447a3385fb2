//! Filters: an evaluator over the texts of elements agrees, what cannot be read has no answer, and the documentation has the keys.
//!
//! `ROUTEGLASS_BLESS=1 cargo test --features cli --test library filter` rewrites the documentation's table.
#![cfg(feature = "serde")]
#![allow(
    clippy::string_slice,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests report by panicking"
)]

use std::fmt::Write as _;

use proptest::prelude::*;
use routeglass::element::{Element, Strictness};
use routeglass::elements;
use routeglass::filter::{Filter, KEYS};
use routeglass::mrt::{ReadContext, records};
use serde_json::Value;

use crate::common::vectors::{self, ATTRIBUTES, bgp4mp, entry, message, peer_index_table, record, rib, update};

#[test]
fn the_documentation_has_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/_docs/filter.md");
    let mut table = String::from("| key | value | route events |\n|---|---|---|\n");
    for key in KEYS {
        let (first, rest) = key.about.split_at(1);
        writeln!(table, "| `{}` | `{}` | {}{rest} |", key.name, key.value, first.to_lowercase()).unwrap();
    }
    let text = std::fs::read_to_string(path).unwrap();
    let start = text.find("| key |").unwrap();
    let end = start + text[start..].find("\n\n").unwrap() + 1;
    if std::env::var_os("ROUTEGLASS_BLESS").is_some() {
        std::fs::write(path, [&text[..start], &table, &text[end..]].concat()).unwrap();
    }
    assert_eq!(&text[start..end], table);
}

/// An attribute with these flags and code.
fn attribute(flags: u8, code: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![flags, code, u8::try_from(body.len()).unwrap()];
    out.extend(body);
    out
}

/// What a route is announced with.
#[derive(Clone, Debug)]
struct Announced {
    path: Vec<(u8, Vec<u32>)>,
    communities: Vec<(u16, u16)>,
    large: Vec<[u32; 3]>,
    med: Option<u32>,
    local_pref: Option<u32>,
    next_hop: u8,
}

impl Announced {
    fn attributes(&self) -> Vec<u8> {
        let mut path = Vec::new();
        for (kind, asns) in &self.path {
            path.extend([*kind, u8::try_from(asns.len()).unwrap()]);
            path.extend(asns.iter().flat_map(|asn| asn.to_be_bytes()));
        }
        let mut out =
            [attribute(0x40, 1, &[0]), attribute(0x40, 2, &path), attribute(0x40, 3, &[192, 0, 2, self.next_hop])].concat();
        out.extend(self.med.into_iter().flat_map(|med| attribute(0x80, 4, &med.to_be_bytes())));
        out.extend(self.local_pref.into_iter().flat_map(|n| attribute(0x40, 5, &n.to_be_bytes())));
        if !self.communities.is_empty() {
            let body: Vec<u8> = self.communities.iter().flat_map(|(a, b)| [a.to_be_bytes(), b.to_be_bytes()].concat()).collect();
            out.extend(attribute(0xc0, 8, &body));
        }
        if !self.large.is_empty() {
            let body: Vec<u8> = self.large.iter().flatten().flat_map(|n| n.to_be_bytes()).collect();
            out.extend(attribute(0xc0, 32, &body));
        }
        out
    }
}

fn announced() -> impl Strategy<Value = Announced> {
    let path = prop::collection::vec((1u8..3, prop::collection::vec(1u32..6, 1..4)), 0..3);
    let communities = prop::collection::vec((1u16..4, 0u16..4), 0..3);
    let large = prop::collection::vec([1u32..3, 0..3, 0..3], 0..2);
    let number = || prop::option::of(0u32..4);
    (path, communities, large, number(), number(), 1u8..4).prop_map(|(path, communities, large, med, local_pref, next_hop)| {
        Announced { path, communities, large, med, local_pref, next_hop }
    })
}

/// A prefix of 10.0.0.0/8 or around it.
fn prefix() -> impl Strategy<Value = (u8, [u8; 4])> {
    (0u8..33, 0u8..2, prop::sample::select(vec![0u8, 1, 128, 255])).prop_map(|(len, second, third)| {
        let bits = u32::from_be_bytes([10, second, third, 1]);
        (len, (bits & u32::MAX.checked_shl(32 - u32::from(len)).unwrap_or(0)).to_be_bytes())
    })
}

fn wire((len, octets): (u8, [u8; 4])) -> Vec<u8> {
    [&[len][..], &octets[..usize::from(len.div_ceil(8))]].concat()
}

fn text((len, [a, b, c, d]): (u8, [u8; 4])) -> String {
    format!("{a}.{b}.{c}.{d}/{len}")
}

/// The bits of a prefix as characters.
fn bits(prefix: &str) -> String {
    let (address, len) = prefix.split_once('/').unwrap();
    let bits: String = address.split('.').map(|octet| format!("{:08b}", octet.parse::<u8>().unwrap())).collect();
    bits[..len.parse::<usize>().unwrap()].to_string()
}

/// A condition with an evaluator over the JSON of an element.
#[derive(Clone, Debug)]
enum Question {
    Test(&'static str, String),
    Not(Box<Question>),
    All(Vec<Question>),
    Any(Vec<Question>),
}

fn question() -> impl Strategy<Value = Question> {
    let asn = || (1u32..6).prop_map(|n| n.to_string());
    let number = || prop::sample::select(vec!["0", "1", "0-2", "2-", "0-1"]).prop_map(String::from);
    let test = prop_oneof![
        prop::sample::select(vec!["announce", "withdraw", "rib", "state"]).prop_map(|kind| ("kind", kind.to_string())),
        prop::sample::select(vec!["64496", "64497", "64496-64511"]).prop_map(|asn| ("peer-asn", asn.to_string())),
        prefix().prop_map(|p| ("prefix", text(p))),
        prefix().prop_map(|p| ("more-specific", text(p))),
        prefix().prop_map(|p| ("less-specific", text(p))),
        asn().prop_map(|asn| ("origin", asn)),
        asn().prop_map(|asn| ("path-contains", asn)),
        prop::collection::vec(asn(), 1..3).prop_map(|asns| ("as-path", asns.join("_"))),
        (asn(), asn()).prop_map(|(first, last)| ("as-path", format!("^{first}_.*_{last}$"))),
        prop::sample::select(vec!["1:*", "1:1", "*:2", "2-3:1-", "1:0:*", "2:1:1", "*:*:*"])
            .prop_map(|c| ("community", c.to_string())),
        number().prop_map(|n| ("med", n)),
        number().prop_map(|n| ("local-pref", n)),
        number().prop_map(|n| ("path-length", n)),
        prop::sample::select(vec!["192.0.2.1", "192.0.2.2/31"]).prop_map(|a| ("next-hop", a.to_string())),
        prop::sample::select(vec!["multi-exit-disc", "8"]).prop_map(|a| ("attribute", a.to_string())),
    ];
    test.prop_map(|(key, value)| Question::Test(key, value)).prop_recursive(3, 16, 6, |inner| {
        prop_oneof![
            inner.clone().prop_map(|question| Question::Not(Box::new(question))),
            prop::collection::vec(inner.clone(), 1..6).prop_map(Question::All),
            prop::collection::vec(inner, 1..6).prop_map(Question::Any),
        ]
    })
}

impl Question {
    fn text(&self) -> String {
        let join = |all: &[Self], word: &str| all.iter().map(|one| format!("({})", one.text())).collect::<Vec<_>>().join(word);
        match self {
            Self::Test(key, value) => format!("{key} {value}"),
            Self::Not(question) => format!("not ({})", question.text()),
            Self::All(all) => join(all, " and "),
            Self::Any(any) => join(any, " or "),
        }
    }

    fn built(&self) -> Filter {
        match self {
            Self::Test(key, value) => Filter::of(key, value).unwrap(),
            Self::Not(question) => !question.built(),
            Self::All(all) => Filter::all_of(all.iter().map(Self::built)),
            Self::Any(any) => Filter::any_of(any.iter().map(Self::built)),
        }
    }

    fn answer(&self, element: &Value) -> bool {
        match self {
            Self::Test(key, value) => answer(key, value, element),
            Self::Not(question) => !question.answer(element),
            Self::All(all) => all.iter().all(|one| one.answer(element)),
            Self::Any(any) => any.iter().any(|one| one.answer(element)),
        }
    }
}

fn is_in(range: &str, number: u64) -> bool {
    let number_of = |text: &str| text.parse::<u64>().unwrap();
    match range.split_once('-') {
        None => range == "*" || number_of(range) == number,
        Some((first, "")) => number_of(first) <= number,
        Some(("", last)) => number <= number_of(last),
        Some((first, last)) => (number_of(first)..=number_of(last)).contains(&number),
    }
}

fn answer(key: &str, value: &str, element: &Value) -> bool {
    let field = |name: &str| element.get(name);
    let word = |name: &str| field(name).map(|value| value.as_str().unwrap());
    let number = |name: &str| field(name).is_some_and(|number| is_in(value, number.as_u64().unwrap()));
    // Steps of the path: numbers, and sets in braces.
    let path: Option<Vec<&str>> = word("as_path").map(|path| path.split(' ').filter(|step| !matches!(*step, "" | "|")).collect());
    let asns = |step: &str| step.trim_matches(['{', '}']).split(',').map(String::from).collect::<Vec<_>>();
    let is_step = |step: &str, asn: &str| asns(step).iter().any(|known| known == asn);
    match key {
        "kind" => word("kind") == Some(value),
        "peer-asn" => number("peer_asn"),
        "med" => number("med"),
        "local-pref" => number("local_pref"),
        "prefix" => word("prefix") == Some(value),
        "more-specific" => word("prefix").is_some_and(|prefix| bits(prefix).starts_with(&bits(value))),
        "less-specific" => word("prefix").is_some_and(|prefix| bits(value).starts_with(&bits(prefix))),
        "origin" => path.is_some_and(|path| path.last() == Some(&value)),
        "path-contains" => path.is_some_and(|path| path.iter().any(|step| is_step(step, value))),
        "path-length" => path.is_some_and(|path| is_in(value, path.len() as u64)),
        "as-path" => path.is_some_and(|path| match value.strip_prefix('^') {
            Some(ends) => {
                let (first, last) = ends.strip_suffix('$').unwrap().split_once("_.*_").unwrap();
                path.len() > 1 && is_step(path[0], first) && is_step(path[path.len() - 1], last)
            }
            None => {
                let asns: Vec<&str> = value.split('_').collect();
                path.windows(asns.len()).any(|steps| steps.iter().zip(&asns).all(|(step, asn)| is_step(step, asn)))
            }
        }),
        "community" => {
            let parts: Vec<&str> = value.split(':').collect();
            let name = if parts.len() == 2 { "communities" } else { "large_communities" };
            let list = field(name).and_then(Value::as_array).cloned().unwrap_or_default();
            list.iter().any(|community| {
                let numbers = community.as_str().unwrap().split(':').map(|n| n.parse::<u64>().unwrap());
                numbers.zip(&parts).all(|(number, part)| is_in(part, number))
            })
        }
        "next-hop" => word("next_hop").is_some_and(|hop| value == hop || value.ends_with("/31") && hop != "192.0.2.1"),
        "attribute" => field(if value == "8" { "communities" } else { "med" }).is_some(),
        _ => panic!("{key}"),
    }
}

proptest! {
    #[test]
    fn an_evaluator_over_texts_agrees(
        question in question(),
        first in announced(),
        second in announced(),
        prefixes in prop::collection::vec(prefix(), 4),
    ) {
        let filter = Filter::parse(&question.text()).unwrap();
        prop_assert_eq!(&question.built(), &filter);
        prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter.clone()));
        let (withdrawn, announced) = (wire(prefixes[0]), [wire(prefixes[1]), wire(prefixes[2])].concat());
        let archive = [
            peer_index_table(),
            record(13, 2, &rib(&wire(prefixes[3]), &[entry(0, None, &second.attributes()), entry(1, None, &first.attributes())])),
            record(16, 4, &bgp4mp(true, &message(2, &update(&withdrawn, &first.attributes(), &announced)))),
            // BGP4MP STATE_CHANGE_AS4.
            record(16, 5, &bgp4mp(true, &[0, 6, 0, 1])),
        ]
        .concat();
        let mut matching = Vec::new();
        for element in elements(&archive) {
            let element = element.unwrap();
            let json = serde_json::to_value(element).unwrap();
            let expected = question.answer(&json);
            prop_assert_eq!(filter.try_matches(&element), Ok(expected), "{} {}", filter, json);
            prop_assert_eq!(filter.matches(&element), expected);
            matching.extend(expected.then_some(element));
        }
        let filtered: Vec<_> = elements(&archive).filtered(&filter).map(Result::unwrap).collect();
        prop_assert_eq!(filtered, matching);
    }
}

/// Filters on what the evaluator over texts has no word for.
fn other_filter() -> impl Strategy<Value = Filter> {
    prop::sample::select(vec![
        "from 9",
        "from 9.000008",
        "to 8",
        "family ipv4/unicast",
        "family ipv6",
        "family ipv4/vpn",
        "peer 192.0.2.1",
        "peer 2001:db8::/32",
        "peer-asn 0",
        "prefix 198.51.100.0/24",
        "more-specific 198.51.100.0/22",
        "origin 64496",
        "as-path ^64496$",
        "path-contains 64496",
        "prepending 2-",
        "next-hop 2001:db8::1",
        "otc 1-",
        "attribute as4-path",
        "attribute 99",
        "community rt:*",
        "community rt:64496:100",
        "community rt:[2001:db8::1]:*",
        "community 64496:100",
        "finding any",
        "finding truncated",
        "action treat-as-withdraw",
        "rov-valid @f",
        "all",
    ])
    .prop_map(|text| Filter::parse_with(text, |_| Ok("AS64496,198.51.100.0/24,24\nAS3,10.0.0.0/8,32\n".into())).unwrap())
}

/// Filters of both kinds, joined.
fn filter() -> impl Strategy<Value = Filter> {
    (question(), prop::collection::vec(other_filter(), 1..4), 0u8..6).prop_map(|(question, others, how)| match how {
        0 => question.built(),
        1 => Filter::all_of(others),
        2 => Filter::any_of(others),
        3 => Filter::all_of([question.built(), Filter::any_of(others)]),
        4 => Filter::any_of([question.built(), !Filter::all_of(others)]),
        _ => !Filter::all_of(others.into_iter().chain([question.built()])),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn filtered_elements_are_those_that_match_after_decoding(
        filters in prop::collection::vec(filter(), 4),
        lists in prop::collection::vec(announced(), 3),
        prefixes in prop::collection::vec(prefix(), 4),
        kinds in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let all = vectors::all();
        let route = |n: usize| wire(prefixes[n]);
        let entries: Vec<_> = (0..6).map(|n| entry(n % 3, None, &lists[usize::from(n / 2)].attributes())).collect();
        let mut archive = [
            peer_index_table(),
            record(13, 2, &rib(&route(0), &entries)),
            record(13, 2, &rib(&route(1), &entries[..1])),
            record(16, 4, &bgp4mp(true, &message(2, &update(&[], &lists[0].attributes(), &route(1))))),
            record(16, 4, &bgp4mp(true, &message(2, &update(&route(2), &[], &[])))),
            record(16, 4, &bgp4mp(true, &message(2, &update(&route(3), &lists[1].attributes(), &[route(0), route(1)].concat())))),
        ]
        .concat();
        archive.extend(kinds.iter().flat_map(|kind| &all[kind.index(all.len())].1));
        for (at, change) in changes {
            let at = at.index(archive.len());
            archive[at] ^= change;
        }
        if cut.index(4) == 0 {
            archive.truncate(cut.index(archive.len()));
        }
        for filter in &filters {
            for strictness in [Strictness::Forensic, Strictness::Rfc7606, Strictness::Strict] {
                let decoded = |elements: &mut dyn Iterator<Item = routeglass::Result<Element<'_>>>| {
                    let judged = elements.filter_map(|item| match item {
                        Ok(element) => match filter.try_matches(&element) {
                            Ok(matches) => matches.then(|| Ok(text_of(&element))),
                            Err(e) => Some(Err(e)),
                        },
                        Err(e) => Some(Err(e)),
                    });
                    judged.collect::<Vec<_>>()
                };
                let taken = |elements: &mut dyn Iterator<Item = routeglass::Result<Element<'_>>>| {
                    elements.map(|item| item.map(|element| text_of(&element))).collect::<Vec<_>>()
                };
                let expected = decoded(&mut elements(&archive).with_strictness(strictness));
                let found = taken(&mut elements(&archive).with_strictness(strictness).filtered(filter));
                prop_assert_eq!(found, expected, "{}", filter);
                let (mut context, mut other) = (ReadContext::new(), ReadContext::new());
                for record in records(&archive).flatten() {
                    let expected = decoded(&mut record.elements(&mut context).with_strictness(strictness));
                    let found = taken(&mut record.elements(&mut other).with_strictness(strictness).filtered(filter));
                    prop_assert_eq!(found, expected, "{}", filter);
                }
            }
        }
    }
}

/// Each octet of a record of a table in turn has another value: each way through its entries finds what decoding finds.
#[test]
fn damage_of_a_table_is_found_whatever_passes_its_records() {
    let entries = [
        Announced {
            path: vec![(2, vec![1, 2])],
            communities: vec![],
            large: vec![],
            med: Some(1),
            local_pref: None,
            next_hop: 1,
        },
        Announced {
            path: vec![(2, vec![1, 3])],
            communities: vec![(1, 1)],
            large: vec![],
            med: None,
            local_pref: None,
            next_hop: 2,
        },
    ];
    let entries: Vec<_> = (0..).zip(&entries).map(|(peer, announced)| entry(peer, None, &announced.attributes())).collect();
    let (peers, table) = (peer_index_table(), record(13, 2, &rib(&[24, 10, 0, 1], &entries)));
    let filters = [
        "community 9:9",
        "community 9:*",
        "community 9:9:9",
        "origin 9",
        "prefix 192.0.2.0/24",
        "more-specific 192.0.2.0/24",
        "kind announce",
        "peer-asn 9",
        "med 9",
        "as-path 9",
        "attribute 32",
        "next-hop 192.0.2.9",
        "community 9:9 or origin 9",
        "origin 9 and med 1",
        "not community 1:1",
    ];
    let filters = filters.map(|text| text.parse::<Filter>().unwrap());
    let mut errors = 0;
    for (at, change) in (12..table.len()).flat_map(|at| [1, 2, 0x10, 0x80, 0xff].map(|change| (at, change))) {
        let mut archive = [&peers[..], &table].concat();
        archive[peers.len() + at] ^= change;
        for filter in &filters {
            let decoded = elements(&archive).filter_map(|item| match item {
                Ok(element) => filter.try_matches(&element).map(|matches| matches.then(|| text_of(&element))).transpose(),
                Err(e) => Some(Err(e)),
            });
            let expected: Vec<_> = decoded.collect();
            let found: Vec<_> = elements(&archive).filtered(filter).map(|item| item.map(|element| text_of(&element))).collect();
            assert_eq!(found, expected, "{filter}, octet {at} ^ {change:#x}");
            errors += found.iter().filter(|item| item.is_err()).count();
        }
    }
    assert!(errors > 1000, "{errors}");
}

fn text_of(element: &Element<'_>) -> String {
    format!("{element} {:?} {:?} {:?}", element.peer(), element.finding(), element.attribute_bytes())
}

fn updates(attributes: &[u8], announced: &[u8]) -> Vec<u8> {
    record(16, 4, &bgp4mp(true, &message(2, &update(&[8, 11], attributes, announced))))
}

/// The answers for each element: `+`, `-`, or `?` for none.
fn answers(text: &str, archive: &[u8]) -> String {
    let filter = Filter::parse(text).unwrap();
    let answer = |element: &routeglass::element::Element<'_>| match filter.try_matches(element) {
        Ok(true) => '+',
        Ok(false) => '-',
        Err(_) => '?',
    };
    elements(archive).flatten().map(|element| answer(&element)).collect()
}

#[test]
fn what_cannot_be_read_has_no_answer() {
    // A withdrawn route, and announced ones with a MULTI_EXIT_DISC of 3 octets: more than the finding is evaluated for one by one.
    let damaged = [ATTRIBUTES, &[0x80, 4, 3, 0, 0, 1]].concat();
    let many: Vec<u8> = (0..9).flat_map(|n| [16, 10, n]).collect();
    for (text, withdrawn, announced) in [
        ("med 1", "-", "?"),
        ("not med 1", "+", "?"),
        ("med 1 and origin 1", "-", "-"),
        ("origin 1 and med 1", "-", "-"),
        ("med 1 or origin 64496", "-", "+"),
        ("med 1 and origin 64496", "-", "?"),
        ("not (med 1 or origin 1)", "+", "?"),
        ("local-pref 1", "-", "-"),
        ("attribute multi-exit-disc", "-", "+"),
        ("finding bad-length", "+", "+"),
        ("action treat-as-withdraw", "+", "+"),
        ("finding any and not finding truncated", "+", "+"),
    ] {
        assert_eq!(answers(text, &updates(&damaged, &many)), [withdrawn, &announced.repeat(9)].concat(), "{text}");
    }
    // The list ends in an attribute: what is not in front of that may have been in it. The record of a table is cut alike.
    let cut = [ATTRIBUTES, &[0xc0, 8, 200, 0]].concat();
    let table = [peer_index_table(), record(13, 2, &rib(&[8, 10], &[entry(0, None, &cut)]))].concat();
    for (text, withdrawn, announced) in [
        ("med 1", "-", "?"),
        ("community 1:*", "-", "?"),
        ("attribute 99", "-", "?"),
        ("attribute origin", "-", "+"),
        ("origin 64496", "-", "+"),
        ("origin 64497", "-", "-"),
        ("next-hop 192.0.2.1", "-", "+"),
        ("prefix 10.0.0.0/8 or med 1", "-", "+"),
    ] {
        assert_eq!(answers(text, &updates(&cut, &[8, 10])), [withdrawn, announced].concat(), "{text}");
        assert_eq!(answers(text, &table), announced, "{text}");
    }
    let filter = Filter::parse("med 1").unwrap();
    let texts: Vec<String> = elements(&table).filtered(&filter).map(|item| item.unwrap_err().to_string()).collect();
    assert_eq!(texts, ["COMMUNITIES attribute: needs 199 bytes more than are there (at byte 108)"]);
    // An intact list after a damaged one.
    let both = [updates(&cut, &[8, 10]), updates(ATTRIBUTES, &[8, 10])].concat();
    assert_eq!(answers("med 1", &both), "-?--");
}

#[test]
fn conditions_on_a_route() {
    let path = |octets: &[u8]| attribute(0x40, 2, octets);
    let with = |octets: &[u8], more: &[u8]| {
        updates(
            &[attribute(0x40, 1, &[0]), path(octets), attribute(0x40, 3, &[192, 0, 2, 1]), more.to_vec()].concat(),
            &[24, 192, 0, 2],
        )
    };
    let asn = |n: u8| [0, 0, 0, n];
    let sequence = |asns: &[u8]| {
        [&[2, u8::try_from(asns.len()).unwrap()][..], &asns.iter().copied().flat_map(asn).collect::<Vec<_>>()].concat()
    };
    let plain = with(&sequence(&[1, 2, 2, 3]), &[]);
    let set = with(&[sequence(&[1]), vec![1, 1, 0, 0, 0, 5]].concat(), &[]);
    let confederation = with(&[&[3, 2, 0, 0, 0, 7, 0, 0, 0, 7], &sequence(&[1, 2])[..]].concat(), &[]);
    let hidden = with(&[&sequence(&[1])[..], &[1, 1, 0, 0, 0, 5, 3, 1, 0, 0, 0, 6]].concat(), &[]);
    // rt:64496:100, and rt:[2001:db8::1]:7.
    let mut wide = vec![0, 2, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 7];
    wide = attribute(0xc0, 25, &wide);
    let extended = with(&sequence(&[1]), &[attribute(0xc0, 16, &[0, 2, 0xfb, 0xf0, 0, 0, 0, 100]), wide].concat());
    let otc = with(&sequence(&[1]), &attribute(0xc0, 35, &asn(9)));
    for (archive, text, expected) in [
        (&plain, "origin 3", "-+"),
        (&plain, "prepending 2", "-+"),
        (&plain, "prepending 3-", "--"),
        (&plain, "path-length 4", "-+"),
        (&plain, "peer 192.0.2.1 and peer 192.0.2.0/24", "++"),
        (&plain, "peer 192.0.2.2", "--"),
        (&plain, "family ipv4/unicast", "++"),
        (&plain, "family ipv6", "--"),
        (&plain, "from 9 and to 9", "++"),
        (&plain, "from 9.5", "--"),
        (&plain, "to 8.999999 or from 10", "--"),
        (&plain, "action none and not finding any", "++"),
        (&plain, "all", "++"),
        (&plain, "not all", "--"),
        // A set at the end is no origin, even of one number; in the path it is a number, and in its length one step.
        (&set, "origin 5", "--"),
        (&set, "path-contains 5 and path-length 2 and as-path 1_5$", "-+"),
        // Segments of a confederation count in a path but for its length, and do not hide a set before them.
        (&confederation, "origin 2 and path-length 2 and prepending 2 and path-contains 7 and as-path ^7_7_1_2$", "-+"),
        (&hidden, "origin 5 or origin 6 or origin 1", "--"),
        (&hidden, "path-length 2 and as-path 1_5_6$", "-+"),
        (&extended, "community rt:64496:100", "-+"),
        (&extended, "community rt:64496:* and community rt:[2001:db8::1]:*", "-+"),
        (&extended, "community rt:64497:*", "--"),
        (&extended, "community rt:*", "-+"),
        (&extended, "community soo:*", "--"),
        (&otc, "otc 9", "-+"),
        (&otc, "otc 8", "--"),
    ] {
        assert_eq!(answers(text, archive), expected, "{text}");
    }
}

#[test]
fn times_with_microseconds() {
    let body = [vec![0, 7, 0xa1, 0x20], bgp4mp(true, &message(2, &update(&[8, 10], &[], &[])))].concat();
    let archive = record(17, 4, &body);
    for (text, expected) in
        [("from 9.5", "+"), ("from 9.500001", "-"), ("to 9.5", "+"), ("to 9.499999", "-"), ("to 9", "+"), ("from 10", "-")]
    {
        assert_eq!(answers(text, &archive), expected, "{text}");
    }
}

#[test]
fn origins_are_validated() {
    let csv = "ASN,IP Prefix,Max Length\nAS2,10.0.0.0/8,16\nAS0,11.0.0.0/8,8\nAS64496,13.0.0.0/8,16\n";
    let validity = |archive: &[u8]| {
        let states = ["rov-valid @f", "rov-invalid @f", "rov-not-found @f"].map(|text| {
            let filter = Filter::parse_with(text, |_| Ok(csv.into())).unwrap();
            elements(archive).map(|element| if filter.matches(&element.unwrap()) { '+' } else { '-' }).collect::<String>()
        });
        states.join(" ")
    };
    let list = |path: &[u8]| [attribute(0x40, 1, &[0]), attribute(0x40, 2, path), attribute(0x40, 3, &[192, 0, 2, 1])].concat();
    let two = list(&[2, 1, 0, 0, 0, 2]);
    // A withdrawn route has no state.
    assert_eq!(validity(&updates(&two, &[8, 10])), "-+ -- --");
    assert_eq!(validity(&updates(&two, &[16, 10, 1])), "-+ -- --");
    assert_eq!(validity(&updates(&two, &[24, 10, 1, 0])), "-- -+ --");
    assert_eq!(validity(&updates(&two, &[8, 12])), "-- -- -+");
    assert_eq!(validity(&updates(&two, &[8, 11])), "-- -+ --");
    // A set, and an empty path, whose origin is the peer's AS, 64496.
    assert_eq!(validity(&updates(&list(&[1, 1, 0, 0, 0, 2]), &[8, 10])), "-- -+ --");
    assert_eq!(validity(&updates(&list(&[]), &[8, 10])), "-- -+ --");
    // So is that of a path that ends in a confederation (RFC 6811 section 2).
    assert_eq!(validity(&updates(&list(&[2, 1, 0, 0, 0, 3, 3, 1, 0, 0, 0, 2]), &[8, 10])), "-- -+ --");
    assert_eq!(validity(&updates(&list(&[2, 1, 0, 0, 0, 3, 3, 1, 0, 0, 0, 2]), &[16, 13, 0])), "-+ -- --");
}

#[test]
fn serde_takes_the_text() {
    let filter = Filter::parse("origin 3333 or community no-export").unwrap();
    let json = serde_json::to_string(&filter).unwrap();
    assert_eq!(json, r#""origin 3333 or community no-export""#);
    assert_eq!(serde_json::from_str::<Filter>(&json).unwrap(), filter);
    let error = serde_json::from_str::<Filter>(r#""origin""#).unwrap_err().to_string();
    assert_eq!(error, "column 7: expected an AS number or a range, such as 64496 or 64496-64511");
}
