//! Pages: they write over HTTP, with a number of their own in the body, and resume on `/ws` by their cursor
//! (contracts §7.3).

use super::network::{PAUSE, insist, next_text, open};
use super::outbox::Outbox;
use super::reading::Pointers;
use super::screen::{Screen, Shown, comes_next};
use crate::chat::model::MessageSeq;
use crate::ids::ChatRoomId;
use crate::realtime::protocol::{Control, Event, Seq, ServerFrame};
use crate::tests::helpers::Client;
use serde_json::json;

/// Sends what waits, in order; each is repeated until its answer has come. Gives what the answers said.
pub(super) async fn send(client: Client, room: ChatRoomId, mut outbox: Outbox) -> Vec<Shown> {
    let path = format!("/chat/rooms/{room}/messages");
    while let Some(text) = outbox.next().await {
        let body = json!({"message": text, "client_msg_id": text});
        let answer = insist(|| client.request("POST", &path).json(&body)).await;
        outbox.note(Shown::read(&answer["data"], "id"));
    }
    outbox.into_receipts()
}

/// A page that stays open, and the cursor by which it comes back.
pub(super) struct Page {
    pub(super) screen: Screen,
    log_id: String,
    cursor: Seq,
    /// The last message that its sockets brought.
    told: Option<MessageSeq>,
    pointers: Pointers,
}

impl Page {
    /// Opens in peace, on the way of `client`; whatever comes later has to find the screen's.
    pub(super) async fn open(client: &Client, screen: Screen) -> Self {
        let hello = client.socket("").await.hello().await;
        Self { screen, log_id: hello.log_id, cursor: hello.seq, told: None, pointers: Pointers::default() }
    }

    /// Comes back again and again, until everything has been seen.
    pub(super) async fn watch(mut self) -> Screen {
        while !self.screen.is_full() {
            self.listen().await;
            tokio::time::sleep(PAUSE).await;
        }
        self.screen
    }

    /// Listens on one connection for as long as it lasts.
    async fn listen(&mut self) {
        let url = self.screen.client.socket_url(&format!("&after={}&log={}", self.cursor, self.log_id));
        let Some(mut socket) = open(url).await else { return };
        while !self.screen.is_full() {
            let Some(text) = next_text(&mut socket).await else { return };
            self.take(&text);
        }
    }

    fn take(&mut self, text: &str) {
        match ServerFrame::parse(text) {
            Some(ServerFrame::Durable(frame)) => {
                assert!(frame.seq > self.cursor, "{} comes again after {}", frame.seq, self.cursor);
                self.cursor = frame.seq;
                self.pointers.follow(&frame.event);
                if let Event::ChatMessage(message) = frame.event {
                    comes_next(&mut self.told, message.seq);
                    self.screen.hear(Shown { id: message.id.0, seq: message.seq, text: message.message });
                }
            }
            Some(ServerFrame::Control(frame)) => match frame.control {
                Control::Hello(hello) => assert!(hello.resumed, "the log goes on: {hello:?}"),
                Control::Head(head) => self.cursor = self.cursor.max(head.seq),
                _ => {}
            },
            Some(_) => {}
            None => panic!("not a frame: {text}"),
        }
    }
}
