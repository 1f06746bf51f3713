//! What comes of asking for a code when the provider fails?
//!
//! One text at most, an answer in time, and a way on. Not here: checking a code (`checking`).

use tests::cookies::CHALLENGE;
use tests::crowd::{a_few_at_a_time, at_once};
use tests::matrix::Seen;
use tests::numbers;
use tests::site::Site;

use serde_json::json;

use crate::person::Way;
use crate::wire::{Then, UNAVAILABLE, faults, patch, throttled};
use crate::{assert_in_time, crowd, line, my_turn};

/// Everybody who has a code sent in this way meets a fault of their own.
fn fails_in_every_way(way: Way) {
    let faults = faults();
    let faults: Vec<_> = faults
        .iter()
        .filter_map(|it| Some((it, it.send?)))
        .collect();
    let people = crowd(way, faults.len());
    let _turn = my_turn();
    a_few_at_a_time(faults.len(), |n| {
        let (fault, (outcome, then)) = faults[n];
        let what = format!("{way:?}, {}", fault.name);
        let person = &people[n];
        let (phone, telephone) = (&person.phone, line().telephone());
        let (texts, held) = (telephone.texts(phone).len(), person.code());
        telephone.breaks(way.operation(), phone, &fault.plan);
        let answer = person.asks();
        assert_eq!(answer.outcome(), outcome, "{what}");
        assert_in_time(&answer, &what);
        assert_eq!(telephone.asked(way.operation(), phone), 1, "R81: {what}");
        let sent = telephone.texts(phone).len() - texts;
        assert!(sent <= 1, "R81: {what}");
        if way == Way::Login {
            assert_eq!(person.browser.jar().get(CHALLENGE), None, "{what}");
        }
        person.has_got_nothing(&what);
        Seen {
            table: "Asking for a code",
            row: fault.name,
            column: way.name(),
            told: outcome,
            texts: Some(sent),
        }
        .note();

        telephone.is_mended(phone);
        let next = person.asks();
        match then {
            Then::AnotherText => {
                assert_eq!(next.status, 202, "{what}: {next:?}");
                let code = person.code().expect("a text came");
                assert!(person.types(&code).status < 300, "{what}");
            }
            Then::Wait => {
                assert_eq!(next.outcome(), "429 send_too_soon", "R23: {what}");
                // What was sent before is as good as it was.
                if let Some(code) = held {
                    assert!(person.types(&code).status < 300, "{what}");
                }
            }
        }
        // Whatever happened to this number, the next person is served.
        line().browser().sign_in(&numbers::fresh());
    });
}

#[test]
fn r23_r80_r81_a_text_that_fails_is_told_in_time_and_never_tried_twice() {
    fails_in_every_way(Way::Login);
}

#[test]
fn r23_r80_r81_a_call_that_fails_is_told_in_time_and_never_tried_twice() {
    fails_in_every_way(Way::LoginByCall);
}

#[test]
fn r23_r80_r81_an_e_mail_that_fails_is_told_in_time_and_never_tried_twice() {
    fails_in_every_way(Way::LoginByEmail);
}

#[test]
fn r23_r80_r81_a_second_text_that_fails_leaves_the_first_code_good() {
    fails_in_every_way(Way::Again);
}

#[test]
fn r23_r80_r81_a_call_after_a_text_that_fails_leaves_the_first_code_good() {
    fails_in_every_way(Way::AgainByCall);
}

#[test]
fn r56_r80_r81_a_text_to_a_new_number_that_fails_leaves_the_old_one() {
    fails_in_every_way(Way::NewNumber);
}

#[test]
fn r80_r81_a_text_for_a_ticket_that_fails_is_told_in_time_and_never_tried_twice() {
    fails_in_every_way(Way::StepUp);
}

#[test]
fn r80_r81_a_call_for_a_ticket_that_fails_leaves_the_first_code_good() {
    fails_in_every_way(Way::StepUpAgainByCall);
}

#[test]
fn the_provider_s_wish_to_wait_is_handed_on() {
    let _turn = my_turn();
    let phone = numbers::fresh();
    line().telephone().breaks("send", &phone, &throttled());
    let answer = line().browser().ask_code(&phone);
    assert_eq!(answer.header("retry-after"), Some("7"));
}

#[test]
fn what_the_provider_adds_or_says_otherwise_does_not_stop_a_login() {
    let _turn = my_turn();
    let faults = [
        patch(&json!({ "ncStatus": "NC_NOT_CONFIGURED" })),
        patch(&json!({ "smsStatus": "SOMETHING_NEW", "extra": [1, { "a": null }] })),
        patch(&json!({ "to": null, "ncStatus": null, "callStatus": null })),
        json!({ "answer": { "content_type": "text/plain" } }),
        json!({ "answer": { "content_type": null } }),
        json!({ "delay_ms": 1500, "answer": "normal" }),
    ];
    at_once(faults.len(), |n| {
        let phone = numbers::fresh();
        line().telephone().breaks("send", &phone, &faults[n]);
        line().browser().sign_in(&phone);
    });
}

#[test]
fn r79_the_key_does_not_follow_a_redirect() {
    const EACH: usize = 2;
    let sink = Site::showing("never");
    let ways = [
        Way::Login,
        Way::LoginByCall,
        Way::Again,
        Way::AgainByCall,
        Way::NewNumber,
        Way::StepUp,
        Way::StepUpAgainByCall,
    ];
    let redirect = |n: usize| {
        let origin = [sink.sibling_origin(), sink.foreign_origin()][n % EACH].clone();
        json!({ "answer": { "redirect": format!("{origin}/2fa/2/pin") } })
    };
    let people: Vec<_> = at_once(ways.len(), |n| crowd(ways[n], EACH));
    let turn = my_turn();
    at_once(EACH * ways.len(), |n| {
        let (way, person) = (ways[n / EACH], &people[n / EACH][n % EACH]);
        let telephone = line().telephone();
        telephone.breaks(way.operation(), &person.phone, &redirect(n));
        let told = person.asks().outcome();
        assert_eq!(told, UNAVAILABLE, "{way:?}");
        Seen {
            table: "Asking for a code",
            row: "redirect",
            column: way.name(),
            told: &told,
            texts: Some(0),
        }
        .note();
    });
    drop(turn);
    let checks = [Way::Login, Way::NewNumber, Way::StepUp];
    let people: Vec<_> = at_once(checks.len(), |n| crowd(checks[n], EACH));
    let _turn = my_turn();
    at_once(EACH * checks.len(), |n| {
        let person = &people[n / EACH][n % EACH];
        assert_eq!(person.asks().status, 202);
        let telephone = line().telephone();
        telephone.breaks("verify", &person.phone, &redirect(n));
        assert_eq!(person.types("123456").outcome(), UNAVAILABLE);
    });
    assert_eq!(sink.visits(), 0);
}
