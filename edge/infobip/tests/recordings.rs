//! Do our requests say what Infobip's own client says, and do we understand the answers it understands?
#![allow(clippy::unwrap_used)]

use infobip::setup::{Application, Configuration, EmailTemplate, PinType, Template};
use infobip::{
    Account, ApiKey, BaseUrl, Check, Messages, PinId, Request, SendFailure, answer, request,
};
use protocol::messages::Channel;
use protocol::{Code, Destination, EmailAddress, PhoneNumber};
use serde_json::Value;

fn account() -> Account {
    Account {
        base_url: BaseUrl::parse("http://127.0.0.1:18080").unwrap(),
        key: ApiKey::parse("test-key-not-a-secret").unwrap(),
        application_id: "1234567".to_owned(),
        messages: Messages::parse("7654321").unwrap(),
        calls: Some(Messages::parse("7654321").unwrap()),
        emails: Some(Messages::parse("7654321").unwrap()),
    }
}

fn number() -> Destination {
    PhoneNumber::try_from("+41793026727").unwrap().into()
}

fn address() -> Destination {
    let address = EmailAddress::try_from("john.smith@example.com");
    address.unwrap().into()
}

fn pin() -> PinId {
    PinId::new("9C817C6F8AF3D48F9FE553282AFA2B67".to_owned()).unwrap()
}

