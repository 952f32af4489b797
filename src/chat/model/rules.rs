//! What fits, and who may do what.

use super::count::{is_emoji, is_invisible, turns};
use super::{
    ChatRoom, ChatRoomPatch, Member, MemberRole, Message, MessageType, NewMessage, RoomKind, count_characters, is_blank,
};
use crate::accounts::model::Viewer;
use crate::error::{AppError, Field, FieldError, Rule};
use crate::text::lowercase;

/// Longest message, as people count (contracts §7.8).
pub const MAX_MESSAGE_CHARS: u32 = 4_000;
/// Longest name and topic of a room.
pub const MAX_NAME_CHARS: u32 = 80;
pub const MAX_TOPIC_CHARS: u32 = 200;
const MAX_SLUG_CHARS: u32 = 80;
/// Longest number that a sender gives a message (contracts §5.5).
const MAX_CLIENT_ID_CHARS: u32 = 64;
const MAX_URL_CHARS: u32 = 2_000;
/// How often a message may be changed.
pub const MAX_VERSIONS: u32 = 100;
/// How many different emojis one message bears.
pub const MAX_EMOJIS: usize = 20;
/// Whoever calls more people than this is asked first.
pub const MENTIONS_WITHOUT_ASKING: i64 = 20;
/// One character can carry any number of marks: of a text, so many scalar values for each.
const SCALARS_PER_CHARACTER: usize = 8;

fn longest(field: Field, text: &str, max: u32) -> Option<FieldError> {
    let (chars, max_chars) = (count_characters(text), max as usize);
    let rule = if text.contains('\0') {
        Rule::NulCharacter
    } else if chars > max_chars || text.chars().count() > max_chars * SCALARS_PER_CHARACTER {
        Rule::MaxLength { max }
    } else {
        return None;
    };
    Some(FieldError { field, rule })
}

fn checked(found: impl IntoIterator<Item = FieldError>) -> Result<(), AppError> {
    let fields: Vec<FieldError> = found.into_iter().collect();
    if fields.is_empty() { Ok(()) } else { Err(AppError::Validation { fields }) }
}

/// # Errors
/// [`AppError::Validation`] for what is empty or longer than a message may be.
pub fn check_text(text: &str) -> Result<(), AppError> {
    let empty = is_blank(text).then_some(FieldError { field: Field::Message, rule: Rule::Required });
    checked(empty.or_else(|| longest(Field::Message, text, MAX_MESSAGE_CHARS)))
}

/// # Errors
/// [`AppError::Validation`] for what is empty, too long, or read otherwise than it is written.
pub fn check_name(name: &str) -> Result<(), AppError> {
    let broken = |rule| FieldError { field: Field::Name, rule };
    let empty = is_blank(name).then(|| broken(Rule::Required));
    let unfit = || name.contains(turns).then(|| broken(Rule::UnfitCharacter));
    checked(empty.or_else(|| longest(Field::Name, name, MAX_NAME_CHARS)).or_else(unfit))
}

/// Why somebody does something to others.
///
/// # Errors
/// [`AppError::Validation`] for what is longer than a sentence or two.
pub fn check_reason(reason: &str) -> Result<(), AppError> {
    checked(longest(Field::Reason, reason, MAX_TOPIC_CHARS))
}

/// What stands in addresses: lower-case letters of any script, digits and hyphens, and not digits alone.
///
/// # Errors
/// [`AppError::Validation`].
pub fn check_slug(slug: &str) -> Result<(), AppError> {
    let fits = slug.chars().all(|c| c == '-' || (stands_in_addresses(c) && !c.is_uppercase()))
        && slug.chars().any(|c| !c.is_numeric())
        && !slug.starts_with('-')
        && !slug.ends_with('-');
    let unfit = (!fits).then_some(FieldError { field: Field::Slug, rule: Rule::Unknown });
    checked(longest(Field::Slug, slug, MAX_SLUG_CHARS).or(unfit))
}

/// A letter or digit that is seen.
fn stands_in_addresses(c: char) -> bool {
    c.is_alphanumeric() && !is_invisible(c)
}

