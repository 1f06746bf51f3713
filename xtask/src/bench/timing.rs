//! Does the time that an answer takes tell what a stranger must not learn?
//!
//! Whether a number has an account, or is blocked. Pairs of requests that get the same answer (R34), one after the other and each first in
//! turn, so that whatever else the machine does meets both. Not here: that the answers are the same to the byte (`tests`).

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use clap::Args;
use protocol::PhoneNumber;
use protocol::admin::{Order, path};
use serde::{Deserialize, Serialize};
use statrs::stats_tests::Alternative;
use statrs::stats_tests::mannwhitneyu::{MannWhitneyUMethod, mannwhitneyu};
use tokio::runtime::Runtime;

use super::crowd;
use super::person::{Api, Person, Site};
use super::telephone::Telephone;
use super::{Common, fresh};
use crate::admin;
use crate::measure::median;
use crate::step::Progress;

/// How often.
#[derive(Args)]
pub(super) struct Extent {
    /// How many requests of each kind.
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(50..=100_000))]
    requests: u32,
}

/// Two kinds of people who must not be told apart.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Pair {
    /// What they do.
    pub(crate) what: String,
    pub(crate) one: String,
    pub(crate) other: String,
    /// The medians, in milliseconds.
    pub(crate) medians: [f64; 2],
    /// How likely so large a difference is between two that are the same (Mann and Whitney).
    pub(crate) p: f64,
    /// How often one of the first takes longer than one of the second: a half, if nothing can be told.
    pub(crate) longer: f64,
}

/// From the last text to a number until another may be sent, and a little.
const COOL_DOWN: Duration = Duration::from_secs(31);

/// Measures all pairs.
pub(super) fn measure(progress: &Progress, common: &Common, extent: &Extent) -> Result<Vec<Pair>> {
    let instance = fresh(common)?;
    let runtime = Runtime::new()?;
    let telephone = Telephone::listen(&instance.simulator_origin)?;
    let site = Site::new(&instance.origin, Api::Own, telephone);
    let many = extent.requests;

    progress.say(&format!("  … {many} accounts"));
    let known = runtime.block_on(crowd::log_in(&site, 0..many, 8));
    ensure!(
        known.failed() == 0,
        "not all logged in: {:?}",
        known.failures
    );
    thread::sleep(COOL_DOWN);

    progress.say("  … with and without an account");
    let (mut asked, mut typed) = (Times::default(), Times::default());
    runtime.block_on(async {
        for nth in 0..many {
            let pair = [nth, many + nth].map(|index| Person::new(&site, index));
            let (one, other) = asked.note(nth, pair, 202, Person::try_to_send).await?;
            let (mut one, mut other) = (one, other);
            one.read_code().await?;
            other.read_code().await?;
            typed
                .note(nth, [one, other], 422, Person::try_a_wrong_code)
                .await?;
        }
        Ok::<_, anyhow::Error>(())
    })?;

    progress.say("  … blocked, and used up");
    let key = fs::read_to_string(common.dir().join("keys.env"))?;
    let key = admin::secret(&key).context("the worker has no key of the operator's")?;
    let mut refused = Times::default();
    for nth in 0..many {
        let [mut blocked, mut waiting] =
            [2 * many + nth, 3 * many + nth].map(|index| Person::new(&site, index));
        let phone = PhoneNumber::try_from(blocked.phone().as_str());
        let order = Order {
            phone: Some(phone.map_err(|wrong| anyhow!("{wrong:?}"))?),
            ..Order::default()
        };
        admin::ask(&instance.origin, &key, path::BLOCK, &order)?;
        runtime.block_on(async {
            // Once before, so that both records are at hand.
            blocked.try_to_send().await?;
            waiting.try_to_send().await?;
            let pair = [blocked, waiting];
            refused.note(nth, pair, 429, Person::try_to_send).await?;
            Ok::<_, anyhow::Error>(())
        })?;
    }

    let (account, none) = ("with an account", "without");
    Ok(vec![
        asked.judged("asking for a code", account, none)?,
        typed.judged("typing a wrong one", account, none)?,
        refused.judged("asking in vain", "a blocked number", "one that has to wait")?,
    ])
}

/// The times of both, in microseconds.
#[derive(Default)]
struct Times([Vec<u64>; 2]);

impl Times {
    /// Lets both act, and gives them back.
    async fn note(
        &mut self,
        nth: u32,
        [one, other]: [Person; 2],
        status: u16,
        act: impl AsyncFn(&mut Person) -> Result<u16>,
    ) -> Result<(Person, Person)> {
        let mut pair = [one, other];
        let order = if nth.is_multiple_of(2) {
            [0, 1]
        } else {
            [1, 0]
        };
        for which in order {
            let since = Instant::now();
            let answered = act(&mut pair[which]).await?;
            let took = since.elapsed();
            ensure!(answered == status, "answered {answered}, not {status}");
            self.0[which].push(u64::try_from(took.as_micros())?);
        }
        let [one, other] = pair;
        Ok((one, other))
    }

    fn judged(&self, what: &str, one: &str, other: &str) -> Result<Pair> {
        let [first, second] = &self.0;
        let (statistic, p) = mannwhitneyu(
            first,
            second,
            MannWhitneyUMethod::AsymptoticInclContinuityCorrection,
            Alternative::TwoSided,
        )
        .map_err(|error| anyhow!("{error:?}"))?;
        Ok(Pair {
            what: what.to_owned(),
            one: one.to_owned(),
            other: other.to_owned(),
            medians: [first, second].map(|times| median(times) as f64 / 1000.0),
            p,
            longer: statistic / (first.len() as f64 * second.len() as f64),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_is_not_told_apart_and_what_is_not_is() {
        let same: Vec<u64> = (0..500).map(|n| n * 7919 % 1000).collect();
        let later = same.iter().map(|time| time + 300).collect();
        let judged = |times| Times(times).judged("", "", "").unwrap();
        let alike = judged([same.clone(), same.iter().rev().copied().collect()]);
        assert!(
            alike.p > 0.9 && (alike.longer - 0.5).abs() < 0.01,
            "{alike:?}"
        );
        let apart = judged([later, same]);
        assert!(apart.p < 0.001 && apart.longer > 0.6, "{apart:?}");
    }
}
