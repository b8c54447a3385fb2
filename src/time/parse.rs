//! Parsing instants.

use core::fmt;
use core::iter;
use core::ops::RangeInclusive;
use core::str::FromStr;

use super::Timestamp;

/// The text is not an instant of an archive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ParseTimestampError {
    /// Neither a number of seconds nor a date and time.
    Form,
    /// Not of the years from 1970 to 2106.
    Range,
    /// A number that reads as a date, such as 20260101: as seconds it would be of 1970.
    Date,
}

impl fmt::Display for ParseTimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "neither seconds since 1970 nor YYYY-MM-DD[THH:MM[:SS[.FRACTION]][Z|+HH:MM|-HH:MM]]",
            Self::Range => "the times of archives are of the years from 1970 to 2106",
            Self::Date => "this number reads as a date, not as seconds since 1970: write it as YYYY-MM-DD, or YYYY-MM-DDTHH:MM",
        })
    }
}

impl core::error::Error for ParseTimestampError {}

impl FromStr for Timestamp {
    type Err = ParseTimestampError;

    /// Parses seconds since 1970 (UTC), or a date and time (RFC 3339; seconds and offset are optional, 0 and UTC by default). A date
    /// alone is its first second, UTC. A fraction is truncated to six digits; without one there are no microseconds.
    ///
    /// A number of 8, 12 or 14 digits that is a date (`20260101`, `202601011200`), as in names of archives, is refused, and so is a
    /// year from 1990 to 2100: as seconds they would be of 1970. A zero before it makes it seconds.
    fn from_str(text: &str) -> Result<Self, ParseTimestampError> {
        if is_date(text.split_once('.').map_or(text, |(whole, _)| whole)) {
            return Err(ParseTimestampError::Date);
        }
        let (seconds, micros) = number(text).or_else(|| date_time(text)).ok_or(ParseTimestampError::Form)?;
        let instant = Self::from_seconds(u32::try_from(seconds).map_err(|_| ParseTimestampError::Range)?);
        Ok(micros.map_or(instant, |micros| instant.with_micros(micros)))
    }
}

/// Seconds, and microseconds if there is a fraction.
fn number(text: &str) -> Option<(i64, Option<u32>)> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let seconds = whole.parse().ok()?;
    match fraction {
        None => Some((seconds, None)),
        Some(fraction) => Some((seconds, Some(micros(fraction)?))),
    }
}

/// Whether seconds in decimal read as a date: YYYYMMDD or YYYY, which are of 1970.
pub(super) fn seconds_read_as_date(seconds: u32) -> bool {
    let (year, month, day) = (seconds / 10_000, seconds / 100 % 100, seconds % 100);
    YEARS.contains(&i64::from(seconds)) || (1970..=2106).contains(&year) && days(year.into(), month.into(), day.into()).is_some()
}

/// Numbers that read as years in which routes were archived.
const YEARS: RangeInclusive<i64> = 1990..=2100;

/// Whether a number reads as a year, or as a date of an archive: YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS.
fn is_date(text: &str) -> bool {
    if text.len() == 4 {
        return text.parse().is_ok_and(|year| YEARS.contains(&year));
    }
    let mut rest = Rest(text);
    let mut date = || {
        let (year, month, day) = (rest.number(4)?, rest.number(2)?, rest.number(2)?);
        if !(1970..=2106).contains(&year) {
            return None;
        }
        days(year, month, day)?;
        if !rest.0.is_empty() {
            rest.up_to(23)?;
            rest.up_to(59)?;
            if !rest.0.is_empty() {
                rest.up_to(60)?;
            }
        }
        Some(rest.0.is_empty())
    };
    date() == Some(true)
}

/// Microseconds of the digits after a decimal point.
#[expect(clippy::arithmetic_side_effects, reason = "six decimal digits")]
fn micros(fraction: &str) -> Option<u32> {
    if fraction.is_empty() || !fraction.bytes().all(|octet| octet.is_ascii_digit()) {
        return None;
    }
    let digits = fraction.bytes().map(|octet| u32::from(octet - b'0')).chain(iter::repeat(0));
    Some(digits.take(6).fold(0, |number, digit| number * 10 + digit))
}

