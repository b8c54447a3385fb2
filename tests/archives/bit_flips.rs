//! Every single bit of an UPDATE, an OPEN, a RIB record and a peer table is flipped: a slow checker that shares no code with the
//! library decides by the RFCs which flips break a rule. Those have a finding, all others have none, and the neighbouring records
//! are unchanged.
#![cfg(feature = "alloc")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, reason = "tests report by panicking")]

use routeglass::mrt::{ReadContext, records};

use crate::common::vectors::{self, ATTRIBUTES, bgp4mp, entry, message, peer_index_table, record, rib, update};

/// Why a flip breaks a rule.
type Broken = &'static str;
type Verdict = Result<(), Broken>;

fn check(holds: bool, why: Broken) -> Verdict {
    if holds { Ok(()) } else { Err(why) }
}

fn number(octets: &[u8]) -> usize {
    octets.iter().fold(0, |n, octet| n * 256 + usize::from(*octet))
}

/// The first `n` octets, and the rest.
fn take<'a>(bytes: &mut &'a [u8], n: usize, why: Broken) -> Result<&'a [u8], Broken> {
    if bytes.len() < n {
        return Err(why);
    }
    let (front, rest) = bytes.split_at(n);
    *bytes = rest;
    Ok(front)
}

/// A list of prefixes of at most `max` bits (RFC 4271 section 4.3).
fn prefixes(mut bytes: &[u8], max: usize) -> Verdict {
    while !bytes.is_empty() {
        let bits = number(take(&mut bytes, 1, "")?);
        check(bits <= max, "prefix longer than an address")?;
        take(&mut bytes, bits.div_ceil(8), "prefix cut")?;
    }
    Ok(())
}

/// Segments of paths with numbers of four octets (RFC 4271 section 4.3, RFC 7606 section 7.2, RFC 7607).
fn path(mut bytes: &[u8]) -> Verdict {
    while !bytes.is_empty() {
        let head = take(&mut bytes, 2, "half a segment")?;
        check((1..=4).contains(&head[0]), "segment type")?;
        check(head[1] != 0, "empty segment")?;
        let numbers = take(&mut bytes, usize::from(head[1]) * 4, "segment overruns")?;
        check(numbers.chunks(4).all(|asn| asn != [0; 4]), "AS 0")?;
    }
    Ok(())
}

/// Lists of items of one size that must not be empty (RFC 7606 sections 7.8, 7.10, 7.14, RFC 8092).
fn items(bytes: &[u8], size: usize) -> Verdict {
    check(!bytes.is_empty() && bytes.len().is_multiple_of(size), "length of a list")
}

/// Types and lengths of TLVs: octets of each.
fn tlvs(mut bytes: &[u8], kind: usize, len: usize) -> Verdict {
    while !bytes.is_empty() {
        take(&mut bytes, kind, "TLV cut")?;
        let len = number(take(&mut bytes, len, "TLV cut")?);
        take(&mut bytes, len, "TLV overruns")?;
    }
    Ok(())
}

/// MP_REACH_NLRI (RFC 4760 section 3) of IPv4 and IPv6 unicast; for other families only the framing is checked.
fn mp_reach(mut bytes: &[u8]) -> Verdict {
    let head = take(&mut bytes, 4, "MP_REACH_NLRI cut")?;
    let (family, len) = ((number(&head[..2]), head[2]), usize::from(head[3]));
    take(&mut bytes, len, "next hop overruns")?;
    take(&mut bytes, 1, "no reserved octet")?;
    match family {
        (1, 1 | 2) => check(matches!(len, 4 | 16 | 32), "length of a next hop").and_then(|()| prefixes(bytes, 32)),
        (2, 1 | 2) => check(matches!(len, 16 | 32), "length of a next hop").and_then(|()| prefixes(bytes, 128)),
        _ => other_family(family, bytes),
    }
}

fn mp_unreach(mut bytes: &[u8]) -> Verdict {
    let head = take(&mut bytes, 3, "MP_UNREACH_NLRI cut")?;
    match (number(&head[..2]), head[2]) {
        (1, 1 | 2) => prefixes(bytes, 32),
        (2, 1 | 2) => prefixes(bytes, 128),
        family => other_family(family, bytes),
    }
}

