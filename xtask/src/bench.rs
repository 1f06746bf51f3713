//! What does a login cost the worker, and what does it cost the visitor?
//!
//! The numbers of one run compare with each other; those of two machines do not, which is why ratios are printed. Not here:
//! the login itself (`load`), reading the kernel's tables (`measure`), the
//! visitor's half (`bench/browser`).

mod browser;
mod chrome;
mod front;

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use clap::{Args, ValueEnum};

use crate::instance::{Instance, Plan};
use crate::load::Person;
use crate::measure::{cpu_time, median, peak_memory, quantile};
use crate::place::root;
use crate::step::Progress;
use crate::{build, demo};

/// How many people at once.
const CONCURRENCIES: [u32; 2] = [1, 32];
/// How often the worker is started to learn how long that takes.
const STARTS: u32 = 5;

/// How long it is measured.
#[derive(Args)]
pub(crate) struct Options {
    /// Measure only this.
    #[arg(long)]
    only: Option<Part>,
    /// How often everything is measured; the medians are printed.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=99))]
    rounds: u32,
    /// How many people log in, each time and at each concurrency.
    #[arg(long, default_value_t = 128, value_parser = clap::value_parser!(u32).range(32..=10_000))]
    logins: u32,
    /// Where the records lie meanwhile: in memory, if there is a disk in memory. Name a folder to see its disk's share.
    #[arg(long, value_name = "DIR")]
    records: Option<PathBuf>,
    /// One more setting of the worker, or another value for one (may be repeated).
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = demo::setting)]
    settings: Vec<(String, String)>,
    /// Measure what was built before.
    #[arg(long)]
    no_build: bool,
}

/// What can be measured by itself.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// What a login costs the worker.
    Worker,
    /// What the element costs a visitor, beside what others offer.
    Browser,
}

/// What one kind of request cost, round after round.
#[derive(Default)]
struct Cost {
    cpu: Vec<Duration>,
    wall: Vec<Duration>,
    slow: Vec<Duration>,
}

/// Measures and prints what was asked for.
pub(crate) fn bench(progress: &Progress, options: &Options) -> Result<()> {
    if !options.no_build {
        build::make(progress)?;
        demo::build_simulator(progress)?;
    }
    if options.only != Some(Part::Browser) {
        worker(progress, options)?;
    }
    if options.only != Some(Part::Worker) {
        let dir = root("target/bench-browser");
        browser::bench(progress, options.rounds, &dir)?;
    }
    Ok(())
}

/// Measures and prints:
///
/// 1. How long the worker takes to start, several times.
/// 2. What sending and verifying cost, one at a time and many at once, in several rounds after one that warms up.
/// 3. How much memory all that took at its peak.
fn worker(progress: &Progress, options: &Options) -> Result<()> {
    let records = options.records.clone().unwrap_or_else(in_memory);
    let dir = records.join("sms-login-bench");

    // (1)
    let mut start_ups = Vec::new();
    for _ in 0..STARTS {
        start_ups.push(fresh(&dir, options)?.start_up);
    }

    // (2)
    let instance = fresh(&dir, options)?;
    let mut costs: [[Cost; 2]; 2] = Default::default();
    let mut next = 0;
    for round in 0..=options.rounds {
        progress.say(&match round {
            0 => "  … warming up".to_owned(),
            round => format!("  … round {round} of {}", options.rounds),
        });
        for (costs, concurrency) in costs.iter_mut().zip(CONCURRENCIES) {
            let people = next..next + options.logins;
            next = people.end;
            let measured = logins(&instance, people, concurrency)?;
            if round > 0 {
                for (cost, measured) in costs.iter_mut().zip(measured) {
                    cost.cpu.push(measured.cpu);
                    cost.wall.push(measured.wall);
                    cost.slow.push(measured.slow);
                }
            }
        }
    }

    // (3)
    let peak = peak_memory(instance.worker.pid())?;
    println!("{}", report(&costs, median(&start_ups), peak));
    println!(
        "  medians of {} rounds with {} logins each; simulated provider on the same machine; records in {}",
        options.rounds,
        options.logins,
        records.display()
    );
    drop(instance);
    fs::remove_dir_all(&dir).with_context(|| format!("removing {}", dir.display()))
}

/// Every login waits for the disk several times. What is measured is the worker, so this machine's disk stays out of it.
fn in_memory() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        memory.to_owned()
    } else {
        root("target")
    }
}

/// Budgets that a bench does not use up: hundreds of people log in from one address within minutes.
const ROOMY: [&str; 4] = [
    "SENDS_PER_UNKNOWN_NETWORK",
    "SENDS_PER_PREFIX",
    "SENDS_PER_COUNTRY",
    "SENDS_PER_SITE",
];

