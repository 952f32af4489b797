//! `/api/v1/notifications` (contracts §3.6).

use crate::accounts::server::Caller;
use crate::error::AppError;
use crate::notifications::model::{
    Category, Decided, Decision, Entries, Entry, EntryType, Filter, Mark, NewMessage, NotificationId, NotificationType,
};
use crate::server::request::{Answer, Authenticated, Body, Empty, InLanguage, Path, Query, created, ok};
use crate::server::state::App;
use crate::text::Lang;
use crate::time::{Timestamp, ZoneOffsets};
use axum::extract::State;
use axum::response::IntoResponse;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_notifications, send_message, delete_notifications))
        .routes(routes!(count_unread))
        .routes(routes!(list_decisions))
        .routes(routes!(mark_all_read))
        .routes(routes!(mark_all_seen))
        .routes(routes!(show_held))
        .routes(routes!(delete_notification))
        .routes(routes!(mark_read))
        .routes(routes!(mark_unread))
        .routes(routes!(archive))
        .routes(routes!(restore))
}

/// An entry with its texts in the caller's language.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct Notification {
    #[serde(flatten)]
    entry: Entry,
    #[serde(rename = "type")]
    notification_type: NotificationType,
    category: Category,
    /// `type` of contracts §1.6; here `type` is that of §3.6.
    level: EntryType,
    title: String,
    message: String,
}

impl Notification {
    fn of(entry: Entry, lang: Lang, zone: &ZoneOffsets) -> Self {
        Self {
            notification_type: entry.data.notification_type(),
            category: entry.category(),
            level: entry.data.entry_type(),
            title: entry.data.title(lang).to_owned(),
            message: entry.data.message(lang, zone),
            entry,
        }
    }
}

#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct Notifications {
    notifications: Vec<Notification>,
    /// How many the filter lets through.
    total_count: u32,
    /// How many are unread in all.
    unread_count: u32,
}

#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct UnreadCount {
    unread_count: u32,
}

/// What became of one notification.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct Marked {
    notification: Notification,
    unread_count: u32,
}

#[derive(Serialize, utoipa::ToSchema)]
struct Changed {
    /// How many were changed.
    changed: u32,
}

/// To how many people a message went.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Sent {
    pub sent: u32,
}

#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct ToldOrNot {
    id: NotificationId,
    created_at: Timestamp,
    category: Category,
    title: String,
    message: String,
    decision: Decision,
}

#[derive(Serialize, utoipa::ToSchema)]
struct Decisions {
    decisions: Vec<ToldOrNot>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase")]
struct Paging {
    /// From 1.
    #[serde(default = "first_page")]
    page: u32,
    /// At most 100.
    #[serde(default = "usual_limit")]
    limit: u32,
    /// Instead of `page`: what comes after this notification.
    after: Option<NotificationId>,
}

fn first_page() -> u32 {
    1
}

fn usual_limit() -> u32 {
    20
}

/// The caller's notifications, newest first.
#[utoipa::path(get, path = "/notifications", tag = "notifications", params(Paging, Filter),
    responses((status = 200, body = Notifications)))]
async fn list_notifications(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Query(paging): Query<Paging>,
    Query(filter): Query<Filter>,
) -> Answer {
    let listed = match &paging.after {
        Some(after) => super::list_notifications_after(&app, &caller, filter, Some(after), paging.limit).await,
        None => super::list_notifications(&app, &caller, filter, paging.page, paging.limit).await,
    };
    let Entries { entries, total_count, unread_count } = listed.in_language(lang)?;
    let zone = app.zone_around(app.now());
    let notifications = entries.into_iter().map(|entry| Notification::of(entry, lang, &zone)).collect();
    Ok(ok(&Notifications { notifications, total_count, unread_count }))
}

/// How many of the caller's notifications are unread.
#[utoipa::path(get, path = "/notifications/unread-count", tag = "notifications",
    responses((status = 200, body = UnreadCount)))]
async fn count_unread(State(app): State<App>, Authenticated { caller, lang }: Authenticated) -> Answer {
    let unread_count = super::count_unread(&app, &caller).await.in_language(lang)?;
    Ok(ok(&UnreadCount { unread_count }))
}

/// Why the caller was or was not told, channel by channel.
#[utoipa::path(get, path = "/notifications/decisions", tag = "notifications", params(Paging),
    responses((status = 200, body = Decisions)))]
