//! `/ws`: the documented room-booking socket (contracts §1, S0), with resume by cursor (§7.3).

mod plane;

use super::ending::Ending;
use super::log::store;
use super::protocol::{Complaint, Control, ControlFrame, Head, Hello, Nothing, Seq, Topic, close};
use super::tail::{Subscription, Tail};
use super::volatile::{Seat, Watch};
use crate::accounts::server::{Caller, session_of_access_token, session_of_ticket};
use crate::chat::server as chat;
use crate::error::AppError;
use crate::presence::server::{self as presence, Attendance};
use crate::server::problem::{Problem, language};
use crate::server::request::Query;
use crate::server::state::App;
use crate::server::throttle::Throttle;
use crate::time::{MINUTE, SECOND};
use axum::Extension;
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use http::HeaderMap;
use serde::Deserialize;
use std::time::Duration;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, timeout};

/// Largest frame a client may send (contracts §4.7, §7.1).
const MAX_FRAME: usize = 64 * 1024;
/// axum's default of 128 KiB would be spent on every idle socket.
const READ_BUFFER: usize = 4 * 1024;
/// Frames that wait for a socket leave in writes of about this size, not one by one.
const WRITE_BUFFER: usize = 16 * 1024;
/// How long before the end of a session its client is told.
const EXPIRY_NOTICE_MS: i64 = MINUTE;
/// Frames a client may send: 10 per second with bursts of 20, in a window of two seconds
/// (contracts §1.3). What goes beyond is dropped.
const INBOUND_LIMIT: usize = 20;
const INBOUND_WINDOW_MS: i64 = 2 * SECOND;
/// Subprotocol of clients that cannot set headers (contracts §4.1).
const BEARER_PROTOCOL: &str = "authorization.bearer.";

/// How patient a socket is with its client. No option for operators: the contract has the values.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Protocol pings, and `head` for quiet clients.
    pub beat: Duration,
    /// A client that answers none of so many pings is gone.
    pub pings: u32,
    /// No progress in writing for so long: the client is asked to come again (contracts §7.4).
    pub write: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { beat: Duration::from_secs(25), pings: 2, write: Duration::from_secs(15) }
    }
}

/// What a client names in the address.
#[derive(Deserialize)]
pub struct Resume {
    token: Option<String>,
    after: Option<Seq>,
    log: Option<String>,
    debug: Option<String>,
}

/// Opens the socket. Whoever may not have one is told so by a close code, since browsers cannot
/// read the status of a refused upgrade.
pub async fn upgrade(
    State(app): State<App>,
    Query(resume): Query<Resume>,
    caller: Option<Extension<Caller>>,
    headers: HeaderMap,
    mut upgrade: WebSocketUpgrade,
) -> Response {
    let offered = upgrade
        .requested_protocols()
        .find(|protocol| protocol.to_str().is_ok_and(|p| p.starts_with(BEARER_PROTOCOL)))
        .cloned();
    if let Some(protocol) = &offered {
        // Echoed even when the token is bad: a browser would see nothing but 1006 otherwise.
        upgrade.set_selected_protocol(protocol.clone());
    }
    let upgrade = upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_message_size(MAX_FRAME)
        .max_frame_size(MAX_FRAME);

    let bearer = offered.as_ref().and_then(|protocol| protocol.to_str().ok()?.strip_prefix(BEARER_PROTOCOL));
    let found = match (&resume.token, bearer, caller) {
        (Some(token), _, _) => session_of_ticket(&app, token).await,
        (None, Some(token), _) => session_of_access_token(&app, token).await,
        (None, None, caller) => Ok(caller.map(|Extension(caller)| caller)),
    };
    match found {
        Err(error) => Problem { error, lang: language(&headers) }.into_response(),
        Ok(None) => upgrade.on_upgrade(|socket| refuse(socket, close::UNAUTHENTICATED)),
        Ok(Some(caller)) if app.gate.sockets.count(&caller.user.id, app.now()).is_err() => {
            upgrade.on_upgrade(|socket| refuse(socket, close::RATE_LIMIT))
        }
        Ok(Some(caller)) => {
            let open = app.sockets.clone().read_owned().await;
            upgrade.on_upgrade(async move |socket| {
                serve(app, caller, resume, socket).await;
                drop(open);
            })
        }
    }
}

