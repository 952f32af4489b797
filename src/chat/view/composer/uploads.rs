//! Files that were chosen for what is written here: how far each has come, until it goes with a message.

use crate::chat::model::MessageType;
use crate::chat::view::desk::Desk;
use crate::chat::view::dom;
use crate::chat::view::files;
use crate::chat::view::message::size_words;
use crate::chat::view::outbox::{Upload, UploadState, check_size};
use crate::ui::{Icon, IconButton, ToolButton};
use leptos::ev;
use leptos::prelude::*;

/// The button that chooses files.
#[component]
pub fn Attach(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let id = [desk.places.composer, "-files"].concat();
    let input = id.clone();
    view! {
        <ToolButton icon="paperclip" label=t.chat_attach is_named=true on_press=move |()| dom::click(&input) />
        <input
            type="file"
            id=id
            multiple
            hidden
            aria-label=t.chat_attach
            on:change=move |event: ev::Event| {
                desk.choose(files::chosen_files(&event));
            }
        />
    }
}

/// What is on its way, and what could not go.
#[component]
pub fn UploadList(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let uploads = Memo::new(move |_| desk.chats.outbox.chosen_at(desk.place()));
    let numbers =
        Memo::new(move |_| uploads.with(|uploads| uploads.iter().map(|upload| upload.number).collect::<Vec<_>>()));
    let cut = Memo::new(move |_| uploads.with(|uploads| uploads.iter().any(Upload::is_interrupted)));
    view! {
        <Show when=move || !numbers.with(Vec::is_empty)>
            <ul class="uploads">
                <For each=move || numbers.get() key=|number| *number children=move |number| row(desk, uploads, number) />
            </ul>
            <p class="sr-only" role="status">{move || cut.get().then_some(t.chat_file_cut)}</p>
        </Show>
    }
}

/// Whether it was cut and does not go on yet.
fn rests(upload: &Upload) -> bool {
    upload.is_cut && matches!(upload.state, UploadState::Waiting | UploadState::Resting)
}

fn row(desk: Desk, uploads: Memo<Vec<Upload>>, number: u32) -> AnyView {
    let t = desk.t();
    let outbox = desk.chats.outbox;
    let upload = Memo::new(move |last: Option<&Option<Upload>>| {
        let found = uploads.with(|uploads| uploads.iter().find(|upload| upload.number == number).cloned());
        found.or_else(|| last.cloned().flatten())
    });
    let state = move || upload.get().map(|upload| state_of(desk, upload));
    let preview = Memo::new(move |_| {
        upload.with(|upload| match &upload.as_ref()?.state {
            UploadState::Done(done) if done.kind == MessageType::Image => Some(done.url.clone()),
            _ => None,
        })
    });
    let sign = move || match preview.get() {
        Some(url) => view! { <img class="upload-preview" src=url alt="" /> }.into_any(),
        None => view! { <Icon name="file" class="s" /> }.into_any(),
    };
    let dismiss = move |()| {
        outbox.let_go(number);
        desk.back_to_writing();
    };
    view! {
        <li>
            {sign}
            <b>{move || upload.with(|upload| upload.as_ref().map(|upload| upload.name.clone()))}</b>
            {state}
            <IconButton icon="x" class="sm" label=t.dismiss on_press=dismiss />
        </li>
    }
    .into_any()
}

/// How far it has come; or why it has not, and the way on.
fn state_of(desk: Desk, upload: Upload) -> AnyView {
    let t = desk.t();
    if rests(&upload) {
        return view! { <span class="upload-cut muted">{t.chat_file_cut}</span> }.into_any();
    }
    let number = upload.number;
    let percent = match upload.state {
        UploadState::Done(_) => {
            return view! { <span class="upload-done muted">{size_words(upload.size)}</span> }.into_any();
        }
        UploadState::Failed(error) => {
            let why = desk.file_error(&error, upload.size);
            let again = move |_| {
                desk.chats.outbox.upload_again(number);
                desk.back_to_writing();
            };
            let may_go = check_size(upload.size).is_ok();
            return view! {
                <span class="upload-failed" role="alert">{why}</span>
                {may_go.then(|| {
                    view! { <button type="button" class="link-btn" on:click=again>{t.retry}</button> }.into_any()
                })}
            }
            .into_any();
        }
        UploadState::Going(percent) => percent,
        UploadState::Waiting | UploadState::Resting => 0,
    };
    view! {
        <progress max="100" value=percent.to_string() aria-label=upload.name></progress>
        <span class="muted">{percent} "%"</span>
    }
    .into_any()
}
