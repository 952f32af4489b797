//! Files: what members upload, and who gets to see it.
//!
//! The bytes lie in an object store ([`Files`]), under a name that nobody has chosen; what they are
//! is read from the bytes themselves. Nothing is unpacked.

pub use super::file_store::{Files, check_place};
use super::moderation::manages;
use super::{Success, Uploaded, member_standing, require_writer, store};
use crate::accounts::server::Caller;
use crate::chat::model::FileInfo;
use crate::error::{AppError, Field, Rule};
use crate::ids::{ChatRoomId, FileId, MessageId, UserId};
use crate::server::idempotency::{CallerTx, is_answered};
use crate::server::request::Once;
use crate::server::state::App;
use crate::time::{DAY, Timestamp};
use axum::body::Bytes;
use object_store::GetResult;

/// Largest upload.
pub const MAX_FILE: usize = 25 * 1024 * 1024;
const MAX_NAME_CHARS: usize = 120;
/// For how long an upload waits for its message: over a long weekend a closed laptop still holds one.
pub const UNUSED_FOR: i64 = 7 * DAY;
/// How many bytes of one person may wait so: what is never sent does not fill the disk.
const MAX_UNUSED: i64 = 500 * 1024 * 1024;
/// How many uploads are looked for at once to be forgotten.
const PAGE: usize = 100;
/// An image of more pixels is not shown as one: unpacking it would be the browser's ruin.
const MAX_PIXELS: u64 = 40_000_000;

/// The images that are shown in place; everything else is only handed out.
const SHOWN: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// A file as the database knows it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredFile {
    pub id: FileId,
    pub room_id: ChatRoomId,
    pub user_id: UserId,
    /// The message that has it: only one does.
    pub message_id: Option<MessageId>,
    pub key: String,
    pub name: String,
    pub content_type: String,
    pub size: i64,
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub created_at: Timestamp,
}

impl StoredFile {
    #[must_use]
    pub fn info(&self) -> FileInfo {
        let pixels = |n: Option<i64>| n.and_then(|n| u32::try_from(n).ok());
        FileInfo {
            id: self.id,
            name: self.name.clone(),
            content_type: self.content_type.clone(),
            size: self.size,
            width: pixels(self.width),
            height: pixels(self.height),
        }
    }

    /// Whether a message may still take it. After that its bytes may be gone at any moment.
    #[must_use]
    pub fn is_free(&self, now: Timestamp) -> bool {
        self.message_id.is_none() && now - self.created_at < UNUSED_FOR
    }

    /// Whether browsers show it in place.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        is_shown(&self.content_type) && self.width.is_some()
    }
}

fn is_shown(content_type: &str) -> bool {
    SHOWN.contains(&content_type)
}

/// Where a file is handed out.
#[must_use]
pub fn url_of(id: FileId) -> String {
    format!("/api/v1/chat/files/{id}")
}

/// The file whose address this is. What goes on behind it may lead a browser anywhere on this site.
#[must_use]
pub fn id_in(url: &str) -> Option<FileId> {
    let id = url.rsplit('/').next()?.parse().ok()?;
    (url == url_of(id)).then_some(id)
}

/// Keeps what a member uploads. A message may then name its address; until one does, it is kept for [`UNUSED_FOR`].
/// A repeat under the same key brings nothing: its answer is the first upload's.
///
/// # Errors
/// Those of [`require_writer`] and [`App::begin`], [`AppError::Validation`] for nothing, [`AppError::PayloadTooLarge`].
pub async fn upload_file(
    app: &App,
    caller: &Caller,
    room: ChatRoomId,
    name: &str,
    bytes: Bytes,
) -> Result<FileInfo, AppError> {
    require_writer(app, caller, room).await?;
    if bytes.is_empty() {
        return Err(AppError::field(Field::File, Rule::Required));
    }
    if bytes.len() > MAX_FILE {
        return Err(AppError::PayloadTooLarge);
    }
    let content_type = type_of(&bytes);
    let size = if is_shown(content_type) { imagesize::blob_size(&bytes).ok() } else { None };
    let size = size.filter(|size| (1..=MAX_PIXELS).contains(&(size.width as u64).saturating_mul(size.height as u64)));
    let key = format!("{room}-{}", uuid::Uuid::new_v4().simple());
    let mut file = StoredFile {
        id: FileId(0),
        room_id: room,
        user_id: caller.user.id,
        message_id: None,
        key,
        name: tidy_name(name),
        content_type: content_type.to_owned(),
        size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        width: size.and_then(|size| i64::try_from(size.width).ok()),
        height: size.and_then(|size| i64::try_from(size.height).ok()),
        created_at: app.now(),
    };
    app.check_repeat(caller).await?;
    // The bytes first: a row without them would promise too much, bytes without a row are only untidy.
    app.files.put(&file.key, bytes).await?;
    let mut tx = match begin_writing(app, caller, room).await {
        Ok(tx) => tx,
        Err(refusal) => {
            // Nobody will ask for these bytes, as when a simultaneous repeat was faster. What cannot be deleted is
            // only untidy, and no reason to say anything else.
            let _ = app.files.delete(&file.key).await;
            return Err(refusal);
        }
    };
    file.id = store::insert_file(&mut tx, &file).await?;
    let info = file.info();
    tx.commit_with(200, &Success::new("File uploaded successfully", Uploaded::of(&info))).await?;
    Ok(info)
}

/// The turn in the write lane of a member whom nothing keeps from writing.
async fn begin_writing(app: &App, caller: &Caller, room: ChatRoomId) -> Result<CallerTx, AppError> {
    let mut tx = app.begin(caller).await?;
    let (standing, _) = member_standing(&mut tx, caller, room).await?;
    standing.check_writing(tx.now())?;
    Ok(tx)
}

