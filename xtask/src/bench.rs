//! What does a login cost the worker, and what does it cost the visitor?
//!
//! The numbers of one run compare with each other; those of two machines do not, which is why ratios are printed. Not here: each
//! part (a file of its name), reading the kernel's tables (`measure`), drawing what was kept (`docs/results`).

mod browser;
mod chrome;
pub(crate) mod cost;
mod crowd;
mod front;
mod growth;
mod load;
mod machine;
mod numbers;
pub(crate) mod peers;
mod person;
pub(crate) mod results;
pub(crate) mod tally;
mod telephone;
pub(crate) mod timing;
pub(crate) mod worker;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use serde::Serialize;
use serde::de::DeserializeOwned;

use self::machine::Machine;
use self::results::Found;
use crate::docs::results::{curves_of, growth_of, peers_of, timing_of, worker_of};
use crate::instance::{Instance, Plan};
use crate::place::root;
use crate::step::Progress;
use crate::{build, demo};

/// What is measured, and for how long.
#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    part: Option<Part>,
    #[command(flatten)]
    common: Common,
}

/// How long it is measured.
#[derive(Args)]
struct Common {
    /// How often everything is measured that is measured in rounds; the medians are printed.
    #[arg(long, global = true, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=99))]
    rounds: u32,
    /// How many people log in, each round and at each concurrency.
    #[arg(long, global = true, default_value_t = 128, value_parser = clap::value_parser!(u32).range(32..=10_000))]
    logins: u32,
    /// Where the records lie meanwhile: in memory, if there is a disk in memory. Name a folder to see its disk's share.
    #[arg(long, global = true, value_name = "DIR")]
    records: Option<PathBuf>,
    /// One more setting of the worker, or another value for one (may be repeated).
    #[arg(long = "set", global = true, value_name = "NAME=VALUE", value_parser = demo::setting)]
    settings: Vec<(String, String)>,
    /// Measure what was built before.
    #[arg(long, global = true)]
    no_build: bool,
    /// Keep what was found in docs/results/, for the documentation.
    #[arg(long, global = true)]
    save: bool,
}

/// What can be measured by itself. Without a name, the worker and the browser.
#[derive(Subcommand)]
enum Part {
    /// What a login costs the worker.
    Worker,
    /// What the element costs a visitor, beside what others offer.
    Browser,
    /// What a login costs the worker beside what it costs others.
    Peers,
    /// What the worker bears: curves by people in a second, people at once, and time.
    Load(load::Extent),
    /// What the worker takes as it knows more numbers: memory, disk, processor.
    Growth(growth::Extent),
    /// Whether the time that an answer takes tells which numbers have an account, or are blocked.
    Timing(timing::Extent),
}

/// Measures and prints what was asked for.
pub(crate) fn bench(progress: &Progress, options: &Options) -> Result<()> {
    let common = &options.common;
    if !common.no_build {
        build::make(progress)?;
        demo::build_simulator(progress)?;
    }
    match &options.part {
        None => {
            of_the_worker(progress, common)?;
            of_a_visitor(progress, common)
        }
        Some(Part::Worker) => of_the_worker(progress, common),
        Some(Part::Browser) => of_a_visitor(progress, common),
        Some(Part::Peers) => {
            let found = peers::measure(progress, common)?;
            println!("\n{}", peers_of(&found));
            keep(common, "peers", found)
        }
        Some(Part::Load(extent)) => {
            let found = load::measure(progress, common, extent)?;
            println!("\n{}", curves_of(&found, false)?);
            keep(common, "load", found)
        }
        Some(Part::Growth(extent)) => {
            let found = growth::measure(progress, common, extent)?;
            println!("\n{}", growth_of(&found));
            keep(common, "growth", found)
        }
        Some(Part::Timing(extent)) => {
            let found = timing::measure(progress, common, extent)?;
            println!("\n{}", timing_of(&found));
            keep(common, "timing", found)
        }
    }?;
    let dir = common.dir();
    if dir.exists() {
        fs::remove_dir_all(&dir).with_context(|| format!("removing {}", dir.display()))?;
    }
    Ok(())
}

fn of_the_worker(progress: &Progress, common: &Common) -> Result<()> {
    let found = worker::measure(progress, common)?;
    println!("\n{}", worker_of(&found));
    println!(
        "  medians of {} rounds with {} logins each; simulated provider on the same machine; records in {}",
        common.rounds,
        common.logins,
        common.records().display()
    );
    keep(common, "worker", found)
}

fn of_a_visitor(progress: &Progress, common: &Common) -> Result<()> {
    browser::bench(progress, common.rounds, &root("target/bench-browser"))
}

/// Keeps what was found, if that was asked for.
fn keep<T: Serialize + DeserializeOwned>(common: &Common, part: &str, found: T) -> Result<()> {
    if !common.save {
        return Ok(());
    }
    // As it was given, but for what does not change what is found.
    let given = std::env::args().skip(1);
    let given = given.filter(|word| word != "--save" && word != "--no-build");
    let command = format!("cargo xtask {}", Vec::from_iter(given).join(" "));
    let machine = Machine::this()?;
    Found {
        machine,
        command,
        found,
    }
    .save(part)
}

impl Common {
    /// Every login waits for the disk several times. What is measured is the worker, so this machine's disk stays out of it.
    fn records(&self) -> PathBuf {
        let memory = Path::new("/dev/shm");
        self.records.clone().unwrap_or_else(|| {
            if memory.is_dir() {
                memory.to_owned()
            } else {
                root("target")
            }
        })
    }

    /// Where everything is that a run leaves behind until its end.
    fn dir(&self) -> PathBuf {
        self.records().join("sms-login-bench")
    }
}

fn round_of(round: u32, rounds: u32) -> String {
    match round {
        0 => "  … warming up".to_owned(),
        round => format!("  … round {round} of {rounds}"),
    }
}

/// Budgets that a bench does not use up: a whole crowd logs in within minutes.
const ROOMY: [&str; 4] = [
    "SENDS_PER_UNKNOWN_NETWORK",
    "SENDS_PER_PREFIX",
    "SENDS_PER_COUNTRY",
    "SENDS_PER_SITE",
];

/// An instance without a past: what earlier runs stored would cost this one.
fn fresh(common: &Common) -> Result<Instance> {
    let dir = &common.dir();
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("emptying {}", dir.display()))?;
    }
    let mut settings = ROOMY
        .map(|name| (name.to_owned(), "1000000/1000000".to_owned()))
        .to_vec();
    settings.push(("PUMPING_FLOOR_PERCENT".to_owned(), "0".to_owned()));
    settings.push(("BOT_CHECK".to_owned(), "off".to_owned()));
    settings.extend(common.settings.iter().cloned());
    Instance::start(&Plan {
        port: 0,
        simulator_port: 0,
        worker: None,
        dir,
        settings: &settings,
    })
}
