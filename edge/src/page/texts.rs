//! Which sentence does a person read on a plain page?
//!
//! The one table. Not here: when it is shown ([`crate::routes`]) and where ([`super`]); what the element says (`widget`).

use protocol::{Destination, ProblemCode};

use crate::reply::Denial;

/// The language of it all.
pub(crate) const LANGUAGE: &str = "en";

// Headings, which are titles of the window as well.
pub(crate) const SIGN_IN: &str = "Sign in";
pub(crate) const ENTER_CODE: &str = "Enter your code";
pub(crate) const SIGNED_IN: &str = "You are signed in";
pub(crate) const STILL_THERE: &str = "Are you still there?";

/// In front of the window's title where something was refused: it is what is heard first.
pub(crate) const ERROR: &str = "Error: ";

// Labels.
pub(crate) const NUMBER: &str = "Mobile number";
pub(crate) const ADDRESS: &str = "E-mail address";
pub(crate) const CODE: &str = "Code";

// Buttons.
pub(crate) const SEND: &str = "Text me a code";
pub(crate) const E_MAIL: &str = "E-mail me a code";
pub(crate) const SEND_AGAIN: &str = "Send it again";
pub(crate) const CALL: &str = "Call me instead";
pub(crate) const OTHER_NUMBER: &str = "Use another number";
pub(crate) const OTHER_ADDRESS: &str = "Use another address";
pub(crate) const CHECK: &str = "Sign in";
pub(crate) const STAY: &str = "Stay signed in";
pub(crate) const SIGN_OUT: &str = "Sign out";
pub(crate) const CONTINUE: &str = "Continue";

// What was done.
pub(crate) const SENT_AGAIN: &str = "The code is on its way once more.";
pub(crate) const CALLING: &str = "We are calling you with the code.";
pub(crate) const SIGNED_OUT: &str = "You are signed out.";

/// Whoever is signed in is asked for a code all the same.
pub(crate) const SIGN_IN_AGAIN: &str = "Sign in again to go on.";

// What is missing before anybody is asked.
pub(crate) const NO_NUMBER: &str = "Type your mobile number.";
pub(crate) const NO_ADDRESS: &str = "Type your e-mail address.";
pub(crate) const NO_CODE: &str = "Type all the digits of the code.";

/// Why somebody who was here before is asked.
pub(crate) const A_WHILE_AGO: &str =
    "You signed in a while ago. Press the button if it is still you, and no code is needed.";

/// Before the account's id.
pub(crate) const YOUR_ACCOUNT: &str = "Your account is ";

/// Under the field of the number: how it is written, and what a text is worth, which people must be told (NIST SP 800-63B-4, section
/// 3.2.9).
pub(crate) fn number_hint(example: &str, calling_code: &str) -> String {
    let parts = [
        "For example ",
        example,
        ". A number without a country code is taken to be from +",
        calling_code,
        ". We will text you a code. Whoever takes over your number gets it, too.",
    ];
    parts.concat()
}

/// Under the field of the address, with what an e-mail is worth.
pub(crate) const ADDRESS_HINT: &str =
    "We will e-mail you a code. Whoever reads your e-mail gets it, too.";

/// Before and after the number or address.
pub(crate) fn sent_to(to: &Destination, code_length: u8) -> (String, &'static str) {
    let how = match to {
        Destination::Phone(_) => "texted",
        Destination::Email(_) => "e-mailed",
    };
    (format!("We {how} {code_length} digits to "), ".")
}

/// Under the field of the code.
pub(crate) fn code_hint(seconds: u32) -> String {
    ["The code works for ", &duration(seconds), "."].concat()
}

/// What a person is told whose request was refused, and when it is worth another try.
pub(crate) fn refusal(denial: &Denial) -> String {
    let mut sentence = problem(denial.code).to_owned();
    match denial.tries_left {
        Some(1) => sentence.push_str(" You have one try left."),
        Some(tries @ 2..) => sentence.push_str(&format!(" You have {tries} tries left.")),
        Some(0) | None => {}
    }
    if let Some(seconds) = denial.retry_after {
        sentence.push_str(&[" Try again in ", &duration(seconds), "."].concat());
    }
    sentence
}

/// Seconds, minutes or hours, whichever people would say, and never too few.
fn duration(seconds: u32) -> String {
    let (many, unit) = match seconds {
        0..100 => (seconds, "second"),
        100..5_400 => (seconds.div_ceil(60), "minute"),
        _ => (seconds.div_ceil(3_600), "hour"),
    };
    let plural = if many == 1 { "" } else { "s" };
    format!("{many} {unit}{plural}")
}

