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
    #[cfg_attr(optimised, inline(always))]
    pub const fn from_octets(octets: [u8; 8]) -> Self {
        Self(octets)
    }

    /// The value as on the wire.
    pub const fn to_octets(self) -> [u8; 8] {
        self.0
    }

    /// Shows type, sub-type and the fields of the row to an observer; the undecoded value if there is no row.
    pub(super) fn place_at<O: Observer>(self, start: u64, o: &mut O) {
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

    /// A community of type and sub-type `code`.
    const fn of(code: ExtCommunitySubtype, [c, d, e, f, g, h]: [u8; 6]) -> Self {
        let [a, b] = code.0.to_be_bytes();
        Self([a, b, c, d, e, f, g, h])
    }

    /// A route target with a two-octet AS number (RFC 4360 section 4).
    pub const fn route_target_as2(asn: u16, value: u32) -> Self {
        let ([a, b], [c, d, e, f]) = (asn.to_be_bytes(), value.to_be_bytes());
        Self::of(ExtCommunitySubtype::ROUTE_TARGET_AS2, [a, b, c, d, e, f])
    }

    /// A route target with an IPv4 address (RFC 4360 section 4).
    pub const fn route_target_ipv4(address: Ipv4Addr, value: u16) -> Self {
        let ([a, b, c, d], [e, f]) = (address.octets(), value.to_be_bytes());
        Self::of(ExtCommunitySubtype::ROUTE_TARGET_IPV4, [a, b, c, d, e, f])
    }

    /// A route target with a four-octet AS number (RFC 5668 section 2).
    pub const fn route_target_as4(asn: Asn, value: u16) -> Self {
        let ([a, b, c, d], [e, f]) = (asn.0.to_be_bytes(), value.to_be_bytes());
        Self::of(ExtCommunitySubtype::ROUTE_TARGET_AS4, [a, b, c, d, e, f])
    }

    /// Link bandwidth in octets per second, non-transitive (RFC 10005).
    pub const fn link_bandwidth(asn: u16, octets_per_second: f32) -> Self {
        let ([a, b], [c, d, e, f]) = (asn.to_be_bytes(), octets_per_second.to_bits().to_be_bytes());
        Self::of(ExtCommunitySubtype::LINK_BANDWIDTH, [a, b, c, d, e, f])
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
        matches!(
            self.code(),
            ExtCommunitySubtype::ROUTE_TARGET_AS2
                | ExtCommunitySubtype::ROUTE_TARGET_IPV4
                | ExtCommunitySubtype::ROUTE_TARGET_AS4
        )
    }

    /// The name in the text form; `None` without a row in the table.
    pub fn name(self) -> Option<&'static str> {
        self.row().map(|row| row.name)
    }

    /// Whether this is the name of a row.
    pub(crate) fn has_name(name: &str) -> bool {
        rows().any(|row| row.name == name)
    }

    /// The bandwidth of a link or the rate of a flow, in octets (or packets) per second.
    pub const fn rate(self) -> Option<f32> {
        let [.., a, b, c, d] = self.0;
        match self.code() {
            ExtCommunitySubtype::LINK_BANDWIDTH
            | ExtCommunitySubtype::LINK_BANDWIDTH_TRANSITIVE
            | ExtCommunitySubtype::FLOWSPEC_TRAFFIC_RATE_BYTES
            | ExtCommunitySubtype::FLOWSPEC_TRAFFIC_RATE_PACKETS => Some(f32::from_bits(u32::from_be_bytes([a, b, c, d]))),
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
            let (field, after) = rest.split_at_checked(part.len()).unwrap_or((rest, &[]));
            rest = after;
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
            let (field, after) = fields.split_at_mut_checked(part.len())?;
            fields = after;
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
mod tests;
