//! The volatile plane: frames without a place in the log, of which the latest counts.
//!
//! A socket has a small list of what waits for it, one value per key: a newer one takes the place
//! of the older, so a slow socket costs no memory, and what it gets late is what is true then.
//! Durable frames go first. A socket is woken for it as it is for news of the log.

use super::protocol::{Volatile, VolatileFrame};
use crate::ids::{ChatRoomId, UserId};
use crate::time::{Interval, Timestamp};
use axum::extract::ws::Utf8Bytes;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Sockets are in shards, so that no one lock is held for all of them.
const SHARDS: usize = 8;
/// What waits for one socket at most; of more, the oldest is forgotten.
const MAX_WAITING: usize = 256;
/// Whose seat the process itself has.
const NOBODY: UserId = UserId(0);

/// What a value replaces: an older one of the same kind about the same thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(pub &'static str, pub i64);

/// What is on a client's screen and is kept right by volatile frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watch {
    /// Who is here.
    People,
    /// A day's timeline.
    Day(Interval),
    /// A chat room that the person is a member of.
    Chat(ChatRoomId),
    /// Who listens to a chat room by the chat contract.
    Members(ChatRoomId),
}

/// What waits for a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    Frame(Utf8Bytes),
    /// Who is here has changed. Written when it is sent, from what the socket was told last.
    People,
}

/// Whose socket it is, and what is on its screen.
#[derive(Clone, Copy)]
pub struct Audience<'a> {
    pub user: UserId,
    pub watches: &'a [Watch],
}

impl Audience<'_> {
    /// Whether a time lies on a timeline on this screen.
    #[must_use]
    pub fn sees(&self, interval: Interval) -> bool {
        self.watches.iter().any(|watch| matches!(watch, Watch::Day(day) if day.overlaps(interval)))
    }
}

/// All sockets of this process.
#[derive(Clone, Default)]
pub struct Plane(Arc<Inner>);

#[derive(Default)]
struct Inner {
    shards: [Mutex<Vec<Arc<Place>>>; SHARDS],
    last_id: AtomicU64,
}

struct Place {
    id: u64,
    user: UserId,
    wake: Notify,
    waiting: Mutex<Waiting>,
}

struct Waiting {
    watches: Vec<Watch>,
    items: VecDeque<(Key, Item)>,
    /// So many at most.
    most: usize,
}

/// A socket's place on the plane; gone when dropped.
pub struct Seat {
    plane: Plane,
    place: Arc<Place>,
}

impl Plane {
    /// A place for a person's new socket.
    #[must_use]
    pub fn seat(&self, user: UserId) -> Seat {
        self.seat_of(user, MAX_WAITING)
    }

    /// A place for the process itself, which hears what every socket hears and belongs to nobody. Of each key the latest
    /// value waits however many there are: as many as there are people, not as many as they come and go.
    #[must_use]
    pub fn own_seat(&self) -> Seat {
        self.seat_of(NOBODY, usize::MAX)
    }

    fn seat_of(&self, user: UserId, most: usize) -> Seat {
        let id = self.0.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        let waiting = Mutex::new(Waiting { watches: Vec::new(), items: VecDeque::new(), most });
        let place = Arc::new(Place { id, user, wake: Notify::new(), waiting });
        self.shard(id).push(place.clone());
        Seat { plane: self.clone(), place }
    }

    /// Puts something before every socket for which there is something.
    pub fn publish(&self, key: Key, item_for: impl Fn(Audience<'_>) -> Option<Item>) {
        for shard in &self.0.shards {
            for place in shard.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                let mut waiting = place.waiting();
                if let Some(item) = item_for(Audience { user: place.user, watches: &waiting.watches }) {
                    waiting.put(key, item);
                    place.wake.notify_one();
                }
            }
        }
    }

    /// Whose sockets have this on screen, each with its number.
    #[must_use]
    pub fn who_watches(&self, what: Watch) -> Vec<(UserId, u64)> {
        let mut found = Vec::new();
        for shard in &self.0.shards {
            for place in shard.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                if place.waiting().watches.contains(&what) {
                    found.push((place.user, place.id));
                }
            }
        }
        found
    }

    fn shard(&self, id: u64) -> MutexGuard<'_, Vec<Arc<Place>>> {
        let shard = &self.0.shards[usize::try_from(id % SHARDS as u64).unwrap_or(0)];
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn put(&mut self, key: Key, item: Item) {
        self.items.retain(|(known, _)| *known != key);
        if self.items.len() == self.most {
            self.items.pop_front();
        }
        self.items.push_back((key, item));
    }
}

