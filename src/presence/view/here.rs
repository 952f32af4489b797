//! Who is here, live.

use crate::app::use_page;
use crate::presence::model::{PresenceState, PresentPerson};
use crate::realtime::live::use_connection;
use crate::realtime::plane::use_view;
use crate::realtime::protocol::View;
use crate::text::{Lang, fill};
use crate::ui::{Avatar, AvatarSize, Empty, For, Show};
use leptos::prelude::*;

/// The states that a person who is here can have, in the order in which they are counted.
const STATES: [PresenceState; 4] =
    [PresenceState::Online, PresenceState::InMeeting, PresenceState::Focusing, PresenceState::Away];

/// The card 지금 있는 사람. It begins with the list that came with the page and keeps it right.
#[component]
pub fn WhoIsHere(first: Vec<PresentPerson>) -> impl IntoView {
    let page = use_page();
    let (lang, texts, zone) = (page.lang, page.lang.texts(), StoredValue::new(page.zone));
    let connection = use_connection();
    use_view(View::Presence);
    let first = StoredValue::new(first);
    let people = Memo::new(move |_| connection.plane.people.get().unwrap_or_else(|| first.get_value()));
    let how_many = move || u32::try_from(people.with(Vec::len)).unwrap_or(u32::MAX);
    let as_of = move || {
        let as_of = connection.as_of()?;
        Some(fill(texts.as_of, &[&zone.with_value(|zone| lang.prose_time(zone.local(as_of)))]))
    };
    let count = move |state: PresenceState| {
        let number = move || people.with(|people| people.iter().filter(|person| person.state == state).count());
        view! {
            <li class=state_class(state)>
                {state_name(lang, state)} " " {move || number().to_string()}
            </li>
        }
        .into_any()
    };
    let ids =
        move || people.with(|people| people.iter().map(|person| (person.id, person.name.clone())).collect::<Vec<_>>());
    let row = move |(id, name): (crate::ids::UserId, String)| {
        // The person's row may still be on screen for a moment after they have gone.
        let state = Memo::new(move |before: Option<&PresenceState>| {
            let now = people.with(|people| people.iter().find(|person| person.id == id).map(|person| person.state));
            now.or(before.copied()).unwrap_or(PresenceState::Offline)
        });
        view! {
            <li class="here-person">
                <Avatar id=id.0 name=name.clone() size=AvatarSize::Medium />
                <b>{name}</b>
                <span class=move || state_class(state.get())>{move || state_name(lang, state.get())}</span>
            </li>
        }
    };
    view! {
        <section class="card here-card" aria-labelledby="here-title">
            <div class="card-head">
                <h2 id="here-title">{texts.who_is_here}</h2>
                <span class="muted">{move || lang.people(how_many())}</span>
                <span class="here-as-of">{as_of}</span>
            </div>
            <Show
                when=move || how_many() != 0
                fallback=move || view! { <Empty icon="users" title=texts.nobody_here_title text=texts.nobody_here_text /> }
            >
                <ul class="here-counts">{STATES.map(count).collect_view()}</ul>
                <ul class="here-list">
                    <For each=ids key=|(id, _)| id.0 children=row />
                </ul>
            </Show>
        </section>
    }
}

/// A shape beside the word: dot, square, ring.
fn state_class(state: PresenceState) -> &'static str {
    match state {
        PresenceState::Online => "here-state",
        PresenceState::Away => "here-state away",
        PresenceState::InMeeting => "here-state meeting",
        PresenceState::Focusing => "here-state focusing",
        PresenceState::Offline => "here-state offline",
    }
}

fn state_name(lang: Lang, state: PresenceState) -> &'static str {
    let texts = lang.texts();
    match state {
        PresenceState::Online => texts.person_online,
        PresenceState::Away => texts.person_away,
        PresenceState::InMeeting => texts.person_in_meeting,
        PresenceState::Focusing => texts.person_focusing,
        PresenceState::Offline => texts.disconnected,
    }
}
