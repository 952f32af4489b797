//! What happens to every request: whose address it has, which origins may send it, and the headers
//! that protect its answer.

use crate::accounts::server::pages::is_own_path;
use crate::accounts::server::session_token;
use crate::error::AppError;
use crate::server::pages::language_of_page;
use crate::server::problem::{Problem, language};
use crate::server::request::{bearer, read_body};
use crate::server::state::App;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// Larger than any refusal: one that names a room's bookings has a few hundred bytes for each.
const MAX_REFUSAL: usize = 16 * 1024 * 1024;

/// Where a request comes from, as limits count it: by its IPv4 address, or by its /64 of IPv6, any
/// address of which one client can take.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddress(pub IpAddr);

impl From<IpAddr> for ClientAddress {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
            short => short,
        })
    }
}

/// Notes the client's address: the peer's, or what a trusted proxy in front says.
pub async fn note_address(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let forwarded = if app.config.trust_proxy { forwarded_for(request.headers()) } else { None };
    let address = forwarded.or(peer).unwrap_or(IpAddr::from([0, 0, 0, 0]));
    request.extensions_mut().insert(ClientAddress::from(address));
    next.run(request).await
}

/// The nearest address that the proxy itself saw is the last one: some add a line of their own below the client's.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}

/// Refuses unsafe methods and upgrades that pages of other origins send (contracts §9, Origins).
/// Any request to Socket.IO counts as an upgrade: it opens, keeps or reads a socket.
pub async fn guard_origin(State(app): State<App>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let upgrades = headers.contains_key(header::UPGRADE) || request.uri().path().starts_with("/socket.io");
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) && !upgrades;
    if is_safe || is_own_origin(&app, headers) {
        return next.run(request).await;
    }
    Problem { error: AppError::ForbiddenOrigin, lang: language(headers) }.into_response()
}

fn is_own_origin(app: &App, headers: &HeaderMap) -> bool {
    if let Some(origin) = headers.get(header::ORIGIN) {
        return origin.to_str().is_ok_and(|origin| is_allowed(app, headers, origin));
    }
    match headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
        Some(b"same-origin" | b"none") => true,
        Some(_) => false,
        // No browser: fine without a cookie, which only browsers send unasked.
        None => bearer(headers).is_some() || session_token(app, headers).is_none(),
    }
}

fn is_allowed(app: &App, headers: &HeaderMap, origin: &str) -> bool {
    let same = headers.get(header::HOST).and_then(|host| host.to_str().ok()).is_some_and(|host| {
        origin
            .strip_prefix("http://")
            .or_else(|| origin.strip_prefix("https://"))
            .is_some_and(|o| o.eq_ignore_ascii_case(host))
    });
    same || app.config.origins().any(|allowed| allowed.eq_ignore_ascii_case(origin))
}

/// Says in words what a bare status says: that of an address without such a method, and of a file that is not there.
pub async fn explain(request: Request, next: Next) -> Response {
    let lang = language(request.headers());
    let response = next.run(request).await;
    let error = match response.status() {
        StatusCode::NOT_FOUND => AppError::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => AppError::MethodNotAllowed,
        _ => return response,
    };
    if response.headers().contains_key(header::CONTENT_TYPE) {
        return response;
    }
    let (mut bare, _) = response.into_parts();
    let (problem, body) = Problem { error, lang }.into_response().into_parts();
    bare.headers.remove(header::CONTENT_LENGTH);
    bare.headers.extend(problem.headers);
    Response::from_parts(bare, body)
}

