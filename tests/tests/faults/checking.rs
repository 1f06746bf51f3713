//! What comes of a right code when the provider fails to say so?
//!
//! Never a session. Not here: asking for a code (`sending`).

use serde_json::{Value, json};
use tests::cookies::SESSION;
use tests::crowd::at_once;
use tests::numbers;

use crate::{assert_in_time, instead, line, patch, status};

const UNAVAILABLE: &str = "503 provider_unavailable";
/// The same code again, when the provider had not looked at it yet.
const SIGNED_IN: &str = "200";
/// The same code again, when the provider has used it up already, and its word was lost.
const USED_UP: &str = "410 challenge_exhausted";
const GONE: &str = "410 no_challenge";

#[test]
fn r32_r80_r83_anything_but_a_clear_yes_for_this_code_and_this_number_opens_nothing() {
    let cases: Vec<(Value, &str, &str)> = vec![
        // Nothing comes, or too slowly, or too much.
        (
            json!({ "delay_ms": 30_000, "answer": "normal" }),
            UNAVAILABLE,
            USED_UP,
        ),
        (
            json!({ "when": "before", "delay_ms": 30_000, "answer": "drop" }),
            UNAVAILABLE,
            SIGNED_IN,
        ),
        (
            json!({ "answer": { "drip": { "bytes": 1, "every_ms": 200 } } }),
            UNAVAILABLE,
            USED_UP,
        ),
        (json!({ "answer": { "huge_mb": 64 } }), UNAVAILABLE, USED_UP),
        (json!({ "answer": "drop" }), UNAVAILABLE, SIGNED_IN),
        (
            json!({ "when": "after", "answer": "drop" }),
            UNAVAILABLE,
            USED_UP,
        ),
        // Somebody else answers, or the provider says that it failed.
        (json!({ "answer": "html_502" }), UNAVAILABLE, SIGNED_IN),
        (status(500), UNAVAILABLE, SIGNED_IN),
        (status(502), UNAVAILABLE, SIGNED_IN),
        (status(503), UNAVAILABLE, SIGNED_IN),
        (status(429), UNAVAILABLE, SIGNED_IN),
        (status(201), UNAVAILABLE, SIGNED_IN),
        (status(204), UNAVAILABLE, SIGNED_IN),
        (status(401), "503 misconfigured", SIGNED_IN),
        (status(403), "503 misconfigured", SIGNED_IN),
        (status(404), GONE, GONE),
        (status(400), GONE, GONE),
        // It makes no sense.
        (json!({ "answer": "truncated" }), UNAVAILABLE, USED_UP),
        (json!({ "answer": "empty" }), UNAVAILABLE, SIGNED_IN),
        (instead(&json!([])), UNAVAILABLE, SIGNED_IN),
        (instead(&json!(true)), UNAVAILABLE, SIGNED_IN),
        (instead(&json!({})), UNAVAILABLE, SIGNED_IN),
        (
            instead(&json!({ "verified": true })),
            UNAVAILABLE,
            SIGNED_IN,
        ),
        // It is nearly a yes.
        (patch(&json!({ "verified": "true" })), UNAVAILABLE, USED_UP),
        (patch(&json!({ "verified": 1 })), UNAVAILABLE, USED_UP),
        (patch(&json!({ "verified": [true] })), UNAVAILABLE, USED_UP),
        (patch(&json!({ "verified": null })), UNAVAILABLE, USED_UP),
        (
            patch(&json!({ "verified": null, "Verified": true })),
            UNAVAILABLE,
            USED_UP,
        ),
        (
            patch(&json!({ "msisdn": "385910000000" })),
            UNAVAILABLE,
            USED_UP,
        ),
        (patch(&json!({ "msisdn": null })), UNAVAILABLE, USED_UP),
        (
            patch(&json!({ "msisdn": 385_910_000_000_u64 })),
            UNAVAILABLE,
            USED_UP,
        ),
        (patch(&json!({ "pinId": "ANOTHER" })), UNAVAILABLE, USED_UP),
        (patch(&json!({ "pinId": null })), UNAVAILABLE, USED_UP),
        (
            patch(&json!({ "pinError": "WRONG_PIN" })),
            UNAVAILABLE,
            USED_UP,
        ),
        (
            patch(&json!({ "pinError": "SOMETHING_NEW" })),
            UNAVAILABLE,
            USED_UP,
        ),
    ];
    at_once(cases.len(), |n| {
        let (fault, outcome, again) = &cases[n];
        let phone = numbers::fresh();
        let browser = line().browser();
        browser.ask_code(&phone);
        let code = line().telephone().code(&phone);
        line().telephone().breaks("verify", &phone, fault);
        let answer = browser.verify(&code);
        assert_eq!(answer.outcome(), *outcome, "{fault}");
        assert_in_time(&answer, fault);
        assert_eq!(browser.jar().get(SESSION), None, "R83: {fault}");
        assert_eq!(browser.session().outcome(), "401 not_signed_in");
        assert_eq!(line().telephone().asked("verify", &phone), 1, "{fault}");
        assert_eq!(line().telephone().texts(&phone).len(), 1, "{fault}");

        line().telephone().is_mended(&phone);
        let next = browser.verify(&code);
        assert_eq!(next.outcome(), *again, "{fault}");
        if next.status != 200 {
            browser.sign_in(&numbers::fresh());
        }
        assert_eq!(browser.session().status, 200, "{fault}");
    });
}

#[test]
fn a_try_that_the_provider_may_have_seen_stays_used_up() {
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
