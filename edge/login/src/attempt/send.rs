//! May this number be sent a text now, and what came of it?
//!
//! Not here: budgets of networks, prefixes, countries and the site; they are asked before the number is.

use protocol::messages::Channel;
use serde::{Deserialize, Serialize};

use super::{Challenge, DestinationRecord, Live};
use crate::proof::ProofId;
use crate::provider::{Handle, SendFailure};
use crate::step::{Record as _, Step};
use crate::{BrowserId, ChallengeId, Policy, Refusal, Timestamp, UserId};

/// Takes a text from the number's budget and opens a challenge, before the provider is asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReserveSend {
    /// The new challenge's id.
    pub challenge: ChallengeId,
    /// Who the browser says it is.
    #[serde(default)]
    pub browser: Option<BrowserId>,
    /// What is shown for the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<ProofId>,
    /// The account that is to have this number from now on; none is a login.
    #[serde(default)]
    pub change: Option<UserId>,
    /// Whether nothing follows from a right code but that the number was proved.
    #[serde(default)]
    pub step_up: bool,
}

impl Step for ReserveSend {
    const NAME: &'static str = "reserve-send";
    type Record = DestinationRecord;
    type Reply = Result<(), Refusal>;

    fn apply(self, record: &mut DestinationRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        record.prune(now, policy);
        record.may_be_texted(now)?;
        // A ticket names its challenge, so that it is good for one.
        if record.challenge(&self.challenge).is_ok() {
            return Err(Refusal::NoChallenge);
        }
        record.refuse_shown(self.proof.as_ref(), policy)?;
        let browser = self
            .browser
            .filter(|browser| record.known(Some(browser)).is_some());
        record.tally(browser.as_ref()).take_text(now, policy)?;
        record.proofs.extend(self.proof);
        record.challenges.push(Challenge {
            id: self.challenge,
            browser,
            change: self.change,
            step_up: self.step_up,
            expires: now.plus(policy.code_life),
            channel: Channel::Sms,
            handle: None,
            tried: 0,
            lease: None,
            over: None,
            last: None,
        });
        Ok(())
    }
}

/// Takes a text from the number's budget to send the same code again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReserveResend {
    /// Which challenge.
    pub challenge: ChallengeId,
    /// What is shown for the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<ProofId>,
}

impl Step for ReserveResend {
    const NAME: &'static str = "reserve-resend";
    type Record = DestinationRecord;
    /// The provider's handle of the code.
    type Reply = Result<Handle, Refusal>;

    fn apply(self, record: &mut DestinationRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        record.prune(now, policy);
        let challenge = record.challenge(&self.challenge)?;
        challenge.open(now)?;
        if challenge.tried >= policy.tries {
            return Err(Refusal::ChallengeExhausted);
        }
        let handle = challenge.handle.clone().ok_or(Refusal::NoChallenge)?;
        let browser = challenge.browser.clone();
        record.refuse_shown(self.proof.as_ref(), policy)?;
        record.tally(browser.as_ref()).take_text(now, policy)?;
        record.proofs.extend(self.proof);
        Ok(handle)
    }
}

/// Writes down what came of a text.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SettleSend {
    /// Which challenge.
    pub challenge: ChallengeId,
    /// How the code was to travel.
    #[serde(default, skip_serializing_if = "Channel::is_sms")]
    pub channel: Channel,
    /// What the provider said.
    pub outcome: SendOutcome,
    /// The challenge this browser held before. A new code replaces it (R29), a text that did not leave does not.
    pub replaces: Option<ChallengeId>,
    /// What was shown for the text, if it is given back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<ProofId>,
}

/// What came of a text, as far as counting is concerned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendOutcome {
    /// It left; the code goes by this handle from now on.
    Sent(Handle),
    /// It did not leave, so nobody was bothered: the next one, or a call where no text gets through, need not wait. But the text stays
    /// counted (R23).
    Failed,
    /// Nobody was asked to send it: the text is given back whole.
    Unasked,
    /// Nobody knows whether it left: nothing is given back.
    Spent,
}

impl From<&SendFailure> for SendOutcome {
    fn from(failure: &SendFailure) -> Self {
        match failure {
            SendFailure::NotSent
            | SendFailure::Failed
            | SendFailure::Misconfigured
            | SendFailure::Throttled(_) => Self::Failed,
            SendFailure::Unknown => Self::Spent,
        }
    }
}

impl Step for SettleSend {
    const NAME: &'static str = "settle-send";
    type Record = DestinationRecord;
    type Reply = Result<Live, Refusal>;

    fn apply(self, record: &mut DestinationRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        let browser = record.challenge(&self.challenge)?.browser.clone();
        match self.outcome {
            SendOutcome::Sent(handle) => {
                let challenge = record.challenge(&self.challenge)?;
                challenge.handle = Some(handle);
                challenge.channel = self.channel;
                record
                    .challenges
                    .retain(|challenge| Some(&challenge.id) != self.replaces.as_ref());
                // Not before: a text that did not leave closes nothing.
                record.close_the_oldest(browser.as_ref(), now, policy);
            }
            SendOutcome::Failed => {
                record.tally(browser.as_ref()).stop_cooling();
                record.drop_if_unsent(&self.challenge);
            }
            SendOutcome::Unasked => {
                record.tally(browser.as_ref()).give_text_back();
                record
                    .proofs
                    .retain(|shown| Some(shown) != self.proof.as_ref());
                record.drop_if_unsent(&self.challenge);
            }
            SendOutcome::Spent => record.drop_if_unsent(&self.challenge),
        }
        record.live(&self.challenge, now, policy)
    }
}

impl DestinationRecord {
    /// A proof that was shown before is none, in whichever browser.
    fn refuse_shown(&self, proof: Option<&ProofId>, policy: &Policy) -> Result<(), Refusal> {
        match self.proofs.iter().any(|shown| Some(shown) == proof) {
            true => Err(Refusal::ProofRequired(policy.proofs.work)),
            false => Ok(()),
        }
    }

    /// Keeps at most [`Policy::open_challenges`] of the browser open, or of all strangers: the newest.
    fn close_the_oldest(&mut self, browser: Option<&BrowserId>, now: Timestamp, policy: &Policy) {
        let open = |challenge: &&mut Challenge| {
            challenge.browser.as_ref() == browser && challenge.open(now).is_ok()
        };
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
