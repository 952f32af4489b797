//! All SQL of notifications: what is read here, what is written in `write`.

mod groups;
mod quotes;
mod write;

pub use groups::*;
pub use quotes::*;
pub use write::*;

use crate::ids::UserId;
use crate::notifications::live::MAX_PASSING;
use crate::notifications::model::{
    Decided, Decision, Entry, Filter, NEWEST, NotificationId, NotificationKind, Preferences, Priority, Reason,
};
use crate::server::db::{Conn, build_on};
use crate::time::Timestamp;

/// An entry, and where it is kept.
pub struct Found {
    pub entry: Entry,
    pub place: Place,
}

#[derive(Clone, Copy)]
pub enum Place {
    Personal,
    /// The number of a notice for everybody.
    Notice(i64),
}

#[derive(sqlx::FromRow)]
struct Row {
    number: Option<i64>,
    id: NotificationId,
    priority: Priority,
    data: String,
    action_url: Option<String>,
    group_key: Option<String>,
    actor_id: Option<UserId>,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    in_app: Option<Reason>,
    browser: Option<Reason>,
    is_read: bool,
    read_at: Option<Timestamp>,
    seen_at: Option<Timestamp>,
    archived_at: Option<Timestamp>,
}

impl Row {
    /// `None` for a kind that this build does not know any more.
    fn into_found(self) -> Option<Found> {
        let data: NotificationKind = serde_json::from_str(&self.data).ok()?;
        let place = self.number.map_or(Place::Personal, Place::Notice);
        let entry = Entry {
            id: self.id,
            data,
            priority: self.priority,
            action_url: self.action_url,
            group_key: self.group_key,
            created_at: self.created_at,
            expires_at: self.expires_at,
            is_read: self.is_read,
            read_at: self.read_at,
            seen_at: self.seen_at,
            archived_at: self.archived_at,
        };
        Some(Found { entry, place })
    }
}

/// The person and their marks; what follows the person's id is [`ENTRIES`].
const ME: &str = "WITH me AS (
    SELECT u.id, u.created_at, COALESCE(m.read_up_to, 0) AS read_up_to, m.read_at, COALESCE(m.seen_up_to, 0) AS seen_up_to,
           m.seen_at, COALESCE(m.cleared_up_to, 0) AS cleared_up_to, COALESCE(m.forgotten_up_to, 0) AS forgotten_up_to,
           h.held_after
    FROM users u LEFT JOIN notice_marks m ON m.user_id = u.id
    LEFT JOIN notification_holds h ON h.user_id = u.id WHERE u.id = ";

/// Everything that the person was or was not told, in one form; what waits while they concentrate
/// is `held`. Whoever came later was not there when a notice went out.
macro_rules! entries {
    ($notices_and_me:literal) => {
        concat!(
            "), personal AS NOT MATERIALIZED (
                SELECT CAST(NULL AS BIGINT) AS number, n.id, n.category, n.priority, n.data, n.action_url, n.group_key,
                       CAST(NULL AS BIGINT) AS actor_id, n.created_at, n.expires_at, n.in_app, n.browser, n.is_read,
                       n.read_at, n.seen_at, n.archived_at
                FROM notifications n JOIN me ON n.user_id = me.id
            ), general AS NOT MATERIALIZED (
                SELECT n.number, n.id, n.category, n.priority, n.data, n.action_url, n.group_key,
                       n.actor_id, n.created_at, n.expires_at,
                       CASE WHEN n.number > me.held_after AND n.priority <> 'urgent' THEN 'held' END AS in_app,
                       CASE WHEN n.number > me.held_after AND n.priority <> 'urgent' THEN 'held' END AS browser,
                       COALESCE(s.is_read, n.number <= me.read_up_to) AS is_read,
                       CASE WHEN s.is_read IS NOT NULL THEN s.read_at WHEN n.number <= me.read_up_to THEN me.read_at END AS read_at,
                       CASE WHEN n.number <= me.seen_up_to THEN me.seen_at END AS seen_at, s.archived_at
                FROM ", $notices_and_me, "
                LEFT JOIN notice_states s ON s.user_id = me.id AND s.notice = n.number
                WHERE n.number > me.forgotten_up_to AND n.created_at >= me.created_at
                    AND NOT COALESCE(s.is_deleted, FALSE) AND (n.number > me.cleared_up_to OR s.archived_at IS NOT NULL)
            ), entries AS NOT MATERIALIZED (SELECT * FROM personal UNION ALL SELECT * FROM general) "
        )
    };
}

