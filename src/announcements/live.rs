//! The screens of announcements as slices: state that events keep right.

use super::model::{Ack, Announcement, Managed};
use crate::accounts::model::{Person, Viewer};
use crate::ids::{AnnouncementId, UserId};
use crate::realtime::protocol::{Event, Slice, Topic};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What one person has been told and still holds: the banners.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notices {
    /// What ended before this is not here.
    pub since: Timestamp,
    pub notices: BTreeMap<AnnouncementId, Notice>,
}

/// An announcement and what its reader has done with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    pub announcement: Announcement,
    /// The answer that the reader has given.
    pub option_id: Option<String>,
    pub dismissed: bool,
}

impl Notice {
    /// Whether it stands at the top of the page: until it is over, answered or put away. What is
    /// critical cannot be put away.
    #[must_use]
    pub fn is_pressing(&self, now: Timestamp) -> bool {
        let is_settled = if self.announcement.ack_required && self.announcement.is_critical() {
            self.option_id.is_some()
        } else {
            self.dismissed || self.option_id.is_some()
        };
        !is_settled && !self.announcement.is_over(now)
    }
}

impl Notices {
    /// What holds now, the weightiest and then the newest first.
    #[must_use]
    pub fn current(&self, now: Timestamp) -> Vec<&Notice> {
        let mut list: Vec<&Notice> = self.notices.values().filter(|n| !n.announcement.is_over(now)).collect();
        list.sort_by_key(|n| std::cmp::Reverse((n.announcement.severity, n.announcement.starts_at, n.announcement.id)));
        list
    }
}

impl Slice for Notices {
    fn apply(&mut self, _: Topic, event: &Event, viewer: Viewer) {
        match event {
            Event::SystemNotification(e) | Event::SystemMaintenance(e) => {
                let announcement = e.announcement.for_recipients();
                if announcement.is_over(self.since) {
                    self.notices.remove(&announcement.id);
                } else if let Some(known) = self.notices.get_mut(&announcement.id) {
                    known.announcement = announcement;
                } else {
                    let id = announcement.id;
                    self.notices.insert(id, Notice { announcement, option_id: None, dismissed: false });
                }
            }
            Event::AnnouncementAcknowledged(e) if e.ack.person.id == viewer.user_id => {
                if let Some(notice) = self.notices.get_mut(&e.announcement_id) {
                    notice.option_id = Some(e.ack.option_id.clone());
                }
            }
            Event::AnnouncementDismissed(e) => {
                if let Some(notice) = self.notices.get_mut(&e.announcement_id) {
                    notice.dismissed = true;
                }
            }
            _ => {}
        }
    }
}

/// All announcements of late, for admins.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnnouncementList {
    /// What was written before this is not here.
    pub since: Timestamp,
    pub announcements: BTreeMap<AnnouncementId, Managed>,
}

impl Slice for AnnouncementList {
    fn apply(&mut self, _: Topic, event: &Event, _: Viewer) {
        match event {
            Event::AnnouncementChanged(e) if e.announcement.created_at >= self.since => {
                self.announcements.insert(e.announcement.announcement.id, e.announcement.clone());
            }
            Event::AnnouncementAcknowledged(e) => {
                if let Some(managed) = self.announcements.get_mut(&e.announcement_id) {
                    managed.ack_count = e.ack_count;
                }
            }
            _ => {}
        }
    }
}

/// How the answers to one admin's own announcements come in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Asked {
    /// What ended before this is not here.
    pub since: Timestamp,
    pub announcements: BTreeMap<AnnouncementId, Managed>,
}

impl Asked {
    /// What is out and not over, the newest first.
    #[must_use]
    pub fn current(&self, now: Timestamp) -> Vec<&Managed> {
        let is_out = |managed: &&Managed| managed.sent_at.is_some() && !managed.announcement.is_over(now);
        self.announcements.values().rev().filter(is_out).collect()
    }
}

impl Slice for Asked {
    fn apply(&mut self, _: Topic, event: &Event, viewer: Viewer) {
        match event {
            Event::AnnouncementChanged(e) => {
                let (id, managed) = (e.announcement.announcement.id, &e.announcement);
                if managed.is_asked_by(viewer.user_id, self.since) {
                    self.announcements.insert(id, managed.clone());
                } else {
                    self.announcements.remove(&id);
                }
            }
            Event::AnnouncementAcknowledged(e) => {
                if let Some(managed) = self.announcements.get_mut(&e.announcement_id) {
                    managed.ack_count = e.ack_count;
                }
            }
            _ => {}
        }
    }
}

/// Who has answered one announcement and who has not, for admins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AckBoard {
    pub announcement_id: AnnouncementId,
    /// To whom it went; nobody in particular when it is for everybody, or before its start.
    pub recipients: Option<Vec<Person>>,
    pub acks: BTreeMap<UserId, Ack>,
}

impl AckBoard {
    /// Those of `everybody`, or of the recipients, who have not answered.
    #[must_use]
    pub fn waiting<'a>(&'a self, everybody: &'a [Person]) -> Vec<&'a Person> {
        let asked = self.recipients.as_deref().unwrap_or(everybody);
        asked.iter().filter(|person| !self.acks.contains_key(&person.id)).collect()
    }
}

impl Slice for AckBoard {
    fn apply(&mut self, _: Topic, event: &Event, _: Viewer) {
        match event {
            Event::AnnouncementChanged(e) if e.announcement.announcement.id == self.announcement_id => {
                self.recipients.clone_from(&e.recipients);
            }
            Event::AnnouncementAcknowledged(e) if e.announcement_id == self.announcement_id => {
                self.acks.insert(e.ack.person.id, e.ack.clone());
            }
            _ => {}
        }
    }
}
