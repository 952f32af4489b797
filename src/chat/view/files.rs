//! The files of this page: chosen, dropped or pasted, and held by a number while they go up. The twin for the server is
//! `files_stub.rs`.

use crate::accounts::model::MADE_FOR;
use crate::ids::UserId;
use leptos::ev;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use web_sys::{Blob, DataTransfer, FileList, HtmlInputElement, ProgressEvent, XmlHttpRequest};

/// A file that was chosen, dropped or pasted.
pub type Chosen = web_sys::File;

/// How an upload fares.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    Percent(u32),
    /// The server has it; what it answered.
    Done(String),
    /// The status and what the server said to it; 0 when nobody answered.
    Refused(u16, String),
    /// There is no such file any more.
    Gone,
}

struct Held {
    file: Chosen,
    request: Option<XmlHttpRequest>,
}

thread_local! {
    static HELD: RefCell<BTreeMap<u32, Held>> = const { RefCell::new(BTreeMap::new()) };
}

/// Holds a file until it is forgotten.
pub fn hold(number: u32, file: Chosen) {
    HELD.with_borrow_mut(|all| all.insert(number, Held { file, request: None }));
}

/// A file that is held.
#[must_use]
pub fn held(number: u32) -> Option<Chosen> {
    HELD.with_borrow(|all| all.get(&number).map(|held| held.file.clone()))
}

/// Ends the upload of a file, which hears that nobody answered.
pub fn stop(number: u32) {
    let request = HELD.with_borrow_mut(|all| all.get_mut(&number)?.request.take());
    // It ends before this returns: nothing may be borrowed any more.
    if let Some(request) = request {
        let _ = request.abort();
    }
}

/// Lets a file go, and ends its upload.
pub fn forget(number: u32) {
    stop(number);
    HELD.with_borrow_mut(|all| all.remove(&number));
}

/// A file's name, and its size in bytes.
#[must_use]
pub fn described(file: &Chosen) -> (String, i64) {
    #[expect(clippy::cast_possible_truncation, reason = "a file has fewer bytes than an i64 counts")]
    let size = file.size() as i64;
    (file.name(), size)
}

fn all_of(files: Option<FileList>) -> Vec<Chosen> {
    files.map(|files| (0..files.length()).filter_map(|at| files.get(at)).collect()).unwrap_or_default()
}

/// The files that were chosen with a control, which is empty again afterwards.
#[must_use]
pub fn chosen_files(event: &ev::Event) -> Vec<Chosen> {
    let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    let files = all_of(input.as_ref().and_then(HtmlInputElement::files));
    if let Some(input) = input {
        input.set_value("");
    }
    files
}

/// Lets files be dropped; what becomes of anything else that is dragged, is for the element below it.
pub fn allow_files(event: &ev::DragEvent) {
    if event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0)) {
        event.prevent_default();
    }
}

/// The files that were dropped; a text is none.
#[must_use]
pub fn dropped_files(event: &ev::DragEvent) -> Vec<Chosen> {
    all_of(event.data_transfer().as_ref().and_then(DataTransfer::files))
}

/// The files that were pasted; a text is none. Whoever copies cells or paragraphs copies a picture of them too, and
/// means the words.
#[must_use]
pub fn pasted_files(event: &ev::ClipboardEvent) -> Vec<Chosen> {
    let has = |data: &DataTransfer, kind| data.get_data(kind).is_ok_and(|text| !text.is_empty());
    let data = event.clipboard_data().filter(|data| !(has(data, "text/plain") && has(data, "text/html")));
    all_of(data.as_ref().and_then(DataTransfer::files))
}

/// Sends a file of a person's that is held, under its `Idempotency-Key`; `fetch` would not say how far it is.
pub fn upload(number: u32, url: &str, key: &str, of: UserId, heard: impl Fn(Progress) + 'static) {
    const OK: u16 = 200;
    let Some(file) = held(number) else { return heard(Progress::Gone) };
    let heard = Rc::new(heard);
    let Ok(request) = XmlHttpRequest::new() else { return heard(Progress::Refused(0, String::new())) };
    let told = heard.clone();
    let progress = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of a hundred")]
        let percent = (event.loaded() * 100.0 / event.total().max(1.0)) as u32;
        told(Progress::Percent(percent));
    });
    if let Ok(upload) = request.upload() {
        upload.set_onprogress(Some(progress.as_ref().unchecked_ref()));
    }
    let (told, answered) = (heard.clone(), request.clone());
    // The handler of the progress lives until the request is over.
    let over = Closure::once_into_js(move || {
        drop(progress);
        let text = answered.response_text().ok().flatten().unwrap_or_default();
        let status = answered.status().unwrap_or_default();
        told(if status == OK { Progress::Done(text) } else { Progress::Refused(status, text) });
    });
    request.set_onloadend(Some(over.unchecked_ref()));
    let bytes: &Blob = &file;
    let sent = request.open_with_async("POST", url, true).and_then(|()| {
        request.set_request_header("Content-Type", "application/octet-stream")?;
        request.set_request_header("Idempotency-Key", key)?;
        request.set_request_header(MADE_FOR, &of.to_string())?;
        request.send_with_opt_blob(Some(bytes))
    });
    if sent.is_err() {
        return heard(Progress::Refused(0, String::new()));
    }
    HELD.with_borrow_mut(|all| {
        if let Some(held) = all.get_mut(&number) {
            held.request = Some(request);
        }
    });
}
