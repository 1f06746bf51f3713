//! Which limit comes first as a site grows, and what mends it?
//!
//! Some are settings, which are there to bound what texts cost; the others are objects that everybody asks. How often those are asked is
//! worked out here, for loads that nobody can wait for; a test holds it against what the real rules do (`rush`).

use login::Policy;
use login::policy::{Limits, Sharding};

use super::Options;
use super::books::Kind;
use super::cohort::{Act, Cohort};
use super::world::{Country, busiest_hour};

/// A limit, and how many logins a day reach it: if an object bears what the platform says, and if it bears a fifth of that.
pub(crate) struct Limit {
    pub(crate) logins_per_day: f64,
    pub(crate) cautious: f64,
    pub(crate) what: String,
    pub(crate) gives: &'static str,
    pub(crate) mend: &'static str,
}

/// What a step of ours may cost an object beside the simple ones that the platform's limit is told for.
pub(crate) const CAUTION: f64 = 5.0;
/// For how long a lease is on its way, in seconds: twice round half the world. Meanwhile its shard asks for each text.
const FLIGHT: f64 = 0.25;

/// All of them, the first one first.
pub(crate) fn all(options: &Options, countries: &[Country], cohort: &Cohort) -> Vec<Limit> {
    let mut limits = settings(options, countries, cohort);
    for shards in [1, 8, 64] {
        limits.push(site(options, countries, cohort, shards));
        limits.push(country(options, countries, cohort, shards));
    }
    limits.sort_by(|a, b| a.logins_per_day.total_cmp(&b.logins_per_day));
    limits
}

/// How many texts a login takes.
pub(crate) fn texts(cohort: &Cohort) -> f64 {
    let count = |act| cohort.acts.get(&act).copied().unwrap_or_default();
    (count(Act::Send) + count(Act::Resend)) as f64 / cohort.logins as f64
}

/// How many people who sign in as often as these may be behind one address.
pub(crate) fn people_behind_an_address(options: &Options, cohort: &Cohort) -> f64 {
    let network = Policy::default().budgets.network;
    f64::from(network.per_day) * f64::from(options.days_between) / texts(cohort)
}

fn settings(options: &Options, countries: &[Country], cohort: &Cohort) -> Vec<Limit> {
    let budgets = Policy::default().budgets;
    let (_, peak) = busiest_hour(countries);
    // The limit that is reached first: of the day, or of the busiest hour.
    let reached = |limits: Limits, share: f64, peak: f64| {
        let day = f64::from(limits.per_day);
        let hour = f64::from(limits.per_hour) * 24.0 / peak;
        day.min(hour) / (texts(cohort) * share)
    };
    let (share, local) = (busiest_share(countries), busiest_local_hour(countries));
    let prefix = 10_000.0 / options.numbers;
    let set = |name: &str, logins_per_day: f64| Limit {
        logins_per_day,
        cautious: logins_per_day,
        what: format!("`{name}` as it is by default"),
        gives: "texts are refused, and from half of it on a proof is wanted of everybody",
        mend: "the setting: twice what a busy day needs",
    };
    vec![
        set("SENDS_PER_SITE", reached(budgets.site, 1.0, peak)),
        set("SENDS_PER_COUNTRY", reached(budgets.country, share, local)),
        set("SENDS_PER_PREFIX", reached(budgets.prefix, prefix, local)),
    ]
}

fn site(options: &Options, countries: &[Country], cohort: &Cohort, shards: u32) -> Limit {
    let (_, peak) = busiest_hour(countries);
    let asks = cohort.asks(Kind::Site) + cohort.asks(Kind::SiteShard);
    object(options, cohort, asks, peak, shards, "the site's object")
}

fn country(options: &Options, countries: &[Country], cohort: &Cohort, shards: u32) -> Limit {
    let peak = busiest_share(countries) * busiest_local_hour(countries);
    // Of wrong codes only the site is told.
    let asks = texts(cohort) + 1.0;
    object(
        options,
        cohort,
        asks,
        peak,
        shards,
        "the busiest country's object",
    )
}

fn object(
    options: &Options,
    cohort: &Cohort,
    asks: f64,
    peak: f64,
    shards: u32,
    what: &str,
) -> Limit {
    let texts = texts(cohort);
    let reached = |bears: f64| {
        // In the busiest second more come than on average.
        let mean = bears - 3.0 * bears.sqrt();
        let is_borne =
            |logins: f64| asked(texts * logins, (asks - texts) * logins, shards, FLIGHT) <= mean;
        most(is_borne) * 86_400.0 / (peak * options.burst)
    };
    Limit {
        logins_per_day: reached(options.object_per_second),
        cautious: reached(options.object_per_second / CAUTION),
        what: format!("{what}, `BUDGET_SHARDS={shards}`"),
        gives: "it queues, then refuses: texts end with 503; codes are checked, and not counted",
        mend: match shards {
            64 => "none: 64 shards are the most",
            _ => "`BUDGET_SHARDS`",
        },
    }
}

/// How often a second a budget is asked when so many texts are sent and so many codes are tried.
///
/// A shard asks for a text, is lent more, and asks for each while they are on their way. What becomes of codes it tells once a second,
/// with the first one that is typed then.
pub(crate) fn asked(texts: f64, codes: f64, shards: u32, flight: f64) -> f64 {
    let Sharding { lease, .. } = Policy::default().sharding;
    if shards == 1 {
        return texts + codes;
    }
    let (shards, lease) = (f64::from(shards), f64::from(lease));
    let meanwhile = texts / shards * flight;
    let told = if codes > 0.0 {
        shards / (1.0 + shards / codes)
    } else {
        0.0
    };
    texts * (1.0 + meanwhile) / (1.0 + meanwhile + lease) + told
}

/// The most of something that is borne, to a thousandth.
fn most(is_borne: impl Fn(f64) -> bool) -> f64 {
    let (mut borne, mut not) = (0.0, 1e9);
    while not - borne > borne / 1000.0 {
        let middle = (borne + not) / 2.0;
        if is_borne(middle) {
            borne = middle;
        } else {
            not = middle;
        }
        if not < 1e-9 {
            break;
        }
    }
    borne
}

fn busiest_share(countries: &[Country]) -> f64 {
    countries
        .iter()
        .map(|country| country.share)
        .fold(0.0, f64::max)
}

fn busiest_local_hour(countries: &[Country]) -> f64 {
    let hours = countries
        .iter()
        .flat_map(|country| (0..24).map(|hour| country.activity(hour)));
    hours.fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::super::{rush, tests, world};
    use super::*;

    /// In the model's seconds nothing is on its way.
    #[test]
    fn what_is_worked_out_of_an_object_is_what_the_real_rules_ask_of_it() {
        let options = tests::options();
        let countries = world::countries(None).unwrap();
        for shards in [1, 8] {
            let rush = rush::run(&options, &countries, 1e6, shards).unwrap();
            let (mean, _) = rush.asked[&Kind::Site];
            let codes = rush.logins * (1.0 + f64::from(options.wrong) / 100.0);
            let expected = asked(rush.logins, codes, shards, 0.0);
            let off = (mean - expected).abs() / expected;
            assert!(
                off < 0.1,
                "{shards} shards: {mean} asks, {expected} expected"
            );
        }
    }

    #[test]
    fn the_most_that_is_borne_is_found() {
        for limit in [0.5, 12.0, 4321.0] {
            let found = most(|n| n <= limit);
            assert!((found - limit).abs() <= limit / 500.0, "{limit}: {found}");
        }
        assert!(most(|_| false) < 1e-6);
    }
}