/// Sends a client away.
pub(crate) async fn refuse(mut socket: WebSocket, code: u16) {
    // The client is being sent away: whether it hears why is up to it.
    let _ = socket.send(Message::Close(Some(CloseFrame { code, reason: Utf8Bytes::default() }))).await;
}

async fn serve(app: App, caller: Caller, resume: Resume, socket: WebSocket) {
    let ending = Ending::of(&app, &caller);
    let topics = Topic::of(caller.viewer());
    // Subscribed before the cursor is set: what is committed in between wakes the socket.
    let news = app.tail.subscribe(&topics);
    let seat = app.plane.seat(caller.user.id);
    let Ok(attendance) = presence::arrive(&app, &caller, &seat).await else {
        return refuse(socket, close::SERVER_ERROR).await;
    };
    let (sink, stream) = socket.split();
    let mut session = Session {
        warned: false,
        unanswered: 0,
        inbound: Throttle::new(INBOUND_LIMIT, INBOUND_WINDOW_MS),
        debug: resume.debug.as_deref() == Some("1"),
        patience: app.config.patience,
        tail: app.tail.clone(),
        cursor: 0,
        topics,
        news,
        seat,
        people: None,
        _attendance: attendance,
        ending,
        sink,
        app,
        caller,
    };
    let code = match session.start(&resume).await {
        Ok(()) => session.run(stream).await,
        Err(end) => end,
    };
    say_goodbye(&mut session.sink, code).await;
}

/// One socket: a cursor into the log, and whose it is.
struct Session {
    app: App,
    caller: Caller,
    tail: Tail,
    topics: Vec<Topic>,
    news: Subscription,
    seat: Seat,
    /// Whether it watches who is here, and up to which revision it has been told.
    people: Option<Option<u64>>,
    /// The person is here until this goes.
    _attendance: Attendance,
    ending: Ending,
    sink: SplitSink<WebSocket, Message>,
    /// Everything up to here has been sent.
    cursor: Seq,
    warned: bool,
    unanswered: u32,
    inbound: Throttle<()>,
    debug: bool,
    patience: Patience,
}

/// The type of a client's frame, before its data are looked at.
#[derive(Deserialize)]
struct Peek {
    #[serde(rename = "type")]
    kind: String,
}

/// Why a socket ends: a close code for the client, or `None` when it has gone by itself.
pub(crate) type End = Option<u16>;

impl Session {
    /// Says hello and sends what the client missed.
    async fn start(&mut self, resume: &Resume) -> Result<(), End> {
        self.ending.check().await?;
        // The head first: what is committed from here on is sent, so the topics may well know of it.
        // The other way round, an event in between would be neither sent nor known of.
        let head = self.tail.head();
        let (oldest, heads) = self.log_bounds().await.map_err(|_| Some(close::SERVER_ERROR))?;
        let resumed = match (resume.after, resume.log.as_deref()) {
            (Some(after), Some(log)) if log == self.app.log.id() && after <= head && after + 1 >= oldest => {
                self.cursor = after;
                true
            }
            _ => {
                self.cursor = head;
                false
            }
        };
        let topics = self.topics.iter().map(|topic| (*topic, heads.get(topic).copied().unwrap_or(0))).collect();
        let hello = Hello {
            log_id: self.app.log.id().to_owned(),
            build: self.app.build.clone(),
            seq: head,
            server_time: self.app.now().0,
            resumed,
            topics,
        };
        if resumed {
            self.forget_granted().await.map_err(|_| Some(close::SERVER_ERROR))?;
        }
        self.news.follow(&self.topics);
        self.send_control(Control::Hello(hello)).await?;
        let missed = self.cursor < head;
        // Also what came before the subscription knew of all topics.
        self.send_news().await?;
        if missed {
            self.send_head().await?;
        }
        presence::greet(&self.app, &self.seat).await.map_err(|_| Some(close::SERVER_ERROR))?;
        self.send_volatile().await
    }

