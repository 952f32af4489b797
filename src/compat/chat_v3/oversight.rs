//! What those see who answer for the rooms: `/api/v1/chat/users`, overview, notes, export.

use super::http::{Data, data};
use crate::chat::model::{AuditEntry, ChatSender, Message, RoomOverview, Version};
use crate::chat::server as chat;
use crate::chat::server::moderation as oversight;
use crate::error::AppError;
use crate::ids::{ChatRoomId, MessageId};
use crate::server::request::{Answer, Authenticated, InLanguage, Path, Query, ok};
use crate::server::state::App;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::header;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_senders))
        .routes(routes!(list_overview))
        .routes(routes!(list_audit))
        .routes(routes!(list_audit_of))
        .routes(routes!(list_versions))
        .routes(routes!(export))
}

/// Everybody who writes in open rooms, the last to write first; admins only (contracts §3.3).
#[utoipa::path(get, path = "/chat/users", tag = "chat", responses((status = 200, body = Vec<ChatSender>), (status = 403)))]
async fn list_senders(State(app): State<App>, Authenticated { caller, lang }: Authenticated) -> Answer {
    Ok(ok(&oversight::list_senders(&app, &caller).await.in_language(lang)?))
}

/// All rooms, the liveliest first; admins only. Private ones without their names.
#[utoipa::path(get, path = "/chat/overview", tag = "chat",
    responses((status = 200, body = Data<Vec<RoomOverview>>), (status = 403)))]
async fn list_overview(State(app): State<App>, Authenticated { caller, lang }: Authenticated) -> Answer {
    Ok(data(oversight::list_overview(&app, &caller).await.in_language(lang)?))
}

/// What was done to others, the newest first; admins only. In private rooms without their names and the reasons.
#[utoipa::path(get, path = "/chat/audit", tag = "chat",
    responses((status = 200, body = Data<Vec<AuditEntry>>), (status = 403)))]
async fn list_audit(State(app): State<App>, Authenticated { caller, lang }: Authenticated) -> Answer {
    Ok(data(oversight::list_audit(&app, &caller).await.in_language(lang)?))
}

/// What was done to others in a room, the newest first; for whoever manages it.
#[utoipa::path(get, path = "/chat/rooms/{room}/audit", tag = "chat", params(("room" = String, Path)),
    responses((status = 200, body = Data<Vec<AuditEntry>>), (status = 403), (status = 404)))]
async fn list_audit_of(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Path(room): Path<String>,
) -> Answer {
    let room = chat::find_room_named(&app, &room).await.in_language(lang)?;
    Ok(data(oversight::list_audit_of(&app, &caller, room).await.in_language(lang)?))
}

/// What a message said before; for its author and for whoever manages its room.
#[utoipa::path(get, path = "/chat/messages/{id}/versions", tag = "chat", params(("id" = i64, Path)),
    responses((status = 200, body = Data<Vec<Version>>), (status = 403), (status = 404)))]
async fn list_versions(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Path(id): Path<MessageId>,
) -> Answer {
    Ok(data(oversight::list_versions(&app, &caller, id).await.in_language(lang)?))
}

#[derive(Clone, Copy, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
enum Format {
    #[default]
    Json,
    Text,
}

#[derive(Deserialize, utoipa::IntoParams)]
struct ExportOptions {
    #[serde(default)]
    format: Format,
}

/// A room's whole history, for whoever manages it.
#[utoipa::path(get, path = "/chat/rooms/{room}/export", tag = "chat", params(("room" = String, Path), ExportOptions),
    responses((status = 200), (status = 403), (status = 404)))]
async fn export(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Path(room): Path<String>,
    Query(ExportOptions { format }): Query<ExportOptions>,
) -> Answer {
    let room = chat::find_room_named(&app, &room).await.in_language(lang)?;
    let slug = oversight::begin_export(&app, &caller, room).await.in_language(lang)?;
    Ok(download(app, room, &slug, format))
}

/// The history page by page, as it goes over the wire: no room is too long for the memory.
fn download(app: App, room: ChatRoomId, slug: &str, format: Format) -> Response {
    let (kind, ending) = match format {
        Format::Json => ("application/json", "json"),
        Format::Text => ("text/plain; charset=utf-8", "txt"),
    };
    let chunks = stream::try_unfold(Some(0), move |after| {
        let app = app.clone();
        async move {
            let Some(after) = after else { return Ok::<_, AppError>(None) };
            let page = oversight::export_after(&app, room, after).await?;
            let next = page.last().map(|message| message.seq);
            let text = match format {
                Format::Text => page.iter().map(line).collect::<String>(),
                Format::Json => json_part(&page, after == 0, next.is_none()),
            };
            Ok(Some((text, next)))
        }
    });
    // What is not ASCII is written as the header's own escapes.
    let name = format!("attachment; filename*=UTF-8''{}.{ending}", super::files::escaped(slug));
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)];
    (headers, Body::from_stream(chunks)).into_response()
}

/// Whatever readers of texts take for the end of a line: behind none of them may stand what looks like somebody else's
/// message.
const LINE_ENDS: [char; 7] = ['\n', '\u{B}', '\u{C}', '\r', '\u{85}', '\u{2028}', '\u{2029}'];

/// `2026-11-23T00:00:00.000Z 김민지: …`, what belongs to one message indented; what has happened to the room with
/// a star instead of a name.
fn line(message: &Message) -> String {
    let text = if message.is_deleted() {
        "(deleted)".to_owned()
    } else {
        message.message.replace("\r\n", "\n").replace(LINE_ENDS, "\n    ")
    };
    if message.is_system() {
        // Nobody has said it.
        return format!("{} * {text}\n", message.created_at);
    }
    let file = message.file_url.as_ref().map(|url| format!(" <{url}>")).unwrap_or_default();
    format!("{} {}: {text}{file}\n", message.created_at, message.user.name)
}

fn json_part(page: &[Message], is_first: bool, is_last: bool) -> String {
    let mut text = if is_first { "[".to_owned() } else { String::new() };
    for (n, message) in page.iter().enumerate() {
        if !(is_first && n == 0) {
            text.push(',');
        }
        text.push_str(&serde_json::to_string(message).unwrap_or_default());
    }
    if is_last {
        text.push(']');
    }
    text
}
