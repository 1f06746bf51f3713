//! What does the worker bear, and what does it take as there is more of it?
//!
//! Curves: more people in a second, more at once. Not here: when who comes (`crowd`), memory over time (`soak`), a crowd beside something
//! hot (`hot`), more numbers that were seen (`growth`), what a login costs when the worker has nothing else to do (`worker`).

mod hot;
mod soak;

use std::ops::Range;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;
use tokio::runtime::Runtime;

use super::crowd::{self, Crowd, STAYS};
use super::person::{Api, Site};
use super::results::{AtOnce, AtRate, Load};
use super::tally::Tally;
use super::telephone::Telephone;
use super::{Common, fresh};
use crate::instance::Instance;
use crate::measure::cpu_time;
use crate::step::Progress;

/// How much of it.
#[derive(Args)]
pub(super) struct Extent {
    /// How many people arrive in a second, one run after the other.
    #[arg(long, value_delimiter = ',', default_values_t = [5, 10, 20, 30, 40, 60, 80], value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rates: Vec<u32>,
    /// How long they arrive at each rate, and beside each hot thing, in seconds.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(5..=3600))]
    seconds: u32,
    /// For how long memory is watched, in seconds.
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u32).range(20..=86_400))]
    soak: u32,
    /// How many people arrive in a second meanwhile, and beside each hot thing.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rate: u32,
}

/// How many at once, one run after the other.
const AT_ONCE: [usize; 5] = [1, 4, 16, 64, 256];
/// How many people each of these runs has.
const PEOPLE: u32 = 512;
/// How many at once fill the records.
pub(super) const FILLING: usize = 32;

/// Measures all of it.
pub(super) fn measure(progress: &Progress, common: &Common, extent: &Extent) -> Result<Load> {
    let runtime = Runtime::new().context("starting the crowd")?;
    let _inside = runtime.enter();
    Ok(Load {
        rates: rates(progress, common, extent, &runtime)?,
        at_once: at_once(progress, common, &runtime)?,
        soak: soak::soak(progress, common, extent, &runtime)?,
        hot: hot::hot(progress, common, extent, &runtime)?,
    })
}

/// A worker without a past, and its site.
pub(super) fn start(common: &Common) -> Result<(Instance, Site)> {
    let instance = fresh(common)?;
    let telephone = Telephone::listen(&instance.simulator_origin)?;
    let site = Site::new(&instance.origin, Api::Own, telephone);
    Ok((instance, site))
}

/// Until the worker no longer keeps up.
fn rates(
    progress: &Progress,
    common: &Common,
    extent: &Extent,
    runtime: &Runtime,
) -> Result<Vec<AtRate>> {
    let mut curve = Vec::new();
    for &offered in &extent.rates {
        progress.say(&format!("  … {offered} people a second"));
        let (instance, site) = start(common)?;
        let uncounted = warm_up(offered);
        let people = 0..uncounted + offered * extent.seconds;
        let everybody = people.end;
        let before = cpu_time(instance.worker.pid())?;
        let crowd = Crowd {
            people,
            rate: offered.into(),
            uncounted,
        };
        let tally = runtime.block_on(crowd.come(&site));
        let used = cpu_time(instance.worker.pid())?.saturating_sub(before);
        report(progress, &tally);
        let kept_up = tally.done * 20 >= offered * extent.seconds * 19;
        curve.push(AtRate {
            offered,
            done: f64::from(tally.done) / f64::from(extent.seconds),
            failed: tally.failed(),
            times: tally.quantiles(),
            cpu: milliseconds(used) / f64::from(everybody),
        });
        let slow = tally
            .quantiles()
            .values()
            .any(|times| times.p99 > MUCH_TOO_SLOW);
        if !kept_up || slow {
            progress.say("  … which is more than it bears");
            break;
        }
    }
    Ok(curve)
}

/// Milliseconds. Whoever waits longer than that for one of a hundred requests waits for a queue that only grows.
const MUCH_TOO_SLOW: f64 = 2000.0;

/// The first are there before the last who do not count have left.
fn warm_up(rate: u32) -> u32 {
    rate * u32::try_from(STAYS.as_secs() + 1).expect("nobody stays for years")
}

fn at_once(progress: &Progress, common: &Common, runtime: &Runtime) -> Result<Vec<AtOnce>> {
    let (instance, site) = start(common)?;
    runtime.block_on(crowd::log_in(&site, 0..PEOPLE / 4, FILLING));
    let mut next = PEOPLE / 4;
    let mut curve = Vec::new();
    for at_once in AT_ONCE {
        progress.say(&format!("  … {at_once} at once"));
        let people = next..next + PEOPLE;
        next = people.end;
        let filled = fill(&instance, &site, people, at_once, runtime)?;
        report(progress, &filled.tally);
        curve.push(AtOnce {
            at_once,
            done: filled.rate,
            failed: filled.tally.failed(),
            times: filled.tally.quantiles(),
            cpu: filled.cpu,
        });
    }
    Ok(curve)
}

/// A closed loop, and what it took.
pub(super) struct Filled {
    pub(super) tally: Tally,
    /// Logins in a second.
    pub(super) rate: f64,
    /// In milliseconds, for a login.
    pub(super) cpu: f64,
}

pub(super) fn fill(
    instance: &Instance,
    site: &Site,
    people: Range<u32>,
    at_once: usize,
    runtime: &Runtime,
) -> Result<Filled> {
    let before = cpu_time(instance.worker.pid())?;
    let since = Instant::now();
    let tally = runtime.block_on(crowd::log_in(site, people, at_once));
    let took = since.elapsed();
    let used = cpu_time(instance.worker.pid())?.saturating_sub(before);
    let done = f64::from(tally.done);
    Ok(Filled {
        rate: done / took.as_secs_f64(),
        cpu: milliseconds(used) / done.max(1.0),
        tally,
    })
}

pub(super) fn report(progress: &Progress, tally: &Tally) {
    for (reason, times) in &tally.failures {
        progress.say(&format!("    {times} × {reason}"));
    }
}

pub(super) fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / 1024.0 / 1024.0
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
