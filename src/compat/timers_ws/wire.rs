//! The documented messages: what clients send, and how they are answered (contracts §4.2 to §4.6).

use super::zone::Zone;
use crate::error::AppError;
use crate::ids::TimerId;
use crate::time::Timestamp;
use crate::timers::model::{NewTimer, Timer};
use serde_json::{Map, Value, json};

/// Longest `requestId` and `idempotencyKey`; of a longer one nothing is kept.
const MAX_ID_CHARS: usize = 64;

/// The names with underscores that deployed clients send.
const ALIASES: [(&str, &str); 4] = [
    ("timer_id", "timerId"),
    ("schedule_id", "scheduleId"),
    ("todo_id", "todoId"),
    ("allocated_duration", "allocatedDuration"),
];

/// What a client asks for.
#[derive(Debug, PartialEq)]
pub struct Request {
    pub command: Command,
    /// Copied into the answer.
    pub request_id: Option<Value>,
}

#[derive(Debug, PartialEq)]
pub enum Command {
    Create {
        new: Box<NewTimer>,
        /// A repeat with the same one creates nothing.
        key: Option<String>,
    },
    Pause {
        id: TimerId,
        version: Option<i64>,
    },
    Resume {
        id: TimerId,
        version: Option<i64>,
    },
    Stop {
        id: TimerId,
        version: Option<i64>,
    },
    Sync,
}

/// Why something was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    TimerNotFound,
    TimerAlreadyCompleted,
    TimerNotRunning,
    RateLimitExceeded,
    Unauthorized,
    InvalidMessage,
    UnknownType,
    TimerNotPaused,
    Forbidden,
    StaleVersion,
    InternalError,
}

impl Code {
    /// The code of a command's refusal.
    pub fn of(error: &AppError) -> Self {
        match error {
            AppError::NotFound => Self::TimerNotFound,
            AppError::TimerAlreadyCompleted => Self::TimerAlreadyCompleted,
            AppError::TimerNotRunning => Self::TimerNotRunning,
            AppError::TimerNotPaused => Self::TimerNotPaused,
            AppError::Forbidden => Self::Forbidden,
            AppError::StaleVersion => Self::StaleVersion,
            AppError::RateLimitExceeded { .. } => Self::RateLimitExceeded,
            AppError::Unauthenticated => Self::Unauthorized,
            AppError::Validation { .. } | AppError::MalformedRequest { .. } | AppError::IdempotencyMismatch => {
                Self::InvalidMessage
            }
            _ => Self::InternalError,
        }
    }

    /// Its name on the wire, and what it says to people.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::TimerNotFound => ("TIMER_NOT_FOUND", "타이머를 찾을 수 없습니다"),
            Self::TimerAlreadyCompleted => ("TIMER_ALREADY_COMPLETED", "이미 완료된 타이머입니다"),
            Self::TimerNotRunning => ("TIMER_NOT_RUNNING", "실행 중인 타이머가 아닙니다"),
            Self::RateLimitExceeded => ("RATE_LIMIT_EXCEEDED", "요청 한도를 초과했습니다"),
            Self::Unauthorized => ("UNAUTHORIZED", "인증에 실패했습니다"),
            Self::InvalidMessage => ("INVALID_MESSAGE", "메시지 형식이 올바르지 않습니다"),
            Self::UnknownType => ("UNKNOWN_TYPE", "알 수 없는 메시지 유형입니다"),
            Self::TimerNotPaused => ("TIMER_NOT_PAUSED", "일시정지된 타이머가 아닙니다"),
            Self::Forbidden => ("FORBIDDEN", "이 타이머를 조작할 권한이 없습니다"),
            Self::StaleVersion => ("STALE_VERSION", "그사이 타이머가 바뀌었습니다"),
            Self::InternalError => ("INTERNAL_ERROR", "서버에 문제가 생겼습니다"),
        }
    }
}

