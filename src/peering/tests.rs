//! Hand-made graphs, one per step and special case, and laws over random ones.

use std::collections::{BTreeMap, BTreeSet};
use std::format;
use std::string::{String, ToString};
use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use super::format::{
    FormatErrorKind, OldCodes, Serial, SerialReader, read_asns, read_ppdc, read_prefixes, read_role_communities,
};
use super::*;
use crate::attr::{Community, LargeCommunity};

mod paper;

/// A graph of networks with known relations, and its routes: customers' before peers' before providers', among equals the shorter
/// path, then the lower number.
#[derive(Clone, Default, Debug)]
struct Internet {
    transit: Vec<(u32, u32)>,
    peers: Vec<(u32, u32)>,
}

impl Internet {
    /// From lines such as `1>2 1-3`: AS 1 sells to AS 2 and peers with AS 3.
    fn new(text: &str) -> Self {
        let mut internet = Self::default();
        for word in text.split_whitespace() {
            let pair = |at: char| word.split_once(at).map(|(a, b)| (a.parse().unwrap(), b.parse().unwrap()));
            match (pair('>'), pair('-')) {
                (Some(link), _) => internet.transit.push(link),
                (_, Some(link)) => internet.peers.push(link),
                _ => panic!("{word}"),
            }
        }
        internet
    }

    fn networks(&self) -> BTreeSet<u32> {
        self.transit.iter().chain(&self.peers).flat_map(|&(a, b)| [a, b]).collect()
    }

    fn relation(&self, a: u32, b: u32) -> Option<Relation> {
        if let Some(&(provider, customer)) = self.transit.iter().find(|&&link| link == (a, b) || link == (b, a)) {
            return Some(Relation::Transit { provider, customer });
        }
        self.peers.iter().any(|&link| link == (a, b) || link == (b, a)).then_some(Relation::Peer)
    }

    /// Networks without providers that are all peers of each other.
    fn clique(&self) -> Vec<u32> {
        self.networks().into_iter().filter(|&asn| !self.transit.iter().any(|&(_, customer)| customer == asn)).collect()
    }

    /// The best path of every network to an origin: by class (own or a customer's, a peer's, a provider's), then length, then
    /// numbers.
    fn routes(&self, origin: u32) -> BTreeMap<u32, Vec<u32>> {
        let mut settled: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut offers = BTreeSet::from([(0, 1, vec![origin])]);
        while let Some((class, len, path)) = offers.pop_first() {
            let from = path[0];
            if settled.contains_key(&from) {
                continue;
            }
            let mut offer = |to: u32, class: u8| {
                if !path.contains(&to) {
                    let mut longer = vec![to];
                    longer.extend(&path);
                    offers.insert((class, len + 1, longer));
                }
            };
            for &(provider, customer) in &self.transit {
                if provider == from {
                    offer(customer, 2);
                } else if customer == from && class == 0 {
                    offer(provider, 0);
                }
            }
            for &(a, b) in &self.peers {
                if class == 0 && (a == from || b == from) {
                    offer(if a == from { b } else { a }, 1);
                }
            }
            settled.insert(from, path);
        }
        settled
    }

    /// What vantage points with full feeds show.
    fn paths(&self, vantage_points: &[u32]) -> Vec<Vec<u32>> {
        let mut paths = Vec::new();
        for origin in self.networks() {
            let routes = self.routes(origin);
            paths.extend(vantage_points.iter().filter_map(|vantage| routes.get(vantage).cloned()));
        }
        paths
    }

    fn store(&self, vantage_points: &[u32]) -> PathStore {
        store(self.paths(vantage_points).iter().map(Vec::as_slice))
    }
}

fn store<'p>(paths: impl IntoIterator<Item = &'p [u32]>) -> PathStore {
    let mut store = PathStore::new(AddressFamily::V4);
    for path in paths {
        store.push(path[0], path).unwrap();
    }
    store
}

fn given(clique: &[u32]) -> Inference {
    Inference { clique: Clique::Given(clique.to_vec()), ..Inference::default() }
}

fn transit(provider: u32, customer: u32) -> Relation {
    Relation::Transit { provider, customer }
}

fn of(relations: &Relations, a: u32, b: u32) -> (Relation, Step, bool) {
    let link = relations.get(a, b).unwrap();
    let evidence = link.evidence.unwrap();
    (link.relation, evidence.step, evidence.firm)
}

const CORE: &str = "1-2 1-3 1-4 2-3 2-4 3-4";

#[test]
fn members_of_the_clique_are_found_and_prove_what_is_below() {
    // Four transit-free networks, each with a customer that sells on.
    let net = Internet::new(&format!("{CORE} 1>11 2>12 3>13 4>14 11>21 12>22 13>23 14>24 11>25 12>26 13>27 14>28"));
    let relations = net.store(&[21, 22, 23, 24]).infer(&Inference::default()).unwrap();
    assert_eq!(relations.clique(), [1, 2, 3, 4]);
    assert_eq!(of(&relations, 1, 2), (Relation::Peer, Step::Clique, true));
    assert_eq!(of(&relations, 1, 11), (transit(1, 11), Step::Proof, true));
    assert_eq!(of(&relations, 25, 11), (transit(11, 25), Step::Proof, true));
    for link in relations.iter() {
        assert_eq!(Some(link.relation), net.relation(link.lower, link.higher), "{link:?}");
    }
    assert_eq!(relations.poisoned(), 0);
    assert!(relations.warnings().is_empty());
}

/// Paths of members 1 to 6 to what is below the others, from vantage points below some of them; never between 1 and 6.
fn six_without_a_link(below: core::ops::RangeInclusive<u32>) -> PathStore {
    let mut paths: Vec<Vec<u32>> = Vec::new();
    for a in below {
        for b in (1..=6u32).filter(|&b| b != a && (a.min(b), a.max(b)) != (1, 6)) {
            paths.push(vec![100 + a, a, b, 200 + b]);
        }
    }
    store(paths.iter().map(Vec::as_slice))
}

#[test]
fn a_member_without_a_link_that_nobody_could_show_is_taken_in() {
    // The paths show no link between 1 and 6, as neither has a vantage point beneath that would.
    let relations = six_without_a_link(2..=5).infer(&Inference::default()).unwrap();
    assert_eq!(relations.clique(), [1, 2, 3, 4, 5, 6]);
    assert!(relations.get(1, 6).is_none());
}

#[test]
fn a_network_without_a_link_that_would_be_seen_is_no_member() {
    // Below 1 and 6 are vantage points too, which show the links to all others.
    let store = six_without_a_link(1..=6);
    assert_eq!(store.infer(&Inference::default()).unwrap().clique(), [1, 2, 3, 4, 5]);
    // By number alone one link of five may be missing.
    let steps = Steps { unseen_links: false, ..Steps::default() };
    assert_eq!(store.infer(&Inference { steps, ..Inference::default() }).unwrap().clique(), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn members_that_leaks_alone_have_apart_are_taken_in() {
    let net = Internet::new(&format!("{CORE} 1>11 2>12 3>13 4>14 11>21 12>22 13>23 14>24 1>30 30>31 4>31"));
    let mut paths = net.paths(&[21, 22, 23, 24]);
    // 31 gives its provider 30 what it has from 4.
    paths.extend([vec![21, 11, 1, 30, 31, 4, 14], vec![21, 11, 1, 30, 31, 4, 14, 24], vec![22, 12, 2, 1, 30, 31, 4]]);
    let leaking = store(paths.iter().map(Vec::as_slice));
    let relations = leaking.infer(&Inference::default()).unwrap();
    assert_eq!(relations.clique(), [1, 2, 3, 4]);
    assert_eq!(relations.poisoned(), 3);
    let steps = Steps { clique_leaks: false, ..Steps::default() };
    let apart = leaking.infer(&Inference { steps, ..Inference::default() }).unwrap();
    assert_eq!(apart.clique().len(), 3);
    // The same over a network that is large itself is what a customer of that one shows.
    let mut paths = net.paths(&[21, 22, 23, 24]);
    paths.extend([vec![21, 11, 1, 2, 4, 14], vec![21, 11, 1, 2, 4, 14, 24], vec![21, 11, 1, 2, 4]]);
    let relations = store(paths.iter().map(Vec::as_slice)).infer(&Inference::default()).unwrap();
    assert_eq!(relations.clique(), [1, 2, 3]);
}

/// 31 gives its peer 30 a route of its provider. If it sold to 30, that would have a part of all routes from it.
#[test]
fn a_leak_to_a_full_feed_of_a_peer_does_not_make_it_a_customer() {
    let mut net = format!("{CORE} 1>11 2>12 3>13 4>14 11>30 12>31 30-31 11>21 12>22 13>23 14>24");
    for origin in 1000..1120 {
        net.push_str(&format!(" 13>{origin}"));
    }
    let mut paths = Internet::new(&net).paths(&[21, 23, 24, 30, 31]);
    paths.push(vec![30, 31, 12, 2, 4, 14, 24]);
    let store = store(paths.iter().map(Vec::as_slice));
    let relations = store.infer(&given(&[1, 2, 3, 4])).unwrap();
    assert_eq!(relations.get(30, 31).unwrap().relation, Relation::Peer);
    let steps = Steps { full_feeds: false, ..Steps::default() };
    let turned = store.infer(&Inference { steps, ..given(&[1, 2, 3, 4]) }).unwrap();
    assert_eq!(turned.get(30, 31).unwrap().relation, transit(31, 30));
    assert_eq!(
        relations.judge_leaks().shape(&[30, 31, 12, 2, 4, 14, 24]).leak,
        Some(Leak { by: 31, kind: LeakKind::ProviderToPeer })
    );
}

#[test]
fn networks_with_others_in_between_are_no_members_together() {
    // 5 buys from 1 and peers with 2 to 4: paths from 5 to 4's customers go directly, those to 6, below 7 only, over 1.
    let net = Internet::new(&format!("{CORE} 1-7 2-7 3-7 4-7 1>5 5-2 5-3 5-4 5>15 1>11 2>12 3>13 4>14 7>17 7>16"));
    let relations = net.store(&[15, 11, 12, 13, 14, 17]).infer(&Inference::default()).unwrap();
    assert_eq!(relations.clique(), [1, 2, 3, 4, 7]);
    assert_eq!(of(&relations, 1, 5).0, transit(1, 5));
}

#[test]
fn a_path_with_members_apart_is_poisoned_and_no_evidence() {
    let net = Internet::new(&format!("{CORE} 1>11 2>12 3>13 4>14 11>21 12>22 13>23 14>24"));
    let mut paths = net.paths(&[21, 22, 23, 24]);
    // 12 names 1 and 2 before its own network.
    paths.push(vec![21, 11, 1, 13, 2, 12]);
    let relations = store(paths.iter().map(Vec::as_slice)).infer(&given(&[1, 2, 3, 4])).unwrap();
    assert_eq!(relations.poisoned(), 1);
    assert_eq!(of(&relations, 3, 13).0, transit(3, 13));
    // The links that only it shows exist, without votes.
    let evidence = relations.get(2, 13).unwrap().evidence.unwrap();
    assert_eq!((evidence.votes_for_lower, evidence.votes_for_higher, evidence.paths), (0, 0, 1));
}

#[test]
fn a_given_clique_is_taken_as_it_is_with_warnings() {
    let net = Internet::new(&format!("{CORE} 1>11 2>12 3>13 4>14 11>21 12>22 13>23 14>24"));
    let store = net.store(&[21, 22, 23, 24]);
    let relations = store.infer(&given(&[4, 1, 99, 11, 1])).unwrap();
    assert_eq!(relations.clique(), [1, 4, 11]);
    let warnings: Vec<String> = relations.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "AS 99 of the given clique is in no path",
            "AS 4 and AS 11 of the given clique are apart in 5 paths and beside each other in 0",
        ]
    );
    assert_eq!(of(&relations, 1, 11).0, Relation::Peer);
}

#[test]
fn nothing_is_inferred_from_nothing() {
    let error = PathStore::new(AddressFamily::V6).infer(&Inference::default()).unwrap_err();
    assert_eq!(error, InferenceError::NoPaths);
    assert_eq!(error.to_string(), "there is no path to infer anything from");
}

