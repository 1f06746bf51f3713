//! What does the worker take as it knows more numbers?
//!
//! Not here: what it bears at once (`load`).

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Args;
use tokio::runtime::Runtime;

use super::Common;
use super::load::{FILLING, fill, mebibytes, report, start};
use super::results::AfterNumbers;
use crate::measure::memory;
use crate::step::Progress;

/// How far.
#[derive(Args)]
pub(super) struct Extent {
    /// How many numbers have been seen in the end: a power of ten. A hundred thousand take some twenty minutes.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    numbers: u32,
}

/// After how long workerd has put a record away that nobody asks for, and SQLite has written its log into the database: ten seconds
/// (`server.c++`, `ActorContainer`), and a little.
const PUT_AWAY: Duration = Duration::from_secs(13);

/// Fills the records, and looks at them at each power of ten.
pub(super) fn measure(
    progress: &Progress,
    common: &Common,
    extent: &Extent,
) -> Result<Vec<AfterNumbers>> {
    let runtime = Runtime::new()?;
    let _inside = runtime.enter();
    let (instance, site) = start(common)?;
    let mut curve = Vec::new();
    let mut seen = 0;
    let mut goal = 100;
    while goal <= extent.numbers {
        progress.say(&format!("  … until {goal} numbers have been seen"));
        // The last of them are measured; those before only fill.
        let measured = (goal - seen).min(1000);
        fill(&instance, &site, seen..goal - measured, FILLING, &runtime)?;
        let filled = fill(&instance, &site, goal - measured..goal, FILLING, &runtime)?;
        report(progress, &filled.tally);
        ensure!(filled.tally.failed() == 0, "some numbers did not log in");
        let memory = mebibytes(memory(instance.worker.pid())?);
        thread::sleep(PUT_AWAY);
        let (disk, files) = occupied(&common.dir().join("objects"))?;
        curve.push(AfterNumbers {
            numbers: goal,
            done: filled.rate,
            cpu: filled.cpu,
            times: filled.tally.quantiles(),
            memory,
            disk,
            files,
        });
        seen = goal;
        goal *= 10;
    }
    Ok(curve)
}

/// How much disk the files of a folder take, and how many there are.
fn occupied(folder: &Path) -> Result<(u64, u64)> {
    let (mut bytes, mut files) = (0, 0);
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        // One that was there a moment ago, and was closed meanwhile.
        let Ok(meta) = entry.metadata() else { continue };
        if meta.is_dir() {
            let (more, some) = occupied(&entry.path())?;
            (bytes, files) = (bytes + more, files + some);
        } else {
            (bytes, files) = (bytes + meta.blocks() * 512, files + 1);
        }
    }
    Ok((bytes, files))
}
