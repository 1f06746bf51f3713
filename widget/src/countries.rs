//! Which country is it about?
//!
//! The countries that the worker serves, as it lists them: found by a number that begins with a calling code, or by what somebody
//! types who looks for one. Not here: their names, which the browser knows (`picker`), and how numbers are written there
//! (`as_you_type`).

use protocol::Numbering;

use crate::{
    pattern,
    phone_input::{after_exit_code, digits_of},
};

/// An entry of the worker's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166-1 alpha-2, upper case.
    pub iso: String,
    /// The digits after the `+`.
    pub calling_code: String,
    /// How its numbers begin, where others have the same calling code and that tells them apart: a pattern.
    pub leading_digits: Option<String>,
}

/// The digits from the calling code on, if the text is an international number.
pub fn international_digits(text: &str, home: &Numbering) -> Option<String> {
    let (plus, digits) = digits_of(text).ok()?;
    after_exit_code(plus, &digits, home).map(|(_, rest)| rest.to_owned())
}

/// The country that the digits of an international number belong to: one whose numbers begin like that; or else `home`, if it may
/// be that one; or else the main one of those with this calling code, which comes first in the list.
pub fn of_number<'a>(all: &'a [Country], digits: &str, home: &str) -> Option<&'a Country> {
    let rest = |it: &Country| Some(digits.strip_prefix(it.calling_code.as_str())?.to_owned());
    let any = || all.iter().filter(|it| rest(it).is_some());
    let begins = |it: &&Country| {
        let pattern = it.leading_digits.as_deref();
        pattern.is_some_and(|pattern| pattern::ends(pattern, &rest(it).unwrap_or_default()) != 0)
    };
    let open = || any().filter(|it| it.leading_digits.is_none());
    any()
        .find(begins)
        .or_else(|| open().find(|it| it.iso == home))
        .or_else(|| open().next())
        .or_else(|| any().next())
}

/// Whether that is what somebody looks for: the beginning of a word of its name, its two letters, or a number from there. `name` and
/// `wanted` come without capitals and accents.
pub fn is_wanted(country: &Country, name: &str, wanted: &str) -> bool {
    let wanted = wanted.trim();
    let digits: String = wanted
        .chars()
        .filter_map(crate::digits::ascii_digit)
        .collect();
    let code = country.calling_code.as_str();
    if !digits.is_empty() {
        // Whoever dials 00 means the same.
        let digits = digits.trim_start_matches('0');
        return code.starts_with(digits) || digits.starts_with(code);
    }
    country.iso.eq_ignore_ascii_case(wanted)
        || name.starts_with(wanted)
        || name.contains(&[" ", wanted].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn country(iso: &str, calling_code: &str, leading_digits: &str) -> Country {
        Country {
            iso: iso.to_owned(),
            calling_code: calling_code.to_owned(),
            leading_digits: (!leading_digits.is_empty()).then(|| leading_digits.to_owned()),
        }
    }

    fn list() -> Vec<Country> {
        let countries = [
            ("US", "1", ""),
            ("BS", "1", "242"),
            ("CA", "1", ""),
            ("RU", "7", "[3489]"),
            ("KZ", "7", "7"),
            ("GB", "44", ""),
            ("GG", "44", ""),
            ("IM", "44", "74576|(?:16|7[56])24"),
            ("HR", "385", ""),
        ];
        countries
            .map(|(iso, code, leading)| country(iso, code, leading))
            .to_vec()
    }

    #[test]
    fn an_international_number_says_which_country_it_is_from() {
        let cases = [
            ("+385 91", "US", Some("HR")),
            ("00385 91", "HR", Some("HR")),
            ("+1", "HR", Some("US")),
            ("+1 604", "HR", Some("US")),
            ("+1 604", "CA", Some("CA")),
            ("+1 242 3", "CA", Some("BS")),
            ("+1 242 3", "BS", Some("BS")),
            ("+1 24", "BS", Some("US")),
            ("+7", "HR", Some("RU")),
            ("+7 9", "KZ", Some("RU")),
            ("+7 7", "RU", Some("KZ")),
            ("+44 7624", "GB", Some("IM")),
            ("+44 7781", "GG", Some("GG")),
            // Not yet, or not served.
            ("+38", "HR", None),
            ("+49", "HR", None),
            ("091", "HR", None),
            ("ana", "HR", None),
        ];
        for (text, home, expected) in cases {
            let digits = international_digits(text, &Numbering::default());
            let all = list();
            let found = digits.and_then(|digits| of_number(&all, &digits, home));
            assert_eq!(
                found.map(|it| it.iso.as_str()),
                expected,
                "{text} at {home}"
            );
        }
    }

    #[test]
    fn where_the_main_country_is_not_served_another_one_with_its_calling_code_is() {
        let all = [country("BS", "1", "242"), country("CA", "1", "")];
        for (digits, expected) in [("1", "CA"), ("1604", "CA"), ("1242", "BS")] {
            let found = of_number(&all, digits, "HR").unwrap();
            assert_eq!(found.iso, expected, "{digits}");
        }
        assert_eq!(of_number(&all[..1], "1604", "HR").unwrap().iso, "BS");
    }

    #[test]
    fn a_country_is_found_by_name_letters_and_number() {
        let (us, croatia) = (country("US", "1", ""), country("HR", "385", ""));
        let cases = [
            (&us, "united states", "", true),
            (&us, "united states", "unit", true),
            (&us, "united states", " states ", true),
            (&us, "united states", "us", true),
            (&us, "united states", "tates", false),
            (&us, "united states", "1", true),
            (&us, "united states", "+1 415", true),
            (&us, "united states", "385", false),
            (&croatia, "croatia", "+3", true),
            (&croatia, "croatia", "00385", true),
            (&croatia, "croatia", "+385 91 123", true),
            (&croatia, "croatia", "hr", true),
            (&croatia, "croatia", "h", false),
        ];
        for (country, name, wanted, expected) in cases {
            assert_eq!(
                is_wanted(country, name, wanted),
                expected,
                "{name} by {wanted:?}"
            );
        }
    }
}
