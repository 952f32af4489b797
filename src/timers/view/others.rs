//! The timers that run beside the large one.

use super::desk::{Act, kind_look, name};
use super::page::Board;
use super::ticks::digits;
use crate::ids::TimerId;
use crate::text::fill;
use crate::timers::model::{Timer, TimerStatus};
use crate::ui::{Icon, IconButton};
use leptos::prelude::*;

#[component]
pub fn Others(board: Board) -> impl IntoView {
    let desk = board.desk;
    let t = desk.t();
    let ids = Memo::new(move |_| {
        let main = board.main.with(|timer| timer.as_ref().map(|timer| timer.id.clone()));
        desk.live.with(|mine| {
            let others = mine.active().into_iter().filter(|timer| Some(&timer.id) != main.as_ref());
            others.map(|timer| timer.id.clone()).collect::<Vec<TimerId>>()
        })
    });
    view! {
        <Show when=move || ids.with(|ids| !ids.is_empty())>
            <section class="card" aria-labelledby="timer-others">
                <div class="card-head"><h2 id="timer-others">{t.timer_others}</h2></div>
                <ul class="timer-list">
                    <For each=move || ids.get() key=ToString::to_string children=move |id| one(board, id) />
                </ul>
            </section>
        </Show>
    }
}

fn one(board: Board, id: TimerId) -> AnyView {
    let desk = board.desk;
    let t = desk.t();
    // One that is leaving the page keeps its last look until it is gone.
    let known = id.clone();
    let timer = Memo::new(move |last: Option<&Option<Timer>>| desk.find(&known).or_else(|| last.cloned().flatten()));
    let read = move |read: &dyn Fn(&Timer) -> String| timer.with(|timer| timer.as_ref().map(read).unwrap_or_default());
    let left = Memo::new(move |_| {
        let now = desk.ticks.now();
        read(&|timer| digits(timer.left_ms_at(now)))
    });
    let (icon, look) =
        timer.with_untracked(|timer| timer.as_ref().map_or(("timer", ""), |timer| kind_look(timer.kind)));
    let status = Memo::new(move |_| timer.with(|timer| timer.as_ref().map(|timer| timer.status)));
    let may = timer.with_untracked(|timer| timer.as_ref().is_some_and(|timer| timer.may_command(desk.me)));
    let act = move |act: Act| {
        Callback::new(move |()| {
            if let Some(timer) = timer.get_untracked() {
                desk.perform(&timer, act);
            }
        })
    };
    let toggle = move || match status.get()? {
        TimerStatus::Running if may => {
            Some(view! { <IconButton icon="pause" label=t.timer_pause on_press=act(Act::Pause) /> }.into_any())
        }
        TimerStatus::Paused if may => {
            Some(view! { <IconButton icon="play" label=t.timer_resume on_press=act(Act::Resume) /> }.into_any())
        }
        _ => None,
    };
    let enlarge = move |_| board.chosen.set(Some(id.clone()));
    let label = fill(t.timer_show, &[&read(&|timer| name(timer, desk.lang))]);
    view! {
        <li class=look>
            <Icon name=icon />
            <button type="button" class="timer-open" aria-label=label on:click=enlarge>
                {move || read(&|timer| name(timer, desk.lang))}
            </button>
            <span class="muted">{move || (status.get() == Some(TimerStatus::Paused)).then_some(t.timer_paused)}</span>
            <b class="timer-left">{left}</b>
            {toggle}
        </li>
    }
    .into_any()
}
