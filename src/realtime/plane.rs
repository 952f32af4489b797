//! The browser's half of the volatile plane: its newest values as signals, and what this page says
//! of itself.
//!
//! What is on screen and whether somebody is here is said anew on each connection; what was to be
//! said in between is out of date by then, and forgotten.

use super::connection::{server_now, use_connection};
use super::protocol::{ClientFrame, TypingIn, View, Volatile, VolatileFrame};
use crate::chat::live::TypingEvent;
use crate::ids::{ChatRoomId, UserId};
use crate::presence::model::{DRAWING_MS, DrawUpdate, Drawing, PresentPerson, StatsAt};
use crate::time::Timestamp;
use leptos::leptos_dom::helpers::set_timeout;
use leptos::prelude::*;
use serde::Serialize;
use std::time::Duration;

/// A time that somebody else is choosing.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    pub user_id: UserId,
    pub name: String,
    pub drawing: Drawing,
    /// Counts the updates: who waits for this one to grow old knows it by that.
    number: u32,
}

/// Somebody who is writing in a chat room.
#[derive(Clone, Debug, PartialEq)]
pub struct Typing {
    pub event: TypingEvent,
    /// As that of [`Drawn`].
    number: u32,
}

/// How long somebody is writing after the last sign of it.
const TYPING_MS: u64 = 5_000;

/// See the module.
#[derive(Clone, Copy, Default)]
pub struct Plane {
    /// The newest numbers, once they have come.
    pub stats: RwSignal<Option<StatsAt>>,
    /// Who is here, while [`View::Presence`] is on screen and once it has come.
    pub people: RwSignal<Option<Vec<PresentPerson>>>,
    /// What others are choosing on the timelines on screen.
    pub drawn: RwSignal<Vec<Drawn>>,
    /// Who is writing in the chat rooms on screen.
    pub typing: RwSignal<Vec<Typing>>,
    /// Whether nobody has been at this page for a while: what is on it then is seen by nobody.
    pub away: RwSignal<bool>,
    /// Bumped when there is something to say.
    pub(super) said: RwSignal<u32>,
    outbox: StoredValue<Vec<String>>,
    views: StoredValue<Vec<(u32, View)>>,
    /// Whether the page lies behind others: then no conversation is before anybody.
    hidden: StoredValue<bool>,
    last_number: StoredValue<u32>,
}

/// A client's frame in the documented envelope.
#[derive(Serialize)]
struct Said<'a> {
    #[serde(flatten)]
    frame: &'a ClientFrame,
    timestamp: Timestamp,
}

/// Keeps what a view shows right for as long as its component is on screen.
///
/// # Panics
/// Outside of `App`, which provides the connection.
pub fn use_view(view: View) {
    use_view_while(view, Signal::stored(true));
}

/// As [`use_view`], but only while the component can be seen.
///
/// # Panics
/// As [`use_view`].
pub fn use_view_while(view: View, is_seen: Signal<bool>) {
    let plane = use_connection().plane;
    Effect::new(move |_| {
        if is_seen.get() {
            let number = plane.show(view);
            on_cleanup(move || plane.hide(number));
        }
    });
}

impl Plane {
    /// Says that somebody chooses a time here, or no longer does.
    pub fn draw(self, drawing: Option<Drawing>) {
        self.say(&ClientFrame::Draw(drawing));
    }

    /// Says that this person is writing in a chat room. Often enough is every three seconds.
    pub fn type_in(self, chat_room_id: ChatRoomId) {
        self.say(&ClientFrame::Typing(TypingIn { chat_room_id }));
    }

