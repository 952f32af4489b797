//! Server functions: what the chat page calls. Each hands over to the command that REST calls too.
//!
//! The page in short:
//! * The list is a live slice: `use_live(chat_rooms().await?, chat_rooms)`. It has the unread and
//!   mention counts, the last message and who is silent; it follows rooms that come and go.
//! * An open room is a live slice: `use_live(open_chat_room(id, Look::Latest).await?, …)`. It has the
//!   members and the newest messages, and keeps both right: edits, reactions, who has not read
//!   (`unread_by`), replies in threads (`reply_count`). The main log passes over messages with a
//!   `thread_root`; a thread is a slice of its own: `Look::Thread(root)`. For the slice to hold its
//!   stretch when it is fetched anew, fetch with `Look::From(window.from)`, or with
//!   `Look::Between(from, to)` when the window has an end. Of a thread that is longer than a window,
//!   `Look::ThreadAround(root, seq)` has the part around a reply.
//! * Older and newer messages beyond the window: [`chat_messages`], by `seq`, which has no gaps. They
//!   are kept right by `on_frame` and [`OpenRoom`]'s own rules, or by moving the window.
//! * A message carries `html`, made and washed by the server: `inner_html` may show it.
//! * [`send_chat_message`] with a `client_msg_id` of the page's own may be repeated after any failure:
//!   the first answer comes again, and nobody gets the message twice. The event on the socket has the
//!   same `client_msg_id`, so what waits in the outbox is known by it.
//! * Typing: `use_view_while(View::Chat(id), …)` while the room can be seen; `plane.type_in(id)` says that
//!   the person is writing (at most every three seconds); `plane.typing` has who writes where.
//! * Files: `POST /api/v1/chat/rooms/{id}/files?name=…` with the bytes as body (an `XMLHttpRequest` tells
//!   its progress) answers `{data: {file_url, file}}`; the message then carries that `file_url` and
//!   `message_type` image (when `file.width` is there) or file. `message.file` has name, size and type.
//! * Rules to check while typing: [`count_characters`](super::model::count_characters),
//!   [`find_mentions`](super::model::find_mentions), and everything else in [`super::model`].

mod oversight;

pub use oversight::{chat_audit, chat_oversight, chat_versions, review_chat_room};

use super::live::{ChatRooms, KeptMessages, ListedRoom, OpenRoom, Place};
use super::model::{
    Channel, ChatRoom, ChatRoomPatch, Hits, Look, Member, MemberRole, Message, MessageSeq, Mute, NewChatRoom,
    NewMessage,
};
use crate::error::AppError;
use crate::ids::{ChatRoomId, MessageId, UserId};
use crate::json::Json;
use crate::realtime::protocol::Snapshot;
use leptos::prelude::*;

/// The caller's rooms.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(name = FetchChatRooms, prefix = "/fn", endpoint = "chat_rooms", input = Json, output = Json)]
pub async fn chat_rooms() -> Result<Snapshot<ChatRooms>, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::chat_rooms(&app, &caller).await
}

/// A room with its members and a stretch of its history.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`] for whoever is no member.
#[server(name = OpenChatRoom, prefix = "/fn", endpoint = "open_chat_room", input = Json, output = Json)]
pub async fn open_chat_room(room: ChatRoomId, look: Look) -> Result<Snapshot<OpenRoom>, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::open_room(&app, &caller, room, look).await
}

/// Messages before or after one, in order; at most 100. Without either, the newest.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`], [`AppError::Validation`].
#[server(name = FetchChatMessages, prefix = "/fn", endpoint = "chat_messages", input = Json, output = Json)]
pub async fn chat_messages(
    room: ChatRoomId,
    before_seq: Option<MessageSeq>,
    after_seq: Option<MessageSeq>,
    limit: u32,
) -> Result<Vec<Message>, AppError> {
    let (app, caller) = crate::server::state::request()?;
    let history = super::server::History { before_seq, after_seq, limit: Some(limit) };
    super::server::list_messages(&app, &caller, room, history).await
}

/// Channels to join.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(name = FetchChatChannels, prefix = "/fn", endpoint = "chat_channels", input = Json, output = Json)]
pub async fn chat_channels() -> Result<Vec<Channel>, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::list_channels(&app, &caller).await
}

/// The channel that an address names, by its id or its slug; nothing for what not everybody may join.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(prefix = "/fn", endpoint = "find_chat_channel", input = Json, output = Json)]
pub async fn find_chat_channel(name: String) -> Result<Option<Channel>, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::find_channel(&app, &caller, &name).await
}

/// Makes a room. Two people and a booking have one: it is the answer when it exists.
///
/// # Errors
/// [`AppError::Validation`], [`AppError::NotFound`] for a booking of others.
#[server(prefix = "/fn", endpoint = "create_chat_room", input = Json, output = Json)]
pub async fn create_chat_room(new: NewChatRoom) -> Result<ListedRoom, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::create_room(&app, &caller, new).await
}

/// Changes name and topic, closes or opens it again.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::StaleVersion`], [`AppError::Validation`].
#[server(prefix = "/fn", endpoint = "update_chat_room", input = Json, output = Json)]
pub async fn update_chat_room(room: ChatRoomId, patch: ChatRoomPatch) -> Result<ChatRoom, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::update_room(&app, &caller, room, patch).await
}

/// Adds somebody; oneself to a channel.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::AlreadyMember`], [`AppError::ChatRoomArchived`].
#[server(prefix = "/fn", endpoint = "add_chat_member", input = Json, output = Json)]
pub async fn add_chat_member(room: ChatRoomId, user: UserId) -> Result<Member, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::add_member(&app, &caller, room, user).await
}

