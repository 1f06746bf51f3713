//! Does a site's backend get proof of a number that it knows, and nobody else?
//!
//! Not here: what a right code does to the number's record (`login`), and what the person sees (`in_browser`).

use protocol::step_up::path;
use serde_json::json;
use tests::answer::Answer;
use tests::browser::{Browser, claims};
use tests::line::Line;
use tests::numbers;
use ureq::http::{HeaderValue, Method};

use crate::line;
use crate::tokens::verify_as;

fn secret() -> String {
    line().secret("STEP_UP_KEYS")
}

fn ticket(browser: &Browser<'_>, phone: &str) -> String {
    let body = json!({ "phone": phone, "subject": "customer-4711", "nonce": "n-1" });
    let given = browser.post_as_backend(path::STEP_UPS, &secret(), &body);
    assert_eq!(given.status, 201, "{given:?}");
    given.json()["ticket"].as_str().unwrap().to_owned()
}

fn send(browser: &Browser<'_>, ticket: &str) -> Answer {
    browser.post(path::SEND, &json!({ "ticket": ticket }))
}

fn verify(browser: &Browser<'_>, ticket: &str, code: &str) -> Answer {
    let attempt = numbers::fresh_attempt();
    let body = json!({ "ticket": ticket, "code": code, "attempt_id": attempt });
    browser.post(path::VERIFY, &body)
}

#[test]
fn a_backend_hears_in_signed_words_that_its_customer_has_the_number() {
    let phone = numbers::fresh();
    let (backend, person) = (line().browser(), line().browser());
    let ticket = ticket(&backend, &phone);
    let (national, last_two) = phone.split_at(phone.len() - 2);
    assert!(ticket.starts_with(&format!("385-{last_two}~")), "{ticket}");
    let rest = national.trim_start_matches("+385");
    assert!(!ticket.contains(rest), "only that much of it");
    assert_eq!(
        line().telephone().texts(&phone).len(),
        0,
        "nobody asked yet"
    );

    assert_eq!(send(&person, &ticket).status, 202);
    let code = line().telephone().code(&phone);
    let wrong = verify(&person, &ticket, &numbers::wrong(&code));
    assert_eq!(wrong.outcome(), "422 wrong_code");
    let proved = verify(&person, &ticket, &code);
    assert_eq!(proved.status, 200, "{proved:?}");
    let proved = proved.json();
    let assertion = proved["assertion"].as_str().unwrap();
    let claims = claims(assertion);
    assert_eq!(claims["iss"], line().origin());
    assert_eq!(claims["sub"], "customer-4711");
    assert_eq!(claims["nonce"], "n-1");
    assert_eq!(claims["amr"], json!(["otp", "sms"]));
    assert_eq!(claims["acr"], "aal1/sms");
    let (iat, exp) = (claims["iat"].as_u64(), claims["exp"].as_u64());
    assert_eq!(exp.unwrap() - iat.unwrap(), 120);
    // With the library that backends use, by the public keys.
    let verified = verify_as("step-up+jwt", line(), line().issuer(), assertion).unwrap();
    assert_eq!(verified["claims"]["jti"], claims["jti"]);
    let session = verify_as("session+jwt", line(), line().issuer(), assertion);
    assert_eq!(session, Err("ERR_JWT_CLAIM_VALIDATION_FAILED".to_owned()));

    // It was good once, signs nobody in, and passes for no session.
    assert_eq!(
        verify(&person, &ticket, &code).outcome(),
        "410 no_challenge"
    );
    assert_eq!(send(&person, &ticket).outcome(), "410 no_challenge");
    assert_eq!(person.session().outcome(), "401 not_signed_in");
    person.jar().put(tests::cookies::SESSION, assertion);
    assert_eq!(person.session().outcome(), "401 not_signed_in");
    assert_eq!(
        line().browser().patiently(|it| it.ask_code(&phone)).status,
        202
    );
    let log = line().log();
    for event in ["step_up", "send_step_up", "check_step_up"] {
        assert!(log.contains(&format!(r#""event":"{event}""#)), "{event}");
    }
    assert!(!log.contains("customer-4711") && !log.contains(&ticket));
}

#[test]
fn to_whoever_has_no_key_there_is_no_such_path() {
    let browser = line().browser();
    let body = json!({ "phone": numbers::fresh(), "subject": "s" });
    let key = secret();
    let other = "A".repeat(key.len());
    assert_eq!(
        browser
            .post_as_backend(path::STEP_UPS, &other, &body)
            .outcome(),
        "404 not_found"
    );
    assert_eq!(browser.post(path::STEP_UPS, &body).status, 404, "a page");
    // A page that has the key is still a page.
    let mut request = browser.request(Method::POST, path::STEP_UPS, Some(&body));
    let bearer = HeaderValue::try_from(format!("Bearer {key}")).unwrap();
    request.headers_mut().insert("authorization", bearer);
    assert_eq!(browser.send(request).status, 404);
    let silent = Line::with(&[("STEP_UP_KEYS", "")]);
    let browser = silent.browser();
    assert_eq!(
        browser
            .post_as_backend(path::STEP_UPS, &key, &body)
            .outcome(),
        "404 not_found"
    );
}

#[test]
fn what_makes_no_ticket_is_told_to_the_backend() {
    let browser = line().browser();
    let phone = numbers::fresh();
    let long = "s".repeat(256);
    let cases = [
        (
            json!({ "phone": phone, "subject": "" }),
            "400 invalid_request",
        ),
        (
            json!({ "phone": phone, "subject": "two words" }),
            "400 invalid_request",
        ),
        (
            json!({ "phone": phone, "subject": long }),
            "400 invalid_request",
        ),
        (
            json!({ "phone": phone, "subject": "s", "nonce": "\n" }),
            "400 invalid_request",
        ),
        (json!({ "phone": phone }), "400 invalid_request"),
        (
            json!({ "phone": "+38591", "subject": "s" }),
            "422 invalid_phone",
        ),
        (
            json!({ "phone": "+41791234567", "subject": "s" }),
            "422 phone_not_served",
        ),
    ];
    for (body, outcome) in cases {
        let given = browser.post_as_backend(path::STEP_UPS, &secret(), &body);
        assert_eq!(given.outcome(), outcome, "{body}");
    }
}

#[test]
fn r40_only_an_untouched_ticket_is_one() {
    let phone = numbers::fresh();
    let browser = line().browser();
    let whole = ticket(&browser, &phone);
    let (masked, sealed) = whole.split_once('~').unwrap();
    let (shorter, _) = sealed.split_at(sealed.len() - 1);
    // What a login's cookie holds is no ticket either.
    let other = line().browser();
    other.ask_code(&numbers::fresh());
    let cookie = other
        .jar()
        .get(tests::cookies::CHALLENGE)
        .unwrap()
        .to_owned();
    for touched in [
        sealed.to_owned(),
        format!("{masked}~{}", shorter),
        format!("{masked}~{}A", shorter),
        format!("{masked}~{cookie}"),
        masked.to_owned(),
        String::new(),
    ] {
        if touched == whole {
            continue;
        }
        assert_eq!(
            send(&browser, &touched).outcome(),
            "410 no_challenge",
            "{touched}"
        );
    }
    assert_eq!(line().telephone().texts(&phone).len(), 0);
}
