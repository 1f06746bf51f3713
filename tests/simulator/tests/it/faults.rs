//! Does everything go wrong that can be scripted to?

use std::time::{Duration, Instant};

use crate::fixture::{Answer, Fixture, exchange, wrong};
use serde_json::{Value, json};

#[tokio::test]
async fn an_answer_can_be_replaced() {
    let page = "<html><head><title>502 Bad Gateway</title></head>\
        <body><center><h1>502 Bad Gateway</h1></center></body></html>\n";
    let general = json!({"requestError": {"serviceException": {
        "messageId": "GENERAL_ERROR",
        "text": "Something went wrong. Please contact support.",
    }}})
    .to_string();
    let status = |status: Value| json!({"status": status});
    // (answer, status, body, part of the head)
    let cases = [
        (
            status(json!({"code": 503})),
            503,
            &*general,
            "application/json",
        ),
        (
            status(json!({"code": 418, "body": "tea"})),
            418,
            "tea",
            "text/plain",
        ),
        (
            status(json!({"code": 429, "body": {"a": 1}, "retry_after_s": 7})),
            429,
            "{\"a\":1}",
            "retry-after: 7",
        ),
        (json!("html_502"), 502, page, "text/html"),
        (
            json!({"redirect": "http://a.example/"}),
            307,
            "",
            "location: http://a.example/",
        ),
        (json!("empty"), 200, "", "application/json"),
        (json!({"json": [1]}), 200, "[1]", "application/json"),
    ];
    let it = Fixture::new(json!({}), json!({})).await;
    for (answer, status, body, head) in cases {
        it.fault("send", "41790000201", json!({"answer": answer}))
            .await;
        let got = it.send("41790000201").await;
        assert_eq!((got.status, &*got.body), (status, body), "{answer}");
        assert!(got.head.contains(head), "{answer}: {}", got.head);
    }
    assert_eq!(it.messages("41790000201").await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_normal_answer_can_be_spoilt() {
    let configuration = json!({"verifyPinLimit": "99/1s", "pinAttempts": 99});
    let it = Fixture::new(json!({}), configuration).await;
    let (pin_id, pin) = it.sent("41790000202").await;
    let normal = it.verify(&pin_id, wrong(&pin)).await;

    let patch = json!({"verified": "true", "msisdn": "1", "pinError": null});
    it.fault("verify", "41790000202", json!({"answer": {"patch": patch}}))
        .await;
    let patched = it.verify(&pin_id, wrong(&pin)).await.json();
    assert_eq!(
        patched,
        json!({"pinId": pin_id, "msisdn": "1", "verified": "true", "attemptsRemaining": 97})
    );

    it.fault("verify", "41790000202", json!({"answer": "truncated"}))
        .await;
    let truncated = it.verify(&pin_id, wrong(&pin)).await;
    assert!(serde_json::from_str::<Value>(&truncated.body).is_err());
    assert!(normal.body.starts_with("{") && truncated.body.starts_with("{"));

    for (media_type, expected) in [(json!("text/html"), Some("text/html")), (Value::Null, None)] {
        let fault = json!({"answer": {"content_type": media_type}});
        it.fault("verify", "41790000202", fault).await;
        let answer = it.verify(&pin_id, wrong(&pin)).await;
        assert_eq!(answer.json()["pinError"], "WRONG_PIN");
        let line = answer
            .head
            .lines()
            .find_map(|it| it.strip_prefix("content-type: "));
        assert_eq!(line, expected);
    }
}

#[tokio::test]
async fn a_huge_answer_is_as_huge_as_asked_and_still_json() {
    let it = Fixture::new(json!({}), json!({})).await;
    it.fault("send", "41790000203", json!({"answer": {"huge_mb": 3}}))
        .await;
    let huge = it.send("41790000203").await;
    assert!(huge.body.len() > 3 << 20);
    assert_eq!(huge.json()["smsStatus"], "MESSAGE_SENT");
}

#[tokio::test]
async fn an_answer_can_be_late_and_slow() {
    let cases = [
        (json!({"delay_ms": 150}), 150),
        (
            json!({"answer": {"drip": {"bytes": 50, "every_ms": 60}}}),
            180,
        ),
    ];
    let it = Fixture::new(json!({}), json!({})).await;
    for (fault, least_ms) in cases {
        it.fault("send", "41790000204", fault.clone()).await;
        let start = Instant::now();
        let answer = it.send("41790000204").await;
        assert!(
            start.elapsed() >= Duration::from_millis(least_ms),
            "{fault}"
        );
        assert_eq!(answer.json()["smsStatus"], "MESSAGE_SENT", "{fault}");
    }
}

#[tokio::test]
async fn an_answer_can_be_lost_before_or_after_the_effect() {
    let it = Fixture::new(json!({}), json!({})).await;
    for (when, sent) in [("before", 0), ("after", 1)] {
        let fault = json!({"when": when, "answer": "drop"});
        it.fault("send", "41790000205", fault).await;
        let request = it.send_request("41790000205").to_string();
        let request = format!(
            "POST /2fa/2/pin HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Authorization: App key\r\nContent-Length: {}\r\n\r\n{request}",
            request.len()
        );
        let answer = exchange(it.simulator.address(), request.as_bytes()).await;
        assert_eq!(answer, "", "{when}");
        assert_eq!(it.messages("41790000205").await.len(), sent, "{when}");
    }
    assert_eq!(it.count("send", "41790000205").await, 2);
}

#[tokio::test]
async fn a_fault_hits_one_number_as_often_as_it_says() {
    let it = Fixture::new(json!({}), json!({"sendPinPerPhoneNumberLimit": "9/1d"})).await;
    let fault = json!({"answer": {"status": {"code": 500}}});
    let rule = json!({"match": {"to": "41790000206"}, "times": 2, "fault": fault});
    it.post("/simulator/faults", &rule).await;
    let cases = [
        ("41790000207", 200),
        ("41790000206", 500),
        ("41790000206", 500),
        ("41790000206", 200),
    ];
    for (to, status) in cases {
        assert_eq!(it.send(to).await.status, status, "{to}");
    }
}

#[tokio::test]
async fn a_cleared_fault_is_played_no_more() {
    let it = Fixture::new(json!({}), json!({})).await;
    for clear in ["/simulator/faults?to=41790000208", "/simulator/faults"] {
        it.fault("send", "41790000208", json!({"answer": "empty"}))
            .await;
        assert_eq!(it.call("DELETE", clear, None).await.status, 204);
        assert_eq!(
            it.send("41790000208").await.json()["smsStatus"],
            "MESSAGE_SENT"
        );
    }
}

#[tokio::test]
async fn a_malformed_script_is_refused() {
    let it = Fixture::new(json!({}), json!({})).await;
    let cases = [
        (json!({"fault": {"answer": "explode"}}), 422),
        (
            json!({"fault": {"answer": "truncated", "when": "before"}}),
            400,
        ),
    ];
    for (rule, status) in cases {
        let refused = it.post("/simulator/faults", &rule).await;
        assert_eq!(refused.status, status, "{rule}");
    }
    assert_eq!(it.send("41790000209").await.status, 200);
}

#[tokio::test]
async fn numbers_play_their_scenarios_unless_they_are_switched_off() {
    let it = Fixture::new(json!({}), json!({})).await;
    assert_eq!(
        it.send("41793990002").await.json()["ncStatus"],
        "NC_NOT_CONFIGURED"
    );
    for (to, status) in [("41793990003", 500), ("41793990004", 502)] {
        assert_eq!(it.send(to).await.status, status, "{to}");
    }
    let switched = it
        .post("/simulator/switches", &json!({"scenario_numbers": false}))
        .await;
    assert_eq!(switched.json()["scenario_numbers"], false);
    for to in ["41793990003", "41793990004", "41793990006"] {
        let sent: Answer = it.send(to).await;
        assert_eq!(sent.status, 200, "{to}");
    }
}
