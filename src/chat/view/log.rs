//! The log: messages in order, older ones by scrolling up, and what is on its way below them.

mod lines;
mod messages;
mod stretch;
mod ways;

pub use lines::{Line, line_of};
pub use messages::{Messages, lines_now};

use super::desk::{Desk, MOST_SHOWN, STEP, Side, THREAD};
use super::dom::{self, Sight};
use crate::chat::api::mark_chat_read;
use crate::chat::live::{ListedRoom, Place};
use crate::chat::model::{Look, MessageSeq};
use crate::ids::MessageId;
use crate::realtime::live::LinkState;
use crate::realtime::protocol::{Event, Frame};
use crate::text::fill;
use crate::ui::{Icon, browser};
use leptos::ev;
use leptos::leptos_dom::helpers::{request_animation_frame, set_timeout, window_event_listener};
use leptos::prelude::*;
use lines::{begins_new, opens_at};
use std::time::Duration;
use stretch::{Near, before, next_look};
use ways::{jump_to_call, jump_to_new};

/// How near to an edge the next part of the history is asked for.
const NEAR_PX: i32 = 600;
/// What is cut off at the beginning is so far up that what stays does not begin near.
const FAR_PX: i32 = 4 * NEAR_PX;
/// So near to the end, the log stays at the end.
const AT_END_PX: i32 = 40;
/// What is looked at for so long has been read.
const READ_AFTER: Duration = Duration::from_millis(400);

/// How the log stands and moves; every field is a handle.
#[derive(Clone, Copy)]
pub struct Scroll {
    desk: Desk,
    /// What was in sight when somebody scrolled last: it stays where it is.
    sight: StoredValue<Sight>,
    /// The log holds other messages by now, and is put right before they are painted.
    changing: StoredValue<bool>,
    pub at_end: RwSignal<bool>,
    /// The message to show once it is there, and whether to tint it.
    target: StoredValue<Option<(MessageSeq, bool)>>,
    reading: StoredValue<bool>,
    /// Whether it was said that this room is being read: older messages may call somebody since an edit.
    has_read: StoredValue<bool>,
}

impl Scroll {
    fn new(desk: Desk) -> Self {
        Self {
            desk,
            sight: StoredValue::new(Sight::default()),
            changing: StoredValue::new(false),
            at_end: RwSignal::new(desk.room.with_untracked(|room| room.window.to.is_none())),
            target: StoredValue::new(None),
            reading: StoredValue::new(false),
            has_read: StoredValue::new(false),
        }
    }

    fn window(self) -> (MessageSeq, Option<MessageSeq>, MessageSeq) {
        self.desk.room.with_untracked(|room| (room.window.from, room.window.to, room.last_seq))
    }

    /// The log has been scrolled, by a hand or by itself.
    fn moved(self) {
        if !self.changing.get_value() {
            return self.scrolled();
        }
        let Some(now) = dom::look(self.desk.places.log) else { return };
        // What has come has moved what is in sight, but nobody has seen that: only the scrolling counts.
        self.sight.update_value(|sight| {
            if let Some((_, offset)) = &mut sight.first {
                *offset += now.to_bottom - sight.to_bottom;
            }
            sight.to_bottom = now.to_bottom;
        });
        self.note_end(now.to_bottom);
    }

    /// Takes note of what is in sight.
    fn scrolled(self) {
        let Some(sight) = dom::look(self.desk.places.log) else { return };
        self.sight.set_value(sight);
        self.come_by(sight);
        self.note_end(sight.to_bottom);
        self.want_more(sight);
        self.read_soon();
    }

    fn note_end(self, to_bottom: i32) {
        let at_end = self.window().1.is_none() && to_bottom <= AT_END_PX;
        if self.at_end.get_untracked() != at_end {
            self.at_end.set(at_end);
        }
    }

    /// Whether somebody can be taken to look at the log.
    fn is_seen(self) -> bool {
        browser::is_visible() && !self.desk.is_unseen.get_untracked()
    }

    /// Comes by what is in sight; a reply stands in its thread.
    fn come_by(self, sight: Sight) {
        let (Some((first, _)), Some(last), true) = (sight.first, sight.last, self.is_seen()) else { return };
        let is_reply = |seq: MessageSeq| self.desk.find(seq).is_some_and(|message| message.thread_root.is_some());
        self.desk.come_by(|seq| (first..=last).contains(&seq) && !is_reply(seq));
    }

    /// Asks for what comes next in the direction that is looked at.
    fn want_more(self, sight: Sight) {
        if self.desk.moving.get_untracked() {
            return;
        }
        let (from, to, last) = self.window();
        let near =
            Near { beginning: sight.to_top < NEAR_PX, end: sight.to_bottom < NEAR_PX, is_empty: sight.first.is_none() };
        if let Some(look) = next_look(from, to, last, near) {
            self.desk.go(look);
        }
    }

