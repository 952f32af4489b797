//! `/ws/chat/{room}` (contracts §5.1): receives everything that happens in a room, and only that.

use super::envelope;
use crate::accounts::server::{Caller, caller_of_user, session_of_access_token, session_of_ticket};
use crate::chat::model::MessageSeq;
use crate::chat::server::{self as chat, History};
use crate::error::AppError;
use crate::ids::{ChatRoomId, UserId};
use crate::presence::server as presence;
use crate::realtime::ending::Ending;
use crate::realtime::peer::{End, Peer, Upgrade, open, refuse, select_bearer, sized};
use crate::realtime::protocol::{Seq, Topic, close};
use crate::realtime::tail::{Subscription, TopicChange};
use crate::realtime::volatile::{Item, Seat, Watch};
use crate::server::request::{Path, Query};
use crate::server::state::App;
use axum::Extension;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket};
use axum::response::Response;
use futures_util::StreamExt;
use futures_util::stream::SplitStream;
use serde::Deserialize;

/// What a client that should only receive may say before it is sent away.
const MAX_INBOUND: u32 = 20;
/// How many messages one read of the replay brings.
const PAGE: u32 = 100;

#[derive(Deserialize)]
pub struct Options {
    /// Who the client says it is: must be who it is.
    user_id: Option<i64>,
    /// A single-use ticket.
    token: Option<String>,
    /// Messages after this one are sent first.
    since_seq: Option<MessageSeq>,
}

/// Opens the socket. Whoever may not have one is told so by a close code.
pub async fn upgrade(
    State(app): State<App>,
    Path(name): Path<String>,
    Query(options): Query<Options>,
    caller: Option<Extension<Caller>>,
    Upgrade(mut upgrade): Upgrade,
) -> Response {
    let bearer = select_bearer(&mut upgrade);
    let upgrade = sized(upgrade);
    let caller = caller.map(|Extension(caller)| caller);
    match admit(&app, &name, &options, bearer.as_deref(), caller).await {
        Err(code) => upgrade.on_upgrade(move |socket| refuse(socket, code)),
        Ok((caller, room)) => {
            open(app.clone(), upgrade, move |socket| serve(app, caller, room, options.since_seq, socket)).await
        }
    }
}

/// Who is calling, and which room; else the code to close with.
async fn admit(
    app: &App,
    name: &str,
    options: &Options,
    bearer: Option<&str>,
    caller: Option<Caller>,
) -> Result<(Caller, ChatRoomId), u16> {
    let failed = |_| close::SERVER_ERROR;
    let claimed = options.user_id.map(UserId);
    let found = match (&options.token, bearer, caller) {
        // A token that lasts does not belong into an address.
        (Some(ticket), _, _) if !ticket.contains('.') => session_of_ticket(app, ticket).await.map_err(failed)?,
        (_, Some(token), _) => session_of_access_token(app, token).await.map_err(failed)?,
        (_, None, Some(caller)) => Some(caller),
        (_, None, None) if app.config.compat_trust_user_id => match claimed {
            Some(user) => caller_of_user(app, user).await.map_err(failed)?,
            None => None,
        },
        _ => None,
    };
    let caller = found.ok_or(close::UNAUTHENTICATED)?;
    if claimed.is_some_and(|user| user != caller.user.id) {
        return Err(close::UNAUTHENTICATED);
    }
    if app.chat.sockets.count(&caller.user.id, app.now()).is_err() {
        return Err(close::RATE_LIMIT);
    }
    let room = chat::find_room_named(app, name).await.map_err(code_of)?;
    chat::require_member(app, &caller, room).await.map_err(code_of)?;
    Ok((caller, room))
}

/// How whoever is not let into a room learns of it. A client comes again only where it is no fault of its own.
fn code_of(refusal: AppError) -> u16 {
    if matches!(refusal, AppError::Internal { .. }) { close::SERVER_ERROR } else { close::UNAUTHENTICATED }
}

struct Listener {
    app: App,
    caller: Caller,
    room: ChatRoomId,
    topics: [Topic; 2],
    news: Subscription,
    seat: Seat,
    peer: Peer,
    /// Everything of the log up to here has been sent.
    cursor: Seq,
    /// Messages up to this one were sent in the replay.
    replayed: MessageSeq,
    inbound: u32,
}

