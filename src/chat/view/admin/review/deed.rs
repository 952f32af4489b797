//! A message of somebody else's is deleted: asked before it is done, and noted with the reason.

use super::Look;
use crate::ui::{Dialog, DialogAsk, DialogHead, TextField, browser, use_toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;

const ASK: &str = "chat-deed";
const ASK_TITLE: &str = "chat-deed-title";
const REASON: &str = "chat-deed-reason";

/// Asks before it is done, and for the reason.
#[component]
pub fn Ask(look: Look) -> impl IntoView {
    let t = look.admin.t();
    let reason = RwSignal::new(String::new());
    let refused = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let toasts = use_toasts();
    let close = Callback::new(move |()| {
        look.deletes.set(None);
        reason.set(String::new());
        refused.set(None);
    });
    let confirm = Callback::new(move |()| {
        let Some(id) = look.deletes.get_untracked() else { return };
        busy.set(true);
        spawn_local(async move {
            let done = look.delete(id, reason.get_untracked()).await;
            let _ = busy.try_set(false);
            // Another message may be the matter by now.
            let is_open = look.deletes.try_get_untracked().flatten() == Some(id);
            match done {
                Ok(()) if is_open => {
                    close.run(());
                    // What was pressed is gone with what it was for.
                    browser::focus(super::TITLE);
                }
                Ok(()) => {}
                Err(error) if is_open => refused.set(Some(look.admin.lang.error(&error).into_owned())),
                Err(error) => toasts.refused(&error),
            }
        });
    });
    let why = move || refused.get().map(|why| view! { <p class="field-error" role="alert">{why}</p> }.into_any());
    view! {
        <Dialog
            id=ASK
            open=Signal::derive(move || look.deletes.with(Option::is_some))
            on_close=close
            labelled_by=ASK_TITLE
        >
            <DialogHead id=ASK_TITLE title=t.chat_delete_question.to_owned() close_label=t.close on_close=close />
            <div class="dialog-body">
                <p>{t.chat_delete_text}</p>
                <TextField id=REASON label=t.chat_reason value=reason hint=Some(t.chat_reason_told.to_owned()) />
                {why}
            </div>
            <DialogAsk back=t.cancel on_back=close deed=t.delete busy on_confirm=confirm />
        </Dialog>
    }
}
