//! How much longer does it take for somebody who is far from an object?
//!
//! The worker runs near the visitor, and asks objects where they live. What it asks one after the other adds up; of what it asks at
//! once, the slowest counts (`edge/login/src/journey`). The provider's time is left out: it is the same for everybody.

use anyhow::Result;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::Options;
use super::world::{City, Country, draw_country};
use crate::measure::{median, quantile};

/// How long requests take for somebody, in milliseconds.
pub(crate) struct Waits {
    /// There and back to the objects of the number and the account.
    pub(crate) own: u64,
    /// There and back to the site's.
    pub(crate) site: u64,
    pub(crate) send: u64,
    pub(crate) verify: u64,
    /// Renewing, checking or ending a session.
    pub(crate) session: u64,
    /// A send with shards: half of them take no longer, and nineteen in twenty.
    pub(crate) sharded: (u64, u64),
}

/// The site's budget and its shards, each where it was first asked for.
pub(crate) struct Places {
    home: City,
    shards: Vec<City>,
    step: f64,
}

/// Of ten texts, a shard that is lent ten at once asks its budget for one.
const TEXTS_OF_A_LEASE: usize = 10;

impl Places {
    /// Whoever asks a shard first is drawn from all who sign in.
    pub(crate) fn draw(options: &Options, countries: &[Country]) -> Result<Self> {
        let mut luck = StdRng::seed_from_u64(options.seed);
        let shards = 0..options.shards.max(8);
        let shards = shards.map(|_| draw_country(countries, &mut luck).city.nearest_home());
        Ok(Self {
            home: City::home(&options.home)?,
            shards: shards.collect(),
            step: options.step_ms,
        })
    }

    /// For somebody who is here, and first signed in there.
    pub(crate) fn waits(&self, here: City, first: City) -> Waits {
        let trip = |to: City| here.round_trip(to) + self.step;
        let own = trip(first.nearest_home());
        // Objects of networks, prefixes and countries are where their people are.
        let near = trip(here.nearest_home()).max(own);
        let site = trip(self.home);
        let send = |site: f64| own + near.max(site) + own;
        let mut sharded = Vec::new();
        for shard in &self.shards {
            let shard = trip(*shard);
            // Without a text of its own it asks the budget, and is brought what that lends it.
            let asks = shard + site + shard;
            sharded.push(whole(send(asks)));
            sharded.extend([whole(send(shard)); TEXTS_OF_A_LEASE - 1]);
        }
        Waits {
            own: whole(own - self.step),
            site: whole(site - self.step),
            send: whole(send(site)),
            // What became of the code is settled and counted at once.
            verify: whole(own + near.max(site) + own),
            session: whole(own),
            sharded: (median(&sharded), quantile(&sharded, 95)),
        }
    }
}

fn whole(millis: f64) -> u64 {
    millis.round() as u64
}
