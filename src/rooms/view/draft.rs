//! What an admin has typed into the form of a room, and how it meets another admin's save.

use crate::error::{AppError, FieldError};
use crate::ids::UserId;
use crate::rooms::model::{NewRoom, Room, RoomPatch};

/// The form's content: as typed, so that a half-written number is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    pub name: String,
    pub location: String,
    pub floor: String,
    pub capacity: String,
    pub equipment: Vec<String>,
    pub requires_approval: bool,
    pub approver_ids: Vec<UserId>,
    pub maintenance: bool,
}

/// One field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Name,
    Location,
    Floor,
    Capacity,
    Equipment,
    RequiresApproval,
    Approvers,
    Maintenance,
}

impl Part {
    pub const ALL: [Self; 8] = [
        Self::Name,
        Self::Location,
        Self::Floor,
        Self::Capacity,
        Self::Equipment,
        Self::RequiresApproval,
        Self::Approvers,
        Self::Maintenance,
    ];
}

impl From<&Room> for Draft {
    fn from(room: &Room) -> Self {
        Self {
            name: room.name.clone(),
            location: room.location.clone(),
            floor: room.floor.clone(),
            capacity: room.capacity.to_string(),
            equipment: room.equipment.clone(),
            requires_approval: room.requires_approval,
            approver_ids: room.approver_ids.clone(),
            maintenance: room.maintenance,
        }
    }
}

impl Draft {
    /// The room that this describes; a capacity that is no number is refused as out of range.
    fn to_new_room(&self) -> NewRoom {
        NewRoom {
            name: self.name.clone(),
            location: self.location.clone(),
            floor: self.floor.clone(),
            capacity: self.capacity.trim().parse().unwrap_or_default(),
            equipment: self.equipment.clone(),
            requires_approval: self.requires_approval,
            approver_ids: self.approver_ids.clone(),
            maintenance: self.maintenance,
        }
    }

    /// The room as it may be sent: trimmed, by the rules that the server keeps too.
    pub fn checked(&self) -> Result<NewRoom, Vec<FieldError>> {
        self.to_new_room().checked().map_err(|error| match error {
            AppError::Validation { fields } => fields,
            _ => Vec::new(),
        })
    }

    /// Whether a field has the same content in both.
    pub fn agrees(&self, other: &Self, part: Part) -> bool {
        match part {
            Part::Name => self.name == other.name,
            Part::Location => self.location == other.location,
            Part::Floor => self.floor == other.floor,
            Part::Capacity => self.capacity == other.capacity,
            Part::Equipment => self.equipment == other.equipment,
            Part::RequiresApproval => self.requires_approval == other.requires_approval,
            Part::Approvers => self.approver_ids == other.approver_ids,
            Part::Maintenance => self.maintenance == other.maintenance,
        }
    }

    /// Takes a field's content from another draft.
    pub fn take(&mut self, other: &Self, part: Part) {
        match part {
            Part::Name => self.name.clone_from(&other.name),
            Part::Location => self.location.clone_from(&other.location),
            Part::Floor => self.floor.clone_from(&other.floor),
            Part::Capacity => self.capacity.clone_from(&other.capacity),
            Part::Equipment => self.equipment.clone_from(&other.equipment),
            Part::RequiresApproval => self.requires_approval = other.requires_approval,
            Part::Approvers => self.approver_ids.clone_from(&other.approver_ids),
            Part::Maintenance => self.maintenance = other.maintenance,
        }
    }

    /// Brings the form to another admin's save. What was not touched here follows; what was
    /// touched stays, and where both changed the same field differently, it is returned.
    pub fn rebase(&mut self, base: &Self, theirs: &Self) -> Vec<Part> {
        let mut clashes = Vec::new();
        for part in Part::ALL {
            if self.agrees(base, part) {
                self.take(theirs, part);
            } else if !theirs.agrees(base, part) && !self.agrees(theirs, part) {
                clashes.push(part);
            }
        }
        clashes
    }
}

/// The change that makes a room out of another: only what differs, against the version seen.
pub fn patch(from: &Room, to: NewRoom) -> RoomPatch {
    fn changed<T: PartialEq>(from: &T, to: T) -> Option<T> {
        (*from != to).then_some(to)
    }
    RoomPatch {
        name: changed(&from.name, to.name),
        location: changed(&from.location, to.location),
        floor: changed(&from.floor, to.floor),
        capacity: changed(&from.capacity, to.capacity),
        equipment: changed(&from.equipment, to.equipment),
        requires_approval: changed(&from.requires_approval, to.requires_approval),
        approver_ids: changed(&from.approver_ids, to.approver_ids),
        maintenance: changed(&from.maintenance, to.maintenance),
        version: Some(from.version),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Field, Rule};
    use crate::reservations::model::testing::room;

    #[test]
    fn typing_survives_another_admins_save() {
        let base = Draft { name: "누마루".into(), capacity: "6".into(), floor: "5층".into(), ..Draft::default() };
        let mut mine = Draft { name: "누마루 큰방".into(), capacity: "8".into(), ..base.clone() };
        let theirs = Draft { capacity: "10".into(), floor: "6층".into(), maintenance: true, ..base.clone() };
        assert_eq!(mine.rebase(&base, &theirs), [Part::Capacity]);
        let expected = Draft { name: "누마루 큰방".into(), capacity: "8".into(), ..theirs };
        assert_eq!(mine, expected);
    }

    #[test]
    fn typing_goes_on_while_the_draft_is_saved() {
        let sent = Draft { name: " 누마루 ".into(), capacity: "6".into(), ..Draft::default() };
        let saved = Draft { name: "누마루".into(), ..sent.clone() };
        let mut mine = Draft { capacity: "62".into(), ..sent.clone() };
        assert_eq!(mine.rebase(&sent, &saved), []);
        assert_eq!(
            mine,
            Draft { capacity: "62".into(), ..saved },
            "the saved name, and the capacity as it is typed now"
        );
    }

    #[test]
    fn the_same_change_by_both_is_no_clash() {
        let base = Draft::default();
        let mut mine = Draft { name: "A".into(), ..Draft::default() };
        let theirs = mine.clone();
        assert_eq!(mine.rebase(&base, &theirs), []);
    }

    #[test]
    fn a_patch_names_only_what_differs() {
        let before = room(1, 6);
        let after = NewRoom { capacity: 8, ..RoomPatch::default().onto(&before) };
        let expected = RoomPatch { capacity: Some(8), version: Some(before.version), ..RoomPatch::default() };
        assert_eq!(patch(&before, after), expected);
    }

    #[test]
    fn a_capacity_that_is_no_number_is_refused() {
        let draft = Draft { name: "A".into(), capacity: "many".into(), ..Draft::default() };
        let refused = draft.checked().unwrap_err();
        assert!(matches!(refused[..], [FieldError { field: Field::Capacity, rule: Rule::Range { min: 1, .. } }]));
    }
}
