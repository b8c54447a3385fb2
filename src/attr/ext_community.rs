//! Extended communities (RFC 4360): eight octets, whose type and sub-type give the meaning.

use core::fmt;
use core::net::Ipv4Addr;
use core::str::FromStr;

use nom::branch::alt;
use nom::bytes::complete::{tag, take, take_while1};
use nom::character::complete::{char, digit1, hex_digit1};
use nom::combinator::{all_consuming, map_opt, map_res, opt, verify};
use nom::{IResult, Parser};

use crate::asn::Asn;
use crate::codes::{ExtCommunitySubtype, ext_community_subtypes, ext_community_types, tunnel_types};
use crate::mac::MacAddress;
use crate::wire::Observer;

/// An extended community of RFC 4360: eight octets.
///
/// Displayed as a name and its fields separated by colons, such as `rt:64496:100`, `color:0:100` or `encap:vxlan`; flags by name
/// with `|` between them. A four-octet AS number below 65536 has the suffix `L`. A community without a row in the table, or with
/// octets that its row does not cover, is displayed as `0x` and sixteen hexadecimal digits. Every text parses back to the same
/// octets.
///
/// ```
/// use routeglass::attr::ExtendedCommunity;
///
/// let target: ExtendedCommunity = "rt:64496:100".parse()?;
/// assert_eq!(target.0, [0, 2, 0xfb, 0xf0, 0, 0, 0, 100]);
/// assert_eq!("rt:64496L:100".parse(), Ok(ExtendedCommunity([2, 2, 0, 0, 0xfb, 0xf0, 0, 100])));
/// # Ok::<(), routeglass::attr::ParseCommunityError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExtendedCommunity(pub [u8; 8]);

impl ExtendedCommunity {
    /// The value from its octets.
    #[inline(always)]
    pub const fn from_octets(octets: [u8; 8]) -> Self {
        Self(octets)
    }

    /// The value as on the wire.
    pub const fn to_octets(self) -> [u8; 8] {
        self.0
    }

    /// Shows type, sub-type and the fields of the row to an observer; the undecoded value if there is no row.
    pub(super) fn tell<O: Observer>(self, start: u64, o: &mut O) {
        o.open("community", start);
        o.label(&self);
        let mut at = start;
        let mut leaf = |name, octets: &[u8], text: &dyn fmt::Display| {
            let end = at.saturating_add(octets.len() as u64);
            o.note(name, at..end, text);
            at = end;
        };
        let [kind, subtype, value @ ..] = &self.0;
        leaf("type", &[*kind], &format_args!("{kind:#04x}"));
        let row = self.row();
        if row.is_none_or(|row| matches!(row.code, Code::Whole(_))) {
            leaf("sub_type", &[*subtype], &format_args!("{subtype:#04x}"));
        }
        match row {
            Some(row) => row.fields(&self.0).for_each(|(part, octets)| leaf(part.name(), octets, &PartText(part, octets))),
            None => leaf("value", value, &PartText(Hex(value.len()), value)),
        }
        o.close(at);
    }

    /// A route target with a two-octet AS number (RFC 4360 section 4).
    pub const fn route_target_as2(asn: u16, value: u32) -> Self {
        let ([a, b], [c, d, e, f]) = (asn.to_be_bytes(), value.to_be_bytes());
        Self([0, 2, a, b, c, d, e, f])
    }

    /// A route target with an IPv4 address (RFC 4360 section 4).
    pub const fn route_target_ipv4(address: Ipv4Addr, value: u16) -> Self {
        let ([a, b, c, d], [e, f]) = (address.octets(), value.to_be_bytes());
        Self([1, 2, a, b, c, d, e, f])
    }

    /// A route target with a four-octet AS number (RFC 5668 section 2).
    pub const fn route_target_as4(asn: Asn, value: u16) -> Self {
        let ([a, b, c, d], [e, f]) = (asn.0.to_be_bytes(), value.to_be_bytes());
        Self([2, 2, a, b, c, d, e, f])
    }

    /// Link bandwidth in octets per second, non-transitive (RFC 10005).
    pub const fn link_bandwidth(asn: u16, octets_per_second: f32) -> Self {
        let ([a, b], [c, d, e, f]) = (asn.to_be_bytes(), octets_per_second.to_bits().to_be_bytes());
        Self([0x40, 4, a, b, c, d, e, f])
    }

    /// The type octet.
    pub const fn kind(self) -> u8 {
        self.0[0]
    }

    /// The sub-type octet, for the types that have one.
    pub const fn subtype(self) -> u8 {
        self.0[1]
    }

    /// Type and sub-type together.
    pub const fn code(self) -> ExtCommunitySubtype {
        ExtCommunitySubtype(u16::from_be_bytes([self.0[0], self.0[1]]))
    }

    /// The six octets after type and sub-type.
    pub const fn value(self) -> [u8; 6] {
        let [_, _, a, b, c, d, e, f] = self.0;
        [a, b, c, d, e, f]
    }

