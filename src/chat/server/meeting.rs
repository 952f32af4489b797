//! The room of a booking follows it, in the booking's own transactions: whoever is taken off the one
//! leaves the other at once.

use super::members::{enter, leave};
use super::store;
use super::telling::tell_change;
use crate::accounts::server::Caller;
use crate::chat::model::{ChatRoom, MemberRole, RoomChange, RoomKind};
use crate::error::AppError;
use crate::ids::{ReservationId, UserId};
use crate::realtime::log::Tx;
use crate::realtime::protocol::{Event, Topic};
use crate::reservations::model::Reservation;
use crate::server::state::App;

/// A booking has other people or another title, or is at another time or in another place. Its room
/// takes the title on unless somebody has given it a name of its own. People come and go also where
/// nobody writes any more: what was said there is still read.
///
/// # Errors
/// When the database fails.
pub(crate) async fn booking_changed(
    app: &App,
    tx: &mut Tx,
    caller: &Caller,
    before: &Reservation,
    after: &Reservation,
) -> Result<(), AppError> {
    let actor = caller.user.id;
    let (were, are) = (before.people(), after.people());
    let is_moved = before.interval() != after.interval() || before.room.id != after.room.id;
    if were == are && before.title == after.title && !is_moved {
        return Ok(());
    }
    let Some(room) = store::find_room_of_booking(tx, after.id).await? else { return Ok(()) };
    for user in were.iter().filter(|user| !are.contains(user)) {
        if let Some(member) = store::find_member(tx, room.id, *user).await? {
            leave(tx, &room, &member, actor).await?;
        }
    }
    for user in are.iter().filter(|user| !were.contains(user)) {
        let standing = store::find_standing(tx, *user, room.id).await?.ok_or(AppError::NotFound)?;
        if standing.me.is_none() {
            enter(tx, &standing, *user, MemberRole::Member, Some(actor)).await?;
        }
    }
    if room.archived_at.is_some() {
        return Ok(());
    }
    if room.name == before.title && room.name != after.title {
        // Who is in it has changed above.
        let room = store::find_room_of_booking(tx, after.id).await?.ok_or(AppError::NotFound)?;
        let (id, name) = (room.id, after.title.clone());
        rewrite(tx, Some(actor), ChatRoom { name: name.clone(), version: room.version + 1, ..room }).await?;
        tell_change(app, tx, caller, id, RoomChange::Renamed { name }).await?;
    }
    if is_moved {
        let (starts_at, ends_at, place) = (after.starts_at, after.ends_at, after.room.name.clone());
        tell_change(app, tx, caller, room.id, RoomChange::Moved { starts_at, ends_at, room: place }).await?;
    }
    Ok(())
}

/// A booking was cancelled, rejected, given up or ended: nobody writes in its room any more.
///
/// # Errors
/// When the database fails.
pub(crate) async fn booking_closed(tx: &mut Tx, booking: ReservationId) -> Result<(), AppError> {
    match store::find_room_of_booking(tx, booking).await? {
        Some(room) if room.archived_at.is_none() => close(tx, room).await,
        _ => Ok(()),
    }
}

/// A booking is about to be deleted: its room, closed now if it was not, is nobody's.
///
/// # Errors
/// When the database fails.
pub(crate) async fn booking_deleted(tx: &mut Tx, booking: ReservationId) -> Result<(), AppError> {
    match store::find_room_of_booking(tx, booking).await? {
        // The database itself forgets which booking it was. What was said stays among those who were there, also
        // should somebody open the room again: a live room of no booking would be a stream's, open to everybody.
        Some(room) => close(tx, ChatRoom { reservation_id: None, kind: RoomKind::Private, ..room }).await,
        None => Ok(()),
    }
}

/// Closes a room by itself.
///
/// # Errors
/// When the database fails.
pub(super) async fn close(tx: &mut Tx, before: ChatRoom) -> Result<(), AppError> {
    let archived_at = before.archived_at.or(Some(tx.now()));
    rewrite(tx, None, ChatRoom { archived_at, version: before.version + 1, ..before }).await
}

async fn rewrite(tx: &mut Tx, actor: Option<UserId>, after: ChatRoom) -> Result<(), AppError> {
    store::update_room(tx, &after).await?;
    tx.emit(Topic::Chat(after.id), actor, Event::ChatRoomUpdated(after));
    Ok(())
}
