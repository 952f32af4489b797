//! What those who manage a room do to a member, and why: asked by one dialog, in the room and on the
//! admins' page.

use crate::chat::api::{bar_chat_member, remove_chat_member};
use crate::chat::model::{Member, Mute};
use crate::error::AppError;
use crate::ids::{ChatRoomId, UserId};
use crate::text::{Lang, Texts, fill};
use crate::time::Timestamp;
use crate::ui::{Dialog, DialogAsk, DialogHead, Field, TextField, described_by, later, use_toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::wasm_split;

const ID: &str = "chat-discipline";
const TITLE: &str = "chat-discipline-title";
const CHOICE: &str = "chat-discipline-choice";
const REASON: &str = "chat-discipline-reason";

/// The member whom it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whom {
    pub user: UserId,
    pub name: String,
    /// Whether they are kept from writing now.
    pub is_barred: bool,
}

impl Whom {
    #[must_use]
    pub fn of(member: &Member, now: Timestamp) -> Self {
        let is_barred = member.barred_until.is_some_and(|until| until > now);
        Self { user: member.user_id, name: member.user.name.clone(), is_barred }
    }
}

/// What the dialog needs of its page; every field is a handle.
#[derive(Clone, Copy)]
pub struct Discipline {
    pub room: ChatRoomId,
    pub lang: Lang,
    pub whom: RwSignal<Option<Whom>>,
    /// Told when it is done: the member as they are now, nothing when they are out.
    pub done: Callback<(UserId, Option<Member>)>,
}

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    Bar(Mute),
    Remove,
}

impl Choice {
    const ALL: [Self; 5] = [
        Self::Bar(Mute::Off),
        Self::Bar(Mute::Hour),
        Self::Bar(Mute::Tomorrow),
        Self::Bar(Mute::Forever),
        Self::Remove,
    ];

    fn words(self, t: &Texts) -> &'static str {
        match self {
            Self::Bar(Mute::Off) => t.chat_bar_off,
            Self::Bar(Mute::Hour) => t.chat_bar_hour,
            Self::Bar(Mute::Tomorrow) => t.chat_bar_tomorrow,
            Self::Bar(Mute::Forever) => t.chat_bar_forever,
            Self::Remove => t.chat_remove,
        }
    }

    /// What it means for them.
    fn hint(self, t: &Texts) -> &'static str {
        match self {
            Self::Bar(Mute::Off) => t.chat_bar_off_text,
            Self::Bar(_) => t.chat_bar_text,
            Self::Remove => t.chat_remove_text,
        }
    }

    async fn carry_out(self, room: ChatRoomId, user: UserId, reason: String) -> Result<Option<Member>, AppError> {
        match self {
            Self::Bar(bar) => bar_chat_member(room, user, bar, reason).await.map(Some),
            Self::Remove => remove_chat_member(room, user, reason).await.map(|()| None),
        }
    }
}

/// The dialog, which opens when there is somebody whom it is about. Its code comes once the page is alive.
#[component]
pub fn DisciplineDialog(of: Discipline) -> impl IntoView {
    later(move || dialog(of))
}

#[wasm_split(beside_chat, wasm_split_path = leptos::wasm_split)]
fn dialog(of: Discipline) -> AnyView {
    let Discipline { room, lang, whom, done } = of;
    let t = lang.texts();
    let choice = RwSignal::new(Choice::Bar(Mute::Hour));
    let reason = RwSignal::new(String::new());
    let refused = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let toasts = use_toasts();
    Effect::new(move |_| {
        if let Some(about) = whom.get() {
            choice.set(if about.is_barred { Choice::Bar(Mute::Off) } else { Choice::Bar(Mute::Hour) });
            reason.set(String::new());
            refused.set(None);
        }
    });
    let close = Callback::new(move |()| whom.set(None));
    let title = move || whom.with(|whom| whom.as_ref().map(|whom| fill(t.chat_manage_member, &[&whom.name])));
    let options = move || {
        let is_barred = whom.with(|whom| whom.as_ref().is_some_and(|whom| whom.is_barred));
        let offered = (0..).zip(Choice::ALL).filter(move |(_, one)| is_barred || *one != Choice::Bar(Mute::Off));
        let option = move |(n, one): (usize, Choice)| {
            view! { <option value=n.to_string() selected=move || choice.get() == one>{one.words(t)}</option> }
                .into_any()
        };
        offered.map(option).collect_view()
    };
    let choose = move |event| {
        let chosen = event_target_value(&event).parse().ok().and_then(|n: usize| Choice::ALL.get(n).copied());
        choice.set(chosen.unwrap_or(Choice::Bar(Mute::Hour)));
    };
    let confirm = Callback::new(move |()| {
        let Some(about) = whom.get_untracked() else { return };
        busy.set(true);
        spawn_local(async move {
            let carried_out = choice.get_untracked().carry_out(room, about.user, reason.get_untracked()).await;
            let _ = busy.try_set(false);
            // Somebody else may be the matter by now.
            let is_open = whom.try_with_untracked(|whom| whom.as_ref().is_some_and(|whom| whom.user == about.user));
            match carried_out {
                Ok(member) => {
                    if is_open == Some(true) {
                        whom.set(None);
                    }
                    let _ = done.try_run((about.user, member));
                }
                Err(error) if is_open == Some(true) => refused.set(Some(lang.error(&error).into_owned())),
                Err(error) => toasts.refused(&error),
            }
        });
    });
    let why = move || refused.get().map(|why| view! { <p class="field-error" role="alert">{why}</p> }.into_any());
    let words = Signal::derive(move || choice.get().words(t).to_owned());
    view! {
        <Dialog id=ID open=Signal::derive(move || whom.with(Option::is_some)) on_close=close labelled_by=TITLE>
            <DialogHead
                id=TITLE
                title=Signal::derive(move || title().unwrap_or_default())
                close_label=t.close
                on_close=close
            />
            <div class="dialog-body">
                <Field id=CHOICE label=t.chat_measure hint=Signal::derive(move || Some(choice.get().hint(t).to_owned()))>
                    <select class="input" id=CHOICE aria-describedby=described_by(CHOICE, false, true) on:change=choose>
                        {options}
                    </select>
                </Field>
                <TextField id=REASON label=t.chat_reason value=reason hint=Some(t.chat_reason_told.to_owned()) />
                {why}
            </div>
            <DialogAsk back=t.cancel on_back=close deed=words busy on_confirm=confirm />
        </Dialog>
    }
    .into_any()
}
