//! The values of the common attributes, from the index.

use core::net::Ipv4Addr;

use super::{Attributes, ONE_SEGMENT, Slot, bit, named, slot_of};
use crate::asn::Asn;
use crate::attr::attribute::EXTENDED_LENGTH;
use crate::attr::table::is_readable;
use crate::attr::{
    Aggregator, As4Aggregator, As4Path, AsPath, BgpsecPath, ClusterList, Communities, Decode, ExtendedCommunities,
    LargeCommunities, MergedPath, MpReach, MpUnreach, Origin, error_at,
};
use crate::codes::AttrCode;
use crate::error::{Error, Result};
use crate::family::Family;
use crate::nlri::NextHop;
use crate::session::Session;

impl<'a> Attributes<'a> {
    #[cfg_attr(optimised, inline(always))]
    fn value<T: Decode<'a>>(&self, code: AttrCode) -> Result<Option<T>> {
        if self.seen & bit(code) == 0 {
            return Ok(None);
        }
        let body = self.slot(code);
        match T::decode(body, self.offset_of(body), self.by()) {
            Ok(value) => Ok(Some(value)),
            Err(e) => Err(named(e, code)),
        }
    }

    /// A four-octet attribute.
    #[cfg_attr(optimised, inline(always))]
    fn word(&self, code: AttrCode) -> Result<Option<u32>> {
        if self.seen & bit(code) == 0 {
            return Ok(None);
        }
        if let Some(Slot::Start(index)) = slot_of(code)
            && let Some(attribute) = self.bytes.get(self.starts.get(index).copied().unwrap_or(0).into()..)
            && let Some(&[flags, _, 4, a, b, c, d]) = attribute.first_chunk::<7>()
            && flags & EXTENDED_LENGTH == 0
        {
            return Ok(Some(u32::from_be_bytes([a, b, c, d])));
        }
        let body = self.slot(code);
        rare_word(body, self.offset_of(body), code)
    }

    /// A list, empty if its attribute is absent.
    #[cfg_attr(optimised, inline(always))]
    fn list<T: Decode<'a> + Default>(&self, code: AttrCode) -> Result<T> {
        if self.seen & bit(code) == 0 {
            return Ok(T::default());
        }
        let body = self.slot(code);
        // Lists of words do not depend on the session.
        match T::decode(body, 0, &Session::AS4) {
            Ok(value) => Ok(value),
            Err(_) => Err(list_error::<T>(body, self.offset_of(body), code)),
        }
    }

    /// Whether the accessor of an attribute succeeds.
    pub(crate) fn is_readable(&self, code: AttrCode) -> bool {
        match code {
            AttrCode::MP_REACH_NLRI => self.mp_reach().is_ok(),
            AttrCode::AGGREGATOR => self.aggregator().is_ok(),
            _ => is_readable(code, self.slot(code), self.by()),
        }
    }

    /// ORIGIN.
    ///
    /// # Errors
    /// A length other than 1 or a value over 2 (RFC 7606 section 7.1).
    #[cfg_attr(optimised, inline(always))]
    pub fn origin(&self) -> Result<Option<Origin>> {
        self.value(AttrCode::ORIGIN)
    }

    /// AS_PATH as on the wire; empty if absent. See [`Attributes::merged_path`].
    ///
    /// # Errors
    /// See [`AsPath::parse_at`].
    #[cfg_attr(optimised, inline(always))]
    pub fn as_path(&self) -> Result<AsPath<'a>> {
        if self.known & ONE_SEGMENT != 0 {
            return Ok(AsPath::of_checked(self.slot(AttrCode::AS_PATH), self.asn4));
        }
        let body = self.slot(AttrCode::AS_PATH);
        // Paths of several segments are checked out of line.
        if AsPath::is_one_segment(body, self.asn4) || is_path(body, self.asn4) {
            Ok(AsPath::of_checked(body, self.asn4))
        } else {
            Err(as_path_error(body, self.asn4, self.offset_of(body)))
        }
    }

    /// AS_PATH, merged with AS4_PATH in a session with two-octet numbers (RFC 6793 section 4.2.3); without AS_PATH, the path of
    /// BGPSEC_PATH (RFC 8205 section 4.4).
    ///
    /// AS4_PATH is ignored if it is malformed (RFC 6793 section 6), or if AGGREGATOR shows a later aggregation by a two-octet
    /// speaker.
    ///
    /// # Errors
    /// A malformed AS_PATH, or BGPSEC_PATH instead of it.
    #[cfg_attr(optimised, inline(always))]
    pub fn merged_path(&self) -> Result<MergedPath<'a>> {
        if self.seen & bit(AttrCode::AS_PATH) == 0 {
            return Self { known: 0, ..*self }.secure_path();
        }
        let path = self.as_path()?;
        if self.asn4 || self.seen & bit(AttrCode::AS4_PATH) == 0 {
            return Ok(path.merge(AsPath::default()));
        }
        // By value, without fields that the merge does not need: the index stays in registers.
        Ok(Self { known: 0, ..*self }.merge_as4(path))
    }

    /// The path of a list without AS_PATH.
    #[cold]
    #[inline(never)]
    fn secure_path(self) -> Result<MergedPath<'a>> {
        let code = AttrCode::BGPSEC_PATH;
        if self.seen & bit(code) == 0 {
            return Ok(AsPath::default().merge(AsPath::default()));
        }
        let Some(attribute) = self.find(code) else { return Ok(AsPath::default().merge(AsPath::default())) };
        match BgpsecPath::decode(attribute.body, attribute.body_offset(), self.by()) {
            Ok(path) => Ok(MergedPath::of_secure_path(path.secure_path.as_bytes())),
            Err(e) => Err(named(e, code)),
        }
    }

    #[inline(never)]
    fn merge_as4(self, path: AsPath<'a>) -> MergedPath<'a> {
        let aggregated_since = self.seen & bit(AttrCode::AS4_AGGREGATOR) != 0
            && matches!(self.value::<Aggregator>(AttrCode::AGGREGATOR), Ok(Some(aggregator)) if aggregator.asn != Asn::TRANS);
        match self.value::<As4Path<'a>>(AttrCode::AS4_PATH) {
            Ok(Some(as4_path)) if !aggregated_since => path.merge(as4_path.0),
            _ => path.merge(AsPath::default()),
        }
    }

    /// AGGREGATOR, merged with AS4_AGGREGATOR in a session with two-octet numbers (RFC 6793 section 4.2.3).
    ///
    /// # Errors
    /// A malformed AGGREGATOR.
    #[cfg_attr(optimised, inline(always))]
    pub fn merged_aggregator(&self) -> Result<Option<Aggregator>> {
        let aggregator = self.aggregator()?;
        match (aggregator, self.value::<As4Aggregator>(AttrCode::AS4_AGGREGATOR)) {
            (Some(a), Ok(Some(better))) if !self.asn4 && a.asn == Asn::TRANS => Ok(Some(better.0)),
            _ => Ok(aggregator),
        }
    }

    /// The next hop: of MP_REACH_NLRI if present, else NEXT_HOP.
    ///
    /// # Errors
    /// A malformed attribute.
    #[cfg_attr(optimised, inline(always))]
    pub fn next_hop(&self) -> Result<Option<NextHop<'a>>> {
        if self.seen & bit(AttrCode::MP_REACH_NLRI) != 0 {
            return Ok(self.mp_reach()?.map(|reach| reach.next_hop()));
        }
        Ok(self.ipv4_next_hop()?.map(NextHop::V4))
    }

    /// The same for a route of this family: not octets of a length that its next hops do not have, except an address in a message or
    /// in a whole attribute of the family.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn next_hop_for(&self, family: Family) -> Result<Option<NextHop<'a>>> {
        if self.seen & bit(AttrCode::MP_REACH_NLRI) == 0 {
            return self.next_hop();
        }
        match self.mp_reach()? {
            Some(reach) => reach.next_hop_for(family, self.rib, self.offset_of(self.slot(AttrCode::MP_REACH_NLRI))).map(Some),
            None => Ok(None),
        }
    }

    /// NEXT_HOP: for the IPv4 routes at the end of an UPDATE.
    ///
    /// # Errors
    /// A length other than 4.
    #[cfg_attr(optimised, inline(always))]
    pub fn ipv4_next_hop(&self) -> Result<Option<Ipv4Addr>> {
        Ok(self.word(AttrCode::NEXT_HOP)?.map(Ipv4Addr::from_bits))
    }

    /// MULTI_EXIT_DISC.
    ///
    /// # Errors
    /// A length other than 4.
    #[cfg_attr(optimised, inline(always))]
    pub fn multi_exit_disc(&self) -> Result<Option<u32>> {
        self.word(AttrCode::MULTI_EXIT_DISC)
    }

    /// LOCAL_PREF.
    ///
    /// # Errors
    /// A length other than 4.
    #[cfg_attr(optimised, inline(always))]
    pub fn local_pref(&self) -> Result<Option<u32>> {
        self.word(AttrCode::LOCAL_PREF)
    }

    /// Whether ATOMIC_AGGREGATE is present.
    #[cfg_attr(optimised, inline(always))]
    pub const fn atomic_aggregate(&self) -> bool {
        self.seen & bit(AttrCode::ATOMIC_AGGREGATE) != 0
    }

    /// AGGREGATOR as on the wire. In a table entry its length determines the width of the number: daemons write eight octets
    /// beside two-octet paths.
    ///
    /// # Errors
    /// A length that does not fit the session's AS numbers.
    #[cfg_attr(optimised, inline(always))]
    pub fn aggregator(&self) -> Result<Option<Aggregator>> {
        if self.rib && self.slot(AttrCode::AGGREGATOR).len() == 8 {
            return Ok(self.value::<As4Aggregator>(AttrCode::AGGREGATOR)?.map(|aggregator| aggregator.0));
        }
        self.value(AttrCode::AGGREGATOR)
    }

    /// COMMUNITIES; empty if absent.
    ///
    /// # Errors
    /// An empty body, or a length that is no multiple of four.
    #[cfg_attr(optimised, inline(always))]
    pub fn communities(&self) -> Result<Communities<'a>> {
        self.list(AttrCode::COMMUNITIES)
    }

    /// ORIGINATOR_ID.
    ///
    /// # Errors
    /// A length other than 4.
    #[cfg_attr(optimised, inline(always))]
    pub fn originator_id(&self) -> Result<Option<Ipv4Addr>> {
        Ok(self.word(AttrCode::ORIGINATOR_ID)?.map(Ipv4Addr::from_bits))
    }

    /// CLUSTER_LIST; empty if absent.
    ///
    /// # Errors
    /// An empty body, or a length that is no multiple of four.
    #[cfg_attr(optimised, inline(always))]
    pub fn cluster_list(&self) -> Result<ClusterList<'a>> {
        self.list(AttrCode::CLUSTER_LIST)
    }

    /// MP_REACH_NLRI.
    ///
    /// # Errors
    /// A field that overruns the attribute.
    #[cfg_attr(optimised, inline(always))]
    pub fn mp_reach(&self) -> Result<Option<MpReach<'a>>> {
        if self.seen & bit(AttrCode::MP_REACH_NLRI) == 0 {
            return Ok(None);
        }
        let offset = self.offset_of(self.slot(AttrCode::MP_REACH_NLRI));
        let reach = if self.rib {
            MpReach::parse_rib_at(self.slot(AttrCode::MP_REACH_NLRI), offset)
        } else {
            MpReach::parse_at(self.slot(AttrCode::MP_REACH_NLRI), offset)
        };
        match reach {
            Ok(reach) => Ok(Some(reach)),
            Err(e) => Err(named(e, AttrCode::MP_REACH_NLRI)),
        }
    }

    /// MP_UNREACH_NLRI.
    ///
    /// # Errors
    /// Fewer than three octets.
    #[cfg_attr(optimised, inline(always))]
    pub fn mp_unreach(&self) -> Result<Option<MpUnreach<'a>>> {
        self.value(AttrCode::MP_UNREACH_NLRI)
    }

    /// EXTENDED_COMMUNITIES; empty if absent.
    ///
    /// # Errors
    /// An empty body, or a length that is no multiple of eight.
    #[cfg_attr(optimised, inline(always))]
    pub fn extended_communities(&self) -> Result<ExtendedCommunities<'a>> {
        self.list(AttrCode::EXTENDED_COMMUNITIES)
    }

    /// AS4_PATH as on the wire.
    ///
    /// # Errors
    /// See [`AsPath::parse_at`]; fewer than six octets.
    #[cfg_attr(optimised, inline(always))]
    pub fn as4_path(&self) -> Result<Option<As4Path<'a>>> {
        self.value(AttrCode::AS4_PATH)
    }

    /// AS4_AGGREGATOR as on the wire.
    ///
    /// # Errors
    /// A length other than 8.
    #[cfg_attr(optimised, inline(always))]
    pub fn as4_aggregator(&self) -> Result<Option<As4Aggregator>> {
        self.value(AttrCode::AS4_AGGREGATOR)
    }

    /// LARGE_COMMUNITIES; empty if absent.
    ///
    /// # Errors
    /// An empty body, or a length that is no multiple of twelve.
    #[cfg_attr(optimised, inline(always))]
    pub fn large_communities(&self) -> Result<LargeCommunities<'a>> {
        self.list(AttrCode::LARGE_COMMUNITIES)
    }

    /// OTC (RFC 9234).
    ///
    /// # Errors
    /// A length other than 4.
    #[cfg_attr(optimised, inline(always))]
    pub fn only_to_customer(&self) -> Result<Option<Asn>> {
        Ok(self.word(AttrCode::OTC)?.map(Asn))
    }
}

