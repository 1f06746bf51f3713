//! Does the simulator take what real clients send, and answer in the recorded shape?
//!
//! Every request of `fixtures/infobip` goes out byte for byte, but for `Connection: close`. The recorded answers are
//! examples, the same whatever was asked, so a success is compared by its keys and JSON types, an error as a whole.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::fixture::{Answer, exchange};
use serde_json::{Value, json};
use simulator::{KnownPin, Options, Simulator};

const APPLICATION: &str = "0933F3BC087D2A617AC6DCB2EF5B8A61";
const TEMPLATE: &str = "16A8B5FE2BCD6CA716A2D780CB3F3390";
const SENDING_APPLICATION: &str = "1234567";
const SENDING_TEMPLATE: &str = "7654321";
const PIN: &str = "9C817C6F8AF3D48F9FE553282AFA2B67";
const NUMBER: &str = "41793026727";

/// What must be different for a recording to be answered as it was.
#[derive(Clone, Copy, Default)]
struct Circumstances {
    /// Arguments of the simulator.
    arguments: &'static [&'static str],
    /// Whether the template of the sending application, and that in its path, is one for e-mail.
    by_email: bool,
    /// How often the request was sent before.
    repeated: usize,
    /// Keys of the recorded example that nobody set, as JSON pointers into it.
    unset: &'static [&'static str],
    /// Keys that the request set and the example lacks.
    set: &'static [&'static str],
    /// A fault that has no cause in the request.
    fault: Option<u16>,
}

fn circumstances(number: u32) -> Circumstances {
    let normal = Circumstances::default();
    match number {
        7 | 10 => Circumstances {
            unset: &["/voiceName", "/senderId", "/repeatDTMF", "/speechRate"],
            ..normal
        },
        8 => Circumstances {
            unset: &["/voiceName", "/repeatDTMF", "/speechRate"],
            ..normal
        },
        9 => Circumstances {
            set: &["/regional"],
            ..normal
        },
        15 => Circumstances {
            unset: &["/from", "/landingPageId"],
            ..normal
        },
        16 | 25 | 26 => Circumstances {
            by_email: true,
            ..normal
        },
        // The recorder refused a request without a fault; what makes Infobip say so is in `rules.rs`.
        37 => Circumstances {
            fault: Some(400),
            ..normal
        },
        38 => Circumstances {
            arguments: &["--api-key", "another"],
            ..normal
        },
        39 => Circumstances {
            arguments: &["--api-key", "test-key-not-a-secret=2fa:pin:manage"],
            ..normal
        },
        // An e-mail template is none that an SMS can be sent with.
        40 => Circumstances {
            arguments: &["--unknown-application", "not-found"],
            by_email: true,
            ..normal
        },
        41 => Circumstances {
            repeated: 3,
            ..normal
        },
        42 => Circumstances {
            fault: Some(500),
            ..normal
        },
        _ => normal,
    }
}

#[tokio::test]
async fn every_recorded_request_is_answered_in_the_recorded_shape() {
    let recordings = recordings();
    assert_eq!(recordings.len(), 42);
    for (number, (name, request, recorded)) in recordings {
        let it = circumstances(number);
        let simulator = simulator(&it, &recorded).await;
        let request = request.replacen("\r\n", "\r\nConnection: close\r\n", 1);
        for _ in 0..it.repeated {
            exchange(simulator.address(), request.as_bytes()).await;
        }
        let answer = exchange(simulator.address(), request.as_bytes()).await;
        let answer = Answer::parse(&answer);

        assert_eq!(answer.status, recorded.status, "{name}: {}", answer.body);
        let (mut answer, mut recorded) = (answer.json(), recorded.json());
        if recorded.get("requestError").is_some() {
            assert_eq!(answer, recorded, "{name}");
            continue;
        }
        for pointer in it.unset {
            assert!(remove(&mut recorded, pointer), "{name} lacks {pointer}");
        }
        for pointer in it.set {
            assert!(
                remove(&mut answer, pointer),
                "{name}: no {pointer} in the answer"
            );
        }
        assert_eq!(shape(&answer), shape(&recorded), "{name}");
    }
}

#[tokio::test]
async fn an_escaped_id_finds_the_pin_it_escapes() {
    let (_, request, _) = recordings().remove(&29).unwrap();
    let simulator = Simulator::start(Options::default()).await.unwrap();
    simulator.know_application(SENDING_APPLICATION, &json!({"name": "Shop"}));
    simulator.know_pin(&KnownPin {
        pin_id: "a/b c+d?e",
        code: "1598",
        ..known_pin()
    });
    let request = request.replacen("\r\n", "\r\nConnection: close\r\n", 1);
    let answer = exchange(simulator.address(), request.as_bytes()).await;
    assert_eq!(Answer::parse(&answer).json()["verified"], true);
}

