//! What the volatile plane says of people (contracts §1.3 and §1.4).

use crate::ids::{RoomId, UserId};
use crate::level::Level;
use crate::time::{DAY, HOUR, Interval, MINUTE, SECOND, Timestamp};
use serde::{Deserialize, Serialize};

/// How long a person without a socket is still here: a reload or a short loss is no departure.
pub const GRACE_MS: i64 = 10 * SECOND;
/// Without input in any tab for so long, a person is away.
pub const AWAY_AFTER_MS: i64 = 5 * MINUTE;
/// A time that somebody is choosing is gone so long after its last update.
pub const DRAWING_MS: i64 = 20 * SECOND;
/// The longest booking, and how far from now a time may be chosen.
const MAX_DRAWN_MS: i64 = 24 * HOUR;
const MAX_DISTANCE_MS: i64 = 400 * DAY;

/// What others see of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PresenceState {
    Online,
    /// No input in any tab for five minutes.
    Away,
    /// A booking in progress has the person as organiser or attendee.
    InMeeting,
    /// A focus timer of the person's own runs.
    Focusing,
    /// In a frame of changes: no longer here.
    Offline,
}

/// A person who is here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PresentPerson {
    pub id: UserId,
    pub name: String,
    pub state: PresenceState,
}

/// `presence:update`: everybody who is here, or what has changed since the frame before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceUpdate {
    /// Whether the list is the whole of it.
    pub full: bool,
    pub people: Vec<PresentPerson>,
}

impl PresenceUpdate {
    /// Takes the frame into a list of who is here, which stays in the order of names.
    pub fn apply(self, here: &mut Vec<PresentPerson>) {
        if self.full {
            here.clear();
        }
        here.retain(|known| self.people.iter().all(|person| person.id != known.id));
        here.extend(self.people.into_iter().filter(|person| person.state != PresenceState::Offline));
        sort(here);
    }
}

/// The order in which lists show people.
pub fn sort(people: &mut [PresentPerson]) {
    people.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
}

/// The day in three numbers, always absolute (contracts §1.4, `stats:update`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    /// Approved bookings in progress.
    pub active_reservations: u32,
    /// People who are here and not hidden.
    pub connected_users: u32,
    pub available_rooms: u32,
}

/// [`Stats`], and when they were so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatsAt {
    pub stats: Stats,
    pub at: Timestamp,
}

/// `user:connected` and `user:disconnected`, in the documented shape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserNotice {
    pub message: String,
    pub user_id: UserId,
    pub level: Level,
}

/// A time of a room that somebody is choosing right now. It blocks nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Drawing {
    pub room_id: RoomId,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}

impl Drawing {
    #[must_use]
    pub fn interval(&self) -> Interval {
        Interval::new(self.starts_at, self.ends_at)
    }

    /// Whether it can be a time on somebody's timeline: not reversed, no longer than a booking, and
    /// not further away than bookings go.
    #[must_use]
    pub fn is_possible(&self, now: Timestamp) -> bool {
        let duration = self.interval().duration_ms();
        let distance = self.starts_at - now;
        (1..=MAX_DRAWN_MS).contains(&duration) && (-MAX_DISTANCE_MS..=MAX_DISTANCE_MS).contains(&distance)
    }
}

/// `draw:update`: what somebody is choosing, or, without a time, that they no longer do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DrawUpdate {
    pub user_id: UserId,
    pub name: String,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub drawing: Option<Drawing>,
}

/// A person's own choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct MyPresence {
    /// Others do not see that this person is here.
    pub hidden: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: i64, name: &str, state: PresenceState) -> PresentPerson {
        PresentPerson { id: UserId(id), name: name.into(), state }
    }

    #[test]
    fn changes_go_into_the_list_and_a_whole_list_replaces_it() {
        use PresenceState::{Away, Offline, Online};
        let mut here = vec![person(9, "하나", Online)];
        let full = PresenceUpdate { full: true, people: vec![person(2, "나", Online), person(1, "가", Online)] };
        full.apply(&mut here);
        assert_eq!(here, [person(1, "가", Online), person(2, "나", Online)]);
        let people = vec![person(1, "가", Offline), person(3, "다", Online), person(2, "나", Away)];
        PresenceUpdate { full: false, people }.apply(&mut here);
        assert_eq!(here, [person(2, "나", Away), person(3, "다", Online)]);
    }

    #[test]
    fn a_drawing_is_as_long_as_a_booking_at_most_and_not_reversed() {
        let drawn = |from: i64, to: i64| {
            Drawing { room_id: RoomId(1), starts_at: Timestamp(from), ends_at: Timestamp(to) }.is_possible(Timestamp(0))
        };
        assert!(drawn(0, 1) && drawn(0, 24 * HOUR) && drawn(400 * DAY, 400 * DAY + 1));
        assert!(!drawn(0, 0) && !drawn(1, 0) && !drawn(0, 24 * HOUR + 1));
        assert!(
            !drawn(400 * DAY + 1, 400 * DAY + 2) && !drawn(-400 * DAY - 1, -400 * DAY) && !drawn(i64::MIN, i64::MAX)
        );
    }

    #[test]
    fn a_cleared_drawing_has_no_time_on_the_wire() {
        let clear = DrawUpdate { user_id: UserId(1), name: "민지".into(), drawing: None };
        let text = serde_json::to_string(&clear).unwrap();
        assert_eq!(text, r#"{"userId":"1","name":"민지"}"#);
        assert_eq!(serde_json::from_str::<DrawUpdate>(&text).unwrap(), clear);
        let drawing = Drawing { room_id: RoomId(7), starts_at: Timestamp(0), ends_at: Timestamp(HOUR) };
        let drawn = DrawUpdate { drawing: Some(drawing), ..clear };
        let text = serde_json::to_string(&drawn).unwrap();
        assert!(text.contains(r#""roomId":"7","startsAt":"1970-01-01T00:00:00.000Z""#), "{text}");
        assert_eq!(serde_json::from_str::<DrawUpdate>(&text).unwrap(), drawn);
    }
}
