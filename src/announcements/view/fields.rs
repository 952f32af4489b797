//! The fields of an announcement, and how it will look.

use super::form::{Form, SEVERITIES};
use super::{label, look};
use crate::accounts::view::PeoplePicker;
use crate::announcements::model::{MAX_MESSAGE_CHARS, Severity};
use crate::error::Field;
use crate::text::fill;
use crate::ui::{Field as FieldFrame, Icon, Show, TextField, described_by};
use leptos::prelude::*;

#[component]
pub fn Fields(form: Form) -> impl IntoView {
    let t = form.lang.texts();
    let is_sent = form.is_sent();
    let message_error = form.error(Field::Message);
    let count = move || {
        let count = form.message.with(|message| message.chars().count());
        Some(fill(t.characters_of, &[&count, &MAX_MESSAGE_CHARS]))
    };
    let is_critical = move || form.severity.with(|severity| severity == "critical");
    let choice = |(value, name): (&'static str, &'static str), of: RwSignal<String>| {
        view! { <option value=value selected=move || of.with(|chosen| chosen == value)>{name}</option> }.into_any()
    };
    let kinds = [("notification", t.kind_notification), ("maintenance", t.kind_maintenance)];
    let weights = SEVERITIES.map(|(name, severity)| (name, look(severity, form.lang).0));
    view! {
        <div class="form-section">
            <TextField id="announcement-title" label=t.announcement_title value=form.title error=form.error(Field::Title) />
            <FieldFrame id="announcement-message" label=t.announcement_message error=message_error hint=Signal::derive(count)>
                <textarea
                    class="input"
                    id="announcement-message"
                    rows="5"
                    aria-required="true"
                    aria-invalid=move || message_error.with(Option::is_some).then_some("true")
                    aria-describedby=move || described_by("announcement-message", message_error.with(Option::is_some), true)
                    prop:value=move || form.message.get()
                    on:input:target=move |event| form.message.set(event.target().value())
                ></textarea>
            </FieldFrame>
            <fieldset class="plain" disabled=is_sent>
                <div class="fields-row">
                    <FieldFrame id="announcement-kind" label=t.announcement_kind>
                        <select class="input" id="announcement-kind" on:change:target=move |event| form.kind.set(event.target().value())>
                            {kinds.map(|kind| choice(kind, form.kind)).collect_view()}
                        </select>
                    </FieldFrame>
                    <FieldFrame id="announcement-severity" label=t.severity>
                        <select class="input" id="announcement-severity" on:change:target=move |event| form.severity.set(event.target().value())>
                            {weights.map(|weight| choice(weight, form.severity)).collect_view()}
                        </select>
                    </FieldFrame>
                </div>
                {move || is_critical().then(|| view! { <p class="note yellow"><Icon name="triangle-alert" />{t.critical_hint}</p> }.into_any())}
                <AudienceFields form />
            </fieldset>
            <div class="fields-row">
                <FieldFrame id="announcement-starts" label=t.announcement_starts error=form.error(Field::StartsAt)>
                    <input class="input" type="datetime-local" id="announcement-starts" disabled=is_sent bind:value=form.starts_at />
                </FieldFrame>
                <FieldFrame id="announcement-ends" label=t.announcement_ends error=form.error(Field::ExpiresAt)>
                    <input class="input" type="datetime-local" id="announcement-ends" bind:value=form.expires_at />
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
                            prop:value=move || form.options.get()
                            on:input:target=move |event| form.options.set(event.target().value())
                        ></textarea>
                    </FieldFrame>
                </Show>
            </fieldset>
        </div>
        <Preview form />
    }
}

#[component]
fn AudienceFields(form: Form) -> impl IntoView {
    let t = form.lang.texts();
    let error = form.error(Field::Audience);
    let kinds = [
        ("everyone", t.audience_everyone),
        ("users", t.audience_users),
        ("floor", t.audience_floor),
        ("room", t.audience_room),
    ];
    let option = |value: String, name: String, of: RwSignal<String>| {
        let own = value.clone();
        view! { <option value=value selected=move || of.with(|chosen| *chosen == own)>{name}</option> }.into_any()
    };
    let floors = move || {
        form.admin.rooms.with(|directory| {
            let mut floors: Vec<String> = directory.rooms.iter().map(|room| room.floor.clone()).collect();
            floors.dedup();
            floors.into_iter().map(|floor| option(floor.clone(), floor, form.floor)).collect_view()
        })
    };
    let rooms = move || {
        form.admin.rooms.with(|directory| {
            let rooms = directory.rooms.iter();
            rooms.map(|room| option(room.id.to_string(), room.name.clone(), form.room)).collect_view()
        })
    };
    let hint = Signal::derive(move || {
        form.audience.with(|kind| matches!(kind.as_str(), "floor" | "room")).then(|| t.audience_hint.to_owned())
    });
    let detail = move || {
        match form.audience.get().as_str() {
        "users" => view! {
            <PeoplePicker
                id="announcement-people"
                label=t.audience_users
                placeholder=t.choose_people
                everybody=form.admin.everybody
                chosen=form.people
                on_change=move |people| form.people.set(people)
            />
        }
        .into_any(),
        "floor" => view! {
            <select class="input" aria-label=t.floor on:change:target=move |event| form.floor.set(event.target().value())>
                <option value=""></option>
                {floors()}
            </select>
        }
        .into_any(),
        "room" => view! {
            <select class="input" aria-label=t.room on:change:target=move |event| form.room.set(event.target().value())>
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
            <select class="input" id="announcement-audience" on:change:target=move |event| form.audience.set(event.target().value())>
                {kinds.map(|(value, name)| option(value.to_owned(), name.to_owned(), form.audience)).collect_view()}
            </select>
        </FieldFrame>
        {move || detail()}
    }
}

/// How it will stand on everybody's screen; what is typed is text and nothing else.
#[component]
pub fn Preview(form: Form) -> impl IntoView {
    let t = form.lang.texts();
    let class = move || match form.severity.get().as_str() {
        "critical" => "notice critical",
        "major" => "notice error",
        "advisory" => "notice warning",
        _ => "notice",
    };
    let icon = move || {
        let severity = form.severity.with(|name| SEVERITIES.iter().find(|(n, _)| n == name).map(|(_, s)| *s));
        let name = match form.kind.with(|kind| kind == "maintenance") {
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
                    <b>{move || form.title.get()}</b>
                    <span class="notice-body">{move || form.message.get()}</span>
                </div>
                {move || answers()}
            </div>
        </section>
    }
}
