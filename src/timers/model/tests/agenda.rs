use super::*;
use crate::error::Rule;

fn points(points: &[(&str, i64)]) -> Vec<NewPoint> {
    points.iter().map(|(title, seconds)| NewPoint { title: (*title).to_owned(), seconds: *seconds }).collect()
}

/// A timer of ten minutes that talks about two things for five minutes each.
fn meeting() -> Timer {
    let agenda = points(&[("인사", 300), ("복지 제도", 300)]);
    timer_of(NewTimer { agenda, ..new(600) }, TimerKind::Meeting)
}

fn left(timer: &Timer, now: Timestamp) -> i64 {
    timer.agenda.as_ref().unwrap().left(timer.elapsed_ms_at(now) / SECOND)
}

#[test]
fn a_point_counts_down_runs_over_and_makes_the_meeting_late() {
    let mut timer = meeting();
    assert_eq!((left(&timer, NOW), left(&timer, at(130)), left(&timer, at(420))), (300, 170, -120));
    assert_eq!(
        (timer.late_secs_at(at(300)), timer.late_secs_at(at(420))),
        (0, 120),
        "the rest needs five minutes more"
    );
    timer.go_to_point(1, at(420)).unwrap();
    assert_eq!((left(&timer, at(420)), timer.late_secs_at(at(420))), (300, 120));
    timer.extend(600, at(430)).unwrap();
    assert_eq!(timer.late_secs_at(at(430)), 0, "there is time again");
    assert_eq!(left(&timer, at(430)), 290);
}

#[test]
fn a_pause_of_the_timer_is_one_of_its_point() {
    let mut timer = meeting();
    timer.pause(at(60)).unwrap();
    assert_eq!((left(&timer, at(5_000)), timer.late_secs_at(at(5_000))), (240, 0));
    timer.resume(at(6_000)).unwrap();
    assert_eq!(left(&timer, at(6_010)), 230);
}

#[test]
fn who_goes_back_to_a_point_goes_on_with_its_time() {
    let mut timer = meeting();
    timer.go_to_point(1, at(100)).unwrap();
    timer.go_to_point(0, at(140)).unwrap();
    assert_eq!(left(&timer, at(150)), 300 - 110);
    let agenda = timer.agenda.clone().unwrap();
    assert_eq!((agenda.spent(0, 150), agenda.spent(1, 150)), (110, 40));
    assert_eq!(agenda.spent(7, 150), 0);
    // The same point again changes nothing of its time.
    timer.go_to_point(0, at(150)).unwrap();
    assert_eq!(timer.agenda.unwrap().spent(0, 150), 110);
}

#[test]
fn another_agenda_keeps_the_time_of_points_that_stay() {
    let mut timer = meeting();
    timer.go_to_point(1, at(100)).unwrap();
    timer.set_agenda(points(&[("질문", 60), ("복지 제도", 600), ("인사", 300)]), at(160)).unwrap();
    let agenda = timer.agenda.clone().unwrap();
    let spent: Vec<i64> = (0..3).map(|place| agenda.spent(place, 170)).collect();
    assert_eq!((agenda.current, spent), (1, vec![0, 70, 100]), "it is talked about as before");
    // What was talked about is gone: its place counts, as far as there are so many.
    timer.set_agenda(points(&[("인사", 300)]), at(200)).unwrap();
    let agenda = timer.agenda.clone().unwrap();
    assert_eq!((agenda.current, agenda.spent(0, 230)), (0, 130));
    timer.set_agenda(Vec::new(), at(200)).unwrap();
    assert_eq!((&timer.agenda, timer.late_secs_at(at(590))), (&None, 0));
    // One that begins later counts from there on.
    timer.set_agenda(points(&[("늦게", 60)]), at(250)).unwrap();
    assert_eq!(left(&timer, at(250)), 60);
}

