//! The geometry of a day: its axis, places on it, the keyboard's cursor, selections, free slots.
//!
//! Whole numbers throughout, so that the server and the browser write the same text into the page.

use super::live::DaySchedule;
use super::model::{Reservation, STEP_MS};
use crate::ids::RoomId;
use crate::rooms::model::Room;
use crate::time::{HOUR, Interval, MINUTE, Timestamp};
use jiff::civil::time;

/// The part of a day that is always shown, in hours of the wall clock.
const FROM_HOUR: i8 = 8;
const TO_HOUR: i8 = 20;
/// What a click without a drag asks for.
pub const USUAL_MS: i64 = HOUR;
/// The shortest free time that is offered as a button.
const MIN_SLOT_MS: i64 = 30 * MINUTE;
/// Positions are counted in hundred-thousandths of the axis.
const SCALE: i64 = 100_000;

/// The visible stretch of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    pub span: Interval,
}

/// Where an interval lies on the axis, in hundred-thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    start: i64,
    span: i64,
    /// It goes on before and after what is visible.
    pub cut_start: bool,
    pub cut_end: bool,
}

impl Axis {
    /// 08–20 on the wall clock, widened by whole hours to show every booking of the day.
    #[must_use]
    pub fn of(schedule: &DaySchedule) -> Self {
        let on = |hour| schedule.zone.instant(schedule.date.to_datetime(time(hour, 0, 0, 0)));
        let (mut from, mut to) = (on(FROM_HOUR), on(TO_HOUR));
        for booking in schedule.reservations.values() {
            from = from.min(booking.starts_at);
            to = to.max(booking.ends_at);
        }
        let whole = |at: Timestamp| at - (at - on(FROM_HOUR)).rem_euclid(HOUR);
        let end = whole(to);
        Self {
            span: Interval::new(
                whole(from).max(schedule.day.starts_at),
                if end < to { end + HOUR } else { end }.min(schedule.day.ends_at),
            ),
        }
    }

    /// The axis that shows what either shows.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            span: Interval::new(
                self.span.starts_at.min(other.span.starts_at),
                self.span.ends_at.max(other.span.ends_at),
            ),
        }
    }

    #[must_use]
    pub fn hours(self) -> i64 {
        self.span.duration_ms() / HOUR
    }

    /// The full hours on it, both ends included.
    pub fn ticks(self) -> impl Iterator<Item = Timestamp> {
        (0..=self.hours()).map(move |n| self.span.starts_at + n * HOUR)
    }

    fn scaled(self, ms: i64) -> i64 {
        ms * SCALE / self.span.duration_ms().max(1)
    }

    /// A point as CSS wants it, when the axis shows it.
    #[must_use]
    pub fn point(self, at: Timestamp) -> Option<String> {
        let inside = self.span.starts_at <= at && at <= self.span.ends_at;
        inside.then(|| decimal(self.scaled(at - self.span.starts_at)))
    }

    /// How much of it has passed: 0 before it begins, 1 after its end.
    #[must_use]
    pub fn passed(self, now: Timestamp) -> String {
        let passed = (now - self.span.starts_at).clamp(0, self.span.duration_ms());
        decimal(self.scaled(passed))
    }

    /// Where an instant is, 0 to 1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a day has few milliseconds")]
    pub fn fraction(self, at: Timestamp) -> f64 {
        let ms = (at - self.span.starts_at) as f64;
        (ms / self.span.duration_ms().max(1) as f64).clamp(0.0, 1.0)
    }

    /// Where an interval lies; `None` when none of it is visible.
    #[must_use]
    pub fn place(self, interval: Interval) -> Option<Place> {
        if !interval.overlaps(self.span) {
            return None;
        }
        let from = interval.starts_at.max(self.span.starts_at);
        let to = interval.ends_at.min(self.span.ends_at);
        Some(Place {
            start: self.scaled(from - self.span.starts_at),
            span: self.scaled(to - from),
            cut_start: interval.starts_at < from,
            cut_end: interval.ends_at > to,
        })
    }

    /// The instant at a fraction of its length.
    #[must_use]
    pub fn instant(self, fraction: f64) -> Timestamp {
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a day has few milliseconds")]
        let ms = (fraction.clamp(0.0, 1.0) * self.span.duration_ms() as f64) as i64;
        self.span.starts_at + ms
    }

    /// The step that contains an instant, kept on the axis.
    #[must_use]
    pub fn cell(self, at: Timestamp) -> Timestamp {
        let last = self.span.ends_at - STEP_MS;
        floor(at).clamp(self.span.starts_at, last.max(self.span.starts_at))
    }

    /// An interval of the same length whose start lies on a step of the axis.
    fn shifted(self, interval: Interval, start: Timestamp) -> Interval {
        let start = self.cell(start);
        Interval::new(start, start + interval.duration_ms())
    }

    /// Where a step of the keyboard leads a booking. One to another room leaves it its time, which
    /// need lie neither on a step nor on the axis.
    #[must_use]
    pub fn stepped(self, interval: Interval, step: Step) -> Interval {
        match step.ms() {
            0 => interval,
            ms => self.shifted(interval, interval.starts_at + ms),
        }
    }

    /// A booking whose start the pointer has dragged to an instant. One that has hardly moved keeps its
    /// time: it was dragged to another room.
    #[must_use]
    pub fn dragged(self, interval: Interval, start: Timestamp) -> Interval {
        if (start - interval.starts_at).abs() < STEP_MS / 2 { interval } else { self.shifted(interval, nearest(start)) }
    }
}

