//! What travels over `/ws` (contracts §1 and §7): topics, events, frames, and the law by which a
//! screen stays right.
//!
//! A screen is a [`Snapshot`] plus the events after it. Whoever may receive a topic may see every
//! event of it, so a frame is written once for everybody.

use crate::accounts::model::Viewer;
use crate::ids::{RoomId, UserId};
use crate::reservations::model::Reservation;
use crate::rooms::model::{RoomStatus, RoomWithState};
use crate::time::Timestamp;
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
    /// All admins.
    Admin,
}

impl Topic {
    /// Every topic that this person may receive.
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
            Self::Admin => f.write_str("admin"),
        }
    }
}

impl FromStr for Topic {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match (text, text.strip_prefix("user:").map(str::parse)) {
            ("org", _) => Ok(Self::Org),
            ("admin", _) => Ok(Self::Admin),
            (_, Some(Ok(id))) => Ok(Self::User(id)),
            _ => Err(format!("unknown topic {text}")),
        }
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

/// Everything durable that can happen, by its documented name (contracts §1.4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    #[serde(rename = "reservation:created")]
    ReservationCreated(ReservationEvent),
    #[serde(rename = "reservation:updated")]
    ReservationUpdated(ReservationEvent),
    #[serde(rename = "reservation:cancelled")]
    ReservationCancelled(ReservationEvent),
    #[serde(rename = "reservation:deleted")]
    ReservationDeleted(ReservationEvent),
    #[serde(rename = "room:created")]
    RoomCreated(RoomEvent),
    #[serde(rename = "room:updated")]
    RoomUpdated(RoomEvent),
    /// Comes with `previousStatus`.
    #[serde(rename = "room:status_changed")]
    RoomStatusChanged(RoomEvent),
    #[serde(rename = "room:deleted")]
    RoomDeleted(RoomEvent),
}

impl Event {
    /// The event's name on the wire.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ReservationCreated(_) => "reservation:created",
            Self::ReservationUpdated(_) => "reservation:updated",
            Self::ReservationCancelled(_) => "reservation:cancelled",
            Self::ReservationDeleted(_) => "reservation:deleted",
            Self::RoomCreated(_) => "room:created",
            Self::RoomUpdated(_) => "room:updated",
            Self::RoomStatusChanged(_) => "room:status_changed",
            Self::RoomDeleted(_) => "room:deleted",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReservationEvent {
    pub reservation: Reservation,
    pub room_id: RoomId,
    /// Who did it; empty in the reduced form of a private booking.
    pub user_id: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoomEvent {
    pub room: RoomWithState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_status: Option<RoomStatus>,
}

/// One durable event as sockets send it: the documented envelope, and where it stands in the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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

/// Frames without a place in the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Control {
    #[serde(rename = "hello")]
    Hello(Hello),
    #[serde(rename = "head")]
    Head(Head),
    #[serde(rename = "pong")]
    Pong {},
    /// The session ends soon: sign in again, or refresh the token.
    #[serde(rename = "auth:expiring")]
    AuthExpiring {},
    /// Only with `?debug=1`.
    #[serde(rename = "error")]
    Error { message: String },
}

/// A control frame in the documented envelope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ControlFrame {
    #[serde(flatten)]
    pub control: Control,
    pub timestamp: Timestamp,
}

/// Any frame that the server sends.
#[derive(Clone, Debug, PartialEq)]
pub enum ServerFrame {
    Durable(Box<Frame>),
    Control(Control),
}

impl ServerFrame {
    /// Reads a frame; `None` for one that this build does not know.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Peek {
            seq: Option<Seq>,
        }
        let peek: Peek = serde_json::from_str(text).ok()?;
        if peek.seq.is_some() {
            serde_json::from_str(text).ok().map(|frame| Self::Durable(Box::new(frame)))
        } else {
            serde_json::from_str::<ControlFrame>(text).ok().map(|frame| Self::Control(frame.control))
        }
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

/// What a client's own frame asks for (contracts §1.3). Unknown types are ignored.
#[derive(Debug, Deserialize)]
pub struct ClientFrame {
    #[serde(rename = "type")]
    pub kind: String,
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
    pub const SLOW_CONSUMER: u16 = 4008;
    pub const RATE_LIMIT: u16 = 4029;
}
