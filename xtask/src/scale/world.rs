//! Who signs in, from where, and when? All of it is assumed.
//!
//! A site that is known all over the world, and people who behave as people do. Not here: what the platform charges and allows
//! (`platform`); what a login does (the crate `login`, which is not assumed but run).

use std::f64::consts::PI;

use anyhow::{Context, Result, bail};
use rand::distr::Distribution as _;
use rand::distr::weighted::WeightedIndex;
use rand::rngs::StdRng;

/// A country, and the city that stands for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Country {
    pub(crate) iso: &'static str,
    /// Of a hundred logins; scaled so that all together are all.
    pub(crate) share: f64,
    /// Hours ahead of UTC.
    utc: f64,
    pub(crate) city: City,
}

/// A place on the globe.
#[derive(Clone, Copy, Debug)]
pub(crate) struct City {
    pub(crate) name: &'static str,
    latitude: f64,
    longitude: f64,
}

const fn city(name: &'static str, latitude: f64, longitude: f64) -> City {
    City {
        name,
        latitude,
        longitude,
    }
}

const fn country(iso: &'static str, share: f64, utc: f64, city: City) -> Country {
    Country {
        iso,
        share,
        utc,
        city,
    }
}

/// The countries of the site, by how much of its logins they have.
const COUNTRIES: [Country; 20] = [
    country("IN", 17.0, 5.5, city("Delhi", 28.6, 77.2)),
    country("US", 13.0, -6.0, city("Chicago", 41.9, -87.6)),
    country("BR", 8.0, -3.0, city("São Paulo", -23.6, -46.6)),
    country("ID", 8.0, 7.0, city("Jakarta", -6.2, 106.8)),
    country("MX", 6.0, -6.0, city("Mexico City", 19.4, -99.1)),
    country("DE", 5.0, 1.0, city("Berlin", 52.5, 13.4)),
    country("GB", 5.0, 0.0, city("London", 51.5, -0.1)),
    country("JP", 5.0, 9.0, city("Tokyo", 35.7, 139.7)),
    country("NG", 5.0, 1.0, city("Lagos", 6.5, 3.4)),
    country("PH", 5.0, 8.0, city("Manila", 14.6, 121.0)),
    country("FR", 4.0, 1.0, city("Paris", 48.9, 2.4)),
    country("TR", 4.0, 3.0, city("Istanbul", 41.0, 29.0)),
    country("EG", 3.0, 2.0, city("Cairo", 30.0, 31.2)),
    country("ES", 3.0, 1.0, city("Madrid", 40.4, -3.7)),
    country("IT", 3.0, 1.0, city("Rome", 41.9, 12.5)),
    country("PL", 2.0, 1.0, city("Warsaw", 52.2, 21.0)),
    country("AU", 1.0, 10.0, city("Sydney", -33.9, 151.2)),
    country("AE", 1.0, 4.0, city("Dubai", 25.2, 55.3)),
    country("HR", 1.0, 1.0, city("Zagreb", 45.8, 16.0)),
    country("ZA", 1.0, 2.0, city("Johannesburg", -26.2, 28.0)),
];

/// Where Durable Objects live. Cloudflare's list of location hints names nine regions; that none live in South America, Africa and the
/// Middle East is from memory, and so is each city.
const HOMES: [City; 8] = [
    city("San Jose", 37.3, -121.9),
    city("Ashburn", 39.0, -77.5),
    city("London", 51.5, -0.1),
    city("Frankfurt", 50.1, 8.7),
    city("Warsaw", 52.2, 21.0),
    city("Singapore", 1.4, 103.8),
    city("Tokyo", 35.7, 139.7),
    city("Sydney", -33.9, 151.2),
];

/// How busy each hour of the local day is, beside the others.
const HOURS: [f64; 24] = [
    0.5, 0.3, 0.2, 0.2, 0.2, 0.3, 0.6, 1.0, 1.3, 1.3, 1.3, 1.3, 1.4, 1.3, 1.2, 1.2, 1.2, 1.3, 1.4,
    1.5, 1.6, 1.5, 1.2, 0.8,
];

/// All countries with their shares; or those that are named, as `IN=17,HR=1`.
pub(crate) fn countries(named: Option<&str>) -> Result<Vec<Country>> {
    let mut countries = match named {
        None => COUNTRIES.to_vec(),
        Some(text) => text.split(',').map(named_share).collect::<Result<_>>()?,
    };
    let all: f64 = countries.iter().map(|country| country.share).sum();
    if all <= 0.0 {
        bail!("the shares of the countries come to nothing; write them as IN=17,HR=1");
    }
    for country in &mut countries {
        country.share /= all;
    }
    Ok(countries)
}

