//! Which telephone number did the person mean?
//!
//! Whatever was typed, pasted or filled in becomes E.164, or the reason why it cannot, before anything leaves the page.
//! Not here: whether the number exists and is served, which the edge decides; how it looks while it is typed (`as_you_type`).

use protocol::{Numbering, PhoneNumber, phone::InvalidPhone};

use crate::digits::{ascii_digit, is_dash, is_silent};
use crate::pattern;

/// What is dialled before a calling code where a country has nothing of its own.
const EXIT: &str = "00";
/// The longest text that is looked at. What is longer is no number with a few words around it.
const LONGEST_TEXT: usize = 256;
/// The fewest digits that make a number among words.
const FEWEST_AMONG_WORDS: usize = 7;

/// Reads a number as people write it; without a calling code it is taken to be from `home`.
///
/// 1. Words around the one number in the text go, and what only spaces the number out.
/// 2. `+` or the exit code: it is international.
/// 3. The calling code of `home` in front of a whole number: somebody left out the `+`.
/// 4. Anything else is national: what is only dialled within the country goes, the calling code comes.
pub fn read(text: &str, home: &Numbering) -> Result<PhoneNumber, InvalidPhone> {
    if text.chars().count() > LONGEST_TEXT {
        return Err(InvalidPhone::TooLong);
    }
    let (plus, digits) = digits_of(without_words(text))?;
    if digits.is_empty() {
        return Err(InvalidPhone::Empty);
    }
    let code = home.calling_code.as_str();
    let full = match after_exit_code(plus, &digits, home) {
        Some((_, rest)) => rest,
        None if lacks_only_the_plus(&digits, home) => &digits,
        None => &[code, &digits].concat(),
    };
    // Not even after the calling code does it belong there: +44 020 …
    match full.strip_prefix(code) {
        Some(national) => international(&[code, &significant(national, home)].concat()),
        None => international(full),
    }
}

/// The one number in a text, where there are words as well. Otherwise the text.
pub fn without_words(text: &str) -> &str {
    let foreign = |c| !(counts(c) || separates(c));
    let long = |part: &&str| part.chars().filter_map(ascii_digit).count() >= FEWEST_AMONG_WORDS;
    let mut numbers = text.split(foreign).filter(long);
    match (numbers.next(), numbers.next()) {
        (Some(number), None) => number,
        _ => text,
    }
}

/// The digits from the calling code on, if the text is an international number.
pub fn international_digits(text: &str, home: &Numbering) -> Option<String> {
    let (plus, digits) = digits_of(text).ok()?;
    after_exit_code(plus, &digits, home).map(|(_, rest)| rest.to_owned())
}

/// Whether the text is international, and its digits.
pub(crate) fn digits_of(text: &str) -> Result<(bool, String), InvalidPhone> {
    let text = text.trim_start_matches(separates);
    let mut plus = false;
    let mut digits = String::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if let Some(digit) = ascii_digit(c) {
            digits.push(digit);
        } else if c == '(' && rest.as_str().starts_with("0)") && (plus || digits.starts_with(EXIT))
        {
            // One number for both kinds of caller, +44 (0)20: from abroad the zero is not dialled.
            rest.nth(1);
        } else if counts(c) && !plus && digits.is_empty() {
            plus = true;
        } else if !separates(c) {
            return Err(InvalidPhone::NotDigits);
        }
    }
    Ok((plus, digits))
}

/// Whether the character is part of the number.
pub(crate) fn counts(c: char) -> bool {
    matches!(c, '+' | '\u{FF0B}') || ascii_digit(c).is_some()
}

fn separates(c: char) -> bool {
    is_silent(c) || is_dash(c) || matches!(c, '.' | '/' | '(' | ')' | '[' | ']')
}

/// What was dialled to get out of the country, and what was dialled after it.
pub(crate) fn after_exit_code<'a>(
    plus: bool,
    digits: &'a str,
    home: &Numbering,
) -> Option<(&'a str, &'a str)> {
    if plus {
        return Some(("", digits));
    }
    let own = pattern::longest(&home.exit_code, digits).filter(|length| *length > 0);
    let length = own.or_else(|| digits.starts_with(EXIT).then_some(EXIT.len()))?;
    digits.split_at_checked(length)
}

