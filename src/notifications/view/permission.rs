//! The browser's permission: asked for by a button only (contracts §1.8).

use crate::app::use_page;
use crate::ui::{Icon, Permission, browser, system};
use leptos::prelude::*;

/// Where this browser remembers that somebody does not want to be asked in the bell.
const LATER: &str = "madang_notifications_later";

/// How the browser's own notifications stand, and what can be done about it.
#[component]
pub fn PermissionCard(
    /// In the bell: only while there is something to ask, and it can be put off.
    #[prop(optional)]
    brief: bool,
    /// Looks again whenever this changes, like the opening of a panel.
    #[prop(optional, into)]
    look: Signal<bool>,
) -> impl IntoView {
    let t = use_page().lang.texts();
    // Nothing before the browser has been asked: the server does not know.
    let state = RwSignal::new(None::<Permission>);
    Effect::new(move |_| {
        look.track();
        let put_off = brief && browser::stored(LATER).is_some();
        state.set((!put_off).then(system::permission));
    });
    let answered = Callback::new(move |answer| {
        // The page may be gone when the answer comes.
        let _ = state.try_set(Some(answer));
    });
    let turn_on = move |_| system::ask(answered);
    let later = move |_| {
        browser::store(LATER, "1");
        state.set(None);
    };
    let test = move |_| system::show(t.browser_test_title, t.browser_test_text, "madang-test", None);
    let card = move || {
        let (icon, title, text) = match state.get()? {
            Permission::NotAsked => ("bell-ring", t.browser_off_title, t.browser_off_text),
            _ if brief => return None,
            Permission::Granted => ("circle-check", t.browser_granted, t.browser_granted_text),
            Permission::Blocked => ("ban", t.browser_blocked, t.browser_blocked_text),
            Permission::Unsupported => ("circle-alert", t.browser_unsupported, t.browser_unsupported_text),
        };
        let action = match state.get()? {
            Permission::NotAsked => view! {
                <button type="button" class="btn primary sm" on:click=turn_on>{t.browser_turn_on}</button>
            }
            .into_any(),
            Permission::Granted => view! {
                <button type="button" class="btn sm" on:click=test>{t.browser_test}</button>
            }
            .into_any(),
            _ => ().into_any(),
        };
        let put_off = brief.then(|| {
            view! { <button type="button" class="btn ghost sm" on:click=later>{t.browser_later}</button> }.into_any()
        });
        Some(
            view! {
                <div class="ask">
                    <Icon name=icon />
                    <div>
                        <p class="ask-title">{title}</p>
                        <p class="ask-text">{text}</p>
                        <div class="ask-actions">{action} {put_off}</div>
                    </div>
                </div>
            }
            .into_any(),
        )
    };
    view! { <div role="status">{move || card()}</div> }
}
