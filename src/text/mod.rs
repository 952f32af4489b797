//! Every text that people read, in Korean and English, always added together: a text that lacks
//! one of the two does not compile.

#[cfg_attr(feature = "ssr", path = "case_std.rs")]
mod case;
mod en;
mod errors;
mod ko;

pub use case::lowercase;

use crate::time::{DAY, HOUR, Interval, MINUTE, Timestamp, ZoneOffsets};
use jiff::civil::{Date, DateTime, Weekday};
use serde::{Deserialize, Serialize};

/// A language of the interface. Korean is the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    #[default]
    Ko,
    En,
}

impl Lang {
    /// The primary tag, as in `<html lang>` and the language cookie.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Ko => "ko",
            Self::En => "en",
        }
    }

    /// The language of a cookie value or tag; `None` for one that we do not speak.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.trim().split('-').next()? {
            primary if primary.eq_ignore_ascii_case("ko") => Some(Self::Ko),
            primary if primary.eq_ignore_ascii_case("en") => Some(Self::En),
            _ => None,
        }
    }

    /// The language that an `Accept-Language` header prefers among those that we speak (RFC 9110
    /// §12.5.4), else Korean. Of two that it likes as much, the one that it names first.
    #[must_use]
    pub fn negotiate(accept_language: &str) -> Self {
        let ranges: Vec<(&str, u16)> = accept_language.split(',').filter_map(language_range).collect();
        let liked = |lang: Self| {
            let own = ranges.iter().position(|(tag, _)| Self::from_tag(tag) == Some(lang));
            let range = own.or_else(|| ranges.iter().position(|(tag, _)| *tag == "*"))?;
            Some((ranges[range].1, std::cmp::Reverse(range))).filter(|(weight, _)| *weight > 0)
        };
        if liked(Self::En) > liked(Self::Ko) { Self::En } else { Self::Ko }
    }

    #[must_use]
    pub fn texts(self) -> &'static Texts {
        match self {
            Self::Ko => &ko::TEXTS,
            Self::En => &en::TEXTS,
        }
    }

    /// `14:30`, for grids, tables and strips.
    #[must_use]
    pub fn clock(self, at: DateTime) -> String {
        format!("{:02}:{:02}", at.hour(), at.minute())
    }

    /// `오후 02:30` or `2:30 PM`, for prose and room status (contracts §1.8).
    #[must_use]
    pub fn prose_time(self, at: DateTime) -> String {
        let hour12 = match at.hour() % 12 {
            0 => 12,
            hour => hour,
        };
        let afternoon = at.hour() >= 12;
        match self {
            Self::Ko => format!("{} {hour12:02}:{:02}", if afternoon { "오후" } else { "오전" }, at.minute()),
            Self::En => format!("{hour12}:{:02} {}", at.minute(), if afternoon { "PM" } else { "AM" }),
        }
    }

    /// `오후 02:30:05` or `2:30:05 PM`, where seconds matter.
    #[must_use]
    pub fn exact_time(self, at: DateTime) -> String {
        let minutes = self.prose_time(at);
        match self {
            Self::Ko => format!("{minutes}:{:02}", at.second()),
            Self::En => {
                let (clock, half) = minutes.split_once(' ').unwrap_or((&minutes, ""));
                format!("{clock}:{:02} {half}", at.second())
            }
        }
    }

    /// `3월 12일` or `March 12`.
    #[must_use]
    pub fn month_day(self, date: Date) -> String {
        match self {
            Self::Ko => format!("{}월 {}일", date.month(), date.day()),
            Self::En => format!("{} {}", MONTHS_EN[usize::try_from(date.month() - 1).unwrap_or(0)], date.day()),
        }
    }

    /// `3월` or `March`.
    #[must_use]
    pub fn month(self, date: Date) -> String {
        match self {
            Self::Ko => format!("{}월", date.month()),
            Self::En => MONTHS_EN[usize::try_from(date.month() - 1).unwrap_or(0)].to_owned(),
        }
    }

    /// `목요일` or `Thursday`.
    #[must_use]
    pub fn weekday(self, date: Date) -> &'static str {
        let names = match self {
            Self::Ko => ["월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"],
            Self::En => ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
        };
        names[weekday_index(date.weekday())]
    }

    /// `3월 12일 목요일` or `Thursday, March 12`.
    #[must_use]
    pub fn day(self, date: Date) -> String {
        match self {
            Self::Ko => [&self.month_day(date), " ", self.weekday(date)].concat(),
            Self::En => [self.weekday(date), ", ", &self.month_day(date)].concat(),
        }
    }

    /// `3월 12일 (목)` or `Thu, March 12`.
    #[must_use]
    pub fn day_short(self, date: Date) -> String {
        match self {
            Self::Ko => [&self.month_day(date), " (", self.weekday_short(date), ")"].concat(),
            Self::En => [self.weekday_short(date), ", ", &self.month_day(date)].concat(),
        }
    }

    /// `목` or `Thu`.
    #[must_use]
    pub fn weekday_short(self, date: Date) -> &'static str {
        let names = match self {
            Self::Ko => ["월", "화", "수", "목", "금", "토", "일"],
            Self::En => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        };
        names[weekday_index(date.weekday())]
    }

    /// `1시간 30분` or `1 h 30 min`.
    #[must_use]
    pub fn duration(self, interval: Interval) -> String {
        let ms = interval.duration_ms().max(0);
        let (hours, minutes) = (ms / HOUR, ms % HOUR / MINUTE);
        match (self, hours, minutes) {
            (Self::Ko, 0, m) => format!("{m}분"),
            (Self::Ko, h, 0) => format!("{h}시간"),
            (Self::Ko, h, m) => format!("{h}시간 {m}분"),
            (Self::En, 0, m) => format!("{m} min"),
            (Self::En, h, 0) => format!("{h} h"),
            (Self::En, h, m) => format!("{h} h {m} min"),
        }
    }

    /// How long ago, with its suffix: `3분 전`, `2 hours ago`, `어제`; a date after a week.
    #[must_use]
    pub fn ago(self, at: Timestamp, now: Timestamp, zone: &ZoneOffsets) -> String {
        let t = self.texts();
        let count = |ms: i64, one: &str, many: &str| {
            let n = (now - at) / ms;
            fill(if n == 1 { one } else { many }, &[&n])
        };
        let yesterday = zone.date(now).yesterday().is_ok_and(|day| zone.date(at) == day);
        match now - at {
            ..MINUTE => t.just_now.to_owned(),
            MINUTE..HOUR => count(MINUTE, t.minute_ago, t.minutes_ago),
            ms if ms < DAY && !yesterday => count(HOUR, t.hour_ago, t.hours_ago),
            _ if yesterday => t.yesterday.to_owned(),
            ms if ms < 7 * DAY => {
                let days = days_between(at, now, zone);
                fill(t.days_ago, &[&days])
            }
            _ => self.month_day(zone.date(at)),
        }
    }

    /// `누마루로 예약`, `별당으로 예약` or `Book …`: what the primary button will do.
    #[must_use]
    pub fn book_room(self, room: &str) -> String {
        let texts = self.texts();
        match self {
            Self::Ko if ends_in_consonant(room) => fill(texts.book_room, &[&[room, "으"].concat()]),
            _ => fill(texts.book_room, &[&room]),
        }
    }

    /// `6명` or `6 people`.
    #[must_use]
    pub fn people(self, count: u32) -> String {
        match (self, count) {
            (Self::Ko, n) => format!("{n}명"),
            (Self::En, 1) => "1 person".into(),
            (Self::En, n) => format!("{n} people"),
        }
    }

    /// A piece of equipment by its name in this language, or as it was written.
    #[must_use]
    pub fn equipment(self, code: &str) -> String {
        let known = match (self, code) {
            (Self::Ko, "video") => "화상",
            (Self::Ko, "screen") => "화면",
            (Self::Ko, "whiteboard") => "화이트보드",
            (Self::Ko, "projector") => "빔프로젝터",
            (Self::Ko, "phone") => "전화",
            (Self::En, "video") => "Video",
            (Self::En, "screen") => "Screen",
            (Self::En, "whiteboard") => "Whiteboard",
            (Self::En, "projector") => "Projector",
            (Self::En, "phone") => "Phone",
            _ => code,
        };
        known.to_owned()
    }
}

