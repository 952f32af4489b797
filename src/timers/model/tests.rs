mod agenda;
mod care;

use super::*;
use crate::error::{AppError, Field};
use crate::time::{DAY, HOUR, Interval, MINUTE, SECOND, ZoneOffsets};
use jiff::civil::date;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp(20_000 * DAY);

fn id() -> TimerId {
    "0192f0c1-2b3c-7d4e-8f5a-6b7c8d9e0f1a".parse().unwrap()
}

fn new(secs: i64) -> NewTimer {
    NewTimer { allocated_duration: secs, ..NewTimer::default() }
}

fn timer_of(new: NewTimer, kind: TimerKind) -> Timer {
    Timer::start(Start { id: id(), owner: Person { id: UserId(1), name: "민지".into() }, kind, at: NOW }, new)
}

fn timer(secs: i64) -> Timer {
    timer_of(new(secs), TimerKind::Plain)
}

fn at(seconds: i64) -> Timestamp {
    NOW + seconds * SECOND
}

fn zone() -> ZoneOffsets {
    ZoneOffsets { name: "UTC".into(), spans: vec![(Timestamp(0), 0)] }
}

#[test]
fn a_pause_does_not_count() {
    let mut timer = timer(100);
    assert_eq!(timer.ends_at, Some(at(100)));
    timer.pause(at(30)).unwrap();
    assert_eq!((timer.ends_at, timer.paused_at, timer.elapsed_time), (None, Some(at(30)), 30));
    assert_eq!(timer.elapsed_ms_at(at(1_000)), 30_000);
    timer.resume(at(500)).unwrap();
    assert_eq!((timer.ends_at, timer.paused_at), (Some(at(570)), None));
    assert_eq!(timer.clone().seen_at(at(510)).elapsed_time, 40);
    timer.stop(at(520)).unwrap();
    assert_eq!((timer.status, timer.elapsed_time, timer.ended_at), (TimerStatus::Completed, 50, Some(at(520))));
    let steps: Vec<_> = timer.pause_history.iter().map(|step| (step.action, step.elapsed)).collect();
    assert_eq!(
        steps,
        [(Action::Start, None), (Action::Pause, Some(30)), (Action::Resume, None), (Action::Stop, Some(50))]
    );
    let runs = timer.runs(at(9_999));
    assert_eq!(runs, [Interval::new(at(0), at(30)), Interval::new(at(500), at(520))]);
}

#[test]
fn commands_that_do_not_fit_are_refused_by_name() {
    let mut running = timer(100);
    assert_eq!(running.resume(at(1)), Err(AppError::TimerNotPaused));
    let mut paused = timer(100);
    paused.pause(at(1)).unwrap();
    assert_eq!(paused.pause(at(2)), Err(AppError::TimerNotRunning));
    for end in [Timer::stop, Timer::cancel] {
        let mut ended = timer(100);
        end(&mut ended, at(5)).unwrap();
        let before = ended.clone();
        for command in [Timer::pause, Timer::resume, Timer::stop, Timer::cancel] {
            assert_eq!(command(&mut ended, at(6)), Err(AppError::TimerAlreadyCompleted));
        }
        assert_eq!(ended.extend(5, at(6)), Err(AppError::TimerAlreadyCompleted));
        let longer = TimerPatch { allocated_duration: Some(200), ..TimerPatch::default() };
        assert_eq!(ended.edit(longer, at(6)), Err(AppError::TimerAlreadyCompleted));
        assert_eq!(ended, before);
    }
}

#[test]
fn what_runs_down_ends_at_its_deadline() {
    let mut timer = timer(60);
    assert!(!timer.is_due(at(60) - 1));
    assert!(timer.is_due(at(60)));
    assert_eq!(timer.elapsed_ms_at(at(9_999)), 60_000, "never more than was allocated");
    timer.run_down();
    assert_eq!((timer.status, timer.ended_at, timer.updated_at), (TimerStatus::Completed, Some(at(60)), at(60)));
    assert_eq!((timer.elapsed_time, timer.ends_at), (60, None));
    assert_eq!(timer.runs(at(9_999)), [Interval::new(at(0), at(60))]);
}

