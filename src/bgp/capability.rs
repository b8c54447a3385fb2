//! Capabilities (RFC 5492): one row per code.

use core::fmt;
use core::iter::FusedIterator;

use super::counted_text::CountedText;
use super::parameter::{Parameter, Parameters};
use crate::asn::Asn;
use crate::attr::error_at;
use crate::codes::{Afi, CapabilityCode, OpenParameter, OrfType, Role, Safi, capability_codes};
use crate::error::{Action, Context, EncodeError, Error, ErrorKind, Result};
use crate::family::Family;
use crate::wire::{Cursor, Field, JsonObject, JsonSink, List, Named, Observer, Shown, Sink, ToJson, U24, serialize_as_json};
use crate::wire::{wire_flags, wire_newtype, wire_struct};

/// One capability: code and octets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Capability<'a> {
    /// Capability code.
    pub code: CapabilityCode,
    /// The octets after the length.
    pub raw: &'a [u8],
    /// Their offset: bytes from the start of the outermost input.
    pub offset: u64,
}

wire_struct! {
    /// Multiprotocol extensions (RFC 4760 section 8): a family that the speaker exchanges.
    pub struct MultiProtocol {
        /// Address family.
        afi: Afi,
        /// Ignored; 0 if the sender follows the RFC.
        reserved: u8,
        /// Subsequent address family.
        safi: Safi,
    }
}

impl MultiProtocol {
    /// The capability for `family`.
    pub const fn new(family: Family) -> Self {
        Self { afi: family.afi, reserved: 0, safi: family.safi }
    }

    /// The family.
    pub const fn family(&self) -> Family {
        Family::new(self.afi, self.safi)
    }
}

bitflags::bitflags! {
    /// Direction of filters (RFC 5291 section 5).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct OrfDirection: u8 {
        /// Willing to receive filters.
        const RECEIVE = 1;
        /// Would like to send filters.
        const SEND = 2;
        const _ = !0;
    }
}

wire_struct! {
    /// One type of filter in the capability for outbound route filtering.
    pub struct OrfSupport {
        /// Type of filter.
        orf: OrfType,
        /// Direction.
        direction: OrfDirection,
    }
}

/// The filters of one family (RFC 5291 section 5).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire")]
pub struct OrfFamily<'a> {
    /// The family.
    pub family: MultiProtocol,
    /// Types of filters, after their number on the wire.
    pub orfs: List<'a, OrfSupport>,
}

impl<'a> Field<'a> for OrfFamily<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Self::place(c, "", &mut ())
    }

    fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
        o.group(c, name, |c, o| {
            let family = o.field(c, "family")?;
            let count: u8 = o.field(c, "count")?;
            let mut window = o.reported(c.sub(usize::from(count).saturating_mul(2)))?;
            Ok(Self { family, orfs: o.field(&mut window, "orfs")? })
        })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} orfs=", self.family)?;
        self.orfs.show(f)
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        object.member("family", &self.family.family())?;
        object.member("orfs", &self.orfs)?;
        object.end()
    }

    fn wire_len(&self) -> usize {
        self.orfs.wire_len().saturating_add(5)
    }

    fn check(&self) -> Result<(), EncodeError> {
        crate::wire::check_len(self.orfs.iter().count(), 1, "orfs")
    }

    fn write(&self, out: &mut dyn Sink) {
        self.family.write(out);
        crate::wire::write_uint(out, self.orfs.iter().count(), 1);
        self.orfs.write(out);
    }
}

wire_struct! {
    /// One row of the extended next hop capability (RFC 8950 section 4).
    pub struct ExtendedNextHop {
        /// Address family of the routes.
        afi: Afi,
        /// Subsequent address family of the routes, in two octets.
        safi: u16,
        /// Address family of their next hops.
        next_hop: Afi,
    }
}

impl ExtendedNextHop {
    /// The family; `None` if the number exceeds a SAFI.
    pub fn family(&self) -> Option<Family> {
        u8::try_from(self.safi).ok().map(|safi| Family::new(self.afi, Safi(safi)))
    }
}

/// Version and direction of BGPsec: the first octet of its capability (RFC 8205 section 2.2). Displayed as `0/receive`.
#[derive(Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "its field is the octet")]
pub struct BgpsecMode(pub u8);

impl BgpsecMode {
    /// Version 0, defined by the RFC, for one direction.
    pub const fn new(sends: bool) -> Self {
        Self(if sends { 8 } else { 0 })
    }

