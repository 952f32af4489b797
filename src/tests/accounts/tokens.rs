//! Tokens that somebody forged, and tickets for sockets.

use super::super::helpers::{Engine, START, Socket, TestApp, answer, assert_refused, on_both_engines};
use super::{assert_unauthenticated, me_with, refused_socket};
use crate::accounts::server::Tokens;
use crate::realtime::protocol::close;
use crate::server::jobs::tidy_up;
use crate::time::{MINUTE, SECOND};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use std::collections::BTreeSet;

on_both_engines! {
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
        read.end();
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
}

/// Whether a ticket opens a socket.
async fn refused_or_open(app: &TestApp, ticket: &str) -> bool {
    let mut socket = Socket::open(app.address, &format!("/ws?token={ticket}"), None).await.expect("an upgrade");
    socket.is_welcome().await
}
