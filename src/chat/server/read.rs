//! What is read: the list of rooms, a room, its history.

use super::store::{self, Standing, Stretch};
use super::{find_room_named, member_standing, snapshot};
use crate::accounts::server::Caller;
use crate::chat::live::{ChatRooms, ListedRoom, OpenRoom, Window, count_unread};
use crate::chat::model::{Channel, Look, Member, Message, MessageSeq};
use crate::error::{AppError, Field, Rule};
use crate::ids::{ChatRoomId, MessageId};
use crate::realtime::log;
use crate::realtime::protocol::Snapshot;
use crate::server::db::Conn;
use crate::server::state::App;

/// How many messages a room shows when it is opened.
const OPENED: MessageSeq = 50;
/// How many a window can hold.
const MAX_WINDOW: MessageSeq = 500;
/// How many one page of history has at most (contracts §5.3).
const MAX_PAGE: u32 = 100;

/// The rooms that the caller is in.
///
/// # Errors
/// When the database fails.
pub async fn chat_rooms(app: &App, caller: &Caller) -> Result<Snapshot<ChatRooms>, AppError> {
    let mut read = app.read().await?;
    let seq = log::head(&mut read).await?;
    let rooms = store::list_rooms(&mut read, caller.user.id, None).await?;
    read.end();
    Ok(snapshot(app, ChatRooms { rooms }, seq))
}

/// The caller's rooms that are open, by what their list calls them.
///
/// # Errors
/// When the database fails.
pub async fn list_titles(app: &App, caller: &Caller) -> Result<Vec<(ChatRoomId, String)>, AppError> {
    let rooms = chat_rooms(app, caller).await?.state.rooms;
    let open = rooms.into_iter().filter(|(_, listed)| listed.room.archived_at.is_none());
    let mut titles: Vec<_> = open.map(|(id, listed)| (id, listed.title().to_owned())).collect();
    titles.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(titles)
}

/// Channels that the caller can join or has joined.
///
/// # Errors
/// When the database fails.
pub async fn list_channels(app: &App, caller: &Caller) -> Result<Vec<Channel>, AppError> {
    let mut read = app.read().await?;
    let found = store::list_channels(&mut read, caller.user.id).await?;
    read.end();
    Ok(found.into_iter().map(channel_of).collect())
}

/// The channel that an address names, by its id or its slug; nothing for what not everybody may join.
///
/// # Errors
/// When the database fails.
pub async fn find_channel(app: &App, caller: &Caller, name: &str) -> Result<Option<Channel>, AppError> {
    let room = match find_room_named(app, name).await {
        Err(AppError::NotFound) => return Ok(None),
        found => found?,
    };
    let mut read = app.read().await?;
    let standing = store::find_standing(&mut read, caller.user.id, room).await?;
    read.end();
    Ok(standing.filter(|standing| standing.room.is_open()).map(channel_of))
}

fn channel_of(standing: Standing) -> Channel {
    Channel { joined: standing.me.is_some(), room: standing.room }
}

/// A room as its members see it, and a stretch of its history.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`] for whoever is no member.
pub async fn open_room(
    app: &App,
    caller: &Caller,
    room: ChatRoomId,
    look: Look,
) -> Result<Snapshot<OpenRoom>, AppError> {
    let mut read = app.read().await?;
    let seq = log::head(&mut read).await?;
    let (standing, _) = member_standing(&mut read, caller, room).await?;
    let (window, messages) = read_stretch(&mut read, room, look, standing.last_seq).await?;
    let members = store::list_members(&mut read, room).await?;
    read.end();
    let mut state = OpenRoom {
        room: standing.room,
        members: members.into_iter().map(|member| (member.user_id, member)).collect(),
        window,
        messages,
        last_seq: standing.last_seq,
        closed: false,
    };
    state.recount();
    Ok(snapshot(app, state, seq))
}

/// What of a room with so many messages a look at it shows.
async fn read_stretch(
    conn: &mut Conn,
    room: ChatRoomId,
    look: Look,
    last_seq: MessageSeq,
) -> Result<(Window, Vec<Message>), AppError> {
    let (from, to) = match look {
        Look::Thread(root) => return read_thread(conn, room, root, None).await,
        Look::ThreadAround(root, reply) => return read_thread(conn, room, root, Some(reply)).await,
        Look::Latest => (last_seq - OPENED + 1, None),
        Look::From(from) => (from.max(last_seq - MAX_WINDOW + 1), None),
        Look::Around(seq) => {
            let to = seq.saturating_add(OPENED / 2);
            (seq.saturating_sub(OPENED / 2), (to < last_seq).then_some(to))
        }
        Look::Between(from, to) => (from, Some(to.min(from.max(1).saturating_add(MAX_WINDOW - 1)))),
    };
    let window = Window { from: from.max(1), to, thread: None };
    Ok((window, store::list_messages(conn, room, Stretch::from(window)).await?))
}

