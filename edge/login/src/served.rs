//! Which telephone numbers get a code?
//!
//! Valid numbers of the countries and types that the site names, mobile ones if it names none, but for the prefixes that it
//! refuses. Landlines cannot be texted; premium and shared-cost numbers are how pumping earns, so no site can name them (R17).
//! Judged by libphonenumber's metadata. Not here: the syntax of a number (`protocol`); how people write theirs (`written`).

mod types;
mod written;

use std::collections::BTreeSet;
use std::str::FromStr;

use protocol::PhoneNumber;
use protocol::messages::Country;
use rlibphonenumber::{PhoneNumberFormat, PhoneNumberType, Region};

pub use self::types::{InvalidPrefix, InvalidType, NumberTypes, RefusedPrefixes};
use crate::Refusal;
use crate::numbers::NUMBERS;

/// The countries and types of numbers that are served, and the country that national numbers are taken to be from.
#[derive(Clone, Debug)]
pub struct Served {
    countries: BTreeSet<String>,
    default: Region,
    types: NumberTypes,
    refused: RefusedPrefixes,
}

/// Why a list of countries cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCountries {
    /// No country at all.
    #[error("it names no country; name each as two letters, such as HR,DE,AT")]
    Empty,
    /// Not a country, or one without mobile numbers.
    #[error(
        "{0:?} is not a country with mobile numbers; use the two letters of ISO 3166-1, such as HR"
    )]
    Unknown(String),
    /// The default is not among those served.
    #[error("the default country {0:?} is not among the countries served")]
    DefaultNotServed(String),
}

impl Served {
    /// Reads a list such as `HR,DE,AT` and the default among them.
    ///
    /// # Errors
    ///
    /// When a country is unknown, or the default is not in the list.
    pub fn parse(countries: &str, default: &str) -> Result<Self, InvalidCountries> {
        let mut served = BTreeSet::new();
        for country in countries
            .split(',')
            .map(str::trim)
            .filter(|country| !country.is_empty())
        {
            region(country)?;
            served.insert(country.to_owned());
        }
        if served.is_empty() {
            return Err(InvalidCountries::Empty);
        }
        let default = default.trim();
        if !served.contains(default) {
            return Err(InvalidCountries::DefaultNotServed(default.to_owned()));
        }
        Ok(Self {
            countries: served,
            default: region(default)?,
            types: NumberTypes::default(),
            refused: RefusedPrefixes::default(),
        })
    }

    /// The same countries, with these types of numbers and without these prefixes.
    #[must_use]
    pub fn narrowed(self, types: NumberTypes, refused: RefusedPrefixes) -> Self {
        Self {
            types,
            refused,
            ..self
        }
    }

    /// The countries, sorted.
    pub fn countries(&self) -> impl Iterator<Item = &str> {
        self.countries.iter().map(String::as_str)
    }

    /// The country of a number that a code may be sent to.
    ///
    /// # Errors
    ///
    /// [`Refusal::InvalidPhone`] when no such number exists or this is not its canonical form, [`Refusal::PhoneNotServed`] when it
    /// is one of another country or type, or under a refused prefix.
    pub fn country_of(&self, number: &PhoneNumber) -> Result<String, Refusal> {
        let util = &*NUMBERS;
        let parsed = util
            .parse(number.reveal(), None)
            .map_err(|_| Refusal::InvalidPhone)?;
        // A number that reads differently once parsed is two spellings of one: only the canonical one gets a record (R10).
        if util.format(&parsed, PhoneNumberFormat::E164) != number.reveal()
            || !util.is_valid_number(&parsed)
        {
            return Err(Refusal::InvalidPhone);
        }
        let region = util
            .get_region_for_number(&parsed)
            .ok_or(Refusal::PhoneNotServed)?;
        let country = region.as_region_str();
        if self.serves(country.as_str())
            && self.types.include(util.get_number_type(&parsed))
            && !self.refused.hold(number)
        {
            Ok(country.as_str().to_owned())
        } else {
            Err(Refusal::PhoneNotServed)
        }
    }

    /// How numbers of the default country are written.
    pub fn default_country(&self) -> Country {
        written(self.default)
    }

    /// Whether numbers may be from that country.
    pub fn serves(&self, iso: &str) -> bool {
        self.countries.contains(iso)
    }

    /// How numbers of that country are written, if it is served.
    pub fn country(&self, iso: &str) -> Option<Country> {
        self.serves(iso).then(|| region(iso).ok().map(written))?
    }
}

/// How numbers of a region with mobile numbers are written.
fn written(region: Region) -> Country {
    let util = &*NUMBERS;
    let example = util
        .get_example_number_for_type_and_region(region, PhoneNumberType::Mobile)
        .expect("only regions with an example of a mobile number are accepted");
    let written = util
        .format(&example, PhoneNumberFormat::National)
        .into_owned();
    let calling_code = example.country_code.to_string();
    // What people dial first at home is what the national form has before the digits that follow the calling code.
    let dialled: String = written.chars().filter(char::is_ascii_digit).collect();
    let international = util.format(&example, PhoneNumberFormat::E164);
    let significant = international
        .trim_start_matches('+')
        .trim_start_matches(&calling_code);
    let trunk_prefix = dialled
        .strip_suffix(significant)
        .unwrap_or_default()
        .to_owned();
    Country {
        iso: region.as_region_str().as_str().to_owned(),
        calling_code,
        trunk_prefix,
        example: written,
    }
}

