//! What people see, and that it follows from what they saw before.

use super::super::helpers::START;
use super::received_by;
use crate::accounts::model::Viewer;
use crate::accounts::server::Caller;
use crate::announcements::live::{AckBoard, AnnouncementList, Notices};
use crate::announcements::server as announcements;
use crate::chat::live::{ChatRooms, KeptMessages, OpenRoom, RevokedEvent};
use crate::chat::model::Look;
use crate::chat::server as chat;
use crate::dashboard::live::Dashboard;
use crate::dashboard::server as dashboard;
use crate::ids::{AnnouncementId, ChatRoomId, MessageId};
use crate::notifications::live::NotificationCenter;
use crate::notifications::server as notifications;
use crate::realtime::cursor::Follower;
use crate::realtime::protocol::{Event, Frame, Slice, Snapshot, Topic};
use crate::reservations::live::{Approvals, DaySchedule, MyReservations};
use crate::reservations::server as reservations;
use crate::rooms::live::RoomDirectory;
use crate::rooms::server as rooms;
use crate::server::state::App;
use crate::time::{DAY, Timestamp, ZoneOffsets};
use crate::timers::live::MyTimers;
use crate::timers::server as timers;
use jiff::civil::{Date, date};
use std::collections::BTreeMap;
use std::fmt::Debug;

/// The days whose timelines are watched: the first and the second.
const DAYS: [Date; 2] = [date(2026, 11, 23), date(2026, 11, 24)];

/// Everything that one person can have on screen, at several moments.
pub(super) struct Screens {
    caller: Caller,
    days: [Vec<Snapshot<DaySchedule>>; 2],
    pub(super) mine: Vec<Snapshot<MyReservations>>,
    rooms: Vec<Snapshot<RoomDirectory>>,
    bell: Vec<Snapshot<NotificationCenter>>,
    approvals: Vec<Snapshot<Approvals>>,
    notices: Vec<Snapshot<Notices>>,
    dashboards: Vec<Snapshot<Dashboard>>,
    chats: Vec<Snapshot<ChatRooms>>,
    kept: Vec<Snapshot<KeptMessages>>,
    /// From a room's first message on, its first ten, and a thread. A room that was left begins anew.
    open: BTreeMap<(ChatRoomId, usize), Vec<Vec<Snapshot<OpenRoom>>>>,
    timers: Vec<Snapshot<MyTimers>>,
    /// Only admins have these two.
    announcements: Vec<Snapshot<AnnouncementList>>,
    boards: [Vec<Snapshot<AckBoard>>; 4],
}

impl Screens {
    pub(super) fn of(caller: Caller) -> Self {
        Self {
            caller,
            days: Default::default(),
            mine: Vec::new(),
            rooms: Vec::new(),
            bell: Vec::new(),
            approvals: Vec::new(),
            notices: Vec::new(),
            dashboards: Vec::new(),
            chats: Vec::new(),
            kept: Vec::new(),
            open: BTreeMap::new(),
            timers: Vec::new(),
            announcements: Vec::new(),
            boards: Default::default(),
        }
    }

