//! The actions of RFC 7606 and related RFCs, one test per rule: octets typed by hand, and for each finding its kind, action,
//! NOTIFICATION and offset.
#![cfg(feature = "alloc")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests report by panicking")]

use routeglass::bgp::{Message, Open};
use routeglass::codes::{AttrCode, CapabilityCode, Role};
use routeglass::error::{Action, Context, ErrorKind};
use routeglass::{Asn, Error, Session};

use crate::common::vectors::{ATTRIBUTES, ATTRIBUTES_AS2, PREFIX, message, update};

/// Kind, action, NOTIFICATION code and subcode, place.
type Row = (ErrorKind, Action, Option<(u8, u8)>, u64);

use Action::{DisableFamily, DiscardAttribute, ResetSession, TreatAsWithdraw};
use ErrorKind as K;

fn row(e: &Error) -> Row {
    // Every rule has a source.
    assert!(e.rfc().starts_with("RFC "), "{e}");
    (e.kind(), e.action(), e.notification().map(|(code, subcode)| (code.0, subcode)), e.offset())
}

/// The findings of a whole message; the verdict is the worst of them.
fn judge_by(session: &Session, bytes: &[u8]) -> Vec<Row> {
    let mut list = Vec::new();
    let mut verdict = Action::None;
    match Message::parse_at(bytes, session, 0) {
        Ok(Message::Update(update)) => verdict = update.findings(|e| list.push(row(&e))),
        Ok(Message::Open(open)) => verdict = open.findings(|e| list.push(row(&e))),
        Ok(_) => {}
        Err(e) => return vec![row(&e)],
    }
    assert_eq!(list.iter().map(|row| row.1).max().unwrap_or(Action::None), verdict);
    list
}

fn judge(bytes: &[u8]) -> Vec<Row> {
    judge_by(&Session::AS4, bytes)
}

/// Findings of an UPDATE that announces 198.51.100.0/24 with these attributes, which start at octet 23.
fn announced_with(attributes: &[u8]) -> Vec<Row> {
    judge(&message(2, &update(&[], attributes, PREFIX)))
}

/// The same after ORIGIN, AS_PATH and NEXT_HOP: the attribute starts at octet 43.
fn with(attribute: &[u8]) -> Vec<Row> {
    announced_with(&[ATTRIBUTES, attribute].concat())
}

/// The same on a session with two-octet AS numbers: the attribute starts at octet 41.
fn with_as2(attribute: &[u8]) -> Vec<Row> {
    judge_by(&Session::AS2, &message(2, &update(&[], &[ATTRIBUTES_AS2, attribute].concat(), PREFIX)))
}

const ORIGIN: &[u8] = &[0x40, 1, 1, 0];
const AS_PATH: &[u8] = &[0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0];
const NEXT_HOP: &[u8] = &[0x40, 3, 4, 192, 0, 2, 1];

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident: $found:expr => [$($row:expr),*];)*) => { $(
        $(#[$doc])*
        #[test]
        fn $name() {
            let expected: [Row; _] = [$($row),*];
            assert_eq!($found, expected);
        }
    )* };
}