/// A message and the replies in its thread: the newest that a window can hold, or as many around one of them.
async fn read_thread(
    conn: &mut Conn,
    room: ChatRoomId,
    root: MessageId,
    around: Option<MessageSeq>,
) -> Result<(Window, Vec<Message>), AppError> {
    let first = store::find_message(conn, root).await?.filter(|message| message.chat_room_id == room);
    let mut messages = vec![first.ok_or(AppError::NotFound)?];
    let (middle, most) = around.map_or((MessageSeq::MAX, MAX_WINDOW), |reply| (reply, MAX_WINDOW / 2));
    // One more than is shown says that there are more.
    let most_shown = usize::try_from(most).unwrap_or(usize::MAX);
    let before = Stretch { from: 1, to: middle, limit: most + 1, oldest: false };
    let before = store::list_replies(conn, room, root, before).await?;
    let beyond = before.len().saturating_sub(most_shown);
    let from = if beyond > 0 { before[beyond].seq } else { 1 };
    messages.extend(before.into_iter().skip(beyond));
    let mut to = None;
    if around.is_some() {
        let after = Stretch { from: middle.saturating_add(1), to: MessageSeq::MAX, limit: most + 1, oldest: true };
        let after = store::list_replies(conn, room, root, after).await?;
        if after.len() > most_shown {
            to = Some(after[most_shown - 1].seq);
        }
        messages.extend(after.into_iter().take(most_shown));
    }
    Ok((Window { from, to, thread: Some(root) }, messages))
}

/// Which messages of a room's history are wanted. Without bounds, the newest.
#[derive(Clone, Copy, Debug, Default)]
pub struct History {
    pub before_seq: Option<MessageSeq>,
    pub after_seq: Option<MessageSeq>,
    /// 1 to 100; 50 when there is none.
    pub limit: Option<u32>,
}

/// A page of a room's history, in order.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`] for whoever is no member, [`AppError::Validation`].
pub async fn list_messages(
    app: &App,
    caller: &Caller,
    room: ChatRoomId,
    history: History,
) -> Result<Vec<Message>, AppError> {
    let limit = history.limit.unwrap_or(50);
    if !(1..=MAX_PAGE).contains(&limit) {
        return Err(AppError::field(Field::Limit, Rule::Range { min: 1, max: MAX_PAGE }));
    }
    let mut read = app.read().await?;
    member_standing(&mut read, caller, room).await?;
    let stretch = Stretch {
        from: history.after_seq.map_or(1, |seq| seq.saturating_add(1)),
        to: history.before_seq.map_or(MessageSeq::MAX, |seq| seq.saturating_sub(1)),
        limit: i64::from(limit),
        oldest: history.after_seq.is_some() && history.before_seq.is_none(),
    };
    let mut messages = store::list_messages(&mut read, room, stretch).await?;
    let read_seqs = store::list_read_seqs(&mut read, room).await?;
    read.end();
    count_unread(&mut messages, &read_seqs);
    Ok(messages)
}

/// One message, for the members of its room.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`].
pub async fn find_message(app: &App, caller: &Caller, id: MessageId) -> Result<Message, AppError> {
    let mut read = app.read().await?;
    let message = store::find_message(&mut read, id).await?.ok_or(AppError::NotFound)?;
    member_standing(&mut read, caller, message.chat_room_id).await?;
    read.end();
    Ok(message)
}

/// A room's members by id, each with how many messages they have not read.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`] for whoever is no member.
pub async fn list_members(app: &App, caller: &Caller, room: ChatRoomId) -> Result<Vec<Member>, AppError> {
    let mut read = app.read().await?;
    let (standing, _) = member_standing(&mut read, caller, room).await?;
    let mut members = store::list_members(&mut read, room).await?;
    read.end();
    for member in &mut members {
        member.unread_count = member.last_read_seq.map_or(0, |read| standing.last_seq - read);
    }
    Ok(members)
}

/// One of the caller's rooms as their list shows it.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`] for whoever is no member.
pub async fn find_listed_room(app: &App, caller: &Caller, room: ChatRoomId) -> Result<ListedRoom, AppError> {
    let mut read = app.read().await?;
    member_standing(&mut read, caller, room).await?;
    let listed = store::list_rooms(&mut read, caller.user.id, Some(room)).await?.remove(&room);
    read.end();
    listed.ok_or(AppError::NotFound)
}

/// A page of a room's history, counted from the newest message, and who has read how far.
pub struct HistoryPage {
    /// Oldest first.
    pub messages: Vec<Message>,
    pub members: Vec<Member>,
    pub total_count: i64,
}

/// A page of a room's history (contracts §3.3): page 1 has the newest `limit` messages.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`] for whoever is no member, [`AppError::Validation`].
pub async fn list_page(
    app: &App,
    caller: &Caller,
    room: ChatRoomId,
    page: u32,
    limit: u32,
) -> Result<HistoryPage, AppError> {
    if !(1..=MAX_PAGE).contains(&limit) {
        return Err(AppError::field(Field::Limit, Rule::Range { min: 1, max: MAX_PAGE }));
    }
    if page == 0 {
        return Err(AppError::field(Field::Page, Rule::Range { min: 1, max: u32::MAX }));
    }
    let mut read = app.read().await?;
    let (standing, _) = member_standing(&mut read, caller, room).await?;
    // Messages are numbered without gaps: nothing is counted.
    let to = standing.last_seq - i64::from(page - 1) * i64::from(limit);
    let stretch = Stretch { from: to - i64::from(limit) + 1, to, limit: i64::from(limit), oldest: true };
    let messages = store::list_messages(&mut read, room, stretch).await?;
    let members = store::list_members(&mut read, room).await?;
    read.end();
    Ok(HistoryPage { messages, members, total_count: standing.last_seq })
}
