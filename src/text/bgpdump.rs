//! The line that `bgpdump -m` prints for a route event.
//!
//! `TYPE|time|A|peer|AS|prefix|path|origin|next hop|local preference|MED|communities|AG or NAG|aggregator|` for announced routes,
//! `B` in place of `A` for those of tables, `W` with nothing after the prefix for withdrawn ones, `STATE` with the two states for
//! sessions. The line has no place for large and extended communities, which are omitted, nor for families without plain
//! prefixes: see [`can_say`]. A route with an unreadable field has no line either: see [`is_readable`].

use core::fmt::{self, Write};
use core::net::IpAddr;

use crate::attr::{AsPath, Attributes, MergedPath, Origin, SegmentKind};
use crate::codes::{AttrCode, MrtType};
use crate::element::{Carrier, Element, ElementKind, Route};
use crate::nlri::NextHop;

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
    let shown = |a: &Attributes<'_>| {
        a.merged_path().is_ok()
            && a.origin().is_ok()
            && a.local_pref().is_ok()
            && a.multi_exit_disc().is_ok()
            && a.communities().is_ok()
            && a.merged_aggregator().is_ok()
    };
    element.next_hop().is_ok() && element.attributes().is_ok_and(|a| shown(&a))
}

/// Displays an element as one line, without a line end.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a>(pub Element<'a>);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_line(f, &self.0)
    }
}

/// Writes an element as one line, without a line end.
///
/// # Errors
/// Those of `out`.
pub fn write_line(out: &mut impl Write, element: &Element<'_>) -> fmt::Result {
    let peer = element.peer();
    out.write_str(match element.carrier() {
        Carrier::Mrt(MrtType::TABLE_DUMP) => "TABLE_DUMP",
        Carrier::Mrt(MrtType::TABLE_DUMP_V2) => "TABLE_DUMP2",
        Carrier::Mrt(MrtType::BGP4MP_ET) => "BGP4MP_ET",
        Carrier::Mrt(MrtType::BGP | MrtType::BGP4PLUS | MrtType::BGP4PLUS_01) => "BGP",
        // The format has no other word for a bare message.
        _ => "BGP4MP",
    })?;
    if element.is_local() {
        out.write_str("_LOCAL")?;
    }
    if element.path_id().is_some() {
        out.write_str("_AP")?;
    }
    write!(out, "|{}", element.time())?;
    out.write_str(match element.kind() {
        ElementKind::Announce => "|A|",
        ElementKind::Withdraw => "|W|",
        ElementKind::Rib => "|B|",
        ElementKind::StateChange(old, new) => {
            out.write_str("|STATE|")?;
            write_peer(out, peer.address)?;
            return write!(out, "|{}|{}|{}", peer.asn, old.0, new.0);
        }
    })?;
    write_peer(out, peer.address)?;
    write!(out, "|{}|", peer.asn)?;
    if let Some(prefix) = element.prefix() {
        write_address(out, prefix.address())?;
        write!(out, "/{}", prefix.len())?;
    }
    if let Some(id) = element.path_id() {
        write!(out, "|{id}")?;
    }
    if element.kind() == ElementKind::Withdraw {
        return Ok(());
    }
    let attributes = element.attributes().unwrap_or(Attributes::EMPTY);
    write_attributes(out, element, &attributes)
}

fn write_peer(out: &mut impl Write, address: Option<IpAddr>) -> fmt::Result {
    match address {
        Some(address) => write_address(out, address),
        None => out.write_str("0.0.0.0"),
    }
}

fn write_attributes(out: &mut impl Write, element: &Element<'_>, a: &Attributes<'_>) -> fmt::Result {
    out.write_char('|')?;
    write_path(out, a.merged_path().unwrap_or(AsPath::default().merge(AsPath::default())))?;
    out.write_str(match a.origin() {
        Ok(Some(Origin::Igp)) => "|IGP|",
        Ok(Some(Origin::Egp)) => "|EGP|",
        Ok(Some(Origin::Incomplete) | None) | Err(_) => "|INCOMPLETE|",
    })?;
    match element.next_hop() {
        Ok(Some(NextHop::V4(address))) => write_address(out, address.into())?,
        Ok(Some(NextHop::V6(address) | NextHop::V6LinkLocal(address, _))) => write_address(out, address.into())?,
        // All ones: no address.
        _ => out.write_str("255.255.255.255")?,
    }
    let number = |value: crate::Result<Option<u32>>| value.ok().flatten().unwrap_or(0);
    write!(out, "|{}|{}|", number(a.local_pref()), number(a.multi_exit_disc()))?;
    if let Ok(list) = a.communities() {
        for (i, community) in list.iter().enumerate() {
            if i > 0 {
                out.write_char(' ')?;
            }
            write_community(out, community.0)?;
        }
    }
    // The oldest record type has no field for absent communities.
    let old = matches!(element.carrier(), Carrier::Mrt(MrtType::BGP)) && !a.has(AttrCode::COMMUNITIES);
    out.write_str(if old { "" } else { "|" })?;
    out.write_str(if a.atomic_aggregate() { "AG|" } else { "NAG|" })?;
    if let Ok(Some(aggregator)) = a.merged_aggregator() {
        write!(out, "{} {}", aggregator.asn, aggregator.address)?;
    }
    out.write_char('|')
}

