//! Multicast distribution trees (RFC 6037): the group of a provider edge for the multicast of a VPN.

use core::net::Ipv4Addr;

use super::vpn::RouteDistinguisher;
use super::{RouteContext, RouteField};
use crate::error::{EncodeError, Error, ErrorKind, Result};
use crate::family::Family;
use crate::wire::{Cursor, Field, Observer, Sink, wire_struct};

wire_struct! {
    /// A group and its provider edge (RFC 6037), 16 octets after their length in bits, one octet.
    pub struct MdtRoute {
        /// Route distinguisher.
        rd: RouteDistinguisher,
        /// The provider edge.
        pe: Ipv4Addr,
        /// The group of the tree.
        group: Ipv4Addr,
    }
}

/// The length of every route, in bits.
const BITS: u8 = 128;

fn body<'a>(c: &mut Cursor<'a>) -> Result<Cursor<'a>> {
    let start = c.offset();
    let bits = c.u8()?;
    let window = c.sub(usize::from(bits.div_ceil(8))).inspect_err(|_| c.stop())?;
    if bits == BITS { Ok(window) } else { Err(Error::new(ErrorKind::BadLength(u32::from(bits)), start)) }
}

impl<'a> RouteField<'a> for MdtRoute {
    fn read_route<O: Observer>(c: &mut Cursor<'a>, _: RouteContext, o: &mut O) -> Result<Self> {
        o.group(c, "route", |c, o| {
            let start = c.offset();
            let mut window = o.reported(body(c))?;
            o.note("length", start..window.offset(), &BITS);
            o.field(&mut window, "value")
        })
    }

    fn route_len(&self) -> usize {
        self.wire_len().saturating_add(1)
    }

    fn check_route(&self, _: Family) -> Result<(), EncodeError> {
        self.check()
    }

    fn write_route(&self, out: &mut dyn Sink) {
        out.put_u8(BITS);
        self.write(out);
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests {
    use super::*;
    use crate::nlri::RouteValue;
    use crate::nlri::testing;

    use proptest::prelude::*;

    const MDT: Family = Family::of(1, 66);
    const VECTOR: &str = "80 0000fbf000000064 c0000201 e9fc0001";

    #[test]
    fn every_field_both_ways() {
        testing::vector(MDT, VECTOR, "rd=64496:100 pe=192.0.2.1 group=233.252.0.1");
        assert_eq!(
            testing::places(MDT, VECTOR),
            testing::expected(&[
                ("route", 100..117, ""),
                ("length", 100..101, "128"),
                ("value", 101..117, ""),
                ("rd", 101..109, "64496:100"),
                ("type", 101..103, "0 (two-octet AS)"),
                ("administrator", 103..105, "64496"),
                ("assigned_number", 105..109, "100"),
                ("pe", 109..113, "192.0.2.1"),
                ("group", 113..117, "233.252.0.1"),
            ])
        );
    }

    #[test]
    fn damage_and_its_place() {
        assert_eq!(
            testing::error(MDT, "78 0000fbf000000064 c0000201 e9fc00"),
            "IPv4 mdt routes: length 120 is not valid here (at byte 100)"
        );
        assert_eq!(
            testing::error(MDT, "80 0000fbf000000064 c0000201 e9fc00"),
            "IPv4 mdt routes: needs 1 byte more than is there (at byte 101)"
        );
        assert_eq!(testing::error(MDT, "00"), "IPv4 mdt routes: length 0 is not valid here (at byte 100)");
    }

    proptest! {
        #[test]
        fn value_octets_value(rd in any::<[u8; 8]>(), pe in any::<[u8; 4]>(), group in any::<[u8; 4]>()) {
            let route = MdtRoute { rd: RouteDistinguisher(rd), pe: pe.into(), group: group.into() };
            testing::round_trip(MDT, &RouteValue::Mdt(route))?;
        }
    }
}
