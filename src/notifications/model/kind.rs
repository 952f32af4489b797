//! What there is to tell, as figures rather than as texts.

use super::{Call, Category, ChatCall, Priority};
use crate::ids::{ReservationId, UserId};
use crate::json::{Unreadable, from_object};
use crate::level::Level;
use crate::reservations::model::Reservation;
use crate::time::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

/// The type codes of contracts §3.6, with those of the workplace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NotificationType {
    WorkoutCompleted,
    GoalAchieved,
    WorkoutReminder,
    WeeklyReport,
    ChatMessage,
    System,
    #[default]
    Custom,
    Reservation,
    Room,
    TimerCompleted,
    Mention,
    Announcement,
    Maintenance,
    SmsFailed,
}

/// `type` of an entry: how it looks (contracts §1.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EntryType {
    #[default]
    Info,
    Warning,
    Error,
    Success,
}

impl EntryType {
    /// The sign in front of an entry (contracts §1.8).
    #[must_use]
    pub fn icon(self) -> &'static str {
        match self {
            Self::Info => "📢",
            Self::Warning => "⚠️",
            Self::Error => "❌",
            Self::Success => "✅",
        }
    }
}

impl From<Level> for EntryType {
    fn from(level: Level) -> Self {
        match level {
            Level::Info => Self::Info,
            Level::Warning => Self::Warning,
            Level::Error => Self::Error,
        }
    }
}

/// A booking as it was when there was something to tell about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Booking {
    pub id: ReservationId,
    pub title: String,
    /// The room's name.
    pub room: String,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}

impl From<&Reservation> for Booking {
    fn from(booking: &Reservation) -> Self {
        Self {
            id: booking.id,
            title: booking.title.clone(),
            room: booking.room.name.clone(),
            starts_at: booking.starts_at,
            ends_at: booking.ends_at,
        }
    }
}

impl Booking {
    /// Where the booking is shown.
    #[must_use]
    pub fn link(&self) -> String {
        ["/reservations/", &self.id.to_string()].concat()
    }

    /// The group of everything about this booking.
    #[must_use]
    pub fn group_key(&self) -> String {
        ["reservation:", &self.id.to_string()].concat()
    }
}

/// When and where a booking was before it moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct When {
    pub room: String,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}

/// Everything that people are told. `by` is the name of who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum NotificationKind {
    /// Somebody has booked a room (contracts §1.7): for everybody else.
    BookingCreated {
        booking: Booking,
    },
    Invited {
        booking: Booking,
        by: String,
    },
    /// Somebody who was invited does not come: for the organiser.
    InvitationDeclined {
        booking: Booking,
        by: String,
    },
    /// The time or the room has changed.
    BookingMoved {
        booking: Booking,
        before: When,
        by: String,
    },
    BookingCancelled {
        booking: Booking,
        by: String,
    },
    /// The person does not attend it any more.
    RemovedFromBooking {
        booking: Booking,
        by: String,
    },
    /// For those who decide.
    ApprovalAsked {
        booking: Booking,
        by: String,
    },
    ApprovalDecided {
        booking: Booking,
        approved: bool,
        by: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Nobody has decided, and soon nobody can.
    ApprovalExpiring {
        booking: Booking,
        deadline: Timestamp,
    },
    StartsSoon {
        booking: Booking,
    },
    /// A slot that the person wanted has become free.
    SlotFree {
        room: String,
        starts_at: Timestamp,
        ends_at: Timestamp,
    },
    /// A message in a chat room.
    Chat {
        chat: ChatCall,
    },
    /// `system:notification` and `system:maintenance`.
    Announcement {
        message: String,
        level: Level,
        maintenance: bool,
    },
    /// What an admin has written to named people.
    Message {
        title: String,
        message: String,
        #[serde(rename = "type")]
        notification_type: NotificationType,
        from: UserId,
    },
}