fn write_path(out: &mut impl Write, path: MergedPath<'_>) -> fmt::Result {
    // A merge may split a sequence; segments are joined with spaces in any case. Consecutive confederation numbers of BGPSEC_PATH
    // share one pair of brackets.
    let mut before = None;
    for (segment, joined) in path.joined() {
        let (open, between, _) = marks(segment.kind());
        match before {
            Some(kind) if joined && kind == segment.kind() => out.write_char(between)?,
            Some(kind) => write!(out, "{} {open}", marks(kind).2)?,
            None => out.write_str(open)?,
        }
        for (i, asn) in segment.asns().enumerate() {
            if i > 0 {
                out.write_char(between)?;
            }
            write!(out, "{asn}")?;
        }
        before = Some(segment.kind());
    }
    before.map_or(Ok(()), |kind| out.write_str(marks(kind).2))
}

/// Text before, between and after the numbers of a segment.
const fn marks(kind: SegmentKind) -> (&'static str, char, &'static str) {
    match kind {
        SegmentKind::Sequence => ("", ' ', ""),
        SegmentKind::Set => ("{", ',', "}"),
        SegmentKind::ConfedSequence => ("(", ' ', ")"),
        SegmentKind::ConfedSet => ("[", ',', "]"),
    }
}

fn write_community(out: &mut impl Write, value: u32) -> fmt::Result {
    match value {
        0xffff_ff01 => out.write_str("no-export"),
        0xffff_ff02 => out.write_str("no-advertise"),
        0xffff_ff03 => out.write_str("local-AS"),
        _ => write!(out, "{}:{}", value >> 16, value & 0xffff),
    }
}

/// An address with the first of its longest runs of zero groups omitted, even a single group; IPv4-compatible and IPv4-mapped
/// addresses end in dotted decimal.
fn write_address(out: &mut impl Write, address: IpAddr) -> fmt::Result {
    let address = match address {
        IpAddr::V4(address) => return write!(out, "{address}"),
        IpAddr::V6(address) => address,
    };
    let [.., a, b, c, d] = address.octets();
    match address.to_bits() {
        0x1_0000..=0xffff_ffff => return write!(out, "::{a}.{b}.{c}.{d}"),
        0xffff_0000_0000..=0xffff_ffff_ffff => return write!(out, "::ffff:{a}.{b}.{c}.{d}"),
        _ => {}
    }
    let groups = address.segments();
    let (mut start, mut len) = (0usize, 0usize);
    let mut run = 0usize;
    for (i, group) in groups.iter().enumerate() {
        run = if *group == 0 { run.saturating_add(1) } else { 0 };
        if run > len {
            (start, len) = (i.saturating_add(1).saturating_sub(run), run);
        }
    }
    let end = start.saturating_add(len);
    for (i, group) in groups.iter().enumerate() {
        if (start..end).contains(&i) {
            if i == start {
                out.write_str("::")?;
            }
        } else {
            if i > 0 && i != end {
                out.write_char(':')?;
            }
            write!(out, "{group:x}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let text = |address: &str| {
            let mut out = String::new();
            write_address(&mut out, address.parse().unwrap()).unwrap();
            out
        };
        for (address, want) in [
            ("192.0.2.1", "192.0.2.1"),
            ("::", "::"),
            ("::1", "::1"),
            ("2001:db8::", "2001:db8::"),
            ("2001:7f8:30:0:2:1:0:8447", "2001:7f8:30::2:1:0:8447"),
            ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
            ("::192.0.2.1", "::192.0.2.1"),
            ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
            ("0:2:3:4:5:6:7:8", "::2:3:4:5:6:7:8"),
            ("1:2:3:4:5:6:7:0", "1:2:3:4:5:6:7::"),
        ] {
            assert_eq!(text(address), want);
        }
    }
}
