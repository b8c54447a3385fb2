//! Labeled prefixes (RFC 8277) and label stacks.

use core::fmt;
use core::iter::FusedIterator;

use super::unicast::{prefix_octets, read_prefix, write_prefix_octets};
use super::{RouteContext, RouteField};
use crate::error::{EncodeError, Error, ErrorKind, Result};
use crate::family::Family;
use crate::prefix::Prefix;
use crate::wire::{Cursor, Field, Observer, Octets, ReadText, Sink};

/// An MPLS label in three octets: 20 bits of label, three of traffic class, one bottom-of-stack bit (RFC 3032 section 2.1, RFC
/// 8277 section 2.2).
///
/// Displayed as its 20 bits at the bottom of the stack with traffic class 0, `100`; else with the last four bits after a colon,
/// `631:4`: traffic class and bottom-of-stack bit, a number from 0 to 15. The text parses back to the same octets.
///
/// For EVPN over VXLAN, NVGRE or GENEVE the field holds a 24-bit VNI instead (RFC 8365 section 5.1.3): [`Label::bits`] is that
/// number, and [`WithVnis`] displays it beside the label. The VNI 10100 is the label `631:4`: 10100 = 631 × 16 + 4.
///
/// ```
/// use routeglass::nlri::Label;
///
/// let label = Label([0x00, 0x27, 0x74]);
/// assert_eq!((label.to_string(), label.value(), label.bits()), ("631:4".into(), 631, 10100));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(pub [u8; 3]);

impl<'a> Field<'a> for Label {
    #[inline]
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        <[u8; 3]>::read(c).map(Self)
    }

    #[cfg_attr(optimised, inline(always))]
    fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
        if !O::OBSERVES {
            return Self::read(c);
        }
        let vnis = o.labels_are_vnis();
        o.leaf(c, name, Self::read, |label, f| match vnis {
            true => write!(f, "{label} vni={}", label.bits()),
            // Not the usual end of a stack: perhaps a VNI, though no encapsulation says so.
            false if label.0[2] & 0x0f != 1 => write!(f, "{label} (all 24 bits: {})", label.bits()),
            false => label.show(f),
        })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn wire_len(&self) -> usize {
        3
    }

    fn write(&self, out: &mut dyn Sink) {
        out.put_slice(&self.0);
    }
}

/// A value whose label fields hold VNIs. Its own octets do not say so; the encapsulation in the path attributes does
/// ([`Attributes::labels_are_vnis`](crate::attr::Attributes::labels_are_vnis), RFC 8365 section 5.1.3).
///
/// Displayed as the value, with the number: `vni=10100` after the field `label`, `vni1` and `vni2` for `label1` and `label2`.
/// JSON has numeric members with these names. [`EvpnRoute::from_text`](super::EvpnRoute::from_text) parses both texts.
///
/// ```
/// use routeglass::nlri::{EvpnRoute, WithVnis};
///
/// let text = "ethernet-ad(rd=64496:1 esi=max ethernet_tag=0 label=631:4)";
/// let mut octets = Vec::new();
/// let route = EvpnRoute::from_text(text, &mut octets)?;
/// assert_eq!(WithVnis(route).to_string(), "ethernet-ad(rd=64496:1 esi=max ethernet_tag=0 label=631:4 vni=10100)");
/// # Ok::<(), routeglass::nlri::ParseRouteError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its field is the value")]
pub struct WithVnis<T>(pub T);

/// The label fields of a route that may hold bits of its SRv6 SIDs (RFC 9252 sections 5 and 6).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct ServiceLabels {
    /// The label for the SID in an SRv6 L2 Service TLV.
    pub layer2: Option<ServiceLabel>,
    /// The label for the SID in an SRv6 L3 Service TLV.
    pub layer3: Option<ServiceLabel>,
}

/// A label field that may hold bits of an SRv6 SID, with what its kind of route allows (RFC 9252 sections 5 and 6).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ServiceLabel {
    label: Label,
    field: LabelField,
}

/// A kind of label field: how many bits of an SRv6 SID it can hold, and of which part of the SID.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct LabelField {
    /// Its bits.
    pub(crate) bits: u32,
    /// Whether they may be of the function.
    pub(crate) function: bool,
    /// Whether they may be of the argument.
    pub(crate) argument: bool,
}

impl LabelField {
    /// None: the family has no labels.
    const NONE: Self = Self { bits: 0, function: false, argument: false };
    /// 20 bits, of labeled and VPN routes (RFC 9252 section 5).
    const MPLS: Self = Self { bits: 20, function: true, argument: false };
    /// 24 bits, of EVPN routes and of PMSI_TUNNEL beside them (RFC 9252 section 6).
    const EVPN: Self = Self { bits: 24, function: true, argument: false };
    /// 24 bits, of the ESI label (RFC 9252 section 6.1.1).
    const ESI: Self = Self { bits: 24, function: false, argument: true };
    /// One of the last two, or of an unknown family.
    const EITHER: Self = Self { bits: 24, function: true, argument: true };

