//! How does a token hold what it says, and who may have written it?
//!
//! The compact serialisation of RFC 7515, section 7.1, with Ed25519 (`EdDSA`, RFC 8037) and nothing else: three parts in base64url
//! with dots between, of which the last signs the other two. Cryptography is ed25519-dalek's. The tests hold both directions
//! against a JWT library, which for all the formats and algorithms that are not used here would be a fourteenth of the worker.
//! Not here: what the claims must say ([`super`]).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, Signer as _, SigningKey};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::TYPE;
use crate::keys::{Key, KeyRing};

/// The one algorithm, as headers and key sets call it.
pub(super) const ALGORITHM: &str = "EdDSA";

/// All that a header may hold. Any other parameter would ask for something that is not done here: `crit`, a compressed
/// payload, a key to be fetched from somewhere.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    typ: String,
    alg: String,
    kid: String,
}

/// A token of this `typ` that says this, signed with that key.
pub(super) fn sign(kind: &str, claims: &impl Serialize, key: &Key) -> String {
    let header = Header {
        typ: kind.to_owned(),
        alg: ALGORITHM.to_owned(),
        kid: key.id().to_owned(),
    };
    let mut token = encode(&header);
    token.push('.');
    token.push_str(&encode(claims));
    let signature = signing_key(key).sign(token.as_bytes());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature.to_bytes(), &mut token);
    token
}

/// What a token says, if a key of the ring signed it. Nothing that it says is looked at before that, but the key's name.
pub(super) fn open<T: DeserializeOwned>(token: &str, ring: &KeyRing) -> Option<T> {
    let (message, signature) = token.rsplit_once('.')?;
    let (header, claims) = message.split_once('.')?;
    let header: Header = decode(header)?;
    if header.typ != TYPE || header.alg != ALGORITHM {
        return None;
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let signature = Signature::from_slice(&signature).ok()?;
    signing_key(ring.find(&header.kid)?)
        .verifying_key()
        // Strict: of the several signatures that looser verifiers would accept for one message, exactly one passes.
        .verify_strict(message.as_bytes(), &signature)
        .ok()?;
    decode(claims)
}

pub(super) fn signing_key(key: &Key) -> SigningKey {
    SigningKey::from_bytes(key.reveal())
}

fn encode(part: &impl Serialize) -> String {
    let json = serde_json::to_vec(part)
        .expect("headers and claims are text and numbers, which JSON can hold");
    URL_SAFE_NO_PAD.encode(json)
}

/// A dot is no letter of base64url, so that a text of more than three parts fails here.
fn decode<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
