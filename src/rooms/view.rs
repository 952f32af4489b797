//! The admin's table of rooms, and the drawer in which one is edited.

mod delete;
mod draft;
mod drawer;
mod equipment;
mod fields;
mod form;
mod indicator;
mod order;
mod table;
mod toolbar;

pub use equipment::{EquipmentList, equipment_icon};
pub use indicator::{IndicatorForm, RoomStatusIndicator, status_words};

use super::api::room_directory;
use crate::app::frame::PageFrame;
use crate::app::use_page;
use crate::error::AppError;
use crate::ids::{RoomId, UserId};
use crate::realtime::live::{Live, use_live, use_now};
use crate::realtime::protocol::{Event, Snapshot};
use crate::reservations::api::day_schedule;
use crate::reservations::live::DaySchedule;
use crate::rooms::live::RoomDirectory;
use crate::time::Timestamp;
use crate::ui::{DrawerState, browser, load, loaded};
use drawer::Drawer;
use leptos::leptos_dom::helpers::set_timeout;
use leptos::prelude::*;
use order::Arrangement;
use std::time::Duration;
use table::RoomTable;
use toolbar::Toolbar;

/// How long a change by somebody else stays tinted, as in the style sheets.
const TINTED: Duration = Duration::from_millis(2_400);

/// What the drawer shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Selection {
    Nothing,
    New,
    Room(RoomId),
}

impl Selection {
    /// The page's address with this drawer open.
    fn href(self) -> String {
        match self {
            Self::Nothing => "/admin/rooms".into(),
            Self::New => "/admin/rooms?room=new".into(),
            Self::Room(id) => format!("/admin/rooms?room={id}"),
        }
    }

    fn from_query(room: Option<&str>) -> Self {
        match room {
            Some("new") => Self::New,
            Some(id) => id.parse().map_or(Self::Nothing, Self::Room),
            None => Self::Nothing,
        }
    }
}

/// What the parts of this page share.
#[derive(Clone, Copy)]
struct Admin {
    rooms: Live<RoomDirectory>,
    /// Today's bookings: whether a room is in use follows from them.
    today: Live<DaySchedule>,
    now: Signal<Timestamp>,
    arrangement: Arrangement,
    /// Rooms that somebody else has just changed.
    tinted: RwSignal<Vec<RoomId>>,
    drawer: DrawerState<Selection>,
    /// The room that this admin has just deleted.
    deleted: StoredValue<Option<RoomId>>,
}

impl Admin {
    /// Whether there is such a room.
    fn has(self, id: RoomId) -> bool {
        self.rooms.with(|directory| directory.rooms.iter().any(|room| room.id == id))
    }
}

/// The page of rooms, for admins.
#[component]
pub fn RoomsAdminPage() -> impl IntoView {
    let page = use_page();
    let (lang, texts) = (page.lang, page.lang.texts());
    let content = loaded(load(fetch), lang, 4, |(rooms, today)| view! { <Rooms rooms=rooms today=today /> }.into_any());
    view! { <PageFrame title=texts.rooms_admin class="fill">{content}</PageFrame> }
}

type Loaded = (Snapshot<RoomDirectory>, Snapshot<DaySchedule>);

async fn fetch() -> Result<Loaded, AppError> {
    Ok((room_directory().await?, day_schedule(None).await?))
}

#[component]
fn Rooms(rooms: Snapshot<RoomDirectory>, today: Snapshot<DaySchedule>) -> impl IntoView {
    let page = use_page();
    let now = use_now(rooms.server_time);
    let rooms = use_live(rooms, room_directory);
    let today = use_live(today, || day_schedule(None));
    // The next day's bookings, when it has come.
    Effect::new(move |_| {
        if today.with(|day| day.day.ends_at) <= now.get() {
            today.refetch();
        }
    });
    let tinted = RwSignal::new(Vec::new());
    tint_changes_by_others(rooms, tinted, page.user.map(|user| user.id));

    let admin = Admin {
        rooms,
        today,
        now,
        arrangement: Arrangement::new(rooms),
        tinted,
        drawer: DrawerState::new("room", Selection::from_query, Selection::href),
        deleted: StoredValue::new(None),
    };
    provide_context(admin);
    // A room that was just created may be named by the address before its event has come. The
    // drawer of one that is deleted meanwhile stays: somebody may be typing in it.
    let shown = Memo::new(move |before: Option<&Selection>| match admin.drawer.selection.get() {
        Selection::Room(id) if before != Some(&Selection::Room(id)) && !admin.has(id) => {
            before.copied().unwrap_or(Selection::Nothing)
        }
        selection => selection,
    });
    focus_follows_drawer(admin, shown);
    view! {
        <div class="with-drawer">
            <div class="pane">
                <Toolbar />
                <RoomTable />
            </div>
            {move || match shown.get() {
                Selection::Nothing => None,
                selection => Some(view! { <Drawer selection=selection /> }.into_any()),
            }}
        </div>
        {admin.drawer.question(page.lang.texts())}
    }
}

fn tint_changes_by_others(rooms: Live<RoomDirectory>, tinted: RwSignal<Vec<RoomId>>, me: Option<UserId>) {
    rooms.on_frame(move |frame| {
        let (Event::RoomCreated(event) | Event::RoomUpdated(event)) = &frame.event else { return };
        let id = event.room.room.id;
        if frame.user_id != me {
            tinted.update(|ids| ids.push(id));
            set_timeout(
                move || {
                    // One of them: another change of the same room may have come meanwhile.
                    let _ = tinted.try_update(|ids| ids.iter().position(|i| *i == id).map(|at| ids.remove(at)));
                },
                TINTED,
            );
        }
    });
}

/// Focus goes into a drawer that opens, and back to its row when it closes.
fn focus_follows_drawer(admin: Admin, shown: Memo<Selection>) {
    Effect::new(move |before: Option<Selection>| {
        let selection = shown.get();
        match (before, selection) {
            (Some(Selection::Room(id)), Selection::Nothing) if admin.deleted.get_value() != Some(id) => {
                browser::focus(&table::row_link_id(id));
            }
            // There is no row to go back to.
            (Some(Selection::Room(_) | Selection::New), Selection::Nothing) => browser::focus(toolbar::ADD_ROOM),
            (Some(before), _) if before != selection => browser::focus(drawer::TITLE),
            _ => {}
        }
        selection
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_says_what_the_drawer_shows() {
        for selection in [Selection::Nothing, Selection::New, Selection::Room(RoomId(42))] {
            let href = selection.href();
            let room = href.split_once("?room=").map(|(_, room)| room);
            assert_eq!(Selection::from_query(room), selection);
        }
        assert_eq!(Selection::from_query(Some("garden")), Selection::Nothing);
    }
}
