//! Relations with their evidence, one JSON object per line.

use alloc::vec::Vec;

use super::super::relations::{Class, LinkEvidence, Relation, Relations, Source, Step};
use super::serial::decimal;
use crate::lists::json::Json;
use crate::lists::lines::{FormatError, FormatErrorKind, error};

fn member(out: &mut Vec<u8>, name: &str, value: u32) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
    decimal(out, value);
}

fn flag(out: &mut Vec<u8>, name: &str, value: bool) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(if value { b"\":true" } else { b"\":false" });
}

/// The AS number of a network: any but 0 (RFC 7607).
fn network(json: &mut Json<'_>) -> Result<u32, FormatError> {
    let place = json.place();
    match json.number()? {
        0 => Err(place.error(FormatErrorKind::AsZero)),
        number => Ok(number),
    }
}

impl Relations {
    /// Writes one JSON object per line for each link, ascending by the lower AS number, then the higher.
    ///
    /// `a` and `b` are the provider and the customer, or the lower and the higher peer; `relation` is `transit` or `peer`.
    /// `votes_a` and `votes_b` are for `a` or `b` as the provider. The other members are those of [`LinkEvidence`]; they are absent
    /// if there is none.
    pub fn write_json(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for link in self.iter() {
            let (a, b, relation) = match link.relation {
                Relation::Transit { provider, customer } => (provider, customer, "transit"),
                Relation::Peer => (link.lower, link.higher, "peer"),
            };
            out.extend_from_slice(b"{\"a\":");
            decimal(&mut out, a);
            member(&mut out, "b", b);
            out.extend_from_slice(b",\"relation\":\"");
            out.extend_from_slice(relation.as_bytes());
            out.push(b'"');
            if let Some(evidence) = link.evidence {
                let (votes_a, votes_b) = if a == link.lower {
                    (evidence.votes_for_lower, evidence.votes_for_higher)
                } else {
                    (evidence.votes_for_higher, evidence.votes_for_lower)
                };
                out.extend_from_slice(b",\"step\":\"");
                out.extend_from_slice(evidence.step.name().as_bytes());
                out.push(b'"');
                flag(&mut out, "firm", evidence.firm);
                member(&mut out, "vantage_points", evidence.vantage_points);
                member(&mut out, "paths", evidence.paths);
                member(&mut out, "votes_a", votes_a);
                member(&mut out, "votes_b", votes_b);
                member(&mut out, "against", evidence.against);
                member(&mut out, "against_origins", evidence.against_origins);
                member(&mut out, "origins", evidence.origins);
                member(&mut out, "preference_shown", evidence.preference_shown);
                member(&mut out, "preference_refuted", evidence.preference_refuted);
                flag(&mut out, "over_route_server", evidence.over_route_server);
                flag(&mut out, "over_exchange", evidence.over_exchange);
                flag(&mut out, "mutual", evidence.mutual);
                if evidence.sources().next().is_some() {
                    out.extend_from_slice(b",\"sources\":[");
                    for (at, source) in evidence.sources().enumerate() {
                        out.extend_from_slice(if at == 0 { b"\"" } else { b",\"" });
                        out.extend_from_slice(source.name().as_bytes());
                        out.push(b'"');
                    }
                    out.push(b']');
                }
            }
            out.extend_from_slice(b"}\n");
        }
        out
    }

    /// Reads the output of [`write_json`](Self::write_json). The clique is taken from the links.
    ///
    /// # Errors
    /// The error with its line and column.
    pub fn read_json(text: &[u8]) -> Result<Self, FormatError> {
        let mut json = Json::new(text);
        let mut links: Vec<(u32, u32, u32, Class, Option<LinkEvidence>)> = Vec::new();
        while json.peek().is_some() {
            let place = json.place();
            let (mut a, mut b, mut transit, mut step) = (None, None, None, None);
            let (mut votes, mut evidence) = ((0, 0), LinkEvidence::default());
            json.object(|json, name| {
                match name {
                    "a" => a = Some(network(json)?),
                    "b" => b = Some(network(json)?),
                    "relation" => {
                        let place = json.place();
                        transit = Some(match json.string()?.as_str() {
                            "transit" => true,
                            "peer" => false,
                            _ => return Err(place.error(FormatErrorKind::Json("\"transit\" or \"peer\""))),
                        });
                    }
                    "step" => {
                        let place = json.place();
                        let known = Step::from_name(&json.string()?);
                        step = Some(known.ok_or_else(|| place.error(FormatErrorKind::Json("the name of a step")))?);
                    }
                    "firm" => evidence.firm = json.boolean()?,
                    "sources" => json.array(|json| {
                        let place = json.place();
                        let name = json.string()?;
                        let known = Source::ALL.into_iter().find(|source| source.name() == name);
                        let known = known.ok_or_else(|| place.error(FormatErrorKind::Json("the name of a source")))?;
                        evidence.sources |= known.bit();
                        Ok(())
                    })?,
                    "over_route_server" => evidence.over_route_server = json.boolean()?,
                    "over_exchange" => evidence.over_exchange = json.boolean()?,
                    "mutual" => evidence.mutual = json.boolean()?,
                    "vantage_points" => evidence.vantage_points = json.number()?,
                    "paths" => evidence.paths = json.number()?,
                    "votes_a" => votes.0 = json.number()?,
                    "votes_b" => votes.1 = json.number()?,
                    "against" => evidence.against = json.number()?,
                    "against_origins" => evidence.against_origins = json.number()?,
                    "origins" => evidence.origins = json.number()?,
                    "preference_shown" => evidence.preference_shown = json.number()?,
                    "preference_refuted" => evidence.preference_refuted = json.number()?,
                    _ => json.skip()?,
                }
                Ok(())
            })?;
            let missing = |name| place.error(FormatErrorKind::MissingMember(name));
            let (a, b) = (a.ok_or_else(|| missing("a"))?, b.ok_or_else(|| missing("b"))?);
            let transit = transit.ok_or_else(|| missing("relation"))?;
            if a == b {
                return Err(place.error(FormatErrorKind::SelfLink(a)));
            }
            let class = match (transit, a < b) {
                (false, _) => Class::Peer,
                (true, true) => Class::Low,
                (true, false) => Class::High,
            };
            (evidence.votes_for_lower, evidence.votes_for_higher) = if a < b { votes } else { (votes.1, votes.0) };
            let evidence = step.map(|step| LinkEvidence { step, ..evidence });
            links.push((a.min(b), a.max(b), place.line(), class, evidence));
        }
        links.sort_unstable_by_key(|&(lower, higher, line, ..)| (lower, higher, line));
        let mut relations = Self::default();
        let with_evidence = links.iter().all(|(.., evidence)| evidence.is_some());
        let mut first: Option<(u32, u32, u32, Class)> = None;
        for (lower, higher, line, class, evidence) in links {
            match first {
                Some((a, b, before, other)) if (a, b) == (lower, higher) => {
                    if other != class {
                        let kind = FormatErrorKind::Contradiction { lower, higher, line: u64::from(before) };
                        return Err(error(u64::from(line), 0, kind));
                    }
                }
                _ => {
                    first = Some((lower, higher, line, class));
                    relations.links.push((lower, higher));
                    relations.classes.push(class);
                    if let (true, Some(evidence)) = (with_evidence, evidence) {
                        if evidence.step == Step::Clique {
                            relations.clique.extend([lower, higher]);
                        }
                        relations.evidence.push(evidence);
                    }
                }
            }
        }
        relations.clique.sort_unstable();
        relations.clique.dedup();
        Ok(relations)
    }
}
