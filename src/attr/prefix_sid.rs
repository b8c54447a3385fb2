//! PREFIX_SID (RFC 8669) and the SRv6 services in it (RFC 9252).

use core::fmt;
use core::net::Ipv6Addr;

use super::{Decode, list_attributes};
use crate::codes::{AttrCode, PrefixSidTlvType, prefix_sid_tlvs};
use crate::error::{Action, Context, EncodeError, Error, ErrorKind, Result};
use crate::nlri::{LabelField, ServiceLabel, ServiceLabels};
use crate::session::Session;
use crate::wire::{Cursor, Field, JsonObject, JsonSink, List, Observer, OneOrMore, Sink, ToJson, U24, wire_struct, wire_tlv};

wire_struct! {
    /// Label-Index TLV (RFC 8669 section 3.1).
    pub struct LabelIndex {
        /// An octet that must be zero.
        reserved: u8,
        /// Flags; none defined.
        flags: u16,
        /// Index into the SRGB.
        index: u32,
    }
}

wire_struct! {
    /// A range of labels (RFC 8669 section 3.2).
    pub struct SrgbRange {
        /// The first label.
        first: U24,
        /// Number of labels.
        size: U24,
    }
}

wire_struct! {
    /// Originator SRGB TLV (RFC 8669 section 3.2).
    pub struct OriginatorSrgb<'a> {
        /// Flags; none defined.
        flags: u16,
        /// The SRGB: one or more ranges.
        ranges: OneOrMore<'a, SrgbRange>,
    }
}

wire_struct! {
    /// Structure of a SID, lengths in bits (RFC 9252 section 3.2.1).
    pub struct Srv6SidStructure {
        /// Locator block length.
        locator_block: u8,
        /// Locator node length.
        locator_node: u8,
        /// Function length.
        function: u8,
        /// Argument length.
        argument: u8,
        /// Transposition length: bits of the SID that are in a label field instead.
        transposition_length: u8,
        /// Transposition offset: position of those bits in the SID.
        transposition_offset: u8,
    }
}

wire_tlv! {
    /// SRv6 service data sub-sub-TLV (RFC 9252 section 3.2).
    pub enum Srv6SubSubTlv<'a>(u8, 2) {
        /// Structure of the SID.
        1 "structure" Structure(Srv6SidStructure),
    }
}

wire_struct! {
    /// SRv6 SID information (RFC 9252 section 3.1).
    pub struct Srv6SidInformation<'a> {
        /// An octet that must be zero.
        reserved1: u8,
        /// The SID.
        sid: Ipv6Addr,
        /// Service SID flags; none defined.
        flags: u8,
        /// SRv6 endpoint behavior (RFC 8986); 0xffff is opaque.
        behavior: u16,
        /// An octet that must be zero.
        reserved2: u8,
        /// Properties of the SID.
        data: List<'a, Srv6SubSubTlv<'a>>,
    }
}

wire_tlv! {
    /// SRv6 service sub-TLV (RFC 9252 section 3).
    pub enum Srv6SubTlv<'a>(u8, 2) {
        /// A SID.
        1 "sid" SidInformation(Srv6SidInformation<'a>),
    }
}

wire_struct! {
    /// SRv6 service TLV (RFC 9252 section 2).
    pub struct Srv6Service<'a> {
        /// An octet that must be zero.
        reserved: u8,
        /// SIDs.
        sub_tlvs: List<'a, Srv6SubTlv<'a>>,
    }
}

prefix_sid_tlvs! {
    wire_tlv!
    /// A TLV of PREFIX_SID (RFC 8669 section 3).
    pub enum PrefixSidTlv<'a>(u8, 2)
}

list_attributes! {
    /// PREFIX_SID (RFC 8669 section 3). Of repeated TLVs the first is used.
    PrefixSid of PrefixSidTlv<'a>;
}