    /// Goes on to older messages by hand: there is nothing to scroll where all that is held stands in threads.
    fn ask_older(self) {
        let (from, _, last) = self.window();
        self.desk.go(before(from, last));
    }

    /// Whether the newest messages were asked for, wherever the log stood.
    fn is_on_way_to_latest(self) -> bool {
        self.desk.moving.get_untracked() && self.desk.look.get_untracked() == Look::Latest
    }

    /// A message has come: the line "new" stands before it unless it is seen at once. A log that has
    /// grown at its end is cut at its beginning.
    fn heard(self, frame: &Frame) {
        if matches!(frame.event, Event::ChatMessage(_)) {
            // One of a thread changes no line here, and is read with the rest.
            self.read_soon();
        }
        let is_seen = self.at_end.get_untracked() && self.is_seen();
        let (from, to, last) = self.window();
        let is_long = last - from > MOST_SHOWN + STEP && self.sight.get_value().to_top >= FAR_PX;
        if to.is_none() && is_long && self.at_end.get_untracked() {
            self.desk.go(Look::From(last - MOST_SHOWN + STEP));
        }
        if let Event::ChatMessage(message) = &frame.event
            && message.calls(self.desk.viewer.user_id)
            && (message.thread_root.is_some() || !is_seen)
        {
            self.desk.called.update(|called| called.push(message.seq));
        }
        if let Event::ChatMessage(message) = &frame.event
            && message.user_id != self.desk.viewer.user_id
            && message.is_answerable()
            && !is_seen
        {
            let place = self.desk.chats.find_now(self.desk.id).map(|listed| listed.place);
            if begins_new(self.desk.new_from.get_untracked(), place.as_ref(), message.seq) {
                self.desk.new_from.set(Some(message.seq));
            }
        }
    }

    /// Shows a message, wherever in the history it is.
    pub fn show(self, seq: MessageSeq) {
        if dom::show(self.desk.places.log, seq, true) || self.desk.show_reply(seq) {
            self.target.set_value(None);
            self.scrolled();
        } else {
            self.target.set_value(Some((seq, true)));
            self.desk.go(Look::Around(seq));
        }
    }

    /// The log holds other messages than before.
    fn changed(self) {
        let log = self.desk.places.log;
        if let Some((seq, tint)) = self.target.get_value()
            && (dom::show(log, seq, tint) || (tint && self.desk.show_reply(seq)))
        {
            self.target.set_value(None);
        } else if self.at_end.get_untracked() || self.is_on_way_to_latest() {
            dom::to_end(log);
        } else if let Some(anchor) = self.sight.get_value().first {
            dom::keep(log, anchor);
        }
    }

    /// Notes what has been looked at for a moment.
    fn read_soon(self) {
        if self.reading.try_update_value(|reading| std::mem::replace(reading, true)) != Some(false) {
            return;
        }
        let read = move || {
            if self.reading.try_set_value(false).is_none() {
                self.read();
            }
        };
        set_timeout(read, READ_AFTER);
    }

    /// How far somebody has read who sees a thread and nothing else: up to the last of its replies in sight that follow
    /// without a gap upon what has been read. A reminder is about the room, and stays.
    fn seen_in_thread(self, root: MessageId, place: &Place) -> Option<MessageSeq> {
        let in_sight = dom::look(THREAD.log)?.last?;
        let read = place.last_read_seq;
        let seen = self.desk.room.with_untracked(|room| {
            room.messages.iter().fold(read, |seen, message| {
                let follows = message.seq == seen + 1 && message.seq <= in_sight;
                if follows && message.thread_root == Some(root) { message.seq } else { seen }
            })
        });
        (seen > read && place.unread_from.is_none()).then_some(seen)
    }

    fn read(self) {
        let desk = self.desk;
        if !browser::is_visible() || desk.connection.plane.away.get_untracked() {
            return;
        }
        let Some(ListedRoom { place, .. }) = desk.chats.find_now(desk.id) else { return };
        if desk.keeps_unread.get_untracked() || desk.is_gone() {
            return;
        }
        let (_, _, last) = self.window();
        let seen = match desk.side.get_untracked() {
            _ if !desk.is_covered.get_untracked() => {
                if self.at_end.get_untracked() {
                    Some(last)
                } else {
                    self.sight.get_value().last
                }
            }
            Side::Thread(root) => self.seen_in_thread(root, &place),
            _ => None,
        };
        let is_news = seen.is_some_and(|seen| place.is_changed_by(seen));
        if is_news || (seen.is_some() && !self.has_read.get_value()) {
            let request = mark_chat_read(desk.id, seen);
            leptos::task::spawn_local(async move {
                // Without an answer it is said again with the next message that is seen, or the next connection.
                if request.await.is_ok() {
                    let _ = self.has_read.try_set_value(true);
                }
            });
        }
    }
}

