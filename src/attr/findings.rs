//! What is wrong with a list of attributes, and what is worth knowing of it.

use core::net::Ipv4Addr;

use super::list::named;
use super::table::{fixed_flags, rule};
use super::{
    As4Aggregator, AsPath, AtomicAggregate, AttrFlags, Attribute, Attributes, Communities, Decode, LargeCommunities, MpReach,
    Origin, Value, mp, scalar, tunnel,
};
use crate::asn::Asn;
use crate::codes::{AttrCode, Role};
use crate::error::{Action, Context, Error, ErrorKind};
use crate::session::Session;

impl Attributes<'_> {
    /// Everything that RFC 7606 has to say about the list, one finding at a time; returns the worst action.
    ///
    /// Looks at every attribute: framing, flags, duplicates, length and value. It is a second walk and costs accordingly;
    /// whether mandatory attributes are missing depends on the message ([`crate::bgp::Update::verdict`]).
    pub fn findings(&self, mut report: impl FnMut(Error)) -> Action {
        let mut worst = Action::None;
        let mut seen = [0u64; 4];
        let mut found = |e: Error| {
            worst = worst.max(e.action());
            report(e);
        };
        for attribute in self.iter() {
            let attribute = match attribute {
                Ok(attribute) => attribute,
                Err(e) => {
                    found(e);
                    break;
                }
            };
            let code = attribute.code;
            let context = Context::Attribute(code);
            let bit = 1u64 << (code.0 & 63);
            if let Some(word) = seen.get_mut(usize::from(code.0 >> 6)) {
                if *word & bit != 0 {
                    // RFC 7606 section 3 g.
                    let action = if matches!(code.0, 14 | 15) { Action::ResetSession } else { Action::DiscardAttribute };
                    found(Error::new(ErrorKind::Duplicate, attribute.offset).within(context, action));
                    continue;
                }
                *word |= bit;
            }
            let flags = attribute.flags.bits();
            match rule(code) {
                // Daemons fill in the flags of a table's entries as they like: those were never on a session.
                _ if self.rib => {}
                Some((want, action)) if (flags ^ want) & fixed_flags(code) != 0 => {
                    // RFC 7606 section 3 c: the routes count as withdrawn unless the attribute's own rules are milder (3 f).
                    // Those of multiprotocol routes are incorrect then (5.3); AS4_PATH and AS4_AGGREGATOR have no rule of
                    // their own for flags (RFC 6793 section 6).
                    let action = match code.0 {
                        14 | 15 => Action::ResetSession,
                        17 | 18 => Action::TreatAsWithdraw,
                        _ => action.min(Action::TreatAsWithdraw),
                    };
                    found(Error::new(ErrorKind::BadFlags(flags), attribute.offset).within(context, action));
                }
                None if flags & AttrFlags::OPTIONAL.bits() == 0 => {
                    // RFC 4271 section 6.3: a well-known attribute that nobody knows. RFC 7606 leaves that as it was.
                    found(Error::new(ErrorKind::Unrecognized, attribute.offset).within(context, Action::ResetSession));
                }
                _ => {}
            }
            if code == AttrCode::MP_REACH_NLRI && self.rib {
                if let Err(e) = MpReach::parse_rib_at(attribute.body, attribute.body_offset()) {
                    found(e.within(context, Action::ResetSession));
                }
                continue;
            }
            let session =
                if self.rib && code == AttrCode::AGGREGATOR && attribute.body.len() == 8 { &Session::AS4 } else { self.by() };
            // The commonest by themselves: a `Value` is long, and nearly all attributes are sound.
            let (body, at) = (attribute.body, attribute.body_offset());
            let outcome = match code.0 {
                1 => Origin::decode(body, at, session).map(|_| ()),
                2 => AsPath::decode(body, at, session).map(|path| {
                    let forbidden = path.asns().find_map(scalar::forbidden);
                    forbidden.into_iter().for_each(|kind| found(Error::new(kind, at).within(context, Action::TreatAsWithdraw)));
                }),
                3 => Ipv4Addr::decode(body, at, session).map(|_| ()),
                4 | 5 => u32::decode(body, at, session).map(|_| ()),
                6 => AtomicAggregate::decode(body, at, session).map(|_| ()),
                8 => Communities::decode(body, at, session).map(|_| ()),
                32 => LargeCommunities::decode(body, at, session).map(|_| ()),
                _ => {
                    match attribute.decode(session) {
                        Ok(value) => value_findings(&value, &attribute, &mut found),
                        Err(e) => found(e),
                    }
                    Ok(())
                }
            };
            if let Err(e) = outcome {
                found(named(e, code.0));
            }
        }
        worst
    }
}

