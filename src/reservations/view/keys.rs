//! The keyboard on the grid. Whatever a drag can do, keys can do too.

use super::board::{Board, Gesture, Kind};
use super::desk::{Act, FormStart, Panel, block_id};
use super::dom;
use super::drag::{ask, beside_row, finish, propose};
use crate::reservations::grid::{Cursor, Edge, Step, between, resized, rooms_of};
use crate::reservations::model::Reservation;
use crate::text::fill;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

/// A key in lower case. With a Korean layout a letter key is by its place: ㅁ is A's.
#[must_use]
pub fn letter(event: &KeyboardEvent) -> String {
    let key = event.key();
    if key.is_ascii() && key != "Process" {
        return key.to_ascii_lowercase();
    }
    event.code().trim_start_matches("Key").to_ascii_lowercase()
}

/// A key on the grid. `turn` leads to another day: -1 or 1.
pub fn press(board: Board, event: &KeyboardEvent, turn: Callback<i32>) {
    if is_of_others(event) {
        return;
    }
    let key = event.key();
    let taken = match board.gesture.get_untracked() {
        Some(gesture) => in_gesture(board, gesture, &key),
        None => on_grid(board, event, &key, turn),
    };
    if taken {
        event.prevent_default();
        // The page's own keys, like C and T, must not hear it as well.
        event.stop_propagation();
    }
}

/// A key on the page. What is held by keys follows them also while nothing has the focus: a block that changes its row
/// has it again with the next frame only. Says whether it was for that.
pub fn press_beside(board: Board, event: &KeyboardEvent) -> bool {
    let key = event.key();
    let held = board.gesture.get_untracked().filter(|gesture| gesture.by_key && dom::is_nobodys(event));
    // All others are the page's, like Tab.
    let moves = Step::of_key(&key).is_some() || matches!(key.as_str(), "Enter" | " " | "Escape");
    let taken = held.is_some_and(|gesture| moves && !is_of_others(event) && in_gesture(board, gesture, &key));
    if taken {
        event.prevent_default();
    }
    taken
}

/// Whether a key is the browser's, or that of a text being composed.
fn is_of_others(event: &KeyboardEvent) -> bool {
    event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing()
}

fn on_grid(board: Board, event: &KeyboardEvent, key: &str, turn: Callback<i32>) -> bool {
    let Some(cursor) = board.cursor.get_untracked() else { return false };
    let block = untrack(|| board.booking_at(cursor));
    if let Some(step) = Step::of_key(key) {
        if event.shift_key() && matches!(step, Step::Left | Step::Right) {
            select(board, cursor, step);
        } else {
            go(board, cursor, step, block.as_ref());
        }
        return true;
    }
    match key {
        "PageUp" => turn.run(-1),
        "PageDown" => turn.run(1),
        "Escape" if board.selection.with_untracked(Option::is_some) => board.abandon(),
        "Enter" | " " => match (&block, board.selection.get_untracked()) {
            (Some(block), _) => board.press(block.id),
            (None, Some(chosen)) if chosen.room == cursor.room => {
                ask(board, chosen.room, chosen.interval, beside_row(board, chosen.room, chosen.interval));
            }
            (None, _) => propose(board, cursor.room, cursor.at, beside_row(board, cursor.room, cursor.cell())),
        },
        _ => return block.is_some_and(|block| on_block(board, event, key, block)),
    }
    true
}

fn on_block(board: Board, event: &KeyboardEvent, key: &str, block: Reservation) -> bool {
    let desk = board.desk;
    let at = dom::beside(&block_id(block.id));
    if key == "ContextMenu" || (key == "F10" && event.shift_key()) {
        desk.open(Panel::Menu { id: block.id, at });
        return true;
    }
    if block.id.0 <= 0 || !untrack(|| board.may_drag(&block)) {
        return false;
    }
    match letter(event).as_str() {
        "e" => desk.open(Panel::Form(Box::new(FormStart::edit(block, at)))),
        "m" => start_moving(board, block),
        "r" => start_resizing(board, block),
        "+" | "=" => desk.perform(Act::Extend, &block),
        "delete" | "backspace" => desk.open(Panel::Confirm { id: block.id, act: Act::Cancel }),
        _ => return false,
    }
    true
}

/// Takes a booking up, to be moved by the arrows.
pub fn start_moving(board: Board, block: Reservation) {
    let (room, interval) = (block.room.id, block.interval());
    begin(board, Kind::Move { before: Box::new(block), held_ms: 0 }, room, interval);
}

/// Takes a booking by its end, to be pulled by the arrows.
pub fn start_resizing(board: Board, block: Reservation) {
    let (room, interval) = (block.room.id, block.interval());
    begin(board, Kind::Resize { before: Box::new(block), edge: Edge::End }, room, interval);
}

