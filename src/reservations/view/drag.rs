//! The pointer on the grid: drawing a time, moving a booking, pulling at its ends, and clicks.
//!
//! Touch does not drag: there it scrolls, and a tap opens.

use super::board::{Board, Gesture, Kind, Selection};
use super::desk::{FormStart, Panel, row_id};
use super::dom::{self, Anchor, Hit};
use crate::ids::RoomId;
use crate::reservations::grid::{Cursor, between, floor, nearest, resized, usual_slot};
use crate::reservations::model::{Reservation, START_GRACE_MS};
use crate::time::Interval;
use leptos::ev::{MouseEvent, PointerEvent};
use leptos::prelude::*;

/// How far the pointer goes before a press becomes a drag.
const SLOP_PX: i32 = 4;

/// The id of the element that scrolls the grid.
pub const SCROLL_ID: &str = "tl-scroll";

/// A press that may become a drag.
#[derive(Clone, Debug)]
struct Press {
    x: i32,
    y: i32,
    hit: Hit,
    pointer: i32,
    /// It has become a drag.
    began: bool,
}

/// The pointer's handlers; one set for the whole grid.
#[derive(Clone, Copy)]
pub struct Drag {
    board: Board,
    press: StoredValue<Option<Press>>,
    /// A drag has just ended: the click that follows it is no click.
    dragged: StoredValue<bool>,
    /// Where the pointer of a drag is, while a frame that may scroll the grid has been asked for.
    edge: StoredValue<Option<(i32, i32)>>,
}

impl Drag {
    #[must_use]
    pub fn new(board: Board) -> Self {
        Self { board, press: StoredValue::new(None), dragged: StoredValue::new(false), edge: StoredValue::new(None) }
    }

    pub fn down(self, event: &PointerEvent) {
        self.dragged.set_value(false);
        let hit = dom::hit(event);
        let Some(room) = hit.room else { return };
        self.point_at(room, &hit);
        if event.button() == 0 && event.is_primary() && event.pointer_type() != "touch" {
            let press =
                Press { x: event.client_x(), y: event.client_y(), hit, pointer: event.pointer_id(), began: false };
            self.press.set_value(Some(press));
        }
    }

    /// The keyboard's cursor follows the pointer's presses.
    fn point_at(self, room: RoomId, hit: &Hit) {
        let board = self.board;
        let axis = board.axis.get_untracked();
        let at = match hit.block.and_then(|id| untrack(|| board.shown(id))) {
            Some(booking) => booking.starts_at.max(axis.span.starts_at),
            None => axis.instant(hit.fraction),
        };
        board.cursor.set(Some(Cursor { room, at: axis.cell(at) }));
    }

    pub fn moved(self, event: &PointerEvent) {
        let Some(press) = self.press.get_value() else { return };
        if event.pointer_id() != press.pointer {
            return;
        }
        if self.board.gesture.with_untracked(Option::is_none) {
            if press.began {
                // Esc has ended the drag; the button is still down.
                self.press.set_value(None);
                self.dragged.set_value(true);
                return;
            }
            let far = (event.client_x() - press.x).abs().max((event.client_y() - press.y).abs());
            if far < SLOP_PX {
                return;
            }
            let Some(gesture) = self.begin(&press) else {
                self.press.set_value(None);
                return;
            };
            dom::capture(event);
            self.press.set_value(Some(Press { began: true, ..press }));
            self.board.gesture.set(Some(gesture));
        }
        let at = (event.client_x(), event.client_y());
        self.follow(&dom::hit_at(at));
        self.scroll_at(at);
    }

    /// Scrolls the grid for as long as a drag is held at one of its edges.
    fn scroll_at(self, at: (i32, i32)) {
        let is_waiting = self.edge.with_value(Option::is_some);
        self.edge.set_value(Some(at));
        if !is_waiting {
            request_animation_frame(move || {
                let at = self.edge.try_update_value(Option::take).flatten();
                // A drag along the time stays in its room.
                let held = self.board.gesture.try_with_untracked(|gesture| {
                    gesture.as_ref().filter(|gesture| !gesture.by_key).map(|g| matches!(g.kind, Kind::Move { .. }))
                });
                if let (Some(at), Some(Some(both_ways))) = (at, held)
                    && dom::scroll_at_edge(SCROLL_ID, at, both_ways)
                {
                    self.follow(&dom::hit_within(SCROLL_ID, at));
                    self.scroll_at(at);
                }
            });
        }
    }

    /// What a press begins, if this person may.
    fn begin(self, press: &Press) -> Option<Gesture> {
        let board = self.board;
        let axis = board.axis.get_untracked();
        let (room, at) = (press.hit.room?, axis.instant(press.hit.fraction));
        let gesture = |kind, interval| Gesture { kind, room, interval, by_key: false };
        match press.hit.block.and_then(|id| untrack(|| board.shown(id))) {
            Some(before) if untrack(|| board.may_drag(&before)) && before.id.0 > 0 => {
                let interval = before.interval();
                let held_ms = at - before.starts_at;
                let before = Box::new(before);
                Some(match press.hit.edge {
                    Some(edge) => gesture(Kind::Resize { before, edge }, interval),
                    None => gesture(Kind::Move { before, held_ms }, interval),
                })
            }
            Some(_) => None,
            None => {
                let open = untrack(|| board.room(room, |room| !room.maintenance)).unwrap_or(false);
                open.then(|| {
                    board.selection.set(None);
                    let anchor = axis.cell(at);
                    gesture(Kind::Select { anchor }, between(anchor, anchor))
                })
            }
        }
    }

