//! What has one instance of the worker counted since it last handed anything in?
//!
//! It is memory and nothing else: what an instance that dies has not handed in is lost, a few seconds' worth. So a request costs no
//! step more for being counted.
//!
//! Not here: where it is added up ([`super`]).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{JUMPS, Numbers, entry};
use crate::Timestamp;

/// How long an instance gathers before it hands in. A thousand busy instances are then two hundred steps a second.
pub const HAND_IN_AFTER: Duration = Duration::from_secs(5);
/// How much later than that, or earlier, a clock may say it is. More, and it has jumped, or the machine was asleep, which is no better.
const JUMP: Duration = Duration::from_secs(30);
/// When somebody who was to hand in never did, because their request was ended. Then somebody else does.
const GIVEN_UP: Duration = Duration::from_secs(60);
/// How many numbers of each kind one instance gathers.
const MOST: usize = 1000;

/// Counts, to be added to others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// For good.
    #[serde(default)]
    pub totals: Numbers,
    /// For the hour. What begins with a plus is how a prefix stands, and is not added up.
    #[serde(default)]
    pub lately: Numbers,
}

impl Counts {
    const fn new() -> Self {
        Self {
            totals: Numbers::new(),
            lately: Numbers::new(),
        }
    }

    /// Whether there is nothing in them.
    pub fn is_empty(&self) -> bool {
        self.totals.is_empty() && self.lately.is_empty()
    }

    /// Adds to a total.
    pub fn total(&mut self, name: &str, n: u64) {
        self.totals.add(name, n, MOST);
    }

    /// Adds to a number of the hour; or sets it, where it is how a prefix stands.
    pub fn lately(&mut self, name: &str, n: u64) {
        let enter = entry(name);
        enter(&mut self.lately, name, n, MOST);
    }
}

/// What an instance has counted between two requests.
#[derive(Debug, Default)]
pub struct Tally {
    counts: Counts,
    due: Option<Timestamp>,
}

impl Tally {
    /// An instance that has counted nothing yet.
    pub const fn new() -> Self {
        Self {
            counts: Counts::new(),
            due: None,
        }
    }

    /// What is counted.
    pub fn counts(&mut self) -> &mut Counts {
        &mut self.counts
    }

    /// Whether the request of this moment has to hand in after [`HAND_IN_AFTER`]: there is something, and nobody else is about to.
    pub fn must_hand_in(&mut self, now: Timestamp) -> bool {
        let waits = self
            .due
            .is_some_and(|due| now <= due.plus(GIVEN_UP) && due <= now.plus(HAND_IN_AFTER));
        if waits || self.counts.is_empty() {
            return false;
        }
        self.due = Some(now.plus(HAND_IN_AFTER));
        true
    }

    /// What is to be handed in: also whether the clock shows another time than it should after the wait.
    pub fn take(&mut self, now: Timestamp) -> Counts {
        let due = self.due.take();
        if due.is_some_and(|due| now > due.plus(JUMP) || now.plus(JUMP) < due) {
            self.counts.total(JUMPS, 1);
        }
        std::mem::take(&mut self.counts)
    }

    /// Nobody took it. If only the answer was lost, it will be counted twice.
    pub fn put_back(&mut self, counts: Counts) {
        for (name, n) in counts.totals.iter() {
            self.counts.total(name, n);
        }
        for (name, n) in counts.lately.iter() {
            self.counts.lately(name, n);
        }
    }
}
