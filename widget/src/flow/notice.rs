//! What is a person told about their last step?
//!
//! Not here: in which words (`texts`).

use protocol::{ProblemCode, phone::InvalidPhone};

/// What the person is told about their last step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Notice {
    /// What they typed is no telephone number.
    InvalidNumber(InvalidPhone),
    /// What they typed is no e-mail address.
    InvalidEmail,
    /// The code is not complete.
    IncompleteCode,
    /// The worker said no.
    Refused {
        /// In which way.
        code: ProblemCode,
        /// How many codes may still be tried.
        tries_left: Option<u8>,
    },
    /// No answer came.
    NoAnswer,
    /// The browser has no network.
    Offline,
    /// The browser has a network again.
    BackOnline,
    /// The code is on its way.
    Sent,
    /// The code is on its way once more.
    SentAgain,
    /// It is read out in a call.
    Calling,
    /// They are signed out.
    SignedOut,
    /// They have a passkey from now on.
    PasskeyCreated,
    /// The device had one already.
    PasskeyThere,
}

impl Notice {
    /// The session is over without anybody having signed out here.
    pub(crate) const SESSION_ENDED: Self = Self::Refused {
        code: ProblemCode::SessionEnded,
        tries_left: None,
    };

    /// Whether something is wrong. Otherwise it is good to know.
    pub fn complains(self) -> bool {
        match self {
            Self::InvalidNumber(_)
            | Self::InvalidEmail
            | Self::IncompleteCode
            | Self::Refused { .. }
            | Self::NoAnswer
            | Self::Offline => true,
            Self::BackOnline
            | Self::Sent
            | Self::SentAgain
            | Self::Calling
            | Self::SignedOut
            | Self::PasskeyCreated
            | Self::PasskeyThere => false,
        }
    }

    /// Whether it is about what stands in the field.
    pub fn blames_the_field(self) -> bool {
        match self {
            Self::InvalidNumber(_) | Self::InvalidEmail | Self::IncompleteCode => true,
            Self::Refused { code, .. } => matches!(
                code,
                ProblemCode::InvalidPhone
                    | ProblemCode::InvalidEmail
                    | ProblemCode::PhoneNotServed
                    | ProblemCode::NotDelivered
                    | ProblemCode::WrongCode
            ),
            Self::NoAnswer
            | Self::Offline
            | Self::BackOnline
            | Self::Sent
            | Self::SentAgain
            | Self::Calling
            | Self::SignedOut
            | Self::PasskeyCreated
            | Self::PasskeyThere => false,
        }
    }

    /// Whether another way in may lead further than this one.
    pub(super) fn bars_the_way(self) -> bool {
        matches!(
            self,
            Self::Refused {
                code: ProblemCode::PhoneNotServed
                    | ProblemCode::NotDelivered
                    | ProblemCode::SendsPaused,
                ..
            }
        )
    }
}
