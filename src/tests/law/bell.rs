//! What is done with notifications.

use super::office::Office;
use crate::accounts::server::Caller;
use crate::error::AppError;
use crate::notifications::model::{
    Category, Channels, Filter, Mark, NewMessage, NotificationId, NotificationType, Priority,
};
use crate::notifications::server as notifications;
use crate::settings::model::{PreferencesPatch, SettingsPatch};
use crate::settings::server as settings;
use crate::time::MINUTE;
use rand::RngExt;
use std::collections::BTreeMap;

impl Office {
    /// Somebody does something with what they were told, or time does.
    pub(super) async fn look_at_the_bell(&mut self) {
        let app = self.app.clone();
        let caller = self.anybody();
        let (kind, outcome) = match self.random.random_range(0..20) {
            0 => ("read all", notifications::mark_all_read(&app, &caller).await.map(drop)),
            1 | 2 => ("see all", notifications::mark_all_seen(&app, &caller).await.map(drop)),
            3 => {
                let filter = self.filter();
                ("delete several", notifications::delete_notifications(&app, &caller, filter).await.map(drop))
            }
            4 => ("wish for other things", self.wish(&caller).await),
            5 | 6 => ("be reminded", notifications::jobs::remind(&app).await.map(drop)),
            7 => ("forget", notifications::jobs::tidy_up(&app).await),
            8 | 9 => ("send a message", self.send_message().await),
            _ => {
                let filter = Filter { archived: self.one_in(3), ..Filter::default() };
                let listed = notifications::list_notifications(&app, &caller, filter, 1, 30).await;
                let ids: Vec<NotificationId> = listed.expect("a list").entries.into_iter().map(|e| e.id).collect();
                let marks = [Mark::Read, Mark::Read, Mark::Unread, Mark::Archived, Mark::Restored, Mark::Deleted];
                let mark = self.pick(&marks).expect("marks");
                let Some(id) = self.pick(&ids) else { return };
                let kind = match mark {
                    Mark::Read => "read one",
                    Mark::Unread => "unread one",
                    Mark::Archived => "archive one",
                    Mark::Restored => "restore one",
                    Mark::Deleted => "delete one",
                };
                (kind, notifications::mark_notification(&app, &caller, &id, mark).await.map(drop))
            }
        };
        self.count(kind, outcome);
    }

    pub(super) fn filter(&mut self) -> Filter {
        Filter {
            unread: self.one_in(3),
            category: if self.one_in(2) { self.pick(&Category::ALL) } else { None },
            archived: self.one_in(3),
        }
    }

    pub(super) async fn wish(&mut self, caller: &Caller) -> Result<(), AppError> {
        let category = self.pick(&Category::ALL).expect("categories");
        let channels = Channels { in_app: !self.one_in(3), browser: self.one_in(2) };
        let notifications =
            PreferencesPatch { categories: BTreeMap::from([(category, channels)]), ..PreferencesPatch::default() };
        let patch = SettingsPatch { notifications: Some(notifications), ..SettingsPatch::default() };
        settings::update_settings(&self.app, caller, patch).await.map(drop)
    }

    pub(super) async fn send_message(&mut self) -> Result<(), AppError> {
        let (caller, expires) = (self.keeper(), self.one_in(2));
        let new = NewMessage {
            user_ids: self.guests(),
            user_id: None,
            title: self.name("소식"),
            message: "알립니다.".into(),
            kind: NotificationType::Custom,
            priority: Priority::Normal,
            expires_at: expires.then(|| self.app.now() + 30 * MINUTE),
            action_url: None,
        };
        notifications::send_message(&self.app, &caller, new).await.map(drop)
    }
}
