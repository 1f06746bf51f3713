//! What is remembered of a change?

use std::time::Duration;

use crate::Way;

use super::*;
use crate::account::Session;
use crate::account::audit::Entry;

/// Changes of this form are on disk: who could not be read would lose their way back.
#[test]
fn the_stored_changes_are_pinned() {
    let stored = r#"{"number":"new","sessions":[],"changes":[{"challenge":"chl_AAAAAAAAAAAAAAAAAAAAAA","session":"ses_AAAAAAAAAAAAAAAAAAAAAA","begun":1000,"subject":"usr_AAAAAAAAAAAAAAAAAAAAAA","ends":"67","done":2000,"from":"old"},{"challenge":"chl_AAAAAAAAAAAAAAAAAAAAAB","session":"ses_AAAAAAAAAAAAAAAAAAAAAA","begun":1000,"subject":"usr_AAAAAAAAAAAAAAAAAAAAAA","ends":"68","over":true},{"challenge":"chl_AAAAAAAAAAAAAAAAAAAAAC","session":"ses_AAAAAAAAAAAAAAAAAAAAAA","begun":1000,"subject":"usr_AAAAAAAAAAAAAAAAAAAAAA","ends":"69"}],"former":["oldest"]}"#;
    let record: UserRecord = serde_json::from_str(stored).unwrap();
    assert_eq!(serde_json::to_string(&record).unwrap(), stored);
}

fn name(text: &str) -> DestinationName {
    serde_json::from_str(&format!("{text:?}")).unwrap()
}

#[test]
fn r56_r64_a_change_is_remembered_as_an_act_and_forgotten_with_the_way_back() {
    let (policy, now) = (Policy::default(), Timestamp::from_secs(1_000_000));
    let session = SessionId::from_random([1; 16]);
    let challenge = ChallengeId::from_random([2; 16]);
    let mut record = UserRecord {
        number: Some(name("old")),
        sessions: vec![Session {
            id: session.clone(),
            opened: now,
            generation: 1,
            renewed: now,
            ended: None,
            way: Way::Sms,
            label: String::new(),
        }],
        ..UserRecord::default()
    };
    let begin = ChangeDestination::Begin(
        session.clone(),
        challenge.clone(),
        UserId::from_random([3; 16]),
        Some("67".to_owned()),
    );
    assert_eq!(begin.apply(&mut record, now, &policy), Ok(()));
    for notices in [1, 0] {
        let finish =
            ChangeDestination::Finish(session.clone(), challenge.clone(), name("new"), false);
        assert_eq!(finish.apply(&mut record, now, &policy), Ok(()), "and again");
        assert_eq!(record.take_alerts().len(), notices);
    }
    let back = now.plus(Duration::from_secs(1));
    let admitted = record.clone().admit(name("old"), None, back, back, &policy);
    assert_eq!(admitted, Ok(()));
    let acts = |record: &UserRecord| -> Vec<_> {
        let act = |entry: &Entry| (entry.what, entry.session.clone());
        record.events.iter().map(act).collect()
    };
    assert_eq!(acts(&record), [(Act::NumberChanged, Some(session))]);
    let mut undone = record.clone();
    undone
        .admit(name("old"), None, back, back, &policy)
        .unwrap();
    assert_eq!(acts(&undone).last(), Some(&(Act::NumberChangeUndone, None)));

    for (mut record, number, former) in [(record, "new", "old"), (undone, "old", "new")] {
        let over = now.plus(policy.session_life).plus(policy.audit_life);
        record.prune(over, &policy);
        assert!(!record.has_something_to_forget(), "{record:?}");
        assert_eq!(record.number, Some(name(number)));
        assert!(record.former.contains(&name(former)), "{record:?}");
    }
}

fn session_of(at: Timestamp) -> Session {
    Session {
        id: SessionId::from_random([1; 16]),
        opened: at,
        generation: 1,
        renewed: at,
        ended: None,
        way: Way::Sms,
        label: String::new(),
    }
}

fn begin(record: &mut UserRecord, seed: u8, now: Timestamp) -> Result<(), Refusal> {
    ChangeDestination::Begin(
        SessionId::from_random([1; 16]),
        ChallengeId::from_random([seed; 16]),
        UserId::from_random([3; 16]),
        Some("67".to_owned()),
    )
    .apply(record, now, &Policy::default())
}

