//! What is a page offered that must show a proof, and what does the worker make of Turnstile's answers?
//!
//! Not here: proofs of work (`login`), and both on workerd (the end-to-end tests).

use serde_json::{Value, json};

use super::walk::{Browser, Up};
use super::*;

/// A world that asks everybody for a proof, and Turnstile about tokens.
fn wary() -> Up {
    Up::with(&[
        ("BOT_CHECK", "always"),
        ("TURNSTILE_SITE_KEY", "0x4A"),
        ("TURNSTILE_SECRET", "0x4B"),
    ])
}

/// What is answered to somebody who shows this.
async fn shown(world: &Up, phone: &str, proof: Option<Value>) -> Value {
    let mut ask = json!({ "phone": phone });
    if let Some(proof) = proof {
        ask["proof"] = proof;
    }
    let answered = Browser::new(world).post(path::CHALLENGES, ask).await;
    let mut body: Value = serde_json::from_str(&answered.body).unwrap();
    body["status"] = answered.status.into();
    body
}

fn token() -> Option<Value> {
    Some(json!({ "kind": "turnstile", "token": "canary" }))
}

/// What Turnstile says of a token that is good: the world's clock stands at a million seconds.
fn passed() -> Value {
    json!({
        "success": true,
        "challenge_ts": "1970-01-12T13:46:00Z",
        "hostname": "shop.example.com",
        "action": "sms-login",
    })
}

#[tokio::test]
async fn r21_turnstile_is_offered_beside_dearer_work_and_its_word_does() {
    let phone = "+385912345680";
    let world = wary();
    let demand = shown(&world, phone, None).await;
    assert_eq!(demand["status"], 428);
    let offer = &demand["proof"];
    assert_eq!(
        offer["turnstile"],
        json!({ "site_key": "0x4A", "action": "sms-login" })
    );
    let work_alone = Up::with(&[("BOT_CHECK", "always")]);
    let cheaper = shown(&work_alone, phone, None).await;
    assert!(cheaper["proof"]["turnstile"].is_null());
    assert!(offer["pow"]["max_number"].as_u64() > cheaper["proof"]["pow"]["max_number"].as_u64());

    *world.turnstile.borrow_mut() = Some(passed());
    assert_eq!(shown(&world, phone, token()).await["status"], 202);
    assert_eq!(
        shown(&world, phone, token()).await["code"],
        "proof_required",
        "even if Turnstile said yes twice"
    );
    assert_eq!(*world.sent.borrow(), 1);
}

#[tokio::test]
async fn r21_r86_whatever_else_turnstile_says_no_text_is_sent() {
    let no = |error: &str| Some(json!({ "success": false, "error-codes": [error] }));
    let but = |name: &str, value: Value| {
        let mut answer = passed();
        answer[name] = value;
        Some(answer)
    };
    let cases = [
        (but("hostname", json!("evil.example")), true, false),
        (but("action", json!("checkout")), true, false),
        (
            but("challenge_ts", json!("1970-01-12T13:41:39Z")),
            true,
            false,
        ),
        (no("timeout-or-duplicate"), true, false),
        (no("internal-error"), false, false),
        (no("invalid-input-secret"), false, true),
        (Some(json!("down for maintenance")), false, false),
        (None, false, false),
    ];
    for (answer, offered_again, reported) in cases {
        let world = wary();
        *world.turnstile.borrow_mut() = answer.clone();
        let refused = shown(&world, "+385912345681", token()).await;
        assert_eq!(refused["code"], "proof_required", "{answer:?}");
        let offer = &refused["proof"];
        assert!(offer["pow"].is_object(), "{answer:?}");
        assert_eq!(offer["turnstile"].is_object(), offered_again, "{answer:?}");
        assert_eq!(!world.reported.borrow().is_empty(), reported, "{answer:?}");
        assert_eq!(*world.sent.borrow(), 0, "{answer:?}");
    }
}
