//! One authenticator for pages, REST and sockets (contracts §6, C1): a session cookie or an access
//! token. Identity that a client claims in any other way is not looked at.

use super::store::{self, Session};
use super::{Tokens, next_touch};
use crate::accounts::model::{MADE_FOR, Person, User, Viewer};
use crate::error::AppError;
use crate::ids::{SessionId, UserId};
use crate::server::db::Conn;
use crate::server::request::{Once, bearer};
use crate::server::state::App;
use crate::settings::model::{Appearance, TimeZoneDisplay};
use crate::settings::server as settings;
use crate::time::Timestamp;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::tz::TimeZone;

/// Where the browser notes its time zone: an IANA name.
const ZONE_COOKIE: &str = "madang_zone";

/// Who is calling.
#[derive(Clone, Debug)]
pub struct Caller {
    pub user: User,
    pub session: SessionId,
    /// When this sign-in ends unless it is renewed.
    pub expires_at: Timestamp,
    /// An access token ends when it says, a session may be prolonged.
    pub by_access_token: bool,
    /// How pages look for them.
    pub appearance: Appearance,
    /// The device's zone, when the caller wants times told by it.
    pub zone: Option<TimeZone>,
    /// Set on requests that carry an `Idempotency-Key`.
    pub once: Option<Once>,
}

impl Caller {
    #[must_use]
    pub fn viewer(&self) -> Viewer {
        self.user.viewer()
    }

    /// The caller as others see them.
    #[must_use]
    pub fn person(&self) -> Person {
        Person { id: self.user.id, name: self.user.name.clone() }
    }

    /// Whether nothing but a claim says who this is ([`caller_of_user`]).
    #[must_use]
    pub fn is_believed(&self) -> bool {
        self.session == SessionId(0)
    }

    /// # Errors
    /// [`AppError::Forbidden`] for everybody but admins.
    pub fn require_admin(&self) -> Result<(), AppError> {
        if self.viewer().is_admin() { Ok(()) } else { Err(AppError::Forbidden) }
    }

    fn of_session(session: Session) -> Self {
        let tags = [&session.language, &session.theme, &session.time_zone].map(Option::as_deref);
        Self {
            appearance: settings::appearance(tags[0], tags[1], tags[2]),
            zone: None,
            expires_at: session.expires_at,
            user: session.user,
            session: session.session_id,
            by_access_token: false,
            once: None,
        }
    }
}

/// `__Host-` binds the cookie to this very host, but only works over https.
pub(crate) fn cookie_name(app: &App) -> &'static str {
    if app.config.is_https() { "__Host-madang_session" } else { "madang_session" }
}

/// The cookie that carries a session's token; an empty token takes the cookie back.
pub(super) fn session_cookie(app: &App, token: String, remember: bool) -> Cookie<'static> {
    let mut cookie = Cookie::build((cookie_name(app), token))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.config.is_https())
        .build();
    if cookie.value().is_empty() {
        cookie.make_removal();
    } else if remember {
        cookie.set_max_age(time::Duration::milliseconds(super::REMEMBERED_MS));
    }
    cookie
}

/// The session's token in a request, when it carries one.
pub(crate) fn session_token(app: &App, headers: &HeaderMap) -> Option<String> {
    CookieJar::from_headers(headers).get(cookie_name(app)).map(|cookie| cookie.value().to_owned())
}

/// Middleware: notes the caller in the request. Whether one is needed is for the handlers to say; but what a page of one
/// person sends with the session of another ([`MADE_FOR`]) reaches none of them.
pub async fn authenticate(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let mut prolonged = None;
    let found = caller_of(&app, request.headers()).await;
    let found = found.and_then(|found| match found {
        Some((caller, _)) if !is_meant(request.headers(), &caller) => Err(AppError::Unauthenticated),
        found => Ok(found),
    });
    match found {
        Ok(Some((caller, cookie))) => {
            request.extensions_mut().insert(caller);
            prolonged = cookie;
        }
        Ok(None) => {}
        Err(error) => {
            let lang = crate::server::problem::language(request.headers());
            return crate::server::problem::Problem { error, lang }.into_response();
        }
    }
    let mut response = next.run(request).await;
    if let Some(cookie) = prolonged {
        set_again(&mut response, &cookie);
    }
    response
}

/// Whether a request is the caller's own, as far as it says whose it is.
fn is_meant(headers: &HeaderMap, caller: &Caller) -> bool {
    headers.get(MADE_FOR).is_none_or(|person| person.as_bytes() == caller.user.id.to_string().as_bytes())
}

