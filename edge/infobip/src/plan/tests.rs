//! Does every way that an account can look lead to what is wanted, with nothing made twice?

use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::inspect::Demands;
use crate::setup::{Configuration, PinType};
use crate::text::bound;

fn demands() -> Demands {
    Demands {
        tries: 5,
        code_life: Duration::from_secs(300),
        code_length: 6,
        texts_per_hour: 5,
        texts_per_day: 10,
        texts_of_site: (1000, 10_000),
        hosts: vec!["example.com".to_owned()],
    }
}

fn template(words: &str) -> Template {
    Template {
        message_text: bound(words, "example.com"),
        pin_length: 6,
        pin_type: PinType::Numeric,
        sender_id: Some("Shop".to_owned()),
        language: None,
        speech_rate: None,
    }
}

fn wanted(application_id: Option<&str>, ids: [Option<&str>; 2]) -> Wanted {
    let owned = |id: Option<&str>| id.map(str::to_owned);
    let one = |language: &str, id| WantedTemplate {
        language: language.to_owned(),
        template: AnyTemplate::Phone(template(&format!("{{{{pin}}}} ({language})"))),
        id: owned(id),
    };
    Wanted {
        application: (
            Application {
                name: "Shop".to_owned(),
                enabled: true,
                configuration: Configuration::for_demands(&demands()),
            },
            owned(application_id),
        ),
        templates: vec![one("en", ids[0]), one("de", ids[1])],
    }
}

/// The wanted application as it is answered, changed by a patch.
fn answered(id: &str, patch: &Value) -> inspect::Application {
    let mut found = serde_json::to_value(wanted(None, [None; 2]).application.0).unwrap();
    found["applicationId"] = json!(id);
    json_merge(&mut found, patch);
    serde_json::from_value(found).unwrap()
}

fn text_answered(id: &str, language: &str, patch: &Value) -> inspect::Template {
    let mut found = serde_json::to_value(template(&format!("{{{{pin}}}} ({language})"))).unwrap();
    found["messageId"] = json!(id);
    json_merge(&mut found, patch);
    serde_json::from_value(found).unwrap()
}

fn json_merge(into: &mut Value, patch: &Value) {
    for (name, value) in patch.as_object().unwrap() {
        if value.is_object() {
            json_merge(&mut into[name], value);
        } else {
            into[name] = value.clone();
        }
    }
}

#[test]
fn r24_what_is_wanted_is_what_the_check_demands() {
    for (tries, seconds, digits, day) in [(5, 300, 6, 10), (3, 60, 8, 1), (10, 600, 7, 1000)] {
        let demands = Demands {
            tries,
            code_life: Duration::from_secs(seconds),
            code_length: digits,
            texts_per_hour: day,
            texts_per_day: day,
            texts_of_site: (day * 2, day * 3),
            hosts: vec!["example.com".to_owned()],
        };
        let made = json!({
            "enabled": true,
            "configuration": Configuration::for_demands(&demands),
        });
        let made = serde_json::from_value(made).unwrap();
        assert_eq!(inspect::application(&made, &demands), []);
        let made = Template {
            pin_length: digits,
            ..template("{{pin}}")
        };
        let made = serde_json::from_value(serde_json::to_value(made).unwrap()).unwrap();
        assert_eq!(inspect::template(&made, &demands), []);
    }
}

#[test]
fn an_application_is_found_by_its_id_or_its_name_and_otherwise_made() {
    let ours = |id| answered(id, &json!({}));
    let other = answered("o", &json!({"name": "Other"}));
    let keep = |id: &str| Ok(Step::Keep(id.to_owned()));
    let cases = [
        (None, vec![], Ok(Step::Create)),
        (None, vec![other.clone()], Ok(Step::Create)),
        (None, vec![other.clone(), ours("a")], keep("a")),
        // A file from another account, or from before it was closed.
        (Some("gone"), vec![ours("a")], keep("a")),
        (Some("gone"), vec![other], Ok(Step::Create)),
        (Some("b"), vec![ours("a"), ours("b")], keep("b")),
        (
            None,
            vec![ours("a"), ours("b")],
            Err(Ambiguous {
                name: "Shop".to_owned(),
                ids: vec!["a".to_owned(), "b".to_owned()],
            }),
        ),
    ];
    for (id, found, expected) in cases {
        assert_eq!(
            application(&wanted(id, [None; 2]), &found),
            expected,
            "{id:?}"
        );
    }
}

