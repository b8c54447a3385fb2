//! One record of each kind, typed by hand.
#![allow(clippy::unwrap_used, dead_code, unreachable_pub, reason = "shared by tests that each use some of it")]

/// A record: header and body (RFC 6396 section 2), at second 9.
pub fn record(kind: u16, subtype: u16, body: &[u8]) -> Vec<u8> {
    let mut r = vec![0, 0, 0, 9];
    r.extend(kind.to_be_bytes());
    r.extend(subtype.to_be_bytes());
    r.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
    r.extend(body);
    r
}

/// ORIGIN IGP, AS_PATH 64496 (four octets), NEXT_HOP 192.0.2.1.
pub const ATTRIBUTES: &[u8] = &[0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1];

/// The same with two octets.
pub const ATTRIBUTES_AS2: &[u8] = &[0x40, 1, 1, 0, 0x40, 2, 4, 2, 1, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1];

/// ORIGIN IGP, AS_PATH 64496, MP_REACH_NLRI in the short form of table dumps: next hop 2001:db8::1.
pub const ATTRIBUTES_V6: &[u8] = &[
    0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0x80, 14, 17, 16, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
];

/// A PEER_INDEX_TABLE with AS64496 at 192.0.2.1 (four-octet type) and AS64497 at 2001:db8::1 (two-octet type).
pub fn peer_index_table() -> Vec<u8> {
    let mut b = vec![192, 0, 2, 254, 0, 4];
    b.extend(b"view");
    b.extend([0, 2, 2, 192, 0, 2, 1, 192, 0, 2, 1, 0, 0, 0xfb, 0xf0]);
    b.extend([1, 192, 0, 2, 2, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xfb, 0xf1]);
    record(13, 1, &b)
}

/// An entry of a RIB record.
pub fn entry(peer: u16, path_id: Option<u32>, attributes: &[u8]) -> Vec<u8> {
    let mut e = peer.to_be_bytes().to_vec();
    e.extend([0, 0, 0, 5]);
    e.extend(path_id.map(u32::to_be_bytes).into_iter().flatten());
    e.extend(u16::try_from(attributes.len()).unwrap().to_be_bytes());
    e.extend(attributes);
    e
}

/// A RIB record's body: sequence 7, route, entries.
pub fn rib(route: &[u8], entries: &[Vec<u8>]) -> Vec<u8> {
    let mut b = vec![0, 0, 0, 7];
    b.extend(route);
    b.extend(u16::try_from(entries.len()).unwrap().to_be_bytes());
    b.extend(entries.concat());
    b
}

/// A BGP message.
pub fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut m = vec![0xff; 16];
    m.extend(u16::try_from(body.len() + 19).unwrap().to_be_bytes());
    m.push(kind);
    m.extend(body);
    m
}

/// An UPDATE's body.
pub fn update(withdrawn: &[u8], attributes: &[u8], announced: &[u8]) -> Vec<u8> {
    let mut b = u16::try_from(withdrawn.len()).unwrap().to_be_bytes().to_vec();
    b.extend(withdrawn);
    b.extend(u16::try_from(attributes.len()).unwrap().to_be_bytes());
    b.extend(attributes);
    b.extend(announced);
    b
}

/// A BGP4MP body: AS64496 at 192.0.2.1 to AS64511 at 192.0.2.254, then `rest`.
pub fn bgp4mp(asn4: bool, rest: &[u8]) -> Vec<u8> {
    let mut b = if asn4 { vec![0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xff] } else { vec![0xfb, 0xf0, 0xfb, 0xff] };
    b.extend([0, 0, 0, 1, 192, 0, 2, 1, 192, 0, 2, 254]);
    b.extend(rest);
    b
}

/// 198.51.100.0/24.
pub const PREFIX: &[u8] = &[24, 198, 51, 100];
const PREFIX_V6: &[u8] = &[32, 0x20, 1, 0x0d, 0xb8];
const PATH_PREFIX: &[u8] = &[0, 0, 0, 3, 24, 198, 51, 100];

