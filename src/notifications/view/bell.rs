//! NotificationBell (contracts §1.8): the button with its badge, and the panel that it opens.

use super::FirstLook;
use super::held::{Own, Waiting, keep};
use super::look::look_of;
use super::permission::PermissionCard;
use super::tell::tell;
use crate::accounts::model::{User, Viewer};
use crate::app::use_page;
use crate::error::AppError;
use crate::notifications::api;
use crate::notifications::live::NotificationCenter;
use crate::notifications::model::{Entry, Filter, Mark, NEWEST, NotificationId};
use crate::realtime::live::{Connection, LinkState, Live, use_connection, use_live, use_now};
use crate::realtime::protocol::{Event, Frame, Snapshot};
use crate::text::{Lang, Texts, fill};
use crate::time::{Timestamp, ZoneOffsets};
use crate::ui::browser::{self, Step};
use crate::ui::menu::walk;
use crate::ui::{For, HeldList, Hold, Icon, Show, Toasts, later, use_toasts};
use leptos::task::spawn_local;
use leptos::wasm_split::wasm_split;
use leptos::{ev, prelude::*};

const PANEL: &str = "bell";
const LIST: &str = "bell-list";
/// Beyond this the badge says 99+.
const MOST_ON_BADGE: u32 = 99;

/// What the parts of a bell share; every field is a handle.
#[derive(Clone, Copy)]
struct Desk {
    lang: Lang,
    live: Live<NotificationCenter>,
    now: Signal<Timestamp>,
    zone: StoredValue<ZoneOffsets>,
    shown: RwSignal<Vec<Entry>>,
    waiting: RwSignal<Waiting>,
    hold: Hold,
    /// What was taken off the list here: it goes at once.
    own: StoredValue<Own>,
    is_open: RwSignal<bool>,
    connection: Connection,
    toasts: Toasts,
}

/// The bell of whoever is signed in; nothing until it has been loaded.
#[component]
pub fn Bell() -> impl IntoView {
    let (Some(FirstLook(first)), Some(user)) = (use_context::<FirstLook>(), use_page().user) else {
        return ().into_any();
    };
    let content = move || {
        first.get().map(|loaded| match loaded {
            Ok(snapshot) => view! { <BellButton snapshot user=user.clone() /> }.into_any(),
            // The page itself says what has failed.
            Err(_) => ().into_any(),
        })
    };
    view! { <Transition>{content}</Transition> }.into_any()
}

impl Desk {
    fn new(snapshot: Snapshot<NotificationCenter>) -> Self {
        let page = use_page();
        let now = use_now(snapshot.server_time);
        let shown: Vec<Entry> = snapshot.state.newest(snapshot.server_time).into_iter().cloned().collect();
        Self {
            lang: page.lang,
            live: use_live(snapshot, api::notification_center),
            now,
            zone: StoredValue::new(page.zone),
            shown: RwSignal::new(shown),
            waiting: RwSignal::default(),
            hold: Hold::default(),
            own: StoredValue::default(),
            is_open: RwSignal::new(false),
            connection: use_connection(),
            toasts: use_toasts(),
        }
    }

