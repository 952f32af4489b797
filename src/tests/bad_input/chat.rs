//! Chat: foreign rooms, rights that are gone, names that lead elsewhere, floods.

use super::super::helpers::{Answer, Client, Engine, SocketIo, TestApp, answer, on_both_engines};
use super::{CHAT_ROUTES, Office, contents, refused};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// What a client may ask of a room, with a body that would do.
const WISHES: [(&str, &str, &str); 20] = [
    ("GET", "/chat/rooms/{chat}", ""),
    ("PATCH", "/chat/rooms/{chat}", r#"{"topic":"x"}"#),
    ("GET", "/chat/rooms/{chat}/messages", ""),
    ("POST", "/chat/rooms/{chat}/messages", r#"{"message":"x"}"#),
    ("PATCH", "/chat/rooms/{chat}/messages/{message}", r#"{"message":"x"}"#),
    ("DELETE", "/chat/rooms/{chat}/messages/{message}", ""),
    ("GET", "/chat/messages/{message}", ""),
    ("PATCH", "/chat/messages/{message}", r#"{"message":"x"}"#),
    ("DELETE", "/chat/messages/{message}", ""),
    ("POST", "/chat/messages/{message}/reactions", r#"{"emoji":"👍"}"#),
    ("GET", "/chat/messages/{message}/versions", ""),
    ("PUT", "/chat/kept/{message}", ""),
    ("DELETE", "/chat/kept/{message}", ""),
    ("POST", "/chat/rooms/{chat}/read", "{}"),
    ("POST", "/chat/rooms/{chat}/unread", r#"{"unread_from":1}"#),
    ("POST", "/chat/rooms/{chat}/mute", r#"{"mute":"off"}"#),
    ("GET", "/chat/rooms/{chat}/members", ""),
    ("POST", "/chat/rooms/{chat}/members", "{}"),
    ("POST", "/chat/rooms/{chat}/files?name=x", "x"),
    ("GET", "/chat/rooms/{chat}/export", ""),
];

fn code(answer: &Answer) -> (u16, &str) {
    (answer.0.as_u16(), answer.1["code"].as_str().unwrap_or_default())
}

/// Everything that somebody without a right to it may try; each is refused in the contract's shape.
async fn nothing_is_theirs(office: &Office, client: &Client) {
    for (method, route, body) in WISHES {
        let what = format!("{} {method} {route}", client.user.name);
        let request = client.request(method, &office.path(route)).body(body);
        assert_eq!(code(&refused(&what, request).await), (403, "FORBIDDEN"), "{what}");
    }
    let others = format!("/chat/rooms/{{chat}}/members/{}", office.app.minji.id);
    for (method, below, body) in
        [("DELETE", "", ""), ("PATCH", "", r#"{"role":"owner"}"#), ("POST", "/bar", r#"{"bar":"forever"}"#)]
    {
        let others = format!("{others}{below}");
        let what = format!("{} {method} {others}", client.user.name);
        let request = client.request(method, &office.path(&others)).body(body);
        assert_eq!(code(&refused(&what, request).await), (403, "FORBIDDEN"), "{what}");
    }
    let found = answer(client.request("GET", &office.path("/chat/search?q=안녕하세요"))).await;
    assert_eq!((found.0.as_u16(), &found.1["data"]), (200, &json!([])));
    let rooms = answer(client.request("GET", "/chat/rooms")).await;
    assert_eq!(rooms.1["data"], json!([]));
}

on_both_engines! {
    async fn a_strangers_room_is_closed_in_every_way(app: TestApp) {
        let office = Office::open(app).await;
        nothing_is_theirs(&office, &office.app.seoyeon).await;
        // Neither by its slug, nor over the sockets.
        let path = office.path("/ws/chat/{chat}");
        let mut socket = office.app.seoyeon.socket_at(&path).await;
        assert_eq!(socket.close_code().await, 1008);
        let mut socket = SocketIo::of(&office.app.seoyeon).await;
        let (room, said) = (office.path("{chat}"), json!("x"));
        for (event, data) in [
            ("joinChat", json!({"chatRoomId": room})),
            ("sendMessage", json!({"chatRoomId": room, "message": said})),
            ("join-room", json!({"streamId": room, "user": {}})),
        ] {
            socket.emit(event, data).await;
            assert!(socket.expect("error").await["message"].is_string(), "{event}");
        }
        socket.emit("send-message", json!({"streamId": room, "message": said})).await;
        assert_eq!(socket.expect("error").await["code"], "NOT_JOINED");
        office.close().await;
    }

    async fn whoever_is_removed_has_no_right_left_on_any_surface(app: TestApp) {
        let mut office = Office::open(app).await;
        let room = office.path("{chat}");
        let members = office.path("/chat/rooms/{chat}/members");
        let (status, added) = office.app.admin.post(&members, json!({"user_id": office.app.seoyeon.id.0})).await;
        assert_eq!(status.as_u16(), 200, "{added}");
        let mut page = office.app.seoyeon.socket("").await;
        page.hello().await;
        let mut listener = office.app.seoyeon.socket_at(&office.path("/ws/chat/{chat}")).await;
        let mut gateway = SocketIo::of(&office.app.seoyeon).await;
        gateway.emit("joinChat", json!({"chatRoomId": room})).await;
        gateway.expect("chatHistory").await;

        let (status, _) = office.app.admin.delete(&format!("{members}/{}", office.app.seoyeon.id)).await;
        assert_eq!(status.as_u16(), 200);
        assert_eq!(listener.close_code().await, 4003);
        assert_eq!(gateway.expect("error").await["code"], "FORBIDDEN");
        assert_eq!(gateway.expect("newNotification").await["title"], "채팅방에서 내보내짐");
        office.before = contents(&office.app).await;
        nothing_is_theirs(&office, &office.app.seoyeon).await;
        gateway.emit("sendMessage", json!({"chatRoomId": room, "message": "x"})).await;
        assert_eq!(gateway.expect("error").await["code"], "FORBIDDEN");
        // What is said now reaches none of the sockets that were open.
        let messages = office.path("/chat/rooms/{chat}/messages");
        assert!(office.app.admin.post(&messages, json!({"message": "이제 우리끼리"})).await.0.is_success());
        gateway.expect_nothing().await;
        let heard = page.waiting().await;
        assert!(heard.iter().all(|frame| frame["data"]["message"] != "이제 우리끼리"), "{heard:?}");
        office.before = contents(&office.app).await;
        office.close().await;
    }

    async fn members_of_other_types_are_no_members(app: TestApp) {
        let office = Office::open(app).await;
        for (method, route, body) in [
            ("POST", "/chat/rooms", json!({"name": 1, "kind": "channel"})),
            ("POST", "/chat/rooms", json!({"name": "x", "kind": "secret"})),
            ("POST", "/chat/rooms", json!({"name": "x", "kind": "channel", "memberIds": "3"})),
            ("POST", "/chat/rooms", json!({"name": "x", "kind": "channel", "memberIds": [{}]})),
            ("POST", "/chat/rooms", json!({"kind": "live", "reservationId": []})),
            ("PATCH", "/chat/rooms/{chat}", json!({"archived": "yes"})),
            ("PATCH", "/chat/rooms/{chat}", json!({"version": "x"})),
            ("POST", "/chat/rooms/{chat}/messages", json!({"message": ["x"]})),
            ("POST", "/chat/rooms/{chat}/messages", json!({"message": "x", "user_id": "1"})),
            ("POST", "/chat/rooms/{chat}/messages", json!({"message": "x", "message_type": "video"})),
            ("POST", "/chat/rooms/{chat}/messages", json!({"message": "x", "message_type": 1})),
            ("POST", "/chat/rooms/{chat}/messages", json!({"message": "x", "reply_to": "first"})),
            ("POST", "/chat/rooms/{chat}/messages", json!({"message": "x", "client_msg_id": 7})),
            ("POST", "/chat/rooms/{chat}/messages", json!({"message": "x", "confirm_mentions": "yes"})),
            ("POST", "/chat/rooms/{chat}/messages", json!({"message": "x", "file_url": {}})),
            ("PATCH", "/chat/messages/{message}", json!({"message": null})),
            ("POST", "/chat/messages/{message}/reactions", json!({"emoji": 1})),
            ("POST", "/chat/messages/{message}/reactions", json!({})),
            ("POST", "/chat/rooms/{chat}/read", json!({"last_read_seq": "last"})),
            ("POST", "/chat/rooms/{chat}/read", json!({"user_id": 1.5})),
            ("POST", "/chat/rooms/{chat}/unread", json!({"unread_from": "first"})),
            ("POST", "/chat/rooms/{chat}/unread", json!({})),
            ("PUT", "/chat/reading", json!({"shows_reading": "no"})),
            ("PUT", "/chat/reading", json!({})),
            ("POST", "/chat/rooms/{chat}/mute", json!({"mute": "a while"})),
            ("POST", "/chat/rooms/{chat}/mute", json!({})),
            ("POST", "/chat/rooms/{chat}/members", json!({"user_id": "everybody"})),
            ("PATCH", "/chat/rooms/{chat}/members/{person}", json!({"role": "king"})),
            ("POST", "/chat/rooms/{chat}/members/{person}/bar", json!({})),
            ("POST", "/chat/rooms/{chat}/members/{person}/bar", json!({"bar": 60})),
            ("POST", "/chat/rooms/{chat}/members/{person}/bar", json!({"bar": "hour", "reason": ["x"]})),
        ] {
            let what = format!("{method} {route} {body}");
            let problem = refused(&what, office.request(method, route).json(&body)).await;
            assert_eq!(code(&problem), (400, "MALFORMED_REQUEST"), "{what}");
        }
        for query in [
            "/chat/rooms/{chat}/messages?limit=x",
            "/chat/rooms/{chat}/messages?before_seq=",
            "/chat/rooms/{chat}/messages?after_seq=9223372036854775808",
            "/chat/rooms/{chat}/messages?page=-1",
            "/chat/rooms/{chat}/export?format=pdf",
            "/chat/search",
            "/chat/search?q=ab&room=x",
            "/chat/search?q=ab&before=%00",
        ] {
            let problem = refused(query, office.request("GET", query)).await;
            assert_eq!(code(&problem), (400, "MALFORMED_REQUEST"), "{query}");
        }
        office.close().await;
    }

    async fn names_and_numbers_of_rooms_and_messages_that_are_none(app: TestApp) {
        let office = Office::open(app).await;
        let long = "9".repeat(5_000);
        for id in [
            "0", "-1", "999999", "9223372036854775807", "9223372036854775808", &long, "nowhere", "%20", "%00", "x%00",
            "%FF", "%F0%9F%98%80", "..%2F..", "1%2F..", "'", "1'--", "-", "*", "$1", "NULL",
        ] {
            for (method, route, body) in [
                ("GET", "/chat/rooms/{}", ""),
                ("PATCH", "/chat/rooms/{}", r#"{"topic":"x"}"#),
                ("GET", "/chat/rooms/{}/messages", ""),
                ("POST", "/chat/rooms/{}/messages", r#"{"message":"x"}"#),
                ("POST", "/chat/rooms/{}/read", "{}"),
                ("POST", "/chat/rooms/{}/unread", r#"{"unread_from":1}"#),
                ("POST", "/chat/rooms/{}/files?name=x", "x"),
                ("GET", "/chat/rooms/{}/export", ""),
                ("GET", "/chat/messages/{}", ""),
                ("PATCH", "/chat/messages/{}", r#"{"message":"x"}"#),
                ("DELETE", "/chat/messages/{}", ""),
                ("POST", "/chat/messages/{}/reactions", r#"{"emoji":"👍"}"#),
                ("DELETE", "/chat/rooms/{chat}/members/{}", ""),
                ("POST", "/chat/rooms/{chat}/members/{}/bar", r#"{"bar":"hour"}"#),
                ("GET", "/chat/files/{}", ""),
            ] {
                let path = route.replace("{}", id);
                let what = format!("{method} {}", &path[..path.len().min(60)]);
                let problem = refused(&what, office.request(method, &path).body(body)).await;
                assert_eq!(code(&problem), (404, "NOT_FOUND"), "{what}");
            }
        }
        office.close().await;
    }

    async fn an_upload_is_what_it_is_whatever_it_says(app: TestApp) {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("files");
        let mut app = app;
        app = app.restart_with(|config| config.files = place.display().to_string()).await;
        let office = Office::open(app).await;
        let files = || std::fs::read_dir(&place).map_or(0, Iterator::count);
        let outside = || std::fs::read_dir(folder.path()).map_or(0, Iterator::count);
        // Names that lead elsewhere lead nowhere: nothing lies outside, and the name is the last part.
        let mut kept = 0;
        for (name, called) in [
            ("../../../etc/passwd", "passwd"),
            ("..%2f..%2fx", "%2f..%2fx"),
            ("/etc/passwd", "passwd"),
            ("C:\\Windows\\x.exe", "x.exe"),
            ("....//....//x", "x"),
            ("a\0b", "ab"),
            ("\u{202e}gnp.exe", "gnp.exe"),
            ("..", "file"),
            ("", "file"),
        ] {
            let query = serde_urlencoded::to_string([("name", name)]).expect("a query");
            let path = office.path(&format!("/chat/rooms/{{chat}}/files?{query}"));
            let uploaded = answer(office.app.admin.request("POST", &path).body("text")).await;
            kept += 1;
            assert_eq!((uploaded.0.as_u16(), &uploaded.1["data"]["file"]["name"]), (200, &json!(called)), "{name:?}");
            assert_eq!((files(), outside()), (kept, 1), "{name:?}");
        }
        // What is packed stays packed, whatever unpacks it on the way: its size is that of its bytes.
        let bomb: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\x02\xff\xed\xc1\x01\x0d\0\0\0\xc2\xa0\xf7Om\x0e7\xa0";
        for (name, value) in [("content-encoding", "gzip"), ("content-type", "image/png"), ("content-type", "multipart/form-data; boundary=x")] {
            let request = office.request("POST", "/chat/rooms/{chat}/files?name=bomb.png").header(name, value);
            let uploaded = answer(request.body(bomb)).await.1;
            kept += 1;
            let file = &uploaded["data"]["file"];
            assert_eq!((&file["size"], &file["content_type"]), (&json!(bomb.len()), &json!("application/gzip")), "{uploaded}");
        }
        // Cut half-way: the server has seen the end of it when the connection is closed, and kept nothing.
        for declared in [1_000, 30 * 1024 * 1024] {
            let path = office.path("/api/v1/chat/rooms/{chat}/files?name=half");
            let mut stream = tokio::net::TcpStream::connect(office.app.address).await.expect("a connection");
            let head = format!(
                "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-length: {declared}\r\n\r\nhalf",
                office.app.admin.token
            );
            stream.write_all(head.as_bytes()).await.expect("sent");
            stream.shutdown().await.expect("cut");
            let mut rest = Vec::new();
            // Answered or not: there is nobody to hear it.
            let _ = stream.read_to_end(&mut rest).await;
        }
        assert_eq!((files(), office.app.count("SELECT COUNT(*) FROM chat_files").await), (kept, i64::try_from(kept).expect("few")));
    }

    async fn a_flood_is_answered_on_each_surface_and_slows_nobody_else(app: TestApp) {
        let office = Office::open(app).await;
        let messages = office.path("/chat/rooms/{chat}/messages");
        let mut codes = Vec::new();
        for n in 0..33 {
            codes.push(office.app.minji.post(&messages, json!({"message": n.to_string()})).await.0.as_u16());
        }
        assert_eq!((codes.iter().filter(|code| **code == 200).count(), codes[32]), (30, 429), "{codes:?}");
        let refusal = office.app.minji.request("POST", &messages).body(r#"{"message":"x"}"#).send().await.expect("an answer");
        assert!(refusal.headers().contains_key("retry-after"), "{:?}", refusal.headers());
        // The same person's other surfaces count too, and answer in their own shape.
        let mut socket = SocketIo::of(&office.app.minji).await;
        let receipt = socket.call("sendMessage", json!({"chatRoomId": office.path("{chat}"), "message": "x"})).await;
        assert_eq!((&receipt["ok"], &receipt["code"]), (&json!(false), &json!("RATE_LIMIT_EXCEEDED")));
        assert_eq!(socket.expect("error").await, json!({"message": "메시지 전송에 실패했습니다.", "code": "RATE_LIMIT_EXCEEDED"}));
        assert!(office.app.admin.post(&messages, json!({"message": "여기는 조용합니다"})).await.0.is_success());
    }
}

/// Chat's own answers have its own shape, and nobody else's.
#[test]
fn every_route_of_chat_is_in_the_list() {
    for (_, route, _) in WISHES {
        let route = route.split('?').next().unwrap_or_default();
        assert!(CHAT_ROUTES.iter().any(|(known, _)| *known == route), "{route}");
    }
}
