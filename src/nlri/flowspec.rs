//! Flow specification rules (RFC 8955, RFC 8956; for Ethernet draft-ietf-idr-flowspec-l2vpn).
//!
//! A rule is a list of components in ascending order of type; a packet must match all of them. [`FlowspecRule`] checks a rule
//! once and reads its components on demand; [`FlowspecBuilder`] builds one from components or text.
//!
//! The text form is a sequence of components, `destination 192.0.2.0/24 protocol =6 port =80|>=1024&<=2048`, after `rd 64496:1`
//! if there is a route distinguisher. `|` is "or", `&` is "and" and binds tighter. Numbers are compared by `=`, `!=`, `<`, `<=`,
//! `>`, `>=`, `true` and `false`. Bits are matched as `syn+ack` (any of them), `=syn+ack` (all of them), and negated by a leading
//! `!`. A value with more octets than needed is followed by their number: `=80/2`. Operator bits that must be zero and are
//! ignored on reading (RFC 8955 section 4.2.1) have no text and are zero after parsing it.

mod body;
#[cfg(feature = "alloc")]
mod builder;
mod component;
mod operators;
mod parse;
mod prefix;

#[cfg(feature = "alloc")]
pub use builder::{FlowspecBuilder, ParseFlowspecError};
pub use component::FlowspecComponent;
pub use operators::{BitmaskTerm, BitmaskTerms, BitmaskTermsIter, NumericTerm, NumericTerms, NumericTermsIter};
pub use prefix::FlowspecPrefix;

use core::cmp::Ordering;
use core::fmt;
use core::iter::FusedIterator;

use nom::Parser;
use nom::combinator::all_consuming;

use super::{RouteContext, RouteDistinguisher, RouteField};
use crate::codes::{Afi, Safi};
use crate::error::{EncodeError, Error, ErrorKind, Result};
use crate::family::Family;
use crate::wire::{Cursor, Field, FromFn, JsonObject, JsonSink, JsonText, Named, Observer, Sink, ToJson, serialize_as_json};
use body::{Body, Form};
use component::{next_component, row_in};
use parse::Failure;

/// Maximum length of a rule, by its length field (RFC 8955 section 4.1).
const MAX_LEN: usize = 4095;

/// Reads components in ascending order to the end; each takes at least one octet.
fn components<'a>(afi: Afi) -> impl Parser<&'a [u8], Output = (), Error = Failure<'a>> {
    all_consuming(move |mut input: &'a [u8]| {
        let mut last = None;
        while !input.is_empty() {
            let (rest, component) = next_component(afi, last, input)?;
            (input, last) = (rest, Some(component.kind()));
        }
        Ok((input, ()))
    })
}

/// The error for a rule with components `all`, which start at `offset`.
fn located(e: nom::Err<Failure<'_>>, all: &[u8], offset: u64) -> Error {
    match e {
        nom::Err::Error(Failure { rest, kind }) | nom::Err::Failure(Failure { rest, kind }) => {
            Error::new(kind, offset.saturating_add(all.len().saturating_sub(rest.len()) as u64))
        }
        // These parsers have a complete rule and never request more.
        nom::Err::Incomplete(_) => Error::new(ErrorKind::Truncated(1), offset),
    }
}

/// A flow specification rule (RFC 8955 section 4): components that a packet must all match. Checked once, read on demand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FlowspecRule<'a> {
    rd: Option<RouteDistinguisher>,
    afi: Afi,
    bytes: &'a [u8],
}

impl<'a> FlowspecRule<'a> {
    /// Reads a rule of `family` from the octets after its length, which start `offset` octets into the outermost input.
    ///
    /// # Errors
    /// No components, a truncated or malformed one, components out of ascending order.
    pub fn parse_at(bytes: &'a [u8], family: Family, offset: u64) -> Result<Self> {
        let mut c = Cursor::at(bytes, offset);
        let rd = if is_vpn(family) { Some(RouteDistinguisher::read(&mut c)?) } else { None };
        if c.is_empty() {
            return Err(Error::new(ErrorKind::BadLength(u32::try_from(bytes.len()).unwrap_or(u32::MAX)), offset));
        }
        match components(family.afi).parse(c.rest()) {
            Ok(_) => Ok(Self { rd, afi: family.afi, bytes: c.rest() }),
            Err(e) => Err(located(e, c.rest(), c.offset())),
        }
    }

    /// The route distinguisher; only in SAFI 134.
    pub const fn rd(&self) -> Option<RouteDistinguisher> {
        self.rd
    }

