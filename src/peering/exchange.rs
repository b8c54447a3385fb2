//! The exchange form of stores of paths.
//!
//! All integers are unsigned. `var` is an integer in 7 bits per octet, the lowest first, with the top bit set in all octets but
//! the last (LEB128), in the fewest octets. Version 1:
//!
//! | field | size | meaning |
//! |---|---|---|
//! | magic | 8 | `rgpaths` and the version, one octet: 1 |
//! | family | 1 | 4 or 6 |
//! | counts | 12 `var` | what hygiene counted: entries, as_set, confederation, empty, loop, as_trans, reserved_asn, too_long, prepended, route_server, peer not in path, unreadable |
//! | paths | | each as below, ascending by their AS numbers; then the octet 0 |
//! | links | | links over route servers (1), over exchanges (2), and with statements (3), ascending: 1 to 3, lower AS number, higher AS number (`var`), after 3 the statements; then the octet 0 |
//! | check | 8 | FNV-1a (64 bits) of all octets before, big-endian |
//!
//! A path: hops (1 octet, 1 to 255); hops shared with the path before (1 octet, fewer than both have); the other hops (`var`
//! each, the vantage point's first; no AS number occurs twice in a path); routes (`var`, at least 1); vantage points (`var`, at least 1), then each (`var`, ascending).
//!
//! Statements about a link (evidence beyond paths, [`Claims`](super::Claims)): routes that state that the lower AS number is the
//! provider, the higher is, neither is (`var` of 32 bits each); attested providers (1 octet: 1 the lower, 2 the higher, 3 both); kinds of
//! source (1 octet: 1 Only to Customer, 2 attestations, 4 communities; only those that stated something).
//!
//! Equal stores have equal octets, whatever the order they were filled in. A reader trusts no length: a path has at most 255
//! hops, and everything else is read as it arrives.

use alloc::vec::Vec;
use core::fmt;

use super::claims::Said;
use super::hygiene::{HygieneCounts, LONGEST_PATH, first_repeated};
use super::store::{AddressFamily, PathStore};

const MAGIC: &[u8; 7] = b"rgpaths";
const VERSION: u8 = 1;
// What a link is marked as.
const OVER_ROUTE_SERVER: u8 = 1;
const OVER_EXCHANGE: u8 = 2;
const STATED: u8 = 3;

/// An error in the exchange form, with its offset.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ExchangeError {
    offset: u64,
    what: What,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    Magic,
    Version(u8),
    Family(u8),
    Cut,
    Integer,
    Shared,
    Repeated,
    Order,
    Routes,
    VantagePoints,
    Asn,
    Check,
    After,
    Full,
    Mark(u8),
    Statement,
}

impl ExchangeError {
    /// Offset of the octet of the error.
    pub const fn offset(&self) -> u64 {
        self.offset
    }
}

impl fmt::Display for ExchangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.what {
            What::Magic => f.write_str("not a store of paths")?,
            What::Version(version) => write!(f, "version {version} of the store of paths is not known")?,
            What::Family(family) => write!(f, "address family {family} is neither 4 nor 6")?,
            What::Cut => f.write_str("the store of paths is cut off")?,
            What::Integer => f.write_str("an integer is longer than it may be")?,
            What::Shared => f.write_str("a path shares more hops with the one before than both have")?,
            What::Repeated => f.write_str("an AS number occurs twice in a path")?,
            What::Order => f.write_str("the order does not ascend")?,
            What::Routes => f.write_str("a path has no routes")?,
            What::VantagePoints => f.write_str("a path has no vantage point")?,
            What::Asn => f.write_str("a number is over 32 bits")?,
            What::Check => f.write_str("the check sum differs")?,
            What::After => f.write_str("octets follow the check sum")?,
            What::Full => f.write_str("the store of paths is full")?,
            What::Mark(mark) => write!(f, "octet {mark} does not start a link")?,
            What::Statement => f.write_str("statements about a link and their sources do not match")?,
        }
        write!(f, " (at byte {})", self.offset)
    }
}