impl<'a> PrefixSid<'a> {
    /// The label index, from its first TLV.
    pub fn label_index(&self) -> Option<u32> {
        self.iter().find_map(|tlv| match tlv {
            PrefixSidTlv::LabelIndex(label) => Some(label.index),
            _ => None,
        })
    }

    /// The SIDs of layer 3 and layer 2 services, in wire order.
    pub fn srv6_sids(&self) -> impl Iterator<Item = Srv6SidInformation<'a>> {
        let services = self.iter().filter_map(|tlv| match tlv {
            PrefixSidTlv::Srv6L3Service(service) | PrefixSidTlv::Srv6L2Service(service) => Some(service),
            _ => None,
        });
        services.flat_map(|service| service.sub_tlvs).filter_map(|sub_tlv| match sub_tlv {
            Srv6SubTlv::SidInformation(information) => Some(information),
            Srv6SubTlv::Unknown { .. } => None,
        })
    }
}

impl Srv6SidInformation<'_> {
    /// The SID reassembled from these octets and the bits transposed into the label of a route (RFC 9252 section 4). `None` if no
    /// bits are transposed, since [`Srv6SidInformation::sid`] is then the whole SID, and if it is invalid (section 7): more bits than
    /// the label field has, bits of another part of the SID than it may hold, or a structure that section 3.2.1 excludes.
    ///
    /// The bits fill the field from the most significant one, as routers send them: 16 bits `0x0044` are the label `0x00440`.
    ///
    /// ```
    /// use routeglass::attr::prefix_sid::Srv6SidInformation;
    /// use routeglass::nlri::{Label, ServiceLabel};
    ///
    /// let octets = [
    ///     0, 0x20, 1, 0x0d, 0xb8, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 19, 0, // reserved, SID, flags, End.DT4, reserved
    ///     1, 0, 6, 40, 24, 16, 0, 16, 64, // structure: 16 bits of function, moved, from bit 64 on
    /// ];
    /// let sid = Srv6SidInformation::parse_at(&octets, 0)?;
    /// let label = ServiceLabel::mpls(Label([0x00, 0x44, 0x01]));
    /// assert_eq!(sid.service_sid(label), Some("2001:db8:1:1:44::".parse().unwrap()));
    /// # Ok::<(), routeglass::Error>(())
    /// ```
    pub fn service_sid(&self, label: ServiceLabel) -> Option<Ipv6Addr> {
        let structure = self.data.iter().find_map(|data| match data {
            Srv6SubSubTlv::Structure(structure) => Some(structure),
            Srv6SubSubTlv::Unknown { .. } => None,
        })?;
        let (offset, len) = (u32::from(structure.transposition_offset), u32::from(structure.transposition_length));
        if len == 0 || structure.fault(label.field()).is_some() {
            return None;
        }
        let after = 128u32.checked_sub(offset.checked_add(len)?)?;
        let moved = u128::from(label.label().bits()).checked_shr(24u32.checked_sub(len)?)?.checked_shl(after)?;
        let ones = u128::MAX.checked_shr(128u32.checked_sub(len)?)?.checked_shl(after)?;
        Some(Ipv6Addr::from_bits(self.sid.to_bits() & !ones | moved))
    }
}

impl Srv6SidStructure {
    /// What makes a SID with this structure invalid beside a label field (RFC 9252 sections 3.2.1 and 7): the octet in the
    /// structure, and the number that is not valid.
    ///
    /// Section 3.2.1 says that the lengths of the parts must be more than transposition offset and length together; its own example
    /// has them equal, which is right for a SID whose last bits are transposed.
    fn fault(&self, field: LabelField) -> Option<(u64, u32)> {
        let (offset, len) = (u32::from(self.transposition_offset), u32::from(self.transposition_length));
        let end = offset.saturating_add(len);
        let function = u32::from(self.locator_block).saturating_add(u32::from(self.locator_node));
        let argument = function.saturating_add(u32::from(self.function));
        let all = argument.saturating_add(u32::from(self.argument));
        let mut parts = [(field.function, function, argument), (field.argument, argument, all)].into_iter().filter(|part| part.0);
        if all > 128 {
            Some((0, all))
        } else if len == 0 {
            (offset != 0).then_some((5, offset))
        } else if len > field.bits || parts.clone().all(|(_, start, end)| len > end.saturating_sub(start)) {
            Some((4, len))
        } else {
            (!parts.any(|(_, start, part_end)| start <= offset && end <= part_end)).then_some((5, offset))
        }
    }
}

