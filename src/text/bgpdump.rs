//! The line that `bgpdump -m` prints for a route event.
//!
//! `TYPE|time|A|peer|AS|prefix|path|origin|next hop|local preference|MED|communities|AG or NAG|aggregator|` for announced routes,
//! `B` in place of `A` for those of tables, `W` with nothing after the prefix for withdrawn ones, `STATE` with the two states for
//! sessions. The line has no place for large and extended communities, which are omitted, nor for families without plain
//! prefixes: see [`can_say`]. A route with an unreadable field has no line either: see [`is_readable`].

use alloc::vec::Vec;
use core::fmt::{self, Write};
use core::net::{IpAddr, Ipv6Addr};

use super::memo::{Lists, Peers};
use super::put::{Addresses, bgpdump_ipv6, ipv4, number, number_then, pair, prefix, six_digits};
use crate::Result;
use crate::attr::{Aggregator, AsPath, Attributes, Communities, Community, MergedPath, Origin, SegmentKind};
use crate::codes::{AttrCode, MrtType};
use crate::element::mrt::TableEntries;
use crate::element::{Carrier, Element, ElementKind, Route};
use crate::mrt::{ReadContext, Record};
use crate::nlri::NextHop;
use crate::peer::Peer;
use crate::prefix::Prefix;
use crate::time::Timestamp;

/// Whether the element can be represented: families without plain prefixes cannot.
pub const fn can_say(element: &Element<'_>) -> bool {
    match element.route() {
        Route::Prefix(..) | Route::None => true,
        Route::Other(_) => false,
    }
}

/// Whether every field of the line can be read, whatever the RFC 7606 action. Absent fields are readable: they are empty, or
/// shown as by `bgpdump`.
pub fn is_readable(element: &Element<'_>) -> bool {
    if element.kind() == ElementKind::Withdraw {
        return true;
    }
    element.next_hop().is_ok() && element.attributes().is_ok_and(|a| Shown::of(&a).is_ok())
}

/// Displays an element as one line, without a line end.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a>(pub Element<'a>);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_line(f, &self.0)
    }
}

/// Writes an element as one line, without a line end. Fields that cannot be read ([`is_readable`]) are shown like absent ones. For
/// many lines [`LineWriter`] is faster.
///
/// # Errors
/// Those of `out`.
pub fn write_line(out: &mut impl Write, element: &Element<'_>) -> fmt::Result {
    let mut line = Vec::new();
    put_start(&mut line, element.carrier(), element.is_local(), element.path_id().is_some());
    put_time(&mut line, element.time());
    line.extend_from_slice(put_kind(element.kind()));
    put_peer(&mut line, &element.peer(), bgpdump_ipv6);
    put_route(&mut line, element, |out, route| prefix(out, route, bgpdump_ipv6));
    if matches!(element.kind(), ElementKind::Announce | ElementKind::Rib) {
        let attributes = element.attributes().unwrap_or(Attributes::EMPTY);
        let shown = Shown::readable(&attributes);
        put_path_and_origin(&mut line, &shown);
        put_next_hop(&mut line, shown_next_hop(element.next_hop().ok().flatten()), bgpdump_ipv6);
        put_rest(&mut line, &shown, has_no_field(element.carrier(), &attributes));
    }
    // All of it is ASCII.
    out.write_str(core::str::from_utf8(&line).map_err(|_| fmt::Error)?)
}

/// Why an element has no line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum NoLine {
    /// Its family has no plain prefixes: see [`can_say`].
    OtherFamily,
    /// A field of the line cannot be read: see [`is_readable`].
    Unreadable,
}

/// Writes lines to a buffer without allocating for each. What recurs is written once and copied: the start of the line, the
/// prefix of a table's entries, the text of each peer, and that of the attribute lists seen before, as far as a table of fixed
/// size has room for them. A clone remembers none of the latter.
///
/// ```
/// use routeglass::text::bgpdump::LineWriter;
///
/// # let archive: &[u8] = &[];
/// let (mut writer, mut text) = (LineWriter::new(), Vec::new());
/// for element in routeglass::elements(archive).flatten() {
///     if writer.write(&mut text, &element).is_ok() {
///         text.push(b'\n');
///     }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct LineWriter {
    start: Starts,
    prefix: Prefixes,
    addresses: Addresses,
    peers: Peers,
    /// By the next hop, and whether the line has no field for communities.
    lists: Lists<(Option<IpAddr>, bool)>,
}