impl core::error::Error for ExchangeError {}

fn put(out: &mut Vec<u8>, mut value: u64) {
    loop {
        let low = value.to_le_bytes().first().copied().unwrap_or(0) & 0x7f;
        value >>= 7;
        if value == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

fn fnv(octets: &[u8]) -> u64 {
    octets.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &octet| (hash ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3))
}

impl PathStore {
    /// The store in its exchange form, with the hygiene counts of its routes.
    pub fn to_exchange(&self, counts: &HygieneCounts) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend_from_slice(MAGIC);
        out.push(VERSION);
        out.push(self.family().version());
        for count in counts.as_array() {
            put(&mut out, count);
        }
        let mut starts: Vec<u32> = self.iter().map(|path| path.start).collect();
        starts.sort_unstable_by(|&a, &b| self.path(a).cmp(self.path(b)));
        let (mut before, mut vantage_points): (&[u32], Vec<u32>) = (&[], Vec::new());
        for start in starts {
            let Some(stored) = self.stored(start) else { continue };
            let path = stored.path;
            let most = before.len().min(path.len()).saturating_sub(1);
            let shared = before.iter().zip(path).take_while(|(a, b)| a == b).count().min(most);
            // A path has at most 255 hops.
            out.push(u8::try_from(path.len()).unwrap_or(u8::MAX));
            out.push(u8::try_from(shared).unwrap_or(0));
            for &asn in path.iter().skip(shared) {
                put(&mut out, u64::from(asn));
            }
            put(&mut out, stored.routes);
            self.vantage_points_into(start, path, &mut vantage_points);
            put(&mut out, u64::try_from(vantage_points.len()).unwrap_or(u64::MAX));
            for &vantage in &vantage_points {
                put(&mut out, u64::from(vantage));
            }
            before = path;
        }
        out.push(0);
        for (mark, links) in [(OVER_ROUTE_SERVER, self.over_route_servers()), (OVER_EXCHANGE, self.over_exchanges())] {
            for (lower, higher) in links {
                out.push(mark);
                put(&mut out, u64::from(lower));
                put(&mut out, u64::from(higher));
            }
        }
        for ((lower, higher), said) in self.claims().ascending() {
            out.push(STATED);
            for value in [lower, higher, said.low, said.high, said.peer] {
                put(&mut out, u64::from(value));
            }
            out.extend_from_slice(&[said.attested, said.sources]);
        }
        out.push(0);
        let check = fnv(&out);
        out.extend_from_slice(&check.to_be_bytes());
        out
    }

    /// Whether octets start like a store of paths in its exchange form, of any version.
    pub fn is_exchange(octets: &[u8]) -> bool {
        octets.starts_with(MAGIC)
    }

    /// Reads a store from its exchange form.
    ///
    /// # Errors
    /// The kind of the error and its offset; nothing of a damaged store is returned.
    pub fn from_exchange(octets: &[u8]) -> Result<(Self, HygieneCounts), ExchangeError> {
        let mut input = Input { all: octets, at: 0 };
        if input.take(MAGIC.len()) != Ok(MAGIC) {
            return Err(ExchangeError { offset: 0, what: What::Magic });
        }
        let version = input.octet()?;
        if version != VERSION {
            return Err(ExchangeError { offset: 7, what: What::Version(version) });
        }
        let family = match input.octet()? {
            4 => AddressFamily::V4,
            6 => AddressFamily::V6,
            other => return Err(ExchangeError { offset: 8, what: What::Family(other) }),
        };
        let mut counts = [0u64; 12];
        for count in &mut counts {
            *count = input.var()?;
        }
        let mut store = Self::new(family);
        let (mut before, mut path): (Vec<u32>, Vec<u32>) = (Vec::new(), Vec::with_capacity(LONGEST_PATH));
        loop {
            let at = input.at;
            let hops = usize::from(input.octet()?);
            if hops == 0 {
                break;
            }
            let shared = usize::from(input.octet()?);
            let Some(start) = before.get(..shared).filter(|_| shared < hops) else { return Err(error(at, What::Shared)) };
            path.clear();
            path.extend_from_slice(start);
            while path.len() < hops {
                path.push(input.asn()?);
            }
            if first_repeated(&path).is_some() {
                return Err(error(at, What::Repeated));
            }
            if path <= before && !before.is_empty() {
                return Err(error(at, What::Order));
            }
            let routes = input.var()?;
            if routes == 0 {
                return Err(error(at, What::Routes));
            }
            let many = input.var()?;
            if many == 0 {
                return Err(error(at, What::VantagePoints));
            }
            let mut last = None;
            for nth in 0..many {
                let vantage = input.asn()?;
                if last >= Some(vantage) {
                    return Err(error(at, What::Order));
                }
                last = Some(vantage);
                let routes = if nth == 0 { routes } else { 0 };
                store.add(vantage, &path, routes).map_err(|_| error(at, What::Full))?;
            }
            core::mem::swap(&mut before, &mut path);
        }
        let mut last = None;
        loop {
            let at = input.at;
            let mark = input.octet()?;
            if mark > STATED {
                return Err(error(at, What::Mark(mark)));
            }
            if mark == 0 {
                break;
            }
            let link = (mark, input.asn()?, input.asn()?);
            if link.1 >= link.2 || last >= Some(link) {
                return Err(error(at, What::Order));
            }
            last = Some(link);
            match mark {
                OVER_ROUTE_SERVER => store.mark_over_route_server(link.1, link.2),
                OVER_EXCHANGE => store.mark_over_exchange(link.1, link.2),
                _ => {
                    let (low, high, peer) = (input.asn()?, input.asn()?, input.asn()?);
                    let said = Said { low, high, peer, attested: input.octet()?, sources: input.octet()? };
                    if !said.is_consistent() {
                        return Err(error(at, What::Statement));
                    }
                    store.claims_mut().add((link.1, link.2), &said);
                }
            }
        }
        let at = input.at;
        let check = fnv(octets.get(..at).unwrap_or(&[]));
        if input.take(8)? != check.to_be_bytes() {
            return Err(error(at, What::Check));
        }
        if input.at != octets.len() {
            return Err(error(input.at, What::After));
        }
        Ok((store, HygieneCounts::of_array(counts)))
    }
}

