//! The table of element fields against its documentation, JSON, and the column definitions.
//!
//! `ROUTEGLASS_BLESS=1 cargo test --features cli --test library fields` rewrites the documentation's table.
#![cfg(feature = "serde")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests report by panicking")]

use std::collections::BTreeSet;
use std::fmt::Write as _;

use routeglass::element::fields::{ColumnType, FIELDS, JsonType};
use serde_json::Value;

use crate::common::vectors;

fn table() -> String {
    let mut out = String::from("| field | JSON | column | unless named | unit | RFC | what |\n|---|---|---|---|---|---|---|\n");
    for field in FIELDS {
        let json = field.json.map_or_else(String::new, |form| form.to_string());
        let column = field.column.map_or_else(String::new, |form| format!("`{form}`"));
        let default = if field.is_default { "yes" } else { "" };
        writeln!(out, "| `{}` | {json} | {column} | {default} | {} | {} | {} |", field.name, field.unit, field.rfc, field.about)
            .unwrap();
    }
    out
}

#[test]
fn the_documentation_has_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/_docs/fields.md");
    if std::env::var_os("ROUTEGLASS_BLESS").is_some() {
        std::fs::write(path, table()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), table());
}

#[test]
fn a_name_is_one_field() {
    let names: BTreeSet<_> = FIELDS.iter().map(|field| field.name).collect();
    assert_eq!(names.len(), FIELDS.len());
    assert!(FIELDS.iter().all(|field| field.json.is_some() || field.column.is_some()));
}

/// Names and types of the guaranteed columns.
const COLUMNS: &str = "
    record_type dictionary<int8, utf8>; next_hop_rd utf8; time timestamp[us, UTC]; kind dictionary<int8, utf8>; peer_asn uint32; peer_address dictionary<int32, utf8>;
    family dictionary<int32, utf8>; prefix utf8; path_id uint32; next_hop utf8; as_path list<uint32>;
    as_path_segments list<struct<type: uint8, count: uint8>>; origin_asn uint32; origin dictionary<int8, utf8>; med uint32;
    local_pref uint32; otc uint32; communities list<utf8>; large_communities list<utf8>; extended_communities list<utf8>;
    aggregator_asn uint32; aggregator_address utf8; atomic_aggregate bool; error utf8; error_action dictionary<int8, utf8>;
    error_offset uint64; prefix_address fixed_size_binary(16); prefix_length uint8; as_path_text utf8; origin_asns list<uint32>;
    route utf8; route_octets binary; originator_id utf8; cluster_list list<utf8>; originated timestamp[us, UTC];
    peer_bgp_id utf8; local bool; old_state utf8; new_state utf8; attributes binary;
    offset uint64; file dictionary<int32, utf8>";

/// Columns of a table for which none are named.
const DEFAULT: &str = "time kind peer_asn peer_address family prefix path_id next_hop as_path as_path_segments origin_asn origin med \
    local_pref otc communities large_communities extended_communities aggregator_asn aggregator_address atomic_aggregate error";

#[test]
fn columns_are_those_that_are_promised() {
    let promised: BTreeSet<_> = COLUMNS.split(';').map(|column| column.trim().split_once(' ').unwrap()).collect();
    let columns: Vec<_> = FIELDS.iter().filter_map(|field| Some((field.name, field.column?.to_string()))).collect();
    assert_eq!(columns.iter().map(|(name, form)| (*name, form.as_str())).collect::<BTreeSet<_>>(), promised);
    assert_eq!(columns.len(), promised.len());
    let default = FIELDS.iter().filter(|field| field.is_default).map(|field| field.name);
    assert_eq!(default.collect::<BTreeSet<_>>(), DEFAULT.split_whitespace().collect());
    let of_input: Vec<_> = FIELDS.iter().filter(|field| field.is_of_input()).map(|field| field.name).collect();
    assert_eq!(of_input, ["offset", "file"]);
}

/// Whether a column equals the form in JSON, apart from the distinction of `Symbol` and `Word`.
fn is_same(json: JsonType, column: ColumnType) -> bool {
    use {ColumnType as C, JsonType as J};
    matches!(
        (json, column),
        (J::Text, C::Text | C::Symbol | C::Word)
            | (J::Number, C::U8 | C::U32 | C::U64)
            | (J::Boolean, C::Boolean)
            | (J::Numbers, C::U32s)
            | (J::Texts, C::Texts)
    )
}

