//! How long does a request take, by where somebody is?
//!
//! Not here: what adds up to it (`distance`).

use anyhow::Result;

use super::format::Table;
use crate::measure::quantile;
use crate::scale::Options;
use crate::scale::distance::Places;
use crate::scale::world::{City, Country};

pub(super) fn table(options: &Options, countries: &[Country]) -> Result<String> {
    let title = format!(
        "Milliseconds by distance, the provider's left out: the site's budget lives in {}, and its eight shards where they were first \
         asked for",
        options.home
    );
    let header = [
        "somebody in",
        "to their own objects",
        "to the site's",
        "send",
        "verify",
        "session",
        "send with shards: half",
        "19 in 20",
    ];
    let mut table = Table::of_numbers(&title, &header.map(str::to_owned));
    let places = Places::draw(options, countries)?;
    let columns = |here: City, first: City| {
        let waits = places.waits(here, first);
        let (half, most) = waits.sharded;
        [
            waits.own,
            waits.site,
            waits.send,
            waits.verify,
            waits.session,
            half,
            most,
        ]
    };
    let mut row = |who: String, millis: [u64; 7]| {
        let mut cells = vec![who];
        cells.extend(millis.map(|millis| millis.to_string()));
        table.row(cells);
    };
    let mut all = Vec::new();
    for country in countries {
        let millis = columns(country.city, country.city);
        let thousandths = (country.share * 1000.0).round() as usize;
        all.extend(vec![millis; thousandths]);
        row(country.city.name.to_owned(), millis);
    }
    for (who, percent) in [
        ("half of all logins, at most", 50),
        ("19 in 20, at most", 95),
    ] {
        let of = |column: usize| {
            let column: Vec<u64> = all.iter().map(|millis| millis[column]).collect();
            quantile(&column, percent)
        };
        row(who.to_owned(), std::array::from_fn(of));
    }
    let pairs = countries
        .iter()
        .flat_map(|here| countries.iter().map(|first| (here.city, first.city)));
    let farthest = pairs.max_by_key(|(here, first)| columns(*here, *first)[0]);
    if let Some((here, first)) = farthest {
        let who = format!("{}, first signed in in {}", here.name, first.name);
        row(who, columns(here, first));
    }
    Ok(table.text)
}
