//! Which tables are there?
//!
//! Not here: how what is in them comes to be (the other files of the model); how tables are written (`format`).

mod cost;
mod distances;
mod format;
mod load;
mod login;

use std::thread;

use anyhow::{Result, anyhow};

use super::Options;
use super::cohort::{self, Cohort};
use super::rush::{self, Rush};
use super::world::{self, Country};

/// How many logins a day the tables go through.
const LOADS: [f64; 4] = [1e4, 1e5, 1e6, 1e7];
const SHARDS: [u32; 3] = [1, 8, 64];

/// The load of a rush, its shards, and what it came to.
type Rushes = Vec<(f64, u32, Rush)>;

/// All of them.
pub(crate) fn all(options: &Options) -> Result<String> {
    let countries = world::countries(options.countries.as_deref())?;
    let (cohort, rushes) = run(options, &countries)?;
    let tables = [
        login::requests(&cohort),
        login::whole(options, &cohort),
        load::busiest(options, &countries, &rushes),
        load::counts(options, &cohort),
        load::first(options, &countries, &cohort),
        cost::storage(options, &cohort),
        cost::bill(options, &cohort),
        cost::months(options, &cohort),
        distances::table(options, &countries)?,
    ];
    Ok(tables.join("\n"))
}

/// All that takes long, at once.
fn run(options: &Options, countries: &[Country]) -> Result<(Cohort, Rushes)> {
    let died = |_| anyhow!("a part of the model panicked");
    thread::scope(|scope| {
        let cohort = scope.spawn(|| cohort::run(options, countries));
        let mut running = Vec::new();
        // The largest first, so that none is left alone at the end.
        for load in LOADS.into_iter().rev() {
            for shards in SHARDS {
                let run = scope.spawn(move || rush::run(options, countries, load, shards));
                running.push((load, shards, run));
            }
        }
        let mut rushes = Vec::new();
        for (load, shards, run) in running.into_iter().rev() {
            rushes.push((load, shards, run.join().map_err(died)??));
        }
        rushes.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        Ok((cohort.join().map_err(died)??, rushes))
    })
}
