//! What does each kind of request cost a server's process?
//!
//! People log in and ask who they are, phase by phase: all arrive, all send, all read their codes, all verify, all ask. In each phase only
//! one kind of request is under way, so the processor time that the process used meanwhile is that kind's. Not here: which
//! servers (`worker`, `peers`).

use std::ops::Range;
use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use serde::{Deserialize, Serialize};

use super::person::{Person, Site};
use crate::measure::{cpu_time, median, quantile};

/// The kinds of requests that are measured, in their order.
pub(crate) const KINDS: [&str; 3] = ["send", "verify", "session"];

/// What one kind of request cost, round after round.
#[derive(Clone, Default)]
pub(super) struct Rounds {
    cpu: Vec<Duration>,
    wall: Vec<Duration>,
    slow: Vec<Duration>,
}

/// The medians of all rounds, in milliseconds.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Cost {
    /// Processor time of the server, on average: the kernel counts too coarsely for one request.
    pub(crate) cpu: f64,
    /// The median of the wall times, and what 95 of 100 do not exceed.
    pub(crate) wall: f64,
    pub(crate) slow: f64,
}

impl Rounds {
    pub(super) fn medians(&self) -> Cost {
        let milliseconds = |of: &[Duration]| median(of).as_secs_f64() * 1000.0;
        Cost {
            cpu: milliseconds(&self.cpu),
            wall: milliseconds(&self.wall),
            slow: milliseconds(&self.slow),
        }
    }
}

/// One round: lets these people log in, and adds what it cost the server, by kind.
pub(super) async fn round(
    site: &Site,
    pid: u32,
    people: Range<u32>,
    at_once: usize,
    rounds: &mut [Rounds; KINDS.len()],
) -> Result<()> {
    let [send, verify, session] = rounds;
    let mut people = Vec::from_iter(people.map(|index| Person::new(site, index)));
    each(&mut people, at_once, Person::arrive).await?;
    measured(&mut people, at_once, pid, Person::send, send).await?;
    each(&mut people, at_once, Person::read_code).await?;
    measured(&mut people, at_once, pid, Person::verify, verify).await?;
    measured(&mut people, at_once, pid, Person::session, session).await
}

async fn measured(
    people: &mut [Person],
    at_once: usize,
    pid: u32,
    act: impl AsyncFn(&mut Person) -> Result<()>,
    rounds: &mut Rounds,
) -> Result<()> {
    let before = cpu_time(pid)?;
    let walls = each(people, at_once, act).await?;
    let used = cpu_time(pid)?.saturating_sub(before);
    rounds.cpu.push(used / u32::try_from(walls.len())?);
    rounds.wall.push(median(&walls));
    rounds.slow.push(quantile(&walls, 95));
    Ok(())
}

/// Lets all of them act, so many at once, and says how long each took.
async fn each(
    people: &mut [Person],
    at_once: usize,
    act: impl AsyncFn(&mut Person) -> Result<()>,
) -> Result<Vec<Duration>> {
    let act = &act;
    stream::iter(people)
        .map(async |person: &mut Person| {
            let since = Instant::now();
            act(person).await?;
            Ok(since.elapsed())
        })
        .buffer_unordered(at_once)
        .try_collect()
        .await
}
