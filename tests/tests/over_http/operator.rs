//! What does the operator do to a running worker, and how soon is it so?
//!
//! The orders for the whole site are given to workers of their own. Not here: that nobody else is let in in any way (`edge`).

use std::time::Duration;

use protocol::admin::path;
use serde_json::{Value, json};
use tests::answer::Answer;
use tests::line::Line;
use tests::numbers;
use ureq::http::Request;

use crate::line;

/// The secret that the worker was started with.
fn secret(line: &Line) -> String {
    line.secret("ADMIN_KEYS")
}

/// A program that is no browser asks, from that address.
fn order_from(line: &Line, address: &str, secret: &str, path: &str, body: &Value) -> Answer {
    let request = Request::builder()
        .method("POST")
        .uri(format!("{}{path}", line.origin()))
        .header("authorization", format!("Bearer {secret}"))
        .header("content-type", "application/json")
        .header("cf-connecting-ip", address)
        .body(body.to_string().into_bytes())
        .unwrap();
    line.browser().send(request)
}

fn order(line: &Line, path: &str, body: &Value) -> Answer {
    let address = numbers::fresh_address();
    order_from(line, &address, &secret(line), path, body)
}

#[test]
fn r54_drill_one_order_ends_every_session_and_login_within_a_minute() {
    let line = Line::start();
    let (signed_in, waiting) = (line.browser(), line.browser());
    signed_in.sign_in(&numbers::fresh());
    let phone = numbers::fresh();
    waiting.ask_code(&phone);
    let code = line.telephone().code(&phone);
    let copies = [&signed_in, &waiting].map(|browser| browser.jar().clone());

    let told = line.admin(&["end-all-sessions"]).unwrap();
    assert!(told.contains("within 60 seconds"), "{told}");
    assert_eq!(signed_in.clone().session().outcome(), "401 session_ended");
    assert_eq!(signed_in.renew().outcome(), "401 session_ended");
    assert_eq!(waiting.verify(&code).outcome(), "410 no_challenge");
    let early = line.browser().ask_code(&numbers::fresh());
    assert_eq!(early.outcome(), "503 sends_paused");
    assert!(early.retry_after().unwrap() <= Duration::from_secs(60));
    assert_eq!(line.telephone().asked_by_anybody("verify"), 1);

    // An instance that knows nothing yet asks before it believes anything.
    let line = line.restarted(&[]);
    let [signed_in, waiting] = copies.map(|cookies| line.browser_with(cookies));
    assert_eq!(signed_in.session().outcome(), "401 session_ended");
    assert_eq!(waiting.verify(&code).outcome(), "410 no_challenge");
}

#[test]
fn r54_drill_one_order_stops_all_texts_and_sessions_and_codes_under_way_live_on() {
    let line = Line::start();
    let (signed_in, waiting) = (line.browser(), line.browser());
    signed_in.sign_in(&numbers::fresh());
    let phone = numbers::fresh();
    waiting.ask_code(&phone);

    line.admin(&["stop-sends"]).unwrap();
    let refused = line.browser().ask_code(&numbers::fresh());
    assert_eq!(refused.outcome(), "503 sends_paused");
    assert_eq!(waiting.resend().outcome(), "503 sends_paused");
    assert_eq!(line.telephone().asked_by_anybody("send"), 2);
    assert_eq!(signed_in.session().status, 200);
    assert_eq!(signed_in.renew().status, 200);
    assert_eq!(waiting.verify(&line.telephone().code(&phone)).status, 200);

    line.admin(&["resume-sends"]).unwrap();
    let again = line.browser().ask_code(&numbers::fresh());
    assert_eq!(again.status, 202, "{again:?}");
    for event in ["admin_stop_sends", "admin_resume_sends"] {
        assert!(line.log().contains(event), "{event} is in the log");
    }
}

#[test]
fn r29_r34_a_blocked_number_is_answered_as_one_whose_texts_are_used_up() {
    let (blocked, spent) = (numbers::fresh(), numbers::fresh());
    let waiting = line().browser();
    waiting.ask_code(&blocked);
    let code = line().telephone().code(&blocked);
    let done = order(line(), path::BLOCK, &json!({ "phone": blocked }));
    assert_eq!(done.status, 204, "{done:?}");
    assert_eq!(waiting.verify(&code).outcome(), "410 no_challenge");
    assert_eq!(line().telephone().asked("verify", &blocked), 0);
    let refused = line().browser().ask_code(&blocked);
    assert_eq!(refused.outcome(), "429 too_many_sends");
    let standing = order(line(), path::LOOK_UP, &json!({ "phone": blocked }));
    assert!(standing.json()["blocked"].is_u64(), "{standing:?}");
    assert!(!standing.text().contains(blocked.trim_start_matches('+')));

    order(line(), path::UNBLOCK, &json!({ "phone": blocked }));
    let cooling = line().browser().ask_code(&blocked);
    assert_eq!(cooling.outcome(), "429 send_too_soon");
    // Looking up a number leaves it as it was: unknown.
    let unknown = order(line(), path::LOOK_UP, &json!({ "phone": spent }));
    assert_eq!(unknown.json()["user"], Value::Null);
}

