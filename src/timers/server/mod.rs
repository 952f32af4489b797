//! Commands: start, pause, resume, stop, cancel, extend, edit and share; and what is read.

mod agenda;
pub mod care;
pub mod engine;
pub mod focus;
pub mod groups;
mod history;
pub mod meeting;
pub mod rest;
mod share;
pub(crate) mod store;
mod todos;

pub use agenda::{go_to_point, set_agenda};
pub use history::{csv, history, set_goal};
use share::Guests;
pub use share::{share_timer, unshare_timer};
pub use todos::{create_todo, delete_todo, edit_todo, list_todos, order_todos};

use super::live::MyTimers;
use super::model::{MAX_PEOPLE, NewTimer, Share, Start, Timer, TimerKind, TimerPatch, TimerRole};
use crate::accounts::server::Caller;
use crate::error::{AppError, Field, Rule};
use crate::ids::{ReservationId, TimerId, UserId};
use crate::realtime::log::{self, Tx};
use crate::realtime::protocol::{Event, Snapshot, Topic};
use crate::reservations::model::Reservation;
use crate::reservations::server as reservations;
use crate::server::db::Conn;
use crate::server::state::App;
use crate::time::{MINUTE, SECOND, Timestamp};

/// How many timers one person has active at most.
const MAX_ACTIVE: i64 = 100;

/// The caller's timers, from the beginning of today on in the organisation's zone.
///
/// # Errors
/// When the database fails.
pub async fn my_timers(app: &App, caller: &Caller) -> Result<Snapshot<MyTimers>, AppError> {
    let now = app.now();
    let zone = app.zone_around(now);
    my_timers_since(app, caller, zone.day(zone.date(now)).starts_at).await
}

/// [`my_timers`] with what had not ended by an instant.
///
/// # Errors
/// When the database fails.
pub async fn my_timers_since(app: &App, caller: &Caller, since: Timestamp) -> Result<Snapshot<MyTimers>, AppError> {
    let now = app.now();
    let user = caller.user.id;
    let mut read = app.read().await?;
    let seq = log::head(&mut read).await?;
    let state = MyTimers {
        zone: app.zone_for(caller, now),
        since,
        timers: store::list_timers(&mut read, user, since).await?,
        todos: todos::store::list_todos(&mut read, user).await?,
        goal_minutes: store::find_goal(&mut read, user).await?,
    };
    read.end();
    Ok(Snapshot { state, seq, log_id: app.log.id().into(), server_time: now })
}

/// The caller's active timers as they are now, and the point of the log at which that is so.
///
/// # Errors
/// When the database fails.
pub async fn list_active(app: &App, caller: &Caller) -> Result<(Vec<Timer>, i64), AppError> {
    let now = app.now();
    let mut read = app.read().await?;
    let seq = log::head(&mut read).await?;
    let timers = store::list_timers(&mut read, caller.user.id, Timestamp(i64::MAX)).await?;
    read.end();
    // One whose deadline has come is over, whether or not that is written yet.
    let active = timers.into_iter().filter(|timer| !timer.is_due(now)).map(|timer| timer.seen_at(now));
    Ok((active.collect(), seq))
}

/// One timer that the caller is on, as it is now.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn find_timer(app: &App, caller: &Caller, id: &TimerId) -> Result<Timer, AppError> {
    let mut read = app.read().await?;
    let timer = visible(&mut read, caller, id).await?;
    read.end();
    Ok(timer.seen_at(app.now()))
}

/// Starts a timer.
///
/// # Errors
/// [`AppError::Validation`], [`AppError::RateLimitExceeded`] for more than one can have an eye on.
pub async fn create_timer(app: &App, caller: &Caller, new: NewTimer) -> Result<Timer, AppError> {
    let new = new.tidied();
    new.check()?;
    let booking = linked_booking(app, caller, new.schedule_id.as_deref()).await?;
    let user = caller.user.id;
    let mut tx = app.begin(caller).await?;
    let at = tx.now();
    if store::count_active(&mut tx, user).await? >= MAX_ACTIVE {
        return Err(AppError::RateLimitExceeded { retry_after_secs: u32::try_from(MINUTE / SECOND).unwrap_or(60) });
    }
    let share = Share {
        user_ids: new.user_ids.clone(),
        chat_room_id: new.chat_room_id,
        reservation_id: new.reservation_id,
        role: TimerRole::Participant,
    };
    let guests = Guests::find(&mut tx, caller, user, &share).await?;
    if guests.people.len() >= MAX_PEOPLE as usize {
        return Err(AppError::field(Field::UserIds, Rule::MaxItems { max: MAX_PEOPLE }));
    }
    let by_default = if new.cycle.is_some() {
        TimerKind::Focus
    } else if booking.is_some() {
        TimerKind::Meeting
    } else {
        TimerKind::Plain
    };
    let kind = new.kind.unwrap_or(by_default);
    let mut timer = Timer::start(Start { id: TimerId::new(at), owner: caller.person(), kind, at }, new);
    timer.people.extend(guests.people.iter().cloned());
    timer.is_shared = timer.people.len() > 1;
    store::insert_timer(&mut tx, &timer, booking).await?;
    guests.write(&mut tx, &timer.id, &timer.people).await?;
    emit(&mut tx, Some(user), &timer, Event::TimerCreated);
    if kind == TimerKind::Focus {
        focus::follow(app, &mut tx, user).await?;
    }
    tx.commit_with(201, &timer).await?;
    Ok(timer)
}

