//! Does every file answer one question, and say which?
//!
//! Not here: formatting and lints, which rustfmt and clippy know better.

use std::fs;

use anyhow::{Result, bail};

use crate::place::{command, root};
use crate::step::Step;

/// Above this, a file was two questions.
const MOST_LINES: usize = 400;

/// What is read by people and written by them.
const KINDS: [&str; 4] = [".rs", ".js", ".css", ".md"];

/// Looks at every file that git knows.
pub(crate) fn check(step: &Step) -> Result<()> {
    // Whoever owns the files of a checkout, only their names are asked for.
    let listed = command("git", &["-c", "safe.directory=*", "ls-files", "-z"]).output()?;
    if !listed.status.success() {
        bail!("git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
    }
    let listed = String::from_utf8(listed.stdout)?;
    let mut untidy = 0;
    for path in listed.split_terminator('\0') {
        if !KINDS.iter().any(|kind| path.ends_with(kind)) {
            continue;
        }
        // A file that is deleted and not yet committed is still listed.
        let Ok(text) = fs::read_to_string(root(path)) else {
            continue;
        };
        for fault in faults(path, &text) {
            untidy += 1;
            step.note(&format!("{path}: {fault}"))?;
        }
    }
    if untidy > 0 {
        bail!("{untidy} to tidy");
    }
    Ok(())
}

fn faults(path: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let lines = text.lines().count();
    if lines > MOST_LINES {
        faults.push(format!("{lines} lines, and {MOST_LINES} is the most"));
    }
    if path.ends_with(".rs") && !text.starts_with("//! ") {
        faults.push("its first line does not say which question it answers".to_owned());
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_and_a_silent_file_are_untidy() {
        let long = "//! What?\n".to_owned() + &"\n".repeat(MOST_LINES);
        let cases = [
            ("a.rs", "//! What is this?\n", 0),
            ("a.rs", "use std::fs;\n", 1),
            ("a.rs", "", 1),
            ("a.rs", &long, 1),
            ("a.css", "main {}\n", 0),
            ("a.css", &long, 1),
        ];
        for (path, text, expected) in cases {
            assert_eq!(
                faults(path, text).len(),
                expected,
                "{path} {:?}",
                text.get(..20)
            );
        }
    }
}
