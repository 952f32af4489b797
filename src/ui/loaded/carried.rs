//! What a page carries of what was loaded for it.

use crate::error::AppError;
use serde::Serialize;
use std::any::Any;

/// The JSON of a `Result<T, AppError>`.
pub fn write<T: Serialize + 'static>(outcome: &(dyn Any + Send + Sync)) -> String {
    let outcome = outcome.downcast_ref::<Result<T, AppError>>();
    // Our types have nothing that JSON lacks, such as maps with other keys than texts.
    outcome.and_then(|outcome| serde_json::to_string(outcome).ok()).unwrap_or_default()
}
