//! `/api/v1/chat` (contracts §5.2, §3.3 and §9).

use crate::accounts::server::Caller;
use crate::chat::live::Place;
use crate::chat::model::{
    Channel, ChatRoom, ChatRoomPatch, Message, MessageSeq, MessageType, Mute, NewChatRoom, NewMessage,
};
use crate::chat::server::{self as chat, Addressed, History, RoomAnswer, Success};
use crate::compat::chat_v2::{LegacyMessage, LegacyPage};
use crate::error::AppError;
use crate::ids::{ChatRoomId, MessageId};
use crate::server::request::{Answer, Authenticated, Body, InLanguage, Path, Query, ok};
use crate::server::state::App;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_rooms, create_room))
        .routes(routes!(find_room, update_room))
        .routes(routes!(list_channels))
        .routes(routes!(list_messages, send_message))
        .routes(routes!(edit_message_in_room, delete_message_in_room))
        .routes(routes!(find_message, edit_message, delete_message))
        .routes(routes!(react))
        .routes(routes!(mute_room))
        .routes(routes!(search_messages))
        .merge(super::members::router())
        .merge(super::reading::router())
        .merge(super::kept::router())
        .merge(super::files::router())
        .merge(super::oversight::router())
}

/// An answer with a list.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Data<T> {
    pub(super) success: bool,
    pub(super) data: T,
}

pub(super) fn data<T: Serialize>(data: T) -> axum::response::Response {
    ok(&Data { success: true, data })
}

/// Whoever a client says it is must be who it is (contracts §5.4).
pub(super) fn check_claim(caller: &Caller, claimed: Option<i64>) -> Result<(), AppError> {
    if claimed.is_some_and(|user| user != caller.user.id.0) { Err(AppError::Forbidden) } else { Ok(()) }
}

/// The caller's rooms, the newest conversation first.
#[utoipa::path(get, path = "/chat/rooms", tag = "chat", responses((status = 200, body = Data<Vec<RoomAnswer>>)))]
async fn list_rooms(State(app): State<App>, Authenticated { caller, lang }: Authenticated) -> Answer {
    let rooms = chat::chat_rooms(&app, &caller).await.in_language(lang)?.state;
    Ok(data(rooms.by_activity().into_iter().map(RoomAnswer::of).collect::<Vec<_>>()))
}

/// Make a room. Two people and a booking have one: it is the answer when it exists.
#[utoipa::path(post, path = "/chat/rooms", tag = "chat", request_body = NewChatRoom,
    responses((status = 200, body = Data<RoomAnswer>), (status = 404), (status = 422)))]
async fn create_room(State(app): State<App>, Body { caller, lang, value }: Body<NewChatRoom>) -> Answer {
    let made = chat::create_room(&app, &caller, value).await.in_language(lang)?;
    Ok(ok(&Success::new("Room created successfully", RoomAnswer::of(&made))))
}

/// One of the caller's rooms, by its id or slug.
#[utoipa::path(get, path = "/chat/rooms/{room}", tag = "chat", params(("room" = String, Path)),
    responses((status = 200, body = Data<RoomAnswer>), (status = 403), (status = 404)))]
async fn find_room(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Path(room): Path<String>,
) -> Answer {
    let room = chat::find_room_named(&app, &room).await.in_language(lang)?;
    let listed = chat::find_listed_room(&app, &caller, room).await.in_language(lang)?;
    Ok(data(RoomAnswer::of(&listed)))
}

/// Change its name and topic, close it or open it again.
#[utoipa::path(patch, path = "/chat/rooms/{room}", tag = "chat", params(("room" = String, Path)),
    request_body = ChatRoomPatch,
    responses((status = 200, body = Data<ChatRoom>), (status = 403), (status = 404), (status = 409), (status = 422)))]
async fn update_room(
    State(app): State<App>,
    Path(room): Path<String>,
    Body { caller, lang, value }: Body<ChatRoomPatch>,
) -> Answer {
    let room = chat::find_room_named(&app, &room).await.in_language(lang)?;
    Ok(data(chat::update_room(&app, &caller, room, value).await.in_language(lang)?))
}

/// Channels that can be joined.
#[utoipa::path(get, path = "/chat/channels", tag = "chat", responses((status = 200, body = Data<Vec<Channel>>)))]
async fn list_channels(State(app): State<App>, Authenticated { caller, lang }: Authenticated) -> Answer {
    Ok(data(chat::list_channels(&app, &caller).await.in_language(lang)?))
}

#[derive(Deserialize, utoipa::IntoParams)]
struct HistoryOptions {
    /// Messages before this one, the nearest.
    before_seq: Option<MessageSeq>,
    /// Messages after this one, the nearest.
    after_seq: Option<MessageSeq>,
    /// 1 to 100; 50 when there is none, 20 of a page.
    limit: Option<u32>,
    /// From 1, the newest: answers in the shape of the communication server.
    page: Option<u32>,
}

