//! Is a code that is read out in a call the same code, counted the same?
//!
//! Not here: what is counted (`login`), and what the element makes of it (`in_browser`).

use protocol::messages::path;
use serde_json::{Value, json};
use tests::browser::{Browser, claims};
use tests::cookies::SESSION;
use tests::line::Line;
use tests::numbers;

use crate::line;

fn call(browser: &Browser<'_>) -> tests::answer::Answer {
    browser.post(path::RESEND, &json!({ "channel": "voice" }))
}

#[test]
fn somebody_is_called_from_the_start_and_the_session_says_how_they_proved_it() {
    let phone = numbers::fresh();
    let browser = line().browser();
    let asked = browser.post(
        path::CHALLENGES,
        &json!({ "phone": phone, "channel": "voice" }),
    );
    assert_eq!(asked.status, 202, "{asked:?}");
    let [heard] = &line().telephone().texts(&phone)[..] else {
        panic!("one call and no text");
    };
    assert_eq!(heard.channel, "voice");
    assert_eq!(heard.text.matches(&heard.code).count(), 2, "{heard:?}");
    assert_eq!(line().telephone().asked("send_voice", &phone), 1);
    assert_eq!(line().telephone().asked("send", &phone), 0);

    let session = browser.verify(&heard.code).json();
    assert_eq!(session["auth_level"], "aal1/voice");
    // A renewed token is no other proof.
    assert_eq!(browser.renew().json()["auth_level"], "aal1/voice");
    let token = browser.jar().get(SESSION).unwrap().to_owned();
    let claims = claims(&token);
    assert_eq!(claims["amr"], json!(["otp", "tel"]));
    assert_eq!(claims["acr"], "aal1/voice");
    let log = line().log();
    let subject = session["subject"].as_str().unwrap();
    assert!(log.contains(subject) && log.contains(r#""channel":"voice""#));
}

#[test]
fn r22_a_call_after_a_text_waits_as_a_text_does_and_reads_the_same_code_out() {
    let phone = numbers::fresh();
    let browser = line().browser();
    browser.ask_code(&phone);
    let called = browser.patiently(call);
    assert_eq!(called.status, 202, "{called:?}");
    let wait = called.json()["resend_in"].as_u64().unwrap();
    assert!((31..=60).contains(&wait), "{wait}");
    let heard = line().telephone().texts(&phone);
    let channels: Vec<_> = heard.iter().map(|it| it.channel.as_str()).collect();
    assert_eq!(channels, ["sms", "voice"]);
    assert_eq!(heard[0].code, heard[1].code);
    // It is no way around the wait for a text either.
    assert_eq!(browser.resend().outcome(), "429 send_too_soon");
    assert_eq!(browser.verify(&heard[1].code).status, 200);
    assert_eq!(line().telephone().asked("resend_voice", &phone), 1);
    assert_eq!(line().telephone().asked("send_voice", &phone), 0);
}

#[test]
fn a_call_is_in_the_language_of_whoever_asks_for_it() {
    let phone = numbers::fresh();
    let browser = line().browser();
    let body = json!({ "phone": phone, "channel": "voice" });
    let mut ask = browser.request(ureq::http::Method::POST, path::CHALLENGES, Some(&body));
    ask.headers_mut()
        .insert("accept-language", "de-AT".parse().unwrap());
    assert_eq!(browser.send(ask).status, 202);
    let heard = line().telephone().texts(&phone);
    assert!(heard[0].text.starts_with("Guten Tag."), "{heard:?}");
}

#[test]
fn a_call_that_the_provider_does_not_make_is_told_and_costs_no_code() {
    let phone = numbers::fresh();
    let browser = line().browser();
    let answer =
        json!({ "answer": { "patch": { "callStatus": "REJECTED_DESTINATION_NOT_REGISTERED" } } });
    line().telephone().breaks("send_voice", &phone, &answer);
    let body = json!({ "phone": phone, "channel": "voice" });
    let asked = browser.post(path::CHALLENGES, &body);
    assert_eq!(asked.outcome(), "422 not_delivered", "{asked:?}");
}

#[test]
fn without_templates_for_them_there_are_no_calls() {
    let silent = Line::with(&[("INFOBIP_VOICE_MESSAGE_ID", "")]);
    let phone = numbers::fresh();
    let browser = silent.browser();
    let config = browser.get(path::CONFIG).json();
    assert_eq!(config["channels"], json!(["sms", "email"]));
    let body = json!({ "phone": phone, "channel": "voice" });
    for answer in [
        browser.post(path::CHALLENGES, &body),
        {
            browser.ask_code(&phone);
            call(&browser)
        },
        browser.post(path::RESEND, &json!({ "channel": "pigeon" })),
    ] {
        assert_eq!(answer.outcome(), "400 invalid_request", "{answer:?}");
    }
    let page = browser.get("/login/code");
    assert!(!page.text().contains("Call me"), "{page:?}");
    assert_eq!(silent.telephone().asked("send_voice", &phone), 0);
    assert_eq!(silent.telephone().asked("resend_voice", &phone), 0);
}

#[test]
fn r69_a_form_asks_for_a_call_as_well() {
    let phone = numbers::fresh();
    let browser = line().browser();
    browser.fills_in("/login", &[("phone", &phone)]);
    let page = browser.get("/login/code");
    assert!(page.text().contains("Call me instead"), "{page:?}");
    let ask = |channel| browser.fills_in("/login/resend", &[("channel", channel)]);
    assert_eq!(ask("pigeon").page_outcome(), "400 invalid_request");
    let early = ask("voice");
    assert_eq!(early.page_outcome(), "429 send_too_soon");
    std::thread::sleep(early.retry_after().unwrap());
    let called = ask("voice");
    assert_eq!(called.place(), Some("/login/code?notice=calling"));
    let page = browser.get(called.place().unwrap());
    assert!(page.text().contains("We are calling you"), "{page:?}");
    let heard = line().telephone().texts(&phone);
    assert_eq!(heard.last().map(|it| it.channel.as_str()), Some("voice"));
}

#[test]
fn an_account_is_given_another_number_by_a_call() {
    let (old, new) = (numbers::fresh(), numbers::fresh());
    let browser = line().browser();
    let subject = browser.sign_in(&old)["subject"].clone();
    let told: Value = browser.session().json();
    let body = json!({ "phone": new, "channel": "voice", "anti_forgery": told["anti_forgery"] });
    assert_eq!(browser.post(path::NUMBER, &body).status, 202);
    let heard = line().telephone().texts(&new);
    assert_eq!(heard[0].channel, "voice");
    assert_eq!(browser.verify_number(&heard[0].code).status, 204);
    let session = browser.session().json();
    assert_eq!(session["subject"], subject);
    assert_eq!(session["auth_level"], "aal1/sms", "as they signed in");
}
