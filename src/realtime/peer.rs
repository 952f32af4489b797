//! What all sockets have in common: how one is opened, and how its other end is written to, looked after
//! and sent away.

use super::ending::Ending;
use super::protocol::close;
use crate::error::AppError;
use crate::server::problem::{Problem, language};
use crate::server::request::InLanguage;
use crate::server::state::App;
use crate::time::Timestamp;
use axum::extract::FromRequestParts;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use futures_util::stream::SplitSink;
use futures_util::{FutureExt, SinkExt};
use http::request::Parts;
use std::future::poll_fn;
use std::time::Duration;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, timeout};

/// Largest frame a client may send (contracts §4.7, §7.1).
const MAX_FRAME: usize = 64 * 1024;
/// axum's default of 128 KiB would be spent on every idle socket.
const READ_BUFFER: usize = 4 * 1024;
/// Frames that wait for a socket leave in writes of about this size, not one by one.
const WRITE_BUFFER: usize = 16 * 1024;
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

/// Why a socket ends: a close code for the client, or `None` when it has gone by itself.
pub(crate) type End = Option<u16>;

/// The access token of a client that cannot set headers. Its subprotocol is echoed even when the token is
/// bad: a browser would see nothing but 1006 otherwise.
pub(crate) fn select_bearer(upgrade: &mut WebSocketUpgrade) -> Option<String> {
    let is_bearer = |protocol: &str| protocol.starts_with(BEARER_PROTOCOL);
    let offered = upgrade.requested_protocols().find(|protocol| protocol.to_str().is_ok_and(is_bearer))?.clone();
    let token = offered.to_str().ok()?.strip_prefix(BEARER_PROTOCOL)?.to_owned();
    upgrade.set_selected_protocol(offered);
    Some(token)
}

/// A request that opens a socket. Any other is refused as a problem, in the reader's language.
pub struct Upgrade(pub WebSocketUpgrade);

impl<S: Send + Sync> FromRequestParts<S> for Upgrade {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let upgrade = WebSocketUpgrade::from_request_parts(parts, state).await;
        let upgrade = upgrade.map_err(|_| AppError::MalformedRequest { line: 0, column: 0 });
        upgrade.map(Self).in_language(language(&parts.headers))
    }
}

/// An upgrade to a socket of the size that clients may rely on.
pub(crate) fn sized(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_message_size(MAX_FRAME)
        .max_frame_size(MAX_FRAME)
}

/// Opens a socket. A process that stops waits until it has been served.
pub(crate) async fn open<F>(
    app: App,
    upgrade: WebSocketUpgrade,
    serve: impl FnOnce(WebSocket) -> F + Send + 'static,
) -> Response
where
    F: Future<Output = ()> + Send + 'static,
{
    let open = app.sockets.clone().read_owned().await;
    upgrade.on_upgrade(move |socket| async move {
        serve(socket).await;
        drop(open);
    })
}

/// Sends a client away.
pub(crate) async fn refuse(mut socket: WebSocket, code: u16) {
    // The client is being sent away: whether it hears why is up to it.
    let _ = socket.send(Message::Close(Some(CloseFrame { code, reason: Utf8Bytes::default() }))).await;
}

/// The other end of a socket, for as long as its session lasts.
pub(crate) struct Peer {
    sink: SplitSink<WebSocket, Message>,
    ending: Ending,
    patience: Patience,
    /// Pings since it last answered one.
    unanswered: u32,
}

impl Peer {
    pub fn new(sink: SplitSink<WebSocket, Message>, ending: Ending, patience: Patience) -> Self {
        Self { sink, ending, patience, unanswered: 0 }
    }

    /// Waits until the socket has to end.
    pub async fn ended(&mut self) -> End {
        self.ending.wait().await
    }

    /// Whether the socket may go on.
    ///
    /// # Errors
    /// How it ends.
    pub async fn check(&mut self) -> Result<(), End> {
        self.ending.check().await
    }

