//! `/api/v1/timers` and `/api/v1/todos` (contracts §4.5 and §9).

use crate::ids::{TimerId, TodoId, UserId};
use crate::server::request::{Answer, Authenticated, Body, InLanguage, Path, Query, created, ok};
use crate::server::state::App;
use crate::timers::model::{
    AgendaChange, DayTotal, Extension, GoalEvent, NewTimer, NewTodo, PointChoice, Share, Timer, TimerPatch, Todo,
    TodoOrder, TodoPatch,
};
use axum::extract::State;
use axum::response::IntoResponse;
use http::{StatusCode, header};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_timers, create_timer))
        .routes(routes!(find_timer, edit_timer))
        .routes(routes!(pause_timer))
        .routes(routes!(resume_timer))
        .routes(routes!(stop_timer))
        .routes(routes!(cancel_timer))
        .routes(routes!(extend_timer))
        .routes(routes!(set_agenda))
        .routes(routes!(go_to_point))
        .routes(routes!(share_timer))
        .routes(routes!(unshare_timer))
        .routes(routes!(find_history))
        .routes(routes!(export_history))
        .routes(routes!(set_goal))
        .routes(routes!(list_todos, create_todo))
        .routes(routes!(edit_todo, delete_todo))
        .routes(routes!(order_todos))
}

#[derive(Serialize, utoipa::ToSchema)]
struct Timers {
    items: Vec<Timer>,
    /// The point of the log at which the list is true.
    seq: i64,
}

/// A command on a timer.
#[derive(Deserialize, utoipa::ToSchema)]
struct TimerCommand {
    /// The version that it is meant for; whichever it has, unless it is given.
    version: Option<i64>,
}

#[derive(Deserialize, utoipa::IntoParams)]
struct Days {
    /// The first day, like 2026-11-21; six days before the last, unless it is given.
    #[param(value_type = Option<String>)]
    from: Option<Date>,
    /// The last day; today, unless it is given.
    #[param(value_type = Option<String>)]
    to: Option<Date>,
}

#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct HistoryAnswer {
    /// Seconds of each day.
    days: Vec<DayTotal>,
    timers: Vec<Timer>,
    goal_minutes: Option<u32>,
}

#[derive(Serialize, utoipa::ToSchema)]
struct Todos {
    items: Vec<Todo>,
}

/// The caller's active timers, own and shared.
#[utoipa::path(get, path = "/timers", tag = "timers", responses((status = 200, body = Timers)))]
async fn list_timers(State(app): State<App>, Authenticated { caller, lang }: Authenticated) -> Answer {
    let (items, seq) = super::list_active(&app, &caller).await.in_language(lang)?;
    Ok(ok(&Timers { items, seq }))
}

/// Start a timer.
#[utoipa::path(post, path = "/timers", tag = "timers", request_body = NewTimer,
    responses((status = 201, body = Timer), (status = 422), (status = 429, description = "Too many active timers")))]
async fn create_timer(State(app): State<App>, Body { caller, lang, value }: Body<NewTimer>) -> Answer {
    Ok(created(&super::create_timer(&app, &caller, value).await.in_language(lang)?))
}

/// One timer, as it is right now.
#[utoipa::path(get, path = "/timers/{id}", tag = "timers", params(("id" = String, Path)),
    responses((status = 200, body = Timer), (status = 404)))]
async fn find_timer(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Path(id): Path<TimerId>,
) -> Answer {
    Ok(ok(&super::find_timer(&app, &caller, &id).await.in_language(lang)?))
}

/// Change what is said of a timer, or its length. What is absent stays.
#[utoipa::path(patch, path = "/timers/{id}", tag = "timers", params(("id" = String, Path)), request_body = TimerPatch,
    responses((status = 200, body = Timer), (status = 403), (status = 404),
        (status = 409, description = "STALE_VERSION or TIMER_ALREADY_COMPLETED"), (status = 422)))]
async fn edit_timer(
    State(app): State<App>,
    Path(id): Path<TimerId>,
    Body { caller, lang, value }: Body<TimerPatch>,
) -> Answer {
    Ok(ok(&super::edit_timer(&app, &caller, &id, value).await.in_language(lang)?))
}

/// Pause a running timer.
#[utoipa::path(post, path = "/timers/{id}/pause", tag = "timers", params(("id" = String, Path)),
    request_body = TimerCommand,
    responses((status = 200, body = Timer), (status = 403), (status = 404),
        (status = 409, description = "TIMER_NOT_RUNNING, TIMER_ALREADY_COMPLETED or STALE_VERSION")))]
