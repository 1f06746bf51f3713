//! What is stored of a number, for how long, and who may try what with it?

use super::check::{CheckReserved, ReserveCheck};
use super::handover::HandOver;
use super::operator::Order;
use super::*;
use crate::policy::DAY;

/// Records of this form are on disk. People who are in the middle of a login would be locked out, and budgets would be
/// forgotten, if it could not be read.
#[test]
fn the_stored_record_is_pinned() {
    let stored = r#"{"user":"usr_AAAAAAAAAAAAAAAAAAAAAA","last_login":900,"streak":1,"strangers":{"sends":[{"at":1000,"cools":true}],"failures":[2000]},"browsers":[{"id":"brw_AAAAAAAAAAAAAAAAAAAAAA","at":900,"tally":{"sends":[],"failures":[]}}],"challenges":[{"id":"chl_AAAAAAAAAAAAAAAAAAAAAA","browser":"brw_AAAAAAAAAAAAAAAAAAAAAA","expires":301000,"handle":"9C81","tried":1,"lease":{"ticket":1,"taken":2000},"over":null,"last":{"attempt":"AAAAAAAAAAAAAAAAAAAAAA","at":2500,"outcome":{"Err":{"wrong_code":4}}}}],"proofs":["300.AAAAAAAAAAAAAAAAAAAAAA"]}"#;
    let record: DestinationRecord = serde_json::from_str(stored).unwrap();
    assert_eq!(serde_json::to_string(&record).unwrap(), stored);
    let moved = r#"{"streak":0,"strangers":{"sends":[],"failures":[]},"browsers":[],"challenges":[],"mark":{"what":"gone_with_account","name":"UIssnn_uCl9LXd_PkJEDgia0enCt_h1X7yXgQF6qz5Y","at":1000}}"#;
    let record: DestinationRecord = serde_json::from_str(moved).unwrap();
    assert_eq!(serde_json::to_string(&record).unwrap(), moved);
    let claimed = r#"{"user":"usr_AAAAAAAAAAAAAAAAAAAAAA","claim":"chl_AAAAAAAAAAAAAAAAAAAAAA","streak":0,"strangers":{"sends":[],"failures":[]},"browsers":[],"challenges":[{"id":"chl_AAAAAAAAAAAAAAAAAAAAAA","change":"usr_AAAAAAAAAAAAAAAAAAAAAA","expires":301000,"handle":"9C81","tried":1,"lease":null,"over":"no_challenge","last":{"attempt":"AAAAAAAAAAAAAAAAAAAAAA","at":2500,"outcome":{"Ok":{"user":"usr_AAAAAAAAAAAAAAAAAAAAAA","session":"ses_AAAAAAAAAAAAAAAAAAAAAA","browser":"brw_AAAAAAAAAAAAAAAAAAAAAA","new_account":false,"claim":"chl_AAAAAAAAAAAAAAAAAAAAAA","at":2500}}}}]}"#;
    let record: DestinationRecord = serde_json::from_str(claimed).unwrap();
    assert_eq!(serde_json::to_string(&record).unwrap(), claimed);
    let proving = r#"{"streak":0,"strangers":{"sends":[],"failures":[]},"browsers":[],"challenges":[{"id":"chl_AAAAAAAAAAAAAAAAAAAAAA","step_up":true,"expires":301000,"channel":"voice","handle":"9C81","tried":0,"lease":null,"over":null,"last":null}]}"#;
    let record: DestinationRecord = serde_json::from_str(proving).unwrap();
    assert_eq!(serde_json::to_string(&record).unwrap(), proving);
    assert_eq!(
        serde_json::from_str::<DestinationRecord>("{}").unwrap(),
        DestinationRecord::default()
    );
}

fn read(json: &str) -> DestinationRecord {
    serde_json::from_str(json).unwrap()
}

/// What is stored of a challenge that expires after this many seconds, of a browser and of a mark.
fn challenge(expires: u64) -> String {
    format!(
        r#"{{"challenges":[{{"id":"chl_AAAAAAAAAAAAAAAAAAAAAA","expires":{expires}000,"handle":"9C81","tried":0}}]}}"#
    )
}

fn browser(failures: &str) -> String {
    format!(
        r#"{{"user":"usr_AAAAAAAAAAAAAAAAAAAAAA","browsers":[{{"id":"brw_AAAAAAAAAAAAAAAAAAAAAA","at":900,"tally":{{"failures":[{failures}]}}}}]}}"#
    )
}

