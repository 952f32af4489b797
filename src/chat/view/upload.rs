//! Files on their way up: chosen, dropped or pasted, with how far each has come. They wait in the
//! composer for what is written to them, and go with it.

use super::desk::Desk;
use super::dom::{self, Chosen, Progress};
use super::message::size_words;
use crate::chat::model::{FileInfo, MessageType, NewMessage};
use crate::json;
use crate::text::fill;
use crate::ui::{Icon, IconButton, ToolButton, browser};
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
    /// The server has it: it can be sent.
    done: Option<Uploaded>,
}

/// The uploads of a composer; every field is a handle.
#[derive(Clone, Copy)]
pub struct Uploads {
    desk: Desk,
    list: RwSignal<Vec<Upload>>,
    last: StoredValue<u32>,
    /// To be sent as soon as all of them are there.
    pub wanted: RwSignal<bool>,
}

#[derive(Deserialize)]
struct Answer {
    data: Uploaded,
}

/// A file that the server has and that no message has yet.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Uploaded {
    file_url: String,
    file: FileInfo,
}

impl Uploaded {
    /// The message that carries it.
    #[must_use]
    pub fn into_message(self) -> NewMessage {
        let kind = if self.file.width.is_some() { MessageType::Image } else { MessageType::File };
        NewMessage { message_type: Some(kind), file_url: Some(self.file_url), ..NewMessage::default() }
    }
}

/// A refusal in the shape of contracts §5.2.
#[derive(Deserialize)]
struct Refusal {
    message: String,
}

impl Uploads {
    #[must_use]
    pub fn new(desk: Desk) -> Self {
        let (list, wanted) = (RwSignal::new(Vec::new()), RwSignal::new(false));
        on_cleanup(move || {
            if wanted.try_get_untracked() == Some(true) {
                desk.toasts.error(desk.t().chat_left_unsent);
            }
        });
        Self { desk, list, last: StoredValue::new(0), wanted }
    }

    /// Takes files; says whether there were any.
    pub fn take(self, files: Vec<Chosen>) -> bool {
        let any = !files.is_empty();
        for file in files {
            self.begin(&file);
        }
        if any {
            // For what is written to them; Enter sends.
            browser::focus(self.desk.places.composer);
        }
        any
    }

    /// Whether some are still on their way.
    pub fn is_busy(self) -> bool {
        self.list.with(|list| list.iter().any(|upload| upload.done.is_none() && upload.failed.is_none()))
    }

    /// Whether there is something to be sent, now or as soon as it is there.
    pub fn has_any(self) -> bool {
        self.list.with(|list| list.iter().any(|upload| upload.failed.is_none()))
    }

    /// Whether some have not come up.
    pub fn has_failed(self) -> bool {
        self.list.with(|list| list.iter().any(|upload| upload.failed.is_some()))
    }

    /// Those that are there, taken to be sent.
    pub fn take_done(self) -> Vec<Uploaded> {
        let taken = self.list.try_update(|list| {
            let done: Vec<Uploaded> = list.iter().filter_map(|upload| upload.done.clone()).collect();
            list.retain(|upload| upload.done.is_none());
            done
        });
        taken.unwrap_or_default()
    }

    fn begin(self, file: &Chosen) {
        let t = self.desk.t();
        let number = self.last.get_value().wrapping_add(1);
        self.last.set_value(number);
        let (name, size) = dom::described(file);
        let too_large = size > MAX_FILE;
        let failed = too_large.then(|| fill(t.chat_file_too_large, &[&size_words(MAX_FILE)]));
        self.list.update(|list| list.push(Upload { number, name: name.clone(), percent: 0, failed, done: None }));
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
                Ok(answer) => self.change(number, |upload| upload.done = Some(answer.data)),
                Err(_) => self.fail(number, t.chat_file_failed.to_owned()),
            },
            Progress::Failed(text) => {
                let refusal = json::read::<Refusal>(&text).map(|refusal| refusal.message);
                self.fail(number, refusal.unwrap_or_else(|_| t.chat_file_failed.to_owned()));
            }
        }
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
        <ToolButton icon="paperclip" label=t.chat_attach is_named=true on_press=move |()| dom::click(&input) />
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
            upload.get().map(|upload| match (upload.failed, upload.done) {
                (Some(why), _) => view! { <span class="upload-failed" role="alert">{why}</span> }.into_any(),
                (None, Some(done)) => {
                    view! { <span class="upload-done muted">{size_words(done.file.size)}</span> }.into_any()
                }
                (None, None) => view! {
                    <progress max="100" value=upload.percent.to_string() aria-label=upload.name></progress>
                    <span class="muted">{upload.percent} "%"</span>
                }
                .into_any(),
            })
        };
        let preview = Memo::new(move |_| {
            upload.with(|upload| {
                let done = upload.as_ref()?.done.as_ref()?;
                done.file.width.map(|_| done.file_url.clone())
            })
        });
        let sign = move || match preview.get() {
            Some(url) => view! { <img class="upload-preview" src=url alt="" /> }.into_any(),
            None => view! { <Icon name="file" class="s" /> }.into_any(),
        };
        view! {
            <li>
                {sign}
                <b>{move || upload.with(|upload| upload.as_ref().map(|upload| upload.name.clone()))}</b>
                {state}
                <IconButton icon="x" class="sm" label=t.dismiss on_press=move |()| uploads.forget(number) />
            </li>
        }
    };
    let waits = move || uploads.wanted.get().then_some(t.chat_sends_when_up);
    view! {
        <Show when=move || !numbers.with(Vec::is_empty)>
            <ul class="uploads">
                <For each=move || numbers.get() key=|number| *number children=row />
            </ul>
            <p class="sr-only" role="status">{waits}</p>
        </Show>
    }
}