/// The families one bit away from AFI 2, SAFI 1, with the routes of this test's message.
fn other_family((afi, safi): (usize, u8), bytes: &[u8]) -> Verdict {
    match (afi, safi) {
        // MCAST-VPN (RFC 6514 section 4): one octet of type, one of length; 0x20 is an unknown type.
        (2, 5) => tlvs(bytes, 1, 1),
        // RFC 4659 section 3.2.1: a next hop starts with a route distinguisher.
        (2, 129) => Err("length of a next hop"),
        // Unknown families.
        _ => Ok(()),
    }
}

/// Required flags of an attribute: optional and transitive (RFC 7606 section 3 c); `None` for unknown or obsolete codes, which
/// must be optional.
fn flags(code: u8) -> Option<u8> {
    Some(match code {
        1 | 2 | 3 | 5 | 6 => 0x40,
        4 | 9 | 10 | 14 | 15 | 26 | 29 | 33 => 0x80,
        7 | 8 | 16 | 17 | 18 | 22 | 23 | 24 | 25 | 27 | 32 | 34 | 35 | 36 | 37 | 38 | 40 | 128 => 0xc0,
        _ => return None,
    })
}

fn attribute(code: u8, body: &[u8]) -> Verdict {
    let len = body.len();
    match code {
        1 => check(len == 1 && body[0] <= 2, "ORIGIN"),
        2 => path(body),
        3..=5 | 9 | 35 => check(len == 4, "length of a number"),
        6 => check(len == 0, "ATOMIC_AGGREGATE"),
        // RFC 1863 section 4, obsolete.
        12 => check(len == 4, "ADVERTISER"),
        7 | 18 => check(len == 8 && body[..4] != [0; 4], "AGGREGATOR"),
        8 | 10 => items(body, 4),
        14 => mp_reach(body),
        15 => mp_unreach(body),
        16 => items(body, 8),
        // RFC 6793 section 6: at least one segment with one number.
        17 => check(len >= 6, "AS4_PATH").and_then(|()| path(body)),
        // RFC 5543 section 3: switching capability, encoding, reserved, eight bandwidths, and what the capability adds.
        24 => check(len >= 36, "traffic engineering"),
        25 => items(body, 20),
        32 => items(body, 12),
        // RFC 8205 section 3: the secure path starts with a two-octet length.
        33 => check(len >= 2, "BGPSEC_PATH"),
        34 => container(body),
        36 => d_path(body),
        // RFC 8669 section 3, RFC 9252 section 2: one octet of type, two of length.
        40 => tlvs(body, 1, 2),
        _ => Ok(()),
    }
}

/// draft-ietf-idr-wide-bgp-communities section 4: type, flags, reserved, length; of type 1 the value has at least 12 octets.
fn container(mut bytes: &[u8]) -> Verdict {
    while !bytes.is_empty() {
        let head = take(&mut bytes, 6, "container cut")?;
        let value = take(&mut bytes, number(&head[4..]), "container overruns")?;
        check(number(&head[..2]) != 1 || value.len() >= 12, "wide community")?;
    }
    Ok(())
}

/// draft-ietf-bess-evpn-ipvpn-interworking section 4: a count of domains of six octets, and the SAFI.
fn d_path(mut bytes: &[u8]) -> Verdict {
    while !bytes.is_empty() {
        let count = take(&mut bytes, 1, "")?[0];
        check(count != 0, "no domain")?;
        take(&mut bytes, usize::from(count) * 6 + 1, "domains overrun")?;
    }
    Ok(())
}

/// The attributes of a message on a session with four-octet numbers; returns the present codes.
fn attributes(mut bytes: &[u8], session: bool) -> Result<Vec<u8>, Broken> {
    let mut seen = Vec::new();
    while !bytes.is_empty() {
        let head = take(&mut bytes, 2, "attribute cut")?;
        let (bits, code) = (head[0], head[1]);
        let len = take(&mut bytes, if bits & 0x10 != 0 { 2 } else { 1 }, "attribute cut")?;
        let body = take(&mut bytes, number(len), "attribute overruns")?;
        check(!seen.contains(&code), "attribute twice")?;
        seen.push(code);
        if session {
            match flags(code) {
                Some(fixed) => check(bits & 0xc0 == fixed, "flags")?,
                None => check(bits & 0x80 != 0, "well-known attribute that nobody knows")?,
            }
        }
        attribute(code, body)?;
    }
    Ok(seen)
}

