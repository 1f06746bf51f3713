//! What is being done, how long has it taken, and what is to be done when it fails?
//!
//! A step has a name, a line on the screen and a log file of its own. Not here: what the steps do.

use std::cell::RefCell;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::place::root;

/// How much of a log is shown when its step fails.
const TAIL_LINES: usize = 20;
/// How many failed tests are shown with what they said: where one fails, the others mostly fail for the same reason.
const SHOWN_PANICS: usize = 3;

/// The lines on the screen: a spinner for each running step on a terminal, plain lines elsewhere.
pub(crate) struct Progress {
    bars: MultiProgress,
    plain: bool,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self {
            bars: MultiProgress::new(),
            plain: !io::stderr().is_terminal(),
        }
    }

    /// Says something between the steps.
    pub(crate) fn say(&self, text: &str) {
        if self.plain {
            eprintln!("{text}");
        } else {
            // A terminal that is gone has nobody to be told.
            self.bars.println(text).unwrap_or_default();
        }
    }

    /// Does one step. `mend` tells what a person can do when it fails.
    pub(crate) fn step<T>(
        &self,
        name: &str,
        mend: &str,
        work: impl FnOnce(&Step) -> Result<T>,
    ) -> Result<T> {
        let step = self.start(name)?;
        let outcome = work(&step);
        step.bar.finish_and_clear();
        let took = seconds(step.since.elapsed());
        match outcome {
            Ok(value) => {
                self.say(&format!("  ✓ {name} {took}"));
                Ok(value)
            }
            Err(cause) => {
                self.say(&format!("  ✗ {name} {took}"));
                Err(Failure {
                    step: name.to_owned(),
                    cause: format!("{cause:#}"),
                    panics: panics(&step.log_path),
                    tail: tail(&step.log_path),
                    log: step.log_path,
                    mend: mend.to_owned(),
                }
                .into())
            }
        }
    }

    fn start(&self, name: &str) -> Result<Step> {
        let log_path = log_path(name);
        let logs = log_path.parent().expect("a log lies in the folder of logs");
        fs::create_dir_all(logs).with_context(|| format!("creating {}", logs.display()))?;
        let log =
            File::create(&log_path).with_context(|| format!("creating {}", log_path.display()))?;
        let bar = self.bars.add(ProgressBar::new_spinner());
        bar.set_style(
            ProgressStyle::with_template("  {spinner} {prefix} {elapsed} {wide_msg:.dim}")
                .expect("the template above is well formed"),
        );
        bar.set_prefix(name.to_owned());
        if self.plain {
            eprintln!("  … {name}");
        } else {
            bar.enable_steady_tick(Duration::from_millis(100));
        }
        Ok(Step {
            since: Instant::now(),
            log: RefCell::new(log),
            log_path,
            bar,
        })
    }
}

/// A step that runs.
pub(crate) struct Step {
    since: Instant,
    log: RefCell<File>,
    log_path: PathBuf,
    bar: ProgressBar,
}

impl Step {
    /// Runs a command to its end, with everything it prints going into the log and its newest line onto the screen.
    pub(crate) fn run(&self, mut command: Command) -> Result<()> {
        let shown = shown(&command);
        self.note(&format!("$ {shown}"))?;
        let (reader, writer) = io::pipe()?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(writer.try_clone()?)
            .stderr(writer)
            .spawn()
            .with_context(|| format!("starting {shown}"))?;
        // It holds the pipe's other end: the reader would wait for it for ever.
        drop(command);
        for line in BufReader::new(reader).split(b'\n') {
            self.note(&String::from_utf8_lossy(&line?))?;
        }
        let status = child.wait()?;
        if !status.success() {
            bail!("{status} from {shown}");
        }
        Ok(())
    }

    /// Writes a line into the log and shows it while the step runs.
    pub(crate) fn note(&self, line: &str) -> Result<()> {
        writeln!(self.log.borrow_mut(), "{line}")?;
        if !line.trim().is_empty() {
            self.bar.set_message(line.trim().to_owned());
        }
        Ok(())
    }
}

/// A step that did not succeed, with all that its reader needs.
#[derive(Debug)]
struct Failure {
    step: String,
    cause: String,
    panics: String,
    tail: String,
    log: PathBuf,
    mend: String,
}

impl std::error::Error for Failure {}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.step, self.cause)?;
        for line in self.panics.lines().chain(self.tail.lines()) {
            writeln!(f, "  | {line}")?;
        }
        writeln!(f, "  the whole log: {}", self.log.display())?;
        write!(f, "  what to do: {}", self.mend)
    }
}

/// The log of the step of that name.
pub(crate) fn log_path(step: &str) -> PathBuf {
    let file: String = step
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '.' {
                c
            } else {
                '-'
            }
        })
        .collect();
    root("target/xtask-logs").join(format!("{file}.log"))
}

/// What the first tests that failed had to say. Cargo goes on with other tests, whose lines would hide it.
fn panics(log: &Path) -> String {
    let text = read(log);
    let lines: Vec<&str> = text.lines().collect();
    let panics: Vec<String> = lines
        .windows(2)
        .filter(|pair| pair[0].starts_with("thread '") && pair[0].contains("panicked at"))
        .take(SHOWN_PANICS)
        .map(|pair| pair.join("\n") + "\n")
        .collect();
    panics.concat()
}

fn read(log: &Path) -> String {
    String::from_utf8_lossy(&fs::read(log).unwrap_or_default()).into_owned()
}

/// The last lines of a log.
pub(crate) fn tail(log: &Path) -> String {
    let text = read(log);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}

/// A duration for people.
pub(crate) fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    std::iter::once(name)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_step_the_command_the_last_lines_the_log_and_the_mend() {
        let failed = Progress::new().step("unit test of a failing step", "Read on.", |step| {
            step.note("thread 'a test' (7) panicked at tests/a.rs:1:1:")?;
            step.note("the number is wrong")?;
            for line in 0..30 {
                step.note(&format!("line {line}"))?;
            }
            let mut command = Command::new("sh");
            command.args(["-c", "echo the reason; exit 3"]);
            step.run(command)
        });
        let text = failed.unwrap_err().to_string();
        let log = log_path("unit test of a failing step");
        for expected in [
            "unit test of a failing step: exit status: 3 from sh -c",
            "  | the number is wrong\n",
            "  | line 29",
            "  | the reason",
            &log.display().to_string(),
            "what to do: Read on.",
        ] {
            assert!(text.contains(expected), "{expected:?} in {text}");
        }
        assert!(!text.contains("line 11\n"), "only the last lines: {text}");
    }
}
