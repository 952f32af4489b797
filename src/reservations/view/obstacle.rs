//! What stands in the way of the booking form as it is, and which alternative it begins with.

use super::desk::Desk;
use crate::ids::ReservationId;
use crate::reservations::live::DaySchedule;
use crate::reservations::model::{Alternative, Clash, Conflict, NewReservation, Reservation, Wanted};
use crate::time::Timestamp;
use leptos::prelude::Get;
use std::collections::BTreeMap;

/// What stands in the way of the form as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Obstacle {
    pub conflict: Conflict,
    /// The server found it: somebody else was first.
    pub lost_race: bool,
}

impl Obstacle {
    /// The alternative that is chosen from now on. Whoever types a time that is taken begins with
    /// the first one. A slot that somebody else takes meanwhile chooses nothing: the button under
    /// the finger must not book another room than it did a moment ago.
    #[must_use]
    pub fn chosen(&self, by_input: bool, before: Option<Alternative>) -> Option<Alternative> {
        let alternatives = &self.conflict.alternatives;
        if by_input && !self.lost_race {
            return alternatives.first().copied();
        }
        before.filter(|chosen| alternatives.contains(chosen))
    }
}

/// Clashes and alternatives by what this browser knows of the days that the time touches.
#[must_use]
pub fn local_conflict(desk: Desk, before: Option<&Reservation>, wanted: &NewReservation) -> Option<Conflict> {
    if wanted.interval().duration_ms() <= 0 {
        return None;
    }
    let ask = Wanted {
        room_id: wanted.room_id,
        interval: wanted.interval(),
        head_count: wanted.head_count(),
        except: before.map(|before| before.id),
    };
    let judge = |days: &[&DaySchedule]| conflict_on(days, ask, desk.now.get());
    let [first, last] = desk.days_of(ask.interval);
    if first == last {
        return desk.days.with(first, |day| judge(&[day])).flatten();
    }
    // Each of them says what it knows until the other one is there.
    let on_both =
        |first: &DaySchedule| desk.days.with(last, |last| judge(&[first, last])).unwrap_or_else(|| judge(&[first]));
    desk.days.with(first, on_both).or_else(|| desk.days.with(last, |last| judge(&[last]))).flatten()
}

/// Clashes and alternatives on days that follow each other. A booking over midnight stands on two of them.
fn conflict_on(days: &[&DaySchedule], ask: Wanted, now: Timestamp) -> Option<Conflict> {
    let (first, last) = (days.first()?, days.last()?);
    let bookings: BTreeMap<ReservationId, &Reservation> =
        days.iter().flat_map(|day| day.reservations.iter()).map(|(id, booking)| (*id, booking)).collect();
    let bookings: Vec<&Reservation> = bookings.into_values().collect();
    let clashes: Vec<Clash> = ask.clashes(bookings.iter().copied()).into_iter().map(Clash::from).collect();
    (!clashes.is_empty()).then(|| {
        let mut alternatives = ask.alternatives(&first.rooms, &bookings, now);
        // Of the days around them nothing is known here.
        alternatives.retain(|slot| first.day.starts_at <= slot.starts_at && slot.ends_at <= last.day.ends_at);
        Conflict { conflicts_with: clashes, alternatives }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::RoomId;
    use crate::reservations::model::testing::{booking, room};
    use crate::time::{DAY, HOUR, Interval, ZoneOffsets};
    use jiff::civil::date;

    /// The first or the second day of the epoch.
    fn day(number: i64, bookings: &[&Reservation]) -> DaySchedule {
        let from = Timestamp((number - 1) * DAY);
        DaySchedule {
            date: date(1970, 1, if number == 1 { 1 } else { 2 }),
            zone: ZoneOffsets::default(),
            day: Interval::new(from, from + DAY),
            rooms: vec![room(1, 6), room(2, 6)],
            reservations: bookings.iter().map(|booking| (booking.id, (*booking).clone())).collect(),
        }
    }

    #[test]
    fn a_time_over_midnight_is_judged_by_both_days() {
        let (evening, night) = (booking(1, 1, 22 * HOUR, DAY + HOUR), booking(2, 1, DAY + 2 * HOUR, DAY + 3 * HOUR));
        let (first, second) = (day(1, &[&evening]), day(2, &[&evening, &night]));
        let ask = |from, to| Wanted {
            room_id: RoomId(1),
            interval: Interval::new(Timestamp(from), Timestamp(to)),
            head_count: 1,
            except: None,
        };
        let clashes = |days: &[&DaySchedule], ask| {
            let found = conflict_on(days, ask, Timestamp(0)).map(|conflict| conflict.conflicts_with);
            found.unwrap_or_default().iter().map(|clash| clash.id.0).collect::<Vec<_>>()
        };
        let overnight = ask(23 * HOUR, DAY + 2 * HOUR + 1);
        assert_eq!(clashes(&[&first], overnight), [1]);
        assert_eq!(clashes(&[&first, &second], overnight), [1, 2], "what stands on both days is named once");
        assert_eq!(clashes(&[&second], overnight), [1, 2]);
        let after = ask(DAY + HOUR, DAY + 2 * HOUR);
        assert_eq!(conflict_on(&[&first, &second], after, Timestamp(0)), None);

        let offered = |days: &[&DaySchedule]| {
            conflict_on(days, overnight, Timestamp(0)).map(|conflict| conflict.alternatives).unwrap_or_default()
        };
        let same_time =
            |slot: &Alternative| slot.room_id == RoomId(2) && slot.starts_at == overnight.interval.starts_at;
        assert!(offered(&[&first, &second]).iter().any(same_time));
        assert!(!offered(&[&first]).iter().any(same_time), "of the morning nothing is known yet");
    }

    #[test]
    fn only_the_persons_own_input_chooses_the_first_alternative() {
        let [a, b, c] =
            [1, 2, 3].map(|room| Alternative { room_id: RoomId(room), starts_at: Timestamp(0), ends_at: Timestamp(1) });
        let obstacle = |lost_race, alternatives: &[Alternative]| Obstacle {
            conflict: Conflict { conflicts_with: Vec::new(), alternatives: alternatives.to_vec() },
            lost_race,
        };
        assert_eq!(obstacle(false, &[a, b]).chosen(true, None), Some(a));
        assert_eq!(obstacle(false, &[a, b]).chosen(true, Some(b)), Some(a), "another time, another choice");
        assert_eq!(obstacle(false, &[]).chosen(true, Some(b)), None);

        assert_eq!(obstacle(false, &[a, b]).chosen(false, None), None, "somebody else has taken the slot");
        assert_eq!(obstacle(true, &[a, b]).chosen(true, None), None, "somebody else was first");
        assert_eq!(obstacle(false, &[a, b]).chosen(false, Some(b)), Some(b), "what was picked stays picked");
        assert_eq!(obstacle(false, &[a, c]).chosen(false, Some(b)), None, "and goes when it is taken too");
    }
}