    /// Whether the community may cross AS boundaries (RFC 4360 section 2).
    pub const fn is_transitive(self) -> bool {
        self.0[0] & 0x40 == 0
    }

    /// Whether the community is a route target of any form.
    pub const fn is_route_target(self) -> bool {
        matches!(self.0, [0..=2, 2, ..])
    }

    /// The name in the text form; `None` without a row in the table.
    pub fn name(self) -> Option<&'static str> {
        self.row().map(|row| row.name)
    }

    /// Whether this is the name of a row.
    #[cfg(feature = "alloc")]
    pub(crate) fn has_name(name: &str) -> bool {
        rows().any(|row| row.name == name)
    }

    /// The bandwidth of a link or the rate of a flow, in octets (or packets) per second.
    pub const fn rate(self) -> Option<f32> {
        match self.0 {
            [0 | 0x40, 4, _, _, a, b, c, d] | [0x80, 6 | 12, _, _, a, b, c, d] => {
                Some(f32::from_bits(u32::from_be_bytes([a, b, c, d])))
            }
            _ => None,
        }
    }

    fn row(self) -> Option<&'static Row> {
        let whole = self.code().0;
        rows().find(|row| row.matches(whole)).filter(|row| row.fits(self.0))
    }
}

/// Whether a flow specification action applies to a copy of the traffic.
pub(super) const COPY: &[(u64, &str)] = &[(1, "copy")];

/// One field of a community.
#[derive(Clone, Copy)]
enum Part {
    /// A two-octet AS number.
    As2,
    /// A four-octet AS number.
    As4,
    /// An address.
    Ipv4,
    /// A number of this many octets.
    Uint(usize),
    /// A label: 20 bits, displayed alone if the next four bits are zero, else with them: `100/0x1`.
    Label,
    /// A MAC address.
    Mac,
    /// A rate: a 32-bit IEEE number.
    Float,
    /// This many octets of flags, by name.
    Flags(usize, &'static [(u64, &'static str)]),
    /// A number of this many octets, some values with a name.
    Named(usize, &'static [(u64, &'static str)]),
    /// This many octets in hexadecimal.
    Hex(usize),
    /// This many zero octets; not displayed.
    Zero(usize),
}

use Part::{As2, As4, Flags, Float, Hex, Ipv4, Label, Mac, Named, Uint, Zero};

/// A type with its sub-type, or a type alone, whose sub-type is then part of the fields.
#[derive(Clone, Copy)]
enum Code {
    Whole(u16),
    Type(u8),
}

struct Row {
    code: Code,
    name: &'static str,
    parts: &'static [Part],
}

const AS2: &[Part] = &[As2, Uint(4)];
const IPV4: &[Part] = &[Ipv4, Uint(2)];
const AS4: &[Part] = &[As4, Uint(2)];
const OCTETS: &[Part] = &[Hex(6)];
const RATE: &[Part] = &[As2, Float];

// Tunnel types with a word for the text.
macro_rules! tunnels {
    ({$($point:ident = $code:literal, $registered:literal, $source:literal $({ $word:literal })?;)*}) => {
        const TUNNELS: &[(u64, &str)] = &[$($(($code, $word),)?)*];
    };
}
tunnel_types!(tunnels!);

const VALIDATION: &[(u64, &str)] = &[(0, "valid"), (1, "not-found"), (2, "invalid")];

// The rows of types and sub-types, each with the first word of its text and its fields.
macro_rules! subtypes {
    ({$($point:ident = $code:literal, $registered:literal, $source:literal { $name:literal $parts:expr };)*}) => {
        const SUBTYPES: &[Row] = &[$(Row { code: Code::Whole($code), name: $name, parts: $parts }),*];
    };
}
ext_community_subtypes!(subtypes!);

macro_rules! types {
    ({$($point:ident = $code:literal, $registered:literal, $source:literal $({ $name:literal })?;)*}) => {
        const TYPES: &[Row] = &[$($(Row { code: Code::Type($code), name: $name, parts: &[Hex(7)] },)?)*];
    };
}
ext_community_types!(types!);

/// All rows; a row for a whole code precedes one for its type.
fn rows() -> impl Iterator<Item = &'static Row> {
    SUBTYPES.iter().chain(TYPES)
}

impl Part {
    const fn len(self) -> usize {
        match self {
            As2 => 2,
            As4 | Ipv4 | Float => 4,
            Label => 3,
            Mac => 6,
            Uint(n) | Flags(n, _) | Named(n, _) | Hex(n) | Zero(n) => n,
        }
    }