/// An instance without a past: what earlier runs stored would cost this one.
fn fresh(dir: &Path, options: &Options) -> Result<Instance> {
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("emptying {}", dir.display()))?;
    }
    let mut settings = ROOMY
        .map(|name| (name.to_owned(), "100000/100000".to_owned()))
        .to_vec();
    settings.push(("PUMPING_FLOOR_PERCENT".to_owned(), "0".to_owned()));
    settings.push(("BOT_CHECK".to_owned(), "off".to_owned()));
    settings.extend(options.settings.iter().cloned());
    Instance::start(&Plan {
        port: 0,
        simulator_port: 0,
        worker: None,
        dir,
        settings: &settings,
    })
}

/// Lets these people log in: all arrive, then all send, then all read their codes, then all verify. What sending and
/// verifying cost is measured.
fn logins(instance: &Instance, people: Range<u32>, concurrency: u32) -> Result<[Measured; 2]> {
    let mut people: Vec<Person> = people.map(|index| Person::new(instance, index)).collect();
    each(&mut people, concurrency, Person::arrive)?;
    let send = measure(instance, &mut people, concurrency, Person::send)?;
    each(&mut people, concurrency, Person::read_code)?;
    let verify = measure(instance, &mut people, concurrency, Person::verify)?;
    Ok([send, verify])
}

/// What one request cost, among many of its kind.
struct Measured {
    /// Processor time of the worker, on average: the kernel counts too coarsely for one request.
    cpu: Duration,
    /// The median of the wall times.
    wall: Duration,
    /// What 95 of 100 wall times do not exceed.
    slow: Duration,
}

fn measure(
    instance: &Instance,
    people: &mut [Person],
    concurrency: u32,
    act: impl Fn(&mut Person) -> Result<Duration> + Sync,
) -> Result<Measured> {
    let pid = instance.worker.pid();
    let before = cpu_time(pid)?;
    let wall_times = each(people, concurrency, act)?;
    let used = cpu_time(pid)?.saturating_sub(before);
    Ok(Measured {
        cpu: used / u32::try_from(wall_times.len())?,
        wall: median(&wall_times),
        slow: quantile(&wall_times, 95),
    })
}

/// Lets all of them act, so many at once: each thread has its share, one after the other.
fn each<T: Send>(
    people: &mut [Person],
    concurrency: u32,
    act: impl Fn(&mut Person) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let share = people.len().div_ceil(usize::try_from(concurrency)?);
    let act = &act;
    thread::scope(|scope| {
        let threads: Vec<_> = people
            .chunks_mut(share)
            .map(|share| scope.spawn(move || share.iter_mut().map(act).collect::<Result<Vec<T>>>()))
            .collect();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().map_err(|_| anyhow!("a login panicked"))??);
        }
        Ok(all)
    })
}

fn report(costs: &[[Cost; 2]; 2], start_up: Duration, peak: u64) -> String {
    let mut table = format!(
        "\n  {:<20}{:>12}{:>14}{:>14}\n",
        "", "processor", "wall, median", "wall, 95 %"
    );
    for (costs, concurrency) in costs.iter().zip(CONCURRENCIES) {
        for (cost, name) in costs.iter().zip(["send", "verify"]) {
            let [cpu, wall, slow] =
                [&cost.cpu, &cost.wall, &cost.slow].map(|all| milliseconds(median(all)));
            table += &format!(
                "  {:<20}{cpu:>12}{wall:>14}{slow:>14}\n",
                format!("{name}, {concurrency} at once")
            );
        }
    }
    let [[send, verify], [send_many, verify_many]] = costs;
    table += &format!(
        "\n  verify costs {:.2} times the processor time of a send\n",
        ratio(&verify.cpu, &send.cpu)
    );
    let [one, many] = CONCURRENCIES;
    table += &format!(
        "  with {many} at once instead of {one}, a send costs {:.2} times the processor time and takes {:.1} times as long, a \
         verify {:.2} times and {:.1} times\n",
        ratio(&send_many.cpu, &send.cpu),
        ratio(&send_many.wall, &send.wall),
        ratio(&verify_many.cpu, &verify.cpu),
        ratio(&verify_many.wall, &verify.wall),
    );
    table += &format!(
        "  start-up {}, peak memory {:.1} MiB",
        milliseconds(start_up),
        peak as f64 / 1024.0 / 1024.0
    );
    table
}

fn ratio(more: &[Duration], less: &[Duration]) -> f64 {
    median(more).as_secs_f64() / median(less).as_secs_f64()
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1000.0)
}
