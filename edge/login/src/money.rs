//! What does a text cost, and how much may all of them cost together?
//!
//! Whole numbers only: an amount is counted in ten-thousandths of the currency's unit, so a thousand texts at 0.045 are 45 to the
//! last digit. Not here: what was spent ([`crate::budget`]).

use std::collections::BTreeMap;
use std::fmt;

use protocol::messages::Channel;
use serde::{Deserialize, Serialize};

use crate::budget::Going;

/// Money, in ten-thousandths of the currency's unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amount(u64);

impl Amount {
    /// None.
    pub(crate) const ZERO: Self = Self(0);
    const DECIMALS: usize = 4;
    const UNIT: u64 = 10_000;
    /// A billion less one; no sum of such amounts that a record can hold overflows.
    const LONGEST_WHOLE: usize = 9;

    /// Reads `12`, `12.5` or `0.0450`: digits, and up to four of them after a point.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str, longest| {
            (1..=longest).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
        };
        if !digits(whole, Self::LONGEST_WHOLE) || !digits(fraction, Self::DECIMALS) {
            return None;
        }
        let fraction = format!("{fraction:0<width$}", width = Self::DECIMALS);
        Some(Self(
            whole.parse::<u64>().ok()? * Self::UNIT + fraction.parse::<u64>().ok()?,
        ))
    }

    /// From ten-thousandths.
    pub fn from_ten_thousandths(count: u64) -> Self {
        Self(count)
    }

    /// In ten-thousandths.
    pub fn ten_thousandths(self) -> u64 {
        self.0
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.0 == 0
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    pub(crate) fn times(self, n: u32) -> Self {
        Self(self.0.saturating_mul(n.into()))
    }

    /// What is left without the other; nothing if that is more.
    pub(crate) fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl fmt::Display for Amount {
    /// As people write it, without zeros that say nothing: `45`, `0.075`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:04}", self.0 / Self::UNIT, self.0 % Self::UNIT);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// What a text costs, and a call, by country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prices {
    /// By country, or `*` for all others; a call's with `/voice` behind it.
    listed: BTreeMap<String, Amount>,
}

/// What stands behind the country where the price is a call's.
const CALL: &str = "/voice";

/// Why a table of prices cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPrices {
    /// Not a country and a price.
    #[error(
        "{0:?} is no price; write the country, an equals sign and what a text costs there with up to four digits after the point, such as HR=0.045, or HR/voice=0.09 for a call"
    )]
    Unreadable(String),
    /// Two prices for one country.
    #[error("{0} has two prices")]
    Twice(String),
    /// A country that is served and has no price, for texts or for calls.
    #[error("{0} is served and has no price; add it, or one for all others, such as *{1}=0.10")]
    Missing(String, &'static str),
}

impl Prices {
    /// Reads a table such as `HR=0.045,DE=0.075,*=0.10,*/voice=0.20`, which must have a price for every country that is served; for calls
    /// as well, where there are `calls`.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or a country has two prices or none.
    pub fn parse<'a>(
        text: &str,
        served: impl Iterator<Item = &'a str>,
        calls: bool,
    ) -> Result<Self, InvalidPrices> {
        let mut listed = BTreeMap::new();
        let entries = text.split(',').map(str::trim);
        for entry in entries.filter(|entry| !entry.is_empty()) {
            let unreadable = || InvalidPrices::Unreadable(entry.to_owned());
            let (country, price) = entry.split_once('=').ok_or_else(unreadable)?;
            let place = country.trim();
            let country = place.strip_suffix(CALL).unwrap_or(place);
            // A text that costs nothing would never reach a cap.
            let price = Amount::parse(price.trim())
                .filter(|price| !price.is_zero())
                .ok_or_else(unreadable)?;
            match country.as_bytes() {
                b"*" => {}
                [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => {}
                _ => return Err(unreadable()),
            }
            if listed.insert(place.to_owned(), price).is_some() {
                return Err(InvalidPrices::Twice(place.to_owned()));
            }
        }
        let prices = Self { listed };
        let channels = if calls { &["", CALL][..] } else { &[""] };
        for country in served {
            for channel in channels {
                if prices.find(country, channel).is_none() {
                    let place = [country, channel].concat();
                    return Err(InvalidPrices::Missing(place, channel));
                }
            }
        }
        Ok(prices)
    }

    /// What a text or a call to that country costs; the most that any does, where nothing is known of it. An e-mail costs too little to
    /// be counted.
    pub fn of(&self, going: Going<'_>) -> Amount {
        let channel = match going.channel {
            Channel::Sms => "",
            Channel::Voice => CALL,
            Channel::Email => return Amount::ZERO,
        };
        self.find(going.country, channel)
            .unwrap_or_else(|| self.highest())
    }

    fn find(&self, country: &str, channel: &str) -> Option<Amount> {
        let listed = |country| self.listed.get(&[country, channel].concat()).copied();
        listed(country).or_else(|| listed("*"))
    }

    /// The most that anything costs anywhere.
    pub fn highest(&self) -> Amount {
        self.listed.values().copied().max().unwrap_or_default()
    }
}

