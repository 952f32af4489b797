//! Refusals in words.

use super::{Lang, fill};
use crate::error::{AppError, Field, FieldError, Rule};
use std::borrow::Cow;

impl Lang {
    /// A refusal in one sentence for people.
    #[must_use]
    pub fn error(self, error: &AppError) -> Cow<'static, str> {
        let pick = |ko: &'static str, en: &'static str| match self {
            Self::Ko => ko,
            Self::En => en,
        };
        Cow::Borrowed(match error {
            AppError::Unauthenticated => pick("로그인이 필요합니다.", "Please log in."),
            AppError::InvalidCredentials => {
                pick("이메일 또는 비밀번호가 맞지 않습니다.", "The e-mail address or the password is wrong.")
            }
            AppError::RateLimitExceeded { retry_after_secs } => {
                let text = pick(
                    "시도가 너무 많습니다. {}초 뒤에 다시 해 주세요.",
                    "Too many attempts. Try again in {} seconds.",
                );
                return Cow::Owned(fill(text, &[retry_after_secs]));
            }
            AppError::Forbidden => pick("이 일을 할 권한이 없습니다.", "You are not allowed to do this."),
            AppError::ForbiddenOrigin => {
                pick("다른 사이트에서 온 요청이라 거절했습니다.", "The request came from another site and was refused.")
            }
            AppError::NotFound => pick("찾을 수 없습니다.", "Not found."),
            AppError::MethodNotAllowed => {
                pick("이 주소에서 쓸 수 없는 방식입니다.", "This method is not offered here.")
            }
            AppError::Validation { fields } => match fields.first() {
                Some(first) => return Cow::Owned(self.field_error(first)),
                None => pick("입력한 내용을 확인해 주세요.", "Please check what you entered."),
            },
            AppError::MalformedRequest { line: 0, .. } => {
                pick("요청의 형식이 올바르지 않습니다.", "The request is malformed.")
            }
            AppError::MalformedRequest { line, column } => {
                let text = pick(
                    "요청 본문의 {}행 {}열이 올바르지 않습니다.",
                    "The request body is malformed at line {}, column {}.",
                );
                return Cow::Owned(fill(text, &[line, column]));
            }
            AppError::PayloadTooLarge => pick("요청이 너무 큽니다.", "The request is too large."),
            AppError::UploadQuotaExceeded => self.texts().chat_files_unsent,
            AppError::ReservationConflict(_) => {
                pick("그 시간에는 이미 다른 예약이 있습니다.", "Another booking already has this time.")
            }
            AppError::RoomHasReservations { reservations } => {
                let text = pick(
                    "앞으로의 예약이 {}건 있어 삭제할 수 없습니다.",
                    "The room has {} bookings ahead and cannot be deleted.",
                );
                return Cow::Owned(fill(text, &[&reservations.len()]));
            }
            AppError::StaleVersion => pick(
                "그사이 다른 사람이 바꾸었습니다. 확인하고 다시 해 주세요.",
                "Somebody has changed it meanwhile. Please look and try again.",
            ),
            AppError::ReservationClosed => {
                pick("이미 끝났거나 취소된 예약입니다.", "The booking has already ended or been cancelled.")
            }
            AppError::AnnouncementClosed => {
                pick("이미 끝났거나 취소된 공지입니다.", "The announcement is over or has been called off.")
            }
            AppError::AlreadyMember => pick("이미 이 방의 멤버입니다.", "Already a member of this room."),
            AppError::ChatRoomArchived => {
                pick("닫힌 방이라 더 쓸 수 없습니다.", "The room is closed: nobody writes here any more.")
            }
            AppError::WritingBarred { .. } => pick(
                "관리자가 이 방에서 글쓰기를 제한했습니다. 읽을 수는 있습니다.",
                "An admin of this room keeps you from writing here. You can go on reading.",
            ),
            AppError::MentionsUnconfirmed { people } => {
                let text =
                    pick("{}명을 부르는 메시지입니다. 확인해 주세요.", "The message calls {} people. Please confirm.");
                return Cow::Owned(fill(text, &[people]));
            }
            AppError::TimerAlreadyCompleted => pick("이미 끝난 타이머입니다.", "The timer has already ended."),
            AppError::TimerNotRunning => pick("실행 중인 타이머가 아닙니다.", "The timer is not running."),
            AppError::TimerNotPaused => pick("일시정지한 타이머가 아닙니다.", "The timer is not paused."),
            AppError::IdempotencyMismatch => pick(
                "같은 Idempotency-Key를 다른 내용으로 다시 썼습니다.",
                "The same Idempotency-Key was used with another body.",
            ),
            AppError::Internal { error_id } if !error_id.is_empty() => {
                let text = pick("문제가 생겼습니다. 오류 번호 {}", "Something went wrong. Error number {}");
                return Cow::Owned(fill(text, &[error_id]));
            }
            AppError::AlreadyAnswered { .. } => pick("이미 처리한 요청입니다.", "The request was answered before."),
            AppError::Internal { .. } => pick("문제가 생겼습니다.", "Something went wrong."),
            AppError::Unreachable => pick("서버에 연결하지 못했습니다.", "The server could not be reached."),
        })
    }

    /// A broken rule in one sentence, to stand under its field.
    #[must_use]
    pub fn field_error(self, error: &FieldError) -> String {
        let pick = |ko: &'static str, en: &'static str| match self {
            Self::Ko => ko,
            Self::En => en,
        };
        match &error.rule {
            // A file is there: it is what is in it that is missing.
            Rule::Required if error.field == Field::File => self.texts().chat_file_empty.into(),
            Rule::Required => pick("꼭 입력해야 합니다.", "This is required.").into(),
            Rule::MaxLength { max } => fill(pick("{}자까지 쓸 수 있습니다.", "At most {} characters."), &[max]),
            Rule::NulCharacter | Rule::UnfitCharacter => {
                pick("쓸 수 없는 문자가 있습니다.", "It has a character that cannot be kept.").into()
            }
            Rule::MaxItems { max } => fill(pick("{}개까지 넣을 수 있습니다.", "At most {} items."), &[max]),
            Rule::MaxChanges { max } => {
                fill(pick("{}번까지 고칠 수 있습니다.", "This can be changed {} times at most."), &[max])
            }
            Rule::Range { min, max } => {
                fill(pick("{}에서 {} 사이여야 합니다.", "Must be between {} and {}."), &[min, max])
            }
            Rule::Duplicate => pick("같은 것이 두 번 있습니다.", "The same appears twice.").into(),
            Rule::Unknown => pick("없는 것을 골랐습니다.", "There is no such thing.").into(),
            Rule::EndsBeforeStart => pick("끝은 시작보다 뒤여야 합니다.", "The end must come after the start.").into(),
            Rule::NotLater => pick("더 늦은 시간을 골라 주세요.", "Choose a later time.").into(),
            Rule::TooShort => pick("5분보다 짧게 예약할 수 없습니다.", "A booking lasts at least 5 minutes.").into(),
            Rule::TooLong => pick("24시간보다 길게 예약할 수 없습니다.", "A booking lasts at most 24 hours.").into(),
            Rule::InThePast => pick("이미 지난 시간입니다.", "This time has already passed.").into(),
            Rule::TooFarAhead => pick("1년 안의 시간만 정할 수 있습니다.", "Choose a time within a year.").into(),
            Rule::OverCapacity { capacity } => fill(pick("정원 {}명을 넘습니다.", "The room seats {}."), &[capacity]),
            Rule::Maintenance => pick("점검 중인 회의실입니다.", "The room is closed for maintenance.").into(),
            Rule::AlreadySent => {
                pick("이미 보낸 뒤에는 바꿀 수 없습니다.", "This cannot be changed after it was sent.").into()
            }
            Rule::SpanTooWide => pick("한 번에 62일까지 볼 수 있습니다.", "At most 62 days at once.").into(),
        }
    }

    /// The sentence under a field, when it breaks a rule.
    #[must_use]
    pub fn error_of(self, fields: &[FieldError], field: Field) -> Option<String> {
        fields.iter().find(|error| error.field == field).map(|error| self.field_error(error))
    }
}