/// The start of the line written last, up to the peer.
#[derive(Clone, Debug)]
struct Starts {
    put_time: fn(&mut Vec<u8>, Timestamp),
    of: Option<Start>,
    text: Vec<u8>,
}

impl Starts {
    #[cfg_attr(optimised, inline(always))]
    fn put(&mut self, out: &mut Vec<u8>, element: &Element<'_>) {
        self.put_of(out, element, element.path_id().is_some());
    }

    #[cfg_attr(optimised, inline(always))]
    fn put_of(&mut self, out: &mut Vec<u8>, element: &Element<'_>, has_path_id: bool) {
        let this = Start {
            carrier: element.carrier(),
            is_local: element.is_local(),
            has_path_id,
            time: element.time(),
            kind: element.kind(),
        };
        if self.of != Some(this) {
            self.text.clear();
            put_start(&mut self.text, this.carrier, this.is_local, this.has_path_id);
            (self.put_time)(&mut self.text, this.time);
            self.text.extend_from_slice(put_kind(this.kind));
            self.of = Some(this);
        }
        out.extend_from_slice(&self.text);
    }
}

/// The text of the prefix written last: entries of a table share theirs.
#[derive(Clone, Debug)]
struct Prefixes {
    of: Option<Prefix>,
    text: Vec<u8>,
}

impl Prefixes {
    #[cfg_attr(optimised, inline(always))]
    fn put(&mut self, out: &mut Vec<u8>, this: Prefix) {
        if self.of != Some(this) {
            self.text.clear();
            prefix(&mut self.text, this, bgpdump_ipv6);
            self.of = Some(this);
        }
        out.extend_from_slice(&self.text);
    }
}

/// What the start of a line depends on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Start {
    carrier: Carrier,
    is_local: bool,
    has_path_id: bool,
    time: Timestamp,
    kind: ElementKind,
}

impl Default for LineWriter {
    fn default() -> Self {
        Self::new()
    }
}

impl LineWriter {
    /// A writer that has written nothing.
    pub fn new() -> Self {
        Self {
            start: Starts { put_time, of: None, text: Vec::new() },
            prefix: Prefixes { of: None, text: Vec::new() },
            addresses: Addresses::new(bgpdump_ipv6),
            peers: Peers::new(),
            lists: Lists::new(),
        }
    }

    /// Shows times as date and time of day ([`Timestamp::utc`]), which `bgpdump` does not.
    #[must_use]
    pub fn with_utc(mut self) -> Self {
        self.start.put_time = |out, time| {
            // Writing to a buffer cannot fail.
            let _ = write!(super::put::Plain(out), "{}", time.in_second().utc());
        };
        self
    }

    /// Adds an element's line to `out`, without a line end.
    ///
    /// # Errors
    /// The element has no line; `out` is unchanged.
    pub fn write(&mut self, out: &mut Vec<u8>, element: &Element<'_>) -> Result<(), NoLine> {
        if !can_say(element) {
            return Err(NoLine::OtherFamily);
        }
        let other;
        let list = match (element.kind(), element.indexed_attributes()) {
            (ElementKind::Withdraw | ElementKind::StateChange(..), _) => None,
            (_, Some(list)) => Some(list),
            (_, None) => {
                other = element.attributes().map_err(|_| NoLine::Unreadable)?;
                Some(&other)
            }
        };
        let Self { start, addresses, peers, lists, .. } = self;
        // Everything that can fail comes first.
        let text_of_list = match list {
            Some(list) => text_of_list(lists, addresses, element, list).map_err(|_| NoLine::Unreadable)?,
            None => &[],
        };
        let peer = element.peer();
        let text_of_peer = peers.text(&peer, |out| put_peer(out, &peer, |out, address| addresses.put_v6(out, address)));
        start.put(out, element);
        out.extend_from_slice(text_of_peer);
        let prefix = &mut self.prefix;
        put_route(out, element, |out, route| prefix.put(out, route));
        out.extend_from_slice(text_of_list);
        Ok(())
    }