impl Request {
    /// Reads a message.
    ///
    /// # Errors
    /// The code to answer with, and the `requestId` as far as it could be read.
    pub fn parse(text: &str) -> Result<Self, (Code, Option<Value>)> {
        let Ok(Value::Object(mut message)) = serde_json::from_str(text) else {
            return Err((Code::InvalidMessage, None));
        };
        let request_id = message.remove("requestId").filter(is_request_id);
        let refuse = |code| Err((code, request_id.clone()));
        let Some(Value::String(kind)) = message.remove("type") else { return refuse(Code::InvalidMessage) };
        let payload = message.remove("payload").unwrap_or_else(|| Value::Object(Map::new()));
        let known = ["timer.create", "timer.pause", "timer.resume", "timer.stop", "timer.sync"];
        if !known.contains(&kind.as_str()) {
            return refuse(Code::UnknownType);
        }
        let Value::Object(payload) = payload else { return refuse(Code::InvalidMessage) };
        match Command::parse(&kind, with_documented_names(payload)) {
            Ok(command) => Ok(Self { command, request_id }),
            Err(code) => refuse(code),
        }
    }
}

impl Command {
    fn parse(kind: &str, mut payload: Map<String, Value>) -> Result<Self, Code> {
        if kind == "timer.sync" {
            return Ok(Self::Sync);
        }
        if kind == "timer.create" {
            let key = match payload.remove("idempotencyKey") {
                None | Some(Value::Null) => None,
                Some(Value::String(key)) if !key.is_empty() && key.chars().count() <= MAX_ID_CHARS => Some(key),
                Some(_) => return Err(Code::InvalidMessage),
            };
            let new = serde_json::from_value(Value::Object(payload)).map_err(|_| Code::InvalidMessage)?;
            return Ok(Self::Create { new, key });
        }
        let Some(Value::String(id)) = payload.get("timerId") else { return Err(Code::InvalidMessage) };
        // A text that is no id names no timer.
        let id = id.parse().map_err(|_| Code::TimerNotFound)?;
        let version = match payload.get("version") {
            None | Some(Value::Null) => None,
            Some(version) => Some(version.as_i64().ok_or(Code::InvalidMessage)?),
        };
        Ok(match kind {
            "timer.pause" => Self::Pause { id, version },
            "timer.resume" => Self::Resume { id, version },
            _ => Self::Stop { id, version },
        })
    }
}

fn is_request_id(id: &Value) -> bool {
    match id {
        Value::String(text) => text.chars().count() <= MAX_ID_CHARS,
        Value::Number(_) => true,
        _ => false,
    }
}

fn with_documented_names(mut payload: Map<String, Value>) -> Map<String, Value> {
    for (alias, name) in ALIASES {
        if let Some(value) = payload.remove(alias) {
            payload.entry(name).or_insert(value);
        }
    }
    payload
}

/// What a message of ours carries besides its payload.
#[derive(Default)]
pub struct Answer {
    pub seq: Option<i64>,
    pub request_id: Option<Value>,
}

/// `timer.created`, `timer.updated` or `timer.completed`.
pub fn timer(kind: &str, timer: Timer, zone: &Zone, answer: Answer, now: Timestamp) -> String {
    envelope(kind, json!({ "timer": dto(timer, zone, now) }), answer, now)
}

/// `timer.synced`.
pub fn synced(timers: Vec<Timer>, zone: &Zone, answer: Answer, now: Timestamp) -> String {
    let timers: Vec<Value> = timers.into_iter().map(|timer| dto(timer, zone, now)).collect();
    envelope("timer.synced", json!({ "timers": timers }), answer, now)
}

/// `error`, to the caller only.
pub fn error(code: Code, request_id: Option<Value>, now: Timestamp) -> String {
    let (code, message) = code.words();
    envelope("error", json!({"code": code, "message": message}), Answer { seq: None, request_id }, now)
}

fn envelope(kind: &str, payload: Value, answer: Answer, now: Timestamp) -> String {
    let mut message = json!({"type": kind, "payload": payload, "serverTime": now.0});
    if let Some(seq) = answer.seq {
        message["seq"] = json!(seq);
    }
    if let Some(id) = answer.request_id {
        message["requestId"] = id;
    }
    message.to_string()
}

