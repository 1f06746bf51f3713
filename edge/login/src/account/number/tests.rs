//! What is remembered of a change?

use std::time::Duration;

use protocol::messages::Channel;

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

fn name(text: &str) -> PhoneName {
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
            channel: Channel::Sms,
            label: String::new(),
        }],
        ..UserRecord::default()
    };
    let begin = ChangeNumber::Begin(
        session.clone(),
        challenge.clone(),
        UserId::from_random([3; 16]),
        "67".to_owned(),
    );
    assert_eq!(begin.apply(&mut record, now, &policy), Ok(()));
    for notices in [1, 0] {
        let finish = ChangeNumber::Finish(session.clone(), challenge.clone(), name("new"), false);
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
