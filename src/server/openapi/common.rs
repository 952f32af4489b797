//! What all routes have in common, described once: how refusals look, and what repeats a POST.

use http::StatusCode;
use serde_json::{Map, Value, json};

/// The POSTs that keep no answer for a repeat: those of tokens (contracts §9).
const WITHOUT_KEY: [&str; 4] = ["/auth/login", "/auth/logout", "/auth/refresh", "/ws/ticket"];

/// Adds to each route what its own description need not repeat.
pub fn complete(document: &mut Value) {
    document["components"]["schemas"]["Problem"] = problem();
    document["components"]["schemas"]["ChatRefusal"] = chat_refusal();
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for (path, item) in paths {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if let Some(operation) = operation.as_object_mut() {
                complete_operation(path, method, operation);
            }
        }
    }
}

fn complete_operation(path: &str, method: &str, operation: &mut Map<String, Value>) {
    let takes_key = method == "post" && !WITHOUT_KEY.contains(&path);
    if takes_key && let Value::Array(parameters) = operation.entry("parameters").or_insert_with(|| json!([])) {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "A repeat with the same key and body answers the first response, for 24 hours.",
            "schema": {"type": "string", "maxLength": 64}
        }));
    }
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let has_query = parameters.is_some_and(|all| all.iter().any(|parameter| parameter["in"] == "query"));
    let reads_body = takes_key || operation.contains_key("requestBody");
    let is_open = operation.get("security") == Some(&json!([{}]));

    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for (status, answers) in
        [("400", reads_body || has_query), ("401", !is_open), ("413", reads_body), ("422", takes_key)]
    {
        if answers {
            responses.entry(status).or_insert_with(|| json!({}));
        }
    }
    let (kind, schema) = if path.starts_with("/chat/") {
        ("application/json", "ChatRefusal")
    } else {
        ("application/problem+json", "Problem")
    };
    for (status, response) in responses {
        if let (true, Some(response)) = (status.starts_with('4'), response.as_object_mut()) {
            let status = StatusCode::from_bytes(status.as_bytes()).ok();
            let reason = status.and_then(|status| status.canonical_reason()).unwrap_or_default();
            response.entry("description").or_insert_with(|| json!(reason));
            let reference = format!("#/components/schemas/{schema}");
            response.entry("content").or_insert_with(|| json!({kind: {"schema": {"$ref": reference}}}));
        }
    }
}

/// RFC 9457, with what contracts §9 adds.
fn problem() -> Value {
    json!({
        "type": "object",
        "description": "A refusal. Some codes bring members of their own.",
        "required": ["type", "title", "status", "detail", "code"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "For people, in the caller's language."},
            "code": {"type": "string", "description": "For programs; it does not change."},
            "fields": {
                "type": "object",
                "description": "With VALIDATION: the fields that break a rule, by name.",
                "additionalProperties": field()
            },
            "errorId": {"type": "string", "description": "With INTERNAL: the number under which the log has the details."}
        }
    })
}

/// Contracts §5.2: the shape of the chat API.
fn chat_refusal() -> Value {
    json!({
        "type": "object",
        "required": ["success", "message", "error"],
        "properties": {
            "success": {"type": "boolean", "const": false},
            "message": {"type": "string", "description": "For people, in the caller's language."},
            "error": {
                "type": "object",
                "required": ["code"],
                "properties": {
                    "code": {"type": "string"},
                    "fields": {"type": "object", "additionalProperties": field()}
                }
            }
        }
    })
}

fn field() -> Value {
    json!({
        "type": "object",
        "required": ["code", "message"],
        "properties": {"code": {"type": "string"}, "message": {"type": "string"}}
    })
}
