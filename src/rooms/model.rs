//! A room, what an admin may write into it, and its state at an instant.

use crate::accounts::model::Viewer;
use crate::error::{AppError, Field, FieldError, Rule};
use crate::ids::{ReservationId, RoomId, UserId};
use crate::json::from_object;
use crate::reservations::model::Reservation;
use crate::time::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

pub const MAX_NAME_CHARS: u32 = 80;
pub const MAX_LOCATION_CHARS: u32 = 120;
pub const MAX_FLOOR_CHARS: u32 = 20;
pub const MAX_CAPACITY: u32 = 10_000;
pub const MAX_EQUIPMENT: u32 = 20;
pub const MAX_EQUIPMENT_CHARS: u32 = 40;
pub const MAX_APPROVERS: u32 = 20;

/// Equipment that has a name and an icon in both languages; anything else is shown as written.
pub const KNOWN_EQUIPMENT: [&str; 5] = ["video", "screen", "whiteboard", "projector", "phone"];

/// A meeting room as it is kept. What follows from bookings and the clock is in [`RoomState`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Room {
    pub id: RoomId,
    pub name: String,
    pub location: String,
    pub floor: String,
    /// Seats.
    pub capacity: u32,
    pub equipment: Vec<String>,
    /// Bookings wait for a decision.
    pub requires_approval: bool,
    /// Who decides besides admins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approver_ids: Vec<UserId>,
    /// Closed: takes no new bookings.
    pub maintenance: bool,
    /// Grows by one with each change; a writer names the version it has seen.
    pub version: i64,
}

/// A room as it goes over the wire: with its state at the moment of writing (contracts §9, Room).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RoomWithState {
    #[serde(flatten)]
    pub room: Room,
    #[serde(flatten)]
    pub state: RoomState,
}

impl<'de> Deserialize<'de> for RoomWithState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_object(deserializer, |of| Ok(Self { room: of.whole()?, state: of.whole()? }))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type, utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "TEXT", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum RoomStatus {
    Available,
    InUse,
    Maintenance,
}

impl RoomStatus {
    /// The status of a room that has no bookings yet.
    #[must_use]
    pub fn of_new(room: &NewRoom) -> Self {
        if room.maintenance { Self::Maintenance } else { Self::Available }
    }
}

/// The short form of a booking that a room shows (contracts §1.8, RoomStatusIndicator).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Occupancy {
    pub id: ReservationId,
    pub title: String,
    pub start_time: Timestamp,
    pub end_time: Timestamp,
    pub attendee_count: u32,
    pub private: bool,
}

/// What a room is at an instant: never stored, always derived by [`RoomState::derive`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RoomState {
    pub status: RoomStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_reservation: Option<Occupancy>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_reservation: Option<Occupancy>,
}

impl RoomState {
    /// The state of `room` at `now`, given bookings of which those of other rooms and those that
    /// hold no slot are passed over. A room is in use by approved bookings only.
    #[must_use]
    pub fn derive<'a>(room: &Room, bookings: impl IntoIterator<Item = &'a Reservation>, now: Timestamp) -> Self {
        let mut current = None;
        let mut next: Option<&Reservation> = None;
        for booking in bookings {
            if booking.room.id != room.id || !booking.status.is_confirmed() {
                continue;
            }
            if booking.interval().contains(now) {
                current = Some(booking);
            } else if booking.starts_at > now && next.is_none_or(|n| booking.starts_at < n.starts_at) {
                next = Some(booking);
            }
        }
        let status = if room.maintenance {
            RoomStatus::Maintenance
        } else if current.is_some() {
            RoomStatus::InUse
        } else {
            RoomStatus::Available
        };
        Self { status, current_reservation: current.map(Occupancy::of), next_reservation: next.map(Occupancy::of) }
    }
}

impl Occupancy {
    fn of(booking: &Reservation) -> Self {
        Self {
            id: booking.id,
            title: booking.title.clone(),
            start_time: booking.starts_at,
            end_time: booking.ends_at,
            attendee_count: booking.attendee_count,
            private: booking.private,
        }
    }
}

/// What an admin enters for a new room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NewRoom {
    pub name: String,
    #[serde(default)]
    pub location: String,
    #[serde(default)]
    pub floor: String,
    pub capacity: u32,
    #[serde(default)]
    pub equipment: Vec<String>,
    #[serde(default)]
    pub requires_approval: bool,
    #[serde(default)]
    pub approver_ids: Vec<UserId>,
    #[serde(default)]
    pub maintenance: bool,
}

/// A change of a room: what is absent stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RoomPatch {
    pub name: Option<String>,
    pub location: Option<String>,
    pub floor: Option<String>,
    pub capacity: Option<u32>,
    pub equipment: Option<Vec<String>>,
    pub requires_approval: Option<bool>,
    pub approver_ids: Option<Vec<UserId>>,
    pub maintenance: Option<bool>,
    /// The version that the writer has seen; required.
    #[cfg_attr(feature = "ssr", schema(value_type = i64))]
    pub version: Option<i64>,
}

