//! ATTR_SET (RFC 6368): the attributes of a customer's route, carried through the provider's network.

use core::fmt;

use super::json::AttributeList;
use super::{AttrFlags, Attribute, Attributes, AttributesIter, Decode, Value};
use crate::asn::Asn;
use crate::codes::AttrCode;
use crate::error::{Action, Context, EncodeError, Error, ErrorKind, Result};
use crate::session::Session;
use crate::wire::{Cursor, JsonObject, JsonSink, Observer, Sink};

/// Maximum nesting of sets: one for each network that carries another's routes.
const MAX_DEPTH: usize = 4;

/// ATTR_SET (RFC 6368 section 5), displayed as `64496 {ORIGIN=IGP AS_PATH=64497}`. Its AS numbers have four octets on every
/// session.
#[derive(Clone, Copy)]
pub struct AttrSet<'a> {
    origin: Asn,
    bytes: &'a [u8],
    offset: u64,
}

impl<'a> AttrSet<'a> {
    /// The customer's AS.
    pub const fn origin(&self) -> Asn {
        self.origin
    }

    /// The attributes.
    ///
    /// # Errors
    /// As [`Attributes::parse_at`]; never for a decoded set.
    pub fn attributes(&self) -> Result<Attributes<'a>> {
        Attributes::parse_at(self.bytes, &Session::AS4, self.offset)
    }

    /// A set of the given values, whose octets go to `buffer`.
    ///
    /// # Errors
    /// A value that does not fit its field, or that a set cannot have.
    #[cfg(feature = "alloc")]
    pub fn from_values<'v>(
        origin: Asn,
        values: impl IntoIterator<Item = Value<'v>>,
        buffer: &'a mut alloc::vec::Vec<u8>,
    ) -> Result<Self, EncodeError> {
        buffer.clear();
        for value in values {
            if matches!(value.code(), AttrCode::MP_REACH_NLRI | AttrCode::MP_UNREACH_NLRI) {
                return Err(EncodeError::unrepresentable("ATTR_SET"));
            }
            value.encode(&Session::AS4, buffer)?;
        }
        Ok(Self { origin, bytes: buffer, offset: 0 })
    }

    const fn iter(&self) -> AttributesIter<'a> {
        AttributesIter::at(self.bytes, self.offset)
    }

    /// A set not inside another one. RFC 7606 section 7.16: any error inside makes the set malformed and the route treated as
    /// withdrawn, whatever the action of the inner attribute. The finding names the set, since the route does not have the inner
    /// attribute.
    fn outermost(body: &'a [u8], offset: u64) -> Result<Self> {
        Self::read(body, offset, 1)
            .map_err(|e| Error::new(e.kind(), e.offset()).within(Context::Attribute(AttrCode::ATTR_SET), Action::TreatAsWithdraw))
    }

    /// Reads the AS number and checks every attribute, including those of inner sets; `depth` is the current nesting.
    fn read(body: &'a [u8], offset: u64, depth: usize) -> Result<Self> {
        if depth > MAX_DEPTH {
            return Err(Error::new(ErrorKind::TooDeep, offset));
        }
        let mut c = Cursor::at(body, offset);
        let set = Self { origin: Asn(c.u32()?), bytes: c.rest(), offset: c.offset() };
        for attribute in set.iter() {
            let attribute = attribute?;
            let inner = match attribute.code {
                AttrCode::ATTR_SET => Self::read(attribute.body, attribute.body_offset(), depth.saturating_add(1)).map(|_| ()),
                // RFC 6368 section 5 forbids them.
                AttrCode::MP_REACH_NLRI | AttrCode::MP_UNREACH_NLRI => Err(Error::new(ErrorKind::Unrecognized, attribute.offset)),
                _ => attribute.decode(&Session::AS4).map(|_| ()),
            };
            inner.map_err(|e| e.within(Context::Attribute(attribute.code), Action::TreatAsWithdraw))?;
        }
        Ok(set)
    }

    /// The attributes of a body, as far as it can be framed.
    fn inner(body: &'a [u8], offset: u64) -> impl Iterator<Item = Attribute<'a>> {
        let start = body.get(4..).unwrap_or(&[]);
        AttributesIter::at(start, offset.saturating_add(4)).flatten()
    }

    /// Whether sets are nested too deep; checks no deeper.
    fn too_deep(body: &'a [u8], depth: usize) -> bool {
        depth > MAX_DEPTH
            || Self::inner(body, 0)
                .filter(|attribute| attribute.code == AttrCode::ATTR_SET)
                .any(|attribute| Self::too_deep(attribute.body, depth.saturating_add(1)))
    }
}

