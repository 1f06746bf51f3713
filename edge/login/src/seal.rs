//! How does a browser hold something without being able to read or change it?
//!
//! As XChaCha20-Poly1305 under a key derived for one purpose, with the purpose, the key's id and the site in the associated data.
//! A seal says *which* number or address, and which challenge, or which browser; it is never the authority on what may still be done with them (R40,
//! R41). The provider's handle is in none.
//!
//! Not here: the cookies that hold seals (`edge`); the token of who is signed in, which others must read ([`crate::session`]).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use protocol::{Destination, EmailAddress, PhoneNumber};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::keys::{Key, KeyRing};
use crate::{BrowserId, ChallengeId, Timestamp};

/// What a challenge cookie holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengeSeal {
    /// Where the code was sent to. It is what signs in, whatever a request says (R39). Cookies from before there were addresses hold a
    /// number under this name.
    #[serde(rename = "number", with = "written")]
    pub to: Destination,
    /// The challenge.
    pub challenge: ChallengeId,
    /// When the cookie is worth nothing any more.
    pub expires: Timestamp,
    /// When the login began. A cookie from before this was written began before any order to end all logins.
    #[serde(default)]
    pub sealed: Timestamp,
}

/// A number or an address as text: every number has a plus and digits, and every address an `@`.
mod written {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::{Destination, EmailAddress, PhoneNumber};

    pub(super) fn serialize<S: Serializer>(to: &Destination, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(to.reveal())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(text: D) -> Result<Destination, D::Error> {
        let text = String::deserialize(text)?;
        if let Ok(number) = PhoneNumber::try_from(text.as_str()) {
            return Ok(number.into());
        }
        let address = EmailAddress::try_from(text);
        address.map(Destination::from).map_err(D::Error::custom)
    }
}

/// The same of a change of number or address: of the same form, and worth nothing in the other's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NumberSeal(pub ChallengeSeal);

/// What a ticket holds: the number and the challenge that is to be, for whom it is to be proved, and what the assertion repeats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepUpSeal {
    /// As of a challenge.
    #[serde(flatten)]
    pub challenge: ChallengeSeal,
    /// Who the person is to the site.
    pub subject: String,
    /// What the site does not use twice.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub nonce: String,
}

impl Sealable for StepUpSeal {
    const PURPOSE: &'static str = "sms-login step-up v1";

    fn expires(&self) -> Timestamp {
        self.challenge.expires
    }
}

/// What the cookie of a browser holds that has signed in. No number: whose browser it is stands in the number's record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrowserSeal {
    /// The browser.
    pub browser: BrowserId,
    /// When the cookie is worth nothing any more.
    pub expires: Timestamp,
}

/// What the cookie of an operator holds who looks at the page. It is sealed with the very key that they showed, so it is worth
/// nothing once that key is gone; and it opens the page alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorSeal {
    /// When the cookie is worth nothing any more.
    pub expires: Timestamp,
    /// When the key was shown.
    pub sealed: Timestamp,
}

/// What can be sealed.
pub trait Sealable: Serialize + DeserializeOwned {
    /// Format and purpose: a cookie of another kind or age can never be taken for this one.
    const PURPOSE: &'static str;

    /// When it is worth nothing any more.
    fn expires(&self) -> Timestamp;
}

impl Sealable for ChallengeSeal {
    const PURPOSE: &'static str = "sms-login challenge v1";

    fn expires(&self) -> Timestamp {
        self.expires
    }
}

impl Sealable for NumberSeal {
    const PURPOSE: &'static str = "sms-login number v1";

    fn expires(&self) -> Timestamp {
        self.0.expires
    }
}

impl Sealable for BrowserSeal {
    const PURPOSE: &'static str = "sms-login browser v1";

    fn expires(&self) -> Timestamp {
        self.expires
    }
}

impl Sealable for OperatorSeal {
    const PURPOSE: &'static str = "sms-login operator v1";

    fn expires(&self) -> Timestamp {
        self.expires
    }
}

/// Random bytes for one seal. Twice the same under one key would give both away; 192 random bits do not repeat.
pub type Nonce = [u8; 24];

const VERSION: &str = "v1";

/// Seals what a cookie holds, for the site that is named by its issuer.
pub fn seal<T: Sealable>(content: &T, ring: &KeyRing, issuer: &str, nonce: Nonce) -> String {
    seal_with(content, ring.current(), issuer, nonce)
}

/// The same with one key of a ring.
pub fn seal_with<T: Sealable>(content: &T, key: &Key, issuer: &str, nonce: Nonce) -> String {
    let plain = serde_json::to_vec(content).expect("texts and moments are JSON");
    seal_bytes(T::PURPOSE, &plain, key, issuer, nonce)
}

/// Opens what [`seal`] made. None for anything else, without saying why, and for what has expired.
pub fn unseal<T: Sealable>(text: &str, ring: &KeyRing, issuer: &str, now: Timestamp) -> Option<T> {
    let plain = unseal_bytes(T::PURPOSE, text, ring, issuer)?;
    let content: T = serde_json::from_slice(&plain).ok()?;
    (now < content.expires()).then_some(content)
}

fn seal_bytes(purpose: &str, plain: &[u8], key: &Key, issuer: &str, nonce: Nonce) -> String {
    let sealed = cipher(key, purpose)
        .encrypt(
            &XNonce::from(nonce),
            Payload {
                msg: plain,
                aad: &associated(purpose, key.id(), issuer),
            },
        )
        .expect("a message of this size can always be encrypted");
    let mut bytes = nonce.to_vec();
    bytes.extend(sealed);
    format!("{VERSION}.{}.{}", key.id(), URL_SAFE_NO_PAD.encode(bytes))
}

