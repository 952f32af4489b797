//! Theme and language: plain forms that the server answers with a cookie and the same page again.

use super::{Theme, use_page};
use crate::text::Lang;
use crate::ui::Icon;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Light, dark, or as the device says. Each choice is a submit button of a plain form.
#[component]
pub fn ThemeSwitch(
    class: &'static str,
    /// Icons alone, for narrow places.
    #[prop(optional)]
    compact: bool,
) -> impl IntoView {
    let page = use_page();
    let texts = page.lang.texts();
    let choice = move |theme: Theme, icon: &'static str, label: &'static str| {
        let is_chosen = if page.theme == theme { "true" } else { "false" };
        view! {
            <button type="submit" name="theme" value=theme.tag() aria-pressed=is_chosen aria-label=label title=compact.then_some(label)>
                <Icon name=icon class="s" />
                {(!compact).then_some(label)}
            </button>
        }
    };
    view! {
        <PreferenceForm class=class label=texts.theme>
            {choice(Theme::System, "monitor", texts.theme_system)}
            {choice(Theme::Light, "sun", texts.theme_light)}
            {choice(Theme::Dark, "moon", texts.theme_dark)}
        </PreferenceForm>
    }
}

/// Korean or English, each in its own words.
#[component]
pub fn LanguageSwitch(class: &'static str) -> impl IntoView {
    let page = use_page();
    let chosen = page.lang;
    let choice = move |lang: Lang, name: &'static str| {
        let is_chosen = if chosen == lang { "true" } else { "false" };
        view! {
            <button type="submit" name="lang" value=lang.tag() lang=lang.tag() aria-pressed=is_chosen>
                {name}
            </button>
        }
    };
    view! {
        <PreferenceForm class=class label=chosen.texts().language>
            {choice(Lang::Ko, "한국어")} {choice(Lang::En, "English")}
        </PreferenceForm>
    }
}

/// A form that the server answers with a cookie and the same page again.
#[component]
fn PreferenceForm(class: &'static str, label: &'static str, children: Children) -> impl IntoView {
    let location = use_location();
    let back = move || match location.search.get().as_str() {
        "" => location.pathname.get(),
        search => [location.pathname.get().as_str(), "?", search.trim_start_matches('?')].concat(),
    };
    view! {
        <form method="post" action="/preferences">
            <input type="hidden" name="back" value=move || back() />
            <div class=class role="group" aria-label=label>
                {children()}
            </div>
        </form>
    }
}
