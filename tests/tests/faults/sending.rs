//! What comes of asking for a code when the provider fails?
//!
//! One text at most, an answer in time, and a way on. Not here: checking a code (`checking`).

use serde_json::{Value, json};
use tests::cookies::CHALLENGE;
use tests::crowd::at_once;
use tests::numbers;
use tests::site::Site;

use crate::{assert_in_time, instead, line, patch, status};

/// What may be asked for right after the failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// Another text: the provider said itself that none left, and not because of the number.
    AnotherText,
    /// No text for a while: one may have left, or the number cannot be reached.
    Wait,
}
use Then::{AnotherText, Wait};

const UNAVAILABLE: &str = "503 provider_unavailable";
const MISCONFIGURED: &str = "503 misconfigured";

#[test]
fn r23_r80_r81_a_send_that_fails_is_told_in_time_and_never_tried_twice() {
    let cases: Vec<(Value, &str, Then)> = vec![
        // Nothing comes, or too slowly, or too much.
        (
            json!({ "delay_ms": 30_000, "answer": "normal" }),
            UNAVAILABLE,
            Wait,
        ),
        (
            json!({ "when": "before", "delay_ms": 30_000, "answer": "drop" }),
            UNAVAILABLE,
            Wait,
        ),
        (
            json!({ "answer": { "drip": { "bytes": 1, "every_ms": 200 } } }),
            UNAVAILABLE,
            Wait,
        ),
        (json!({ "answer": { "huge_mb": 64 } }), UNAVAILABLE, Wait),
        (json!({ "answer": "drop" }), UNAVAILABLE, Wait),
        (
            json!({ "when": "after", "answer": "drop" }),
            UNAVAILABLE,
            Wait,
        ),
        // Somebody else answers.
        (json!({ "answer": "html_502" }), UNAVAILABLE, Wait),
        (status(502), UNAVAILABLE, Wait),
        (status(504), UNAVAILABLE, Wait),
        // The provider says that it failed.
        (status(500), UNAVAILABLE, AnotherText),
        (status(503), UNAVAILABLE, AnotherText),
        (
            json!({ "answer": { "status": { "code": 429, "retry_after_s": 7 } } }),
            UNAVAILABLE,
            AnotherText,
        ),
        // It does not like us.
        (status(400), MISCONFIGURED, AnotherText),
        (status(401), MISCONFIGURED, AnotherText),
        (status(403), MISCONFIGURED, AnotherText),
        (status(404), MISCONFIGURED, AnotherText),
        // It does not like the number: nobody was bothered.
        (
            patch(&json!({ "smsStatus": "MESSAGE_NOT_SENT" })),
            "422 not_delivered",
            AnotherText,
        ),
        // It makes no sense.
        (json!({ "answer": "truncated" }), UNAVAILABLE, Wait),
        (json!({ "answer": "empty" }), UNAVAILABLE, Wait),
        (patch(&json!({ "pinId": null })), UNAVAILABLE, Wait),
        (patch(&json!({ "pinId": 7 })), UNAVAILABLE, Wait),
        (patch(&json!({ "pinId": "" })), UNAVAILABLE, Wait),
        (patch(&json!({ "to": "385910000000" })), UNAVAILABLE, Wait),
        (instead(&json!([])), UNAVAILABLE, Wait),
        (instead(&json!("MESSAGE_SENT")), UNAVAILABLE, Wait),
    ];
    at_once(cases.len(), |n| {
        let (fault, outcome, then) = &cases[n];
        let phone = numbers::fresh();
        line().telephone().breaks("send", &phone, fault);
        let browser = line().browser();
        let answer = browser.ask_code(&phone);
        assert_eq!(answer.outcome(), *outcome, "{fault}");
        assert_in_time(&answer, fault);
        assert_eq!(browser.jar().get(CHALLENGE), None, "{fault}");
        assert_eq!(line().telephone().asked("send", &phone), 1, "R81: {fault}");
        assert!(line().telephone().texts(&phone).len() <= 1, "R81: {fault}");

        line().telephone().is_mended(&phone);
        let next = browser.ask_code(&phone);
        match then {
            AnotherText => {
                assert_eq!(next.status, 202, "{fault}: {next:?}");
                let code = line().telephone().code(&phone);
                assert_eq!(browser.verify(&code).status, 200, "{fault}");
            }
            Wait => assert_eq!(next.outcome(), "429 send_too_soon", "R23: {fault}"),
        }
        // Whatever happened to this number, the next person is served.
        browser.sign_in(&numbers::fresh());
    });
}

#[test]
fn the_provider_s_wish_to_wait_is_handed_on() {
    let phone = numbers::fresh();
    let throttled = json!({ "answer": { "status": { "code": 429, "retry_after_s": 7 } } });
    line().telephone().breaks("send", &phone, &throttled);
    let answer = line().browser().ask_code(&phone);
    assert_eq!(answer.header("retry-after"), Some("7"));
}

#[test]
fn what_the_provider_adds_or_says_otherwise_does_not_stop_a_login() {
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
    let sink = Site::showing("never");
    for operation in ["send", "verify"] {
        for origin in [sink.sibling_origin(), sink.foreign_origin()] {
            let phone = numbers::fresh();
            let redirect = json!({ "answer": { "redirect": format!("{origin}/2fa/2/pin") } });
            line().telephone().breaks(operation, &phone, &redirect);
            let browser = line().browser();
            let sent = browser.ask_code(&phone);
            let last = match operation {
                "send" => sent,
                _ => browser.verify("123456"),
            };
            assert_eq!(last.outcome(), UNAVAILABLE, "{operation}");
        }
    }
    assert_eq!(sink.visits(), 0);
}
