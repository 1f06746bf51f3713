//! How does a number's record let go of an account that has another number by now?
//!
//! The record of a user has the last word on which number opens the account, and the number's record need not have heard of it: a
//! number that was given up goes on naming the account, until somebody proves the number and the account disowns it. Then the number
//! goes to whoever proved it. A number's record that has been claimed anew in the meantime is left as it is.
//!
//! Not here: whether the account disowns the number ([`crate::account::number`]).

use serde::{Deserialize, Serialize};

use super::{Approved, Decided, DestinationRecord};
use crate::step::{Record as _, Step};
use crate::{ChallengeId, Policy, Refusal, Timestamp, UserId};

/// Gives the number, which an account has disowned, to whoever proved it with this challenge.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HandOver {
    /// The challenge.
    pub challenge: ChallengeId,
    /// The account that has disowned the number.
    pub from: UserId,
    /// The claim that it has disowned, from [`Approved::claim`].
    pub claim: Option<ChallengeId>,
    /// The account that it goes to; none if to nobody.
    pub to: Option<UserId>,
}

impl Step for HandOver {
    const NAME: &'static str = "hand-over";
    type Record = DestinationRecord;
    /// Whose the number is now. From now on, it is also what the challenge's attempt is told again (R82).
    type Reply = Result<Approved, Refusal>;

    fn apply(self, record: &mut DestinationRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        record.prune(now, policy);
        let challenge = record.challenge(&self.challenge)?;
        let change = challenge.change.is_some();
        let Some(Decided {
            outcome: Ok(approved),
            ..
        }) = &challenge.last
        else {
            return Err(Refusal::NoChallenge);
        };
        let mut approved = approved.clone();
        let disowned = record.user.as_ref() == Some(&self.from) && record.claim == self.claim;
        if disowned {
            record.claim = self
                .to
                .as_ref()
                .filter(|_| change)
                .map(|_| self.challenge.clone());
            record.user = self.to;
            // Nor does an outcome that could be repeated.
            let own = &self.challenge;
            for challenge in record.challenges.iter_mut().filter(|it| it.id != *own) {
                challenge
                    .last
                    .take_if(|last| matches!(&last.outcome, Ok(it) if it.user == self.from));
            }
            record.scrub = true;
            record.forget_browsers_but(&approved.browser);
        }
        approved.user = record.user.clone().unwrap_or(self.from);
        approved.claim = record.claim.clone();
        approved.new_account = disowned && !change;
        if let Some(last) = &mut record.challenge(&self.challenge)?.last {
            last.outcome = Ok(approved.clone());
        }
        Ok(approved)
    }
}
