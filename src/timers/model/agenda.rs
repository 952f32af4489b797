//! What a meeting talks about, point by point: whose turn it is, and how late it is.
//!
//! A point takes the timer's own time: while the timer is paused no point goes on, and all that has
//! elapsed since the agenda began is spent on one of its points.

use super::input::broken_by;
use super::{MAX_SECS, Timer};
use crate::error::{AppError, Field, Rule};
use crate::time::{SECOND, Timestamp};
use serde::{Deserialize, Serialize};

/// How many points an agenda has at most.
pub const MAX_POINTS: u32 = 30;
const MAX_POINT_CHARS: u32 = 200;
/// What a point takes of which nobody has said how long it takes.
const UNSAID_SECS: i64 = 5 * 60;

/// The agenda of a timer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Agenda {
    /// In their order; never none.
    pub points: Vec<Point>,
    /// The point that is talked about, from 0 on.
    pub current: u32,
    /// Seconds of the timer that had elapsed when it came to that point.
    pub since: u32,
}

/// A point of an agenda.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Point {
    pub title: String,
    /// Seconds meant for it.
    pub seconds: u32,
    /// Seconds that it had taken when it was last left.
    pub spent: u32,
}

/// A point to put on an agenda.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NewPoint {
    pub title: String,
    /// Seconds, 1 to 86,400.
    pub seconds: i64,
}

/// Another agenda. A point that keeps its title keeps the time that it has taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct AgendaChange {
    /// None takes the agenda away.
    pub points: Vec<NewPoint>,
    /// The version that the change is meant for.
    #[serde(default)]
    pub version: Option<i64>,
}

/// The point to go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PointChoice {
    /// From 0 on.
    pub point: u32,
    /// The version that the change is meant for.
    #[serde(default)]
    pub version: Option<i64>,
}

impl Agenda {
    /// One that begins with its first point; `None` of no points.
    #[must_use]
    pub fn begin(points: Vec<NewPoint>, since: u32) -> Option<Self> {
        let point = |new: NewPoint| Point {
            title: new.title,
            seconds: u32::try_from(new.seconds).unwrap_or(MAX_SECS),
            spent: 0,
        };
        let points: Vec<Point> = points.into_iter().map(point).collect();
        (!points.is_empty()).then_some(Self { points, current: 0, since })
    }

    /// The point that is talked about, and its place from 0 on.
    #[must_use]
    pub fn now(&self) -> Option<(usize, &Point)> {
        let place = usize::try_from(self.current).ok()?;
        self.points.get(place).map(|point| (place, point))
    }

    /// Seconds that a point has taken when so many have elapsed on the timer.
    #[must_use]
    pub fn spent(&self, place: usize, elapsed: i64) -> i64 {
        let turn = if self.now().is_some_and(|(now, _)| now == place) { elapsed - i64::from(self.since) } else { 0 };
        self.points.get(place).map_or(0, |point| i64::from(point.spent) + turn.max(0))
    }

    /// Seconds that are left to the current point; negative once it has taken longer than it should.
    #[must_use]
    pub fn left(&self, elapsed: i64) -> i64 {
        self.now().map_or(0, |(place, point)| i64::from(point.seconds) - self.spent(place, elapsed))
    }

    /// Seconds that this point and those after it still need.
    #[must_use]
    pub fn needs(&self, elapsed: i64) -> i64 {
        let place = self.now().map_or(0, |(place, _)| place);
        let later: i64 = self.points.iter().skip(place + 1).map(|point| i64::from(point.seconds)).sum();
        self.left(elapsed).max(0) + later
    }

    /// Writes down what the current point has taken, and comes to another.
    fn go_to(&mut self, place: u32, elapsed: u32) {
        let turn = elapsed.saturating_sub(self.since);
        if let Some(point) = usize::try_from(self.current).ok().and_then(|place| self.points.get_mut(place)) {
            point.spent = point.spent.saturating_add(turn);
        }
        self.since = elapsed;
        self.current = place;
    }

    /// The time that points of the same title have taken, and the current one, are taken over.
    fn follow(&mut self, mut before: Self, elapsed: u32) {
        before.go_to(before.current, elapsed);
        let title = before.now().map(|(_, point)| point.title.clone());
        let last = u32::try_from(self.points.len()).unwrap_or(1).saturating_sub(1);
        let place = self.points.iter().position(|point| Some(&point.title) == title.as_ref());
        self.current = place.and_then(|place| u32::try_from(place).ok()).unwrap_or(before.current.min(last));
        for point in &mut self.points {
            if let Some(same) = before.points.iter().position(|known| known.title == point.title) {
                point.spent = before.points.remove(same).spent;
            }
        }
    }
}