fn mark(what: &str) -> String {
    format!(r#"{{"mark":{{"what":"{what}","name":"N","at":1000}}}}"#)
}

#[test]
fn r64_a_number_is_looked_at_again_as_long_as_it_holds_something_that_has_an_end() {
    let cases = [
        ("{}".to_owned(), false),
        (browser(""), false),
        (mark("leaving"), false),
        (mark("gone_with_account"), false),
        (challenge(300), true),
        (
            r#"{"proofs":["300.AAAAAAAAAAAAAAAAAAAAAA"]}"#.to_owned(),
            true,
        ),
        (r#"{"strangers":{"failures":[1000]}}"#.to_owned(), true),
        (browser("1000"), true),
        (mark("came"), true),
        (mark("gone"), true),
    ];
    for (json, again) in cases {
        assert_eq!(read(&json).has_something_to_forget(), again, "{json}");
    }
}

#[test]
fn r64_a_challenge_is_remembered_for_an_hour_after_its_end_and_a_text_and_a_try_for_a_day() {
    let cases = [
        (challenge(300), Duration::from_secs(300) + REMEMBERED),
        (
            r#"{"strangers":{"sends":[{"at":0,"cools":true}]}}"#.to_owned(),
            DAY,
        ),
        (r#"{"strangers":{"failures":[0]}}"#.to_owned(), DAY),
    ];
    for (json, life) in cases {
        let last = u64::try_from(life.as_millis()).unwrap();
        for (now, blank) in [(last - 1, false), (last, true)] {
            let mut record = read(&json);
            record.prune(Timestamp::from_millis(now), &Policy::default());
            assert_eq!(record.is_blank(), blank, "{json} after {now} ms");
        }
    }
}

/// Or else a number could never be guessed at a hundred times in a row, because every text would begin the row anew; and one that
/// nobody has an account with would be remembered for ever.
#[test]
fn r27_codes_tried_in_a_row_are_counted_as_long_as_anything_else_of_the_number_is_remembered() {
    let user = r#"{"user":"usr_AAAAAAAAAAAAAAAAAAAAAA","streak":7}"#;
    let tried = r#"{"streak":7,"strangers":{"failures":[1000]}}"#;
    let (soon, later) = (Timestamp::from_secs(2), Timestamp::from_secs(90_000));
    for (json, now, streak) in [(user, later, 7), (tried, soon, 7), (tried, later, 0)] {
        let mut record = read(json);
        record.prune(now, &Policy::default());
        assert_eq!(record.streak, streak, "{json} at {now:?}");
    }
}

fn start() -> Timestamp {
    Timestamp::from_secs(100)
}

fn attempt(press: u8) -> AttemptId {
    AttemptId::try_from(format!("{press:022}")).unwrap()
}

/// Somebody tries a code of the challenge above.
fn try_code(press: u8) -> ReserveCheck {
    ReserveCheck {
        challenge: challenge_id(),
        attempt: attempt(press),
        change: None,
        step_up: false,
    }
}

fn challenge_id() -> ChallengeId {
    serde_json::from_str(r#""chl_AAAAAAAAAAAAAAAAAAAAAA""#).unwrap()
}

#[test]
fn r25_while_a_code_is_being_checked_no_other_is_until_its_time_is_up() {
    let policy = Policy::default();
    let lease = policy.lease;
    let asks = |record: &mut DestinationRecord, press, now| {
        let reserved = try_code(press).apply(record, now, &policy);
        reserved.map(|it| matches!(it, CheckReserved::Ask { .. }))
    };
    let mut record = read(&challenge(300));
    assert_eq!(asks(&mut record, 1, start()), Ok(true));
    let last = Timestamp::from_millis(start().plus(lease).as_millis() - 1);
    for (now, wait) in [(start(), lease), (last, Duration::from_millis(1))] {
        let refused = asks(&mut record, 2, now);
        assert_eq!(refused, Err(Refusal::CheckInProgress(wait)), "{now:?}");
    }
    assert_eq!(asks(&mut record, 2, start().plus(lease)), Ok(true));
}

#[test]
fn r25_a_code_whose_last_try_is_under_way_can_be_tried_by_nobody_else() {
    let policy = Policy::default();
    let mut record = read(&challenge(300));
    let open = |record: &mut DestinationRecord, now| Order::Look.apply(record, now, &policy);
    let mut now = start();
    for press in 0..policy.tries {
        assert_eq!(open(&mut record, now).open_challenges, 1, "{press}");
        assert!(try_code(press).apply(&mut record, now, &policy).is_ok());
        now = now.plus(policy.lease);
    }
    assert_eq!(open(&mut record, now).open_challenges, 0);
    let refused = try_code(99).apply(&mut record, now, &policy);
    assert_eq!(refused, Err(Refusal::ChallengeExhausted));
}

fn user(letter: char) -> UserId {
    serde_json::from_str(&format!(r#""usr_AAAAAAAAAAAAAAAAAAAAA{letter}""#)).unwrap()
}

fn change(letter: char) -> ChallengeId {
    serde_json::from_str(&format!(r#""chl_AAAAAAAAAAAAAAAAAAAAA{letter}""#)).unwrap()
}

/// A number that names the account `A`, by this claim, and was just proved in the browser `g` with the challenge of above. It is
/// known in the browsers `w` and `g`, and codes were tried in both.
fn proved(claim: Option<ChallengeId>) -> DestinationRecord {
    let stored = r#"{"user":"usr_AAAAAAAAAAAAAAAAAAAAAA",
        "browsers":[{"id":"brw_AAAAAAAAAAAAAAAAAAAAAw","at":900,"tally":{"failures":[100000,100001]}},
            {"id":"brw_AAAAAAAAAAAAAAAAAAAAAg","at":1000,"tally":{"failures":[100002]}}],
        "challenges":[{"id":"chl_AAAAAAAAAAAAAAAAAAAAAA","expires":300000,"handle":"9C81","tried":1,"over":"no_challenge",
            "last":{"attempt":"AAAAAAAAAAAAAAAAAAAAAA","at":100000,"outcome":{"Ok":{"user":"usr_AAAAAAAAAAAAAAAAAAAAAA",
                "session":"ses_AAAAAAAAAAAAAAAAAAAAAA","browser":"brw_AAAAAAAAAAAAAAAAAAAAAg","new_account":false,"at":100000}}}}]}"#;
    DestinationRecord {
        claim,
        ..read(stored)
    }
}

fn hand_over(from: UserId, claim: Option<ChallengeId>, to: UserId) -> HandOver {
    HandOver {
        challenge: challenge_id(),
        from,
        claim,
        to: Some(to),
    }
}

#[test]
fn r53_a_number_leaves_only_the_account_and_the_claim_that_have_disowned_it() {
    let policy = Policy::default();
    let cases = [
        (None, user('A'), None, true),
        (Some(change('Q')), user('A'), Some(change('Q')), true),
        // It was claimed anew meanwhile, or never by that claim.
        (Some(change('g')), user('A'), Some(change('Q')), false),
        (None, user('A'), Some(change('Q')), false),
        // It names another account by now.
        (None, user('Q'), None, false),
    ];
    for (claimed, from, claim, moves) in cases {
        let mut record = proved(claimed.clone());
        let step = hand_over(from.clone(), claim.clone(), user('w'));
        let approved = step.apply(&mut record, start(), &policy).unwrap();
        let owner = if moves { user('w') } else { user('A') };
        let what = format!("{claimed:?} {from:?} {claim:?}");
        assert_eq!(approved.user, owner, "{what}");
        assert_eq!(record.user, Some(owner), "{what}");
        assert_eq!(approved.new_account, moves, "{what}");
        assert_eq!(record.take_scrub(), moves, "{what}");
    }
}

#[test]
fn r28_r53_whoever_is_given_a_number_is_known_and_the_browsers_of_before_are_strangers_with_what_they_used_up()
 {
    let policy = Policy::default();
    let mut record = proved(None);
    let checks_left = |record: &DestinationRecord| record.strangers.left(start(), &policy).1;
    let before = checks_left(&record);
    let step = hand_over(user('A'), None, user('w'));
    step.apply(&mut record, start(), &policy).unwrap();
    let browser = |letter: char| -> BrowserId {
        serde_json::from_str(&format!(r#""brw_AAAAAAAAAAAAAAAAAAAAA{letter}""#)).unwrap()
    };
    assert!(record.known(Some(&browser('g'))).is_some());
    assert!(record.known(Some(&browser('w'))).is_none());
    assert_eq!(checks_left(&record), before - 2);
}
