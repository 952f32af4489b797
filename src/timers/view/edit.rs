//! Changes what a timer is called, and its tags.

use super::page::Board;
use crate::timers::api;
use crate::timers::model::TimerPatch;
use leptos::prelude::*;

/// The form in its dialog; it begins with what the timer has when the dialog opens.
#[component]
pub fn EditForm(board: Board, #[prop(into)] open: Signal<bool>, on_done: Callback<()>) -> impl IntoView {
    let desk = board.desk;
    let t = desk.t();
    let title = RwSignal::new(String::new());
    let tags = RwSignal::new(String::new());
    Effect::new(move |_| {
        if let Some(timer) = board.main.get_untracked().filter(|_| open.get()) {
            title.set(timer.title.unwrap_or_default());
            tags.set(timer.tags.join(", "));
        }
    });
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(timer) = board.main.get_untracked() else { return };
        let tags = tags.with_untracked(|tags| tags.split(',').map(|tag| tag.trim().to_owned()).collect());
        let patch = TimerPatch {
            title: Some(title.get_untracked()),
            tags: Some(tags),
            version: Some(timer.version),
            ..TimerPatch::default()
        };
        match patch.clone().tidied().check() {
            Ok(()) => {
                desk.send(api::edit_timer(timer.id, patch));
                on_done.run(());
            }
            Err(error) => desk.toasts.refused(&error),
        }
    };
    view! {
        <form on:submit=save>
            <div class="dialog-body fields">
                <div class="field">
                    <label for="timer-edit-name">{t.timer_title}</label>
                    <input class="input" id="timer-edit-name" autocomplete="off" maxlength="200" bind:value=title />
                </div>
                <div class="field">
                    <label for="timer-edit-tags">{t.timer_tags}</label>
                    <input class="input" id="timer-edit-tags" autocomplete="off" placeholder=t.timer_tags_placeholder bind:value=tags />
                </div>
            </div>
            <div class="dialog-foot">
                <button type="submit" class="btn primary">{t.save}</button>
            </div>
        </form>
    }
}
