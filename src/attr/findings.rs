//! Findings and notes of an attribute list.

use super::mp::RecordRoute;
use super::prefix_sid::sid_findings;
use super::table::{rule, value_findings};
use super::{AttrFlags, Attributes, MpReach};
use crate::asn::Asn;
use crate::codes::{AttrCode, Role};
use crate::error::{Action, Context, Error, ErrorKind};
use crate::family::Family;
use crate::nlri::{LabelField, is_next_hop};
use crate::session::Session;

impl Attributes<'_> {
    /// Reports all findings of RFC 7606 about the list, one at a time; returns the worst action.
    ///
    /// Checks every attribute: framing, flags, duplicates, length and value. It is a second full walk; missing mandatory
    /// attributes depend on the message ([`crate::bgp::Update::findings`]). Of table entries it has no record to compare the next
    /// hop with ([`crate::mrt::Record::findings`] does).
    pub fn findings(&self, report: impl FnMut(Error)) -> Action {
        self.findings_in(None, report)
    }

    /// The same; the MP_REACH_NLRI of a table entry must agree with the route of its record.
    pub(crate) fn findings_in(&self, record: Option<RecordRoute<'_>>, mut report: impl FnMut(Error)) -> Action {
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
                    let action = if code.has_routes() { Action::ResetSession } else { Action::DiscardAttribute };
                    found(Error::new(ErrorKind::Duplicate, attribute.offset).within(context, action));
                    continue;
                }
                *word |= bit;
            }
            let flags = attribute.flags.bits();
            match rule(code) {
                // Flags in table entries are arbitrary: they were never on a session.
                _ if self.rib => {}
                Some((fixed, action)) if fixed.contradict(flags) => {
                    // RFC 7606 section 3 c: treat-as-withdraw unless the attribute's own rule is milder (3 f). MP_REACH_NLRI and
                    // MP_UNREACH_NLRI are then incorrect (5.3); AS4_PATH and AS4_AGGREGATOR have no rule for flags (RFC 6793
                    // section 6).
                    let action = match code {
                        code if code.has_routes() => Action::ResetSession,
                        AttrCode::AS4_PATH | AttrCode::AS4_AGGREGATOR => Action::TreatAsWithdraw,
                        _ => action.min(Action::TreatAsWithdraw),
                    };
                    found(Error::new(ErrorKind::BadFlags(flags), attribute.offset).within(context, action));
                }
                None if flags & AttrFlags::OPTIONAL.bits() == 0 => {
                    // RFC 4271 section 6.3: an unrecognised well-known attribute; unchanged by RFC 7606.
                    found(Error::new(ErrorKind::Unrecognized, attribute.offset).within(context, Action::ResetSession));
                }
                _ => {}
            }
            if code == AttrCode::MP_REACH_NLRI && self.rib {
                let offset = attribute.body_offset();
                match MpReach::parse_rib_at(attribute.body, offset) {
                    Ok(reach) => reach.table_findings(offset, record, self.by(), &mut found),
                    Err(e) => found(e.within(context, Action::ResetSession)),
                }
                continue;
            }
            let session =
                if self.rib && code == AttrCode::AGGREGATOR && attribute.body.len() == 8 { &Session::AS4 } else { self.by() };
            value_findings(&attribute, session, &mut found);
        }
        if self.has_two_paths()
            && let Some(attribute) = self.find(AttrCode::BGPSEC_PATH)
        {
            // RFC 8205 section 5.2: a message with both has an erroneous BGPSEC_PATH.
            let e = Error::new(ErrorKind::Excludes(AttrCode::AS_PATH), attribute.offset);
            found(e.within(Context::Attribute(AttrCode::BGPSEC_PATH), Action::TreatAsWithdraw));
        }
        if seen.first().is_some_and(|word| word >> AttrCode::PREFIX_SID.0 & 1 == 1)
            && let Some(attribute) = self.find(AttrCode::PREFIX_SID)
            && attribute.decode(self.by()).is_ok()
        {
            let field = LabelField::of_family(self.family_of_routes(record));
            sid_findings(attribute.raw(), attribute.body_offset(), field, &mut found);
        }
        worst
    }

    /// The family of the routes that the list is about, as far as it is known: that of the record, of MP_REACH_NLRI, or of the
    /// routes in the message's own field.
    fn family_of_routes(&self, record: Option<RecordRoute<'_>>) -> Option<Family> {
        match (record, self.mp_reach()) {
            (Some(record), _) => Some(record.family()),
            (None, Ok(Some(reach))) => reach.family(),
            (None, Ok(None)) if !self.rib => Some(Family::IPV4_UNICAST),
            (None, _) => None,
        }
    }

    /// A bit for each code below 64 whose attribute is discarded; repetitions have none. Higher codes are withdrawn or unknown.
    #[cfg(feature = "alloc")]
    pub(crate) fn discarded(&self) -> u64 {
        let mut codes = 0;
        self.findings(|e| codes |= discarded_by(&e));
        codes
    }
}