// The whole message.
rules! {
    /// RFC 4271 section 6.1.
    marker_not_all_ones: {
        let mut m = message(4, &[]);
        m[7] = 0xfe;
        judge(&m)
    } => [(K::BadMarker, ResetSession, Some((1, 1)), 0)];

    header_length_under_19: {
        let mut m = message(4, &[]);
        m[17] = 18;
        judge(&m)
    } => [(K::BadLength(18), ResetSession, Some((1, 2)), 16)];

    header_length_over_4096: {
        judge(&message(2, &update(&[], &[], &[0; 4097 - 23])))
    } => [(K::BadLength(4097), ResetSession, Some((1, 2)), 16)];

    /// RFC 8654 section 4: 65,535 octets if negotiated.
    header_length_over_4096_with_extended_messages: {
        let routes = [8; 4097 - 23];
        judge_by(&Session::AS4.with_extended_message(), &message(2, &update(&routes, &[], &[])))
    } => [];

    open_shorter_than_29: judge(&message(1, &[4, 0xfb, 0xf0, 0, 180, 192, 0, 2, 1])) => [
        (K::BadLength(28), ResetSession, Some((1, 2)), 16)
    ];

    update_shorter_than_23: judge(&message(2, &[0, 0, 0])) => [(K::BadLength(22), ResetSession, Some((1, 2)), 16)];

    keepalive_other_than_19: judge(&message(4, &[0])) => [(K::BadLength(20), ResetSession, Some((1, 2)), 16)];

    /// No NOTIFICATION answers a NOTIFICATION (RFC 4271 section 6.4).
    notification_shorter_than_21: judge(&message(3, &[6])) => [(K::Truncated(1), Action::None, None, 19)];

    /// Withdrawn routes that overrun the message (RFC 7606 section 3 b).
    withdrawn_length_too_large: judge(&message(2, &[0, 9, 8, 10, 0, 0])) => [(K::Truncated(5), ResetSession, Some((3, 1)), 21)];

    /// The same for the attributes.
    attributes_length_too_large: judge(&message(2, &[0, 0, 0, 5, 0x40, 1, 1, 0])) => [
        (K::Truncated(1), ResetSession, Some((3, 1)), 23)
    ];

    /// RFC 7606 section 4: the total length still locates the routes.
    attribute_overruns_the_list: with(&[0x80, 4, 5, 0, 0, 0, 1]) => [(K::Truncated(1), TreatAsWithdraw, Some((3, 5)), 43)];

    fewer_than_three_octets_left: with(&[0x80, 4]) => [(K::Truncated(1), TreatAsWithdraw, Some((3, 5)), 43)];

    one_octet_left: with(&[0x80]) => [(K::Truncated(2), TreatAsWithdraw, Some((3, 1)), 43)];

    fewer_than_four_octets_left_with_extended_length: with(&[0x90, 4, 0]) => [(K::Truncated(1), TreatAsWithdraw, Some((3, 5)), 43)];

    /// RFC 7606 section 5.2: the routes to withdraw are unknown.
    withdraw_class_without_reachable_routes: judge(&message(2, &update(&[], &[0x40, 1, 1, 9], &[]))) => [
        (K::BadValue(9), ResetSession, Some((3, 6)), 26)
    ];

    /// The same with only withdrawn routes.
    withdraw_class_beside_withdrawn_routes: judge(&message(2, &update(PREFIX, &[0x40, 1, 1, 9], &[]))) => [
        (K::BadValue(9), ResetSession, Some((3, 6)), 30)
    ];

    /// An apparent End-of-RIB marker with a malformed attribute.
    malformed_attribute_in_an_end_of_rib: judge(&message(2, &update(&[], &[0x80, 15, 3, 0, 2, 1, 0x40, 3, 3, 1, 2, 3], &[]))) => [
        (K::BadLength(3), ResetSession, Some((3, 5)), 32)
    ];

    /// Discarding an attribute requires no route.
    discard_class_without_reachable_routes: judge(&message(2, &update(&[], &[0x40, 6, 1, 0], &[]))) => [
        (K::BadLength(1), DiscardAttribute, Some((3, 5)), 26)
    ];

    /// RFC 7606 section 3 d.
    origin_missing: announced_with(&[AS_PATH, NEXT_HOP].concat()) => [(K::Missing, TreatAsWithdraw, Some((3, 3)), 23)];
    as_path_missing: announced_with(&[ORIGIN, NEXT_HOP].concat()) => [(K::Missing, TreatAsWithdraw, Some((3, 3)), 23)];
    next_hop_missing: announced_with(&[ORIGIN, AS_PATH].concat()) => [(K::Missing, TreatAsWithdraw, Some((3, 3)), 23)];

    /// MP_REACH_NLRI has its own next hop.
    next_hop_not_needed_beside_mp_reach: judge(&message(2, &update(&[], &[ORIGIN, AS_PATH, MP_REACH].concat(), &[]))) => [];

    /// Only MP_UNREACH_NLRI, then IPv4 routes: all mandatory attributes are missing.
    ipv4_routes_behind_mp_unreach: announced_with(&[0x80, 15, 3, 0, 2, 1]) => [
        (K::Missing, TreatAsWithdraw, Some((3, 3)), 23),
        (K::Missing, TreatAsWithdraw, Some((3, 3)), 23),
        (K::Missing, TreatAsWithdraw, Some((3, 3)), 23)
    ];

    /// Routes with only an unknown attribute.
    routes_with_an_unknown_attribute_alone: announced_with(&[0xc0, 99, 1, 0]) => [
        (K::Missing, TreatAsWithdraw, Some((3, 3)), 23),
        (K::Missing, TreatAsWithdraw, Some((3, 3)), 23),
        (K::Missing, TreatAsWithdraw, Some((3, 3)), 23)
    ];

    /// Routes without any attribute.
    routes_without_attributes: announced_with(&[]) => [
        (K::Missing, TreatAsWithdraw, Some((3, 3)), 23),
        (K::Missing, TreatAsWithdraw, Some((3, 3)), 23),
        (K::Missing, TreatAsWithdraw, Some((3, 3)), 23)
    ];

    /// RFC 7606 section 3 g.
    mp_reach_twice: judge(&message(2, &update(&[], &[ORIGIN, AS_PATH, MP_REACH, MP_REACH].concat(), &[]))) => [
        (K::Duplicate, ResetSession, Some((3, 1)), 65)
    ];
    mp_unreach_twice: judge(&message(2, &update(&[], &[0x80, 15, 3, 0, 2, 1, 0x80, 15, 3, 0, 2, 1], &[]))) => [
        (K::Duplicate, ResetSession, Some((3, 1)), 29)
    ];
    any_other_attribute_twice: with(ORIGIN) => [(K::Duplicate, DiscardAttribute, Some((3, 1)), 43)];
    unknown_attribute_twice: with(&[0xc0, 99, 0, 0xc0, 99, 0]) => [(K::Duplicate, DiscardAttribute, Some((3, 1)), 46)];

    /// The first wins; a second one is not checked.
    malformed_second_origin: with(&[0x40, 1, 1, 9]) => [(K::Duplicate, DiscardAttribute, Some((3, 1)), 43)];

    /// RFC 7606 section 3 c.
    origin_said_to_be_optional: announced_with(&[&[0xc0, 1, 1, 0], AS_PATH, NEXT_HOP].concat()) => [
        (K::BadFlags(0xc0), TreatAsWithdraw, Some((3, 4)), 23)
    ];
    communities_said_to_be_well_known: with(&[0x40, 8, 4, 0, 1, 0, 1]) => [(K::BadFlags(0x40), TreatAsWithdraw, Some((3, 4)), 43)];
    multi_exit_disc_said_to_be_transitive: with(&[0xc0, 4, 4, 0, 0, 0, 1]) => [
        (K::BadFlags(0xc0), TreatAsWithdraw, Some((3, 4)), 43)
    ];

    /// Section 3 f: a former session reset becomes a discard for these two.
    atomic_aggregate_said_to_be_optional: with(&[0xc0, 6, 0]) => [(K::BadFlags(0xc0), DiscardAttribute, Some((3, 4)), 43)];
    aggregator_said_to_be_well_known: with(&[0x40, 7, 8, 0, 0, 0xfb, 0xf0, 192, 0, 2, 1]) => [
        (K::BadFlags(0x40), DiscardAttribute, Some((3, 4)), 43)
    ];

    /// RFC 6793 has no rule for the flags of AS4_PATH, so RFC 7606 applies.
    as4_path_said_to_be_non_transitive: with_as2(&[0x80, 17, 6, 2, 1, 0, 1, 0, 0]) => [
        (K::BadFlags(0x80), TreatAsWithdraw, Some((3, 4)), 41)
    ];

    /// Section 5.3: the attribute is incorrect, so its routes are unreliable.
    mp_reach_said_to_be_transitive: {
        let mut reach = MP_REACH.to_vec();
        reach[0] = 0xc0;
        judge(&message(2, &update(&[], &[ORIGIN, AS_PATH, &reach].concat(), &[])))
    } => [(K::BadFlags(0xc0), ResetSession, Some((3, 4)), 36)];
    mp_unreach_said_to_be_well_known: judge(&message(2, &update(&[], &[0x40, 15, 3, 0, 2, 1], &[]))) => [
        (K::BadFlags(0x40), ResetSession, Some((3, 4)), 23)
    ];

    /// The lower bits are ignored (RFC 4271 section 4.3).
    partial_and_unused_flag_bits: with(&[0xef, 8, 4, 0, 1, 0, 1]) => [];

    /// RFC 4271 section 6.3, unchanged by RFC 7606.
    unrecognized_well_known_attribute: with(&[0x40, 99, 1, 0]) => [(K::Unrecognized, ResetSession, Some((3, 2)), 43)];
    unrecognized_optional_attribute: with(&[0xc0, 99, 1, 0, 0x80, 98, 0]) => [];

    /// RFC 7606 section 5.3, RFC 4271 section 6.3.
    announced_prefix_too_long: judge(&message(2, &update(&[], ATTRIBUTES, &[33, 1, 2, 3, 4, 5]))) => [
        (K::BadPrefixLength(33), ResetSession, Some((3, 10)), 43)
    ];
    announced_prefix_cut: judge(&message(2, &update(&[], ATTRIBUTES, &[8, 10, 24, 198, 51]))) => [
        (K::Truncated(1), ResetSession, Some((3, 10)), 45)
    ];
    withdrawn_prefix_too_long: judge(&message(2, &update(&[64, 0, 0, 0, 0, 0, 0, 0, 0], &[], &[]))) => [
        (K::BadPrefixLength(64), ResetSession, Some((3, 10)), 21)
    ];
    withdrawn_prefix_cut: judge(&message(2, &update(&[24, 198], &[], &[]))) => [(K::Truncated(2), ResetSession, Some((3, 10)), 21)];
}

