//! ROUTE-REFRESH messages (RFC 2918, RFC 7313).

use crate::codes::{Afi, RouteRefreshSubtype, Safi};
use crate::error::{Action, Context, ErrorKind, Result};
use crate::family::Family;
use crate::wire::Cursor;

/// A request to send a family's routes again, or a mark around them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct RouteRefresh<'a> {
    /// Which routes.
    pub family: Family,
    /// Request (0), beginning (1) or end (2) of the routes (RFC 7313 section 3.2).
    pub subtype: RouteRefreshSubtype,
    /// Outbound route filters, as they are (RFC 5291 section 4); mostly empty.
    pub filters: &'a [u8],
}

impl<'a> RouteRefresh<'a> {
    /// Reads a message's body, `offset` bytes into the outermost input.
    ///
    /// # Errors
    /// Fewer than four octets; more than four in a mark of RFC 7313 (section 5 there: 7/1).
    pub fn parse_at(body: &'a [u8], offset: u64) -> Result<Self> {
        let mut c = Cursor::at(body, offset);
        let &[a, b, subtype, safi] = match c.array::<4>() {
            Ok(octets) => octets,
            Err(e) => return Err(e.within(Context::RouteRefresh, Action::ResetSession)),
        };
        let subtype = RouteRefreshSubtype(subtype);
        if matches!(subtype.0, 1 | 2) && !c.is_empty() {
            let len = u32::try_from(body.len()).unwrap_or(u32::MAX);
            let e = crate::error::Error::new(ErrorKind::BadLength(len), offset);
            return Err(e.within(Context::RouteRefresh, Action::ResetSession));
        }
        let family = Family::new(Afi(u16::from_be_bytes([a, b])), Safi(safi));
        Ok(Self { family, subtype, filters: c.rest() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_and_marks() {
        let r = RouteRefresh::parse_at(&[0, 1, 0, 1], 0).unwrap();
        assert_eq!((r.family, r.subtype.0, r.filters), (Family::IPV4_UNICAST, 0, &[][..]));
        assert_eq!(RouteRefresh::parse_at(&[0, 1, 0, 1, 1, 64], 0).unwrap().filters, [1, 64]);
        let long = RouteRefresh::parse_at(&[0, 1, 1, 1, 9], 19).unwrap_err();
        assert_eq!(long.to_string(), "ROUTE-REFRESH message: length 5 is not valid here (at byte 19)");
        assert_eq!(long.notification().map(|(c, s)| (c.0, s)), Some((7, 1)));
        assert!(RouteRefresh::parse_at(&[0, 1, 0], 0).is_err());
    }
}
