//! What somebody else changes is seen: a ring that fades, a dashed outline where it was, and one
//! quiet announcement at a time.

use super::board::{Board, Draft};
use crate::ids::{ReservationId, RoomId};
use crate::realtime::protocol::Event;
use crate::reservations::live::DaySchedule;
use crate::text::fill;
use crate::time::Interval;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// How long a change is marked, as the style sheet fades it.
const MARKED_MS: u64 = 2_400;
/// The shortest time between two announcements.
const QUIET_MS: u64 = 5_000;

/// Something that changed, and where it was before.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub id: ReservationId,
    /// Where it was, when it has left that place.
    pub from: Option<(RoomId, Interval)>,
    /// The version that it has led to.
    version: i64,
    /// Tells this change from a later one of the same booking.
    nth: u32,
}

type Known = BTreeMap<ReservationId, (i64, RoomId, Interval)>;

fn known(day: &DaySchedule) -> Known {
    day.reservations.iter().map(|(id, r)| (*id, (r.version, r.room.id, r.interval()))).collect()
}

/// What differs between two states of a day.
fn differences(before: &Known, after: &Known, nth: u32) -> Vec<Change> {
    let mut changes = Vec::new();
    for (id, (version, room, interval)) in after {
        match before.get(id) {
            None => changes.push(Change { id: *id, from: None, version: *version, nth }),
            Some((old, old_room, old_interval)) if old != version => {
                let has_moved = old_room != room || old_interval.starts_at != interval.starts_at;
                let from = has_moved.then_some((*old_room, *old_interval));
                changes.push(Change { id: *id, from, version: *version, nth });
            }
            Some(_) => {}
        }
    }
    let gone = before.iter().filter(|(id, _)| !after.contains_key(id));
    changes.extend(gone.map(|(id, (version, room, interval))| Change {
        id: *id,
        from: Some((*room, *interval)),
        version: version + 1,
        nth,
    }));
    changes
}

/// Marks and announces the changes of others, as long as the page is there.
pub fn watch(board: Board) {
    let quiet = StoredValue::new(false);
    let waiting = StoredValue::new(None::<String>);
    watch_rooms(board, quiet, waiting);
    Effect::new(move |before: Option<(Known, u32)>| {
        let after = board.live.with(known);
        let Some((before, nth)) = before else { return (after, 0) };
        let changes: Vec<Change> =
            differences(&before, &after, nth).into_iter().filter(|change| !untrack(|| is_own(board, change))).collect();
        if let Some(last) = changes.last() {
            announce(board, words(board, last), quiet, waiting);
            let ids: Vec<ReservationId> = changes.iter().map(|change| change.id).collect();
            board.changes.update(|shown| {
                shown.retain(|change| !ids.contains(&change.id));
                shown.extend(changes);
            });
            board.later(MARKED_MS, move || board.changes.update(|shown| shown.retain(|change| change.nth != nth)));
        }
        (after, nth + 1)
    });
}

/// Marks and announces the rooms that others add or change.
fn watch_rooms(board: Board, quiet: StoredValue<bool>, waiting: StoredValue<Option<String>>) {
    // The rooms cannot be changed on this page, but by the same person on another.
    let own = StoredValue::new(Vec::<(RoomId, i64)>::new());
    let me = board.desk.viewer.user_id;
    board.live.on_frame(move |frame| {
        if let (Event::RoomCreated(e) | Event::RoomUpdated(e) | Event::RoomStatusChanged(e), true) =
            (&frame.event, frame.user_id == Some(me))
        {
            let room = &e.room.room;
            let _ = own.try_update_value(|own| own.push((room.id, room.version)));
        }
    });
    Effect::new(move |before: Option<(Vec<(RoomId, i64)>, u32)>| {
        let after = board.live.with(|day| day.rooms.iter().map(|room| (room.id, room.version)).collect::<Vec<_>>());
        let Some((before, nth)) = before else { return (after, 0) };
        let is_news = |room: &&(RoomId, i64)| !before.contains(room) && !own.with_value(|own| own.contains(room));
        let changed: Vec<RoomId> = after.iter().filter(is_news).map(|(id, _)| *id).collect();
        own.update_value(Vec::clear);
        if let Some(last) = changed.last() {
            let name = untrack(|| board.room(*last, |room| room.name.clone())).unwrap_or_default();
            announce(board, [&name, ", ", board.desk.t().changed_just_now].concat(), quiet, waiting);
            board.changed_rooms.update(|shown| {
                shown.retain(|(id, _)| !changed.contains(id));
                shown.extend(changed.iter().map(|id| (*id, nth)));
            });
            board.later(MARKED_MS, move || board.changed_rooms.update(|shown| shown.retain(|(_, n)| *n != nth)));
        }
        (after, nth + 1)
    });
}

