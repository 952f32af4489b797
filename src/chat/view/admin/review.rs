//! A room as those see it who answer for it: its members, its newest messages, and what can be done.

mod deed;

use super::Admin;
use crate::chat::api::{chat_versions, delete_chat_message, review_chat_room, update_chat_room};
use crate::chat::model::{ChatRoom, ChatRoomPatch, Member, MemberRole, Message, Review, Version};
use crate::chat::view::discipline::{Discipline, DisciplineDialog, Whom};
use crate::chat::view::exports::Exports;
use crate::error::AppError;
use crate::ids::{ChatRoomId, MessageId, UserId};
use crate::realtime::live::server_now;
use crate::text::fill;
use crate::ui::{Avatar, ErrorCard, Icon, IconButton, Skeleton};
use deed::Ask;
use leptos::task::spawn_local;
use leptos::{ev, prelude::*};

/// The drawer's heading, which gets focus when it opens.
pub const TITLE: &str = "chat-review-title";

/// What the parts of the drawer share; every field is a handle.
#[derive(Clone, Copy)]
struct Look {
    admin: Admin,
    id: ChatRoomId,
    found: RwSignal<Option<Result<Review, AppError>>>,
    /// There are older messages than those shown.
    has_older: RwSignal<bool>,
    /// The message that is about to be deleted.
    deletes: RwSignal<Option<MessageId>>,
    /// The member to whom something is about to be done.
    whom: RwSignal<Option<Whom>>,
}

impl Look {
    fn load(self) {
        self.found.set(None);
        spawn_local(async move {
            let found = review_chat_room(self.id, None).await;
            if let Ok(review) = &found {
                let _ = self.has_older.try_set(begins_late(review));
            }
            let _ = self.found.try_set(Some(found));
        });
    }

    fn load_older(self) {
        let first = self.with(|review| review.messages.first().map(|message| message.seq)).flatten();
        spawn_local(async move {
            match review_chat_room(self.id, first).await {
                Ok(older) => {
                    let _ = self.has_older.try_set(begins_late(&older));
                    self.change(|review| {
                        // Asked for twice, they come twice.
                        if review.messages.first().map(|message| message.seq) == first {
                            review.messages.splice(0..0, older.messages);
                        }
                    });
                }
                Err(error) => self.admin.toasts.refused(&error),
            }
        });
    }

    fn with<T>(self, read: impl FnOnce(&Review) -> T) -> Option<T> {
        self.found.with(|found| found.as_ref().and_then(|found| found.as_ref().ok()).map(read))
    }

    /// Takes in what was done, and has the tables follow.
    fn change(self, change: impl FnOnce(&mut Review)) {
        let _ = self.found.try_update(|found| {
            if let Some(Ok(review)) = found {
                change(review);
            }
        });
    }

    fn archive(self, archived: bool) {
        spawn_local(async move {
            let patch = ChatRoomPatch { archived: Some(archived), ..ChatRoomPatch::default() };
            match update_chat_room(self.id, patch).await {
                Ok(room) => {
                    self.change(|review| review.room = room);
                    self.admin.renew();
                }
                Err(error) => self.admin.toasts.refused(&error),
            }
        });
    }

    async fn delete(self, id: MessageId, reason: String) -> Result<(), AppError> {
        let deleted = delete_chat_message(id, reason).await?;
        self.change(|review| {
            if let Some(message) = review.messages.iter_mut().find(|message| message.id == id) {
                *message = deleted;
            }
        });
        self.admin.renew();
        Ok(())
    }

    /// What can be done to members.
    fn discipline(self) -> Discipline {
        let done = move |(user, now): (UserId, Option<Member>)| {
            self.change(|review| match (now, review.members.iter().position(|member| member.user_id == user)) {
                (Some(member), Some(at)) => review.members[at] = member,
                (None, Some(at)) => {
                    review.members.remove(at);
                }
                (_, None) => {}
            });
            self.admin.renew();
        };
        Discipline { room: self.id, lang: self.admin.lang, whom: self.whom, done: Callback::new(done) }
    }
}