#[test]
fn small_inputs_have_an_answer() {
    // One network; one link; one path; one vantage point.
    let one = store([&[7u32][..]]).infer(&Inference::default()).unwrap();
    assert!(one.is_empty() && one.clique().is_empty());
    let two = store([&[7u32, 9][..]]).infer(&Inference::default()).unwrap();
    assert_eq!(of(&two, 9, 7), (Relation::Peer, Step::SmallSide, false));
    assert_eq!(two.warnings(), [Warning::NoClique]);
    let path = store([&[5u32, 4, 3, 2, 1][..]]).infer(&Inference::default()).unwrap();
    assert_eq!(path.len(), 4);
    let longest: Vec<u32> = (1000..1255).collect();
    assert_eq!(store([&longest[..]]).infer(&Inference::default()).unwrap().len(), 254);
    let star: Vec<Vec<u32>> = (10..60).map(|origin| vec![1, 2, origin]).collect();
    let relations = store(star.iter().map(Vec::as_slice)).infer(&Inference::default()).unwrap();
    assert_eq!(relations.len(), 51);
    assert!(relations.iter().all(|link| !link.is_firm()));
}

#[test]
fn a_narrow_feed_gives_routes_of_customers() {
    let mut paths: Vec<Vec<u32>> = (100..160).map(|origin| vec![1, 2, origin]).collect();
    paths.push(vec![500, 501]);
    let relations = store(paths.iter().map(Vec::as_slice)).infer(&given(&[1, 2])).unwrap();
    assert_eq!(of(&relations, 500, 501), (transit(500, 501), Step::NarrowFeed, true));
    // A feed of all origins is not narrow.
    let relations = store(paths.iter().skip(20).map(Vec::as_slice)).infer(&given(&[1, 2])).unwrap();
    assert_ne!(of(&relations, 500, 501).1, Step::NarrowFeed);
}

#[test]
fn a_stub_below_a_member_is_a_customer_unless_it_is_beside_many() {
    let paths: [&[u32]; 7] = [&[4, 1, 2, 5], &[4, 2, 3, 5], &[4, 3, 1, 6], &[1, 9], &[1, 7], &[2, 7], &[3, 7]];
    let relations = store(paths).infer(&given(&[1, 2, 3, 4])).unwrap();
    assert_eq!(of(&relations, 1, 9), (transit(1, 9), Step::Stub, false));
    for member in [1, 2, 3] {
        assert_eq!(of(&relations, member, 7), (Relation::Peer, Step::Rest, false));
    }
}

#[test]
fn a_network_that_buys_elsewhere_and_is_beside_one_member_is_its_customer() {
    let paths: [&[u32]; 5] = [&[2, 3, 8, 9], &[1, 9, 90], &[1, 2, 5], &[2, 1, 6], &[3, 1, 6]];
    let relations = store(paths).infer(&given(&[1, 2, 3])).unwrap();
    assert_eq!(of(&relations, 8, 9), (transit(8, 9), Step::Proof, true));
    assert_eq!(of(&relations, 1, 9), (transit(1, 9), Step::BelowMember, false));
    // An open link at a member proves what is after it.
    assert_eq!(of(&relations, 9, 90), (transit(9, 90), Step::Proof, true));
}

#[test]
fn a_network_with_one_link_buys_over_it() {
    // 20 sells to 1's customer 11 and has nothing to do with the clique; of 30 nothing else is seen than its link to 20.
    let mut paths: Vec<Vec<u32>> = (41..51).map(|origin| vec![2, 1, 11, origin]).collect();
    paths.extend([vec![11, 20], vec![11, 20, 30], vec![12, 20, 30], vec![12, 20]]);
    let infer = |paths: &[Vec<u32>], only_link| {
        let steps = Steps { only_link, small_side: false, preference: false, two_open: false, ..Steps::default() };
        store(paths.iter().map(Vec::as_slice)).infer(&Inference { steps, ..given(&[1, 2]) }).unwrap()
    };
    assert_eq!(of(&infer(&paths, true), 20, 30), (transit(20, 30), Step::OnlyLink, false));
    assert_eq!(of(&infer(&paths, false), 20, 30), (Relation::Peer, Step::Rest, false));
    // With another link it may have the rest over that.
    paths.push(vec![12, 30]);
    assert_eq!(of(&infer(&paths, true), 20, 30), (Relation::Peer, Step::Rest, false));
}

#[test]
fn peers_are_seen_from_the_small_side() {
    // Of 20, its provider 1 shows five customers; 10 shows that it has the routes of these from 20, and no others.
    let mut paths: Vec<Vec<u32>> = (31..36).flat_map(|customer| [vec![2, 1, 20, customer], vec![10, 20, customer]]).collect();
    paths.push(vec![10, 20]);
    let relations = store(paths.iter().map(Vec::as_slice)).infer(&given(&[1, 2])).unwrap();
    assert_eq!(of(&relations, 20, 31), (transit(20, 31), Step::Proof, true));
    assert_eq!(of(&relations, 10, 20), (Relation::Peer, Step::SmallSide, false));
    // With what 20 has from its provider, 10 is a customer: before a link that goes up all go up.
    paths.push(vec![10, 20, 1, 2, 41]);
    let relations = store(paths.iter().map(Vec::as_slice)).infer(&given(&[1, 2])).unwrap();
    assert_eq!(of(&relations, 10, 20), (transit(20, 10), Step::Proof, true));
}

#[test]
fn a_network_is_no_peer_where_most_that_follow_are_not_known_customers() {
    // 6 peers with 3, which sells to 4, 12 and 14. Of 3's customer 4 nothing but 3's peer shows anything, so that no customer of 4 is known
    // when the link of 3 and 4 is looked at from its small side.
    let net = Internet::new("1-2 1>3 3>4 4>5 4>8 4>10 4>16 5>9 8>13 3>12 3>14 12>15 3-6 2>6");
    let paths: [&[u32]; 6] = [&[6, 3, 4, 5, 9], &[6, 3, 4, 10], &[6, 3, 4, 8, 13], &[6, 3, 14], &[6, 3, 12, 15], &[6, 3, 4, 16]];
    let relations = store(paths).infer(&given(&[1, 2])).unwrap();
    for link in relations.iter() {
        assert_eq!(Some(link.relation), net.relation(link.lower, link.higher), "{link:?}");
    }
    assert_eq!(of(&relations, 3, 6).1, Step::SmallSide);
    assert_eq!(of(&relations, 3, 4).1, Step::Proof);
    let steps = Steps { gate: false, ..Steps::default() };
    let without = store(paths).infer(&Inference { steps, ..given(&[1, 2]) }).unwrap();
    assert_eq!(of(&without, 3, 4), (Relation::Peer, Step::SmallSide, false));
}

#[test]
fn a_label_whose_votes_are_gone_is_taken_back() {
    // 4 peers with 5 and 6 and sells to 7. While the link of 4 and 6 is open it looks as if 6 had 4's peer 5 from a provider.
    let net = Internet::new("1-2 1-3 2-3 1>4 3>5 2>5 1>6 2>6 4>7 4-5 4-6");
    let paths: [&[u32]; 3] = [&[4, 5], &[6, 2, 5], &[6, 4, 7]];
    let relations = store(paths).infer(&given(&[1, 2, 3])).unwrap();
    for link in relations.iter() {
        assert_eq!(Some(link.relation), net.relation(link.lower, link.higher), "{link:?}");
    }
    let evidence = relations.get(4, 5).unwrap().evidence.unwrap();
    assert_eq!((evidence.step, evidence.votes_for_lower, evidence.votes_for_higher), (Step::Rest, 0, 0));
    let steps = Steps { take_back: false, ..Steps::default() };
    let stale = store(paths).infer(&Inference { steps, ..given(&[1, 2, 3]) }).unwrap();
    assert_eq!(of(&stale, 4, 5).0, transit(4, 5));
}

#[test]
fn a_member_that_peers_with_anybody_has_no_customers_by_supposition() {
    // 9 peers with 11 to 16, which buy from 20. Were they 9's customers, 2, 3 and 4 would have them over 9, their peer; they have them over
    // their peer 1 and its customer 20.
    let mut links = format!("{CORE} 1-9 2-9 3-9 4-9 9>91 1>20 2>21 3>31 4>41");
    for peer in 11..17 {
        links += &format!(" 20>{peer} 9-{peer}");
    }
    let net = Internet::new(&links);
    let store = net.store(&[91, 21, 31, 41]);
    let infer = |wide_members| {
        let steps = Steps { wide_members, ..Steps::default() };
        store.infer(&Inference { steps, ..given(&[1, 2, 3, 4, 9]) }).unwrap()
    };
    let (relations, without) = (infer(true), infer(false));
    for peer in 11..17 {
        assert_eq!(of(&relations, 9, peer), (Relation::Peer, Step::Rest, false));
        let evidence = relations.get(9, peer).unwrap().evidence.unwrap();
        assert_eq!((evidence.preference_shown, evidence.preference_refuted), (3, 3));
        assert_eq!(of(&without, 9, peer), (transit(9, peer), Step::Stub, false));
    }
    assert_eq!(of(&relations, 9, 91).0, transit(9, 91));
    // A large provider may have some customers whose routes go another way.
    let mut large = links.clone();
    for customer in 51..65 {
        large += &format!(" 9>{customer}");
    }
    let relations = Internet::new(&large).store(&[91, 21, 31, 41]).infer(&given(&[1, 2, 3, 4, 9])).unwrap();
    assert_eq!(of(&relations, 9, 11), (transit(9, 11), Step::Stub, false));
    // Three such links are too few to say that of a member.
    let few = Internet::new(&links.replace(" 9-14", "").replace(" 9-15", "").replace(" 9-16", ""));
    let relations = few.store(&[91, 21, 31, 41]).infer(&given(&[1, 2, 3, 4, 9])).unwrap();
    assert_eq!(of(&relations, 9, 11), (transit(9, 11), Step::Stub, false));
}

#[test]
fn of_two_open_links_the_lower_is_transit() {
    let paths: Vec<Vec<u32>> = (41..47).map(|origin| vec![11, 21, origin]).collect();
    let store = store(paths.iter().map(Vec::as_slice));
    let steps = Steps { small_side: false, preference: false, only_link: false, ..Steps::default() };
    let relations = store.infer(&Inference { steps, ..given(&[]) }).unwrap();
    for origin in 41..47 {
        assert_eq!(of(&relations, 21, origin), (transit(21, origin), Step::TwoOpen, false));
    }
    assert_eq!(of(&relations, 11, 21), (Relation::Peer, Step::Rest, false));
    // Once the upper one is known for a peer it proves the others, which are no firmer than it is.
    let relations = store.infer(&given(&[])).unwrap();
    assert_eq!(of(&relations, 11, 21), (Relation::Peer, Step::SmallSide, false));
    assert_eq!(of(&relations, 21, 41), (transit(21, 41), Step::Proof, false));
}

/// 20 buys from the members 1, 2 and 4; 10 from 3 alone. 20 shows its link to 10.
const PREFERENCE: [&[u32]; 7] =
    [&[2, 1, 20, 30], &[1, 2, 20, 30], &[1, 4, 20, 30], &[20, 10], &[1, 3, 10], &[2, 3, 10], &[3, 1, 20]];

#[test]
fn transit_is_refuted_by_what_providers_prefer() {
    // If 20 sold to 10, its providers would use that; two of them use a peer.
    let relations = store(PREFERENCE).infer(&given(&[1, 2, 3, 4])).unwrap();
    let evidence = relations.get(10, 20).unwrap().evidence.unwrap();
    assert_eq!((evidence.preference_shown, evidence.preference_refuted), (2, 2));
    // If 10 sold to 20, its provider 3 would use that.
    assert_eq!(of(&relations, 10, 20), (Relation::Peer, Step::Rest, true));
    // Without what they prefer, nothing says that it is not transit.
    let unshown = PREFERENCE.into_iter().filter(|path| path.last() != Some(&10) || path[0] == 20);
    let relations = store(unshown).infer(&given(&[1, 2, 3, 4])).unwrap();
    assert_eq!(of(&relations, 10, 20), (transit(20, 10), Step::Unrefuted, false));
}

#[test]
fn a_leak_does_not_turn_a_link_around() {
    // 10 buys from 11 and 12. It gives a route that it has from 11 to 12, whom many hear.
    let mut paths: Vec<Vec<u32>> = (60..66).map(|customer| vec![2, 1, 11, customer]).collect();
    paths.extend((1_000..1_100).map(|origin| vec![2, 3, origin]));
    paths.extend([vec![2, 1, 11], vec![2, 1, 11, 10], vec![3, 2, 12, 10], vec![12, 2, 1, 11], vec![3, 2, 1, 11, 61]]);
    let leaked: Vec<Vec<u32>> = (21..29).map(|vantage| vec![vantage, 2, 12, 10, 11, 60]).collect();
    paths.extend(leaked.iter().cloned());
    paths.extend((70..76).map(|customer| vec![3, 2, 12, customer]));
    // No feed is narrow.
    paths.extend((12..30).flat_map(|vantage| (1_000..1_005).map(move |origin| vec![vantage, 2, 3, origin])));
    let store = store(paths.iter().map(Vec::as_slice));
    let relations = store.infer(&given(&[1, 2, 3])).unwrap();
    assert_eq!(of(&relations, 10, 11), (transit(11, 10), Step::Proof, true));
    assert_eq!(of(&relations, 10, 12).0, transit(12, 10));
    let judge = relations.judge_leaks();
    for path in &leaked {
        assert_eq!(judge.shape(path).leak, Some(Leak { by: 10, kind: LeakKind::ProviderToProvider }));
    }
    // By votes alone it would.
    let steps = Steps { few_origins: false, ..Steps::default() };
    let turned = store.infer(&Inference { steps, ..given(&[1, 2, 3]) }).unwrap();
    assert_eq!(turned.get(10, 11).map(|link| link.relation), Some(transit(10, 11)));
}

