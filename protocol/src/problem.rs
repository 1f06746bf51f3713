//! In which ways does the edge say no?
//!
//! One table: a code for programs, the HTTP status that goes with it, and a title for whoever reads the answer in a console.
//!
//! Not here: the sentence a person reads (`widget/texts.rs`), which matches on [`ProblemCode`] without a wildcard, so that a new
//! way to say no does not compile until it has one; when each is said (`login`, `edge`).

use serde::{Deserialize, Serialize};

use crate::ProofOffer;

/// A problem document (RFC 9457). `code` is what programs decide on; `title` is for people who read logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Identifies the kind of problem: `/problems/` and the code, a reference relative to the worker.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words. The same for every occurrence.
    pub title: String,
    /// The HTTP status, repeated for those who only see the body.
    pub status: u16,
    /// The kind, for programs.
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::openapi::problem_code))]
    pub code: ProblemCode,
    /// What was wrong with this request, where the one who sent it can mend it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Seconds to wait before trying again. Also in the header `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// How many codes may still be tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tries_left: Option<u8>,
    /// What a request of this session must bring, where it was missing or the session can be renewed with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anti_forgery: Option<String>,
    /// What must come with the request for it to go through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<ProofOffer>,
}

macro_rules! problem_codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $status:literal, $code:literal, $title:literal;)+) => {
        /// Every way the edge says no.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum ProblemCode {
            $($(#[doc = $doc])+ #[serde(rename = $code)] $name,)+
        }

        impl ProblemCode {
            /// All of them, in the order of this file.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The code as it stands on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// The HTTP status that goes with it (RFC 9110, section 15).
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status),+ }
            }

            /// The kind of problem in words, for whoever reads the answer in a console.
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }

            /// When it is said, for whoever looks it up.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+).trim_ascii_start()),+ }
            }
        }
    };
}

