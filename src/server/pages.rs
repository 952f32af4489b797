//! What pages need of the server besides their data: who asks, in which language, and the
//! preferences that cookies keep.

use crate::accounts::server::Caller;
use crate::accounts::server::pages::is_own_path;
use crate::app::{DemoAccount, Page, Theme};
use crate::server::application::reload_port;
use crate::server::demo;
use crate::server::problem::language;
use crate::server::request::Form;
use crate::server::state::{App, zone_of_page};
use crate::settings::model::SettingsPatch;
use crate::settings::server as settings;
use crate::text::Lang;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, header};
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::ResponseOptions;
use serde::Deserialize;

const LANGUAGE_COOKIE: &str = "madang_lang";
const THEME_COOKIE: &str = "madang_theme";

/// Gives the page that is about to be rendered, or the server function that is about to run, the
/// application and what is known of the request.
pub fn provide(app: &App) {
    let parts = use_context::<Parts>();
    let is_page = parts.as_ref().is_some_and(|parts| matches!(parts.method, Method::GET | Method::HEAD));
    provide_context(if is_page { app.for_page() } else { app.clone() });
    if let Some(parts) = parts {
        provide_context(page(app, &parts));
    }
    if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) {
        let reload = reload_port().map(|port| format!(" ws://*:{port}")).unwrap_or_default();
        let policy = format!(
            "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
             style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self'{reload}; manifest-src 'self'; \
             media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        );
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
        // A page shows what its reader may see: it is nobody else's, and stale as soon as it is left.
        response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

fn page(app: &App, parts: &Parts) -> Page {
    let cookies = CookieJar::from_headers(&parts.headers);
    let now = app.now();
    let caller = parts.extensions.get::<Caller>();
    // What was chosen in this browser goes first; a new one starts with what the account has chosen.
    let chosen = caller.map(|caller| caller.appearance).unwrap_or_default();
    let theme = || cookies.get(THEME_COOKIE).and_then(|cookie| Theme::from_tag(cookie.value()));
    let own_zone = caller.and_then(|caller| caller.zone.as_ref()).unwrap_or(&app.config.time_zone);
    Page {
        user: caller.map(|caller| caller.user.clone()),
        lang: language_of(&cookies).or(chosen.language).unwrap_or_else(|| language(&parts.headers)),
        theme: theme().or(chosen.theme).unwrap_or_default(),
        build: app.build.clone(),
        now,
        zone: zone_of_page(own_zone, now),
        phone: is_phone(&parts.headers),
        organisation_zone: app.zone_around(now),
        demo: app.config.demo.then(|| DemoAccount { email: demo::ADMIN.into(), password: demo::PASSWORD.into() }),
    }
}

/// The language of a page and of what it calls: the one that was chosen, else the browser's.
#[must_use]
pub fn language_of_page(headers: &HeaderMap) -> Lang {
    language_of(&CookieJar::from_headers(headers)).unwrap_or_else(|| language(headers))
}

fn language_of(cookies: &CookieJar) -> Option<Lang> {
    cookies.get(LANGUAGE_COOKIE).and_then(|cookie| Lang::from_tag(cookie.value()))
}

/// What the device says of itself: by the hint that Chromium sends, else by the word that phones
/// have in their user agent.
fn is_phone(headers: &HeaderMap) -> bool {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match header("sec-ch-ua-mobile") {
        Some(hint) => hint == "?1",
        None => header("user-agent").is_some_and(|agent| agent.contains("Mobi")),
    }
}

#[derive(Deserialize)]
pub struct Preferences {
    lang: Option<String>,
    theme: Option<String>,
    back: Option<String>,
}

/// `POST /preferences`: keeps language and theme in cookies, and for the account of whoever is signed
/// in, and goes back. Works without WASM.
pub async fn set_preferences(
    State(app): State<App>,
    caller: Option<Extension<Caller>>,
    mut jar: CookieJar,
    Form(chosen): Form<Preferences>,
) -> Response {
    let mut keep = |name: &'static str, value: String| {
        let cookie = Cookie::build((name, value))
            .path("/")
            .same_site(SameSite::Lax)
            .secure(app.config.is_https())
            .max_age(time::Duration::days(365));
        jar = jar.clone().add(cookie);
    };
    let language = chosen.lang.as_deref().and_then(Lang::from_tag);
    let theme = chosen.theme.as_deref().and_then(Theme::from_tag);
    if let Some(lang) = language {
        keep(LANGUAGE_COOKIE, lang.tag().to_owned());
    }
    if let Some(theme) = theme {
        keep(THEME_COOKIE, theme.tag().to_owned());
    }
    if let Some(Extension(caller)) = caller {
        let patch = SettingsPatch { language, theme, ..SettingsPatch::default() };
        // Logged where it arose; on this device the cookie does.
        let _ = settings::update_settings(&app, &caller, patch).await;
    }
    let back = chosen.back.filter(|back| is_own_path(back)).unwrap_or_else(|| "/".to_owned());
    (jar, Redirect::to(&back)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_known_by_its_hint_else_by_its_user_agent() {
        let phone = |headers: &[(&'static str, &'static str)]| {
            is_phone(&headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect())
        };
        let iphone = ("user-agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148");
        assert!(phone(&[iphone]));
        assert!(phone(&[("sec-ch-ua-mobile", "?1")]));
        assert!(!phone(&[iphone, ("sec-ch-ua-mobile", "?0")]));
        assert!(!phone(&[("user-agent", "Mozilla/5.0 (X11; Linux x86_64)")]));
        assert!(!phone(&[]));
    }
}
