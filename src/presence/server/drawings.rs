//! The times that people are choosing right now: at most one each, the one they moved last.

use super::roster::SocketId;
use crate::accounts::model::Person;
use crate::ids::UserId;
use crate::presence::model::{DRAWING_MS, DrawUpdate, Drawing};
use crate::realtime::protocol::Volatile;
use crate::realtime::volatile::{Audience, Item, Key, Plane, Seat, Watch, frame};
use crate::time::Timestamp;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// See the module.
#[derive(Default)]
pub struct Drawings(Mutex<HashMap<UserId, Shown>>);

struct Shown {
    /// The socket over which it came: it goes with it.
    socket: SocketId,
    person: Person,
    drawing: Drawing,
    at: Timestamp,
}

impl Shown {
    fn item(&self, drawing: Option<Drawing>, now: Timestamp) -> Item {
        let (user_id, name) = (self.person.id, self.person.name.clone());
        Item::Frame(frame(Volatile::Draw(DrawUpdate { user_id, name, drawing }), now))
    }
}

fn key(user: UserId) -> Key {
    Key("draw", user.0)
}

impl Drawings {
    /// Shows a time to everybody else who has its day on screen, and takes the person's last one
    /// from those who do not see the new one.
    pub fn show(&self, plane: &Plane, socket: SocketId, person: &Person, drawing: Drawing, now: Timestamp) {
        let mut all = self.lock();
        let shown = Shown { socket, person: person.clone(), drawing, at: now };
        let (show, clear) = (shown.item(Some(drawing), now), shown.item(None, now));
        let before = all.insert(person.id, shown).map(|shown| shown.drawing.interval());
        // Under the lock, so that whoever comes to look meanwhile gets the newest last.
        plane.publish(key(person.id), |audience: Audience<'_>| {
            if audience.user == person.id {
                None
            } else if audience.sees(drawing.interval()) {
                Some(show.clone())
            } else {
                before.filter(|before| audience.sees(*before)).map(|_| clear.clone())
            }
        });
    }

    /// The person no longer chooses over this socket.
    pub fn clear(&self, plane: &Plane, user: UserId, socket: SocketId, now: Timestamp) {
        let mut all = self.lock();
        if all.get(&user).is_some_and(|shown| shown.socket == socket)
            && let Some(shown) = all.remove(&user)
        {
            tell_gone(plane, &shown, now);
        }
    }

    /// The person's last time is no longer shown, whichever socket it came over.
    pub fn hide(&self, plane: &Plane, user: UserId, now: Timestamp) {
        if let Some(shown) = self.lock().remove(&user) {
            tell_gone(plane, &shown, now);
        }
    }

    /// Takes back what has not been moved for a while. One from the future dates from before the
    /// host's clock was set back: it begins anew.
    pub fn expire(&self, plane: &Plane, now: Timestamp) {
        self.lock().retain(|_, shown| {
            shown.at = shown.at.min(now);
            let stays = now - shown.at < DRAWING_MS;
            if !stays {
                tell_gone(plane, shown, now);
            }
            stays
        });
    }

    /// When the next one ends.
    pub fn next_expiry(&self) -> Option<Timestamp> {
        self.lock().values().map(|shown| shown.at).min().map(|at| at + DRAWING_MS)
    }

    /// Brings what others are choosing on the days that a socket now watches.
    pub fn watch(&self, seat: &Seat, user: UserId, watches: Vec<Watch>, now: Timestamp) {
        let all = self.lock();
        for shown in all.values().filter(|shown| shown.person.id != user) {
            if (Audience { user, watches: &watches }).sees(shown.drawing.interval()) {
                seat.put(key(shown.person.id), shown.item(Some(shown.drawing), now));
            }
        }
        seat.watch(watches);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<UserId, Shown>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn tell_gone(plane: &Plane, shown: &Shown, now: Timestamp) {
    let clear = shown.item(None, now);
    plane.publish(key(shown.person.id), |audience: Audience<'_>| {
        (audience.user != shown.person.id && audience.sees(shown.drawing.interval())).then(|| clear.clone())
    });
}
