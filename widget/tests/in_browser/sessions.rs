//! Who is already in, and how they leave, in the page.

use wasm_bindgen_test::wasm_bindgen_test;

use super::{
    network::{Answer, CONFIG, SESSION},
    stage::{Hidden, Stage},
};

fn config_with_session() -> Answer {
    Answer::ok(&CONFIG.replace("\"has_session\":false", "\"has_session\":true"))
}

async fn signed_in(attributes: &[(&str, &str)]) -> Stage {
    let stage = Stage::set(attributes, vec![config_with_session(), Answer::ok(SESSION)]);
    stage.until(|stage| !stage.heard().is_empty()).await;
    stage
}

#[wasm_bindgen_test]
async fn whoever_has_a_session_is_in_and_keeps_the_focus_where_it_was() {
    let stage = signed_in(&[("name", "Bura")]).await;
    assert_eq!(stage.text("h2"), "You are signed in to Bura");
    assert_eq!(stage.focus(), "");
    assert_eq!(stage.heard(), [format!("signed-in {SESSION}")]);
}

#[wasm_bindgen_test]
async fn an_expired_token_is_renewed() {
    let expired = Answer::problem(401, "session_expired", "");
    let stage = Stage::set(
        &[],
        vec![config_with_session(), expired, Answer::ok(SESSION)],
    );
    stage.until(|stage| !stage.heard().is_empty()).await;
    stage.network.seen(|seen| {
        assert_eq!(
            seen[2].line,
            "POST https://login.example.com/v1/session/renew"
        );
    });
}

/// The same, with what the worker says of the session.
fn with_value(session: &str, value: &str) -> Answer {
    Answer::ok(&session.replace('}', &format!(",\"anti_forgery\":\"{value}\"}}")))
}

#[wasm_bindgen_test]
async fn r04_r71_what_only_this_page_can_know_goes_along_and_is_told_to_nobody() {
    let stage = Stage::set(
        &[],
        vec![config_with_session(), with_value(SESSION, "first")],
    );
    stage.until(|stage| !stage.heard().is_empty()).await;
    assert_eq!(stage.heard(), [format!("signed-in {SESSION}")]);
    // A page beside this one has signed in anew, so the worker expects another value, and says which.
    let stale = Answer::problem(403, "cross_site", ",\"anti_forgery\":\"second\"");
    stage.network.then(stale);
    stage.network.then(Answer::Reply(204, String::new()));
    stage.press("[part=link]:has(+ [role=status])");
    stage.until(|stage| stage.shows("#number")).await;
    stage.network.seen(|seen| {
        assert_eq!(seen[2].body, r#"{"anti_forgery":"first"}"#);
        assert_eq!(seen[3].body, r#"{"anti_forgery":"second"}"#);
    });
}

#[wasm_bindgen_test]
async fn the_button_and_the_page_can_both_sign_out() {
    for by_page in [false, true] {
        let stage = signed_in(&[]).await;
        stage.network.then(Answer::Reply(204, String::new()));
        match (by_page, &stage.element) {
            (true, Some(element)) => element.sign_out(),
            _ => stage.press("[part=link]:has(+ [role=status])"),
        }
        stage.until(|stage| stage.shows("#number")).await;
        assert_eq!(stage.heard()[1], "signed-out null");
        assert_eq!(stage.text("[role=status]"), "You are signed out.");
    }
}

#[wasm_bindgen_test]
async fn the_button_to_sign_out_can_be_left_out() {
    let stage = signed_in(&[("no-sign-out", "")]).await;
    assert!(!stage.shows("[part=link]:has(+ [role=status])"));
}

/// A session whose token was due long ago.
fn due() -> Answer {
    Answer::ok(&SESSION.replace("\"renew_by\":4000000900", "\"renew_by\":2"))
}

#[wasm_bindgen_test]
async fn an_open_session_is_renewed_and_nobody_notices() {
    let stage = Stage::set(&[], vec![config_with_session(), due(), Answer::ok(SESSION)]);
    stage.until(|stage| stage.network.requests() == 3).await;
    stage.settled().await;
    assert_eq!(stage.network.requests(), 3);
    stage.network.seen(|seen| {
        assert_eq!(
            seen[2].line,
            "POST https://login.example.com/v1/session/renew"
        );
    });
    assert_eq!(stage.heard().len(), 1);
    assert_eq!(stage.text("h2"), "You are signed in");
}

#[wasm_bindgen_test]
async fn a_page_out_of_view_renews_when_it_is_back() {
    let hidden = Hidden::page();
    let stage = Stage::set(&[], vec![config_with_session(), due(), Answer::ok(SESSION)]);
    stage.until(|stage| !stage.heard().is_empty()).await;
    stage.settled().await;
    assert_eq!(stage.network.requests(), 2);
    drop(hidden);
    stage.until(|stage| stage.network.requests() == 3).await;
}

#[wasm_bindgen_test]
async fn a_session_that_ended_elsewhere_says_so_and_leaves_the_focus_alone() {
    let ended = Answer::problem(401, "session_ended", "");
    let stage = Stage::set(&[], vec![config_with_session(), due(), ended]);
    stage.until(|stage| stage.shows("#number")).await;
    assert_eq!(stage.focus(), "");
    assert_eq!(stage.heard()[1], "signed-out null");
    assert_eq!(
        stage.text("[role=alert]"),
        "Your session has ended. Sign in again."
    );
}
