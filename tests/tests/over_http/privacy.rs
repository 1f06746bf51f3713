//! Who gets to see the number, the code and the provider's ids?
//!
//! A worker of its own goes through logins that succeed and logins that fail in every way; then everything that it said, wrote
//! down and logged is searched. Not here: what the page keeps (`in_browser`).

use std::fs;

use protocol::messages::path;
use serde_json::json;
use tests::browser::claims;
use tests::cookies::{CHALLENGE, SESSION};
use tests::line::Line;
use tests::numbers;

use crate::disk::{Disk, forms_of};

const PIN_ID: &str = "PIN0ID0CANARY0PIN0ID0CANARY";
const PROVIDER_TEXT: &str = "PROVIDER-TEXT-CANARY";

#[test]
fn r36_r43_r62_r63_the_number_and_the_code_are_nowhere_but_on_the_telephone() {
    let line = Line::start();
    let mut said = String::new();
    let mut secrets = vec![PIN_ID.to_owned(), PROVIDER_TEXT.to_owned()];
    let mut subjects = Vec::new();

    let phone = numbers::fresh();
    let browser = line.browser();
    browser.ask_code(&phone);
    let code = line.telephone().code(&phone);
    browser.resend();
    browser.verify(&numbers::wrong(&code));
    for cookie in [CHALLENGE, SESSION] {
        assert!(!reveals(browser.jar().get(cookie), &phone));
    }
    let session = browser.verify(&code).json();
    subjects.push(session["subject"].as_str().unwrap().to_owned());
    said.push_str(&claims(browser.jar().get(SESSION).unwrap()).to_string());
    browser.session();
    browser.renew();
    browser.get(path::CONFIG);
    browser.logout();
    said.push_str(&browser.heard());
    secrets.extend([code, phone]);

    for phone in failures(&line, &mut said) {
        secrets.push(phone);
    }
    let keys = fs::read_to_string(line.folder().join("keys.env")).unwrap();
    let keys: Vec<_> = keys
        .lines()
        .filter_map(|entry| entry.split_once('=')?.1.split_once(':'))
        .map(|(_, key)| key.to_owned())
        .collect();
    assert_eq!(keys.len(), 5, "R50: one key of each kind");

    let log = line.log();
    assert!(log.contains("Infobip refused the request"), "it does log");
    for secret in secrets.iter().chain(&keys) {
        assert!(!reveals(Some(&said), secret), "told: {secret}");
        assert!(!reveals(Some(&log), secret), "logged: {secret}");
    }

    let disk = Disk::of(&line);
    // The search finds what is there.
    assert!(subjects.iter().all(|id| !disk.holding(id).is_empty()));
    for phone in secrets.iter().filter(|secret| secret.starts_with('+')) {
        for needle in forms_of(phone) {
            let found = disk.holding(&needle);
            assert!(found.is_empty(), "R62: {phone} as {needle:?} in {found:?}");
        }
    }
}

/// Logins that go wrong, with words and ids of the provider that must not get through. The numbers they were tried with.
fn failures(line: &Line, said: &mut String) -> Vec<String> {
    let words = json!({ "requestError": { "serviceException": {
        "messageId": PROVIDER_TEXT, "text": PROVIDER_TEXT,
    } } });
    let faults = [
        (
            "send",
            json!({ "answer": { "patch": { "pinId": PIN_ID } } }),
        ),
        (
            "send",
            json!({ "answer": { "status": { "code": 401, "body": words } } }),
        ),
        (
            "send",
            json!({ "answer": { "status": { "code": 400, "body": words } } }),
        ),
        (
            "send",
            json!({ "answer": { "json": { "pinId": [PIN_ID], "to": PROVIDER_TEXT } } }),
        ),
        ("send", json!({ "answer": "truncated" })),
        (
            "verify",
            json!({ "answer": { "status": { "code": 403, "body": words } } }),
        ),
        (
            "verify",
            json!({ "answer": { "patch": { "pinId": PIN_ID } } }),
        ),
        (
            "verify",
            json!({ "answer": { "patch": { "pinError": PROVIDER_TEXT } } }),
        ),
        ("verify", json!({ "answer": "drop" })),
    ];
    let mut phones = Vec::new();
    for (operation, fault) in faults {
        let phone = numbers::fresh();
        line.telephone().breaks(operation, &phone, &fault);
        let browser = line.browser();
        browser.ask_code(&phone);
        browser.verify("123456");
        browser.post(path::CHALLENGES, &json!({ "phone": phone, "x": phone }));
        browser.post(path::CHALLENGES, &json!({ "phone": format!("{phone} ") }));
        said.push_str(&browser.heard());
        phones.push(phone);
    }
    phones
}

/// Whether a text holds a secret; of a telephone number, the part that people dial at home is enough.
fn reveals(text: Option<&str>, secret: &str) -> bool {
    let secret = secret.strip_prefix("+385").unwrap_or(secret);
    text.is_some_and(|text| text.contains(secret))
}
