//! The times in a form's fields, and the instants that they mean.

use crate::time::{Interval, Timestamp, ZoneOffsets, parse_date};
use jiff::civil::{Date, Time};

#[must_use]
pub fn parse_time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    Time::new(hour.parse().ok()?, minute.get(..2)?.parse().ok()?, 0, 0).ok()
}

#[must_use]
pub fn minutes(time: Time) -> i16 {
    i16::from(time.hour()) * 60 + i16::from(time.minute())
}

/// The instants of what was typed over a time that the fields showed. An end at midnight is the
/// night's; a time that was shown to go on after midnight still does.
#[must_use]
pub fn interval_of(zone: &ZoneOffsets, shown: Interval, date: &str, starts: &str, ends: &str) -> Option<Interval> {
    let date: Date = parse_date(date)?;
    let (starts, ends) = (parse_time(starts)?, parse_time(ends)?);
    let (from, to) = (zone.local(shown.starts_at), zone.local(shown.ends_at));
    let overnight = from.date() != to.date() && to.time() != Time::midnight();
    let next_day = ends <= starts && (overnight || ends == Time::midnight());
    let last = if next_day { date.tomorrow().ok()? } else { date };
    Some(Interval::new(instant(zone, shown.starts_at, date, starts), instant(zone, shown.ends_at, last, ends)))
}

/// The instant of a reading: the one that was shown, if it reads like that. Fields show no seconds, and
/// do not tell the two hours apart that a clock change makes of one.
fn instant(zone: &ZoneOffsets, shown: Timestamp, date: Date, time: Time) -> Timestamp {
    let local = zone.local(shown);
    let is_shown = local.date() == date && minutes(local.time()) == minutes(time);
    if is_shown { shown } else { zone.instant(date.to_datetime(time)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn between(from: &str, to: &str) -> Interval {
        Interval::new(at(from), at(to))
    }

    /// Berlin, where the clocks go back on 25 October 2026 at 01:00Z.
    fn berlin() -> ZoneOffsets {
        let spans = vec![(at("2026-03-29T01:00:00Z"), 7200), (at("2026-10-25T01:00:00Z"), 3600)];
        ZoneOffsets { name: "Europe/Berlin".into(), spans }
    }

    #[test]
    fn an_end_that_is_left_alone_keeps_its_instant() {
        let shown = between("2026-07-01T08:00:20Z", "2026-07-01T09:00:40Z");
        let typed = |date, starts, ends| interval_of(&berlin(), shown, date, starts, ends);
        assert_eq!(typed("2026-07-01", "10:00", "11:00"), Some(shown));
        let longer = between("2026-07-01T08:00:20Z", "2026-07-01T09:30:00Z");
        assert_eq!(typed("2026-07-01", "10:00", "11:30"), Some(longer));
        let later = between("2026-07-01T08:15:00Z", "2026-07-01T09:00:40Z");
        assert_eq!(typed("2026-07-01", "10:15", "11:00"), Some(later));
        let other_day = between("2026-07-02T08:00:00Z", "2026-07-02T09:00:00Z");
        assert_eq!(typed("2026-07-02", "10:00", "11:00"), Some(other_day));
        assert_eq!(typed("2026-07-01", "", "11:00"), None);
    }

    #[test]
    fn the_hour_that_a_clock_change_repeats_stays_the_one_that_it_was() {
        // From the first 02:30 to the second 02:15, and from the second 02:00 to 03:00.
        for (shown, starts, ends) in [
            (between("2026-10-25T00:30:00Z", "2026-10-25T01:15:00Z"), "02:30", "02:15"),
            (between("2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z"), "02:00", "03:00"),
        ] {
            assert_eq!(interval_of(&berlin(), shown, "2026-10-25", starts, ends), Some(shown));
        }
    }

    #[test]
    fn only_what_goes_on_after_midnight_ends_on_the_next_day() {
        let until_midnight = between("2026-07-01T20:00:00Z", "2026-07-01T22:00:00Z");
        let overnight = between("2026-07-01T21:00:00Z", "2026-07-01T23:00:00Z");
        let typed = |shown, starts, ends| interval_of(&berlin(), shown, "2026-07-01", starts, ends);
        assert_eq!(typed(until_midnight, "22:00", "00:00"), Some(until_midnight));
        let reversed = between("2026-07-01T20:00:00Z", "2026-07-01T19:30:00Z");
        assert_eq!(typed(until_midnight, "22:00", "21:30"), Some(reversed), "which the rules refuse");
        assert_eq!(typed(overnight, "23:00", "01:00"), Some(overnight));
        let longer = between("2026-07-01T21:00:00Z", "2026-07-01T23:30:00Z");
        assert_eq!(typed(overnight, "23:00", "01:30"), Some(longer));
    }
}
