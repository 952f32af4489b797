//! Who there is, who may what, and how accounts are made.

use super::super::helpers::{Client, Engine, Socket, TestApp, answer, on_both_engines};
use super::try_login;
use crate::accounts::model::{MAX_EMAIL_CHARS, MAX_PASSWORD_CHARS, Role};
use crate::accounts::server::create_user;
use crate::error::{AppError, Field, Rule};
use crate::realtime::protocol::close;
use serde_json::{Value, json};

fn refused_fields(outcome: Result<crate::ids::UserId, AppError>) -> Vec<(Field, Rule)> {
    match outcome {
        Err(AppError::Validation { fields }) => fields.into_iter().map(|field| (field.field, field.rule)).collect(),
        other => panic!("{other:?}"),
    }
}

on_both_engines! {
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
}
