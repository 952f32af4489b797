//! The admins' page: what was announced and how it stands, and the drawer in which one is written.

use super::drawer::{Drawer, FORM_TITLE};
use super::look;
use crate::accounts::model::Person;
use crate::accounts::view::use_everybody;
use crate::announcements::api::announcement_list;
use crate::announcements::live::AnnouncementList;
use crate::announcements::model::{Audience, Managed, Stage};
use crate::app::frame::PageFrame;
use crate::app::use_page;
use crate::error::AppError;
use crate::ids::AnnouncementId;
use crate::realtime::live::{Live, use_live, use_now};
use crate::realtime::protocol::Snapshot;
use crate::rooms::api::room_directory;
use crate::rooms::live::RoomDirectory;
use crate::text::{Lang, Texts, fill};
use crate::time::Timestamp;
use crate::ui::{Badge, DrawerState, Empty, For, Icon, Tone, browser, load, loaded};
use leptos::{ev, prelude::*};

const PATH: &str = "/admin/announcements";
const NEW: &str = "new-announcement";

/// What the drawer shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    Nothing,
    New,
    One(AnnouncementId),
}

impl Selection {
    fn href(self) -> String {
        match self {
            Self::Nothing => PATH.into(),
            Self::New => [PATH, "?id=new"].concat(),
            Self::One(id) => [PATH, "?id=", &id.to_string()].concat(),
        }
    }

    fn from_query(id: Option<&str>) -> Self {
        match id {
            Some("new") => Self::New,
            Some(id) => id.parse().map_or(Self::Nothing, Self::One),
            None => Self::Nothing,
        }
    }
}

/// What the parts of this page share.
#[derive(Clone, Copy)]
pub struct Admin {
    pub list: Live<AnnouncementList>,
    pub rooms: Live<RoomDirectory>,
    pub everybody: RwSignal<Vec<Person>>,
    pub now: Signal<Timestamp>,
    pub drawer: DrawerState<Selection>,
}

impl Admin {
    /// Closes the drawer, whose content is not wanted any more or has been sent.
    pub fn close(self) {
        self.drawer.go_on(Selection::Nothing);
    }

    pub fn find(self, id: AnnouncementId) -> Option<Managed> {
        self.list.with(|list| list.announcements.get(&id).cloned())
    }
}

/// The page of announcements, for admins.
#[component]
pub fn AnnouncementsAdminPage() -> impl IntoView {
    let page = use_page();
    let (lang, texts) = (page.lang, page.lang.texts());
    let content = loaded(load(fetch), lang, 3, |(list, rooms)| view! { <Content list rooms /> }.into_any());
    view! { <PageFrame title=texts.announcements_admin class="fill">{content}</PageFrame> }
}

type Loaded = (Snapshot<AnnouncementList>, Snapshot<RoomDirectory>);

async fn fetch() -> Result<Loaded, AppError> {
    Ok((announcement_list().await?, room_directory().await?))
}

#[component]
fn Content(list: Snapshot<AnnouncementList>, rooms: Snapshot<RoomDirectory>) -> impl IntoView {
    let texts = use_page().lang.texts();
    let now = use_now(list.server_time);
    let admin = Admin {
        list: use_live(list, announcement_list),
        rooms: use_live(rooms, room_directory),
        everybody: use_everybody(),
        now,
        drawer: DrawerState::new("id", Selection::from_query, Selection::href),
    };
    // One that was just written may be named by the address before its event has come.
    let shown = Memo::new(move |before: Option<&Selection>| match admin.drawer.selection.get() {
        Selection::One(id) if before != Some(&Selection::One(id)) && admin.find(id).is_none() => {
            before.copied().unwrap_or(Selection::Nothing)
        }
        selection => selection,
    });
    // Focus goes into a drawer that opens, and back to its row when it closes.
    Effect::new(move |before: Option<Selection>| {
        let selection = shown.get();
        match (before, selection) {
            (Some(Selection::One(id)), Selection::Nothing) => browser::focus(&row_id(id)),
            (Some(Selection::New), Selection::Nothing) => browser::focus(NEW),
            (Some(before), _) if before != selection => browser::focus(FORM_TITLE),
            _ => {}
        }
        selection
    });
    let count = move || fill(texts.announcements_count, &[&admin.list.with(|list| list.announcements.len())]);
    view! {
        <div class="with-drawer">
            <div class="pane">
                <div class="toolbar rooms-tools">
                    <div class="toolbar-end">
                        <span class="muted only-desktop">{move || count()}</span>
                        <a
                            class="btn primary"
                            id=NEW
                            href=Selection::New.href()
                            on:click=move |event| admin.drawer.follow(&event, Selection::New)
                        >
                            <Icon name="plus" />
                            {texts.new_announcement}
                        </a>
                    </div>
                </div>
                <Table admin shown />
            </div>
            {move || match shown.get() {
                Selection::Nothing => None,
                selection => Some(view! { <Drawer admin selection /> }.into_any()),
            }}
            {admin.drawer.question(texts)}
        </div>
    }
}

fn row_id(id: AnnouncementId) -> String {
    format!("announcement-row-{id}")
}

