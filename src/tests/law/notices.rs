//! What is done with announcements.

use super::office::Office;
use crate::announcements::model::{
    AckOption, AnnouncementEdit, Audience, Kind, Managed, NewAck, NewAnnouncement, Severity,
};
use crate::announcements::server as announcements;
use crate::error::AppError;
use crate::ids::AnnouncementId;
use crate::time::MINUTE;
use rand::RngExt;

impl Office {
    pub(super) async fn announcements(&mut self) -> (&'static str, Result<(), AppError>) {
        let app = self.app.clone();
        let now = app.now();
        // Mostly one that still holds; of those that are over, a refusal is all there is to see.
        let some_are_over = self.one_in(8);
        let known: Vec<Managed> =
            self.announcements.values().filter(|m| some_are_over || !m.announcement.is_over(now)).cloned().collect();
        let known = self.pick(&known);
        let id = known.as_ref().map_or(AnnouncementId(0), |known| known.announcement.id);
        match self.random.random_range(0..16) {
            0..5 => {
                let (caller, new) = (self.keeper(), self.announcement());
                ("announce", self.note_announcement(announcements::announce(&app, &caller, new).await))
            }
            5..7 => {
                let Some(known) = known else { return ("none", Err(AppError::NotFound)) };
                let content =
                    NewAnnouncement { message: self.name("고침"), ..NewAnnouncement::of(&known.announcement) };
                let edit = AnnouncementEdit { content, version: Some(known.version) };
                let caller = self.keeper();
                let outcome = announcements::edit_announcement(&app, &caller, id, edit).await;
                ("change an announcement", self.note_announcement(outcome))
            }
            7 => {
                let caller = self.keeper();
                let outcome = announcements::cancel_announcement(&app, &caller, id).await;
                ("call off", self.note_announcement(outcome))
            }
            8..13 => {
                let option_id = if self.one_in(2) { "yes" } else { "no" }.into();
                let ack = NewAck { option_id, client_id: self.random.random_range(0..50).to_string() };
                let caller = self.anybody();
                ("answer", announcements::acknowledge(&app, &caller, id, &ack).await.map(drop))
            }
            _ => {
                let caller = self.anybody();
                ("put away", announcements::dismiss(&app, &caller, id).await)
            }
        }
    }

    pub(super) fn announcement(&mut self) -> NewAnnouncement {
        let now = self.app.now();
        let option = |id: &str| AckOption { id: id.into(), label: id.into() };
        let ahead = self.random.random_range(1..120) * MINUTE;
        NewAnnouncement {
            message: self.name("공지"),
            kind: Some(if self.one_in(2) { Kind::Maintenance } else { Kind::Notification }),
            severity: self.pick(&[None, Some(Severity::Advisory), Some(Severity::Critical)]).flatten(),
            audience: match self.random.random_range(0..4) {
                0 => Some(Audience::Users { user_ids: self.guests() }),
                1 => Some(Audience::Room { room_id: self.room() }),
                _ => None,
            },
            starts_at: self.one_in(3).then(|| now + ahead),
            expires_at: self.one_in(2).then(|| now + 2 * ahead),
            ack_required: Some(self.one_in(2)),
            ack_options: Some(vec![option("yes"), option("no")]),
            ..NewAnnouncement::default()
        }
    }

    pub(super) fn note_announcement(&mut self, outcome: Result<Managed, AppError>) -> Result<(), AppError> {
        outcome.map(|managed| drop(self.announcements.insert(managed.announcement.id, managed)))
    }
}
