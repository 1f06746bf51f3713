//! Does an address do what a number does, in the page?

use wasm_bindgen_test::wasm_bindgen_test;

use super::{
    network::{Answer, CHALLENGE, CONFIG, SESSION},
    stage::Stage,
};

const OTHER_WAY: &str = ".links > :nth-child(3)";
const WAY_OUT: &str = "[role=alert] + [part=link]";

fn both() -> Answer {
    Answer::ok(&CONFIG.replace(r#""sms""#, r#""sms","email""#))
}

async fn at_email(mut answers: Vec<Answer>) -> Stage {
    answers.insert(0, both());
    let stage = Stage::set(&[("email", "")], answers);
    stage.until(|stage| stage.shows("#email")).await;
    stage
}

#[wasm_bindgen_test]
async fn an_address_is_sent_and_the_code_signs_in() {
    let stage = at_email(vec![
        Answer::Reply(202, CHALLENGE.to_owned()),
        Answer::ok(SESSION),
    ])
    .await;
    assert!(!stage.shows("#number"));
    assert_eq!(stage.text("[type=submit]"), "E-mail me a code");
    stage.types("#email", " Ana.Kos@Example.com");
    stage.press("[type=submit]");
    stage.until(|stage| stage.shows("#code")).await;
    stage.network.seen(|seen| {
        let expected = r#"{"email":"ana.kos@example.com","channel":"email"}"#;
        assert_eq!(seen[1].body, expected);
    });
    assert_eq!(stage.text("bdi"), "Ana.Kos@Example.com");
    assert_eq!(stage.text(".links > :last-child"), "Use another address");
    assert_eq!(stage.focus(), "code");
    stage.types("#code", "123456");
    stage.until(|stage| stage.shows("slot[name]")).await;
    assert_eq!(stage.input("#email").value(), "", "R67");
    assert_eq!(stage.text("bdi"), "");
}

#[wasm_bindgen_test]
async fn the_person_goes_the_other_way_and_finds_what_they_typed() {
    let stage = Stage::set(&[], vec![both()]);
    stage.until(|stage| stage.shows("#number")).await;
    stage.types("#number", "091 123");
    assert_eq!(stage.text(OTHER_WAY), "Use e-mail instead");
    stage.press(OTHER_WAY);
    assert!(stage.shows("#email") && !stage.shows("#number"));
    assert_eq!(stage.focus(), "email");
    stage.types("#email", "ana@");
    assert_eq!(stage.text(OTHER_WAY), "Use your phone instead");
    stage.press(OTHER_WAY);
    assert_eq!(stage.focus(), "number");
    assert_eq!(stage.input("#number").value(), "091 123");
    stage.press(OTHER_WAY);
    assert_eq!(stage.input("#email").value(), "ana@");
}

#[wasm_bindgen_test]
async fn where_no_code_goes_by_e_mail_nobody_reads_of_it() {
    let stage = Stage::at_phone(vec![]).await;
    for hidden in ["#email", OTHER_WAY, WAY_OUT] {
        assert!(!stage.shows(hidden), "{hidden}");
    }
    // And where it goes only so, nobody is asked for a number.
    let only = CONFIG.replace(r#""sms""#, r#""email""#);
    let stage = Stage::set(&[], vec![Answer::ok(&only)]);
    stage.until(|stage| stage.shows("#email")).await;
    assert!(!stage.shows(OTHER_WAY));
}

#[wasm_bindgen_test]
async fn what_is_no_address_is_said_at_the_field_and_not_sent() {
    let stage = at_email(vec![]).await;
    for text in ["", "ana", "091 123 4567"] {
        stage.types("#email", text);
        assert_eq!(stage.text("[role=alert]"), "");
        stage.press("[type=submit]");
        let said = stage.text("[role=alert]");
        assert!(said.contains("name@example.com"), "{said}");
        let invalid = stage.attribute("#email", "aria-invalid");
        assert_eq!(invalid.as_deref(), Some("true"));
        assert_eq!(stage.focus(), "email");
    }
    assert_eq!(stage.network.requests(), 1);
}

#[wasm_bindgen_test]
async fn the_way_out_stands_beside_the_complaint() {
    let refusal = || Answer::problem(422, "phone_not_served", "");
    let stage = Stage::set(&[], vec![both(), refusal()]);
    stage.until(|stage| stage.shows("#number")).await;
    assert!(!stage.shows(WAY_OUT));
    stage.types("#number", "+385911234690");
    stage.press("[type=submit]");
    stage.until(|stage| stage.shows(WAY_OUT)).await;
    assert!(!stage.shows(OTHER_WAY), "once is enough");
    assert_eq!(stage.text(WAY_OUT), "Use e-mail instead");
    stage.press(WAY_OUT);
    assert!(stage.shows("#email"));
    assert_eq!(stage.focus(), "email");
    assert_eq!(stage.text("[role=alert]"), "");
}

#[wasm_bindgen_test]
async fn what_is_said_of_an_address_is_not_said_of_a_number() {
    for (status, code, said) in [
        (422, "not_delivered", "sent to this address"),
        (422, "invalid_email", "name@example.com"),
        (429, "too_many_sends", "for this address"),
        (503, "sends_paused", "by e-mail"),
        (503, "provider_unavailable", "by e-mail"),
    ] {
        let stage = at_email(vec![Answer::problem(status, code, "")]).await;
        stage.types("#email", "ana@example.com");
        stage.press("[type=submit]");
        stage
            .until(|stage| stage.text("[role=alert]").contains(said))
            .await;
    }
}

#[wasm_bindgen_test]
async fn the_field_is_one_that_browsers_fill_in_and_people_are_told_of() {
    let stage = at_email(vec![]).await;
    let attribute = |name| stage.attribute("#email", name).unwrap_or_default();
    assert_eq!(attribute("autocomplete"), "email");
    assert_eq!(attribute("inputmode"), "email");
    assert_eq!(attribute("aria-describedby"), "email-hint error");
    assert_eq!(stage.text("label[for=email]"), "E-mail address");
    assert!(
        stage
            .text("#email-hint")
            .contains("Whoever reads your e-mail")
    );
}
