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
use crate::{BrowserId, ChallengeId, SessionId, Timestamp};

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
pub struct ChangeSeal(pub ChallengeSeal);

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

/// What the cookie holds of a passkey that is being made or used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeySeal {
    /// What is to be signed: 32 random bytes in base64url.
    pub challenge: String,
    /// The session whose account is to have the passkey; none is a login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// When the cookie is worth nothing any more.
    pub expires: Timestamp,
    /// When it was begun.
    pub sealed: Timestamp,
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

impl Sealable for ChangeSeal {
    const PURPOSE: &'static str = "sms-login number v1";

    fn expires(&self) -> Timestamp {
        self.0.expires
    }
}

impl Sealable for PasskeySeal {
    const PURPOSE: &'static str = "sms-login passkey v1";

    fn expires(&self) -> Timestamp {
        self.expires
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
mod tests;
