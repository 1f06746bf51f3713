//! Which paths does the API have?
//!
//! Not here: what is done there ([`super`]).

use http::Method;
use protocol::messages::path;
use protocol::{passkey, step_up};

use crate::event;
use crate::settings::Settings;

/// A path of the API.
#[derive(Clone, Copy)]
pub(super) enum Route {
    Account,
    Challenges,
    Config,
    Countries,
    Country,
    EndSessions,
    Health,
    KeySet,
    Logout,
    Number,
    PasskeyCreation,
    PasskeyLogin,
    PasskeyRequest,
    Passkeys,
    Renew,
    Resend,
    Session,
    Sessions,
    StepUpSend,
    StepUpVerify,
    Verify,
    VerifyNumber,
}

impl Route {
    pub(super) fn at(path: &str) -> Option<Self> {
        Some(match path {
            path::ACCOUNT => Self::Account,
            path::CHALLENGES => Self::Challenges,
            path::CONFIG => Self::Config,
            path::COUNTRIES => Self::Countries,
            path::END_SESSIONS => Self::EndSessions,
            path::HEALTH => Self::Health,
            path::JWKS => Self::KeySet,
            path::LOGOUT => Self::Logout,
            path::NUMBER => Self::Number,
            passkey::path::CREATION => Self::PasskeyCreation,
            passkey::path::LOGIN => Self::PasskeyLogin,
            passkey::path::PASSKEYS => Self::Passkeys,
            passkey::path::REQUEST => Self::PasskeyRequest,
            path::RENEW => Self::Renew,
            path::RESEND => Self::Resend,
            path::SESSION => Self::Session,
            path::SESSIONS => Self::Sessions,
            step_up::path::SEND => Self::StepUpSend,
            step_up::path::VERIFY => Self::StepUpVerify,
            path::VERIFY => Self::Verify,
            path::VERIFY_NUMBER => Self::VerifyNumber,
            _ if path.starts_with(path::COUNTRY) => Self::Country,
            _ => return None,
        })
    }

    /// Where people may have no passkeys, nothing is known of them.
    pub(super) fn exists(self, settings: &Settings) -> bool {
        match self {
            Self::PasskeyCreation | Self::PasskeyLogin | Self::PasskeyRequest | Self::Passkeys => {
                settings.passkeys.is_some()
            }
            Self::Account
            | Self::Challenges
            | Self::Config
            | Self::Countries
            | Self::Country
            | Self::EndSessions
            | Self::Health
            | Self::KeySet
            | Self::Logout
            | Self::Number
            | Self::Renew
            | Self::Resend
            | Self::Session
            | Self::Sessions
            | Self::StepUpSend
            | Self::StepUpVerify
            | Self::Verify
            | Self::VerifyNumber => true,
        }
    }

    /// How the log calls a request that changes something; what only looks is not worth a line.
    pub(super) fn event(self, method: &Method) -> Option<&'static str> {
        match (self, method) {
            (_, &Method::GET | &Method::HEAD | &Method::OPTIONS) => None,
            (Self::Challenges, &Method::DELETE) => Some("forget"),
            (Self::Challenges, _) => Some("send"),
            (Self::Resend, _) => Some("resend"),
            (Self::Verify, _) => Some(event::CHECK),
            (Self::StepUpSend, _) => Some("send_step_up"),
            (Self::StepUpVerify, _) => Some("check_step_up"),
            (Self::Number, _) => Some("change_number"),
            (Self::VerifyNumber, _) => Some("check_number"),
            (Self::PasskeyLogin, _) => Some(event::CHECK_PASSKEY),
            (Self::Passkeys, &Method::DELETE) => Some("remove_passkey"),
            (Self::Passkeys, _) => Some("add_passkey"),
            (Self::Renew, _) => Some("renew"),
            (Self::Logout, _) => Some("logout"),
            (Self::EndSessions, _) => Some("end_sessions"),
            (Self::Account, _) => Some("erase"),
            (
                Self::Config
                | Self::Countries
                | Self::Country
                | Self::Health
                | Self::KeySet
                | Self::PasskeyCreation
                | Self::PasskeyRequest
                | Self::Session
                | Self::Sessions,
                _,
            ) => None,
        }
    }

    /// Whether the operator's switches have a say: wherever somebody signs in or is signed in. Ending one's own session is
    /// always possible.
    pub(super) fn heeds_switches(self) -> bool {
        match self {
            Self::Account
            | Self::Challenges
            | Self::EndSessions
            | Self::Number
            | Self::PasskeyCreation
            | Self::PasskeyLogin
            | Self::PasskeyRequest
            | Self::Passkeys
            | Self::Renew
            | Self::Resend
            | Self::Session
            | Self::Sessions
            | Self::StepUpSend
            | Self::StepUpVerify
            | Self::Verify
            | Self::VerifyNumber => true,
            Self::Config
            | Self::Countries
            | Self::Country
            | Self::Health
            | Self::KeySet
            | Self::Logout => false,
        }
    }
}
