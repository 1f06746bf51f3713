//! What is kept of one user?
//!
//! [`UserRecord`] is the whole memory of an account: which number and which address open it, its sessions, and what happened to it lately.
//! [`sessions`], [`manage`], [`number`] and [`erasure`] hold the steps that change it, [`passkeys`] what opens it beside those, [`audit`]
//! what it remembers having happened.
//!
//! Not here: the token that a session is shown by ([`crate::session`]); which account a number opens ([`crate::attempt`]).

pub mod audit;
pub mod erasure;
pub mod manage;
pub mod number;
pub mod passkeys;
pub mod sessions;

use serde::{Deserialize, Serialize};

use crate::index::DestinationName;
use crate::passkey::Passkey;
use crate::policy::HOUR;
use crate::step::{Record, Step, UnknownStep, apply_by_name};
use crate::{Policy, Refusal, SessionId, Timestamp, Way};

use audit::{Act, Entry, Outcome};
pub use manage::{Manage, What};
pub use sessions::{Living, OpenSession, Use, UseSession};

/// The memory of one user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRecord {
    /// The number that opens the account, as its record is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    number: Option<DestinationName>,
    /// The address that opens it, in the same way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<DestinationName>,
    /// When somebody first signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_login: Option<Timestamp>,
    /// When somebody last signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_login: Option<Timestamp>,
    #[serde(default)]
    sessions: Vec<Session>,
    /// When all sessions were last ended at once. A login from before then that is still under way opens none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    all_ended: Option<Timestamp>,
    /// What happened lately, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    events: Vec<Entry>,
    /// The changes of number and of address that count for something, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    changes: Vec<number::Change>,
    /// Numbers and addresses that the account had, and whose records may still name it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    former: Vec<DestinationName>,
    /// What opens the account beside its number, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    passkeys: Vec<Passkey>,
    /// Challenges that passkeys were made or used for, and that are not good again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    spent: Vec<passkeys::Spent>,
    /// What the last step found that the operator should know.
    #[serde(skip)]
    notices: Vec<String>,
    /// That the account is no more. Then nothing of the above is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gone: Option<erasure::Gone>,
    /// Whether what the last step dropped must not linger in storage either.
    #[serde(skip)]
    scrub: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Session {
    id: SessionId,
    opened: Timestamp,
    /// Counts renewals. Only a token of the current generation may be renewed.
    generation: u32,
    renewed: Timestamp,
    /// When it was ended before its time. Kept a while, so that a repeated login reply cannot bring it back.
    ended: Option<Timestamp>,
    /// How it was opened.
    #[serde(default, rename = "channel", skip_serializing_if = "Way::is_sms")]
    way: Way,
    /// Where it was opened, in a few words that tell a person which one it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    label: String,
}

impl Session {
    fn lives(&self, now: Timestamp, policy: &Policy) -> bool {
        self.ended.is_none() && now.since(self.opened) < policy.session_life
    }
}

impl Record for UserRecord {
    fn apply_json(
        &mut self,
        name: &str,
        json: &str,
        now: Timestamp,
        policy: &Policy,
    ) -> Result<String, UnknownStep> {
        apply_by_name! {
            name, json, self, now, policy;
            OpenSession,
            UseSession,
            manage::Manage,
            number::ChangeDestination,
            Renumber,
        }
    }

    fn prune(&mut self, now: Timestamp, policy: &Policy) {
        self.sessions.retain(|session| {
            now.since(session.opened) < policy.session_life
                && session.ended.is_none_or(|ended| now.since(ended) < HOUR)
        });
        // No login is under way for that long.
        self.all_ended.take_if(|ended| now.since(*ended) >= HOUR);
        self.events
            .retain(|event| now.since(event.at) < policy.audit_life);
        self.prune_changes(now, policy);
        self.prune_spent(now, policy);
        self.prune_gone(now, policy);
    }

    fn has_something_to_forget(&self) -> bool {
        !(self.sessions.is_empty()
            && self.events.is_empty()
            && self.all_ended.is_none()
            && self.changes.is_empty()
            && self.spent.is_empty()
            && self.gone.is_none())
    }

    fn is_blank(&self) -> bool {
        *self == Self::default()
    }

    fn take_alerts(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notices)
    }

    fn take_scrub(&mut self) -> bool {
        std::mem::take(&mut self.scrub)
    }
}

/// Writes down that the number's record has another name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Renumber {
    /// The name it had.
    pub from: DestinationName,
    /// The name it has.
    pub to: DestinationName,
}

impl Step for Renumber {
    const NAME: &'static str = "renumber";
    type Record = UserRecord;
    type Reply = ();

