//! Notifications in words, for a reader's language and clock.

use super::{Booking, Call, Category, ChatCall, Moderation, NotificationKind, Reason};
use crate::reservations::model::EXPIRED;
use crate::text::{Lang, fill};
use crate::time::{Interval, MINUTE, SECOND, Timestamp, ZoneOffsets};
use crate::timers::model::TimerKind;

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
                Call::Missed => t.told_missed,
            },
            Self::Moderated { what, .. } => match what {
                Moderation::Deleted => t.told_deleted,
                Moderation::Removed => t.told_left_out,
                Moderation::Barred => t.told_barred,
                Moderation::Unbarred => t.told_unbarred,
            },
            Self::Announcement { maintenance: true, .. } => t.told_maintenance,
            Self::Announcement { .. } => t.told_announcement,
            Self::Message { title, .. } => title,
            Self::TimerOver { .. } => t.told_timer_over,
            Self::GoalAchieved { .. } => t.told_goal,
            Self::HeldDigest { .. } => t.told_digest,
            Self::TimerForgotten { .. } => t.told_forgotten,
            Self::MeetingEnding { .. } => t.told_meeting_ending,
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
            Self::Moderated { room, by, until, reason, .. } => {
                let mut words = fill(t.told_moderated_text, &[room, by]);
                if let Some(until) = until.map(|until| zone.local(until)) {
                    let until = [&lang.month_day(until.date()), " ", &lang.clock(until)].concat();
                    words.push_str(&fill(t.told_until, &[&until]));
                }
                if !reason.is_empty() {
                    words.push(' ');
                    words.push_str(&fill(t.told_reason, &[reason]));
                }
                words
            }
            Self::Announcement { message, .. } | Self::Message { message, .. } => message.clone(),
            Self::TimerOver { title, timer, secs } => {
                let length = lang.duration(Interval::new(Timestamp(0), Timestamp(i64::from(*secs) * SECOND)));
                fill(t.told_timer_over_text, &[&timer_name(title.as_deref(), *timer, lang), &length])
            }
            Self::GoalAchieved { minutes } => {
                let length = lang.duration(Interval::new(Timestamp(0), Timestamp(i64::from(*minutes) * MINUTE)));
                fill(t.told_goal_text, &[&length])
            }
            Self::HeldDigest { count } => fill(t.told_digest_text, &[count]),
            Self::TimerForgotten { title, timer, stops_at } => {
                let at = lang.prose_time(zone.local(*stops_at));
                fill(t.told_forgotten_text, &[&timer_name(title.as_deref(), *timer, lang), &at])
            }
            Self::MeetingEnding { booking, room_is_free } => {
                let text = if *room_is_free { t.told_meeting_ending_text } else { t.told_meeting_over_text };
                fill(text, &[&booking.title, &lang.prose_time(zone.local(booking.ends_at)), &booking.room])
            }
        }
    }
}

fn timer_name(title: Option<&str>, kind: TimerKind, lang: Lang) -> String {
    title.unwrap_or(lang.timer_kind(kind)).to_owned()
}

impl Lang {
    /// `제품 기획 · 민지: 회의 어디예요?`, and how many more have called.
    fn chat_call(self, chat: &ChatCall) -> String {
        let t = self.texts();
        let excerpt = if chat.excerpt.is_empty() { t.chat_deleted } else { &chat.excerpt };
        let mut words = match chat.room.as_str() {
            "" => fill(t.told_direct_text, &[&chat.by, &excerpt]),
            room => fill(t.told_chat_text, &[&room, &chat.by, &excerpt]),
        };
        if chat.count > 1 {
            words.push(' ');
            words.push_str(&fill(t.told_chat_more, &[&(chat.count - 1)]));
        }
        words
    }

    /// `집중`, `휴식`, `회의` or `타이머`.
    #[must_use]
    pub fn timer_kind(self, kind: TimerKind) -> &'static str {
        let t = self.texts();
        match kind {
            TimerKind::Plain => t.timer_plain,
            TimerKind::Focus => t.timer_focus,
            TimerKind::Break => t.timer_break,
            TimerKind::Meeting => t.timer_meeting,
        }
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
            Category::Timers => t.timers,
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
            Reason::Held => t.reason_held,
            Reason::Digest => t.reason_digest,
        }
    }
}
