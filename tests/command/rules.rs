//! RFC rules in the output of the command: signed paths, next hop lengths, empty attributes, link state.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests report by panicking")]

use serde_json::Value;

use crate::common::command::{Dir, run};
use crate::common::vectors::{ATTRIBUTES, PREFIX, bgp4mp, message, record, update};

/// ORIGIN IGP.
const ORIGIN: &[u8] = &[0x40, 1, 1, 0];

/// MP_REACH_NLRI: 198.51.100.0/24 by 192.0.2.1.
const REACH: &[u8] = &[0x80, 14, 13, 0, 1, 1, 4, 192, 0, 2, 1, 0, 24, 198, 51, 100];

/// BGPSEC_PATH (RFC 8205 section 3): 64496, 64500 twice, each with a signature of eight octets.
fn bgpsec_path() -> Vec<u8> {
    let signature: Vec<u8> = (0..20).chain([0, 8, 0x30, 6, 2, 1, 1, 2, 1, 1]).collect();
    let path = [0, 14, 1, 0, 0, 0, 0xfb, 0xf0, 2, 0, 0, 0, 0xfb, 0xf4, 0, 63, 1];
    [&[0x80, 33, 77][..], &path, &signature, &signature].concat()
}

/// An UPDATE of AS64496 with only these attributes.
fn archive(attributes: &[u8]) -> Vec<u8> {
    record(16, 4, &bgp4mp(true, &message(2, &update(&[], attributes, &[]))))
}

/// Outcome of a subcommand on a file.
fn of(name: &str, bytes: &[u8], args: &[&str]) -> (i32, Vec<String>, Vec<String>) {
    let dir = Dir::new(&format!("rules-{name}-{}", args.join("-").replace(['/', ' '], "")));
    let file = dir.write("input.mrt", bytes);
    let mut all = vec![args[0], &file];
    all.extend(&args[1..]);
    let (code, out, err) = run(&all);
    (code, out, err.into_iter().map(|line| line.replace(&file, "FILE")).collect())
}

/// The findings of `check`: kind, action, RFC, text.
fn findings(name: &str, bytes: &[u8]) -> Vec<String> {
    let (_, out, _) = of(name, bytes, &["check"]);
    let columns = out.iter().filter(|line| line.contains('\t')).map(|line| line.split('\t').collect::<Vec<_>>());
    columns.map(|c| format!("{}; {}; {}; {}", c[4], c[5], c[6], c[7])).collect()
}

/// Report 19: BGPSEC_PATH in place of AS_PATH is no damage, and its Secure_Path is the path (RFC 8205 sections 3 and 4.4).
#[test]
fn bgpsec_path_in_place_of_as_path() {
    let bytes = archive(&[ORIGIN, &bgpsec_path(), REACH].concat());
    const ROUTE: &str = "192.0.2.1|64496|198.51.100.0/24|64496 64500 64500|IGP|192.0.2.1|0|0||NAG||";
    assert_eq!(of("19", &bytes, &["dump", "--format", "bgpdump"]), (0, vec![format!("BGP4MP|9|A|{ROUTE}")], vec![]));
    let filtered = ["dump", "--format", "bgpdump", "--filter", "path-contains 64500"];
    assert_eq!(of("19", &bytes, &filtered), (0, vec![format!("BGP4MP|9|A|{ROUTE}")], vec![]));
    let (code, out, err) = of("19", &bytes, &["check"]);
    assert_eq!((code, out.len(), err), (0, 1, vec![]));
    assert!(out[0].ends_with(": 1 record, 0 findings"), "{}", out[0]);
    let (code, out, err) = of("19", &bytes, &["rib", "lookup", "198.51.100.1"]);
    assert_eq!((code, out, err), (0, vec![format!("TABLE_DUMP2|9|B|{ROUTE}")], vec![]));
    for args in [&["dump", "--format", "json"][..], &["rib", "--json", "lookup", "198.51.100.1"]] {
        let (code, out, _) = of("19-json", &bytes, args);
        let object: Value = serde_json::from_str(&out[0]).unwrap();
        assert_eq!((code, out.len(), object["as_path"].as_str()), (0, 1, Some("64496 64500 64500")));
        assert_eq!(object["origin_asns"], serde_json::json!([64500]));
        assert!(object.get("error").is_none(), "{object}");
    }
    // Both together are an error.
    let both = archive(&[&ATTRIBUTES[..13], &bgpsec_path(), REACH].concat());
    assert_eq!(
        findings("19-both", &both),
        ["excludes; treat-as-withdraw; RFC 8205 section 5.2; \
             BGPSEC_PATH attribute: stands beside AS_PATH, which it takes the place of"]
    );
}

