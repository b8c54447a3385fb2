//! Inputs of any size that must be read in linear time and memory: worst cases in archives.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    dead_code,
    unreachable_pub,
    reason = "shared by tests that each use some of it"
)]

use std::hint::black_box;

use routeglass::bgp::Open;
use routeglass::element::Strictness;
use routeglass::elements;
use routeglass::mrt::{Evidence, ReadContext, Reader, Recovered, records, recover};
#[cfg(feature = "rib")]
use routeglass::rib::Replay;

use super::vectors::{ATTRIBUTES, bgp4mp, entry, message, peer_index_table, record, rib, update};

/// An input of `n` things, and its reading.
pub struct Growing {
    pub name: &'static str,
    /// The smallest `n`; it is doubled from there.
    pub first: usize,
    pub make: fn(usize) -> Vec<u8>,
    pub work: fn(&[u8]),
    /// Minimum steps per thing; 0 if they are skipped together.
    pub least: u64,
}

const fn growing(name: &'static str, first: usize, make: fn(usize) -> Vec<u8>, work: fn(&[u8])) -> Growing {
    Growing { name, first, make, work, least: 1 }
}

const fn passed_over(name: &'static str, first: usize, make: fn(usize) -> Vec<u8>, work: fn(&[u8])) -> Growing {
    Growing { name, first, make, work, least: 0 }
}

/// Reads everything in an archive, in every way.
fn read_all(bytes: &[u8]) {
    for strictness in [Strictness::Forensic, Strictness::Rfc7606, Strictness::Strict] {
        for element in elements(bytes).with_strictness(strictness).flatten() {
            black_box((element.kind(), element.action()));
        }
    }
    for element in elements(bytes).with_notes() {
        black_box(element.is_ok());
    }
    let mut peers = ReadContext::new();
    for record in records(bytes).flatten() {
        peers.observe(&record);
        record.findings(&peers, |e| {
            black_box(e);
        });
        record.notes(&peers, |e| {
            black_box(e);
        });
    }
    black_box(recover(bytes).count());
}

/// One UPDATE in a record; over 4,096 octets if needed.
pub fn archived(withdrawn: &[u8], attributes: &[u8], announced: &[u8]) -> Vec<u8> {
    record(16, 4, &bgp4mp(true, &message(2, &update(withdrawn, attributes, announced))))
}

/// An attribute of extended length.
pub fn long(flags: u8, code: u8, value: &[u8]) -> Vec<u8> {
    let mut a = vec![flags | 0x10, code];
    a.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
    a.extend(value);
    a
}

const VPN: [u8; 17] = [0, 1, 128, 12, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1, 0];