impl Attributes<'_> {
    /// What is worth knowing and no damage: AS_SET and AS_CONFED_SET in a path, which RFC 9774 has speakers treat as withdrawn
    /// since 2025, and AS4_PATH and AS4_AGGREGATOR where numbers have four octets anyway, which are left aside (RFC 6793 section
    /// 6).
    ///
    /// [`Attributes::findings`] says nothing of these: archives are full of them, and no route is in doubt for one. The action of
    /// a note is what the RFC that it goes back to has a speaker do.
    pub fn notes(&self, mut report: impl FnMut(Error)) {
        let paths =
            [(2, self.as_path().ok()), (17, if self.asn4 { None } else { self.as4_path().ok().flatten().map(|path| path.0) })];
        for (code, path) in paths {
            let set = path.and_then(|path| path.segments().find(|segment| segment.kind().is_set()));
            if let Some(segment) = set {
                let kind = ErrorKind::Deprecated(if segment.kind().is_confed() { 4 } else { 1 });
                report(
                    Error::new(kind, self.place(self.slot(code)))
                        .within(Context::Attribute(AttrCode(code)), Action::TreatAsWithdraw),
                );
            }
        }
        if self.asn4 && !self.rib {
            for code in [17u8, 18] {
                if self.seen & 1 << code != 0 {
                    let e = Error::new(ErrorKind::Deprecated(u32::from(code)), self.place(self.slot(code)));
                    report(e.within(Context::Attribute(AttrCode(code)), Action::DiscardAttribute));
                }
            }
        }
    }

    /// Whether the route leaks (RFC 9234 section 5): OTC on a route from a customer or a route server's client, or from a peer
    /// whose number is not the one in it. `role` and `asn` are those of the speaker that sent the route.
    ///
    /// Archives seldom say what two networks are to each other, so this is asked for and never among the findings.
    pub fn leak(&self, role: Role, asn: Asn) -> Option<Error> {
        let otc = self.only_to_customer().ok().flatten()?;
        let leaks = match role {
            Role::CUSTOMER | Role::RS_CLIENT => true,
            Role::PEER => otc != asn,
            _ => false,
        };
        leaks.then(|| {
            Error::new(ErrorKind::BadRole, self.place(self.slot(35)))
                .within(Context::Attribute(AttrCode::OTC), Action::TreatAsWithdraw)
        })
    }
}

/// What is wrong with a value whose octets are in order: numbers and lengths that other RFCs forbid.
fn value_findings(value: &Value<'_>, attribute: &Attribute<'_>, report: &mut impl FnMut(Error)) {
    let context = Context::Attribute(attribute.code);
    let at = attribute.body_offset();
    // RFC 7607 section 2.
    let forbidden = |asn: Asn| scalar::forbidden(asn).map(|kind| Error::new(kind, at));
    let found = match value {
        Value::As4Path(path) => match path.0.asns().find_map(forbidden) {
            Some(e) => Some(e.within(context, Action::DiscardAttribute)),
            // RFC 6793 section 6: such segments are left out, and nothing else.
            None => path.0.segments().find(|segment| segment.kind().is_confed()).map(|segment| {
                let kind = ErrorKind::BadValue(if segment.kind().is_set() { 4 } else { 3 });
                Error::new(kind, at).within(context, Action::None)
            }),
        },
        Value::Aggregator(a) | Value::As4Aggregator(As4Aggregator(a)) => {
            forbidden(a.asn).map(|e| e.within(context, Action::DiscardAttribute))
        }
        Value::MpReach(reach) => mp::next_hop_finding(reach, at).map(|e| e.within(context, Action::ResetSession)),
        Value::Aigp(aigp) => aigp.finding(at).map(|e| e.within(context, Action::DiscardAttribute)),
        Value::TunnelEncapsulation(_) => {
            tunnel::findings(attribute.body, at, |e, action| report(e.within(context, action)));
            None
        }
        _ => None,
    };
    if let Some(e) = found {
        report(e);
    }
}
