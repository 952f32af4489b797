//! All notifications: filters, more as one scrolls, and what can be done with each.

use super::FirstLook;
use crate::app::frame::PageFrame;
use crate::app::use_page;
use crate::error::AppError;
use crate::notifications::api;
use crate::notifications::live::NotificationCenter;
use crate::notifications::model::{Category, Entries, Entry, Filter, Mark, NotificationId};
use crate::realtime::live::{LinkState, use_connection, use_live, use_now};
use crate::realtime::protocol::{Event, Frame, Snapshot};
use crate::text::{Lang, Texts, fill};
use crate::time::{Timestamp, ZoneOffsets};
use crate::ui::{BusyButton, Empty, ErrorCard, IconButton, Skeleton, Toasts, browser, load_by, use_toasts};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

/// How many come at once; reloading keeps what is on screen, up to a page of the server.
const AT_ONCE: u32 = 30;
const RELOAD_MOST: u32 = 100;

#[component]
pub fn NotificationsPage() -> impl IntoView {
    let page = use_page();
    let t = page.lang.texts();
    let query = use_query_map();
    let filter = Memo::new(move |_| {
        query.with(|query| Filter {
            unread: query.get("show").as_deref() == Some("unread"),
            archived: query.get("show").as_deref() == Some("archived"),
            category: query.get("category").as_deref().and_then(Category::from_tag),
        })
    });
    let first =
        load_by(move || address(filter.get()), move || api::list_notifications(filter.get_untracked(), None, AT_ONCE));
    let bell = use_context::<FirstLook>();
    let content = move || {
        let center = bell.and_then(|FirstLook(bell)| bell.get());
        let (loaded, center) = (first.get()?, center?);
        Some(match (loaded, center) {
            (Ok(entries), Ok(center)) => view! { <List entries center filter=filter.get_untracked() /> }.into_any(),
            (Err(error), _) | (_, Err(error)) => {
                let retry = Callback::new(move |()| first.refetch());
                view! { <ErrorCard error lang=page.lang on_retry=retry /> }.into_any()
            }
        })
    };
    view! {
        <PageFrame title=t.notifications>
            <div class="page">
                <Filters filter lang=page.lang />
                <Transition fallback=move || view! { <Skeleton lines=6 label=t.loading /> }>{content}</Transition>
            </div>
        </PageFrame>
    }
}

/// The address of a filter.
fn address(filter: Filter) -> String {
    let show = if filter.archived { Some("show=archived") } else { filter.unread.then_some("show=unread") };
    let category = filter.category.map(|category| ["category=", category.tag()].concat());
    let query: Vec<&str> = show.into_iter().chain(category.as_deref()).collect();
    if query.is_empty() { "/notifications".to_owned() } else { ["/notifications?", &query.join("&")].concat() }
}

#[component]
fn Filters(filter: Memo<Filter>, lang: Lang) -> impl IntoView {
    let t = lang.texts();
    let navigate = use_navigate();
    let choose = move |event: leptos::ev::Event| {
        let category = Category::from_tag(&event_target_value(&event));
        navigate(&address(Filter { category, ..filter.get_untracked() }), NavigateOptions::default());
    };
    let tab = move |label: &'static str, unread: bool, archived: bool| {
        let href = move || address(Filter { unread, archived, ..filter.get() });
        let is_current = move || {
            let filter = filter.get();
            ((filter.unread, filter.archived) == (unread, archived)).then_some("page")
        };
        view! { <a href=href aria-current=is_current>{label}</a> }.into_any()
    };
    let option = move |category: Category| {
        let is_chosen = move || filter.get().category == Some(category);
        view! { <option value=category.tag() selected=is_chosen>{lang.category(category)}</option> }.into_any()
    };
    view! {
        <div class="notes-tools">
            <nav class="tablist" aria-label=t.notifications>
                {tab(t.filter_all, false, false)} {tab(t.filter_unread, true, false)}
                {tab(t.filter_archived, false, true)}
            </nav>
            <label class="notes-kind">
                <span class="sr-only">{t.kind_of_notification}</span>
                <select class="input" on:change=choose>
                    <option value="" selected=move || filter.get().category.is_none()>{t.all_categories}</option>
                    {Category::ALL.into_iter().map(option).collect_view()}
                </select>
            </label>
        </div>
    }
}

