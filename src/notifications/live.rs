//! The bell as a slice: state that events keep right, whatever the clock says.
//!
//! What expires is kept apart from what lasts. The slice holds all of what expires, so which of it
//! still counts follows from the clock alone, and no event is due at the moment of an expiry.

use super::model::{Entry, NEWEST, NotificationId, Preferences};
use crate::accounts::model::Viewer;
use crate::ids::UserId;
use crate::realtime::protocol::{Event, Slice, Topic};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// How much of what expires is kept; more than that at once is nobody's working day.
pub const MAX_PASSING: usize = 100;

/// What somebody's bell shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationCenter {
    /// The newest of those without an expiry, newest first: as many as the bell shows.
    pub lasting: Vec<Entry>,
    pub counts: Counts,
    /// How many wait while the person concentrates; nothing when nothing is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<u32>,
    /// Those with an expiry, newest first, until they are tidied up.
    pub passing: Vec<Entry>,
    pub preferences: Preferences,
}

/// How many of those without an expiry are new.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    pub unread: u32,
    /// Neither read nor seen.
    pub unseen: u32,
}

/// `notification:created` and `notification:updated`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationEvent {
    pub notification: Entry,
    /// In Korean, for clients that only show texts; `notification.data` says what happened.
    pub title: String,
    pub message: String,
    /// Who did it: their own bell stays silent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor_id: Option<UserId>,
    /// Whether the bell shows it. On `org` each person's preferences decide.
    pub in_app: bool,
    /// Whether the browser tells it. On `org` each person's preferences decide.
    pub browser: bool,
    /// Unread ones about the same thing in whose place it comes: one, unless somebody has kept older
    /// ones as unread.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaced: Vec<Replaced>,
}

/// An unread entry without an expiry that a newer one has replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    pub id: NotificationId,
    /// Whether it had not been seen in the list either.
    pub unseen: bool,
}

/// `notification:held`: notifications wait from now on, or so many more do, or fewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldEvent {
    pub added: i32,
}

/// `notification:unread`: everything that a person has done with their list at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnreadEvent {
    /// How many are unread in all, at the moment of the event.
    pub count: u32,
    pub counts: Counts,
    /// The whole bell, when more has changed than one entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub center: Option<Box<NotificationCenter>>,
}

impl NotificationCenter {
    /// The entries that the bell shows at an instant, newest first.
    #[must_use]
    pub fn newest(&self, now: Timestamp) -> Vec<&Entry> {
        let passing = self.passing.iter().filter(|entry| !entry.is_expired(now));
        let mut newest: Vec<&Entry> = self.lasting.iter().chain(passing).collect();
        newest.sort_by_cached_key(|entry| entry.order());
        newest.truncate(NEWEST);
        newest
    }

    /// An entry by its id, if the bell has it.
    pub fn find(&self, id: &NotificationId) -> Option<&Entry> {
        self.lasting.iter().chain(&self.passing).find(|entry| entry.id == *id)
    }

    /// How many are unread at an instant.
    #[must_use]
    pub fn unread(&self, now: Timestamp) -> u32 {
        self.counts.unread + self.count_passing(now, |entry| !entry.is_read)
    }

    /// How many are neither read nor seen at an instant.
    #[must_use]
    pub fn unseen(&self, now: Timestamp) -> u32 {
        self.counts.unseen + self.count_passing(now, Entry::is_unseen)
    }

    fn count_passing(&self, now: Timestamp, counts: impl Fn(&Entry) -> bool) -> u32 {
        let counted = self.passing.iter().filter(|entry| !entry.is_expired(now) && counts(entry));
        u32::try_from(counted.count()).unwrap_or(u32::MAX)
    }

    /// Whether something new on a topic is for this person's bell, now or after concentrating.
    fn is_for(&self, topic: Topic, event: &NotificationEvent, viewer: Viewer) -> bool {
        match topic {
            Topic::Org => {
                event.actor_id != Some(viewer.user_id) && !self.preferences.is_muted(event.notification.category())
            }
            _ => event.in_app,
        }
    }

    /// Takes an entry out, which may be too old for the bell to show but counts.
    fn replace(&mut self, replaced: &Replaced) {
        self.counts.unread = self.counts.unread.saturating_sub(1);
        self.counts.unseen = self.counts.unseen.saturating_sub(u32::from(replaced.unseen));
        self.lasting.retain(|entry| entry.id != replaced.id);
    }

    /// Whether something new on a topic waits while the person concentrates. What goes to one person
    /// was decided by the server.
    #[must_use]
    pub fn holds(&self, topic: Topic, event: &NotificationEvent) -> bool {
        topic == Topic::Org && self.held.is_some() && event.notification.can_wait()
    }

    /// Whether something new on a topic rings this person's bell.
    #[must_use]
    pub fn rings(&self, topic: Topic, event: &NotificationEvent, viewer: Viewer) -> bool {
        self.is_for(topic, event, viewer) && !self.holds(topic, event)
    }

    /// So many more wait, or fewer.
    fn wait(&mut self, added: i32) {
        self.held = Some(self.held.unwrap_or_default().saturating_add_signed(added));
    }

    fn insert(&mut self, entry: &Entry) {
        let (list, most) = if entry.expires_at.is_some() {
            (&mut self.passing, MAX_PASSING)
        } else {
            self.counts.unread += u32::from(!entry.is_read);
            self.counts.unseen += u32::from(entry.is_unseen());
            (&mut self.lasting, NEWEST)
        };
        list.push(entry.clone());
        list.sort_by_cached_key(Entry::order);
        list.truncate(most);
    }
}

impl Slice for NotificationCenter {
    fn apply(&mut self, topic: Topic, event: &Event, viewer: Viewer) {
        match event {
            Event::NotificationCreated(created) if self.is_for(topic, created, viewer) => {
                if self.holds(topic, created) {
                    self.wait(1);
                    return;
                }
                for replaced in &created.replaced {
                    self.replace(replaced);
                }
                self.insert(&created.notification);
            }
            Event::NotificationHeld(held) => self.wait(held.added),
            Event::NotificationUpdated(updated) => {
                let mut entries = self.lasting.iter_mut().chain(&mut self.passing);
                if let Some(entry) = entries.find(|entry| entry.id == updated.notification.id) {
                    entry.clone_from(&updated.notification);
                }
            }
            Event::NotificationUnread(unread) => match &unread.center {
                Some(center) => self.clone_from(center),
                None => self.counts = unread.counts,
            },
            _ => {}
        }
    }
}