/// The rest of a text.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    /// A number of this many digits.
    fn number(&mut self, digits: usize) -> Option<i64> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        number.bytes().all(|b| b.is_ascii_digit()).then(|| number.parse().ok())?
    }

    /// A two-digit number of at most `most`.
    fn up_to(&mut self, most: i64) -> Option<i64> {
        self.number(2).filter(|n| *n <= most)
    }

    /// One of these characters.
    fn mark(&mut self, marks: &[char]) -> Option<char> {
        let mark = self.0.chars().next().filter(|c| marks.contains(c))?;
        self.0 = self.0.strip_prefix(mark)?;
        Some(mark)
    }
}

/// Days since 1970-01-01, for existing dates.
#[expect(clippy::arithmetic_side_effects, reason = "years have four digits")]
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let lengths = [31, if is_leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let (before, from) = lengths.split_at_checked(usize::try_from(month).ok()?.checked_sub(1)?)?;
    if !(1..=*from.first()?).contains(&day) {
        return None;
    }
    // Four-digit years cannot overflow.
    let past = year - 1;
    let years = past * 365 + past / 4 - past / 100 + past / 400;
    Some(years - 719_162 + before.iter().sum::<i64>() + day - 1)
}

#[expect(clippy::arithmetic_side_effects, reason = "each number has four digits at most")]
fn date_time(text: &str) -> Option<(i64, Option<u32>)> {
    let mut rest = Rest(text);
    let year = rest.number(4)?;
    rest.mark(&['-'])?;
    let month = rest.number(2)?;
    rest.mark(&['-'])?;
    let days = days(year, month, rest.number(2)?)?;
    if rest.0.is_empty() {
        return Some((days * 86_400, None));
    }
    rest.mark(&['T', 't', ' '])?;
    let hour = rest.up_to(23)?;
    rest.mark(&[':'])?;
    let minute = rest.up_to(59)?;
    let (mut second, mut of_second) = (0, None);
    if rest.mark(&[':']).is_some() {
        // A leap second becomes the second after it.
        second = rest.up_to(60)?;
        if rest.mark(&['.']).is_some() {
            let after = rest.0.trim_start_matches(|c: char| c.is_ascii_digit());
            of_second = Some(micros(rest.0.strip_suffix(after)?)?);
            rest.0 = after;
        }
    }
    let offset = match rest.mark(&['Z', 'z', '+', '-']) {
        Some(sign @ ('+' | '-')) => {
            let hours = rest.up_to(23)?;
            rest.mark(&[':'])?;
            let minutes = hours * 60 + rest.up_to(59)?;
            if sign == '+' { minutes } else { -minutes }
        }
        _ => 0,
    };
    rest.0.is_empty().then_some((((days * 24 + hour) * 60 + minute - offset) * 60 + second, of_second))
}

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests {
    use alloc::string::ToString;

    use super::{ParseTimestampError, Timestamp};

    fn instant(text: &str) -> Result<Timestamp, ParseTimestampError> {
        text.parse()
    }

    #[test]
    fn what_people_read_they_may_write() {
        for seconds in (0..=u32::MAX).step_by(86_399 * 7) {
            let time = Timestamp::from_seconds(seconds);
            assert_eq!(instant(&time.utc().to_string()), Ok(time));
        }
    }

    #[test]
    fn seconds_and_dates() {
        for (text, seconds) in [
            ("0", 0),
            ("4294967295", u32::MAX),
            ("1970-01-01T00:00", 0),
            ("1970-01-01T00:00:01Z", 1),
            ("1970-01-01", 0),
            ("2026-01-31", 1_769_817_600),
            ("2026-01-31T00:00", 1_769_817_600),
            ("2106-02-07", 4_294_944_000),
            ("1972-02-29T00:00", 68_169_600),
            ("2000-03-01T00:00:00Z", 951_868_800),
            ("2026-01-01T12:00", 1_767_268_800),
            ("2026-01-01 12:00:04", 1_767_268_804),
            ("2026-01-01t12:00:04z", 1_767_268_804),
            ("2026-01-01T13:30:04+01:30", 1_767_268_804),
            ("2025-12-31T23:00:04-13:00", 1_767_268_804),
            ("2016-12-31T23:59:60Z", 1_483_228_800),
            ("2106-02-07T06:28:15Z", u32::MAX),
        ] {
            assert_eq!(instant(text), Ok(Timestamp::from_seconds(seconds)), "{text}");
        }
    }

    #[test]
    fn fractions_of_a_second() {
        for (text, seconds, micros) in [
            ("2026-01-01T12:00:04.999Z", 1_767_268_804, 999_000),
            ("2026-01-01T13:00:04.5+01:00", 1_767_268_804, 500_000),
            ("2026-01-01 12:00:04.0", 1_767_268_804, 0),
            ("1767268804.000007", 1_767_268_804, 7),
            ("1767268804.9999999", 1_767_268_804, 999_999),
            ("0.25", 0, 250_000),
        ] {
            assert_eq!(instant(text), Ok(Timestamp::from_seconds(seconds).with_micros(micros)), "{text}");
        }
    }

    #[test]
    fn numbers_that_read_as_dates_are_refused() {
        let date = ParseTimestampError::Date;
        assert_eq!(
            date.to_string(),
            "this number reads as a date, not as seconds since 1970: write it as YYYY-MM-DD, or YYYY-MM-DDTHH:MM"
        );
        for text in [
            "20260101",
            "20260101.0000",
            "19700101",
            "20240229",
            "21061231",
            "202601011200",
            "20260101235960",
            "2015",
            "1990",
            "2100.5",
        ] {
            assert_eq!(instant(text), Err(date), "{text}");
        }
        // Seconds: no date, one with a zero before it, or as many digits as seconds have.
        for (text, seconds) in [
            ("20261301", 20_261_301),
            ("20230229", 20_230_229),
            ("19691231", 19_691_231),
            ("21070101", 21_070_101),
            ("020260101", 20_260_101),
            ("02015", 2_015),
            ("1989", 1_989),
            ("2101", 2_101),
            ("2026010112", 2_026_010_112),
        ] {
            assert_eq!(instant(text), Ok(Timestamp::from_seconds(seconds)), "{text}");
        }
        for text in ["202601012400", "202601011260", "20260101120061"] {
            assert_eq!(instant(text), Err(ParseTimestampError::Range), "{text}");
        }
        // The text of seconds is parsed as them.
        for seconds in [
            0,
            1_989,
            1_990,
            2_015,
            2_100,
            2_101,
            19_691_231,
            19_700_101,
            20_230_229,
            20_240_229,
            20_260_101,
            21_061_231,
            21_070_101,
            u32::MAX,
        ] {
            let time = Timestamp::from_seconds(seconds);
            assert_eq!((time.to_string().parse(), time.with_micros(7).to_string().parse()), (Ok(time), Ok(time.with_micros(7))));
        }
    }

    #[test]
    fn what_is_no_instant() {
        let form = ParseTimestampError::Form;
        assert_eq!(form.to_string(), "neither seconds since 1970 nor YYYY-MM-DD[THH:MM[:SS[.FRACTION]][Z|+HH:MM|-HH:MM]]");
        assert_eq!(ParseTimestampError::Range.to_string(), "the times of archives are of the years from 1970 to 2106");
        for text in [
            "",
            "noon",
            "12:00",
            "2026-01-01T",
            "2026-01-01Z",
            "2026-01-01+01:00",
            "2026-02-29",
            "2026-01-1",
            "2026-01",
            "2026-01-01T12",
            "2026-1-01T12:00",
            "2026-00-01T12:00",
            "2026-13-01T12:00",
            "2026-01-00T12:00",
            "2026-04-31T12:00",
            "2026-02-29T12:00",
            "2100-02-29T12:00",
            "2026-01-01T24:00",
            "2026-01-01T12:60",
            "2026-01-01T12:00:61",
            "2026-01-01T12:00:",
            "2026-01-01T12:00:00.",
            "2026-01-01T12:00:00.Z",
            "1767268804.",
            "1767268804.-1",
            ".5",
            "2026-01-01T12:00+1:00",
            "2026-01-01T12:00+01",
            "2026-01-01T12:00Z0",
            "2026-01-01T12:+1",
            "2026-01-01Tü2:00",
        ] {
            assert_eq!(instant(text), Err(form), "{text}");
        }
        for text in ["-1", "4294967296", "1969-12-31T23:59:59Z", "2106-02-07T06:28:16Z", "1969-12-31", "2106-02-08"] {
            assert_eq!(instant(text), Err(ParseTimestampError::Range), "{text}");
        }
    }
}
