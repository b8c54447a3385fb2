//! The messages and records crafted by hand in the corpus: every field of every one.
#![cfg(feature = "compression")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "tests report by panicking")]

use routeglass::Session;
use routeglass::bgp::{self, Message};
use routeglass::error::Action;
use routeglass::mrt::{ReadContext, records};
use routeglass::places::Places;

use crate::common;

/// Every field after a message's ORIGIN, or after the length in its header, in wire order: name and text, derived from the octets
/// by hand. The ORF entries of the one ROUTE-REFRESH lack the last octets of a prefix (RFC 5292 section 3), and the one community
/// container is empty (draft-ietf-idr-wide-bgp-communities section 3).
const MESSAGES: &[(&str, &str)] = &[
    (
        "v4-unicast",
        "attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; asn: 65001; \
         attribute: NEXT_HOP; flags: 0x40; code: 3 (NEXT_HOP); length: 4; value: 198.51.100.1; prefix: 192.0.2.0/24",
    ),
    (
        "v6-unicast",
        "attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; asn: 65001; \
         attribute: MP_REACH_NLRI; flags: 0x80; code: 14 (MP_REACH_NLRI); length: 26; afi: 2 (IPv6); safi: 1 (unicast); \
         next_hop_length: 16; next_hop: 2001:db8::1; reserved: 0; prefix: 2001:db8::/32",
    ),
    (
        "v4-multicast",
        "attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; asn: 65001; \
         attribute: MP_REACH_NLRI; flags: 0x80; code: 14 (MP_REACH_NLRI); length: 13; afi: 1 (IPv4); safi: 2 (multicast); \
         next_hop_length: 4; next_hop: 198.51.100.1; reserved: 0; prefix: 192.0.2.0/24",
    ),
    (
        "labeled-v4",
        "attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; asn: 65001; \
         attribute: MP_REACH_NLRI; flags: 0x80; code: 14 (MP_REACH_NLRI); length: 16; afi: 1 (IPv4); safi: 4 (labeled); next_hop_length: 4; \
         next_hop: 198.51.100.1; reserved: 0; route: 192.0.2.0/24 label 100; length: 48; label: value=100 tc=0 s=1; \
         prefix: 192.0.2.0/24",
    ),
    (
        "vpnv4",
        "attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; asn: 65001; \
         attribute: MP_REACH_NLRI; flags: 0x80; code: 14 (MP_REACH_NLRI); length: 32; afi: 1 (IPv4); safi: 128 (vpn); next_hop_length: 12; \
         next_hop: 198.51.100.1; reserved: 0; route: 65000:100 192.0.2.0/24 label 100; length: 112; label: value=100 tc=0 s=1; \
         rd: 65000:100; type: 0 (two-octet AS); administrator: 65000; assigned_number: 100; prefix: 192.0.2.0/24; \
         attribute: EXTENDED_COMMUNITIES; flags: 0xc0; code: 16 (EXTENDED_COMMUNITIES); length: 8; value: rt:65000:100; \
         community: rt:65000:100; type: 0x00; sub_type: 0x02; asn: 65000; value: 100",
    ),
    (
        "vpnv6-/32",
        "attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; asn: 65001; \
         attribute: MP_REACH_NLRI; flags: 0x80; code: 14 (MP_REACH_NLRI); length: 45; afi: 2 (IPv6); safi: 128 (vpn); next_hop_length: 24; \
         next_hop: 2001:db8::1; reserved: 0; route: 65000:100 2001:db8::/32 label 100; length: 120; label: value=100 tc=0 s=1; \
         rd: 65000:100; type: 0 (two-octet AS); administrator: 65000; assigned_number: 100; prefix: 2001:db8::/32; \
         attribute: EXTENDED_COMMUNITIES; flags: 0xc0; code: 16 (EXTENDED_COMMUNITIES); length: 8; value: rt:65000:100; \
         community: rt:65000:100; type: 0x00; sub_type: 0x02; asn: 65000; value: 100",
    ),
    (
        "flowspec4",
        "attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; \
         asn: 65001; attribute: MP_REACH_NLRI; flags: 0x80; code: 14 (MP_REACH_NLRI); length: 14; afi: 1 (IPv4); safi: 133 \
         (flowspec); next_hop_length: 0; next_hop: none; reserved: 0; route; length: 8; destination; type: 1 (destination); \
         length: 24; prefix: 192.0.2.0/24; protocol; type: 3 (protocol); operator: =6; attribute: EXTENDED_COMMUNITIES; flags: \
         0xc0; code: 16 (EXTENDED_COMMUNITIES); length: 8; value: rate-bytes:0:0; community: rate-bytes:0:0; type: 0x80; \
         sub_type: 0x06; asn: 0; rate: 0",
    ),
    (
        "flowspec6",
        "attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; \
         asn: 65001; attribute: MP_REACH_NLRI; flags: 0x80; code: 14 (MP_REACH_NLRI); length: 13; afi: 2 (IPv6); safi: 133 \
         (flowspec); next_hop_length: 0; next_hop: none; reserved: 0; route; length: 7; destination; type: 1 (destination); \
         length: 32; offset: 0; pattern: 2001:db8::/32; attribute: EXTENDED_COMMUNITIES; flags: 0xc0; code: 16 \
         (EXTENDED_COMMUNITIES); length: 8; value: rate-bytes:0:0; community: rate-bytes:0:0; type: 0x80; sub_type: 0x06; asn: \
         0; rate: 0",
    ),
    (
        "flowspec-vpn4",
        "attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; \
         asn: 65001; attribute: MP_REACH_NLRI; flags: 0x80; code: 14 (MP_REACH_NLRI); length: 22; afi: 1 (IPv4); safi: 134 \
         (vpn-flowspec); next_hop_length: 0; next_hop: none; reserved: 0; route; length: 16; rd: 65000:100; type: 0 (two-octet \
         AS); administrator: 65000; assigned_number: 100; destination; type: 1 (destination); length: 24; prefix: 192.0.2.0/24; \
         protocol; type: 3 (protocol); operator: =6; attribute: EXTENDED_COMMUNITIES; flags: 0xc0; code: 16 \
         (EXTENDED_COMMUNITIES); length: 8; value: rate-bytes:0:0; community: rate-bytes:0:0; type: 0x80; sub_type: 0x06; asn: \
         0; rate: 0",
    ),
    (
        "evpn-2",
        "attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; \
         asn: 65001; attribute: MP_REACH_NLRI; flags: 0x80; code: 14 (MP_REACH_NLRI); length: 44; afi: 25 (L2VPN); safi: 70 \
         (evpn); next_hop_length: 4; next_hop: 198.51.100.1; reserved: 0; route: mac-ip; type: 2 (mac-ip); length: 33; value; \
         rd: 65000:100; type: 0 (two-octet AS); administrator: 65000; assigned_number: 100; esi: 0; ethernet_tag: 0; mac: \
         02:00:c0:00:02:01; ip: none; label1: 100; attribute: EXTENDED_COMMUNITIES; flags: 0xc0; code: 16 \
         (EXTENDED_COMMUNITIES); length: 8; value: rt:65000:100; community: rt:65000:100; type: 0x00; sub_type: 0x02; asn: \
         65000; value: 100",
    ),
    (
        "evpn-5",
        "attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; \
         asn: 65001; attribute: MP_REACH_NLRI; flags: 0x80; code: 14 (MP_REACH_NLRI); length: 45; afi: 25 (L2VPN); safi: 70 \
         (evpn); next_hop_length: 4; next_hop: 198.51.100.1; reserved: 0; route: ip-prefix; type: 5 (ip-prefix); length: 34; \
         value; rd: 65000:100; type: 0 (two-octet AS); administrator: 65000; assigned_number: 100; esi: 0; ethernet_tag: 0; \
         prefix: 192.0.2.0/24; gateway: 0.0.0.0; label: 100; attribute: EXTENDED_COMMUNITIES; flags: 0xc0; code: 16 \
         (EXTENDED_COMMUNITIES); length: 8; value: rt:65000:100; community: rt:65000:100; type: 0x00; sub_type: 0x02; asn: \
         65000; value: 100",
    ),
    (
        "evpn-6",
        "attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; \
         asn: 65001; attribute: MP_REACH_NLRI; flags: 0x80; code: 14 (MP_REACH_NLRI); length: 35; afi: 25 (L2VPN); safi: 70 \
         (evpn); next_hop_length: 4; next_hop: 198.51.100.1; reserved: 0; route: selective-multicast; type: 6 \
         (selective-multicast); length: 24; value; rd: 65000:100; type: 0 (two-octet AS); administrator: 65000; \
         assigned_number: 100; ethernet_tag: 0; source: *; group: 233.252.0.1; originator: 198.51.100.1; flags: V2; attribute: \
         EXTENDED_COMMUNITIES; flags: 0xc0; code: 16 (EXTENDED_COMMUNITIES); length: 8; value: rt:65000:100; community: \
         rt:65000:100; type: 0x00; sub_type: 0x02; asn: 65000; value: 100",
    ),
    (
        "evpn-9",
        "attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; \
         asn: 65001; attribute: MP_REACH_NLRI; flags: 0x80; code: 14 (MP_REACH_NLRI); length: 31; afi: 25 (L2VPN); safi: 70 \
         (evpn); next_hop_length: 4; next_hop: 198.51.100.1; reserved: 0; route: per-region-i-pmsi; type: 9 \
         (per-region-i-pmsi); length: 20; value; rd: 65000:100; type: 0 (two-octet AS); administrator: 65000; assigned_number: \
         100; ethernet_tag: 0; region: 0x0002fde800000064; attribute: EXTENDED_COMMUNITIES; flags: 0xc0; code: 16 \
         (EXTENDED_COMMUNITIES); length: 8; value: rt:65000:100; community: rt:65000:100; type: 0x00; sub_type: 0x02; asn: \
         65000; value: 100",
    ),
    (
        "mcast-vpn-1",
        "attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; \
         asn: 65001; attribute: MP_REACH_NLRI; flags: 0x80; code: 14 (MP_REACH_NLRI); length: 23; afi: 1 (IPv4); safi: 5 \
         (mcast-vpn); next_hop_length: 4; next_hop: 198.51.100.1; reserved: 0; route: intra-as-i-pmsi; type: 1 \
         (intra-as-i-pmsi); length: 12; value; rd: 65000:100; type: 0 (two-octet AS); administrator: 65000; assigned_number: \
         100; originator: 198.51.100.1; attribute: EXTENDED_COMMUNITIES; flags: 0xc0; code: 16 (EXTENDED_COMMUNITIES); length: \
         8; value: rt:65000:100; community: rt:65000:100; type: 0x00; sub_type: 0x02; asn: 65000; value: 100",
    ),
    (
        "vpls",
        "attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; asn: 65001; \
         attribute: MP_REACH_NLRI; flags: 0x80; code: 14 (MP_REACH_NLRI); length: 28; afi: 25 (L2VPN); safi: 65 (vpls); next_hop_length: 4; \
         next_hop: 198.51.100.1; reserved: 0; route; length: 17; site; rd: 65000:100; type: 0 (two-octet AS); administrator: 65000; \
         assigned_number: 100; ve_id: 1; ve_block_offset: 1; ve_block_size: 8; label_base: 100; \
         attribute: EXTENDED_COMMUNITIES; flags: 0xc0; code: 16 (EXTENDED_COMMUNITIES); length: 8; value: rt:65000:100; \
         community: rt:65000:100; type: 0x00; sub_type: 0x02; asn: 65000; value: 100",
    ),
    (
        "rtc",
        "attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; asn: 65001; \
         attribute: MP_REACH_NLRI; flags: 0x80; code: 14 (MP_REACH_NLRI); length: 22; afi: 1 (IPv4); safi: 132 (route-target); \
         next_hop_length: 4; next_hop: 198.51.100.1; reserved: 0; route: 65001 65000:100; length: 96; origin_as: 65001; \
         route_target: 65000:100; type: 0x00; sub_type: 0x02; administrator: 65000; assigned_number: 100",
    ),
    (
        "bgp-ls-node",
        "attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; \
         asn: 65001; attribute: MP_REACH_NLRI; flags: 0x80; code: 14 (MP_REACH_NLRI); length: 44; afi: 16388 (BGP-LS); safi: 71 \
         (link-state); next_hop_length: 4; next_hop: 198.51.100.1; reserved: 0; route: node; type: 1 (node); length: 31; value; \
         protocol: 2 (IS-IS Level 2); identifier: 0; local; type: 256; length: 18; descriptors; item: as; type: 512 (as); \
         length: 4; value: 65001; item: igp-router-id; type: 515 (igp-router-id); length: 6; value: 0000.0000.0001",
    ),
    (
        "sr-policy4",
        "attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; asn: 65001; \
         attribute: MP_REACH_NLRI; flags: 0x80; code: 14 (MP_REACH_NLRI); length: 22; afi: 1 (IPv4); safi: 73 (sr-policy); \
         next_hop_length: 4; next_hop: 198.51.100.1; reserved: 0; route; length: 96; distinguisher: 1; color: 100; \
         endpoint: 198.51.100.1",
    ),
    (
        "mup-isd4",
        "attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; \
         asn: 65001; attribute: MP_REACH_NLRI; flags: 0x80; code: 14 (MP_REACH_NLRI); length: 25; afi: 1 (IPv4); safi: 85 \
         (mup); next_hop_length: 4; next_hop: 198.51.100.1; reserved: 0; route; architecture: 1; type: 1; length: 12; rd: \
         65000:100; type: 0 (two-octet AS); administrator: 65000; assigned_number: 100; prefix: 192.0.2.0/24",
    ),
    (
        "car4",
        "attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; asn: 65001; \
         attribute: MP_REACH_NLRI; flags: 0x80; code: 14 (MP_REACH_NLRI); length: 20; afi: 1 (IPv4); safi: 83 (car); next_hop_length: 4; \
         next_hop: 198.51.100.1; reserved: 0; route; length: 10; key_length: 8; type: 1; prefix: 192.0.2.0/24; color: 100; tlvs",
    ),
    (
        "unknown-afi-safi",
        "attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; \
         asn: 65001; attribute: MP_REACH_NLRI; flags: 0x80; code: 14 (MP_REACH_NLRI); length: 14; afi: 99; safi: 240; \
         next_hop_length: 4; next_hop: 198.51.100.1; reserved: 0; routes: 0x0102030405",
    ),
    (
        "attr-42-edge-metadata",
        "attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; asn: 65001; \
         attribute: NEXT_HOP; flags: 0x40; code: 3 (NEXT_HOP); length: 4; value: 198.51.100.1; attribute: EDGE_METADATA; \
         flags: 0xc0; code: 42 (EDGE_METADATA); length: 8; value; item; kind: 1; value: 0x00000001; prefix: 192.0.2.0/24; \
         error: EDGE_METADATA attribute: flags 0xc0 contradict the attribute (at byte 43)",
    ),
    (
        "attr-34-container",
        "attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; asn: 65001; \
         attribute: NEXT_HOP; flags: 0x40; code: 3 (NEXT_HOP); length: 4; value: 198.51.100.1; attribute: COMMUNITY_CONTAINER; \
         flags: 0xc0; code: 34 (COMMUNITY_CONTAINER); length: 6; value; item; type: 1; flags: 0; reserved: 0; \
         length: 0; error: COMMUNITY_CONTAINER attribute: length 0 is not valid here (at byte 50); prefix: 192.0.2.0/24",
    ),
    (
        "asset",
        "attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 16; value: 65001 {65002,65003}; segment; type: 2 (AS_SEQUENCE); count: 1; \
         asn: 65001; segment; type: 1 (AS_SET); count: 2; asn: 65002; asn: 65003; attribute: NEXT_HOP; flags: 0x40; code: 3 (NEXT_HOP); \
         length: 4; value: 198.51.100.1; prefix: 192.0.2.0/24",
    ),
    (
        "open",
        "type: 1 (OPEN); version: 4; my AS: 23456; hold time: 180; BGP identifier: 198.51.100.1; parameters length: 141; \
         parameter: Capabilities; type: 2 (Capabilities); length: 6; capability: Multiprotocol; code: 1 (Multiprotocol); \
         length: 4; value; afi: 1 (IPv4); reserved: 0; safi: 1 (unicast); parameter: Capabilities; type: 2 (Capabilities); \
         length: 2; capability: Route Refresh; code: 2 (Route Refresh); length: 0; parameter: Capabilities; type: 2 \
         (Capabilities); length: 9; capability: Outbound Route Filtering; code: 3 (Outbound Route Filtering); length: 7; value; \
         item; family; afi: 1 (IPv4); reserved: 0; safi: 1 (unicast); count: 1; orfs; item; orf: 64 (Address Prefix); \
         direction: RECEIVE|SEND; parameter: Capabilities; type: 2 (Capabilities); length: 8; capability: Extended Next Hop; \
         code: 5 (Extended Next Hop); length: 6; value; item; afi: 1 (IPv4); safi: 1; next_hop: 2 (IPv6); parameter: \
         Capabilities; type: 2 (Capabilities); length: 2; capability: Extended Message; code: 6 (Extended Message); length: 0; \
         parameter: Capabilities; type: 2 (Capabilities); length: 5; capability: BGPsec; code: 7 (BGPsec); length: 3; value; \
         mode: 0/receive; afi: 1 (IPv4); parameter: Capabilities; type: 2 (Capabilities); length: 6; capability: Multiple \
         Labels; code: 8 (Multiple Labels); length: 4; value; item; family: 1/4 (IPv4/labeled); count: 3; parameter: \
         Capabilities; type: 2 (Capabilities); length: 3; capability: Role; code: 9 (Role); length: 1; value: 3 (Customer); \
         parameter: Capabilities; type: 2 (Capabilities); length: 8; capability: Graceful Restart; code: 64 (Graceful Restart); \
         length: 6; value; restart; flags: 0; time: 120; families; item; family: 1/1 (IPv4/unicast); flags: FORWARDING; \
         parameter: Capabilities; type: 2 (Capabilities); length: 6; capability: 4-octet AS; code: 65 (4-octet AS); length: 4; \
         value: 65001; parameter: Capabilities; type: 2 (Capabilities); length: 3; capability: Dynamic; code: 67 (Dynamic); \
         length: 1; value; item: 1 (Multiprotocol); parameter: Capabilities; type: 2 (Capabilities); length: 3; capability: \
         Multisession; code: 68 (Multisession); length: 1; value; flags: 0; session_ids; parameter: Capabilities; type: 2 \
         (Capabilities); length: 6; capability: ADD-PATH; code: 69 (ADD-PATH); length: 4; value; item; family: 1/1 \
         (IPv4/unicast); mode: RECEIVE|SEND; parameter: Capabilities; type: 2 (Capabilities); length: 2; capability: Enhanced \
         Route Refresh; code: 70 (Enhanced Route Refresh); length: 0; parameter: Capabilities; type: 2 (Capabilities); length: \
         9; capability: LLGR; code: 71 (LLGR); length: 7; value; item; family: 1/1 (IPv4/unicast); flags: FORWARDING; \
         stale_time: 3600; parameter: Capabilities; type: 2 (Capabilities); length: 6; capability: FQDN; code: 73 (FQDN); \
         length: 4; value; host: \"r\"; domain: \"d\"; parameter: Capabilities; type: 2 (Capabilities); length: 6; capability: \
         Software Version; code: 75 (Software Version); length: 4; value: \"frr\"; parameter: Capabilities; type: 2 \
         (Capabilities); length: 7; capability: PATHS-LIMIT; code: 76 (PATHS-LIMIT); length: 5; value; item; family: 1/1 \
         (IPv4/unicast); limit: 5; parameter: Capabilities; type: 2 (Capabilities); length: 2; capability: Link-Local Next Hop; \
         code: 77 (Link-Local Next Hop); length: 0; parameter: Capabilities; type: 2 (Capabilities); length: 2; capability: \
         Route Refresh (pre-standard); code: 128 (Route Refresh (pre-standard)); length: 0",
    ),
    (
        "route-refresh-orf",
        "type: 5 (ROUTE-REFRESH); afi: 1 (IPv4); subtype: 0 (Request); safi: 1 (unicast); when: 1 (IMMEDIATE); filters: Address \
         Prefix; type: 64 (Address Prefix); length: 12; entry; action: REMOVE-ALL; entry; action: ADD/PERMIT; sequence: 2568; \
         min_len: 24; max_len: 24; prefix: 192.0.0.0/4; error: ROUTE-REFRESH message: needs 3 bytes more than are there (at \
         byte 38); rest: 0x0002",
    ),
    ("notif-send-hold", "type: 3 (NOTIFICATION); code: 8 (Send Hold Timer Expired); subcode: 0"),
    ("notif-cease-bfd", "type: 3 (NOTIFICATION); code: 6 (Cease); subcode: 10 (BFD Down)"),
];