// The attributes, RFC 7606 section 7.
rules! {
    origin_length_0: announced_with(&[&[0x40, 1, 0], AS_PATH, NEXT_HOP].concat()) => [
        (K::BadLength(0), TreatAsWithdraw, Some((3, 5)), 26)
    ];
    origin_length_2: announced_with(&[&[0x40, 1, 2, 0, 0], AS_PATH, NEXT_HOP].concat()) => [
        (K::BadLength(2), TreatAsWithdraw, Some((3, 5)), 26)
    ];
    origin_undefined: announced_with(&[&[0x40, 1, 1, 3], AS_PATH, NEXT_HOP].concat()) => [
        (K::BadValue(3), TreatAsWithdraw, Some((3, 6)), 26)
    ];

    as_path_unknown_segment: announced_with(&[ORIGIN, &[0x40, 2, 6, 5, 1, 0, 0, 0xfb, 0xf0], NEXT_HOP].concat()) => [
        (K::BadValue(5), TreatAsWithdraw, Some((3, 11)), 30)
    ];
    as_path_segment_overruns: announced_with(&[ORIGIN, &[0x40, 2, 6, 2, 2, 0, 0, 0xfb, 0xf0], NEXT_HOP].concat()) => [
        (K::Truncated(4), TreatAsWithdraw, Some((3, 11)), 30)
    ];
    as_path_one_octet_left: announced_with(&[ORIGIN, &[0x40, 2, 7, 2, 1, 0, 0, 0xfb, 0xf0, 2], NEXT_HOP].concat()) => [
        (K::Truncated(1), TreatAsWithdraw, Some((3, 11)), 36)
    ];
    as_path_segment_of_none: announced_with(&[ORIGIN, &[0x40, 2, 2, 2, 0], NEXT_HOP].concat()) => [
        (K::BadValue(0), TreatAsWithdraw, Some((3, 11)), 31)
    ];
    /// RFC 7607 section 2.
    as_path_with_as_0: announced_with(&[ORIGIN, &[0x40, 2, 6, 2, 1, 0, 0, 0, 0], NEXT_HOP].concat()) => [
        (K::BadValue(0), TreatAsWithdraw, Some((3, 11)), 30)
    ];
    as_path_empty_is_well_formed: announced_with(&[ORIGIN, &[0x40, 2, 0], NEXT_HOP].concat()) => [];

    next_hop_length: announced_with(&[ORIGIN, AS_PATH, &[0x40, 3, 5, 192, 0, 2, 1, 0]].concat()) => [
        (K::BadLength(5), TreatAsWithdraw, Some((3, 5)), 39)
    ];
    multi_exit_disc_length: with(&[0x80, 4, 3, 0, 0, 1]) => [(K::BadLength(3), TreatAsWithdraw, Some((3, 5)), 46)];
    /// As from an internal neighbour: an archive does not state which.
    local_pref_length: with(&[0x40, 5, 0]) => [(K::BadLength(0), TreatAsWithdraw, Some((3, 5)), 46)];
    atomic_aggregate_length: with(&[0x40, 6, 2, 0, 0]) => [(K::BadLength(2), DiscardAttribute, Some((3, 5)), 46)];

    aggregator_of_6_beside_four_octet_numbers: with(&[0xc0, 7, 6, 0xfb, 0xf0, 192, 0, 2, 1]) => [
        (K::BadLength(6), DiscardAttribute, Some((3, 5)), 46)
    ];
    aggregator_of_8_beside_two_octet_numbers: with_as2(&[0xc0, 7, 8, 0, 0, 0xfb, 0xf0, 192, 0, 2, 1]) => [
        (K::BadLength(8), DiscardAttribute, Some((3, 5)), 44)
    ];
    aggregator_of_6_beside_two_octet_numbers: with_as2(&[0xc0, 7, 6, 0xfb, 0xf0, 192, 0, 2, 1]) => [];
    /// RFC 7607 section 2.
    aggregator_with_as_0: with(&[0xc0, 7, 8, 0, 0, 0, 0, 192, 0, 2, 1]) => [(K::BadValue(0), DiscardAttribute, Some((3, 9)), 46)];

    communities_of_none: with(&[0xc0, 8, 0]) => [(K::BadLength(0), TreatAsWithdraw, Some((3, 5)), 46)];
    communities_of_5: with(&[0xc0, 8, 5, 0, 1, 0, 1, 0]) => [(K::BadLength(5), TreatAsWithdraw, Some((3, 5)), 46)];
    originator_id_length: with(&[0x80, 9, 3, 1, 2, 3]) => [(K::BadLength(3), TreatAsWithdraw, Some((3, 5)), 46)];
    cluster_list_of_none: with(&[0x80, 10, 0]) => [(K::BadLength(0), TreatAsWithdraw, Some((3, 5)), 46)];
    cluster_list_of_6: with(&[0x80, 10, 6, 1, 2, 3, 4, 5, 6]) => [(K::BadLength(6), TreatAsWithdraw, Some((3, 5)), 46)];
    extended_communities_of_none: with(&[0xc0, 16, 0]) => [(K::BadLength(0), TreatAsWithdraw, Some((3, 5)), 46)];
    extended_communities_of_7: with(&[0xc0, 16, 7, 0, 2, 0, 1, 0, 0, 0]) => [(K::BadLength(7), TreatAsWithdraw, Some((3, 5)), 46)];
    /// Section 7.14: no type is an error.
    extended_communities_of_unknown_types: with(&[0xc0, 16, 8, 0x3f, 99, 0, 1, 0, 0, 0, 1]) => [];
    /// RFC 8092 section 6.
    large_communities_of_none: with(&[0xc0, 32, 0]) => [(K::BadLength(0), TreatAsWithdraw, Some((3, 5)), 46)];
    large_communities_of_11: with(&[0xc0, 32, 11, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]) => [
        (K::BadLength(11), TreatAsWithdraw, Some((3, 5)), 46)
    ];
    large_communities_that_repeat: with(
        &[0xc0, 32, 24, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]
    ) => [];

    /// RFC 6793 section 6.
    as4_path_of_none: with_as2(&[0xc0, 17, 0]) => [(K::BadLength(0), DiscardAttribute, Some((3, 5)), 44)];
    as4_path_of_5: with_as2(&[0xc0, 17, 5, 2, 1, 0, 1, 0]) => [(K::BadLength(5), DiscardAttribute, Some((3, 5)), 44)];
    as4_path_odd: with_as2(&[0xc0, 17, 7, 2, 1, 0, 1, 0, 0, 2]) => [(K::Truncated(1), DiscardAttribute, Some((3, 9)), 50)];
    as4_path_segment_of_none: with_as2(&[0xc0, 17, 8, 2, 0, 2, 1, 0, 1, 0, 0]) => [
        (K::BadValue(0), DiscardAttribute, Some((3, 9)), 45)
    ];
    as4_path_segment_overruns: with_as2(&[0xc0, 17, 6, 2, 2, 0, 1, 0, 0]) => [
        (K::Truncated(4), DiscardAttribute, Some((3, 9)), 44)
    ];
    as4_path_unknown_segment: with_as2(&[0xc0, 17, 6, 7, 1, 0, 1, 0, 0]) => [
        (K::BadValue(7), DiscardAttribute, Some((3, 9)), 44)
    ];
    /// Such segments are removed, the rest is read.
    as4_path_with_a_confederation: with_as2(&[0xc0, 17, 12, 3, 1, 0, 0, 0xfb, 0xf1, 2, 1, 0, 1, 0, 0]) => [
        (K::BadValue(3), Action::None, Some((3, 9)), 44)
    ];
    /// RFC 7607 section 2.
    as4_path_with_as_0: with_as2(&[0xc0, 17, 6, 2, 1, 0, 0, 0, 0]) => [(K::BadValue(0), DiscardAttribute, Some((3, 9)), 44)];
    as4_aggregator_length: with_as2(&[0xc0, 18, 6, 0xfb, 0xf0, 192, 0, 2, 1]) => [
        (K::BadLength(6), DiscardAttribute, Some((3, 5)), 44)
    ];
    as4_aggregator_with_as_0: with_as2(&[0xc0, 18, 8, 0, 0, 0, 0, 192, 0, 2, 1]) => [
        (K::BadValue(0), DiscardAttribute, Some((3, 9)), 44)
    ];

    /// RFC 9234 section 5.
    otc_length: with(&[0xc0, 35, 3, 0, 0, 1]) => [(K::BadLength(3), TreatAsWithdraw, Some((3, 5)), 46)];
    otc_of_none: with(&[0xc0, 35, 0]) => [(K::BadLength(0), TreatAsWithdraw, Some((3, 5)), 46)];
}

