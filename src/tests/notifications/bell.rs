//! What a person does with their list.

use super::counts_until;
use crate::accounts::model::Role;
use crate::accounts::server::create_user;
use crate::tests::helpers::{Client, Engine, PASSWORD, START, TestApp, assert_refused, on_both_engines};
use http::StatusCode;
use serde_json::{Value, json};

on_both_engines! {
    async fn every_operation_tells_the_same_count_to_all_devices(app: TestApp) {
        let room = app.room("별당").await;
        let (mut phone, mut desktop) = (app.junho.socket("").await, app.junho.socket("").await);
        phone.hello().await;
        desktop.hello().await;
        for n in 0..4 {
            app.minji.book(room.id, n).await;
        }
        let personal = app.message(&app.junho, "하나", json!({})).await;
        let (_, list) = app.junho.get("/notifications").await;
        let notice = list["notifications"].as_array().unwrap().iter().find(|n| n["type"] == "reservation").unwrap().clone();
        let head = app.head().await;
        assert!(counts_until(&mut phone, head).await.is_empty() && counts_until(&mut desktop, head).await.is_empty());
        assert_eq!((app.unread(&app.junho).await, app.center(&app.junho).await.unseen(START)), (5, 5));

        let id = |n: &Value| n["id"].as_str().unwrap().to_owned();
        let (personal, notice) = (id(&personal), id(&notice));
        for (method, path, unread) in [
            ("PATCH", format!("/notifications/{notice}/read"), 4),
            ("PATCH", format!("/notifications/{notice}/unread"), 5),
            ("PATCH", format!("/notifications/{personal}/read"), 4),
            ("PATCH", format!("/notifications/{personal}/unread"), 5),
            ("PATCH", format!("/notifications/{personal}/archive"), 4),
            ("PATCH", format!("/notifications/{personal}/restore"), 5),
            ("PATCH", format!("/notifications/{notice}/archive"), 4),
            ("PATCH", format!("/notifications/{notice}/restore"), 5),
            ("DELETE", format!("/notifications/{notice}"), 4),
            ("DELETE", format!("/notifications/{personal}"), 3),
            ("PATCH", "/notifications/seen".into(), 3),
            ("PATCH", "/notifications/read-all".into(), 0),
        ] {
            let (status, body) = app.junho.send(app.junho.request(method, &path)).await;
            assert!(status.is_success(), "{method} {path}: {body}");
            let head = app.head().await;
            assert_eq!(counts_until(&mut phone, head).await, [unread], "{method} {path}");
            assert_eq!(counts_until(&mut desktop, head).await, [unread], "{method} {path}");
            assert_eq!(app.unread(&app.junho).await, i64::from(unread));
            // Once more changes nothing and is no news; what is gone is gone.
            let (status, _) = app.junho.send(app.junho.request(method, &path)).await;
            assert_eq!(status == StatusCode::NOT_FOUND, method == "DELETE");
            assert_eq!(app.head().await, head, "{method} {path} again");
        }
        assert_eq!(app.center(&app.junho).await.unseen(START), 0);
        assert_eq!(app.unread(&app.seoyeon).await, 4, "nobody else's");
        app.junho.delete("/notifications").await;
        assert!(app.told(&app.junho).await.is_empty());
        assert_eq!(app.told(&app.seoyeon).await.len(), 4);
        // What comes after the marks is new again.
        app.minji.book(room.id, 6).await;
        assert_eq!((app.unread(&app.junho).await, app.unread(&app.seoyeon).await), (1, 5));
    }

    async fn lists_are_filtered_and_paged_without_gaps(app: TestApp) {
        let room = app.room("별당").await;
        for n in 0..3 {
            app.minji.book(room.id, n).await;
            app.set_clock(START + n + 1);
        }
        for n in 0..9 {
            app.message(&app.junho, &format!("소식 {n}"), json!({})).await;
        }
        let (_, first) = app.junho.get("/notifications?page=1&limit=5").await;
        assert_eq!((&first["totalCount"], &first["unreadCount"]), (&json!(12), &json!(12)));
        let mut seen = Vec::new();
        let mut after = String::new();
        loop {
            let (_, page) = app.junho.get(&format!("/notifications?limit=5{after}")).await;
            let page = page["notifications"].as_array().unwrap().clone();
            let Some(last) = page.last() else { break };
            after = format!("&after={}", last["id"].as_str().unwrap());
            seen.extend(page.iter().map(|n| n["id"].to_string()));
        }
        let (_, all) = app.junho.get("/notifications?limit=100").await;
        let all: Vec<String> = all["notifications"].as_array().unwrap().iter().map(|n| n["id"].to_string()).collect();
        assert_eq!((seen.len(), &seen), (12, &all));
        let (_, second) = app.junho.get("/notifications?page=2&limit=5").await;
        assert_eq!(second["notifications"][0]["id"].to_string(), all[5]);

        let total = async |query: &str| app.junho.get(&format!("/notifications?{query}")).await.1["totalCount"].clone();
        assert_eq!(total("category=new_bookings").await, 3);
        let one = |n: usize| all[n].trim_matches('"').to_owned();
        app.junho.patch(&format!("/notifications/{}/read", one(0)), json!({})).await;
        app.junho.patch(&format!("/notifications/{}/archive", one(1)), json!({})).await;
        app.junho.patch(&format!("/notifications/{}/archive", one(11)), json!({})).await;
        assert_eq!((total("unread=true").await, total("archived=true").await, total("").await), (json!(9), json!(2), json!(10)));
        let (_, gone) = app.junho.delete("/notifications?category=new_bookings").await;
        assert_eq!(gone["changed"], 2);
        app.junho.delete("/notifications").await;
        assert_eq!((total("archived=true").await, total("").await), (json!(2), json!(0)), "the archive stays");
        app.junho.delete("/notifications?archived=true").await;
        assert_eq!(total("archived=true").await, 0);
        for nonsense in ["limit=0", "limit=100000", "page=0", "page=4294967295"] {
            assert_eq!(app.junho.get(&format!("/notifications?{nonsense}")).await.0, StatusCode::OK, "{nonsense}");
        }
        assert_refused(&app.junho.get("/notifications?category=x").await, 400, "MALFORMED_REQUEST");
    }

    async fn ids_that_are_unknown_or_somebody_elses_are_not_found_and_nothing_changes(app: TestApp) {
        let room = app.room("별당").await;
        app.minji.book(room.id, 1).await;
        let theirs = app.message(&app.junho, "하나", json!({})).await;
        let own = app.seoyeon.get("/notifications").await.1["notifications"][0]["id"].as_str().unwrap().to_owned();
        let head = app.head().await;
        let unknown = ["0192f0c1-2b3c-7d4e-8f5a-6b7c8d9e0f1a", "42", "x'--", theirs["id"].as_str().unwrap()];
        // Whoever made the booking has no entry of it.
        for (client, ids) in [(&app.seoyeon, &unknown[..]), (&app.minji, &[own.as_str()][..])] {
            for id in ids {
                for (method, act) in [("PATCH", "/read"), ("PATCH", "/unread"), ("PATCH", "/archive"), ("PATCH", "/restore"), ("DELETE", "")] {
                    let refused = client.send(client.request(method, &format!("/notifications/{id}{act}"))).await;
                    assert_refused(&refused, 404, "NOT_FOUND");
                }
            }
        }
        assert_eq!(app.head().await, head);
        assert_eq!(app.count("SELECT COUNT(*) FROM notice_states").await, 0);
        assert_eq!(app.count("SELECT COUNT(*) FROM notifications WHERE is_read OR archived_at IS NOT NULL").await, 0);
        assert_eq!(reqwest::get(app.url("/api/v1/notifications")).await.unwrap().status(), StatusCode::UNAUTHORIZED);
    }

    async fn new_accounts_begin_with_an_empty_bell(app: TestApp) {
        let mut app = app;
        let room = app.room("별당").await;
        app.minji.book(room.id, 1).await;
        app.set_clock(START + 1);
        create_user(&app.app, "new@example.com", "new", Role::Employee, PASSWORD).await.unwrap();
        let new = Client::log_in(app.address, "new@example.com").await;
        assert!(app.told(&new).await.is_empty());
        app.later(START + 2).await;
        app.minji.book(room.id, 2).await;
        assert_eq!((app.unread(&new).await, app.unread(&app.junho).await), (1, 2));
    }
}
