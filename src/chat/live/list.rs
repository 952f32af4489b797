//! The list of a person's rooms.

use super::Place;
use crate::accounts::model::{Person, Viewer};
use crate::chat::model::{ChatRoom, LastMessage, MemberRole, Message, MessageSeq};
use crate::ids::{ChatRoomId, UserId};
use crate::realtime::protocol::{Event, Slice, Topic};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A room in the list of one of its members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedRoom {
    pub room: ChatRoom,
    /// The other one, when two people talk.
    pub peer: Option<Person>,
    pub role: MemberRole,
    pub place: Place,
    /// The number of the newest message.
    pub last_seq: MessageSeq,
    pub last_message: Option<LastMessage>,
    /// Messages after the read pointer that call this person, in order.
    pub mentions: Vec<MessageSeq>,
}

impl ListedRoom {
    /// What it is called in this person's list.
    #[must_use]
    pub fn title(&self) -> &str {
        self.peer.as_ref().map_or(&self.room.name, |peer| &peer.name)
    }

    /// How many messages are unread.
    #[must_use]
    pub fn unread(&self) -> i64 {
        let read = self.place.last_read_seq.min(self.place.unread_from.map_or(MessageSeq::MAX, |seq| seq - 1));
        (self.last_seq - read).max(0)
    }

    /// The message before which the line "new" stands.
    #[must_use]
    pub fn first_unread(&self) -> Option<MessageSeq> {
        (self.unread() > 0).then(|| self.last_seq - self.unread() + 1)
    }

    #[must_use]
    pub fn is_muted(&self, now: Timestamp) -> bool {
        self.place.muted_until.is_some_and(|until| until > now)
    }

    fn read_up_to(&mut self, seq: MessageSeq) {
        self.place.read_up_to(seq);
        self.mentions.retain(|mention| *mention > self.place.last_read_seq);
    }

    fn note_mention(&mut self, message: &Message, me: UserId) {
        self.mentions.retain(|seq| *seq != message.seq);
        if message.calls(me) && message.seq > self.place.last_read_seq {
            let at = self.mentions.partition_point(|seq| *seq < message.seq);
            self.mentions.insert(at, message.seq);
        }
    }
}

/// Everything that the list of rooms shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChatRooms {
    pub rooms: BTreeMap<ChatRoomId, ListedRoom>,
}

impl ChatRooms {
    /// Unread messages of all rooms that are not silent, for the badge.
    #[must_use]
    pub fn unread(&self, now: Timestamp) -> i64 {
        let loud = |room: &&ListedRoom| room.room.archived_at.is_none() && !room.is_muted(now);
        self.rooms.values().filter(loud).map(ListedRoom::unread).sum()
    }

    /// The newest conversation first.
    #[must_use]
    pub fn by_activity(&self) -> Vec<&ListedRoom> {
        let mut rooms: Vec<&ListedRoom> = self.rooms.values().collect();
        let newest = |room: &ListedRoom| room.last_message.as_ref().map_or(room.room.created_at, |m| m.created_at);
        rooms.sort_by_key(|room| std::cmp::Reverse((newest(room), room.room.id)));
        rooms
    }
}

impl Slice for ChatRooms {
    fn apply(&mut self, topic: Topic, event: &Event, viewer: Viewer) {
        let me = viewer.user_id;
        match event {
            Event::ChatRoomJoined(e) => {
                self.rooms.insert(e.room.room.id, e.room.clone());
            }
            Event::TopicRevoked(e) => {
                if let Topic::Chat(id) = e.topic {
                    self.rooms.remove(&id);
                }
            }
            Event::ChatPlace(e) => {
                if let Some(room) = self.rooms.get_mut(&e.chat_room_id) {
                    room.place = e.place.clone();
                    room.mentions.retain(|mention| *mention > e.place.last_read_seq);
                }
            }
            _ => {
                let Topic::Chat(id) = topic else { return };
                let Some(room) = self.rooms.get_mut(&id) else { return };
                room.apply(event, me);
            }
        }
    }
}

impl ListedRoom {
    /// Takes in what has happened in the room.
    fn apply(&mut self, event: &Event, me: UserId) {
        match event {
            Event::ChatMessage(message) => {
                self.last_seq = message.seq;
                self.last_message = Some(LastMessage::of(message));
                if message.is_system() {
                    self.place.last_read_seq = message.read_over(self.place.last_read_seq);
                } else if message.user_id == me && !message.is_late {
                    self.read_up_to(message.seq);
                }
                self.note_mention(message, me);
            }
            Event::ChatMessageUpdated(message) | Event::ChatMessageDeleted(message) => {
                if self.last_seq == message.seq {
                    self.last_message = Some(LastMessage::of(message));
                }
                self.note_mention(message, me);
            }
            Event::ChatRead(e) if e.user_id == me => self.read_up_to(e.last_read_seq),
            Event::ChatRoomUpdated(room) => self.room = room.clone(),
            Event::ChatMemberJoin(_) => self.room.member_count += 1,
            Event::ChatMemberLeave(_) => self.room.member_count -= 1,
            Event::ChatMemberUpdated(member) if member.user_id == me => {
                self.role = member.role;
                self.place.shows_reading = member.last_read_seq.is_some();
            }
            _ => {}
        }
    }
}