async fn serve(app: App, caller: Caller, room: ChatRoomId, since: Option<MessageSeq>, socket: WebSocket) {
    let ending = Ending::of(&app, &caller);
    let topics = [Topic::Chat(room), Topic::User(caller.user.id)];
    // Subscribed before the cursor is set, which is set before the membership is looked at again:
    // what is committed in between is sent, or ends the socket.
    let news = app.tail.subscribe(&topics);
    let cursor = app.tail.head();
    let seat = app.plane.seat(caller.user.id);
    let (sink, mut stream) = socket.split();
    let me = caller.user.id;
    let mut listener = Listener {
        app: app.clone(),
        caller,
        room,
        topics,
        news,
        seat,
        peer: Peer::new(sink, ending, app.config.patience),
        cursor,
        replayed: 0,
        inbound: 0,
    };
    let code = match listener.start(since).await {
        Err(end) => end,
        Ok(()) => {
            let attendance = presence::arrive(&app, &listener.caller, &listener.seat).await;
            let listening = chat::listen(&app, room, me);
            let code = listener.run(&mut stream).await;
            if code == Some(close::REMOVED) {
                listening.forget();
            }
            drop(attendance);
            code
        }
    };
    listener.peer.say_goodbye(code).await;
}

impl Listener {
    async fn start(&mut self, since: Option<MessageSeq>) -> Result<(), End> {
        chat::require_member(&self.app, &self.caller, self.room).await.map_err(|refusal| Some(code_of(refusal)))?;
        self.seat.watch(vec![Watch::Chat(self.room), Watch::Members(self.room)]);
        let online = self.app.chat.here.online(self.room);
        self.peer.send_all([envelope::presence(self.room, &online)]).await?;
        let mut after = since;
        while let Some(seq) = after {
            self.peer.check().await?;
            let history = History { before_seq: None, after_seq: Some(seq), limit: Some(PAGE) };
            let page = chat::list_messages(&self.app, &self.caller, self.room, history).await;
            let page = page.map_err(|_| Some(close::SERVER_ERROR))?;
            after = page.last().map(|message| message.seq);
            self.replayed = after.unwrap_or(self.replayed);
            let texts: Vec<_> = page.iter().map(envelope::message).collect();
            self.peer.send_all(texts).await?;
        }
        self.send_news().await
    }

    async fn run(&mut self, stream: &mut SplitStream<WebSocket>) -> End {
        let mut beat = self.peer.beats();
        loop {
            let step = tokio::select! {
                inbound = stream.next() => self.receive(inbound),
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

    fn receive(&mut self, inbound: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        match inbound {
            // Of which kind is all the same: clients have nothing to say.
            Some(Ok(Message::Text(_) | Message::Binary(_))) => {
                self.inbound += 1;
                if self.inbound > MAX_INBOUND { Err(Some(close::UNAUTHENTICATED)) } else { Ok(()) }
            }
            other => self.peer.hear(other).map(drop),
        }
    }

    /// Sends what the log has after the cursor, in this contract's words.
    async fn send_news(&mut self) -> Result<(), End> {
        while self.cursor < self.app.tail.head() {
            self.peer.check().await?;
            let after = self.app.tail.after(self.cursor, &self.topics).await;
            let (frames, next) = after.map_err(|_| Some(close::SERVER_ERROR))?;
            let change = frames.last().and_then(|frame| frame.change);
            let mut texts = Vec::new();
            for frame in frames.iter().filter(|frame| frame.topic == Topic::Chat(self.room)) {
                texts.extend(self.app.words.of(frame));
            }
            let texts = texts.into_iter().filter(|(seq, _)| seq.is_none_or(|seq| seq > self.replayed));
            let texts: Vec<_> = texts.map(|(_, text)| text).collect();
            self.peer.send_all(texts).await?;
            if change == Some(TopicChange::Revoked(Topic::Chat(self.room))) {
                return Err(Some(close::REMOVED));
            }
            self.cursor = next;
        }
        Ok(())
    }

    async fn send_volatile(&mut self) -> Result<(), End> {
        self.send_news().await?;
        let items = self.seat.take();
        let texts = items.into_iter().filter_map(|(_, item)| match item {
            Item::Frame(text) => envelope::of_volatile(&text),
            Item::People => None,
        });
        let texts: Vec<_> = texts.collect();
        self.peer.send_all(texts).await
    }

    async fn beat(&mut self) -> Result<(), End> {
        self.peer.ping().await?;
        self.send_news().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_comes_again_where_the_server_has_failed() {
        assert_eq!(code_of(AppError::internal(&"no database")), close::SERVER_ERROR);
        for refusal in [AppError::Unauthenticated, AppError::Forbidden, AppError::NotFound] {
            assert_eq!(code_of(refusal), close::UNAUTHENTICATED);
        }
    }
}