/// # Errors
/// Those of every command on a timer: [`AppError::NotFound`], [`AppError::Forbidden`] for who only
/// watches, [`AppError::StaleVersion`], [`AppError::TimerAlreadyCompleted`]. And
/// [`AppError::TimerNotRunning`].
pub async fn pause_timer(app: &App, caller: &Caller, id: &TimerId, version: Option<i64>) -> Result<Timer, AppError> {
    change(app, caller, id, version, Event::TimerUpdated, Timer::pause).await
}

/// # Errors
/// As [`pause_timer`], with [`AppError::TimerNotPaused`].
pub async fn resume_timer(app: &App, caller: &Caller, id: &TimerId, version: Option<i64>) -> Result<Timer, AppError> {
    change(app, caller, id, version, Event::TimerUpdated, Timer::resume).await
}

/// Ends a timer before its deadline, and the series that it is of.
///
/// # Errors
/// As [`pause_timer`].
pub async fn stop_timer(app: &App, caller: &Caller, id: &TimerId, version: Option<i64>) -> Result<Timer, AppError> {
    change(app, caller, id, version, Event::TimerCompleted, Timer::stop).await
}

/// Gives a timer up.
///
/// # Errors
/// As [`pause_timer`].
pub async fn cancel_timer(app: &App, caller: &Caller, id: &TimerId, version: Option<i64>) -> Result<Timer, AppError> {
    change(app, caller, id, version, Event::TimerUpdated, Timer::cancel).await
}

/// Gives a timer more time.
///
/// # Errors
/// As [`pause_timer`], with [`AppError::Validation`].
pub async fn extend_timer(
    app: &App,
    caller: &Caller,
    id: &TimerId,
    seconds: i64,
    version: Option<i64>,
) -> Result<Timer, AppError> {
    change(app, caller, id, version, Event::TimerUpdated, |timer, now| timer.extend(seconds, now)).await
}

/// Changes what is said of a timer, or its length.
///
/// # Errors
/// As [`pause_timer`], with [`AppError::Validation`].
pub async fn edit_timer(app: &App, caller: &Caller, id: &TimerId, patch: TimerPatch) -> Result<Timer, AppError> {
    let patch = patch.tidied();
    patch.check()?;
    let version = patch.version;
    change(app, caller, id, version, Event::TimerUpdated, |timer, now| timer.edit(patch, now)).await
}

async fn change(
    app: &App,
    caller: &Caller,
    id: &TimerId,
    version: Option<i64>,
    event: fn(Timer) -> Event,
    apply: impl FnOnce(&mut Timer, Timestamp) -> Result<(), AppError>,
) -> Result<Timer, AppError> {
    let user = caller.user.id;
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let mut timer = visible(&mut tx, caller, id).await?;
    if !timer.may_command(user) {
        return Err(AppError::Forbidden);
    }
    if timer.is_due(now) {
        // It ended at its deadline; that comes first, and is told.
        drop(tx);
        engine::complete_due(app).await?;
        return Err(AppError::TimerAlreadyCompleted);
    }
    if version.is_some_and(|version| version != timer.version) {
        return Err(AppError::StaleVersion);
    }
    apply(&mut timer, now)?;
    timer.version += 1;
    if !store::update_timer(&mut tx, &timer).await? {
        return Err(AppError::StaleVersion);
    }
    emit(&mut tx, Some(user), &timer, event);
    if timer.kind == TimerKind::Focus {
        focus::follow(app, &mut tx, timer.owner_id).await?;
        focus::check_goal(app, &mut tx, timer.owner_id, now).await?;
    }
    tx.commit_with(200, &timer).await?;
    Ok(timer)
}

/// A timer of the caller's people; to everybody else it does not exist.
async fn visible(conn: &mut Conn, caller: &Caller, id: &TimerId) -> Result<Timer, AppError> {
    let timer = store::find_timer(conn, id).await?;
    timer.filter(|timer| timer.involves(caller.user.id)).ok_or(AppError::NotFound)
}

/// The booking that a `scheduleId` names, when the caller is in it; any other text is the client's own.
async fn linked_booking(app: &App, caller: &Caller, id: Option<&str>) -> Result<Option<ReservationId>, AppError> {
    let Some(id) = id.and_then(|id| id.parse().ok()) else { return Ok(None) };
    match reservations::find_reservation(app, caller, id).await {
        Ok(booking) => Ok(Some(booking).filter(|booking| is_in(booking, caller)).map(|booking| booking.id)),
        Err(AppError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_in(booking: &Reservation, caller: &Caller) -> bool {
    booking.involves(caller.user.id)
}

/// Tells each of a timer's people, on their own topic: it has few people and seldom news.
fn emit(tx: &mut Tx, actor: Option<UserId>, timer: &Timer, event: fn(Timer) -> Event) {
    for person in &timer.people {
        tx.emit(Topic::User(person.id), actor, event(timer.clone()));
    }
}

/// Whoever is off a timer learns that, and nothing of who is still on it.
fn say_goodbye(tx: &mut Tx, actor: Option<UserId>, timer: &Timer, user: UserId) {
    let last = Timer { people: Vec::new(), is_shared: false, ..timer.clone() };
    tx.emit(Topic::User(user), actor, Event::TimerUpdated(last));
}
