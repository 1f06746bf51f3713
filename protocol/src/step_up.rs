//! How does a site have somebody prove a number that it knows already?
//!
//! The site's backend asks for a ticket, its page hands the ticket to the element, and what comes of it is a signed assertion. No account,
//! no session. Not here: a login ([`crate::messages`]).

use serde::{Deserialize, Serialize};

use crate::messages::Channel;
use crate::{AttemptId, Code, PhoneNumber, Proof};

/// The paths of its routes.
pub mod path {
    /// `POST` [`super::StepUpRequest`] → 201 [`super::StepUp`]: from the site's backend, which shows one of its keys.
    pub const STEP_UPS: &str = "/v1/step-ups";
    /// `POST` [`super::StepUpSend`] → 202 [`crate::messages::Challenge`]: sends the code, or the same code once more.
    pub const SEND: &str = "/v1/step-ups/send";
    /// `POST` [`super::StepUpVerify`] → 200 [`super::StepUpProof`].
    pub const VERIFY: &str = "/v1/step-ups/verify";
}

/// The longest subject, and the longest nonce, in bytes.
pub const LONGEST_TEXT: usize = 255;

/// What somebody is to prove.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StepUpRequest {
    /// The number that they have, as the site knows it.
    pub phone: PhoneNumber,
    /// Who they are to the site: 1 to 255 visible characters, which the assertion repeats.
    #[cfg_attr(feature = "openapi", schema(example = "customer-4711"))]
    pub subject: String,
    /// Something that the site does not use twice, repeated in the assertion, up to 255 visible characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub nonce: String,
}

/// The right to have one code sent to that number and to prove it, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StepUp {
    /// For the element's attribute `ticket`. Before its first `~` it says which number it is about, masked.
    #[cfg_attr(feature = "openapi", schema(example = "385-67~v1.s1.CQkJ"))]
    pub ticket: String,
    /// Seconds until it is worth nothing.
    pub expires_in: u32,
}

/// Asks for the code, or for the same code once more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StepUpSend {
    /// What the site's backend was given.
    pub ticket: String,
    /// How the code is to travel. Left out: by text message.
    #[serde(default)]
    pub channel: Channel,
    /// What the worker asked for when it refused this with `proof_required`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
}

/// Presents the code that the person received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StepUpVerify {
    /// What the site's backend was given.
    pub ticket: String,
    /// What was typed.
    pub code: Code,
    /// Which press of the button this is. The same id within a minute gets the same answer.
    pub attempt_id: AttemptId,
}

/// Somebody has proved that they have the number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StepUpProof {
    /// A compact JWS of type `step-up+jwt`, which the site's backend verifies by the key set: `iss`, `aud`, `sub` and `nonce` as it asked
    /// for, `jti`, `iat`, `exp`, `auth_time`, `amr`, `acr`.
    pub assertion: String,
    /// Seconds until it is worth nothing.
    pub expires_in: u32,
}

/// Whether a text can be a subject or a nonce: it is repeated in a token, and in nothing else.
pub fn is_text(text: &str) -> bool {
    text.len() <= LONGEST_TEXT && text.bytes().all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Backends write these, and pages in open tabs.
    #[test]
    fn the_wire_format_is_pinned() {
        let ask = r#"{"phone":"+385911234567","subject":"customer-4711","nonce":"n-1"}"#;
        let read: StepUpRequest = serde_json::from_str(ask).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), ask);
        let send: StepUpSend = serde_json::from_str(r#"{"ticket":"T"}"#).unwrap();
        assert_eq!(
            serde_json::to_string(&send).unwrap(),
            r#"{"ticket":"T","channel":"sms"}"#
        );
        let verify = r#"{"ticket":"T","code":"012345","attempt_id":"pZ5q1Xw0S8mO3kT7bYd9Ug"}"#;
        let read: StepUpVerify = serde_json::from_str(verify).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), verify);
    }

    #[test]
    fn a_subject_is_visible_and_not_endless() {
        for (text, good) in [
            ("customer-4711", true),
            ("", true),
            (&"a".repeat(255), true),
            (&"a".repeat(256), false),
            ("two words", false),
            ("line\nbreak", false),
            ("čokolada", false),
        ] {
            assert_eq!(is_text(text), good, "{text:?}");
        }
    }
}