fn named_share(text: &str) -> Result<Country> {
    let known = || COUNTRIES.map(|country| country.iso).join(", ");
    let (iso, share) = text
        .split_once('=')
        .with_context(|| format!("{text:?} is no country and its share, such as HR=1"))?;
    let found = COUNTRIES.iter().find(|country| country.iso == iso);
    let share: f64 = share.parse().context("a share is a number")?;
    if !(share >= 0.0 && share.is_finite()) {
        bail!("a share is not negative, and {share} is");
    }
    let country = found.with_context(|| format!("{iso} is none of {}", known()))?;
    Ok(Country { share, ..*country })
}

impl Country {
    /// How busy it is there at that hour in UTC, where 1 is the mean of the day.
    pub(crate) fn activity(&self, hour: usize) -> f64 {
        let mean = HOURS.iter().sum::<f64>() / 24.0;
        // Half hours go to the hour before.
        let local = (24.0 + self.utc).floor() as usize + hour;
        HOURS[local % 24] / mean
    }
}

/// The hour in UTC in which most people sign in, and how many times the mean of the day that is.
pub(crate) fn busiest_hour(countries: &[Country]) -> (usize, f64) {
    let activity = |hour| {
        let shares = countries.iter();
        let sum: f64 = shares
            .map(|country| country.share * country.activity(hour))
            .sum();
        (hour, sum)
    };
    let hours = (0..24).map(activity);
    hours.fold((0, 0.0), |most, it| if it.1 > most.1 { it } else { most })
}

/// The country of somebody.
pub(crate) fn draw_country(countries: &[Country], luck: &mut StdRng) -> Country {
    let shares = countries.iter().map(|country| country.share);
    let shares = WeightedIndex::new(shares).expect("the shares come to something");
    countries[shares.sample(luck)]
}

/// The hour in UTC at which somebody there signs in.
pub(crate) fn draw_hour(country: &Country, luck: &mut StdRng) -> u64 {
    let activity = (0..24).map(|hour| country.activity(hour));
    let hours = WeightedIndex::new(activity).expect("no country sleeps all day");
    hours.sample(luck) as u64
}

impl City {
    /// The place of that name where objects live.
    pub(crate) fn home(name: &str) -> Result<Self> {
        let known = || HOMES.map(|city| city.name).join(", ");
        let found = HOMES.iter().find(|city| city.name == name);
        found
            .copied()
            .with_context(|| format!("{name} is none of {}", known()))
    }

    /// Where an object lives that is first asked for from here.
    pub(crate) fn nearest_home(self) -> Self {
        let mut homes = HOMES;
        homes.sort_by(|a, b| self.kilometres(*a).total_cmp(&self.kilometres(*b)));
        homes[0]
    }

    /// There and back, in milliseconds: the great circle, half as long again because no cable lies along it, at two thirds of the
    /// speed of light; and a millisecond within one place.
    pub(crate) fn round_trip(self, other: Self) -> f64 {
        const DETOUR: f64 = 1.5;
        const KILOMETRES_PER_MILLISECOND: f64 = 200.0;
        1.0 + 2.0 * self.kilometres(other) * DETOUR / KILOMETRES_PER_MILLISECOND
    }

    fn kilometres(self, other: Self) -> f64 {
        const RADIUS: f64 = 6371.0;
        let radians = |degrees: f64| degrees * PI / 180.0;
        let (a, b) = (radians(self.latitude), radians(other.latitude));
        let turn = radians(self.longitude - other.longitude);
        let cosine = a.sin() * b.sin() + a.cos() * b.cos() * turn.cos();
        RADIUS * cosine.clamp(-1.0, 1.0).acos()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_the_globe() {
        let place = |name| City::home(name).unwrap();
        // From tables of great-circle distances.
        for (a, b, kilometres) in [
            ("London", "Frankfurt", 640.0),
            ("London", "Singapore", 10_850.0),
            ("Ashburn", "Sydney", 15_700.0),
        ] {
            let found = place(a).kilometres(place(b));
            assert!(
                (found - kilometres).abs() < kilometres / 50.0,
                "{a}, {b}: {found}"
            );
        }
    }

    #[test]
    fn a_day_is_as_busy_as_its_hours_together() {
        for country in COUNTRIES {
            let sum: f64 = (0..24).map(|hour| country.activity(hour)).sum();
            assert!((sum - 24.0).abs() < 1e-9, "{}", country.iso);
        }
        let all = countries(None).unwrap();
        assert!((all.iter().map(|it| it.share).sum::<f64>() - 1.0).abs() < 1e-9);
        let (_, most) = busiest_hour(&all);
        let (_, alone) = busiest_hour(&countries(Some("HR=1")).unwrap());
        assert!(1.0 < most && most < alone, "{most} {alone}");
    }

    #[test]
    fn a_country_that_is_not_in_the_table_is_named() {
        for text in ["XX=1", "HR", "HR=-1", "HR=0", "HR=NaN"] {
            assert!(countries(Some(text)).is_err(), "{text}");
        }
    }
}
