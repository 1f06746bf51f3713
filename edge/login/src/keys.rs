//! Which keys are there, and which may be used for what?
//!
//! A ring holds the current key, which makes new things; those before it, which may still read old ones; and those that are announced,
//! which everybody must know before the first thing is made with them. Not here: what is
//! made of them ([`crate::session`], [`crate::seal`], [`crate::index`]).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// A secret of 256 bits and its public name. The secret never prints.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    id: String,
    secret: [u8; 32],
}

/// The current key, those before it, and those that come after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRing {
    current: Key,
    previous: Vec<Key>,
    announced: Vec<Key>,
}

/// Why a text is not a key ring. None of these quotes the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKeyRing {
    /// There is no key at all.
    #[error("it holds no key; make one with `cargo xtask keys new`")]
    Empty,
    /// All that there is is announced.
    #[error("every key has a plus before it, which announces it; one must be in use")]
    NoneInUse,
    /// Not `id:secret`.
    #[error("each key is an id of 1 to 16 characters of a-z, 0-9 and -, a colon, and the secret")]
    NotAKey,
    /// Not base64url of 32 bytes.
    #[error("each secret is 32 random bytes in base64url without padding, which is 43 characters")]
    NotASecret,
    /// Nobody drew this at random.
    #[error("a secret is not random: too few different bytes")]
    Weak,
    /// Two keys could not be told apart.
    #[error("two keys have the same id or the same secret")]
    Twice,
}

impl Key {
    /// The name that tokens and cookies carry.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The secret itself, for the algorithm it belongs to.
    pub fn reveal(&self) -> &[u8; 32] {
        &self.secret
    }

    /// A key of its own for each purpose, so that nothing made for one is worth anything for another (R46). The secret is as random
    /// as a pseudorandom key has to be, so it is only expanded (RFC 5869, sections 2.3 and 3.3).
    pub(crate) fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut derived = [0; 32];
        Hkdf::<Sha256>::from_prk(&self.secret)
            .and_then(|hkdf| {
                hkdf.expand(purpose.as_bytes(), &mut derived)
                    .map_err(|_| hkdf::InvalidPrkLength)
            })
            .expect("32 bytes are long enough to be a key and short enough to be derived");
        derived
    }

    fn parse(text: &str) -> Result<Self, InvalidKeyRing> {
        let (id, secret) = text.split_once(':').ok_or(InvalidKeyRing::NotAKey)?;
        let named = (1..=16).contains(&id.len())
            && id
                .bytes()
                .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if !named {
            return Err(InvalidKeyRing::NotAKey);
        }
        let secret: [u8; 32] = URL_SAFE_NO_PAD
            .decode(secret)
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(InvalidKeyRing::NotASecret)?;
        // Thirty-two random bytes hold fewer than sixteen different ones about once in 10^13 draws; keys that people type
        // or copy from examples (zeros, a repeated word, a counting sequence of a few bytes) do so nearly always.
        let mut different = secret;
        different.sort_unstable();
        let counting = secret
            .windows(2)
            .all(|pair| matches!(pair, [a, b] if a.wrapping_add(1) == *b));
        if counting || different.chunk_by(|a, b| a == b).count() < 16 {
            return Err(InvalidKeyRing::Weak);
        }
        Ok(Self {
            id: id.to_owned(),
            secret,
        })
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({}, …)", self.id)
    }
}

