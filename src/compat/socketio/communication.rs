//! S2, the gateway of the communication server (contracts §3.1 to §3.3 and §3.6).

use super::code_of;
use super::gateway::Surface;
use super::session::{End, Joined, Session};
use super::stream::{Refusal, read};
use crate::chat::model::{Member, Message, MessageType, NewMessage};
use crate::chat::server::{self as chat, History};
use crate::error::AppError;
use crate::ids::UserId;
use crate::notifications::live::NotificationEvent;
use crate::notifications::server as notifications;
use crate::realtime::protocol::Topic;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use socketioxide::extract::AckSender;

/// How many messages a client gets when it joins, newest first.
const HISTORY: u32 = 50;
/// Texts of the contract.
const NOT_SENT: &str = "메시지 전송에 실패했습니다.";
const NO_ADMIN: &str = "관리자 권한이 없습니다.";
/// Where the admins' sockets meet.
const ADMIN_ROOM: &str = "admin-room";

/// `joinChat`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JoinChat {
    chat_room_id: String,
}

/// `sendMessage`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SendMessage {
    chat_room_id: String,
    message: String,
    message_type: Option<MessageType>,
    /// [EXT] The sender's own number for it.
    client_msg_id: Option<String>,
}

/// A person as messages of the history carry them.
#[derive(Serialize)]
struct Someone<'a> {
    #[serde(rename = "_id")]
    id: UserId,
    name: &'a str,
    email: &'a str,
    picture: Option<&'a str>,
}

/// A message (contracts §3.2); `S` is the sender, named or shown.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GatewayMessage<'a, S> {
    #[serde(rename = "_id")]
    id: String,
    chat_room_id: &'a str,
    sender_id: S,
    message: &'a str,
    message_type: MessageType,
    timestamp: Timestamp,
    read_by: Vec<UserId>,
    is_deleted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Value>,
    created_at: Timestamp,
    updated_at: Timestamp,
    /// [EXT] Its number in the room.
    seq: i64,
}

impl<'a, S> GatewayMessage<'a, S> {
    fn of(chat_room_id: &'a str, message: &'a Message, sender_id: S, read_by: Vec<UserId>) -> Self {
        Self {
            id: message.id.to_string(),
            chat_room_id,
            sender_id,
            message: &message.message,
            message_type: message.message_type,
            timestamp: message.created_at,
            read_by,
            is_deleted: message.is_deleted(),
            reply_to: message.reply_to.as_ref().map(|quote| quote.id.to_string()),
            metadata: message.file_url.as_ref().map(|url| json!({"fileUrl": url, "file": message.file})),
            created_at: message.created_at,
            updated_at: message.updated_at,
            seq: message.seq,
        }
    }
}

impl Session {
    pub(super) async fn hear_communication(&mut self, name: &str, data: Value, ack: AckSender) -> Result<(), End> {
        match name {
            "joinChat" => match self.join_chat(data).await {
                Ok(()) => Ok(()),
                Err(Refusal::Over(end)) => Err(end),
                Err(Refusal::Error(error)) => self.refuse(&error).await,
            },
            "sendMessage" => self.send_to_chat(data, ack).await,
            _ => self.join_as_admin().await,
        }
    }

    async fn join_chat(&mut self, data: Value) -> Result<(), Refusal> {
        let JoinChat { chat_room_id: name } = read(data)?;
        let room = chat::find_room_named(&self.app, &name).await?;
        // Before the history is read: whatever is committed from here on is in it or comes after it.
        let since = self.app.tail.head();
        let newest = History { limit: Some(HISTORY), ..History::default() };
        let messages = chat::list_messages(&self.app, &self.caller, room, newest).await?;
        let members = chat::list_members(&self.app, &self.caller, room).await?;
        let heard = messages.last().map_or(0, |message| message.seq);
        let shown: Vec<GatewayMessage<'_, Someone<'_>>> = messages
            .iter()
            .rev()
            .map(|message| {
                let sender = Someone {
                    id: message.user_id,
                    name: &message.user.name,
                    email: &message.user.email,
                    picture: None,
                };
                GatewayMessage::of(&name, message, sender, readers(&members, message))
            })
            .collect();
        self.emit("chatHistory", &shown).await.map_err(Refusal::Over)?;
        self.enter((Surface::Communication, room), Joined { name: name.clone(), heard, since, told_bar: None }).await;
        Ok(())
    }

