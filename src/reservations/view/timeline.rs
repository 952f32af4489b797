//! The timeline: all rooms and their bookings of a day, live.

use super::agenda::Agenda;
use super::board::Board;
use super::changes;
use super::days::Days;
use super::desk::{Desk, FormStart, Panel};
use super::dom::{self, Anchor};
use super::drag::SCROLL_ID;
use super::filters::Filter;
use super::ghosts;
use super::grid_view::Grid;
use super::help::keys_are_off;
use super::keys::{letter, press_beside};
use super::panels::Panels;
use super::print::PrintTable;
use super::proposal::Proposal;
use super::toolbar::{Choices, DatePick, Toolbar, Week, neighbours};
use crate::app::frame::PageFrame;
use crate::app::use_page;
use crate::error::AppError;
use crate::ids::RoomId;
use crate::realtime::live::{LinkState, use_connection, use_live, use_now};
use crate::realtime::protocol::Snapshot;
use crate::reservations::api::day_schedule;
use crate::reservations::grid::{Axis, Cursor, Line, USUAL_MS, lines, rooms_of};
use crate::reservations::live::DaySchedule;
use crate::reservations::model::{Reservation, STEP_MS};
use crate::rooms::model::Room;
use crate::time::{Interval, Timestamp, date_text, parse_date};
use crate::ui::width::use_is_phone;
use crate::ui::{Empty, Icon, Show, browser, load_by, loaded};
use jiff::civil::{Date, time};
use leptos::ev;
use leptos::leptos_dom::helpers::window_event_listener;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

/// What outlives the change from one day to the next.
#[derive(Clone, Copy)]
pub struct Stay {
    /// Where the keyboard was: the room, and how far into the day.
    cursor: StoredValue<Option<(RoomId, i64)>>,
    /// The next day begins with the focus in its grid.
    refocus: StoredValue<bool>,
    /// Bumped to open the form.
    book: RwSignal<u32>,
    /// What the address asks to be booked, until the form has it.
    proposal: StoredValue<Option<Proposal>>,
    /// Something is open or held on the day: midnight does not take it away.
    busy: RwSignal<bool>,
}

#[component]
pub fn TimelinePage() -> impl IntoView {
    let page = use_page();
    let t = page.lang.texts();
    let query = use_query_map();
    let named = Memo::new(move |_| query.with(|query| query.get("date").and_then(|date| parse_date(&date))));
    let filter = Memo::new(move |_| query.with(Filter::of));
    let stay = Stay {
        cursor: StoredValue::new(None),
        refocus: StoredValue::new(false),
        book: RwSignal::new(0),
        proposal: StoredValue::new(query.with_untracked(Proposal::of)),
        busy: RwSignal::new(false),
    };

    let now = use_now(page.now);
    let zone = StoredValue::new(page.organisation_zone.clone());
    let today = Memo::new(move |_| zone.with_value(|zone| zone.date(now.get())));
    let connection = use_connection();
    let chosen = Memo::new(move |before: Option<&Chosen>| {
        // A day that cannot be fetched does not take the place of one that is there.
        let stays = stay.busy.get() || connection.state.get() != LinkState::Connected;
        Chosen::of(named.get(), today.get(), before.copied().filter(|_| stays))
    });
    let date = move || chosen.get().date;
    let schedule = load_by(move || chosen.get().key(), move || day_schedule(Some(chosen.get_untracked().date)));
    // A device that wakes up after midnight asks before it has noticed that its network is gone.
    Effect::new(move |was_connected: Option<bool>| {
        let is_connected = connection.state.get() == LinkState::Connected;
        if is_connected
            && was_connected == Some(false)
            && let Some(Err(AppError::Unreachable)) = untrack(|| schedule.get())
        {
            schedule.refetch();
        }
        is_connected
    });
    let book = move |_| stay.book.update(|n| *n += 1);

    let content = loaded(schedule, page.lang, 8, move |snapshot| {
        view! { <Timeline snapshot stay named=named.get_untracked() filter today /> }.into_any()
    });
    view! {
        <PageFrame
            title=t.timeline
            class="fill timeline-page"
            live_in_toolbar=true
            beside_title=move || view! { {move || view! { <DatePick date=date() filter month_only=true /> }} }
            actions=move || view! {
                <button type="button" class="btn primary only-desktop" on:click=book>
                    <Icon name="plus" />
                    {t.book}
                </button>
            }
            floating=move || view! {
                <button type="button" class="fab" on:click=book>
                    <Icon name="plus" />
                    {t.book}
                </button>
            }
        >
            {content}
        </PageFrame>
    }
}

