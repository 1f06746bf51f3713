//! In which way did somebody sign in, and how sure is that?
//!
//! Not here: how a code travels to them ([`protocol::messages::Channel`]); whether a passkey is accepted ([`crate::passkey`]).

use protocol::messages::Channel;
use serde::{Deserialize, Serialize};

/// A way to sign in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// By a code in a text message.
    #[default]
    Sms,
    /// By a code that was read out in a call.
    Voice,
    /// By a code in an e-mail.
    Email,
    /// By a passkey that may be on several devices of its owner.
    SyncedPasskey,
    /// By a passkey that does not leave its device.
    BoundPasskey,
}

impl Way {
    /// The authenticator assurance level and what it comes from. A passkey that sees that it is its owner who uses it is level 2, synced or
    /// not (NIST SP 800-63B-4, sections 2.2.1 and 3.2.5). Level 1 over the telephone network is by a *restricted* authenticator, which
    /// alone is not enough for what would hurt (section 3.2.9).
    pub(crate) fn auth_level(self) -> &'static str {
        match self {
            Self::Sms => "aal1/sms",
            Self::Voice => "aal1/voice",
            Self::Email => "aal0/email",
            Self::SyncedPasskey | Self::BoundPasskey => "aal2/passkey",
        }
    }

    /// The words for it in `amr` (RFC 8176, section 2).
    pub(crate) fn methods(self) -> [&'static str; 2] {
        match self {
            Self::Sms => ["otp", "sms"],
            Self::Voice => ["otp", "tel"],
            // Not registered with RFC 8176, which knows no e-mail.
            Self::Email => ["otp", "email"],
            Self::SyncedPasskey => ["swk", "mfa"],
            Self::BoundPasskey => ["hwk", "mfa"],
        }
    }

    /// What does not go without saying is written down.
    pub(crate) fn is_sms(&self) -> bool {
        *self == Self::Sms
    }
}

impl From<Channel> for Way {
    fn from(channel: Channel) -> Self {
        match channel {
            Channel::Sms => Self::Sms,
            Channel::Voice => Self::Voice,
            Channel::Email => Self::Email,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records hold these words, and those of before passkeys the same ones for channels.
    #[test]
    fn a_way_is_written_as_the_channel_was_that_it_came_by() {
        for channel in [Channel::Sms, Channel::Voice, Channel::Email] {
            let written = serde_json::to_string(&channel).unwrap();
            assert_eq!(serde_json::to_string(&Way::from(channel)).unwrap(), written);
        }
        for (way, written) in [
            (Way::SyncedPasskey, r#""synced_passkey""#),
            (Way::BoundPasskey, r#""bound_passkey""#),
        ] {
            assert_eq!(serde_json::to_string(&way).unwrap(), written);
        }
    }
}