    /// Takes in a frame.
    pub(super) fn received(self, VolatileFrame { volatile, timestamp }: VolatileFrame) {
        match volatile {
            // Who comes and goes is in the numbers and the list.
            Volatile::UserConnected(_) | Volatile::UserDisconnected(_) => {}
            Volatile::Stats(stats) => self.stats.set(Some(StatsAt { stats, at: timestamp })),
            Volatile::Presence(update) => {
                self.people.update(|people| update.apply(people.get_or_insert_default()));
            }
            Volatile::Draw(update) => self.take_drawing(update),
            Volatile::Typing(typing) => self.take_typing(typing),
        }
    }

    fn take_drawing(self, DrawUpdate { user_id, name, drawing }: DrawUpdate) {
        let number = self.next_number();
        self.drawn.update(|drawn| {
            drawn.retain(|known| known.user_id != user_id);
            drawn.extend(drawing.map(|drawing| Drawn { user_id, name, drawing, number }));
        });
        // The server takes it back too, unless the connection is lost meanwhile.
        let forget = move || {
            let _ = self.drawn.try_update(|drawn| drawn.retain(|known| known.number != number));
        };
        set_timeout(forget, Duration::from_millis(DRAWING_MS.unsigned_abs()));
    }

    fn take_typing(self, event: TypingEvent) {
        let number = self.next_number();
        self.typing.update(|typing| {
            typing
                .retain(|known| (known.event.chat_room_id, known.event.user_id) != (event.chat_room_id, event.user_id));
            typing.push(Typing { event, number });
        });
        let forget = move || {
            let _ = self.typing.try_update(|typing| typing.retain(|known| known.number != number));
        };
        set_timeout(forget, Duration::from_millis(TYPING_MS));
    }

    /// A new connection begins: it knows nothing of this page yet.
    pub(super) fn greeted(self) {
        self.drawn.set(Vec::new());
        self.typing.set(Vec::new());
        self.outbox.update_value(Vec::clear);
        if self.views.with_value(|views| !views.is_empty()) {
            self.say_views();
        }
        if self.away.get_untracked() {
            self.say(&ClientFrame::Activity { away: true });
        }
    }

    /// Whether nobody has been at this page for a while.
    pub(super) fn set_away(self, away: bool) {
        if self.away.get_untracked() != away {
            self.away.set(away);
            self.say(&ClientFrame::Activity { away });
        }
    }

    /// Whether the page lies behind others.
    pub(super) fn set_hidden(self, hidden: bool) {
        if self.hidden.try_update_value(|before| std::mem::replace(before, hidden)) == Some(!hidden) {
            self.say_views();
        }
    }

    /// What is to be said, in order.
    pub(super) fn take_said(self) -> Vec<String> {
        self.outbox.try_update_value(std::mem::take).unwrap_or_default()
    }

    fn show(self, view: View) -> u32 {
        let number = self.next_number();
        self.views.update_value(|views| views.push((number, view)));
        self.say_views();
        number
    }

    fn hide(self, number: u32) {
        // The page's owner may be gone before its views are.
        if self.views.try_update_value(|views| views.retain(|(n, _)| *n != number)).is_some() {
            self.say_views();
        }
    }

    fn say_views(self) {
        let hidden = self.hidden.get_value();
        let is_seen = |view: &View| !(hidden && matches!(view, View::Chat(_)));
        let mut views: Vec<String> = self.views.with_value(|views| {
            views.iter().map(|(_, view)| view).filter(|view| is_seen(view)).map(ToString::to_string).collect()
        });
        views.sort_unstable();
        views.dedup();
        self.say(&ClientFrame::Watch { views });
    }

    fn say(self, frame: &ClientFrame) {
        let said = Said { frame, timestamp: server_now().unwrap_or_default() };
        let Ok(text) = serde_json::to_string(&said) else { return };
        let _ = self.outbox.try_update_value(|outbox| outbox.push(text));
        let _ = self.said.try_update(|n| *n = n.wrapping_add(1));
    }

    fn next_number(self) -> u32 {
        let next = |number: &mut u32| {
            *number = number.wrapping_add(1);
            *number
        };
        self.last_number.try_update_value(next).unwrap_or_default()
    }
}
