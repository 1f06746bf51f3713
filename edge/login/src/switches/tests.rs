//! When is an order in force, and for what?

use std::time::Duration;

use super::*;

const ORDER: Timestamp = Timestamp::from_secs(1_000_000);

fn after(secs: u64) -> Timestamp {
    ORDER.plus(Duration::from_secs(secs))
}

fn opened(at: Timestamp) -> Living {
    Living {
        generation: 1,
        opened: at,
        ..Living::default()
    }
}

/// Yesterday's orders hold after a deploy.
#[test]
fn the_stored_switches_are_pinned() {
    let stored = r#"{"not_before":1000060000,"sends_stopped":true}"#;
    let switches: Switches = serde_json::from_str(stored).unwrap();
    assert_eq!(serde_json::to_string(&switches).unwrap(), stored);
    assert_eq!(
        serde_json::from_str::<Switches>("{}").unwrap(),
        Switches::default()
    );
}

#[test]
fn r54_what_began_before_the_order_is_in_force_counts_no_more_and_nothing_begins_until_then() {
    let mut record = Switches::default();
    Throw::EndAllSessions.apply(&mut record, ORDER, &Policy::default());
    let cases = [
        (after(0), after(0), false),
        (after(1), after(59), false),
        (after(61), after(59), false),
        (after(61), after(60), true),
        (after(90), after(75), true),
    ];
    for (now, began, counts) in cases {
        let orders = record.orders(now);
        assert_eq!(orders.uphold(opened(began)).is_ok(), counts, "{began:?}");
        assert_eq!(!orders.void(began), counts, "{began:?}");
    }
    for (secs, may) in [(0, false), (59, false), (60, true)] {
        assert_eq!(record.orders(after(secs)).may_send().is_ok(), may, "{secs}");
    }
    // A second order never takes the first one back.
    Throw::ResumeSends.apply(&mut record, after(1), &Policy::default());
    assert_eq!(record.not_before, after(60));
}

#[test]
fn r54_stopped_texts_touch_no_session_and_are_resumed() {
    let mut record = Switches::default();
    Throw::StopSends.apply(&mut record, ORDER, &Policy::default());
    let orders = record.orders(ORDER);
    assert_eq!(orders.may_send(), Err(Refusal::SendsPaused(SWITCHES_RETRY)));
    assert!(orders.uphold(opened(ORDER)).is_ok() && !orders.void(ORDER));
    Throw::ResumeSends.apply(&mut record, ORDER, &Policy::default());
    assert_eq!(record.orders(ORDER).may_send(), Ok(()));
}

/// The order is given the moment after an instance has read the switches. From then on the instance serves a request every
/// second, and each of its readings takes as long as any request may.
#[test]
fn r54_no_instance_goes_by_an_old_copy_for_longer_than_the_order_takes_to_be_in_force() {
    let mut record = Switches::default();
    let mut copy = Copy::new();
    copy.learn(record, ORDER);
    Throw::EndAllSessions.apply(&mut record, ORDER, &Policy::default());
    let mut readings = Vec::new();
    let mut learnt = None;
    for second in 0..120 {
        let now = after(second);
        if copy.must_ask(now) {
            readings.push(now);
        }
        // Each answer takes nine seconds.
        let late = Duration::from_secs(9);
        if let Some(at) = readings.iter().find(|at| at.plus(late) == now) {
            copy.learn(record, *at);
        }
        if copy.orders(now).void(ORDER) {
            learnt = learnt.or(Some(second));
        }
    }
    assert!(learnt.is_some_and(|second| second <= 40), "{learnt:?}");
    assert!(
        readings.len() <= 4,
        "one reading in thirty seconds: {readings:?}"
    );
}

#[test]
fn an_order_is_heard_although_the_clock_was_ahead_when_the_record_was_last_read() {
    let mut copy = Copy::new();
    assert!(copy.must_ask(after(86_400)));
    copy.learn(Switches::default(), after(86_400));
    assert!(!copy.must_ask(after(86_395)), "a request that began before");
    assert!(copy.must_ask(after(0)), "the clock was set right");
    let stopped = Switches {
        sends_stopped: true,
        ..Switches::default()
    };
    copy.learn(stopped, after(0));
    let refused = copy.orders(after(1)).may_send();
    assert_eq!(refused, Err(Refusal::SendsPaused(SWITCHES_RETRY)));
}

