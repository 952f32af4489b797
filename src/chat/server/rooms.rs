//! Rooms: make, change, silence, close.

use super::direct::{Plan, plan_of};
use super::members::{enter, welcome};
use super::moderation::{Deed, note};
use super::store::{self, Me, RoomRow};
use super::telling::tell_change;
use super::{RoomAnswer, Success, limit_changes, member_standing};
use crate::accounts::server::{self as accounts, Caller};
use crate::chat::live::{ListedRoom, Place, PlaceEvent};
use crate::chat::model::{
    ChatRoom, ChatRoomPatch, FOREVER, MemberRole, Mute, NewChatRoom, RoomChange, RoomKind, slug_of,
};
use crate::error::{AppError, Field, Rule};
use crate::ids::{ChatRoomId, UserId};
use crate::realtime::log::Tx;
use crate::realtime::protocol::{Event, Topic};
use crate::server::db::Conn;
use crate::server::state::App;
use crate::time::{HOUR, Timestamp};

/// How many people one command puts into a room.
const MAX_ADDED: usize = 500;

/// Makes a room with the caller and others in it. A room of two people or of a booking that exists
/// already is the answer, and the caller is in it.
///
/// # Errors
/// [`AppError::Validation`], [`AppError::NotFound`] for a booking that the caller does not take part in,
/// [`AppError::ChatRoomArchived`] for one whose room is closed to whoever is not in it.
pub async fn create_room(app: &App, caller: &Caller, new: NewChatRoom) -> Result<ListedRoom, AppError> {
    limit_changes(app, caller)?;
    let new = new.checked()?;
    let me = caller.user.id;
    let mut tx = app.begin(caller).await?;
    let Plan { kind, name, slug, pair, reservation_id, people } = plan_of(&mut tx, caller, &new).await?;
    if people.len() > MAX_ADDED {
        return Err(AppError::field(Field::MemberIds, Rule::MaxItems { max: 500 }));
    }
    let now = tx.now();
    let existing = match (&pair, reservation_id) {
        (Some(pair), _) => store::find_id_by_pair(&mut tx, pair).await?,
        (None, Some(reservation)) => store::find_id_by_reservation(&mut tx, reservation).await?,
        _ => None,
    };
    let id = match existing {
        Some(id) => {
            let standing = store::find_standing(&mut tx, me, id).await?.ok_or(AppError::NotFound)?;
            if standing.me.is_none() {
                // Its members go on reading; nobody comes in any more.
                if standing.room.archived_at.is_some() {
                    return Err(AppError::ChatRoomArchived);
                }
                enter(&mut tx, &standing, me, MemberRole::Member, Some(me)).await?;
            }
            id
        }
        None => {
            let ids: Vec<UserId> = people.iter().map(|(user, _)| *user).collect();
            if accounts::find_people(&mut tx, &ids).await?.len() != ids.len() {
                return Err(AppError::field(Field::MemberIds, Rule::Unknown));
            }
            let row =
                RoomRow { kind, slug: &slug, name: &name, topic: &new.topic, pair: pair.as_deref(), reservation_id };
            let id = insert_room(&mut tx, row, new.slug.is_some(), now).await?;
            store::insert_members(&mut tx, id, &people, 0, now).await?;
            for (user, _) in &people {
                welcome(&mut tx, id, *user, Some(me)).await?;
            }
            id
        }
    };
    let listed = find_listed(&mut tx, me, id).await?;
    tx.commit_with(200, &Success::new("Room created successfully", RoomAnswer::of(&listed))).await?;
    Ok(listed)
}

/// A slug that somebody has chosen must be free; one that is made of the name gives way.
async fn insert_room(conn: &mut Conn, row: RoomRow<'_>, chosen: bool, now: Timestamp) -> Result<ChatRoomId, AppError> {
    if let Some(id) = store::insert_room(conn, &row, now).await? {
        return Ok(id);
    }
    if chosen {
        return Err(AppError::field(Field::Slug, Rule::Duplicate));
    }
    let slug = format!("{}-{:08x}", row.slug, rand::random::<u32>());
    let id = store::insert_room(conn, &RoomRow { slug: &slug, ..row }, now).await?;
    id.ok_or_else(|| AppError::field(Field::Slug, Rule::Duplicate))
}

