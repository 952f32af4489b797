//! Who is in a room, and for its admins: who comes and goes.

use super::desk::Desk;
use super::discipline::{Discipline, DisciplineDialog, Whom};
use super::person::{Disc, state_words, use_presence};
use crate::accounts::model::Person;
use crate::accounts::view::{PeoplePicker, use_everybody};
use crate::chat::api::{add_chat_member, set_chat_role};
use crate::chat::model::{Member, MemberRole};
use crate::error::AppError;
use crate::ids::UserId;
use crate::text::fill;
use crate::ui::{BusyButton, IconButton};
use leptos::prelude::*;
use leptos::task::spawn_local;

#[component]
pub fn Members(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let ids = Memo::new(move |_| {
        desk.room.with(|room| {
            let mut members: Vec<&Member> = room.members.values().collect();
            members.sort_by(|a, b| b.role.cmp(&a.role).then_with(|| a.user.name.cmp(&b.user.name)));
            members.iter().map(|member| member.user_id).collect::<Vec<UserId>>()
        })
    });
    let may_invite = Memo::new(move |_| {
        desk.may_manage() && desk.room.with(|room| room.room.has_changing_members() && room.room.archived_at.is_none())
    });
    // What is done comes back as an event.
    let whom = RwSignal::new(None);
    let discipline = Discipline { room: desk.id, lang: desk.lang, whom, done: Callback::new(|_| ()) };
    view! {
        <div class="chat-beside-body">
            <Show when=move || may_invite.get()>
                <Invite desk />
            </Show>
            <p class="muted">{move || fill(t.chat_members_count, &[&ids.with(Vec::len)])}</p>
            <ul class="chat-members">
                <For each=move || ids.get() key=|id| id.0 children=move |id| view! { <Row desk id whom /> } />
            </ul>
            <DisciplineDialog of=discipline />
        </div>
    }
}

#[component]
fn Row(desk: Desk, id: UserId, whom: RwSignal<Option<Whom>>) -> impl IntoView {
    let t = desk.t();
    let member = Memo::new(move |last: Option<&Option<Member>>| {
        desk.room.with(|room| room.members.get(&id).cloned()).or_else(|| last.cloned().flatten())
    });
    let name = member.with_untracked(|m| m.as_ref().map(|m| m.user.name.clone())).unwrap_or_default();
    let presence = use_presence(id);
    let role = move || match member.with(|m| m.as_ref().map(|m| m.role)) {
        Some(MemberRole::Owner) => Some(t.chat_owner),
        Some(MemberRole::Admin) => Some(t.chat_admin),
        _ => None,
    };
    let is_me = id == desk.viewer.user_id;
    let is_barred = Memo::new(move |_| {
        let now = desk.now.get();
        member.with(|member| member.as_ref().and_then(|m| m.barred_until).is_some_and(|until| until > now))
    });
    let barred = move || is_barred.get().then(|| view! { <small class="muted">{t.told_barred}</small> }.into_any());
    let manage_label = fill(t.chat_manage_member, &[&name]);
    let may_discipline = Memo::new(move |_| {
        let role = desk.my_role();
        desk.room.with(|room| {
            room.members.get(&id).is_some_and(|member| room.room.may_discipline(role, desk.viewer, member))
        })
    });
    let manage = move || {
        may_discipline.get().then(|| {
            let press = move |()| {
                let now = desk.now.get_untracked();
                whom.set(member.with_untracked(|member| member.as_ref().map(|member| Whom::of(member, now))));
            };
            view! { <IconButton icon="ellipsis" class="sm" label=manage_label.clone() on_press=press /> }.into_any()
        })
    };
    let promote = move || {
        let is_owner = desk.my_role() == Some(MemberRole::Owner);
        let role = member.with(|m| m.as_ref().map(|m| m.role))?;
        (is_owner && !is_me && role != MemberRole::Owner).then(|| {
            let (label, next) = match role {
                MemberRole::Member => (t.chat_make_admin, MemberRole::Admin),
                _ => (t.chat_make_member, MemberRole::Member),
            };
            let press = move |_| desk.run(set_chat_role(desk.id, id, next));
            view! { <button type="button" class="link-btn" on:click=press>{label}</button> }.into_any()
        })
    };
    view! {
        <li>
            <Disc id=id name=name.clone() />
            <span class="member-name">
                <bdi>{name}</bdi>
                {is_me.then(|| view! { <span class="muted">{t.chat_me}</span> }.into_any())}
                <small class="muted">{role} " " {move || state_words(desk.lang, presence.get())}</small>
                {barred}
            </span>
            {promote}
            {manage}
        </li>
    }
}

#[component]
fn Invite(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let everybody = use_everybody();
    let others = RwSignal::new(Vec::<Person>::new());
    Effect::new(move |_| {
        let absent = desk.room.with(|room| {
            everybody.with(|people| {
                people.iter().filter(|person| !room.members.contains_key(&person.id)).cloned().collect::<Vec<_>>()
            })
        });
        others.set(absent);
    });
    let chosen = RwSignal::new(Vec::<Person>::new());
    let busy = RwSignal::new(false);
    let invite = Callback::new(move |()| {
        let people = chosen.get_untracked();
        busy.set(true);
        spawn_local(async move {
            for person in people {
                match add_chat_member(desk.id, person.id).await {
                    Ok(_) | Err(AppError::AlreadyMember) => {
                        let _ = chosen.try_update(|chosen| chosen.retain(|known| known.id != person.id));
                    }
                    Err(error) => {
                        desk.toasts.refused(&error);
                        break;
                    }
                }
            }
            let _ = busy.try_set(false);
        });
    });
    view! {
        <div class="chat-invite">
            <PeoplePicker
                id="chat-invite"
                label=t.chat_invite
                placeholder=t.add_attendee
                everybody=others
                chosen=chosen
                on_change=move |people| chosen.set(people)
            />
            <BusyButton
                class="sm primary"
                busy
                busy_text=t.chat_inviting.to_owned()
                disabled=Signal::derive(move || chosen.with(Vec::is_empty))
                on_press=invite
            >
                {t.chat_invite_them}
            </BusyButton>
        </div>
    }
}
