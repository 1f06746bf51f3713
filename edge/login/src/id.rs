//! How are challenges, users and sessions named?
//!
//! By 128 random bits each, handed in. An id is never derived from a number, so it tells nothing about one (R55).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[doc = $doc:literal])+ $name:ident, $prefix:literal) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Names something new. The bytes come from a cryptographically secure source.
            pub fn from_random(bytes: [u8; 16]) -> Self {
                Self(format!(concat!($prefix, "{}"), URL_SAFE_NO_PAD.encode(bytes)))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// One code that was sent, in one browser.
    ChallengeId, "chl_"
}
id! {
    /// An account.
    UserId, "usr_"
}
id! {
    /// One login in one browser, over all its renewals.
    SessionId, "ses_"
}

id! {
    /// One browser that has signed in, until it signs in again.
    BrowserId, "brw_"
}

impl UserId {
    /// Whether a text has the form of an id, and nothing else is in it: it may be logged.
    pub fn is_one(text: &str) -> bool {
        let random = text
            .strip_prefix("usr_")
            .map(|random| URL_SAFE_NO_PAD.decode(random));
        matches!(random, Some(Ok(bytes)) if bytes.len() == 16)
    }
}

impl From<String> for UserId {
    /// Takes an id back from a token that was verified, or from storage.
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<String> for SessionId {
    /// Takes an id back from a token that was verified.
    fn from(text: String) -> Self {
        Self(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sites store user ids; a change of their form would make strangers of everybody.
    #[test]
    fn the_form_of_an_id_is_pinned() {
        assert_eq!(
            UserId::from_random([0xff; 16]).as_str(),
            "usr______________________w"
        );
        let mine = UserId::from_random([0xff; 16]);
        for (text, is_one) in [
            (mine.as_str(), true),
            ("usr_", false),
            ("ses______________________w", false),
            ("usr______________________", false),
            ("usr_____________________\nw", false),
            ("usr_____________________\"w", false),
        ] {
            assert_eq!(UserId::is_one(text), is_one, "{text:?}");
        }
        assert_eq!(UserId::from(mine.to_string()), mine, "out of a token");
        let session = SessionId::from_random([7; 16]);
        assert_eq!(SessionId::from(session.to_string()), session);
        assert_eq!(
            SessionId::from_random([0; 16]).as_str(),
            "ses_AAAAAAAAAAAAAAAAAAAAAA"
        );
    }
}
