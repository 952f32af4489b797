//! Every text that people read, in Korean and English, always added together: a text that lacks
//! one of the two does not compile.

#[cfg_attr(feature = "ssr", path = "case_std.rs")]
mod case;
mod en;
mod errors;
mod ko;
mod particles;
mod when;
mod words;

pub use case::lowercase;

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
                new_version_title, new_version_text, broken_title, broken_text, notices, tabs_label
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
                quick_book, edit_booking, title, title_placeholder, date, starts, ends, ends_next_day, attendees, add_attendee,
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
                no_announcements_text, announcements_count, characters_of, answer_ok
            }
            settings {
                settings_title, appearance, time_zone, time_zone_organisation, time_zone_device, time_zone_hint,
                what_to_tell, channel_in_app, channel_browser, quiet_hours, quiet_hours_hint, quiet_enabled,
                quiet_from, quiet_to, quiet_days, quiet_urgent, why_title, why_empty, settings_saved,
                device_title, device_hint, device_current, device_unknown, device_last_used, device_sign_out_others,
                device_signing_out, device_signed_out
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
                told_maintenance, just_now, minutes_ago, hours_ago, yesterday, days_ago,
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
                chat_members, chat_members_count, chat_log, chat_begins, chat_to_latest,
                chat_new_below, chat_new_from_here, chat_not_member, chat_archived, chat_typing, chat_typing_two,
                chat_typing_more,
                chat_me, chat_deleted, chat_edited, chat_change_renamed, chat_change_topic, chat_change_topic_off, chat_change_added,
                chat_change_left, chat_change_removed, chat_change_moved, chat_open_image, chat_reaction_label, chat_replies,
                chat_unread_by, chat_readers, chat_thread, chat_message_tools, chat_react, chat_reply, chat_reply_to,
                chat_editing, chat_write, chat_write_to, chat_write_to_person, chat_write_reply, chat_new_line, chat_emoji, chat_call,
                chat_everybody, chat_waits, chat_not_sent, chat_copy, chat_copied, chat_send_again, chat_calls_many, chat_call_them,
                chat_mark_unread, chat_delete_question, chat_delete_text, chat_leave_question, chat_leave_text,
                chat_leave, chat_room_menu, chat_unmute, chat_mute_hour, chat_mute_tomorrow, chat_mute_forever,
                chat_owner, chat_admin, chat_make_admin, chat_make_member, chat_manage_member, chat_invite,
                chat_invite_them, chat_inviting, chat_room_name, chat_room_topic, chat_private, chat_private_hint,
                chat_make, chat_making, chat_with, chat_begin,
                chat_attach, chat_file_too_large, chat_file_empty, chat_files_unsent, chat_file_cut,
                chat_search, chat_search_hint, chat_search_nothing, chat_search_nothing_yet, chat_search_where,
                chat_search_here, chat_search_everywhere,
                chat_admin_page, chat_admin_view, chat_admin_rooms, chat_admin_people, chat_admin_notes,
                chat_admin_nothing, chat_admin_no_notes, chat_admin_unnamed, chat_kind, chat_kind_channel,
                chat_messages, chat_message_count, chat_created, chat_is_open, chat_is_archived, chat_where,
                chat_written_in, chat_last_message, chat_last_at, chat_room, chat_person, chat_note_what, chat_note_whom,
                chat_note_who, chat_note_when, chat_reason, chat_reason_told, chat_did_delete, chat_did_remove,
                chat_did_archive, chat_did_reopen, chat_did_bar, chat_did_unbar, chat_did_make_owner, chat_did_make_admin,
                chat_did_make_member, chat_review, chat_open_room, chat_archive, chat_reopen,
                chat_export_json, chat_export_text, chat_said_before, chat_delete_of, chat_remove, chat_measure, chat_bar_off, chat_bar_hour,
                chat_bar_tomorrow, chat_bar_forever, chat_bar_off_text, chat_bar_text, chat_barred,
                chat_remove_text, chat_rename, chat_to_new, chat_to_call,
                chat_show_reading, chat_show_reading_hint,
                chat_keep, chat_keep_no_more, chat_kept, chat_kept_none, chat_more, chat_book, chat_timer
            }
        }
    };
}

texts!(declare);

/// Puts values where a text has `{}`, in order. Of a text for one and a text for more, `{} room|{} rooms`, the
/// first value says which. Korean particles that a text writes in both forms fit what stands before them.
#[must_use]
pub fn fill(text: &str, values: &[&dyn std::fmt::Display]) -> String {
    use std::fmt::Write;
    let text = match text.split_once('|') {
        Some((one, more)) => match values.first() {
            Some(value) if value.to_string() == "1" => one,
            _ => more,
        },
        None => text,
    };
    let mut filled = String::with_capacity(text.len() + 16);
    let mut values = values.iter();
    let mut parts = text.split("{}");
    filled.push_str(parts.next().unwrap_or_default());
    for part in parts {
        if let Some(value) = values.next() {
            let _ = write!(filled, "{value}");
        }
        particles::push_after(&mut filled, part);
    }
    filled
}

// After the catalogue, whose macro it uses.
#[cfg(test)]
mod tests;
