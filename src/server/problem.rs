//! Refusals on REST: RFC 9457 `application/problem+json` (contracts §9, Errors).

use crate::error::{AppError, FieldError};
use crate::text::Lang;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};

/// A refusal in the caller's language.
#[derive(Debug)]
pub struct Problem {
    pub error: AppError,
    pub lang: Lang,
}

impl AppError {
    /// The HTTP status of a refusal.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Unauthenticated | Self::InvalidCredentials => StatusCode::UNAUTHORIZED,
            Self::RateLimitExceeded { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Forbidden | Self::ForbiddenOrigin | Self::WritingBarred { .. } => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Validation { .. } | Self::IdempotencyMismatch => StatusCode::UNPROCESSABLE_ENTITY,
            Self::MalformedRequest { .. } => StatusCode::BAD_REQUEST,
            Self::PayloadTooLarge | Self::UploadQuotaExceeded => StatusCode::PAYLOAD_TOO_LARGE,
            Self::ReservationConflict(_)
            | Self::RoomHasReservations { .. }
            | Self::StaleVersion
            | Self::ReservationClosed
            | Self::AnnouncementClosed
            | Self::AlreadyMember
            | Self::ChatRoomArchived
            | Self::MentionsUnconfirmed { .. }
            | Self::TimerAlreadyCompleted
            | Self::TimerNotRunning
            | Self::TimerNotPaused => StatusCode::CONFLICT,
            Self::AlreadyAnswered { status, .. } => StatusCode::from_u16(*status).unwrap_or(StatusCode::OK),
            Self::Internal { .. } | Self::Unreachable => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// The language that a request asks for.
#[must_use]
pub fn language(headers: &HeaderMap) -> Lang {
    headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .map_or_else(Lang::default, Lang::negotiate)
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Self { error, lang } = self;
        let status = error.status();
        if let AppError::AlreadyAnswered { body, .. } = error {
            // What has no content has no type either.
            if status == StatusCode::NO_CONTENT {
                return status.into_response();
            }
            return (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
        }
        let mut response = (status, body(&error, lang).to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let AppError::RateLimitExceeded { retry_after_secs } = error {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(retry_after_secs));
        }
        response
    }
}

/// `code` and whatever else the refusal carries, under the members that RFC 9457 names.
fn body(error: &AppError, lang: Lang) -> Value {
    let status = error.status();
    let mut problem = match serde_json::to_value(error) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    };
    if let AppError::Validation { fields } = error {
        problem.insert("fields".into(), fields_by_name(fields, lang));
    }
    problem.insert("type".into(), json!("about:blank"));
    problem.insert("title".into(), json!(status.canonical_reason().unwrap_or_default()));
    problem.insert("status".into(), json!(status.as_u16()));
    problem.insert("detail".into(), json!(lang.error(error)));
    Value::Object(problem)
}

/// `{"title": {"code": "MAX_LENGTH", "max": 200, "message": "…"}}`
fn fields_by_name(fields: &[FieldError], lang: Lang) -> Value {
    let mut by_name = Map::new();
    for field in fields {
        let (Ok(Value::String(name)), Ok(Value::Object(mut rule))) =
            (serde_json::to_value(field.field), serde_json::to_value(&field.rule))
        else {
            continue;
        };
        if let Some(code) = rule.remove("rule") {
            rule.insert("code".into(), code);
        }
        rule.insert("message".into(), json!(lang.field_error(field)));
        by_name.entry(name).or_insert(Value::Object(rule));
    }
    Value::Object(by_name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Field, Rule};

    #[test]
    fn a_refusal_names_its_code_its_fields_and_a_sentence() {
        let error = AppError::field(Field::Title, Rule::MaxLength { max: 200 });
        assert_eq!(
            body(&error, Lang::Ko),
            json!({
                "type": "about:blank", "title": "Unprocessable Entity", "status": 422, "code": "VALIDATION",
                "detail": "200자까지 쓸 수 있습니다.",
                "fields": {"title": {"code": "MAX_LENGTH", "max": 200, "message": "200자까지 쓸 수 있습니다."}}
            })
        );
        assert_eq!(
            body(&AppError::Internal { error_id: "7F3A21".into() }, Lang::En)["detail"],
            "Something went wrong. Error number 7F3A21"
        );
    }
}