/// In one UPDATE.
pub const ATTRIBUTES_AND_ROUTES: &[Growing] = &[
    // The maximum of 21,000 attributes of three octets, with repeated codes.
    growing(
        "empty attributes",
        2_600,
        |n| archived(&[], &(0..n).flat_map(|i| [0xc0, octet(i), 0]).collect::<Vec<_>>(), &[]),
        read_all,
    ),
    growing("one attribute again and again", 2_600, |n| archived(&[], &[0x40, 6, 0].repeat(n), &[8, 10]), read_all),
    growing("MP_UNREACH_NLRI again and again", 1_300, |n| archived(&[], &[0x80, 15, 3, 0, 2, 1].repeat(n), &[]), read_all),
    growing(
        "malformed attributes without a route",
        1_900,
        |n| archived(&[], &(0..n).flat_map(|i| [0x40, octet(i), 1, 9]).collect::<Vec<_>>(), &[]),
        read_all,
    ),
    growing(
        "segments of one number",
        1_300,
        |n| archived(&[], &long(0x40, 2, &[2, 1, 0, 0, 0xfb, 0xf0].repeat(n)), &[8, 10]),
        read_all,
    ),
    growing(
        "sets of one number",
        1_300,
        |n| archived(&[], &long(0x40, 2, &[1, 1, 0, 0, 0xfb, 0xf0].repeat(n)), &[8, 10]),
        read_all,
    ),
    passed_over("communities", 2_000, |n| archived(&[], &long(0xc0, 8, &[0, 1, 0, 1].repeat(n)), &[8, 10]), read_all),
    passed_over("large communities that repeat", 660, |n| archived(&[], &long(0xc0, 32, &[7; 12].repeat(n)), &[8, 10]), read_all),
    growing("default routes", 8_000, |n| archived(&[], ATTRIBUTES, &vec![0; n]), read_all),
    growing("withdrawn routes", 4_000, |n| archived(&[8, 10].repeat(n), &[], &[]), read_all),
    // Half of it attributes that are read once, half of it their routes.
    growing(
        "sets and routes",
        640,
        |n| {
            let sets = long(0x40, 2, &[1, 1, 0, 0, 0xfb, 0xf0].repeat(n / 2));
            archived(&[], &[ATTRIBUTES, &[0xc0, 99, 0].repeat(n), &sets].concat(), &vec![0; n * 5])
        },
        read_all,
    ),
    growing(
        "malformed VPN routes",
        4_000,
        |n| archived(&[], &long(0x80, 14, &[&VPN[..], &[8, 0].repeat(n)].concat()), &[]),
        read_all,
    ),
    growing(
        "labels without a bottom",
        1_000,
        |n| archived(&[], &long(0x80, 14, &[&VPN[..], &[48, 0, 1, 0, 0, 1, 0].repeat(n)].concat()), &[]),
        read_all,
    ),
];

/// In tables, and many records.
pub const TABLES: &[Growing] = &[
    growing(
        "empty entries",
        8_000,
        |n| [peer_index_table(), record(13, 2, &rib(&[8, 10], &vec![entry(0, None, &[]); n]))].concat(),
        read_all,
    ),
    growing("peers", 8_000, peers, read_all),
    growing(
        "entries of the older table",
        4_000,
        |n| {
            let dump = [10, 0, 0, 0, 8, 1, 0, 0, 0, 5, 192, 0, 2, 1, 0xfb, 0xf0, 0, 0];
            record(12, 1, &[&[0, 0, 0, 7][..], &dump.repeat(n)].concat())
        },
        read_all,
    ),
    growing("empty records", 8_000, |n| record(16, 200, &[]).repeat(n), read_all),
    growing(
        "evidence",
        2_000,
        |n| archived(&[], ATTRIBUTES, &[0, 0, 0, 1, 8, 10]).repeat(n),
        |bytes| {
            black_box(Evidence::scan(bytes));
        },
    ),
];

/// In an OPEN.
pub const CAPABILITIES: &[Growing] = &[growing("capabilities", 800, open, |body| {
    let open = Open::parse_at(body, 0).unwrap();
    open.findings(|e| {
        black_box(e);
    });
    black_box((open.asn(), open.role(), open.negotiate(&open)));
})];

/// In the search of recovery: nothing, and nested headers that are almost valid.
pub const RECOVERY: &[Growing] = &[
    growing("garbage", 8 << 10, |n| (0..n).map(|i| octet(i.wrapping_mul(2_654_435_761) >> 7)).collect(), search),
    growing("zeros", 8 << 10, |n| vec![0; n], search),
    growing("ones", 8 << 10, |n| vec![0xff; n], search),
    growing("tables in tables", 500, |n| candidates(13, 2, 24, n), search),
    growing("older tables in older tables", 500, |n| candidates(12, 1, 38, n), search),
    growing("messages in messages", 500, |n| candidates(16, 4, 60, n), search),
    passed_over("unknown records in unknown records", 500, |n| candidates(11, 0, 16, n), search),
    growing("peer tables in peer tables", 500, |n| candidates(13, 1, 24, n), search),
    // Entries of eight octets contain the headers of further tables: a walk from each would be long.
    growing(
        "entries that are headers",
        4_000,
        |n| [0x65, 0x53, 0xf1, 0, 0, 13, 0, 2, 0, 0, 0x30, 0, 0, 0, 0, 7, 0, 0xff, 0xff, 0, 0, 0, 0, 0].repeat(n),
        search,
    ),
    // Each table has consecutive entries up to the end of the input, where some are missing; they contain the next tables.
    growing(
        "tables that lack entries",
        2_000,
        |n| {
            let mut bytes = candidates(13, 2, 24, n);
            for octets in bytes.chunks_mut(24) {
                // Middle octets of the time: the length of an entry's attributes, which are one.
                octets[1..4].copy_from_slice(&[0, 16, 0]);
                octets[17..19].copy_from_slice(&[0xff, 0xff]);
            }
            bytes
        },
        search,
    ),
];