#[test]
fn a_peer_that_hears_a_leak_is_no_customer() {
    // 10 buys from 11, peers with 20, and gives it what 11 has of its customers. Nobody has a route of 20 from 10.
    let mut paths: Vec<Vec<u32>> = (1_000..1_400).flat_map(|origin| [vec![2, 3, origin], vec![20, 2, 3, origin]]).collect();
    paths.extend([vec![2, 1, 11], vec![3, 2, 20], vec![20, 10]]);
    paths.extend((60..65).flat_map(|customer| [vec![2, 1, 11, customer], vec![20, 10, 11, customer]]));
    for vantage in 21..41 {
        paths.push(vec![vantage, 2, 1, 11, 10]);
        // No feed is narrow.
        paths.extend((1_000..1_010).map(|origin| vec![vantage, 2, 3, origin]));
    }
    let store = store(paths.iter().map(Vec::as_slice));
    let relations = store.infer(&given(&[1, 2, 3])).unwrap();
    assert_eq!(relations.get(10, 20).map(|link| link.relation), Some(Relation::Peer));
    assert_eq!(of(&relations, 10, 11).0, transit(11, 10));
    for customer in 60..65 {
        let leak = relations.judge_leaks().shape(&[20, 10, 11, customer]).leak;
        assert_eq!(leak, Some(Leak { by: 10, kind: LeakKind::ProviderToPeer }));
    }
    let steps = Steps { few_origins: false, ..Steps::default() };
    let turned = store.infer(&Inference { steps, ..given(&[1, 2, 3]) }).unwrap();
    assert_eq!(turned.get(10, 20).map(|link| link.relation), Some(transit(10, 20)));
    // Where others have 20's own routes from 10, they do not come from a leak.
    let sold = [vec![2, 1, 11, 10, 20], vec![3, 2, 1, 11, 10, 20]];
    let store = self::store(paths.iter().chain(&sold).map(Vec::as_slice));
    let relations = store.infer(&given(&[1, 2, 3])).unwrap();
    assert_eq!(relations.get(10, 20).map(|link| link.relation), Some(transit(10, 20)));
}

#[test]
fn a_sibling_that_has_everything_is_no_provider() {
    // 10 and 20 pass each other all routes; 20 peers with 31 to 36, and 10's provider 11 has none of that.
    let mut paths: Vec<Vec<u32>> = Vec::new();
    for peer in 31..37 {
        paths.extend((0..10).map(|n| vec![10, 20, peer, peer * 100 + n]));
        paths.extend((0..10).map(|n| vec![2, 1, peer, peer * 100 + n]));
    }
    paths.extend([vec![2, 1, 11, 10], vec![2, 1, 11, 10, 20]]);
    let store = store(paths.iter().map(Vec::as_slice));
    let relations = store.infer(&given(&[1, 2])).unwrap();
    for peer in 31..37 {
        assert_eq!(relations.get(20, peer).map(|link| link.relation), Some(Relation::Peer), "{peer}");
    }
    let steps = Steps { few_origins: false, ..Steps::default() };
    let turned = store.infer(&Inference { steps, ..given(&[1, 2]) }).unwrap();
    assert_eq!(turned.get(20, 31).map(|link| link.relation), Some(transit(20, 31)));
}

#[test]
fn evidence_beyond_paths_outranks_votes_and_is_named() {
    let paths: [&[u32]; 4] = [&[1, 2, 5, 4, 3], &[1, 2, 6], &[7, 8], &[7, 9]];
    let mut claims = Claims::new();
    // 4 or 5 marked the route: it went down from there, against all votes.
    claims.only_to_customer(&[1, 2, 5, 4, 3], 4);
    claims.only_to_customer(&[1, 2, 6], 99);
    claims.attested(&[(8, [7, 0])].into_iter().collect());
    claims.tagged(&[7, 9], 7, otc::Role::Peer);
    claims.tagged(&[7, 9], 9, otc::Role::Provider);
    let mut merged = Claims::new();
    assert!(merged.is_empty());
    merged.merge(&claims);
    assert_eq!((&merged, merged.len()), (&claims, 4));
    let relations = store(paths).infer(&Inference { claims, ..given(&[]) }).unwrap();
    let names = |a, b| {
        let evidence = relations.get(a, b).unwrap().evidence.unwrap();
        (of(&relations, a, b), evidence.sources().map(Source::name).collect::<Vec<_>>())
    };
    assert_eq!(names(2, 5), ((transit(5, 2), Step::Given, true), vec!["otc"]));
    assert_eq!(names(4, 5).1, Vec::<&str>::new());
    assert_eq!(names(7, 8), ((transit(7, 8), Step::Given, true), vec!["aspa"]));
    assert_eq!(names(7, 9), ((Relation::Peer, Step::Given, true), vec!["community"]));
    assert!(Relations::read_json(&relations.write_json()).unwrap().iter().eq(relations.iter()));
    // What a store has counts as what is given beside it.
    let mut marked = store(paths);
    marked.claims_mut().attested(&[(8, [7])].into_iter().collect());
    assert_eq!(of(&marked.infer(&given(&[])).unwrap(), 7, 8), (transit(7, 8), Step::Given, true));
    // Contradicting claims have no effect.
    let mut claims = Claims::new();
    claims.attested(&[(8, [7]), (7, [8])].into_iter().collect());
    let relations = store(paths).infer(&Inference { claims, ..given(&[]) }).unwrap();
    assert_ne!(of(&relations, 7, 8).1, Step::Given);
}

/// 1 marks what it gives to its customers 2 and 3. 3 leaks five of the routes that it has so to its other provider 4, which gives them to its
/// own provider 5, beside the routes of its four hundred customers.
#[test]
fn what_leaked_routes_state_is_no_evidence() {
    let mut store = PathStore::new(AddressFamily::V4);
    let mut see = |path: &[u32], marked: bool| {
        store.push(path[0], path).unwrap();
        if marked {
            store.claims_mut().only_to_customer(path, 1);
        }
    };
    for origin in 1_000..1_400 {
        see(&[20, 2, 1, origin], true);
        see(&[30, 3, 1, origin], true);
        see(&[50, 5, 4, origin + 1_000], false);
    }
    for origin in 1_000..1_005 {
        see(&[50, 5, 4, 3, 1, origin], true);
    }
    // The routes of its one network are all that 6 gives to 60, and are marked.
    see(&[60, 6, 1, 1_000], true);
    let relations = store.infer(&given(&[1, 5])).unwrap();
    let sources = |a, b| relations.get(a, b).unwrap().evidence.unwrap().sources().collect::<Vec<_>>();
    for customer in [20, 30] {
        assert_eq!(sources(customer / 10, customer), [Source::OnlyToCustomer], "{customer}");
        assert_eq!(relations.get(customer / 10, customer).unwrap().relation, transit(customer / 10, customer));
    }
    assert_eq!(relations.get(6, 60).unwrap().relation, transit(6, 60));
    assert_eq!(sources(6, 60), [Source::OnlyToCustomer]);
    // Not that 4 sells to 5.
    assert_eq!(sources(4, 5), []);
    assert_ne!(relations.get(4, 5).unwrap().relation, transit(4, 5));
    // What the caller states outright counts.
    let mut how = given(&[1]);
    how.claims.only_to_customer(&[5, 4, 3], 3);
    let relations = store.infer(&how).unwrap();
    assert_eq!(relations.get(4, 5).unwrap().relation, transit(4, 5));
}

#[test]
fn an_attested_provider_decides_unless_routes_clearly_say_otherwise() {
    let class = |marked: &[(u32, u32)], attested: &[(u32, u32)]| {
        let mut claims = Claims::new();
        for &(provider, customer) in marked {
            // 99 gave it to the provider, or to a peer.
            claims.only_to_customer(&[customer, provider, 99], 99);
        }
        claims.attested(&attested.iter().map(|&(customer, provider)| (customer, [provider])).collect());
        let relations = store([&[7, 8, 9][..]]).infer(&Inference { claims, ..given(&[]) }).unwrap();
        let (relation, step, _) = of(&relations, 7, 8);
        (step == Step::Given).then_some(relation)
    };
    assert_eq!(class(&[], &[(8, 7)]), Some(transit(7, 8)));
    assert_eq!(class(&[(7, 8)], &[(8, 7)]), Some(transit(7, 8)));
    // One route each way says nothing.
    assert_eq!(class(&[(7, 8), (8, 7)], &[]), None);
    assert_eq!(class(&[(7, 8), (8, 7)], &[(8, 7)]), Some(transit(7, 8)));
    assert_eq!(class(&[(8, 7)], &[(8, 7)]), None);
    assert_eq!(class(&[], &[(8, 7), (7, 8)]), None);
    // Five to one.
    assert_eq!(class(&[(7, 8), (7, 8), (7, 8), (7, 8), (8, 7)], &[]), None);
    assert_eq!(class(&[(7, 8), (7, 8), (7, 8), (7, 8), (7, 8), (8, 7)], &[]), Some(transit(7, 8)));
}

#[test]
fn feeds_of_customers_alone_give_relations() {
    // Every vantage point gives what its customers gave.
    let paths: [&[u32]; 6] = [&[1, 11, 21], &[1, 11, 22], &[2, 12], &[2, 12, 23], &[3, 13, 24], &[3, 11, 21]];
    let relations = store(paths).infer(&given(&[1, 2, 3])).unwrap();
    for (provider, customer) in [(11, 21), (11, 22), (12, 23), (13, 24)] {
        assert_eq!(of(&relations, provider, customer), (transit(provider, customer), Step::Proof, true));
    }
    assert_eq!(relations.len(), 8);
}

#[test]
fn a_triple_has_at_most_fifty_votes() {
    // Two hundred origins after one triple are not worth more than fifty paths: counts follow prefixes, not importance.
    let mut paths: Vec<Vec<u32>> = (1_000..1_200).map(|origin| vec![1, 2, 5, origin]).collect();
    let votes = |paths: &[Vec<u32>]| {
        let relations = store(paths.iter().map(Vec::as_slice)).infer(&given(&[1, 2])).unwrap();
        let evidence = relations.get(2, 5).unwrap().evidence.unwrap();
        (evidence.paths, evidence.votes_for_lower, evidence.votes_for_higher)
    };
    assert_eq!(votes(&paths), (200, 50, 0));
    // Another triple counts on its own.
    paths.extend((1_000..1_010).map(|origin| vec![3, 2, 5, origin]));
    let relations = store(paths.iter().map(Vec::as_slice)).infer(&given(&[1, 2, 3])).unwrap();
    assert_eq!(relations.get(2, 5).unwrap().evidence.unwrap().votes_for_lower, 60);
}

#[test]
fn a_large_customer_that_peers_with_members_is_not_their_provider() {
    // 5 buys from 1 alone and peers with 2, 3 and 4, whose routes to its customers do not go over 1.
    let net = Internet::new(&format!("{CORE} 1>5 5-2 5-3 5-4 5>51 5>52 5>53 1>11 2>12 3>13 4>14 11>21 12>22 13>23 14>24"));
    let relations = net.store(&[21, 22, 23, 24, 51]).infer(&given(&[1, 2, 3, 4])).unwrap();
    for member in [1, 2, 3, 4] {
        let relation = relations.get(5, member).unwrap().relation;
        assert!(!matches!(relation, Relation::Transit { provider: 5, .. }), "{member}: {relation:?}");
    }
    for customer in [51, 52, 53] {
        assert_eq!(relations.get(5, customer).unwrap().relation, transit(5, customer));
    }
}

#[test]
fn two_peers_with_one_number_are_one_vantage_point() {
    let mut store = PathStore::new(AddressFamily::V4);
    for _ in 0..2 {
        store.push(7, &[7, 8, 9]).unwrap();
    }
    assert_eq!((store.len(), store.routes()), (1, 2));
    let path = store.iter().next().unwrap();
    assert_eq!((path.routes, store.vantage_points(path)), (2, vec![7]));
}