/// What a room's name becomes in an address; empty when nothing of it can stand there.
#[must_use]
pub fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for c in lowercase(name).chars().take(60) {
        if stands_in_addresses(c) {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if check_slug(slug).is_ok() { slug.to_owned() } else { String::new() }
}

/// One emoji: a pictograph, a flag or a keycap.
///
/// # Errors
/// [`AppError::Validation`].
pub fn check_emoji(emoji: &str) -> Result<(), AppError> {
    if emoji.len() <= 64 && is_emoji(emoji) { Ok(()) } else { Err(AppError::field(Field::Emoji, Rule::Unknown)) }
}

impl NewMessage {
    /// Trims the text and checks everything that can be known without the database.
    ///
    /// # Errors
    /// [`AppError::Validation`].
    pub fn checked(mut self) -> Result<Self, AppError> {
        let text = if is_blank(&self.message) { "" } else { self.message.trim() };
        self.message = text.to_owned();
        self.client_msg_id = self.client_msg_id.filter(|id| !id.is_empty());
        let mut fields = Vec::new();
        // A file speaks for itself.
        if self.message.is_empty() && self.file_url.is_none() {
            fields.push(FieldError { field: Field::Message, rule: Rule::Required });
        }
        fields.extend(longest(Field::Message, &self.message, MAX_MESSAGE_CHARS));
        if let Some(id) = &self.client_msg_id {
            fields.extend(longest(Field::ClientMsgId, id, MAX_CLIENT_ID_CHARS));
        }
        if let Some(url) = &self.file_url {
            let is_possible = url.starts_with("https://") || url.starts_with("/api/v1/chat/files/");
            let is_clean = url.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"\"'<>\\`".contains(c));
            fields.extend(longest(Field::FileUrl, url, MAX_URL_CHARS));
            if !is_possible || !is_clean {
                fields.push(FieldError { field: Field::FileUrl, rule: Rule::Unknown });
            }
        }
        let needs_file = matches!(self.message_type, Some(MessageType::Image | MessageType::File));
        if needs_file && self.file_url.is_none() {
            fields.push(FieldError { field: Field::FileUrl, rule: Rule::Required });
        }
        if self.message_type == Some(MessageType::System) {
            fields.push(FieldError { field: Field::MessageType, rule: Rule::Unknown });
        }
        checked(fields).map(|()| self)
    }
}

impl ChatRoomPatch {
    /// Trims the texts and checks them.
    ///
    /// # Errors
    /// [`AppError::Validation`].
    pub fn checked(mut self) -> Result<Self, AppError> {
        self.name = self.name.map(|name| name.trim().to_owned());
        self.topic = self.topic.map(|topic| topic.trim().to_owned());
        if let Some(name) = &self.name {
            check_name(name)?;
        }
        checked(self.topic.as_deref().and_then(|topic| longest(Field::Topic, topic, MAX_TOPIC_CHARS))).map(|()| self)
    }
}

impl super::NewChatRoom {
    /// Trims the texts and checks them. Two people and a booking need no name.
    ///
    /// # Errors
    /// [`AppError::Validation`].
    pub fn checked(mut self) -> Result<Self, AppError> {
        self.name = self.name.trim().to_owned();
        self.topic = self.topic.trim().to_owned();
        self.member_ids.sort_unstable();
        self.member_ids.dedup();
        let Some(kind) = self.kind else { return Err(AppError::field(Field::Kind, Rule::Required)) };
        let is_named = matches!(kind, RoomKind::Channel | RoomKind::Private)
            || (kind == RoomKind::Live && self.reservation_id.is_none());
        if is_named {
            check_name(&self.name)?;
        }
        checked(longest(Field::Topic, &self.topic, MAX_TOPIC_CHARS))?;
        self.slug.as_deref().map_or(Ok(()), check_slug)?;
        if self.reservation_id.is_some() && kind != RoomKind::Live {
            return Err(AppError::field(Field::ReservationId, Rule::Unknown));
        }
        Ok(self)
    }
}

impl ChatRoom {
    /// Whether anybody may join by themselves: a channel, or a stream's room.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let is_stream = self.kind == RoomKind::Live && self.reservation_id.is_none();
        (self.kind == RoomKind::Channel || is_stream) && self.archived_at.is_none()
    }

    /// Whether members come and go.
    #[must_use]
    pub fn has_changing_members(&self) -> bool {
        self.kind != RoomKind::Direct
    }

    /// Whether somebody may manage it: its own admins, and in rooms that are open to everybody the
    /// organisation's.
    #[must_use]
    pub fn may_manage(&self, role: Option<MemberRole>, viewer: Viewer) -> bool {
        let is_public = matches!(self.kind, RoomKind::Channel | RoomKind::Live);
        role.is_some_and(|role| role >= MemberRole::Admin) || (is_public && viewer.is_admin())
    }

    /// Whether somebody may remove a member, or keep them from writing: whoever manages the room, others
    /// below their rank; the organisation's admins others of any.
    #[must_use]
    pub fn may_discipline(&self, role: Option<MemberRole>, viewer: Viewer, member: &Member) -> bool {
        let is_above = viewer.is_admin() || role.is_some_and(|mine| member.role < mine);
        member.user_id != viewer.user_id && self.has_changing_members() && self.may_manage(role, viewer) && is_above
    }
}

impl Message {
    /// Whether something can be said to it: it is somebody's, and not deleted.
    #[must_use]
    pub fn is_answerable(&self) -> bool {
        !self.is_deleted() && !self.is_system()
    }

    /// Whether somebody may change what it says: its author, unless it is deleted.
    #[must_use]
    pub fn may_edit(&self, viewer: Viewer) -> bool {
        self.user_id == viewer.user_id && self.is_answerable()
    }

    /// Whether somebody may delete it: its author, and whoever manages the room.
    #[must_use]
    pub fn may_delete(&self, room: &ChatRoom, role: Option<MemberRole>, viewer: Viewer) -> bool {
        self.is_answerable() && (self.user_id == viewer.user_id || room.may_manage(role, viewer))
    }
}