    /// Takes the drag to where the pointer is; outside of all tracks it stays where it was.
    fn follow(self, below: &Hit) {
        let Some(below_room) = below.room else { return };
        let axis = self.board.axis.get_untracked();
        let at = axis.instant(below.fraction);
        self.board.gesture.maybe_update(|gesture| {
            let Some(gesture) = gesture else { return false };
            let (room, interval) = match &gesture.kind {
                Kind::Select { anchor } => (gesture.room, between(*anchor, axis.cell(at))),
                Kind::Move { before, held_ms } => (below_room, axis.dragged(before.interval(), at - *held_ms)),
                Kind::Resize { before, edge } => (gesture.room, resized(before.interval(), *edge, nearest(at))),
            };
            let changed = room != gesture.room || interval != gesture.interval;
            (gesture.room, gesture.interval) = (room, interval);
            changed
        });
    }

    pub fn up(self, event: &PointerEvent) {
        self.press.set_value(None);
        let Some(gesture) = self.board.gesture.get_untracked().filter(|gesture| !gesture.by_key) else { return };
        self.dragged.set_value(true);
        finish(self.board, gesture, Anchor { x: event.client_x() + 12, y: event.client_y() + 24 });
    }

    pub fn cancel(self) {
        self.press.set_value(None);
        if self.board.gesture.with_untracked(|g| g.as_ref().is_some_and(|gesture| !gesture.by_key)) {
            self.board.abandon();
        }
    }

    /// A press that did not become a drag, a tap, or what assistive technology sends for them.
    pub fn click(self, event: &MouseEvent) {
        if self.dragged.get_value() {
            self.dragged.set_value(false);
            return;
        }
        let hit = dom::hit(event);
        let board = self.board;
        if let Some(id) = hit.block {
            board.press(id);
        } else if let Some(room) = hit.room {
            let axis = board.axis.get_untracked();
            let at = Anchor { x: event.client_x() + 12, y: event.client_y() + 24 };
            propose(board, room, axis.cell(axis.instant(hit.fraction)), at);
        }
    }

    pub fn context_menu(self, event: &MouseEvent) {
        if let Some(id) = dom::hit(event).block {
            event.prevent_default();
            let at = Anchor { x: event.client_x(), y: event.client_y() };
            self.board.desk.open(Panel::Menu { id, at });
        }
    }
}

/// Asks for the usual length at a cell, or for what is free of it.
pub fn propose(board: Board, room: RoomId, cell: crate::time::Timestamp, at: Anchor) {
    let now = board.desk.now.get_untracked();
    // In the step under way it begins now; a cell that has passed is taken as it is, and the form
    // says what is wrong with it.
    let is_under_way = cell == floor(now) && cell < now - START_GRACE_MS;
    let start = if is_under_way { now - now.0.rem_euclid(START_GRACE_MS) } else { cell };
    let interval = board.live.with_untracked(|day| {
        let bookings: Vec<&Reservation> = day.reservations.values().collect();
        usual_slot(room, &bookings, start)
    });
    ask(board, room, interval, at);
}

/// Opens the form on a chosen time. One that is open goes there, with what is typed in it.
pub fn ask(board: Board, room: RoomId, interval: Interval, at: Anchor) {
    board.selection.set(Some(Selection { room, interval, by_key: false }));
    board.desk.open(Panel::Form(Box::new(FormStart::new(Some(room), interval, at))));
    // An open panel does not take the focus by itself.
    dom::focus("booking-title".to_owned());
}

/// Ends a drag where it is: a drawn time is asked for, a booking is put there.
pub fn finish(board: Board, gesture: Gesture, at: Anchor) {
    let Gesture { kind, room, interval, .. } = gesture;
    match kind {
        Kind::Select { .. } => {
            board.gesture.set(None);
            ask(board, room, interval, at);
        }
        Kind::Move { before, .. } | Kind::Resize { before, .. } => {
            board.cursor.set(Some(Cursor { room, at: board.axis.get_untracked().cell(interval.starts_at) }));
            board.change(*before, room, interval);
            board.gesture.set(None);
        }
    }
}

/// Where a panel opens that belongs to a cell of the keyboard.
#[must_use]
pub fn beside_row(board: Board, room: RoomId, interval: Interval) -> Anchor {
    let row = dom::beside(&row_id(room));
    let share = board.axis.get_untracked().place(interval).map_or(0.0, |place| place.start_fraction());
    Anchor { x: row.x + dom::share_of_width(&row_id(room), share), y: row.y }
}
