//! What a client shows.

use super::TOTAL;
use super::network::attempt;
use crate::chat::model::MessageSeq;
use crate::ids::ChatRoomId;
use crate::tests::helpers::Client;
use serde_json::Value;
use tokio::sync::watch;

/// How many messages a client reads at once: few, so that it has to read on.
const PAGE: u32 = 20;

/// A message as a list has it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shown {
    pub(super) id: i64,
    pub(super) seq: MessageSeq,
    pub(super) text: String,
}

impl Shown {
    /// Out of the JSON of any contract: some call the id otherwise, and write it as digits.
    pub(super) fn read(message: &Value, id: &str) -> Self {
        let id = message[id].as_i64().or_else(|| message[id].as_str()?.parse().ok());
        Self {
            id: id.unwrap_or_else(|| panic!("no id: {message}")),
            seq: message["seq"].as_i64().unwrap_or_else(|| panic!("no number: {message}")),
            text: message["message"].as_str().unwrap_or_default().to_owned(),
        }
    }
}

/// The list of one client, whatever happens to its connections.
pub(super) struct Screen {
    pub(super) surface: &'static str,
    /// Whose it is, and on which surface.
    pub(super) whose: String,
    pub(super) client: Client,
    pub(super) room: ChatRoomId,
    /// Without a hole from the first message on.
    pub(super) shown: Vec<Shown>,
    /// The number of the newest message that it shows.
    pub(super) newest: watch::Sender<MessageSeq>,
    /// How many messages sockets brought while they were open.
    pub(super) heard: usize,
}

impl Screen {
    pub(super) fn of(surface: &'static str, client: Client, room: ChatRoomId) -> Self {
        let whose = format!("{} on {surface}", client.user.name);
        Self { surface, whose, client, room, shown: Vec::new(), newest: watch::Sender::new(0), heard: 0 }
    }

    /// Whether everything that is ever said is there.
    pub(super) fn is_full(&self) -> bool {
        self.newest() >= TOTAL
    }

    pub(super) fn newest(&self) -> MessageSeq {
        *self.newest.borrow()
    }

    /// Takes a message in. One that is there already, as lists and sockets overlap, is the same one.
    pub(super) fn add(&mut self, message: Shown) {
        let at = usize::try_from(message.seq - 1).expect("numbers begin with 1");
        match self.shown.get(at) {
            Some(known) => assert_eq!(*known, message, "{}", self.whose),
            None => {
                assert_eq!(at, self.shown.len(), "{}: a hole before {message:?}", self.whose);
                self.newest.send_replace(message.seq);
                self.shown.push(message);
            }
        }
    }

    /// Takes in a message that a socket brought when it was said.
    pub(super) fn hear(&mut self, message: Shown) {
        self.heard += 1;
        self.add(message);
    }

    /// Reads the room's list on from the last message; nothing when an answer did not come.
    pub(super) async fn read_on(&mut self) -> Option<()> {
        loop {
            let path = format!("/chat/rooms/{}/messages?after_seq={}&limit={PAGE}", self.room, self.newest());
            let answer = attempt(self.client.request("GET", &path)).await?;
            let page = answer["data"].as_array().expect("a list");
            if page.is_empty() {
                return Some(());
            }
            for message in page {
                self.add(Shown::read(message, "id"));
            }
        }
    }
}

/// What one connection brings comes in order, each message once and none left out.
pub(super) fn comes_next(told: &mut Option<MessageSeq>, seq: MessageSeq) {
    let before = told.replace(seq);
    assert!(before.is_none_or(|before| seq == before + 1), "{seq} comes after {before:?}");
}
