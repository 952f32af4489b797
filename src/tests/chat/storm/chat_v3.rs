//! Clients of the chat API (contracts §5): they write over HTTP, and only listen on their socket, which does
//! not resume. After each reconnect they read the list on from their last message.

use super::network::{PAUSE, insist, next_text, open};
use super::outbox::Outbox;
use super::reading::Pointers;
use super::screen::{Screen, Shown, comes_next};
use crate::chat::model::MessageSeq;
use crate::ids::{ChatRoomId, UserId};
use crate::tests::helpers::Client;
use serde_json::{Value, json};

/// Sends what waits, in order, with the documented body and a key (contracts §5.5); each is repeated until its
/// answer has come. Each comes by a connection of its own, which the network may repeat when it has ended. Gives
/// what the answers said.
pub(super) async fn send(client: Client, room: ChatRoomId, mut outbox: Outbox) -> Vec<Shown> {
    let path = format!("/chat/rooms/{room}/messages");
    while let Some(text) = outbox.next().await {
        let body = json!({"user_id": client.id.0, "message": text});
        let request = || client.request("POST", &path).header("connection", "close").header("idempotency-key", &text);
        let answer = insist(|| request().json(&body)).await;
        outbox.note(Shown::read(&answer["data"], "id"));
    }
    outbox.into_receipts()
}

/// A client that only listens.
pub(super) struct Receiver {
    pub(super) screen: Screen,
    pointers: Pointers,
}

impl Receiver {
    pub(super) fn of(screen: Screen) -> Self {
        Self { screen, pointers: Pointers::default() }
    }

    /// Comes back again and again, until everything has been seen.
    pub(super) async fn watch(mut self) -> Screen {
        while !self.screen.is_full() {
            // However it ended: there is another try.
            let _ = self.listen().await;
            tokio::time::sleep(PAUSE).await;
        }
        self.screen
    }

    /// Listens on one connection; nothing when it breaks before everything has been seen.
    async fn listen(&mut self) -> Option<()> {
        let Screen { client, room, .. } = &self.screen;
        let mut socket = open(client.upgrade(&format!("/ws/chat/{room}?user_id={}", client.id))).await?;
        // Once a frame has come, the socket brings whatever is said from then on; the list has what was before.
        let mut frame = next_text(&mut socket).await?;
        self.screen.read_on().await?;
        let mut told = None;
        loop {
            self.take(&frame, &mut told);
            if self.screen.is_full() {
                return Some(());
            }
            frame = next_text(&mut socket).await?;
        }
    }

    fn take(&mut self, text: &str, told: &mut Option<MessageSeq>) {
        let frame: Value = serde_json::from_str(text).expect("JSON");
        let data = &frame["data"];
        let user = || UserId(data["user_id"].as_i64().unwrap_or_else(|| panic!("nobody: {text}")));
        match frame["type"].as_str() {
            Some("message") => {
                let message = Shown::read(data, "id");
                assert_eq!(frame["seq"], message.seq, "{text}");
                comes_next(told, message.seq);
                self.pointers.advance(user(), message.seq);
                self.screen.hear(message);
            }
            Some("read") => {
                let read = data["last_read_seq"].as_i64().unwrap_or_else(|| panic!("not how far: {text}"));
                self.pointers.advance(user(), read);
            }
            _ => {}
        }
    }
}