fn update_body(mut bytes: &[u8]) -> Verdict {
    let len = number(take(&mut bytes, 2, "UPDATE cut")?);
    let withdrawn = take(&mut bytes, len, "withdrawn routes overrun")?;
    let len = number(take(&mut bytes, 2, "UPDATE cut")?);
    let list = take(&mut bytes, len, "attributes overrun")?;
    prefixes(withdrawn, 32)?;
    prefixes(bytes, 32)?;
    let seen = attributes(list, true)?;
    // RFC 7606 section 3 d.
    let has = |code| check(seen.contains(&code), "mandatory attribute is missing");
    if !bytes.is_empty() || seen.contains(&14) {
        has(1)?;
        has(2)?;
    }
    if bytes.is_empty() { Ok(()) } else { has(3) }
}

/// OPEN: RFC 4271 sections 4.2 and 6.2, RFC 5492 section 4, RFC 9072 section 2.
fn open_body(mut bytes: &[u8]) -> Verdict {
    let head = take(&mut bytes, 10, "OPEN cut")?;
    check(head[0] == 4, "version")?;
    check(number(&head[1..3]) != 0, "AS number")?;
    check(!matches!(number(&head[3..5]), 1 | 2), "hold time")?;
    check(head[5..9] != [0; 4], "identifier")?;
    let (mut parameters, wide) = if head[9] == 255 && bytes.first() == Some(&255) {
        let more = take(&mut bytes, 3, "OPEN cut")?;
        (take(&mut bytes, number(&more[1..]), "parameters overrun")?, 2)
    } else {
        (take(&mut bytes, usize::from(head[9]), "parameters overrun")?, 1)
    };
    check(bytes.is_empty(), "octets left over")?;
    while !parameters.is_empty() {
        let kind = take(&mut parameters, 1, "")?[0];
        let len = number(take(&mut parameters, wide, "parameter cut")?);
        let body = take(&mut parameters, len, "parameter overruns")?;
        check(matches!(kind, 1 | 2), "unknown parameter")?;
        if kind == 2 {
            capabilities(body)?;
        }
    }
    Ok(())
}

fn capabilities(mut bytes: &[u8]) -> Verdict {
    while !bytes.is_empty() {
        let head = take(&mut bytes, 2, "capability cut")?;
        let body = take(&mut bytes, usize::from(head[1]), "capability overruns")?;
        capability(head[0], body)?;
    }
    Ok(())
}

/// Lengths of the capabilities one bit away from this test's, by their RFCs.
fn capability(code: u8, body: &[u8]) -> Verdict {
    let len = body.len();
    check(
        match code {
            // Multiprotocol (RFC 4760); route refresh, enhanced route refresh, extended message, and codes next to BGPsec.
            1 => len == 4,
            2 | 6 | 70 => len == 0,
            // Outbound route filters (RFC 5291) and their pre-standard codes: family, count, then pairs. An empty list is valid.
            3 | 129 | 130 => len == 0 || (len >= 5 && len == 5 + 2 * usize::from(body[4])),
            // Extended next hop (RFC 8950), multiple labels (RFC 8277), ADD-PATH (RFC 7911).
            5 => len.is_multiple_of(6),
            8 | 69 => len.is_multiple_of(4),
            // Role (RFC 9234).
            9 => len == 1,
            // Graceful restart (RFC 4724), four-octet numbers (RFC 6793), long-lived graceful restart (RFC 9494).
            64 => len >= 2 && (len - 2).is_multiple_of(4),
            65 => len == 4 && body != [0; 4],
            71 => len.is_multiple_of(7),
            // Routing policy distribution (draft-ietf-idr-rpd).
            72 => len.is_multiple_of(4),
            // Names (draft-walton-bgp-hostname-capability): host and domain, each after its length.
            73 => len >= 2 && tlv_texts(body).is_ok(),
            // Link-local next hop (draft-ietf-idr-linklocal-capability).
            77 => len == 0,
            _ => true,
        },
        "capability",
    )
}

/// Two texts that fill the octets, each after a one-octet length.
fn tlv_texts(mut bytes: &[u8]) -> Verdict {
    for _ in 0..2 {
        let len = usize::from(take(&mut bytes, 1, "text cut")?[0]);
        take(&mut bytes, len, "text overruns")?;
    }
    check(bytes.is_empty(), "octets behind the texts")
}

/// ROUTE-REFRESH: RFC 2918 section 3, RFC 7313 section 5. The filters of RFC 5291 are not read here.
fn refresh_body(bytes: &[u8]) -> Verdict {
    check(bytes.len() >= 4, "ROUTE-REFRESH cut")?;
    check(bytes[2] == 0 || (bytes[2] <= 2 && bytes.len() == 4), "subtype")
}

