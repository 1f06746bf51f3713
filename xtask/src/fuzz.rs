//! Which bytes break what must hold of whatever comes in?
//!
//! libFuzzer searches for them, guided by which code an input reaches. What it counts that by is in every stable compiler; neither a
//! nightly one nor cargo-fuzz is needed. Not here: what must hold (`fuzz/src`); the inputs that are kept, which the ordinary tests try
//! (`fuzz/corpus`).

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;

use crate::place::{cargo, command, root};
use crate::step::{Progress, Step, log_path};

/// Where the programs are that search.
const PROGRAMS: &str = "fuzz/targets";
/// Where the inputs are that are kept.
const KEPT: &str = "fuzz/corpus";
/// Where everything goes that is not kept.
const FOUND: &str = "target/fuzz";

/// Longer inputs are not tried: the worker reads no longer bodies.
const LONGEST: &str = "-max_len=4096";
/// How long one input may take, in seconds.
const SLOWEST: &str = "-timeout=10";

/// For how long each target is searched where it is one check of many, in seconds.
const BRIEFLY: u64 = 2;

/// What makes a program count which of its branches were taken, and see what is compared with what.
const COUNTED: [&str; 5] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// What is searched.
#[derive(Args)]
pub(crate) struct Options {
    /// For how long, in seconds, each target.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// Only this one: a folder of fuzz/corpus/.
    target: Option<String>,
}

/// Searches, and says how many inputs were tried.
pub(crate) fn run(progress: &Progress, options: &Options) -> Result<()> {
    let targets = match &options.target {
        Some(target) => vec![known(target)?],
        None => targets()?,
    };
    let mend = "mend what the compiler says.";
    let built = |step: &Step| build(step, Built::Fast);
    progress.step("build the fuzz targets", mend, built)?;
    for target in targets {
        let name = format!("fuzz {target}");
        let mend = mend_of(&target);
        progress.step(&name, &mend, |step| {
            search(step, &target, Built::Fast, options.seconds)
        })?;
        let log = fs::read_to_string(log_path(&name)).unwrap_or_default();
        progress.say(&format!("    {}", outcome(&log)));
    }
    Ok(())
}

/// Searches every target for a moment.
pub(crate) fn check(step: &Step) -> Result<()> {
    build(step, Built::Soon)?;
    for target in targets()? {
        search(step, &target, Built::Soon, BRIEFLY).with_context(|| mend_of(&target))?;
    }
    Ok(())
}

fn mend_of(target: &str) -> String {
    format!(
        "put the input that is named above into {KEPT}/{target}/, where `cargo test --package fuzz` tries it, and mend what it breaks."
    )
}

fn known(target: &str) -> Result<String> {
    let targets = targets()?;
    if targets.iter().any(|known| known == target) {
        Ok(target.to_owned())
    } else {
        bail!("{target:?} is no target; there are {}", targets.join(", "))
    }
}

fn targets() -> Result<Vec<String>> {
    let folders = fs::read_dir(root(KEPT)).with_context(|| format!("reading {KEPT}"))?;
    let mut targets = Vec::new();
    for folder in folders {
        let name = folder?.file_name().into_string();
        targets.push(name.map_err(|name| anyhow!("{name:?} is no name of a target"))?);
    }
    targets.sort_unstable();
    Ok(targets)
}

/// How the programs are built, as cargo's profile of `fuzz/targets` says.
#[derive(Clone, Copy)]
enum Built {
    /// In half the time, for a search of a moment.
    Soon,
    /// To try many times as many inputs.
    Fast,
}

impl Built {
    fn profile(self) -> &'static str {
        match self {
            Self::Soon => "dev",
            Self::Fast => "release",
        }
    }

    /// The name of the folder in which cargo lays them.
    fn folder(self) -> &'static str {
        match self {
            Self::Soon => "debug",
            Self::Fast => "release",
        }
    }
}

fn build(step: &Step, built: Built) -> Result<()> {
    let mut build = cargo(&["build", "--locked", "--bins"]);
    build
        .args(["--profile", built.profile()])
        .arg("--manifest-path")
        .arg(root(PROGRAMS).join("Cargo.toml"))
        // Named, so that nothing is counted in what runs while building.
        .args(["--target", &host()?])
        // Where the macros and build scripts are already that everything else is built with.
        .arg("--target-dir")
        .arg(root("target"))
        .env("CARGO_ENCODED_RUSTFLAGS", COUNTED.join("\u{1f}"));
    step.run(build)
}

fn search(step: &Step, target: &str, built: Built, seconds: u64) -> Result<()> {
    let kept = root(FOUND);
    let (reached, found) = (kept.join("reached").join(target), kept.join("found"));
    for folder in [&reached, &found] {
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    }
    let program = root("target")
        .join(host()?)
        .join(built.folder())
        .join(target);
    let mut search = command(program, &[LONGEST, SLOWEST, "-print_final_stats=1"]);
    search
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}/{target}-", found.display()))
        // The first is where inputs go that reach what no other does.
        .args([reached, root(KEPT).join(target)]);
    step.run(search)
}

/// The machine that this runs on, as compilers call it.
fn host() -> Result<String> {
    let mut version = Command::new("rustc");
    let output = version.current_dir(root("")).arg("-vV").output();
    let output = output.context("running rustc -vV")?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = printed.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc -vV names no host")
}

/// What libFuzzer says at the end, in a few words.
fn outcome(log: &str) -> String {
    let number = |name: &str| {
        let mut lines = log.lines().rev();
        let found = lines.find_map(|line| line.strip_prefix(name));
        found.map_or("?", str::trim)
    };
    format!(
        "{} inputs, {} a second, {} of them kept in {FOUND}/reached/",
        number("stat::number_of_executed_units:"),
        number("stat::average_exec_per_sec:"),
        number("stat::new_units_added:"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outcome_is_read_from_what_libfuzzer_prints() {
        let log = "#9\tDONE   cov: 1\nstat::number_of_executed_units: 4194304\nstat::average_exec_per_sec:     524288\nstat::new_units_added:          12\n";
        assert_eq!(
            outcome(log),
            "4194304 inputs, 524288 a second, 12 of them kept in target/fuzz/reached/"
        );
        assert_eq!(
            outcome(""),
            "? inputs, ? a second, ? of them kept in target/fuzz/reached/"
        );
    }

    #[test]
    fn a_target_that_there_is_none_of_is_refused_with_those_that_there_are() {
        let error = known("numbers").unwrap_err().to_string();
        assert!(error.contains("number, passkey, provider"), "{error}");
        assert!(known("number").is_ok());
    }
}
