//! What travels over `/ws` (contracts §1 and §7): topics, events, frames, and the law by which a
//! screen stays right.
//!
//! A screen is a [`Snapshot`] plus the events after it. Whoever may receive a topic may see every
//! event of it, so a frame is written once for everybody.

use crate::accounts::model::{Person, Viewer};
use crate::activity::model::Activity;
use crate::announcements::model::{Ack, Announcement, Managed};
use crate::chat::live::{
    GrantedEvent, JoinedEvent, KeptEvent, LeaveEvent, PlaceEvent, ReactionEvent, ReadEvent, RevokedEvent, TypingEvent,
};
use crate::chat::model::{ChatRoom, Member, Message};
use crate::ids::{AnnouncementId, ChatRoomId, RoomId, UserId};
use crate::json::{Object, Unreadable, from_object};
use crate::level::Level;
use crate::notifications::live::{HeldEvent, NotificationEvent, UnreadEvent};
use crate::presence::model::{DrawUpdate, Drawing, PresenceUpdate, Stats, UserNotice};
use crate::reservations::model::Reservation;
use crate::rooms::model::{RoomStatus, RoomWithState};
use crate::time::{Timestamp, date_text, parse_date};
use crate::timers::model::{GoalEvent, Timer, Todo, TodoDeleted, TodoOrder};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::{fmt, str::FromStr};

/// The position of an event in the log; contiguous, in commit order, starting at 1.
pub type Seq = i64;

/// Milliseconds since the epoch, as a number: the form of `serverTime`.
pub type EpochMs = i64;

/// The unit of permission and of gap detection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// Everybody in the organisation.
    Org,
    /// One person, on all devices.
    User(UserId),
    /// The members of a chat room.
    Chat(ChatRoomId),
    /// All admins.
    Admin,
}

impl Topic {
    /// Every topic that this person receives by who they are. Others come and go:
    /// [`Event::TopicGranted`] and [`Event::TopicRevoked`].
    #[must_use]
    pub fn of(viewer: Viewer) -> Vec<Self> {
        let mut topics = vec![Self::Org, Self::User(viewer.user_id)];
        if viewer.is_admin() {
            topics.push(Self::Admin);
        }
        topics
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Org => f.write_str("org"),
            Self::User(id) => write!(f, "user:{id}"),
            Self::Chat(id) => write!(f, "chat:{id}"),
            Self::Admin => f.write_str("admin"),
        }
    }
}

impl FromStr for Topic {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let topic = match text.split_once(':') {
            None if text == "org" => Some(Self::Org),
            None if text == "admin" => Some(Self::Admin),
            Some(("user", id)) => id.parse().ok().map(Self::User),
            Some(("chat", id)) => id.parse().ok().map(Self::Chat),
            _ => None,
        };
        topic.ok_or_else(|| format!("unknown topic {text}"))
    }
}

impl Serialize for Topic {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Topic {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Enums of frames by their documented names: adjacently tagged, `{"type": …, "data": …}`.
macro_rules! frames {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$doc:meta])* $variant:ident($data:ty) = $kind:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(tag = "type", content = "data")]
        $vis enum $name {
            $($(#[$doc])* #[serde(rename = $kind)] $variant($data),)+
        }

        impl $name {
            /// Its name on the wire.
            #[must_use]
            $vis fn kind(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $kind,)+
                }
            }

            /// Reads it out of its envelope.
            fn of(envelope: &Object) -> Result<Self, Unreadable> {
                match envelope.text("type") {
                    $($kind => envelope.member("data").map(Self::$variant),)+
                    _ => Err(Unreadable),
                }
            }
        }
    };
}

