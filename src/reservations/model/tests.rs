use super::testing::{booking, room};
use super::*;
use crate::accounts::model::Role;
use crate::rooms::model::Room;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp(1_000 * DAY);

fn new(starts_in: i64, duration: i64) -> NewReservation {
    NewReservation {
        room_id: RoomId(1),
        title: "주간 회의".into(),
        starts_at: NOW + starts_in,
        ends_at: NOW + starts_in + duration,
        attendee_ids: vec![],
        attendee_count: None,
        private: false,
    }
}

fn rules(new: &NewReservation, room: Option<&Room>, before: Option<&Reservation>) -> Vec<(Field, Rule)> {
    new.violations(room, before, NOW).into_iter().map(|f| (f.field, f.rule)).collect()
}

#[test]
fn times_are_judged_at_their_exact_boundaries() {
    let room = room(1, 4);
    let judge = |starts_in, duration| rules(&new(starts_in, duration), Some(&room), None);
    assert_eq!(judge(0, HOUR), []);
    assert_eq!(judge(-START_GRACE_MS, HOUR), []);
    assert_eq!(judge(-START_GRACE_MS - 1, HOUR), [(Field::StartsAt, Rule::InThePast)]);
    assert_eq!(judge(MAX_AHEAD_MS, HOUR), []);
    assert_eq!(judge(MAX_AHEAD_MS + 1, HOUR), [(Field::StartsAt, Rule::TooFarAhead)]);
    assert_eq!(judge(0, MIN_DURATION_MS), []);
    assert_eq!(judge(0, MIN_DURATION_MS - 1), [(Field::EndsAt, Rule::TooShort)]);
    assert_eq!(judge(0, MAX_DURATION_MS), []);
    assert_eq!(judge(0, MAX_DURATION_MS + 1), [(Field::EndsAt, Rule::TooLong)]);
    assert_eq!(judge(HOUR, 0), [(Field::EndsAt, Rule::EndsBeforeStart)]);
    assert_eq!(judge(HOUR, -HOUR), [(Field::EndsAt, Rule::EndsBeforeStart)]);
}

#[test]
fn titles_and_head_counts_are_judged() {
    let small = room(1, 2);
    let title = |title: &str| rules(&NewReservation { title: title.into(), ..new(0, HOUR) }, Some(&small), None);
    assert_eq!(title(" \t "), [(Field::Title, Rule::Required)]);
    assert_eq!(title(&"가".repeat(200)), []);
    assert_eq!(title(&"가".repeat(201)), [(Field::Title, Rule::MaxLength { max: 200 })]);

    let people = |ids: &[i64], count| {
        let attendee_ids = ids.iter().map(|id| UserId(*id)).collect();
        rules(&NewReservation { attendee_ids, attendee_count: count, ..new(0, HOUR) }, Some(&small), None)
    };
    assert_eq!(people(&[2], None), []);
    assert_eq!(people(&[2], Some(1)), []);
    let over = [(Field::AttendeeCount, Rule::OverCapacity { capacity: 2 })];
    assert_eq!(people(&[2, 3], None), over);
    assert_eq!(people(&[], Some(3)), over);
    assert_eq!(people(&[], Some(0)), [(Field::AttendeeCount, Rule::Range { min: 1, max: MAX_HEAD_COUNT })]);
    assert_eq!(rules(&new(0, HOUR), None, None), [(Field::RoomId, Rule::Unknown)]);
}

#[test]
fn what_a_change_leaves_alone_is_not_judged_again() {
    let started = Reservation { attendee_count: 9, ..booking(1, 1, NOW.0 - 2 * HOUR, NOW.0 + HOUR) };
    let closed = Room { maintenance: true, ..room(1, 4) };
    let renamed = ReservationPatch { title: Some("새 제목".into()), ..ReservationPatch::default() }.onto(&started);
    assert_eq!(rules(&renamed, Some(&closed), Some(&started)), []);

    let longer = ReservationPatch { ends_at: Some(NOW + 2 * HOUR), ..ReservationPatch::default() }.onto(&started);
    assert_eq!(rules(&longer, Some(&room(1, 4)), Some(&started)), []);
    assert_eq!(rules(&longer, Some(&closed), Some(&started)), [(Field::RoomId, Rule::Maintenance)]);

    let over = ReservationPatch { ends_at: Some(NOW), ..ReservationPatch::default() }.onto(&started);
    assert_eq!(rules(&over, Some(&room(1, 4)), Some(&started)), [(Field::EndsAt, Rule::InThePast)]);
}

