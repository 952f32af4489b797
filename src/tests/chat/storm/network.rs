//! What a client tries over a network that cannot be relied on: it gets something, or nothing.

use crate::realtime::protocol::close;
use futures_util::StreamExt;
use reqwest::RequestBuilder;
use serde_json::Value;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long a client waits for an answer or for the next frame before it tries again: what a cut
/// connection has swallowed never comes.
pub(super) const IMPATIENCE: Duration = Duration::from_secs(5);
/// How long it waits after a connection that came to nothing. All of them try again at once while there is no
/// server: less would leave the one that is starting no processor.
pub(super) const PAUSE: Duration = Duration::from_millis(100);

pub(super) type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// One try of a request: what was answered, or nothing when the network or the server failed.
pub(super) async fn attempt(request: RequestBuilder) -> Option<Value> {
    let answer = async {
        let answer = request.send().await.ok()?;
        let status = answer.status();
        Some((status, answer.json::<Value>().await.ok()?))
    };
    let (status, body) = timeout(IMPATIENCE, answer).await.ok()??;
    assert!(status.is_success() || status.is_server_error(), "{status}: {body}");
    status.is_success().then_some(body)
}

/// Tries a request until it has been answered.
pub(super) async fn insist(request: impl Fn() -> RequestBuilder) -> Value {
    loop {
        if let Some(body) = attempt(request()).await {
            return body;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// A socket, if it opens.
pub(super) async fn open(request: impl IntoClientRequest + Unpin) -> Option<Stream> {
    match timeout(IMPATIENCE, connect_async(request)).await.ok()? {
        Ok((stream, _)) => Some(stream),
        Err(Error::Http(answer)) => {
            assert!(answer.status().is_server_error(), "{}", answer.status());
            None
        }
        Err(_) => None,
    }
}

/// The next text of a socket; nothing when it has ended, or has said nothing for long.
pub(super) async fn next_text(stream: &mut Stream) -> Option<String> {
    loop {
        match timeout(IMPATIENCE, stream.next()).await.ok()??.ok()? {
            Message::Text(text) => return Some(text.to_string()),
            Message::Close(frame) => {
                let code = frame.map(|frame| u16::from(frame.code));
                assert_ne!(code, Some(close::RATE_LIMIT), "it comes back too often to be let in");
                return None;
            }
            _ => {}
        }
    }
}
