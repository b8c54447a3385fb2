//! The community container and its wide communities (draft-ietf-idr-wide-bgp-communities).

use core::fmt;

use super::list_attributes;
use super::traffic_engineering::Float;
use crate::asn::Asn;
use crate::error::{EncodeError, Error, ErrorKind, Result};
use crate::nlri::{take_prefix, write_prefix};
use crate::prefix::Prefix;
use crate::wire::{Cursor, Field, JsonObject, JsonSink, List, Observer, OneOrMore, Sink, Text, hex, wire_struct, wire_tlv};

/// A prefix of one family: its length in bits, then its octets (RFC 4271 section 4.3).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct AtomPrefix<const V6: bool>(pub Prefix);

impl<'a, const V6: bool> Field<'a> for AtomPrefix<V6> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        take_prefix(c, V6).map(Self)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }

    fn wire_len(&self) -> usize {
        usize::from(self.0.len().div_ceil(8)).saturating_add(1)
    }

    fn check(&self) -> Result<(), EncodeError> {
        if self.0.is_v6() == V6 { Ok(()) } else { Err(EncodeError::unrepresentable("prefix")) }
    }

    fn write(&self, out: &mut dyn Sink) {
        write_prefix(self.0, out);
    }
}

wire_tlv! {
    /// A typed value (section 5 of the draft).
    pub enum Atom<'a>(u8, 2) {
        /// AS numbers; 0 means none, the largest number all.
        1 "asns" Asns(OneOrMore<'a, Asn>),
        /// IPv4 prefixes.
        2 "ipv4" Ipv4(OneOrMore<'a, AtomPrefix<false>>),
        /// IPv6 prefixes.
        3 "ipv6" Ipv6(OneOrMore<'a, AtomPrefix<true>>),
        /// Numbers.
        4 "integers" Integers(OneOrMore<'a, u32>),
        /// Numbers with a fraction.
        5 "floats" Floats(OneOrMore<'a, Float>),
        /// Classes of neighbours: 1 peer, 2 customer, 3 upstream.
        6 "neighbor-classes" NeighborClasses(OneOrMore<'a, u32>),
        /// Classes defined by the context's AS.
        7 "user-classes" UserClasses(OneOrMore<'a, u32>),
        /// Text.
        8 "text" Text(Text<'a>),
    }
}

wire_tlv! {
    /// A TLV of a wide community (section 4.4 of the draft). Each type may occur once.
    pub enum WideCommunityTlv<'a>(u8, 2) {
        /// What the community applies to; everything if absent.
        1 "targets" Targets(List<'a, Atom<'a>>),
        /// What it does not apply to.
        2 "exclude-targets" ExcludeTargets(List<'a, Atom<'a>>),
        /// Parameters of the action.
        3 "parameters" Parameters(List<'a, Atom<'a>>),
    }
}

wire_struct! {
    /// A wide community (section 4 of the draft).
    pub struct WideCommunity<'a> {
        /// Community value: the action; registered with IANA if the highest bit is set.
        community: u32,
        /// The AS that attached the community.
        source: Asn,
        /// The AS that defines the community.
        context: Asn,
        /// Targets and parameters.
        tlvs: List<'a, WideCommunityTlv<'a>>,
    }
}

/// The content of a container, by its type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ContainerContent<'a> {
    /// Type 1: a wide community.
    Wide(WideCommunity<'a>),
    /// An unknown type, undecoded.
    Unknown {
        /// The type on the wire.
        kind: u16,
        /// The octets after the header.
        raw: &'a [u8],
    },
}

/// One container (section 3.1 of the draft).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire")]
pub struct Container<'a> {
    /// Flags: whether the container crosses AS and confederation boundaries.
    pub flags: u8,
    /// An octet that should be zero.
    pub reserved: u8,
    /// The value.
    pub content: ContainerContent<'a>,
}

/// Type of wide communities (section 4 of the draft).
const WIDE: u16 = 1;

/// Octets of the header, which the length includes.
const HEADER: u16 = 6;

impl<'a> Container<'a> {
    /// The length on the wire, and the number of octets after the header that it implies.
    fn octets(c: &mut Cursor<'a>) -> Result<(u64, usize)> {
        let start = c.offset();
        let len = c.u16()?;
        match len.checked_sub(HEADER) {
            Some(octets) => Ok((u64::from(len), usize::from(octets))),
            None => Err(Error::new(ErrorKind::BadLength(u32::from(len)), start)),
        }
    }
}

impl<'a> Field<'a> for Container<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Self::place(c, "", &mut ())
    }

    fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
        o.group(c, name, |c, o| {
            let kind = o.field(c, "type")?;
            let (flags, reserved) = (o.field(c, "flags")?, o.field(c, "reserved")?);
            let octets = o.length(c, Self::octets)?;
            o.window(c, octets, |mut window, o| {
                let content = match kind {
                    WIDE => ContainerContent::Wide(o.field(&mut window, "wide")?),
                    _ => ContainerContent::Unknown { kind, raw: o.field(&mut window, "value")? },
                };
                Ok(Self { flags, reserved, content })
            })
        })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.content {
            ContainerContent::Wide(_) => f.write_str("wide")?,
            ContainerContent::Unknown { kind, .. } => write!(f, "type-{kind}")?,
        }
        write!(f, "(flags={:#04x} reserved={} ", self.flags, self.reserved)?;
        match self.content {
            ContainerContent::Wide(wide) => wide.show(f)?,
            ContainerContent::Unknown { raw, .. } => hex(raw, f)?,
        }
        f.write_str(")")
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        let kind = match self.content {
            ContainerContent::Wide(_) => WIDE,
            ContainerContent::Unknown { kind, .. } => kind,
        };
        object.member("type", &kind)?;
        object.member("flags", &self.flags)?;
        object.member("reserved", &self.reserved)?;
        match &self.content {
            ContainerContent::Wide(wide) => object.member("wide", wide)?,
            ContainerContent::Unknown { raw, .. } => object.member("value", raw)?,
        }
        object.end()
    }

    fn wire_len(&self) -> usize {
        usize::from(HEADER).saturating_add(match self.content {
            ContainerContent::Wide(wide) => wide.wire_len(),
            ContainerContent::Unknown { raw, .. } => raw.len(),
        })
    }

    fn check(&self) -> Result<(), EncodeError> {
        match self.content {
            ContainerContent::Wide(wide) => wide.check()?,
            // It would be read as a wide community.
            ContainerContent::Unknown { kind: WIDE, .. } => return Err(EncodeError::unrepresentable("type")),
            ContainerContent::Unknown { .. } => {}
        }
        crate::wire::check_len(self.wire_len(), 2, "container")
    }

    fn write(&self, out: &mut dyn Sink) {
        let kind = match self.content {
            ContainerContent::Wide(_) => WIDE,
            ContainerContent::Unknown { kind, .. } => kind,
        };
        kind.write(out);
        out.put_slice(&[self.flags, self.reserved]);
        crate::wire::write_uint(out, self.wire_len(), 2);
        match self.content {
            ContainerContent::Wide(wide) => wide.write(out),
            ContainerContent::Unknown { raw, .. } => out.put_slice(raw),
        }
    }
}

list_attributes! {
    /// COMMUNITY_CONTAINER (draft-ietf-idr-wide-bgp-communities): a list of containers.
    CommunityContainer of Container<'a>;
}

impl CommunityContainer<'_> {
    /// At least one container, and no type of TLV twice in one (sections 3 and 4.4 of the draft).
    pub(super) fn check_types(&self, len: usize, offset: u64) -> Result<()> {
        super::check_non_empty(len, offset)?;
        for container in self.iter() {
            let ContainerContent::Wide(wide) = container.content else { continue };
            let mut seen = [false; 256];
            for tlv in wide.tlvs.iter() {
                if let Some(seen) = seen.get_mut(usize::from(tlv.kind()))
                    && core::mem::replace(seen, true)
                {
                    return Err(Error::new(ErrorKind::Duplicate, offset));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
pub(super) mod tests {
    use super::super::Value;
    use super::super::testing::{refused, round_trip, vector};
    use super::*;
    use proptest::prelude::*;

    /// The example of section 9.2 of the draft.
    const EXAMPLE: &[u8] = &[
        0, 1, 1, 0, 0, 63, 0, 0, 0, 1, 0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xf0, 1, 0, 22, 1, 0, 8, 0, 0, 0x09, 0x78, 0, 0, 0x22, 0xb8,
        7, 0, 8, 0, 0, 0, 100, 0, 0, 0, 104, 2, 0, 7, 7, 0, 4, 0, 0, 0, 101, 3, 0, 7, 4, 0, 4, 0, 0, 0, 4,
    ];

    fn wide(tlvs: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0, 1, 0, 0, 0, u8::try_from(18 + tlvs.len()).unwrap()];
        bytes.extend([0, 0, 0, 1, 0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xf1]);
        bytes.extend(tlvs);
        bytes
    }

    #[test]
    pub(in crate::attr) fn every_field_both_ways() {
        let places = vector(
            34,
            EXAMPLE,
            "wide(flags=0x01 reserved=0 community=1 source=64496 context=64496 tlvs=[targets([asns([2424,8888]),\
             user-classes([100,104])]),exclude-targets([user-classes([101])]),parameters([integers([4])])])",
            &[],
        );
        assert!(places.contains("|item 3..66 |type 3..5 1|flags 5..6 1|reserved 6..7 0|length 7..9 63|wide 9..66 |"), "{places}");
        let atoms = [
            1, 0, 38, 2, 0, 4, 24, 198, 51, 100, 3, 0, 5, 32, 0x20, 1, 0x0d, 0xb8, 5, 0, 4, 0x3f, 0xc0, 0, 0, 6, 0, 4, 0, 0, 0,
            2, 8, 0, 2, b'h', b'i', 9, 0, 1, 0xab,
        ];
        vector(
            34,
            &wide(&atoms),
            "wide(flags=0x00 reserved=0 community=1 source=64496 context=64497 tlvs=[targets([ipv4([198.51.100.0/24]),\
             ipv6([2001:db8::/32]),floats([1.5]),neighbor-classes([2]),text(\"hi\"),type-9(0xab)])])",
            &[],
        );
        vector(34, &[0, 9, 2, 1, 0, 7, 0xab], "type-9(flags=0x02 reserved=1 0xab)", &[]);
    }

    #[test]
    fn what_cannot_be() {
        let says = |body: &[u8], text| refused(34, body, &format!("COMMUNITY_CONTAINER attribute: {text}; treat-as-withdraw"));
        says(&[], "length 0 is not valid here (at byte 3)");
        says(&[0, 1, 0, 0, 0, 5], "length 5 is not valid here (at byte 7)");
        says(&[0, 1, 0, 0, 0, 7, 0], "needs 3 bytes more than are there (at byte 9)");
        says(&wide(&[3, 0, 0, 3, 0, 0]), "occurs more than once (at byte 3)");
        says(&wide(&[3, 0, 3, 4, 0, 0]), "length 0 is not valid here (at byte 27)");
        says(&wide(&[3, 0, 5, 4, 0, 2, 0, 0]), "needs 2 bytes more than are there (at byte 27)");
        says(&wide(&[3, 0, 4, 2, 0, 1, 33]), "prefix length 33 is longer than an address (at byte 27)");
    }

    #[test]
    fn a_known_type_is_not_written_as_unknown() {
        let content = |kind| Container { flags: 0, reserved: 0, content: ContainerContent::Unknown { kind, raw: &[] } };
        let mut buffer = Vec::new();
        let error = List::from_values([content(1)], &mut buffer).unwrap_err();
        assert_eq!(error.to_string(), "type: the value has no form on the wire");
        List::from_values([content(2)], &mut buffer).unwrap();
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(numbers in proptest::collection::vec(any::<u32>(), 1..5), raw: Vec<u8>, flags: u8, text: String) {
            let mut buffers = vec![Vec::new(); 12];
            let [a, b, c, d, e, f, g, h, i, j, k, ..] = &mut buffers[..] else { unreachable!() };
            let numbers = || numbers.iter().copied();
            let v4 = |n: u32| AtomPrefix::<false>(Prefix::v4(n, 32).unwrap());
            let v6 = |n: u32| AtomPrefix::<true>(Prefix::v6(u128::from(n) << 64, 64).unwrap());
            let atoms = [
                Atom::Asns(OneOrMore(List::from_values(numbers().map(Asn), a).unwrap())),
                Atom::Ipv4(OneOrMore(List::from_values(numbers().map(v4), b).unwrap())),
                Atom::Ipv6(OneOrMore(List::from_values(numbers().map(v6), c).unwrap())),
                Atom::Integers(OneOrMore(List::from_values(numbers(), d).unwrap())),
                Atom::Floats(OneOrMore(List::from_values(numbers().map(Float), e).unwrap())),
                Atom::NeighborClasses(OneOrMore(List::from_values(numbers(), f).unwrap())),
                Atom::UserClasses(OneOrMore(List::from_values(numbers(), g).unwrap())),
                Atom::Text(Text(text.as_bytes())),
                Atom::Unknown { kind: 77, raw: &raw },
            ];
            let tlvs = [
                WideCommunityTlv::Targets(List::from_values(atoms, h).unwrap()),
                WideCommunityTlv::Parameters(List::from_values(atoms, i).unwrap()),
                WideCommunityTlv::ExcludeTargets(List::default()),
            ];
            let wide = WideCommunity { community: 7, source: Asn(1), context: Asn(2), tlvs: List::from_values(tlvs, j).unwrap() };
            let containers = [
                Container { flags, reserved: 0, content: ContainerContent::Wide(wide) },
                Container { flags, reserved: 1, content: ContainerContent::Unknown { kind: 2, raw: &raw } },
            ];
            round_trip(Value::CommunityContainer(CommunityContainer(List::from_values(containers, k).unwrap())));
        }
    }
}
