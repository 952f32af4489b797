//! Who is told of a change, and how much.

use crate::accounts::model::Person;
use crate::activity::model::ActivityKind;
use crate::activity::server::{self as activity, About};
use crate::error::AppError;
use crate::ids::UserId;
use crate::realtime::log::Tx;
use crate::realtime::protocol::{Event, ReservationEvent, Topic};
use crate::reservations::model::{Reservation, Status};
use crate::rooms::server::{self as rooms, status};

/// Which event tells of a change, and what the list of recent activity says of it.
pub type Kind = (fn(ReservationEvent) -> Event, ActivityKind);

/// Tells everybody. Of a private booking everybody gets the reduced form, without who did it, and
/// then its people, while it waits also the room's approvers, and the admins get everything on
/// topics of their own; people who were taken off it get the reduced form there too. After it comes
/// what the change has made of the room at once.
///
/// # Errors
/// When the database fails.
pub async fn emit(
    tx: &mut Tx,
    actor: Option<&Person>,
    before: Option<&Reservation>,
    after: &Reservation,
    kind: Kind,
) -> Result<(), AppError> {
    tell(tx, actor, before, after, kind).await?;
    let now = tx.now();
    let mut rooms: Vec<_> = before.into_iter().chain([after]).filter(|r| r.interval().contains(now)).collect();
    rooms.dedup_by_key(|booking| booking.room.id);
    // Who holds a private meeting is not to be read from what its room becomes.
    let is_private = after.private || before.is_some_and(|before| before.private);
    let actor = actor.map(|person| person.id).filter(|_| !is_private);
    for booking in rooms {
        status::announce(tx, booking.room.id, actor).await?;
    }
    Ok(())
}

async fn tell(
    tx: &mut Tx,
    actor: Option<&Person>,
    before: Option<&Reservation>,
    after: &Reservation,
    (event, kind): Kind,
) -> Result<(), AppError> {
    let line = activity::record(tx, actor, kind, About::Reservation(after)).await?;
    let actor = actor.map(|person| person.id);
    if !after.private {
        let told = ReservationEvent { activity: Some(line), ..full(after, actor) };
        tx.emit(Topic::Org, actor, event(told));
        return Ok(());
    }
    let told = ReservationEvent { activity: Some(line), ..reduced(after) };
    tx.emit(Topic::Org, None, event(told));
    let people = insiders(tx, after).await?;
    for person in &people {
        tx.emit(Topic::User(*person), actor, event(full(after, actor)));
    }
    for person in before.map(Reservation::people).unwrap_or_default() {
        if !people.contains(&person) {
            tx.emit(Topic::User(person), None, event(reduced(after)));
        }
    }
    tx.emit(Topic::Admin, actor, event(full(after, actor)));
    Ok(())
}

/// Tells whoever may see it of an attendee's answer. It is nothing that everybody has to read of:
/// the list of recent activity has no line of it, and the reduced form stays what it was.
///
/// # Errors
/// When the database fails.
pub async fn emit_answer(tx: &mut Tx, actor: UserId, booking: &Reservation) -> Result<(), AppError> {
    let event = || Event::ReservationUpdated(full(booking, Some(actor)));
    if !booking.private {
        tx.emit(Topic::Org, Some(actor), event());
        return Ok(());
    }
    for person in insiders(tx, booking).await? {
        tx.emit(Topic::User(person), Some(actor), event());
    }
    tx.emit(Topic::Admin, Some(actor), event());
    Ok(())
}

/// Whoever sees everything of a private booking, apart from admins: its people, and while it waits
/// the room's approvers.
async fn insiders(tx: &mut Tx, booking: &Reservation) -> Result<Vec<UserId>, AppError> {
    let mut people = booking.people();
    if booking.status == Status::Pending {
        let room = rooms::store::find_room(tx, booking.room.id).await?;
        let approvers = room.map(|room| room.approver_ids).unwrap_or_default();
        people.extend(approvers.into_iter().filter(|id| !booking.involves(*id)));
    }
    Ok(people)
}

/// What waits in a room, told again to those who now decide about it, and in the reduced form to
/// those who do not any more.
pub fn emit_to_approvers(tx: &mut Tx, actor: UserId, waiting: &Reservation, added: &[UserId], removed: &[UserId]) {
    for person in added {
        tx.emit(Topic::User(*person), Some(actor), Event::ReservationUpdated(full(waiting, Some(actor))));
    }
    let strangers: Vec<UserId> = removed.iter().filter(|id| !waiting.involves(**id)).copied().collect();
    if !waiting.private || strangers.is_empty() {
        return;
    }
    for person in strangers {
        tx.emit(Topic::User(person), None, Event::ReservationUpdated(reduced(waiting)));
    }
    // One of them may be an admin, who sees everything all the same.
    tx.emit(Topic::Admin, Some(actor), Event::ReservationUpdated(full(waiting, Some(actor))));
}

fn full(booking: &Reservation, actor: Option<UserId>) -> ReservationEvent {
    ReservationEvent {
        reservation: booking.clone(),
        room_id: booking.room.id,
        user_id: actor.map(|id| id.to_string()).unwrap_or_default(),
        activity: None,
    }
}

fn reduced(booking: &Reservation) -> ReservationEvent {
    ReservationEvent {
        reservation: booking.reduced(),
        room_id: booking.room.id,
        user_id: String::new(),
        activity: None,
    }
}
