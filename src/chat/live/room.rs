//! A room that is open: who is in it, and a stretch of its history.

use super::{LeaveEvent, ReactionEvent, ReadEvent};
use crate::accounts::model::Viewer;
use crate::chat::model::{ChatRoom, Member, Message, MessageSeq, Reaction};
use crate::ids::{MessageId, UserId};
use crate::realtime::protocol::{Event, Slice, Topic};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The stretch of a room's history that is on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    pub from: MessageSeq,
    /// Without an end, whatever comes is part of it.
    pub to: Option<MessageSeq>,
    /// Only this message, wherever it stands, and the replies in its thread.
    pub thread: Option<MessageId>,
}

impl Window {
    fn holds(&self, message: &Message) -> bool {
        let in_thread = |root| message.id == root || message.thread_root == Some(root);
        message.seq >= self.from && self.to.is_none_or(|to| message.seq <= to) && self.thread.is_none_or(in_thread)
    }
}

/// Everything that an open room shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenRoom {
    pub room: ChatRoom,
    pub members: BTreeMap<UserId, Member>,
    pub window: Window,
    /// Those of the window, in order. Replies of threads are among them; the main log passes over
    /// whatever has a `thread_root`.
    pub messages: Vec<Message>,
    /// The number of the room's newest message, in the window or not.
    pub last_seq: MessageSeq,
    /// The person is no member any more.
    pub closed: bool,
}

impl OpenRoom {
    /// How many messages a member has not read; nothing when they do not show it.
    #[must_use]
    pub fn unread_of(&self, user: UserId) -> Option<i64> {
        Some(self.last_seq - self.members.get(&user)?.last_read_seq?)
    }

    /// Who has not read a message, of those who show it and have not written it, by name.
    #[must_use]
    pub fn unread_by(&self, seq: MessageSeq) -> Vec<&Member> {
        let author = self.messages.iter().find(|message| message.seq == seq).map(|message| message.user_id);
        let unread =
            |member: &&Member| member.last_read_seq.is_some_and(|read| read < seq) && Some(member.user_id) != author;
        let mut people: Vec<&Member> = self.members.values().filter(unread).collect();
        people.sort_by(|a, b| a.user.name.cmp(&b.user.name).then(a.user_id.cmp(&b.user_id)));
        people
    }

    /// Whether there are older messages than those of the window.
    #[must_use]
    pub fn has_older(&self) -> bool {
        self.window.from > 1
    }

    /// Counts anew who has not read each message: members have come, gone or changed their minds.
    pub fn recount(&mut self) {
        let read = self.members.values().filter_map(|member| Some((member.last_read_seq?, member.user_id)));
        let mut read: Vec<(MessageSeq, UserId)> = read.collect();
        read.sort_unstable();
        count_unread(&mut self.messages, &read);
    }

    fn read_up_to(&mut self, user: UserId, seq: MessageSeq) {
        let Some(member) = self.members.get_mut(&user) else { return };
        let Some(before) = member.last_read_seq.filter(|before| *before < seq) else { return };
        member.last_read_seq = Some(seq);
        let counted = |m: &&mut Message| m.seq > before && m.seq <= seq && m.user_id != user;
        for message in self.messages.iter_mut().filter(counted) {
            message.set_unread_by((message.unread_by - 1).max(0));
        }
    }

    fn take_message(&mut self, message: &Message) {
        self.last_seq = message.seq;
        if message.is_system() {
            // It is unread by nobody who has read the rest.
            for read in self.members.values_mut().filter_map(|member| member.last_read_seq.as_mut()) {
                *read = message.read_over(*read);
            }
        } else if !message.is_late {
            // Whoever writes has read what is before.
            self.read_up_to(message.user_id, message.seq);
            if let Some(author) = self.members.get_mut(&message.user_id).filter(|m| m.last_read_seq.is_some()) {
                author.last_read_at = Some(message.created_at);
            }
        }
        if let Some(root) = message.thread_root.and_then(|root| self.message_mut(root)) {
            root.reply_count += 1;
            root.last_reply_at = Some(message.created_at);
        }
        if self.window.holds(message) {
            self.messages.push(Message { is_late: false, ..message.clone() });
        }
    }

