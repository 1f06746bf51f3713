//! What are people told when something fails?
//!
//! The tests of faults write down what they saw; this runs them and lays it out as tables: what somebody did or where it failed, by how.
//! Not here: what must hold, which the tests assert (`tests/tests/faults`, `platform`, `disk`).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use serde::Deserialize;

use crate::engines::end_to_end;
use crate::place::{cargo, command, files, root};
use crate::setup::{Tool, ensure};
use crate::step::{Progress, Step};
use crate::{build, demo};

/// Which tests make something fail.
const TESTS: [&str; 3] = ["faults", "platform", "disk"];

const MEND: &str = "the log names the fault under which something did not hold.";

/// How the faults are run.
#[derive(Args)]
pub(crate) struct Options {
    /// Run what was built before.
    #[arg(long)]
    no_build: bool,
    /// Print the tables as docs/faults.md has them.
    #[arg(long)]
    markdown: bool,
    /// Instead, let the worker of this revision and the one that is built here take over from each other, on one state.
    #[arg(long, value_name = "REV")]
    before: Option<String>,
}

/// What one test saw.
#[derive(Deserialize)]
struct Seen {
    table: String,
    row: String,
    column: String,
    told: String,
    texts: Option<u32>,
}

/// Lets everything fail, and prints what was seen.
pub(crate) fn run(progress: &Progress, options: &Options) -> Result<()> {
    ensure(progress, &[Tool::NodePackages, Tool::Host])?;
    if !options.no_build {
        build::make(progress)?;
        demo::build_simulator(progress)?;
    }
    if let Some(revision) = &options.before {
        return take_over(progress, revision);
    }
    let folder = root("target/faults");
    fs::remove_dir_all(&folder).unwrap_or_default();
    let tested = progress.step("let everything fail", MEND, |step| {
        let mut test = end_to_end()?;
        test.arg("--no-fail-fast");
        for name in TESTS {
            test.args(["--test", name]);
        }
        test.env("SMS_LOGIN_FAULTS", &folder);
        step.run(test)
    });
    // What was seen is worth looking at above all if something did not hold.
    println!("{}", tables(&seen_in(&folder)?, options.markdown));
    tested
}

/// The worker of another revision writes what this one reads, and the reverse.
fn take_over(progress: &Progress, revision: &str) -> Result<()> {
    let folder = progress.step(
        &format!("build the worker of {revision}"),
        "name a revision that git knows and that builds.",
        |step| build_before(step, revision),
    )?;
    progress.step("let them take over from each other", MEND, |step| {
        let mut test = end_to_end()?;
        test.args(["--test", "versions", "--", "--ignored"]);
        test.env("SMS_LOGIN_BEFORE", folder.join("edge"));
        step.run(test)
    })
}

/// Where it lies: a work tree of its own, with a target folder of its own, kept for the next time.
fn build_before(step: &Step, revision: &str) -> Result<PathBuf> {
    let folder = root("target/before");
    if folder.exists() {
        let mut checkout = command("git", &["checkout", "--force", "--detach", revision]);
        checkout.current_dir(&folder);
        step.run(checkout)?;
    } else {
        let mut add = command("git", &["worktree", "add", "--force", "--detach"]);
        add.arg(&folder).arg(revision);
        step.run(add)?;
    }
    let mut build = cargo(&["run", "--package", "xtask", "--", "build"]);
    build
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", folder.join("target"));
    step.run(build)?;
    Ok(folder)
}

fn seen_in(folder: &Path) -> Result<Vec<Seen>> {
    let mut seen = Vec::new();
    for file in files(folder).context("no test wrote anything down")? {
        for line in fs::read_to_string(folder.join(file))?.lines() {
            seen.push(serde_json::from_str(line)?);
        }
    }
    Ok(seen)
}

/// What was seen of one fault, whenever it was met.
#[derive(Default)]
struct Cell {
    told: BTreeSet<String>,
    texts: BTreeSet<u32>,
}

impl Cell {
    fn shown(&self) -> String {
        let told = self.told.iter().map(String::as_str);
        let mut shown = told.collect::<Vec<_>>().join(" or ");
        let texts: Vec<String> = self.texts.iter().map(u32::to_string).collect();
        if !texts.is_empty() {
            shown = format!("{shown} ({})", texts.join(" or "));
        }
        shown
    }
}

/// One table for each kind of fault, in the order of their names; rows and columns in that of theirs.
fn tables(seen: &[Seen], markdown: bool) -> String {
    let mut cells: BTreeMap<&str, BTreeMap<(&str, &str), Cell>> = BTreeMap::new();
    for one in seen {
        let table = cells.entry(&one.table).or_default();
        let cell = table.entry((&one.row, &one.column)).or_default();
        cell.told.insert(one.told.clone());
        cell.texts.extend(one.texts);
    }
    let mut text = String::new();
    for (name, cells) in cells {
        text += &format!("\n{}{name}\n\n", if markdown { "## " } else { "" });
        text += &table(&cells, markdown);
    }
    text
}

fn table(cells: &BTreeMap<(&str, &str), Cell>, markdown: bool) -> String {
    let columns: BTreeSet<&str> = cells.keys().map(|(_, column)| *column).collect();
    let rows: BTreeSet<&str> = cells.keys().map(|(row, _)| *row).collect();
    let mut lines = vec![columns.iter().fold(vec![String::new()], |mut line, it| {
        line.push((*it).to_owned());
        line
    })];
    for row in rows {
        let cell = |column: &&str| {
            cells
                .get(&(row, *column))
                .map(Cell::shown)
                .unwrap_or_default()
        };
        let line = std::iter::once(row.to_owned()).chain(columns.iter().map(cell));
        lines.push(line.collect());
    }
    if markdown {
        as_markdown(&lines)
    } else {
        as_text(&lines)
    }
}

fn as_markdown(lines: &[Vec<String>]) -> String {
    let mut text = String::new();
    for (number, line) in lines.iter().enumerate() {
        text += &format!("| {} |\n", line.join(" | "));
        if number == 0 {
            text += &format!("|{}\n", "---|".repeat(line.len()));
        }
    }
    text
}

fn as_text(lines: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let mut text = String::new();
    for line in lines {
        let cells = line.iter().enumerate().map(|(column, cell)| {
            let width = width(column);
            format!("{cell:<width$}")
        });
        text += format!("  {}", cells.collect::<Vec<_>>().join("  ")).trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(row: &str, column: &str, told: &str, texts: Option<u32>) -> Seen {
        Seen {
            table: "Asking".to_owned(),
            row: row.to_owned(),
            column: column.to_owned(),
            told: told.to_owned(),
            texts,
        }
    }

    #[test]
    fn what_was_seen_is_laid_out_by_what_failed_and_how() {
        let all = [
            seen("late", "a text", "503 unavailable", Some(1)),
            seen("late", "a text", "202", Some(1)),
            seen("gone", "a call", "503 unavailable", None),
        ];
        let expected = "\n## Asking\n\n|  | a call | a text |\n|---|---|---|\n| gone | 503 unavailable |  |\n\
                        | late |  | 202 or 503 unavailable (1) |\n";
        assert_eq!(tables(&all, true), expected);
        let expected = "\nAsking\n\n        a call           a text\n  gone  503 unavailable\n  \
                        late                   202 or 503 unavailable (1)\n";
        assert_eq!(tables(&all, false), expected);
    }
}