/// A timer as it is sent now, its instants in the client's zone.
fn dto(timer: Timer, zone: &Zone, now: Timestamp) -> Value {
    let mut dto = json!(timer.seen_at(now));
    in_zone(&mut dto, zone);
    dto
}

fn in_zone(value: &mut Value, zone: &Zone) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let is_instant = name == "at" || name.ends_with("At");
                match member.as_str().filter(|_| is_instant).and_then(|text| text.parse().ok()) {
                    Some(at) => *member = Value::String(zone.write(at)),
                    None => in_zone(member, zone),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| in_zone(item, zone)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_read_as_documented_and_as_deployed_clients_send_them() {
        let create = |text: &str| match Request::parse(text) {
            Ok(Request { command: Command::Create { new, key }, request_id }) => (new, key, request_id),
            other => panic!("{text}: {other:?}"),
        };
        let (new, key, request_id) = create(
            r#"{"type":"timer.create","payload":{"schedule_id":"s","todo_id":"t","allocated_duration":60},"requestId":7}"#,
        );
        assert_eq!(
            (new.schedule_id.as_deref(), new.todo_id.as_deref(), new.allocated_duration),
            (Some("s"), Some("t"), 60)
        );
        assert_eq!((key, request_id), (None, Some(json!(7))));
        let (new, ..) = create(
            r#"{"type":"timer.create","payload":{"allocatedDuration":60,"allocated_duration":5,"scheduleId":null}}"#,
        );
        assert_eq!((new.schedule_id, new.allocated_duration), (None, 60));
        for text in [r#"{"type":"timer.sync"}"#, r#"{"type":"timer.sync","payload":{}}"#] {
            assert_eq!(Request::parse(text), Ok(Request { command: Command::Sync, request_id: None }));
        }
    }

    #[test]
    fn what_is_no_message_has_its_code() {
        let id = "0192f0c1-2b3c-7d4e-8f5a-6b7c8d9e0f1a";
        for (text, code) in [
            ("", Code::InvalidMessage),
            ("[]", Code::InvalidMessage),
            ("{", Code::InvalidMessage),
            ("null", Code::InvalidMessage),
            (r#"{"payload":{}}"#, Code::InvalidMessage),
            (r#"{"type":1,"payload":{}}"#, Code::InvalidMessage),
            (r#"{"type":"timer.explode","payload":{}}"#, Code::UnknownType),
            (r#"{"type":"timer.explode","payload":3}"#, Code::UnknownType),
            (r#"{"type":"timer.sync","payload":[]}"#, Code::InvalidMessage),
            (r#"{"type":"timer.create","payload":{}}"#, Code::InvalidMessage),
            (r#"{"type":"timer.create","payload":{"allocatedDuration":"60"}}"#, Code::InvalidMessage),
            (r#"{"type":"timer.create","payload":{"allocatedDuration":1.5}}"#, Code::InvalidMessage),
            (r#"{"type":"timer.create","payload":{"allocatedDuration":60,"scheduleId":5}}"#, Code::InvalidMessage),
            (r#"{"type":"timer.create","payload":{"allocatedDuration":60,"idempotencyKey":""}}"#, Code::InvalidMessage),
            (r#"{"type":"timer.pause","payload":{}}"#, Code::InvalidMessage),
            (r#"{"type":"timer.pause","payload":{"timerId":5}}"#, Code::InvalidMessage),
            (r#"{"type":"timer.pause","payload":{"timerId":"x"}}"#, Code::TimerNotFound),
        ] {
            assert_eq!(Request::parse(text), Err((code, None)), "{text}");
        }
        let text = format!(r#"{{"type":"timer.stop","payload":{{"timer_id":"{id}","version":"x"}},"requestId":"r"}}"#);
        assert_eq!(Request::parse(&text), Err((Code::InvalidMessage, Some(json!("r")))));
    }
}
