//! What happens to timers by themselves: each ends at its deadline.

use super::groups::store::copy_groups;
use super::{emit, focus, store};
use crate::error::AppError;
use crate::ids::{TimerId, UserId};
use crate::notifications::model::NotificationKind;
use crate::notifications::server::{Notice, notify_each};
use crate::realtime::protocol::Event;
use crate::server::jobs::Job;
use crate::server::state::App;
use crate::time::{MINUTE, Timestamp};
use crate::timers::model::{Timer, TimerKind};
use std::collections::BTreeMap;

/// How many timers end in one transaction: others get their turn in between.
const AT_ONCE: i64 = 500;

/// Ends timers at their deadlines. It sleeps until the next one, however many there are.
pub static JOB: Job = Job { name: "timers", due, step: |app| Box::pin(step(app)), every_ms: MINUTE };

fn due(event: &Event, _: Timestamp) -> Option<Timestamp> {
    match event {
        Event::TimerCreated(timer) | Event::TimerUpdated(timer) => timer.ends_at,
        _ => None,
    }
}

async fn step(app: &App) -> Result<Option<Timestamp>, AppError> {
    complete_due(app).await?;
    next_deadline(app).await
}

async fn next_deadline(app: &App) -> Result<Option<Timestamp>, AppError> {
    let mut read = app.read().await?;
    let next = store::find_next_deadline(&mut read).await?;
    read.end();
    Ok(next)
}

/// Ends every timer whose deadline has come, each as of its deadline, and starts what follows it in
/// its series. Gives how many ended.
///
/// # Errors
/// When the database fails.
pub async fn complete_due(app: &App) -> Result<usize, AppError> {
    let mut ended = 0;
    loop {
        // The write lane is for others while there is nothing to end.
        let now = app.now();
        if next_deadline(app).await?.is_none_or(|at| at > now) {
            return Ok(ended);
        }
        ended += complete_some(app, now).await?;
    }
}

async fn complete_some(app: &App, now: Timestamp) -> Result<usize, AppError> {
    let mut tx = app.log.begin().await?;
    let timers = store::complete_due(&mut tx, now, AT_ONCE).await?;
    // Whose focus has changed, and when it last did.
    let mut focus = BTreeMap::new();
    let mut over = Vec::new();
    for timer in &timers {
        emit(&mut tx, None, timer, Event::TimerCompleted);
        if timer.kind == TimerKind::Focus {
            focus.insert(timer.owner_id, timer.ended_at.unwrap_or(now));
        }
        if timer.kind != TimerKind::Break {
            over.extend(timer.people.iter().map(|person| (person.id, notice(timer))));
        }
        if let Some(next) = timer.next_of_cycle(TimerId::new(timer.ended_at.unwrap_or(now))) {
            store::insert_timer(&mut tx, &next, None).await?;
            let everybody: Vec<UserId> = next.people.iter().map(|person| person.id).collect();
            store::insert_people(&mut tx, &next.id, &next.people, &everybody).await?;
            if next.is_shared {
                copy_groups(&mut tx, &timer.id, &next.id).await?;
            }
            emit(&mut tx, None, &next, Event::TimerCreated);
            focus.entry(next.owner_id).or_insert(next.started_at);
        }
    }
    for (owner, at) in focus {
        focus::follow(app, &mut tx, owner).await?;
        focus::check_goal(app, &mut tx, owner, at).await?;
    }
    notify_each(app, &mut tx, None, over).await?;
    tx.commit().await?;
    Ok(timers.len())
}

/// What the bell says of a timer that has run down.
fn notice(timer: &Timer) -> Notice {
    let (title, secs) = (timer.title.clone(), timer.allocated_duration);
    let kind = NotificationKind::TimerOver { title, timer: timer.kind, secs };
    let group_key = Some(format!("timer:{}", timer.id));
    Notice { link: Some("/timers".to_owned()), group_key, ..Notice::from(kind) }
}