/// Findings of the messages; all others conform to their documents.
const FINDINGS: &[(&str, &str)] = &[
    ("attr-42-edge-metadata", "EDGE_METADATA attribute: flags 0xc0 contradict the attribute (at byte 43)"),
    ("attr-34-container", "COMMUNITY_CONTAINER attribute: length 0 is not valid here (at byte 50)"),
];

/// Every field of every record of the files, in wire order.
const RECORDS: &[(&str, &str)] = &[
    (
        "b4-as4_addpath.mrt",
        "record: BGP4MP MESSAGE_AS4_ADDPATH at 2023-11-14T22:13:20Z; time: 2023-11-14T22:13:20Z; type: 16 (BGP4MP); subtype: 9 \
         (MESSAGE_AS4_ADDPATH); length: 71; peer_asn: 65001; local_asn: 65002; interface: 0; afi: 1 (IPv4); peer_address: \
         198.51.100.1; local_address: 198.51.100.2; message: UPDATE; marker: 0xffffffffffffffffffffffffffffffff; length: 51; \
         type: 2 (UPDATE); withdrawn_length: 0; attributes_length: 20; attribute: ORIGIN; flags: 0x40; code: 1 (ORIGIN); \
         length: 1; value: 0 (IGP); attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: \
         2 (AS_SEQUENCE); count: 1; asn: 65001; attribute: NEXT_HOP; flags: 0x40; code: 3 (NEXT_HOP); length: 4; value: \
         198.51.100.1; prefix: 192.0.2.0/24 path 7",
    ),
    (
        "b4-entry2.mrt",
        "record: BGP4MP ENTRY at 2023-11-14T22:13:20Z; time: 2023-11-14T22:13:20Z; type: 16 (BGP4MP); subtype: 2 (ENTRY); \
         length: 36; peer_asn: 65001; local_asn: 65002; interface: 0; afi: 1 (IPv4); peer_address: 198.51.100.1; local_address: \
         198.51.100.2; view: 0; status: 0; last_change: 1970-01-01T00:00:00Z; afi: 0; safi: 0; next_hop_length: 0; next_hop: \
         none; routes: 0x00; attributes_length: 0; error: BGP4MP ENTRY record: 5 bytes are left over (at byte 43); rest: \
         0x0000000000",
    ),
    (
        "b4-et.mrt",
        "record: BGP4MP_ET MESSAGE_AS4 at 2023-11-14T22:13:20Z; time: 2023-11-14T22:13:20Z; type: 17 (BGP4MP_ET); subtype: 4 \
         (MESSAGE_AS4); length: 71; microseconds: 123456; peer_asn: 65001; local_asn: 65002; interface: 0; afi: 1 (IPv4); \
         peer_address: 198.51.100.1; local_address: 198.51.100.2; message: UPDATE; marker: 0xffffffffffffffffffffffffffffffff; \
         length: 47; type: 2 (UPDATE); withdrawn_length: 0; attributes_length: 20; attribute: ORIGIN; flags: 0x40; code: 1 \
         (ORIGIN); length: 1; value: 0 (IGP); attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; \
         segment; type: 2 (AS_SEQUENCE); count: 1; asn: 65001; attribute: NEXT_HOP; flags: 0x40; code: 3 (NEXT_HOP); length: 4; \
         value: 198.51.100.1; prefix: 192.0.2.0/24",
    ),
    (
        "b4-message_as4.mrt",
        "record: BGP4MP MESSAGE_AS4 at 2023-11-14T22:13:20Z; time: 2023-11-14T22:13:20Z; type: 16 (BGP4MP); subtype: 4 \
         (MESSAGE_AS4); length: 67; peer_asn: 65001; local_asn: 65002; interface: 0; afi: 1 (IPv4); peer_address: 198.51.100.1; \
         local_address: 198.51.100.2; message: UPDATE; marker: 0xffffffffffffffffffffffffffffffff; length: 47; type: 2 \
         (UPDATE); withdrawn_length: 0; attributes_length: 20; attribute: ORIGIN; flags: 0x40; code: 1 (ORIGIN); length: 1; \
         value: 0 (IGP); attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 \
         (AS_SEQUENCE); count: 1; asn: 65001; attribute: NEXT_HOP; flags: 0x40; code: 3 (NEXT_HOP); length: 4; value: \
         198.51.100.1; prefix: 192.0.2.0/24",
    ),
    (
        "b4-message_as4_local.mrt",
        "record: BGP4MP MESSAGE_AS4_LOCAL at 2023-11-14T22:13:20Z; time: 2023-11-14T22:13:20Z; type: 16 (BGP4MP); subtype: 7 \
         (MESSAGE_AS4_LOCAL); length: 67; peer_asn: 65001; local_asn: 65002; interface: 0; afi: 1 (IPv4); peer_address: \
         198.51.100.1; local_address: 198.51.100.2; message: UPDATE; marker: 0xffffffffffffffffffffffffffffffff; length: 47; \
         type: 2 (UPDATE); withdrawn_length: 0; attributes_length: 20; attribute: ORIGIN; flags: 0x40; code: 1 (ORIGIN); \
         length: 1; value: 0 (IGP); attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: \
         2 (AS_SEQUENCE); count: 1; asn: 65001; attribute: NEXT_HOP; flags: 0x40; code: 3 (NEXT_HOP); length: 4; value: \
         198.51.100.1; prefix: 192.0.2.0/24",
    ),
    (
        "b4-statechange.mrt",
        "record: BGP4MP STATE_CHANGE_AS4 at 2023-11-14T22:13:20Z; time: 2023-11-14T22:13:20Z; type: 16 (BGP4MP); subtype: 5 \
         (STATE_CHANGE_AS4); length: 24; peer_asn: 65001; local_asn: 65002; interface: 0; afi: 1 (IPv4); peer_address: \
         198.51.100.1; local_address: 198.51.100.2; old_state: 5 (OpenConfirm); new_state: 6 (Established)",
    ),
    (
        "ospf11.mrt",
        "record: OSPFv2 subtype 0 at 2023-11-14T22:13:20Z; time: 2023-11-14T22:13:20Z; type: 11 (OSPFv2); subtype: 0; length: 8; body: \
         0x0000000000000000; record: BGP4MP MESSAGE_AS4 at 2023-11-14T22:13:20Z; time: 2023-11-14T22:13:20Z; type: 16 (BGP4MP); \
         subtype: 4 (MESSAGE_AS4); length: 67; peer_asn: 65001; local_asn: 65002; interface: 0; afi: 1 (IPv4); peer_address: \
         198.51.100.1; local_address: 198.51.100.2; message: UPDATE; marker: 0xffffffffffffffffffffffffffffffff; length: 47; \
         type: 2 (UPDATE); withdrawn_length: 0; attributes_length: 20; attribute: ORIGIN; flags: 0x40; code: 1 (ORIGIN); \
         length: 1; value: 0 (IGP); attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: \
         2 (AS_SEQUENCE); count: 1; asn: 65001; attribute: NEXT_HOP; flags: 0x40; code: 3 (NEXT_HOP); length: 4; value: \
         198.51.100.1; prefix: 192.0.2.0/24",
    ),
    (
        "td1-v4.mrt",
        "record: TABLE_DUMP AFI_IPv4 at 2023-11-14T22:13:20Z; time: 2023-11-14T22:13:20Z; type: 12 (TABLE_DUMP); subtype: 1 \
         (AFI_IPv4); length: 40; view: 0; sequence: 0; entry; prefix: 192.0.2.0; prefix_length: 24; status: 1; originated: \
         2023-11-14T22:13:20Z; peer_address: 198.51.100.1; peer_asn: 65001; attributes_length: 18; attribute: ORIGIN; flags: \
         0x40; code: 1 (ORIGIN); length: 1; value: 0 (IGP); attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 4; \
         value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; asn: 65001; attribute: NEXT_HOP; flags: 0x40; code: 3 \
         (NEXT_HOP); length: 4; value: 198.51.100.1",
    ),
    (
        "td2-geo.mrt",
        "record: TABLE_DUMP_V2 GEO_PEER_TABLE at 2023-11-14T22:13:20Z; time: 2023-11-14T22:13:20Z; type: 13 (TABLE_DUMP_V2); \
         subtype: 7 (GEO_PEER_TABLE); length: 16; collector: 198.51.100.1; latitude: 0; longitude: 0; peer_count: 0; error: \
         TABLE_DUMP_V2 GEO_PEER_TABLE record: 2 bytes are left over (at byte 26); rest: 0x0000",
    ),
    (
        "td2-rib_generic-vpnv4.mrt",
        "record: TABLE_DUMP_V2 PEER_INDEX_TABLE at 2023-11-14T22:13:20Z; time: 2023-11-14T22:13:20Z; type: 13 (TABLE_DUMP_V2); \
         subtype: 1 (PEER_INDEX_TABLE); length: 21; collector: 198.51.100.1; view_name_length: 0; view_name; peer_count: 1; \
         peer; type: 2; bgp_id: 198.51.100.1; address: 198.51.100.1; asn: 65001; record: TABLE_DUMP_V2 RIB_GENERIC at \
         2023-11-14T22:13:20Z; time: 2023-11-14T22:13:20Z; type: 13 (TABLE_DUMP_V2); subtype: 6 (RIB_GENERIC); length: 61; \
         sequence: 0; afi: 1 (IPv4); safi: 128 (vpn); route: 65000:100 192.0.2.0/24 label 100; length: 112; label: value=100 \
         tc=0 s=1; rd: 65000:100; type: 0 (two-octet AS); administrator: 65000; assigned_number: 100; prefix: 192.0.2.0/24; \
         entry_count: 1; entry; peer_index: 0; originated: 2023-11-14T22:13:20Z; attributes_length: 29; attribute: ORIGIN; \
         flags: 0x40; code: 1 (ORIGIN); length: 1; value: 0 (IGP); attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: \
         6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; asn: 65001; attribute: MP_REACH_NLRI; flags: 0x80; code: 14 \
         (MP_REACH_NLRI); length: 13; next_hop_length: 12; next_hop: 198.51.100.1",
    ),
    (
        "td2-two-PIT.mrt",
        "record: TABLE_DUMP_V2 PEER_INDEX_TABLE at 2023-11-14T22:13:20Z; time: 2023-11-14T22:13:20Z; type: 13 (TABLE_DUMP_V2); \
         subtype: 1 (PEER_INDEX_TABLE); length: 21; collector: 198.51.100.1; view_name_length: 0; view_name; peer_count: 1; \
         peer; type: 2; bgp_id: 198.51.100.1; address: 198.51.100.1; asn: 65001; record: TABLE_DUMP_V2 RIB_IPV4_UNICAST at \
         2023-11-14T22:13:20Z; time: 2023-11-14T22:13:20Z; type: 13 (TABLE_DUMP_V2); subtype: 2 (RIB_IPV4_UNICAST); length: 38; \
         sequence: 0; prefix: 192.0.2.0/24; entry_count: 1; entry; peer_index: 0; originated: 2023-11-14T22:13:20Z; \
         attributes_length: 20; attribute: ORIGIN; flags: 0x40; code: 1 (ORIGIN); length: 1; value: 0 (IGP); attribute: \
         AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; asn: \
         65001; attribute: NEXT_HOP; flags: 0x40; code: 3 (NEXT_HOP); length: 4; value: 198.51.100.1; record: TABLE_DUMP_V2 \
         PEER_INDEX_TABLE at 2023-11-14T22:13:20Z; time: 2023-11-14T22:13:20Z; type: 13 (TABLE_DUMP_V2); subtype: 1 \
         (PEER_INDEX_TABLE); length: 21; collector: 198.51.100.1; view_name_length: 0; view_name; peer_count: 1; peer; type: 2; \
         bgp_id: 198.51.100.1; address: 198.51.100.1; asn: 65001; record: TABLE_DUMP_V2 RIB_IPV4_UNICAST at \
         2023-11-14T22:13:20Z; time: 2023-11-14T22:13:20Z; type: 13 (TABLE_DUMP_V2); subtype: 2 (RIB_IPV4_UNICAST); length: 38; \
         sequence: 1; prefix: 192.0.3.0/24; entry_count: 1; entry; peer_index: 0; originated: 2023-11-14T22:13:20Z; \
         attributes_length: 20; attribute: ORIGIN; flags: 0x40; code: 1 (ORIGIN); length: 1; value: 0 (IGP); attribute: \
         AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; asn: \
         65001; attribute: NEXT_HOP; flags: 0x40; code: 3 (NEXT_HOP); length: 4; value: 198.51.100.1",
    ),
    (
        "td2-v4-multicast.mrt",
        "record: TABLE_DUMP_V2 PEER_INDEX_TABLE at 2023-11-14T22:13:20Z; time: 2023-11-14T22:13:20Z; type: 13 (TABLE_DUMP_V2); \
         subtype: 1 (PEER_INDEX_TABLE); length: 21; collector: 198.51.100.1; view_name_length: 0; view_name; peer_count: 1; \
         peer; type: 2; bgp_id: 198.51.100.1; address: 198.51.100.1; asn: 65001; record: TABLE_DUMP_V2 RIB_IPV4_MULTICAST at \
         2023-11-14T22:13:20Z; time: 2023-11-14T22:13:20Z; type: 13 (TABLE_DUMP_V2); subtype: 3 (RIB_IPV4_MULTICAST); length: \
         38; sequence: 0; prefix: 192.0.2.0/24; entry_count: 1; entry; peer_index: 0; originated: 2023-11-14T22:13:20Z; \
         attributes_length: 20; attribute: ORIGIN; flags: 0x40; code: 1 (ORIGIN); length: 1; value: 0 (IGP); attribute: \
         AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; asn: \
         65001; attribute: NEXT_HOP; flags: 0x40; code: 3 (NEXT_HOP); length: 4; value: 198.51.100.1",
    ),
    (
        "td2-v4.mrt",
        "record: TABLE_DUMP_V2 PEER_INDEX_TABLE at 2023-11-14T22:13:20Z; time: 2023-11-14T22:13:20Z; type: 13 (TABLE_DUMP_V2); \
         subtype: 1 (PEER_INDEX_TABLE); length: 21; collector: 198.51.100.1; view_name_length: 0; view_name; peer_count: 1; \
         peer; type: 2; bgp_id: 198.51.100.1; address: 198.51.100.1; asn: 65001; record: TABLE_DUMP_V2 RIB_IPV4_UNICAST at \
         2023-11-14T22:13:20Z; time: 2023-11-14T22:13:20Z; type: 13 (TABLE_DUMP_V2); subtype: 2 (RIB_IPV4_UNICAST); length: 38; \
         sequence: 0; prefix: 192.0.2.0/24; entry_count: 1; entry; peer_index: 0; originated: 2023-11-14T22:13:20Z; \
         attributes_length: 20; attribute: ORIGIN; flags: 0x40; code: 1 (ORIGIN); length: 1; value: 0 (IGP); attribute: \
         AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 (AS_SEQUENCE); count: 1; asn: \
         65001; attribute: NEXT_HOP; flags: 0x40; code: 3 (NEXT_HOP); length: 4; value: 198.51.100.1",
    ),
    (
        "truncated-tail.mrt",
        "record: BGP4MP MESSAGE_AS4 at 2023-11-14T22:13:20Z; time: 2023-11-14T22:13:20Z; type: 16 (BGP4MP); subtype: 4 \
         (MESSAGE_AS4); length: 67; peer_asn: 65001; local_asn: 65002; interface: 0; afi: 1 (IPv4); peer_address: 198.51.100.1; \
         local_address: 198.51.100.2; message: UPDATE; marker: 0xffffffffffffffffffffffffffffffff; length: 47; type: 2 \
         (UPDATE); withdrawn_length: 0; attributes_length: 20; attribute: ORIGIN; flags: 0x40; code: 1 (ORIGIN); length: 1; \
         value: 0 (IGP); attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: 2 \
         (AS_SEQUENCE); count: 1; asn: 65001; attribute: NEXT_HOP; flags: 0x40; code: 3 (NEXT_HOP); length: 4; value: \
         198.51.100.1; prefix: 192.0.2.0/24",
    ),
    (
        "unknown99.mrt",
        "record: MRT type 99 subtype 0 at 2023-11-14T22:13:20Z; time: 2023-11-14T22:13:20Z; type: 99; subtype: 0; length: 8; body: \
         0x0000000000000000; record: BGP4MP MESSAGE_AS4 at 2023-11-14T22:13:20Z; time: 2023-11-14T22:13:20Z; type: 16 (BGP4MP); \
         subtype: 4 (MESSAGE_AS4); length: 67; peer_asn: 65001; local_asn: 65002; interface: 0; afi: 1 (IPv4); peer_address: \
         198.51.100.1; local_address: 198.51.100.2; message: UPDATE; marker: 0xffffffffffffffffffffffffffffffff; length: 47; \
         type: 2 (UPDATE); withdrawn_length: 0; attributes_length: 20; attribute: ORIGIN; flags: 0x40; code: 1 (ORIGIN); \
         length: 1; value: 0 (IGP); attribute: AS_PATH; flags: 0x40; code: 2 (AS_PATH); length: 6; value: 65001; segment; type: \
         2 (AS_SEQUENCE); count: 1; asn: 65001; attribute: NEXT_HOP; flags: 0x40; code: 3 (NEXT_HOP); length: 4; value: \
         198.51.100.1; prefix: 192.0.2.0/24",
    ),
];

