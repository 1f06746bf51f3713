//! Which press of the button was it, on a page that has no script to count them?
//!
//! The page and the code that was typed into it. Pressed twice, a button sends both twice: one try. Whoever goes back to the page and
//! types another code tries another. Not here: what an id is good for ([`crate::attempt::check`]).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use protocol::{AttemptId, Code};
use sha2::Sha256;

use crate::keys::KeyRing;

const PURPOSE: &str = "sms-login press v1";

/// The id of a try. It is kept with the record, and tells nobody the code who does not have the key.
pub fn attempt_of(page: &AttemptId, code: &Code, ring: &KeyRing) -> AttemptId {
    let mut mac = Hmac::<Sha256>::new_from_slice(&ring.current().derive(PURPOSE))
        .expect("HMAC takes a key of any length");
    // No id has a line's end in it, so that no other two come to the same.
    for part in [page.as_str(), "\n", code.reveal()] {
        mac.update(part.as_bytes());
    }
    AttemptId::try_from(URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
        .expect("43 characters of base64url are an attempt id")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::ring;

    #[test]
    fn r36_r82_a_press_is_known_by_its_page_and_its_code_together() {
        let page = |letter: &str| AttemptId::try_from(letter.repeat(22)).unwrap();
        let code = |text| Code::try_from(text).unwrap();
        let keys = ring("s1", 1);
        let press = attempt_of(&page("A"), &code("123456"), &keys);
        assert_eq!(press, attempt_of(&page("A"), &code("123456"), &keys));
        assert_ne!(press, attempt_of(&page("B"), &code("123456"), &keys));
        assert_ne!(press, attempt_of(&page("A"), &code("123457"), &keys));
        assert_ne!(
            press,
            attempt_of(&page("A"), &code("123456"), &ring("s1", 2))
        );
        assert!(!press.as_str().contains("123456"));
    }
}