// Attributes with rules of their own.
rules! {
    /// RFC 7606 section 7.15.
    ipv6_extended_communities_of_none: with(&[0xc0, 25, 0]) => [(K::BadLength(0), TreatAsWithdraw, Some((3, 5)), 46)];
    ipv6_extended_communities_of_19: with(&[&[0xc0, 25, 19][..], &[0; 19]].concat()) => [
        (K::BadLength(19), TreatAsWithdraw, Some((3, 5)), 46)
    ];
    /// RFC 7606 section 7.16, RFC 6368 section 5.
    attr_set_under_4_octets: with(&[0xc0, 128, 3, 0, 0, 1]) => [(K::Truncated(1), TreatAsWithdraw, Some((3, 9)), 46)];
    attr_set_with_an_overrun: with(&[0xc0, 128, 7, 0, 0, 0xfb, 0xf0, 0x40, 1, 1]) => [
        (K::Truncated(1), TreatAsWithdraw, Some((3, 9)), 50)
    ];
    attr_set_with_mp_reach: with(&[0xc0, 128, 7, 0, 0, 0xfb, 0xf0, 0x80, 14, 0]) => [
        (K::Unrecognized, TreatAsWithdraw, Some((3, 2)), 50)
    ];
    /// An inner error that would be a discard makes the set malformed.
    attr_set_with_a_malformed_atomic_aggregate: with(&[0xc0, 128, 8, 0, 0, 0xfb, 0xf0, 0x40, 6, 1, 0]) => [
        (K::BadLength(1), TreatAsWithdraw, Some((3, 5)), 53)
    ];
    /// RFC 6514 section 5.
    pmsi_tunnel_under_5_octets: with(&[0xc0, 22, 4, 0, 0, 0, 0]) => [(K::Truncated(1), TreatAsWithdraw, Some((3, 9)), 48)];
    /// RFC 9012 section 13.
    tunnel_overruns: with(&[0xc0, 23, 6, 0, 8, 0, 9, 0, 0]) => [(K::Truncated(7), TreatAsWithdraw, Some((3, 9)), 50)];
    /// RFC 7311 section 3.2.
    aigp_tlv_length_2: with(&[0x80, 26, 3, 1, 0, 2]) => [(K::BadLength(2), DiscardAttribute, Some((3, 5)), 47)];
    aigp_tlv_length_0: with(&[0x80, 26, 3, 1, 0, 0]) => [(K::BadLength(0), DiscardAttribute, Some((3, 5)), 47)];
    aigp_tlv_of_10: with(&[0x80, 26, 10, 1, 0, 10, 0, 0, 0, 0, 0, 0, 0]) => [(K::Truncated(1), DiscardAttribute, Some((3, 9)), 49)];
    aigp_overruns: with(&[0x80, 26, 4, 1, 0, 11, 0]) => [(K::Truncated(7), DiscardAttribute, Some((3, 9)), 49)];
    /// RFC 9552 section 8.2.2.
    link_state_overruns: with(&[0x80, 29, 5, 4, 0, 0, 2, 0]) => [(K::Truncated(1), DiscardAttribute, Some((3, 9)), 50)];
    /// RFC 8669 section 6.
    prefix_sid_overruns: with(&[0xc0, 40, 4, 1, 0, 7, 0]) => [(K::Truncated(6), DiscardAttribute, Some((3, 9)), 49)];
    prefix_sid_label_index_of_6: with(&[0xc0, 40, 9, 1, 0, 6, 0, 0, 0, 0, 0, 0]) => [
        (K::Truncated(1), DiscardAttribute, Some((3, 9)), 52)
    ];
}

