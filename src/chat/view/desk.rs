//! What the parts of an open room share: its state, what is chosen in it, and in `acts` what can be done.

mod acts;

use super::carried::Carried;
use super::chats::Chats;
use super::kept::Kept;
use super::message::size_words;
use super::outbox::MAX_FILE;
use crate::accounts::model::Viewer;
use crate::app::use_page;
use crate::chat::live::OpenRoom;
use crate::chat::model::{Bar, ChatRoom, Look, MemberRole, Message, MessageSeq, Quote, RoomKind};
use crate::error::AppError;
use crate::ids::{ChatRoomId, MessageId, UserId};
use crate::realtime::live::{Connection, Live, use_connection};
use crate::text::{Lang, Texts, fill};
use crate::time::{Timestamp, ZoneOffsets};
use crate::ui::width::use_is_phone;
use crate::ui::{Toasts, use_toasts};
use leptos::prelude::*;
use std::borrow::Cow;

/// The elements of a log and of what is written below it.
#[derive(Debug)]
pub struct Places {
    pub log: &'static str,
    /// The text field.
    pub composer: &'static str,
    /// The menus of a message.
    pub emojis: &'static str,
    pub tools: &'static str,
    pub readers: &'static str,
}

/// Those of the room itself, and of the thread beside it.
pub static ROOM: Places =
    Places { log: "chat-log", composer: "composer", emojis: "emojis", tools: "message-tools", readers: "readers" };
pub static THREAD: Places = Places {
    log: "thread-log",
    composer: "thread-composer",
    emojis: "thread-emojis",
    tools: "thread-message-tools",
    readers: "thread-readers",
};

/// How many messages the log holds at most, and how many more it asks for at once.
pub const MOST_SHOWN: i64 = 200;
/// How many it holds at most when few of them are shown, because most stand in threads: somewhat fewer than the
/// server gives at once, for what comes meanwhile.
pub const MOST_HELD: i64 = 450;
pub const STEP: i64 = 50;

/// What stands beside the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Nothing,
    Thread(MessageId),
    Members,
    Search,
    /// What the person keeps.
    Kept,
    /// What was done to others.
    Notes,
}

/// What asks for a decision in the middle of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    Delete(MessageId),
    Leave,
    /// Name and topic.
    Rename,
}

/// What the composer is writing besides something new.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Writing {
    #[default]
    New,
    Reply(Quote),
    Edit(Box<Message>),
}

/// See the module; every field is a handle.
#[derive(Clone, Copy)]
pub struct Desk {
    pub lang: Lang,
    pub viewer: Viewer,
    pub id: ChatRoomId,
    pub places: &'static Places,
    /// The message whose thread this is.
    pub thread: Option<MessageId>,
    pub chats: Chats,
    pub room: Live<OpenRoom>,
    /// The part of the history that the log holds.
    pub look: RwSignal<Look>,
    /// Another part of the history is on its way: it is no news, and nothing else is asked for meanwhile.
    pub moving: RwSignal<bool>,
    pub side: RwSignal<Side>,
    pub carried: Carried,
    pub kept: Kept,
    pub ask: RwSignal<Option<Ask>>,
    /// The message whose tools are shown.
    pub active: RwSignal<Option<MessageSeq>>,
    /// The message that a menu is open for; it keeps its tools meanwhile.
    pub chosen: RwSignal<Option<MessageSeq>>,
    pub writing: RwSignal<Writing>,
    /// Something to be put into the text field.
    pub insert: RwSignal<Option<String>>,
    /// A message to be shown, wherever in the history it is.
    pub show: RwSignal<Option<MessageSeq>>,
    /// A reply to be shown in the thread that stands beside the log.
    pub reply: RwSignal<Option<MessageSeq>>,
    /// The message before which the line "new" stands.
    pub new_from: RwSignal<Option<MessageSeq>>,
    /// Messages that call this person and that they have not come by yet, in order.
    pub called: RwSignal<Vec<MessageSeq>>,
    /// What stands beside the log covers it, on a phone.
    pub is_covered: Memo<bool>,
    /// Nobody can be taken to look at the log, though the page is visible: it is covered, or nobody is there.
    pub is_unseen: Signal<bool>,
    /// Kept as unread by choice: being looked at changes nothing.
    pub keeps_unread: RwSignal<bool>,
    pub zone: StoredValue<ZoneOffsets>,
    pub now: Signal<Timestamp>,
    pub connection: Connection,
    pub toasts: Toasts,
}