/// The day that is to be on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Chosen {
    date: Date,
    /// The address names it; else it is today.
    is_named: bool,
}

impl Chosen {
    /// `held` is a day that stays on screen for as long as the address names none.
    fn of(named: Option<Date>, today: Date, held: Option<Self>) -> Self {
        match (named, held) {
            (Some(date), _) => Self { date, is_named: true },
            (None, Some(held)) if !held.is_named => held,
            (None, _) => Self { date: today, is_named: false },
        }
    }

    /// Today by its name is another page than today: its links name it too.
    fn key(self) -> String {
        let date = date_text(self.date);
        if self.is_named { date } else { ["today ", &date].concat() }
    }
}

/// A loaded day.
#[component]
fn Timeline(
    snapshot: Snapshot<DaySchedule>,
    stay: Stay,
    named: Option<Date>,
    filter: Memo<Filter>,
    today: Memo<Date>,
) -> impl IntoView {
    let DaySchedule { date, day, .. } = snapshot.state;
    let zone = snapshot.state.zone.clone();
    let axis = Axis::of(&snapshot.state);
    let choices = Choices::of(&snapshot.state);
    let now = use_now(snapshot.server_time);
    let live = use_live(snapshot, move || day_schedule(Some(date)));
    let find = move |id| live.with(|day| day.reservations.get(&id).cloned());
    let desk = Desk::new(zone, now, Days::new(Some(live)), find, move || live.refetch());

    let rooms = Memo::new(move |_| live.with(|day| day.rooms.clone()));
    let wanted = Memo::new(move |before: Option<&Vec<_>>| {
        rooms.with(|rooms| {
            let now = now.get_untracked();
            let fits = |room: &&Room| filter.with(|f| live.with_untracked(|day| f.fits(room, day, now)));
            let shown: Vec<&Room> = rooms.iter().filter(fits).collect();
            lines(before.map_or(&[], |before| before.as_slice()), &shown)
        })
    });
    let shown = RwSignal::new(wanted.get_untracked());
    let cursor =
        RwSignal::new(first_cursor(stay, &shown.with_untracked(|l| rooms_of(l)), axis, day, now.get_untracked()));
    let board = Board::new(desk, live, (date, day), axis, shown, cursor);

    follow_cursor(board, stay);
    follow_axis(board);
    follow_rooms(board, filter, wanted);
    keep_while_busy(board, stay);
    changes::watch(board);
    ghosts::share(board);
    let navigate = StoredValue::new(use_navigate());
    let turn = Callback::new(move |days: i32| {
        stay.refocus.set_value(true);
        let (before, after) = neighbours(date);
        let href = filter.with_untracked(|f| f.href(Some(if days < 0 { before } else { after })));
        navigate.with_value(|go| go(&href, NavigateOptions { scroll: false, ..Default::default() }));
    });
    let to_today = Callback::new(move |()| {
        let href = filter.with_untracked(|f| f.href(None));
        navigate.with_value(|go| go(&href, NavigateOptions { scroll: false, ..Default::default() }));
    });
    page_keys(board, stay, to_today);
    Effect::new(move |before: Option<u32>| {
        let asked = stay.book.get();
        let proposal = stay.proposal.try_update_value(Option::take).flatten();
        if proposal.is_some() || before.is_some_and(|before| before != asked) {
            book_anything(board, proposal);
        }
        asked
    });

    let t = desk.t();
    let is_phone = use_is_phone();
    let nothing = move || shown.with(Vec::is_empty);
    let empty = move || {
        let (title, text) = if rooms.with(Vec::is_empty) {
            (t.no_rooms_title, t.no_rooms_text)
        } else {
            (t.no_match_title, t.no_match_text)
        };
        let clear = filter.with(Filter::is_any).then(|| Filter::default().href(named));
        let action = move || clear.map(|href| view! { <a class="btn sm" href=href>{t.clear_filters}</a> }.into_any());
        view! { <Empty icon="search" title text action /> }
    };
    view! {
        <Week lang=desk.lang date today=today.into() filter />
        <Toolbar desk date named filter choices />
        <Show when=move || !nothing() fallback=empty>
            <Show when=move || is_phone.get() fallback=move || view! { <Grid board turn /> }>
                <Agenda board />
            </Show>
            <PrintTable board />
        </Show>
        <p class="sr-only" role="status" aria-live="polite" id="tl-spoken">{move || desk.spoken.get()}</p>
        <Panels desk board=Some(board) />
    }
}