    /// A message has other words, or none any more.
    fn change_message(&mut self, changed: &Message) {
        if let Some(message) = self.message_mut(changed.id) {
            message.clone_from(changed);
        }
        for message in &mut self.messages {
            if message.reply_to.as_ref().is_some_and(|quote| quote.id == changed.id) {
                message.reply_to = Some(changed.quote());
            }
        }
    }

    fn delete_message(&mut self, deleted: &Message) {
        self.change_message(deleted);
        if let Some(root) = deleted.thread_root.and_then(|root| self.message_mut(root)) {
            root.reply_count -= 1;
        }
    }

    fn message_mut(&mut self, id: MessageId) -> Option<&mut Message> {
        self.messages.iter_mut().find(|message| message.id == id)
    }

    fn react(&mut self, e: &ReactionEvent) {
        if let Some(message) = self.message_mut(e.message_id) {
            message.react(e);
        }
    }
}

impl Message {
    /// Takes in that somebody has put an emoji under it, or has taken theirs away.
    pub fn react(&mut self, e: &ReactionEvent) {
        let at = match self.reactions.binary_search_by(|known| known.emoji.as_str().cmp(&e.emoji)) {
            Ok(at) => at,
            Err(_) if !e.added => return,
            Err(at) => {
                self.reactions.insert(at, Reaction { emoji: e.emoji.clone(), user_ids: Vec::new() });
                at
            }
        };
        let people = &mut self.reactions[at].user_ids;
        people.retain(|user| *user != e.user_id);
        if e.added {
            let place = people.partition_point(|user| *user < e.user_id);
            people.insert(place, e.user_id);
        } else if people.is_empty() {
            self.reactions.remove(at);
        }
    }
}

/// Notes for each message how many members besides its author have not read it (contracts §5.3); `read` is
/// how far each has, in order.
pub fn count_unread(messages: &mut [Message], read: &[(MessageSeq, UserId)]) {
    for message in messages {
        let unread = &read[..read.partition_point(|(seq, _)| *seq < message.seq)];
        let others = unread.iter().filter(|(_, user)| *user != message.user_id).count();
        message.set_unread_by(i64::try_from(others).unwrap_or(i64::MAX));
    }
}

impl Slice for OpenRoom {
    fn apply(&mut self, topic: Topic, event: &Event, _: Viewer) {
        if let Event::TopicRevoked(e) = event {
            self.closed |= e.topic == Topic::Chat(self.room.id);
        }
        if topic != Topic::Chat(self.room.id) {
            return;
        }
        match event {
            Event::ChatMessage(message) => self.take_message(message),
            Event::ChatMessageUpdated(message) => self.change_message(message),
            Event::ChatMessageDeleted(message) => self.delete_message(message),
            Event::ChatReaction(e) => self.react(e),
            Event::ChatRead(ReadEvent { user_id, last_read_seq, last_read_at, .. }) => {
                self.read_up_to(*user_id, *last_read_seq);
                if let Some(member) = self.members.get_mut(user_id) {
                    member.last_read_at = Some(*last_read_at);
                }
            }
            Event::ChatMemberJoin(member) | Event::ChatMemberUpdated(member) => {
                if self.members.insert(member.user_id, Member { unread_count: 0, ..member.clone() }).is_none() {
                    self.room.member_count += 1;
                }
                self.recount();
            }
            Event::ChatMemberLeave(LeaveEvent { user_id, .. }) => {
                if self.members.remove(user_id).is_some() {
                    self.room.member_count -= 1;
                }
                self.recount();
            }
            Event::ChatRoomUpdated(room) => self.room = room.clone(),
            _ => {}
        }
    }
}
