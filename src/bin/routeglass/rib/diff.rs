//! `routeglass rib diff`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::net::IpAddr;

use routeglass::codes::AttrCode;
use routeglass::element::Element;
use routeglass::nlri::RawRoute;
use routeglass::rib::{Change, OtherChange, Rib, RibPeer, Staleness, StoredRoute};
use routeglass::{Asn, Family};
use serde::Serialize;

use super::{Answer, Told, body, collector_and_view, has_several, line};
use crate::args::By;

impl<W: Write> Answer<'_, W> {
    pub(super) fn differences(&mut self, before: &Rib, after: &Rib, by: By) -> io::Result<()> {
        match by {
            By::Route => self.routes_that_differ(before, after),
            By::Peer => {
                let mut counts = BTreeMap::<RibPeer, Counts>::new();
                let wanted = &mut self.wanted;
                let mut count = |peer: Option<&RibPeer>, was: bool, is: bool| {
                    if let Some(peer) = peer {
                        counts.entry(peer.clone()).or_default().count(was, is);
                    }
                };
                before.changes(after, |change| {
                    if wanted.wants_change(&change) {
                        count(change.peer(), change.before.is_some(), change.after.is_some());
                    }
                });
                before.other_changes(after, |change| {
                    if wanted.wants_other(&change) {
                        count(change.peer(), change.before.is_some(), change.after.is_some());
                    }
                });
                let several = has_several(before) || has_several(after);
                counts.into_iter().try_for_each(|(peer, counts)| self.peer(&peer, several, counts))
            }
            By::Origin => {
                let mut counts = BTreeMap::<Option<Asn>, Counts>::new();
                let wanted = &mut self.wanted;
                let mut count = |before: Option<StoredRoute<'_>>, after: Option<StoredRoute<'_>>| {
                    let [old, new] = [before, after].map(|route| route.map(origin));
                    if let Some(origin) = old {
                        counts.entry(origin).or_default().count(true, new == old);
                    }
                    if let Some(origin) = new.filter(|_| new != old) {
                        counts.entry(origin).or_default().count(false, true);
                    }
                };
                before.changes(after, |change| {
                    if wanted.wants_change(&change) {
                        count(change.before, change.after);
                    }
                });
                before.other_changes(after, |change| {
                    if wanted.wants_other(&change) {
                        count(change.before.map(|(_, route)| route), change.after.map(|(_, route)| route));
                    }
                });
                counts.into_iter().try_for_each(|(origin, counts)| self.origin(origin, counts))
            }
        }
    }

    fn routes_that_differ(&mut self, before: &Rib, after: &Rib) -> io::Result<()> {
        let several = has_several(before) || has_several(after);
        let mut done = Ok(());
        // Those of a prefix are printed together: their lines have to differ.
        let mut of_prefix: Vec<Differing<'_>> = Vec::new();
        before.changes(after, |change| {
            if done.is_ok() && self.wanted.wants_change(&change) {
                let next = Differing::of(&change, several);
                if of_prefix.last().is_some_and(|last| last.prefix != next.prefix || last.family != next.family) {
                    done = self.differing(&of_prefix);
                    of_prefix.clear();
                }
                of_prefix.push(next);
            }
        });
        done?;
        self.differing(&of_prefix)?;
        let mut done = Ok(());
        before.other_changes(after, |change| {
            if done.is_ok() && self.wanted.wants_other(&change) {
                done = self.differing(&[Differing::of_other(&change, several)]);
            }
        });
        done
    }

    /// Prints the differing routes of a prefix, such that no two lines are equal except for the time.
    fn differing(&mut self, list: &[Differing<'_>]) -> io::Result<()> {
        if self.json {
            return list.iter().try_for_each(|one| if self.takes_one() { self.object(&Difference::of(one)) } else { Ok(()) });
        }
        let bodies: Vec<String> =
            list.iter().flat_map(|one| [&one.before, &one.after]).flatten().map(|told| body(&line(&told.element))).collect();
        let is_unique = |line: &str| {
            let own = body(line);
            bodies.iter().filter(|other| **other == own).count() < 2
        };
        for one in list {
            if !self.takes_one() {
                break;
            }
            for (mark, told, other) in [("- ", &one.before, &one.after), ("+ ", &one.after, &one.before)] {
                let Some(told) = told else { continue };
                let mut text = line(&told.element);
                let mut details = Vec::new();
                // The line does not show it.
                if let (true, Some(family)) = (told.element.prefix().is_some(), told.element.family())
                    && family.safi.0 != 1
                {
                    details.push(family.to_string());
                }
                let is_stale_anew = other.as_ref().is_some_and(|other| other.stale != told.stale);
                if is_stale_anew {
                    details.push(told.stale.map_or_else(|| "not stale".to_owned(), |stale| format!("stale: {stale}")));
                }
                if is_unique(&text) {
                    one.say_where(&mut details);
                } else {
                    one.say_who(&mut details);
                    if let Some(other) = other {
                        let before = details.len();
                        say_attributes(&told.element, &other.element, &mut details);
                        if details.len() == before && !is_stale_anew {
                            details.push("the same attributes".to_owned());
                        }
                    }
                }
                if !details.is_empty() {
                    let _ = write!(text, " # {}", details.join(", "));
                }
                self.is_empty = false;
                writeln!(self.out, "{mark}{text}")?;
            }
        }
        Ok(())
    }

    fn peer(&mut self, peer: &RibPeer, several: bool, counts: Counts) -> io::Result<()> {
        if !self.takes_one() {
            return Ok(());
        }
        let collector = several.then(|| collector_and_view(&peer.collector, &peer.view));
        let bgp_id = peer.bgp_id;
        if self.json {
            return self.object(&PeerCounts {
                peer_asn: peer.asn.0,
                peer_address: peer.address,
                peer_bgp_id: bgp_id.map(|id| id.to_string()),
                collector,
                counts,
            });
        }
        self.is_empty = false;
        let mut text = peer.address.map_or_else(|| "-".to_owned(), |address| address.to_string());
        let _ = write!(text, " AS{}", peer.asn);
        if let Some(id) = bgp_id {
            let _ = write!(text, " BGP identifier {id}");
        }
        if let Some(collector) = collector {
            let _ = write!(text, " at {collector}");
        }
        writeln!(self.out, "{text}: {counts}")
    }

    fn origin(&mut self, origin: Option<Asn>, counts: Counts) -> io::Result<()> {
        if !self.takes_one() {
            return Ok(());
        }
        if self.json {
            return self.object(&OriginCounts { origin_asn: origin.map(|asn| asn.0), counts });
        }
        self.is_empty = false;
        match origin {
            Some(asn) => writeln!(self.out, "AS{asn}: {counts}"),
            None => writeln!(self.out, "no origin: {counts}"),
        }
    }
}

