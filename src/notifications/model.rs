//! Notifications as they are kept, and the pure rules about them.

mod call;
mod kind;
mod parts;
mod preferences;
#[cfg(test)]
mod tests;
mod words;

pub use crate::ids::NotificationId;
pub use call::{Call, ChatCall, Moderation, chat_group, chat_link};
pub use kind::NotificationKind;
pub use parts::{Booking, EntryType, NotificationType, When};
pub use preferences::{Category, Channel, Channels, ClockTime, Decision, Preferences, QuietHours, Reason};

use crate::error::{AppError, Field, FieldError, Rule};
use crate::ids::UserId;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// How many entries the bell shows (contracts §1.8).
pub const NEWEST: usize = 10;
/// Contracts §7.8.
pub const MAX_TITLE_CHARS: u32 = 200;
pub const MAX_MESSAGE_CHARS: u32 = 4_000;
/// Longest link of a notification.
pub const MAX_LINK_CHARS: u32 = 500;
/// How many people one message goes to.
pub const MAX_RECIPIENTS: u32 = 500;

/// How much it matters (contracts §3.6). Urgent ones may break quiet hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type, utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "TEXT", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Low,
    #[default]
    Normal,
    High,
    Urgent,
}

/// A notification in somebody's list: what happened, and what that person has done with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    pub id: NotificationId,
    pub data: NotificationKind,
    pub priority: Priority,
    /// A path of this site, or an address on another one.
    pub action_url: Option<String>,
    /// The same for all that is about one thing, such as `reservation:42`.
    pub group_key: Option<String>,
    pub created_at: Timestamp,
    /// From then on it neither counts nor shows.
    pub expires_at: Option<Timestamp>,
    pub is_read: bool,
    pub read_at: Option<Timestamp>,
    /// When the list was opened with it in it.
    pub seen_at: Option<Timestamp>,
    pub archived_at: Option<Timestamp>,
}

impl Entry {
    #[must_use]
    pub fn category(&self) -> Category {
        self.data.category()
    }

    /// Whether it waits while the person concentrates.
    #[must_use]
    pub fn can_wait(&self) -> bool {
        self.data.can_wait(self.priority)
    }

    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    /// Whether it is new to the person: neither read nor seen in the list.
    #[must_use]
    pub fn is_unseen(&self) -> bool {
        !self.is_read && self.seen_at.is_none()
    }

    /// Newest first; the id decides between two of one millisecond.
    #[must_use]
    pub fn order(&self) -> impl Ord + use<> {
        std::cmp::Reverse((self.created_at, self.id.clone()))
    }
}

/// Which part of somebody's list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::IntoParams))]
#[serde(rename_all = "camelCase")]
pub struct Filter {
    /// Only what has not been read.
    #[serde(default)]
    pub unread: bool,
    pub category: Option<Category>,
    /// What has been put away, instead of what has not.
    #[serde(default)]
    pub archived: bool,
}

/// One page of somebody's list (contracts §3.6).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entries {
    pub entries: Vec<Entry>,
    /// How many the filter lets through.
    pub total_count: u32,
    /// How many are unread in all.
    pub unread_count: u32,
}

/// What a person can do with one notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    Read,
    Unread,
    Archived,
    /// Back in the list.
    Restored,
    Deleted,
}

/// Why somebody was or was not told, channel by channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decided {
    pub id: NotificationId,
    pub data: NotificationKind,
    pub priority: Priority,
    pub created_at: Timestamp,
    pub decision: Decision,
}

/// A message that an admin sends to named people (contracts §3.6, `createNotification`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NewMessage {
    #[serde(default)]
    pub user_ids: Vec<UserId>,
    /// One more person: the documented form for a single one.
    pub user_id: Option<UserId>,
    pub title: String,
    pub message: String,
    #[serde(default, rename = "type")]
    pub kind: NotificationType,
    #[serde(default)]
    pub priority: Priority,
    pub expires_at: Option<Timestamp>,
    pub action_url: Option<String>,
}

impl NewMessage {
    /// Trims the texts and drops repeated people.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        self.title = self.title.trim().to_owned();
        self.message = self.message.trim().to_owned();
        self.user_ids.extend(self.user_id.take());
        let mut seen = Vec::new();
        self.user_ids.retain(|id| {
            !seen.contains(id) && {
                seen.push(*id);
                true
            }
        });
        self
    }

    /// # Errors
    /// [`AppError::Validation`] with each field that breaks a rule.
    pub fn check(&self, now: Timestamp) -> Result<(), AppError> {
        let mut fields = Vec::new();
        let mut refuse = |field, rule| fields.push(FieldError { field, rule });
        if self.user_ids.is_empty() {
            refuse(Field::UserIds, Rule::Required);
        } else if self.user_ids.len() > MAX_RECIPIENTS as usize {
            refuse(Field::UserIds, Rule::MaxItems { max: MAX_RECIPIENTS });
        }
        for (field, text, max) in
            [(Field::Title, &self.title, MAX_TITLE_CHARS), (Field::Message, &self.message, MAX_MESSAGE_CHARS)]
        {
            if let Some(rule) = broken_by(text, max) {
                refuse(field, rule);
            }
        }
        if self.expires_at.is_some_and(|at| at <= now) {
            refuse(Field::ExpiresAt, Rule::InThePast);
        }
        if let Some(url) = &self.action_url {
            if !is_link(url) {
                refuse(Field::ActionUrl, Rule::Unknown);
            } else if let Some(rule) = broken_by(url, MAX_LINK_CHARS) {
                refuse(Field::ActionUrl, rule);
            }
        }
        if fields.is_empty() { Ok(()) } else { Err(AppError::Validation { fields }) }
    }
}

fn broken_by(text: &str, max: u32) -> Option<Rule> {
    if text.is_empty() {
        Some(Rule::Required)
    } else if text.chars().count() > max as usize {
        Some(Rule::MaxLength { max })
    } else {
        text.contains('\0').then_some(Rule::NulCharacter)
    }
}

/// A path of this very site, or an https address: never a script.
fn is_link(url: &str) -> bool {
    let is_own = url.starts_with('/') && !url.starts_with("//") && !url.contains('\\');
    (is_own || url.starts_with("https://")) && !url.contains(char::is_control)
}
