//! How far people read: `/api/v1/chat/rooms/{room}/read` (contracts §5.2), a reminder to read again, and whether others
//! see it.

use super::http::{Data, check_claim, data};
use crate::chat::live::Place;
use crate::chat::model::MessageSeq;
use crate::chat::server::{self as chat, Success};
use crate::server::request::{Answer, Authenticated, Body, InLanguage, Path, ok};
use crate::server::state::App;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(mark_read))
        .routes(routes!(mark_unread))
        .routes(routes!(find_reading, set_reading))
}

#[derive(Deserialize, utoipa::ToSchema)]
struct ReadBody {
    user_id: Option<i64>,
    /// Up to this message; all there is when absent.
    last_read_seq: Option<MessageSeq>,
}

/// Have read it. The pointer never moves back; what is kept as unread from a later message on stays so.
#[utoipa::path(post, path = "/chat/rooms/{room}/read", tag = "chat",
    params(("room" = String, Path)), request_body = ReadBody,
    responses((status = 200), (status = 403), (status = 404)))]
async fn mark_read(
    State(app): State<App>,
    Path(room): Path<String>,
    Body { caller, lang, value }: Body<ReadBody>,
) -> Answer {
    check_claim(&caller, value.user_id).in_language(lang)?;
    let room = chat::find_room_named(&app, &room).await.in_language(lang)?;
    chat::mark_read(&app, &caller, room, value.last_read_seq).await.in_language(lang)?;
    Ok(ok(&Success::<()>::new("Messages marked as read", None)))
}

#[derive(Deserialize, utoipa::ToSchema)]
struct UnreadBody {
    /// The first message that is to be read again.
    unread_from: MessageSeq,
}

/// Keep it as unread from a message on, for the caller alone. Reading up to that message or further settles it.
#[utoipa::path(post, path = "/chat/rooms/{room}/unread", tag = "chat",
    params(("room" = String, Path)), request_body = UnreadBody,
    responses((status = 200, body = Data<Place>), (status = 403), (status = 404)))]
async fn mark_unread(
    State(app): State<App>,
    Path(room): Path<String>,
    Body { caller, lang, value }: Body<UnreadBody>,
) -> Answer {
    let room = chat::find_room_named(&app, &room).await.in_language(lang)?;
    let place = chat::mark_unread(&app, &caller, room, value.unread_from).await.in_language(lang)?;
    Ok(ok(&Success::new("Room marked as unread", place)))
}

#[derive(Serialize, Deserialize, utoipa::ToSchema)]
struct Reading {
    /// Whether others see how far the caller reads, in all rooms.
    shows_reading: bool,
}

/// Whether others see how far the caller reads.
#[utoipa::path(get, path = "/chat/reading", tag = "chat", responses((status = 200, body = Data<Reading>)))]
async fn find_reading(State(app): State<App>, Authenticated { caller, lang }: Authenticated) -> Answer {
    let shows_reading = chat::shows_reading(&app, &caller).await.in_language(lang)?;
    Ok(data(Reading { shows_reading }))
}

/// Let others see how far the caller reads, or not.
#[utoipa::path(put, path = "/chat/reading", tag = "chat", request_body = Reading,
    responses((status = 200, body = Data<Reading>)))]
async fn set_reading(State(app): State<App>, Body { caller, lang, value }: Body<Reading>) -> Answer {
    chat::set_shows_reading(&app, &caller, value.shows_reading).await.in_language(lang)?;
    Ok(data(value))
}
