//! What has happened so far, all over the site, in numbers?
//!
//! Each instance of the worker counts what its requests come to ([`Tally`]) and hands the counts in now and then, after answers and
//! never before one. This record adds them up: for good, and for each hour of the last day. Nothing in it decides anything, and nobody
//! waits for it.
//!
//! Everything is a number with a name, because each further kind of table would be as much code again in the worker.
//!
//! Not here: what is counted and how it is called (`edge`); limits, which are counted exactly ([`crate::budget`]).

mod numbers;
mod tally;

use std::time::Duration;

use protocol::PhoneNumber;
use serde::{Deserialize, Serialize};

use crate::policy::{HOUR, Policy};
use crate::step::{Record, Step, UnknownStep, apply_by_name};
use crate::{Timestamp, budget};

pub use numbers::Numbers;
pub use tally::{Counts, HAND_IN_AFTER, Tally};

/// What is counted for each country, in each hour and for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Texts that the provider took.
    Texts,
    /// Right codes.
    Logins,
    /// Wrong codes.
    Wrong,
    /// Requests for a text or about a code that failed, through nobody's fault who asked.
    Failed,
    /// The same that were refused: by a limit, mostly.
    Refused,
    /// What the texts cost, in ten-thousandths of the currency's unit; nothing where there are no prices.
    Cost,
}

impl Column {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Texts,
        Self::Logins,
        Self::Wrong,
        Self::Failed,
        Self::Refused,
        Self::Cost,
    ];

    /// What it is called where it is stored, and in the names of metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Texts => "texts",
            Self::Logins => "logins",
            Self::Wrong => "wrong_codes",
            Self::Failed => "failures",
            Self::Refused => "refusals",
            Self::Cost => "spend",
        }
    }
}

/// A prefix to which unusually many texts go, as it stood at its last text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Busy {
    /// Texts of the hour before.
    pub texts: u32,
    /// Logins of the hour before.
    pub logins: u32,
}

/// From how many texts within an hour a prefix stands out. Below it nobody but the keyed hash of its budget knows of it: so few
/// texts could be those of one person.
pub const STANDS_OUT: u32 = 10;
/// How many totals there may be: of the two hundred countries that there are, twenty each.
const MOST_TOTALS: usize = 4000;
/// How many numbers of the last day. The record is read and written at each hand-in.
const MOST_LATELY: usize = 10_000;
/// How far a clock may go back between two hand-ins before that is worth a word: machines differ by less.
const BACKWARDS: Duration = Duration::from_secs(10);

/// The total of jumps that a clock was seen to make.
pub const JUMPS: &str = "clock_jumps";
/// What the totals begin with that are none, but when a key was first seen, in seconds since 1970.
pub const KEY: &str = "key ";
/// What those of the last day begin with that are marks of numbers for which wrong codes were tried.
pub const GUESSED: &str = "guessed ";

/// The number without its last four digits, as the operator may read it.
pub fn prefix(number: &PhoneNumber) -> String {
    let mut prefix = budget::prefix_of(number).key;
    prefix.insert(0, '+');
    prefix
}

/// The record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metrics {
    /// Since when there has been one; 1970 if nothing was ever handed in.
    #[serde(default)]
    pub since: Timestamp,
    /// When something was last handed in.
    #[serde(default)]
    pub last: Timestamp,
    /// What has been counted since then.
    #[serde(default)]
    pub totals: Numbers,
    /// The same of this hour and the 24 before: the hour, counted from 1970, a space, and the name.
    #[serde(default)]
    pub lately: Numbers,
}

impl Metrics {
    /// Whether a step of this name is one of theirs.
    pub fn takes(step: &str) -> bool {
        matches!(step, HandIn::NAME | ReadMetrics::NAME)
    }

    /// The numbers of the last day: the hour, the name, the number.
    pub fn lately(&self) -> impl Iterator<Item = (u64, &str, u64)> {
        self.lately.iter().filter_map(|(key, n)| {
            let (hour, name) = of_hour(key)?;
            Some((hour, name, n))
        })
    }
}

/// How a number of the hour is entered: most are added up, but how a prefix stands takes the place of how it stood.
fn entry(name: &str) -> fn(&mut Numbers, &str, u64, usize) {
    if name.starts_with('+') {
        Numbers::set
    } else {
        Numbers::add
    }
}

fn of_hour(key: &str) -> Option<(u64, &str)> {
    let (hour, name) = key.split_once(' ')?;
    Some((hour.parse().ok()?, name))
}

impl Record for Metrics {
    fn apply_json(
        &mut self,
        name: &str,
        json: &str,
        now: Timestamp,
        policy: &Policy,
    ) -> Result<String, UnknownStep> {
        apply_by_name! {
            name, json, self, now, policy;
            HandIn,
            ReadMetrics,
        }
    }

    fn prune(&mut self, now: Timestamp, _: &Policy) {
        let now = hour_of(now);
        self.lately.retain(|key| {
            of_hour(key).is_some_and(|(hour, name)| {
                let hours = if name.starts_with(GUESSED) { 1 } else { 24 };
                hour + hours >= now
            })
        });
    }

    fn has_something_to_forget(&self) -> bool {
        !self.lately.is_empty()
    }

    fn is_blank(&self) -> bool {
        self.totals.is_empty() && self.lately.is_empty()
    }
}

/// What an instance of the worker has counted.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HandIn(pub Counts);

impl Step for HandIn {
    const NAME: &'static str = "hand-in";
    type Record = Metrics;
    type Reply = ();

    fn apply(self, record: &mut Metrics, now: Timestamp, policy: &Policy) {
        record.prune(now, policy);
        if record.last == Timestamp::default() {
            record.since = now;
        }
        let Counts { mut totals, lately } = self.0;
        if now.plus(BACKWARDS) < record.last {
            totals.add(JUMPS, 1, MOST_TOTALS);
        }
        record.last = now;
        for (name, n) in totals.iter() {
            record.totals.add(name, n, MOST_TOTALS);
        }
        let hour = hour_of(now).to_string();
        for (name, n) in lately.iter() {
            let key = [&hour, " ", name].concat();
            let enter = entry(name);
            enter(&mut record.lately, &key, n, MOST_LATELY);
        }
    }
}

/// Asks for all of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ReadMetrics {
    /// The keys that there are, by names of the worker's. Nothing says how old a key is, so the record notes when it first saw it.
    #[serde(default)]
    pub keys: Vec<String>,
}

impl Step for ReadMetrics {
    const NAME: &'static str = "read-metrics";
    type Record = Metrics;
    type Reply = Metrics;

    fn apply(self, record: &mut Metrics, now: Timestamp, policy: &Policy) -> Metrics {
        record.prune(now, policy);
        record.totals.retain(|name| {
            let key = name.strip_prefix(KEY);
            key.is_none_or(|key| self.keys.iter().any(|it| it == key))
        });
        for key in self.keys {
            let name = [KEY, &key].concat();
            let seen = record.totals.get(&name).unwrap_or(now.as_secs());
            record.totals.set(&name, seen, usize::MAX);
        }
        record.clone()
    }
}

/// Which hour that is, counted from 1970.
pub fn hour_of(now: Timestamp) -> u64 {
    now.as_secs() / HOUR.as_secs()
}

#[cfg(test)]
mod tests;
