//! The one socket of the page: opens it, hears it, and opens it again for as long as it takes.
//!
//! A new socket names the cursor of the old one, so a reconnection costs the missed frames and
//! nothing else (contracts §7.3). Frames of an older socket are ignored: each socket has a
//! generation, and its handlers act only while it is the newest.

use super::clock::PROBES;
use super::live::{Connection, LinkState};
use super::protocol::{Control, Seq, ServerFrame, close};
use crate::presence::model::AWAY_AFTER_MS;
use crate::time::{SECOND, Timestamp};
use crate::ui::{browser, error_card::to_login};
use futures_util::future::{AbortHandle, FutureExt, abortable};
use futures_util::stream::SplitSink;
use futures_util::{SinkExt, StreamExt};
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message, WebSocketError};
use leptos::leptos_dom::helpers::{IntervalHandle, TimeoutHandle, set_interval_with_handle, set_timeout_with_handle};
use leptos::{ev, prelude::*};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

/// The pulse of a socket's own housekeeping.
const BEAT: Duration = Duration::from_secs(10);
/// Contracts §1.3: a ping every 30 s.
const BEATS_PER_PING: u32 = 3;
/// A `head` comes every 25 s; a socket that is silent for longer is in doubt, then given up.
const DOUBTFUL_MS: i64 = 40 * SECOND;
const DEAD_MS: i64 = 60 * SECOND;
/// A page that comes back to the screen trusts its socket less: the device may have slept.
const DEAD_ON_RETURN_MS: i64 = 30 * SECOND;
/// How long a new socket may take to say hello.
const HELLO_WITHIN_MS: i64 = 15 * SECOND;
const FIRST_WAIT_MS: f64 = 1_000.0;
const LONGEST_WAIT_MS: f64 = 30_000.0;
/// After a restart of the server everybody comes back, spread over so long.
const RESTART_SPREAD_MS: f64 = 5_000.0;
/// How long a document may take to give way to the next one.
const LEAVES_WITHIN_MS: i64 = 10 * SECOND;

/// Opens the connection, and keeps it open until the document is gone.
pub fn start(connection: Connection) {
    let client = Rc::new(Client {
        connection,
        generation: Cell::new(0),
        socket: RefCell::new(None),
        retry: Cell::new(None),
        heard_ms: Cell::new(0),
        left_ms: Cell::new(0),
        input_ms: Cell::new(device_ms()),
        asked_ms: Cell::new(None),
        probes: Cell::new(0),
    });
    client.connect();
    client.notice_input();

    let on_online = client.clone();
    window_event_listener(ev::online, move |_| on_online.wake());
    let on_offline = client.clone();
    window_event_listener(ev::offline, move |_| {
        on_offline.socket.take();
        // A server on this very device is reached without a network too.
        on_offline.retry_later(LinkState::Disconnected, Some(LONGEST_WAIT_MS));
    });
    let on_visible = client.clone();
    // Bubbles from the document to the window.
    window_event_listener(ev::visibilitychange, move |_| {
        if browser::is_visible() {
            on_visible.wake();
            // The device may have slept, and its clock with it.
            on_visible.probe();
        }
    });
    let on_leave = client.clone();
    window_event_listener(ev::beforeunload, move |_| on_leave.left_ms.set(device_ms()));
    let speaker = client.clone();
    Effect::new(move |_| {
        connection.plane.said.track();
        speaker.speak();
    });
    let prober = client.clone();
    Effect::new(move |called: Option<()>| {
        connection.probe.track();
        if called.is_some() {
            prober.probe();
        }
    });
    Effect::new(move |called: Option<()>| {
        connection.wake.track();
        // The first run only subscribes.
        if called.is_some() {
            client.connect();
        }
    });
}

struct Client {
    connection: Connection,
    /// The number of the newest socket.
    generation: Cell<u32>,
    socket: RefCell<Option<Socket>>,
    retry: Cell<Option<TimeoutHandle>>,
    /// When something was last heard, by this device's clock.
    heard_ms: Cell<i64>,
    /// When the document began to give way to another one.
    left_ms: Cell<i64>,
    /// When somebody last did something on this page, by this device's clock.
    input_ms: Cell<i64>,
    /// When the server was asked for its time, by this device's clock: until it answers.
    asked_ms: Cell<Option<i64>>,
    /// How many more times it is asked in a row.
    probes: Cell<u32>,
}

/// An open or opening socket; dropping it closes it.
struct Socket {
    sink: SplitSink<WebSocket, Message>,
    /// Ends the task that reads, and with it the other half of the socket.
    reading: AbortHandle,
    beat: Option<IntervalHandle>,
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.reading.abort();
        if let Some(beat) = self.beat {
            beat.clear();
        }
    }
}

