//! What is kept of one number or address, and who may try what with it?
//!
//! [`DestinationRecord`] is the whole memory of a number, and in the same way of an address: when it was sent codes, when wrong ones
//! were tried for it, its challenges, which browsers it is known in, and whose it is. The number itself is not in it. [`send`],
//! [`check`], [`handover`], [`operator`] and [`renaming`] hold the steps that change it.
//!
//! Not here: where the record is stored and what makes a step atomic ([`crate::ledger`]); the order of the steps
//! ([`crate::journey`]).

mod browser;
pub mod check;
pub mod handover;
pub mod operator;
mod release;
pub mod renaming;
pub mod send;
mod tally;

use std::time::Duration;

use protocol::AttemptId;
use protocol::messages::Channel;
use serde::{Deserialize, Serialize};

use crate::policy::HOUR;
use crate::proof::ProofId;
use crate::provider::Handle;
use crate::step::{Record, Step, UnknownStep, apply_by_name};
use crate::{BrowserId, ChallengeId, Policy, Refusal, SessionId, Timestamp, UserId};

use browser::KnownBrowser;
use tally::Tally;

/// How long a dead challenge is remembered, so that a late code is told "expired" and not "never heard of it".
pub const REMEMBERED: Duration = HOUR;

/// The memory of one number or address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DestinationRecord {
    /// The account that the number opens. Set by the first right code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<UserId>,
    /// The change of number that brought the account here. Whether it was completed, the user's record knows: it has the last word
    /// on which number opens the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claim: Option<ChallengeId>,
    /// When somebody last proved the number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_login: Option<Timestamp>,
    /// Since when the operator has it blocked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    blocked: Option<Timestamp>,
    /// Codes tried since then, by whomever (NIST SP 800-63B-4, section 3.2.2).
    #[serde(default)]
    streak: u32,
    /// What browsers that are not known have used up.
    #[serde(default)]
    strangers: Tally,
    /// The browsers that have signed in, the latest last.
    #[serde(default)]
    browsers: Vec<KnownBrowser>,
    /// The challenges that are open or were until lately, oldest first.
    #[serde(default)]
    challenges: Vec<Challenge>,
    /// The proofs that were shown for texts: each is good for no other, whoever shows it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    proofs: Vec<ProofId>,
    /// Whether the record has another name by now, or had one before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mark: Option<renaming::Mark>,
    /// Whether what the last step dropped must not linger in storage either.
    #[serde(skip)]
    scrub: bool,
}

/// One code in one browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Challenge {
    id: ChallengeId,
    /// The known browser that asked for it; none is a stranger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    browser: Option<BrowserId>,
    /// The account that is to have this number from now on; none is a login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    change: Option<UserId>,
    /// Whether nothing follows from a right code but that the number was proved.
    #[serde(default, skip_serializing_if = "is_false")]
    step_up: bool,
    expires: Timestamp,
    /// How the code last travelled.
    #[serde(default, skip_serializing_if = "Channel::is_sms")]
    channel: Channel,
    /// The provider's handle; none while the code is being sent.
    handle: Option<Handle>,
    /// Codes tried, each counted before the provider was asked.
    tried: u8,
    /// The check that is under way.
    lease: Option<Lease>,
    /// Why the challenge is over. Once set, it stays.
    over: Option<Refusal>,
    /// The last attempt that was decided, to be repeated if its reply was lost.
    last: Option<Decided>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// The right to ask the provider about one code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Lease {
    /// Which try this is. Grows, so a late answer cannot be mistaken for the current one.
    ticket: u8,
    taken: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Decided {
    attempt: AttemptId,
    at: Timestamp,
    outcome: Result<Approved, Refusal>,
}

