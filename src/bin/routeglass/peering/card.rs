//! The card of one network.

use std::collections::HashMap;
use std::io::Write;

use routeglass::peering::{Link, Relation};

use super::{Answer, gather, inferred, unusable};
use crate::args::Source;

/// The rank of a network.
fn rank_of(rank: &[(u32, usize)], asn: u32) -> Option<(usize, usize)> {
    let at = rank.iter().position(|&(other, _)| other == asn)?;
    let size = rank.get(at).map_or(0, |&(_, size)| size);
    Some((at.saturating_add(1), size))
}

/// A number with thousands separators.
pub(super) fn grouped(number: impl TryInto<u64>) -> String {
    let digits = number.try_into().unwrap_or(u64::MAX).to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && digits.len().saturating_sub(at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its unit, such as `1 path` and `1,000 paths`.
pub(super) fn counted(number: impl TryInto<u64> + Copy, thing: &str) -> String {
    let number = grouped(number);
    let plural = if number == "1" { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

/// The number of networks, and the first of them.
pub(super) fn listed(asns: &[u32]) -> String {
    const SHOWN: usize = 12;
    let mut text = grouped(asns.len());
    for (at, asn) in asns.iter().take(SHOWN).enumerate() {
        text.push_str(if at == 0 { ": " } else { " " });
        text.push_str(&asn.to_string());
    }
    if asns.len() > SHOWN {
        text.push_str(&format!(" and {} more", grouped(asns.len().saturating_sub(SHOWN))));
    }
    text
}

pub(super) fn show(out: &mut impl Write, asn: u32, source: &Source) -> Answer {
    let gathered = gather(source)?;
    let relations = inferred(&gathered, source)?;
    let Some(reach) = relations.reach(asn) else {
        return Err(unusable(&format!("AS{asn} has no link in these paths")));
    };
    let rank = relations.rank();
    let links: Vec<Link> = relations.iter().filter(|link| link.lower == asn || link.higher == asn).collect();
    let other = |link: &Link| if link.lower == asn { link.higher } else { link.lower };
    let (mut providers, mut peers, mut customers) = (Vec::new(), Vec::new(), Vec::new());
    for link in &links {
        match link.relation {
            Relation::Peer => peers.push(other(link)),
            Relation::Transit { provider, .. } if provider == asn => customers.push(other(link)),
            Relation::Transit { .. } => providers.push(other(link)),
        }
    }
    // Neighbours with the larger cones first.
    let places: HashMap<u32, usize> = rank.iter().enumerate().map(|(place, &(asn, _))| (asn, place)).collect();
    for list in [&mut providers, &mut peers, &mut customers] {
        list.sort_by_key(|asn| places.get(asn));
    }
    let paths = gathered.paths();
    let (version, points) = (paths.family().version(), relations.vantage_points());
    writeln!(out, "AS{asn} in IPv{version}, by {} from {}", counted(paths.len(), "path"), counted(points, "vantage point"))?;
    let member = relations.clique().contains(&asn);
    let transit_free = match (member, providers.is_empty()) {
        (true, _) => "yes: a member of the clique",
        (false, true) => "no provider is seen, but it is no member of the clique",
        (false, false) => "no",
    };
    writeln!(out, "  transit-free  {transit_free}")?;
    writeln!(out, "  providers     {}", listed(&providers))?;
    writeln!(out, "  peers         {}", listed(&peers))?;
    writeln!(out, "  customers     {}", listed(&customers))?;
    if let Some((rank_number, size)) = rank_of(&rank, asn) {
        let widest = relations.widest_link(asn).filter(|&(_, adds)| adds > 0);
        let widest = widest.map_or_else(String::new, |(customer, adds)| format!("; AS{customer} adds {}", grouped(adds)));
        writeln!(out, "  cone          {}, itself included{widest}", counted(size, "network"))?;
        writeln!(out, "  rank          {} of {}", grouped(rank_number), grouped(rank.len()))?;
    }
    writeln!(
        out,
        "  reach         {} over customers, {} over peers, {} only over providers",
        grouped(reach.customers.len()),
        grouped(reach.peers.len()),
        grouped(reach.providers_only.len())
    )?;
    let mut doubtful: Vec<&Link> = links.iter().filter(|link| !link.is_firm()).collect();
    writeln!(out, "  doubtful      {} of {}", grouped(doubtful.len()), counted(links.len(), "link"))?;
    doubtful.sort_by_key(|link| std::cmp::Reverse(link.evidence.map_or(0, |evidence| evidence.paths)));
    for link in doubtful.iter().take(10) {
        let what = match link.relation {
            Relation::Peer => "peer",
            Relation::Transit { provider, .. } if provider == asn => "customer",
            Relation::Transit { .. } => "provider",
        };
        let Some(evidence) = link.evidence else { continue };
        writeln!(
            out,
            "    AS{} as a {what} ({}): {} from {}, {} against",
            other(link),
            evidence.step.name(),
            counted(evidence.paths, "path"),
            counted(evidence.vantage_points, "vantage point"),
            grouped(evidence.against)
        )?;
    }
    if !peers.is_empty() {
        let over = links.iter().filter(|link| link.evidence.is_some_and(|evidence| evidence.over_route_server)).count();
        writeln!(
            out,
            "  Links over a route server, where one left its number in a path: {}; the rest is not known.",
            grouped(over)
        )?;
        if source.exchanges.is_some() {
            let over = links.iter().filter(|link| link.evidence.is_some_and(|evidence| evidence.over_exchange)).count();
            writeln!(out, "  Links over a given exchange, where a next hop shows it: {}; the rest is not known.", grouped(over))?;
        }
    }
    Ok(gathered.code())
}
