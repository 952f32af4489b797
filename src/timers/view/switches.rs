//! The switches of a new timer.

use super::end::{SOUND, WITH_NOTE, WITH_SOUND};
use super::people::RoomChoice;
use super::start::Form;
use crate::accounts::view::PeoplePicker;
use crate::ui::{Icon, Permission, browser, system};
use leptos::prelude::*;

/// With others, holding notifications, and what this browser does at the end.
#[component]
pub fn Switches(form: Form) -> impl IntoView {
    let board = form.board;
    let t = board.desk.t();
    let sound = RwSignal::new(false);
    let note = RwSignal::new(false);
    // Choices of this browser: the server does not know them.
    Effect::new(move |_| {
        let is_on = |key: &str| browser::stored(key).is_some_and(|choice| choice == "1");
        sound.set(is_on(WITH_SOUND));
        note.set(is_on(WITH_NOTE) && system::permission() == Permission::Granted);
    });
    let set_sound = move |on: bool| {
        sound.set(on);
        browser::store(WITH_SOUND, if on { "1" } else { "0" });
        if on {
            browser::play(SOUND);
        }
    };
    let noted = Callback::new(move |answer: Permission| {
        let on = answer == Permission::Granted;
        let _ = note.try_set(on);
        browser::store(WITH_NOTE, if on { "1" } else { "0" });
        if !on {
            board.desk.toasts.error(t.timer_note_blocked);
        }
    });
    let set_note = move |on: bool| {
        note.set(on);
        if on {
            system::ask(noted);
        } else {
            browser::store(WITH_NOTE, "0");
        }
    };
    let row = move |icon: &'static str, label: &'static str, value: RwSignal<bool>, set: Callback<bool>| {
        view! {
            <label class="timer-switch">
                <Icon name=icon />
                <span>{label}</span>
                <input
                    type="checkbox"
                    class="switch"
                    role="switch"
                    prop:checked=move || value.get()
                    on:change:target=move |event| set.run(event.target().checked())
                />
            </label>
        }
        .into_any()
    };
    let keep = move |value: RwSignal<bool>| Callback::new(move |on| value.set(on));
    let change = Callback::new(move |people| form.people.set(people));
    view! {
        <div class="timer-switches">
            {row("users", t.timer_together, form.together, keep(form.together))}
            <Show when=move || form.together.get()>
                <PeoplePicker
                    id="timer-with"
                    label=t.timer_people
                    placeholder=t.add_attendee
                    everybody=board.everybody
                    chosen=form.people
                    on_change=change
                    except=Signal::stored(Some(board.desk.me))
                />
                <RoomChoice id="timer-with-room" board chosen=form.room open=form.together />
            </Show>
            {row("bell-off", t.timer_hold, form.hold, keep(form.hold))}
            {row("bell", t.timer_with_sound, sound, Callback::new(set_sound))}
            {row("monitor", t.timer_with_note, note, Callback::new(set_note))}
        </div>
    }
}