impl<'a> Decode<'a> for AttrSet<'a> {
    fn decode(body: &'a [u8], offset: u64, _: &Session) -> Result<Self> {
        Self::outermost(body, offset)
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        object.member("origin", &self.origin)?;
        object.member("attributes", &AttributeList(self.iter(), Session::AS4))?;
        object.end()
    }

    fn body_len(&self, _: &Session) -> usize {
        self.iter().flatten().map(|attribute| attribute.rewritten_len(&Session::AS4)).fold(4, usize::saturating_add)
    }

    fn check_body(&self, _: &Session) -> Result<(), EncodeError> {
        self.iter().flatten().try_for_each(|attribute| {
            let value = attribute.decode(&Session::AS4).map_err(|_| EncodeError::unrepresentable("ATTR_SET"))?;
            value.check_body(&Session::AS4)
        })
    }

    fn write_body(&self, _: &Session, out: &mut dyn Sink) {
        out.put_u32(self.origin.0);
        for attribute in self.iter().flatten() {
            let value = attribute.decode(&Session::AS4).unwrap_or(Value::Unknown(attribute));
            // A body written as it was read is not longer than the set, which has at most 65,535 octets.
            let len = u16::try_from(value.body_len(&Session::AS4)).unwrap_or(u16::MAX);
            let [high, low] = len.to_be_bytes();
            let flags = if high > 0 { attribute.flags | AttrFlags::EXTENDED_LENGTH } else { attribute.flags };
            out.put_slice(&[flags.bits(), attribute.code.0]);
            if flags.contains(AttrFlags::EXTENDED_LENGTH) {
                out.put_u8(high);
            }
            out.put_u8(low);
            value.write_body(&Session::AS4, out);
        }
    }

    fn place_body<O: Observer>(body: &'a [u8], offset: u64, _: &Session, o: &mut O) -> Result<Self> {
        let outcome = Self::outermost(body, offset);
        if !O::OBSERVES {
            return outcome;
        }
        o.open("value", offset);
        let mut c = Cursor::at(body, offset);
        let parts = o.field::<Asn>(&mut c, "origin").is_ok() && !Self::too_deep(body, 1);
        if parts {
            for attribute in Self::inner(body, offset) {
                attribute.place(&Session::AS4, false, o);
                c = Cursor::at(body, offset);
                let end = usize::try_from(attribute.end().saturating_sub(offset)).unwrap_or(usize::MAX);
                c.take(end.min(body.len()))?;
            }
        }
        if let Err(e) = outcome {
            o.cut(e, |o| {
                if parts {
                    super::place_list(c, &Session::AS4, false, o);
                }
            });
        }
        o.close(offset.saturating_add(body.len() as u64));
        outcome
    }
}

impl PartialEq for AttrSet<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.origin, self.bytes) == (other.origin, other.bytes)
    }
}

impl Eq for AttrSet<'_> {}

impl fmt::Display for AttrSet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {{", self.origin)?;
        for (i, attribute) in self.iter().flatten().enumerate() {
            let between = if i > 0 { " " } else { "" };
            match attribute.decode(&Session::AS4) {
                Ok(value) => write!(f, "{between}{}={value}", attribute.code)?,
                Err(e) => write!(f, "{between}{}=({e})", attribute.code)?,
            }
        }
        f.write_str("}")
    }
}

impl fmt::Debug for AttrSet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
pub(super) mod tests {
    use super::super::testing::{refused, round_trip, value, vector};
    use super::super::{AsPath, Origin};
    use super::*;
    use crate::places::Places;
    use proptest::prelude::*;

    const SET: &[u8] = &[0, 0, 0xfb, 0xf0, 0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 1, 0, 0, 0xc0, 99, 1, 7];

    fn nested(depth: usize) -> Vec<u8> {
        (1..depth).fold(vec![0, 0, 0, 1], |inner, _| {
            let mut set = vec![0, 0, 0, 1, 0xd0, 128];
            set.extend(u16::try_from(inner.len()).unwrap().to_be_bytes());
            set.extend(inner);
            set
        })
    }

