//! Are the rules of sending and resending kept?
//!
//! Each test has a simulator and a number of its own, and a clock that stands still until it is advanced.

use serde_json::{Value, json};

use crate::fixture::{Answer, Fixture, text};

#[tokio::test]
async fn the_send_limits_are_per_number_and_per_application() {
    let cases = [
        (json!({"sendPinPerPhoneNumberLimit": "2/1d"}), 429, 200),
        (json!({"sendPinPerApplicationLimit": "2/d"}), 429, 429),
    ];
    for (configuration, same_number, other_number) in cases {
        let it = Fixture::new(json!({}), configuration.clone()).await;
        it.sent("41790000107").await;
        it.sent("41790000107").await;
        let limited = it.send("41790000107").await;
        assert_eq!(limited.status, same_number, "{configuration}");
        assert_eq!(limited.refusal(), "TOO_MANY_REQUESTS");
        let other = it.send("41790000108").await;
        assert_eq!(other.status, other_number, "{configuration}");
        assert_eq!(it.messages("41790000107").await.len(), 2);

        it.advance_s(24 * 60 * 60).await;
        assert_eq!(it.send("41790000107").await.status, 200, "{configuration}");
    }
}

#[tokio::test]
async fn a_resend_counts_against_the_limit_unless_it_is_switched_off() {
    for (counts, expected) in [(true, 429), (false, 200)] {
        let configuration = json!({"sendPinPerPhoneNumberLimit": "1/1d"});
        let it = Fixture::new(json!({"resend_counts": counts}), configuration).await;
        let (pin_id, _) = it.sent("41790000109").await;
        assert_eq!(
            it.resend(&pin_id).await.status,
            expected,
            "counts: {counts}"
        );
    }
}

#[tokio::test]
async fn a_resend_repeats_the_pin_or_makes_a_new_one() {
    // (switches, whether the id stays, whether the old PIN dies after its lifetime)
    let cases = [
        (json!({}), true, "refused"),
        (json!({"resend_new_id": true}), false, "refused"),
        (json!({"resend_restarts_lifetime": true}), true, "verified"),
    ];
    for (switches, keeps_id, later) in cases {
        let configuration = json!({"pinTimeToLive": "10s"});
        let it = Fixture::new(switches.clone(), configuration).await;
        let (old_id, pin) = it.sent("41790000110").await;
        it.advance_s(6).await;
        let new_id = text(&it.resend(&old_id).await.json(), "pinId");
        assert_eq!(new_id == old_id, keeps_id, "{switches}");
        let messages = it.messages("41790000110").await;
        assert_eq!(messages.len(), 2);
        assert_eq!(messages[1]["pin"], pin, "{switches}");
        it.advance_s(6).await;
        let verdict = it.verdict(&old_id, &pin).await.1;
        let expected = if keeps_id && later == "refused" {
            "TTL_EXPIRED"
        } else {
            later
        };
        assert_eq!(verdict, expected, "{switches}");
    }
}

#[tokio::test]
async fn a_new_pin_replaces_the_old_one() {
    let configuration = json!({"verifyPinLimit": "99/1s", "sendPinPerPhoneNumberLimit": "99/1d"});
    let it = Fixture::new(json!({"resend_new_pin": true}), configuration).await;
    let (pin_id, old) = it.sent("41790000111").await;
    // One in ten thousand new PINs is the old one again.
    let mut new = old.clone();
    while new == old {
        it.resend(&pin_id).await;
        new = text(&it.messages("41790000111").await.pop().unwrap(), "pin");
    }
    assert_eq!(it.verdict(&pin_id, &old).await.1, "WRONG_PIN");
    assert_eq!(it.verdict(&pin_id, &new).await.1, "verified");
}