#[test]
fn each_difference_is_named_and_what_means_the_same_is_none() {
    let cases = [
        (json!({}), None),
        (json!({"configuration": {"pinTimeToLive": "5m"}}), None),
        (
            json!({"configuration": {"sendPinPerPhoneNumberLimit": "20/d"}}),
            None,
        ),
        (json!({"name": "Old"}), Some("name")),
        (json!({"enabled": false}), Some("enabled")),
        (json!({"enabled": null}), Some("enabled")),
        (
            json!({"configuration": {"pinAttempts": 10}}),
            Some("pinAttempts"),
        ),
        (
            json!({"configuration": {"pinAttempts": null}}),
            Some("pinAttempts"),
        ),
        (
            json!({"configuration": {"pinTimeToLive": "15m"}}),
            Some("pinTimeToLive"),
        ),
        (
            json!({"configuration": {"verifyPinLimit": "1/3s"}}),
            Some("verifyPinLimit"),
        ),
        (
            json!({"configuration": {"allowMultiplePinVerifications": true}}),
            Some("allowMultiplePinVerifications"),
        ),
        (
            json!({"configuration": {"sendPinPerApplicationLimit": "2/4s"}}),
            Some("sendPinPerApplicationLimit"),
        ),
        (
            json!({"configuration": {"sendPinPerPhoneNumberLimit": "3/1d"}}),
            Some("sendPinPerPhoneNumberLimit"),
        ),
    ];
    for (patch, named) in cases {
        let step = application(&wanted(Some("a"), [None; 2]), &[answered("a", &patch)]).unwrap();
        let settings: Vec<_> = match &step {
            Step::Update(_, differences) => differences.iter().map(|it| it.setting).collect(),
            Step::Keep(_) | Step::Create => Vec::new(),
        };
        assert_eq!(settings, Vec::from_iter(named), "{patch}");
    }
}

#[test]
fn templates_are_found_by_id_or_by_text_and_otherwise_made() {
    let keep = |id: &str| Step::Keep(id.to_owned());
    let (en, de) = (
        text_answered("1", "en", &json!({})),
        text_answered("2", "de", &json!({})),
    );
    let again = text_answered("3", "en", &json!({}));
    // As the provider lists it: without a text.
    let mail: inspect::Template =
        serde_json::from_value(json!({"messageId": "9", "emailTemplateId": 1, "pinLength": 4}))
            .unwrap();
    let cases = [
        ([None; 2], vec![], [Step::Create, Step::Create]),
        ([None; 2], vec![mail], [Step::Create, Step::Create]),
        // It broke off after the first was made, or before its id was kept.
        ([None; 2], vec![en.clone()], [keep("1"), Step::Create]),
        (
            [Some("1"), None],
            vec![en.clone()],
            [keep("1"), Step::Create],
        ),
        (
            [None; 2],
            vec![de.clone(), en.clone()],
            [keep("1"), keep("2")],
        ),
        (
            [Some("1"), Some("2")],
            vec![en.clone(), de.clone()],
            [keep("1"), keep("2")],
        ),
        (
            [Some("gone"), None],
            vec![en.clone(), de.clone()],
            [keep("1"), keep("2")],
        ),
        // Twins: what is known by its id stays the one.
        (
            [Some("3"), None],
            vec![en, again, de],
            [keep("3"), keep("2")],
        ),
    ];
    for (ids, found, expected) in cases {
        assert_eq!(templates(&wanted(None, ids), &found), expected, "{ids:?}");
    }
}