/// Whether this browser did it: by the commands that it sent, or by a booking that it is sending.
fn is_own(board: Board, change: &Change) -> bool {
    let me = board.desk.viewer.user_id;
    let is_mine = || board.live.with(|day| day.reservations.get(&change.id).is_some_and(|r| r.is_organizer(me)));
    let is_booking = || board.drafts.with(|drafts| drafts.iter().any(Draft::is_new));
    board.desk.is_own(change.id, change.version) || (change.version == 1 && is_mine() && is_booking())
}

fn words(board: Board, change: &Change) -> String {
    let t = board.desk.t();
    let booking = untrack(|| board.live.with(|day| day.reservations.get(&change.id).cloned()));
    match (booking, change.from) {
        (Some(booking), from) => {
            let news = from.map_or(t.changed_just_now.to_owned(), |(_, was)| {
                fill(t.moved_from, &[&board.desk.clock(was.starts_at)])
            });
            [&booking.room.name, &board.desk.title(&booking), &board.desk.clocks(booking.interval()), &news]
                .map(String::as_str)
                .join(", ")
        }
        (None, Some((room, was))) => {
            let room = untrack(|| board.room(room, |room| room.name.clone())).unwrap_or_default();
            fill(t.free_slot, &[&room, &board.desk.clocks(was)])
        }
        (None, None) => String::new(),
    }
}

/// Says it at once, or, within five seconds of the last one, the latest when they are over.
fn announce(board: Board, text: String, quiet: StoredValue<bool>, waiting: StoredValue<Option<String>>) {
    if quiet.get_value() {
        waiting.set_value(Some(text));
        return;
    }
    board.desk.say(text);
    quiet.set_value(true);
    board.later(QUIET_MS, move || {
        quiet.set_value(false);
        let next = waiting.try_update_value(Option::take).flatten();
        if let Some(next) = next {
            announce(board, next, quiet, waiting);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    #[test]
    fn differences_tell_what_came_moved_and_went() {
        let span = |from, to| Interval::new(Timestamp(from), Timestamp(to));
        let at = |version, room, from, to| (version, RoomId(room), span(from, to));
        let before: Known = [
            (ReservationId(1), at(1, 1, 0, 10)),
            (ReservationId(2), at(1, 1, 20, 30)),
            (ReservationId(3), at(1, 2, 0, 10)),
            (ReservationId(4), at(1, 2, 20, 30)),
        ]
        .into();
        let after: Known = [
            (ReservationId(1), at(1, 1, 0, 10)),
            (ReservationId(2), at(2, 1, 40, 50)),
            (ReservationId(4), at(2, 2, 20, 40)),
            (ReservationId(5), at(1, 1, 60, 70)),
        ]
        .into();
        assert_eq!(
            differences(&before, &after, 7),
            [
                Change { id: ReservationId(2), from: Some((RoomId(1), span(20, 30))), version: 2, nth: 7 },
                Change { id: ReservationId(4), from: None, version: 2, nth: 7 },
                Change { id: ReservationId(5), from: None, version: 1, nth: 7 },
                Change { id: ReservationId(3), from: Some((RoomId(2), span(0, 10))), version: 2, nth: 7 },
            ]
        );
        assert_eq!(differences(&after, &after, 8), []);
    }
}
