//! What concentrating brings with it: others see it, notifications wait, and a goal may be reached.

use super::store;
use crate::error::AppError;
use crate::ids::UserId;
use crate::notifications::model::NotificationKind;
use crate::notifications::server::{self as notifications, Notice};
use crate::realtime::log::Tx;
use crate::realtime::protocol::Event;
use crate::server::state::App;
use crate::time::{MINUTE, Timestamp};
use crate::timers::model::{Timer, TimerKind, ms_within};
use std::collections::BTreeMap;

/// Who concentrates now, and until when: the owners of focus timers that run. Whoever was put on
/// somebody else's timer has not said so of themselves.
///
/// # Errors
/// When the database fails.
pub async fn list_focusing(app: &App) -> Result<BTreeMap<UserId, Timestamp>, AppError> {
    let mut read = app.read().await?;
    let focusing = store::list_focusing(&mut read, app.now()).await?;
    read.end();
    Ok(focusing.into_iter().collect())
}

/// Whether somebody may concentrate, or not any more, by an event.
#[must_use]
pub fn is_of_focus(event: &Event) -> bool {
    match event {
        Event::TimerCreated(timer) | Event::TimerUpdated(timer) | Event::TimerCompleted(timer) => {
            timer.kind == TimerKind::Focus
        }
        _ => false,
    }
}

/// Has the owner's notifications wait for as long as a focus timer runs that wants it, and given
/// when none does; in the transaction of what has changed about one of them.
///
/// # Errors
/// When the database fails.
pub async fn follow(app: &App, tx: &mut Tx, owner: UserId) -> Result<(), AppError> {
    if store::holds_notifications(tx, owner).await? {
        notifications::begin_hold(tx, owner).await
    } else {
        notifications::end_hold(app, tx, owner).await
    }
}

/// Tells somebody when the focus of a day has reached their goal: once a day, whatever happens.
///
/// # Errors
/// When the database fails.
pub async fn check_goal(app: &App, tx: &mut Tx, user: UserId, at: Timestamp) -> Result<(), AppError> {
    let Some(minutes) = store::find_goal(tx, user).await? else { return Ok(()) };
    let zone = app.zone_around(at);
    let date = zone.date(at);
    let day = zone.day(date);
    let timers = store::list_history(tx, user, day.starts_at, day.ends_at).await?;
    let of = |timer: &Timer| if timer.kind == TimerKind::Focus { ms_within(timer, day, user, at) } else { 0 };
    let is_reached = timers.iter().map(of).sum::<i64>() >= i64::from(minutes) * MINUTE;
    if is_reached && store::insert_goal_day(tx, user, &date.to_string()).await? {
        let link = Some("/timers".to_owned());
        let notice = Notice { link, ..Notice::from(NotificationKind::GoalAchieved { minutes }) };
        notifications::notify(app, tx, None, &[user], notice).await?;
    }
    Ok(())
}
