//! Commands: what a timer's people talk about, and which point of it.

use super::change;
use crate::accounts::server::Caller;
use crate::error::AppError;
use crate::ids::TimerId;
use crate::realtime::protocol::Event;
use crate::server::state::App;
use crate::timers::model::{AgendaChange, PointChoice, Timer, tidy_points};

/// Gives a timer an agenda, another one, or none.
///
/// # Errors
/// As [`super::pause_timer`], with [`AppError::Validation`].
pub async fn set_agenda(
    app: &App,
    caller: &Caller,
    id: &TimerId,
    AgendaChange { points, version }: AgendaChange,
) -> Result<Timer, AppError> {
    let wanted = AgendaChange { points: tidy_points(points), version };
    wanted.check()?;
    change(app, caller, id, version, Event::TimerUpdated, |timer, now| timer.set_agenda(wanted.points, now)).await
}

/// Comes to a point of a timer's agenda, forward or back.
///
/// # Errors
/// As [`super::pause_timer`], with [`AppError::Validation`].
pub async fn go_to_point(
    app: &App,
    caller: &Caller,
    id: &TimerId,
    PointChoice { point, version }: PointChoice,
) -> Result<Timer, AppError> {
    change(app, caller, id, version, Event::TimerUpdated, |timer, now| timer.go_to_point(point, now)).await
}