/// What the rows of a list share; every field is a handle.
#[derive(Clone, Copy)]
struct Desk {
    lang: Lang,
    filter: Filter,
    now: Signal<Timestamp>,
    zone: StoredValue<ZoneOffsets>,
    entries: RwSignal<Vec<Entry>>,
    total: RwSignal<u32>,
    /// New ones that wait until they are asked for.
    waiting: RwSignal<usize>,
    held: RwSignal<bool>,
    loading: RwSignal<bool>,
    connected: Signal<bool>,
    toasts: Toasts,
}

impl Desk {
    fn t(self) -> &'static Texts {
        self.lang.texts()
    }

    fn lets_through(self, entry: &Entry) -> bool {
        let filter = self.filter;
        (!filter.unread || !entry.is_read)
            && filter.archived == entry.archived_at.is_some()
            && filter.category.is_none_or(|category| category == entry.category())
    }

    /// What an event does to the list. What is new never moves it under pointer or focus.
    fn hear(self, frame: &Frame, rings: bool) {
        match &frame.event {
            Event::NotificationCreated(created) if rings && self.lets_through(&created.notification) => {
                if self.held.get_untracked() {
                    self.waiting.update(|n| *n += 1);
                } else {
                    self.entries.update(|entries| entries.insert(0, created.notification.clone()));
                    self.total.update(|n| *n += 1);
                }
            }
            Event::NotificationUpdated(updated) => self.entries.update(|entries| {
                let changed = &updated.notification;
                if let Some(entry) = entries.iter_mut().find(|entry| entry.id == changed.id) {
                    entry.clone_from(changed);
                }
                // What was just read stays where it is until the list is opened again.
                entries.retain(|entry| self.filter.archived == entry.archived_at.is_some());
            }),
            Event::NotificationUnread(unread) if unread.center.is_some() => self.reload(),
            _ => {}
        }
    }

    /// Loads anew what is on screen.
    fn reload(self) {
        let on_screen = u32::try_from(self.entries.with_untracked(Vec::len)).unwrap_or(RELOAD_MOST);
        let limit = on_screen.clamp(AT_ONCE, RELOAD_MOST);
        spawn_local(async move {
            if let Ok(Entries { entries, total_count, .. }) = api::list_notifications(self.filter, None, limit).await {
                let _ = self.entries.try_set(entries);
                let _ = self.total.try_set(total_count);
                let _ = self.waiting.try_set(0);
            }
        });
    }

    /// Loads what comes after the last one.
    fn load_more(self) {
        if self.loading.get_untracked() || !untrack(|| self.has_more()) {
            return;
        }
        self.loading.set(true);
        let last = self.entries.with_untracked(|entries| entries.last().map(|entry| entry.id.clone()));
        spawn_local(async move {
            let answer = api::list_notifications(self.filter, last, AT_ONCE).await;
            let _ = self.loading.try_set(false);
            match answer {
                Ok(more) => {
                    let _ = self.entries.try_update(|entries| {
                        let is_new = |entry: &Entry| entries.iter().all(|known| known.id != entry.id);
                        let fresh: Vec<Entry> = more.entries.into_iter().filter(is_new).collect();
                        entries.extend(fresh);
                    });
                    let _ = self.total.try_set(more.total_count);
                }
                Err(AppError::NotFound) => self.reload(),
                Err(error) => self.toasts.refused(&error),
            }
        });
    }

    fn has_more(self) -> bool {
        let shown = u32::try_from(self.entries.with(Vec::len)).unwrap_or(u32::MAX);
        shown > 0 && shown < self.total.get()
    }

    /// Does something with one; `done` is what a toast says then, with a way back for the archive.
    fn mark(self, id: NotificationId, mark: Mark) {
        spawn_local(async move {
            match api::mark_notification(id.clone(), mark).await {
                Ok(_) => {
                    let t = self.t();
                    let undo = |back| Some(Callback::new(move |()| self.mark(id.clone(), back)));
                    match mark {
                        Mark::Archived => self.toasts.success(t.archived_toast, undo(Mark::Restored)),
                        Mark::Restored => self.toasts.success(t.restored_toast, None),
                        Mark::Read | Mark::Unread | Mark::Deleted => {}
                    }
                    if !self.connected.get_untracked() {
                        self.reload();
                    }
                }
                Err(AppError::NotFound) => {
                    self.toasts.error(self.t().notification_gone);
                    self.reload();
                }
                Err(error) => self.toasts.refused(&error),
            }
        });
    }

    fn delete_all(self) {
        let filter = self.filter;
        spawn_local(async move {
            match api::delete_notifications(filter).await {
                Ok(count) => {
                    self.toasts.success(fill(self.t().deleted_count_toast, &[&count]), None);
                    self.reload();
                }
                Err(error) => self.toasts.refused(&error),
            }
        });
    }

    fn read_all(self) {
        spawn_local(async move {
            match api::mark_all_read().await {
                Ok(_) => self.reload(),
                Err(error) => self.toasts.refused(&error),
            }
        });
    }
}

