//! What somebody else changes is seen: a ring that fades, a dashed outline where it was, and one
//! quiet announcement at a time.

use super::board::Board;
use crate::ids::{ReservationId, RoomId};
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
            None => changes.push(Change { id: *id, from: None, nth }),
            Some((old, old_room, old_interval)) if old != version => {
                let has_moved = old_room != room || old_interval.starts_at != interval.starts_at;
                changes.push(Change { id: *id, from: has_moved.then_some((*old_room, *old_interval)), nth });
            }
            Some(_) => {}
        }
    }
    let gone = before.iter().filter(|(id, _)| !after.contains_key(id));
    changes.extend(gone.map(|(id, (_, room, interval))| Change { id: *id, from: Some((*room, *interval)), nth }));
    changes
}

/// Marks and announces the changes of others, as long as the page is there.
pub fn watch(board: Board) {
    let quiet = StoredValue::new(false);
    let waiting = StoredValue::new(None::<String>);
    Effect::new(move |before: Option<(Known, u32)>| {
        let after = board.live.with(known);
        let Some((before, nth)) = before else { return (after, 0) };
        let changes: Vec<Change> = differences(&before, &after, nth)
            .into_iter()
            .filter(|change| !untrack(|| is_own(board, change.id)))
            .collect();
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

/// Whether this browser did it: by the commands that it sent, or by a booking that it is sending.
fn is_own(board: Board, id: ReservationId) -> bool {
    let is_mine =
        board.live.with(|day| day.reservations.get(&id).is_some_and(|r| r.is_organizer(board.desk.viewer.user_id)));
    board.desk.is_own(id) || (is_mine && board.drafts.with(|drafts| !drafts.is_empty()))
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
                Change { id: ReservationId(2), from: Some((RoomId(1), span(20, 30))), nth: 7 },
                Change { id: ReservationId(4), from: None, nth: 7 },
                Change { id: ReservationId(5), from: None, nth: 7 },
                Change { id: ReservationId(3), from: Some((RoomId(2), span(0, 10))), nth: 7 },
            ]
        );
        assert_eq!(differences(&after, &after, 8), []);
    }
}
