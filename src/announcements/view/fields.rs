//! The fields of an announcement, and how it will look.

use super::draft::Part;
use super::form::{Form, SEVERITIES};
use super::{label, look};
use crate::accounts::model::Person;
use crate::accounts::view::PeoplePicker;
use crate::announcements::model::{MAX_MESSAGE_CHARS, Severity};
use crate::error::Field;
use crate::text::fill;
use crate::ui::{Field as FieldFrame, Icon, Show, TextField, described_by};
use leptos::prelude::*;

#[component]
pub fn Fields(form: Form) -> impl IntoView {
    let t = form.lang.texts();
    // It may go out while somebody writes.
    let is_sent = move || form.is_sent();
    let message = form.text(Part::Message);
    let message_error = form.error(Field::Message);
    let count = move || {
        let count = message.with(|message| message.chars().count());
        Some(fill(t.characters_of, &[&count, &MAX_MESSAGE_CHARS]))
    };
    let is_critical = move || form.text(Part::Severity).with(|severity| severity == "critical");
    view! {
        <div class="form-section">
            <TextField id="announcement-title" label=t.announcement_title value=form.text(Part::Title) error=form.error(Field::Title) />
            <FieldFrame id="announcement-message" label=t.announcement_message error=message_error hint=Signal::derive(count)>
                <textarea
                    class="input"
                    id="announcement-message"
                    rows="5"
                    aria-required="true"
                    aria-invalid=move || message_error.with(Option::is_some).then_some("true")
                    aria-describedby=move || described_by("announcement-message", message_error.with(Option::is_some), true)
                    prop:value=move || message.get()
                    on:input:target=move |event| message.set(event.target().value())
                ></textarea>
            </FieldFrame>
            <fieldset class="plain" disabled=is_sent>
                <div class="fields-row">
                    <FieldFrame id="announcement-kind" label=t.announcement_kind>
                        <select class="input" id="announcement-kind" on:change:target=move |event| form.text(Part::Kind).set(event.target().value())>
                            {choices(form, Part::Kind)}
                        </select>
                    </FieldFrame>
                    <FieldFrame id="announcement-severity" label=t.severity>
                        <select class="input" id="announcement-severity" on:change:target=move |event| form.text(Part::Severity).set(event.target().value())>
                            {choices(form, Part::Severity)}
                        </select>
                    </FieldFrame>
                </div>
                {move || is_critical().then(|| view! { <p class="note yellow"><Icon name="triangle-alert" />{t.critical_hint}</p> }.into_any())}
                <AudienceFields form />
            </fieldset>
            <div class="fields-row">
                <FieldFrame id="announcement-starts" label=t.announcement_starts error=form.error(Field::StartsAt)>
                    <input class="input" type="datetime-local" id="announcement-starts" disabled=is_sent bind:value=form.text(Part::StartsAt) />
                </FieldFrame>
                <FieldFrame id="announcement-ends" label=t.announcement_ends error=form.error(Field::ExpiresAt)>
                    <input class="input" type="datetime-local" id="announcement-ends" bind:value=form.text(Part::ExpiresAt) />
                </FieldFrame>
            </div>
            <fieldset class="plain" disabled=is_sent>
                <label class="switch-row">
                    <span>{t.ask_answer}</span>
                    <input
                        type="checkbox"
                        class="switch"
                        role="switch"
                        disabled=move || is_critical()
                        prop:checked=move || form.asks.get() || is_critical()
                        on:change:target=move |event| form.asks.set(event.target().checked())
                    />
                </label>
                <Show when=move || form.asks.get() || is_critical()>
                    <FieldFrame id="announcement-options" label=t.ack_options error=form.error(Field::AckOptions)>
                        <textarea
                            class="input"
                            id="announcement-options"
                            rows="3"
                            placeholder=t.answer_ok
                            prop:value=move || form.text(Part::Options).get()
                            on:input:target=move |event| form.text(Part::Options).set(event.target().value())
                        ></textarea>
                    </FieldFrame>
                </Show>
            </fieldset>
        </div>
        <Preview form />
    }
}

/// The choices of a field.
fn choices(form: Form, part: Part) -> AnyView {
    let choice =
        |(value, name): (&'static str, &'static str)| option(value.to_owned(), name.to_owned(), form.text(part));
    form.choices(part).into_iter().map(choice).collect_view().into_any()
}

