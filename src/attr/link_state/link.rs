//! Properties of a link.

use core::fmt;

use super::{LinkStateSubTlv, show_reserved};
use crate::attr::error_at;
use crate::attr::traffic_engineering::Float;
use crate::error::{EncodeError, Error, ErrorKind, Result};
use crate::wire::{Cursor, Field, JsonObject, JsonSink, List, Observer, Sink, U24, hex, wire_flags, wire_newtype, wire_struct};

/// Unreserved bandwidth, in octets per second, by priority 0 to 7 (RFC 5305 section 3.6).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire")]
pub struct UnreservedBandwidth(pub [Float; 8]);

impl<'a> Field<'a> for UnreservedBandwidth {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        let octets = c.array::<32>()?;
        let mut all = [Float(0); 8];
        for (to, from) in all.iter_mut().zip(octets.as_chunks().0) {
            *to = Float(u32::from_be_bytes(*from));
        }
        Ok(Self(all))
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, bandwidth) in self.0.iter().enumerate() {
            f.write_str(if i == 0 { "[" } else { "," })?;
            fmt::Display::fmt(bandwidth, f)?;
        }
        f.write_str("]")
    }

    fn wire_len(&self) -> usize {
        32
    }

    fn write(&self, out: &mut dyn Sink) {
        self.0.iter().for_each(|bandwidth| Field::write(bandwidth, out));
    }
}

/// Administrative groups ("colors"), one per bit (RFC 5305 section 3.1, RFC 7308), displayed as `0x00000001`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "its bits are those on the wire")]
pub struct AdminGroups(pub u32);

wire_newtype!(AdminGroups(u32));

impl fmt::Display for AdminGroups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#010x}", self.0)
    }
}

/// The IGP metric of a link (RFC 9552 section 5.3.2.4): the length determines the protocol.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum IgpMetric {
    /// IS-IS, narrow: one octet with two reserved upper bits, displayed after a colon if set: `10:0x3`.
    IsIsNarrow(u8),
    /// OSPF: two octets.
    Ospf(u16),
    /// IS-IS, wide: three octets.
    IsIsWide(U24),
    /// BGP SPF: four octets (RFC 9815).
    Spf(u32),
}

impl IgpMetric {
    /// The cost.
    pub const fn value(self) -> u32 {
        match self {
            Self::IsIsNarrow(metric) => (metric & 0x3f) as u32,
            Self::Ospf(metric) => metric as u32,
            Self::IsIsWide(metric) => metric.0,
            Self::Spf(metric) => metric,
        }
    }
}

impl IgpMetric {
    /// The reserved bits.
    const fn reserved(self) -> u32 {
        match self {
            Self::IsIsNarrow(metric) => (metric >> 6) as u32,
            _ => 0,
        }
    }
}

impl<'a> Field<'a> for IgpMetric {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        match c.len() {
            1 => Field::read(c).map(Self::IsIsNarrow),
            2 => Field::read(c).map(Self::Ospf),
            3 => Field::read(c).map(Self::IsIsWide),
            4 => Field::read(c).map(Self::Spf),
            _ => Err(error_at::bad_length(c.len(), c.offset())),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show_reserved(self.value(), self.reserved(), f)
    }

    fn number(&self) -> Option<u64> {
        (self.reserved() == 0).then(|| u64::from(self.value()))
    }

    fn wire_len(&self) -> usize {
        match self {
            Self::IsIsNarrow(_) => 1,
            Self::Ospf(_) => 2,
            Self::IsIsWide(_) => 3,
            Self::Spf(_) => 4,
        }
    }

    fn check(&self) -> Result<(), EncodeError> {
        if let Self::IsIsWide(metric) = self { metric.check() } else { Ok(()) }
    }

    fn write(&self, out: &mut dyn Sink) {
        match self {
            Self::IsIsNarrow(metric) => metric.write(out),
            Self::Ospf(metric) => metric.write(out),
            Self::IsIsWide(metric) => metric.write(out),
            Self::Spf(metric) => metric.write(out),
        }
    }
}

bitflags::bitflags! {
    /// Protection types of a link (RFC 5307 section 1.2).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct LinkProtectionFlags: u8 {
        /// The link protects others and carries preemptible traffic.
        const EXTRA_TRAFFIC = 0x01;
        /// The link is unprotected.
        const UNPROTECTED = 0x02;
        /// Shared.
        const SHARED = 0x04;
        /// Dedicated, used on failure.
        const DEDICATED_1_1 = 0x08;
        /// Dedicated, used permanently.
        const DEDICATED_1_PLUS_1 = 0x10;
        /// More reliable than dedicated 1+1.
        const ENHANCED = 0x20;
        const _ = !0;
    }
}

bitflags::bitflags! {
    /// MPLS signalling protocols of a link (RFC 9552 section 5.3.2.2).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct MplsProtocols: u8 {
        /// L: LDP (RFC 5036).
        const LDP = 0x80;
        /// R: RSVP-TE (RFC 3209).
        const RSVP_TE = 0x40;
        const _ = !0;
    }
}