#[test]
fn what_there_is_not_cannot_be_gone_to_and_what_is_over_stays_as_it_is() {
    let mut timer = meeting();
    for point in [2, u32::MAX] {
        assert_eq!(timer.go_to_point(point, at(1)), Err(AppError::field(Field::Point, Rule::Unknown)));
    }
    assert_eq!(super::timer(60).go_to_point(0, at(1)), Err(AppError::field(Field::Point, Rule::Unknown)));
    timer.stop(at(10)).unwrap();
    assert_eq!(timer.go_to_point(1, at(20)), Err(AppError::TimerAlreadyCompleted));
    assert_eq!(timer.set_agenda(Vec::new(), at(20)), Err(AppError::TimerAlreadyCompleted));
    let cycle = Some(CycleChoice { rest: 60, rounds: 2 });
    let mut round = timer_of(NewTimer { cycle, ..new(60) }, TimerKind::Focus);
    let of_series = Err(AppError::field(Field::Agenda, Rule::Unknown));
    assert_eq!(round.set_agenda(points(&[("가", 60)]), at(1)), of_series);
    let agenda = points(&[("가", 60)]);
    assert_eq!(NewTimer { cycle, agenda, kind: Some(TimerKind::Focus), ..new(60) }.check(), of_series);
}

#[test]
fn points_that_break_a_rule_are_refused() {
    let many: Vec<(&str, i64)> = vec![("가", 60); 31];
    let long = "가".repeat(201);
    for (wrong, rule) in [
        (points(&many), Rule::MaxItems { max: 30 }),
        (points(&[("가", 60), (" \n ", 60)]), Rule::Required),
        (points(&[(&long, 60)]), Rule::MaxLength { max: 200 }),
        (points(&[("가\0", 60)]), Rule::NulCharacter),
        (points(&[("가", 0)]), Rule::Range { min: 1, max: 86_400 }),
        (points(&[("가", -1)]), Rule::Range { min: 1, max: 86_400 }),
        (points(&[("가", 86_401)]), Rule::Range { min: 1, max: 86_400 }),
    ] {
        let refused = Err(AppError::field(Field::Agenda, rule));
        assert_eq!(AgendaChange { points: tidy_points(wrong.clone()), version: None }.check(), refused);
        assert_eq!(NewTimer { agenda: wrong, ..new(60) }.tidied().check(), refused);
    }
    assert_eq!(AgendaChange { points: Vec::new(), version: None }.check(), Ok(()));
}

#[test]
fn an_agenda_is_read_as_people_write_it() {
    let text = "인사 5\n\n 복지   제도 안내  15분 \n시연 1:30\n질문\nQ&A 10min\n예산 2026\n30\n끝 0";
    let read = [
        ("인사", 300),
        ("복지 제도 안내", 900),
        ("시연", 90),
        ("질문", 300),
        ("Q&A", 600),
        ("예산 2026", 300),
        ("30", 300),
        ("끝 0", 300),
    ];
    assert_eq!(read_points(text), points(&read));
    assert_eq!(read_points(" \n"), []);
}

proptest! {
    #[test]
    fn what_is_written_of_an_agenda_is_read_as_the_same(
        agenda in proptest::collection::vec(("[가-힣a-z0-9:]{1,8}( [가-힣a-z0-9:]{1,8}){0,2}", 1_i64..86_400), 1..6)
    ) {
        let agenda: Vec<NewPoint> = agenda.into_iter().map(|(title, seconds)| NewPoint { title, seconds }).collect();
        let written = write_points(&Agenda::begin(agenda.clone(), 0).unwrap().points);
        prop_assert_eq!(read_points(&written), agenda);
    }

    /// Whatever the order of commands: all that has elapsed is spent on one of the points.
    #[test]
    fn all_of_the_time_is_spent_on_some_point(
        commands in proptest::collection::vec((0_u8..5, 0_u32..3, 1_i64..200_000), 0..40)
    ) {
        let agenda = points(&[("가", 60), ("나", 120), ("다", 180)]);
        let mut timer = timer_of(NewTimer { agenda, ..new(86_400) }, TimerKind::Meeting);
        let mut now = NOW;
        for (command, point, ms) in commands {
            now = now + ms;
            // What does not fit is refused and changes nothing.
            let _ = match command {
                0 => timer.pause(now),
                1 => timer.resume(now),
                2 => timer.set_agenda(points(&[("다", 60), ("가", 60), ("나", 60)]), now),
                _ => timer.go_to_point(point, now),
            };
            let elapsed = timer.elapsed_ms_at(now) / SECOND;
            let agenda = timer.agenda.as_ref().unwrap();
            let spent: i64 = (0..3).map(|place| agenda.spent(place, elapsed)).sum();
            prop_assert_eq!(spent, elapsed);
        }
    }
}
