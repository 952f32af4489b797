//! Instants, half-open intervals, and the organisation's wall clock.
//!
//! Instants are milliseconds since the epoch everywhere but on the wire, where they are RFC 3339
//! in UTC. The browser holds no time zone tables: a snapshot carries the [`ZoneOffsets`] it needs.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, ops, str::FromStr};

mod text;

pub use text::{civil_date, date_text, date_time_text, parse_date, parse_date_time};

/// A length of time in milliseconds.
pub const SECOND: i64 = 1_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// An instant, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type, utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", sqlx(transparent), schema(value_type = String, format = DateTime))]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The wall-clock reading at a fixed offset from UTC.
    fn at(self, offset: Offset) -> DateTime {
        offset.to_datetime(self.in_calendar())
    }

    /// The same instant as a calendar writes it; beyond its ends, the nearest one that it has.
    fn in_calendar(self) -> jiff::Timestamp {
        let (first, last) = (jiff::Timestamp::MIN.as_second() * SECOND, jiff::Timestamp::MAX.as_second() * SECOND);
        jiff::Timestamp::from_millisecond(self.0.clamp(first, last)).unwrap_or_default()
    }

    /// Rounds up to a multiple of `step_ms` since the epoch.
    #[must_use]
    pub fn round_up(self, step_ms: i64) -> Self {
        Self(self.0.div_euclid(step_ms) * step_ms + if self.0.rem_euclid(step_ms) == 0 { 0 } else { step_ms })
    }
}

impl ops::Add<i64> for Timestamp {
    type Output = Self;
    fn add(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

impl ops::Sub<i64> for Timestamp {
    type Output = Self;
    fn sub(self, ms: i64) -> Self {
        Self(self.0.saturating_sub(ms))
    }
}

impl ops::Sub for Timestamp {
    type Output = i64;
    fn sub(self, other: Self) -> i64 {
        self.0.saturating_sub(other.0)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::instant_text(*self))
    }
}

/// A text that is no instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoInstant;

impl fmt::Display for NoInstant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an instant is RFC 3339, like 2026-11-21T05:30:00Z")
    }
}

impl std::error::Error for NoInstant {}

impl FromStr for Timestamp {
    type Err = NoInstant;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text::parse_instant(text).ok_or(NoInstant)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&text::instant_text(*self))
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A half-open span of time `[starts_at, ends_at)`: 13:00 to 14:00 and 14:00 to 15:00 do not clash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Interval {
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}

impl Interval {
    #[must_use]
    pub fn new(starts_at: Timestamp, ends_at: Timestamp) -> Self {
        Self { starts_at, ends_at }
    }

    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.starts_at < other.ends_at && other.starts_at < self.ends_at
    }

    #[must_use]
    pub fn contains(self, at: Timestamp) -> bool {
        self.starts_at <= at && at < self.ends_at
    }

    #[must_use]
    pub fn duration_ms(self) -> i64 {
        self.ends_at - self.starts_at
    }
}

/// The offsets of one time zone over a stretch of time, oldest first.
///
/// Enough to turn instants into wall-clock readings and back without time zone tables.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ZoneOffsets {
    /// IANA name, for people: `Asia/Seoul`.
    pub name: String,
    /// `(from, seconds east of UTC)`; the first span also covers everything before it.
    pub spans: Vec<(Timestamp, i32)>,
}

impl ZoneOffsets {
    fn offset_at(&self, at: Timestamp) -> Offset {
        let seconds = self
            .spans
            .iter()
            .rev()
            .find(|(from, _)| *from <= at)
            .or_else(|| self.spans.first())
            .map_or(0, |(_, seconds)| *seconds);
        Offset::from_seconds(seconds).unwrap_or(Offset::UTC)
    }

    /// The wall-clock reading at an instant.
    #[must_use]
    pub fn local(&self, at: Timestamp) -> DateTime {
        at.at(self.offset_at(at))
    }

