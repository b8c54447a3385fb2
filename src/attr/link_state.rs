//! The BGP-LS attribute (RFC 9552 section 5.3, before it RFC 7752): properties of a node, link, prefix, SR policy or SID, as a
//! list of TLVs.
//!
//! A malformed TLV affects only itself: the list yields its error and continues with the next one.

mod link;
mod node;
mod policy;
mod prefix;
mod sid;

pub use link::{
    AdminGroups, ApplicationAttributes, BundleMember, DelayRange, DelayVariation, IgpMetric, LinkProtection, LinkProtectionFlags,
    Measured, MeasurementFlags, MplsProtocols, UnreservedBandwidth,
};
pub use node::{
    IsIsArea, LabelRange, Msd, NodeFlags, SrCapabilities, SrCapabilityFlags, SrLocalBlock, Srv6Capabilities, Srv6CapabilityFlags,
};
pub use policy::{
    BindingSid, BindingSidFlags, BindingSids, CandidatePathConstraints, CandidatePathState, CandidatePathStatus, ConstraintFlags,
    SegmentList, SegmentListFlags, Srv6BindingSid, Srv6BindingSidFlags,
};
pub use prefix::{IgpPrefixFlags, IgpPrefixSid, PrefixRange, Srv6Locator};
pub use sid::{
    AdjacencySid, EndXFlags, LanAdjacencySid, LanNeighbor, PeerSid, PeerSidFlags, ProtocolFlags, SidLabel, Srv6EndXSid,
    Srv6EndpointBehavior, Srv6IsIsLanEndXSid, Srv6OspfLanEndXSid, Srv6PeerNodeSid, Srv6SidStructure,
};

use core::fmt;
use core::iter::FusedIterator;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::traffic_engineering::Float;
use crate::codes::{AttrCode, bgp_ls_tlvs};
use crate::error::{Action, Context, EncodeError, Error, Result};
use crate::nlri::{LinkIdentifiers, MultiTopologyId};
use crate::wire::{Cursor, Field, JsonSink, List, Observer, Sink, serialize_as_json, wire_tlv};

/// Displays a number, and reserved bits after a colon if any is set: `1000:0xf`.
fn show_reserved(number: u32, reserved: u32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match reserved {
        0 => write!(f, "{number}"),
        _ => write!(f, "{number}:{reserved:#x}"),
    }
}

/// A name in ASCII, displayed in quotes with every other octet escaped.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it is only a text")]
pub struct Name<'a>(pub &'a [u8]);

impl<'a> Field<'a> for Name<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        c.take(c.len()).map(Self)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }

    fn wire_len(&self) -> usize {
        self.0.len()
    }

    fn write(&self, out: &mut dyn Sink) {
        out.put_slice(self.0);
    }
}

// Rows without inner TLVs are rows of both tables: TLVs inside a TLV are not decoded further, which bounds the nesting.
macro_rules! link_state_tlvs {
    ({$(
        $point:ident = $code:literal, $registered:literal, $source:literal
        $(plain { $plain:literal $plain_variant:ident($plain_type:ty) $(, $plain_more:literal)? })?
        $(nested { $nested:literal $nested_variant:ident($nested_type:ty) $(, $nested_more:literal)? })?;
    )*}) => {
        wire_tlv! {
            /// One TLV of the BGP-LS attribute.
            pub enum LinkStateTlv<'a>(u16, 2) {
                $(
                    $point = $code, $registered, $source
                    $({ $plain $plain_variant($plain_type) $(, $plain_more)? })?
                    $({ $nested $nested_variant($nested_type) $(, $nested_more)? })?;
                )*
            }
        }

        wire_tlv! {
            /// A TLV inside another one of the BGP-LS attribute. Those with further inner TLVs are `Unknown` here.
            pub enum LinkStateSubTlv<'a>(u16, 2) {
                $($point = $code, $registered, $source $({ $plain $plain_variant($plain_type) $(, $plain_more)? })?;)*
            }
        }
    };
}
bgp_ls_tlvs!(link_state_tlvs!);

/// An undecoded TLV of the attribute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct RawLinkStateTlv<'a> {
    /// The type.
    pub kind: u16,
    /// The octets after the length.
    pub bytes: &'a [u8],
    /// Their offset: bytes from the start of the outermost input.
    pub offset: u64,
}