/// The room's history, oldest first.
#[utoipa::path(get, path = "/chat/rooms/{room}/messages", tag = "chat", params(("room" = String, Path), HistoryOptions),
    responses((status = 200, body = Data<Vec<Message>>), (status = 403), (status = 404), (status = 422)))]
async fn list_messages(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Path(room): Path<String>,
    Query(options): Query<HistoryOptions>,
) -> Answer {
    let room = chat::find_room_named(&app, &room).await.in_language(lang)?;
    if let Some(page) = options.page {
        let limit = options.limit.unwrap_or(20);
        let found = chat::list_page(&app, &caller, room, page, limit).await.in_language(lang)?;
        let messages = found.messages.iter().map(|message| LegacyMessage::of(message, &found.members)).collect();
        return Ok(ok(&LegacyPage { messages, total_count: found.total_count }));
    }
    let history = History { before_seq: options.before_seq, after_seq: options.after_seq, limit: options.limit };
    Ok(data(chat::list_messages(&app, &caller, room, history).await.in_language(lang)?))
}

/// The documented body, and what is added to it.
#[derive(Deserialize, utoipa::ToSchema)]
struct SendBody {
    user_id: Option<i64>,
    #[serde(default)]
    message: String,
    message_type: Option<MessageType>,
    file_url: Option<String>,
    /// Unique for its sender in the room, for good; `Idempotency-Key` does the same.
    client_msg_id: Option<String>,
    reply_to: Option<MessageId>,
    thread_root: Option<MessageId>,
    /// Required when the message calls more than 20 people.
    #[serde(default)]
    confirm_mentions: bool,
    /// The newest message that its writer had seen, when it comes late: what others have written since stays unread.
    seen_up_to: Option<MessageSeq>,
}

/// Write a message. A repeat with the same `client_msg_id` or `Idempotency-Key` gets the first answer.
#[utoipa::path(post, path = "/chat/rooms/{room}/messages", tag = "chat", request_body = SendBody,
    params(("room" = String, Path)),
    responses((status = 200, body = Data<Message>), (status = 403), (status = 404), (status = 409), (status = 413),
        (status = 422), (status = 429)))]
async fn send_message(
    State(app): State<App>,
    Path(room): Path<String>,
    Body { mut caller, lang, value }: Body<SendBody>,
) -> Answer {
    check_claim(&caller, value.user_id).in_language(lang)?;
    // A message's number is kept with the message, for good.
    let key = caller.once.take().map(|once| once.key);
    let room = chat::find_room_named(&app, &room).await.in_language(lang)?;
    let new = NewMessage {
        message: value.message,
        message_type: value.message_type,
        file_url: value.file_url,
        // An empty number is none.
        client_msg_id: value.client_msg_id.filter(|number| !number.is_empty()).or(key),
        reply_to: value.reply_to,
        thread_root: value.thread_root,
        confirm_mentions: value.confirm_mentions,
        seen_up_to: value.seen_up_to,
    };
    let sent = chat::send_message(&app, &caller, room, new).await.in_language(lang)?;
    Ok(ok(&Success::new("Message sent successfully", sent)))
}

/// One message.
#[utoipa::path(get, path = "/chat/messages/{id}", tag = "chat", params(("id" = i64, Path)),
    responses((status = 200, body = Data<Message>), (status = 403), (status = 404)))]
async fn find_message(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Path(id): Path<MessageId>,
) -> Answer {
    Ok(data(chat::find_message(&app, &caller, id).await.in_language(lang)?))
}

#[derive(Deserialize, utoipa::ToSchema)]
struct EditBody {
    message: String,
    /// The author knows that it calls many.
    #[serde(default)]
    confirm_mentions: bool,
}

/// Change what an own message says.
#[utoipa::path(patch, path = "/chat/messages/{id}", tag = "chat", params(("id" = i64, Path)), request_body = EditBody,
    responses((status = 200, body = Data<Message>), (status = 403), (status = 404), (status = 422)))]
async fn edit_message(State(app): State<App>, Path(id): Path<MessageId>, body: Body<EditBody>) -> Answer {
    edit(&app, id.into(), body).await
}

async fn edit(app: &App, message: Addressed, Body { caller, lang, value }: Body<EditBody>) -> Answer {
    let EditBody { message: text, confirm_mentions } = value;
    let edited = chat::edit_message(app, &caller, message, &text, confirm_mentions).await.in_language(lang)?;
    Ok(ok(&Success::new("Message updated successfully", edited)))
}

