//! Who has a socket of the chat contract open in a room (contracts §5.1, `member_online`).

use super::jobs::JOB;
use crate::ids::{ChatRoomId, UserId};
use crate::presence::server as presence;
use crate::realtime::volatile::{Item, Key, Watch};
use crate::server::state::App;
use crate::time::Timestamp;
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long after the last socket a member is still online: a reload is no departure.
const GRACE_MS: i64 = 10_000;

#[derive(Default)]
struct Present {
    sockets: u32,
    /// When the last one closed.
    left_at: Option<Timestamp>,
    /// Whether the room has been told that they are online: it is not told of who hides.
    is_shown: bool,
}

/// The members who listen to a room, on this process.
#[derive(Default)]
pub struct Here(Mutex<HashMap<(ChatRoomId, UserId), Present>>);

/// A socket counts for as long as this lives.
pub struct Listening {
    app: App,
    room: ChatRoomId,
    user: UserId,
    /// They are no member any more, which their room knows: there is nothing else to tell.
    is_removed: bool,
}

impl Here {
    fn lock(&self) -> MutexGuard<'_, HashMap<(ChatRoomId, UserId), Present>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who is online in a room, as others see it.
    #[must_use]
    pub fn online(&self, room: ChatRoomId) -> Vec<UserId> {
        let here = self.lock();
        let shown = here.iter().filter(|(key, present)| key.0 == room && present.is_shown);
        let mut people: Vec<UserId> = shown.map(|(key, _)| key.1).collect();
        people.sort_unstable();
        people
    }

    /// When the next one is gone unless they come back.
    #[must_use]
    pub fn next_expiry(&self) -> Option<Timestamp> {
        self.lock().values().filter_map(|present| present.left_at).map(|at| at + GRACE_MS).min()
    }

    /// Tells of those who have been gone for long enough.
    pub fn expire(&self, app: &App, now: Timestamp) {
        self.lock().retain(|(room, user), present| {
            let stays = present.sockets > 0 || present.left_at.is_none_or(|at| now - at < GRACE_MS);
            if !stays && present.is_shown {
                tell(app, *room, *user, false);
            }
            stays
        });
    }
}

/// A member's socket has opened.
#[must_use]
pub fn listen(app: &App, room: ChatRoomId, user: UserId) -> Listening {
    {
        let mut here = app.chat.here.lock();
        let present = here.entry((room, user)).or_default();
        present.sockets += 1;
        present.left_at = None;
        // Asked for and told under the lock, as in [`tell_presence`]: what is told last is what is so.
        if !present.is_shown && presence::is_shown(app, user) {
            present.is_shown = true;
            tell(app, room, user, true);
        }
    }
    Listening { app: app.clone(), room, user, is_removed: false }
}

/// Whether others see a person may have changed: tells so in the rooms that the person listens to.
pub fn tell_presence(app: &App, user: UserId) {
    let mut here = app.chat.here.lock();
    let is_shown = presence::is_shown(app, user);
    for ((room, _), present) in here.iter_mut().filter(|(key, _)| key.1 == user) {
        if std::mem::replace(&mut present.is_shown, is_shown) != is_shown {
            tell(app, *room, user, is_shown);
        }
    }
}

impl Listening {
    /// Ends it for a person who is no member any more.
    pub fn forget(mut self) {
        self.is_removed = true;
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let now = self.app.now();
        let key = (self.room, self.user);
        {
            let mut here = self.app.chat.here.lock();
            let sockets = here.get_mut(&key).map(|present| {
                present.sockets = present.sockets.saturating_sub(1);
                if present.sockets == 0 {
                    present.left_at = Some(now);
                }
                present.sockets
            });
            // Who has come back meanwhile has other sockets.
            if self.is_removed && sockets == Some(0) {
                here.remove(&key);
            }
        }
        self.app.jobs.wake(&JOB, now + GRACE_MS);
    }
}

fn tell(app: &App, room: ChatRoomId, user: UserId, online: bool) {
    let (kind, status) = if online { ("member_online", "online") } else { ("member_offline", "offline") };
    let text = json!({
        "type": kind, "room_id": room, "user_id": user.0, "data": {"user_id": user.0, "status": status},
    });
    let item = Item::Frame(text.to_string().into());
    let key = Key("member", room.0.wrapping_mul(1_000_003) ^ user.0);
    app.plane.publish(key, |audience| audience.watches.contains(&Watch::Members(room)).then(|| item.clone()));
}
