//! Socket.IO clients (contracts §2.1 and §3.1): they write and listen on one socket, want a receipt for each
//! message, and join again after each reconnect, which brings the newest of the history.

use super::network::{IMPATIENCE, PAUSE};
use super::outbox::Outbox;
use super::screen::{Screen, Shown, comes_next};
use crate::chat::model::MessageSeq;
use crate::tests::helpers::{NotConnected, SocketIo};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::time::timeout;

/// What one of the two contracts calls things.
#[derive(Clone, Copy)]
pub(super) struct Words {
    pub(super) surface: &'static str,
    join: &'static str,
    send: &'static str,
    history: &'static str,
    news: &'static str,
    room: &'static str,
    id: &'static str,
    newest_first: bool,
}

/// The stream chat.
pub(super) const STREAM: Words = Words {
    surface: "stream",
    join: "join-room",
    send: "send-message",
    history: "message-history",
    news: "new-message",
    room: "streamId",
    id: "id",
    newest_first: false,
};

/// The gateway of the communication server.
pub(super) const GATEWAY: Words = Words {
    surface: "gateway",
    join: "joinChat",
    send: "sendMessage",
    history: "chatHistory",
    news: "newMessage",
    room: "chatRoomId",
    id: "_id",
    newest_first: true,
};

/// A client that writes and listens.
pub(super) struct Talker {
    words: Words,
    pub(super) screen: Screen,
    address: SocketAddr,
    outbox: Outbox,
}

impl Talker {
    /// A client that connects to `address`.
    pub(super) fn of(words: Words, screen: Screen, address: SocketAddr, outbox: Outbox) -> Self {
        Self { words, screen, address, outbox }
    }

    /// Comes back again and again, until everything has been sent and seen. Gives what it shows, and what the
    /// receipts said.
    pub(super) async fn talk(mut self) -> (Screen, Vec<Shown>) {
        while !self.is_done() {
            // However it ended: there is another try.
            let _ = self.visit().await;
            tokio::time::sleep(PAUSE).await;
        }
        (self.screen, self.outbox.into_receipts())
    }

    fn is_done(&self) -> bool {
        self.outbox.is_empty() && self.screen.is_full()
    }

    /// One connection; nothing when it breaks before all is done.
    async fn visit(&mut self) -> Option<()> {
        let mut socket = self.connect().await?;
        self.join(&mut socket).await?;
        // The last message that this connection brought, once it has brought the history.
        let mut told: Option<MessageSeq> = None;
        // What waits for its receipt.
        let mut sent: Option<String> = None;
        while !self.is_done() {
            tokio::select! {
                Some(text) = self.outbox.next(), if told.is_some() && sent.is_none() => {
                    self.send(&mut socket, &text).await?;
                    sent = Some(text);
                }
                packet = timeout(IMPATIENCE, socket.packet()) => {
                    let packet = packet.ok()??;
                    if let Some(receipt) = packet.strip_prefix(&format!("43{}", self.outbox.answered())) {
                        self.note(sent.take().expect("something was sent"), &json_of(receipt)[0])?;
                    } else if let Some(event) = packet.strip_prefix("42") {
                        self.hear(&json_of(event), &mut told).await?;
                    } else {
                        assert_eq!(packet, "41", "{}", self.screen.whose);
                        return None;
                    }
                }
            }
        }
        Some(())
    }

    async fn connect(&self) -> Option<SocketIo> {
        let auth = json!({"token": self.screen.client.token});
        match timeout(IMPATIENCE, SocketIo::connect(self.address, auth, &[])).await.ok()? {
            Ok(socket) => Some(socket),
            Err(NotConnected::Lost(_)) => None,
            Err(NotConnected::Status(status)) if status.is_server_error() => None,
            Err(refused) => panic!("{}: {refused:?}", self.screen.whose),
        }
    }

    async fn join(&self, socket: &mut SocketIo) -> Option<()> {
        let Words { join, room, .. } = self.words;
        let client = &self.screen.client;
        let user = json!({"userId": client.id, "nickname": client.user.name, "avatarUrl": ""});
        let data = json!([join, {room: self.screen.room.to_string(), "user": user}]);
        socket.try_send(&format!("42{data}")).await.then_some(())
    }

    /// Sends a message with a key (contracts §3.1, `clientMsgId`), and wants a receipt under a number that no
    /// other of this connection has.
    async fn send(&self, socket: &mut SocketIo, text: &str) -> Option<()> {
        let Words { send, room, .. } = self.words;
        let data = json!([send, {room: self.screen.room.to_string(), "message": text, "clientMsgId": text}]);
        socket.try_send(&format!("42{}{data}", self.outbox.answered())).await.then_some(())
    }

    /// Takes the receipt for the first that waits; nothing when the server has failed.
    fn note(&mut self, text: String, receipt: &Value) -> Option<()> {
        if receipt["ok"] != true {
            return self.failed(receipt);
        }
        self.outbox.note(Shown { text, ..Shown::read(receipt, "id") });
        Some(())
    }

    /// Takes an event; nothing when the server has failed, or the list could not be read.
    async fn hear(&mut self, event: &Value, told: &mut Option<MessageSeq>) -> Option<()> {
        let (name, data) = (event[0].as_str().unwrap_or_default(), &event[1]);
        if name == self.words.history {
            let messages = data.as_array().expect("a list").iter();
            let mut page: Vec<Shown> = messages.map(|message| Shown::read(message, self.words.id)).collect();
            if self.words.newest_first {
                page.reverse();
            }
            *told = Some(page.last().map_or(0, |newest| newest.seq));
            if page.first().is_some_and(|oldest| oldest.seq > self.screen.newest() + 1) {
                // Away for longer than the history reaches.
                self.screen.read_on().await?;
            }
            for message in page {
                self.screen.add(message);
            }
        } else if name == self.words.news {
            let message = Shown::read(data, self.words.id);
            comes_next(told, message.seq);
            self.screen.hear(message);
        } else if name == "error" {
            return self.failed(data);
        }
        Some(())
    }

    /// A killed server may fail, but it has no reason to refuse anything.
    fn failed(&self, refusal: &Value) -> Option<()> {
        assert_eq!(refusal["code"], "INTERNAL", "{}: {refusal}", self.screen.whose);
        None
    }
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}