/// In the replay of a table: many peers, collectors, views and tables of which each is few octets.
#[cfg(feature = "rib")]
pub const REPLAYS: &[Growing] = &[
    growing(
        "peers of one message each",
        200,
        |n| (0..n).flat_map(|i| sent(i, [11, i, 64496], [192, 0, 2, 254])).collect(),
        replay,
    ),
    growing(
        "AS numbers at one address",
        200,
        |n| (0..n).flat_map(|i| sent(i, [10, 1, 1000 + i], [192, 0, 2, 254])).collect(),
        replay,
    ),
    growing(
        "two AS numbers in turn at an address of many",
        200,
        |n| {
            let many = (0..n).flat_map(|i| sent(0, [10, 1, 1000 + i], [192, 0, 2, 254]));
            many.chain((0..n).flat_map(|i| sent(0, [10, 1, 1000 + i % 2], [192, 0, 2, 254]))).collect()
        },
        replay,
    ),
    growing(
        "listed AS numbers at one address",
        200,
        |n| {
            let table = table(0, [192, 0, 2, 254], "", (0..n).map(|i| (1, [10, 1, 1000 + i])));
            let sent = (0..n).flat_map(|i| sent(1, [10, 1, 1000 + i], [192, 0, 2, 254]));
            table.into_iter().chain(sent).collect()
        },
        replay,
    ),
    growing(
        "AS numbers at one address on links of their own",
        200,
        |n| (0..n).flat_map(|i| on_link(u16::try_from(i + 1).unwrap(), [10, 1, 1000 + i])).collect(),
        replay_named,
    ),
    growing(
        "one peer at many addresses of its collector",
        200,
        |n| (0..n).flat_map(|i| sent(0, [10, 1, 64496], local(i))).collect(),
        replay,
    ),
    growing(
        "peers with one address and AS",
        200,
        |n| {
            let table = table(0, [192, 0, 2, 254], "", (0..n).map(|i| (i, [10, 1, 64496])));
            [table, record(13, 2, &rib(&[8, 10], &[entry(0, None, ATTRIBUTES)]))].concat()
        },
        replay,
    ),
    growing(
        "peers of a table, and tables without peers",
        200,
        |n| {
            let table_of = |i: usize, count: usize| table(i, [192, 0, 2, 254], "", (0..count).map(|i| (i, [11, i, 64496])));
            (0..=n).flat_map(|i| table_of(i, if i == 0 { n } else { 0 })).collect()
        },
        replay,
    ),
    growing(
        "views",
        200,
        |n| (0..n).flat_map(|i| table(i, [192, 0, 2, 254], &i.to_string(), [(1, [10, 1, 64496])].into_iter())).collect(),
        replay,
    ),
    growing(
        "views of which one is of the peer",
        200,
        |n| {
            let views = (0..n).flat_map(|i| table(0, [192, 0, 2, 254], &i.to_string(), [(i, [11, i, 64496])].into_iter()));
            views.chain((0..n).flat_map(|i| sent(1, [11, i, 64496], [192, 0, 2, 254]))).collect()
        },
        replay,
    ),
    growing(
        "collectors and their messages",
        200,
        |n| {
            let both = |i: usize| {
                [table(i, local(i), "", [(1, [11, i, 64496])].into_iter()), sent(i, [11, i, 64496], local(i))].concat()
            };
            (0..n).flat_map(both).collect()
        },
        replay,
    ),
    growing(
        "older tables of a route each, all of them replaced",
        200,
        |n| (0..2).flat_map(|round| (0..n).flat_map(move |i| older(round, i, address(11, i)))).collect(),
        replay,
    ),
    growing(
        "tables of a route each, all of them replaced",
        200,
        |n| {
            let view = |round: usize, i: usize| {
                let peers = table(round, [192, 0, 2, 254], &i.to_string(), [(1, [10, 1, 64496])].into_iter());
                let [_, a, b, c] = address(0, i);
                [peers, timed(round, record(13, 2, &rib(&[32, 11, a, b, c], &[entry(0, None, ATTRIBUTES)])))].concat()
            };
            (0..2).flat_map(|round| (0..n).flat_map(move |i| view(round, i))).collect()
        },
        replay,
    ),
    growing(
        "records of a table without a route that counts",
        200,
        |n| {
            let one = table(0, [192, 0, 2, 254], "", [(1, [10, 1, 64496])].into_iter());
            let of = |i: usize, peer: u16| {
                let [_, a, b, c] = address(0, i);
                timed(0, record(13, 2, &rib(&[32, 11, a, b, c], &[entry(peer, None, ATTRIBUTES)])))
            };
            let all = (0..n).map(|i| of(i, 0)).chain((0..n).map(|i| of(n + i, 1)));
            [one].into_iter().chain(all).flatten().collect()
        },
        replay,
    ),
    growing(
        "sessions of a route each that end",
        200,
        |n| {
            let ends =
                (0..n).flat_map(|i| timed(1, record(16, 4, &on_of(message(3, &[6, 4]), 0, [11, i, 64496], [192, 0, 2, 254]))));
            let routes = (0..n).flat_map(|i| {
                let [_, a, b, c] = address(0, i);
                let announced = message(2, &update(&[], ATTRIBUTES, &[32, 11, a, b, c]));
                timed(0, record(16, 4, &on_of(announced, 0, [11, i, 64496], [192, 0, 2, 254])))
            });
            routes.chain(ends).collect()
        },
        replay,
    ),
    growing(
        "refreshes of a route each, beside the routes of another peer",
        200,
        |n| {
            let refresh = |i: usize| [said(0, 5, &[0, 1, 1, 1]), host(0, 2, i % 7), said(0, 5, &[0, 1, 2, 1])].concat();
            many(n).chain((0..n).flat_map(refresh)).collect()
        },
        replay,
    ),
    growing(
        "refreshes of IPv6 beside the peer's own IPv4 routes",
        200,
        |n| {
            let refresh = |i: usize| [said(0, 5, &[0, 2, 1, 1]), host_v6(0, i % 7), said(0, 5, &[0, 2, 2, 1])].concat();
            (0..n).flat_map(|i| host(0, 2, i)).chain((0..n).flat_map(refresh)).collect()
        },
        replay,
    ),
    growing(
        "restarts that end with End-of-RIB, beside the routes of another peer",
        200,
        |n| {
            let restart = |i: usize| {
                let again = [said(i, 1, &restarting()), host(i, 2, 2), said(i, 2, &[0, 0, 0, 0])].concat();
                [said(i, 1, &restarting()), host(i, 2, 1), lost(i), again, lost(i)].concat()
            };
            many(n).chain((0..n).flat_map(restart)).collect()
        },
        replay,
    ),
    growing(
        "restarts that expire, beside the routes of another peer",
        200,
        |n| {
            let restart = |i: usize| [said(300 * i, 1, &restarting()), host(300 * i, 2, i % 7), lost(300 * i)].concat();
            many(n).chain((0..n).flat_map(restart)).collect()
        },
        replay,
    ),
    growing(
        "sessions of a peer that many views list",
        200,
        |n| {
            let views = (0..n).flat_map(|i| table(0, [192, 0, 2, 254], &i.to_string(), [(1, [10, 2, 64498])].into_iter()));
            views.chain((0..n).flat_map(session)).collect()
        },
        replay,
    ),
    growing(
        "sessions of a peer that many views list without its AS",
        200,
        |n| {
            let views = (0..n).flat_map(|i| table(0, [192, 0, 2, 254], &i.to_string(), [(1, [10, 2, 0])].into_iter()));
            views.chain((0..n).flat_map(session)).collect()
        },
        replay,
    ),
    growing(
        "sessions of a peer that had a route in many views",
        200,
        |n| {
            let view = |i: usize| {
                let peers = table(0, [192, 0, 2, 254], &i.to_string(), [(1, [10, 2, 64498])].into_iter());
                [peers, timed(0, record(13, 2, &rib(&[8, 10], &[entry(0, None, ATTRIBUTES)])))].concat()
            };
            (0..n).flat_map(view).chain((0..n).flat_map(session)).collect()
        },
        replay,
    ),
    growing(
        "OPENs that are undone over and over",
        250,
        |n| {
            let routes = |i: usize| {
                let routes: Vec<u8> = (i..i + 50).flat_map(|i| [&[32][..], &address(11, i)].concat()).collect();
                said(0, 2, &update(&[], ATTRIBUTES, &routes))
            };
            let twice = [said(0, 1, &[4, 0xfb, 0xf2, 0, 180, 10, 0, 0, 2, 0]), said(0, 3, &[6, 7])].concat();
            (0..n).step_by(50).flat_map(routes).chain((0..n).flat_map(|_| twice.clone())).collect()
        },
        replay,
    ),
    growing(
        "older tables of IPv6 beside the IPv4 routes of many peers",
        200,
        |n| {
            let of_peers = (0..n).flat_map(|i| older_of(0, i, &[10, 0, 0, 0], &address(11, i)));
            let starts = (1..=n).flat_map(|i| older_of(i, 0, &[0x20; 16], &[0x20; 16]));
            of_peers.chain(starts).collect()
        },
        replay_named,
    ),
    growing(
        "older tables of IPv6 beside a table of many peers",
        200,
        |n| {
            let peers = table(0, [192, 0, 2, 254], "", (0..n).map(|i| (i, [11, i, 64496])));
            let entry = |i: usize| entry(u16::try_from(i).unwrap(), None, ATTRIBUTES);
            let routes = (0..n).flat_map(|i| timed(0, record(13, 2, &rib(&[8, 10], &[entry(i)]))));
            let starts = (1..=n).flat_map(|i| older_of(i, 0, &[0x20; 16], &[0x20; 16]));
            peers.into_iter().chain(routes).chain(starts).collect()
        },
        replay_named,
    ),
];