impl<'de> Deserialize<'de> for NotificationKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_object(deserializer, |of| {
            let booking = || of.member("booking");
            let by = || of.member("by");
            Ok(match of.text("kind") {
                "booking_created" => Self::BookingCreated { booking: booking()? },
                "invited" => Self::Invited { booking: booking()?, by: by()? },
                "invitation_declined" => Self::InvitationDeclined { booking: booking()?, by: by()? },
                "booking_moved" => Self::BookingMoved { booking: booking()?, before: of.member("before")?, by: by()? },
                "booking_cancelled" => Self::BookingCancelled { booking: booking()?, by: by()? },
                "removed_from_booking" => Self::RemovedFromBooking { booking: booking()?, by: by()? },
                "approval_asked" => Self::ApprovalAsked { booking: booking()?, by: by()? },
                "approval_decided" => Self::ApprovalDecided {
                    booking: booking()?,
                    approved: of.member("approved")?,
                    by: by()?,
                    reason: of.member("reason")?,
                },
                "approval_expiring" => Self::ApprovalExpiring { booking: booking()?, deadline: of.member("deadline")? },
                "starts_soon" => Self::StartsSoon { booking: booking()? },
                "slot_free" => Self::SlotFree {
                    room: of.member("room")?,
                    starts_at: of.member("startsAt")?,
                    ends_at: of.member("endsAt")?,
                },
                "chat" => Self::Chat { chat: of.member("chat")? },
                "announcement" => Self::Announcement {
                    message: of.member("message")?,
                    level: of.member("level")?,
                    maintenance: of.member::<Option<bool>>("maintenance")?.unwrap_or_default(),
                },
                "message" => Self::Message {
                    title: of.member("title")?,
                    message: of.member("message")?,
                    notification_type: of.member("type")?,
                    from: of.member("from")?,
                },
                _ => return Err(Unreadable),
            })
        })
    }
}

impl NotificationKind {
    #[must_use]
    pub fn category(&self) -> Category {
        match self {
            Self::BookingCreated { .. } => Category::NewBookings,
            Self::Invited { .. } | Self::InvitationDeclined { .. } => Category::Invitations,
            Self::BookingMoved { .. } | Self::BookingCancelled { .. } | Self::RemovedFromBooking { .. } => {
                Category::Changes
            }
            Self::ApprovalAsked { .. } | Self::ApprovalDecided { .. } | Self::ApprovalExpiring { .. } => {
                Category::Approvals
            }
            Self::StartsSoon { .. } | Self::SlotFree { .. } => Category::Reminders,
            Self::Chat { .. } => Category::Chat,
            Self::Announcement { .. } => Category::Announcements,
            Self::Message { .. } => Category::Messages,
        }
    }

    /// The type code on the wire.
    #[must_use]
    pub fn notification_type(&self) -> NotificationType {
        match self {
            Self::Chat { chat } if matches!(chat.call, Call::Mention | Call::Everyone) => NotificationType::Mention,
            Self::Chat { .. } => NotificationType::ChatMessage,
            Self::Announcement { maintenance: true, .. } => NotificationType::Maintenance,
            Self::Announcement { .. } => NotificationType::Announcement,
            Self::Message { notification_type, .. } => *notification_type,
            _ => NotificationType::Reservation,
        }
    }

    #[must_use]
    pub fn entry_type(&self) -> EntryType {
        match self {
            Self::BookingCreated { .. } | Self::Invited { .. } | Self::ApprovalAsked { .. } | Self::Chat { .. } => {
                EntryType::Info
            }
            Self::InvitationDeclined { .. }
            | Self::BookingMoved { .. }
            | Self::BookingCancelled { .. }
            | Self::RemovedFromBooking { .. } => EntryType::Warning,
            Self::ApprovalDecided { approved: true, .. } | Self::SlotFree { .. } => EntryType::Success,
            Self::ApprovalDecided { .. } => EntryType::Error,
            Self::ApprovalExpiring { .. } | Self::StartsSoon { .. } => EntryType::Warning,
            Self::Announcement { level, .. } => (*level).into(),
            Self::Message { notification_type, .. } => match notification_type {
                NotificationType::SmsFailed => EntryType::Error,
                NotificationType::Maintenance => EntryType::Warning,
                NotificationType::WorkoutCompleted
                | NotificationType::GoalAchieved
                | NotificationType::TimerCompleted => EntryType::Success,
                _ => EntryType::Info,
            },
        }
    }

    /// How much it matters unless whoever tells it says otherwise.
    #[must_use]
    pub fn priority(&self) -> Priority {
        match self {
            Self::BookingCreated { .. } => Priority::Low,
            Self::StartsSoon { .. } | Self::ApprovalExpiring { .. } | Self::SlotFree { .. } => Priority::High,
            Self::Announcement { level: Level::Error, .. } => Priority::Urgent,
            _ => Priority::Normal,
        }
    }

    /// The booking that it is about.
    #[must_use]
    pub fn booking(&self) -> Option<&Booking> {
        match self {
            Self::BookingCreated { booking }
            | Self::Invited { booking, .. }
            | Self::InvitationDeclined { booking, .. }
            | Self::BookingMoved { booking, .. }
            | Self::BookingCancelled { booking, .. }
            | Self::RemovedFromBooking { booking, .. }
            | Self::ApprovalAsked { booking, .. }
            | Self::ApprovalDecided { booking, .. }
            | Self::ApprovalExpiring { booking, .. }
            | Self::StartsSoon { booking } => Some(booking),
            Self::SlotFree { .. } | Self::Chat { .. } | Self::Announcement { .. } | Self::Message { .. } => None,
        }
    }
}
