//! What can go wrong, as both halves and every client see it.
//!
//! One error type for commands, server functions and REST. Its `code` is stable, its text is for
//! people ([`crate::text`]), and nothing of the database or the host is ever in it.

use crate::json::{JsonEncoding, Unreadable, from_object};
use crate::reservations::model::{Conflict, Reservation};
use crate::time::Timestamp;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Deserializer, Serialize};

/// Why a command was refused or failed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
pub enum AppError {
    /// Nobody is signed in, or the session has ended.
    Unauthenticated,
    /// Unknown address or wrong password: deliberately the same answer.
    InvalidCredentials,
    /// Too many attempts; try again after so many seconds.
    RateLimitExceeded { retry_after_secs: u32 },
    /// Signed in, but not allowed to do this.
    Forbidden,
    /// A request from a page of another origin (contracts §9, Origins).
    ForbiddenOrigin,
    /// No such thing, or the caller may not know of it.
    NotFound,
    /// The method is not offered at this address.
    MethodNotAllowed,
    /// Fields that break a rule.
    Validation { fields: Vec<FieldError> },
    /// The body is not JSON, or not of the documented shape.
    MalformedRequest { line: u32, column: u32 },
    /// The body exceeds the limit of contracts §7.8.
    PayloadTooLarge,
    /// Too much of what the person has uploaded waits for a message. No file is too large: they are too many.
    UploadQuotaExceeded,
    /// The room is taken at that time (contracts §9).
    ReservationConflict(Box<Conflict>),
    /// The room still has bookings ahead.
    RoomHasReservations { reservations: Vec<Reservation> },
    /// Somebody else changed it since it was read.
    StaleVersion,
    /// The booking is already cancelled, ended or decided.
    ReservationClosed,
    /// The announcement is over or has been called off.
    AnnouncementClosed,
    /// The person is a member of the chat room already.
    AlreadyMember,
    /// Nobody writes in this chat room any more.
    ChatRoomArchived,
    /// Those who manage the chat room keep the person from writing there.
    WritingBarred { until: Timestamp },
    /// The message calls many people: its sender has to say that this is meant.
    MentionsUnconfirmed { people: i64 },
    /// The timer has run down, or was stopped or cancelled.
    TimerAlreadyCompleted,
    /// Only a running timer can be paused.
    TimerNotRunning,
    /// Only a paused timer can be resumed.
    TimerNotPaused,
    /// `Idempotency-Key` was used before with another body.
    IdempotencyMismatch,
    /// Our own fault; the log has the details under this number.
    Internal { error_id: String },
    /// The browser could not reach the server, or got an answer that is none of ours.
    Unreachable,
    /// Not a refusal: a request with this `Idempotency-Key` was answered before, with this.
    #[serde(skip)]
    AlreadyAnswered { status: u16, body: String },
}

/// A field of the request that breaks a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name on the wire.
    pub field: Field,
    pub rule: Rule,
}

/// The fields that rules speak of, by their names on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Field {
    RoomId,
    Title,
    StartsAt,
    EndsAt,
    AttendeeIds,
    AttendeeCount,
    Name,
    Location,
    Floor,
    Capacity,
    Equipment,
    Version,
    Email,
    Password,
    From,
    To,
    FreeFrom,
    FreeTo,
    IdempotencyKey,
    UserIds,
    Message,
    ExpiresAt,
    ActionUrl,
    Kind,
    Severity,
    Audience,
    AckRequired,
    AckOptions,
    OptionId,
    ClientId,
    ApproverIds,
    Reason,
    Limit,
    Page,
    Slug,
    Topic,
    MemberIds,
    ReservationId,
    ChatRoomId,
    UserId,
    Role,
    MessageType,
    FileUrl,
    ClientMsgId,
    ReplyTo,
    ThreadRoot,
    Emoji,
    Query,
    File,
    AllocatedDuration,
    Seconds,
    Description,
    Tags,
    ScheduleId,
    TodoId,
    TodoIds,
    Cycle,
    Minutes,
    Agenda,
    Point,
}

/// The rule that a field breaks. Times and counts are of contracts §9.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "rule", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Rule {
    Required,
    MaxLength {
        max: u32,
    },
    /// The character U+0000, which Postgres cannot keep.
    NulCharacter,
    /// A character that turns what stands around it about: what is read is not what is there.
    UnfitCharacter,
    MaxItems {
        max: u32,
    },
    /// What was changed so often already stays as it is.
    MaxChanges {
        max: u32,
    },
    Range {
        min: u32,
        max: u32,
    },
    Duplicate,
    Unknown,
    /// The end does not lie after the start.
    EndsBeforeStart,
    /// An end that is to be later than the present one is earlier.
    NotLater,
    /// Shorter than five minutes.
    TooShort,
    /// Longer than 24 hours.
    TooLong,
    /// More than five minutes in the past.
    InThePast,
    /// More than a year ahead.
    TooFarAhead,
    /// More people than the room seats.
    OverCapacity {
        capacity: u32,
    },
    /// The room is closed for maintenance.
    Maintenance,
    /// A list asked for over more than 62 days.
    SpanTooWide,
    /// What people have received already: it cannot be changed any more.
    AlreadySent,
}

