//! Are the rules of verifying kept?
//!
//! Each test has a simulator and a number of its own, and a clock that stands still until it is advanced.

use serde_json::json;

use crate::fixture::{Fixture, NOON, wrong};

#[tokio::test]
async fn a_right_pin_is_verified_with_no_attempts_remaining() {
    let it = Fixture::new(json!({}), json!({})).await;
    let (pin_id, pin) = it.sent("41790000101").await;
    assert_eq!(
        it.verify(&pin_id, &pin).await.json(),
        json!({
            "pinId": pin_id,
            "msisdn": "41790000101",
            "verified": true,
            "attemptsRemaining": 0,
        })
    );
}

#[tokio::test]
async fn wrong_pins_count_down_until_even_the_right_one_fails() {
    let configuration = json!({"pinAttempts": 3, "verifyPinLimit": "9/1s"});
    let it = Fixture::new(json!({}), configuration).await;
    let (pin_id, pin) = it.sent("41790000102").await;
    for remaining in [2, 1, 0] {
        let answer = it.verify(&pin_id, wrong(&pin)).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.json()["attemptsRemaining"], remaining);
        assert_eq!(answer.json()["pinError"], "WRONG_PIN");
    }
    let exhausted = it.verify(&pin_id, &pin).await;
    assert_eq!(
        exhausted.json(),
        json!({
            "pinId": pin_id,
            "msisdn": "41790000102",
            "verified": false,
            "attemptsRemaining": 0,
            "pinError": "NO_MORE_PIN_ATTEMPTS",
        })
    );
}

#[tokio::test]
async fn a_pin_dies_at_the_end_of_its_lifetime() {
    let cases = [
        (59, json!({}), (200, "verified")),
        (60, json!({}), (200, "TTL_EXPIRED")),
        (60, json!({"dead_pin": "bad-request"}), (400, "refused")),
    ];
    for (age_s, switches, expected) in cases {
        let it = Fixture::new(switches.clone(), json!({"pinTimeToLive": "m"})).await;
        let (pin_id, pin) = it.sent("41790000103").await;
        it.advance_s(age_s).await;
        let (status, verdict) = it.verdict(&pin_id, &pin).await;
        assert_eq!((status, &*verdict), expected, "after {age_s} s, {switches}");
    }
}

#[tokio::test]
async fn a_replayed_pin_is_answered_by_configuration_and_switch() {
    let cases = [
        (true, json!({}), (200, "verified")),
        (false, json!({}), (200, "NO_MORE_PIN_ATTEMPTS")),
        (
            false,
            json!({"verified_pin": "wrong-pin"}),
            (200, "WRONG_PIN"),
        ),
        (
            false,
            json!({"verified_pin": "unknown-pin"}),
            (404, "refused"),
        ),
    ];
    for (allowed, switches, expected) in cases {
        let configuration = json!({
            "allowMultiplePinVerifications": allowed,
            "verifyPinLimit": "9/1s",
        });
        let it = Fixture::new(switches.clone(), configuration).await;
        let (pin_id, pin) = it.sent("41790000104").await;
        assert_eq!(it.verdict(&pin_id, &pin).await.1, "verified");
        let (status, verdict) = it.verdict(&pin_id, &pin).await;
        assert_eq!((status, &*verdict), expected, "{allowed}, {switches}");
    }
}

#[tokio::test]
async fn an_unknown_pin_is_not_found_or_a_bad_request() {
    for (switch, status, message_id) in [
        ("not-found", 404, "NOT_FOUND"),
        ("bad-request", 400, "BAD_REQUEST"),
    ] {
        let it = Fixture::new(json!({"unknown_pin": switch}), json!({})).await;
        for answer in [it.verify("NONE", "1234").await, it.resend("NONE").await] {
            assert_eq!(answer.status, status, "{switch}");
            assert_eq!(answer.refusal(), message_id, "{switch}");
        }
    }
}

#[tokio::test]
async fn the_verify_limit_is_per_number_and_slides() {
    let it = Fixture::new(
        json!({"retry_after": true}),
        json!({"verifyPinLimit": "1/3s"}),
    )
    .await;
    let (first, _) = it.sent("41790000105").await;
    let (second, pin) = it.sent("41790000105").await;
    let (other, other_pin) = it.sent("41790000106").await;

    assert_eq!(
        it.verdict(&first, "").await.0,
        400,
        "a malformed call does not count"
    );
    assert_eq!(it.verdict(&first, "x").await.1, "WRONG_PIN");
    let limited = it.verify(&second, &pin).await;
    assert_eq!(
        (limited.status, limited.refusal()),
        (429, "TOO_MANY_REQUESTS".into())
    );
    assert!(limited.head.contains("retry-after: 3"), "{}", limited.head);
    assert_eq!(it.verdict(&other, &other_pin).await.1, "verified");

    it.advance_s(3).await;
    assert_eq!(it.verdict(&second, &pin).await.1, "verified");
}

#[tokio::test]
async fn the_old_pin_paths_lead_to_the_same_pins() {
    for (is_served, status) in [(true, 200), (false, 404)] {
        let it = Fixture::new(json!({"legacy_pin_paths": is_served}), json!({})).await;
        let (pin_id, pin) = it.sent("41790000113").await;
        let path = format!("/2fa/1/pin/{pin_id}/verify");
        let answer = it.post(&path, &json!({"pin": pin})).await;
        assert_eq!(answer.status, status, "{is_served}");
    }
}

#[tokio::test]
async fn the_status_of_verifications_is_filtered_and_told_in_either_unit() {
    let cases = [("milliseconds", NOON), ("seconds", NOON / 1000)];
    for (unit, now) in cases {
        let it = Fixture::new(json!({"verification_times": unit}), json!({})).await;
        let (pin_id, pin) = it.sent("41790000117").await;
        it.sent("41790000117").await;
        it.verify(&pin_id, &pin).await;
        let status = it.in_application("/verifications?msisdn=41790000117");
        let all = it.get(&status).await.json();
        assert_eq!(all["verifications"].as_array().unwrap().len(), 2);
        let verified = it
            .get(&format!("{status}&verified=True&sent=true"))
            .await
            .json();
        assert_eq!(
            verified,
            json!({"verifications": [{
                "msisdn": "41790000117",
                "verified": true,
                "verifiedAt": now,
                "sentAt": now,
            }]})
        );
        let open = it.get(&format!("{status}&verified=false")).await.json();
        assert_eq!(open["verifications"][0]["verifiedAt"], 0);
        let unsent = it.get(&format!("{status}&sent=false")).await.json();
        assert_eq!(unsent, json!({"verifications": []}));
        let nobody = it.get(&it.in_application("/verifications")).await;
        assert_eq!(nobody.status, 400);
    }
}
