//! What can become of a timer, and how its time is counted.

use super::{
    Action, Agenda, Cycle, MAX_SECS, MAX_STEPS, NewTimer, Start, Step, Timer, TimerKind, TimerPatch, TimerPerson,
    TimerRole, TimerStatus,
};
use crate::accounts::model::Person;
use crate::error::{AppError, Field, Rule};
use crate::ids::{TimerId, UserId};
use crate::time::{Interval, SECOND, Timestamp};

impl Timer {
    /// A running timer; `new` has been [checked](NewTimer::check).
    #[must_use]
    pub fn start(start: Start, new: NewTimer) -> Self {
        let Start { id, owner, kind, at } = start;
        let allocated = u32::try_from(new.allocated_duration).unwrap_or(MAX_SECS);
        let host = TimerPerson { id: owner.id, name: owner.name, role: TimerRole::Host, joined_at: at };
        let cycle =
            new.cycle.map(|choice| Cycle { work: allocated, rest: choice.rest, rounds: choice.rounds, round: 1 });
        Self {
            id,
            owner_id: owner.id,
            is_shared: false,
            people: vec![host],
            schedule_id: new.schedule_id,
            todo_id: new.todo_id,
            title: new.title,
            description: new.description,
            tags: new.tags,
            kind,
            hold_notifications: new.hold_notifications.unwrap_or(kind == TimerKind::Focus),
            cycle,
            allocated_duration: allocated,
            elapsed_time: 0,
            elapsed_ms: 0,
            status: TimerStatus::Running,
            started_at: at,
            paused_at: None,
            ended_at: None,
            ends_at: Some(at + i64::from(allocated) * SECOND),
            created_at: at,
            updated_at: at,
            pause_history: vec![Step { action: Action::Start, at, elapsed: None }],
            asked_at: None,
            offer: None,
            agenda: Agenda::begin(new.agenda, 0),
            version: 1,
        }
    }

    /// The timer that follows this one in its series, from this one's end on; `None` after the last
    /// round of work.
    #[must_use]
    pub fn next_of_cycle(&self, id: TimerId) -> Option<Self> {
        let (cycle, at) = (self.cycle?, self.ended_at?);
        let (kind, round, allocated) = match self.kind {
            TimerKind::Break => (TimerKind::Focus, cycle.round + 1, cycle.work),
            _ if cycle.round < cycle.rounds => (TimerKind::Break, cycle.round, cycle.rest),
            _ => return None,
        };
        let new = NewTimer {
            allocated_duration: i64::from(allocated),
            schedule_id: self.schedule_id.clone(),
            todo_id: self.todo_id.clone(),
            title: self.title.clone(),
            description: self.description.clone(),
            tags: self.tags.clone(),
            hold_notifications: Some(self.hold_notifications),
            ..NewTimer::default()
        };
        // Its people go on with it, the owner among them.
        let owner = Person { id: self.owner_id, name: String::new() };
        Some(Self {
            people: self.people.clone(),
            is_shared: self.is_shared,
            cycle: Some(Cycle { round, ..cycle }),
            ..Self::start(Start { id, owner, kind, at }, new)
        })
    }

    #[must_use]
    pub fn is_active(&self) -> bool {
        self.status.is_active()
    }

    /// Whether somebody is on it.
    #[must_use]
    pub fn involves(&self, user: UserId) -> bool {
        self.people.iter().any(|person| person.id == user)
    }

    /// Whether somebody may command it.
    #[must_use]
    pub fn may_command(&self, user: UserId) -> bool {
        self.people.iter().any(|person| person.id == user && person.role == TimerRole::Host)
    }

    /// Milliseconds that have elapsed at an instant, pauses left out.
    #[must_use]
    pub fn elapsed_ms_at(&self, now: Timestamp) -> i64 {
        match self.status {
            TimerStatus::Running => {
                (self.elapsed_ms + (now - self.updated_at).max(0)).min(i64::from(self.allocated_duration) * SECOND)
            }
            _ => self.elapsed_ms,
        }
    }

    /// Milliseconds that are left at an instant.
    #[must_use]
    pub fn left_ms_at(&self, now: Timestamp) -> i64 {
        (i64::from(self.allocated_duration) * SECOND - self.elapsed_ms_at(now)).max(0)
    }

    /// As it is sent at an instant: with the seconds elapsed by then.
    #[must_use]
    pub fn seen_at(mut self, now: Timestamp) -> Self {
        self.elapsed_time = seconds(self.elapsed_ms_at(now));
        self
    }