/// A route that differs between two tables.
struct Differing<'a> {
    prefix: String,
    family: Option<Family>,
    peer: Option<&'a RibPeer>,
    several: bool,
    path_id: Option<u32>,
    before: Option<Told<'a>>,
    after: Option<Told<'a>>,
}

impl<'a> Differing<'a> {
    fn of(change: &Change<'a>, several: bool) -> Self {
        let told = |route: Option<StoredRoute<'a>>, staleness: Option<Staleness>| {
            route.map(|route| Told::new(route.to_element(change.family, change.prefix), several, route.peer(), staleness))
        };
        Self {
            prefix: change.prefix.to_string(),
            family: Some(change.family),
            peer: change.peer(),
            several,
            path_id: change.after.or(change.before).and_then(|route| route.path_id()),
            before: told(change.before, change.staleness_before),
            after: told(change.after, change.staleness_after),
        }
    }

    fn of_other(change: &OtherChange<'a>, several: bool) -> Self {
        let told = |found: Option<(RawRoute<'a>, StoredRoute<'a>)>, staleness: Option<Staleness>| {
            found.map(|(raw, route)| Told::new(route.to_other_element(raw), several, route.peer(), staleness))
        };
        let any = change.after.or(change.before);
        Self {
            prefix: any.map(|(route, _)| route.to_string()).unwrap_or_default(),
            family: any.map(|(route, _)| route.family),
            peer: change.peer(),
            several,
            path_id: any.and_then(|(_, route)| route.path_id()),
            before: told(change.before, change.staleness_before),
            after: told(change.after, change.staleness_after),
        }
    }

    /// Data that identifies the route among others of its prefix and is not in its line.
    fn say_who(&self, details: &mut Vec<String>) {
        if let Some(id) = self.path_id {
            details.push(format!("path {id}"));
        }
        self.say_where(details);
        if let Some(id) = self.peer.and_then(|peer| peer.bgp_id) {
            details.push(format!("BGP identifier {id}"));
        }
    }

    /// The collector and view, where there are several.
    fn say_where(&self, details: &mut Vec<String>) {
        if let Some(peer) = self.peer.filter(|_| self.several) {
            details.push(format!("at {}", collector_and_view(&peer.collector, &peer.view)));
        }
    }
}

