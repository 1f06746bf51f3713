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
//! choice: fixed offsets (`authenticator`), JSON (`client`), and keys in the one form that CBOR has for each (`key`).
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
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{Refusal, Timestamp, UserId, Way};
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

/// A passkey, as it is kept. One type for all that is said of one: each costs its code wherever it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// Its id, in base64url.
    pub id: String,
    /// Its public key, as COSE has it (RFC 9053), in base64url; nothing where it was only used.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// How often it was used, if the device counts.
    pub counter: u32,
    /// Whether it may be on several devices (`BE`). That never changes.
    pub may_sync: bool,
    /// Whether it is (`BS`).
    pub synced: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When somebody last signed in with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used: Option<Timestamp>,
    /// Where it was made, in a few words that tell a person which one it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
}

/// What a page says of a passkey that was made or used (sections 5.1.8.1 and 5.1.8.2). One form for both, for the same reason; what is
/// demanded of each is in [`protocol::passkey`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    response: Response,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    #[serde(rename = "clientDataJSON")]
    client_data_json: String,
    authenticator_data: String,
    #[serde(default)]
    signature: String,
    #[serde(default)]
    user_handle: String,
}

/// A passkey that was used, as far as can be told without its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// Whose it is, by the device's word.
    pub user: UserId,
    /// What the device said of it.
    pub passkey: Passkey,
    message: Vec<u8>,
    signature: Vec<u8>,
}

/// Reads what a browser says of a new passkey (section 7.1).
///
/// # Errors
///
/// [`Refusal::PasskeyRefused`], without why: nobody whom a browser helps meets one.
pub fn made(
    credential: &Credential,
    challenge: &str,
    party: &RelyingParty,
) -> Result<Passkey, Refusal> {
    read_made(credential, challenge, party).ok_or(Refusal::PasskeyRefused)
}

/// Reads what a browser says when a passkey was used (section 7.2).
///
/// # Errors
///
/// [`Refusal::PasskeyRefused`].
pub fn used(
    credential: &Credential,
    challenge: &str,
    party: &RelyingParty,
) -> Result<Used, Refusal> {
    read_used(credential, challenge, party).ok_or(Refusal::PasskeyRefused)
}

fn read_made(credential: &Credential, challenge: &str, party: &RelyingParty) -> Option<Passkey> {
    let data = credential.is_of(Ceremony::Create, challenge, party)?.0;
    let said = authenticator::read(&data)?;
    let new = said.made?;
    PublicKey::read(new.key)?;
    let passkey = credential.passkey(&said, party)?;
    (URL_SAFE_NO_PAD.encode(new.id) == passkey.id).then(|| Passkey {
        key: URL_SAFE_NO_PAD.encode(new.key),
        ..passkey
    })
}

fn read_used(credential: &Credential, challenge: &str, party: &RelyingParty) -> Option<Used> {
    let (data, client_data) = credential.is_of(Ceremony::Get, challenge, party)?;
    let said = authenticator::read(&data)?;
    let passkey = credential.passkey(&said, party)?;
    let user = format!("usr_{}", credential.response.user_handle);
    let is_whole = said.made.is_none() && UserId::is_one(&user);
    let mut message = data;
    message.extend(Sha256::digest(&client_data));
    is_whole.then_some(Used {
        user: user.into(),
        passkey,
        message,
        signature: bytes(&credential.response.signature)?,
    })
}

impl Credential {
    /// The device's words and the browser's, if those are of this, for this challenge, on a page of the site.
    fn is_of(
        &self,
        ceremony: Ceremony,
        challenge: &str,
        party: &RelyingParty,
    ) -> Option<(Vec<u8>, Vec<u8>)> {
        let client_data = bytes(&self.response.client_data_json)?;
        client::is_for(&client_data, ceremony, challenge, &party.origins)?;
        Some((bytes(&self.response.authenticator_data)?, client_data))
    }

    /// What the device says of the passkey, if it meant this site, and saw that somebody was there and that it was its owner.
    fn passkey(&self, said: &Said<'_>, party: &RelyingParty) -> Option<Passkey> {
        let Flags {
            present,
            verified,
            may_sync,
            synced,
        } = said.flags;
        let id = bytes(&self.id)?;
        let is_one = self.kind == "public-key" && (1..=LONGEST_ID).contains(&id.len());
        let is_ours = *said.party == *Sha256::digest(&party.id);
        // What cannot be on several devices is not (section 6.1.3).
        let is = is_one && is_ours && present && verified && (may_sync || !synced);
        is.then(|| Passkey {
            id: self.id.clone(),
            counter: said.counter,
            may_sync,
            synced,
            ..Passkey::default()
        })
    }
}

impl Passkey {
    /// How somebody signs in with it.
    pub(crate) fn way(&self) -> Way {
        if self.may_sync {
            Way::SyncedPasskey
        } else {
            Way::BoundPasskey
        }
    }
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

fn bytes(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}
