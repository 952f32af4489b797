//! The zone in which a client wants instants written: `?timezone=`.

use crate::time::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// Longer than any IANA name.
const MAX_CHARS: usize = 64;
/// No clock is further from UTC.
const MAX_HOURS: i32 = 18;

/// UTC, an IANA zone, or a fixed offset.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Zone(Option<TimeZone>);

impl Zone {
    /// `Asia/Seoul`, `+09:00`, or ` 09:00`, which is what becomes of a raw `+` in an address.
    /// `None` for what names no zone.
    pub fn parse(text: &str) -> Option<Self> {
        if text.chars().count() > MAX_CHARS {
            return None;
        }
        if matches!(text, "Z" | "UTC") {
            return Some(Self(None));
        }
        if let Some(offset) = parse_offset(text) {
            return Some(Self(Some(TimeZone::fixed(offset))));
        }
        TimeZone::get(text).ok().map(|zone| Self(Some(zone)))
    }

    /// An instant as RFC 3339 to the millisecond, `Z` in UTC.
    pub fn write(&self, at: Timestamp) -> String {
        let Some(zone) = &self.0 else { return at.to_string() };
        match jiff::Timestamp::from_millisecond(at.0) {
            Ok(instant) => instant.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string(),
            Err(_) => at.to_string(),
        }
    }
}

fn parse_offset(text: &str) -> Option<Offset> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+" | " ", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let number = |text: &str| {
        let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { text.parse::<i32>().ok() } else { None }
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    if hours > MAX_HOURS || minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * (hours * 3_600 + minutes * 60)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_in_the_zone_that_was_asked_for() {
        let at: Timestamp = "2026-11-21T05:30:00.250Z".parse().unwrap();
        for (zone, written) in [
            ("Asia/Seoul", "2026-11-21T14:30:00.250+09:00"),
            ("+09:00", "2026-11-21T14:30:00.250+09:00"),
            (" 09:00", "2026-11-21T14:30:00.250+09:00"),
            ("-03:30", "2026-11-21T02:00:00.250-03:30"),
            ("America/New_York", "2026-11-21T00:30:00.250-05:00"),
            ("UTC", "2026-11-21T05:30:00.250Z"),
            ("Z", "2026-11-21T05:30:00.250Z"),
        ] {
            assert_eq!(Zone::parse(zone).unwrap().write(at), written, "{zone}");
        }
        assert_eq!(Zone::default().write(at), "2026-11-21T05:30:00.250Z");
    }

    #[test]
    fn what_names_no_zone_is_none() {
        let long = "a".repeat(1_000);
        for wrong in ["", "Mars/Base", "+9", "+09", "+25:00", "+09:60", "+0a:00", "09:00", "++9:00", "한국", &long] {
            assert_eq!(Zone::parse(wrong), None, "{wrong}");
        }
    }
}