#[test]
fn a_head_count_that_followed_from_the_attendees_follows_again() {
    let ids = |ids: &[i64]| ids.iter().map(|id| UserId(*id)).collect::<Vec<_>>();
    let attendee = |id| Attendee { id: UserId(id), name: String::new(), response: Response::Invited };
    let before = Reservation { attendees: vec![attendee(2), attendee(3)], attendee_count: 3, ..booking(1, 1, 0, 1) };
    let fewer = ReservationPatch { attendee_ids: Some(ids(&[2])), ..ReservationPatch::default() };
    assert_eq!(fewer.clone().onto(&before).head_count(), 2);
    let guests = Reservation { attendee_count: 8, ..before };
    assert_eq!(fewer.onto(&guests).head_count(), 8);
}

#[test]
fn the_organiser_is_not_their_own_attendee() {
    let tidy =
        NewReservation { title: "  x ".into(), attendee_ids: vec![UserId(1), UserId(2), UserId(2)], ..new(0, HOUR) }
            .tidied(UserId(1));
    assert_eq!((tidy.title.as_str(), tidy.attendee_ids), ("x", vec![UserId(2)]));
}

#[test]
fn a_private_booking_tells_strangers_only_when_and_where() {
    let attendee = Attendee { id: UserId(2), name: "준호".into(), response: Response::Invited };
    let private = Reservation { private: true, attendees: vec![attendee], attendee_count: 2, ..booking(1, 1, 0, HOUR) };
    let seen = |id, role| private.clone().seen_by(Viewer { user_id: UserId(id), role }, false);
    for insider in [seen(1, Role::Employee), seen(2, Role::Employee), seen(9, Role::Admin)] {
        assert_eq!(insider, private);
    }
    let stranger = seen(3, Role::Employee);
    assert!(stranger.is_reduced());
    let json = serde_json::to_string(&stranger).unwrap();
    for secret in ["booking 1", "민지", "준호"] {
        assert!(!json.contains(secret), "{secret} in {json}");
    }
    assert_eq!(
        (stranger.interval(), stranger.room, stranger.title.as_str()),
        (private.interval(), private.room.clone(), "예약됨")
    );
    // A named approver sees all of it for as long as there is something to decide.
    let approver = Viewer { user_id: UserId(3), role: Role::Employee };
    let waiting = Reservation { status: Status::Pending, ..private.clone() };
    assert_eq!(waiting.clone().seen_by(approver, true), waiting);
    assert!(private.seen_by(approver, true).is_reduced());
}

#[test]
fn alternatives_mix_other_rooms_and_other_times() {
    let rooms = [room(1, 4), room(2, 4), room(3, 8), room(4, 2), Room { maintenance: true, ..room(5, 4) }];
    let taken = booking(1, 1, NOW.0 + HOUR, NOW.0 + 2 * HOUR);
    let busy = booking(2, 2, NOW.0 + HOUR, NOW.0 + 2 * HOUR);
    let wanted =
        Wanted { room_id: RoomId(1), interval: Interval::new(NOW + HOUR, NOW + 2 * HOUR), head_count: 3, except: None };
    let offered = wanted.alternatives(&rooms, &[&taken, &busy], NOW);
    let slots: Vec<_> = offered.iter().map(|a| (a.room_id.0, (a.starts_at - NOW) / MINUTE)).collect();
    assert_eq!(slots, [(3, 60), (1, 0), (1, 120)]);
}

proptest! {
    /// Whatever is offered can really be booked: it breaks no rule and clashes with nothing.
    #[test]
    fn every_alternative_is_free_and_allowed(
        slots in prop::collection::vec((1i64..4, 0i64..40, 1i64..8), 0..30),
        start in 0i64..40, length in 1i64..8, head_count in 1u32..6,
    ) {
        let rooms = [room(1, 4), room(2, 5), room(3, 3)];
        let bookings: Vec<_> = slots.iter().enumerate().map(|(i, (room, from, length))| {
            let from = NOW.0 + from * STEP_MS;
            booking(i as i64, *room, from, from + length * STEP_MS)
        }).collect();
        let refs: Vec<_> = bookings.iter().collect();
        let from = NOW + start * STEP_MS;
        let wanted = Wanted { room_id: RoomId(1), interval: Interval::new(from, from + length * STEP_MS), head_count, except: None };
        let offered = wanted.alternatives(&rooms, &refs, NOW);
        prop_assert!(offered.len() <= 3);
        for offer in offered {
            let interval = Interval::new(offer.starts_at, offer.ends_at);
            prop_assert_eq!(interval.duration_ms(), wanted.interval.duration_ms());
            let at = Wanted { room_id: offer.room_id, interval, ..wanted };
            prop_assert!(at.clashes(&bookings).is_empty());
            let room = rooms.iter().find(|r| r.id == offer.room_id);
            let booked = NewReservation {
                room_id: offer.room_id, starts_at: offer.starts_at, ends_at: offer.ends_at,
                attendee_count: Some(head_count), ..new(0, HOUR)
            };
            prop_assert_eq!(booked.violations(room, None, NOW), vec![]);
        }
    }
}
