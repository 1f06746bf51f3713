//! How does an account get another number, and who hears of it?
//!
//! Not here: many changes at once (`abuse`).

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::cookies::{BROWSER, CHALLENGE, NUMBER};
use tests::line::Line;
use tests::numbers;
use tests::site::Site;

use crate::line;

/// The next thing that the webhook was told, without its moment.
fn told(operator: &Site) -> Value {
    let mut notice: Value = serde_json::from_str(&operator.next_body()).unwrap();
    let at = notice.as_object_mut().unwrap().remove("at");
    assert!(at.is_some_and(|at| at.is_u64()), "{notice}");
    notice
}

#[test]
fn r56_an_account_gets_another_number_and_the_one_before_takes_it_back() {
    let operator = Site::showing("");
    let webhook = format!("{}/alerts", operator.foreign_origin());
    let line = Line::with(&[("ALERT_WEBHOOK", &webhook)]);
    let (old, new) = (numbers::fresh(), numbers::fresh());
    let browser = line.browser();
    let session = browser.sign_in(&old);
    let known = browser.jar().get(BROWSER).map(str::to_owned);
    assert_eq!(browser.change_number(&new).outcome(), "202");
    let texts = line.telephone().texts(&new);
    assert_eq!(texts.len(), 1);
    let wrong = browser.verify_number(&numbers::wrong(&texts[0].code));
    assert_eq!(wrong.outcome(), "422 wrong_code");
    let (attempt, again) = (numbers::fresh_attempt(), browser.clone());
    let changed = browser.verify_number_as(&attempt, &texts[0].code);
    assert_eq!(changed.outcome(), "204");
    // The reply was lost: the same press again is told the same.
    let repeated = again.verify_number_as(&attempt, &texts[0].code);
    assert_eq!(repeated.outcome(), "204");
    assert_eq!(line.telephone().asked("verify", &new), 2);
    assert_eq!(browser.jar().get(NUMBER), None);
    assert_ne!(browser.jar().get(BROWSER).map(str::to_owned), known);
    assert_eq!(browser.session().status, 200);
    let notice = |undone: bool| {
        let (subject, ends) = (&session["subject"], new.get(new.len() - 2..));
        json!({ "event": "number_changed", "subject": subject, "ends": ends, "undone": undone })
    };
    assert_eq!(told(&operator), notice(false));

    let telephone = line.browser();
    let asked = telephone.patiently(|it| it.ask_code(&new));
    assert_eq!(asked.outcome(), "202");
    let with_new = telephone.verify(&line.telephone().code(&new)).json();
    assert_eq!(with_new["subject"], session["subject"]);

    let owner = line.browser();
    let with_old = owner.sign_in(&old);
    assert_eq!(with_old["subject"], session["subject"]);
    assert_eq!(with_old["new_account"], false);
    assert_eq!(told(&operator), notice(true));
    for lost in [&browser, &telephone] {
        assert_eq!(lost.session().outcome(), "401 session_ended");
    }
    assert_eq!(owner.session().status, 200);
    assert_eq!(operator.visits(), 2);

    let log = line.log();
    let notices = log
        .lines()
        .filter(|it| it.contains(r#""event":"number_changed""#));
    assert_eq!(notices.count(), 2);
    for phone in [&old, &new] {
        let national = phone.strip_prefix("+385").unwrap();
        assert!(!log.contains(national), "R63: {phone} is in the log");
    }
}

#[test]
fn r40_r56_the_cookies_of_a_login_and_of_a_change_do_not_stand_for_each_other() {
    let browser = line().browser();
    browser.sign_in(&numbers::fresh());
    let (of_change, of_login) = (numbers::fresh(), numbers::fresh());
    assert_eq!(browser.change_number(&of_change).outcome(), "202");
    assert_eq!(browser.ask_code(&of_login).outcome(), "202");
    let cookie = |name: &str| browser.jar().get(name).unwrap().to_owned();
    let (change, login) = (cookie(NUMBER), cookie(CHALLENGE));
    assert_ne!(change, login);
    let code = |phone: &str| line().telephone().code(phone);

    let swapped = browser.clone();
    swapped.jar().put(NUMBER, &login);
    swapped.jar().put(CHALLENGE, &change);
    let as_login = swapped.verify(&code(&of_change));
    assert_eq!(as_login.outcome(), "410 no_challenge");
    let as_change = swapped.verify_number(&code(&of_login));
    assert_eq!(as_change.outcome(), "410 no_challenge");
    // Nor is the change anybody else's.
    let stranger = line().browser();
    stranger.sign_in(&numbers::fresh());
    stranger.jar().put(NUMBER, &change);
    let stolen = stranger.verify_number(&code(&of_change));
    assert_eq!(stolen.outcome(), "410 no_challenge");
    for phone in [&of_change, &of_login] {
        assert_eq!(line().telephone().asked("verify", phone), 0);
    }
    assert_eq!(browser.verify_number(&code(&of_change)).outcome(), "204");
}

#[test]
fn r34_r56_only_a_right_code_tells_that_a_number_is_taken() {
    let (taken, free) = (numbers::fresh(), numbers::fresh());
    line().browser().sign_in(&taken);
    let browser = line().browser();
    browser.sign_in(&numbers::fresh());
    let begun = browser.patiently(|it| it.change_number(&taken));
    assert_eq!(begun.outcome(), "202");
    let other = browser.clone();
    let of_nobody = other.change_number(&free);
    assert_eq!(of_nobody.outcome(), "202");
    let fields = |answer: &tests::answer::Answer| -> BTreeSet<String> {
        answer.json().as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(fields(&begun), fields(&of_nobody));
    for (browser, phone, right) in [
        (&browser, &taken, "409 number_taken"),
        (&other, &free, "204"),
    ] {
        let code = line().telephone().code(phone);
        let wrong = browser.verify_number(&numbers::wrong(&code));
        assert_eq!(wrong.outcome(), "422 wrong_code");
        assert_eq!(browser.verify_number(&code).outcome(), right);
    }
}

#[test]
fn r56_whoever_is_not_signed_in_changes_nothing() {
    let phone = numbers::fresh();
    let asked = line().browser().change_number(&phone);
    assert_eq!(asked.outcome(), "401 not_signed_in");
    assert_eq!(line().telephone().asked("send", &phone), 0);
    let browser = line().browser();
    browser.sign_in(&numbers::fresh());
    let copy = browser.clone();
    assert_eq!(browser.logout().status, 204);
    let asked = copy.change_number(&phone);
    assert_eq!(asked.outcome(), "401 session_ended");
    assert_eq!(line().telephone().asked("send", &phone), 0);
    let verified = line().browser().verify_number("123456");
    assert_eq!(verified.outcome(), "401 not_signed_in");
}