#[test]
fn the_vantage_point_need_not_be_in_the_path() {
    // A route server gives its clients' routes.
    let mut store = PathStore::new(AddressFamily::V4);
    store.push(500, &[7, 8, 9]).unwrap();
    let only = |store: &PathStore| store.vantage_points(store.iter().next().unwrap());
    assert_eq!(only(&store), [500]);
    store.push(7, &[7, 8, 9]).unwrap();
    store.push(400, &[7, 8, 9]).unwrap();
    assert_eq!(only(&store), [7, 400, 500]);
    let relations = store.infer(&Inference::default()).unwrap();
    assert_eq!(relations.get(7, 8).unwrap().evidence.unwrap().vantage_points, 3);
    assert_eq!(relations.vantage_points(), 3);
}

#[test]
fn paths_that_a_store_cannot_have() {
    let mut store = PathStore::new(AddressFamily::V4);
    assert_eq!(store.push(1, &[]).unwrap_err().to_string(), "a path without a hop cannot be stored");
    assert_eq!(store.push(1, &[1; 256]).unwrap_err().to_string(), "a path of 256 hops is longer than 255");
    let error = store.merge(&PathStore::new(AddressFamily::V6)).unwrap_err();
    assert_eq!(error.to_string(), "stores of two address families cannot be merged");
    assert!(store.is_empty());
}

#[test]
fn counts_beyond_24_bits() {
    let mut store = PathStore::new(AddressFamily::V4);
    for routes in [5, 0xff_fff9, 1, 7, u64::from(u32::MAX)] {
        store.push_many(1, &[1, 2], routes).unwrap();
    }
    let sum = 5 + 0xff_fff9 + 8 + u64::from(u32::MAX);
    assert_eq!((store.iter().next().unwrap().routes, store.routes()), (sum, sum));
    let mut doubled = store.clone();
    doubled.merge(&store).unwrap();
    assert_eq!(doubled.iter().next().unwrap().routes, 2 * sum);
}

#[test]
fn cones_reach_and_depeering_of_a_drawn_graph() {
    let net = Internet::new("1-2 1>3 2>4 3>5 4>6 3-4 3>7 5>8 9>5");
    let mut text = String::new();
    for &(provider, customer) in &net.transit {
        text += &format!("{provider}|{customer}|-1\n");
    }
    for &(a, b) in &net.peers {
        text += &format!("{a}|{b}|0\n");
    }
    let relations = Relations::read_serial(text.as_bytes()).unwrap();
    let cones = relations.cones();
    assert_eq!(cones.get(1), Some(&[1, 3, 5, 7, 8][..]));
    assert_eq!(cones.get(8), Some(&[8][..]));
    assert_eq!(cones.get(99), None);
    assert_eq!(relations.rank()[..3], [(1, 5), (3, 4), (2, 3)]);
    assert_eq!(relations.widest_link(1), Some((3, 4)));
    assert_eq!(relations.widest_link(8), None);
    let reach = relations.reach(3).unwrap();
    assert_eq!(
        reach,
        Reach { own: 3, customers: vec![5, 7, 8], peers: vec![4, 6], providers_only: vec![1, 2], nothing: vec![9] }
    );
    assert_eq!(relations.reach(99), None);
    // 3 and 4 stop peering: 3 still reaches 4 and 6 over its provider.
    let without = relations.without(3, 4).unwrap();
    let lost = |asn, before, after| Lost { asn, before, after };
    assert_eq!(without.lost(3), [lost(4, Over::Peers, Over::Providers), lost(6, Over::Peers, Over::Providers)]);
    assert_eq!(without.lost(8), []);
    // 1 and 2 stop peering: half of the networks are gone for each.
    let without = relations.without(2, 1).unwrap();
    let gone: Vec<u32> = without.lost(1).iter().map(|lost| lost.asn).collect();
    assert_eq!(gone, [2, 4, 6]);
    assert!(without.lost(1).iter().all(|lost| lost.after == Over::Nothing));
    assert!(relations.without(1, 6).is_none());
    // 5 buys from 3 and 9.
    assert_eq!(relations.without(3, 5).unwrap().lost(5).len(), 6);
}

#[test]
fn a_cycle_of_providers_ends() {
    let relations = Relations::read_serial(b"1|2|-1\n2|3|-1\n3|1|-1\n3|4|-1\n").unwrap();
    assert_eq!(relations.cones().get(2), Some(&[1, 2, 3, 4][..]));
    assert_eq!(relations.reach(4).unwrap().providers_only, [1, 2, 3]);
    assert_eq!(relations.reach(1).unwrap().customers, [2, 3, 4]);
}

#[test]
fn cones_of_what_paths_show() {
    let relations = Relations::read_serial(b"1|2|-1\n2|3|-1\n3|4|-1\n5|2|0\n2|6|-1\n").unwrap();
    // 3 shows 4 only to its provider; only 2's own feed shows 6.
    let store = store([&[1u32, 2, 3, 4][..], &[5, 2, 3], &[2, 6], &[6, 2, 3, 4]]);
    let observed = store.cones(&relations, Cone::Observed);
    assert_eq!(observed.get(2), Some(&[2, 3, 4, 6][..]));
    let handed_on = store.cones(&relations, Cone::ProviderPeer);
    assert_eq!(handed_on.get(2), Some(&[2, 3, 4][..]));
    assert_eq!(handed_on.get(3), Some(&[3, 4][..]));
    assert_eq!(handed_on.get(1), Some(&[1][..]));
    assert_eq!(String::from_utf8(handed_on.write_ppdc()).unwrap(), "1 1\n2 2 3 4\n3 3 4\n4 4\n5 5\n6 6\n");
    assert_eq!(store.cones(&relations, Cone::Recursive), relations.cones());
}

#[test]
fn leaks_of_all_four_types() {
    let relations = Relations::read_serial(b"1|3|-1\n2|3|-1\n3|4|0\n3|5|0\n3|6|-1\n").unwrap();
    let leak = |path: &[u32]| relations.shape(path).leak;
    let by = |kind| Some(Leak { by: 3, kind });
    assert_eq!(leak(&[1, 3, 2]), by(LeakKind::ProviderToProvider));
    assert_eq!(leak(&[4, 3, 5]), by(LeakKind::PeerToPeer));
    assert_eq!(leak(&[4, 3, 2]), by(LeakKind::ProviderToPeer));
    assert_eq!(leak(&[1, 3, 5]), by(LeakKind::PeerToProvider));
    assert_eq!(leak(&[1, 3, 6]), None);
    assert_eq!(leak(&[6, 3, 2]), None);
    let kinds = [LeakKind::ProviderToProvider, LeakKind::PeerToPeer, LeakKind::ProviderToPeer, LeakKind::PeerToProvider];
    assert_eq!(kinds.map(LeakKind::number), [1, 2, 3, 4]);
    // An open link decides nothing; prepends are no links.
    let shape = relations.shape(&[1, 3, 3, 2, 77]);
    assert_eq!((shape.up, shape.across, shape.down, shape.open), (1, 0, 1, 1));
    assert_eq!(shape.leak, by(LeakKind::ProviderToProvider));
    assert_eq!(relations.judge().shape(&[1, 3, 3, 2, 77]), shape);
    assert_eq!(relations.shape(&[]), Shape::default());
}

/// A line of relations with evidence.
fn judged(a: u32, b: u32, relation: &str, firm: bool, [paths, votes_a, votes_b, against]: [u32; 4]) -> String {
    format!(
        "{{\"a\":{a},\"b\":{b},\"relation\":\"{relation}\",\"step\":\"proof\",\"firm\":{firm},\"vantage_points\":9,\"paths\":{paths},\
        \"votes_a\":{votes_a},\"votes_b\":{votes_b},\"against\":{against},\"against_origins\":4,\"preference_shown\":0,\
        \"preference_refuted\":0,\"over_route_server\":false,\"over_exchange\":false,\"mutual\":false}}\n"
    )
}

#[test]
fn of_several_leaks_in_a_path_the_one_of_firm_links_is_named() {
    const PLAIN: [u32; 4] = [50, 0, 0, 1];
    // In truth 2 sells to 3, so that only 4 leaks; the link is taken for peering, which makes 2 leak what 1 gave it.
    let text = |firm: bool| {
        [
            judged(1, 2, "peer", true, PLAIN),
            judged(2, 3, "peer", false, PLAIN),
            judged(3, 4, "transit", true, PLAIN),
            judged(5, 4, "transit", firm, PLAIN),
        ]
        .concat()
    };
    let path = [5, 4, 3, 2, 1];
    let relations = Relations::read_json(text(true).as_bytes()).unwrap();
    let leak = |by, kind| Some(Leak { by, kind });
    assert_eq!(relations.judge_leaks().shape(&path).leak, leak(4, LeakKind::ProviderToProvider));
    // By classes alone, as read from lines, the first is named.
    assert_eq!(relations.judge().shape(&path).leak, leak(2, LeakKind::PeerToPeer));
    assert_eq!(relations.shape(&path).leak, leak(2, LeakKind::PeerToPeer));
    assert!(relations.judge_leaks().shape(&path).firm, "both links of the one that is named");
    // Of two whose links after the network are as firm, the one whose link before is.
    let relations = Relations::read_json(text(false).as_bytes()).unwrap();
    let shape = relations.judge_leaks().shape(&path);
    assert_eq!((shape.leak, shape.firm), (leak(2, LeakKind::PeerToPeer), false));
    // A route that climbs on after a leak is leaked once.
    let more = [text(true), judged(6, 5, "transit", true, PLAIN)].concat();
    let judge = Relations::read_json(more.as_bytes()).unwrap().judge_leaks();
    assert_eq!(judge.shape(&[6, 5, 4, 3, 2, 1]).leak, leak(4, LeakKind::ProviderToProvider));
}

#[test]
fn a_link_that_leaks_alone_show_does_not_judge_them() {
    // 3 leaks what it has from 2 to 4. Nobody else shows the link of 2 and 3, and votes for either side are as many.
    let text = |[paths, votes_a, votes_b, against]: [u32; 4]| {
        [
            judged(1, 2, "transit", true, [50, 0, 0, 1]),
            judged(3, 2, "transit", true, [paths, votes_a, votes_b, against]),
            judged(4, 3, "transit", true, [50, 0, 0, 1]),
        ]
        .concat()
    };
    let leaker = |counts| {
        let relations = Relations::read_json(text(counts).as_bytes()).unwrap();
        relations.judge_leaks().shape(&[4, 3, 2, 1]).leak.map(|leak| leak.by)
    };
    assert_eq!(leaker([46, 37, 36, 46]), Some(3));
    // With a path that is none of a leak, or clear votes, its class counts.
    assert_eq!(leaker([47, 37, 36, 46]), Some(2));
    assert_eq!(leaker([46, 5, 1, 46]), Some(2));
    assert_eq!(leaker([46, 37, 0, 46]), Some(2));
}

#[test]
fn a_link_of_siblings_does_not_judge_leaks() {
    // 3 has 2's routes and 2 has 3's, and both give them to their own providers.
    let leaker = |mutual: bool, counts| {
        let line = judged(2, 3, "transit", true, counts).replace("mutual\":false", &format!("mutual\":{mutual}"));
        let text = [line, judged(4, 3, "transit", true, [50, 0, 0, 1])].concat();
        Relations::read_json(text.as_bytes()).unwrap().judge_leaks().shape(&[4, 3, 2]).leak.map(|leak| leak.by)
    };
    // Votes for both, and valleys in a tenth of the paths.
    assert_eq!(leaker(true, [40, 30, 1, 4]), None);
    assert_eq!(leaker(true, [40, 30, 0, 4]), Some(3));
    assert_eq!(leaker(true, [41, 30, 1, 4]), Some(3));
    assert_eq!(leaker(false, [40, 30, 1, 4]), Some(3));
    // A third network, 9 and 8, has the routes of each over the other; of 5 and 6 only 6 has those of 5.
    let paths: [&[u32]; 4] = [&[9, 2, 3], &[8, 3, 2], &[7, 6, 5], &[5, 6]];
    let relations = store(paths).infer(&Inference::default()).unwrap();
    let is_mutual = |a, b| relations.get(a, b).and_then(|link| link.evidence).map(|evidence| evidence.mutual);
    assert_eq!((is_mutual(2, 3), is_mutual(5, 6), is_mutual(9, 2)), (Some(true), Some(false), Some(false)));
}

