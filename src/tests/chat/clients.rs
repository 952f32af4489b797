//! Clients of the chat API as other languages write them: their headers, their bodies, byte by byte.

use super::{channel, fields, history, refused};
use crate::ids::ChatRoomId;
use crate::tests::helpers::{Answer, Client, Engine, TestApp, answer, on_both_engines};
use http::StatusCode;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Sends a request as it would be on the wire, and gives its answer.
async fn exchange(app: &TestApp, head: &[&str], body: &str) -> Answer {
    let mut stream = tokio::net::TcpStream::connect(app.address).await.expect("a connection");
    let head = format!("{}\r\n\r\n{body}", head.join("\r\n"));
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("an answer");
    let answer = String::from_utf8(answer).expect("text");
    // A client that waits for it is told to go on first.
    let answer = answer.strip_prefix("HTTP/1.1 100 Continue\r\n\r\n").unwrap_or(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    let status = head.split(' ').nth(1).and_then(|code| code.parse::<u16>().ok()).expect("a status");
    let json =
        body.find('{').and_then(|at| serde_json::Deserializer::from_str(&body[at..]).into_iter::<Value>().next());
    let json = json.unwrap_or_else(|| panic!("no JSON: {body:?}")).expect("JSON");
    (StatusCode::from_u16(status).expect("a status"), json)
}

fn path(room: ChatRoomId, rest: &str) -> String {
    format!("/api/v1/chat/rooms/{room}/{rest}")
}

fn sent(answer: &Answer, text: &str) {
    assert_eq!((answer.0.as_u16(), &answer.1["success"]), (200, &json!(true)), "{}", answer.1);
    assert_eq!(
        (&answer.1["message"], &answer.1["data"]["message"]),
        (&json!("Message sent successfully"), &json!(text))
    );
}

/// Whatever a client says of its body: it is JSON.
async fn with_header(by: &Client, room: ChatRoomId, name: &str, value: &str) -> Answer {
    let body = json!({"user_id": by.id.0, "message": value}).to_string();
    answer(by.request("POST", &format!("/chat/rooms/{room}/messages")).header(name, value).body(body)).await
}

on_both_engines! {
    async fn python_sends_a_dictionary_without_or_with_its_type(app: TestApp) {
        let room = channel(&app).await;
        let (host, me) = (app.address.to_string(), app.minji.id.0);
        // requests.post(url, data=json.dumps({...}), headers={"Authorization": ...}): no Content-Type, and
        // what is not ASCII as escapes.
        let body = format!(r#"{{"user_id": {me}, "message": "\uc548\ub155\ud558\uc138\uc694!"}}"#);
        let line = format!("POST {} HTTP/1.1", path(room, "messages"));
        let (host_line, bearer) = (format!("Host: {host}"), format!("Authorization: Bearer {}", app.minji.token));
        let length = format!("Content-Length: {}", body.len());
        let requests = [
            &*line, &host_line, "User-Agent: python-requests/2.32.3", "Accept-Encoding: identity", "Accept: */*",
            "Connection: close", &bearer, &length,
        ];
        sent(&exchange(&app, &requests, &body).await, "안녕하세요!");
        // http.client: HTTP/1.1, no Accept at all, a header in small letters.
        let bearer = bearer.replace("Authorization", "authorization");
        let bare = [&*line, &host_line, "Accept-Encoding: identity", "Connection: close", &bearer, &length];
        sent(&exchange(&app, &bare, &body).await, "안녕하세요!");
        // requests.post(url, json={...}).
        sent(&with_header(&app.minji, room, "content-type", "application/json").await, "application/json");
        // requests.delete(url), and requests.post(url, json={"user_id": ...}) without a message.
        let line = format!("DELETE {} HTTP/1.1", path(room, &format!("members/{}", app.junho.id)));
        let removed = exchange(&app, &[&*line, &host_line, "Content-Length: 0", "Connection: close", &bearer], "").await;
        assert_eq!((removed.0.as_u16(), removed.1), (200, json!({"success": true, "message": "Member removed successfully"})));
    }

    async fn javascript_sends_a_string(app: TestApp) {
        let room = channel(&app).await;
        let (host, origin) = (format!("Host: {}", app.address), format!("Origin: http://{}", app.address));
        // fetch(url, {method: "POST", body: JSON.stringify({...})}) on a page of our own, with its cookie.
        let browser = app.browser("minji", false).await;
        let cookie = format!("Cookie: {}", browser.cookie);
        let body = json!({"user_id": app.minji.id.0, "message": "안녕!"}).to_string();
        let line = format!("POST {} HTTP/1.1", path(room, "messages"));
        let length = format!("Content-Length: {}", body.len());
        let fetch = |extra: &[&str]| {
            let mut head = vec![line.clone(), host.clone(), "Connection: close".into(), cookie.clone(), length.clone(),
                "Content-Type: text/plain;charset=UTF-8".into(), "Accept: */*".into(), "Accept-Language: ko-KR".into()];
            head.extend(extra.iter().map(|line| (*line).to_owned()));
            head
        };
        let lines = |head: Vec<String>| { let (app, body) = (&app, body.clone()); async move { exchange(app, &head.iter().map(String::as_str).collect::<Vec<_>>(), &body).await } };
        sent(&lines(fetch(&[&origin, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors"])).await, "안녕!");
        // Nothing that says where it comes from, or another page: the same string from elsewhere is what a
        // forged form could send.
        for extra in [&[][..], &["Origin: https://evil.example", "Sec-Fetch-Site: cross-site"], &["Origin: null"]] {
            refused(&lines(fetch(extra)).await, 403, "FORBIDDEN_ORIGIN");
        }
        assert_eq!(history(&app.minji, room).await.len(), 1);
        // Node, with a token, and no origin; Dart's http.post(url, body: jsonEncode({...})).
        for kind in ["text/plain;charset=UTF-8", "text/plain; charset=utf-8"] {
            sent(&with_header(&app.minji, room, "content-type", kind).await, kind);
        }
    }

    async fn a_body_is_json_whatever_its_headers_say(app: TestApp) {
        let room = channel(&app).await;
        for (name, value) in [
            ("content-type", "application/json; charset=euc-kr"),
            ("content-type", "APPLICATION/JSON"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("content-type", "multipart/form-data; boundary=x"),
            ("content-type", "text/html"),
            ("content-type", "nonsense"),
            ("accept", "text/html"),
            ("accept", "application/xml;q=0.9"),
            ("accept-language", "xx-nowhere;q=7"),
            ("x-requested-with", "XMLHttpRequest"),
        ] {
            sent(&with_header(&app.minji, room, name, value).await, value);
        }
        // Waits to be told to go on, in pieces, and says so twice.
        let host = format!("Host: {}", app.address);
        let bearer = format!("Authorization: Bearer {}", app.minji.token);
        let line = format!("POST {} HTTP/1.1", path(room, "messages"));
        let pieces = "e\r\n{\"message\": \"a\r\n2\r\n\"}\r\n0\r\n\r\n";
        let head = [&*line, &host, &bearer, "Transfer-Encoding: chunked", "Connection: close"];
        sent(&exchange(&app, &head, pieces).await, "a");
        let head = [&*line, &host, &bearer, "Expect: 100-continue", "Content-Length: 15", "Connection: close"];
        sent(&exchange(&app, &head, r#"{"message":"b"}"#).await, "b");
        let old = format!("POST {} HTTP/1.0", path(room, "messages"));
        sent(&exchange(&app, &[&*old, &bearer, "Content-Length: 15"], r#"{"message":"c"}"#).await, "c");
    }

    async fn a_form_is_no_message(app: TestApp) {
        let room = channel(&app).await;
        let messages = format!("/chat/rooms/{room}/messages");
        let me = app.minji.id.0;
        // requests.post(url, data={...}), a FormData, a URLSearchParams, XML, Python's own way to write a dictionary.
        for (kind, body) in [
            ("application/x-www-form-urlencoded", format!("user_id={me}&message=hello")),
            ("multipart/form-data; boundary=x", format!("--x\r\nContent-Disposition: form-data; name=\"user_id\"\r\n\r\n{me}\r\n--x--\r\n")),
            ("text/plain", format!("user_id={me}\r\nmessage=hello\r\n")),
            ("application/xml", "<message>hello</message>".to_owned()),
            ("application/json", format!("{{'user_id': {me}, 'message': 'hello'}}")),
            ("application/json", format!("{{\"user_id\": {me}, \"message\": None}}")),
            ("application/json", "\"{\\\"message\\\": \\\"hello\\\"}\"".to_owned()),
            ("application/json", "[object Object]".to_owned()),
            ("application/json", "undefined".to_owned()),
        ] {
            let request = app.minji.request("POST", &messages).header("content-type", kind).body(body.clone());
            refused(&answer(request).await, 400, "MALFORMED_REQUEST");
        }
        let nothing = answer(app.minji.request("POST", &messages).header("content-type", "application/json")).await;
        fields(&nothing, &[("message", "REQUIRED")]);
        assert!(history(&app.minji, room).await.is_empty());
    }
}