impl<'de> Deserialize<'de> for AppError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_object(deserializer, |of| {
            Ok(match of.text("code") {
                "UNAUTHENTICATED" => Self::Unauthenticated,
                "INVALID_CREDENTIALS" => Self::InvalidCredentials,
                "RATE_LIMIT_EXCEEDED" => Self::RateLimitExceeded { retry_after_secs: of.member("retryAfterSecs")? },
                "FORBIDDEN" => Self::Forbidden,
                "FORBIDDEN_ORIGIN" => Self::ForbiddenOrigin,
                "NOT_FOUND" => Self::NotFound,
                "METHOD_NOT_ALLOWED" => Self::MethodNotAllowed,
                "VALIDATION" => Self::Validation { fields: of.member("fields")? },
                "MALFORMED_REQUEST" => {
                    Self::MalformedRequest { line: of.member("line")?, column: of.member("column")? }
                }
                "PAYLOAD_TOO_LARGE" => Self::PayloadTooLarge,
                "UPLOAD_QUOTA_EXCEEDED" => Self::UploadQuotaExceeded,
                "RESERVATION_CONFLICT" => Self::ReservationConflict(of.whole()?),
                "ROOM_HAS_RESERVATIONS" => Self::RoomHasReservations { reservations: of.member("reservations")? },
                "STALE_VERSION" => Self::StaleVersion,
                "RESERVATION_CLOSED" => Self::ReservationClosed,
                "ANNOUNCEMENT_CLOSED" => Self::AnnouncementClosed,
                "ALREADY_MEMBER" => Self::AlreadyMember,
                "CHAT_ROOM_ARCHIVED" => Self::ChatRoomArchived,
                "WRITING_BARRED" => Self::WritingBarred { until: of.member("until")? },
                "MENTIONS_UNCONFIRMED" => Self::MentionsUnconfirmed { people: of.member("people")? },
                "TIMER_ALREADY_COMPLETED" => Self::TimerAlreadyCompleted,
                "TIMER_NOT_RUNNING" => Self::TimerNotRunning,
                "TIMER_NOT_PAUSED" => Self::TimerNotPaused,
                "IDEMPOTENCY_MISMATCH" => Self::IdempotencyMismatch,
                "INTERNAL" => Self::Internal { error_id: of.member("errorId")? },
                "UNREACHABLE" => Self::Unreachable,
                _ => return Err(Unreadable),
            })
        })
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_object(deserializer, |of| {
            Ok(match of.text("rule") {
                "REQUIRED" => Self::Required,
                "MAX_LENGTH" => Self::MaxLength { max: of.member("max")? },
                "NUL_CHARACTER" => Self::NulCharacter,
                "UNFIT_CHARACTER" => Self::UnfitCharacter,
                "MAX_ITEMS" => Self::MaxItems { max: of.member("max")? },
                "MAX_CHANGES" => Self::MaxChanges { max: of.member("max")? },
                "RANGE" => Self::Range { min: of.member("min")?, max: of.member("max")? },
                "DUPLICATE" => Self::Duplicate,
                "UNKNOWN" => Self::Unknown,
                "ENDS_BEFORE_START" => Self::EndsBeforeStart,
                "NOT_LATER" => Self::NotLater,
                "TOO_SHORT" => Self::TooShort,
                "TOO_LONG" => Self::TooLong,
                "IN_THE_PAST" => Self::InThePast,
                "TOO_FAR_AHEAD" => Self::TooFarAhead,
                "OVER_CAPACITY" => Self::OverCapacity { capacity: of.member("capacity")? },
                "MAINTENANCE" => Self::Maintenance,
                "SPAN_TOO_WIDE" => Self::SpanTooWide,
                "ALREADY_SENT" => Self::AlreadySent,
                _ => return Err(Unreadable),
            })
        })
    }
}

impl AppError {
    /// The refusal of a single field.
    #[must_use]
    pub fn field(field: Field, rule: Rule) -> Self {
        Self::Validation { fields: vec![FieldError { field, rule }] }
    }
}

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&crate::text::Lang::En.error(self))
    }
}

impl std::error::Error for AppError {}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            // On the server this is a body that cannot be read: `middleware::state_refusal` says so.
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Deserialization(_) => Self::Unreachable,
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                Self::MalformedRequest { line: 0, column: 0 }
            }
            _ => Self::Internal { error_id: String::new() },
        }
    }
}
