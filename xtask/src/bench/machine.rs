//! On what was it measured?
//!
//! Figures of two machines do not compare; whoever reads them must know whose they are. Nothing here names the machine itself.

use std::ffi::OsString;
use std::fs;
use std::thread;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::place::{command, native};

/// What matters of a machine.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Machine {
    /// When, as a date.
    pub(crate) measured: String,
    pub(crate) processor: String,
    pub(crate) cores: usize,
    /// In GiB.
    pub(crate) memory: f64,
    pub(crate) system: String,
    /// What runs the worker.
    pub(crate) workerd: String,
    pub(crate) rustc: String,
}

impl Machine {
    /// This one, today.
    pub(super) fn this() -> Result<Self> {
        let read = |path: &str| fs::read_to_string(path).with_context(|| format!("reading {path}"));
        let processor = field(&read("/proc/cpuinfo")?, "model name");
        let kilobytes = field(&read("/proc/meminfo")?, "MemTotal");
        let kilobytes: f64 = kilobytes.trim_end_matches(" kB").parse().unwrap_or(0.0);
        let today = time::OffsetDateTime::now_utc().date();
        Ok(Self {
            measured: today.to_string(),
            processor,
            cores: thread::available_parallelism()?.get(),
            memory: (kilobytes / 1024.0 / 1024.0).round(),
            system: said("uname", &["-s"])?,
            workerd: said(native("workerd"), &["--version"])?,
            rustc: said("rustc", &["--version"])?,
        })
    }

    /// In one sentence.
    pub(crate) fn described(&self) -> String {
        format!(
            "{}, on {} cores of {} with {} GiB, {}, {}, {}",
            self.measured,
            self.cores,
            self.processor,
            self.memory,
            self.system,
            self.workerd,
            self.rustc
        )
    }
}

fn said(program: impl Into<OsString>, arguments: &[&str]) -> Result<String> {
    let output = command(program, arguments).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The value of a line `name: value` of the kernel's.
fn field(text: &str, name: &str) -> String {
    let line = text.lines().find(|line| line.starts_with(name));
    let value = line.and_then(|line| line.split_once(':'));
    value.map_or_else(String::new, |(_, value)| value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_lines_are_read() {
        let text =
            "MemTotal:       24689012 kB\nMemFree: 1 kB\nmodel name\t: A processor @ 2 GHz\n";
        assert_eq!(field(text, "MemTotal"), "24689012 kB");
        assert_eq!(field(text, "model name"), "A processor @ 2 GHz");
        assert_eq!(field(text, "cores"), "");
    }
}
