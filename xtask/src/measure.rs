//! What has a process used, and what do many measurements say?
//!
//! Not here: what is measured (`bench`).

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// The processor time that a process has used so far, in user space and in the kernel, all its threads together.
pub(crate) fn cpu_time(pid: u32) -> Result<Duration> {
    let path = format!("/proc/{pid}/stat");
    let stat = fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
    let ticks = cpu_ticks(&stat).with_context(|| format!("{path} is not as proc(5) says"))?;
    let per_second = rustix::param::clock_ticks_per_second();
    Ok(Duration::from_secs(ticks) / u32::try_from(per_second)?)
}

/// The most memory that a process ever had at once, in bytes.
pub(crate) fn peak_memory(pid: u32) -> Result<u64> {
    of_status(pid, "VmHWM:")
}

/// The memory that a process has now, in bytes.
pub(crate) fn memory(pid: u32) -> Result<u64> {
    of_status(pid, "VmRSS:")
}

fn of_status(pid: u32, name: &str) -> Result<u64> {
    let path = format!("/proc/{pid}/status");
    let status = fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
    kilobytes(&status, name)
        .map(|kilobytes| kilobytes * 1024)
        .with_context(|| format!("{path} is not as proc(5) says"))
}

/// The value in the middle; of an even number of values the upper one of the two.
pub(crate) fn median<T: Copy + Default + Ord>(values: &[T]) -> T {
    quantile(values, 50)
}

/// The value that so many per cent of all values do not exceed.
pub(crate) fn quantile<T: Copy + Default + Ord>(values: &[T], percent: usize) -> T {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let index = sorted.len() * percent / 100;
    sorted
        .get(index.min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or_default()
}

/// Fields 14 and 15. The second field is the program's name in brackets and may hold anything.
fn cpu_ticks(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

fn kilobytes(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_tables_are_read() {
        let stat = "42 (a (b) c) S 1 42 42 0 -1 4194560 9 0 0 0 130 20 0 0 20 0 8 0 1";
        assert_eq!(cpu_ticks(stat), Some(150));
        assert_eq!(cpu_ticks("42 (cut"), None);
        let status = "Name:\tworkerd\nVmPeak:\t  900 kB\nVmHWM:\t  123 kB\n";
        assert_eq!(kilobytes(status, "VmHWM:"), Some(123));
        assert_eq!(kilobytes("Name:\tworkerd\n", "VmHWM:"), None);
    }

    #[test]
    fn this_process_has_memory() {
        let (peak, now) = (peak_memory(std::process::id()), memory(std::process::id()));
        assert!(peak.unwrap() > 1024 * 1024 && now.unwrap() > 1024 * 1024);
        assert!(cpu_time(std::process::id()).is_ok());
    }

    #[test]
    fn a_quantile_is_one_of_the_values() {
        let cases: [(&[u64], usize, u64); 6] = [
            (&[3, 1, 2], 50, 2),
            (&[4, 1, 2, 3], 50, 3),
            (&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 90, 10),
            (&[7], 95, 7),
            (&[1, 9], 100, 9),
            (&[], 50, 0),
        ];
        for (values, percent, expected) in cases {
            let values: Vec<Duration> = values.iter().copied().map(Duration::from_millis).collect();
            let found = quantile(&values, percent);
            assert_eq!(
                found,
                Duration::from_millis(expected),
                "{values:?} {percent}"
            );
        }
    }
}