#[tokio::test]
async fn the_words_voice_and_email_are_not_pin_ids() {
    let it = Fixture::new(json!({}), json!({})).await;
    let call = it
        .post("/2fa/2/pin/voice", &it.send_request("41790000112"))
        .await;
    assert_eq!(call.json()["callStatus"], "PENDING_ACCEPTED");
    assert_eq!(it.messages("41790000112").await[0]["channel"], "voice");
    let pin_id = text(&call.json(), "pinId");
    let again = it
        .call("POST", &format!("/2fa/2/pin/{pin_id}/resend/voice"), None)
        .await;
    assert_eq!(again.json()["callStatus"], "PENDING_ACCEPTED");
    assert_eq!(it.count("resend_voice", "41790000112").await, 1);

    let template = it
        .post(
            &it.in_application("/email/messages"),
            &json!({"emailTemplateId": 1}),
        )
        .await;
    let mut request = it.send_request("a.person@example.com");
    request["messageId"] = template.json()["messageId"].clone();
    let email = it.post("/2fa/2/pin/email", &request).await;
    assert_eq!(email.json()["emailStatus"]["name"], "PENDING_ACCEPTED");
    assert_eq!(
        it.messages("a.person@example.com").await[0]["channel"],
        "email"
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_send_is_named() {
    let cases: [(Value, &[&str]); 6] = [
        (json!({"to": ""}), &["to"]),
        (json!({"to": null, "messageId": null}), &["messageId", "to"]),
        (json!({"to": 41_790_000_114_u64}), &["to"]),
        (json!({"to": "+41790000114"}), &["to"]),
        (
            json!({"placeholders": {"pin": "1234"}}),
            &["placeholders.pin"],
        ),
        (json!({"trackDelivery": "yes"}), &["trackDelivery"]),
    ];
    let it = Fixture::new(json!({}), json!({})).await;
    for (change, expected) in cases {
        let mut request = it.send_request("41790000114");
        for (name, value) in change.as_object().unwrap() {
            request[name] = value.clone();
        }
        let answer = it.post("/2fa/2/pin", &request).await;
        assert_eq!(answer.status, 400, "{change}");
        let body = answer.json();
        let errors = &body["requestError"]["serviceException"]["validationErrors"];
        let paths: Vec<_> = errors.as_object().unwrap().keys().collect();
        assert_eq!(paths, expected, "{change}");
    }
    assert_eq!(it.messages("41790000114").await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_blank_number_is_refused_in_the_recorded_words() {
    let it = Fixture::new(json!({}), json!({})).await;
    let recorded =
        include_str!("../../fixtures/infobip/py-6.0.0-37-error-400-validation.response.http");
    assert_eq!(it.send("").await.json(), Answer::parse(recorded).json());
}

#[tokio::test]
async fn the_number_lookup_is_told_as_it_went() {
    let (reachable, not_configured) = ("NC_DESTINATION_REACHABLE", "NC_NOT_CONFIGURED");
    let left_out = json!({"lookup_not_needed": "left-out"});
    let cases = [
        (json!({}), "", json!(reachable)),
        (json!({}), "?ncNeeded=True", json!(reachable)),
        (json!({}), "?ncNeeded=undefined", json!(reachable)),
        (json!({}), "?ncNeeded=false", json!(not_configured)),
        (left_out, "?ncNeeded=False", Value::Null),
        (json!({"number_lookup": false}), "", json!(not_configured)),
    ];
    for (switches, query, expected) in cases {
        let it = Fixture::new(switches.clone(), json!({})).await;
        let request = it.send_request("41790000116");
        let sent = it
            .post(&format!("/2fa/2/pin/{query}"), &request)
            .await
            .json();
        assert_eq!(sent["ncStatus"], expected, "{switches} {query}");
        assert_eq!(sent["smsStatus"], "MESSAGE_SENT", "{switches} {query}");
    }
}

#[tokio::test]
async fn an_unreachable_number_is_a_200_whose_sms_was_not_sent() {
    let it = Fixture::new(json!({}), json!({})).await;
    let sent = it.send("41793990001").await;
    assert_eq!(sent.status, 200);
    assert_eq!(sent.json()["smsStatus"], "MESSAGE_NOT_SENT");
    assert_eq!(sent.json()["ncStatus"], "NC_DESTINATION_NOT_REACHABLE");
    assert!(sent.json()["pinId"].is_string());

    let blind = it
        .post("/2fa/2/pin?ncNeeded=false", &it.send_request("41793990001"))
        .await;
    assert_eq!(blind.json()["smsStatus"], "MESSAGE_SENT");
    assert_eq!(it.messages("41793990001").await, Vec::<Value>::new());
}

#[tokio::test]
async fn the_message_is_the_template_filled_in() {
    let it = Fixture::new(json!({}), json!({})).await;
    let template = json!({
        "messageText": "{{shop}}: {{pin}}\n\n@login.example.com #{{pin}}",
        "pinType": "HEX",
        "pinLength": 8,
        "senderId": "Shop",
    });
    let created = it
        .post(&it.in_application("/messages"), &template)
        .await
        .json();
    let mut request = it.send_request("41790000118");
    request["messageId"] = created["messageId"].clone();
    request["placeholders"] = json!({"shop": "Büch€r"});
    it.post("/2fa/2/pin", &request).await;

    let message = it.messages("41790000118").await.remove(0);
    let pin = text(&message, "pin");
    assert_eq!(pin.len(), 8);
    assert_eq!(message["from"], "Shop");
    assert_eq!(
        message["text"],
        format!("Büch€r: {pin}\n\n@login.example.com #{pin}")
    );
}

#[tokio::test]
async fn a_refused_resend_leaves_the_pin_where_it_was() {
    let switches = json!({"resend_new_id": true, "unfilled_placeholder": "reject"});
    let it = Fixture::new(switches, json!({})).await;
    let template = json!({"messageText": "{{name}}: {{pin}}", "pinType": "NUMERIC"});
    let path = it.in_application("/messages");
    let template = it.post(&path, &template).await.json();
    let mut request = it.send_request("41790000119");
    request["messageId"] = template["messageId"].clone();
    request["placeholders"] = json!({"name": "A. Person"});
    let pin_id = text(&it.post("/2fa/2/pin", &request).await.json(), "pinId");
    let pin = text(&it.messages("41790000119").await[0], "pin");

    assert_eq!(it.resend(&pin_id).await.status, 400);
    assert_eq!(it.verdict(&pin_id, &pin).await.1, "verified");
}