impl Place {
    /// Where it begins, 0 to 1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "at most a hundred thousand")]
    pub fn start_fraction(self) -> f64 {
        self.start as f64 / SCALE as f64
    }

    /// The position as custom properties.
    #[must_use]
    pub fn style(self) -> String {
        format!("--start:{};--span:{}", decimal(self.start), decimal(self.span))
    }
}

/// Hundred-thousandths as a decimal number.
fn decimal(n: i64) -> String {
    format!("{}.{:05}", n / SCALE, n % SCALE)
}

/// The beginning of the step that contains an instant.
#[must_use]
pub fn floor(at: Timestamp) -> Timestamp {
    at - at.0.rem_euclid(STEP_MS)
}

/// The nearest step boundary.
#[must_use]
pub fn nearest(at: Timestamp) -> Timestamp {
    floor(at + STEP_MS / 2)
}

/// The steps from one cell to another, both included.
#[must_use]
pub fn between(anchor: Timestamp, head: Timestamp) -> Interval {
    let (anchor, head) = (floor(anchor), floor(head));
    Interval::new(anchor.min(head), anchor.max(head) + STEP_MS)
}

/// Which end of a booking is pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    Start,
    End,
}

/// The interval with one end put elsewhere, at least one step long.
#[must_use]
pub fn resized(interval: Interval, edge: Edge, to: Timestamp) -> Interval {
    match edge {
        Edge::Start => Interval::new(to.min(interval.ends_at - STEP_MS), interval.ends_at),
        Edge::End => Interval::new(interval.starts_at, to.max(interval.starts_at + STEP_MS)),
    }
}

/// Where the keyboard is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub room: RoomId,
    pub at: Timestamp,
}

/// What an arrow or Home and End ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
}

impl Step {
    /// The step of a key, by its name in keyboard events.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        Some(match key {
            "ArrowLeft" => Self::Left,
            "ArrowRight" => Self::Right,
            "ArrowUp" => Self::Up,
            "ArrowDown" => Self::Down,
            "Home" => Self::Home,
            "End" => Self::End,
            _ => return None,
        })
    }

    /// How many steps of time it is.
    #[must_use]
    pub fn ms(self) -> i64 {
        match self {
            Self::Left => -STEP_MS,
            Self::Right => STEP_MS,
            _ => 0,
        }
    }

    /// The room that it leads to, among those on screen.
    #[must_use]
    pub fn room(self, room: RoomId, rooms: &[RoomId]) -> RoomId {
        let here = rooms.iter().position(|id| *id == room).unwrap_or(0);
        let there = match self {
            Self::Up => here.saturating_sub(1),
            Self::Down => here + 1,
            _ => here,
        };
        rooms.get(there).copied().unwrap_or(room)
    }
}