/// An announced host route of the peer 10.0.0.`peer`.
#[cfg(feature = "rib")]
fn host(seconds: usize, peer: usize, n: usize) -> Vec<u8> {
    let [_, a, b, c] = address(0, n);
    let announced = message(2, &update(&[], ATTRIBUTES, &[32, 11, a, b, c]));
    timed(seconds, record(16, 4, &on_of(announced, 0, [10, peer, 64496 + peer], [192, 0, 2, 254])))
}

/// Routes of the peer 10.0.0.1.
#[cfg(feature = "rib")]
fn many(n: usize) -> impl Iterator<Item = u8> {
    (0..n).flat_map(|i| host(0, 1, i))
}

/// An announced IPv6 route of the peer 10.0.0.2.
#[cfg(feature = "rib")]
fn host_v6(seconds: usize, n: usize) -> Vec<u8> {
    let next_hop = [0x20; 16];
    let reach = [&[0x80, 14, 38, 0, 2, 1, 16][..], &next_hop, &[0, 128], &next_hop[..15], &[octet(n)]].concat();
    said(seconds, 2, &update(&[], &[&reach, &ATTRIBUTES[..13]].concat(), &[]))
}

/// A message of the peer 10.0.0.2.
#[cfg(feature = "rib")]
fn said(seconds: usize, kind: u8, body: &[u8]) -> Vec<u8> {
    timed(seconds, record(16, 4, &on_of(message(kind, body), 0, [10, 2, 64498], [192, 0, 2, 254])))
}

