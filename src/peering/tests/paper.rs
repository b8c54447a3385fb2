//! What "AS Relationships, Customer Cones, and Validation" (Luckie et al., IMC 2013) defines and argues from, as graphs drawn by hand.

use super::super::index::Index;
use super::*;

/// Its transit degree: different neighbours on either side of a network in the middle of paths. A stub has none.
#[test]
fn transit_degree_counts_neighbours_on_both_sides_of_the_middle() {
    let store = store([&[1u32, 2, 3, 4][..], &[5, 2, 3], &[1, 2, 3, 6], &[7, 1], &[7, 5]]);
    let index = Index::new(&store);
    let degrees: Vec<(u32, u32)> = index.asns.iter().copied().zip(index.transit_degree.iter()).collect();
    // 7 is beside two networks and 1 at the start of all its paths but one: neither is ever in the middle.
    assert_eq!(degrees, [(1, 0), (2, 3), (3, 3), (4, 0), (5, 0), (6, 0), (7, 0)]);
}

/// Its first argument: what a member gives to another is of a customer, and so on down the path.
#[test]
fn what_a_member_gives_to_another_comes_from_below() {
    let relations = store([&[1u32, 2, 5, 6, 7][..], &[2, 1, 8]]).infer(&given(&[1, 2])).unwrap();
    assert_eq!(of(&relations, 1, 2), (Relation::Peer, Step::Clique, true));
    for (provider, customer) in [(2, 5), (5, 6), (6, 7), (1, 8)] {
        assert_eq!(of(&relations, provider, customer), (transit(provider, customer), Step::Proof, true));
        let evidence = relations.get(provider, customer).unwrap().evidence.unwrap();
        assert_eq!((evidence.votes_for_lower, evidence.votes_for_higher, evidence.against), (1, 0, 0));
    }
}

/// Without the link between members, the one into a member and the one out of it are enough.
#[test]
fn a_path_over_one_member_goes_down_after_it() {
    let relations = store([&[9u32, 1, 5, 6][..]]).infer(&given(&[1])).unwrap();
    // From 1 to 5 it goes down or across, so that 5 sells to 6; 9 is no provider of a member.
    assert_eq!(of(&relations, 5, 6), (transit(5, 6), Step::Proof, true));
    for outside in [5, 9] {
        let relation = relations.get(1, outside).unwrap().relation;
        assert!(matches!(relation, Relation::Peer | Relation::Transit { provider: 1, .. }), "{outside}: {relation:?}");
    }
}

/// Its warning about size: a customer may have more neighbours than its provider.
#[test]
fn a_customer_may_be_larger_than_its_provider() {
    let mut paths: Vec<Vec<u32>> = (50..60).map(|origin| vec![2, 1, 4, 5, origin]).collect();
    paths.push(vec![1, 2, 6]);
    let store = store(paths.iter().map(Vec::as_slice));
    let index = Index::new(&store);
    let degree = |asn| index.transit_degree.at(index.id(asn).unwrap());
    assert_eq!((degree(4), degree(5)), (2, 11));
    let relations = store.infer(&given(&[1, 2])).unwrap();
    assert_eq!(of(&relations, 4, 5), (transit(4, 5), Step::Proof, true));
}

/// Its poisoned paths: a network that wants others to avoid a route puts their numbers into the path.
#[test]
fn numbers_put_into_a_path_do_not_make_a_provider_of_a_member() {
    let honest: [&[u32]; 4] = [&[1, 2, 5, 6], &[2, 1, 7, 8], &[3, 2, 5], &[3, 1, 7]];
    let forged: &[u32] = &[3, 5, 1, 6, 2, 9];
    let relations = store(honest.into_iter().chain([forged])).infer(&given(&[1, 2, 3])).unwrap();
    assert_eq!(relations.poisoned(), 1);
    assert_eq!(of(&relations, 5, 6), (transit(5, 6), Step::Proof, true));
    let never = |asn, member| match relations.get(asn, member).map(|link| link.relation) {
        Some(Relation::Transit { provider, .. }) => assert_eq!(provider, member, "{asn} {member}"),
        other => assert_eq!(other, Some(Relation::Peer), "{asn} {member}"),
    };
    for (asn, member) in [(5, 1), (6, 1), (6, 2), (9, 2)] {
        never(asn, member);
    }
}