#[component]
fn List(entries: Entries, center: Snapshot<NotificationCenter>, filter: Filter) -> impl IntoView {
    let page = use_page();
    let connection = use_connection();
    let now = use_now(center.server_time);
    let viewer = page.user.as_ref().map(crate::accounts::model::User::viewer);
    let live = use_live(center, api::notification_center);
    let desk = Desk {
        lang: page.lang,
        filter,
        now,
        zone: StoredValue::new(page.zone),
        entries: RwSignal::new(entries.entries),
        total: RwSignal::new(entries.total_count),
        waiting: RwSignal::new(0),
        held: RwSignal::new(false),
        loading: RwSignal::new(false),
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

    let t = desk.t();
    let sentinel = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(sentinel) = sentinel.get() {
            browser::on_shown(&sentinel, move || desk.load_more());
        }
    });
    let asking = RwSignal::new(false);
    let empty = move || {
        let text = if filter.archived { t.nothing_archived_text } else { t.nothing_here_text };
        view! { <Empty icon="bell" title=t.nothing_here_title text=text /> }.into_any()
    };
    view! {
        <div class="notes-head">
            <span class="muted">{move || fill(t.total_notifications, &[&desk.total.get()])}</span>
            <button type="button" class="btn ghost sm" on:click=move |_| desk.read_all()>{t.mark_all_read}</button>
            <button
                type="button"
                class="btn ghost sm"
                disabled=move || desk.entries.with(Vec::is_empty)
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
        // The chip is a part of what the pointer is in, and lies over the list: it moves nothing either.
        <div
            class="held-list"
            on:pointerenter=move |_| desk.held.set(true)
            on:pointerleave=move |_| desk.held.set(false)
            on:focusin=move |_| desk.held.set(true)
            on:focusout=move |_| desk.held.set(false)
        >
            <Show when=move || { desk.waiting.get() > 0 }>
                <button type="button" class="chip bell-new" on:click=move |_| desk.reload()>
                    {move || fill(t.new_entries, &[&desk.waiting.get()])}
                </button>
            </Show>
            <Show when=move || !desk.entries.with(Vec::is_empty) fallback=empty>
                <ul
                    class="notes card"
                >
                    <For
                        each=move || desk.entries.get()
                        key=|entry| entry.id.clone()
                        children=move |entry| view! { <Row desk entry /> }
                    />
                </ul>
            </Show>
        </div>
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
    let is_read = Memo::new(move |last: Option<&bool>| {
        desk.entries
            .with(|entries| entries.iter().find(|entry| entry.id == *id.read_value()).map(|entry| entry.is_read))
            .unwrap_or_else(|| last.copied().unwrap_or(true))
    });
    let is_gone = move || entry.expires_at.is_some_and(|at| at <= desk.now.get());
    let ago = move || desk.lang.ago(created_at, desk.now.get(), &desk.zone.read_value());
    let open = move |_| {
        if !is_read.get_untracked() {
            desk.mark(id.get_value(), Mark::Read);
        }
    };
    let title = entry.data.title(desk.lang).to_owned();
    let heading = match entry.action_url {
        Some(link) => view! { <a href=link on:click=open>{title}</a> }.into_any(),
        None => view! { <span>{title}</span> }.into_any(),
    };
    let read_label = Signal::derive(move || if is_read.get() { t.mark_unread } else { t.mark_read }.to_owned());
    let toggle_read = move |()| {
        let mark = if is_read.get_untracked() { Mark::Unread } else { Mark::Read };
        desk.mark(id.get_value(), mark);
    };
    let (put_icon, put_label, put) = if desk.filter.archived {
        ("archive-restore", t.restore_it, Mark::Restored)
    } else {
        ("archive", t.archive_it, Mark::Archived)
    };
    view! {
        <li class=move || if is_read.get() { "note" } else { "note is-unread" } hidden=is_gone>
            <span class="note-icon" aria-hidden="true">{entry.data.entry_type().icon()}</span>
            <p class="note-title">{heading}</p>
            <time class="note-ago">{ago}</time>
            <span class="note-dot" hidden=move || is_read.get()>
                <span class="sr-only">{t.unread_mark}</span>
            </span>
            <p class="note-text">{entry.data.message(desk.lang, &desk.zone.read_value())}</p>
            <div class="note-actions">
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
