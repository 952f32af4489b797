//! Parts of a page whose code the browser fetches once the page is alive.
//!
//! Which part of the program a function belongs to is said at the function: what is wanted at the same moment shares
//! one. Each part is a set of files, and so is what several of them need: few parts mean few files.

use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use leptos::task::spawn_local;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

type Load = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = AnyView>>> + Send + Sync>;

/// Shows what `load` gives, as soon as it gives it. The server and the first render show nothing:
/// this is for what opens later, such as dialogs.
pub fn later<F>(load: impl FnOnce() -> F + Send + Sync + 'static) -> AnyView
where
    F: Future<Output = AnyView> + 'static,
{
    shown_later(Box::new(move || Box::pin(load())))
}

fn shown_later(load: Load) -> AnyView {
    let load = StoredValue::new(Some(load));
    let slot = Arc::new(Mutex::new(None));
    let is_here = RwSignal::new(false);
    let arrived = slot.clone();
    Effect::new(move |_| {
        let Some(load) = load.try_update_value(Option::take).flatten() else { return };
        let arrived = arrived.clone();
        // What is made after the wait belongs to this page, like what is made before.
        spawn_local(ScopedFuture::new(async move {
            let view = load().await;
            *arrived.lock().unwrap_or_else(PoisonError::into_inner) = Some(view);
            // The page may be gone by now.
            let _ = is_here.try_set(true);
        }));
    });
    let content = move || {
        let is_here = is_here.get();
        is_here.then(|| slot.lock().unwrap_or_else(PoisonError::into_inner).take()).flatten()
    };
    view! { {move || content()} }.into_any()
}
