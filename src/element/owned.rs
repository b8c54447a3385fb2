//! Owned elements.

use alloc::vec::Vec;
use core::fmt;

use bytes::Bytes;

use super::{Beside, Element, Route};
use crate::nlri::RawRoute;

/// An owned element: it can be kept and sent to other threads. Clones share the octets.
///
/// ```
/// # let archive: &[u8] = &[];
/// use routeglass::element::ElementBuf;
///
/// let kept: Vec<ElementBuf> = routeglass::elements(archive).flatten().map(ElementBuf::from).collect();
/// for element in &kept {
///     println!("{}", element.as_element());
/// }
/// ```
#[derive(Clone)]
pub struct ElementBuf {
    /// The attribute list, the route's octets, and those of a separate next hop.
    octets: Bytes,
    list_len: usize,
    route_len: usize,
    /// The rest of the element; its slices are empty.
    rest: Element<'static>,
}

impl ElementBuf {
    /// The view, which gives access to everything.
    #[inline]
    pub fn as_element(&self) -> Element<'_> {
        let (list, rest) = self.octets.split_at_checked(self.list_len).unwrap_or((&self.octets, &[]));
        let (route, next_hop) = rest.split_at_checked(self.route_len).unwrap_or((rest, &[]));
        let attributes = self.rest.attributes.over(list);
        element(self.rest, attributes, route, next_hop)
    }
}

/// The same element with other octets. Inlined, so that of a view only what is used is copied.
#[inline(always)]
fn element<'b>(from: Element<'_>, attributes: crate::attr::Attributes<'b>, route: &'b [u8], next_hop: &'b [u8]) -> Element<'b> {
    let Element {
        attributes: _,
        beside,
        route: what,
        time,
        peer,
        originated,
        kind,
        carrier,
        local,
        source,
        plain,
        sound,
        noted,
        cut,
    } = from;
    let beside = match beside {
        Beside::Nothing => Beside::Nothing,
        Beside::NextHop(_) => Beside::NextHop(next_hop),
        Beside::Known(finding) => Beside::Known(finding),
    };
    let route = match what {
        Route::None => Route::None,
        Route::Prefix(family, path) => Route::Prefix(family, path),
        Route::Other(RawRoute { family, path_id, bytes: _, offset, labels }) => {
            Route::Other(RawRoute { family, path_id, bytes: route, offset, labels })
        }
    };
    Element { attributes, beside, route, time, peer, originated, kind, carrier, local, source, plain, sound, noted, cut }
}

/// A list with what follows it in one buffer.
#[inline(never)]
fn joined(list: &[u8], route: &[u8], next_hop: &[u8]) -> Bytes {
    let mut octets = Vec::with_capacity(list.len().saturating_add(route.len()).saturating_add(next_hop.len()));
    octets.extend_from_slice(list);
    octets.extend_from_slice(route);
    octets.extend_from_slice(next_hop);
    octets.into()
}

impl From<Element<'_>> for ElementBuf {
    #[inline]
    fn from(from: Element<'_>) -> Self {
        let list = from.attributes.as_bytes();
        let route = match from.route {
            Route::Other(route) => route.bytes,
            Route::Prefix(..) | Route::None => &[],
        };
        let next_hop = match from.beside {
            Beside::NextHop(octets) => octets,
            Beside::Nothing | Beside::Known(_) => &[],
        };
        let octets = joined(list, route, next_hop);
        let rest = element(from, from.attributes.over(&[]), &[], &[]);
        Self { octets, list_len: list.len(), route_len: route.len(), rest }
    }
}

impl fmt::Display for ElementBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_element().fmt(f)
    }
}

impl fmt::Debug for ElementBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.as_element(), f)
    }
}

impl PartialEq for ElementBuf {
    fn eq(&self, other: &Self) -> bool {
        self.as_element() == other.as_element()
    }
}

impl Eq for ElementBuf {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::element::Strictness;
    use crate::element::mrt::elements;
    use crate::element::tests::{BOTH, record, update};

    #[test]
    fn an_owned_element_says_what_its_view_said() {
        let mut archive = update(BOTH);
        // An unknown message, and one with a malformed ORIGIN.
        archive.extend(record(99, 0, &[1, 2, 3]));
        archive.extend(update(&[&[0, 0, 0, 11, 0x40, 1, 1, 9, 0x40, 3, 4, 192, 0, 2, 1][..], &[8, 10]].concat()));
        for strictness in [Strictness::Forensic, Strictness::Rfc7606] {
            let views: Vec<_> = elements(&archive).with_strictness(strictness).flatten().collect();
            assert!(views.len() >= 3, "{views:?}");
            let kept: Vec<_> = views.iter().map(|view| ElementBuf::from(*view)).collect();
            let kept = std::thread::spawn(move || kept).join().unwrap();
            for (view, kept) in views.iter().zip(&kept) {
                let again = kept.as_element();
                assert_eq!((again, again.finding(), again.route()), (*view, view.finding(), view.route()));
                assert_eq!((again.attribute_bytes(), again.next_hop()), (view.attribute_bytes(), view.next_hop()));
                assert_eq!((kept.to_string(), format!("{kept:?}")), (view.to_string(), format!("{view:?}")));
                assert_eq!(ElementBuf::from(again), *kept);
            }
        }
    }
}
