//! Days, times and lengths in words.

use super::{Lang, fill};
use crate::time::{DAY, HOUR, Interval, MINUTE, Timestamp, ZoneOffsets};
use jiff::civil::{Date, DateTime, Weekday};

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Lang {
    /// `14:30`, for grids, tables and strips.
    #[must_use]
    pub fn clock(self, at: DateTime) -> String {
        format!("{:02}:{:02}", at.hour(), at.minute())
    }

    /// `오후 02:30` or `2:30 PM`, for prose and room status (contracts §1.8).
    #[must_use]
    pub fn prose_time(self, at: DateTime) -> String {
        let hour12 = match at.hour() % 12 {
            0 => 12,
            hour => hour,
        };
        let afternoon = at.hour() >= 12;
        match self {
            Self::Ko => format!("{} {hour12:02}:{:02}", if afternoon { "오후" } else { "오전" }, at.minute()),
            Self::En => format!("{hour12}:{:02} {}", at.minute(), if afternoon { "PM" } else { "AM" }),
        }
    }

    /// `오후 02:30:05` or `2:30:05 PM`, where seconds matter.
    #[must_use]
    pub fn exact_time(self, at: DateTime) -> String {
        let minutes = self.prose_time(at);
        match self {
            Self::Ko => format!("{minutes}:{:02}", at.second()),
            Self::En => {
                let (clock, half) = minutes.split_once(' ').unwrap_or((&minutes, ""));
                format!("{clock}:{:02} {half}", at.second())
            }
        }
    }

    /// `3월 12일` or `March 12`.
    #[must_use]
    pub fn month_day(self, date: Date) -> String {
        match self {
            Self::Ko => format!("{}월 {}일", date.month(), date.day()),
            Self::En => format!("{} {}", MONTHS_EN[usize::try_from(date.month() - 1).unwrap_or(0)], date.day()),
        }
    }

    /// `3월 16일 10:00–11:00` or `March 16 10:00–11:00`.
    #[must_use]
    pub fn date_and_clocks(self, from: Timestamp, to: Timestamp, zone: &ZoneOffsets) -> String {
        let (from, to) = (zone.local(from), zone.local(to));
        [&self.month_day(from.date()), " ", &self.clock(from), "–", &self.clock(to)].concat()
    }

    /// `3월` or `March`.
    #[must_use]
    pub fn month(self, date: Date) -> String {
        match self {
            Self::Ko => format!("{}월", date.month()),
            Self::En => MONTHS_EN[usize::try_from(date.month() - 1).unwrap_or(0)].to_owned(),
        }
    }

    /// `목요일` or `Thursday`.
    #[must_use]
    pub fn weekday(self, date: Date) -> &'static str {
        let names = match self {
            Self::Ko => ["월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"],
            Self::En => ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
        };
        names[weekday_index(date.weekday())]
    }

    /// `3월 12일 목요일` or `Thursday, March 12`.
    #[must_use]
    pub fn day(self, date: Date) -> String {
        match self {
            Self::Ko => [&self.month_day(date), " ", self.weekday(date)].concat(),
            Self::En => [self.weekday(date), ", ", &self.month_day(date)].concat(),
        }
    }

    /// `3월 12일 (목)` or `Thu, March 12`.
    #[must_use]
    pub fn day_short(self, date: Date) -> String {
        match self {
            Self::Ko => [&self.month_day(date), " (", self.weekday_short(date), ")"].concat(),
            Self::En => [self.weekday_short(date), ", ", &self.month_day(date)].concat(),
        }
    }

    /// `목` or `Thu`.
    #[must_use]
    pub fn weekday_short(self, date: Date) -> &'static str {
        let names = match self {
            Self::Ko => ["월", "화", "수", "목", "금", "토", "일"],
            Self::En => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        };
        names[weekday_index(date.weekday())]
    }

    /// `1시간 30분` or `1 h 30 min`.
    #[must_use]
    pub fn duration(self, interval: Interval) -> String {
        let ms = interval.duration_ms().max(0);
        let (hours, minutes) = (ms / HOUR, ms % HOUR / MINUTE);
        match (self, hours, minutes) {
            (Self::Ko, 0, m) => format!("{m}분"),
            (Self::Ko, h, 0) => format!("{h}시간"),
            (Self::Ko, h, m) => format!("{h}시간 {m}분"),
            (Self::En, 0, m) => format!("{m} min"),
            (Self::En, h, 0) => format!("{h} h"),
            (Self::En, h, m) => format!("{h} h {m} min"),
        }
    }

    /// How long ago, with its suffix: `3분 전`, `2 hours ago`, `어제`; a date after a week.
    #[must_use]
    pub fn ago(self, at: Timestamp, now: Timestamp, zone: &ZoneOffsets) -> String {
        let t = self.texts();
        let count = |ms: i64, text: &str| fill(text, &[&((now - at) / ms)]);
        let yesterday = zone.date(now).yesterday().is_ok_and(|day| zone.date(at) == day);
        match now - at {
            ..MINUTE => t.just_now.to_owned(),
            MINUTE..HOUR => count(MINUTE, t.minutes_ago),
            ms if ms < DAY && !yesterday => count(HOUR, t.hours_ago),
            _ if yesterday => t.yesterday.to_owned(),
            ms if ms < 7 * DAY => {
                let days = days_between(at, now, zone);
                fill(t.days_ago, &[&days])
            }
            _ => self.month_day(zone.date(at)),
        }
    }
}

/// Civil days from one instant to another.
fn days_between(at: Timestamp, now: Timestamp, zone: &ZoneOffsets) -> i64 {
    let midnight = |instant| zone.day(zone.date(instant)).starts_at;
    // Days have 23 to 25 hours: to the nearest.
    (midnight(now) - midnight(at) + DAY / 2) / DAY
}

fn weekday_index(weekday: Weekday) -> usize {
    usize::try_from(weekday.to_monday_zero_offset()).unwrap_or(0)
}
