//! Who is here, as this process knows it.
//!
//! The one type that a cluster replaces: everything else asks it and hears of its transitions.
//! Time comes in as an argument, so every boundary can be tested.

#[cfg(test)]
mod tests;

use crate::accounts::model::Person;
use crate::ids::UserId;
use crate::presence::model::{GRACE_MS, PresenceState, PresenceUpdate, PresentPerson, sort};
use crate::time::Timestamp;
use std::collections::{BTreeSet, HashMap};

/// A socket of this process.
pub type SocketId = u64;

/// Somebody has come or gone, as others see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    pub person: Person,
    pub connected: bool,
}

/// See the module.
#[derive(Default)]
pub struct Roster {
    entries: HashMap<UserId, Entry>,
    /// Whoever is in a meeting now, here or not.
    meeting: BTreeSet<UserId>,
    /// Whoever concentrates now, here or not.
    focusing: BTreeSet<UserId>,
    /// Grows with each change that others see. Who was told up to here lacks what came after.
    revision: u64,
}

struct Entry {
    person: Person,
    hidden: bool,
    /// Each open socket, and whether nobody is at it.
    sockets: HashMap<SocketId, bool>,
    /// When the last socket closed; `None` while one is open.
    left_at: Option<Timestamp>,
    /// Whether all of the tabs were away when last there was one.
    away: bool,
    /// What others have been told, and in which revision.
    told: PresenceState,
    revision: u64,
}

impl Entry {
    /// What others may see.
    fn state(&self, meeting: &BTreeSet<UserId>, focusing: &BTreeSet<UserId>) -> PresenceState {
        let here = !self.sockets.is_empty() || self.left_at.is_some();
        match (here && !self.hidden, self.away) {
            (false, _) => PresenceState::Offline,
            // What somebody has said of themselves goes before what follows from a booking.
            (true, _) if focusing.contains(&self.person.id) => PresenceState::Focusing,
            (true, _) if meeting.contains(&self.person.id) => PresenceState::InMeeting,
            (true, true) => PresenceState::Away,
            (true, false) => PresenceState::Online,
        }
    }

    fn note_away(&mut self) {
        if !self.sockets.is_empty() {
            self.away = self.sockets.values().all(|away| *away);
        }
    }

    fn as_told(&self) -> PresentPerson {
        PresentPerson { id: self.person.id, name: self.person.name.clone(), state: self.told }
    }
}

impl Roster {
    /// Whether it is known if a person is hidden.
    #[must_use]
    pub fn knows(&self, user: UserId) -> bool {
        self.entries.contains_key(&user)
    }

    /// A socket has opened. `hidden` counts for a person who is not known yet.
    pub fn join(&mut self, person: &Person, hidden: bool, socket: SocketId) -> Option<Transition> {
        let entry = self.entries.entry(person.id).or_insert_with(|| Entry {
            person: person.clone(),
            hidden,
            sockets: HashMap::new(),
            left_at: None,
            away: false,
            told: PresenceState::Offline,
            revision: 0,
        });
        entry.person.name.clone_from(&person.name);
        entry.sockets.insert(socket, false);
        entry.left_at = None;
        entry.note_away();
        self.tell(person.id)
    }

    /// A socket has closed. With the last one the person's grace begins.
    pub fn leave(&mut self, user: UserId, socket: SocketId, now: Timestamp) -> Option<Transition> {
        let entry = self.entries.get_mut(&user)?;
        entry.sockets.remove(&socket)?;
        entry.note_away();
        if entry.sockets.is_empty() {
            entry.left_at = Some(now);
        }
        self.tell(user)
    }

    /// Nobody has been at a socket's tab for a while, or somebody is again.
    pub fn set_away(&mut self, user: UserId, socket: SocketId, away: bool) -> Option<Transition> {
        let entry = self.entries.get_mut(&user)?;
        *entry.sockets.get_mut(&socket)? = away;
        entry.note_away();
        self.tell(user)
    }

    /// Whether nobody is at a socket's tab.
    #[must_use]
    pub fn is_away(&self, user: UserId, socket: SocketId) -> bool {
        self.entries.get(&user).and_then(|entry| entry.sockets.get(&socket)).is_some_and(|away| *away)
    }

