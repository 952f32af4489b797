//! Instants and dates as texts: RFC 3339, and dates as RFC 3339 writes them.
//!
//! Written and read here rather than by jiff, whose reader of many formats would be a twentieth of
//! the browser's WASM. Years beyond four digits have a sign and six digits, as jiff writes them.

use super::{MINUTE, SECOND, Timestamp};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

/// The instant that a whole text names: `2026-11-21T05:30:00.000Z`, or with an offset. What is finer
/// than a millisecond is cut off.
pub(super) fn parse_instant(text: &str) -> Option<Timestamp> {
    let mut reader = Reader(text.as_bytes());
    let date = reader.date()?;
    reader.separator()?;
    let (time, ms) = reader.time(true)?;
    let offset_ms = reader.offset()?;
    let second = Offset::UTC.to_timestamp(date.to_datetime(time)).ok()?.as_second();
    let at = Timestamp(second * SECOND + ms - offset_ms);
    // Beyond the calendar's ends there is nothing to convert it to.
    let is_in_calendar = at.in_calendar().as_millisecond() == at.0;
    (reader.0.is_empty() && is_in_calendar).then_some(at)
}

/// The instant in UTC with milliseconds; beyond the calendar's ends, the nearest one that it has.
pub(super) fn instant_text(at: Timestamp) -> String {
    let local = at.at(Offset::UTC);
    let mut text = date_text(local.date());
    let ms = i32::from(local.millisecond());
    for (mark, number, digits) in [
        ('T', i32::from(local.hour()), 2),
        (':', i32::from(local.minute()), 2),
        (':', i32::from(local.second()), 2),
        ('.', ms, 3),
    ] {
        text.push(mark);
        push_digits(&mut text, number, digits);
    }
    text.push('Z');
    text
}

/// `2026-11-21`.
#[must_use]
pub fn date_text(date: Date) -> String {
    let year = i32::from(date.year());
    // The longest instant fits: nearly every text that begins here becomes one.
    let mut text = String::with_capacity(27);
    if year < 0 {
        text.push('-');
    }
    push_digits(&mut text, year.abs(), if year < 0 { 6 } else { 4 });
    for number in [date.month(), date.day()] {
        text.push('-');
        push_digits(&mut text, i32::from(number), 2);
    }
    text
}

/// The wall-clock reading as a form's field of date and time has it: `2026-11-21T14:30`.
#[must_use]
pub fn date_time_text(local: DateTime) -> String {
    let mut text = date_text(local.date());
    for (mark, number) in [('T', local.hour()), (':', local.minute())] {
        text.push(mark);
        push_digits(&mut text, i32::from(number), 2);
    }
    text
}

/// The date that a whole text names; `None` for one that is none, like `2026-02-30`.
#[must_use]
pub fn parse_date(text: &str) -> Option<Date> {
    let mut reader = Reader(text.as_bytes());
    let date = reader.date()?;
    reader.0.is_empty().then_some(date)
}

/// The wall-clock reading that a form's field of date and time has: `2026-11-21T14:30`, with or
/// without seconds.
#[must_use]
pub fn parse_date_time(text: &str) -> Option<DateTime> {
    let mut reader = Reader(text.as_bytes());
    let date = reader.date()?;
    reader.separator()?;
    let (time, _) = reader.time(false)?;
    reader.0.is_empty().then_some(date.to_datetime(time))
}

/// Dates in JSON, for `#[serde(with)]`.
pub mod civil_date {
    use jiff::civil::Date;
    use serde::{Deserialize, Deserializer, Serializer};

    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::date_text(*date))
    }

    /// # Errors
    /// For a text that is no date.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        super::parse_date(&text).ok_or_else(|| serde::de::Error::custom("a date is like 2026-11-21"))
    }
}

/// Pushes the last `digits` digits of a number that is not negative.
fn push_digits(text: &mut String, number: i32, digits: u32) {
    for place in (0..digits).rev() {
        let digit = number / 10_i32.pow(place) % 10;
        text.push(char::from(b'0' + u8::try_from(digit).unwrap_or_default()));
    }
}

