//! Does a JWT library read the same as we do?
//!
//! It leaves cryptography to a provider. Its own providers bring RSA and the NIST curves along, or C; this one brings
//! ed25519-dalek and nothing else. Not here: the cases ([`super`]).

use std::collections::HashSet;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{Error as SignatureError, Signer, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};

use super::super::{Claims, TYPE};

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| Ok(Box::new(Ed25519Signer::new(*algorithm, key)?)),
    verifier_factory: |algorithm, key| Ok(Box::new(Ed25519Verifier::new(*algorithm, key)?)),
    key_utils: KeyUtils::new_unimplemented(),
};

/// What the library makes of a token, with the checks that a site's backend would ask for.
pub(super) fn open(token: &str, seed: &[u8; 32], issuer: &str, audience: &str) -> Option<Claims> {
    install();
    let public = SigningKey::from_bytes(seed).verifying_key();
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.validate_exp = false;
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[audience]);
    validation.required_spec_claims =
        HashSet::from(["iss", "aud", "sub", "exp", "nbf"].map(str::to_owned));
    let key = DecodingKey::from_ed_der(public.as_bytes());
    let token = jsonwebtoken::decode(token, &key, &validation).ok()?;
    (token.header.typ.as_deref() == Some(TYPE)).then_some(token.claims)
}

/// The library's token that says this.
pub(super) fn sign(claims: &Claims, id: &str, seed: &[u8; 32]) -> String {
    install();
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(TYPE.to_owned());
    header.kid = Some(id.to_owned());
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_ed_der(seed)).unwrap()
}

/// Makes the provider the library's. Doing so again changes nothing.
fn install() {
    // An error says that one is installed already. It can only be this one.
    let _ = PROVIDER.install_default();
}

struct Ed25519Signer(SigningKey);

impl Ed25519Signer {
    fn new(algorithm: Algorithm, key: &EncodingKey) -> Result<Self, Error> {
        demand_eddsa(algorithm)?;
        let seed = key
            .as_bytes()
            .try_into()
            .map_err(|_| ErrorKind::InvalidEddsaKey)?;
        Ok(Self(SigningKey::from_bytes(seed)))
    }
}

impl Signer<Vec<u8>> for Ed25519Signer {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, SignatureError> {
        Ok(self.0.sign(message).to_bytes().to_vec())
    }
}

impl JwtSigner for Ed25519Signer {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

struct Ed25519Verifier(VerifyingKey);

impl Ed25519Verifier {
    fn new(algorithm: Algorithm, key: &DecodingKey) -> Result<Self, Error> {
        demand_eddsa(algorithm)?;
        let point = key
            .try_get_as_bytes()?
            .try_into()
            .map_err(|_| ErrorKind::InvalidEddsaKey)?;
        Ok(Self(
            VerifyingKey::from_bytes(point).map_err(|_| ErrorKind::InvalidEddsaKey)?,
        ))
    }
}

impl Verifier<Vec<u8>> for Ed25519Verifier {
    /// Strict: of the several signatures that looser verifiers would accept for one message, exactly one passes.
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), SignatureError> {
        let signature = Signature::from_slice(signature).map_err(|_| SignatureError::new())?;
        self.0
            .verify_strict(message, &signature)
            .map_err(|_| SignatureError::new())
    }
}

impl JwtVerifier for Ed25519Verifier {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

fn demand_eddsa(algorithm: Algorithm) -> Result<(), Error> {
    if algorithm == Algorithm::EdDSA {
        Ok(())
    } else {
        Err(ErrorKind::InvalidAlgorithm.into())
    }
}