#[test]
fn a_template_that_differs_is_replaced() {
    let cases = [
        (json!({"messageText": "{{pin}}"}), "messageText"),
        (json!({"messageText": null}), "messageText"),
        (json!({"pinLength": 4}), "pinLength"),
        (json!({"pinType": "HEX"}), "pinType"),
        (json!({"senderId": "Other"}), "senderId"),
    ];
    for (patch, named) in cases {
        let found = [text_answered("1", "en", &patch)];
        let [Step::Update(id, differences), Step::Create] =
            &templates(&wanted(None, [Some("1"), None]), &found)[..]
        else {
            panic!("{patch}");
        };
        assert_eq!(
            (id.as_str(), differences[0].setting),
            ("1", named),
            "{patch}"
        );
    }
}

#[test]
fn a_step_names_the_id_of_what_is_there_and_none_of_what_is_to_be_made() {
    let cases = [
        (Step::Create, None),
        (Step::Keep("A1".to_owned()), Some("A1")),
        (Step::Update("A2".to_owned(), vec![]), Some("A2")),
    ];
    for (step, id) in cases {
        assert_eq!(step.id(), id);
    }
}

fn mailed(ids: [Option<&str>; 2]) -> Wanted {
    let one = |language: &str, email_template_id, id: Option<&str>| WantedTemplate {
        language: language.to_owned(),
        template: AnyTemplate::Email(EmailTemplate {
            email_template_id,
            from: Some("Shop <login@example.com>".to_owned()),
            pin_length: 6,
            pin_type: PinType::Numeric,
        }),
        id: id.map(str::to_owned),
    };
    Wanted {
        templates: vec![one("en", 7, ids[0]), one("de", 8, ids[1])],
        ..wanted(None, [None; 2])
    }
}

/// As Infobip lists it: without a text.
fn email_answered(id: &str, patch: &Value) -> inspect::Template {
    let mut found = json!({
        "messageId": id,
        "emailTemplateId": 7,
        "from": "Shop <login@example.com>",
        "pinLength": 6,
        "pinType": "NUMERIC",
    });
    json_merge(&mut found, patch);
    serde_json::from_value(found).unwrap()
}

#[test]
fn an_e_mail_is_found_by_its_id_or_by_what_it_is_made_of_and_otherwise_made() {
    let keep = |id: &str| Step::Keep(id.to_owned());
    let text = text_answered("t", "en", &json!({}));
    let (en, de) = (
        email_answered("1", &json!({})),
        email_answered("2", &json!({ "emailTemplateId": 8 })),
    );
    let cases = [
        (vec![], [None; 2], [Step::Create, Step::Create]),
        (vec![text.clone()], [None; 2], [Step::Create, Step::Create]),
        (vec![text, de.clone()], [None; 2], [Step::Create, keep("2")]),
        (vec![de, en], [Some("1"), None], [keep("1"), keep("2")]),
    ];
    for (found, ids, expected) in cases {
        assert_eq!(templates(&mailed(ids), &found), expected, "{ids:?}");
    }
}

#[test]
fn an_e_mail_that_differs_is_replaced() {
    let cases = [
        (json!({ "emailTemplateId": 9 }), "emailTemplateId"),
        (json!({ "from": "other@example.com" }), "from"),
        (json!({ "from": null }), "from"),
        (json!({ "pinLength": 4 }), "pinLength"),
        (json!({ "pinType": "ALPHANUMERIC" }), "pinType"),
    ];
    for (patch, setting) in cases {
        let found = [email_answered("1", &patch)];
        let steps = templates(&mailed([Some("1"), None]), &found);
        let Step::Update(_, differences) = &steps[0] else {
            panic!("{patch}: {steps:?}");
        };
        let named: Vec<_> = differences.iter().map(|it| it.setting).collect();
        assert_eq!(named, [setting]);
    }
}

#[test]
fn r24_an_e_mail_must_be_one_and_have_a_code_as_the_worker_expects_it() {
    let cases = [
        (json!({}), None),
        (json!({ "emailTemplateId": null }), Some("emailTemplateId")),
        (json!({ "pinLength": 4 }), Some("pinLength")),
        (json!({ "pinType": "HEX" }), Some("pinType")),
    ];
    for (patch, setting) in cases {
        let mends = inspect::email(&email_answered("1", &patch), &demands());
        assert_eq!(mends.first().map(|mend| mend.setting), setting, "{patch}");
    }
}
