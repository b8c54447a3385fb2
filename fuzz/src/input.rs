//! Input helpers of the laws.

use std::io::{self, Read};

use routeglass::{Family, FamilySet, Session};

/// A record: header and body (RFC 6396 section 2), at second 9.
pub(crate) fn record(kind: u16, subtype: u16, body: &[u8]) -> Vec<u8> {
    let mut r = vec![0, 0, 0, 9];
    r.extend(kind.to_be_bytes());
    r.extend(subtype.to_be_bytes());
    r.extend(u32::try_from(body.len()).expect("inputs are short").to_be_bytes());
    r.extend(body);
    r
}

/// A good record: BGP4MP MESSAGE_AS4, AS64496 withdraws 10.0.0.0/8 and announces 198.51.100.0/24.
pub(crate) fn good() -> Vec<u8> {
    let mut body = vec![0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xff, 0, 0, 0, 1, 192, 0, 2, 1, 192, 0, 2, 254];
    body.extend([0xff; 16]);
    body.extend([0, 49, 2]);
    body.extend([0, 2, 8, 10, 0, 20, 0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1]);
    body.extend([24, 198, 51, 100]);
    record(16, 4, &body)
}

/// A peer table and a record of TABLE_DUMP_V2 with two entries: AS64496 and AS64497 have 198.51.100.0/24, with a community.
pub(crate) fn table() -> Vec<u8> {
    let mut peers = vec![192, 0, 2, 254, 0, 0, 0, 2];
    let mut rib = vec![0, 0, 0, 7, 24, 198, 51, 100, 0, 2];
    for n in 0..2 {
        peers.extend([2, 192, 0, 2, n, 192, 0, 2, n, 0, 0, 0xfb, 0xf0 + n]);
        rib.extend([0, n, 0, 0, 0, 5, 0, 27, 0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0 + n]);
        rib.extend([0x40, 3, 4, 192, 0, 2, n, 0xc0, 8, 4, 0xfb, 0xf0, 0, 100]);
    }
    [record(13, 1, &peers), record(13, 2, &rib)].concat()
}

/// Splits off the first `N` octets as choices; zeros if there are too few.
pub(crate) fn choices<const N: usize>(data: &[u8]) -> ([u8; N], &[u8]) {
    match data.split_first_chunk::<N>() {
        Some((choices, rest)) => (*choices, rest),
        None => ([0; N], &[]),
    }
}

/// Splits `data` in two, at a position derived from `choice`.
pub(crate) fn split(data: &[u8], choice: u16) -> (&[u8], &[u8]) {
    data.split_at(usize::from(choice) % (data.len() + 1))
}

/// A session derived from the bits of `choice`.
pub(crate) fn session(choice: u8) -> Session {
    let mut session = if choice & 1 == 0 { Session::AS2 } else { Session::AS4 };
    session.extended_message = choice & 2 != 0;
    let families = [Family::IPV4_UNICAST, Family::IPV4_MULTICAST, Family::IPV6_UNICAST, Family::IPV6_MULTICAST];
    let mut add_path = FamilySet::EMPTY;
    for (bit, family) in families.into_iter().enumerate() {
        if choice >> (4 + bit) & 1 != 0 {
            add_path = add_path.with(family);
        }
    }
    session.add_path_receive = if choice & 4 != 0 { FamilySet::ALL } else { add_path };
    session
}

/// Delivers octets in pieces of rotating `sizes`; 0 is an interruption.
pub(crate) struct Chunks<'a> {
    pub(crate) rest: &'a [u8],
    pub(crate) sizes: &'a [u8],
    pub(crate) at: usize,
}

impl Read for Chunks<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let size = match self.sizes {
            [] => usize::MAX,
            sizes => usize::from(sizes[self.at % sizes.len()]),
        };
        self.at += 1;
        // At least every second call makes progress, and the end is the end.
        if size == 0 && self.at.is_multiple_of(2) && !self.rest.is_empty() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let count = size.max(1).min(out.len()).min(self.rest.len());
        let (head, rest) = self.rest.split_at(count);
        out[..count].copy_from_slice(head);
        self.rest = rest;
        Ok(count)
    }
}
