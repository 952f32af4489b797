//! Files on their way up: chosen, dropped or pasted, with how far each has come.

use super::desk::Desk;
use super::dom::{self, Chosen, Progress};
use super::message::size_words;
use crate::chat::model::{FileInfo, MessageType, NewMessage};
use crate::json;
use crate::text::fill;
use crate::ui::{Icon, IconButton, browser};
use leptos::ev;
use leptos::prelude::*;
use serde::Deserialize;

/// Largest upload, in bytes.
const MAX_FILE: i64 = 25 * 1024 * 1024;

/// A file on its way.
#[derive(Clone, Debug, PartialEq)]
struct Upload {
    number: u32,
    name: String,
    percent: u32,
    failed: Option<String>,
}

/// The uploads of a composer; every field is a handle.
#[derive(Clone, Copy)]
pub struct Uploads {
    desk: Desk,
    list: RwSignal<Vec<Upload>>,
    last: StoredValue<u32>,
}

#[derive(Deserialize)]
struct Answer {
    data: Uploaded,
}

#[derive(Deserialize)]
struct Uploaded {
    file_url: String,
    file: FileInfo,
}

/// A refusal in the shape of contracts §5.2.
#[derive(Deserialize)]
struct Refusal {
    message: String,
}

impl Uploads {
    #[must_use]
    pub fn new(desk: Desk) -> Self {
        Self { desk, list: RwSignal::new(Vec::new()), last: StoredValue::new(0) }
    }

    /// Takes files; says whether there were any.
    pub fn take(self, files: Vec<Chosen>) -> bool {
        let any = !files.is_empty();
        for file in files {
            self.begin(&file);
        }
        any
    }

    fn begin(self, file: &Chosen) {
        let t = self.desk.t();
        let number = self.last.get_value().wrapping_add(1);
        self.last.set_value(number);
        let (name, size) = dom::described(file);
        let too_large = size > MAX_FILE;
        let failed = too_large.then(|| fill(t.chat_file_too_large, &[&size_words(MAX_FILE)]));
        self.list.update(|list| list.push(Upload { number, name: name.clone(), percent: 0, failed }));
        if too_large {
            return;
        }
        let url = format!("/api/v1/chat/rooms/{}/files?name={}", self.desk.id, browser::encode_query(&name));
        dom::upload(&url, file, move |progress| self.heard(number, progress));
    }

    fn heard(self, number: u32, progress: Progress) {
        let t = self.desk.t();
        match progress {
            Progress::Percent(percent) => self.change(number, |upload| upload.percent = percent),
            Progress::Done(text) => match json::read::<Answer>(&text) {
                Ok(answer) => {
                    self.forget(number);
                    self.send(answer.data);
                }
                Err(_) => self.fail(number, t.chat_file_failed.to_owned()),
            },
            Progress::Failed(text) => {
                let refusal = json::read::<Refusal>(&text).map(|refusal| refusal.message);
                self.fail(number, refusal.unwrap_or_else(|_| t.chat_file_failed.to_owned()));
            }
        }
    }

    fn send(self, Uploaded { file_url, file }: Uploaded) {
        let kind = if file.width.is_some() { MessageType::Image } else { MessageType::File };
        let new = NewMessage {
            message_type: Some(kind),
            file_url: Some(file_url),
            thread_root: self.desk.thread,
            ..NewMessage::default()
        };
        self.desk.chats.outbox.send(self.desk.id, new, None);
    }

    fn fail(self, number: u32, why: String) {
        self.change(number, |upload| upload.failed = Some(why));
    }

    fn change(self, number: u32, change: impl FnOnce(&mut Upload)) {
        let _ = self.list.try_update(|list| {
            if let Some(upload) = list.iter_mut().find(|upload| upload.number == number) {
                change(upload);
            }
        });
    }

    fn forget(self, number: u32) {
        let _ = self.list.try_update(|list| list.retain(|upload| upload.number != number));
    }
}

/// The button that chooses files.
#[component]
pub fn Attach(uploads: Uploads) -> impl IntoView {
    let t = uploads.desk.t();
    let id = [uploads.desk.places.composer, "-files"].concat();
    let input = id.clone();
    view! {
        <button
            type="button"
            class="icon-btn sm"
            aria-label=t.chat_attach
            title=t.chat_attach
            on:click=move |_| dom::click(&input)
        >
            <Icon name="paperclip" class="s" />
        </button>
        <input
            type="file"
            id=id
            multiple
            hidden
            aria-label=t.chat_attach
            on:change=move |event: ev::Event| {
                uploads.take(dom::chosen_files(&event));
            }
        />
    }
}

/// What is on its way, and what could not go.
#[component]
pub fn UploadList(uploads: Uploads) -> impl IntoView {
    let t = uploads.desk.t();
    let numbers =
        Memo::new(move |_| uploads.list.with(|list| list.iter().map(|upload| upload.number).collect::<Vec<_>>()));
    let row = move |number: u32| {
        let upload = Memo::new(move |last: Option<&Option<Upload>>| {
            let found = uploads.list.with(|list| list.iter().find(|upload| upload.number == number).cloned());
            found.or_else(|| last.cloned().flatten())
        });
        let state = move || {
            upload.get().map(|upload| match upload.failed {
                Some(why) => view! { <span class="upload-failed" role="alert">{why}</span> }.into_any(),
                None => view! {
                    <progress max="100" value=upload.percent.to_string() aria-label=upload.name></progress>
                    <span class="muted">{upload.percent} "%"</span>
                }
                .into_any(),
            })
        };
        view! {
            <li>
                <Icon name="file" class="s" />
                <b>{move || upload.with(|upload| upload.as_ref().map(|upload| upload.name.clone()))}</b>
                {state}
                <IconButton icon="x" class="sm" label=t.dismiss on_press=move |()| uploads.forget(number) />
            </li>
        }
    };
    view! {
        <Show when=move || !numbers.with(Vec::is_empty)>
            <ul class="uploads">
                <For each=move || numbers.get() key=|number| *number children=row />
            </ul>
        </Show>
    }
}
