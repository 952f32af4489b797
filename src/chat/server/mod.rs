//! Commands of chat; and what is read.

mod answers;
mod direct;
mod messages;
mod reading;
mod render;
mod rooms;
pub(crate) mod store;

pub use answers::{RoomAnswer, Success};
pub use messages::{delete_message, edit_message, react, send_message};
pub use reading::{mark_read, mark_unread, set_shows_reading};
pub use rooms::{add_member, create_room, mute_room, remove_member, set_role, update_room};

use super::live::{ChatRooms, OpenRoom, TypingEvent, Window, count_unread};
use super::model::{Channel, Look, Member, Message, MessageSeq};
use crate::accounts::server::Caller;
use crate::error::{AppError, Field, Rule};
use crate::ids::{ChatRoomId, MessageId, UserId};
use crate::realtime::log;
use crate::realtime::protocol::{Seq, Snapshot, Topic, Volatile};
use crate::realtime::volatile::{Item, Key, Watch, frame};
use crate::server::db::Conn;
use crate::server::state::App;
use crate::server::throttle::Throttle;
use crate::time::SECOND;
use store::{Me, Standing, Stretch};

/// How many messages a room shows when it is opened.
const OPENED: MessageSeq = 50;
/// How many a window can hold.
const MAX_WINDOW: MessageSeq = 500;
/// How many one page of history has at most (contracts §5.3).
const MAX_PAGE: u32 = 100;

/// How much one person may write: 30 messages in 10 seconds (contracts §2.1).
#[derive(Clone, Copy, Debug)]
pub struct Flood {
    pub messages: usize,
    pub window_ms: i64,
}

impl Default for Flood {
    fn default() -> Self {
        Self { messages: 30, window_ms: 10 * SECOND }
    }
}

/// What chat remembers in memory.
pub struct Chat {
    /// Counts what each person sends.
    sent: Throttle<UserId>,
}

impl Chat {
    #[must_use]
    pub fn new(flood: Flood) -> Self {
        Self { sent: Throttle::new(flood.messages, flood.window_ms) }
    }
}

/// The topics of the rooms that a person is in.
///
/// # Errors
/// When the database fails.
pub async fn topics_of(conn: &mut Conn, user: UserId) -> Result<Vec<Topic>, AppError> {
    Ok(store::list_room_ids(conn, user).await?.into_iter().map(Topic::Chat).collect())
}

/// Tells those who have the room open that the caller is writing. Whether the caller is a member is
/// for whoever calls this to know.
pub fn tell_typing(app: &App, caller: &Caller, room: ChatRoomId) {
    let me = caller.user.id;
    let event = TypingEvent { chat_room_id: room, user_id: me, name: caller.user.name.clone() };
    let text = frame(Volatile::Typing(event), app.now());
    // One value for each who writes in a room; the numbers of both fit beside each other.
    let key = Key("typing", room.0.wrapping_mul(1_000_003) ^ me.0);
    app.plane.publish(key, |audience| {
        let watches = audience.user != me && audience.watches.contains(&Watch::Chat(room));
        watches.then(|| Item::Frame(text.clone()))
    });
}

/// The room that an address names: by its id, or by its slug, which is never digits alone.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn find_room_named(app: &App, name: &str) -> Result<ChatRoomId, AppError> {
    if let Ok(id) = name.parse() {
        return Ok(ChatRoomId(id));
    }
    let mut read = app.read().await?;
    let found = store::find_id_by_slug(&mut read, name).await?;
    read.end().await?;
    found.ok_or(AppError::NotFound)
}

/// The rooms that the caller is in.
///
/// # Errors
/// When the database fails.
pub async fn chat_rooms(app: &App, caller: &Caller) -> Result<Snapshot<ChatRooms>, AppError> {
    let mut read = app.read().await?;
    let seq = log::head(&mut read).await?;
    let rooms = store::list_rooms(&mut read, caller.user.id, None).await?;
    read.end().await?;
    Ok(snapshot(app, ChatRooms { rooms }, seq))
}

/// Channels that the caller can join or has joined.
///
/// # Errors
/// When the database fails.
pub async fn list_channels(app: &App, caller: &Caller) -> Result<Vec<Channel>, AppError> {
    let mut read = app.read().await?;
    let found = store::list_channels(&mut read, caller.user.id).await?;
    read.end().await?;
    Ok(found.into_iter().map(|s| Channel { joined: s.me.is_some(), room: s.room }).collect())
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
    let window = window_of(look, standing.last_seq);
    let messages = match window.thread {
        Some(root) => store::list_thread(&mut read, room, root, MAX_WINDOW).await?,
        None => store::list_messages(&mut read, room, Stretch::from(window)).await?,
    };
    let members = store::list_members(&mut read, room).await?;
    read.end().await?;
    if window.thread.is_some_and(|root| messages.iter().all(|message| message.id != root)) {
        return Err(AppError::NotFound);
    }
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
fn window_of(look: Look, last_seq: MessageSeq) -> Window {
    let (from, to, thread) = match look {
        Look::Latest => (last_seq - OPENED + 1, None, None),
        Look::From(from) => (from.max(last_seq - MAX_WINDOW + 1), None, None),
        Look::Around(seq) => {
            let to = seq.saturating_add(OPENED / 2);
            (seq.saturating_sub(OPENED / 2), (to < last_seq).then_some(to), None)
        }
        Look::Between(from, to) => (from, Some(to.min(from.max(1).saturating_add(MAX_WINDOW - 1))), None),
        Look::Thread(root) => (1, None, Some(root)),
    };
    Window { from: from.max(1), to, thread }
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
    read.end().await?;
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
    read.end().await?;
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
    read.end().await?;
    for member in &mut members {
        member.unread_count = member.last_read_seq.map_or(0, |read| standing.last_seq - read);
    }
    Ok(members)
}

/// What the caller's room is like, for commands of another capability and for the sockets of other
/// contracts: whether the caller is a member, and what the newest message is.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`].
async fn member_standing(conn: &mut Conn, caller: &Caller, room: ChatRoomId) -> Result<(Standing, Me), AppError> {
    let standing = store::find_standing(conn, caller.user.id, room).await?.ok_or(AppError::NotFound)?;
    match standing.me.clone() {
        Some(me) => Ok((standing, me)),
        None => Err(AppError::Forbidden),
    }
}

/// Whether the caller is a member of a room, and the number of its newest message.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`].
pub async fn require_member(app: &App, caller: &Caller, room: ChatRoomId) -> Result<MessageSeq, AppError> {
    let mut read = app.read().await?;
    let (standing, _) = member_standing(&mut read, caller, room).await?;
    read.end().await?;
    Ok(standing.last_seq)
}

fn snapshot<S>(app: &App, state: S, seq: Seq) -> Snapshot<S> {
    Snapshot { state, seq, log_id: app.log.id().into(), server_time: app.now() }
}