fn unseal_bytes(purpose: &str, text: &str, ring: &KeyRing, issuer: &str) -> Option<Vec<u8>> {
    let mut parts = text.splitn(3, '.');
    if parts.next()? != VERSION {
        return None;
    }
    let key = ring.find(parts.next()?)?;
    let bytes = URL_SAFE_NO_PAD.decode(parts.next()?).ok()?;
    let (nonce, sealed) = bytes.split_first_chunk::<24>()?;
    cipher(key, purpose)
        .decrypt(
            &XNonce::from(*nonce),
            Payload {
                msg: sealed,
                aad: &associated(purpose, key.id(), issuer),
            },
        )
        .ok()
}

fn cipher(key: &Key, purpose: &str) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&key.derive(purpose).into())
}

fn associated(purpose: &str, key_id: &str, issuer: &str) -> Vec<u8> {
    format!("{purpose}\n{key_id}\n{issuer}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::{ring, secret};

    const ISSUER: &str = "https://login.example.com";

    fn content() -> ChallengeSeal {
        ChallengeSeal {
            to: PhoneNumber::try_from("+385912345678").unwrap().into(),
            challenge: ChallengeId::from_random([7; 16]),
            expires: Timestamp::from_secs(1000),
            sealed: Timestamp::from_secs(700),
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
            "v1.s1.CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJznpI5vcncP7xiiYdXRcY_zYIXkSxKByMPiy28sWU82OdtCvDvqEutcXodVGTlfLfcetVLkBe8_oeA4wggM43k71W7pL4H4weJNc8O4RaDMghWfEnXcuREF3vLifFtfaYsGRde8aJE6tA6Pqcnb-xy9FI-wNT"
        );
        // One of before logins told when they began: older than any order to end them.
        let before = "v1.s1.CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJznpI5vcncP7xiiYdXRcY_zYIXkSxKByMPiy28sWU82OdtCvDvqEutcXodVGTlfLfcetVLkBe8_oeA4wggM43k71W7pL4H4weJNc8O4RaDMghWfEnDCsh-n87LdB5w2yk0QzfgK8";
        let opened: ChallengeSeal = open(before, &ring("s1", 1), ISSUER).unwrap();
        assert_eq!(opened.sealed, Timestamp::default());
        assert_eq!(opened.challenge, content().challenge);
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
            assert_eq!(opened == Some(content()), opens, "at {now} ms");
        }
    }

    fn is_good_until_its_end<T: Sealable>(content: &T) {
        let ring = ring("s1", 1);
        let sealed = seal(content, &ring, ISSUER, [9; 24]);
        for (now, opens) in [(0, true), (999_999, true), (1_000_000, false)] {
            let opened = unseal::<T>(&sealed, &ring, ISSUER, Timestamp::from_millis(now));
            assert_eq!(opened.is_some(), opens, "{} at {now} ms", T::PURPOSE);
        }
    }

    #[test]
    fn r29_a_seal_of_any_kind_opens_until_its_end_and_never_after() {
        let expires = Timestamp::from_secs(1000);
        is_good_until_its_end(&content());
        is_good_until_its_end(&NumberSeal(content()));
        is_good_until_its_end(&StepUpSeal {
            challenge: content(),
            subject: "customer-7".to_owned(),
            nonce: "n".to_owned(),
        });
        is_good_until_its_end(&BrowserSeal {
            browser: BrowserId::from_random([7; 16]),
            expires,
        });
        is_good_until_its_end(&OperatorSeal {
            expires,
            sealed: Timestamp::from_secs(700),
        });
    }

    #[test]
    fn r40_r46_a_seal_for_one_purpose_is_worth_nothing_for_another() {
        let ring = ring("s1", 1);
        let browser = BrowserSeal {
            browser: BrowserId::from_random([7; 16]),
            expires: Timestamp::from_secs(1000),
        };
        let now = Timestamp::from_secs(1);
        let challenge = seal(&content(), &ring, ISSUER, [9; 24]);
        let browser_seal = seal(&browser, &ring, ISSUER, [9; 24]);
        assert_eq!(unseal(&browser_seal, &ring, ISSUER, now), Some(browser));
        assert_eq!(unseal::<BrowserSeal>(&challenge, &ring, ISSUER, now), None);
        assert_eq!(open(&browser_seal, &ring, ISSUER), None);
        let change = seal(&NumberSeal(content()), &ring, ISSUER, [9; 24]);
        assert_eq!(
            unseal(&change, &ring, ISSUER, now),
            Some(NumberSeal(content()))
        );
        assert_eq!(open(&change, &ring, ISSUER), None);
        assert_eq!(unseal::<NumberSeal>(&challenge, &ring, ISSUER, now), None);
        let key = ring.current();
        let purposes = [
            ChallengeSeal::PURPOSE,
            BrowserSeal::PURPOSE,
            NumberSeal::PURPOSE,
            StepUpSeal::PURPOSE,
            OperatorSeal::PURPOSE,
        ];
        for (n, purpose) in purposes.iter().enumerate() {
            for other in purposes.iter().skip(n + 1) {
                assert_ne!(key.derive(purpose), key.derive(other));
            }
            assert_ne!(key.derive(purpose), *key.reveal());
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
