//! What of passkeys does a person see, and what does the worker?
//!
//! Not here: the browser's part (`tests/tests/in_browser/passkeys.rs`); a test says how it ended.

use wasm_bindgen_test::wasm_bindgen_test;

use super::{
    network::{Answer, CHALLENGE, CONFIG, SESSION},
    stage::Stage,
};

const LINK: &str = ".links > :nth-child(4)";
const OFFER: &str = "slot[name] + div";
const CREATE: &str = "slot[name] + div > [part=button]";
const OPTIONS: &str = r#"{"publicKey":{"challenge":"Y2hhbGxlbmdl"}}"#;
const CREDENTIAL: &str = r#"{"id":"aWQ","type":"public-key","response":{}}"#;

fn config() -> Answer {
    let passkeys = r#""passkeys":true,"has_session""#;
    Answer::ok(&CONFIG.replace(r#""has_session""#, passkeys))
}

fn session(passkeys: u32) -> Answer {
    let more = format!(r#","passkeys":{passkeys},"anti_forgery":"secret","renew_by""#);
    Answer::ok(&SESSION.replace(r#","renew_by""#, &more))
}

/// In a browser that can do so much.
async fn at_phone(able: &str, mut answers: Vec<Answer>) -> Stage {
    answers.insert(0, config());
    let stage = Stage::set(&[("data-able", able)], answers);
    stage.until(|stage| stage.shows("#number")).await;
    stage
}

/// Somebody has just come in by a code, and has no passkey.
async fn at_offer(mut answers: Vec<Answer>) -> Stage {
    answers.splice(0..0, [Answer::Reply(202, CHALLENGE.to_owned()), session(0)]);
    let stage = at_phone("1", answers).await;
    stage.types("#number", "+385911234695");
    stage.press("[type=submit]");
    stage.until(|stage| stage.shows("#code")).await;
    stage.types("#code", "123456");
    stage.until(|stage| stage.shows(OFFER)).await;
    stage
}

#[wasm_bindgen_test]
async fn the_field_offers_passkeys_and_the_one_that_is_chosen_signs_in() {
    let stage = at_phone("2", vec![Answer::ok(OPTIONS), session(1)]).await;
    let filled_in = || stage.attribute("#number", "autocomplete");
    assert_eq!(filled_in().as_deref(), Some("tel webauthn"));
    let awaited = format!("await {OPTIONS}");
    stage.until(|stage| stage.ceremony() == awaited).await;
    assert_eq!(stage.attribute("form", "data-busy"), None);
    stage.holds(Some(CREDENTIAL), "");
    assert_eq!(stage.ceremony(), "");
    stage.until(|stage| stage.shows("slot[name]")).await;
    stage.network.seen(|seen| {
        assert!(
            seen[1]
                .line
                .ends_with("POST https://login.example.com/v1/passkeys/login/options")
        );
        assert_eq!(seen[1].body, "{}");
        assert!(seen[2].line.ends_with("/v1/passkeys/login"));
        assert_eq!(seen[2].body, format!(r#"{{"credential":{CREDENTIAL}}}"#));
    });
    assert!(
        stage.heard()[0].contains(r#""passkeys":1,"#),
        "the page is told"
    );
    assert!(!stage.shows(OFFER));
}

#[wasm_bindgen_test]
async fn a_browser_or_a_page_without_them_is_as_ever() {
    let without = [("data-able", "2"), ("no-passkeys", "")];
    for attributes in [&[][..], &without] {
        let stage = Stage::set(attributes, vec![config()]);
        stage.until(|stage| stage.shows("#number")).await;
        stage.settled().await;
        assert_eq!(stage.network.requests(), 1);
        assert!(!stage.shows(LINK));
        let filled_in = stage.attribute("#number", "autocomplete");
        assert_eq!(filled_in.as_deref(), Some("tel"));
    }
}

#[wasm_bindgen_test]
async fn a_passkey_that_is_asked_for_may_be_refused_or_not_be_chosen() {
    let refusal = Answer::problem(422, "passkey_refused", "");
    let stage = at_phone("1", vec![Answer::ok(OPTIONS), refusal]).await;
    assert_eq!(stage.network.requests(), 1);
    assert_eq!(stage.text(LINK), "Sign in with a passkey");
    stage.press(LINK);
    let used = format!("use {OPTIONS}");
    stage.until(|stage| stage.ceremony() == used).await;
    stage.holds(None, "NotAllowedError");
    assert_eq!(
        (stage.ceremony(), stage.text("[role=alert]")),
        <_>::default()
    );
    // What the worker gave for it is as good as before.
    stage.press(LINK);
    assert_eq!(stage.ceremony(), used);
    stage.holds(Some(CREDENTIAL), "");
    stage
        .until(|stage| stage.text("[role=alert]").contains("was not accepted"))
        .await;
    assert_eq!(stage.heard(), [r#"problem {"code":"passkey_refused"}"#]);
}

#[wasm_bindgen_test]
async fn whoever_came_by_a_code_makes_one() {
    let stage = at_offer(vec![
        Answer::ok(OPTIONS),
        Answer::Reply(201, "{}".to_owned()),
    ])
    .await;
    assert_eq!(stage.focus(), "H2");
    assert!(stage.text(OFFER).contains("without a code"));
    stage.press(CREATE);
    let made = format!("make {OPTIONS}");
    stage.until(|stage| stage.ceremony() == made).await;
    stage.holds(Some(CREDENTIAL), "");
    stage.until(|stage| !stage.shows(OFFER)).await;
    assert_eq!(stage.focus(), "H2", "the focus is not lost with the button");
    let said = stage.text("form > [role=status]");
    assert_eq!(said, "You can sign in with your passkey from now on.");
    stage.network.seen(|seen| {
        assert!(seen[3].line.ends_with("/v1/passkeys/options"));
        assert_eq!(seen[3].body, r#"{"anti_forgery":"secret"}"#);
        assert!(
            seen[4]
                .line
                .ends_with("POST https://login.example.com/v1/passkeys")
        );
        let kept = format!(r#"{{"anti_forgery":"secret","credential":{CREDENTIAL}}}"#);
        assert_eq!(seen[4].body, kept);
    });
    assert_eq!(
        stage.heard().last().map(String::as_str),
        Some("passkey-created null")
    );
}

#[wasm_bindgen_test]
async fn whoever_wants_none_is_left_alone() {
    let stage = at_offer(vec![]).await;
    stage.press("slot[name] + div > [part=link]");
    assert!(!stage.shows(OFFER));
    assert_eq!(stage.focus(), "H2");
    assert_eq!(stage.network.requests(), 3);
}

#[wasm_bindgen_test]
async fn a_device_that_has_one_says_so() {
    let stage = at_offer(vec![Answer::ok(OPTIONS)]).await;
    stage.press(CREATE);
    stage
        .until(|stage| stage.ceremony().starts_with("make"))
        .await;
    stage.holds(None, "InvalidStateError");
    let said = stage.text("form > [role=status]");
    assert_eq!(said, "This device has a passkey already.");
    assert!(!stage.shows(OFFER));
}

#[wasm_bindgen_test]
async fn a_login_that_is_too_old_for_it_is_told() {
    let refusal = Answer::problem(403, "login_too_old", "");
    let stage = at_offer(vec![refusal]).await;
    stage.press(CREATE);
    stage
        .until(|stage| stage.text("[role=alert]").contains("Sign in again"))
        .await;
    assert!(stage.shows("slot[name]"), "they are in as before");
}