/// Where the keyboard begins: where it was on the day before this one, else now, in the first room.
fn first_cursor(stay: Stay, rooms: &[RoomId], axis: Axis, day: Interval, now: Timestamp) -> Option<Cursor> {
    let (room, at) = match stay.cursor.get_value() {
        Some((room, ms)) if rooms.contains(&room) => (room, day.starts_at + ms),
        _ => (*rooms.first()?, if day.contains(now) { now } else { axis.span.starts_at + USUAL_MS }),
    };
    Some(Cursor { room, at: axis.cell(at) })
}

/// Keeps the focus on what the cursor stands on: a booking that comes, goes or moves there would
/// otherwise leave the keyboard nowhere.
fn follow_cursor(board: Board, stay: Stay) {
    Effect::new(move |before: Option<()>| {
        board.active.track();
        let turned = before.is_none() && stay.refocus.try_update_value(std::mem::take) == Some(true);
        let idle = board.desk.panel.with_untracked(Option::is_none);
        if turned || (before.is_some() && board.inside.get_untracked() && idle) {
            request_animation_frame(move || {
                // A panel that has opened meanwhile keeps the focus.
                let is_idle = board.desk.panel.try_with_untracked(Option::is_none) == Some(true);
                if is_idle && let Some(id) = board.active_element() {
                    browser::focus(&id);
                }
            });
        }
    });
    Effect::new(move |_| {
        if let Some(cursor) = board.cursor.get() {
            stay.cursor.set_value(Some((cursor.room, cursor.at - board.day.starts_at)));
        }
    });
    // A panel gives the focus back to where it came from; the cursor may have moved on since.
    Effect::new(move |was_open: Option<bool>| {
        let is_open = board.desk.panel.with(Option::is_some);
        if was_open == Some(true) && !is_open {
            request_animation_frame(move || {
                // What had the focus before may have left the page, like a booking just cancelled.
                let is_lost = browser::focused().is_none();
                if is_lost || board.inside.try_get_untracked() == Some(true) {
                    board.focus_cursor();
                }
            });
        }
        is_open
    });
    // A room that is no longer shown cannot hold the grid's one tab stop.
    Effect::new(move |_| {
        let rooms = board.lines.with(|lines| rooms_of(lines));
        let cursor = board.cursor.get_untracked();
        if !cursor.is_some_and(|cursor| rooms.contains(&cursor.room)) {
            let axis = board.axis.get_untracked();
            let at = cursor.map_or(axis.span.starts_at, |cursor| cursor.at);
            board.cursor.set(rooms.first().map(|room| Cursor { room: *room, at }));
        }
    });
}

/// Widens the axis for bookings outside of it, but not under the pointer or the focus.
fn follow_axis(board: Board) {
    let wanted = Memo::new(move |_| board.live.with(Axis::of));
    Effect::new(move |before: Option<()>| {
        let wider = board.axis.get_untracked().union(wanted.get());
        if !board.is_held() && wider != board.axis.get_untracked() {
            board.axis.set(wider);
        }
        if before.is_none() && board.day.contains(board.desk.now.get_untracked()) {
            let passed = board.axis.get_untracked().fraction(board.desk.now.get_untracked());
            dom::scroll_to(SCROLL_ID, passed);
        }
    });
}

