//! `/ws`: the documented room-booking socket (contracts §1, S0), with resume by cursor (§7.3).

mod plane;

use super::ending::Ending;
use super::log::store;
use super::peer::{End, Peer, Upgrade, open, refuse, select_bearer, sized};
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
use axum::extract::ws::{Message, WebSocket};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use futures_util::stream::SplitStream;
use http::HeaderMap;
use serde::Deserialize;

/// How long before the end of a session its client is told.
const EXPIRY_NOTICE_MS: i64 = MINUTE;
/// Frames a client may send: 10 per second with bursts of 20, in a window of two seconds
/// (contracts §1.3). What goes beyond is dropped.
const INBOUND_LIMIT: usize = 20;
const INBOUND_WINDOW_MS: i64 = 2 * SECOND;

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
    Upgrade(mut upgrade): Upgrade,
) -> Response {
    let bearer = select_bearer(&mut upgrade);
    let upgrade = sized(upgrade);
    let found = match (&resume.token, &bearer, caller) {
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
        Ok(Some(caller)) => open(app.clone(), upgrade, move |socket| serve(app, caller, resume, socket)).await,
    }
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
        inbound: Throttle::new(INBOUND_LIMIT, INBOUND_WINDOW_MS),
        debug: resume.debug.as_deref() == Some("1"),
        tail: app.tail.clone(),
        cursor: 0,
        topics,
        news,
        seat,
        people: None,
        _attendance: attendance,
        peer: Peer::new(sink, ending, app.config.patience),
        app,
        caller,
    };
    let code = match session.start(&resume).await {
        Ok(()) => session.run(stream).await,
        Err(end) => end,
    };
    session.peer.say_goodbye(code).await;
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
    peer: Peer,
    /// Everything up to here has been sent.
    cursor: Seq,
    warned: bool,
    inbound: Throttle<()>,
    debug: bool,
}

/// The type of a client's frame, before its data are looked at.
#[derive(Deserialize)]
struct Peek {
    #[serde(rename = "type")]
    kind: String,
}

impl Session {
    /// Says hello and sends what the client missed.
    async fn start(&mut self, resume: &Resume) -> Result<(), End> {
        self.peer.check().await?;
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
        read.end();
        Ok((oldest, heads))
    }

    /// What a topic had before somebody was let into it is not theirs: it begins where the log says so.
    async fn forget_granted(&mut self) -> Result<(), AppError> {
        let own = Topic::User(self.caller.user.id);
        let mut read = self.app.read().await?;
        let granted = store::list_granted_after(&mut read, own, self.cursor).await?;
        read.end();
        self.topics.retain(|topic| !granted.contains(topic));
        Ok(())
    }

    async fn run(&mut self, mut stream: SplitStream<WebSocket>) -> End {
        let mut beat = self.peer.beats();
        loop {
            let step = tokio::select! {
                inbound = stream.next() => self.receive(inbound).await,
                () = self.news.woken() => self.send_news().await,
                () = self.seat.woken() => self.send_volatile().await,
                _ = beat.tick() => self.beat().await,
                end = self.peer.ended() => Err(end),
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    /// Sends everything after the cursor: all that waits goes out in one write. Whose session ends
    /// meanwhile gets no more.
    async fn send_news(&mut self) -> Result<(), End> {
        while self.cursor < self.tail.head() {
            self.peer.check().await?;
            let (frames, next) =
                self.tail.after(self.cursor, &self.topics).await.map_err(|_| Some(close::SERVER_ERROR))?;
            let change = frames.last().and_then(|frame| frame.change);
            self.peer.send_all(frames.into_iter().map(|frame| frame.text)).await?;
            if let Some(change) = change {
                change.apply(&mut self.topics);
                self.news.follow(&self.topics);
                self.seat.keep_watches(
                    |watch| !matches!(watch, Watch::Chat(id) if !self.topics.contains(&Topic::Chat(*id))),
                );
            }
            self.cursor = next;
        }
        Ok(())
    }

    async fn send_control(&mut self, control: Control) -> Result<(), End> {
        let frame = ControlFrame { control, timestamp: self.app.now() };
        let text = serde_json::to_string(&frame).map_err(|_| Some(close::SERVER_ERROR))?;
        self.peer.send(text).await
    }

    async fn send_head(&mut self) -> Result<(), End> {
        let head = Head { seq: self.cursor, server_time: self.app.now().0 };
        self.send_control(Control::Head(head)).await
    }

    async fn beat(&mut self) -> Result<(), End> {
        let expires_at = self.peer.ping().await?;
        if !self.warned && expires_at - self.app.now() <= EXPIRY_NOTICE_MS {
            self.warned = true;
            self.send_control(Control::AuthExpiring(Nothing {})).await?;
        }
        // Events of topics that are not this person's have woken nobody, but they move the cursor.
        self.send_news().await?;
        self.send_head().await
    }

    async fn receive(&mut self, inbound: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        let Some(text) = self.peer.hear(inbound)? else { return Ok(()) };
        if self.inbound.count(&(), self.app.now()).is_err() {
            return Ok(());
        }
        let Ok(Peek { kind }) = serde_json::from_str(&text) else {
            return self.complain("not a frame".to_owned()).await;
        };
        match kind.as_str() {
            // Whatever its data: the documented client's is an empty object.
            "ping" => {
                // The answer comes after all that waited.
                self.send_volatile().await?;
                self.send_control(Control::Pong(Nothing {})).await
            }
            "watch" | "activity" | "draw" | "typing" => match serde_json::from_str(&text) {
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