impl Client {
    /// Opens a new socket in the place of whatever there was.
    fn connect(self: &Rc<Self>) {
        self.forget_retry();
        self.socket.take();
        self.asked_ms.set(None);
        self.connection.state.set(LinkState::Connecting);
        self.connection.next_try_secs.set(None);
        self.heard_ms.set(device_ms());
        let generation = self.generation.get().wrapping_add(1);
        self.generation.set(generation);

        let cursor = self.connection.cursor();
        let asked = cursor.as_ref().map(|(_, seq)| *seq);
        let Ok(ws) = WebSocket::open(&socket_url(cursor.as_ref())) else {
            self.retry_later(LinkState::Error, None);
            return;
        };
        let (sink, mut stream) = ws.split();
        let client = self.clone();
        let (reader, reading) = abortable(async move {
            // Whatever has come is taken in within one turn: a transaction's frames show at once.
            while let Some(news) = stream.next().await {
                if !client.is_newest(generation) {
                    return;
                }
                match news {
                    Ok(Message::Text(text)) => client.hear(&text, asked),
                    Ok(Message::Bytes(_)) => {}
                    Err(WebSocketError::ConnectionClose(event)) => return client.closed(event.code),
                    // The close follows.
                    Err(_) => {}
                }
            }
        });
        leptos::task::spawn_local(reader.map(drop));
        let client = self.clone();
        let beats = Cell::new(0u32);
        let beat = set_interval_with_handle(
            move || {
                beats.set(beats.get() + 1);
                client.beat(beats.get());
            },
            BEAT,
        );
        *self.socket.borrow_mut() = Some(Socket { sink, reading, beat: beat.ok() });
    }

    fn is_newest(&self, generation: u32) -> bool {
        self.generation.get() == generation
    }

    fn is_connected(&self) -> bool {
        matches!(self.connection.state.get_untracked(), LinkState::Connected | LinkState::Unknown)
    }

    /// Milliseconds since something was last heard. By the device's clock, since the one that only counts may
    /// stand still while the device sleeps; a clock that was set back counts as silence too.
    fn silence_ms(&self) -> i64 {
        (device_ms() - self.heard_ms.get()).abs()
    }

    fn hear(&self, text: &str, asked: Option<Seq>) {
        self.heard_ms.set(device_ms());
        if self.connection.state.get_untracked() == LinkState::Unknown {
            self.connection.state.set(LinkState::Connected);
        }
        match ServerFrame::parse(text) {
            Some(ServerFrame::Durable(frame)) => self.connection.received(*frame),
            Some(ServerFrame::Control(frame)) => match frame.control {
                Control::Hello(hello) => {
                    if self.connection.greeted(&hello, asked) {
                        self.probe();
                    } else {
                        self.give_way();
                    }
                }
                Control::Head(head) => self.connection.head(head.seq, head.server_time),
                Control::Pong(_) => self.answered(frame.timestamp),
                _ => self.connection.heard(),
            },
            Some(ServerFrame::Volatile(frame)) => self.connection.glimpsed(frame),
            // An event of a newer build counts as missed: its topic's next frame reveals the hole.
            None => self.connection.heard(),
        }
    }

    /// Somebody else has signed in in this browser: what has come with the hello is not heard, and a new document
    /// takes the place of this one. By way of the login page, since fields keep what was typed into them over a reload.
    fn give_way(&self) {
        self.generation.set(self.generation.get().wrapping_add(1));
        self.socket.take();
        to_login();
    }

    /// Asks the server for its time, several times in a row.
    fn probe(&self) {
        self.connection.forget_clock();
        self.probes.set(PROBES);
        self.ping();
    }

    fn answered(&self, server_time: Timestamp) {
        let Some(asked_ms) = self.asked_ms.take() else { return self.connection.heard() };
        self.connection.clock_answered(asked_ms, server_time);
        let left = self.probes.get().saturating_sub(1);
        self.probes.set(left);
        if left > 0 {
            self.ping();
        }
    }

    /// Says what the page has to say; what comes while there is no connection is said at the next one.
    fn speak(&self) {
        let said = self.connection.plane.take_said();
        if !self.is_connected() {
            return;
        }
        if let Some(socket) = self.socket.borrow_mut().as_mut() {
            for text in said {
                // Goes out at once on an open socket.
                let _ = socket.sink.send(Message::Text(text)).now_or_never();
            }
        }
    }