    /// The family.
    pub const fn family(&self) -> Family {
        Family::new(self.afi, if self.rd.is_some() { Safi::VPN_FLOWSPEC } else { Safi::FLOWSPEC })
    }

    /// The components in ascending order of type.
    pub const fn components(&self) -> FlowspecComponents<'a> {
        FlowspecComponents { afi: self.afi, rest: self.bytes }
    }

    /// The component of this type.
    pub fn component(&self, kind: u8) -> Option<FlowspecComponent<'a>> {
        self.components().find(|component| component.kind() == kind)
    }

    /// Precedence of two rules (RFC 8955 section 5.1, RFC 8956 section 4): [`Ordering::Less`] if this one is matched first.
    pub fn precedence(&self, other: &Self) -> Ordering {
        let (mut ours, mut theirs) = (self.components(), other.components());
        loop {
            let (left, right) = (ours.rest, theirs.rest);
            let (a, b) = match (ours.next(), theirs.next()) {
                (Some(a), Some(b)) => (a, b),
                // A rule with an additional component comes first.
                (a, b) => return b.is_some().cmp(&a.is_some()),
            };
            let octets = |all: &'_ [u8], rest: &'_ [u8]| all.len().saturating_sub(rest.len());
            let (left, right) = (left.get(..octets(left, ours.rest)), right.get(..octets(right, theirs.rest)));
            let order = a.kind().cmp(&b.kind()).then_with(|| match (a.prefix(), b.prefix()) {
                (Some(a), Some(b)) => a.precedence(b),
                _ => longest_first(left.unwrap_or(&[]), right.unwrap_or(&[])),
            });
            if order != Ordering::Equal {
                return order;
            }
        }
    }

    /// The octets of the components on the wire.
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// A component that the family does not have: the rule is malformed (RFC 8955 section 4.2). `end` is the offset after its last
    /// octet; an unknown component takes the rest of the rule.
    pub(super) fn finding(&self, end: u64) -> Option<Error> {
        let component = self.components().find(|component| component.is_unknown(self.afi))?;
        let kind = ErrorKind::UnknownComponent(component.kind());
        Some(Error::new(kind, end.saturating_sub(component.wire_len() as u64)))
    }

    /// Octets after the length.
    fn value_len(&self) -> usize {
        let rd = if self.rd.is_some() { 8 } else { 0 };
        self.components().fold(rd, |all, component| all.saturating_add(component.wire_len()))
    }
}

/// Order of octet strings in which a string precedes its own prefixes.
fn longest_first(a: &[u8], b: &[u8]) -> Ordering {
    let common = a.iter().zip(b).map(|(a, b)| a.cmp(b)).find(|order| *order != Ordering::Equal);
    common.unwrap_or_else(|| b.len().cmp(&a.len()))
}

/// Whether rules of this family start with a route distinguisher.
const fn is_vpn(family: Family) -> bool {
    matches!(family.safi, Safi::VPN_FLOWSPEC)
}

/// Reads the length of a rule: one octet below 240, else two (RFC 8955 section 4.1). Two octets are also accepted for a shorter
/// rule.
fn read_len(c: &mut Cursor<'_>) -> Result<usize> {
    match c.u8()? {
        len @ 0..0xf0 => Ok(usize::from(len)),
        high => Ok(usize::from(high & 0x0f) << 8 | usize::from(c.u8()?)),
    }
}

impl<'a> FlowspecRule<'a> {
    /// Reads the length of a rule, and the rule.
    fn read_rule(c: &mut Cursor<'a>, family: Family) -> Result<Self> {
        let start = c.offset();
        let len = read_len(c)?;
        if len == 0 {
            return Err(Error::new(ErrorKind::BadLength(0), start));
        }
        let body = c.sub(len)?;
        Self::parse_at(body.rest(), family, body.offset())
    }
}

impl<'a> RouteField<'a> for FlowspecRule<'a> {
    fn read_route<O: Observer>(c: &mut Cursor<'a>, RouteContext { family, .. }: RouteContext, o: &mut O) -> Result<Self> {
        if !O::OBSERVES {
            return Self::read_rule(c, family);
        }
        // The parts are shown as far as they can be read; the error is that of reading.
        let route = Self::read_rule(&mut { *c }, family);
        o.group(c, "route", |c, o| match route {
            Ok(_) => place_rule(c, family, o),
            Err(e) => Err(o.cut(e, |o| {
                let _ = place_rule(c, family, o);
            })),
        })?;
        route
    }

    fn route_len(&self) -> usize {
        let len = self.value_len();
        len.saturating_add(if len < 0xf0 { 1 } else { 2 })
    }

    fn check_route(&self, family: Family) -> Result<(), EncodeError> {
        if self.family() != family {
            return Err(EncodeError::unrepresentable("family"));
        }
        self.components().try_for_each(|component| component.check(self.afi))?;
        if self.bytes.is_empty() {
            return Err(EncodeError::unrepresentable("components"));
        }
        check_len(self.value_len())
    }

    fn write_route(&self, out: &mut dyn Sink) {
        match self.value_len() {
            len @ 0..0xf0 => crate::wire::write_uint(out, len, 1),
            len => crate::wire::write_uint(out, len | 0xf000, 2),
        }
        if let Some(rd) = self.rd {
            rd.write(out);
        }
        self.components().for_each(|component| component.write(out));
    }
}