/// What is left to read.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    /// Takes the next byte when it is one of these.
    fn one_of(&mut self, wanted: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        wanted.contains(first).then(|| {
            self.0 = rest;
            *first
        })
    }

    /// Exactly so many digits.
    fn number(&mut self, digits: u32) -> Option<i32> {
        (0..digits).try_fold(0, |number, _| Some(number * 10 + i32::from(self.one_of(b"0123456789")? - b'0')))
    }

    /// Two digits.
    fn two(&mut self) -> Option<i8> {
        i8::try_from(self.number(2)?).ok()
    }

    fn date(&mut self) -> Option<Date> {
        let year = match self.one_of(b"+-") {
            Some(b'-') => Some(-self.number(6)?).filter(|year| *year != 0),
            Some(_) => self.number(6),
            None => self.number(4),
        };
        let year = i16::try_from(year?).ok()?;
        self.one_of(b"-")?;
        let month = self.two()?;
        self.one_of(b"-")?;
        Date::new(year, month, self.two()?).ok()
    }

    fn separator(&mut self) -> Option<u8> {
        self.one_of(b"Tt ")
    }

    /// The time of day without what is finer than a second, and its milliseconds.
    fn time(&mut self, needs_seconds: bool) -> Option<(Time, i64)> {
        let hour = self.two()?;
        self.one_of(b":")?;
        let minute = self.two()?;
        if self.one_of(b":").is_none() {
            return Time::new(hour, minute, 0, 0).ok().filter(|_| !needs_seconds).map(|time| (time, 0));
        }
        // A leap second is the last second of its minute.
        let second = match self.two()? {
            60 => 59,
            second => second,
        };
        let mut ms = 0;
        if self.one_of(b".,").is_some() {
            ms = i64::from(self.number(1)?) * 100;
            let mut worth = 10;
            while let Some(digit) = self.one_of(b"0123456789") {
                ms += i64::from(digit - b'0') * worth;
                worth /= 10;
            }
        }
        Time::new(hour, minute, second, 0).ok().map(|time| (time, ms))
    }

    /// Milliseconds east of UTC.
    fn offset(&mut self) -> Option<i64> {
        let sign = match self.one_of(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some(0),
        };
        let hours = self.two()?;
        self.one_of(b":")?;
        let minutes = self.two()?;
        (hours < 24 && minutes < 60).then(|| sign * (i64::from(hours) * 60 + i64::from(minutes)) * MINUTE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn instants_are_read_as_rfc_3339_says() {
        let half_past_five = Some(Timestamp(1_795_239_000_000));
        for same in [
            "2026-11-21T05:30:00Z",
            "2026-11-21t05:30:00z",
            "2026-11-21 05:30:00Z",
            "2026-11-21T05:30:00.000Z",
            "2026-11-21T05:30:00.000999999999Z",
            "2026-11-21T14:30:00+09:00",
            "2026-11-20T21:00:00-08:30",
            "+002026-11-21T05:30:00-00:00",
        ] {
            assert_eq!(parse_instant(same), half_past_five, "{same}");
        }
        assert_eq!(parse_instant("2026-11-21T05:30:00.25Z"), Some(Timestamp(1_795_239_000_250)));
        assert_eq!(parse_instant("2016-12-31T23:59:60Z"), parse_instant("2016-12-31T23:59:59Z"));
        for wrong in [
            "",
            "Z",
            "2026-11-21",
            "2026-11-21T05:30:00",
            "2026-11-21T05:30Z",
            "2026-11-21T05:30:00.Z",
            "2026-11-21T05:30:00+0900",
            "2026-11-21T05:30:00+24:00",
            "2026-11-21T05:30:00+09:60",
            "2026-11-21T24:00:00Z",
            "2026-11-21T05:60:00Z",
            "2026-11-21T05:30:61Z",
            "2026-02-29T05:30:00Z",
            "2026-13-01T05:30:00Z",
            "2026-11-21T05:30:00Z ",
            " 2026-11-21T05:30:00Z",
            "2026-11-21T05:30:00Z[UTC]",
            "-000000-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "２026-11-21T05:30:00Z",
        ] {
            assert_eq!(parse_instant(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn fields_of_forms_are_read_with_and_without_seconds() {
        let half_past_two = Date::constant(2026, 11, 21).at(14, 30, 0, 0);
        assert_eq!(parse_date_time("2026-11-21T14:30"), Some(half_past_two));
        assert_eq!(parse_date_time("2026-11-21T14:30:00"), Some(half_past_two));
        for wrong in ["2026-11-21", "2026-11-21T14", "2026-11-21T14:30Z", "2026-11-21T25:00"] {
            assert_eq!(parse_date_time(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_a_field_of_date_and_time_gets_it_gives_back() {
        for text in ["2026-11-21T14:30", "2026-01-02T03:04", "0001-12-31T00:00"] {
            assert_eq!(parse_date_time(text).map(date_time_text).as_deref(), Some(text));
        }
    }

    proptest! {
        #[test]
        fn texts_are_those_of_the_calendar(ms in -377_705_116_799_000_i64..=253_402_207_199_999) {
            let text = instant_text(Timestamp(ms));
            let by_jiff = jiff::Timestamp::from_millisecond(ms).expect("within the calendar");
            prop_assert_eq!(&text, &format!("{by_jiff:.3}"));
            prop_assert_eq!(parse_instant(&text), Some(Timestamp(ms)));
        }

        #[test]
        fn dates_are_those_of_the_calendar(year in -9_999_i16..=9_999, month in 1_i8..=12, day in 1_i8..=31) {
            if let Ok(date) = Date::new(year, month, day) {
                prop_assert_eq!(date_text(date), date.to_string());
                prop_assert_eq!(parse_date(&date.to_string()), Some(date));
            }
        }
    }
}
