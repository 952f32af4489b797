//! Server functions: what the pages call. Each hands over to the command that REST calls too.
//!
//! The page and the header's widget follow one slice, [`MyTimers`](super::live::MyTimers): fetch it
//! with [`my_timers`] and let events keep it right. A running timer is shown by its `ends_at` against
//! the server's clock (`Timer::left_ms_at`), a paused one by `elapsed_ms`; nothing else comes until
//! something changes. Every command answers with the timer as it is then, and every screen gets it
//! as an event too. [`history`] is not kept live: it changes with each `timer:completed`.

use super::live::MyTimers;
use super::model::{
    AgendaChange, GoalEvent, History, NewTimer, NewTodo, PointChoice, Share, Timer, TimerPatch, Todo, TodoOrder,
    TodoPatch,
};
use crate::error::AppError;
use crate::ids::{ChatRoomId, ReservationId, TimerId, TodoId, UserId};
use crate::json::Json;
use crate::realtime::protocol::Snapshot;
use crate::time::Timestamp;
use jiff::civil::Date;
use leptos::prelude::*;

/// The caller's timers that are active or have ended today, what they want to do, and their goal.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(name = FetchMyTimers, prefix = "/fn", endpoint = "my_timers", input = Json, output = Json)]
pub async fn my_timers() -> Result<Snapshot<MyTimers>, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::my_timers(&app, &caller).await
}

/// Starts a timer. `scheduleId` links it to a booking, `todoId` to something to do, `cycle` makes it a series.
///
/// # Errors
/// [`AppError::Validation`], [`AppError::RateLimitExceeded`].
#[server(prefix = "/fn", endpoint = "create_timer", input = Json, output = Json)]
pub async fn create_timer(new: NewTimer) -> Result<Timer, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::create_timer(&app, &caller, new).await
}

/// Pauses a running timer. Give the version on screen, so that nobody is overtaken.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`], [`AppError::StaleVersion`],
/// [`AppError::TimerAlreadyCompleted`], [`AppError::TimerNotRunning`].
#[server(prefix = "/fn", endpoint = "pause_timer", input = Json, output = Json)]
pub async fn pause_timer(id: TimerId, version: Option<i64>) -> Result<Timer, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::pause_timer(&app, &caller, &id, version).await
}

/// Resumes a paused timer.
///
/// # Errors
/// As [`pause_timer`], with [`AppError::TimerNotPaused`].
#[server(prefix = "/fn", endpoint = "resume_timer", input = Json, output = Json)]
pub async fn resume_timer(id: TimerId, version: Option<i64>) -> Result<Timer, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::resume_timer(&app, &caller, &id, version).await
}

/// Ends a timer before its deadline, and its series.
///
/// # Errors
/// As [`pause_timer`].
#[server(prefix = "/fn", endpoint = "stop_timer", input = Json, output = Json)]
pub async fn stop_timer(id: TimerId, version: Option<i64>) -> Result<Timer, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::stop_timer(&app, &caller, &id, version).await
}

/// Gives a timer up: it is not counted.
///
/// # Errors
/// As [`pause_timer`].
#[server(prefix = "/fn", endpoint = "cancel_timer", input = Json, output = Json)]
pub async fn cancel_timer(id: TimerId, version: Option<i64>) -> Result<Timer, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::cancel_timer(&app, &caller, &id, version).await
}

/// Gives a timer so many seconds more.
///
/// # Errors
/// As [`pause_timer`], with [`AppError::Validation`].
#[server(prefix = "/fn", endpoint = "extend_timer", input = Json, output = Json)]
pub async fn extend_timer(id: TimerId, seconds: i64, version: Option<i64>) -> Result<Timer, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::extend_timer(&app, &caller, &id, seconds, version).await
}

/// Changes texts, tags, or the length.
///
/// # Errors
/// As [`pause_timer`], with [`AppError::Validation`].
#[server(prefix = "/fn", endpoint = "edit_timer", input = Json, output = Json)]
pub async fn edit_timer(id: TimerId, patch: TimerPatch) -> Result<Timer, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::edit_timer(&app, &caller, &id, patch).await
}

