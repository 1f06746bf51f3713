//! What must hold of the lists of a site's settings: countries, types of numbers, refused prefixes, prices?
//!
//! Not here: the numbers that are held against them ([`crate::number`]).

use login::budget::Going;
use login::money::{Amount, Prices};
use login::served::{NumberTypes, RefusedPrefixes, Served};
use protocol::PhoneNumber;
use protocol::messages::Channel;

/// A list of countries that is read has the default in it, and each of them can be shown to a person. A table of prices has one for every
/// country that is served, none of them nothing and none more than the highest. An amount reads as it is written.
pub(crate) fn holds(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let default = text.trim().get(..2).unwrap_or_default();
    if let Ok(served) = Served::parse(text, default) {
        assert!(served.serves(default));
        assert_eq!(served.default_country().iso, default);
        for iso in served.countries() {
            let country = served.country(iso).expect("it is served");
            assert_eq!(country.iso, iso);
            assert!(country.calling_code.bytes().all(|b| b.is_ascii_digit()));
            assert!(!country.example.is_empty());
        }
    }
    if let Some(amount) = Amount::parse(text) {
        assert_eq!(Amount::parse(&amount.to_string()), Some(amount));
    }
    for calls in [false, true] {
        prices(text, calls);
    }
    let types = NumberTypes::parse(text).unwrap_or_default();
    if let Ok(refused) = RefusedPrefixes::parse(text) {
        let none = refused == RefusedPrefixes::default();
        let served = Served::parse("HR", "HR").expect("people in Croatia have mobile numbers");
        let served = served.narrowed(types, refused);
        let number = PhoneNumber::try_from("+385912345678").expect("it is one");
        let is_refused = text.split(',').any(|prefix| {
            let prefix = prefix.trim();
            !prefix.is_empty() && number.reveal().starts_with(prefix)
        });
        assert_eq!(served.country_of(&number).is_err(), is_refused && !none);
    }
}

fn prices(text: &str, calls: bool) {
    let served = ["DE", "HR"];
    let Ok(prices) = Prices::parse(text, served.into_iter(), calls) else {
        return;
    };
    let channels = if calls {
        &[Channel::Sms, Channel::Voice][..]
    } else {
        &[Channel::Sms]
    };
    for country in served.into_iter().chain(["ZZ"]) {
        for &channel in channels {
            let price = prices.of(Going { country, channel });
            assert!(price > Amount::default() && price <= prices.highest());
        }
    }
}
