//! Is every answer taken for what it is, and for no success that it is not?

use super::*;

fn number() -> Destination {
    protocol::PhoneNumber::try_from("+41793026727")
        .unwrap()
        .into()
}

fn address() -> Destination {
    protocol::EmailAddress::try_from("john.smith@example.com")
        .unwrap()
        .into()
}

#[test]
fn a_send_is_a_send_only_with_a_pin_id_and_no_word_against_it() {
    let cases = [
        (
            200,
            r#"{"pinId":"9C81","to":"41793026727","ncStatus":"NC_DESTINATION_REACHABLE","smsStatus":"MESSAGE_SENT"}"#,
            Ok("9C81"),
        ),
        (
            200,
            r#"{"pinId":"9C81","to":"41793026727","ncStatus":"NC_NOT_CONFIGURED","smsStatus":"MESSAGE_SENT"}"#,
            Ok("9C81"),
        ),
        (
            200,
            r#"{"pinId":"9C81","smsStatus":"SOMETHING_NEW","extra":[1]}"#,
            Ok("9C81"),
        ),
        (200, r#"{"pinId":"9C81"}"#, Ok("9C81")),
        (
            200,
            r#"{"pinId":"9C81","to":"41793026727","ncStatus":"NC_DESTINATION_NOT_REACHABLE","smsStatus":"MESSAGE_NOT_SENT"}"#,
            Err(SendFailure::NotSent),
        ),
        (
            200,
            r#"{"pinId":"9C81","to":"41793026727","callStatus":"PENDING_ACCEPTED"}"#,
            Ok("9C81"),
        ),
        (
            200,
            r#"{"pinId":"9C81","to":"41793026727","callStatus":"ANSWERED_MACHINE"}"#,
            Ok("9C81"),
        ),
        (
            200,
            r#"{"pinId":"9C81","to":"41793026727","callStatus":"BAD_REQUEST"}"#,
            Err(SendFailure::NotSent),
        ),
        (
            200,
            r#"{"pinId":"9C81","to":"41793026727","callStatus":"REJECTED_DESTINATION_NOT_REGISTERED"}"#,
            Err(SendFailure::NotSent),
        ),
        (
            200,
            r#"{"pinId":"9C81","to":"41793026728","smsStatus":"MESSAGE_SENT"}"#,
            Err(SendFailure::Unknown),
        ),
        (
            200,
            r#"{"pinId":"","to":"41793026727","smsStatus":"MESSAGE_SENT"}"#,
            Err(SendFailure::Unknown),
        ),
        (
            200,
            r#"{"pinId":7,"to":"41793026727"}"#,
            Err(SendFailure::Unknown),
        ),
        (200, "", Err(SendFailure::Unknown)),
        (200, r#"{"pinId":"9C8"#, Err(SendFailure::Unknown)),
        (204, "", Err(SendFailure::Unknown)),
        (302, "", Err(SendFailure::Unknown)),
        (
            400,
            r#"{"requestError":{"serviceException":{"messageId":"BAD_REQUEST","text":"Bad request","validationErrors":{"to":["must not be blank"]}}}}"#,
            Err(SendFailure::NotSent),
        ),
        (
            400,
            r#"{"requestError":{"serviceException":{"messageId":"BAD_REQUEST","text":"Bad request"}}}"#,
            Err(SendFailure::Refused),
        ),
        (401, "", Err(SendFailure::Refused)),
        (403, "", Err(SendFailure::Refused)),
        (404, "", Err(SendFailure::Refused)),
        (429, "", Err(SendFailure::Throttled(Some(9)))),
        (500, "", Err(SendFailure::Failed)),
        (503, "", Err(SendFailure::Failed)),
        (502, "<html>", Err(SendFailure::Unknown)),
        (504, "", Err(SendFailure::Unknown)),
    ];
    for (status, body, expected) in cases {
        let read = read_send(status, Some(9), body.as_bytes(), &number());
        assert_eq!(
            read.as_ref().map(PinId::reveal).map_err(|e| *e),
            expected,
            "{status} {body}"
        );
    }
}

#[test]
fn r32_only_verified_true_for_this_pin_and_this_number_is_success() {
    use Check::{Approved, Exhausted, Expired, Gone, Wrong};
    use CheckFailure::{Refused, Throttled, Unavailable};
    let cases = [
        (
            200,
            r#"{"pinId":"9C81","msisdn":"41793026727","verified":true,"attemptsRemaining":0}"#,
            Ok(Approved),
        ),
        (
            200,
            r#"{"pinId":"9C81","msisdn":"+41793026727","verified":true}"#,
            Ok(Approved),
        ),
        (
            200,
            r#"{"pinId":"9C81","msisdn":"41793026727","verified":false,"attemptsRemaining":2,"pinError":"WRONG_PIN"}"#,
            Ok(Wrong(Some(2))),
        ),
        (
            200,
            r#"{"pinId":"9C81","msisdn":"41793026727","verified":false}"#,
            Ok(Wrong(None)),
        ),
        (
            200,
            r#"{"verified":false,"pinError":"SOMETHING_NEW"}"#,
            Ok(Wrong(None)),
        ),
        (
            200,
            r#"{"verified":false,"pinError":"TTL_EXPIRED"}"#,
            Ok(Expired),
        ),
        (
            200,
            r#"{"verified":false,"attemptsRemaining":0,"pinError":"NO_MORE_PIN_ATTEMPTS"}"#,
            Ok(Exhausted),
        ),
        (
            200,
            r#"{"pinId":"9C81","msisdn":"41793026728","verified":true}"#,
            Err(Unavailable),
        ),
        (
            200,
            r#"{"pinId":"9C82","msisdn":"41793026727","verified":true}"#,
            Err(Unavailable),
        ),
        (
            200,
            r#"{"msisdn":"41793026727","verified":true}"#,
            Err(Unavailable),
        ),
        (200, r#"{"pinId":"9C81","verified":true}"#, Err(Unavailable)),
        (
            200,
            r#"{"pinId":"9C81","msisdn":"41793026727","verified":true,"pinError":"WRONG_PIN"}"#,
            Err(Unavailable),
        ),
        (
            200,
            r#"{"pinId":"9C81","msisdn":"41793026727","verified":"true"}"#,
            Err(Unavailable),
        ),
        (
            200,
            r#"{"pinId":"9C81","msisdn":"41793026727","verified":1}"#,
            Err(Unavailable),
        ),
        (
            200,
            r#"{"pinId":"9C81","msisdn":"41793026727","verified":null}"#,
            Err(Unavailable),
        ),
        (
            200,
            r#"{"pinId":"9C81","msisdn":"41793026727","attemptsRemaining":0}"#,
            Err(Unavailable),
        ),
        (
            200,
            r#"{"pinId":"9C81","msisdn":"41793026727","verified":false,"verified":true}"#,
            Err(Unavailable),
        ),
        (
            200,
            r#"[{"pinId":"9C81","msisdn":"41793026727","verified":true}]"#,
            Err(Unavailable),
        ),
        (
            200,
            r#"{"pinId":"9C81","msisdn":"41793026727","verified":true"#,
            Err(Unavailable),
        ),
        (200, "<html>verified: true</html>", Err(Unavailable)),
        (
            201,
            r#"{"pinId":"9C81","msisdn":"41793026727","verified":true}"#,
            Err(Unavailable),
        ),
        (204, "", Err(Unavailable)),
        (
            302,
            r#"{"pinId":"9C81","msisdn":"41793026727","verified":true}"#,
            Err(Unavailable),
        ),
        (
            400,
            r#"{"requestError":{"serviceException":{"messageId":"BAD_REQUEST"}}}"#,
            Ok(Gone),
        ),
        (404, "", Ok(Gone)),
        (401, "", Err(Refused)),
        (403, "", Err(Refused)),
        (429, "", Err(Throttled(Some(3)))),
        (500, "", Err(Unavailable)),
        (502, "<html>", Err(Unavailable)),
    ];
    let pin = PinId::new("9C81".to_owned()).unwrap();
    for (status, body, expected) in cases {
        assert_eq!(
            read_check(status, Some(3), body.as_bytes(), &pin, &number()),
            expected,
            "{status} {body}"
        );
    }
}

#[test]
fn an_e_mail_is_sent_unless_its_status_says_otherwise_or_it_is_somebody_elses() {
    let cases = [
        (
            r#"{"pinId":"9C81","to":"John.Smith@Example.com","emailStatus":{"name":"PENDING_ACCEPTED","description":"x"}}"#,
            Ok("9C81"),
        ),
        (
            r#"{"pinId":"9C81","emailStatus":{"description":"x"}}"#,
            Ok("9C81"),
        ),
        (r#"{"pinId":"9C81"}"#, Ok("9C81")),
        (
            r#"{"pinId":"9C81","emailStatus":{"name":"REJECTED_DESTINATION"}}"#,
            Err(SendFailure::NotSent),
        ),
        (
            r#"{"pinId":"9C81","to":"johnsmith@example.com"}"#,
            Err(SendFailure::Unknown),
        ),
        (
            r#"{"pinId":"9C81","emailStatus":"PENDING_ACCEPTED"}"#,
            Err(SendFailure::Unknown),
        ),
    ];
    for (body, expected) in cases {
        let read = read_send(200, None, body.as_bytes(), &address());
        let read = read.as_ref().map(PinId::reveal).map_err(|e| *e);
        assert_eq!(read, expected, "{body}");
    }
}

#[test]
fn r32_a_code_that_was_e_mailed_is_right_for_this_pin_and_for_nobody_else() {
    let cases = [
        (
            r#"{"pinId":"9C81","msisdn":"John.Smith@example.com","verified":true}"#,
            Ok(Check::Approved),
        ),
        (r#"{"pinId":"9C81","verified":true}"#, Ok(Check::Approved)),
        (
            r#"{"pinId":"9C81","msisdn":"jon.smith@example.com","verified":true}"#,
            Err(CheckFailure::Unavailable),
        ),
        (
            r#"{"pinId":"9C81","msisdn":"","verified":true}"#,
            Err(CheckFailure::Unavailable),
        ),
        (
            r#"{"pinId":"9C82","verified":true}"#,
            Err(CheckFailure::Unavailable),
        ),
        (r#"{"verified":true}"#, Err(CheckFailure::Unavailable)),
        (
            r#"{"pinId":"9C81","verified":false,"pinError":"WRONG_PIN"}"#,
            Ok(Check::Wrong(None)),
        ),
    ];
    let pin = PinId::new("9C81".to_owned()).unwrap();
    for (body, expected) in cases {
        let read = read_check(200, None, body.as_bytes(), &pin, &address());
        assert_eq!(read, expected, "{body}");
    }
}

#[test]
fn r63_a_handle_of_a_code_never_prints() {
    let pin = PinId::new("9C817C6F8AF3D48F9FE553282AFA2B67".to_owned()).unwrap();
    assert_eq!(format!("{pin:?}"), "PinId(…)");
}
