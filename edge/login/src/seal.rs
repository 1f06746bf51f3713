//! How does a browser hold a challenge without being able to read or change it?
//!
//! As XChaCha20-Poly1305 under a key of its own, with the purpose, the key's id and the site in the associated data. The seal
//! says *which* number and challenge; it is never the authority on whether the challenge may still be used (R40, R41). The
//! provider's handle is not in it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use protocol::PhoneNumber;
use serde::{Deserialize, Serialize};

use crate::keys::{Key, KeyRing};
use crate::{ChallengeId, Timestamp};

/// What a challenge cookie holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengeSeal {
    /// The number that the code was sent to. It is the number that signs in, whatever a request says (R39).
    pub number: PhoneNumber,
    /// The challenge.
    pub challenge: ChallengeId,
    /// When the cookie is worth nothing any more.
    pub expires: Timestamp,
}

/// Random bytes for one seal. Twice the same under one key would give both away; 192 random bits do not repeat.
pub type Nonce = [u8; 24];

/// Format and purpose: a cookie of another kind or age can never be taken for this one.
const PURPOSE: &str = "sms-login challenge v1";
const VERSION: &str = "v1";

/// Seals what a challenge cookie holds, for the site that is named by its issuer.
pub fn seal(content: &ChallengeSeal, ring: &KeyRing, issuer: &str, nonce: Nonce) -> String {
    let key = ring.current();
    let plain = serde_json::to_vec(content).expect("a number, an id and a moment are JSON");
    let sealed = cipher(key)
        .encrypt(
            &XNonce::from(nonce),
            Payload {
                msg: &plain,
                aad: &associated(key.id(), issuer),
            },
        )
        .expect("a message of this size can always be encrypted");
    let mut bytes = nonce.to_vec();
    bytes.extend(sealed);
    format!("{VERSION}.{}.{}", key.id(), URL_SAFE_NO_PAD.encode(bytes))
}

/// Opens what [`seal`] made. None for anything else, without saying why, and for what has expired.
pub fn unseal(text: &str, ring: &KeyRing, issuer: &str, now: Timestamp) -> Option<ChallengeSeal> {
    let mut parts = text.splitn(3, '.');
    if parts.next()? != VERSION {
        return None;
    }
    let key = ring.find(parts.next()?)?;
    let bytes = URL_SAFE_NO_PAD.decode(parts.next()?).ok()?;
    let (nonce, sealed) = bytes.split_first_chunk::<24>()?;
    let plain = cipher(key)
        .decrypt(
            &XNonce::from(*nonce),
            Payload {
                msg: sealed,
                aad: &associated(key.id(), issuer),
            },
        )
        .ok()?;
    let content: ChallengeSeal = serde_json::from_slice(&plain).ok()?;
    (now < content.expires).then_some(content)
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.reveal().into())
}

fn associated(key_id: &str, issuer: &str) -> Vec<u8> {
    format!("{PURPOSE}\n{key_id}\n{issuer}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::{ring, secret};

    const ISSUER: &str = "https://login.example.com";

    fn content() -> ChallengeSeal {
        ChallengeSeal {
            number: PhoneNumber::try_from("+385912345678").unwrap(),
            challenge: ChallengeId::from_random([7; 16]),
            expires: Timestamp::from_secs(1000),
        }
    }

    fn open(text: &str, ring: &KeyRing, issuer: &str) -> Option<ChallengeSeal> {
        unseal(text, ring, issuer, Timestamp::from_secs(999))
    }

    /// Browsers hold cookies of this form across a deploy.
    #[test]
    fn the_seal_is_pinned() {
        let sealed = seal(&content(), &ring("s1", 1), ISSUER, [9; 24]);
        assert_eq!(
            sealed,
            "v1.s1.CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJ_au_bZ5ekSXnGtvBTv0u9HshrfheOe4LWo38611EcmhsIGgW__9zRHq0lUJKMmTcKeXVJK5GF7bkZbPQs6GiuJDWBcakl4tNWfO1wQv8Zy0f3Kr1bkxWeFhISdHncstVINFVGN0"
        );
    }

    #[test]
    fn r40_only_an_untouched_seal_of_this_site_and_key_opens() {
        let ring_1 = ring("s1", 1);
        let sealed = seal(&content(), &ring_1, ISSUER, [9; 24]);
        assert_eq!(open(&sealed, &ring_1, ISSUER), Some(content()));
        assert_eq!(
            open(&sealed, &ring_1, "https://other.example.com"),
            None,
            "another site"
        );
        assert_eq!(
            open(&sealed, &ring("s1", 2), ISSUER),
            None,
            "another key of the same name"
        );
        assert_eq!(
            open(&sealed, &ring("s2", 1), ISSUER),
            None,
            "the same key by another name"
        );
        let rotated = KeyRing::parse(&format!("s2:{},s1:{}", secret(2), secret(1))).unwrap();
        assert_eq!(
            open(&sealed, &rotated, ISSUER),
            Some(content()),
            "the key before the current one"
        );
        for i in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[i] ^= 1;
            if let Ok(touched) = String::from_utf8(bytes) {
                assert_eq!(open(&touched, &ring_1, ISSUER), None, "byte {i}");
            }
            assert_eq!(
                open(sealed.get(..i).unwrap(), &ring_1, ISSUER),
                None,
                "cut at {i}"
            );
        }
    }

    #[test]
    fn r29_a_seal_is_worth_nothing_from_its_last_second_on() {
        let ring = ring("s1", 1);
        let sealed = seal(&content(), &ring, ISSUER, [9; 24]);
        for (now, opens) in [(999_999, true), (1_000_000, false), (1_000_001, false)] {
            let opened = unseal(&sealed, &ring, ISSUER, Timestamp::from_millis(now));
            assert_eq!(opened.is_some(), opens, "at {now} ms");
        }
    }

    #[test]
    fn r36_nothing_of_the_content_can_be_read() {
        let sealed = seal(&content(), &ring("s1", 1), ISSUER, [9; 24]);
        assert!(!sealed.contains("385912345678"));
        assert!(
            !String::from_utf8_lossy(
                &URL_SAFE_NO_PAD
                    .decode(sealed.strip_prefix("v1.s1.").unwrap())
                    .unwrap()
            )
            .contains("385")
        );
    }
}
