//! Which operation of the API does a method and a path name?
//!
//! The table of the eighteen operations: path, scopes, documented throttle. Not here: what they do (`state.rs`).

use axum::http::Method;
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};

use crate::auth::Scope;

/// An operation of the 2FA API. Its name in JSON is what `/simulator/calls` counts it under and faults match it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Operation {
    ListApplications,
    CreateApplication,
    GetApplication,
    UpdateApplication,
    ListTemplates,
    CreateTemplate,
    GetTemplate,
    UpdateTemplate,
    CreateEmailTemplate,
    UpdateEmailTemplate,
    Send,
    Resend,
    SendVoice,
    ResendVoice,
    SendEmail,
    ResendEmail,
    Verify,
    VerificationStatus,
}

/// An operation and the ids in its path; those that it does not have are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) operation: Operation,
    pub(crate) application_id: String,
    pub(crate) message_id: String,
    pub(crate) pin_id: String,
}

impl Operation {
    pub(crate) const ALL: [Self; 18] = [
        Self::ListApplications,
        Self::CreateApplication,
        Self::GetApplication,
        Self::UpdateApplication,
        Self::ListTemplates,
        Self::CreateTemplate,
        Self::GetTemplate,
        Self::UpdateTemplate,
        Self::CreateEmailTemplate,
        Self::UpdateEmailTemplate,
        Self::Send,
        Self::Resend,
        Self::SendVoice,
        Self::ResendVoice,
        Self::SendEmail,
        Self::ResendEmail,
        Self::Verify,
        Self::VerificationStatus,
    ];

    /// The scopes of which a key needs any one.
    pub(crate) fn scopes(self) -> &'static [Scope] {
        match self {
            Self::ListApplications
            | Self::CreateApplication
            | Self::GetApplication
            | Self::UpdateApplication
            | Self::ListTemplates
            | Self::CreateTemplate
            | Self::GetTemplate
            | Self::UpdateTemplate
            | Self::CreateEmailTemplate
            | Self::UpdateEmailTemplate => &[Scope::Manage],
            Self::Send
            | Self::Resend
            | Self::SendVoice
            | Self::ResendVoice
            | Self::SendEmail
            | Self::Verify
            | Self::VerificationStatus => &[Scope::Manage, Scope::PinSend],
            Self::ResendEmail => &[Scope::PinManage, Scope::PinSend],
        }
    }

    /// The documented throttle, as a limit in the grammar of `configuration`.
    pub(crate) fn throttle(self) -> Option<&'static str> {
        match self {
            Self::ListApplications => Some("50/10m"),
            Self::CreateApplication | Self::CreateEmailTemplate => Some("20/10m"),
            Self::GetApplication => Some("100/10m"),
            Self::UpdateApplication | Self::UpdateEmailTemplate => Some("40/10m"),
            Self::ListTemplates
            | Self::CreateTemplate
            | Self::GetTemplate
            | Self::UpdateTemplate
            | Self::Send
            | Self::Resend
            | Self::SendVoice
            | Self::ResendVoice
            | Self::SendEmail
            | Self::ResendEmail
            | Self::Verify
            | Self::VerificationStatus => None,
        }
    }

    /// Whether the operation sends a PIN, for the first time or again.
    pub(crate) fn sends(self) -> bool {
        matches!(
            self,
            Self::Send
                | Self::Resend
                | Self::SendVoice
                | Self::ResendVoice
                | Self::SendEmail
                | Self::ResendEmail
        )
    }
}

impl Target {
    /// Finds the operation. Doubled and trailing slashes are forgiven, since clients send both.
    pub(crate) fn find(method: &Method, path: &str, legacy_pin_paths: bool) -> Option<Self> {
        let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let (version, rest) = segments.strip_prefix(&["2fa"])?.split_first()?;
        let is_served = match *version {
            "2" => true,
            "1" => legacy_pin_paths && rest.first() == Some(&"pin"),
            _ => false,
        };
        if !is_served {
            return None;
        }
        use Operation::*;
        // The literals `voice` and `email` stand above the patterns that would swallow them.
        let (operation, application, message, pin) = match (method.as_str(), rest) {
            ("GET", ["applications"]) => (ListApplications, "", "", ""),
            ("POST", ["applications"]) => (CreateApplication, "", "", ""),
            ("GET", ["applications", app]) => (GetApplication, *app, "", ""),
            ("PUT", ["applications", app]) => (UpdateApplication, *app, "", ""),
            ("GET", ["applications", app, "messages"]) => (ListTemplates, *app, "", ""),
            ("POST", ["applications", app, "messages"]) => (CreateTemplate, *app, "", ""),
            ("GET", ["applications", app, "messages", id]) => (GetTemplate, *app, *id, ""),
            ("PUT", ["applications", app, "messages", id]) => (UpdateTemplate, *app, *id, ""),
            ("POST", ["applications", app, "email", "messages"]) => {
                (CreateEmailTemplate, *app, "", "")
            }
            ("PUT", ["applications", app, "email", "messages", id]) => {
                (UpdateEmailTemplate, *app, *id, "")
            }
            ("GET", ["applications", app, "verifications"]) => (VerificationStatus, *app, "", ""),
            ("POST", ["pin"]) => (Send, "", "", ""),
            ("POST", ["pin", "voice"]) => (SendVoice, "", "", ""),
            ("POST", ["pin", "email"]) => (SendEmail, "", "", ""),
            ("POST", ["pin", id, "resend"]) => (Resend, "", "", *id),
            ("POST", ["pin", id, "resend", "voice"]) => (ResendVoice, "", "", *id),
            ("POST", ["pin", id, "resend", "email"]) => (ResendEmail, "", "", *id),
            ("POST", ["pin", id, "verify"]) => (Verify, "", "", *id),
            _ => return None,
        };
        Some(Self {
            operation,
            application_id: decoded(application),
            message_id: decoded(message),
            pin_id: decoded(pin),
        })
    }
}

fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_an_operation_and_its_ids() {
        use Operation::*;
        let cases = [
            ("GET", "/2fa/2/applications", Some((ListApplications, ""))),
            ("GET", "//2fa/2/applications", Some((ListApplications, ""))),
            ("POST", "/2fa/2/pin/", Some((Send, ""))),
            ("POST", "/2fa/2/pin/voice", Some((SendVoice, ""))),
            ("POST", "/2fa/2/pin/email", Some((SendEmail, ""))),
            (
                "POST",
                "/2fa/2/pin/A/resend/voice",
                Some((ResendVoice, "A")),
            ),
            (
                "POST",
                "/2fa/2/pin/A/resend/email",
                Some((ResendEmail, "A")),
            ),
            (
                "POST",
                "/2fa/2/pin/a%2Fb%20c%2Bd%3Fe/verify",
                Some((Verify, "a/b c+d?e")),
            ),
            ("POST", "/2fa/1/pin/A/verify", Some((Verify, "A"))),
            ("GET", "/2fa/1/applications", None),
            ("GET", "/2fa/2/pin", None),
            ("DELETE", "/2fa/2/applications/A", None),
            ("POST", "/2fa/3/pin", None),
            ("POST", "/", None),
        ];
        for (method, path, expected) in cases {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let found = Target::find(&method, path, true);
            let found = found.as_ref().map(|it| (it.operation, it.pin_id.as_str()));
            assert_eq!(found, expected, "{method} {path}");
        }
    }

    #[test]
    fn the_old_pin_paths_can_be_switched_off() {
        assert_eq!(Target::find(&Method::POST, "/2fa/1/pin", false), None);
    }
}
