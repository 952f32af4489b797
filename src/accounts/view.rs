//! Signing in.

mod devices;
mod people;
mod yard;

pub use devices::Devices;
pub use people::{PeoplePicker, use_everybody};

use super::api::LogIn;
use crate::app::preferences::{LanguageSwitch, ThemeSwitch};
use crate::app::{DemoAccount, use_page};
use crate::error::AppError;
use crate::text::fill;
use crate::ui::{BusyButton, Icon, Logo, browser};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use yard::Yard;

/// The refusal above the form, which gets focus.
const ERROR: &str = "login-error";

/// The page for people who are not signed in. A plain form: it works before and without WASM.
#[component]
pub fn LoginPage() -> impl IntoView {
    let page = use_page();
    let texts = page.lang.texts();
    view! {
        <Title text=[texts.login_title, " · ", texts.app_name].concat() />
        <div class="login">
            <main class="login-side" id="main">
                <a class="brand" href="/login">
                    <Logo />
                    <span class="brand-name">{texts.app_name}</span>
                </a>
                <div class="login-form">
                    <div>
                        <h1>{texts.login_title}</h1>
                        <p class="lead">{texts.login_subtitle}</p>
                    </div>
                    <LoginForm />
                    {page.demo.map(|demo| view! { <DemoHint demo=demo /> }.into_any())}
                </div>
                <footer class="login-foot">
                    <LanguageSwitch class="seg" />
                    <ThemeSwitch class="seg" compact=true />
                </footer>
            </main>
            <aside class="login-art" aria-hidden="true">
                <Yard />
                <p>{texts.login_slogan}</p>
            </aside>
        </div>
    }
}

#[component]
fn LoginForm() -> impl IntoView {
    let page = use_page();
    let (lang, texts) = (page.lang, page.lang.texts());
    let action = ServerAction::<LogIn>::new();
    let outcome = action.value();
    // The server sends a signed-in person there, if it is a page of ours.
    let next = use_query_map().with_untracked(|query| query.get("next"));
    let is_shown = RwSignal::new(false);

    Effect::new(move |_| {
        if matches!(&*outcome.read(), Some(Err(_))) {
            browser::focus(ERROR);
        }
    });

    let error = Memo::new(move |_| outcome.read().as_ref().and_then(|outcome| outcome.as_ref().err().cloned()));
    let is_wrong = move || error.with(|error| *error == Some(AppError::InvalidCredentials));
    let refusal = move || {
        error.get().map(|error| {
            view! {
                <div class="note red" role="alert" tabindex="-1" id=ERROR>
                    <Icon name="circle-alert" />
                    <div>
                        <b>{lang.error(&error)}</b>
                    </div>
                </div>
            }
        })
    };
    // The page belongs to nobody: the signed-in one is a new document, and until it is there
    // signing in goes on.
    let busy = Signal::derive(move || action.pending().get() || matches!(&*outcome.read(), Some(Ok(_))));
    view! {
        {move || refusal()}
        <ActionForm action=action attr:class="fields">
            <input type="hidden" name="next" value=next />
            <div class="field">
                <label for="email">{texts.email}</label>
                <input
                    class="input lg"
                    id="email"
                    name="email"
                    type="email"
                    autocomplete="username"
                    inputmode="email"
                    required
                    autofocus
                    aria-invalid=move || is_wrong().then_some("true")
                    aria-describedby=move || is_wrong().then_some(ERROR)
                />
            </div>
            <div class="field">
                <label for="password">{texts.password}</label>
                <div class="input-wrap">
                    <input
                        class="input lg"
                        id="password"
                        name="password"
                        type=move || if is_shown.get() { "text" } else { "password" }
                        autocomplete="current-password"
                        required
                        aria-invalid=move || is_wrong().then_some("true")
                        aria-describedby=move || is_wrong().then_some(ERROR)
                    />
                    <ShowPassword is_shown=is_shown />
                </div>
            </div>
            <label class="check">
                <input type="checkbox" class="box" name="remember" value="on" />
                {texts.remember_me}
            </label>
            <BusyButton class="primary lg wide" submit=true busy=busy busy_text=texts.logging_in>
                {texts.login}
            </BusyButton>
        </ActionForm>
    }
}

#[component]
fn ShowPassword(is_shown: RwSignal<bool>) -> impl IntoView {
    let texts = use_page().lang.texts();
    view! {
        <button
            type="button"
            class="icon-btn"
            aria-controls="password"
            aria-label=move || if is_shown.get() { texts.hide_password } else { texts.show_password }
            on:click=move |_| is_shown.update(|shown| *shown = !*shown)
        >
            {move || view! { <Icon name=if is_shown.get() { "eye-off" } else { "eye" } /> }}
        </button>
    }
}

/// The account of a demonstration, in words: nobody has to guess it.
#[component]
fn DemoHint(demo: DemoAccount) -> impl IntoView {
    let texts = use_page().lang.texts();
    view! {
        <p class="note">
            <Icon name="info" />
            {fill(texts.demo_hint, &[&demo.email, &demo.password])}
        </p>
    }
}
