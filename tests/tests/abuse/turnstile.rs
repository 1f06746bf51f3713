//! What is a token of Turnstile's good for? (R21, and R86 where it is down)
//!
//! Not here: proofs of work ([`crate::proofs`]).

use serde_json::{Value, json};
use tests::answer::Answer;
use tests::crowd::in_a_crowd;
use tests::line::Line;
use tests::numbers;
use tests::siteverify::{SECRET, SITE_KEY, Siteverify};

use crate::proofs::{DEMANDED, ask};
use tests::work::solved;

const ACTION: &str = "sms-login";

/// A worker that asks everybody for a proof, and Turnstile about tokens.
fn line(siteverify: &Siteverify) -> Line {
    let own = siteverify.settings();
    let own = own.each_ref().map(|(name, value)| (*name, value.as_str()));
    Line::with(&[own[0], own[1], own[2], ("BOT_CHECK", "always")])
}

/// The worker's own pages are on this host in tests.
const HERE: &str = "localhost";

fn shown(token: &str) -> Value {
    json!({ "kind": "turnstile", "token": token })
}

fn offers_turnstile(demand: &Answer) -> bool {
    assert_eq!(demand.outcome(), DEMANDED);
    let offer = &demand.json()["proof"];
    assert!(offer["pow"].is_object(), "work always does: {offer}");
    let turnstile = &offer["turnstile"];
    let expected = json!({ "site_key": SITE_KEY, "action": ACTION });
    assert!(turnstile.is_null() || *turnstile == expected, "{offer}");
    turnstile.is_object()
}

#[test]
fn r21_a_token_is_good_once_here_for_this_and_for_five_minutes() {
    let siteverify = Siteverify::start();
    let line = line(&siteverify);
    let browser = line.browser();
    let phone = numbers::fresh();
    assert!(offers_turnstile(&browser.ask_code(&phone)));
    let cases = [
        ("made up", "token-of-nobody".to_owned()),
        ("another site", siteverify.token("evil.example", ACTION, 1)),
        ("another action", siteverify.token(HERE, "checkout", 1)),
        ("stale", siteverify.token(HERE, ACTION, 301)),
    ];
    for (what, token) in cases {
        let refused = ask(&browser, &phone, &shown(&token));
        assert!(offers_turnstile(&refused), "{what}");
    }
    assert_eq!(line.telephone().asked("send", &phone), 0);

    let token = siteverify.token(HERE, ACTION, 1);
    assert_eq!(ask(&browser, &phone, &shown(&token)).outcome(), "202");
    for phone in [&phone, &numbers::fresh()] {
        let again = ask(&line.browser(), phone, &shown(&token));
        assert!(offers_turnstile(&again), "replayed");
    }
    assert_eq!(line.telephone().asked("send", &phone), 1);
    assert!(!line.log().contains(SECRET));
}

#[test]
fn r21_one_token_shown_by_fifty_at_once_is_good_for_one_text() {
    let siteverify = Siteverify::start();
    let line = line(&siteverify);
    let token = siteverify.token(HERE, ACTION, 1);
    let outcomes = in_a_crowd(50, |_| {
        ask(&line.browser(), &numbers::fresh(), &shown(&token)).outcome()
    });
    let sent = outcomes.iter().filter(|outcome| *outcome == "202");
    assert_eq!(sent.count(), 1, "{outcomes:?}");
    let refused = outcomes.iter().filter(|outcome| *outcome == DEMANDED);
    assert_eq!(refused.count(), 49, "{outcomes:?}");
}

#[test]
fn r86_while_turnstile_is_down_work_does_and_nothing_is_open() {
    let siteverify = Siteverify::start();
    let line = line(&siteverify);
    let (browser, phone) = (line.browser(), numbers::fresh());
    siteverify.is_down(true);
    let token = siteverify.token(HERE, ACTION, 1);
    let demand = ask(&browser, &phone, &shown(&token));
    assert!(!offers_turnstile(&demand), "it would lead nowhere");
    assert_eq!(line.telephone().asked("send", &phone), 0);
    assert_eq!(ask(&browser, &phone, &solved(&demand)).outcome(), "202");
    assert!(siteverify.asked() > 0);
}
