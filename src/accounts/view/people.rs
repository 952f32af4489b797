//! Choosing people: a combobox over everybody, and a chip for each who is chosen.

use crate::accounts::api::list_people;
use crate::accounts::model::Person;
use crate::app::use_page;
use crate::ids::UserId;
use crate::text::{fill, lowercase};
use crate::ui::{Avatar, FieldError, For, Icon, IconButton, described_by};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// More than so many suggestions are not read.
const MOST: usize = 8;

/// Everybody by name, once they are there.
#[must_use]
pub fn use_everybody() -> RwSignal<Vec<Person>> {
    let everybody = RwSignal::new(Vec::<Person>::new());
    Effect::new(move |_| {
        spawn_local(async move {
            // Without the list nobody can be chosen, but everything else can still be done.
            if let Ok(people) = list_people().await {
                let _ = everybody.try_set(people);
            }
        });
    });
    everybody
}

#[component]
pub fn PeoplePicker(
    /// The input's id.
    id: &'static str,
    #[prop(into)] label: String,
    #[prop(into)] placeholder: String,
    everybody: RwSignal<Vec<Person>>,
    #[prop(into)] chosen: Signal<Vec<Person>>,
    #[prop(into)] on_change: Callback<Vec<Person>>,
    /// Who is there anyway and cannot be chosen.
    #[prop(optional, into)]
    except: Signal<Option<UserId>>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] hint: Signal<Option<String>>,
) -> impl IntoView {
    let t = use_page().lang.texts();
    let list_id = [id, "-list"].concat();
    let option_id = move |index: usize| [id, "-option-", &index.to_string()].concat();
    let query = RwSignal::new(String::new());
    let is_open = RwSignal::new(false);
    let active = RwSignal::new(0usize);
    let found = Memo::new(move |_| {
        let except = except.get();
        let wanted = query.with(|query| lowercase(query.trim()));
        chosen.with(|chosen| {
            everybody.with(|people| {
                let open = people.iter().filter(|p| Some(p.id) != except && !chosen.contains(p));
                open.filter(|p| lowercase(&p.name).contains(&wanted)).take(MOST).cloned().collect::<Vec<_>>()
            })
        })
    });
    let is_shown = Memo::new(move |_| is_open.get() && (!found.with(Vec::is_empty) || !query.with(String::is_empty)));
    let change = move |change: &dyn Fn(&mut Vec<Person>)| {
        let mut people = chosen.get_untracked();
        change(&mut people);
        on_change.run(people);
    };
    let invite = move |person: Person| {
        change(&|people| people.push(person.clone()));
        query.set(String::new());
        active.set(0);
        // It lies over what comes next in the form.
        is_open.set(false);
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
                change(&|people| {
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
        let remove = move |()| change(&|people| people.retain(|p| p.id != id));
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
    let hint_view = move || {
        let hint = hint.get().filter(|_| error.with(Option::is_none));
        hint.map(|hint| view! { <p class="field-hint" id=[id, "-hint"].concat()>{hint}</p> }.into_any())
    };
    view! {
        <div class="field picker">
            <label for=id>{label.clone()}</label>
            <div class="picker-box">
                <For each=move || chosen.get() key=|person| person.id.0 children=chip />
                <input
                    id=id
                    role="combobox"
                    aria-expanded=move || if is_shown.get() { "true" } else { "false" }
                    aria-controls=list_id.clone()
                    aria-autocomplete="list"
                    aria-activedescendant=move || (is_shown.get() && !found.with(Vec::is_empty)).then(|| option_id(active.get()))
                    aria-describedby=move || described_by(id, error.with(Option::is_some), hint.with(Option::is_some))
                    autocomplete="off"
                    placeholder=placeholder
                    prop:value=move || query.get()
                    on:input=typed
                    on:focus=move |_| is_open.set(true)
                    on:click=move |_| is_open.set(true)
                    on:blur=move |_| is_open.set(false)
                    on:keydown=key
                />
                <Icon name="user-plus" class="s" />
            </div>
            <ul class="listbox" id=list_id.clone() role="listbox" aria-label=label.clone() hidden=move || !is_shown.get()>
                {move || options()}
            </ul>
            <FieldError id=id error />
            {move || hint_view()}
        </div>
    }
}