    /// Name of the field for dissectors.
    const fn name(self) -> &'static str {
        match self {
            As2 | As4 => "asn",
            Ipv4 => "address",
            Label => "label",
            Mac => "mac",
            Float => "rate",
            Flags(..) => "flags",
            Uint(_) | Named(..) | Hex(_) => "value",
            Zero(_) => "reserved",
        }
    }

    /// The field as a number.
    fn number(octets: &[u8]) -> u64 {
        octets.iter().fold(0, |all, octet| all << 8 | u64::from(*octet))
    }

    fn show(self, octets: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = Self::number(octets);
        match self {
            As4 if number <= 0xffff => write!(f, "{number}L"),
            As2 | As4 | Uint(_) => write!(f, "{number}"),
            Ipv4 => fmt::Display::fmt(&Ipv4Addr::from_bits(u32::try_from(number).unwrap_or(0)), f),
            Label if number & 0xf == 0 => write!(f, "{}", number >> 4),
            Label => write!(f, "{}/{:#x}", number >> 4, number & 0xf),
            Mac => match octets.first_chunk() {
                Some(mac) => fmt::Display::fmt(&MacAddress(*mac), f),
                None => Ok(()),
            },
            Float => show_float(f32::from_bits(u32::try_from(number).unwrap_or(0)), f),
            Flags(_, names) => show_flags(number, names, f),
            Named(_, names) => match names.iter().find(|(value, _)| *value == number) {
                Some((_, name)) => f.write_str(name),
                None => write!(f, "{number}"),
            },
            Hex(_) => crate::wire::hex(octets, f),
            Zero(_) => Ok(()),
        }
    }

    /// Parses the field's text into its octets.
    fn read<'t>(self, text: &'t str, octets: &mut [u8]) -> IResult<&'t str, ()> {
        let bits = octets.len().saturating_mul(8);
        let most = 1u64.checked_shl(u32::try_from(bits).unwrap_or(64)).map_or(u64::MAX, |n| n.wrapping_sub(1));
        let fits = |number: &u64| *number <= most;
        let (rest, number) = match self {
            As2 | Uint(_) => verify(decimal, fits).parse(text)?,
            // Without the suffix it is a number over two octets.
            As4 => map_opt((verify(decimal, fits), opt(char('L'))), |(number, long)| {
                (long.is_some() == (number <= 0xffff)).then_some(number)
            })
            .parse(text)?,
            Ipv4 => {
                let dotted = take_while1(|c: char| c.is_ascii_digit() || c == '.');
                map_res(dotted, |text: &str| text.parse::<Ipv4Addr>().map(|address| u64::from(address.to_bits()))).parse(text)?
            }
            Label => map_opt((decimal, opt((char('/'), hexadecimal))), |(label, low)| {
                let low = low.map_or(0, |(_, low)| low);
                (label <= 0xf_ffff && low <= 0xf).then_some(label << 4 | low)
            })
            .parse(text)?,
            Mac => map_res(take(17usize), |text: &str| text.parse::<MacAddress>().map(|mac| Self::number(&mac.0))).parse(text)?,
            Float => float(text)?,
            Flags(_, names) => verify(|text| flags(text, names), fits).parse(text)?,
            Named(_, names) => verify(
                alt((
                    map_opt(take_while1(|c: char| c.is_ascii_alphanumeric() || c == '-'), |word| {
                        names.iter().find(|(_, name)| *name == word).map(|(value, _)| *value)
                    }),
                    decimal,
                )),
                fits,
            )
            .parse(text)?,
            Hex(_) => {
                let digits = octets.len().saturating_mul(2);
                map_opt((tag("0x"), take(digits)), |(_, digits): (_, &str)| hex_number(digits)).parse(text)?
            }
            Zero(_) => (text, 0),
        };
        let all = number.to_be_bytes();
        for (to, from) in octets.iter_mut().rev().zip(all.iter().rev()) {
            *to = *from;
        }
        Ok((rest, ()))
    }
}

/// A decimal number.
pub(super) fn decimal(text: &str) -> IResult<&str, u64> {
    map_res(digit1, str::parse).parse(text)
}

fn hex_number(digits: &str) -> Option<u64> {
    let plain = digits.bytes().all(|b| b.is_ascii_hexdigit());
    u64::from_str_radix(digits, 16).ok().filter(|_| plain)
}

fn hexadecimal(text: &str) -> IResult<&str, u64> {
    map_opt((tag("0x"), hex_digit1), |(_, digits)| hex_number(digits)).parse(text)
}

/// A rate: plain if short, else `1.25e7`; NaN and infinities as `0x` with their bits.
fn show_float(rate: f32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let size = rate.abs();
    if !rate.is_finite() {
        write!(f, "{:#010x}", rate.to_bits())
    } else if size == 0.0 || (1.0..1e6).contains(&size) {
        write!(f, "{rate}")
    } else {
        write!(f, "{rate:e}")
    }
}

