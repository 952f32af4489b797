//! The drawer in which an announcement is written, and shown with its answers once it is out.

use super::admin::{Admin, Selection, answers};
use super::board::Board;
use super::draft::Part;
use super::fields::{Fields, Preview};
use super::form::{Form, follow_live_announcement};
use crate::announcements::api::cancel_announcement;
use crate::announcements::model::{Managed, Stage};
use crate::app::use_page;
use crate::error::AppError;
use crate::text::fill;
use crate::ui::{BusyButton, Dialog, Icon, Show, browser, clashes, use_toasts};
use leptos::task::spawn_local;
use leptos::{ev, prelude::*};

/// The drawer's heading, which gets focus when it opens.
pub const FORM_TITLE: &str = "announcement-drawer-title";

/// The form of a new announcement, or of one that is not over; else what it said and who answered.
#[component]
pub fn Drawer(admin: Admin, selection: Selection) -> impl IntoView {
    let texts = use_page().lang.texts();
    let base = match selection {
        Selection::One(id) => untrack(|| admin.find(id)),
        _ => None,
    };
    let form = Form::new(admin, base.clone());
    let is_open =
        base.as_ref().is_none_or(|b| matches!(b.stage(admin.now.get_untracked()), Stage::Scheduled | Stage::Active));
    follow_live_announcement(form);
    let is_called_off = Memo::new(move |_| is_open && form.is_called_off());
    // Only what can still be sent can be lost.
    let dirty = Memo::new(move |_| is_open && !is_called_off.get() && form.is_dirty());
    admin.drawer.guard(move || dirty.get());
    let leave = move || admin.drawer.select(Selection::Nothing);
    let close = move |event: ev::MouseEvent| {
        event.prevent_default();
        leave();
    };
    let close_on_escape = move |event: ev::KeyboardEvent| admin.drawer.escape(&event, Selection::Nothing);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        form.save();
    };
    // One that is typed on after it was sent is not new any more.
    let is_new = move || form.base.with(Option::is_none);
    let title = move || if is_new() { texts.new_announcement } else { texts.edit_announcement };
    let foot = move || {
        let busy_text = texts.sending.to_owned();
        let words = move || if is_new() { texts.send } else { texts.save };
        let disabled = Signal::derive(move || is_called_off.get());
        view! {
            <div class="drawer-foot">
                <span class="grow" role="status">
                    {move || dirty.get().then(|| view! { <span class="unsaved">{texts.unsaved}</span> }.into_any())}
                </span>
                <BusyButton class="primary" submit=true busy=form.busy busy_text disabled>{words}</BusyButton>
            </div>
        }
        .into_any()
    };
    let board = base.as_ref().filter(|b| b.announcement.ack_required && b.sent_at.is_some()).map(|b| {
        let managed = b.clone();
        view! {
            <p class="muted">{move || admin.find(managed.announcement.id).map(|now| answers(&now, admin, texts))}</p>
            <Board admin announcement=b.announcement.clone() />
        }
        .into_any()
    });
    let call_off = base.as_ref().filter(|_| is_open).map(|b| view! { <CallOff admin managed=b.clone() /> }.into_any());
    view! {
        <aside class="drawer" aria-labelledby=FORM_TITLE on:keydown=close_on_escape>
            <form class="drawer" novalidate on:submit=submit>
                <div class="drawer-head">
                    <h2 id=FORM_TITLE tabindex="-1">{move || title()}</h2>
                    <a class="icon-btn" href="/admin/announcements" aria-label=texts.close on:click=close>
                        <Icon name="x" />
                    </a>
                </div>
                <div class="drawer-body">
                    {board}
                    <Show when=move || is_called_off.get()>
                        <p class="note red" role="alert">
                            <Icon name="circle-alert" />
                            {form.lang.error(&AppError::AnnouncementClosed).into_owned()}
                        </p>
                    </Show>
                    {is_open.then(|| {
                        clashes(texts, form.clashes, move |part| clash_words(form, part), move |part| form.take_theirs(part))
                    })}
                    {if is_open { view! { <Fields form /> }.into_any() } else { view! { <Preview form /> }.into_any() }}
                    {call_off}
                </div>
                {is_open.then(foot)}
            </form>
        </aside>
    }
}

/// What is typed in a field and what another admin has saved there, in words.
fn clash_words(form: Form, part: Part) -> String {
    let [mine, theirs] = [form.draft(), form.base_draft()].map(|draft| form.in_words(&draft, part));
    fill(form.lang.texts().clash_values, &[&form.label(part), &mine, &theirs])
}

/// The button, and the question behind it.
#[component]
fn CallOff(admin: Admin, managed: Managed) -> impl IntoView {
    let t = use_page().lang.texts();
    let toasts = use_toasts();
    let (open, busy) = (RwSignal::new(false), RwSignal::new(false));
    let id = managed.announcement.id;
    let on_close = Callback::new(move |()| open.set(false));
    let call_off = Callback::new(move |()| {
        busy.set(true);
        spawn_local(async move {
            let outcome = cancel_announcement(id).await;
            let _ = busy.try_set(false);
            match outcome {
                Ok(_) => {
                    toasts.success(t.called_off_toast, None);
                    if open.try_set(false).is_none() {
                        admin.close();
                    }
                }
                Err(error) => toasts.refused(&error),
            }
        });
    });
    view! {
        <div class="form-section">
            <button type="button" class="btn danger" on:click=move |_| open.set(true)>
                <Icon name="ban" />
                {t.call_off}
            </button>
        </div>
        <Dialog id="call-off" labelled_by="call-off-title" open=open on_close=on_close>
            <div class="dialog-head"><h2 id="call-off-title">{t.call_off_question}</h2></div>
            <div class="dialog-foot">
                <button type="button" class="btn" autofocus on:click=move |_| {
                    on_close.run(());
                    browser::focus(FORM_TITLE);
                }>{t.back}</button>
                <BusyButton class="primary danger" busy busy_text=t.calling_off.to_owned() on_press=call_off>
                    {t.call_off}
                </BusyButton>
            </div>
        </Dialog>
    }
}
