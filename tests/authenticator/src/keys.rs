//! How does a key sign, how is it written, and who can tell?
//!
//! Not here: what is signed ([`super`]).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED, ED25519, EcdsaKeyPair, Ed25519KeyPair,
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};

/// A kind of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// EdDSA on Curve25519.
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
}

/// A key pair.
pub enum Key {
    /// Of [`Algorithm::Es256`].
    Es256(EcdsaKeyPair),
    /// Of [`Algorithm::EdDsa`].
    EdDsa(Ed25519KeyPair),
    /// Of [`Algorithm::Rs256`].
    Rs256(Box<RsaKeyPair>),
}

/// An RSA key, which is known to everybody: `ring` makes none.
const RSA: &str = include_str!("rsa.txt");

impl Key {
    /// A new key; of RSA always the same.
    pub(crate) fn of(algorithm: Algorithm) -> Self {
        let random = &SystemRandom::new();
        match algorithm {
            Algorithm::Es256 => {
                let kind = &ECDSA_P256_SHA256_ASN1_SIGNING;
                let made = EcdsaKeyPair::generate_pkcs8(kind, random).expect("there is luck");
                let pair = EcdsaKeyPair::from_pkcs8(kind, made.as_ref(), random);
                Self::Es256(pair.expect("it was made just now"))
            }
            Algorithm::EdDsa => {
                let made = Ed25519KeyPair::generate_pkcs8(random).expect("there is luck");
                let pair = Ed25519KeyPair::from_pkcs8(made.as_ref());
                Self::EdDsa(pair.expect("it was made just now"))
            }
            Algorithm::Rs256 => {
                let lines: String = RSA.split_whitespace().collect();
                let known = STANDARD.decode(lines).expect("it is base64");
                let pair = RsaKeyPair::from_pkcs8(&known).expect("it is a key");
                Self::Rs256(Box::new(pair))
            }
        }
    }

    /// The public key, in canonical CBOR (RFC 9053; CTAP 2, section 8).
    pub(crate) fn cose(&self) -> Vec<u8> {
        let part = |head: &[u8], bytes: &[u8]| [head, bytes].concat();
        match self {
            Self::Es256(pair) => {
                // 4 says that both coordinates follow.
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                let head = [0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32];
                [part(&head, x), part(&[0x22, 0x58, 32], y)].concat()
            }
            Self::EdDsa(pair) => {
                let head = [0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32];
                part(&head, pair.public_key().as_ref())
            }
            Self::Rs256(pair) => {
                let PublicKeyComponents::<Vec<u8>> { n, e } = pair.public().into();
                let head = [0xa4, 1, 3, 3, 0x39, 1, 0, 0x20, 0x59, 1, 0];
                [part(&head, &n), part(&[0x21, 0x43], &e)].concat()
            }
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = &SystemRandom::new();
        match self {
            Self::Es256(pair) => {
                let signature = pair.sign(random, message).expect("there is luck");
                signature.as_ref().to_vec()
            }
            Self::EdDsa(pair) => pair.sign(message).as_ref().to_vec(),
            Self::Rs256(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, random, message, &mut signature)
                    .expect("the place is large enough");
                signature
            }
        }
    }
}

/// Whether `r` and `s` are a signature of the key at that point.
pub fn es256(x: &[u8], y: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let point = [&[4], x, y].concat();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    key.verify(message, signature).is_ok()
}

/// Whether it is a signature of that key.
pub fn ed25519(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let key = UnparsedPublicKey::new(&ED25519, key);
    key.verify(message, signature).is_ok()
}

/// Whether it is a signature of the key with that modulus and exponent.
pub fn rs256(n: &[u8], e: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let key = PublicKeyComponents { n, e };
    let kind = &RSA_PKCS1_2048_8192_SHA256;
    key.verify(kind, message, signature).is_ok()
}
