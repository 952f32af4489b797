//! The list of what a person keeps.

use crate::accounts::model::Viewer;
use crate::chat::model::KeptMessage;
use crate::ids::MessageId;
use crate::realtime::protocol::{Event, Slice, Topic};
use serde::{Deserialize, Serialize};

/// `chat:kept` on `user:<id>`: a message that the person keeps from now on, or no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptEvent {
    pub message_id: MessageId,
    /// Nothing when it is kept no more.
    pub kept: Option<KeptMessage>,
}

/// Everything that the list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptMessages {
    /// The one that was kept last first.
    pub messages: Vec<KeptMessage>,
}

impl KeptMessages {
    /// Puts them in their order.
    #[must_use]
    pub fn of(mut messages: Vec<KeptMessage>) -> Self {
        messages.sort_by_key(|kept| std::cmp::Reverse((kept.kept_at, kept.id)));
        Self { messages }
    }

    #[must_use]
    pub fn has(&self, id: MessageId) -> bool {
        self.messages.iter().any(|kept| kept.id == id)
    }
}

impl Slice for KeptMessages {
    fn apply(&mut self, _: Topic, event: &Event, _: Viewer) {
        match event {
            Event::ChatKept(e) => {
                self.messages.retain(|kept| kept.id != e.message_id);
                self.messages.extend(e.kept.clone());
                *self = Self::of(std::mem::take(&mut self.messages));
            }
            Event::ChatMessageUpdated(message) => {
                if let Some(kept) = self.messages.iter_mut().find(|kept| kept.id == message.id) {
                    *kept = KeptMessage::of(message, kept.kept_at);
                }
            }
            Event::ChatMessageDeleted(message) => self.messages.retain(|kept| kept.id != message.id),
            // What was written in a room is gone with it.
            Event::TopicRevoked(e) => self.messages.retain(|kept| e.topic != Topic::Chat(kept.chat_room_id)),
            _ => {}
        }
    }
}
