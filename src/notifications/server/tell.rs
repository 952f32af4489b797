//! Telling people something: each by their own preferences, or everybody with one row for all.

use super::preferences::Wishes;
use super::store::{self, NewRow};
use crate::accounts::server::{self as accounts, Caller};
use crate::error::{AppError, Field, Rule};
use crate::ids::UserId;
use crate::notifications::live::{HeldEvent, NotificationEvent, Replaced};
use crate::notifications::model::{Entry, NewMessage, NotificationId, NotificationKind, Priority, Reason, chat_group};
use crate::realtime::log::Tx;
use crate::realtime::protocol::{Event, Topic};
use crate::server::state::App;
use crate::text::Lang;
use crate::time::{Timestamp, ZoneOffsets};

/// Something to tell.
#[derive(Clone, Debug)]
pub struct Notice {
    pub kind: NotificationKind,
    pub priority: Priority,
    /// A path of this site, or an address on another one.
    pub link: Option<String>,
    pub expires_at: Option<Timestamp>,
    /// The same for all that is about one thing.
    pub group_key: Option<String>,
}

impl From<NotificationKind> for Notice {
    /// With the priority of its kind; about a booking or a chat room, with a link to it and in its group.
    fn from(kind: NotificationKind) -> Self {
        let (link, group_key) = match (kind.booking(), kind.chat()) {
            (Some(booking), _) => (Some(booking.link()), Some(booking.group_key())),
            (None, Some(chat)) => (Some(chat.link()), Some(chat_group(chat.chat_room_id))),
            (None, None) => (None, None),
        };
        Self { priority: kind.priority(), link, expires_at: None, group_key, kind }
    }
}

impl Notice {
    pub(super) fn entry(self, now: Timestamp) -> Entry {
        Entry {
            id: NotificationId::new(now),
            data: self.kind,
            priority: self.priority,
            action_url: self.link,
            group_key: self.group_key,
            created_at: now,
            expires_at: self.expires_at,
            is_read: false,
            read_at: None,
            seen_at: None,
            archived_at: None,
        }
    }
}

/// Tells several people something, each by their own preferences and quiet hours, in the
/// transaction of what caused it. What was decided is kept, also when it is not to tell.
///
/// # Errors
/// When the database fails.
pub async fn notify(
    app: &App,
    tx: &mut Tx,
    actor: Option<UserId>,
    people: &[UserId],
    notice: Notice,
) -> Result<(), AppError> {
    let batch = people.iter().map(|person| (*person, notice.clone())).collect();
    notify_each(app, tx, actor, batch).await
}

/// [`notify`] with something for each: one statement reads all preferences, one writes all rows.
/// Nobody is told of what they did themselves.
///
/// # Errors
/// When the database fails.
pub async fn notify_each(
    app: &App,
    tx: &mut Tx,
    actor: Option<UserId>,
    mut batch: Vec<(UserId, Notice)>,
) -> Result<(), AppError> {
    batch.retain(|(person, _)| Some(*person) != actor);
    if batch.is_empty() {
        return Ok(());
    }
    let people: Vec<UserId> = batch.iter().map(|(person, _)| *person).collect();
    let wishes = Wishes::of(tx, &people).await?;
    let held = store::list_held(tx, &people).await?;
    let now = tx.now();
    let zone = app.zone_around(now);
    let rows: Vec<NewRow> = batch
        .into_iter()
        .map(|(user, notice)| {
            let entry = notice.entry(now);
            let mut decision = wishes.get(user).decide(entry.category(), entry.priority, now, &zone);
            if entry.can_wait() && held.contains(&user) {
                decision = decision.held();
            }
            NewRow { user, entry, decision }
        })
        .collect();
    store::insert_notifications(tx, &rows).await?;
    for row in rows {
        emit_created(tx, actor, row, Vec::new(), &zone);
    }
    Ok(())
}

/// Tells a person's screens of what was written, or that it waits, when it is to be told at all.
pub(super) fn emit_created(
    tx: &mut Tx,
    actor: Option<UserId>,
    NewRow { user, entry, decision }: NewRow,
    replaced: Vec<Replaced>,
    zone: &ZoneOffsets,
) {
    let (in_app, browser) = (decision.in_app.is_told(), decision.browser.is_told());
    if in_app || browser {
        let event = NotificationEvent { in_app, browser, replaced, ..event_of(entry, actor, zone) };
        tx.emit(Topic::User(user), actor, Event::NotificationCreated(event));
    } else if decision.in_app == Reason::Held {
        tx.emit(Topic::User(user), actor, Event::NotificationHeld(HeldEvent { added: 1 }));
    }
}

/// Tells everybody something, with one row for all; each screen decides for its viewer. Not for
/// what only some may know: whoever may receive `org` sees all of it.
///
/// # Errors
/// When the database fails.
pub async fn notify_everybody(
    app: &App,
    tx: &mut Tx,
    actor: Option<UserId>,
    notice: impl Into<Notice>,
) -> Result<NotificationId, AppError> {
    let now = tx.now();
    let entry = notice.into().entry(now);
    let id = entry.id.clone();
    store::insert_notice(tx, &entry, actor).await?;
    let event = event_of(entry, actor, &app.zone_around(now));
    tx.emit(Topic::Org, actor, Event::NotificationCreated(event));
    Ok(id)
}

pub(super) fn event_of(entry: Entry, actor_id: Option<UserId>, zone: &ZoneOffsets) -> NotificationEvent {
    NotificationEvent {
        title: entry.data.title(Lang::Ko).to_owned(),
        message: entry.data.message(Lang::Ko, zone),
        notification: entry,
        actor_id,
        in_app: true,
        browser: true,
        replaced: Vec::new(),
    }
}

/// Sends a message to named people (contracts §3.6, `createNotification`).
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but admins, [`AppError::Validation`].
pub async fn send_message(app: &App, caller: &Caller, new: NewMessage) -> Result<u32, AppError> {
    caller.require_admin()?;
    let new = new.tidied();
    new.check(app.now())?;
    let mut tx = app.begin(caller).await?;
    let people = accounts::find_people(&mut tx, &new.user_ids).await?;
    if people.len() != new.user_ids.len() {
        return Err(AppError::field(Field::UserIds, Rule::Unknown));
    }
    let from = caller.user.id;
    let kind = NotificationKind::Message { title: new.title, message: new.message, notification_type: new.kind, from };
    let notice =
        Notice { kind, priority: new.priority, link: new.action_url, expires_at: new.expires_at, group_key: None };
    // A message to oneself is meant.
    notify(app, &mut tx, None, &new.user_ids, notice).await?;
    let sent = u32::try_from(people.len()).unwrap_or(u32::MAX);
    tx.commit_with(201, &super::rest::Sent { sent }).await?;
    Ok(sent)
}