/// 2001:db8::/32 by 2001:db8::1.
const MP_REACH: &[u8] =
    &[0x80, 14, 26, 0, 2, 1, 16, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 32, 0x20, 1, 0x0d, 0xb8];

/// An UPDATE with ORIGIN, AS_PATH and this MP_REACH_NLRI, which starts at octet 36 and whose value at 39.
fn reach(value: &[u8]) -> Vec<Row> {
    let attribute = [&[0x80, 14, u8::try_from(value.len()).unwrap()], value].concat();
    judge(&message(2, &update(&[], &[ORIGIN, AS_PATH, &attribute].concat(), &[])))
}

/// An UPDATE with this MP_UNREACH_NLRI alone, whose value starts at octet 26.
fn unreach(value: &[u8]) -> Vec<Row> {
    judge(&message(2, &update(&[], &[&[0x80, 15, u8::try_from(value.len()).unwrap()], value].concat(), &[])))
}

// Routes of other families, RFC 7606 sections 5.3, 5.4 and 7.11, RFC 4760 section 7.
rules! {
    mp_reach_under_5_octets: reach(&[0, 2, 1, 0]) => [(K::Truncated(1), ResetSession, Some((3, 9)), 43)];
    mp_unreach_under_3_octets: unreach(&[0, 2]) => [(K::Truncated(1), ResetSession, Some((3, 9)), 28)];
    mp_reach_next_hop_overruns: reach(&[0, 2, 1, 16, 0x20, 1, 0x0d, 0xb8]) => [(K::Truncated(12), ResetSession, Some((3, 9)), 43)];
    mp_reach_next_hop_length: reach(&[0, 2, 1, 5, 1, 2, 3, 4, 5, 0, 32, 0x20, 1, 0x0d, 0xb8]) => [
        (K::BadLength(5), DisableFamily, Some((3, 9)), 42)
    ];
    /// The octets after it would be read as routes ::/0.
    mp_reach_ipv6_by_an_ipv4_next_hop: reach(&[0, 2, 1, 4, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]) => [
        (K::BadLength(4), DisableFamily, Some((3, 9)), 42)
    ];
    mp_reach_ipv6_multicast_by_an_ipv4_next_hop: reach(&[0, 2, 2, 4, 192, 0, 2, 1, 0, 32, 0x20, 1, 0x0d, 0xb8]) => [
        (K::BadLength(4), DisableFamily, Some((3, 9)), 42)
    ];
    mp_reach_evpn_next_hop_length: reach(&[0, 25, 70, 5, 192, 0, 2, 1, 0, 0, 99, 1, 7]) => [
        (K::BadLength(5), DisableFamily, Some((3, 9)), 42)
    ];
    mp_reach_extended_next_hop: reach(&[&[0, 1, 2, 16][..], &[0x20; 16], &[0, 24, 198, 51, 100]].concat()) => [];
    mp_reach_vpn_next_hop_without_distinguisher: reach(
        &[0, 1, 128, 4, 192, 0, 2, 1, 0, 112, 0, 1, 1, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 198, 51, 100]
    ) => [(K::BadLength(4), DisableFamily, Some((3, 9)), 42)];
    mp_reach_prefix_too_long: reach(&[&[0, 2, 1, 16][..], &[0x20; 16], &[0, 129], &[0; 17]].concat()) => [
        (K::BadPrefixLength(129), DisableFamily, Some((3, 9)), 60)
    ];
    mp_reach_prefix_cut: reach(&[0, 1, 2, 4, 192, 0, 2, 1, 0, 24, 198, 51]) => [(K::Truncated(1), DisableFamily, Some((3, 9)), 48)];
    mp_unreach_prefix_too_long: unreach(&[0, 1, 2, 33, 1, 2, 3, 4, 5]) => [(K::BadPrefixLength(33), DisableFamily, Some((3, 9)), 29)];
    mp_unreach_prefix_cut: unreach(&[0, 2, 1, 32, 0x20, 1]) => [(K::Truncated(2), DisableFamily, Some((3, 9)), 29)];
    /// Neither a label with a distinguisher after it nor a complete label stack: affects only its route.
    vpn_route_without_the_bottom_of_its_labels: reach(
        &[0, 1, 128, 12, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1, 0, 48, 0, 1, 0, 0, 1, 0]
    ) => [(K::Truncated(5), TreatAsWithdraw, Some((3, 9)), 60)];
    /// Truncated by the end of the list: the next route cannot be located.
    vpn_route_cut: reach(&[0, 1, 128, 12, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1, 0, 112, 0, 1, 1, 0]) => [
        (K::Truncated(10), DisableFamily, Some((3, 9)), 56)
    ];
}

