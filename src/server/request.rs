//! How REST handlers read requests: every refusal is a [`Problem`] in the caller's language.

use crate::accounts::server::Caller;
use crate::error::{AppError, Field, Rule};
use crate::server::problem::{Problem, language};
use crate::text::Lang;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

/// Longest `Idempotency-Key` (contracts §9).
const MAX_KEY_CHARS: usize = 64;

/// What makes a repeated request recognisable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Once {
    /// Method and path.
    pub route: String,
    pub key: String,
    /// SHA-256 of the body, in hex.
    pub body_hash: String,
}

impl Once {
    /// A request without a body, under a key of its sender's.
    ///
    /// # Errors
    /// [`AppError::Validation`] for what is no key.
    pub fn new(route: String, key: &str) -> Result<Self, AppError> {
        if key.is_empty() || key.len() > MAX_KEY_CHARS {
            return Err(AppError::field(Field::IdempotencyKey, Rule::MaxLength { max: 64 }));
        }
        if !key.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(AppError::field(Field::IdempotencyKey, Rule::Unknown));
        }
        Ok(Self { route, key: key.to_owned(), body_hash: String::new() }.with_body(b""))
    }

    /// The request whose head this is, before its body is read; nothing unless it is a POST with an `Idempotency-Key`.
    ///
    /// # Errors
    /// [`AppError::Validation`] for what is no key.
    pub fn of(parts: &Parts) -> Result<Option<Self>, AppError> {
        let Some(key) = parts.headers.get("idempotency-key").filter(|_| parts.method == Method::POST) else {
            return Ok(None);
        };
        // What is no text is no key either.
        let key = key.to_str().unwrap_or("\0");
        Self::new(format!("{} {}", parts.method, parts.uri.path()), key).map(Some)
    }

    /// The same request with what tells its body from another.
    #[must_use]
    pub fn with_body(self, body: &[u8]) -> Self {
        Self { body_hash: hex(&Sha256::digest(body)), ..self }
    }
}

/// The signed-in caller and the language to answer in.
pub struct Authenticated {
    pub caller: Caller,
    pub lang: Lang,
}

/// A signed-in caller's JSON body, with its `Idempotency-Key` noted in the caller.
pub struct Body<T> {
    pub caller: Caller,
    pub lang: Lang,
    pub value: T,
}

/// Query parameters.
pub struct Query<T>(pub T);

/// The fields of a page's form.
pub struct Form<T>(pub T);

/// Path parameters. What does not parse names nothing: 404.
pub struct Path<T>(pub T);

/// A body without members.
#[derive(Debug, serde::Deserialize)]
pub struct Empty {}

/// The answer of a handler: JSON with a status, or a problem.
pub type Answer = Result<Response, Problem>;

/// An answer of 200 with a JSON body.
pub fn ok(value: &impl Serialize) -> Response {
    (StatusCode::OK, axum::Json(value)).into_response()
}

/// An answer of 201 with a JSON body.
pub fn created(value: &impl Serialize) -> Response {
    (StatusCode::CREATED, axum::Json(value)).into_response()
}

/// Carries a refusal out in a language.
pub trait InLanguage<T> {
    /// # Errors
    /// The refusal, as a problem.
    fn in_language(self, lang: Lang) -> Result<T, Problem>;
}

impl<T> InLanguage<T> for Result<T, AppError> {
    fn in_language(self, lang: Lang) -> Result<T, Problem> {
        self.map_err(|error| Problem { error, lang })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Authenticated {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let lang = language(&parts.headers);
        let caller = parts.extensions.get::<Caller>().cloned().ok_or(AppError::Unauthenticated).in_language(lang)?;
        Ok(Self { caller, lang })
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let Authenticated { mut caller, lang } = Authenticated::from_request_parts(&mut parts, state).await?;
        let once = Once::of(&parts).in_language(lang)?;
        let bytes = read_body(Request::from_parts(parts, body), state).await.in_language(lang)?;
        caller.once = once.map(|once| once.with_body(&bytes));
        let value = parse(&bytes).in_language(lang)?;
        Ok(Self { caller, lang, value })
    }
}

/// JSON of a caller who need not be signed in.
///
/// # Errors
/// [`AppError::PayloadTooLarge`], [`AppError::MalformedRequest`].
pub async fn read_json<T: DeserializeOwned, S: Send + Sync>(request: Request, state: &S) -> Result<T, AppError> {
    parse(&read_body(request, state).await?)
}

/// The whole body.
///
/// # Errors
/// [`AppError::PayloadTooLarge`], and [`AppError::MalformedRequest`] for one that breaks off.
pub async fn read_body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, AppError> {
    Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => AppError::PayloadTooLarge,
        _ => AppError::MalformedRequest { line: 0, column: 0 },
    })
}

/// Whatever the Content-Type says: the body is a JSON object. An empty one is an empty object.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, AppError> {
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    // serde would take a list for an object whose members have lost their names.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(AppError::MalformedRequest { line: 1, column: 1 });
    }
    serde_json::from_slice(bytes).map_err(|error| AppError::MalformedRequest {
        line: u32::try_from(error.line()).unwrap_or(u32::MAX),
        column: u32::try_from(error.column()).unwrap_or(u32::MAX),
    })
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        axum::extract::Query::try_from_uri(&parts.uri)
            .map(|query| Self(query.0))
            .map_err(|_| AppError::MalformedRequest { line: 0, column: 0 })
            .in_language(language(&parts.headers))
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let lang = language(request.headers());
        let form = axum::Form::from_request(request, state).await;
        let malformed = |_| AppError::MalformedRequest { line: 0, column: 0 };
        form.map(|axum::Form(fields)| Self(fields)).map_err(malformed).in_language(lang)
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let lang = language(&parts.headers);
        let path = axum::extract::Path::from_request_parts(parts, state).await;
        path.map(|path| Self(path.0)).map_err(|_| AppError::NotFound).in_language(lang)
    }
}

/// The token of an `Authorization: Bearer` header.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Bytes in lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