impl KeyRing {
    /// Reads `id:secret`, or several with commas between, the current one first. `+id:secret` announces a key: it reads what others
    /// make, and makes nothing.
    ///
    /// # Errors
    ///
    /// When a key is missing, malformed, not random, or there twice.
    pub fn parse(text: &str) -> Result<Self, InvalidKeyRing> {
        let (mut in_use, mut announced) = (Vec::new(), Vec::new());
        for text in text
            .split(',')
            .map(str::trim)
            .filter(|text| !text.is_empty())
        {
            let (text, keys) = match text.strip_prefix('+') {
                Some(text) => (text, &mut announced),
                None => (text, &mut in_use),
            };
            keys.push(Key::parse(text)?);
        }
        let all: Vec<&Key> = in_use.iter().chain(&announced).collect();
        for (n, key) in all.iter().enumerate() {
            let same = |other: &&Key| other.id == key.id || other.secret == key.secret;
            if all.iter().take(n).any(same) {
                return Err(InvalidKeyRing::Twice);
            }
        }
        if in_use.is_empty() {
            return Err(if announced.is_empty() {
                InvalidKeyRing::Empty
            } else {
                InvalidKeyRing::NoneInUse
            });
        }
        Ok(Self {
            current: in_use.remove(0),
            previous: in_use,
            announced,
        })
    }

    /// The key that makes new things.
    pub fn current(&self) -> &Key {
        &self.current
    }

    /// The key of that name, if it may still be used.
    pub fn find(&self, id: &str) -> Option<&Key> {
        self.iter().find(|key| key.id == id)
    }

    /// The key that this text is the secret of, if it is one of them. Every key is compared, and what is compared are hashes under a key that
    /// was drawn for this once, so that how long it takes tells nothing about any of them (R35).
    pub fn admits(&self, presented: &str, blind: &[u8; 32]) -> Option<&Key> {
        let hash = |secret: &str| {
            let mac =
                Hmac::<Sha256>::new_from_slice(blind).expect("HMAC takes a key of any length");
            mac.chain_update(secret)
        };
        self.iter().fold(None, |found, key| {
            let expected = hash(&URL_SAFE_NO_PAD.encode(key.secret))
                .finalize()
                .into_bytes();
            let same = hash(presented).verify_slice(&expected).is_ok();
            if same { Some(key) } else { found }
        })
    }

