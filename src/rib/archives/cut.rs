//! A record that is cut: what of it can be applied.

use std::prelude::v1::*;

use crate::bgp::Message;
use crate::codes::MessageType;
use crate::family::Family;
use crate::mrt::{Body, HEADER_LEN, ReadContext, Record};
use crate::session::Session;

/// A record with the part of its UPDATE that is whole: withdrawn prefixes, and, after all of its attributes, announced ones. The other
/// messages are nothing unless they are whole. Routes whose attributes are cut are unknown, so that they stay as they were.
pub(super) fn whole_part(record: &Record<'_>, peers: &ReadContext) -> Option<Vec<u8>> {
    let Ok(Body::Message(message)) = record.body() else { return None };
    if message.is_headless() {
        return None;
    }
    let octets = message.message_bytes();
    let before = record.as_bytes().len().checked_sub(octets.len())?;
    let (head, kind) = (octets.get(..16)?, *octets.get(18)?);
    let declared = usize::from(u16::from_be_bytes([*octets.get(16)?, *octets.get(17)?]));
    let part = match octets.get(..declared) {
        Some(whole) => whole.to_vec(),
        None if kind == MessageType::UPDATE.0 => {
            let session = peers.session(&message);
            let body = whole_routes(octets.get(19..)?, &session)?;
            let len = u16::try_from(body.len().saturating_add(19)).ok()?;
            [head, &len.to_be_bytes(), &[kind], &body].concat()
        }
        None => return None,
    };
    // What is left of it must not be the mark of another thing.
    if part.len() < declared
        && !matches!(Message::parse_at(&part, &peers.session(&message), 0), Ok(Message::Update(update)) if update.end_of_rib().is_none())
    {
        return None;
    }
    let mut whole = [record.as_bytes().get(..before)?, &part].concat();
    let len = u32::try_from(whole.len().checked_sub(HEADER_LEN)?).ok()?;
    whole.get_mut(8..12)?.copy_from_slice(&len.to_be_bytes());
    Some(whole)
}

/// The body of an UPDATE that is cut, up to its last whole field; `None` if nothing is left.
fn whole_routes(body: &[u8], session: &Session) -> Option<Vec<u8>> {
    let add_path = session.add_path_receive.contains(Family::IPV4_UNICAST);
    let field = |octets: &[u8]| {
        let (len, rest) = octets.split_first_chunk::<2>()?;
        Some((usize::from(u16::from_be_bytes(*len)), rest.to_vec()))
    };
    let (len, rest) = field(body)?;
    let (withdrawn, rest) = rest.split_at(len.min(rest.len()));
    let attributes = if withdrawn.len() == len { field(rest) } else { None };
    let (attributes, announced) = match &attributes {
        Some((len, rest)) if *len <= rest.len() => rest.split_at(*len),
        _ => (&[][..], &[][..]),
    };
    let withdrawn = whole_prefixes(withdrawn, add_path);
    let announced = whole_prefixes(announced, add_path);
    if withdrawn.is_empty() && attributes.is_empty() {
        return None;
    }
    let length = |octets: &[u8]| u16::try_from(octets.len()).ok().map(u16::to_be_bytes);
    Some([&length(withdrawn)?[..], withdrawn, &length(attributes)?, attributes, announced].concat())
}

/// The prefixes before the first that is cut.
fn whole_prefixes(octets: &[u8], add_path: bool) -> &[u8] {
    let (mut rest, mut whole) = (octets, 0usize);
    while let Some((head, after)) = rest.split_at_checked(if add_path { 5 } else { 1 }) {
        let bits = head.last().copied().unwrap_or_default();
        let Some((_, after)) = after.split_at_checked(usize::from(bits.div_ceil(8))) else { break };
        whole = octets.len().saturating_sub(after.len());
        rest = after;
    }
    octets.get(..whole).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mrt::records;

    /// A record with an UPDATE that withdraws 10.0.0.0/8 and announces 11.0.0.0/8, 12.0.0.0/8 and 192.0.2.0/24.
    fn update() -> Vec<u8> {
        let attributes = [0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1];
        let routes = [8, 11, 8, 12, 24, 192, 0, 2];
        let body = [&[0, 2, 8, 10, 0, 20][..], &attributes, &routes].concat();
        let len = u16::try_from(19 + body.len()).unwrap().to_be_bytes();
        let peer = [0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xff, 0, 0, 0, 1, 192, 0, 2, 1, 192, 0, 2, 254];
        let message = [&[0xff; 16][..], &len, &[2], &body].concat();
        let record_len = u32::try_from(peer.len() + message.len()).unwrap().to_be_bytes();
        [&[0, 0, 0, 9, 0, 16, 0, 4][..], &record_len, &peer, &message].concat()
    }

    /// The elements of what is whole of a record without its last octets.
    fn without(octets: usize) -> Option<Vec<String>> {
        let mut record = update();
        record.truncate(record.len() - octets);
        let len = u32::try_from(record.len() - 12).unwrap().to_be_bytes();
        record[8..12].copy_from_slice(&len);
        let whole = whole_part(&Record::parse_at(&record, 0).unwrap(), &ReadContext::new())?;
        assert_eq!(records(&whole).count(), 1);
        let mut peers = ReadContext::new();
        let text = |element: crate::element::Element<'_>| {
            assert_eq!(element.finding(), None, "{octets}");
            format!("{:?} {}", element.kind(), element.prefix().unwrap())
        };
        let all = records(&whole)
            .flat_map(|record| record.unwrap().elements(&mut peers).map(|element| text(element.unwrap())).collect::<Vec<_>>());
        Some(all.collect())
    }

    #[test]
    fn what_is_in_front_of_a_cut() {
        let all = ["Withdraw 10.0.0.0/8", "Announce 11.0.0.0/8", "Announce 12.0.0.0/8", "Announce 192.0.2.0/24"];
        assert_eq!(without(0).unwrap(), all);
        for (octets, routes) in [(1, 3), (4, 3), (5, 2), (6, 2)] {
            assert_eq!(without(octets).unwrap(), all[..routes], "{octets}");
        }
        // Attributes without a route yet, or cut attributes: what is withdrawn is.
        for octets in 9..=30 {
            assert_eq!(without(octets).unwrap(), all[..1], "{octets}");
        }
        for octets in 31..=50 {
            assert_eq!(without(octets), None, "{octets}");
        }
    }
}
