//! All SQL of rooms.

use super::status::Announced;
use crate::ids::RoomId;
use crate::rooms::model::{NewRoom, Room, RoomStatus};
use crate::server::db::{Conn, on};
use crate::time::Timestamp;

#[derive(sqlx::FromRow)]
struct RoomRow {
    id: RoomId,
    name: String,
    location: String,
    floor: String,
    capacity: i64,
    equipment: String,
    requires_approval: bool,
    approver_ids: String,
    maintenance: bool,
    version: i64,
}

impl From<RoomRow> for Room {
    fn from(row: RoomRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            location: row.location,
            floor: row.floor,
            capacity: u32::try_from(row.capacity).unwrap_or(u32::MAX),
            // Lists are written by `insert_room` and `update_room` only.
            equipment: serde_json::from_str(&row.equipment).unwrap_or_default(),
            requires_approval: row.requires_approval,
            approver_ids: serde_json::from_str(&row.approver_ids).unwrap_or_default(),
            maintenance: row.maintenance,
            version: row.version,
        }
    }
}

fn equipment(room: &NewRoom) -> String {
    serde_json::Value::from(room.equipment.clone()).to_string()
}

fn approvers(room: &NewRoom) -> String {
    let ids: Vec<String> = room.approver_ids.iter().map(ToString::to_string).collect();
    serde_json::Value::from(ids).to_string()
}

pub async fn list_rooms(conn: &mut Conn) -> Result<Vec<Room>, sqlx::Error> {
    let rows: Vec<RoomRow> = on!(conn, c => sqlx::query_as(
        "SELECT id, name, location, floor, capacity, equipment, requires_approval, approver_ids, maintenance, version
         FROM rooms WHERE deleted_at IS NULL").fetch_all(c).await)?;
    Ok(rows.into_iter().map(Room::from).collect())
}

pub async fn find_room(conn: &mut Conn, id: RoomId) -> Result<Option<Room>, sqlx::Error> {
    let row: Option<RoomRow> = on!(conn, c => sqlx::query_as(
        "SELECT id, name, location, floor, capacity, equipment, requires_approval, approver_ids, maintenance, version
         FROM rooms WHERE id = $1 AND deleted_at IS NULL").bind(id).fetch_optional(c).await)?;
    Ok(row.map(Room::from))
}

pub async fn insert_room(conn: &mut Conn, new: &NewRoom, now: Timestamp) -> Result<Room, sqlx::Error> {
    let row: RoomRow = on!(conn, c => sqlx::query_as(
        "INSERT INTO rooms (name, location, floor, capacity, equipment, requires_approval, approver_ids, maintenance, version, created_at, updated_at,
             announced_status, announced_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $9, $10, $9)
         RETURNING id, name, location, floor, capacity, equipment, requires_approval, approver_ids, maintenance, version")
        .bind(&new.name).bind(&new.location).bind(&new.floor).bind(i64::from(new.capacity)).bind(equipment(new))
        .bind(new.requires_approval).bind(approvers(new)).bind(new.maintenance).bind(now).bind(RoomStatus::of_new(new))
        .fetch_one(c).await)?;
    Ok(row.into())
}

/// `None` when the room is no longer of that version.
pub async fn update_room(
    conn: &mut Conn,
    id: RoomId,
    version: i64,
    after: &NewRoom,
    now: Timestamp,
) -> Result<Option<Room>, sqlx::Error> {
    let row: Option<RoomRow> = on!(conn, c => sqlx::query_as(
        "UPDATE rooms SET name = $3, location = $4, floor = $5, capacity = $6, equipment = $7, requires_approval = $8,
             approver_ids = $9, maintenance = $10, version = version + 1, updated_at = $11
         WHERE id = $1 AND version = $2 AND deleted_at IS NULL
         RETURNING id, name, location, floor, capacity, equipment, requires_approval, approver_ids, maintenance, version")
        .bind(id).bind(version).bind(&after.name).bind(&after.location).bind(&after.floor)
        .bind(i64::from(after.capacity)).bind(equipment(after)).bind(after.requires_approval).bind(approvers(after))
        .bind(after.maintenance).bind(now).fetch_optional(c).await)?;
    Ok(row.map(Room::from))
}

pub async fn delete_room(conn: &mut Conn, id: RoomId, now: Timestamp) -> Result<Option<Room>, sqlx::Error> {
    let row: Option<RoomRow> = on!(conn, c => sqlx::query_as(
        "UPDATE rooms SET deleted_at = $2, version = version + 1, updated_at = $2
         WHERE id = $1 AND deleted_at IS NULL
         RETURNING id, name, location, floor, capacity, equipment, requires_approval, approver_ids, maintenance, version")
        .bind(id).bind(now).fetch_optional(c).await)?;
    Ok(row.map(Room::from))
}

#[derive(sqlx::FromRow)]
struct AnnouncedRow {
    #[sqlx(flatten)]
    room: RoomRow,
    announced_status: RoomStatus,
    announced_at: Timestamp,
}

impl From<AnnouncedRow> for Announced {
    fn from(row: AnnouncedRow) -> Self {
        Self { room: row.room.into(), status: row.announced_status, at: row.announced_at }
    }
}

/// Every room that can be booked, with what was last said of its status.
pub async fn list_announced(conn: &mut Conn) -> Result<Vec<Announced>, sqlx::Error> {
    let rows: Vec<AnnouncedRow> = on!(conn, c => sqlx::query_as(
        "SELECT id, name, location, floor, capacity, equipment, requires_approval, approver_ids, maintenance, version,
             announced_status, announced_at
         FROM rooms WHERE deleted_at IS NULL").fetch_all(c).await)?;
    Ok(rows.into_iter().map(Announced::from).collect())
}

pub async fn find_announced(conn: &mut Conn, id: RoomId) -> Result<Option<Announced>, sqlx::Error> {
    let row: Option<AnnouncedRow> = on!(conn, c => sqlx::query_as(
        "SELECT id, name, location, floor, capacity, equipment, requires_approval, approver_ids, maintenance, version,
             announced_status, announced_at
         FROM rooms WHERE id = $1 AND deleted_at IS NULL").bind(id).fetch_optional(c).await)?;
    Ok(row.map(Announced::from))
}

/// Whether nobody else has said it meanwhile.
pub async fn update_announced(
    conn: &mut Conn,
    id: RoomId,
    before: RoomStatus,
    after: RoomStatus,
    at: Timestamp,
) -> Result<bool, sqlx::Error> {
    on!(conn, c => sqlx::query(
        "UPDATE rooms SET announced_status = $3, announced_at = $4
         WHERE id = $1 AND announced_status = $2 AND deleted_at IS NULL")
        .bind(id).bind(before).bind(after).bind(at).execute(c).await.map(|done| done.rows_affected() == 1))
}