impl Seat {
    /// The socket's number in this process.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.place.id
    }

    /// What is on the client's screen from now on.
    pub fn watch(&self, watches: Vec<Watch>) {
        self.place.waiting().watches = watches;
    }

    /// Looks away from what the person may not see any more.
    pub fn keep_watches(&self, keep: impl Fn(&Watch) -> bool) {
        self.place.waiting().watches.retain(keep);
    }

    /// Puts something before this socket alone.
    pub fn put(&self, key: Key, item: Item) {
        self.place.waiting().put(key, item);
        self.place.wake.notify_one();
    }

    /// Takes what waits, oldest first.
    #[must_use]
    pub fn take(&self) -> VecDeque<(Key, Item)> {
        std::mem::take(&mut self.place.waiting().items)
    }

    /// Waits until something is there; what came before is not lost.
    pub async fn woken(&self) {
        self.place.wake.notified().await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.plane.shard(self.place.id).retain(|place| place.id != self.place.id);
    }
}

/// A frame in the bytes that every receiver gets.
#[must_use]
pub fn frame(volatile: Volatile, at: Timestamp) -> Utf8Bytes {
    // Strings, numbers and lists of them: there is nothing in it that JSON cannot say.
    serde_json::to_string(&VolatileFrame { volatile, timestamp: at }).expect("a frame is JSON").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Key = Key("test", 0);

    fn text(text: &str) -> Item {
        Item::Frame(text.to_owned().into())
    }

    fn texts(seat: &Seat) -> Vec<Item> {
        seat.take().into_iter().map(|(_, item)| item).collect()
    }

    #[test]
    fn the_latest_value_of_a_key_is_the_only_one_and_takes_its_turn() {
        let seat = Plane::default().seat(UserId(1));
        for (key, value) in [(KEY, "1"), (Key("test", 1), "other"), (KEY, "2"), (KEY, "3")] {
            seat.put(key, text(value));
        }
        assert_eq!(texts(&seat), [text("other"), text("3")]);
        assert_eq!(texts(&seat), []);
    }

    #[test]
    fn what_waits_is_bounded_and_the_newest_stay() {
        let seat = Plane::default().seat(UserId(1));
        for n in 0..1_000 {
            seat.put(Key("test", n), text(&n.to_string()));
        }
        let kept = texts(&seat);
        assert_eq!((kept.len(), kept.last()), (MAX_WAITING, Some(&text("999"))));
    }

    #[test]
    fn the_process_itself_hears_the_latest_of_everything() {
        let plane = Plane::default();
        let seat = plane.own_seat();
        for value in ["first", "last"] {
            for n in 0..1_000 {
                plane.publish(Key("test", n), |_| Some(text(value)));
            }
        }
        assert_eq!(texts(&seat), vec![text("last"); 1_000]);
    }

    #[test]
    fn only_the_audience_gets_it_and_a_dropped_seat_is_gone() {
        let plane = Plane::default();
        let (here, there) = (plane.seat(UserId(1)), plane.seat(UserId(2)));
        let day = Interval::new(Timestamp(0), Timestamp(10));
        here.watch(vec![Watch::Day(day)]);
        let sees = |interval| move |audience: Audience<'_>| audience.sees(interval).then(|| text("x"));
        plane.publish(KEY, sees(Interval::new(Timestamp(9), Timestamp(12))));
        plane.publish(Key("test", 1), sees(Interval::new(Timestamp(10), Timestamp(12))));
        assert_eq!((texts(&here).len(), texts(&there).len()), (1, 0));
        drop(here);
        plane.publish(KEY, |_| Some(text("y")));
        assert_eq!(
            (texts(&there).len(), plane.0.shards.iter().map(|s| s.lock().unwrap().len()).sum::<usize>()),
            (1, 1)
        );
    }
}
