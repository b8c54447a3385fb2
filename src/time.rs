//! Timestamps of archives and feeds.

mod parse;

pub use parse::ParseTimestampError;

use core::fmt;

/// A time in seconds since 1970 (UTC), with microseconds if the record has them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub struct Timestamp {
    /// Seconds since 1970-01-01 00:00 UTC.
    pub seconds: u32,
    /// Microseconds, if the carrier has them (the `_ET` types of MRT); as on the wire, so damaged ones may be 1,000,000 or more:
    /// see [`Timestamp::micros_in_second`].
    pub micros: Option<u32>,
}

impl Timestamp {
    /// Whether the microseconds are fewer than those of a second.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn is_valid(self) -> bool {
        !matches!(self.micros, Some(1_000_000..))
    }

    /// The first second of 1970: the placeholder for an unknown time.
    pub const EPOCH: Self = Self { seconds: 0, micros: None };

    /// A time in whole seconds since 1970-01-01 00:00 UTC.
    pub const fn from_seconds(seconds: u32) -> Self {
        Self { seconds, micros: None }
    }

    /// Date and time of day, UTC (RFC 3339). Invalid microseconds, 1,000,000 and more, are appended.
    ///
    /// ```
    /// use routeglass::Timestamp;
    ///
    /// assert_eq!(Timestamp::from_seconds(1_767_268_804).utc().to_string(), "2026-01-01T12:00:04Z");
    /// ```
    pub const fn utc(self) -> impl fmt::Display + Copy {
        Utc(self)
    }

    /// The same second and this many microseconds.
    #[must_use]
    pub const fn with_micros(mut self, micros: u32) -> Self {
        self.micros = Some(micros);
        self
    }

    /// The time without invalid microseconds: only its second is known, and a text with them could be taken for another instant.
    pub(crate) const fn in_second(self) -> Self {
        Self { seconds: self.seconds, micros: self.micros_in_second() }
    }

    /// The microseconds within the second; `None` if there are none, or for invalid ones, 1,000,000 and more (RFC 6396 section
    /// 3): then only the second is known.
    pub const fn micros_in_second(&self) -> Option<u32> {
        match self.micros {
            Some(micros) if micros < 1_000_000 => Some(micros),
            _ => None,
        }
    }
}

/// Seconds, with six fractional digits if there are valid microseconds. Invalid ones are not displayed: the number would read as
/// another instant.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A number that reads as a date is not parsed as seconds: its text has a zero before it.
        if parse::seconds_read_as_date(self.seconds) {
            f.write_str("0")?;
        }
        match self.micros_in_second() {
            Some(micros) => write!(f, "{}.{micros:06}", self.seconds),
            None => fmt::Display::fmt(&self.seconds, f),
        }
    }
}

/// A time as date and time of day.
#[derive(Clone, Copy)]
struct Utc(Timestamp);

impl fmt::Display for Utc {
    #[expect(clippy::arithmetic_side_effects, reason = "days of 136 years and the terms subtracted from them fit 32 bits")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Timestamp { seconds, micros } = self.0;
        let (days, second) = (seconds / 86_400, seconds % 86_400);
        // Years begin in March here, so that a leap day is the last; 146,097 days are 400 years, and 719,468 days precede 1970.
        let days = days + 719_468;
        let of_era = days % 146_097;
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = days / 146_097 * 400 + year_of_era + if month < 3 { 1 } else { 0 };
        write!(f, "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)?;
        match micros {
            Some(micros @ 0..1_000_000) => write!(f, ".{micros:06}Z"),
            Some(micros) => write!(f, "Z and {micros} microseconds"),
            None => f.write_str("Z"),
        }
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn times_as_people_read_them() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (68_169_599, "1972-02-28T23:59:59Z"),
            (68_169_600, "1972-02-29T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (978_307_199, "2000-12-31T23:59:59Z"),
            (1_767_268_804, "2026-01-01T12:00:04Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (u32::MAX, "2106-02-07T06:28:15Z"),
        ] {
            assert_eq!(Timestamp::from_seconds(seconds).utc().to_string(), text);
        }
        let with = |micros| Timestamp::from_seconds(0).with_micros(micros).utc().to_string();
        assert_eq!(with(7), "1970-01-01T00:00:00.000007Z");
        assert_eq!(with(1_000_000), "1970-01-01T00:00:00Z and 1000000 microseconds");
    }
    #[test]
    fn only_microseconds_within_the_second_are_a_fraction() {
        let shown = |micros| Timestamp::from_seconds(1_764_547_200).with_micros(micros).to_string();
        assert_eq!([shown(7), shown(999_999)], ["1764547200.000007", "1764547200.999999"]);
        assert_eq!([shown(1_000_000), shown(u32::MAX)], ["1764547200", "1764547200"]);
        let damaged = Timestamp::from_seconds(9).with_micros(1_000_000);
        assert_eq!((damaged.micros, damaged.micros_in_second()), (Some(1_000_000), None));
    }
}
