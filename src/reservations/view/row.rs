//! A room on the grid: what it is, how it is now, and its bookings on a track.

use super::blocks::Blocks;
use super::board::{Board, Kind};
use super::desk::{Desk, row_id};
use super::ghosts::Ghosts;
use crate::ids::RoomId;
use crate::reservations::grid::overlap_minutes;
use crate::reservations::model::Reservation;
use crate::rooms::model::{Room, RoomState};
use crate::rooms::view::{IndicatorForm, RoomStatusIndicator, equipment_icon};
use crate::text::fill;
use crate::time::Interval;
use crate::ui::{Derived, Icon, derived};
use leptos::prelude::*;

#[component]
pub fn RoomRow(board: Board, id: RoomId) -> impl IntoView {
    let room = room_memo(board, id);
    let name = move || room.with(|room| room.as_ref().map(|room| room.name.clone()).unwrap_or_default());
    let is_here = move || board.cursor.get().is_some_and(|cursor| cursor.room == id);
    let chosen = move || {
        let drawn = board.gesture.with(|g| g.as_ref().is_some_and(|gesture| gesture.room == id));
        drawn || board.selection.with(|s| s.is_some_and(|selection| selection.room == id))
    };
    let class = move || match (board.is_room_changed(id), chosen() || (board.inside.get() && is_here())) {
        (true, _) => "tl-row is-changed",
        (false, true) => "tl-row is-active",
        (false, false) => "tl-row",
    };
    // On a free cell the track itself is the grid's one tab stop, and says where the keyboard is.
    let on_cell = derived(move |_| board.active.with(|active| *active == Some((id, None))));
    let label = move || match (on_cell.get(), board.cursor.get()) {
        (true, Some(cursor)) => board.cell_words(cursor),
        _ => name(),
    };
    view! {
        <div class=move || class() role="row">
            <div class="tl-room" role="rowheader">
                <span class="tl-room-name" title=move || name()>{move || name()}</span>
                {move || room.get().map(|room| view! { <RoomMeta desk=board.desk room=room /> }.into_any())}
                <RoomStatusIndicator state=state_memo(board, id) form=IndicatorForm::Short />
            </div>
            <div
                class="tl-track"
                role="gridcell"
                id=row_id(id)
                tabindex=move || if on_cell.get() { "0" } else { "-1" }
                aria-label=move || label()
            >
                {move || room.with(|room| room.as_ref().is_some_and(|r| r.maintenance)).then(|| view! { <Closed desk=board.desk /> }.into_any())}
                <Outlines board id />
                <Blocks board id />
                <Ghosts board id />
                <Chosen board id />
                {move || {
                    let is_shown = on_cell.get() && board.inside.get() && board.gesture.with(Option::is_none);
                    let cursor = board.cursor.get().filter(|_| is_shown)?;
                    let place = board.axis.get().place(cursor.cell())?;
                    Some(view! { <div class="tl-cursor" aria-hidden="true" style=place.style()></div> }.into_any())
                }}
            </div>
        </div>
    }
}

/// A room by its id, recomputed only when the room itself changed. One that is gone keeps its last look for as
/// long as its row stays.
pub fn room_memo(board: Board, id: RoomId) -> Derived<Option<Room>> {
    derived(move |last: Option<&Option<Room>>| board.room(id, Room::clone).or_else(|| last.cloned().flatten()))
}

/// Seats and equipment.
#[component]
pub fn RoomMeta(desk: Desk, room: Room) -> impl IntoView {
    let equipment = room.equipment.into_iter().filter_map(move |code| {
        let icon = equipment_icon(&code)?;
        Some(
            view! { <span><Icon name=icon /><span class="sr-only">{desk.lang.equipment(&code)}</span></span> }
                .into_any(),
        )
    });
    view! { <span class="room-meta">{desk.lang.people(room.capacity)} {equipment.collect_view()}</span> }
}

/// A room's state at the server's now, on the day that contains it.
pub fn state_memo(board: Board, id: RoomId) -> Derived<Option<RoomState>> {
    derived(move |_| {
        let now = board.desk.now.get();
        if !board.day.contains(now) {
            return None;
        }
        board.live.with(|day| day.room(id).map(|room| day.state_of(room, now)))
    })
}

/// A room in maintenance: its whole track is hatched, and its bookings lie over that.
#[component]
fn Closed(desk: Desk) -> impl IntoView {
    let t = desk.t();
    view! {
        <div class="block blocked" aria-hidden="true" style="--start:0;--span:1">
            <span class="block-in">
                <span class="block-title"><Icon name="wrench" />{t.maintenance}</span>
                <span class="block-sub">{t.in_maintenance}</span>
            </span>
        </div>
    }
}

/// Where something has just left: a booking being dragged, or one that somebody else moved.
#[component]
fn Outlines(board: Board, id: RoomId) -> impl IntoView {
    let places = derived(move |_| {
        let axis = board.axis.get();
        let dragged = board.gesture.with(|g| {
            g.as_ref().and_then(|gesture| gesture.before().map(|before| (before.room.id, before.interval())))
        });
        board.changes.with(|changes| {
            let left = changes.iter().filter_map(|change| change.from);
            left.chain(dragged)
                .filter(|(room, _)| *room == id)
                .filter_map(|(_, interval)| axis.place(interval))
                .collect::<Vec<_>>()
        })
    });
    move || {
        let outline = |place: crate::reservations::grid::Place| {
            view! { <div class="block-from" aria-hidden="true" style=place.style()></div> }
        };
        places.get().into_iter().map(outline).collect_view()
    }
}

/// The time that is being drawn or has been chosen, and how much of it is taken.
#[component]
fn Chosen(board: Board, id: RoomId) -> impl IntoView {
    let interval = derived(move |_| -> Option<Interval> {
        let drawn = board
            .gesture
            .with(|g| g.as_ref().filter(|g| g.room == id && matches!(g.kind, Kind::Select { .. })).map(|g| g.interval));
        drawn.or_else(|| board.selection.get().filter(|s| s.room == id).map(|s| s.interval))
    });
    move || {
        let interval = interval.get()?;
        let axis = board.axis.get();
        let clashes = board.clashes(id, interval, board.edited());
        let clashes: Vec<&Reservation> = clashes.iter().collect();
        let pill = clashes.first().and_then(|clash| {
            let from = clash.starts_at.max(interval.starts_at);
            let middle = from + (clash.ends_at.min(interval.ends_at) - from) / 2;
            let at = ["--at:", &axis.point(middle)?].concat();
            let text = fill(board.desk.t().overlap_minutes, &[&overlap_minutes(interval, &clashes)]);
            Some(view! { <span class="hit-pill" aria-hidden="true" style=at>{text}</span> }.into_any())
        });
        let class = if clashes.is_empty() { "sel" } else { "sel bad" };
        let (from, to) = (board.desk.clock(interval.starts_at), board.desk.clock(interval.ends_at));
        Some(
            view! {
                <div class=class aria-hidden="true" style=axis.place(interval)?.style()>{from}<br />"–"{to}</div>
                {pill}
            }
            .into_any(),
        )
    }
}