#[test]
fn a_number_and_its_budgets_are_looked_up() {
    let phone = numbers::fresh();
    let session = line().browser().sign_in(&phone);
    let told = line().admin(&["--json", "look-up", &phone]).unwrap();
    let number: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(number["user"], session["subject"]);
    assert_eq!(number["last_login"], session["authenticated_at"]);
    for (body, scopes) in [
        (json!({ "phone": phone }), vec!["prefix", "country"]),
        (json!({ "email": numbers::fresh_email() }), vec![]),
        (json!({ "country": "HR" }), vec!["country"]),
        (json!({ "network": "10.9.8.7" }), vec!["network"]),
        (json!({}), vec!["unknown_network"]),
    ] {
        let budgets = order(line(), path::BUDGETS, &body).json();
        let budgets = budgets["budgets"].as_array().unwrap();
        let found: Vec<_> = budgets.iter().map(|it| it["scope"].clone()).collect();
        let of_the_site = ["site", "email"];
        assert_eq!(
            json!(found),
            json!([scopes, of_the_site.into()].concat()),
            "{body}"
        );
        let site = budgets.iter().find(|it| it["scope"] == "site").unwrap();
        assert!(site["sent_hour"].as_u64() > Some(0));
    }
    for body in [
        json!({ "phone": phone, "country": "HR" }),
        json!({ "network": "x" }),
        json!({ "what": 1 }),
    ] {
        let refused = order(line(), path::BUDGETS, &body).outcome();
        assert_eq!(refused, "400 invalid_request", "{body}");
    }
}

#[test]
fn r61_the_operator_ends_one_session_of_an_account_or_all() {
    let phone = numbers::fresh();
    let (first, second) = (line().browser(), line().browser());
    let user = first.sign_in(&phone)["subject"].clone();
    let cooled = second.patiently(|browser| browser.ask_code(&phone));
    assert_eq!(cooled.status, 202, "{cooled:?}");
    second.verify(&line().telephone().code(&phone));
    let live = || {
        let listed = order(line(), path::USER, &json!({ "user": user })).json();
        listed["sessions"].as_array().unwrap().len()
    };
    assert_eq!(live(), 2);
    let one = json!({ "user": user, "session": first.session_id() });
    assert_eq!(order(line(), path::REVOKE, &one).status, 204);
    assert_eq!(first.session().outcome(), "401 session_ended");
    assert_eq!((second.session().status, live()), (200, 1));
    let user = user.as_str().unwrap();
    line().admin(&["revoke", user, "--all"]).unwrap();
    assert_eq!(second.renew().outcome(), "401 session_ended");
    let acts = line().log();
    for event in ["admin_revoke", "admin_revoke_all"] {
        let told = format!(r#"{{"event":"{event}","at":"#);
        assert!(
            acts.lines()
                .any(|line| line.contains(&told) && line.contains(user))
        );
    }
    for body in [
        json!({}),
        json!({ "user": "me" }),
        json!({ "phone": phone }),
    ] {
        let refused = order(line(), path::REVOKE_ALL, &body);
        assert_eq!(refused.outcome(), "400 invalid_request", "{body}");
    }
}

#[test]
fn r35_after_ten_wrong_keys_of_a_network_no_key_is_right_there() {
    let (noisy, quiet) = (numbers::fresh_address(), numbers::fresh_address());
    let right = secret(line());
    let ask = |address: &str, secret: &str| {
        order_from(line(), address, secret, path::BUDGETS, &json!({})).outcome()
    };
    for _ in 0..20 {
        assert_eq!(ask(&noisy, &right), "200", "right keys use nothing up");
    }
    for _ in 0..10 {
        assert_eq!(ask(&noisy, "wrong"), "404 not_found");
    }
    assert_eq!(ask(&noisy, &right), "404 not_found");
    assert_eq!(ask(&quiet, &right), "200");
}
