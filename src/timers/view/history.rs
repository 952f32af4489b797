//! What was done on which day and under which tag: a chart, the same as a table, and the goal.

use super::chart::{Bars, Chart};
use super::day_list::DayList;
use super::goal::GoalForm;
use super::page::Board;
use super::span::{Span, walk};
use super::tables::{table, tags};
use super::today::span;
use crate::app::use_today;
use crate::realtime::live::server_now;
use crate::realtime::protocol::Event;
use crate::text::fill;
use crate::time::{SECOND, Timestamp};
use crate::timers::api;
use crate::timers::model::{DayTotal, History};
use crate::ui::{Dialog, DialogHead, Icon, IconButton, Show};
use jiff::civil::Date;
use leptos::prelude::*;
use leptos::task::spawn_local;

const GOAL: &str = "timer-goal";
const GOAL_TITLE: &str = "timer-goal-title";

/// What the parts of the card share.
#[derive(Clone, Copy)]
struct Desk {
    board: Board,
    shown: RwSignal<History>,
    span: RwSignal<Span>,
    /// Any day of what is wanted.
    day: RwSignal<Date>,
    /// The newest request: what was asked before it is not shown any more.
    asked: StoredValue<u32>,
    /// When it was answered, by the server's clock: nothing for what came with the page.
    loaded_at: RwSignal<Option<Timestamp>>,
}

impl Desk {
    fn load(self) {
        let (from, to) = self.span.get_untracked().asked(self.day.get_untracked());
        let number = self.asked.try_update_value(|n| {
            *n = n.wrapping_add(1);
            *n
        });
        spawn_local(async move {
            let loaded = api::history(Some(from), Some(to)).await;
            if self.asked.try_get_value() != number {
                return;
            }
            match loaded {
                Ok(history) => {
                    let _ = self.loaded_at.try_set(server_now());
                    let _ = self.shown.try_set(history);
                }
                Err(error) => self.board.desk.toasts.refused(&error),
            }
        });
    }

    fn look_at(self, span: Span, day: Date) {
        self.span.set(span);
        self.day.set(day);
        self.load();
    }

    /// The first and the last day that are looked at, of those that are there; tracked.
    fn looked_at(self) -> (Date, Date) {
        let day = self.day.get();
        if self.span.get() == Span::Day { (day, day) } else { self.shown.with(|history| (history.from, history.to)) }
    }

    /// The day, week or month before, or after.
    fn step(self, by: i32) {
        let span = self.span.get_untracked();
        let (from, to) = span.around(self.day.get_untracked());
        self.look_at(span, if by < 0 { walk(from, -1) } else { walk(to, 1) });
    }
}

#[component]
pub fn HistoryCard(board: Board, first: History) -> impl IntoView {
    let t = board.desk.t();
    let desk = Desk {
        board,
        day: RwSignal::new(use_today().get_untracked()),
        shown: RwSignal::new(first),
        span: RwSignal::new(Span::Week),
        asked: StoredValue::new(0),
        loaded_at: RwSignal::new(None),
    };
    board.desk.live.on_frame(move |frame| {
        if matches!(frame.event, Event::TimerCompleted(_) | Event::TimerUpdated(_)) {
            desk.load();
        }
    });
    let charted = Memo::new(move |_| {
        // What has just ended has ended after the last tick.
        let now = board.now.get();
        let now = desk.loaded_at.get().map_or(now, |at| at.max(now));
        desk.shown.with(|history| history.days(board.desk.me, now))
    });
    // Of what is asked for those that are looked at.
    let days = Memo::new(move |_| {
        let (from, to) = desk.looked_at();
        charted.with(|days| days.iter().filter(|day| (from..=to).contains(&day.date)).cloned().collect::<Vec<_>>())
    });
    let goal = Memo::new(move |_| board.desk.live.with(|mine| mine.goal_minutes));
    let as_table = RwSignal::new(false);
    let sets_goal = RwSignal::new(false);
    let close = Callback::new(move |()| sets_goal.set(false));
    view! {
        <section class="card history" aria-labelledby="history-title">
            <div class="card-head history-head">
                <h2 id="history-title">{t.timer_history}</h2>
                <Spans desk />
                <span class="history-tools">
                    <button type="button" class="btn ghost sm" on:click=move |_| sets_goal.set(true)>
                        <Icon name="target" />{t.timer_goal}
                    </button>
                    <button
                        type="button"
                        class="btn ghost sm"
                        aria-pressed=move || if as_table.get() { "true" } else { "false" }
                        on:click=move |_| as_table.update(|on| *on = !*on)
                    >
                        <Icon name="list" />{t.timer_as_table}
                    </button>
                    <a class="btn ghost sm" href=move || csv(desk) download="timers.csv">
                        <Icon name="download" />"CSV"
                    </a>
                </span>
            </div>
            <Sums desk days goal />
            {move || if as_table.get() { table(board.desk, days) } else { chart(desk, charted, goal) }}
            <Show when=move || desk.span.get() == Span::Day>
                <DayList board shown=desk.shown day=desk.day />
            </Show>
            {tags(board.desk, days)}
        </section>
        <Dialog id=GOAL open=sets_goal on_close=close labelled_by=GOAL_TITLE>
            <DialogHead id=GOAL_TITLE title=t.timer_goal_title close_label=t.close on_close=close />
            <GoalForm board goal on_done=close />
        </Dialog>
    }
}

