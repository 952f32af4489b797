//! The form of a room as signals: what is typed, what is wrong with it, and what another admin
//! did meanwhile.

use super::draft::{Draft, Part, patch};
use super::{Admin, Selection};
use crate::error::{AppError, Field, FieldError};
use crate::rooms::api::{create_room, update_room};
use crate::rooms::model::Room;
use crate::text::Lang;
use leptos::prelude::*;

/// The form of one drawer.
#[derive(Clone, Copy)]
pub struct RoomForm {
    pub lang: Lang,
    pub draft: RwSignal<Draft>,
    /// The room that the draft began with, or was brought to since; nothing for a new room.
    pub base: RwSignal<Option<Room>>,
    /// Fields that another admin has changed to something else than what is typed here.
    pub clashes: RwSignal<Vec<Part>>,
    /// What the server has refused.
    refused: RwSignal<Vec<FieldError>>,
    /// Saving was tried: from now on missing fields are named too.
    tried: RwSignal<bool>,
    pub saving: RwSignal<bool>,
}

impl RoomForm {
    /// A form for a room, or for a new one.
    pub fn new(lang: Lang, room: Option<Room>) -> Self {
        Self {
            lang,
            draft: RwSignal::new(room.as_ref().map(Draft::from).unwrap_or_default()),
            base: RwSignal::new(room),
            clashes: RwSignal::new(Vec::new()),
            refused: RwSignal::new(Vec::new()),
            tried: RwSignal::new(false),
            saving: RwSignal::new(false),
        }
    }

    fn base_draft(self) -> Draft {
        self.base.with(|base| base.as_ref().map(Draft::from).unwrap_or_default())
    }

    /// Whether something is not saved.
    pub fn is_dirty(self) -> bool {
        let base = self.base_draft();
        self.draft.with(|draft| *draft != base)
    }

    /// What is wrong with a field, once it has been touched or saving was tried.
    pub fn error(self, field: Field, part: Part) -> Option<String> {
        let base = self.base_draft();
        self.draft.with(|draft| {
            let is_judged = self.tried.get() || !draft.agrees(&base, part);
            let broken = draft.checked().err().filter(|_| is_judged).unwrap_or_default();
            self.lang
                .error_of(&broken, field)
                .or_else(|| self.refused.with(|refused| self.lang.error_of(refused, field)))
        })
    }

    /// Changes the draft as the person types; what the server refused before is open again.
    pub fn edit(self, change: impl FnOnce(&mut Draft)) {
        self.draft.update(change);
        self.refused.update(Vec::clear);
    }

    /// Goes back to what is saved.
    pub fn revert(self) {
        self.draft.set(self.base.with_untracked(|base| base.as_ref().map(Draft::from).unwrap_or_default()));
        self.clashes.update(Vec::clear);
        self.refused.update(Vec::clear);
        self.tried.set(false);
    }

    /// Meets another admin's save: typing stays, everything else follows.
    pub fn meet(self, theirs: &Room) {
        let Some(base) = self.base.get_untracked() else { return };
        if theirs.version <= base.version {
            return;
        }
        let (base, now) = (Draft::from(&base), Draft::from(theirs));
        let clashes = self.draft.try_update(|draft| draft.rebase(&base, &now)).unwrap_or_default();
        self.clashes.update(|known| {
            self.draft.with_untracked(|draft| known.retain(|part| !draft.agrees(&now, *part)));
            known.extend(clashes.iter().filter(|part| !known.contains(part)).copied().collect::<Vec<_>>());
        });
        self.base.set(Some(theirs.clone()));
    }

    /// Gives up the own content of a field for the other admin's.
    pub fn take_theirs(self, part: Part) {
        let theirs = self.base.with_untracked(|base| base.as_ref().map(Draft::from).unwrap_or_default());
        self.draft.update(|draft| draft.take(&theirs, part));
        self.clashes.update(|parts| parts.retain(|p| *p != part));
    }

    /// Saves, when every rule is kept. What is typed meanwhile stays, and is not saved.
    ///
    /// # Errors
    /// What the server refuses. Broken rules are shown at their fields too.
    pub async fn save(self) -> Result<Room, AppError> {
        self.tried.set(true);
        let sent = self.draft.get_untracked();
        let wanted = sent.checked().map_err(|fields| AppError::Validation { fields })?;
        let base = self.base.get_untracked();
        self.saving.set(true);
        let saved = match &base {
            None => create_room(wanted).await,
            Some(room) => update_room(room.id, patch(room, wanted)).await,
        };
        let _ = self.saving.try_set(false);
        match saved {
            Ok(room) => {
                self.saved(&sent, &room);
                Ok(room)
            }
            Err(error) => {
                if let AppError::Validation { fields } = &error {
                    let _ = self.refused.try_set(fields.clone());
                }
                Err(error)
            }
        }
    }

    /// Takes the server's answer over, unless the drawer has been left. Another admin's later save may have come
    /// before it.
    fn saved(self, sent: &Draft, room: &Room) {
        let _ = self.draft.try_update(|draft| draft.rebase(sent, &Draft::from(room)));
        let is_newest = |base: &Option<Room>| base.as_ref().is_none_or(|base| base.version <= room.version);
        if self.base.try_with_untracked(is_newest) == Some(true) {
            self.base.set(Some(room.clone()));
            self.clashes.update(Vec::clear);
        }
    }

    /// A field's content in words, for the comparison.
    pub fn in_words(self, draft: &Draft, part: Part) -> String {
        let texts = self.lang.texts();
        let yes_no = |flag| if flag { texts.yes } else { texts.no }.to_owned();
        match part {
            Part::Name => draft.name.clone(),
            Part::Location => draft.location.clone(),
            Part::Floor => draft.floor.clone(),
            Part::Capacity => draft.capacity.clone(),
            Part::Equipment => {
                let names: Vec<_> = draft.equipment.iter().map(|code| self.lang.equipment(code)).collect();
                names.join(", ")
            }
            Part::RequiresApproval => yes_no(draft.requires_approval),
            Part::Approvers => self.lang.people(u32::try_from(draft.approver_ids.len()).unwrap_or(u32::MAX)),
            Part::Maintenance => yes_no(draft.maintenance),
        }
    }

    /// A field's label.
    pub fn label(self, part: Part) -> &'static str {
        let texts = self.lang.texts();
        match part {
            Part::Name => texts.room_name,
            Part::Location => texts.location,
            Part::Floor => texts.floor,
            Part::Capacity => texts.capacity,
            Part::Equipment => texts.equipment,
            Part::RequiresApproval => texts.requires_approval,
            Part::Approvers => texts.approvers,
            Part::Maintenance => texts.maintenance,
        }
    }
}

/// Keeps a form in step with the live room, also with one that it has made; says whether the room is gone.
pub fn follow_live_room(admin: Admin, form: RoomForm, selection: Selection) -> Memo<bool> {
    let selected = if let Selection::Room(id) = selection { Some(id) } else { None };
    let id = Memo::new(move |_| form.base.with(|base| base.as_ref().map(|room| room.id)).or(selected));
    let live = Memo::new(move |_| {
        let id = id.get()?;
        admin.rooms.with(|directory| directory.rooms.iter().find(|room| room.id == id).cloned())
    });
    Effect::new(move |_| {
        if let Some(room) = live.get() {
            form.meet(&room);
        }
    });
    // The answer to what makes a room may come before its event.
    let was_there = Memo::new(move |was: Option<&bool>| was == Some(&true) || live.with(Option::is_some));
    Memo::new(move |_| (selected.is_some() || was_there.get()) && live.with(Option::is_none))
}
