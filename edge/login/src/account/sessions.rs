//! How does a session of a user open, go on and end?
//!
//! Not here: the record they are kept in ([`super::UserRecord`]); the token that a session is shown by ([`crate::session`]).

use serde::{Deserialize, Serialize};

use super::audit::{Act, Outcome};
use super::{Session, UserRecord};
use crate::index::PhoneName;
use crate::step::{Record as _, Step};
use crate::{ChallengeId, Policy, Refusal, SessionId, Timestamp};

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
    /// The change of number by which it names the account, if it was one.
    #[serde(default)]
    pub claim: Option<ChallengeId>,
    /// Where it is opened: "Firefox on Android".
    #[serde(default)]
    pub label: String,
}

impl Step for OpenSession {
    const NAME: &'static str = "open-session";
    type Record = UserRecord;
    type Reply = Result<Living, Refusal>;

    fn apply(self, record: &mut UserRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        record.prune(now, policy);
        if let Some(number) = self.number {
            record.admit(number, self.claim.as_ref(), self.at, now, policy)?;
        }
        if record
            .sessions
            .iter()
            .all(|session| session.id != self.session)
        {
            // All sessions were ended while this login was under way.
            if record.all_ended.is_some_and(|ended| self.at <= ended) {
                return Err(Refusal::SessionEnded);
            }
            if record.sessions.len() >= policy.sessions {
                record.sessions.remove(0);
            }
            record.sessions.push(Session {
                id: self.session.clone(),
                opened: self.at,
                generation: 1,
                renewed: now,
                ended: None,
                label: self.label,
            });
            record.note(Act::Login, Outcome::Done, Some(&self.session), now);
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
            record.note(Act::TokenReused, Outcome::Done, Some(&self.session), now);
            return Err(Refusal::TokenReused);
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
            record.note(Act::Logout, Outcome::Done, Some(&self.session), now);
        }
    }
}

/// Ends one session of a user or many, in one step, so that no renewal comes in between (R61).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndSessions {
    /// The living session of the person who asks; none is the operator.
    pub by: Option<SessionId>,
    /// Which to end.
    pub which: Which,
}

/// Which sessions of a user are meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// This one. That it is over, or never was, is no error.
    One(SessionId),
    /// All but the one that asks.
    Others,
    /// All.
    All,
}

impl Step for EndSessions {
    const NAME: &'static str = "end-sessions";
    type Record = UserRecord;
    type Reply = Result<(), Refusal>;

    fn apply(self, record: &mut UserRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        record.prune(now, policy);
        if let Some(by) = &self.by {
            record.living(by, now, policy)?;
        }
        let by = self.by.as_ref();
        let (act, session) = match &self.which {
            Which::One(id) => {
                record.end_where(|session| session.id == *id, now);
                (Act::Logout, Some(id))
            }
            Which::Others => {
                record.end_all_but(by, now);
                (Act::LogoutOthers, by)
            }
            Which::All => {
                record.end_all_but(None, now);
                (Act::LogoutAll, by)
            }
        };
        let act = by.map_or(Act::EndedByOperator, |_| act);
        record.note(act, Outcome::Done, session, now);
        Ok(())
    }
}

impl UserRecord {
    /// Ends all sessions, those of logins under way among them, but for one.
    pub(super) fn end_all_but(&mut self, spared: Option<&SessionId>, now: Timestamp) {
        self.end_where(|session| Some(&session.id) != spared, now);
        self.all_ended = Some(now);
    }

    pub(super) fn end_where(&mut self, meant: impl Fn(&Session) -> bool, now: Timestamp) {
        for session in self.sessions.iter_mut().filter(|session| meant(session)) {
            session.ended = session.ended.or(Some(now));
        }
    }
}

/// Asks which sessions live, by one that does.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListSessions {
    /// The session of the person who asks; none is the operator.
    pub by: Option<SessionId>,
}

/// A session as the person may see it. Its id is a name: it opens nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The session.
    pub id: SessionId,
    /// When the person proved the number.
    pub opened: Timestamp,
    /// When the session was last renewed.
    pub renewed: Timestamp,
    /// Where it was opened.
    pub label: String,
}

impl Step for ListSessions {
    const NAME: &'static str = "list-sessions";
    type Record = UserRecord;
    /// Oldest first.
    type Reply = Result<Vec<Listed>, Refusal>;

    fn apply(self, record: &mut UserRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        if let Some(by) = &self.by {
            record.living(by, now, policy)?;
        }
        Ok(record.listed(now, policy))
    }
}

impl UserRecord {
    pub(super) fn listed(&self, now: Timestamp, policy: &Policy) -> Vec<Listed> {
        self.sessions
            .iter()
            .filter(|session| session.lives(now, policy))
            .map(|session| Listed {
                id: session.id.clone(),
                opened: session.opened,
                renewed: session.renewed,
                label: session.label.clone(),
            })
            .collect()
    }
}