#[test]
fn a_supposed_link_judges_leaks_as_long_as_few_paths_are_against_it() {
    let leaker = |firm: bool, [paths, against, origins]: [u32; 3]| {
        let line = judged(2, 3, "peer", firm, [paths, 0, 0, against]).replace("origins\":4", &format!("origins\":{origins}"));
        let text = [judged(1, 2, "transit", true, [50, 0, 0, 1]), line].concat();
        Relations::read_json(text.as_bytes()).unwrap().judge_leaks().shape(&[3, 2, 1]).leak.map(|leak| leak.by)
    };
    // A quarter of its paths, and ten origins.
    assert_eq!(leaker(false, [40, 10, 9]), Some(2));
    assert_eq!(leaker(false, [40, 9, 10]), Some(2));
    assert_eq!(leaker(false, [40, 10, 10]), None);
    assert_eq!(leaker(true, [40, 10, 10]), Some(2));
    // Proven links are refuted by more.
    assert_eq!(leaker(true, [40, 40, 19]), Some(2));
    assert_eq!(leaker(true, [40, 40, 20]), None);
}

#[test]
fn a_supposed_peer_half_of_whose_routes_are_valleys_does_not_judge_leaks() {
    let leaker = |step: &str, votes: u32, [against, origins]: [u32; 2]| {
        let line = judged(2, 3, "peer", true, [100, votes, 0, 40])
            .replace("\"step\":\"proof\"", &format!("\"step\":\"{step}\""))
            .replace("\"against_origins\":4", &format!("\"against_origins\":{against},\"origins\":{origins}"));
        let text = [judged(1, 2, "transit", true, [50, 0, 0, 1]), line].concat();
        Relations::read_json(text.as_bytes()).unwrap().judge_leaks().shape(&[3, 2, 1]).leak.map(|leak| leak.by)
    };
    for step in ["rest", "small-side"] {
        assert_eq!(leaker(step, 0, [8, 16]), None);
        // Few routes, or some of many, are a leak; so is what is proven.
        assert_eq!(leaker(step, 0, [7, 7]), Some(2));
        assert_eq!(leaker(step, 0, [8, 17]), Some(2));
        assert_eq!(leaker(step, 1, [8, 16]), Some(2));
    }
    assert_eq!(leaker("proof", 0, [8, 16]), Some(2));
    assert_eq!(leaker("given", 0, [8, 16]), Some(2));
    // Of older files nothing is known about that.
    assert_eq!(leaker("rest", 0, [8, 0]), Some(2));
    // Origins are counted in the direction that has fewer, if both have any.
    let relations =
        store([&[9u32, 1, 2, 3][..], &[9, 1, 2], &[9, 1, 2, 4], &[8, 2, 1, 9], &[8, 2]]).infer(&given(&[1, 2])).unwrap();
    let origins = |a, b| relations.get(a, b).unwrap().evidence.unwrap().origins;
    assert_eq!((origins(1, 2), origins(1, 9), origins(2, 3)), (1, 1, 1));
    assert_eq!(origins(2, 8), 2);
}

#[test]
fn links_networks_and_feeds_that_are_gone() {
    let before = store([&[1u32, 2, 3][..], &[1, 4, 5], &[1, 2, 6], &[9, 8, 3], &[9, 2, 3]]);
    // 2 and 3 are still seen, without their link; 5 is gone; 9 gives nothing any more.
    let after = store([&[1u32, 2, 6][..], &[1, 4, 3], &[1, 7]]);
    let losses = before.lost(&after, Thresholds::default());
    assert_eq!(losses.links, [LostLink { lower: 2, higher: 3, vantage_points: 1, routes_before: 1, origins: 1 }]);
    assert_eq!(losses.networks, [LostNetwork { asn: 5, vantage_points: 1, routes_before: 1 }]);
    assert_eq!(losses.feeds, [LostNetwork { asn: 9, vantage_points: 1, routes_before: 2 }]);
    assert_eq!(losses.common_vantage_points, 1);
    let more = before.lost(&after, Thresholds { vantage_points: 2, origins: 1 });
    assert!(more.links.is_empty() && more.networks.is_empty());
    assert!(before.lost(&after, Thresholds { vantage_points: 1, origins: 2 }).links.is_empty());
    // The same table twice loses nothing.
    assert_eq!(before.lost(&before, Thresholds::default()), Losses { common_vantage_points: 2, ..Losses::default() });
}

#[test]
fn a_link_whose_paths_went_for_another_reason_is_not_called_lost() {
    // 2 and 3 stop peering, which ends the only route that showed 3 and 4 together; 5 is gone, and so is what showed 6 and 7.
    let before = store([&[1u32, 2, 3][..], &[1, 2, 3, 4], &[1, 5, 6, 7]]);
    let after = store([&[1u32, 8, 3][..], &[1, 8, 4], &[1, 8, 6], &[1, 8, 7], &[1, 2]]);
    let losses = before.lost(&after, Thresholds::default());
    assert_eq!(losses.links, [LostLink { lower: 2, higher: 3, vantage_points: 1, routes_before: 2, origins: 2 }]);
    assert_eq!(losses.networks, [LostNetwork { asn: 5, vantage_points: 1, routes_before: 1 }]);
}

#[test]
fn own_routes_of_a_network_move_where_its_other_neighbour_is_gone() {
    // 5 buys from 3 and 4 and announces a prefix over each; 4 is gone, and 3 has what is left by another way.
    let before = store([&[1u32, 2, 3, 5][..], &[1, 4, 5], &[1, 3], &[1, 2, 3, 5, 6]]);
    let after = store([&[1u32, 7, 5][..], &[1, 3], &[1, 2, 3], &[1, 7, 5, 6]]);
    let losses = before.lost(&after, Thresholds::default());
    assert_eq!(losses.networks, [LostNetwork { asn: 4, vantage_points: 1, routes_before: 1 }]);
    // With routes of others over it the link is gone.
    let link = |routes_before, origins| LostLink { lower: 3, higher: 5, vantage_points: 1, routes_before, origins };
    assert_eq!(losses.links, [link(2, 2)]);
    let own = |paths: &[&[u32]]| store(paths.iter().copied()).lost(&after, Thresholds::default()).links;
    assert_eq!(own(&[&[1, 2, 3, 5], &[1, 4, 5], &[1, 3]]), []);
    // And so it is where nothing else happened.
    assert_eq!(own(&[&[1, 2, 3, 5], &[1, 7, 5], &[1, 3]]), [link(1, 1)]);
}

fn wrong(text: &[u8]) -> String {
    Relations::read_serial(text).unwrap_err().to_string()
}

#[test]
fn what_is_wrong_in_lines_of_relations_is_said_with_its_place() {
    assert_eq!(wrong(b"1|2|-1\n1|3\n"), "line 2, column 4: a column is missing");
    assert_eq!(wrong(b"1\n"), "line 1, column 2: a column is missing");
    // Three of serial-2's four columns are missing.
    assert_eq!(wrong(b"1|2|-1|bgp\r\n174\r\n"), "line 2, column 4: a column is missing");
    assert_eq!(wrong(b"\n# a\nfoo|2|-1\n"), "line 3, column 1: not a number");
    assert_eq!(wrong(b"1|2x|-1\n"), "line 1, column 4: not a number");
    assert_eq!(wrong(b"1||0"), "line 1, column 3: not a number");
    assert_eq!(wrong(b"1|4294967296|0"), "line 1, column 3: the number is over 32 bits");
    assert_eq!(wrong(b"99999999999x|1|0"), "line 1, column 12: not a number");
    // AS 0, which no network has, in a link, also of siblings in old files, and in the lists of comments.
    assert_eq!(wrong(b"1|2|-1\n0|1|-1\n"), "line 2, column 1: AS 0 is no network (RFC 7607)");
    assert_eq!(wrong(b"1|00|0"), "line 1, column 3: AS 0 is no network (RFC 7607)");
    assert_eq!(wrong(b"0|0|0"), "line 1, column 1: AS 0 is no network (RFC 7607)");
    assert_eq!(wrong(b"# inferred clique: 1 0\n1|2|0"), "line 1, column 22: AS 0 is no network (RFC 7607)");
    assert_eq!(wrong(b"1|2|0\n# IXP ASes: 0"), "line 2, column 13: AS 0 is no network (RFC 7607)");
    let mut old = SerialReader::new().old_codes(OldCodes::Siblings);
    assert_eq!(old.feed(b"1|0|2\n").unwrap_err().to_string(), "line 1, column 3: AS 0 is no network (RFC 7607)");
    let json = b"{\"a\":1,\"b\":2,\"relation\":\"peer\"}\n{\"a\":3,\"b\":0,\"relation\":\"peer\"}\n";
    let e = Relations::read_json(json).unwrap_err();
    assert_eq!((e.kind, e.to_string().as_str()), (FormatErrorKind::AsZero, "line 2, column 12: AS 0 is no network (RFC 7607)"));
    assert_eq!(read_ppdc(b"1 2\n2 0\n").unwrap_err().to_string(), "line 2, column 3: AS 0 is no network (RFC 7607)");
    for (text, column) in [("7\nAS0\n", 3), ("7\n0.0", 1), ("7\n# IXP ASes: 9 0", 15)] {
        let said = format!("line 2, column {column}: AS 0 is no network (RFC 7607)");
        assert_eq!(read_asns(text.as_bytes()).unwrap_err().to_string(), said);
    }
    assert_eq!(wrong(b"7|7|0"), "line 1, column 3: AS 7 is linked to itself");
    assert_eq!(wrong(b"1|2|1"), "line 1, column 5: a relation is -1 or 0");
    assert_eq!(wrong(b"1|2|\0"), "line 1, column 5: a relation is -1 or 0");
    assert_eq!(wrong(b"1|\0|0"), "line 1, column 3: not a number");
    assert_eq!(wrong(b"# inferred clique: 1 x"), "line 1, column 22: not a number");
    assert_eq!(wrong(b"#  IXP ASes: 1 -2"), "line 1, column 16: not a number");
    assert_eq!(wrong(b"1| 2|0"), "line 1, column 3: not a number");
    assert_eq!(
        wrong(b"1|2|-1\n2|1|-1\n5|6|0\n5|6|-1\n"),
        "line 2, column 1: the link of AS 1 and AS 2 has another relation on line 1"
    );
    let mut long = b"1|2|-1\n1|3|".to_vec();
    long.resize(2 << 20, b'0');
    assert_eq!(wrong(&long), "line 2, column 1048577: the line is too long");
}

/// Blanks at the end of a line say nothing, and a comment is a list only if it starts as one.
#[test]
fn blanks_and_comments_in_files_of_relations() {
    let text = b"# input clique: 3 1 \t\n   \n1|3|0 \n3|2|-1\t\r\n# the clique: Level3, Cogent\n# no IXP ASes: none\n#\n1|4|-1|bgp \n \t";
    let relations = Relations::read_serial(text).unwrap();
    assert_eq!((relations.clique(), relations.route_servers()), (&[1, 3][..], &[][..]));
    let links: Vec<(u32, u32)> = relations.iter().map(|link| (link.lower, link.higher)).collect();
    assert_eq!(links, [(1, 3), (1, 4), (2, 3)]);
    assert_eq!(read_asns(b"# all but the IXP ASes: header\n7 \n").unwrap(), read_asns(b"7").unwrap());
}

#[test]
fn lines_of_relations_in_all_their_forms() {
    let text =
        b"# source: x\r\n# inferred clique: 3 1\r\n1|3|0|bgp\r\n# in between\r\n3|2|-1|bgp|more\r\n3|2|-1\r\n\r\n# IXP ASes: 9 8";
    let relations = Relations::read_serial(text).unwrap();
    assert_eq!((relations.clique(), relations.route_servers()), (&[1, 3][..], &[8, 9][..]));
    let one = "# inferred clique: 1 3\n# IXP ASes: 8 9\n1|3|0\n3|2|-1\n";
    assert_eq!(String::from_utf8(relations.write_serial(Serial::One)).unwrap(), one);
    let two = "# inferred clique: 1 3\n# IXP ASes: 8 9\n1|3|0|bgp\n3|2|-1|bgp\n";
    assert_eq!(String::from_utf8(relations.write_serial(Serial::Two)).unwrap(), two);
    assert_eq!(Relations::read_serial(two.as_bytes()).unwrap(), relations);
    let old = |codes| {
        let mut reader = SerialReader::new().old_codes(codes);
        reader.feed(b"1|2|1\n3|4|2\n")?;
        reader.finish()
    };
    assert_eq!(old(OldCodes::CustomerFirst).unwrap().get(1, 2).map(|link| link.relation), Some(transit(2, 1)));
    assert!(old(OldCodes::Siblings).unwrap().is_empty());
    assert_eq!(old(OldCodes::Reject).unwrap_err().to_string(), "line 1, column 5: a relation is -1 or 0");
    assert_eq!(Relations::read_serial(b"").unwrap(), Relations::default());
}

#[test]
fn comments_of_any_size_are_passed_over_and_not_kept() {
    let mut reader = SerialReader::new();
    reader.feed(b"1|2|0\n#").unwrap();
    let chunk = vec![b'x'; 1 << 16];
    for _ in 0..1_000 {
        reader.feed(&chunk).unwrap();
    }
    reader.feed(b"\n3|4|-1\n# end").unwrap();
    assert_eq!(reader.finish().unwrap().len(), 2);
}

