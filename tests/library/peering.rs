//! Paths from archives, elements and tables: one reduction, whatever the source.
#![cfg(feature = "peering")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests report by panicking")]

use routeglass::attr::Value;
use routeglass::mrt::{self, IndexedPeer, ReadContext, TableDumpWriter};
use routeglass::peering::format::read_role_communities;
use routeglass::peering::{AddressFamily, Inference, Reduction, Rejected, Relation, Source, StoreError};
use routeglass::rib::Rib;
use routeglass::{Asn, Family};

use crate::common::archive::{Archive, LINK, at, attributes, basic, community, large_community, next_hop, prefix};

const PEERS: &[(&str, &str, u32)] =
    &[("192.0.2.1", "192.0.2.1", 10), ("192.0.2.2", "192.0.2.2", 20), ("192.0.2.3", "192.0.2.3", 90)];

/// A table in which each kind of rejection occurs once, and a route server's feed.
fn table() -> Archive {
    let mut archive = Archive::new();
    archive.table(
        at(0),
        ("192.0.2.254", "view"),
        PEERS,
        &[
            ("203.0.113.0/24", 0, "10 20 30"),
            ("203.0.113.0/24", 1, "20 30"),
            ("203.0.113.0/25", 1, "20 30"),
            ("203.0.113.128/25", 0, "10 10 30"),
            ("198.51.100.0/24", 0, "10 {20,30}"),
            ("198.51.100.0/25", 0, "10 20 10"),
            ("198.51.100.128/25", 0, "10 23456 30"),
            ("192.0.2.0/24", 0, "10 64512 30"),
            ("192.0.2.0/25", 0, ""),
            ("192.0.2.128/25", 0, "(10) 30"),
            // From a route server, which omits its number.
            ("203.0.113.64/26", 2, "20 30"),
            ("2001:db8::/32", 0, "10 30"),
        ],
    );
    archive
}

/// UPDATEs of one peer and one that the collector sent.
fn updates() -> Archive {
    let (mut archive, link) = (Archive::new(), LINK.from("192.0.2.1", 10));
    archive
        .announce(at(1), link, "10 40 40", &["203.0.113.0/24", "203.0.113.0/25", "203.0.113.128/25"])
        .announce(at(2), link, "10 40 10", &["198.51.100.0/24", "198.51.100.0/25"])
        .withdraw(at(3), link, &["203.0.113.0/24", "198.51.100.0/24"])
        .announce(at(4), link.sent(), "50 60", &["203.0.113.0/24"])
        .update(at(5), link, |update| {
            basic(update, "10 70");
            update.announce(prefix("203.0.113.64/26")).unwrap();
            update.announce_prefix(Family::IPV6_UNICAST, &next_hop("2001:db8::1"), prefix("2001:db8::/32")).unwrap();
        });
    archive
}

fn by_records(family: AddressFamily, archive: &[u8]) -> Reduction {
    let (mut peers, mut reduction) = (ReadContext::new(), Reduction::new(family));
    for record in mrt::records(archive) {
        let record = record.unwrap();
        peers.observe(&record);
        reduction.add_record(&record, &peers);
    }
    reduction
}

fn by_elements(family: AddressFamily, archive: &[u8]) -> Reduction {
    let mut reduction = Reduction::new(family);
    for element in routeglass::elements(archive).flatten() {
        let _ = reduction.add(&element);
    }
    reduction
}

/// Paths, routes and vantage points, sorted.
fn listed(reduction: &Reduction) -> Vec<(Vec<u32>, u64, Vec<u32>)> {
    let paths = reduction.paths();
    let mut list: Vec<_> = paths.iter().map(|path| (path.path.to_vec(), path.routes, paths.vantage_points(path))).collect();
    list.sort();
    list
}

#[test]
fn a_table_is_reduced_to_paths_and_counts() {
    let reduction = by_records(AddressFamily::V4, &table().0);
    assert_eq!(
        listed(&reduction),
        [(vec![10, 20, 30], 1, vec![10]), (vec![10, 30], 1, vec![10]), (vec![20, 30], 3, vec![20, 90]),]
    );
    let counts = reduction.counts();
    let reasons =
        [("as_set", 1), ("confederation", 1), ("empty", 1), ("loop", 1), ("as_trans", 1), ("reserved_asn", 1), ("too_long", 0)];
    assert_eq!(counts.rejected(), reasons);
    assert_eq!((counts.entries, counts.kept(), counts.prepended), (11, 5, 1));
    assert_eq!((counts.peer_not_in_path, counts.route_server, counts.unreadable), (1, 0, 0));
    let other = by_records(AddressFamily::V6, &table().0);
    assert_eq!((listed(&other), other.counts().entries), (vec![(vec![10, 30], 1, vec![10])], 1));
}

