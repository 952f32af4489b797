//! Asks whether a timer that seems to be forgotten is still meant.

use super::desk::Act;
use super::page::Board;
use crate::text::fill;
use crate::timers::api;
use crate::timers::model::TimerPatch;
use crate::ui::Icon;
use leptos::prelude::*;

/// The question, for who may answer it; the server stops the timer when nobody does.
#[component]
pub fn Forgotten(board: Board) -> impl IntoView {
    let desk = board.desk;
    let t = desk.t();
    let asked = Memo::new(move |_| {
        board.main.with(|timer| {
            let timer = timer.as_ref().filter(|timer| timer.may_command(desk.me))?;
            timer.stops_at().map(|at| (timer.id.clone(), at))
        })
    });
    // A change that changes nothing: somebody is there.
    let keep = move |_| {
        if let Some(timer) = board.main.get_untracked() {
            desk.send(api::edit_timer(timer.id, TimerPatch::default()));
        }
    };
    let stop = move |_| {
        if let Some(timer) = board.main.get_untracked() {
            desk.perform(&timer, Act::Stop);
        }
    };
    let question = move || {
        asked.get().map(|(_, at)| {
            view! {
                <div class="timer-warning">
                    <Icon name="circle-help" />
                    <p>{fill(t.timer_forgotten, &[&desk.prose_time(at)])}</p>
                    <button type="button" class="btn sm" on:click=keep>{t.timer_keep}</button>
                    <button type="button" class="btn sm" on:click=stop>{t.timer_stop}</button>
                </div>
            }
            .into_any()
        })
    };
    view! { <div role="status">{question}</div> }
}