/// Messages are numbered without gaps from 1.
fn begins_late(review: &Review) -> bool {
    review.messages.first().is_some_and(|first| first.seq > 1)
}

/// The room that the address names, loaded when the drawer opens.
#[component]
pub fn Drawer(admin: Admin, id: ChatRoomId) -> impl IntoView {
    let t = admin.t();
    let look = Look {
        admin,
        id,
        found: RwSignal::new(None),
        has_older: RwSignal::new(false),
        deletes: RwSignal::new(None),
        whom: RwSignal::new(None),
    };
    Effect::new(move |_| look.load());
    let close = move || admin.select(None);
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.is_composing() && !event.default_prevented() {
            close();
        }
    };
    // The table knows it before the room is there.
    let name = move || {
        let known = look.with(|review| review.room.name.clone());
        known.or_else(|| admin.state.with(|s| s.rooms.iter().find(|room| room.id == id).map(|room| room.name.clone())))
    };
    let is_there =
        Memo::new(move |_| look.found.with(|found| found.as_ref().map(|found| found.as_ref().err().cloned())));
    let content = move || match is_there.get() {
        None => view! { <Skeleton lines=6 label=t.loading /> }.into_any(),
        Some(Some(error)) => {
            let retry = Callback::new(move |()| look.load());
            view! { <ErrorCard error lang=admin.lang on_retry=retry /> }.into_any()
        }
        Some(None) => view! { <RoomPart look /> <People look /> <Messages look /> }.into_any(),
    };
    view! {
        <aside class="drawer chat-review" aria-labelledby=TITLE on:keydown=on_key>
            <div class="drawer-head">
                <h2 id=TITLE tabindex="-1">{t.chat_review} " " {name}</h2>
                <IconButton icon="x" label=t.close on_press=move |()| close() />
            </div>
            <div class="drawer-body">{content}</div>
        </aside>
        <Ask look />
        <DisciplineDialog of=look.discipline() />
    }
}

/// What the room is about, and what can be done with all of it.
#[component]
fn RoomPart(look: Look) -> impl IntoView {
    let t = look.admin.t();
    let room = Memo::new(move |_| look.with(|review| review.room.clone()));
    let topic = move || room.with(|room| room.as_ref().map(|room| room.topic.clone()));
    let buttons = move || {
        room.get().map(|room: ChatRoom| {
            let archived = room.archived_at.is_some();
            let (icon, label) = if archived { ("archive-restore", t.chat_reopen) } else { ("archive", t.chat_archive) };
            view! {
                <button type="button" class="btn sm" on:click=move |_| look.archive(!archived)>
                    <Icon name=icon />
                    {label}
                </button>
            }
            .into_any()
        })
    };
    view! {
        <p class="muted">{topic}</p>
        <div class="review-tools">
            {buttons} <a class="btn sm" href=["/chat/", &look.id.to_string()].concat()>
                <Icon name="message-circle" />
                {t.chat_open_room}
            </a> <Exports id=look.id class="btn sm" />
        </div>
    }
}