/// Its three cones of one network. 1 sells to 2 in one region, where 2 gives it the routes of 3 alone; 4 and 5 are 2's elsewhere.
#[test]
fn a_recursive_cone_is_larger_than_what_a_provider_is_given() {
    let relations = Relations::read_serial(b"1|2|-1\n2|3|-1\n2|4|-1\n4|5|-1\n1|9|0\n2|8|0\n").unwrap();
    let store = store([&[9u32, 1, 2, 3][..], &[1, 2, 3], &[8, 2, 4, 5], &[2, 4], &[1, 2]]);
    let cone = |kind, asn| store.cones(&relations, kind).get(asn).unwrap_or(&[]).to_vec();
    assert_eq!(cone(Cone::Recursive, 1), [1, 2, 3, 4, 5]);
    assert_eq!(cone(Cone::Observed, 1), [1, 2, 3]);
    assert_eq!(cone(Cone::ProviderPeer, 1), [1, 2, 3]);
    assert_eq!([Cone::Recursive, Cone::Observed, Cone::ProviderPeer].map(|kind| cone(kind, 2)), [[2, 3, 4, 5]; 3]);
    // 4 shows 5 to its provider 2, whose peer has it; nobody above 3 has anything after it.
    assert_eq!([Cone::Recursive, Cone::Observed, Cone::ProviderPeer].map(|kind| cone(kind, 4)), [[4, 5]; 3]);
    assert_eq!(cone(Cone::Recursive, 3), [3]);
    // Of what 1 itself shows, its own feed says nothing about what it gives on.
    let own = self::store([&[1u32, 2, 3][..], &[1, 2, 4]]);
    let cone = |kind, asn| own.cones(&relations, kind).get(asn).unwrap_or(&[]).to_vec();
    assert_eq!((cone(Cone::Observed, 1), cone(Cone::ProviderPeer, 1)), (vec![1, 2, 3, 4], vec![1]));
    assert_eq!(cone(Cone::ProviderPeer, 2), [2, 3, 4]);
}

/// It assumes that providers form no cycle. Data may have one: cones are still finite, and each contains the whole cycle.
#[test]
fn members_of_a_cycle_of_providers_have_one_cone() {
    let relations = Relations::read_serial(b"1|2|-1\n2|3|-1\n3|4|-1\n4|2|-1\n4|5|-1\n").unwrap();
    let cones = relations.cones();
    for asn in 2..=4 {
        assert_eq!(cones.get(asn), Some(&[2, 3, 4, 5][..]), "{asn}");
    }
    assert_eq!(cones.get(1), Some(&[1, 2, 3, 4, 5][..]));
}

/// A stub that gives a collector all its routes is no transit network by that: it is at the start of paths alone.
#[test]
fn a_full_feed_does_not_make_a_provider_of_a_stub() {
    let mut paths: Vec<Vec<u32>> = (50..90).flat_map(|origin| [vec![30, 10, 1, 2, origin], vec![3, 2, origin]]).collect();
    paths.extend([vec![2, 1, 10, 30], vec![3, 1, 10, 30], vec![3, 1, 10]]);
    let store = store(paths.iter().map(Vec::as_slice));
    let relations = store.infer(&given(&[1, 2, 3])).unwrap();
    assert_eq!(of(&relations, 10, 30), (transit(10, 30), Step::Proof, true));
    assert_eq!(relations.cones().get(30), Some(&[30][..]));
    assert_eq!(store.cones(&relations, Cone::Observed).get(30), Some(&[30][..]));
    // Neither does a feed of a network that nobody else shows.
    let relations = self::store(paths.iter().filter(|path| path[0] == 30).map(Vec::as_slice)).infer(&given(&[1, 2, 3])).unwrap();
    let link = relations.get(10, 30).unwrap();
    assert!(!matches!(link.relation, Relation::Transit { provider: 30, .. }), "{link:?}");
}

/// A network may need no transit in one address family alone: the families are inferred from their own paths.
#[test]
fn a_network_may_be_a_member_in_one_family_and_a_customer_in_the_other() {
    // In IPv4 4 buys from 1; in IPv6 it is beside all others at the top.
    let four = Internet::new("1-2 1-3 2-3 1>4 4>24 1>21 2>22 3>23 4-2 21>31 22>32 23>33 24>34");
    let six = Internet::new("1-2 1-3 2-3 1-4 2-4 3-4 1>21 2>22 3>23 4>24 21>31 22>32 23>33 24>34");
    let infer = |net: &Internet, family| {
        let mut store = PathStore::new(family);
        for path in net.paths(&[31, 32, 33, 34]) {
            store.push(path[0], &path).unwrap();
        }
        (store.infer(&Inference::default()).unwrap(), store)
    };
    let (four, mut store) = infer(&four, AddressFamily::V4);
    let (six, other) = infer(&six, AddressFamily::V6);
    assert_eq!((four.clique(), six.clique()), (&[1, 2, 3][..], &[1, 2, 3, 4][..]));
    assert_eq!(four.get(1, 4).unwrap().relation, transit(1, 4));
    assert_eq!(six.get(1, 4).unwrap().relation, Relation::Peer);
    assert_eq!(store.merge(&other), Err(StoreError::Family));
}
