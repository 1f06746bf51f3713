//! How does a program that this one starts end with it, whatever happens?
//!
//! Not here: what is started (`demo`).

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::place::on_path;
use crate::step::tail;

/// How long a child may take to end by itself.
const PATIENCE: Duration = Duration::from_secs(3);

/// A program started by this one. It ends when this value does.
pub(crate) struct Running {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Running {
    /// Starts a program whose output goes into a log file.
    ///
    /// It gets a process group of its own, so that Ctrl-C reaches this program alone, which then ends the children in order.
    /// When this program dies without a chance to do so, the kernel ends the child. The kernel looks at the thread that
    /// started it: call this from the main thread.
    pub(crate) fn start(name: &'static str, command: &Command, log: &Path) -> Result<Self> {
        let output = File::create(log).with_context(|| format!("creating {}", log.display()))?;
        let child = tied(command)
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .process_group(0)
            .spawn()
            .with_context(|| format!("starting {name}"))?;
        Ok(Self {
            name,
            child,
            log: log.to_owned(),
        })
    }

    /// Starts a program that says on its standard output where it listens, in the first line that begins with this.
    pub(crate) fn start_until_ready(
        name: &'static str,
        command: &Command,
        ready: &str,
        log: &Path,
    ) -> Result<(Self, String)> {
        let mut output =
            File::create(log).with_context(|| format!("creating {}", log.display()))?;
        let child = tied(command)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(output.try_clone()?)
            .process_group(0)
            .spawn()
            .with_context(|| format!("starting {name}"))?;
        let mut running = Self {
            name,
            child,
            log: log.to_owned(),
        };
        let stdout = running.child.stdout.take().expect("it was piped above");
        let mut lines = BufReader::new(stdout).lines();
        while let Some(line) = lines.next() {
            let line = line?;
            writeln!(output, "{line}")?;
            if let Some(place) = line.strip_prefix(ready) {
                let place = place.trim().to_owned();
                thread::spawn(move || {
                    for line in lines.map_while(Result::ok) {
                        // The log is a convenience; the pipe must be emptied in any case.
                        writeln!(output, "{line}").unwrap_or_default();
                    }
                });
                return Ok((running, place));
            }
        }
        bail!(running.epitaph("ended before it was ready"))
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// What happened to it, with the last it said.
    pub(crate) fn epitaph(&self, what: &str) -> String {
        let mut text = format!("{} {what}", self.name);
        for line in tail(&self.log).lines() {
            text.push_str("\n  | ");
            text.push_str(line);
        }
        text.push_str(&format!("\n  the whole log: {}", self.log.display()));
        text
    }

    fn signal(&self, signal: Signal) {
        let group = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(group) = group {
            // It may be gone already, which is what was wanted.
            kill_process_group(group, signal).unwrap_or_default();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        self.signal(Signal::TERM);
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        self.signal(Signal::KILL);
        // Nothing outlives that signal; waiting takes it off the process table.
        self.child.wait().ok();
    }
}

/// The same command, started through util-linux's `setpriv` where that is there: it asks the kernel to end the program with
/// its parent, which safe Rust cannot ask for, and then becomes the program, so the process id is the program's.
fn tied(command: &Command) -> Command {
    let Some(setpriv) = on_path("setpriv") else {
        let mut plain = Command::new(command.get_program());
        copy(command, &mut plain);
        return plain;
    };
    let mut tied = Command::new(setpriv);
    tied.args(["--pdeathsig", "KILL", "--"])
        .arg(command.get_program());
    copy(command, &mut tied);
    tied
}

fn copy(from: &Command, to: &mut Command) {
    to.args(from.get_args());
    if let Some(dir) = from.get_current_dir() {
        to.current_dir(dir);
    }
    for (name, value) in from.get_envs() {
        match value {
            Some(value) => to.env(name, value),
            None => to.env_remove(name),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn log(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("sms-login-{name}-{}.log", std::process::id()))
    }

    #[test]
    fn a_child_ends_with_the_value_that_holds_it_and_so_do_its_own_children() {
        let log = log("ends");
        let pipe = log.with_extension("pipe");
        // Both keep the pipe open for as long as they live.
        let script = format!(
            "mkfifo {0} && exec 3<>{0} && (sleep 60 & echo ready now; wait)",
            pipe.display()
        );
        let (child, _) =
            Running::start_until_ready("a child", &shell(&script), "ready ", &log).unwrap();
        let mut end = File::open(&pipe).unwrap();
        let pid = child.pid();
        let since = Instant::now();
        drop(child);
        std::io::copy(&mut end, &mut std::io::sink()).unwrap();
        assert!(
            since.elapsed() < Duration::from_secs(30),
            "it was waited for, not ended"
        );
        assert!(!Path::new(&format!("/proc/{pid}")).exists());
        for file in [log, pipe] {
            std::fs::remove_file(file).unwrap();
        }
    }

    #[test]
    fn a_child_that_ends_before_it_is_ready_leaves_its_last_words() {
        let log = log("last-words");
        let started = Running::start_until_ready(
            "a child",
            &shell("echo no such port >&2; exit 1"),
            "ready ",
            &log,
        );
        let error = started.err().unwrap().to_string();
        assert!(
            error.contains("a child ended before it was ready"),
            "{error}"
        );
        assert!(error.contains("| no such port"), "{error}");
        std::fs::remove_file(log).unwrap();
    }
}
