//! How does a request show that it was made by a page that knows which session it is for?
//!
//! By a value that follows from the session and a key, which only pages of the site can read, and which they send along in the body.
//! A browser adds cookies to whatever a strange page makes it send, but never this (R04; NIST SP 800-63B-4, section 5.1).
//!
//! Not here: which origins are the site's (`edge`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::SessionId;
use crate::keys::{Key, KeyRing};

const PURPOSE: &str = "sms-login anti-forgery v1";

/// The value of that session: 43 characters of base64url. The same for as long as the session and the key live.
pub fn value_of(session: &SessionId, ring: &KeyRing) -> String {
    URL_SAFE_NO_PAD.encode(mac(session, ring.current()).finalize().into_bytes())
}

/// Whether that is the value of the session, compared in a time that does not depend on how much of it is right (R35).
pub fn is_value_of(session: &SessionId, presented: &str, ring: &KeyRing) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(presented) else {
        return false;
    };
    ring.iter()
        .any(|key| mac(session, key).verify_slice(&bytes).is_ok())
}

fn mac(session: &SessionId, key: &Key) -> Hmac<Sha256> {
    let mut mac =
        Hmac::new_from_slice(&key.derive(PURPOSE)).expect("HMAC takes a key of any length");
    mac.update(session.as_str().as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::{ring, secret};

    #[test]
    fn r04_r35_a_value_is_worth_something_for_its_own_session_and_whole_only() {
        let (mine, other) = (
            SessionId::from_random([1; 16]),
            SessionId::from_random([2; 16]),
        );
        let keys = ring("s1", 1);
        let value = value_of(&mine, &keys);
        assert_eq!(value.len(), 43);
        assert!(is_value_of(&mine, &value, &keys));
        assert!(!is_value_of(&other, &value, &keys), "another session");
        assert!(!is_value_of(&mine, &value, &ring("s1", 2)), "another key");
        let rotated = KeyRing::parse(&format!("s2:{},s1:{}", secret(2), secret(1))).unwrap();
        assert!(is_value_of(&mine, &value, &rotated), "the key before");
        for i in 0..value.len() {
            assert!(
                !is_value_of(&mine, value.get(..i).unwrap(), &keys),
                "cut at {i}"
            );
        }
        for wrong in ["", "=", "AAAA", mine.as_str(), &format!("{value}A")] {
            assert!(!is_value_of(&mine, wrong, &keys), "{wrong}");
        }
    }
}