    /// The one of a family; `None` if the family is unknown.
    pub(crate) const fn of_family(family: Option<Family>) -> Self {
        match family {
            Some(Family::IPV4_LABELED | Family::IPV6_LABELED | Family::IPV4_VPN | Family::IPV6_VPN) => Self::MPLS,
            Some(family) if family.prefix_is_v6().is_some() => Self::NONE,
            _ => Self::EITHER,
        }
    }
}

impl ServiceLabel {
    /// The label of a labeled or VPN route: 20 bits, of the SID's function (RFC 9252 section 5).
    pub const fn mpls(label: Label) -> Self {
        Self { label, field: LabelField::MPLS }
    }

    /// A label field of an EVPN route or of PMSI_TUNNEL: 24 bits, of the SID's function (RFC 9252 section 6).
    pub const fn evpn(label: Label) -> Self {
        Self { label, field: LabelField::EVPN }
    }

    /// The label of the ESI Label extended community: 24 bits, of the SID's argument (RFC 9252 section 6.1.1).
    pub const fn esi(label: Label) -> Self {
        Self { label, field: LabelField::ESI }
    }

    /// The label.
    pub const fn label(self) -> Label {
        self.label
    }

    /// The kind of field.
    pub(crate) const fn field(self) -> LabelField {
        self.field
    }
}

impl Label {
    /// The value in place of a label in withdrawals (RFC 8277 section 2.4).
    pub const WITHDRAWN: Self = Self([0x80, 0, 0]);

    /// A label at the bottom of its stack; `None` if `value` exceeds 20 bits.
    pub const fn bottom(value: u32) -> Option<Self> {
        match Self::new(value) {
            Some(Self([a, b, c])) => Some(Self([a, b, c | 1])),
            None => None,
        }
    }

    /// A label above others; `None` if `value` exceeds 20 bits.
    pub const fn new(value: u32) -> Option<Self> {
        if value > 0xf_ffff {
            return None;
        }
        let [_, a, b, c] = (value << 4).to_be_bytes();
        Some(Self([a, b, c]))
    }

    /// The label: 20 bits.
    pub const fn value(self) -> u32 {
        let [a, b, c] = self.0;
        u32::from_be_bytes([0, a, b, c]) >> 4
    }

    /// All 24 bits as a number, as VXLAN network identifiers use them (RFC 8365 section 5.1.3).
    pub const fn bits(self) -> u32 {
        let [a, b, c] = self.0;
        u32::from_be_bytes([0, a, b, c])
    }

    /// Whether the bottom-of-stack bit is set.
    pub const fn is_bottom(self) -> bool {
        self.0[2] & 1 != 0
    }

    /// Whether the octets mean "no label" in a withdrawal: 0x800000, or the 0x000000 of older speakers.
    const fn is_withdrawn(self) -> bool {
        matches!(self.0, [0x80 | 0, 0, 0])
    }
}

impl Label {
    /// Displays the label, with its last four bits unless they are the expected ones.
    fn show_expecting(self, bits: u8, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.0[2] & 0x0f;
        if last == bits { write!(f, "{}", self.value()) } else { write!(f, "{}:{last}", self.value()) }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.show_expecting(1, f)
    }
}

/// Parses a label's text; `bits` are the expected last four: the inverse of [`Label::show_expecting`].
pub(super) fn read_label(text: &str, bits: u8) -> nom::IResult<&str, Label> {
    use nom::Parser as _;
    use nom::character::complete::{char, u8, u32};
    use nom::combinator::{map_opt, opt};
    let whole = |(value, last): (u32, Option<u8>)| {
        let last = last.unwrap_or(bits);
        let Label([a, b, c]) = Label::new(value)?;
        (last <= 0x0f).then_some(Label([a, b, c | last]))
    };
    map_opt((u32, opt(nom::sequence::preceded(char(':'), u8))), whole).parse(text)
}

/// Parses a stack's text; its labels go to `out`.
pub(super) fn read_stack<'t>(text: &'t str, out: &mut impl Extend<[u8; 3]>) -> nom::IResult<&'t str, ()> {
    if let Some(rest) = text.strip_prefix("withdrawn") {
        out.extend([Label::WITHDRAWN.0]);
        return Ok((rest, ()));
    }
    let mut text = text;
    loop {
        // The expected last bits depend on whether another label follows.
        let (rest, inner) = read_label(text, 0)?;
        match rest.strip_prefix('/') {
            Some(next) => {
                out.extend([inner.0]);
                text = next;
            }
            None => {
                let (rest, bottom) = read_label(text, 1)?;
                out.extend([bottom.0]);
                return Ok((rest, ()));
            }
        }
    }
}

