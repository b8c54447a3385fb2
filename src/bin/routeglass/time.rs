//! Instants as people read and write them.

use std::fmt;

use routeglass::Timestamp;

/// A time as people read it: date and time of day, UTC (RFC 3339). Microseconds that are none, 1,000,000 and more, are said after it.
#[derive(Clone, Copy)]
pub(crate) struct Utc(pub(crate) Timestamp);

impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Timestamp { seconds, micros, .. } = self.0;
        let (day, second) = (seconds / 86_400, seconds % 86_400);
        // Years begin in March here, so that a leap day is the last; 146,097 days are 400 years, and 719,468 came before 1970.
        let days = day + 719_468;
        let of_era = days % 146_097;
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = days / 146_097 * 400 + year_of_era + u32::from(month < 3);
        write!(f, "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)?;
        match micros {
            Some(micros @ 0..1_000_000) => write!(f, ".{micros:06}Z"),
            Some(micros) => write!(f, "Z and {micros} microseconds"),
            None => f.write_str("Z"),
        }
    }
}

/// Seconds since 1970 (UTC), of a number or of a date and time (RFC 3339; seconds and offset may be left out, for 0 and UTC).
/// Fractions of a second are cut off.
pub(crate) fn instant(text: &str) -> Result<u32, String> {
    let seconds = match text.parse::<i64>() {
        Ok(seconds) => seconds,
        Err(_) => date_time(text).ok_or("neither seconds since 1970 nor YYYY-MM-DDTHH:MM[:SS][Z|+HH:MM|-HH:MM]")?,
    };
    u32::try_from(seconds).map_err(|_| "the times of archives are of the years from 1970 to 2106".into())
}

/// What is left of a text.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    /// So many digits.
    fn number(&mut self, digits: usize) -> Option<i64> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        number.bytes().all(|b| b.is_ascii_digit()).then(|| number.parse().ok())?
    }

    /// A number of two digits that is none too large.
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

/// Whole days from 1970-01-01, for dates that are there.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let lengths = [31, if is_leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let (before, from) = lengths.split_at_checked(usize::try_from(month).ok()?.checked_sub(1)?)?;
    if !(1..=*from.first()?).contains(&day) {
        return None;
    }
    // Of years with four digits nothing here overflows.
    let past = year - 1;
    let years = past * 365 + past / 4 - past / 100 + past / 400;
    Some(years - 719_162 + before.iter().sum::<i64>() + day - 1)
}

fn date_time(text: &str) -> Option<i64> {
    let mut rest = Rest(text);
    let year = rest.number(4)?;
    rest.mark(&['-'])?;
    let month = rest.number(2)?;
    rest.mark(&['-'])?;
    let days = days(year, month, rest.number(2)?)?;
    rest.mark(&['T', 't', ' '])?;
    let hour = rest.up_to(23)?;
    rest.mark(&[':'])?;
    let minute = rest.up_to(59)?;
    let mut second = 0;
    if rest.mark(&[':']).is_some() {
        // A leap second counts as the one behind it.
        second = rest.up_to(60)?;
        if rest.mark(&['.']).is_some() {
            let fraction = rest.0.trim_start_matches(|c: char| c.is_ascii_digit());
            if fraction.len() == rest.0.len() {
                return None;
            }
            rest.0 = fraction;
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
    rest.0.is_empty().then_some(((days * 24 + hour) * 60 + minute - offset) * 60 + second)
}

#[cfg(test)]
mod tests {
    use routeglass::Timestamp;

    use super::{Utc, instant};

    #[test]
    fn times_for_people_and_back() {
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
            assert_eq!(Utc(Timestamp::from_seconds(seconds)).to_string(), text);
            assert_eq!(instant(text), Ok(seconds));
        }
        for seconds in (0..=u32::MAX).step_by(86_399 * 7) {
            assert_eq!(instant(&Utc(Timestamp::from_seconds(seconds)).to_string()), Ok(seconds));
        }
        let with = |micros| Utc(Timestamp::from_seconds(0).with_micros(micros)).to_string();
        assert_eq!(with(7), "1970-01-01T00:00:00.000007Z");
        assert_eq!(with(1_000_000), "1970-01-01T00:00:00Z and 1000000 microseconds");
    }

    #[test]
    fn seconds_and_dates() {
        for (text, seconds) in [
            ("0", 0),
            ("4294967295", u32::MAX),
            ("1970-01-01T00:00", 0),
            ("1970-01-01T00:00:01Z", 1),
            ("1972-02-29T00:00", 68_169_600),
            ("2000-03-01T00:00:00Z", 951_868_800),
            ("2026-01-01T12:00", 1_767_268_800),
            ("2026-01-01 12:00:04", 1_767_268_804),
            ("2026-01-01t12:00:04z", 1_767_268_804),
            ("2026-01-01T12:00:04.999Z", 1_767_268_804),
            ("2026-01-01T13:30:04+01:30", 1_767_268_804),
            ("2025-12-31T23:00:04-13:00", 1_767_268_804),
            ("2016-12-31T23:59:60Z", 1_483_228_800),
            ("2106-02-07T06:28:15Z", u32::MAX),
        ] {
            assert_eq!(instant(text), Ok(seconds), "{text}");
        }
    }

    #[test]
    fn what_is_no_instant() {
        let form = "neither seconds since 1970 nor YYYY-MM-DDTHH:MM[:SS][Z|+HH:MM|-HH:MM]";
        for text in [
            "",
            "noon",
            "12:00",
            "2026-01-01",
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
            "2026-01-01T12:00+1:00",
            "2026-01-01T12:00+01",
            "2026-01-01T12:00Z0",
            "2026-01-01T12:+1",
            "2026-01-01Tü2:00",
        ] {
            assert_eq!(instant(text), Err(form.into()), "{text}");
        }
        for text in ["-1", "4294967296", "1969-12-31T23:59:59Z", "2106-02-07T06:28:16Z"] {
            assert_eq!(instant(text), Err("the times of archives are of the years from 1970 to 2106".into()), "{text}");
        }
    }
}
