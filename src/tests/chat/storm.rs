//! Cut, delayed and repeated requests, lost answers and killed servers: every client's list is the
//! database's order, nothing is lost, nothing is there twice.

use super::{channel, history};
use crate::ids::ChatRoomId;
use crate::realtime::protocol::{Event, Seq};
use crate::tests::helpers::{Client, ENDLESS, Engine, TestApp, on_both_engines};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;
use std::time::Duration;
use tokio::task::JoinSet;

const ROUNDS: usize = 3;
/// Messages that each client wants to send in a round.
const WANTED: usize = 8;

/// Sends what waits, in order, until it is told to stop: an answer may get lost, a request may be cut
/// off, and each is repeated until its answer has come.
async fn send_outbox(client: Client, room: ChatRoomId, outbox: Vec<String>, mut random: StdRng) -> Vec<String> {
    let mut rest = outbox;
    for _ in 0..60 {
        let Some(number) = rest.first().cloned() else { break };
        let body = json!({"message": number, "client_msg_id": number});
        let request = client.request("POST", &format!("/chat/rooms/{room}/messages")).json(&body).send();
        // Cut off after a random while, before or after the server has done it.
        let patience = Duration::from_micros(random.random_range(200..40_000));
        let answered = match tokio::time::timeout(patience, request).await {
            Ok(Ok(answer)) => answer.status().is_success(),
            _ => false,
        };
        // Or the answer gets lost on the way.
        if answered && !random.random_ratio(1, 4) {
            rest.remove(0);
        }
    }
    rest
}

/// Somebody who comes and goes: what the sockets have shown, and the cursor to go on from.
struct Listener {
    log_id: String,
    cursor: Seq,
    seen: Vec<(i64, String)>,
}

impl Listener {
    async fn new(client: &Client) -> Self {
        let hello = client.socket("").await.hello().await;
        Self { log_id: hello.log_id, cursor: hello.seq, seen: Vec::new() }
    }

    /// Connects where it left off, and takes in all that has happened since.
    async fn catch_up(&mut self, client: &Client) {
        let mut socket = client.socket(&format!("&after={}&log={}", self.cursor, self.log_id)).await;
        let hello = socket.hello().await;
        assert!(hello.resumed, "the log goes on: {hello:?}");
        let newest = hello.topics.values().copied().max().unwrap_or(0);
        while self.cursor < newest {
            let frame = socket.durable().await;
            assert!(frame.seq > self.cursor, "{} comes again after {}", frame.seq, self.cursor);
            self.cursor = frame.seq;
            if let Event::ChatMessage(message) = frame.event {
                self.seen.push((message.seq, message.message));
            }
        }
    }
}

on_both_engines! {
    async fn every_clients_list_is_the_databases_order(app: TestApp) {
        let mut app = app;
        let calm = |config: &mut crate::server::config::Config| {
            config.patience = ENDLESS;
            config.flood.messages = 10_000;
        };
        app = app.restart_with(calm).await;
        let room = channel(&app).await;
        app.minji.post(&format!("/chat/rooms/{room}/members"), json!({"user_id": app.seoyeon.id.0})).await;
        let seed: u64 = rand::random();
        let mut random = StdRng::seed_from_u64(seed);
        let mut outboxes = vec![Vec::new(); 3];
        let mut wanted = Vec::new();
        let mut listener = Listener::new(&app.junho).await;
        for round in 0..=ROUNDS {
            let clients = [app.minji.clone(), app.junho.clone(), app.seoyeon.clone()];
            let mut tasks = JoinSet::new();
            for (n, client) in clients.into_iter().enumerate() {
                if round < ROUNDS {
                    for k in 0..WANTED {
                        let number = format!("{n}-{round}-{k}");
                        wanted.push(number.clone());
                        outboxes[n].push(number);
                    }
                }
                let (outbox, random) = (std::mem::take(&mut outboxes[n]), StdRng::seed_from_u64(random.random()));
                tasks.spawn(async move { (n, send_outbox(client, room, outbox, random).await) });
            }
            if round < ROUNDS {
                // Killed in the middle, not asked to stop. The moment is the fault that is tried, no wait
                // for anything: whenever it comes, the outcome has to be the same.
                tokio::time::sleep(Duration::from_millis(random.random_range(10..60))).await;
                app = app.restart_with(calm).await;
            }
            while let Some(ended) = tasks.join_next().await {
                let (n, rest) = ended.expect("a client");
                outboxes[n] = rest;
            }
            listener.catch_up(&app.junho).await;
        }
        // What is left is sent in peace.
        for (client, outbox) in [&app.minji, &app.junho, &app.seoyeon].into_iter().zip(&outboxes) {
            for number in outbox {
                let body = json!({"message": number, "client_msg_id": number});
                crate::tests::chat::done(client.post(&format!("/chat/rooms/{room}/messages"), body).await);
            }
        }
        let stored: Vec<(i64, String)> = history(&app.minji, room).await.iter()
            .map(|m| (m["seq"].as_i64().unwrap_or(0), m["message"].as_str().unwrap_or_default().to_owned())).collect();
        assert_eq!(stored.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), (1..=i64::try_from(wanted.len()).unwrap_or(0)).collect::<Vec<_>>(), "seed {seed}");
        let mut texts: Vec<&String> = stored.iter().map(|(_, text)| text).collect();
        texts.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(texts, wanted.iter().collect::<Vec<_>>(), "nothing is lost, nothing is there twice; seed {seed}");
        // Each sender's own order is kept.
        for n in 0..3 {
            let own: Vec<&String> = stored.iter().map(|(_, text)| text).filter(|text| text.starts_with(&format!("{n}-"))).collect();
            assert!(own.is_sorted(), "{own:?}; seed {seed}");
        }
        listener.catch_up(&app.junho).await;
        assert_eq!(listener.seen, stored, "the listener's list is the database's; seed {seed}");
    }
}
