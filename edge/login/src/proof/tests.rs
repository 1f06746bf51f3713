//! Is anything a proof that was not asked for?

use std::time::Duration;

use protocol::PhoneNumber;

use super::*;
use crate::Policy;
use crate::keys::tests::{ring, secret};

const ISSUER: &str = "https://login.example.com";
const NOW: Timestamp = Timestamp::from_secs(1_000_000);

fn number() -> Destination {
    PhoneNumber::try_from("+385912345678").unwrap().into()
}

/// A challenge of the key `s1`, and the number that it asks for.
fn challenge() -> (PowChallenge, u32) {
    let (purpose, policy) = (
        Purpose {
            issuer: ISSUER,
            to: &number(),
        },
        Policy::default(),
    );
    let asked = purpose.challenge(1000, &policy.proofs, &ring("s1", 1), NOW, [7; 20]);
    let found = (0..=asked.max_number)
        .find(|found| hex(&hash(&asked.salt, u64::from(*found))) == asked.challenge)
        .unwrap();
    (asked, found)
}

fn check(salt: &str, found: u32, signature: &str) -> Option<Proven> {
    let number = number();
    let purpose = Purpose {
        issuer: ISSUER,
        to: &number,
    };
    purpose.check(salt, found, signature, &ring("s1", 1), NOW)
}

/// Proofs are asked for before a deploy and shown after it.
#[test]
fn what_is_asked_for_is_pinned() {
    let (asked, found) = challenge();
    assert_eq!(
        serde_json::to_string(&asked).unwrap(),
        r#"{"algorithm":"SHA-256","challenge":"3b850155e747687011184472098834c01066cd9ef8a9d629a66db336d02c8998","salt":"BwcHBwcHBwcHBwcH?expires=1000300&max=1000&","max_number":1000,"signature":"SHh_i0pyN_2G5gT8NB_TcRLhw8I4maSeptZcQExjYqY"}"#
    );
    assert_eq!(found, 707);
}

#[test]
fn r21_only_what_was_asked_for_of_this_number_on_this_site_under_our_key_is_a_proof() {
    let (asked, found) = challenge();
    let (own, other) = (
        number(),
        PhoneNumber::try_from("+385912345679").unwrap().into(),
    );
    let rotated = KeyRing::parse(&format!("s2:{},s1:{}", secret(2), secret(1))).unwrap();
    let cases = [
        ("untouched", ISSUER, &own, ring("s1", 1), true),
        (
            "the key before the current one",
            ISSUER,
            &own,
            rotated,
            true,
        ),
        ("another number", ISSUER, &other, ring("s1", 1), false),
        (
            "another site",
            "https://login.example.org",
            &own,
            ring("s1", 1),
            false,
        ),
        ("another key", ISSUER, &own, ring("s1", 2), false),
    ];
    for (what, issuer, to, ring, good) in cases {
        let purpose = Purpose { issuer, to };
        let proven = purpose.check(&asked.salt, found, &asked.signature, &ring, NOW);
        assert_eq!(proven.is_some(), good, "{what}");
        assert!(proven.is_none_or(|proven| proven.work == 1000), "{what}");
    }
}

#[test]
fn r21_a_proof_is_worth_nothing_from_its_last_second_on() {
    let (asked, found) = challenge();
    let number = number();
    let purpose = Purpose {
        issuer: ISSUER,
        to: &number,
    };
    let life = Policy::default().proofs.life;
    for (age, good) in [
        (Duration::ZERO, true),
        (life - Duration::from_millis(1), true),
        (life, false),
    ] {
        let now = NOW.plus(age);
        let proven = purpose.check(&asked.salt, found, &asked.signature, &ring("s1", 1), now);
        assert_eq!(proven.is_some(), good, "{age:?}");
    }
}

#[test]
fn r21_whoever_touches_a_proof_has_none() {
    let (asked, found) = challenge();
    assert_eq!(check(&asked.salt, found + 1, &asked.signature), None);
    assert_eq!(check(&asked.salt, found, ""), None);
    for i in 0..asked.signature.len() {
        let mut touched = asked.signature.clone().into_bytes();
        touched[i] = if touched[i] == b'A' { b'B' } else { b'A' };
        let touched = String::from_utf8(touched).unwrap();
        assert_eq!(check(&asked.salt, found, &touched), None, "byte {i}");
    }
    for i in 0..asked.salt.len() {
        let mut touched = asked.salt.clone().into_bytes();
        touched[i] ^= 1;
        let touched = String::from_utf8(touched).unwrap();
        assert_eq!(check(&touched, found, &asked.signature), None, "byte {i}");
    }
}

/// The hash is the same wherever the line is drawn; the signature is not (CVE-2025-68113).
#[test]
fn r21_the_line_between_salt_and_number_cannot_be_moved() {
    let (asked, found) = challenge();
    let digits = found.to_string();
    assert!(digits.len() > 1, "there is something to move: {digits}");
    for cut in 1..digits.len() {
        let (first, rest) = digits.split_at(cut);
        let salt = format!("{}{first}", asked.salt);
        // A leading zero would be dropped, and hash to something else anyway.
        let number = rest.parse().unwrap();
        assert_eq!(check(&salt, number, &asked.signature), None, "{salt}");
    }
}

#[test]
fn r46_a_proof_is_signed_with_a_key_of_its_own() {
    let ring = ring("s1", 1);
    let key = ring.current();
    assert_ne!(key.derive(PURPOSE), *key.reveal());
    assert_ne!(key.derive(PURPOSE), key.derive("sms-login anti-forgery v1"));
}

#[test]
fn r36_nothing_that_is_handed_out_tells_the_number() {
    let (asked, found) = challenge();
    let handed_out = format!("{asked:?}");
    assert!(!handed_out.contains("912345678"), "{handed_out}");
    let proven = check(&asked.salt, found, &asked.signature).unwrap();
    assert!(!asked.challenge.contains(&proven.id.0));
}

/// Forgotten sooner, it could be shown for a second text by whoever has a clock that is behind; never forgotten, records would grow.
#[test]
fn r21_a_shown_proof_is_remembered_for_as_long_after_its_end_as_it_was_good_for() {
    let proofs = Policy::default().proofs;
    let last = NOW.plus(proofs.life);
    let cases = [
        (NOW, false),
        (last, false),
        (last.plus(Duration::from_millis(1)), true),
    ];
    for (now, over) in cases {
        assert_eq!(
            ProofId::of(&[7; 32], NOW).is_over(now, &proofs),
            over,
            "{now:?}"
        );
    }
}
