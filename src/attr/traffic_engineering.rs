//! TRAFFIC_ENGINEERING (RFC 5543): what the links of a layer-1 VPN can carry.

use core::fmt;

use super::list_attributes;
use crate::error::{EncodeError, Result};
use crate::wire::{Cursor, Field, JsonObject, JsonSink, Observer, Sink, hex, wire_newtype};

/// An IEEE 754 single-precision number, as its bits; compared by bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Float(pub u32);

impl Float {
    /// The number.
    pub const fn value(self) -> f32 {
        f32::from_bits(self.0)
    }
}

impl From<f32> for Float {
    fn from(value: f32) -> Self {
        Self(value.to_bits())
    }
}

impl fmt::Display for Float {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.value(), f)
    }
}

wire_newtype!(Float(u32));

/// The maximum LSP bandwidth at each priority, the highest priority (0) first, in octets per second.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct LspBandwidths(pub [Float; 8]);

impl<'a> Field<'a> for LspBandwidths {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        let mut all = Self::default();
        for one in &mut all.0 {
            *one = Field::read(c)?;
        }
        Ok(all)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, one) in self.0.iter().enumerate() {
            write!(f, "{}{one}", if i > 0 { "," } else { "" })?;
        }
        Ok(())
    }

    fn wire_len(&self) -> usize {
        32
    }

    fn write(&self, out: &mut dyn Sink) {
        self.0.iter().for_each(|one| one.write(out));
    }
}

/// The fields after the bandwidths, by switching capability.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SwitchingSpecific<'a> {
    /// Packet switching (PSC-1 to PSC-4, 1 to 4).
    Packet {
        /// Minimum LSP bandwidth, octets per second.
        min_lsp_bandwidth: Float,
        /// Maximum packet size, octets.
        mtu: u16,
    },
    /// Time-division multiplexing (TDM, 100).
    TimeDivision {
        /// Minimum LSP bandwidth, octets per second.
        min_lsp_bandwidth: Float,
        /// 0 standard SONET/SDH, 1 arbitrary.
        indication: u8,
    },
    /// Layer 2 (51), wavelengths (150) and fibers (200) have none.
    None,
    /// For an unknown capability: the remaining octets.
    Unknown(&'a [u8]),
}

/// A switching capability of a link (RFC 5543 section 3, RFC 3471 section 3.1.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire")]
pub struct SwitchingCapability<'a> {
    /// Switching capability: selects `specific`.
    pub switching: u8,
    /// LSP encoding.
    pub encoding: u8,
    /// Two octets that should be zero.
    pub reserved: u16,
    /// Maximum LSP bandwidths.
    pub max_lsp_bandwidth: LspBandwidths,
    /// Fields that depend on the switching capability.
    pub specific: SwitchingSpecific<'a>,
}

impl<'a> SwitchingSpecific<'a> {
    fn place<O: Observer>(switching: u8, c: &mut Cursor<'a>, o: &mut O) -> Result<Self> {
        let min = "min_lsp_bandwidth";
        Ok(match switching {
            1..=4 => Self::Packet { min_lsp_bandwidth: o.field(c, min)?, mtu: o.field(c, "mtu")? },
            51 | 150 | 200 => Self::None,
            100 => Self::TimeDivision { min_lsp_bandwidth: o.field(c, min)?, indication: o.field(c, "indication")? },
            _ => Self::Unknown(o.field(c, "specific")?),
        })
    }
}

impl<'a> Field<'a> for SwitchingCapability<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Self::place(c, "", &mut ())
    }

    fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
        o.group(c, name, |c, o| {
            let switching = o.field(c, "switching")?;
            Ok(Self {
                switching,
                encoding: o.field(c, "encoding")?,
                reserved: o.field(c, "reserved")?,
                max_lsp_bandwidth: o.field(c, "max_lsp_bandwidth")?,
                specific: SwitchingSpecific::place(switching, c, o)?,
            })
        })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        object.member("switching", &self.switching)?;
        object.member("encoding", &self.encoding)?;
        object.member("reserved", &self.reserved)?;
        object.member("max_lsp_bandwidth", &self.max_lsp_bandwidth)?;
        match &self.specific {
            SwitchingSpecific::Packet { min_lsp_bandwidth, mtu } => {
                object.member("min_lsp_bandwidth", min_lsp_bandwidth)?;
                object.member("mtu", mtu)?;
            }
            SwitchingSpecific::TimeDivision { min_lsp_bandwidth, indication } => {
                object.member("min_lsp_bandwidth", min_lsp_bandwidth)?;
                object.member("indication", indication)?;
            }
            SwitchingSpecific::None => {}
            SwitchingSpecific::Unknown(raw) => object.member("specific", raw)?,
        }
        object.end()
    }

    fn wire_len(&self) -> usize {
        match self.specific {
            SwitchingSpecific::Packet { .. } => 42,
            SwitchingSpecific::TimeDivision { .. } => 41,
            SwitchingSpecific::None => 36,
            SwitchingSpecific::Unknown(raw) => raw.len().saturating_add(36),
        }
    }

    fn check(&self) -> Result<(), EncodeError> {
        let fits = match self.specific {
            SwitchingSpecific::Packet { .. } => matches!(self.switching, 1..=4),
            SwitchingSpecific::TimeDivision { .. } => self.switching == 100,
            SwitchingSpecific::None => matches!(self.switching, 51 | 150 | 200),
            SwitchingSpecific::Unknown(_) => !matches!(self.switching, 1..=4 | 51 | 100 | 150 | 200),
        };
        if fits { Ok(()) } else { Err(EncodeError::unrepresentable("specific")) }
    }

    fn write(&self, out: &mut dyn Sink) {
        out.put_slice(&[self.switching, self.encoding]);
        self.reserved.write(out);
        self.max_lsp_bandwidth.write(out);
        match self.specific {
            SwitchingSpecific::Packet { min_lsp_bandwidth, mtu } => {
                min_lsp_bandwidth.write(out);
                mtu.write(out);
            }
            SwitchingSpecific::TimeDivision { min_lsp_bandwidth, indication } => {
                min_lsp_bandwidth.write(out);
                indication.write(out);
            }
            SwitchingSpecific::None => {}
            SwitchingSpecific::Unknown(raw) => out.put_slice(raw),
        }
    }
}

