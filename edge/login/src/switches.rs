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
mod tests {
    use std::time::Duration;

    use super::*;

    const ORDER: Timestamp = Timestamp::from_secs(1_000_000);

    fn after(secs: u64) -> Timestamp {
        ORDER.plus(Duration::from_secs(secs))
    }

    fn opened(at: Timestamp) -> Living {
        Living {
            generation: 1,
            opened: at,
            ..Living::default()
        }
    }

    /// Yesterday's orders hold after a deploy.
    #[test]
    fn the_stored_switches_are_pinned() {
        let stored = r#"{"not_before":1000060000,"sends_stopped":true}"#;
        let switches: Switches = serde_json::from_str(stored).unwrap();
        assert_eq!(serde_json::to_string(&switches).unwrap(), stored);
        assert_eq!(
            serde_json::from_str::<Switches>("{}").unwrap(),
            Switches::default()
        );
    }

    #[test]
    fn r54_what_began_before_the_order_is_in_force_counts_no_more_and_nothing_begins_until_then() {
        let mut record = Switches::default();
        Throw::EndAllSessions.apply(&mut record, ORDER, &Policy::default());
        let cases = [
            (after(0), after(0), false),
            (after(1), after(59), false),
            (after(61), after(59), false),
            (after(61), after(60), true),
            (after(90), after(75), true),
        ];
        for (now, began, counts) in cases {
            let orders = record.orders(now);
            assert_eq!(orders.uphold(opened(began)).is_ok(), counts, "{began:?}");
            assert_eq!(!orders.void(began), counts, "{began:?}");
        }
        for (secs, may) in [(0, false), (59, false), (60, true)] {
            assert_eq!(record.orders(after(secs)).may_send().is_ok(), may, "{secs}");
        }
        // A second order never takes the first one back.
        Throw::ResumeSends.apply(&mut record, after(1), &Policy::default());
        assert_eq!(record.not_before, after(60));
    }

    #[test]
    fn r54_stopped_texts_touch_no_session_and_are_resumed() {
        let mut record = Switches::default();
        Throw::StopSends.apply(&mut record, ORDER, &Policy::default());
        let orders = record.orders(ORDER);
        assert_eq!(orders.may_send(), Err(Refusal::SendsPaused(SWITCHES_RETRY)));
        assert!(orders.uphold(opened(ORDER)).is_ok() && !orders.void(ORDER));
        Throw::ResumeSends.apply(&mut record, ORDER, &Policy::default());
        assert_eq!(record.orders(ORDER).may_send(), Ok(()));
    }

    /// The order is given the moment after an instance has read the switches. From then on the instance serves a request every
    /// second, and each of its readings takes as long as any request may.
    #[test]
    fn r54_no_instance_goes_by_an_old_copy_for_longer_than_the_order_takes_to_be_in_force() {
        let mut record = Switches::default();
        let mut copy = Copy::new();
        copy.learn(record, ORDER);
        Throw::EndAllSessions.apply(&mut record, ORDER, &Policy::default());
        let mut readings = Vec::new();
        let mut learnt = None;
        for second in 0..120 {
            let now = after(second);
            if copy.must_ask(now) {
                readings.push(now);
            }
            // Each answer takes nine seconds.
            let late = Duration::from_secs(9);
            if let Some(at) = readings.iter().find(|at| at.plus(late) == now) {
                copy.learn(record, *at);
            }
            if copy.orders(now).void(ORDER) {
                learnt = learnt.or(Some(second));
            }
        }
        assert!(learnt.is_some_and(|second| second <= 40), "{learnt:?}");
        assert!(
            readings.len() <= 4,
            "one reading in thirty seconds: {readings:?}"
        );
    }

    #[test]
    fn an_order_is_heard_although_the_clock_was_ahead_when_the_record_was_last_read() {
        let mut copy = Copy::new();
        assert!(copy.must_ask(after(86_400)));
        copy.learn(Switches::default(), after(86_400));
        assert!(!copy.must_ask(after(86_395)), "a request that began before");
        assert!(copy.must_ask(after(0)), "the clock was set right");
        let stopped = Switches {
            sends_stopped: true,
            ..Switches::default()
        };
        copy.learn(stopped, after(0));
        let refused = copy.orders(after(1)).may_send();
        assert_eq!(refused, Err(Refusal::SendsPaused(SWITCHES_RETRY)));
    }

    #[test]
    fn r83_what_nobody_knows_is_refused_sends_at_once_and_sessions_after_five_minutes() {
        let mut copy = Copy::new();
        let unknown = copy.orders(ORDER);
        assert_eq!(unknown.may_send(), Err(Refusal::Unavailable));
        assert_eq!(unknown.may_sign_in(), Err(Refusal::Unavailable));
        assert_eq!(
            unknown.uphold(opened(ORDER)),
            Err(Refusal::Unavailable),
            "not ended: nobody knows"
        );
        copy.learn(Switches::default(), ORDER);
        for (secs, sends, sessions) in [
            (0, true, true),
            (40, true, true),
            (41, false, true),
            (300, false, true),
            (301, false, false),
        ] {
            let orders = copy.orders(after(secs));
            assert_eq!(orders.may_send().is_ok(), sends, "{secs}");
            assert_eq!(orders.uphold(opened(ORDER)).is_ok(), sessions, "{secs}");
        }
    }

    #[test]
    fn r54_nothing_from_before_the_records_were_restored_counts() {
        let never = Timestamp::default();
        let restored = after(100);
        let before = Switches::default().orders(after(200));
        let cases = [
            (never, after(99), after(200), true, true),
            (restored, after(99), after(200), false, true),
            (restored, after(100), after(200), true, true),
            // A restore that is dated ahead holds texts back until then, as an order does.
            (restored, after(99), after(99), false, false),
        ];
        for (restored, began, now, counts, sends) in cases {
            let orders = before.clone().since_restored(restored, now);
            assert_eq!(orders.uphold(opened(began)).is_ok(), counts, "{began:?}");
            assert_eq!(!orders.void(began), counts, "{began:?}");
            assert_eq!(orders.may_send().is_ok(), sends, "{now:?}");
        }
        // A later order of the operator is not taken back by it, and what nobody knows stays unknown.
        let mut record = Switches::default();
        Throw::EndAllSessions.apply(&mut record, after(200), &Policy::default());
        let orders = record
            .orders(after(300))
            .since_restored(restored, after(300));
        assert!(orders.void(after(259)) && !orders.void(after(260)));
        let unknown = Copy::new().orders(after(300));
        assert_eq!(
            unknown.since_restored(restored, after(300)).may_sign_in(),
            Err(Refusal::Unavailable)
        );
    }

    #[test]
    fn an_answer_that_was_overtaken_is_dropped() {
        let stopped = Switches {
            sends_stopped: true,
            ..Switches::default()
        };
        let mut copy = Copy::new();
        copy.learn(stopped, after(5));
        copy.learn(Switches::default(), after(4));
        assert!(copy.orders(after(6)).may_send().is_err());
    }
}
