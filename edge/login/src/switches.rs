//! What has the operator switched off?
//!
//! Two switches hold for the whole site (R54): *no texts*, and *nothing from before*, which ends every session and every login
//! under way. They are one record. Each instance of the worker holds a copy of it, so that requests need not ask; how old a copy
//! may be is decided here, and with it how soon an order is in force everywhere.
//!
//! Not here: who may give orders and where the copy is held (`edge`).

use serde::{Deserialize, Serialize};

use crate::account::Living;
use crate::policy::{
    SWITCHES_BLIND, SWITCHES_FRESH, SWITCHES_IN_FORCE, SWITCHES_LATE, SWITCHES_RETRY,
};
use crate::step::{Record, Step, UnknownStep, apply_by_name};
use crate::{Policy, Refusal, Timestamp};

/// The record. Blank until the first order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switches {
    /// Sessions opened and challenges begun before this moment are worth nothing. 1970 if nobody ever ordered it.
    #[serde(default)]
    pub not_before: Timestamp,
    /// Whether no texts are sent.
    #[serde(default)]
    pub sends_stopped: bool,
}

impl Record for Switches {
    fn apply_json(
        &mut self,
        name: &str,
        json: &str,
        now: Timestamp,
        policy: &Policy,
    ) -> Result<String, UnknownStep> {
        apply_by_name! {
            name, json, self, now, policy;
            ReadSwitches,
            Throw,
        }
    }

    fn prune(&mut self, _: Timestamp, _: &Policy) {}

    fn has_something_to_forget(&self) -> bool {
        false
    }

    fn is_blank(&self) -> bool {
        *self == Self::default()
    }
}

/// Asks how the switches stand.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ReadSwitches {}

impl Step for ReadSwitches {
    const NAME: &'static str = "read-switches";
    type Record = Switches;
    type Reply = Switches;

    fn apply(self, record: &mut Switches, _: Timestamp, _: &Policy) -> Switches {
        *record
    }
}

/// An order of the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Throw {
    /// No more texts, until they are resumed. Sessions and codes under way live on.
    StopSends,
    /// Texts again.
    ResumeSends,
    /// An end to every session and every login under way.
    EndAllSessions,
}

impl Step for Throw {
    const NAME: &'static str = "throw";
    type Record = Switches;
    type Reply = Switches;

    /// All sessions are ended as of [`SWITCHES_IN_FORCE`] *from now*: an instance that has not heard of it yet may still open one
    /// from an old challenge, and that one must not survive either. Nobody can begin a login meanwhile.
    fn apply(self, record: &mut Switches, now: Timestamp, _: &Policy) -> Switches {
        match self {
            Self::StopSends => record.sends_stopped = true,
            Self::ResumeSends => record.sends_stopped = false,
            Self::EndAllSessions => {
                record.not_before = record.not_before.max(now.plus(SWITCHES_IN_FORCE));
            }
        }
        *record
    }
}

/// What one instance of the worker knows of the switches between two requests.
#[derive(Debug, Default)]
pub struct Copy {
    known: Option<(Switches, Timestamp)>,
    asked: Option<Timestamp>,
}

impl Copy {
    /// An instance that knows nothing yet.
    pub const fn new() -> Self {
        Self {
            known: None,
            asked: None,
        }
    }

    /// Whether the request of this moment has to ask the record. While one asks, the others go by the copy a little longer, so
    /// that a busy instance asks once. A copy of a moment that is yet to come, but for requests that began a little later, is none: the
    /// clock was ahead, and the copy would pass for new until it has caught up.
    pub fn must_ask(&mut self, now: Timestamp) -> bool {
        self.known = self
            .known
            .filter(|(_, read)| now.until(*read) < SWITCHES_LATE);
        let within = |age| self.known.is_some_and(|(_, read)| now.since(read) < age);
        let somebody_asks = self.asked.is_some_and(|at| now.since(at) < SWITCHES_LATE);
        if within(SWITCHES_FRESH) || (somebody_asks && within(SWITCHES_FRESH + SWITCHES_LATE)) {
            return false;
        }
        self.asked = Some(now);
        true
    }

    /// Takes in how the switches stood at that moment. An answer that was overtaken by a newer one is dropped.
    pub fn learn(&mut self, switches: Switches, at: Timestamp) {
        if self.known.is_none_or(|(_, read)| read <= at) {
            self.known = Some((switches, at));
        }
    }

    /// What holds for the request of this moment. Texts need a copy of now; sessions get by with an older one while the record
    /// does not answer, so that a short outage signs nobody out. Without either, the answer is no.
    pub fn orders(&self, now: Timestamp) -> Orders {
        let known = |age| {
            let (switches, read) = self.known.ok_or(Refusal::Unavailable)?;
            (now.since(read) <= age)
                .then_some(switches)
                .ok_or(Refusal::Unavailable)
        };
        Orders {
            sends: known(SWITCHES_FRESH + SWITCHES_LATE).and_then(|it| it.may_send(now)),
            not_before: known(SWITCHES_BLIND).map(|it| it.not_before),
        }
    }
}

impl Switches {
    fn may_send(self, now: Timestamp) -> Result<(), Refusal> {
        if self.sends_stopped {
            Err(Refusal::SendsPaused(SWITCHES_RETRY))
        } else if now < self.not_before {
            Err(Refusal::SendsPaused(now.until(self.not_before)))
        } else {
            Ok(())
        }
    }

    /// What these mean for a request of this moment.
    pub fn orders(self, now: Timestamp) -> Orders {
        Orders {
            sends: self.may_send(now),
            not_before: Ok(self.not_before),
        }
    }
}

/// What the switches mean for one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orders {
    sends: Result<(), Refusal>,
    not_before: Result<Timestamp, Refusal>,
}

impl Orders {
    /// The same for a worker whose records were restored from a backup at that moment, if they ever were. What they lost says which
    /// sessions were ended and which codes were used since the backup, so nothing from before that moment counts.
    #[must_use]
    pub fn since_restored(mut self, restored: Timestamp, now: Timestamp) -> Self {
        self.not_before = self.not_before.map(|moment| moment.max(restored));
        if self.sends.is_ok() && now < restored {
            self.sends = Err(Refusal::SendsPaused(now.until(restored)));
        }
        self
    }

    /// Whether texts may be sent.
    ///
    /// # Errors
    ///
    /// [`Refusal::SendsPaused`]; [`Refusal::Unavailable`] while nobody knows.
    pub fn may_send(&self) -> Result<(), Refusal> {
        self.sends.clone()
    }

    /// Whether anybody knows what still counts.
    ///
    /// # Errors
    ///
    /// [`Refusal::Unavailable`].
    pub fn may_sign_in(&self) -> Result<(), Refusal> {
        self.not_before.clone().map(drop)
    }

    /// A session that still counts. No token is older than the session that it speaks of, so this decides about tokens too.
    ///
    /// # Errors
    ///
    /// [`Refusal::SessionEnded`]; [`Refusal::Unavailable`] while nobody knows.
    pub fn uphold(&self, living: Living) -> Result<Living, Refusal> {
        match &self.not_before {
            Ok(not_before) if living.opened >= *not_before => Ok(living),
            Ok(_) => Err(Refusal::SessionEnded),
            Err(unknown) => Err(unknown.clone()),
        }
    }

    /// Whether a challenge that was sealed at that moment is worth nothing any more. While nobody knows, the login is refused as
    /// such, and the challenge is not to blame.
    pub fn void(&self, sealed: Timestamp) -> bool {
        matches!(&self.not_before, Ok(not_before) if sealed < *not_before)
    }
}

#[cfg(test)]
mod tests;