impl<'b> ReadText<'b> for Label {
    fn read_text<'t>(text: &'t str, _: &mut Octets<'b>) -> nom::IResult<&'t str, Self> {
        read_label(text, 1)
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How the labels before a route's prefix are read, which the route itself does not say (RFC 8277 section 2).
///
/// A first label with the bottom-of-stack bit is the only one in all variants. One without it is read as the variant says, unless
/// that gives no route (or a VPN route whose distinguisher type RFC 4364 section 4.2 does not define) and the other reading gives
/// one. [`RawRoute::note`](super::RawRoute::note) reports violations of RFC 8277.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub enum LabelEncoding {
    /// Announced without Multiple Labels negotiated: one label, its bottom-of-stack bit ignored (section 2.2).
    One,
    /// Announced with Multiple Labels negotiated: labels up to the one with the bottom-of-stack bit (section 2.3).
    Multiple,
    /// Announced in an unknown session, as in archives: read as `Multiple`. A route that would differ as `One` has a note.
    #[default]
    Unknown,
    /// Withdrawn: one field of three octets with a meaningless value (section 2.4). 0x800000 and 0x000000 are never a stack.
    Withdrawn,
}

impl LabelEncoding {
    /// Whether labels go up to the one with the bottom-of-stack bit.
    const fn goes_by_bits(self) -> bool {
        matches!(self, Self::Multiple | Self::Unknown)
    }
}

/// A stack of labels, the outermost first.
///
/// Displayed as `100/200`, with the last four bits of a label after a colon unless they are those of a stack with traffic class
/// 0: `100:2/200`; the octets 0x800000 of withdrawals are displayed as `withdrawn`.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Labels<'a>(&'a [[u8; 3]]);

impl<'a> Labels<'a> {
    /// The stack in `octets`, three per label.
    pub const fn new(octets: &'a [[u8; 3]]) -> Self {
        Self(octets)
    }

    /// The labels, the outermost first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Label> + ExactSizeIterator + FusedIterator + Clone + use<'a> {
        self.0.iter().map(|octets| Label(*octets))
    }

    /// Number of labels.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no labels.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the stack is the placeholder of withdrawals (RFC 8277 section 2.4).
    pub const fn is_withdrawn(&self) -> bool {
        matches!(*self.0, [[0x80 | 0, 0, 0]])
    }

    /// Reads labels up to the bottom of the stack, or only the first.
    fn read(c: &mut Cursor<'a>, stack: bool) -> Result<Self> {
        let start = c.rest();
        let mut octets = 0usize;
        loop {
            let label = Label(*c.array::<3>()?);
            octets = octets.saturating_add(3);
            if label.is_bottom() || !stack {
                break;
            }
        }
        Ok(Self(start.get(..octets).unwrap_or(&[]).as_chunks().0))
    }

