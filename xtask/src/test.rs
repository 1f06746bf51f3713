//! Which checks are there, in which order?
//!
//! All of them run, whatever comes of the ones before, and a table ends the run. Not here: counting (`summary`), and the
//! two checks that are not programs of somebody else's (`doors`, `tidy`).

use std::fs;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use crate::browser::Engine;
use crate::engines::{BROWSER, END_TO_END, end_to_end, journeys_in, widget_in};
use crate::place::{cargo, root};
use crate::setup::{Tool, ensure};
use crate::step::{Progress, Step, log_path};
use crate::summary::{Count, Line, table};
use crate::{build, demo, dependencies, docs, doors, fuzz, sizes, tidy};

/// Which checks are run.
#[derive(Args)]
pub(crate) struct Options {
    /// Only this one (may be repeated).
    #[arg(long, value_enum)]
    only: Vec<Check>,
    /// Where what needs a browser is run: in Chromium alone, or in Firefox and WebKit as well.
    #[arg(long, value_enum, default_value_t)]
    engines: Engines,
}

/// Which engines are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Engines {
    /// Chromium alone.
    #[default]
    Chromium,
    /// Chromium, Firefox and WebKit, each in rows of its own.
    All,
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
    /// No input is found that breaks what must hold of whatever comes in.
    Fuzz,
    /// What ships can be built.
    Build,
    /// What ships is not too heavy.
    Sizes,
    /// The element in a headless browser.
    Widget,
    /// The built worker and element, from outside.
    E2e,
    /// The same, while the platform under the worker fails.
    E2ePlatform,
    /// What a person does in a browser.
    E2eChromium,
    /// The element in Firefox.
    WidgetFirefox,
    /// What a person does in a browser, in Firefox.
    E2eFirefox,
    /// The element in WebKit.
    WidgetWebkit,
    /// What a person does in a browser, in WebKit.
    E2eWebkit,
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
            Self::Fuzz => "fuzz",
            Self::Build => "build",
            Self::Sizes => "sizes",
            Self::Widget => "widget",
            Self::E2e => "e2e",
            Self::E2ePlatform => "e2e-platform",
            Self::E2eChromium => "e2e-chromium",
            Self::WidgetFirefox => "widget-firefox",
            Self::E2eFirefox => "e2e-firefox",
            Self::WidgetWebkit => "widget-webkit",
            Self::E2eWebkit => "e2e-webkit",
        }
    }

    /// The engine that it is run in, if it is not Chromium or none.
    fn other_engine(self) -> Option<Engine> {
        match self {
            Self::WidgetFirefox | Self::E2eFirefox => Some(Engine::Firefox),
            Self::WidgetWebkit | Self::E2eWebkit => Some(Engine::Webkit),
            Self::Format
            | Self::Tidy
            | Self::Doors
            | Self::Dependencies
            | Self::Clippy
            | Self::Docs
            | Self::Book
            | Self::Native
            | Self::Fuzz
            | Self::Build
            | Self::Sizes
            | Self::Widget
            | Self::E2e
            | Self::E2ePlatform
            | Self::E2eChromium => None,
        }
    }

    /// Whether it is asked for: by name, or by its engine.
    fn is_wanted(self, options: &Options) -> bool {
        if options.only.is_empty() {
            self.other_engine().is_none() || options.engines == Engines::All
        } else {
            options.only.contains(&self)
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
            Self::Fuzz => "cargo xtask fuzz NAME searches one target alone.",
            Self::Build | Self::Sizes => "see above.",
            Self::Widget => "cargo xtask test --only widget runs it alone.",
            Self::E2e => "cargo xtask test --only build --only e2e runs it alone.",
            Self::E2ePlatform => "cargo xtask test --only build --only e2e-platform runs it alone.",
            Self::E2eChromium => "cargo xtask test --only build --only e2e-chromium runs it alone.",
            Self::WidgetFirefox => "cargo xtask test --only widget-firefox runs it alone.",
            Self::E2eFirefox => "cargo xtask test --only build --only e2e-firefox runs it alone.",
            Self::WidgetWebkit => "cargo xtask test --only widget-webkit runs it alone.",
            Self::E2eWebkit => "cargo xtask test --only build --only e2e-webkit runs it alone.",
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
            Self::Fuzz => step(fuzz::check),
            // These two report steps of their own.
            Self::Build => {
                build::make(progress)?;
                demo::build_simulator_of("--workspace", progress)
            }
            Self::Sizes => sizes::weigh(progress),
            Self::Widget => step(|step| widget_in(Engine::Chromium, step)),
            Self::E2e => step(from_outside),
            Self::E2ePlatform => step(platform),
            Self::E2eChromium => step(|step| journeys_in(Engine::Chromium, step)),
            Self::WidgetFirefox => step(|step| widget_in(Engine::Firefox, step)),
            Self::E2eFirefox => step(|step| journeys_in(Engine::Firefox, step)),
            Self::WidgetWebkit => step(|step| widget_in(Engine::Webkit, step)),
            Self::E2eWebkit => step(|step| journeys_in(Engine::Webkit, step)),
        }
    }

    /// Whether it looks at what was built.
    fn needs_build(self) -> bool {
        matches!(
            self,
            Self::Sizes
                | Self::E2e
                | Self::E2ePlatform
                | Self::E2eChromium
                | Self::E2eFirefox
                | Self::E2eWebkit
        )
    }
}

/// Runs the checks. The table is the last thing that is said, whatever came of them.
pub(crate) fn test(progress: &Progress, options: &Options) -> Result<ExitCode> {
    let wanted = || {
        Check::value_variants()
            .iter()
            .copied()
            .filter(|check| check.is_wanted(options))
    };
    let mut tools = Tool::ALL.to_vec();
    if wanted().any(|check| check.other_engine().is_some()) {
        tools.extend(Tool::ENGINES);
    }
    ensure(progress, &tools)?;
    let mut lines: Vec<Line> = Vec::new();
    for check in wanted() {
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
    for other in ["fuzz/targets/Cargo.toml", "xtask/tools/Cargo.toml"] {
        step.run(cargo(&["fmt", "--manifest-path", other, "--check"]))?;
    }
    Ok(())
}

fn clippy(step: &Step) -> Result<()> {
    let wasm = "--target=wasm32-unknown-unknown";
    let runs: [&[&str]; 3] = [
        &["--workspace", "--all-targets", "--features", END_TO_END],
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
    step.run(cargo(&["test", "--workspace", "--no-fail-fast"]))
}

/// The tests of a platform that fails: most of the time they wait for it to.
const PLATFORM: &str = "platform";

/// All end-to-end tests that have no row of their own.
fn from_outside(step: &Step) -> Result<()> {
    let mut test = end_to_end()?;
    test.arg("--no-fail-fast");
    for folder in fs::read_dir(root("tests/tests")).context("reading tests/tests")? {
        let name = folder?.file_name();
        if name != PLATFORM && name != BROWSER {
            test.arg("--test").arg(name);
        }
    }
    step.run(test)
}

fn platform(step: &Step) -> Result<()> {
    let mut test = end_to_end()?;
    test.args(["--test", PLATFORM]);
    step.run(test)
}
