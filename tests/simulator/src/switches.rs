//! Where the contract leaves something open, what does this simulator do?
//!
//! Each field is one thing that Infobip's documents do not say, or say in two ways. The same struct is read from the
//! command line and patched by `POST /simulator/switches`; what the switches change is done where the rule is.

use clap::{ArgAction, Args, ValueEnum};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The open questions and the answers chosen.
#[derive(Args, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[command(next_help_heading = "Switches: what the contract leaves open")]
pub struct Switches {
    /// Status of a created application: documents say 201, old ones and the Python client 200.
    #[arg(long, value_name = "STATUS", default_value_t = 201, value_parser = clap::value_parser!(u16).range(200..=299))]
    pub create_status: u16,
    /// What an unknown PIN id is answered with.
    #[arg(long, value_enum, default_value = "not-found")]
    pub unknown_pin: Unknown,
    /// What sending with an unknown application or template is answered with.
    #[arg(long, value_enum, default_value = "bad-request")]
    pub unknown_application: Unknown,
    /// What sending with a disabled application is answered with.
    #[arg(long, value_enum, default_value = "bad-request")]
    pub disabled_application: Disabled,
    /// Which error model the refusals speak.
    #[arg(long, value_enum, default_value = "request-error")]
    pub error_model: ErrorModel,
    /// Whether a refusal for a limit tells in `Retry-After` when there is room again.
    #[arg(long, value_name = "BOOL", default_value_t = false, action = ArgAction::Set)]
    pub retry_after: bool,
    /// Whether errors carry a Content-Type; live traffic has been seen without.
    #[arg(long, value_name = "BOOL", default_value_t = true, action = ArgAction::Set)]
    pub error_content_type: bool,
    /// What an expired or exhausted PIN is answered with.
    #[arg(long, value_enum, default_value = "verdict")]
    pub dead_pin: DeadPin,
    /// What the second verification of a PIN is answered with where an application allows only one.
    #[arg(long, value_enum, default_value = "no-more-pin-attempts")]
    pub verified_pin: VerifiedPin,
    /// Whether a resend counts against the send limits.
    #[arg(long, value_name = "BOOL", default_value_t = true, action = ArgAction::Set)]
    pub resend_counts: bool,
    /// Whether a resend makes a new PIN instead of repeating the old one.
    #[arg(long, value_name = "BOOL", default_value_t = false, action = ArgAction::Set)]
    pub resend_new_pin: bool,
    /// Whether a resend moves the PIN to a new id; the old one is then unknown.
    #[arg(long, value_name = "BOOL", default_value_t = false, action = ArgAction::Set)]
    pub resend_new_id: bool,
    /// Whether a resend starts the PIN's lifetime anew.
    #[arg(long, value_name = "BOOL", default_value_t = false, action = ArgAction::Set)]
    pub resend_restarts_lifetime: bool,
    /// Whether the account has Number Lookup; without it every SMS is answered with `NC_NOT_CONFIGURED`.
    #[arg(long, value_name = "BOOL", default_value_t = true, action = ArgAction::Set)]
    pub number_lookup: bool,
    /// What `ncStatus` is with `ncNeeded=false`.
    #[arg(long, value_enum, default_value = "not-configured")]
    pub lookup_not_needed: LookupNotNeeded,
    /// Whether `to` may have a plus and punctuation, which are then dropped; else only digits are taken.
    #[arg(long, value_name = "BOOL", default_value_t = false, action = ArgAction::Set)]
    pub lenient_to: bool,
    /// What becomes of a placeholder that the call has no value for.
    #[arg(long, value_enum, default_value = "keep")]
    pub unfilled_placeholder: UnfilledPlaceholder,
    /// Whether every `{{pin}}` of a template is filled, or the first only.
    #[arg(long, value_name = "BOOL", default_value_t = true, action = ArgAction::Set)]
    pub every_pin_filled: bool,
    /// The longest `pinLength` that a template may have.
    #[arg(long, value_name = "LENGTH", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub longest_pin: u8,
    /// Whether the letters of a PIN may be typed in either case.
    #[arg(long, value_name = "BOOL", default_value_t = false, action = ArgAction::Set)]
    pub pin_ignores_case: bool,
    /// Whether updating an application keeps the fields that the call leaves out, instead of resetting them.
    #[arg(long, value_name = "BOOL", default_value_t = false, action = ArgAction::Set)]
    pub update_merges: bool,
    /// The unit of `sentAt` and `verifiedAt`: the text says milliseconds, the example shows seconds.
    #[arg(long, value_enum, default_value = "milliseconds")]
    pub verification_times: TimeUnit,
    /// Whether the documented throttles of the set-up operations are enforced.
    #[arg(long, value_name = "BOOL", default_value_t = false, action = ArgAction::Set)]
    pub manage_throttles: bool,
    /// Whether the PIN operations also answer under `/2fa/1`.
    #[arg(long, value_name = "BOOL", default_value_t = true, action = ArgAction::Set)]
    pub legacy_pin_paths: bool,
    /// Whether numbers that end in 990001 to 990006 play the built-in scenarios.
    #[arg(long, value_name = "BOOL", default_value_t = true, action = ArgAction::Set)]
    pub scenario_numbers: bool,
}