/// Adds, removes and orders rows as others change the rooms, but not under the pointer or the focus. The
/// person's own filter acts at once.
fn follow_rooms(board: Board, filter: Memo<Filter>, wanted: Memo<Vec<Line>>) {
    Effect::new(move |before: Option<Filter>| {
        let (filter, wanted) = (filter.get(), wanted.get());
        let is_held = board.is_held() && before.is_none_or(|before| before == filter);
        // Where there are no rows, none can move.
        if board.lines.with_untracked(|shown| *shown != wanted && (!is_held || shown.is_empty())) {
            board.lines.set(wanted);
        }
        filter
    });
}

/// Midnight waits for what is open, drawn, dragged or on its way to the server.
fn keep_while_busy(board: Board, stay: Stay) {
    Effect::new(move |_| {
        let is_open = board.desk.panel.with(Option::is_some) || board.gesture.with(Option::is_some);
        let is_drawn = board.selection.with(Option::is_some);
        let is_sent = board.drafts.with(|drafts| !drafts.is_empty());
        stay.busy.set(is_open || is_drawn || is_sent);
    });
    on_cleanup(move || {
        if stay.busy.try_get_untracked() == Some(true) {
            stay.busy.set(false);
        }
    });
}

/// The keys of the whole page: T today, C book, ? help, Esc leaves a drag.
fn page_keys(board: Board, stay: Stay, to_today: Callback<()>) {
    Effect::new(move |_| {
        let handle = window_event_listener(ev::keydown, move |event| {
            if press_beside(board, &event) {
                return;
            }
            if event.key() == "Escape" && board.gesture.with_untracked(Option::is_some) {
                board.abandon();
                return;
            }
            let free = !event.ctrl_key() && !event.meta_key() && !event.alt_key() && !event.default_prevented();
            let idle = board.desk.panel.with_untracked(Option::is_none) && !browser::is_typing();
            if !free || !idle || keys_are_off() {
                return;
            }
            match letter(&event).as_str() {
                "t" => to_today.run(()),
                "c" => stay.book.update(|n| *n += 1),
                "?" => board.desk.open(Panel::Keys),
                _ => return,
            }
            event.prevent_default();
        });
        on_cleanup(move || handle.remove());
    });
}

/// Opens the form on the next quarter of an hour, or on a morning hour of another day, in the
/// first room that is free then.
fn book_anything(board: Board, proposal: Option<Proposal>) {
    let desk = board.desk;
    let now = desk.now.get_untracked();
    let starts_at = if board.day.ends_at <= now || board.day.contains(now) {
        now.round_up(STEP_MS)
    } else {
        desk.zone(|zone| zone.instant(board.date.to_datetime(time(9, 0, 0, 0))))
    };
    let interval = Interval::new(starts_at, starts_at + USUAL_MS);
    let rooms = board.lines.with_untracked(|lines| rooms_of(lines));
    let room = board.live.with_untracked(|day| {
        let taken = |id: RoomId| {
            let in_the_way =
                |r: &&Reservation| r.room.id == id && r.status.holds_slot() && r.interval().overlaps(interval);
            day.reservations.values().any(|r| in_the_way(&r))
        };
        let fit = |id: &&RoomId| day.room(**id).is_some_and(|room| !room.maintenance && !taken(**id));
        rooms.iter().find(fit).or(rooms.first()).copied()
    });
    let start = FormStart::new(room, interval, Anchor { x: 420, y: 120 });
    desk.open(Panel::Form(Box::new(FormStart { proposal, ..start })));
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn an_open_page_follows_midnight_unless_its_day_is_held() {
        let (thursday, friday) = (date(2026, 3, 12), date(2026, 3, 13));
        let before = Chosen::of(None, thursday, None);
        assert_eq!(before.date, thursday);
        let after = Chosen::of(None, friday, None);
        assert_eq!(after.date, friday);
        assert_ne!(after.key(), before.key());
        assert_eq!(Chosen::of(None, friday, Some(before)), before, "something is open on it");

        let named = Chosen::of(Some(thursday), friday, Some(after));
        assert_eq!(named.date, thursday, "an address counts for more");
        assert_eq!(Chosen::of(None, friday, Some(named)), after, "and is left for today");
        assert_ne!(Chosen::of(Some(friday), friday, None).key(), after.key());
    }
}
