use super::*;
use crate::reservations::model::testing::{booking, room};
use crate::reservations::model::{Status, Wanted};
use crate::time::ZoneOffsets;
use jiff::civil::{Date, date};

const SEOUL_MS: i64 = 9 * HOUR;

/// 2026-03-12 in Seoul with these bookings.
fn schedule(bookings: &[Reservation]) -> DaySchedule {
    let zone = ZoneOffsets { name: "Asia/Seoul".into(), spans: vec![(Timestamp(0), 9 * 3600)] };
    let date: Date = date(2026, 3, 12);
    DaySchedule {
        date,
        day: zone.day(date),
        zone,
        rooms: vec![room(1, 6), room(2, 8)],
        reservations: bookings.iter().map(|r| (r.id, r.clone())).collect(),
    }
}

/// An instant of that day by the wall clock.
fn at(hour: i64, minute: i64) -> Timestamp {
    let midnight = schedule(&[]).day.starts_at;
    midnight + hour * HOUR + minute * MINUTE
}

fn on(id: i64, from: (i64, i64), to: (i64, i64)) -> Reservation {
    booking(id, 1, at(from.0, from.1).0, at(to.0, to.1).0)
}

fn span(from: (i64, i64), to: (i64, i64)) -> Interval {
    Interval::new(at(from.0, from.1), at(to.0, to.1))
}

#[test]
fn the_axis_shows_working_hours_and_every_booking() {
    assert_eq!(at(0, 0).0.rem_euclid(24 * HOUR), 24 * HOUR - SEOUL_MS);
    assert_eq!(Axis::of(&schedule(&[])).span, span((8, 0), (20, 0)));
    let early_and_late = [on(1, (6, 45), (7, 30)), on(2, (20, 0), (21, 10))];
    assert_eq!(Axis::of(&schedule(&early_and_late)).span, span((6, 0), (22, 0)));
    let overnight = [on(1, (23, 0), (26, 0)), on(2, (-2, 0), (1, 0))];
    assert_eq!(Axis::of(&schedule(&overnight)).span, span((0, 0), (24, 0)));
    assert_eq!(Axis::of(&schedule(&[])).ticks().count(), 13);
}

#[test]
fn places_are_fractions_of_the_axis() {
    let axis = Axis::of(&schedule(&[]));
    let place = axis.place(span((14, 0), (15, 30))).unwrap();
    assert_eq!(place.style(), "--start:0.50000;--span:0.12500");
    let cut = axis.place(span((6, 0), (9, 0))).unwrap();
    assert_eq!((cut.style().as_str(), cut.cut_start, cut.cut_end), ("--start:0.00000;--span:0.08333", true, false));
    assert_eq!(axis.place(span((20, 0), (21, 0))), None);
    assert_eq!(axis.point(at(20, 0)).as_deref(), Some("1.00000"));
    assert_eq!(axis.point(at(20, 1)), None);
    assert_eq!(axis.passed(at(7, 0)), "0.00000");
    assert_eq!(axis.instant(0.5), at(14, 0));
}

#[test]
fn drags_snap_to_quarter_hours() {
    assert_eq!(between(at(14, 7), at(14, 7)), span((14, 0), (14, 15)));
    assert_eq!(between(at(14, 7), at(15, 20)), span((14, 0), (15, 30)));
    assert_eq!(between(at(15, 20), at(14, 7)), span((14, 0), (15, 30)));
    assert_eq!(nearest(at(14, 8)), at(14, 15));
    assert_eq!(resized(span((14, 0), (15, 0)), Edge::End, at(13, 0)), span((14, 0), (14, 15)));
    assert_eq!(resized(span((14, 0), (15, 0)), Edge::Start, at(16, 0)), span((14, 45), (15, 0)));
    let axis = Axis::of(&schedule(&[]));
    assert_eq!(axis.shifted(span((14, 0), (15, 0)), at(5, 0)), span((8, 0), (9, 0)));
    assert_eq!(axis.shifted(span((14, 0), (15, 0)), at(23, 0)), span((19, 45), (20, 45)));
}

#[test]
fn a_booking_that_goes_to_another_room_keeps_its_time() {
    let axis = Axis::of(&schedule(&[]));
    // Neither is one on a quarter of an hour, nor one that began on the day before.
    for interval in [span((10, 5), (11, 5)), span((-1, 0), (9, 0))] {
        for step in [Step::Up, Step::Down, Step::Home, Step::End] {
            assert_eq!(axis.stepped(interval, step), interval);
        }
        for moved_ms in [0, 5 * MINUTE, -5 * MINUTE] {
            assert_eq!(axis.dragged(interval, interval.starts_at + moved_ms), interval);
        }
    }
    let interval = span((10, 5), (11, 5));
    assert_eq!(axis.stepped(interval, Step::Right), span((10, 15), (11, 15)));
    assert_eq!(axis.stepped(interval, Step::Left), span((9, 45), (10, 45)));
    assert_eq!(axis.dragged(interval, at(10, 14)), span((10, 15), (11, 15)));
    assert_eq!(axis.dragged(interval, at(9, 57)), span((10, 0), (11, 0)));
    assert_eq!(axis.dragged(span((-1, 0), (9, 0)), at(3, 0)), span((8, 0), (18, 0)));
}

