//! What a room is called and what it is about, changed by those who manage it.

use super::desk::{Ask, Desk};
use crate::chat::api::update_chat_room;
use crate::chat::model::ChatRoomPatch;
use crate::error::{AppError, Field};
use crate::ui::{BusyButton, Dialog, DialogHead, TextField};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

const ID: &str = "chat-rename";
const TITLE: &str = "chat-rename-title";

#[component]
pub fn Rename(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let (name, topic) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let version = StoredValue::new(0);
    // How often it was opened: an answer is for that time only.
    let opened = StoredValue::new(0_u32);
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(None::<AppError>);
    let open = Memo::new(move |_| desk.ask.get() == Some(Ask::Rename));
    // What is typed is kept apart from what others do to the room meanwhile.
    Effect::new(move |_| {
        if open.get() {
            opened.update_value(|times| *times += 1);
            let room = desk.room.with_untracked(|room| room.room.clone());
            name.set(room.name);
            topic.set(room.topic);
            version.set_value(room.version);
            refused.set(None);
        }
    });
    let close = Callback::new(move |()| desk.ask.set(None));
    let save = move || {
        busy.set(true);
        let patch = ChatRoomPatch {
            name: Some(name.get_untracked()),
            topic: Some(topic.get_untracked()),
            archived: None,
            version: Some(version.get_value()),
        };
        let sent = opened.get_value();
        spawn_local(async move {
            let saved = update_chat_room(desk.id, patch).await;
            let _ = busy.try_set(false);
            let is_open =
                desk.ask.try_get_untracked().flatten() == Some(Ask::Rename) && opened.try_get_value() == Some(sent);
            match saved {
                Ok(_) if is_open => close.run(()),
                Ok(_) => {}
                Err(error) if is_open => refused.set(Some(error)),
                Err(error) => desk.toasts.refused(&error),
            }
        });
    };
    let wrong = move |field: Field| {
        Signal::derive(move || {
            refused.with(|refused| match refused {
                Some(AppError::Validation { fields }) => {
                    fields.iter().find(|wrong| wrong.field == field).map(|wrong| desk.lang.field_error(wrong))
                }
                _ => None,
            })
        })
    };
    let other = move || {
        refused.with(|refused| match refused {
            None | Some(AppError::Validation { .. }) => None,
            Some(error) => {
                let words = desk.lang.error(error).into_owned();
                Some(view! { <p class="field-error" role="alert">{words}</p> }.into_any())
            }
        })
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        save();
    };
    view! {
        <Dialog id=ID open on_close=close labelled_by=TITLE>
            <form on:submit=submit novalidate>
                <DialogHead id=TITLE title=t.chat_rename.to_owned() close_label=t.close on_close=close />
                <div class="dialog-body">
                    <TextField
                        id="chat-rename-name"
                        label=t.chat_room_name
                        value=name
                        error=wrong(Field::Name)
                        autofocus=true
                    />
                    <TextField id="chat-rename-topic" label=t.chat_room_topic value=topic error=wrong(Field::Topic) />
                    {other}
                </div>
                <div class="dialog-foot">
                    <button type="button" class="btn" on:click=move |_| close.run(())>{t.cancel}</button>
                    <BusyButton class="primary" submit=true busy busy_text=t.save.to_owned()>{t.save}</BusyButton>
                </div>
            </form>
        </Dialog>
    }
}
