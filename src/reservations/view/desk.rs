//! What the screens of booking share: whom they serve, which panel is open, and the commands,
//! each with its busy state, its toast and its refusal in words.

use super::days::Days;
use super::dom::{self, Anchor};
use super::proposal::Proposal;
use super::undo;
use crate::accounts::model::{Person, Role, User, Viewer};
use crate::app::use_page;
use crate::error::AppError;
use crate::ids::{ReservationId, RoomId, UserId};
use crate::realtime::live::{Connection, LinkState, use_connection};
use crate::reservations::api;
use crate::reservations::model::{Conflict, Decision, Reply, Reservation, ReservationPatch, Status};
use crate::text::{Lang, Texts, fill};
use crate::time::{Interval, MINUTE, Timestamp, ZoneOffsets};
use crate::ui::{Toasts, use_toasts};
use jiff::civil::Date;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// By how much "extend" moves the end.
pub const EXTEND_MS: i64 = 30 * MINUTE;

/// A command on an existing booking that needs nothing typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Extend,
    End,
    Cancel,
    Accept,
    Decline,
    Approve,
    Reject,
    Delete,
}

/// What lies open over the page: at most one.
#[derive(Clone, Debug, PartialEq)]
pub enum Panel {
    /// A new booking, or a change of one.
    Form(Box<FormStart>),
    Details {
        id: ReservationId,
        at: Anchor,
    },
    /// What can be done with a booking, at a point.
    Menu {
        id: ReservationId,
        at: Anchor,
    },
    /// Asks before something is lost.
    Confirm {
        id: ReservationId,
        act: Act,
    },
    Keys,
}

/// What a form opens with.
#[derive(Clone, Debug, PartialEq)]
pub struct FormStart {
    /// The booking that is changed; none for a new one.
    pub before: Option<Reservation>,
    /// What its person has made of it already, where that differs.
    pub content: Option<Reservation>,
    pub room: Option<RoomId>,
    pub interval: Interval,
    /// What the server has already refused.
    pub conflict: Option<Conflict>,
    /// What a link asks for in a new one.
    pub proposal: Option<Proposal>,
    pub at: Anchor,
}

impl FormStart {
    #[must_use]
    pub fn new(room: Option<RoomId>, interval: Interval, at: Anchor) -> Self {
        Self { before: None, content: None, room, interval, conflict: None, proposal: None, at }
    }

    /// A form on the booking as it is.
    #[must_use]
    pub fn edit(booking: Reservation, at: Anchor) -> Self {
        let start = Self::new(Some(booking.room.id), booking.interval(), at);
        Self { before: Some(booking), ..start }
    }
}

/// The shared state; every field is a handle, so that it copies into closures.
#[derive(Clone, Copy)]
pub struct Desk {
    pub lang: Lang,
    pub viewer: Viewer,
    /// The server's clock.
    pub now: Signal<Timestamp>,
    pub panel: RwSignal<Option<Panel>>,
    /// The command under way.
    pub busy: RwSignal<Option<(ReservationId, Act)>>,
    /// Why a request is rejected, as typed.
    pub reason: RwSignal<String>,
    /// What the polite live region says.
    pub spoken: RwSignal<String>,
    pub days: Days,
    /// What was typed into a form that gave way to something else.
    pub kept: StoredValue<Option<FormStart>>,
    /// Bookings that this browser has changed itself, up to which version: that is no news.
    own: StoredValue<Vec<(ReservationId, i64)>>,
    zone: StoredValue<ZoneOffsets>,
    organisation_zone: StoredValue<ZoneOffsets>,
    me: StoredValue<Option<Person>>,
    find: Callback<ReservationId, Option<Reservation>>,
    refetch: Callback<()>,
    connection: Connection,
    pub toasts: Toasts,
}

impl Desk {
    /// `find` looks a booking up in what is on screen, tracked; `refetch` loads that anew.
    pub fn new(
        zone: ZoneOffsets,
        now: Signal<Timestamp>,
        days: Days,
        find: impl Fn(ReservationId) -> Option<Reservation> + Send + Sync + 'static,
        refetch: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        let page = use_page();
        // Pages are behind the login; for nobody nothing is mine and nothing may be changed.
        let viewer = page.user.as_ref().map_or(Viewer { user_id: UserId(0), role: Role::Employee }, User::viewer);
        Self {
            lang: page.lang,
            viewer,
            now,
            panel: RwSignal::new(None),
            busy: RwSignal::new(None),
            reason: RwSignal::new(String::new()),
            spoken: RwSignal::new(String::new()),
            days,
            kept: StoredValue::new(None),
            own: StoredValue::new(Vec::new()),
            zone: StoredValue::new(zone),
            organisation_zone: StoredValue::new(page.organisation_zone),
            me: StoredValue::new(page.user.map(|user| Person { id: user.id, name: user.name })),
            find: Callback::new(find),
            refetch: Callback::new(move |()| refetch()),
            connection: use_connection(),
            toasts: use_toasts(),
        }
    }

