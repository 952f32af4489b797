use super::*;
use crate::accounts::model::Role;
use crate::ids::UserId;
use crate::realtime::protocol::ReservationEvent;
use crate::reservations::model::testing::{booking, room};
use crate::reservations::model::{Attendee, Response};
use crate::time::{DAY, HOUR};
use jiff::civil::date;

const ORGANIZER: UserId = UserId(1);
const GUEST: UserId = UserId(2);
const APPROVER: UserId = UserId(3);
const STRANGER: UserId = UserId(4);
const ADMIN: UserId = UserId(9);

fn viewer(user_id: UserId) -> Viewer {
    Viewer { user_id, role: if user_id == ADMIN { Role::Admin } else { Role::Employee } }
}

fn private(status: Status) -> Reservation {
    let attendees = vec![Attendee { id: GUEST, name: "준호".into(), response: Response::Invited }];
    Reservation { private: true, status, attendees, attendee_count: 2, ..booking(1, 1, 0, HOUR) }
}

/// A day with one booking, in a room that names an approver.
fn schedule(known: &Reservation) -> DaySchedule {
    DaySchedule {
        date: date(1970, 1, 1),
        zone: ZoneOffsets::default(),
        day: Interval::new(Timestamp(0), Timestamp(DAY)),
        rooms: vec![Room { approver_ids: vec![APPROVER], ..room(1, 6) }],
        reservations: [(known.id, known.clone())].into(),
    }
}

fn updated(booking: &Reservation) -> Event {
    Event::ReservationUpdated(ReservationEvent {
        reservation: booking.clone(),
        room_id: booking.room.id,
        user_id: String::new(),
        activity: None,
    })
}

/// What somebody has of the booking after one message about it.
fn told(known: &Reservation, topic: Topic, news: &Reservation, user: UserId) -> Option<Reservation> {
    let mut day = schedule(known);
    day.apply(topic, &updated(news), viewer(user));
    day.reservations.remove(&known.id)
}

#[test]
fn whoever_sees_all_of_a_private_booking_never_has_its_reduced_form() {
    let before = private(Status::Approved);
    let after = Reservation { title: "다른 제목".into(), version: 2, ..before.clone() };
    for insider in [ORGANIZER, GUEST, ADMIN] {
        assert_eq!(told(&before, Topic::Org, &after.reduced(), insider), Some(before.clone()), "{insider:?}");
    }
    assert_eq!(told(&before, Topic::User(ORGANIZER), &after, ORGANIZER), Some(after.clone()));
    assert_eq!(told(&before, Topic::Admin, &after, ADMIN), Some(after.clone()));
    assert_eq!(told(&before.reduced(), Topic::Org, &after.reduced(), STRANGER), Some(after.reduced()));

    let public = Reservation { private: false, ..before.clone() };
    assert_eq!(told(&public, Topic::Org, &after.reduced(), STRANGER), Some(after.reduced()), "it has become private");
    assert_eq!(told(&public, Topic::Org, &after.reduced(), GUEST), Some(public));
}

#[test]
fn whoever_sees_a_private_booking_no_more_is_left_with_its_reduced_form() {
    let before = private(Status::Approved);
    let without_guest = Reservation { attendees: vec![], attendee_count: 1, version: 2, ..before.clone() }.reduced();
    assert_eq!(told(&before, Topic::User(GUEST), &without_guest, GUEST), Some(without_guest.clone()));
    assert_eq!(told(&before, Topic::User(ADMIN), &without_guest, ADMIN), Some(before), "an admin who is taken off it");

    let (waiting, decided) = (private(Status::Pending), private(Status::Approved).reduced());
    assert_eq!(told(&waiting, Topic::Org, &waiting.reduced(), APPROVER), Some(waiting.clone()));
    assert_eq!(told(&waiting, Topic::Org, &decided, APPROVER), Some(decided), "there is nothing to decide any more");
}

#[test]
fn the_lists_of_ones_own_and_of_what_waits_keep_the_whole_booking_too() {
    let waiting = private(Status::Pending);
    let reservations: BTreeMap<_, _> = [(waiting.id, waiting.clone())].into();
    let reduced = updated(&waiting.reduced());

    let zone = ZoneOffsets::default();
    let mut mine = MyReservations { zone, since: Timestamp(0), reservations: reservations.clone() };
    mine.apply(Topic::Org, &reduced, viewer(GUEST));
    assert_eq!(mine.reservations, reservations);
    mine.apply(Topic::User(GUEST), &reduced, viewer(GUEST));
    assert!(mine.reservations.is_empty());

    let mut approvals = Approvals { rooms: [RoomId(1)].into(), reservations: reservations.clone() };
    approvals.apply(Topic::Org, &reduced, viewer(APPROVER));
    assert_eq!(approvals.reservations, reservations);
    approvals.apply(Topic::Org, &updated(&private(Status::Approved).reduced()), viewer(APPROVER));
    assert!(approvals.reservations.is_empty());
}

#[test]
fn a_private_booking_that_leaves_the_day_leaves_it_for_its_people_too() {
    let before = private(Status::Approved);
    let after = Reservation { starts_at: Timestamp(DAY), ends_at: Timestamp(DAY + HOUR), version: 2, ..before.clone() };
    assert_eq!(told(&before, Topic::User(ORGANIZER), &after, ORGANIZER), None);
    assert_eq!(told(&before.reduced(), Topic::Org, &after.reduced(), STRANGER), None);
}