/// A choice. It is chosen also by what others do, after a hand has chosen another one.
fn option(value: String, name: String, of: RwSignal<String>) -> AnyView {
    let own = value.clone();
    let is_chosen = Memo::new(move |_| of.with(|chosen| *chosen == own));
    view! { <option value=value selected=move || is_chosen.get() prop:selected=move || is_chosen.get()>{name}</option> }
        .into_any()
}

#[component]
fn AudienceFields(form: Form) -> impl IntoView {
    let t = form.lang.texts();
    let error = form.error(Field::Audience);
    let floors = move || {
        form.admin.rooms.with(|directory| {
            let mut floors: Vec<String> = directory.rooms.iter().map(|room| room.floor.clone()).collect();
            floors.dedup();
            floors.into_iter().map(|floor| option(floor.clone(), floor, form.text(Part::Floor))).collect_view()
        })
    };
    let rooms = move || {
        form.admin.rooms.with(|directory| {
            let rooms = directory.rooms.iter();
            rooms.map(|room| option(room.id.to_string(), room.name.clone(), form.text(Part::Room))).collect_view()
        })
    };
    let hint = Signal::derive(move || {
        form.text(Part::Audience)
            .with(|kind| matches!(kind.as_str(), "floor" | "room"))
            .then(|| t.audience_hint.to_owned())
    });
    // Their names come with the list of everybody.
    let chosen = Memo::new(move |_| {
        form.people.with(|ids| {
            form.admin.everybody.with(|everybody| {
                everybody.iter().filter(|person| ids.contains(&person.id)).cloned().collect::<Vec<Person>>()
            })
        })
    });
    let choose = move |people: Vec<Person>| {
        let mut ids: Vec<_> = people.iter().map(|person| person.id).collect();
        // In the order in which they are kept.
        ids.sort_unstable();
        form.people.set(ids);
    };
    let detail = move || {
        match form.text(Part::Audience).get().as_str() {
        "users" => view! {
            <PeoplePicker
                id="announcement-people"
                label=t.audience_users
                placeholder=t.choose_people
                everybody=form.admin.everybody
                chosen
                on_change=choose
            />
        }
        .into_any(),
        "floor" => view! {
            <select class="input" aria-label=t.floor on:change:target=move |event| form.text(Part::Floor).set(event.target().value())>
                <option value=""></option>
                {floors()}
            </select>
        }
        .into_any(),
        "room" => view! {
            <select class="input" aria-label=t.room on:change:target=move |event| form.text(Part::Room).set(event.target().value())>
                <option value=""></option>
                {rooms()}
            </select>
        }
        .into_any(),
        _ => ().into_any(),
    }
    };
    view! {
        <FieldFrame id="announcement-audience" label=t.audience error hint>
            <select class="input" id="announcement-audience" on:change:target=move |event| form.text(Part::Audience).set(event.target().value())>
                {choices(form, Part::Audience)}
            </select>
        </FieldFrame>
        {move || detail()}
    }
}

/// How it will stand on everybody's screen; what is typed is text and nothing else.
#[component]
pub fn Preview(form: Form) -> impl IntoView {
    let t = form.lang.texts();
    let class = move || match form.text(Part::Severity).get().as_str() {
        "critical" => "notice critical",
        "major" => "notice error",
        "advisory" => "notice warning",
        _ => "notice",
    };
    let icon = move || {
        let severity =
            form.text(Part::Severity).with(|name| SEVERITIES.iter().find(|(n, _)| n == name).map(|(_, s)| *s));
        let name = match form.text(Part::Kind).with(|kind| kind == "maintenance") {
            true => "wrench",
            false => look(severity.unwrap_or(Severity::Info), form.lang).1,
        };
        view! { <Icon name /> }.into_any()
    };
    let answers = move || {
        let content = form.content();
        let options = match content.ack_options.filter(|options| !options.is_empty()) {
            Some(options) => options.iter().map(|option| label(option, form.lang)).collect(),
            None => vec![t.answer_ok.to_owned()],
        };
        let shown = content.ack_required == Some(true);
        let answer = |name: String| view! { <span class="btn sm">{name}</span> }.into_any();
        shown.then(|| {
            view! { <div class="notice-answers">{options.into_iter().map(answer).collect_view()}</div> }.into_any()
        })
    };
    view! {
        <section class="form-section" aria-label=t.preview>
            <h3>{t.preview}</h3>
            <div class=move || class()>
                {move || icon()}
                <div class="notice-text">
                    <b>{move || form.text(Part::Title).get()}</b>
                    <span class="notice-body">{move || form.text(Part::Message).get()}</span>
                </div>
                {move || answers()}
            </div>
        </section>
    }
}