frames! {
    /// Everything durable that can happen, by its documented name (contracts §1.4).
    pub enum Event {
        ReservationCreated(ReservationEvent) = "reservation:created",
        ReservationUpdated(ReservationEvent) = "reservation:updated",
        ReservationCancelled(ReservationEvent) = "reservation:cancelled",
        ReservationDeleted(ReservationEvent) = "reservation:deleted",
        RoomCreated(RoomEvent) = "room:created",
        RoomUpdated(RoomEvent) = "room:updated",
        /// Comes with `previousStatus`.
        RoomStatusChanged(RoomEvent) = "room:status_changed",
        RoomDeleted(RoomEvent) = "room:deleted",
        /// On `org` for everybody, on `user:<id>` for one person.
        NotificationCreated(NotificationEvent) = "notification:created",
        NotificationUpdated(NotificationEvent) = "notification:updated",
        NotificationUnread(UnreadEvent) = "notification:unread",
        /// To one person: notifications wait while they concentrate.
        NotificationHeld(HeldEvent) = "notification:held",
        /// To one person: two of their bookings overlap, or a room that they have booked closes.
        ReservationConflict(ConflictEvent) = "reservation:conflict",
        SystemNotification(SystemEvent) = "system:notification",
        SystemMaintenance(SystemEvent) = "system:maintenance",
        /// To admins: an announcement as they manage it, new or changed.
        AnnouncementChanged(ManagedEvent) = "announcement:changed",
        /// To admins and to the person who has answered.
        AnnouncementAcknowledged(AckEvent) = "announcement:acknowledged",
        /// To the person who has put it away.
        AnnouncementDismissed(DismissedEvent) = "announcement:dismissed",
        /// To one person: a topic that they receive from here on.
        TopicGranted(GrantedEvent) = "topic:granted",
        /// To one person: a topic that they do not receive any more.
        TopicRevoked(RevokedEvent) = "topic:revoked",
        ChatMessage(Box<Message>) = "chat:message",
        ChatMessageUpdated(Box<Message>) = "chat:message_updated",
        ChatMessageDeleted(Box<Message>) = "chat:message_deleted",
        ChatRead(ReadEvent) = "chat:read",
        ChatReaction(ReactionEvent) = "chat:reaction",
        ChatMemberJoin(Member) = "chat:member_join",
        /// Another role, or whether others see how far they have read.
        ChatMemberUpdated(Member) = "chat:member_updated",
        ChatMemberLeave(LeaveEvent) = "chat:member_leave",
        ChatRoomUpdated(ChatRoom) = "chat:room_updated",
        /// To one person: a room that they have come into.
        ChatRoomJoined(Box<JoinedEvent>) = "chat:room_joined",
        /// To one person: their own place in a room.
        ChatPlace(PlaceEvent) = "chat:place",
        /// To one person: a message that they keep for themselves, or keep no more.
        ChatKept(KeptEvent) = "chat:kept",
        /// On the `user:` topic of each of a timer's people, as the next two: it is new to them.
        TimerCreated(Timer) = "timer:created",
        /// Also for who is taken off it, without its people then.
        TimerUpdated(Timer) = "timer:updated",
        /// It was stopped, or it has run down.
        TimerCompleted(Timer) = "timer:completed",
        /// To the person whose goal it is.
        TimerGoalChanged(GoalEvent) = "timer:goal_changed",
        /// To the person whose list it is on, new or changed.
        TodoChanged(Todo) = "todo:changed",
        TodoDeleted(TodoDeleted) = "todo:deleted",
        TodoOrdered(TodoOrder) = "todo:ordered",
    }
}

impl Event {
    /// The booking that it tells of.
    #[must_use]
    pub fn reservation(&self) -> Option<&Reservation> {
        match self {
            Self::ReservationCreated(e)
            | Self::ReservationUpdated(e)
            | Self::ReservationCancelled(e)
            | Self::ReservationDeleted(e) => Some(&e.reservation),
            _ => None,
        }
    }

