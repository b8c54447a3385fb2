//! Routes judged by Only to Customer, attested providers and validated payloads: rules typed by hand, drawn cases against the
//! definitions, and the vectors beside the corpus, in `../reference/aspa`, if they are there.
#![cfg(feature = "peering")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests report by panicking"
)]

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use routeglass::Prefix;
use routeglass::peering::aspa::{self, Attested, Direction};
use routeglass::peering::otc::{Egress, Ingress, Role, egress, ingress};
use routeglass::peering::rov::{self, Validity, Vrp, Vrps};

use crate::common::corpus;

/// The rows of a table of vectors after its header, by columns; `None` if it is not there.
fn vectors(name: &str) -> Option<Vec<Vec<String>>> {
    let folder: PathBuf = corpus()?.join("../reference/aspa");
    let Ok(text) = fs::read_to_string(folder.join(name)) else {
        println!("skipped: {name} is not beside the corpus");
        return None;
    };
    Some(text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect())
}

/// Numbers between spaces; `-` for none.
fn numbers(text: &str) -> Vec<u32> {
    text.split([' ', ',']).filter(|word| *word != "-").map(|word| word.parse().unwrap()).collect()
}

/// From `customer:provider,provider customer:0`.
fn attested(text: &str) -> Attested {
    let words = text.split(' ').filter(|word| *word != "-");
    words.map(|word| word.split_once(':').unwrap()).map(|(customer, list)| (customer.parse().unwrap(), numbers(list))).collect()
}

fn direction(text: &str) -> Direction {
    match text {
        "upstream" => Direction::Upstream,
        "downstream" => Direction::Downstream,
        _ => panic!("{text}"),
    }
}

/// RFC 9234 section 5: what comes in from whom, with which attribute, and what becomes of it. `R` is the remote side's own number, `x` any
/// other.
const INGRESS: &str = "
    provider  -  ok   R
    provider  R  ok   R
    provider  x  ok   x
    customer  -  ok   -
    customer  R  leak R
    customer  x  leak x
    peer      -  ok   R
    peer      R  ok   R
    peer      x  leak x
    rs        -  ok   R
    rs        R  ok   R
    rs        x  ok   x
    rs-client -  ok   -
    rs-client R  leak R
    rs-client x  leak x
";

/// The same of what goes out; `L` is the local side's own number.
const EGRESS: &str = "
    provider  -  send     -
    provider  x  withhold x
    customer  -  send     L
    customer  x  send     x
    peer      -  send     L
    peer      x  withhold x
    rs        -  send     -
    rs        x  withhold x
    rs-client -  send     L
    rs-client x  send     x
";

const LOCAL: u32 = 4_200_000_001;
const REMOTE: u32 = 64501;
const OTHER: u32 = 64502;

fn check_otc(out: bool, role: &str, before: &str, verdict: &str, after: &str) {
    let value = |name: &str| match name {
        "-" => None,
        "R" | "remote" => Some(REMOTE),
        "L" | "local" => Some(LOCAL),
        "x" | "other" | "set" => Some(OTHER),
        _ => panic!("{name}"),
    };
    let (remote, before, after) = (Role::from_name(role).unwrap(), value(before), value(after));
    if out {
        let expected = if verdict == "withhold" { Egress::Withhold(after.unwrap()) } else { Egress::Send(after) };
        assert_eq!(egress(remote, before, LOCAL), expected, "to a {role}, {before:?}");
    } else {
        let expected = if verdict == "leak" { Ingress::Leak(after.unwrap()) } else { Ingress::Accept(after) };
        assert_eq!(ingress(remote, before, REMOTE), expected, "from a {role}, {before:?}");
    }
}

#[test]
fn only_to_customer_follows_each_rule_of_rfc_9234() {
    for (out, table, rows) in [(false, INGRESS, 15), (true, EGRESS, 10)] {
        let lines: Vec<Vec<&str>> =
            table.lines().map(|line| line.split_whitespace().collect()).filter(|row: &Vec<&str>| !row.is_empty()).collect();
        assert_eq!(lines.len(), rows);
        for row in &lines {
            let [role, before, verdict, after] = row[..] else { panic!("{row:?}") };
            check_otc(out, role, before, verdict, after);
        }
    }
    assert_eq!(Role::from_name("sibling"), None);
    let Some(rows) = vectors("otc.tsv") else { return };
    assert_eq!(rows.len(), 25);
    for row in &rows {
        check_otc(row[0] == "out", &row[1], &row[2], &row[3], &row[4]);
    }
}

