//! What does one login come to, from the first text to the last alarm?
//!
//! Some people sign in again and again, always after the same number of days, until nothing changes any more from one time to the next.
//! What then happens between two of their logins is what a login comes to. Not here: how many sign in at once (`rush`).

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use login::Timestamp;
use login::policy::DAY;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use rand_distr::{Distribution as _, Exp, LogNormal, Poisson};

use super::Options;
use super::books::{Books, Kind};
use super::person::{MIDNIGHT, Person, Site};
use super::store::Store;
use super::world::{Country, draw_country, draw_hour};

/// One request of a person, or what happens by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Act {
    /// The element asks for its settings, and how the country's numbers are written.
    Open,
    Send,
    Resend,
    Wrong,
    Right,
    Check,
    Renew,
    Logout,
    /// An alarm rings, and an object forgets what is over.
    Forget,
}

impl Act {
    pub(crate) const ALL: [Self; 9] = [
        Self::Open,
        Self::Send,
        Self::Resend,
        Self::Wrong,
        Self::Right,
        Self::Check,
        Self::Renew,
        Self::Logout,
        Self::Forget,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Open => "the element opens",
            Self::Send => "send",
            Self::Resend => "resend",
            Self::Wrong => "verify, wrong",
            Self::Right => "verify, right",
            Self::Check => "session check",
            Self::Renew => "renew",
            Self::Logout => "logout",
            Self::Forget => "alarms, until the next login",
        }
    }

    /// How often the worker is asked.
    pub(crate) fn requests(self) -> u64 {
        match self {
            Self::Open => 2,
            Self::Forget => 0,
            Self::Send
            | Self::Resend
            | Self::Wrong
            | Self::Right
            | Self::Check
            | Self::Renew
            | Self::Logout => 1,
        }
    }
}

/// How long after its last renewal the element renews a token: a minute before its time is over (`widget/src/flow/renewal.rs`).
const LEAD: Duration = Duration::from_secs(60);
/// How often people sign in before it counts.
const WARM_UP: u32 = 3;

/// What happened between one login of these people and the next.
pub(crate) struct Cohort {
    pub(crate) logins: u64,
    pub(crate) acts: BTreeMap<Act, u64>,
    pub(crate) books: Books,
    /// How many objects were asked at all.
    pub(crate) touched: BTreeMap<Kind, u64>,
    /// The rows at the end, on average, in bytes.
    pub(crate) lengths: BTreeMap<Kind, u64>,
}

impl Cohort {
    /// How often the objects of that kind are asked for one login.
    pub(crate) fn asks(&self, kind: Kind) -> f64 {
        let books = self.books.iter().filter(|((_, of), _)| *of == kind);
        books.map(|(_, book)| book.asks).sum::<u64>() as f64 / self.logins as f64
    }
}

/// Has them sign in.
pub(crate) fn run(options: &Options, countries: &[Country]) -> Result<Cohort> {
    let mut luck = StdRng::seed_from_u64(options.seed);
    let site = Site::new(countries, options.shards, &mut luck)?;
    let store = Store::of_rows(&site.policy, MIDNIGHT);
    let mut people = Vec::new();
    for _ in 0..options.sample {
        let country = draw_country(countries, &mut luck);
        people.push((country, Person::new(&site, &country, &mut luck)?));
    }
    let mut acts = BTreeMap::new();
    for cycle in 0..=WARM_UP {
        let day = MIDNIGHT.plus(DAY * options.days_between * cycle);
        let events = plan(options, &site, &people, day, &mut luck);
        store.pass(day);
        store.take_books();
        acts.clear();
        for ((at, who, _), act) in events {
            store.pass(at);
            store.act.set(act);
            let login = site.login(&store, store.orders());
            let (_, person) = &mut people[who];
            person.act(act, &login, &mut luck)?;
            *acts.entry(act).or_default() += 1;
        }
    }
    store.pass(MIDNIGHT.plus(DAY * options.days_between * (WARM_UP + 1)));
    let of_all = |of: &dyn Fn(Kind) -> u64| Kind::ALL.map(|kind| (kind, of(kind))).into();
    Ok(Cohort {
        logins: people.len() as u64,
        acts,
        touched: of_all(&|kind| store.touched(kind)),
        lengths: of_all(&|kind| store.mean_length(kind)),
        books: store.take_books(),
    })
}

/// When it happens, to whom, and the how-manieth thing it is.
type When = (Timestamp, usize, usize);

fn plan(
    options: &Options,
    site: &Site,
    people: &[(Country, Person)],
    day: Timestamp,
    luck: &mut StdRng,
) -> BTreeMap<When, Act> {
    let mut events = BTreeMap::new();
    for (who, (country, _)) in people.iter().enumerate() {
        let hour = draw_hour(country, luck);
        let millis = luck.random_range(0..3_600_000);
        let mut at = day.plus(Duration::from_secs(hour * 3600) + Duration::from_millis(millis));
        for (n, (wait, act)) in visit(options, site, luck).into_iter().enumerate() {
            at = at.plus(wait);
            events.insert((at, who, n), act);
        }
    }
    events
}

/// What one visitor does, and how long after what they did before.
fn visit(options: &Options, site: &Site, luck: &mut StdRng) -> Vec<(Duration, Act)> {
    let secs = Duration::from_secs_f64;
    let arrives = LogNormal::new(20f64.ln(), 0.4).expect("its spread is finite");
    let chance = |percent: u32, luck: &mut StdRng| luck.random_range(0..100) < percent;
    let mut visit = vec![(Duration::ZERO, Act::Open), (secs(10.0), Act::Send)];
    if chance(options.resend, luck) {
        // Longer than the first cool-down.
        visit.push((secs(45.0), Act::Resend));
    }
    visit.push((secs(arrives.sample(luck)), Act::Right));
    if chance(options.wrong, luck) {
        let last = visit.len() - 1;
        visit[last].1 = Act::Wrong;
        visit.push((secs(8.0), Act::Right));
    }
    let stay = Exp::new(1.0 / (f64::from(options.minutes) * 60.0)).expect("a stay takes time");
    let stay = stay.sample(luck);
    let between = (site.policy.token_life - LEAD).as_secs_f64();
    let mut after: Vec<(f64, Act)> = (1..)
        .map(|n| (f64::from(n) * between, Act::Renew))
        .take_while(|(at, _)| *at < stay)
        .collect();
    let checks = Poisson::new(options.checks).map_or(0.0, |checks| checks.sample(luck));
    for _ in 0..checks as u64 {
        after.push((luck.random_range(0.0..stay), Act::Check));
    }
    after.sort_by(|a, b| a.0.total_cmp(&b.0));
    if chance(options.logout, luck) {
        after.push((stay, Act::Logout));
    }
    let mut before = 0.0;
    for (at, act) in after {
        visit.push((secs(at - before), act));
        before = at;
    }
    visit
}