#[component]
pub fn Log(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let scroll = Scroll::new(desk);
    desk.room.on_frame(move |frame| scroll.heard(frame));
    Effect::new(move |_| {
        if let Some(seq) = desk.show.get() {
            desk.show.set(None);
            scroll.show(seq);
        }
    });
    let lines = lines_now(desk);
    // Tried once: what is further up, or in a thread, moves nothing when it comes by.
    let start = lines.with_untracked(|lines| opens_at(lines, desk.new_from.get_untracked(), scroll.window().0));
    scroll.target.set_value(start.map(|seq| (seq, false)));
    let unread_below = Memo::new(move |_| {
        let read = desk.chats.find(desk.id).map(|listed| listed.unread()).unwrap_or_default();
        if scroll.at_end.get() { 0 } else { read }
    });
    // What is in the page has changed: its place is put right before it is painted.
    Effect::new(move |_| {
        lines.track();
        desk.chats.outbox.entries.track();
        scroll.changing.set_value(true);
        request_animation_frame(move || {
            if scroll.changing.try_set_value(false).is_none() {
                scroll.changed();
                // From here on more may be asked for: a short stretch may not fill the screen. An older
                // answer is not yet the newest messages.
                if scroll.window().1.is_none() || !scroll.is_on_way_to_latest() {
                    desk.moving.set(false);
                }
                scroll.scrolled();
            }
        });
    });
    Effect::new(move |_| {
        let seen = window_event_listener(ev::visibilitychange, move |_| scroll.read_soon());
        on_cleanup(move || seen.remove());
    });
    // A reminder holds on all of a person's devices until it is settled on one of them. The one that a room opens
    // with is settled by that.
    let reminder = Memo::new(move |_| desk.chats.find(desk.id).map(|listed| listed.place.unread_from));
    Effect::new(move |before: Option<Option<Option<MessageSeq>>>| {
        let before = before.flatten();
        let now = reminder.get();
        if let (Some(_), Some(from)) = (before, now) {
            desk.keeps_unread.set(from.is_some());
            if from.is_some() {
                desk.new_from.set(from);
            } else {
                scroll.read_soon();
            }
        }
        now.or(before)
    });
    // Whoever is back sees what has come meanwhile.
    Effect::new(move |was_unseen: Option<bool>| {
        let is_unseen = desk.is_unseen.get();
        if was_unseen == Some(true) && !is_unseen {
            scroll.scrolled();
        }
        is_unseen
    });
    // What was read while nobody could be told.
    Effect::new(move |_| {
        if desk.connection.state.get() == LinkState::Connected {
            scroll.read_soon();
        }
    });
    let leave = move |event: ev::PointerEvent| {
        // A finger leaves before its press counts: the tools that it presses stay.
        if event.pointer_type() == "mouse" && desk.chosen.with_untracked(Option::is_none) {
            desk.active.set(None);
        }
    };
    let has_older = Memo::new(move |_| desk.room.with(|room| room.has_older()));
    let begin = move || {
        if has_older.get() {
            view! {
                <p class="chat-begin">
                    <button type="button" class="btn sm" on:click=move |_| scroll.ask_older()>
                        {t.load_more}
                    </button>
                </p>
            }
            .into_any()
        } else {
            view! { <p class="chat-begin muted">{t.chat_begins}</p> }.into_any()
        }
    };
    let down = move || {
        (!scroll.at_end.get()).then(|| {
            let words = match unread_below.get() {
                0 => t.chat_to_latest.to_owned(),
                n => fill(t.chat_new_below, &[&n]),
            };
            let go = move |_| {
                desk.to_latest();
                desk.back_to_writing();
            };
            view! {
                <button type="button" class="chip chat-down" on:click=go>
                    <Icon name="chevron-down" />
                    {words}
                </button>
            }
            .into_any()
        })
    };
    view! {
        <div class="chat-log-wrap">
            <div class="chat-log" id=desk.places.log on:scroll=move |_| scroll.moved() on:pointerleave=leave>
                <Messages desk lines label=t.chat_log>
                    {begin}
                </Messages>
            </div>
            {down}
            <div class="chat-up">{move || jump_to_new(desk, scroll)} {move || jump_to_call(desk, scroll)}</div>
        </div>
    }
}
