//! What is done with rooms.

use super::super::helpers::new_room;
use super::office::Office;
use crate::error::AppError;
use crate::ids::UserId;
use crate::rooms::model::RoomPatch;
use crate::rooms::server as rooms;
use rand::RngExt;

impl Office {
    pub(super) async fn create_room(&mut self) -> Result<(), AppError> {
        let mut new = new_room(&self.name("방"));
        new.floor = self.pick(&["2층", "10층", "B1", ""]).expect("floors").into();
        new.requires_approval = self.one_in(3);
        new.approver_ids = self.approvers();
        let caller = self.keeper();
        let room = rooms::create_room(&self.app, &caller, new).await?.room;
        self.rooms.insert(room.id, room);
        Ok(())
    }

    /// Employees who may be named: never Seoyeon, who looks on.
    pub(super) fn approvers(&mut self) -> Vec<UserId> {
        let named = self.invited.clone();
        named.into_iter().filter(|_| self.one_in(3)).collect()
    }

    pub(super) async fn update_room(&mut self) -> (&'static str, Result<(), AppError>) {
        let (caller, mut id) = (self.keeper(), self.room());
        let Some(room) = self.rooms.get(&id).cloned() else { return ("none", Err(AppError::NotFound)) };
        let mut patch = RoomPatch { version: Some(room.version), ..RoomPatch::default() };
        let kind = match self.random.random_range(0..4) {
            3 => {
                patch.approver_ids = Some(self.approvers());
                "name approvers"
            }
            0 => {
                patch.name = Some(self.name("방"));
                "rename a room"
            }
            1 => {
                // Few rooms are closed: one that is, is opened again.
                let closed = self.rooms.values().find(|room| room.maintenance).cloned();
                let room = closed.unwrap_or(room);
                id = room.id;
                patch.version = Some(room.version);
                patch.maintenance = Some(!room.maintenance);
                if room.maintenance { "reopen a room" } else { "close a room" }
            }
            _ => {
                patch.capacity = Some(self.random.random_range(3..20));
                patch.floor = self.pick(&["2층".to_owned(), "10층".to_owned()]);
                patch.equipment = Some(vec!["video".into()]);
                "change a room"
            }
        };
        let outcome = rooms::update_room(&self.app, &caller, id, patch).await;
        (kind, outcome.map(|changed| drop(self.rooms.insert(id, changed.room))))
    }
}