fn float(text: &str) -> IResult<&str, u64> {
    let bits = map_opt((tag("0x"), take(8usize)), |(_, digits): (_, &str)| hex_number(digits));
    let number = take_while1(|c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'));
    let number = map_res(number, |text: &str| text.parse::<f32>().map(|rate| u64::from(rate.to_bits())));
    // A number too large for the format is not parsed as infinity.
    alt((bits, verify(number, |bits| bits & 0x7f80_0000 != 0x7f80_0000))).parse(text)
}

pub(super) fn show_flags(number: u64, names: &[(u64, &str)], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut left = number;
    let mut between = "";
    for (bit, name) in names {
        if number & bit != 0 {
            write!(f, "{between}{name}")?;
            between = "|";
            left &= !bit;
        }
    }
    match (left, number) {
        (_, 0) => f.write_str("0"),
        (0, _) => Ok(()),
        _ => write!(f, "{between}{left:#x}"),
    }
}

pub(super) fn flags<'t>(text: &'t str, names: &[(u64, &str)]) -> IResult<&'t str, u64> {
    let one = |text: &'t str| {
        let word = take_while1(|c: char| c.is_ascii_alphanumeric() || c == '-');
        alt((
            hexadecimal,
            map_opt(word, |word: &str| match word {
                "0" => Some(0),
                _ => names.iter().find(|(_, name)| *name == word).map(|(bit, _)| *bit),
            }),
        ))
        .parse(text)
    };
    let (mut rest, mut all) = one(text)?;
    while let (more, Some((_, bit))) = opt((char('|'), one)).parse(rest)? {
        (rest, all) = (more, all | bit);
    }
    Ok((rest, all))
}

/// Displays a field, including zero octets.
struct PartText<'o>(Part, &'o [u8]);

impl fmt::Display for PartText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Zero(_) => f.write_str("0"),
            part => part.show(self.1, f),
        }
    }
}

impl Row {
    const fn matches(&self, whole: u16) -> bool {
        match self.code {
            Code::Whole(code) => code == whole,
            Code::Type(kind) => kind == whole.to_be_bytes()[0],
        }
    }

    /// Octets before the fields.
    const fn front(&self) -> usize {
        match self.code {
            Code::Whole(_) => 2,
            Code::Type(_) => 1,
        }
    }

    /// Each field and its octets.
    fn fields<'o>(&self, octets: &'o [u8; 8]) -> impl Iterator<Item = (Part, &'o [u8])> {
        let mut rest = octets.get(self.front()..).unwrap_or(&[]);
        self.parts.iter().map(move |part| {
            let (field, behind) = rest.split_at_checked(part.len()).unwrap_or((rest, &[]));
            rest = behind;
            (*part, field)
        })
    }

    /// Whether the zero fields are zero.
    fn fits(&self, octets: [u8; 8]) -> bool {
        self.fields(&octets).all(|(part, field)| !matches!(part, Zero(_)) || field.iter().all(|octet| *octet == 0))
    }

    /// Parses everything after the name.
    fn read(&self, text: &str) -> Option<ExtendedCommunity> {
        let mut octets = [0; 8];
        let (front, mut fields) = octets.split_at_mut_checked(self.front())?;
        let code = match self.code {
            Code::Whole(code) => code.to_be_bytes(),
            Code::Type(kind) => [kind, 0],
        };
        front.iter_mut().zip(code).for_each(|(to, from)| *to = from);
        let mut text = text;
        for part in self.parts {
            let (field, behind) = fields.split_at_mut_checked(part.len())?;
            fields = behind;
            if !matches!(part, Zero(_)) {
                (text, _) = char::<_, nom::error::Error<&str>>(':').parse(text).ok()?;
                (text, ()) = part.read(text, field).ok()?;
            }
        }
        text.is_empty().then_some(ExtendedCommunity(octets))
    }
}

impl fmt::Display for ExtendedCommunity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(row) = self.row() else {
            return write!(f, "{:#018x}", u64::from_be_bytes(self.0));
        };
        f.write_str(row.name)?;
        for (part, field) in row.fields(&self.0) {
            if !matches!(part, Zero(_)) {
                f.write_str(":")?;
                part.show(field, f)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for ExtendedCommunity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is not a community of the expected kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ParseCommunityError {
    /// Not a community of RFC 1997.
    Community,
    /// Not an extended community.
    Extended,
    /// Not a large community.
    Large,
}

impl fmt::Display for ParseCommunityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Community => "not a community: expected NUMBER:NUMBER or a well-known name",
            Self::Extended => "not an extended community: expected NAME:FIELD:… or 0x and 16 hexadecimal digits",
            Self::Large => "not a large community: expected NUMBER:NUMBER:NUMBER",
        })
    }
}

impl core::error::Error for ParseCommunityError {}

impl FromStr for ExtendedCommunity {
    type Err = ParseCommunityError;

