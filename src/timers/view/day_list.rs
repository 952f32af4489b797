//! The timers of one day, of those that the history shows.

use super::page::Board;
use super::today::line;
use crate::timers::model::{History, Timer, TimerKind, ms_within};
use crate::ui::{For, Show};
use jiff::civil::Date;
use leptos::prelude::*;

/// A day's entries, the newest first; rests are no work.
#[component]
pub fn DayList(board: Board, shown: RwSignal<History>, day: RwSignal<Date>) -> impl IntoView {
    let desk = board.desk;
    let timers = Memo::new(move |_| {
        let (now, day) = (board.now.get(), day.get());
        shown.with(|history| {
            let span = history.zone.day(day);
            let is_there = |timer: &&Timer| {
                timer.kind != TimerKind::Break
                    && (span.contains(timer.started_at) || ms_within(timer, span, desk.me, now) > 0)
            };
            history.timers.iter().rev().filter(is_there).cloned().collect::<Vec<Timer>>()
        })
    });
    view! {
        <Show when=move || !timers.with(Vec::is_empty) fallback=move || view! { <p class="muted card-body">{desk.t().timer_day_none}</p> }>
            <ul class="timer-day">
                <For
                    each=move || timers.get()
                    key=|timer| format!("{} {}", timer.id, timer.version)
                    children=move |timer| line(board, timer)
                />
            </ul>
        </Show>
    }
}
