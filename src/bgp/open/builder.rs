//! Building OPEN messages.

use alloc::vec::Vec;
use core::net::Ipv4Addr;

use super::{Open, fixed_len};
use crate::asn::Asn;
use crate::bgp::{CapabilityValue, HEADER_LEN, put_header};
use crate::codes::{MessageType, OpenParameter};
use crate::error::{EncodeError, Result};
use crate::session::Session;
use crate::wire::Sink;

/// Writes the part before the parameters, if the whole message fits. `parameters` are their length and form.
fn put_front(
    version: u8,
    asn: u16,
    hold_time: u16,
    bgp_id: Ipv4Addr,
    (parameters, extended): (usize, bool),
    out: &mut impl Sink,
) -> Result<(), EncodeError> {
    let (octets, max) = if extended { (2, 0xffff) } else { (1, 0xff) };
    if parameters > max {
        return Err(EncodeError::too_long("optional parameters", parameters, max));
    }
    // As above, RFC 8654 section 4.
    put_header(MessageType::OPEN, fixed_len(extended).saturating_add(parameters), &Session::AS4, out)?;
    out.put_u8(version);
    out.put_u16(asn);
    out.put_u16(hold_time);
    out.put_slice(&bgp_id.octets());
    if extended {
        out.put_slice(&[u8::MAX, OpenParameter::EXTENDED_LENGTH.0]);
    }
    crate::wire::write_uint(out, parameters, octets);
    Ok(())
}

/// Builds an OPEN message.
///
/// The two-octet field is [`Asn::TRANS`] if the number needs four octets; the four-octet capability is added like any other
/// ([`CapabilityValue::As4`]). The extended form of RFC 9072 is used if the parameters need it.
///
/// ```
/// use routeglass::Asn;
/// use routeglass::bgp::{CapabilityValue, OpenBuilder};
///
/// let mut message = Vec::new();
/// OpenBuilder::new(Asn(65536), [192, 0, 2, 1].into())
///     .hold_time(90)
///     .capability(&CapabilityValue::RouteRefresh)?
///     .capability(&CapabilityValue::As4(Asn(65536)))?
///     .encode(&mut message)?;
/// assert_eq!(message[19..24], [4, 0x5b, 0xa0, 0, 90]);
/// # Ok::<(), routeglass::EncodeError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenBuilder {
    version: u8,
    asn: Asn,
    // The two-octet field, if it differs from what `asn` implies.
    my_as: Option<u16>,
    hold_time: u16,
    bgp_id: Ipv4Addr,
    parameters: Vec<(u8, Vec<u8>)>,
    extended: bool,
    has_as4: bool,
}

impl OpenBuilder {
    /// A message of version 4 with a hold time of 180 seconds and without parameters.
    pub const fn new(asn: Asn, bgp_id: Ipv4Addr) -> Self {
        Self { version: 4, asn, my_as: None, hold_time: 180, bgp_id, parameters: Vec::new(), extended: false, has_as4: false }
    }

    /// Rebuilds `open` from the values of its capabilities; what cannot be decoded is copied.
    ///
    /// # Errors
    /// A parameter that overruns the message, capabilities that overrun their parameter.
    pub fn from_open(open: &Open<'_>) -> Result<Self> {
        let mut builder = Self { my_as: Some(open.asn), extended: open.extended, ..Self::new(open.asn(), open.bgp_id) };
        (builder.version, builder.hold_time) = (open.version, open.hold_time);
        for parameter in open.parameters() {
            let parameter = parameter?;
            let mut octets = Vec::with_capacity(parameter.raw.len());
            if parameter.kind == OpenParameter::CAPABILITIES.0 {
                for capability in parameter.capabilities() {
                    let capability = capability?;
                    let value = capability.decode().unwrap_or(CapabilityValue::Unknown(capability.code, capability.raw));
                    builder.has_as4 |= matches!(value, CapabilityValue::As4(_));
                    // What was read fits its octets.
                    let _ = value.encode(&mut octets);
                }
            } else {
                octets.extend_from_slice(parameter.raw);
            }
            builder.parameters.push((parameter.kind, octets));
        }
        Ok(builder)
    }