/// What a network that follows RFC 9234 marks on the way out is a leak as soon as it climbs.
#[test]
fn a_marked_route_that_climbs_is_a_leak_wherever_it_is_seen() {
    let Egress::Send(Some(mark)) = egress(Role::Customer, None, LOCAL) else { panic!("marked for a customer") };
    assert_eq!(mark, LOCAL);
    // The customer may give it on to its own customers, with the mark.
    assert_eq!(ingress(Role::Provider, Some(mark), LOCAL), Ingress::Accept(Some(mark)));
    assert_eq!(egress(Role::Customer, Some(mark), REMOTE), Egress::Send(Some(mark)));
    // To nobody else; who gets it all the same sees it.
    for to in [Role::Provider, Role::Peer, Role::RouteServer] {
        assert_eq!(egress(to, Some(mark), REMOTE), Egress::Withhold(mark));
    }
    for from in [Role::Customer, Role::Peer, Role::RouteServerClient] {
        assert_eq!(ingress(from, Some(mark), REMOTE), Ingress::Leak(mark));
    }
}

/// Attestations, path, direction, outcome.
const ATTESTED: &[(&str, &str, &str, &str)] = &[
    // One network attests nothing about itself.
    ("-", "64501", "upstream", "valid"),
    ("64501:0", "64501", "upstream", "valid"),
    // Climbs: each hop attested, one denied, one not known.
    ("64501:64502 64502:64503", "64503 64502 64501", "upstream", "valid"),
    ("64501:64502 64502:64509", "64503 64502 64501", "upstream", "invalid"),
    ("64501:64502", "64503 64502 64501", "upstream", "unknown"),
    // A denial decides even after a hop that nobody attests.
    ("64502:64509", "64503 64502 64501", "upstream", "invalid"),
    ("64503:64509", "64504 64503 64502 64501", "upstream", "invalid"),
    // AS 0 permits nobody, and adds nothing beside others.
    ("64501:0", "64502 64501", "upstream", "invalid"),
    ("64501:0,64502", "64502 64501", "upstream", "valid"),
    ("64501:0", "0 64501", "upstream", "invalid"),
    // Prepends are no hops; the same network twice with others between is judged as it stands.
    ("64501:64502 64502:64503", "64503 64503 64502 64501 64501", "upstream", "valid"),
    ("64501:64503 64502:64503 64503:64502", "64503 64502 64503 64501", "downstream", "valid"),
    // From a provider: up and down, with one hop across at most.
    ("64501:0 64502:0", "64502 64501", "downstream", "valid"),
    ("64501:64502 64504:64503", "64504 64503 64502 64501", "downstream", "valid"),
    ("64501:0 64502:0 64503:0", "64503 64502 64501", "downstream", "invalid"),
    ("64501:64502 64502:0 64503:0 64504:0", "64504 64503 64502 64501", "downstream", "invalid"),
    ("-", "64503 64502 64501", "downstream", "unknown"),
    // Both sell to each other: the ramps overlap.
    ("64501:64502 64502:64501,64503 64503:64502", "64503 64502 64501", "downstream", "valid"),
    // A ramp that runs through.
    ("64501:64502 64502:64503 64503:64504", "64504 64503 64502 64501", "downstream", "valid"),
    ("64504:64503 64503:64502 64502:64501", "64504 64503 64502 64501", "downstream", "valid"),
    // Large numbers, and AS_TRANS, which is one as any other here.
    ("4294967294:4200000000", "4200000000 4294967294", "upstream", "valid"),
    ("64501:23456", "23456 64501", "upstream", "valid"),
];