impl<'a> RawLinkStateTlv<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        let kind = c.u16()?;
        let len = c.u16()?;
        let offset = c.offset();
        Ok(Self { kind, bytes: c.take(usize::from(len))?, offset })
    }

    /// Decodes the TLV.
    ///
    /// # Errors
    /// A truncated or malformed field, or octets left over, with the offset. The attribute is still valid, unless the lengths of
    /// sub-TLVs are inconsistent: then it is malformed (RFC 9552 section 8.2.2).
    pub fn decode(&self) -> Result<LinkStateTlv<'a>> {
        LinkStateTlv::parse_body(self.kind, self.bytes, self.offset)
            .map_err(|e| e.within(Context::Attribute(AttrCode::BGP_LS), self.action()))
    }

    /// The action for a TLV that cannot be decoded.
    #[cold]
    fn action(&self) -> Action {
        let mut framing = Framing::default();
        let _ = LinkStateTlv::place_body(self.kind, Cursor::at(self.bytes, self.offset), &mut framing);
        if framing.is_broken { Action::DiscardAttribute } else { Action::None }
    }

    /// The decoded TLV, or an unknown one if it cannot be decoded.
    fn decode_or_raw(&self) -> LinkStateTlv<'a> {
        self.decode().unwrap_or(LinkStateTlv::Unknown { kind: self.kind, raw: self.bytes })
    }
}

/// Checks that the lengths of sub-TLVs fit the TLV around them; their contents are not checked.
#[derive(Default)]
struct Framing {
    is_broken: bool,
}

impl Framing {
    fn look<T>(&mut self, outcome: Result<T>) -> Result<T> {
        self.is_broken |= outcome.is_err();
        outcome
    }
}

impl Observer for Framing {
    // The type before a length.
    fn leaf<'a, T>(
        &mut self,
        c: &mut Cursor<'a>,
        name: &'static str,
        read: impl FnOnce(&mut Cursor<'a>) -> Result<T>,
        _: impl Fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result,
    ) -> Result<T> {
        let outcome = read(c);
        if name == "type" { self.look(outcome) } else { outcome }
    }

    fn length<'a>(&mut self, c: &mut Cursor<'a>, read: impl FnOnce(&mut Cursor<'a>) -> Result<(u64, usize)>) -> Result<usize> {
        let outcome = read(c).map(|(_, octets)| octets);
        self.look(outcome)
    }

    fn window<'a, T>(
        &mut self,
        c: &mut Cursor<'a>,
        len: usize,
        fields: impl FnOnce(Cursor<'a>, &mut Self) -> Result<T>,
    ) -> Result<T> {
        let window = c.sub(len);
        fields(self.look(window)?, self)
    }
}

/// The value of the BGP-LS attribute: a list of TLVs.
///
/// Reading the attribute checks only the lengths of the TLVs; each TLV is decoded during iteration.
#[derive(Clone, Copy, Debug, Default)]
pub struct LinkState<'a> {
    bytes: &'a [u8],
    offset: u64,
}

/// Compares octets, not offsets.
impl PartialEq for LinkState<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for LinkState<'_> {}

impl<'a> LinkState<'a> {
    /// Reads the attribute's value, `offset` octets into the outermost input.
    ///
    /// # Errors
    /// A TLV whose length overruns the value, with the offset of its octets.
    pub fn parse_at(bytes: &'a [u8], offset: u64) -> Result<Self> {
        crate::wire::whole(bytes, offset)
    }

