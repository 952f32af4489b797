//! Making a room, or a conversation of two; and the channels that can be joined.

use super::chats::Chats;
use crate::accounts::model::Person;
use crate::accounts::view::{PeoplePicker, use_everybody};
use crate::app::use_page;
use crate::chat::api::{chat_channels, create_chat_room};
use crate::chat::model::{Channel, NewChatRoom, RoomKind};
use crate::ids::UserId;
use crate::ui::{BusyButton, Dialog, DialogHead, Icon, TextField, use_toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::wasm_split;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

const DIALOG: &str = "make-room";
const TITLE: &str = "make-room-title";

/// What is being made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Making {
    Room,
    Direct,
}

/// The dialog. Its code comes when the page is alive: what was asked for meanwhile opens then.
#[wasm_split(beside_chat, wasm_split_path = leptos::wasm_split)]
pub fn make_dialog(chats: Chats, making: RwSignal<Option<Making>>) -> AnyView {
    let t = use_page().lang.texts();
    let close = Callback::new(move |()| making.set(None));
    let title = move || match making.get() {
        Some(Making::Direct) => t.chat_new_direct.to_owned(),
        _ => t.chat_new_room.to_owned(),
    };
    let content = move || match making.get() {
        Some(Making::Room) => view! { <NewRoom chats close /> }.into_any(),
        Some(Making::Direct) => view! { <NewDirect close /> }.into_any(),
        None => ().into_any(),
    };
    view! {
        <Dialog id=DIALOG open=Signal::derive(move || making.get().is_some()) on_close=close labelled_by=TITLE>
            <DialogHead id=TITLE title=Signal::derive(title) close_label=t.close on_close=close />
            {content}
        </Dialog>
    }
    .into_any()
}

/// Makes a room and goes there.
pub(super) fn use_maker(close: Callback<()>) -> (RwSignal<bool>, Callback<NewChatRoom>) {
    let busy = RwSignal::new(false);
    let toasts = use_toasts();
    let navigate = StoredValue::new(use_navigate());
    let place = use_location().pathname;
    let make = Callback::new(move |new: NewChatRoom| {
        busy.set(true);
        // Whatever was pressed may be drawn anew meanwhile.
        let (go, begun) = (navigate.get_value(), place.get_untracked());
        spawn_local(async move {
            let made = create_chat_room(new).await;
            let _ = busy.try_set(false);
            match made {
                Ok(listed) => {
                    let _ = close.try_run(());
                    // Whoever has gone on meanwhile is not called back.
                    if place.try_get_untracked() == Some(begun) {
                        go(&["/chat/", &listed.room.slug].concat(), NavigateOptions::default());
                    }
                }
                Err(error) => toasts.refused(&error),
            }
        });
    });
    (busy, make)
}

#[component]
fn NewRoom(chats: Chats, close: Callback<()>) -> impl IntoView {
    let t = use_page().lang.texts();
    let me = use_page().user.map(|user| user.id);
    let (busy, make) = use_maker(close);
    let name = RwSignal::new(String::new());
    let topic = RwSignal::new(String::new());
    let private = RwSignal::new(false);
    let everybody = use_everybody();
    let chosen = RwSignal::new(Vec::<Person>::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let kind = if private.get_untracked() { RoomKind::Private } else { RoomKind::Channel };
        make.run(NewChatRoom {
            name: name.get_untracked(),
            topic: topic.get_untracked(),
            kind: Some(kind),
            member_ids: chosen.with_untracked(|chosen| chosen.iter().map(|person| person.id).collect()),
            ..NewChatRoom::default()
        });
    };
    view! {
        <form on:submit=submit>
            <div class="dialog-body fields">
                <Joinable chats close />
                <TextField id="room-name" label=t.chat_room_name value=name />
                <TextField id="room-topic" label=t.chat_room_topic value=topic />
                <PeoplePicker
                    id="room-people"
                    label=t.chat_members
                    placeholder=t.add_attendee
                    everybody
                    chosen
                    on_change=move |people| chosen.set(people)
                    except=Signal::derive(move || me)
                />
                <label class="check">
                    <input
                        type="checkbox"
                        class="box"
                        prop:checked=move || private.get()
                        on:change=move |event| private.set(event_target_checked(&event))
                    />
                    <span>
                        {t.chat_private}
                        <small class="muted">{t.chat_private_hint}</small>
                    </span>
                </label>
            </div>
            <div class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| close.run(())>{t.cancel}</button>
                <BusyButton
                    class="primary"
                    submit=true
                    busy
                    busy_text=t.chat_making.to_owned()
                    disabled=Signal::derive(move || name.with(|name| name.trim().is_empty()))
                >
                    {t.chat_make}
                </BusyButton>
            </div>
        </form>
    }
}

/// Channels that the person is not in yet.
#[component]
fn Joinable(chats: Chats, close: Callback<()>) -> impl IntoView {
    let t = use_page().lang.texts();
    let channels = RwSignal::new(Vec::<Channel>::new());
    Effect::new(move |_| {
        chats.live.track();
        spawn_local(async move {
            // Without the list a room can still be made.
            if let Ok(mut found) = chat_channels().await {
                found.retain(|channel| !channel.joined && channel.room.is_open());
                let _ = channels.try_set(found);
            }
        });
    });
    let one = move |channel: Channel| {
        let href = ["/chat/", &channel.room.slug].concat();
        view! {
            <li>
                <a class="menu-item" href=href on:click=move |_| close.run(())>
                    <Icon name="hash" />
                    {channel.room.name}
                    <span class="muted end">{channel.room.topic}</span>
                </a>
            </li>
        }
        .into_any()
    };
    view! {
        <Show when=move || !channels.with(Vec::is_empty)>
            <section class="chat-joinable" aria-label=t.chat_joinable>
                <h3>{t.chat_joinable}</h3>
                <ul>{move || channels.get().into_iter().map(one).collect_view()}</ul>
            </section>
        </Show>
    }
}

#[component]
fn NewDirect(close: Callback<()>) -> impl IntoView {
    let t = use_page().lang.texts();
    let me = use_page().user.map(|user| user.id);
    let (busy, make) = use_maker(close);
    let everybody = use_everybody();
    let chosen = RwSignal::new(Vec::<Person>::new());
    // Two people are one and another: the one who was chosen last.
    let choose = move |people: Vec<Person>| chosen.set(people.into_iter().next_back().into_iter().collect());
    let begin = Callback::new(move |()| {
        let member_ids: Vec<UserId> = chosen.with_untracked(|chosen| chosen.iter().map(|person| person.id).collect());
        make.run(NewChatRoom { kind: Some(RoomKind::Direct), member_ids, ..NewChatRoom::default() });
    });
    view! {
        <div class="dialog-body fields">
            <PeoplePicker
                id="direct-person"
                label=t.chat_with
                placeholder=t.add_attendee
                everybody
                chosen
                on_change=choose
                except=Signal::derive(move || me)
            />
        </div>
        <div class="dialog-foot">
            <button type="button" class="btn" on:click=move |_| close.run(())>{t.cancel}</button>
            <BusyButton
                class="primary"
                busy
                busy_text=t.chat_making.to_owned()
                disabled=Signal::derive(move || chosen.with(Vec::is_empty))
                on_press=begin
            >
                {t.chat_begin}
            </BusyButton>
        </div>
    }
}