/// Findings of the records: an ENTRY containing an address table, a GEO_PEER_TABLE with count zero and two more octets, and a
/// file that ends inside a record.
const RECORD_FINDINGS: &[(&str, &str)] = &[
    ("b4-entry2.mrt", "BGP4MP ENTRY record: 5 bytes are left over (at byte 43)"),
    ("td2-geo.mrt", "TABLE_DUMP_V2 GEO_PEER_TABLE record: 2 bytes are left over (at byte 26)"),
    ("truncated-tail.mrt", "MRT header: needs 39 bytes more than are there (at byte 79)"),
];

/// Octets of the routes after a message's attributes: families without MP_REACH_NLRI announce 192.0.2.0/24 there.
fn announced(name: &str) -> usize {
    if ["v4-unicast", "attr-42-edge-metadata", "attr-34-container", "asset"].contains(&name) { 4 } else { 0 }
}

fn octets(digits: &str) -> Vec<u8> {
    let octet = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.as_bytes().chunks(2).map(octet).collect()
}

/// `name: text; name: text`, with errors in their places.
fn fields(places: &Places) -> Vec<String> {
    let text = |place: &routeglass::places::Place| match place.text.as_str() {
        "" => place.name.to_string(),
        text => format!("{}: {text}", place.name),
    };
    places.iter().map(text).collect()
}