#[test]
fn the_cursor_passes_bookings_as_a_whole_and_stays_on_the_grid() {
    let axis = Axis::of(&schedule(&[]));
    let rooms = [RoomId(1), RoomId(2)];
    let here = Cursor { room: RoomId(1), at: at(14, 15) };
    let step = |step, block| here.step(step, axis, &rooms, block);
    assert_eq!(step(Step::Right, None).at, at(14, 30));
    let block = Some(span((13, 50), (15, 10)));
    assert_eq!(step(Step::Right, block).at, at(15, 0));
    assert_eq!(step(Step::Left, block).at, at(13, 45));
    assert_eq!(step(Step::Home, None).at, at(8, 0));
    assert_eq!(step(Step::End, None).at, at(19, 45));
    assert_eq!(step(Step::Down, None), Cursor { room: RoomId(2), at: at(14, 15) });
    assert_eq!(step(Step::Up, None), here);
    let last = Cursor { room: RoomId(2), at: at(19, 45) };
    assert_eq!(last.step(Step::Right, axis, &rooms, None), last);
    assert_eq!(last.step(Step::Down, axis, &rooms, None), last);
}

#[test]
fn free_slots_lie_between_bookings_and_are_long_enough() {
    let pending = Reservation { status: Status::Pending, ..on(3, (17, 0), (18, 0)) };
    let ended = Reservation { status: Status::Completed, ..on(4, (18, 0), (19, 0)) };
    let bookings = [on(1, (9, 0), (10, 10)), on(2, (10, 30), (12, 0)), pending, ended];
    let all: Vec<&Reservation> = bookings.iter().collect();
    let slots = |from, to| free_slots(&room(1, 6), &all, span(from, to));
    assert_eq!(slots((9, 5), (20, 0)), [span((12, 0), (17, 0)), span((18, 0), (20, 0))]);
    assert_eq!(slots((16, 40), (17, 0)), []);
    assert_eq!(free_slots(&Room { maintenance: true, ..room(1, 6) }, &all, span((9, 0), (20, 0))), []);
    assert_eq!(free_slots(&room(2, 6), &all, span((14, 18), (20, 0))), [span((14, 30), (20, 0))]);
}

#[test]
fn a_click_asks_for_an_hour_or_what_is_left() {
    let bookings = [on(1, (15, 0), (16, 0))];
    let all: Vec<&Reservation> = bookings.iter().collect();
    assert_eq!(usual_slot(RoomId(1), &all, at(13, 0)), span((13, 0), (14, 0)));
    assert_eq!(usual_slot(RoomId(1), &all, at(14, 30)), span((14, 30), (15, 0)));
    assert_eq!(usual_slot(RoomId(2), &all, at(14, 30)), span((14, 30), (15, 30)));
}

#[test]
fn the_overlap_is_what_all_clashes_share_with_the_interval() {
    let bookings = [on(1, (13, 0), (14, 30)), on(2, (15, 0), (16, 0))];
    let wanted = Wanted { room_id: RoomId(1), interval: span((14, 0), (15, 15)), head_count: 1, except: None };
    assert_eq!(overlap_minutes(wanted.interval, &wanted.clashes(&bookings)), 45);
}

#[test]
fn rows_keep_their_order_while_they_are_on_screen() {
    let named = |id, floor: &str| Room { floor: floor.into(), ..room(id, 6) };
    let (a, b, c) = (named(1, "3"), named(2, "3"), named(3, "5"));
    let first = lines(&[], &[&a, &b, &c]);
    assert_eq!(rooms_of(&first), [RoomId(1), RoomId(2), RoomId(3)]);
    assert_eq!(first[0], Line::Floor("3".into()));
    // Renamed: the list sorts it elsewhere, the screen does not.
    assert_eq!(lines(&first, &[&b, &a, &c]), first);
    let d = named(4, "3");
    assert_eq!(rooms_of(&lines(&first, &[&d, &b, &a, &c])), [RoomId(1), RoomId(2), RoomId(4), RoomId(3)]);
    assert_eq!(rooms_of(&lines(&first, &[&a, &c])), [RoomId(1), RoomId(3)]);
}
