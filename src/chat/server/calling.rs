//! Whom a message calls: those it names, the other one of two, the people of a meeting whose talk
//! begins. Nobody who has the room before them, and nobody for their own message.

use super::store;
use crate::chat::model::{ChatRoom, Message, RoomKind, excerpt};
use crate::error::AppError;
use crate::ids::UserId;
use crate::notifications::model::{Call, ChatCall};
use crate::notifications::server::{self as notifications, Called};
use crate::presence::server as presence;
use crate::realtime::log::Tx;
use crate::server::state::App;

/// Why a message calls one of its room's other members.
fn call_for(room: &ChatRoom, message: &Message, user: UserId) -> Option<Call> {
    if message.mentions.user_ids.contains(&user) {
        return Some(Call::Mention);
    }
    match room.kind {
        _ if message.mentions.everyone => Some(Call::Everyone),
        RoomKind::Direct => Some(Call::Direct),
        RoomKind::Live if message.seq == 1 => Some(Call::Meeting),
        _ => None,
    }
}

/// Tells those whom a message calls, in its transaction. A message that calls nobody costs nothing.
///
/// # Errors
/// When the database fails.
pub(super) async fn call(app: &App, tx: &mut Tx, room: &ChatRoom, message: &Message) -> Result<(), AppError> {
    // Whoever is not named is called like any other member.
    let calls_all = call_for(room, message, UserId(0)).is_some();
    let named = &message.mentions.user_ids;
    if !calls_all && named.iter().all(|user| *user == message.user_id) {
        return Ok(());
    }
    let members = store::list_silences(tx, room.id, (!calls_all).then_some(named)).await?;
    let looking = presence::who_sees_chat(app, room.id);
    let now = tx.now();
    let excerpt = match &message.file {
        Some(file) if message.message.is_empty() => file.name.clone(),
        _ => excerpt(&message.message),
    };
    let called = members.into_iter().filter(|(user, _)| *user != message.user_id && !looking.contains(user));
    let called = called.filter_map(|(user, muted_until)| {
        let chat = ChatCall {
            chat_room_id: room.id,
            slug: room.slug.clone(),
            room: room.name.clone(),
            call: call_for(room, message, user)?,
            by: message.user.name.clone(),
            excerpt: excerpt.clone(),
            seq: message.seq,
            count: 1,
        };
        Some(Called { user, chat, muted: muted_until.is_some_and(|until| until > now) })
    });
    notifications::chat_called(app, tx, message.user_id, room.id, called.collect()).await
}
