//! Whom a message calls: those it names, the other one of two, the people of a meeting whose talk
//! begins, and of a private room those who are nowhere to see it. Nobody who has the room before
//! them, and nobody for their own message.

use super::store;
use crate::chat::model::{ChatRoom, Mentions, Message, RoomKind};
use crate::error::AppError;
use crate::ids::UserId;
use crate::notifications::model::{Call, ChatCall};
use crate::notifications::server::{self as notifications, Called};
use crate::presence::server as presence;
use crate::realtime::log::Tx;
use crate::server::state::App;
use std::collections::HashSet;

/// Why a message calls one of its room's other members, who is here on some surface or on none.
fn call_for(room: &ChatRoom, message: &Message, user: UserId, is_here: bool) -> Option<Call> {
    if message.mentions.user_ids.contains(&user) {
        return Some(Call::Mention);
    }
    match room.kind {
        _ if message.mentions.everyone => Some(Call::Everyone),
        RoomKind::Direct => Some(Call::Direct),
        RoomKind::Live if message.seq == 1 => Some(Call::Meeting),
        RoomKind::Private if !is_here => Some(Call::Missed),
        _ => None,
    }
}

/// Tells those whom a new message calls, in its transaction. A message that calls nobody costs
/// nothing; in a private room, one statement says who is in it.
///
/// Who is offline is told like this (contracts §3.1): whoever has no socket on any surface finds one
/// notification of each private room or person that has written since they last read it. Channels
/// tell only those whom they call: there, the count of unread messages is enough.
///
/// # Errors
/// When the database fails.
pub(super) async fn call(app: &App, tx: &mut Tx, room: &ChatRoom, message: &Message) -> Result<(), AppError> {
    // Whoever is not named is called like any other member.
    let may_call_all = call_for(room, message, UserId(0), false).is_some();
    let named = &message.mentions.user_ids;
    if !may_call_all && named.iter().all(|user| *user == message.user_id) {
        return Ok(());
    }
    tell(app, tx, room, message, (!may_call_all).then_some(named), |_| true).await
}

/// Tells those whom a changed message calls and whom it has not called before.
///
/// # Errors
/// When the database fails.
pub(super) async fn call_added(
    app: &App,
    tx: &mut Tx,
    room: &ChatRoom,
    message: &Message,
    before: &Mentions,
) -> Result<(), AppError> {
    let uncalled = Message { mentions: Mentions::default(), ..message.clone() };
    // What a message calls without naming anybody, it called when it was sent.
    if before.everyone || call_for(room, &uncalled, UserId(0), true).is_some() {
        return Ok(());
    }
    let calls = &message.mentions;
    let added: Vec<UserId> = calls.user_ids.iter().copied().filter(|user| !before.include(*user)).collect();
    if added.is_empty() && !calls.everyone {
        return Ok(());
    }
    tell(app, tx, room, message, (!calls.everyone).then_some(&added), |user| !before.include(user)).await
}

/// Tells those of a room's members whom a message calls: only some of them when `only` names them.
async fn tell(
    app: &App,
    tx: &mut Tx,
    room: &ChatRoom,
    message: &Message,
    only: Option<&Vec<UserId>>,
    is_meant: impl Fn(UserId) -> bool,
) -> Result<(), AppError> {
    let mut members = store::list_silences(tx, room.id, only).await?;
    members.retain(|(user, _)| *user != message.user_id && is_meant(*user));
    let looking = presence::who_sees_chat(app, room.id);
    let here = presence::who_is_connected(app, members.iter().map(|(user, _)| *user));
    let now = tx.now();
    let excerpt = message.as_read();
    let called = members.into_iter().filter(|(user, _)| !looking.contains(user));
    let called = called.filter_map(|(user, muted_until)| {
        let chat = ChatCall {
            chat_room_id: room.id,
            slug: room.slug.clone(),
            room: room.name.clone(),
            call: call_for(room, message, user, here.contains(&user))?,
            by: message.user.name.clone(),
            excerpt: excerpt.clone(),
            seq: message.seq,
            count: 1,
        };
        Some(Called { user, chat, muted: muted_until.is_some_and(|until| until > now) })
    });
    let told = notifications::chat_called(app, tx, message.user_id, room.id, called.collect()).await?;
    log_offline(&told, &here);
    Ok(())
}

/// The log line of contracts §3.1, with the ids of those who were told and are not here.
fn log_offline(told: &[UserId], here: &HashSet<UserId>) {
    let offline: Vec<String> = told.iter().filter(|user| !here.contains(user)).map(UserId::to_string).collect();
    if !offline.is_empty() {
        tracing::info!("오프라인 사용자 알림 처리: {}", offline.join(" "));
    }
}
