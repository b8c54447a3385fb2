//! Detects the structure of octets without a container.

use routeglass::attr::AttributesIter;
use routeglass::codes::MrtType;
use routeglass::io::Frame;
use routeglass::mrt;

use crate::args::Holds;

/// The part of a message that octets represent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// Whole messages or records.
    Whole,
    /// A message from its length field on, without the marker.
    Unmarked,
    /// The body of an UPDATE.
    Update,
    /// A list of path attributes.
    Attributes,
    /// Nothing that is known.
    Unknown,
}

impl Shape {
    /// The structure of `octets`: as requested, else detected.
    pub(super) fn of(octets: &[u8], holds: Holds) -> Self {
        let marked = octets.starts_with(&[0xff; 16]);
        match holds {
            Holds::Update => Self::Update,
            Holds::Attributes => Self::Attributes,
            Holds::Message if !marked => Self::Unmarked,
            Holds::Message | Holds::Mrt => Self::Whole,
            Holds::Auto if marked || starts_record(octets) => Self::Whole,
            Holds::Auto if is_unmarked(octets) => Self::Unmarked,
            Holds::Auto if is_attributes(octets) => Self::Attributes,
            Holds::Auto if is_update(octets) => Self::Update,
            Holds::Auto if is_whole(octets) => Self::Whole,
            Holds::Auto => Self::Unknown,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Whole | Self::Unmarked | Self::Unknown => "message",
            Self::Update => "update",
            Self::Attributes => "attributes",
        }
    }

    /// The whole message that ends with these octets.
    pub(super) fn completed(self, octets: &[u8]) -> Vec<u8> {
        let mut message = vec![0xff; 16];
        let len = |octets: usize| u16::try_from(octets).unwrap_or(u16::MAX).to_be_bytes();
        match self {
            Self::Whole | Self::Unknown => message.clear(),
            Self::Unmarked => {}
            Self::Update => {
                message.extend(len(octets.len().saturating_add(19)));
                message.push(2);
            }
            Self::Attributes => {
                message.extend(len(octets.len().saturating_add(23)));
                message.extend([2, 0, 0]);
                message.extend(len(octets.len()));
            }
        }
        message.extend_from_slice(octets);
        message
    }
}

/// Whether a record of a known type starts here.
pub(super) fn starts_record(octets: &[u8]) -> bool {
    let Some(&[_, _, _, _, t0, t1, s0, s1, ..]) = octets.first_chunk::<12>() else { return false };
    let kind = MrtType(u16::from_be_bytes([t0, t1]));
    let most = match kind {
        MrtType::TABLE_DUMP => 4,
        MrtType::TABLE_DUMP_V2 => 12,
        MrtType::BGP4MP | MrtType::BGP4MP_ET => 11,
        MrtType::BGP | MrtType::BGP4PLUS | MrtType::BGP4PLUS_01 => 7,
        _ => return false,
    };
    // A truncated record is accepted if nothing else fits.
    u16::from_be_bytes([s0, s1]) <= most
        && (matches!(mrt::frame(octets), Frame::Ready(_)) || !(is_unmarked(octets) || is_attributes(octets) || is_update(octets)))
}

/// Whether these are the start of a marker, or a whole record of a type that has a name.
fn is_whole(octets: &[u8]) -> bool {
    let named = |kind: &[u8; 2]| MrtType(u16::from_be_bytes(*kind)).name().is_some();
    let is_record = || octets.get(4..).and_then(<[u8]>::first_chunk).is_some_and(named);
    octets.iter().all(|octet| *octet == 0xff)
        || (is_record() && matches!(mrt::frame(octets), Frame::Ready(len) if len <= octets.len()))
}

/// Whether these are messages without their markers, with lengths that include them.
fn is_unmarked(octets: &[u8]) -> bool {
    let Some(&[high, low, kind]) = octets.first_chunk::<3>() else { return false };
    usize::from(u16::from_be_bytes([high, low])) == octets.len().saturating_add(16) && (1..=6).contains(&kind)
}

/// Whether the octets are attributes with known flags up to the end.
fn is_attributes(octets: &[u8]) -> bool {
    let mut attributes = AttributesIter::at(octets, 0);
    !octets.is_empty()
        && attributes.all(|attribute| {
            attribute.is_ok_and(|attribute| {
                let flags = attribute.flags().bits();
                flags & 0x0f == 0 && flags & 0xc0 != 0 && attribute.code().name().is_some()
            })
        })
}

/// Whether there are withdrawn routes and attributes of the declared lengths, and routes after them.
fn is_update(octets: &[u8]) -> bool {
    fn split(octets: &[u8]) -> Option<(&[u8], &[u8])> {
        let (len, rest) = octets.split_first_chunk::<2>()?;
        rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))
    }
    let Some((_, rest)) = split(octets) else { return false };
    split(rest).is_some_and(|(attributes, _)| attributes.is_empty() || is_attributes(attributes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ORIGIN IGP, AS_PATH 64496 64500, NEXT_HOP 192.0.2.1.
    const ATTRIBUTES: &[u8] = &[0x40, 1, 1, 0, 0x40, 2, 10, 2, 2, 0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xf4, 0x40, 3, 4, 192, 0, 2, 1];

    #[test]
    fn parts_are_known_by_what_fits() {
        let update = [&[0, 4, 24, 203, 0, 113, 0, 24][..], ATTRIBUTES, &[25, 203, 0, 113, 0]].concat();
        let unmarked = [&[0, 19 + 37, 2][..], &update].concat();
        let message = [&[0xff; 16][..], &unmarked].concat();
        let record = [&[0x69, 0x56, 0x60, 0, 0, 16, 0, 4, 0, 0, 0, 76][..], &[0; 20], &message].concat();
        for (octets, shape) in [
            (ATTRIBUTES, Shape::Attributes),
            (&update, Shape::Update),
            (&unmarked, Shape::Unmarked),
            (&message, Shape::Whole),
            (&record, Shape::Whole),
            (&record[..40], Shape::Whole),
            (&[0, 0, 0, 0], Shape::Update),
            (&[0, 19, 4], Shape::Unmarked),
            (&[1, 2, 3], Shape::Unknown),
            (&[0xff; 3], Shape::Whole),
            // A record of OSPFv2, and one of a type without a name.
            (&[0, 0, 0, 9, 0, 11, 0, 0, 0, 0, 0, 1, 0], Shape::Whole),
            (&[0, 0, 0, 9, 0, 99, 0, 0, 0, 0, 0, 1, 0], Shape::Unknown),
            (&[], Shape::Whole),
        ] {
            assert_eq!(Shape::of(octets, Holds::Auto), shape, "{octets:02x?}");
            assert!(shape.completed(octets).ends_with(octets));
        }
        assert_eq!(Shape::Unmarked.completed(&unmarked), message);
        assert_eq!(Shape::Update.completed(&update), message);
        assert_eq!(Shape::Attributes.completed(ATTRIBUTES)[19..], [&[0, 0, 0, 24][..], ATTRIBUTES].concat());
        assert_eq!(Shape::of(&message, Holds::Attributes), Shape::Attributes);
        assert_eq!(Shape::of(&message, Holds::Message), Shape::Whole);
        assert_eq!(Shape::of(&unmarked, Holds::Message), Shape::Unmarked);
    }
}