/// A word with another length or the extended-length flag.
#[cold]
#[inline(never)]
fn rare_word(body: &[u8], offset: u64, code: AttrCode) -> Result<Option<u32>> {
    match u32::decode(body, offset, &Session::AS4) {
        Ok(value) => Ok(Some(value)),
        Err(e) => Err(named(e, code)),
    }
}

/// The error of a list, whose length is its only one, with its offset.
#[cold]
#[inline(never)]
fn list_error<'a, T: Decode<'a>>(body: &'a [u8], offset: u64, code: AttrCode) -> Error {
    match T::decode(body, offset, &Session::AS4) {
        Ok(_) => named(error_at::bad_length(body.len(), offset), code),
        Err(e) => named(e, code),
    }
}

/// Whether octets are a valid path.
#[inline(never)]
fn is_path(body: &[u8], asn4: bool) -> bool {
    AsPath::parse_at(body, asn4, 0).is_ok()
}

#[cold]
#[inline(never)]
fn as_path_error(body: &[u8], asn4: bool, offset: u64) -> Error {
    match AsPath::parse_at(body, asn4, offset) {
        Ok(_) => named(error_at::bad_length(body.len(), offset), AttrCode::AS_PATH),
        Err(e) => named(e, AttrCode::AS_PATH),
    }
}