fn fixture(name: &str) -> String {
    let path = format!("{}/tests/fixtures/{name}.http", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// Request line, authorization and body of a request, as the wire has them.
fn on_the_wire(request: &Request) -> (String, String, Value) {
    let path = request.url.strip_prefix("http://127.0.0.1:18080").unwrap();
    (
        format!(
            "{} {path} HTTP/1.1",
            format!("{:?}", request.method).to_uppercase()
        ),
        request.key.reveal_authorization(),
        serde_json::from_str(&request.body).unwrap(),
    )
}

fn recorded(name: &str) -> (String, String, Value) {
    let text = fixture(name);
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let authorization = head
        .lines()
        .find_map(|line| line.strip_prefix("Authorization: "))
        .unwrap();
    (
        head.lines().next().unwrap().to_owned(),
        authorization.to_owned(),
        serde_json::from_str(body).unwrap(),
    )
}

fn answered(name: &str) -> (u16, Vec<u8>) {
    let text = fixture(name);
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, body.as_bytes().to_vec())
}

#[test]
fn every_request_equals_the_recorded_one() {
    let application = Application {
        name: "2fa application name".to_owned(),
        enabled: true,
        configuration: Configuration {
            allow_multiple_pin_verifications: true,
            pin_attempts: 5,
            pin_time_to_live: "10m".to_owned(),
            send_pin_per_application_limit: "5000/12h".to_owned(),
            send_pin_per_phone_number_limit: "2/1d".to_owned(),
            verify_pin_limit: "2/4s".to_owned(),
        },
    };
    let template = Template {
        message_text: "Vaš kôd je {{pin}}\n\n@login.example.com #{{pin}}".to_owned(),
        pin_length: 6,
        pin_type: PinType::Numeric,
        sender_id: None,
        language: None,
        speech_rate: None,
    };
    let account = account();
    let (base, key) = (&account.base_url, &account.key);
    let cases = [
        (
            "01-create-application-full.request",
            request::create_application(base, key, &application),
        ),
        (
            "10-create-template-webotp-nonascii.request",
            request::create_template(base, key, "1234567", &template),
        ),
        (
            "17-send-pin-sms-minimal.request",
            request::send(&account, Channel::Sms, &number(), &[]).unwrap(),
        ),
        (
            "21-resend-pin-sms-empty.request",
            request::resend(&account, Channel::Sms, &pin()),
        ),
    ];
    for (name, request) in cases {
        let expected = recorded(name);
        let ours = on_the_wire(&request);
        assert_eq!(ours.1, expected.1, "{name}");
        assert_eq!(ours.2, expected.2, "{name}");
        if !name.starts_with("10-") {
            assert_eq!(ours.0, expected.0, "{name}");
        }
    }
}

/// The recorded calls carry a sender and a placeholder besides, which our templates have no use for.
#[test]
fn a_call_equals_the_recorded_one_but_for_what_its_template_has_no_place_for() {
    let account = account();
    let cases = [
        (
            "23-send-pin-voice.request",
            request::send(&account, Channel::Voice, &number(), &[]).unwrap(),
        ),
        (
            "24-resend-pin-voice.request",
            request::resend(&account, Channel::Voice, &pin()),
        ),
    ];
    for (name, request) in cases {
        let (line, authorization, mut body) = recorded(name);
        let theirs = body.as_object_mut().unwrap();
        theirs.remove("from");
        theirs.remove("placeholders");
        assert_eq!(on_the_wire(&request), (line, authorization, body), "{name}");
    }
    let silent = Account {
        calls: None,
        ..account
    };
    assert!(request::send(&silent, Channel::Voice, &number(), &[]).is_none());
}

/// The recorded e-mails carry placeholders besides, which our templates have no use for.
#[test]
fn an_e_mail_equals_the_recorded_one_but_for_what_its_template_has_no_place_for() {
    let account = account();
    let cases = [
        (
            "25-send-pin-email.request",
            request::send(&account, Channel::Email, &address(), &[]).unwrap(),
        ),
        (
            "26-resend-pin-email.request",
            request::resend(&account, Channel::Email, &pin()),
        ),
    ];
    for (name, request) in cases {
        let (line, authorization, mut body) = recorded(name);
        let theirs = body.as_object_mut().unwrap();
        theirs.remove("placeholders");
        theirs.remove("landingPagePlaceholders");
        assert_eq!(on_the_wire(&request), (line, authorization, body), "{name}");
    }
    let silent = Account {
        emails: None,
        ..account.clone()
    };
    assert!(request::send(&silent, Channel::Email, &address(), &[]).is_none());
    for (channel, to) in [
        (Channel::Sms, address()),
        (Channel::Voice, address()),
        (Channel::Email, number()),
    ] {
        assert!(request::send(&account, channel, &to, &[]).is_none());
    }
}

/// The recorded templates are for four digits, or for letters too, and have a landing page.
#[test]
fn an_e_mail_template_equals_the_recorded_one_but_for_its_code_and_its_landing_page() {
    let account = account();
    let (base, key) = (&account.base_url, &account.key);
    let template = |from: Option<&str>| EmailTemplate {
        email_template_id: 1234,
        from: from.map(str::to_owned),
        pin_length: 6,
        pin_type: PinType::Numeric,
    };
    let (of, id) = (
        "0933F3BC087D2A617AC6DCB2EF5B8A61",
        "16A8B5FE2BCD6CA716A2D780CB3F3390",
    );
    let whole = template(Some("company@example.com"));
    let cases = [
        (
            "14-create-email-template.request",
            request::create_email_template(base, key, of, &whole),
        ),
        (
            "15-create-email-template-minimal.request",
            request::create_email_template(base, key, of, &template(None)),
        ),
        (
            "16-update-email-template.request",
            request::update_email_template(base, key, (of, id), &whole),
        ),
    ];
    for (name, request) in cases {
        let (line, authorization, mut body) = recorded(name);
        body.as_object_mut().unwrap().remove("landingPageId");
        body["pinLength"] = 6.into();
        body["pinType"] = "NUMERIC".into();
        assert_eq!(on_the_wire(&request), (line, authorization, body), "{name}");
    }
}

#[test]
fn a_check_equals_the_recorded_one_but_for_the_length_of_its_code() {
    let code = Code::try_from("015980").unwrap();
    let cases = [
        ("27-verify-pin-ok.request", pin()),
        (
            "29-verify-pin-id-needs-escaping.request",
            PinId::new("a/b c+d?e".to_owned()).unwrap(),
        ),
    ];
    for (name, pin) in cases {
        let ours = on_the_wire(&request::verify(&account(), &pin, &code));
        let (line, authorization, mut body) = recorded(name);
        body["pin"] = "015980".into();
        assert_eq!(ours, (line, authorization, body), "{name}");
    }
}

#[test]
fn every_recorded_answer_is_understood() {
    for name in [
        "17-send-pin-sms-minimal.response",
        "21-resend-pin-sms-empty.response",
        "23-send-pin-voice.response",
        "24-resend-pin-voice.response",
    ] {
        let (status, body) = answered(name);
        assert_eq!(
            answer::read_send(status, None, &body, &number()),
            Ok(pin()),
            "{name}"
        );
    }
    for name in ["25-send-pin-email.response", "26-resend-pin-email.response"] {
        let (status, body) = answered(name);
        let read = answer::read_send(status, None, &body, &address());
        assert_eq!(read, Ok(pin()), "{name}");
    }
    let (status, body) = answered("37-error-400-validation.response");
    assert_eq!(
        answer::read_send(status, None, &body, &number()),
        Err(SendFailure::NotSent)
    );
    for (name, expected) in [
        ("27-verify-pin-ok.response", Check::Approved),
        ("28-verify-pin-wrong.response", Check::Wrong(Some(2))),
    ] {
        let (status, body) = answered(name);
        assert_eq!(
            answer::read_check(status, None, &body, &pin(), &number()),
            Ok(expected),
            "{name}"
        );
    }
}
