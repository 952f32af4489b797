//! Who is told of a message in a chat room: called by the commands of chat, in their transactions.
//!
//! A person has one unread notification for each room: a newer message takes its place, and it is
//! read with the room.

use super::marks::emit_unread;
use super::preferences::Wishes;
use super::read::find_center;
use super::store::{self, NewRow};
use super::tell::{Notice, emit_created};
use crate::error::AppError;
use crate::ids::{ChatRoomId, UserId};
use crate::notifications::live::{HeldEvent, Replaced};
use crate::notifications::model::{Call, ChatCall, Decision, NotificationId, NotificationKind, Reason, chat_group};
use crate::realtime::log::Tx;
use crate::realtime::protocol::{Event, Topic};
use crate::server::state::App;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Somebody whom a message calls.
pub struct Called {
    pub user: UserId,
    pub chat: ChatCall,
    /// Whether they have silenced the room.
    pub muted: bool,
}

/// A message in a room calls people, by their own preferences and quiet hours. What was decided is
/// kept, also when it is not to tell. Gives those whose list has it now.
///
/// Whoever only missed it is told once: while something of the room is unread in their list, or was
/// decided not to be told, further messages that they miss change nothing.
///
/// # Errors
/// When the database fails.
pub async fn chat_called(
    app: &App,
    tx: &mut Tx,
    actor: UserId,
    room: ChatRoomId,
    mut called: Vec<Called>,
) -> Result<Vec<UserId>, AppError> {
    let missed = |called: &Called| called.chat.call == Call::Missed;
    if called.iter().any(missed) {
        let people: Vec<UserId> = called.iter().filter(|called| missed(called)).map(|called| called.user).collect();
        let waiting = store::list_with_unread(tx, &chat_group(room), &people).await?;
        called.retain(|called| !(missed(called) && waiting.contains(&called.user)));
    }
    if called.is_empty() {
        return Ok(Vec::new());
    }
    let people: Vec<UserId> = called.iter().map(|called| called.user).collect();
    let wishes = Wishes::of(tx, &people).await?;
    let held = store::list_held(tx, &people).await?;
    let (now, zone) = (tx.now(), app.zone_around(tx.now()));
    let mut rows: Vec<NewRow> = called
        .into_iter()
        .map(|Called { user, chat, muted }| {
            let entry = Notice::from(NotificationKind::Chat { chat }).entry(now);
            let decision = if muted {
                Decision { in_app: Reason::Muted, browser: Reason::Muted }
            } else {
                let decision = wishes.get(user).decide(entry.category(), entry.priority, now, &zone);
                if held.contains(&user) && entry.can_wait() { decision.held() } else { decision }
            };
            NewRow { user, entry, decision }
        })
        .collect();
    let Taken { mut replaced, mut waited } = take_places(tx, room, &mut rows).await?;
    store::insert_notifications(tx, &rows).await?;
    let told = rows.iter().filter(|row| row.decision.in_app.is_told()).map(|row| row.user).collect();
    for row in rows {
        let replaced = replaced.remove(&row.user).unwrap_or_default();
        if let Some(fewer) = waited.remove(&row.user) {
            tx.emit(Topic::User(row.user), Some(actor), Event::NotificationHeld(HeldEvent { added: -fewer }));
        }
        emit_created(tx, Some(actor), row, replaced, &zone);
    }
    Ok(told)
}

/// What stood where newer ones stand now.
#[derive(Default)]
struct Taken {
    /// What was in people's lists.
    replaced: HashMap<UserId, Vec<Replaced>>,
    /// How many waited while people concentrate.
    waited: HashMap<UserId, i32>,
}

