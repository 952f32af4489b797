//! Commands on a person's own list of things to do.

use crate::accounts::server::Caller;
use crate::error::{AppError, Field, Rule};
use crate::ids::TodoId;
use crate::realtime::protocol::{Event, Topic};
use crate::server::state::App;
use crate::timers::model::{MAX_TODOS, NewTodo, Todo, TodoDeleted, TodoOrder, TodoPatch, checked_title};

/// The caller's list, in its order.
///
/// # Errors
/// When the database fails.
pub async fn list_todos(app: &App, caller: &Caller) -> Result<Vec<Todo>, AppError> {
    let mut read = app.read().await?;
    let todos = store::list_todos(&mut read, caller.user.id).await?;
    read.end();
    Ok(todos)
}

/// Adds something to the end of the list.
///
/// # Errors
/// [`AppError::Validation`], also when the list is full.
pub async fn create_todo(app: &App, caller: &Caller, new: NewTodo) -> Result<Todo, AppError> {
    let title = checked_title(&new.title)?;
    let user = caller.user.id;
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let todo = store::insert_todo(&mut tx, user, &title, i64::from(MAX_TODOS), now).await?;
    let todo = todo.ok_or_else(|| AppError::field(Field::Title, Rule::MaxItems { max: MAX_TODOS }))?;
    tx.emit(Topic::User(user), Some(user), Event::TodoChanged(todo.clone()));
    tx.commit_with(201, &todo).await?;
    Ok(todo)
}

/// Changes the words, or that it is done.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Validation`], [`AppError::StaleVersion`].
pub async fn edit_todo(app: &App, caller: &Caller, id: TodoId, patch: TodoPatch) -> Result<Todo, AppError> {
    let title = patch.title.as_deref().map(checked_title).transpose()?;
    let user = caller.user.id;
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let mut todo = store::find_todo(&mut tx, user, id).await?.ok_or(AppError::NotFound)?;
    if patch.version.is_some_and(|version| version != todo.version) {
        return Err(AppError::StaleVersion);
    }
    todo.title = title.unwrap_or(todo.title);
    todo.done_at = match patch.done {
        Some(true) => todo.done_at.or(Some(now)),
        Some(false) => None,
        None => todo.done_at,
    };
    todo.updated_at = now;
    todo.version += 1;
    if !store::update_todo(&mut tx, user, &todo).await? {
        return Err(AppError::StaleVersion);
    }
    tx.emit(Topic::User(user), Some(user), Event::TodoChanged(todo.clone()));
    tx.commit_with(200, &todo).await?;
    Ok(todo)
}

/// Takes it off the list. Timers that were for it keep its id.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn delete_todo(app: &App, caller: &Caller, id: TodoId) -> Result<(), AppError> {
    let user = caller.user.id;
    let mut tx = app.begin(caller).await?;
    if !store::delete_todo(&mut tx, user, id).await? {
        return Err(AppError::NotFound);
    }
    tx.emit(Topic::User(user), Some(user), Event::TodoDeleted(TodoDeleted { todo_id: id }));
    tx.commit().await?;
    Ok(())
}

/// Puts the list into another order.
///
/// # Errors
/// [`AppError::Validation`] when it names what is not on the list, or something twice.
pub async fn order_todos(app: &App, caller: &Caller, order: TodoOrder) -> Result<Vec<Todo>, AppError> {
    let user = caller.user.id;
    let mut tx = app.begin(caller).await?;
    let mut todos = store::list_todos(&mut tx, user).await?;
    for (n, id) in order.todo_ids.iter().enumerate() {
        if order.todo_ids[..n].contains(id) {
            return Err(AppError::field(Field::TodoIds, Rule::Duplicate));
        }
        if !todos.iter().any(|todo| todo.id == *id) {
            return Err(AppError::field(Field::TodoIds, Rule::Unknown));
        }
    }
    order.apply(&mut todos);
    if !todos.is_empty() {
        store::update_positions(&mut tx, user, &todos).await?;
        tx.emit(Topic::User(user), Some(user), Event::TodoOrdered(order));
    }
    tx.commit().await?;
    Ok(todos)
}

/// All SQL of things to do.
pub mod store {
    use crate::ids::{TodoId, UserId};
    use crate::server::db::{Conn, build_on, on};
    use crate::time::Timestamp;
    use crate::timers::model::Todo;

    pub async fn list_todos(conn: &mut Conn, user: UserId) -> Result<Vec<Todo>, sqlx::Error> {
        on!(conn, c => sqlx::query_as(
            "SELECT id, title, done_at, position, created_at, updated_at, version FROM todos WHERE user_id = $1
             ORDER BY position, id")
            .bind(user).fetch_all(c).await)
    }

    pub async fn find_todo(conn: &mut Conn, user: UserId, id: TodoId) -> Result<Option<Todo>, sqlx::Error> {
        on!(conn, c => sqlx::query_as(
            "SELECT id, title, done_at, position, created_at, updated_at, version FROM todos
             WHERE user_id = $1 AND id = $2")
            .bind(user).bind(id).fetch_optional(c).await)
    }

    /// At the end of the list; `None` when it has `limit` already.
    pub async fn insert_todo(
        conn: &mut Conn,
        user: UserId,
        title: &str,
        limit: i64,
        now: Timestamp,
    ) -> Result<Option<Todo>, sqlx::Error> {
        on!(conn, c => sqlx::query_as(
            "INSERT INTO todos (user_id, title, position, created_at, updated_at, version)
             SELECT $1, $2, COALESCE(MAX(position) + 1, 0), $3, $3, 1 FROM todos WHERE user_id = $1
             HAVING COUNT(*) < $4
             RETURNING id, title, done_at, position, created_at, updated_at, version")
            .bind(user).bind(title).bind(now).bind(limit).fetch_optional(c).await)
    }

    pub async fn update_todo(conn: &mut Conn, user: UserId, todo: &Todo) -> Result<bool, sqlx::Error> {
        on!(conn, c => sqlx::query(
            "UPDATE todos SET title = $1, done_at = $2, updated_at = $3, version = $4
             WHERE user_id = $5 AND id = $6 AND version = $4 - 1")
            .bind(&todo.title).bind(todo.done_at).bind(todo.updated_at).bind(todo.version).bind(user).bind(todo.id)
            .execute(c).await.map(|done| done.rows_affected() == 1))
    }

    pub async fn delete_todo(conn: &mut Conn, user: UserId, id: TodoId) -> Result<bool, sqlx::Error> {
        on!(conn, c => sqlx::query("DELETE FROM todos WHERE user_id = $1 AND id = $2")
            .bind(user).bind(id).execute(c).await.map(|done| done.rows_affected() == 1))
    }

    pub async fn update_positions(conn: &mut Conn, user: UserId, todos: &[Todo]) -> Result<(), sqlx::Error> {
        build_on!(conn, "UPDATE todos SET position = CASE id", q => {
            for todo in todos {
                q.push(" WHEN ").push_bind(todo.id).push(" THEN ").push_bind(todo.position);
            }
            q.push(" ELSE position END WHERE user_id = ").push_bind(user);
        }, query, c => { let mut query = query; query.build().execute(c).await.map(|_| ()) })
    }
}