    #[must_use]
    pub fn t(self) -> &'static Texts {
        self.lang.texts()
    }

    #[must_use]
    pub fn find(self, id: ReservationId) -> Option<Reservation> {
        self.find.run(id)
    }

    /// Reads the clock by which this screen tells the time.
    pub fn zone<T>(self, read: impl FnOnce(&ZoneOffsets) -> T) -> T {
        self.zone.with_value(read)
    }

    /// The day whose schedule holds an instant: rooms have their days by the organisation's clock,
    /// whichever the screen goes by.
    #[must_use]
    pub fn day_of(self, at: Timestamp) -> Date {
        self.organisation_zone.with_value(|zone| zone.date(at))
    }

    /// The days whose schedules hold the start and the end of a time, which may be the same.
    #[must_use]
    pub fn days_of(self, interval: Interval) -> [Date; 2] {
        let last = (interval.ends_at - 1).max(interval.starts_at);
        [interval.starts_at, last].map(|at| self.day_of(at))
    }

    /// `14:30`.
    #[must_use]
    pub fn clock(self, at: Timestamp) -> String {
        self.lang.clock(self.zone(|zone| zone.local(at)))
    }

    /// `14:30–15:30`.
    #[must_use]
    pub fn clocks(self, interval: Interval) -> String {
        let mut text = self.clock(interval.starts_at);
        text.push('–');
        text.push_str(&self.clock(interval.ends_at));
        text
    }

    /// `오후 02:30`; nothing once the screen is gone, which a command may outlive.
    #[must_use]
    pub fn prose_time(self, at: Timestamp) -> String {
        self.zone.try_with_value(|zone| self.lang.prose_time(zone.local(at))).unwrap_or_default()
    }

    /// The signed-in person as an organiser.
    #[must_use]
    pub fn me(self) -> Option<Person> {
        self.me.get_value()
    }

    /// What a booking is called for this viewer.
    #[must_use]
    pub fn title(self, booking: &Reservation) -> String {
        if booking.is_reduced() { self.t().private_short.to_owned() } else { booking.title.clone() }
    }

    pub fn say(self, text: String) {
        self.spoken.set(text);
    }

    pub fn open(self, panel: Panel) {
        // What was typed about another booking is not to be sent with this one.
        if matches!(panel, Panel::Confirm { .. }) {
            self.reason.set(String::new());
        }
        self.panel.set(Some(panel));
    }

    pub fn close(self) {
        self.panel.set(None);
    }

    /// Something was done. While the connection is down its event does not come: the screen is
    /// loaded anew instead.
    pub fn done(self) {
        if self.connection.state.get_untracked() != LinkState::Connected {
            self.refetch.try_run(());
        }
    }

    /// Takes note that this browser is changing a booking. The event may come before the answer:
    /// until [`changed`](Self::changed), whatever comes is taken for it.
    pub fn changing(self, id: ReservationId) {
        self.changed(id, i64::MAX);
    }

    /// What this browser did to a booking has led to this version; later ones are news.
    pub fn changed(self, id: ReservationId, version: i64) {
        self.own.try_update_value(|own| {
            own.retain(|(known, _)| *known != id);
            own.push((id, version));
            if own.len() > 32 {
                own.remove(0);
            }
        });
    }

    /// Whether this browser itself has brought a booking to a version.
    #[must_use]
    pub fn is_own(self, id: ReservationId, version: i64) -> bool {
        self.own.with_value(|own| own.iter().any(|(known, last)| *known == id && version <= *last))
    }

    /// Runs a command; one at a time.
    pub fn perform(self, act: Act, booking: &Reservation) {
        if self.busy.with_untracked(Option::is_some) {
            return;
        }
        let booking = booking.clone();
        self.busy.set(Some((booking.id, act)));
        self.changing(booking.id);
        // Stays in its field, for another try.
        let reason = self.reason.try_get_untracked();
        spawn_local(async move {
            let ends_at = booking.ends_at + EXTEND_MS;
            let result = match act {
                Act::Extend => api::extend_reservation(booking.id, ends_at).await.map(State::of),
                Act::End => api::end_reservation(booking.id).await.map(State::of),
                Act::Cancel => api::cancel_reservation(booking.id).await.map(State::of),
                Act::Accept => api::answer_invitation(booking.id, Reply::Accepted).await.map(State::of),
                Act::Decline => api::answer_invitation(booking.id, Reply::Declined).await.map(State::of),
                Act::Approve | Act::Reject => {
                    let decision = Decision { reason, version: Some(booking.version) };
                    api::decide_reservation(booking.id, act == Act::Approve, decision).await.map(State::of)
                }
                // Nothing comes after it.
                Act::Delete => {
                    api::delete_reservation(booking.id).await.map(|()| State { version: i64::MAX, waits: false })
                }
            };
            self.busy.set(None);
            self.changed(booking.id, result.as_ref().map_or(booking.version, |after| after.version));
            match result {
                Ok(after) => self.performed(act, booking, after),
                Err(AppError::ReservationConflict(conflict)) => {
                    let longer = Reservation { ends_at, ..booking.clone() };
                    self.ask_again(booking, longer, *conflict);
                }
                Err(error) => self.toasts.refused(&error),
            }
        });
    }

    /// Says what was done, and offers the way back where there is one.
    fn performed(self, act: Act, before: Reservation, after: State) {
        // The screen may be gone by now: the words are not.
        self.done();
        let (t, id) = (self.t(), before.id);
        // A longer one may have to be approved anew, which no way back would undo.
        let asks = after.waits && before.status == Status::Approved;
        let text = match act {
            Act::Extend if asks => t.requested.to_owned(),
            Act::Extend => fill(t.extended_toast, &[&self.prose_time(before.ends_at + EXTEND_MS)]),
            Act::End => t.ended_toast.to_owned(),
            Act::Cancel => t.cancelled_toast.to_owned(),
            Act::Accept => t.accepted_toast.to_owned(),
            Act::Decline => t.declined_toast.to_owned(),
            Act::Approve => t.approved_toast.to_owned(),
            Act::Reject => t.rejected_toast.to_owned(),
            Act::Delete => t.deleted_toast.to_owned(),
        };
        let way_back = match act {
            Act::Extend if asks => None,
            Act::Extend => Some(undo::extension(self, before, after.version)),
            Act::Cancel => undo::cancellation(self, &before),
            Act::End | Act::Accept | Act::Decline | Act::Approve | Act::Reject | Act::Delete => None,
        };
        self.toasts.success(text, way_back);
        if !matches!(act, Act::Extend | Act::Accept | Act::Decline) && self.shows(id) {
            self.close();
        }
    }

    /// Whether what is open is about this booking and holds nothing that is still being written.
    fn shows(self, booking: ReservationId) -> bool {
        let is_its = |panel: &Option<Panel>| match panel {
            Some(Panel::Details { id, .. } | Panel::Menu { id, .. } | Panel::Confirm { id, .. }) => *id == booking,
            Some(Panel::Form(_) | Panel::Keys) | None => false,
        };
        self.panel.try_with_untracked(is_its) == Some(true)
    }

    /// Opens the form on a change that was refused, with what stands in the way and what is free.
    pub fn ask_again(self, before: Reservation, wanted: Reservation, conflict: Conflict) {
        let at = dom::beside(&block_id(before.id));
        let start = FormStart::new(Some(wanted.room.id), wanted.interval(), at);
        let (before, content, conflict) = (Some(before), Some(wanted), Some(conflict));
        self.open(Panel::Form(Box::new(FormStart { before, content, conflict, ..start })));
    }
}

/// What a command has made of a booking.
#[derive(Clone, Copy)]
struct State {
    version: i64,
    /// For somebody's yes.
    waits: bool,
}

impl State {
    fn of(after: Reservation) -> Self {
        Self { version: after.version, waits: after.status == Status::Pending }
    }
}

/// The id of a booking's block in the page.
#[must_use]
pub fn block_id(id: ReservationId) -> String {
    format!("block-{id}")
}

/// The id of a room's track in the page.
#[must_use]
pub fn row_id(id: RoomId) -> String {
    format!("row-{id}")
}

/// A change of when and where only.
#[must_use]
pub fn moved(booking: &Reservation, room: RoomId, interval: Interval) -> ReservationPatch {
    ReservationPatch {
        room_id: (room != booking.room.id).then_some(room),
        starts_at: (interval.starts_at != booking.starts_at).then_some(interval.starts_at),
        ends_at: (interval.ends_at != booking.ends_at).then_some(interval.ends_at),
        version: Some(booking.version),
        ..ReservationPatch::default()
    }
}
