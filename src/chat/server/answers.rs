//! What `/api/v1/chat` answers (contracts §5.2 and §9).

use super::files::url_of;
use crate::chat::live::ListedRoom;
use crate::chat::model::{Bar, FileInfo, LastMessage, RoomKind};
use crate::ids::{ChatRoomId, ReservationId};
use crate::time::Timestamp;
use serde::Serialize;

/// That it is done, and what came of it.
#[derive(Serialize)]
pub struct Success<T> {
    success: bool,
    message: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<T>,
}

impl<T> Success<T> {
    pub fn new(message: &'static str, data: impl Into<Option<T>>) -> Self {
        Self { success: true, message, data: data.into() }
    }
}

/// A room in the list of one of its members.
#[derive(Serialize, utoipa::ToSchema)]
pub struct RoomAnswer {
    id: ChatRoomId,
    slug: String,
    /// The other one's, when two people talk.
    name: String,
    kind: RoomKind,
    topic: String,
    unread_count: i64,
    mention_count: usize,
    member_count: i64,
    reservation_id: Option<ReservationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_message: Option<LastMessage>,
    muted_until: Option<Timestamp>,
    /// What keeps the caller from writing; it may be over.
    bar: Option<Bar>,
    created_at: Timestamp,
    archived_at: Option<Timestamp>,
}

impl RoomAnswer {
    #[must_use]
    pub fn of(listed: &ListedRoom) -> Self {
        let room = &listed.room;
        Self {
            id: room.id,
            slug: room.slug.clone(),
            name: listed.title().to_owned(),
            kind: room.kind,
            topic: room.topic.clone(),
            unread_count: listed.unread(),
            mention_count: listed.mentions.len(),
            member_count: room.member_count,
            reservation_id: room.reservation_id,
            last_message: listed.last_message.clone(),
            muted_until: listed.place.muted_until,
            bar: listed.place.bar.clone(),
            created_at: room.created_at,
            archived_at: room.archived_at,
        }
    }
}

/// An uploaded file, and the `file_url` by which a message names it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Uploaded {
    file_url: String,
    file: FileInfo,
}

impl Uploaded {
    #[must_use]
    pub fn of(file: &FileInfo) -> Self {
        Self { file_url: url_of(file.id), file: file.clone() }
    }
}