    fn apply(self, record: &mut UserRecord, _: Timestamp, _: &Policy) {
        for number in record.numbers_mut().filter(|it| **it == self.from) {
            *number = self.to.clone();
        }
    }
}

impl UserRecord {
    fn living(
        &mut self,
        id: &SessionId,
        now: Timestamp,
        policy: &Policy,
    ) -> Result<&mut Session, Refusal> {
        self.sessions
            .iter_mut()
            .find(|session| session.id == *id)
            .filter(|session| session.lives(now, policy))
            .ok_or(Refusal::SessionEnded)
    }

    fn note(&mut self, what: Act, outcome: Outcome, session: Option<&SessionId>, now: Timestamp) {
        self.events.push(Entry {
            at: now,
            what,
            outcome,
            session: session.cloned(),
        });
        let surplus = self.events.len().saturating_sub(audit::KEPT);
        self.events.drain(..surplus);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records of this form are on disk. Everybody would be signed out if it could not be read.
    #[test]
    fn the_stored_record_is_pinned() {
        let first = r#"{"number":"UIssnn_uCl9LXd_PkJEDgia0enCt_h1X7yXgQF6qz5Y","sessions":[{"id":"ses_AAAAAAAAAAAAAAAAAAAAAA","opened":1000,"generation":2,"renewed":2000,"ended":null}]}"#;
        let now = r#"{"number":"UIssnn_uCl9LXd_PkJEDgia0enCt_h1X7yXgQF6qz5Y","sessions":[{"id":"ses_AAAAAAAAAAAAAAAAAAAAAA","opened":1000,"generation":2,"renewed":2000,"ended":3000,"label":"Firefox on Android"}],"all_ended":3000,"events":[{"at":1000,"what":"login","outcome":"done","session":"ses_AAAAAAAAAAAAAAAAAAAAAA"},{"at":3000,"what":"ended_by_operator","outcome":"done"}]}"#;
        let dated = r#"{"first_login":1000,"last_login":2000,"sessions":[]}"#;
        let with_passkeys = r#"{"sessions":[{"id":"ses_AAAAAAAAAAAAAAAAAAAAAA","opened":1000,"generation":1,"renewed":1000,"ended":null,"channel":"synced_passkey"}],"passkeys":[{"id":"AAAA","key":"pAEB","counter":0,"may_sync":true,"synced":true,"created":1000,"last_used":2000,"label":"Firefox on Android"},{"id":"AAAB","key":"pAEB","counter":7,"may_sync":false,"synced":false,"created":1000}],"spent":[{"challenge":"AAAC","at":2000}]}"#;
        for stored in [first, now, dated, with_passkeys, r#"{"sessions":[]}"#] {
            let record: UserRecord = serde_json::from_str(stored).unwrap();
            assert_eq!(serde_json::to_string(&record).unwrap(), stored);
        }
        assert_eq!(
            serde_json::from_str::<UserRecord>("{}").unwrap(),
            UserRecord::default()
        );
    }

    #[test]
    fn r64_a_session_an_end_of_all_a_challenge_and_an_act_are_forgotten_at_the_end_of_their_time_and_not_before()
     {
        let (policy, hour) = (Policy::default(), HOUR.as_millis());
        let cases = [
            (
                r#"{"sessions":[{"id":"ses_AAAAAAAAAAAAAAAAAAAAAA","opened":0,"generation":1,"renewed":0,"ended":null}]}"#,
                policy.session_life.as_millis(),
            ),
            (
                r#"{"sessions":[{"id":"ses_AAAAAAAAAAAAAAAAAAAAAA","opened":0,"generation":1,"renewed":0,"ended":0}]}"#,
                hour,
            ),
            (r#"{"all_ended":0}"#, hour),
            (
                r#"{"spent":[{"challenge":"AAAC","at":0}]}"#,
                policy.passkey_challenge_life.as_millis(),
            ),
            (
                r#"{"events":[{"at":0,"what":"login","outcome":"done"}]}"#,
                policy.audit_life.as_millis(),
            ),
        ];
        for (json, life) in cases {
            let life = u64::try_from(life).unwrap();
            for (now, blank) in [(life - 1, false), (life, true)] {
                let mut record: UserRecord = serde_json::from_str(json).unwrap();
                assert!(record.has_something_to_forget(), "{json}");
                record.prune(Timestamp::from_millis(now), &policy);
                assert_eq!(record.is_blank(), blank, "{json} after {now} ms");
                assert_eq!(record.has_something_to_forget(), !blank, "{json}");
            }
        }
    }
}
