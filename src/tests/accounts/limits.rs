//! How many wrong logins are judged.

use super::super::helpers::{Engine, PASSWORD, START, TestApp, on_both_engines};
use super::{assert_limited, credentials, fail_logins, try_login};
use crate::time::MINUTE;

on_both_engines! {
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

    async fn fifty_failures_close_a_network_of_ipv6(app: TestApp) {
        let app = app.restart_with(|config| config.trust_proxy = true).await;
        let attempt = async |n: usize, address: String| {
            let body = credentials(&format!("nobody{}@example.com", n / 10), "wrong");
            let request = reqwest::Client::new().post(app.url("/api/v1/auth/login")).json(&body);
            let answer = request.header("x-forwarded-for", address).send().await.expect("an answer");
            answer.status().as_u16()
        };
        let attempts = (0..50).map(|n| attempt(n, format!("2001:db8:0:1::{n}")));
        assert_eq!(futures_util::future::join_all(attempts).await, [401; 50]);
        assert_eq!(attempt(50, "2001:db8:0:1:a:b:c:d".to_owned()).await, 429, "one client has them all");
        assert_eq!(attempt(50, "2001:db8:0:2::1".to_owned()).await, 401, "another network goes on");
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
}
