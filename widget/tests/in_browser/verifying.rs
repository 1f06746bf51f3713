//! From a code to a person who is in, in the page.

use wasm_bindgen_test::wasm_bindgen_test;

use super::{
    network::{Answer, CHALLENGE, SESSION},
    stage::Stage,
    telephone::Telephone,
};

fn attempt_id(body: &str) -> &str {
    body.split('"')
        .nth(7)
        .expect("the attempt id is the second member")
}

#[wasm_bindgen_test]
async fn a_full_code_is_sent_once_without_a_press() {
    let stage = Stage::at_code("+385911234620", vec![Answer::ok(SESSION)]).await;
    stage.types("#code", "12345");
    stage.types("#code", "123456");
    stage.types("#code", "1234567");
    stage
        .until(|stage| stage.text("h2") == "You are signed in")
        .await;
    stage.network.seen(|seen| {
        assert_eq!(seen.len(), 3);
        assert!(
            seen[2]
                .body
                .starts_with(r#"{"code":"123456","attempt_id":""#)
        );
        assert_eq!(attempt_id(&seen[2].body).len(), 22);
    });
    assert_eq!(stage.heard()[1], format!("signed-in {SESSION}"));
    assert_eq!(stage.focus(), "H2");
}

#[wasm_bindgen_test]
async fn a_whole_message_can_be_pasted() {
    let stage = Stage::at_code("+385911234621", vec![Answer::ok(SESSION)]).await;
    stage.types("#code", "012345 is your Bura code. It works for 5 minutes.");
    assert_eq!(stage.input("#code").value(), "012345");
    stage
        .until(|stage| stage.text("h2") == "You are signed in")
        .await;
}

#[wasm_bindgen_test]
async fn nothing_of_the_number_and_the_code_stays_in_the_page() {
    let stage = Stage::at_code("+385911234622", vec![Answer::ok(SESSION)]).await;
    stage.types("#code", "123456");
    stage
        .until(|stage| stage.text("h2") == "You are signed in")
        .await;
    assert!(!stage.text("form").contains("911234622"));
    assert_eq!(stage.input("#number").value(), "");
    assert_eq!(stage.input("#code").value(), "");
    assert!(stage.heard().iter().all(|line| !line.contains("911234622")));
}

#[wasm_bindgen_test]
async fn a_wrong_code_empties_the_field_and_counts_down() {
    let wrong = Answer::problem(422, "wrong_code", r#","tries_left":4"#);
    let stage = Stage::at_code("+385911234623", vec![wrong]).await;
    stage.types("#code", "000000");
    stage
        .until(|stage| stage.text("[role=alert]").contains("4 tries left"))
        .await;
    assert_eq!(stage.input("#code").value(), "");
    assert_eq!(stage.focus(), "code");
    assert_eq!(
        stage.attribute("#code", "aria-invalid").as_deref(),
        Some("true")
    );

    // The same digits again are a new try.
    stage
        .network
        .then(Answer::problem(422, "wrong_code", r#","tries_left":3"#));
    stage.types("#code", "000000");
    stage
        .until(|stage| stage.text("[role=alert]").contains("3 tries left"))
        .await;
    stage.network.seen(|seen| {
        assert_ne!(attempt_id(&seen[2].body), attempt_id(&seen[3].body));
    });
}

#[wasm_bindgen_test]
async fn a_dead_code_leaves_only_the_way_to_a_new_one() {
    let stage = Stage::at_code(
        "+385911234624",
        vec![Answer::problem(410, "challenge_expired", "")],
    )
    .await;
    stage.types("#code", "000000");
    stage.until(|stage| !stage.shows("#code")).await;
    assert_eq!(stage.text("h2"), "You need a new code");
    assert!(
        stage
            .text("[type=submit]")
            .starts_with("Text me a new code")
    );
    assert!(stage.shows("[type=submit]"));
    assert_eq!(stage.focus(), "BUTTON");
}

#[wasm_bindgen_test]
async fn a_lost_answer_is_asked_for_once_more_with_the_same_id() {
    let stage = Stage::at_code("+385911234625", vec![Answer::Breaks, Answer::ok(SESSION)]).await;
    stage.types("#code", "123456");
    stage
        .until(|stage| stage.text("h2") == "You are signed in")
        .await;
    stage.network.seen(|seen| {
        assert_eq!(seen.len(), 4);
        assert_eq!(seen[2].body, seen[3].body);
    });
}

#[wasm_bindgen_test]
async fn the_field_is_one_that_telephones_fill_in() {
    let stage = Stage::at_code("+385911234626", vec![]).await;
    for (name, value) in [
        ("type", "text"),
        ("inputmode", "numeric"),
        ("autocomplete", "one-time-code"),
        ("pattern", "[0-9]*"),
    ] {
        assert_eq!(
            stage.attribute("#code", name).as_deref(),
            Some(value),
            "{name}"
        );
    }
    assert_eq!(
        stage.attribute(".boxes", "aria-hidden").as_deref(),
        Some("true")
    );
    assert_eq!(stage.node(".boxes").child_element_count(), 6);
}

#[wasm_bindgen_test]
async fn a_code_that_the_telephone_hands_over_is_as_good_as_typed() {
    let telephone = Telephone::with_text(r#"{"code":"123456"}"#);
    let answers = vec![
        Answer::Reply(202, CHALLENGE.to_owned()),
        Answer::ok(SESSION),
    ];
    let stage = Stage::at_phone(answers).await;
    stage.types("#number", "+385911234627");
    stage.press("[type=submit]");
    // Not by way of the code's screen, which a quick telephone leaves before anybody has seen it.
    stage
        .until(|stage| stage.text("h2") == "You are signed in")
        .await;
    assert!(telephone.nobody_listens());
}

#[wasm_bindgen_test]
async fn a_telephone_that_hands_over_nothing_leaves_the_field_alone() {
    let telephone = Telephone::with_text("null");
    let stage = Stage::at_code("+385911234628", vec![Answer::Silence]).await;
    stage.settled().await;
    assert_eq!(stage.network.requests(), 2);
    stage.press(".links :last-child");
    assert!(!telephone.nobody_listens());
    drop(stage);
    assert!(telephone.nobody_listens());
}