#[test]
fn more_time_and_less() {
    let mut timer = timer(100);
    timer.extend(50, at(40)).unwrap();
    assert_eq!((timer.allocated_duration, timer.ends_at), (150, Some(at(150))));
    for seconds in [0, -5, i64::from(MAX_SECS), i64::MAX, i64::MIN] {
        assert!(matches!(timer.extend(seconds, at(41)), Err(AppError::Validation { .. })), "{seconds}");
    }
    let to = |secs| TimerPatch { allocated_duration: Some(secs), ..TimerPatch::default() };
    timer.edit(to(60), at(50)).unwrap();
    assert_eq!(timer.ends_at, Some(at(60)), "an earlier end");
    assert!(timer.edit(to(50), at(50)).is_err(), "that has passed");
    timer.pause(at(55)).unwrap();
    timer.edit(to(56), at(70)).unwrap();
    assert_eq!((timer.ends_at, timer.left_ms_at(at(99))), (None, 1_000));
}

#[test]
fn texts_change_also_afterwards_and_nothing_else_does() {
    let mut timer = timer(100);
    timer.stop(at(10)).unwrap();
    let patch = TimerPatch { title: Some("기획".into()), tags: Some(vec!["a".into()]), ..TimerPatch::default() };
    timer.edit(patch, at(99)).unwrap();
    assert_eq!((timer.title.as_deref(), timer.ended_at, timer.updated_at), (Some("기획"), Some(at(10)), at(10)));
    timer.edit(TimerPatch { title: Some(String::new()), ..TimerPatch::default() }, at(99)).unwrap();
    assert_eq!(timer.title, None);
}

#[test]
fn a_clock_that_is_set_back_takes_nothing_away() {
    let mut timer = timer(100);
    timer.pause(at(30)).unwrap();
    timer.resume(at(-500)).unwrap();
    assert_eq!((timer.elapsed_time, timer.ends_at, timer.updated_at), (30, Some(at(100)), at(30)));
}

#[test]
fn a_long_history_keeps_its_ends() {
    let mut timer = timer(86_400);
    for n in 0..1_000 {
        timer.pause(at(10 * n + 5)).unwrap();
        timer.resume(at(10 * n + 10)).unwrap();
    }
    assert!(timer.pause_history.len() <= MAX_STEPS);
    assert_eq!(timer.pause_history[0].action, Action::Start);
    assert_eq!(timer.elapsed_time, 5_000);
    let actions = timer.pause_history.iter().skip(1).map(|step| step.action);
    let turns: Vec<_> = actions.collect();
    assert!(turns.chunks(2).all(|turn| turn == [Action::Pause, Action::Resume]));
}

#[test]
fn work_and_rest_take_turns_without_a_gap() {
    let choice = CycleChoice { rest: 300, rounds: 2 };
    let mut timer = timer_of(NewTimer { cycle: Some(choice), ..new(1_500) }, TimerKind::Focus);
    let mut turns = Vec::new();
    loop {
        timer.run_down();
        turns.push((timer.kind, timer.cycle.unwrap().round, timer.started_at, timer.ended_at.unwrap()));
        let Some(next) = timer.next_of_cycle(id()) else { break };
        assert_eq!((next.version, next.elapsed_ms, next.pause_history.len()), (1, 0, 1));
        timer = next;
    }
    assert_eq!(
        turns,
        [
            (TimerKind::Focus, 1, at(0), at(1_500)),
            (TimerKind::Break, 1, at(1_500), at(1_800)),
            (TimerKind::Focus, 2, at(1_800), at(3_300)),
        ]
    );
}

