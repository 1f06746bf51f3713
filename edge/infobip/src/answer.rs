//! What does an answer to a send or to a check mean?
//!
//! The status is judged first, the body second, and whatever is not understood is never a success. Not here: what follows
//! from it for the person (the `login` crate).

use protocol::Destination;
use serde::Deserialize;

use crate::account::PinId;
use crate::fault::Fault;

/// Why no code was sent, or why we cannot know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendFailure {
    /// Infobip knows that no text left: the number cannot be reached, or is not one.
    NotSent,
    /// Infobip's own limits refused. Seconds to wait, where it named them.
    Throttled(Option<u32>),
    /// The key, the application, the template or the account is wrong; or a resend asks for a code that is gone.
    Refused,
    /// Infobip said that it failed. No text left.
    Failed,
    /// The answer is no answer. A text may have left and may have been billed.
    Unknown,
}

/// What Infobip thinks of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// It is the code, for this number.
    Approved,
    /// It is not. How many tries Infobip still allows, where it said so.
    Wrong(Option<u32>),
    /// The code's time is over.
    Expired,
    /// All tries are used up.
    Exhausted,
    /// Infobip knows no such code (any more).
    Gone,
}

/// Why a code could not be checked. Nothing was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckFailure {
    /// Too many checks for this number. Seconds to wait, where it named them.
    Throttled(Option<u32>),
    /// The key is wrong or lacks the scope.
    Refused,
    /// The answer is not one that can be believed.
    Unavailable,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    pin_id: Option<String>,
    to: Option<String>,
    sms_status: Option<String>,
    call_status: Option<String>,
    email_status: Option<EmailStatus>,
}

#[derive(Deserialize)]
struct EmailStatus {
    name: Option<String>,
}

/// The pin id of the code that was sent to `to` (answers of `POST /2fa/2/pin`, of its resend, and of both by voice and by e-mail).
///
/// # Errors
///
/// [`SendFailure`] says whether a text may have left, or a call been made. A 200 is not enough: an unreachable number gets one too,
/// with `smsStatus: MESSAGE_NOT_SENT`, and a call that is not made one with a `callStatus` that begins with `REJECTED`, or is
/// `BAD_REQUEST`. An e-mail has an `emailStatus`, whose `name` is one of the same statuses.
pub fn read_send(
    status: u16,
    retry_after: Option<u32>,
    body: &[u8],
    to: &Destination,
) -> Result<PinId, SendFailure> {
    match status {
        200 | 201 => {
            let sent: Sent = serde_json::from_slice(body).map_err(|_| SendFailure::Unknown)?;
            let rejected = |status: &str| status == "BAD_REQUEST" || status.starts_with("REJECTED");
            if sent.sms_status.as_deref() == Some("MESSAGE_NOT_SENT")
                || sent.call_status.as_deref().is_some_and(rejected)
                || sent
                    .email_status
                    .and_then(|status| status.name)
                    .is_some_and(|name| rejected(&name))
            {
                return Err(SendFailure::NotSent);
            }
            if sent.to.is_some_and(|echo| !is_the_same(&echo, to)) {
                return Err(SendFailure::Unknown);
            }
            sent.pin_id.and_then(PinId::new).ok_or(SendFailure::Unknown)
        }
        400 if Fault::read(body).violations.contains_key("to") => Err(SendFailure::NotSent),
        429 => Err(SendFailure::Throttled(retry_after)),
        400..=499 => Err(SendFailure::Refused),
        500 | 503 => Err(SendFailure::Failed),
        _ => Err(SendFailure::Unknown),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Verified {
    pin_id: Option<String>,
    msisdn: Option<String>,
    verified: bool,
    attempts_remaining: Option<u32>,
    pin_error: Option<String>,
}

/// Whether the code was right (answer of `POST /2fa/2/pin/{pinId}/verify` for `pin`, which was sent to `to`).
///
/// `attemptsRemaining` decides nothing: it is 0 on success too.
///
/// # Errors
///
/// [`CheckFailure`] when nothing was decided. An answer that says `verified: true` for another number or another pin id,
/// or that contradicts itself, is one of these (R32). Whether `msisdn` repeats an address is not documented: of a code that was
/// e-mailed it may be missing, and nothing else.
pub fn read_check(
    status: u16,
    retry_after: Option<u32>,
    body: &[u8],
    pin: &PinId,
    to: &Destination,
) -> Result<Check, CheckFailure> {
    match status {
        200 => {
            let answer: Verified =
                serde_json::from_slice(body).map_err(|_| CheckFailure::Unavailable)?;
            match (answer.verified, answer.pin_error.as_deref()) {
                (true, None) => {
                    let this_pin = answer.pin_id.is_some_and(|id| id == pin.reveal());
                    let nobody_else = match answer.msisdn {
                        Some(echo) => is_the_same(&echo, to),
                        None => to.phone().is_none(),
                    };
                    if this_pin && nobody_else {
                        Ok(Check::Approved)
                    } else {
                        Err(CheckFailure::Unavailable)
                    }
                }
                (true, Some(_)) => Err(CheckFailure::Unavailable),
                (false, Some("TTL_EXPIRED")) => Ok(Check::Expired),
                (false, Some("NO_MORE_PIN_ATTEMPTS")) => Ok(Check::Exhausted),
                (false, _) => Ok(Check::Wrong(answer.attempts_remaining)),
            }
        }
        // The document says 404 for a pin id it does not know; the live service was seen to say 400.
        400 | 404 => Ok(Check::Gone),
        401 | 403 => Err(CheckFailure::Refused),
        429 => Err(CheckFailure::Throttled(retry_after)),
        _ => Err(CheckFailure::Unavailable),
    }
}

/// Numbers come back without their plus, and addresses perhaps in other cases; no other difference is forgiven.
fn is_the_same(echo: &str, to: &Destination) -> bool {
    match to {
        Destination::Phone(number) => {
            echo.strip_prefix('+').unwrap_or(echo) == number.reveal_digits()
        }
        Destination::Email(address) => echo.eq_ignore_ascii_case(address.reveal()),
    }
}

#[cfg(test)]
mod tests {
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
}
