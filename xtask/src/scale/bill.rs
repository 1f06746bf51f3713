//! What does one login cost, line by line?
//!
//! What is included in the plan is left out: it is less than a day's use of a large site. Not here: what the platform charges
//! (`platform`).

use login::metrics::HAND_IN_AFTER;

use super::Options;
use super::books::Book;
use super::cohort::{Act, Cohort};
use super::platform::{self, price};

/// A line: what for, how much of it for each login, and what that costs in US dollars.
pub(crate) struct Line {
    pub(crate) what: &'static str,
    pub(crate) amount: f64,
    pub(crate) dollars: f64,
}

/// The lines of one login, its text and storage left out.
pub(crate) fn of_a_login(options: &Options, cohort: &Cohort) -> Vec<Line> {
    let logins = cohort.logins as f64;
    let count = |act: Act| cohort.acts.get(&act).copied().unwrap_or_default() as f64 / logins;
    let (mut requests, mut millis) = (0.0, 0.0);
    for act in Act::ALL {
        let asked = count(act) * act.requests() as f64;
        requests += asked;
        millis += asked * cpu(options, act);
    }
    let (mut journeys, mut alarms) = (Book::default(), Book::default());
    for ((act, _), book) in &cohort.books {
        if *act == Act::Forget {
            alarms.add(*book);
        } else {
            journeys.add(*book);
        }
    }
    let hand_ins = hand_ins_per_second(options, cohort, options.logins_per_day)
        / (options.logins_per_day / 86_400.0);
    let line = |what, amount, dollars_a_million: f64| Line {
        what,
        amount,
        dollars: amount * dollars_a_million / 1e6,
    };
    let each = |n: u64| n as f64 / logins;
    let seconds = |steps: f64| steps * options.step_ms / 1000.0 * platform::MEMORY;
    let steps = each(journeys.asks);
    let rung = each(alarms.alarms);
    vec![
        line("requests to the worker", requests, price::REQUESTS),
        line("its processor, ms", millis, price::CPU),
        line("requests to objects", steps, price::OBJECT_REQUESTS),
        line(
            "objects at work, GB-s",
            seconds(steps + rung + hand_ins),
            price::GIGABYTE_SECONDS,
        ),
        line(
            "rows written",
            each(journeys.rows_written),
            price::ROWS_WRITTEN,
        ),
        line(
            "rows read",
            each(journeys.rows_read + alarms.rows_read),
            price::ROWS_READ,
        ),
        line("alarms that ring", rung, price::OBJECT_REQUESTS),
        line(
            "rows that they write, and the next alarms",
            each(alarms.rows_written),
            price::ROWS_WRITTEN,
        ),
        line(
            "counts handed in: requests and rows",
            hand_ins,
            price::OBJECT_REQUESTS + price::ROWS_WRITTEN,
        ),
    ]
}

/// What so many objects take on the disk, in gigabytes.
pub(crate) fn gigabytes(objects: f64) -> f64 {
    objects * platform::BYTES_ON_DISK as f64 / 1e9
}

/// How often all instances of the worker hand in what they have counted: each waits for something to count, and then for a while.
pub(crate) fn hand_ins_per_second(options: &Options, cohort: &Cohort, logins_per_day: f64) -> f64 {
    let counted = [
        Act::Send,
        Act::Resend,
        Act::Wrong,
        Act::Right,
        Act::Renew,
        Act::Logout,
    ];
    let counted = counted.map(|act| cohort.acts.get(&act).copied().unwrap_or_default());
    let each = counted.iter().sum::<u64>() as f64 / cohort.logins as f64;
    let of_an_instance = each * logins_per_day / 86_400.0 / options.instances;
    options.instances / (HAND_IN_AFTER.as_secs_f64() + 1.0 / of_an_instance)
}

fn cpu(options: &Options, act: Act) -> f64 {
    match act {
        Act::Send | Act::Resend | Act::Wrong | Act::Right => options.cpu_ms,
        Act::Open | Act::Check | Act::Renew | Act::Logout => options.cpu_other_ms,
        Act::Forget => 0.0,
    }
}