#[derive(Deserialize, utoipa::IntoParams)]
pub(super) struct DeleteOptions {
    /// Why, when it is done to somebody else: kept with the note of it, and told to them.
    #[serde(default)]
    pub(super) reason: String,
}

/// Delete an own message, or one of a room that the caller manages. Its place stays.
#[utoipa::path(delete, path = "/chat/messages/{id}", tag = "chat", params(("id" = i64, Path), DeleteOptions),
    responses((status = 200, body = Data<Message>), (status = 403), (status = 404)))]
async fn delete_message(
    State(app): State<App>,
    caller: Authenticated,
    Path(id): Path<MessageId>,
    Query(options): Query<DeleteOptions>,
) -> Answer {
    delete(&app, caller, id.into(), &options.reason).await
}

async fn delete(app: &App, Authenticated { caller, lang }: Authenticated, message: Addressed, reason: &str) -> Answer {
    let deleted = chat::delete_message(app, &caller, message, reason).await.in_language(lang)?;
    Ok(ok(&Success::new("Message deleted successfully", deleted)))
}

/// The same, by the address below its room.
#[utoipa::path(patch, path = "/chat/rooms/{room}/messages/{id}", tag = "chat",
    params(("room" = String, Path), ("id" = i64, Path)), request_body = EditBody,
    responses((status = 200, body = Data<Message>), (status = 403), (status = 404), (status = 422)))]
async fn edit_message_in_room(
    State(app): State<App>,
    Path((room, id)): Path<(String, MessageId)>,
    body: Body<EditBody>,
) -> Answer {
    let message = Addressed::in_room(&app, &room, id).await.in_language(body.lang)?;
    edit(&app, message, body).await
}

/// The same, by the address below its room.
#[utoipa::path(delete, path = "/chat/rooms/{room}/messages/{id}", tag = "chat",
    params(("room" = String, Path), ("id" = i64, Path), DeleteOptions),
    responses((status = 200, body = Data<Message>), (status = 403), (status = 404)))]
async fn delete_message_in_room(
    State(app): State<App>,
    caller: Authenticated,
    Path((room, id)): Path<(String, MessageId)>,
    Query(options): Query<DeleteOptions>,
) -> Answer {
    let message = Addressed::in_room(&app, &room, id).await.in_language(caller.lang)?;
    delete(&app, caller, message, &options.reason).await
}

#[derive(Deserialize, utoipa::ToSchema)]
struct ReactBody {
    emoji: String,
    /// Absent: put there.
    add: Option<bool>,
}

/// Put an emoji under a message, or take the caller's away.
#[utoipa::path(post, path = "/chat/messages/{id}/reactions", tag = "chat",
    params(("id" = i64, Path)), request_body = ReactBody,
    responses((status = 200, body = Data<Message>), (status = 403), (status = 404), (status = 422)))]
async fn react(
    State(app): State<App>,
    Path(id): Path<MessageId>,
    Body { caller, lang, value }: Body<ReactBody>,
) -> Answer {
    let add = value.add.unwrap_or(true);
    let message = chat::react(&app, &caller, id, &value.emoji, add).await.in_language(lang)?;
    Ok(ok(&Success::new("Reaction saved successfully", message)))
}

#[derive(Deserialize, utoipa::ToSchema)]
struct MuteBody {
    mute: Mute,
}

/// Silence it for the caller.
#[utoipa::path(post, path = "/chat/rooms/{room}/mute", tag = "chat",
    params(("room" = String, Path)), request_body = MuteBody,
    responses((status = 200, body = Data<Place>), (status = 403), (status = 404)))]
async fn mute_room(
    State(app): State<App>,
    Path(room): Path<String>,
    Body { caller, lang, value }: Body<MuteBody>,
) -> Answer {
    let room = chat::find_room_named(&app, &room).await.in_language(lang)?;
    let place = chat::mute_room(&app, &caller, room, value.mute).await.in_language(lang)?;
    Ok(ok(&Success::new("Room updated successfully", place)))
}

#[derive(Deserialize, utoipa::IntoParams)]
struct SearchOptions {
    /// All of its words, from two characters on.
    q: String,
    /// Only in this room.
    room: Option<ChatRoomId>,
    /// Older than this message.
    before: Option<MessageId>,
}

/// Messages of the caller's rooms that have these words, the newest first; at most 30. A query with a word of one
/// character looks through the newest 12,000 messages that have its other words.
#[utoipa::path(get, path = "/chat/search", tag = "chat", params(SearchOptions),
    responses((status = 200, body = Data<Vec<Message>>), (status = 422)))]
async fn search_messages(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Query(options): Query<SearchOptions>,
) -> Answer {
    let found = chat::search_messages(&app, &caller, &options.q, options.room, options.before).await;
    Ok(data(found.in_language(lang)?.messages))
}
