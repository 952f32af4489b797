//! The list, and its rows.

use super::desk::Desk;
use crate::accounts::model::User;
use crate::app::use_page;
use crate::notifications::api;
use crate::notifications::live::NotificationCenter;
use crate::notifications::model::{Entries, Entry, Filter, Mark};
use crate::notifications::view::look::look_of;
use crate::realtime::live::{LinkState, use_connection, use_live, use_now};
use crate::realtime::protocol::{Event, Snapshot};
use crate::text::fill;
use crate::ui::{BusyButton, Empty, For, HeldList, Hold, IconButton, Show, browser, use_toasts};
use leptos::html;
use leptos::prelude::*;

#[component]
pub fn List(entries: Entries, center: Snapshot<NotificationCenter>, filter: Filter) -> impl IntoView {
    let page = use_page();
    let connection = use_connection();
    let now = use_now(center.server_time);
    let viewer = page.user.as_ref().map(User::viewer);
    let live = use_live(center, api::notification_center);
    let desk = Desk {
        lang: page.lang,
        filter,
        now,
        zone: StoredValue::new(page.zone),
        entries: RwSignal::new(entries.entries),
        total: RwSignal::new(entries.total_count),
        waiting: RwSignal::default(),
        hold: Hold::default(),
        loading: RwSignal::new(false),
        reloads: StoredValue::default(),
        connected: Signal::derive(move || connection.state.get() == LinkState::Connected),
        toasts: use_toasts(),
    };
    live.on_frame(move |frame| {
        let rings = match (&frame.event, viewer) {
            (Event::NotificationCreated(created), Some(viewer)) => {
                live.with_untracked(|center| center.rings(frame.topic, created, viewer))
            }
            _ => false,
        };
        desk.hear(frame, rings);
    });
    // What was missed while the connection was down is not in any event.
    Effect::new(move |before: Option<bool>| {
        let connected = desk.connected.get();
        if connected && before == Some(false) {
            desk.reload();
        }
        connected
    });

    Effect::new(move |_| {
        if !desk.hold.is_on() {
            desk.let_go();
        }
    });

    let t = desk.t();
    let chip = Signal::derive(move || desk.waiting.get().words(t));
    let sentinel = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(sentinel) = sentinel.get() {
            browser::on_shown(&sentinel, move || desk.load_more());
        }
    });
    let asking = RwSignal::new(false);
    let is_empty = Memo::new(move |_| desk.entries.with(Vec::is_empty));
    let empty = move || {
        let text = if filter.archived { t.nothing_archived_text } else { t.nothing_here_text };
        view! { <Empty icon="bell" title=t.nothing_here_title text=text /> }.into_any()
    };
    view! {
        <div class="notes-head">
            <span class="muted">{move || fill(t.total_notifications, &[&desk.total.get()])}</span>
            <button
                type="button"
                class="btn ghost sm"
                disabled=move || is_empty.get()
                on:click=move |_| desk.read_all()
            >
                {t.mark_all_read}
            </button>
            <button
                type="button"
                class="btn ghost sm"
                disabled=move || is_empty.get()
                on:click=move |_| asking.set(true)
            >
                {t.delete_all}
            </button>
        </div>
        <Show when=move || asking.get()>
            <div class="notes-ask" role="alert">
                <p>{t.delete_all_question}</p>
                <button
                    type="button"
                    class="btn danger sm"
                    on:click=move |_| {
                        asking.set(false);
                        desk.delete_all();
                    }
                >
                    {t.delete_all}
                </button>
                <button type="button" class="btn ghost sm" on:click=move |_| asking.set(false)>{t.cancel}</button>
            </div>
        </Show>
        <HeldList hold=desk.hold chip on_catch_up=Callback::new(move |()| desk.reload())>
            <Show when=move || !desk.entries.with(Vec::is_empty) fallback=empty>
                <ul class="notes card">
                    <For
                        each=move || desk.entries.get()
                        key=|entry| entry.id.to_string()
                        children=move |entry| view! { <Row desk entry /> }
                    />
                </ul>
            </Show>
        </HeldList>
        <div class="notes-more" node_ref=sentinel>
            <Show when=move || desk.has_more()>
                <BusyButton busy=desk.loading busy_text=t.loading on_press=move |()| desk.load_more()>
                    {t.load_more}
                </BusyButton>
            </Show>
        </div>
    }
}

#[component]
fn Row(desk: Desk, entry: Entry) -> impl IntoView {
    let t = desk.t();
    let (id, created_at) = (StoredValue::new(entry.id.clone()), entry.created_at);
    let look = look_of(desk.entries, &entry, desk.lang, desk.zone);
    let is_read = move || look.with(|look| look.is_read);
    let is_gone = move || entry.expires_at.is_some_and(|at| at <= desk.now.get());
    let ago = move || desk.lang.ago(created_at, desk.now.get(), &desk.zone.read_value());
    let open = move |_| {
        if !untrack(is_read) {
            desk.mark(id.get_value(), Mark::Read);
        }
    };
    let title = entry.data.title(desk.lang).to_owned();
    let heading = match entry.action_url {
        Some(link) => view! { <a href=link on:click=open>{title}</a> }.into_any(),
        None => view! { <span>{title}</span> }.into_any(),
    };
    let read_label = Signal::derive(move || if is_read() { t.mark_unread } else { t.mark_read }.to_owned());
    let toggle_read = move |()| {
        let mark = if untrack(is_read) { Mark::Unread } else { Mark::Read };
        desk.mark(id.get_value(), mark);
    };
    let (put_icon, put_label, put) = if desk.filter.archived {
        ("archive-restore", t.restore_it, Mark::Restored)
    } else {
        ("archive", t.archive_it, Mark::Archived)
    };
    view! {
        <li class=move || if is_read() { "entry" } else { "entry is-unread" } hidden=move || is_gone()>
            <span class="entry-icon" aria-hidden="true">{entry.data.entry_type().icon()}</span>
            <p class="entry-title">{heading}</p>
            <time class="entry-ago">{move || ago()}</time>
            <span class="entry-dot" hidden=move || is_read()>
                <span class="sr-only">{t.unread_mark}</span>
            </span>
            <p class="entry-text">{move || look.with(|look| look.words.clone())}</p>
            <div class="entry-actions">
                <IconButton icon="eye" class="sm" label=read_label on_press=toggle_read />
                <IconButton icon=put_icon class="sm" label=put_label on_press=move |()| desk.mark(id.get_value(), put) />
                <IconButton
                    icon="trash"
                    class="sm"
                    label=t.delete
                    on_press=move |()| desk.mark(id.get_value(), Mark::Deleted)
                />
            </div>
        </li>
    }
}
