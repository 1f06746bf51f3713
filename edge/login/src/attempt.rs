//! What is kept of one number, and who may try what with it?
//!
//! [`PhoneRecord`] is the whole memory of a number: when it was sent texts, when wrong codes were tried for it, its challenges,
//! and whose it is. The number itself is not in it. [`send`] and [`check`] hold the steps that change it.
//!
//! Not here: where the record is stored and what makes a step atomic ([`crate::ledger`]); the order of the steps
//! ([`crate::journey`]).

pub mod check;
pub mod send;

use std::time::Duration;

use protocol::AttemptId;
use serde::{Deserialize, Serialize};

use crate::policy::{DAY, HOUR};
use crate::provider::Handle;
use crate::step::{Record, Step, UnknownStep, apply_json};
use crate::{ChallengeId, Policy, Refusal, SessionId, Timestamp, UserId};

/// How long a dead challenge is remembered, so that a late code is told "expired" and not "never heard of it".
pub const REMEMBERED: Duration = HOUR;

/// The memory of one number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneRecord {
    /// The account that the number opens. Set by the first right code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<UserId>,
    /// The texts of the last day, oldest first.
    #[serde(default)]
    sends: Vec<Text>,
    /// When codes that were not right were tried in the last day, oldest first.
    #[serde(default)]
    failures: Vec<Timestamp>,
    /// The challenges that are open or were until lately, oldest first.
    #[serde(default)]
    challenges: Vec<Challenge>,
}

/// One text that was asked for, whether or not it arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Text {
    at: Timestamp,
    /// Whether the next one must wait for this one. Not if the provider failed: the person saw an error and may press again.
    cools: bool,
}

/// One code in one browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Challenge {
    id: ChallengeId,
    expires: Timestamp,
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
    /// Whether this code created the account.
    pub new_account: bool,
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

impl Record for PhoneRecord {
    fn apply_json(
        &mut self,
        name: &str,
        json: &str,
        now: Timestamp,
        policy: &Policy,
    ) -> Result<String, UnknownStep> {
        match name {
            send::ReserveSend::NAME => apply_json::<send::ReserveSend>(json, self, now, policy),
            send::ReserveResend::NAME => apply_json::<send::ReserveResend>(json, self, now, policy),
            send::SettleSend::NAME => apply_json::<send::SettleSend>(json, self, now, policy),
            check::ReserveCheck::NAME => apply_json::<check::ReserveCheck>(json, self, now, policy),
            check::SettleCheck::NAME => apply_json::<check::SettleCheck>(json, self, now, policy),
            check::Forget::NAME => apply_json::<check::Forget>(json, self, now, policy),
            _ => Err(UnknownStep),
        }
    }

    fn prune(&mut self, now: Timestamp, _: &Policy) {
        self.sends.retain(|text| now.since(text.at) < DAY);
        self.failures.retain(|at| now.since(*at) < DAY);
        self.challenges
            .retain(|challenge| now.since(challenge.expires) < REMEMBERED);
    }

    fn has_something_to_forget(&self) -> bool {
        !(self.sends.is_empty() && self.failures.is_empty() && self.challenges.is_empty())
    }

    fn is_blank(&self) -> bool {
        *self == Self::default()
    }
}

impl PhoneRecord {
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
            resend_in: self.send_wait(now, policy),
            tries_left: policy.tries.saturating_sub(challenge.tried),
        })
    }
}

impl Challenge {
    /// Whether a code may still be tried or sent again. Time is judged here, at use, and not by whether a clean-up has run.
    fn open(&self, now: Timestamp) -> Result<(), Refusal> {
        match &self.over {
            Some(reason) => Err(reason.clone()),
            None if now >= self.expires => Err(Refusal::ChallengeExpired),
            None => Ok(()),
        }
    }
}

/// How long until another event fits under `cap` events per `window`. `events` are in order, oldest first.
fn window_wait(
    events: impl DoubleEndedIterator<Item = Timestamp>,
    now: Timestamp,
    window: Duration,
    cap: usize,
) -> Option<Duration> {
    // The event that must leave the window is the cap-th from the end.
    let blocking = events
        .rev()
        .take_while(|at| now.since(*at) < window)
        .nth(cap.saturating_sub(1))?;
    Some(now.until(blocking.plus(window)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records of this form are on disk. People who are in the middle of a login would be locked out, and budgets would be
    /// forgotten, if it could not be read.
    #[test]
    fn the_stored_record_is_pinned() {
        let stored = r#"{"user":"usr_AAAAAAAAAAAAAAAAAAAAAA","sends":[{"at":1000,"cools":true}],"failures":[2000],"challenges":[{"id":"chl_AAAAAAAAAAAAAAAAAAAAAA","expires":301000,"handle":"9C81","tried":1,"lease":{"ticket":1,"taken":2000},"over":null,"last":{"attempt":"AAAAAAAAAAAAAAAAAAAAAA","at":2500,"outcome":{"Err":{"wrong_code":4}}}}]}"#;
        let record: PhoneRecord = serde_json::from_str(stored).unwrap();
        assert_eq!(serde_json::to_string(&record).unwrap(), stored);
        assert_eq!(
            serde_json::from_str::<PhoneRecord>("{}").unwrap(),
            PhoneRecord::default()
        );
    }

    #[test]
    fn a_window_lets_the_next_one_in_when_the_oldest_that_counts_has_left() {
        let at = Timestamp::from_secs;
        let secs = Duration::from_secs;
        let cases = [
            (vec![], 100, 2, None),
            (vec![95], 100, 2, None),
            (vec![95, 99], 100, 2, Some(5)),
            (vec![90, 95, 99], 100, 2, Some(5)),
            (vec![92, 95, 99], 100, 3, Some(2)),
            (vec![90, 95, 99], 100, 3, None),
        ];
        for (events, now, cap, expected) in cases {
            let wait = window_wait(events.iter().copied().map(at), at(now), secs(10), cap);
            assert_eq!(
                wait,
                expected.map(secs),
                "{events:?} at {now}, {cap} per 10 s"
            );
        }
    }
}
