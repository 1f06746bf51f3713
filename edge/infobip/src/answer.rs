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
mod tests;
