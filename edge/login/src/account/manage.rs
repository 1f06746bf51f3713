//! What may be done with an account by whoever is signed in to it, or by the operator?
//!
//! One step for all of it, because each kind of step costs its code on both sides of the way to the record. What is shown is written
//! by the record as the very text that goes out, and the worker only carries it: reading it on the way would cost as much again.
//!
//! Not here: how a session opens and goes on ([`super::sessions`]); how an account ceases to be ([`super::erasure`]).

use protocol::messages::{Account, AccountEvent, OpenSession, OpenSessions};
use serde::{Deserialize, Serialize};

use super::UserRecord;
use super::audit::{Act, Outcome};
use super::passkeys::Answered;
use crate::index::DestinationName;
use crate::step::{Record as _, Step, write};
use crate::{Policy, Refusal, SessionId, Timestamp, UserId};

/// Does something with an account, in one step, so that no renewal comes in between (R61).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manage {
    /// Whose account it is: the record does not know its own name.
    pub user: UserId,
    /// The living session of the person who asks; none is the operator.
    pub by: Option<SessionId>,
    /// What is done.
    pub what: What,
    /// In how many browsers the account's numbers are known, for [`What::ShowAll`].
    #[serde(default)]
    pub browsers: u32,
}

/// What can be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Ends this session. That it is over, or never was, is no error.
    EndOne(SessionId),
    /// Ends all sessions but the one that asks.
    EndOthers,
    /// Ends all sessions.
    EndAll,
    /// Erases the account. Only after a login of the last [`Policy::recent_login`]; or by the operator.
    Erase,
    /// Shows the sessions that live.
    ShowSessions,
    /// Shows all of the account, and names its numbers.
    ShowAll,
    /// Writes down that this number has let go of the account, which is gone.
    LetGo(DestinationName),
    /// Shows which passkeys another must not stand beside. This and the next two only after a login of the last [`Policy::recent_login`].
    OfferPasskey,
    /// Adds a passkey and shows it.
    AddPasskey(Answered),
    /// Removes the passkey of this id. That there is none is no error.
    RemovePasskey(String),
    /// Shows the passkeys.
    ShowPasskeys,
    /// Shows the key of the passkey of this id, to those who verify; or nothing.
    FindPasskey(String),
}

impl What {
    /// Whether it leaves the account as it is.
    fn shows(&self) -> bool {
        match self {
            Self::ShowSessions | Self::ShowAll | Self::ShowPasskeys | Self::FindPasskey(_) => true,
            Self::EndOne(_)
            | Self::EndOthers
            | Self::EndAll
            | Self::Erase
            | Self::LetGo(_)
            | Self::OfferPasskey
            | Self::AddPasskey(_)
            | Self::RemovePasskey(_) => false,
        }
    }

    /// Whether whoever has the browser now may be somebody else, who must not do it.
    fn needs_recent_login(&self) -> bool {
        match self {
            Self::Erase | Self::OfferPasskey | Self::AddPasskey(_) | Self::RemovePasskey(_) => true,
            Self::EndOne(_)
            | Self::EndOthers
            | Self::EndAll
            | Self::LetGo(_)
            | Self::ShowSessions
            | Self::ShowAll
            | Self::ShowPasskeys
            | Self::FindPasskey(_) => false,
        }
    }
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Managed {
    /// The numbers whose records have to let go of the account that is gone, or to be asked about it.
    pub numbers: Vec<DestinationName>,
    /// What was to be shown, as JSON.
    pub text: String,
}

impl From<String> for Managed {
    fn from(text: String) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }
}

impl Step for Manage {
    const NAME: &'static str = "manage";
    type Record = UserRecord;
    type Reply = Result<Managed, Refusal>;

