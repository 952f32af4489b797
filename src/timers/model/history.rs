//! What was done when: time by day, kind and tag.

use super::{Timer, TimerKind};
use crate::ids::UserId;
use crate::time::{Interval, SECOND, Timestamp, ZoneOffsets, civil_date};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One person's timers of some days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct History {
    pub zone: ZoneOffsets,
    /// The first and the last day.
    #[serde(with = "civil_date")]
    pub from: Date,
    #[serde(with = "civil_date")]
    pub to: Date,
    /// Those that ran within these days, oldest first.
    pub timers: Vec<Timer>,
    /// Minutes of focus a day that the person aims at.
    pub goal_minutes: Option<u32>,
}

/// A day in numbers: seconds that timers ran, pauses left out. Rests are not counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DayTotal {
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = Date))]
    pub date: Date,
    pub focus_secs: i64,
    pub meeting_secs: i64,
    pub other_secs: i64,
    /// Of focus, meetings and others alike; most time first.
    pub tags: Vec<TagTotal>,
}

/// The time under a tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TagTotal {
    pub tag: String,
    pub secs: i64,
}

impl DayTotal {
    #[must_use]
    pub fn total_secs(&self) -> i64 {
        self.focus_secs + self.meeting_secs + self.other_secs
    }
}

impl History {
    /// Each day in numbers, for the person whose history it is. What runs across midnight counts on
    /// both days, each its part; whoever joined late has the time since.
    #[must_use]
    pub fn days(&self, of: UserId, now: Timestamp) -> Vec<DayTotal> {
        let mut days = Vec::new();
        let mut date = self.from;
        while date <= self.to {
            days.push(self.day(date, of, now));
            match date.tomorrow() {
                Ok(next) => date = next,
                Err(_) => break,
            }
        }
        days
    }

    fn day(&self, date: Date, of: UserId, now: Timestamp) -> DayTotal {
        let day = self.zone.day(date);
        let mut total = DayTotal { date, focus_secs: 0, meeting_secs: 0, other_secs: 0, tags: Vec::new() };
        let mut tags: BTreeMap<&str, i64> = BTreeMap::new();
        for timer in &self.timers {
            let secs = ms_within(timer, day, of, now) / SECOND;
            match timer.kind {
                TimerKind::Focus => total.focus_secs += secs,
                TimerKind::Meeting => total.meeting_secs += secs,
                TimerKind::Plain => total.other_secs += secs,
                TimerKind::Break => continue,
            }
            for tag in &timer.tags {
                *tags.entry(tag).or_default() += secs;
            }
        }
        let with_time = tags.into_iter().filter(|(_, secs)| *secs > 0);
        total.tags = with_time.map(|(tag, secs)| TagTotal { tag: tag.to_owned(), secs }).collect();
        total.tags.sort_by(|a, b| b.secs.cmp(&a.secs).then_with(|| a.tag.cmp(&b.tag)));
        total
    }
}

/// Milliseconds that a timer ran for somebody within a span of time.
#[must_use]
pub fn ms_within(timer: &Timer, span: Interval, of: UserId, now: Timestamp) -> i64 {
    let Some(person) = timer.people.iter().find(|person| person.id == of) else { return 0 };
    // Its owner was there from the beginning.
    let from = if of == timer.owner_id { span.starts_at } else { span.starts_at.max(person.joined_at) };
    let runs = timer.runs(now);
    runs.iter().map(|run| (run.ends_at.min(span.ends_at) - run.starts_at.max(from)).max(0)).sum()
}