    /// The oldest event that is kept, and the newest of each topic that this person receives.
    async fn log_bounds(&mut self) -> Result<(Seq, std::collections::HashMap<Topic, Seq>), AppError> {
        let mut read = self.app.read().await?;
        self.topics.extend(chat::topics_of(&mut read, self.caller.user.id).await?);
        let oldest = store::find_oldest(&mut read).await?;
        let heads = store::find_topic_heads(&mut read, &self.topics).await?;
        read.end().await?;
        Ok((oldest, heads))
    }

    /// What a topic had before somebody was let into it is not theirs: it begins where the log says so.
    async fn forget_granted(&mut self) -> Result<(), AppError> {
        let own = Topic::User(self.caller.user.id);
        let mut read = self.app.read().await?;
        let granted = store::list_granted_after(&mut read, own, self.cursor).await?;
        read.end().await?;
        self.topics.retain(|topic| !granted.contains(topic));
        Ok(())
    }

    async fn run(&mut self, mut stream: SplitStream<WebSocket>) -> End {
        let mut beat = beats(self.patience.beat);
        loop {
            let step = tokio::select! {
                inbound = stream.next() => self.receive(inbound).await,
                () = self.news.woken() => self.send_news().await,
                () = self.seat.woken() => self.send_volatile().await,
                _ = beat.tick() => self.beat().await,
                end = self.ending.wait() => Err(end),
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    /// Sends everything after the cursor: all that waits goes out in one write. Whose session ends
    /// meanwhile gets no more.
    async fn send_news(&mut self) -> Result<(), End> {
        loop {
            self.ending.check().await?;
            let (frames, next) =
                self.tail.after(self.cursor, &self.topics).await.map_err(|_| Some(close::SERVER_ERROR))?;
            let change = frames.last().and_then(|frame| frame.change);
            if !frames.is_empty() {
                let texts = frames.into_iter().map(|frame| frame.text);
                send_texts(&mut self.sink, &mut self.ending, self.patience.write, texts).await?;
            }
            if let Some(change) = change {
                change.apply(&mut self.topics);
                self.news.follow(&self.topics);
                self.seat.keep_watches(
                    |watch| !matches!(watch, Watch::Chat(id) if !self.topics.contains(&Topic::Chat(*id))),
                );
            }
            if next == self.cursor {
                return Ok(());
            }
            self.cursor = next;
        }
    }

    async fn send_control(&mut self, control: Control) -> Result<(), End> {
        let frame = ControlFrame { control, timestamp: self.app.now() };
        let text = serde_json::to_string(&frame).map_err(|_| Some(close::SERVER_ERROR))?;
        progress(timeout(self.patience.write, self.sink.send(Message::Text(text.into()))).await)
    }

    async fn send_head(&mut self) -> Result<(), End> {
        let head = Head { seq: self.cursor, server_time: self.app.now().0 };
        self.send_control(Control::Head(head)).await
    }

    async fn beat(&mut self) -> Result<(), End> {
        if self.unanswered >= self.patience.pings {
            return Err(None);
        }
        self.unanswered += 1;
        self.check_session().await?;
        progress(timeout(self.patience.write, self.sink.send(Message::Ping(Vec::new().into()))).await)?;
        // Events of topics that are not this person's have woken nobody, but they move the cursor.
        self.send_news().await?;
        self.send_head().await
    }

    /// Whether the session is still good, shortly before it would end.
    async fn check_session(&mut self) -> Result<(), End> {
        let expires_at = self.ending.ends_at().await?;
        if !self.warned && expires_at - self.app.now() <= EXPIRY_NOTICE_MS {
            self.warned = true;
            self.send_control(Control::AuthExpiring(Nothing {})).await?;
        }
        Ok(())
    }

    async fn receive(&mut self, inbound: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        match inbound {
            Some(Ok(Message::Text(text))) => self.receive_text(&text).await,
            Some(Ok(Message::Pong(_))) => {
                self.unanswered = 0;
                Ok(())
            }
            Some(Ok(Message::Ping(_))) => Ok(()),
            Some(Ok(Message::Binary(_))) => Err(Some(close::UNSUPPORTED)),
            Some(Ok(Message::Close(_))) | None => Err(None),
            Some(Err(error)) => Err(is_too_big(&error).then_some(close::TOO_BIG)),
        }
    }

    async fn receive_text(&mut self, text: &str) -> Result<(), End> {
        if self.inbound.count(&(), self.app.now()).is_err() {
            return Ok(());
        }
        let Ok(Peek { kind }) = serde_json::from_str(text) else {
            return self.complain("not a frame".to_owned()).await;
        };
        match kind.as_str() {
            // Whatever its data: the documented client's is an empty object.
            "ping" => {
                // The answer comes after all that waited.
                self.send_volatile().await?;
                self.send_control(Control::Pong(Nothing {})).await
            }
            "watch" | "activity" | "draw" | "typing" => match serde_json::from_str(text) {
                Ok(frame) => self.obey(frame).await,
                Err(_) => self.complain(format!("{kind}: not its data")).await,
            },
            _ => self.complain(format!("unknown type {kind:.40}")).await,
        }
    }

    /// Documented clients ignore errors; whoever debugs asks for them (contracts §1.3).
    async fn complain(&mut self, message: String) -> Result<(), End> {
        if self.debug { self.send_control(Control::Error(Complaint { message })).await } else { Ok(()) }
    }
}

/// When a socket looks after its client. Beats that a long write has swallowed are not made up for: a
/// client would be taken for gone before it could answer.
pub(crate) fn beats(every: Duration) -> Interval {
    let mut beats = interval_at(Instant::now() + every, every);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beats
}

/// The last word on a socket.
pub(crate) async fn say_goodbye(sink: &mut SplitSink<WebSocket, Message>, code: End) {
    let goodbye = async {
        if let Some(code) = code {
            sink.send(Message::Close(Some(CloseFrame { code, reason: Utf8Bytes::default() }))).await?;
        }
        // Answers the goodbye of a client that went first: until then it waits.
        sink.close().await
    };
    // The socket is going away: a client that cannot take the code sees it closed all the same.
    let _ = timeout(Duration::from_secs(1), goodbye).await;
}

/// Sends texts in one write as far as they fit. Each that goes out is progress, however long all of them take; whose
/// session ends meanwhile gets no more.
///
/// # Errors
/// How the socket ends.
pub(crate) async fn send_texts(
    sink: &mut SplitSink<WebSocket, Message>,
    ending: &mut Ending,
    patience: Duration,
    texts: impl IntoIterator<Item = Utf8Bytes>,
) -> Result<(), End> {
    for text in texts {
        ending.check().await?;
        progress(timeout(patience, sink.feed(Message::Text(text))).await)?;
    }
    progress(timeout(patience, sink.flush()).await)
}

/// A write that failed means the client has gone; one that stood still, that it is too slow.
pub(crate) fn progress(written: Result<Result<(), axum::Error>, tokio::time::error::Elapsed>) -> Result<(), End> {
    match written {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(None),
        Err(_) => Err(Some(close::SLOW_CONSUMER)),
    }
}

/// Whether a client has sent more than a frame may hold.
pub(crate) fn is_too_big(error: &axum::Error) -> bool {
    // tungstenite's own error is not part of axum's interface; its text is.
    let text = error.to_string();
    text.contains("too long") || text.contains("Space limit exceeded")
}
