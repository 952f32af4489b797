//! Madang (마당), the real-time workplace of an organisation.
//!
//! # Layout
//!
//! One package compiles twice: with `ssr` into the server, with `hydrate` into the WASM that takes
//! over the pages which the server rendered.
//!
//! * [`app`]: the page's shell and the flat table of pages.
//! * [`accounts`], [`rooms`], [`reservations`], [`presence`], [`notifications`], [`announcements`],
//!   [`activity`], [`dashboard`], [`settings`], [`chat`], [`timers`]: the capabilities. Each folder is a whole story:
//!   `mod.rs` says what always holds, `model.rs` has the types and pure rules of both sides,
//!   `live.rs` the slices that events keep right, `api.rs` what pages call, `view` the screens, and
//!   `server/` the commands, the SQL (`store.rs`) and the REST handlers (`rest.rs`).
//! * `compat`: the documented contracts of other products' clients, each a projection of commands and log.
//! * [`realtime`]: the log, its tail, the socket, and on the browser's side the one connection and
//!   the live slices.
//! * `server`: configuration, database, router, middleware, jobs.
//! * [`ui`]: widgets that know no capability. [`text`]: every text in Korean and English.
//! * [`error`], [`ids`], [`json`], [`level`], [`time`]: what all of them share.
//!
//! A change goes one way: page or socket → command → store and event → log → every screen.

// View types nest as deep as the markup does.
#![recursion_limit = "512"]
// `view!` shares the code of closures that are written in place, and of no others.
#![allow(clippy::redundant_closure)]

pub mod accounts;
pub mod activity;
pub mod announcements;
pub mod app;
pub mod chat;
#[cfg(feature = "ssr")]
pub mod compat;
pub mod dashboard;
pub mod error;
pub mod ids;
pub mod json;
pub mod level;
pub mod notifications;
pub mod presence;
pub mod realtime;
pub mod reservations;
pub mod rooms;
#[cfg(feature = "ssr")]
pub mod server;
pub mod settings;
#[cfg(feature = "hydrate")]
mod split_room;
#[cfg(all(test, feature = "ssr"))]
mod tests;
pub mod text;
pub mod time;
pub mod timers;
pub mod ui;

/// Takes over the page in the browser.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        ui::browser::show_broken();
    }));
    wasm_bindgen_futures::spawn_local(async {
        app::preload(&ui::browser::path_and_query().unwrap_or_default()).await;
        let typed = ui::typed::typed_so_far();
        leptos::mount::hydrate_from_async(leptos::tachys::dom::body(), app::App).await.forget();
        typed.put_back().await;
    });
}
