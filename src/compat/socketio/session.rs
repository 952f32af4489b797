//! One Socket.IO socket: a cursor into the log, and whose it is. The rooms that it has joined are in `rooms`.

mod rooms;

pub use rooms::{Joined, announce};

use super::code_of;
use super::gateway::{Attached, Gateway, Place, Surface};
use super::presence::{Online, room_of};
use crate::accounts::server::{Caller, session_end};
use crate::chat::model::Message;
use crate::error::AppError;
use crate::ids::{SessionId, UserId};
use crate::notifications::server as notifications;
use crate::presence::server::{self as attendance, Attendance};
use crate::realtime::protocol::{Event, Seq, Topic};
use crate::realtime::tail::{LogFrame, Subscription, TopicChange};
use crate::realtime::volatile::Seat;
use crate::server::state::App;
use crate::text::Lang;
use rooms::own_topics;
use serde::Serialize;
use serde_json::{Value, json};
use socketioxide::extract::{AckSender, SocketRef};
use socketioxide::{SendError, SocketError};
use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::{self, error::TryRecvError};
use tokio::sync::mpsc;
use tokio::time::{Instant, interval_at, sleep, timeout};
use tokio_util::sync::CancellationToken;

/// How long a full socket is left alone before it is tried again. Whether its client takes nothing at
/// all any more, the library's own pings find out, and close it.
const FULL_PAUSE: Duration = Duration::from_millis(20);
/// How long the socket waits for a database that does not answer.
pub(super) const FAILED_PAUSE: Duration = Duration::from_secs(1);
/// How long a stopping process waits for a connection to close.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);

/// What a client has said.
pub struct Inbound {
    pub name: String,
    pub data: Value,
    pub ack: AckSender,
}

/// Why a socket ends.
pub(super) enum End {
    /// The client has gone.
    Gone,
    /// Whoever it belongs to is not signed in any more.
    SessionOver,
    /// The process stops.
    Stopping,
}

/// See the module.
pub struct Session {
    pub(super) app: App,
    pub(super) gateway: Arc<Gateway>,
    pub(super) caller: Caller,
    pub(super) lang: Lang,
    pub(super) socket: SocketRef,
    /// Cancelled when the connection has closed.
    gone: CancellationToken,
    ended: broadcast::Receiver<SessionId>,
    news: Subscription,
    cursor: Seq,
    joined: BTreeMap<Place, Joined>,
    /// Whether the client has been told that it says too much.
    warned: bool,
    seat: Seat,
    _attached: Attached,
}

impl Session {
    /// From here on nothing is missed: neither news nor the end of the sign-in.
    pub fn open(
        app: App,
        gateway: Arc<Gateway>,
        caller: Caller,
        lang: Lang,
        socket: SocketRef,
        gone: CancellationToken,
    ) -> Self {
        let me = caller.user.id;
        let ended = app.gate.ended_sessions();
        let news = app.tail.subscribe(&own_topics(me));
        let (cursor, seat, attached) = (app.tail.head(), app.plane.seat(me), gateway.attach());
        Self {
            app,
            gateway,
            caller,
            lang,
            socket,
            gone,
            ended,
            news,
            cursor,
            joined: BTreeMap::new(),
            warned: false,
            seat,
            _attached: attached,
        }
    }

    pub(super) fn me(&self) -> UserId {
        self.caller.user.id
    }

    /// Serves the socket until either side ends it; `first` is what its client has said already.
    pub async fn run(mut self, first: Option<Inbound>, inbound: mpsc::Receiver<Inbound>) {
        let (end, attendance) = match self.start().await {
            Ok(attendance) => (self.serve(first, inbound).await, Some(attendance)),
            Err(end) => (end, None),
        };
        let places: Vec<Place> = self.joined.keys().copied().collect();
        for place in places {
            self.leave(place).await;
        }
        match end {
            End::Gone => {}
            End::SessionOver => self.dismiss().await,
            // Every connection is let go of at once then: the client comes again by itself.
            End::Stopping => {
                let _ = timeout(CLOSE_WITHIN, self.gone.cancelled()).await;
            }
        }
        drop(attendance);
    }

