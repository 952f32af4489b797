//! Cut, delayed and repeated connections, and killed servers: every client's list is the database's
//! order, nothing is lost, nothing is there twice.

use super::{channel, history};
use crate::ids::ChatRoomId;
use crate::realtime::protocol::{Control, Event, Seq, ServerFrame, close};
use crate::tests::helpers::{Client, ENDLESS, Engine, Proxy, TestApp, on_both_engines, until};
use futures_util::StreamExt;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

/// How often the server is killed.
const KILLS: usize = 3;
/// Messages that each of three people sends.
const WANTED: usize = 25;
/// How long a client waits for an answer or for the next frame before it tries again: what a cut
/// connection has swallowed never comes.
const IMPATIENCE: Duration = Duration::from_secs(5);
/// How long it waits after a connection that came to nothing.
const PAUSE: Duration = Duration::from_millis(20);

/// Sends what waits, in order; each is repeated until its answer has come.
async fn send_outbox(client: Client, room: ChatRoomId, outbox: Vec<String>) {
    for number in outbox {
        let body = json!({"message": number, "client_msg_id": number});
        loop {
            let request = client.request("POST", &format!("/chat/rooms/{room}/messages")).json(&body).send();
            match tokio::time::timeout(IMPATIENCE, request).await {
                Ok(Ok(answer)) if answer.status().is_success() => break,
                Ok(Ok(answer)) => {
                    assert!(answer.status().is_server_error(), "{number}: {}", answer.status());
                    tokio::time::sleep(PAUSE).await;
                }
                _ => tokio::time::sleep(PAUSE).await,
            }
        }
    }
}

/// Somebody who watches, whatever happens to the connection: what their screen shows, and the cursor.
struct Listener {
    client: Client,
    log_id: String,
    cursor: Seq,
    seen: Vec<(i64, String)>,
}

impl Listener {
    async fn of(client: &Client) -> Self {
        let hello = client.socket("").await.hello().await;
        Self { client: client.clone(), log_id: hello.log_id, cursor: hello.seq, seen: Vec::new() }
    }

    /// Comes back again and again, until everything has been seen.
    async fn watch(mut self, messages: usize) -> Self {
        while self.seen.len() < messages {
            self.listen(messages).await;
            tokio::time::sleep(PAUSE).await;
        }
        self
    }

    /// Listens on one connection for as long as it lasts.
    async fn listen(&mut self, messages: usize) {
        let url = self.client.socket_url(&format!("&after={}&log={}", self.cursor, self.log_id));
        let Ok(Ok((mut socket, _))) = tokio::time::timeout(IMPATIENCE, connect_async(url)).await else {
            return;
        };
        while self.seen.len() < messages {
            match tokio::time::timeout(IMPATIENCE, socket.next()).await {
                Ok(Some(Ok(Message::Text(text)))) => self.take(&text),
                Ok(Some(Ok(Message::Close(frame)))) => {
                    let code = frame.map(|frame| u16::from(frame.code));
                    assert_ne!(code, Some(close::RATE_LIMIT), "it comes back too often to be let in");
                    return;
                }
                Ok(Some(Ok(_))) => {}
                Ok(Some(Err(_)) | None) | Err(_) => return,
            }
        }
    }

    fn take(&mut self, text: &str) {
        match ServerFrame::parse(text) {
            Some(ServerFrame::Durable(frame)) => {
                assert!(frame.seq > self.cursor, "{} comes again after {}", frame.seq, self.cursor);
                self.cursor = frame.seq;
                if let Event::ChatMessage(message) = frame.event {
                    self.seen.push((message.seq, message.message));
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

on_both_engines! {
    async fn every_clients_list_is_the_databases_order(app: TestApp) {
        let calm = |config: &mut crate::server::config::Config| {
            config.patience = ENDLESS;
            config.flood.messages = 10_000;
        };
        let mut app = app.restart_with(calm).await;
        let room = channel(&app).await;
        app.minji.post(&format!("/chat/rooms/{room}/members"), json!({"user_id": app.seoyeon.id.0})).await;
        let seed: u64 = rand::random();
        let mut random = StdRng::seed_from_u64(seed);
        let proxy = Proxy::before(app.address, random.random()).await;

        let people = [&app.minji, &app.junho, &app.seoyeon];
        let mut listeners = JoinSet::new();
        for client in people {
            // Everybody looks before anything is said.
            let listener = Listener { client: client.through(proxy.address), ..Listener::of(client).await };
            listeners.spawn(listener.watch(people.len() * WANTED));
        }
        let mut senders = JoinSet::new();
        let mut wanted: Vec<String> = Vec::new();
        for (n, client) in people.into_iter().enumerate() {
            let outbox: Vec<String> = (0..WANTED).map(|k| format!("{n}-{k:02}")).collect();
            wanted.extend(outbox.iter().cloned());
            senders.spawn(send_outbox(client.through(proxy.address), room, outbox));
        }
        for kill in 1..=KILLS {
            // In the middle of it, not asked to stop.
            let share = wanted.len() / (KILLS + 1);
            let enough = i64::try_from(kill * share - random.random_range(0..share)).unwrap_or(0);
            until("the storm goes on", || async { app.count("SELECT COUNT(*) FROM chat_messages").await >= enough }).await;
            app = app.restart_with(calm).await;
            proxy.lead_to(app.address);
        }
        // What is left comes in peace, as nothing would ever end otherwise.
        until("most is sent", || async { app.count("SELECT COUNT(*) FROM chat_messages").await >= i64::try_from(wanted.len() * 4 / 5).unwrap_or(0) }).await;
        proxy.calm_down();
        while let Some(ended) = senders.join_next().await {
            ended.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        }

        let text = |message: &Value| message["message"].as_str().unwrap_or_default().to_owned();
        let stored: Vec<(i64, String)> =
            history(&app.minji, room).await.iter().map(|message| (message["seq"].as_i64().unwrap_or(0), text(message))).collect();
        let numbers: Vec<i64> = stored.iter().map(|(seq, _)| *seq).collect();
        assert_eq!(numbers, (1..=i64::try_from(wanted.len()).unwrap_or(0)).collect::<Vec<_>>(), "seed {seed}");
        let mut texts: Vec<&String> = stored.iter().map(|(_, text)| text).collect();
        texts.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(texts, wanted.iter().collect::<Vec<_>>(), "nothing is lost, nothing is there twice; seed {seed}");
        // Each sender's own order is kept.
        for n in 0..3 {
            let own: Vec<&String> = stored.iter().map(|(_, text)| text).filter(|text| text.starts_with(&format!("{n}-"))).collect();
            assert!(own.is_sorted(), "{own:?}; seed {seed}");
        }
        while let Some(listener) = listeners.join_next().await {
            let listener = listener.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
            assert_eq!(listener.seen, stored, "{}'s list is the database's; seed {seed}", listener.client.user.name);
        }
    }
}
