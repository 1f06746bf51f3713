//! What is a telephone number, and how may it be shown?
//!
//! Not here: whether the number exists, is mobile, or is in a country the site serves. The edge decides that with
//! libphonenumber's metadata; this is the syntax that every number must have before anything else looks at it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A telephone number in E.164 form: `+`, a country code, and at most 15 digits in all.
///
/// The digits are personal data. `Debug` and `Display` mask them; [`PhoneNumber::reveal`] is the only way to read them.
///
/// ```
/// use protocol::PhoneNumber;
///
/// let number = PhoneNumber::try_from("+385911234567").unwrap();
/// assert_eq!(number.to_string(), "+385…67");
/// assert_eq!(number.reveal(), "+385911234567");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = r"^\+[1-9][0-9]{6,14}$", example = "+385911234567"))]
pub struct PhoneNumber(String);

/// Why a text is not a telephone number in E.164 form (ITU-T E.164, section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidPhone {
    /// Nothing was given.
    Empty,
    /// The text does not begin with `+`, so the country is unknown.
    MissingCountryCode,
    /// Something other than the ASCII digits `0` to `9` follows the `+`.
    NotDigits,
    /// No country code begins with `0`.
    ZeroAfterPlus,
    /// Fewer than 7 digits.
    TooShort,
    /// More than 15 digits.
    TooLong,
}

impl PhoneNumber {
    /// The fewest digits that a number can have, country code included.
    pub const MIN_DIGITS: usize = 7;
    /// The most digits that E.164 allows, country code included.
    pub const MAX_DIGITS: usize = 15;

    /// The number itself, `+` and digits. Whoever calls this is responsible for where it goes next.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The digits without the `+`, as providers echo them. As private as [`PhoneNumber::reveal`].
    pub fn reveal_digits(&self) -> &str {
        self.0.trim_start_matches('+')
    }
}

impl TryFrom<&str> for PhoneNumber {
    type Error = InvalidPhone;

    fn try_from(text: &str) -> Result<Self, InvalidPhone> {
        if text.is_empty() {
            return Err(InvalidPhone::Empty);
        }
        let digits = text
            .strip_prefix('+')
            .ok_or(InvalidPhone::MissingCountryCode)?;
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(InvalidPhone::NotDigits);
        }
        if digits.starts_with('0') {
            return Err(InvalidPhone::ZeroAfterPlus);
        }
        match digits.len() {
            0..Self::MIN_DIGITS => Err(InvalidPhone::TooShort),
            Self::MIN_DIGITS..=Self::MAX_DIGITS => Ok(Self(text.to_owned())),
            _ => Err(InvalidPhone::TooLong),
        }
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = InvalidPhone;

    fn try_from(text: String) -> Result<Self, InvalidPhone> {
        Self::try_from(text.as_str())
    }
}

impl fmt::Display for PhoneNumber {
    /// The country code and the last two digits: enough for its owner to recognise, too little to call.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.reveal_digits();
        let country = digits.get(..country_code_len(digits)).unwrap_or_default();
        let last_two = digits
            .get(digits.len().saturating_sub(2)..)
            .unwrap_or_default();
        write!(f, "+{country}…{last_two}")
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for InvalidPhone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the telephone number is empty",
            Self::MissingCountryCode => {
                "the telephone number does not begin with + and a country code"
            }
            Self::NotDigits => "the telephone number holds something other than the digits 0 to 9",
            Self::ZeroAfterPlus => {
                "the telephone number has a 0 after the +, and no country code begins with 0"
            }
            Self::TooShort => "the telephone number has fewer than 7 digits",
            Self::TooLong => "the telephone number has more than 15 digits",
        })
    }
}

impl std::error::Error for InvalidPhone {}

/// How many digits the country code takes (list of ITU-T E.164 assigned country codes: one digit for zones 1 and 7,
/// two for the codes named here, three for all others).
fn country_code_len(digits: &str) -> usize {
    match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plus_and_seven_to_fifteen_ascii_digits_are_a_number() {
        let cases = [
            ("+385911234567", Ok(())),
            ("+1234567", Ok(())),
            ("+123456789012345", Ok(())),
            ("", Err(InvalidPhone::Empty)),
            ("385911234567", Err(InvalidPhone::MissingCountryCode)),
            ("00385911234567", Err(InvalidPhone::MissingCountryCode)),
            (" +385911234567", Err(InvalidPhone::MissingCountryCode)),
            ("+", Err(InvalidPhone::TooShort)),
            ("+123456", Err(InvalidPhone::TooShort)),
            ("+1234567890123456", Err(InvalidPhone::TooLong)),
            ("+0385911234567", Err(InvalidPhone::ZeroAfterPlus)),
            ("+385 91 1234567", Err(InvalidPhone::NotDigits)),
            ("+385911234567;ext=1", Err(InvalidPhone::NotDigits)),
            ("+٣٨٥٩١١٢٣٤٥٦٧", Err(InvalidPhone::NotDigits)),
            ("+385911234567\u{202c}", Err(InvalidPhone::NotDigits)),
            ("++385911234567", Err(InvalidPhone::NotDigits)),
        ];
        for (text, expected) in cases {
            assert_eq!(
                PhoneNumber::try_from(text).map(|_| ()),
                expected,
                "{text:?}"
            );
        }
    }

    #[test]
    fn r63_a_number_prints_its_country_and_two_digits() {
        let cases = [
            ("+385911234567", "+385…67"),
            ("+14155550123", "+1…23"),
            ("+447400123456", "+44…56"),
            ("+3581234567", "+358…67"),
        ];
        for (number, printed) in cases {
            let number = PhoneNumber::try_from(number).unwrap();
            assert_eq!(number.to_string(), printed);
            assert_eq!(format!("{number:?}"), printed);
        }
    }

    #[test]
    fn a_number_crosses_the_wire_as_it_is() {
        let number = PhoneNumber::try_from("+385911234567").unwrap();
        assert_eq!(
            serde_json::to_string(&number).unwrap(),
            r#""+385911234567""#
        );
        assert!(serde_json::from_str::<PhoneNumber>(r#""0911234567""#).is_err());
        assert!(serde_json::from_str::<PhoneNumber>("385911234567").is_err());
    }

    #[test]
    fn whoever_writes_a_number_wrongly_is_told_what_is_wrong_with_it() {
        let cases = [
            ("", "is empty"),
            ("0911234567", "country code"),
            ("+385 91", "other than the digits"),
            ("+0385911234567", "0 after the +"),
            ("+385", "fewer than 7"),
            ("+3859112345678901", "more than 15"),
        ];
        for (text, words) in cases {
            let said = PhoneNumber::try_from(text).unwrap_err().to_string();
            assert!(said.contains(words), "{text:?}: {said}");
        }
    }
}
