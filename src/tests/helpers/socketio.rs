//! A Socket.IO client: protocol 5 over a WebSocket, as `socket.io-client` 4 speaks it.

use super::{Client, PATIENCE};
use futures_util::{SinkExt, StreamExt};
use http::StatusCode;
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// A connected client.
pub struct SocketIo {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    acks: u64,
}

/// Why there is no connection.
#[derive(Debug, PartialEq)]
pub enum NotConnected {
    /// The upgrade was refused.
    Status(StatusCode),
    /// `connect_error`, in these words.
    Refused(String),
    /// The connection ended before there was an answer.
    Lost(String),
}

impl SocketIo {
    /// Connects with what the client says of itself, and these headers.
    ///
    /// # Errors
    /// [`NotConnected`].
    pub async fn connect(address: SocketAddr, auth: Value, headers: &[(&str, &str)]) -> Result<Self, NotConnected> {
        let url = format!("ws://{address}/socket.io/?EIO=4&transport=websocket");
        let mut request = url.into_client_request().expect("a request");
        for (name, value) in headers {
            let name: http::HeaderName = name.parse().expect("a header's name");
            request.headers_mut().insert(name, value.parse().expect("a header"));
        }
        let stream = match connect_async(request).await {
            Ok((stream, _)) => stream,
            Err(Error::Http(answer)) => return Err(NotConnected::Status(answer.status())),
            Err(error) => return Err(NotConnected::Lost(error.to_string())),
        };
        let lost = || NotConnected::Lost("it ended".into());
        let mut socket = Self { stream, acks: 0 };
        let open = socket.packet().await.ok_or_else(lost)?;
        assert!(open.starts_with('0'), "{open}");
        if !socket.try_send(&format!("40{auth}")).await {
            return Err(lost());
        }
        let answer = socket.packet().await.ok_or_else(lost)?;
        match answer.split_at(2) {
            ("40", _) => Ok(socket),
            ("44", refusal) => {
                let refusal: Value = serde_json::from_str(refusal).expect("JSON");
                Err(NotConnected::Refused(refusal["message"].as_str().unwrap_or_default().to_owned()))
            }
            _ => panic!("{answer}"),
        }
    }

    /// Connects as a person, past what everybody is told first.
    pub async fn of(client: &Client) -> Self {
        let auth = json!({"token": client.token});
        let mut socket = Self::connect(client.address, auth, &[]).await.expect("a connection");
        assert_eq!(socket.event().await.0, "userOnline");
        socket.expect("unreadNotificationCount").await;
        socket
    }

    /// Sends a packet as it is on the wire, over a connection that may be gone; whether it is there yet.
    pub async fn try_send(&mut self, packet: &str) -> bool {
        self.stream.send(Message::text(packet.to_owned())).await.is_ok()
    }

    /// A packet as it is on the wire.
    pub async fn send_raw(&mut self, packet: &str) {
        self.stream.send(Message::text(packet.to_owned())).await.expect("sent");
    }

    pub async fn emit(&mut self, event: &str, data: Value) {
        self.send_raw(&format!("42{}", json!([event, data]))).await;
    }

    /// Emits, and gives the receipt; what comes before it is an error of the test.
    pub async fn call(&mut self, event: &str, data: Value) -> Value {
        self.acks += 1;
        self.send_raw(&format!("42{}{}", self.acks, json!([event, data]))).await;
        let packet = self.packet().await.expect("a receipt");
        let expected = format!("43{}", self.acks);
        let receipt = packet.strip_prefix(&expected).unwrap_or_else(|| panic!("no receipt: {packet}"));
        let receipt: Value = serde_json::from_str(receipt).expect("JSON");
        receipt[0].clone()
    }

    /// The next event and its data.
    pub async fn event(&mut self) -> (String, Value) {
        let packet = self.packet().await.expect("an event, not the end");
        let event = packet.strip_prefix("42").unwrap_or_else(|| panic!("not an event: {packet}"));
        let event: Value = serde_json::from_str(event).expect("JSON");
        (event[0].as_str().expect("a name").to_owned(), event[1].clone())
    }

    /// The data of the next event, which has this name, past who comes and goes.
    pub async fn expect(&mut self, name: &str) -> Value {
        loop {
            let (event, data) = self.event().await;
            match event.as_str() {
                event if event == name => return data,
                "userOnline" | "userOffline" => {}
                _ => panic!("{event} instead of {name}: {data}"),
            }
        }
    }

    /// That nothing more waits than who comes and goes: the answer to this is the next.
    pub async fn expect_nothing(&mut self) {
        self.emit("send-message", json!({"streamId": "nowhere", "message": "x"})).await;
        assert_eq!(self.expect("error").await["code"], "NOT_JOINED");
    }

    /// The server ends the socket for good.
    pub async fn dismissed(&mut self) {
        let packet = self.packet().await;
        assert_eq!(packet.as_deref(), Some("41"));
    }

    /// Says what ends the connection: the server need not read it to its end first.
    pub async fn send_rudely(&mut self, message: Message) {
        if let Err(error) = self.stream.send(message).await {
            assert!(matches!(error, Error::Io(_)), "{error}");
        }
        self.closed().await;
    }

    /// The connection ends, in whatever way.
    pub async fn closed(&mut self) {
        while self.packet().await.is_some() {}
    }

    /// The next packet as it is on the wire; nothing when the connection has ended.
    pub async fn packet(&mut self) -> Option<String> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.stream.next()).await.expect("a packet in time");
            match next {
                Some(Ok(Message::Text(text))) if text.as_str() == "2" => {
                    if !self.try_send("3").await {
                        return None;
                    }
                }
                Some(Ok(Message::Text(text))) if text.as_str() == "1" => return None,
                Some(Ok(Message::Text(text))) => return Some(text.to_string()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(other)) => panic!("{other:?}"),
            }
        }
    }
}