    /// Whoever could have erased an account may also finish what broke off: there is nothing left to lose.
    fn apply(self, record: &mut UserRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        record.prune(now, policy);
        let by = self.by.as_ref();
        let erases = self.what == What::Erase;
        if let What::LetGo(number) = &self.what {
            record.let_go(number);
        }
        if let Some(gone) = &record.gone
            && (erases || by.is_none())
            && !self.what.shows()
        {
            return Ok(Managed {
                numbers: gone.numbers.clone(),
                ..Managed::default()
            });
        }
        if let Some(by) = by {
            let opened = record.living(by, now, policy)?.opened;
            if self.what.needs_recent_login() && now.since(opened) >= policy.recent_login {
                return Err(Refusal::LoginTooOld);
            }
        }
        let (act, session) = match &self.what {
            What::EndOne(id) => {
                if record.sessions.iter().all(|session| session.id != *id) {
                    // Whatever this is, it is not for the account to remember.
                    return Ok(Managed::default());
                }
                record.end_where(|session| session.id == *id, now);
                (Act::Logout, Some(id))
            }
            What::EndOthers => {
                record.end_all_but(by, now);
                (Act::LogoutOthers, by)
            }
            What::EndAll => {
                record.end_all_but(None, now);
                if by.is_none() {
                    // Whoever opened them could come again.
                    record.passkeys.clear();
                }
                (Act::LogoutAll, by)
            }
            What::Erase => {
                return Ok(Managed {
                    numbers: record.erase(now),
                    ..Managed::default()
                });
            }
            What::ShowSessions => return Ok(record.shown(&self, now, policy).into()),
            What::ShowPasskeys => return Ok(write(&record.shown_passkeys()).into()),
            What::FindPasskey(id) => return Ok(record.key_of(id).into()),
            What::OfferPasskey => return Ok(record.excluded(policy)?.into()),
            What::AddPasskey(new) => {
                let shown = record.add_passkey(new.clone(), (&self.user, by), now, policy)?;
                return Ok(shown.into());
            }
            What::RemovePasskey(id) => {
                record.remove_passkey(id, (&self.user, by), now);
                return Ok(Managed::default());
            }
            What::ShowAll => {
                return Ok(Managed {
                    text: record.shown(&self, now, policy),
                    numbers: record.numbers_mut().map(|number| number.clone()).collect(),
                });
            }
            What::LetGo(_) => return Ok(Managed::default()),
        };
        let act = by.map_or(Act::EndedByOperator, |_| act);
        record.note(act, Outcome::Done, session, now);
        Ok(Managed::default())
    }
}

impl UserRecord {
    fn shown(&self, ask: &Manage, now: Timestamp, policy: &Policy) -> String {
        let live = self.sessions.iter().filter(|it| it.lives(now, policy));
        // Their ids are names: they open nothing.
        let sessions = live.map(|session| OpenSession {
            id: session.id.to_string(),
            current: Some(&session.id) == ask.by.as_ref(),
            label: session.label.clone(),
            authenticated_at: session.opened.as_secs(),
            renewed_at: session.renewed.as_secs(),
        });
        let sessions = sessions.collect();
        if ask.what == What::ShowSessions {
            return write(&OpenSessions { sessions });
        }
        let events = self.events.iter().map(|event| AccountEvent {
            at: event.at.as_secs(),
            what: event.what.as_str().to_owned(),
            outcome: event.outcome.as_str().to_owned(),
            session: event.session.as_ref().map(SessionId::to_string),
        });
        write(&Account {
            subject: ask.user.to_string(),
            first_login: self.first_login.map(Timestamp::as_secs),
            last_login: self.last_login.map(Timestamp::as_secs),
            sessions,
            events: events.collect(),
            known_browsers: ask.browsers,
            passkeys: self.shown_passkeys().passkeys,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Session;
    use super::*;
    use crate::Way;

    fn id(seed: u8) -> SessionId {
        SessionId::from_random([seed; 16])
    }

    #[test]
    fn r61_ending_a_session_ends_that_one_and_one_that_is_not_the_accounts_is_not_written_down() {
        let now = Timestamp::from_secs(1_000_000);
        let session = |seed| Session {
            id: id(seed),
            opened: now,
            generation: 1,
            renewed: now,
            ended: None,
            way: Way::Sms,
            label: String::new(),
        };
        for (ended, live, acts) in [(2, vec![1], 1), (3, vec![1, 2], 0)] {
            let mut record = UserRecord {
                sessions: vec![session(1), session(2)],
                ..UserRecord::default()
            };
            let manage = Manage {
                user: UserId::from_random([9; 16]),
                by: Some(id(1)),
                what: What::EndOne(id(ended)),
                browsers: 0,
            };
            let policy = Policy::default();
            assert_eq!(
                manage.apply(&mut record, now, &policy),
                Ok(Managed::default())
            );
            let left: Vec<_> = record
                .sessions
                .iter()
                .filter(|session| session.lives(now, &policy))
                .map(|session| session.id.clone())
                .collect();
            assert_eq!(left, live.into_iter().map(id).collect::<Vec<_>>());
            assert_eq!(record.events.len(), acts, "{ended}");
        }
    }
}