impl RoomPatch {
    /// The whole room after the change.
    #[must_use]
    pub fn onto(self, room: &Room) -> NewRoom {
        NewRoom {
            name: self.name.unwrap_or_else(|| room.name.clone()),
            location: self.location.unwrap_or_else(|| room.location.clone()),
            floor: self.floor.unwrap_or_else(|| room.floor.clone()),
            capacity: self.capacity.unwrap_or(room.capacity),
            equipment: self.equipment.unwrap_or_else(|| room.equipment.clone()),
            requires_approval: self.requires_approval.unwrap_or(room.requires_approval),
            approver_ids: self.approver_ids.unwrap_or_else(|| room.approver_ids.clone()),
            maintenance: self.maintenance.unwrap_or(room.maintenance),
        }
    }
}

impl NewRoom {
    /// Trims what people typed and checks every field; the same answer in the form and on the server.
    ///
    /// # Errors
    /// [`AppError::Validation`] with each field that breaks a rule.
    pub fn checked(mut self) -> Result<Self, AppError> {
        for text in [&mut self.name, &mut self.location, &mut self.floor] {
            *text = text.trim().to_owned();
        }
        self.equipment = self.equipment.iter().flat_map(|text| pieces(text)).map(str::to_owned).collect();

        let mut fields = Vec::new();
        let mut refuse = |field, rule| fields.push(FieldError { field, rule });
        if self.name.is_empty() {
            refuse(Field::Name, Rule::Required);
        }
        for (field, text, max) in [
            (Field::Name, &self.name, MAX_NAME_CHARS),
            (Field::Location, &self.location, MAX_LOCATION_CHARS),
            (Field::Floor, &self.floor, MAX_FLOOR_CHARS),
        ] {
            if text.chars().count() > max as usize {
                refuse(field, Rule::MaxLength { max });
            } else if text.contains('\0') {
                refuse(field, Rule::NulCharacter);
            }
        }
        if !(1..=MAX_CAPACITY).contains(&self.capacity) {
            refuse(Field::Capacity, Rule::Range { min: 1, max: MAX_CAPACITY });
        }
        if self.equipment.len() > MAX_EQUIPMENT as usize {
            refuse(Field::Equipment, Rule::MaxItems { max: MAX_EQUIPMENT });
        } else if self.equipment.iter().any(|e| e.chars().count() > MAX_EQUIPMENT_CHARS as usize) {
            refuse(Field::Equipment, Rule::MaxLength { max: MAX_EQUIPMENT_CHARS });
        } else if self.equipment.iter().any(|e| e.contains('\0')) {
            refuse(Field::Equipment, Rule::NulCharacter);
        } else if (1..self.equipment.len()).any(|i| self.equipment[..i].contains(&self.equipment[i])) {
            refuse(Field::Equipment, Rule::Duplicate);
        }
        self.approver_ids.sort_unstable();
        self.approver_ids.dedup();
        if self.approver_ids.len() > MAX_APPROVERS as usize {
            refuse(Field::ApproverIds, Rule::MaxItems { max: MAX_APPROVERS });
        }
        if fields.is_empty() { Ok(self) } else { Err(AppError::Validation { fields }) }
    }
}

impl Room {
    /// Whether the viewer may decide about bookings that wait here: admins and the named approvers.
    #[must_use]
    pub fn may_decide(&self, viewer: Viewer) -> bool {
        viewer.is_admin() || self.approver_ids.contains(&viewer.user_id)
    }

    /// Whether what the viewer books here waits for somebody else's yes.
    #[must_use]
    pub fn makes_wait(&self, viewer: Viewer) -> bool {
        self.requires_approval && !self.may_decide(viewer)
    }
}

/// Which rooms to list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::IntoParams))]
#[serde(rename_all = "camelCase")]
pub struct RoomFilter {
    /// At least so many seats.
    pub capacity: Option<u32>,
    /// Comma-separated; a room must have all of them.
    pub equipment: Option<String>,
    pub floor: Option<String>,
    /// With `freeTo`: only rooms without a booking between the two.
    pub free_from: Option<Timestamp>,
    pub free_to: Option<Timestamp>,
}

impl RoomFilter {
    /// Whether the room itself fits; whether it is free is asked of the bookings.
    #[must_use]
    pub fn fits(&self, room: &Room) -> bool {
        self.capacity.is_none_or(|seats| room.capacity >= seats)
            && self.floor.as_deref().is_none_or(|floor| floor.is_empty() || room.floor == floor)
            && self
                .equipment
                .as_deref()
                .is_none_or(|wanted| pieces(wanted).all(|e| room.equipment.iter().any(|h| h == e)))
    }
}

