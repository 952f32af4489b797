//! Members of a room: join, add, remove, promote, and keep from writing.

use super::moderation::{Deed, Measure, moderate, note};
use super::rooms::{end_of, find_listed};
use super::store::{self, Standing};
use super::telling::tell_change;
use super::{Success, limit_changes, member_standing};
use crate::accounts::server::{self as accounts, Caller};
use crate::chat::live::{GrantedEvent, JoinedEvent, LeaveEvent, PlaceEvent, RevokedEvent};
use crate::chat::model::{Bar, ChatRoom, Member, MemberRole, Mute, RoomChange, RoomKind, check_reason};
use crate::error::{AppError, Field, Rule};
use crate::ids::{ChatRoomId, UserId};
use crate::notifications::model::Moderation;
use crate::notifications::server as notifications;
use crate::realtime::log::Tx;
use crate::realtime::protocol::{Event, Topic};
use crate::server::db::Conn;
use crate::server::state::App;
use crate::timers::server::groups::{self as timers, Group};

/// Puts somebody into a room that has others in it already.
pub(super) async fn enter(
    tx: &mut Tx,
    standing: &Standing,
    user: UserId,
    role: MemberRole,
    actor: Option<UserId>,
) -> Result<Member, AppError> {
    let id = standing.room.id;
    let now = tx.now();
    store::insert_members(tx, id, &[(user, role)], standing.last_seq, now).await?;
    let member = store::find_member(tx, id, user).await?.ok_or(AppError::NotFound)?;
    tx.emit(Topic::Chat(id), actor, Event::ChatMemberJoin(member.clone()));
    welcome(tx, id, user, actor).await?;
    timers::joined(tx, Group::ChatRoom(id), user, actor).await?;
    Ok(member)
}

/// From here on the person receives what happens in the room. What it holds comes first.
pub(super) async fn welcome(tx: &mut Tx, id: ChatRoomId, user: UserId, actor: Option<UserId>) -> Result<(), AppError> {
    let room = find_listed(tx, user, id).await?;
    let granted = GrantedEvent { topic: Topic::Chat(id), seq: 0 };
    tx.emit(Topic::User(user), actor, Event::TopicGranted(granted));
    tx.emit(Topic::User(user), actor, Event::ChatRoomJoined(Box::new(JoinedEvent { room })));
    Ok(())
}

/// Takes somebody out of a room, and ends what they receive of it. An owner leaves the room to somebody.
pub(super) async fn leave(tx: &mut Tx, room: &ChatRoom, member: &Member, actor: UserId) -> Result<(), AppError> {
    let (id, user) = (room.id, member.user_id);
    let heir = if member.role == MemberRole::Owner { store::find_heir(tx, id).await? } else { None };
    store::delete_member(tx, id, user).await?;
    notifications::chat_left(tx, user, id).await?;
    tx.emit(Topic::Chat(id), Some(actor), Event::ChatMemberLeave(LeaveEvent { chat_room_id: id, user_id: user }));
    tx.emit(Topic::User(user), Some(actor), Event::TopicRevoked(RevokedEvent { topic: Topic::Chat(id) }));
    timers::left(tx, Group::ChatRoom(id), user, Some(actor)).await?;
    if let Some(heir) = heir {
        promote(tx, id, heir, MemberRole::Owner, actor).await?;
    }
    Ok(())
}

async fn promote(
    tx: &mut Tx,
    id: ChatRoomId,
    user: UserId,
    role: MemberRole,
    actor: UserId,
) -> Result<Member, AppError> {
    store::update_role(tx, id, user, role).await?;
    let member = store::find_member(tx, id, user).await?.ok_or(AppError::NotFound)?;
    tx.emit(Topic::Chat(id), Some(actor), Event::ChatMemberUpdated(member.clone()));
    Ok(member)
}

/// Tells a private room who comes and goes: elsewhere that is no news.
async fn tell_people(
    app: &App,
    tx: &mut Tx,
    caller: &Caller,
    room: &ChatRoom,
    change: RoomChange,
) -> Result<(), AppError> {
    if room.kind == RoomKind::Private { tell_change(app, tx, caller, room.id, change).await } else { Ok(()) }
}

/// Adds a person to a room; oneself to a channel, others by its admins.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`], [`AppError::AlreadyMember`],
/// [`AppError::ChatRoomArchived`], [`AppError::Validation`] for somebody who does not exist.
pub async fn add_member(app: &App, caller: &Caller, room: ChatRoomId, user: UserId) -> Result<Member, AppError> {
    limit_changes(app, caller)?;
    let mut tx = app.begin(caller).await?;
    let me = caller.user.id;
    let standing = store::find_standing(&mut tx, me, room).await?.ok_or(AppError::NotFound)?;
    let role = standing.me.as_ref().map(|me| me.role);
    let by_themselves = user == me && standing.room.is_open();
    if user == me && role.is_some() {
        return Err(AppError::AlreadyMember);
    }
    if !standing.room.has_changing_members() || !(by_themselves || standing.room.may_manage(role, caller.viewer())) {
        return Err(AppError::Forbidden);
    }
    if standing.room.archived_at.is_some() {
        return Err(AppError::ChatRoomArchived);
    }
    if accounts::find_people(&mut tx, &[user]).await?.is_empty() {
        return Err(AppError::field(Field::UserId, Rule::Unknown));
    }
    if store::find_member(&mut tx, room, user).await?.is_some() {
        return Err(AppError::AlreadyMember);
    }
    let member = enter(&mut tx, &standing, user, MemberRole::Member, Some(me)).await?;
    tell_people(app, &mut tx, caller, &standing.room, RoomChange::Added { name: member.user.name.clone() }).await?;
    tx.commit_with(200, &Success::new("Member added successfully", &member)).await?;
    Ok(member)
}

