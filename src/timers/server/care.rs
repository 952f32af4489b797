//! Timers that seem to be forgotten: their owner is asked, and without an answer they are stopped,
//! as of the moment that was named. When that is, is one rule: [`Timer::asks_at`].

use super::{emit, focus, store};
use crate::error::AppError;
use crate::notifications::model::NotificationKind;
use crate::notifications::server::{Notice, notify};
use crate::realtime::log::Tx;
use crate::realtime::protocol::Event;
use crate::server::jobs::Job;
use crate::server::state::App;
use crate::time::{MINUTE, Timestamp};
use crate::timers::model::{Timer, TimerKind};

/// Asks about forgotten timers, and stops them.
pub static JOB: Job = Job { name: "forgotten timers", due, step: |app| Box::pin(step(app)), every_ms: 10 * MINUTE };

fn due(event: &Event, _: Timestamp) -> Option<Timestamp> {
    match event {
        Event::TimerCreated(timer) | Event::TimerUpdated(timer) => next_of(timer),
        _ => None,
    }
}

/// When there is something to do about a timer: ask, or stop it once it was asked about.
fn next_of(timer: &Timer) -> Option<Timestamp> {
    let next = timer.stops_at().or_else(|| timer.asks_at())?;
    // Its deadline comes first.
    Some(next).filter(|at| timer.ends_at.is_none_or(|end| *at < end))
}

/// Does what is due. Says when there is something to do next.
///
/// # Errors
/// When the database fails.
pub async fn step(app: &App) -> Result<Option<Timestamp>, AppError> {
    let now = app.now();
    let mut read = app.read().await?;
    let timers = store::list_forgettable(&mut read).await?;
    read.end();
    let mut next = None::<Timestamp>;
    for timer in timers {
        match next_of(&timer) {
            Some(at) if at <= now => {
                let then = see_to(app, &timer).await?;
                next = then.into_iter().chain(next).min();
            }
            Some(at) => next = Some(next.map_or(at, |next| next.min(at))),
            None => {}
        }
    }
    Ok(next)
}

/// Asks about one timer, or stops it. Says when it is to be seen to again.
async fn see_to(app: &App, seen: &Timer) -> Result<Option<Timestamp>, AppError> {
    let mut tx = app.log.begin().await?;
    let now = tx.now();
    // As it is now: somebody may have been faster.
    let Some(mut timer) = store::find_timer(&mut tx, &seen.id).await?.filter(|timer| timer.version == seen.version)
    else {
        return Ok(Some(now));
    };
    timer.version += 1;
    let stops_at = timer.stops_at();
    if let Some(at) = stops_at {
        timer.stop(at)?;
    } else {
        timer.asked_at = Some(now);
    }
    if !store::update_timer(&mut tx, &timer).await? {
        return Ok(Some(now));
    }
    if stops_at.is_some() {
        stopped(app, &mut tx, &timer).await?;
    } else {
        emit(&mut tx, None, &timer, Event::TimerUpdated);
        ask(app, &mut tx, &timer).await?;
    }
    tx.commit().await?;
    Ok(next_of(&timer))
}

async fn stopped(app: &App, tx: &mut Tx, timer: &Timer) -> Result<(), AppError> {
    emit(tx, None, timer, Event::TimerCompleted);
    if timer.kind == TimerKind::Focus {
        focus::follow(app, tx, timer.owner_id).await?;
    }
    Ok(())
}

async fn ask(app: &App, tx: &mut Tx, timer: &Timer) -> Result<(), AppError> {
    let Some(stops_at) = timer.stops_at() else { return Ok(()) };
    let kind = NotificationKind::TimerForgotten { title: timer.title.clone(), timer: timer.kind, stops_at };
    let link = Some("/timers".to_owned());
    let notice = Notice { link, expires_at: Some(stops_at), ..Notice::from(kind) };
    notify(app, tx, None, &[timer.owner_id], notice).await
}