#[test]
fn attested_providers_decide_as_the_draft_says() {
    for (list, path, way, outcome) in ATTESTED {
        assert_eq!(aspa::verify(&numbers(path), direction(way), &attested(list)).name(), *outcome, "{list}: {path} {way}");
    }
    // An empty path, a set, and a neighbour that is not in front.
    let list = attested("64501:64502");
    let received = |path: &str, set, from, neighbour| aspa::verify_received(&numbers(path), set, from, neighbour, &list).name();
    for from in [Role::Customer, Role::Provider, Role::Peer, Role::RouteServer, Role::RouteServerClient] {
        assert_eq!(received("-", false, from, 64501), "invalid", "{from:?}");
        assert_eq!(received("64502 64501", true, from, 64502), "invalid", "{from:?}");
        assert_eq!(received("64502 64501", false, from, 64502), "valid", "{from:?}");
        // Only a route server may leave its number out.
        let outcome = if from == Role::RouteServer { "valid" } else { "invalid" };
        assert_eq!(received("64502 64501", false, from, 64503), outcome, "{from:?}");
    }
}

#[test]
fn attested_providers_decide_as_in_the_vectors() {
    if let Some(rows) = vectors("aspa-exhaustive.tsv") {
        assert_eq!(rows.len(), 1_406);
        for row in &rows {
            let (path, list) = (numbers(&row[0]), attested(&row[1]));
            let outcomes = [Direction::Upstream, Direction::Downstream].map(|way| aspa::verify(&path, way, &list).name());
            assert_eq!(outcomes, [row[2].as_str(), &row[3]], "{row:?}");
        }
    }
    if let Some(rows) = vectors("aspa-brio.tsv") {
        assert_eq!(rows.len(), 19);
        for row in &rows {
            assert_eq!(aspa::verify(&numbers(&row[2]), direction(&row[0]), &attested(&row[3])).name(), row[4], "{row:?}");
        }
    }
    if let Some(rows) = vectors("aspa-special.tsv") {
        assert_eq!(rows.len(), 19);
        for row in &rows {
            let from = match (direction(&row[2]), row[4].as_str()) {
                (Direction::Downstream, _) => Role::Provider,
                (_, "1") => Role::RouteServer,
                _ => Role::Customer,
            };
            let path = numbers(&row[0]);
            let outcome = aspa::verify_received(&path, row[5] == "1", from, row[3].parse().unwrap(), &attested(&row[1]));
            assert_eq!(outcome.name(), row[6], "{row:?}");
        }
    }
}

/// From `prefix-length:asn`.
fn vrp(text: &str) -> Vrp {
    let (prefix, rest) = text.rsplit_once('-').unwrap();
    let (max_length, asn) = rest.split_once(':').unwrap();
    Vrp { prefix: prefix.parse().unwrap(), max_length: max_length.parse().unwrap(), asn: asn.parse().unwrap() }
}

fn validity(vrps: &str, prefix: &str, origin: &str) -> &'static str {
    let list: Vrps = vrps.split(' ').filter(|word| *word != "-").map(vrp).collect();
    rov::validate(prefix.parse().unwrap(), origin.parse().ok(), &list).name()
}

