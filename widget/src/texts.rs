//! Which sentence does a person read?
//!
//! Not here: when it is shown (`flow`) and where (`view`).

use protocol::{ProblemCode, phone::InvalidPhone};

use crate::flow::{Ask, Flow, Notice, Screen};

/// While the worker is asked for its settings.
pub const LOADING: &str = "Loading…";
/// Labels the field of the number.
pub const NUMBER_LABEL: &str = "Mobile number";
/// Labels the country of the number.
pub const COUNTRY: &str = "Country";
/// Labels the field that searches the countries.
pub const SEARCH_COUNTRIES: &str = "Search countries";
/// Where none fits what is searched.
pub const NO_COUNTRY: &str = "No such country";
/// Labels the field of the code.
pub const CODE_LABEL: &str = "Code";
/// The button that gives up on this number.
pub const CHANGE_NUMBER: &str = "Use another number";
/// Once the browser has been at work for a while to show that a person sits before it.
pub const PROVING: &str = "One moment, making sure that you are not a robot…";
/// The button that ends the session.
pub const SIGN_OUT: &str = "Sign out";

/// The heading of the screen.
pub fn title(screen: &Screen, site: Option<&str>) -> String {
    match (screen, site) {
        (Screen::Loading | Screen::Phone, Some(site)) => ["Sign in to ", site].concat(),
        (Screen::Loading | Screen::Phone, None) => "Sign in".to_owned(),
        (Screen::Code(sent), _) if sent.dead => "You need a new code".to_owned(),
        (Screen::Code(_), _) => "Enter your code".to_owned(),
        (Screen::Done(_), Some(site)) => ["You are signed in to ", site].concat(),
        (Screen::Done(_), None) => "You are signed in".to_owned(),
    }
}

/// Under the heading of the code's screen: before and after the number.
pub fn sent_to(code_length: u8) -> (String, &'static str) {
    let length = code_length.to_string();
    let before = ["We texted ", &length, " digits to "].concat();
    (before, ".")
}

/// Under the field of the number: also what a text is worth, which people must be told (NIST SP 800-63B-4, section 3.2.9).
pub fn number_hint(example: &str) -> String {
    let rest = ". We will text you a code. Whoever takes over your number gets it, too.";
    ["For example ", example, rest].concat()
}

/// Under the field of the code: how long it is good for.
pub fn code_hint(seconds: u32) -> String {
    ["The code works for another ", &clock(seconds), "."].concat()
}

/// On the button that sends the form.
pub fn submit(flow: &Flow, wait: u32) -> String {
    let label = match (&flow.screen, flow.at_work()) {
        (_, Some(Ask::Send(_))) => "Sending…",
        (_, Some(Ask::Verify(_))) => "Checking…",
        (Screen::Loading, _) => "Try again",
        (Screen::Phone, _) => "Text me a code",
        (Screen::Code(sent), _) if sent.dead => "Text me a new code",
        (Screen::Code(_), _) => "Sign in",
        (Screen::Done(_), _) => "",
    };
    counted(label, wait)
}

/// On the button that asks for another text.
pub fn send_again(wait: u32) -> String {
    counted("Send it again", wait)
}

/// What those hear who do not see the button change.
pub fn progress(ask: &Ask) -> &'static str {
    match ask {
        Ask::Config | Ask::Session | Ask::Renew => LOADING,
        Ask::Send(_) | Ask::Resend(_) => "Sending a code…",
        Ask::Verify(_) => "Checking the code…",
        Ask::Forget => "One moment…",
        Ask::SignOut => "Signing out…",
    }
}

/// What a person is told about their last step.
pub fn notice(notice: Notice) -> String {
    match notice {
        Notice::InvalidNumber(reason) => invalid_number(reason).to_owned(),
        Notice::IncompleteCode => "Type all the digits of the code.".to_owned(),
        Notice::Refused { code, tries_left } => refused(code, tries_left),
        Notice::NoAnswer => "No answer came. Check your connection and try again.".to_owned(),
        Notice::Offline => "You are offline. This page goes on when you are back.".to_owned(),
        Notice::BackOnline => "You are back online.".to_owned(),
        Notice::Sent => "A code is on its way.".to_owned(),
        Notice::SentAgain => "The code is on its way once more.".to_owned(),
        Notice::SignedOut => "You are signed out.".to_owned(),
    }
}

/// Minutes and seconds.
pub fn clock(seconds: u32) -> String {
    let (minutes, seconds) = ((seconds / 60).to_string(), seconds % 60);
    let pad = if seconds < 10 { ":0" } else { ":" };
    [minutes.as_str(), pad, &seconds.to_string()].concat()
}

