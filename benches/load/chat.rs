//! Chat over REST, pages and `/ws`: writing, opening a long room, everybody coming back at once.

use super::soak::PEOPLE;
use super::{Bench, load, ms, percentile};
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// The room that has many messages, of which the person of the cookie is a member.
pub const ARCHIVE: &str = "bench-archive";
pub const ARCHIVED: usize = 100_000;
/// The room of all people.
pub const EVERYBODY: &str = "bench-everybody";
/// How long a person's messages count for their limit.
const LIMIT: Duration = Duration::from_secs(10);
/// Aims of the contract; the bench fails beyond them.
const MOST_POST_P99: Duration = Duration::from_millis(20);
const MOST_OPENING_P99: Duration = Duration::from_millis(100);
const MOST_COMING_BACK: Duration = Duration::from_secs(10);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Where a client left off.
struct Cursor {
    log_id: String,
    seq: i64,
}

impl Bench {
    /// A hundred messages a second by fifty people, for ten seconds; from request to answer.
    pub async fn chat_posts(&self) {
        let messages = self.share(1_000);
        let tokens = self.sign_everybody_in().await;
        // What was sent before counts for nobody any more.
        tokio::time::sleep(LIMIT).await;
        let http = reqwest::Client::new();
        let mut answers = JoinSet::new();
        let mut ticks = tokio::time::interval(Duration::from_millis(10));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for n in 0..messages {
            ticks.tick().await;
            let request = self.message(&http, &tokens[n % PEOPLE], &format!("post {n}"));
            answers.spawn(async move {
                let begin = Instant::now();
                let answer = request.send().await.expect("an answer");
                assert_eq!(answer.status(), 200, "{:?}", answer.text().await);
                begin.elapsed()
            });
        }
        let mut times = answers.join_all().await;
        times.sort_unstable();
        let (p50, p99) = (percentile(&times, 50), percentile(&times, 99));
        self.report("message POST, 100 a second", PEOPLE, &format!("p50 {}, p99 {}", ms(p50), ms(p99)));
        self.aim(p99 <= MOST_POST_P99, "messages are accepted too slowly");
    }

    /// A room of 100,000 messages as a browser asks for it: at its end, and at a message in its middle.
    pub async fn long_room(&self) {
        let views = self.share(400);
        for (what, query, shows) in [("its end", "", ARCHIVED), ("its middle", "?at=50000", ARCHIVED / 2)] {
            let url = format!("http://{}/chat/{ARCHIVE}{query}", self.address);
            let (cookie, text) = (self.cookie.clone(), format!("Message {shows} "));
            let (times, _) = load(1, views, move |http, _| {
                let (url, cookie, text) = (url.clone(), cookie.clone(), text.clone());
                async move {
                    let page = http.get(url).header("cookie", cookie).send().await.expect("a page");
                    assert_eq!(page.status(), 200);
                    assert!(page.text().await.expect("HTML").contains(&text), "the page has its messages");
                }
            })
            .await;
            let (p50, p99) = (percentile(&times, 50), percentile(&times, 99));
            let what = format!("a room of 100,000 messages opens at {what}");
            self.report(&what, 1, &format!("p50 {}, p99 {}", ms(p50), ms(p99)));
            self.aim(p99 <= MOST_OPENING_P99, "a long room opens too slowly");
        }
    }

    /// A thousand sockets are cut, a hundred messages are written, and all come back in the same moment:
    /// until the last one has everything, in order, nothing missing and nothing twice.
    pub async fn reconnect_storm(&self) {
        let devices = self.share(20);
        let tokens = self.sign_everybody_in().await;
        tokio::time::sleep(LIMIT).await;
        let mut cursors = Vec::new();
        let mut open = Vec::new();
        for token in &tokens {
            for _ in 0..devices {
                let (socket, hello) = self.connect(token, "").await;
                let seq = hello["data"]["seq"].as_i64().expect("a cursor");
                cursors.push((token.clone(), Cursor { log_id: text_of(&hello["data"]["logId"]), seq }));
                open.push(socket);
            }
        }
        // Gone without a word.
        drop(open);
        let http = reqwest::Client::new();
        let mut expected = Vec::new();
        for n in 0..self.share(100) {
            expected.push(format!("missed {n}"));
            self.write(&http, &tokens[n % PEOPLE], &expected[n]).await;
        }
        let begin = Instant::now();
        let clients = cursors.len();
        expected.push("the last one".to_owned());
        let mut back = JoinSet::new();
        for (token, Cursor { log_id, seq }) in cursors {
            let (address, expected) = (self.address, expected.clone());
            back.spawn(async move {
                let url = format!("ws://{address}/ws?token={token}&after={seq}&log={log_id}");
                let (socket, _) = connect_async(url).await.expect("a socket");
                let caught_up = follow(socket, &expected).await;
                caught_up.duration_since(begin)
            });
        }
        // What comes after shows that nothing of before comes again.
        self.write(&http, &tokens[0], "the last one").await;
        let mut times = back.join_all().await;
        times.sort_unstable();
        let (p50, last) = (percentile(&times, 50), times[times.len() - 1]);
        let result = format!("p50 {}, the last {}; 0 lost, 0 doubled", ms(p50), ms(last));
        self.report("everybody comes back at once, 100 messages missed", clients, &result);
        self.aim(last <= MOST_COMING_BACK, "coming back takes too long");
    }

    async fn sign_everybody_in(&self) -> Vec<String> {
        let mut tokens = Vec::new();
        for person in 0..PEOPLE {
            tokens.push(self.sign_in(&format!("person{person}@example.com")).await);
        }
        tokens
    }

    fn message(&self, http: &reqwest::Client, token: &str, text: &str) -> reqwest::RequestBuilder {
        let url = self.url(&format!("/chat/rooms/{EVERYBODY}/messages"));
        http.post(url).bearer_auth(token).json(&json!({"message": text}))
    }

    async fn write(&self, http: &reqwest::Client, token: &str, text: &str) {
        let answer = self.message(http, token, text).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{:?}", answer.text().await);
    }

    /// A socket, and what the server says first.
    async fn connect(&self, token: &str, cursor: &str) -> (Socket, Value) {
        let url = format!("ws://{}/ws?token={token}{cursor}", self.address);
        let (mut socket, _) = connect_async(url).await.expect("a socket");
        let hello = socket.next().await.expect("open").expect("a frame");
        (socket, serde_json::from_str(hello.to_text().expect("text")).expect("JSON"))
    }
}

/// Reads until the last of these messages has come; each has to come in its turn. Says when the one
/// before the last was there.
async fn follow(mut socket: Socket, expected: &[String]) -> Instant {
    let mut came = 0;
    let mut caught_up = Instant::now();
    while came < expected.len() {
        let message = socket.next().await.expect("open").expect("a frame");
        let Some(text) = message.to_text().ok().filter(|text| text.contains(r#""type":"chat:message""#)) else {
            continue;
        };
        let frame: Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(frame["data"]["message"], json!(expected[came]), "nothing is lost, nothing comes twice");
        came += 1;
        if came + 1 == expected.len() {
            caught_up = Instant::now();
        }
    }
    caught_up
}

fn text_of(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
