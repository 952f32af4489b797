//! Who is told what about bookings (contracts §1.7): called by the commands on bookings, in their
//! transactions. A booking without people costs one statement.

use super::{Notice, notify_each, notify_everybody};
use crate::accounts::model::Person;
use crate::accounts::server::Caller;
use crate::error::AppError;
use crate::ids::UserId;
use crate::notifications::model::{Booking, NotificationKind, When};
use crate::realtime::log::Tx;
use crate::reservations::model::{Reservation, Status};
use crate::reservations::server::wishes::Wish;
use crate::server::state::App;

/// Those who attend without having made it.
fn guests(booking: &Reservation) -> Vec<UserId> {
    booking.attendees.iter().map(|attendee| attendee.id).collect()
}

fn to_all(people: Vec<UserId>, kind: &NotificationKind) -> impl Iterator<Item = (UserId, Notice)> {
    people.into_iter().map(|person| (person, Notice::from(kind.clone())))
}

/// A room was booked: everybody else hears of it unless it is private, those invited hear that they
/// are.
///
/// # Errors
/// When the database fails.
pub async fn booking_created(app: &App, tx: &mut Tx, caller: &Caller, booking: &Reservation) -> Result<(), AppError> {
    if !booking.private {
        notify_everybody(app, tx, Some(caller.user.id), NotificationKind::BookingCreated { booking: booking.into() })
            .await?;
    }
    let invited = NotificationKind::Invited { booking: booking.into(), by: caller.user.name.clone() };
    let batch = to_all(guests(booking), &invited).collect();
    notify_each(app, tx, Some(caller.user.id), batch).await
}

/// Somebody does not come: its organiser hears of it.
///
/// # Errors
/// When the database fails.
pub async fn invitation_declined(app: &App, tx: &mut Tx, by: &Person, booking: &Reservation) -> Result<(), AppError> {
    let kind = NotificationKind::InvitationDeclined { booking: booking.into(), by: by.name.clone() };
    let organizer = booking.organizer.iter().map(|person| person.id).collect();
    notify_each(app, tx, Some(by.id), to_all(organizer, &kind).collect()).await
}

/// A booking was changed: its people hear when it has another time or room, new ones that they are
/// invited, and those who were taken off it that they are.
///
/// # Errors
/// When the database fails.
pub async fn booking_changed(
    app: &App,
    tx: &mut Tx,
    caller: &Caller,
    before: &Reservation,
    after: &Reservation,
) -> Result<(), AppError> {
    let by = || caller.user.name.clone();
    let (were, are) = (before.people(), after.people());
    let mut batch = Vec::new();
    if before.room.id != after.room.id || before.interval() != after.interval() {
        let was = When { room: before.room.name.clone(), starts_at: before.starts_at, ends_at: before.ends_at };
        let moved = NotificationKind::BookingMoved { booking: after.into(), before: was, by: by() };
        batch.extend(to_all(are.iter().copied().filter(|person| were.contains(person)).collect(), &moved));
    }
    let invited = NotificationKind::Invited { booking: after.into(), by: by() };
    batch.extend(to_all(are.iter().copied().filter(|person| !were.contains(person)).collect(), &invited));
    // As it was when they attended it: what became of it since may not be for them.
    let removed = NotificationKind::RemovedFromBooking { booking: before.into(), by: by() };
    let gone = were.into_iter().filter(|person| !are.contains(person)).collect();
    batch.extend(to_all(gone, &removed).map(|(person, notice)| {
        let is_hidden = after.private;
        (person, Notice { link: notice.link.filter(|_| !is_hidden), ..notice })
    }));
    notify_each(app, tx, Some(caller.user.id), batch).await
}

/// A booking was cancelled, or deleted while it was open: its people hear of it.
///
/// # Errors
/// When the database fails.
pub async fn booking_cancelled(app: &App, tx: &mut Tx, caller: &Caller, booking: &Reservation) -> Result<(), AppError> {
    let kind = NotificationKind::BookingCancelled { booking: booking.into(), by: caller.user.name.clone() };
    notify_each(app, tx, Some(caller.user.id), to_all(booking.people(), &kind).collect()).await
}

/// Somebody has to say yes first: `people` may.
///
/// # Errors
/// When the database fails.
pub async fn approval_asked(
    app: &App,
    tx: &mut Tx,
    booking: &Reservation,
    people: Vec<UserId>,
) -> Result<(), AppError> {
    let by = booking.organizer.as_ref();
    let kind = NotificationKind::ApprovalAsked {
        booking: booking.into(),
        by: by.map(|person| person.name.clone()).unwrap_or_default(),
    };
    let batch = to_all(people, &kind).map(|(person, notice)| {
        let expires_at = booking.decide_by.or(Some(booking.starts_at));
        (person, Notice { expires_at, ..notice })
    });
    notify_each(app, tx, by.map(|person| person.id), batch.collect()).await
}

/// Its wait ends at `deadline`, and nobody has decided: those who may hear of it, and its organiser.
///
/// # Errors
/// When the database fails.
pub async fn approval_expiring(
    app: &App,
    tx: &mut Tx,
    booking: &Reservation,
    mut people: Vec<UserId>,
) -> Result<(), AppError> {
    let deadline = booking.decide_by.unwrap_or(booking.starts_at);
    let organizer = booking.organizer.as_ref().map(|person| person.id);
    people.extend(organizer.filter(|id| !people.contains(id)).into_iter().collect::<Vec<_>>());
    let kind = NotificationKind::ApprovalExpiring { booking: booking.into(), deadline };
    let batch = to_all(people, &kind).map(|(person, notice)| (person, Notice { expires_at: Some(deadline), ..notice }));
    notify_each(app, tx, None, batch.collect()).await
}

/// Somebody has decided, or nobody did in time: the booking's people hear how, and why when there
/// is a reason.
///
/// # Errors
/// When the database fails.
pub async fn booking_decided(
    app: &App,
    tx: &mut Tx,
    by: Option<&Person>,
    booking: &Reservation,
) -> Result<(), AppError> {
    let kind = NotificationKind::ApprovalDecided {
        booking: Booking::from(booking),
        approved: booking.status == Status::Approved,
        by: by.map(|person| person.name.clone()).unwrap_or_default(),
        reason: booking.reason.clone(),
    };
    notify_each(app, tx, by.map(|person| person.id), to_all(booking.people(), &kind).collect()).await
}

/// A slot that somebody wanted has become free.
///
/// # Errors
/// When the database fails.
pub async fn slot_free(app: &App, tx: &mut Tx, wish: &Wish) -> Result<(), AppError> {
    let kind =
        NotificationKind::SlotFree { room: wish.room_name.clone(), starts_at: wish.starts_at, ends_at: wish.ends_at };
    let date = app.zone_around(wish.starts_at).date(wish.starts_at);
    let link = Some(format!("/timeline?date={date}"));
    let notice = Notice { link, expires_at: Some(wish.ends_at), ..Notice::from(kind) };
    notify_each(app, tx, None, vec![(wish.user_id, notice)]).await
}