/// Prolongs the cookie of a remembered session with the session. Not on a file, which caches may keep
/// for everybody, nor on an answer that sets the cookie itself: a logout would be undone.
fn set_again(response: &mut Response, cookie: &Cookie<'_>) {
    let headers = response.headers();
    let is_file = response.status() == StatusCode::NOT_MODIFIED || headers.contains_key(header::LAST_MODIFIED);
    let own = format!("{}=", cookie.name());
    let is_set = headers.get_all(header::SET_COOKIE).iter().any(|set| set.as_bytes().starts_with(own.as_bytes()));
    if is_file || is_set {
        return;
    }
    // One that came in a header fits into one.
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// The caller, and their cookie when it is to be set again.
async fn caller_of(app: &App, headers: &HeaderMap) -> Result<Option<(Caller, Option<Cookie<'static>>)>, AppError> {
    if let Some(token) = bearer(headers) {
        return Ok(session_of_access_token(app, token).await?.map(|caller| (caller, None)));
    }
    caller_of_cookie(app, headers).await
}

/// [`caller_of`] for what a session alone may do: an access token beside the cookie does not count.
///
/// # Errors
/// When the database fails.
pub(super) async fn caller_of_cookie(
    app: &App,
    headers: &HeaderMap,
) -> Result<Option<(Caller, Option<Cookie<'static>>)>, AppError> {
    let Some(token) = session_token(app, headers) else { return Ok(None) };
    let now = app.now();
    let session = store::find_session_by_token(&mut app.db.reader().await?, &Tokens::digest(&token), now).await?;
    let Some(session) = session else { return Ok(None) };
    let mut cookie = None;
    if let Some(expires_at) = next_touch(session.last_seen_at, session.remember, now) {
        cookie = session.remember.then(|| session_cookie(app, token, true));
        // The request need not wait for its own traces.
        tokio::spawn(touch(app.clone(), session.session_id, now, expires_at));
    }
    let caller = Caller::of_session(session);
    let by_device = caller.appearance.time_zone == TimeZoneDisplay::Device;
    let zone = by_device.then(|| device_zone(headers)).flatten();
    Ok(Some((Caller { zone, ..caller }, cookie)))
}

/// The zone that the browser has noted in a cookie, when there is such a zone.
fn device_zone(headers: &HeaderMap) -> Option<TimeZone> {
    TimeZone::get(CookieJar::from_headers(headers).get(ZONE_COOKIE)?.value()).ok()
}

async fn touch(app: App, id: SessionId, now: Timestamp, expires_at: Timestamp) -> Result<(), AppError> {
    let mut tx = app.log.begin().await?;
    store::update_session_use(&mut tx, id, now, expires_at).await?;
    tx.commit().await?;
    Ok(())
}

/// The caller of an access token; `None` for one that is forged, expired, or of an ended session.
///
/// # Errors
/// When the database fails.
pub async fn session_of_access_token(app: &App, token: &str) -> Result<Option<Caller>, AppError> {
    let now = app.now();
    let Some(access) = app.tokens.read(token, now) else { return Ok(None) };
    let session = find_live(&mut app.db.reader().await?, access.session, now).await?;
    Ok(session.map(|session| {
        let caller = Caller::of_session(session);
        Caller { expires_at: access.expires_at, by_access_token: true, ..caller }
    }))
}

/// A person without a session, for those parts of a documented contract that believe what clients say.
///
/// # Errors
/// When the database fails.
pub async fn caller_of_user(app: &App, id: UserId) -> Result<Option<Caller>, AppError> {
    let mut read = app.read().await?;
    let user = store::find_user(&mut read, id).await?;
    read.end();
    Ok(user.map(|user| Caller {
        user,
        session: SessionId(0),
        expires_at: Timestamp(i64::MAX),
        by_access_token: false,
        appearance: Appearance::default(),
        zone: None,
        once: None,
    }))
}

/// The caller of a `?token=`: an access token, or a ticket, which is used up.
///
/// # Errors
/// When the database fails.
pub async fn session_of_ticket(app: &App, token: &str) -> Result<Option<Caller>, AppError> {
    if token.contains('.') {
        return session_of_access_token(app, token).await;
    }
    let now = app.now();
    let mut tx = app.log.begin().await?;
    let used = store::delete_ticket(&mut tx, &Tokens::digest(token), now).await?;
    let session = match used {
        Some((id, _)) => find_live(&mut tx, id, now).await?,
        None => None,
    };
    tx.commit().await?;
    let caller = session.map(Caller::of_session);
    Ok(match used.and_then(|(_, ends_at)| ends_at) {
        Some(expires_at) => caller.map(|caller| Caller { expires_at, by_access_token: true, ..caller }),
        None => caller,
    })
}

/// When the session of a socket ends, as it stands now; `None` when it has ended.
///
/// # Errors
/// When the database fails.
pub async fn session_end(app: &App, session: SessionId) -> Result<Option<Timestamp>, AppError> {
    let session = find_live(&mut app.db.reader().await?, session, app.now()).await?;
    Ok(session.map(|session| session.expires_at))
}

async fn find_live(conn: &mut Conn, id: SessionId, now: Timestamp) -> Result<Option<Session>, AppError> {
    Ok(store::find_session(conn, id, now).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_not_set_again_on_what_caches_keep_nor_where_it_is_taken_back() {
        let cookie = Cookie::new("madang_session", "token");
        let cookies = |answer: (StatusCode, [(http::HeaderName, &str); 1])| {
            let mut response = answer.into_response();
            set_again(&mut response, &cookie);
            let all = response.headers().get_all(header::SET_COOKIE).iter();
            all.map(|set| set.to_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let taken_back = "madang_session=; Max-Age=0";
        assert_eq!(cookies((StatusCode::OK, [(header::SET_COOKIE, "madang_lang=ko")])).len(), 2);
        assert_eq!(cookies((StatusCode::OK, [(header::SET_COOKIE, taken_back)])), [taken_back]);
        assert_eq!(cookies((StatusCode::OK, [(header::LAST_MODIFIED, "Mon, 23 Nov 2026 00:00:00 GMT")])), [""; 0]);
        assert_eq!(cookies((StatusCode::NOT_MODIFIED, [(header::VARY, "accept-encoding")])), [""; 0]);
    }
}