    /// Sends one text.
    ///
    /// # Errors
    /// How the socket ends.
    pub async fn send(&mut self, text: String) -> Result<(), End> {
        progress(timeout(self.patience.write, self.sink.send(Message::Text(text.into()))).await)
    }

    /// Sends texts in one write as far as they fit. Each that goes out is progress, however long all of them take;
    /// whose session ends meanwhile gets no more.
    ///
    /// # Errors
    /// How the socket ends.
    pub async fn send_all(&mut self, texts: impl IntoIterator<Item = Utf8Bytes>) -> Result<(), End> {
        let mut texts = texts.into_iter().peekable();
        if texts.peek().is_none() {
            return Ok(());
        }
        self.ending.check().await?;
        for text in texts {
            let mut room = poll_fn(|cx| self.sink.poll_ready_unpin(cx));
            // Where there is room no time passes. Only a wait is long enough for the session to end in it.
            if let Some(found) = (&mut room).now_or_never() {
                progress(Ok(found))?;
            } else {
                progress(timeout(self.patience.write, room).await)?;
                self.ending.check().await?;
            }
            progress(Ok(self.sink.start_send_unpin(Message::Text(text))))?;
        }
        progress(timeout(self.patience.write, self.sink.flush()).await)
    }

    /// When it is looked after. Beats that a long write has swallowed are not made up for: a client would be
    /// taken for gone before it could answer.
    pub fn beats(&self) -> Interval {
        let every = self.patience.beat;
        let mut beats = interval_at(Instant::now() + every, every);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beats
    }

    /// Asks whether it is still there; gives when its session ends.
    ///
    /// # Errors
    /// How the socket ends.
    pub async fn ping(&mut self) -> Result<Timestamp, End> {
        if self.unanswered >= self.patience.pings {
            return Err(None);
        }
        self.unanswered += 1;
        let ends_at = self.ending.ends_at().await?;
        progress(timeout(self.patience.write, self.sink.send(Message::Ping(Vec::new().into()))).await)?;
        Ok(ends_at)
    }

    /// What it says, if that is a text.
    ///
    /// # Errors
    /// How the socket ends.
    pub fn hear(&mut self, inbound: Option<Result<Message, axum::Error>>) -> Result<Option<Utf8Bytes>, End> {
        match inbound {
            Some(Ok(Message::Text(text))) => Ok(Some(text)),
            Some(Ok(Message::Pong(_))) => {
                self.unanswered = 0;
                Ok(None)
            }
            Some(Ok(Message::Ping(_))) => Ok(None),
            Some(Ok(Message::Binary(_))) => Err(Some(close::UNSUPPORTED)),
            Some(Ok(Message::Close(_))) | None => Err(None),
            Some(Err(error)) => Err(is_too_big(&error).then_some(close::TOO_BIG)),
        }
    }

    /// The last word on the socket.
    pub async fn say_goodbye(mut self, code: End) {
        let goodbye = async {
            if let Some(code) = code {
                self.sink.send(Message::Close(Some(CloseFrame { code, reason: Utf8Bytes::default() }))).await?;
            }
            // Answers the goodbye of a client that went first: until then it waits.
            self.sink.close().await
        };
        // The socket is going away: a client that cannot take the code sees it closed all the same.
        let _ = timeout(Duration::from_secs(1), goodbye).await;
    }
}

/// A write that failed means the client has gone; one that stood still, that it is too slow.
fn progress(written: Result<Result<(), axum::Error>, tokio::time::error::Elapsed>) -> Result<(), End> {
    match written {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(None),
        Err(_) => Err(Some(close::SLOW_CONSUMER)),
    }
}

/// Whether a client has sent more than a frame may hold.
fn is_too_big(error: &axum::Error) -> bool {
    // tungstenite's own error is not part of axum's interface; its text is.
    let text = error.to_string();
    text.contains("too long") || text.contains("Space limit exceeded")
}
