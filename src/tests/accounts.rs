//! Signing in, staying in, and being shown out.

use super::helpers::{Engine, PASSWORD, Socket, TestApp, answer, assert_refused, on_both_engines};
use crate::accounts::model::{MAX_EMAIL_CHARS, MAX_PASSWORD_CHARS};
use serde_json::{Value, json};
use std::collections::BTreeSet;

mod limits;
mod people;
mod sessions;
mod switching;
mod tokens;

/// The form of a login; wrong unless the password is [`PASSWORD`].
fn credentials(email: &str, password: &str) -> Value {
    json!({"email": email, "password": password})
}

/// A login's status, body and `Retry-After`.
async fn try_login(app: &TestApp, email: &str, password: &str) -> (u16, Value, Option<String>) {
    let answer = app.log_in(credentials(email, password)).await;
    let status = answer.status().as_u16();
    let retry = answer.headers().get("retry-after").map(|value| value.to_str().expect("digits").to_owned());
    (status, answer.json().await.expect("JSON"), retry)
}

/// Fails so many logins, all of which are judged by their password.
async fn fail_logins(app: &TestApp, email: &str, times: usize) {
    for _ in 0..times {
        let (status, body, _) = try_login(app, email, "wrong").await;
        assert_eq!((status, &body["code"]), (401, &json!("INVALID_CREDENTIALS")));
    }
}

async fn assert_limited(app: &TestApp, email: &str, seconds: u32) {
    let (status, body, retry) = try_login(app, email, PASSWORD).await;
    assert_eq!((status, &body["code"]), (429, &json!("RATE_LIMIT_EXCEEDED")), "{email}: even with the right password");
    assert_eq!((retry, &body["retryAfterSecs"]), (Some(seconds.to_string()), &json!(seconds)));
}

/// The name and value of the session's cookie, and its attributes.
fn set_cookie(answer: &reqwest::Response) -> (String, BTreeSet<String>) {
    let mut values = answer.headers().get_all("set-cookie").iter();
    let cookie = values.next().and_then(|value| value.to_str().ok()).expect("a cookie").to_owned();
    assert_eq!(values.next(), None, "one cookie only");
    let mut parts = cookie.split("; ").map(str::to_owned);
    let pair = parts.next().expect("a pair");
    (pair, parts.collect())
}

fn set(attributes: &[&str]) -> BTreeSet<String> {
    attributes.iter().map(|attribute| (*attribute).to_owned()).collect()
}

/// `GET /me` with nothing but this Authorization header.
async fn me_with(app: &TestApp, authorization: &str) -> (u16, Value) {
    let request = reqwest::Client::new().get(app.url("/api/v1/me")).header("authorization", authorization);
    let (status, body) = answer(request).await;
    (status.as_u16(), body)
}

async fn assert_unauthenticated(app: &TestApp, token: &str, why: &str) {
    let (status, body) = me_with(app, &format!("Bearer {token}")).await;
    assert_eq!((status, &body["code"]), (401, &json!("UNAUTHENTICATED")), "{why}");
}

/// The code with which `/ws?token=` is closed.
async fn refused_socket(app: &TestApp, token: &str) -> u16 {
    let mut socket = Socket::open(app.address, &format!("/ws?token={token}"), None).await.expect("an upgrade");
    socket.close_code().await
}