fn counted(label: &str, wait: u32) -> String {
    match wait {
        0 => label.to_owned(),
        _ => [label, " in ", &clock(wait)].concat(),
    }
}

fn refused(code: ProblemCode, tries_left: Option<u8>) -> String {
    match tries_left {
        Some(1) if code == ProblemCode::WrongCode => {
            "That is not the code. You have one try left.".to_owned()
        }
        Some(tries @ 2..) if code == ProblemCode::WrongCode => {
            let tries = tries.to_string();
            ["That is not the code. You have ", &tries, " tries left."].concat()
        }
        _ => problem(code).to_owned(),
    }
}

fn invalid_number(reason: InvalidPhone) -> &'static str {
    match reason {
        InvalidPhone::Empty => "Type your mobile number.",
        InvalidPhone::MissingCountryCode => "Start with + and your country code.",
        InvalidPhone::NotDigits => "A phone number has only digits, and a + in front if you like.",
        InvalidPhone::ZeroAfterPlus => "No country code begins with 0. Leave out the + or the 0.",
        InvalidPhone::TooShort => "This number is too short.",
        InvalidPhone::TooLong => "This number is too long.",
    }
}

fn problem(code: ProblemCode) -> &'static str {
    match code {
        ProblemCode::InvalidRequest
        | ProblemCode::UnsupportedMediaType
        | ProblemCode::PayloadTooLarge
        | ProblemCode::NotFound
        | ProblemCode::MethodNotAllowed => {
            "This page and its sign-in service do not fit together. Reload the page."
        }
        ProblemCode::CrossSite => "Signing in is not set up for this page.",
        ProblemCode::HttpsRequired => "Signing in needs a secure connection (https).",
        ProblemCode::InvalidPhone => "There is no such number. Check its digits.",
        ProblemCode::PhoneNotServed => {
            "We cannot text this number. Use a mobile number of a country we serve."
        }
        ProblemCode::NotDelivered => "The text could not be sent. Check the number.",
        ProblemCode::ProofRequired => {
            "We could not make sure that you are not a robot. Reload the page and try again."
        }
        ProblemCode::SendTooSoon => "A code was sent a moment ago. You can ask for another soon.",
        ProblemCode::TooManySends => "Too many codes were sent to this number. Try again later.",
        ProblemCode::TooManyChecks => "Too many wrong codes for this number. Try again later.",
        ProblemCode::TooManyChanges => {
            "You have changed your number too often. Try again tomorrow."
        }
        ProblemCode::TooManyFromNetwork => {
            "Too many codes were asked for from your network. Try again later, or over another connection."
        }
        ProblemCode::SendsPaused => {
            "No texts can be sent to this number right now. Try again later."
        }
        ProblemCode::CheckInProgress => "A code is being checked. Try again in a moment.",
        ProblemCode::WrongCode => "That is not the code.",
        ProblemCode::NoChallenge => "This code can no longer be used. Ask for a new one.",
        ProblemCode::ChallengeExpired => "The code has expired. Ask for a new one.",
        ProblemCode::ChallengeExhausted => "That was the last try. Ask for a new code.",
        ProblemCode::NotSignedIn => "You are not signed in.",
        ProblemCode::SessionExpired | ProblemCode::SessionEnded => {
            "Your session has ended. Sign in again."
        }
        ProblemCode::LoginTooOld => "Sign in again to go on.",
        ProblemCode::NumberTaken => "This number belongs to another account.",
        ProblemCode::ProviderUnavailable => {
            "Texts cannot be sent or checked right now. Try again in a moment."
        }
        ProblemCode::Unavailable => "Signing in does not work right now. Try again in a moment.",
        ProblemCode::Misconfigured => "Signing in is not set up yet.",
    }
}

#[cfg(test)]
mod tests {
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
    fn tries_are_counted_in_words_that_agree() {
        let cases = [
            (Some(4), "That is not the code. You have 4 tries left."),
            (Some(1), "That is not the code. You have one try left."),
            (Some(0), "That is not the code."),
            (None, "That is not the code."),
        ];
        for (left, expected) in cases {
            assert_eq!(refused(ProblemCode::WrongCode, left), expected, "{left:?}");
        }
    }

    #[test]
    fn seconds_are_written_as_a_clock() {
        for (seconds, expected) in [(0, "0:00"), (9, "0:09"), (61, "1:01"), (600, "10:00")] {
            assert_eq!(clock(seconds), expected);
        }
    }

    #[test]
    fn a_sites_name_is_in_the_heading() {
        assert_eq!(title(&Screen::Phone, None), "Sign in");
        assert_eq!(title(&Screen::Phone, Some("Halm")), "Sign in to Halm");
    }
}
