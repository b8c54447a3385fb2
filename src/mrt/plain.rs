//! Records of the two usual types of TABLE_DUMP_V2, read in a straight line: for elements, and for filters, which pass over most.

use super::{Record, RibEntries};
use crate::codes::{MrtType, TableDumpV2Subtype};
use crate::family::Family;
use crate::nlri::split_prefix;
use crate::prefix::Prefix;
use crate::wire::step;

/// Whether a record is of one of the two types, and of IPv6.
#[cfg_attr(optimised, inline(always))]
fn is_v6(record: &Record<'_>) -> Option<bool> {
    match (record.kind, TableDumpV2Subtype(record.subtype)) {
        (MrtType::TABLE_DUMP_V2, TableDumpV2Subtype::RIB_IPV4_UNICAST) => Some(false),
        (MrtType::TABLE_DUMP_V2, TableDumpV2Subtype::RIB_IPV6_UNICAST) => Some(true),
        _ => None,
    }
}

/// Family, prefix and entries of a record, as its subtype declares them; `None` as for [`PlainRib::of`], or if the prefix is malformed.
#[cfg_attr(optimised, inline(always))]
pub(crate) fn plain_rib<'a>(record: &Record<'a>) -> Option<(Family, Prefix, RibEntries<'a>)> {
    let family = if is_v6(record)? { Family::IPV6_UNICAST } else { Family::IPV4_UNICAST };
    let (_sequence, route) = record.body.split_first_chunk::<4>()?;
    let (prefix, rest) = split_prefix(route, family.afi == Family::IPV6_UNICAST.afi)?;
    let (count, rest) = rest.split_first_chunk()?;
    let end = record.offset.saturating_add(record.bytes.len() as u64);
    Some((family, prefix, RibEntries::plain(rest, u16::from_be_bytes(*count), end)))
}

/// A RIB_IPV4_UNICAST or RIB_IPV6_UNICAST record whose prefix has been measured but not read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlainRib<'a> {
    v6: bool,
    /// From the prefix on.
    route: &'a [u8],
    entries: PlainEntries<'a>,
}

impl<'a> PlainRib<'a> {
    /// `None` for other records, and for those whose fields before the entries cannot be read.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn of(record: &Record<'a>) -> Option<Self> {
        let v6 = is_v6(record)?;
        let (_sequence, route) = record.body.split_first_chunk::<4>()?;
        let (&bits, rest) = route.split_first()?;
        if bits > if v6 { 128 } else { 32 } {
            return None;
        }
        let (count, rest) = rest.get(usize::from(bits).div_ceil(8)..)?.split_first_chunk()?;
        Some(Self { v6, route, entries: PlainEntries { rest, left: u16::from_be_bytes(*count) } })
    }

    /// The family.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn family(&self) -> Family {
        if self.v6 { Family::IPV6_UNICAST } else { Family::IPV4_UNICAST }
    }

    /// The prefix.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn prefix(&self) -> Option<Prefix> {
        split_prefix(self.route, self.v6).map(|(prefix, _)| prefix)
    }

    /// Whether the framing of all entries is valid, without octets after them, and each meets a condition on its peer index and
    /// the octets of its attribute list.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn has_only(&self, mut is: impl FnMut(u16, &'a [u8]) -> bool) -> bool {
        let mut entries = self.entries;
        for (peer_index, list) in entries.by_ref() {
            if !is(peer_index, list) {
                return false;
            }
        }
        entries.left == 0 && entries.rest.is_empty()
    }
}

/// The entries of a record, up to the end of valid framing.
#[derive(Clone, Copy, Debug)]
struct PlainEntries<'a> {
    rest: &'a [u8],
    left: u16,
}

impl<'a> Iterator for PlainEntries<'a> {
    type Item = (u16, &'a [u8]);

    #[cfg_attr(optimised, inline(always))]
    fn next(&mut self) -> Option<Self::Item> {
        step();
        let left = self.left.checked_sub(1)?;
        let (&[a, b, _, _, _, _, c, d], rest) = self.rest.split_first_chunk::<8>()?;
        let (list, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes([c, d])))?;
        *self = Self { rest, left };
        Some((u16::from_be_bytes([a, b]), list))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mrt::RibRoute;

    /// Every length of a prefix, the valid ones and others, in a record cut at each octet.
    #[test]
    fn the_straight_line_reads_what_the_layout_reads() {
        let entry = [0, 1, 0, 0, 0, 5, 0, 4, 0x40, 1, 1, 0];
        let mut read = 0;
        for subtype in [2, 3, 4, 5, 8] {
            for bits in (0..=34).chain(126..=130) {
                let address = [0x20, 1, 0xd, 0xb8, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0xff, 0xfe, 0xfd, 0xfc, 0xfb];
                let octets = &address[..usize::from(bits).div_ceil(8).min(address.len())];
                let body = [&[0, 0, 0, 1, bits][..], octets, &[0, 2], &entry, &entry].concat();
                for len in 0..=body.len() {
                    let header = [0, 0, 0, 9, 0, 13, 0, subtype, 0, 0, 0, u8::try_from(len).unwrap()];
                    let bytes = [&header[..], &body[..len]].concat();
                    let record = Record::parse_at(&bytes, 100).unwrap();
                    let usual = plain_rib(&record);
                    let Some(rib) = record.rib().filter(|_| matches!(subtype, 2 | 4)) else {
                        assert!(usual.is_none(), "{subtype} {bits} {len}");
                        continue;
                    };
                    let (family, prefix, entries) = usual.unwrap();
                    assert!(matches!(rib.route(), RibRoute::Prefix(path) if path.prefix == prefix && path.path_id.is_none()));
                    assert_eq!(rib.family(), family);
                    assert_eq!(
                        entries.collect::<std::vec::Vec<_>>(),
                        rib.entries().collect::<std::vec::Vec<_>>(),
                        "{bits} {len}"
                    );
                    read += 1;
                }
            }
        }
        assert!(read > 1000, "{read}");
    }
}
