//! What is done to others: asked before it is done, and noted with the reason.

use super::Look;
use crate::ids::{MessageId, UserId};
use crate::text::fill;
use crate::ui::{BusyButton, Dialog, DialogHead, TextField, browser};
use leptos::prelude::*;
use leptos::task::spawn_local;

const ASK: &str = "chat-deed";
const ASK_TITLE: &str = "chat-deed-title";
const REASON: &str = "chat-deed-reason";

/// What is about to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    Delete(MessageId),
    Remove(UserId, String),
}

/// Asks before it is done, and for the reason.
#[component]
pub fn Ask(look: Look) -> impl IntoView {
    let t = look.admin.t();
    let reason = RwSignal::new(String::new());
    let refused = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let close = Callback::new(move |()| {
        look.deed.set(None);
        reason.set(String::new());
        refused.set(None);
    });
    let title = move || match look.deed.get() {
        Some(Deed::Remove(_, name)) => fill(t.chat_remove_question, &[&name]),
        _ => t.chat_delete_question.to_owned(),
    };
    let deletes = move || matches!(look.deed.get(), Some(Deed::Delete(_)));
    let words = move || if deletes() { t.chat_delete_text } else { t.chat_remove_text };
    let name = move || if deletes() { t.delete } else { t.chat_remove };
    let confirm = Callback::new(move |()| {
        let Some(deed) = look.deed.get_untracked() else { return };
        busy.set(true);
        spawn_local(async move {
            let done = look.carry_out(deed, reason.get_untracked()).await;
            let _ = busy.try_set(false);
            match done {
                Ok(()) => {
                    close.run(());
                    // What was pressed is gone with what it was for.
                    browser::focus(super::TITLE);
                }
                Err(error) => {
                    let _ = refused.try_set(Some(look.admin.lang.error(&error).into_owned()));
                }
            }
        });
    });
    let hint = Some(t.chat_reason_hint.to_owned());
    let why = move || refused.get().map(|why| view! { <p class="field-error" role="alert">{why}</p> }.into_any());
    view! {
        <Dialog
            id=ASK
            open=Signal::derive(move || look.deed.with(Option::is_some))
            on_close=close
            labelled_by=ASK_TITLE
        >
            <DialogHead id=ASK_TITLE title=Signal::derive(title) close_label=t.close on_close=close />
            <div class="dialog-body">
                <p>{words}</p>
                <TextField id=REASON label=t.chat_reason value=reason hint />
                {why}
            </div>
            <div class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| close.run(())>{t.cancel}</button>
                <BusyButton
                    class="danger primary"
                    busy
                    busy_text=Signal::derive(move || name().to_owned())
                    on_press=confirm
                >
                    {name}
                </BusyButton>
            </div>
        </Dialog>
    }
}
