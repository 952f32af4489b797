//! What a person wants to do: a list of one's own that timers can be linked to.

use super::input::broken_by;
use crate::error::{AppError, Field, Rule};
use crate::ids::TodoId;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

const MAX_TITLE_CHARS: u32 = 200;
/// How many a list has at most.
pub const MAX_TODOS: u32 = 500;

/// Something to do; only its owner knows of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow, utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Todo {
    pub id: TodoId,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_at: Option<Timestamp>,
    /// Where it stands in the list, from the top.
    pub position: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
}

/// Something to add to the end of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NewTodo {
    pub title: String,
}

/// What to change. What is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TodoPatch {
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub done: Option<bool>,
    /// The version that the change is meant for.
    #[serde(default)]
    pub version: Option<i64>,
}

/// The whole list in a new order, `todo:ordered` on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TodoOrder {
    /// From the top. What is not named comes after these, as it was.
    pub todo_ids: Vec<TodoId>,
}

/// `todo:deleted`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TodoDeleted {
    pub todo_id: TodoId,
}

/// How long somebody wants to concentrate each day; `timer:goal_changed` on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct GoalEvent {
    /// 1 to 1,440; nothing when there is no goal.
    pub minutes: Option<u32>,
}

impl GoalEvent {
    /// # Errors
    /// [`AppError::Validation`] for more than a day has.
    pub fn check(self) -> Result<(), AppError> {
        match self.minutes {
            Some(minutes) if !(1..=1_440).contains(&minutes) => {
                Err(AppError::field(Field::Minutes, Rule::Range { min: 1, max: 1_440 }))
            }
            _ => Ok(()),
        }
    }
}

impl TodoOrder {
    /// Where each comes to stand.
    pub fn apply(&self, todos: &mut [Todo]) {
        let place = |id: TodoId| self.todo_ids.iter().position(|known| *known == id).unwrap_or(usize::MAX);
        todos.sort_by_key(|todo| (place(todo.id), todo.position, todo.id));
        for (position, todo) in (0..).zip(todos) {
            todo.position = position;
        }
    }
}

/// The order in which a list shows them.
pub fn sort_todos(todos: &mut [Todo]) {
    todos.sort_by_key(|todo| (todo.position, todo.id));
}

/// A title as it is kept.
///
/// # Errors
/// [`AppError::Validation`].
pub fn checked_title(title: &str) -> Result<String, AppError> {
    let title = title.trim();
    if title.is_empty() {
        return Err(AppError::field(Field::Title, Rule::Required));
    }
    match broken_by(title, MAX_TITLE_CHARS) {
        Some(rule) => Err(AppError::field(Field::Title, rule)),
        None => Ok(title.to_owned()),
    }
}
