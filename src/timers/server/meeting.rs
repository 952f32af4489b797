//! Timers beside a booking: they end when it does, and offer more time a few minutes before.

use super::{emit, store};
use crate::accounts::server::Caller;
use crate::error::AppError;
use crate::ids::{ReservationId, UserId};
use crate::notifications::model::NotificationKind;
use crate::notifications::server::{Notice, notify_each};
use crate::realtime::log::Tx;
use crate::realtime::protocol::Event;
use crate::reservations::model::Reservation;
use crate::reservations::server as reservations;
use crate::server::db::Conn;
use crate::server::jobs::{GATHER_MS, Job};
use crate::server::state::App;
use crate::time::{Interval, MINUTE, Timestamp};
use crate::timers::model::{OFFER_BEFORE_MS, OFFER_MS, Offer, TimerKind};

/// Offers more time before meetings end.
pub static JOB: Job = Job { name: "meeting timers", due, step: |app| Box::pin(step(app)), every_ms: 10 * MINUTE };

fn due(event: &Event, now: Timestamp) -> Option<Timestamp> {
    match event {
        Event::TimerCreated(timer) => (timer.kind == TimerKind::Meeting).then_some(now + GATHER_MS),
        // One of them may have a timer.
        Event::ReservationUpdated(e) => Some((e.reservation.ends_at - OFFER_BEFORE_MS).max(now + GATHER_MS)),
        _ => None,
    }
}

/// Makes the offers that are due. Says when the next one is.
///
/// # Errors
/// When the database fails.
pub async fn step(app: &App) -> Result<Option<Timestamp>, AppError> {
    let now = app.now();
    let mut read = app.read().await?;
    let mut ends = Vec::new();
    for id in store::list_meetings(&mut read).await? {
        let booking = reservations::store::find_reservation(&mut read, id).await?;
        ends.extend(
            booking.filter(|booking| booking.is_open(now)).map(|booking| (id, booking.ends_at - OFFER_BEFORE_MS)),
        );
    }
    read.end();
    for (id, _) in ends.iter().filter(|(_, at)| *at <= now) {
        offer(app, *id).await?;
    }
    Ok(ends.into_iter().map(|(_, at)| at).filter(|at| *at > now).min())
}

/// Makes the offer of one booking, once for each end that it has.
async fn offer(app: &App, id: ReservationId) -> Result<(), AppError> {
    let mut tx = app.log.begin().await?;
    let now = tx.now();
    let Some(booking) = reservations::store::find_reservation(&mut tx, id).await? else { return Ok(()) };
    let timers = store::list_beside(&mut tx, id).await?;
    let is_new = |offer: Option<Offer>| offer.is_none_or(|offer| offer.ends_at != booking.ends_at);
    if !booking.is_open(now) || timers.iter().all(|timer| !is_new(timer.offer)) {
        return Ok(());
    }
    let taken_at = taken_after(&mut tx, &booking).await?;
    let kind = NotificationKind::MeetingEnding { booking: (&booking).into(), room_is_free: taken_at.is_none() };
    let mut told = Vec::new();
    for mut timer in timers.into_iter().filter(|timer| is_new(timer.offer)) {
        timer.offer = Some(Offer { ends_at: booking.ends_at, taken_at });
        timer.version += 1;
        if store::update_timer(&mut tx, &timer).await? {
            emit(&mut tx, None, &timer, Event::TimerUpdated);
            told.extend(timer.people.iter().map(|person| person.id));
        }
    }
    told.sort_unstable();
    told.dedup();
    let notice = Notice { link: Some("/timers".to_owned()), expires_at: Some(booking.ends_at), ..Notice::from(kind) };
    notify_each(app, &mut tx, None, told.into_iter().map(|person| (person, notice.clone())).collect()).await?;
    tx.commit().await?;
    Ok(())
}

/// When somebody else has the room of a booking of the caller's, if that is before it could be
/// extended by [`OFFER_MS`].
///
/// # Errors
/// [`AppError::NotFound`] for a booking that the caller is not in.
pub async fn room_taken(app: &App, caller: &Caller, id: ReservationId) -> Result<Option<Timestamp>, AppError> {
    let mut read = app.read().await?;
    let booking = reservations::store::find_reservation(&mut read, id).await?;
    let booking = booking.filter(|booking| booking.involves(caller.user.id)).ok_or(AppError::NotFound)?;
    let taken_at = taken_after(&mut read, &booking).await?;
    read.end();
    Ok(taken_at)
}

async fn taken_after(conn: &mut Conn, booking: &Reservation) -> Result<Option<Timestamp>, AppError> {
    let after = Interval::new(booking.ends_at, booking.ends_at + OFFER_MS);
    let others = reservations::list_public_during(conn, after).await?.into_iter();
    let same_room =
        |other: &Reservation| other.room.id == booking.room.id && other.id != booking.id && other.status.holds_slot();
    Ok(others.filter(same_room).map(|other| other.starts_at).min())
}

/// A booking has another end, or is over: the timers that end with it follow, in the transaction of
/// what has changed it. No statement when its end stays.
///
/// # Errors
/// When the database fails.
pub async fn booking_changed(
    tx: &mut Tx,
    before: &Reservation,
    after: &Reservation,
    actor: UserId,
) -> Result<(), AppError> {
    if before.ends_at == after.ends_at {
        return Ok(());
    }
    let now = tx.now();
    for mut timer in store::list_beside(tx, before.id).await? {
        if timer.is_due(now) {
            continue;
        }
        let event = if !after.is_open(now) {
            timer.stop(now)?;
            Event::TimerCompleted
        } else if timer.follow_booking((before.ends_at, after.ends_at), now) {
            Event::TimerUpdated
        } else {
            continue;
        };
        timer.version += 1;
        if store::update_timer(tx, &timer).await? {
            emit(tx, Some(actor), &timer, event);
        }
    }
    Ok(())
}