fn found<'t>(list: &[(&'t str, &'t str)], name: &str) -> Vec<&'t str> {
    list.iter().filter(|(of, _)| *of == name).map(|(_, text)| *text).collect()
}

#[test]
fn every_field_of_every_message() {
    let Some(corpus) = common::corpus() else { return };
    let list = std::fs::read_to_string(corpus.join("crafted/messages.txt")).unwrap();
    let mut expected = MESSAGES.iter();
    for line in list.lines().filter(|line| !line.is_empty()) {
        let (name, digits) = line.split_once(' ').unwrap();
        let bytes = octets(digits.trim());
        let mut places = Places::new();
        bgp::places(&bytes, &Session::AS4, 0, &mut places);
        let fields = fields(&places);
        let head = [
            format!("marker: 0x{}", "ff".repeat(16)),
            format!("length: {}", bytes.len()),
            "type: 2 (UPDATE); withdrawn_length: 0".into(),
            format!("attributes_length: {}", bytes.len().saturating_sub(23 + announced(name))),
            "attribute: ORIGIN; flags: 0x40; code: 1 (ORIGIN); length: 1; value: 0 (IGP)".into(),
        ]
        .join("; ");
        let (expected_name, text) = expected.next().unwrap_or_else(|| panic!("{name} is new"));
        assert_eq!(*expected_name, name);
        let whole = if bytes[18] == 2 {
            format!("message: UPDATE; {head}; {text}")
        } else {
            let kind = text.split(['(', ')']).nth(1).unwrap();
            format!("message: {kind}; marker: 0x{}; length: {}; {text}", "ff".repeat(16), bytes.len())
        };
        assert_eq!(fields.join("; "), whole, "{name}");

        // None is rejected; findings are reported; all are written unchanged.
        let message = Message::parse_at(&bytes, &Session::AS4, 0).unwrap();
        let mut told = Vec::new();
        let worst = match &message {
            Message::Update(update) => update.findings(|e| told.push(e.to_string())),
            Message::Open(open) => open.findings(|e| told.push(e.to_string())),
            _ => Action::None,
        };
        assert_eq!(told, found(FINDINGS, name), "{name}");
        assert!(worst <= Action::TreatAsWithdraw, "{name}: {worst}");
        let mut again = Vec::new();
        message.encode(&Session::AS4, &mut again).unwrap();
        assert_eq!(again, bytes, "{name}");
    }
    assert_eq!(expected.next(), None, "a message is gone");
}

#[test]
fn every_field_of_every_record() {
    let Some(corpus) = common::corpus() else { return };
    let mut files: Vec<_> = std::fs::read_dir(corpus.join("crafted/mrt")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert_eq!(files.len(), RECORDS.len());
    for (path, (name, text)) in files.iter().zip(RECORDS) {
        assert!(path.ends_with(name), "{}", path.display());
        let bytes = std::fs::read(path).unwrap();
        let (mut all, mut told, mut again) = (Vec::new(), Vec::new(), Vec::new());
        let mut peers = ReadContext::new();
        for record in records(&bytes) {
            match record {
                Ok(record) => {
                    let _ = record.elements(&mut peers);
                    let mut places = Places::new();
                    record.places(&mut places);
                    all.extend(fields(&places));
                    record.findings(&peers, |e| told.push(e.to_string()));
                    record.rewrite(&mut again).unwrap();
                }
                Err(e) => told.push(e.to_string()),
            }
        }
        assert_eq!(all.join("; "), *text, "{name}");
        assert_eq!(told, found(RECORD_FINDINGS, name), "{name}");
        assert_eq!(again, bytes[..again.len()], "{name}");
        assert!(again.len() == bytes.len() || *name == "truncated-tail.mrt", "{name}");
    }
}
