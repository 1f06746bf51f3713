//! How often is the busiest object of each kind asked, at the busiest time of the day?
//!
//! Forty seconds of the busiest hour, in the middle of which a slot of the budgets begins: then no shard has a text left, and none is lent
//! any before there were enough in the new slot. Not here: what one login comes to (`cohort`).

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use login::Timestamp;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use rand_distr::{Distribution as _, LogNormal, Poisson};

use super::Options;
use super::books::Kind;
use super::cohort::Act;
use super::person::{MIDNIGHT, Person, Site};
use super::store::Store;
use super::world::{Country, busiest_hour};

/// How many seconds are looked at.
const SPAN: u64 = 40;
/// How many seconds before that people begin to come, so that some are typing when it begins.
const LEAD: u64 = 30;

/// How often objects were asked.
pub(crate) struct Rush {
    /// Logins a second that began.
    pub(crate) logins: f64,
    /// The busiest object of a kind: on average over the seconds, and in its busiest one.
    pub(crate) asked: BTreeMap<Kind, (f64, u64)>,
}

/// Has so many people a day come.
pub(crate) fn run(
    options: &Options,
    countries: &[Country],
    logins_per_day: f64,
    shards: u32,
) -> Result<Rush> {
    let mut luck = StdRng::seed_from_u64(options.seed);
    let site = Site::new(countries, shards, &mut luck)?;
    let (hour, _) = busiest_hour(countries);
    // A slot begins at each full hour.
    let middle = MIDNIGHT.plus(Duration::from_secs(hour as u64 * 3600));
    let begin = Timestamp::from_secs(middle.as_secs() - SPAN / 2);
    let store = Store::of_records(&site.policy, begin);
    let mut people = Vec::new();
    let mut events = BTreeMap::new();
    for country in countries {
        let mean = logins_per_day / 86_400.0 * country.share * country.activity(hour);
        for second in 0..LEAD + SPAN {
            let from = Timestamp::from_secs(begin.as_secs() + second - LEAD);
            for _ in 0..arrivals(mean * options.burst, &mut luck) {
                let who = people.len();
                people.push(Person::new(&site, country, &mut luck)?);
                plan(options, from, who, &mut events, &mut luck);
            }
        }
    }
    let end = begin.plus(Duration::from_secs(SPAN));
    let mut logins = 0;
    let mut is_open = false;
    for ((at, who, _), act) in events {
        if !is_open && at >= begin {
            is_open = true;
            store.take_books();
        }
        if at >= end {
            break;
        }
        store.now.set(at);
        logins += u64::from(is_open && act == Act::Send);
        let login = site.login(&store, store.orders());
        people[who].act(act, &login, &mut luck)?;
    }
    let per_second = |n: u64| n as f64 / SPAN as f64;
    let asked = Kind::ALL.map(|kind| {
        let (all, most) = store.busiest(kind);
        (kind, (per_second(all), most))
    });
    Ok(Rush {
        logins: per_second(logins),
        asked: asked.into(),
    })
}

fn arrivals(mean: f64, luck: &mut StdRng) -> u64 {
    // A mean of nothing is no distribution.
    Poisson::new(mean).map_or(0, |arrivals| arrivals.sample(luck) as u64)
}

/// A text, and a code some time later. Who stays signed in asks nothing but the object of their account.
fn plan(
    options: &Options,
    from: Timestamp,
    who: usize,
    events: &mut BTreeMap<(Timestamp, usize, usize), Act>,
    luck: &mut StdRng,
) {
    let arrives = LogNormal::new(20f64.ln(), 0.4).expect("its spread is finite");
    let mut at = from.plus(Duration::from_millis(luck.random_range(0..1000)));
    events.insert((at, who, 0), Act::Send);
    at = at.plus(Duration::from_secs_f64(arrives.sample(luck)));
    if luck.random_range(0..100) < options.wrong {
        events.insert((at, who, 1), Act::Wrong);
        at = at.plus(Duration::from_secs(8));
    }
    events.insert((at, who, 2), Act::Right);
}