    pub(super) async fn take(&mut self, app: &App) {
        // The offsets follow the clock and no event: a page that is open over a year is reloaded.
        for (date, snapshots) in DAYS.iter().zip(&mut self.days) {
            let mut snapshot = reservations::day_schedule(app, &self.caller, Some(*date)).await.expect("a day");
            snapshot.state.zone = ZoneOffsets::default();
            snapshots.push(snapshot);
        }
        let mine = reservations::my_reservations_since(app, &self.caller, START - DAY).await;
        let mut mine = mine.expect("bookings");
        mine.state.zone = ZoneOffsets::default();
        self.mine.push(mine);
        self.rooms.push(rooms::room_directory(app).await.expect("rooms"));
        self.bell.push(notifications::notification_center(app, &self.caller).await.expect("a bell"));
        self.approvals.push(reservations::approvals(app, &self.caller).await.expect("approvals"));
        let since = START - DAY;
        self.notices.push(announcements::notices_since(app, &self.caller, since).await.expect("notices"));
        let mut dashboard = dashboard::dashboard_since(app, &self.caller, since).await.expect("a dashboard");
        dashboard.state.today.zone = ZoneOffsets::default();
        dashboard.state.mine.zone = ZoneOffsets::default();
        self.dashboards.push(dashboard);
        self.chats.push(chat::chat_rooms(app, &self.caller).await.expect("chat rooms"));
        self.kept.push(chat::kept_messages(app, &self.caller).await.expect("kept messages"));
        for room in (1..=6).map(ChatRoomId) {
            let root = MessageId(room.0);
            let looks = [Look::From(1), Look::Between(1, 10), Look::Thread(root), Look::ThreadAround(root, 1)];
            for (n, look) in looks.into_iter().enumerate() {
                let series = self.open.entry((room, n)).or_insert_with(|| vec![Vec::new()]);
                match chat::open_room(app, &self.caller, room, look).await {
                    Ok(snapshot) => series.last_mut().expect("a series").push(snapshot),
                    Err(_) => series.push(Vec::new()),
                }
            }
        }
        let mut timers = timers::my_timers_since(app, &self.caller, since).await.expect("timers");
        timers.state.zone = ZoneOffsets::default();
        self.timers.push(timers);
        if self.caller.viewer().is_admin() {
            let mut list = announcements::announcement_list(app, &self.caller).await.expect("announcements");
            // It follows the clock and no event, like the offsets.
            list.state.since = Timestamp(0);
            self.announcements.push(list);
            for (id, board) in (1..).map(AnnouncementId).zip(&mut self.boards) {
                // Not yet written.
                let Ok(snapshot) = announcements::ack_board(app, &self.caller, id).await else { continue };
                board.push(snapshot);
            }
        }
    }

    pub(super) fn obey_the_law(&self, frames: &[Frame]) {
        let viewer = self.caller.viewer();
        for day in &self.days {
            obeys_the_law(day, viewer, frames);
        }
        obeys_the_law(&self.mine, viewer, frames);
        obeys_the_law(&self.rooms, viewer, frames);
        obeys_the_law(&self.bell, viewer, frames);
        obeys_the_law(&self.approvals, viewer, frames);
        obeys_the_law(&self.notices, viewer, frames);
        // At midnight its day is another one, and the page fetches it.
        for day in self.dashboards.chunk_by(|a, b| a.state.today.date == b.state.today.date) {
            obeys_the_law(day, viewer, frames);
        }
        obeys_the_law(&self.chats, viewer, frames);
        obeys_the_law(&self.kept, viewer, frames);
        for series in self.open.values().flatten() {
            // Left and entered again between two looks: the room on screen was closed meanwhile.
            let revoked = |a: &Snapshot<OpenRoom>, b: &Snapshot<OpenRoom>| {
                frames.iter().any(|frame| {
                    let closes = |e: &RevokedEvent| e.topic == Topic::Chat(a.state.room.id);
                    frame.topic == Topic::User(viewer.user_id)
                        && (a.seq + 1..=b.seq).contains(&frame.seq)
                        && matches!(&frame.event, Event::TopicRevoked(e) if closes(e))
                })
            };
            for stay in series.chunk_by(|a, b| !revoked(a, b)) {
                obeys_the_law(stay, viewer, frames);
            }
        }
        obeys_the_law(&self.timers, viewer, frames);
        obeys_the_law(&self.announcements, viewer, frames);
        for board in &self.boards {
            obeys_the_law(board, viewer, frames);
        }
    }
}

/// `snapshot(a)` with the events of `(a, b]` is `snapshot(b)`, for all pairs.
fn obeys_the_law<S: Slice + Debug>(snapshots: &[Snapshot<S>], viewer: Viewer, frames: &[Frame]) {
    let frames = received_by(viewer, frames);
    assert!(snapshots.is_sorted_by_key(|snapshot| snapshot.seq), "a later look sees a later state");
    for (n, first) in snapshots.iter().enumerate() {
        let mut follower = Follower::new(first.clone(), viewer);
        let mut frames = frames.iter().filter(|frame| frame.seq > first.seq).peekable();
        for later in &snapshots[n + 1..] {
            while let Some(frame) = frames.next_if(|frame| frame.seq <= later.seq) {
                let outcome = follower.take(frame);
                assert!(!outcome.hole && outcome.applied == 1, "{frame:?} does not follow: {outcome:?}");
            }
            let (from, to) = (first.seq, later.seq);
            assert_eq!(follower.state(), &later.state, "snapshot({from}) + events({from}..{to}] for {viewer:?}");
        }
    }
}
