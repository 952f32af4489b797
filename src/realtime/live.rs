//! Slices on screen, kept right by events.
//!
//! A page renders a [`Snapshot`], on the server and in the first render of the browser. From then
//! on [`use_live`] applies each event to it. What is decided on the way is in [`super::cursor`];
//! here it becomes signals.

pub use super::connection::{Connection, LinkState, Proof, provide_connection, server_now, use_connection, use_now};

use super::connection::{News, OnScreen};
use super::cursor::{Follower, Outcome};
use super::protocol::{Frame, Seq, Slice, Snapshot};
use crate::accounts::model::{Role, Viewer};
use crate::error::AppError;
use crate::ids::UserId;
use crate::ui::{browser, session_ended};
use leptos::leptos_dom::helpers::set_timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// The longest wait before a failed fetch is tried again.
const MAX_FETCH_WAIT_MS: u64 = 30_000;

/// A slice on screen: its state, kept right by events.
pub struct Live<S: 'static> {
    follower: RwSignal<Follower<S>>,
    last_event: RwSignal<Option<Arc<Frame>>>,
    listeners: StoredValue<Vec<Listener>>,
    /// Bumped to fetch the slice anew.
    wanted: RwSignal<u32>,
    connection: Connection,
}

type Listener = Arc<dyn Fn(&Frame) + Send + Sync>;

impl<S> Clone for Live<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Live<S> {}

impl<S: Slice + Send + Sync> Live<S> {
    /// Reads the state, and is told when it changes.
    pub fn with<T>(&self, read: impl FnOnce(&S) -> T) -> T {
        self.follower.with(|follower| read(follower.state()))
    }

    /// Reads the state once.
    pub fn with_untracked<T>(&self, read: impl FnOnce(&S) -> T) -> T {
        self.follower.with_untracked(|follower| read(follower.state()))
    }

    /// Fetches the slice anew, in place.
    pub fn refetch(&self) {
        let _ = self.wanted.try_update(|n| *n += 1);
    }

    /// The newest frame that went into the state. Several may come in one turn: to see each of
    /// them, use [`on_frame`](Self::on_frame).
    #[must_use]
    pub fn last_event(&self) -> ReadSignal<Option<Arc<Frame>>> {
        self.last_event.read_only()
    }

    /// Calls `listener` with each frame that goes into the state, right after it.
    pub fn on_frame(&self, listener: impl Fn(&Frame) + Send + Sync + 'static) {
        let _ = self.listeners.try_update_value(|listeners| listeners.push(Arc::new(listener)));
    }

    fn renew(self, snapshot: Snapshot<S>) {
        let connection = self.connection;
        let renewed = connection
            .reception
            .try_with_value(|reception| self.follower.try_update(|follower| follower.renew(snapshot, reception)));
        if let Some(outcome) = renewed.flatten() {
            connection.prove(outcome);
            connection.note_mended();
            if outcome.hole {
                self.refetch();
            }
        }
    }
}

impl<S: Slice + Send + Sync> OnScreen for Live<S> {
    fn hear(&self, news: News<'_>) -> Outcome {
        let outcome = self.follower.try_maybe_update(|follower| {
            let outcome = match news {
                News::Greeted(hello) => follower.greeted(hello),
                News::Frame(frame) => follower.take(frame),
                News::Settled(reception) => follower.settled(reception),
            };
            (outcome.applied > 0, outcome)
        });
        let outcome = outcome.unwrap_or_default();
        // With a new connection, a fetch that failed before has a chance again.
        if outcome.hole || (matches!(news, News::Greeted(_)) && self.is_behind()) {
            self.refetch();
        }
        if let (News::Frame(frame), true) = (news, outcome.applied > 0) {
            let _ = self.last_event.try_set(Some(frame.clone()));
            for listener in self.listeners.try_get_value().unwrap_or_default() {
                listener(frame);
            }
        }
        outcome
    }

    fn resume_from(&self) -> Option<(String, Seq)> {
        self.follower.try_with_untracked(|follower| {
            let (log_id, seq) = follower.resume_from();
            (log_id.to_owned(), seq)
        })
    }

    fn is_behind(&self) -> bool {
        self.follower.try_with_untracked(Follower::is_behind).unwrap_or(false)
    }
}

/// Keeps a snapshot right for as long as its page is on screen: registers it, replays what was
/// received after it, applies each frame as it comes, and fetches it anew when one is missing.
///
/// # Panics
/// Outside of `App`, which provides the connection.
pub fn use_live<S, F, Fut>(snapshot: Snapshot<S>, fetch: F) -> Live<S>
where
    S: Slice + Send + Sync,
    F: Fn() -> Fut + 'static,
    Fut: Future<Output = Result<Snapshot<S>, AppError>> + 'static,
{
    let connection = use_connection();
    // Nobody without an account gets a snapshot; the least of viewers is a safe stand-in.
    let viewer = connection.viewer.unwrap_or(Viewer { user_id: UserId(0), role: Role::Employee });
    let live = Live {
        follower: RwSignal::new(Follower::new(snapshot, viewer)),
        last_event: RwSignal::new(None),
        listeners: StoredValue::new(Vec::new()),
        wanted: RwSignal::new(0),
        connection,
    };

    Effect::new(move |_| {
        let number = connection.register(Arc::new(live));
        on_cleanup(move || connection.unregister(number));
        let outcome = connection.reception.with_value(|reception| {
            live.follower.try_maybe_update(|follower| {
                let outcome = follower.catch_up(reception);
                (outcome.applied > 0, outcome)
            })
        });
        if outcome.is_some_and(|outcome| outcome.hole) {
            live.refetch();
        }
    });

    let failures = StoredValue::new(0u32);
    // The number of the newest question that is answered.
    let answered = StoredValue::new(0u32);
    Effect::new(move |_| {
        let number = live.wanted.get();
        if number == 0 {
            return;
        }
        let request = untrack(&fetch);
        spawn_local(async move {
            match request.await {
                Ok(snapshot) => {
                    let _ = failures.try_set_value(0);
                    // A later question may have asked for another part: in a quiet log its answer is no newer.
                    if answered.try_update_value(|newest| note_answer(newest, number)) == Some(true) {
                        live.renew(snapshot);
                    }
                }
                Err(error) => {
                    if !session_ended(&error) {
                        let _ = failures.try_update_value(|n| *n += 1);
                        let wait = fetch_wait(failures.try_get_value().unwrap_or_default());
                        set_timeout(
                            move || {
                                if live.is_behind() {
                                    live.refetch()
                                }
                            },
                            wait,
                        );
                    }
                }
            }
        });
    });
    live
}

/// Notes that a question is answered; says whether no later one was before.
fn note_answer(newest: &mut u32, number: u32) -> bool {
    let is_newest = number > *newest;
    *newest = number.max(*newest);
    is_newest
}

/// How long to wait after so many failed fetches in a row: doubling, with jitter.
fn fetch_wait(failures: u32) -> Duration {
    let most = MAX_FETCH_WAIT_MS.min(1_000 << failures.min(5));
    Duration::from_millis(most).mul_f64(0.5 + browser::random() / 2.0)
}