#[component]
fn People(look: Look) -> impl IntoView {
    let t = look.admin.t();
    let people = Memo::new(move |_| look.with(|review| review.members.clone()).unwrap_or_default());
    let row = move |member: Member| {
        let name = member.user.name.clone();
        let now = server_now().unwrap_or_default();
        let whom = Whom::of(&member, now);
        let role = match member.role {
            MemberRole::Owner => t.chat_owner,
            MemberRole::Admin => t.chat_admin,
            MemberRole::Member => "",
        };
        let barred = whom.is_barred.then_some(t.told_barred);
        // The organisation's admins stand above everybody but themselves.
        let manage = (Some(member.user_id) != look.admin.me).then(|| {
            let label = fill(t.chat_manage_member, &[&name]);
            let press = move |()| look.whom.set(Some(whom.clone()));
            view! { <IconButton icon="ellipsis" class="sm" label=label on_press=press /> }.into_any()
        });
        view! {
            <li>
                <Avatar id=member.user_id.0 name=name.clone() />
                <span class="member-name">{name} <small class="muted">{role} " " {barred}</small></span>
                {manage}
            </li>
        }
        .into_any()
    };
    view! {
        <h3>{move || fill(t.chat_members_count, &[&people.with(Vec::len)])}</h3>
        <ul class="chat-members">{move || people.get().into_iter().map(row).collect_view()}</ul>
    }
}

#[component]
fn Messages(look: Look) -> impl IntoView {
    let t = look.admin.t();
    // The newest first: that is what somebody has just complained about.
    let messages = Memo::new(move |_| {
        look.with(|review| review.messages.iter().rev().cloned().collect::<Vec<Message>>()).unwrap_or_default()
    });
    let older = move || {
        look.has_older.get().then(|| {
            view! {
                <button type="button" class="btn sm" on:click=move |_| look.load_older()>
                    {t.load_more}
                </button>
            }
            .into_any()
        })
    };
    view! {
        <h3>{t.chat_messages}</h3>
        <ul class="review-messages">{move || messages.get().into_iter().map(|m| message(look, m)).collect_view()}</ul>
        {older}
    }
}

fn message(look: Look, message: Message) -> AnyView {
    let admin = look.admin;
    let t = admin.t();
    let id = message.id;
    let body = if message.is_deleted() {
        view! { <Before look id /> }.into_any()
    } else if let Some(change) = &message.change {
        let words = admin.zone.with_value(|zone| change.words(&message.user.name, admin.lang, zone));
        view! { <p class="muted">{words}</p> }.into_any()
    } else {
        let file = message.file_url.clone().map(|url| {
            // What lies elsewhere has no name here.
            let name = message.file.as_ref().map_or_else(|| url.clone(), |file| file.name.clone());
            view! {
                <a href=url target="_blank" rel="noopener noreferrer">{name}</a>
            }
            .into_any()
        });
        view! { <div class="msg-text" inner_html=message.html.clone()></div> {file} }.into_any()
    };
    let delete = message.is_answerable().then(|| {
        let label = fill(t.chat_delete_of, &[&message.user.name]);
        let ask = move |()| look.deletes.set(Some(id));
        view! { <IconButton icon="trash-2" class="sm" label=label on_press=ask /> }.into_any()
    });
    view! {
        <li>
            <p class="msg-head">
                <b>{message.user.name}</b>
                <span class="muted">{admin.when(message.created_at)}</span>
                {delete}
            </p>
            {body}
        </li>
    }
    .into_any()
}

/// A message that is deleted, and on demand what it said.
#[component]
fn Before(look: Look, id: MessageId) -> impl IntoView {
    let t = look.admin.t();
    let versions = RwSignal::new(None::<Vec<Version>>);
    let press = move |_| {
        if versions.with_untracked(Option::is_some) {
            versions.set(None);
            return;
        }
        spawn_local(async move {
            match chat_versions(id).await {
                Ok(found) => {
                    let _ = versions.try_set(Some(found));
                }
                Err(error) => look.admin.toasts.refused(&error),
            }
        });
    };
    let is_shown = move || if versions.with(Option::is_some) { "true" } else { "false" };
    let words = move || {
        let one = |version: Version| view! { <blockquote class="review-before">{version.text}</blockquote> };
        versions.get().map(|versions| versions.into_iter().map(one).collect_view())
    };
    view! {
        <p class="msg-deleted">{t.chat_deleted}</p>
        <button type="button" class="link-btn" aria-expanded=is_shown on:click=press>
            {t.chat_said_before}
        </button>
        {words}
    }
}
