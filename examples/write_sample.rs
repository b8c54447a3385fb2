//! How is an archive written from values?
//!
//! Writes the project's small archive to the file given as argument: `cargo run --example write_sample -- OUT`. A test compares
//! `tests/data/sample.mrt` with it.

use std::env;
use std::error::Error;
use std::fs;
use std::net::IpAddr;

use routeglass::attr::{
    Aggregator, AsPathBuf, AtomicAggregate, Communities, Community, LargeCommunities, LargeCommunity, MpReach, Origin, Value,
};
use routeglass::bgp::{Message, UpdateBuilder};
use routeglass::codes::FsmState;
use routeglass::mrt::{Bgp4mpMessage, IndexedPeer, StateChange, TableDumpWriter};
use routeglass::nlri::{NextHop, PathPrefix};
use routeglass::{Asn, Family, Session, Timestamp};

const NOON: u32 = 1_767_268_800; // 2026-01-01 12:00 UTC

/// Attributes on the wire: ORIGIN, AS_PATH, and others.
fn attributes(origin: Origin, path: &str, others: &[Value<'_>]) -> Result<Vec<u8>, Box<dyn Error>> {
    let (mut out, mut buffer) = (Vec::new(), Vec::new());
    let path = path.parse::<AsPathBuf>()?;
    Value::Origin(origin).encode(&Session::AS4, &mut out)?;
    Value::AsPath(path.view(true, &mut buffer)?).encode(&Session::AS4, &mut out)?;
    for value in others {
        value.encode(&Session::AS4, &mut out)?;
    }
    Ok(out)
}

/// A table of two peers with three routes.
fn table(out: &mut Vec<u8>) -> Result<(), Box<dyn Error>> {
    let time = Timestamp::from_seconds(NOON);
    let mut dump = TableDumpWriter::new([192, 0, 2, 254].into(), "sample");
    let first = dump.peer(IndexedPeer::new([192, 0, 2, 1].into(), "192.0.2.1".parse()?, Asn(64496)))?;
    let second = dump.peer(IndexedPeer::new([192, 0, 2, 2].into(), "2001:db8::2".parse()?, Asn(65536)))?;
    dump.peer_index_table(time, out)?;

    // The communities go from text to values to octets, without an intermediate list.
    let communities = ["64496:100".parse::<Community>()?.to_octets(), "NO_EXPORT".parse::<Community>()?.to_octets()];
    let large = ["65536:1:2".parse::<LargeCommunity>()?.to_octets()];
    let direct = attributes(
        Origin::Igp,
        "64496 64500",
        &[Value::NextHop([192, 0, 2, 1].into()), Value::Communities(Communities::from_chunks(&communities))],
    )?;
    let longer = attributes(
        Origin::Igp,
        "65536 64497 64500",
        &[
            Value::NextHop([192, 0, 2, 2].into()),
            Value::MultiExitDisc(50),
            Value::LargeCommunities(LargeCommunities::from_chunks(&large)),
        ],
    )?;
    let both = [(first, NOON - 3600, None, &direct[..]), (second, NOON - 60, None, &longer[..])];
    dump.route(time, Family::IPV4_UNICAST, "198.51.100.0/24".parse()?, &both, out)?;

    let aggregate = attributes(
        Origin::Incomplete,
        "64496 {64501,64502}",
        &[
            Value::NextHop([192, 0, 2, 1].into()),
            Value::AtomicAggregate(AtomicAggregate),
            Value::Aggregator(Aggregator::new(Asn(64496), [192, 0, 2, 1].into())),
        ],
    )?;
    let one = [(first, NOON - 7200, None, &aggregate[..])];
    dump.route(time, Family::IPV4_UNICAST, "203.0.113.0/24".parse()?, &one, out)?;

    // Table entries only have the next hop of MP_REACH_NLRI.
    let mut buffer = Vec::new();
    let next_hop = MpReach::from_next_hop(&NextHop::V6("2001:db8::2".parse()?), &mut buffer)?;
    let six = attributes(Origin::Igp, "65536 64500", &[Value::MpReach(next_hop)])?;
    let one = [(second, NOON - 900, None, &six[..])];
    dump.route(time, Family::IPV6_UNICAST, "2001:db8:100::/40".parse()?, &one, out)?;
    Ok(())
}

/// The archive: a table of two peers, then updates.
pub(crate) fn sample() -> Result<Vec<u8>, Box<dyn Error>> {
    let mut out = Vec::new();
    table(&mut out)?;

    let peer = (Asn(64496), IpAddr::from([192, 0, 2, 1]));
    let local = (Asn(64511), IpAddr::from([192, 0, 2, 254]));
    let mut record = |seconds, micros, message: &[u8]| {
        Bgp4mpMessage::new(peer, local, Session::AS4, message)
            .encode(Timestamp::from_seconds(seconds).with_micros(micros), &mut out)
    };
    let path = |prefix: &str| Ok::<_, Box<dyn Error>>(PathPrefix { prefix: prefix.parse()?, path_id: None });
    let (mut message, mut buffer) = (Vec::new(), Vec::new());

    // Two more specific prefixes in place of one.
    let mut update = UpdateBuilder::new(&Session::AS4);
    update.withdraw(path("203.0.113.0/24")?)?;
    update.attribute(&Value::Origin(Origin::Igp))?;
    update.attribute(&Value::AsPath("64496 64503".parse::<AsPathBuf>()?.view(true, &mut buffer)?))?;
    update.attribute(&Value::NextHop([192, 0, 2, 1].into()))?;
    update.announce(path("203.0.113.0/25")?)?.announce(path("203.0.113.128/25")?)?;
    update.encode(&mut message)?;
    record(NOON + 1, 500_000, &message)?;

    let mut update = UpdateBuilder::new(&Session::AS4);
    let next_hop = NextHop::V6("2001:db8::1".parse()?);
    update.announce_prefix(Family::IPV6_UNICAST, &next_hop, path("2001:db8:200::/40")?)?;
    update.attribute(&Value::Origin(Origin::Igp))?;
    update.attribute(&Value::AsPath("64496".parse::<AsPathBuf>()?.view(true, &mut buffer)?))?;
    message.clear();
    update.encode(&mut message)?;
    record(NOON + 2, 7, &message)?;

    message.clear();
    Message::Keepalive.encode(&Session::AS4, &mut message)?;
    record(NOON + 3, 0, &message)?;

    let (established, idle) = (FsmState::ESTABLISHED, FsmState::IDLE);
    StateChange::new(peer, local, established, idle).encode(Timestamp::from_seconds(NOON + 4), true, &mut out)?;
    Ok(out)
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1).ok_or("usage: write_sample OUT")?;
    // All examples are run with an archive to read as argument; this one must not overwrite it with other content.
    fs::write(path, sample()?)?;
    Ok(())
}