/// The attributes of a route that differ from another one's.
fn say_attributes(element: &Element<'_>, other: &Element<'_>, details: &mut Vec<String>) {
    let (Ok(list), Ok(others)) = (element.attributes(), other.attributes()) else { return };
    let (own, others): (Vec<_>, Vec<_>) = (list.iter().flatten().collect(), others.iter().flatten().collect());
    for attribute in &own {
        let same = others.iter().find(|other| other.code() == attribute.code());
        if same.is_some_and(|same| same.raw() == attribute.raw() && same.flags() == attribute.flags()) {
            continue;
        }
        // The line may have only the global address of two.
        if let (AttrCode::MP_REACH_NLRI, Ok(Some(reach))) = (attribute.code(), list.mp_reach())
            && same.is_some_and(|same| same.raw() != attribute.raw())
        {
            details.push(format!("next hop {}", reach.next_hop()));
            continue;
        }
        let text = attribute.decode(&routeglass::Session::AS4).map(|value| value.to_string());
        match (text, same) {
            // Equal texts differ in flags or in the encoding of the value.
            (Ok(text), Some(same))
                if same.decode(&routeglass::Session::AS4).map(|value| value.to_string()) == Ok(text.clone()) =>
            {
                details.push(format!("{} flags 0x{:02x} 0x{}", attribute.code(), attribute.flags().bits(), hex(attribute.raw())));
            }
            (Ok(text), _) => details.push(format!("{} {text}", attribute.code())),
            (Err(_), _) => details.push(format!("{} 0x{}", attribute.code(), hex(attribute.raw()))),
        }
    }
    for missing in others.iter().filter(|other| own.iter().all(|attribute| attribute.code() != other.code())) {
        details.push(format!("no {}", missing.code()));
    }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut hex, octet| {
        let _ = write!(hex, "{octet:02x}");
        hex
    })
}

/// The origin of a route, as in filters: the last AS number of its path; `None` for a path that ends in a set, and for a missing or
/// empty one.
fn origin(route: StoredRoute<'_>) -> Option<Asn> {
    let path = route.attributes().merged_path().ok()?;
    let last = path.segments().filter(|segment| !segment.kind().is_confed()).last()?;
    if last.kind().is_set() { None } else { path.origins().next_back() }
}

/// Routes of a peer or an origin.
#[derive(Clone, Copy, Default, Serialize)]
struct Counts {
    gained: u64,
    lost: u64,
    changed: u64,
}

impl Counts {
    fn count(&mut self, before: bool, after: bool) {
        let n = match (before, after) {
            (false, _) => &mut self.gained,
            (_, false) => &mut self.lost,
            _ => &mut self.changed,
        };
        *n = n.saturating_add(1);
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} gained, {} lost, {} changed", self.gained, self.lost, self.changed)
    }
}

#[derive(Serialize)]
struct Difference<'a> {
    change: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    prefix: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    collector: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Side<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Side<'a>>,
}

/// A route before or after a change.
#[derive(Serialize)]
struct Side<'a> {
    #[serde(flatten)]
    element: &'a Element<'a>,
    /// Why it is kept although its session ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    stale: Option<&'static str>,
}

impl<'a> Side<'a> {
    const fn of(told: &'a Told<'a>) -> Self {
        Self { element: &told.element, stale: told.stale }
    }
}

impl<'a> Difference<'a> {
    fn of(one: &'a Differing<'a>) -> Self {
        let [before, after] = [&one.before, &one.after].map(Option::as_ref);
        Self {
            change: match (before, after) {
                (None, _) => "gained",
                (_, None) => "lost",
                _ => "changed",
            },
            prefix: before.or(after).and_then(|told| told.element.prefix()).map(|_| one.prefix.as_str()),
            collector: before.or(after).and_then(|told| told.collector.as_deref()),
            before: before.map(Side::of),
            after: after.map(Side::of),
        }
    }
}

#[derive(Serialize)]
struct PeerCounts {
    peer_asn: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer_address: Option<IpAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer_bgp_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    collector: Option<String>,
    #[serde(flatten)]
    counts: Counts,
}

#[derive(Serialize)]
struct OriginCounts {
    origin_asn: Option<u32>,
    #[serde(flatten)]
    counts: Counts,
}