#[test]
fn r83_what_nobody_knows_is_refused_sends_at_once_and_sessions_after_five_minutes() {
    let mut copy = Copy::new();
    let unknown = copy.orders(ORDER);
    assert_eq!(unknown.may_send(), Err(Refusal::Unavailable));
    assert_eq!(unknown.may_sign_in(), Err(Refusal::Unavailable));
    assert_eq!(
        unknown.uphold(opened(ORDER)),
        Err(Refusal::Unavailable),
        "not ended: nobody knows"
    );
    copy.learn(Switches::default(), ORDER);
    for (secs, sends, sessions) in [
        (0, true, true),
        (40, true, true),
        (41, false, true),
        (300, false, true),
        (301, false, false),
    ] {
        let orders = copy.orders(after(secs));
        assert_eq!(orders.may_send().is_ok(), sends, "{secs}");
        assert_eq!(orders.uphold(opened(ORDER)).is_ok(), sessions, "{secs}");
    }
}

#[test]
fn r54_nothing_from_before_the_records_were_restored_counts() {
    let never = Timestamp::default();
    let restored = after(100);
    let before = Switches::default().orders(after(200));
    let cases = [
        (never, after(99), after(200), true, true),
        (restored, after(99), after(200), false, true),
        (restored, after(100), after(200), true, true),
        // A restore that is dated ahead holds texts back until then, as an order does.
        (restored, after(99), after(99), false, false),
    ];
    for (restored, began, now, counts, sends) in cases {
        let orders = before.clone().since_restored(restored, now);
        assert_eq!(orders.uphold(opened(began)).is_ok(), counts, "{began:?}");
        assert_eq!(!orders.void(began), counts, "{began:?}");
        assert_eq!(orders.may_send().is_ok(), sends, "{now:?}");
    }
    // A later order of the operator is not taken back by it, and what nobody knows stays unknown.
    let mut record = Switches::default();
    Throw::EndAllSessions.apply(&mut record, after(200), &Policy::default());
    let orders = record
        .orders(after(300))
        .since_restored(restored, after(300));
    assert!(orders.void(after(259)) && !orders.void(after(260)));
    let unknown = Copy::new().orders(after(300));
    assert_eq!(
        unknown.since_restored(restored, after(300)).may_sign_in(),
        Err(Refusal::Unavailable)
    );
}

#[test]
fn an_answer_that_was_overtaken_is_dropped() {
    let stopped = Switches {
        sends_stopped: true,
        ..Switches::default()
    };
    let mut copy = Copy::new();
    copy.learn(stopped, after(5));
    copy.learn(Switches::default(), after(4));
    assert!(copy.orders(after(6)).may_send().is_err());
}

#[test]
fn r54_an_instance_asks_when_its_copy_is_stale_and_only_one_of_its_requests_does() {
    let (fresh, late) = (SWITCHES_FRESH.as_secs(), SWITCHES_LATE.as_secs());
    let mut copy = Copy::new();
    assert!(copy.must_ask(after(0)), "it knows nothing");
    copy.learn(Switches::default(), after(0));
    assert!(!copy.must_ask(after(fresh - 1)), "it has just asked");
    assert!(copy.must_ask(after(fresh)), "its copy is stale");
    assert!(!copy.must_ask(after(fresh + late - 1)), "another one asks");
    assert!(
        copy.must_ask(after(fresh + late)),
        "nobody heard of that one"
    );
    // An answer that comes late is older than the question that is under way.
    copy.learn(Switches::default(), after(10 + late));
    assert!(!copy.must_ask(after(fresh + 2 * late - 1)));
    assert!(copy.must_ask(after(fresh + 2 * late)));
}

#[test]
fn r54_whoever_asks_is_told_how_the_switches_stand_and_they_are_kept_for_ever() {
    let policy = Policy::default();
    let mut record = Switches::default();
    assert!(record.is_blank());
    Throw::StopSends.apply(&mut record, ORDER, &policy);
    let told = ReadSwitches {}.apply(&mut record, after(1), &policy);
    assert!(told.sends_stopped);
    record.prune(after(1_000_000_000), &policy);
    assert!(record == told && !record.is_blank() && !record.has_something_to_forget());
}

#[test]
fn r54_texts_wait_until_the_moment_of_a_restore_and_no_longer() {
    let orders = Switches::default().orders(ORDER);
    for (secs, wait) in [(0, Some(60)), (59, Some(1)), (60, None), (61, None)] {
        let orders = orders.clone().since_restored(after(60), after(secs));
        let expected = wait.map(|wait| Refusal::SendsPaused(Duration::from_secs(wait)));
        assert_eq!(orders.may_send().err(), expected, "{secs}");
    }
}

/// Most records have none of either; those that have override it.
#[test]
fn a_record_tells_nothing_and_wipes_nothing_unless_its_kind_does() {
    let mut record = Switches::default();
    Throw::StopSends.apply(&mut record, ORDER, &Policy::default());
    assert_eq!(record.take_alerts(), Vec::<String>::new());
    assert!(!record.take_scrub());
}
