//! Are applications changed, disabled and throttled by the rules?
//!
//! Each test has a simulator and a number of its own, and a clock that stands still until it is advanced.

use serde_json::json;

use crate::fixture::Fixture;

#[tokio::test]
async fn an_application_that_cannot_be_used_sends_nothing() {
    let cases = [
        (json!({}), json!({"applicationId": "NONE"}), 400),
        (json!({}), json!({"messageId": "NONE"}), 400),
        (
            json!({"unknown_application": "not-found"}),
            json!({"messageId": "NONE"}),
            404,
        ),
    ];
    for (switches, change, status) in cases {
        let it = Fixture::new(switches, json!({})).await;
        let mut request = it.send_request("41790000115");
        for (name, value) in change.as_object().unwrap() {
            request[name] = value.clone();
        }
        let answer = it.post("/2fa/2/pin", &request).await;
        assert_eq!(answer.status, status, "{change}");
    }
    for (switch, status) in [("bad-request", 400), ("forbidden", 403)] {
        let it = Fixture::new(json!({"disabled_application": switch}), json!({})).await;
        let disabled = json!({"name": "Shop", "enabled": false});
        it.call("PUT", &it.in_application(""), Some(&disabled))
            .await;
        assert_eq!(it.send("41790000115").await.status, status, "{switch}");
    }
}

#[tokio::test]
async fn an_update_resets_what_it_leaves_out_or_keeps_it() {
    for (merges, attempts) in [(false, 10), (true, 4)] {
        let it = Fixture::new(json!({"update_merges": merges}), json!({"pinAttempts": 4})).await;
        let update = json!({"name": "Shop", "configuration": {"pinTimeToLive": "5m"}});
        let updated = it
            .call("PUT", &it.in_application(""), Some(&update))
            .await
            .json();
        assert_eq!(
            updated["configuration"]["pinAttempts"], attempts,
            "{merges}"
        );
        assert_eq!(
            it.get(&it.in_application("")).await.json(),
            updated,
            "{merges}"
        );
        let nameless = it
            .call("PUT", &it.in_application(""), Some(&json!({})))
            .await;
        assert_eq!(nameless.status, 400, "{merges}");
    }
}

#[tokio::test]
async fn the_documented_throttles_are_enforced_where_they_are_switched_on() {
    for (enforced, expected) in [(true, 429), (false, 201)] {
        let it = Fixture::new(json!({"manage_throttles": enforced}), json!({})).await;
        let application = json!({"name": "Shop"});
        // The fixture created the first of the twenty.
        for number in 2..=20 {
            let created = it.post("/2fa/2/applications", &application).await;
            assert_eq!(created.status, 201, "number {number}");
        }
        let beyond = it.post("/2fa/2/applications", &application).await;
        assert_eq!(beyond.status, expected, "enforced: {enforced}");
        it.advance_s(600).await;
        let later = it.post("/2fa/2/applications", &application).await;
        assert_eq!(later.status, 201, "enforced: {enforced}");
    }
}
