//! How long ago does a page let a login be?
//!
//! By hand: what std reads numbers with is 120 bytes of brotli, which every visitor would download. Not here: which logins are longer
//! ago (`flow`).

use crate::flow::Seconds;

/// Reads the attribute. What is no number of seconds lets no login be: whoever wrote it sees that everybody is asked again, and nobody
/// gets in by the mistake.
pub fn read(text: &str) -> Seconds {
    let mut seconds = 0.0;
    for digit in text.bytes() {
        match digit {
            b'0'..=b'9' => seconds = seconds * 10.0 + f64::from(digit - b'0'),
            _ => return 0,
        }
    }
    seconds as Seconds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_of_seconds_lets_no_login_be() {
        for (text, seconds) in [
            ("600", 600),
            ("0", 0),
            ("0600", 600),
            ("604800", 604_800),
            ("99999999999999999999999", Seconds::MAX),
            ("", 0),
            ("soon", 0),
            ("-1", 0),
            ("+600", 0),
            ("6e2", 0),
            ("600s", 0),
            (" 600", 0),
            ("600.5", 0),
            ("NaN", 0),
            ("Infinity", 0),
            ("٦٠٠", 0),
        ] {
            assert_eq!(read(text), seconds, "{text:?}");
        }
    }
}
