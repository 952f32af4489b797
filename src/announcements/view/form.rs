//! The form of an announcement as signals: what is typed, what is wrong with it, and what another admin did meanwhile.

use super::admin::Admin;
use super::draft::{Draft, Part};
use super::look;
use crate::announcements::api::{announce, edit_announcement};
use crate::announcements::model::{
    AckOption, Announcement, AnnouncementEdit, Audience, Kind, Managed, NewAnnouncement, Severity,
};
use crate::app::use_page;
use crate::error::{AppError, Field, FieldError};
use crate::ids::{RoomId, UserId};
use crate::text::Lang;
use crate::time::{Timestamp, ZoneOffsets, parse_date_time};
use crate::ui::{Toasts, use_toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The form of one drawer.
#[derive(Clone, Copy)]
pub struct Form {
    pub admin: Admin,
    pub lang: Lang,
    zone: StoredValue<ZoneOffsets>,
    toasts: Toasts,
    /// The announcement that the form began with, or was brought to since; nothing for a new one.
    pub base: RwSignal<Option<Managed>>,
    /// What is typed: as typed, so that a half-written time is kept.
    texts: [RwSignal<String>; Part::TEXTS],
    pub people: RwSignal<Vec<UserId>>,
    pub asks: RwSignal<bool>,
    /// Fields that another admin has changed to something else than what is typed here.
    pub clashes: RwSignal<Vec<Part>>,
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
    /// A form for an announcement, or for a new one.
    pub fn new(admin: Admin, base: Option<Managed>) -> Self {
        let page = use_page();
        let draft = draft_of(base.as_ref(), &page.zone);
        Self {
            admin,
            lang: page.lang,
            toasts: use_toasts(),
            zone: StoredValue::new(page.zone),
            base: RwSignal::new(base),
            texts: draft.texts.map(RwSignal::new),
            people: RwSignal::new(draft.people),
            asks: RwSignal::new(draft.asks),
            clashes: RwSignal::new(Vec::new()),
            refused: RwSignal::new(Vec::new()),
            tried: RwSignal::new(false),
            busy: RwSignal::new(false),
        }
    }

    /// A field that is text.
    pub fn text(self, part: Part) -> RwSignal<String> {
        self.texts[part as usize]
    }

    /// What is typed.
    pub fn draft(self) -> Draft {
        Draft { texts: self.texts.map(|text| text.get()), people: self.people.get(), asks: self.asks.get() }
    }

    /// What the form holds when nothing is typed.
    pub fn base_draft(self) -> Draft {
        self.base.with(|base| self.zone.with_value(|zone| draft_of(base.as_ref(), zone)))
    }

    pub fn is_sent(self) -> bool {
        self.base.with(|base| base.as_ref().is_some_and(|base| base.sent_at.is_some()))
    }

    /// Whether it was called off meanwhile.
    pub fn is_called_off(self) -> bool {
        self.base.with(|base| base.as_ref().is_some_and(|base| base.announcement.cancelled))
    }

    fn instant(self, typed: &str) -> Option<Timestamp> {
        let local = parse_date_time(typed)?;
        Some(self.zone.with_value(|zone| zone.instant(local)))
    }

    /// Whether something is typed that was not sent.
    pub fn is_dirty(self) -> bool {
        self.content() != self.content_of(&self.base_draft())
    }

    /// What would be sent.
    pub fn content(self) -> NewAnnouncement {
        self.content_of(&self.draft())
    }

    fn content_of(self, draft: &Draft) -> NewAnnouncement {
        let text = |part: Part| draft.text(part);
        let severity = SEVERITIES.iter().find(|(name, _)| *name == text(Part::Severity)).map(|(_, severity)| *severity);
        let audience = match text(Part::Audience) {
            "users" => Audience::Users { user_ids: draft.people.clone() },
            "floor" => Audience::Floor { floor: text(Part::Floor).to_owned() },
            "room" => Audience::Room { room_id: text(Part::Room).parse().unwrap_or(RoomId(0)) },
            _ => Audience::Everyone,
        };
        let edited = NewAnnouncement {
            message: text(Part::Message).to_owned(),
            title: Some(text(Part::Title).to_owned()),
            kind: Some(if text(Part::Kind) == "maintenance" { Kind::Maintenance } else { Kind::Notification }),
            level: None,
            severity,
            audience: Some(audience),
            starts_at: self.instant(text(Part::StartsAt)),
            expires_at: self.instant(text(Part::ExpiresAt)),
            ack_required: Some(draft.asks || severity == Some(Severity::Critical)),
            ack_options: Some(options_of(text(Part::Options))),
        };
        // To whom it went, and when, is settled once it is out.
        let sent = self.base.with(|base| base.as_ref().filter(|b| b.sent_at.is_some()).cloned());
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
        let sent = self.base.with(|b| b.as_ref().filter(|b| b.sent_at.is_some()).map(|b| b.announcement.clone()));
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

    /// Meets another admin's save: typing stays, everything else follows.
    pub fn meet(self, theirs: &Managed) {
        let Some(base) = self.base.get_untracked() else { return };
        if theirs.version <= base.version {
            return;
        }
        let [before, now] = [&base, theirs].map(|managed| self.zone.with_value(|zone| draft_of(Some(managed), zone)));
        let clashes = self.bring(&before, &now, theirs.sent_at.is_some());
        let mine = untrack(|| self.draft());
        self.clashes.update(|known| {
            known.retain(|part| !mine.agrees(&now, *part));
            let new: Vec<Part> = clashes.into_iter().filter(|part| !known.contains(part)).collect();
            known.extend(new);
        });
        self.base.set(Some(theirs.clone()));
    }

    /// Gives up the own content of a field for the other admin's.
    pub fn take_theirs(self, part: Part) {
        self.put(&untrack(|| self.base_draft()), part);
        self.clashes.update(|parts| parts.retain(|p| *p != part));
    }

    /// Brings what is typed from one state of the announcement to another; says what both have changed differently.
    fn bring(self, from: &Draft, to: &Draft, is_sent: bool) -> Vec<Part> {
        let before = untrack(|| self.draft());
        let mut mine = before.clone();
        let clashes = mine.rebase(from, to, is_sent);
        for part in mine.differences(&before) {
            self.put(&mine, part);
        }
        clashes
    }

    fn put(self, draft: &Draft, part: Part) {
        match part {
            Part::People => self.people.set(draft.people.clone()),
            Part::Asks => self.asks.set(draft.asks),
            text => self.text(text).set(draft.text(text).to_owned()),
        }
    }

    /// Saves, when every rule is kept. What is typed meanwhile stays, and is not saved.
    pub fn save(self) {
        self.tried.set(true);
        self.refused.update(Vec::clear);
        if self.busy.get_untracked() || untrack(|| self.checked()).is_err() {
            return;
        }
        let (sent, base) = (untrack(|| self.draft()), self.base.get_untracked());
        let content = untrack(|| self.content_of(&sent));
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
                        self.saved(&sent, saved);
                    }
                }
                Err(AppError::Validation { fields }) => {
                    let _ = self.refused.try_set(fields);
                }
                Err(error) => {
                    if error == AppError::StaleVersion {
                        self.admin.list.refetch();
                    }
                    self.toasts.refused(&error);
                }
            }
        });
    }

    /// Takes the server's answer over, and closes the drawer unless somebody has typed on in it. Another admin's later
    /// save may have come before it.
    fn saved(self, sent: &Draft, saved: Managed) {
        let now = self.zone.with_value(|zone| draft_of(Some(&saved), zone));
        self.bring(sent, &now, saved.sent_at.is_some());
        let is_newest = |base: &Option<Managed>| base.as_ref().is_none_or(|base| base.version <= saved.version);
        if self.base.with_untracked(is_newest) {
            self.base.set(Some(saved));
            self.clashes.update(Vec::clear);
        }
        if !untrack(|| self.is_dirty()) {
            self.admin.close();
        }
    }

    /// A field's content in words, for the comparison.
    pub fn in_words(self, draft: &Draft, part: Part) -> String {
        let t = self.lang.texts();
        let typed = draft.text(part);
        match part {
            Part::People => self.lang.people(u32::try_from(draft.people.len()).unwrap_or(u32::MAX)),
            Part::Asks => (if draft.asks { t.yes } else { t.no }).to_owned(),
            Part::Room => self.admin.rooms.with(|directory| {
                let room = directory.rooms.iter().find(|room| room.id.to_string() == typed);
                room.map(|room| room.name.clone()).unwrap_or_default()
            }),
            _ => {
                let chosen = self.choices(part).into_iter().find(|(name, _)| *name == typed);
                chosen.map_or(typed, |(_, words)| words).to_owned()
            }
        }
    }

    /// A field's label.
    pub fn label(self, part: Part) -> &'static str {
        let t = self.lang.texts();
        match part {
            Part::Title => t.announcement_title,
            Part::Message => t.announcement_message,
            Part::Kind => t.announcement_kind,
            Part::Severity => t.severity,
            Part::Audience | Part::People => t.audience,
            Part::Floor => t.floor,
            Part::Room => t.room,
            Part::StartsAt => t.starts,
            Part::ExpiresAt => t.ends,
            Part::Options => t.answers,
            Part::Asks => t.ask_answer,
        }
    }

    /// What can be chosen in a field: its name in the form, and in words.
    pub fn choices(self, part: Part) -> Vec<(&'static str, &'static str)> {
        let t = self.lang.texts();
        match part {
            Part::Kind => vec![("notification", t.kind_notification), ("maintenance", t.kind_maintenance)],
            Part::Severity => SEVERITIES.map(|(name, severity)| (name, look(severity, self.lang).0)).to_vec(),
            Part::Audience => vec![
                ("everyone", t.audience_everyone),
                ("users", t.audience_users),
                ("floor", t.audience_floor),
                ("room", t.audience_room),
            ],
            _ => Vec::new(),
        }
    }
}

/// Keeps a form in step with the live announcement, also with one that it has made.
pub fn follow_live_announcement(form: Form) {
    let id = Memo::new(move |_| form.base.with(|base| base.as_ref().map(|base| base.announcement.id)));
    let live = Memo::new(move |_| form.admin.find(id.get()?));
    Effect::new(move |_| {
        if let Some(now) = live.get() {
            form.meet(&now);
        }
    });
}

/// What the form of an announcement begins with, or of a new one.
fn draft_of(base: Option<&Managed>, zone: &ZoneOffsets) -> Draft {
    base.map(|base| Draft::of(&base.announcement, zone)).unwrap_or_default()
}

/// The name that the form has for a weight.
pub fn name_of(severity: Severity) -> &'static str {
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
