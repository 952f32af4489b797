//! Notifications of the browser or the system, over all tabs of one browser. The twin for the server
//! is `system_stub.rs`.
//!
//! Tabs agree by Web Locks, which end with their tab: the one that a tab holds while somebody looks
//! at it, and one for each thing that is told, which exactly one tab gets. What was told is remembered
//! in local storage, so a tab that hears of it later stays silent.

use super::browser;
use js_sys::{Function, Object, Promise, Reflect};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::RefCell;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{Notification, NotificationOptions, NotificationPermission};

pub use super::permission::Permission;

/// Contracts §1.8.
const ICON: &str = "/icon-192x192.png";
/// Held by each tab that somebody looks at.
const LOOKING: &str = "madang:looking";
/// With an id behind it: held by the tab that tells it.
const TELLING: &str = "madang:telling:";
/// So long it is held: what one tab has stored may reach another process only after a while.
const TELLING_MS: u64 = 10_000;
/// What was told lately: ids, newest last.
const TOLD: &str = "madang_told";
/// How many of them are remembered.
const TOLD_MOST: usize = 50;

thread_local! {
    /// Lets go of the lock that says that somebody looks at this tab.
    static LET_GO: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Whether this browser may notify.
#[must_use]
pub fn permission() -> Permission {
    let is_supported = web_sys::window()
        .is_some_and(|window| Reflect::get(&window, &"Notification".into()).is_ok_and(|class| class.is_function()));
    if !is_supported {
        return Permission::Unsupported;
    }
    match Notification::permission() {
        NotificationPermission::Granted => Permission::Granted,
        NotificationPermission::Denied => Permission::Blocked,
        _ => Permission::NotAsked,
    }
}

/// Asks for the permission; only ever after somebody has pressed a button for it.
pub fn ask(answered: Callback<Permission>) {
    if permission() != Permission::NotAsked {
        answered.run(permission());
        return;
    }
    spawn_local(async move {
        if let Ok(promise) = Notification::request_permission() {
            // Whatever the answer is, the browser keeps it.
            let _ = JsFuture::from(promise).await;
        }
        answered.run(permission());
    });
}

/// Shows a notification at once, in this tab's name. A press on it brings the tab to the front and
/// opens `link`.
pub fn show(title: &str, body: &str, tag: &str, link: Option<String>) {
    if permission() != Permission::Granted {
        return;
    }
    let options = NotificationOptions::new();
    options.set_body(body);
    options.set_icon(ICON);
    options.set_badge(ICON);
    // A browser without locks shows one with the same tag in the place of another.
    options.set_tag(tag);
    // Some phones allow it to service workers only, and say so here.
    let Ok(notification) = Notification::new_with_options(title, &options) else { return };
    let shown = notification.clone();
    let pressed = Closure::once_into_js(move || {
        if let Some(window) = web_sys::window() {
            let _ = window.focus();
        }
        if let Some(link) = link {
            browser::assign(&link);
        }
        shown.close();
    });
    notification.set_onclick(pressed.dyn_ref());
}

/// Tells something once over all tabs, and not at all while somebody looks at one of them.
pub fn tell(id: String, title: String, body: String, link: Option<String>) {
    if permission() != Permission::Granted {
        return;
    }
    if locks().is_none() {
        if !is_looked_at() && remember(&id) {
            show(&title, &body, &id, link);
        }
        return;
    }
    in_one_tab(id.clone(), move || async move {
        if !somebody_looks().await {
            show(&title, &body, &id, link);
        }
    });
}

/// Does something in one tab of this browser only, once for each id.
pub fn once(id: String, act: impl FnOnce() + 'static) {
    if locks().is_none() {
        if remember(&id) {
            act();
        }
        return;
    }
    in_one_tab(id, move || async move { act() });
}

/// Runs something in the tab that is the first to say so, and in no other that says so of this id.
fn in_one_tab<F, Fut>(id: String, run: F)
where
    F: FnOnce() -> Fut + 'static,
    Fut: Future<Output = ()> + 'static,
{
    let name = [TELLING, &id].concat();
    let held = Closure::once_into_js(move |lock: JsValue| {
        future_to_promise(async move {
            if !lock.is_null() && remember(&id) {
                run().await;
                pause(TELLING_MS).await;
            }
            Ok(JsValue::UNDEFINED)
        })
    });
    let _ = request(&name, &if_available(), &held);
}

async fn pause(ms: u64) {
    let passed = Promise::new(&mut |pass, _| {
        let pass = move || drop(pass.call0(&JsValue::NULL));
        set_timeout(pass, Duration::from_millis(ms));
    });
    let _ = JsFuture::from(passed).await;
}

/// Notes from now on whether somebody looks at this tab.
pub fn watch_attention() {
    attend();
    for handle in [
        window_event_listener(ev::focus, |_| attend()),
        window_event_listener(ev::blur, |_| attend()),
        window_event_listener(ev::visibilitychange, |_| attend()),
    ] {
        on_cleanup(move || handle.remove());
    }
}

fn is_looked_at() -> bool {
    let has_focus = web_sys::window()
        .and_then(|window| window.document())
        .is_some_and(|document| document.has_focus().unwrap_or(false));
    browser::is_visible() && has_focus
}

/// Takes or lets go of the lock that says that somebody looks at this tab.
fn attend() {
    let is_held = LET_GO.with_borrow(Option::is_some);
    if is_looked_at() && !is_held {
        // Ends when it is let go of, or with the tab.
        let held = Promise::new(&mut |let_go, _| LET_GO.set(Some(let_go)));
        let options = Object::new();
        let _ = Reflect::set(&options, &"mode".into(), &"shared".into());
        under(LOOKING, &options, move || async move {
            let _ = JsFuture::from(held).await;
        });
    } else if !is_looked_at()
        && let Some(let_go) = LET_GO.take()
    {
        let _ = let_go.call0(&JsValue::NULL);
    }
}

/// Whether any tab is looked at: then its lock is not to be had.
async fn somebody_looks() -> bool {
    let Some(answer) =
        request(LOOKING, &if_available(), &Closure::once_into_js(|lock: JsValue| JsValue::from_bool(lock.is_null())))
    else {
        return is_looked_at();
    };
    JsFuture::from(answer).await.is_ok_and(|is_taken| is_taken.is_truthy())
}

/// The options of a request that does not wait: it gets no lock when another holds it.
fn if_available() -> Object {
    let options = Object::new();
    let _ = Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE);
    options
}