#[test]
fn relations_travel_as_json() {
    let net = Internet::new(&format!("{CORE} 1>11 2>12 3>13 4>14 11>21 12>22 13>23 14>24 11-12"));
    let relations = net.store(&[21, 22, 23, 24]).infer(&Inference::default()).unwrap();
    let text = relations.write_json();
    let first = "{\"a\":1,\"b\":2,\"relation\":\"peer\",\"step\":\"clique\",\"firm\":true,\"vantage_points\":2,\"paths\":2,\
        \"votes_a\":0,\"votes_b\":0,\"against\":0,\"against_origins\":0,\"origins\":1,\"preference_shown\":0,\"preference_refuted\":0,\
        \"over_route_server\":false,\"over_exchange\":false,\"mutual\":true}";
    assert_eq!(core::str::from_utf8(&text).unwrap().lines().next(), Some(first));
    let read = Relations::read_json(&text).unwrap();
    assert!(read.iter().eq(relations.iter()));
    assert_eq!(read.clique(), relations.clique());
    let plain = Relations::read_serial(&relations.write_serial(Serial::One)).unwrap();
    assert_eq!(plain.diff(&read).count(), 0);
    assert!(Relations::read_json(&plain.write_json()).unwrap().iter().eq(plain.iter()));
}

#[test]
fn what_is_wrong_in_json_is_said_with_its_place() {
    let wrong = |text: &str| Relations::read_json(text.as_bytes()).unwrap_err().to_string();
    assert_eq!(wrong("{\"a\":1,\n \"b\":\"x\"}"), "line 2, column 6: not a number");
    assert_eq!(wrong("{\"a\":1,\"relation\":\"peer\"}"), "line 1, column 1: the member \"b\" is missing");
    assert_eq!(wrong("{\"a\":1 \"b\":2}"), "line 1, column 8: expected a comma or the end of the object");
    assert_eq!(wrong("{\"a\":1"), "line 1, column 7: the text ends within a value");
    assert_eq!(wrong("{\"a\":4294967296}"), "line 1, column 6: the number is over 32 bits");
    assert_eq!(wrong("{\"relation\":\"friend\"}"), "line 1, column 13: expected \"transit\" or \"peer\"");
    assert_eq!(wrong("{\"step\":\"luck\"}"), "line 1, column 9: expected the name of a step");
    assert_eq!(wrong("{\"a\":5,\"b\":5,\"relation\":\"peer\"}"), "line 1, column 1: AS 5 is linked to itself");
    assert_eq!(wrong("[1]"), "line 1, column 1: expected an object");
    assert_eq!(wrong("{\"x\":\"\\q\"}"), "line 1, column 7: expected an escape");
    assert_eq!(wrong("{\"x\":\"\\ud800\"}"), "line 1, column 7: expected an escape");
    let deep = format!("{{\"x\":{}}}", "[".repeat(100));
    assert_eq!(wrong(&deep), "line 1, column 71: values are nested too deep");
    let twice = "{\"a\":1,\"b\":2,\"relation\":\"peer\"}\n{\"a\":2,\"b\":1,\"relation\":\"transit\"}\n";
    assert_eq!(wrong(twice), "line 2, column 1: the link of AS 1 and AS 2 has another relation on line 1");
}

#[test]
fn dot_has_providers_above() {
    let relations = Relations::read_serial(b"1|5|-1\n5|7|-1\n5|6|0\n1|6|-1\n").unwrap();
    let dot = "digraph \"AS5\" {\n  rankdir=TB;\n  node [shape=box];\n  5 [style=bold];\n  { rank=min; 1; }\n  { rank=same; 5; 6; }\n  \
        { rank=max; 7; }\n  1 -> 5 [arrowhead=normal];\n  5 -> 6 [arrowhead=none, constraint=false];\n  5 -> 7 [arrowhead=normal];\n}\n";
    assert_eq!(relations.write_dot(5).as_deref(), Some(dot));
    assert_eq!(relations.write_dot(99), None);
}

#[test]
fn lists_of_as_numbers() {
    assert_eq!(read_asns(b"64500\nAS64501 # a\r\n\n# b\n 7 \n").unwrap().asns, [7, 64500, 64501]);
    assert_eq!(read_asns(b"# clique: 1\n# IXP ASes: 9 8\n1|2|0\n").unwrap().asns, [8, 9]);
    // A header may name none.
    let of_header = |text: &[u8]| read_asns(text).map(|list| (list.asns, list.is_of_header)).unwrap();
    assert_eq!((of_header(b"7\n# a\n"), of_header(b"")), ((vec![7], false), (vec![], false)));
    for text in [&b"# IXP ASes:\n"[..], b"#IXP ASes:\n1|2|0\n", b"\xef\xbb\xbf# IXP ASes:\r\n1|2|0\n"] {
        assert_eq!(of_header(text), (vec![], true), "{}", text.escape_ascii());
    }
    assert_eq!(read_asns(b"1\n x\n").unwrap_err().to_string(), "line 2, column 2: not a number");
    assert_eq!(read_asns(b"1.10\nAS0.7 # a\n").unwrap().asns, [7, 65_546]);
    assert_eq!(read_asns(b"1\nAS1.65536\n").unwrap_err().to_string(), "line 2, column 3: not a number");
    let cones = read_ppdc(b"# c\n1 3 2 1\n2 2\n").unwrap();
    assert_eq!(cones, [(1, vec![1, 2, 3]), (2, vec![2])]);
    assert_eq!(read_ppdc(b"1\n").unwrap_err().to_string(), "line 1, column 2: a column is missing");
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_text() {
    let marked = |text: &[u8]| [b"\xef\xbb\xbf", text].concat();
    assert_eq!(read_asns(&marked(b"7\n")).unwrap().asns, [7]);
    assert_eq!(Relations::read_serial(&marked(b"1|2|-1\n")).unwrap().get(1, 2).map(|link| link.relation), Some(transit(1, 2)));
    assert_eq!(Relations::read_json(&marked(b"{\"a\":1,\"b\":2,\"relation\":\"peer\"}")).unwrap().len(), 1);
    assert_eq!(Relations::read_json(&marked(b"{\"a\":x}")).unwrap_err().to_string(), "line 1, column 6: not a number");
    assert_eq!(rov::Vrps::read(&marked(b"{\"roas\":[]}")).unwrap().len(), 0);
    // Only at the start.
    assert_eq!(
        read_asns(&[b"7\n".as_slice(), &marked(b"8")].concat()).unwrap_err().to_string(),
        "line 2, column 1: not a number"
    );
}

#[test]
fn payloads_of_both_relying_parties() {
    let rpki_client = br#"{ "metadata": { "buildmachine": "x", "roas": 2 },
        "roas": [ { "asn": 64501, "prefix": "192.0.2.0/24", "maxLength": 24, "ta": "apnic", "expires": 1 },
                  { "asn": 64502, "prefix": "2001:db8::/32", "maxLength": 48, "ta": "ripe" } ],
        "bgpsec_keys": [], "aspas": [ { "customer_asid": 64501, "expires": 1.5e3, "providers": [64502, 0] } ] }"#;
    let routinator = br#"{"metadata":{},"roas":[{"asn":"AS64501","prefix":"192.0.2.0/24","maxLength":24,"ta":"x"},
        {"asn":"AS64502","prefix":"2001:db8::/32","maxLength":48,"ta":"x"}],"routerKeys":[],
        "aspas":[{"customer":"AS64501","providers":["AS64502(v4)","AS64502"],"ta":"x"}]}"#;
    let old = br#"{"provider_authorizations":{"ipv4":[{"customer_asid":64501,"providers":[64502]}],"ipv6":[]}}"#;
    let csv = b"ASN,IP Prefix,Max Length,Trust Anchor\nAS64501,192.0.2.0/24,24,apnic\r\nAS64502,2001:db8::/32,48,ripe\n";
    let vrps = [rov::Vrps::read(rpki_client), rov::Vrps::read(routinator), rov::Vrps::read(csv)].map(Result::unwrap);
    for list in &vrps {
        assert!(list.iter().eq(vrps[0].iter()));
        assert_eq!(list.len(), 2);
    }
    for text in [&rpki_client[..], routinator, old] {
        let attested = aspa::Attested::read_json(text).unwrap();
        assert_eq!(attested.iter().collect::<Vec<_>>(), [(64501, &[64502][..])]);
    }
    // An instant that is no whole number is none.
    let at = crate::Timestamp::from_seconds;
    assert_eq!(
        vrps.each_ref().map(|list| [list.expired(at(1)), list.expired(at(2))]),
        [[(0, 2), (1, 2)], [(0, 2); 2], [(0, 2); 2]]
    );
    assert_eq!(aspa::Attested::read_json(rpki_client).unwrap().expired(at(u32::MAX)), (0, 1));
    let csv =
        b"ASN,IP Prefix,Max Length,Trust Anchor,Expires\nAS64501,192.0.2.0/24,24,apnic,7\nAS64502,2001:db8::/32,48,ripe,9\n";
    let list = rov::Vrps::read(csv).unwrap();
    assert_eq!([7, 8, 10].map(|seconds| list.expired(at(seconds))), [(0, 2), (1, 2), (2, 2)]);
    // Of all that were read: united and repeated ones count one by one.
    let united =
        br#"{"aspas":[{"customer_asid":1,"expires":5,"providers":[2]},{"customer_asid":1,"expires":5,"providers":[3]}]}"#;
    let united = aspa::Attested::read_json(united).unwrap();
    assert_eq!((united.len(), united.expired(at(5)), united.expired(at(6))), (1, (0, 2), (2, 2)));
    let twice = b"ASN,IP Prefix,Max Length,Trust Anchor,Expires\nAS1,192.0.2.0/24,24,a,7\nAS1,192.0.2.0/24,24,b,9\n";
    let twice = rov::Vrps::read(twice).unwrap();
    assert_eq!((twice.len(), twice.expired(at(8)), twice.expired(at(10))), (1, (1, 2), (2, 2)));
    // A list alone; columns by their names, quoted or not; without a header; a mark before the text.
    let expected = rov::Vrps::read(b"AS1,192.0.2.0/24,25\nAS2,2001:db8::/32,\n").unwrap();
    assert_eq!(expected.len(), 2);
    for text in [
        r#"[{"asn":1,"prefix":"192.0.2.0/24","maxLength":25},{"asn":"AS2","prefix":"2001:db8::/32"}]"#,
        r#"[{"asn":"0.1","prefix":"192.0.2.0/24","maxLength":25},{"asn":"as2","prefix":"2001:db8::/32","maxLength":null}]"#,
        r#"[{"asn":1,"prefix":"192.0.2.0/24","max_length":25},{"asn":2,"prefix":"2001:db8::/32","maxPrefixLength":32}]"#,
        "URI,ASN,IP Prefix,Max Length,Not Before,Not After\nrsync://x,AS1,192.0.2.0/24,25,,\n\"rsync://a,b\",AS2,2001:db8::/32,,,\n",
        "\"ASN\",\"IP Prefix\",\"Max Length\"\r\n\"AS1\",\"192.0.2.0/24\",\"25\"\r\n\"AS2\", \"2001:db8::/32\" ,\"\"\r\n",
        "# of today\n\nMax Length,Prefix,AS\n25,192.0.2.0/24,1\n,2001:db8::/32,2\n",
        "  # of today\nAS0.1,192.0.2.0/24,25\nas2,2001:db8::/32,\n",
        "ASN,net,longest\nAS1,192.0.2.0/24,25\nAS2,2001:db8::/32,32\n",
    ] {
        for text in [text.as_bytes(), &[b"\xef\xbb\xbf", text.as_bytes()].concat()] {
            assert!(rov::Vrps::read(text).unwrap().iter().eq(expected.iter()), "{}", String::from_utf8_lossy(text));
        }
    }
    let wrong = |text: &str| rov::Vrps::read(text.as_bytes()).unwrap_err().to_string();
    assert_eq!(wrong("[{\"asn\":1,\n\"prefix\":1}]"), "line 2, column 10: expected a string");
    assert_eq!(wrong("URI,ASN,IP Prefix,Max Length\nx,\"AS1\",\"192.0.2.0/33\",24"), "line 2, column 10: not a prefix");
    assert_eq!(wrong("\"AS1\",\"192.0.2.0/24\",\"23\""), "line 1, column 23: the length does not fit the prefix");
    assert_eq!(wrong("{}"), "line 1, column 1: there is no list \"roas\"");
    assert_eq!(wrong("{\"roas\":[{\"asn\":1,\"prefix\":\"192.0.2/24\"}]}"), "line 1, column 28: not a prefix");
    assert_eq!(
        wrong("{\"roas\":[{\"asn\":1,\"prefix\":\"192.0.2.0/24\",\n\"maxLength\":33}]}"),
        "line 2, column 13: the length does not fit the prefix"
    );
    assert_eq!(wrong("{\"roas\":[{\"prefix\":\"192.0.2.0/24\"}]}"), "line 1, column 10: the member \"asn\" is missing");
    assert_eq!(wrong("{\"roas\":[]} x"), "line 1, column 13: expected the end of the text");
    assert_eq!(wrong("AS1,192.0.2.0/24,23,x"), "line 1, column 18: the length does not fit the prefix");
    assert_eq!(wrong("AS1,192.0.2.0/24"), "line 1, column 17: a column is missing");
    assert_eq!(wrong("ASx,192.0.2.0/24,24"), "line 1, column 1: not a number");
    assert_eq!(wrong("1.65536,192.0.2.0/24,24"), "line 1, column 1: not a number");
    assert_eq!(wrong("AS4294967296,192.0.2.0/24,24"), "line 1, column 1: the number is over 32 bits");
    let wrong = |text: &str| aspa::Attested::read_json(text.as_bytes()).unwrap_err().to_string();
    assert_eq!(wrong("{\"aspas\":[{\"customer\":\"ASx\",\"providers\":[]}]}"), "line 1, column 23: not a number");
    assert_eq!(wrong("{\"aspas\":[{\"customer\":1}]}"), "line 1, column 11: the member \"providers\" is missing");
    assert_eq!(wrong(""), "line 1, column 1: the text ends within a value");
}