    fn t(self) -> &'static Texts {
        self.lang.texts()
    }

    fn unread(self) -> u32 {
        self.live.with(|center| center.unread(self.now.get()))
    }

    /// Lets the list show what there is, as far as it may move.
    fn settle(self) {
        let newest: Vec<Entry> = self.live.with(|center| center.newest(self.now.get()).into_iter().cloned().collect());
        let (shown, waiting) = if self.hold.is_on() {
            self.shown.with_untracked(|shown| keep(shown, &newest, NEWEST, &self.own.read_value()))
        } else {
            self.own.set_value(Own::default());
            (newest, Waiting::default())
        };
        if self.shown.with_untracked(|before| *before != shown) {
            self.shown.set(shown);
        }
        self.waiting.set(waiting);
    }

    /// An entry has changed: what it says now it says at once, also in a list that keeps still.
    fn reword(self, frame: &Frame) {
        let Event::NotificationUpdated(updated) = &frame.event else { return };
        self.shown.update(|shown| {
            if let Some(entry) = shown.iter_mut().find(|entry| entry.id == updated.notification.id) {
                entry.clone_from(&updated.notification);
            }
        });
    }

    /// Sends a command; its event changes the list here as everywhere.
    fn send<T>(self, request: impl Future<Output = Result<T, AppError>> + 'static) {
        spawn_local(async move {
            match request.await {
                // While the connection is down its event does not come.
                Ok(_) if self.connection.state.get_untracked() == LinkState::Connected => {}
                // It has been deleted elsewhere: what is here is out of date.
                Ok(_) | Err(AppError::NotFound) => self.live.refetch(),
                Err(error) => self.toasts.refused(&error),
            }
        });
    }

    fn mark(self, id: NotificationId, mark: Mark) {
        if mark == Mark::Deleted {
            self.own.update_value(|own| own.one(&id));
        }
        self.send(api::mark_notification(id, mark));
    }

    /// The panel has been opened or closed.
    fn toggled(self) {
        let is_open = browser::is_popover_open(PANEL);
        self.is_open.set(is_open);
        self.hold.release();
        if is_open && self.live.with_untracked(|center| center.unseen(self.now.get_untracked())) > 0 {
            self.send(api::mark_all_seen());
        }
    }
}

#[component]
fn BellButton(snapshot: Snapshot<NotificationCenter>, user: User) -> impl IntoView {
    let desk = Desk::new(snapshot);
    let viewer: Viewer = user.viewer();
    let clock = StoredValue::new(use_page().organisation_zone);
    let t = desk.t();
    Effect::new(move |_| desk.settle());
    desk.live.on_frame(move |frame| {
        desk.reword(frame);
        desk.live.with_untracked(|center| {
            tell(frame, center, viewer, desk.lang, &clock.read_value(), &desk.zone.read_value());
        });
    });
    let unread = Memo::new(move |_| desk.unread());
    let label = move || match unread.get() {
        0 => t.notifications.to_owned(),
        n => fill(t.notifications_unread, &[&n]),
    };
    let badge = move || match unread.get() {
        0 => String::new(),
        n if n > MOST_ON_BADGE => "99+".to_owned(),
        n => n.to_string(),
    };
    view! {
        <button
            type="button"
            class="icon-btn bell-btn"
            popovertarget=PANEL
            aria-haspopup="dialog"
            aria-expanded=move || if desk.is_open.get() { "true" } else { "false" }
            aria-label=move || label()
        >
            <Icon name="bell" />
            <span class="bell-badge" aria-hidden="true" hidden=move || unread.get() == 0>{move || badge()}</span>
        </button>
        <div
            class="bell menu end"
            id=PANEL
            popover="auto"
            role="dialog"
            aria-label=t.notifications
            on:toggle=move |_| desk.toggled()
            on:keydown=move |event| walk(LIST, &event)
        >
            {later(move || inside(desk, unread))}
            <footer class="bell-foot">
                <a href="/notifications" on:click=move |_| browser::hide_popover(PANEL)>{t.all_notifications}</a>
                <a
                    class="icon-btn sm"
                    href="/settings"
                    aria-label=t.notification_settings
                    title=t.notification_settings
                    on:click=move |_| browser::hide_popover(PANEL)
                >
                    <Icon name="settings" class="s" />
                </a>
            </footer>
        </div>
    }
}

/// What is in the panel. Its code comes when the page is alive: every page has a bell.
#[wasm_split(every_page, wasm_split_path = leptos::wasm_split)]
fn inside(desk: Desk, unread: Memo<u32>) -> AnyView {
    view! {
        <BellHead desk unread />
        <BellList desk />
        <PermissionCard brief=true look=desk.is_open />
    }
    .into_any()
}