async fn pause_timer(
    State(app): State<App>,
    Path(id): Path<TimerId>,
    Body { caller, lang, value }: Body<TimerCommand>,
) -> Answer {
    Ok(ok(&super::pause_timer(&app, &caller, &id, value.version).await.in_language(lang)?))
}

/// Resume a paused timer.
#[utoipa::path(post, path = "/timers/{id}/resume", tag = "timers", params(("id" = String, Path)),
    request_body = TimerCommand,
    responses((status = 200, body = Timer), (status = 403), (status = 404),
        (status = 409, description = "TIMER_NOT_PAUSED, TIMER_ALREADY_COMPLETED or STALE_VERSION")))]
async fn resume_timer(
    State(app): State<App>,
    Path(id): Path<TimerId>,
    Body { caller, lang, value }: Body<TimerCommand>,
) -> Answer {
    Ok(ok(&super::resume_timer(&app, &caller, &id, value.version).await.in_language(lang)?))
}

/// Stop a timer: it is completed.
#[utoipa::path(post, path = "/timers/{id}/stop", tag = "timers", params(("id" = String, Path)),
    request_body = TimerCommand,
    responses((status = 200, body = Timer), (status = 403), (status = 404),
        (status = 409, description = "TIMER_ALREADY_COMPLETED or STALE_VERSION")))]
async fn stop_timer(
    State(app): State<App>,
    Path(id): Path<TimerId>,
    Body { caller, lang, value }: Body<TimerCommand>,
) -> Answer {
    Ok(ok(&super::stop_timer(&app, &caller, &id, value.version).await.in_language(lang)?))
}

/// Give a timer up.
#[utoipa::path(post, path = "/timers/{id}/cancel", tag = "timers", params(("id" = String, Path)),
    request_body = TimerCommand,
    responses((status = 200, body = Timer), (status = 403), (status = 404),
        (status = 409, description = "TIMER_ALREADY_COMPLETED or STALE_VERSION")))]
async fn cancel_timer(
    State(app): State<App>,
    Path(id): Path<TimerId>,
    Body { caller, lang, value }: Body<TimerCommand>,
) -> Answer {
    Ok(ok(&super::cancel_timer(&app, &caller, &id, value.version).await.in_language(lang)?))
}

/// Give a timer more time.
#[utoipa::path(post, path = "/timers/{id}/extend", tag = "timers", params(("id" = String, Path)),
    request_body = Extension,
    responses((status = 200, body = Timer), (status = 403), (status = 404),
        (status = 409, description = "TIMER_ALREADY_COMPLETED or STALE_VERSION"), (status = 422)))]
async fn extend_timer(
    State(app): State<App>,
    Path(id): Path<TimerId>,
    Body { caller, lang, value }: Body<Extension>,
) -> Answer {
    let Extension { seconds, version } = value;
    Ok(ok(&super::extend_timer(&app, &caller, &id, seconds, version).await.in_language(lang)?))
}

/// Give a timer an agenda, another one, or none. A point that keeps its title keeps the time that it has taken.
#[utoipa::path(put, path = "/timers/{id}/agenda", tag = "timers", params(("id" = String, Path)),
    request_body = AgendaChange,
    responses((status = 200, body = Timer), (status = 403), (status = 404),
        (status = 409, description = "TIMER_ALREADY_COMPLETED or STALE_VERSION"), (status = 422)))]
async fn set_agenda(
    State(app): State<App>,
    Path(id): Path<TimerId>,
    Body { caller, lang, value }: Body<AgendaChange>,
) -> Answer {
    Ok(ok(&super::set_agenda(&app, &caller, &id, value).await.in_language(lang)?))
}

/// Come to a point of a timer's agenda.
#[utoipa::path(post, path = "/timers/{id}/agenda/point", tag = "timers", params(("id" = String, Path)),
    request_body = PointChoice,
    responses((status = 200, body = Timer), (status = 403), (status = 404),
        (status = 409, description = "TIMER_ALREADY_COMPLETED or STALE_VERSION"), (status = 422)))]
async fn go_to_point(
    State(app): State<App>,
    Path(id): Path<TimerId>,
    Body { caller, lang, value }: Body<PointChoice>,
) -> Answer {
    Ok(ok(&super::go_to_point(&app, &caller, &id, value).await.in_language(lang)?))
}

