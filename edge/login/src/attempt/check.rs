//! May this code be shown to the provider, and what is the answer worth?
//!
//! The try is used up and the lease taken *before* the provider is asked, in the same step. Two hundred codes at once are then
//! five tries and 195 refusals, whatever the network does in between (R25).

use std::time::Duration;

use protocol::AttemptId;
use serde::{Deserialize, Serialize};

use super::{Approved, Decided, DestinationRecord, Lease};
use crate::policy::DAY;
use crate::provider::{Handle, Verdict};
use crate::step::{Record as _, Step};
use crate::{BrowserId, ChallengeId, Policy, Refusal, SessionId, Timestamp, UserId};

/// Uses up one try and takes the lease.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReserveCheck {
    /// Which challenge.
    pub challenge: ChallengeId,
    /// Which press of the button.
    pub attempt: AttemptId,
    /// The account that is to have this number; none is a login.
    #[serde(default)]
    pub change: Option<UserId>,
    /// Whether nothing follows from a right code but that the number was proved.
    #[serde(default)]
    pub step_up: bool,
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
    type Record = DestinationRecord;
    type Reply = Result<CheckReserved, Refusal>;

    /// 1. No such challenge, or one for something else: refused.
    /// 2. This attempt was decided within [`Policy::repeat`]: repeated.
    /// 3. Over or expired: refused. Dead is final.
    /// 4. A check is under way: refused, try again when its lease ends.
    /// 5. Tries used up, of the challenge, or of the browser if it is known and else of all strangers: refused.
    /// 6. Counted, and let through.
    fn apply(self, record: &mut DestinationRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        record.prune(now, policy);
        let challenge = record.challenge(&self.challenge)?;
        if challenge.change != self.change || challenge.step_up != self.step_up {
            return Err(Refusal::NoChallenge);
        }
        let browser = challenge.browser.clone();
        let failures_wait = record.checks_wait(browser.as_ref(), now, policy);
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
        record.tally(browser.as_ref()).count_failure(now);
        record.streak = record.streak.saturating_add(1);
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
    /// The browser's new id, should the code be right.
    pub browser: BrowserId,
}

impl Step for SettleCheck {
    const NAME: &'static str = "settle-check";
    type Record = DestinationRecord;
    type Reply = Result<Approved, Refusal>;

    /// The number's record is the only place where its account is created, so one number is one account, everywhere (R55). A change of
    /// number claims it here, unless it names another account already.
    fn apply(self, record: &mut DestinationRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        let challenge = record.challenge(&self.challenge)?;
        // A late answer whose lease another check has taken over, or whose challenge has died, opens nothing.
        let lease = challenge
            .lease
            .take_if(|lease| lease.ticket == self.ticket && challenge.over.is_none())
            .ok_or(Refusal::NoChallenge)?;
        let Some(verdict) = self.verdict else {
            // The try stays used up, since the provider may have looked at it, but nobody guessed wrong.
            let browser = challenge.browser.clone();
            record.tally(browser.as_ref()).forgive(lease.taken);
            record.streak = record.streak.saturating_sub(1);
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
        let (browser, change) = (challenge.browser.clone(), challenge.change.clone());
        let (channel, step_up) = (challenge.channel, challenge.step_up);
        let outcome = outcome.map(|()| {
            record.tally(browser.as_ref()).forgive(lease.taken);
            record.streak = 0;
            if step_up {
                // The number is somebody's whom the site knows; who signs in with it is another matter.
                return Approved {
                    user: self.user,
                    session: self.session,
                    browser: self.browser,
                    new_account: false,
                    claim: None,
                    channel,
                    at: now,
                };
            }
            if record.may_have_another_owner(browser.as_ref(), now, policy) {
                record.user = None;
                record.claim = None;
                record.browsers.clear();
            }
            record.remember(self.browser.clone(), browser.as_ref(), now, policy);
            record.last_login = Some(now);
            let new_account = record.user.is_none() && change.is_none();
            let wanted = change.clone().unwrap_or(self.user);
            let user = record.user.get_or_insert(wanted).clone();
            if change.as_ref() == Some(&user) {
                record.claim = Some(self.challenge.clone());
            }
            Approved {
                user,
                session: self.session,
                browser: self.browser,
                new_account,
                claim: record.claim.clone(),
                channel,
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
    type Record = DestinationRecord;
    type Reply = ();

    fn apply(self, record: &mut DestinationRecord, now: Timestamp, policy: &Policy) {
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

impl DestinationRecord {
    /// How long until that browser may try another code for the number, over all its challenges.
    ///
    /// From [`Policy::longest_streak`] on, NIST demands that the number signs nobody in until it is bound anew. A stranger could
    /// bring that about for anybody, so it holds for strangers only, and a login from a known browser ends it; unless
    /// [`Policy::strict_nist`] is set, when it holds for everybody and the operator ends it.
    fn checks_wait(
        &self,
        browser: Option<&BrowserId>,
        now: Timestamp,
        policy: &Policy,
    ) -> Option<Duration> {
        let known = self.known(browser);
        if self.streak >= policy.longest_streak && (known.is_none() || policy.strict_nist) {
            return Some(DAY);
        }
        known
            .map_or(&self.strangers, |known| &known.tally)
            .failures_wait(now, policy)
    }

    /// Whether nobody has signed in for so long that the number may have been given to somebody else, and nothing but the
    /// number speaks for this person: they get an account of their own (R57).
    fn may_have_another_owner(
        &self,
        browser: Option<&BrowserId>,
        now: Timestamp,
        policy: &Policy,
    ) -> bool {
        self.known(browser).is_none()
            && self
                .last_login
                .is_some_and(|last| now.since(last) >= policy.recycled_after)
    }
}
