//! An agenda as it is written: a line for each point.

use super::desk::Desk;
use super::page::Board;
use crate::text::fill;
use crate::time::{Interval, SECOND, Timestamp};
use crate::timers::api;
use crate::timers::model::{AgendaChange, read_points, write_points};
use leptos::prelude::*;

/// The field, and what was understood of it: how many points, and how long they take together.
#[component]
pub fn AgendaField(desk: Desk, id: &'static str, label: &'static str, text: RwSignal<String>) -> impl IntoView {
    let t = desk.t();
    let hint = [id, "-hint"].concat();
    let sum = move || {
        let points = text.with(|text| read_points(text));
        if points.is_empty() {
            return t.agenda_hint.to_owned();
        }
        let secs: i64 = points.iter().map(|point| point.seconds).sum();
        let length = desk.lang.duration(Interval::new(Timestamp(0), Timestamp(secs * SECOND)));
        fill(t.agenda_sum, &[&points.len(), &length])
    };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <textarea
                class="input"
                id=id
                rows="5"
                placeholder=t.agenda_placeholder
                aria-describedby=hint.clone()
                prop:value=move || text.get()
                on:input:target=move |event| text.set(event.target().value())
            ></textarea>
            <p class="field-hint" id=hint>{sum}</p>
        </div>
    }
}

/// The form in its dialog; it begins with what the timer has when the dialog opens.
#[component]
pub fn AgendaForm(board: Board, on_done: Callback<()>) -> impl IntoView {
    let desk = board.desk;
    let t = desk.t();
    let text = RwSignal::new(String::new());
    Effect::new(move |_| {
        let timer = board.writes.get().and_then(|id| untrack(|| desk.find(&id)));
        text.set(timer.and_then(|timer| timer.agenda).map(|agenda| write_points(&agenda.points)).unwrap_or_default());
    });
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(timer) = board.writes.get_untracked().and_then(|id| untrack(|| desk.find(&id))) else { return };
        let change =
            AgendaChange { points: text.with_untracked(|text| read_points(text)), version: Some(timer.version) };
        match change.check() {
            Ok(()) => {
                desk.send(api::set_agenda(timer.id, change));
                on_done.run(());
            }
            Err(error) => desk.toasts.refused(&error),
        }
    };
    view! {
        <form on:submit=save>
            <div class="dialog-body fields">
                <AgendaField desk id="timer-agenda-text" label=t.agenda_points text />
            </div>
            <div class="dialog-foot">
                <button type="submit" class="btn primary">{t.save}</button>
            </div>
        </form>
    }
}
