//! Signing in where somebody is signed in already: one browser, one cookie, many tabs.

use super::super::helpers::{Browser, Engine, PASSWORD, Socket, TestApp, answer, assert_refused, on_both_engines};
use super::{assert_unauthenticated, credentials, me_with, set_cookie};
use crate::accounts::model::MADE_FOR;
use crate::realtime::protocol::close;
use serde_json::{Value, json};

const SESSIONS: &str = "SELECT COUNT(*) FROM sessions";

/// The two ways in.
#[derive(Clone, Copy, Debug)]
enum Door {
    Rest,
    Form,
}

/// Signs in with whatever cookie the browser has; its new cookie.
async fn sign_in(browser: &Browser, door: Door, name: &str) -> String {
    let email = format!("{name}@example.com");
    let request = match door {
        Door::Rest => browser.request("POST", "/api/v1/auth/login").json(&credentials(&email, PASSWORD)),
        Door::Form => browser
            .request("POST", "/fn/log_in")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(serde_urlencoded::to_string([("email", &*email), ("password", PASSWORD)]).expect("a form")),
    };
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 200, "{name} signs in: {door:?}");
    set_cookie(&answer).0
}

/// The same browser with another cookie.
fn with_cookie(browser: &Browser, cookie: String) -> Browser {
    let mut browser = browser.clone();
    browser.cookie = cookie;
    browser
}

/// An access token of the browser's session, and a socket.
async fn tab(app: &TestApp, browser: &Browser) -> (String, Socket) {
    let (_, refreshed) = browser.post("/api/v1/auth/refresh", json!({})).await;
    let token = refreshed["accessToken"].as_str().expect("a token").to_owned();
    let mut socket = Socket::open(app.address, &format!("/ws?token={token}"), None).await.expect("a socket");
    socket.hello().await;
    (token, socket)
}

async fn me(browser: &Browser) -> Value {
    browser.get("/api/v1/me").await.1["id"].clone()
}