impl Switches {
    /// These switches with some set anew; says what is wrong if one does not exist or cannot have the value.
    pub fn patched(&self, patch: &Value) -> Result<Self, String> {
        let mut all = serde_json::to_value(self).expect("switches are plain data");
        json_patch::merge(&mut all, patch);
        serde_json::from_value(all).map_err(|error| error.to_string())
    }
}

/// How something that does not exist is answered.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unknown {
    /// 404 `NOT_FOUND`.
    NotFound,
    /// 400 `BAD_REQUEST`.
    BadRequest,
}

/// How a disabled application is answered.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Disabled {
    /// 400 `BAD_REQUEST`.
    BadRequest,
    /// 403 `FORBIDDEN`.
    Forbidden,
}

/// The shape of error bodies.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorModel {
    /// `requestError` with a service exception: what the 2FA documents show.
    RequestError,
    /// `requestError`, but `errorCode` and `description` for 429.
    NewerWhenThrottled,
    /// `errorCode` and `description` for every error.
    Newer,
}

/// How a PIN that can no longer be verified is answered.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeadPin {
    /// 200 with `verified: false` and a `pinError`.
    Verdict,
    /// 400 `BAD_REQUEST`.
    BadRequest,
}

/// How a PIN that was verified and may not be again is answered.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VerifiedPin {
    /// Like a PIN whose attempts are used up.
    NoMorePinAttempts,
    /// Like a wrong PIN without attempts left.
    WrongPin,
    /// Like a PIN id that does not exist.
    UnknownPin,
}

/// What is told about a number whose lookup was declined.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LookupNotNeeded {
    /// `NC_NOT_CONFIGURED`.
    NotConfigured,
    /// No `ncStatus` at all.
    LeftOut,
}

/// What becomes of a placeholder without a value.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnfilledPlaceholder {
    /// It stays in the text as it is.
    Keep,
    /// It becomes nothing.
    Empty,
    /// The call is a bad request.
    Reject,
}

/// A unit of moments.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeUnit {
    /// Milliseconds since the Unix epoch.
    Milliseconds,
    /// Seconds since the Unix epoch.
    Seconds,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::options::Options;

    #[test]
    fn a_patch_sets_what_it_names_and_nothing_else() {
        let before = Options::default().switches;
        let after = before
            .patched(&json!({"unknown_pin": "bad-request", "retry_after": true}))
            .unwrap();
        let expected = Switches {
            unknown_pin: Unknown::BadRequest,
            retry_after: true,
            ..before
        };
        assert_eq!(after, expected);
    }

    #[test]
    fn a_switch_that_does_not_exist_is_an_error() {
        let switches = Options::default().switches;
        assert!(switches.patched(&json!({"unknown_pim": true})).is_err());
        assert!(switches.patched(&json!({"dead_pin": "alive"})).is_err());
    }
}
