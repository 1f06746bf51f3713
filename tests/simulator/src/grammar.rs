//! What do `15m`, `5/d` and `1/3s` mean?
//!
//! The grammar of the limits and lifetimes in an application's `configuration`. Not here: which of them an application
//! has (`application.rs`) and how a limit is counted (`window.rs`).

use serde::{Serialize, Serializer};

use crate::clock::Millis;

pub(crate) const DAY: Millis = 24 * 60 * 60 * 1000;
pub(crate) const YEAR: Millis = 365 * DAY;

/// A length of time, `{len}{unit}`, where the length may be left out and is then 1. Echoed as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lifetime {
    text: String,
    pub(crate) length: Millis,
}

/// So many calls in so long a window, `{attempts}/{len}{unit}`. Echoed as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    text: String,
    pub(crate) attempts: u64,
    pub(crate) window: Millis,
}

impl Lifetime {
    pub(crate) fn parse(text: &str, longest: Millis) -> Option<Self> {
        let length = length(text).filter(|length| (1..=longest).contains(length))?;
        Some(Self {
            text: text.to_owned(),
            length,
        })
    }
}

impl Limit {
    pub(crate) fn parse(text: &str, longest: Millis) -> Option<Self> {
        let (attempts, window) = text.split_once('/')?;
        Some(Self {
            text: text.to_owned(),
            attempts: digits(attempts)?,
            window: length(window).filter(|window| (1..=longest).contains(window))?,
        })
    }
}

impl Serialize for Lifetime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl Serialize for Limit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

fn length(text: &str) -> Option<Millis> {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60 * 1000,
        "h" => 60 * 60 * 1000,
        "d" => DAY,
        _ => return None,
    };
    match text.strip_suffix(unit)? {
        "" => Some(milliseconds),
        count => digits(count)?.checked_mul(milliseconds),
    }
}

fn digits(text: &str) -> Option<u64> {
    // `u64::from_str` takes a leading plus; the grammar does not.
    let all_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| all_digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_is_a_length_and_a_unit() {
        let cases = [
            ("15m", Some(900_000)),
            ("1500ms", Some(1_500)),
            ("d", Some(DAY)),
            ("365d", Some(YEAR)),
            ("366d", None),
            ("0s", None),
            ("15", None),
            ("15 m", None),
            ("+15m", None),
            ("-1m", None),
            ("15M", None),
            ("m15", None),
            ("1w", None),
            ("99999999999999999999d", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let parsed = Lifetime::parse(text, YEAR).map(|lifetime| lifetime.length);
            assert_eq!(parsed, expected, "{text:?}");
        }
    }

    #[test]
    fn a_limit_is_attempts_in_a_window() {
        let cases = [
            ("5/1d", Some((5, DAY))),
            ("5/d", Some((5, DAY))),
            ("1/3s", Some((1, 3_000))),
            ("0/1s", Some((0, 1_000))),
            ("1/2d", None),
            ("/1d", None),
            ("5", None),
            ("5/", None),
            ("+5/1d", None),
            ("5/1d/1d", None),
        ];
        for (text, expected) in cases {
            let parsed = Limit::parse(text, DAY).map(|limit| (limit.attempts, limit.window));
            assert_eq!(parsed, expected, "{text:?}");
        }
    }
}
