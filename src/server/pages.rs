//! What pages need of the server besides their data: who asks, in which language, and the
//! preferences that cookies keep.

use crate::accounts::server::Caller;
use crate::accounts::server::pages::is_own_path;
use crate::app::{DemoAccount, Page, Theme};
use crate::server::demo;
use crate::server::problem::language;
use crate::server::state::App;
use crate::text::Lang;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::ResponseOptions;
use serde::Deserialize;

const LANGUAGE_COOKIE: &str = "madang_lang";
const THEME_COOKIE: &str = "madang_theme";

/// Gives the page that is about to be rendered, or the server function that is about to run, the
/// application and what is known of the request.
pub fn provide(app: &App) {
    provide_context(app.clone());
    if let Some(parts) = use_context::<Parts>() {
        provide_context(page(app, &parts));
    }
    if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) {
        let policy = format!(
            "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
             style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
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
    Page {
        user: parts.extensions.get::<Caller>().map(|caller| caller.user.clone()),
        lang: language_of(&cookies, &parts.headers),
        theme: cookies.get(THEME_COOKIE).and_then(|cookie| Theme::from_tag(cookie.value())).unwrap_or_default(),
        build: app.build.clone(),
        now,
        zone: app.zone_around(now),
        demo: app.config.demo.then(|| DemoAccount { email: demo::ADMIN.into(), password: demo::PASSWORD.into() }),
    }
}

fn language_of(cookies: &CookieJar, headers: &HeaderMap) -> Lang {
    cookies.get(LANGUAGE_COOKIE).and_then(|cookie| Lang::from_tag(cookie.value())).unwrap_or_else(|| language(headers))
}

#[derive(Deserialize)]
pub struct Preferences {
    lang: Option<String>,
    theme: Option<String>,
    back: Option<String>,
}

/// `POST /preferences`: keeps language and theme in cookies and goes back. Works without WASM.
pub async fn set_preferences(State(app): State<App>, mut jar: CookieJar, Form(chosen): Form<Preferences>) -> Response {
    let mut keep = |name: &'static str, value: String| {
        let cookie = Cookie::build((name, value))
            .path("/")
            .same_site(SameSite::Lax)
            .secure(app.config.is_https())
            .max_age(time::Duration::days(365));
        jar = jar.clone().add(cookie);
    };
    if let Some(lang) = chosen.lang.as_deref().and_then(Lang::from_tag) {
        keep(LANGUAGE_COOKIE, lang.tag().to_owned());
    }
    if let Some(theme) = chosen.theme.as_deref().and_then(Theme::from_tag) {
        keep(THEME_COOKIE, theme.tag().to_owned());
    }
    let back = chosen.back.filter(|back| is_own_path(back)).unwrap_or_else(|| "/".to_owned());
    (jar, Redirect::to(&back)).into_response()
}