    /// The version: 4 bits.
    pub const fn version(self) -> u8 {
        self.0 >> 4
    }

    /// Whether the speaker sends BGPsec updates; it receives them otherwise.
    pub const fn sends(self) -> bool {
        self.0 & 8 != 0
    }
}

impl fmt::Display for BgpsecMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.version(), if self.sends() { "send" } else { "receive" })?;
        match self.0 & 7 {
            0 => Ok(()),
            unassigned => write!(f, "/{unassigned:#x}"),
        }
    }
}

impl fmt::Debug for BgpsecMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

wire_struct! {
    /// BGPsec (RFC 8205 section 2.2).
    pub struct BgpsecSupport {
        /// Version and direction.
        mode: BgpsecMode,
        /// Address family.
        afi: Afi,
    }
}

wire_struct! {
    /// Maximum number of labels in routes of a family (RFC 8277 section 2.1).
    pub struct MultipleLabels {
        /// The family.
        family: Family,
        /// Maximum number of labels; 255 for no limit.
        count: u8,
    }
}

bitflags::bitflags! {
    /// Restart flags of graceful restart: four bits (RFC 4724 section 3, RFC 8538 section 2).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct RestartFlags: u8 {
        /// R: the speaker has restarted; peers need not wait for its End-of-RIB.
        const RESTARTED = 8;
        /// N: routes also survive a NOTIFICATION other than a hard reset.
        const NOTIFICATION = 4;
        const _ = !0;
    }

    /// Flags of a family in graceful restart (RFC 4724 section 3).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct StateFlags: u8 {
        /// F: forwarding state was preserved during the restart.
        const FORWARDING = 0x80;
        const _ = !0;
    }

    /// Flags of a family in long-lived graceful restart (RFC 9494 section 3.1).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct StaleFlags: u8 {
        /// F: forwarding state was preserved during the restart.
        const FORWARDING = 0x80;
        const _ = !0;
    }

    /// Use of path identifiers (RFC 7911 section 4).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct AddPathMode: u8 {
        /// Can receive several paths.
        const RECEIVE = 1;
        /// Can send several paths.
        const SEND = 2;
        const _ = !0;
    }

    /// Flags of the multisession capability (draft-ietf-idr-bgp-multisession).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct MultisessionFlags: u8 {
        /// G: several families may share a session.
        const GROUPING = 0x80;
        const _ = !0;
    }
}

wire_flags!(OrfDirection(u8) RestartFlags(u8) StateFlags(u8) StaleFlags(u8) AddPathMode(u8) MultisessionFlags(u8));
wire_newtype!(BgpsecMode(u8));

/// Flags and time of graceful restart, in two octets. Displayed as `RESTARTED/120`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire")]
pub struct Restart {
    /// The upper four bits.
    pub flags: RestartFlags,
    /// Restart time in seconds: the lower twelve bits.
    pub time: u16,
}

impl<'a> Field<'a> for Restart {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Self::place(c, "", &mut ())
    }

    fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
        let start = c.offset();
        let &[high, low] = o.reported(c.array())?;
        let restart = Self { flags: RestartFlags::from_bits_retain(high >> 4), time: u16::from_be_bytes([high & 0xf, low]) };
        o.open(name, start);
        o.note("flags", start..start.saturating_add(1), &Shown(&restart.flags));
        o.note("time", start..c.offset(), &restart.time);
        o.close(c.offset());
        Ok(restart)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.flags.show(f)?;
        write!(f, "/{}", self.time)
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        object.member("flags", &self.flags)?;
        object.member("time", &self.time)?;
        object.end()
    }

    fn wire_len(&self) -> usize {
        2
    }

    fn check(&self) -> Result<(), EncodeError> {
        if self.time > 0xfff {
            return Err(EncodeError::out_of_range("restart time", u64::from(self.time)));
        }
        if self.flags.bits() > 0xf {
            return Err(EncodeError::out_of_range("restart flags", u64::from(self.flags.bits())));
        }
        Ok(())
    }

    fn write(&self, out: &mut dyn Sink) {
        out.put_u16(u16::from(self.flags.bits()) << 12 | self.time);
    }
}

wire_struct! {
    /// A family that survives a restart (RFC 4724 section 3).
    pub struct RestartFamily {
        /// The family.
        family: Family,
        /// Its state.
        flags: StateFlags,
    }
}