/// An OPEN with these fields and parameters: version at octet 19, AS 20, hold time 22, identifier 24, parameters 29.
fn open(version: u8, asn: u16, hold: u16, id: [u8; 4], parameters: &[u8]) -> Vec<u8> {
    let mut body = vec![version];
    body.extend(asn.to_be_bytes());
    body.extend(hold.to_be_bytes());
    body.extend(id);
    body.push(u8::try_from(parameters.len()).unwrap());
    body.extend(parameters);
    message(1, &body)
}

const ID: [u8; 4] = [192, 0, 2, 1];

// OPEN and ROUTE-REFRESH, RFC 4271 section 6.2.
rules! {
    open_version: judge(&open(3, 64496, 180, ID, &[])) => [(K::BadValue(3), ResetSession, Some((2, 1)), 19)];
    open_as_0: judge(&open(4, 0, 180, ID, &[])) => [(K::BadValue(0), ResetSession, Some((2, 2)), 20)];
    open_hold_time_1: judge(&open(4, 64496, 1, ID, &[])) => [(K::BadValue(1), ResetSession, Some((2, 6)), 22)];
    open_hold_time_2: judge(&open(4, 64496, 2, ID, &[])) => [(K::BadValue(2), ResetSession, Some((2, 6)), 22)];
    open_hold_time_0_and_3: [judge(&open(4, 64496, 0, ID, &[])), judge(&open(4, 64496, 3, ID, &[]))].concat() => [];
    open_identifier_0: judge(&open(4, 64496, 180, [0; 4], &[])) => [(K::BadValue(0), ResetSession, Some((2, 3)), 24)];
    open_unknown_parameter: judge(&open(4, 64496, 180, ID, &[9, 1, 0])) => [(K::Unrecognized, ResetSession, Some((2, 4)), 29)];
    open_parameter_overruns: judge(&open(4, 64496, 180, ID, &[2, 5, 65, 4, 0])) => [(K::Truncated(2), ResetSession, Some((2, 0)), 31)];
    open_parameters_overrun: {
        let mut m = open(4, 64496, 180, ID, &[2, 0]);
        m[28] = 9;
        judge(&m)
    } => [(K::Truncated(7), ResetSession, Some((2, 0)), 29)];
    /// An OPEN that ends after the octet of its parameters' length.
    open_ends_at_the_length: {
        let mut m = open(4, 64496, 180, ID, &[]);
        m[28] = 2;
        judge(&m)
    } => [(K::Truncated(2), ResetSession, Some((2, 0)), 29)];
    /// RFC 9072 section 2: three octets are required.
    open_long_form_cut: judge(&open(4, 64496, 180, ID, &[255, 0])) => [(K::Truncated(1), ResetSession, Some((2, 0)), 30)];
    open_long_form_overruns: judge(&open(4, 64496, 180, ID, &[255, 0, 9, 2, 0, 0])) => [
        (K::Truncated(6), ResetSession, Some((2, 0)), 32)
    ];
    open_left_over: {
        let mut m = open(4, 64496, 180, ID, &[2, 0, 0]);
        m[28] = 2;
        judge(&m)
    } => [(K::TrailingBytes(1), ResetSession, Some((2, 0)), 31)];
    /// RFC 5492 section 3: unknown capabilities are ignored.
    unknown_capability: judge(&open(4, 64496, 180, ID, &[2, 3, 200, 1, 0])) => [];
    capability_cut: judge(&open(4, 64496, 180, ID, &[2, 1, 65])) => [(K::Truncated(1), ResetSession, Some((2, 0)), 32)];
    capability_overruns: judge(&open(4, 64496, 180, ID, &[2, 4, 65, 4, 0, 0])) => [(K::Truncated(2), ResetSession, Some((2, 0)), 33)];
    as4_capability_length: judge(&open(4, 64496, 180, ID, &[2, 5, 65, 3, 0, 0, 1])) => [
        (K::BadLength(3), ResetSession, Some((2, 0)), 33)
    ];
    as4_capability_with_as_0: judge(&open(4, 23456, 180, ID, &[2, 6, 65, 4, 0, 0, 0, 0])) => [
        (K::BadValue(0), ResetSession, Some((2, 2)), 33)
    ];
    /// RFC 9234 section 4.2.
    two_roles: judge(&open(4, 64496, 180, ID, &[2, 6, 9, 1, 0, 9, 1, 3])) => [(K::BadRole, ResetSession, Some((2, 11)), 36)];
    the_same_role_twice: judge(&open(4, 64496, 180, ID, &[2, 6, 9, 1, 3, 9, 1, 3])) => [];

    route_refresh_cut: judge(&message(5, &[0, 1, 0])) => [(K::Truncated(1), ResetSession, Some((7, 1)), 19)];
    /// RFC 7313 section 5.
    route_refresh_mark_with_more: judge(&message(5, &[0, 1, 1, 1, 0])) => [(K::BadLength(5), ResetSession, Some((7, 1)), 19)];
    route_refresh_of_unknown_subtype: judge(&message(5, &[0, 1, 77, 1])) => [];
}

