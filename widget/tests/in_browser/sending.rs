//! From a number to a code on its way, in the page.

use wasm_bindgen_test::wasm_bindgen_test;

use super::{
    network::{Answer, CHALLENGE, CONFIG},
    stage::Stage,
};

#[wasm_bindgen_test]
async fn a_number_is_sent_as_e164_and_the_field_of_the_code_has_the_focus() {
    let stage = Stage::at_code("091 123 4601", vec![]).await;
    stage.network.seen(|seen| {
        let lines: Vec<_> = seen.iter().map(|it| it.line.as_str()).collect();
        assert_eq!(
            lines,
            [
                "GET https://login.example.com/v1/config",
                "POST https://login.example.com/v1/challenges"
            ]
        );
        assert_eq!(seen[1].body, r#"{"phone":"+385911234601","channel":"sms"}"#);
        assert!(seen.iter().all(|it| it.credentials == "include"));
    });
    assert_eq!(stage.focus(), "code");
    assert_eq!(stage.text("bdi"), "+385911234601");
    assert_eq!(stage.heard(), ["code-sent null"]);
}

#[wasm_bindgen_test]
async fn r59_under_the_number_stands_what_a_text_is_worth() {
    let stage = Stage::at_phone(vec![]).await;
    assert!(stage.shows("#number-hint"));
    let hint = stage.text("#number-hint");
    assert!(hint.contains("Whoever takes over your number"), "{hint}");
    let described = stage.attribute("#number", "aria-describedby");
    assert_eq!(
        described.as_deref(),
        Some("number-hint error"),
        "it is read out, too"
    );
}

#[wasm_bindgen_test]
async fn what_is_no_number_is_said_at_the_field_and_not_sent() {
    let stage = Stage::at_phone(vec![]).await;
    stage.types("#number", "ana@example.com");
    stage.press("[type=submit]");
    stage.settled().await;
    assert_eq!(stage.network.requests(), 1);
    assert!(stage.text("[role=alert]").contains("only digits"));
    assert_eq!(
        stage.attribute("#number", "aria-invalid").as_deref(),
        Some("true")
    );
    assert_eq!(stage.focus(), "number");

    stage.types("#number", "091");
    assert_eq!(stage.text("[role=alert]"), "");
    assert_eq!(stage.attribute("#number", "aria-invalid"), None);
}

#[wasm_bindgen_test]
async fn a_refused_number_is_said_and_told_to_the_page_without_the_number() {
    let refusal = Answer::problem(422, "phone_not_served", r#","detail":"<b>no</b>""#);
    let stage = Stage::at_phone(vec![refusal]).await;
    stage.types("#number", "+385911234602");
    stage.press("[type=submit]");
    stage.until(|stage| !stage.heard().is_empty()).await;
    assert!(
        stage
            .text("[role=alert]")
            .contains("cannot text this number")
    );
    assert_eq!(stage.heard(), [r#"problem {"code":"phone_not_served"}"#]);
    assert_eq!(stage.input("#number").value(), "+385911234602");
}

#[wasm_bindgen_test]
async fn a_wait_stands_on_the_button_which_keeps_the_focus() {
    let refusal = Answer::problem(429, "too_many_sends", r#","retry_after":90"#);
    let stage = Stage::at_phone(vec![refusal]).await;
    stage.types("#number", "+385911234603");
    stage.press("[type=submit]");
    stage.until(|stage| !stage.heard().is_empty()).await;
    assert!(stage.text("[type=submit]").contains("in 1:"));
    assert_eq!(
        stage.attribute("[type=submit]", "aria-disabled").as_deref(),
        Some("true")
    );
    assert_eq!(stage.attribute("[type=submit]", "disabled"), None);
    assert_eq!(
        stage.heard(),
        [r#"problem {"code":"too_many_sends","retryAfter":90}"#]
    );
    stage.press("[type=submit]");
    stage.settled().await;
    assert_eq!(stage.network.requests(), 2);
}

#[wasm_bindgen_test]
async fn pressing_twice_sends_once() {
    let stage = Stage::at_phone(vec![Answer::Silence]).await;
    stage.types("#number", "+385911234604");
    stage.press("[type=submit]");
    stage.press("[type=submit]");
    stage.settled().await;
    assert_eq!(stage.network.requests(), 2);
    assert_eq!(
        stage.attribute("form", "data-busy").as_deref(),
        Some("true")
    );
}

#[wasm_bindgen_test]
async fn another_number_starts_from_the_one_that_was_typed() {
    let stage = Stage::at_code("091 123 4605", vec![Answer::Reply(204, String::new())]).await;
    stage.types("#code", "12");
    stage.press(".links :last-child");
    stage.until(|stage| stage.shows("#number")).await;
    assert_eq!(stage.input("#number").value(), "091 123 4605");
    assert_eq!(stage.input("#code").value(), "");
    assert_eq!(stage.focus(), "number");
    stage
        .network
        .seen(|seen| assert!(seen[2].line.starts_with("DELETE ")));
}

#[wasm_bindgen_test]
async fn whatever_the_network_throws_the_person_can_try_again() {
    for failure in [
        Answer::Breaks,
        Answer::Throws,
        Answer::ok("<html>"),
        Answer::ok("{}"),
        Answer::Reply(502, "Bad Gateway".to_owned()),
        Answer::problem(500, "a_code_of_tomorrow", ""),
    ] {
        let stage = Stage::set(&[], vec![failure]);
        stage.until(|stage| stage.shows("[type=submit]")).await;
        assert_eq!(stage.text("[type=submit]"), "Try again");
        assert_ne!(stage.text("[role=alert]"), "");
        stage.network.then(Answer::ok(CONFIG));
        stage.press("[type=submit]");
        stage.until(|stage| stage.shows("#number")).await;
    }
}

#[wasm_bindgen_test]
async fn a_longer_code_has_more_boxes() {
    let challenge = CHALLENGE.replace("\"code_length\":6", "\"code_length\":8");
    let stage = Stage::at_phone(vec![Answer::Reply(202, challenge)]).await;
    stage.types("#number", "+385911234606");
    stage.press("[type=submit]");
    stage.until(|stage| stage.shows("#code")).await;
    assert_eq!(stage.node(".boxes").child_element_count(), 8);
}
