//! Whom a document was made for, said with every call that it makes.
//!
//! The cookie is the browser's: it belongs to whoever signed in last, in whichever tab. A document, what is typed into
//! it and what waits in its outbox belong to whoever it was made for. When these become two, the document's socket
//! says so, but only while there is one: what has lost its connection would send first and learn of it later. So the
//! server compares on every call, and one that comes with the cookie of somebody else is refused like one whose
//! session has ended ([`MADE_FOR`]): nothing is done in a wrong name, and the document goes where that refusal leads.
//!
//! Server functions have one thing in common in the browser: they go by `fetch`, which is told here, before the program
//! is there. Only uploads go by another way, and say it themselves.

use crate::accounts::model::MADE_FOR;
use crate::ids::UserId;
use leptos::nonce::use_nonce;
use leptos::prelude::*;

/// The script that says it; in the head of the document, before whatever calls.
#[component]
pub fn MadeFor(person: UserId) -> impl IntoView {
    let tell = include_str!("made_for.js");
    view! { <script nonce=use_nonce()>{format!("({tell})({MADE_FOR:?}, \"{person}\");")}</script> }
}
