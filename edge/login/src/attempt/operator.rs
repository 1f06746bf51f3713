//! What may the operator see of a number, and what may they do to it?
//!
//! They see how it stands and whose it is, and they may block it: it gets no texts, and its open codes die (R29). Whoever asks for
//! a text to a blocked number is told what they would be told of one whose texts of the day are used up (R34).
//!
//! Not here: who is the operator (`edge`).

use serde::{Deserialize, Serialize};

use super::DestinationRecord;
use crate::policy::DAY;
use crate::step::{Record as _, Step};
use crate::{Policy, Refusal, Timestamp, UserId};

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
    /// How many browsers have signed in with it and are known by that.
    #[serde(default)]
    pub browsers: usize,
}

/// What is asked of a number. One type for all of it: each costs its code on both sides of the way to the record.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Looks how it stands.
    Look,
    /// Blocks it. Doing it again changes nothing.
    Block,
    /// Lets it go: also one that too many wrong codes in a row have closed.
    Unblock,
    /// Has it let go of this account, which is gone.
    Release(UserId),
}

impl Step for Order {
    const NAME: &'static str = "order";
    type Record = DestinationRecord;
    /// How it stands after that.
    type Reply = Standing;

    fn apply(self, record: &mut DestinationRecord, now: Timestamp, policy: &Policy) -> Standing {
        record.prune(now, policy);
        match self {
            Self::Look => {}
            Self::Block => {
                record.blocked.get_or_insert(now);
                // Checks under way settle on a dead challenge and open nothing.
                for challenge in &mut record.challenges {
                    challenge.over.get_or_insert(Refusal::NoChallenge);
                }
            }
            Self::Unblock => {
                record.blocked = None;
                record.streak = 0;
            }
            Self::Release(user) => record.release(&user),
        }
        record.standing(now, policy)
    }
}

impl DestinationRecord {
    fn standing(&self, now: Timestamp, policy: &Policy) -> Standing {
        let (sends_left, checks_left) = self.strangers.left(now, policy);
        let open = |challenge: &&super::Challenge| {
            challenge.open(now).is_ok()
                && challenge.handle.is_some()
                && challenge.tried < policy.tries
        };
        Standing {
            user: self.user.clone(),
            last_login: self.last_login,
            blocked: self.blocked,
            open_challenges: self.challenges.iter().filter(open).count(),
            sends_left,
            checks_left,
            browsers: self.browsers.len(),
        }
    }

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
