//! How does a session of a user open, go on and end?
//!
//! Not here: the record they are kept in ([`super::UserRecord`]); the token that a session is shown by ([`crate::session`]).

use serde::{Deserialize, Serialize};

use super::audit::{Act, Outcome};
use super::passkeys::Answered;
use super::{Session, UserRecord};
use crate::index::DestinationName;
use crate::step::{Record as _, Step};
use crate::{ChallengeId, Policy, Refusal, SessionId, Timestamp, Way};

/// A session that lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Living {
    /// The generation that the next token carries.
    pub generation: u32,
    /// When the person signed in.
    pub opened: Timestamp,
    /// How.
    #[serde(default, rename = "channel", skip_serializing_if = "Way::is_sms")]
    pub way: Way,
    /// When somebody first signed in to the account.
    #[serde(default)]
    pub first_login: Timestamp,
    /// When somebody last signed in to the account, in whichever browser.
    #[serde(default)]
    pub last_login: Timestamp,
    /// How many passkeys the account has.
    #[serde(default)]
    pub passkeys: u32,
}

/// Opens a session, or finds it open already when a login's reply is repeated.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenSession {
    /// The session's id, from [`crate::attempt::Approved`] if it is a code that opens it.
    pub session: SessionId,
    /// When the person proved who they are.
    pub at: Timestamp,
    /// How.
    #[serde(default, rename = "channel", skip_serializing_if = "Way::is_sms")]
    pub way: Way,
    /// The number's record, which found or created the account; none if it is a passkey that opens it.
    #[serde(default)]
    pub number: Option<DestinationName>,
    /// The change of number by which it names the account, if it was one.
    #[serde(default)]
    pub claim: Option<ChallengeId>,
    /// Where it is opened: "Firefox on Android".
    #[serde(default)]
    pub label: String,
    /// The passkey that opens it, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passkey: Option<Answered>,
}

impl Step for OpenSession {
    const NAME: &'static str = "open-session";
    type Record = UserRecord;
    type Reply = Result<Living, Refusal>;

    fn apply(self, record: &mut UserRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        record.prune(now, policy);
        if record.gone.is_some() {
            return Err(Refusal::Disowned);
        }
        if let Some(passkey) = self.passkey {
            record.believe(&passkey, &self.session, now, policy)?;
        }
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
                way: self.way,
                label: self.label,
            });
            // Of accounts from before it was written down, the oldest act that is remembered.
            let oldest = record.events.first().map_or(self.at, |event| event.at);
            record.first_login.get_or_insert(oldest.min(self.at));
            record.last_login = record.last_login.max(Some(self.at));
            record.note(Act::Login, Outcome::Done, Some(&self.session), now);
        }
        record.shown_living(&self.session, now, policy)
    }
}

/// Does something with one session. One type for all of it: each costs its code on both sides of the way to the record.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UseSession {
    /// Which session.
    pub session: SessionId,
    /// What is done.
    pub what: Use,
}

/// What is done with a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// Asks whether it lives.
    Check,
    /// Moves it to its next generation, with a token of this one.
    Renew(u32),
    /// Ends it.
    End,
}

impl Step for UseSession {
    const NAME: &'static str = "use-session";
    type Record = UserRecord;
    /// The session as it lives, or lived until now.
    type Reply = Result<Living, Refusal>;

    fn apply(self, record: &mut UserRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        let living = record.shown_living(&self.session, now, policy)?;
        match self.what {
            Use::Check => Ok(living),
            Use::Renew(generation) => record.renew(&self.session, generation, now, policy),
            Use::End => {
                record.prune(now, policy);
                record.end_where(|session| session.id == self.session, now);
                record.note(Act::Logout, Outcome::Done, Some(&self.session), now);
                Ok(living)
            }
        }
    }
}

impl UserRecord {
    /// Two tabs renew at once, or a reply is lost: the generation before the current one is still good for
    /// [`Policy::renewal_grace`] and gets the *same* next one, so there is one lineage. Later than that it is a copy in other
    /// hands, and the session ends for both (R48).
    fn renew(
        &mut self,
        id: &SessionId,
        generation: u32,
        now: Timestamp,
        policy: &Policy,
    ) -> Result<Living, Refusal> {
        self.prune(now, policy);
        let session = self.living(id, now, policy)?;
        let within_grace = now.since(session.renewed) < policy.renewal_grace;
        if generation == session.generation {
            session.generation += 1;
            session.renewed = now;
        } else if !(generation.checked_add(1) == Some(session.generation) && within_grace) {
            session.ended = Some(now);
            self.note(Act::TokenReused, Outcome::Done, Some(id), now);
            return Err(Refusal::TokenReused);
        }
        self.shown_living(id, now, policy)
    }

    fn shown_living(
        &mut self,
        id: &SessionId,
        now: Timestamp,
        policy: &Policy,
    ) -> Result<Living, Refusal> {
        let (first, last) = (self.first_login, self.last_login);
        let passkeys = u32::try_from(self.passkeys.len()).unwrap_or(u32::MAX);
        let session = self.living(id, now, policy)?;
        Ok(Living {
            generation: session.generation,
            opened: session.opened,
            way: session.way,
            first_login: first.unwrap_or(session.opened),
            last_login: last.unwrap_or(session.opened),
            passkeys,
        })
    }

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
