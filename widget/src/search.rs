//! Which number was hashed?
//!
//! The work that a person's browser does in a moment and that a crowd of bots has to pay for (R21): one number after the other
//! is hashed, until one has the hash that was given. Not here: when it is asked for (`flow`), and who has their turn in between
//! (`proof`).

use std::ops::ControlFlow;

use protocol::proof::PowChallenge;
use sha2::{Digest, Sha256};

/// A search under way.
#[derive(Debug)]
pub struct Search {
    salt: String,
    wanted: [u8; 32],
    next: u32,
    last: u32,
}

impl Search {
    /// Begins at 0. Nothing, where something else is to be found than this element knows how to find.
    pub fn new(challenge: &PowChallenge) -> Option<Self> {
        (challenge.algorithm == "SHA-256").then_some(())?;
        Some(Self {
            salt: challenge.salt.clone(),
            wanted: bytes(&challenge.challenge)?,
            next: 0,
            last: challenge.max_number,
        })
    }

    /// Looks at so many numbers. Breaks with the one that it is, or with nothing when there are no more.
    pub fn look(&mut self, numbers: u32) -> ControlFlow<Option<u32>> {
        for _ in 0..numbers {
            let number = self.next;
            let salted = [self.salt.as_str(), &number.to_string()].concat();
            if Sha256::digest(salted).as_slice() == self.wanted {
                return ControlFlow::Break(Some(number));
            }
            if number == self.last {
                return ControlFlow::Break(None);
            }
            self.next += 1;
        }
        ControlFlow::Continue(())
    }
}

/// What 64 hexadecimal digits stand for.
fn bytes(hex: &str) -> Option<[u8; 32]> {
    let mut digits = hex.chars().map(|digit| digit.to_digit(16));
    let mut bytes = [0; 32];
    for byte in &mut bytes {
        *byte = u8::try_from(digits.next()?? * 16 + digits.next()??).ok()?;
    }
    digits.next().is_none().then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALT: &str = "pZ5q1Xw0S8mO3kT7?expires=1790000000&max=100000&";

    fn challenge(salt: &str, challenge: &str, max_number: u32) -> PowChallenge {
        PowChallenge {
            algorithm: "SHA-256".to_owned(),
            challenge: challenge.to_owned(),
            salt: salt.to_owned(),
            max_number,
            signature: String::new(),
        }
    }

    /// Whole, in steps of so many.
    fn found(challenge: &PowChallenge, step: u32) -> Option<u32> {
        let mut search = Search::new(challenge)?;
        loop {
            if let ControlFlow::Break(found) = search.look(step) {
                return found;
            }
        }
    }

    fn hash(text: &str) -> String {
        Sha256::digest(text)
            .iter()
            .map(|it| format!("{it:02x}"))
            .collect()
    }

    #[test]
    fn r21_it_finds_what_others_have_hashed() {
        // By `printf 'SALT%d' NUMBER | sha256sum`.
        let cases = [
            (
                "",
                "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9",
                0,
            ),
            (
                "a",
                "20377cec9f51f6bf5ba1fa64649f3b1614e4eee833fd0fc5893f24f6e0accbaf",
                7,
            ),
            (
                SALT,
                "34ecbb2348efb6fb83dd290b3c6e32691be780a3534ff576d29acd20cf36f9d7",
                54_321,
            ),
            // Longer than a block.
            (
                &"S".repeat(70),
                "f9f92dbd478642b4ac5e535ef955dbbd65733f16814aa2a719a5d2dfa16ccc86",
                99_999,
            ),
        ];
        for (salt, hash, number) in cases {
            assert_eq!(
                found(&challenge(salt, hash, 100_000), 1000),
                Some(number),
                "{salt}{number}"
            );
        }
    }

    #[test]
    fn r21_it_looks_at_every_number_up_to_the_last_and_at_none_twice() {
        for number in [0, 1, 9, 10, 99, 100, 101] {
            let wanted = hash(&format!("{SALT}{number}"));
            let expected = (number <= 100).then_some(number);
            for step in [1, 7, 100, 101, 1000] {
                assert_eq!(
                    found(&challenge(SALT, &wanted, 100), step),
                    expected,
                    "{number} by {step}"
                );
            }
        }
    }

    #[test]
    fn r21_what_it_does_not_know_how_to_find_it_does_not_look_for() {
        let known = challenge(SALT, &hash(SALT), 9);
        assert!(Search::new(&known).is_some());
        for algorithm in ["SHA-1", "SHA-512", "sha-256", ""] {
            let algorithm = algorithm.to_owned();
            let challenge = PowChallenge {
                algorithm,
                ..known.clone()
            };
            assert!(Search::new(&challenge).is_none(), "{challenge:?}");
        }
        let hash = hash(SALT);
        for hash in [
            "",
            "zz",
            &hash.replacen('0', "", 1),
            &format!("{hash}0"),
            &hash.replacen(|_| true, "g", 1),
        ] {
            assert!(Search::new(&challenge(SALT, hash, 9)).is_none(), "{hash}");
        }
    }
}