#[component]
fn Table(admin: Admin, shown: Memo<Selection>) -> impl IntoView {
    let texts = use_page().lang.texts();
    // Newest first: numbers grow with time.
    let ids = Memo::new(move |_| {
        admin.list.with(|list| list.announcements.keys().rev().copied().collect::<Vec<AnnouncementId>>())
    });
    let empty = move || {
        let action = move || {
            let go = move |event: ev::MouseEvent| admin.drawer.follow(&event, Selection::New);
            view! { <a class="btn primary sm" href=Selection::New.href() on:click=go>{texts.new_announcement}</a> }
        };
        view! {
            <Empty icon="megaphone" title=texts.no_announcements_title text=texts.no_announcements_text action />
        }
        .into_any()
    };
    view! {
        <div class="table-wrap">
            <table class="table" role="table">
                <caption class="sr-only">{texts.announcements_admin}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th scope="col" role="columnheader">{texts.announcement_message}</th>
                        <th scope="col" role="columnheader">{texts.severity}</th>
                        <th scope="col" role="columnheader">{texts.audience}</th>
                        <th scope="col" role="columnheader">{texts.starts}</th>
                        <th scope="col" role="columnheader">{texts.answers}</th>
                        <th scope="col" role="columnheader">{texts.status}</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    <For each=move || ids.get() key=|id| id.0 children=move |id| view! { <Row admin shown id /> } />
                </tbody>
            </table>
            {move || ids.with(Vec::is_empty).then(empty)}
        </div>
    }
}

#[component]
fn Row(admin: Admin, shown: Memo<Selection>, id: AnnouncementId) -> impl IntoView {
    let page = use_page();
    let (lang, texts) = (page.lang, page.lang.texts());
    let zone = StoredValue::new(page.zone);
    let managed = Memo::new(move |last: Option<&Option<Managed>>| admin.find(id).or_else(|| last.cloned().flatten()));
    let text = move |read: &dyn Fn(&Managed) -> String| managed.with(|m| m.as_ref().map(read));
    let is_open = move || shown.get() == Selection::One(id);
    let weight = move || {
        managed
            .with(|m| m.as_ref().map(|m| look(m.announcement.severity, lang)))
            .map(|(name, icon, tone)| view! { <Badge tone icon>{name}</Badge> }.into_any())
    };
    let starts = move || {
        text(&|m| {
            let at = zone.with_value(|zone| zone.local(m.sent_at.unwrap_or(m.announcement.starts_at)));
            [lang.month_day(at.date()), lang.clock(at)].join(" ")
        })
    };
    let stage = Memo::new(move |_| managed.with(|m| m.as_ref().map(|m| m.stage(admin.now.get()))));
    view! {
        <tr role="row" aria-selected=move || is_open().then_some("true")>
            <td role="cell" class="cell-room">
                <a
                    class="row-open"
                    id=row_id(id)
                    href=Selection::One(id).href()
                    aria-expanded=move || if is_open() { "true" } else { "false" }
                    on:click=move |event| admin.drawer.follow(&event, Selection::One(id))
                >
                    {move || text(&|m| m.announcement.headline().to_owned())}
                </a>
            </td>
            <td role="cell">{move || weight()}</td>
            <td role="cell">{move || text(&|m| audience(m, admin, lang))}</td>
            <td role="cell">{move || starts()}</td>
            <td role="cell" class="num">{move || text(&|m| answers(m, admin, texts))}</td>
            <td role="cell">{move || stage.get().map(|stage| stage_badge(stage, texts))}</td>
        </tr>
    }
}

/// To whom it goes, in words.
fn audience(managed: &Managed, admin: Admin, lang: Lang) -> String {
    let texts = lang.texts();
    match &managed.announcement.audience {
        Audience::Everyone => texts.audience_everyone.to_owned(),
        Audience::Users { user_ids } => lang.people(u32::try_from(user_ids.len()).unwrap_or(u32::MAX)),
        Audience::Floor { floor } => floor.clone(),
        Audience::Room { room_id } => admin.rooms.with(|directory| {
            let room = directory.rooms.iter().find(|room| room.id == *room_id);
            room.map_or_else(|| texts.audience_room.to_owned(), |room| room.name.clone())
        }),
    }
}

/// How many of how many have answered; nothing when nobody was asked.
pub fn answers(managed: &Managed, admin: Admin, texts: &'static Texts) -> String {
    if !managed.announcement.ack_required || managed.sent_at.is_none() {
        return String::new();
    }
    let asked = match managed.recipient_count {
        Some(count) => count as usize,
        None => admin.everybody.with(Vec::len),
    };
    match asked {
        0 => fill(texts.answered_count, &[&managed.ack_count]),
        asked => fill(texts.answered_of, &[&asked, &managed.ack_count]),
    }
}

fn stage_badge(stage: Stage, texts: &'static Texts) -> AnyView {
    let (tone, icon, text) = match stage {
        Stage::Scheduled => (Tone::Yellow, "clock", texts.stage_scheduled),
        Stage::Active => (Tone::Green, "activity", texts.stage_active),
        Stage::Expired => (Tone::Plain, "check", texts.stage_expired),
        Stage::Cancelled => (Tone::Plain, "x", texts.stage_cancelled),
        Stage::Missed => (Tone::Red, "circle-alert", texts.stage_missed),
    };
    view! { <Badge tone icon>{text}</Badge> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_says_what_the_drawer_shows() {
        for selection in [Selection::Nothing, Selection::New, Selection::One(AnnouncementId(42))] {
            let href = selection.href();
            let id = href.split_once("?id=").map(|(_, id)| id);
            assert_eq!(Selection::from_query(id), selection);
        }
        assert_eq!(Selection::from_query(Some("garden")), Selection::Nothing);
    }
}
