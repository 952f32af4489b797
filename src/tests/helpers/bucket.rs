//! A server that speaks as much S3 as files take: put, get and delete, each request signed.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, Uri};
use object_store::aws::AmazonS3Builder;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

const KEY: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const REGION: &str = "ap-northeast-2";
pub const BUCKET: &str = "madang";

/// A running bucket.
#[derive(Clone, Default)]
pub struct Bucket {
    objects: Arc<Mutex<BTreeMap<String, Bytes>>>,
    /// How many requests it still answers with 503.
    failures: Arc<AtomicU32>,
}

impl Bucket {
    pub async fn start() -> (Self, SocketAddr) {
        let bucket = Self::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().fallback(answer).with_state(bucket.clone());
        tokio::spawn(axum::serve(listener, router).into_future());
        (bucket, address)
    }

    /// How clients reach it, as the environment would say.
    pub fn builder(address: SocketAddr) -> AmazonS3Builder {
        AmazonS3Builder::new()
            .with_bucket_name(BUCKET)
            .with_region(REGION)
            .with_access_key_id(KEY)
            .with_secret_access_key(SECRET)
            .with_endpoint(format!("http://{address}"))
            .with_allow_http(true)
    }

    pub fn keys(&self) -> Vec<String> {
        self.objects.lock().expect("objects").keys().cloned().collect()
    }

    /// Fails for so many requests.
    pub fn fail(&self, times: u32) {
        self.failures.store(times, Ordering::SeqCst);
    }
}

async fn answer(State(bucket): State<Bucket>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    if bucket.failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    if !is_signed(&method, &uri, &headers, &body) {
        return (StatusCode::FORBIDDEN, "<Error><Code>SignatureDoesNotMatch</Code></Error>").into_response();
    }
    let Some(key) = uri.path().strip_prefix(&format!("/{BUCKET}/")).map(str::to_owned) else {
        return (StatusCode::NOT_FOUND, "<Error><Code>NoSuchBucket</Code></Error>").into_response();
    };
    let mut objects = bucket.objects.lock().expect("objects");
    match method {
        Method::PUT => {
            objects.insert(key, body);
            ([("etag", "\"1\"")], StatusCode::OK).into_response()
        }
        Method::DELETE => {
            objects.remove(&key);
            StatusCode::NO_CONTENT.into_response()
        }
        Method::GET => match objects.get(&key) {
            Some(bytes) => {
                let meta = [("etag", "\"1\""), ("last-modified", "Mon, 23 Nov 2026 00:00:00 GMT")];
                (meta, bytes.clone()).into_response()
            }
            None => (StatusCode::NOT_FOUND, "<Error><Code>NoSuchKey</Code></Error>").into_response(),
        },
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

/// Whether a request carries the signature (version 4) of the one account there is.
fn is_signed(method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> bool {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let authorization = header("authorization").strip_prefix("AWS4-HMAC-SHA256 ").unwrap_or_default();
    let parts: BTreeMap<&str, &str> = authorization.split(',').filter_map(|part| part.trim().split_once('=')).collect();
    let part = |name: &str| parts.get(name).copied().unwrap_or_default();
    let (date, hash) = (header("x-amz-date"), header("x-amz-content-sha256"));
    let day = date.split('T').next().unwrap_or_default();
    let scope = format!("{day}/{REGION}/s3/aws4_request");
    let mut canonical = format!("{method}\n{}\n{}\n", uri.path(), uri.query().unwrap_or_default());
    for name in part("SignedHeaders").split(';') {
        canonical.push_str(&format!("{name}:{}\n", header(name).trim()));
    }
    canonical.push_str(&format!("\n{}\n{hash}", part("SignedHeaders")));
    let to_sign = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{}", hex(&Sha256::digest(canonical.as_bytes())));
    let mut key = format!("AWS4{SECRET}").into_bytes();
    for step in [day, REGION, "s3", "aws4_request", &to_sign] {
        key = hmac(&key, step.as_bytes());
    }
    part("Credential") == format!("{KEY}/{scope}")
        && part("SignedHeaders").contains("host")
        && hash == hex(&Sha256::digest(body))
        && part("Signature") == hex(&key)
}

fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0; 64];
    let key = if key.len() > 64 { Sha256::digest(key).to_vec() } else { key.to_vec() };
    block[..key.len()].copy_from_slice(&key);
    let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