problem_codes! {
    // The request is not one.
    /// The body is not the JSON object that the route takes, or the query is not empty.
    InvalidRequest = 400, "invalid_request", "The request is not in the form this route takes";
    /// The route takes `application/json` and nothing else.
    UnsupportedMediaType = 415, "unsupported_media_type", "The content type must be application/json";
    /// The body is over 4096 bytes.
    PayloadTooLarge = 413, "payload_too_large", "The body is larger than 4096 bytes";
    /// There is no such route.
    NotFound = 404, "not_found", "There is no such route";
    /// The route exists, the method does not.
    MethodNotAllowed = 405, "method_not_allowed", "The route does not take this method";
    /// The request comes from a page of another site, or does not say where it comes from.
    CrossSite = 403, "cross_site", "The request does not come from a page of this site";
    /// The request came over plain HTTP.
    HttpsRequired = 403, "https_required", "The request must come over HTTPS";

    // The number.
    /// No such number can exist.
    InvalidPhone = 422, "invalid_phone", "The telephone number is not valid";
    /// The number may exist, but the site sends no codes there (its country or its type).
    PhoneNotServed = 422, "phone_not_served", "No codes are sent to this kind of number";
    /// The provider took the request and said that no text was sent.
    NotDelivered = 422, "not_delivered", "The code could not be sent to this number";

    // The address, and the passkey.
    /// It is no e-mail address.
    InvalidEmail = 422, "invalid_email", "The e-mail address is not valid";
    /// The passkey is not one of the account's, or was not used as it must be: on a page of this site, for this challenge, by its owner.
    PasskeyRefused = 422, "passkey_refused", "The passkey was not accepted";
    /// The account has as many passkeys as one can have.
    TooManyPasskeys = 409, "too_many_passkeys", "The account has too many passkeys";

    // Too much.
    /// A text is sent for this request if a proof comes with it (RFC 6585, section 3). `proof` says which.
    ProofRequired = 428, "proof_required", "The request must come with a proof";
    /// Another text for this number must wait.
    SendTooSoon = 429, "send_too_soon", "Another code may be sent a little later";
    /// The number has had its share of texts for now.
    TooManySends = 429, "too_many_sends", "Too many codes were sent to this number";
    /// Too many wrong codes for this number, over all its challenges.
    TooManyChecks = 429, "too_many_checks", "Too many wrong codes were tried for this number";
    /// The account has had its share of changes of number for now.
    TooManyChanges = 429, "too_many_changes", "The number was changed too often";
    /// The network that asks has had its share of texts for now.
    TooManyFromNetwork = 429, "too_many_from_network", "Too many codes were asked for from this network";
    /// No texts go to this number's prefix or country, or from this site, for now: a budget is used up, or its texts lead to no
    /// logins.
    SendsPaused = 503, "sends_paused", "Codes of this kind are paused for now";
    /// A check of this challenge is under way.
    CheckInProgress = 409, "check_in_progress", "Another code of this challenge is being checked";

    // The challenge.
    /// The code was looked at and is not the one that was sent.
    WrongCode = 422, "wrong_code", "The code is wrong";
    /// No challenge came with the request, or none that can still be used.
    NoChallenge = 410, "no_challenge", "There is no code to check: ask for a new one";
    /// The code's time is over.
    ChallengeExpired = 410, "challenge_expired", "The code has expired: ask for a new one";
    /// All tries are used up.
    ChallengeExhausted = 410, "challenge_exhausted", "All tries are used up: ask for a new code";

    // The session.
    /// No session cookie, or one that does not verify.
    NotSignedIn = 401, "not_signed_in", "Nobody is signed in";
    /// The token is past its time; renewing it may still work.
    SessionExpired = 401, "session_expired", "The session token has expired: renew it";
    /// The session was ended, or is past its longest life.
    SessionEnded = 401, "session_ended", "The session has ended: sign in again";

    // The account.
    /// The login is too long ago for what was asked: sign in again first.
    LoginTooOld = 403, "login_too_old", "The login is too long ago: sign in again";
    /// The number or address opens another account. Told only to whoever has proved that it is theirs.
    NumberTaken = 409, "number_taken", "The number or address belongs to another account";

    // Ours.
    /// The provider did not answer, or not in a way that can be believed. Nothing was decided.
    ProviderUnavailable = 503, "provider_unavailable", "The text message provider cannot be reached";
    /// The worker's own storage did not answer. Nothing was decided.
    Unavailable = 503, "unavailable", "The service cannot answer right now";
    /// The worker's settings are not whole. Its log names them.
    Misconfigured = 503, "misconfigured", "The service is not set up";
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Integrators match on these.
    #[test]
    fn the_codes_and_their_statuses_are_pinned() {
        let codes: Vec<_> = ProblemCode::ALL
            .iter()
            .map(|code| format!("{} {}", code.status(), code.as_str()))
            .collect();
        assert_eq!(
            codes.join(", "),
            "400 invalid_request, 415 unsupported_media_type, 413 payload_too_large, 404 not_found, \
             405 method_not_allowed, 403 cross_site, 403 https_required, 422 invalid_phone, 422 phone_not_served, \
             422 not_delivered, 422 invalid_email, 422 passkey_refused, 409 too_many_passkeys, 428 proof_required, 429 send_too_soon, 429 too_many_sends, 429 too_many_checks, \
             429 too_many_changes, 429 too_many_from_network, 503 sends_paused, 409 check_in_progress, 422 wrong_code, 410 no_challenge, 410 challenge_expired, 410 challenge_exhausted, 401 not_signed_in, \
             401 session_expired, 401 session_ended, 403 login_too_old, 409 number_taken, 503 provider_unavailable, 503 unavailable, 503 misconfigured"
        );
    }

    /// Both stand on the page of each problem, and the title in each answer.
    #[test]
    fn every_problem_says_in_words_of_its_own_what_it_is_and_when_it_is_said() {
        let mut said = std::collections::BTreeSet::new();
        for code in ProblemCode::ALL {
            for words in [code.title(), code.meaning()] {
                assert!(words.len() > 10 && words == words.trim(), "{words:?}");
                assert!(said.insert(words), "{words:?} is said of two");
            }
        }
    }

    #[test]
    fn a_code_reads_as_it_is_written() {
        for code in ProblemCode::ALL {
            let json = serde_json::to_string(code).unwrap();
            assert_eq!(json, format!("\"{}\"", code.as_str()));
            assert_eq!(serde_json::from_str::<ProblemCode>(&json).unwrap(), *code);
        }
    }

    #[test]
    fn a_problem_leaves_out_what_it_has_nothing_to_say_about() {
        let problem = Problem {
            kind: "/problems/wrong_code".to_owned(),
            title: "The code is wrong".to_owned(),
            status: 422,
            code: ProblemCode::WrongCode,
            detail: None,
            retry_after: None,
            tries_left: Some(4),
            anti_forgery: None,
            proof: None,
        };
        assert_eq!(
            serde_json::to_string(&problem).unwrap(),
            r#"{"type":"/problems/wrong_code","title":"The code is wrong","status":422,"code":"wrong_code","tries_left":4}"#
        );
    }
}