/// Passes on the first structure of each SID, with its offset, as the fields of PREFIX_SID are read.
struct Structures<'f> {
    each: &'f mut dyn FnMut(Srv6SidStructure, u64),
    /// Whether the current SID has had one.
    has_one: bool,
}

impl Observer for Structures<'_> {
    const OBSERVES: bool = true;

    fn leaf<'a, T>(
        &mut self,
        c: &mut Cursor<'a>,
        name: &'static str,
        read: impl FnOnce(&mut Cursor<'a>) -> Result<T>,
        _: impl Fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result,
    ) -> Result<T> {
        match name {
            // A field of SRv6 SID Information, before its structures.
            "sid" => self.has_one = false,
            // The first field of a structure.
            "locator_block" if !self.has_one => {
                self.has_one = true;
                let (at, mut here) = (c.offset(), *c);
                if let Ok(structure) = Srv6SidStructure::read(&mut here) {
                    (self.each)(structure, at);
                }
            }
            _ => {}
        }
        read(c)
    }
}

/// Findings about a readable attribute of routes with such label fields: SIDs that RFC 9252 section 7 calls invalid. The attribute
/// is not malformed by them, so they have no action; a speaker does not select the route.
pub(super) fn sid_findings(body: &[u8], offset: u64, field: LabelField, report: &mut dyn FnMut(Error)) {
    let mut each = |structure: Srv6SidStructure, at: u64| {
        if let Some((octet, value)) = structure.fault(field) {
            let e = Error::new(ErrorKind::BadValue(value), at.saturating_add(octet));
            report(e.within(Context::Attribute(AttrCode::PREFIX_SID), Action::None));
        }
    };
    let mut structures = Structures { each: &mut each, has_one: false };
    // It was read before: there is no error.
    let _ = structures.field::<PrefixSid<'_>>(&mut Cursor::at(body, offset), "value");
}

/// PREFIX_SID of a route, with the whole SID (`service_sid`) for SIDs with bits in the route's labels.
pub(super) struct WithServiceSids<'a>(pub(super) PrefixSid<'a>, pub(super) ServiceLabels);

/// A TLV of PREFIX_SID, and its label.
struct ServiceTlv<'a>(PrefixSidTlv<'a>, ServiceLabels);

/// A service TLV's value.
struct ServiceValue<'a>(Srv6Service<'a>, ServiceLabel);

/// A sub-TLV of a service.
struct ServiceSubTlv<'a>(Srv6SubTlv<'a>, ServiceLabel);

/// One SID.
struct ServiceSid<'a>(Srv6SidInformation<'a>, ServiceLabel);

impl<'a> ServiceTlv<'a> {
    /// The service whose SIDs may have bits in a present label.
    fn service(&self) -> Option<ServiceValue<'a>> {
        match self.0 {
            PrefixSidTlv::Srv6L2Service(service) => self.1.layer2.map(|label| ServiceValue(service, label)),
            PrefixSidTlv::Srv6L3Service(service) => self.1.layer3.map(|label| ServiceValue(service, label)),
            _ => None,
        }
    }
}

impl<'a> ServiceValue<'a> {
    fn sub_tlvs(&self) -> impl Iterator<Item = ServiceSubTlv<'a>> {
        let label = self.1;
        self.0.sub_tlvs.iter().map(move |sub_tlv| ServiceSubTlv(sub_tlv, label))
    }
}