/// RFC 7606 section 7.11: the octets after a next hop of four octets are not twelve default routes.
#[test]
fn ipv6_routes_by_an_ipv4_next_hop_are_malformed() {
    let reach = [&[0x80, 14, 21, 0, 2, 1, 4, 192, 0, 2, 1, 0][..], &[0; 12]].concat();
    let bytes = archive(&[&ATTRIBUTES[..13], &reach].concat());
    let expected = ["bad-length; AFI/SAFI disable; RFC 7606 section 7.11; MP_REACH_NLRI attribute: length 4 is not valid here"];
    assert_eq!(findings("hop", &bytes), expected);
    let (_, out, _) = of("hop", &bytes, &["dump", "--strictness", "rfc7606", "--format", "bgpdump"]);
    assert!(out.iter().all(|line| !line.contains("|A|")), "{out:?}");
}

/// RFC 7606 section 4.
#[test]
fn an_empty_attribute_is_a_syntax_error() {
    let bytes = record(16, 4, &bgp4mp(true, &message(2, &update(&[], &[ATTRIBUTES, &[0x80, 26, 0]].concat(), PREFIX))));
    assert_eq!(
        findings("empty", &bytes),
        ["bad-length; attribute discard; RFC 7311 section 3.2; AIGP attribute: length 0 is not valid here"]
    );
}

/// RFC 9552 sections 5.1 and 8.2.2: order affects a route, content does not.
#[test]
fn link_state_is_judged_by_its_syntax() {
    let node = |descriptors: &[u8]| {
        let len = u8::try_from(descriptors.len()).unwrap();
        let route = [&[0, 1, 0, 13 + len, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, len][..], descriptors].concat();
        let reach = [&[0x80, 14, u8::try_from(9 + route.len()).unwrap(), 0x40, 4, 71, 4, 192, 0, 2, 1, 0][..], &route].concat();
        archive(&[&ATTRIBUTES[..13], &reach].concat())
    };
    let unordered = node(&[2, 3, 0, 6, 0x19, 0x20, 0, 0, 0x20, 1, 2, 0, 0, 4, 0, 0, 0xfb, 0xf0]);
    assert_eq!(
        findings("ls-order", &unordered),
        ["bad-order; treat-as-withdraw; RFC 9552 section 5.1; BGP-LS link-state routes: is out of order"]
    );
    let (code, out, _) = of("ls-order-filter", &unordered, &["check", "--finding", "bad-order"]);
    assert_eq!((code, out.iter().filter(|line| line.contains("is out of order")).count()), (1, 1));
    let short = node(&[2, 0, 0, 2, 0xfb, 0xf0, 2, 3, 0, 6, 0x19, 0x20, 0, 0, 0x20, 1]);
    assert_eq!(
        findings("ls-short", &short),
        ["truncated; none; RFC 9552 section 8.2.2; BGP-LS link-state routes: needs 2 bytes more than are there"]
    );
    let (_, out, _) = of("ls-short", &short, &["dump", "--strictness", "rfc7606", "--format", "json"]);
    let object: Value = serde_json::from_str(&out[0]).unwrap();
    assert_eq!(
        (object["kind"].as_str(), object["route"].as_str()),
        (
            Some("announce"),
            Some("node(protocol=IS-IS-Level-2 identifier=0 local=[type-512(0xfbf0),igp-router-id(1920.0000.2001)])")
        )
    );
}