/// Civil days from one instant to another.
fn days_between(at: Timestamp, now: Timestamp, zone: &ZoneOffsets) -> i64 {
    let midnight = |instant| zone.day(zone.date(instant)).starts_at;
    // Days have 23 to 25 hours: to the nearest.
    (midnight(now) - midnight(at) + DAY / 2) / DAY
}

/// A range of an `Accept-Language` header with its weight in thousandths; `None` when it is malformed.
fn language_range(range: &str) -> Option<(&str, u16)> {
    let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
    let weight = weight.trim().strip_prefix(['q', 'Q'])?.trim_start().strip_prefix('=')?.trim();
    let (whole, rest) = weight.split_once('.').unwrap_or((weight, ""));
    let is_fine = rest.len() <= 3 && rest.bytes().all(|digit| digit.is_ascii_digit());
    let thousandths = is_fine.then(|| ["", "0", "00", "000"][3 - rest.len()])?;
    let weight = [whole, rest, thousandths].concat().parse().ok()?;
    (whole.len() == 1 && weight <= 1_000).then_some((tag.trim(), weight))
}

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Whether a Korean word ends in a consonant other than ㄹ, so that 으로 follows instead of 로.
fn ends_in_consonant(word: &str) -> bool {
    const FINALS: u32 = 28;
    const RIEUL: u32 = 8;
    let last = word.chars().next_back().filter(|c| ('가'..='힣').contains(c));
    last.is_some_and(|c| !matches!((c as u32 - '가' as u32) % FINALS, 0 | RIEUL))
}

