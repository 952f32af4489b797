//! The admins' page of chat: all rooms, who writes in them, what was done to others; and the drawer in
//! which a room is looked at.

mod review;
mod tables;

use crate::app::frame::PageFrame;
use crate::app::use_page;
use crate::chat::api::chat_oversight;
use crate::chat::model::Oversight;
use crate::ids::{ChatRoomId, UserId};
use crate::text::{Lang, Texts};
use crate::time::{Timestamp, ZoneOffsets};
use crate::ui::{Icon, Toasts, browser, load, loaded, use_toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use review::Drawer;
use tables::{NotesTable, PeopleTable, RoomsTable};

const PATH: &str = "/admin/chat";

/// What the page shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tab {
    #[default]
    Rooms,
    People,
    Notes,
}

impl Tab {
    const ALL: [Self; 3] = [Self::Rooms, Self::People, Self::Notes];

    fn tag(self) -> &'static str {
        match self {
            Self::Rooms => "rooms",
            Self::People => "people",
            Self::Notes => "notes",
        }
    }

    fn from_tag(tag: Option<&str>) -> Self {
        Self::ALL.into_iter().find(|tab| tag == Some(tab.tag())).unwrap_or_default()
    }

    fn href(self) -> String {
        [PATH, "?tab=", self.tag()].concat()
    }
}

/// What the parts of this page share; every field is a handle.
#[derive(Clone, Copy)]
pub struct Admin {
    pub lang: Lang,
    pub zone: StoredValue<ZoneOffsets>,
    pub state: RwSignal<Oversight>,
    pub toasts: Toasts,
    /// Who looks.
    pub me: Option<UserId>,
    /// The room in the drawer.
    pub open: Memo<Option<ChatRoomId>>,
    go: Callback<Option<ChatRoomId>>,
}

impl Admin {
    pub fn t(self) -> &'static Texts {
        self.lang.texts()
    }

    /// Day and time of an instant, as lists write them.
    pub fn when(self, at: Timestamp) -> String {
        let local = self.zone.with_value(|zone| zone.local(at));
        [self.lang.month_day(local.date()), self.lang.clock(local)].join(" ")
    }

    pub fn href(id: ChatRoomId) -> String {
        format!("{PATH}?room={id}")
    }

    /// Opens a room in the drawer, or none.
    pub fn select(self, room: Option<ChatRoomId>) {
        self.go.run(room);
    }

    /// Reads everything anew: something was done.
    pub fn renew(self) {
        spawn_local(async move {
            // What was there before stays when it fails: what was done has been said already.
            if let Ok(oversight) = chat_oversight().await {
                let _ = self.state.try_set(oversight);
            }
        });
    }
}

/// The page of chat for admins.
#[component]
pub fn ChatAdminPage() -> impl IntoView {
    let page = use_page();
    let content = loaded(load(chat_oversight), page.lang, 6, |oversight| view! { <Content oversight /> }.into_any());
    view! { <PageFrame title=page.lang.texts().chat_admin_page class="fill">{content}</PageFrame> }
}

#[component]
fn Content(oversight: Oversight) -> impl IntoView {
    let page = use_page();
    let t = page.lang.texts();
    let query = use_query_map();
    let navigate = use_navigate();
    let open = Memo::new(move |_| query.with(|query| query.get_str("room").and_then(|room| room.parse().ok())));
    let tab = Memo::new(move |_| query.with(|query| Tab::from_tag(query.get_str("tab"))));
    let admin = Admin {
        lang: page.lang,
        me: page.user.as_ref().map(|user| user.id),
        zone: StoredValue::new(page.zone),
        state: RwSignal::new(oversight),
        toasts: use_toasts(),
        open: Memo::new(move |_| open.get().map(ChatRoomId)),
        go: Callback::new(move |room: Option<ChatRoomId>| {
            let href = room.map_or_else(|| PATH.to_owned(), Admin::href);
            navigate(&href, NavigateOptions { scroll: false, ..NavigateOptions::default() });
        }),
    };
    // Focus goes into a drawer that opens, and back to its row when it closes.
    Effect::new(move |before: Option<Option<ChatRoomId>>| {
        let now = admin.open.get();
        match (before.flatten(), now) {
            (Some(id), None) => browser::focus(&tables::row_id(id)),
            (before, Some(id)) if before != Some(id) => browser::focus(review::TITLE),
            _ => {}
        }
        now
    });
    let way = move |to: Tab| {
        let (icon, label) = match to {
            Tab::Rooms => ("hash", t.chat_admin_rooms),
            Tab::People => ("users", t.chat_admin_people),
            Tab::Notes => ("shield", t.chat_admin_notes),
        };
        view! {
            <a class="seg-btn" href=to.href() aria-current=move || (tab.get() == to).then_some("page")>
                <Icon name=icon class="s" />
                {label}
            </a>
        }
        .into_any()
    };
    let table = move || match tab.get() {
        Tab::Rooms => view! { <RoomsTable admin /> }.into_any(),
        Tab::People => view! { <PeopleTable admin /> }.into_any(),
        Tab::Notes => view! { <NotesTable admin /> }.into_any(),
    };
    view! {
        <div class="with-drawer">
            <div class="pane">
                <div class="toolbar rooms-tools">
                    <nav class="seg" aria-label=t.chat_admin_view>{Tab::ALL.map(way).collect_view()}</nav>
                </div>
                {table}
            </div>
            {move || admin.open.get().map(|id| view! { <Drawer admin id /> }.into_any())}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_says_what_is_shown() {
        for tab in Tab::ALL {
            let href = tab.href();
            assert_eq!(Tab::from_tag(href.split_once("?tab=").map(|(_, tag)| tag)), tab);
        }
        assert_eq!(Tab::from_tag(Some("garden")), Tab::Rooms);
        assert_eq!(Tab::from_tag(None), Tab::Rooms);
    }
}
