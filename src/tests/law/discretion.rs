//! What the events may not tell.

use super::super::helpers::LogRow;
use super::frame_of;
use super::office::SECRET;
use crate::ids::UserId;
use crate::notifications::live::NotificationEvent;
use crate::notifications::model::Entry;
use crate::realtime::protocol::{Event, ReservationEvent, Topic};
use crate::reservations::model::{PRIVATE_TITLE, Status};
use serde_json::Value;

fn reservation_of(event: &Event) -> Option<&ReservationEvent> {
    match event {
        Event::ReservationCreated(e)
        | Event::ReservationUpdated(e)
        | Event::ReservationCancelled(e)
        | Event::ReservationDeleted(e) => Some(e),
        _ => None,
    }
}

/// What an event of somebody's bell tells.
fn told_by(event: &Event) -> Option<Vec<&Entry>> {
    match event {
        Event::NotificationCreated(NotificationEvent { notification, .. })
        | Event::NotificationUpdated(NotificationEvent { notification, .. }) => Some(vec![notification]),
        Event::NotificationUnread(unread) => {
            Some(unread.center.iter().flat_map(|center| center.lasting.iter().chain(&center.passing)).collect())
        }
        _ => None,
    }
}

/// Nobody is told what is not theirs.
pub(super) fn assert_discreet(rows: &[LogRow], names: &[&str], onlooker: UserId) {
    let mut hidden = 0;
    for row in rows {
        let frame = frame_of(row);
        if told_by(&frame.event).is_some() {
            match frame.topic {
                // Everybody hears of what is not private only.
                Topic::Org => assert!(!row.frame.contains(SECRET), "{}", row.frame),
                // Seoyeon is in no booking and decides nothing.
                Topic::User(person) => assert!(person != onlooker || !row.frame.contains(SECRET), "{}", row.frame),
                Topic::Chat(_) | Topic::Admin => panic!("{}", row.frame),
            }
            continue;
        }
        if let (Event::ReservationConflict(told), Topic::User(person)) = (&frame.event, frame.topic) {
            let mut both = told.conflicts_with.iter().chain([&told.reservation]);
            assert!(both.all(|booking| booking.involves(person)), "{}", row.frame);
            continue;
        }
        if let Event::TimerCreated(timer) | Event::TimerUpdated(timer) | Event::TimerCompleted(timer) = &frame.event {
            // Its people, or somebody who is off it now and hears nothing of who is still on it.
            let Topic::User(person) = frame.topic else { panic!("{}", row.frame) };
            assert!(timer.involves(person) || timer.people.is_empty(), "{}", row.frame);
            assert_ne!(person, onlooker, "{}", row.frame);
            continue;
        }
        let Some(told) = reservation_of(&frame.event) else {
            // What a room shows of a booking that is under way or next, it shows to everybody.
            let json: Value = serde_json::from_str(&row.frame).expect("JSON");
            for shown in ["currentReservation", "nextReservation"].map(|name| &json["data"]["room"][name]) {
                assert!(shown["private"] != true || shown["title"] == PRIVATE_TITLE, "{}", row.frame);
                assert!(shown["private"] != true || shown["attendeeCount"] == 0, "{}", row.frame);
            }
            // The room of a private booking is its people's.
            let is_of_a_room = match (&frame.event, frame.topic) {
                (_, Topic::Chat(_)) => true,
                (Event::ChatRoomJoined(_), Topic::User(person)) => person != onlooker,
                _ => false,
            };
            assert!(is_of_a_room || !row.frame.contains(SECRET), "{}", row.frame);
            continue;
        };
        let booking = &told.reservation;
        match frame.topic {
            Topic::Org if booking.private => {
                hidden += 1;
                assert_eq!(booking, &booking.reduced());
                assert_eq!((frame.user_id, told.user_id.as_str(), row.actor), (None, "", None), "{}", row.frame);
                assert!(!row.frame.contains(SECRET), "{}", row.frame);
                for name in names {
                    assert!(!row.frame.contains(name), "{name} in {}", row.frame);
                }
            }
            Topic::Org => assert!(!booking.is_reduced()),
            Topic::User(person) if !booking.involves(person) && !booking.is_reduced() => {
                // A named approver, for as long as there is something to decide.
                assert_eq!(booking.status, Status::Pending, "{}", row.frame);
                assert_ne!(person, onlooker, "{}", row.frame);
            }
            Topic::User(person) if !booking.involves(person) => {
                // Whoever was taken off it.
                assert_eq!(booking, &booking.reduced());
                assert_eq!((frame.user_id, told.user_id.as_str(), row.actor), (None, "", None), "{}", row.frame);
            }
            // What waits is shown to an approver who is named later, public or not.
            Topic::User(_) if booking.status == Status::Pending => assert!(!booking.is_reduced(), "{}", row.frame),
            Topic::Chat(_) => panic!("{}", row.frame),
            Topic::User(_) | Topic::Admin => assert!(booking.private && !booking.is_reduced(), "{}", row.frame),
        }
        if !booking.is_reduced() {
            // Nobody's when it happened by itself.
            assert_eq!(frame.user_id.map(|id| id.to_string()).unwrap_or_default(), told.user_id);
        }
    }
    assert!(hidden > 0, "nothing was private");
}
