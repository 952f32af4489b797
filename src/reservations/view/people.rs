//! Inviting people: a combobox over everybody, and a chip for each who is invited.

use super::form::Form;
use crate::accounts::api::list_people;
use crate::accounts::model::Person;
use crate::error::Field;
use crate::text::fill;
use crate::ui::{Avatar, FieldError, Icon, IconButton, described_by};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// More than so many suggestions are not read.
const MOST: usize = 8;

#[component]
pub fn PeoplePicker(form: Form) -> impl IntoView {
    let t = form.desk.t();
    let everybody = RwSignal::new(Vec::<Person>::new());
    Effect::new(move |_| {
        spawn_local(async move {
            // Without the list nobody can be invited, but the room can still be booked.
            if let Ok(people) = list_people().await {
                everybody.set(people);
            }
        });
    });
    let query = RwSignal::new(String::new());
    let is_open = RwSignal::new(false);
    let active = RwSignal::new(0usize);
    let found = Memo::new(move |_| {
        let organizer = form.before.with(|b| b.as_ref().and_then(|b| b.organizer.as_ref().map(|o| o.id)));
        let organizer = organizer.unwrap_or(form.desk.viewer.user_id);
        let wanted = query.with(|query| query.trim().to_lowercase());
        form.people.with(|invited| {
            everybody.with(|people| {
                let open = people.iter().filter(|p| p.id != organizer && !invited.contains(p));
                open.filter(|p| p.name.to_lowercase().contains(&wanted)).take(MOST).cloned().collect::<Vec<_>>()
            })
        })
    });
    let is_shown = Memo::new(move |_| is_open.get() && (!found.with(Vec::is_empty) || !query.with(String::is_empty)));
    let invite = move |person: Person| {
        form.people.update(|people| people.push(person));
        query.set(String::new());
        active.set(0);
    };
    let key = move |event: ev::KeyboardEvent| {
        if event.is_composing() {
            return;
        }
        let count = found.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if !is_open.get_untracked() => is_open.set(true),
            "ArrowDown" if count > 0 => active.update(|n| *n = (*n + 1) % count),
            "ArrowUp" if count > 0 => active.update(|n| *n = (*n + count - 1) % count),
            "Enter" if is_shown.get_untracked() => {
                if let Some(person) = found.with_untracked(|found| found.get(active.get_untracked()).cloned()) {
                    invite(person);
                }
            }
            "Escape" if is_shown.get_untracked() => is_open.set(false),
            "Backspace" if query.with_untracked(String::is_empty) => {
                form.people.update(|people| {
                    people.pop();
                });
                return;
            }
            _ => return,
        }
        event.prevent_default();
    };
    let typed = move |event| {
        query.set(event_target_value(&event));
        active.set(0);
        is_open.set(true);
    };
    let chip = move |person: Person| {
        let id = person.id;
        let remove = move |()| form.people.update(|people| people.retain(|p| p.id != id));
        view! {
            <span class="person-chip">
                <Avatar id=id.0 name=person.name.clone() />
                {person.name.clone()}
                <IconButton icon="x" class="sm" label=fill(t.remove_attendee, &[&person.name]) on_press=remove />
            </span>
        }
    };
    let option = move |(index, person): (usize, Person)| {
        let name = person.name.clone();
        view! {
            <li
                role="option"
                id=option_id(index)
                aria-selected=move || if active.get() == index { "true" } else { "false" }
                // Before the field loses the focus to it.
                on:mousedown=move |event| {
                    event.prevent_default();
                    invite(person.clone());
                }
            >
                <Avatar id=person.id.0 name=name.clone() />
                <span>{name}</span>
            </li>
        }
    };
    let options = move || {
        let found = found.get();
        if found.is_empty() {
            view! { <li role="option" aria-selected="false" aria-disabled="true" class="muted">{t.no_person_found}</li> }.into_any()
        } else {
            found.into_iter().enumerate().map(option).collect_view().into_any()
        }
    };
    let error = Signal::derive(move || form.problem(Field::AttendeeIds));
    view! {
        <div class="field picker">
            <label for="booking-people">{t.attendees}</label>
            <div class="picker-box">
                <For each=move || form.people.get() key=|person| person.id.0 children=chip />
                <input
                    id="booking-people"
                    role="combobox"
                    aria-expanded=move || if is_shown.get() { "true" } else { "false" }
                    aria-controls="booking-people-list"
                    aria-autocomplete="list"
                    aria-activedescendant=move || (is_shown.get() && !found.with(Vec::is_empty)).then(|| option_id(active.get()))
                    aria-describedby=move || described_by("booking-people", error.with(Option::is_some), false)
                    autocomplete="off"
                    placeholder=t.add_attendee
                    prop:value=move || query.get()
                    on:input=typed
                    on:focus=move |_| is_open.set(true)
                    on:blur=move |_| is_open.set(false)
                    on:keydown=key
                />
                <Icon name="user-plus" class="s" />
            </div>
            <ul class="listbox" id="booking-people-list" role="listbox" aria-label=t.attendees hidden=move || !is_shown.get()>
                {options}
            </ul>
            <FieldError id="booking-people" error />
        </div>
    }
}

fn option_id(index: usize) -> String {
    ["booking-person-", &index.to_string()].concat()
}