#[test]
fn forms_differ_where_it_is_known_alone() {
    let differing = |field: &&routeglass::element::fields::Field| match (field.json, field.column) {
        (Some(json), Some(column)) => !is_same(json, column),
        _ => true,
    };
    let names: Vec<_> = FIELDS.iter().filter(differing).map(|field| field.name).collect();
    assert_eq!(
        names,
        [
            // Seconds in JSON, with a separate fraction; microseconds in a column.
            "time",
            "micros",
            "originated",
            // Numbers for sorting; objects without a column.
            "prefix_address",
            "prefix_length",
            "decoded",
            // Hexadecimal in JSON, octets in a column.
            "octets",
            "route_octets",
            // Text in JSON, a list in a column, and what the list cannot represent.
            "as_path",
            "as_path_segments",
            "as_path_text",
            "origin_asn",
            // One text in JSON, two columns.
            "aggregator",
            "aggregator_asn",
            "aggregator_address",
            // Attributes without a field.
            "other_attributes",
            "attributes",
            // One object in JSON, three columns.
            "error",
            "error_action",
            "error_offset",
            // Of the input, not of the element.
            "offset",
            "file",
        ]
    );
}

fn is_of(value: &Value, form: JsonType) -> bool {
    let all = |test: fn(&Value) -> bool| value.as_array().is_some_and(|list| list.iter().all(test));
    match form {
        JsonType::Text => value.is_string(),
        JsonType::Number => value.is_u64(),
        JsonType::Boolean => value == &Value::Bool(true),
        JsonType::Numbers => all(Value::is_u64),
        JsonType::Texts => all(Value::is_string),
        // Routes of some families are a list or null instead of an object.
        JsonType::Object => value.is_object() || value.is_array() || value.is_null(),
        JsonType::Objects => all(Value::is_object),
        _ => false,
    }
}

/// Every element of the sample and of the vectors only has fields of the table, in its order and of its types.
#[test]
fn json_has_the_fields_of_the_table() {
    let mut met = BTreeSet::new();
    // An undefined ORIGIN, LOCAL_PREF, ORIGINATOR_ID, CLUSTER_LIST, EXTENDED_COMMUNITIES, OTC, an unknown attribute.
    let mut rare = vec![0x40, 1, 1, 9, 0x40, 5, 4, 0, 0, 0, 1, 0x80, 9, 4, 192, 0, 2, 1, 0x80, 10, 4, 192, 0, 2, 2];
    rare.extend([0xc0, 16, 8, 0, 2, 0xfb, 0xf0, 0, 0, 0, 1, 0xc0, 35, 4, 0, 0, 0xfb, 0xf0, 0xc0, 200, 1, 7]);
    let message = vectors::message(2, &vectors::update(&[], &rare, vectors::PREFIX));
    let rare = ("rare", vectors::record(16, 4, &vectors::bgp4mp(true, &message)));
    // A VPN route whose next hop has a distinguisher.
    let mut vpn = vectors::ATTRIBUTES[..13].to_vec();
    vpn.extend([0x80, 14, 32, 0, 1, 128, 12, 0, 0, 0xfb, 0xf0, 0, 0, 0, 7, 192, 0, 2, 1, 0]);
    vpn.extend([0x70, 0, 6, 0x41, 0, 0, 0xfd, 0xe8, 0, 0, 0, 100, 198, 51, 100]);
    let message = vectors::message(2, &vectors::update(&[], &vpn, &[]));
    let vpn = ("vpn", vectors::record(16, 4, &vectors::bgp4mp(true, &message)));
    let sample = ("sample", include_bytes!("../data/sample.mrt").to_vec());
    for (_, archive) in [rare, vpn, sample].into_iter().chain(vectors::all()) {
        for element in routeglass::elements(&archive).flatten() {
            let text = serde_json::to_string(&element).unwrap();
            let object: serde_json::Map<String, Value> = serde_json::from_str(&text).unwrap();
            let shown: Vec<_> = FIELDS.iter().filter(|field| object.contains_key(field.name)).collect();
            assert_eq!(shown.len(), object.len(), "{text}");
            for field in &shown {
                assert!(is_of(&object[field.name], field.json.unwrap()), "{}: {text}", field.name);
            }
            let places: Vec<_> = shown.iter().map(|field| text.find(&format!("\"{}\":", field.name)).unwrap()).collect();
            assert!(places.is_sorted(), "{text}");
            met.extend(shown.iter().map(|field| field.name));
        }
    }
    let of_json: BTreeSet<_> = FIELDS.iter().filter(|field| field.json.is_some()).map(|field| field.name).collect();
    let missing: Vec<_> = of_json.difference(&met).collect();
    assert!(missing.is_empty(), "no element has {missing:?}");
}