    /// The instant of a wall-clock reading. A reading that a clock change skips moves on by the
    /// length of the gap; one that occurs twice is its first occurrence.
    #[must_use]
    pub fn instant(&self, local: DateTime) -> Timestamp {
        let as_utc = Offset::UTC.to_timestamp(local).map_or(0, |t| t.as_millisecond());
        let shifted = |offset: Offset| Timestamp(as_utc - i64::from(offset.seconds()) * SECOND);
        let earlier = shifted(self.offset_at(Timestamp(as_utc - DAY)));
        if self.local(earlier) == local {
            return earlier;
        }
        let later = shifted(self.offset_at(Timestamp(as_utc + DAY)));
        if self.local(later) == local { later } else { earlier }
    }

    /// The civil date at an instant.
    #[must_use]
    pub fn date(&self, at: Timestamp) -> Date {
        self.local(at).date()
    }

    /// The interval of a civil day: 23 to 25 hours.
    #[must_use]
    pub fn day(&self, date: Date) -> Interval {
        let midnight = Time::midnight();
        let next = date.tomorrow().unwrap_or(date);
        Interval::new(self.instant(date.to_datetime(midnight)), self.instant(next.to_datetime(midnight)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, datetime};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn instants_travel_as_rfc_3339_in_utc() {
        let instant = at("2026-11-21T14:30:00+09:00");
        assert_eq!(serde_json::to_string(&instant).unwrap(), "\"2026-11-21T05:30:00.000Z\"");
        for wrong in ["\"2026-11-21\"", "\"yesterday\"", "0", "\"2026-13-01T00:00:00Z\""] {
            assert!(serde_json::from_str::<Timestamp>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn instants_beyond_the_calendar_can_be_written_and_read_again() {
        for (instant, written) in
            [(Timestamp(i64::MIN), "-009999-01-02T01:59:59.000Z"), (Timestamp(i64::MAX), "9999-12-30T22:00:00.000Z")]
        {
            assert_eq!(serde_json::to_string(&instant).unwrap(), format!("\"{written}\""));
            assert_eq!(at(written).to_string(), written);
        }
    }

    #[test]
    fn touching_intervals_do_not_overlap() {
        let hour = |from: i64| Interval::new(Timestamp(from * HOUR), Timestamp((from + 1) * HOUR));
        assert!(!hour(13).overlaps(hour(14)));
        assert!(!hour(14).overlaps(hour(13)));
        assert!(hour(13).overlaps(Interval::new(Timestamp(14 * HOUR - 1), Timestamp(15 * HOUR))));
        assert!(hour(13).contains(Timestamp(13 * HOUR)) && !hour(13).contains(Timestamp(14 * HOUR)));
    }

    #[test]
    fn wall_clock_readings_survive_a_clock_change() {
        // Berlin, 2026: clocks go forward on 29 March and back on 25 October, both at 01:00Z.
        let zone = ZoneOffsets {
            name: "Europe/Berlin".into(),
            spans: vec![
                (at("2025-10-26T01:00:00Z"), 3600),
                (at("2026-03-29T01:00:00Z"), 7200),
                (at("2026-10-25T01:00:00Z"), 3600),
            ],
        };
        assert_eq!(zone.day(date(2026, 3, 29)).duration_ms(), 23 * HOUR);
        assert_eq!(zone.day(date(2026, 10, 25)).duration_ms(), 25 * HOUR);
        let noon = datetime(2026, 7, 1, 12, 0, 0, 0);
        assert_eq!(zone.instant(noon), at("2026-07-01T10:00:00Z"));
        assert_eq!(zone.local(zone.instant(noon)), noon);
        assert_eq!(zone.instant(datetime(2026, 3, 29, 2, 30, 0, 0)), at("2026-03-29T01:30:00Z"));
        assert_eq!(zone.instant(datetime(2026, 10, 25, 2, 30, 0, 0)), at("2026-10-25T00:30:00Z"));
    }

    #[test]
    fn rounding_up_leaves_multiples_alone() {
        assert_eq!(Timestamp(15 * MINUTE).round_up(15 * MINUTE), Timestamp(15 * MINUTE));
        assert_eq!(Timestamp(15 * MINUTE + 1).round_up(15 * MINUTE), Timestamp(30 * MINUTE));
    }
}
