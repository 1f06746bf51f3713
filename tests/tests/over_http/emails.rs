//! Does somebody sign in by e-mail as others do by a text, and does an account have both?
//!
//! Not here: what is counted (`login`), many guesses at once (`abuse`), and what the element makes of it (`in_browser`).

use protocol::messages::path;
use serde_json::{Value, json};
use tests::answer::Answer;
use tests::browser::{Browser, claims};
use tests::cookies::{CHALLENGE, NUMBER, SESSION};
use tests::line::Line;
use tests::numbers;
use tests::site::Site;

use crate::disk::Disk;
use crate::line;

#[test]
fn r55_the_first_login_by_e_mail_makes_an_account_and_the_next_opens_it() {
    let address = numbers::fresh_email();
    let browser = line().browser();
    let config = browser.get(path::CONFIG).json();
    assert_eq!(config["channels"], json!(["sms", "voice", "email"]));
    let first = browser.sign_in_by_email(&address);
    assert_eq!(first["new_account"], true);
    let mails = line().telephone().texts(&address);
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].channel, "email");
    // A provider's habits are not ours, and neither is what somebody types in which case.
    let loud = line().browser();
    let shouted = address.to_ascii_uppercase();
    let asked = loud.patiently(|it| it.ask_code_to(&shouted));
    assert_eq!(asked.outcome(), "202");
    let again = loud.verify(&line().telephone().code(&address)).json();
    assert_eq!(again["subject"], first["subject"]);
    assert_eq!(again["new_account"], false);
    assert_eq!(line().telephone().asked("send_email", &address), 2);
}

#[test]
fn r10_dots_and_tags_are_other_mailboxes() {
    let address = numbers::fresh_email();
    let (dotless, tagged) = (address.replacen('.', "", 1), address.replace('@', "+kite@"));
    let mut subjects: Vec<_> = [&address, &dotless, &tagged]
        .map(|it| line().browser().sign_in_by_email(it)["subject"].to_string())
        .into();
    subjects.sort_unstable();
    subjects.dedup();
    assert_eq!(subjects.len(), 3);
}

#[test]
fn r59_a_session_says_that_an_e_mail_proves_less_than_a_text() {
    let browser = line().browser();
    let session = browser.sign_in_by_email(&numbers::fresh_email());
    assert_eq!(session["auth_level"], "aal0/email");
    assert_eq!(browser.renew().json()["auth_level"], "aal0/email");
    let token = browser.jar().get(SESSION).unwrap().to_owned();
    let claims = claims(&token);
    assert_eq!(claims["amr"], json!(["otp", "email"]));
    assert_eq!(claims["acr"], "aal0/email");
}

#[test]
fn r22_an_e_mail_is_sent_once_more_and_never_as_a_text_or_a_call() {
    let address = numbers::fresh_email();
    let browser = line().browser();
    browser.ask_code_to(&address);
    for channel in ["sms", "voice"] {
        let elsewhere = browser.post(path::RESEND, &json!({ "channel": channel }));
        assert_eq!(elsewhere.outcome(), "400 invalid_request", "{channel}");
    }
    let again = browser.patiently(|it| it.post(path::RESEND, &json!({ "channel": "email" })));
    assert_eq!(again.outcome(), "202");
    let mails = line().telephone().texts(&address);
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].code, mails[1].code);
    assert_eq!(line().telephone().asked("resend_email", &address), 1);
    assert_eq!(browser.verify(&mails[0].code).status, 200);

    let phone = numbers::fresh();
    browser.ask_code(&phone);
    let mailed = browser.post(path::RESEND, &json!({ "channel": "email" }));
    assert_eq!(mailed.outcome(), "400 invalid_request");
}

#[test]
fn what_is_no_address_is_told_so_and_a_code_goes_to_one_place() {
    let browser = line().browser();
    let address = numbers::fresh_email();
    let cases = [
        (json!({ "email": "ana" }), "422 invalid_email"),
        (json!({ "email": "ana@localhost" }), "422 invalid_email"),
        (json!({ "email": 7 }), "400 invalid_request"),
        (
            json!({ "email": address, "channel": "sms" }),
            "400 invalid_request",
        ),
        (
            json!({ "email": address, "phone": numbers::fresh() }),
            "400 invalid_request",
        ),
        (
            json!({ "phone": numbers::fresh(), "channel": "email" }),
            "400 invalid_request",
        ),
    ];
    for (body, outcome) in cases {
        let asked = browser.post(path::CHALLENGES, &body);
        assert_eq!(asked.outcome(), outcome, "{body}");
    }
    assert_eq!(line().telephone().asked("send_email", &address), 0);
}

