//! What is on its way, in the browser's own database (IndexedDB), which survives reloads and restarts: texts by key,
//! and beside a text the file that belongs to it.
//!
//! The small crates around IndexedDB bring errors, builders and cursors; four calls need none of it.
//! Where a browser forbids the database (a private window), nothing is kept and nothing fails.

use super::files::Chosen;
use js_sys::{Array, Function, Promise};
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use std::cell::RefCell;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{IdbDatabase, IdbKeyRange, IdbRequest, IdbTransaction, IdbTransactionMode};

const DATABASE: &str = "madang";
/// 1 had no files.
const VERSION: u32 = 2;
const OUTBOX: &str = "outbox";
const FILES: &str = "files";

/// The texts whose keys begin so, by key.
pub async fn all(prefix: &str) -> Vec<String> {
    let Some(found) = try_all(prefix).await.ok() else { return Vec::new() };
    Array::from(&found).iter().filter_map(|value| value.as_string()).collect()
}

async fn try_all(prefix: &str) -> Result<JsValue, JsValue> {
    let last = [prefix, "\u{ffff}"].concat();
    let range = IdbKeyRange::bound(&prefix.into(), &last.into())?;
    let reading = transaction(IdbTransactionMode::Readonly).await?;
    answer(&reading.object_store(OUTBOX)?.get_all_with_key(&range)?).await
}

/// The file of a key's text.
pub async fn file(key: &str) -> Option<Chosen> {
    try_file(key).await.ok()?.dyn_into().ok()
}

async fn try_file(key: &str) -> Result<JsValue, JsValue> {
    let reading = transaction(IdbTransactionMode::Readonly).await?;
    answer(&reading.object_store(FILES)?.get(&key.into())?).await
}

/// Keeps a text, and its file if there is one; without one, a file that is kept stays.
pub async fn put(key: &str, text: &str, file: Option<&Chosen>) {
    if try_put(key, text, file).await.is_err() && file.is_some() {
        // There may be no room for the file: that is no reason to lose the words.
        let _ = try_put(key, text, None).await;
    }
}

async fn try_put(key: &str, text: &str, file: Option<&Chosen>) -> Result<JsValue, JsValue> {
    let writing = transaction(IdbTransactionMode::Readwrite).await?;
    writing.object_store(OUTBOX)?.put_with_key(&text.into(), &key.into())?;
    if let Some(file) = file {
        writing.object_store(FILES)?.put_with_key(file.as_ref(), &key.into())?;
    }
    end(&writing).await
}

/// Forgets a text and its file.
pub async fn remove(key: &str) {
    let _ = try_remove(key).await;
}

async fn try_remove(key: &str) -> Result<JsValue, JsValue> {
    let writing = transaction(IdbTransactionMode::Readwrite).await?;
    for store in [OUTBOX, FILES] {
        writing.object_store(store)?.delete(&key.into())?;
    }
    end(&writing).await
}

thread_local! {
    /// The database, or why there is none: it is asked for once.
    static OPEN: RefCell<Option<Promise>> = const { RefCell::new(None) };
}

/// A transaction over both stores: they change together.
async fn transaction(mode: IdbTransactionMode) -> Result<IdbTransaction, JsValue> {
    let opening = OPEN.with_borrow_mut(|open| open.get_or_insert_with(|| future_to_promise(open_database())).clone());
    let database = JsFuture::from(opening).await?.dyn_into::<IdbDatabase>()?;
    let stores = Array::of2(&OUTBOX.into(), &FILES.into());
    database.transaction_with_str_sequence_and_mode(&stores, mode)
}

async fn open_database() -> Result<JsValue, JsValue> {
    let factory = web_sys::window().and_then(|window| window.indexed_db().ok().flatten()).ok_or(JsValue::NULL)?;
    let request = factory.open_with_u32(DATABASE, VERSION)?;
    let opening = request.clone();
    let upgrade = Closure::once_into_js(move || {
        if let Some(database) = opening.result().ok().and_then(|result| result.dyn_into::<IdbDatabase>().ok()) {
            for store in [OUTBOX, FILES] {
                // Fails only when it is there already.
                let _ = database.create_object_store(store);
            }
        }
    });
    request.set_onupgradeneeded(Some(upgrade.unchecked_ref()));
    let opened = Promise::new(&mut |resolve, reject| {
        settle(&request, resolve, &reject);
        // Another tab has an older version open: to wait for its end would be to send nothing meanwhile.
        request.set_onblocked(Some(&reject));
    });
    let opened = match JsFuture::from(opened).await {
        Ok(opened) => opened,
        Err(error) => {
            // It may still open when the other tab has gone. Nobody would close it for a newer version of this page.
            let late = request.clone();
            let close = Closure::once_into_js(move || {
                if let Some(database) = late.result().ok().and_then(|result| result.dyn_into::<IdbDatabase>().ok()) {
                    database.close();
                }
                OPEN.set(None);
            });
            request.set_onsuccess(Some(close.unchecked_ref()));
            return Err(error);
        }
    };
    let database = opened.dyn_into::<IdbDatabase>()?;
    // A newer version of this page in another tab shall not be kept waiting.
    let closing = database.clone();
    let make_way = Closure::once_into_js(move || {
        closing.close();
        OPEN.set(None);
    });
    database.set_onversionchange(Some(make_way.unchecked_ref()));
    Ok(database.into())
}

/// Waits for a request's result.
async fn answer(request: &IdbRequest) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::new(&mut |resolve, reject| settle(request, resolve, &reject))).await
}

fn settle(request: &IdbRequest, resolve: Function, reject: &Function) {
    let asked = request.clone();
    let success = Closure::once_into_js(move || {
        let _ = resolve.call1(&JsValue::NULL, &asked.result().unwrap_or(JsValue::NULL));
    });
    request.set_onsuccess(Some(success.unchecked_ref()));
    request.set_onerror(Some(reject));
}

/// Waits until a transaction has come to its end, as a whole.
async fn end(of: &IdbTransaction) -> Result<JsValue, JsValue> {
    let ended = Promise::new(&mut |resolve, reject| {
        of.set_oncomplete(Some(&resolve));
        of.set_onabort(Some(&reject));
    });
    JsFuture::from(ended).await
}
