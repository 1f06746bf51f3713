//! When is a PIN right?
//!
//! Its making, its lifetime, its attempts. Pure: `now` and the random source are handed in. Not here: the limits on calls
//! (`window.rs`) and how the verdict is worded (`verifying.rs`).

use rand::Rng;
use rand::seq::IndexedRandom;
use serde::Serialize;

use crate::application::Configuration;
use crate::clock::Millis;

/// The alphabet of a PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum PinType {
    Numeric,
    Alpha,
    Hex,
    Alphanumeric,
}

/// A PIN that was sent, or would have been had the number been reachable.
#[derive(Clone, Debug)]
pub(crate) struct Pin {
    pub(crate) pin_id: String,
    pub(crate) application_id: String,
    pub(crate) message_id: String,
    pub(crate) to: String,
    /// The sender that the first call asked for.
    pub(crate) from: Option<String>,
    pub(crate) code: String,
    pub(crate) made_at: Millis,
    pub(crate) sent_at: Millis,
    pub(crate) was_sent: bool,
    pub(crate) wrong_attempts: u32,
    pub(crate) verified_at: Option<Millis>,
}

/// What a guess comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Verified,
    Wrong { remaining: u32 },
    Expired,
    Exhausted,
    AlreadyVerified,
}

impl PinType {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "NUMERIC" => Some(Self::Numeric),
            "ALPHA" => Some(Self::Alpha),
            "HEX" => Some(Self::Hex),
            "ALPHANUMERIC" => Some(Self::Alphanumeric),
            _ => None,
        }
    }

    fn alphabet(self) -> &'static [u8] {
        match self {
            Self::Numeric => b"0123456789",
            Self::Alpha => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            Self::Hex => b"0123456789ABCDEF",
            Self::Alphanumeric => b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        }
    }

    /// A fresh code, every one as likely as any other.
    pub(crate) fn draw(self, length: u8, random: &mut impl Rng) -> String {
        let mut letter = || {
            let letter = self.alphabet().choose(random);
            char::from(*letter.expect("no alphabet is empty"))
        };
        (0..length).map(|_| letter()).collect()
    }
}

impl Pin {
    pub(crate) fn is_expired(&self, configuration: &Configuration, now: Millis) -> bool {
        now.saturating_sub(self.made_at) >= configuration.pin_time_to_live.length
    }

    /// Judges a guess and remembers it. With three attempts, three may be wrong; the fourth fails even when right.
    pub(crate) fn check(
        &mut self,
        guess: &str,
        configuration: &Configuration,
        ignores_case: bool,
        now: Millis,
    ) -> Verdict {
        if self.is_expired(configuration, now) {
            return Verdict::Expired;
        }
        if self.wrong_attempts >= configuration.pin_attempts {
            return Verdict::Exhausted;
        }
        if self.verified_at.is_some() && !configuration.allow_multiple_pin_verifications {
            return Verdict::AlreadyVerified;
        }
        let is_right = if ignores_case {
            guess.eq_ignore_ascii_case(&self.code)
        } else {
            guess == self.code
        };
        if is_right {
            self.verified_at = Some(now);
            return Verdict::Verified;
        }
        self.wrong_attempts += 1;
        Verdict::Wrong {
            remaining: configuration.pin_attempts - self.wrong_attempts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::{Lifetime, YEAR};

    fn configuration() -> Configuration {
        Configuration {
            pin_attempts: 3,
            pin_time_to_live: Lifetime::parse("1m", YEAR).unwrap(),
            ..Configuration::default()
        }
    }

    fn pin() -> Pin {
        Pin {
            pin_id: "P".to_owned(),
            application_id: "A".to_owned(),
            message_id: "M".to_owned(),
            to: "41790000001".to_owned(),
            from: None,
            code: "00AF".to_owned(),
            made_at: 1_000,
            sent_at: 1_000,
            was_sent: true,
            wrong_attempts: 0,
            verified_at: None,
        }
    }

    #[test]
    fn three_attempts_are_three_wrong_guesses() {
        let mut pin = pin();
        let cases = [
            ("0000", Verdict::Wrong { remaining: 2 }),
            ("00af", Verdict::Wrong { remaining: 1 }),
            ("", Verdict::Wrong { remaining: 0 }),
            ("00AF", Verdict::Exhausted),
        ];
        for (guess, expected) in cases {
            let verdict = pin.check(guess, &configuration(), false, 2_000);
            assert_eq!(verdict, expected, "{guess:?}");
        }
    }

    #[test]
    fn a_pin_lives_for_its_lifetime_and_not_a_moment_longer() {
        let cases = [(60_999, Verdict::Verified), (61_000, Verdict::Expired)];
        for (now, expected) in cases {
            let verdict = pin().check("00AF", &configuration(), false, now);
            assert_eq!(verdict, expected, "at {now}");
        }
    }

    #[test]
    fn a_verified_pin_can_be_verified_again_only_where_that_is_allowed() {
        for (allowed, expected) in [(true, Verdict::Verified), (false, Verdict::AlreadyVerified)] {
            let configuration = Configuration {
                allow_multiple_pin_verifications: allowed,
                ..configuration()
            };
            let mut pin = pin();
            pin.check("00AF", &configuration, false, 2_000);
            let again = pin.check("00AF", &configuration, false, 2_001);
            assert_eq!(again, expected, "allowed: {allowed}");
        }
    }

    #[test]
    fn case_matters_unless_it_is_switched_off() {
        let verdict = pin().check("00af", &configuration(), true, 2_000);
        assert_eq!(verdict, Verdict::Verified);
    }

    #[test]
    fn a_code_is_drawn_from_its_alphabet() {
        use PinType::*;
        for kind in [Numeric, Alpha, Hex, Alphanumeric] {
            let code = kind.draw(64, &mut rand::rng());
            assert_eq!(code.len(), 64);
            let is_of_alphabet = code.bytes().all(|letter| kind.alphabet().contains(&letter));
            assert!(is_of_alphabet, "{kind:?} {code}");
        }
    }
}
