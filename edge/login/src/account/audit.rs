//! What does an account remember having happened to it?
//!
//! The last [`KEPT`] acts, for the person, who may ask what was done in their name. Not here: the worker's log, which has
//! everybody's.

use serde::{Deserialize, Serialize};

use crate::{SessionId, Timestamp};

/// How many acts are remembered; the oldest makes room.
pub const KEPT: usize = 50;

/// One act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// What was done, or tried.
    pub what: Act,
    /// What came of it.
    pub outcome: Outcome,
    /// The session it was done in or to; none if to all, or by the operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
}

/// What can be done to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Somebody signed in.
    Login,
    /// A token that was renewed before turned up again: a copy in other hands, so the session was ended.
    TokenReused,
    /// One session was ended.
    Logout,
    /// All sessions but the one that asked were ended.
    LogoutOthers,
    /// All sessions were ended.
    LogoutAll,
    /// The operator ended one session or all.
    EndedByOperator,
    /// Another number opens the account from then on.
    NumberChanged,
    /// Somebody signed in with the number before, which opens the account again.
    NumberChangeUndone,
    /// Another e-mail address opens the account from then on.
    EmailChanged,
    /// Somebody signed in with the address before, which opens the account again.
    EmailChangeUndone,
}

/// What came of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused.
    Refused,
}

impl Act {
    /// The act as it stands in storage and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::TokenReused => "token_reused",
            Self::Logout => "logout",
            Self::LogoutOthers => "logout_others",
            Self::LogoutAll => "logout_all",
            Self::EndedByOperator => "ended_by_operator",
            Self::NumberChanged => "number_changed",
            Self::NumberChangeUndone => "number_change_undone",
            Self::EmailChanged => "email_changed",
            Self::EmailChangeUndone => "email_change_undone",
        }
    }
}

impl Outcome {
    /// The outcome as it stands in storage and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Backends and people read these words, and records of years hold them.
    #[test]
    fn an_act_and_its_outcome_are_called_the_same_on_the_wire_and_in_storage() {
        let acts = [
            Act::Login,
            Act::TokenReused,
            Act::Logout,
            Act::LogoutOthers,
            Act::LogoutAll,
            Act::EndedByOperator,
            Act::NumberChanged,
            Act::NumberChangeUndone,
            Act::EmailChanged,
            Act::EmailChangeUndone,
        ];
        for act in acts {
            assert_eq!(serde_json::to_value(act).unwrap(), act.as_str());
        }
        for outcome in [Outcome::Done, Outcome::Refused] {
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.as_str());
        }
    }
}
