//! How many texts may be sent, by how many objects are they counted, what may they cost, and who is told?
//!
//! Not here: what is spent (`login`); how alerts are posted ([`crate::alerts`]).

use std::fmt;

use login::budget::Going;
use login::money::{Amount, Prices, SpendCap};
use login::policy::{Budgets, Limits, Sharding};
use login::served::Served;
use protocol::messages::Channel;

use super::{Fault, Origin, Reader};

/// Where alerts are posted. Whoever knows it can post there too, so it never prints.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Webhook(String);

impl Webhook {
    /// Reads `https://host[:port]/path`; plain `http://` on loopback only.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let host = text.find("://").map_or(0, |scheme| scheme + 3);
        let (_, rest) = text.split_at(host);
        let path = rest.find('/').map_or(text.len(), |path| host + path);
        let (origin, path) = text.split_at(path);
        Origin::parse(origin)?;
        if !path.bytes().all(|b| b.is_ascii_graphic() && b != b'#') {
            return Err("what follows the host is no path of a URL".to_owned());
        }
        Ok(Self(text.to_owned()))
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Webhook(…)")
    }
}

impl<G: Fn(&str) -> Option<String>> Reader<G> {
    /// Texts of an hour and of a day, for each kind of budget, where they are set.
    pub(super) fn budgets(&mut self, defaults: Budgets) -> Budgets {
        let mut budget = |name, default| self.optional(name, limits).unwrap_or(default);
        Budgets {
            network: budget("SENDS_PER_NETWORK", defaults.network),
            wide_network: budget("SENDS_PER_WIDE_NETWORK", defaults.wide_network),
            unknown_network: budget("SENDS_PER_UNKNOWN_NETWORK", defaults.unknown_network),
            prefix: budget("SENDS_PER_PREFIX", defaults.prefix),
            country: budget("SENDS_PER_COUNTRY", defaults.country),
            site: budget("SENDS_PER_SITE", defaults.site),
            email: budget("EMAILS_PER_SITE", defaults.email),
        }
    }

    /// How many objects hand out the texts of the site and of a country.
    pub(super) fn sharding(&mut self, defaults: Sharding) -> Sharding {
        let shards = self.optional("BUDGET_SHARDS", |text| {
            text.parse()
                .ok()
                .filter(|shards| (1..=64).contains(shards))
                .ok_or("it is a number between 1, which is none beside the budget, and 64")
        });
        Sharding {
            shards: shards.unwrap_or(defaults.shards),
            ..defaults
        }
    }

    /// The cap in money, if there is one: what may be spent and what a text costs are worth nothing without each other.
    pub(super) fn spend_cap(&mut self, served: Option<&Served>, calls: bool) -> Option<SpendCap> {
        let is_set = |name| (self.get)(name).is_some_and(|text| !text.is_empty());
        let lonely = match (is_set("PRICES"), is_set("SPEND_CAP")) {
            (false, false) | (true, true) => None,
            (true, false) => Some((
                "SPEND_CAP",
                "it is not set, but PRICES is; add what may be spent in an hour and a day, such as 20/100",
            )),
            (false, true) => Some((
                "PRICES",
                "it is not set, but SPEND_CAP is; add what a text costs, such as HR=0.045,*=0.10",
            )),
        };
        self.faults.extend(lonely.map(|(name, why)| Fault {
            name,
            why: why.to_owned(),
        }));
        let currency = self.optional("CURRENCY", |text| {
            let capitals = text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase());
            capitals
                .then(|| text.to_owned())
                .ok_or("it is not a currency of ISO 4217, such as EUR")
        });
        let countries = || served.into_iter().flat_map(Served::countries);
        let prices = self.optional("PRICES", |text| Prices::parse(text, countries(), calls));
        let cap = self.optional("SPEND_CAP", cap);
        let (prices, (per_hour, per_day)) = prices.zip(cap)?;
        let costs = |country, channel| prices.of(Going { country, channel });
        let too_dear = countries().find(|country| {
            costs(country, Channel::Sms) > per_hour
                || calls && costs(country, Channel::Voice) > per_hour
        });
        if let Some(country) = too_dear {
            self.faults.push(Fault {
                name: "SPEND_CAP",
                why: format!("a single text or call to {country} costs more than an hour may"),
            });
        }
        Some(SpendCap {
            prices,
            per_hour,
            per_day,
            currency: currency.unwrap_or_else(|| "EUR".to_owned()),
        })
    }
}

/// Reads `20/100`: twenty texts an hour and a hundred a day.
fn limits(text: &str) -> Result<Limits, &'static str> {
    let (hour, day) = text
        .split_once('/')
        .ok_or("write texts per hour, a slash, and texts per day, such as 20/100")?;
    match (hour.trim().parse(), day.trim().parse()) {
        (Ok(per_hour), Ok(per_day)) if per_hour <= per_day => Ok(Limits { per_hour, per_day }),
        (Ok(_), Ok(_)) => Err("a day cannot have fewer texts than an hour"),
        _ => Err("write texts per hour, a slash, and texts per day, such as 20/100"),
    }
}

/// Reads `20/100`: twenty an hour and a hundred a day.
fn cap(text: &str) -> Result<(Amount, Amount), &'static str> {
    let amounts = text
        .split_once('/')
        .and_then(|(hour, day)| Some((Amount::parse(hour.trim())?, Amount::parse(day.trim())?)));
    match amounts {
        Some((hour, day)) if hour <= day => Ok((hour, day)),
        Some(_) => Err("a day cannot cost less than an hour"),
        None => Err(
            "write what an hour may cost, a slash, and what a day may cost, such as 20/100 or 2.50/12",
        ),
    }
}
