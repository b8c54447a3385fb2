//! Which bytes are in the small archive that the project ships?
//!
//! Prints it to the file given as argument, octet by octet as the RFCs say: `cargo run --example write_sample -- OUT`. A test
//! holds `tests/data/sample.mrt` against it.

use std::env;
use std::error::Error;
use std::fs;

/// An MRT record: header and body (RFC 6396 section 2).
fn record(out: &mut Vec<u8>, seconds: u32, kind: u16, subtype: u16, body: &[u8]) {
    out.extend(seconds.to_be_bytes());
    out.extend(kind.to_be_bytes());
    out.extend(subtype.to_be_bytes());
    out.extend(u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend(body);
}

/// A length of two octets.
fn len16(len: usize) -> [u8; 2] {
    u16::try_from(len).unwrap_or(u16::MAX).to_be_bytes()
}

/// A RIB entry: peer, time, attributes (RFC 6396 section 4.3.4).
fn entry(peer: u16, originated: u32, attributes: &[u8]) -> Vec<u8> {
    let mut e = peer.to_be_bytes().to_vec();
    e.extend(originated.to_be_bytes());
    e.extend(len16(attributes.len()));
    e.extend(attributes);
    e
}

/// A BGP4MP_ET MESSAGE_AS4 record's body: microseconds, AS 64496 at 192.0.2.1 to AS 64511 at 192.0.2.254, one message.
fn message(micros: u32, kind: u8, body: &[u8]) -> Vec<u8> {
    let mut b = micros.to_be_bytes().to_vec();
    b.extend([0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xff, 0, 0, 0, 1, 192, 0, 2, 1, 192, 0, 2, 254]);
    b.extend([0xff; 16]);
    b.extend(len16(body.len() + 19));
    b.push(kind);
    b.extend(body);
    b
}

/// The archive: a table of two peers, then what happened to it.
pub(crate) fn sample() -> Vec<u8> {
    const NOON: u32 = 1_767_268_800; // 2026-01-01 12:00 UTC
    let mut out = Vec::new();

    // PEER_INDEX_TABLE: collector 192.0.2.254, view "sample", two peers with four-octet numbers, one IPv4 and one IPv6.
    let mut peers = vec![192, 0, 2, 254, 0, 6];
    peers.extend(b"sample");
    peers.extend([0, 2]);
    peers.extend([2, 192, 0, 2, 1, 192, 0, 2, 1, 0, 0, 0xfb, 0xf0]);
    peers.extend([3, 192, 0, 2, 2, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 0]);
    record(&mut out, NOON, 13, 1, &peers);

    // ORIGIN IGP, AS_PATH 64496 64500, NEXT_HOP 192.0.2.1, COMMUNITIES 64496:100 no-export.
    let direct = [
        0x40, 1, 1, 0, 0x40, 2, 10, 2, 2, 0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xf4, 0x40, 3, 4, 192, 0, 2, 1, 0xc0, 8, 8, 0xfb, 0xf0,
        0, 100, 0xff, 0xff, 0xff, 1,
    ];
    // ORIGIN IGP, AS_PATH 65536 64497 64500, NEXT_HOP 192.0.2.2, MED 50, LARGE_COMMUNITIES 65536:1:2.
    let longer = [
        0x40, 1, 1, 0, 0x40, 2, 14, 2, 3, 0, 1, 0, 0, 0, 0, 0xfb, 0xf1, 0, 0, 0xfb, 0xf4, 0x40, 3, 4, 192, 0, 2, 2, 0x80, 4, 4,
        0, 0, 0, 50, 0xc0, 32, 12, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2,
    ];
    // RIB_IPV4_UNICAST 198.51.100.0/24, both peers.
    let mut rib = vec![0, 0, 0, 0, 24, 198, 51, 100, 0, 2];
    rib.extend(entry(0, NOON - 3600, &direct));
    rib.extend(entry(1, NOON - 60, &longer));
    record(&mut out, NOON, 13, 2, &rib);

    // ORIGIN INCOMPLETE, AS_PATH 64496 {64501,64502}, NEXT_HOP 192.0.2.1, ATOMIC_AGGREGATE, AGGREGATOR 64496 192.0.2.1.
    let aggregate = [
        0x40, 1, 1, 2, 0x40, 2, 16, 2, 1, 0, 0, 0xfb, 0xf0, 1, 2, 0, 0, 0xfb, 0xf5, 0, 0, 0xfb, 0xf6, 0x40, 3, 4, 192, 0, 2, 1,
        0x40, 6, 0, 0xc0, 7, 8, 0, 0, 0xfb, 0xf0, 192, 0, 2, 1,
    ];
    // RIB_IPV4_UNICAST 203.0.113.0/24, one peer.
    let mut rib = vec![0, 0, 0, 1, 24, 203, 0, 113, 0, 1];
    rib.extend(entry(0, NOON - 7200, &aggregate));
    record(&mut out, NOON, 13, 2, &rib);

    // ORIGIN IGP, AS_PATH 65536 64500, MP_REACH_NLRI in the short form: next hop 2001:db8::2.
    let six = [
        0x40, 1, 1, 0, 0x40, 2, 10, 2, 2, 0, 1, 0, 0, 0, 0, 0xfb, 0xf4, 0x80, 14, 17, 16, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 2,
    ];
    // RIB_IPV6_UNICAST 2001:db8:100::/40, one peer.
    let mut rib = vec![0, 0, 0, 2, 40, 0x20, 1, 0x0d, 0xb8, 1, 0, 1];
    rib.extend(entry(1, NOON - 900, &six));
    record(&mut out, NOON, 13, 4, &rib);

    // UPDATE: withdraws 203.0.113.0/24; ORIGIN IGP, AS_PATH 64496 64503, NEXT_HOP 192.0.2.1; announces 203.0.113.0/25 and
    // 203.0.113.128/25.
    let update = [
        0, 4, 24, 203, 0, 113, 0, 24, 0x40, 1, 1, 0, 0x40, 2, 10, 2, 2, 0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xf7, 0x40, 3, 4, 192, 0,
        2, 1, 25, 203, 0, 113, 0, 25, 203, 0, 113, 128,
    ];
    record(&mut out, NOON + 1, 17, 4, &message(500_000, 2, &update));

    // UPDATE: MP_REACH_NLRI IPv6 unicast, next hop 2001:db8::1, announces 2001:db8:200::/40; ORIGIN IGP, AS_PATH 64496.
    let update = [
        0, 0, 0, 43, 0x80, 14, 27, 0, 2, 1, 16, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 40, 0x20, 1, 0x0d,
        0xb8, 2, 0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0,
    ];
    record(&mut out, NOON + 2, 17, 4, &message(7, 2, &update));

    // KEEPALIVE.
    record(&mut out, NOON + 3, 17, 4, &message(0, 4, &[]));

    // STATE_CHANGE_AS4: Established to Idle.
    let mut state = vec![0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xff, 0, 0, 0, 1, 192, 0, 2, 1, 192, 0, 2, 254];
    state.extend([0, 6, 0, 1]);
    record(&mut out, NOON + 4, 16, 5, &state);
    out
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1).ok_or("usage: write_sample OUT")?;
    // The runs of all examples are given an archive to read; this one must not overwrite it with anything else.
    fs::write(path, sample())?;
    Ok(())
}