    /// Sets the protocol version.
    #[must_use]
    pub const fn version(mut self, version: u8) -> Self {
        self.version = version;
        self
    }

    /// Sets the hold time, in seconds.
    #[must_use]
    pub const fn hold_time(mut self, seconds: u16) -> Self {
        self.hold_time = seconds;
        self
    }

    /// Sets the two-octet field to another number than the speaker's.
    #[must_use]
    pub const fn my_as(mut self, number: u16) -> Self {
        self.my_as = Some(number);
        self
    }

    /// Uses the extended form of RFC 9072 even if the parameters fit the short one.
    #[must_use]
    pub const fn extended(mut self) -> Self {
        self.extended = true;
        self
    }

    /// Adds a capability in a separate parameter, as most speakers do.
    ///
    /// # Errors
    /// As [`OpenBuilder::capabilities`].
    pub fn capability(self, value: &CapabilityValue<'_>) -> Result<Self, EncodeError> {
        self.capabilities(core::slice::from_ref(value))
    }

    /// Adds capabilities in one shared parameter.
    ///
    /// # Errors
    /// A value that does not fit its field; a four-octet AS number that is not the speaker's.
    pub fn capabilities(mut self, values: &[CapabilityValue<'_>]) -> Result<Self, EncodeError> {
        let mut octets = Vec::new();
        for value in values {
            if matches!(value, CapabilityValue::As4(asn) if *asn != self.asn) {
                return Err(EncodeError::unrepresentable("4-octet AS"));
            }
            value.encode(&mut octets)?;
            self.has_as4 |= matches!(value, CapabilityValue::As4(_));
        }
        self.parameters.push((OpenParameter::CAPABILITIES.0, octets));
        Ok(self)
    }

    /// Adds a parameter of another type.
    #[must_use]
    pub fn parameter(mut self, kind: u8, octets: &[u8]) -> Self {
        self.parameters.push((kind, octets.to_vec()));
        self
    }

    /// Octets of all parameters with types and lengths, and whether they need the extended form. A first parameter of type 255
    /// would be read as the mark of that form, except inside it.
    fn layout(&self) -> (usize, bool) {
        let len = |front: usize| {
            self.parameters.iter().fold(0usize, |all, (_, octets)| all.saturating_add(octets.len()).saturating_add(front))
        };
        let short = len(2);
        let marks = self.parameters.first().is_some_and(|(kind, _)| *kind == OpenParameter::EXTENDED_LENGTH.0);
        if self.extended || marks || short > 0xff { (len(3), true) } else { (short, false) }
    }

    /// Octets of the whole message.
    pub fn encoded_len(&self) -> usize {
        let (len, extended) = self.layout();
        len.saturating_add(fixed_len(extended)).saturating_add(HEADER_LEN)
    }

    /// Writes the whole message, including the header.
    ///
    /// # Errors
    /// A four-octet number without its capability, a message over 4,096 octets, or too little room; then nothing is written.
    pub fn encode(&self, out: &mut impl Sink) -> Result<(), EncodeError> {
        if self.my_as.is_none() && self.asn.is_four_octet() && !self.has_as4 {
            return Err(EncodeError::unrepresentable("AS number without its capability"));
        }
        let asn = self.my_as.unwrap_or(self.asn.in_two_octets());
        let (len, extended) = self.layout();
        put_front(self.version, asn, self.hold_time, self.bgp_id, (len, extended), out)?;
        for (kind, octets) in &self.parameters {
            out.put_u8(*kind);
            crate::wire::write_uint(out, octets.len(), if extended { 2 } else { 1 });
            out.put_slice(octets);
        }
        Ok(())
    }
}
