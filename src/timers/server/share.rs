//! Who is on a timer.

use super::store::{self, by_joining};
use super::{emit, guests, visible};
use crate::accounts::server::Caller;
use crate::error::{AppError, Field, Rule};
use crate::ids::{TimerId, UserId};
use crate::realtime::protocol::{Event, Topic};
use crate::reservations::server as reservations;
use crate::server::state::App;
use crate::timers::model::{MAX_PEOPLE, Share, Timer};

/// Puts people on a timer: those named, and those of a booking. To them it is new; whoever is on it
/// already gets the role.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`] for who only watches, [`AppError::Validation`],
/// [`AppError::TimerAlreadyCompleted`].
pub async fn share_timer(app: &App, caller: &Caller, id: &TimerId, share: Share) -> Result<Timer, AppError> {
    let mut ids = share.user_ids;
    if let Some(booking) = share.reservation_id {
        let unknown = || AppError::field(Field::ReservationId, Rule::Unknown);
        let booking = reservations::find_reservation(app, caller, booking).await.map_err(|error| match error {
            AppError::NotFound => unknown(),
            other => other,
        })?;
        if booking.is_reduced() {
            return Err(unknown());
        }
        ids.extend(booking.people());
    } else if ids.is_empty() {
        return Err(AppError::field(Field::UserIds, Rule::Required));
    }
    let user = caller.user.id;
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let mut timer = visible(&mut tx, caller, id).await?;
    if !timer.may_command(user) {
        return Err(AppError::Forbidden);
    }
    if !timer.is_active() || timer.is_due(now) {
        return Err(AppError::TimerAlreadyCompleted);
    }
    let added = guests(&mut tx, timer.owner_id, &ids, share.role, now).await?;
    let (known, new): (Vec<_>, Vec<_>) = added.into_iter().partition(|person| timer.involves(person.id));
    if timer.people.len() + new.len() > MAX_PEOPLE as usize {
        return Err(AppError::field(Field::UserIds, Rule::MaxItems { max: MAX_PEOPLE }));
    }
    let mut written = new.clone();
    for person in &mut timer.people {
        if let Some(again) = known.iter().find(|again| again.id == person.id && again.role != person.role) {
            person.role = again.role;
            written.push(person.clone());
        }
    }
    if written.is_empty() {
        // Everybody is on it already, as asked.
        let timer = timer.seen_at(now);
        tx.commit_with(200, &timer).await?;
        return Ok(timer);
    }
    let arrived: Vec<UserId> = new.iter().map(|person| person.id).collect();
    timer.people.extend(new);
    timer.people = by_joining(timer.people, timer.owner_id);
    timer.is_shared = timer.people.len() > 1;
    timer.count_to(now);
    timer.version += 1;
    if !store::update_timer(&mut tx, &timer).await? {
        return Err(AppError::StaleVersion);
    }
    store::insert_people(&mut tx, id, &written).await?;
    for person in &timer.people {
        let event = if arrived.contains(&person.id) { Event::TimerCreated } else { Event::TimerUpdated };
        tx.emit(Topic::User(person.id), Some(user), event(timer.clone()));
    }
    tx.commit_with(200, &timer).await?;
    Ok(timer)
}

/// Takes somebody off a timer, or oneself. Its owner stays.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`].
pub async fn unshare_timer(app: &App, caller: &Caller, id: &TimerId, person: UserId) -> Result<Timer, AppError> {
    let user = caller.user.id;
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let mut timer = visible(&mut tx, caller, id).await?;
    if !timer.involves(person) {
        return Err(AppError::NotFound);
    }
    if person == timer.owner_id || (person != user && !timer.may_command(user)) {
        return Err(AppError::Forbidden);
    }
    if timer.is_active() && !timer.is_due(now) {
        timer.count_to(now);
    }
    timer.people.retain(|known| known.id != person);
    timer.is_shared = timer.people.len() > 1;
    timer.version += 1;
    if !store::update_timer(&mut tx, &timer).await? {
        return Err(AppError::StaleVersion);
    }
    store::delete_person(&mut tx, id, person).await?;
    emit(&mut tx, Some(user), &timer, Event::TimerUpdated);
    // Whoever is off it learns that, and nothing of who is still on it.
    let last = Timer { people: Vec::new(), is_shared: false, ..timer.clone() };
    tx.emit(Topic::User(person), Some(user), Event::TimerUpdated(last));
    tx.commit().await?;
    Ok(timer)
}