impl fmt::Display for WithServiceSids<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, tlv) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            match ServiceTlv(tlv, self.1).service() {
                Some(service) => write!(f, "{}({service})", tlv.name().unwrap_or_default())?,
                None => fmt::Display::fmt(&tlv, f)?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for ServiceValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reserved={} sub_tlvs=[", self.0.reserved)?;
        for (i, sub_tlv) in self.sub_tlvs().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            match sub_tlv.0 {
                Srv6SubTlv::SidInformation(sid) => write!(f, "sid({})", ServiceSid(sid, sub_tlv.1))?,
                unknown => fmt::Display::fmt(&unknown, f)?,
            }
        }
        f.write_str("]")
    }
}

impl fmt::Display for ServiceSid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)?;
        match self.0.service_sid(self.1) {
            Some(sid) => write!(f, " service_sid={sid}"),
            None => Ok(()),
        }
    }
}

impl ToJson for WithServiceSids<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let labels = self.1;
        out.list(self.0.iter().map(move |tlv| ServiceTlv(tlv, labels)))
    }
}

impl ToJson for ServiceTlv<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let Some(service) = self.service() else { return self.0.to_json(out) };
        let mut object = out.object()?;
        object.member("type", &self.0.kind())?;
        object.member("name", self.0.name().unwrap_or_default())?;
        object.member("value", &service)?;
        object.end()
    }
}

impl ToJson for ServiceValue<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        object.member("reserved", &self.0.reserved)?;
        object.member("sub_tlvs", &SubTlvs(self))?;
        object.end()
    }
}

/// The list of sub-TLVs of a service.
struct SubTlvs<'v, 'a>(&'v ServiceValue<'a>);

impl ToJson for SubTlvs<'_, '_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        out.list(self.0.sub_tlvs())
    }
}

impl ToJson for ServiceSubTlv<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let Srv6SubTlv::SidInformation(sid) = self.0 else { return self.0.to_json(out) };
        let mut object = out.object()?;
        object.member("type", &self.0.kind())?;
        object.member("name", self.0.name().unwrap_or_default())?;
        object.member("value", &ServiceSid(sid, self.1))?;
        object.end()
    }
}

impl ToJson for ServiceSid<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        self.0.members(&mut object)?;
        if let Some(sid) = self.0.service_sid(self.1) {
            object.member("service_sid", &sid)?;
        }
        object.end()
    }
}

/// Action: a malformed TLV discards the attribute (RFC 8669 section 6), a service TLV withdraws the route (RFC 9252 section 7).
fn fault(body: &[u8], offset: u64, error: Error) -> Error {
    let mut c = Cursor::at(body, offset);
    loop {
        let kind = c.rest().first().copied().map(PrefixSidTlvType);
        match PrefixSidTlv::read(&mut c) {
            Ok(_) if !c.is_empty() => {}
            Err(_) if matches!(kind, Some(PrefixSidTlvType::SRV6_L3_SERVICE | PrefixSidTlvType::SRV6_L2_SERVICE)) => {
                return error.within(Context::Attribute(AttrCode::PREFIX_SID), Action::TreatAsWithdraw);
            }
            _ => return error,
        }
    }
}

