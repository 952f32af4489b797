//! What was done today, timer by timer.

use super::desk::{Desk, name};
use super::end::ran_down;
use super::page::Board;
use crate::text::fill;
use crate::time::{Interval, SECOND, Timestamp};
use crate::timers::model::{Action, Timer, TimerKind, TimerStatus, ms_within};
use crate::ui::Badge;
use leptos::prelude::*;

#[component]
pub fn TodayCard(board: Board) -> impl IntoView {
    let desk = board.desk;
    let t = desk.t();
    // The newest first. Rests are no work.
    let today = Memo::new(move |_| {
        desk.live.with(|mine| {
            let timers = mine.timers.iter().rev().filter(|timer| timer.kind != TimerKind::Break);
            timers.cloned().collect::<Vec<Timer>>()
        })
    });
    let focus = move || {
        let now = board.now.get();
        let day = desk.zone(|zone| zone.day(zone.date(now)));
        let of = |timer: &Timer| ms_within(timer, day, desk.me, now);
        let done = today.with(|timers| timers.iter().filter(|t| t.kind == TimerKind::Focus).map(of).sum::<i64>());
        let goal = desk.live.with(|mine| mine.goal_minutes);
        let done = span(desk, done);
        match goal {
            Some(minutes) => fill(t.timer_today_of_goal, &[&done, &span(desk, i64::from(minutes) * 60 * SECOND)]),
            None => fill(t.timer_today_focus, &[&done]),
        }
    };
    view! {
        <section class="card" aria-labelledby="timer-today">
            <div class="card-head"><h2 id="timer-today">{t.today}</h2><span class="muted">{focus}</span></div>
            <Show when=move || !today.with(Vec::is_empty) fallback=move || view! { <p class="muted card-body">{t.timer_today_none}</p> }>
                <ul class="timer-day">
                    <For
                        each=move || today.get()
                        key=|timer| (timer.id.clone(), timer.version)
                        children=move |timer| line(board, timer)
                    />
                </ul>
            </Show>
        </section>
    }
}

/// A timer in a list of a day.
pub fn line(board: Board, timer: Timer) -> AnyView {
    let desk = board.desk;
    let t = desk.t();
    let from = desk.clock(timer.started_at);
    let to = timer.ended_at.map(|at| desk.clock(at)).unwrap_or_default();
    let pauses = timer.pause_history.iter().filter(|step| step.action == Action::Pause).count();
    let mut remarks = vec![desk.lang.timer_kind(timer.kind).to_owned()];
    if pauses > 0 {
        remarks.push(fill(t.timer_pauses, &[&pauses]));
    }
    if timer.status == TimerStatus::Cancelled {
        remarks.push(t.timer_cancelled.to_owned());
    } else if timer.status == TimerStatus::Completed && !ran_down(&timer) {
        remarks.push(t.timer_stopped.to_owned());
    }
    remarks.extend(timer.tags.iter().map(|tag| ["#", tag].concat()));
    let end = match timer.status {
        TimerStatus::Running => view! { <Badge>{t.in_progress}</Badge> }.into_any(),
        TimerStatus::Paused => view! { <Badge>{t.timer_paused}</Badge> }.into_any(),
        _ => view! { <b>{span(desk, timer.elapsed_ms)}</b> }.into_any(),
    };
    view! {
        <li>
            <time class="muted">{from}"–"{to}</time>
            <p>{name(&timer, desk.lang)} " " <span class="muted">{remarks.join(" · ")}</span></p>
            {end}
        </li>
    }
    .into_any()
}

/// `1시간 47분`; less than a minute in seconds.
#[must_use]
pub fn span(desk: Desk, ms: i64) -> String {
    let secs = ms.max(0) / SECOND;
    if (1..60).contains(&secs) {
        fill(desk.t().timer_seconds, &[&secs])
    } else {
        desk.lang.duration(Interval::new(Timestamp(0), Timestamp(secs * SECOND)))
    }
}
