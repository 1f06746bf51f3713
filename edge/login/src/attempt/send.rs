//! May this number be sent a text now, and what came of it?
//!
//! Not here: budgets of networks, prefixes, countries and the site; they are asked before the number is.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Challenge, Live, PhoneRecord, Text, window_wait};
use crate::policy::{DAY, HOUR};
use crate::provider::{Handle, SendFailure};
use crate::step::{Record as _, Step};
use crate::{ChallengeId, Policy, Refusal, Timestamp};

/// Takes a text from the number's budget and opens a challenge, before the provider is asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReserveSend {
    /// The new challenge's id.
    pub challenge: ChallengeId,
}

impl Step for ReserveSend {
    const NAME: &'static str = "reserve-send";
    type Record = PhoneRecord;
    type Reply = Result<(), Refusal>;

    fn apply(self, record: &mut PhoneRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        record.prune(now, policy);
        record.take_text(now, policy)?;
        record.challenges.push(Challenge {
            id: self.challenge,
            expires: now.plus(policy.code_life),
            handle: None,
            tried: 0,
            lease: None,
            over: None,
            last: None,
        });
        record.close_the_oldest(now, policy);
        Ok(())
    }
}

/// Takes a text from the number's budget to send the same code again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReserveResend {
    /// Which challenge.
    pub challenge: ChallengeId,
}

impl Step for ReserveResend {
    const NAME: &'static str = "reserve-resend";
    type Record = PhoneRecord;
    /// The provider's handle of the code.
    type Reply = Result<Handle, Refusal>;

    fn apply(self, record: &mut PhoneRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        record.prune(now, policy);
        let challenge = record.challenge(&self.challenge)?;
        challenge.open(now)?;
        if challenge.tried >= policy.tries {
            return Err(Refusal::ChallengeExhausted);
        }
        let handle = challenge.handle.clone().ok_or(Refusal::NoChallenge)?;
        record.take_text(now, policy)?;
        Ok(handle)
    }
}

/// Writes down what came of a text.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SettleSend {
    /// Which challenge.
    pub challenge: ChallengeId,
    /// What the provider said.
    pub outcome: SendOutcome,
    /// The challenge this browser held before. A new code replaces it (R29), a text that did not leave does not.
    pub replaces: Option<ChallengeId>,
}

/// What came of a text, as far as counting is concerned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendOutcome {
    /// It left; the code goes by this handle from now on.
    Sent(Handle),
    /// It did not leave, and not because of the number: the next one need not wait, but the text stays counted (R23).
    Failed,
    /// Nobody was asked to send it: the text is given back whole.
    Unasked,
    /// It did not leave because of the number, or nobody knows: nothing is given back.
    Spent,
}

impl From<&SendFailure> for SendOutcome {
    fn from(failure: &SendFailure) -> Self {
        match failure {
            SendFailure::Failed | SendFailure::Misconfigured | SendFailure::Throttled(_) => {
                Self::Failed
            }
            SendFailure::NotSent | SendFailure::Unknown => Self::Spent,
        }
    }
}

impl Step for SettleSend {
    const NAME: &'static str = "settle-send";
    type Record = PhoneRecord;
    type Reply = Result<Live, Refusal>;

    fn apply(self, record: &mut PhoneRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        match self.outcome {
            SendOutcome::Sent(handle) => {
                record.challenge(&self.challenge)?.handle = Some(handle);
                record
                    .challenges
                    .retain(|challenge| Some(&challenge.id) != self.replaces.as_ref());
            }
            SendOutcome::Failed => {
                if let Some(text) = record.sends.last_mut() {
                    text.cools = false;
                }
                record.drop_if_unsent(&self.challenge);
            }
            SendOutcome::Unasked => {
                record.sends.pop();
                record.drop_if_unsent(&self.challenge);
            }
            SendOutcome::Spent => record.drop_if_unsent(&self.challenge),
        }
        record.live(&self.challenge, now, policy)
    }
}

impl PhoneRecord {
    fn take_text(&mut self, now: Timestamp, policy: &Policy) -> Result<(), Refusal> {
        if let Some(wait) = self.spent_wait(now, policy) {
            return Err(Refusal::TooManySends(wait));
        }
        if let Some(wait) = self.cool_down_wait(now, policy) {
            return Err(Refusal::SendTooSoon(wait));
        }
        self.sends.push(Text {
            at: now,
            cools: true,
        });
        Ok(())
    }

    /// How long until the number may be sent another text; nothing if it may be now.
    pub(super) fn send_wait(&self, now: Timestamp, policy: &Policy) -> Duration {
        let waits = [
            self.spent_wait(now, policy),
            self.cool_down_wait(now, policy),
        ];
        waits.into_iter().flatten().max().unwrap_or_default()
    }

    fn spent_wait(&self, now: Timestamp, policy: &Policy) -> Option<Duration> {
        let texts = || self.sends.iter().map(|text| text.at);
        let hour = window_wait(texts(), now, HOUR, policy.sends_per_hour);
        let day = window_wait(texts(), now, DAY, policy.sends_per_day);
        hour.max(day)
    }

    /// The wait grows with the texts of the last hour (R22). It hangs on the number, so a reload, another browser or another
    /// challenge does not shorten it.
    fn cool_down_wait(&self, now: Timestamp, policy: &Policy) -> Option<Duration> {
        let recent = || {
            self.sends
                .iter()
                .filter(|text| text.cools && now.since(text.at) < HOUR)
        };
        let last = recent().next_back()?;
        let step = recent().count().min(policy.cool_down.len()) - 1;
        let ready = last.at.plus(*policy.cool_down.get(step)?);
        (now < ready).then(|| now.until(ready))
    }

    /// Keeps at most [`Policy::open_challenges`] open: the newest.
    fn close_the_oldest(&mut self, now: Timestamp, policy: &Policy) {
        let open = |challenge: &&mut Challenge| challenge.open(now).is_ok();
        for challenge in self
            .challenges
            .iter_mut()
            .rev()
            .filter(open)
            .skip(policy.open_challenges)
        {
            challenge.over = Some(Refusal::NoChallenge);
        }
    }

    fn drop_if_unsent(&mut self, id: &ChallengeId) {
        self.challenges
            .retain(|challenge| challenge.id != *id || challenge.handle.is_some());
    }
}
