//! Requests that other sites' pages make.

use super::super::helpers::{Engine, TestApp, answer, on_both_engines};
use super::{Office, check_protection, contents};
use serde_json::{Value, json};

on_both_engines! {
    async fn pages_of_other_origins_may_change_nothing(app: TestApp) {
        let office = Office::open(app).await;
        let browser = office.app.browser("admin", false).await;
        let before = contents(&office.app).await;
        let (address, own) = (office.app.address, office.app.url(""));
        let unsafe_routes = [
            ("POST", "/api/v1/auth/login"),
            ("POST", "/api/v1/auth/refresh"),
            ("POST", "/api/v1/auth/logout"),
            ("POST", "/api/v1/ws/ticket"),
            ("POST", "/api/v1/rooms"),
            ("PATCH", "/api/v1/rooms/{room}"),
            ("DELETE", "/api/v1/rooms/{room}"),
            ("POST", "/api/v1/reservations"),
            ("PATCH", "/api/v1/reservations/{booking}"),
            ("DELETE", "/api/v1/reservations/{booking}"),
            ("POST", "/api/v1/reservations/{booking}/cancel"),
            ("POST", "/api/v1/reservations/{booking}/end"),
            ("POST", "/api/v1/reservations/{booking}/extend"),
            ("POST", "/api/v1/reservations/{booking}/approve"),
            ("POST", "/api/v1/reservations/{booking}/reject"),
            ("PUT", "/api/v1/nope"),
            ("POST", "/fn/book_room"),
            ("POST", "/fn/log_out"),
            ("POST", "/fn/delete_room"),
            ("POST", "/preferences"),
            ("POST", "/timeline"),
            ("POST", "/socket.io/?EIO=4&transport=polling"),
        ];
        let http = reqwest::Client::new();
        for (method, route) in unsafe_routes {
            let request = |headers: &[(&str, &str)]| {
                let mut request = http.request(method.parse().expect("a method"), office.app.url(&office.path(route)));
                for (name, value) in headers {
                    request = request.header(*name, *value);
                }
                request.body(r#"{"name":"x","version":1}"#)
            };
            let (cookie, bearer) = (("cookie", browser.cookie.as_str()), format!("Bearer {}", office.app.admin.token));
            let bearer = ("authorization", bearer.as_str());
            let other_port = format!("http://{}:1", address.ip());
            let (suffixed, prefixed) = (format!("{own}.evil.example"), format!("http://evil.example/{own}"));
            let (user, path) = (format!("http://{address}@evil.example"), format!("{own}/"));
            for origin in [
                "https://evil.example",
                "null",
                "",
                "http://127.0.0.1",
                "http://localhost",
                "file://",
                "http://",
                &other_port,
                &suffixed,
                &prefixed,
                &user,
                &path,
                &address.to_string(),
                &format!("ftp://{address}"),
                "한국어",
            ] {
                for headers in [&[cookie, ("origin", origin)][..], &[bearer, ("origin", origin)], &[("origin", origin)]]
                {
                    let what = format!("{method} {route} from {origin:?}, {}", headers[0].0);
                    let answer = request(headers).send().await.expect("an answer");
                    let (status, protection) = (answer.status(), answer.headers().clone());
                    let body: Value = answer.json().await.unwrap_or_else(|_| panic!("{what}: {status}"));
                    assert_eq!((status.as_u16(), &body["code"]), (403, &json!("FORBIDDEN_ORIGIN")), "{what}");
                    check_protection(&what, &protection);
                }
            }
            for headers in [
                &[cookie][..],
                &[cookie, ("sec-fetch-site", "cross-site")],
                &[cookie, ("sec-fetch-site", "same-site")],
                &[cookie, ("sec-fetch-site", "")],
                &[cookie, ("sec-fetch-site", "Same-Origin")],
                &[bearer, ("sec-fetch-site", "cross-site")],
                &[("sec-fetch-site", "cross-site")],
                &[cookie, ("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")],
                &[cookie, ("referer", &own)],
            ] {
                let (status, body) = answer(request(headers)).await;
                assert_eq!(
                    (status.as_u16(), &body["code"]),
                    (403, &json!("FORBIDDEN_ORIGIN")),
                    "{method} {route} {:?}",
                    &headers[1..]
                );
            }
        }
        assert_eq!(contents(&office.app).await, before);

        // Reading is no harm: the answer stays with the page that asked, and no other may see it.
        let read = http
            .get(office.app.url("/api/v1/me"))
            .header("cookie", &browser.cookie)
            .header("origin", "https://evil.example");
        let read = read.send().await.expect("an answer");
        assert_eq!((read.status().as_u16(), read.headers().get("access-control-allow-origin")), (200, None));

        // Our own pages, and clients that are no browsers.
        let ticket = || http.post(office.app.url("/api/v1/ws/ticket"));
        for request in [
            ticket().header("cookie", &browser.cookie).header("origin", &own),
            ticket().header("cookie", &browser.cookie).header("origin", own.to_uppercase().replace("HTTP", "http")),
            ticket().header("cookie", &browser.cookie).header("sec-fetch-site", "same-origin"),
            ticket().bearer_auth(&office.app.admin.token),
            ticket().bearer_auth(&office.app.admin.token).header("origin", &own),
        ] {
            let (status, body) = answer(request).await;
            assert_eq!(status, 200, "{body}");
        }
    }

    async fn pages_of_origins_that_are_allowed_may_read_and_write(app: TestApp) {
        let mut app = app;
        let (friend, method) = ("https://intranet.example", "access-control-request-method");
        app = app.restart_with(|config| config.allowed_origins = vec![friend.into()]).await;
        let browser = app.browser("minji", false).await;
        let http = reqwest::Client::new();
        for (origin, allowed) in [(friend, Some(friend)), ("https://evil.example", None)] {
            let ask = http.request(reqwest::Method::OPTIONS, app.url("/api/v1/ws/ticket"));
            let asked = ask.header("origin", origin).header(method, "POST").send().await.expect("an answer");
            let write = http.post(app.url("/api/v1/ws/ticket")).header("cookie", &browser.cookie);
            let written = write.header("origin", origin).send().await.expect("an answer");
            assert_eq!(written.status(), if allowed.is_some() { 200 } else { 403 }, "{origin}");
            let read = browser.request("GET", "/api/v1/me").header("origin", origin).send().await.expect("an answer");
            for answer in [asked, written, read] {
                let of = |name: &str| answer.headers().get(name).map(|value| value.to_str().expect("text"));
                assert_eq!(of("access-control-allow-origin"), allowed, "{origin}");
            }
        }
    }
}