#[test]
fn r56_a_day_has_as_many_changes_as_the_limit_says_and_the_next_one_fits_when_it_is_over() {
    let (policy, begun) = (Policy::default(), Timestamp::from_secs(1_000_000));
    let done = |seed: u8| Change {
        challenge: ChallengeId::from_random([seed; 16]),
        session: SessionId::from_random([1; 16]),
        begun,
        subject: UserId::from_random([3; 16]),
        ends: Some("67".to_owned()),
        over: false,
        done: Some(begun),
        from: Some(name("before")),
        one_way: false,
    };
    let last = Timestamp::from_millis(begun.plus(DAY).as_millis() - 1);
    let full = Refusal::TooManyChanges(Duration::from_millis(1));
    for (now, expected) in [(last, Err(full)), (begun.plus(DAY), Ok(()))] {
        let mut record = UserRecord {
            number: Some(name("old")),
            sessions: vec![session_of(now)],
            changes: (0..policy.changes_per_day)
                .map(|n| done(u8::try_from(n).unwrap()))
                .collect(),
            ..UserRecord::default()
        };
        assert_eq!(begin(&mut record, 9, now), expected, "{now:?}");
    }
}

#[test]
fn r64_a_change_that_came_to_nothing_is_forgotten_after_a_day() {
    let now = Timestamp::from_secs(1_000_000);
    let mut record = UserRecord {
        sessions: vec![session_of(now)],
        ..UserRecord::default()
    };
    begin(&mut record, 1, now).unwrap();
    let last = Timestamp::from_millis(now.plus(DAY).as_millis() - 1);
    for (at, kept) in [(last, 1), (now.plus(DAY), 0)] {
        record.prune_changes(at, &Policy::default());
        assert_eq!(record.changes.len(), kept, "{at:?}");
    }
}

#[test]
fn r23_r56_a_text_that_never_left_undoes_its_own_change_and_no_other() {
    let now = Timestamp::from_secs(1_000_000);
    let mut record = UserRecord {
        sessions: vec![session_of(now)],
        ..UserRecord::default()
    };
    for seed in [1, 2] {
        begin(&mut record, seed, now).unwrap();
    }
    let drop = ChangeDestination::Drop(ChallengeId::from_random([2; 16]));
    drop.apply(&mut record, now, &Policy::default()).unwrap();
    let left: Vec<_> = record
        .changes
        .iter()
        .map(|it| it.challenge.clone())
        .collect();
    assert_eq!(left, [ChallengeId::from_random([1; 16])]);
}

#[test]
fn r58_what_nobody_proved_to_an_account_opens_only_one_that_nothing_opens_yet() {
    let (policy, now) = (Policy::default(), Timestamp::from_secs(1_000_000));
    let cases = [
        (None, None, [true, true]),
        (Some("number"), None, [false, false]),
        (None, Some("@address"), [false, false]),
        (Some("another"), Some("@another"), [false, false]),
    ];
    for (number, email, opens) in cases {
        for (asked, opens) in ["another-number", "@another-address"]
            .into_iter()
            .zip(opens)
        {
            let mut record = UserRecord {
                number: number.map(name),
                email: email.map(name),
                ..UserRecord::default()
            };
            let owns = ChangeDestination::Owns(name(asked), None).apply(&mut record, now, &policy);
            assert_eq!(owns.is_ok(), opens, "{asked}: {number:?} {email:?}");
        }
    }
}

/// Accounts with an address, and changes of one, are on disk in this form.
#[test]
fn the_stored_address_and_its_changes_are_pinned() {
    let stored = r#"{"number":"own","email":"@own","sessions":[],"changes":[{"challenge":"chl_AAAAAAAAAAAAAAAAAAAAAA","session":"ses_AAAAAAAAAAAAAAAAAAAAAA","begun":1000,"subject":"usr_AAAAAAAAAAAAAAAAAAAAAA","done":2000,"from":"@before","one_way":true}]}"#;
    let record: UserRecord = serde_json::from_str(stored).unwrap();
    assert_eq!(serde_json::to_string(&record).unwrap(), stored);
}