/// A right code: who is signed in, and under which session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approved {
    /// The account.
    pub user: UserId,
    /// The session to be opened. Repeated with the outcome, so that a lost reply does not become a second session.
    pub session: SessionId,
    /// The id by which the browser is known from now on.
    pub browser: BrowserId,
    /// Whether this code created the account.
    pub new_account: bool,
    /// The change of number by which the number's record names this account, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<ChallengeId>,
    /// How the code travelled.
    #[serde(default, skip_serializing_if = "Channel::is_sms")]
    pub channel: Channel,
    /// When.
    pub at: Timestamp,
}

/// What a person may be told about an open challenge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// How long the code is still good for.
    pub expires_in: Duration,
    /// How long to wait for another text.
    pub resend_in: Duration,
    /// How many codes may still be tried.
    pub tries_left: u8,
}

impl Record for DestinationRecord {
    fn apply_json(
        &mut self,
        name: &str,
        json: &str,
        now: Timestamp,
        policy: &Policy,
    ) -> Result<String, UnknownStep> {
        if self.has_left() && name != renaming::Move::NAME {
            return Err(UnknownStep);
        }
        apply_by_name! {
            name, json, self, now, policy;
            renaming::Move,
            send::ReserveSend,
            send::ReserveResend,
            send::SettleSend,
            check::ReserveCheck,
            check::SettleCheck,
            check::Forget,
            handover::HandOver,
            operator::Order,
        }
    }

    fn prune(&mut self, now: Timestamp, policy: &Policy) {
        self.strangers.prune(now);
        self.browsers.retain(|browser| browser.lives(now, policy));
        for browser in &mut self.browsers {
            browser.tally.prune(now);
        }
        for challenge in &mut self.challenges {
            challenge.hold_to(now, policy);
        }
        self.challenges
            .retain(|challenge| now.since(challenge.expires) < REMEMBERED);
        self.proofs
            .retain(|shown| !shown.is_over(now, &policy.proofs));
        self.prune_mark(now);
        if self.user.is_none() && !self.has_something_to_forget() {
            // Nobody's account was tried.
            self.streak = 0;
        }
    }

    fn has_something_to_forget(&self) -> bool {
        // Not the browsers: there are few of them, and looking at every number every day for a year costs more.
        let quiet = self.browsers.iter().all(|browser| browser.tally.is_blank());
        let idle = self.challenges.is_empty() && self.proofs.is_empty();
        !(quiet && idle && self.strangers.is_blank()) || self.has_mark_to_forget()
    }

    fn is_blank(&self) -> bool {
        *self == Self::default()
    }

    fn take_scrub(&mut self) -> bool {
        std::mem::take(&mut self.scrub)
    }
}

impl DestinationRecord {
    fn challenge(&mut self, id: &ChallengeId) -> Result<&mut Challenge, Refusal> {
        self.challenges
            .iter_mut()
            .find(|challenge| challenge.id == *id)
            .ok_or(Refusal::NoChallenge)
    }

    fn live(&self, id: &ChallengeId, now: Timestamp, policy: &Policy) -> Result<Live, Refusal> {
        let challenge = self
            .challenges
            .iter()
            .find(|challenge| challenge.id == *id)
            .ok_or(Refusal::NoChallenge)?;
        Ok(Live {
            expires_in: now.until(challenge.expires),
            resend_in: self
                .known(challenge.browser.as_ref())
                .map_or(&self.strangers, |known| &known.tally)
                .send_wait(now, policy),
            tries_left: policy.tries.saturating_sub(challenge.tried),
        })
    }
}

impl Challenge {
    /// A clock that was ahead for a while makes no code live longer than codes do, and no lease.
    fn hold_to(&mut self, now: Timestamp, policy: &Policy) {
        self.expires = self.expires.min(now.plus(policy.code_life));
        if let Some(lease) = &mut self.lease {
            lease.taken = lease.taken.min(now);
        }
    }

    /// Whether a code may still be tried or sent again. Time is judged here, at use, and not by whether a clean-up has run.
    fn open(&self, now: Timestamp) -> Result<(), Refusal> {
        match &self.over {
            Some(reason) => Err(reason.clone()),
            None if now >= self.expires => Err(Refusal::ChallengeExpired),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