    /// The line that everybody's list of what has happened gets with it.
    #[must_use]
    pub fn activity(&self) -> Option<&Activity> {
        match self {
            Self::ReservationCreated(e)
            | Self::ReservationUpdated(e)
            | Self::ReservationCancelled(e)
            | Self::ReservationDeleted(e) => e.activity.as_ref(),
            Self::RoomCreated(e) | Self::RoomUpdated(e) | Self::RoomStatusChanged(e) | Self::RoomDeleted(e) => {
                e.activity.as_ref()
            }
            Self::SystemNotification(e) | Self::SystemMaintenance(e) => e.activity.as_ref(),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReservationEvent {
    pub reservation: Reservation,
    pub room_id: RoomId,
    /// Who did it; empty in the reduced form of a private booking, and when it happened by itself.
    pub user_id: String,
    /// Only on `org`: what the list of recent activity says of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<Activity>,
}

/// A clash that one person should know of (contracts §1.1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConflictEvent {
    pub reservation: Reservation,
    /// The person's other bookings at that time; none when the room closes for maintenance.
    pub conflicts_with: Vec<Reservation>,
    pub room_id: RoomId,
    /// Who caused it.
    pub user_id: String,
}

/// What the system tells people (contracts §1.4 and §8).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SystemEvent {
    pub message: String,
    /// Who wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    pub level: Level,
    pub announcement: Announcement,
    /// Only on `org`: what the list of recent activity says of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<Activity>,
}

/// An announcement as admins manage it, and to whom it went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ManagedEvent {
    pub announcement: Managed,
    /// Nobody in particular when it is for everybody, or before its start.
    pub recipients: Option<Vec<Person>>,
}

/// Somebody's answer to an announcement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AckEvent {
    pub announcement_id: AnnouncementId,
    pub ack: Ack,
    /// How many have answered by now.
    pub ack_count: u32,
}

/// A person has put an announcement away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DismissedEvent {
    pub announcement_id: AnnouncementId,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoomEvent {
    pub room: RoomWithState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_status: Option<RoomStatus>,
    /// What the list of recent activity says of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<Activity>,
}

/// One durable event as sockets send it: the documented envelope, and where it stands in the log.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Frame {
    #[serde(flatten)]
    pub event: Event,
    pub timestamp: Timestamp,
    /// Who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    pub seq: Seq,
    pub topic: Topic,
    /// The previous event of the same topic, 0 for its first: the proof that nothing was missed.
    pub prev: Seq,
}

impl Frame {
    fn of(envelope: &Object) -> Result<Self, Unreadable> {
        Ok(Self {
            event: Event::of(envelope)?,
            timestamp: envelope.member("timestamp")?,
            user_id: envelope.member("userId")?,
            seq: envelope.member("seq")?,
            topic: envelope.member("topic")?,
            prev: envelope.member("prev")?,
        })
    }
}

impl<'de> Deserialize<'de> for Frame {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_object(deserializer, Self::of)
    }
}

/// What the server says first on every socket (contracts §7.3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hello {
    pub log_id: String,
    /// The program's build; a page of another build offers a reload.
    pub build: String,
    /// The newest event of the log.
    pub seq: Seq,
    /// Epoch milliseconds.
    pub server_time: EpochMs,
    /// Whether exactly the missed frames follow. If not, what is on screen must be fetched again.
    pub resumed: bool,
    /// Every topic that this person may receive, with its newest event.
    pub topics: BTreeMap<Topic, Seq>,
}

/// Moves the cursor of a quiet client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Head {
    pub seq: Seq,
    /// Epoch milliseconds.
    pub server_time: EpochMs,
}

frames! {
    /// Frames without a place in the log.
    pub enum Control {
        Hello(Hello) = "hello",
        Head(Head) = "head",
        Pong(Nothing) = "pong",
        /// The session ends soon: sign in again, or refresh the token.
        AuthExpiring(Nothing) = "auth:expiring",
        /// Only with `?debug=1`.
        Error(Complaint) = "error",
    }
}

/// The data of a frame that says it all by its name: `{}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Nothing {}

/// What is wrong with a frame of the client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Complaint {
    pub message: String,
}

/// A control frame in the documented envelope.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ControlFrame {
    #[serde(flatten)]
    pub control: Control,
    pub timestamp: Timestamp,
}

frames! {
    /// Frames without a place in the log whose latest value counts (contracts §1.2).
    pub enum Volatile {
        /// A person's first socket, on any device.
        UserConnected(UserNotice) = "user:connected",
        /// Ten seconds after a person's last socket.
        UserDisconnected(UserNotice) = "user:disconnected",
        Stats(Stats) = "stats:update",
        /// Only to who watches [`View::Presence`].
        Presence(PresenceUpdate) = "presence:update",
        /// Only to who watches the [`View::Timeline`] of the day, and never back to who draws.
        Draw(DrawUpdate) = "draw:update",
        /// Only to who watches [`View::Chat`] of the room, and never back to who writes.
        Typing(TypingEvent) = "chat:typing",
    }
}

