//! A file on its way up: how far it is, what the server says to it, and whose turn it is.

use crate::chat::model::{FileInfo, MessageType, NewMessage};
use crate::error::{AppError, Field, Rule};
use crate::ids::{ChatRoomId, MessageId};
use crate::json;
use crate::ui::new_key;
use serde::Deserialize;

/// Largest upload, in bytes.
pub const MAX_FILE: i64 = 25 * 1024 * 1024;
/// How many go up at once: as many as the server takes of one person.
const AT_ONCE: usize = 2;

/// Where a composer writes into: a room, or a thread of it.
pub type Place = (ChatRoomId, Option<MessageId>);

/// A file on its way up.
#[derive(Clone, Debug, PartialEq)]
pub struct Upload {
    pub number: u32,
    /// Its `Idempotency-Key`: when an answer was lost, the next attempt gets that again and leaves no second copy.
    pub key: String,
    pub place: Place,
    pub name: String,
    /// In bytes.
    pub size: i64,
    pub state: UploadState,
    /// It was cut, goes on by itself, and has not come further since.
    pub is_cut: bool,
    /// A message carries it, and shows how far it is.
    pub is_sent: bool,
    /// How often it has failed while the connection was there.
    pub failures: u32,
    /// Counts what was heard of it.
    pub beats: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub enum UploadState {
    /// Waits for its turn, or for the connection.
    Waiting,
    /// Rests before the next attempt.
    Resting,
    /// So many percent are up.
    Going(u32),
    Done(Uploaded),
    Failed(AppError),
}

/// A file that the server has and that no message has yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Uploaded {
    pub url: String,
    pub kind: MessageType,
}

impl Uploaded {
    /// What a message that goes up with its file has of it so far.
    #[must_use]
    pub fn of(new: &NewMessage) -> Option<Self> {
        Some(Self { url: new.file_url.clone()?, kind: new.message_type.unwrap_or_default() })
    }

    /// The message that carries it.
    #[must_use]
    pub fn into_message(self, new: NewMessage) -> NewMessage {
        NewMessage { message_type: Some(self.kind), file_url: Some(self.url), ..new }
    }
}

/// What the server answers to a file.
#[derive(Deserialize)]
struct Answer {
    data: Named,
}

#[derive(Deserialize)]
struct Named {
    file_url: String,
    file: FileInfo,
}

/// A refusal in the shape of contracts §5.2.
#[derive(Deserialize)]
struct Refusal {
    error: AppError,
}

/// What an answer says of the file.
#[must_use]
pub fn uploaded(answer: &str) -> Option<Uploaded> {
    let Named { file_url: url, file } = json::read::<Answer>(answer).ok()?.data;
    let kind = if file.width.is_some() { MessageType::Image } else { MessageType::File };
    Some(Uploaded { url, kind })
}

/// What a refusal means, also one of somebody on the way who does not know our shape.
#[must_use]
pub fn refusal(status: u16, answer: &str) -> AppError {
    match json::read::<Refusal>(answer) {
        Ok(refusal) => refusal.error,
        Err(_) if status == 413 => AppError::PayloadTooLarge,
        // Fields stand by name there. A file has one, and one rule: it is not empty.
        Err(_) if status == 422 => AppError::field(Field::File, Rule::Required),
        Err(_) if (400..500).contains(&status) && ![408, 429].contains(&status) => AppError::Forbidden,
        Err(_) => AppError::Unreachable,
    }
}

/// Whether a file of so many bytes is one that can go up.
///
/// # Errors
/// [`AppError::Validation`] for an empty one, [`AppError::PayloadTooLarge`].
pub fn check_size(size: i64) -> Result<(), AppError> {
    match size {
        0 => Err(AppError::field(Field::File, Rule::Required)),
        _ if size > MAX_FILE => Err(AppError::PayloadTooLarge),
        _ => Ok(()),
    }
}

/// Which one begins next: the oldest that waits, as long as few enough are under way. One that was cut waits for the
/// connection.
#[must_use]
pub fn next_to_begin(uploads: &[Upload], is_connected: bool) -> Option<usize> {
    let under_way = uploads.iter().filter(|upload| matches!(upload.state, UploadState::Going(_))).count();
    let may = |upload: &Upload| upload.state == UploadState::Waiting && (is_connected || !upload.is_cut);
    uploads.iter().position(may).filter(|_| under_way < AT_ONCE)
}

impl Upload {
    /// One that has not begun; one that is empty or too large never will.
    #[must_use]
    pub fn new(number: u32, place: Place, name: String, size: i64) -> Self {
        let state = check_size(size).map_or_else(UploadState::Failed, |()| UploadState::Waiting);
        let key = new_key();
        Self { number, key, place, name, size, state, is_cut: false, is_sent: false, failures: 0, beats: 0 }
    }

