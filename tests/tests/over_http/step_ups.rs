//! Does a site's backend get proof of a number that it knows, and nobody else?
//!
//! Not here: what a right code does to the number's record (`login`), and what the person sees (`in_browser`).

use protocol::step_up::path;
use serde_json::json;
use tests::browser::claims;
use tests::line::Line;
use tests::numbers;
use ureq::http::{HeaderValue, Method};

use crate::line;
use crate::tokens::verify_as;

#[test]
fn a_backend_hears_in_signed_words_that_its_customer_has_the_number() {
    let phone = numbers::fresh();
    let person = line().browser();
    let ticket = line().ticket(&phone);
    let (national, last_two) = phone.split_at(phone.len() - 2);
    assert!(ticket.starts_with(&format!("385-{last_two}~")), "{ticket}");
    let rest = national.trim_start_matches("+385");
    assert!(!ticket.contains(rest), "only that much of it");
    assert_eq!(
        line().telephone().texts(&phone).len(),
        0,
        "nobody asked yet"
    );

    assert_eq!(person.sends_for(&ticket).status, 202);
    let code = line().telephone().code(&phone);
    let wrong = person.verifies_for(&ticket, &numbers::wrong(&code));
    assert_eq!(wrong.outcome(), "422 wrong_code");
    let proved = person.verifies_for(&ticket, &code);
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
        person.verifies_for(&ticket, &code).outcome(),
        "410 no_challenge"
    );
    assert_eq!(person.sends_for(&ticket).outcome(), "410 no_challenge");
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
    let key = line().secret("STEP_UP_KEYS");
    let other = "A".repeat(key.len());
    assert_eq!(
        browser.asks_for_ticket(&other, &body).outcome(),
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
        browser.asks_for_ticket(&key, &body).outcome(),
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
        let given = browser.asks_for_ticket(&line().secret("STEP_UP_KEYS"), &body);
        assert_eq!(given.outcome(), outcome, "{body}");
    }
}

#[test]
fn r40_only_an_untouched_ticket_is_one() {
    let phone = numbers::fresh();
    let browser = line().browser();
    let whole = line().ticket(&phone);
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
            browser.sends_for(&touched).outcome(),
            "410 no_challenge",
            "{touched}"
        );
    }
    assert_eq!(line().telephone().texts(&phone).len(), 0);
}