/// Headers that every answer carries. Pages add their Content-Security-Policy themselves, since it
/// names a nonce.
pub async fn protect(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/") || request.uri().path().starts_with("/fn/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    if app.config.is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if is_api && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Sends whoever is not signed in to the login page, and back afterwards: also a page that went there because another
/// tab was signing in.
pub async fn require_login(request: Request, next: Next) -> Response {
    let is_signed_in = request.extensions().get::<crate::accounts::server::Caller>().is_some();
    let path = request.uri().path();
    if is_signed_in && path == "/login" {
        return Redirect::to(&wanted_after_login(request.uri().query())).into_response();
    }
    // Server functions answer for themselves.
    if is_signed_in || path == "/login" || path.starts_with("/fn/") {
        return next.run(request).await;
    }
    let wanted = request.uri().path_and_query().map_or("/", |wanted| wanted.as_str());
    let query = serde_urlencoded::to_string([("next", wanted)]).unwrap_or_default();
    Redirect::to(&format!("/login?{query}")).into_response()
}

/// The page of ours that a query of the login page names, else the first one.
fn wanted_after_login(query: Option<&str>) -> String {
    let query: Vec<(String, String)> = serde_urlencoded::from_str(query.unwrap_or_default()).unwrap_or_default();
    let wanted = query.into_iter().find_map(|(name, value)| (name == "next").then_some(value));
    wanted.filter(|wanted| is_own_path(wanted)).unwrap_or_else(|| "/".to_owned())
}

/// Gives the refusal of a server function its own status: leptos answers 500 for every one, and
/// for a body that it cannot read without saying why.
pub async fn state_refusal(request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/fn/") {
        return next.run(request).await;
    }
    let lang = language_of_page(request.headers());
    let (parts, body) = request.into_parts();
    let body = match read_body(Request::from_parts(parts.clone(), body), &()).await {
        Ok(body) => body,
        Err(error) => return Problem { error, lang }.into_response(),
    };
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, MAX_REFUSAL).await.unwrap_or_default();
    match serde_json::from_slice(&body) {
        // Only a browser finds a server unreachable: here it was the arguments.
        Ok(AppError::Unreachable | AppError::MalformedRequest { .. }) => {
            Problem { error: AppError::MalformedRequest { line: 0, column: 0 }, lang }.into_response()
        }
        Ok(AppError::Internal { error_id }) if error_id.is_empty() => {
            Problem { error: AppError::internal(&"leptos could not run a server function"), lang }.into_response()
        }
        Ok(error) => {
            parts.status = error.status();
            Response::from_parts(parts, Body::from(body))
        }
        Err(_) => Response::from_parts(parts, Body::from(body)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_signed_in_goes_on_from_the_login_page_within_this_site() {
        assert_eq!(wanted_after_login(Some("next=%2Fchat%2F%25ED%2595%259C%3Fat%3D1")), "/chat/%ED%95%9C?at=1");
        assert_eq!(wanted_after_login(Some("next=%2F%ED%95%9C")), "/한");
        for query in [None, Some(""), Some("next="), Some("next=%2F%2Fevil.example"), Some("next=%2F%01")] {
            assert_eq!(wanted_after_login(query), "/", "{query:?}");
        }
    }

    #[test]
    fn the_address_is_the_one_that_the_proxy_saw() {
        let address = |lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", HeaderValue::from_str(line).expect("a value"));
            }
            forwarded_for(&headers)
        };
        let proxy = Some(IpAddr::from([203, 0, 113, 7]));
        assert_eq!(address(&["203.0.113.7"]), proxy);
        assert_eq!(address(&["198.51.100.1, 203.0.113.7"]), proxy, "what a client claims comes first");
        assert_eq!(address(&["198.51.100.1", "203.0.113.7"]), proxy, "also in a line of its own");
        assert_eq!(address(&["198.51.100.1", "nobody"]), None);
        assert_eq!(address(&[]), None);
    }

    #[test]
    fn limits_count_a_network_of_ipv6_as_one_address() {
        for (address, counted) in [
            ("203.0.113.7", "203.0.113.7"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("2001:db8:0:1::7", "2001:db8:0:1::"),
            ("2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:db8:0:1::"),
            ("2001:db8:0:2::7", "2001:db8:0:2::"),
        ] {
            let found = ClientAddress::from(address.parse::<IpAddr>().unwrap()).0;
            assert_eq!(found, counted.parse::<IpAddr>().unwrap(), "{address}");
        }
    }
}
