//! What do people notice while a provider that fails is left alone?
//!
//! That keeps everybody away from it, so each test has a whole line of its own. Not here: when it is left alone (`login::breaker`).

use std::thread;

use serde_json::{Value, json};
use tests::answer::Answer;
use tests::browser::Browser;
use tests::crowd::at_once;
use tests::line::Line;
use tests::numbers;

use crate::wire::status;

/// How many come to nothing until it is left alone.
const MANY: usize = 10;

fn line() -> Line {
    Line::with(&[("PROVIDER_BREAKER_PERCENT", "50")])
}

/// As many as it takes come to nothing.
fn enough_of_them_fail(
    line: &Line,
    operation: &str,
    ask: impl Fn(&Browser<'_>, &str) -> Answer + Sync,
) {
    at_once(MANY, |_| {
        let phone = numbers::fresh();
        let browser = line.browser();
        if operation == "verify" {
            browser.ask_code(&phone);
        }
        line.telephone().breaks(operation, &phone, &status(503));
        assert_eq!(ask(&browser, &phone).outcome(), "503 provider_unavailable");
    });
}

/// Whoever comes now is told at once when to come again, and nobody is asked for them.
fn assert_is_told_to_wait(answer: &Answer) {
    assert_eq!(answer.outcome(), "503 provider_unavailable");
    let wait = answer.retry_after().expect("they are told for how long");
    assert!((1..=5).contains(&wait.as_secs()), "{wait:?}");
}

#[test]
fn r84_while_a_failing_provider_is_left_alone_nobody_waits_for_it_and_no_text_is_counted() {
    let line = line();
    enough_of_them_fail(&line, "send", |browser, phone| browser.ask_code(phone));
    let (phone, browser) = (numbers::fresh(), line.browser());
    let answer = browser.ask_code(&phone);
    assert_is_told_to_wait(&answer);
    assert_eq!(line.telephone().asked("send", &phone), 0);
    assert!(line.log().contains("the provider fails"), "{}", line.log());

    // It closes by itself. Nothing was counted for whoever was turned away: they need not wait for another text.
    thread::sleep(answer.retry_after().expect("as above"));
    browser.sign_in(&phone);
    line.browser().sign_in(&numbers::fresh());
}

#[test]
fn r84_while_checks_are_left_alone_nobody_s_tries_are_used_up_and_texts_are_sent() {
    let line = line();
    let (phone, browser) = (numbers::fresh(), line.browser());
    browser.ask_code(&phone);
    let code = line.telephone().code(&phone);
    enough_of_them_fail(&line, "verify", |browser, _| browser.verify("123456"));
    let mut answer = browser.verify(&code);
    for _ in 0..2 {
        assert_is_told_to_wait(&answer);
        answer = browser.verify(&code);
    }
    assert_eq!(line.telephone().asked("verify", &phone), 0);
    assert_eq!(line.browser().ask_code(&numbers::fresh()).status, 202);

    thread::sleep(answer.retry_after().expect("as above"));
    let wrong = browser.verify(&numbers::wrong(&code));
    assert_eq!(wrong.json()["tries_left"], json!(4));
    assert_eq!(browser.verify(&code).status, 200);
}

#[test]
fn r84_a_provider_that_only_dislikes_some_numbers_is_not_left_alone() {
    let line = line();
    let dislikes: [Value; 3] = [
        json!({ "answer": { "patch": { "smsStatus": "MESSAGE_NOT_SENT" } } }),
        json!({ "answer": { "status": { "code": 429, "retry_after_s": 7 } } }),
        status(401),
    ];
    at_once(3 * MANY, |n| {
        let phone = numbers::fresh();
        line.telephone()
            .breaks("send", &phone, &dislikes[n % dislikes.len()]);
        assert_ne!(line.browser().ask_code(&phone).status, 202);
    });
    line.browser().sign_in(&numbers::fresh());
}
