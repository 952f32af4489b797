//! The rooms themselves as a slice: state that events keep right.

use super::model::{Room, sort_for_display};
use crate::accounts::model::Viewer;
use crate::realtime::protocol::{Event, Slice, Topic};
use serde::{Deserialize, Serialize};

/// The rooms themselves: the admin's table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoomDirectory {
    /// By floor, then by name.
    pub rooms: Vec<Room>,
}

impl Slice for RoomDirectory {
    fn apply(&mut self, _: Topic, event: &Event, _: Viewer) {
        match event {
            Event::RoomCreated(e) | Event::RoomUpdated(e) | Event::RoomStatusChanged(e) => {
                put_room(&mut self.rooms, &e.room.room)
            }
            Event::RoomDeleted(e) => self.rooms.retain(|room| room.id != e.room.room.id),
            _ => {}
        }
    }
}

/// Takes a room in, new or changed, where display order has it.
pub(crate) fn put_room(rooms: &mut Vec<Room>, room: &Room) {
    match rooms.iter_mut().find(|known| known.id == room.id) {
        Some(known) => known.clone_from(room),
        None => rooms.push(room.clone()),
    }
    sort_for_display(rooms);
}