fn csv(desk: Desk) -> String {
    let (from, to) = desk.looked_at();
    format!("/api/v1/timers/history.csv?from={from}&to={to}")
}

/// Which days: one, weeks or months, and back and forth.
#[component]
fn Spans(desk: Desk) -> impl IntoView {
    let lang = desk.board.desk.lang;
    let t = lang.texts();
    let today = use_today();
    let choice = move |span: Span, text: &'static str| {
        view! {
            <button
                type="button"
                aria-pressed=move || if desk.span.get() == span { "true" } else { "false" }
                on:click=move |_| desk.look_at(span, desk.day.get_untracked())
            >
                {text}
            </button>
        }
        .into_any()
    };
    let name = move || {
        let (from, to) = desk.looked_at();
        if from == to {
            lang.day_short(from)
        } else if from == from.first_of_month() && to == from.last_of_month() {
            lang.month(from)
        } else {
            [lang.month_day(from), lang.month_day(to)].join(" – ")
        }
    };
    let has_next = move || desk.span.get().around(desk.day.get()).1 < today.get();
    view! {
        <span class="seg" role="group" aria-label=t.timer_history>
            {choice(Span::Day, t.timer_day)} {choice(Span::Week, t.timer_week)} {choice(Span::Month, t.timer_month)}
        </span>
        <span class="history-days">
            <IconButton icon="chevron-left" class="sm" label=t.timer_earlier on_press=Callback::new(move |()| desk.step(-1)) />
            <span aria-live="polite">{name}</span>
            <button
                type="button"
                class="icon-btn sm"
                aria-label=t.timer_later
                disabled=move || !has_next()
                on:click=move |_| desk.step(1)
            >
                <Icon name="chevron-right" />
            </button>
        </span>
    }
}

/// The days together.
#[component]
fn Sums(desk: Desk, days: Memo<Vec<DayTotal>>, goal: Memo<Option<u32>>) -> impl IntoView {
    let own = desk.board.desk;
    let t = own.t();
    let sum = move |of: fn(&DayTotal) -> i64| days.with(|days| days.iter().map(of).sum::<i64>());
    let figure = move |class: &'static str, label: &'static str, of: fn(&DayTotal) -> i64| {
        view! {
            <div>
                <dt><span class=class></span>{label}</dt>
                <dd>{move || span(own, sum(of) * SECOND)}</dd>
            </div>
        }
        .into_any()
    };
    let reached = move || {
        goal.get().map(|minutes| {
            let secs = i64::from(minutes) * 60;
            // A day without a timer is a day off.
            let (met, worked) = days.with(|days| {
                let met = days.iter().filter(|day| day.focus_secs >= secs).count();
                (met, days.iter().filter(|day| day.total_secs() > 0).count())
            });
            view! { <div><dt>{t.timer_goal_met}</dt><dd>{fill(t.timer_goal_days, &[&met, &worked])}</dd></div> }
                .into_any()
        })
    };
    let others =
        move || (sum(|day| day.other_secs) > 0).then(|| figure("key is-other", t.timer_plain, |day| day.other_secs));
    view! {
        <dl class="history-sums">
            {figure("key is-focus", t.timer_focus, |day| day.focus_secs)}
            {figure("key is-meeting", t.timer_meeting, |day| day.meeting_secs)}
            {others}
            {reached}
        </dl>
    }
}

fn chart(desk: Desk, days: Memo<Vec<DayTotal>>, goal: Memo<Option<u32>>) -> AnyView {
    let own = desk.board.desk;
    let today = Memo::new(move |_| own.zone(|zone| zone.date(desk.board.now.get())));
    // The day that is looked at stands out of its week.
    let marked = Memo::new(move |_| if desk.span.get() == Span::Day { desk.day.get() } else { today.get() });
    let bars = Memo::new(move |_| Bars { days: days.get(), goal: goal.get(), marked: marked.get() });
    view! { <Chart lang=own.lang bars /> }.into_any()
}
