//! What is kept of one user, and which of their sessions live?
//!
//! Not here: the token that a session is shown by ([`crate::session`]); which number opens the account ([`crate::attempt`]).

use serde::{Deserialize, Serialize};

use crate::index::PhoneName;
use crate::policy::HOUR;
use crate::step::{Record, Step, UnknownStep, apply_json};
use crate::{Policy, Refusal, SessionId, Timestamp};

/// The memory of one user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRecord {
    /// The number that opens the account, as its record is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    number: Option<PhoneName>,
    #[serde(default)]
    sessions: Vec<Session>,
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
}

impl Record for UserRecord {
    fn apply_json(
        &mut self,
        name: &str,
        json: &str,
        now: Timestamp,
        policy: &Policy,
    ) -> Result<String, UnknownStep> {
        match name {
            OpenSession::NAME => apply_json::<OpenSession>(json, self, now, policy),
            RenewSession::NAME => apply_json::<RenewSession>(json, self, now, policy),
            CheckSession::NAME => apply_json::<CheckSession>(json, self, now, policy),
            EndSession::NAME => apply_json::<EndSession>(json, self, now, policy),
            _ => Err(UnknownStep),
        }
    }

    fn prune(&mut self, now: Timestamp, policy: &Policy) {
        self.sessions.retain(|session| {
            now.since(session.opened) < policy.session_life
                && session.ended.is_none_or(|ended| now.since(ended) < HOUR)
        });
    }

    fn has_something_to_forget(&self) -> bool {
        !self.sessions.is_empty()
    }

    fn is_blank(&self) -> bool {
        self.sessions.is_empty() && self.number.is_none()
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
            .filter(|session| {
                session.ended.is_none() && now.since(session.opened) < policy.session_life
            })
            .ok_or(Refusal::SessionEnded)
    }
}

/// A session that lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Living {
    /// The generation that the next token carries.
    pub generation: u32,
    /// When the person proved the number.
    pub opened: Timestamp,
}

impl From<&mut Session> for Living {
    fn from(session: &mut Session) -> Self {
        Self {
            generation: session.generation,
            opened: session.opened,
        }
    }
}

/// Opens a session, or finds it open already when a login's reply is repeated.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenSession {
    /// The session's id, from [`crate::attempt::Approved`].
    pub session: SessionId,
    /// When the person proved the number.
    pub at: Timestamp,
    /// The number's record, which found or created the account.
    #[serde(default)]
    pub number: Option<PhoneName>,
}

impl Step for OpenSession {
    const NAME: &'static str = "open-session";
    type Record = UserRecord;
    type Reply = Result<Living, Refusal>;

    fn apply(self, record: &mut UserRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        record.prune(now, policy);
        record.number = self.number.or(record.number.take());
        if record
            .sessions
            .iter()
            .all(|session| session.id != self.session)
        {
            if record.sessions.len() >= policy.sessions {
                record.sessions.remove(0);
            }
            record.sessions.push(Session {
                id: self.session.clone(),
                opened: self.at,
                generation: 1,
                renewed: now,
                ended: None,
            });
        }
        record.living(&self.session, now, policy).map(Living::from)
    }
}

/// Moves a session to its next generation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RenewSession {
    /// Which session.
    pub session: SessionId,
    /// The generation of the token that was presented.
    pub generation: u32,
}

impl Step for RenewSession {
    const NAME: &'static str = "renew-session";
    type Record = UserRecord;
    type Reply = Result<Living, Refusal>;

    /// Two tabs renew at once, or a reply is lost: the generation before the current one is still good for
    /// [`Policy::renewal_grace`] and gets the *same* next one, so there is one lineage. Later than that it is a copy in other
    /// hands, and the session ends for both (R48).
    fn apply(self, record: &mut UserRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        record.prune(now, policy);
        let session = record.living(&self.session, now, policy)?;
        let within_grace = now.since(session.renewed) < policy.renewal_grace;
        if self.generation == session.generation {
            session.generation += 1;
            session.renewed = now;
        } else if !(self.generation.checked_add(1) == Some(session.generation) && within_grace) {
            session.ended = Some(now);
            return Err(Refusal::SessionEnded);
        }
        Ok(session.into())
    }
}

/// Asks whether a session lives.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CheckSession {
    /// Which session.
    pub session: SessionId,
}

impl Step for CheckSession {
    const NAME: &'static str = "check-session";
    type Record = UserRecord;
    type Reply = Result<Living, Refusal>;

    fn apply(self, record: &mut UserRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        record.living(&self.session, now, policy).map(Living::from)
    }
}

/// Ends a session. Ending one that is over, or never was, is no error.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndSession {
    /// Which session.
    pub session: SessionId,
}

impl Step for EndSession {
    const NAME: &'static str = "end-session";
    type Record = UserRecord;
    type Reply = ();

    fn apply(self, record: &mut UserRecord, now: Timestamp, policy: &Policy) {
        record.prune(now, policy);
        if let Ok(session) = record.living(&self.session, now, policy) {
            session.ended = Some(now);
        }
    }
}
