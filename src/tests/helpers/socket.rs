//! `/ws` as a documented client sees it.

use super::PATIENCE;
use crate::realtime::protocol::{Control, ControlFrame, Frame, Hello, Seq, ServerFrame};
use futures_util::{SinkExt, StreamExt};
use http::StatusCode;
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Message, protocol::CloseFrame};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Whether a frame is of the volatile plane: most tests are not about those.
pub fn is_volatile(text: &str) -> bool {
    matches!(ServerFrame::parse(text), Some(ServerFrame::Volatile(_)))
}

/// `/ws` as a documented client sees it.
pub struct Socket(pub WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// # Errors
    /// The status of a refused upgrade.
    pub async fn open(address: SocketAddr, path: &str, origin: Option<&str>) -> Result<Self, StatusCode> {
        let mut request = format!("ws://{address}{path}").into_client_request().expect("a request");
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().expect("an origin"));
        }
        Self::open_with(request).await
    }

    /// # Errors
    /// The status of a refused upgrade.
    pub async fn open_with(request: http::Request<()>) -> Result<Self, StatusCode> {
        match connect_async(request).await {
            Ok((stream, _)) => Ok(Self(stream)),
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => Err(response.status()),
            Err(error) => panic!("{error}"),
        }
    }

    pub async fn send(&mut self, message: Message) {
        self.0.send(message).await.expect("sent");
    }

    async fn next(&mut self) -> Message {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.0.next()).await.expect("a message in time");
            match next {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(message)) => return message,
                Some(Err(error)) => panic!("{error}"),
                None => panic!("the socket ended without a close frame"),
            }
        }
    }

    /// The next frame; the test fails when the socket closes instead.
    pub async fn frame(&mut self) -> ServerFrame {
        let text = self.text().await;
        ServerFrame::parse(&text).unwrap_or_else(|| panic!("not a frame: {text}"))
    }

    /// The next frame as it is on the wire, past volatile ones.
    pub async fn text(&mut self) -> String {
        loop {
            let text = self.any_text().await;
            if !is_volatile(&text) {
                return text;
            }
        }
    }

    /// The next frame of any kind as it is on the wire.
    pub async fn any_text(&mut self) -> String {
        match self.next().await {
            Message::Text(text) => text.to_string(),
            other => panic!("{other:?}"),
        }
    }

    /// Everything that waited for this socket, volatile frames too: up to the answer to a ping.
    pub async fn waiting(&mut self) -> Vec<Value> {
        self.send(Message::text(json!({"type": "ping", "data": {}}).to_string())).await;
        let mut frames = Vec::new();
        loop {
            let frame: Value = serde_json::from_str(&self.any_text().await).expect("JSON");
            if frame["type"] == "pong" {
                return frames;
            }
            frames.push(frame);
        }
    }

    pub async fn hello(&mut self) -> Hello {
        match self.frame().await {
            ServerFrame::Control(ControlFrame { control: Control::Hello(hello), .. }) => hello,
            other => panic!("hello comes first, not {other:?}"),
        }
    }

    /// The next durable frame, past heads.
    pub async fn durable(&mut self) -> Frame {
        loop {
            match self.frame().await {
                ServerFrame::Durable(frame) => return *frame,
                ServerFrame::Control(ControlFrame { control: Control::Head(_), .. }) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// Durable frames up to and including one.
    pub async fn durable_until(&mut self, seq: Seq) -> Vec<Frame> {
        let mut frames = Vec::new();
        while frames.last().is_none_or(|frame: &Frame| frame.seq < seq) {
            frames.push(self.durable().await);
        }
        frames
    }

    /// Whether the server says something rather than closing the socket.
    pub async fn is_welcome(&mut self) -> bool {
        matches!(self.next().await, Message::Text(_))
    }

    /// The code with which the server closes the socket, past any frames.
    pub async fn close_code(&mut self) -> u16 {
        loop {
            match self.next().await {
                Message::Close(Some(CloseFrame { code, .. })) => return code.into(),
                Message::Close(None) => panic!("closed without a code"),
                _ => {}
            }
        }
    }
}
