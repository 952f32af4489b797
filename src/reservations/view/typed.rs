//! The times in a form's fields, and the instants that they mean.

use crate::text::Lang;
use crate::time::{Interval, Timestamp, ZoneOffsets, date_text, parse_date};
use jiff::civil::{Date, Time};

fn parse_time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    Time::new(hour.parse().ok()?, minute.get(..2)?.parse().ok()?, 0, 0).ok()
}

fn minutes(time: Time) -> i16 {
    i16::from(time.hour()) * 60 + i16::from(time.minute())
}

/// What stands in the fields of a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Typed {
    pub date: String,
    pub starts: String,
    pub ends: String,
    /// What ends before it starts by the clock goes on after midnight.
    pub overnight: bool,
}

impl Typed {
    /// What the fields show of a time.
    #[must_use]
    pub fn of(zone: &ZoneOffsets, interval: Interval, lang: Lang) -> Self {
        let (from, to) = (zone.local(interval.starts_at), zone.local(interval.ends_at));
        Self {
            date: date_text(from.date()),
            starts: lang.clock(from),
            ends: lang.clock(to),
            overnight: from.date() != to.date() && to.time() != Time::midnight(),
        }
    }
}

/// Whether an end is before its start by the clock, so that it is to be said of which day it is. One at midnight is
/// the night's in any case.
#[must_use]
pub fn needs_day(starts: &str, ends: &str) -> bool {
    let (Some(starts), Some(ends)) = (parse_time(starts), parse_time(ends)) else { return false };
    ends <= starts && ends != Time::midnight()
}

/// The end that keeps a length when the start is moved, and whether it is then after midnight.
#[must_use]
pub fn moved_end(before: &Typed, starts: &str) -> Option<(String, bool)> {
    const DAY: i16 = 24 * 60;
    let (from, to, start) = (parse_time(&before.starts)?, parse_time(&before.ends)?, parse_time(starts)?);
    let is_next_day = to <= from && (before.overnight || to == Time::midnight());
    let length = minutes(to) - minutes(from) + if is_next_day { DAY } else { 0 };
    let end = minutes(start) + length;
    (length > 0).then(|| (format!("{:02}:{:02}", end % DAY / 60, end % 60), end > DAY))
}

/// The instants of what was typed over a time that the fields showed.
#[must_use]
pub fn interval_of(zone: &ZoneOffsets, shown: Interval, typed: &Typed) -> Option<Interval> {
    let date: Date = parse_date(&typed.date)?;
    let (starts, ends) = (parse_time(&typed.starts)?, parse_time(&typed.ends)?);
    let is_next_day = ends <= starts && (typed.overnight || ends == Time::midnight());
    let last = if is_next_day { date.tomorrow().ok()? } else { date };
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

    fn typed(date: &str, starts: &str, ends: &str) -> Typed {
        Typed { date: date.into(), starts: starts.into(), ends: ends.into(), overnight: false }
    }

    /// Berlin, where the clocks go back on 25 October 2026 at 01:00Z.
    fn berlin() -> ZoneOffsets {
        let spans = vec![(at("2026-03-29T01:00:00Z"), 7200), (at("2026-10-25T01:00:00Z"), 3600)];
        ZoneOffsets { name: "Europe/Berlin".into(), spans }
    }

    #[test]
    fn an_end_that_is_left_alone_keeps_its_instant() {
        let shown = between("2026-07-01T08:00:20Z", "2026-07-01T09:00:40Z");
        let typed = |date, starts, ends| interval_of(&berlin(), shown, &typed(date, starts, ends));
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
            assert_eq!(interval_of(&berlin(), shown, &typed("2026-10-25", starts, ends)), Some(shown));
        }
    }

    #[test]
    fn only_what_is_said_to_goes_on_after_midnight() {
        let until_midnight = between("2026-07-01T20:00:00Z", "2026-07-01T22:00:00Z");
        let today = |starts, ends| interval_of(&berlin(), until_midnight, &typed("2026-07-01", starts, ends));
        assert_eq!(today("22:00", "00:00"), Some(until_midnight));
        let reversed = between("2026-07-01T20:00:00Z", "2026-07-01T19:30:00Z");
        assert_eq!(today("22:00", "21:30"), Some(reversed), "which the rules refuse");
        let tonight = |starts, ends| {
            let typed = Typed { overnight: true, ..typed("2026-07-01", starts, ends) };
            interval_of(&berlin(), until_midnight, &typed)
        };
        assert_eq!(tonight("23:00", "01:00"), Some(between("2026-07-01T21:00:00Z", "2026-07-01T23:00:00Z")));
        assert_eq!(tonight("22:00", "23:00"), Some(between("2026-07-01T20:00:00Z", "2026-07-01T21:00:00Z")));
        assert!(needs_day("23:00", "01:00") && needs_day("10:00", "10:00"));
        assert!(!needs_day("23:00", "00:00") && !needs_day("10:00", "11:00") && !needs_day("", "01:00"));
    }

    #[test]
    fn fields_show_whether_a_time_goes_on_after_midnight() {
        let shown = |from, to| Typed::of(&berlin(), between(from, to), Lang::En);
        let overnight = shown("2026-07-01T21:00:00Z", "2026-07-01T23:00:00Z");
        assert_eq!(overnight, Typed { overnight: true, ..typed("2026-07-01", "23:00", "01:00") });
        assert_eq!(shown("2026-07-01T20:00:00Z", "2026-07-01T22:00:00Z"), typed("2026-07-01", "22:00", "00:00"));
    }

    #[test]
    fn the_end_goes_along_with_the_start() {
        let hour = typed("2026-07-01", "22:00", "23:00");
        assert_eq!(moved_end(&hour, "09:30"), Some(("10:30".into(), false)));
        assert_eq!(moved_end(&hour, "23:00"), Some(("00:00".into(), false)));
        assert_eq!(moved_end(&hour, "23:30"), Some(("00:30".into(), true)));
        let overnight = Typed { overnight: true, ..typed("2026-07-01", "23:30", "00:30") };
        assert_eq!(moved_end(&overnight, "22:00"), Some(("23:00".into(), false)));
        assert_eq!(moved_end(&typed("2026-07-01", "23:00", "00:00"), "22:00"), Some(("23:00".into(), false)));
        assert_eq!(moved_end(&typed("2026-07-01", "23:00", "22:00"), "20:00"), None, "it has no length");
    }
}
