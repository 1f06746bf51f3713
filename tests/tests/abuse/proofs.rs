//! Who must show a proof for their text, and what is it good for? (R21)
//!
//! Not here: how work is found (`tests::work`); what makes a proof one (`login`), and how the element
//! comes by it (`in_browser`); Turnstile ([`crate::turnstile`]).

use std::sync::LazyLock;

use protocol::messages::path;
use serde_json::{Value, json};
use tests::answer::Answer;
use tests::browser::Browser;
use tests::crowd::in_a_crowd;
use tests::line::Line;
use tests::numbers;
use tests::work::solved;

/// A worker that asks everybody for a proof.
static WARY: LazyLock<Line> = LazyLock::new(|| Line::with(&[("BOT_CHECK", "always")]));

pub(crate) const DEMANDED: &str = "428 proof_required";

pub(crate) fn ask(browser: &Browser<'_>, phone: &str, proof: &Value) -> Answer {
    browser.post(path::CHALLENGES, &json!({ "phone": phone, "proof": proof }))
}

#[test]
fn r21_one_proof_shown_a_hundred_times_at_once_is_good_for_one_text() {
    let phone = numbers::fresh();
    let proof = solved(&WARY.browser().ask_code(&phone));
    let outcomes = in_a_crowd(100, |_| ask(&WARY.browser(), &phone, &proof).outcome());
    let sent = outcomes.iter().filter(|outcome| *outcome == "202");
    assert_eq!(sent.count(), 1, "{outcomes:?}");
    let refused = outcomes.iter().filter(|outcome| *outcome == DEMANDED);
    assert_eq!(refused.count(), 99, "{outcomes:?}");
    assert_eq!(WARY.telephone().asked("send", &phone), 1);
}

#[test]
fn r21_somebody_signs_in_with_a_proof_for_each_text() {
    let (browser, phone) = (WARY.browser(), numbers::fresh());
    let proof = solved(&browser.ask_code(&phone));
    assert_eq!(ask(&browser, &phone, &proof).outcome(), "202");
    let demand = browser.resend();
    let proof = solved(&demand);
    let again = |proof: &Value| browser.post(path::RESEND, &json!({ "proof": proof }));
    let early = again(&proof);
    assert_eq!(early.outcome(), "429 send_too_soon");
    std::thread::sleep(early.retry_after().unwrap());
    assert_eq!(again(&proof).outcome(), "202", "no proof is lost on a wait");
    assert_eq!(again(&proof).outcome(), DEMANDED, "nor good for two texts");
    assert_eq!(
        browser.verify(&WARY.telephone().code(&phone)).outcome(),
        "200"
    );
}

#[test]
fn r21_a_proof_for_another_number_or_touched_is_none() {
    let (browser, phone) = (WARY.browser(), numbers::fresh());
    let good = solved(&browser.ask_code(&phone));
    let mut cases = vec![(
        "another number's",
        solved(&browser.ask_code(&numbers::fresh())),
    )];
    let mut touch = |what, value: Value| {
        let mut touched = good.clone();
        touched[what] = value;
        cases.push((what, touched));
    };
    touch("number", json!(good["number"].as_u64().unwrap() + 1));
    touch("signature", json!("AAAA"));
    let salt = good["salt"].as_str().unwrap();
    touch("salt", json!(salt.replace("expires=1", "expires=2")));
    for (what, proof) in cases {
        assert_eq!(ask(&browser, &phone, &proof).outcome(), DEMANDED, "{what}");
    }
    assert_eq!(WARY.telephone().asked("send", &phone), 0);
    assert_eq!(ask(&browser, &phone, &good).outcome(), "202");
}

#[test]
fn r21_a_network_is_allowed_then_asked_for_proofs_then_refused() {
    let line = Line::with(&[("BOT_CHECK", "risk"), ("SENDS_PER_NETWORK", "4/10")]);
    let here = || line.browser().at("192.0.2.21");
    // Somebody has signed in, so the country is not new.
    here().sign_in(&numbers::fresh());
    assert_eq!(here().ask_code(&numbers::fresh()).outcome(), "202");
    for _ in 0..2 {
        let phone = numbers::fresh();
        let demand = here().ask_code(&phone);
        assert_eq!(ask(&here(), &phone, &solved(&demand)).outcome(), "202");
    }
    let phone = numbers::fresh();
    assert_eq!(
        here().ask_code(&phone).outcome(),
        "429 too_many_from_network"
    );
    assert_eq!(line.telephone().asked("send", &phone), 0);
}
