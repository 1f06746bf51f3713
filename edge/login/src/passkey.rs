//! Was a passkey made, or used, as it must be?
//!
//! By a device that saw that it was its owner, on a page of the site, for this challenge: Web Authentication, level 3, sections 7.1 and
//! 7.2. Who made the device is not asked (attestation `none`), so a registration holds no signature, and the key is read from the
//! authenticator data alone.
//!
//! # Why no library
//!
//! Those that there are for the relying party (`webauthn-rs`, `webauthn_rp`) bring the curves and RSA along in Rust. To verify with `p256`
//! and `rsa` alone is 31 KB of the upload, gzipped, and in Wasm it is not certain to take the same time for all keys. The platform has all
//! of it as native code (`crypto.subtle`), which a [`Verifier`] hands in. What is left is to read three forms, none of which leaves a
//! choice: fixed offsets ([`authenticator`]), JSON ([`client`]), and keys in the one form that CBOR has for each ([`key`]).
//!
//! # Whose passkey it is
//!
//! The device says so, and its word is not signed. But the key is looked for in the record of that account alone, so a wrong word leads to a
//! record that does not have it. Of one id in two accounts, each opens its own.
//!
//! Not here: what is kept of a passkey and when it is believed ([`crate::account::passkeys`]); the order of a login with one
//! ([`crate::journey`]).

pub mod authenticator;
mod client;
pub mod key;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::passkey::{Authentication, Registration};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{Refusal, UserId};
use authenticator::{Flags, Said};
use client::Ceremony;
use key::PublicKey;

/// The longest id of a passkey, in bytes (section 5.1.3).
const LONGEST_ID: usize = 1023;

/// Whose the passkeys are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelyingParty {
    /// The site's domain.
    pub id: String,
    /// The pages that may make and use them, as browsers write their origins.
    pub origins: Vec<String>,
}

/// Who can tell a signature. Its contract: yes means that the key made the signature over exactly that message, and in doubt it is no.
#[allow(
    async_fn_in_trait,
    reason = "used inside this workspace only, on one thread"
)]
pub trait Verifier {
    /// Whether it is the key's signature, in the form that [`PublicKey::signature`] gives it.
    async fn verifies(&self, key: &PublicKey<'_>, message: &[u8], signature: &[u8]) -> bool;
}

/// A passkey that a device has made, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Its id, in base64url.
    pub id: String,
    /// Its public key, as COSE has it (RFC 9053), in base64url.
    pub key: String,
    /// What is said of it.
    #[serde(flatten)]
    pub state: State,
}

/// What a device says of a passkey each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// How often it was used, if the device counts.
    pub counter: u32,
    /// Whether it may be on several devices (`BE`). That never changes.
    pub may_sync: bool,
    /// Whether it is (`BS`).
    pub synced: bool,
}

/// A passkey that was used, as far as can be told without its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// Whose it is, by the device's word.
    pub user: UserId,
    /// Its id, in base64url.
    pub id: String,
    /// What the device said of it.
    pub state: State,
    message: Vec<u8>,
    signature: Vec<u8>,
}

/// Reads what a browser says of a new passkey (section 7.1).
///
/// # Errors
///
/// [`Refusal::PasskeyRefused`], without why: nobody whom a browser helps meets one.
pub fn made(
    registration: &Registration,
    challenge: &str,
    party: &RelyingParty,
) -> Result<Made, Refusal> {
    read_made(registration, challenge, party).ok_or(Refusal::PasskeyRefused)
}

/// Reads what a browser says when a passkey was used (section 7.2).
///
/// # Errors
///
/// [`Refusal::PasskeyRefused`].
pub fn used(
    authentication: &Authentication,
    challenge: &str,
    party: &RelyingParty,
) -> Result<Used, Refusal> {
    read_used(authentication, challenge, party).ok_or(Refusal::PasskeyRefused)
}

fn read_made(registration: &Registration, challenge: &str, party: &RelyingParty) -> Option<Made> {
    let response = &registration.response;
    let client_data = bytes(&response.client_data_json)?;
    client::is_for(&client_data, Ceremony::Create, challenge, &party.origins)?;
    let data = bytes(&response.authenticator_data)?;
    let said = authenticator::read(&data)?;
    let state = state(&said, &party.id)?;
    let new = said.made?;
    let id = id(&registration.id, &registration.kind)?;
    PublicKey::read(new.key)?;
    (new.id == id).then(|| Made {
        id: registration.id.clone(),
        key: URL_SAFE_NO_PAD.encode(new.key),
        state,
    })
}

fn read_used(
    authentication: &Authentication,
    challenge: &str,
    party: &RelyingParty,
) -> Option<Used> {
    let response = &authentication.response;
    let client_data = bytes(&response.client_data_json)?;
    client::is_for(&client_data, Ceremony::Get, challenge, &party.origins)?;
    let data = bytes(&response.authenticator_data)?;
    let said = authenticator::read(&data)?;
    let state = state(&said, &party.id)?;
    id(&authentication.id, &authentication.kind)?;
    let user = format!("usr_{}", response.user_handle);
    let is_whole = said.made.is_none() && UserId::is_one(&user);
    let mut message = data;
    message.extend(Sha256::digest(&client_data));
    is_whole.then_some(Used {
        user: user.into(),
        id: authentication.id.clone(),
        state,
        message,
        signature: bytes(&response.signature)?,
    })
}

impl Used {
    /// Whether this key, as it is kept, made the signature.
    pub async fn is_signed_by<V: Verifier>(&self, key: &str, verifier: &V) -> bool {
        let Some(key) = bytes(key) else {
            return false;
        };
        let Some(key) = PublicKey::read(&key) else {
            return false;
        };
        let Some(signature) = key.signature(&self.signature) else {
            return false;
        };
        verifier.verifies(&key, &self.message, &signature).await
    }
}

/// That the device meant this site, and saw that somebody was there and that it was its owner.
fn state(said: &Said<'_>, party: &str) -> Option<State> {
    let Flags {
        present,
        verified,
        may_sync,
        synced,
    } = said.flags;
    let is_ours = *said.party == *Sha256::digest(party);
    // What cannot be on several devices is not (section 6.1.3).
    (is_ours && present && verified && (may_sync || !synced)).then_some(State {
        counter: said.counter,
        may_sync,
        synced,
    })
}

fn id(text: &str, kind: &str) -> Option<Vec<u8>> {
    let id = bytes(text)?;
    (kind == "public-key" && (1..=LONGEST_ID).contains(&id.len())).then_some(id)
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}
