//! A person's disc with the sign of where they are, once that is known.

use crate::ids::UserId;
use crate::presence::model::PresenceState;
use crate::realtime::live::use_connection;
use crate::text::Lang;
use crate::ui::{Avatar, AvatarSize};
use leptos::prelude::*;

/// Where a person is; nothing until the list of who is here has come.
#[must_use]
pub fn use_presence(id: UserId) -> Memo<Option<PresenceState>> {
    let people = use_connection().plane.people;
    Memo::new(move |_| {
        people.with(|people| {
            let found = people.as_ref()?.iter().find(|person| person.id == id);
            Some(found.map_or(PresenceState::Offline, |person| person.state))
        })
    })
}

/// The disc; the name and, where it matters, the state stand beside it in words.
#[component]
pub fn Disc(id: UserId, name: String, #[prop(optional)] size: AvatarSize) -> impl IntoView {
    let presence = use_presence(id);
    let class = move || match presence.get() {
        Some(PresenceState::Online) => "disc online",
        Some(PresenceState::Away) => "disc away",
        Some(PresenceState::InMeeting) => "disc meeting",
        Some(PresenceState::Focusing) => "disc focusing",
        Some(PresenceState::Offline) => "disc offline",
        None => "disc",
    };
    view! { <span class=class><Avatar id=id.0 name size /></span> }
}

/// What lists say beside a name; nothing for who is simply here.
#[must_use]
pub fn state_words(lang: Lang, state: Option<PresenceState>) -> Option<&'static str> {
    let t = lang.texts();
    match state? {
        PresenceState::Online => None,
        PresenceState::Away => Some(t.person_away),
        PresenceState::InMeeting => Some(t.person_in_meeting),
        PresenceState::Focusing => Some(t.person_focusing),
        PresenceState::Offline => Some(t.disconnected),
    }
}
