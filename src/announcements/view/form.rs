//! The form of an announcement as signals: what is typed, and what is wrong with it.

use super::admin::Admin;
use crate::accounts::model::Person;
use crate::announcements::api::{announce, edit_announcement};
use crate::announcements::model::{
    AckOption, Announcement, AnnouncementEdit, Audience, Kind, Managed, NewAnnouncement, Severity,
};
use crate::app::use_page;
use crate::error::{AppError, Field, FieldError};
use crate::ids::{RoomId, UserId};
use crate::text::Lang;
use crate::time::{Timestamp, ZoneOffsets, date_time_text, parse_date_time};
use crate::ui::{Toasts, use_toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What is typed: as typed, so that a half-written time is kept.
#[derive(Clone, Copy)]
pub struct Form {
    pub admin: Admin,
    pub lang: Lang,
    zone: StoredValue<ZoneOffsets>,
    toasts: Toasts,
    base: StoredValue<Option<Managed>>,
    /// What the form began with.
    began: StoredValue<Option<NewAnnouncement>>,
    pub title: RwSignal<String>,
    pub message: RwSignal<String>,
    pub kind: RwSignal<String>,
    pub severity: RwSignal<String>,
    pub audience: RwSignal<String>,
    pub people: RwSignal<Vec<Person>>,
    pub floor: RwSignal<String>,
    pub room: RwSignal<String>,
    pub starts_at: RwSignal<String>,
    pub expires_at: RwSignal<String>,
    pub asks: RwSignal<bool>,
    pub options: RwSignal<String>,
    refused: RwSignal<Vec<FieldError>>,
    tried: RwSignal<bool>,
    pub busy: RwSignal<bool>,
}

/// The names that the form has for weights.
pub const SEVERITIES: [(&str, Severity); 4] = [
    ("info", Severity::Info),
    ("advisory", Severity::Advisory),
    ("major", Severity::Major),
    ("critical", Severity::Critical),
];

impl Form {
    pub fn new(admin: Admin, base: Option<Managed>) -> Self {
        let page = use_page();
        let zone = page.zone;
        let content = base.as_ref().map(|managed| managed.announcement.clone());
        let of = |read: fn(&Announcement) -> String| RwSignal::new(content.as_ref().map(read).unwrap_or_default());
        let time =
            |at: Option<Timestamp>| RwSignal::new(at.map(|at| date_time_text(zone.local(at))).unwrap_or_default());
        let audience = content.as_ref().map(|a| a.audience.clone()).unwrap_or_default();
        let (kind_of_audience, floor, room) = match &audience {
            Audience::Everyone => ("everyone", String::new(), String::new()),
            Audience::Users { .. } => ("users", String::new(), String::new()),
            Audience::Floor { floor } => ("floor", floor.clone(), String::new()),
            Audience::Room { room_id } => ("room", String::new(), room_id.to_string()),
        };
        let people = RwSignal::new(Vec::new());
        let form = Self {
            admin,
            lang: page.lang,
            toasts: use_toasts(),
            title: of(|a| a.title.clone()),
            message: of(|a| a.body.clone()),
            kind: RwSignal::new(if content.as_ref().is_some_and(|a| a.kind == Kind::Maintenance) {
                "maintenance".into()
            } else {
                "notification".into()
            }),
            severity: RwSignal::new(name_of(content.as_ref().map_or(Severity::Info, |a| a.severity)).into()),
            audience: RwSignal::new(kind_of_audience.into()),
            people,
            floor: RwSignal::new(floor),
            room: RwSignal::new(room),
            starts_at: time(content.as_ref().map(|a| a.starts_at)),
            expires_at: time(content.as_ref().and_then(|a| a.expires_at)),
            asks: RwSignal::new(content.as_ref().is_some_and(|a| a.ack_required)),
            options: of(|a| a.ack_options.iter().map(|o| o.label.as_str()).collect::<Vec<_>>().join("\n")),
            refused: RwSignal::new(Vec::new()),
            tried: RwSignal::new(false),
            busy: RwSignal::new(false),
            zone: StoredValue::new(zone),
            base: StoredValue::new(base),
            began: StoredValue::new(None),
        };
        form.began.set_value(Some(untrack(|| form.content())));
        if let Audience::Users { user_ids } = audience {
            form.name_people(user_ids);
        }
        form
    }

    /// Their names come with the list of everybody.
    fn name_people(self, ids: Vec<UserId>) {
        Effect::new(move |_| {
            let named = self.admin.everybody.with(|everybody| {
                everybody.iter().filter(|person| ids.contains(&person.id)).cloned().collect::<Vec<Person>>()
            });
            if self.people.with_untracked(Vec::is_empty) && !named.is_empty() {
                self.people.set(named);
                self.began.set_value(Some(untrack(|| self.content())));
            }
        });
    }

    pub fn is_sent(self) -> bool {
        self.base.with_value(|base| base.as_ref().is_some_and(|base| base.sent_at.is_some()))
    }

    fn instant(self, typed: &str) -> Option<Timestamp> {
        let local = parse_date_time(typed)?;
        Some(self.zone.with_value(|zone| zone.instant(local)))
    }

    /// Whether something is typed that was not sent.
    pub fn is_dirty(self) -> bool {
        let content = self.content();
        self.began.with_value(|began| began.as_ref() != Some(&content))
    }

    /// What would be sent.
    pub fn content(self) -> NewAnnouncement {
        let severity = self.severity.with(|name| SEVERITIES.iter().find(|(n, _)| n == name).map(|(_, s)| *s));
        let asks = self.asks.get() || severity == Some(Severity::Critical);
        let audience = match self.audience.get().as_str() {
            "users" => Audience::Users { user_ids: self.people.with(|people| people.iter().map(|p| p.id).collect()) },
            "floor" => Audience::Floor { floor: self.floor.get() },
            "room" => Audience::Room { room_id: self.room.with(|id| id.parse().unwrap_or(RoomId(0))) },
            _ => Audience::Everyone,
        };
        let edited = NewAnnouncement {
            message: self.message.get(),
            title: Some(self.title.get()),
            kind: Some(if self.kind.get() == "maintenance" { Kind::Maintenance } else { Kind::Notification }),
            level: None,
            severity,
            audience: Some(audience),
            starts_at: self.starts_at.with(|typed| self.instant(typed)),
            expires_at: self.expires_at.with(|typed| self.instant(typed)),
            ack_required: Some(asks),
            ack_options: Some(self.options.with(|typed| options_of(typed))),
        };
        // To whom it went, and when, is settled once it is out.
        let sent = self.base.with_value(|base| base.as_ref().filter(|b| b.sent_at.is_some()).cloned());
        match sent {
            Some(sent) => NewAnnouncement {
                message: edited.message,
                title: edited.title,
                expires_at: edited.expires_at,
                ..NewAnnouncement::of(&sent.announcement)
            },
            None => edited,
        }
    }

    fn checked(self) -> Result<Announcement, Vec<FieldError>> {
        let now = self.admin.now.get();
        let sent = self.base.with_value(|b| b.as_ref().filter(|b| b.sent_at.is_some()).map(|b| b.announcement.clone()));
        self.content().checked(sent.as_ref(), now).map_err(|error| match error {
            AppError::Validation { fields } => fields,
            _ => Vec::new(),
        })
    }

    pub fn error(self, field: Field) -> Signal<Option<String>> {
        Signal::derive(move || {
            let broken = if self.tried.get() { self.checked().err().unwrap_or_default() } else { Vec::new() };
            self.lang
                .error_of(&broken, field)
                .or_else(|| self.refused.with(|refused| self.lang.error_of(refused, field)))
        })
    }

    pub fn save(self) {
        self.tried.set(true);
        self.refused.update(Vec::clear);
        if self.busy.get_untracked() || untrack(|| self.checked()).is_err() {
            return;
        }
        let (content, base) = (untrack(|| self.content()), self.base.get_value());
        self.busy.set(true);
        spawn_local(async move {
            let saved = match base {
                None => announce(content).await,
                Some(base) => {
                    let edit = AnnouncementEdit { content, version: Some(base.version) };
                    edit_announcement(base.announcement.id, edit).await
                }
            };
            let _ = self.busy.try_set(false);
            let t = self.lang.texts();
            match saved {
                Ok(saved) => {
                    let text = if saved.sent_at.is_some() { t.announced_toast } else { t.scheduled_toast };
                    self.toasts.success(text, None);
                    // Somebody who has left the page meanwhile is not called back.
                    if self.tried.try_set(false).is_none() {
                        self.admin.close();
                    }
                }
                Err(AppError::Validation { fields }) => {
                    let _ = self.refused.try_set(fields);
                }
                Err(error) => self.toasts.refused(&error),
            }
        });
    }
}

fn name_of(severity: Severity) -> &'static str {
    SEVERITIES.iter().find(|(_, known)| *known == severity).map_or("info", |(name, _)| name)
}

/// One answer per line; its number is its id.
fn options_of(typed: &str) -> Vec<AckOption> {
    let lines = typed.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.enumerate().map(|(n, line)| AckOption { id: (n + 1).to_string(), label: line.to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_an_answer() {
        let options = options_of(" 안전합니다 \n\n도움 필요");
        assert_eq!(
            options.iter().map(|o| (o.id.as_str(), o.label.as_str())).collect::<Vec<_>>(),
            [("1", "안전합니다"), ("2", "도움 필요")]
        );
    }
}
