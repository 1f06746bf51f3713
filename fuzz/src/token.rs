//! What must hold of a token that is shown for a session?
//!
//! An input is taken twice: as the text of a token, and as a line with the header and the claims after it, which are signed here with
//! the site's own key. Not here: the other cookies ([`crate::cookie`]).

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use login::Timestamp;
use login::session::{TYPE, Tokens};
use serde_json::Value;

use crate::{ISSUER, ring};

const AUDIENCE: &str = "https://shop.example.com";

static TOKENS: LazyLock<Tokens> =
    LazyLock::new(|| Tokens::new(ring("t1"), ISSUER.to_owned(), AUDIENCE.to_owned()));
static KEY: LazyLock<SigningKey> =
    LazyLock::new(|| SigningKey::from_bytes(ring("t1").current().reveal()));

/// The token that the tests of `login` pin, which is in the corpus.
const SIGNED: &str = "eyJ0eXAiOiJzZXNzaW9uK2p3dCIsImFsZyI6IkVkRFNBIiwia2lkIjoidDEifQ.eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbGUuY29tIiwiYXVkIjoiaHR0cHM6Ly9zaG9wLmV4YW1wbGUuY29tIiwic3ViIjoidXNyX0FRRUJBUUVCQVFFQkFRRUJBUUVCQVEiLCJzaWQiOiJzZXNfQWdJQ0FnSUNBZ0lDQWdJQ0FnSUNBZyIsImdlbiI6MSwiaWF0IjoxMDAwLCJuYmYiOjEwMDAsImV4cCI6MTkwMCwiYXV0aF90aW1lIjoxMDAwLCJhbXIiOlsib3RwIiwic21zIl0sImFjciI6ImFhbDEvc21zIiwiZmlyc3Rfc2VlbiI6NTAwLCJsYXN0X2xvZ2luIjoxMDAwLCJuZXciOnRydWV9.w22JhKquVbauxcq8O5Fwto6qur0GJ2d529MaH95ajmhCSdFv2yQDQE7BEILD5qLeGbBZM-BY_qbkAOwwlboWAg";

/// The moments that tokens are looked at, in seconds.
const MOMENTS: [u64; 4] = [0, 1000, 1899, 1900];

/// No token opens that was not signed with the site's key, to the letter. One that was signed with it opens only if its header is
/// exactly ours, it is of this site for this site, and its time has come and not gone.
pub(crate) fn holds(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    for now in MOMENTS.map(Timestamp::from_secs) {
        let opened = TOKENS.open_expired(text, now);
        assert!(opened.is_err() || text == SIGNED, "{text}");
    }
    let Some((header, claims)) = text.split_once('\n') else {
        return;
    };
    let message = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part));
    let message = message.join(".");
    let signature = KEY.sign(message.as_bytes()).to_bytes();
    let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
    for secs in MOMENTS {
        let now = Timestamp::from_secs(secs);
        let expired = TOKENS.open_expired(&token, now);
        let opened = TOKENS.open(&token, now);
        let Ok(claims_read) = expired else {
            assert!(
                opened.is_err(),
                "what is good is also good when its time is over"
            );
            continue;
        };
        let header: Value = serde_json::from_str(header).expect("it was read");
        let known = ["alg", "kid", "typ"].map(|name| header[name].as_str());
        assert_eq!(known, [Some("EdDSA"), Some("t1"), Some(TYPE)]);
        assert_eq!(header.as_object().map(|header| header.len()), Some(3));
        let claims: Value = serde_json::from_str(claims).expect("they were read");
        assert_eq!(
            (&claims["iss"], &claims["aud"]),
            (&ISSUER.into(), &AUDIENCE.into())
        );
        assert!(claims["nbf"].as_u64().is_some_and(|nbf| nbf <= secs));
        assert_eq!(
            opened.is_ok(),
            claims["exp"].as_u64().is_some_and(|exp| secs < exp)
        );
        assert!(claims_read.iat < claims_read.exp && token.len() <= 2048);
        let again = serde_json::to_value(&claims_read).expect("claims are JSON");
        assert_eq!(serde_json::from_value(again).ok(), Some(claims_read));
    }
}
