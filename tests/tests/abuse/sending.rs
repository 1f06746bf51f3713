//! How many texts can be had?
//!
//! Not here: one after the other (`over_http`).

use protocol::messages::path;
use serde_json::json;
use tests::crowd::in_a_crowd;
use tests::hasty::sent_off;
use tests::numbers;
use ureq::http::Method;

use crate::{ROUNDS, line};

#[test]
fn r16_many_browsers_at_once_get_one_text_out_for_a_number() {
    for delay_ms in ROUNDS {
        let phone = numbers::fresh();
        let slow = json!({ "delay_ms": delay_ms, "answer": "normal" });
        line().telephone().breaks("send", &phone, &slow);
        let outcomes = in_a_crowd(100, |_| line().browser().ask_code(&phone).outcome());
        let sent = outcomes.iter().filter(|outcome| *outcome == "202");
        assert_eq!(sent.count(), 1, "{outcomes:?}");
        let early = outcomes
            .iter()
            .filter(|outcome| *outcome == "429 send_too_soon");
        assert_eq!(early.count(), 99, "{outcomes:?}");
        assert_eq!(line().telephone().asked("send", &phone), 1);
        assert_eq!(line().telephone().texts(&phone).len(), 1);
    }
}

#[test]
fn r16_many_resends_at_once_get_no_text_out_before_their_time() {
    let phone = numbers::fresh();
    let browser = line().browser();
    browser.ask_code(&phone);
    let tabs: Vec<_> = (0..50).map(|_| browser.clone()).collect();
    let outcomes = in_a_crowd(tabs.len(), |n| tabs[n].resend().outcome());
    assert!(
        outcomes
            .iter()
            .all(|outcome| outcome == "429 send_too_soon")
    );
    assert_eq!(line().telephone().asked("resend", &phone), 0);
}

#[test]
fn r23_hanging_up_does_not_give_a_text_back() {
    let phone = numbers::fresh();
    let slow = json!({ "delay_ms": 300, "answer": "normal" });
    line().telephone().breaks("send", &phone, &slow);
    let browser = line().browser();
    let ask = json!({ "phone": phone });
    let request = browser.request(Method::POST, path::CHALLENGES, Some(&ask));
    let socket = sent_off(line(), &browser, &request);
    line().telephone().waits_until_asked("send", &phone);
    drop(socket);
    assert_eq!(browser.ask_code(&phone).outcome(), "429 send_too_soon");
    assert_eq!(line().telephone().asked("send", &phone), 1);
}