#[test]
fn roles_that_do_not_match() {
    let role = |role: u8| open(4, 64496, 180, ID, &[2, 3, 9, 1, role]);
    for mine in 0..=4u8 {
        for theirs in 0..=4u8 {
            let (a, b) = (role(mine), role(theirs));
            let (a, b) = (Open::parse_at(&a[19..], 19).unwrap(), Open::parse_at(&b[19..], 19).unwrap());
            assert_eq!(a.role(), Some(Role(mine)));
            let fits = [(0, 3), (3, 0), (1, 2), (2, 1), (4, 4)].contains(&(mine, theirs));
            match a.role_mismatch(&b) {
                None => assert!(fits, "{mine} {theirs}"),
                Some(e) => {
                    assert!(!fits, "{mine} {theirs}");
                    assert_eq!(row(&e), (K::BadRole, ResetSession, Some((2, 11)), 33));
                    assert_eq!(e.context(), Context::Capability(CapabilityCode::ROLE));
                    assert_eq!(e.to_string(), "Role capability: contradicts the roles of the two speakers (at byte 33)");
                }
            }
        }
    }
    // Without a role on one side there is no mismatch.
    let (a, b) = (role(0), open(4, 64496, 180, ID, &[]));
    let (a, b) = (Open::parse_at(&a[19..], 19).unwrap(), Open::parse_at(&b[19..], 19).unwrap());
    assert!(a.role_mismatch(&b).is_none() && b.role_mismatch(&a).is_none() && b.role().is_none());
}

/// Notes of an UPDATE that announces 198.51.100.0/24 with these attributes: text and action.
fn notes(session: &Session, attributes: &[u8]) -> Vec<(String, Action)> {
    let bytes = message(2, &update(&[], attributes, PREFIX));
    let Ok(Message::Update(update)) = Message::parse_at(&bytes, session, 0) else { panic!() };
    assert_eq!(update.findings(|e| panic!("{e}")), Action::None);
    let mut list = Vec::new();
    update.notes(|e| {
        assert!(e.rfc().starts_with("RFC "));
        list.push((e.to_string(), e.action()));
    });
    list
}

/// RFC 9774: notes, never findings.
#[test]
fn as_sets_are_notes() {
    let path = |kind: u8| [ORIGIN, &[0x40, 2, 12, 2, 1, 0, 0, 0xfb, 0xf0, kind, 1, 0, 0, 0xfb, 0xf1], NEXT_HOP].concat();
    assert_eq!(
        notes(&Session::AS4, &path(1)),
        [("AS_PATH attribute: value 1 is deprecated (at byte 30)".into(), TreatAsWithdraw)]
    );
    assert_eq!(
        notes(&Session::AS4, &path(4)),
        [("AS_PATH attribute: value 4 is deprecated (at byte 30)".into(), TreatAsWithdraw)]
    );
    assert!(notes(&Session::AS4, &path(2)).is_empty() && notes(&Session::AS4, &path(3)).is_empty());
    let as4_path = [ATTRIBUTES_AS2, &[0xc0, 17, 6, 1, 1, 0, 1, 0, 0]].concat();
    assert_eq!(
        notes(&Session::AS2, &as4_path),
        [("AS4_PATH attribute: value 1 is deprecated (at byte 44)".into(), TreatAsWithdraw)]
    );
}

/// RFC 6793 section 6: ignored by four-octet speakers.
#[test]
fn as4_attributes_between_new_speakers_are_notes() {
    let both = [ATTRIBUTES, &[0xc0, 17, 6, 2, 1, 0, 1, 0, 0, 0xc0, 18, 8, 0, 1, 0, 0, 192, 0, 2, 1]].concat();
    assert_eq!(
        notes(&Session::AS4, &both),
        [
            ("AS4_PATH attribute: value 17 is deprecated (at byte 46)".into(), DiscardAttribute),
            ("AS4_AGGREGATOR attribute: value 18 is deprecated (at byte 55)".into(), DiscardAttribute),
        ]
    );
}

/// RFC 9234 section 5.
#[test]
fn leaks_by_otc() {
    let bytes = message(2, &update(&[], &[ATTRIBUTES, &[0xc0, 35, 4, 0, 0, 0xfb, 0xf0]].concat(), PREFIX));
    let Ok(Message::Update(update)) = Message::parse_at(&bytes, &Session::AS4, 0) else { panic!() };
    let attributes = update.attributes().unwrap();
    let leak = |role, asn| attributes.leak(role, Asn(asn)).map(|e| row(&e));
    let found = Some((K::BadRole, TreatAsWithdraw, Some((3, 9)), 46));
    assert_eq!(leak(Role::CUSTOMER, 64496), found);
    assert_eq!(leak(Role::RS_CLIENT, 64496), found);
    assert_eq!((leak(Role::PEER, 64497), leak(Role::PEER, 64496)), (found, None));
    assert_eq!((leak(Role::PROVIDER, 1), leak(Role::RS, 1)), (None, None));
    assert_eq!(update.findings(|e| panic!("{e}")), Action::None);
}

/// Confederation segments in AS4_PATH are removed from the path.
#[test]
fn as4_path_without_its_confederation() {
    let attributes =
        [ORIGIN, &[0x40, 2, 4, 2, 1, 0x5b, 0xa0], NEXT_HOP, &[0xc0, 17, 12, 3, 1, 0, 0, 0xfb, 0xf1, 2, 1, 0, 1, 0, 0]];
    let bytes = message(2, &update(&[], &attributes.concat(), PREFIX));
    let Ok(Message::Update(update)) = Message::parse_at(&bytes, &Session::AS2, 0) else { panic!() };
    assert_eq!(update.attributes().unwrap().merged_path().unwrap().to_string(), "65536");
}

/// RFC 7606 section 3 h: the strongest action wins.
#[test]
fn the_strongest_action_is_the_verdict() {
    let list = with(&[0x40, 6, 1, 0, 0xc0, 8, 0, 0x40, 99, 0]);
    assert_eq!(list.iter().map(|row| row.1).collect::<Vec<_>>(), [DiscardAttribute, TreatAsWithdraw, ResetSession]);
}

/// BGPSEC_PATH of 64496 with one signature (RFC 8205 section 3).
const BGPSEC_PATH: &[u8] = &[
    0x80, 33, 36, 0, 8, 1, 0, 0, 0, 0xfb, 0xf0, 0, 28, 1, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 0, 3, 1, 2,
    3,
];