    /// Adds the lines of the elements of a table's record to `out`, each with a line end. A list that was seen before is neither
    /// indexed nor checked.
    ///
    /// Returns whether the record is known to have no findings, as [`RecordElements::is_known_clean`] does; `None`, with `out`
    /// unchanged, for every other record, and if one of the elements has no line or no known peer, or is an error.
    ///
    /// [`RecordElements::is_known_clean`]: crate::element::RecordElements::is_known_clean
    pub fn write_table(&mut self, out: &mut Vec<u8>, record: &Record<'_>, context: &ReadContext) -> Option<bool> {
        let before = out.len();
        let is_clean = self.write_entries(out, TableEntries::of(record, context)?, context);
        if is_clean.is_none() {
            out.truncate(before);
        }
        is_clean
    }

    fn write_entries(&mut self, out: &mut Vec<u8>, mut table: TableEntries<'_>, context: &ReadContext) -> Option<bool> {
        let element = &mut table.common();
        let (family, prefix) = (element.family()?, element.prefix()?);
        let Self { start, prefix: known_prefix, addresses, peers, lists } = self;
        let (mut has_lines, mut is_clean) = (false, true);
        while let Some(entry) = table.next_entry() {
            let entry = entry.ok()?;
            let peer = context.peer(entry.peer_index()).filter(|_| !context.is_damaged())?;
            let peer = Peer { asn: peer.asn, address: Some(peer.address), bgp_id: Some(peer.bgp_id) };
            start.put_of(out, element, entry.path_id().is_some());
            out.extend_from_slice(peers.text(&peer, |out| put_peer(out, &peer, |out, address| addresses.put_v6(out, address))));
            known_prefix.put(out, prefix);
            put_path_id(out, entry.path_id());
            match lists.of_entry(entry.attribute_bytes(), family) {
                Some((text, is_clean_list)) => {
                    out.extend_from_slice(text);
                    is_clean &= is_clean_list;
                }
                None => {
                    if !TableEntries::set(element, &entry, context) {
                        return None;
                    }
                    out.extend_from_slice(text_of_list(lists, addresses, element, element.indexed_attributes()?).ok()?);
                    let is_clean_list = element.is_clean();
                    lists.is_of_entry(family, is_clean_list);
                    is_clean &= is_clean_list;
                }
            }
            out.push(b'\n');
            has_lines = true;
        }
        has_lines.then_some(is_clean)
    }
}

/// The text of an element's list.
#[cfg_attr(optimised, inline(always))]
fn text_of_list<'l>(
    lists: &'l mut Lists<(Option<IpAddr>, bool)>,
    addresses: &mut Addresses,
    element: &Element<'_>,
    list: &Attributes<'_>,
) -> Result<&'l [u8]> {
    let next_hop = shown_next_hop(element.next_hop_in(list)?);
    let without_field = has_no_field(element.carrier(), list);
    lists.text(list, (next_hop, without_field), |out| {
        let shown = Shown::of(list)?;
        put_path_and_origin(out, &shown);
        put_next_hop(out, next_hop, |out, address| addresses.put_v6(out, address));
        put_rest(out, &shown, without_field);
        Ok(true)
    })
}

/// The attributes that a line shows.
struct Shown<'a> {
    path: MergedPath<'a>,
    origin: Option<Origin>,
    local_pref: Option<u32>,
    med: Option<u32>,
    communities: Communities<'a>,
    is_atomic: bool,
    aggregator: Option<Aggregator>,
}

impl<'a> Shown<'a> {
    /// The attributes, if all can be read.
    #[cfg_attr(optimised, inline(always))]
    fn of(a: &Attributes<'a>) -> Result<Self> {
        Ok(Self {
            path: a.merged_path()?,
            origin: a.origin()?,
            local_pref: a.local_pref()?,
            med: a.multi_exit_disc()?,
            communities: a.communities()?,
            is_atomic: a.atomic_aggregate(),
            aggregator: a.merged_aggregator()?,
        })
    }