impl Timer {
    /// Seconds by which its agenda needs more than the time that is left; none without an agenda.
    #[must_use]
    pub fn late_secs_at(&self, now: Timestamp) -> i64 {
        let Some(agenda) = &self.agenda else { return 0 };
        let elapsed = self.elapsed_ms_at(now) / SECOND;
        (agenda.needs(elapsed) - (i64::from(self.allocated_duration) - elapsed)).max(0)
    }

    /// Gives it an agenda, another one, or none.
    ///
    /// # Errors
    /// [`AppError::TimerAlreadyCompleted`], [`AppError::Validation`] for a timer of a series.
    pub fn set_agenda(&mut self, points: Vec<NewPoint>, now: Timestamp) -> Result<(), AppError> {
        if !self.is_active() {
            return Err(AppError::TimerAlreadyCompleted);
        }
        if self.cycle.is_some() {
            return Err(AppError::field(Field::Agenda, Rule::Unknown));
        }
        self.count_to(now);
        let mut agenda = Agenda::begin(points, self.elapsed_time);
        if let (Some(agenda), Some(before)) = (&mut agenda, self.agenda.take()) {
            agenda.follow(before, self.elapsed_time);
        }
        self.agenda = agenda;
        Ok(())
    }

    /// Comes to a point of its agenda, forward or back.
    ///
    /// # Errors
    /// [`AppError::TimerAlreadyCompleted`], [`AppError::Validation`] for a point that it does not have.
    pub fn go_to_point(&mut self, point: u32, now: Timestamp) -> Result<(), AppError> {
        if !self.is_active() {
            return Err(AppError::TimerAlreadyCompleted);
        }
        let count = self.agenda.as_ref().map_or(0, |agenda| agenda.points.len());
        if usize::try_from(point).unwrap_or(usize::MAX) >= count {
            return Err(AppError::field(Field::Point, Rule::Unknown));
        }
        self.count_to(now);
        let elapsed = self.elapsed_time;
        if let Some(agenda) = &mut self.agenda {
            agenda.go_to(point, elapsed);
        }
        Ok(())
    }
}

impl AgendaChange {
    /// # Errors
    /// [`AppError::Validation`] when a point breaks a rule.
    pub fn check(&self) -> Result<(), AppError> {
        broken_points(&self.points).map_or(Ok(()), |rule| Err(AppError::field(Field::Agenda, rule)))
    }
}

/// Points without what their titles have around them: lines of their own are one line.
#[must_use]
pub fn tidy_points(mut points: Vec<NewPoint>) -> Vec<NewPoint> {
    for point in &mut points {
        point.title = point.title.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    points
}

/// The first rule that points break.
#[must_use]
pub fn broken_points(points: &[NewPoint]) -> Option<Rule> {
    if points.len() > MAX_POINTS as usize {
        return Some(Rule::MaxItems { max: MAX_POINTS });
    }
    points.iter().find_map(|point| {
        if point.title.is_empty() {
            return Some(Rule::Required);
        }
        let is_possible = (1..=i64::from(MAX_SECS)).contains(&point.seconds);
        broken_by(&point.title, MAX_POINT_CHARS).or((!is_possible).then_some(Rule::Range { min: 1, max: MAX_SECS }))
    })
}

/// Reads an agenda as people write it: a line for each point, with its minutes at the end, like
/// `복지 제도 안내 15`, or minutes and seconds like `인사 1:30`. Without any it takes five minutes.
#[must_use]
pub fn read_points(text: &str) -> Vec<NewPoint> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    tidy_points(lines.map(read_point).collect())
}

fn read_point(line: &str) -> NewPoint {
    let said = line.rsplit_once(char::is_whitespace).and_then(|(title, last)| Some((title, read_secs(last)?)));
    let (title, seconds) = said.unwrap_or((line, UNSAID_SECS));
    NewPoint { title: title.to_owned(), seconds }
}

/// `15`, `15분`, `15m`, `1:30`; no more than a day.
fn read_secs(text: &str) -> Option<i64> {
    let number = |text: &str| {
        let is_number = !text.is_empty() && text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse::<i64>().ok()).flatten()
    };
    let text = ["분", "min", "m"].into_iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(text);
    let secs = match text.split_once(':') {
        Some((minutes, secs)) if secs.len() == 2 => number(minutes)? * 60 + number(secs).filter(|secs| *secs < 60)?,
        Some(_) => return None,
        None => number(text)? * 60,
    };
    (1..=i64::from(MAX_SECS)).contains(&secs).then_some(secs)
}

/// Writes an agenda so that [`read_points`] reads the same.
#[must_use]
pub fn write_points(points: &[Point]) -> String {
    let line = |point: &Point| {
        let (minutes, secs) = (point.seconds / 60, point.seconds % 60);
        if secs == 0 {
            [point.title.as_str(), " ", &minutes.to_string()].concat()
        } else {
            format!("{} {minutes}:{secs:02}", point.title)
        }
    };
    points.iter().map(line).collect::<Vec<_>>().join("\n")
}
