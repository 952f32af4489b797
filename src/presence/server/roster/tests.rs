//! Every boundary of coming and going.

use super::*;
use PresenceState::{Away, Focusing, InMeeting, Offline, Online};

const NOW: Timestamp = Timestamp(1_000_000);

fn minji() -> Person {
    Person { id: UserId(1), name: "민지".into() }
}

fn told(roster: &Roster) -> Option<PresenceState> {
    roster.people().first().map(|person| person.state)
}

fn went(transition: Option<Transition>) -> Option<bool> {
    transition.map(|transition| transition.connected)
}

#[test]
fn the_first_socket_connects_and_the_last_one_disconnects_ten_seconds_later() {
    let mut roster = Roster::default();
    assert_eq!(went(roster.join(&minji(), false, 1)), Some(true));
    assert_eq!(went(roster.join(&minji(), false, 2)), None);
    assert_eq!(went(roster.leave(UserId(1), 1, NOW)), None);
    assert_eq!(roster.next_expiry(), None);
    assert_eq!(went(roster.leave(UserId(1), 2, NOW)), None);
    assert_eq!((roster.next_expiry(), roster.count()), (Some(NOW + GRACE_MS), 1));
    assert_eq!(roster.expire(NOW + GRACE_MS - 1), []);
    let gone = roster.expire(NOW + GRACE_MS);
    assert_eq!(gone, [Transition { person: minji(), connected: false }]);
    assert_eq!((roster.expire(NOW + GRACE_MS), roster.count(), roster.next_expiry()), (vec![], 0, None));
}

#[test]
fn who_is_back_within_the_grace_never_left() {
    let mut roster = Roster::default();
    roster.join(&minji(), false, 1);
    roster.leave(UserId(1), 1, NOW);
    let revision = roster.revision();
    assert_eq!(roster.join(&minji(), false, 2), None);
    assert_eq!((roster.expire(NOW + 10 * GRACE_MS), roster.revision()), (vec![], revision));
}

#[test]
fn a_clock_that_is_set_back_keeps_nobody_for_longer() {
    let mut roster = Roster::default();
    roster.join(&minji(), false, 1);
    roster.leave(UserId(1), 1, NOW);
    assert_eq!(roster.expire(NOW - 500_000), []);
    assert_eq!(roster.expire(NOW - 500_000 + GRACE_MS).len(), 1);
}

#[test]
fn a_person_is_away_when_every_tab_is() {
    let mut roster = Roster::default();
    roster.join(&minji(), false, 1);
    roster.join(&minji(), false, 2);
    roster.set_away(UserId(1), 1, true);
    assert_eq!(told(&roster), Some(Online));
    roster.set_away(UserId(1), 2, true);
    assert_eq!(told(&roster), Some(Away));
    roster.set_away(UserId(1), 1, false);
    assert_eq!(told(&roster), Some(Online));
    // The tab that somebody was at closes; the other has been left.
    roster.leave(UserId(1), 1, NOW);
    assert_eq!(told(&roster), Some(Away));
    roster.join(&minji(), false, 3);
    assert_eq!(told(&roster), Some(Online));
    assert_eq!(roster.set_away(UserId(1), 99, true), None, "a socket that is not theirs");
    assert_eq!(told(&roster), Some(Online));
}

#[test]
fn a_meeting_shows_over_being_away_and_only_of_who_is_here() {
    let mut roster = Roster::default();
    roster.set_meeting(&BTreeSet::from([UserId(1), UserId(2)]));
    assert_eq!(roster.people(), []);
    roster.join(&minji(), false, 1);
    assert_eq!(told(&roster), Some(InMeeting));
    roster.set_away(UserId(1), 1, true);
    assert_eq!(told(&roster), Some(InMeeting));
    roster.set_meeting(&BTreeSet::new());
    assert_eq!(told(&roster), Some(Away));
}

#[test]
fn concentrating_shows_over_a_meeting_and_only_of_who_is_here() {
    let mut roster = Roster::default();
    roster.set_focusing(BTreeSet::from([UserId(1), UserId(2)]));
    roster.set_meeting(&BTreeSet::from([UserId(1)]));
    assert_eq!(roster.people(), []);
    roster.join(&minji(), false, 1);
    assert_eq!(told(&roster), Some(Focusing));
    roster.set_away(UserId(1), 1, true);
    assert_eq!(told(&roster), Some(Focusing), "who reads on paper concentrates");
    let revision = roster.revision();
    roster.set_focusing(BTreeSet::from([UserId(1)]));
    assert_eq!(roster.revision(), revision, "nobody sees a change");
    roster.set_focusing(BTreeSet::new());
    assert_eq!(told(&roster), Some(InMeeting));
}

#[test]
fn a_hidden_person_is_in_nothing_that_others_get() {
    let mut roster = Roster::default();
    assert_eq!(roster.join(&minji(), true, 1), None);
    assert_eq!((roster.count(), roster.shows(UserId(1)), roster.revision()), (0, false, 0));
    assert_eq!((roster.update_since(None).people, roster.update_since(Some(0)).people), (vec![], vec![]));
    assert_eq!(went(roster.set_hidden(UserId(1), false)), Some(true));
    assert_eq!(went(roster.set_hidden(UserId(1), true)), Some(false));
    assert_eq!(roster.update_since(Some(0)).people[0].state, Offline);
    roster.leave(UserId(1), 1, NOW);
    assert_eq!(roster.expire(NOW + GRACE_MS), []);
}

#[test]
fn a_revision_brings_each_change_once() {
    let mut roster = Roster::default();
    let junho = Person { id: UserId(2), name: "준호".into() };
    roster.join(&minji(), false, 1);
    roster.join(&junho, false, 2);
    let told = roster.revision();
    assert!(roster.update_since(Some(told)).people.is_empty());
    roster.set_away(UserId(2), 2, true);
    let update = roster.update_since(Some(told));
    assert_eq!((update.full, update.people.len(), update.people[0].state), (false, 1, Away));
    assert_eq!(roster.update_since(None).people.len(), 2);
}
