//! What does a no tell of the inside?
//!
//! A worker of its own holds secrets that can be recognised, and a provider that refuses them in its own words. That every no has one
//! shape is held of every answer of every test (`tests::contract`); what is told of people is searched for in `privacy`.

use std::fs;

use protocol::messages::path;
use serde_json::json;
use tests::line::Line;
use tests::numbers;

/// Words that stand in stacks, panics and other people's errors.
const INSIDE: [&str; 10] = [
    ".rs:",
    ".js:",
    "wasm",
    "panicked",
    "requestError",
    "serviceException",
    "UNAUTHORIZED",
    "Invalid login",
    "PHONES",
    "SQLITE",
];

#[test]
fn r14_no_refusal_tells_a_secret_a_stack_or_what_the_provider_said() {
    const KEY: &str = "API-KEY-CANARY-7f3a";
    const APPLICATION: &str = "APPLICATIONCANARY";
    const MESSAGE: &str = "MESSAGECANARY";
    const HOOK: &str = "HOOK-CANARY-91c2";
    let webhook = format!("http://127.0.0.1:9/{HOOK}");
    let line = Line::with(&[
        ("INFOBIP_API_KEY", KEY),
        ("INFOBIP_APPLICATION_ID", APPLICATION),
        ("INFOBIP_MESSAGE_ID", MESSAGE),
        ("ALERT_WEBHOOK", &webhook),
        // The second text is half of it, and nobody is there to be told.
        ("SENDS_PER_SITE", "4/4"),
    ]);
    let browser = line.browser();
    let mut outcomes = Vec::new();
    for _ in 0..5 {
        outcomes.push(browser.ask_code(&numbers::fresh()).outcome());
    }
    assert_eq!(outcomes[..4], ["503 misconfigured"; 4]);
    assert_eq!(outcomes[4], "503 sends_paused");
    for wrong in [
        json!({}),
        json!({ "phone": 1 }),
        json!({ "phone": "+1", "x": [[[[]]]] }),
    ] {
        for (method, path) in line.contract().operations() {
            let method = method.parse().unwrap();
            browser.send(browser.request(method, &path, Some(&wrong)));
        }
    }
    browser.get("/v1/admin/look-up");
    browser.post(path::CHALLENGES, &json!({ "phone": "+385".repeat(2000) }));

    let keys = fs::read_to_string(line.folder().join("keys.env")).unwrap();
    let keys = keys.lines().filter_map(|line| line.rsplit(':').next());
    let secrets: Vec<_> = keys.chain([KEY, APPLICATION, MESSAGE, HOOK]).collect();
    assert_eq!(secrets.len(), 9, "one key of each kind, and the rest");
    let (heard, log) = (browser.heard(), line.log());
    assert!(log.contains("Infobip refused the request"), "{log}");
    assert!(log.contains("ALERT_WEBHOOK did not take an alert"), "{log}");
    for secret in secrets {
        assert!(!heard.contains(secret), "told: {secret}");
        assert!(!log.contains(secret), "logged: {secret}");
    }
    for word in INSIDE {
        assert!(!heard.contains(word), "told: {word}");
    }
}
