//! Files of a room: bytes in, and out to its members and whoever manages it.

use super::http::Data;
use crate::chat::server::files::{MAX_FILE, check_waiting, limit_uploads, open_file, upload_file};
use crate::chat::server::{self as chat, Success, Uploaded};
use crate::error::AppError;
use crate::ids::FileId;
use crate::server::request::{Answer, Authenticated, InLanguage, Once, Path, Query, hex, ok, read_body};
use crate::server::state::App;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::response::IntoResponse;
use http::{HeaderValue, header};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::time::Duration;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// However slow the connection is. One that stands still is ended sooner, like that of any request.
const UPLOAD_WITHIN: Duration = Duration::from_secs(1_800);

pub(super) fn router() -> OpenApiRouter<App> {
    let upload = OpenApiRouter::new().routes(routes!(upload)).layer(DefaultBodyLimit::max(MAX_FILE));
    OpenApiRouter::new().merge(upload).routes(routes!(hand_out))
}

#[derive(Deserialize, utoipa::IntoParams)]
struct UploadOptions {
    /// What it is called.
    #[serde(default)]
    name: String,
}

/// Upload a file: the body is its bytes, at most 25 MB. What it is, its bytes say.
#[utoipa::path(post, path = "/chat/rooms/{room}/files", tag = "chat",
    params(("room" = String, Path), UploadOptions),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = Data<Uploaded>), (status = 403), (status = 404), (status = 409), (status = 413),
        (status = 422)))]
async fn upload(
    State(app): State<App>,
    Authenticated { mut caller, lang }: Authenticated,
    Path(room): Path<String>,
    Query(UploadOptions { name }): Query<UploadOptions>,
    request: Request,
) -> Answer {
    let (parts, body) = request.into_parts();
    let once = Once::of(&parts).in_language(lang)?;
    let room = chat::find_room_named(&app, &room).await.in_language(lang)?;
    // Before a byte is read: strangers do not fill the memory, and nobody the disk.
    chat::require_writer(&app, &caller, room).await.in_language(lang)?;
    limit_uploads(&app, &caller).in_language(lang)?;
    // A body that does not say how long it is may be of any length that is taken.
    let said = parts.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let size = said.unwrap_or(MAX_FILE).min(MAX_FILE);
    let _turn = app.files.turn(caller.user.id, size).await.in_language(lang)?;
    check_waiting(&app, &caller, once.as_ref(), size).await.in_language(lang)?;
    let read = timeout(UPLOAD_WITHIN, read_body(Request::from_parts(parts, body), &())).await;
    let bytes = read.unwrap_or(Err(AppError::MalformedRequest { line: 0, column: 0 })).in_language(lang)?;
    if let Some(once) = once {
        let digest = digest(bytes.clone()).await.in_language(lang)?;
        // Its length is always the same: whatever follows it is the name.
        caller.once = Some(once.with_body([&*digest, &*name].concat().as_bytes()));
    }
    let file = upload_file(&app, &caller, room, &name, bytes).await.in_language(lang)?;
    Ok(ok(&Success::new("File uploaded successfully", Uploaded::of(&file))))
}

/// What tells a file's bytes from others. Of a large file it takes a while, which is not taken from those who wait
/// for small things.
async fn digest(bytes: Bytes) -> Result<String, AppError> {
    let digest = spawn_blocking(move || hex(&Sha256::digest(&bytes))).await;
    digest.map_err(|error| AppError::internal(&error))
}

/// A file's bytes, for the members of its room and whoever manages it. Images are shown, everything else is only handed out.
#[utoipa::path(get, path = "/chat/files/{id}", tag = "chat", params(("id" = i64, Path)),
    responses((status = 200), (status = 403), (status = 404)))]
async fn hand_out(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Path(id): Path<FileId>,
) -> Answer {
    let (file, bytes) = open_file(&app, &caller, id).await.in_language(lang)?;
    let (place, kind) = if file.is_shown() {
        ("inline", file.content_type.as_str())
    } else {
        ("attachment", "application/octet-stream")
    };
    let length = bytes.meta.size;
    let mut response = Body::from_stream(bytes.into_stream()).into_response();
    let headers = response.headers_mut();
    let disposition = format!("{place}; filename*=UTF-8''{}", escaped(&file.name));
    for (name, value) in [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
        (header::CONTENT_DISPOSITION, disposition),
        // Even if a browser took it for a page, it could do nothing.
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        // Whoever is removed from the room does not see it for much longer.
        (header::CACHE_CONTROL, "private, max-age=300".to_owned()),
        // And whoever signs in after them in the same browser does not see it at all.
        (header::VARY, "Cookie, Authorization".to_owned()),
    ] {
        let value = HeaderValue::try_from(value).map_err(|error| AppError::internal(&error)).in_language(lang)?;
        headers.insert(name, value);
    }
    Ok(response)
}

/// A name as headers carry it: everything but letters, digits and three signs as `%XX`.
pub(super) fn escaped(name: &str) -> String {
    name.bytes().fold(String::new(), |mut escaped, byte| {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
        escaped
    })
}
