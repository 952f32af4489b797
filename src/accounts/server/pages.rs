//! Signing in and out from pages: the same commands, and the cookie.

use super::authenticate::session_cookie;
use crate::accounts::model::{Credentials, User};
use crate::error::AppError;
use crate::server::middleware::ClientAddress;
use crate::server::state::{App, request};
use http::{HeaderValue, header};
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;
use percent_encoding::{CONTROLS, utf8_percent_encode};

/// Signs in and goes on to `next`, when that is a page of ours.
///
/// # Errors
/// As [`super::log_in`].
pub async fn log_in(credentials: Credentials, next: Option<&str>) -> Result<User, AppError> {
    let app = expect_context::<App>();
    let parts = use_context::<http::request::Parts>();
    let parts = parts.ok_or_else(|| AppError::internal(&"a login without a request"))?;
    let address = parts.extensions.get::<ClientAddress>();
    let address = address.ok_or_else(|| AppError::internal(&"a login without an address"))?.0;
    let signed_in = super::log_in(&app, credentials, address, &parts.headers).await?;
    set_cookie(&app, signed_in.token, signed_in.remember)?;
    // A page reads headers byte by byte: what is beyond ASCII would be other letters to it.
    let next = next.filter(|next| is_own_path(next)).unwrap_or("/");
    leptos_axum::redirect(&utf8_percent_encode(next, CONTROLS).to_string());
    Ok(signed_in.user)
}

/// Signs out and goes to the login page.
///
/// # Errors
/// When the database fails.
pub async fn log_out() -> Result<(), AppError> {
    let app = expect_context::<App>();
    if let Ok((_, caller)) = request() {
        super::log_out(&app, caller.session).await?;
    }
    set_cookie(&app, String::new(), false)?;
    leptos_axum::redirect("/login");
    Ok(())
}

fn set_cookie(app: &App, token: String, remember: bool) -> Result<(), AppError> {
    let cookie = session_cookie(app, token, remember).to_string();
    let value = HeaderValue::from_str(&cookie).map_err(|error| AppError::internal(&error))?;
    expect_context::<ResponseOptions>().append_header(header::SET_COOKIE, value);
    Ok(())
}

/// A path on this very site, as a header can carry it: `//host` and `/\host` would lead elsewhere.
#[must_use]
pub fn is_own_path(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !path.contains(|c: char| c == '\\' || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::is_own_path;

    #[test]
    fn only_paths_of_this_site_are_gone_on_to() {
        assert!(is_own_path("/timeline?date=2026-11-21"));
        for elsewhere in ["", "timeline", "//evil.example", "/\\evil.example", "https://evil.example"] {
            assert!(!is_own_path(elsewhere), "{elsewhere}");
        }
        assert!(is_own_path("/chat/%EC%A0%90%EC%8B%AC") && is_own_path("/chat/점심"));
        for no_header in ["/a\r\nb", "/a\tb", "/a\u{1}b", "/a\u{7f}"] {
            assert!(!is_own_path(no_header), "{no_header:?}");
        }
    }
}
