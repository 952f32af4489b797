//! What is done with timers and with what one wants to do.

use super::office::Office;
use crate::accounts::server::Caller;
use crate::error::AppError;
use crate::timers::model::{
    AgendaChange, CycleChoice, GoalEvent, NewPoint, NewTimer, NewTodo, PointChoice, Share, Start, Timer, TimerKind,
    TimerPatch, TimerRole, TimerStatus, TodoOrder, TodoPatch,
};
use crate::timers::server as timers;
use rand::RngExt;

impl Office {
    /// Every third time, somebody does something with timers, or time does.
    pub(super) async fn timer_step(&mut self) {
        std::mem::swap(&mut self.random, &mut self.timer_random);
        if self.one_in(3) {
            self.watch_the_time().await;
        }
        std::mem::swap(&mut self.random, &mut self.timer_random);
    }

    async fn watch_the_time(&mut self) {
        let app = self.app.clone();
        let (caller, timer) = self.timer();
        let version = self.one_in(2).then(|| if self.one_in(6) { timer.version - 1 } else { timer.version });
        let id = &timer.id;
        let (kind, outcome) = match self.random.random_range(0..48) {
            0..6 => ("start a timer", self.start_timer().await),
            6..14 if timer.status == TimerStatus::Paused => {
                ("resume a timer", timers::resume_timer(&app, &caller, id, version).await.map(drop))
            }
            6..14 => ("pause a timer", timers::pause_timer(&app, &caller, id, version).await.map(drop)),
            14..16 => ("stop a timer", timers::stop_timer(&app, &caller, id, version).await.map(drop)),
            16 | 41..44 => ("cancel a timer", timers::cancel_timer(&app, &caller, id, version).await.map(drop)),
            17..19 => ("extend a timer", timers::extend_timer(&app, &caller, id, 300, version).await.map(drop)),
            19..21 => {
                let patch = TimerPatch { title: Some(self.name("타이머")), version, ..TimerPatch::default() };
                ("edit a timer", timers::edit_timer(&app, &caller, id, patch).await.map(drop))
            }
            21..24 => {
                let role = if self.one_in(3) { TimerRole::Host } else { TimerRole::Participant };
                let (rooms, bookings) = (self.chat_rooms.clone(), self.bookings.keys().copied().collect::<Vec<_>>());
                let chat_room_id = if self.one_in(2) { self.pick(&rooms) } else { None };
                let reservation_id = if self.one_in(3) { self.pick(&bookings) } else { None };
                let share = Share { user_ids: self.guests(), role, chat_room_id, reservation_id };
                ("share a timer", timers::share_timer(&app, &caller, id, share).await.map(drop))
            }
            24..26 => {
                let shared = self.timers.values().filter(|timer| timer.is_shared).cloned().collect::<Vec<_>>();
                let Some(timer) = self.pick(&shared) else { return };
                let (owner, person) = (timer.owner_id, timer.people[timer.people.len() - 1].id);
                let caller =
                    self.people.iter().find(|caller| caller.user.id == owner).cloned().unwrap_or(caller.clone());
                let outcome = timers::unshare_timer(&app, &caller, &timer.id, person).await;
                let outcome = outcome.map(|timer| drop(self.timers.insert(timer.id.clone(), timer)));
                ("take off a timer", outcome)
            }
            26..29 => ("let timers run down", timers::engine::complete_due(&app).await.map(drop)),
            29 => ("see to timers", self.see_to_timers().await),
            30 => {
                let minutes = (!self.one_in(3)).then_some(90);
                ("set a goal", timers::set_goal(&app, &caller, GoalEvent { minutes }).await.map(drop))
            }
            44..46 => {
                let points = ["인사", "본론", "마무리"].map(|title| NewPoint { title: self.name(title), seconds: 300 });
                let change = AgendaChange { points: points.into(), version };
                ("set an agenda", timers::set_agenda(&app, &caller, id, change).await.map(drop))
            }
            46..48 => {
                let choice = PointChoice { point: self.random.random_range(0..4), version };
                ("come to a point", timers::go_to_point(&app, &caller, id, choice).await.map(drop))
            }
            _ => self.change_todos(&caller).await,
        };
        if let Ok(now) = timers::find_timer(&app, &caller, id).await {
            self.timers.insert(now.id.clone(), now);
        }
        self.count(kind, outcome);
    }

    /// Asks about what is forgotten, and offers meetings more time.
    async fn see_to_timers(&mut self) -> Result<(), AppError> {
        timers::care::step(&self.app).await?;
        timers::meeting::step(&self.app).await.map(drop)
    }

    /// A timer, mostly one that is active, and mostly somebody who may command it.
    fn timer(&mut self) -> (Caller, Timer) {
        let some_are_over = self.one_in(6);
        let known: Vec<Timer> =
            self.timers.values().filter(|timer| some_are_over || timer.is_active()).cloned().collect();
        let (anybody, now) = (self.anybody(), self.app.now());
        let timer = self.pick(&known).unwrap_or_else(|| {
            let id = "00000000-0000-7000-8000-000000000000".parse().expect("an id");
            let start = Start { id, owner: anybody.person(), kind: TimerKind::Plain, at: now };
            Timer::start(start, NewTimer::default())
        });
        let may: Vec<Caller> = self.people.iter().filter(|caller| timer.may_command(caller.user.id)).cloned().collect();
        let caller = if self.one_in(8) { None } else { self.pick(&may) };
        (caller.unwrap_or(anybody), timer)
    }

    async fn start_timer(&mut self) -> Result<(), AppError> {
        let caller = self.anybody();
        let new = NewTimer {
            allocated_duration: self.random.random_range(600..86_400),
            title: Some(self.name("타이머")),
            cycle: self.one_in(4).then_some(CycleChoice { rest: 300, rounds: 2 }),
            user_ids: if self.one_in(2) { self.guests() } else { Vec::new() },
            ..NewTimer::default()
        };
        let timer = timers::create_timer(&self.app, &caller, new).await?;
        self.timers.insert(timer.id.clone(), timer);
        Ok(())
    }

    async fn change_todos(&mut self, caller: &Caller) -> (&'static str, Result<(), AppError>) {
        let app = self.app.clone();
        let mut todos = timers::list_todos(&app, caller).await.expect("a list");
        let todo = self.pick(&todos);
        match (self.random.random_range(0..9), todo) {
            (0..3, _) | (_, None) => {
                let title = self.name("할 일");
                ("write down what to do", timers::create_todo(&app, caller, NewTodo { title }).await.map(drop))
            }
            (3..5, Some(todo)) => {
                let patch = TodoPatch { done: Some(todo.done_at.is_none()), ..TodoPatch::default() };
                ("do it", timers::edit_todo(&app, caller, todo.id, patch).await.map(drop))
            }
            (5..7, Some(todo)) => ("drop it", timers::delete_todo(&app, caller, todo.id).await),
            (_, Some(_)) => {
                todos.reverse();
                let todo_ids = todos.iter().map(|todo| todo.id).filter(|_| !self.one_in(4)).collect();
                ("do it first", timers::order_todos(&app, caller, TodoOrder { todo_ids }).await.map(drop))
            }
        }
    }
}
