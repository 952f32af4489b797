//! The timers of one person as a slice: state that events keep right.

use super::model::{Timer, Todo, sort_todos};
use crate::accounts::model::Viewer;
use crate::ids::TimerId;
use crate::realtime::protocol::{Event, Slice, Topic};
use crate::time::{Timestamp, ZoneOffsets};
use serde::{Deserialize, Serialize};

/// What somebody has to do with: their own timers and those shared with them, and what they want to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MyTimers {
    pub zone: ZoneOffsets,
    /// Timers that ended before this are not here.
    pub since: Timestamp,
    /// Oldest first.
    pub timers: Vec<Timer>,
    /// In the person's own order.
    pub todos: Vec<Todo>,
    /// Minutes of focus a day.
    pub goal_minutes: Option<u32>,
}

impl MyTimers {
    /// Those that run or are paused, the newest first.
    #[must_use]
    pub fn active(&self) -> Vec<&Timer> {
        self.timers.iter().rev().filter(|timer| timer.is_active()).collect()
    }

    #[must_use]
    pub fn find(&self, id: &TimerId) -> Option<&Timer> {
        self.timers.iter().find(|timer| timer.id == *id)
    }

    fn put(&mut self, timer: &Timer, viewer: Viewer) {
        self.timers.retain(|known| known.id != timer.id);
        let is_kept = timer.is_active() || timer.ended_at.is_some_and(|at| at >= self.since);
        if is_kept && timer.involves(viewer.user_id) {
            self.timers.push(timer.clone());
            sort_timers(&mut self.timers);
        }
    }
}

/// The order of lists: oldest first.
pub fn sort_timers(timers: &mut [Timer]) {
    timers.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
}

impl Slice for MyTimers {
    fn apply(&mut self, _: Topic, event: &Event, viewer: Viewer) {
        match event {
            Event::TimerCreated(timer) | Event::TimerUpdated(timer) | Event::TimerCompleted(timer) => {
                self.put(timer, viewer);
            }
            Event::TimerGoalChanged(goal) => self.goal_minutes = goal.minutes,
            Event::TodoChanged(todo) => {
                self.todos.retain(|known| known.id != todo.id);
                self.todos.push(todo.clone());
                sort_todos(&mut self.todos);
            }
            Event::TodoDeleted(deleted) => self.todos.retain(|known| known.id != deleted.todo_id),
            Event::TodoOrdered(order) => order.apply(&mut self.todos),
            _ => {}
        }
    }
}
