//! What becomes of a code that is wrong, late, spent or not wanted?
//!
//! Not here: many codes at once (`abuse`).

use std::thread;
use std::time::Duration;

use tests::browser::Browser;
use tests::cookies::CHALLENGE;
use tests::line::Line;
use tests::numbers;

use crate::line;

#[test]
fn a_wrong_code_counts_down_until_none_is_taken_any_more() {
    let phone = numbers::fresh();
    let browser = line().browser();
    let asked = browser.ask_code(&phone).json();
    assert_eq!(asked["tries_left"], 5);
    let code = line().telephone().code(&phone);
    for left in (1..=4).rev() {
        let answer = browser.verify(&numbers::wrong(&code));
        assert_eq!(answer.outcome(), "422 wrong_code");
        assert_eq!(answer.json()["tries_left"], left);
    }
    let challenge = browser.clone();
    for code in [&numbers::wrong(&code), &code] {
        let answer = challenge.clone().verify(code);
        assert_eq!(answer.outcome(), "410 challenge_exhausted");
    }
    assert_eq!(line().telephone().asked("verify", &phone), 5);
    // What is spent is taken out of the browser.
    browser.verify(&code);
    assert_eq!(browser.jar().get(CHALLENGE), None);
    assert_eq!(browser.verify(&code).outcome(), "410 no_challenge");
}

#[test]
fn r22_another_text_must_wait_whoever_asks_and_is_then_the_same_code() {
    let phone = numbers::fresh();
    let browser = line().browser();
    let asked = browser.ask_code(&phone).json();
    let first_wait = asked["resend_in"].as_u64().unwrap();
    assert!((1..=30).contains(&first_wait), "{first_wait}");
    // A reload, another browser and another challenge wait as well.
    let stranger = line().browser();
    for early in [
        browser.resend(),
        browser.ask_code(&phone),
        stranger.ask_code(&phone),
    ] {
        assert_eq!(early.outcome(), "429 send_too_soon");
        let wait = early.retry_after().unwrap().as_secs();
        assert!((1..=30).contains(&wait), "{wait}");
    }
    assert_eq!(line().telephone().texts(&phone).len(), 1);

    let resent = browser.patiently(Browser::resend);
    assert_eq!(resent.status, 202);
    let second_wait = resent.json()["resend_in"].as_u64().unwrap();
    assert!((31..=60).contains(&second_wait), "{second_wait}");
    let texts = line().telephone().texts(&phone);
    assert_eq!(texts.len(), 2);
    assert_eq!(texts[0], texts[1]);
    assert_eq!(browser.verify(&texts[1].code).status, 200);
}

#[test]
fn changing_the_number_makes_the_old_code_worthless() {
    let (old, new) = (numbers::fresh(), numbers::fresh());
    let browser = line().browser();
    browser.ask_code(&old);
    let copy = browser.clone();
    assert_eq!(browser.forget().status, 204);
    assert_eq!(browser.jar().get(CHALLENGE), None);
    assert_eq!(browser.forget().status, 204, "once more does no harm");

    let code = line().telephone().code(&old);
    assert_eq!(copy.verify(&code).outcome(), "410 no_challenge");
    assert_eq!(line().telephone().asked("verify", &old), 0);
    assert_eq!(browser.sign_in(&new)["new_account"], true);
}

#[test]
fn r29_a_newer_code_in_the_same_browser_replaces_the_older_one() {
    let (old, new) = (numbers::fresh(), numbers::fresh());
    let browser = line().browser();
    browser.ask_code(&old);
    browser.ask_code(&new);
    let answer = browser.verify(&line().telephone().code(&old));
    assert_eq!(answer.outcome(), "422 wrong_code");
    assert_eq!(line().telephone().asked("verify", &old), 0);
    assert_eq!(browser.verify(&line().telephone().code(&new)).status, 200);
}

#[test]
fn a_number_that_gets_no_codes_is_refused_before_the_provider_is_asked() {
    let cases = [
        ("+38514567890", "422 phone_not_served", "a landline"),
        ("+3856012345", "422 phone_not_served", "a premium number"),
        (
            "+41791234567",
            "422 phone_not_served",
            "a country that is not served",
        ),
        ("+385911", "422 invalid_phone", "too short for its country"),
        ("+999911234567", "422 invalid_phone", "no such country"),
        ("0911234567", "422 invalid_phone", "no country code"),
        ("+385 91 1234567", "422 invalid_phone", "with blanks"),
        (
            "+385911234567;ext=1",
            "422 invalid_phone",
            "with an extension",
        ),
        ("+٣٨٥٩١١٢٣٤٥٦٧", "422 invalid_phone", "in other digits"),
        ("", "422 invalid_phone", "empty"),
    ];
    for (phone, outcome, what) in cases {
        let browser = line().browser();
        let answer = browser.ask_code(phone);
        assert_eq!(answer.outcome(), outcome, "R10, R17: {what}");
        assert_eq!(browser.jar().get(CHALLENGE), None, "{what}");
        if phone.starts_with('+') && phone.is_ascii() && !phone.contains([' ', ';']) {
            assert_eq!(line().telephone().asked("send", phone), 0, "{what}");
        }
    }
}

#[test]
fn r29_a_code_dies_of_age_without_the_provider_being_asked() {
    let line = Line::with(&[("CODE_TTL_S", "2")]);
    let phone = numbers::fresh();
    let browser = line.browser();
    let life = browser.ask_code(&phone).json()["expires_in"].as_u64();
    let life = life.unwrap();
    assert!((1..=2).contains(&life), "{life}");
    let code = line.telephone().code(&phone);
    thread::sleep(Duration::from_secs(life));
    assert_eq!(browser.clone().resend().outcome(), "410 challenge_expired");
    assert_eq!(browser.verify(&code).outcome(), "410 challenge_expired");
    assert_eq!(line.telephone().asked("verify", &phone), 0);
    assert_eq!(line.telephone().asked("resend", &phone), 0);
}
