//! What comes of a right code when the provider fails to say so?
//!
//! Never a session. Not here: asking for a code (`sending`).

use serde_json::json;
use tests::crowd::{a_few_at_a_time, at_once};
use tests::matrix::Seen;
use tests::numbers;

use crate::person::Way;
use crate::wire::{Again, UNAVAILABLE, faults, patch, status};
use crate::{assert_in_time, crowd, line, my_turn};

/// Everybody who types a right code for this meets a fault of their own.
fn fails_in_every_way(way: Way) {
    let faults = faults();
    let faults: Vec<_> = faults
        .iter()
        .filter_map(|it| Some((it, it.check?)))
        .collect();
    let people = crowd(way, faults.len());
    let _turn = my_turn();
    a_few_at_a_time(faults.len(), |n| {
        let (fault, (outcome, again)) = faults[n];
        let what = format!("{way:?}, {}", fault.name);
        let person = &people[n];
        let (phone, telephone) = (&person.phone, line().telephone());
        assert_eq!(person.asks().status, 202, "{what}");
        let code = person.code().expect("a text came");
        telephone.breaks("verify", phone, &fault.plan);
        let answer = person.types(&code);
        assert_eq!(answer.outcome(), outcome, "{what}");
        assert_in_time(&answer, &what);
        person.has_got_nothing(&what);
        assert_eq!(telephone.asked("verify", phone), 1, "R81: {what}");
        assert_eq!(telephone.texts(phone).len(), 1, "{what}");
        Seen {
            table: "Typing a right code",
            row: fault.name,
            column: way.name(),
            told: outcome,
            texts: None,
        }
        .note();

        telephone.is_mended(phone);
        let next = person.types(&code).outcome();
        match again {
            Again::Right => assert!(["200", "204"].contains(&&*next), "{what}: {next}"),
            Again::UsedUp => assert_eq!(next, "410 challenge_exhausted", "{what}"),
            Again::Gone => assert_eq!(next, "410 no_challenge", "{what}"),
        }
        // Whatever happened to this code, the next one is good.
        line().browser().sign_in(&numbers::fresh());
    });
}

#[test]
fn r32_r80_r83_anything_but_a_clear_yes_for_this_code_and_this_number_opens_nothing() {
    fails_in_every_way(Way::Login);
}

#[test]
fn r56_r80_r83_anything_but_a_clear_yes_gives_no_account_another_number() {
    fails_in_every_way(Way::NewNumber);
}

#[test]
fn r80_r83_anything_but_a_clear_yes_proves_nothing_to_a_backend() {
    fails_in_every_way(Way::StepUp);
}

#[test]
fn a_try_that_the_provider_may_have_seen_stays_used_up() {
    let _turn = my_turn();
    let phone = numbers::fresh();
    let browser = line().browser();
    browser.ask_code(&phone);
    let code = line().telephone().code(&phone);
    line().telephone().breaks("verify", &phone, &status(503));
    for _ in 0..3 {
        assert_eq!(browser.verify(&code).outcome(), UNAVAILABLE);
    }
    line().telephone().is_mended(&phone);
    let wrong = browser.verify(&numbers::wrong(&code));
    assert_eq!(wrong.json()["tries_left"], 1);
    assert_eq!(browser.verify(&code).status, 200);
}

#[test]
fn what_the_provider_adds_does_not_stop_a_login() {
    let _turn = my_turn();
    let faults = [
        patch(&json!({ "extra": { "verified": false }, "attemptsRemaining": 0 })),
        patch(&json!({ "attemptsRemaining": null })),
        json!({ "answer": { "content_type": "text/html" } }),
        json!({ "delay_ms": 1500, "answer": "normal" }),
    ];
    at_once(faults.len(), |n| {
        let phone = numbers::fresh();
        line().telephone().breaks("verify", &phone, &faults[n]);
        line().browser().sign_in(&phone);
    });
}