fn weekday_index(weekday: Weekday) -> usize {
    usize::try_from(weekday.to_monday_zero_offset()).unwrap_or(0)
}

/// Declares the type of the catalogue; both languages must fill every field.
macro_rules! declare {
    ($($group:ident { $($name:ident),+ $(,)? })+) => {
        /// The texts of one language. `{}` stands where [`fill`] puts a value.
        pub struct Texts {
            $($(#[doc = concat!("`", stringify!($group), "`")] pub $name: &'static str,)+)+
        }
    };
}

/// The catalogue: hands the names of all texts to another macro.
macro_rules! texts {
    ($then:ident) => {
        $then! {
            app {
                app_name, skip_to_content, navigation, timeline, my_reservations, administration, rooms_admin, more,
                user_menu, log_out, language, theme, theme_light, theme_dark, theme_system, close, save, saving, cancel, delete,
                edit, retry, reload, back, loading, yes, no, undo, dismiss, error_number,
                not_found_title, not_found_text, forbidden_title, forbidden_text, go_to_timeline, failed_title, failed_text,
                new_version_title, new_version_text, notices, tabs_label
            }
            login {
                login, login_title, login_subtitle, login_slogan, email, password, show_password, hide_password, remember_me,
                logging_in, demo_hint
            }
            connection {
                connection_line, connected, connecting, disconnected, connection_error, connection_unknown, live, as_of,
                reconnect_now, reconnecting_nth, information_until, cannot_reach_server, checking_state, browser_offline,
                proof_title, proof_intro, proof_cursor, proof_topics, proof_applied, proof_holes, proof_mended, proof_offset,
                proof_last_frame, proof_none, proof_log, proof_reconnects, next_try_in
            }
            rooms {
                in_use, available, maintenance, until, next_reservation, free_rest_of_day, room, all_floors, floor, floor_none,
                rooms_available_of, capacity, capacity_at_least, capacity_any, equipment, equipment_none, location,
                requires_approval, requires_approval_hint, approval_automatic, maintenance_hint, only_free, room_name,
                add_room, new_room, delete_room, delete_room_question, delete_room_blocked, delete_room_cancel_too,
                room_saved, room_deleted, room_deleted_elsewhere, unsaved, revert, changed_elsewhere, no_rooms_title,
                no_rooms_text, no_match_title, no_match_text, clear_filters, add_equipment, remove_equipment, search_rooms,
                status, approval, rooms_count,
                no_limit, minimum_people, filters, clear_filter, room_seats, booking_rules, add, take_theirs, discard_question,
                discard, keep_editing, show_changes, cancel_bookings_too, approval_needed, clash_values,
                deleting
            }
            timeline {
                today, previous_day, next_day, choose_date, book, free_slot, overlap_minutes,
                changed_just_now, moved_from, now, keyboard_help, keys_title, keys_move, keys_select, keys_open, keys_day,
                keys_home_end, keys_edit, keys_move_block, keys_resize, keys_extend, keys_cancel, keys_menu, keys_today,
                keys_book, keys_help, actions, moving_hint, resizing_hint, selecting_hint, gesture_cancelled, past_time,
                grid_label, agenda_label, book_slot,
                grid_help, keys_everywhere, keys_in_grid, keys_on_booking, keys_switch, conflicting, reserved, no_bookings, show_bookings, time, tomorrow, move_booking, resize_booking
            }
            booking {
                quick_book, edit_booking, title, title_placeholder, date, starts, ends, attendees, add_attendee,
                remove_attendee, no_person_found, head_count, private, private_hint, book_room, booking_now, request_room,
                lost_race, conflict_with, alternatives, same_time, larger_room, same_room, minutes_later, minutes_earlier,
                no_alternatives, booked, requested, saved, failed_to_save, needs_approval_note, details, more_details,
                booking_changed, choose_alternative, booking_taken_over, booking_gone, book_anew,
                keep_mine, rebooked, extension_undone
            }
            details {
                organizer, reserved_private, private_short, pending, approved, rejected, cancelled, completed, end_now,
                extend_30, cancel_booking, cancel_question, cancel_confirm, keep_booking, cancelled_toast, ended_toast,
                extended_toast, approve, reject, approved_toast, rejected_toast, deleted_elsewhere, in_maintenance, mine,
                invited, accepted, declined, accept_it, decline_it, accepted_toast, declined_toast,
                delete_booking, delete_booking_question, deleted_toast,
                show_in_timeline
            }
            mine {
                upcoming, past_tab, nothing_upcoming_title, nothing_upcoming_text, nothing_past_title, nothing_past_text,
                in_progress, attending
            }
            dashboard {
                dashboard, home, begins_in, later_today, no_next_title, no_next_text, rooms_today, open_timeline,
                activity, no_activity, show_more, no_notices, announced_by_me, greeting,
                act_by, act_by_nobody, act_booked, act_requested, act_changed, act_approved, act_rejected,
                act_expired, act_cancelled, act_ended, act_extended, act_deleted, act_room_created,
                act_room_changed, act_room_closed, act_room_reopened, act_room_deleted, act_announced
            }
            approvals {
                approvals, no_approvals_title, no_approvals_text, decide_by, reject_question,
                reason_optional, reason, reason_expired, approvers, approvers_hint
            }
            announcements {
                announcements, announcements_admin, urgent, time_left, put_away, answered_of, answered_count,
                new_announcement, edit_announcement, announcement_message, announcement_title,
                announcement_kind, kind_notification, kind_maintenance, severity, severity_info, severity_advisory,
                severity_major, severity_critical, critical_hint, audience, audience_everyone, audience_users,
                audience_floor, audience_room, audience_hint, choose_people, announcement_starts, announcement_ends,
                ask_answer, ack_options, preview, send, sending, announced_toast, scheduled_toast, call_off,
                call_off_question, calling_off, called_off_toast, stage_scheduled, stage_active, stage_expired,
                stage_cancelled, stage_missed, answers, not_answered, nobody_waiting, no_announcements_title,
                no_announcements_text, characters_of, answer_ok
            }
            settings {
                settings_title, appearance, time_zone, time_zone_organisation, time_zone_device, time_zone_hint,
                what_to_tell, channel_in_app, channel_browser, quiet_hours, quiet_hours_hint, quiet_enabled,
                quiet_from, quiet_to, quiet_days, quiet_urgent, why_title, why_empty, settings_saved
            }
            browser_notifications {
                browser_off_title, browser_off_text, browser_turn_on, browser_later, browser_granted,
                browser_granted_text, browser_blocked, browser_blocked_text, browser_unsupported,
                browser_unsupported_text, browser_test, browser_test_title, browser_test_text
            }
            bell {
                notifications, notifications_unread, mark_all_read, delete_all, no_new_notifications,
                all_notifications, notification_settings, new_entries, unread_mark, mark_read, mark_unread,
                archive_it, restore_it, archived_toast, restored_toast, notification_gone, filter_all,
                filter_unread, filter_archived, all_categories, kind_of_notification, load_more, nothing_here_title,
                nothing_here_text, nothing_archived_text, total_notifications, delete_all_question,
                deleted_count_toast
            }
            told {
                told_new_booking, told_new_booking_text, told_invited, told_invited_text, told_declined, told_declined_text, told_moved,
                told_moved_text, told_cancelled, told_cancelled_text, told_removed, told_removed_text, told_asked,
                told_asked_text, told_approved, told_approved_text, told_rejected, told_rejected_text, told_reason,
                told_expiring, told_expiring_text, told_starts_soon, told_starts_soon_text, told_slot_free, told_slot_free_text, told_expired, told_announcement,
                told_maintenance, just_now, minute_ago, minutes_ago, hour_ago, hours_ago, yesterday, days_ago,
                category_new_bookings, category_invitations, category_changes, category_approvals,
                category_reminders, category_announcements, category_messages, reason_told, reason_urgent,
                reason_switched_off, reason_quiet_hours, reason_own_action, reason_muted, told_mention, told_everyone,
                told_direct, told_meeting_chat, told_missed, told_deleted, told_left_out, told_barred, told_unbarred,
                told_moderated_text, told_until, told_direct_text, told_chat_text, told_chat_more, category_chat
            }
            timers {
                timer_history, timer_week, timer_month, timer_earlier, timer_later, timer_goal,
                timer_goal_title, timer_goal_minutes, timer_goal_none, timer_goal_met, timer_goal_days,
                timer_as_table, timer_by_tag, timer_total, timer_chart_day, timer_chart_goal,
                timer_chart_summary, timer_meeting_ends, timer_room_taken, timer_extend_meeting,
                timer_forgotten,
                agenda, agenda_place, agenda_over, agenda_over_said, agenda_back, agenda_next, agenda_late, agenda_all,
                agenda_write, agenda_change, agenda_points, agenda_optional, agenda_hint, agenda_placeholder, agenda_sum,
                timer_day, timer_day_none,
                timers, timer_now, timer_plain, timer_focus, timer_break, timer_meeting, timer_round,
                timer_rounds_label, timer_rounds_legend, timer_until, timer_paused, timer_started_by,
                timer_in_step, timer_none_title, timer_none_text, timer_pause, timer_resume, timer_stop,
                timer_cancel, timer_five_more, timer_invite, timer_leave, timer_watching,
                timer_cancel_question, timer_cancel_text, timer_keep, timer_minutes_left,
                timer_clash, timer_end_at, timer_people, timer_me, timer_host, timer_joined,
                timer_joined_late, timer_remove_person, timer_as_host, timer_invite_booking, timer_room, timer_no_room,
                held_count, held_text, held_show, timer_edit,
                told_timer_over, told_timer_over_text, told_goal, told_goal_text, told_digest, told_digest_text, told_forgotten,
                told_forgotten_text, told_meeting_ending, told_meeting_ending_text, told_meeting_over_text, reason_held, reason_digest, person_focusing,
                timer_others,
                timer_show, timer_new, timer_length, timer_count_minutes, timer_rest, timer_own, timer_own_text,
                timer_until_meeting, timer_until_room, timer_minutes, timer_rest_minutes, timer_title,
                timer_title_placeholder, timer_more, timer_rounds_field, timer_rounds, timer_tags,
                timer_tags_placeholder, timer_for_todo, timer_no_todo, timer_start, timer_starting,
                timer_together, timer_hold, timer_with_sound, timer_with_note, timer_note_blocked, timer_over,
                timer_today_focus, timer_today_of_goal, timer_today_none, timer_pauses, timer_cancelled,
                timer_stopped, timer_seconds, todos, todos_open, todo_new, todo_done, todo_title, todo_start,
                todo_up, todo_down, todo_delete
            }
            presence {
                user_connected, user_disconnected, live_status, live_badge, paused, stats_active, stats_users,
                stats_rooms, stats_updated, who_is_here, nobody_here_title, nobody_here_text, person_online,
                person_away, person_in_meeting, person_choosing, presence, hide_presence, hide_presence_hint
            }
            chat {
                chat, chat_unread, chat_calls_you, chat_draft, chat_muted, chat_meetings, chat_channels, chat_direct,
                chat_rooms, chat_find_room, chat_new_room, chat_new_direct, chat_choose_title, chat_choose_text,
                chat_unknown_title, chat_unknown_text, chat_join_text, chat_join, chat_joining, chat_joinable,
                chat_members, chat_members_count, chat_log, chat_older, chat_begins, chat_to_latest,
                chat_new_below, chat_new_from_here, chat_not_member, chat_archived, chat_typing, chat_typing_more,
                chat_me, chat_deleted, chat_edited, chat_open_image, chat_reaction_label, chat_replies,
                chat_unread_by, chat_readers, chat_thread, chat_message_tools, chat_react, chat_reply, chat_reply_to,
                chat_editing, chat_write, chat_write_to, chat_write_reply, chat_new_line, chat_emoji, chat_call,
                chat_everybody, chat_waits, chat_not_sent, chat_send_again, chat_calls_many, chat_call_them,
                chat_mark_unread, chat_delete_question, chat_delete_text, chat_leave_question, chat_leave_text,
                chat_leave, chat_room_menu, chat_unmute, chat_mute_hour, chat_mute_tomorrow, chat_mute_forever,
                chat_owner, chat_admin, chat_make_admin, chat_make_member, chat_manage_member, chat_invite,
                chat_invite_them, chat_inviting, chat_room_name, chat_room_topic, chat_private, chat_private_hint,
                chat_make, chat_making, chat_with, chat_begin,
                chat_attach, chat_file_too_large, chat_file_failed,
                chat_search, chat_search_hint, chat_search_nothing, chat_search_where, chat_search_here, chat_search_everywhere,
                chat_admin_page, chat_admin_view, chat_admin_rooms, chat_admin_people, chat_admin_notes,
                chat_admin_nothing, chat_admin_no_notes, chat_admin_unnamed, chat_kind, chat_kind_channel,
                chat_messages, chat_message_count, chat_created, chat_is_open, chat_is_archived, chat_where,
                chat_written_in, chat_last_message, chat_last_at, chat_room, chat_person, chat_note_what, chat_note_whom,
                chat_note_who, chat_note_when, chat_reason, chat_reason_told, chat_did_delete, chat_did_remove,
                chat_did_archive, chat_did_reopen, chat_did_bar, chat_did_unbar, chat_review, chat_open_room, chat_archive, chat_reopen,
                chat_export_json, chat_export_text, chat_said_before, chat_delete_of, chat_remove, chat_measure, chat_bar_off, chat_bar_hour,
                chat_bar_tomorrow, chat_bar_forever, chat_bar_off_text, chat_bar_text, chat_barred,
                chat_remove_text, chat_sends_when_up, chat_rename, chat_to_call,
                chat_show_reading, chat_show_reading_hint,
                chat_keep, chat_keep_no_more, chat_kept, chat_kept_none, chat_more, chat_book, chat_timer
            }
        }
    };
}

texts!(declare);

/// Puts values where a text has `{}`, in order.
#[must_use]
pub fn fill(text: &str, values: &[&dyn std::fmt::Display]) -> String {
    use std::fmt::Write;
    let mut filled = String::with_capacity(text.len() + 16);
    let mut values = values.iter();
    let mut parts = text.split("{}");
    filled.push_str(parts.next().unwrap_or_default());
    for part in parts {
        if let Some(value) = values.next() {
            let _ = write!(filled, "{value}");
        }
        filled.push_str(part);
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;
    use jiff::civil::{date, datetime};

    macro_rules! list {
        ($($group:ident { $($name:ident),+ $(,)? })+) => {
            fn all(texts: &Texts) -> Vec<(&'static str, &'static str)> {
                vec![$($((stringify!($name), texts.$name)),+),+]
            }
        };
    }

    texts!(list);

    #[test]
    fn a_day_is_said_as_each_language_says_it() {
        let day = date(2026, 3, 12);
        assert_eq!((Lang::Ko.day(day), Lang::Ko.day_short(day)), ("3월 12일 목요일".into(), "3월 12일 (목)".into()));
        assert_eq!((Lang::En.day(day), Lang::En.day_short(day)), ("Thursday, March 12".into(), "Thu, March 12".into()));
    }

    #[test]
    fn every_text_is_read_somewhere() {
        fn read(folder: &std::path::Path, sources: &mut String) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    read(&path, sources);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    sources.push_str(&std::fs::read_to_string(&path).unwrap());
                }
            }
        }
        let mut sources = String::new();
        read(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut sources);
        let is_read = |name: &str| {
            let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '(');
            sources.split(&format!(".{name}")).skip(1).any(ends)
        };
        let unused: Vec<_> = all(Lang::Ko.texts()).into_iter().map(|(name, _)| name).filter(|n| !is_read(n)).collect();
        assert_eq!(unused, [""; 0]);
    }

    #[test]
    fn both_languages_say_everything_with_the_same_blanks() {
        for ((name, korean), (_, english)) in all(Lang::Ko.texts()).into_iter().zip(all(Lang::En.texts())) {
            assert!(!korean.is_empty() && !english.is_empty(), "{name} is empty");
            assert_eq!(korean.matches("{}").count(), english.matches("{}").count(), "blanks of {name}");
        }
    }

    #[test]
    fn times_read_as_people_write_them() {
        let at = datetime(2026, 3, 12, 14, 30, 0, 0);
        assert_eq!((Lang::Ko.prose_time(at), Lang::En.prose_time(at)), ("오후 02:30".into(), "2:30 PM".into()));
        let second = datetime(2026, 3, 12, 14, 30, 5, 0);
        assert_eq!(
            (Lang::Ko.exact_time(second), Lang::En.exact_time(second)),
            ("오후 02:30:05".into(), "2:30:05 PM".into())
        );
        let midnight = datetime(2026, 3, 12, 0, 5, 0, 0);
        assert_eq!(
            (Lang::Ko.prose_time(midnight), Lang::En.prose_time(midnight)),
            ("오전 12:05".into(), "12:05 AM".into())
        );
        assert_eq!(
            (Lang::Ko.month_day(date(2026, 3, 12)), Lang::En.weekday(date(2026, 3, 12))),
            ("3월 12일".into(), "Thursday")
        );
        let span = Interval::new(Timestamp(0), Timestamp(HOUR + 30 * MINUTE));
        assert_eq!((Lang::Ko.duration(span), Lang::En.duration(span)), ("1시간 30분".into(), "1 h 30 min".into()));
    }

    #[test]
    fn the_language_is_the_one_that_weighs_most_among_those_that_we_speak() {
        for (header, lang) in [
            ("de-DE,en-US;q=0.8,ko;q=0.5", Lang::En),
            ("en;q=0.3, ko;q=0.31", Lang::Ko),
            ("ko;q=0.5,en", Lang::En),
            ("ko ; Q = 0.5 , EN-us ; q=0.501", Lang::En),
            ("ko-KR,en", Lang::Ko),
            ("en,ko", Lang::En),
            ("ko;q=0,*;q=0.1", Lang::En),
            ("en;q=0,*", Lang::Ko),
            ("*,en;q=0.9", Lang::Ko),
            ("*;q=0.5,en", Lang::En),
            ("ko;q=0,en;q=0.0", Lang::Ko),
            // What is malformed says nothing.
            ("en;q=2,ko;q=0.1", Lang::Ko),
            ("en;q=-1", Lang::Ko),
            ("en;q=0.1234,ko;q=0.001", Lang::Ko),
            ("en;quality=1", Lang::Ko),
            ("english,kor", Lang::Ko),
            ("", Lang::Ko),
            ("x,가나다", Lang::Ko),
        ] {
            assert_eq!(Lang::negotiate(header), lang, "{header}");
        }
    }

    #[test]
    fn a_button_names_its_room_with_the_right_particle() {
        for (room, text) in
            [("누마루", "누마루로 예약"), ("한라산", "한라산으로 예약"), ("교실", "교실로 예약"), ("A1", "A1로 예약")]
        {
            assert_eq!(Lang::Ko.book_room(room), text);
        }
        assert_eq!(Lang::En.book_room("한라산"), "Book 한라산");
    }

    #[test]
    fn blanks_are_filled_in_order() {
        assert_eq!(fill("{}개 중 {}개", &[&4, &2]), "4개 중 2개");
        assert_eq!(fill("{} and {}", &[&1]), "1 and ");
    }
}
