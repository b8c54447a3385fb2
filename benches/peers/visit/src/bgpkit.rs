//! The same sums from the elements of bgpkit-parser.
use std::net::IpAddr;

use bgpkit_parser::models::{AsPathSegment, Community, ElemType, MetaCommunity};
use bgpkit_parser::{BgpElem, BgpkitParser};

use crate::{Sums, Values};

/// The first 32 bits of an address.
fn first(address: IpAddr) -> u64 {
    match address {
        IpAddr::V4(a) => u64::from(a.to_bits()),
        IpAddr::V6(a) => (a.to_bits() >> 96) as u64,
    }
}

/// A community as the number that it is on the wire.
fn plain(community: Community) -> u64 {
    match community {
        Community::NoExport => 0xffff_ff01,
        Community::NoAdvertise => 0xffff_ff02,
        Community::NoExportSubConfed => 0xffff_ff03,
        Community::Custom(asn, value) => u64::from(u32::from(asn)) << 16 | u64::from(value),
    }
}

fn values(element: &BgpElem) -> Values {
    let mut v = Values::default();
    for segment in element.as_path.iter().flat_map(|path| &path.segments) {
        let (AsPathSegment::AsSequence(list)
        | AsPathSegment::AsSet(list)
        | AsPathSegment::ConfedSequence(list)
        | AsPathSegment::ConfedSet(list)) = segment;
        v.pn += list.len() as u64;
        v.ps += list.iter().map(|asn| u64::from(u32::from(*asn))).sum::<u64>();
    }
    for community in element.communities.iter().flatten() {
        match community {
            MetaCommunity::Plain(c) => {
                v.cn += 1;
                v.cs += plain(*c);
            }
            MetaCommunity::Large(c) => {
                v.ln += 1;
                v.ls += u64::from(c.global_admin) + u64::from(c.local_data[0]) + u64::from(c.local_data[1]);
            }
            _ => {}
        }
    }
    v.nh = element.next_hop.map_or(0, first);
    v
}

pub(crate) fn elements(archive: &[u8]) -> Sums {
    let mut sums = Sums::default();
    for element in BgpkitParser::from_reader(archive) {
        sums.elems += 1;
        sums.plen += u64::from(element.prefix.prefix.prefix_len());
        sums.addr = sums.addr.wrapping_add(first(element.prefix.prefix.addr()));
        match element.elem_type {
            ElemType::WITHDRAW => sums.wd += 1,
            ElemType::ANNOUNCE => sums.values(&values(&element), 1),
        }
    }
    sums
}

/// The filter of bgpkit-parser that asks the same as an expression of one key; `None` if it has none.
pub fn filter_of(text: &str) -> Option<(&'static str, String)> {
    let (key, value) = text.split_once(' ')?;
    match key {
        "origin" => Some(("origin_asn", value.to_owned())),
        "prefix" => Some(("prefix", value.to_owned())),
        // A regular expression over the texts of communities.
        "community" => Some(("community", format!("^{value}$"))),
        _ => None,
    }
}

/// The number of elements that meet a filter.
pub fn count(archive: &[u8], (name, value): (&str, &str)) -> usize {
    BgpkitParser::from_reader(archive).add_filter(name, value).expect("filter").into_elem_iter().count()
}
