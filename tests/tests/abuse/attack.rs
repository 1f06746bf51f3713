//! Who notices that codes are being guessed all over the site?
//!
//! Not here: how many of one number's codes can be tried (`guessing`); what is told from people (`edge/login`).

use serde_json::{Value, json};
use tests::crowd::in_a_crowd;
use tests::line::Line;
use tests::numbers;
use tests::site::Site;

#[test]
fn r33_guessing_the_codes_of_many_numbers_is_told_to_the_operator_once() {
    let operator = Site::showing("");
    let webhook = format!("{}/alerts", operator.foreign_origin());
    let line = Line::with(&[("ALERT_WEBHOOK", &webhook)]);
    let outcomes = in_a_crowd(24, |_| {
        let (phone, browser) = (numbers::fresh(), line.browser());
        browser.ask_code(&phone);
        let code = line.telephone().code(&phone);
        let other = |guess: &u32| guess.to_string() != code;
        let guesses = (100_000..).filter(other).take(5);
        guesses
            .map(|guess| browser.verify(&guess.to_string()).outcome())
            .collect::<Vec<_>>()
    });
    let outcomes = outcomes.concat();
    let wrong = |outcome: &&String| {
        ["422 wrong_code", "410 challenge_exhausted"].contains(&outcome.as_str())
    };
    assert_eq!(outcomes.iter().filter(wrong).count(), 120, "{outcomes:?}");

    let alert: Value = serde_json::from_str(&operator.next_body()).unwrap();
    let expected = json!({ "event": "alert", "what": "under_attack", "scope": "site" });
    assert_eq!(alert, expected);
    let log = line.log();
    let logged = log.lines().filter(|line| line.contains("under_attack"));
    assert_eq!(logged.count(), 1, "{log}");
    assert_eq!(operator.visits(), 1);
}
