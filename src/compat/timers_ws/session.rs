//! One socket, from its first message to its goodbye.

use super::Options;
use super::wire::{self, Answer, Code, Command, Request};
use super::zone::Zone;
use crate::accounts::server::Caller;
use crate::error::AppError;
use crate::presence::server as presence;
use crate::realtime::ending::Ending;
use crate::realtime::peer::{End, Peer, refuse};
use crate::realtime::protocol::{Event, Frame, Seq, Topic, close};
use crate::realtime::tail::Subscription;
use crate::server::request::{Once, hex};
use crate::server::state::App;
use crate::timers::model::{NewTimer, Timer};
use crate::timers::server as timers;
use axum::extract::ws::{Message, WebSocket};
use futures_util::StreamExt;
use futures_util::stream::SplitStream;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Serves a socket until it ends.
pub(super) async fn serve(app: App, caller: Caller, options: Options, socket: WebSocket) {
    let ending = Ending::of(&app, &caller);
    let topics = [Topic::User(caller.user.id)];
    // Subscribed before anything is read: what is committed in between wakes the socket.
    let news = app.tail.subscribe(&topics);
    let seat = app.plane.seat(caller.user.id);
    let Ok(attendance) = presence::arrive(&app, &caller, &seat).await else {
        return refuse(socket, close::SERVER_ERROR).await;
    };
    let (sink, stream) = socket.split();
    let zone = options.timezone.as_deref().map(Zone::parse);
    let mut session = Session {
        zone: zone.clone().flatten().unwrap_or_default(),
        cursor: 0,
        asked: None,
        topics,
        news,
        peer: Peer::new(sink, ending, app.config.patience),
        app,
        caller,
    };
    let code = match session.start(zone == Some(None)).await {
        Ok(()) => session.run(stream).await,
        Err(end) => end,
    };
    session.peer.say_goodbye(code).await;
    // The person is here until now.
    drop((attendance, seat));
}

/// One socket: a cursor into the log, and whose it is.
struct Session {
    app: App,
    caller: Caller,
    zone: Zone,
    topics: [Topic; 1],
    news: Subscription,
    peer: Peer,
    /// Everything up to here has been sent.
    cursor: Seq,
    /// The command whose event is on its way: the event carries its `requestId` on this socket.
    asked: Option<(Timer, Value)>,
}

impl Session {
    /// Says how the timers are, so that a client that has just come sees the right time at once.
    async fn start(&mut self, zone_is_unknown: bool) -> Result<(), End> {
        self.cursor = self.app.tail.head();
        if zone_is_unknown {
            self.peer.send(wire::error(Code::InvalidMessage, None, self.app.now())).await?;
        }
        self.synchronise(None).await
    }

