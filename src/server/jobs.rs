//! What happens by itself: jobs, each of which knows when it has to look again.
//!
//! A job sleeps until the moment that its last step named, or until an event that has just been
//! committed names an earlier one. In between it costs nothing: no statement, no tick. Each runs in
//! a task of its own, so none waits for another, and one that fails or panics is tried again.
//!
//! A capability adds a job in its own `server/` and puts it into [`JOBS`]:
//!
//! ```ignore
//! pub static JOB: Job = Job {
//!     name: "timers",
//!     due: |event, _| event.timer()?.deadline,
//!     step: |app| Box::pin(step(app)),
//!     every_ms: MINUTE,
//! };
//!
//! /// Ends what has run out. Says when the next one does.
//! pub async fn step(app: &App) -> Result<Option<Timestamp>, AppError> {
//!     …one guarded update for each that is due by app.now()…
//!     …SELECT MIN(deadline) of those that run…
//! }
//! ```
//!
//! A step does everything that is due by now, also what came due while no program ran, and can be
//! repeated: another process on the same database does the same step, so each effect is guarded by
//! an update that only one of them makes. `due` is how a change brings the next look forward: no
//! command calls a job. What is not in the log (who is here) wakes its job with [`Jobs::wake`].

use crate::accounts::server::forget_expired;
use crate::activity::server as activity;
use crate::announcements::server as announcements;
use crate::chat::server as chat;
use crate::error::AppError;
use crate::notifications::server::jobs as notifications;
use crate::presence::server as presence;
use crate::realtime::log;
use crate::realtime::protocol::Event;
use crate::reservations::server::{approval, wishes};
use crate::rooms::server::status;
use crate::server::clock::Clock;
use crate::server::idempotency;
use crate::server::state::App;
use crate::time::{DAY, HOUR, MINUTE, SECOND, Timestamp};
use crate::timers::server as timers;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tracing::Instrument;

/// Every job of the program, in the order in which [`step`] takes them.
static JOBS: [&Job; 10] = [
    &announcements::jobs::JOB,
    &approval::JOB,
    &notifications::JOB,
    &timers::engine::JOB,
    &timers::care::JOB,
    &timers::meeting::JOB,
    &status::JOB,
    &presence::JOB,
    &chat::jobs::JOB,
    &TIDY,
];

/// When a step that failed is tried again.
const RETRY_MS: i64 = SECOND;
/// A step follows the one before after so long at the earliest, whatever moment that one named.
const REST: Duration = Duration::from_millis(20);
/// What changes within so long of a change is looked at together with it.
pub const GATHER_MS: i64 = 100;
/// No moment is known.
const NEVER: Timestamp = Timestamp(i64::MAX);

static TIDY: Job = Job {
    name: "tidy",
    due: |_, _| None,
    step: |app| Box::pin(async { tidy_up(app).await.map(|()| None) }),
    every_ms: 10 * MINUTE,
};

/// What a job does: the instant that it gives is when it has to look again.
pub type Step = for<'a> fn(&'a App) -> BoxFuture<'a, Result<Option<Timestamp>, AppError>>;

/// Something that happens by itself. See the module.
pub struct Job {
    /// For the operator's log.
    pub name: &'static str,
    /// When the job has to look because of an event that was committed now, if at all.
    pub due: fn(event: &Event, now: Timestamp) -> Option<Timestamp>,
    /// Does what is due by now, and says when to look again if nothing happens until then.
    pub step: Step,
    /// It looks this often at least, in milliseconds: another process may have written something
    /// and been gone before it was due.
    pub every_ms: i64,
}

/// When each job looks next.
pub struct Jobs {
    clock: Clock,
    alarms: Vec<Arc<Alarm>>,
}

struct Alarm {
    job: &'static Job,
    /// Epoch milliseconds.
    at: AtomicI64,
    earlier: Notify,
}

impl Alarm {
    /// Looks at an instant at the latest.
    fn set(&self, at: Timestamp) {
        if self.at.fetch_min(at.0, Ordering::SeqCst) > at.0 {
            self.earlier.notify_one();
        }
    }

    fn at(&self) -> Timestamp {
        Timestamp(self.at.load(Ordering::SeqCst))
    }
}

impl Jobs {
    /// The program's jobs, none of which runs yet.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self::of(clock, &JOBS)
    }

    /// These jobs, none of which runs yet.
    #[must_use]
    pub fn of(clock: Clock, jobs: &[&'static Job]) -> Self {
        let alarm = |job: &&'static Job| Arc::new(Alarm { job, at: AtomicI64::new(NEVER.0), earlier: Notify::new() });
        Self { clock, alarms: jobs.iter().map(alarm).collect() }
    }

    /// Has a job look at an instant at the latest.
    pub fn wake(&self, job: &Job, at: Timestamp) {
        for alarm in self.alarms.iter().filter(|alarm| alarm.job.name == job.name) {
            alarm.set(at);
        }
    }

    /// Takes note of events that have just been committed.
    pub fn note<'a>(&self, events: impl Iterator<Item = &'a Event> + Clone) {
        let now = self.clock.now();
        for alarm in &self.alarms {
            if let Some(at) = events.clone().filter_map(|event| (alarm.job.due)(event, now)).min() {
                alarm.set(at);
            }
        }
    }

    /// Runs the jobs until the process stops.
    pub async fn run(&self, app: &App) {
        let mut tasks = JoinSet::new();
        for alarm in &self.alarms {
            let span = tracing::error_span!("job", name = alarm.job.name);
            tasks.spawn(keep(app.clone(), alarm.clone()).instrument(span));
        }
        while tasks.join_next().await.is_some() {}
    }
}

/// Steps whenever the alarm says so, until the process stops.
async fn keep(app: App, alarm: Arc<Alarm>) {
    loop {
        // What is noted from here on may not be seen by the step.
        alarm.at.store(NEVER.0, Ordering::SeqCst);
        let looked_at = app.now();
        let next = attempt(&app, alarm.job).await;
        alarm.set(next);
        tokio::time::sleep(REST).await;
        loop {
            let stopped = app.stopping.cancelled();
            tokio::select! {
                () = app.clock.reach(alarm.at(), looked_at) => break,
                () = alarm.earlier.notified() => {}
                () = stopped => return,
            }
        }
    }
}

/// One step. Says when the next one is due.
async fn attempt(app: &App, job: &Job) -> Timestamp {
    let outcome = AssertUnwindSafe((job.step)(app)).catch_unwind().await;
    let now = app.now();
    match outcome {
        Ok(Ok(next)) => next.unwrap_or(NEVER).min(now + job.every_ms),
        // Logged where it arose.
        Ok(Err(_)) => now + RETRY_MS,
        Err(_) => {
            tracing::error!("a job panicked");
            now + RETRY_MS
        }
    }
}

/// Everything whose time has come by now, once: for a clock that is moved by hand, whose jobs do
/// not run by themselves.
///
/// # Errors
/// When the database fails.
pub async fn step(app: &App) -> Result<(), AppError> {
    for job in JOBS.iter().filter(|job| job.name != TIDY.name) {
        (job.step)(app).await?;
    }
    Ok(())
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
    chat::files::forget_unused(app, now).await?;
    forget_expired(app).await
}