/// Somebody signs in elsewhere, once the wait is over if there is one.
fn signs_in_elsewhere(line: &Line, ask: impl Fn(&Browser<'_>) -> Answer, to: &str) -> Value {
    let browser = line.browser();
    let mut asked = ask(&browser);
    if let Some(wait) = asked.retry_after() {
        std::thread::sleep(wait);
        asked = ask(&browser);
    }
    assert_eq!(asked.outcome(), "202");
    browser.verify(&line.telephone().code(to)).json()
}

/// The next thing that the webhook was told, without its moment.
fn told(operator: &Site) -> Value {
    let mut notice: Value = serde_json::from_str(&operator.next_body()).unwrap();
    notice.as_object_mut().unwrap().remove("at");
    notice
}

#[test]
fn r56_r58_a_number_and_an_address_open_one_account_once_both_are_proved() {
    let operator = Site::showing("");
    let webhook = format!("{}/alerts", operator.foreign_origin());
    let line = Line::with(&[("ALERT_WEBHOOK", &webhook)]);
    let (phone, address) = (numbers::fresh(), numbers::fresh_email());
    let browser = line.browser();
    let session = browser.sign_in(&phone);
    assert_eq!(browser.change_email(&address).outcome(), "202");
    // Nothing is attached before the code was right: whoever reads the mail meanwhile has an account of their own, or none.
    let code = line.telephone().code(&address);
    let wrong = browser.verify_email(&numbers::wrong(&code));
    assert_eq!(wrong.outcome(), "422 wrong_code");
    let elsewhere = browser.clone().verify_number(&code);
    assert_eq!(elsewhere.outcome(), "410 no_challenge", "of an address");
    assert_eq!(browser.verify_email(&code).outcome(), "204");
    assert_eq!(browser.jar().get(NUMBER), None);
    let subject = &session["subject"];
    let notice = json!({ "event": "email_changed", "subject": subject, "undone": false });
    assert_eq!(told(&operator), notice);

    let by_mail = signs_in_elsewhere(&line, |it| it.ask_code_to(&address), &address);
    assert_eq!(&by_mail["subject"], subject);
    assert_eq!(by_mail["auth_level"], "aal0/email");
    let by_text = signs_in_elsewhere(&line, |it| it.ask_code(&phone), &phone);
    assert_eq!(&by_text["subject"], subject);

    let log = line.log();
    assert!(log.contains(r#""event":"email_changed""#));
    assert!(log.contains(r#""event":"change_email""#) && log.contains(r#""event":"check_email""#));
    let (name, _) = address.split_once('@').unwrap();
    for part in [name, "mail.example"] {
        assert!(!log.contains(part), "R63: {part} is in the log");
    }
}

#[test]
fn r56_an_account_that_an_address_made_gets_a_number_and_a_taken_one_is_told_after_a_right_code() {
    let (address, phone) = (numbers::fresh_email(), numbers::fresh());
    let browser = line().browser();
    let session = browser.sign_in_by_email(&address);
    assert_eq!(browser.change_number(&phone).outcome(), "202");
    let code = line().telephone().code(&phone);
    let elsewhere = browser.clone().verify_email(&code);
    assert_eq!(elsewhere.outcome(), "410 no_challenge", "of a number");
    assert_eq!(browser.verify_number(&code).outcome(), "204");
    let by_text = signs_in_elsewhere(line(), |it| it.ask_code(&phone), &phone);
    assert_eq!(by_text["subject"], session["subject"]);

    let bob = line().browser();
    bob.sign_in(&numbers::fresh());
    let mut begun = bob.change_email(&address);
    if let Some(wait) = begun.retry_after() {
        std::thread::sleep(wait);
        begun = bob.change_email(&address);
    }
    assert_eq!(begun.outcome(), "202");
    let code = line().telephone().code(&address);
    assert_eq!(
        bob.verify_email(&numbers::wrong(&code)).outcome(),
        "422 wrong_code"
    );
    assert_eq!(bob.verify_email(&code).outcome(), "409 number_taken");
}

#[test]
fn r16_e_mails_have_a_budget_of_their_own_which_texts_do_not_touch() {
    let line = Line::with(&[("EMAILS_PER_SITE", "2/4"), ("SENDS_PER_SITE", "2/4")]);
    for _ in 0..2 {
        let mailed = line.browser().ask_code_to(&numbers::fresh_email());
        assert_eq!(mailed.outcome(), "202");
        assert_eq!(line.browser().ask_code(&numbers::fresh()).outcome(), "202");
    }
    let mailed = line.browser().ask_code_to(&numbers::fresh_email());
    assert_eq!(mailed.outcome(), "503 sends_paused");
    let texted = line.browser().ask_code(&numbers::fresh());
    assert_eq!(texted.outcome(), "503 sends_paused");
    assert_eq!(line.telephone().asked_by_anybody("send_email"), 2);
    assert!(line.log().contains(r#""what":"spend","scope":"email""#));
}

#[test]
fn r62_r63_r82_the_log_and_what_is_kept_hold_no_address_and_the_same_press_is_told_the_same() {
    let address = numbers::fresh_email();
    let line = Line::start();
    let browser = line.browser();
    browser.ask_code_to(&address);
    let (attempt, again) = (numbers::fresh_attempt(), browser.clone());
    let code = line.telephone().code(&address);
    let first = browser.verify_as(&attempt, &code).json();
    let repeated = again.verify_as(&attempt, &code).json();
    assert_eq!(first["subject"], repeated["subject"]);
    assert_eq!(browser.session_id(), again.session_id());
    assert_eq!(line.telephone().asked("verify", &address), 1);
    let (name, _) = address.split_once('@').unwrap();
    assert!(!line.log().contains(name));
    assert!(line.log().contains(r#""channel":"email""#));
    let disk = Disk::of(&line);
    assert!(!disk.holding(first["subject"].as_str().unwrap()).is_empty());
    assert_eq!(disk.holding(name), [""; 0], "R62");
    assert!(!browser.heard().contains(name));
}

#[test]
fn r65_an_erased_account_is_forgotten_by_its_address_and_the_operator_finds_it_by_that() {
    let (phone, address) = (numbers::fresh(), numbers::fresh_email());
    let browser = line().browser();
    let session = browser.sign_in(&phone);
    browser.change_email(&address);
    let code = line().telephone().code(&address);
    assert_eq!(browser.verify_email(&code).outcome(), "204");
    let subject = session["subject"].as_str().unwrap();
    let found = line().admin(&["look-up", &address]).unwrap();
    assert!(found.contains(subject), "{found}");
    assert_eq!(browser.erase().outcome(), "204");
    let found = line().admin(&["look-up", &address]).unwrap();
    assert!(!found.contains(subject), "{found}");
    let fresh = signs_in_elsewhere(line(), |it| it.ask_code_to(&address), &address);
    assert_eq!(fresh["new_account"], true);
    assert_ne!(fresh["subject"], session["subject"]);
}

#[test]
fn without_templates_for_them_there_are_no_e_mails() {
    let silent = Line::with(&[("INFOBIP_EMAIL_MESSAGE_ID", "")]);
    let browser = silent.browser();
    let config = browser.get(path::CONFIG).json();
    assert_eq!(config["channels"], json!(["sms", "voice"]));
    let address = numbers::fresh_email();
    assert_eq!(
        browser.ask_code_to(&address).outcome(),
        "400 invalid_request"
    );
    browser.sign_in(&numbers::fresh());
    assert_eq!(
        browser.change_email(&address).outcome(),
        "400 invalid_request"
    );
    assert_eq!(silent.telephone().asked("send_email", &address), 0);
}

#[test]
fn somebody_signs_in_by_e_mail_with_forms_alone() {
    let address = numbers::fresh_email();
    let browser = line().browser();
    let sent = browser.fills_in("/login", &[("email", &address)]);
    assert!(browser.jar().get(CHALLENGE).is_some());
    let page = browser.get(sent.place().unwrap());
    assert!(page.text().contains("We e-mailed 6 digits to"), "{page:?}");
    assert!(!page.text().contains(&address) && !page.text().contains("Call me"));
    let typed = browser.types_code(&line().telephone().code(&address));
    assert_eq!(typed.page_outcome(), "303");
}
