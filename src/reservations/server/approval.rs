//! Deciding about what waits: by admins and named approvers, or by the clock.

use super::emit::{emit, emit_to_approvers};
use super::{settle, store, wishes};
use crate::accounts::server::Caller;
use crate::activity::model::ActivityKind;
use crate::chat::server as chat;
use crate::error::AppError;
use crate::ids::{ReservationId, UserId};
use crate::notifications::server as notifications;
use crate::realtime::log::{self, Tx};
use crate::realtime::protocol::{Event, Snapshot};
use crate::reservations::live::Approvals;
use crate::reservations::model::{Decision, EXPIRED, Reservation, START_GRACE_MS, Status};
use crate::rooms::model::Room;
use crate::rooms::server as rooms;
use crate::server::db::Conn;
use crate::server::jobs::Job;
use crate::server::state::App;
use crate::time::{HOUR, MINUTE, Timestamp};

/// How long before its end approvers are reminded of a wait, unless they are asked later than that.
pub(super) const REMIND_MS: i64 = HOUR;

/// Reminds of what waits, and gives it up in the end.
pub static JOB: Job = Job { name: "approvals", due, step: |app| Box::pin(step(app)), every_ms: MINUTE };

fn due(event: &Event, _: Timestamp) -> Option<Timestamp> {
    let waiting = event.reservation().filter(|booking| booking.status == Status::Pending)?;
    Some(waiting.decide_by? - REMIND_MS)
}

/// What waits for the caller's decision.
///
/// # Errors
/// When the database fails.
pub async fn approvals(app: &App, caller: &Caller) -> Result<Snapshot<Approvals>, AppError> {
    let viewer = caller.viewer();
    let mut read = app.read().await?;
    let seq = log::head(&mut read).await?;
    let all = rooms::list_all(&mut read).await?;
    let mine: Vec<&Room> = all.iter().filter(|room| room.may_decide(viewer)).collect();
    // Most people decide about nothing.
    let waiting = if mine.is_empty() { Vec::new() } else { store::list_pending(&mut read).await? };
    read.end();
    let state = Approvals {
        rooms: all.iter().filter(|room| room.approver_ids.contains(&viewer.user_id)).map(|room| room.id).collect(),
        reservations: waiting
            .into_iter()
            .filter(|booking| mine.iter().any(|room| room.id == booking.room.id))
            .map(|booking| (booking.id, booking))
            .collect(),
    };
    Ok(Snapshot { state, seq, log_id: app.log.id().into(), server_time: app.now() })
}

