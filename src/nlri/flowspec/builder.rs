//! Building rules, from components or from text.

mod ranges;
mod text;

pub use text::ParseFlowspecError;

use alloc::vec::Vec;
use core::str::FromStr;

use super::body::Form;
use super::component::{FlowspecComponent, row_in};
use super::operators::{BitmaskTerm, BitmaskTerms, NumericTerm, NumericTerms};
use super::{FlowspecRule, check_len};
use crate::codes::Afi;
use crate::error::{EncodeError, Result};
use crate::nlri::{RouteDistinguisher, RouteValue};
use crate::wire::Sink;

/// Builds a rule: components in ascending order of type, written as they are added.
///
/// ```
/// use routeglass::codes::Afi;
/// use routeglass::nlri::{FlowspecBuilder, FlowspecComponent, NumericTerm};
///
/// let mut builder = FlowspecBuilder::new(Afi::IPV4);
/// builder.push(FlowspecComponent::Destination("192.0.2.0/24".parse::<routeglass::Prefix>()?.into()))?;
/// builder.numeric(4, [NumericTerm::eq(80), NumericTerm::ge(1024), NumericTerm::le(2048).and()])?;
/// let text = "destination 192.0.2.0/24 port =80|>=1024&<=2048";
/// assert_eq!(builder.rule().to_string(), text);
/// assert_eq!(text.parse(), Ok(builder));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FlowspecBuilder {
    rd: Option<RouteDistinguisher>,
    afi: Afi,
    pub(super) last: Option<u8>,
    bytes: Vec<u8>,
}

impl FlowspecBuilder {
    /// A rule without components; AFI 1 for IPv4, 2 for IPv6, 25 for Ethernet.
    pub const fn new(afi: Afi) -> Self {
        Self { rd: None, afi, last: None, bytes: Vec::new() }
    }

    /// Sets the route distinguisher, which makes the rule one of SAFI 134.
    pub const fn rd(&mut self, rd: RouteDistinguisher) -> &mut Self {
        self.rd = Some(rd);
        self
    }

    /// Adds a component.
    ///
    /// # Errors
    /// A type not above the previous one, or that the rule's family does not have; a prefix of another address family; a rule over
    /// 4095 octets. The rule is then unchanged.
    pub fn push(&mut self, component: FlowspecComponent<'_>) -> Result<&mut Self, EncodeError> {
        component.check(self.afi)?;
        let kind = component.kind();
        if self.last.is_some_and(|last| kind <= last) {
            return Err(EncodeError::unrepresentable("component order"));
        }
        let rd = if self.rd.is_some() { 8 } else { 0usize };
        check_len(self.bytes.len().saturating_add(rd).saturating_add(component.wire_len()))?;
        component.write(&mut self.bytes);
        // The end of a component of unknown type is unknown: it takes the rest.
        self.last = Some(if component.name().is_some() { kind } else { u8::MAX });
        Ok(self)
    }

    /// Adds a component of comparisons of this type.
    ///
    /// # Errors
    /// As for [`FlowspecBuilder::push`]; a type without comparisons, an empty list, more octets than the type allows.
    pub fn numeric(&mut self, kind: u8, terms: impl IntoIterator<Item = NumericTerm>) -> Result<&mut Self, EncodeError> {
        let mut buffer = Vec::new();
        NumericTerms::from_values(terms, &mut buffer)?;
        self.push_body(kind, Form::Numeric, &buffer)
    }

    /// Adds a component of bit matches of this type.
    ///
    /// # Errors
    /// As for [`FlowspecBuilder::push`]; a type without bit matches, an empty list, more octets than the type allows.
    pub fn bitmask(&mut self, kind: u8, terms: impl IntoIterator<Item = BitmaskTerm>) -> Result<&mut Self, EncodeError> {
        let mut buffer = Vec::new();
        BitmaskTerms::from_values(terms, &mut buffer)?;
        self.push_body(kind, Form::Bitmask, &buffer)
    }

    fn push_body(&mut self, kind: u8, form: Form, body: &[u8]) -> Result<&mut Self, EncodeError> {
        let row = row_in(kind, self.afi).filter(|row| row.form == form).ok_or(EncodeError::unrepresentable("type"))?;
        let mut octets = Vec::with_capacity(body.len().saturating_add(1));
        octets.push(kind);
        octets.extend_from_slice(body);
        match FlowspecComponent::parse(self.afi, &octets) {
            Ok((_, component)) => self.push(component),
            Err(_) => Err(EncodeError::unrepresentable(row.name)),
        }
    }

    /// The rule so far.
    pub fn rule(&self) -> FlowspecRule<'_> {
        FlowspecRule { rd: self.rd, afi: self.afi, bytes: &self.bytes }
    }

    /// Writes the rule after its length.
    ///
    /// # Errors
    /// A rule without components or over 4095 octets, or too little room; then nothing is written.
    pub fn encode(&self, out: &mut impl Sink) -> Result<(), EncodeError> {
        RouteValue::Flowspec(self.rule()).encode(self.rule().family(), out)
    }

    /// Parses the text form of a rule of a given address family.
    ///
    /// # Errors
    /// What was expected, and at which position.
    pub fn parse(text: &str, afi: Afi) -> Result<Self, ParseFlowspecError> {
        text::rule(text, Some(afi))
    }
}

/// Parses the text form. The address family is that of the first prefix; without a prefix, Ethernet if there is an Ethernet
/// component, else IPv4.
impl FromStr for FlowspecBuilder {
    type Err = ParseFlowspecError;

    fn from_str(text: &str) -> Result<Self, ParseFlowspecError> {
        text::rule(text, None)
    }
}