    fn from_str(text: &str) -> Result<Self, ParseCommunityError> {
        let bits = (tag::<_, _, nom::error::Error<&str>>("0x"), take(16usize));
        if let Ok((_, octets)) = all_consuming(map_opt(bits, |(_, digits)| hex_number(digits))).parse(text) {
            return Ok(Self(octets.to_be_bytes()));
        }
        let end = text.find(':').unwrap_or(text.len());
        let (name, fields) = text.split_at_checked(end).ok_or(ParseCommunityError::Extended)?;
        rows().filter(|row| row.name == name).find_map(|row| row.read(fields)).ok_or(ParseCommunityError::Extended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Octets and text, typed by hand from the documents that the table names.
    const VECTORS: &[(u64, &str)] = &[
        (0x0002_fbf0_0000_0064, "rt:64496:100"),
        (0x0102_c000_0201_0064, "rt:192.0.2.1:100"),
        (0x0202_0001_0000_0064, "rt:65536:100"),
        (0x0202_0000_fbf0_0064, "rt:64496L:100"),
        (0x0003_fbf0_0000_0064, "soo:64496:100"),
        (0x0103_c000_0201_0064, "soo:192.0.2.1:100"),
        (0x0203_0001_0000_0064, "soo:65536:100"),
        (0x4004_fbf0_4b3e_bc20, "link-bandwidth:64496:1.25e7"),
        (0x0004_fbf0_0000_0000, "link-bandwidth-transitive:64496:0"),
        (0x0204_0001_0000_0007, "generic:65536:7"),
        (0x0104_c000_0201_8000, "ifit:192.0.2.1:0x8000"),
        (0x0005_0000_0000_0200, "ospf-domain:0:512"),
        (0x0105_c000_0201_0200, "ospf-domain:192.0.2.1:512"),
        (0x0205_0001_0000_0200, "ospf-domain:65536:512"),
        (0x0107_c000_0201_0000, "ospf-router-id:192.0.2.1"),
        (0x0306_0000_0001_0501, "ospf-route-type:0.0.0.1:5:1"),
        (0x8000_0000_0001_0501, "ospf-route-type-deprecated:0.0.0.1:5:1"),
        (0x8001_c000_0201_0000, "ospf-router-id-deprecated:192.0.2.1"),
        (0x8005_0000_0000_0200, "ospf-domain-deprecated:0:512"),
        (0x0008_fbf0_0000_0001, "data-collection:64496:1"),
        (0x0208_0001_0000_0001, "data-collection:65536:1"),
        (0x0009_fbf0_0000_0000, "source-as:64496"),
        (0x0209_0001_0000_0000, "source-as:65536"),
        (0x010b_c000_0201_0005, "vrf-import:192.0.2.1:5"),
        (0x0109_c000_0201_0000, "node-target:192.0.2.1"),
        (0x000a_fbf0_0000_0009, "l2vpn-id:64496:9"),
        (0x010a_c000_0201_0009, "l2vpn-id:192.0.2.1:9"),
        (0x0010_fbf0_0000_0009, "cisco-vpn:64496:9"),
        (0x0110_c000_0201_0009, "cisco-vpn:192.0.2.1:9"),
        (0x0210_0001_0000_0009, "cisco-vpn:65536:9"),
        (0x0112_c000_0201_0000, "inter-area-p2mp-next-hop:192.0.2.1:0"),
        (0x0013_fbf0_0000_0009, "rt-record:64496:9"),
        (0x0113_c000_0201_0009, "rt-record:192.0.2.1:9"),
        (0x0213_0001_0000_0009, "rt-record:65536:9"),
        (0x0114_c000_0201_0009, "vrf-recursive-next-hop:192.0.2.1:9"),
        (0x0015_fbf0_0000_0009, "rt-derived:64496:9"),
        (0x0115_c000_0201_0009, "rt-derived:192.0.2.1:9"),
        (0x0215_0001_0000_0009, "rt-derived:65536:9"),
        (0x0080_fbf0_0000_2710, "vni:64496:10000"),
        (0x0120_c000_0201_0000, "mvpn-sa-rp:192.0.2.1:0"),
        (0x0301_8001_0000_03e8, "cost:128:1:1000"),
        (0x4301_8001_0000_03e8, "cost-non-transitive:128:1:1000"),
        (0x0303_0000_0000_0000, "cp-orf:0x000000000000"),
        (0x0304_0000_0000_0000, "extranet-source:0x000000000000"),
        (0x0305_0000_0000_0001, "extranet-separation:0x000000000001"),
        (0x0307_8000_0000_0000, "pmsi-flags:0x800000000000"),
        (0x0308_0000_0000_0064, "context-label-space:0:100"),
        (0x0309_0102_0304_0506, "upa:0x010203040506"),
        (0x030b_0000_0000_0064, "color:0:100"),
        (0x030b_4000_0000_0064, "color:16384:100"),
        (0x030c_0000_0000_0008, "encap:vxlan"),
        (0x030c_0000_0000_0063, "encap:99"),
        (0x030d_0000_0000_0000, "default-gateway"),
        (0x030e_0000_0000_0001, "p2p-to-mp:0x000000000001"),
        (0x0314_0000_0000_0001, "hash-sort-order:0x000000000001"),
        (0x4300_0000_0000_0000, "validation:valid"),
        (0x4300_0000_0000_0002, "validation:invalid"),
        (0x4300_0000_0000_0009, "validation:9"),
        (0x0600_0100_0000_0005, "mac-mobility:sticky:5"),
        (0x0600_0000_0000_0005, "mac-mobility:0:5"),
        (0x0600_8300_0000_0005, "mac-mobility:sticky|0x82:5"),
        (0x0601_0100_0000_0640, "esi-label:single-active:100"),
        (0x0601_0000_0000_0641, "esi-label:0:100/0x1"),
        (0x0602_0053_0000_00ab, "es-import:00:53:00:00:00:ab"),
        (0x0603_0053_0000_00ab, "router-mac:00:53:00:00:00:ab"),
        (0x0604_0006_05dc_0000, "l2-attributes:primary|control-word:1500"),
        (0x0605_0100_0000_0640, "e-tree:leaf:100"),
        (0x0606_0240_0000_0000, "df-election:2:0x4000"),
        (0x0607_0000_0000_2710, "0x0607000000002710"),
        (0x0608_0a00_0000_0000, "arp-nd:override|immutable"),
        (0x0609_0003_0000_0000, "multicast-flags:igmp-proxy|mld-proxy"),
        (0x060a_fbf0_0000_0064, "evi-rt:64496:100"),
        (0x060b_c000_0201_0064, "evi-rt:192.0.2.1:100"),
        (0x060c_0001_0000_0064, "evi-rt:65536:100"),
        (0x060d_0102_0304_0506, "evi-rt-3:0x010203040506"),
        (0x060e_0000_0000_0007, "attachment-circuit:0x000000000007"),
        (0x060f_6553_f100_8000, "service-carving-time:1700000000:32768"),
        (0x0610_0100_0000_000a, "evpn-link-bandwidth:1:10"),
        (0x0702_0001_0000_8001, "interface-set:65536:0x8001"),
        (0x4702_0001_0000_4001, "interface-set-non-transitive:65536:0x4001"),
        (0x0a02_0000_0000_0064, "transport-target:100"),
        (0x4a02_0000_0000_0064, "transport-target-non-transitive:100"),
        (0x0b01_0000_0000_0007, "sfir-pool:7"),
        (0x0b02_0006_4000_0c80, "sfc-labels:100:200"),
        (0x0c00_000a_0000_000a, "mup-direct:10:10"),
        (0x0c01_c000_0201_000a, "mup-direct:192.0.2.1:10"),
        (0x0c02_0001_0000_000a, "mup-direct:65536:10"),
        (0x0c03_000a_0000_000a, "mup-interwork:10:10"),
        (0x0c04_c000_0201_000a, "mup-interwork:192.0.2.1:10"),
        (0x0c05_0001_0000_000a, "mup-interwork:65536:10"),
        (0x8004_fbf0_0000_0001, "security-group:64496:1"),
        (0x8204_0001_0000_0001, "security-group:65536:1"),
        (0x8084_fbf0_0000_0001, "tag:64496:1"),
        (0x8284_0001_0000_0001, "tag:65536:1"),
        (0x8085_fbf0_0000_0001, "origin-sub-cluster:64496:1"),
        (0x8285_0001_0000_0001, "origin-sub-cluster:65536:1"),
        (0x8006_fbf0_4974_2400, "rate-bytes:64496:1e6"),
        (0x8006_0000_0000_0000, "rate-bytes:0:0"),
        (0x8006_0000_8000_0000, "rate-bytes:0:-0"),
        (0x8006_0000_3f00_0000, "rate-bytes:0:5e-1"),
        (0x8006_0000_7fc0_0001, "rate-bytes:0:0x7fc00001"),
        (0x800c_0000_4616_0000, "rate-packets:0:9600"),
        (0x8007_0000_0000_0003, "traffic-action:terminal|sample"),
        (0x8007_0000_0000_0000, "traffic-action:0"),
        (0x8008_fbf0_0000_0064, "redirect:64496:100"),
        (0x8108_c000_0201_0064, "redirect:192.0.2.1:100"),
        (0x8208_0001_0000_0064, "redirect:65536:100"),
        (0x8009_0000_0000_002e, "mark:46"),
        (0x010c_c000_0201_0000, "redirect-ip:192.0.2.1:0"),
        (0x010c_c000_0201_0001, "redirect-ip:192.0.2.1:copy"),
        (0x800a_1302_05dc_0064, "l2-info:19:0x02:1500:100"),
        (0x800b_0001_0000_0000, "e-tree-info:0x0001"),
        (0x0401_0203_0405_0607, "qos-marking:0x01020304050607"),
        (0x4401_0203_0405_0607, "qos-marking-non-transitive:0x01020304050607"),
        (0x0501_0203_0405_0607, "cos-capability:0x01020304050607"),
        (0x0800_0000_0000_0000, "redirect-next-hop:0"),
        (0x0800_0000_0000_0001, "redirect-next-hop:copy"),
        (0x0800_0000_0001_0001, "0x0800000000010001"),
        (0x0801_0000_0000_0001, "redirect-next-hop:0x01000000000001"),
        (0x0900_0000_0000_0001, "indirection-id:0x00000000000001"),
        (0x8802_0000_0001_0002, "eigrp:0x02000000010002"),
        // Sub-types of IANA's registries without a public layout, or with that of their type.
        (0x0006_fbf0_0000_0001, "route-aggregation:64496:1"),
        (0x0206_0001_0000_0001, "route-aggregation:65536:1"),
        (0x030f_0000_0000_0001, "group-policy-class-tag:0x000000000001"),
        (0x0310_0000_0000_0001, "site-id:0x000000000001"),
        (0x0317_0000_0000_0001, "group-policy-id:0x000000000001"),
        (0x031b_0000_0000_0064, "local-color-mapping:0x000000000064"),
        (0x03aa_0000_0000_0001, "load-balance:0x000000000001"),
        (0x0615_0053_0000_00ab, "rt-derived-evpn:0x0053000000ab"),
        (0x0d01_c000_0201_0000, "source-pe:0x01c00002010000"),
        (0x4080_fbf0_0000_2710, "vni-non-transitive:64496:10000"),
        (0x4109_c000_0201_0000, "node-target-non-transitive:192.0.2.1"),
        (0x4204_0001_0000_0007, "generic-non-transitive:65536:7"),
        (0x4302_0000_0000_0001, "rt-opaque-non-transitive:0x000000000001"),
        (0x4315_0000_0000_0001, "rt-derived-opaque-non-transitive:0x000000000001"),
        // RFC 9015 section 7.4: SPI, SI, SFT.
        (0x800d_0000_64ff_0007, "sfc-classifier:100:255:7"),
        // No row, or octets that the row does not cover; MVPN SA RP-address and I-SID were once expected here.
        (0x0180_c000_0201_0000, "0x0180c00002010000"),
        (0x0000_0000_0000_0000, "0x0000000000000000"),
        (0xffff_ffff_ffff_ffff, "0xffffffffffffffff"),
        (0x030c_0001_0000_0008, "0x030c000100000008"),
        (0x030d_0000_0000_0001, "0x030d000000000001"),
    ];

    #[test]
    fn every_row_has_a_vector() {
        for row in rows() {
            let found = VECTORS.iter().any(|(octets, text)| {
                let whole = u16::try_from(octets >> 48).unwrap();
                row.matches(whole) && text.split(':').next() == Some(row.name)
            });
            let code = match row.code {
                Code::Whole(code) => code,
                Code::Type(kind) => u16::from(kind) << 8,
            };
            assert!(found, "{code:#06x} {}", row.name);
            let octets: usize = row.parts.iter().map(|part| part.len()).sum();
            assert_eq!(octets + row.front(), 8, "{code:#06x} {}", row.name);
        }
        for kind in crate::codes::ExtCommunityType::ALL {
            let generic = matches!(kind.0, 0x40..=0x43);
            assert!(generic || rows().any(|row| (0..=255).any(|low| row.matches(u16::from(kind.0) << 8 | low))), "{kind}");
        }
    }

    #[test]
    fn text_both_ways() {
        for (octets, text) in VECTORS {
            let community = ExtendedCommunity(octets.to_be_bytes());
            assert_eq!(community.to_string(), *text);
            assert_eq!(text.parse(), Ok(community), "{text}");
            assert_eq!(format!("{octets:#018x}").parse(), Ok(community));
        }
    }

    #[cfg(feature = "alloc")]
    #[test]
    fn places_of_every_row() {
        for (octets, text) in VECTORS {
            let mut places = crate::places::Places::new();
            ExtendedCommunity(octets.to_be_bytes()).tell(40, &mut places);
            places.assert_cover(40..48);
            assert_eq!(places.iter().next().unwrap().text, *text);
        }
        let fields = |octets: u64| {
            let mut places = crate::places::Places::new();
            ExtendedCommunity(octets.to_be_bytes()).tell(0, &mut places);
            let list: Vec<_> =
                places.leaves().map(|p| format!("{} {}..{} {}", p.name, p.range.start, p.range.end, p.text)).collect();
            list.join("|")
        };
        assert_eq!(fields(0x0002_fbf0_0000_0064), "type 0..1 0x00|sub_type 1..2 0x02|asn 2..4 64496|value 4..8 100");
        assert_eq!(fields(0x0102_c000_0201_0064), "type 0..1 0x01|sub_type 1..2 0x02|address 2..6 192.0.2.1|value 6..8 100");
        assert_eq!(
            fields(0x0601_0100_0000_0641),
            "type 0..1 0x06|sub_type 1..2 0x01|flags 2..3 single-active|reserved 3..5 0|label 5..8 100/0x1"
        );
        assert_eq!(fields(0x8006_fbf0_447a_0000), "type 0..1 0x80|sub_type 1..2 0x06|asn 2..4 64496|rate 4..8 1000");
        assert_eq!(fields(0x0602_0053_0000_0001), "type 0..1 0x06|sub_type 1..2 0x02|mac 2..8 00:53:00:00:00:01");
        // A type whose sub-types are fields as well, one without a row, and octets that the row does not cover.
        assert_eq!(fields(0x0401_0203_0405_0607), "type 0..1 0x04|value 1..8 0x01020304050607");
        assert_eq!(fields(0x3f01_0203_0405_0607), "type 0..1 0x3f|sub_type 1..2 0x01|value 2..8 0x020304050607");
        assert_eq!(fields(0x030d_0000_0000_0001), "type 0..1 0x03|sub_type 1..2 0x0d|value 2..8 0x000000000001");
    }

    #[test]
    fn text_that_is_none() {
        for bad in [
            "",
            "rt",
            "rt:",
            "rt:1",
            "rt:1:",
            "rt:1:2:3",
            "rt:+1:2",
            "rt:1:2 ",
            "rt:70000:70000",
            "rt:70000L:1",
            "rt:192.0.2.1:65536",
            "rt:192.0.2:1",
            "rt:4294967296:1",
            "RT:1:1",
            "nothing:1",
            "encap:none",
            "encap:65536",
            "es-import:00:53:00:00:00",
            "es-import:00:53:00:00:00:00:00",
            "mac-mobility:static:5",
            "mac-mobility:sticky|:5",
            "mac-mobility:0x100:5",
            "esi-label:0:1048576",
            "esi-label:0:1/0x10",
            "rate-bytes:0:inf",
            "rate-bytes:0:nan",
            "rate-bytes:0:1e39",
            "rate-bytes:0:",
            "evpn-link-bandwidth:1:1099511627776",
            "default-gateway:",
            "default-gateway:0",
            "upa:0x0102030405",
            "upa:0x01020304050607",
            "0x0002fbf0000000",
            "0x0002fbf00000006400",
            "0x+002fbf000000064",
            "rt:１:1",
        ] {
            assert_eq!(bad.parse::<ExtendedCommunity>(), Err(ParseCommunityError::Extended), "{bad}");
        }
        assert_eq!(
            ParseCommunityError::Extended.to_string(),
            "not an extended community: expected NAME:FIELD:… or 0x and 16 hexadecimal digits"
        );
    }

    #[test]
    fn values_to_use() {
        let target = ExtendedCommunity::route_target_as2(64496, 100);
        assert_eq!((target.to_string().as_str(), target.is_route_target(), target.name()), ("rt:64496:100", true, Some("rt")));
        assert_eq!(ExtendedCommunity::route_target_ipv4([192, 0, 2, 1].into(), 100).to_string(), "rt:192.0.2.1:100");
        assert_eq!(ExtendedCommunity::route_target_as4(Asn(65536), 100).to_string(), "rt:65536:100");
        let bandwidth = ExtendedCommunity::link_bandwidth(64496, 12_500_000.0);
        assert_eq!((bandwidth.kind(), bandwidth.subtype(), target.kind(), target.subtype()), (0x40, 4, 0, 2));
        assert_eq!((bandwidth.to_string().as_str(), bandwidth.rate()), ("link-bandwidth:64496:1.25e7", Some(12_500_000.0)));
        assert!(!bandwidth.is_transitive() && target.rate().is_none() && target.code() == ExtCommunitySubtype::ROUTE_TARGET_AS2);
        assert_eq!(target.value(), [0xfb, 0xf0, 0, 0, 0, 100]);
    }

    proptest! {
        #[test]
        fn any_octets_survive_their_text(octets: u64) {
            let community = ExtendedCommunity(octets.to_be_bytes());
            prop_assert_eq!(community.to_string().parse(), Ok(community));
        }

        #[test]
        fn any_value_of_any_row_survives_its_text(row in 0..rows().count(), value: u64, zeros: u64) {
            let code = match rows().nth(row).unwrap().code {
                Code::Whole(code) => u64::from(code) << 48,
                Code::Type(kind) => u64::from(kind) << 56 | (value & 0xff << 48),
            };
            let community = ExtendedCommunity((code | (value & zeros & 0xffff_ffff_ffff)).to_be_bytes());
            prop_assert_eq!(community.to_string().parse(), Ok(community));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "(rt|encap|esi-label|rate-bytes|es-import|0x)?[:0-9a-fx.|/-]{0,30}") {
            if let Ok(community) = text.parse::<ExtendedCommunity>() {
                prop_assert_eq!(community.to_string().parse(), Ok(community));
            }
        }
    }
}
