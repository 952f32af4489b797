//! What refusals, and all other answers, have in common.

use super::super::helpers::{Engine, TestApp, answer, hour, on_both_engines};
use super::{Office, check_problem, check_protection, refused, replaced};
use serde_json::json;

on_both_engines! {
    async fn refusals_speak_the_callers_language(app: TestApp) {
        let office = Office::open(app).await;
        let (korean, english) = (["로그인이 필요합니다.", "찾을 수 없습니다."], ["Please log in.", "Not found."]);
        for (accepts, expected) in [
            (None, korean),
            (Some("ko"), korean),
            (Some("ko-KR,ko;q=0.9,en;q=0.8"), korean),
            (Some(""), korean),
            (Some("*"), korean),
            (Some("fr"), korean),
            (Some("한국어"), korean),
            (Some(";;;,,,"), korean),
            (Some("en"), english),
            (Some("EN-us"), english),
            (Some("en-US,en;q=0.9,ko;q=0.8"), english),
            (Some("fr, en"), english),
        ] {
            let with = |request: reqwest::RequestBuilder| match accepts {
                Some(accepts) => request.header("accept-language", accepts),
                None => request,
            };
            let stranger = with(reqwest::Client::new().get(office.app.url("/api/v1/me")));
            assert_eq!(refused("me", stranger).await.1["detail"], expected[0], "{accepts:?}");
            assert_eq!(
                refused("room", with(office.request("GET", "/rooms/999"))).await.1["detail"],
                expected[1],
                "{accepts:?}"
            );
        }
        let invalid = http::HeaderValue::from_bytes(b"en\xff").expect("a value");
        assert_eq!(
            refused("bytes", office.request("GET", "/nope").header("accept-language", invalid)).await.1["detail"],
            korean[1]
        );

        // Wherever a refusal arises.
        let untitled = replaced(&hour(office.room.id, 3), "title", &json!(" "));
        for (request, ko, en) in [
            (office.request("GET", "/nope"), "찾을 수 없습니다.", "Not found."),
            (office.request("PUT", "/rooms"), "이 주소에서 쓸 수 없는 방식입니다.", "This method is not offered here."),
            (
                office.request("GET", "/rooms?capacity=x"),
                "요청의 형식이 올바르지 않습니다.",
                "The request is malformed.",
            ),
            (
                office.request("POST", "/rooms").body("{"),
                "요청 본문의 1행 1열이 올바르지 않습니다.",
                "The request body is malformed at line 1, column 1.",
            ),
            (
                office.request("POST", "/rooms").body(vec![b' '; 70_000]),
                "요청이 너무 큽니다.",
                "The request is too large.",
            ),
            (office.request("POST", "/reservations").json(&untitled), "꼭 입력해야 합니다.", "This is required."),
            (
                office.request("POST", "/reservations").json(&hour(office.room.id, 0)),
                "그 시간에는 이미 다른 예약이 있습니다.",
                "Another booking already has this time.",
            ),
            (
                office.request("POST", "/rooms").header("origin", "null"),
                "다른 사이트에서 온 요청이라 거절했습니다.",
                "The request came from another site and was refused.",
            ),
        ] {
            let again = request.try_clone().expect("a request");
            let problem = refused(ko, request.header("accept-language", "ko")).await;
            assert_eq!(problem.1["detail"], ko);
            let problem = refused(en, again.header("accept-language", "en")).await;
            assert_eq!(problem.1["detail"], en);
            if problem.1["code"] == "VALIDATION" {
                assert_eq!(problem.1["fields"]["title"], json!({"code": "REQUIRED", "message": en}));
            }
        }
        office.close().await;
    }

    async fn who_is_no_part_of_the_api_says_why_too(app: TestApp) {
        let (malformed, not_offered) = ("The request is malformed.", "This method is not offered here.");
        for (method, path, status, detail, allow) in [
            ("GET", "/ws", 400, malformed, None),
            ("GET", "/ws/chat/1?user_id=1", 400, malformed, None),
            ("GET", "/ws/chat/%FF", 404, "Not found.", None),
            ("GET", "/v1/ws/timers", 400, malformed, None),
            ("POST", "/v1/ws/timers", 405, not_offered, Some("GET,HEAD")),
            ("POST", "/nothing", 405, not_offered, Some("GET,HEAD")),
            ("DELETE", "/pkg/nope.js", 405, not_offered, Some("GET,HEAD")),
            ("GET", "/pkg/nope.js", 404, "Not found.", None),
            ("GET", "/preferences", 405, not_offered, Some("POST")),
            ("POST", "/healthz", 405, not_offered, Some("GET,HEAD")),
            ("PUT", "/readyz", 405, not_offered, Some("GET,HEAD")),
        ] {
            let what = format!("{method} {path}");
            let request = reqwest::Client::new().request(method.parse().expect("a method"), app.url(path));
            let answer = request.header("accept-language", "en").send().await.expect("an answer");
            let (found, headers) = (answer.status(), answer.headers().clone());
            let text = answer.text().await.expect("a body");
            let (_, problem) = check_problem(&what, path, found, &headers, &text);
            assert_eq!((found.as_u16(), &problem["detail"]), (status, &json!(detail)), "{what}");
            assert_eq!(headers.get("allow").and_then(|value| value.to_str().ok()), allow, "{what}");
        }
    }

    async fn every_answer_carries_the_protecting_headers(app: TestApp) {
        let office = Office::open(app).await;
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let browser = office.app.browser("minji", false).await;
        for (method, path, status) in [
            ("GET", "/api/v1/me", 401),
            ("GET", "/api/v1/openapi.json", 200),
            ("GET", "/healthz", 200),
            ("GET", "/readyz", 200),
            ("GET", "/", 303),
            ("GET", "/timeline", 303),
            ("GET", "/login", 200),
            ("GET", "/no/such/page", 404),
            ("GET", "/pkg/nope.js", 404),
            ("GET", "/ws", 400),
            ("POST", "/healthz", 405),
            ("OPTIONS", "/api/v1/rooms", 200),
            ("POST", "/fn/my_reservations", 400),
        ] {
            let request = http.request(method.parse().expect("a method"), office.app.url(path));
            let answer = request.send().await.expect("an answer");
            let what = format!("{method} {path}");
            assert_eq!(answer.status().as_u16(), status, "{what}");
            check_protection(&what, answer.headers());
            if path.starts_with("/api/") || path.starts_with("/fn/") {
                assert_eq!(answer.headers()["cache-control"], "no-store", "{what}");
            }
        }
        for path in ["/login", "/no/such/page"] {
            let answer = http.get(office.app.url(path)).send().await.expect("an answer");
            let policy = answer.headers()["content-security-policy"].to_str().expect("text").to_owned();
            assert!(policy.starts_with("default-src 'none'; script-src 'self' 'nonce-"), "{path}: {policy}");
            assert!(!policy.contains("unsafe-eval'") || policy.contains("'wasm-unsafe-eval'"), "{path}: {policy}");
        }
        for path in ["/api/v1/me", "/api/v1/rooms", "/timeline"] {
            let answer = browser.request("GET", path).send().await.expect("an answer");
            assert_eq!(
                (answer.status().as_u16(), &answer.headers()["cache-control"]),
                (200, &"no-store".parse().expect("a value")),
                "{path}"
            );
            check_protection(path, answer.headers());
        }
    }

    async fn a_database_that_cannot_be_read_is_not_ready(app: TestApp) {
        let status = async || reqwest::get(app.url("/readyz")).await.expect("an answer").status().as_u16();
        assert_eq!(status().await, 200);
        app.execute("ALTER TABLE log_head RENAME TO log_head_elsewhere").await;
        assert_eq!(status().await, 503, "the connection is there, what it leads to is not");
    }

    async fn without_its_database_it_is_alive_and_not_ready_and_says_nothing_of_why(app: TestApp) {
        let browser = app.browser("minji", false).await;
        app.app.close().await;
        let status = async |path| reqwest::get(app.url(path)).await.expect("an answer").status().as_u16();
        assert_eq!((status("/healthz").await, status("/readyz").await), (200, 503));
        for path in ["/api/v1/me", "/api/v1/rooms"] {
            let (status, body) = answer(browser.request("GET", path)).await;
            assert_eq!((status.as_u16(), &body["code"]), (500, &json!("INTERNAL")), "{path}: {body}");
            let (id, detail) = (body["errorId"].as_str().expect("an id"), body["detail"].as_str().expect("words"));
            assert_eq!(detail, format!("문제가 생겼습니다. 오류 번호 {id}"), "{path}");
        }
    }
}