    /// The person is here, and gets what the gateway's clients expect first (contracts §3.1).
    async fn start(&mut self) -> Result<Attendance, End> {
        self.check_session().await?;
        let me = self.me();
        self.socket.join(room_of(me));
        let (attendance, unread) = loop {
            match self.arrive().await {
                Ok(arrived) => break arrived,
                // Not sent away: such a client does not come again by itself.
                Err(error) => tracing::error!(%error, "a Socket.IO socket could not be opened"),
            }
            self.pause(FAILED_PAUSE).await?;
        };
        self.emit("userOnline", &Online::of(me)).await?;
        self.emit("unreadNotificationCount", &unread).await?;
        Ok(attendance)
    }

    /// The person is here, with so many unread notifications.
    async fn arrive(&self) -> Result<(Attendance, u32), AppError> {
        let attendance = attendance::arrive(&self.app, &self.caller, &self.seat).await?;
        let unread = notifications::count_unread(&self.app, &self.caller).await?;
        Ok((attendance, unread))
    }

    async fn serve(&mut self, first: Option<Inbound>, mut inbound: mpsc::Receiver<Inbound>) -> End {
        if let Some(said) = first
            && let Err(end) = self.hear(said).await
        {
            return end;
        }
        // Made once: each of a thousand sockets would otherwise queue for them anew at every event.
        let (stopping, gone) = (self.app.stopping.clone(), self.gone.clone());
        let (mut stopping, mut gone) = (pin!(stopping.cancelled()), pin!(gone.cancelled()));
        let every = self.app.config.patience.beat;
        let mut beat = interval_at(Instant::now() + every, every);
        loop {
            let step = tokio::select! {
                () = &mut gone => Err(End::Gone),
                () = &mut stopping => Err(End::Stopping),
                ended = self.ended.recv() => match ended {
                    Ok(session) if session == self.caller.session => Err(End::SessionOver),
                    Ok(_) | Err(broadcast::error::RecvError::Closed) => Ok(()),
                    // Too many ended at once to have heard of each.
                    Err(broadcast::error::RecvError::Lagged(_)) => self.check_session().await,
                },
                Some(said) = inbound.recv() => self.hear(said).await,
                () = self.news.woken() => self.send_news().await,
                // What pages show beside the log has no event in these contracts.
                () = self.seat.woken() => {
                    drop(self.seat.take());
                    Ok(())
                }
                _ = beat.tick() => self.beat().await,
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    async fn beat(&mut self) -> Result<(), End> {
        if !self.socket.connected() {
            return Err(End::Gone);
        }
        self.check_session().await?;
        // Events of other topics have woken nobody, but they move the cursor.
        self.send_news().await
    }

    /// A socket lives as long as the sign-in that opened it, also after the access token that proved it
    /// has run out: the documented clients have no way to bring a new one.
    async fn check_session(&mut self) -> Result<(), End> {
        if self.caller.is_believed() {
            return Ok(());
        }
        match session_end(&self.app, self.caller.session).await {
            Ok(Some(_)) => Ok(()),
            Ok(None) => Err(End::SessionOver),
            Err(error) => {
                tracing::error!(%error, "a session could not be looked up");
                Ok(())
            }
        }
    }

    /// Does what the client asks for, within the limit of contracts §6, C14.
    async fn hear(&mut self, said: Inbound) -> Result<(), End> {
        if let Err(retry_after_secs) = self.gateway.inbound.count(&self.me(), self.app.now()) {
            if std::mem::replace(&mut self.warned, true) {
                return Ok(());
            }
            return self.refuse(&AppError::RateLimitExceeded { retry_after_secs }).await;
        }
        self.warned = false;
        let Inbound { name, data, ack } = said;
        match name.as_str() {
            "join-room" | "send-message" | "leave-room" => self.hear_stream(&name, data, ack).await?,
            "joinChat" | "sendMessage" | "joinAsAdmin" => self.hear_communication(&name, data, ack).await?,
            _ => {}
        }
        // What was just said comes back in its turn, not after whatever the client says next.
        self.send_news().await
    }

    /// Tells everything after the cursor.
    async fn send_news(&mut self) -> Result<(), End> {
        // An answer that is full, or that changes the rooms, is not all there is.
        while self.cursor < self.app.tail.head() {
            self.check_ended().await?;
            let topics = self.topics();
            let (frames, next) = match self.app.tail.after(self.cursor, &topics).await {
                Ok(found) => found,
                Err(error) => {
                    tracing::error!(%error, "a Socket.IO socket could not be served from the log");
                    self.pause(FAILED_PAUSE).await?;
                    continue;
                }
            };
            for frame in frames {
                self.tell(&frame).await?;
                self.cursor = frame.seq;
            }
            self.cursor = next;
        }
        Ok(())
    }

    async fn tell(&mut self, frame: &LogFrame) -> Result<(), End> {
        if let Some(TopicChange::Revoked(Topic::Chat(room))) = frame.change {
            return self.lose(room, frame.seq).await;
        }
        let Some(event) = self.gateway.decode(frame) else { return Ok(()) };
        match &*event {
            Event::ChatMessage(message) => {
                for surface in [Surface::Stream, Surface::Communication] {
                    self.tell_message(surface, message).await?;
                }
                Ok(())
            }
            Event::ChatMemberUpdated(member) if member.user_id == self.me() => self.tell_bar(member).await,
            Event::NotificationCreated(event) => self.tell_notification(event, frame.topic).await,
            Event::NotificationUnread(event) => self.emit("unreadNotificationCount", &event.count).await,
            _ => Ok(()),
        }
    }

    async fn tell_message(&mut self, surface: Surface, message: &Message) -> Result<(), End> {
        let Some(joined) = self.joined.get_mut(&(surface, message.chat_room_id)) else { return Ok(()) };
        if message.seq <= joined.heard {
            return Ok(());
        }
        joined.heard = message.seq;
        let name = joined.name.clone();
        match surface {
            // Its clients know what people say, and nothing else.
            Surface::Stream if message.is_system() => Ok(()),
            Surface::Stream => self.tell_stream(&name, message).await,
            Surface::Communication => self.tell_communication(&name, message).await,
        }
    }

    /// A refusal as both contracts have it.
    pub(super) async fn refuse(&mut self, error: &AppError) -> Result<(), End> {
        let message = self.lang.error(error).into_owned();
        self.complain(&message, &code_of(error)).await
    }

    /// `error` with words of its own.
    pub(super) async fn complain(&mut self, message: &str, code: &str) -> Result<(), End> {
        self.emit("error", &json!({"message": message, "code": code})).await
    }

    /// Sends an event. A socket that is full is waited for: what comes later comes after this.
    pub(super) async fn emit<T: Serialize + ?Sized>(&mut self, event: &str, data: &T) -> Result<(), End> {
        loop {
            match self.socket.emit(event, data) {
                Ok(()) => return Ok(()),
                Err(SendError::Socket(SocketError::InternalChannelFull)) => self.pause(FULL_PAUSE).await?,
                Err(SendError::Socket(SocketError::Closed)) => return Err(End::Gone),
                Err(SendError::Serialize(error)) => {
                    tracing::error!(%error, event, "an event could not be written");
                    return Ok(());
                }
            }
        }
    }

    /// Waits, unless the socket is over meanwhile.
    async fn pause(&mut self, pause: Duration) -> Result<(), End> {
        tokio::select! {
            () = sleep(pause) => {}
            () = self.gone.cancelled() => return Err(End::Gone),
            () = self.app.stopping.cancelled() => return Err(End::Stopping),
        }
        self.check_ended().await
    }

    /// Whether the sign-in has ended meanwhile.
    async fn check_ended(&mut self) -> Result<(), End> {
        loop {
            match self.ended.try_recv() {
                Ok(session) if session == self.caller.session => return Err(End::SessionOver),
                Ok(_) => {}
                Err(TryRecvError::Lagged(_)) => return self.check_session().await,
                Err(TryRecvError::Empty | TryRecvError::Closed) => return Ok(()),
            }
        }
    }

    /// Ends the socket for good: such a client does not come again by itself.
    async fn dismiss(&self) {
        while let Err(SocketError::InternalChannelFull) = self.socket.clone().disconnect() {
            tokio::select! {
                () = sleep(FULL_PAUSE) => {}
                () = self.gone.cancelled() => return,
            }
        }
    }
}
