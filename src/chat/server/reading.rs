//! Reading: how far, a reminder to read again, and whether others see it.

use super::messages::latest_or;
use super::rooms::tell_place;
use super::store::{self, Me};
use super::{Success, limit_changes, member_standing};
use crate::accounts::server::Caller;
use crate::chat::live::{Place, PlaceEvent, ReadEvent};
use crate::chat::model::MessageSeq;
use crate::error::AppError;
use crate::ids::ChatRoomId;
use crate::notifications::server as notifications;
use crate::realtime::protocol::{Event, Topic};
use crate::server::state::App;

/// Has read everything up to a message, or all there is: see [`Place::read_up_to`].
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`] for whoever is no member.
pub async fn mark_read(
    app: &App,
    caller: &Caller,
    room: ChatRoomId,
    up_to: Option<MessageSeq>,
) -> Result<Place, AppError> {
    limit_changes(app, caller)?;
    let mut tx = app.begin(caller).await?;
    let (now, me) = (tx.now(), caller.user.id);
    let (standing, Me { place: before, .. }) = member_standing(&mut tx, caller, room).await?;
    // What happens to the room is read with what comes before it.
    let seq = store::find_last_told_after(&mut tx, room, latest_or(up_to, &standing)).await?;
    let moves = seq > before.last_read_seq;
    let is_news = before.is_changed_by(seq);
    let mut place = before;
    place.read_up_to(seq);
    // Also when it has been read before: an edit may have called the reader since.
    notifications::chat_read(&mut tx, me, room, place.last_read_seq).await?;
    if is_news {
        store::update_read(&mut tx, room, me, seq, now).await?;
        if moves && place.shows_reading {
            let event =
                ReadEvent { chat_room_id: room, user_id: me, last_read_seq: place.last_read_seq, last_read_at: now };
            tx.emit(Topic::Chat(room), Some(me), Event::ChatRead(event));
        } else {
            let event = PlaceEvent { chat_room_id: room, place: place.clone() };
            tx.emit(Topic::User(me), Some(me), Event::ChatPlace(event));
        }
    }
    tx.commit_with(200, &Success::<()>::new("Messages marked as read", None)).await?;
    Ok(place)
}

/// Keeps a room as unread from a message on, to its member alone: others still see it as read.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`] for whoever is no member.
pub async fn mark_unread(app: &App, caller: &Caller, room: ChatRoomId, from: MessageSeq) -> Result<Place, AppError> {
    limit_changes(app, caller)?;
    let mut tx = app.begin(caller).await?;
    let (standing, Me { place, .. }) = member_standing(&mut tx, caller, room).await?;
    if !(1..=standing.last_seq).contains(&from) {
        return Err(AppError::NotFound);
    }
    let place = Place { unread_from: Some(from), ..place };
    tell_place(&mut tx, caller.user.id, room, &place).await?;
    tx.commit_with(200, &Success::new("Room marked as unread", &place)).await?;
    Ok(place)
}

/// Whether others see how far the caller reads, in all rooms. What is so already stays so, and nobody is told.
///
/// # Errors
/// [`AppError::RateLimitExceeded`], and when the database fails.
pub async fn set_shows_reading(app: &App, caller: &Caller, shows: bool) -> Result<(), AppError> {
    limit_changes(app, caller)?;
    let mut tx = app.begin(caller).await?;
    let me = caller.user.id;
    if store::find_shows_reading(&mut tx, me).await?.unwrap_or(true) != shows {
        store::update_shows_reading(&mut tx, me, shows).await?;
        // Their own list knows it by how others see them.
        for member in store::list_memberships(&mut tx, me).await? {
            tx.emit(Topic::Chat(member.chat_room_id), Some(me), Event::ChatMemberUpdated(member));
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Whether others see how far the caller reads: they do unless the caller has said no.
///
/// # Errors
/// When the database fails.
pub async fn shows_reading(app: &App, caller: &Caller) -> Result<bool, AppError> {
    let mut read = app.read().await?;
    let shows = store::find_shows_reading(&mut read, caller.user.id).await?;
    read.end();
    Ok(shows.unwrap_or(true))
}