/// A message that fills a record (RFC 4271 sections 4.1 and 6.1).
fn whole_message(bytes: &[u8]) -> Verdict {
    check(bytes.len() >= 19 && bytes[..16] == [0xff; 16], "marker")?;
    check(number(&bytes[16..18]) == bytes.len(), "length of the message")?;
    let body = &bytes[19..];
    match bytes[18] {
        1 => open_body(body),
        2 => update_body(body),
        3 => check(body.len() >= 2, "NOTIFICATION cut"),
        4 => check(body.is_empty(), "KEEPALIVE with a body"),
        5 => refresh_body(body),
        _ => Err("unknown type"),
    }
}

/// RFC 6396 section 4.3.1: the number of peers.
fn peers_body(mut bytes: &[u8]) -> Result<usize, Broken> {
    take(&mut bytes, 4, "table cut")?;
    let len = number(take(&mut bytes, 2, "table cut")?);
    take(&mut bytes, len, "view name overruns")?;
    let count = number(take(&mut bytes, 2, "table cut")?);
    for _ in 0..count {
        let kind = take(&mut bytes, 1, "peer cut")?[0];
        let len = 4 + if kind & 1 != 0 { 16 } else { 4 } + if kind & 2 != 0 { 4 } else { 2 };
        take(&mut bytes, len, "peer cut")?;
    }
    check(bytes.is_empty(), "octets behind the peers")?;
    Ok(count)
}

/// RFC 6396 section 4.3.2, IPv4 unicast, with this many peers.
fn rib_body(mut bytes: &[u8], peers: usize) -> Verdict {
    take(&mut bytes, 4, "record cut")?;
    let bits = number(take(&mut bytes, 1, "record cut")?);
    check(bits <= 32, "prefix longer than an address")?;
    take(&mut bytes, bits.div_ceil(8), "prefix cut")?;
    let count = number(take(&mut bytes, 2, "record cut")?);
    for _ in 0..count {
        let head = take(&mut bytes, 8, "entry cut")?;
        check(number(&head[..2]) < peers, "no such peer")?;
        // None is mandatory: tables contain a daemon's own routes, which were on no session.
        attributes(take(&mut bytes, number(&head[6..]), "entry overruns")?, false)?;
    }
    check(bytes.is_empty(), "octets behind the entries")
}