    /// Whether its deadline has come.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.ends_at.is_some_and(|at| at <= now)
    }

    /// # Errors
    /// [`AppError::TimerAlreadyCompleted`], [`AppError::TimerNotRunning`].
    pub fn pause(&mut self, now: Timestamp) -> Result<(), AppError> {
        self.require_active()?;
        if self.status == TimerStatus::Paused {
            return Err(AppError::TimerNotRunning);
        }
        let now = self.count_to(now);
        self.status = TimerStatus::Paused;
        self.paused_at = Some(now);
        self.ends_at = None;
        self.note(Action::Pause, now);
        Ok(())
    }

    /// # Errors
    /// [`AppError::TimerAlreadyCompleted`], [`AppError::TimerNotPaused`].
    pub fn resume(&mut self, now: Timestamp) -> Result<(), AppError> {
        self.require_active()?;
        if self.status == TimerStatus::Running {
            return Err(AppError::TimerNotPaused);
        }
        let now = self.count_to(now);
        self.status = TimerStatus::Running;
        self.paused_at = None;
        self.ends_at = Some(now + self.left_ms_at(now));
        self.note(Action::Resume, now);
        Ok(())
    }

    /// Ends it before its deadline.
    ///
    /// # Errors
    /// [`AppError::TimerAlreadyCompleted`].
    pub fn stop(&mut self, now: Timestamp) -> Result<(), AppError> {
        self.end(TimerStatus::Completed, Action::Stop, now)
    }

    /// Gives it up.
    ///
    /// # Errors
    /// [`AppError::TimerAlreadyCompleted`].
    pub fn cancel(&mut self, now: Timestamp) -> Result<(), AppError> {
        self.end(TimerStatus::Cancelled, Action::Cancel, now)
    }

    fn end(&mut self, status: TimerStatus, action: Action, now: Timestamp) -> Result<(), AppError> {
        self.require_active()?;
        let now = self.count_to(now);
        self.status = status;
        self.paused_at = None;
        self.ends_at = None;
        self.ended_at = Some(now);
        self.note(action, now);
        Ok(())
    }

    /// Ends it as of its deadline, whenever that is noticed. The same as `store::complete_due` does
    /// to many at once.
    pub fn run_down(&mut self) {
        let Some(at) = self.ends_at.take() else { return };
        self.count_to(at);
        self.status = TimerStatus::Completed;
        self.ended_at = Some(at);
    }

    /// Gives it so many seconds more.
    ///
    /// # Errors
    /// [`AppError::TimerAlreadyCompleted`], [`AppError::Validation`] when it would exceed a day.
    pub fn extend(&mut self, seconds: i64, now: Timestamp) -> Result<(), AppError> {
        self.require_active()?;
        let longest = i64::from(MAX_SECS - self.allocated_duration);
        if !(1..=longest).contains(&seconds) {
            let max = u32::try_from(longest).unwrap_or(0);
            return Err(AppError::field(Field::Seconds, Rule::Range { min: 1, max }));
        }
        self.allocate(i64::from(self.allocated_duration) + seconds, now);
        Ok(())
    }

    /// Changes what is said of it, and how long it takes.
    ///
    /// # Errors
    /// [`AppError::TimerAlreadyCompleted`] for another length once it has ended,
    /// [`AppError::Validation`] for one that has passed already. Texts can be changed at any time.
    pub fn edit(&mut self, patch: TimerPatch, now: Timestamp) -> Result<(), AppError> {
        if let Some(secs) = patch.allocated_duration {
            self.require_active()?;
            let shortest = self.elapsed_ms_at(now) / SECOND + 1;
            if secs < shortest || secs > i64::from(MAX_SECS) {
                let min = u32::try_from(shortest).unwrap_or(MAX_SECS);
                return Err(AppError::field(Field::AllocatedDuration, Rule::Range { min, max: MAX_SECS }));
            }
            self.allocate(secs, now);
        } else if self.is_active() {
            self.count_to(now);
        }
        let text = |new: Option<String>, old: Option<String>| match new {
            Some(text) => Some(text).filter(|text| !text.is_empty()),
            None => old,
        };
        self.title = text(patch.title, self.title.take());
        self.description = text(patch.description, self.description.take());
        self.todo_id = text(patch.todo_id, self.todo_id.take());
        if let Some(tags) = patch.tags {
            self.tags = tags;
        }
        if let Some(hold) = patch.hold_notifications {
            self.hold_notifications = hold;
        }
        Ok(())
    }

    /// The spans of time during which it ran, oldest first; the last one of a running timer ends now.
    #[must_use]
    pub fn runs(&self, now: Timestamp) -> Vec<Interval> {
        let mut runs = Vec::new();
        let mut since = None;
        for step in &self.pause_history {
            match step.action {
                Action::Start | Action::Resume => since = Some(step.at),
                Action::Pause | Action::Stop | Action::Cancel => {
                    runs.extend(since.take().map(|from| Interval::new(from, step.at)));
                }
            }
        }
        let end = self.ended_at.or(self.ends_at).map_or(now, |end| end.min(now));
        runs.extend(since.map(|from| Interval::new(from, end)));
        runs
    }

    fn require_active(&self) -> Result<(), AppError> {
        if self.is_active() { Ok(()) } else { Err(AppError::TimerAlreadyCompleted) }
    }

    pub(super) fn allocate(&mut self, secs: i64, now: Timestamp) {
        let now = self.count_to(now);
        self.allocated_duration = u32::try_from(secs).unwrap_or(MAX_SECS);
        if self.status == TimerStatus::Running {
            self.ends_at = Some(now + self.left_ms_at(now));
        }
    }

    /// Counts the time up to an instant, which becomes that of the last change. A clock that was set
    /// back takes nothing away.
    pub fn count_to(&mut self, now: Timestamp) -> Timestamp {
        let now = now.max(self.updated_at);
        self.elapsed_ms = self.elapsed_ms_at(now);
        self.elapsed_time = seconds(self.elapsed_ms);
        self.updated_at = now;
        // Whoever does something with it has not forgotten it.
        self.asked_at = None;
        now
    }

    fn note(&mut self, action: Action, at: Timestamp) {
        if self.pause_history.len() >= MAX_STEPS {
            // The first pause and the resumption after it; the start stays.
            self.pause_history.drain(1..3);
        }
        let ends = matches!(action, Action::Pause | Action::Stop | Action::Cancel);
        let elapsed = ends.then_some(self.elapsed_time);
        self.pause_history.push(Step { action, at, elapsed });
    }
}

fn seconds(ms: i64) -> u32 {
    u32::try_from(ms / SECOND).unwrap_or(u32::MAX)
}