/// Takes out what stood where these will stand, and goes on counting from it.
async fn take_places(tx: &mut Tx, room: ChatRoomId, rows: &mut [NewRow]) -> Result<Taken, AppError> {
    let group = chat_group(room);
    let (told, untold): (Vec<&NewRow>, Vec<&NewRow>) = rows.iter().partition(|row| row.decision.in_app.is_told());
    let users = |rows: Vec<&NewRow>| -> Vec<UserId> { rows.into_iter().map(|row| row.user).collect() };
    let (told, untold) = (users(told), users(untold));
    let listed = store::take_unread(tx, &group, &told, true).await?;
    let unlisted = store::take_unread(tx, &group, &untold, false).await?;
    let seq = rows.first().and_then(|row| row.entry.data.chat()).map(|chat| chat.seq);
    let mut counts: HashMap<UserId, u32> = HashMap::new();
    for before in listed.iter().chain(&unlisted) {
        let Some(chat) = before.data.chat() else { continue };
        // The same message, which calls anew after it was changed, counts once.
        *counts.entry(before.user).or_default() += chat.count - u32::from(Some(chat.seq) == seq);
    }
    for row in rows {
        if let NotificationKind::Chat { chat } = &mut row.entry.data {
            chat.count += counts.get(&row.user).copied().unwrap_or(0);
        }
    }
    let mut taken = Taken::default();
    for before in listed {
        taken.replaced.entry(before.user).or_default().push(Replaced { id: before.id, unseen: before.is_unseen });
    }
    for before in unlisted.into_iter().filter(|before| before.is_listed) {
        *taken.waited.entry(before.user).or_default() += 1;
    }
    Ok(taken)
}

/// Of each room of which something waits for a person, what they had unread before and what waits
/// become one: what is newest stands for all.
///
/// # Errors
/// When the database fails.
pub(super) async fn join_held(tx: &mut Tx, user: UserId) -> Result<(), AppError> {
    let mut newest: BTreeMap<ChatRoomId, (NotificationId, ChatCall)> = BTreeMap::new();
    let mut older = Vec::new();
    for told in store::list_beside_held_calls(tx, user).await? {
        let NotificationKind::Chat { mut chat } = told.data else { continue };
        if let Some((id, before)) = newest.remove(&chat.chat_room_id) {
            chat.count += before.count;
            older.push((id, chat.chat_room_id));
        }
        newest.insert(chat.chat_room_id, (told.id, chat));
    }
    for room in older.iter().map(|(_, room)| room).collect::<BTreeSet<_>>() {
        if let Some((id, chat)) = newest.remove(room) {
            store::update_data(tx, &[id], &NotificationKind::Chat { chat }).await?;
        }
    }
    let older: Vec<NotificationId> = older.into_iter().map(|(id, _)| id).collect();
    store::delete_notifications(tx, &older).await?;
    Ok(())
}

/// A person has read a room up to a message: what told of it is read too.
///
/// # Errors
/// When the database fails.
pub async fn chat_read(tx: &mut Tx, user: UserId, room: ChatRoomId, up_to: i64) -> Result<(), AppError> {
    let now = tx.now();
    let mut listed = false;
    for told in store::list_unread_of(tx, &chat_group(room), user).await? {
        if told.data.chat().is_some_and(|chat| chat.seq <= up_to) {
            store::update_read(tx, &told.id, now).await?;
            listed |= told.is_listed;
        }
    }
    if listed {
        show_again(tx, user).await?;
    }
    Ok(())
}

/// A person is in a room no more: nothing tells them of it.
///
/// # Errors
/// When the database fails.
pub async fn chat_left(tx: &mut Tx, user: UserId, room: ChatRoomId) -> Result<(), AppError> {
    if store::delete_group_of(tx, &chat_group(room), user).await? > 0 {
        show_again(tx, user).await?;
    }
    Ok(())
}

/// Tells a person's screens what their bell shows now.
pub(super) async fn show_again(tx: &mut Tx, user: UserId) -> Result<(), AppError> {
    let center = find_center(tx, user).await?;
    emit_unread(tx, user, center, true);
    Ok(())
}
