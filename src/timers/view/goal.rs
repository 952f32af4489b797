//! The goal of a day.

use super::page::Board;
use super::today::span;
use crate::time::MINUTE;
use crate::timers::api;
use crate::timers::model::GoalEvent;
use leptos::prelude::*;

/// How many minutes of focus a day are aimed at.
#[component]
pub fn GoalForm(board: Board, goal: Memo<Option<u32>>, on_done: Callback<()>) -> impl IntoView {
    let desk = board.desk;
    let t = desk.t();
    let minutes = RwSignal::new(goal.get_untracked().map_or_else(|| "120".to_owned(), |minutes| minutes.to_string()));
    let set = move |minutes: Option<u32>| {
        let event = GoalEvent { minutes };
        if let Err(error) = event.check() {
            return desk.toasts.refused(&error);
        }
        desk.send(api::set_goal(event));
        on_done.run(());
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        // What is no number is no goal that anybody could reach.
        set(Some(minutes.with_untracked(|text| text.trim().parse().unwrap_or(0))));
    };
    let in_words = move || {
        let minutes = minutes.with(|text| text.trim().parse::<i64>().unwrap_or(0));
        span(desk, minutes * MINUTE)
    };
    view! {
        <form on:submit=submit>
            <div class="dialog-body">
                <div class="field">
                    <label for="timer-goal-minutes">{t.timer_goal_minutes}</label>
                    <input
                        class="input"
                        id="timer-goal-minutes"
                        type="number"
                        inputmode="numeric"
                        min="1"
                        max="1440"
                        aria-describedby="timer-goal-words"
                        autofocus
                        bind:value=minutes
                    />
                    <p class="field-hint" id="timer-goal-words">{in_words}</p>
                </div>
            </div>
            <div class="dialog-foot">
                <Show when=move || goal.get().is_some()>
                    <button type="button" class="btn" on:click=move |_| set(None)>{t.timer_goal_none}</button>
                </Show>
                <button type="submit" class="btn primary">{t.save}</button>
            </div>
        </form>
    }
}