/// The most that the site's texts may cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpendCap {
    /// What each costs.
    pub prices: Prices,
    /// In any hour.
    pub per_hour: Amount,
    /// In any day.
    pub per_day: Amount,
    /// Three letters of ISO 4217, for the operator to read.
    pub currency: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prices(text: &str) -> Result<Prices, InvalidPrices> {
        Prices::parse(text, ["DE", "HR"].into_iter(), false)
    }

    #[test]
    fn an_amount_is_read_to_the_last_digit_or_not_at_all() {
        let cases = [
            ("0", Some((0, "0"))),
            ("20", Some((200_000, "20"))),
            ("0.045", Some((450, "0.045"))),
            ("0.0450", Some((450, "0.045"))),
            ("0.0001", Some((1, "0.0001"))),
            ("10.5", Some((105_000, "10.5"))),
            (
                "999999999.9999",
                Some((9_999_999_999_999, "999999999.9999")),
            ),
            ("1000000000", None),
            ("0.00001", None),
            ("0,045", None),
            (".5", None),
            ("5.", None),
            ("1.2.3", None),
            ("-1", None),
            ("+1", None),
            ("1e3", None),
            ("1 000", None),
            ("", None),
            ("€5", None),
        ];
        for (text, expected) in cases {
            let read = Amount::parse(text);
            let read = read.map(|amount| (amount.ten_thousandths(), amount.to_string()));
            let expected = expected.map(|(amount, text)| (amount, text.to_owned()));
            assert_eq!(read, expected, "{text:?}");
        }
    }

    #[test]
    fn every_country_has_one_price_or_the_fault_names_it() {
        let unreadable = |text: &str| Err(InvalidPrices::Unreadable(text.to_owned()));
        let cases = [
            ("HR=0.045,DE=0.075", Ok([450, 750, 750])),
            (" HR = 0.045 , * = 0.1 ,", Ok([450, 1000, 1000])),
            ("HR=0.045,DE=0.075,*=0.02", Ok([450, 750, 200])),
            ("HR=0.045", Err(InvalidPrices::Missing("DE".to_owned(), ""))),
            ("", Err(InvalidPrices::Missing("DE".to_owned(), ""))),
            ("*=1,HR/fax=1", unreadable("HR/fax=1")),
            ("*=1,/voice=1", unreadable("/voice=1")),
            ("HR=1,HR=2,*=3", Err(InvalidPrices::Twice("HR".to_owned()))),
            ("*=1,*=2", Err(InvalidPrices::Twice("*".to_owned()))),
            ("HR", unreadable("HR")),
            ("HR=", unreadable("HR=")),
            ("HR=0.00", unreadable("HR=0.00")),
            ("hr=1", unreadable("hr=1")),
            ("HRV=1", unreadable("HRV=1")),
            ("=1", unreadable("=1")),
            ("HR:1", unreadable("HR:1")),
        ];
        for (text, expected) in cases {
            let read = prices(text).map(|prices| {
                ["HR", "DE", "not a country"]
                    .map(|country| prices.of(Going::to(country)).ten_thousandths())
            });
            assert_eq!(read, expected, "{text:?}");
        }
    }

    #[test]
    fn a_call_has_a_price_of_its_own() {
        let missing = |place: &str| Err(InvalidPrices::Missing(place.to_owned(), CALL));
        let cases = [
            ("*=0.1,*/voice=0.2", Ok([2000, 2000])),
            ("*=0.1,HR/voice=0.3,DE/voice=0.4", Ok([3000, 4000])),
            ("*=0.1,HR/voice=0.3,*/voice=0.05", Ok([3000, 500])),
            ("*=0.1", missing("DE/voice")),
            ("*=0.1,DE/voice=0.1", missing("HR/voice")),
            (
                "*=1,*/voice=1,*/voice=2",
                Err(InvalidPrices::Twice("*/voice".to_owned())),
            ),
        ];
        for (text, expected) in cases {
            let read = Prices::parse(text, ["DE", "HR"].into_iter(), true);
            let read = read.map(|prices| {
                ["HR", "DE"].map(|country| {
                    let channel = protocol::messages::Channel::Voice;
                    prices.of(Going { country, channel }).ten_thousandths()
                })
            });
            assert_eq!(read, expected, "{text}");
        }
    }

    #[test]
    fn an_amount_is_as_many_ten_thousandths_as_it_was_made_of() {
        for (count, written) in [(0, "0"), (1, "0.0001"), (200_000, "20"), (12_500, "1.25")] {
            let amount = Amount::from_ten_thousandths(count);
            assert_eq!(amount.ten_thousandths(), count);
            assert_eq!(amount, Amount::parse(written).unwrap(), "{written}");
        }
    }

    #[test]
    fn a_price_is_of_a_country_in_two_capital_letters_or_of_all() {
        let cases = [
            ("DE=0.1,HR=0.1", true),
            ("*=0.1", true),
            ("*=0.1,De=0.1", false),
            ("*=0.1,dE=0.1", false),
            ("*=0.1,de=0.1", false),
            ("*=0.1,D=0.1", false),
            ("*=0.1,DEU=0.1", false),
            ("*=0.1,49=0.1", false),
            ("*=0.1,**=0.1", false),
        ];
        for (text, read) in cases {
            assert_eq!(prices(text).is_ok(), read, "{text}");
        }
    }
}