fn problem(code: ProblemCode) -> &'static str {
    match code {
        ProblemCode::InvalidRequest
        | ProblemCode::UnsupportedMediaType
        | ProblemCode::PayloadTooLarge
        | ProblemCode::NotFound
        | ProblemCode::MethodNotAllowed => {
            "The form that you came from does not fit this page. Use this one."
        }
        ProblemCode::CrossSite => {
            "Nothing was done, because the form that you came from is not one of this site. Use this one."
        }
        ProblemCode::HttpsRequired => "Signing in needs a secure connection (https).",
        ProblemCode::InvalidPhone => "There is no such number. Check its digits.",
        ProblemCode::InvalidEmail => "This is not an e-mail address. Check it.",
        ProblemCode::PasskeyRefused => "The passkey was not accepted.",
        ProblemCode::TooManyPasskeys => "The account has too many passkeys.",
        ProblemCode::PhoneNotServed => {
            "We cannot text this number. Use a mobile number of a country we serve."
        }
        ProblemCode::NotDelivered => "The code could not be sent there. Check what you typed.",
        ProblemCode::ProofRequired => {
            "Right now we must make sure that you are not a robot, and without scripts we cannot. Allow JavaScript for the page \
             that you came from and sign in there, or try again later."
        }
        ProblemCode::SendTooSoon => "A code was sent a moment ago.",
        ProblemCode::TooManySends => "Too many codes were sent there.",
        ProblemCode::TooManyChecks => "Too many wrong codes were tried.",
        ProblemCode::TooManyChanges => "The number was changed too often.",
        ProblemCode::TooManyFromNetwork => "Too many codes were asked for from your network.",
        ProblemCode::SendsPaused => "No codes can be sent there right now.",
        ProblemCode::CheckInProgress => "A code is being checked.",
        ProblemCode::WrongCode => "That is not the code.",
        ProblemCode::NoChallenge => "This code can no longer be used. Ask for a new one.",
        ProblemCode::ChallengeExpired => "The code has expired. Ask for a new one.",
        ProblemCode::ChallengeExhausted => "That was the last try. Ask for a new code.",
        ProblemCode::NotSignedIn => "You are not signed in.",
        ProblemCode::SessionExpired | ProblemCode::SessionEnded => {
            "Your session has ended. Sign in again."
        }
        ProblemCode::LoginTooOld => SIGN_IN_AGAIN,
        ProblemCode::NumberTaken => "This number belongs to another account.",
        ProblemCode::ProviderUnavailable => "Codes cannot be sent or checked right now.",
        ProblemCode::Unavailable => "Signing in does not work right now.",
        ProblemCode::Misconfigured => "Signing in is not set up yet.",
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use login::Refusal;

    use super::*;

    #[test]
    fn every_problem_has_a_sentence_that_ends() {
        for code in ProblemCode::ALL {
            let sentence = problem(*code);
            assert!(sentence.ends_with('.'), "{code:?}: {sentence}");
            assert!(sentence.len() > 15, "{code:?}: {sentence}");
        }
    }

    #[test]
    fn a_refusal_says_what_is_left_and_how_long_to_wait() {
        let secs = Duration::from_secs;
        let cases = [
            (
                Refusal::WrongCode(4),
                "That is not the code. You have 4 tries left.",
            ),
            (
                Refusal::WrongCode(1),
                "That is not the code. You have one try left.",
            ),
            (
                Refusal::SendTooSoon(secs(28)),
                "A code was sent a moment ago. Try again in 28 seconds.",
            ),
            (
                Refusal::TooManySends(secs(3_000)),
                "Too many codes were sent there. Try again in 50 minutes.",
            ),
            (
                Refusal::Unavailable,
                "Signing in does not work right now. Try again in 5 seconds.",
            ),
            (
                Refusal::NoChallenge,
                "This code can no longer be used. Ask for a new one.",
            ),
        ];
        for (refusal, expected) in cases {
            assert_eq!(super::refusal(&refusal.into()), expected);
        }
    }

    #[test]
    fn a_wait_is_never_said_to_be_shorter_than_it_is() {
        let cases = [
            (0, "0 seconds"),
            (1, "1 second"),
            (99, "99 seconds"),
            (100, "2 minutes"),
            (300, "5 minutes"),
            (301, "6 minutes"),
            (5_400, "2 hours"),
            (86_400, "24 hours"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(duration(seconds), expected);
        }
    }
}