/// Share a timer with people, or with those of a booking.
#[utoipa::path(post, path = "/timers/{id}/share", tag = "timers", params(("id" = String, Path)), request_body = Share,
    responses((status = 200, body = Timer), (status = 403), (status = 404), (status = 409), (status = 422)))]
async fn share_timer(
    State(app): State<App>,
    Path(id): Path<TimerId>,
    Body { caller, lang, value }: Body<Share>,
) -> Answer {
    Ok(ok(&super::share_timer(&app, &caller, &id, value).await.in_language(lang)?))
}

/// Take somebody off a timer, or leave it.
#[utoipa::path(delete, path = "/timers/{id}/people/{userId}", tag = "timers",
    params(("id" = String, Path), ("userId" = String, Path)),
    responses((status = 204), (status = 403), (status = 404)))]
async fn unshare_timer(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Path((id, user)): Path<(TimerId, UserId)>,
) -> Answer {
    super::unshare_timer(&app, &caller, &id, user).await.in_language(lang)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The caller's timers of some days, and each day in numbers.
#[utoipa::path(get, path = "/timers/history", tag = "timers", params(Days),
    responses((status = 200, body = HistoryAnswer), (status = 422)))]
async fn find_history(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Query(days): Query<Days>,
) -> Answer {
    let history = super::history(&app, &caller, days.from, days.to).await.in_language(lang)?;
    let days = history.days(caller.user.id, app.now());
    Ok(ok(&HistoryAnswer { days, timers: history.timers, goal_minutes: history.goal_minutes }))
}

/// The same timers as a table for spreadsheets.
#[utoipa::path(get, path = "/timers/history.csv", tag = "timers", params(Days),
    responses((status = 200, content_type = "text/csv", body = String), (status = 422)))]
async fn export_history(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Query(days): Query<Days>,
) -> Answer {
    let lang = caller.appearance.language.unwrap_or(lang);
    let table = super::csv(&app, &caller, days.from, days.to, lang).await.in_language(lang)?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"timers.csv\""),
    ];
    Ok((headers, table).into_response())
}

/// How many minutes a day the caller wants to concentrate; `null` for no goal.
#[utoipa::path(put, path = "/timers/goal", tag = "timers", request_body = GoalEvent,
    responses((status = 200, body = GoalEvent), (status = 422)))]
async fn set_goal(State(app): State<App>, Body { caller, lang, value }: Body<GoalEvent>) -> Answer {
    Ok(ok(&super::set_goal(&app, &caller, value).await.in_language(lang)?))
}

/// What the caller wants to do, in its order.
#[utoipa::path(get, path = "/todos", tag = "todos", responses((status = 200, body = Todos)))]
async fn list_todos(State(app): State<App>, Authenticated { caller, lang }: Authenticated) -> Answer {
    let items = super::list_todos(&app, &caller).await.in_language(lang)?;
    Ok(ok(&Todos { items }))
}

/// Add something to do at the end of the list.
#[utoipa::path(post, path = "/todos", tag = "todos", request_body = NewTodo,
    responses((status = 201, body = Todo), (status = 422)))]
async fn create_todo(State(app): State<App>, Body { caller, lang, value }: Body<NewTodo>) -> Answer {
    Ok(created(&super::create_todo(&app, &caller, value).await.in_language(lang)?))
}

/// Change something to do, or that it is done. What is absent stays.
#[utoipa::path(patch, path = "/todos/{id}", tag = "todos", params(("id" = String, Path)), request_body = TodoPatch,
    responses((status = 200, body = Todo), (status = 404), (status = 409), (status = 422)))]
async fn edit_todo(
    State(app): State<App>,
    Path(id): Path<TodoId>,
    Body { caller, lang, value }: Body<TodoPatch>,
) -> Answer {
    Ok(ok(&super::edit_todo(&app, &caller, id, value).await.in_language(lang)?))
}

/// Take something off the list.
#[utoipa::path(delete, path = "/todos/{id}", tag = "todos", params(("id" = String, Path)),
    responses((status = 204), (status = 404)))]
async fn delete_todo(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Path(id): Path<TodoId>,
) -> Answer {
    super::delete_todo(&app, &caller, id).await.in_language(lang)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Put the list into another order.
#[utoipa::path(put, path = "/todos/order", tag = "todos", request_body = TodoOrder,
    responses((status = 200, body = Todos), (status = 422)))]
async fn order_todos(State(app): State<App>, Body { caller, lang, value }: Body<TodoOrder>) -> Answer {
    let items = super::order_todos(&app, &caller, value).await.in_language(lang)?;
    Ok(ok(&Todos { items }))
}
