//! What all Socket.IO sockets of this process share: limits, who has joined which room, and the
//! newest events of the log in decoded form.

use crate::ids::{ChatRoomId, UserId};
use crate::realtime::protocol::{Event, Frame, Seq};
use crate::realtime::tail::LogFrame;
use crate::server::throttle::Throttle;
use crate::time::MINUTE;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Connections and messages of one person per minute (contracts §6, C14).
const CONNECTIONS: usize = 60;
const MESSAGES: usize = 120;
/// How many decoded events are kept: sockets that keep up are all near the head.
const DECODED: usize = 256;

/// One of the two contracts, which have rooms of their own on a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Surface {
    /// S1, contracts §2.
    Stream,
    /// S2, contracts §3.1.
    Communication,
}

/// A chat room on one of the contracts.
pub type Place = (Surface, ChatRoomId);

/// See the module.
pub struct Gateway {
    pub connections: Throttle<UserId>,
    pub inbound: Throttle<UserId>,
    occupied: Mutex<HashMap<Place, Occupancy>>,
    decoded: Mutex<VecDeque<(Seq, Option<Arc<Event>>)>>,
    sockets: AtomicUsize,
}

/// A socket counts for as long as this lives.
pub struct Attached(Arc<Gateway>);

impl Drop for Attached {
    fn drop(&mut self) {
        self.0.sockets.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Who is in a room, and by which names sockets know it: its id, its slug.
#[derive(Default)]
struct Occupancy {
    people: BTreeMap<UserId, Occupant>,
    names: BTreeMap<String, u32>,
}

/// Somebody in a room.
#[derive(Default)]
struct Occupant {
    sockets: u32,
    /// Whether others have been told that they are there: they are not told of who hides.
    is_shown: bool,
}

impl Default for Gateway {
    fn default() -> Self {
        let window_ms = MINUTE;
        Self {
            connections: Throttle::new(CONNECTIONS, window_ms),
            inbound: Throttle::new(MESSAGES, window_ms),
            occupied: Mutex::default(),
            decoded: Mutex::default(),
            sockets: AtomicUsize::new(0),
        }
    }
}

impl Gateway {
    /// A socket has opened.
    #[must_use]
    pub fn attach(self: &Arc<Self>) -> Attached {
        self.sockets.fetch_add(1, Ordering::Relaxed);
        Attached(self.clone())
    }

    /// Whether any socket is open.
    pub fn is_open(&self) -> bool {
        self.sockets.load(Ordering::Relaxed) > 0
    }

    /// A socket comes into a room under a name. Gives the names by which others know the room when
    /// it is the first socket there of a person whom others see.
    pub fn enter(
        &self,
        place: Place,
        user: UserId,
        name: &str,
        is_shown: impl FnOnce() -> bool,
    ) -> Option<Vec<String>> {
        let mut occupied = self.occupied();
        let occupancy = occupied.entry(place).or_default();
        let occupant = occupancy.people.entry(user).or_default();
        occupant.sockets += 1;
        let comes = occupant.sockets == 1 && is_shown();
        occupant.is_shown |= comes;
        *occupancy.names.entry(name.to_owned()).or_default() += 1;
        comes.then(|| occupancy.names.keys().cloned().collect())
    }

    /// A socket goes out of a room. Gives the names by which others know the room when it was the
    /// last socket there of a person whom others saw.
    pub fn leave(&self, place: Place, user: UserId, name: &str) -> Option<Vec<String>> {
        let mut occupied = self.occupied();
        let occupancy = occupied.get_mut(&place)?;
        take_one(&mut occupancy.names, name);
        let occupant = occupancy.people.get_mut(&user)?;
        occupant.sockets = occupant.sockets.saturating_sub(1);
        let (is_last, was_shown) = (occupant.sockets == 0, occupant.is_shown);
        if is_last {
            occupancy.people.remove(&user);
        }
        let names = occupancy.names.keys().cloned().collect();
        if occupancy.people.is_empty() {
            occupied.remove(&place);
        }
        (is_last && was_shown).then_some(names)
    }

    /// Others see a person from now on, or no more. Gives the rooms in which that is news, each with the
    /// names by which others know it.
    pub fn show(&self, user: UserId, is_shown: bool) -> Vec<(Place, Vec<String>)> {
        let mut news = Vec::new();
        for (place, occupancy) in self.occupied().iter_mut() {
            let Some(occupant) = occupancy.people.get_mut(&user) else { continue };
            if std::mem::replace(&mut occupant.is_shown, is_shown) != is_shown {
                news.push((*place, occupancy.names.keys().cloned().collect()));
            }
        }
        news
    }

    fn occupied(&self) -> MutexGuard<'_, HashMap<Place, Occupancy>> {
        self.occupied.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A frame's event, decoded once for all sockets; `None` for one that these contracts do not tell.
    pub fn decode(&self, frame: &LogFrame) -> Option<Arc<Event>> {
        let mut decoded = self.decoded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, event)) = decoded.iter().rev().find(|(seq, _)| *seq == frame.seq) {
            return event.clone();
        }
        let event = serde_json::from_str::<Frame>(&frame.text).ok().map(|frame| frame.event).filter(is_told);
        let event = event.map(Arc::new);
        if decoded.len() == DECODED {
            decoded.pop_front();
        }
        decoded.push_back((frame.seq, event.clone()));
        event
    }
}

/// Counts one off, and forgets the last.
fn take_one(counts: &mut BTreeMap<String, u32>, name: &str) {
    match counts.get_mut(name) {
        Some(count) if *count > 1 => *count -= 1,
        _ => {
            counts.remove(name);
        }
    }
}

fn is_told(event: &Event) -> bool {
    matches!(
        event,
        Event::ChatMessage(_)
            | Event::ChatMemberUpdated(_)
            | Event::NotificationCreated(_)
            | Event::NotificationUnread(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_comes_with_the_first_socket_and_goes_with_the_last() {
        let gateway = Gateway::default();
        let place = (Surface::Stream, ChatRoomId(1));
        let (minji, junho) = (UserId(1), UserId(2));
        let enter = |place, user, name| gateway.enter(place, user, name, || true);
        assert_eq!(enter(place, minji, "lunch"), Some(vec!["lunch".to_owned()]));
        assert_eq!(enter(place, minji, "1"), None);
        assert_eq!(enter(place, junho, "1"), Some(vec!["1".to_owned(), "lunch".to_owned()]));
        assert_eq!(enter((Surface::Communication, ChatRoomId(1)), junho, "1"), Some(vec!["1".to_owned()]));
        assert_eq!(gateway.leave(place, minji, "lunch"), None);
        assert_eq!(gateway.leave(place, minji, "1"), Some(vec!["1".to_owned()]));
        assert_eq!(gateway.leave(place, minji, "1"), None, "nobody goes twice");
        assert_eq!(gateway.leave(place, junho, "1"), Some(vec![]));
    }

    #[test]
    fn whoever_hides_comes_and_goes_unseen() {
        let gateway = Gateway::default();
        let place = (Surface::Stream, ChatRoomId(1));
        let (minji, name) = (UserId(1), vec!["lunch".to_owned()]);
        assert_eq!(gateway.enter(place, minji, "lunch", || false), None);
        assert_eq!(gateway.show(minji, false), []);
        assert_eq!(gateway.show(minji, true), [(place, name.clone())]);
        assert_eq!(gateway.show(minji, true), []);
        assert_eq!(gateway.show(minji, false), [(place, name)]);
        assert_eq!(gateway.leave(place, minji, "lunch"), None);
        assert_eq!(gateway.show(minji, true), []);
    }
}
