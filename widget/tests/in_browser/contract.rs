//! Is what the element reads of an answer what the worker writes?
//!
//! The answers are written here by the worker's own types. Renaming a field on either side locks people out.

use protocol::messages::{Challenge, Channel, Config, Country};
use protocol::{Problem, ProblemCode};
use serde::Serialize;
use wasm_bindgen_test::wasm_bindgen_test;

use super::{network::Answer, stage::Stage};

fn answer(status: u16, message: &impl Serialize) -> Answer {
    let json = serde_json::to_string(message).expect("messages are JSON");
    Answer::Reply(status, json)
}

fn config() -> Config {
    Config {
        default_country: Country {
            iso: "HR".to_owned(),
            calling_code: "385".to_owned(),
            trunk_prefix: "0".to_owned(),
            example: "092 123 4567".to_owned(),
        },
        countries: vec!["HR".to_owned()],
        channels: vec![Channel::Sms, Channel::Voice],
        code_length: 6,
        passkeys: false,
        has_session: false,
    }
}

fn problem(code: ProblemCode, retry_after: Option<u32>, tries_left: Option<u8>) -> Answer {
    let problem = Problem {
        kind: format!("/problems/{}", code.as_str()),
        title: code.title().to_owned(),
        status: code.status(),
        code,
        detail: None,
        retry_after,
        tries_left,
        anti_forgery: None,
        proof: None,
    };
    answer(code.status(), &problem)
}

#[wasm_bindgen_test]
async fn what_is_read_of_a_reply_is_what_the_worker_writes() {
    let challenge = Challenge {
        code_length: 7,
        expires_in: 242,
        resend_in: 61,
        tries_left: 5,
    };
    let stage = Stage::set(
        &[],
        vec![
            answer(200, &config()),
            problem(ProblemCode::NotDelivered, None, None),
            answer(202, &challenge),
            problem(ProblemCode::WrongCode, None, Some(3)),
            problem(ProblemCode::TooManyChecks, Some(95), None),
        ],
    );
    stage.until(|stage| stage.shows("#number")).await;
    assert!(stage.text("#number-hint").contains("092 123 4567"));

    stage.types("#number", "091 123 4690");
    stage.press("[type=submit]");
    stage
        .until(|stage| stage.text("[role=alert]").contains("could not be sent"))
        .await;
    // The site makes calls, and a text does not get through.
    let call = ".links > :nth-child(2)";
    assert!(stage.shows(call));
    assert_eq!(stage.text(call), "Call me instead");
    stage.press(call);
    stage.until(|stage| stage.shows("#code")).await;
    stage.network.seen(|seen| {
        let last = seen.last().expect("it was asked");
        assert_eq!(last.body, r#"{"phone":"+385911234690","channel":"voice"}"#);
    });
    assert!(stage.text("#code-hint").contains("4:0"), "expires_in");
    assert!(stage.text(".links").contains("in 1:0"), "resend_in");

    stage.types("#code", "1234567");
    stage
        .until(|stage| stage.text("[role=alert]").contains("3 tries left"))
        .await;
    stage.types("#code", "7654321");
    stage
        .until(|stage| stage.text("[type=submit]").contains("in 1:3"))
        .await;
}

#[wasm_bindgen_test]
async fn what_is_missing_or_of_another_kind_makes_an_answer_unreadable() {
    let whole = serde_json::to_value(config()).expect("it is JSON");
    for (name, wrong) in [
        ("default_country", serde_json::json!({ "iso": "HR" })),
        ("default_country", serde_json::Value::Null),
        ("has_session", serde_json::json!("no")),
    ] {
        let mut config = whole.clone();
        config[name] = wrong;
        let stage = Stage::set(&[], vec![answer(200, &config)]);
        stage
            .until(|stage| stage.text("[role=alert]").contains("does not work"))
            .await;
    }
    // What a newer worker adds is left alone.
    let mut config = whole;
    config["channels"] = serde_json::json!(["pigeon", "sms"]);
    config["moon"] = serde_json::json!({ "full": true });
    let stage = Stage::set(&[], vec![answer(200, &config)]);
    stage.until(|stage| stage.shows("#number")).await;
}
