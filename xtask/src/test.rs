//! Which checks are there, in which order?
//!
//! All of them run, whatever comes of the ones before, and a table ends the run. Not here: counting (`summary`), and the
//! two checks that are not programs of somebody else's (`doors`, `tidy`).

use std::env;
use std::fs;
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::place::{self, cargo, root};
use crate::setup::{Tool, ensure};
use crate::step::{Progress, Step, log_path};
use crate::summary::{Count, Line, table};
use crate::versions::WASM_PACK;
use crate::{browser, build, demo, doors, tidy};

/// Which checks are run.
#[derive(Args)]
pub(crate) struct Options {
    /// Only this one (may be repeated).
    #[arg(long, value_enum)]
    only: Vec<Check>,
}

/// One row of the table at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Check {
    /// Everything is formatted.
    Format,
    /// Files are small and say what they are.
    Tidy,
    /// No crate imports what it must not.
    Doors,
    /// No lint, natively and for Wasm.
    Clippy,
    /// The documentation builds without a warning.
    Docs,
    /// The unit tests of every crate, on this machine.
    Native,
    /// What ships can be built and is not too heavy.
    Build,
    /// The element in a headless browser.
    Widget,
    /// The built worker and element, from outside.
    E2e,
}

impl Check {
    fn name(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Tidy => "tidy",
            Self::Doors => "doors",
            Self::Clippy => "clippy",
            Self::Docs => "docs",
            Self::Native => "native",
            Self::Build => "build",
            Self::Widget => "widget",
            Self::E2e => "e2e",
        }
    }

    fn mend(self) -> &'static str {
        match self {
            Self::Format => "cargo fmt --all",
            Self::Tidy => "shorten the file, or say in its first line what it is for.",
            Self::Doors => "see the map in README.md: the code belongs into another crate.",
            Self::Clippy => "mend what clippy says; its reasons are in clippy.toml.",
            Self::Docs => "mend what rustdoc says.",
            Self::Native => "cargo test --package NAME runs one crate alone.",
            Self::Build => "see above.",
            Self::Widget => "cargo xtask test --only widget runs it alone.",
            Self::E2e => "cargo xtask test --only build --only e2e runs it alone.",
        }
    }

    fn run(self, progress: &Progress) -> Result<()> {
        // These report steps of their own.
        if self == Self::Build {
            build::build(progress)?;
            return demo::build_simulator(progress);
        }
        progress.step(self.name(), self.mend(), |step| match self {
            Self::Format => {
                step.run(cargo(&["fmt", "--all", "--check", "--", "--color=never"]))?;
                let tools = "xtask/tools/Cargo.toml";
                step.run(cargo(&["fmt", "--manifest-path", tools, "--check"]))
            }
            Self::Tidy => tidy::check(step),
            Self::Doors => doors::check(step),
            Self::Clippy => clippy(step),
            Self::Docs => {
                let mut doc = cargo(&[
                    "doc",
                    "--workspace",
                    "--no-deps",
                    "--document-private-items",
                ]);
                doc.env("RUSTDOCFLAGS", "--deny warnings");
                step.run(doc)
            }
            Self::Native => step.run(cargo(&[
                "test",
                "--workspace",
                "--exclude",
                "tests",
                "--no-fail-fast",
            ])),
            Self::Widget => step.run(widget_in_browser()),
            Self::E2e => step.run(end_to_end()?),
            Self::Build => unreachable!("returned above"),
        })
    }
}

/// Runs the checks. The table is the last thing that is said, whatever came of them.
pub(crate) fn test(progress: &Progress, options: &Options) -> Result<ExitCode> {
    ensure(progress, &Tool::ALL)?;
    let mut lines: Vec<Line> = Vec::new();
    for &check in Check::value_variants() {
        if !options.only.is_empty() && !options.only.contains(&check) {
            continue;
        }
        let since = Instant::now();
        let count = if check == Check::E2e && has_failed(Check::Build, &lines) {
            progress.say("  ✗ e2e: not run, because what it tests could not be built");
            Count::of("", false)
        } else {
            run_and_count(check, progress)
        };
        lines.push(Line {
            name: check.name(),
            count,
            took: since.elapsed(),
        });
    }
    println!("{}", table(&lines));
    let all_passed = lines.iter().all(|line| line.count.failed == 0);
    Ok(if all_passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn run_and_count(check: Check, progress: &Progress) -> Count {
    // What an earlier run left there must not be counted.
    let log = log_path(check.name());
    fs::remove_file(&log).unwrap_or_default();
    let outcome = check.run(progress);
    if let Err(error) = &outcome {
        progress.say(&format!("\n{error:#}\n"));
    }
    Count::of(
        &fs::read_to_string(&log).unwrap_or_default(),
        outcome.is_ok(),
    )
}

fn has_failed(check: Check, lines: &[Line]) -> bool {
    lines
        .iter()
        .any(|line| line.name == check.name() && line.count.failed > 0)
}

fn clippy(step: &Step) -> Result<()> {
    let wasm = ["--target", "wasm32-unknown-unknown"];
    let deny = ["--", "--deny", "warnings"];
    let runs: [&[&str]; 3] = [
        &["--workspace", "--all-targets"],
        &["--package", "widget", "--all-targets"],
        &["--package", "edge", "--lib"],
    ];
    for (index, run) in runs.into_iter().enumerate() {
        let mut clippy = cargo(&["clippy"]);
        clippy.args(run);
        if index > 0 {
            clippy.args(wasm);
        }
        clippy.args(deny);
        step.run(clippy)?;
    }
    Ok(())
}

fn widget_in_browser() -> Command {
    let mut test = Command::new(place::tool(&WASM_PACK, "wasm-pack"));
    test.current_dir(root(""))
        .args([
            "test",
            "--mode",
            "no-install",
            "--headless",
            "--chrome",
            "widget",
        ])
        .env("PATH", place::search_path());
    test
}

/// The tests start `cargo xtask demo` as a person would, which is this program.
fn end_to_end() -> Result<Command> {
    let mut test = cargo(&["test", "--package", "tests", "--no-fail-fast"]);
    test.env("SMS_LOGIN_XTASK", env::current_exe()?);
    if let Some(driver) = browser::driver() {
        test.env("CHROMEDRIVER", driver);
    }
    Ok(test)
}