const ENTRIES: &str = entries!("me JOIN notices n ON n.number > me.forgotten_up_to");
/// The same for whoever wants the newest few. SQLite keeps this order of a cross join: it goes from the newest
/// notice back and stops, instead of sorting a month's notices for each page.
const NEWEST_FIRST: &str = entries!("notices n CROSS JOIN me");

const COLUMNS: &str = "SELECT number, id, priority, data, action_url, group_key, actor_id, created_at, expires_at,
    in_app, browser, is_read, read_at, seen_at, archived_at FROM ";

/// Asks for the newest entries that a filter lets through, so many after so many: first of each kind, then of both.
macro_rules! push_newest {
    ($q:ident, $user:expr, $limit:expr, $offset:expr, $filter:block) => {
        let (limit, offset): (i64, i64) = ($limit, $offset);
        let most = limit.saturating_add(offset);
        $q.push_bind($user).push(NEWEST_FIRST).push(COLUMNS).push("(SELECT * FROM (SELECT * FROM personal WHERE ");
        $filter
        $q.push(" ORDER BY created_at DESC, id DESC LIMIT ").push_bind(most).push(") AS newest_personal UNION ALL ");
        $q.push("SELECT * FROM (SELECT * FROM general WHERE ");
        $filter
        $q.push(" ORDER BY created_at DESC, id DESC LIMIT ").push_bind(most).push(") AS newest_general");
        $q.push(") AS newest ORDER BY created_at DESC, id DESC LIMIT ").push_bind(limit);
        $q.push(" OFFSET ").push_bind(offset);
    };
}

/// Pushes what lets through only what the person was told in the list.
macro_rules! push_told {
    ($q:ident, $user:expr, $preferences:expr) => {
        $q.push("(in_app IS NULL OR in_app IN ('told', 'urgent', 'digest')) AND ");
        push_own!($q, $user, $preferences);
    };
}

/// Pushes what leaves out a person's own doings and what they do not want to hear of.
macro_rules! push_own {
    ($q:ident, $user:expr, $preferences:expr) => {
        $q.push("(actor_id IS NULL OR actor_id <> ").push_bind($user).push(")");
        for category in $preferences.muted() {
            $q.push(" AND (number IS NULL OR category <> ").push_bind(category).push(")");
        }
    };
}

/// Pushes a filter of the list. What expires counts for as long as `now` lies before it.
macro_rules! push_filter {
    ($q:ident, $filter:expr, $now:expr) => {
        $q.push(if $filter.archived { " AND archived_at IS NOT NULL" } else { " AND archived_at IS NULL" });
        if $filter.unread {
            $q.push(" AND NOT is_read");
        }
        if let Some(category) = $filter.category {
            $q.push(" AND category = ").push_bind(category);
        }
        $q.push(" AND (expires_at IS NULL OR expires_at > ").push_bind($now).push(")");
    };
}

fn found(rows: Vec<Row>) -> Vec<Found> {
    rows.into_iter().filter_map(Row::into_found).collect()
}

fn entries(rows: Vec<Row>) -> Vec<Entry> {
    found(rows).into_iter().map(|found| found.entry).collect()
}

/// The newest of somebody's entries that last, or of those that expire; expired ones included.
pub async fn list_newest(
    conn: &mut Conn,
    user: UserId,
    preferences: &Preferences,
    passing: bool,
) -> Result<Vec<Entry>, sqlx::Error> {
    let most = i64::try_from(if passing { MAX_PASSING } else { NEWEST }).unwrap_or(i64::MAX);
    let rows: Vec<Row> = build_on!(conn, ME, q => {
        push_newest!(q, user, most, 0, {
            push_told!(q, user, preferences);
            q.push(" AND archived_at IS NULL AND expires_at IS ").push(if passing { "NOT NULL" } else { "NULL" });
        });
    }, query, c => { let mut query = query; query.build_query_as().fetch_all(c).await })?;
    Ok(entries(rows))
}

/// How much in somebody's list is new.
pub struct New {
    /// Of what lasts.
    pub unread: u32,
    /// Neither read nor seen, of what lasts.
    pub unseen: u32,
    /// How many wait; nothing when nothing is held.
    pub held: Option<u32>,
}

