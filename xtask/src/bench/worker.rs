//! What does a login cost the worker?
//!
//! By itself; beside others see `peers`. Not here: what one request costs (`cost`), what the worker bears (`load`).

use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::cost::{self, Cost, KINDS, Rounds};
use super::person::{Api, Site};
use super::telephone::Telephone;
use super::{Common, fresh};
use crate::measure::{median, peak_memory};
use crate::step::Progress;

/// How many people at once.
pub(crate) const AT_ONCE: [usize; 2] = [1, 32];
/// How often the worker is started to learn how long that takes.
const STARTS: u32 = 5;

/// What was measured.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OfTheWorker {
    /// By how many at once, by kind of request: see [`AT_ONCE`] and [`KINDS`].
    pub(crate) costs: [[Cost; KINDS.len()]; AT_ONCE.len()],
    /// Until it was well, in milliseconds.
    pub(crate) start_up: f64,
    /// The most memory that it ever took, in MiB.
    pub(crate) peak: f64,
}

/// Measures:
///
/// 1. How long the worker takes to start, several times.
/// 2. What each kind of request costs, one at a time and many at once, in several rounds after one that warms up.
/// 3. How much memory all that took at its peak.
pub(super) fn measure(progress: &Progress, common: &Common) -> Result<OfTheWorker> {
    // (1)
    let mut start_ups = Vec::new();
    for _ in 0..STARTS {
        start_ups.push(fresh(common)?.start_up);
    }

    // (2)
    let instance = fresh(common)?;
    let pid = instance.worker.pid();
    let runtime = tokio::runtime::Runtime::new()?;
    let telephone = Telephone::listen(&instance.simulator_origin)?;
    let site = Site::new(&instance.origin, Api::Own, telephone);
    let mut costs: [[Rounds; KINDS.len()]; AT_ONCE.len()] = Default::default();
    let mut next = 0;
    for round in 0..=common.rounds {
        progress.say(&super::round_of(round, common.rounds));
        let mut uncounted = Default::default();
        for (costs, at_once) in costs.iter_mut().zip(AT_ONCE) {
            let people = next..next + common.logins;
            next = people.end;
            let costs = if round == 0 { &mut uncounted } else { costs };
            runtime.block_on(cost::round(&site, pid, people, at_once, costs))?;
        }
    }

    // (3)
    Ok(OfTheWorker {
        costs: costs.map(|kinds| kinds.map(|rounds| rounds.medians())),
        start_up: median(&start_ups).as_secs_f64() * 1000.0,
        peak: peak_memory(pid)? as f64 / 1024.0 / 1024.0,
    })
}
