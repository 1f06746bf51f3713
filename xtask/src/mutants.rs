//! Which line could be changed without a test noticing?
//!
//! cargo-mutants changes one thing at a time (a comparison, an operator, what a function returns) and runs the tests of the package that
//! it is in. Not here: which mutants are left out, and why (`.cargo/mutants.toml`); which lines run at all (`coverage`).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Deserialize;

use crate::place::{command, root, tool};
use crate::setup::{self, Tool};
use crate::step::{Progress, Step};
use crate::versions::CARGO_MUTANTS;

/// Where everything goes that comes of it.
const BUILT: &str = "target/mutants";

/// Which mutants are tried.
#[derive(Args)]
pub(crate) struct Options {
    /// Only those of this package (protocol, infobip, login or widget).
    package: Option<String>,
    /// Only one part of many, such as 0/4: what several machines do at the same time.
    #[arg(long, value_name = "K/N")]
    shard: Option<String>,
    /// Only those in these files, such as `edge/login/src/budget/**` (may be repeated).
    #[arg(long, value_name = "GLOB")]
    file: Vec<String>,
    /// How many are tried at the same time. Each takes a core, and a target folder of its own.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    jobs: u8,
}

/// A package whose rules are worth it.
pub(crate) struct Mutated {
    pub(crate) package: &'static str,
    /// Only these files; all, if there are none.
    files: &'static [&'static str],
    /// How the package is built for it.
    features: &'static [&'static str],
    /// Files of tests that take seconds, because they play thousands of games. Only what survives all others is tried on them.
    slow: &'static [&'static str],
}

pub(crate) const MUTATED: [Mutated; 4] = [
    Mutated {
        package: "protocol",
        files: &[],
        features: &["--all-features"],
        slow: &[],
    },
    Mutated {
        package: "infobip",
        files: &[],
        features: &[],
        slow: &[],
    },
    Mutated {
        package: "login",
        files: &[],
        features: &[],
        slow: &[
            "attack",
            "change_orders",
            "interleavings",
            "invariants",
            "numbers",
            "renaming",
        ],
    },
    Mutated {
        package: "widget",
        // What a person sees is tested in browsers.
        files: &["widget/src/flow.rs", "widget/src/flow/**"],
        features: &[],
        slow: &[],
    },
];

/// What came of each mutant, by its name, which begins with its file and line.
type Outcomes = BTreeMap<String, Summary>;

/// What cargo-mutants says of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
enum Summary {
    /// A test failed.
    CaughtMutant,
    /// No test failed.
    MissedMutant,
    /// It ran on without end.
    Timeout,
    /// It does not compile.
    Unviable,
    /// The unchanged code passed its tests.
    Success,
    /// The unchanged code did not.
    Failure,
}

#[derive(Deserialize)]
struct Report {
    outcomes: Vec<Outcome>,
}

#[derive(Deserialize)]
struct Outcome {
    scenario: Scenario,
    summary: Summary,
}

#[derive(Deserialize)]
enum Scenario {
    Baseline,
    Mutant { name: String },
}

