//! Which one-time code is in what the person typed or pasted?
//!
//! Not here: whether it is the right one.

use crate::digits::{ascii_digit, is_dash, is_silent};

/// The digits to show in the field of a code of `length` digits.
///
/// 1. A whole message was pasted: its one run of exactly `length` digits, or of that many with single spaces or dashes
///    between (`123-456`).
/// 2. Otherwise the digits as far as they go, so that typing feels like typing.
pub fn read(text: &str, length: usize) -> String {
    let exact = |run: &String| run.len() == length;
    let together = runs(text, false).into_iter().find(exact);
    together
        .or_else(|| runs(text, true).into_iter().find(exact))
        .unwrap_or_else(|| text.chars().filter_map(ascii_digit).take(length).collect())
}

/// The digits that stand together; `spaced` also joins what a single space or dash keeps apart.
fn runs(text: &str, spaced: bool) -> Vec<String> {
    let mut runs = vec![String::new()];
    let mut gap = 0;
    for c in text.chars() {
        if let Some(digit) = ascii_digit(c) {
            let joined = gap == 0 || spaced && gap == 1;
            if !joined {
                runs.push(String::new());
            }
            if let Some(run) = runs.last_mut() {
                run.push(digit);
            }
            gap = 0;
        } else if is_silent(c) || is_dash(c) {
            gap += 1;
        } else {
            gap = 2;
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_found_in_whatever_is_pasted() {
        let cases = [
            ("123456", "123456"),
            (" 123456\n", "123456"),
            ("123 456", "123456"),
            ("123-456", "123456"),
            ("1 2 3 4 5 6", "123456"),
            ("Your code is 123456. It works for 10 minutes.", "123456"),
            ("Order 1234567 of 2026-11-24: code 012345", "012345"),
            ("G-123456 is your code", "123456"),
            ("Code: 123 456, valid 5 min", "123456"),
            ("Pay 12,3456 with the code 654 321", "654321"),
            ("Pay 12  3456 with the code 654 321", "654321"),
            ("@shop.example #123456", "123456"),
            ("١٢٣٤٥٦", "123456"),
            ("\u{2068}123456\u{2069}", "123456"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text, 6), expected, "{text:?}");
        }
    }

    #[test]
    fn typing_shows_digits_as_far_as_they_go() {
        let cases = [
            ("", ""),
            ("0", "0"),
            ("12a", "12"),
            ("12 3", "123"),
            ("1234567", "123456"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text, 6), expected, "{text:?}");
        }
    }

    #[test]
    fn the_length_is_the_sites() {
        assert_eq!(read("in 123456 days: 12345678", 8), "12345678");
    }
}
