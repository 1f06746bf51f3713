//! What may the operator see of a number, and what may they do to it?
//!
//! They see how it stands and whose it is, and they may block it: it gets no texts, and its open codes die (R29). Whoever asks for
//! a text to a blocked number is told what they would be told of one whose texts of the day are used up (R34).
//!
//! Not here: who is the operator (`edge`).

use serde::{Deserialize, Serialize};

use super::PhoneRecord;
use crate::policy::DAY;
use crate::step::{Record as _, Step};
use crate::{Policy, Refusal, Timestamp, UserId};

/// Asks how a number stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LookUp {}

/// How a number stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The account that it opens.
    pub user: Option<UserId>,
    /// When somebody last signed in with it.
    pub last_login: Option<Timestamp>,
    /// Since when it is blocked.
    pub blocked: Option<Timestamp>,
    /// How many codes can be tried right now.
    pub open_challenges: usize,
    /// How many more texts strangers may ask for.
    pub sends_left: usize,
    /// How many more codes strangers may try.
    pub checks_left: usize,
}

impl Step for LookUp {
    const NAME: &'static str = "look-up";
    type Record = PhoneRecord;
    type Reply = Standing;

    fn apply(self, record: &mut PhoneRecord, now: Timestamp, policy: &Policy) -> Standing {
        record.prune(now, policy);
        let (sends_left, checks_left) = record.strangers.left(now, policy);
        let open = |challenge: &&super::Challenge| {
            challenge.open(now).is_ok()
                && challenge.handle.is_some()
                && challenge.tried < policy.tries
        };
        Standing {
            user: record.user.clone(),
            last_login: record.last_login,
            blocked: record.blocked,
            open_challenges: record.challenges.iter().filter(open).count(),
            sends_left,
            checks_left,
        }
    }
}

/// Blocks a number, or lets it go: also one that too many wrong codes in a row have closed. Doing it again changes nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetBlocked {
    /// Whether it is blocked from now on.
    pub blocked: bool,
}

impl Step for SetBlocked {
    const NAME: &'static str = "set-blocked";
    type Record = PhoneRecord;
    /// The account that the number opens.
    type Reply = Option<UserId>;

    fn apply(self, record: &mut PhoneRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        record.prune(now, policy);
        record.blocked = self.blocked.then(|| record.blocked.unwrap_or(now));
        if self.blocked {
            // Checks under way settle on a dead challenge and open nothing.
            for challenge in &mut record.challenges {
                challenge.over.get_or_insert(Refusal::NoChallenge);
            }
        } else {
            record.streak = 0;
        }
        record.user.clone()
    }
}

impl PhoneRecord {
    /// Refuses what a number that is not blocked would be refused with after ten texts, which wait for a day: the wait gets shorter
    /// as that one does, and begins anew.
    pub(super) fn may_be_texted(&self, now: Timestamp) -> Result<(), Refusal> {
        let Some(blocked) = self.blocked else {
            return Ok(());
        };
        let days = now.since(blocked).as_secs() / DAY.as_secs();
        let today = blocked.plus(DAY * u32::try_from(days).unwrap_or(u32::MAX));
        Err(Refusal::TooManySends(now.until(today.plus(DAY))))
    }
}