fn international(digits: &str) -> Result<PhoneNumber, InvalidPhone> {
    PhoneNumber::try_from(["+", digits].concat())
}

/// `385911234567`: it begins with the calling code, and no mobile number is that long without.
fn lacks_only_the_plus(digits: &str, home: &Numbering) -> bool {
    digits
        .strip_prefix(home.calling_code.as_str())
        .is_some_and(|rest| is_mobile(rest, home) && !is_mobile(digits, home))
}

/// Without what is only dialled within the country. Where that may be longer or shorter, a mobile number is what it leaves.
fn significant(digits: &str, home: &Numbering) -> String {
    let ends = pattern::ends(&home.national_prefix, digits);
    let mut first = None;
    for end in (1..digits.len()).filter(|end| ends >> end & 1 == 1) {
        let Some((before, rest)) = digits.split_at_checked(end) else {
            break;
        };
        let area = before.strip_suffix(home.mobile_infix.as_str());
        let number = match area {
            Some(area) if !home.mobile_infix.is_empty() => [
                home.mobile_prefix.as_str(),
                area.trim_start_matches('0'),
                rest,
            ]
            .concat(),
            _ => rest.to_owned(),
        };
        if is_mobile(&number, home) {
            return number;
        }
        first = first.or(Some(number));
    }
    first.unwrap_or_else(|| digits.to_owned())
}

fn is_mobile(digits: &str, home: &Numbering) -> bool {
    home.mobile_lengths
        .iter()
        .any(|length| usize::from(*length) == digits.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn country(iso: &str) -> Numbering {
        let all: Vec<Numbering> =
            serde_json::from_str(include_str!("../../protocol/countries.json")).unwrap();
        all.into_iter().find(|it| it.iso == iso).unwrap()
    }

    fn read_at_home(text: &str, home: &Numbering) -> Result<String, InvalidPhone> {
        read(text, home).map(|number| number.reveal().to_owned())
    }

    #[test]
    fn a_number_is_understood_however_it_is_written() {
        let croatia = country("HR");
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
            "call me: 091 123 4567 (mobile)",
            "Ana, Ilica 5, tel. +385 91 123-4567",
            "https://wa.me/385911234567",
            "+385 91 123 4567 ext. 5",
            "+385 091 123 4567",
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
            (country("US"), "(415) 555-0123", "+14155550123"),
            (country("US"), "1-415-555-0123", "+14155550123"),
            (country("US"), "011 385 91 123 4567", "+385911234567"),
            (country("IT"), "347 123 4567", "+393471234567"),
            (country("IT"), "(0)6 1234 5678", "+390612345678"),
            (country("HU"), "06 30 123 4567", "+36301234567"),
            (country("LT"), "0612 34567", "+37061234567"),
            (country("GB"), "07400 123456", "+447400123456"),
            (country("GB"), "+44 (0)7400 123456", "+447400123456"),
            // 55 is Brazil's calling code, and the code of an area there.
            (country("BR"), "(55) 98765-4321", "+5555987654321"),
            // Within Argentina, 15 is written where 9 is dialled from abroad.
            (country("AR"), "011 15-2345-6789", "+5491123456789"),
            (country("AR"), "11 15 2345 6789", "+5491123456789"),
            (country("AR"), "+54 9 11 2345-6789", "+5491123456789"),
            (country("JP"), "010 385 91 123 4567", "+385911234567"),
            (country("AU"), "0011 385 91 123 4567", "+385911234567"),
            (country("RU"), "8 (912) 345-67-89", "+79123456789"),
            (country("RU"), "8 10 385 91 123 4567", "+385911234567"),
            (country("IN"), "91234 56789", "+919123456789"),
            (country("IN"), "919123456789", "+919123456789"),
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
        let croatia = country("HR");
        let cases = [
            ("", InvalidPhone::Empty),
            ("   ", InvalidPhone::Empty),
            ("+", InvalidPhone::Empty),
            ("ana@example.com", InvalidPhone::NotDigits),
            ("091 CALL ME", InvalidPhone::NotDigits),
            ("091 123 4567 or 098 123 4567", InvalidPhone::NotDigits),
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
        let croatia = country("HR");
        assert_eq!(
            read_at_home(&"1".repeat(100_000), &croatia),
            Err(InvalidPhone::TooLong)
        );
    }
}