    /// Takes note of any sign that somebody is at this page.
    fn notice_input(self: &Rc<Self>) {
        let noticed = || {
            let client = self.clone();
            move || {
                client.input_ms.set(device_ms());
                client.connection.plane.set_away(false);
            }
        };
        let (by_move, by_press, by_key, by_scroll, by_look) = (noticed(), noticed(), noticed(), noticed(), noticed());
        window_event_listener(ev::pointermove, move |_| by_move());
        window_event_listener(ev::pointerdown, move |_| by_press());
        window_event_listener(ev::keydown, move |_| by_key());
        window_event_listener(ev::wheel, move |_| by_scroll());
        let plane = self.connection.plane;
        window_event_listener(ev::visibilitychange, move |_| {
            let is_visible = browser::is_visible();
            plane.set_hidden(!is_visible);
            if is_visible {
                by_look();
            }
        });
    }

    /// Housekeeping: pings, notices that nobody is here, and gives up a socket that has gone silent.
    fn beat(self: &Rc<Self>, beats: u32) {
        if device_ms() - self.input_ms.get() >= AWAY_AFTER_MS {
            self.connection.plane.set_away(true);
        }
        let silence = self.silence_ms();
        let allowed = if self.is_connected() { DEAD_MS } else { HELLO_WITHIN_MS };
        if silence > allowed {
            self.connect();
            return;
        }
        if silence > DOUBTFUL_MS {
            self.connection.state.set(LinkState::Unknown);
        }
        if beats.is_multiple_of(BEATS_PER_PING) {
            self.ping();
        }
    }

    /// Asks for a sign of life that says what time it is; one question at a time, or nobody could
    /// tell whose answer comes.
    fn ping(&self) {
        if !self.is_connected() || self.asked_ms.get().is_some() {
            return;
        }
        if let Some(socket) = self.socket.borrow_mut().as_mut() {
            let now = device_ms();
            self.asked_ms.set(Some(now));
            let text = format!(r#"{{"type":"ping","data":{{}},"timestamp":"{}"}}"#, Timestamp(now));
            // Goes out at once on an open socket; one that is not open yet needs no ping.
            let _ = socket.sink.send(Message::Text(text)).now_or_never();
        }
    }

    /// The server or the network has closed the newest socket.
    fn closed(self: &Rc<Self>, code: u16) {
        let was_connected = self.is_connected();
        self.socket.take();
        match code {
            close::UNAUTHENTICATED | close::SESSION_EXPIRED => {
                self.connection.state.set(LinkState::Disconnected);
                // Whoever logs out is on the way already, and not to come back here.
                if device_ms() - self.left_ms.get() > LEAVES_WITHIN_MS {
                    to_login();
                }
            }
            close::GOING_AWAY => self.retry_later(LinkState::Disconnected, Some(browser::random() * RESTART_SPREAD_MS)),
            close::RATE_LIMIT => self.retry_later(LinkState::Error, Some(LONGEST_WAIT_MS)),
            _ if was_connected => self.retry_later(LinkState::Disconnected, None),
            _ => self.retry_later(LinkState::Error, None),
        }
    }

    /// Waits, then connects: as long as asked, else full jitter under a doubling bound.
    fn retry_later(self: &Rc<Self>, state: LinkState, wait_ms: Option<f64>) {
        let attempt = self.connection.attempt.get_untracked();
        let bound = LONGEST_WAIT_MS.min(FIRST_WAIT_MS * f64::from(1u32 << attempt.min(5)));
        let wait = Duration::from_secs_f64(wait_ms.unwrap_or_else(|| browser::random() * bound) / 1_000.0);
        self.connection.attempt.set(attempt.saturating_add(1));
        self.connection.next_try_secs.set(u32::try_from(wait.as_secs() + 1).ok());
        self.connection.state.set(if browser::is_online() { state } else { LinkState::Disconnected });
        let client = self.clone();
        self.forget_retry();
        self.retry.set(set_timeout_with_handle(move || client.connect(), wait).ok());
    }

    fn forget_retry(&self) {
        if let Some(retry) = self.retry.take() {
            retry.clear();
        }
    }

    /// The network is back, or somebody looks at the page again: no reason to wait.
    fn wake(self: &Rc<Self>) {
        let limit = if self.is_connected() { DEAD_ON_RETURN_MS } else { 0 };
        let is_opening = self.socket.borrow().is_some() && !self.is_connected();
        if !is_opening && self.silence_ms() >= limit {
            self.connect();
        }
    }
}

fn device_ms() -> i64 {
    browser::now_ms().unwrap_or_default()
}

/// The socket's address on this origin, with the cursor to resume at.
fn socket_url(cursor: Option<&(String, Seq)>) -> String {
    let location = location();
    // Both are always readable in a page.
    let scheme = if location.protocol().as_deref() == Ok("https:") { "wss" } else { "ws" };
    let host = location.host().unwrap_or_default();
    match cursor {
        Some((log_id, after)) => format!("{scheme}://{host}/ws?after={after}&log={log_id}"),
        None => format!("{scheme}://{host}/ws"),
    }
}