#[test]
fn updates_count_what_was_announced() {
    let reduction = by_records(AddressFamily::V4, &updates().0);
    assert_eq!(listed(&reduction), [(vec![10, 40], 3, vec![10]), (vec![10, 70], 1, vec![10]), (vec![50, 60], 1, vec![50])]);
    let counts = reduction.counts();
    assert_eq!((counts.entries, counts.r#loop, counts.prepended, counts.kept()), (7, 2, 3, 5));
}

#[test]
fn records_and_elements_give_the_same() {
    let mut whole = table().0;
    whole.extend(updates().0);
    let mut most = 0;
    // Each octet in turn: both omit what is damaged and have what surrounds it.
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        let mut sound = true;
        for record in mrt::records(&damaged) {
            sound &= record.is_ok();
        }
        // Lost framing ends both, at the same record.
        if !sound {
            continue;
        }
        let mut left_out = 0;
        for family in [AddressFamily::V4, AddressFamily::V6] {
            let (records, elements) = (by_records(family, &damaged), by_elements(family, &damaged));
            assert_eq!(listed(&records), listed(&elements), "octet {at}");
            assert_eq!(records.counts(), elements.counts(), "octet {at}");
            left_out = left_out.max(records.left_out());
        }
        // What cannot be read is counted: in a table by the reduction of its family.
        assert_eq!(left_out, routeglass::elements(&damaged).filter(Result::is_err).count() as u64, "octet {at}");
        most = most.max(left_out);
    }
    assert!(most > 0);
}

#[test]
fn a_table_of_an_instant_is_a_source() {
    let archive = table().0;
    let mut rib = Rib::new();
    for element in routeglass::elements(&archive) {
        rib.apply(&element.unwrap());
    }
    let mut reduction = Reduction::new(AddressFamily::V4);
    reduction.add_table(&rib);
    let records = by_records(AddressFamily::V4, &archive);
    assert_eq!(listed(&reduction), listed(&records));
    assert_eq!(reduction.counts(), records.counts());
}

#[test]
fn the_exchange_form_keeps_all_and_merging_is_the_union() {
    let (table, updates) = (table().0, updates().0);
    let whole = by_records(AddressFamily::V4, &[table.clone(), updates.clone()].concat());
    let octets = whole.to_exchange();
    assert!(Reduction::is_exchange(&octets) && !Reduction::is_exchange(&table));
    let again = Reduction::from_exchange(&octets).unwrap();
    assert_eq!((listed(&again), again.counts()), (listed(&whole), whole.counts()));
    assert_eq!(again.to_exchange(), octets);
    let parts = [by_records(AddressFamily::V4, &table), by_records(AddressFamily::V4, &updates)];
    for order in [[0, 1], [1, 0]] {
        let mut merged = Reduction::new(AddressFamily::V4);
        for part in order {
            merged.merge(&Reduction::from_exchange(&parts[part].to_exchange()).unwrap()).unwrap();
        }
        assert_eq!(merged.to_exchange(), octets);
        assert_eq!(merged.paths().infer(&Inference::default()), whole.paths().infer(&Inference::default()));
    }
    let other = by_records(AddressFamily::V6, &table);
    assert_eq!(parts[0].clone().merge(&other), Err(StoreError::Family));
    for len in 0..octets.len() {
        assert!(Reduction::from_exchange(&octets[..len]).is_err(), "{len} octets");
    }
}

#[test]
fn route_servers_are_cut_out_before_loops_are_looked_for() {
    let mut archive = Archive::new();
    let routes =
        [("203.0.113.0/24", 0, "10 20 30"), ("203.0.113.0/25", 0, "10 90 20 30"), ("203.0.113.128/25", 0, "10 90 30 90 40")];
    archive.table(at(0), ("192.0.2.254", "view"), PEERS, &routes);
    let mut reduction = Reduction::new(AddressFamily::V4).route_servers([90]);
    for element in routeglass::elements(&archive.0) {
        assert!(matches!(reduction.add(&element.unwrap()), Some(Ok(_))));
    }
    assert_eq!(listed(&reduction), [(vec![10, 20, 30], 2, vec![10]), (vec![10, 30, 40], 1, vec![10])]);
    assert_eq!(reduction.counts().route_server, 2);
    let relations = reduction.paths().infer(&Inference::default()).unwrap();
    let over = |a, b| relations.get(a, b).unwrap().evidence.unwrap().over_route_server;
    assert!(over(10, 20) && over(10, 30) && over(30, 40) && !over(20, 30));
}

#[test]
fn what_came_of_a_route_is_returned() {
    let archive = table().0;
    let mut reduction = Reduction::new(AddressFamily::V4);
    let outcomes: Vec<_> =
        routeglass::elements(&archive).map(|e| reduction.add(&e.unwrap()).map(|path| path.map(<[u32]>::to_vec))).collect();
    assert_eq!(outcomes[0], Some(Ok(vec![10, 20, 30])));
    assert_eq!(outcomes[5], Some(Err(Rejected::Loop { asn: 10 })));
    assert_eq!(outcomes[7], Some(Err(Rejected::ReservedAsn { asn: 64512 })));
    assert_eq!(outcomes[11], None, "a route of another family");
    assert_eq!(AddressFamily::V6.unicast(), Family::IPV6_UNICAST);
}

/// The routes of several paths of one prefix count each, and their path is not the identifier's.
#[test]
fn path_identifiers_are_no_part_of_paths() {
    let link = LINK.from("192.0.2.1", 10);
    let mut archive = Archive::new();
    let mut dump = TableDumpWriter::new([192, 0, 2, 254].into(), "");
    dump.peer(IndexedPeer::new([192, 0, 2, 1].into(), [192, 0, 2, 1].into(), Asn(10))).unwrap();
    dump.peer_index_table(at(0), &mut archive.0).unwrap();
    let [one, two] = ["10 20 30", "10 40 30"].map(attributes);
    let entries = [(0, 0, Some(1), &one[..]), (0, 0, Some(70_000), &two[..])];
    dump.route(at(0), Family::IPV4_UNICAST, "203.0.113.0/24".parse().unwrap(), &entries, &mut archive.0).unwrap();
    archive.update_of_paths(at(1), link, true, "10 50", &[("203.0.113.0/24", 1), ("203.0.113.0/24", 2), ("203.0.113.0/25", 2)]);
    let reduction = by_records(AddressFamily::V4, &archive.0);
    assert_eq!(
        listed(&reduction),
        [(vec![10, 20, 30], 1, vec![10]), (vec![10, 40, 30], 1, vec![10]), (vec![10, 50], 3, vec![10])]
    );
    assert_eq!(listed(&by_elements(AddressFamily::V4, &archive.0)), listed(&reduction));
    // A message that the record's subtype denies identifiers is read with them if the caller says so.
    let mut denied = Archive::new();
    denied.update_of_paths(at(1), link, false, "10 50", &[("203.0.113.0/24", 1), ("203.0.113.0/24", 2)]);
    let mut peers = ReadContext::new().with_add_path();
    let mut reduction = Reduction::new(AddressFamily::V4);
    for record in mrt::records(&denied.0) {
        let record = record.unwrap();
        peers.observe(&record);
        reduction.add_record(&record, &peers);
    }
    assert_eq!(listed(&reduction), [(vec![10, 50], 2, vec![10])]);
}

/// A collector has two sessions with one network: their paths are of one vantage point.
#[test]
fn two_peers_with_one_number_are_one_vantage_point() {
    let peers: &[(&str, &str, u32)] = &[("192.0.2.1", "192.0.2.1", 10), ("192.0.2.2", "192.0.2.2", 10)];
    let routes = [("203.0.113.0/24", 0, "10 20"), ("203.0.113.0/24", 1, "10 20"), ("203.0.113.0/25", 1, "10 30")];
    let mut archive = Archive::new();
    archive.table(at(0), ("192.0.2.254", "view"), peers, &routes);
    let reduction = by_records(AddressFamily::V4, &archive.0);
    assert_eq!(listed(&reduction), [(vec![10, 20], 2, vec![10]), (vec![10, 30], 1, vec![10])]);
    assert_eq!(reduction.paths().infer(&Inference::default()).unwrap().vantage_points(), 1);
}

/// Runs of records reduced by several threads and merged as they come are the whole, to the octet of what is inferred.
#[cfg(feature = "rayon")]
#[test]
fn threads_change_nothing() {
    use core::num::NonZeroUsize;
    use core::ops::ControlFlow;
    use routeglass::mrt::Reader;
    use routeglass::peering::format::Serial;

    // Several runs of 256 KiB.
    let table = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/peering.mrt")).unwrap();
    let archive = table.repeat((1 << 20) / table.len() + 1);
    let whole = by_records(AddressFamily::V4, &archive);
    let relations = whole.paths().infer(&Inference::default()).unwrap();
    for threads in [1, 2, 5] {
        let mut parts: Vec<Reduction> = Vec::new();
        let reduce = |run: mrt::Run| {
            let (mut peers, mut reduction) = (run.context().clone(), Reduction::new(AddressFamily::V4));
            for record in run.records() {
                peers.observe(&record);
                reduction.add_record(&record, &peers);
            }
            reduction
        };
        let take = |part| {
            parts.push(part);
            ControlFlow::<()>::Continue(())
        };
        let threads = NonZeroUsize::new(threads).unwrap();
        let flow = Reader::new(&archive[..]).unwrap().par_runs(&mut ReadContext::new(), threads, reduce, take).unwrap();
        assert!(flow.is_continue() && parts.len() > 2);
        for reversed in [false, true] {
            let mut merged = Reduction::new(AddressFamily::V4);
            for at in 0..parts.len() {
                merged.merge(&parts[if reversed { parts.len() - 1 - at } else { at }]).unwrap();
            }
            assert_eq!(merged.to_exchange(), whole.to_exchange());
            let again = merged.paths().infer(&Inference::default()).unwrap();
            assert_eq!(again.write_json(), relations.write_json());
            assert_eq!(again.write_serial(Serial::One), relations.write_serial(Serial::One));
        }
    }
}

/// 10 marks what it has from customers and peers. 60 or 50 marked a route with Only to Customer, so that 10 has it from a provider.
#[test]
fn what_routes_state_is_gathered_once_for_each_and_kept() {
    let (mut archive, link) = (Archive::new(), LINK.from("192.0.2.1", 10));
    archive
        .update(at(1), link, |update| {
            basic(update, "10 20 30");
            community(update, 10 << 16 | 100);
            update.announce(prefix("203.0.113.0/24")).unwrap();
            update.announce(prefix("203.0.113.0/25")).unwrap();
        })
        .update(at(2), link, |update| {
            basic(update, "10 40");
            large_community(update, [10, 1, 200]);
            update.announce(prefix("203.0.113.128/25")).unwrap();
        })
        .update(at(3), link, |update| {
            basic(update, "10 50 60");
            update.attribute(&Value::OnlyToCustomer(Asn(60))).unwrap();
            update.announce(prefix("198.51.100.0/24")).unwrap();
        });
    let roles = read_role_communities(b"10:100 customer\n10:1:200 peer\n10:300 provider\n").unwrap();
    let gathering = || Reduction::new(AddressFamily::V4).with_only_to_customer().with_role_communities(roles.clone());
    let (mut peers, mut by_records, mut by_elements) = (ReadContext::new(), gathering(), gathering());
    for record in mrt::records(&archive.0) {
        let record = record.unwrap();
        peers.observe(&record);
        by_records.add_record(&record, &peers);
    }
    for element in routeglass::elements(&archive.0) {
        assert!(matches!(by_elements.add(&element.unwrap()), Some(Ok(_))));
    }
    let relations = by_records.paths().infer(&Inference::default()).unwrap();
    let of = |a, b| {
        let link = relations.get(a, b).unwrap();
        (link.relation, link.evidence.unwrap().sources().collect::<Vec<_>>())
    };
    assert_eq!(of(10, 20), (Relation::Transit { provider: 10, customer: 20 }, vec![Source::Community]));
    assert_eq!(of(10, 40), (Relation::Peer, vec![Source::Community]));
    assert_eq!(of(10, 50), (Relation::Transit { provider: 50, customer: 10 }, vec![Source::OnlyToCustomer]));
    assert_eq!(of(50, 60).1, []);
    assert_eq!(by_records.paths().claims().len(), 3);
    // The exchange form keeps statements; they count wherever the paths do.
    let again = Reduction::from_exchange(&by_records.to_exchange()).unwrap();
    assert_eq!(again.paths(), by_records.paths());
    assert_eq!(again.paths().infer(&Inference::default()).unwrap(), relations);
    assert_eq!(by_elements.paths().infer(&Inference::default()).unwrap(), relations);
    // Routes are counted one by one, however many a message has.
    assert_eq!(by_elements.to_exchange(), by_records.to_exchange());
}