    /// Whether there is something to be sent, now or as soon as it is up.
    #[must_use]
    pub fn is_good(&self) -> bool {
        !matches!(self.state, UploadState::Failed(_))
    }

    /// Whether it was cut and is not known to go on yet. An attempt alone is no news.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        self.is_cut && !matches!(self.state, UploadState::Done(_) | UploadState::Failed(_))
    }

    /// Hears how far it is.
    pub fn goes_on(&mut self, percent: u32) {
        self.state = UploadState::Going(percent);
        self.is_cut &= percent == 0;
        self.beats = self.beats.wrapping_add(1);
    }

    /// Forgets what has gone wrong so far.
    pub fn begin_anew(&mut self) {
        (self.state, self.is_cut, self.failures) = (UploadState::Waiting, false, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upload(state: UploadState) -> Upload {
        Upload { state, ..Upload::new(1, (ChatRoomId(1), None), "a.txt".into(), 1) }
    }

    #[test]
    fn few_go_up_at_once_in_the_order_in_which_they_were_chosen() {
        let (waiting, going) = (upload(UploadState::Waiting), upload(UploadState::Going(40)));
        let done = upload(UploadState::Done(Uploaded { url: String::new(), kind: MessageType::File }));
        let failed = upload(UploadState::Failed(AppError::Forbidden));
        let resting = upload(UploadState::Resting);
        assert_eq!(next_to_begin(&[], true), None);
        assert_eq!(next_to_begin(&[done, failed, waiting.clone(), waiting.clone()], true), Some(2));
        assert_eq!(next_to_begin(&[going.clone(), resting, waiting.clone()], true), Some(2));
        assert_eq!(next_to_begin(&[going.clone(), going, waiting], true), None);
    }

    #[test]
    fn what_was_cut_waits_for_the_connection_and_what_was_not_begins() {
        let cut = Upload { is_cut: true, ..upload(UploadState::Waiting) };
        assert_eq!(next_to_begin(std::slice::from_ref(&cut), false), None);
        assert_eq!(next_to_begin(&[cut.clone(), upload(UploadState::Waiting)], false), Some(1));
        assert_eq!(next_to_begin(&[cut], true), Some(0));
    }

    #[test]
    fn what_was_cut_is_interrupted_until_it_comes_further() {
        let mut upload = Upload { is_cut: true, ..upload(UploadState::Resting) };
        assert!(upload.is_interrupted());
        upload.goes_on(0);
        assert!(upload.is_interrupted(), "an attempt is no news");
        upload.goes_on(1);
        assert!(!upload.is_interrupted());
        let failed = Upload { is_cut: true, state: UploadState::Failed(AppError::Forbidden), ..upload };
        assert!(!failed.is_interrupted());
    }

    #[test]
    fn a_refusal_is_ours_or_of_somebody_on_the_way() {
        let ours = r#"{"success":false,"message":"…","error":{"code":"RATE_LIMIT_EXCEEDED","retryAfterSecs":3}}"#;
        assert_eq!(refusal(429, ours), AppError::RateLimitExceeded { retry_after_secs: 3 });
        let empty = r#"{"error":{"code":"VALIDATION","fields":{"file":{"code":"REQUIRED","message":"…"}}}}"#;
        assert_eq!(refusal(422, empty), AppError::field(Field::File, Rule::Required));
        let full = r#"{"success":false,"message":"…","error":{"code":"UPLOAD_QUOTA_EXCEEDED"}}"#;
        assert_eq!(refusal(413, full), AppError::UploadQuotaExceeded);
        assert_eq!(refusal(413, "<html>"), AppError::PayloadTooLarge);
        assert_eq!(refusal(403, "<html>"), AppError::Forbidden);
        for (status, answer) in [(0, ""), (502, "<html>"), (408, ""), (429, "slow down")] {
            assert_eq!(refusal(status, answer), AppError::Unreachable, "{status}");
        }
    }

    #[test]
    fn what_is_empty_or_too_large_does_not_begin() {
        let empty = AppError::field(Field::File, Rule::Required);
        for (size, error) in
            [(0, Some(empty)), (1, None), (MAX_FILE, None), (MAX_FILE + 1, Some(AppError::PayloadTooLarge))]
        {
            let chosen = Upload::new(1, (ChatRoomId(1), None), "a.bin".into(), size);
            assert_eq!(chosen.is_good(), error.is_none(), "{size}");
            assert_eq!(chosen.state, error.map_or(UploadState::Waiting, UploadState::Failed), "{size}");
        }
    }
}