/// Whether the length field can hold the length of a rule.
fn check_len(len: usize) -> Result<(), EncodeError> {
    if len > MAX_LEN { Err(EncodeError::too_long("flow specification", len, MAX_LEN)) } else { Ok(()) }
}

/// Shows the present part of a component that starts at `at` and is truncated at `end`.
fn place_cut<O: Observer>(afi: Afi, at: u64, input: &[u8], end: u64, o: &mut O) {
    let Some((row, body)) = input.split_first().and_then(|(kind, body)| Some((row_in(*kind, afi)?, body))) else { return };
    o.open(row.name, at);
    let body_at = at.saturating_add(1);
    o.note("type", at..body_at, &Named(row.code, Some(row.name)));
    match row.form {
        Form::Numeric => Body::place_at(&NumericTerms(body), row, body_at, o),
        Form::Bitmask => Body::place_at(&BitmaskTerms(body), row, body_at, o),
        Form::Prefix => {
            if let Some(len) = body.first() {
                o.note("length", body_at..body_at.saturating_add(1), len);
            }
        }
        Form::Mac => {}
    }
    o.close(end);
}

/// Shows the parts of a rule, as far as they can be read, to an observer.
fn place_rule<O: Observer>(c: &mut Cursor<'_>, family: Family, o: &mut O) -> Result<()> {
    let start = c.offset();
    let len = read_len(c)?;
    o.note("length", start..c.offset(), &len);
    let mut body = c.sub(len.min(c.len()))?;
    if is_vpn(family) {
        o.field::<RouteDistinguisher>(&mut body, "rd")?;
    }
    let (all, offset) = (body.rest(), body.offset());
    let (mut input, mut last) = (all, None);
    while !input.is_empty() {
        let at = offset.saturating_add(all.len().saturating_sub(input.len()) as u64);
        let (rest, component) = match next_component(family.afi, last, input) {
            Ok(next) => next,
            Err(e) => {
                let e = located(e, all, offset);
                if let ErrorKind::Truncated(_) = e.kind() {
                    place_cut(family.afi, at, input, offset.saturating_add(all.len() as u64), o);
                }
                return Err(e);
            }
        };
        component.place_at(at, o);
        if component.is_unknown(family.afi) {
            o.error(Error::new(ErrorKind::UnknownComponent(component.kind()), at));
        }
        (input, last) = (rest, Some(component.kind()));
    }
    Ok(())
}

impl fmt::Display for FlowspecRule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut between = "";
        if let Some(rd) = self.rd {
            write!(f, "rd {rd}")?;
            between = " ";
        }
        for component in self.components() {
            write!(f, "{between}{component}")?;
            between = " ";
        }
        Ok(())
    }
}

impl fmt::Debug for FlowspecRule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl ToJson for FlowspecRule<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        if let Some(rd) = self.rd {
            object.member("rd", &JsonText(rd))?;
        }
        for component in self.components() {
            let body = JsonText(FromFn(|f: &mut fmt::Formatter<'_>| component.show_body(f)));
            match component.name() {
                Some(name) => object.member(name, &body)?,
                None => object.member_named(format_args!("unknown-{}", component.kind()), &body)?,
            }
        }
        object.end()
    }
}

serialize_as_json!(FlowspecRule<'a>);

/// Iterates over the components of a rule.
#[derive(Clone, Copy, Debug)]
pub struct FlowspecComponents<'a> {
    afi: Afi,
    rest: &'a [u8],
}

impl<'a> Iterator for FlowspecComponents<'a> {
    type Item = FlowspecComponent<'a>;

    fn next(&mut self) -> Option<FlowspecComponent<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        // The rule was checked when it was read.
        let (rest, component) = FlowspecComponent::parse(self.afi, self.rest).ok()?;
        self.rest = rest;
        Some(component)
    }
}

impl FusedIterator for FlowspecComponents<'_> {}

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests;