/// Its session from an OPEN to a NOTIFICATION, with an End-of-RIB of IPv6.
#[cfg(feature = "rib")]
fn session(seconds: usize) -> Vec<u8> {
    let end = said(seconds, 2, &update(&[], &[0x80, 15, 3, 0, 2, 1], &[]));
    [said(seconds, 1, &restarting()), end, lost(seconds), said(seconds, 3, &[6, 4])].concat()
}

/// Its session is no longer established.
#[cfg(feature = "rib")]
fn lost(seconds: usize) -> Vec<u8> {
    timed(seconds, record(16, 5, &on_of(vec![0, 6, 0, 1], 0, [10, 2, 64498], [192, 0, 2, 254])))
}

/// An OPEN with a restart time of 120 seconds, in which IPv4 routes are kept.
#[cfg(feature = "rib")]
fn restarting() -> Vec<u8> {
    let capability = [64, 6, 0, 120, 0, 1, 1, 0x80];
    [&[4, 0xfb, 0xf2, 0, 180, 10, 0, 0, 2, 10, 2, 8][..], &capability].concat()
}

/// A record of an older table of one collector: its place in the table, its prefix and peer.
#[cfg(feature = "rib")]
fn older_of(seconds: usize, number: usize, prefix: &[u8], peer: &[u8]) -> Vec<u8> {
    let list = [0x40, 1, 1, 0, 0x40, 2, 4, 2, 1, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1];
    let number = u16::try_from(number).unwrap().to_be_bytes();
    let head = [&[0, 0][..], &number, prefix, &[32, 1, 0, 0, 0, 5], peer, &[0xfb, 0xf0, 0, 18], &list].concat();
    timed(seconds, record(12, if prefix.len() == 4 { 1 } else { 2 }, &head))
}