/// The bit of the attribute that a finding discards.
pub(crate) fn discarded_by(e: &Error) -> u64 {
    match (e.context(), e.action()) {
        (Context::Attribute(code), Action::DiscardAttribute) if e.kind() != ErrorKind::Duplicate => {
            1u64.checked_shl(u32::from(code.0)).unwrap_or(0)
        }
        _ => 0,
    }
}

impl Attributes<'_> {
    /// Reports notes, worth knowing but no damage: AS_SET and AS_CONFED_SET in a path, treated as withdrawn since 2025 (RFC
    /// 9774), AS4_PATH and AS4_AGGREGATOR with four-octet numbers, which are ignored (RFC 6793 section 6), and table entries without
    /// ORIGIN or a path. RFC 6396 requires no attribute of these and RFC 7606 judges messages alone: collectors write routes of
    /// their own, and entries that they could not fill, without any.
    ///
    /// [`Attributes::findings`] does not include them: they are common in archives and make no route invalid. The action of a
    /// note is that of its RFC.
    pub fn notes(&self, mut report: impl FnMut(Error)) {
        let as4_path = if self.asn4 { None } else { self.as4_path().ok().flatten() };
        let paths = [(AttrCode::AS_PATH, self.as_path().ok()), (AttrCode::AS4_PATH, as4_path.map(|path| path.0))];
        for (code, path) in paths {
            let set = path.and_then(|path| path.segments().find(|segment| segment.kind().is_set()));
            if let Some(segment) = set {
                let kind = ErrorKind::Deprecated(if segment.kind().is_confed() { 4 } else { 1 });
                report(
                    Error::new(kind, self.offset_of(self.slot(code))).within(Context::Attribute(code), Action::TreatAsWithdraw),
                );
            }
        }
        if self.asn4 && !self.rib {
            for code in [AttrCode::AS4_PATH, AttrCode::AS4_AGGREGATOR] {
                if self.has(code) {
                    let e = Error::new(ErrorKind::Deprecated(u32::from(code.0)), self.offset_of(self.slot(code)));
                    report(e.within(Context::Attribute(code), Action::DiscardAttribute));
                }
            }
        }
        if self.rib {
            for (code, is_there) in [(AttrCode::ORIGIN, self.has(AttrCode::ORIGIN)), (AttrCode::AS_PATH, self.has_path())] {
                if !is_there {
                    report(Error::new(ErrorKind::Missing, self.offset()).within(Context::Attribute(code), Action::None));
                }
            }
        }
    }

    /// The note about a next hop that no host has (RFC 4271 section 6.3). NEXT_HOP beside MP_REACH_NLRI is ignored. Messages and records
    /// have it among their notes: elements do not, whose notes are about the list and may cost a route.
    pub(crate) fn next_hop_note(&self) -> Option<Error> {
        let code = if self.has(AttrCode::MP_REACH_NLRI) { AttrCode::MP_REACH_NLRI } else { AttrCode::NEXT_HOP };
        let next_hop = self.next_hop().ok().flatten().filter(|next_hop| !is_next_hop(*next_hop));
        let note = Error::new(ErrorKind::BadAddress, self.offset_of(self.slot(code)));
        next_hop.map(|_| note.within(Context::Attribute(code), Action::None))
    }

    /// Whether the route is a leak (RFC 9234 section 5): OTC on a route from a customer or a route server's client, or from a
    /// peer with another AS number in it. `role` and `asn` are those of the sender.
    ///
    /// Archives rarely state the roles, so this is never among the findings.
    pub fn leak(&self, role: Role, asn: Asn) -> Option<Error> {
        let otc = self.only_to_customer().ok().flatten()?;
        let leaks = match role {
            Role::CUSTOMER | Role::RS_CLIENT => true,
            Role::PEER => otc != asn,
            _ => false,
        };
        leaks.then(|| {
            Error::new(ErrorKind::BadRole, self.offset_of(self.slot(AttrCode::OTC)))
                .within(Context::Attribute(AttrCode::OTC), Action::TreatAsWithdraw)
        })
    }
}
