//! Does a crowd feel it when something beside it is hot?
//!
//! One number, one network, one country, each with three times as many requests as the crowd has people; and, to compare, as many requests
//! from as many other people, which costs the machine more than being refused does. Not here: the crowd itself (`crowd`).

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::{Extent, report, start, warm_up};
use crate::bench::Common;
use crate::bench::crowd::Crowd;
use crate::bench::numbers;
use crate::bench::person::{Person, Site};
use crate::bench::results::Beside;
use crate::step::Progress;

/// How many ask in a second for something hot, for each of the crowd.
const HEAT: u32 = 3;

/// What stands beside the crowd.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Heat {
    Nothing,
    /// As many requests as the others, but each from somebody else: what the machine alone makes of it.
    Spread,
    Number,
    Network,
    Country,
}

impl Heat {
    const ALL: [Self; 5] = [
        Self::Nothing,
        Self::Spread,
        Self::Number,
        Self::Network,
        Self::Country,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Spread => "as many, each from somebody else",
            Self::Number => "one hot number",
            Self::Network => "one hot network",
            Self::Country => "one hot country",
        }
    }

    /// The `nth` who asks.
    fn person(self, site: &Site, nth: u32) -> Person {
        /// Nobody of the crowd.
        const OTHERS: u32 = 1 << 24;
        let person = Person::new(site, OTHERS + nth);
        match self {
            Self::Nothing | Self::Spread => person,
            Self::Number => person.with_number(numbers::elsewhere(0)),
            Self::Network => person.at("19.0.0.1"),
            Self::Country => person.with_number(numbers::elsewhere(nth)),
        }
    }
}

/// A crowd beside each of them, one after the other.
pub(super) fn hot(
    progress: &Progress,
    common: &Common,
    extent: &Extent,
    runtime: &Runtime,
) -> Result<Vec<Beside>> {
    let mut all = Vec::new();
    for heat in Heat::ALL {
        progress.say(&format!("  … beside a crowd: {}", heat.name()));
        let (_instance, site) = start(common)?;
        let uncounted = warm_up(extent.rate);
        let people = 0..uncounted + extent.rate * extent.seconds;
        let asking = match heat {
            Heat::Nothing => 0,
            Heat::Spread | Heat::Number | Heat::Network | Heat::Country => people.end * HEAT,
        };
        let crowd = Crowd {
            people,
            rate: extent.rate.into(),
            uncounted,
        };
        let interval = 1.0 / f64::from(extent.rate * HEAT);
        let (tally, answers) = runtime.block_on(async {
            tokio::join!(crowd.come(&site), ask(heat, &site, asking, interval))
        });
        report(progress, &tally);
        all.push(Beside {
            what: heat.name().to_owned(),
            times: tally.quantiles(),
            failed: tally.failed(),
            answers,
        });
    }
    Ok(all)
}

/// So many ask for a code, at a constant rate, and go no further. What they were answered, by status; 0 is none.
async fn ask(heat: Heat, site: &Site, many: u32, interval: f64) -> BTreeMap<u16, u64> {
    let mut asking = JoinSet::new();
    let begin = Instant::now();
    for nth in 0..many {
        sleep_until(begin + Duration::from_secs_f64(f64::from(nth) * interval)).await;
        let mut person = heat.person(site, nth);
        asking.spawn(async move { person.try_to_send().await.unwrap_or_default() });
    }
    let mut answers = BTreeMap::new();
    while let Some(status) = asking.join_next().await {
        *answers.entry(status.unwrap_or_default()).or_default() += 1;
    }
    answers
}