/// Removes somebody, and may say why, or leaves.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Validation`] for a long reason.
#[server(prefix = "/fn", endpoint = "remove_chat_member", input = Json, output = Json)]
pub async fn remove_chat_member(room: ChatRoomId, user: UserId, reason: String) -> Result<(), AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::remove_member(&app, &caller, room, user, &reason).await
}

/// Keeps a member from writing for a while, or lets them again, and may say why.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Validation`] for a long reason.
#[server(prefix = "/fn", endpoint = "bar_chat_member", input = Json, output = Json)]
pub async fn bar_chat_member(room: ChatRoomId, user: UserId, bar: Mute, reason: String) -> Result<Member, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::bar_member(&app, &caller, room, user, bar, &reason).await
}

/// Gives a member another role; by the owner.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`].
#[server(prefix = "/fn", endpoint = "set_chat_role", input = Json, output = Json)]
pub async fn set_chat_role(room: ChatRoomId, user: UserId, role: MemberRole) -> Result<Member, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::set_role(&app, &caller, room, user, role).await
}

/// Silences a room for the caller.
///
/// # Errors
/// [`AppError::Forbidden`] for whoever is no member.
#[server(prefix = "/fn", endpoint = "mute_chat_room", input = Json, output = Json)]
pub async fn mute_chat_room(room: ChatRoomId, mute: Mute) -> Result<Place, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::mute_room(&app, &caller, room, mute).await
}

/// Sends a message; may be repeated with the same `client_msg_id` for good.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::Validation`], [`AppError::ChatRoomArchived`],
/// [`AppError::RateLimitExceeded`], and [`AppError::MentionsUnconfirmed`] when it calls more than 20
/// people without `confirm_mentions`.
#[server(prefix = "/fn", endpoint = "send_chat_message", input = Json, output = Json)]
pub async fn send_chat_message(room: ChatRoomId, new: NewMessage) -> Result<Message, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::send_message(&app, &caller, room, new).await
}

/// Changes what an own message says.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Validation`], and
/// [`AppError::MentionsUnconfirmed`] when it begins to call more than 20 people without `confirm_mentions`.
#[server(prefix = "/fn", endpoint = "edit_chat_message", input = Json, output = Json)]
pub async fn edit_chat_message(id: MessageId, message: String, confirm_mentions: bool) -> Result<Message, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::edit_message(&app, &caller, id.into(), &message, confirm_mentions).await
}

/// Deletes a message: an own one, or any by the room's admins, who may say why.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Validation`] for a long reason.
#[server(prefix = "/fn", endpoint = "delete_chat_message", input = Json, output = Json)]
pub async fn delete_chat_message(id: MessageId, reason: String) -> Result<Message, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::delete_message(&app, &caller, id.into(), &reason).await
}

/// Puts an emoji under a message, or takes it away.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Validation`].
#[server(prefix = "/fn", endpoint = "react_to_chat_message", input = Json, output = Json)]
pub async fn react_to_chat_message(id: MessageId, emoji: String, add: bool) -> Result<Message, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::react(&app, &caller, id, &emoji, add).await
}

/// Has read up to a message, or everything.
///
/// # Errors
/// [`AppError::Forbidden`] for whoever is no member.
#[server(prefix = "/fn", endpoint = "mark_chat_read", input = Json, output = Json)]
pub async fn mark_chat_read(room: ChatRoomId, up_to: Option<MessageSeq>) -> Result<Place, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::mark_read(&app, &caller, room, up_to).await
}

/// Keeps the room as unread from a message on, for oneself alone.
///
/// # Errors
/// [`AppError::Forbidden`] for whoever is no member, [`AppError::NotFound`].
#[server(prefix = "/fn", endpoint = "mark_chat_unread", input = Json, output = Json)]
pub async fn mark_chat_unread(room: ChatRoomId, from: MessageSeq) -> Result<Place, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::mark_unread(&app, &caller, room, from).await
}

/// Whether others see how far the caller reads.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(prefix = "/fn", endpoint = "show_chat_reading", input = Json, output = Json)]
pub async fn show_chat_reading(shows: bool) -> Result<(), AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::set_shows_reading(&app, &caller, shows).await
}

/// What [`show_chat_reading`] was told last; who was never asked shows it.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(name = FetchShowsReading, prefix = "/fn", endpoint = "shows_chat_reading", input = Json, output = Json)]
pub async fn shows_chat_reading() -> Result<bool, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::shows_reading(&app, &caller).await
}

/// Messages of the caller's rooms that have these words, the newest first; of one room when it is
/// named. A jump to a hit opens its room with `Look::Around(seq)`.
///
/// # Errors
/// [`AppError::Validation`] for fewer than two characters.
#[server(prefix = "/fn", endpoint = "search_chat", input = Json, output = Json)]
pub async fn search_chat(query: String, room: Option<ChatRoomId>, before: Option<MessageId>) -> Result<Hits, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::search_messages(&app, &caller, &query, room, before).await
}

/// What the caller keeps for themselves.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(name = FetchKept, prefix = "/fn", endpoint = "kept_chat_messages", input = Json, output = Json)]
pub async fn kept_chat_messages() -> Result<Snapshot<KeptMessages>, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::kept_messages(&app, &caller).await
}

/// Keeps a message for oneself, or keeps it no more.
///
/// # Errors
/// [`AppError::Forbidden`] for whoever is no member, [`AppError::NotFound`], [`AppError::Validation`] for
/// one more than can be kept.
#[server(prefix = "/fn", endpoint = "keep_chat_message", input = Json, output = Json)]
pub async fn keep_chat_message(id: MessageId, keep: bool) -> Result<(), AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::keep_message(&app, &caller, id, keep).await
}