    /// Reads the labels before the part that `read` reads, which fills the rest of a route's window.
    ///
    /// A first label without the bottom-of-stack bit is read both ways: as the only label, and as the start of a stack.
    /// `encoding` decides, unless its reading gives no route, or only the other one is `plausible`: speakers of RFC 3107 and
    /// those that never set the bit coexist (RFC 8277 section 2.2).
    pub(super) fn read_before<T>(
        window: Cursor<'a>,
        encoding: LabelEncoding,
        read: impl Fn(Self, Cursor<'a>) -> Result<T>,
        plausible: impl Fn(&T) -> bool,
    ) -> Result<T> {
        let route = |stack| {
            let mut window = window;
            let labels = Self::read(&mut window, stack)?;
            read(labels, window)
        };
        let withdrawn = encoding == LabelEncoding::Withdrawn;
        let alone = |first: Label| first.is_bottom() || withdrawn && first.is_withdrawn();
        if window.rest().first_chunk().is_none_or(|octets| alone(Label(*octets))) {
            return route(false);
        }
        let stack = encoding.goes_by_bits();
        match (route(stack), route(!stack)) {
            (Ok(route), Ok(other)) => Ok(if !plausible(&route) && plausible(&other) { other } else { route }),
            (Ok(route), Err(_)) | (Err(_), Ok(route)) => Ok(route),
            (Err(e), Err(_)) => Err(e),
        }
    }

    /// Consumes the labels of a window and shows each to an observer: those of the whole route if it can be read, else those that
    /// the encoding prefers.
    pub(super) fn place<O: Observer>(
        c: &mut Cursor<'a>,
        route: Result<Self>,
        encoding: LabelEncoding,
        o: &mut O,
    ) -> Result<Self> {
        let mut at = c.offset();
        let labels = match route {
            Ok(labels) => c.take(labels.len().saturating_mul(3)).map(|_| labels),
            Err(_) => Self::read(c, encoding.goes_by_bits()),
        };
        let labels = o.reported(labels)?;
        for label in labels.iter() {
            let end = at.saturating_add(3);
            let (value, last) = (label.value(), label.0[2]);
            o.note("label", at..end, &format_args!("value={value} tc={} s={}", last >> 1 & 7, last & 1));
            at = end;
        }
        Ok(labels)
    }

    /// The note on the labels of a route that starts at `offset`, by RFC 8277; `alone` says whether it is a different route with
    /// only the first label.
    pub(super) fn note(&self, encoding: LabelEncoding, alone: impl Fn() -> bool, offset: u64) -> Option<Error> {
        let several = u8::try_from(self.len()).ok().filter(|labels| *labels > 1);
        let kind = match (encoding, several) {
            (LabelEncoding::Withdrawn, Some(labels)) => ErrorKind::WithdrawnLabels(labels),
            (LabelEncoding::One, Some(labels)) => ErrorKind::SeveralLabels(labels),
            (LabelEncoding::Unknown, Some(labels)) if alone() => ErrorKind::AmbiguousLabels(labels),
            (LabelEncoding::One | LabelEncoding::Multiple | LabelEncoding::Unknown, None)
                if self.iter().any(|label| !label.is_bottom()) =>
            {
                ErrorKind::NoBottomOfStack
            }
            _ => return None,
        };
        // After the length octet.
        Some(Error::new(kind, offset.saturating_add(1)))
    }

    pub(super) fn check(&self) -> Result<(), EncodeError> {
        // By bottom-of-stack bits, the stack must end at its bottom; a single label may lack the bit, or be the field of a
        // withdrawal.
        match self.0.split_last() {
            Some((_, [])) => Ok(()),
            Some((last, above)) if Label(*last).is_bottom() && above.iter().all(|label| !Label(*label).is_bottom()) => Ok(()),
            _ => Err(EncodeError::unrepresentable("labels")),
        }
    }

    /// Whether the labels may be sent in this encoding: several only if negotiated, the last with its bit; in a withdrawal one
    /// field.
    pub(super) fn check_by(&self, encoding: LabelEncoding) -> Result<(), EncodeError> {
        let right = match (encoding, self.0) {
            (_, []) | (LabelEncoding::Withdrawn, [_]) => true,
            (LabelEncoding::One, [only]) => Label(*only).is_bottom(),
            (LabelEncoding::Multiple | LabelEncoding::Unknown, [.., last]) => Label(*last).is_bottom(),
            _ => false,
        };
        match (encoding, self.0) {
            _ if right => Ok(()),
            (LabelEncoding::One, [_, _, ..]) => {
                Err(EncodeError::by_session("labels", "more than one label (RFC 8277)", "multiple_labels", false))
            }
            _ => Err(EncodeError::unrepresentable("labels")),
        }
    }

    pub(super) fn write(&self, out: &mut dyn Sink) {
        self.iter().for_each(|label| out.put_slice(&label.0));
    }
}

impl Labels<'_> {
    /// Displays one label as in the text of the stack.
    pub(super) fn show_label(&self, at: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.get(at) {
            Some(_) if *self.0 == [Label::WITHDRAWN.0] => f.write_str("withdrawn"),
            Some(label) => Label(*label).show_expecting(u8::from(at.saturating_add(1) == self.len()), f),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Labels<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for at in 0..self.len() {
            if at > 0 {
                f.write_str("/")?;
            }
            self.show_label(at, f)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Labels<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reads the prefix that fills the rest of a window: `bits` of the whole window, of which `taken` octets are read.
fn read_rest(mut window: Cursor<'_>, bits: u8, taken: usize, v6: bool) -> Result<Prefix> {
    let offset = window.offset();
    let taken = u8::try_from(taken.saturating_mul(8)).unwrap_or(u8::MAX);
    let Some(len) = bits.checked_sub(taken) else {
        return Err(Error::new(ErrorKind::BadLength(u32::from(bits)), offset));
    };
    // One buffer with the length before the address, in the form of a plain prefix.
    let mut octets = [0u8; 33];
    let rest = window.take(window.len())?;
    let (first, address) = octets.split_at_mut(1);
    first.iter_mut().for_each(|octet| *octet = len);
    for (to, from) in address.iter_mut().zip(rest) {
        *to = *from;
    }
    let there = octets.get(..rest.len().saturating_add(1)).unwrap_or(&octets);
    match read_prefix(there, v6) {
        Ok((prefix, [])) => Ok(prefix),
        Ok((_, left)) => Err(Error::new(ErrorKind::TrailingBytes(u32::try_from(left.len()).unwrap_or(u32::MAX)), offset)),
        Err(kind) => Err(Error::new(kind, offset)),
    }
}

/// A prefix with its labels (RFC 8277 section 2), displayed as `198.51.100.0/24 label 100`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire")]
pub struct LabeledPrefix<'a> {
    /// The labels, the outermost first.
    pub labels: Labels<'a>,
    /// The prefix.
    pub prefix: Prefix,
}

impl<'a> LabeledPrefix<'a> {
    /// The rest of the route's window after the labels.
    fn after_labels<O: Observer>(
        labels: Labels<'a>,
        mut c: Cursor<'a>,
        bits: u8,
        context: RouteContext,
        o: &mut O,
    ) -> Result<Self> {
        let prefix = place_rest(&mut c, bits, labels.len().saturating_mul(3), context.family.is_v6(), o)?;
        Ok(Self { labels, prefix })
    }
}

impl<'a> RouteField<'a> for LabeledPrefix<'a> {
    fn read_route<O: Observer>(c: &mut Cursor<'a>, context: RouteContext, o: &mut O) -> Result<Self> {
        bit_route(c, o, |bits, mut window, o| {
            let read = |labels, window| Self::after_labels(labels, window, bits, context, &mut ());
            let route = Labels::read_before(window, context.labels, read, |_| true);
            if !O::OBSERVES {
                return route;
            }
            let labels = Labels::place(&mut window, route.map(|route| route.labels), context.labels, o)?;
            Self::after_labels(labels, window, bits, context, o)
        })
    }

    fn route_len(&self) -> usize {
        self.labels.len().saturating_mul(3).saturating_add(prefix_octets(self.prefix)).saturating_add(1)
    }

    fn check_route(&self, _: Family) -> Result<(), EncodeError> {
        self.labels.check()?;
        check_bits(self.labels.len().saturating_mul(24), self.prefix).map(|_| ())
    }

    fn write_route(&self, out: &mut dyn Sink) {
        out.put_u8(check_bits(self.labels.len().saturating_mul(24), self.prefix).unwrap_or(u8::MAX));
        self.labels.write(out);
        write_prefix_octets(self.prefix, out);
    }
}

/// Reads a route with a length in bits, and its octets with `fields`.
pub(super) fn bit_route<'a, T: fmt::Display, O: Observer>(
    c: &mut Cursor<'a>,
    o: &mut O,
    fields: impl FnOnce(u8, Cursor<'a>, &mut O) -> Result<T>,
) -> Result<T> {
    o.group(c, "route", |c, o| {
        let bits: u8 = o.field(c, "length")?;
        let route = o.window(c, usize::from(bits.div_ceil(8)), |window, o| fields(bits, window, o))?;
        o.label(&route);
        Ok(route)
    })
}

/// Reads the prefix that fills the rest of a window: [`read_rest`].
pub(super) fn place_rest<O: Observer>(c: &mut Cursor<'_>, bits: u8, taken: usize, v6: bool, o: &mut O) -> Result<Prefix> {
    let read = |c: &mut Cursor<'_>| {
        let rest = *c;
        c.stop();
        read_rest(rest, bits, taken, v6)
    };
    o.leaf(c, "prefix", read, fmt::Display::fmt)
}

/// The length octet of a prefix with `more` bits before it.
pub(super) fn check_bits(more: usize, prefix: Prefix) -> Result<u8, EncodeError> {
    let bits = more.saturating_add(usize::from(prefix.len()));
    u8::try_from(bits).map_err(|_| EncodeError::too_long("labels", bits, 255))
}

impl fmt::Display for LabeledPrefix<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} label {}", self.prefix, self.labels)
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests {
    use super::*;
    use crate::nlri::{RawRoute, testing};

    #[test]
    fn places_of_the_fields() {
        use crate::nlri::testing::{expected, places};
        // Labels 100 of traffic class 5 and 200 at the bottom; 48 bits of labels and 22 of prefix.
        assert_eq!(
            places(Family::of(1, 4), "46 00064a 000c81 c63364"),
            expected(&[
                ("route", 100..110, "198.51.100.0/22 label 100:10/200"),
                ("length", 100..101, "70"),
                ("label", 101..104, "value=100 tc=5 s=0"),
                ("label", 104..107, "value=200 tc=0 s=1"),
                ("prefix", 107..110, "198.51.100.0/22"),
            ])
        );
        // A withdrawn route: 0x800000 in place of a label.
        assert_eq!(
            testing::places_with(Family::of(2, 4), LabelEncoding::Withdrawn, "38 800000 20010db8"),
            expected(&[
                ("route", 100..108, "2001:db8::/32 label withdrawn"),
                ("length", 100..101, "56"),
                ("label", 101..104, "value=524288 tc=0 s=0"),
                ("prefix", 104..108, "2001:db8::/32"),
            ])
        );
        // Two of the prefix's three octets are there.
        assert_eq!(
            places(Family::of(1, 4), "30 000641 c633"),
            expected(&[
                ("route", 100..106, ""),
                ("length", 100..101, "48"),
                ("label", 101..104, "value=100 tc=0 s=1"),
                ("error", 101..101, "IPv4 labeled routes: needs 1 byte more than is there (at byte 101)"),
            ])
        );
    }

    #[test]
    fn a_label_and_its_parts() {
        let label = Label([0, 0x06, 0x41]);
        assert_eq!((label.value(), label.is_bottom(), label.bits()), (100, true, 0x641));
        assert_eq!((Label::bottom(100), Label::new(1 << 20)), (Some(label), None));
        assert_eq!(Label::new(100), Some(Label([0, 0x06, 0x40])));
    }

    #[test]
    fn one_label_two_labels_and_none() {
        let read = |bytes| LabeledPrefix::read_route(&mut Cursor::at(bytes, 5), RouteContext::new(Family::IPV4_LABELED), &mut ());
        let one = read(&[48, 0, 6, 0x41, 198, 51, 100]).unwrap();
        assert_eq!(one.to_string(), "198.51.100.0/24 label 100");
        assert_eq!(read(&[72, 0, 6, 0x40, 0, 0x0c, 0x81, 198, 51, 100]).unwrap().to_string(), "198.51.100.0/24 label 100/200");
        assert_eq!(read(&[48, 0x80, 0, 0, 198, 51, 100]).unwrap().to_string(), "198.51.100.0/24 label withdrawn");
        assert_eq!(read(&[48, 0, 0, 0, 198, 51, 100]).unwrap().to_string(), "198.51.100.0/24 label 0:0");
        let mut out = Vec::new();
        one.write_route(&mut out);
        assert_eq!((out.len(), &out[..]), (one.route_len(), &[48, 0, 6, 0x41, 198, 51, 100][..]));
    }

    #[test]
    fn what_cannot_be() {
        let read = |bytes| {
            LabeledPrefix::read_route(&mut Cursor::at(bytes, 5), RouteContext::new(Family::IPV4_LABELED), &mut ())
                .unwrap_err()
                .to_string()
        };
        assert_eq!(read(&[57, 0, 6, 0x41, 198, 51, 100, 1, 1]), "input: prefix length 33 is longer than an address (at byte 9)");
        assert_eq!(read(&[16, 0, 6]), "input: needs 1 byte more than is there (at byte 6)");
        assert_eq!(read(&[48, 0, 6, 0x41, 198]), "input: needs 2 bytes more than are there (at byte 6)");
        assert_eq!(read(&[20, 0, 6, 0x41]), "input: length 20 is not valid here (at byte 9)");
    }

    #[test]
    fn stacks_that_can_be_written() {
        let written = |stack| Labels::new(stack).check().is_ok();
        assert!(written(&[[0, 6, 0x41]]) && written(&[[0, 6, 0x40], [0, 0x0c, 0x81]]));
        assert!(written(&[[0, 0, 0], [0, 6, 0x41]]) && written(&[[0x80, 0, 0], [0, 6, 0x41]]));
        assert!(written(&[[0x80, 0, 0]]) && written(&[[0, 0, 0]]));
        // A single label may lack the bit: it is ignored where one label is negotiated. No builder sends it so.
        assert!(written(&[[0, 6, 0x40]]) && Labels::new(&[[0, 6, 0x40]]).check_by(LabelEncoding::One).is_err());
        assert!(!written(&[]));
        assert!(!written(&[[0, 6, 0x41], [0, 6, 0x41]]) && !written(&[[0, 6, 0x40], [0, 0, 0]]));
    }

    const NO_BOTTOM: &str = "the last label has no bottom-of-stack bit";
    const SEVERAL: &str = "2 labels, and more than one was not agreed on";
    const AMBIGUOUS: &str = "2 labels, or one and a longer prefix: what was agreed on is not known";
    const WITHDRAWN: &str = "2 labels, where a withdrawal has one field";

    /// RFC 8277 sections 2.2 to 2.4: octets, encoding, result, note.
    #[test]
    fn one_label_or_a_stack() {
        use LabelEncoding::{Multiple, One, Unknown, Withdrawn};
        let (v4, v6, vpn4, vpn6) = (Family::IPV4_LABELED, Family::of(2, 4), Family::IPV4_VPN, Family::IPV6_VPN);
        for (family, digits, encoding, text, note) in [
            // One label with its bit is one label.
            (v4, "30 000641 cb0071", One, "203.0.113.0/24 label 100", ""),
            (v4, "30 000641 cb0071", Multiple, "203.0.113.0/24 label 100", ""),
            (v4, "30 000641 cb0071", Withdrawn, "203.0.113.0/24 label 100", ""),
            // Without it, the following octets may be the bottom of a stack: cb0071 has the bit.
            (v4, "30 000640 cb0071", One, "203.0.113.0/24 label 100:0", NO_BOTTOM),
            (v4, "30 000640 cb0071", Multiple, "0.0.0.0/0 label 100/831495", ""),
            (v4, "30 000640 cb0071", Withdrawn, "203.0.113.0/24 label 100:0", ""),
            // c63364 does not: no stack.
            (v4, "30 000640 c63364", Multiple, "198.51.100.0/24 label 100:0", NO_BOTTOM),
            // More than 32 bits after the first label: not a single one.
            (v4, "48 000640 000c81 c63364", One, "198.51.100.0/24 label 100/200", SEVERAL),
            (v4, "48 000640 000c81 c63364", Multiple, "198.51.100.0/24 label 100/200", ""),
            (v4, "48 000640 000c81 c63364", Withdrawn, "198.51.100.0/24 label 100/200", WITHDRAWN),
            (v4, "38 000640 000c81 0a", One, "0.12.129.10/32 label 100:0", NO_BOTTOM),
            (v4, "38 000640 000c81 0a", Multiple, "10.0.0.0/8 label 100/200", ""),
            // Explicit null, above another label or alone, and the values of withdrawals.
            (v4, "48 000000 000c81 c63364", One, "198.51.100.0/24 label 0/200", SEVERAL),
            (v4, "48 000000 000c81 c63364", Multiple, "198.51.100.0/24 label 0/200", ""),
            (v4, "30 000000 c63364", Multiple, "198.51.100.0/24 label 0:0", NO_BOTTOM),
            (v4, "30 000000 cb0071", Withdrawn, "203.0.113.0/24 label 0:0", ""),
            (v4, "30 800000 cb0071", Withdrawn, "203.0.113.0/24 label withdrawn", ""),
            (v4, "30 800000 cb0071", One, "203.0.113.0/24 label withdrawn", NO_BOTTOM),
            (v6, "38 000641 20010db8", One, "2001:db8::/32 label 100", ""),
            (v6, "38 000640 20010db8", One, "2001:db8::/32 label 100:0", NO_BOTTOM),
            (v6, "38 000640 20010db8", Multiple, "b800::/8 label 100/131088:13", ""),
            (v6, "38 000640 20010db8", Withdrawn, "2001:db8::/32 label 100:0", ""),
            (v6, "50 000640 000c81 20010db8", One, "c:8120:10d:b800::/56 label 100:0", NO_BOTTOM),
            (v6, "50 000640 000c81 20010db8", Multiple, "2001:db8::/32 label 100/200", ""),
            (v6, "b0 000640 000c81 20010db8000000000000000000000001", One, "2001:db8::1/128 label 100/200", SEVERAL),
            (v6, "b0 000640 000c81 20010db8000000000000000000000001", Withdrawn, "2001:db8::1/128 label 100/200", WITHDRAWN),
            // A stack would have the distinguisher's type in e800.
            (vpn4, "70 000640 0000fde800000064 c63364", One, "65000:100 198.51.100.0/24 label 100:0", NO_BOTTOM),
            (vpn4, "70 000640 0000fde800000064 c63364", Multiple, "65000:100 198.51.100.0/24 label 100:0", NO_BOTTOM),
            (vpn4, "70 000640 0000fde800000064 c63364", Withdrawn, "65000:100 198.51.100.0/24 label 100:0", ""),
            (vpn4, "88 000640 000c81 0000fde800000064 c63364", One, "65000:100 198.51.100.0/24 label 100/200", SEVERAL),
            (vpn4, "88 000640 000c81 0000fde800000064 c63364", Multiple, "65000:100 198.51.100.0/24 label 100/200", ""),
            (vpn4, "88 000640 000c81 0000fde800000064 c63364", Withdrawn, "65000:100 198.51.100.0/24 label 100/200", WITHDRAWN),
            // One label would have it in 000c.
            (vpn4, "78 000640 000c81 0000fde800000064 0a", One, "65000:100 10.0.0.0/8 label 100/200", SEVERAL),
            (vpn4, "78 000640 000c81 0000fde800000064 0a", Multiple, "65000:100 10.0.0.0/8 label 100/200", ""),
            (vpn4, "88 000000 000c81 0000fde800000064 c63364", Multiple, "65000:100 198.51.100.0/24 label 0/200", ""),
            // Both give a defined type.
            (vpn4, "70 000640 0000010000000064 c63364", One, "256:100 198.51.100.0/24 label 100:0", NO_BOTTOM),
            (vpn4, "70 000640 0000010000000064 c63364", Multiple, "0:1690710884 0.0.0.0/0 label 100/0", ""),
            (vpn4, "70 000000 0000010000000064 c63364", Withdrawn, "256:100 198.51.100.0/24 label 0:0", ""),
            (vpn4, "70 800000 0000010000000064 c63364", Withdrawn, "256:100 198.51.100.0/24 label withdrawn", ""),
            // Neither does: the session decides.
            (vpn4, "70 000640 0009fdff00000064 c63364", One, "0x0009fdff00000064 198.51.100.0/24 label 100:0", NO_BOTTOM),
            (vpn4, "70 000640 0009fdff00000064 c63364", Multiple, "0xff00000064c63364 0.0.0.0/0 label 100/159:13", ""),
            (vpn6, "78 000641 0000fde800000064 20010db8", One, "65000:100 2001:db8::/32 label 100", ""),
            (vpn6, "78 000640 0000fde800000064 20010db8", One, "65000:100 2001:db8::/32 label 100:0", NO_BOTTOM),
            (vpn6, "78 000640 0000fde800000064 20010db8", Multiple, "65000:100 2001:db8::/32 label 100:0", NO_BOTTOM),
            (vpn6, "90 000640 000c81 0000fde800000064 20010db8", One, "65000:100 2001:db8::/32 label 100/200", SEVERAL),
            (vpn6, "90 000640 000c81 0000fde800000064 20010db8", Withdrawn, "65000:100 2001:db8::/32 label 100/200", WITHDRAWN),
            // Transport classes have labels, multicast in VPNs has none.
            (
                Family::of(1, 76),
                "70 000640 0000fde800000064 c63364",
                Multiple,
                "65000:100 198.51.100.0/24 label 100:0",
                NO_BOTTOM,
            ),
            (Family::of(1, 129), "58 0000fde800000064 c63364", One, "65000:100 198.51.100.0/24", ""),
            // Unknown session: as a stack, with a note if a single label gives a route too.
            (v4, "30 000641 cb0071", Unknown, "203.0.113.0/24 label 100", ""),
            (v4, "30 000640 cb0071", Unknown, "0.0.0.0/0 label 100/831495", AMBIGUOUS),
            (v4, "30 000640 c63364", Unknown, "198.51.100.0/24 label 100:0", NO_BOTTOM),
            (v4, "38 000640 000c81 0a", Unknown, "10.0.0.0/8 label 100/200", AMBIGUOUS),
            (v4, "48 000640 000c81 c63364", Unknown, "198.51.100.0/24 label 100/200", ""),
            (v6, "38 000640 20010db8", Unknown, "b800::/8 label 100/131088:13", AMBIGUOUS),
            (v6, "50 000640 000c81 20010db8", Unknown, "2001:db8::/32 label 100/200", AMBIGUOUS),
            (v6, "b0 000640 000c81 20010db8000000000000000000000001", Unknown, "2001:db8::1/128 label 100/200", ""),
            (vpn4, "70 000640 0000fde800000064 c63364", Unknown, "65000:100 198.51.100.0/24 label 100:0", NO_BOTTOM),
            (vpn4, "78 000640 000c81 0000fde800000064 0a", Unknown, "65000:100 10.0.0.0/8 label 100/200", ""),
            (vpn4, "70 000640 0000010000000064 c63364", Unknown, "0:1690710884 0.0.0.0/0 label 100/0", AMBIGUOUS),
        ] {
            let (bytes, mut out) = (testing::hex(digits), Vec::new());
            let route = RawRoute { labels: encoding, ..RawRoute::new(family, &bytes, 100) };
            assert_eq!(route.decode().unwrap().to_string(), text, "{digits} {encoding:?}");
            let expected =
                if note.is_empty() { String::new() } else { format!("{} routes: {note} (at byte 101)", named(family)) };
            assert_eq!(route.note().map_or_else(String::new, |e| e.to_string()), expected, "{digits} {encoding:?}");
            route.write(&mut out);
            assert_eq!(out, bytes);
            let mut places = crate::places::Places::new();
            route.places(&mut places);
            assert_eq!(places.iter().next().unwrap().text, text);
        }
        let rfc = |encoding, digits| {
            let bytes = testing::hex(digits);
            let note = RawRoute { labels: encoding, ..RawRoute::new(v4, &bytes, 0) }.note().unwrap();
            (note.kind().name(), note.rfc(), note.action())
        };
        let none = crate::error::Action::None;
        assert_eq!(rfc(One, "30 000640 cb0071"), ("no-bottom-of-stack", "RFC 8277 section 2.2", none));
        assert_eq!(rfc(One, "48 000640 000c81 c63364"), ("several-labels", "RFC 8277 section 2.1", none));
        assert_eq!(rfc(Unknown, "30 000640 cb0071"), ("ambiguous-labels", "RFC 8277 section 2.1", none));
        assert_eq!(rfc(Withdrawn, "48 000640 000c81 c63364"), ("withdrawn-labels", "RFC 8277 section 2.4", none));
    }

    fn named(family: Family) -> String {
        format!("{} {}", family.afi, family.safi)
    }

    #[test]
    fn neither_reading_gives_a_route() {
        use LabelEncoding::{Multiple, One, Withdrawn};
        for (digits, encoding, text) in [
            // 33 bits after one label; the third label of a stack is truncated.
            ("39 000640 c633640101", One, "IPv4 labeled routes: prefix length 33 is longer than an address (at byte 104)"),
            ("39 000640 c633640101", Multiple, "IPv4 labeled routes: needs 1 byte more than is there (at byte 107)"),
            ("39 000640 c633640101", Withdrawn, "IPv4 labeled routes: prefix length 33 is longer than an address (at byte 104)"),
            // In withdrawals it is one field, whatever follows.
            (
                "48 000000 000c81 c63364",
                Withdrawn,
                "IPv4 labeled routes: prefix length 48 is longer than an address (at byte 104)",
            ),
            (
                "48 800000 000c81 c63364",
                Withdrawn,
                "IPv4 labeled routes: prefix length 48 is longer than an address (at byte 104)",
            ),
        ] {
            let bytes = testing::hex(digits);
            let route = RawRoute { labels: encoding, ..RawRoute::new(Family::IPV4_LABELED, &bytes, 100) };
            assert_eq!(route.decode().unwrap_err().to_string(), text);
            assert_eq!(route.note(), None);
        }
    }
}