    /// The TLVs in wire order, each decoded or as its error.
    pub fn iter(&self) -> LinkStateTlvs<'a> {
        LinkStateTlvs { rest: self.raw() }
    }

    /// The TLVs in wire order, undecoded.
    pub const fn raw(&self) -> RawLinkStateTlvs<'a> {
        RawLinkStateTlvs { rest: Cursor::at(self.bytes, self.offset) }
    }

    /// The octets on the wire.
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether there are no TLVs.
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Reports all findings about the TLVs, one at a time.
    pub fn findings(&self, report: impl FnMut(Error)) {
        self.iter().filter_map(Result::err).for_each(report);
    }

    pub(super) fn report_findings(&self, _: u64, report: &mut dyn FnMut(Error, Action)) {
        self.findings(|e| report(e, e.action()));
    }

    /// A value from the given TLVs, whose octets go to `buffer`.
    ///
    /// # Errors
    /// A TLV whose value does not fit.
    #[cfg(feature = "alloc")]
    pub fn from_tlvs<'t>(
        tlvs: impl IntoIterator<Item = LinkStateTlv<'t>>,
        buffer: &'a mut alloc::vec::Vec<u8>,
    ) -> Result<Self, EncodeError> {
        buffer.clear();
        for tlv in tlvs {
            tlv.encode(buffer)?;
        }
        Ok(Self { bytes: buffer, offset: 0 })
    }

    /// Octets on the wire.
    pub fn encoded_len(&self) -> usize {
        Field::wire_len(self)
    }

    /// Writes the octets. A TLV that cannot be decoded is copied.
    ///
    /// # Errors
    /// Too little room; then nothing is written.
    pub fn encode(&self, out: &mut impl Sink) -> Result<(), EncodeError> {
        crate::wire::encode(self, out)
    }
}

impl<'a> IntoIterator for LinkState<'a> {
    type Item = Result<LinkStateTlv<'a>>;
    type IntoIter = LinkStateTlvs<'a>;

    fn into_iter(self) -> LinkStateTlvs<'a> {
        self.iter()
    }
}

impl<'a> Field<'a> for LinkState<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        let (bytes, offset) = (c.rest(), c.offset());
        while !c.is_empty() {
            RawLinkStateTlv::read(c)?;
        }
        Ok(Self { bytes, offset })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        out.list(self.raw().map(|tlv| tlv.decode_or_raw()))
    }

    fn wire_len(&self) -> usize {
        self.raw().fold(0, |all, tlv| all.saturating_add(tlv.decode_or_raw().wire_len()))
    }

    fn write(&self, out: &mut dyn Sink) {
        self.raw().for_each(|tlv| tlv.decode_or_raw().write(out));
    }

    fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
        if !O::OBSERVES {
            return Self::read(c);
        }
        let (bytes, offset) = (c.rest(), c.offset());
        o.group(c, name, |c, o| {
            while !c.is_empty() {
                // Iteration continues after an undecodable TLV, but ends after one that overruns.
                let overrun = RawLinkStateTlv::read(&mut { *c });
                let _ = o.field::<LinkStateTlv<'_>>(c, "tlv");
                overrun?;
            }
            Ok(Self { bytes, offset })
        })
    }
}

impl fmt::Display for LinkState<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (i, tlv) in self.raw().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            match tlv.decode() {
                Ok(tlv) => fmt::Display::fmt(&tlv, f)?,
                Err(_) => fmt::Display::fmt(&LinkStateTlv::Unknown { kind: tlv.kind, raw: tlv.bytes }, f)?,
            }
        }
        f.write_str("]")
    }
}

serialize_as_json!(LinkState<'a>);

/// Iterates over the undecoded TLVs of a [`LinkState`].
#[derive(Clone, Copy, Debug)]
pub struct RawLinkStateTlvs<'a> {
    rest: Cursor<'a>,
}

impl<'a> Iterator for RawLinkStateTlvs<'a> {
    type Item = RawLinkStateTlv<'a>;

    fn next(&mut self) -> Option<RawLinkStateTlv<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let tlv = RawLinkStateTlv::read(&mut self.rest).ok();
        if tlv.is_none() {
            self.rest.stop();
        }
        tlv
    }
}

impl FusedIterator for RawLinkStateTlvs<'_> {}

/// Iterates over the TLVs of a [`LinkState`]; a malformed one is an error, and iteration continues after it.
#[derive(Clone, Copy, Debug)]
pub struct LinkStateTlvs<'a> {
    rest: RawLinkStateTlvs<'a>,
}

impl<'a> Iterator for LinkStateTlvs<'a> {
    type Item = Result<LinkStateTlv<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rest.next().map(|tlv| tlv.decode())
    }
}

impl FusedIterator for LinkStateTlvs<'_> {}

#[cfg(test)]
#[cfg(feature = "alloc")]
pub(super) mod tests;
