//! Is what a page shows for its text what it was asked for?
//!
//! Work, in ALTCHA's scheme: we draw a number and give its SHA-256 with a salt before it; finding the number costs hashing, and
//! knowing that it was found costs one hash. Nothing is kept of what was asked: the signature says that it was us, for which
//! site, for which telephone number or address, and in the salt, until when and for how much work. That it is used once is for the record of
//! the number to say ([`crate::attempt`]).
//!
//! Every part of what is signed is signed as a part. In the scheme as it was first published only the hash is, so the line
//! between salt and number could be moved, and with it the time that stands in the salt (CVE-2025-68113).
//!
//! Or the word of Turnstile ([`turnstile`]).
//!
//! Not here: when a proof is asked for ([`crate::budget`], [`crate::policy`]); the search (`widget`).

pub mod turnstile;

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use protocol::Destination;
use protocol::proof::PowChallenge;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Timestamp;
use crate::keys::{Key, KeyRing};
use crate::policy::Proofs;

const PURPOSE: &str = "sms-login proof v1";

/// A proof that is good, unless it was used before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// Which proof. Nobody can use it by this name.
    pub id: ProofId,
    /// How much work it is worth.
    pub work: u32,
}

/// The name of one proof, however it is written. It begins with the moment from which on the proof is worth nothing anyway and need
/// not be remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProofId(String);

impl ProofId {
    fn of(hash: &[u8], expires: Timestamp) -> Self {
        // Half of a hash is enough to tell the proofs of one number apart.
        let hash = URL_SAFE_NO_PAD.encode(hash.get(..16).unwrap_or(hash));
        Self(format!("{}.{hash}", expires.as_secs()))
    }

    /// Whether the proof has been worth nothing for so long that no clock doubts it.
    pub(crate) fn is_over(&self, now: Timestamp, proofs: &Proofs) -> bool {
        let expires = self.0.split('.').next().and_then(|secs| secs.parse().ok());
        let expires = Timestamp::from_secs(expires.unwrap_or_default());
        now.since(expires) > proofs.life
    }
}

/// Random bytes for one challenge: for its salt, and for the number that is to be found.
pub type Luck = [u8; 20];

/// Whom a proof is asked of: a site, by its issuer, and where the code is to go.
#[derive(Clone, Copy, Debug)]
pub struct Purpose<'a> {
    /// The site.
    pub issuer: &'a str,
    /// Where the code is to go.
    pub to: &'a Destination,
}

impl Purpose<'_> {
    /// Asks for this much work.
    pub fn challenge(
        &self,
        work: u32,
        proofs: &Proofs,
        ring: &KeyRing,
        now: Timestamp,
        luck: Luck,
    ) -> PowChallenge {
        let [salt @ .., a, b, c, d, e, f, g, h] = luck;
        let number = u64::from_be_bytes([a, b, c, d, e, f, g, h]) % (u64::from(work) + 1);
        // Short enough for the salt and the number to fit into one block of the hash.
        let salt: [u8; 12] = salt;
        let salt = URL_SAFE_NO_PAD.encode(salt);
        let expires = now.plus(proofs.life).as_secs();
        let salt = format!("{salt}?expires={expires}&max={work}&");
        let challenge = hash(&salt, number);
        let signature = self.mac(ring.current(), &salt, &challenge).finalize();
        PowChallenge {
            algorithm: "SHA-256".to_owned(),
            challenge: hex(&challenge),
            salt,
            max_number: work,
            signature: URL_SAFE_NO_PAD.encode(signature.into_bytes()),
        }
    }

    /// The proof, if this number is the one, and was asked for by us, for this telephone number, on this site, not too long ago.
    /// None for anything else, without saying why.
    pub fn check(
        &self,
        salt: &str,
        number: u32,
        signature: &str,
        ring: &KeyRing,
        now: Timestamp,
    ) -> Option<Proven> {
        let challenge = hash(salt, number.into());
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let ours = |key| {
            let mac = self.mac(key, salt, &challenge);
            mac.verify_slice(&signature).is_ok()
        };
        if !ring.iter().any(ours) {
            return None;
        }
        // The form is ours, so it is read no more closely than this.
        let mut terms = salt.split(['=', '&']);
        let expires = Timestamp::from_secs(terms.nth(1)?.parse().ok()?);
        (now < expires).then_some(Proven {
            id: ProofId::of(&challenge, expires),
            work: terms.nth(1)?.parse().ok()?,
        })
    }

    /// What is signed. The number goes in as it is: without the key nobody can try numbers against a signature.
    fn mac(&self, key: &Key, salt: &str, challenge: &[u8]) -> Hmac<Sha256> {
        let mut mac =
            Hmac::new_from_slice(&key.derive(PURPOSE)).expect("HMAC takes a key of any length");
        for part in [
            self.issuer.as_bytes(),
            self.to.reveal().as_bytes(),
            salt.as_bytes(),
            challenge,
        ] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }
}

fn hash(salt: &str, number: u64) -> [u8; 32] {
    let hash = Sha256::new().chain_update(salt);
    hash.chain_update(number.to_string()).finalize().into()
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        write!(text, "{byte:02x}").expect("a string takes every letter");
    }
    text
}

#[cfg(test)]
mod tests;
