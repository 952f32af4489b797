//! Commands of chat; and what is read.

mod answers;
mod calling;
mod changes;
mod colleagues;
mod direct;
mod file_store;
pub mod files;
mod here;
pub mod jobs;
mod kept;
mod meeting;
mod members;
mod messages;
pub mod moderation;
mod read;
mod reading;
mod render;
mod rooms;
mod search;
pub(crate) mod store;
mod telling;

pub use answers::{RoomAnswer, Success, Uploaded};
pub use changes::{delete_message, edit_message, react};
pub use colleagues::list_colleagues;
pub use here::{Listening, listen, tell_presence};
pub use kept::{keep_message, kept_messages};
pub(crate) use meeting::{booking_changed, booking_closed, booking_deleted};
pub use members::{add_member, bar_member, remove_member, set_role};
pub use messages::send_message;
pub use read::{
    History, HistoryPage, chat_rooms, find_channel, find_listed_room, find_message, list_channels, list_members,
    list_messages, list_page, list_titles, open_room,
};
pub use reading::{mark_read, mark_unread, set_shows_reading, shows_reading};
#[cfg(test)]
pub(crate) use render::render;
pub use rooms::{create_room, mute_room, update_room};
pub use search::search_messages;

use super::live::TypingEvent;
use super::model::{MessageSeq, check_slug};
use crate::accounts::server::Caller;
use crate::error::AppError;
use crate::ids::{ChatRoomId, MessageId, UserId};
use crate::presence::server as presence;
use crate::realtime::protocol::{Seq, Snapshot, Topic, Volatile};
use crate::realtime::volatile::{Item, Key, Watch, frame};
use crate::server::db::Conn;
use crate::server::state::App;
use crate::server::throttle::Throttle;
use crate::time::{MINUTE, SECOND};
use store::{Me, Standing};

/// Sockets of the chat contract that one person may open in a minute (contracts §6, C14).
const SOCKETS_PER_MINUTE: usize = 60;

/// How much one person may change in rooms and messages: more than hands do, less than would slow others.
const CHANGES: usize = 200;
const CHANGES_WINDOW_MS: i64 = 10 * SECOND;
const UPLOADS_PER_MINUTE: usize = 60;

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
    /// Counts what else each person does: every change is told to everybody in the room.
    changed: Throttle<UserId>,
    /// Counts the files that each person brings.
    uploaded: Throttle<UserId>,
    /// Counts the sockets of the chat contract that each person opens (contracts §6, C14).
    pub sockets: Throttle<UserId>,
    /// Who listens to which room by the chat contract.
    pub here: here::Here,
}

impl Chat {
    #[must_use]
    pub fn new(flood: Flood) -> Self {
        Self {
            sent: Throttle::new(flood.messages, flood.window_ms),
            changed: Throttle::new(CHANGES, CHANGES_WINDOW_MS),
            uploaded: Throttle::new(UPLOADS_PER_MINUTE, MINUTE),
            sockets: Throttle::new(SOCKETS_PER_MINUTE, MINUTE),
            here: here::Here::default(),
        }
    }
}

/// Counts one change of the caller's, of whatever kind but sending.
fn limit_changes(app: &App, caller: &Caller) -> Result<(), AppError> {
    let limited = |retry_after_secs| AppError::RateLimitExceeded { retry_after_secs };
    app.chat.changed.count(&caller.user.id, app.now()).map_err(limited)
}

/// The topics of the rooms that a person is in.
///
/// # Errors
/// When the database fails.
pub async fn topics_of(conn: &mut Conn, user: UserId) -> Result<Vec<Topic>, AppError> {
    Ok(store::list_room_ids(conn, user).await?.into_iter().map(Topic::Chat).collect())
}

/// Tells those who have the room open that the caller is writing, unless the caller hides. Whether the caller is a
/// member is for whoever calls this to know.
pub fn tell_typing(app: &App, caller: &Caller, room: ChatRoomId) {
    let me = caller.user.id;
    if !presence::is_shown(app, me) {
        return;
    }
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
    // What no room can be called is not asked for: Postgres would choke on some of it.
    check_slug(name).map_err(|_| AppError::NotFound)?;
    let mut read = app.read().await?;
    let found = store::find_id_by_slug(&mut read, name).await?;
    read.end();
    found.ok_or(AppError::NotFound)
}

/// A message as an address names it: by its id alone, or as one of a room. In any other room it is not found.
#[derive(Clone, Copy, Debug)]
pub struct Addressed {
    id: MessageId,
    room: Option<ChatRoomId>,
}

impl From<MessageId> for Addressed {
    fn from(id: MessageId) -> Self {
        Self { id, room: None }
    }
}

impl Addressed {
    /// A message below the room that an address names.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for the room.
    pub async fn in_room(app: &App, room: &str, id: MessageId) -> Result<Self, AppError> {
        Ok(Self { id, room: Some(find_room_named(app, room).await?) })
    }
}

/// Who owns the room that an address names.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn find_owner(app: &App, name: &str) -> Result<Option<UserId>, AppError> {
    let room = find_room_named(app, name).await?;
    let mut read = app.read().await?;
    let owner = store::find_owner(&mut read, room).await?;
    read.end();
    Ok(owner)
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
    read.end();
    Ok(standing.last_seq)
}

/// Whether the caller may write in a room now.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`] for whoever is no member, [`AppError::ChatRoomArchived`],
/// [`AppError::WritingBarred`].
pub async fn require_writer(app: &App, caller: &Caller, room: ChatRoomId) -> Result<(), AppError> {
    let mut read = app.read().await?;
    let (standing, _) = member_standing(&mut read, caller, room).await?;
    read.end();
    standing.check_writing(app.now())
}

/// The members of a room of the caller's.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`].
pub async fn list_people_of(conn: &mut Conn, caller: &Caller, room: ChatRoomId) -> Result<Vec<UserId>, AppError> {
    member_standing(conn, caller, room).await?;
    Ok(store::list_names(conn, room).await?.into_iter().map(|(user, _)| user).collect())
}

fn snapshot<S>(app: &App, state: S, seq: Seq) -> Snapshot<S> {
    Snapshot { state, seq, log_id: app.log.id().into(), server_time: app.now() }
}
