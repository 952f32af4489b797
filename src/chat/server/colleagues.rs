//! Who meets whom.

use super::store;
use crate::error::AppError;
use crate::ids::UserId;
use crate::server::state::App;

/// Those who share at least one room with a person.
///
/// # Errors
/// When the database fails.
pub async fn list_colleagues(app: &App, user: UserId) -> Result<Vec<UserId>, AppError> {
    let mut read = app.read().await?;
    let people = store::list_colleague_ids(&mut read, user).await?;
    read.end();
    Ok(people)
}
