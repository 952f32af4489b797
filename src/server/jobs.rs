//! What happens by itself.

use crate::accounts::server::forget_expired;
use crate::activity::server as activity;
use crate::announcements::server as announcements;
use crate::error::AppError;
use crate::notifications::server::jobs as notifications;
use crate::presence::server as presence;
use crate::realtime::log;
use crate::realtime::protocol::Topic;
use crate::reservations::server::{approval, wishes};
use crate::rooms::server::status;
use crate::server::clock::Clock;
use crate::server::idempotency;
use crate::server::state::App;
use crate::time::{DAY, HOUR, SECOND, Timestamp};
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// How often the clock is looked at for what has its time.
const STEP_EVERY: Duration = Duration::from_secs(1);
const TIDY_EVERY: Duration = Duration::from_secs(10 * 60);
/// The clock is looked at this often at least: the host's may have been set.
const LOOK_EVERY_MS: i64 = SECOND;
/// What changes within so long of a change is told together with it.
const GATHER_MS: u64 = 100;

/// Forgets what has had its time, every ten minutes until the process stops.
pub async fn tidy_up_regularly(app: App) {
    let mut ticks = tokio::time::interval(TIDY_EVERY);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = app.stopping.cancelled() => return,
        }
        // Logged where it arose; the next round tries again.
        let _ = tidy_up(&app).await;
    }
}

/// Does what has its time, every second until the process stops. A clock that is moved by hand
/// calls [`step`] by hand too.
pub async fn keep_time(app: App) {
    if matches!(app.clock, Clock::Manual(_)) {
        return;
    }
    let mut ticks = tokio::time::interval(STEP_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = app.stopping.cancelled() => return,
        }
        // Logged where it arose; the next round tries again.
        let _ = step(&app).await;
    }
}

/// Everything whose time has come by now, also while no program ran.
///
/// # Errors
/// When the database fails.
pub async fn step(app: &App) -> Result<(), AppError> {
    announcements::jobs::step(app).await?;
    approval::step(app).await
}

/// Old events, expired sessions, notifications that have had their time, and answers that need not
/// be repeated any more.
///
/// # Errors
/// When the database fails.
pub async fn tidy_up(app: &App) -> Result<(), AppError> {
    let now = app.now();
    log::forget(&app.log, now - i64::from(app.config.log_hours) * HOUR).await?;
    idempotency::forget(app, now - DAY).await?;
    notifications::tidy_up(app).await?;
    activity::forget(app, now - i64::from(app.config.activity_days) * DAY).await?;
    wishes::forget_passed(app).await?;
    forget_expired(app).await
}

/// Tells of what the clock changes, when it does, until the process stops. A clock that does not
/// run has nobody who follows it: tests set it and call [`strike`].
pub async fn follow_the_clock(app: App) {
    if !app.clock.runs() {
        return;
    }
    let news = app.tail.subscribe(&[Topic::Org]);
    loop {
        // Logged where it arose; the next round tries again.
        let next = strike(&app).await.unwrap_or(app.now() + LOOK_EVERY_MS);
        let wait = (next - app.now()).clamp(0, LOOK_EVERY_MS);
        let due = tokio::time::sleep(Duration::from_millis(u64::try_from(wait).unwrap_or(0)));
        tokio::pin!(due);
        let changed = async {
            tokio::select! {
                () = news.woken() => {}
                () = app.presence.changed() => {}
            }
            tokio::time::sleep(Duration::from_millis(GATHER_MS)).await;
        };
        tokio::select! {
            () = &mut due => {}
            () = changed => {}
            () = app.stopping.cancelled() => return,
        }
    }
}

/// What the clock has changed by now: rooms' statuses, who is here, the numbers. Says when to look
/// again at the latest.
///
/// # Errors
/// When the database fails.
pub async fn strike(app: &App) -> Result<Timestamp, AppError> {
    status::step(app).await?;
    presence::step(app).await
}