impl fmt::Display for SwitchingCapability<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "switching={} encoding={} reserved={} max_lsp_bandwidth=", self.switching, self.encoding, self.reserved)?;
        self.max_lsp_bandwidth.show(f)?;
        match self.specific {
            SwitchingSpecific::Packet { min_lsp_bandwidth, mtu } => write!(f, " min_lsp_bandwidth={min_lsp_bandwidth} mtu={mtu}"),
            SwitchingSpecific::TimeDivision { min_lsp_bandwidth, indication } => {
                write!(f, " min_lsp_bandwidth={min_lsp_bandwidth} indication={indication}")
            }
            SwitchingSpecific::None => Ok(()),
            SwitchingSpecific::Unknown(raw) => {
                f.write_str(" specific=")?;
                hex(raw, f)
            }
        }
    }
}

list_attributes! {
    /// TRAFFIC_ENGINEERING (RFC 5543 section 3): one or more switching capabilities.
    TrafficEngineering of SwitchingCapability<'a>;
}

#[cfg(test)]
#[cfg(feature = "alloc")]
pub(super) mod tests {
    use super::super::Value;
    use super::super::testing::{refused, round_trip, vector};
    use super::*;
    use crate::wire::List;
    use proptest::prelude::*;

    /// 1000 octets per second at priority 0 (0x447a0000), 1.5 at priority 7 (0x3fc00000), none between.
    fn capability(switching: u8, specific: &[u8]) -> Vec<u8> {
        let mut bytes = vec![switching, 2, 0, 0, 0x44, 0x7a, 0, 0];
        bytes.extend([0; 24]);
        bytes.extend([0x3f, 0xc0, 0, 0]);
        bytes.extend(specific);
        bytes
    }

    #[test]
    pub(in crate::attr) fn every_field_both_ways() {
        let head = |n: u8| format!("switching={n} encoding=2 reserved=0 max_lsp_bandwidth=1000,0,0,0,0,0,0,1.5");
        let packet = capability(1, &[0x3f, 0x80, 0, 0, 5, 0xdc]);
        vector(24, &packet, &format!("{} min_lsp_bandwidth=1 mtu=1500", head(1)), &[]);
        let tdm = capability(100, &[0x3f, 0x80, 0, 0, 1]);
        let two = [packet, tdm].concat();
        let text = format!("{} min_lsp_bandwidth=1 mtu=1500 {} min_lsp_bandwidth=1 indication=1", head(1), head(100));
        vector(24, &two, &text, &[42]);
        for switching in [51, 150, 200] {
            vector(24, &capability(switching, &[]), &head(switching), &[]);
        }
        vector(24, &capability(9, &[0xab]), &format!("{} specific=0xab", head(9)), &[36]);
    }

    #[test]
    fn cut_it_is_an_error() {
        refused(24, &[], "TRAFFIC_ENGINEERING attribute: length 0 is not valid here (at byte 3); treat-as-withdraw");
        refused(
            24,
            &capability(1, &[0, 0, 0, 0, 5]),
            "TRAFFIC_ENGINEERING attribute: needs 1 byte more than is there (at byte 43); treat-as-withdraw",
        );
        let wrong = SwitchingCapability {
            switching: 1,
            encoding: 2,
            reserved: 0,
            max_lsp_bandwidth: LspBandwidths::default(),
            specific: SwitchingSpecific::None,
        };
        let e = List::from_values([wrong], &mut Vec::new()).unwrap_err();
        assert_eq!(e.to_string(), "specific: the value has no form on the wire");
        assert_eq!((Float(0x3fc0_0000).value(), Float::from(1.5)), (1.5, Float(0x3fc0_0000)));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(bits: [u32; 8], min: u32, mtu: u16, encoding: u8, reserved: u16, raw: Vec<u8>) {
            let one = |switching, specific| SwitchingCapability {
                switching, encoding, reserved, max_lsp_bandwidth: LspBandwidths(bits.map(Float)), specific,
            };
            let min_lsp_bandwidth = Float(min);
            let list = [
                one(4, SwitchingSpecific::Packet { min_lsp_bandwidth, mtu }),
                one(100, SwitchingSpecific::TimeDivision { min_lsp_bandwidth, indication: encoding }),
                one(51, SwitchingSpecific::None),
                one(250, SwitchingSpecific::Unknown(&raw)),
            ];
            let mut buffer = Vec::new();
            round_trip(Value::TrafficEngineering(TrafficEngineering(List::from_values(list, &mut buffer).unwrap())));
        }
    }
}