/// A simulator in which everything exists that the recordings refer to.
async fn simulator(it: &Circumstances, recorded: &Answer) -> Simulator {
    let arguments = ["simulator", "--quiet"].iter().chain(it.arguments);
    let options = <Options as clap::Parser>::parse_from(arguments);
    let simulator = Simulator::start(options).await.unwrap();

    let phone = json!({
        "messageText": "Your pin is {{pin}}",
        "pinType": "ALPHANUMERIC",
        "voiceName": "Joanna",
        "senderId": "Infobip 2FA",
        "repeatDTMF": "1#",
        "speechRate": 1.0,
    });
    let email = json!({
        "emailTemplateId": 1234,
        "from": "company@example.com",
        "landingPageId": "1_23456",
    });
    let template = if it.by_email { &email } else { &phone };
    let configuration = json!({"pinAttempts": 3, "sendPinPerPhoneNumberLimit": "3/1d"});
    let application = json!({"name": "Shop", "configuration": configuration});
    for (application_id, message_id) in [
        (APPLICATION, TEMPLATE),
        (SENDING_APPLICATION, SENDING_TEMPLATE),
    ] {
        simulator.know_application(application_id, &application);
        simulator.know_template(application_id, message_id, template);
    }
    simulator.know_template(APPLICATION, "9C815F8AF3328", &email);

    simulator.know_pin(&KnownPin {
        to: if it.by_email {
            "john.smith@example.com"
        } else {
            NUMBER
        },
        ..known_pin()
    });
    // What the status of verifications tells of: sent to a number, held back from it, sent to an address.
    let asked_about = [
        ("1", NUMBER, true),
        ("2", NUMBER, false),
        ("3", "john.smith+x@example.com", true),
    ];
    for (pin_id, to, was_sent) in asked_about {
        simulator.know_pin(&KnownPin {
            pin_id,
            application_id: APPLICATION,
            message_id: TEMPLATE,
            to,
            code: "1598",
            was_sent,
            was_verified: true,
        });
    }
    if let Some(code) = it.fault {
        let status = json!({"code": code, "body": recorded.json()});
        let rule = json!({"fault": {"answer": {"status": status}}}).to_string();
        let request = format!(
            "POST /simulator/faults HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{rule}",
            rule.len()
        );
        let added = exchange(simulator.address(), request.as_bytes()).await;
        assert_eq!(Answer::parse(&added).status, 204);
    }
    simulator
}

fn known_pin() -> KnownPin<'static> {
    KnownPin {
        pin_id: PIN,
        application_id: SENDING_APPLICATION,
        message_id: SENDING_TEMPLATE,
        to: NUMBER,
        code: "1598",
        was_sent: true,
        was_verified: false,
    }
}

/// Name, request and answer of each recording, by its number.
fn recordings() -> BTreeMap<u32, (String, String, Answer)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/infobip");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let files = std::fs::read_dir(&folder).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let requests = names.filter_map(|name| name.strip_suffix(".request.http").map(str::to_owned));
    requests
        .map(|name| {
            let number = name.split('-').nth(2).unwrap().parse().unwrap();
            let request = read(&format!("{name}.request.http"));
            let answer = Answer::parse(&read(&format!("{name}.response.http")));
            (number, (name, request, answer))
        })
        .collect()
}

/// A value with every leaf replaced by its type, and lists by their first element: they may differ in length.
fn shape(value: &Value) -> Value {
    if let Some(object) = value.as_object() {
        let fields = object
            .iter()
            .map(|(name, value)| (name.clone(), shape(value)));
        return Value::Object(fields.collect());
    }
    if let Some(list) = value.as_array() {
        return json!([list.first().map(shape)]);
    }
    let kind = if value.is_string() {
        "string"
    } else if value.is_i64() {
        "integer"
    } else if value.is_number() {
        "number"
    } else if value.is_boolean() {
        "boolean"
    } else {
        "null"
    };
    kind.into()
}

fn remove(value: &mut Value, pointer: &str) -> bool {
    let name = pointer.trim_start_matches('/');
    let object = value.as_object_mut();
    object.is_some_and(|object| object.remove(name).is_some())
}
