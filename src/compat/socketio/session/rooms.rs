//! The rooms that a socket has joined: who comes and goes there, and what the person may do in them.

use super::{End, Session};
use crate::accounts::model::Person;
use crate::chat::model::{Member, MessageSeq};
use crate::compat::socketio::gateway::{Place, Surface};
use crate::compat::socketio::stream::stream_person;
use crate::error::AppError;
use crate::ids::{ChatRoomId, UserId};
use crate::presence::server as presence;
use crate::realtime::protocol::{Seq, Topic};
use crate::realtime::volatile::Watch;
use crate::time::Timestamp;
use serde_json::json;
use socketioxide::operators::BroadcastOperators;

/// A room that the socket has joined.
pub struct Joined {
    /// What the client calls it.
    pub name: String,
    /// The newest message that the client has.
    pub heard: MessageSeq,
    /// The client was a member at this point of the log: what is older says nothing of it.
    pub since: Seq,
    /// The bar that the client has been told of.
    pub told_bar: Option<Timestamp>,
}

impl Session {
    /// The person may not write in a room any more: their clients hear of it before they try.
    pub(super) async fn tell_bar(&mut self, member: &Member) -> Result<(), End> {
        let bar = member.barred_until.filter(|until| *until > self.app.now());
        let mut is_news = false;
        for ((_, room), joined) in &mut self.joined {
            if *room == member.chat_room_id {
                is_news |= std::mem::replace(&mut joined.told_bar, bar) != bar;
            }
        }
        match bar {
            Some(until) if is_news => self.refuse(&AppError::WritingBarred { until }).await,
            _ => Ok(()),
        }
    }

    /// The person is in the room no more: at once nothing of it arrives here (contracts §7.6).
    pub(super) async fn lose(&mut self, room: ChatRoomId, seq: Seq) -> Result<(), End> {
        let mut lost = false;
        for place in [(Surface::Stream, room), (Surface::Communication, room)] {
            if self.joined.get(&place).is_some_and(|joined| joined.since < seq) {
                self.leave(place).await;
                lost = true;
            }
        }
        if lost { self.refuse(&AppError::Forbidden).await } else { Ok(()) }
    }

    /// The socket follows a room from now on.
    pub(in crate::compat::socketio) async fn enter(&mut self, place: Place, joined: Joined) {
        if let Some(known) = self.joined.get_mut(&place)
            && known.name == joined.name
        {
            *known = joined;
            return;
        }
        self.leave(place).await;
        let name = joined.name.clone();
        self.socket.join(socket_room(place, &name));
        self.joined.insert(place, joined);
        self.follow_rooms();
        let me = self.me();
        if let Some(names) = self.gateway.enter(place, me, &name, || presence::is_shown(&self.app, me)) {
            self.announce(place, names, true).await;
        }
    }

    /// The socket follows a room no more.
    pub(in crate::compat::socketio) async fn leave(&mut self, place: Place) {
        let Some(joined) = self.joined.remove(&place) else { return };
        self.socket.leave(socket_room(place, &joined.name));
        self.follow_rooms();
        if let Some(names) = self.gateway.leave(place, self.me(), &joined.name) {
            self.announce(place, names, false).await;
        }
    }

    /// The room that the client calls by this name, if it has joined it.
    pub(in crate::compat::socketio) fn find_joined(&self, surface: Surface, name: &str) -> Option<Place> {
        let mut joined = self.joined.iter().filter(|((of, _), _)| *of == surface);
        joined.find(|(_, joined)| joined.name == name).map(|(place, _)| *place)
    }

    async fn announce(&self, place: Place, names: Vec<String>, came: bool) {
        let me = Person { id: self.me(), name: self.caller.user.name.clone() };
        announce(|room| self.socket.to(room), place, names, &me, came, self.app.now()).await;
    }

    /// The news of the joined rooms come here, and whoever writes there knows that they are seen here.
    fn follow_rooms(&mut self) {
        self.news.follow(&self.topics());
        self.seat.watch(self.joined.keys().map(|(_, room)| Watch::Chat(*room)).collect());
    }

    pub(super) fn topics(&self) -> Vec<Topic> {
        let rooms = self.joined.keys().map(|(_, room)| Topic::Chat(*room));
        own_topics(self.me()).into_iter().chain(rooms).collect()
    }
}

/// Tells the others in a room, each by their own name for it, of somebody's coming or going; `others` are
/// those of its sockets that are not the person's own.
pub async fn announce(
    others: impl Fn(String) -> BroadcastOperators,
    place: Place,
    names: Vec<String>,
    person: &Person,
    came: bool,
    at: Timestamp,
) {
    for name in names {
        let others = others(socket_room(place, &name));
        // A socket that is too slow for it misses it, as it would miss whatever is not in the log.
        let _ = match (place.0, came) {
            (Surface::Stream, true) => others.emit("user-joined", &stream_person(&name, person, at)).await,
            (Surface::Stream, false) => others.emit("user-left", &stream_person(&name, person, at)).await,
            (Surface::Communication, true) => {
                others.emit("userJoined", &json!({"userId": person.id, "chatRoomId": name})).await
            }
            // The contract has no event for it.
            (Surface::Communication, false) => Ok(()),
        };
    }
}

/// What reaches a person wherever they are.
pub(super) fn own_topics(me: UserId) -> [Topic; 2] {
    [Topic::User(me), Topic::Org]
}

/// The sockets that know a room by a name.
fn socket_room((surface, room): Place, name: &str) -> String {
    match surface {
        Surface::Stream => format!("stream:{room}:{name}"),
        Surface::Communication => format!("chat:{room}:{name}"),
    }
}
