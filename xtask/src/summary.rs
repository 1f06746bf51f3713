//! How many checks passed, and how many failed?
//!
//! Not here: running them (`test`).

use std::fmt::Write as _;
use std::time::Duration;

use crate::step::seconds;

/// What came of one step of `cargo xtask test`.
pub(crate) struct Line {
    pub(crate) name: &'static str,
    pub(crate) count: Count,
    pub(crate) took: Duration,
}

/// How many checks a step is, by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
}

impl Count {
    /// Counts a step: by the tests its log reports, or as one check when it reports none. A step that failed has at least
    /// one failure, even when every test that it came to passed.
    pub(crate) fn of(log: &str, succeeded: bool) -> Self {
        let mut count = Self::default();
        for result in log.lines().filter_map(result_line) {
            count.passed += result.passed;
            count.failed += result.failed;
        }
        if succeeded && count == Self::default() {
            count.passed = 1;
        }
        if !succeeded && count.failed == 0 {
            count.failed = 1;
        }
        count
    }
}

/// Reads `test result: ok. 3 passed; 1 failed; …`, the line that libtest ends with.
fn result_line(line: &str) -> Option<Count> {
    let (_, counts) = line.split_once("test result: ")?.1.split_once(". ")?;
    let mut parts = counts.split(';');
    let mut number = |word: &str| -> Option<u32> {
        let (number, unit) = parts.next()?.trim().split_once(' ')?;
        (unit == word).then(|| number.parse().ok())?
    };
    Some(Count {
        passed: number("passed")?,
        failed: number("failed")?,
    })
}

/// The table at the end. Its last line is exactly `N passed, N failed`.
pub(crate) fn table(lines: &[Line]) -> String {
    let mut table = format!(
        "\n  {:<15}{:>8}{:>8}{:>10}\n",
        "", "passed", "failed", "took"
    );
    let mut total = Count::default();
    for Line { name, count, took } in lines {
        let Count { passed, failed } = *count;
        writeln!(
            table,
            "  {name:<15}{passed:>8}{failed:>8}{:>10}",
            seconds(*took)
        )
        .expect("writing to a String does not fail");
        total.passed += passed;
        total.failed += failed;
    }
    write!(table, "\n{} passed, {} failed", total.passed, total.failed)
        .expect("writing to a String does not fail");
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_counted_and_a_failed_step_is_never_clean() {
        let two_crates = "running 3 tests\n\
            test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        let doc_tests =
            "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out";
        let cases = [
            (two_crates, false, (4, 2)),
            (doc_tests, true, (1, 0)),
            ("", true, (1, 0)),
            ("", false, (0, 1)),
            (
                "test result: ok. 5 passed; 0 failed; 0 ignored",
                false,
                (5, 1),
            ),
            ("a test says: test result: unknown", true, (1, 0)),
        ];
        for (log, succeeded, (passed, failed)) in cases {
            assert_eq!(Count::of(log, succeeded), Count { passed, failed }, "{log}");
        }
    }

    #[test]
    fn the_table_ends_with_the_sums_alone_on_a_line() {
        let line = |name, passed, failed| Line {
            name,
            count: Count { passed, failed },
            took: Duration::from_millis(1234),
        };
        let table = table(&[line("native", 40, 0), line("e2e", 7, 2)]);
        assert_eq!(table.lines().last(), Some("47 passed, 2 failed"));
        assert!(table.contains("native"), "{table}");
        assert!(table.contains("1.2 s"), "{table}");
    }
}
