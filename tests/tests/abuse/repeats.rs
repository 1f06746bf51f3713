//! What comes of one press of the button that arrives more than once?
//!
//! Not here: many presses (`guessing`).

use std::collections::BTreeSet;

use tests::crowd::in_a_crowd;
use tests::hasty::sent_off;
use tests::numbers;

use crate::{ROUNDS, line, slow_down};

#[test]
fn r82_a_press_that_arrives_twice_gets_the_same_session_and_is_asked_once() {
    let phone = numbers::fresh();
    let browser = line().browser();
    browser.ask_code(&phone);
    let code = line().telephone().code(&phone);
    let attempt = numbers::fresh_attempt();
    // The reply to the first was lost, so the challenge is still in the jar.
    let (first, second, third) = (browser.clone(), browser.clone(), browser.clone());
    let session = first.verify_as(&attempt, &code);
    assert_eq!(session.status, 200);
    let repeated = second.verify_as(&attempt, &code);
    // The token is a fresh one; what it is for is not.
    for field in ["subject", "new_account", "authenticated_at", "ends_at"] {
        assert_eq!(repeated.json()[field], session.json()[field], "{field}");
    }
    assert_eq!(second.session_id(), first.session_id());
    assert_eq!(line().telephone().asked("verify", &phone), 1);
    // Another press is not this one.
    assert_eq!(third.verify(&code).outcome(), "410 no_challenge");
    // Nor is it anybody else's.
    let stranger = line().browser();
    let stolen = stranger.verify_as(&attempt, &code);
    assert_eq!(stolen.outcome(), "410 no_challenge");
}

#[test]
fn r82_a_wrong_press_that_arrives_twice_costs_one_try() {
    let phone = numbers::fresh();
    let browser = line().browser();
    browser.ask_code(&phone);
    let code = line().telephone().code(&phone);
    let attempt = numbers::fresh_attempt();
    for _ in 0..3 {
        let answer = browser.verify_as(&attempt, &numbers::wrong(&code));
        assert_eq!(answer.json()["tries_left"], 4);
    }
    assert_eq!(line().telephone().asked("verify", &phone), 1);
    assert_eq!(browser.verify(&code).status, 200);
}

#[test]
fn r82_a_press_that_arrives_many_times_at_once_opens_one_session() {
    for delay_ms in ROUNDS {
        let phone = numbers::fresh();
        let browser = line().browser();
        browser.ask_code(&phone);
        let code = line().telephone().code(&phone);
        slow_down(&phone, delay_ms);
        let attempt = numbers::fresh_attempt();
        let tabs: Vec<_> = (0..20).map(|_| browser.clone()).collect();
        in_a_crowd(tabs.len(), |n| {
            let outcome = tabs[n].verify_as(&attempt, &code).outcome();
            assert!(
                ["200", "409 check_in_progress"].contains(&outcome.as_str()),
                "{outcome}"
            );
        });
        let sessions: BTreeSet<_> = tabs
            .iter()
            .map(|tab| {
                if tab.jar().get(tests::cookies::SESSION).is_none() {
                    assert_eq!(tab.verify_as(&attempt, &code).status, 200);
                }
                tab.session_id()
            })
            .collect();
        assert_eq!(sessions.len(), 1, "{delay_ms} ms");
        assert_eq!(line().telephone().asked("verify", &phone), 1);
    }
}

#[test]
fn r82_whoever_hangs_up_before_the_answer_is_signed_in_by_asking_again() {
    let phone = numbers::fresh();
    let browser = line().browser();
    browser.ask_code(&phone);
    let code = line().telephone().code(&phone);
    slow_down(&phone, 300);
    let attempt = numbers::fresh_attempt();
    let socket = sent_off(line(), &browser, &browser.verify_request(&attempt, &code));
    line().telephone().waits_until_asked("verify", &phone);
    drop(socket);
    let answer = loop {
        let answer = browser.verify_as(&attempt, &code);
        if answer.outcome() != "409 check_in_progress" {
            break answer;
        }
    };
    assert_eq!(answer.outcome(), "200");
    assert_eq!(line().telephone().asked("verify", &phone), 1);
}
