//! What this browser does when a timer has run down: by choice a sound, a notification, or both.

use super::desk::{Desk, name};
use crate::realtime::live::server_now;
use crate::text::fill;
use crate::time::MINUTE;
use crate::timers::model::{Action, Timer, TimerStatus};
use crate::ui::{browser, system};

/// The sound that says so.
pub const SOUND: &str = "/timer-end.wav";
/// Where this browser remembers its choices.
pub const WITH_SOUND: &str = "madang_timer_sound";
pub const WITH_NOTE: &str = "madang_timer_note";
/// What ended longer ago, while this page was not connected, is no news.
const NEWS_MS: i64 = MINUTE;

/// Whether a timer reached its deadline, rather than being ended by somebody.
#[must_use]
pub fn ran_down(timer: &Timer) -> bool {
    let by_hand = timer.pause_history.last().is_some_and(|step| step.action == Action::Stop);
    timer.status == TimerStatus::Completed && !by_hand
}

/// Says that a timer has run down: on the page, and as this browser was told to; once over all its tabs.
pub fn told(timer: &Timer, desk: Desk) {
    let is_news = timer.ended_at.zip(server_now()).is_some_and(|(at, now)| now - at < NEWS_MS);
    if !ran_down(timer) || !is_news {
        return;
    }
    let t = desk.t();
    let text = fill(t.timer_over, &[&name(timer, desk.lang)]);
    desk.toasts.success(text.clone(), None);
    let id = timer.id.to_string();
    if browser::stored(WITH_NOTE).is_some_and(|choice| choice == "1") {
        system::tell([&id, "-note"].concat(), t.timers.to_owned(), text, Some("/timers".to_owned()));
    }
    if browser::stored(WITH_SOUND).is_some_and(|choice| choice == "1") {
        system::once([&id, "-sound"].concat(), || browser::play(SOUND));
    }
}
