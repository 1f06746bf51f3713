//! Does a right code sign the right person in?
//!
//! Not here: wrong codes and codes that are gone (`challenges`), and what a session is good for (`sessions`).

use std::collections::BTreeSet;
use std::thread;

use protocol::messages::path;
use serde_json::json;
use tests::cookies::{CHALLENGE, SESSION};
use tests::numbers;

use crate::line;

#[test]
fn the_page_learns_what_it_needs_before_it_asks() {
    let browser = line().browser();
    let config = browser.get(path::CONFIG).json();
    assert_eq!(config["code_length"], 6);
    assert_eq!(config["channels"], json!(["sms", "voice", "email"]));
    assert_eq!(config["default_country"]["iso"], "HR");
    assert_eq!(config["default_country"]["calling_code"], "385");
    assert_eq!(config["has_session"], false);
    browser.sign_in(&numbers::fresh());
    assert_eq!(browser.get(path::CONFIG).json()["has_session"], true);
}

#[test]
fn the_worker_says_that_it_is_well() {
    assert_eq!(
        line().browser().get(path::HEALTH).json(),
        json!({ "status": "ok" })
    );
}

#[test]
fn the_first_login_creates_an_account_and_the_next_one_opens_it() {
    let phone = numbers::fresh();
    let (laptop, telephone) = (line().browser(), line().browser());
    let first = laptop.sign_in(&phone);
    assert_eq!(first["new_account"], true);

    let asked = telephone.patiently(|browser| browser.ask_code(&phone));
    assert_eq!(asked.status, 202);
    let second = telephone.verify(&line().telephone().code(&phone)).json();
    assert_eq!(second["subject"], first["subject"]);
    assert_eq!(second["new_account"], false);
    // Two browsers of one person are two sessions.
    assert_ne!(laptop.jar().get(SESSION), telephone.jar().get(SESSION));
    assert_eq!(laptop.session().status, 200);
    assert_eq!(telephone.session().status, 200);
}

#[test]
fn r55_every_number_is_an_account_of_its_own_with_an_id_that_does_not_tell_the_number() {
    let people: Vec<_> = (0..20).map(|_| numbers::fresh()).collect();
    let subjects: BTreeSet<String> = thread::scope(|scope| {
        let logins: Vec<_> = people
            .iter()
            .map(|phone| scope.spawn(|| line().browser().sign_in(phone)))
            .collect();
        let subject = |session: serde_json::Value| session["subject"].to_string();
        logins
            .into_iter()
            .map(|login| subject(login.join().expect("every login succeeds")))
            .collect()
    });
    assert_eq!(subjects.len(), people.len());
    for phone in &people {
        let digits = phone.trim_start_matches('+');
        assert!(subjects.iter().all(|subject| !subject.contains(digits)));
    }
}

#[test]
fn a_text_carries_the_code_and_names_the_page_it_is_for() {
    let phone = numbers::fresh();
    line().browser().ask_code(&phone);
    let texts = line().telephone().texts(&phone);
    let [text] = texts.as_slice() else {
        panic!("one press of the button is one text: {texts:?}");
    };
    assert_eq!(text.code.len(), 6);
    let last_line = text.text.lines().last().unwrap();
    assert_eq!(last_line, format!("@localhost #{}", text.code), "R42");
}

#[test]
fn r39_a_code_for_one_number_signs_in_nobody_else() {
    let (mine, theirs) = (numbers::fresh(), numbers::fresh());
    let browser = line().browser();
    browser.ask_code(&mine);
    let code = line().telephone().code(&mine);
    // Whoever names another number beside the code is not understood.
    for (field, value) in [("phone", &theirs), ("number", &theirs), ("to", &theirs)] {
        let ask = json!({ "code": code, "attempt_id": numbers::fresh_attempt(), field: value });
        let answer = browser.post(path::VERIFY, &ask);
        assert_eq!(answer.outcome(), "400 invalid_request", "{field}");
    }
    assert_eq!(line().telephone().asked("verify", &mine), 0);
    assert_eq!(line().telephone().asked("verify", &theirs), 0);

    // The challenge of one number does not take the code of the other.
    let other = line().browser();
    other.ask_code(&theirs);
    assert_eq!(other.verify(&code).outcome(), "422 wrong_code");
    let me = browser.verify(&code).json();
    assert_eq!(me["new_account"], true);
    let them = other.verify(&line().telephone().code(&theirs)).json();
    assert_ne!(me["subject"], them["subject"]);
}

#[test]
fn r06_r38_a_code_is_worth_nothing_in_another_browser() {
    let phone = numbers::fresh();
    let (victim, thief) = (line().browser(), line().browser());
    victim.ask_code(&phone);
    let code = line().telephone().code(&phone);
    assert_eq!(thief.verify(&code).outcome(), "410 no_challenge");

    // Nor with a challenge of one's own.
    thief.ask_code(&numbers::fresh());
    assert_eq!(thief.verify(&code).outcome(), "422 wrong_code");
    assert_eq!(line().telephone().asked("verify", &phone), 0);

    // The victim has lost no try by it.
    let wrong = victim.verify(&numbers::wrong(&code));
    assert_eq!(wrong.json()["tries_left"], 4);
    assert_eq!(victim.verify(&code).status, 200);
}

#[test]
fn r06_r41_the_challenge_goes_when_the_session_comes_and_does_not_work_twice() {
    let phone = numbers::fresh();
    let browser = line().browser();
    browser.ask_code(&phone);
    let code = line().telephone().code(&phone);
    let challenge = browser.jar().get(CHALLENGE).unwrap().to_owned();
    assert_eq!(browser.verify(&code).status, 200);
    assert_eq!(browser.jar().get(CHALLENGE), None);
    assert_ne!(browser.jar().get(SESSION), Some(challenge.as_str()));

    browser.jar().put(CHALLENGE, &challenge);
    assert_eq!(browser.verify(&code).outcome(), "410 no_challenge");
    assert_eq!(line().telephone().asked("verify", &phone), 1);
}

#[test]
fn r45_signing_in_again_ends_the_session_before_and_adopts_nothing() {
    let browser = line().browser();
    browser.sign_in(&numbers::fresh());
    let before = browser.clone();
    browser.sign_in(&numbers::fresh());
    assert_ne!(before.jar().get(SESSION), browser.jar().get(SESSION));
    assert_eq!(before.session().outcome(), "401 session_ended");
    assert_eq!(browser.session().status, 200);
}
