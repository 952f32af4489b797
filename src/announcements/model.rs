//! An announcement, what an admin may write into it, and what people do with it.

mod input;
#[cfg(test)]
mod tests;

pub use input::{AnnouncementEdit, NewAnnouncement, READ};

use crate::accounts::model::Person;
use crate::error::{AppError, Field, FieldError, Rule};
use crate::ids::{AnnouncementId, RoomId, UserId};
use crate::json::{Unreadable, from_object};
use crate::level::Level;
use crate::time::{DAY, Timestamp};
use serde::{Deserialize, Deserializer, Serialize};

pub const MAX_MESSAGE_CHARS: u32 = 4_000;
pub const MAX_TITLE_CHARS: u32 = 200;
pub const MAX_OPTIONS: u32 = 5;
pub const MAX_LABEL_CHARS: u32 = 40;
pub const MAX_CLIENT_ID_CHARS: u32 = 64;
/// The most people that one announcement names.
pub const MAX_NAMED: u32 = 1_000;
/// How far ahead a start or an end may lie.
pub const MAX_AHEAD_MS: i64 = 366 * DAY;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type, utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "TEXT", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Notification,
    /// Shown with the time that is left until it ends.
    Maintenance,
}

/// The finer weight of contracts §8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type, utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "TEXT", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Info,
    Advisory,
    Major,
    /// Interrupts, and stays until it is answered.
    Critical,
}

impl Severity {
    /// info→info, advisory→warning, major and critical→error.
    #[must_use]
    pub fn level(self) -> Level {
        match self {
            Self::Info => Level::Info,
            Self::Advisory => Level::Warning,
            Self::Major | Self::Critical => Level::Error,
        }
    }
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Info => Self::Info,
            Level::Warning => Self::Advisory,
            Level::Error => Self::Major,
        }
    }
}

/// An answer that people can choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct AckOption {
    pub id: String,
    pub label: String,
}

/// To whom it goes. Rooms and floors mean who is there at its start: organisers and attendees of
/// the meetings under way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Audience {
    #[default]
    Everyone,
    Users {
        /// Not told to those who receive it.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        user_ids: Vec<UserId>,
    },
    Floor {
        floor: String,
    },
    Room {
        room_id: RoomId,
    },
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_object(deserializer, |of| {
            Ok(match of.text("type") {
                "everyone" => Self::Everyone,
                "users" => Self::Users { user_ids: of.member::<Option<_>>("userIds")?.unwrap_or_default() },
                "floor" => Self::Floor { floor: of.member("floor")? },
                "room" => Self::Room { room_id: of.member("roomId")? },
                _ => return Err(Unreadable),
            })
        })
    }
}

/// An announcement (contracts §8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Announcement {
    pub id: AnnouncementId,
    pub kind: Kind,
    pub severity: Severity,
    /// May be empty: the message says it all then.
    pub title: String,
    pub body: String,
    pub starts_at: Timestamp,
    /// Until it is called off when there is none.
    pub expires_at: Option<Timestamp>,
    pub ack_required: bool,
    pub ack_options: Vec<AckOption>,
    pub audience: Audience,
    /// Set on what tells of a change: the announcement that it changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update_of: Option<AnnouncementId>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cancelled: bool,
}

impl Announcement {
    /// The form for those who receive it: without the names of the others.
    #[must_use]
    pub fn for_recipients(&self) -> Self {
        let audience = match &self.audience {
            Audience::Users { .. } => Audience::Users { user_ids: Vec::new() },
            other => other.clone(),
        };
        Self { audience, update_of: None, ..self.clone() }
    }

    #[must_use]
    pub fn is_critical(&self) -> bool {
        self.severity == Severity::Critical
    }

    /// Whether it has had its time.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.cancelled || self.expires_at.is_some_and(|end| end <= now)
    }

    /// Its title, or else its first line.
    #[must_use]
    pub fn headline(&self) -> &str {
        if self.title.is_empty() { self.body.lines().next().unwrap_or_default() } else { &self.title }
    }

    #[must_use]
    pub fn option(&self, id: &str) -> Option<&AckOption> {
        self.ack_options.iter().find(|option| option.id == id)
    }
}

/// An announcement as admins manage it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Managed {
    #[serde(flatten)]
    pub announcement: Announcement,
    /// The body, under the name that requests have for it.
    pub message: String,
    pub level: Level,
    pub author: Person,
    pub created_at: Timestamp,
    /// When it really went out; not yet, or never, when there is none.
    pub sent_at: Option<Timestamp>,
    /// How many received it; unknown for everybody, and before its start.
    pub recipient_count: Option<u32>,
    /// How many have answered.
    pub ack_count: u32,
    /// Grows by one with each change; a writer names the version it has seen.
    pub version: i64,
}

impl<'de> Deserialize<'de> for Managed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_object(deserializer, |of| {
            Ok(Self {
                announcement: of.whole()?,
                message: of.member("message")?,
                level: of.member("level")?,
                author: of.member("author")?,
                created_at: of.member("createdAt")?,
                sent_at: of.member("sentAt")?,
                recipient_count: of.member("recipientCount")?,
                ack_count: of.member("ackCount")?,
                version: of.member("version")?,
            })
        })
    }
}

/// Where an announcement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Scheduled,
    Active,
    Expired,
    Cancelled,
    /// Its end came before it could go out.
    Missed,
}

impl Managed {
    /// Whether this admin has announced it, asks for an answer, and it had not ended by `since`.
    #[must_use]
    pub fn is_asked_by(&self, author: UserId, since: Timestamp) -> bool {
        let announcement = &self.announcement;
        self.author.id == author && announcement.ack_required && !announcement.is_over(since)
    }

    #[must_use]
    pub fn stage(&self, now: Timestamp) -> Stage {
        let has_ended = self.announcement.expires_at.is_some_and(|end| end <= now);
        match (self.announcement.cancelled, self.sent_at.is_some(), has_ended) {
            (true, ..) => Stage::Cancelled,
            (false, true, false) => Stage::Active,
            (false, true, true) => Stage::Expired,
            (false, false, false) => Stage::Scheduled,
            (false, false, true) => Stage::Missed,
        }
    }
}

/// Somebody's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Ack {
    pub person: Person,
    pub option_id: String,
    pub at: Timestamp,
}

/// What `POST /announcements/{id}/ack` takes (contracts §8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NewAck {
    pub option_id: String,
    /// The sender's own number of this answer: a repeat changes nothing.
    pub client_id: String,
}

impl NewAck {
    /// # Errors
    /// [`AppError::Validation`] for an option that the announcement does not have.
    pub fn check(&self, announcement: &Announcement) -> Result<(), AppError> {
        let mut fields = Vec::new();
        let mut refuse = |field, rule| fields.push(FieldError { field, rule });
        if announcement.option(&self.option_id).is_none() {
            refuse(Field::OptionId, Rule::Unknown);
        }
        if self.client_id.is_empty() {
            refuse(Field::ClientId, Rule::Required);
        } else if self.client_id.chars().count() > MAX_CLIENT_ID_CHARS as usize {
            refuse(Field::ClientId, Rule::MaxLength { max: MAX_CLIENT_ID_CHARS });
        } else if self.client_id.contains('\0') {
            refuse(Field::ClientId, Rule::NulCharacter);
        }
        if fields.is_empty() { Ok(()) } else { Err(AppError::Validation { fields }) }
    }
}