/// Payloads, route, origin (`-` for none), validity.
const VALIDATED: &[(&str, &str, &str, &str)] = &[
    ("-", "198.51.100.0/24", "64496", "not-found"),
    ("-", "198.51.100.0/24", "-", "not-found"),
    ("198.51.100.0/24-24:64496", "198.51.100.0/24", "64496", "valid"),
    ("198.51.100.0/24-24:64497", "198.51.100.0/24", "64496", "invalid"),
    // Longer than permitted, as long as permitted, shorter than the payload.
    ("198.51.100.0/24-24:64496", "198.51.100.128/25", "64496", "invalid"),
    ("198.51.100.0/24-25:64496", "198.51.100.128/25", "64496", "valid"),
    ("198.51.100.0/24-25:64496", "198.51.100.128/26", "64496", "invalid"),
    ("198.51.100.0/24-24:64496", "198.51.0.0/16", "64496", "not-found"),
    ("198.51.100.0/24-24:64496", "198.51.101.0/24", "64496", "not-found"),
    // AS 0 matches nobody; another payload may.
    ("198.51.100.0/24-24:0", "198.51.100.0/24", "0", "invalid"),
    ("198.51.100.0/24-24:0", "198.51.100.0/24", "64496", "invalid"),
    ("198.51.100.0/24-24:0 198.51.100.0/24-24:64496", "198.51.100.0/24", "64496", "valid"),
    // A route without an origin is invalid where any payload covers it.
    ("198.51.100.0/24-24:64496", "198.51.100.0/24", "-", "invalid"),
    ("198.51.100.0/24-24:0", "198.51.100.0/24", "-", "invalid"),
    // One match is enough, however many contradict, at whatever length.
    ("198.51.0.0/16-24:64497 198.51.100.0/24-24:64496", "198.51.100.0/24", "64497", "valid"),
    ("198.51.0.0/16-16:64497 198.51.100.0/24-24:64496", "198.51.100.0/24", "64497", "invalid"),
    ("198.51.100.0/24-24:64496 198.51.100.0/24-28:64497", "198.51.100.16/28", "64497", "valid"),
    // The default routes and host routes.
    ("0.0.0.0/0-0:64496", "0.0.0.0/0", "64496", "valid"),
    ("0.0.0.0/0-0:64496", "198.51.100.0/24", "64496", "invalid"),
    ("0.0.0.0/0-32:64496", "198.51.100.1/32", "64496", "valid"),
    ("::/0-128:4200000000", "2001:db8::1/128", "4200000000", "valid"),
    ("::/0-0:64496", "2001:db8::/32", "64496", "invalid"),
    // Families never meet.
    ("::/0-128:64496", "198.51.100.0/24", "64496", "not-found"),
    ("0.0.0.0/0-32:64496", "2001:db8::/32", "64496", "not-found"),
    ("2001:db8::/32-48:64496", "2001:db8:7::/48", "64496", "valid"),
    ("2001:db8::/32-48:64496", "2001:db8:7::/49", "64496", "invalid"),
    ("2001:db8::/32-32:64496", "2001:db9::/32", "64496", "not-found"),
];

#[test]
fn payloads_validate_origins_as_in_rfc_6811() {
    for (vrps, prefix, origin, expected) in VALIDATED {
        assert_eq!(validity(vrps, prefix, origin), *expected, "{vrps}: {prefix} {origin}");
    }
    let Some(rows) = vectors("rov.tsv") else { return };
    assert_eq!(rows.len(), 421);
    for row in &rows {
        assert_eq!(validity(&row[0], &row[1], &row[2]), row[3], "{row:?}");
    }
}

/// The first bits of an address of either family, as many as the prefix has.
fn bits((v6, bits, len): (bool, u8, u8)) -> Prefix {
    let top = bits & !(u8::MAX.checked_shr(len.into()).unwrap_or(0));
    if v6 { Prefix::v6(u128::from(top) << 120, len).unwrap() } else { Prefix::v4(u32::from(top) << 24, len).unwrap() }
}

proptest! {
    /// The definition of RFC 6811 section 2, on prefixes of few bits, which meet.
    #[test]
    fn validity_follows_the_definition(
        list in proptest::collection::vec(((any::<bool>(), any::<u8>(), 0u8..5), 0u8..3, 0u32..4), 0..7),
        route in (any::<bool>(), any::<u8>(), 0u8..7),
        origin in proptest::option::of(0u32..4),
    ) {
        let list: Vec<Vrp> = list
            .into_iter()
            .map(|(prefix, longer, asn)| Vrp { prefix: bits(prefix), max_length: prefix.2 + longer, asn })
            .collect();
        let route = bits(route);
        let covering: Vec<&Vrp> = list.iter().filter(|vrp| vrp.prefix.contains(route)).collect();
        let matches = |vrp: &&&Vrp| route.len() <= vrp.max_length && vrp.asn != 0 && origin == Some(vrp.asn);
        let expected = match (covering.is_empty(), covering.iter().any(|vrp| matches(&vrp))) {
            (true, _) => Validity::NotFound,
            (false, true) => Validity::Valid,
            (false, false) => Validity::Invalid,
        };
        let vrps: Vrps = list.iter().copied().collect();
        prop_assert_eq!(rov::validate(route, origin, &vrps), expected);
        let mut found: Vec<Vrp> = covering.into_iter().copied().collect();
        found.sort_unstable();
        found.dedup();
        let mut said: Vec<Vrp> = vrps.covering(route).collect();
        said.sort_unstable();
        prop_assert_eq!(said, found);
    }
}
