//! A failure inside its card, and what every screen does when the session has ended.

use super::{Icon, browser};
use crate::error::AppError;
use crate::text::{Lang, fill};
use leptos::prelude::*;

/// What could not be loaded, its error number, and 다시 시도.
#[component]
pub fn ErrorCard(
    error: AppError,
    lang: Lang,
    /// Tries again; without it the whole page is loaded again.
    #[prop(optional, into)]
    on_retry: Option<Callback<()>>,
) -> impl IntoView {
    let texts = lang.texts();
    let number = match &error {
        AppError::Internal { error_id } if !error_id.is_empty() => Some(error_id.clone()),
        _ => None,
    };
    let why = match &error {
        AppError::Internal { .. } => texts.failed_text.into(),
        error => lang.error(error),
    };
    let retry = move |_| match on_retry {
        Some(on_retry) => on_retry.run(()),
        None => browser::reload(),
    };
    // A server function that found no session: the way on is the login page.
    Effect::new(move |_| session_ended(&error));
    view! {
        <section class="card empty" role="alert">
            <Icon name="circle-alert" />
            <h2>{texts.failed_title}</h2>
            <p>{why} " " {number.map(|number| view! { <code>{fill(texts.error_number, &[&number])}</code> }.into_any())}</p>
            <button type="button" class="btn sm" on:click=retry>
                <Icon name="refresh-cw" />
                {texts.retry}
            </button>
        </section>
    }
}

/// Leaves for the login page when the session has ended; says whether it did.
pub fn session_ended(error: &AppError) -> bool {
    let ended = *error == AppError::Unauthenticated;
    if ended {
        to_login();
    }
    ended
}

/// Leaves for the login page, to come back here afterwards.
pub fn to_login() {
    let back = browser::path_and_query().unwrap_or_default();
    browser::assign(&["/login?next=", &browser::encode_query(&back)].concat());
}
