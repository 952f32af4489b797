//! What is done in chat rooms.

use super::office::Office;
use crate::chat::model::{ChatRoomPatch, MemberRole, Mute, NewChatRoom, NewMessage, RoomKind};
use crate::chat::server as chat;
use crate::error::AppError;
use crate::ids::{ChatRoomId, MessageId};
use rand::RngExt;

impl Office {
    /// Every other time, something happens in a chat room.
    pub(super) async fn chat_step(&mut self) {
        std::mem::swap(&mut self.random, &mut self.chat_random);
        if self.one_in(2) {
            let (kind, outcome) = self.chat().await;
            self.count(kind, outcome);
        }
        std::mem::swap(&mut self.random, &mut self.chat_random);
        std::mem::swap(&mut self.random, &mut self.kept_random);
        if self.one_in(6) {
            let (kind, outcome) = self.keep().await;
            self.count(kind, outcome);
        }
        std::mem::swap(&mut self.random, &mut self.kept_random);
    }

    /// Somebody keeps a message for themselves, or no more.
    async fn keep(&mut self) -> (&'static str, Result<(), AppError>) {
        let (app, caller) = (self.app.clone(), self.anybody());
        let messages = self.messages.clone();
        let Some((_, id)) = self.pick(&messages) else { return ("none", Err(AppError::NotFound)) };
        let keep = !self.one_in(3);
        let kind = if keep { "keep a message" } else { "keep a message no more" };
        (kind, chat::keep_message(&app, &caller, id, keep).await)
    }

    /// Somebody does something in a chat room.
    async fn chat(&mut self) -> (&'static str, Result<(), AppError>) {
        let (app, caller) = (self.app.clone(), self.anybody());
        let rooms = self.chat_rooms.clone();
        let messages = self.messages.clone();
        let room = self.pick(&rooms).unwrap_or(ChatRoomId(0));
        let person = self.anybody().user.id;
        match self.random.random_range(0..40) {
            0..3 if rooms.len() < 6 => {
                let kind = self.pick(&[RoomKind::Channel, RoomKind::Private, RoomKind::Direct]).expect("kinds");
                let member_ids = if kind == RoomKind::Direct { vec![person] } else { self.guests() };
                let new =
                    NewChatRoom { name: self.name("대화"), kind: Some(kind), member_ids, ..NewChatRoom::default() };
                let made = chat::create_room(&app, &caller, new).await;
                ("make a chat room", made.map(|made| self.chat_rooms.push(made.room.id)))
            }
            3 | 30 if rooms.len() < 6 => ("make a meeting's room", self.make_meetings_room().await),
            0..5 => ("add to a chat room", chat::add_member(&app, &caller, room, person).await.map(drop)),
            5 | 6 => ("leave a chat room", chat::remove_member(&app, &caller, room, person, "").await),
            7 | 8 | 25 | 26 => {
                let role = self.pick(&[MemberRole::Member, MemberRole::Admin, MemberRole::Owner]).expect("roles");
                ("give a role", chat::set_role(&app, &caller, room, person, role).await.map(drop))
            }
            36 => {
                let bar = self.pick(&[Mute::Off, Mute::Off, Mute::Hour, Mute::Forever]).expect("bars");
                ("keep from writing", chat::bar_member(&app, &caller, room, person, bar, "글").await.map(drop))
            }
            27 => {
                let mute = self.pick(&[Mute::Off, Mute::Hour, Mute::Tomorrow, Mute::Forever]).expect("mutes");
                ("silence a chat room", chat::mute_room(&app, &caller, room, mute).await.map(drop))
            }
            9 | 28 | 29 => {
                let patch = ChatRoomPatch { topic: Some(self.name("주제")), ..ChatRoomPatch::default() };
                ("change a chat room", chat::update_room(&app, &caller, room, patch).await.map(drop))
            }
            10..14 => {
                let up_to = self.one_in(2).then(|| self.random.random_range(0..20));
                ("read a chat room", chat::mark_read(&app, &caller, room, up_to).await.map(drop))
            }
            14 => {
                let from = self.random.random_range(1..10);
                ("keep as unread", chat::mark_unread(&app, &caller, room, from).await.map(drop))
            }
            15 => {
                ("show or hide reading", chat::set_shows_reading(&app, &caller, self.random.random_ratio(2, 3)).await)
            }
            16..20 => {
                let Some((_, id)) = self.pick(&messages) else { return ("none", Err(AppError::NotFound)) };
                let emoji = self.pick(&["👍", "👀", "🎉"]).expect("emojis");
                let add = !self.one_in(3);
                let kind = if add { "react" } else { "take a reaction back" };
                (kind, chat::react(&app, &caller, id, emoji, add).await.map(drop))
            }
            20..23 => {
                let Some((_, id)) = self.pick(&messages) else { return ("none", Err(AppError::NotFound)) };
                let text = self.chat_text();
                (
                    "change a message",
                    chat::edit_message(&app, &caller, id.into(), &text, self.one_in(2)).await.map(drop),
                )
            }
            23 | 24 => {
                let Some((_, id)) = self.pick(&messages) else { return ("none", Err(AppError::NotFound)) };
                ("delete a message", chat::delete_message(&app, &caller, id.into(), "").await.map(drop))
            }
            _ => {
                let here: Vec<MessageId> = messages.iter().filter(|(at, _)| *at == room).map(|(_, id)| *id).collect();
                let new = NewMessage {
                    message: self.chat_text(),
                    seen_up_to: self.one_in(3).then(|| self.random.random_range(0..10)),
                    client_msg_id: self.one_in(2).then(|| self.random.random_range(0..400).to_string()),
                    reply_to: if self.one_in(4) { self.pick(&here) } else { None },
                    thread_root: if self.one_in(4) { self.pick(&here) } else { None },
                    ..NewMessage::default()
                };
                let sent = chat::send_message(&app, &caller, room, new).await;
                ("send a chat message", sent.map(|sent| self.messages.push((room, sent.id))))
            }
        }
    }

    async fn make_meetings_room(&mut self) -> Result<(), AppError> {
        let (caller, booking) = self.booking(|booking| booking.status.holds_slot());
        let new =
            NewChatRoom { kind: Some(RoomKind::Live), reservation_id: Some(booking.id), ..NewChatRoom::default() };
        let made = chat::create_room(&self.app, &caller, new).await?;
        if !self.chat_rooms.contains(&made.room.id) {
            self.chat_rooms.push(made.room.id);
        }
        Ok(())
    }

    fn chat_text(&mut self) -> String {
        let call = self.pick(&["", "", "@minji ", "@전체 ", "@admin @junho "]).expect("calls");
        self.name(&[call, "**글** `뜻`"].concat())
    }
}
