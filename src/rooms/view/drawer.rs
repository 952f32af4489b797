//! The drawer in which an admin edits a room.

use super::delete::DeleteRoom;
use super::draft::Part;
use super::fields::RoomFields;
use super::form::{RoomForm, follow_live_room};
use super::{Admin, Selection};
use crate::app::use_page;
use crate::error::AppError;
use crate::text::fill;
use crate::ui::{BusyButton, Icon, Show, browser, clashes, use_toasts};
use leptos::task::{spawn_local, tick};
use leptos::{ev, prelude::*};

/// The drawer's heading, which gets focus when it opens.
pub const TITLE: &str = "room-drawer-title";

/// The form of the selected room, or of a new one.
#[component]
pub fn Drawer(selection: Selection) -> impl IntoView {
    let page = use_page();
    let (lang, texts) = (page.lang, page.lang.texts());
    let admin: Admin = expect_context();
    let toasts = use_toasts();
    let room = admin.rooms.with_untracked(|directory| match selection {
        Selection::Room(id) => directory.rooms.iter().find(|room| room.id == id).cloned(),
        _ => None,
    });
    let form = RoomForm::new(lang, room);
    let is_gone = follow_live_room(admin, form, selection);
    admin.drawer.guard(move || form.is_dirty() && !is_gone.get());

    let save = move || {
        spawn_local(async move {
            match form.save().await {
                Ok(room) => {
                    toasts.success(fill(texts.room_saved, &[&room.name]), None);
                    // Whoever has typed on stays in it.
                    let is_done = !form.base.is_disposed() && !untrack(|| form.is_dirty());
                    if selection == Selection::New && is_done {
                        admin.drawer.go_on(Selection::Room(room.id));
                    }
                }
                Err(AppError::Validation { .. }) => {
                    // The sentences are shown in the next turn.
                    tick().await;
                    browser::focus_selector(".drawer [aria-invalid=true]");
                }
                Err(error) => {
                    if error == AppError::StaleVersion {
                        admin.rooms.refetch();
                    }
                    toasts.refused(&error);
                }
            }
        });
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !form.saving.get_untracked() {
            save();
        }
    };
    let close = move |event: ev::MouseEvent| admin.drawer.follow(&event, Selection::Nothing);
    let close_on_escape = move |event: ev::KeyboardEvent| admin.drawer.escape(&event, Selection::Nothing);
    let title = move || match form.base.with(|base| base.as_ref().map(|room| room.name.clone())) {
        Some(name) => name,
        None => texts.new_room.to_owned(),
    };
    view! {
        <aside class="drawer" aria-labelledby=TITLE on:keydown=close_on_escape>
            <form class="drawer" novalidate on:submit=submit>
                <div class="drawer-head">
                    <h2 id=TITLE tabindex="-1">
                        {move || title()}
                    </h2>
                    <a class="icon-btn" href=Selection::Nothing.href() aria-label=texts.close on:click=close>
                        <Icon name="x" />
                    </a>
                </div>
                <div class="drawer-body">
                    <Show when=move || is_gone.get()>
                        <p class="note red" role="alert">
                            <Icon name="circle-alert" />
                            {texts.room_deleted_elsewhere}
                        </p>
                    </Show>
                    <RoomFields form=form />
                    {clashes(texts, form.clashes, move |part| clash_words(form, part), move |part| form.take_theirs(part))}
                    <Show when=move || form.base.with(Option::is_some) && !is_gone.get()>
                        <div class="form-section">
                            <DeleteRoom form=form />
                        </div>
                    </Show>
                </div>
                <div class="drawer-foot">
                    <span class="grow" role="status">
                        {move || form.is_dirty().then(|| view! { <span class="unsaved">{texts.unsaved}</span> }.into_any())}
                    </span>
                    <button
                        type="button"
                        class="btn"
                        disabled=move || !form.is_dirty() || form.saving.get()
                        on:click=move |_| {
                            form.revert();
                            // The button is about to be disabled, and would lose the focus.
                            browser::focus(TITLE);
                        }
                    >
                        {texts.revert}
                    </button>
                    <BusyButton
                        class="primary"
                        submit=true
                        busy=form.saving
                        busy_text=texts.saving
                        disabled=Signal::derive(move || is_gone.get())
                    >
                        {texts.save}
                    </BusyButton>
                </div>
            </form>
        </aside>
    }
}

/// What is typed in a field and what another admin has saved there, in words.
fn clash_words(form: RoomForm, part: Part) -> String {
    let mine = form.draft.with(|draft| form.in_words(draft, part));
    let theirs = form.base.with(|base| base.as_ref().map(|room| form.in_words(&room.into(), part)));
    fill(form.lang.texts().clash_values, &[&form.label(part), &mine, &theirs.unwrap_or_default()])
}
