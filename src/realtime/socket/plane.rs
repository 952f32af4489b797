//! A socket's part in the volatile plane: what it sends of it, and what its client says for it.

use super::{End, Session};
use crate::chat::server as chat;
use crate::presence::server as presence;
use crate::realtime::protocol::{ClientFrame, Topic, TypingIn};
use crate::realtime::volatile::Item;

impl Session {
    /// Sends the newest of what has no place in the log, after what has one.
    pub(super) async fn send_volatile(&mut self) -> Result<(), End> {
        self.send_news().await?;
        let mut frames = Vec::new();
        for (_, item) in self.seat.take() {
            match item {
                Item::Frame(text) => frames.push(text),
                Item::People => {
                    if let Some(told) = &mut self.people
                        && let Some((text, revision)) = presence::changes_since(&self.app, *told)
                    {
                        *told = Some(revision);
                        frames.push(text);
                    }
                }
            }
        }
        self.peer.send_all(frames).await
    }

    /// Does what a client's frame asks for.
    pub(super) async fn obey(&mut self, frame: ClientFrame) -> Result<(), End> {
        let (app, user, socket) = (&self.app, self.caller.user.id, self.seat.id());
        match frame {
            ClientFrame::Watch { views } => {
                let people = presence::watch(app, user, &self.seat, &views, &self.topics);
                // Whoever watched already goes on from where they were.
                self.people = people.then(|| self.people.unwrap_or_default());
            }
            ClientFrame::Typing(TypingIn { chat_room_id }) => {
                if !self.topics.contains(&Topic::Chat(chat_room_id)) {
                    return self.complain("typing: not a member".to_owned()).await;
                }
                chat::tell_typing(app, &self.caller, chat_room_id);
            }
            ClientFrame::Activity { away } => presence::set_away(app, user, socket, away),
            ClientFrame::Draw(drawing) => {
                if let Err(message) = presence::draw(app, &self.caller, socket, drawing).await {
                    return self.complain(message.to_owned()).await;
                }
            }
        }
        Ok(())
    }
}