on_both_engines! {
    async fn whoever_signs_in_in_a_browser_ends_the_session_that_another_person_has_there(app: TestApp) {
        for door in [Door::Rest, Door::Form] {
            let before = app.browser("minji", true).await;
            let (token, mut socket) = tab(&app, &before).await;
            let now = with_cookie(&before, sign_in(&before, door, "junho").await);
            assert_eq!(socket.close_code().await, close::SESSION_EXPIRED, "{door:?}");
            assert_refused(&before.get("/api/v1/me").await, 401, "UNAUTHENTICATED");
            assert_unauthenticated(&app, &token, "its session has ended").await;
            assert_eq!(me(&now).await, json!(app.junho.id), "{door:?}");
        }
        assert_eq!(app.minji.get("/me").await.0, 200, "on other devices she goes on");
    }

    async fn whoever_signs_in_again_in_their_browser_goes_on_in_its_other_tabs(app: TestApp) {
        let room = app.room("한라산").await;
        for (hour, door) in [(1, Door::Rest), (2, Door::Form)] {
            let before = app.browser("minji", false).await;
            let (token, mut socket) = tab(&app, &before).await;
            let sessions = app.count(SESSIONS).await;
            let cookie = sign_in(&before, door, "minji").await;
            assert_ne!(cookie, before.cookie);
            assert_eq!(app.count(SESSIONS).await, sessions, "it is one device: {door:?}");
            assert_refused(&before.get("/api/v1/me").await, 401, "UNAUTHENTICATED");
            let now = with_cookie(&before, cookie);
            assert_eq!(me(&now).await, json!(app.minji.id));
            assert_eq!(me_with(&app, &format!("Bearer {token}")).await.0, 200);
            app.junho.book(room.id, hour).await;
            assert_eq!(socket.durable().await.event.kind(), "reservation:created", "{door:?}");
            now.post("/api/v1/auth/logout", json!({})).await;
            assert_eq!(socket.close_code().await, close::SESSION_EXPIRED, "it is still a socket of that session");
        }
    }

    async fn a_login_without_a_cookie_or_without_success_ends_nothing(app: TestApp) {
        let browser = app.browser("minji", false).await;
        let (_, mut socket) = tab(&app, &browser).await;
        let sessions = app.count(SESSIONS).await;
        let login = credentials("junho@example.com", PASSWORD);
        assert_eq!(app.log_in(login.clone()).await.status(), 200);
        assert_eq!(app.minji.post("/auth/login", login.clone()).await.0, 200, "a script's token is no cookie");
        let refused = browser.post("/api/v1/auth/login", credentials("junho@example.com", "wrong")).await;
        assert_refused(&refused, 401, "INVALID_CREDENTIALS");
        let elsewhere = reqwest::Client::new().post(app.url("/api/v1/auth/login")).header("cookie", &browser.cookie);
        let elsewhere = elsewhere.header("origin", "https://evil.example").json(&login).send().await.expect("an answer");
        assert_eq!(elsewhere.status(), 403, "no page of others signs somebody out");
        assert_eq!(app.count(SESSIONS).await, sessions + 2);
        assert_eq!(app.minji.get("/me").await.0, 200);
        assert_eq!(me(&browser).await, json!(app.minji.id));
        app.room("한라산").await;
        assert_eq!(socket.durable().await.event.kind(), "room:created");
    }

    async fn what_a_page_of_one_person_sends_with_the_session_of_another_is_done_by_neither(app: TestApp) {
        let members = json!({"name": "한 방", "kind": "channel", "memberIds": [app.junho.id]});
        let (_, made) = app.minji.post("/chat/rooms", members).await;
        let room = made["data"]["id"].clone();
        let browser = app.browser("junho", false).await;
        let message = json!({"room": room, "new": {"message": "민지의 말", "client_msg_id": "p1"}});
        let upload = format!("/api/v1/chat/rooms/{room}/files?name=a.txt");
        let post = |path: &str, person: &str| browser.request("POST", path).header(MADE_FOR, person);
        let say = |person: &str| answer(post("/fn/send_chat_message", person).json(&message));
        for person in [app.minji.id.to_string().as_str(), "", "0", "nobody"] {
            assert_refused(&say(person).await, 401, "UNAUTHENTICATED");
            let (status, refused) = answer(post(&upload, person).body("글")).await;
            assert_eq!((status.as_u16(), &refused["error"]["code"]), (401, &json!("UNAUTHENTICATED")), "{person}");
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM chat_messages WHERE text = '민지의 말'").await, 0);
        assert_eq!(app.count("SELECT COUNT(*) FROM chat_files").await, 0);
        let (status, said) = say(&app.junho.id.to_string()).await;
        assert_eq!((status.as_u16(), &said["user_id"]), (200, &json!(app.junho.id.0)), "{said}");
    }

    async fn the_login_page_sends_whoever_is_signed_in_on(app: TestApp) {
        let (browser, http) = (
            app.browser("minji", false).await,
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client"),
        );
        let open = async |query: &str| {
            let request = http.get(app.url(&format!("/login{query}"))).header("cookie", &browser.cookie);
            let answer = request.send().await.expect("an answer");
            (answer.status().as_u16(), answer.headers().get("location").map(|to| to.to_str().expect("text").to_owned()))
        };
        let to = |path: &str| (303, Some(path.to_owned()));
        assert_eq!(open("?next=%2Fchat%2Fa%3Fat%3D1").await, to("/chat/a?at=1"));
        assert_eq!(open("").await, to("/"));
        assert_eq!(open("?next=%2F%2Fevil.example").await, to("/"));
        browser.post("/api/v1/auth/logout", json!({})).await;
        assert_eq!(open("?next=%2Ftimers").await, (200, None));
    }

    async fn a_page_says_whom_it_was_made_for(app: TestApp) {
        let browser = app.browser("minji", false).await;
        let page = browser.request("GET", "/timeline").send().await.expect("an answer").text().await.expect("a page");
        let says = format!("({MADE_FOR:?}, \"{}\");", app.minji.id);
        let at = page.find(&says).unwrap_or_else(|| panic!("no script says it"));
        assert!(page[..at].contains("window.fetch = (asked, ...more) =>"), "as it is written");
        assert!(at < page.find("</head>").expect("a head"), "before whatever calls");
        let login = reqwest::Client::new().get(app.url("/login")).send().await.expect("an answer");
        assert!(!login.text().await.expect("a page").contains(MADE_FOR), "the login page is everybody's");
    }
}