    /// Those that can be read.
    fn readable(a: &Attributes<'a>) -> Self {
        Self {
            path: a.merged_path().unwrap_or(AsPath::default().merge(AsPath::default())),
            origin: a.origin().ok().flatten(),
            local_pref: a.local_pref().ok().flatten(),
            med: a.multi_exit_disc().ok().flatten(),
            communities: a.communities().unwrap_or_default(),
            is_atomic: a.atomic_aggregate(),
            aggregator: a.merged_aggregator().ok().flatten(),
        }
    }
}

/// Whether the record type, the oldest, has no field for communities, and there are none.
fn has_no_field(carrier: Carrier, list: &Attributes<'_>) -> bool {
    matches!(carrier, Carrier::Mrt(MrtType::BGP)) && !list.has(AttrCode::COMMUNITIES)
}

fn put_start(out: &mut Vec<u8>, carrier: Carrier, is_local: bool, has_path_id: bool) {
    let name: &[u8] = match carrier {
        Carrier::Mrt(MrtType::TABLE_DUMP) => b"TABLE_DUMP",
        Carrier::Mrt(MrtType::TABLE_DUMP_V2) => b"TABLE_DUMP2",
        Carrier::Mrt(MrtType::BGP4MP_ET) => b"BGP4MP_ET",
        Carrier::Mrt(MrtType::BGP | MrtType::BGP4PLUS | MrtType::BGP4PLUS_01) => b"BGP",
        // The format has no other word for a bare message.
        Carrier::Mrt(_) | Carrier::Message => b"BGP4MP",
    };
    out.extend_from_slice(name);
    if is_local {
        out.extend_from_slice(b"_LOCAL");
    }
    if has_path_id {
        out.extend_from_slice(b"_AP");
    }
    out.push(b'|');
}

fn put_time(out: &mut Vec<u8>, time: Timestamp) {
    number(out, time.seconds);
    if let Some(micros) = time.micros_in_second() {
        out.push(b'.');
        six_digits(out, micros);
    }
}

const fn put_kind(kind: ElementKind) -> &'static [u8] {
    match kind {
        ElementKind::Announce => b"|A|",
        ElementKind::Withdraw => b"|W|",
        ElementKind::Rib => b"|B|",
        ElementKind::StateChange(..) => b"|STATE|",
    }
}

fn put_peer(out: &mut Vec<u8>, peer: &Peer, put_v6: impl FnOnce(&mut Vec<u8>, Ipv6Addr)) {
    match peer.address {
        Some(IpAddr::V4(address)) => ipv4(out, address),
        Some(IpAddr::V6(address)) => put_v6(out, address),
        None => out.extend_from_slice(b"0.0.0.0"),
    }
    out.push(b'|');
    number_then(out, peer.asn.0, b'|');
}

/// The prefix and its path identifier, or the states of a session.
#[cfg_attr(optimised, inline(always))]
fn put_route(out: &mut Vec<u8>, element: &Element<'_>, put_prefix: impl FnOnce(&mut Vec<u8>, Prefix)) {
    if let ElementKind::StateChange(old, new) = element.kind() {
        number_then(out, u32::from(old.0), b'|');
        return number(out, u32::from(new.0));
    }
    if let Some(prefix) = element.prefix() {
        put_prefix(out, prefix);
    }
    put_path_id(out, element.path_id());
}

#[cfg_attr(optimised, inline(always))]
fn put_path_id(out: &mut Vec<u8>, path_id: Option<u32>) {
    if let Some(id) = path_id {
        out.push(b'|');
        number(out, id);
    }
}

