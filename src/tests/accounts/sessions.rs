//! How long one stays signed in.

use super::super::helpers::{
    Browser, Client, Engine, START, Socket, TestApp, answer, assert_refused, hour, on_both_engines,
};
use super::{assert_unauthenticated, me_with, refused_socket, set, set_cookie};
use crate::realtime::protocol::close;
use crate::server::jobs::tidy_up;
use crate::time::{DAY, HOUR, MINUTE};
use serde_json::{Value, json};

/// The end of the session that lasts longest. Its prolongation is written after the answer.
const LATEST_END: &str = "SELECT MAX(expires_at) FROM sessions";

on_both_engines! {
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

    async fn an_access_token_beside_the_cookie_does_not_stand_for_it(app: TestApp) {
        let browser = app.browser("minji", false).await;
        let both = |path: &str, token: &str| answer(browser.request("POST", path).bearer_auth(token));
        for token in [app.minji.token.as_str(), "expired"] {
            let (status, body) = both("/api/v1/auth/refresh", token).await;
            assert_eq!((status.as_u16(), body["expiresIn"].as_i64()), (200, Some(900)));
        }
        assert_eq!(both("/api/v1/auth/logout", "expired").await.0, 204);
        assert_refused(&answer(browser.request("GET", "/api/v1/me")).await, 401, "UNAUTHENTICATED");
        assert_eq!(app.minji.get("/me").await.0, 200, "its own session goes on");
    }

    async fn an_access_token_dies_after_15_minutes(app: TestApp) {
        app.set_clock(START + 15 * MINUTE - 1);
        assert_eq!(app.minji.get("/me").await.0, 200);
        app.set_clock(START + 15 * MINUTE);
        assert_refused(&app.minji.get("/me").await, 401, "UNAUTHENTICATED");
        assert_eq!(refused_socket(&app, &app.minji.token).await, close::UNAUTHENTICATED);
    }

    async fn a_device_that_is_lost_is_signed_out_from_another(app: TestApp) {
        let lost = app.browser("minji", false).await;
        let me = |browser: &Browser| answer(browser.request("GET", "/api/v1/me"));
        let (_, list) = app.minji.get("/me/sessions").await;
        let items = list["items"].as_array().expect("a list");
        assert_eq!(items.iter().map(|device| device["current"].clone()).collect::<Vec<_>>(), [true, false]);
        let path = format!("/me/sessions/{}", items[1]["id"].as_str().expect("an id"));
        assert_refused(&app.junho.delete(&path).await, 404, "NOT_FOUND");
        assert_eq!(me(&lost).await.0, 200);
        assert_eq!(app.minji.delete(&path).await.0, 204);
        assert_refused(&me(&lost).await, 401, "UNAUTHENTICATED");
        assert_refused(&app.minji.delete(&path).await, 404, "NOT_FOUND");

        let others = [app.browser("minji", true).await, app.browser("minji", false).await];
        let mut elsewhere = Client::log_in(app.address, "minji@example.com").await.socket("").await;
        elsewhere.hello().await;
        assert_eq!(app.minji.delete("/me/sessions").await.0, 204);
        for other in &others {
            assert_refused(&me(other).await, 401, "UNAUTHENTICATED");
        }
        assert_eq!(elsewhere.close_code().await, close::SESSION_EXPIRED);
        assert_eq!((app.minji.get("/me").await.0, app.junho.get("/me").await.0), (http::StatusCode::OK, http::StatusCode::OK));
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

    async fn the_cookie_of_a_remembered_session_lasts_as_long_as_the_session(app: TestApp) {
        let (remembered, other) = (app.browser("minji", true).await, app.browser("junho", false).await);
        let me = async |browser: &Browser| browser.request("GET", "/api/v1/me").send().await.expect("an answer");
        let is_set = |answer: &reqwest::Response| answer.headers().contains_key("set-cookie");
        assert!(!is_set(&me(&remembered).await), "it has just been set");

        app.set_clock(START + 6 * HOUR);
        let token = Client::log_in(app.address, "minji@example.com").await.token;
        let request = remembered.request("GET", "/api/v1/me").bearer_auth(token);
        assert!(!is_set(&request.send().await.expect("an answer")), "a token is asked, not the cookie");
        assert!(!is_set(&me(&other).await), "one that ends with the browser needs no more time");
        let prolonged = set_cookie(&me(&remembered).await);
        let attributes = set(&["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"]);
        assert_eq!(prolonged, (remembered.cookie.clone(), attributes));
        app.wait_for(LATEST_END, (START + 6 * HOUR + 30 * DAY).0).await;
        assert!(!is_set(&me(&remembered).await), "not with every answer");

        app.set_clock(START + 7 * HOUR);
        let logout = remembered.request("POST", "/api/v1/auth/logout").send().await.expect("an answer");
        assert_eq!(set_cookie(&logout).0, "madang_session=");
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

    async fn sessions_survive_a_restart(app: TestApp) {
        let mut app = app;
        let browser = app.browser("minji", false).await;
        let (_, ticket) = app.minji.post("/ws/ticket", json!({})).await;
        app = app.restart().await;
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