/// The outcome by the definition: every completion of what is not attested.
fn by_enumeration(path: &[u32], direction: aspa::Direction, attested: &aspa::Attested) -> aspa::Outcome {
    let mut q: Vec<u32> = path.to_vec();
    q.dedup();
    q.reverse();
    let hop = |customer: u32, provider: u32| attested.of(customer).map(|list| provider != 0 && list.contains(&provider));
    let pairs: Vec<(u32, u32)> = q.windows(2).map(|w| (w[0], w[1])).collect();
    let known: Vec<Option<bool>> = pairs.iter().map(|&(a, b)| hop(a, b)).chain(pairs.iter().map(|&(a, b)| hop(b, a))).collect();
    let free: Vec<usize> = (0..known.len()).filter(|&at| known[at].is_none()).collect();
    let n = pairs.len();
    let permitted = |hops: &[bool]| {
        let (up, down) = hops.split_at(n);
        if direction == aspa::Direction::Upstream {
            return up.iter().all(|&hop| hop);
        }
        (0..=n).any(|top| {
            up[..top].iter().all(|&h| h) && (down[top..].iter().all(|&h| h) || (top < n && down[top + 1..].iter().all(|&h| h)))
        })
    };
    let (mut yes, mut no) = (false, false);
    for choice in 0..1u32 << free.len() {
        let mut hops: Vec<bool> = known.iter().map(|hop| hop.unwrap_or(false)).collect();
        for (bit, &at) in free.iter().enumerate() {
            hops[at] = choice >> bit & 1 == 1;
        }
        if permitted(&hops) { yes = true } else { no = true }
    }
    match (yes, no) {
        (true, false) => aspa::Outcome::Valid,
        (false, true) => aspa::Outcome::Invalid,
        _ => aspa::Outcome::Unknown,
    }
}

#[test]
fn attested_paths_of_up_to_five_networks_are_judged_as_by_enumeration() {
    let mut cases = 0;
    for n in 1..=5usize {
        let asns: Vec<u32> = (64501..).take(n).collect();
        // Each network attests nothing, or one of the subsets of its neighbours.
        let states: Vec<Vec<Option<Vec<u32>>>> = (0..n)
            .map(|i| {
                let beside: Vec<u32> =
                    [i.checked_sub(1), Some(i + 1)].into_iter().flatten().filter(|&j| j < n).map(|j| asns[j]).collect();
                let subset =
                    |bits: usize| beside.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).map(|(_, &asn)| asn).collect();
                core::iter::once(None).chain((0..1 << beside.len()).map(|bits| Some(subset(bits)))).collect()
            })
            .collect();
        let total: usize = states.iter().map(Vec::len).product();
        for mut case in 0..total {
            let mut attested = aspa::Attested::new();
            for (i, options) in states.iter().enumerate() {
                if let Some(providers) = &options[case % options.len()] {
                    attested.insert(asns[i], providers.iter().copied());
                }
                case /= options.len();
            }
            let path: Vec<u32> = asns.iter().rev().copied().collect();
            for direction in [aspa::Direction::Upstream, aspa::Direction::Downstream] {
                assert_eq!(
                    aspa::verify(&path, direction, &attested),
                    by_enumeration(&path, direction, &attested),
                    "{path:?} {attested:?}"
                );
            }
            cases += 1;
        }
    }
    assert_eq!(cases, 2 + 9 + 45 + 225 + 1125);
}

#[test]
fn received_paths() {
    use aspa::{Outcome, verify_received};
    use otc::Role;
    let attested: aspa::Attested = [(64501, [64502])].into_iter().collect();
    let path = [64502, 64501];
    assert_eq!(verify_received(&path, false, Role::Customer, 64502, &attested), Outcome::Valid);
    assert_eq!(verify_received(&path, false, Role::Customer, 64503, &attested), Outcome::Invalid);
    assert_eq!(verify_received(&path, false, Role::RouteServer, 64503, &attested), Outcome::Valid);
    assert_eq!(verify_received(&path, true, Role::Provider, 64502, &attested), Outcome::Invalid);
    assert_eq!(verify_received(&[], false, Role::RouteServer, 64502, &attested), Outcome::Invalid);
    assert_eq!([Outcome::Valid, Outcome::Unknown, Outcome::Invalid].map(Outcome::name), ["valid", "unknown", "invalid"]);
}

/// A tiny graph: transit from lower to higher numbers, so that no cycle arises; all networks without providers are peers.
fn tiny() -> impl Strategy<Value = Internet> {
    (5u32..=12).prop_flat_map(|n| {
        proptest::collection::vec(0u8..10, (n * (n - 1) / 2) as usize).prop_map(move |kinds| {
            let mut internet = Internet::default();
            let mut kinds = kinds.into_iter();
            for a in 1..=n {
                for b in a + 1..=n {
                    match kinds.next().unwrap() {
                        0..=2 => internet.transit.push((a, b)),
                        3 => internet.peers.push((a, b)),
                        _ => {}
                    }
                }
            }
            let top: Vec<u32> = (1..=n).filter(|&asn| !internet.transit.iter().any(|&(_, customer)| customer == asn)).collect();
            for (at, &a) in top.iter().enumerate() {
                for &b in &top[at + 1..] {
                    if internet.relation(a, b).is_none() {
                        internet.peers.push((a, b));
                    }
                }
            }
            internet
        })
    })
}

/// Statements of all kinds about links of low and high numbers.
fn state(claims: &mut Claims, stated: &[(u32, u32, u8)]) {
    for &(a, b, kind) in stated {
        match kind {
            0 => claims.only_to_customer(&[a, b, 99], 99),
            1 => claims.attested(&[(b, [a])].into_iter().collect()),
            2 => claims.tagged(&[a, b], a, otc::Role::Peer),
            _ => claims.tagged(&[b, a], b, otc::Role::Customer),
        }
    }
}

fn counts(relations: &Relations) -> Vec<(u32, u32, Relation, Step, bool)> {
    relations.iter().map(|link| (link.lower, link.higher, link.relation, link.evidence.unwrap().step, link.is_firm())).collect()
}

