//! Which digit does a character stand for, and which characters say nothing?
//!
//! Not here: what the digits add up to. See [`crate::phone_input`] and [`crate::code_input`].

/// The first digit of each decimal system that telephones have keyboards for.
const ZEROS: [u32; 9] = [
    0x0030, // ASCII
    0x0660, // Arabic-Indic
    0x06F0, // Extended Arabic-Indic: Persian, Urdu
    0x0966, // Devanagari
    0x09E6, // Bengali
    0x0E50, // Thai
    0x1040, // Myanmar
    0x17E0, // Khmer
    0xFF10, // full width
];

/// The ASCII digit that the character stands for.
pub(crate) fn ascii_digit(c: char) -> Option<char> {
    ZEROS
        .iter()
        .find_map(|zero| (c as u32).checked_sub(*zero).filter(|value| *value < 10))
        .and_then(|value| char::from_digit(value, 10))
}

/// Spaces of every width, and the marks of writing direction that come along when a text is copied from a page.
pub(crate) fn is_silent(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// Hyphens and dashes, as people and their telephones write them.
pub(crate) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FF0D}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digit_of_any_keyboard_is_that_digit() {
        for (typed, expected) in [
            ('0', '0'),
            ('9', '9'),
            ('٣', '3'),
            ('۹', '9'),
            ('५', '5'),
            ('７', '7'),
        ] {
            assert_eq!(ascii_digit(typed), Some(expected), "{typed}");
        }
    }

    #[test]
    fn what_only_looks_like_a_digit_is_none() {
        for typed in ['O', 'l', '²', '½', '一', ':', '/'] {
            assert_eq!(ascii_digit(typed), None, "{typed}");
        }
    }
}