/// Removes a person from a room; oneself from any room of more than two, others by its admins,
/// whose rank must be higher: it is noted with the reason, and the person is told.
///
/// # Errors
/// [`AppError::NotFound`], also for somebody who is no member; [`AppError::Forbidden`],
/// [`AppError::Validation`] for a reason that is too long.
pub async fn remove_member(
    app: &App,
    caller: &Caller,
    room: ChatRoomId,
    user: UserId,
    reason: &str,
) -> Result<(), AppError> {
    limit_changes(app, caller)?;
    check_reason(reason)?;
    let mut tx = app.begin(caller).await?;
    if user == caller.user.id {
        let (standing, _) = member_standing(&mut tx, caller, room).await?;
        if !standing.room.has_changing_members() {
            return Err(AppError::Forbidden);
        }
        let member = store::find_member(&mut tx, room, user).await?.ok_or(AppError::NotFound)?;
        leave(&mut tx, &standing.room, &member, user).await?;
        tell_people(app, &mut tx, caller, &standing.room, RoomChange::Left).await?;
    } else {
        let (standing, member) = find_subordinate(&mut tx, caller, room, user).await?;
        leave(&mut tx, &standing.room, &member, caller.user.id).await?;
        let room = &standing.room;
        tell_people(app, &mut tx, caller, room, RoomChange::Removed { name: member.user.name.clone() }).await?;
        let measure = Measure { room, user, what: Moderation::Removed, message: None, until: None, reason };
        moderate(app, &mut tx, caller, measure).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// A member to whom the caller may do something: whoever manages the room, to those below their rank.
async fn find_subordinate(
    conn: &mut Conn,
    caller: &Caller,
    room: ChatRoomId,
    user: UserId,
) -> Result<(Standing, Member), AppError> {
    let standing = store::find_standing(conn, caller.user.id, room).await?.ok_or(AppError::NotFound)?;
    let role = standing.me.as_ref().map(|me| me.role);
    if !standing.room.has_changing_members() || !standing.room.may_manage(role, caller.viewer()) {
        return Err(AppError::Forbidden);
    }
    let member = store::find_member(conn, room, user).await?.ok_or(AppError::NotFound)?;
    if standing.room.may_discipline(role, caller.viewer(), &member) {
        Ok((standing, member))
    } else {
        Err(AppError::Forbidden)
    }
}

/// Keeps a member from writing into a room for a while, or lets them again: they go on reading, and
/// leaving the room and coming back changes nothing. By the room's admins, whose rank must be higher;
/// it is noted with the reason, and the person is told.
///
/// # Errors
/// [`AppError::NotFound`], also for somebody who is no member; [`AppError::Forbidden`],
/// [`AppError::Validation`] for a reason that is too long.
pub async fn bar_member(
    app: &App,
    caller: &Caller,
    room: ChatRoomId,
    user: UserId,
    bar: Mute,
    reason: &str,
) -> Result<Member, AppError> {
    limit_changes(app, caller)?;
    check_reason(reason)?;
    let reason = reason.trim();
    let mut tx = app.begin(caller).await?;
    let (standing, before) = find_subordinate(&mut tx, caller, room, user).await?;
    let (now, me) = (tx.now(), caller.user.id);
    let until = end_of(app, caller, bar, now);
    if until.is_none() && before.barred_until.is_none() {
        tx.commit_with(200, &Success::new("Member updated successfully", &before)).await?;
        return Ok(before);
    }
    let what = match until {
        Some(until) => {
            store::upsert_bar(&mut tx, room, user, &Bar { until, reason: reason.to_owned() }).await?;
            Moderation::Barred
        }
        None => {
            store::delete_bar(&mut tx, room, user).await?;
            Moderation::Unbarred
        }
    };
    let member = store::find_member(&mut tx, room, user).await?.ok_or(AppError::NotFound)?;
    tx.emit(Topic::Chat(room), Some(me), Event::ChatMemberUpdated(member.clone()));
    let theirs = store::find_standing(&mut tx, user, room).await?.and_then(|standing| standing.me);
    let event = PlaceEvent { chat_room_id: room, place: theirs.ok_or(AppError::NotFound)?.place };
    tx.emit(Topic::User(user), Some(me), Event::ChatPlace(event));
    let measure = Measure { room: &standing.room, user, what, message: None, until, reason };
    moderate(app, &mut tx, caller, measure).await?;
    tx.commit_with(200, &Success::new("Member updated successfully", &member)).await?;
    Ok(member)
}

/// Gives a member another role; by the owner. Whoever makes another one the owner becomes an admin. It is noted.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`].
pub async fn set_role(
    app: &App,
    caller: &Caller,
    room: ChatRoomId,
    user: UserId,
    role: MemberRole,
) -> Result<Member, AppError> {
    limit_changes(app, caller)?;
    let mut tx = app.begin(caller).await?;
    let me = caller.user.id;
    let (standing, mine) = member_standing(&mut tx, caller, room).await?;
    if mine.role != MemberRole::Owner || user == me || !standing.room.has_changing_members() {
        return Err(AppError::Forbidden);
    }
    let before = store::find_member(&mut tx, room, user).await?.ok_or(AppError::NotFound)?;
    if before.role != role {
        let action = match role {
            MemberRole::Owner => "make_owner",
            MemberRole::Admin => "make_admin",
            MemberRole::Member => "make_member",
        };
        let now = tx.now();
        note(&mut tx, caller, &Deed { action, room, message: None, user: Some(user), reason: "" }, now).await?;
    }
    if role == MemberRole::Owner {
        promote(&mut tx, room, me, MemberRole::Admin, me).await?;
    }
    let member = promote(&mut tx, room, user, role, me).await?;
    tx.commit().await?;
    Ok(member)
}