    async fn run(&mut self, mut stream: SplitStream<WebSocket>) -> End {
        let mut beat = self.peer.beats();
        loop {
            let step = tokio::select! {
                inbound = stream.next() => self.receive(inbound).await,
                () = self.news.woken() => self.send_news(None).await,
                _ = beat.tick() => self.beat().await,
                end = self.peer.ended() => Err(end),
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    /// Sends what the log has after the cursor, up to a point of it if one is given.
    async fn send_news(&mut self, up_to: Option<Seq>) -> Result<(), End> {
        loop {
            self.peer.check().await?;
            let found = self.app.tail.after(self.cursor, &self.topics).await;
            let (frames, next) = found.map_err(|_| Some(close::SERVER_ERROR))?;
            let mut texts = Vec::new();
            for frame in frames.iter().take_while(|frame| up_to.is_none_or(|last| frame.seq <= last)) {
                texts.extend(self.project(&frame.text));
            }
            let next = up_to.map_or(next, |last| next.min(last.max(self.cursor)));
            self.peer.send_all(texts.into_iter().map(Into::into)).await?;
            if next == self.cursor {
                return Ok(());
            }
            self.cursor = next;
        }
    }

    /// An event of the log in the documented shape, when it is one of a timer.
    fn project(&mut self, frame: &str) -> Option<String> {
        // Most of what a person is told is of something else.
        if !frame.starts_with("{\"type\":\"timer:") {
            return None;
        }
        let frame: Frame = serde_json::from_str(frame).ok()?;
        let (kind, timer) = match frame.event {
            Event::TimerCreated(timer) => ("timer.created", timer),
            Event::TimerUpdated(timer) => ("timer.updated", timer),
            Event::TimerCompleted(timer) => ("timer.completed", timer),
            _ => return None,
        };
        let is_answer = |(asked, _): &mut (Timer, Value)| (&asked.id, asked.version) == (&timer.id, timer.version);
        let request_id = self.asked.take_if(is_answer).map(|(_, id)| id);
        let answer = Answer { seq: Some(frame.seq), request_id };
        Some(wire::timer(kind, timer, &self.zone, answer, self.app.now()))
    }

    /// Sends all active timers, after every event that they are the outcome of.
    async fn synchronise(&mut self, request_id: Option<Value>) -> Result<(), End> {
        let (active, seq) = match timers::list_active(&self.app, &self.caller).await {
            Ok(listed) => listed,
            Err(error) => return self.complain(&error, request_id).await,
        };
        self.send_news(Some(seq)).await?;
        let answer = Answer { seq: Some(seq), request_id };
        self.peer.send(wire::synced(active, &self.zone, answer, self.app.now())).await?;
        self.cursor = self.cursor.max(seq);
        self.send_news(None).await
    }

    async fn receive(&mut self, inbound: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        let Some(text) = self.peer.hear(inbound)? else { return Ok(()) };
        let request = Request::parse(&text);
        let request_id = match &request {
            Ok(request) => request.request_id.clone(),
            Err((_, request_id)) => request_id.clone(),
        };
        if !self.app.timer_limits.may_send(self.caller.user.id, self.app.now()) {
            return self.peer.send(wire::error(Code::RateLimitExceeded, request_id, self.app.now())).await;
        }
        match request {
            Ok(request) => self.obey(request).await,
            Err((code, request_id)) => self.peer.send(wire::error(code, request_id, self.app.now())).await,
        }
    }

    /// Does what a client asks for. Its answer is the event that everybody gets.
    async fn obey(&mut self, request: Request) -> Result<(), End> {
        let (app, caller) = (self.app.clone(), self.caller.clone());
        let Request { command, request_id } = request;
        let outcome = match command {
            Command::Sync => return self.synchronise(request_id).await,
            Command::Create { new, key } => {
                let once = key.map(|key| once(key, &new));
                timers::create_timer(&app, &Caller { once, ..caller }, *new).await
            }
            Command::Pause { id, version } => timers::pause_timer(&app, &caller, &id, version).await,
            Command::Resume { id, version } => timers::resume_timer(&app, &caller, &id, version).await,
            Command::Stop { id, version } => timers::stop_timer(&app, &caller, &id, version).await,
        };
        match outcome {
            Ok(timer) => {
                self.asked = request_id.map(|id| (timer, id));
                let sent = self.send_news(None).await;
                self.asked = None;
                sent
            }
            // Created before, under this very key: there is no event to come.
            Err(AppError::AlreadyAnswered { body, .. }) => match serde_json::from_str::<Timer>(&body) {
                Ok(timer) => {
                    let answer = Answer { seq: None, request_id };
                    self.peer.send(wire::timer("timer.created", timer, &self.zone, answer, self.app.now())).await
                }
                Err(error) => self.complain(&AppError::internal(&error), request_id).await,
            },
            Err(error) => {
                // A command may find a timer ended: that comes first.
                self.send_news(None).await?;
                self.complain(&error, request_id).await
            }
        }
    }

    async fn complain(&mut self, error: &AppError, request_id: Option<Value>) -> Result<(), End> {
        self.peer.send(wire::error(Code::of(error), request_id, self.app.now())).await
    }

    async fn beat(&mut self) -> Result<(), End> {
        self.peer.ping().await?;
        // Events of topics that are not this person's have woken nobody, but they move the cursor.
        self.send_news(None).await
    }
}

/// What makes a repeated `timer.create` recognisable, also after a new connection.
fn once(key: String, new: &NewTimer) -> Once {
    let body = serde_json::to_vec(new).unwrap_or_default();
    Once { route: "WS timer.create".to_owned(), key, body_hash: hex(&Sha256::digest(&body)) }
}