#[test]
fn inputs_are_checked_by_field() {
    let fields = |new: NewTimer| match new.tidied().check() {
        Err(AppError::Validation { fields }) => fields.into_iter().map(|error| error.field).collect(),
        _ => Vec::new(),
    };
    assert_eq!(fields(new(1)), []);
    assert_eq!(fields(new(86_400)), []);
    for secs in [0, -1, 86_401, i64::MAX, i64::MIN] {
        assert_eq!(fields(new(secs)), [Field::AllocatedDuration], "{secs}");
    }
    let long = |n: usize| Some("가".repeat(n));
    assert_eq!(fields(NewTimer { schedule_id: long(65), todo_id: long(64), ..new(1) }), [Field::ScheduleId]);
    assert_eq!(
        fields(NewTimer { title: long(201), description: long(4_001), ..new(1) }),
        [Field::Title, Field::Description]
    );
    assert_eq!(fields(NewTimer { tags: (0..11).map(|n| n.to_string()).collect(), ..new(1) }), [Field::Tags]);
    assert_eq!(fields(NewTimer { title: Some("a\0".into()), ..new(1) }), [Field::Title]);
    let cycle = |rest, rounds| NewTimer { cycle: Some(CycleChoice { rest, rounds }), ..new(1) };
    assert_eq!(fields(cycle(300, 4)), []);
    for wrong in [cycle(0, 4), cycle(300, 1), cycle(300, 13), cycle(86_401, 2)] {
        assert_eq!(fields(wrong), [Field::Cycle]);
    }
    assert_eq!(fields(NewTimer { kind: Some(TimerKind::Meeting), ..cycle(300, 4) }), [Field::Kind]);
    let tidy = NewTimer { tags: vec![" a ".into(), "a".into(), " ".into()], title: Some("  ".into()), ..new(1) };
    assert_eq!((tidy.clone().tidied().tags, tidy.tidied().title), (vec!["a".to_owned()], None));
}

#[test]
fn the_days_of_a_history_add_up() {
    let owner = UserId(1);
    // From 23:30 to 00:30 with a pause of ten minutes before midnight.
    let mut focus = timer_of(NewTimer { tags: vec!["기획".into()], ..new(7_200) }, TimerKind::Focus);
    let start = Timestamp(20_000 * DAY + 23 * HOUR + 30 * MINUTE);
    focus = Timer { started_at: start, updated_at: start, created_at: start, ends_at: Some(start + 2 * HOUR), ..focus };
    focus.pause_history[0].at = start;
    focus.pause(start + 10 * MINUTE).unwrap();
    focus.resume(start + 20 * MINUTE).unwrap();
    focus.stop(start + HOUR).unwrap();
    let mut rest = timer_of(new(600), TimerKind::Break);
    rest.run_down();
    let mut meeting = timer(3_600);
    meeting.kind = TimerKind::Meeting;
    meeting.run_down();
    let late = TimerPerson { id: UserId(2), name: "준호".into(), role: TimerRole::Participant, joined_at: at(1_800) };
    meeting.people.push(late);

    let history = History {
        zone: zone(),
        from: date(2024, 10, 4),
        to: date(2024, 10, 5),
        timers: vec![focus, rest, meeting],
        goal_minutes: None,
    };
    let days = history.days(owner, NOW + 10 * DAY);
    let secs: Vec<_> = days.iter().map(|day| (day.focus_secs, day.meeting_secs, day.other_secs)).collect();
    assert_eq!(secs, [(20 * 60, 3_600, 0), (30 * 60, 0, 0)]);
    assert_eq!(days[1].tags, [TagTotal { tag: "기획".into(), secs: 30 * 60 }]);
    assert_eq!(history.days(UserId(2), NOW + 10 * DAY)[0].meeting_secs, 1_800, "since joining");
    assert_eq!(history.days(UserId(3), NOW + 10 * DAY)[0].total_secs(), 0, "not on it");
}