/// The pieces of equipment that a text names. A comma parts them wherever they are typed: a filter could
/// not name one that had a comma in it.
pub fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|piece| !piece.is_empty())
}

/// Rooms in the order in which every list shows them: by floor, then by name.
pub fn sort_for_display(rooms: &mut [Room]) {
    rooms.sort_by(|a, b| {
        natural(&a.floor).cmp(&natural(&b.floor)).then_with(|| a.name.cmp(&b.name)).then(a.id.cmp(&b.id))
    });
}

/// `2F` before `10F`: by the number that a text begins with, then by the text.
fn natural(text: &str) -> (u64, &str) {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (text[..digits].parse().unwrap_or(u64::MAX), text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reservations::model::{Status, testing::booking};
    use crate::time::HOUR;

    fn room(id: i64, floor: &str, name: &str) -> Room {
        Room {
            id: RoomId(id),
            name: name.into(),
            location: String::new(),
            floor: floor.into(),
            capacity: 6,
            equipment: vec!["video".into(), "screen".into()],
            requires_approval: false,
            approver_ids: vec![],
            maintenance: false,
            version: 1,
        }
    }

    #[test]
    fn a_room_is_in_use_by_the_booking_that_contains_now() {
        let room = room(1, "3", "A");
        let bookings = [
            booking(1, 1, 9 * HOUR, 10 * HOUR),
            booking(2, 1, 10 * HOUR, 11 * HOUR),
            booking(3, 2, 9 * HOUR, 12 * HOUR),
            Reservation { status: Status::Pending, ..booking(4, 1, 11 * HOUR, 12 * HOUR) },
            booking(5, 1, 12 * HOUR, 13 * HOUR),
        ];
        let at = |ms| RoomState::derive(&room, &bookings, Timestamp(ms));
        let ids = |s: RoomState| (s.status, s.current_reservation.map(|o| o.id.0), s.next_reservation.map(|o| o.id.0));
        assert_eq!(ids(at(8 * HOUR)), (RoomStatus::Available, None, Some(1)));
        assert_eq!(ids(at(10 * HOUR)), (RoomStatus::InUse, Some(2), Some(5)));
        assert_eq!(ids(at(11 * HOUR)), (RoomStatus::Available, None, Some(5)));
        assert_eq!(ids(at(13 * HOUR)), (RoomStatus::Available, None, None));
        let closed = Room { maintenance: true, ..room.clone() };
        assert_eq!(RoomState::derive(&closed, &bookings, Timestamp(9 * HOUR)).status, RoomStatus::Maintenance);
    }

    #[test]
    fn a_new_room_is_trimmed_and_checked() {
        let fine = NewRoom {
            name: " 한라산 ".into(),
            capacity: 20,
            equipment: vec![" video ".into(), " ".into()],
            ..NewRoom::default()
        };
        let checked = fine.checked().unwrap();
        assert_eq!((checked.name.as_str(), checked.equipment), ("한라산", vec!["video".to_owned()]));

        let refused = |room: NewRoom| match room.checked() {
            Err(AppError::Validation { fields }) => fields.into_iter().map(|f| (f.field, f.rule)).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            refused(NewRoom { name: "  ".into(), capacity: 1, ..NewRoom::default() }),
            [(Field::Name, Rule::Required)]
        );
        assert_eq!(
            refused(NewRoom {
                name: "x".repeat(81),
                capacity: 0,
                equipment: vec!["a".into(), "a".into()],
                ..NewRoom::default()
            }),
            [
                (Field::Name, Rule::MaxLength { max: 80 }),
                (Field::Capacity, Rule::Range { min: 1, max: MAX_CAPACITY }),
                (Field::Equipment, Rule::Duplicate)
            ]
        );
    }

    #[test]
    fn filters_ask_for_seats_floor_and_all_of_the_equipment() {
        let room = room(1, "3", "A");
        let filter = |capacity, equipment: Option<&str>, floor: Option<&str>| RoomFilter {
            capacity,
            equipment: equipment.map(Into::into),
            floor: floor.map(Into::into),
            ..RoomFilter::default()
        };
        assert!(filter(Some(6), Some("screen,video"), Some("3")).fits(&room));
        assert!(!filter(Some(7), None, None).fits(&room));
        assert!(!filter(None, Some("video,phone"), None).fits(&room));
        assert!(!filter(None, None, Some("5")).fits(&room));
    }

    #[test]
    fn floors_sort_by_number() {
        let mut rooms = [room(1, "10층", "A"), room(2, "2층", "B"), room(3, "2층", "A"), room(4, "", "Z")];
        sort_for_display(&mut rooms);
        assert_eq!(rooms.map(|r| r.id.0), [3, 2, 1, 4]);
    }
}
