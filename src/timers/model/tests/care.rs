use super::*;

#[test]
fn a_timer_is_forgotten_when_nothing_was_done_with_it_for_longer_than_is_plausible() {
    for (kind, asks) in [
        (TimerKind::Plain, None),
        (TimerKind::Break, None),
        (TimerKind::Focus, Some(NOW + 4 * HOUR)),
        (TimerKind::Meeting, Some(NOW + 4 * HOUR)),
    ] {
        let mut timer = timer_of(new(86_400), kind);
        assert_eq!((timer.asks_at(), timer.stops_at()), (asks, None), "{kind:?}");
        timer.pause(NOW + MINUTE).unwrap();
        assert_eq!(timer.asks_at(), Some(NOW + MINUTE + HOUR), "{kind:?} paused");
        timer.asked_at = timer.asks_at();
        assert_eq!(timer.stops_at(), Some(NOW + MINUTE + DAY), "a pause may last a night");
        timer.resume(NOW + 2 * HOUR).unwrap();
        assert_eq!((timer.asked_at, timer.stops_at()), (None, None), "whoever does something has not forgotten it");
        timer.asked_at = Some(NOW + 6 * HOUR);
        assert_eq!(timer.stops_at(), Some(NOW + 7 * HOUR));
        timer.stop(NOW + 6 * HOUR).unwrap();
        assert_eq!((timer.asks_at(), timer.stops_at()), (None, None), "what is over is not asked about");
    }
}

#[test]
fn a_timer_that_ends_with_its_booking_follows_it() {
    let at = |minutes: i64| NOW + minutes * MINUTE;
    for (secs, after, allocated) in [
        (3_600, 75, Some(4_500)),
        (3_640, 75, Some(4_500)),
        (3_600, 45, Some(2_700)),
        // It does not end with it; it would be longer than a day; it would be over.
        (3_700, 75, None),
        (1_800, 75, None),
        (3_600, 1_441, None),
        (3_600, 10, None),
    ] {
        let mut timer = timer_of(new(secs), TimerKind::Meeting);
        let follows = timer.follow_booking((at(60), at(after)), at(10));
        assert_eq!(
            (follows, timer.allocated_duration),
            match allocated {
                Some(allocated) => (true, allocated),
                None => (false, u32::try_from(secs).unwrap()),
            }
        );
        assert!(!follows || timer.ends_at == Some(at(after)), "{secs}: {timer:?}");
    }
}