on_both_engines! {
    async fn a_login_answers_the_person_a_token_and_a_cookie(app: TestApp) {
        let answer = app.log_in(credentials(" MINJI@Example.com ", PASSWORD)).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let (pair, attributes) = set_cookie(&answer);
        let value = pair.strip_prefix("madang_session=").expect("the cookie's name");
        assert_eq!(value.len(), 43, "256 random bits");
        assert_eq!(
            attributes,
            set(&["HttpOnly", "SameSite=Lax", "Path=/"]),
            "without Max-Age it ends with the browser"
        );

        let body: Value = answer.json().await.expect("JSON");
        let token = body["accessToken"].as_str().expect("a token");
        let user = json!({"id": app.minji.id, "name": "minji", "email": "minji@example.com", "role": "employee"});
        assert_eq!(body, json!({"user": user, "accessToken": token, "expiresIn": 900}));
        assert_eq!(me_with(&app, &format!("Bearer {token}")).await, (200, user.clone()));
        assert_eq!(me_with(&app, &format!("bearer  {token}")).await, (200, user), "schemes know no case");

        let remembered = json!({"email": "minji@example.com", "password": PASSWORD, "remember": true});
        let (pair_again, attributes) = set_cookie(&app.log_in(remembered).await);
        assert_ne!(pair, pair_again);
        assert_eq!(attributes, set(&["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"]));

        let digests = "SELECT COUNT(*) FROM sessions WHERE length(token_hash) <> 64";
        assert_eq!(app.count(digests).await, 0, "cookies are not kept as they are");
    }

    async fn a_wrong_password_and_an_unknown_address_get_the_same_answer(app: TestApp) {
        let mut answers = Vec::new();
        for (email, password) in [
            ("minji@example.com", "wrong".to_owned()),
            ("minji@example.com", String::new()),
            ("minji@example.com", PASSWORD.to_uppercase()),
            ("minji@example.com", "x".repeat(MAX_PASSWORD_CHARS + 1)),
            ("nobody@example.com", PASSWORD.to_owned()),
            ("", PASSWORD.to_owned()),
            ("nobody\0@example.com", PASSWORD.to_owned()),
            (format!("{}@example.com", "x".repeat(MAX_EMAIL_CHARS)).as_str(), PASSWORD.to_owned()),
        ] {
            let answer = app.log_in(credentials(email, &password)).await;
            let names: BTreeSet<String> = answer.headers().keys().map(ToString::to_string).collect();
            assert!(!names.contains("set-cookie") && !names.contains("retry-after"), "{email:?}");
            answers.push((email.to_owned(), answer.status(), names, answer.text().await.expect("a body")));
        }
        for (email, status, names, body) in &answers {
            assert_eq!((status, names, body), (&answers[0].1, &answers[0].2, &answers[0].3), "{email:?}");
        }
        let body: Value = serde_json::from_str(&answers[0].3).expect("JSON");
        assert_eq!(
            body,
            json!({
                "type": "about:blank", "title": "Unauthorized", "status": 401, "code": "INVALID_CREDENTIALS",
                "detail": "이메일 또는 비밀번호가 맞지 않습니다."
            })
        );
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 4, "those of the clients only");
    }

    async fn the_login_form_works_without_scripts(app: TestApp) {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let submit = |name: &str, form: String| {
            let request =
                http.post(app.url(&format!("/fn/{name}"))).header("origin", app.url("")).header("accept", "text/html");
            request.header("content-type", "application/x-www-form-urlencoded").body(form)
        };
        let login = async |password: &str, next: &str| {
            let form = format!("email=minji%40example.com&password={password}&next={next}");
            submit("log_in", form).send().await.expect("an answer")
        };
        let signed_in = login("correct+horse+battery", "%2Fmy").await;
        assert_eq!(
            (signed_in.status().as_u16(), &signed_in.headers()["location"]),
            (302, &"/my".parse().expect("a value"))
        );
        let (cookie, attributes) = set_cookie(&signed_in);
        assert_eq!(attributes, set(&["HttpOnly", "SameSite=Lax", "Path=/"]));
        let request = reqwest::Client::new().get(app.url("/api/v1/me")).header("cookie", &cookie);
        assert_eq!(answer(request).await.1["id"], json!(app.minji.id));

        for elsewhere in ["https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%5Cevil.example", ""] {
            let location = login("correct+horse+battery", elsewhere).await.headers()["location"].clone();
            assert_eq!(location, "/", "{elsewhere}");
        }
        let refused = login("wrong", "%2Fmy").await;
        assert_eq!(refused.headers().get("set-cookie"), None);
        assert_ne!(refused.headers().get("location").map(http::HeaderValue::as_bytes), Some(&b"/my"[..]));

        let signed_out = submit("log_out", String::new()).header("cookie", &cookie).send().await.expect("an answer");
        assert_eq!(
            (signed_out.status().as_u16(), &signed_out.headers()["location"]),
            (302, &"/login".parse().expect("a value"))
        );
        assert!(set_cookie(&signed_out).1.contains("Max-Age=0"));
        let request = reqwest::Client::new().get(app.url("/api/v1/me")).header("cookie", &cookie);
        assert_refused(&answer(request).await, 401, "UNAUTHENTICATED");
    }
}