/// Tries them, and says which survived.
pub(crate) fn run(progress: &Progress, options: &Options) -> Result<ExitCode> {
    let mutated = wanted(options.package.as_deref())?;
    setup::ensure(progress, &[Tool::Mutants])?;
    let mut all = Vec::new();
    for mutated in mutated {
        let name = format!("mutants {}", mutated.package);
        let mend = "see that the package's tests pass, and what the log says.";
        let outcomes = progress.step(&name, mend, |step| try_all(step, mutated, options))?;
        all.push((mutated.package, outcomes));
    }
    println!("{}", table(&all));
    let survived = all
        .iter()
        .any(|(_, outcomes)| survivors(outcomes).count() > 0);
    Ok(if survived {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn wanted(package: Option<&str>) -> Result<Vec<&'static Mutated>> {
    let wanted: Vec<_> = MUTATED
        .iter()
        .filter(|mutated| package.is_none_or(|package| package == mutated.package))
        .collect();
    if wanted.is_empty() {
        let known: Vec<_> = MUTATED.iter().map(|mutated| mutated.package).collect();
        bail!("no such package is mutated; there are {}", known.join(", "));
    }
    Ok(wanted)
}

fn try_all(step: &Step, mutated: &Mutated, options: &Options) -> Result<Outcomes> {
    let mut first = Vec::new();
    for file in mutated
        .files
        .iter()
        .copied()
        .chain(options.file.iter().map(String::as_str))
    {
        first.extend(["--file".to_owned(), file.to_owned()]);
    }
    if let Some(shard) = &options.shard {
        first.extend(["--shard".to_owned(), shard.clone()]);
    }
    let tests = quick_tests(mutated);
    let mut outcomes = try_some(step, mutated, options, &first, &tests)?;
    let left: Vec<_> = survivors(&outcomes).map(pattern).collect();
    if !left.is_empty() && !mutated.slow.is_empty() {
        let mut again = vec!["--re".to_owned(), left.join("|")];
        // By file as well: the expression does not hold back the mutants that leave a field out.
        for name in survivors(&outcomes) {
            let file = name.split(':').next().unwrap_or(name);
            again.extend(["--file".to_owned(), file.to_owned()]);
        }
        outcomes.extend(try_some(step, mutated, options, &again, &[])?);
    }
    Ok(outcomes)
}

/// What cargo is to test, and how; all, if nothing is slow.
fn quick_tests(mutated: &Mutated) -> Vec<String> {
    if mutated.slow.is_empty() {
        return vec![];
    }
    let skipped = mutated
        .slow
        .iter()
        .flat_map(|file| ["--skip".to_owned(), format!("{file}::")]);
    ["--lib", "--test", "it", "--"]
        .map(str::to_owned)
        .into_iter()
        .chain(skipped)
        .collect()
}

fn try_some(
    step: &Step,
    mutated: &Mutated,
    options: &Options,
    which: &[String],
    tests: &[String],
) -> Result<Outcomes> {
    let folder = root(BUILT).join(mutated.package);
    fs::remove_dir_all(&folder).unwrap_or_default();
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    let mut mutants = command(tool(&CARGO_MUTANTS, "cargo-mutants"), &["mutants"]);
    mutants
        .args(["--no-times", "--colors=never", "--package", mutated.package])
        .args(mutated.features)
        .args(which)
        .args(["--jobs", &options.jobs.to_string(), "--output"])
        .arg(&folder)
        .arg("--")
        .args(tests)
        // Nobody reads the backtraces of tests that are meant to fail, and making them takes longer than the tests.
        .env("RUST_BACKTRACE", "0")
        .env("PROPTEST_FAILURE_PERSISTENCE", "off")
        .env("PROPTEST_MAX_SHRINK_ITERS", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "false");
    // That some survived or ran on without end is no failure of the step: its status is read from the report.
    let ran = step.run(mutants);
    match fs::read_to_string(folder.join("mutants.out/outcomes.json")) {
        Ok(report) => match read(&report)? {
            Some(outcomes) => Ok(outcomes),
            None => ran.and_then(|()| bail!("the tests fail without any mutant")),
        },
        Err(error) => {
            ran?;
            Err(error).context("there is no report of the mutants")
        }
    }
}

/// What came of each; nothing, if the unchanged code does not pass its own tests.
fn read(report: &str) -> Result<Option<Outcomes>> {
    let report: Report =
        serde_json::from_str(report).context("reading the report of the mutants")?;
    let mut outcomes = Outcomes::new();
    for outcome in report.outcomes {
        match outcome.scenario {
            Scenario::Baseline if outcome.summary != Summary::Success => return Ok(None),
            Scenario::Baseline => {}
            Scenario::Mutant { name } => {
                outcomes.insert(name, outcome.summary);
            }
        }
    }
    Ok(Some(outcomes))
}

fn survivors(outcomes: &Outcomes) -> impl Iterator<Item = &str> {
    outcomes
        .iter()
        .filter_map(|(name, summary)| (*summary == Summary::MissedMutant).then_some(name.as_str()))
}

/// The regular expression of exactly this name.
fn pattern(name: &str) -> String {
    format!("^{}$", regex_lite::escape(name))
}

fn table(all: &[(&str, Outcomes)]) -> String {
    let columns = [
        ("caught", Summary::CaughtMutant),
        ("endless", Summary::Timeout),
        ("unviable", Summary::Unviable),
        ("survived", Summary::MissedMutant),
    ];
    let mut table = format!("\n  {:<10}{:>9}", "", "mutants");
    for (name, _) in columns {
        write!(table, "{name:>10}").expect("writing to a String does not fail");
    }
    for (package, outcomes) in all {
        write!(table, "\n  {package:<10}{:>9}", outcomes.len())
            .expect("writing to a String does not fail");
        for (_, summary) in columns {
            let n = outcomes.values().filter(|it| **it == summary).count();
            write!(table, "{n:>10}").expect("writing to a String does not fail");
        }
    }
    for (_, outcomes) in all {
        for name in survivors(outcomes) {
            write!(table, "\n  survived: {name}").expect("writing to a String does not fail");
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"{ "outcomes": [
        { "scenario": "Baseline", "summary": "Success", "log_path": "x" },
        { "scenario": { "Mutant": { "name": "a.rs:1:2: replace f -> <T> with ()", "file": "a.rs" } }, "summary": "MissedMutant" },
        { "scenario": { "Mutant": { "name": "a.rs:3:4: replace < with == in g" } }, "summary": "CaughtMutant" },
        { "scenario": { "Mutant": { "name": "a.rs:5:6: replace h with ()" } }, "summary": "Timeout" },
        { "scenario": { "Mutant": { "name": "a.rs:7:8: replace i with ()" } }, "summary": "Unviable" }
    ], "total_mutants": 4 }"#;

    #[test]
    fn a_report_is_told_in_a_line_for_each_package_and_one_for_each_survivor() {
        let outcomes = read(REPORT).unwrap().unwrap();
        assert_eq!(
            table(&[("login", outcomes)]),
            "\n              mutants    caught   endless  unviable  survived\
             \n  login             4         1         1         1         1\
             \n  survived: a.rs:1:2: replace f -> <T> with ()"
        );
    }

    #[test]
    fn nothing_is_said_of_mutants_where_the_unchanged_code_fails() {
        let report = REPORT.replace("\"Success\"", "\"Failure\"");
        assert_eq!(read(&report).unwrap(), None);
    }

    #[test]
    fn a_survivor_is_tried_again_and_no_other_of_a_name_like_it() {
        let name = "a.rs:1:2: replace f -> Option<&[T]> with Some(vec![1 + 2])";
        let pattern = regex_lite::Regex::new(&pattern(name)).unwrap();
        assert!(pattern.is_match(name));
        for other in [
            "a.rs:1:22: replace f",
            &format!("{name} "),
            &format!("x{name}"),
        ] {
            assert!(!pattern.is_match(other), "{other}");
        }
    }

    #[test]
    fn the_tests_that_are_slow_are_there() {
        for mutated in &MUTATED {
            for test in mutated.slow {
                let file = format!("edge/{}/tests/it/{test}.rs", mutated.package);
                assert!(root(&file).is_file(), "{file}");
            }
        }
        let quick = quick_tests(&MUTATED[2]).join(" ");
        let expected = "--lib --test it -- --skip attack:: --skip change_orders::";
        assert!(quick.starts_with(expected), "{quick}");
        assert!(quick_tests(&MUTATED[0]).is_empty());
        assert!(wanted(Some("edge")).is_err());
        assert_eq!(wanted(None).unwrap().len(), MUTATED.len());
    }
}