/// A yes or no to a pending booking, by an admin or a named approver of its room.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`], [`AppError::ReservationClosed`], [`AppError::StaleVersion`],
/// [`AppError::Validation`] for a reason that is too long.
pub async fn decide_reservation(
    app: &App,
    caller: &Caller,
    id: ReservationId,
    approve: bool,
    decision: Decision,
) -> Result<Reservation, AppError> {
    let version = decision.version;
    let reason = decision.checked()?;
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let before = store::find_reservation(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let room = rooms::store::find_room(&mut tx, before.room.id).await?;
    if !caller.viewer().is_admin() && !room.is_some_and(|room| room.may_decide(caller.viewer())) {
        return Err(AppError::Forbidden);
    }
    if !before.can_decide(now) {
        return Err(AppError::ReservationClosed);
    }
    // Its organiser may move it meanwhile: nobody says yes to what they have not seen.
    if version.is_some_and(|version| version != before.version) {
        return Err(AppError::StaleVersion);
    }
    let before = Reservation { reason, ..before };
    let me = caller.person();
    let booking = if approve {
        let booking = settle(&mut tx, before, Status::Approved, None).await?;
        emit(&mut tx, Some(&me), None, &booking, (Event::ReservationUpdated, ActivityKind::Approved)).await?;
        booking
    } else {
        let booking = settle(&mut tx, before, Status::Rejected, None).await?;
        emit(&mut tx, Some(&me), None, &booking, (Event::ReservationUpdated, ActivityKind::Rejected)).await?;
        wishes::slot_freed(app, &mut tx, Some(me.id), &booking).await?;
        booking
    };
    notifications::booking_decided(app, &mut tx, Some(&me), &booking).await?;
    // The answer says no more than the caller may see from now on, and neither does a repeat of it.
    let answer = booking.seen_by(caller.viewer(), false);
    tx.commit_with(200, &answer).await?;
    Ok(answer)
}

/// Gives up what nobody has decided about in time, and reminds of what will be given up soon.
/// What happened to end while no program ran is caught up with. Says
/// when the next wait comes to that.
///
/// # Errors
/// When the database fails.
pub async fn step(app: &App) -> Result<Option<Timestamp>, AppError> {
    let now = app.now();
    let mut read = app.read().await?;
    let overdue = store::list_overdue(&mut read, now).await?;
    let soon = store::list_unreminded(&mut read, now, now + REMIND_MS).await?;
    let next = store::find_next_wait(&mut read, now, REMIND_MS).await?;
    read.end();
    for id in overdue {
        let mut tx = app.log.begin().await?;
        if store::mark_expired(&mut tx, id, EXPIRED, now).await?
            && let Some(booking) = store::find_reservation(&mut tx, id).await?
        {
            emit(&mut tx, None, None, &booking, (Event::ReservationUpdated, ActivityKind::Expired)).await?;
            chat::booking_closed(&mut tx, id).await?;
            notifications::booking_decided(app, &mut tx, None, &booking).await?;
            wishes::slot_freed(app, &mut tx, None, &booking).await?;
        }
        tx.commit().await?;
    }
    for id in soon {
        let mut tx = app.log.begin().await?;
        if store::mark_reminded(&mut tx, id, now).await?
            && let Some(booking) = store::find_reservation(&mut tx, id).await?
        {
            let people = deciders(&mut tx, &booking).await?;
            notifications::approval_expiring(app, &mut tx, &booking, people).await?;
        }
        tx.commit().await?;
    }
    Ok(next)
}

/// Until when somebody has to decide: `hours` from now, or its start when that is earlier. What is asked for at its
/// start, or a little after it, waits for as long as one may book what has begun.
pub fn deadline(app: &App, starts_at: Timestamp, now: Timestamp) -> Timestamp {
    starts_at.max(now + START_GRACE_MS).min(now + i64::from(app.config.approval_hours) * HOUR)
}

/// Asks those who decide about it.
///
/// # Errors
/// When the database fails.
pub async fn ask(app: &App, tx: &mut Tx, booking: &Reservation) -> Result<(), AppError> {
    let people = deciders(tx, booking).await?;
    notifications::approval_asked(app, tx, booking, people).await
}

/// Admins and the room's named approvers, but not the one who asks.
async fn deciders(conn: &mut Conn, booking: &Reservation) -> Result<Vec<UserId>, AppError> {
    let mut people = crate::accounts::server::list_admins(conn).await?;
    let room = rooms::store::find_room(conn, booking.room.id).await?;
    people.extend(room.map(|room| room.approver_ids).unwrap_or_default());
    people.sort_unstable();
    people.dedup();
    people.retain(|id| !booking.is_organizer(*id));
    Ok(people)
}

/// A room has other approvers now: what waits there is shown to the new ones, and no more than
/// everybody may see to those who are not any more.
///
/// # Errors
/// When the database fails.
pub(crate) async fn follow_approvers(
    tx: &mut Tx,
    caller: &Caller,
    before: &Room,
    after: &Room,
) -> Result<(), AppError> {
    let only = |of: &Room, not: &Room| -> Vec<UserId> {
        of.approver_ids.iter().filter(|id| !not.approver_ids.contains(id)).copied().collect()
    };
    let (added, removed) = (only(after, before), only(before, after));
    if added.is_empty() && removed.is_empty() {
        return Ok(());
    }
    for waiting in store::list_pending(tx).await?.iter().filter(|booking| booking.room.id == after.id) {
        emit_to_approvers(tx, caller.user.id, waiting, &added, &removed);
    }
    Ok(())
}
