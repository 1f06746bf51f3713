//! Which lines of the rules does no test run?
//!
//! Counted by the compiler's own means, in the packages whose mutants are tried; lines of tests are left out. That a line ran says little:
//! whether a test would notice that it is wrong is the question of `mutants`, which is also where the packages are.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result};

use crate::mutants::MUTATED;
use crate::place::{command, root, tool};
use crate::setup::{self, Tool};
use crate::step::{Progress, Step};
use crate::versions::CARGO_LLVM_COV;

/// Where the counts are written.
const COUNTS: &str = "target/coverage.lcov";
/// Files of which less ran, in percent, are named with the lines that did not.
const NAMED_BELOW: f64 = 90.0;

/// Whether each line of a file that holds code was run.
type Lines = BTreeMap<usize, bool>;

/// Runs the tests and tells what ran.
pub(crate) fn run(progress: &Progress) -> Result<()> {
    setup::ensure(progress, &[Tool::LlvmTools, Tool::Coverage])?;
    let mend = "see that the packages' tests pass.";
    progress.step("coverage", mend, count)?;
    let counts = fs::read_to_string(root(COUNTS)).with_context(|| format!("reading {COUNTS}"))?;
    let source = |file: &str| fs::read_to_string(root(file)).unwrap_or_default();
    println!("{}", report(&read(&counts, source)));
    Ok(())
}

fn count(step: &Step) -> Result<()> {
    let mut count = command(tool(&CARGO_LLVM_COV, "cargo-llvm-cov"), &["llvm-cov"]);
    for mutated in &MUTATED {
        count.args(["--package", mutated.package]);
    }
    // The description of the contract is built for tools alone.
    count.args(["--features", "protocol/openapi", "--locked"]);
    count.args(["--lcov", "--output-path"]).arg(root(COUNTS));
    step.run(count)
}

/// Reads LCOV's `SF:` (a file), `DA:` (a line and how often it ran). What stands below a file's `mod tests` is no rule.
fn read(counts: &str, source: impl Fn(&str) -> String) -> BTreeMap<String, Lines> {
    let here = format!("{}/", root("").display()).replace("//", "/");
    let (mut files, mut tests_from) = (BTreeMap::<String, Lines>::new(), usize::MAX);
    let mut file = String::new();
    for line in counts.lines() {
        if let Some(path) = line.strip_prefix("SF:") {
            path.strip_prefix(&here)
                .unwrap_or(path)
                .clone_into(&mut file);
            tests_from = first_line_of_tests(&source(&file));
        }
        let counted = line.strip_prefix("DA:").and_then(|it| it.split_once(','));
        if let Some((number, times)) = counted.filter(|_| package_of(&file).is_some()) {
            let number = number.parse().unwrap_or(usize::MAX);
            if number < tests_from {
                let lines = files.entry(file.clone()).or_default();
                *lines.entry(number).or_default() |= times != "0";
            }
        }
    }
    files
}

fn first_line_of_tests(source: &str) -> usize {
    let marked = source.lines().position(|line| line == "#[cfg(test)]");
    marked.map_or(usize::MAX, |index| index + 1)
}

/// Whose rule a file is, if it is one's: not a test, and not what browsers test.
fn package_of(file: &str) -> Option<&'static str> {
    let folder = ["protocol", "edge/infobip", "edge/login", "widget"]
        .into_iter()
        .find(|folder| {
            file.strip_prefix(folder)
                .is_some_and(|it| it.starts_with("/src/"))
        })?;
    let is_test = file.contains("/tests/") || file.ends_with("/tests.rs");
    let in_browser = folder == "widget" && !file.starts_with("widget/src/flow");
    (!is_test && !in_browser).then_some(folder)
}

fn report(files: &BTreeMap<String, Lines>) -> String {
    let mut packages = BTreeMap::<_, Lines>::new();
    for (index, (file, lines)) in files.iter().enumerate() {
        let all = packages.entry(package_of(file)).or_default();
        all.extend(
            lines
                .iter()
                .map(|(line, ran)| (index * 100_000 + line, *ran)),
        );
    }
    let mut report = format!("\n  {:<14}{:>7}{:>7}\n", "", "lines", "ran");
    for (package, lines) in &packages {
        let package = package.unwrap_or_default();
        let percent = percent(lines);
        writeln!(report, "  {package:<14}{:>7}{percent:>6.1}%", lines.len())
            .expect("writing to a String does not fail");
    }
    for (file, lines) in files
        .iter()
        .filter(|(_, lines)| percent(lines) < NAMED_BELOW)
    {
        let percent = percent(lines);
        write!(
            report,
            "\n  {file} {percent:.1}%, without {}",
            missed(lines)
        )
        .expect("writing to a String does not fail");
    }
    report
}

fn percent(lines: &Lines) -> f64 {
    let ran = lines.values().filter(|ran| **ran).count();
    let count = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    100.0 * count(ran) / count(lines.len()).max(1.0)
}

/// The lines that did not run.
fn missed(lines: &Lines) -> String {
    let missed = lines.iter().filter(|(_, ran)| !**ran);
    let missed: Vec<_> = missed.map(|(line, _)| line.to_string()).collect();
    missed.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_by_package_without_those_of_tests() {
        let counts = "SF:edge/login/src/a.rs\nFN:1,f\nDA:1,7\nDA:2,0\nDA:1,0\nDA:9,0\nend_of_record\n\
                      SF:edge/login/src/a/tests.rs\nDA:1,0\nend_of_record\n\
                      SF:widget/src/view.rs\nDA:1,0\nend_of_record\n\
                      SF:widget/src/flow/step.rs\nDA:3,1\nend_of_record\n";
        let source = |file: &str| match file {
            "edge/login/src/a.rs" => "fn f() {\n}\n#[cfg(test)]\nmod tests {".to_owned(),
            _ => String::new(),
        };
        assert_eq!(
            report(&read(counts, source)),
            "\n                  lines    ran\
             \n  edge/login          2  50.0%\
             \n  widget              1 100.0%\
             \n\n  edge/login/src/a.rs 50.0%, without 2"
        );
    }
}