/// What stands in the room's address unless somebody has chosen it.
pub(super) fn free_slug(name: &str) -> String {
    match slug_of(name) {
        slug if slug.is_empty() => format!("room-{:08x}", rand::random::<u32>()),
        slug => slug,
    }
}

pub(super) async fn find_listed(conn: &mut Conn, user: UserId, id: ChatRoomId) -> Result<ListedRoom, AppError> {
    store::list_rooms(conn, user, Some(id)).await?.remove(&id).ok_or(AppError::NotFound)
}

/// Changes a room's name and topic, or closes it and opens it again.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`], [`AppError::StaleVersion`],
/// [`AppError::WritingBarred`], [`AppError::Validation`].
pub async fn update_room(
    app: &App,
    caller: &Caller,
    room: ChatRoomId,
    patch: ChatRoomPatch,
) -> Result<ChatRoom, AppError> {
    limit_changes(app, caller)?;
    let patch = patch.checked()?;
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let standing = store::find_standing(&mut tx, caller.user.id, room).await?.ok_or(AppError::NotFound)?;
    let role = standing.me.as_ref().map(|me| me.role);
    let before = standing.room.clone();
    // In rooms that are open to everybody the organisation's admins are above its owner.
    let may_close = role == Some(MemberRole::Owner) || before.may_manage(None, caller.viewer());
    if before.kind == RoomKind::Direct
        || !before.may_manage(role, caller.viewer())
        || (patch.archived.is_some() && !may_close)
    {
        return Err(AppError::Forbidden);
    }
    if patch.version.is_some_and(|version| version != before.version) {
        return Err(AppError::StaleVersion);
    }
    // A name and a topic are written too.
    standing.check_bar(now)?;
    let was_archived = before.archived_at.is_some();
    let after = ChatRoom {
        name: patch.name.unwrap_or_else(|| before.name.clone()),
        topic: patch.topic.unwrap_or_else(|| before.topic.clone()),
        archived_at: match patch.archived {
            Some(true) => before.archived_at.or(Some(now)),
            Some(false) => None,
            None => before.archived_at,
        },
        version: before.version + 1,
        ..before
    };
    store::update_room(&mut tx, &after).await?;
    if after.name != before.name {
        tell_change(app, &mut tx, caller, room, RoomChange::Renamed { name: after.name.clone() }).await?;
    }
    if after.topic != before.topic {
        tell_change(app, &mut tx, caller, room, RoomChange::Topic { topic: after.topic.clone() }).await?;
    }
    if after.archived_at.is_some() != was_archived {
        let action = if was_archived { "reopen_room" } else { "archive_room" };
        note(&mut tx, caller, &Deed { action, room, message: None, user: None, reason: "" }, now).await?;
    }
    tx.emit(Topic::Chat(room), Some(caller.user.id), Event::ChatRoomUpdated(after.clone()));
    tx.commit().await?;
    Ok(after)
}

/// When a silence ends that begins now; nothing when there is none. Tomorrow begins by the caller's own clock.
pub(super) fn end_of(app: &App, caller: &Caller, mute: Mute, now: Timestamp) -> Option<Timestamp> {
    match mute {
        Mute::Off => None,
        Mute::Hour => Some(now + HOUR),
        Mute::Tomorrow => {
            let zone = app.zone_for(caller, now);
            Some(zone.day(zone.date(now)).ends_at)
        }
        Mute::Forever => Some(FOREVER),
    }
}

/// Silences a room for its member, on all devices.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`].
pub async fn mute_room(app: &App, caller: &Caller, room: ChatRoomId, mute: Mute) -> Result<Place, AppError> {
    limit_changes(app, caller)?;
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let (_, Me { place, .. }) = member_standing(&mut tx, caller, room).await?;
    let place = Place { muted_until: end_of(app, caller, mute, now), ..place };
    tell_place(&mut tx, caller.user.id, room, &place).await?;
    tx.commit_with(200, &Success::new("Room updated successfully", &place)).await?;
    Ok(place)
}

/// Writes a member's own view of their place, and tells their devices.
pub(super) async fn tell_place(tx: &mut Tx, user: UserId, room: ChatRoomId, place: &Place) -> Result<(), AppError> {
    store::update_place(tx, room, user, place).await?;
    let event = PlaceEvent { chat_room_id: room, place: place.clone() };
    tx.emit(Topic::User(user), Some(user), Event::ChatPlace(event));
    Ok(())
}