/// Counts one upload of the caller's, before its bytes are taken.
///
/// # Errors
/// [`AppError::RateLimitExceeded`].
pub fn limit_uploads(app: &App, caller: &Caller) -> Result<(), AppError> {
    let limited = |retry_after_secs| AppError::RateLimitExceeded { retry_after_secs };
    app.chat.uploaded.count(&caller.user.id, app.now()).map_err(limited)
}

/// Whether the caller may bring so many bytes beside those of theirs that still wait for a message. A repeat brings
/// none: the first has them among those that wait.
///
/// # Errors
/// [`AppError::UploadQuotaExceeded`] when they may not.
pub async fn check_waiting(app: &App, caller: &Caller, once: Option<&Once>, size: usize) -> Result<(), AppError> {
    let mut read = app.read().await?;
    let waiting = store::sum_unused_files(&mut read, caller.user.id).await?;
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    let fits = waiting.saturating_add(size) <= MAX_UNUSED;
    // Whether it is the same file shows when its bytes are here.
    let is_repeat = match once {
        Some(once) if !fits => is_answered(&mut read, caller.user.id, once).await?,
        _ => false,
    };
    read.end();
    if fits || is_repeat { Ok(()) } else { Err(AppError::UploadQuotaExceeded) }
}

/// A file and its bytes: before a message has it for whoever brought it, then for the members of its room, and for
/// whoever manages that one without having come in: they judge what the message shows.
///
/// # Errors
/// [`AppError::NotFound`], also for one that is gone; [`AppError::Forbidden`].
pub async fn open_file(app: &App, caller: &Caller, id: FileId) -> Result<(StoredFile, GetResult), AppError> {
    let mut read = app.read().await?;
    let file = store::find_file(&mut read, id).await?.ok_or(AppError::NotFound)?;
    let standing = store::find_standing(&mut read, caller.user.id, file.room_id).await?.ok_or(AppError::NotFound)?;
    read.end();
    let is_sent = file.message_id.is_some();
    if standing.me.is_none() && !(is_sent && manages(&standing, caller)) {
        return Err(AppError::Forbidden);
    }
    if !is_sent && file.user_id != caller.user.id {
        return Err(AppError::NotFound);
    }
    let bytes = app.files.get(&file.key).await?;
    Ok((file, bytes))
}

/// Forgets uploads that no message has had for [`UNUSED_FOR`], and those of deleted messages.
///
/// # Errors
/// When the database or the store fails.
pub async fn forget_unused(app: &App, now: Timestamp) -> Result<(), AppError> {
    loop {
        let mut read = app.read().await?;
        let unused = store::list_unused_files(&mut read, now - UNUSED_FOR, PAGE).await?;
        read.end();
        let is_last = unused.len() < PAGE;
        for (id, key) in unused {
            app.files.delete(&key).await?;
            let mut tx = app.log.begin().await?;
            store::delete_file(&mut tx, id).await?;
            tx.commit().await?;
        }
        if is_last {
            return Ok(());
        }
    }
}

/// What bytes are, whatever their name says.
fn type_of(bytes: &[u8]) -> &'static str {
    match infer::get(bytes) {
        Some(kind) => kind.mime_type(),
        None if std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0')) => "text/plain",
        None => "application/octet-stream",
    }
}

/// The last part of a name, without what no name has.
fn tidy_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .chars()
        .filter(|c| !c.is_control() && !"\"<>|:*?".contains(*c) && !('\u{202A}'..='\u{202E}').contains(c))
        .take(MAX_NAME_CHARS)
        .collect();
    let clean = clean.trim().trim_start_matches('.').to_owned();
    if clean.is_empty() { "file".to_owned() } else { clean }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_and_shows_what_it_is() {
        for (name, tidy) in [
            ("보고서.pdf", "보고서.pdf"),
            ("../../etc/passwd", "passwd"),
            ("..\\..\\boot.ini", "boot.ini"),
            ("..", "file"),
            ("", "file"),
            ("a\r\nb\"c.png", "abc.png"),
            ("\u{202E}gnp.exe", "gnp.exe"),
            (".htaccess", "htaccess"),
        ] {
            assert_eq!(tidy_name(name), tidy, "{name:?}");
        }
        assert_eq!(tidy_name(&"가".repeat(500)).chars().count(), 120);
    }

    #[test]
    fn bytes_say_what_they_are() {
        for (bytes, kind) in [
            (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "image/png"),
            (b"<!DOCTYPE html><script>alert(1)</script>", "text/html"),
            (b"%PDF-1.7", "application/pdf"),
            (b"PK\x03\x04....", "application/zip"),
            ("안녕".as_bytes(), "text/plain"),
            (b"\x00\x01\x02", "application/octet-stream"),
        ] {
            assert_eq!(type_of(bytes), kind);
        }
    }

    #[test]
    fn an_address_of_ours_names_a_file() {
        assert_eq!(id_in(&url_of(FileId(7))), Some(FileId(7)));
        for other in [
            "https://example.com/1",
            "/api/v1/chat/files/",
            "/api/v1/chat/files/x",
            "/api/v1/chat/files/../1",
            "/api/v1/chat/files/7/../../../../chat/x?y",
            "/api/v1/chat/files/7/../7",
            "/api/v1/chat/files/7/name.png",
            "/api/v1/chat/files/7/",
            "/api/v1/chat/files/7?x",
            "/api/v1/chat/files/+7",
            "/api/v1/chat/files/07",
        ] {
            assert_eq!(id_in(other), None, "{other}");
        }
    }
}
