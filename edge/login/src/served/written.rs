//! Which number did somebody write?
//!
//! For those who have no script that could turn what they type into E.164. Not here: whether there is such a number, and whether it
//! is served ([`super`]).

use protocol::PhoneNumber;
use rlibphonenumber::PhoneNumberFormat;

use super::Served;
use crate::Refusal;
use crate::numbers::NUMBERS;

/// The longest text that is looked at, in bytes. Nobody's number is longer, however it is spaced.
const LONGEST_TEXT: usize = 128;

impl Served {
    /// The number that somebody wrote, however they spaced it. Without a country code it is one of the default country.
    ///
    /// # Errors
    ///
    /// [`Refusal::InvalidPhone`] when it cannot be read.
    pub fn read(&self, written: &str) -> Result<PhoneNumber, Refusal> {
        // The library takes letters for the keys that they stand on.
        if written.len() > LONGEST_TEXT || written.contains(char::is_alphabetic) {
            return Err(Refusal::InvalidPhone);
        }
        let bare: String = written.chars().filter(|c| !is_silent(*c)).collect();
        let util = &*NUMBERS;
        match util.parse(&bare, Some(self.default)) {
            Ok(parsed) if parsed.extension.is_none() => {
                let canonical = util.format(&parsed, PhoneNumberFormat::E164);
                PhoneNumber::try_from(&*canonical).map_err(|_| Refusal::InvalidPhone)
            }
            Ok(_) | Err(_) => Err(Refusal::InvalidPhone),
        }
    }
}

/// Spaces, and the marks for directions and joints that come along when a number is copied.
fn is_silent(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r10_r11_a_number_is_read_however_it_is_written_and_nothing_else_is() {
        let served = Served::parse("HR,HU,IT,US", "HR").unwrap();
        let ours = [
            "+385 91 234 5678",
            "00385 91/234-5678",
            "091 234 5678",
            "(091) 234.5678",
            "912345678",
            "385912345678",
            "+385 (0)91 234 5678",
            "+3850912345678",
            "\u{202A}+385\u{A0}91\u{202F}234\u{2011}5678\u{202C}",
            "＋３８５９１２３４５６７８",
            "+٣٨٥ ٩١ ٢٣٤ ٥٦٧٨",
            "  091 234 5678\n",
        ];
        for written in ours {
            let read = served
                .read(written)
                .map(|number| number.reveal().to_owned());
            assert_eq!(read, Ok("+385912345678".to_owned()), "{written:?}");
        }
        let elsewhere = [
            ("HU", "06 20 123 4567", "+36201234567"),
            ("IT", "312 345 6789", "+393123456789"),
            ("US", "(201) 555-0123", "+12015550123"),
            ("US", "011 385 91 234 5678", "+385912345678"),
        ];
        for (home, written, expected) in elsewhere {
            let served = Served::parse("HR,HU,IT,US", home).unwrap();
            let read = served
                .read(written)
                .map(|number| number.reveal().to_owned());
            assert_eq!(read, Ok(expected.to_owned()), "{written:?}");
        }
        let endless = "1".repeat(100_000);
        let none = [
            "",
            "   ",
            "+",
            "1",
            "ana@example.com",
            "091 CALL ME",
            "+385 91 234 5678 ext. 5",
            "+385 91 234 5678;ext=5",
            "+385 91 234 5678#5",
            "+0911234567",
            "+38591234567890123",
            "<img src=x onerror=alert(1)>",
            "\u{0}\u{FFFF}",
            &endless,
        ];
        for written in none {
            assert_eq!(
                served.read(written),
                Err(Refusal::InvalidPhone),
                "{written:?}"
            );
        }
    }

    #[test]
    fn r13_a_text_is_looked_at_up_to_the_longest_that_anybody_writes() {
        let served = Served::parse("HR", "HR").unwrap();
        let spaced = |bytes: usize| format!("{:>bytes$}", "+385912345678");
        for (bytes, read) in [
            (LONGEST_TEXT - 1, true),
            (LONGEST_TEXT, true),
            (LONGEST_TEXT + 1, false),
            (LONGEST_TEXT + 100, false),
        ] {
            assert_eq!(served.read(&spaced(bytes)).is_ok(), read, "{bytes}");
        }
    }
}
