//! The stream chat over Socket.IO: a thousand sockets, a hundred messages a second.

use super::soak::PEOPLE;
use super::{Bench, ms, percentile};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Each of the people has this many sockets.
const DEVICES: usize = 20;
const EVERY: Duration = Duration::from_millis(10);
/// Ten seconds: fewer than 30 of one person, whose limit that is.
const MESSAGES: usize = 1_000;
/// Aims of the contract; the bench fails beyond the larger one.
const MOST_P99: Duration = Duration::from_millis(100);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

impl Bench {
    /// From sending a message to its arrival at each of the thousand sockets that follow its room, when
    /// they follow this many rooms alike.
    pub async fn stream_chat(&self, rooms: usize) {
        let mut tokens = Vec::new();
        for person in 0..PEOPLE {
            tokens.push(self.sign_in(&format!("person{person}@example.com")).await);
        }
        let (devices, messages) = (self.share(DEVICES), self.share(MESSAGES));
        let begin = Instant::now();
        let mut senders = Vec::new();
        let mut clients = JoinSet::new();
        for (person, token) in tokens.iter().enumerate() {
            let room = format!("bench-{}", person % rooms);
            for device in 0..devices {
                let socket = self.join_stream(token, &room).await;
                let (say, said) = mpsc::unbounded_channel();
                if device == 0 {
                    senders.push((say, room.clone()));
                }
                // What all people of a room send, each its share.
                let due = messages / PEOPLE * (PEOPLE / rooms);
                clients.spawn(follow(socket, said, begin, due));
            }
        }
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for n in 0..messages {
            ticks.tick().await;
            let (say, room) = &senders[n % PEOPLE];
            let text = format!("at {} of the bench's own clock, and some words around it", begin.elapsed().as_nanos());
            let event = json!(["send-message", {"streamId": room, "message": text}]);
            let _ = say.send(format!("42{event}"));
        }
        let mut times: Vec<Duration> = clients.join_all().await.into_iter().flatten().collect();
        times.sort_unstable();
        let (p50, p99) = (percentile(&times, 50), percentile(&times, 99));
        let what = format!("stream chat, 100 messages/s, {rooms} rooms");
        let result = format!("p50 {}, p99 {}, {} deliveries", ms(p50), ms(p99), times.len());
        self.report(&what, PEOPLE * devices, &result);
        self.aim(p99 <= MOST_P99, "the stream chat is too slow");
    }

    async fn join_stream(&self, token: &str, room: &str) -> Socket {
        let url = format!("ws://{}/socket.io/?EIO=4&transport=websocket", self.address);
        let (mut socket, _) = connect_async(url).await.expect("a socket");
        let join = json!(["join-room", {"streamId": room, "user": {}}]);
        // A packet for a namespace that is not connected yet closes the connection.
        for (packet, answer) in
            [(format!("40{}", json!({"token": token})), "40"), (format!("42{join}"), r#"42["message-history""#)]
        {
            socket.send(Message::text(packet)).await.expect("sent");
            loop {
                let packet = socket.next().await.expect("open").expect("a packet");
                if packet.to_text().is_ok_and(|text| text.starts_with(answer)) {
                    break;
                }
            }
        }
        socket
    }
}

/// Sends what it is told to, and notes for each message that arrives how long ago it was sent; until
/// all that are due have come.
async fn follow(mut socket: Socket, mut said: UnboundedReceiver<String>, begin: Instant, due: usize) -> Vec<Duration> {
    let mut times = Vec::with_capacity(due);
    while times.len() < due {
        tokio::select! {
            Some(packet) = said.recv() => socket.send(Message::text(packet)).await.expect("sent"),
            packet = socket.next() => {
                let packet = packet.expect("open").expect("a packet");
                let text = packet.to_text().unwrap_or_default();
                if text == "2" {
                    socket.send(Message::text("3")).await.expect("sent");
                } else if text.starts_with(r#"42["new-message""#) {
                    times.push(begin.elapsed().saturating_sub(sent_at(text).expect("a time")));
                } else {
                    assert!(!text.starts_with(r#"42["error""#), "{text}");
                }
            }
        }
    }
    times
}

/// When an event's message was sent. Found by its words: the clients have the server's two cores for company, and to
/// read the JSON of a hundred thousand events a second would be measured with it.
fn sent_at(event: &str) -> Option<Duration> {
    let (_, after) = event.split_once(r#""message":"at "#)?;
    after.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}
