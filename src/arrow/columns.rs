//! The columns of a table: a set of fields of elements.

use core::fmt;
use core::ops::{BitAnd, BitOr, BitOrAssign, Sub};

use crate::element::fields::{FIELDS, Field};

/// A set of columns: fields of elements that have a form in a column ([`crate::element::fields`]). A table has them in the order of
/// [`FIELDS`], whatever the order in which they were named.
///
/// ```
/// use routeglass::arrow::Columns;
///
/// let columns = Columns::PREFIX | Columns::ORIGIN_ASN;
/// assert_eq!(Columns::from_names(["origin_asn", "prefix"]), Ok(columns));
/// assert_eq!(columns.names().collect::<Vec<_>>(), ["prefix", "origin_asn"]);
/// assert!(Columns::DEFAULT.contains(columns) && !Columns::DEFAULT.contains(Columns::ATTRIBUTES));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Columns(u64);

// A bit for each field.
const _: () = assert!(FIELDS.len() < 64);

#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "checked by the compiler: only constants call it")]
const fn of(name: &str) -> Columns {
    const fn is_same(a: &[u8], b: &[u8]) -> bool {
        let mut i = 0;
        while i < a.len() && i < b.len() && a[i] == b[i] {
            i += 1;
        }
        i == a.len() && i == b.len()
    }
    let mut i = 0;
    // A name that is not there does not compile: the index goes past the table.
    while !is_same(FIELDS[i].name.as_bytes(), name.as_bytes()) {
        i += 1;
    }
    Columns(1 << i)
}

macro_rules! columns {
    ($($constant:ident $name:literal;)*) => {
        impl Columns {
            $(
                #[doc = concat!("`", $name, "`.")]
                pub const $constant: Self = const { of($name) };
            )*
        }

        /// The constants, for the test that each column has one.
        #[cfg(test)]
        const CONSTANTS: &[(Columns, &str)] = &[$((Columns::$constant, $name),)*];
    };
}

columns! {
    KIND "kind";
    RECORD_TYPE "record_type";
    TIME "time";
    ORIGINATED "originated";
    LOCAL "local";
    PEER_ASN "peer_asn";
    PEER_ADDRESS "peer_address";
    PEER_BGP_ID "peer_bgp_id";
    OLD_STATE "old_state";
    NEW_STATE "new_state";
    FAMILY "family";
    PREFIX "prefix";
    PREFIX_ADDRESS "prefix_address";
    PREFIX_LENGTH "prefix_length";
    ROUTE "route";
    PATH_ID "path_id";
    ROUTE_OCTETS "route_octets";
    NEXT_HOP "next_hop";
    NEXT_HOP_RD "next_hop_rd";
    ORIGIN "origin";
    AS_PATH "as_path";
    AS_PATH_SEGMENTS "as_path_segments";
    AS_PATH_TEXT "as_path_text";
    ORIGIN_ASNS "origin_asns";
    ORIGIN_ASN "origin_asn";
    MED "med";
    LOCAL_PREF "local_pref";
    ATOMIC_AGGREGATE "atomic_aggregate";
    AGGREGATOR_ASN "aggregator_asn";
    AGGREGATOR_ADDRESS "aggregator_address";
    COMMUNITIES "communities";
    EXTENDED_COMMUNITIES "extended_communities";
    LARGE_COMMUNITIES "large_communities";
    ORIGINATOR_ID "originator_id";
    CLUSTER_LIST "cluster_list";
    OTC "otc";
    ATTRIBUTES "attributes";
    ERROR "error";
    ERROR_ACTION "error_action";
    ERROR_OFFSET "error_offset";
    OFFSET "offset";
    FILE "file";
}

impl Columns {
    /// No column: such batches have a number of rows and nothing else.
    pub const NONE: Self = Self(0);

    /// All columns.
    pub const ALL: Self = Self::those(false);

    /// The columns of a table for which none are named: those of a route with its usual attributes, and the finding.
    pub const DEFAULT: Self = Self::those(true);

    #[allow(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        reason = "checked by the compiler: only constants call it"
    )]
    const fn those(default: bool) -> Self {
        let (mut columns, mut i) = (0, 0);
        while i < FIELDS.len() {
            if FIELDS[i].column.is_some() && (FIELDS[i].is_default || !default) {
                columns |= 1 << i;
            }
            i += 1;
        }
        Self(columns)
    }

    /// The columns with these names.
    ///
    /// # Errors
    /// A name that no column has.
    pub fn from_names<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> Result<Self, UnknownColumn> {
        let mut columns = Self::NONE;
        for name in names {
            let name = name.as_ref();
            match Self::ALL.bits().find(|(_, field)| field.name == name) {
                Some((bit, _)) => columns |= bit,
                None => return Err(UnknownColumn(name.into())),
            }
        }
        Ok(columns)
    }

    /// Whether all of these are in the set.
    #[inline]
    pub const fn contains(self, columns: Self) -> bool {
        self.0 & columns.0 == columns.0
    }

    /// Whether any of these is in the set.
    #[inline]
    pub(super) const fn has_any(self, columns: Self) -> bool {
        self.0 & columns.0 != 0
    }

    /// Whether there is none.
    #[inline]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The number of columns.
    #[inline]
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The fields, in the order of the table.
    pub fn fields(self) -> impl Iterator<Item = &'static Field> {
        self.bits().map(|(_, field)| field)
    }

    /// Their names, in the order of the table.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        self.fields().map(|field| field.name)
    }

    fn bits(self) -> impl Iterator<Item = (Self, &'static Field)> {
        let bit = |i: usize| Self(1u64.checked_shl(u32::try_from(i).unwrap_or(u32::MAX)).unwrap_or(0));
        FIELDS.iter().enumerate().map(move |(i, field)| (bit(i), field)).filter(move |(bit, _)| self.has_any(*bit))
    }
}

impl Default for Columns {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl BitOr for Columns {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Columns {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl BitAnd for Columns {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Sub for Columns {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl fmt::Debug for Columns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

/// A name that no column has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownColumn(std::string::String);

impl UnknownColumn {
    /// The name.
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UnknownColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no column is named {:?}; there are ", self.0)?;
        for (i, name) in Columns::ALL.names().enumerate() {
            f.write_str(if i > 0 { ", " } else { "" })?;
            f.write_str(name)?;
        }
        Ok(())
    }
}

impl core::error::Error for UnknownColumn {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_its_constant() {
        let named: Vec<_> = CONSTANTS.iter().map(|(_, name)| *name).collect();
        let columns: Vec<_> = FIELDS.iter().filter(|field| field.column.is_some()).map(|field| field.name).collect();
        assert_eq!(named, columns);
        for (column, name) in CONSTANTS {
            assert_eq!(column.names().collect::<Vec<_>>(), [*name]);
            assert_eq!(Columns::from_names([name]), Ok(*column));
        }
        assert_eq!(CONSTANTS.iter().fold(Columns::NONE, |all, (column, _)| all | *column), Columns::ALL);
        assert_eq!((Columns::ALL.len(), Columns::DEFAULT.len()), (42, 22));
    }

    #[test]
    fn a_name_that_no_column_has_is_said_with_those_that_are_there() {
        let error = Columns::from_names(["prefix", "micros"]).unwrap_err();
        assert_eq!(error.name(), "micros");
        let text = error.to_string();
        assert!(text.starts_with("no column is named \"micros\"; there are kind, record_type, time, originated, "), "{text}");
        assert!(text.ends_with(", error_offset, offset, file"), "{text}");
    }
}
