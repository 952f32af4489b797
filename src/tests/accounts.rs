//! Signing in, staying in, and being shown out.

use super::helpers::{Client, Engine, PASSWORD, START, Socket, TestApp, answer, assert_refused, hour, on_both_engines};
use crate::accounts::model::{MAX_EMAIL_CHARS, MAX_PASSWORD_CHARS, Role};
use crate::accounts::server::{Tokens, create_user};
use crate::error::{AppError, Field, Rule};
use crate::realtime::protocol::close;
use crate::server::jobs::tidy_up;
use crate::time::{DAY, HOUR, MINUTE, SECOND};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The end of the session that lasts longest. Its prolongation is written after the answer.
const LATEST_END: &str = "SELECT MAX(expires_at) FROM sessions";

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

fn refused_fields(outcome: Result<crate::ids::UserId, AppError>) -> Vec<(Field, Rule)> {
    match outcome {
        Err(AppError::Validation { fields }) => fields.into_iter().map(|field| (field.field, field.rule)).collect(),
        other => panic!("{other:?}"),
    }
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

    async fn ten_failures_close_an_account_and_no_other(app: TestApp) {
        fail_logins(&app, "junho@example.com", 9).await;
        let (status, ..) = try_login(&app, "junho@example.com", PASSWORD).await;
        assert_eq!(status, 200, "nine are not ten, and the right password does not count");
        fail_logins(&app, "junho@example.com", 1).await;
        assert_limited(&app, "junho@example.com", 600).await;
        assert_limited(&app, " JUNHO@EXAMPLE.COM", 600).await;
        let (status, ..) = try_login(&app, "minji@example.com", PASSWORD).await;
        assert_eq!(status, 200, "other accounts go on");

        // What nobody owns closes too: a limit does not tell who exists.
        fail_logins(&app, "nobody@example.com", 10).await;
        assert_limited(&app, "nobody@example.com", 600).await;

        app.set_clock(START + 10 * MINUTE - 1);
        assert_limited(&app, "junho@example.com", 1).await;
        app.set_clock(START + 10 * MINUTE);
        let (status, ..) = try_login(&app, "junho@example.com", PASSWORD).await;
        assert_eq!(status, 200);
    }

    async fn the_window_of_failures_slides(app: TestApp) {
        fail_logins(&app, "junho@example.com", 5).await;
        app.set_clock(START + 4 * MINUTE);
        fail_logins(&app, "junho@example.com", 5).await;
        assert_limited(&app, "junho@example.com", 360).await;
        // The first five are forgotten, the others are not.
        app.set_clock(START + 10 * MINUTE);
        fail_logins(&app, "junho@example.com", 5).await;
        assert_limited(&app, "junho@example.com", 240).await;
        app.set_clock(START + 14 * MINUTE);
        fail_logins(&app, "junho@example.com", 5).await;
        assert_limited(&app, "junho@example.com", 360).await;
    }

    async fn simultaneous_failures_are_counted_before_they_are_judged(app: TestApp) {
        let attempts = (0..20).map(|_| try_login(&app, "junho@example.com", "wrong"));
        let mut statuses: Vec<u16> =
            futures_util::future::join_all(attempts).await.into_iter().map(|(status, ..)| status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [[401; 10], [429; 10]].concat());
    }

    async fn fifty_failures_close_an_address(app: TestApp) {
        // Who is behind the address is not for the client to say.
        let attempt = async |n: usize| {
            let body = credentials(&format!("nobody{}@example.com", n / 10), "wrong");
            let request = reqwest::Client::new().post(app.url("/api/v1/auth/login")).json(&body);
            let answer = request.header("x-forwarded-for", format!("10.0.0.{n}")).send().await.expect("an answer");
            answer.status().as_u16()
        };
        let statuses = futures_util::future::join_all((0..49).map(&attempt)).await;
        assert_eq!(statuses, [401; 49]);
        let (status, ..) = try_login(&app, "minji@example.com", PASSWORD).await;
        assert_eq!(status, 200, "forty-nine are not fifty");
        assert_eq!(attempt(49).await, 401);
        assert_limited(&app, "minji@example.com", 600).await;
        assert_limited(&app, "another@example.com", 600).await;
        app.set_clock(START + 10 * MINUTE - 1);
        assert_limited(&app, "minji@example.com", 1).await;
        app.set_clock(START + 10 * MINUTE);
        let (status, ..) = try_login(&app, "minji@example.com", PASSWORD).await;
        assert_eq!(status, 200);
    }

    async fn attempts_at_a_closed_account_do_not_close_the_address(app: TestApp) {
        // One forgotten password, tried again and again, must not lock a whole office out.
        fail_logins(&app, "junho@example.com", 10).await;
        for _ in 0..60 {
            assert_limited(&app, "junho@example.com", 600).await;
        }
        let (status, ..) = try_login(&app, "minji@example.com", PASSWORD).await;
        assert_eq!(status, 200);
    }

    async fn the_cookie_refreshes_the_access_token(app: TestApp) {
        let browser = app.browser("minji", false).await;
        app.set_clock(START + 20 * MINUTE);
        let (status, body) = browser.post("/api/v1/auth/refresh", json!({})).await;
        let token = body["accessToken"].as_str().expect("a token").to_owned();
        assert_eq!((status.as_u16(), body), (200, json!({"accessToken": token, "expiresIn": 900})));
        assert_eq!(me_with(&app, &format!("Bearer {token}")).await.1["id"], json!(app.minji.id));

        // A token that has got lost must not live on by renewing itself.
        let request = reqwest::Client::new().post(app.url("/api/v1/auth/refresh"));
        assert_refused(&answer(request.bearer_auth(&token)).await, 401, "UNAUTHENTICATED");
        let request = reqwest::Client::new().post(app.url("/api/v1/auth/refresh"));
        assert_refused(&answer(request).await, 401, "UNAUTHENTICATED");

        app.set_clock(START + 35 * MINUTE - 1);
        assert_eq!(me_with(&app, &format!("Bearer {token}")).await.0, 200);
        app.set_clock(START + 35 * MINUTE);
        assert_unauthenticated(&app, &token, "15 minutes after the refresh").await;
    }

    async fn an_access_token_dies_after_15_minutes(app: TestApp) {
        app.set_clock(START + 15 * MINUTE - 1);
        assert_eq!(app.minji.get("/me").await.0, 200);
        app.set_clock(START + 15 * MINUTE);
        assert_refused(&app.minji.get("/me").await, 401, "UNAUTHENTICATED");
        assert_eq!(refused_socket(&app, &app.minji.token).await, close::UNAUTHENTICATED);
    }

    async fn logging_out_ends_the_cookie_the_tokens_and_the_sockets(app: TestApp) {
        let room = app.room("한라산").await;
        let browser = app.browser("minji", false).await;
        let (_, refreshed) = browser.post("/api/v1/auth/refresh", json!({})).await;
        let token = refreshed["accessToken"].as_str().expect("a token");
        let (_, ticket) = browser.post("/api/v1/ws/ticket", json!({})).await;
        let unused = ticket["ticket"].as_str().expect("a ticket");

        let mut by_token = Socket::open(app.address, &format!("/ws?token={token}"), None).await.expect("a socket");
        let mut request = http::Request::builder().uri(format!("ws://{}/ws", app.address));
        for (name, value) in [
            ("host", app.address.to_string()),
            ("origin", app.url("")),
            ("cookie", browser.cookie.clone()),
            ("connection", "Upgrade".to_owned()),
            ("upgrade", "websocket".to_owned()),
            ("sec-websocket-version", "13".to_owned()),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==".to_owned()),
        ] {
            request = request.header(name, value);
        }
        let mut by_cookie = Socket::open_with(request.body(()).expect("a request")).await.expect("a socket");
        // Another device of the same person.
        let mut other = app.minji.socket("").await;
        for socket in [&mut by_token, &mut by_cookie, &mut other] {
            socket.hello().await;
        }

        let answer = browser.request("POST", "/api/v1/auth/logout").send().await.expect("an answer");
        assert_eq!(answer.status(), 204);
        let (pair, attributes) = set_cookie(&answer);
        assert_eq!(pair, "madang_session=");
        for attribute in ["Max-Age=0", "Path=/", "HttpOnly", "SameSite=Lax"] {
            assert!(attributes.contains(attribute), "{attribute}: {attributes:?}");
        }
        assert_eq!(answer.text().await.expect("a body"), "");

        assert_eq!(by_token.close_code().await, close::SESSION_EXPIRED);
        assert_eq!(by_cookie.close_code().await, close::SESSION_EXPIRED);
        assert_refused(&browser.get("/api/v1/me").await, 401, "UNAUTHENTICATED");
        assert_refused(&browser.post("/api/v1/auth/refresh", json!({})).await, 401, "UNAUTHENTICATED");
        assert_refused(&browser.post("/api/v1/auth/logout", json!({})).await, 401, "UNAUTHENTICATED");
        assert_unauthenticated(&app, token, "its session has ended").await;
        assert_eq!(refused_socket(&app, token).await, close::UNAUTHENTICATED);
        assert_eq!(refused_socket(&app, unused).await, close::UNAUTHENTICATED, "tickets end with their session");

        app.junho.book(room.id, 1).await;
        assert_eq!(other.durable().await.event.kind(), "reservation:created", "another session goes on");
        assert_eq!(app.minji.get("/me").await.0, 200);

        let (status, body) = app.minji.post("/auth/logout", json!({})).await;
        assert_eq!((status.as_u16(), body), (204, Value::Null), "a token logs its session out too");
        assert_eq!(other.close_code().await, close::SESSION_EXPIRED);
    }

    async fn an_idle_session_ends_after_12_hours(app: TestApp) {
        let (idle, used) = (app.browser("minji", false).await, app.browser("junho", false).await);
        app.set_clock(START + 12 * HOUR - 1);
        assert_eq!(used.get("/api/v1/me").await.0, 200, "its last moment");
        app.wait_for(LATEST_END, (START + 24 * HOUR - 1).0).await;
        app.set_clock(START + 12 * HOUR);
        assert_refused(&idle.get("/api/v1/me").await, 401, "UNAUTHENTICATED");
        assert_refused(&idle.post("/api/v1/auth/refresh", json!({})).await, 401, "UNAUTHENTICATED");

        app.set_clock(START + 24 * HOUR - 2);
        assert_eq!(used.get("/api/v1/me").await.0, 200, "use has prolonged it");
        app.wait_for(LATEST_END, (START + 36 * HOUR - 2).0).await;
        app.set_clock(START + 36 * HOUR - 2);
        assert_refused(&used.get("/api/v1/me").await, 401, "UNAUTHENTICATED");

        tidy_up(&app.app).await.expect("tidied up");
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 0);
    }

    async fn a_remembered_session_ends_after_30_idle_days(app: TestApp) {
        let (idle, used) = (app.browser("minji", true).await, app.browser("junho", true).await);
        app.set_clock(START + 30 * DAY - 1);
        assert_eq!(used.get("/api/v1/me").await.0, 200);
        app.wait_for(LATEST_END, (START + 60 * DAY - 1).0).await;
        app.set_clock(START + 30 * DAY);
        assert_refused(&idle.get("/api/v1/me").await, 401, "UNAUTHENTICATED");
        app.set_clock(START + 60 * DAY - 2);
        assert_eq!(used.get("/api/v1/me").await.0, 200, "use has prolonged it");
    }

    async fn an_access_token_ends_with_its_idle_session(app: TestApp) {
        let browser = app.browser("minji", false).await;
        app.set_clock(START + 12 * HOUR - 10 * MINUTE);
        // Prolongs the session; undone, so that the token outlives it.
        let (_, refreshed) = browser.post("/api/v1/auth/refresh", json!({})).await;
        let token = refreshed["accessToken"].as_str().expect("a token");
        app.wait_for(LATEST_END, (START + 24 * HOUR - 10 * MINUTE).0).await;
        app.execute("UPDATE sessions SET expires_at = created_at + 43200000").await;
        assert_eq!(me_with(&app, &format!("Bearer {token}")).await.0, 200);
        app.set_clock(START + 12 * HOUR);
        assert_unauthenticated(&app, token, "the token has five more minutes, its session has not").await;
    }

    async fn a_token_that_we_did_not_sign_is_no_token(app: TestApp) {
        let genuine = &app.admin.token;
        assert_eq!(me_with(&app, &format!("Bearer {genuine}")).await.0, 200);
        let parts: Vec<&str> = genuine.split('.').collect();
        let [header, claims, signature] = parts[..] else { panic!("three parts: {genuine}") };
        let decoded = URL_SAFE_NO_PAD.decode(claims).expect("base64");
        let said: Value = serde_json::from_slice(&decoded).expect("JSON");
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());

        let mut read = app.app.read().await.expect("a reader");
        let sql = "SELECT value FROM settings WHERE name = 'signing_key'";
        let key: String =
            crate::server::db::on!(&mut *read, c => sqlx::query_scalar(sql).fetch_one(c).await).expect("a key");
        read.end().await.expect("read");
        let signed = |algorithm, key: &str, claims: &Value| {
            jsonwebtoken::encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(key.as_bytes()))
                .expect("signed")
        };
        let with = |name: &str, value: Value| {
            let mut claims = said.clone();
            claims[name] = value;
            claims
        };
        assert_eq!(
            me_with(&app, &format!("Bearer {}", signed(Algorithm::HS256, &key, &said))).await.0,
            200,
            "our own key"
        );

        let none = part(&json!({"alg": "none", "typ": "JWT"}));
        let shouted = part(&json!({"alg": "NONE", "typ": "JWT"}));
        let other_key = "another key of at least thirty-two characters";
        for (why, token) in [
            ("alg none, unsigned", format!("{none}.{claims}.")),
            ("alg NONE, unsigned", format!("{shouted}.{claims}.")),
            ("alg none with a genuine signature", format!("{none}.{claims}.{signature}")),
            ("no signature", format!("{header}.{claims}.")),
            ("two parts", format!("{header}.{claims}")),
            ("four parts", format!("{genuine}.{signature}")),
            ("another person's claims", format!("{header}.{}.{signature}", part(&with("sub", json!(app.minji.id))))),
            ("a later end", format!("{header}.{}.{signature}", part(&with("exp", json!(4_102_444_800_i64))))),
            ("another key", signed(Algorithm::HS256, other_key, &said)),
            ("an empty key", signed(Algorithm::HS256, "", &said)),
            ("another algorithm", signed(Algorithm::HS512, &key, &said)),
            ("an expired one", signed(Algorithm::HS256, &key, &with("exp", json!(START.0 / SECOND)))),
            ("no such session", signed(Algorithm::HS256, &key, &with("sid", json!("999999")))),
            ("absurd numbers", signed(Algorithm::HS256, &key, &with("exp", json!(i64::MAX)))),
            ("no end", signed(Algorithm::HS256, &key, &json!({"sub": said["sub"], "sid": said["sid"], "iat": 0}))),
            ("rubbish", "a.b.c".to_owned()),
            ("nothing", String::new()),
        ] {
            assert_unauthenticated(&app, &token, why).await;
            assert_eq!(refused_socket(&app, &token).await, close::UNAUTHENTICATED, "{why}");
        }
        for authorization in ["", "Bearer", "Basic YWRtaW46YWRtaW4=", genuine.as_str(), &format!("Token {genuine}")] {
            assert_eq!(me_with(&app, authorization).await.0, 401, "{authorization}");
        }

        let random = Tokens::random();
        let (unknown, misnamed) = (format!("madang_session={random}"), format!("other={genuine}"));
        for cookie in [unknown.as_str(), &misnamed, "madang_session=", "madang_session=%00"] {
            let request = reqwest::Client::new().get(app.url("/api/v1/me")).header("cookie", cookie);
            assert_refused(&answer(request).await, 401, "UNAUTHENTICATED");
        }
    }

    async fn who_is_signed_in_and_who_else_there_is(app: TestApp) {
        let browser = app.browser("seoyeon", false).await;
        let (status, me) = browser.get("/api/v1/me").await;
        let seoyeon =
            json!({"id": app.seoyeon.id, "name": "seoyeon", "email": "seoyeon@example.com", "role": "employee"});
        assert_eq!((status.as_u16(), me), (200, seoyeon));
        let (_, me) = app.admin.get("/me").await;
        assert_eq!(me, json!({"id": app.admin.id, "name": "admin", "email": "admin@example.com", "role": "admin"}));

        let (status, everybody) = app.junho.get("/users").await;
        let person = |client: &Client, name: &str| json!({"id": client.id, "name": name});
        assert_eq!(
            (status.as_u16(), everybody),
            (
                200,
                json!({"items": [
                    person(&app.admin, "admin"), person(&app.junho, "junho"),
                    person(&app.minji, "minji"), person(&app.seoyeon, "seoyeon"),
                ]})
            ),
            "by name, without addresses"
        );
    }

    async fn a_ticket_opens_one_socket_within_a_minute(app: TestApp) {
        let ticket = async || {
            let (status, body) = app.minji.post("/ws/ticket", json!({})).await;
            let ticket = body["ticket"].as_str().expect("a ticket").to_owned();
            assert_eq!((status.as_u16(), body), (200, json!({"ticket": ticket, "expiresIn": 60})));
            ticket
        };
        let (first, second, third) = (ticket().await, ticket().await, ticket().await);
        assert_eq!(BTreeSet::from([&first, &second, &third]).len(), 3);

        let mut socket = Socket::open(app.address, &format!("/ws?token={first}"), None).await.expect("a socket");
        let hello = socket.hello().await;
        let topics: Vec<String> = hello.topics.keys().map(ToString::to_string).collect();
        assert_eq!(topics, ["org".to_owned(), format!("user:{}", app.minji.id)], "the socket is its maker's");
        assert_eq!(refused_socket(&app, &first).await, close::UNAUTHENTICATED, "used up");

        app.set_clock(START + MINUTE - 1);
        let mut socket = Socket::open(app.address, &format!("/ws?token={second}"), None).await.expect("a socket");
        socket.hello().await;
        app.set_clock(START + MINUTE);
        assert_eq!(refused_socket(&app, &third).await, close::UNAUTHENTICATED, "a minute old");

        let fourth = ticket().await;
        assert_unauthenticated(&app, &fourth, "a ticket is for sockets only").await;
        let twice = [refused_or_open(&app, &fourth), refused_or_open(&app, &fourth), refused_or_open(&app, &fourth)];
        let opened = futures_util::future::join_all(twice).await.into_iter().filter(|opened| *opened).count();
        assert_eq!(opened, 1, "used at the same moment, it still opens one");

        app.set_clock(START + 3 * MINUTE);
        tidy_up(&app.app).await.expect("tidied up");
        assert_eq!(app.count("SELECT COUNT(*) FROM tickets").await, 0);
    }

    async fn what_is_for_admins_is_for_admins_only(app: TestApp) {
        let room = app.room("한라산").await;
        let booking = app.minji.book(room.id, 1).await;
        let id = booking["id"].as_str().expect("an id");
        let head = app.head().await;
        for (method, path, body) in [
            ("POST", "/rooms".to_owned(), json!({"name": "백두산", "capacity": 4})),
            ("PATCH", format!("/rooms/{}", room.id), json!({"name": "백두산", "version": 1})),
            ("DELETE", format!("/rooms/{}?cancelReservations=true", room.id), Value::Null),
            ("POST", format!("/reservations/{id}/approve"), json!({})),
            ("POST", format!("/reservations/{id}/reject"), json!({})),
            ("DELETE", format!("/reservations/{id}"), Value::Null),
            // What is not there is not for them either.
            ("PATCH", "/rooms/999".to_owned(), json!({"name": "백두산", "version": 1})),
            ("DELETE", "/rooms/999".to_owned(), Value::Null),
            ("DELETE", "/reservations/999".to_owned(), Value::Null),
        ] {
            for client in [&app.minji, &app.junho] {
                let answer = client.send(client.request(method, &path).json(&body)).await;
                assert_eq!((answer.0.as_u16(), &answer.1["code"]), (403, &json!("FORBIDDEN")), "{method} {path}");
            }
        }
        assert_eq!(app.head().await, head);
        assert_eq!(app.minji.get(&format!("/reservations/{id}")).await.1, booking);
    }

    async fn nobody_is_let_in_without_a_session(app: TestApp) {
        for (method, path) in [
            ("GET", "/me"),
            ("GET", "/users"),
            ("GET", "/rooms"),
            ("GET", "/rooms/1"),
            ("GET", "/reservations"),
            ("GET", "/reservations/1"),
            ("POST", "/auth/refresh"),
            ("POST", "/auth/logout"),
            ("POST", "/ws/ticket"),
            ("POST", "/rooms"),
            ("PATCH", "/rooms/1"),
            ("DELETE", "/rooms/1"),
            ("POST", "/reservations"),
            ("PATCH", "/reservations/1"),
            ("DELETE", "/reservations/1"),
            ("POST", "/reservations/1/cancel"),
            ("POST", "/reservations/1/end"),
            ("POST", "/reservations/1/extend"),
            ("POST", "/reservations/1/approve"),
            ("POST", "/reservations/1/reject"),
        ] {
            let request =
                reqwest::Client::new().request(method.parse().expect("a method"), app.url(&format!("/api/v1{path}")));
            let answer = answer(request.body("{")).await;
            assert_eq!((answer.0.as_u16(), &answer.1["code"]), (401, &json!("UNAUTHENTICATED")), "{method} {path}");
        }
        let mut socket = Socket::open(app.address, "/ws", None).await.expect("an upgrade");
        assert_eq!(socket.close_code().await, close::UNAUTHENTICATED);
    }

    async fn accounts_are_made_by_the_rules(app: TestApp) {
        let long_email = format!("{}@example.com", "x".repeat(MAX_EMAIL_CHARS - 12));
        let (short, longest) = ("8 chars.", "가".repeat(MAX_PASSWORD_CHARS));
        for (email, name, password) in [
            (" Doyun@Example.com ", " 도윤 ", short),
            (long_email.as_str(), "이".repeat(80).as_str(), longest.as_str()),
        ] {
            create_user(&app.app, email, name, Role::Employee, password).await.expect("an account");
            let (status, body, _) = try_login(&app, email, password).await;
            assert_eq!((status, &body["user"]["name"]), (200, &json!(name.trim())));
            assert_eq!(body["user"]["email"], json!(email.trim().to_lowercase()));
        }

        let before = app.count("SELECT COUNT(*) FROM users").await;
        let unknown = (Field::Email, Rule::Unknown);
        let name_range = (Field::Name, Rule::Range { min: 1, max: 80 });
        let password_range = (Field::Password, Rule::Range { min: 8, max: 256 });
        for (email, name, password, expected) in [
            ("DOYUN@example.com", "도윤", short, (Field::Email, Rule::Duplicate)),
            ("", "도윤", short, unknown.clone()),
            ("doyun", "도윤", short, unknown.clone()),
            ("do yun@example.com", "도윤", short, unknown.clone()),
            ("doyun\0@example.com", "도윤", short, unknown.clone()),
            (format!("x{long_email}").as_str(), "도윤", short, unknown),
            ("new@example.com", " ", short, name_range.clone()),
            ("new@example.com", "이".repeat(81).as_str(), short, name_range),
            ("new@example.com", "도윤", "7 chars", password_range.clone()),
            ("new@example.com", "도윤", format!("{longest}x").as_str(), password_range),
        ] {
            let refused = refused_fields(create_user(&app.app, email, name, Role::Admin, password).await);
            assert_eq!(refused, [expected], "{email:?} {name:?}");
        }
        let refused = create_user(&app.app, "new@example.com", "도\0윤", Role::Employee, short).await;
        assert!(matches!(refused, Err(AppError::Validation { .. })), "{refused:?}");
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, before);
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

    async fn sessions_survive_a_restart(app: TestApp) {
        let mut app = app;
        let browser = app.browser("minji", false).await;
        let (_, ticket) = app.minji.post("/ws/ticket", json!({})).await;
        app.restart().await;
        let room = app.room("한라산").await;
        app.minji.book(room.id, 1).await;
        let request = reqwest::Client::new().get(app.url("/api/v1/me")).header("cookie", &browser.cookie);
        assert_eq!(answer(request).await.0, 200, "the cookie is still good");
        let path = format!("/ws?token={}", ticket["ticket"].as_str().expect("a ticket"));
        let mut socket = Socket::open(app.address, &path, None).await.expect("a socket");
        assert_eq!(socket.hello().await.seq, app.head().await);
        assert_refused(&app.junho.post("/reservations", hour(room.id, 1)).await, 409, "RESERVATION_CONFLICT");
    }
}

/// Whether a ticket opens a socket.
async fn refused_or_open(app: &TestApp, ticket: &str) -> bool {
    let mut socket = Socket::open(app.address, &format!("/ws?token={ticket}"), None).await.expect("an upgrade");
    socket.is_welcome().await
}