bitflags::bitflags! {
    /// Stability of a measured value (RFC 8570 section 4.1).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct MeasurementFlags: u8 {
        /// A: it exceeds the configured limit.
        const ANOMALOUS = 0x80;
        const _ = !0;
    }
}

wire_flags!(LinkProtectionFlags(u8) MplsProtocols(u8) MeasurementFlags(u8));

wire_struct! {
    /// Protection of a link (RFC 5307 section 1.2).
    pub struct LinkProtection {
        /// Protection types.
        flags: LinkProtectionFlags,
        /// Reserved octet.
        reserved: u8,
    }
}

wire_struct! {
    /// A measured value of a link and its stability (RFC 8571 sections 2.1 and 2.4).
    pub struct Measured {
        /// Stability.
        flags: MeasurementFlags,
        /// Average: a delay in microseconds, or a loss in steps of 0.000003 percent.
        value: U24,
    }
}

wire_struct! {
    /// The minimum and maximum delay of a link (RFC 8571 section 2.2).
    pub struct DelayRange {
        /// Stability.
        flags: MeasurementFlags,
        /// Minimum delay in microseconds.
        min: U24,
        /// Reserved octet.
        reserved: u8,
        /// Maximum delay in microseconds.
        max: U24,
    }
}

wire_struct! {
    /// The delay variation of a link (RFC 8571 section 2.3).
    pub struct DelayVariation {
        /// Reserved octet.
        reserved: u8,
        /// Variation in microseconds.
        value: U24,
    }
}

/// Attributes of a link for specific applications (RFC 9294 section 2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire, and encoding names them all")]
pub struct ApplicationAttributes<'a> {
    /// Reserved octets.
    pub reserved: u16,
    /// Standard applications, one per bit: 0, 4 or 8 octets.
    pub standard: &'a [u8],
    /// User-defined applications, one per bit: 0, 4 or 8 octets.
    pub user: &'a [u8],
    /// The attributes.
    pub tlvs: List<'a, LinkStateSubTlv<'a>>,
}

impl ApplicationAttributes<'_> {
    fn mask_len(len: u8, offset: u64) -> Result<usize> {
        match len {
            0 | 4 | 8 => Ok(usize::from(len)),
            _ => Err(Error::new(ErrorKind::BadLength(u32::from(len)), offset)),
        }
    }
}

impl fmt::Display for ApplicationAttributes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reserved={} standard=", self.reserved)?;
        hex(self.standard, f)?;
        f.write_str(" user=")?;
        hex(self.user, f)?;
        f.write_str(" tlvs=")?;
        self.tlvs.show(f)
    }
}

impl<'a> Field<'a> for ApplicationAttributes<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Self::place(c, "", &mut ())
    }

    fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
        o.group(c, name, |c, o| {
            let offset = c.offset();
            let standard = Self::mask_len(o.field(c, "standard_length")?, offset);
            let standard = o.reported(standard)?;
            let user = Self::mask_len(o.field(c, "user_length")?, offset.saturating_add(1));
            let user = o.reported(user)?;
            let reserved = o.field(c, "reserved")?;
            let mut mask = o.reported(c.sub(standard))?;
            let standard = o.field(&mut mask, "standard")?;
            let mut mask = o.reported(c.sub(user))?;
            let user = o.field(&mut mask, "user")?;
            Ok(Self { reserved, standard, user, tlvs: o.field(c, "tlvs")? })
        })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        object.member("reserved", &self.reserved)?;
        object.member("standard", &self.standard)?;
        object.member("user", &self.user)?;
        object.member("tlvs", &self.tlvs)?;
        object.end()
    }

    fn wire_len(&self) -> usize {
        self.standard.len().saturating_add(self.user.len()).saturating_add(self.tlvs.wire_len()).saturating_add(4)
    }

    fn check(&self) -> Result<(), EncodeError> {
        for (mask, name) in [(self.standard, "standard"), (self.user, "user")] {
            if !matches!(mask.len(), 0 | 4 | 8) {
                return Err(EncodeError::unrepresentable(name));
            }
        }
        self.tlvs.check()
    }

    fn write(&self, out: &mut dyn Sink) {
        crate::wire::write_uint(out, self.standard.len(), 1);
        crate::wire::write_uint(out, self.user.len(), 1);
        self.reserved.write(out);
        self.standard.write(out);
        self.user.write(out);
        self.tlvs.write(out);
    }
}

wire_struct! {
    /// A member of a layer 2 bundle (RFC 9085 section 2.2.3).
    pub struct BundleMember<'a> {
        /// Its link-local identifier (RFC 4202).
        descriptor: u32,
        /// Its attributes.
        tlvs: List<'a, LinkStateSubTlv<'a>>,
    }
}
