//! What a new room is like, by its kind: whose it is, who is in it, how it is found again.

use super::rooms::free_slug;
use crate::accounts::server::Caller;
use crate::chat::model::{MemberRole, NewChatRoom, RoomKind};
use crate::error::{AppError, Field, Rule};
use crate::ids::{ReservationId, UserId};
use crate::reservations::server as reservations;
use crate::server::db::Conn;

/// A room about to be made.
pub(super) struct Plan {
    pub kind: RoomKind,
    pub name: String,
    pub slug: String,
    /// Two people have one room.
    pub pair: Option<String>,
    /// A booking has one room.
    pub reservation_id: Option<ReservationId>,
    pub people: Vec<(UserId, MemberRole)>,
}

/// # Errors
/// [`AppError::Validation`], [`AppError::NotFound`] for a booking that the caller does not take part in.
pub(super) async fn plan_of(conn: &mut Conn, caller: &Caller, new: &NewChatRoom) -> Result<Plan, AppError> {
    let me = caller.user.id;
    let others = || new.member_ids.iter().copied().filter(|user| *user != me);
    let kind = new.kind.unwrap_or(RoomKind::Channel);
    match (kind, new.reservation_id) {
        (RoomKind::Direct, _) => {
            let mut others = others();
            let (Some(other), None) = (others.next(), others.next()) else {
                return Err(AppError::field(Field::MemberIds, Rule::Range { min: 1, max: 1 }));
            };
            let (low, high) = (me.min(other), me.max(other));
            let people = vec![(me, MemberRole::Member), (other, MemberRole::Member)];
            let (pair, slug) = (Some(format!("{low}:{high}")), format!("dm-{low}-{high}"));
            Ok(Plan { kind, name: String::new(), slug, pair, reservation_id: None, people })
        }
        (RoomKind::Live, Some(id)) => {
            let booking = reservations::store::find_reservation(conn, id).await?.ok_or(AppError::NotFound)?;
            if !booking.involves(me) && !caller.viewer().is_admin() {
                return Err(AppError::NotFound);
            }
            let role = |user| if booking.is_organizer(user) { MemberRole::Owner } else { MemberRole::Member };
            let mut people: Vec<_> = booking.people().into_iter().map(|user| (user, role(user))).collect();
            if !booking.involves(me) {
                people.push((me, MemberRole::Admin));
            }
            let slug = format!("reservation-{id}");
            Ok(Plan { kind, name: booking.title, slug, pair: None, reservation_id: Some(id), people })
        }
        _ => {
            let members = others().map(|user| (user, MemberRole::Member));
            let people = [(me, MemberRole::Owner)].into_iter().chain(members).collect();
            let slug = new.slug.clone().unwrap_or_else(|| free_slug(&new.name));
            Ok(Plan { kind, name: new.name.clone(), slug, pair: None, reservation_id: None, people })
        }
    }
}
