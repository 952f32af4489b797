//! Notifications in words, for a reader's language and clock.

use super::{Booking, Call, Category, ChatCall, NotificationKind, Reason};
use crate::reservations::model::EXPIRED;
use crate::text::{Lang, fill};
use crate::time::{Timestamp, ZoneOffsets};

impl NotificationKind {
    /// The title of an entry.
    #[must_use]
    pub fn title(&self, lang: Lang) -> &str {
        let t = lang.texts();
        match self {
            Self::BookingCreated { .. } => t.told_new_booking,
            Self::Invited { .. } => t.told_invited,
            Self::InvitationDeclined { .. } => t.told_declined,
            Self::BookingMoved { .. } => t.told_moved,
            Self::BookingCancelled { .. } => t.told_cancelled,
            Self::RemovedFromBooking { .. } => t.told_removed,
            Self::ApprovalAsked { .. } => t.told_asked,
            Self::ApprovalDecided { approved: true, .. } => t.told_approved,
            Self::ApprovalDecided { .. } => t.told_rejected,
            Self::ApprovalExpiring { .. } => t.told_expiring,
            Self::StartsSoon { .. } => t.told_starts_soon,
            Self::SlotFree { .. } => t.told_slot_free,
            Self::Chat { chat } => match chat.call {
                Call::Mention => t.told_mention,
                Call::Everyone => t.told_everyone,
                Call::Direct => t.told_direct,
                Call::Meeting => t.told_meeting_chat,
            },
            Self::Announcement { maintenance: true, .. } => t.told_maintenance,
            Self::Announcement { .. } => t.told_announcement,
            Self::Message { title, .. } => title,
        }
    }

    /// The sentence of an entry.
    #[must_use]
    pub fn message(&self, lang: Lang, zone: &ZoneOffsets) -> String {
        let t = lang.texts();
        let when = |booking: &Booking| lang.date_and_clocks(booking.starts_at, booking.ends_at, zone);
        match self {
            Self::BookingCreated { booking } => fill(t.told_new_booking_text, &[&booking.room]),
            Self::Invited { booking, by } => {
                fill(t.told_invited_text, &[by, &booking.title, &when(booking), &booking.room])
            }
            Self::InvitationDeclined { booking, by } => {
                fill(t.told_declined_text, &[by, &booking.title, &when(booking), &booking.room])
            }
            Self::BookingMoved { booking, .. } => {
                fill(t.told_moved_text, &[&booking.title, &when(booking), &booking.room])
            }
            Self::BookingCancelled { booking, .. } => {
                fill(t.told_cancelled_text, &[&booking.title, &when(booking), &booking.room])
            }
            Self::RemovedFromBooking { booking, .. } => {
                fill(t.told_removed_text, &[&booking.title, &when(booking), &booking.room])
            }
            Self::ApprovalAsked { booking, by } => {
                fill(t.told_asked_text, &[by, &booking.title, &when(booking), &booking.room])
            }
            Self::ApprovalDecided { booking, approved, reason, .. } => {
                let text = if *approved { t.told_approved_text } else { t.told_rejected_text };
                let mut words = fill(text, &[&booking.room, &when(booking)]);
                match reason.as_deref() {
                    Some(EXPIRED) => {
                        words.push(' ');
                        words.push_str(t.told_expired);
                    }
                    Some(reason) => {
                        words.push(' ');
                        words.push_str(&fill(t.told_reason, &[&reason]));
                    }
                    None => {}
                }
                words
            }
            Self::ApprovalExpiring { booking, deadline } => {
                let until = lang.prose_time(zone.local(*deadline));
                fill(t.told_expiring_text, &[&booking.title, &until, &when(booking), &booking.room])
            }
            Self::StartsSoon { booking } => {
                let at = lang.prose_time(zone.local(booking.starts_at));
                fill(t.told_starts_soon_text, &[&booking.title, &at, &booking.room])
            }
            Self::SlotFree { room, starts_at, ends_at } => {
                fill(t.told_slot_free_text, &[room, &lang.date_and_clocks(*starts_at, *ends_at, zone)])
            }
            Self::Chat { chat } => lang.chat_call(chat),
            Self::Announcement { message, .. } | Self::Message { message, .. } => message.clone(),
        }
    }
}

impl Lang {
    /// `제품 기획 · 민지: 회의 어디예요?`, and how many more have called.
    fn chat_call(self, chat: &ChatCall) -> String {
        let t = self.texts();
        let mut words = match chat.room.as_str() {
            "" => fill(t.told_direct_text, &[&chat.by, &chat.excerpt]),
            room => fill(t.told_chat_text, &[&room, &chat.by, &chat.excerpt]),
        };
        if chat.count > 1 {
            words.push(' ');
            words.push_str(&fill(t.told_chat_more, &[&(chat.count - 1)]));
        }
        words
    }

    /// `3월 16일 10:00–11:00` or `March 16 10:00–11:00`.
    fn date_and_clocks(self, from: Timestamp, to: Timestamp, zone: &ZoneOffsets) -> String {
        let (from, to) = (zone.local(from), zone.local(to));
        [&self.month_day(from.date()), " ", &self.clock(from), "–", &self.clock(to)].concat()
    }

    /// The name of a category.
    #[must_use]
    pub fn category(self, category: Category) -> &'static str {
        let t = self.texts();
        match category {
            Category::NewBookings => t.category_new_bookings,
            Category::Invitations => t.category_invitations,
            Category::Changes => t.category_changes,
            Category::Approvals => t.category_approvals,
            Category::Reminders => t.category_reminders,
            Category::Announcements => t.category_announcements,
            Category::Messages => t.category_messages,
            Category::Chat => t.category_chat,
        }
    }

    /// Why a channel was used or not.
    #[must_use]
    pub fn reason(self, reason: Reason) -> &'static str {
        let t = self.texts();
        match reason {
            Reason::Told => t.reason_told,
            Reason::Urgent => t.reason_urgent,
            Reason::SwitchedOff => t.reason_switched_off,
            Reason::QuietHours => t.reason_quiet_hours,
            Reason::OwnAction => t.reason_own_action,
            Reason::Muted => t.reason_muted,
        }
    }
}
