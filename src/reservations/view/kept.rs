//! What was typed into a form that gave way to something else on the page, for the next one.

use super::content::{changed, difference, provisional};
use super::desk::{Desk, FormStart};
use super::dom::Anchor;
use super::form::Form;
use crate::ids::ReservationId;
use leptos::prelude::*;

/// Keeps what a form holds when something else takes its place. Whoever closes it gives it up, and what
/// is being sent is not to be written again.
pub fn keep(form: Form) {
    on_cleanup(move || {
        let gives_way = form.desk.panel.try_with_untracked(Option::is_some) == Some(true);
        if gives_way
            && form.busy.try_get_untracked() == Some(false)
            && let Some(held) = untrack(|| held(form))
        {
            let _ = form.desk.kept.try_set_value(Some(held));
        }
    });
}

/// What a form would open with to go on; nothing while nothing was typed.
fn held(form: Form) -> Option<FormStart> {
    let (desk, wanted) = (form.desk, form.wanted.get()?);
    let (before, people) = (form.before.get(), form.people.get());
    let (content, is_touched) = match &before {
        Some(before) => (changed(desk, before, &wanted, &people), difference(before, &wanted).is_change()),
        None => {
            let is_empty = wanted.title.is_empty() && people.is_empty() && wanted.attendee_count.is_none();
            (provisional(desk, &wanted, &people), !is_empty || wanted.private)
        }
    };
    let start = FormStart::new(Some(wanted.room_id), wanted.interval(), Anchor::default());
    is_touched.then_some(FormStart { before, content: Some(content), ..start })
}

/// What a form opens with, and what was kept for it.
#[must_use]
pub fn resume(desk: Desk, start: FormStart) -> FormStart {
    let mut kept = desk.kept.try_update_value(Option::take).flatten();
    let start = resumed(start, &mut kept);
    desk.kept.set_value(kept);
    start
}

/// A new booking is asked for where and when it is now; a change of a booking goes on as it was. What comes
/// with a content of its own leaves what is kept to others.
fn resumed(start: FormStart, kept: &mut Option<FormStart>) -> FormStart {
    if start.content.is_some() || start.proposal.is_some() {
        return start;
    }
    match kept.take_if(|kept| changes(kept) == changes(&start)) {
        None => start,
        Some(kept) if start.before.is_none() => FormStart { content: kept.content, ..start },
        Some(kept) => FormStart { at: start.at, ..kept },
    }
}

/// The booking that a form changes; none for a new one.
fn changes(start: &FormStart) -> Option<ReservationId> {
    start.before.as_ref().map(|before| before.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::RoomId;
    use crate::reservations::model::Reservation;
    use crate::reservations::model::testing::booking;
    use crate::time::{HOUR, Interval, Timestamp};

    const ELSEWHERE: Anchor = Anchor { x: 7, y: 8 };

    fn new(room: i64, hour: i64) -> FormStart {
        let interval = Interval::new(Timestamp(hour * HOUR), Timestamp((hour + 1) * HOUR));
        FormStart::new(Some(RoomId(room)), interval, ELSEWHERE)
    }

    fn typed() -> Option<Reservation> {
        Some(booking(0, 1, 9 * HOUR, 10 * HOUR))
    }

    #[test]
    fn what_was_typed_goes_to_the_time_that_is_drawn_next() {
        let mut kept = Some(FormStart { content: typed(), at: Anchor::default(), ..new(1, 9) });
        assert_eq!(resumed(new(2, 14), &mut kept), FormStart { content: typed(), ..new(2, 14) });
        assert_eq!(resumed(new(2, 14), &mut kept), new(2, 14), "it is kept for one form");
    }

    #[test]
    fn a_change_of_a_booking_goes_on_only_with_that_booking() {
        let before = booking(1, 1, 9 * HOUR, 10 * HOUR);
        let left = FormStart { before: Some(before.clone()), content: typed(), at: Anchor::default(), ..new(3, 11) };
        let mut kept = Some(left.clone());
        assert_eq!(resumed(new(2, 14), &mut kept), new(2, 14));
        let other = FormStart::edit(booking(2, 1, 12 * HOUR, 13 * HOUR), ELSEWHERE);
        assert_eq!(resumed(other.clone(), &mut kept), other);

        let newer = Reservation { version: 2, ..before };
        // At the version that it was begun with: what others did since is met as if it had been open.
        assert_eq!(resumed(FormStart::edit(newer, ELSEWHERE), &mut kept), FormStart { at: ELSEWHERE, ..left });
        assert_eq!(kept, None);
    }

    #[test]
    fn a_form_with_a_content_of_its_own_leaves_what_is_kept() {
        let mut kept = Some(FormStart { content: typed(), ..new(1, 9) });
        let refused = FormStart { content: Some(booking(5, 1, 0, HOUR)), ..new(1, 10) };
        assert_eq!(resumed(refused.clone(), &mut kept), refused);
        assert!(kept.is_some());
    }
}
