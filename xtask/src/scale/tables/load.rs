//! How often are the busiest objects asked, and which limit comes first?
//!
//! Not here: what one login asks (`login`).

use super::format::{Table, number, rough};
use super::{LOADS, Rushes};
use crate::scale::books::Kind;
use crate::scale::cohort::Cohort;
use crate::scale::world::{Country, busiest_hour};
use crate::scale::{Options, bill, limits};

/// How often the busiest objects are asked.
pub(super) fn busiest(options: &Options, countries: &[Country], rushes: &Rushes) -> String {
    let (hour, peak) = busiest_hour(countries);
    let title = format!(
        "Requests a second to the busiest object of its kind, at {hour}:00 UTC, {} times as busy as a day's mean: on average over forty \
         seconds, and in the busiest of them (soft limit {})",
        number(peak * options.burst),
        number(options.object_per_second)
    );
    let header = [
        "logins a day",
        "shards",
        "logins a second",
        "site",
        "a shard of it",
        "country",
        "a shard of it",
        "prefix",
        "network",
        "number",
        "user",
    ];
    let mut table = Table::of_numbers(&title, &header.map(str::to_owned));
    for (load, shards, rush) in rushes {
        let asked = |kind: Kind| match rush.asked[&kind] {
            (_, 0) => "–".to_owned(),
            (mean, most) => format!("{}, {most}", number(mean)),
        };
        let most = |kind: Kind| rush.asked[&kind].1.to_string();
        table.row(vec![
            number(*load),
            shards.to_string(),
            number(rush.logins),
            asked(Kind::Site),
            asked(Kind::SiteShard),
            asked(Kind::Country),
            asked(Kind::CountryShard),
            most(Kind::Prefix),
            most(Kind::Network),
            most(Kind::Number),
            most(Kind::User),
        ]);
    }
    table.text
}

/// The object that everything is counted in, which no answer waits for.
pub(super) fn counts(options: &Options, cohort: &Cohort) -> String {
    let instances = [100.0, 1000.0, 10_000.0];
    let mut header = vec!["logins a day".to_owned()];
    header.extend(instances.map(|instances| format!("{} instances", number(instances))));
    let title = "Requests a second to the object of the metrics, over a whole day, by how many instances of the worker are busy";
    let mut table = Table::of_numbers(title, &header);
    for load in LOADS {
        let mut row = vec![number(load)];
        row.extend(instances.map(|instances| {
            let options = Options {
                instances,
                ..options.clone()
            };
            number(bill::hand_ins_per_second(&options, cohort, load))
        }));
        table.row(row);
    }
    table.text
}

/// What gives first.
pub(super) fn first(options: &Options, countries: &[Country], cohort: &Cohort) -> String {
    let mut header = vec!["limit".to_owned()];
    let bears = [
        options.object_per_second,
        options.object_per_second / limits::CAUTION,
    ];
    header.extend(bears.map(|bears| format!("logins a day, {} requests a second", number(bears))));
    header.extend(["what gives", "what mends it"].map(str::to_owned));
    let title =
        "Limits, in the order in which a growing site comes to them, by what one object bears";
    let mut table = Table::new(title, &header, 2);
    for limit in limits::all(options, countries, cohort) {
        table.row(vec![
            limit.what,
            rough(limit.logins_per_day),
            rough(limit.cautious),
            limit.gives.to_owned(),
            limit.mend.to_owned(),
        ]);
    }
    let people = limits::people_behind_an_address(options, cohort);
    table.text += &format!(
        "\nBehind one address, `SENDS_PER_NETWORK` as it is by default bears {} people of the site who sign in every {} days; from half as \
         many on, a proof is wanted of them.\n",
        rough(people),
        options.days_between
    );
    table.text
}
