//! What goes on when the provider, or the worker's own power, is gone?
//!
//! These end what others need, so each has a whole line of its own. Not here: a provider that answers badly (`sending`,
//! `checking`).

use serde_json::json;
use tests::hasty::sent_off;
use tests::line::Line;
use tests::numbers;

#[test]
fn without_a_provider_nobody_signs_in_and_whoever_was_in_stays_in() {
    let line = Line::start();
    let inside = line.browser();
    inside.sign_in(&numbers::fresh());
    let waiting = line.browser();
    let phone = numbers::fresh();
    waiting.ask_code(&phone);
    let code = line.telephone().code(&phone);

    line.loses_its_provider();
    let asked = line.browser().ask_code(&numbers::fresh());
    assert_eq!(asked.outcome(), "503 provider_unavailable");
    let verified = waiting.verify(&code);
    assert_eq!(verified.outcome(), "503 provider_unavailable");
    assert_eq!(waiting.session().outcome(), "401 not_signed_in");
    assert_eq!(inside.session().status, 200);
    assert_eq!(inside.renew().status, 200);
    assert_eq!(inside.logout().status, 204);
}

#[test]
fn r49_r85_a_power_cut_in_the_middle_of_a_check_gives_no_try_back_and_no_session() {
    let line = Line::start();
    let phone = numbers::fresh();
    let browser = line.browser();
    browser.ask_code(&phone);
    let code = line.telephone().code(&phone);
    let slow = json!({ "delay_ms": 3000, "answer": "normal" });
    line.telephone().breaks("verify", &phone, &slow);
    let attempt = numbers::fresh_attempt();
    let socket = sent_off(&line, &browser, &browser.verify_request(&attempt, &code));
    line.telephone().waits_until_asked("verify", &phone);
    line.loses_its_power();
    drop(socket);

    let cookies = browser.jar().clone();
    let line = line.restarted(&[]);
    let browser = line.browser_with(cookies);
    // The try was written down before the provider was asked, and so was the lease that it holds.
    for attempt in [attempt, numbers::fresh_attempt()] {
        let again = browser.verify_as(&attempt, &code);
        assert_eq!(again.outcome(), "409 check_in_progress");
    }
    assert_eq!(browser.session().outcome(), "401 not_signed_in");
    // So was the text.
    assert_eq!(browser.ask_code(&phone).outcome(), "429 send_too_soon");
    browser.sign_in(&numbers::fresh());
}