/// A volatile frame in the documented envelope.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VolatileFrame {
    #[serde(flatten)]
    pub volatile: Volatile,
    pub timestamp: Timestamp,
}

/// Any frame that the server sends.
#[derive(Clone, Debug, PartialEq)]
pub enum ServerFrame {
    Durable(Box<Frame>),
    Control(ControlFrame),
    Volatile(VolatileFrame),
}

impl ServerFrame {
    /// Reads a frame; `None` for one that this build does not know.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let envelope = Object::parse(text).ok()?;
        if envelope.member::<Option<Seq>>("seq").ok()?.is_some() {
            return Frame::of(&envelope).ok().map(|frame| Self::Durable(Box::new(frame)));
        }
        if let Ok(control) = Control::of(&envelope) {
            let timestamp = envelope.member("timestamp").ok()?;
            return Some(Self::Control(ControlFrame { control, timestamp }));
        }
        let volatile = Volatile::of(&envelope).ok()?;
        Some(Self::Volatile(VolatileFrame { volatile, timestamp: envelope.member("timestamp").ok()? }))
    }
}

/// State, and the point of the log up to which it holds: read in one transaction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot<S> {
    pub state: S,
    pub seq: Seq,
    pub log_id: String,
    /// The server's clock at that moment.
    pub server_time: Timestamp,
}

/// A part of the state that a screen shows and events keep right.
///
/// The law: `snapshot(a)` with the events of `(a, b]` applied equals `snapshot(b)`, for every viewer.
pub trait Slice: Clone + PartialEq + 'static {
    /// Takes in one event of a topic that the viewer may receive.
    fn apply(&mut self, topic: Topic, event: &Event, viewer: Viewer);
}

/// What a client says (contracts §1.3). Unknown types are ignored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", rename_all = "lowercase")]
pub enum ClientFrame {
    /// What is on screen, by the names of [`View`]; one that the server does not know is passed over.
    Watch { views: Vec<String> },
    /// Whether nobody has been at this tab for a while.
    Activity { away: bool },
    /// The time that the person is choosing, until it is nothing.
    Draw(Option<Drawing>),
    /// The person is writing. Said at most every three seconds; holds for five.
    Typing(TypingIn),
}

/// Where somebody is writing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TypingIn {
    pub chat_room_id: ChatRoomId,
}

/// What a client can have on screen that volatile frames keep right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Who is here.
    Presence,
    /// The timeline of a day.
    Timeline(Date),
    /// A chat room; for its members.
    Chat(ChatRoomId),
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Presence => f.write_str("presence"),
            Self::Timeline(date) => write!(f, "timeline:{}", date_text(*date)),
            Self::Chat(id) => write!(f, "chat:{id}"),
        }
    }
}

impl FromStr for View {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let view = match text.split_once(':') {
            None if text == "presence" => Some(Self::Presence),
            Some(("timeline", date)) => parse_date(date).map(Self::Timeline),
            Some(("chat", id)) => id.parse().ok().map(Self::Chat),
            _ => None,
        };
        view.ok_or_else(|| format!("unknown view {text}"))
    }
}

/// Close codes (contracts §7.1).
pub mod close {
    pub const GOING_AWAY: u16 = 1001;
    /// RFC 6455: a binary frame where only text is understood.
    pub const UNSUPPORTED: u16 = 1003;
    pub const UNAUTHENTICATED: u16 = 1008;
    pub const TOO_BIG: u16 = 1009;
    pub const SERVER_ERROR: u16 = 1011;
    pub const SESSION_EXPIRED: u16 = 4001;
    /// Removed from the chat room that the socket is of.
    pub const REMOVED: u16 = 4003;
    pub const SLOW_CONSUMER: u16 = 4008;
    pub const RATE_LIMIT: u16 = 4029;
}
