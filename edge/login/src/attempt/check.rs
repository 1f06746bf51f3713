//! May this code be shown to the provider, and what is the answer worth?
//!
//! The try is used up and the lease taken *before* the provider is asked, in the same step. Two hundred codes at once are then
//! five tries and 195 refusals, whatever the network does in between (R25).

use protocol::AttemptId;
use serde::{Deserialize, Serialize};

use super::{Approved, Decided, Lease, PhoneRecord, window_wait};
use crate::policy::{DAY, HOUR};
use crate::provider::{Handle, Verdict};
use crate::step::{Record as _, Step};
use crate::{ChallengeId, Policy, Refusal, SessionId, Timestamp, UserId};

/// Uses up one try and takes the lease.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReserveCheck {
    /// Which challenge.
    pub challenge: ChallengeId,
    /// Which press of the button.
    pub attempt: AttemptId,
}

/// What to do about a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckReserved {
    /// Ask the provider, and settle with this ticket.
    Ask {
        /// The provider's handle of the code.
        handle: Handle,
        /// Proves that this try is the one that was reserved.
        ticket: u8,
    },
    /// This very attempt was decided a moment ago and its reply was lost: say the same again, ask nobody (R82).
    Repeat(Result<Approved, Refusal>),
}

impl Step for ReserveCheck {
    const NAME: &'static str = "reserve-check";
    type Record = PhoneRecord;
    type Reply = Result<CheckReserved, Refusal>;

    /// 1. No such challenge: refused.
    /// 2. This attempt was decided within [`Policy::repeat`]: repeated.
    /// 3. Over or expired: refused. Dead is final.
    /// 4. A check is under way: refused, try again when its lease ends.
    /// 5. Tries used up, of the challenge or of the number: refused.
    /// 6. Counted, and let through.
    fn apply(self, record: &mut PhoneRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        record.prune(now, policy);
        let failures_wait = record.failures_wait(now, policy);
        let challenge = record.challenge(&self.challenge)?;
        if let Some(last) = &challenge.last
            && last.attempt == self.attempt
            && now.since(last.at) < policy.repeat
        {
            return Ok(CheckReserved::Repeat(last.outcome.clone()));
        }
        challenge.open(now)?;
        if let Some(lease) = &challenge.lease {
            let ends = lease.taken.plus(policy.lease);
            if now < ends {
                return Err(Refusal::CheckInProgress(now.until(ends)));
            }
        }
        if challenge.tried >= policy.tries {
            return Err(Refusal::ChallengeExhausted);
        }
        if let Some(wait) = failures_wait {
            return Err(Refusal::TooManyChecks(wait));
        }
        let handle = challenge.handle.clone().ok_or(Refusal::NoChallenge)?;
        challenge.tried += 1;
        let ticket = challenge.tried;
        challenge.lease = Some(Lease { ticket, taken: now });
        record.failures.push(now);
        Ok(CheckReserved::Ask { handle, ticket })
    }
}

/// Writes down what the provider said, and gives the lease back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SettleCheck {
    /// Which challenge.
    pub challenge: ChallengeId,
    /// Which press of the button.
    pub attempt: AttemptId,
    /// The ticket from [`CheckReserved::Ask`].
    pub ticket: u8,
    /// What the provider said; none if nothing was decided.
    pub verdict: Option<Verdict>,
    /// The account's id, should this be the number's first right code.
    pub user: UserId,
    /// The session's id, should the code be right.
    pub session: SessionId,
}

impl Step for SettleCheck {
    const NAME: &'static str = "settle-check";
    type Record = PhoneRecord;
    type Reply = Result<Approved, Refusal>;

    /// The number's record is the only place where its account is created, so one number is one account, everywhere (R55).
    fn apply(self, record: &mut PhoneRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        let challenge = record.challenge(&self.challenge)?;
        // A late answer whose lease another check has taken over, or whose challenge has died, opens nothing.
        let lease = challenge
            .lease
            .take_if(|lease| lease.ticket == self.ticket && challenge.over.is_none())
            .ok_or(Refusal::NoChallenge)?;
        let Some(verdict) = self.verdict else {
            // The try stays used up, since the provider may have looked at it, but nobody guessed wrong.
            record.forgive(lease.taken);
            return Err(Refusal::ProviderUnavailable(None));
        };
        let outcome = match verdict {
            Verdict::Approved => {
                challenge.over = Some(Refusal::NoChallenge);
                Ok(())
            }
            Verdict::Wrong(theirs) => {
                let ours = policy.tries.saturating_sub(challenge.tried);
                match theirs.unwrap_or(ours).min(ours) {
                    0 => Err(challenge.end(Refusal::ChallengeExhausted)),
                    left => Err(Refusal::WrongCode(left)),
                }
            }
            Verdict::Expired => Err(challenge.end(Refusal::ChallengeExpired)),
            Verdict::Exhausted => Err(challenge.end(Refusal::ChallengeExhausted)),
            Verdict::Unknown => Err(challenge.end(Refusal::NoChallenge)),
        };
        let outcome = outcome.map(|()| {
            record.forgive(lease.taken);
            let new_account = record.user.is_none();
            Approved {
                user: record.user.get_or_insert(self.user).clone(),
                session: self.session,
                new_account,
                at: now,
            }
        });
        record.challenge(&self.challenge)?.last = Some(Decided {
            attempt: self.attempt,
            at: now,
            outcome: outcome.clone(),
        });
        outcome
    }
}

/// Forgets a challenge: the person wants another number. What was spent stays spent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Forget {
    /// Which challenge.
    pub challenge: ChallengeId,
}

impl Step for Forget {
    const NAME: &'static str = "forget";
    type Record = PhoneRecord;
    type Reply = ();

    fn apply(self, record: &mut PhoneRecord, now: Timestamp, policy: &Policy) {
        record.prune(now, policy);
        record
            .challenges
            .retain(|challenge| challenge.id != self.challenge);
    }
}

impl super::Challenge {
    fn end(&mut self, reason: Refusal) -> Refusal {
        self.over = Some(reason.clone());
        reason
    }
}

impl PhoneRecord {
    /// How long until another code may be tried for the number, over all its challenges.
    fn failures_wait(&self, now: Timestamp, policy: &Policy) -> Option<std::time::Duration> {
        let tries = || self.failures.iter().copied();
        let hour = window_wait(tries(), now, HOUR, policy.failures_per_hour);
        let day = window_wait(tries(), now, DAY, policy.failures_per_day);
        hour.max(day)
    }

    /// Takes one try, counted at that moment, out of the number's failures.
    fn forgive(&mut self, taken: Timestamp) {
        if let Some(at) = self.failures.iter().rposition(|failure| *failure == taken) {
            self.failures.remove(at);
        }
    }
}
