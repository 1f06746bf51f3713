//! Which telephone number did the person mean?
//!
//! Whatever was typed, pasted or filled in becomes E.164, or the reason why it cannot, before anything leaves the page.
//! Not here: whether the number exists and is served. The edge decides that.

use protocol::{PhoneNumber, messages::Country, phone::InvalidPhone};

use crate::digits::{ascii_digit, is_dash, is_silent};

/// What is dialled before a country code in the countries of the North American plan; everywhere else it is `00`.
const NORTH_AMERICAN_EXIT: &str = "011";
/// The longest text that is looked at. Nobody's number is longer, however it is spaced.
const LONGEST_TEXT: usize = 64;

/// Reads a number as people write it; without a country code it is taken to be from `home`.
///
/// 1. Drop what only spaces the number out.
/// 2. `+` or the exit code: it is international.
/// 3. The country code of `home` in front of a whole number: somebody left out the `+`.
/// 4. Anything else is national: the trunk prefix goes, the country code comes.
pub fn read(text: &str, home: &Country) -> Result<PhoneNumber, InvalidPhone> {
    if text.chars().count() > LONGEST_TEXT {
        return Err(InvalidPhone::TooLong);
    }
    let (plus, digits) = digits_of(text)?;
    if digits.is_empty() {
        return Err(InvalidPhone::Empty);
    }
    if plus {
        return international(&digits);
    }
    if let Some(rest) = strip_exit_code(&digits, home) {
        return international(rest);
    }
    if lacks_only_the_plus(&digits, home) {
        return international(&digits);
    }
    let national = digits
        .strip_prefix(home.trunk_prefix.as_str())
        .unwrap_or(&digits);
    international(&[home.calling_code.as_str(), national].concat())
}

fn international(digits: &str) -> Result<PhoneNumber, InvalidPhone> {
    PhoneNumber::try_from(["+", digits].concat())
}

/// Whether the text began with `+`, and its digits.
fn digits_of(text: &str) -> Result<(bool, String), InvalidPhone> {
    let text = text.trim_matches(is_silent);
    let text = text.strip_prefix("tel:").unwrap_or(text);
    let international = is_international(text);
    let mut plus = false;
    let mut digits = String::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if let Some(digit) = ascii_digit(c) {
            digits.push(digit);
        } else if international && c == '(' && rest.as_str().starts_with("0)") {
            // One number for both kinds of caller, +44 (0)20: from abroad the zero is not dialled.
            rest.nth(1);
        } else if matches!(c, '+' | '\u{FF0B}') && !plus && digits.is_empty() {
            plus = true;
        } else if !(is_silent(c) || is_dash(c) || matches!(c, '.' | '/' | '(' | ')' | '[' | ']')) {
            return Err(InvalidPhone::NotDigits);
        }
    }
    Ok((plus, digits))
}

fn is_international(text: &str) -> bool {
    let text = text.trim_start_matches('(');
    text.starts_with(['+', '\u{FF0B}']) || text.starts_with("00")
}

fn strip_exit_code<'a>(digits: &'a str, home: &Country) -> Option<&'a str> {
    let exit = match home.calling_code.as_str() {
        "1" => NORTH_AMERICAN_EXIT,
        _ => "00",
    };
    digits.strip_prefix(exit)
}

/// `385911234567`: it begins with the country code, and hardly any national number is that long.
fn lacks_only_the_plus(digits: &str, home: &Country) -> bool {
    digits.len() > 10 && digits.starts_with(home.calling_code.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn country(iso: &str, calling_code: &str, trunk_prefix: &str) -> Country {
        Country {
            iso: iso.to_owned(),
            calling_code: calling_code.to_owned(),
            trunk_prefix: trunk_prefix.to_owned(),
            example: String::new(),
        }
    }

    fn read_at_home(text: &str, home: &Country) -> Result<String, InvalidPhone> {
        read(text, home).map(|number| number.reveal().to_owned())
    }

    #[test]
    fn a_number_is_understood_however_it_is_written() {
        let croatia = country("HR", "385", "0");
        for text in [
            "+385911234567",
            "+385 91 123 4567",
            "00385 91/123-4567",
            "091 123 4567",
            "091/123-45-67",
            "(091) 123.4567",
            "911234567",
            "385911234567",
            "+385 (0)91 123 4567",
            "00385 (0)91 123 4567",
            "(+385) 91 123 4567",
            "tel:+385-91-1234567",
            "\u{202A}+385\u{A0}91\u{202F}123\u{2011}4567\u{202C}",
            "＋３８５９１１２３４５６７",
            "+٣٨٥ ٩١ ١٢٣ ٤٥٦٧",
            "  091 123 4567\n",
        ] {
            assert_eq!(
                read_at_home(text, &croatia),
                Ok("+385911234567".to_owned()),
                "{text:?}"
            );
        }
    }

    #[test]
    fn the_trunk_prefix_is_the_countrys_own() {
        let cases = [
            (country("US", "1", "1"), "(415) 555-0123", "+14155550123"),
            (country("US", "1", "1"), "1-415-555-0123", "+14155550123"),
            (
                country("US", "1", "1"),
                "011 385 91 123 4567",
                "+385911234567",
            ),
            (country("IT", "39", ""), "347 123 4567", "+393471234567"),
            (country("IT", "39", ""), "(0)6 1234 5678", "+390612345678"),
            (country("HU", "36", "06"), "06 30 123 4567", "+36301234567"),
            (country("LT", "370", "0"), "0612 34567", "+37061234567"),
            (country("GB", "44", "0"), "07400 123456", "+447400123456"),
            (country("IN", "91", "0"), "91234 56789", "+919123456789"),
            (country("IN", "91", "0"), "919123456789", "+919123456789"),
        ];
        for (home, text, expected) in cases {
            assert_eq!(
                read_at_home(text, &home),
                Ok(expected.to_owned()),
                "{text:?}"
            );
        }
    }

    #[test]
    fn what_cannot_be_a_number_is_refused_with_the_reason() {
        let croatia = country("HR", "385", "0");
        let cases = [
            ("", InvalidPhone::Empty),
            ("   ", InvalidPhone::Empty),
            ("+", InvalidPhone::Empty),
            ("ana@example.com", InvalidPhone::NotDigits),
            ("091 CALL ME", InvalidPhone::NotDigits),
            ("+385 91 123 4567 ext. 5", InvalidPhone::NotDigits),
            ("091+1234567", InvalidPhone::NotDigits),
            ("++385911234567", InvalidPhone::NotDigits),
            ("091", InvalidPhone::TooShort),
            ("+38591", InvalidPhone::TooShort),
            ("+3859112345678901", InvalidPhone::TooLong),
            ("+0911234567", InvalidPhone::ZeroAfterPlus),
            ("000911234567", InvalidPhone::ZeroAfterPlus),
            ("<img src=x onerror=alert(1)>", InvalidPhone::NotDigits),
        ];
        for (text, reason) in cases {
            assert_eq!(read_at_home(text, &croatia), Err(reason), "{text:?}");
        }
    }

    #[test]
    fn a_text_without_end_is_not_read() {
        let croatia = country("HR", "385", "0");
        assert_eq!(
            read_at_home(&"1".repeat(100_000), &croatia),
            Err(InvalidPhone::TooLong)
        );
    }
}