/// A record of every type and subtype that carries BGP, by name; those of TABLE_DUMP_V2 after their peer table.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    let with_table = |subtype, body: Vec<u8>| [peer_index_table(), record(13, subtype, &body)].concat();
    let (four, two) = (update(&[8, 10], ATTRIBUTES, PREFIX), update(&[8, 10], ATTRIBUTES_AS2, PREFIX));
    let (four, two) = (message(2, &four), message(2, &two));
    let paths = message(2, &update(&[0, 0, 0, 3, 8, 10], ATTRIBUTES, PATH_PREFIX));
    let paths2 = message(2, &update(&[0, 0, 0, 3, 8, 10], ATTRIBUTES_AS2, PATH_PREFIX));
    let table_dump = |attributes: &[u8], address: &[u8], len: u8, peer: &[u8], asn: &[u8]| {
        let mut b = vec![0, 0, 0, 7];
        b.extend(address);
        b.extend([len, 1, 0, 0, 0, 5]);
        b.extend(peer);
        b.extend(asn);
        b.extend(u16::try_from(attributes.len()).unwrap().to_be_bytes());
        b.extend(attributes);
        b
    };
    let v6 = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let mut entry_body = vec![0, 0, 0, 1, 0, 0, 0, 5, 0, 1, 1, 4, 192, 0, 2, 1, 24, 198, 51, 100];
    entry_body.extend(u16::try_from(ATTRIBUTES_AS2.len()).unwrap().to_be_bytes());
    entry_body.extend(ATTRIBUTES_AS2);
    let et = |body: Vec<u8>| [vec![0, 0, 0, 7], body].concat();
    let legacy = |v6: bool, rest: &[u8]| {
        let address: &[u8] = if v6 { &[0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] } else { &[192, 0, 2, 1] };
        [&[0xfb, 0xf0][..], address, &[0xfb, 0xff], address, rest].concat()
    };
    let geo =
        [&[192, 0, 2, 254, 0x42, 0x48, 0, 0, 0x40, 0xa0, 0, 0, 0, 1, 2, 192, 0, 2, 1][..], &[0x7f, 0xc0, 0, 0, 0x7f, 0xc0, 0, 0]]
            .concat();
    vec![
        ("PEER_INDEX_TABLE", peer_index_table()),
        ("RIB_IPV4_UNICAST", with_table(2, rib(PREFIX, &[entry(0, None, ATTRIBUTES), entry(1, None, ATTRIBUTES)]))),
        ("RIB_IPV4_MULTICAST", with_table(3, rib(PREFIX, &[entry(0, None, ATTRIBUTES)]))),
        ("RIB_IPV6_UNICAST", with_table(4, rib(PREFIX_V6, &[entry(1, None, ATTRIBUTES_V6)]))),
        ("RIB_IPV6_MULTICAST", with_table(5, rib(PREFIX_V6, &[entry(1, None, ATTRIBUTES_V6)]))),
        ("RIB_GENERIC", with_table(6, rib(&[&[0, 1, 1][..], PREFIX].concat(), &[entry(0, None, ATTRIBUTES)]))),
        (
            "RIB_GENERIC VPN",
            with_table(
                6,
                rib(&[0, 1, 128, 112, 0, 0x10, 1, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 198, 51, 100], &[entry(0, None, ATTRIBUTES)]),
            ),
        ),
        ("GEO_PEER_TABLE", record(13, 7, &geo)),
        ("RIB_IPV4_UNICAST_ADDPATH", with_table(8, rib(PREFIX, &[entry(0, Some(3), ATTRIBUTES), entry(0, Some(4), ATTRIBUTES)]))),
        ("RIB_IPV4_MULTICAST_ADDPATH", with_table(9, rib(PREFIX, &[entry(0, Some(3), ATTRIBUTES)]))),
        ("RIB_IPV6_UNICAST_ADDPATH", with_table(10, rib(PREFIX_V6, &[entry(1, Some(3), ATTRIBUTES_V6)]))),
        ("RIB_IPV6_MULTICAST_ADDPATH", with_table(11, rib(PREFIX_V6, &[entry(1, Some(3), ATTRIBUTES_V6)]))),
        ("RIB_GENERIC_ADDPATH", with_table(12, rib(&[&[0, 1, 1][..], PREFIX].concat(), &[entry(0, Some(3), ATTRIBUTES)]))),
        ("TABLE_DUMP IPv4", record(12, 1, &table_dump(ATTRIBUTES_AS2, &[198, 51, 100, 0], 24, &[192, 0, 2, 1], &[0xfb, 0xf0]))),
        ("TABLE_DUMP IPv6", record(12, 2, &table_dump(ATTRIBUTES_AS2, &v6, 32, &v6, &[0xfb, 0xf0]))),
        (
            "TABLE_DUMP IPv4 AS4",
            record(12, 3, &table_dump(ATTRIBUTES, &[198, 51, 100, 0], 24, &[192, 0, 2, 1], &[0, 0, 0xfb, 0xf0])),
        ),
        ("TABLE_DUMP IPv6 AS4", record(12, 4, &table_dump(ATTRIBUTES, &v6, 32, &v6, &[0, 0, 0xfb, 0xf0]))),
        ("STATE_CHANGE", record(16, 0, &bgp4mp(false, &[0, 6, 0, 1]))),
        ("MESSAGE", record(16, 1, &bgp4mp(false, &two))),
        ("ENTRY", record(16, 2, &bgp4mp(false, &entry_body))),
        ("SNAPSHOT", record(16, 3, b"\0\x01/var/rib\0")),
        ("MESSAGE_AS4", record(16, 4, &bgp4mp(true, &four))),
        ("STATE_CHANGE_AS4", record(16, 5, &bgp4mp(true, &[0, 6, 0, 7]))),
        ("MESSAGE_LOCAL", record(16, 6, &bgp4mp(false, &two))),
        ("MESSAGE_AS4_LOCAL", record(16, 7, &bgp4mp(true, &four))),
        ("MESSAGE_ADDPATH", record(16, 8, &bgp4mp(false, &paths2))),
        ("MESSAGE_AS4_ADDPATH", record(16, 9, &bgp4mp(true, &paths))),
        ("MESSAGE_LOCAL_ADDPATH", record(16, 10, &bgp4mp(false, &paths2))),
        ("MESSAGE_AS4_LOCAL_ADDPATH", record(16, 11, &bgp4mp(true, &paths))),
        ("ET MESSAGE_AS4", record(17, 4, &et(bgp4mp(true, &four)))),
        ("ET STATE_CHANGE", record(17, 0, &et(bgp4mp(false, &[0, 6, 0, 8])))),
        ("BGP UPDATE", record(5, 1, &legacy(false, &update(&[8, 10], ATTRIBUTES_AS2, PREFIX)))),
        ("BGP STATE_CHANGE", record(5, 3, &[0xfb, 0xf0, 192, 0, 2, 1, 0, 6, 0, 1])),
        ("BGP SYNC", record(5, 4, b"\0\x01/var/rib\0")),
        ("BGP OPEN", record(5, 5, &legacy(false, &[4, 0xfb, 0xf0, 0, 180, 192, 0, 2, 1, 0]))),
        ("BGP NOTIFY", record(5, 6, &legacy(false, &[6, 2]))),
        ("BGP KEEPALIVE", record(5, 7, &legacy(false, &[]))),
        ("BGP4PLUS UPDATE", record(9, 1, &legacy(true, &update(&[8, 10], ATTRIBUTES_AS2, PREFIX)))),
        ("BGP4PLUS_01 UPDATE", record(10, 1, &legacy(true, &update(&[8, 10], ATTRIBUTES_AS2, PREFIX)))),
    ]
}
