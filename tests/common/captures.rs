//! BGP messages in packet captures, and in the corpus's tables of single messages.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    dead_code,
    reason = "shared by tests that each use some of it"
)]

use std::collections::BTreeMap;
use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use etherparse::{NetSlice, SlicedPacket, TransportSlice};
use pcap_file::pcap::PcapReader;
use pcap_file::pcapng::{Block, PcapNgReader};
use routeglass::Session;
use routeglass::bgp;
use routeglass::io::Frame;

/// Link type and octets of every packet of a capture, up to an error.
fn packets(bytes: &[u8]) -> Vec<(u32, Vec<u8>)> {
    let mut list = Vec::new();
    if bytes.starts_with(&[0x0a, 0x0d, 0x0d, 0x0a]) {
        let mut reader = PcapNgReader::new(bytes).unwrap();
        let mut links = Vec::new();
        while let Some(Ok(block)) = reader.next_block() {
            match block {
                Block::InterfaceDescription(interface) => links.push(u32::from(interface.linktype)),
                Block::EnhancedPacket(packet) => {
                    let link = links.get(usize::try_from(packet.interface_id).unwrap()).copied().unwrap_or(1);
                    list.push((link, packet.data.into_owned()));
                }
                Block::SimplePacket(packet) => list.push((links.first().copied().unwrap_or(1), packet.data.into_owned())),
                _ => {}
            }
        }
    } else if let Ok(mut reader) = PcapReader::new(bytes) {
        let link = u32::from(reader.header().datalink);
        while let Some(Ok(packet)) = reader.next_packet() {
            list.push((link, packet.data.into_owned()));
        }
    }
    list
}

fn slice(link: u32, bytes: &[u8]) -> Option<SlicedPacket<'_>> {
    match link {
        1 => SlicedPacket::from_ethernet(bytes).ok(),
        12 | 14 | 101 => SlicedPacket::from_ip(bytes).ok(),
        0 => SlicedPacket::from_ip(bytes.get(4..)?).ok(),
        104 => SlicedPacket::from_ip(bytes.get(4..)?).ok(),
        113 => SlicedPacket::from_linux_sll(bytes).ok(),
        _ => None,
    }
}

/// The TCP payload of an Ethernet frame.
pub fn payload(frame: &[u8]) -> Option<Vec<u8>> {
    match slice(1, frame)?.transport {
        Some(TransportSlice::Tcp(tcp)) => Some(tcp.payload().to_vec()),
        _ => None,
    }
}

/// One direction of a connection: addresses and ports of sender and receiver.
pub type Flow = (IpAddr, IpAddr, u16, u16);

/// The data that each sender of each connection sent, in order; a gap starts a new piece.
pub fn streams(bytes: &[u8]) -> Vec<Vec<u8>> {
    flows(bytes).into_iter().map(|(_, piece)| piece).collect()
}

/// As [`streams`], with sender and receiver of each piece.
pub fn flows(bytes: &[u8]) -> Vec<(Flow, Vec<u8>)> {
    let mut flows = BTreeMap::<Flow, (u32, BTreeMap<u32, Vec<u8>>)>::new();
    for (link, packet) in packets(bytes) {
        let Some(sliced) = slice(link, &packet) else { continue };
        let (source, target): (IpAddr, IpAddr) = match &sliced.net {
            Some(NetSlice::Ipv4(ip)) => (ip.header().source_addr().into(), ip.header().destination_addr().into()),
            Some(NetSlice::Ipv6(ip)) => (ip.header().source_addr().into(), ip.header().destination_addr().into()),
            _ => continue,
        };
        let Some(TransportSlice::Tcp(tcp)) = &sliced.transport else { continue };
        if tcp.payload().is_empty() {
            continue;
        }
        let flow = flows
            .entry((source, target, tcp.source_port(), tcp.destination_port()))
            .or_insert_with(|| (tcp.sequence_number(), BTreeMap::new()));
        // Relative to the first segment seen; a late one is slightly below it.
        let at = tcp.sequence_number().wrapping_sub(flow.0).wrapping_add(1 << 24);
        let kept = flow.1.entry(at).or_default();
        if kept.len() < tcp.payload().len() {
            *kept = tcp.payload().to_vec();
        }
    }
    let mut list = Vec::new();
    for (flow, (_, segments)) in flows {
        let mut piece = Vec::new();
        let mut end: Option<u64> = None;
        for (at, octets) in segments {
            let at = u64::from(at);
            match end {
                Some(there) if at <= there => {
                    let known = usize::try_from(there - at).unwrap().min(octets.len());
                    piece.extend_from_slice(&octets[known..]);
                    end = Some(there.max(at + octets.len() as u64));
                }
                _ => {
                    list.push((flow, std::mem::take(&mut piece)));
                    end = Some(at + octets.len() as u64);
                    piece = octets;
                }
            }
        }
        list.push((flow, piece));
    }
    list.retain(|(_, piece)| !piece.is_empty());
    list
}

/// The whole BGP messages of a piece of a stream, found by their markers.
pub fn messages(stream: &[u8]) -> Vec<Vec<u8>> {
    let session = Session::AS4.with_extended_message();
    let mut list = Vec::new();
    let mut rest = stream;
    while let Some(start) = rest.windows(16).position(|w| w == [0xff; 16]) {
        rest = &rest[start..];
        match bgp::frame(rest, &session, 0) {
            Ok(Frame::Ready(len)) => {
                list.push(rest[..len].to_vec());
                rest = &rest[len..];
            }
            _ => rest = &rest[1..],
        }
    }
    list
}

fn files(dir: &Path, list: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, list);
        } else {
            list.push(path);
        }
    }
}

/// All captures of the corpus: name and octets.
pub fn captures(corpus: &Path) -> Vec<(String, Vec<u8>)> {
    let mut list = Vec::new();
    files(corpus, &mut list);
    list.sort();
    let captures = list.into_iter().filter(|path| {
        let name = path.file_name().unwrap().to_string_lossy();
        [".pcap", ".pcapng", ".cap"].iter().any(|end| name.ends_with(end))
    });
    captures.map(|path| (path.strip_prefix(corpus).unwrap().display().to_string(), fs::read(&path).unwrap())).collect()
}

/// Octets written in hexadecimal.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    digits
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).ok().filter(|p| p.len() == 2).and_then(|p| u8::from_str_radix(p, 16).ok()))
        .collect()
}

/// The single messages in peers' unit tests: source and octets.
pub fn vectors(corpus: &Path) -> Vec<(String, Vec<u8>)> {
    let table = fs::read_to_string(corpus.join("collectors/vectors/bgp_messages.tsv")).unwrap();
    let rows = table.lines().skip(1).filter_map(|row| {
        let columns: Vec<_> = row.split('\t').collect();
        Some((format!("{} {}:{}", columns.first()?, columns.get(2)?, columns.get(3)?), unhex(columns.last()?)?))
    });
    rows.collect()
}

/// The crafted messages: name and octets.
pub fn crafted(corpus: &Path) -> Vec<(String, Vec<u8>)> {
    let table = fs::read_to_string(corpus.join("crafted/messages.txt")).unwrap();
    table.lines().filter_map(|row| row.split_once(' ').and_then(|(name, hex)| Some((name.to_owned(), unhex(hex)?)))).collect()
}