#[cold]
fn error(at: usize, what: What) -> ExchangeError {
    ExchangeError { offset: u64::try_from(at).unwrap_or(u64::MAX), what }
}

struct Input<'a> {
    all: &'a [u8],
    at: usize,
}

impl<'a> Input<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], ExchangeError> {
        let end = self.at.saturating_add(len);
        let Some(octets) = self.all.get(self.at..end) else { return Err(error(self.all.len(), What::Cut)) };
        self.at = end;
        Ok(octets)
    }

    fn octet(&mut self) -> Result<u8, ExchangeError> {
        let Some(&octet) = self.all.get(self.at) else { return Err(error(self.all.len(), What::Cut)) };
        self.at = self.at.saturating_add(1);
        Ok(octet)
    }

    fn var(&mut self) -> Result<u64, ExchangeError> {
        let start = self.at;
        let mut value = 0u64;
        for shift in (0..64u32).step_by(7) {
            let octet = self.octet()?;
            let low = u64::from(octet & 0x7f);
            // The tenth octet has one bit; a final octet of 0 is superfluous.
            if (shift == 63 && octet > 1) || (shift > 0 && octet == 0) {
                return Err(error(start, What::Integer));
            }
            value |= low << shift;
            if octet & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(error(start, What::Integer))
    }

    /// An AS number, or another of 32 bits.
    fn asn(&mut self) -> Result<u32, ExchangeError> {
        let start = self.at;
        u32::try_from(self.var()?).map_err(|_| error(start, What::Asn))
    }
}