/// An UPDATE with most attributes of the Internet: withdrawn 10.0.0.0/8, announced 198.51.100.0/24 and 2001:db8::/32.
fn sample_update() -> Vec<u8> {
    let mut list = ATTRIBUTES.to_vec();
    // MULTI_EXIT_DISC 20, LOCAL_PREF 100, communities 64496:1 and 64496:2.
    list.extend([0x80, 4, 4, 0, 0, 0, 20, 0x40, 5, 4, 0, 0, 0, 100]);
    list.extend([0xc0, 8, 8, 0xfb, 0xf0, 0, 1, 0xfb, 0xf0, 0, 2]);
    // MP_REACH_NLRI: IPv6 unicast, next hop 2001:db8::1, 2001:db8::/32.
    list.extend([0x80, 14, 26, 0, 2, 1, 16, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
    list.extend([32, 0x20, 1, 0x0d, 0xb8]);
    // Route target 64496:7, large community 64496:10:11.
    list.extend([0xc0, 16, 8, 0, 2, 0xfb, 0xf0, 0, 0, 0, 7]);
    list.extend([0xc0, 32, 12, 0, 0, 0xfb, 0xf0, 0, 0, 0, 10, 0, 0, 0, 11]);
    message(2, &update(&[8, 10], &list, vectors::PREFIX))
}

/// An OPEN of AS64496: multiprotocol IPv4 and IPv6 unicast, route refresh, graceful restart, four-octet numbers, ADD-PATH.
fn sample_open() -> Vec<u8> {
    let capabilities = [
        &[1, 4, 0, 1, 0, 1, 1, 4, 0, 2, 0, 1, 2, 0][..],
        &[64, 6, 0, 120, 0, 1, 1, 0, 65, 4, 0, 0, 0xfb, 0xf0, 69, 4, 0, 1, 1, 3],
    ]
    .concat();
    let mut body = vec![4, 0xfb, 0xf0, 0, 180, 192, 0, 2, 1];
    let len = u8::try_from(capabilities.len()).unwrap();
    body.extend([len + 2, 2, len]);
    body.extend(capabilities);
    message(1, &body)
}

/// Findings of the library about the record between `front` and `behind`; checks that the other records are unchanged.
fn findings(front: &[u8], middle: &[u8], behind: &[u8]) -> (Vec<String>, bool) {
    let archive = [front, middle, behind].concat();
    let list: Vec<_> = records(&archive).collect::<Result<_, _>>().unwrap();
    let at = list.iter().position(|record| record.offset() == front.len() as u64).unwrap();
    let whole: Vec<u8> = list.iter().flat_map(|record| record.as_bytes()).copied().collect();
    assert_eq!(whole, archive);
    let mut peers = ReadContext::new();
    for record in &list[..=at] {
        peers.observe(record);
    }
    let mut found = Vec::new();
    list[at].findings(&peers, |e| found.push(e.to_string()));
    // Elements have the findings too, and without findings all of them are clean.
    let mut peers = ReadContext::new();
    for record in &list[..at] {
        peers.observe(record);
    }
    let loud = list[at].elements(&mut peers).any(|element| element.map_or(true, |element| !element.is_clean()));
    (found, loud)
}

/// Flips every bit of `sample` from `from` on and compares verdicts; returns the flips that break a rule, and those that do not.
fn every_flip(
    name: &str,
    front: &[u8],
    sample: &[u8],
    behind: &[u8],
    from: usize,
    judge: impl Fn(&[u8]) -> Verdict,
) -> (usize, usize) {
    assert_eq!((judge(&sample[12..]), findings(front, sample, behind)), (Ok(()), (Vec::new(), false)), "{name}");
    let (mut broken, mut valid, mut wrong) = (0, 0, Vec::new());
    for bit in from * 8..sample.len() * 8 {
        let mut flipped = sample.to_vec();
        flipped[bit / 8] ^= 0x80 >> (bit % 8);
        let verdict = judge(&flipped[12..]);
        let (found, loud) = findings(front, &flipped, behind);
        *(if verdict.is_err() { &mut broken } else { &mut valid }) += 1;
        if verdict.is_err() == found.is_empty() || loud == found.is_empty() {
            wrong.push(format!("bit {} of octet {}: {verdict:?}, {found:?}, elements {loud}", bit % 8, bit / 8));
        }
    }
    println!("{name}: {broken} flips break a rule and are reported, {valid} do not and are not");
    assert!(wrong.is_empty(), "{name}: {} of {}:\n{}", wrong.len(), broken + valid, wrong.join("\n"));
    (broken, valid)
}

/// A record with the message, and a neighbouring record of another kind.
fn in_record(message: &[u8]) -> Vec<u8> {
    record(16, 4, &bgp4mp(true, message))
}

fn beside() -> Vec<u8> {
    in_record(&message(4, &[]))
}

/// Octets of a record before its message.
const HEADERS: usize = 12 + 20;

#[test]
fn update_flips() {
    let judge = |body: &[u8]| whole_message(&body[20..]);
    let (broken, valid) = every_flip("UPDATE", &beside(), &in_record(&sample_update()), &beside(), HEADERS, judge);
    assert!(broken > 350 && valid > 500, "{broken} {valid}");
}

#[test]
fn open_flips() {
    let judge = |body: &[u8]| whole_message(&body[20..]);
    let (broken, valid) = every_flip("OPEN", &beside(), &in_record(&sample_open()), &beside(), HEADERS, judge);
    assert!(broken > 200 && valid > 100, "{broken} {valid}");
}

#[test]
fn rib_flips() {
    let sample = record(13, 2, &rib(vectors::PREFIX, &[entry(0, None, ATTRIBUTES), entry(1, None, ATTRIBUTES)]));
    let judge = |body: &[u8]| rib_body(body, 2);
    let (broken, valid) = every_flip("RIB_IPV4_UNICAST", &peer_index_table(), &sample, &beside(), 12, judge);
    assert!(broken > 200 && valid > 100, "{broken} {valid}");
}

#[test]
fn peer_table_flips() {
    let judge = |body: &[u8]| peers_body(body).map(|_| ());
    let (broken, valid) = every_flip("PEER_INDEX_TABLE", &beside(), &peer_index_table(), &beside(), 12, judge);
    assert!(broken > 20 && valid > 100, "{broken} {valid}");
}
