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
use crate::{browser, build, demo, dependencies, docs, doors, sizes, tidy};

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
    /// Nothing comes in from outside that nobody decided on.
    Dependencies,
    /// No lint, natively and for Wasm.
    Clippy,
    /// The crates' documentation builds without a warning.
    Docs,
    /// The documentation can be made, and every link in it leads somewhere.
    Book,
    /// The unit tests of every crate, on this machine.
    Native,
    /// What ships can be built.
    Build,
    /// What ships is not too heavy.
    Sizes,
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
            Self::Dependencies => "dependencies",
            Self::Clippy => "clippy",
            Self::Docs => "docs",
            Self::Book => "book",
            Self::Native => "native",
            Self::Build => "build",
            Self::Sizes => "sizes",
            Self::Widget => "widget",
            Self::E2e => "e2e",
        }
    }

    fn mend(self) -> &'static str {
        match self {
            Self::Format => "cargo fmt --all",
            Self::Tidy => "shorten the file, or say in its first line what it is for.",
            Self::Doors => "see the map in README.md: the code belongs into another crate.",
            Self::Dependencies => {
                "see .github/CONTRIBUTING.md, Dependencies; then deny.toml has the lists."
            }
            Self::Clippy => "mend what clippy says; its reasons are in clippy.toml.",
            Self::Docs => "mend what rustdoc says.",
            Self::Book => "cargo xtask docs makes it alone.",
            Self::Native => "cargo test --package NAME runs one crate alone.",
            Self::Build | Self::Sizes => "see above.",
            Self::Widget => "cargo xtask test --only widget runs it alone.",
            Self::E2e => "cargo xtask test --only build --only e2e runs it alone.",
        }
    }

    fn run(self, progress: &Progress) -> Result<()> {
        let step = |work: fn(&Step) -> Result<()>| progress.step(self.name(), self.mend(), work);
        match self {
            Self::Format => step(format),
            Self::Tidy => step(tidy::check),
            Self::Doors => step(doors::check),
            Self::Dependencies => step(dependencies::check),
            Self::Clippy => step(clippy),
            Self::Docs => step(rustdoc),
            Self::Book => step(docs::make),
            Self::Native => step(native),
            // These two report steps of their own.
            Self::Build => {
                build::make(progress)?;
                demo::build_simulator(progress)
            }
            Self::Sizes => sizes::weigh(progress),
            Self::Widget => step(widget_in_browser),
            Self::E2e => step(end_to_end),
        }
    }

    /// Whether it looks at what was built.
    fn needs_build(self) -> bool {
        matches!(self, Self::Sizes | Self::E2e)
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
        let count = if check.needs_build() && has_failed(Check::Build, &lines) {
            let name = check.name();
            progress.say(&format!("  ✗ {name}: not run, because building failed"));
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

fn format(step: &Step) -> Result<()> {
    step.run(cargo(&["fmt", "--all", "--check", "--", "--color=never"]))?;
    let tools = "xtask/tools/Cargo.toml";
    step.run(cargo(&["fmt", "--manifest-path", tools, "--check"]))
}

fn clippy(step: &Step) -> Result<()> {
    let wasm = "--target=wasm32-unknown-unknown";
    let runs: [&[&str]; 3] = [
        &["--workspace", "--all-targets"],
        &["--package=widget", "--all-targets", wasm],
        &["--package=edge", "--lib", wasm],
    ];
    for run in runs {
        let mut clippy = cargo(&["clippy", "--keep-going"]);
        clippy.args(run).args(["--", "--deny", "warnings"]);
        step.run(clippy)?;
    }
    Ok(())
}

fn rustdoc(step: &Step) -> Result<()> {
    let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--keep-going"]);
    doc.arg("--document-private-items")
        .env("RUSTDOCFLAGS", "--deny warnings");
    step.run(doc)
}

fn native(step: &Step) -> Result<()> {
    let mut test = cargo(&["test", "--workspace", "--no-fail-fast"]);
    test.args(["--exclude", "tests"]);
    step.run(test)
}

fn widget_in_browser(step: &Step) -> Result<()> {
    let mut test = Command::new(place::tool(&WASM_PACK, "wasm-pack"));
    test.current_dir(root(""))
        .args(["test", "--mode", "no-install"])
        .args(["--headless", "--chrome", "widget"])
        .env("PATH", place::search_path());
    step.run(test)
}

/// The tests start `cargo xtask demo` as a person would, which is this program.
fn end_to_end(step: &Step) -> Result<()> {
    let mut test = cargo(&["test", "--package", "tests", "--no-fail-fast"]);
    test.env("SMS_LOGIN_XTASK", env::current_exe()?);
    // They wait more than they compute, some of them for the half minute between two texts.
    test.env("RUST_TEST_THREADS", "8");
    if let Some(driver) = browser::driver() {
        test.env("CHROMEDRIVER", driver);
    }
    step.run(test)
}
