//! Who is in a room: `/api/v1/chat/rooms/{room}/members` (contracts §5.2 and §9).

use super::http::{Data, DeleteOptions, data};
use crate::chat::model::{Member, MemberRole, Mute};
use crate::chat::server::{self as chat, Success};
use crate::ids::UserId;
use crate::server::request::{Answer, Authenticated, Body, InLanguage, Path, Query, ok};
use crate::server::state::App;
use axum::extract::State;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_members, add_member))
        .routes(routes!(remove_member, set_role))
        .routes(routes!(bar_member))
}

/// Its members, each with how many messages they have not read.
#[utoipa::path(get, path = "/chat/rooms/{room}/members", tag = "chat", params(("room" = String, Path)),
    responses((status = 200, body = Data<Vec<Member>>), (status = 403), (status = 404)))]
async fn list_members(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Path(room): Path<String>,
) -> Answer {
    let room = chat::find_room_named(&app, &room).await.in_language(lang)?;
    Ok(data(chat::list_members(&app, &caller, room).await.in_language(lang)?))
}

#[derive(Deserialize, utoipa::ToSchema)]
struct AddBody {
    /// Who is added; the caller when absent.
    user_id: Option<i64>,
}

/// Add a person; oneself to a channel.
#[utoipa::path(post, path = "/chat/rooms/{room}/members", tag = "chat", request_body = AddBody,
    params(("room" = String, Path)),
    responses((status = 200, body = Data<Member>), (status = 403), (status = 404), (status = 409), (status = 422)))]
async fn add_member(
    State(app): State<App>,
    Path(room): Path<String>,
    Body { caller, lang, value }: Body<AddBody>,
) -> Answer {
    let room = chat::find_room_named(&app, &room).await.in_language(lang)?;
    let user = value.user_id.map_or(caller.user.id, UserId);
    let member = chat::add_member(&app, &caller, room, user).await.in_language(lang)?;
    Ok(ok(&Success::new("Member added successfully", member)))
}

/// Remove a person, or leave.
#[utoipa::path(delete, path = "/chat/rooms/{room}/members/{user}", tag = "chat",
    params(("room" = String, Path), ("user" = i64, Path), DeleteOptions),
    responses((status = 200), (status = 403), (status = 404), (status = 422)))]
async fn remove_member(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Path((room, user)): Path<(String, i64)>,
    Query(options): Query<DeleteOptions>,
) -> Answer {
    let room = chat::find_room_named(&app, &room).await.in_language(lang)?;
    chat::remove_member(&app, &caller, room, UserId(user), &options.reason).await.in_language(lang)?;
    Ok(ok(&Success::<()>::new("Member removed successfully", None)))
}

#[derive(Deserialize, utoipa::ToSchema)]
struct BarBody {
    /// `off`: let them write again.
    bar: Mute,
    /// Kept with the note of it, and told to them.
    #[serde(default)]
    reason: String,
}

/// Keep a member from writing for a while; by those who manage the room.
#[utoipa::path(post, path = "/chat/rooms/{room}/members/{user}/bar", tag = "chat",
    params(("room" = String, Path), ("user" = i64, Path)),
    request_body = BarBody,
    responses((status = 200, body = Data<Member>), (status = 403), (status = 404), (status = 422)))]
async fn bar_member(
    State(app): State<App>,
    Path((room, user)): Path<(String, i64)>,
    Body { caller, lang, value }: Body<BarBody>,
) -> Answer {
    let room = chat::find_room_named(&app, &room).await.in_language(lang)?;
    let BarBody { bar, reason } = value;
    let member = chat::bar_member(&app, &caller, room, UserId(user), bar, &reason).await.in_language(lang)?;
    Ok(ok(&Success::new("Member updated successfully", member)))
}

#[derive(Deserialize, utoipa::ToSchema)]
struct RoleBody {
    role: MemberRole,
}

/// Give a member another role; by the owner.
#[utoipa::path(patch, path = "/chat/rooms/{room}/members/{user}", tag = "chat",
    params(("room" = String, Path), ("user" = i64, Path)), request_body = RoleBody,
    responses((status = 200, body = Data<Member>), (status = 403), (status = 404)))]
async fn set_role(
    State(app): State<App>,
    Path((room, user)): Path<(String, i64)>,
    Body { caller, lang, value }: Body<RoleBody>,
) -> Answer {
    let room = chat::find_room_named(&app, &room).await.in_language(lang)?;
    Ok(data(chat::set_role(&app, &caller, room, UserId(user), value.role).await.in_language(lang)?))
}