wire_struct! {
    /// Graceful restart (RFC 4724 section 3).
    pub struct GracefulRestart<'a> {
        /// Flags and time.
        restart: Restart,
        /// The families that survive.
        families: List<'a, RestartFamily>,
    }
}

wire_struct! {
    /// Use of path identifiers in a family (RFC 7911 section 4).
    pub struct AddPath {
        /// The family.
        family: Family,
        /// Send, receive or both.
        mode: AddPathMode,
    }
}

wire_struct! {
    /// Several sessions between two speakers (draft-ietf-idr-bgp-multisession).
    pub struct Multisession<'a> {
        /// Flags.
        flags: MultisessionFlags,
        /// Capabilities whose values distinguish sessions; empty if only the families do.
        session_ids: List<'a, CapabilityCode>,
    }
}

wire_struct! {
    /// A family of long-lived graceful restart (RFC 9494 section 3.1).
    pub struct Llgr {
        /// The family.
        family: Family,
        /// Its state.
        flags: StaleFlags,
        /// Long-lived stale time, in seconds.
        stale_time: U24,
    }
}

wire_struct! {
    /// Policies distributed by BGP (draft-ietf-idr-rpd).
    pub struct PolicyDistribution {
        /// The family.
        family: Family,
        /// 1 receives, 2 sends, 3 both.
        direction: OrfDirection,
    }
}

wire_struct! {
    /// The speaker's name (draft-walton-bgp-hostname-capability).
    pub struct Fqdn<'a> {
        /// Name of the host.
        host: CountedText<'a>,
        /// Name of its domain.
        domain: CountedText<'a>,
    }
}

wire_struct! {
    /// Maximum number of paths per prefix (draft-abraitis-idr-addpath-paths-limit).
    pub struct PathsLimit {
        /// The family.
        family: Family,
        /// Maximum number of paths.
        limit: u16,
    }
}

