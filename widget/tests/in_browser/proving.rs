//! From a demand for a proof to the proof, in the page.

use gloo_events::{EventListener, EventListenerOptions};
use protocol::{
    Problem, ProblemCode, ProofOffer,
    proof::{PowChallenge, TurnstileOffer},
};
use sha2::{Digest, Sha256};
use wasm_bindgen_test::wasm_bindgen_test;

use super::{
    network::{Answer, CHALLENGE},
    stage::Stage,
};

const SALT: &str = "pZ5q1Xw0S8mO3kT7?expires=1790000000&max=2000&";

/// What the worker writes when it wants this number to be found.
fn wants(number: u32, turnstile: Option<TurnstileOffer>) -> Answer {
    let hash = Sha256::digest(format!("{SALT}{number}"));
    let challenge = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    refuses(Some(ProofOffer {
        pow: Some(PowChallenge {
            algorithm: "SHA-256".to_owned(),
            challenge,
            salt: SALT.to_owned(),
            max_number: 4_000_000,
            signature: "c2ln".to_owned(),
        }),
        turnstile,
    }))
}

fn refuses(proof: Option<ProofOffer>) -> Answer {
    let problem = Problem {
        kind: "/problems/proof_required".to_owned(),
        title: String::new(),
        status: 428,
        code: ProblemCode::ProofRequired,
        detail: None,
        retry_after: None,
        tries_left: None,
        anti_forgery: None,
        proof,
    };
    let problem = serde_json::to_string(&problem).expect("a problem is JSON");
    Answer::Reply(428, problem)
}

fn turnstile() -> Option<TurnstileOffer> {
    Some(TurnstileOffer {
        site_key: "1x0".to_owned(),
        action: "sms-login".to_owned(),
    })
}

fn sent() -> Answer {
    Answer::Reply(202, CHALLENGE.to_owned())
}

/// Never found before the test is over.
const FAR: u32 = 3_999_999;

const FOUND: &str = r#"{"phone":"+385911234650","channel":"sms","proof":{"kind":"pow","salt":"pZ5q1Xw0S8mO3kT7?expires=1790000000&max=2000&","number":1999,"signature":"c2ln"}}"#;
const TOKEN: &str =
    r#"{"phone":"+385911234650","channel":"sms","proof":{"kind":"turnstile","token":"0.abc"}}"#;

/// Somebody has asked for a code, and these are the answers.
async fn asked(answers: Vec<Answer>) -> Stage {
    let stage = Stage::at_phone(answers).await;
    stage.types("#number", "+385911234650");
    stage
}

fn body(stage: &Stage, request: usize) -> String {
    stage.network.seen(|seen| seen[request].body.clone())
}

/// The page takes it on to ask Turnstile.
fn takes_it_on(stage: &Stage) -> EventListener {
    let may_prevent = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&stage.host, "sms-login:proof", may_prevent, |event| {
        event.prevent_default();
    })
}

fn prove(stage: &Stage, token: Option<&str>) {
    let element = stage.element.as_ref().expect("it is in the page");
    element.prove(token.map(str::to_owned));
}

#[wasm_bindgen_test]
async fn r21_the_work_is_done_without_a_word() {
    let stage = asked(vec![wants(1999, None), sent()]).await;
    stage.press("[type=submit]");
    stage.until(|stage| stage.shows("#code")).await;
    assert_eq!(body(&stage, 2), FOUND);
    assert_eq!(stage.heard(), ["code-sent null"]);
    assert_eq!(stage.focus(), "code");
}

#[wasm_bindgen_test]
async fn r21_the_page_has_its_turn_while_the_element_works() {
    let stage = asked(vec![wants(FAR, None), sent()]).await;
    stage.press("[type=submit]");
    stage
        .until(|stage| stage.network.requests() == 2 && !stage.input("#number").read_only())
        .await;
    stage.settled().await;
    assert_eq!(stage.text("[type=submit]"), "Sending…");
    assert!(stage.attribute("[type=submit]", "aria-disabled").is_some());
    // A number that is changed needs no proof any more.
    stage.types("#number", "+38591123465");
    stage.settled().await;
    assert_eq!(stage.text("[type=submit]"), "Text me a code");
    assert_eq!(stage.network.requests(), 2);
}

#[wasm_bindgen_test]
async fn r21_work_ends_with_the_element() {
    let mut stage = asked(vec![wants(20_000, None), sent()]).await;
    stage.press("[type=submit]");
    stage
        .until(|stage| stage.network.requests() == 2 && !stage.input("#number").read_only())
        .await;
    drop(stage.element.take());
    stage.settled().await;
    assert_eq!(stage.network.requests(), 2);
}

#[wasm_bindgen_test]
async fn r21_a_page_that_asks_turnstile_is_waited_for() {
    let stage = asked(vec![wants(1999, turnstile()), sent()]).await;
    let _page = takes_it_on(&stage);
    stage.press("[type=submit]");
    stage.until(|stage| !stage.heard().is_empty()).await;
    let asked = r#"proof {"siteKey":"1x0","action":"sms-login"}"#;
    assert_eq!(stage.heard(), [asked]);
    stage.settled().await;
    assert_eq!(stage.network.requests(), 2);
    prove(&stage, Some("0.abc"));
    stage.until(|stage| stage.shows("#code")).await;
    assert_eq!(body(&stage, 2), TOKEN);
}

#[wasm_bindgen_test]
async fn r21_what_the_page_does_not_do_is_done_by_work() {
    // It does not listen.
    let stage = asked(vec![wants(1999, turnstile()), sent()]).await;
    stage.press("[type=submit]");
    stage.until(|stage| stage.shows("#code")).await;
    assert_eq!(body(&stage, 2), FOUND);
    drop(stage);

    // It gives up.
    let stage = asked(vec![wants(1999, turnstile()), sent()]).await;
    let _page = takes_it_on(&stage);
    stage.press("[type=submit]");
    stage.until(|stage| !stage.heard().is_empty()).await;
    prove(&stage, None);
    stage.until(|stage| stage.shows("#code")).await;
    assert_eq!(body(&stage, 2), FOUND);
}

#[wasm_bindgen_test]
async fn r21_a_demand_that_nobody_can_meet_is_a_sentence() {
    let of_tomorrow = r#","proof":{"pow":{"algorithm":"ARGON2ID","challenge":"","salt":"","max_number":1,"signature":""}}"#;
    let broken = r#","proof":{"pow":{"algorithm":"SHA-256","max_number":"1"},"turnstile":null}"#;
    for answer in [
        refuses(None),
        refuses(Some(ProofOffer::default())),
        Answer::problem(428, "proof_required", of_tomorrow),
        Answer::problem(428, "proof_required", broken),
    ] {
        let stage = asked(vec![answer]).await;
        stage.press("[type=submit]");
        stage.until(|stage| !stage.heard().is_empty()).await;
        assert_eq!(stage.heard(), [r#"problem {"code":"proof_required"}"#]);
        assert!(stage.text("[role=alert]").contains("not a robot"));
        assert_eq!(stage.input("#number").value(), "+385911234650");
    }
}