/// The region of that name, if people there have mobile numbers.
fn region(iso: &str) -> Result<Region, InvalidCountries> {
    let unknown = || InvalidCountries::Unknown(iso.to_owned());
    let upper_case = iso.len() == 2 && iso.bytes().all(|b| b.is_ascii_uppercase());
    let region = Region::from_str(iso)
        .ok()
        .filter(|_| upper_case)
        .ok_or_else(unknown)?;
    NUMBERS
        .get_example_number_for_type_and_region(region, PhoneNumberType::Mobile)
        .map_err(|_| unknown())?;
    Ok(region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r17_only_valid_mobile_numbers_of_the_countries_named_are_served() {
        let served = Served::parse("HR, DE,US,IT", "HR").unwrap();
        let cases = [
            ("+385912345678", Ok(())),
            ("+4915123456789", Ok(())),
            ("+12015550123", Ok(())),
            ("+393123456789", Ok(())),
            // Valid, but elsewhere.
            ("+447400123456", Err(Refusal::PhoneNotServed)),
            ("+12042345678", Err(Refusal::PhoneNotServed)),
            // Landline, toll-free, premium rate, satellite.
            ("+38512345678", Err(Refusal::PhoneNotServed)),
            ("+18002345678", Err(Refusal::PhoneNotServed)),
            ("+38560123456", Err(Refusal::PhoneNotServed)),
            ("+881612345678", Err(Refusal::PhoneNotServed)),
            // No such number.
            ("+3859123", Err(Refusal::InvalidPhone)),
            ("+385912345678901", Err(Refusal::InvalidPhone)),
            ("+999123456789", Err(Refusal::InvalidPhone)),
            ("+11005550123", Err(Refusal::InvalidPhone)),
            // The trunk zero after the country code is a second spelling.
            ("+3850912345678", Err(Refusal::InvalidPhone)),
        ];
        for (text, expected) in cases {
            let number = PhoneNumber::try_from(text).unwrap();
            assert_eq!(served.country_of(&number).map(|_| ()), expected, "{text}");
        }
    }

    #[test]
    fn a_list_of_countries_is_whole_or_it_is_refused() {
        let cases = [
            ("HR", "HR", Ok("HR")),
            ("HR,DE, AT", "AT", Ok("AT DE HR")),
            ("", "HR", Err(InvalidCountries::Empty)),
            (
                "HR,XX",
                "HR",
                Err(InvalidCountries::Unknown("XX".to_owned())),
            ),
            ("hr", "hr", Err(InvalidCountries::Unknown("hr".to_owned()))),
            (
                "HR",
                "DE",
                Err(InvalidCountries::DefaultNotServed("DE".to_owned())),
            ),
        ];
        for (countries, default, expected) in cases {
            let served = Served::parse(countries, default);
            let list = served.map(|served| served.countries().collect::<Vec<_>>().join(" "));
            assert_eq!(list, expected.map(str::to_owned), "{countries} {default}");
        }
    }

    #[test]
    fn the_default_country_says_how_its_numbers_are_written() {
        let cases = [
            ("HR", "385", "0", "092 123 4567"),
            ("DE", "49", "0", "01512 3456789"),
            ("US", "1", "", "(201) 555-0123"),
            ("IT", "39", "", "312 345 6789"),
            ("HU", "36", "06", "06 20 123 4567"),
        ];
        for (iso, calling_code, trunk_prefix, example) in cases {
            let country = Served::parse(iso, iso).unwrap().default_country();
            let read = (
                country.calling_code.as_str(),
                country.trunk_prefix.as_str(),
                country.example.as_str(),
            );
            assert_eq!(read, (calling_code, trunk_prefix, example), "{iso}");
        }
    }

    #[test]
    fn a_country_that_is_not_served_is_not_described() {
        let served = Served::parse("HR,DE", "HR").unwrap();
        let cases = [
            ("HR", true),
            ("DE", true),
            ("AT", false),
            ("de", false),
            ("", false),
        ];
        for (iso, described) in cases {
            let country = served.country(iso);
            let expected = described.then_some(iso);
            assert_eq!(
                country.as_ref().map(|it| it.iso.as_str()),
                expected,
                "{iso}"
            );
        }
    }

    #[test]
    fn r17_r18_a_site_may_serve_more_types_of_numbers_and_fewer_prefixes() {
        let narrowed = |types, refused| {
            let types = NumberTypes::parse(types).unwrap();
            let refused = RefusedPrefixes::parse(refused).unwrap();
            Served::parse("HR", "HR").unwrap().narrowed(types, refused)
        };
        let (mobile, other, landline) = ("+385912345678", "+385922345678", "+38512345678");
        let cases = [
            ("mobile", "", [true, true, false]),
            ("mobile,fixed_line", "", [true, true, true]),
            ("mobile", "+38592", [true, false, false]),
        ];
        for (types, refused, serves) in cases {
            let served = narrowed(types, refused);
            let numbers = [mobile, other, landline]
                .map(|number| PhoneNumber::try_from(number).unwrap())
                .map(|number| served.country_of(&number).is_ok());
            assert_eq!(numbers, serves, "{types} without {refused:?}");
        }
    }
}