// One row per code. A row `6 ExtendedMessage;` is a capability without a value, `65 As4(Asn);` one whose value is a `Field`.
// Variants, codes, reading, writing, text and byte places are generated from the rows.
macro_rules! capabilities {
    ({$(
        $point:ident = $code:literal, $registered:literal, $source:literal
        $(empty { $empty:ident $(, $empty_more:literal)? })?
        $(value { $variant:ident($value:ty) $(, $more:literal)? })?;
    )*}) => {
        capabilities! {
            empty {
                $($(#[doc = concat!($registered, " (", $source, ").")] $(#[doc = $empty_more])? $code $empty;)?)*
            }
            valued {
                $($(#[doc = concat!($registered, " (", $source, ").")] $(#[doc = $more])? $code $variant($value);)?)*
            }
        }
    };
    (
        empty { $($(#[$empty_doc:meta])* $empty_code:literal $empty:ident;)* }
        valued { $($(#[$doc:meta])* $code:literal $variant:ident($value:ty);)* }
    ) => {
        /// A capability's value.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[non_exhaustive]
        pub enum CapabilityValue<'a> {
            $($(#[$empty_doc])* $empty,)*
            $($(#[$doc])* $variant($value),)*
            /// A capability without a row in the table, undecoded.
            Unknown(CapabilityCode, &'a [u8]),
        }

        impl<'a> CapabilityValue<'a> {
            /// The codes of all rows.
            pub const TYPED: &'static [CapabilityCode] = &[$(CapabilityCode($empty_code),)* $(CapabilityCode($code)),*];

            /// The code.
            pub const fn code(&self) -> CapabilityCode {
                match self {
                    $(Self::$empty => CapabilityCode($empty_code),)*
                    $(Self::$variant(_) => CapabilityCode($code),)*
                    Self::Unknown(code, _) => *code,
                }
            }

            /// Whether the capability has no value.
            pub const fn is_empty(&self) -> bool {
                matches!(self, $(Self::$empty)|*)
            }

            fn read(code: CapabilityCode, raw: &'a [u8], offset: u64) -> Result<Self> {
                let mut c = Cursor::at(raw, offset);
                let value = Self::place(code, &mut c, &mut ())?;
                c.finish()?;
                Ok(value)
            }

            /// Reads a value at the start of a window and shows its fields to an observer.
            fn place<O: Observer>(code: CapabilityCode, c: &mut Cursor<'a>, o: &mut O) -> Result<Self> {
                match code.0 {
                    $($empty_code => Ok(Self::$empty),)*
                    $($code => o.field(c, "value").map(Self::$variant),)*
                    _ => o.field(c, "value").map(|raw| Self::Unknown(code, raw)),
                }
            }

            fn value_len(&self) -> usize {
                match self {
                    $(Self::$empty => 0,)*
                    $(Self::$variant(value) => Field::wire_len(value),)*
                    Self::Unknown(_, raw) => raw.len(),
                }
            }

            fn check_value(&self) -> Result<(), EncodeError> {
                match self {
                    $(Self::$variant(value) => Field::check(value),)*
                    // It would be read back as the row's value; malformed octets stay undecoded.
                    Self::Unknown(code, raw) => match Self::read(*code, raw, 0) {
                        Ok(Self::Unknown(..)) | Err(_) => Ok(()),
                        Ok(_) => Err(EncodeError::unrepresentable("code")),
                    },
                    _ => Ok(()),
                }
            }

            fn write_value(&self, out: &mut dyn Sink) {
                match self {
                    $(Self::$empty => {})*
                    $(Self::$variant(value) => Field::write(value, out),)*
                    Self::Unknown(_, raw) => out.put_slice(raw),
                }
            }

            fn json_value<O: JsonObject>(&self, object: &mut O) -> Result<(), O::Error> {
                match self {
                    $(Self::$empty => Ok(()),)*
                    $(Self::$variant(value) => object.member("value", value),)*
                    Self::Unknown(_, raw) => object.member("value", raw),
                }
            }

            fn show_value(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$empty => Ok(()),)*
                    $(Self::$variant(value) => Field::show(value, f),)*
                    Self::Unknown(_, raw) => crate::wire::hex(raw, f),
                }
            }
        }
    };
}

capability_codes!(capabilities!);

impl fmt::Display for CapabilityValue<'_> {
    /// The capability's name, and its value in parentheses: `4-octet AS(65536)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.code(), f)?;
        if self.is_empty() {
            return Ok(());
        }
        f.write_str("(")?;
        self.show_value(f)?;
        f.write_str(")")
    }
}

impl ToJson for CapabilityValue<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        object.member("code", &self.code().0)?;
        if let Some(name) = self.code().name() {
            object.member("name", name)?;
        }
        self.json_value(&mut object)?;
        object.end()
    }
}

serialize_as_json!(CapabilityValue<'a>);

impl CapabilityValue<'_> {
    /// Octets on the wire: code, length, value.
    pub fn encoded_len(&self) -> usize {
        self.value_len().saturating_add(2)
    }

    /// Writes code, length and value.
    ///
    /// # Errors
    /// A value that does not fit its field, a value over 255 octets, or too little room; then nothing is written.
    pub fn encode(&self, out: &mut impl Sink) -> Result<(), EncodeError> {
        let name = self.code().name().unwrap_or("capability");
        self.check_value().map_err(|e| e.of(name))?;
        let len = self.value_len();
        crate::wire::check_len(len, 1, name)?;
        let need = self.encoded_len();
        if out.room() < need {
            return Err(EncodeError::no_room(need.saturating_sub(out.room())));
        }
        out.put_u8(self.code().0);
        crate::wire::write_uint(out, len, 1);
        self.write_value(out);
        Ok(())
    }
}

impl<'a> Capability<'a> {
    /// The value, checked.
    ///
    /// # Errors
    /// A length invalid for the capability.
    pub fn decode(&self) -> Result<CapabilityValue<'a>> {
        CapabilityValue::read(self.code, self.raw, self.offset).map_err(|e| {
            let e = match e.kind() {
                ErrorKind::Truncated(_) | ErrorKind::TrailingBytes(_) => error_at::bad_length(self.raw.len(), self.offset),
                _ => e,
            };
            self.named(e)
        })
    }

    fn named(&self, e: Error) -> Error {
        e.within(Context::Capability(self.code), Action::ResetSession)
    }

    /// Shows the capability's fields, from its code on, to an observer.
    fn place<O: Observer>(&self, o: &mut O) {
        let (code, len) = (self.offset.saturating_sub(2), self.offset.saturating_sub(1));
        o.open("capability", code);
        o.label(&self.code);
        o.note("code", code..len, &Named(self.code.0, self.code.name()));
        o.note("length", len..self.offset, &self.raw.len());
        let mut c = Cursor::at(self.raw, self.offset);
        if CapabilityValue::place(self.code, &mut c, o).is_ok()
            && let Err(e) = c.finish()
        {
            o.error(self.named(e));
        }
        o.close(self.offset.saturating_add(self.raw.len() as u64));
    }

    /// Adds the capability's fields, from its code on, to `places`.
    #[cfg(feature = "alloc")]
    pub fn places(&self, places: &mut crate::places::Places) {
        self.place(places);
    }
}

/// Shows the fields of capabilities, complete or truncated, to an observer.
pub(super) fn place_list<O: Observer>(mut c: Cursor<'_>, o: &mut O) {
    while !c.is_empty() {
        let start = c;
        let mut list = Capabilities { parameters: Parameters::NONE, cursor: c, cut: None };
        if let Some(Ok(capability)) = list.next() {
            capability.place(o);
            c = list.cursor;
            continue;
        }
        // The last one is truncated: its code and length, if present.
        o.open("capability", start.offset());
        if let Ok(code) = o.coded(&mut c, "code", CapabilityCode, CapabilityCode::name) {
            o.label(&code);
            if let Ok(len) = o.field::<u8>(&mut c, "length") {
                let missing = u32::try_from(usize::from(len).saturating_sub(c.len())).unwrap_or(u32::MAX);
                let e = Error::new(ErrorKind::Truncated(missing), c.offset().saturating_add(c.len() as u64));
                o.cut(e.within(Context::Capability(code), Action::ResetSession), |o| {
                    if !c.is_empty() {
                        let _ = CapabilityValue::place(code, &mut c, o);
                    }
                });
            }
        }
        c.stop();
        o.close(c.offset());
    }
}

impl<'a> Parameter<'a> {
    /// The capabilities of this parameter; empty unless it is of type 2.
    pub const fn capabilities(&self) -> Capabilities<'a> {
        Capabilities::parse_at(if self.kind == OpenParameter::CAPABILITIES.0 { self.raw } else { &[] }, self.offset)
    }
}

/// Capabilities in wire order: of one parameter, or of all parameters of an OPEN. Of a truncated last parameter those before the
/// error are given.
#[derive(Clone, Copy, Debug)]
pub struct Capabilities<'a> {
    parameters: Parameters<'a>,
    cursor: Cursor<'a>,
    // The error of a truncated parameter, whose capabilities come first.
    cut: Option<Error>,
}

impl<'a> Capabilities<'a> {
    pub(super) const fn new(parameters: Parameters<'a>) -> Self {
        Self { parameters, cursor: Cursor::at(&[], 0), cut: None }
    }

    /// The capabilities in `bytes`, `offset` octets into the outermost input: those of one parameter, or the data of a
    /// NOTIFICATION about unsupported ones (RFC 5492 section 5).
    pub const fn parse_at(bytes: &'a [u8], offset: u64) -> Self {
        Self { parameters: Parameters::NONE, cursor: Cursor::at(bytes, offset), cut: None }
    }

    fn read(&mut self) -> Result<Capability<'a>> {
        let code = CapabilityCode(self.cursor.u8()?);
        let len = self.cursor.u8()?;
        let offset = self.cursor.offset();
        let raw = self.cursor.take(usize::from(len))?;
        Ok(Capability { code, raw, offset })
    }
}

impl<'a> Capabilities<'a> {
    /// The next capability; for a truncated one, the error and its octets from the code on.
    pub(super) fn next_or_rest(&mut self) -> Option<Result<Capability<'a>, (Error, &'a [u8])>> {
        while self.cursor.is_empty() {
            if let Some(e) = self.cut.take() {
                return Some(Err((e, &[])));
            }
            let there = self.parameters;
            match self.parameters.next()? {
                Ok(parameter) if parameter.kind == OpenParameter::CAPABILITIES.0 => {
                    self.cursor = Cursor::at(parameter.raw, parameter.offset)
                }
                Ok(_) => {}
                Err(e) => match there.cut_capabilities() {
                    Some(cursor) => (self.cursor, self.cut) = (cursor, Some(e)),
                    None => return Some(Err((e, &[]))),
                },
            }
        }
        let start = self.cursor;
        Some(self.read().map_err(|e| {
            // The parameter's own length still locates the next parameter.
            self.cursor.stop();
            let e = self.cut.take().unwrap_or(e);
            (e.within(Context::OpenParameter(OpenParameter::CAPABILITIES.0), Action::ResetSession), start.rest())
        }))
    }
}

impl<'a> Iterator for Capabilities<'a> {
    type Item = Result<Capability<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.next_or_rest()?.map_err(|(e, _)| e))
    }
}

impl FusedIterator for Capabilities<'_> {}

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests;