/// A record of an older table: its view and peer.
#[cfg(feature = "rib")]
fn older(round: usize, view: usize, prefix: [u8; 4]) -> Vec<u8> {
    let mut body = u16::try_from(view).unwrap().to_be_bytes().to_vec();
    body.extend([0, 0]);
    body.extend(prefix);
    body.extend([32, 1, 0, 0, 0, 5, 10, 0, 0, 1, 0xfb, 0xf0]);
    let list = [0x40, 1, 1, 0, 0x40, 2, 4, 2, 1, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1];
    body.extend(u16::try_from(list.len()).unwrap().to_be_bytes());
    body.extend(list);
    timed(round, record(12, 1, &body))
}

/// A peer: the first octet of its address, the others, its AS.
#[cfg(feature = "rib")]
type Peer = [usize; 3];

/// `n` as four octets after a first one.
#[cfg(feature = "rib")]
fn address(first: usize, n: usize) -> [u8; 4] {
    (u32::try_from(first).unwrap() << 24 | u32::try_from(n).unwrap()).to_be_bytes()
}

#[cfg(feature = "rib")]
fn local(n: usize) -> [u8; 4] {
    address(12, n)
}

/// A record at a time in seconds.
#[cfg(feature = "rib")]
fn timed(seconds: usize, mut record: Vec<u8>) -> Vec<u8> {
    record[..4].copy_from_slice(&u32::try_from(1_700_000_000 + seconds).unwrap().to_be_bytes());
    record
}

/// An announcement.
#[cfg(feature = "rib")]
fn sent(seconds: usize, peer: Peer, local: [u8; 4]) -> Vec<u8> {
    timed(seconds, record(16, 4, &on(0, peer, local)))
}

/// An announcement on an interface.
#[cfg(feature = "rib")]
fn on_link(interface: u16, peer: Peer) -> Vec<u8> {
    timed(0, record(16, 4, &on(interface, peer, [192, 0, 2, 254])))
}

#[cfg(feature = "rib")]
fn on(interface: u16, peer: Peer, local: [u8; 4]) -> Vec<u8> {
    on_of(message(2, &update(&[], ATTRIBUTES, &[8, 10])), interface, peer, local)
}