// RFC 8205 sections 3 and 5.2.
rules! {
    bgpsec_path_in_place_of_as_path: announced_with(&[ORIGIN, BGPSEC_PATH, NEXT_HOP].concat()) => [];
    bgpsec_path_beside_as_path: with(BGPSEC_PATH) => [(K::Excludes(AttrCode::AS_PATH), TreatAsWithdraw, Some((3, 9)), 43)];
    malformed_bgpsec_path_in_place_of_as_path: announced_with(&[ORIGIN, &[0x80, 33, 2, 0, 2], NEXT_HOP].concat()) => [
        (K::BadLength(2), TreatAsWithdraw, Some((3, 5)), 30)
    ];
}

/// Link-state routes (RFC 9552 section 5.2) in MP_REACH_NLRI, which start at octet 48.
fn link_state(routes: &[u8]) -> Vec<Row> {
    reach(&[&[0x40, 4, 71, 4, 192, 0, 2, 1, 0][..], routes].concat())
}

/// One node of IS-IS level 2 with these descriptors, whose first is at octet 65.
fn node(descriptors: &[u8]) -> Vec<Row> {
    let len = u8::try_from(descriptors.len()).unwrap();
    link_state(&[&[0, 1, 0, 13 + len, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, len][..], descriptors].concat())
}

// RFC 9552 sections 5.1, 5.2.1.4 and 8.2.2: errors that affect the route, the family, or nothing.
rules! {
    link_state_node: node(&[2, 0, 0, 4, 0, 0, 0xfb, 0xf0, 2, 3, 0, 6, 0x19, 0x20, 0, 0, 0x20, 1]) => [];
    link_state_sub_tlvs_out_of_order: node(&[2, 3, 0, 6, 0x19, 0x20, 0, 0, 0x20, 1, 2, 0, 0, 4, 0, 0, 0xfb, 0xf0]) => [
        (K::BadOrder, TreatAsWithdraw, Some((3, 9)), 75)
    ];
    link_state_sub_tlv_twice: node(&[2, 3, 0, 6, 0x19, 0x20, 0, 0, 0x20, 1, 2, 3, 0, 6, 0x19, 0x20, 0, 0, 0x20, 2]) => [
        (K::Duplicate, TreatAsWithdraw, Some((3, 9)), 75)
    ];
    link_state_sub_tlv_overruns: node(&[2, 3, 0, 7, 0x19, 0x20, 0, 0, 0x20, 1]) => [
        (K::Truncated(1), TreatAsWithdraw, Some((3, 9)), 69)
    ];
    link_state_sub_tlv_of_another_length: node(&[2, 0, 0, 2, 0xfb, 0xf0, 2, 3, 0, 6, 0x19, 0x20, 0, 0, 0x20, 1]) => [
        (K::Truncated(2), Action::None, Some((3, 9)), 69)
    ];
    link_state_node_without_its_identifier: node(&[2, 0, 0, 4, 0, 0, 0xfb, 0xf0]) => [(K::Missing, Action::None, Some((3, 9)), 65)];
    link_state_unknown_sub_tlv: node(&[2, 3, 0, 6, 0x19, 0x20, 0, 0, 0x20, 1, 3, 9, 0, 1, 7]) => [];
    link_state_without_a_node: link_state(&[0, 1, 0, 9, 2, 0, 0, 0, 0, 0, 0, 0, 0]) => [
        (K::Truncated(2), Action::None, Some((3, 9)), 61)
    ];
    link_state_of_an_unknown_type: link_state(&[0, 77, 0, 3, 1, 2, 3]) => [];
    link_state_body_cut: link_state(&[0, 1, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0]) => [(K::Truncated(1), TreatAsWithdraw, Some((3, 9)), 53)];
    link_state_route_overruns: link_state(&[0, 1, 0, 9, 2, 0, 0, 0]) => [(K::Truncated(5), DisableFamily, Some((3, 9)), 48)];
    /// The prefix before its route type.
    link_state_descriptors_out_of_order: link_state(&[
        0, 3, 0, 34, 3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 8, 2, 3, 0, 4, 192, 0, 2, 1, 1, 9, 0, 4, 24, 198, 51, 100, 1, 8, 0, 1, 4
    ]) => [(K::BadOrder, TreatAsWithdraw, Some((3, 9)), 81)];
    link_state_prefix_without_prefix: link_state(&[
        0, 3, 0, 21, 3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 8, 2, 3, 0, 4, 192, 0, 2, 1
    ]) => [(K::Missing, Action::None, Some((3, 9)), 73)];
    /// A TLV of the attribute with another length is kept; one whose sub-TLVs do not fit makes the attribute malformed. Any order
    /// is valid.
    bgp_ls_tlv_of_another_length: with(&[0x80, 29, 7, 4, 0x44, 0, 3, 0, 0, 10]) => [(K::Truncated(1), Action::None, Some((3, 9)), 50)];
    bgp_ls_tlvs_out_of_order: with(&[0x80, 29, 11, 4, 2, 0, 2, 114, 49, 4, 0, 0, 1, 0x80]) => [];
    bgp_ls_tlv_overruns: with(&[0x80, 29, 6, 4, 2, 0, 3, 114, 49]) => [(K::Truncated(1), DiscardAttribute, Some((3, 9)), 50)];
    bgp_ls_sub_tlv_overruns: with(&[0x80, 29, 14, 4, 0x94, 0, 10, 0, 0, 0, 7, 4, 0x44, 0, 4, 0, 0]) => [
        (K::Truncated(2), DiscardAttribute, Some((3, 9)), 58)
    ];
    bgp_ls_sub_tlv_cut: with(&[0x80, 29, 11, 4, 0x94, 0, 7, 0, 0, 0, 7, 4, 0x44, 0]) => [
        (K::Truncated(1), DiscardAttribute, Some((3, 9)), 56)
    ];
    bgp_ls_sub_tlv_of_another_length: with(&[0x80, 29, 15, 4, 0x94, 0, 11, 0, 0, 0, 7, 4, 0x44, 0, 3, 0, 0, 10]) => [
        (K::Truncated(1), Action::None, Some((3, 9)), 58)
    ];
}