    #[test]
    pub(in crate::attr) fn every_field_both_ways() {
        let places = vector(128, SET, "64496 {ORIGIN=IGP AS_PATH=65536 AttrCode(99)=0x07}", &[4, 8, 17]);
        assert_eq!(
            places,
            "attribute 0..24 ATTR_SET|flags 0..1 0xc0|code 1..2 128 (ATTR_SET)|length 2..3 21|value 3..24 |origin 3..7 64496|\
             attribute 7..11 ORIGIN|flags 7..8 0x40|code 8..9 1 (ORIGIN)|length 9..10 1|value 10..11 0 (IGP)|\
             attribute 11..20 AS_PATH|flags 11..12 0x40|code 12..13 2 (AS_PATH)|length 13..14 6|value 14..20 65536|\
             segment 14..20 |type 14..15 2 (AS_SEQUENCE)|count 15..16 1|asn 16..20 65536|attribute 20..24 AttrCode(99)|\
             flags 20..21 0xc0|code 21..22 99|length 22..23 1|value 23..24 0x07"
        );
        let Value::AttrSet(set) = value(128, SET) else { panic!() };
        let inner = set.attributes().unwrap();
        assert_eq!(
            (set.origin(), inner.origin(), inner.as_path().unwrap().to_string()),
            (Asn(64496), Ok(Some(Origin::Igp)), "65536".into())
        );
    }

    #[test]
    fn what_is_wrong_inside_costs_the_route() {
        refused(128, &[0, 0, 0], "ATTR_SET attribute: needs 1 byte more than is there (at byte 3); treat-as-withdraw");
        let says = |inner: &[u8], text| refused(128, &[&[0, 0, 0, 1][..], inner].concat(), text);
        says(&[0x40, 1, 1, 9], "ATTR_SET attribute: value 9 is not valid here (at byte 10); treat-as-withdraw");
        says(&[0x40, 1, 2, 0], "ATTR_SET attribute: needs 1 byte more than is there (at byte 7); treat-as-withdraw");
        says(&[0x40, 6, 1, 0], "ATTR_SET attribute: length 1 is not valid here (at byte 10); treat-as-withdraw");
        says(&[0x80, 15, 3, 0, 1, 1], "ATTR_SET attribute: is not recognized (at byte 7); treat-as-withdraw");
        says(&[0xc0, 128, 3, 0, 0, 0], "ATTR_SET attribute: needs 1 byte more than is there (at byte 10); treat-as-withdraw");
    }

    #[test]
    fn sets_in_sets_have_an_end() {
        vector(128, &nested(4), "1 {ATTR_SET=1 {ATTR_SET=1 {ATTR_SET=1 {}}}}", &[4]);
        refused(128, &nested(5), "ATTR_SET attribute: is nested too deeply (at byte 35); treat-as-withdraw");
        // Nested as deep as the length allows: uses no stack.
        let deep = nested(8000);
        let frame = [&[0xd0, 128][..], &u16::try_from(deep.len()).unwrap().to_be_bytes(), &deep].concat();
        let list = Attributes::parse_at(&frame, &Session::AS4, 0).unwrap();
        assert_eq!(list.findings(|e| assert_eq!(e.kind(), ErrorKind::TooDeep)), Action::TreatAsWithdraw);
        let mut places = Places::new();
        list.iter().for_each(|attribute| attribute.unwrap().places(&Session::AS4, &mut places));
        assert_eq!(places.iter().filter(|place| place.error.is_some()).count(), 1);
        assert!(format!("{list:?}").contains("TooDeep"));
    }

    #[test]
    fn values_that_a_set_cannot_have() {
        let unreach = value(15, &[0, 1, 1]);
        let e = AttrSet::from_values(Asn(1), [unreach], &mut Vec::new()).unwrap_err();
        assert_eq!(e.to_string(), "ATTR_SET: the value has no form on the wire");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(origin: u32, med: u32, path in proptest::collection::vec(any::<u32>(), 1..9)) {
            let (mut one, mut two) = (Vec::new(), Vec::new());
            let mut octets = vec![2, u8::try_from(path.len()).unwrap()];
            path.iter().for_each(|asn| octets.extend(asn.to_be_bytes()));
            let path = Value::AsPath(AsPath::parse_at(&octets, true, 0).unwrap());
            let values = [Value::Origin(Origin::Egp), path, Value::MultiExitDisc(med)];
            let inner = AttrSet::from_values(Asn(origin), values, &mut one).unwrap();
            round_trip(Value::AttrSet(inner));
            let outer = AttrSet::from_values(Asn(med), [Value::AttrSet(inner), Value::LocalPref(med)], &mut two).unwrap();
            prop_assert_eq!(outer.attributes().unwrap().local_pref(), Ok(Some(med)));
            round_trip(Value::AttrSet(outer));
        }
    }
}
