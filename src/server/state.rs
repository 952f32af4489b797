//! What every request has at hand.

use crate::accounts::server::{Caller, Gate, Tokens};
use crate::chat::server::Chat;
use crate::chat::server::files::Files;
use crate::compat::chat_v3::words::Words;
use crate::compat::timers_ws;
use crate::error::AppError;
use crate::presence::server::Presence;
use crate::realtime::log::Log;
use crate::realtime::tail::Tail;
use crate::realtime::volatile::Plane;
use crate::reservations::server::days::Days;
use crate::rooms::server::MomentCache;
use crate::server::clock::Clock;
use crate::server::config::Config;
use crate::server::db::{Db, ReadTx, Reads};
use crate::server::jobs::Jobs;
use crate::time::{DAY, Timestamp, ZoneOffsets};
use axum::extract::FromRef;
use leptos::prelude::{LeptosOptions, use_context};
use std::fmt::Display;
use std::ops::Deref;
use std::sync::Arc;
use tokio::sync::RwLock;
use tokio_util::sync::CancellationToken;

/// The application, shared by all requests and jobs.
#[derive(Clone)]
pub struct App {
    shared: Arc<Inner>,
    /// What the page that is being rendered reads in common.
    page: Option<Reads>,
}

/// What [`App`] shares.
pub struct Inner {
    pub config: Config,
    pub clock: Clock,
    pub db: Arc<Db>,
    pub log: Log,
    pub tail: Tail,
    pub jobs: Arc<Jobs>,
    pub plane: Plane,
    pub presence: Presence,
    pub chat: Chat,
    pub files: Files,
    pub words: Words,
    pub moment: MomentCache,
    pub days: Days,
    pub tokens: Tokens,
    pub gate: Gate,
    pub timer_limits: timers_ws::Limits,
    pub leptos: LeptosOptions,
    /// Identifies this program: a page of another build offers a reload.
    pub build: String,
    /// Cancelled when the process is asked to stop: sockets say goodbye then.
    pub stopping: CancellationToken,
    /// Each open socket holds it for reading: who gets it for writing knows that all have closed.
    pub sockets: Arc<RwLock<()>>,
}

impl App {
    #[must_use]
    pub fn new(inner: Inner) -> Self {
        Self { shared: Arc::new(inner), page: None }
    }

    /// The application as one page has it, whose reads show one state of the database.
    #[must_use]
    pub fn for_page(&self) -> Self {
        Self { page: Some(Reads::default()), ..self.clone() }
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// One state of the database, and where in the log it stands.
    ///
    /// # Errors
    /// [`AppError::Internal`] when the database cannot be reached.
    pub async fn read(&self) -> Result<ReadTx, AppError> {
        Ok(match &self.page {
            Some(page) => page.join(&self.db).await?,
            None => self.db.read().await?,
        })
    }

    /// Ends every connection to the database; the write lane gives its own back first.
    pub async fn close(&self) {
        self.log.close().await;
        self.db.close().await;
    }

    /// The zone by which a caller wants times told, over the year around an instant.
    #[must_use]
    pub fn zone_for(&self, caller: &Caller, at: Timestamp) -> ZoneOffsets {
        let zone = caller.zone.as_ref().unwrap_or(&self.config.time_zone);
        zone_offsets(zone, at - 400 * DAY, at + 400 * DAY)
    }

    /// The organisation's zone over the year around an instant.
    #[must_use]
    pub fn zone_around(&self, at: Timestamp) -> ZoneOffsets {
        zone_offsets(&self.config.time_zone, at - 400 * DAY, at + 400 * DAY)
    }
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.shared
    }
}

impl FromRef<App> for LeptosOptions {
    fn from_ref(app: &App) -> Self {
        app.leptos.clone()
    }
}

/// A zone as a page has it: what was said in a chat years ago stands there with the hour that it had then.
#[must_use]
pub fn zone_of_page(zone: &jiff::tz::TimeZone, now: Timestamp) -> ZoneOffsets {
    zone_offsets(zone, now - 3_653 * DAY, now + 400 * DAY)
}

/// The offsets of a zone from one instant to another.
fn zone_offsets(zone: &jiff::tz::TimeZone, from: Timestamp, to: Timestamp) -> ZoneOffsets {
    let start = jiff::Timestamp::from_millisecond(from.0).unwrap_or_default();
    let mut spans = vec![(from, zone.to_offset(start).seconds())];
    for transition in zone.following(start) {
        let at = Timestamp(transition.timestamp().as_millisecond());
        if at > to {
            break;
        }
        spans.push((at, transition.offset().seconds()));
    }
    ZoneOffsets { name: zone.iana_name().unwrap_or("UTC").to_owned(), spans }
}

/// The application and the signed-in person of the server function that runs.
///
/// # Errors
/// [`AppError::Unauthenticated`].
pub fn request() -> Result<(App, Caller), AppError> {
    let app =
        use_context::<App>().ok_or_else(|| AppError::internal(&"a server function runs without the application"))?;
    let parts = use_context::<http::request::Parts>();
    let caller = parts.and_then(|parts| parts.extensions.get::<Caller>().cloned());
    Ok((app, caller.ok_or(AppError::Unauthenticated)?))
}

impl AppError {
    /// Our own fault: the details go to the log under a number, the number to the person.
    #[must_use]
    pub fn internal(cause: &dyn Display) -> Self {
        let error_id = format!("{:08X}", rand::random::<u32>());
        tracing::error!(error_id, %cause, "internal error");
        Self::Internal { error_id }
    }
}

impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> Self {
        Self::internal(&error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, datetime};
    use jiff::tz::TimeZone;

    #[test]
    fn a_page_tells_the_hours_of_ten_years() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let at = |year, month| datetime(year, month, 15, 12, 30, 0, 0);
        let instant = |local| Timestamp(zone.to_timestamp(local).unwrap().as_millisecond());
        let offsets = zone_of_page(&zone, instant(at(2026, 11)));
        for year in 2017..=2026 {
            for local in [at(year, 1), at(year, 7)] {
                assert_eq!(offsets.local(instant(local)), local);
            }
        }
    }

    #[test]
    fn offsets_agree_with_the_zone_tables() {
        for name in ["Asia/Seoul", "Europe/Berlin", "America/New_York", "UTC"] {
            let zone = TimeZone::get(name).unwrap();
            let from = Timestamp(date(2026, 1, 1).to_zoned(TimeZone::UTC).unwrap().timestamp().as_millisecond());
            let offsets = zone_offsets(&zone, from, from + 365 * DAY);
            for day in 0..365 {
                let local = datetime(2026, 1, 1, 12, 30, 0, 0).saturating_add(jiff::Span::new().days(day));
                let exact = Timestamp(zone.to_timestamp(local).unwrap().as_millisecond());
                assert_eq!((offsets.instant(local), offsets.local(exact)), (exact, local), "{name} {local}");
            }
        }
    }
}
