//! Who is on a timer.

use super::groups::{Group, store as groups};
use super::store::{self, by_joining};
use super::{emit, say_goodbye, visible};
use crate::accounts::model::Person;
use crate::accounts::server::{self as accounts, Caller};
use crate::chat::server as chat;
use crate::error::{AppError, Field, Rule};
use crate::ids::{TimerId, UserId};
use crate::realtime::log::Tx;
use crate::realtime::protocol::{Event, Topic};
use crate::reservations::server as reservations;
use crate::server::state::App;
use crate::timers::model::{MAX_PEOPLE, Share, Timer, TimerPerson, TimerRole};

/// Those who come onto a timer together, and by what.
pub(super) struct Guests {
    /// By name, or by a group, the owner left out.
    pub people: Vec<TimerPerson>,
    named: Vec<UserId>,
    groups: Vec<(Group, Vec<UserId>)>,
}

impl Guests {
    /// Whom a caller wants on a timer: those named, the members of a chat room of the caller's, and
    /// the people of a booking that the caller sees.
    ///
    /// # Errors
    /// [`AppError::Validation`] for what there is not, as far as the caller knows.
    pub async fn find(tx: &mut Tx, caller: &Caller, owner: UserId, share: &Share) -> Result<Self, AppError> {
        let now = tx.now();
        let mut groups = Vec::new();
        if let Some(room) = share.chat_room_id {
            let members = chat::list_people_of(tx, caller, room).await;
            groups.push((Group::ChatRoom(room), known(members, Field::ChatRoomId)?));
        }
        if let Some(id) = share.reservation_id {
            let booking = reservations::list_people_of(tx, caller, id).await;
            groups.push((Group::Reservation(id), known(booking, Field::ReservationId)?));
        }
        let all = share.user_ids.iter().chain(groups.iter().flat_map(|(_, people)| people));
        let mut ids: Vec<UserId> = all.copied().filter(|id| *id != owner).collect();
        ids.sort_unstable();
        ids.dedup();
        let found = accounts::find_people(tx, &ids).await?;
        let named: Vec<UserId> = share.user_ids.iter().copied().filter(|id| *id != owner).collect();
        if named.iter().any(|id| found.iter().all(|person| person.id != *id)) {
            return Err(AppError::field(Field::UserIds, Rule::Unknown));
        }
        let role = |id| if named.contains(&id) { share.role } else { TimerRole::Participant };
        let person = |Person { id, name }| TimerPerson { id, name, role: role(id), joined_at: now };
        let mut people: Vec<TimerPerson> = found.into_iter().map(person).collect();
        people.sort_by_key(|person| person.id);
        Ok(Self { people, named, groups })
    }

    /// Writes who is new on a timer or has another role, and by what everybody is on it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn write(self, tx: &mut Tx, timer: &TimerId, written: &[TimerPerson]) -> Result<(), AppError> {
        store::insert_people(tx, timer, written, &self.named).await?;
        for (group, people) in &self.groups {
            groups::put_group(tx, timer, *group, people).await?;
        }
        Ok(())
    }
}

fn known<T>(found: Result<T, AppError>, field: Field) -> Result<T, AppError> {
    found.map_err(|error| match error {
        AppError::NotFound | AppError::Forbidden => AppError::field(field, Rule::Unknown),
        other => other,
    })
}

/// Puts people on a timer: those named, the members of a chat room, the people of a booking. To them
/// it is new; whoever is named and on it already gets the role. It goes on following the room and
/// the booking.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`] for who only watches, [`AppError::Validation`],
/// [`AppError::TimerAlreadyCompleted`].
pub async fn share_timer(app: &App, caller: &Caller, id: &TimerId, share: Share) -> Result<Timer, AppError> {
    if share.user_ids.is_empty() && share.chat_room_id.is_none() && share.reservation_id.is_none() {
        return Err(AppError::field(Field::UserIds, Rule::Required));
    }
    let user = caller.user.id;
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let mut timer = visible(&mut tx, caller, id).await?;
    if !timer.may_command(user) {
        return Err(AppError::Forbidden);
    }
    if !timer.is_active() || timer.is_due(now) {
        return Err(AppError::TimerAlreadyCompleted);
    }
    let guests = Guests::find(&mut tx, caller, timer.owner_id, &share).await?;
    let (known, new): (Vec<_>, Vec<_>) = guests.people.iter().cloned().partition(|person| timer.involves(person.id));
    if timer.people.len() + new.len() > MAX_PEOPLE as usize {
        return Err(AppError::field(Field::UserIds, Rule::MaxItems { max: MAX_PEOPLE }));
    }
    let arrived: Vec<UserId> = new.iter().map(|person| person.id).collect();
    let mut is_changed = !new.is_empty();
    let mut written = new.clone();
    for again in known.into_iter().filter(|person| guests.named.contains(&person.id)) {
        for person in timer.people.iter_mut().filter(|person| person.id == again.id) {
            is_changed |= person.role != again.role;
            person.role = again.role;
            written.push(person.clone());
        }
    }
    guests.write(&mut tx, id, &written).await?;
    if !is_changed {
        // Everybody is on it already, as asked.
        let timer = timer.seen_at(now);
        tx.commit_with(200, &timer).await?;
        return Ok(timer);
    }
    timer.people.extend(new);
    timer.people = by_joining(timer.people, timer.owner_id);
    timer.is_shared = timer.people.len() > 1;
    timer.count_to(now);
    timer.version += 1;
    if !store::update_timer(&mut tx, &timer).await? {
        return Err(AppError::StaleVersion);
    }
    for person in &timer.people {
        let event = if arrived.contains(&person.id) { Event::TimerCreated } else { Event::TimerUpdated };
        tx.emit(Topic::User(person.id), Some(user), event(timer.clone()));
    }
    tx.commit_with(200, &timer).await?;
    Ok(timer)
}

/// Takes somebody off a timer, or oneself. Its owner stays.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`].
pub async fn unshare_timer(app: &App, caller: &Caller, id: &TimerId, person: UserId) -> Result<Timer, AppError> {
    let user = caller.user.id;
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let mut timer = visible(&mut tx, caller, id).await?;
    if !timer.involves(person) {
        return Err(AppError::NotFound);
    }
    if person == timer.owner_id || (person != user && !timer.may_command(user)) {
        return Err(AppError::Forbidden);
    }
    if timer.is_active() && !timer.is_due(now) {
        timer.count_to(now);
    }
    timer.people.retain(|known| known.id != person);
    timer.is_shared = timer.people.len() > 1;
    timer.version += 1;
    if !store::update_timer(&mut tx, &timer).await? {
        return Err(AppError::StaleVersion);
    }
    store::delete_person(&mut tx, id, person).await?;
    groups::forget_person(&mut tx, id, person).await?;
    emit(&mut tx, Some(user), &timer, Event::TimerUpdated);
    say_goodbye(&mut tx, Some(user), &timer, person);
    tx.commit().await?;
    Ok(timer)
}