impl Cursor {
    /// Where a step leads; `block` is the booking under the cursor, which is passed as a whole.
    #[must_use]
    pub fn step(self, step: Step, axis: Axis, rooms: &[RoomId], block: Option<Interval>) -> Self {
        let at = match (step, block) {
            (Step::Left, Some(block)) => floor(block.starts_at - 1),
            (Step::Right, Some(block)) => block.ends_at.max(self.at + STEP_MS),
            (Step::Left | Step::Right, None) => self.at + step.ms(),
            (Step::Home, _) => axis.span.starts_at,
            (Step::End, _) => axis.span.ends_at,
            (Step::Up | Step::Down, _) => self.at,
        };
        Self { room: step.room(self.room, rooms), at: axis.cell(at) }
    }

    /// The step of the axis on which it stands.
    #[must_use]
    pub fn cell(self) -> Interval {
        Interval::new(self.at, self.at + STEP_MS)
    }
}

/// The free stretches of a room within a span, each at least half an hour and beginning on a step.
#[must_use]
pub fn free_slots(room: &Room, bookings: &[&Reservation], within: Interval) -> Vec<Interval> {
    if room.maintenance {
        return Vec::new();
    }
    let mut taken: Vec<Interval> = bookings
        .iter()
        .filter(|r| r.room.id == room.id && r.status.holds_slot() && r.interval().overlaps(within))
        .map(|r| r.interval())
        .collect();
    taken.sort_by_key(|interval| interval.starts_at);
    taken.push(Interval::new(within.ends_at, within.ends_at));

    let mut slots = Vec::new();
    let mut from = within.starts_at.round_up(STEP_MS);
    for interval in taken {
        if interval.starts_at - from >= MIN_SLOT_MS {
            slots.push(Interval::new(from, interval.starts_at));
        }
        from = from.max(interval.ends_at.round_up(STEP_MS));
    }
    slots
}

/// What a click on free time asks for: the usual length, or what is free before the next booking.
#[must_use]
pub fn usual_slot(room: RoomId, bookings: &[&Reservation], at: Timestamp) -> Interval {
    let next = bookings
        .iter()
        .filter(|r| r.room.id == room && r.status.holds_slot() && r.starts_at > at)
        .map(|r| r.starts_at)
        .min();
    let end = next.map_or(at + USUAL_MS, |next| next.min(at + USUAL_MS));
    Interval::new(at, end.max(at + STEP_MS))
}

/// How long an interval clashes with a room's bookings in whole minutes, for the hint while dragging.
#[must_use]
pub fn overlap_minutes(interval: Interval, clashes: &[&Reservation]) -> i64 {
    let shared = |r: &&Reservation| r.ends_at.min(interval.ends_at) - r.starts_at.max(interval.starts_at);
    clashes.iter().map(shared).sum::<i64>().max(0) / MINUTE
}

/// A line of the grid.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Line {
    /// The heading of a floor.
    Floor(String),
    Room(RoomId),
}

/// The lines for these rooms. Rooms keep the order that they had on screen: what is under the
/// pointer does not move because somebody renamed a room; new ones join the end of their floor.
#[must_use]
pub fn lines(before: &[Line], rooms: &[&Room]) -> Vec<Line> {
    let known = |room: &Room| before.iter().position(|line| *line == Line::Room(room.id));
    let mut floors: Vec<(String, Vec<&Room>)> = Vec::new();
    let mut ordered: Vec<&Room> = rooms.to_vec();
    ordered.sort_by_key(|room| known(room).unwrap_or(usize::MAX));
    // Floors in the order of the display, rooms within them in the order of the screen.
    for room in rooms {
        if !floors.iter().any(|(floor, _)| *floor == room.floor) {
            let members = ordered.iter().copied().filter(|r| r.floor == room.floor).collect();
            floors.push((room.floor.clone(), members));
        }
    }
    floors
        .into_iter()
        .flat_map(|(floor, rooms)| {
            std::iter::once(Line::Floor(floor)).chain(rooms.into_iter().map(|room| Line::Room(room.id)))
        })
        .collect()
}

/// The rooms among the lines.
#[must_use]
pub fn rooms_of(lines: &[Line]) -> Vec<RoomId> {
    lines.iter().filter_map(|line| if let Line::Room(id) = line { Some(*id) } else { None }).collect()
}

#[cfg(test)]
mod tests;