    /// All keys, the current one first, those that are announced last.
    pub fn iter(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.current)
            .chain(&self.previous)
            .chain(&self.announced)
    }

    /// The keys before the current one, the latest first.
    pub fn previous(&self) -> &[Key] {
        &self.previous
    }

    /// The keys that make nothing yet.
    pub fn announced(&self) -> &[Key] {
        &self.announced
    }

    /// Whether any secret is in both rings: each kind of thing has keys of its own (R46, R50).
    pub fn shares_a_secret_with(&self, other: &Self) -> bool {
        self.iter()
            .any(|key| other.iter().any(|theirs| theirs.secret == key.secret))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A ring with one key, drawn from `seed` so that tests can tell rings apart.
    pub(crate) fn ring(id: &str, seed: u8) -> KeyRing {
        KeyRing::parse(&format!("{id}:{}", secret(seed))).unwrap()
    }

    pub(crate) fn secret(seed: u8) -> String {
        let bytes: Vec<u8> = (0..32u8)
            .map(|i| i.wrapping_mul(37).wrapping_add(seed) ^ 0x5a)
            .collect();
        URL_SAFE_NO_PAD.encode(bytes)
    }

    #[test]
    fn r50_a_ring_is_whole_random_and_unambiguous_or_it_is_refused() {
        let (a, b) = (secret(1), secret(2));
        let zeros = URL_SAFE_NO_PAD.encode([0; 32]);
        let counting = URL_SAFE_NO_PAD.encode((0..32).collect::<Vec<u8>>());
        let word = URL_SAFE_NO_PAD.encode("changemechangemechangemechangeme");
        let cases = [
            (format!("k1:{a}"), Ok(1)),
            (format!(" k2:{b} , k1:{a} "), Ok(2)),
            (format!("+k2:{b},k1:{a}"), Ok(2)),
            (String::new(), Err(InvalidKeyRing::Empty)),
            (format!("+k2:{b}"), Err(InvalidKeyRing::NoneInUse)),
            (format!("k1:{a},+k1:{b}"), Err(InvalidKeyRing::Twice)),
            (format!("++k2:{b},k1:{a}"), Err(InvalidKeyRing::NotAKey)),
            (a.clone(), Err(InvalidKeyRing::NotAKey)),
            (format!(":{a}"), Err(InvalidKeyRing::NotAKey)),
            (format!("K1:{a}"), Err(InvalidKeyRing::NotAKey)),
            ("k1:short".to_owned(), Err(InvalidKeyRing::NotASecret)),
            (format!("k1:{a}="), Err(InvalidKeyRing::NotASecret)),
            (format!("k1:{zeros}"), Err(InvalidKeyRing::Weak)),
            (format!("k1:{counting}"), Err(InvalidKeyRing::Weak)),
            (format!("k1:{word}"), Err(InvalidKeyRing::Weak)),
            (
                format!("k1:{}", of_different(15)),
                Err(InvalidKeyRing::Weak),
            ),
            (format!("k1:{}", of_different(16)), Ok(1)),
            (format!("k1:{a},k1:{b}"), Err(InvalidKeyRing::Twice)),
            (format!("k1:{a},k2:{a}"), Err(InvalidKeyRing::Twice)),
        ];
        for (text, expected) in cases {
            assert_eq!(
                KeyRing::parse(&text).map(|ring| ring.iter().count()),
                expected,
                "{text}"
            );
        }
    }

    /// A secret in which so many different bytes stand.
    fn of_different(count: u8) -> String {
        let bytes: Vec<u8> = (0..32u8).map(|i| i % count).collect();
        URL_SAFE_NO_PAD.encode(bytes)
    }

    #[test]
    fn r35_whoever_presents_the_secret_of_a_key_is_admitted_by_that_key_and_nobody_else_is() {
        let ring = KeyRing::parse(&format!("a2:{},a1:{}", secret(2), secret(1))).unwrap();
        let cases = [
            (secret(2), Some("a2")),
            (secret(1), Some("a1")),
            (secret(3), None),
            (format!("a1:{}", secret(1)), None),
            (String::new(), None),
        ];
        for (presented, id) in cases {
            let admitted = ring.admits(&presented, &[7; 32]);
            assert_eq!(admitted.map(Key::id), id, "{presented}");
        }
    }

    #[test]
    fn r46_r50_a_secret_that_is_in_two_rings_is_seen_wherever_it_stands() {
        let ours = KeyRing::parse(&format!("a:{},b:{}", secret(1), secret(2))).unwrap();
        let cases = [
            (format!("c:{}", secret(3)), false),
            (format!("a:{}", secret(3)), false),
            (format!("c:{}", secret(1)), true),
            (format!("c:{},d:{}", secret(3), secret(2)), true),
            (format!("c:{},+d:{}", secret(3), secret(2)), true),
        ];
        for (text, shares) in cases {
            let theirs = KeyRing::parse(&text).unwrap();
            assert_eq!(ours.shares_a_secret_with(&theirs), shares, "{text}");
            assert_eq!(theirs.shares_a_secret_with(&ours), shares, "{text}");
        }
    }

    #[test]
    fn r52_a_key_that_is_announced_reads_and_makes_nothing() {
        let (old, new) = (secret(1), secret(2));
        for (text, current, previous, announced) in [
            (format!("k1:{old}"), "k1", None, None),
            (format!("k1:{old},+k2:{new}"), "k1", None, Some("k2")),
            (format!("+k2:{new},k1:{old}"), "k1", None, Some("k2")),
            (format!("k2:{new},k1:{old}"), "k2", Some("k1"), None),
        ] {
            let ring = KeyRing::parse(&text).unwrap();
            assert_eq!(ring.current().id(), current, "{text}");
            assert_eq!(ring.previous().first().map(Key::id), previous, "{text}");
            assert_eq!(ring.announced().first().map(Key::id), announced, "{text}");
            for key in [Some(current), previous, announced].into_iter().flatten() {
                assert!(ring.find(key).is_some(), "{text}");
            }
        }
    }

    #[test]
    fn r63_a_key_never_prints() {
        assert_eq!(format!("{:?}", ring("k1", 1).current()), "Key(k1, …)");
    }
}
