//! What did a bench find, in a form that outlives it?
//!
//! A file of `docs/results/` for each part, which `cargo xtask docs` makes tables and curves of. Not here: how it was found (`load`, `worker`,
//! `peers`, `timing`), how it is drawn (`docs/results`).

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::machine::Machine;
use super::tally::Quantiles;
use crate::place::root;

/// Where the files are.
const FOLDER: &str = "docs/results";

/// What was found, and on what.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Found<T> {
    pub(crate) machine: Machine,
    /// The command that finds it again.
    pub(crate) command: String,
    pub(crate) found: T,
}

impl<T: Serialize + DeserializeOwned> Found<T> {
    /// Keeps it under the name of its part.
    pub(super) fn save(&self, part: &str) -> Result<()> {
        let path = root(FOLDER).join(format!("{part}.json"));
        fs::create_dir_all(root(FOLDER))?;
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        fs::write(&path, text).with_context(|| format!("writing {}", path.display()))
    }

    /// Reads what was kept.
    pub(crate) fn read(part: &str) -> Result<Self> {
        let path = root(FOLDER).join(format!("{part}.json"));
        let text = fs::read_to_string(&path);
        let text = text.with_context(|| format!("reading {}", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("reading {}", path.display()))
    }
}

/// All that was measured.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Load {
    pub(crate) rates: Vec<AtRate>,
    pub(crate) at_once: Vec<AtOnce>,
    pub(crate) soak: Soak,
    pub(crate) hot: Vec<Beside>,
}

/// Open loop.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AtRate {
    /// Logins in a second that were begun, and that were done.
    pub(crate) offered: u32,
    pub(crate) done: f64,
    pub(crate) failed: u64,
    /// By kind of request, in milliseconds.
    pub(crate) times: BTreeMap<String, Quantiles>,
    /// Of the worker's process, in milliseconds, for all that somebody did.
    pub(crate) cpu: f64,
}

/// Closed loop.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AtOnce {
    pub(crate) at_once: usize,
    /// Logins in a second.
    pub(crate) done: f64,
    pub(crate) failed: u64,
    pub(crate) times: BTreeMap<String, Quantiles>,
    /// In milliseconds, for a send and a verify.
    pub(crate) cpu: f64,
}

/// Once so many numbers have logged in.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AfterNumbers {
    pub(crate) numbers: u32,
    /// Of the last of them, as in [`AtOnce`].
    pub(crate) done: f64,
    pub(crate) cpu: f64,
    pub(crate) times: BTreeMap<String, Quantiles>,
    /// Of the worker's process, in MiB.
    pub(crate) memory: f64,
    /// Of the records, in bytes, and how many files they are.
    pub(crate) disk: u64,
    pub(crate) files: u64,
}

/// Memory over time.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Soak {
    pub(crate) rate: u32,
    pub(crate) done: u32,
    pub(crate) failed: u64,
    /// Seconds, MiB.
    pub(crate) memory: Vec<(f64, f64)>,
    /// In MiB in a minute, over the second half.
    pub(crate) slope: f64,
}

/// A crowd, and something beside it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Beside {
    pub(crate) what: String,
    /// Of the crowd.
    pub(crate) times: BTreeMap<String, Quantiles>,
    pub(crate) failed: u64,
    /// What the hot requests were answered, by status.
    pub(crate) answers: BTreeMap<u16, u64>,
}
