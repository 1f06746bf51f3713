//! What must hold of what a person types to prove a number, and of the name of that press of the button?
//!
//! Not here: the requests that they come in ([`crate::body`]).

use protocol::{AttemptId, Code};

/// A code is six to eight digits, the same after a journey as JSON, and never prints. The id of an attempt is 22 to 64 letters of
/// base64url, and never prints either.
pub(crate) fn holds(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let code = Code::try_from(text);
    assert_eq!(code.is_ok(), digits && (6..=8).contains(&text.len()));
    if let Ok(code) = code {
        assert_eq!((code.reveal(), code.digits()), (text, text.len()));
        assert!(!format!("{code:?}").contains(|c: char| c.is_ascii_digit()));
        let json = serde_json::to_string(&code).expect("a code is JSON");
        assert_eq!(serde_json::from_str::<Code>(&json).ok(), Some(code));
    }
    if let Ok(id) = AttemptId::try_from(text.to_owned()) {
        assert_eq!(id.as_str(), text);
        assert!((22..=64).contains(&text.len()));
        assert!(
            text.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        );
        assert!(!format!("{id:?}").contains(text));
        let json = serde_json::to_string(&id).expect("an id is JSON");
        assert_eq!(serde_json::from_str::<AttemptId>(&json).ok(), Some(id));
    }
}