impl Desk {
    pub fn new(
        chats: Chats,
        room: Live<OpenRoom>,
        look: RwSignal<Look>,
        new_from: Option<MessageSeq>,
        now: Signal<Timestamp>,
    ) -> Option<Self> {
        let page = use_page();
        let carried: Carried = use_context()?;
        let connection = use_connection();
        let side = RwSignal::new(carried.side());
        let is_phone = use_is_phone();
        let is_covered = Memo::new(move |_| is_phone.get() && side.get() != Side::Nothing);
        let away = connection.plane.away;
        Some(Self {
            lang: page.lang,
            viewer: page.user?.viewer(),
            id: room.with_untracked(|room| room.room.id),
            places: &ROOM,
            thread: None,
            chats,
            room,
            look,
            moving: RwSignal::new(false),
            side,
            carried,
            kept: use_context()?,
            ask: RwSignal::new(None),
            active: RwSignal::new(None),
            chosen: RwSignal::new(None),
            writing: RwSignal::new(Writing::New),
            insert: RwSignal::new(None),
            show: RwSignal::new(None),
            reply: RwSignal::new(None),
            new_from: RwSignal::new(new_from),
            called: RwSignal::new(Vec::new()),
            is_covered,
            is_unseen: Signal::derive(move || away.get() || is_covered.get()),
            keeps_unread: RwSignal::new(false),
            zone: StoredValue::new(page.zone),
            now,
            connection,
            toasts: use_toasts(),
        })
    }

    /// What the thread of a message shares; the rest is the room's.
    #[must_use]
    pub fn in_thread(self, thread: MessageId, room: Live<OpenRoom>) -> Self {
        Self {
            places: &THREAD,
            thread: Some(thread),
            room,
            look: RwSignal::new(Look::Thread(thread)),
            moving: RwSignal::new(false),
            active: RwSignal::new(None),
            chosen: RwSignal::new(None),
            writing: RwSignal::new(Writing::New),
            insert: RwSignal::new(None),
            show: RwSignal::new(None),
            new_from: RwSignal::new(None),
            ..self
        }
    }

    pub fn t(self) -> &'static Texts {
        self.lang.texts()
    }

    /// Why a file of so many bytes did not go up.
    pub fn file_error(self, error: &AppError, size: i64) -> Cow<'static, str> {
        match error {
            AppError::PayloadTooLarge if size > MAX_FILE => {
                fill(self.t().chat_file_too_large, &[&size_words(MAX_FILE)]).into()
            }
            error => self.lang.error(error),
        }
    }

    /// What the room is called here.
    pub fn title(self) -> String {
        self.room.with(|room| title_of(room, self.viewer.user_id))
    }

    pub fn my_role(self) -> Option<MemberRole> {
        self.room.with(|room| room.members.get(&self.viewer.user_id).map(|member| member.role))
    }

    pub fn may_manage(self) -> bool {
        let role = self.my_role();
        self.room.with(|room| room.room.may_manage(role, self.viewer))
    }

    /// What keeps this person from writing here, though they are in it.
    pub fn bar(self) -> Option<Bar> {
        let now = self.now.get();
        self.chats.find(self.id).and_then(|listed| listed.place.bar).filter(|bar| bar.holds(now))
    }

    pub fn may_write(self) -> bool {
        self.room.with(|room| !room.closed && room.room.archived_at.is_none()) && self.bar().is_none()
    }

    /// Whether this person is no member any more.
    pub fn is_gone(self) -> bool {
        self.room.with_untracked(|room| room.closed)
    }

    /// A message of the log, once.
    pub fn find(self, seq: MessageSeq) -> Option<Message> {
        self.room.with_untracked(|room| find_in(room, seq).cloned())
    }

    /// The prose time of an instant.
    pub fn time(self, at: Timestamp) -> String {
        self.zone.with_value(|zone| self.lang.prose_time(zone.local(at)))
    }
}

/// A message by its number among those of a room, which stand in order.
#[must_use]
pub fn find_in(room: &OpenRoom, seq: MessageSeq) -> Option<&Message> {
    let at = room.messages.binary_search_by_key(&seq, |message| message.seq).ok()?;
    room.messages.get(at)
}

/// Two people see each other's name.
#[must_use]
pub fn title_of(room: &OpenRoom, me: UserId) -> String {
    match room.room.kind {
        RoomKind::Direct => {
            let peer = room.members.values().find(|member| member.user_id != me);
            peer.map_or_else(|| room.room.name.clone(), |peer| peer.user.name.clone())
        }
        _ => room.room.name.clone(),
    }
}

/// The sign of a kind of room.
#[must_use]
pub fn icon_of(room: &ChatRoom) -> &'static str {
    match room.kind {
        RoomKind::Channel => "hash",
        RoomKind::Private => "lock",
        RoomKind::Direct => "user",
        RoomKind::Live => "calendar-check",
    }
}