/// Notes that something has been told; says whether it had not been.
fn remember(id: &str) -> bool {
    let told = browser::stored(TOLD).unwrap_or_default();
    let mut ids: Vec<&str> = told.split(' ').filter(|told| !told.is_empty()).collect();
    if ids.contains(&id) {
        return false;
    }
    ids.push(id);
    let from = ids.len().saturating_sub(TOLD_MOST);
    browser::store(TOLD, &ids[from..].join(" "));
    true
}

fn locks() -> Option<JsValue> {
    let navigator = web_sys::window()?.navigator();
    Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)
}

/// Runs something while it holds a lock of the browser.
fn under<F, Fut>(name: &str, options: &Object, run: F)
where
    F: FnOnce() -> Fut + 'static,
    Fut: Future<Output = ()> + 'static,
{
    let held = Closure::once_into_js(move |_: JsValue| {
        let running = run();
        future_to_promise(async move {
            running.await;
            Ok(JsValue::UNDEFINED)
        })
    });
    let _ = request(name, options, &held);
}

/// `navigator.locks.request(name, options, callback)`: `web-sys` counts it as unstable.
fn request(name: &str, options: &Object, callback: &JsValue) -> Option<Promise> {
    let locks = locks()?;
    let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    request.call3(&locks, &name.into(), options, callback).ok()?.dyn_into().ok()
}