pub async fn count_new(conn: &mut Conn, user: UserId, preferences: &Preferences) -> Result<New, sqlx::Error> {
    let (unread, unseen, held, is_held): (i64, i64, i64, bool) = build_on!(conn, ME, q => {
        q.push_bind(user).push(ENTRIES);
        q.push("SELECT COUNT(CASE WHEN in_app <> 'held' THEN 1 END),
                    COUNT(CASE WHEN in_app <> 'held' AND seen_at IS NULL THEN 1 END),
                    COUNT(CASE WHEN in_app = 'held' AND NOT is_read THEN 1 END), (SELECT held_after IS NOT NULL FROM me)
                FROM (SELECT seen_at, is_read, COALESCE(in_app, 'told') AS in_app FROM entries WHERE ");
        push_own!(q, user, preferences);
        q.push(" AND (in_app = 'held' OR ((in_app IS NULL OR in_app IN ('told', 'urgent', 'digest'))
                     AND archived_at IS NULL AND expires_at IS NULL AND NOT is_read))) AS counted");
    }, query, c => { let mut query = query; query.build_query_as().fetch_one(c).await })?;
    let count = |n| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(New { unread: count(unread), unseen: count(unseen), held: is_held.then_some(count(held)) })
}

/// Which entries of a list to give.
pub enum Window<'a> {
    /// So many after so many.
    Page {
        limit: u32,
        offset: u64,
    },
    /// So many that come after one of them.
    After {
        entry: &'a Entry,
        limit: u32,
    },
    All,
}

/// Newest first.
pub async fn list_entries(
    conn: &mut Conn,
    user: UserId,
    preferences: &Preferences,
    filter: Filter,
    window: Window<'_>,
    now: Timestamp,
) -> Result<Vec<Found>, sqlx::Error> {
    let (limit, offset) = match window {
        Window::Page { limit, offset } => (i64::from(limit), i64::try_from(offset).unwrap_or(i64::MAX)),
        Window::After { limit, .. } => (i64::from(limit), 0),
        Window::All => (i64::MAX, 0),
    };
    let rows: Vec<Row> = build_on!(conn, ME, q => {
        push_newest!(q, user, limit, offset, {
            push_told!(q, user, preferences);
            push_filter!(q, filter, now);
            if let Window::After { entry, .. } = &window {
                q.push(" AND (created_at < ").push_bind(entry.created_at);
                q.push(" OR (created_at = ").push_bind(entry.created_at);
                q.push(" AND id < ").push_bind(entry.id.clone()).push("))");
            }
        });
    }, query, c => { let mut query = query; query.build_query_as().fetch_all(c).await })?;
    Ok(found(rows))
}

pub async fn count_entries(
    conn: &mut Conn,
    user: UserId,
    preferences: &Preferences,
    filter: Filter,
    now: Timestamp,
) -> Result<u32, sqlx::Error> {
    let count: i64 = build_on!(conn, ME, q => {
        q.push_bind(user).push(ENTRIES).push("SELECT COUNT(*) FROM entries WHERE ");
        push_told!(q, user, preferences);
        push_filter!(q, filter, now);
    }, query, c => { let mut query = query; query.build_query_scalar().fetch_one(c).await })?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// One entry of somebody's list, archived or not, unless it has expired.
pub async fn find_entry(
    conn: &mut Conn,
    user: UserId,
    preferences: &Preferences,
    id: &NotificationId,
    now: Timestamp,
) -> Result<Option<Found>, sqlx::Error> {
    let row: Option<Row> = build_on!(conn, ME, q => {
        q.push_bind(user).push(ENTRIES).push(COLUMNS).push("entries WHERE ");
        push_told!(q, user, preferences);
        q.push(" AND id = ").push_bind(id.clone());
        q.push(" AND (expires_at IS NULL OR expires_at > ").push_bind(now).push(")");
    }, query, c => { let mut query = query; query.build_query_as().fetch_optional(c).await })?;
    Ok(row.and_then(Row::into_found))
}

/// What was decided for somebody, newest first. Of a notice for everybody, what holds by
/// `of_notice`: it is decided by each person's own screen.
pub async fn list_decisions(
    conn: &mut Conn,
    user: UserId,
    limit: u32,
    offset: u64,
    of_notice: impl Fn(&Entry) -> Decision,
) -> Result<Vec<Decided>, sqlx::Error> {
    let offset = i64::try_from(offset).unwrap_or(i64::MAX);
    let rows: Vec<Row> = build_on!(conn, ME, q => {
        push_newest!(q, user, i64::from(limit), offset, {
            q.push("TRUE");
        });
    }, query, c => { let mut query = query; query.build_query_as().fetch_all(c).await })?;
    let decided = rows.into_iter().filter_map(|row| {
        let kept = row.in_app.zip(row.browser);
        let is_own = row.actor_id == Some(user);
        let entry = row.into_found()?.entry;
        let decision = match kept {
            Some((in_app, browser)) => Decision { in_app, browser },
            None if is_own => Decision { in_app: Reason::OwnAction, browser: Reason::OwnAction },
            None => of_notice(&entry),
        };
        let Entry { id, data, priority, created_at, .. } = entry;
        Some(Decided { id, data, priority, created_at, decision })
    });
    Ok(decided.collect())
}
