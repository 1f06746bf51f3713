//! How long did many requests take, and how many came to nothing?
//!
//! Times are in microseconds, to three digits. Not here: who takes them (`crowd`).

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// The times of one kind of request.
#[derive(Clone)]
pub(super) struct Times(Histogram<u64>);

impl Default for Times {
    fn default() -> Self {
        Self(Histogram::new(3).expect("three digits are few enough"))
    }
}

/// What is said of them, in milliseconds.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Quantiles {
    pub(crate) count: u64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) p999: f64,
    pub(crate) max: f64,
}

impl Times {
    pub(super) fn add(&mut self, took: Duration) {
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        // It grows as far as it must.
        self.0.record(took).expect("it may grow");
    }

    pub(super) fn quantiles(&self) -> Quantiles {
        let at = |quantile| self.0.value_at_quantile(quantile) as f64 / 1000.0;
        Quantiles {
            count: self.0.len(),
            p50: at(0.5),
            p99: at(0.99),
            p999: at(0.999),
            max: self.0.max() as f64 / 1000.0,
        }
    }
}

/// What a crowd lived through.
#[derive(Clone, Default)]
pub(super) struct Tally {
    pub(super) times: BTreeMap<&'static str, Times>,
    /// What went wrong, and how often.
    pub(super) failures: BTreeMap<String, u64>,
    /// How many people were done with everything.
    pub(super) done: u32,
}

impl Tally {
    /// Notes one request: its time, or why it came to nothing.
    pub(super) fn note(&mut self, kind: &'static str, took: Duration, outcome: Result<()>) -> bool {
        match outcome {
            Ok(()) => self.times.entry(kind).or_default().add(took),
            Err(error) => {
                *self
                    .failures
                    .entry(format!("{kind}: {error:#}"))
                    .or_default() += 1;
                return false;
            }
        }
        true
    }

    /// What is said of all kinds.
    pub(super) fn quantiles(&self) -> BTreeMap<String, Quantiles> {
        let kinds = self.times.iter();
        kinds
            .map(|(kind, times)| ((*kind).to_owned(), times.quantiles()))
            .collect()
    }

    /// How many requests came to nothing.
    pub(super) fn failed(&self) -> u64 {
        self.failures.values().sum()
    }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn a_failure_has_a_reason_and_no_time() {
        let mut tally = Tally::default();
        assert!(tally.note("send", Duration::from_millis(3), Ok(())));
        assert!(!tally.note("send", Duration::from_secs(9), Err(anyhow!("no"))));
        let quantiles = tally.quantiles();
        assert_eq!(quantiles["send"].count, 1);
        assert!((quantiles["send"].max - 3.0).abs() < 0.01);
        assert_eq!(tally.failures["send: no"], 1);
        assert_eq!(tally.failed(), 1);
    }
}
