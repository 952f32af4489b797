//! Completing a name after `@`: a list over the composer, by keys or by hand.

use super::composer::Pen;
use super::composer::caret::{byte_of, called_so_far, with_name};
use super::desk::Desk;
use super::dom;
use crate::chat::model::EVERYBODY;
use crate::ids::UserId;
use crate::text::{Lang, lowercase};
use crate::ui::{Avatar, Icon};
use leptos::prelude::*;

/// More suggestions than this are not read.
const MOST: usize = 8;

/// What is suggested; every field is a handle.
#[derive(Clone, Copy)]
pub struct Calling {
    desk: Desk,
    /// The names that fit; everybody has no person.
    found: RwSignal<Vec<(Option<UserId>, String)>>,
    active: RwSignal<usize>,
}

impl Calling {
    #[must_use]
    pub fn new(desk: Desk) -> Self {
        Self { desk, found: RwSignal::new(Vec::new()), active: RwSignal::new(0) }
    }

    pub fn list_id(self) -> String {
        [self.desk.places.composer, "-names"].concat()
    }

    fn option_id(self, at: usize) -> String {
        format!("{}-name-{at}", self.desk.places.composer)
    }

    pub fn is_open(self) -> bool {
        self.found.with(|found| !found.is_empty())
    }

    pub fn active_id(self) -> Option<String> {
        self.is_open().then(|| self.option_id(self.active.get()))
    }

    pub fn close(self) {
        // The field also loses the focus by leaving the page, when nothing else of it is there any more.
        if self.found.try_with_untracked(|found| !found.is_empty()) == Some(true) {
            self.found.set(Vec::new());
        }
    }

    /// The text or the caret has changed.
    pub fn look(self, text: &str, caret: usize) {
        let Some(started) = called_so_far(&text[..byte_of(text, caret)]) else { return self.close() };
        let wanted = lowercase(started);
        let me = self.desk.viewer.user_id;
        let mut found: Vec<(Option<UserId>, String)> = self.desk.room.with_untracked(|room| {
            let others = room.members.values().filter(|member| member.user_id != me);
            let fits = others.filter(|member| lowercase(&member.user.name).contains(&wanted));
            fits.map(|member| (Some(member.user_id), member.user.name.clone())).collect()
        });
        found.sort_by(|a, b| a.1.cmp(&b.1));
        let everybody = EVERYBODY[usize::from(self.desk.lang == Lang::En) * 2];
        if everybody.starts_with(&wanted) && !found.is_empty() {
            found.insert(found.len().min(MOST - 1), (None, everybody.to_owned()));
        }
        found.truncate(MOST);
        self.active.set(0);
        self.found.set(found);
    }

    /// Takes a key when the list is open; says whether it did.
    pub fn key(self, key: &str, pen: Pen) -> bool {
        let count = self.found.with_untracked(Vec::len);
        if count == 0 {
            return false;
        }
        match key {
            "ArrowDown" => self.active.update(|at| *at = (*at + 1) % count),
            "ArrowUp" => self.active.update(|at| *at = (*at + count - 1) % count),
            "Enter" | "Tab" => self.take(self.active.get_untracked(), pen),
            "Escape" => self.close(),
            _ => return false,
        }
        true
    }

    fn take(self, at: usize, pen: Pen) {
        let name = self.found.with_untracked(|found| found.get(at).map(|(_, name)| name.clone()));
        let caret = dom::caret(self.desk.places.composer);
        let text = pen.text.get_untracked();
        if let Some((text, caret)) = name.and_then(|name| with_name(&text, caret, &name)) {
            pen.set(text, caret);
        }
        self.close();
    }
}

#[component]
pub fn CallList(calling: Calling, pen: Pen) -> impl IntoView {
    let t = calling.desk.t();
    let option = move |(at, (user, name)): (usize, (Option<UserId>, String))| {
        let sign = match user {
            Some(user) => view! { <Avatar id=user.0 name=name.clone() /> }.into_any(),
            None => view! { <Icon name="users" /> }.into_any(),
        };
        let hint = user.is_none().then(|| view! { <span class="muted">{t.chat_everybody}</span> }.into_any());
        view! {
            <li
                role="option"
                id=calling.option_id(at)
                aria-selected=move || if calling.active.get() == at { "true" } else { "false" }
                // Before the field loses the focus to it.
                on:mousedown=move |event| {
                    event.prevent_default();
                    calling.take(at, pen);
                }
            >
                {sign}
                <span>{name}</span>
                {hint}
            </li>
        }
        .into_any()
    };
    let options = move || calling.found.get().into_iter().enumerate().map(option).collect_view();
    view! {
        <ul
            class="listbox call-list"
            id=calling.list_id()
            role="listbox"
            aria-label=t.chat_call
            hidden=move || !calling.is_open()
        >
            {options}
        </ul>
    }
}
