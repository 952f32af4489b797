//! Where the bytes of files lie: a folder, or a bucket that speaks S3.

use crate::error::AppError;
use crate::ids::UserId;
use axum::body::Bytes;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{GetResult, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// How much of uploads is in memory at once, in KiB, and how many of one person: a few slow senders leave room for
/// everybody else.
const MEMORY_KIB: u32 = 256 * 1024;
const AT_ONCE_BY_ONE: usize = 2;
/// How long an upload waits for memory before its sender is asked to come again.
const WAIT_FOR: Duration = Duration::from_secs(30);
const COME_AGAIN_SECS: u32 = 30;
/// A person waits for it: a bucket that does not answer is tried again for so long only.
const TRY_FOR: Duration = Duration::from_secs(10);
const TRIES: usize = 3;

/// Where the bytes lie.
pub struct Files {
    /// A folder, or `s3://bucket/prefix`.
    place: String,
    /// How the bucket is reached, unless the environment says it.
    s3: Option<AmazonS3Builder>,
    store: OnceCell<(Arc<dyn ObjectStore>, Path)>,
    uploads: Arc<Semaphore>,
    own: Mutex<HashMap<UserId, Weak<Semaphore>>>,
}

/// Memory for one upload.
pub struct Turn {
    _own: OwnedSemaphorePermit,
    _shared: OwnedSemaphorePermit,
}

impl Files {
    /// Nothing is opened before the first file.
    #[must_use]
    pub fn new(place: &str, s3: Option<AmazonS3Builder>) -> Self {
        let uploads = Arc::new(Semaphore::new(MEMORY_KIB as usize));
        Self { place: place.to_owned(), s3, store: OnceCell::new(), uploads, own: Mutex::default() }
    }

    /// Waits until there is memory for one more upload of a person, of so many bytes.
    ///
    /// # Errors
    /// [`AppError::RateLimitExceeded`] when others have it for long.
    pub async fn turn(&self, user: UserId, size: usize) -> Result<Turn, AppError> {
        let own = self.own_turns(user);
        let own = own.acquire_owned().await.map_err(|error| AppError::internal(&error))?;
        let memory = u32::try_from(size.div_ceil(1024)).unwrap_or(MEMORY_KIB).min(MEMORY_KIB);
        let shared = timeout(WAIT_FOR, self.uploads.clone().acquire_many_owned(memory)).await;
        let shared = shared.map_err(|_| AppError::RateLimitExceeded { retry_after_secs: COME_AGAIN_SECS })?;
        let shared = shared.map_err(|error| AppError::internal(&error))?;
        Ok(Turn { _own: own, _shared: shared })
    }

    fn own_turns(&self, user: UserId) -> Arc<Semaphore> {
        let mut people = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        people.retain(|_, turns| turns.strong_count() > 0);
        people.get(&user).and_then(Weak::upgrade).unwrap_or_else(|| {
            let turns = Arc::new(Semaphore::new(AT_ONCE_BY_ONE));
            people.insert(user, Arc::downgrade(&turns));
            turns
        })
    }

    async fn open(&self) -> Result<&(Arc<dyn ObjectStore>, Path), AppError> {
        self.store.get_or_try_init(|| async { self.open_place() }).await
    }

    fn open_place(&self) -> Result<(Arc<dyn ObjectStore>, Path), AppError> {
        if let Some(rest) = self.place.strip_prefix("s3://") {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            let builder = self.s3.clone().unwrap_or_else(AmazonS3Builder::from_env).with_bucket_name(bucket);
            return Ok((open_bucket(builder)?, Path::from(prefix)));
        }
        std::fs::create_dir_all(&self.place).map_err(|error| AppError::internal(&error))?;
        let store = LocalFileSystem::new_with_prefix(&self.place).map_err(|error| AppError::internal(&error))?;
        Ok((Arc::new(store), Path::default()))
    }

    pub(super) async fn put(&self, key: &str, bytes: Bytes) -> Result<(), AppError> {
        let (store, prefix) = self.open().await?;
        let put = store.put(&prefix.clone().join(key), PutPayload::from_bytes(bytes)).await;
        put.map(drop).map_err(|error| AppError::internal(&error))
    }

    pub(super) async fn get(&self, key: &str) -> Result<GetResult, AppError> {
        let (store, prefix) = self.open().await?;
        store.get(&prefix.clone().join(key)).await.map_err(|error| match error {
            object_store::Error::NotFound { .. } => AppError::NotFound,
            error => AppError::internal(&error),
        })
    }

    pub(super) async fn delete(&self, key: &str) -> Result<(), AppError> {
        let (store, prefix) = self.open().await?;
        match store.delete(&prefix.clone().join(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(AppError::internal(&error)),
        }
    }
}

/// What `--files` takes: a folder, or `s3://BUCKET` with or without a prefix.
///
/// # Errors
/// What it takes instead.
pub fn check_place(text: &str) -> Result<String, String> {
    let fits = match text.split_once("://") {
        Some(("s3", rest)) => !rest.split('/').next().unwrap_or_default().is_empty(),
        Some(_) => false,
        None => !text.is_empty(),
    };
    if fits { Ok(text.to_owned()) } else { Err("takes a folder or s3://BUCKET/PREFIX".into()) }
}

fn open_bucket(builder: AmazonS3Builder) -> Result<Arc<dyn ObjectStore>, AppError> {
    let retry = RetryConfig { max_retries: TRIES, retry_timeout: TRY_FOR, ..RetryConfig::default() };
    // One by one: not every server that speaks S3 knows how to delete several at once.
    let builder = builder.with_retry(retry).with_disable_bulk_delete(true);
    let store = builder.build().map_err(|error| AppError::internal(&error))?;
    Ok(Arc::new(store))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_folder_or_a_bucket() {
        for place in ["data/files", "/srv/madang", "s3://madang", "s3://madang/", "s3://madang/chat/files"] {
            assert_eq!(check_place(place).as_deref(), Ok(place));
        }
        for other in ["", "s3://", "s3:///prefix", "gs://madang", "https://example.com/files"] {
            assert!(check_place(other).is_err_and(|takes| takes.contains("s3://BUCKET")), "{other}");
        }
    }
}
