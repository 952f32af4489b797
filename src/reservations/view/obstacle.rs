//! What stands in the way of the booking form as it is, and which alternative it begins with.

use super::desk::Desk;
use crate::reservations::model::{Alternative, Clash, Conflict, NewReservation, Reservation, Wanted};
use leptos::prelude::Get;

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

/// Clashes and alternatives by what this browser knows of the day.
#[must_use]
pub fn local_conflict(desk: Desk, before: Option<&Reservation>, wanted: &NewReservation) -> Option<Conflict> {
    if wanted.interval().duration_ms() <= 0 {
        return None;
    }
    let date = desk.day_of(wanted.starts_at);
    let ask = Wanted {
        room_id: wanted.room_id,
        interval: wanted.interval(),
        head_count: wanted.head_count(),
        except: before.map(|before| before.id),
    };
    desk.days.with(date, |day| {
        let clashes: Vec<Clash> = ask.clashes(day.reservations.values()).into_iter().map(Clash::from).collect();
        (!clashes.is_empty()).then(|| {
            let bookings: Vec<&Reservation> = day.reservations.values().collect();
            let mut alternatives = ask.alternatives(&day.rooms, &bookings, desk.now.get());
            // Of the days around it nothing is known here.
            alternatives.retain(|slot| day.day.starts_at <= slot.starts_at && slot.ends_at <= day.day.ends_at);
            Conflict { conflicts_with: clashes, alternatives }
        })
    })?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::RoomId;
    use crate::time::Timestamp;

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