    /// The person hides, or shows again.
    pub fn set_hidden(&mut self, user: UserId, hidden: bool) -> Option<Transition> {
        self.entries.get_mut(&user)?.hidden = hidden;
        self.tell(user)
    }

    /// Whoever is in a meeting now.
    pub fn set_meeting(&mut self, meeting: &BTreeSet<UserId>) {
        if self.meeting == *meeting {
            return;
        }
        let before = std::mem::replace(&mut self.meeting, meeting.clone());
        for user in before.symmetric_difference(meeting) {
            // Nobody comes or goes by it.
            let _ = self.tell(*user);
        }
    }

    /// Whoever concentrates now.
    pub fn set_focusing(&mut self, focusing: BTreeSet<UserId>) {
        if self.focusing == focusing {
            return;
        }
        let before = std::mem::replace(&mut self.focusing, focusing);
        let changed: Vec<UserId> = before.symmetric_difference(&self.focusing).copied().collect();
        for user in changed {
            // Nobody comes or goes by it.
            let _ = self.tell(user);
        }
    }

    /// Lets those go whose grace is over.
    pub fn expire(&mut self, now: Timestamp) -> Vec<Transition> {
        let mut over = Vec::new();
        for entry in self.entries.values_mut() {
            // The host's clock was set back: the grace begins anew rather than last for the jump.
            entry.left_at = entry.left_at.map(|at| at.min(now));
            if entry.left_at.is_some_and(|at| now - at >= GRACE_MS) {
                entry.left_at = None;
                entry.away = false;
                over.push(entry.person.id);
            }
        }
        over.into_iter().filter_map(|user| self.tell(user)).collect()
    }

    /// When the next grace ends.
    #[must_use]
    pub fn next_expiry(&self) -> Option<Timestamp> {
        self.entries.values().filter_map(|entry| entry.left_at).min().map(|at| at + GRACE_MS)
    }

    /// Takes down what others see of a person now.
    fn tell(&mut self, user: UserId) -> Option<Transition> {
        let entry = self.entries.get_mut(&user)?;
        let state = entry.state(&self.meeting, &self.focusing);
        if state == entry.told {
            return None;
        }
        self.revision += 1;
        let before = std::mem::replace(&mut entry.told, state);
        entry.revision = self.revision;
        let (was, is) = (before != PresenceState::Offline, state != PresenceState::Offline);
        (was != is).then(|| Transition { person: entry.person.clone(), connected: is })
    }

    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// How many people others see.
    #[must_use]
    pub fn count(&self) -> u32 {
        let here = self.entries.values().filter(|entry| entry.told != PresenceState::Offline).count();
        u32::try_from(here).unwrap_or(u32::MAX)
    }

    /// Whether a socket of this person is open, whatever others see.
    #[must_use]
    pub fn is_connected(&self, user: UserId) -> bool {
        self.entries.get(&user).is_some_and(|entry| !entry.sockets.is_empty())
    }

    /// Whether others see this person.
    #[must_use]
    pub fn shows(&self, user: UserId) -> bool {
        self.entries.get(&user).is_some_and(|entry| entry.told != PresenceState::Offline)
    }

    /// Everybody whom others see, by name.
    #[must_use]
    pub fn people(&self) -> Vec<PresentPerson> {
        let shown = self.entries.values().filter(|entry| entry.told != PresenceState::Offline);
        let mut people: Vec<_> = shown.map(Entry::as_told).collect();
        sort(&mut people);
        people
    }

    /// What somebody lacks who was told up to a revision; `None` for one who was told nothing yet.
    #[must_use]
    pub fn update_since(&self, revision: Option<u64>) -> PresenceUpdate {
        match revision {
            None => PresenceUpdate { full: true, people: self.people() },
            Some(told) => {
                let changed = self.entries.values().filter(|entry| entry.revision > told);
                let mut people: Vec<_> = changed.map(Entry::as_told).collect();
                sort(&mut people);
                PresenceUpdate { full: false, people }
            }
        }
    }
}