#[cfg(feature = "rib")]
fn on_of(message: Vec<u8>, interface: u16, [first, rest, asn]: Peer, local: [u8; 4]) -> Vec<u8> {
    let mut body = u32::try_from(asn).unwrap().to_be_bytes().to_vec();
    body.extend([0, 0, 0xfb, 0xff]);
    body.extend(interface.to_be_bytes());
    body.extend([0, 1]);
    body.extend(address(first, rest));
    body.extend(local);
    body.extend(message);
    body
}

/// A table's peers, by BGP identifier.
#[cfg(feature = "rib")]
fn table(seconds: usize, collector: [u8; 4], view: &str, peers: impl ExactSizeIterator<Item = (usize, Peer)>) -> Vec<u8> {
    let mut body = collector.to_vec();
    body.extend(u16::try_from(view.len()).unwrap().to_be_bytes());
    body.extend(view.bytes());
    body.extend(u16::try_from(peers.len()).unwrap().to_be_bytes());
    for (id, [first, rest, asn]) in peers {
        body.push(2);
        body.extend(address(9, id));
        body.extend(address(first, rest));
        body.extend(u32::try_from(asn).unwrap().to_be_bytes());
    }
    timed(seconds, record(13, 1, &body))
}

/// Applies all records to a table.
#[cfg(feature = "rib")]
fn replay(bytes: &[u8]) {
    replay_of(bytes, None);
}

/// The same as those of one collector.
#[cfg(feature = "rib")]
fn replay_named(bytes: &[u8]) {
    replay_of(bytes, Some("one"));
}

#[cfg(feature = "rib")]
fn replay_of(bytes: &[u8], collector: Option<&str>) {
    let mut replay = Replay::new();
    let peers = ReadContext::new();
    let source = match collector {
        Some(name) => replay.add_source_of(name, peers),
        None => replay.add_source(peers),
    };
    for record in records(bytes).flatten() {
        replay.apply(source, &record, |_| {}).unwrap();
    }
    black_box(replay.rib().len());
}

/// The last octet of a number.
fn octet(n: usize) -> u8 {
    n.to_le_bytes()[0]
}

fn peers(n: usize) -> Vec<u8> {
    let mut body = vec![192, 0, 2, 254, 0, 0];
    body.extend(u16::try_from(n).unwrap().to_be_bytes());
    body.extend([0, 192, 0, 2, 1, 192, 0, 2, 1, 0xfb, 0xf0].repeat(n));
    record(13, 1, &body)
}

fn open(n: usize) -> Vec<u8> {
    let mut body = vec![4, 0xfb, 0xf0, 0, 180, 192, 0, 2, 1, 255, 255];
    let capabilities = [9, 1, 3, 65, 4, 0, 0, 0, 0].repeat(n);
    body.extend(u16::try_from(capabilities.len() + 3).unwrap().to_be_bytes());
    body.push(2);
    body.extend(u16::try_from(capabilities.len()).unwrap().to_be_bytes());
    body.extend(capabilities);
    body
}

/// Headers `step` octets apart, each of a record that extends to the end.
fn candidates(kind: u8, subtype: u8, step: usize, n: usize) -> Vec<u8> {
    let mut bytes = vec![0u8; step * n];
    for (i, octets) in bytes.chunks_mut(step).enumerate() {
        let head = [0x65, 0x53, 0xf1, 0, 0, kind, 0, subtype];
        octets[..8].copy_from_slice(&head);
        let len = u32::try_from(step * (n - i) - 12).unwrap().min(4 << 20).to_be_bytes();
        octets[8..12].copy_from_slice(&len);
    }
    bytes
}

/// Recovers a slice, and a stream.
fn search(bytes: &[u8]) {
    black_box(recover(bytes).count());
    let mut reader = Reader::new(bytes).unwrap().recovering();
    while let Some(item) = reader.next_item().unwrap() {
        black_box(matches!(item, Recovered::Gap(_)));
    }
}
