//! Who is on a timer, and who else may be.

use super::desk::Desk;
use super::page::Board;
use crate::accounts::model::Person;
use crate::accounts::view::PeoplePicker;
use crate::chat::view::{Disc, state_words, use_presence};
use crate::ids::{ChatRoomId, UserId};
use crate::text::fill;
use crate::time::{Interval, MINUTE};
use crate::timers::api;
use crate::timers::model::{Share, Timer, TimerPerson, TimerRole};
use crate::ui::{AvatarSize, IconButton};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The people of a timer, when there are others than its owner.
#[component]
pub fn People(desk: Desk, timer: Memo<Option<Timer>>) -> impl IntoView {
    let people = Memo::new(move |_| {
        let shared = timer.with(|timer| timer.as_ref().filter(|timer| timer.is_shared).map(|t| t.people.clone()));
        shared.unwrap_or_default()
    });
    view! {
        <ul class="timer-people" aria-label=desk.t().timer_people>
            <For each=move || people.get() key=|person| (person.id.0, person.role == TimerRole::Host) children=move |person| {
                one(desk, timer, person)
            } />
        </ul>
    }
}

fn one(desk: Desk, timer: Memo<Option<Timer>>, person: TimerPerson) -> AnyView {
    let t = desk.t();
    let TimerPerson { id, role, joined_at, .. } = person;
    // Minutes that the person has been there, and whether the timer ran already when they came.
    let there = Memo::new(move |_| {
        let now = desk.ticks.now();
        timer.with(|timer| {
            timer.as_ref().map(|timer| {
                let late = joined_at - timer.started_at >= MINUTE;
                (Interval::new(joined_at.max(timer.started_at), now).duration_ms() / MINUTE, late)
            })
        })
    });
    let presence = use_presence(id);
    let line = move || {
        let (minutes, late) = there.get().unwrap_or_default();
        let mut words = Vec::new();
        if id == desk.me {
            words.push(t.timer_me.to_owned());
        }
        if role == TimerRole::Host {
            words.push(t.timer_host.to_owned());
        } else {
            words.push(fill(if late { t.timer_joined_late } else { t.timer_joined }, &[&minutes]));
        }
        // In words what the sign on the disc says.
        words.extend(state_words(desk.lang, presence.get()).map(str::to_owned));
        words.join(" · ")
    };
    let removable = Memo::new(move |_| {
        timer.with(|timer| timer.as_ref().is_some_and(|t| t.may_command(desk.me) && t.owner_id != id && id != desk.me))
    });
    let label = fill(t.timer_remove_person, &[&person.name]);
    let remove = Callback::new(move |()| take_off(desk, timer, id));
    let button = move || {
        let label = label.clone();
        removable.get().then(|| view! { <IconButton icon="x" class="sm" label on_press=remove /> }.into_any())
    };
    view! {
        <li>
            <Disc id name=person.name.clone() size=AvatarSize::Medium />
            <span class="timer-person"><b>{person.name}</b><span class="muted">{line}</span></span>
            {button}
        </li>
    }
    .into_any()
}

fn take_off(desk: Desk, timer: Memo<Option<Timer>>, id: UserId) {
    if let Some(timer) = timer.get_untracked() {
        desk.send(api::unshare_timer(timer.id, id));
    }
}

/// A chat room of the reader's, whose members are to see a timer. The rooms are asked for when
/// somebody may be about to choose one.
#[component]
pub fn RoomChoice(
    id: &'static str,
    board: Board,
    chosen: RwSignal<Option<ChatRoomId>>,
    #[prop(into)] open: Signal<bool>,
) -> impl IntoView {
    let t = board.desk.t();
    let rooms = RwSignal::new(None::<Vec<(ChatRoomId, String)>>);
    Effect::new(move |_| {
        if open.get() && rooms.with_untracked(Option::is_none) {
            spawn_local(async move {
                match api::timer_rooms().await {
                    Ok(found) => drop(rooms.try_set(Some(found))),
                    Err(error) => board.desk.toasts.refused(&error),
                }
            });
        }
    });
    let options = move || {
        // One may be chosen before the rooms are here.
        let one = move |(id, name): (ChatRoomId, String)| {
            let is_chosen = chosen.get_untracked() == Some(id);
            view! { <option value=id.0 selected=is_chosen>{name}</option> }.into_any()
        };
        rooms.get().unwrap_or_default().into_iter().map(one).collect_view()
    };
    let value = move || chosen.get().map(|id| id.to_string()).unwrap_or_default();
    let choose = move |event: leptos::ev::Event| chosen.set(event_target_value(&event).parse().ok());
    view! {
        <div class="field">
            <label for=id>{t.timer_room}</label>
            <select class="input" id=id prop:value=value on:change=choose disabled=move || rooms.with(|rooms| rooms.as_ref().is_none_or(Vec::is_empty))>
                <option value="">{t.timer_no_room}</option>
                {options}
            </select>
        </div>
    }
}

/// Puts people on the large timer, the members of a chat room, and those of its booking with one press.
#[component]
pub fn Invite(board: Board, #[prop(into)] open: Signal<bool>, on_done: Callback<()>) -> impl IntoView {
    let desk = board.desk;
    let t = desk.t();
    let chosen = RwSignal::new(Vec::<Person>::new());
    let room = RwSignal::new(None::<ChatRoomId>);
    let as_host = RwSignal::new(false);
    let send = move |share: Share| {
        if let Some(timer) = board.main.get_untracked() {
            desk.send(api::share_timer(timer.id, share));
        }
        on_done.run(());
    };
    let add = move |_| {
        let role = if as_host.get_untracked() { TimerRole::Host } else { TimerRole::Participant };
        let user_ids = chosen.with_untracked(|people| people.iter().map(|person| person.id).collect());
        send(Share { user_ids, role, chat_room_id: room.get_untracked(), ..Share::default() });
        chosen.set(Vec::new());
        room.set(None);
    };
    // A booking under way, or the timer's own.
    let booking = Memo::new(move |_| {
        let own = board.main.get().and_then(|timer| board.booking_of(&timer));
        own.or_else(|| {
            let now = board.now.get();
            board.bookings.with(|mine| mine.upcoming(now).into_iter().find(|b| b.starts_at <= now).cloned())
        })
    });
    let all = move || {
        booking.get().map(|booking| {
            let (id, text) = (booking.id, fill(t.timer_invite_booking, &[&booking.title]));
            let press = move |_| send(Share { reservation_id: Some(id), ..Share::default() });
            view! { <button type="button" class="btn wide" on:click=press>{text}</button> }.into_any()
        })
    };
    let change = Callback::new(move |people| chosen.set(people));
    view! {
        <div class="dialog-body fields">
            <PeoplePicker
                id="timer-people"
                label=t.timer_people
                placeholder=t.add_attendee
                everybody=board.everybody
                chosen=chosen
                on_change=change
                except=Signal::stored(Some(desk.me))
            />
            <label class="check">
                <input type="checkbox" class="box" bind:checked=as_host />
                <span>{t.timer_as_host}</span>
            </label>
            <RoomChoice id="timer-invite-room" board chosen=room open />
            {all}
        </div>
        <div class="dialog-foot">
            <button type="button" class="btn primary" disabled=move || chosen.with(Vec::is_empty) && room.get().is_none() on:click=add>
                {t.timer_invite}
            </button>
        </div>
    }
}
