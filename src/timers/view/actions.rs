//! What can be done with the large timer.

use super::desk::Act;
use super::edit::EditForm;
use super::page::Board;
use super::people::Invite;
use crate::timers::api;
use crate::timers::model::TimerStatus;
use crate::ui::{BusyButton, Dialog, DialogHead, Icon, IconButton};
use leptos::prelude::*;

/// By how much the button makes a timer longer.
const MORE_SECS: i64 = 5 * 60;
const INVITE: &str = "timer-invite";
const INVITE_TITLE: &str = "timer-invite-title";
const EDIT: &str = "timer-edit";
const EDIT_TITLE: &str = "timer-edit-title";
const CANCEL: &str = "timer-cancel";
const CANCEL_TITLE: &str = "timer-cancel-title";

/// The buttons, for who may command it; the others can only leave.
pub fn actions(board: Board) -> AnyView {
    let desk = board.desk;
    let t = desk.t();
    let timer = board.main;
    let may = Memo::new(move |_| timer.with(|timer| timer.as_ref().is_some_and(|timer| timer.may_command(desk.me))));
    let runs = Memo::new(move |_| timer.with(|t| t.as_ref().is_some_and(|t| t.status == TimerStatus::Running)));
    let busy = Signal::derive(move || desk.busy.with(Option::is_some));
    let act = move |act: Act| {
        Callback::new(move |()| {
            if let Some(timer) = timer.get_untracked() {
                desk.perform(&timer, act);
            }
        })
    };
    let toggle = Callback::new(move |()| {
        if let Some(timer) = timer.get_untracked() {
            desk.perform(&timer, if runs.get_untracked() { Act::Pause } else { Act::Resume });
        }
    });
    let asks = RwSignal::new(false);
    let invites = RwSignal::new(false);
    let edits = RwSignal::new(false);
    let leave = move |_| {
        if let Some(timer) = timer.get_untracked() {
            desk.send(api::unshare_timer(timer.id, desk.me));
        }
    };
    let give_up = Callback::new(move |()| {
        asks.set(false);
        act(Act::Cancel).run(());
    });
    let buttons = move || {
        if may.get() {
            view! {
                <BusyButton class="primary" busy=busy busy_text=t.saving.to_owned() on_press=toggle>
                    {move || if runs.get() {
                        view! { <Icon name="pause" />{t.timer_pause} }.into_any()
                    } else {
                        view! { <Icon name="play" />{t.timer_resume} }.into_any()
                    }}
                </BusyButton>
                <button type="button" class="btn" on:click=move |_| act(Act::Extend(MORE_SECS)).run(())>
                    <Icon name="plus" />{t.timer_five_more}
                </button>
                <button type="button" class="btn ghost" on:click=move |_| act(Act::Stop).run(())>
                    <Icon name="square" />{t.timer_stop}
                </button>
                <IconButton icon="trash-2" label=t.timer_cancel on_press=Callback::new(move |()| asks.set(true)) />
                <IconButton icon="pencil" label=t.timer_edit on_press=Callback::new(move |()| edits.set(true)) />
                <button type="button" class="btn ghost invite-btn" on:click=move |_| invites.set(true)>
                    <Icon name="user-plus" />{t.timer_invite}
                </button>
            }
            .into_any()
        } else {
            view! {
                <p class="muted">{t.timer_watching}</p>
                <button type="button" class="btn ghost" on:click=leave><Icon name="log-out" />{t.timer_leave}</button>
            }
            .into_any()
        }
    };
    let close = Callback::new(move |()| invites.set(false));
    let keep = Callback::new(move |()| asks.set(false));
    let edited = Callback::new(move |()| edits.set(false));
    view! {
        <div class="timer-actions">{buttons}</div>
        <Dialog id=INVITE open=invites on_close=close labelled_by=INVITE_TITLE>
            <DialogHead id=INVITE_TITLE title=t.timer_invite close_label=t.close on_close=close />
            <Invite board open=invites on_done=close />
        </Dialog>
        <Dialog id=EDIT open=edits on_close=edited labelled_by=EDIT_TITLE>
            <DialogHead id=EDIT_TITLE title=t.timer_edit close_label=t.close on_close=edited />
            <EditForm board open=edits on_done=edited />
        </Dialog>
        <Dialog id=CANCEL open=asks on_close=keep labelled_by=CANCEL_TITLE>
            <DialogHead id=CANCEL_TITLE title=t.timer_cancel_question close_label=t.close on_close=keep />
            <div class="dialog-body"><p>{t.timer_cancel_text}</p></div>
            <div class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| keep.run(())>{t.timer_keep}</button>
                <button type="button" class="btn danger primary" on:click=move |_| give_up.run(())>{t.timer_cancel}</button>
            </div>
        </Dialog>
    }
    .into_any()
}