    async fn send_to_chat(&mut self, data: Value, ack: AckSender) -> Result<(), End> {
        match self.try_send_to_chat(data).await {
            Ok(message) => {
                // The receipt is for whoever asked for one; without a socket nobody did.
                let _ = ack.send(&json!({"ok": true, "id": message.id.to_string(), "seq": message.seq}));
                Ok(())
            }
            Err(error) => {
                tracing::info!(%error, "메시지 전송 실패:");
                let code = code_of(&error);
                let _ = ack.send(&json!({"ok": false, "code": code, "message": self.lang.error(&error)}));
                self.complain(NOT_SENT, &code).await
            }
        }
    }

    async fn try_send_to_chat(&self, data: Value) -> Result<Message, AppError> {
        let SendMessage { chat_room_id, message, message_type, client_msg_id } = read(data)?;
        let room = chat::find_room_named(&self.app, &chat_room_id).await?;
        // The contract has no field for a file: of an image the message is where it lies.
        let is_file = matches!(message_type, Some(MessageType::Image | MessageType::File));
        let file_url = is_file.then(|| message.clone());
        let new = NewMessage { message, message_type, file_url, client_msg_id, ..NewMessage::default() };
        chat::send_message(&self.app, &self.caller, room, new).await
    }

    async fn join_as_admin(&mut self) -> Result<(), End> {
        let senders = match chat::moderation::list_senders(&self.app, &self.caller).await {
            Ok(senders) => senders,
            Err(error @ AppError::Forbidden) => return self.complain(NO_ADMIN, &code_of(&error)).await,
            Err(error) => return self.refuse(&error).await,
        };
        self.socket.join(ADMIN_ROOM);
        self.emit("allChatUsers", &senders).await
    }

    pub(super) async fn tell_communication(&mut self, name: &str, message: &Message) -> Result<(), End> {
        self.emit("newMessage", &GatewayMessage::of(name, message, message.user_id, Vec::new())).await
    }

    /// `newNotification`, when the person's preferences let it through.
    pub(super) async fn tell_notification(&mut self, event: &NotificationEvent, topic: Topic) -> Result<(), End> {
        let entry = &event.notification;
        let shown = match topic {
            Topic::User(_) => event.in_app,
            _ => event.actor_id != Some(self.me()) && self.wants(event).await,
        };
        if !shown {
            return Ok(());
        }
        let notification = json!({
            "_id": entry.id,
            "userId": self.me(),
            "title": event.title,
            "message": event.message,
            "type": entry.data.notification_type(),
            "data": entry.data,
            "isRead": entry.is_read,
            "readAt": entry.read_at,
            "createdAt": entry.created_at,
            "expiresAt": entry.expires_at,
            "priority": entry.priority,
            "actionUrl": entry.action_url,
        });
        self.emit("newNotification", &notification).await?;
        // Its client counts one more: that one has gone for it, only the server's count says.
        if event.replaced.is_empty() { Ok(()) } else { self.tell_unread().await }
    }

    async fn tell_unread(&mut self) -> Result<(), End> {
        match notifications::count_unread(&self.app, &self.caller).await {
            Ok(unread) => self.emit("unreadNotificationCount", &unread).await,
            Err(error) => {
                tracing::error!(%error, "unread notifications could not be counted");
                Ok(())
            }
        }
    }

    /// Whether the bell shows what is told to everybody.
    async fn wants(&self, event: &NotificationEvent) -> bool {
        let entry = &event.notification;
        let found = async {
            let mut read = self.app.read().await?;
            let preferences = notifications::find_preferences(&mut read, self.me()).await?;
            let waits = entry.can_wait() && notifications::is_held(&mut read, self.me()).await?;
            read.end();
            Ok::<_, AppError>((preferences, waits))
        };
        match found.await {
            Ok((_, true)) => false,
            Ok((preferences, false)) => {
                let zone = self.app.zone_around(entry.created_at);
                preferences.decide(entry.category(), entry.priority, entry.created_at, &zone).in_app.is_told()
            }
            // Rather once too often than not at all.
            Err(error) => {
                tracing::error!(%error, "preferences could not be read");
                true
            }
        }
    }
}

/// Who has read a message, of those who show it.
fn readers(members: &[Member], message: &Message) -> Vec<UserId> {
    let has_read = |member: &&Member| {
        member.user_id != message.user_id && member.last_read_seq.is_some_and(|read| read >= message.seq)
    };
    members.iter().filter(has_read).map(|member| member.user_id).collect()
}
