//! Texts by key in the browser's own database (IndexedDB), which survives reloads and restarts.
//!
//! The small crates around IndexedDB bring errors, builders and cursors; three calls need none of it.
//! Where a browser forbids the database (a private window), nothing is kept and nothing fails.

use js_sys::{Array, Promise};
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use std::cell::RefCell;
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbKeyRange, IdbObjectStore, IdbRequest, IdbTransactionMode};

const DATABASE: &str = "madang";
const STORE: &str = "outbox";

/// The values whose keys begin so, by key.
pub async fn all(prefix: &str) -> Vec<String> {
    let Some(found) = try_all(prefix).await.ok() else { return Vec::new() };
    Array::from(&found).iter().filter_map(|value| value.as_string()).collect()
}

async fn try_all(prefix: &str) -> Result<JsValue, JsValue> {
    let last = [prefix, "\u{ffff}"].concat();
    let range = IdbKeyRange::bound(&prefix.into(), &last.into())?;
    let store = store(IdbTransactionMode::Readonly).await?;
    answer(&store.get_all_with_key(&range)?).await
}

pub async fn put(key: &str, value: &str) {
    if let Ok(store) = store(IdbTransactionMode::Readwrite).await
        && let Ok(request) = store.put_with_key(&value.into(), &key.into())
    {
        let _ = answer(&request).await;
    }
}

pub async fn remove(key: &str) {
    if let Ok(store) = store(IdbTransactionMode::Readwrite).await
        && let Ok(request) = store.delete(&key.into())
    {
        let _ = answer(&request).await;
    }
}

thread_local! {
    static OPEN: RefCell<Option<IdbDatabase>> = const { RefCell::new(None) };
}

async fn store(mode: IdbTransactionMode) -> Result<IdbObjectStore, JsValue> {
    let database = match OPEN.with_borrow(Clone::clone) {
        Some(database) => database,
        None => open().await?.dyn_into::<IdbDatabase>()?,
    };
    OPEN.set(Some(database.clone()));
    database.transaction_with_str_and_mode(STORE, mode)?.object_store(STORE)
}

async fn open() -> Result<JsValue, JsValue> {
    let factory = web_sys::window().and_then(|window| window.indexed_db().ok().flatten()).ok_or(JsValue::NULL)?;
    let request = factory.open_with_u32(DATABASE, 1)?;
    let opening = request.clone();
    let upgrade = Closure::once_into_js(move || {
        if let Some(database) = opening.result().ok().and_then(|result| result.dyn_into::<IdbDatabase>().ok()) {
            // Fails only when it is there already.
            let _ = database.create_object_store(STORE);
        }
    });
    request.set_onupgradeneeded(Some(upgrade.unchecked_ref()));
    answer(&request).await
}

/// Waits for a request's result.
async fn answer(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let promise = Promise::new(&mut |resolve, reject| {
        let asked = request.clone();
        let success = Closure::once_into_js(move || {
            let _ = resolve.call1(&JsValue::NULL, &asked.result().unwrap_or(JsValue::NULL));
        });
        request.set_onsuccess(Some(success.unchecked_ref()));
        request.set_onerror(Some(&reject));
    });
    JsFuture::from(promise).await
}