async fn list_decisions(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Query(paging): Query<Paging>,
) -> Answer {
    let listed = super::list_decisions(&app, &caller, paging.page, paging.limit).await.in_language(lang)?;
    let zone = app.zone_around(app.now());
    let decisions = listed.into_iter().map(|Decided { id, data, created_at, decision, .. }| ToldOrNot {
        id,
        created_at,
        category: data.category(),
        title: data.title(lang).to_owned(),
        message: data.message(lang, &zone),
        decision,
    });
    Ok(ok(&Decisions { decisions: decisions.collect() }))
}

/// Send a message to named people; admins only.
#[utoipa::path(post, path = "/notifications", tag = "notifications", request_body = NewMessage,
    responses((status = 201, body = Sent), (status = 403), (status = 422)))]
async fn send_message(State(app): State<App>, Body { caller, lang, value }: Body<NewMessage>) -> Answer {
    let sent = super::send_message(&app, &caller, value).await.in_language(lang)?;
    Ok(created(&Sent { sent }))
}

/// Mark everything as read.
#[utoipa::path(patch, path = "/notifications/read-all", tag = "notifications", responses((status = 200, body = Changed)))]
async fn mark_all_read(State(app): State<App>, Authenticated { caller, lang }: Authenticated) -> Answer {
    Ok(ok(&Changed { changed: super::mark_all_read(&app, &caller).await.in_language(lang)? }))
}

/// Give what waits while the caller concentrates.
#[utoipa::path(post, path = "/notifications/show-held", tag = "notifications", responses((status = 204)))]
async fn show_held(State(app): State<App>, body: Body<Empty>) -> Answer {
    super::show_held(&app, &body.caller).await.in_language(body.lang)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Note that the list was opened: nothing in it is unseen any more.
#[utoipa::path(patch, path = "/notifications/seen", tag = "notifications", responses((status = 200, body = Changed)))]
async fn mark_all_seen(State(app): State<App>, Authenticated { caller, lang }: Authenticated) -> Answer {
    Ok(ok(&Changed { changed: super::mark_all_seen(&app, &caller).await.in_language(lang)? }))
}

/// Delete what the filter lets through.
#[utoipa::path(delete, path = "/notifications", tag = "notifications", params(Filter),
    responses((status = 200, body = Changed)))]
async fn delete_notifications(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Query(filter): Query<Filter>,
) -> Answer {
    Ok(ok(&Changed { changed: super::delete_notifications(&app, &caller, filter).await.in_language(lang)? }))
}

/// Mark one as read.
#[utoipa::path(patch, path = "/notifications/{id}/read", tag = "notifications", params(("id" = String, Path)),
    responses((status = 200, body = Marked), (status = 404)))]
async fn mark_read(state: State<App>, caller: Authenticated, id: Path<NotificationId>) -> Answer {
    mark(state, caller, id, Mark::Read).await
}

/// Mark one as unread.
#[utoipa::path(patch, path = "/notifications/{id}/unread", tag = "notifications", params(("id" = String, Path)),
    responses((status = 200, body = Marked), (status = 404)))]
async fn mark_unread(state: State<App>, caller: Authenticated, id: Path<NotificationId>) -> Answer {
    mark(state, caller, id, Mark::Unread).await
}

/// Put one away.
#[utoipa::path(patch, path = "/notifications/{id}/archive", tag = "notifications", params(("id" = String, Path)),
    responses((status = 200, body = Marked), (status = 404)))]
async fn archive(state: State<App>, caller: Authenticated, id: Path<NotificationId>) -> Answer {
    mark(state, caller, id, Mark::Archived).await
}

/// Take one out of the archive.
#[utoipa::path(patch, path = "/notifications/{id}/restore", tag = "notifications", params(("id" = String, Path)),
    responses((status = 200, body = Marked), (status = 404)))]
async fn restore(state: State<App>, caller: Authenticated, id: Path<NotificationId>) -> Answer {
    mark(state, caller, id, Mark::Restored).await
}

async fn mark(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Path(id): Path<NotificationId>,
    mark: Mark,
) -> Answer {
    let marked = marked(&app, &caller, &id, mark, lang).await.in_language(lang)?;
    Ok(ok(&marked))
}

async fn marked(app: &App, caller: &Caller, id: &NotificationId, mark: Mark, lang: Lang) -> Result<Marked, AppError> {
    let (entry, unread_count) = super::mark_notification(app, caller, id, mark).await?;
    Ok(Marked { notification: Notification::of(entry, lang, &app.zone_around(app.now())), unread_count })
}

/// Delete one.
#[utoipa::path(delete, path = "/notifications/{id}", tag = "notifications", params(("id" = String, Path)),
    responses((status = 204), (status = 404)))]
async fn delete_notification(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Path(id): Path<NotificationId>,
) -> Answer {
    super::mark_notification(&app, &caller, &id, Mark::Deleted).await.in_language(lang)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