/// Gives a timer an agenda, another one, or none.
///
/// # Errors
/// As [`pause_timer`], with [`AppError::Validation`].
#[server(prefix = "/fn", endpoint = "set_timer_agenda", input = Json, output = Json)]
pub async fn set_agenda(id: TimerId, change: AgendaChange) -> Result<Timer, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::set_agenda(&app, &caller, &id, change).await
}

/// Comes to a point of a timer's agenda.
///
/// # Errors
/// As [`pause_timer`], with [`AppError::Validation`].
#[server(prefix = "/fn", endpoint = "go_to_timer_point", input = Json, output = Json)]
pub async fn go_to_point(id: TimerId, choice: PointChoice) -> Result<Timer, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::go_to_point(&app, &caller, &id, choice).await
}

/// When somebody else has the room of a booking, if that is before a meeting's offered quarter of an
/// hour after it is over.
///
/// # Errors
/// [`AppError::NotFound`] for a booking that the caller is not in.
#[server(prefix = "/fn", endpoint = "timer_room_taken", input = Json, output = Json)]
pub async fn room_taken(booking: ReservationId) -> Result<Option<Timestamp>, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::meeting::room_taken(&app, &caller, booking).await
}

/// Puts people on a timer, those of a chat room, or those of a booking.
///
/// # Errors
/// As [`pause_timer`], with [`AppError::Validation`].
#[server(prefix = "/fn", endpoint = "share_timer", input = Json, output = Json)]
pub async fn share_timer(id: TimerId, share: Share) -> Result<Timer, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::share_timer(&app, &caller, &id, share).await
}

/// The chat rooms that the caller can share a timer with, as their list calls them.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(prefix = "/fn", endpoint = "timer_rooms", input = Json, output = Json)]
pub async fn timer_rooms() -> Result<Vec<(ChatRoomId, String)>, AppError> {
    let (app, caller) = crate::server::state::request()?;
    crate::chat::server::list_titles(&app, &caller).await
}

/// Takes somebody off a timer, or leaves it.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`].
#[server(prefix = "/fn", endpoint = "unshare_timer", input = Json, output = Json)]
pub async fn unshare_timer(id: TimerId, person: UserId) -> Result<Timer, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::unshare_timer(&app, &caller, &id, person).await
}

/// The caller's timers of some days; `History::days` gives each day in numbers. The same as a file:
/// `/api/v1/timers/history.csv?from=2026-11-16&to=2026-11-22`.
///
/// # Errors
/// [`AppError::Validation`] for days in the wrong order or more than 62.
#[server(name = FetchTimerHistory, prefix = "/fn", endpoint = "timer_history", input = Json, output = Json)]
pub async fn history(from: Option<Date>, to: Option<Date>) -> Result<History, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::history(&app, &caller, from, to).await
}

/// Sets the minutes of focus a day that the caller aims at, or none.
///
/// # Errors
/// [`AppError::Validation`].
#[server(name = SetTimerGoal, prefix = "/fn", endpoint = "set_timer_goal", input = Json, output = Json)]
pub async fn set_goal(goal: GoalEvent) -> Result<GoalEvent, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::set_goal(&app, &caller, goal).await
}

/// Adds something to do at the end of the list.
///
/// # Errors
/// [`AppError::Validation`].
#[server(prefix = "/fn", endpoint = "create_todo", input = Json, output = Json)]
pub async fn create_todo(new: NewTodo) -> Result<Todo, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::create_todo(&app, &caller, new).await
}

/// Changes something to do, or that it is done.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Validation`], [`AppError::StaleVersion`].
#[server(prefix = "/fn", endpoint = "edit_todo", input = Json, output = Json)]
pub async fn edit_todo(id: TodoId, patch: TodoPatch) -> Result<Todo, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::edit_todo(&app, &caller, id, patch).await
}

/// Takes something off the list.
///
/// # Errors
/// [`AppError::NotFound`].
#[server(prefix = "/fn", endpoint = "delete_todo", input = Json, output = Json)]
pub async fn delete_todo(id: TodoId) -> Result<(), AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::delete_todo(&app, &caller, id).await
}

/// Puts the list into another order.
///
/// # Errors
/// [`AppError::Validation`].
#[server(prefix = "/fn", endpoint = "order_todos", input = Json, output = Json)]
pub async fn order_todos(order: TodoOrder) -> Result<Vec<Todo>, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::order_todos(&app, &caller, order).await
}