proptest! {
    /// No link is firm and wrong when every network shows what it has and the clique is right.
    #[test]
    fn firm_links_of_tiny_graphs_are_right(net in tiny(), seed: u64) {
        let all: Vec<u32> = net.networks().into_iter().collect();
        let few: Vec<u32> = all.iter().copied().filter(|asn| seed >> (asn % 64) & 1 == 1).collect();
        for vantage_points in [all, few] {
            let store = net.store(&vantage_points);
            if store.is_empty() {
                continue;
            }
            let relations = store.infer(&given(&net.clique())).unwrap();
            for link in relations.iter().filter(Link::is_firm) {
                prop_assert_eq!(Some(link.relation), net.relation(link.lower, link.higher), "{:?}", link);
            }
        }
    }

    /// Order and parts do not matter, and neither does how often a path was seen.
    #[test]
    fn stores_are_sets(net in tiny(), order in any::<prop::sample::Index>(), parts in 1usize..5) {
        let all: Vec<u32> = net.networks().into_iter().collect();
        let mut paths = net.paths(&all);
        prop_assume!(!paths.is_empty());
        let whole = store(paths.iter().map(Vec::as_slice));
        let at = order.index(paths.len());
        paths.rotate_left(at);
        paths.reverse();
        let mut merged = PathStore::new(AddressFamily::V4);
        let pieces: Vec<PathStore> = paths.chunks(paths.len().div_ceil(parts)).map(|chunk| store(chunk.iter().map(Vec::as_slice))).collect();
        for piece in pieces.iter().rev() {
            merged.merge(piece).unwrap();
        }
        prop_assert_eq!(&merged, &whole);
        let counts_of_nothing = HygieneCounts::default();
        prop_assert_eq!(merged.to_exchange(&counts_of_nothing), whole.to_exchange(&counts_of_nothing));
        let one = whole.infer(&Inference::default()).unwrap();
        let other = merged.infer(&Inference::default()).unwrap();
        prop_assert_eq!(&one, &other);
        merged.merge(&whole).unwrap();
        prop_assert_eq!(merged.routes(), 2 * whole.routes());
        prop_assert_eq!(counts(&merged.infer(&Inference::default()).unwrap()), counts(&one));
    }

    /// Other numbers in the same order give the same relations.
    #[test]
    fn relations_follow_numbers(net in tiny()) {
        let all: Vec<u32> = net.networks().into_iter().collect();
        let paths = net.paths(&all);
        let relabel = |asn: u32| asn * 1000 + 7;
        let other: Vec<Vec<u32>> = paths.iter().map(|path| path.iter().map(|&asn| relabel(asn)).collect()).collect();
        let one = store(paths.iter().map(Vec::as_slice)).infer(&Inference::default()).unwrap();
        let two = store(other.iter().map(Vec::as_slice)).infer(&Inference::default()).unwrap();
        let relation = |relation| match relation {
            Relation::Transit { provider, customer } => transit(relabel(provider), relabel(customer)),
            Relation::Peer => Relation::Peer,
        };
        let renamed: Vec<_> = counts(&one).into_iter().map(|(a, b, r, step, firm)| (relabel(a), relabel(b), relation(r), step, firm)).collect();
        prop_assert_eq!(renamed, counts(&two));
    }

    /// Stores are read back unchanged from their exchange form; everything else is rejected.
    #[test]
    fn exchange_is_exact(
        paths in proptest::collection::vec((1u32..9, proptest::collection::vec(any::<u32>(), 1..9), 1u64..1 << 40), 0..20),
        stated in proptest::collection::vec((1u32..6, 6u32..9, 0u8..4), 0..9),
        at in any::<prop::sample::Index>(),
        bit in 0u8..8,
    ) {
        let mut store = PathStore::new(AddressFamily::V6);
        state(store.claims_mut(), &stated);
        for (vantage, path, routes) in &paths {
            store.push_many(*vantage, path, *routes).unwrap();
        }
        store.mark_over_route_server(9, 4);
        store.mark_over_exchange(3, 5);
        store.mark_over_exchange(4, 9);
        let counts = HygieneCounts { entries: 300, r#loop: 2, ..HygieneCounts::default() };
        let octets = store.to_exchange(&counts);
        let (read, read_counts) = PathStore::from_exchange(&octets).unwrap();
        prop_assert_eq!(&read, &store);
        prop_assert_eq!(read_counts, counts);
        let mut damaged = octets.clone();
        let place = at.index(damaged.len());
        damaged[place] ^= 1 << bit;
        prop_assert!(PathStore::from_exchange(&damaged).is_err());
        prop_assert!(PathStore::from_exchange(&octets[..place]).is_err());
    }

    /// Statements merge to the same in any order, as octets too, and attestations that all parts were given count once.
    #[test]
    fn statements_of_parts_are_those_of_the_whole(
        stated in proptest::collection::vec((1u32..6, 6u32..9, 0u8..4), 1..20),
        cut in any::<prop::sample::Index>(),
    ) {
        let attested = [(3, [7]), (8, [1])].into_iter().collect();
        let reduced = |stated: &[(u32, u32, u8)]| {
            let mut store = PathStore::new(AddressFamily::V4);
            store.push(1, &[1, 6]).unwrap();
            state(store.claims_mut(), stated);
            store.claims_mut().attested(&attested);
            store
        };
        let (one, two) = stated.split_at(cut.index(stated.len()));
        let (one, two) = (reduced(one), reduced(two));
        let mut whole = reduced(&stated);
        whole.push(1, &[1, 6]).unwrap();
        let octets = whole.to_exchange(&HygieneCounts::default());
        for (a, b) in [(&one, &two), (&two, &one)] {
            let mut merged = a.clone();
            merged.merge(b).unwrap();
            prop_assert_eq!(&merged, &whole);
            prop_assert_eq!(merged.to_exchange(&HygieneCounts::default()), octets.clone());
        }
    }

    /// Longer paths than the enumeration of all cases has, with prepends.
    #[test]
    fn attested_paths_are_judged_as_by_enumeration(
        path in proptest::collection::vec(1u32..8, 1..9),
        attested in proptest::collection::vec((1u32..8, proptest::collection::vec(0u32..8, 0..4)), 0..8),
    ) {
        let attested: aspa::Attested = attested.into_iter().collect();
        for direction in [aspa::Direction::Upstream, aspa::Direction::Downstream] {
            prop_assert_eq!(aspa::verify(&path, direction, &attested), by_enumeration(&path, direction, &attested));
        }
    }

    /// Readers do not panic on any octets.
    #[test]
    fn readers_do_not_panic(text in proptest::collection::vec(any::<u8>(), 0..200), json in "[\\[\\]{}\",:a-z0-9 \\\\.-]{0,60}") {
        let _ = Relations::read_serial(&text);
        let _ = PathStore::from_exchange(&text);
        for text in [&text[..], json.as_bytes()] {
            let _ = Relations::read_json(text);
            let _ = aspa::Attested::read_json(text);
            let _ = rov::Vrps::read(text);
            let _ = read_ppdc(text);
            let _ = read_asns(text);
            let _ = read_role_communities(text);
        }
    }
}

/// Of the link of 3 and 5 a leak alone shows anything: 5 has 6's routes from 6, its attested provider. That 3 sells to 5 is proven, but as
/// long as all its paths are valleys it is not firm.
#[test]
fn a_link_with_valleys_alone_is_not_firm() {
    let mut how = given(&[1]);
    how.claims.attested(&[(5, [6])].into_iter().collect());
    how.steps.up_rule = false;
    let mut paths = vec![vec![1, 3, 5, 6], vec![1, 3, 5, 6, 7], vec![1, 3, 4]];
    let firm = |paths: &[Vec<u32>]| {
        let relations = store(paths.iter().map(Vec::as_slice)).infer(&how).unwrap();
        assert_eq!(relations.get(5, 6).unwrap().relation, transit(6, 5));
        assert!(relations.get(5, 6).unwrap().is_firm(), "stated");
        of(&relations, 3, 5)
    };
    assert_eq!(firm(&paths), (transit(3, 5), Step::Proof, false));
    paths.push(vec![1, 3, 5]);
    assert_eq!(firm(&paths), (transit(3, 5), Step::Proof, true));
}

/// Vantage points of links are counted in either way, and the number of passes over the paths does not grow with that of vantage points.
#[test]
fn links_count_vantage_points_however_many_there_are() {
    for many in [70u32, 1_024, 1_025, 3_000] {
        let mut store = PathStore::new(AddressFamily::V4);
        for vantage in 0..many {
            let vantage = 10_000 + vantage;
            store.push(vantage, &[vantage, 1, 2]).unwrap();
            store.push(vantage, &[vantage, 1, 2, 3]).unwrap();
            // Of this path no vantage point is its first AS.
            store.push(vantage, &[1, 4]).unwrap();
        }
        let relations = store.infer(&given(&[1])).unwrap();
        let seen = |a, b| relations.get(a, b).and_then(|link| link.evidence).unwrap().vantage_points;
        assert_eq!([seen(1, 2), seen(2, 3), seen(1, 4), seen(1, 10_000)], [many, many, many, 1]);
    }
}

#[test]
fn what_is_wrong_with_a_store_in_its_exchange_form() {
    let mut store = PathStore::new(AddressFamily::V4);
    store.push(1, &[1, 2]).unwrap();
    let good = store.to_exchange(&HygieneCounts::default());
    let wrong = |octets: &[u8]| PathStore::from_exchange(octets).unwrap_err().to_string();
    let with = |at: usize, octet: u8| {
        let mut octets = good.clone();
        octets[at] = octet;
        wrong(&octets)
    };
    assert_eq!(wrong(b"MRT"), "not a store of paths (at byte 0)");
    assert_eq!(with(7, 9), "version 9 of the store of paths is not known (at byte 7)");
    assert_eq!(with(8, 5), "address family 5 is neither 4 nor 6 (at byte 8)");
    assert_eq!(with(22, 2), "a path shares more hops with the one before than both have (at byte 21)");
    assert_eq!(with(25, 0), "a path has no routes (at byte 21)");
    assert_eq!(with(26, 0), "a path has no vantage point (at byte 21)");
    assert_eq!(with(24, 1), "an AS number occurs twice in a path (at byte 21)");
    assert_eq!(with(29, 7), "octet 7 does not start a link (at byte 29)");
    assert_eq!(with(30, 0), format!("the check sum differs (at byte {})", good.len() - 8));
    assert_eq!(wrong(&good[..25]), "the store of paths is cut off (at byte 25)");
    let mut longer = good.clone();
    longer.push(0);
    assert_eq!(wrong(&longer), format!("octets follow the check sum (at byte {})", good.len()));
    assert!(PathStore::is_exchange(&good) && !PathStore::is_exchange(b"rg"));
    // A statement that no kind of source made, and one of peers by Only to Customer, which says nothing of them.
    store.claims_mut().only_to_customer(&[2, 1, 9], 9);
    let stated = store.to_exchange(&HygieneCounts::default());
    assert_eq!(stated[29..37], [3, 1, 2, 1, 0, 0, 0, 1]);
    for (at, octet) in [(36, 0), (36, 2), (36, 8), (34, 1), (35, 1), (35, 4)] {
        let mut octets = stated.clone();
        octets[at] = octet;
        assert_eq!(wrong(&octets), "statements about a link and their sources do not match (at byte 29)", "{at}: {octet}");
    }
}

#[test]
fn hygiene_has_one_reason_for_each_route() {
    let mut hygiene = Hygiene::new().route_servers([500]);
    let mut buffer = Vec::new();
    let mut clean = |hops: &[Hop]| hygiene.clean_hops(hops.iter().copied(), &mut buffer).map(<[u32]>::to_vec);
    let path = |asns: &[u32]| asns.iter().map(|&asn| Hop::As(asn)).collect::<Vec<Hop>>();
    assert_eq!(clean(&path(&[1, 1, 2, 2, 3])), Ok(vec![1, 2, 3]));
    assert_eq!(clean(&[Hop::As(1), Hop::Confederation, Hop::Set]), Err(Rejected::AsSet));
    assert_eq!(clean(&[Hop::Confederation, Hop::As(1)]), Err(Rejected::Confederation));
    assert_eq!(clean(&[]), Err(Rejected::Empty));
    assert_eq!(clean(&path(&[500])), Err(Rejected::Empty));
    // AS_TRANS in place of one of several copies is no loop.
    assert_eq!(clean(&path(&[1, 23456, 1, 64512])), Err(Rejected::AsTrans));
    assert_eq!(clean(&path(&[1, 23456, 2, 1])), Err(Rejected::Loop { asn: 1 }));
    assert_eq!(clean(&path(&[1, 64512, 23456])), Err(Rejected::AsTrans));
    assert_eq!(clean(&path(&[1, 64512, 0])), Err(Rejected::ReservedAsn { asn: 64512 }));
    // A route server between prepends of one network is no loop, and neither is its own number twice.
    assert_eq!(clean(&path(&[1, 500, 2, 500, 3])), Ok(vec![1, 2, 3]));
    assert_eq!(clean(&path(&[1, 500, 1, 2])), Ok(vec![1, 2]));
    let long: Vec<u32> = (1000..1256).collect();
    assert_eq!(clean(&path(&long)), Err(Rejected::TooLong));
    assert_eq!(clean(&path(&long[1..])).map(|path| path.len()), Ok(255));
    let mut looped = long[1..].to_vec();
    looped.push(1100);
    assert_eq!(clean(&path(&looped)), Err(Rejected::Loop { asn: 1100 }));
    let counts = *hygiene.counts();
    assert_eq!(counts.entries, 14);
    assert_eq!(
        counts.rejected(),
        [("as_set", 1), ("confederation", 1), ("empty", 2), ("loop", 2), ("as_trans", 2), ("reserved_asn", 1), ("too_long", 1)]
    );
    assert_eq!((counts.kept(), counts.prepended, counts.route_server), (4, 2, 3));
    let mut sum = counts;
    sum += counts;
    assert_eq!((sum.entries, sum.r#loop), (28, 4));
}

#[test]
fn links_over_route_servers_are_marked() {
    let mut hygiene = Hygiene::new().route_servers([500]);
    let (mut buffer, mut store) = (Vec::new(), PathStore::default());
    let path = hygiene.clean_asns(&[1, 500, 2, 3], &mut buffer).unwrap();
    store.push(path[0], path).unwrap();
    assert_eq!(hygiene.over_route_server(), [(1, 2)]);
    for &(near, far) in hygiene.over_route_server() {
        store.mark_over_route_server(near, far);
    }
    let relations = store.infer(&Inference::default()).unwrap();
    let over = |a, b| relations.get(a, b).unwrap().evidence.unwrap().over_route_server;
    assert!(over(2, 1) && !over(2, 3));
}

#[test]
fn communities_and_their_roles() {
    let text =
        b"# of two networks\n64500:100 customer\r\n64500:200  peer # here\n\n4200000000:1:300 provider\n64500:100 customer\n";
    let mut expected = RoleCommunities::new();
    assert!(expected.is_empty());
    expected.insert(Community(64500 << 16 | 100), otc::Role::Customer);
    expected.insert(Community(64500 << 16 | 200), otc::Role::Peer);
    let large = LargeCommunity { global: 4_200_000_000, local1: 1, local2: 300 };
    assert_eq!(expected.insert_large(large, otc::Role::Provider), None);
    assert_eq!((read_role_communities(text), expected.len()), (Ok(expected), 3));
    let wrong = |text: &str| read_role_communities(text.as_bytes()).unwrap_err().to_string();
    assert_eq!(wrong("1:2 friend"), "line 1, column 5: a role is customer, peer or provider");
    assert_eq!(wrong("1:2 peer x"), "line 1, column 10: a role is customer, peer or provider");
    assert_eq!(wrong("\n1:2"), "line 2, column 4: a column is missing");
    assert_eq!(wrong(" 1 peer"), "line 1, column 2: not a community of two or three numbers");
    assert_eq!(wrong("65536:1 peer"), "line 1, column 1: not a community of two or three numbers");
    assert_eq!(wrong("1:2:3:4 peer"), "line 1, column 1: not a community of two or three numbers");
    assert_eq!(wrong("1:x peer"), "line 1, column 3: not a number");
    assert_eq!(wrong("1:2:4294967296 peer"), "line 1, column 5: the number is over 32 bits");
    assert_eq!(wrong("1:2 peer\n1:2 customer"), "line 2, column 5: the community has another role on a line before");
}

#[test]
fn lists_of_prefixes() {
    let list = read_prefixes(b"# of exchanges\n192.0.2.0/24 # here\r\n\n  2001:db8::/64").unwrap();
    assert_eq!(list, ["192.0.2.0/24".parse().unwrap(), "2001:db8::/64".parse().unwrap()]);
    let error = read_prefixes(b"192.0.2.0/24\n  192.0.2.0/33\n").unwrap_err();
    assert_eq!((error.line, error.column, error.kind), (2, 3, FormatErrorKind::Prefix));
}

#[test]
fn reasons_in_words() {
    let words: Vec<String> = [
        Rejected::AsSet,
        Rejected::Confederation,
        Rejected::Empty,
        Rejected::Loop { asn: 5 },
        Rejected::AsTrans,
        Rejected::ReservedAsn { asn: 64512 },
        Rejected::TooLong,
    ]
    .iter()
    .map(|reason| format!("{}: {reason}", reason.name()))
    .collect();
    assert_eq!(
        words,
        [
            "as_set: the path has a set of AS numbers",
            "confederation: the path has a confederation segment",
            "empty: the path is empty",
            "loop: AS 5 occurs again after others",
            "as_trans: AS 23456 stands for a number that is not there",
            "reserved_asn: AS 64512 is reserved",
            "too_long: the path has more than 255 hops",
        ]
    );
}