impl<'a> Decode<'a> for PrefixSid<'a> {
    fn decode(body: &'a [u8], offset: u64, session: &Session) -> Result<Self> {
        Self::place_body(body, offset, session, &mut ()).map_err(|e| fault(body, offset, e))
    }

    fn place_body<O: Observer>(body: &'a [u8], offset: u64, _: &Session, o: &mut O) -> Result<Self> {
        o.reported(super::check_non_empty(body.len(), offset))?;
        o.field(&mut Cursor::at(body, offset), "value")
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        Field::json(self, out)
    }

    fn body_len(&self, _: &Session) -> usize {
        self.wire_len()
    }

    fn check_body(&self, _: &Session) -> Result<(), EncodeError> {
        super::check_non_empty(self.wire_len(), 0).map_err(|_| EncodeError::unrepresentable(""))?;
        self.check()
    }

    fn write_body(&self, _: &Session, out: &mut dyn Sink) {
        self.write(out);
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
pub(super) mod tests {
    use super::super::Value;
    use super::super::testing::{refused, round_trip, value, vector};
    use super::*;
    use proptest::prelude::*;

    const MPLS: &[u8] =
        &[1, 0, 7, 0, 0, 0, 0, 0, 1, 0x2c, 3, 0, 14, 0, 0, 0x0c, 0x35, 0, 0, 1, 0, 0x0f, 0x42, 0x40, 0, 0x13, 0x88];

    // The first of an SRv6 VPN: End.DT4 (19), 16 bits of the SID in the label.
    const SRV6: &[u8] = &[
        5, 0, 34, 0, 1, 0, 30, 0, 0x20, 1, 0x0d, 0xb8, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 19, 0, 1, 0, 6, 40, 24, 16, 0,
        16, 64,
    ];

    #[test]
    pub(in crate::attr) fn every_field_both_ways() {
        vector(
            40,
            MPLS,
            "label-index(reserved=0 flags=0 index=300) originator-srgb(flags=0 ranges=[first=800000 size=256,first=1000000 size=5000])",
            &[10],
        );
        let places = vector(
            40,
            SRV6,
            "srv6-l3-service(reserved=0 sub_tlvs=[sid(reserved1=0 sid=2001:db8:1:1:: flags=0 behavior=19 reserved2=0 \
             data=[structure(locator_block=40 locator_node=24 function=16 argument=0 transposition_length=16 \
             transposition_offset=64)])])",
            &[],
        );
        assert!(places.contains("|sid 11..27 2001:db8:1:1::|flags 27..28 0|behavior 28..30 19|"), "{places}");
        assert!(places.ends_with("transposition_length 38..39 16|transposition_offset 39..40 64"), "{places}");
        vector(40, &[6, 0, 4, 0, 9, 0, 0], "srv6-l2-service(reserved=0 sub_tlvs=[type-9(0x)])", &[]);
        vector(40, &[4, 0, 1, 0xab], "type-4(0xab)", &[]);
        let Value::PrefixSid(sid) = value(40, MPLS) else { panic!() };
        assert_eq!((sid.label_index(), sid.srv6_sids().count()), (Some(300), 0));
        let Value::PrefixSid(sid) = value(40, SRV6) else { panic!() };
        assert_eq!(sid.label_index(), None);
        assert_eq!(
            sid.srv6_sids().map(|sid| (sid.sid.to_string(), sid.behavior)).collect::<Vec<_>>(),
            [("2001:db8:1:1::".into(), 19)]
        );
    }

    #[test]
    fn a_malformed_service_costs_the_route_other_tlvs_the_attribute() {
        let says = |body: &[u8], text: &str| refused(40, body, &format!("PREFIX_SID attribute: {text}"));
        says(&[], "length 0 is not valid here (at byte 3); attribute discard");
        says(&[1, 0, 6, 0, 0, 0, 0, 0, 1], "needs 1 byte more than is there (at byte 9); attribute discard");
        says(&[1, 0, 8, 0, 0, 0, 0, 0, 1, 2, 3], "1 byte is left over (at byte 13); attribute discard");
        says(&[3, 0, 2, 0, 0], "length 0 is not valid here (at byte 8); attribute discard");
        says(&[3, 0, 9, 0, 0], "needs 7 bytes more than are there (at byte 6); attribute discard");
        says(&[5, 0, 0], "needs 1 byte more than is there (at byte 6); treat-as-withdraw");
        says(&[6, 0, 9, 0], "needs 8 bytes more than are there (at byte 6); treat-as-withdraw");
        says(&SRV6[..20], "needs 17 bytes more than are there (at byte 6); treat-as-withdraw");
        let mut short = SRV6.to_vec();
        short[6] = 20;
        says(&short[..], "needs 1 byte more than is there (at byte 30); treat-as-withdraw");
        let after = [&MPLS[..10], &[5, 0, 0]].concat();
        says(&after, "needs 1 byte more than is there (at byte 16); treat-as-withdraw");
    }

    /// The first structure of each SID counts, wherever it is.
    #[test]
    fn findings_are_placed_in_the_structures_of_sids() {
        let tlv = |kind: u8, body: &[u8]| [&[kind, 0, u8::try_from(body.len()).unwrap()][..], body].concat();
        // The moved bits are in the locator: their offset, the last octet, is wrong.
        let wrong = |offset: u8| tlv(1, &[40, 24, 16, 0, 16, offset]);
        let sid = |data: &[Vec<u8>]| tlv(1, &[&[0; 21][..], &data.concat()].concat());
        let service = |kind: u8, sids: &[Vec<u8>]| tlv(kind, &[&[0][..], &sids.concat()].concat());
        let body = [
            MPLS.to_vec(),
            service(5, &[sid(&[tlv(2, &[1]), wrong(1), wrong(2)]), tlv(9, &wrong(3)), sid(&[]), sid(&[wrong(4)])]),
            tlv(4, &wrong(5)),
            service(6, &[sid(&[wrong(64), wrong(6)]), sid(&[wrong(7)])]),
        ]
        .concat();
        let mut found = Vec::new();
        sid_findings(&body, 100, LabelField::of_family(Some(crate::family::Family::IPV4_VPN)), &mut |e| {
            let octet = body[usize::try_from(e.offset() - 100).unwrap()];
            found.push((octet, e.to_string()));
        });
        let at = |octet: u8| body.windows(2).position(|two| two == [16, octet]).unwrap() + 101;
        let text = |octet: u8| format!("PREFIX_SID attribute: value {octet} is not valid here (at byte {})", at(octet));
        assert_eq!(found, [1, 4, 7].map(|octet| (octet, text(octet))));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(
            index: u32, flags: u16, octets: [u8; 9], ranges in proptest::collection::vec((0u32..1 << 24, 0u32..1 << 24), 1..5),
            sid: [u8; 16], raw: Vec<u8>,
        ) {
            let (mut one, mut two, mut three, mut four) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
            let [a, b, c, d, e, f, g, h, i] = octets;
            let ranges = ranges.into_iter().map(|(first, size)| SrgbRange { first: U24(first), size: U24(size) });
            let structure = Srv6SidStructure {
                locator_block: a, locator_node: b, function: c, argument: d, transposition_length: e, transposition_offset: f,
            };
            let data = [Srv6SubSubTlv::Structure(structure), Srv6SubSubTlv::Unknown { kind: 2, raw: &raw }];
            let information = Srv6SidInformation {
                reserved1: g, sid: sid.into(), flags: h, behavior: flags, reserved2: i, data: List::from_values(data, &mut one).unwrap(),
            };
            let sub_tlvs = [Srv6SubTlv::SidInformation(information), Srv6SubTlv::Unknown { kind: 2, raw: &raw }];
            let service = Srv6Service { reserved: a, sub_tlvs: List::from_values(sub_tlvs, &mut two).unwrap() };
            let tlvs = [
                PrefixSidTlv::LabelIndex(LabelIndex { reserved: b, flags, index }),
                PrefixSidTlv::OriginatorSrgb(OriginatorSrgb { flags, ranges: OneOrMore(List::from_values(ranges, &mut three).unwrap()) }),
                PrefixSidTlv::Srv6L3Service(service),
                PrefixSidTlv::Srv6L2Service(service),
                PrefixSidTlv::Unknown { kind: 9, raw: &raw },
            ];
            round_trip(Value::PrefixSid(PrefixSid(List::from_values(tlvs, &mut four).unwrap())));
        }
    }
}