#[cfg_attr(optimised, inline(always))]
fn put_path_and_origin(out: &mut Vec<u8>, shown: &Shown<'_>) {
    out.push(b'|');
    match shown.path.only_sequence() {
        Some(asns) => {
            asns.for_each(|asn| number_then(out, asn.0, b' '));
            out.truncate(out.len().saturating_sub(1));
        }
        None => put_path(out, shown.path),
    }
    let origin: &[u8] = match shown.origin {
        Some(Origin::Igp) => b"|IGP|",
        Some(Origin::Egp) => b"|EGP|",
        Some(Origin::Incomplete) | None => b"|INCOMPLETE|",
    };
    out.extend_from_slice(origin);
}

/// The address that is shown of a next hop.
#[cfg_attr(optimised, inline(always))]
fn shown_next_hop(next_hop: Option<NextHop<'_>>) -> Option<IpAddr> {
    match next_hop {
        Some(NextHop::V4(address)) => Some(address.into()),
        Some(NextHop::V6(address) | NextHop::V6LinkLocal(address, _)) => Some(address.into()),
        _ => None,
    }
}

#[cfg_attr(optimised, inline(always))]
fn put_next_hop(out: &mut Vec<u8>, next_hop: Option<IpAddr>, put_v6: impl FnOnce(&mut Vec<u8>, Ipv6Addr)) {
    match next_hop {
        Some(IpAddr::V4(address)) => ipv4(out, address),
        Some(IpAddr::V6(address)) => put_v6(out, address),
        // All ones: no address.
        None => out.extend_from_slice(b"255.255.255.255"),
    }
}

/// A community, and a space.
#[cfg_attr(optimised, inline(always))]
fn put_community(out: &mut Vec<u8>, community: u32) {
    match community {
        0xffff_ff01 => out.extend_from_slice(b"no-export "),
        0xffff_ff02 => out.extend_from_slice(b"no-advertise "),
        0xffff_ff03 => out.extend_from_slice(b"local-AS "),
        value => pair(out, [Community(value).asn(), Community(value).value()], *b": "),
    }
}

#[cfg_attr(optimised, inline(always))]
fn put_rest(out: &mut Vec<u8>, shown: &Shown<'_>, without_field: bool) {
    out.push(b'|');
    number_then(out, shown.local_pref.unwrap_or(0), b'|');
    number_then(out, shown.med.unwrap_or(0), b'|');
    for community in shown.communities.iter() {
        put_community(out, community.0);
    }
    if !shown.communities.is_empty() {
        out.truncate(out.len().saturating_sub(1));
    }
    if !without_field {
        out.push(b'|');
    }
    out.extend_from_slice(if shown.is_atomic { b"AG|" } else { b"NAG|" });
    if let Some(aggregator) = shown.aggregator {
        number_then(out, aggregator.asn.0, b' ');
        ipv4(out, aggregator.address);
    }
    out.push(b'|');
}

/// A path of any segments.
#[inline(never)]
pub(crate) fn put_path(out: &mut Vec<u8>, path: MergedPath<'_>) {
    // A merge may split a sequence; segments are joined with spaces in any case. Consecutive confederation numbers of BGPSEC_PATH
    // share one pair of brackets.
    let mut before = None;
    for (segment, joined) in path.joined() {
        let (open, between, _) = marks(segment.kind());
        match before {
            Some(kind) if joined && kind == segment.kind() => out.push(between),
            Some(kind) => {
                out.extend_from_slice(marks(kind).2);
                out.push(b' ');
                out.extend_from_slice(open);
            }
            None => out.extend_from_slice(open),
        }
        segment.asns().for_each(|asn| number_then(out, asn.0, between));
        // A segment has at least one number.
        out.truncate(out.len().saturating_sub(1));
        before = Some(segment.kind());
    }
    if let Some(kind) = before {
        out.extend_from_slice(marks(kind).2);
    }
}

/// Text before, between and after the numbers of a segment.
const fn marks(kind: SegmentKind) -> (&'static [u8], u8, &'static [u8]) {
    match kind {
        SegmentKind::Sequence => (b"", b' ', b""),
        SegmentKind::Set => (b"{", b',', b"}"),
        SegmentKind::ConfedSequence => (b"(", b' ', b")"),
        SegmentKind::ConfedSet => (b"[", b',', b"]"),
    }
}
