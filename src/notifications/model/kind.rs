//! What there is to tell, as figures rather than as texts.

use super::{Booking, Call, Category, ChatCall, EntryType, Moderation, NotificationType, Priority, When};
use crate::ids::UserId;
use crate::json::{Unreadable, from_object};
use crate::level::Level;
use crate::time::Timestamp;
use crate::timers::model::TimerKind;
use serde::{Deserialize, Deserializer, Serialize};

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
    /// Those who manage a chat room have done something to the person.
    Moderated {
        what: Moderation,
        /// The room's name.
        room: String,
        by: String,
        /// When a bar ends; nothing when it is for good.
        #[serde(skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
        /// May be empty.
        reason: String,
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
    /// A timer has reached its deadline: for each of its people.
    TimerOver {
        title: Option<String>,
        timer: TimerKind,
        /// Seconds that it took.
        secs: u32,
    },
    /// As many minutes of focus as the person wants on a day.
    GoalAchieved {
        minutes: u32,
    },
    /// What came while the person concentrated.
    HeldDigest {
        count: u32,
    },
    /// A timer that seems to be forgotten: for its owner. It is stopped at `stops_at`.
    TimerForgotten {
        title: Option<String>,
        timer: TimerKind,
        stops_at: Timestamp,
    },
    /// A meeting with a timer ends soon: for those who follow the timer.
    MeetingEnding {
        booking: Booking,
        /// Whether there is time for an extension.
        room_is_free: bool,
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
                "moderated" => Self::Moderated {
                    what: of.member("what")?,
                    room: of.member("room")?,
                    by: by()?,
                    until: of.member("until")?,
                    reason: of.member("reason")?,
                },
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
                "timer_over" => {
                    Self::TimerOver { title: of.member("title")?, timer: of.member("timer")?, secs: of.member("secs")? }
                }
                "goal_achieved" => Self::GoalAchieved { minutes: of.member("minutes")? },
                "held_digest" => Self::HeldDigest { count: of.member("count")? },
                "timer_forgotten" => Self::TimerForgotten {
                    title: of.member("title")?,
                    timer: of.member("timer")?,
                    stops_at: of.member("stopsAt")?,
                },
                "meeting_ending" => Self::MeetingEnding { booking: booking()?, room_is_free: of.member("roomIsFree")? },
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
            Self::Chat { .. } | Self::Moderated { .. } => Category::Chat,
            Self::Announcement { .. } => Category::Announcements,
            Self::Message { .. } => Category::Messages,
            Self::TimerOver { .. }
            | Self::GoalAchieved { .. }
            | Self::HeldDigest { .. }
            | Self::TimerForgotten { .. }
            | Self::MeetingEnding { .. } => Category::Timers,
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
            Self::TimerOver { .. } => NotificationType::TimerCompleted,
            Self::GoalAchieved { .. } => NotificationType::GoalAchieved,
            Self::HeldDigest { .. } | Self::TimerForgotten { .. } | Self::Moderated { .. } => NotificationType::System,
            _ => NotificationType::Reservation,
        }
    }

    #[must_use]
    pub fn entry_type(&self) -> EntryType {
        match self {
            Self::BookingCreated { .. }
            | Self::Invited { .. }
            | Self::ApprovalAsked { .. }
            | Self::Chat { .. }
            | Self::HeldDigest { .. } => EntryType::Info,
            Self::InvitationDeclined { .. }
            | Self::BookingMoved { .. }
            | Self::BookingCancelled { .. }
            | Self::RemovedFromBooking { .. } => EntryType::Warning,
            Self::ApprovalDecided { approved: true, .. }
            | Self::SlotFree { .. }
            | Self::TimerOver { .. }
            | Self::GoalAchieved { .. } => EntryType::Success,
            Self::ApprovalDecided { .. } => EntryType::Error,
            Self::ApprovalExpiring { .. }
            | Self::StartsSoon { .. }
            | Self::TimerForgotten { .. }
            | Self::Moderated { .. }
            | Self::MeetingEnding { .. } => EntryType::Warning,
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
            Self::StartsSoon { .. }
            | Self::ApprovalExpiring { .. }
            | Self::SlotFree { .. }
            | Self::MeetingEnding { .. } => Priority::High,
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
            | Self::StartsSoon { booking }
            | Self::MeetingEnding { booking, .. } => Some(booking),
            Self::SlotFree { .. }
            | Self::Chat { .. }
            | Self::Moderated { .. }
            | Self::Announcement { .. }
            | Self::Message { .. }
            | Self::TimerOver { .. }
            | Self::GoalAchieved { .. }
            | Self::HeldDigest { .. }
            | Self::TimerForgotten { .. } => None,
        }
    }

    /// Whether it is worth as much once the person has stopped concentrating. What begins or ends in
    /// a few minutes is not: told later, it is told too late.
    #[must_use]
    pub fn can_wait(&self, priority: Priority) -> bool {
        priority != Priority::Urgent && !matches!(self, Self::StartsSoon { .. } | Self::MeetingEnding { .. })
    }
}