#[test]
fn an_order_moves_what_it_names_and_keeps_the_rest() {
    let todo = |id, position| Todo {
        id: crate::ids::TodoId(id),
        title: String::new(),
        done_at: None,
        position,
        created_at: NOW,
        updated_at: NOW,
        version: 1,
    };
    let mut todos = vec![todo(1, 0), todo(2, 1), todo(3, 5)];
    TodoOrder { todo_ids: vec![crate::ids::TodoId(3)] }.apply(&mut todos);
    let order: Vec<_> = todos.iter().map(|todo| (todo.id.0, todo.position)).collect();
    assert_eq!(order, [(3, 0), (1, 1), (2, 2)]);
}

#[derive(Clone, Copy, Debug)]
enum Command {
    Pause,
    Resume,
    Stop,
    Cancel,
    Extend(i64),
    Length(i64),
}

fn commands() -> impl Strategy<Value = Vec<(Command, i64)>> {
    let command = prop_oneof![
        4 => Just(Command::Pause),
        4 => Just(Command::Resume),
        1 => Just(Command::Stop),
        1 => Just(Command::Cancel),
        2 => (-10..600i64).prop_map(Command::Extend),
        2 => (0..2_000i64).prop_map(Command::Length),
    ];
    // A clock may also be set back.
    prop::collection::vec((command, -20_000..400_000i64), 0..60)
}

proptest! {
    /// Whatever is commanded in whatever order: a second clock that looks at the timer each time it
    /// changes counts the same.
    #[test]
    fn elapsed_time_is_the_sum_of_its_runs(secs in 1..1_000i64, commands in commands()) {
        let mut timer = timer(secs);
        let mut now = NOW;
        let mut counted = 0;
        for (command, step) in commands {
            let before = now;
            now = (now + step).max(NOW);
            // The second clock never runs backwards.
            let seen = timer.updated_at.max(before);
            if timer.is_due(now) {
                timer.run_down();
                prop_assert_eq!(timer.elapsed_ms, i64::from(timer.allocated_duration) * SECOND);
                break;
            }
            if timer.status == TimerStatus::Running {
                counted = timer.elapsed_ms + (now.max(seen) - timer.updated_at).max(0);
            }
            let was = timer.clone();
            let outcome = match command {
                Command::Pause => timer.pause(now),
                Command::Resume => timer.resume(now),
                Command::Stop => timer.stop(now),
                Command::Cancel => timer.cancel(now),
                Command::Extend(more) => timer.extend(more, now),
                Command::Length(secs) => {
                    timer.edit(TimerPatch { allocated_duration: Some(secs), ..TimerPatch::default() }, now)
                }
            };
            if outcome.is_err() {
                prop_assert_eq!(&timer, &was, "a refusal changes nothing");
                continue;
            }
            let allocated = i64::from(timer.allocated_duration) * SECOND;
            prop_assert!((0..=allocated).contains(&timer.elapsed_ms));
            prop_assert!(timer.elapsed_ms >= was.elapsed_ms, "time does not run backwards");
            prop_assert!(timer.elapsed_ms <= counted.max(was.elapsed_ms));
            prop_assert!(timer.updated_at >= was.updated_at);
            prop_assert_eq!(timer.ends_at.is_some(), timer.status == TimerStatus::Running);
            prop_assert_eq!(timer.paused_at.is_some(), timer.status == TimerStatus::Paused);
            prop_assert_eq!(timer.ended_at.is_some(), !timer.is_active());
            if let Some(end) = timer.ends_at {
                prop_assert_eq!(end - timer.updated_at, allocated - timer.elapsed_ms);
                prop_assert_eq!(timer.elapsed_ms_at(end), allocated);
                prop_assert!(timer.elapsed_ms_at(end - 1) < allocated);
            }
            let ran: i64 = timer.runs(timer.updated_at).iter().map(|run| run.duration_ms()).sum();
            prop_assert_eq!(ran, timer.elapsed_ms, "the runs add up");
        }
        let read: Timer = serde_json::from_str(&serde_json::to_string(&timer).unwrap()).unwrap();
        prop_assert_eq!(read, timer);
    }
}