#[component]
fn BellHead(desk: Desk, unread: Memo<u32>) -> impl IntoView {
    let t = desk.t();
    let title = move || match unread.get() {
        0 => t.notifications.to_owned(),
        n => [t.notifications, " (", &n.to_string(), ")"].concat(),
    };
    let is_empty = move || desk.shown.with(Vec::is_empty);
    let delete_all = move |_| {
        desk.own.update_value(|own| desk.shown.with_untracked(|shown| own.all(shown)));
        desk.send(api::delete_notifications(Filter::default()));
    };
    view! {
        <header class="bell-head">
            <h2>{move || title()}</h2>
            <button
                type="button"
                hidden=move || is_empty()
                disabled=move || unread.get() == 0
                on:click=move |_| desk.send(api::mark_all_read())
            >
                {t.mark_all_read}
            </button>
            <button type="button" hidden=move || is_empty() on:click=delete_all>{t.delete_all}</button>
        </header>
    }
}

#[component]
fn BellList(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let chip = Signal::derive(move || desk.waiting.get().words(t));
    let show_new = Callback::new(move |()| {
        desk.hold.release();
        // At once: the focus that follows holds the list again.
        desk.settle();
        browser::focus_item(LIST, Step::First);
    });
    let empty = move || {
        view! {
            <div class="bell-empty">
                <Icon name="bell" />
                <p>{t.no_new_notifications}</p>
            </div>
        }
        .into_any()
    };
    view! {
        <HeldList hold=desk.hold chip on_catch_up=show_new>
            <Show when=move || !desk.shown.with(Vec::is_empty) fallback=empty>
                <ul class="bell-list" id=LIST>
                    <For
                        each=move || desk.shown.get()
                        key=|entry| entry.id.to_string()
                        children=move |entry| view! { <BellEntry desk entry /> }
                    />
                </ul>
            </Show>
        </HeldList>
    }
}

/// One entry. Enter or a press opens it and marks it as read, Delete removes it.
#[component]
fn BellEntry(desk: Desk, entry: Entry) -> impl IntoView {
    let t = desk.t();
    let id = StoredValue::new(entry.id.clone());
    let look = look_of(desk.shown, &entry, desk.lang, desk.zone);
    let is_read = move || look.with(|look| look.is_read);
    let created_at = entry.created_at;
    let ago = move || desk.lang.ago(created_at, desk.now.get(), &desk.zone.read_value());
    let open = move |_| {
        if !untrack(is_read) {
            desk.mark(id.get_value(), Mark::Read);
        }
    };
    let remove = move |event: ev::KeyboardEvent| {
        if event.key() == "Delete" {
            event.prevent_default();
            browser::focus_item(LIST, Step::Next);
            desk.mark(id.get_value(), Mark::Deleted);
        }
    };
    let class = move || if is_read() { "entry" } else { "entry is-unread" };
    let content = view! {
        <span class="entry-icon" aria-hidden="true">{entry.data.entry_type().icon()}</span>
        <span class="entry-title">{entry.data.title(desk.lang).to_owned()}</span>
        <time class="entry-ago">{move || ago()}</time>
        <span class="entry-dot" hidden=move || is_read()>
            <span class="sr-only">{t.unread_mark}</span>
        </span>
        <span class="entry-text">{move || look.with(|look| look.words.clone())}</span>
    }
    .into_any();
    let control = match entry.action_url {
        Some(link) => {
            let go = move |event| {
                open(event);
                browser::hide_popover(PANEL);
            };
            view! { <a class=move || class() href=link on:click=go on:keydown=remove>{content}</a> }.into_any()
        }
        None => {
            view! { <button type="button" class=move || class() on:click=open on:keydown=remove>{content}</button> }
                .into_any()
        }
    };
    view! { <li>{control}</li> }
}
