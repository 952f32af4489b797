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

/// Who is in a room, with how many sockets, and by which names sockets know it: its id, its slug.
#[derive(Default)]
struct Occupancy {
    people: BTreeMap<UserId, u32>,
    names: BTreeMap<String, u32>,
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
    /// it is the person's first socket there.
    pub fn enter(&self, place: Place, user: UserId, name: &str) -> Option<Vec<String>> {
        let mut occupied = self.occupied();
        let occupancy = occupied.entry(place).or_default();
        let sockets = occupancy.people.entry(user).or_default();
        *sockets += 1;
        let first = *sockets == 1;
        *occupancy.names.entry(name.to_owned()).or_default() += 1;
        first.then(|| occupancy.names.keys().cloned().collect())
    }

    /// A socket goes out of a room. Gives the names by which others know the room when it was the
    /// person's last socket there.
    pub fn leave(&self, place: Place, user: UserId, name: &str) -> Option<Vec<String>> {
        let mut occupied = self.occupied();
        let occupancy = occupied.get_mut(&place)?;
        take_one(&mut occupancy.names, name);
        let last = take_one(&mut occupancy.people, &user);
        let names = occupancy.names.keys().cloned().collect();
        if occupancy.people.is_empty() {
            occupied.remove(&place);
        }
        last.then_some(names)
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

/// Counts one off; whether it was the last.
fn take_one<K: Ord + std::borrow::Borrow<Q>, Q: Ord + ?Sized>(counts: &mut BTreeMap<K, u32>, key: &Q) -> bool {
    match counts.get_mut(key) {
        Some(count) if *count > 1 => {
            *count -= 1;
            false
        }
        Some(_) => {
            counts.remove(key);
            true
        }
        None => false,
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
        assert_eq!(gateway.enter(place, minji, "lunch"), Some(vec!["lunch".to_owned()]));
        assert_eq!(gateway.enter(place, minji, "1"), None);
        assert_eq!(gateway.enter(place, junho, "1"), Some(vec!["1".to_owned(), "lunch".to_owned()]));
        assert_eq!(gateway.enter((Surface::Communication, ChatRoomId(1)), junho, "1"), Some(vec!["1".to_owned()]));
        assert_eq!(gateway.leave(place, minji, "lunch"), None);
        assert_eq!(gateway.leave(place, minji, "1"), Some(vec!["1".to_owned()]));
        assert_eq!(gateway.leave(place, minji, "1"), None, "nobody goes twice");
        assert_eq!(gateway.leave(place, junho, "1"), Some(vec![]));
    }
}