fn begin(board: Board, kind: Kind, room: crate::ids::RoomId, interval: crate::time::Interval) {
    let cursor = Cursor { room, at: board.axis.get_untracked().cell(interval.starts_at) };
    board.cursor.set(Some(cursor));
    let gesture = Gesture { kind, room, interval, by_key: true };
    board.desk.say(hint(board, &gesture));
    board.gesture.set(Some(gesture));
    board.focus_cursor();
}

/// A step within a drag by keys.
fn in_gesture(board: Board, gesture: Gesture, key: &str) -> bool {
    let step = Step::of_key(key);
    match (key, step) {
        ("Escape", _) => {
            let back = gesture.before().map(|before| Cursor { room: before.room.id, at: before.starts_at });
            board.abandon();
            if let Some(back) = back {
                board.cursor.set(Some(Cursor { at: board.axis.get_untracked().cell(back.at), ..back }));
                board.focus_cursor();
            }
        }
        ("Enter" | " ", _) if gesture.by_key => {
            let at = beside_row(board, gesture.room, gesture.interval);
            finish(board, gesture, at);
            board.focus_cursor();
        }
        (_, Some(step)) if gesture.by_key => shift(board, gesture, step),
        // A drag by the pointer hears Escape only.
        _ => return gesture.by_key,
    }
    true
}

fn shift(board: Board, mut gesture: Gesture, step: Step) {
    let axis = board.axis.get_untracked();
    match &gesture.kind {
        Kind::Select { .. } => {}
        Kind::Move { .. } => {
            let rooms = board.lines.with_untracked(|lines| rooms_of(lines));
            gesture.room = step.room(gesture.room, &rooms);
            gesture.interval = axis.stepped(gesture.interval, step);
        }
        Kind::Resize { edge, .. } => {
            gesture.interval = resized(gesture.interval, *edge, gesture.interval.ends_at + step.ms());
        }
    }
    board.desk.say(hint(board, &gesture));
    let cursor = Cursor { room: gesture.room, at: axis.cell(gesture.interval.starts_at) };
    board.gesture.set(Some(gesture));
    board.cursor.set(Some(cursor));
}

/// Where a drag by keys is, in words.
fn hint(board: Board, gesture: &Gesture) -> String {
    let desk = board.desk;
    let times = desk.clocks(gesture.interval);
    let room = untrack(|| board.room(gesture.room, |room| room.name.clone())).unwrap_or_default();
    let mut words = match gesture.kind {
        Kind::Select { .. } => fill(desk.t().selecting_hint, &[&room, &times]),
        Kind::Move { .. } => fill(desk.t().moving_hint, &[&room, &times]),
        Kind::Resize { .. } => fill(desk.t().resizing_hint, &[&times]),
    };
    let except = gesture.before().map(|before| before.id);
    let clashes = untrack(|| board.clashes(gesture.room, gesture.interval, except));
    if !clashes.is_empty() {
        let clashes: Vec<&Reservation> = clashes.iter().collect();
        let minutes = crate::reservations::grid::overlap_minutes(gesture.interval, &clashes);
        words.push(' ');
        words.push_str(&fill(desk.t().overlap_minutes, &[&minutes]));
    }
    words
}

/// Moves the cursor, and says where it is when the focus stays on the same track.
fn go(board: Board, cursor: Cursor, step: Step, block: Option<&Reservation>) {
    let rooms = board.lines.with_untracked(|lines| rooms_of(lines));
    let axis = board.axis.get_untracked();
    let next = cursor.step(step, axis, &rooms, block.map(Reservation::interval));
    board.selection.set(None);
    board.cursor.set(Some(next));
    let on_cell = untrack(|| board.booking_at(next).is_none());
    if on_cell && block.is_none() && next.room == cursor.room {
        board.desk.say(untrack(|| board.cell_words(next)));
    }
    board.focus_cursor();
}

/// Draws a time step by step: Shift with the arrows.
fn select(board: Board, cursor: Cursor, step: Step) {
    let axis = board.axis.get_untracked();
    let chosen = board.selection.get_untracked().filter(|chosen| chosen.room == cursor.room);
    let interval = match chosen {
        None => between(cursor.at, cursor.at),
        Some(chosen) => resized(chosen.interval, Edge::End, chosen.interval.ends_at + step.ms()),
    };
    if interval.ends_at <= axis.span.ends_at {
        let gesture = Gesture { kind: Kind::Select { anchor: cursor.at }, room: cursor.room, interval, by_key: true };
        board.desk.say(hint(board, &gesture));
        board.selection.set(Some(super::board::Selection { room: cursor.room, interval, by_key: true }));
    }
}
